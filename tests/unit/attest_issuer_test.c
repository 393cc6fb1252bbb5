/* SPDX-License-Identifier: Apache-2.0 */
/* The DID document of an issuer that has had several keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scoring/base/jcs.h"
#include "tests/unit/attest_support.h"

#define DID "did:web:screening.example"
#define KEYS 5

static struct prb_arena *arena;
static struct attest_key key[KEYS];
static struct prb_issuer_key keys[KEYS];
static struct prb_issuer issuer;
static struct prb_str out;

/* In use, retired with and without an end, revoked, and the log's. */
static int
set_up(void **state)
{
	static const struct prb_issuer_key rows[KEYS] = {
		{.use = PRB_USE_ATTESTATION,
			.standing = PRB_STANDING_RETIRED,
			.number = 1,
			.since = ATTEST_MOMENT,
			.expires = ATTEST_MOMENT + 86400},
		{.use = PRB_USE_ATTESTATION,
			.standing = PRB_STANDING_RETIRED,
			.number = 2,
			.since = ATTEST_MOMENT},
		{.use = PRB_USE_ATTESTATION,
			.standing = PRB_STANDING_REVOKED,
			.number = 3,
			.since = ATTEST_MOMENT + 60},
		{.use = PRB_USE_ATTESTATION, .standing = PRB_STANDING_IN_USE, .number = 4},
		{.use = PRB_USE_LOG, .standing = PRB_STANDING_IN_USE, .number = 1},
	};

	(void)state;
	arena = prb_arena_create((size_t)4 << 20);
	prb_str_init(&out, 1 << 16);
	for (uint8_t i = 0; i < KEYS; i++) {
		attest_key_make((uint8_t)(i * 40), &key[i]);
		keys[i] = rows[i];
		memcpy(keys[i].public_key, key[i].public_key, PRB_KEY_PUBLIC_BYTES);
	}
	return prb_issuer_fill(key[3].public_key, 4, "https://screening.example",
		       "Example Screening", &issuer, NULL) == PRB_OK
		       ? 0
		       : -1;
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
document(const struct prb_issuer *of, size_t count)
{
	const struct prb_json *json = NULL;
	struct prb_str canonical;

	prb_str_reset(&out);
	prb_issuer_did_document(of, count == 0 ? NULL : keys + KEYS - count, count, &out);
	assert_false(out.failed);
	assert_int_equal(prb_json_parse(arena, prb_str_span(&out), 1 << 16, NULL, &json), PRB_OK);
	prb_str_init(&canonical, 1 << 16);
	prb_jcs_write(arena, json, &canonical);
	assert_true(prb_span_equal(prb_str_span(&canonical), prb_str_span(&out)));
	prb_str_finish(&canonical);
	return json;
}

static struct prb_span
text_of(const struct prb_json *object, const char *name)
{
	const struct prb_json *value = prb_json_member(object, name);

	return value == NULL ? PRB_SPAN("none") : prb_json_string(value);
}

static void
lists_every_key(void **state)
{
	static const struct {
		const char *id, *type, *expires, *revoked;
		int key;
	} rows[] = {
		{DID "#key-1", "Multikey", "2026-07-02T12:00:00Z", "none", 0},
		{DID "#jwk-1", "JsonWebKey", "2026-07-02T12:00:00Z", "none", -1},
		{DID "#key-2", "Multikey", "none", "none", 1},
		{DID "#jwk-2", "JsonWebKey", "none", "none", -1},
		{DID "#key-3", "Multikey", "none", "2026-07-01T12:01:00Z", 2},
		{DID "#jwk-3", "JsonWebKey", "none", "2026-07-01T12:01:00Z", -1},
		{DID "#key-4", "Multikey", "none", "none", 3},
		{DID "#jwk-4", "JsonWebKey", "none", "none", -1},
		{DID "#log-1", "Multikey", "none", "none", 4},
	};
	const struct prb_json *json = document(&issuer, KEYS), *method;
	const size_t count = sizeof rows / sizeof rows[0];

	(void)state;
	assert_true(prb_span_is(text_of(json, "id"), DID));
	assert_int_equal(prb_json_size(prb_json_member(json, "verificationMethod")), count);
	method = prb_json_first(prb_json_member(json, "verificationMethod"));
	for (size_t i = 0; i < count; i++, method = prb_json_next(method)) {
		char multikey[PRB_MULTIKEY_BYTES];

		assert_true(prb_span_is(text_of(method, "id"), rows[i].id));
		assert_true(prb_span_is(text_of(method, "type"), rows[i].type));
		assert_true(prb_span_is(text_of(method, "controller"), DID));
		assert_true(prb_span_is(text_of(method, "expires"), rows[i].expires));
		assert_true(prb_span_is(text_of(method, "revoked"), rows[i].revoked));
		if (rows[i].key < 0)
			continue;
		prb_key_public_multikey(key[rows[i].key].public_key, multikey);
		assert_true(prb_span_is(text_of(method, "publicKeyMultibase"), multikey));
	}
}

/* The log's key vouches for checkpoints alone: it stands under no relationship. */
static void
log_key_attests_nothing(void **state)
{
	const struct prb_json *json = document(&issuer, KEYS);
	const struct prb_json *listed = prb_json_member(json, "assertionMethod");

	(void)state;
	assert_int_equal(prb_json_size(listed), 8);
	for (const struct prb_json *m = prb_json_first(listed); m != NULL; m = prb_json_next(m))
		assert_null(strstr(prb_json_string(m).p, "#log-"));
	/* Alone, it leaves nothing that a JsonWebKey's context would be for. */
	json = document(&issuer, 1);
	assert_int_equal(prb_json_size(prb_json_member(json, "assertionMethod")), 0);
	assert_int_equal(prb_json_size(prb_json_member(json, "@context")), 2);
}

static void
own_key_stands_alone(void **state)
{
	const struct prb_json *json = document(&issuer, 0), *method;
	struct prb_issuer by_key;

	(void)state;
	assert_int_equal(prb_json_size(prb_json_member(json, "@context")), 3);
	method = prb_json_first(prb_json_member(json, "verificationMethod"));
	assert_true(prb_span_is(text_of(method, "id"), issuer.method));
	assert_true(prb_span_is(text_of(prb_json_next(method), "id"), issuer.jwk_method));
	assert_string_equal(issuer.method, DID "#key-4");
	/* A did:key has no other key, whatever is said. */
	attest_issuer_make(&key[3], NULL, &by_key);
	json = document(&by_key, KEYS);
	assert_int_equal(prb_json_size(prb_json_member(json, "verificationMethod")), 1);
	assert_int_equal(prb_json_size(prb_json_member(json, "@context")), 2);
	method = prb_json_first(prb_json_member(json, "verificationMethod"));
	assert_true(prb_span_is(text_of(method, "id"), by_key.method));
}

/* Signed by each key in turn: what the document says of the key decides. */
static void
standing_decides(void **state)
{
	static const struct {
		int key;
		int64_t now;
		enum prb_outcome issuer;
	} rows[] = {
		{0, ATTEST_MOMENT, PRB_OUTCOME_PASSED},
		{0, ATTEST_MOMENT + 86401, PRB_OUTCOME_FAILED},
		{1, ATTEST_MOMENT + 86401, PRB_OUTCOME_PASSED},
		{2, ATTEST_MOMENT + 61, PRB_OUTCOME_FAILED},
		{3, ATTEST_MOMENT + 61, PRB_OUTCOME_PASSED},
	};
	const struct prb_result *full = attest_result(arena, attest_declaration_full);
	struct prb_str did, text;

	(void)state;
	assert_non_null(full);
	prb_str_init(&did, 1 << 16);
	prb_str_init(&text, PRB_CREDENTIAL_BYTES_MAX);
	prb_issuer_did_document(&issuer, keys, KEYS, &did);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct prb_verify_options options = {.now = rows[i].now,
			.did_document = prb_str_span(&did),
			.sha256 = attest_sha256};
		struct prb_verification seen;
		struct prb_issuer then;

		assert_int_equal(
			prb_issuer_fill(key[rows[i].key].public_key, keys[rows[i].key].number,
				"https://screening.example", "Example", &then, NULL),
			PRB_OK);
		prb_str_reset(&text);
		attest_credential(arena, full, &then, &key[rows[i].key], &text);
		prb_attestation_verify(arena, prb_str_span(&text), &options, &seen);
		if (seen.checks[PRB_CHECK_ISSUER].outcome != rows[i].issuer)
			fail_msg("%zu: %s", i, seen.checks[PRB_CHECK_ISSUER].detail);
		assert_int_equal(seen.verified, rows[i].issuer == PRB_OUTCOME_PASSED);
	}
	prb_str_finish(&text);
	prb_str_finish(&did);
}

static void
words(void **state)
{
	(void)state;
	assert_string_equal(prb_key_use_word(PRB_USE_ATTESTATION), "attestation");
	assert_string_equal(prb_key_use_word(PRB_USE_LOG), "log");
	assert_string_equal(prb_key_standing_word(PRB_STANDING_IN_USE), "in_use");
	assert_string_equal(prb_key_standing_word(PRB_STANDING_RETIRED), "retired");
	assert_string_equal(prb_key_standing_word(PRB_STANDING_REVOKED), "revoked");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_every_key),
		cmocka_unit_test(log_key_attests_nothing),
		cmocka_unit_test(own_key_stands_alone),
		cmocka_unit_test(standing_decides),
		cmocka_unit_test(words),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
