/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Once warm, the way from bytes to report takes no memory but the arena's first chunk and the
 * strings that are kept; and where memory runs out it says so. The linker puts the __wrap functions
 * in malloc's place.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scoring/rules/book.h"
#include "scoring/rules/report.h"
#include "scoring/rules/score.h"
#include "tests/unit/rules_reference.h"
#include "tests/unit/wrapped_malloc.h"

static const char text[] =
	"{\"supplier\":{\"name\":\"A\",\"country\":\"CHE\"},\"products\":[{\"hs\":\"5201\","
	"\"origin\":\"CHN\"}],"
	"\"workforce\":{\"total\":100,\"migrant\":10,\"recruitment_fees\":\"workers_pay\"},"
	"\"findings\":["
	"{\"indicator\":\"debt_bondage\",\"state\":\"present\",\"source\":\"ngo\",\"date\":\"2026-"
	"01-01\",\"worker_group\":\"x\"},"
	"{\"item\":\"EX01\",\"state\":\"present\",\"source\":\"worker\",\"date\":\"2026-01-01\"},"
	"{\"indicator\":\"deception\",\"state\":\"absent\",\"source\":\"authority\",\"date\":"
	"\"2026-01-01\"}],"
	"\"controls\":[{\"control\":\"free_movement\",\"evidence\":\"verified\"}],"
	"\"upstream\":[{\"supplier\":{\"name\":\"B\",\"country\":\"CHN\"},\"upstream\":[{"
	"\"declaration\":\"#1\"}]},{\"declaration\":\"none\"}]}";
/* What "#1" is; it names itself again. */
static const char upper[] = "{\"supplier\":{\"name\":\"C\",\"country\":\"CHN\"},\"upstream\":["
			    "{\"declaration\":\"#1\",\"product\":\"yarn\"},{\"declaration\":"
			    "\"none\",\"product\":\"cloth\"}]}";

static const struct prb_place cotton_origin = {
	.country = COUNTRY_CHN, .region = "", .region_basis = ""};
static struct prb_product_facts cotton;
static const struct prb_place tiers[] = {{.country = COUNTRY_CHN, .region = "", .region_basis = ""},
	{.country = PRB_COUNTRY_NONE, .region = "", .region_basis = ""},
	{.country = PRB_COUNTRY_NONE, .region = "", .region_basis = ""}};
static const struct prb_goods_facts tiers_goods[3];
static struct prb_facts facts = {
	.supplier = {.country = COUNTRY_CHE, .region = "", .region_basis = ""},
	.products = &cotton,
	.upstream = tiers,
	.upstream_goods = tiers_goods};
static const struct prb_facts upper_facts = {
	.supplier = {.country = COUNTRY_CHN, .region = "", .region_basis = ""},
	.upstream = tiers + 1,
	.upstream_goods = tiers_goods};

static enum prb_err
make_book(struct prb_arena *arena, const struct prb_score_options *options, struct prb_book **out)
{
	struct prb_faults faults = {.count = 0};
	struct prb_declaration *declaration;
	struct prb_result *result;
	struct prb_book *book = prb_book_create(arena, rules_reference(), true);
	enum prb_err err;

	if (book == NULL)
		return PRB_ERR_MEMORY;
	err = prb_declaration_read(arena, PRB_SPAN(upper), &faults, &declaration);
	if (err == PRB_OK)
		err = prb_score(arena, rules_reference(), declaration, &upper_facts, options,
			&faults, &result);
	if (err == PRB_OK)
		err = prb_book_add(book, result, rules_sha256);
	if (err == PRB_OK)
		err = prb_book_solve(book, rules_sha256);
	*out = book;
	return err;
}

static enum prb_err
work(struct prb_arena *arena, struct prb_str *scratch, struct prb_str *report)
{
	struct prb_score_options options = {
		.as_of = rules_as_of(), .sha256 = rules_sha256, .scratch = scratch};
	struct prb_faults faults = {.count = 0};
	struct prb_declaration *declaration;
	struct prb_result *result;
	struct prb_book *book = NULL;
	enum prb_err err;

	prb_arena_reset(arena);
	prb_str_reset(report);
	err = make_book(arena, &options, &book);
	options.book = book;
	if (err == PRB_OK)
		err = prb_declaration_read(arena, PRB_SPAN(text), &faults, &declaration);
	if (err == PRB_OK)
		err = prb_score(
			arena, rules_reference(), declaration, &facts, &options, &faults, &result);
	if (err != PRB_OK)
		return err;
	/* The inline party, what it refers to, and the reference that leads nowhere. */
	assert_int_equal(result->upstream_count, 3);
	assert_int_equal(result->upstream[1].legs_count, 2);
	assert_false(result->upstream[2].found);
	prb_report_write(arena, result, report);
	return report->failed ? PRB_ERR_MEMORY : PRB_OK;
}

static void
takes_nothing_once_warm(void **state)
{
	struct prb_arena *arena = prb_arena_create((size_t)16 << 20);
	struct prb_str scratch, report;
	size_t before, chunks;

	(void)state;
	prb_str_init(&scratch, 2 * PRB_DECLARATION_BYTES_MAX);
	prb_str_init(&report, PRB_REPORT_BYTES_MAX);
	assert_int_equal(work(arena, &scratch, &report), PRB_OK);
	before = allocations_taken;
	chunks = prb_arena_chunks_taken(arena);
	for (int i = 0; i < 100; i++)
		assert_int_equal(work(arena, &scratch, &report), PRB_OK);
	assert_int_equal(allocations_taken, before);
	assert_int_equal(prb_arena_chunks_taken(arena), chunks);
	prb_str_finish(&scratch);
	prb_str_finish(&report);
	prb_arena_destroy(arena);
}

static void
says_when_memory_runs_out(void **state)
{
	enum prb_err err = PRB_ERR_MEMORY;
	int failed = 0;

	(void)state;
	for (int n = 0; err != PRB_OK; n++) {
		struct prb_arena *arena;
		struct prb_str scratch, report;

		assert_true(n < 1000);
		allocations_left = -1;
		arena = prb_arena_create((size_t)16 << 20);
		prb_str_init(&scratch, 2 * PRB_DECLARATION_BYTES_MAX);
		prb_str_init(&report, PRB_REPORT_BYTES_MAX);
		allocations_left = n;
		err = work(arena, &scratch, &report);
		allocations_left = -1;
		assert_true(err == PRB_OK || err == PRB_ERR_MEMORY);
		failed += err != PRB_OK;
		prb_str_finish(&scratch);
		prb_str_finish(&report);
		prb_arena_destroy(arena);
	}
	assert_true(failed > 0);
}

/* The same for an arena that is too small, at every size. */
static void
says_when_the_share_is_used_up(void **state)
{
	enum prb_err err = PRB_ERR_MEMORY;
	struct prb_str scratch, report;

	(void)state;
	prb_str_init(&scratch, 2 * PRB_DECLARATION_BYTES_MAX);
	prb_str_init(&report, PRB_REPORT_BYTES_MAX);
	for (size_t bytes = 256; err != PRB_OK; bytes += 67) {
		struct prb_arena *arena = prb_arena_create(bytes);

		assert_true(bytes < (size_t)1 << 20);
		if (arena == NULL)
			continue;
		err = work(arena, &scratch, &report);
		assert_true(err == PRB_OK || err == PRB_ERR_MEMORY);
		prb_arena_destroy(arena);
	}
	prb_str_finish(&scratch);
	prb_str_finish(&report);
}

static int
set_up(void **state)
{
	(void)state;
	cotton = (struct prb_product_facts){.goods = {.origin = cotton_origin,
						    .basis = PRB_HS_DECLARED,
						    .hs_count = 1,
						    .hs = {"5201"}}};
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_nothing_once_warm),
		cmocka_unit_test(says_when_memory_runs_out),
		cmocka_unit_test(says_when_the_share_is_used_up),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
