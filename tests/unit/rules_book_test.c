/* SPDX-License-Identifier: Apache-2.0 */
/* Books of upstream declarations: looking up, cycles, and what a report's name depends on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scoring/rules/book.h"
#include "scoring/rules/score.h"
#include "scoring/rules/upstream.h"
#include "tests/unit/rules_reference.h"

#define TEXT_BYTES 4096
#define TIERS_MAX 8

static struct prb_arena *arena;
static struct prb_place tiers[TIERS_MAX];
static struct prb_goods_facts tier_goods[TIERS_MAX];
static const struct prb_facts facts = {
	.supplier = {.country = COUNTRY_CHE, .region = "", .region_basis = ""},
	.upstream = tiers,
	.upstream_goods = tier_goods};

static int
empty_arena(void **state)
{
	(void)state;
	prb_arena_reset(arena);
	return 0;
}

/* Tells texts apart, unlike the length that other tests take for a hash. */
static void
mix(uint8_t out[PRB_SHA256_BYTES], const void *bytes, size_t n)
{
	const uint8_t *p = bytes;
	uint64_t h = 14695981039346656037ULL;

	for (size_t i = 0; i < n; i++)
		h = (h ^ p[i]) * 1099511628211ULL;
	for (size_t i = 0; i < PRB_SHA256_BYTES; i++) {
		h = (h ^ i) * 1099511628211ULL;
		out[i] = (uint8_t)(h >> 32);
	}
}

static const struct prb_result *
score_mixed(const char *name, const char *references, const struct prb_book *book)
{
	const struct prb_score_options options = {
		.as_of = rules_as_of(), .sha256 = mix, .book = book};
	char *text = prb_arena_alloc(arena, TEXT_BYTES);
	struct prb_faults faults = {.count = 0};
	struct prb_declaration *declaration;
	struct prb_result *result;

	assert_non_null(text);
	(void)snprintf(text, TEXT_BYTES,
		"{\"supplier\":{\"name\":\"%s\",\"country\":\"CHE\"},\"upstream\":[%s]}", name,
		references);
	assert_int_equal(
		prb_declaration_read(arena, prb_span_of(text), &faults, &declaration), PRB_OK);
	assert_int_equal(prb_score(arena, rules_reference(), declaration, &facts, &options, &faults,
				 &result),
		PRB_OK);
	return result;
}

/* By the id of its report's declaration and by its number, refused ones counted; where they have
 * no order a number names none. */
static void
looking_up(void **state)
{
	static const char *const names[] = {"B", "C", "D", "E", "F", "G"};
	struct prb_book *book = prb_book_create(arena, rules_reference(), true);
	struct prb_book *unordered = prb_book_create(arena, rules_reference(), false);
	char ids[6][PRB_UUID_BYTES], named[320];

	(void)state;
	assert_true(book != NULL && unordered != NULL);
	for (size_t i = 0; i < 6; i++) {
		const struct prb_result *result = score_mixed(names[i], "", NULL);

		(void)snprintf(ids[i], sizeof ids[i], "%s", result->declaration_id);
		assert_int_equal(prb_book_add(book, result, mix), PRB_OK);
		assert_int_equal(prb_book_add(unordered, result, mix), PRB_OK);
		if (i == 1)
			prb_book_skip(book);
	}
	assert_int_equal(prb_book_solve(book, mix), PRB_OK);
	assert_int_equal(prb_book_solve(unordered, mix), PRB_OK);
	for (size_t i = 0; i < 6; i++) {
		const struct prb_result *result;

		(void)snprintf(named, sizeof named, "{\"declaration\":\"%s\"}", ids[i]);
		result = score_mixed("A", named, book);
		assert_true(result->upstream[0].found);
		assert_true(prb_span_is(result->upstream[0].legs[0].to, names[i]));
		assert_string_equal(result->upstream[0].legs[0].declaration, ids[i]);
		result = score_mixed("A", named, unordered);
		assert_true(prb_span_is(result->upstream[0].legs[0].to, names[i]));
		/* The third was refused. */
		(void)snprintf(
			named, sizeof named, "{\"declaration\":\"#%zu\"}", i < 2 ? i + 1 : i + 2);
		result = score_mixed("A", named, book);
		assert_true(prb_span_is(result->upstream[0].legs[0].to, names[i]));
		assert_false(score_mixed("A", named, unordered)->upstream[0].found);
	}
	assert_false(score_mixed("A", "{\"declaration\":\"#3\"}", book)->upstream[0].found);
	assert_false(score_mixed("A", "{\"declaration\":\"#0\"}", book)->upstream[0].found);
	assert_false(score_mixed("A", "{\"declaration\":\"#8\"}", book)->upstream[0].found);
	assert_false(score_mixed("A", "{\"declaration\":\"#\"}", book)->upstream[0].found);
	assert_false(score_mixed("A", "{\"declaration\":\"zzz\"}", book)->upstream[0].found);
	assert_false(score_mixed("A", "{\"declaration\":\"000\"}", book)->upstream[0].found);
}

/* Adds parties that refer to others by number: "2 3|1|" says that the first names the second and
 * the third, the second the first, and the third none. */
static struct prb_book *
book_of(const char *graph, const char *const names[])
{
	struct prb_book *book = prb_book_create(arena, rules_reference(), true);

	assert_non_null(book);
	for (size_t i = 0; *graph != '\0'; i++, graph += *graph == '|') {
		char references[512] = "";
		size_t n = 0;

		for (; *graph != '|' && *graph != '\0'; graph++)
			if (*graph != ' ')
				n += (size_t)snprintf(references + n, sizeof references - n,
					"%s{\"declaration\":\"#%c\"}", n == 0 ? "" : ",", *graph);
		assert_int_equal(
			prb_book_add(book, score_mixed(names[i], references, NULL), mix), PRB_OK);
	}
	assert_int_equal(prb_book_solve(book, mix), PRB_OK);
	return book;
}

/* Those that reach each other have one reach; no other two of a graph have the same, as each is
 * another declaration. */
static void
what_is_reached(void **state)
{
	static const char *const names[] = {"B", "C", "D", "E", "F", "G", "H"};
	static const struct {
		const char *graph, *cycles; /* a letter for the cycle of each */
	} rows[] = {
		{"||", "abc"},
		{"2|1|", "aab"},
		{"2|3|1|", "aaab"},
		{"3|1|2|", "aaab"},
		{"2|3|2|", "abbc"},
		{"2|1 3|4|3|", "aabbc"},
		{"1|", "ab"},
		{"2 3|4|4|1|", "aaaab"},
		{"2 5|3 4|1||4|", "aaabcd"},
		{"2|3|4|2 5|6|5|", "abbbccd"},
		{"3|1|4|5|3 2|", "aaaaab"},
	};

	(void)state;
	for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
		struct prb_book *book;
		size_t n = strlen(rows[r].cycles);

		prb_arena_reset(arena);
		book = book_of(rows[r].graph, names);
		for (uint32_t i = 0; i + 1 < n; i++)
			for (uint32_t k = 0; k < i; k++)
				if ((memcmp(prb_book_reach(book, i), prb_book_reach(book, k),
					     PRB_SHA256_BYTES) == 0) !=
					(rows[r].cycles[i] == rows[r].cycles[k]))
					fail_msg("%s: %u and %u", rows[r].graph, i + 1, k + 1);
	}
}

/* A declaration that stands in the book itself is not reached by its own exposure. */
static void
its_own_entry(void **state)
{
	static const char *const names[] = {"B", "C", "D"};
	const struct prb_result *result =
		score_mixed("B", "{\"declaration\":\"#2\"}", book_of("2|3|1|", names));

	(void)state;
	assert_int_equal(result->upstream_count, 2);
	assert_int_equal(result->upstream[0].legs_count, 1);
	assert_int_equal(result->upstream[1].legs_count, 2);
	assert_true(prb_span_is(result->upstream[1].legs[1].to, "D"));
}

/* A report's name depends on everything that it reaches, however far, and not on what stands
 * beside that. */
static void
names_of_reports(void **state)
{
	static const char *const names[] = {"B", "C", "D", "E"};
	static const char *const others[] = {"B", "C", "D", "other"};
	static const char *const graph = "2|3|||";
	static const char *const references[] = {"{\"declaration\":\"#1\"}",
		"{\"declaration\":\"#4\"}", "{\"declaration\":\"#2\"},{\"declaration\":\"#4\"}"};
	static const bool differs[] = {false, true, true};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		const struct prb_result *a = score_mixed("A", references[i], book_of(graph, names));
		const struct prb_result *b =
			score_mixed("A", references[i], book_of(graph, others));

		assert_int_equal(strcmp(a->id, b->id) != 0, differs[i]);
		assert_string_equal(a->declaration_id, b->declaration_id);
	}
}

static int
set_up(void **state)
{
	(void)state;
	arena = prb_arena_create((size_t)64 << 20);
	for (size_t i = 0; i < TIERS_MAX; i++) {
		tiers[i] = (struct prb_place){.country = PRB_COUNTRY_NONE, .region_basis = ""};
		tier_goods[i].origin = tiers[i];
	}
	return arena == NULL;
}

static int
tear_down(void **state)
{
	(void)state;
	prb_arena_destroy(arena);
	return 0;
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, empty_arena)
	const struct CMUnitTest tests[] = {TEST(looking_up), TEST(what_is_reached),
		TEST(its_own_entry), TEST(names_of_reports)};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
