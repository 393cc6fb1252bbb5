/* SPDX-License-Identifier: Apache-2.0 */
/* What is withheld cannot be guessed from what is there, and can be opened part by part. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scoring/base/jcs.h"
#include "tests/unit/attest_support.h"
#include "tests/unit/json_member.h"
#include "tests/unit/wrapped_malloc.h"

#define ARENA_BYTES_MAX ((size_t)64 << 20)
#define TRIES_MAX 500
#define ALL PRB_PARTS_ALL
#define BIT(NAME) (1U << PRB_PART_##NAME)
#define TELLING (BIT(SUPPLIER) | BIT(DECLARATION) | BIT(REPORT))
#define SUBJECT "credentialSubject"

static struct prb_arena *arena;
static struct attest_key key;
static struct prb_issuer by_key, by_web;
static const struct prb_result *full, *bare;
static struct prb_str out, openings;
static uint8_t salts[PRB_PARTS * PRB_PART_SALT_BYTES];

static int
set_up(void **state)
{
	(void)state;
	arena = prb_arena_create(ARENA_BYTES_MAX);
	attest_key_make(0, &key);
	attest_issuer_make(&key, NULL, &by_key);
	attest_issuer_make(&key, "https://screening.example", &by_web);
	prb_str_init(&out, PRB_CREDENTIAL_BYTES_MAX);
	prb_str_init(&openings, PRB_CREDENTIAL_BYTES_MAX);
	full = attest_result(arena, attest_declaration_full);
	bare = attest_result(arena, attest_declaration_bare);
	for (size_t i = 0; i < sizeof salts; i++)
		salts[i] = (uint8_t)(0xA0 + i);
	return full != NULL && bare != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	prb_str_finish(&openings);
	prb_str_finish(&out);
	prb_arena_destroy(arena);
	return 0;
}

static void
write_it(const struct prb_result *result, const struct prb_issuer *issuer, uint32_t disclosed)
{
	struct prb_credential_request request;

	attest_request_make(result, issuer, &key, &request);
	request.disclosed = disclosed;
	request.salts = salts;
	request.openings = &openings;
	prb_str_reset(&out);
	prb_str_reset(&openings);
	prb_credential_write(arena, &request, &out);
}

static const struct prb_json *
parsed(const struct prb_str *text)
{
	const struct prb_json *json = NULL;

	assert_false(text->failed);
	assert_int_equal(
		prb_json_parse(arena, prb_str_span(text), PRB_CREDENTIAL_BYTES_MAX, NULL, &json),
		PRB_OK);
	return json;
}

static const struct prb_json *
written(const struct prb_result *result, const struct prb_issuer *issuer, uint32_t disclosed)
{
	write_it(result, issuer, disclosed);
	return parsed(&out);
}

static const struct prb_json *
first_assessment(const struct prb_json *credential)
{
	return prb_json_first(member(member(credential, SUBJECT), "conformityAssessment"));
}

/* ---- words ---- */

static void
words_are_found_again(void **state)
{
	(void)state;
	for (unsigned i = 0; i < PRB_PARTS; i++)
		assert_int_equal(prb_part_find(prb_span_of(prb_part_word(i))), i);
	assert_int_equal(prb_part_find(PRB_SPAN("indicators")), -1);
	assert_int_equal(prb_part_find(PRB_SPAN("Supplier")), -1);
	assert_int_equal(prb_part_find(PRB_SPAN("")), -1);
	assert_string_equal(
		prb_part_word(PRB_PART_INDICATOR(PRB_IND_DEBT_BONDAGE)), "indicators/debt_bondage");
}

static void
reads_what_is_disclosed(void **state)
{
	static const struct {
		const char *text;
		enum prb_err err;
		uint32_t mask;
		const char *pointer;
	} rows[] = {
		{"[]", PRB_OK, 0, NULL},
		{"[\"supplier\"]", PRB_OK, BIT(SUPPLIER), NULL},
		{"[\"rating\",\"exposure\"]", PRB_OK, BIT(RATING) | BIT(EXPOSURE), NULL},
		{"[\"indicators\"]", PRB_OK, ALL & ~(BIT(RATING) | BIT(EXPOSURE) | TELLING), NULL},
		{"[\"indicators/deception\"]", PRB_OK, 1U << 6, NULL},
		{"[\"report\",\"supplier\",\"declaration\"]", PRB_OK, TELLING, NULL},
		{"[\"indicators\",\"supplier\",\"rating\",\"exposure\",\"declaration\",\"report\"]",
			PRB_OK, ALL, NULL},
		{"[\"report\"]", PRB_ERR_VALUE, 0, "/d"},
		{"[\"rating\",\"declaration\"]", PRB_ERR_VALUE, 0, "/d"},
		{"[\"rating\",\"rating\"]", PRB_ERR_VALUE, 0, "/d/1"},
		{"[\"indicators\",\"indicators/isolation\"]", PRB_ERR_VALUE, 0, "/d/1"},
		{"[\"indicators/isolation\",\"indicators\"]", PRB_ERR_VALUE, 0, "/d/1"},
		{"[\"workers\"]", PRB_ERR_VALUE, 0, "/d/0"},
		{"[\"indicators/\"]", PRB_ERR_VALUE, 0, "/d/0"},
		{"[\"\"]", PRB_ERR_VALUE, 0, "/d/0"},
		{"[\"rating\",1]", PRB_ERR_TYPE, 0, "/d/1"},
		{"[[\"rating\"]]", PRB_ERR_TYPE, 0, "/d/0"},
		{"\"rating\"", PRB_ERR_TYPE, 0, "/d"},
		{"{}", PRB_ERR_TYPE, 0, "/d"},
		{"null", PRB_ERR_TYPE, 0, "/d"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct prb_json *json = NULL;
		uint32_t mask = 0xDEAD;
		struct prb_fault fault;

		assert_int_equal(
			prb_json_parse(arena, prb_span_of(rows[i].text), 1000, NULL, &json),
			PRB_OK);
		if (prb_parts_read(json, "/d", &mask, &fault) != rows[i].err)
			fail_msg("%s: another outcome was expected", rows[i].text);
		assert_int_equal(mask, rows[i].err == PRB_OK ? rows[i].mask : 0xDEAD);
		if (rows[i].err != PRB_OK)
			assert_string_equal(fault.pointer, rows[i].pointer);
	}
}

/* ---- openings ---- */

static void
assert_opens(const struct prb_json *credential, const struct prb_json *opening)
{
	struct prb_span part = PRB_SPAN_NONE;
	struct prb_fault fault = {.detail = ""};

	if (prb_opening_check(arena, credential, opening, attest_sha256, &part, &fault) != PRB_OK)
		fail_msg("%s: %s", fault.pointer, fault.detail);
	assert_true(prb_span_equal(part, prb_json_string(member(opening, "part"))));
}

static struct prb_span
canonical(const struct prb_json *value)
{
	struct prb_str text;
	struct prb_span copy;

	prb_str_init(&text, PRB_CREDENTIAL_BYTES_MAX);
	prb_jcs_write(arena, value, &text);
	assert_false(text.failed);
	copy = prb_arena_copy(arena, prb_str_span(&text));
	prb_str_finish(&text);
	return copy;
}

/* The assessment of that indicator; NULL where there is none. */
static const struct prb_json *
assessment_of(const struct prb_json *credential, const char *indicator)
{
	const struct prb_json *all = member(member(credential, SUBJECT), "conformityAssessment");

	for (const struct prb_json *a = prb_json_first(all); a != NULL; a = prb_json_next(a)) {
		const char *hash = strchr(prb_json_string(member(a, "id")).p, '#');

		if (hash != NULL && strcmp(hash + 1, indicator) == 0)
			return a;
	}
	return NULL;
}

/* What stands in a credential that discloses everything; NULL: nothing. */
static const struct prb_json *
value_in(const struct prb_json *credential, unsigned part)
{
	const struct prb_json *subject = member(credential, SUBJECT), *assessment;

	switch (part) {
	case PRB_PART_SUPPLIER:
		return prb_json_member(subject, "issuedToParty");
	case PRB_PART_RATING:
		return prb_json_member(subject, "profileScore");
	case PRB_PART_EXPOSURE:
		return prb_json_member(first_assessment(credential), "assessedPerformance");
	case PRB_PART_DECLARATION:
		return prb_json_first(member(first_assessment(credential), "evidence"));
	case PRB_PART_REPORT:
		return prb_json_member(subject, "auditableEvidence");
	default:
		assessment = assessment_of(credential, strchr(prb_part_word(part), '/') + 1);
	}
	if (assessment == NULL)
		return NULL;
	return member(prb_json_first(member(assessment, "assessedPerformance")), "score");
}

/* Each part withheld by itself opens to what stands in the credential that withholds nothing. */
static void
opens_to_what_would_have_stood(const struct prb_result *result)
{
	const struct prb_json *whole = written(result, &by_web, ALL);

	for (unsigned part = 0; part < PRB_PARTS; part++) {
		uint32_t withheld = part == PRB_PART_SUPPLIER ? TELLING : 1U << part;
		const struct prb_json *json = written(result, &by_web, ALL & ~withheld);
		const struct prb_json *opening = prb_json_first(parsed(&openings));
		const struct prb_json *value = member(opening, "value");
		const struct prb_json *expected = value_in(whole, part);

		assert_true(prb_span_equal(prb_str_span(&out), canonical(json)));
		assert_true(prb_span_equal(prb_str_span(&openings), canonical(parsed(&openings))));
		assert_true(
			prb_span_is(prb_json_string(member(opening, "part")), prb_part_word(part)));
		assert_opens(json, opening);
		if (expected == NULL) {
			assert_int_equal(prb_json_kind(value), PRB_JSON_NULL);
			continue;
		}
		/* The supplier's id is the declaration's: withheld with it. */
		if (part == PRB_PART_SUPPLIER)
			assert_true(prb_span_equal(prb_json_string(member(value, "name")),
				prb_json_string(member(expected, "name"))));
		else
			assert_true(prb_span_equal(canonical(value), canonical(expected)));
	}
}

static void
each_part_opens(void **state)
{
	(void)state;
	opens_to_what_would_have_stood(full);
	opens_to_what_would_have_stood(bare);
}

static void
everything_opens(void **state)
{
	const struct prb_json *json = written(full, &by_web, 0);
	const struct prb_json *evidence = member(first_assessment(json), "evidence");
	size_t count = 0;

	(void)state;
	/* The method, the release, and a commitment for each part in the order of their bits. */
	assert_int_equal(prb_json_size(evidence), 2 + PRB_PARTS);
	evidence = prb_json_next(prb_json_next(prb_json_first(evidence)));
	for (const struct prb_json *o = prb_json_first(parsed(&openings)); o != NULL;
		o = prb_json_next(o), evidence = prb_json_next(evidence), count++) {
		struct prb_span name = prb_json_string(member(evidence, "linkName"));

		assert_true(prb_span_starts(name, PRB_SPAN("Withheld: ")));
		assert_true(prb_span_is((struct prb_span){name.p + 10, name.n - 10},
			prb_part_word((unsigned)count)));
		assert_opens(json, o);
	}
	assert_int_equal(count, PRB_PARTS);
}

/* The text of an opening with something in it changed, and what is said then. */
static void
refuses_other_openings(void **state)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
		{"{\"part\":\"rating\",\"salt\":\"sLGys7S1tre4ubq7vL2-vw\",\"value\":null}",
			"not the rating"},
		{"{\"part\":\"rating\",\"salt\":\"sLGys7S1tre4ubq7vL2-vQ\",\"value\":%s}",
			"not the rating"},
		{"{\"part\":\"exposure\",\"salt\":\"sLGys7S1tre4ubq7vL2-vw\",\"value\":%s}",
			"withholds no exposure"},
		{"{\"part\":\"indicators/isolation\",\"salt\":\"sLGys7S1tre4ubq7vL2-vw\",\"value\":"
		 "%s}",
			"not the indicators/isolation"},
		{"{\"part\":\"indicators\",\"salt\":\"sLGys7S1tre4ubq7vL2-vw\",\"value\":%s}",
			"no part"},
		{"{\"part\":\"Report\",\"salt\":\"sLGys7S1tre4ubq7vL2-vw\",\"value\":%s}",
			"no part"},
		{"{\"part\":1,\"salt\":\"sLGys7S1tre4ubq7vL2-vw\",\"value\":%s}", "no part"},
		{"{\"part\":\"rating\",\"salt\":\"sLGys7S1tre4ubq7vL2-v\",\"value\":%s}",
			"16 bytes"},
		{"{\"part\":\"rating\",\"salt\":\"sLGys7S1tre4ubq7vL2-vx\",\"value\":%s}",
			"16 bytes"},
		{"{\"part\":\"rating\",\"salt\":\"sLGys7S1tre4ubq7vL2-vw==\",\"value\":%s}",
			"16 bytes"},
		{"{\"part\":\"rating\",\"salt\":\"sLGys7S1tre4ubq7vL2+vw\",\"value\":%s}",
			"16 bytes"},
		{"{\"part\":\"rating\",\"salt\":16,\"value\":%s}", "16 bytes"},
		{"{\"part\":\"rating\",\"salt\":\"sLGys7S1tre4ubq7vL2-vw\",\"value\":%s,\"x\":1}",
			"nothing else"},
		{"{\"part\":\"rating\",\"value\":%s}", "nothing else"},
		{"{\"part\":\"rating\",\"salt\":\"\",\"Value\":%s}", "nothing else"},
		{"[%s]", "nothing else"},
		{"\"%.0s\"", "nothing else"},
	};
	/* The rating, and one indicator that shares its salt with nothing. */
	const struct prb_json *json =
		written(full, &by_key, ALL & ~(BIT(RATING) | 1U << PRB_PART_INDICATOR(4)));
	struct prb_span value = canonical(member(prb_json_first(parsed(&openings)), "value"));

	(void)state;
	assert_opens(json, prb_json_first(parsed(&openings)));
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct prb_fault fault = {.detail = ""};
		struct prb_span part = PRB_SPAN("untouched");
		const struct prb_json *opening = NULL;
		const char *hole = strchr(rows[i].text, '%');
		struct prb_str text;

		prb_str_init(&text, 10000);
		prb_str_add(&text, rows[i].text,
			hole == NULL ? strlen(rows[i].text) : (size_t)(hole - rows[i].text));
		if (hole != NULL && hole[1] == 's')
			prb_str_add_span(&text, value);
		if (hole != NULL)
			prb_str_add_text(&text, strchr(hole, 's') + 1);
		opening = parsed(&text);
		assert_int_equal(
			prb_opening_check(arena, json, opening, attest_sha256, &part, &fault),
			PRB_ERR_VALUE);
		if (strstr(fault.detail, rows[i].why) == NULL)
			fail_msg("%s: \"%s\" does not say \"%s\"", rows[i].text, fault.detail,
				rows[i].why);
		assert_true(prb_span_is(part, "untouched"));
		prb_str_finish(&text);
	}
}

/* A credential of any shape is looked at, and holds no commitment. */
static void
looks_in_anything(void **state)
{
	static const char *const rows[] = {"{}", "[]", "1", "{\"credentialSubject\":1}",
		"{\"credentialSubject\":{\"conformityAssessment\":[]}}",
		"{\"credentialSubject\":{\"conformityAssessment\":[1]}}",
		"{\"credentialSubject\":{\"conformityAssessment\":[{\"evidence\":{}}]}}",
		"{\"credentialSubject\":{\"conformityAssessment\":[{\"evidence\":[1,{\"linkName\":"
		"\"Withheld: ratin\"}]}]}}"};
	static const char opening[] =
		"{\"part\":\"rating\",\"salt\":\"sLGys7S1tre4ubq7vL2-vw\",\"value\":null}";
	const struct prb_json *read = NULL;

	(void)state;
	assert_int_equal(prb_json_parse(arena, PRB_SPAN(opening), 1000, NULL, &read), PRB_OK);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct prb_json *json = NULL;
		struct prb_span part;
		struct prb_fault fault;

		assert_int_equal(
			prb_json_parse(arena, prb_span_of(rows[i]), 1000, NULL, &json), PRB_OK);
		assert_int_equal(prb_opening_check(arena, json, read, attest_sha256, &part, &fault),
			PRB_ERR_VALUE);
		assert_non_null(strstr(fault.detail, "withholds no rating"));
	}
}

/* ---- nothing else tells ---- */

static bool
is_commitment(const struct prb_json *object)
{
	const struct prb_json *name = prb_json_member(object, "linkName");

	return name != NULL && prb_span_starts(prb_json_string(name), PRB_SPAN("Withheld: "));
}

/* The same, but for commitments and the signature over them. */
static void
assert_alike(const struct prb_json *a, const struct prb_json *b)
{
	const struct prb_json *x = NULL, *y = NULL;

	assert_int_equal(prb_json_kind(a), prb_json_kind(b));
	if (prb_json_kind(a) != PRB_JSON_OBJECT && prb_json_kind(a) != PRB_JSON_ARRAY) {
		if (!prb_span_equal(canonical(a), canonical(b)))
			fail_msg("%.*s is not %.*s", PRB_SPAN_ARGS(canonical(a)),
				PRB_SPAN_ARGS(canonical(b)));
		return;
	}
	assert_int_equal(prb_json_size(a), prb_json_size(b));
	for (x = prb_json_first(a), y = prb_json_first(b); x != NULL;
		x = prb_json_next(x), y = prb_json_next(y)) {
		const char *name = prb_json_name(x);

		if (name != NULL)
			assert_string_equal(name, prb_json_name(y));
		if (name == NULL || (strcmp(name, "proofValue") != 0 &&
					    !(is_commitment(a) && strcmp(name, "linkName") != 0)))
			assert_alike(x, y);
	}
}

/* Another supplier, another declaration, the same ids and salts. */
static void
suppliers_look_alike(void **state)
{
	struct prb_declaration declaration = *full->declaration;
	struct prb_result other = *full;
	const struct prb_json *a, *b;

	(void)state;
	declaration.supplier.name = PRB_SPAN("Somebody Else Ltd");
	declaration.supplier.identifiers_count = 0;
	other.declaration = &declaration;
	memset(other.declaration_id, '7', PRB_UUID_BYTES - 1);
	memset(other.declaration_sha256, '7', PRB_SHA256_HEX_BYTES - 1);
	memset(other.id, '7', PRB_UUID_BYTES - 1);
	a = written(full, &by_web, ALL & ~TELLING);
	b = written(&other, &by_web, ALL & ~TELLING);
	assert_alike(a, b);
}

/* All that can be withheld is: whatever the outcome, the texts are alike. */
static void
outcomes_look_alike(void **state)
{
	static const struct prb_rating_row row = {.number = 14, .rule = PRB_RULE_OTHERWISE};
	struct prb_result low = *bare;
	const struct prb_json *unknown, *rated;

	(void)state;
	assert_int_equal(bare->rating.rating, PRB_RATING_UNKNOWN);
	low.rating.rating = PRB_RATING_LOW;
	low.rating.fired = &row;
	low.exposure.residual = low.exposure.residual_lo = low.exposure.residual_hi = 0;
	for (int i = 1; i <= PRB_INDICATORS; i++)
		low.indicators[i].state = PRB_STATE_PRESENT;
	unknown = written(bare, &by_web, 0);
	rated = written(&low, &by_web, 0);
	assert_alike(unknown, rated);
	assert_non_null(strstr(prb_json_string(member(member(rated, SUBJECT), "description")).p,
		"The rating, or that none could be given, is withheld."));
}

static void
withheld_words_are_not_there(void **state)
{
	static const char *const never[] = {"Works", "7LTWFZYICNSX8D621K86", "critical", "decision",
		"present", "contested", "remedied", "historic", "absent", "measure\"",
		"/v1/reports", "/v1/declarations", "No score", "debt_bondage\",\"name"};

	(void)state;
	write_it(full, &by_web, 0);
	assert_false(out.failed);
	for (size_t i = 0; i < sizeof never / sizeof never[0]; i++)
		if (strstr(out.p, never[i]) != NULL)
			fail_msg("\"%s\" is there", never[i]);
	assert_null(strstr(out.p, full->declaration_id));
	assert_null(strstr(out.p, full->id));
}

/* Nothing withheld: neither salts nor openings are looked at, and the bytes are the same. */
static void
nothing_withheld_needs_nothing(void **state)
{
	struct prb_str plain;

	(void)state;
	prb_str_init(&plain, PRB_CREDENTIAL_BYTES_MAX);
	attest_credential(arena, full, &by_web, &key, &plain);
	write_it(full, &by_web, ALL);
	assert_int_equal(openings.n, 0);
	assert_true(prb_span_equal(prb_str_span(&plain), prb_str_span(&out)));
	prb_str_finish(&plain);
}

static void
is_verified(void **state)
{
	const struct prb_verify_options options = {.now = ATTEST_MOMENT, .sha256 = attest_sha256};
	struct prb_verification seen;

	(void)state;
	write_it(full, &by_key, 0);
	prb_attestation_verify(arena, prb_str_span(&out), &options, &seen);
	assert_int_equal(seen.checks[PRB_CHECK_PROOF].outcome, PRB_OUTCOME_PASSED);
	assert_int_equal(seen.checks[PRB_CHECK_SCHEMA].outcome, PRB_OUTCOME_PASSED);
	assert_true(prb_span_is(seen.subject_name, "Name withheld"));
}

/* ---- memory ---- */

static void
writing_without_memory(void **state)
{
	bool failed = true;
	int failures = 0;

	(void)state;
	for (int n = 0; failed; n++) {
		assert_true(n < TRIES_MAX);
		prb_str_finish(&out);
		prb_str_finish(&openings);
		prb_str_init(&out, PRB_CREDENTIAL_BYTES_MAX);
		prb_str_init(&openings, PRB_CREDENTIAL_BYTES_MAX);
		allocations_left = n;
		write_it(full, &by_key, 0);
		allocations_left = -1;
		failed = out.failed;
		failures += failed;
	}
	assert_true(failures > 0);
	assert_false(openings.failed);
	(void)parsed(&out);
}

/* Openings that do not fit leave no credential that nobody could open. */
static void
openings_without_room(void **state)
{
	struct prb_credential_request request;
	struct prb_str small;

	(void)state;
	write_it(full, &by_key, 0);
	attest_request_make(full, &by_key, &key, &request);
	request.disclosed = 0;
	request.salts = salts;
	request.openings = &small;
	for (size_t room = 0; room < openings.n; room += 61) {
		prb_str_init(&small, room);
		prb_str_reset(&out);
		prb_credential_write(arena, &request, &out);
		assert_true(out.failed);
		prb_str_finish(&small);
	}
}

static void
opening_without_memory(void **state)
{
	const struct prb_json *json = written(full, &by_key, 0);
	const struct prb_json *opening = prb_json_first(parsed(&openings));
	enum prb_err err = PRB_ERR_MEMORY;
	int failures = 0;

	(void)state;
	for (int n = 0; err != PRB_OK; n++) {
		struct prb_span part;

		assert_true(n < TRIES_MAX);
		allocations_left = n;
		err = prb_opening_check(arena, json, opening, attest_sha256, &part, NULL);
		allocations_left = -1;
		assert_true(err == PRB_OK || err == PRB_ERR_MEMORY);
		failures += err != PRB_OK;
	}
	assert_true(failures > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_found_again),
		cmocka_unit_test(reads_what_is_disclosed),
		cmocka_unit_test(each_part_opens),
		cmocka_unit_test(everything_opens),
		cmocka_unit_test(refuses_other_openings),
		cmocka_unit_test(looks_in_anything),
		cmocka_unit_test(suppliers_look_alike),
		cmocka_unit_test(outcomes_look_alike),
		cmocka_unit_test(withheld_words_are_not_there),
		cmocka_unit_test(nothing_withheld_needs_nothing),
		cmocka_unit_test(is_verified),
		cmocka_unit_test(writing_without_memory),
		cmocka_unit_test(openings_without_room),
		cmocka_unit_test(opening_without_memory),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
