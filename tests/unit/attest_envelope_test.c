/* SPDX-License-Identifier: Apache-2.0 */
/* The enveloping form: written, read back, checked by its signature; and what is not taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "scoring/attest/envelope.h"
#include "scoring/attest/multibase.h"
#include "scoring/base/jcs.h"
#include "tests/unit/attest_support.h"
#include "tests/unit/wrapped_malloc.h"

#define ARENA_BYTES_MAX ((size_t)32 << 20)
#define TRIES_MAX 500

static struct prb_arena *arena;
static struct attest_key key;
static struct prb_issuer by_key, by_web;
static struct prb_str credential, out;

static int
set_up(void **state)
{
	const struct prb_result *full;

	(void)state;
	arena = prb_arena_create(ARENA_BYTES_MAX);
	attest_key_make(0, &key);
	attest_issuer_make(&key, NULL, &by_key);
	attest_issuer_make(&key, "https://screening.example", &by_web);
	prb_str_init(&credential, PRB_CREDENTIAL_BYTES_MAX);
	prb_str_init(&out, PRB_ENVELOPE_BYTES_MAX);
	full = attest_result(arena, attest_declaration_full);
	if (full == NULL)
		return -1;
	attest_credential(arena, full, &by_web, &key, &credential);
	return credential.failed ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	prb_str_finish(&out);
	prb_str_finish(&credential);
	prb_arena_destroy(arena);
	return 0;
}

static bool
signature_is_good(const struct prb_envelope *envelope, const uint8_t *public_key)
{
	return crypto_sign_verify_detached(envelope->signature,
		       (const uint8_t *)envelope->signed_.p, envelope->signed_.n, public_key) == 0;
}

/* The stored credential is canonical, so that its payload is the same text without the proof. */
static void
holds_the_credential_without_its_proof(void **state)
{
	const char *proof = strstr(credential.p, ",\"proof\":{");
	const char *behind = strstr(credential.p, "},\"type\":[\"DigitalConformityCredential\"");
	struct prb_envelope read;
	struct prb_fault fault;
	size_t before;

	(void)state;
	assert_non_null(proof);
	assert_non_null(behind);
	before = (size_t)(proof - credential.p);
	prb_str_reset(&out);
	assert_int_equal(prb_envelope_write(arena, prb_str_span(&credential), &by_web,
				 key.secret_key, &out, &fault),
		PRB_OK);
	assert_true(prb_envelope_is(prb_str_span(&out)));
	assert_int_equal(prb_envelope_read(arena, prb_str_span(&out), &read, &fault), PRB_OK);
	assert_true(prb_span_is(read.kid, "did:web:screening.example#jwk-1"));
	assert_true(signature_is_good(&read, key.public_key));
	assert_int_equal(read.payload.n, before + strlen(behind + 1));
	assert_memory_equal(read.payload.p, credential.p, before);
	assert_memory_equal(read.payload.p + before, behind + 1, strlen(behind + 1));
	read.signature[0] ^= 1;
	assert_false(signature_is_good(&read, key.public_key));
}

/* {"alg":"EdDSA","cty":"vc","kid":"did:web:screening.example#jwk-1","typ":"vc+jwt"} */
static void
header_is_canonical(void **state)
{
	static const char header[] =
		"eyJhbGciOiJFZERTQSIsImN0eSI6InZjIiwia2lkIjoiZGlkOndlYjpzY3JlZW5pbmcuZXhhbXBsZSNqd2"
		"stMSIsInR5cCI6InZjK2p3dCJ9.";

	(void)state;
	prb_str_reset(&out);
	assert_int_equal(prb_envelope_write(arena, prb_str_span(&credential), &by_web,
				 key.secret_key, &out, NULL),
		PRB_OK);
	assert_true(prb_span_starts(prb_str_span(&out), prb_span_of(header)));
}

/* A key that is not the issuer's does not sign in its name. */
static void
is_of_the_issuer_alone(void **state)
{
	static const char *const rows[] = {"{}", "{\"issuer\":1}", "{\"issuer\":{}}",
		"{\"issuer\":\"did:web:other.example\"}",
		"{\"issuer\":{\"id\":\"did:web:screening.example.org\"}}"};
	static const char own[] = "{\"issuer\":\"did:web:screening.example\"}";
	struct prb_fault fault;

	(void)state;
	prb_str_reset(&out);
	assert_int_equal(prb_envelope_write(arena, prb_str_span(&credential), &by_key,
				 key.secret_key, &out, &fault),
		PRB_ERR_CONFLICT);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(prb_envelope_write(arena, prb_span_of(rows[i]), &by_web,
					 key.secret_key, &out, &fault),
			PRB_ERR_CONFLICT);
	assert_int_equal(
		prb_envelope_write(arena, PRB_SPAN("[]"), &by_web, key.secret_key, &out, &fault),
		PRB_ERR_TYPE);
	assert_int_equal(
		prb_envelope_write(arena, PRB_SPAN("{"), &by_web, key.secret_key, &out, &fault),
		PRB_ERR_JSON);
	assert_int_equal(out.n, 0);
	assert_int_equal(
		prb_envelope_write(arena, PRB_SPAN(own), &by_web, key.secret_key, &out, &fault),
		PRB_OK);
}

static enum prb_err
read_header(const char *header, struct prb_fault *fault)
{
	struct prb_envelope read;
	struct prb_str text;
	enum prb_err err;

	prb_str_init(&text, 100000);
	prb_base64url_encode((const uint8_t *)header, strlen(header), &text);
	prb_str_add_text(&text, ".e30.");
	for (int i = 0; i < 86; i++)
		prb_str_add_char(&text, 'A');
	err = prb_envelope_read(arena, prb_str_span(&text), &read, fault);
	prb_str_finish(&text);
	return err;
}

static void
reads_headers(void **state)
{
	static const struct {
		const char *header, *why; /* NULL: it is taken */
	} rows[] = {
		{"{\"alg\":\"EdDSA\",\"typ\":\"vc+jwt\",\"kid\":\"did:a#b\"}", NULL},
		{"{\"alg\":\"Ed25519\",\"typ\":\"vc+jwt\",\"kid\":\"did:a#b\",\"cty\":\"vc\"}",
			NULL},
		{"{\"kid\":\"did:a#b\",\"typ\":\"vc+jwt\",\"alg\":\"EdDSA\",\"iss\":\"did:a\"}",
			NULL},
		{" {\"alg\":\"EdDSA\",\"typ\":\"vc+jwt\",\"kid\":\"did:a#b\",\"more\":[1]} ", NULL},
		{"{\"alg\":\"none\",\"typ\":\"vc+jwt\",\"kid\":\"did:a#b\"}", "\"none\""},
		{"{\"alg\":\"HS256\",\"typ\":\"vc+jwt\",\"kid\":\"did:a#b\"}", "\"HS256\""},
		{"{\"alg\":\"ES256\",\"typ\":\"vc+jwt\",\"kid\":\"did:a#b\"}", "\"ES256\""},
		{"{\"alg\":\"eddsa\",\"typ\":\"vc+jwt\",\"kid\":\"did:a#b\"}", "\"eddsa\""},
		{"{\"alg\":\"Ed448\",\"typ\":\"vc+jwt\",\"kid\":\"did:a#b\"}", "\"Ed448\""},
		{"{\"alg\":[\"EdDSA\"],\"typ\":\"vc+jwt\",\"kid\":\"did:a#b\"}", "no alg"},
		{"{\"typ\":\"vc+jwt\",\"kid\":\"did:a#b\"}", "no alg"},
		{"{\"alg\":\"EdDSA\",\"kid\":\"did:a#b\"}", "typ"},
		{"{\"alg\":\"EdDSA\",\"typ\":\"vp+jwt\",\"kid\":\"did:a#b\"}", "typ"},
		{"{\"alg\":\"EdDSA\",\"typ\":\"JWT\",\"kid\":\"did:a#b\"}", "typ"},
		{"{\"alg\":\"EdDSA\",\"typ\":\"vc+jwt\",\"kid\":\"did:a#b\",\"cty\":\"vp\"}",
			"cty"},
		{"{\"alg\":\"EdDSA\",\"typ\":\"vc+jwt\"}", "no kid"},
		{"{\"alg\":\"EdDSA\",\"typ\":\"vc+jwt\",\"kid\":\"\"}", "no kid"},
		{"{\"alg\":\"EdDSA\",\"typ\":\"vc+jwt\",\"kid\":7}", "no kid"},
		{"{\"alg\":\"EdDSA\",\"typ\":\"vc+jwt\",\"kid\":\"did:a#b\",\"iss\":\"did:b\"}",
			"iss"},
		{"{\"alg\":\"EdDSA\",\"typ\":\"vc+jwt\",\"kid\":\"did:ab#b\",\"iss\":\"did:a\"}",
			"iss"},
		{"{\"alg\":\"EdDSA\",\"typ\":\"vc+jwt\",\"kid\":\"did:a#b\",\"iss\":\"\"}", "iss"},
		{"{\"alg\":\"EdDSA\",\"typ\":\"vc+jwt\",\"kid\":\"did:a#b\",\"iss\":1}", "iss"},
		{"{\"alg\":\"EdDSA\",\"typ\":\"vc+jwt\",\"kid\":\"a#b\",\"crit\":[\"exp\"]}",
			"crit"},
		{"{\"alg\":\"EdDSA\",\"typ\":\"vc+jwt\",\"kid\":\"a#b\",\"b64\":true}", "b64"},
		{"{\"alg\":\"EdDSA\",\"typ\":\"vc+jwt\",\"kid\":\"a#b\",\"jwk\":{}}", "jwk"},
		{"{\"alg\":\"EdDSA\",\"typ\":\"vc+jwt\",\"kid\":\"a#b\",\"jku\":\"x\"}", "jku"},
		{"{\"alg\":\"EdDSA\",\"typ\":\"vc+jwt\",\"kid\":\"a#b\",\"x5u\":\"x\"}", "x5u"},
		{"{\"alg\":\"EdDSA\",\"typ\":\"vc+jwt\",\"kid\":\"a#b\",\"x5c\":[]}", "x5c"},
		{"{\"alg\":\"EdDSA\",\"typ\":\"vc+jwt\",\"kid\":\"a#b\",\"alg\":\"none\"}", ""},
		{"{\"alg\":\"EdDSA\",\"typ\":\"vc+jwt\",\"kid\":\"a#b\"}x", ""},
		{"[\"alg\"]", "no object"},
		{"null", "no object"},
		{"{", ""},
		{"\xFF", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct prb_fault fault = {.detail = ""};
		enum prb_err err = read_header(rows[i].header, &fault);

		if (rows[i].why == NULL ? err != PRB_OK : err == PRB_OK)
			fail_msg("%s: %s", rows[i].header, fault.detail);
		if (rows[i].why != NULL && strstr(fault.detail, rows[i].why) == NULL)
			fail_msg("%s: \"%s\" does not say %s", rows[i].header, fault.detail,
				rows[i].why);
	}
}

static void
knows_the_form(void **state)
{
	static const struct {
		const char *text;
		bool is;
	} rows[] = {{"a.b.c", true}, {"a.b.c\n", true}, {"a.b.c \r\n\t", true}, {"a-_.b.c", true},
		{"", false}, {".", false}, {"..", false}, {"a.b", false}, {"a.b.", false},
		{".b.c", false}, {"a..c", false}, {"a.b.c.d", false}, {" a.b.c", false},
		{"a. b.c", false}, {"a.b=.c", false}, {"a.b+.c", false}, {"{\"a\":1}", false}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (prb_envelope_is(prb_span_of(rows[i].text)) != rows[i].is)
			fail_msg("\"%s\" was %s", rows[i].text, rows[i].is ? "refused" : "taken");
	assert_false(prb_envelope_is(PRB_SPAN_NONE));
}

static void
refuses_parts(void **state)
{
	static const char header[] =
		"eyJhbGciOiJFZERTQSIsImtpZCI6ImRpZDphI2IiLCJ0eXAiOiJ2Yytqd3QifQ";
	static const struct {
		const char *behind, *why;
		int signature_chars;
	} rows[] = {
		{".e30.", NULL, 86},
		{".e30.", "signature", 85},
		{".e30.", "signature", 87},
		{".e30.", "signature", 88},
		{".e31.", "payload", 86}, /* bits left over */
		{".e.", "payload", 86},
		{".e30", "three parts", 0},
		{".e30=.", "three parts", 86},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct prb_envelope read = {.kid = PRB_SPAN("untouched")};
		struct prb_fault fault = {.detail = ""};
		struct prb_str text;
		enum prb_err err;

		prb_str_init(&text, 1000);
		prb_str_add_text(&text, header);
		prb_str_add_text(&text, rows[i].behind);
		for (int c = 0; c < rows[i].signature_chars; c++)
			prb_str_add_char(&text, 'A');
		err = prb_envelope_read(arena, prb_str_span(&text), &read, &fault);
		prb_str_finish(&text);
		if (rows[i].why == NULL) {
			assert_int_equal(err, PRB_OK);
			continue;
		}
		assert_int_not_equal(err, PRB_OK);
		assert_true(prb_span_is(read.kid, "untouched"));
		if (strstr(fault.detail, rows[i].why) == NULL)
			fail_msg("%zu: \"%s\" does not say %s", i, fault.detail, rows[i].why);
	}
}

/* RFC 8037 appendix A.4 is a JWS of this form, but no credential: its header names no type. */
static void
rfc8037_vector(void **state)
{
	struct prb_envelope read;
	struct prb_fault fault;
	const struct prb_json *json = NULL;
	struct prb_span jws;
	struct prb_str text;

	(void)state;
	prb_str_init(&text, 65536);
	assert_true(attest_vector("ed25519/rfc8037-appendix-a.json", &text));
	assert_int_equal(prb_json_parse(arena, prb_str_span(&text), 65536, NULL, &json), PRB_OK);
	jws = prb_json_string(prb_json_member(json, "compactJws"));
	assert_true(prb_envelope_is(jws));
	assert_int_equal(prb_envelope_read(arena, jws, &read, &fault), PRB_ERR_VALUE);
	assert_non_null(strstr(fault.detail, "typ"));
	prb_str_finish(&text);
}

/* Every bit of the text counts: none can change and the signature still hold. */
static void
any_flipped_bit_breaks_it(void **state)
{
	struct prb_envelope read;
	size_t held = 0;

	(void)state;
	prb_str_reset(&out);
	assert_int_equal(
		prb_envelope_write(arena, PRB_SPAN("{\"issuer\":\"did:web:screening.example\"}"),
			&by_web, key.secret_key, &out, NULL),
		PRB_OK);
	for (size_t i = 0; i < out.n * 8; i++) {
		out.p[i / 8] = (char)(out.p[i / 8] ^ 1 << i % 8);
		if (prb_envelope_read(arena, prb_str_span(&out), &read, NULL) == PRB_OK &&
			signature_is_good(&read, key.public_key))
			held++;
		out.p[i / 8] = (char)(out.p[i / 8] ^ 1 << i % 8);
	}
	assert_int_equal(held, 0);
	assert_int_equal(prb_envelope_read(arena, prb_str_span(&out), &read, NULL), PRB_OK);
	assert_true(signature_is_good(&read, key.public_key));
}

static void
without_memory(void **state)
{
	enum prb_err err = PRB_ERR_MEMORY;
	int failures = 0;

	(void)state;
	for (int n = 0; err != PRB_OK; n++) {
		struct prb_arena *small = prb_arena_create(ARENA_BYTES_MAX);
		struct prb_envelope read;
		struct prb_str jws;

		assert_true(n < TRIES_MAX);
		assert_non_null(small);
		prb_str_init(&jws, PRB_ENVELOPE_BYTES_MAX);
		allocations_left = n;
		err = prb_envelope_write(
			small, prb_str_span(&credential), &by_web, key.secret_key, &jws, NULL);
		if (err == PRB_OK)
			err = prb_envelope_read(small, prb_str_span(&jws), &read, NULL);
		else
			assert_int_equal(jws.n, 0);
		allocations_left = -1;
		failures += err != PRB_OK;
		prb_str_finish(&jws);
		prb_arena_destroy(small);
	}
	assert_true(failures > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(holds_the_credential_without_its_proof),
		cmocka_unit_test(header_is_canonical),
		cmocka_unit_test(is_of_the_issuer_alone),
		cmocka_unit_test(reads_headers),
		cmocka_unit_test(knows_the_form),
		cmocka_unit_test(refuses_parts),
		cmocka_unit_test(rfc8037_vector),
		cmocka_unit_test(any_flipped_bit_breaks_it),
		cmocka_unit_test(without_memory),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
