/* SPDX-License-Identifier: Apache-2.0 */

/* Lets the n-th allocation of ours fail, n = 1, 2, 3 ..., while a manifest and a list are read:
 * each failure is told, nothing leaks, and what comes out is whole or nothing. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/lists/load.h"
#include "tests/unit/datasets_support.h"
#include "tests/unit/wrapped_malloc.h"

#define SAMPLE PROBITY_SOURCE_DIR "/tests/samples/lists/targets.simple.csv"
#define MANIFEST PROBITY_SOURCE_DIR "/datasets/lists/opensanctions-simple.json"

static const char *
country(void *context, struct prb_span word)
{
	(void)context;
	return prb_span_is(word, "cn") ? "CHN" : NULL;
}

/* True when all of it went through. */
static bool
work(void)
{
	static unsigned char fold_bytes[16 + 4352 * 2] = "PRBF\x01";
	struct prb_arena *arena = prb_arena_create(16 << 20);
	struct prb_list_manifest manifest;
	struct prb_entries entries = {.items = NULL};
	struct prb_list_counts counts;
	struct prb_fold_table fold;
	struct prb_fault fault;
	struct prb_list_input input = {.manifest = &manifest,
		.path = SAMPLE,
		.edition = PRB_SPAN("2026-11-20"),
		.arena = arena,
		.fold = &fold,
		.country = country};
	enum prb_err err = PRB_ERR_MEMORY;

	assert_true(prb_fold_table_open(&fold, fold_bytes, sizeof(fold_bytes)));
	if (arena)
		err = prb_list_manifest_read(arena, MANIFEST, &manifest, &fault);
	if (err == PRB_OK)
		err = prb_list_load(&input, &entries, &counts, &fault);
	assert_true(err == PRB_OK || err == PRB_ERR_MEMORY);
	if (err == PRB_OK) {
		assert_int_equal(counts.refused, 0);
		assert_int_equal(entries.count, 5);
	}
	prb_entries_finish(&entries);
	prb_arena_destroy(arena);
	return err == PRB_OK;
}

static void
every_allocation(void **state)
{
	long n = 0;

	(void)state;
	assert_true(work());
	for (;; n++) {
		bool done;

		allocations_left = n;
		done = work();
		if (allocations_left >= 0 && done) {
			allocations_left = -1;
			break;
		}
		allocations_left = -1;
		assert_true(n < 10000);
	}
	print_message("%ld allocations\n", n);
	assert_true(n > 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_allocation)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
