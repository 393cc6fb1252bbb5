/* SPDX-License-Identifier: Apache-2.0 */

/* The index as bytes: what is added is found again, the same names give the same bytes, and no
 * damage leads a read outside. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "datasets/entities/layout.h"
#include "tests/unit/entities_support.h"

#define FLIPS 3000

static const char *const names[] = {
	"Hetian Haolin Hair Accessories Co., Ltd",
	"Xinjiang Production and Construction Corps",
	"新疆生产建设兵团",
	"Газпром нефть ПАО",
	"Factory No. 2 of Aksu Huafu Textiles",
	"Ltd. Co.",
	"of the and",
	"A",
};
#define NAMES (sizeof(names) / sizeof(names[0]))

static void
assert_same_name(const struct prb_name *a, const struct prb_name *b)
{
	assert_int_equal(a->count, b->count);
	assert_int_equal(a->weight, b->weight);
	assert_int_equal(a->generic, b->generic);
	for (size_t i = 0; i < a->count; i++) {
		assert_true(prb_span_equal(a->words[i].text, b->words[i].text));
		assert_true(prb_span_equal(a->words[i].surface, b->words[i].surface));
		assert_int_equal(a->words[i].kind, b->words[i].kind);
		assert_int_equal(a->words[i].flags, b->words[i].flags);
		assert_int_equal(a->words[i].weight, b->words[i].weight);
	}
}

static void
a_name_comes_back_as_it_was_parsed(void **state)
{
	struct made_index made;

	(void)state;
	made_index_init(&made, names, NAMES);
	assert_int_equal(made.index.names, NAMES);
	assert_int_equal(made.index.edition[1], 2);
	for (uint32_t i = 0; i < NAMES; i++) {
		struct prb_name parsed, kept;
		char owner[32];

		(void)snprintf(owner, sizeof(owner), "o%u", i);
		assert_true(prb_span_is(prb_index_text(&made.index, i), names[i]));
		assert_true(prb_span_is(prb_index_owner(&made.index, i), owner));
		entities_parse(&parsed, names[i]);
		prb_index_name(&made.index, i, &kept);
		assert_same_name(&parsed, &kept);
	}
	assert_int_equal(prb_index_text(&made.index, NAMES).n, 0);
	assert_int_equal(prb_index_owner(&made.index, UINT32_MAX).n, 0);
	made_index_finish(&made);
}

static void
the_same_names_give_the_same_bytes(void **state)
{
	struct made_index a, b;

	(void)state;
	made_index_init(&a, names, NAMES);
	made_index_init(&b, names, NAMES);
	assert_int_equal(a.n, b.n);
	assert_memory_equal(a.bytes, b.bytes, a.n);
	made_index_finish(&a);
	made_index_finish(&b);
}

static void
an_empty_index_has_no_names(void **state)
{
	struct made_index made;

	(void)state;
	made_index_init(&made, names, 0);
	assert_int_equal(made.index.names, 0);
	assert_int_equal(prb_index_text(&made.index, 0).n, 0);
	made_index_finish(&made);
}

/* A text too long is a failure, which is remembered. */
static void
a_text_too_long_gives_no_index(void **state)
{
	static const unsigned char edition[PRB_INDEX_EDITION_BYTES];
	struct prb_index_builder *builder = prb_index_builder_create(
		prb_release_fold(entities_release()), prb_release_lexicon(entities_release()));
	char text[PRB_NAME_READ_BYTES_MAX + 1];

	(void)state;
	memset(text, 'a', sizeof(text));
	prb_index_builder_add(builder, (struct prb_span){text, sizeof(text)}, PRB_SPAN_NONE);
	prb_index_builder_add(builder, PRB_SPAN("Wanli"), PRB_SPAN_NONE);
	assert_int_equal(prb_index_builder_finish(builder, edition), 0);
	prb_index_builder_destroy(builder);
	prb_index_builder_destroy(NULL);
}

/* Everything that an index may be asked, whatever comes out. The bytes stand at the end of memory
 * of their own, so that a sanitizer sees a read beyond them. */
static void
ask_everything(const void *bytes, size_t n)
{
	static const char *const queries[] = {"Hetian Haolin Hair", "haolinhair", "Gazprom neft",
		"Газпром", "XPCC", "Factory No. 2", "Ltd"};
	struct prb_searcher *searcher;
	struct prb_index index;
	struct prb_name name;
	struct prb_hit hits[8];

	if (!prb_index_open(&index, bytes, n))
		return;
	for (uint32_t i = 0; i <= index.names && i < 100; i++) {
		prb_index_name(&index, i, &name);
		assert_true(name.count <= PRB_NAME_WORDS_MAX);
		(void)prb_index_text(&index, i);
		(void)prb_index_owner(&index, i);
	}
	searcher = prb_searcher_create(&index);
	if (searcher == NULL)
		return;
	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
		entities_parse(&name, queries[i]);
		assert_true(prb_search(searcher, &name, 8, hits) <= 8);
	}
	prb_searcher_destroy(searcher);
}

static void
damage_leads_nowhere(void **state)
{
	struct made_index made;
	unsigned char *bytes;
	uint64_t seed = 20261122;
	struct prb_index index;

	(void)state;
	made_index_init(&made, names, NAMES);
	for (size_t n = 0; n < made.n; n += n < 300 ? 1 : 97) {
		bytes = malloc(n + 1);
		assert_non_null(bytes);
		memcpy(bytes, made.bytes, n);
		assert_false(prb_index_open(&index, bytes, n));
		free(bytes);
	}
	bytes = malloc(made.n);
	assert_non_null(bytes);
	for (size_t i = 0; i < PRB_INDEX_HEADER_BYTES + FLIPS; i++) {
		size_t at =
			i < PRB_INDEX_HEADER_BYTES ? i : entities_random(&seed, (uint32_t)made.n);

		memcpy(bytes, made.bytes, made.n);
		bytes[at] ^= (unsigned char)(1U << entities_random(&seed, 8));
		if (i % 3 == 0)
			bytes[entities_random(&seed, (uint32_t)made.n)] = 0xFF;
		ask_everything(bytes, made.n);
	}
	free(bytes);
	made_index_finish(&made);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_comes_back_as_it_was_parsed),
		cmocka_unit_test(the_same_names_give_the_same_bytes),
		cmocka_unit_test(an_empty_index_has_no_names),
		cmocka_unit_test(a_text_too_long_gives_no_index),
		cmocka_unit_test(damage_leads_nowhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
