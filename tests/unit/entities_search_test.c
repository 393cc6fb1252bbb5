/* SPDX-License-Identifier: Apache-2.0 */

/* Searching: spellings that are found, what comes first, and how far the search is from comparing
 * every name. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/entities_support.h"
#include "tests/unit/wrapped_malloc.h"

#define MADE_NAMES 2000
#define MADE_QUERIES 2000
#define NAME_BYTES 128
#define EQUAL_NAMES 70000

static const char *const listed[] = {
	"Changji Esquel Textile Co., Ltd.",
	"Hetian Haolin Hair Accessories Co., Ltd.",
	"Hetian Taida Apparel Co., Ltd.",
	"Xinjiang Junggar Cotton and Linen Co., Ltd.",
	"Hefei Bitland Information Technology Co., Ltd.",
	"Jones Tech PLC",
	"Sunflower Trading",
	"Wanli Factory No. 2",
	"Wanli Factory No. 3",
	"Skyworks Solutions, Inc.",
	"Yili Zhuowan Garment Manufacturing Co., Ltd.",
	"Газпром нефть",
	"新疆大全新能源有限公司",
	"Xinjiang Daqo New Energy Co., Ltd.",
};
#define LISTED (sizeof(listed) / sizeof(listed[0]))

static const struct {
	const char *query, *found;
} rows[] = {
	{"Changji Esquel Textile Co., Ltd.", "Changji Esquel Textile Co., Ltd."},
	{"CHANGJI ESQUEL TEXTILES COMPANY LIMITED", "Changji Esquel Textile Co., Ltd."},
	{"Changji Esqel Textile", "Changji Esquel Textile Co., Ltd."},
	{"Esquel Changji Textile", "Changji Esquel Textile Co., Ltd."},
	{"Haolin Hair Accessories", "Hetian Haolin Hair Accessories Co., Ltd."},
	{"Hotan Haolin Hair Accesories", "Hetian Haolin Hair Accessories Co., Ltd."},
	{"Haolinhair Accessories", "Hetian Haolin Hair Accessories Co., Ltd."},
	{"Hefei Bit land Information Technology", "Hefei Bitland Information Technology Co., Ltd."},
	{"Jonestech PLC", "Jones Tech PLC"},
	{"Sun Flower Trading", "Sunflower Trading"},
	{"Wanli Factory No. 3", "Wanli Factory No. 3"},
	{"Skyworkssolutions Incorporated", "Skyworks Solutions, Inc."},
	{"Gazprom Neft", "Газпром нефть"},
	{"新疆大全新能源", "新疆大全新能源有限公司"},
	{"Tom and Jerry Ltd", NULL},
	{"Co., Ltd.", NULL},
	{"", NULL},
	{"!!!", NULL},
};

static void
spellings_are_found(void **state)
{
	struct made_index made;
	struct prb_searcher *searcher;
	struct prb_name query;
	struct prb_hit hits[3];

	(void)state;
	made_index_init(&made, listed, LISTED);
	searcher = prb_searcher_create(&made.index);
	assert_non_null(searcher);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t n;

		entities_parse(&query, rows[i].query);
		n = prb_search(searcher, &query, 3, hits);
		if (rows[i].found == NULL && n == 0)
			continue;
		if (n == 0 || rows[i].found == NULL ||
			!prb_span_is(prb_index_text(&made.index, hits[0].name), rows[i].found))
			fail_msg("%s: found %.*s", rows[i].query,
				PRB_SPAN_ARGS(n == 0 ? PRB_SPAN("nothing")
						     : prb_index_text(&made.index, hits[0].name)));
	}
	prb_searcher_destroy(searcher);
	prb_searcher_destroy(NULL);
	made_index_finish(&made);
}

static bool
in_order(const struct prb_hit *a, const struct prb_hit *b)
{
	if (a->similarity != b->similarity)
		return a->similarity > b->similarity;
	if (a->exactness != b->exactness)
		return a->exactness > b->exactness;
	return a->name < b->name;
}

/* Of many equal names as many are given as are asked for, the first of them; and the same again. */
static void
equal_names_are_all_hits(void **state)
{
	static const char *names[EQUAL_NAMES];
	struct made_index made;
	struct prb_searcher *searcher;
	struct prb_name query;
	struct prb_hit hits[PRB_SEARCH_HITS_MAX];

	(void)state;
	for (size_t i = 0; i < EQUAL_NAMES; i++)
		names[i] = "Hetian Haolin Hair Accessories Co., Ltd.";
	made_index_init(&made, names, EQUAL_NAMES);
	searcher = prb_searcher_create(&made.index);
	entities_parse(&query, "Hetian Haolin Hair Accessories Co., Ltd.");
	for (size_t limit = 0; limit <= PRB_SEARCH_HITS_MAX; limit += 25) {
		assert_int_equal(prb_search(searcher, &query, limit, hits), limit);
		for (size_t i = 0; i < limit; i++) {
			assert_int_equal(hits[i].similarity, PRB_SIMILARITY_MAX);
			assert_int_equal(hits[i].name, i);
		}
	}
	prb_searcher_destroy(searcher);
	made_index_finish(&made);
}

static void
what_is_written_alike_comes_first(void **state)
{
	static const char *const names[] = {"Supermax Corporation Bhd",
		"Supermax Corporation Berhad", "Corporation Supermax Bhd", "Supermax Corporation"};
	struct made_index made;
	struct prb_searcher *searcher;
	struct prb_name query;
	struct prb_hit hits[4];

	(void)state;
	made_index_init(&made, names, 4);
	searcher = prb_searcher_create(&made.index);
	entities_parse(&query, "SUPERMAX CORPORATION BERHAD");
	assert_int_equal(prb_search(searcher, &query, 4, hits), 4);
	assert_int_equal(hits[0].name, 1);
	assert_int_equal(hits[1].name, 0);
	for (size_t i = 1; i < 4; i++)
		assert_true(in_order(&hits[i - 1], &hits[i]));
	prb_searcher_destroy(searcher);
	made_index_finish(&made);
}

/* The most alike of all names, compared one by one. */
static int32_t
best_of_all(const struct made_index *made, const struct prb_name *query)
{
	int32_t best = 0;

	for (uint32_t i = 0; i < made->index.names; i++) {
		struct prb_name name;
		int32_t similarity;

		prb_index_name(&made->index, i, &name);
		similarity = prb_names_compare(query, &name, NULL);
		best = similarity > best ? similarity : best;
	}
	return best;
}

/* Hits are in order, each has the similarity that comparing gives, and hardly ever is a name that
 * is not found more alike than the first hit. */
static void
little_is_missed(void **state)
{
	static char text[MADE_NAMES][NAME_BYTES];
	static const char *names[MADE_NAMES];
	size_t missed = 0, asked = 0;
	uint64_t seed = 20261122;
	struct made_index made;
	struct prb_searcher *searcher;

	(void)state;
	print_message("seed %llu\n", (unsigned long long)seed);
	for (size_t i = 0; i < MADE_NAMES; i++) {
		entities_random_name(&seed, text[i]);
		names[i] = text[i];
	}
	made_index_init(&made, names, MADE_NAMES);
	searcher = prb_searcher_create(&made.index);
	for (size_t i = 0; i < MADE_QUERIES; i++) {
		char query_text[NAME_BYTES + 2];
		struct prb_name query, name;
		struct prb_hit hits[5];
		int32_t best;
		size_t n;

		entities_misspell(&seed, names[entities_random(&seed, MADE_NAMES)], query_text);
		entities_parse(&query, query_text);
		n = prb_search(searcher, &query, 5, hits);
		for (size_t k = 0; k < n; k++) {
			prb_index_name(&made.index, hits[k].name, &name);
			assert_int_equal(
				hits[k].similarity, prb_names_compare(&query, &name, NULL));
			assert_true(k == 0 || in_order(&hits[k - 1], &hits[k]));
		}
		best = best_of_all(&made, &query);
		if (best < PRB_SIMILARITY_POSSIBLE)
			continue;
		asked++;
		if (n == 0 || hits[0].similarity < best)
			missed++;
	}
	print_message("of %zu names that are at least possible %zu were not found first\n", asked,
		missed);
	assert_true(asked > MADE_QUERIES / 2);
	assert_true(missed * 200 <= asked);
	prb_searcher_destroy(searcher);
	made_index_finish(&made);
}

static void
a_query_takes_no_memory(void **state)
{
	struct made_index made;
	struct prb_searcher *searcher;
	struct prb_name query;
	struct prb_hit hits[5];
	size_t taken;

	(void)state;
	made_index_init(&made, listed, LISTED);
	searcher = prb_searcher_create(&made.index);
	taken = allocations_taken;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		entities_parse(&query, rows[i].query);
		(void)prb_search(searcher, &query, 5, hits);
	}
	assert_int_equal(allocations_taken, taken);
	prb_searcher_destroy(searcher);
	made_index_finish(&made);
}

/* The n-th allocation of a builder or searcher fails, n = 0, 1, 2 ...: there is no index then, and
 * nothing leaks (the sanitizers' builds see). */
static void
memory_may_run_out(void **state)
{
	static const unsigned char edition[PRB_INDEX_EDITION_BYTES];
	const struct prb_fold_table *fold = prb_release_fold(entities_release());
	const struct prb_lexicon *lexicon = prb_release_lexicon(entities_release());
	struct made_index made;
	bool done = false;

	(void)state;
	for (long n = 0; !done; n++) {
		struct prb_index_builder *builder;
		size_t bytes = 0;

		assert_true(n < 1000);
		allocations_left = n;
		builder = prb_index_builder_create(fold, lexicon);
		for (size_t i = 0; builder != NULL && i < LISTED; i++)
			prb_index_builder_add(builder, prb_span_of(listed[i]), PRB_SPAN_NONE);
		if (builder != NULL)
			bytes = prb_index_builder_finish(builder, edition);
		done = allocations_left >= 0;
		assert_int_equal(bytes > 0, done);
		allocations_left = -1;
		prb_index_builder_destroy(builder);
	}
	made_index_init(&made, listed, LISTED);
	for (long n = 0; n < 2; n++) {
		allocations_left = n;
		assert_null(prb_searcher_create(&made.index));
		allocations_left = -1;
	}
	made_index_finish(&made);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spellings_are_found),
		cmocka_unit_test(equal_names_are_all_hits),
		cmocka_unit_test(what_is_written_alike_comes_first),
		cmocka_unit_test(little_is_missed),
		cmocka_unit_test(a_query_takes_no_memory),
		cmocka_unit_test(memory_may_run_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
