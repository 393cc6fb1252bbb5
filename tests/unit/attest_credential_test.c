/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scoring/base/jcs.h"
#include "tests/unit/attest_support.h"

#define ARENA_BYTES_MAX ((size_t)32 << 20)

static struct prb_arena *arena;
static struct attest_key key;
static struct prb_issuer by_key, by_web;
static const struct prb_result *full, *bare;
static struct prb_str out;

static int
set_up(void **state)
{
	(void)state;
	arena = prb_arena_create(ARENA_BYTES_MAX);
	attest_key_make(0, &key);
	attest_issuer_make(&key, NULL, &by_key);
	attest_issuer_make(&key, "https://screening.example/a", &by_web);
	prb_str_init(&out, PRB_CREDENTIAL_BYTES_MAX);
	full = attest_result(arena, attest_declaration_full);
	bare = attest_result(arena, attest_declaration_bare);
	return full != NULL && bare != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	prb_str_finish(&out);
	prb_arena_destroy(arena);
	return 0;
}

static const struct prb_json *
written(const struct prb_result *result, const struct prb_issuer *issuer)
{
	const struct prb_json *json = NULL;

	prb_str_reset(&out);
	attest_credential(arena, result, issuer, &key, &out);
	assert_false(out.failed);
	assert_int_equal(
		prb_json_parse(arena, prb_str_span(&out), PRB_CREDENTIAL_BYTES_MAX, NULL, &json),
		PRB_OK);
	return json;
}

/* A pointer of names and indexes; fails the test where nothing is there. */
static const struct prb_json *
at(const struct prb_json *json, const char *pointer)
{
	const char *whole = pointer;

	while (*pointer == '/') {
		size_t n = strcspn(pointer + 1, "/");
		char name[64];
		int64_t index;

		assert_true(n < sizeof(name));
		memcpy(name, pointer + 1, n);
		name[n] = '\0';
		if (prb_json_kind(json) == PRB_JSON_OBJECT) {
			json = prb_json_member(json, name);
		} else {
			assert_true(prb_parse_int(prb_span_of(name), 0, 100, &index));
			for (json = prb_json_first(json); json && index > 0; index--)
				json = prb_json_next(json);
		}
		if (json == NULL)
			fail_msg("%s: nothing there", whole);
		pointer += n + 1;
	}
	return json;
}

static void
assert_text(const struct prb_json *json, const char *pointer, const char *expected)
{
	const struct prb_json *value = at(json, pointer);

	if (prb_json_kind(value) != PRB_JSON_STRING ||
		!prb_span_is(prb_json_string(value), expected))
		fail_msg("%s is \"%.*s\", expected \"%s\"", pointer,
			prb_json_kind(value) == PRB_JSON_STRING ? (int)prb_json_string(value).n : 0,
			prb_json_kind(value) == PRB_JSON_STRING ? prb_json_string(value).p : "",
			expected);
}

static void
assert_number(const struct prb_json *json, const char *pointer, int64_t expected)
{
	int64_t number = -1;

	assert_int_equal(prb_json_kind(at(json, pointer)), PRB_JSON_NUMBER);
	assert_true(prb_json_int(at(json, pointer), &number));
	assert_int_equal(number, expected);
}

#define SUBJECT "/credentialSubject"
#define FIRST SUBJECT "/conformityAssessment/0"

static void
says_what_the_result_says(void **state)
{
	static const char *const rows[][2] = {
		{"/id", "urn:uuid:" ATTEST_ID},
		{"/type/0", "DigitalConformityCredential"},
		{"/type/1", "VerifiableCredential"},
		{"/issuer/name", "Example Screening"},
		{"/validFrom", "2026-07-01T12:00:00Z"},
		{"/validUntil", "2026-12-28T12:00:00Z"},
		{SUBJECT "/assessmentLevel", "no-endorsement"},
		{SUBJECT "/assessorLevel", "commercial"},
		{SUBJECT "/attestationType", "verification"},
		{SUBJECT "/issuedToParty/name", "Example \"Works\" Gr\xC3\xBCn"},
		{SUBJECT "/issuedToParty/registeredId", "7LTWFZYICNSX8D621K86"},
		{SUBJECT "/referenceProfile/name", "Method version 1"},
		{SUBJECT "/profileScore/code", "critical"},
		{SUBJECT "/profileScore/definition",
			"row 3 of the decision table: involuntary work under menace of penalty "
			"(ICLS 2018), or coercion and exploitation (Delphi 2009), indicated by "
			"what is reported, both by sources of the rank that the table asks for"},
		{SUBJECT "/auditableEvidence/linkName", "Report"},
		{SUBJECT "/auditableEvidence/digestMultibase",
			"uEiAiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIg"},
		{FIRST "/id", "urn:uuid:" ATTEST_ID "#exposure"},
		{FIRST "/assessmentDate", "2026-06-30"},
		{FIRST "/assessedPerformance/0/measure/unit", "P1"},
		{FIRST "/evidence/0/linkName", "Declaration"},
		{FIRST "/evidence/1/linkName", "Method"},
		{FIRST "/evidence/2/linkURL",
			"ni:///sha-256;AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
		{FIRST "/conformityTopic/0/name", "Forced Labor Elimination"},
		{"/proof/created", "2026-07-01T12:00:00Z"},
		{"/proof/cryptosuite", "eddsa-jcs-2022"},
	};
	const struct prb_json *json = written(full, &by_key);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_text(json, rows[i][0], rows[i][1]);
	assert_text(json, "/issuer/id", by_key.did);
	assert_text(json, "/proof/verificationMethod", by_key.method);
	assert_number(json, SUBJECT "/profileScore/rank", 4);
	assert_number(json, FIRST "/assessedPerformance/0/measure/value",
		prb_ppm_points(full->exposure.worst.inherent));
	assert_number(json, FIRST "/assessedPerformance/0/measure/upperTolerance",
		prb_ppm_points(full->exposure.hi) - prb_ppm_points(full->exposure.worst.inherent));
	assert_number(json, FIRST "/assessedPerformance/1/measure/lowerTolerance",
		prb_ppm_points(full->exposure.residual) -
			prb_ppm_points(full->exposure.residual_lo));
}

/* One assessment for the exposure, and one for each indicator of which something is known. */
static void
shows_each_known_state(void **state)
{
	static const char *const rows[][2] = {
		{"deception", "present"},
		{"restriction_of_movement", "remedied"},
		{"isolation", "absent"},
		{"withholding_of_wages", "contested"},
		{"debt_bondage", "present"},
		{"excessive_overtime", "historic"},
	};
	const struct prb_json *json = written(full, &by_key);
	const size_t count = sizeof(rows) / sizeof(rows[0]);

	(void)state;
	assert_int_equal(prb_json_size(at(json, SUBJECT "/conformityAssessment")), count + 1);
	for (size_t i = 0; i < count; i++) {
		char pointer[128], id[128];

		(void)snprintf(
			pointer, sizeof(pointer), SUBJECT "/conformityAssessment/%zu/id", i + 1);
		(void)snprintf(id, sizeof(id), "urn:uuid:" ATTEST_ID "#%s", rows[i][0]);
		assert_text(json, pointer, id);
		(void)snprintf(pointer, sizeof(pointer),
			SUBJECT "/conformityAssessment/%zu/assessedPerformance/0/score/code",
			i + 1);
		assert_text(json, pointer, rows[i][1]);
	}
}

/* Under a signature each rule has a sentence, never its bare key; no sentence says that somebody
 * did something. */
static void
words_each_rule_with_care(void **state)
{
	static const char *const never[] = {"uses ", "used ", "guilty", "violat", "offen", "_"};
	struct prb_rating_row row = {.number = 255};
	struct prb_result changed = *full;

	(void)state;
	changed.rating.fired = &row;
	for (int rule = 0; rule < PRB_RATING_RULES; rule++) {
		struct prb_span said;

		row.rule = (uint8_t)rule;
		said = prb_json_string(
			at(written(&changed, &by_key), SUBJECT "/profileScore/definition"));
		assert_true(prb_span_starts(said, PRB_SPAN("row 255 of the decision table: ")));
		for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
			if (strstr(said.p, never[i]) != NULL)
				fail_msg("\"%s\" says \"%s\"", said.p, never[i]);
	}
}

static void
gives_no_score_to_the_unknown(void **state)
{
	const struct prb_json *json = written(bare, &by_key);
	struct prb_span description = prb_json_string(at(json, SUBJECT "/description"));

	(void)state;
	assert_int_equal(bare->rating.rating, PRB_RATING_UNKNOWN);
	assert_null(prb_json_member(at(json, SUBJECT), "profileScore"));
	assert_non_null(strstr(description.p, "No score is given"));
	assert_non_null(strstr(description.p, "the supplier itself"));
	assert_text(json, SUBJECT "/assessorLevel", "self");
	assert_text(json, SUBJECT "/attestationType", "declaration");
	assert_null(prb_json_member(at(json, SUBJECT "/issuedToParty"), "registeredId"));
}

static void
names_its_own_addresses(void **state)
{
	const struct prb_json *json = written(full, &by_web);
	char url[256];

	(void)state;
	assert_text(json, "/id", "https://screening.example/a/v1/attestations/" ATTEST_ID);
	assert_text(json, "/issuer/id", "did:web:screening.example:a");
	assert_text(json, "/proof/verificationMethod", "did:web:screening.example:a#key-1");
	(void)snprintf(url, sizeof(url), "https://screening.example/a/v1/reports/%s", full->id);
	assert_text(json, SUBJECT "/auditableEvidence/linkURL", url);
	(void)snprintf(url, sizeof(url), "https://screening.example/a/v1/declarations/%s#supplier",
		full->declaration_id);
	assert_text(json, SUBJECT "/issuedToParty/id", url);
}

/* What was written, after looking whether it is canonical. */
static const struct prb_json *
canonical_of_out(void)
{
	const struct prb_json *json = NULL;
	struct prb_str canonical;

	assert_false(out.failed);
	assert_int_equal(
		prb_json_parse(arena, prb_str_span(&out), PRB_CREDENTIAL_BYTES_MAX, NULL, &json),
		PRB_OK);
	prb_str_init(&canonical, PRB_CREDENTIAL_BYTES_MAX);
	prb_jcs_write(arena, json, &canonical);
	assert_true(prb_span_equal(prb_str_span(&canonical), prb_str_span(&out)));
	prb_str_finish(&canonical);
	return json;
}

static void
is_canonical(void **state)
{
	(void)state;
	(void)written(full, &by_web);
	(void)canonical_of_out();
}

/* Workers, sites, free text and who said what stay out. */
static void
keeps_quiet(void **state)
{
	static const char *const never[] = {"free words", "workforce", "worker_group", "\"site\"",
		"reply", "\"conformance\"", "certification", "ngo"};

	(void)state;
	(void)written(full, &by_key);
	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		assert_null(strstr(out.p, never[i]));
}

/* A LEI whose check digits are wrong is not signed. */
static void
leaves_out_a_wrong_lei(void **state)
{
	const struct prb_result *result = attest_result(arena,
		"{\"supplier\":{\"name\":\"A\",\"country\":\"CHE\",\"identifiers\":[{\"scheme\":"
		"\"lei\",\"value\":\"7LTWFZYICNSX8D621K87\"}]},\"products\":[{\"hs\":\"5201\"}]}");

	(void)state;
	assert_non_null(result);
	assert_null(prb_json_member(
		at(written(result, &by_key), SUBJECT "/issuedToParty"), "registeredId"));
}

/* In a DCC the index is a number; id and list are what the status list is called. */
static void
names_its_place_in_the_status_list(void **state)
{
	static const struct {
		struct prb_status_place place;
		const char *index;
	} rows[] = {{{1, 0}, "0"}, {{3, 131071}, "131071"}};
	const struct prb_json *json = written(full, &by_web);

	(void)state;
	assert_null(prb_json_member(json, "credentialStatus"));
	for (size_t i = 0; i < 2 * sizeof(rows) / sizeof(rows[0]); i++) {
		const struct prb_issuer *issuer = i % 2 == 0 ? &by_web : &by_key;
		struct prb_credential_request request;
		char list[PRB_STATUS_ID_BYTES_MAX], id[PRB_STATUS_ID_BYTES_MAX + 16];

		attest_request_make(full, issuer, &key, &request);
		request.status = rows[i / 2].place;
		prb_str_reset(&out);
		prb_credential_write(arena, &request, &out);
		json = canonical_of_out();
		prb_status_list_id(issuer, request.status.list, attest_sha256, list);
		(void)snprintf(id, sizeof(id), "%s#%s", list, rows[i / 2].index);
		assert_text(json, "/credentialStatus/id", id);
		assert_text(json, "/credentialStatus/statusListCredential", list);
		assert_text(json, "/credentialStatus/statusPurpose", "revocation");
		assert_text(json, "/credentialStatus/type", "BitstringStatusListEntry");
		assert_number(json, "/credentialStatus/statusListIndex", request.status.index);
	}
	assert_text(json, "/proof/verificationMethod", by_key.method);
}

static void
ids_of_terms_come_from_their_texts(void **state)
{
	static const char *const rows[][2] = {
#define PRB_TERM(NAME, type, hashed, uuid, name) {hashed, uuid},
#define PRB_CRITERION(NAME, hashed, uuid, name) {hashed, uuid},
#include "scoring/attest/terms.def"
#undef PRB_TERM
#undef PRB_CRITERION
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t hash[PRB_SHA256_BYTES];
		char uuid[PRB_UUID_BYTES];

		attest_sha256(hash, rows[i][0], strlen(rows[i][0]));
		prb_uuid8(hash, uuid);
		assert_string_equal(uuid, rows[i][1]);
	}
}

/* No room at any size: it fails, and never writes past its bound. */
static void
says_when_there_is_no_room(void **state)
{
	size_t whole;

	(void)state;
	(void)written(full, &by_key);
	whole = out.n;
	for (size_t room = 0; room < whole; room += 97) {
		struct prb_str small;

		prb_str_init(&small, room);
		attest_credential(arena, full, &by_key, &key, &small);
		assert_true(small.failed);
		assert_true(small.n <= room);
		prb_str_finish(&small);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_the_result_says),
		cmocka_unit_test(shows_each_known_state),
		cmocka_unit_test(words_each_rule_with_care),
		cmocka_unit_test(gives_no_score_to_the_unknown),
		cmocka_unit_test(names_its_own_addresses),
		cmocka_unit_test(is_canonical),
		cmocka_unit_test(keeps_quiet),
		cmocka_unit_test(leaves_out_a_wrong_lei),
		cmocka_unit_test(names_its_place_in_the_status_list),
		cmocka_unit_test(ids_of_terms_come_from_their_texts),
		cmocka_unit_test(says_when_there_is_no_room),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
