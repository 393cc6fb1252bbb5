/* SPDX-License-Identifier: Apache-2.0 */
/* Status lists: written and signed, read bit by bit, and each way in which one can be wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "scoring/attest/multibase.h"
#include "scoring/base/jcs.h"
#include "tests/unit/attest_support.h"
#include "tests/unit/wrapped_malloc.h"

#define ARENA_BYTES_MAX ((size_t)256 << 20)
#define TRIES_MAX 500
#define LIST_BYTES_MAX ((size_t)4 << 20)

static struct prb_arena *arena;
static struct attest_key key;
static struct prb_issuer by_key, by_web;
static struct prb_str out;
static uint8_t bits[PRB_STATUS_BYTES];

static int
set_up(void **state)
{
	(void)state;
	arena = prb_arena_create(ARENA_BYTES_MAX);
	attest_key_make(0, &key);
	attest_issuer_make(&key, NULL, &by_key);
	attest_issuer_make(&key, "https://screening.example", &by_web);
	prb_str_init(&out, LIST_BYTES_MAX);
	return arena != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	prb_str_finish(&out);
	prb_arena_destroy(arena);
	return 0;
}

static enum prb_err
write_list(struct prb_arena *where, const struct prb_issuer *issuer, struct prb_str *to)
{
	const struct prb_status_list_request request = {.issuer = issuer,
		.secret_key = key.secret_key,
		.list = 7,
		.bits = bits,
		.issued_at = ATTEST_MOMENT,
		.valid_seconds = 86400,
		.ttl_seconds = 300,
		.sha256 = attest_sha256};

	return prb_status_list_write(where, &request, to, NULL);
}

static const struct prb_json *
parsed(struct prb_span text)
{
	const struct prb_json *json = NULL;

	assert_int_equal(prb_json_parse(arena, text, LIST_BYTES_MAX, NULL, &json), PRB_OK);
	return json;
}

static const struct prb_json *
written(const struct prb_issuer *issuer)
{
	prb_str_reset(&out);
	assert_int_equal(write_list(arena, issuer, &out), PRB_OK);
	return parsed(prb_str_span(&out));
}

static struct prb_span
text_of(const struct prb_json *object, const char *name)
{
	assert_non_null(prb_json_member(object, name));
	return prb_json_string(prb_json_member(object, name));
}

#define URL_7 "https://screening.example/status/7"

static void
is_a_credential(void **state)
{
	const struct prb_verify_options options = {.now = ATTEST_MOMENT, .sha256 = attest_sha256};
	const struct prb_json *json = written(&by_web), *subject;
	struct prb_verification seen;
	struct prb_str canonical;

	(void)state;
	subject = prb_json_member(json, "credentialSubject");
	assert_true(prb_span_is(text_of(json, "id"), URL_7));
	assert_true(prb_span_is(text_of(json, "issuer"), by_web.did));
	assert_true(prb_span_is(text_of(json, "validFrom"), "2026-07-01T12:00:00Z"));
	assert_true(prb_span_is(text_of(json, "validUntil"), "2026-07-02T12:00:00Z"));
	assert_true(prb_span_is(text_of(subject, "id"), URL_7 "#list"));
	assert_true(prb_span_is(text_of(subject, "statusPurpose"), "revocation"));
	assert_true(prb_span_is(text_of(subject, "type"), "BitstringStatusList"));
	assert_int_equal(prb_json_number(prb_json_member(subject, "ttl")), 300000);
	prb_str_init(&canonical, LIST_BYTES_MAX);
	prb_jcs_write(arena, json, &canonical);
	assert_true(prb_span_equal(prb_str_span(&canonical), prb_str_span(&out)));
	prb_str_finish(&canonical);
	(void)written(&by_key);
	prb_attestation_verify(arena, prb_str_span(&out), &options, &seen);
	assert_int_equal(seen.checks[PRB_CHECK_PROOF].outcome, PRB_OUTCOME_PASSED);
	assert_int_equal(seen.checks[PRB_CHECK_ISSUER].outcome, PRB_OUTCOME_PASSED);
}

/* Bits that were set are set, their neighbours are not; index 0 is the left-most. */
static void
bits_are_found(void **state)
{
	static const uint32_t set[] = {0, 7, 8, 9, 4095, 65536, PRB_STATUS_ENTRIES - 1};
	const struct prb_json *json;
	size_t found = 0;

	(void)state;
	memset(bits, 0, sizeof bits);
	for (size_t i = 0; i < sizeof set / sizeof set[0]; i++)
		bits[set[i] >> 3] = (uint8_t)(bits[set[i] >> 3] | 0x80 >> (set[i] & 7));
	assert_int_equal(bits[0], 0x81);
	json = written(&by_web);
	for (size_t i = 0; i < sizeof set / sizeof set[0]; i++)
		for (uint32_t at = set[i] < 2 ? 0 : set[i] - 2; at <= set[i] + 2; at++) {
			enum prb_status_found seen;
			bool expected = false;

			if (at >= PRB_STATUS_ENTRIES)
				continue;
			for (size_t k = 0; k < sizeof set / sizeof set[0]; k++)
				expected = expected || set[k] == at;
			seen = prb_status_list_look(arena,
				&(struct prb_status_list){.credential = json}, PRB_SPAN(URL_7),
				"revocation", at, NULL);
			assert_int_equal(seen, expected ? PRB_STATUS_SET : PRB_STATUS_CLEAR);
			found += expected;
		}
	assert_true(found >= sizeof set / sizeof set[0]);
	memset(bits, 0, sizeof bits);
}

/* Written again, it is the same text; and a list that does not pack has room. */
static void
bytes_are_the_same_each_time(void **state)
{
	struct prb_str again;
	uint32_t seed = 1;

	(void)state;
	for (size_t i = 0; i < sizeof bits; i++) {
		seed = seed * 1664525 + 1013904223;
		bits[i] = (uint8_t)(seed >> 24);
	}
	(void)written(&by_web);
	prb_str_init(&again, LIST_BYTES_MAX);
	assert_int_equal(write_list(arena, &by_web, &again), PRB_OK);
	assert_true(prb_span_equal(prb_str_span(&again), prb_str_span(&out)));
	prb_str_finish(&again);
	memset(bits, 0, sizeof bits);
}

static void
ids(void **state)
{
	char a[PRB_STATUS_ID_BYTES_MAX], b[PRB_STATUS_ID_BYTES_MAX];
	struct attest_key other;
	struct prb_issuer issuer;

	(void)state;
	prb_status_list_id(&by_web, 4294967295U, attest_sha256, a);
	assert_string_equal(a, "https://screening.example/status/4294967295");
	/* SHA-256 of "probity/status/did:key:z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd/1".
	 */
	prb_status_list_id(&by_key, 1, attest_sha256, a);
	assert_true(prb_span_starts(prb_span_of(a), PRB_SPAN("urn:uuid:")));
	assert_int_equal(a[9 + 14], '8');
	prb_status_list_id(&by_key, 2, attest_sha256, b);
	assert_string_not_equal(a, b);
	attest_key_make(1, &other);
	attest_issuer_make(&other, NULL, &issuer);
	prb_status_list_id(&issuer, 1, attest_sha256, b);
	assert_string_not_equal(a, b);
}

/* ---- the Recommendation's vector, and lists that are wrong ---- */

static const struct prb_json *
list_of(const char *encoded, const char *id, const char *type, const char *subject_type,
	const char *purpose)
{
	struct prb_str text;
	struct prb_span kept;

	prb_str_init(&text, LIST_BYTES_MAX);
	prb_str_addf(&text,
		"{\"id\":\"%s\",\"type\":[\"VerifiableCredential\",\"%s\"],\"credentialSubject\":{"
		"\"type\":\"%s\",\"statusPurpose\":%s,\"encodedList\":",
		id, type, subject_type, purpose);
	prb_str_add_text(&text, encoded);
	prb_str_add_text(&text, "}}");
	kept = prb_arena_copy(arena, prb_str_span(&text));
	prb_str_finish(&text);
	return parsed(kept);
}

static const struct prb_json *
plain_list(const char *encoded)
{
	return list_of(encoded, "urn:x", "BitstringStatusListCredential", "BitstringStatusList",
		"\"revocation\"");
}

static void
w3c_example_3(void **state)
{
	static const struct prb_span id = {"https://example.com/credentials/status/3", 40};
	const struct prb_json *json;
	struct prb_str text;
	struct prb_fault fault;

	(void)state;
	prb_str_init(&text, 65536);
	assert_true(attest_vector("status-list/w3c-example-3.json", &text));
	json = prb_json_member(parsed(prb_str_span(&text)), "credential");
	for (uint64_t i = 0; i < PRB_STATUS_ENTRIES; i += 4099)
		assert_int_equal(
			prb_status_list_look(arena, &(struct prb_status_list){.credential = json},
				id, "revocation", i, &fault),
			PRB_STATUS_CLEAR);
	assert_int_equal(prb_status_list_look(arena, &(struct prb_status_list){.credential = json},
				 id, "revocation", PRB_STATUS_ENTRIES, &fault),
		PRB_STATUS_FAILED);
	assert_true(prb_span_starts(prb_span_of(fault.detail), PRB_SPAN("RANGE_ERROR")));
	prb_str_finish(&text);
}

/* n bytes of zeros as an encodedList with its quotes; window 31 gzip, 15 zlib; cut off by `cut`
 * bytes, or with `more` bytes behind. */
static const char *
packed_zeros(size_t n, int window, size_t cut, size_t more)
{
	uint8_t *zeros = prb_arena_array(arena, n + 1, 1), *packed;
	struct prb_str text;
	z_stream z = {.next_in = zeros, .avail_in = (uInt)n};
	size_t length;

	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY), Z_OK);
	length = deflateBound(&z, n) + more;
	packed = prb_arena_array(arena, length, 1);
	assert_non_null(packed);
	z.next_out = packed;
	z.avail_out = (uInt)length;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	length = z.total_out - cut + more;
	(void)deflateEnd(&z);
	prb_str_init(&text, LIST_BYTES_MAX);
	prb_str_add_text(&text, "\"u");
	prb_base64url_encode(packed, length, &text);
	prb_str_add_char(&text, '"');
	packed = (uint8_t *)prb_arena_alloc(arena, text.n + 1);
	memcpy(packed, text.p, text.n + 1);
	prb_str_finish(&text);
	return (const char *)packed;
}

static void
assert_fails(const struct prb_json *json, const char *purpose, uint64_t index, const char *name)
{
	struct prb_fault fault = {.detail = ""};

	assert_int_equal(prb_status_list_look(arena, &(struct prb_status_list){.credential = json},
				 PRB_SPAN("urn:x"), purpose, index, &fault),
		PRB_STATUS_FAILED);
	if (!prb_span_starts(prb_span_of(fault.detail), prb_span_of(name)))
		fail_msg("\"%s\" does not begin with %s", fault.detail, name);
}

static void
each_fault_has_its_name(void **state)
{
	const char *good = packed_zeros(PRB_STATUS_BYTES, 31, 0, 0);
	const struct {
		const char *encoded, *name;
	} rows[] = {
		{"\"\"", "MALFORMED_VALUE_ERROR"},
		{"\"u\"", "MALFORMED_VALUE_ERROR"},
		{"\"u!\"", "MALFORMED_VALUE_ERROR"},
		{"\"uAAAA\"", "MALFORMED_VALUE_ERROR"},
		{"7", "MALFORMED_VALUE_ERROR"},
		{"\"zH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA\"",
			"MALFORMED_VALUE_ERROR"},
		{"\"H4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA\"",
			"MALFORMED_VALUE_ERROR"},
		{packed_zeros(PRB_STATUS_BYTES, 15, 0, 0), "MALFORMED_VALUE_ERROR"},
		{packed_zeros(PRB_STATUS_BYTES, 31, 1, 0), "MALFORMED_VALUE_ERROR"},
		{packed_zeros(PRB_STATUS_BYTES, 31, 9, 0), "MALFORMED_VALUE_ERROR"},
		{packed_zeros(PRB_STATUS_BYTES, 31, 0, 1), "MALFORMED_VALUE_ERROR"},
		{packed_zeros(PRB_STATUS_BYTES - 1, 31, 0, 0), "STATUS_LIST_LENGTH_ERROR"},
		{packed_zeros(0, 31, 0, 0), "STATUS_LIST_LENGTH_ERROR"},
		/* Twenty megabytes of zeros in twenty kilobytes. */
		{packed_zeros(PRB_STATUS_UNPACKED_BYTES_MAX + 1, 31, 0, 0), "RANGE_ERROR"},
		{packed_zeros((size_t)20 << 20, 31, 0, 0), "RANGE_ERROR"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_fails(plain_list(rows[i].encoded), "revocation", 0, rows[i].name);
	assert_fails(plain_list(good), "suspension", 0, "STATUS_VERIFICATION_ERROR");
	assert_fails(plain_list(good), "revocation", PRB_STATUS_ENTRIES, "RANGE_ERROR");
	assert_fails(plain_list(good), "revocation", UINT64_MAX, "RANGE_ERROR");
	assert_fails(list_of(good, "urn:y", "BitstringStatusListCredential", "BitstringStatusList",
			     "\"revocation\""),
		"revocation", 0, "STATUS_VERIFICATION_ERROR: it is not the list");
	assert_fails(list_of(good, "urn:x", "StatusList2021Credential", "BitstringStatusList",
			     "\"revocation\""),
		"revocation", 0, "STATUS_VERIFICATION_ERROR: /type");
	assert_fails(list_of(good, "urn:x", "BitstringStatusListCredential", "StatusList2021",
			     "\"revocation\""),
		"revocation", 0, "STATUS_VERIFICATION_ERROR: /credentialSubject");
	assert_fails(
		list_of(good, "urn:x", "BitstringStatusListCredential", "BitstringStatusList", "7"),
		"revocation", 0, "STATUS_VERIFICATION_ERROR: the list has another purpose");
	assert_fails(parsed(PRB_SPAN("[]")), "revocation", 0, "MALFORMED_VALUE_ERROR");
	assert_fails(parsed(PRB_SPAN("{}")), "revocation", 0, "STATUS_VERIFICATION_ERROR");
	assert_fails(parsed(PRB_SPAN("{\"type\":\"BitstringStatusListCredential\"}")), "revocation",
		0, "STATUS_VERIFICATION_ERROR");
	assert_fails(parsed(PRB_SPAN("{\"type\":\"BitstringStatusListCredential\",\"id\":\"urn:x\","
				     "\"credentialSubject\":{\"type\":\"BitstringStatusList\","
				     "\"statusPurpose\":\"revocation\"}}")),
		"revocation", 0, "MALFORMED_VALUE_ERROR");
}

/* What other issuers may do: several purposes, more entries than are needed. */
static void
other_lists_are_read(void **state)
{
	const char *large = packed_zeros(PRB_STATUS_UNPACKED_BYTES_MAX, 31, 0, 0);
	const struct prb_json *json = list_of(large, "urn:x", "BitstringStatusListCredential",
		"BitstringStatusList", "[\"suspension\",\"revocation\"]");

	(void)state;
	assert_int_equal(prb_status_list_look(arena, &(struct prb_status_list){.credential = json},
				 PRB_SPAN("urn:x"), "revocation",
				 PRB_STATUS_UNPACKED_BYTES_MAX * 8ULL - 1, NULL),
		PRB_STATUS_CLEAR);
}

/* ---- memory ---- */

static void
writing_without_memory(void **state)
{
	enum prb_err err = PRB_ERR_MEMORY;
	int failures = 0;

	(void)state;
	for (int n = 0; err != PRB_OK; n++) {
		struct prb_arena *small = prb_arena_create(1 << 20);
		struct prb_str list;

		assert_true(n < TRIES_MAX);
		assert_non_null(small);
		prb_str_init(&list, LIST_BYTES_MAX);
		allocations_left = n;
		err = write_list(small, &by_web, &list);
		allocations_left = -1;
		assert_true(err == PRB_OK || (err == PRB_ERR_MEMORY && list.n == 0));
		failures += err != PRB_OK;
		prb_str_finish(&list);
		prb_arena_destroy(small);
	}
	assert_true(failures > 0);
}

/* Without memory the list is not seen, which is no answer: never clear. */
static void
reading_without_memory(void **state)
{
	enum prb_status_found seen = PRB_STATUS_FAILED;
	const struct prb_json *json;
	int failures = 0;

	(void)state;
	memset(bits, 0xFF, sizeof bits);
	json = written(&by_web);
	for (int n = 0; seen == PRB_STATUS_FAILED; n++) {
		struct prb_arena *small = prb_arena_create(4 << 20);

		assert_true(n < TRIES_MAX);
		assert_non_null(small);
		allocations_left = n;
		seen = prb_status_list_look(small, &(struct prb_status_list){.credential = json},
			PRB_SPAN(URL_7), "revocation", 5, NULL);
		allocations_left = -1;
		assert_int_not_equal(seen, PRB_STATUS_CLEAR);
		failures += seen == PRB_STATUS_FAILED;
		prb_arena_destroy(small);
	}
	assert_true(failures > 0);
	memset(bits, 0, sizeof bits);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_a_credential),
		cmocka_unit_test(bits_are_found),
		cmocka_unit_test(bytes_are_the_same_each_time),
		cmocka_unit_test(ids),
		cmocka_unit_test(w3c_example_3),
		cmocka_unit_test(each_fault_has_its_name),
		cmocka_unit_test(other_lists_are_read),
		cmocka_unit_test(writing_without_memory),
		cmocka_unit_test(reading_without_memory),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
