/* SPDX-License-Identifier: Apache-2.0 */

/* Lets the n-th allocation of ours fail, n = 1, 2, 3 ..., while a release is opened and a
 * declaration meets it: each failure is told, nothing leaks, and no list entry is missed because
 * memory ran out. (LMDB's own allocations are not ours to fail.) */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/facts/gather.h"
#include "tests/unit/datasets_support.h"
#include "tests/unit/wrapped_malloc.h"

static const char json[] = "{\"supplier\":{\"name\":\"Baoding LYSZD Trade and Business Co., "
			   "Ltd.\",\"country\":\"China\","
			   "\"address\":\"Urumqi, Xinjiang\"},\"products\":[{\"description\":\"raw "
			   "cotton\",\"origin\":\"CHN\"}]}";

/* True when all of it went through. */
static bool
gather(const struct prb_reader *reader)
{
	struct prb_gatherer *gatherer = prb_gatherer_create(reader);
	struct prb_arena *arena = prb_arena_create(1 << 20);
	struct prb_declaration *declaration;
	struct prb_faults faults = {.count = 0};
	struct prb_facts *facts = NULL;
	enum prb_err err = PRB_ERR_MEMORY;

	if (gatherer && arena)
		err = prb_declaration_read(arena, prb_span_of(json), &faults, &declaration);
	if (err == PRB_OK)
		err = prb_facts_gather(gatherer, arena, declaration, 20000, &faults, &facts);
	assert_true(err == PRB_OK || err == PRB_ERR_MEMORY);
	assert_int_equal(err == PRB_OK, facts != NULL);
	if (facts) {
		assert_true(facts->listings_count > 0);
		assert_string_equal(facts->supplier.region, "CN-XJ");
		assert_int_equal(facts->products[0].goods.basis, PRB_HS_KEYWORD);
	}
	prb_arena_destroy(arena);
	prb_gatherer_destroy(gatherer);
	return facts != NULL;
}

static bool
work(const char *path)
{
	struct prb_release *release = NULL;
	struct prb_reader *reader = NULL;
	struct prb_fault fault;
	enum prb_err err = prb_release_open(path, &release, &fault);
	bool done = false;

	assert_int_equal(err == PRB_OK, release != NULL);
	if (err == PRB_OK && prb_reader_create(release, &reader) == PRB_OK)
		done = gather(reader);
	prb_reader_destroy(reader);
	prb_release_close(release);
	return done;
}

static void
every_allocation(void **state)
{
	const char *path = support_release();
	long n = 0;

	(void)state;
	assert_true(work(path));
	for (;; n++) {
		bool done;

		allocations_left = n;
		done = work(path);
		if (allocations_left >= 0 && done) {
			allocations_left = -1;
			break;
		}
		allocations_left = -1;
		assert_true(n < 10000);
	}
	print_message("%ld allocations\n", n);
	assert_true(n > 10);
	support_release_remove();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_allocation)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
