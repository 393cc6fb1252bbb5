/* SPDX-License-Identifier: Apache-2.0 */
/* What attestations and reports say of how they came about. The credential is written by the code
 * beside, so that the two cannot part unseen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scoring/attest/claims.h"
#include "scoring/rules/report.h"
#include "tests/unit/attest_support.h"

#define TEXT_BYTES_MAX ((size_t)1 << 20)

static struct prb_arena *arena;
static struct attest_key key;
static struct prb_issuer issuer;

static const struct prb_json *
parse(struct prb_span text)
{
	const struct prb_json *json = NULL;
	struct prb_fault fault;

	if (prb_json_parse(arena, text, TEXT_BYTES_MAX, &fault, &json) != PRB_OK)
		fail_msg("%s", fault.detail);
	return json;
}

/* Every declarant's attestation and report say the same, and what the result says. */
static void
both_say_the_same(void **state)
{
	static const char *const declarants[] = {"supplier", "company", "officer", "auditor"};
	char declaration[256], twos[PRB_SHA256_HEX_BYTES];

	(void)state;
	memset(twos, '2', sizeof twos - 1);
	twos[sizeof twos - 1] = '\0';
	for (size_t i = 0; i < sizeof declarants / sizeof declarants[0]; i++) {
		struct prb_claims attested, reported;
		const struct prb_result *result;
		struct prb_fault fault;
		struct prb_str text;

		(void)snprintf(declaration, sizeof declaration,
			"{\"declarant\":\"%s\",\"supplier\":{\"name\":\"A\",\"country\":\"CHE\"}}",
			declarants[i]);
		prb_arena_reset(arena);
		result = attest_result(arena, declaration);
		assert_non_null(result);
		prb_str_init(&text, TEXT_BYTES_MAX);
		attest_credential(arena, result, &issuer, &key, &text);
		assert_int_equal(
			prb_claims_of_attestation(parse(prb_str_span(&text)), &attested, &fault),
			PRB_OK);
		assert_string_equal(attested.sha256[PRB_CLAIM_REPORT], twos);
		prb_str_reset(&text);
		prb_report_write(arena, result, &text);
		assert_int_equal(
			prb_claims_of_report(parse(prb_str_span(&text)), &reported, &fault),
			PRB_OK);
		prb_str_finish(&text);
		assert_string_equal(reported.sha256[PRB_CLAIM_REPORT], "");
		for (int c = 0; c < PRB_CLAIM_REPORT; c++)
			assert_string_equal(attested.sha256[c], reported.sha256[c]);
		assert_string_equal(
			attested.sha256[PRB_CLAIM_DECLARATION], result->declaration_sha256);
		assert_string_equal(
			attested.sha256[PRB_CLAIM_METHOD], result->reference->method_sha256);
		assert_string_equal(attested.sha256[PRB_CLAIM_RELEASE], result->reference->release);
		assert_string_equal(attested.declaration_id, result->declaration_id);
		assert_string_equal(reported.declaration_id, result->declaration_id);
		assert_int_equal(attested.as_of, result->as_of);
		assert_int_equal(reported.as_of, result->as_of);
		assert_int_equal(attested.declarant, result->declarant);
		assert_int_equal(reported.declarant, result->declarant);
	}
}

/* One text for another in a good one, and where the fault is then said to be. */
struct change {
	const char *from, *to, *pointer;
};

static struct prb_span
changed(struct prb_span text, const struct change *change)
{
	const char *at = strstr(text.p, change->from);
	size_t n = strlen(change->from), m = strlen(change->to), before;
	char *copy;

	if (at == NULL)
		fail_msg("there is no %s in %s", change->from, text.p);
	before = (size_t)(at - text.p);
	copy = prb_arena_alloc(arena, text.n - n + m + 1);
	assert_non_null(copy);
	memcpy(copy, text.p, before);
	memcpy(copy + before, change->to, m);
	memcpy(copy + before + m, at + n, text.n - before - n + 1);
	return (struct prb_span){copy, text.n - n + m};
}

static void
refused_attestations_name_the_place(void **state)
{
	static const struct change changes[] = {
		{"\"auditableEvidence\"", "\"auditable\"", "/credentialSubject/auditableEvidence"},
		{"\"digestMultibase\":\"u", "\"digestMultibase\":\"z",
			"/credentialSubject/auditableEvidence"},
		{"\"digestMultibase\":\"uE", "\"digestMultibase\":\"uF",
			"/credentialSubject/auditableEvidence"},
		{"\"digestMultibase\":\"uEi", "\"digestMultibase\":\"uEiAA",
			"/credentialSubject/auditableEvidence"},
		{"\"Dataset release\"", "\"Dataset\"",
			"/credentialSubject/conformityAssessment/0/evidence"},
		{"\"Method\"", "\"Methods\"", "/credentialSubject/conformityAssessment/0/evidence"},
		{"\"Declaration\"", "\"D\"", "/credentialSubject/conformityAssessment/0/evidence"},
		{"\"linkName\":\"Declaration\",\"linkURL\":\"urn:uuid:",
			"\"linkName\":\"Declaration\",\"linkURL\":\"urn:uuid:A\",\"link\":\"",
			"/credentialSubject/conformityAssessment/0/evidence"},
		{"\"assessmentDate\":\"2026", "\"assessmentDate\":\"202",
			"/credentialSubject/conformityAssessment/0/assessmentDate"},
		{"declared by a company", "declared by the company",
			"/credentialSubject/description"},
		{"\"conformityAssessment\":[", "\"conformityAssessment\":[0,",
			"/credentialSubject/conformityAssessment/0/evidence"},
		{"\"credentialSubject\"", "\"subject\"", "/credentialSubject/auditableEvidence"},
	};
	struct prb_str text;

	(void)state;
	prb_arena_reset(arena);
	prb_str_init(&text, TEXT_BYTES_MAX);
	attest_credential(arena,
		attest_result(arena, "{\"supplier\":{\"name\":\"A\",\"country\":\"CHE\"}}"),
		&issuer, &key, &text);
	for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
		const struct prb_json *json = parse(changed(prb_str_span(&text), &changes[i]));
		struct prb_claims claims = {.as_of = 7};
		struct prb_fault fault = {.err = PRB_OK};

		assert_int_equal(prb_claims_of_attestation(json, &claims, &fault), PRB_ERR_VALUE);
		if (strcmp(fault.pointer, changes[i].pointer) != 0)
			fail_msg(
				"%s: %s, not %s", changes[i].to, fault.pointer, changes[i].pointer);
		assert_int_equal(claims.as_of, 7);
	}
	prb_str_finish(&text);
}

/* Nothing can be compared with what is withheld, and who has it is said. */
static void
withheld_parts_are_said(void **state)
{
	struct prb_claims claims;
	struct prb_fault fault;
	struct prb_str text;

	(void)state;
	prb_str_init(&text, TEXT_BYTES_MAX);
	assert_true(attest_vector("attestation/did_web_withheld.json", &text));
	assert_int_equal(prb_claims_of_attestation(parse(prb_str_span(&text)), &claims, &fault),
		PRB_ERR_VALUE);
	assert_string_equal(fault.pointer, "/credentialSubject/conformityAssessment/0/evidence");
	assert_non_null(strstr(fault.detail, "the attestation withholds its declaration: ask its"));
	prb_str_finish(&text);
}

static void
refused_reports_name_the_place(void **state)
{
	static const struct change changes[] = {
		{"\"data\"", "\"date\"", ""},
		{"\"method\"", "\"methods\"", ""},
		{"\"declaration\":", "\"declared\":", ""},
		{"\"as_of\":\"2026", "\"as_of\":\"26", "/as_of"},
		{"\"declarant\":\"company\"", "\"declarant\":\"nobody\"", "/declaration/declarant"},
		{"\"declarant\":\"company\",\"id\":\"",
			"\"declarant\":\"company\",\"id\":\"x\",\"was\":\"", "/declaration/id"},
	};
	struct prb_str text;

	(void)state;
	prb_arena_reset(arena);
	prb_str_init(&text, TEXT_BYTES_MAX);
	prb_report_write(arena,
		attest_result(arena, "{\"supplier\":{\"name\":\"A\",\"country\":\"CHE\"}}"), &text);
	for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
		const struct prb_json *json = parse(changed(prb_str_span(&text), &changes[i]));
		struct prb_claims claims = {.as_of = 7};
		struct prb_fault fault = {.err = PRB_OK};

		assert_int_equal(prb_claims_of_report(json, &claims, &fault), PRB_ERR_VALUE);
		if (strcmp(fault.pointer, changes[i].pointer) != 0)
			fail_msg(
				"%s: %s, not %s", changes[i].to, fault.pointer, changes[i].pointer);
		assert_int_equal(claims.as_of, 7);
	}
	prb_str_finish(&text);
}

/* Any other JSON is no attestation and no report. */
static void
other_texts_are_neither(void **state)
{
	static const char *const texts[] = {"null", "[]", "{}", "\"x\"", "1",
		"{\"credentialSubject\":[]}", "{\"attestation\":{}}", "{\"attestation\":[]}",
		"{\"data\":{\"sha256\":1}}", "{\"data\":[]}"};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		const struct prb_json *json = parse(prb_span_of(texts[i]));
		struct prb_claims claims;
		struct prb_fault fault;

		assert_int_equal(prb_claims_of_attestation(json, &claims, &fault), PRB_ERR_VALUE);
		assert_int_equal(prb_claims_of_report(json, &claims, &fault), PRB_ERR_VALUE);
	}
}

static int
set_up(void **state)
{
	(void)state;
	arena = prb_arena_create((size_t)64 << 20);
	attest_key_make(0, &key);
	attest_issuer_make(&key, NULL, &issuer);
	return arena != NULL ? 0 : -1;
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
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_say_the_same),
		cmocka_unit_test(refused_attestations_name_the_place),
		cmocka_unit_test(withheld_parts_are_said),
		cmocka_unit_test(refused_reports_name_the_place),
		cmocka_unit_test(other_texts_are_neither),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
