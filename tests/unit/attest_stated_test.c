/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An attestation of a stored report is the one that would have been made of the result, byte by
 * byte: over every golden declaration. What is no whole report is refused.
 */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "datasets/facts/gather.h"
#include "scoring/attest/stated.h"
#include "scoring/base/jcs.h"
#include "scoring/rules/report.h"
#include "tests/unit/attest_support.h"

#define RELEASE PROBITY_BINARY_DIR "/share/probity/release.lmdb"
#define TEXT_BYTES_MAX ((size_t)1 << 20)
#define ARENA_BYTES_MAX ((size_t)64 << 20)
#define CASES_MIN 40

static struct prb_release *release;
static struct prb_reader *reader;
static struct prb_gatherer *gatherer;
static struct prb_arena *arena;
static struct attest_key key;
static struct prb_issuer issuer;
static struct prb_str report, first, second;

static struct prb_span
read_file(const char *path)
{
	char *bytes = prb_arena_alloc(arena, TEXT_BYTES_MAX);
	FILE *file = fopen(path, "rb");
	size_t n;

	assert_non_null(bytes);
	assert_non_null(file);
	n = fread(bytes, 1, TEXT_BYTES_MAX, file);
	(void)fclose(file);
	assert_true(n < TEXT_BYTES_MAX);
	return (struct prb_span){bytes, n};
}

/* NULL where the declaration is one that is refused. */
static const struct prb_result *
score(struct prb_span text)
{
	struct prb_score_options options = {
		.sha256 = prb_store_sha256, .as_of = prb_date_from_civil(2026, 6, 30)};
	struct prb_faults faults = {.count = 0};
	struct prb_declaration *declaration;
	struct prb_result *result;
	struct prb_facts *facts;

	if (prb_declaration_read(arena, text, &faults, &declaration) != PRB_OK ||
		prb_facts_gather(gatherer, arena, declaration, options.as_of, &faults, &facts) !=
			PRB_OK ||
		prb_score(arena, prb_release_reference(release), declaration, facts, &options,
			&faults, &result) != PRB_OK)
		return NULL;
	return result;
}

/* Every second one withholds a part or all, so that what stands in the commitments is held too. */
static void
write(const struct prb_result *result, uint32_t disclosed, struct prb_str *out)
{
	static uint8_t salts[PRB_PARTS * PRB_PART_SALT_BYTES];
	uint8_t hash[PRB_SHA256_BYTES];
	struct prb_credential_request request = {.result = result,
		.report_sha256 = hash,
		.id = ATTEST_ID,
		.issuer = &issuer,
		.secret_key = key.secret_key,
		.issued_at = ATTEST_MOMENT,
		.valid_days = 30,
		.status = {1, 4711},
		.disclosed = disclosed,
		.salts = salts,
		.sha256 = attest_sha256};
	struct prb_str openings;

	prb_str_reset(out);
	prb_str_init(&openings, TEXT_BYTES_MAX);
	request.openings = &openings;
	attest_sha256(hash, report.p, report.n);
	prb_credential_write(arena, &request, out);
	prb_str_add_span(out, prb_str_span(&openings));
	assert_false(out->failed);
	assert_false(openings.failed);
	prb_str_finish(&openings);
}

static void
stated_is_as_scored(void **state)
{
	glob_t found;
	size_t attested = 0;

	(void)state;
	assert_int_equal(
		glob(PROBITY_SOURCE_DIR "/tests/golden/*/declaration.json", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		const struct prb_result *result;
		struct prb_result *stated;
		uint32_t disclosed = i % 4 == 0   ? 0
				     : i % 4 == 2 ? 1U << (i % PRB_PARTS)
						  : PRB_PARTS_ALL;

		prb_arena_reset(arena);
		result = score(read_file(found.gl_pathv[i]));
		if (result == NULL)
			continue;
		if (!prb_parts_can_be_disclosed(disclosed))
			disclosed = 0;
		prb_str_reset(&report);
		prb_report_write(arena, result, &report);
		assert_false(report.failed);
		write(result, disclosed, &first);
		assert_int_equal(prb_result_stated(arena, prb_str_span(&report),
					 result->declaration, &stated),
			PRB_OK);
		write(stated, disclosed, &second);
		if (!prb_span_equal(prb_str_span(&first), prb_str_span(&second)))
			fail_msg("%s: another attestation", found.gl_pathv[i]);
		attested++;
	}
	globfree(&found);
	assert_true(attested >= CASES_MIN);
}

static void
make_report(void)
{
	const struct prb_result *result;

	prb_arena_reset(arena);
	result = score(prb_span_of(attest_declaration_full));
	assert_non_null(result);
	prb_str_reset(&report);
	prb_report_write(arena, result, &report);
	assert_false(report.failed);
}

/* The text with the first `from` replaced. */
static struct prb_span
replaced(const char *from, const char *to)
{
	const char *at = strstr(report.p, from);
	struct prb_str text;
	struct prb_span copy;

	if (at == NULL)
		fail_msg("the report has no %s", from);
	prb_str_init(&text, TEXT_BYTES_MAX);
	prb_str_add(&text, report.p, (size_t)(at - report.p));
	prb_str_add_text(&text, to);
	prb_str_add_text(&text, at + strlen(from));
	copy = prb_arena_copy(arena, prb_str_span(&text));
	assert_non_null(copy.p);
	prb_str_finish(&text);
	return copy;
}

static void
what_is_no_report_is_refused(void **state)
{
	static const struct {
		const char *from, *to;
	} rows[] = {
		{"\"inherent_ppm\":", "\"inherent_ppm\":-1,\"x\":"},
		{"\"inherent_ppm\":", "\"inherent_ppn\":"},
		{"\"inherent_ppm\":", "\"inherent_ppm\":1000001,\"x\":"},
		{"\"residual_ppm\":", "\"residual_ppm\":\"1\",\"x\":"},
		{"\"residual_range\":[", "\"residual_range\":[],\"x\":["},
		{"\"residual_range\":[", "\"residual_range\":[90,80],\"x\":["},
		{"\"residual_range\":[", "\"residual_range\":[0,101],\"x\":["},
		{"\"residual_range\":[", "\"residual_range\":[0],\"x\":["},
		{"\"code\":2,", "\"code\":3,"},
		{"\"code\":11,", "\"code\":12,"},
		{"\"state\":\"present\"", "\"state\":\"perhaps\""},
		{"\"holds\":true", "\"holds\":\"true\""},
		{"\"decision_table\":", "\"decision_tables\":"},
		{"\"rating\":\"high\",\"rating_range\"", "\"rating\":\"tall\",\"rating_range\""},
		{"\"method\":{", "\"methods\":{"},
		{"\"version\":", "\"versions\":"},
		{"\"data\":{", "\"date\":{"},
		{"\"as_of\":\"2026", "\"as_of\":\"x026"},
		{"\"declarant\":\"", "\"declarant\":\"nobody"},
		{"\"indicators\":[", "\"indicators\":[{},"},
	};
	struct prb_result *stated = NULL;

	(void)state;
	make_report();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		enum prb_err err;

		if (strstr(rows[i].from, "rating_range") != NULL &&
			strstr(report.p, rows[i].from) == NULL)
			continue;
		err = prb_result_stated(arena, replaced(rows[i].from, rows[i].to), NULL, &stated);
		if (err != PRB_ERR_VALUE)
			fail_msg("%s -> %s: %s", rows[i].from, rows[i].to, prb_err_wire(err));
		assert_null(stated);
	}
	assert_int_equal(prb_result_stated(arena, PRB_SPAN("[]"), NULL, &stated), PRB_ERR_VALUE);
	assert_int_not_equal(prb_result_stated(arena, PRB_SPAN("{"), NULL, &stated), PRB_OK);
	assert_null(stated);
}

/* However little memory there is: said, and nothing is touched. */
static void
memory_runs_out(void **state)
{
	struct prb_result *stated = NULL;
	size_t room = 256;
	enum prb_err err = PRB_ERR_MEMORY;

	(void)state;
	make_report();
	for (; err != PRB_OK && room < ARENA_BYTES_MAX; room += room / 2) {
		struct prb_arena *small = prb_arena_create(room);

		assert_non_null(small);
		err = prb_result_stated(small, prb_str_span(&report), NULL, &stated);
		if (err != PRB_OK) {
			assert_int_equal(err, PRB_ERR_MEMORY);
			assert_null(stated);
		}
		prb_arena_destroy(small);
	}
	assert_int_equal(err, PRB_OK);
}

static int
set_up(void **state)
{
	struct prb_fault fault;
	const char *path = getenv("PROBITY_DATA");

	(void)state;
	if (path == NULL || path[0] == '\0')
		path = RELEASE;
	if (prb_release_open(path, &release, &fault) != PRB_OK) {
		fprintf(stderr, "%s\n", fault.detail);
		return -1;
	}
	if (prb_reader_create(release, &reader) != PRB_OK)
		return -1;
	gatherer = prb_gatherer_create(reader);
	arena = prb_arena_create(ARENA_BYTES_MAX);
	attest_key_make(0, &key);
	attest_issuer_make(&key, "https://screening.example", &issuer);
	prb_str_init(&report, TEXT_BYTES_MAX);
	prb_str_init(&first, TEXT_BYTES_MAX);
	prb_str_init(&second, TEXT_BYTES_MAX);
	return gatherer != NULL && arena != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	prb_str_finish(&report);
	prb_str_finish(&first);
	prb_str_finish(&second);
	prb_arena_destroy(arena);
	prb_gatherer_destroy(gatherer);
	prb_reader_destroy(reader);
	prb_release_close(release);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stated_is_as_scored),
		cmocka_unit_test(what_is_no_report_is_refused),
		cmocka_unit_test(memory_runs_out),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
