/* SPDX-License-Identifier: Apache-2.0 */
/* Multibase, Multikey, DIDs, moments and single signatures, against published vectors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "scoring/attest/multibase.h"
#include "scoring/attest/proof.h"
#include "scoring/base/jcs.h"
#include "tests/unit/attest_support.h"

#define TEXT_BYTES_MAX ((size_t)1 << 16)

static struct prb_arena *arena;
static struct prb_str text;

static int
set_up(void **state)
{
	(void)state;
	arena = prb_arena_create((size_t)4 << 20);
	prb_str_init(&text, TEXT_BYTES_MAX);
	return arena != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	prb_str_finish(&text);
	prb_arena_destroy(arena);
	return 0;
}

static const struct prb_json *
vector(const char *name)
{
	const struct prb_json *json = NULL;

	prb_str_reset(&text);
	assert_true(attest_vector(name, &text));
	assert_int_equal(
		prb_json_parse(arena, prb_str_span(&text), TEXT_BYTES_MAX, NULL, &json), PRB_OK);
	return json;
}

static struct prb_span
member(const struct prb_json *object, const char *name)
{
	const struct prb_json *value = prb_json_member(object, name);

	assert_non_null(value);
	return prb_json_string(value);
}

static size_t
from_hex(struct prb_span hex, uint8_t *out, size_t room)
{
	size_t n = 0;

	assert_int_equal(sodium_hex2bin(out, room, hex.p, hex.n, NULL, &n, NULL), 0);
	return n;
}

/* ---- multibase ---- */

/* "yes mani !" with so many zero bytes in front. */
static size_t
plain(int zeros, uint8_t out[32])
{
	memset(out, 0, 32);
	memcpy(out + zeros, "yes mani !", 10);
	return 10 + (size_t)zeros;
}

/* The text of the row of that name, without quotes. */
static struct prb_span
row_of(const struct prb_str *table, const char *encoding)
{
	char start[32];
	const char *at;

	(void)snprintf(start, sizeof(start), "\n%s, \"", encoding);
	at = strstr(table->p, start);
	assert_non_null(at);
	at += strlen(start);
	return (struct prb_span){at, strcspn(at, "\"")};
}

static void
multibase_vectors(void **state)
{
	static const char *const files[] = {"multibase/basic.csv", "multibase/leading_zero.csv",
		"multibase/two_leading_zeros.csv"};

	(void)state;
	for (int zeros = 0; zeros < 3; zeros++) {
		uint8_t bytes[32], back[32];
		size_t n = plain(zeros, bytes);
		struct prb_span b58, b64;
		struct prb_str made;

		prb_str_reset(&text);
		assert_true(attest_vector(files[zeros], &text));
		b58 = row_of(&text, "base58btc");
		b64 = row_of(&text, "base64url");
		prb_str_init(&made, 1000);
		prb_str_add_char(&made, 'z');
		prb_base58btc_encode(bytes, n, &made);
		assert_true(prb_span_equal(prb_str_span(&made), b58));
		prb_str_reset(&made);
		prb_str_add_char(&made, 'u');
		prb_base64url_encode(bytes, n, &made);
		assert_true(prb_span_equal(prb_str_span(&made), b64));
		prb_str_finish(&made);
		assert_int_equal(prb_base58btc_decode((struct prb_span){b58.p + 1, b58.n - 1}, back,
					 sizeof(back)),
			n);
		assert_memory_equal(back, bytes, n);
		assert_int_equal(prb_base64url_decode((struct prb_span){b64.p + 1, b64.n - 1}, back,
					 sizeof(back)),
			n);
		assert_memory_equal(back, bytes, n);
	}
}

/* Any bytes of any length go there and back, and in no less room than they need. */
static void
there_and_back(void **state)
{
	uint32_t seed = randombytes_random();
	uint8_t bytes[PRB_MULTIBASE_BYTES_MAX], back[PRB_MULTIBASE_BYTES_MAX];
	struct prb_str made;

	(void)state;
	print_message("seed %u\n", seed);
	prb_str_init(&made, 1000);
	for (size_t n = 0; n <= sizeof(bytes); n++) {
		for (size_t i = 0; i < n; i++) {
			seed = seed * 1664525 + 1013904223;
			bytes[i] = i < n / 8 ? 0 : (uint8_t)(seed >> 24);
		}
		if (n % 5 == 0)
			memset(bytes, n % 2 ? 0xFF : 0, n);
		prb_str_reset(&made);
		prb_base58btc_encode(bytes, n, &made);
		assert_int_equal(prb_base58btc_decode(prb_str_span(&made), back, sizeof(back)), n);
		assert_memory_equal(back, bytes, n);
		if (n > 0)
			assert_int_equal(
				prb_base58btc_decode(prb_str_span(&made), back, n - 1), SIZE_MAX);
		prb_str_reset(&made);
		prb_base64url_encode(bytes, n, &made);
		assert_int_equal(prb_base64url_decode(prb_str_span(&made), back, sizeof(back)), n);
		assert_memory_equal(back, bytes, n);
		if (n > 0)
			assert_int_equal(
				prb_base64url_decode(prb_str_span(&made), back, n - 1), SIZE_MAX);
	}
	prb_str_finish(&made);
}

static void
decoders_refuse(void **state)
{
	static const char *const not_58[] = {"0", "O", "I", "l", "a b", "+", "7paNL19xttacU\n"};
	static const char *const not_64[] = {"A", "AB==", "AA=", "A+A", "A/A", "AB", "AAB", "A A"};
	char many[400];
	uint8_t out[256];

	(void)state;
	for (size_t i = 0; i < sizeof(not_58) / sizeof(not_58[0]); i++)
		assert_int_equal(
			prb_base58btc_decode(prb_span_of(not_58[i]), out, sizeof(out)), SIZE_MAX);
	for (size_t i = 0; i < sizeof(not_64) / sizeof(not_64[0]); i++)
		if (prb_base64url_decode(prb_span_of(not_64[i]), out, sizeof(out)) != SIZE_MAX)
			fail_msg("\"%s\" was taken", not_64[i]);
	memset(many, 'z', sizeof(many));
	assert_int_equal(
		prb_base58btc_decode((struct prb_span){many, sizeof(many)}, out, sizeof(out)),
		SIZE_MAX);
	memset(many, '1', sizeof(many));
	assert_int_equal(
		prb_base58btc_decode((struct prb_span){many, sizeof(many)}, out, sizeof(out)),
		SIZE_MAX);
}

/* Each byte at each place of four: the 64 digits are taken and no other, in whatever alphabet some
 * library has them. */
static void
base64url_takes_its_digits_alone(void **state)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

	(void)state;
	for (int place = 0; place < 4; place++)
		for (int c = 0; c < 256; c++) {
			char four[] = {'A', 'A', 'A', 'A'};
			uint8_t out[3];
			bool is_digit = memchr(digits, c, 64) != NULL;

			four[place] = (char)c;
			assert_int_equal(prb_base64url_decode((struct prb_span){four, 4}, out, 3),
				is_digit ? 3 : SIZE_MAX);
		}
}

static void
digests(void **state)
{
	char out[PRB_DIGEST_MULTIBASE_BYTES];
	uint8_t hash[PRB_SHA256_BYTES];

	(void)state;
	attest_sha256(hash, "", 0);
	prb_digest_multibase(hash, out);
	/* 12 20 e3b0c442... in base64url. */
	assert_string_equal(out, "uEiDjsMRCmPwcFJr79MiZb7kkJ65B5GSbk0yklZkbeFK4VQ");
}

/* ---- keys ---- */

static void
multikey_pairs(void **state)
{
	const struct prb_json *pairs = vector("multibase/multikey-pairs.json");
	size_t count = 0;

	(void)state;
	for (const struct prb_json *pair = prb_json_first(pairs); pair;
		pair = prb_json_next(pair), count++) {
		struct prb_span public_text = member(pair, "publicKeyMultibase");
		struct prb_span secret_text = member(pair, "privateKeyMultibase");
		uint8_t seed[PRB_KEY_SEED_BYTES], public_key[PRB_KEY_PUBLIC_BYTES];
		uint8_t made[PRB_KEY_PUBLIC_BYTES], secret[PRB_KEY_SECRET_BYTES];
		char written[PRB_MULTIKEY_BYTES];

		assert_true(prb_key_public_read(public_text, public_key));
		assert_true(prb_key_seed_read(secret_text, seed));
		(void)crypto_sign_seed_keypair(made, secret, seed);
		assert_memory_equal(made, public_key, sizeof(made));
		prb_key_public_multikey(public_key, written);
		assert_true(prb_span_is(public_text, written));
		prb_key_seed_multikey(seed, written);
		assert_true(prb_span_is(secret_text, written));
		/* Neither is taken for the other. */
		assert_false(prb_key_public_read(secret_text, public_key));
		assert_false(prb_key_seed_read(public_text, seed));
	}
	assert_int_equal(count, 4);
}

static void
multikeys_refused(void **state)
{
	static const char *const rows[] = {"", "z", "z6Mk",
		"6MktgKTsu1QhX6QPbyqG6geXdw6FQCZBPq7uQpieWbiQiG7",
		"u6MktgKTsu1QhX6QPbyqG6geXdw6FQCZBPq7uQpieWbiQiG7",
		"z6MktgKTsu1QhX6QPbyqG6geXdw6FQCZBPq7uQpieWbiQiG",
		"z6MktgKTsu1QhX6QPbyqG6geXdw6FQCZBPq7uQpieWbiQiG77",
		"z6MktgKTsu1QhX6QPbyqG6geXdw6FQCZBPq7uQpieWbiQi0"};
	uint8_t key[PRB_KEY_PUBLIC_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_false(prb_key_public_read(prb_span_of(rows[i]), key));
}

static void
issuers(void **state)
{
	static const struct {
		const char *url, *did, *wrong;
	} rows[] = {
		{"https://example.com", "did:web:example.com", NULL},
		{"https://Example.COM/", "did:web:example.com", NULL},
		{"https://example.com:8443", "did:web:example.com%3A8443", NULL},
		{"https://example.com/a/b", "did:web:example.com:a:b", NULL},
		{"https://localhost:3000/x.y-z_1", "did:web:localhost%3A3000:x.y-z_1", NULL},
		{"http://example.com", NULL, "https://"},
		{"example.com", NULL, "https://"},
		{"https:///", NULL, "no host"},
		{"https:///a", NULL, "no host"},
		{"https://192.0.2.1", NULL, "IP address"},
		{"https://0x7f.1", NULL, "IP address"},
		{"https://[2001:db8::1]/", NULL, "IP address"},
		{"https://user@example.com", NULL, "user"},
		{"https://example.com?x", NULL, "query"},
		{"https://example.com/#x", NULL, "fragment"},
		{"https://example.com:", NULL, "port"},
		{"https://example.com:0", NULL, "port"},
		{"https://example.com:65536", NULL, "port"},
		{"https://example.com:8a", NULL, "port"},
		{"https://-example.com", NULL, "host name"},
		{"https://exam_ple.com", NULL, "host name"},
		{"https://example..com", NULL, "host name"},
		{"https://example.com.", NULL, "dot"},
		{"https://example.com//a", NULL, "path"},
		{"https://example.com/a/../b", NULL, "path"},
		{"https://example.com/a%20b", NULL, "path"},
	};
	struct attest_key key;

	(void)state;
	attest_key_make(0, &key);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct prb_issuer issuer = {.did = "untouched"};
		struct prb_fault fault;
		enum prb_err err =
			prb_issuer_fill(key.public_key, 1, rows[i].url, "A", &issuer, &fault);

		if (rows[i].did != NULL) {
			if (err != PRB_OK)
				fail_msg("%s: %s", rows[i].url, fault.detail);
			assert_string_equal(issuer.did, rows[i].did);
			assert_true(prb_span_starts(
				prb_span_of(issuer.method), prb_span_of(issuer.did)));
			assert_non_null(strstr(issuer.method, "#key-1"));
			continue;
		}
		assert_int_equal(err, PRB_ERR_CONFIG);
		if (strstr(fault.detail, rows[i].wrong) == NULL)
			fail_msg("%s: \"%s\" does not say %s", rows[i].url, fault.detail,
				rows[i].wrong);
		assert_string_equal(issuer.did, "untouched");
	}
}

static void
names_of_issuers(void **state)
{
	char label[64], url[PRB_URL_BYTES_MAX + 8], name[300];
	struct prb_issuer issuer;
	struct attest_key key;

	(void)state;
	attest_key_make(0, &key);
	assert_int_equal(prb_issuer_fill(key.public_key, 1, "", NULL, &issuer, NULL), PRB_OK);
	assert_true(prb_span_starts(prb_span_of(issuer.did), PRB_SPAN("did:key:z6Mk")));
	assert_string_equal(issuer.name, issuer.did);
	assert_string_equal(issuer.public_url, "");
	assert_int_equal(
		prb_issuer_fill(key.public_key, 1, "https://example.com/a/", "", &issuer, NULL),
		PRB_OK);
	assert_string_equal(issuer.name, "example.com");
	assert_string_equal(issuer.public_url, "https://example.com/a");
	memset(name, 'a', sizeof(name));
	name[256] = '\0';
	assert_int_equal(
		prb_issuer_fill(key.public_key, 1, NULL, name, &issuer, NULL), PRB_ERR_CONFIG);
	name[255] = '\0';
	assert_int_equal(prb_issuer_fill(key.public_key, 1, NULL, name, &issuer, NULL), PRB_OK);
	assert_int_equal(
		prb_issuer_fill(key.public_key, 1, NULL, "a\nb", &issuer, NULL), PRB_ERR_CONFIG);
	assert_int_equal(
		prb_issuer_fill(key.public_key, 1, NULL, "\xFF", &issuer, NULL), PRB_ERR_CONFIG);
	/* The longest host there is. */
	memset(label, 'a', 63);
	label[63] = '\0';
	(void)snprintf(url, sizeof(url), "https://%s.%s.%s.%.61s", label, label, label, label);
	assert_int_equal(prb_issuer_fill(key.public_key, 1, url, NULL, &issuer, NULL), PRB_OK);
	(void)snprintf(url, sizeof(url), "https://%s.%s.%s.%.62s", label, label, label, label);
	assert_int_equal(
		prb_issuer_fill(key.public_key, 1, url, NULL, &issuer, NULL), PRB_ERR_CONFIG);
	memset(url + 20, '/', sizeof(url) - 21);
	url[sizeof(url) - 1] = '\0';
	assert_int_equal(
		prb_issuer_fill(key.public_key, 1, url, NULL, &issuer, NULL), PRB_ERR_CONFIG);
}

static void
did_documents(void **state)
{
	static const char *const start =
		"{\"@context\":[\"https://www.w3.org/ns/did/v1\","
		"\"https://w3id.org/security/multikey/v1\","
		"\"https://w3id.org/security/jwk/v1\"],\"assertionMethod\":["
		"\"did:web:a.example#key-1\",\"did:web:a.example#jwk-1\"],"
		"\"id\":\"did:web:a.example\",\"verificationMethod\":[{\"controller\":"
		"\"did:web:a.example\",\"id\":\"did:web:a.example#key-1\","
		"\"publicKeyMultibase\":\"z6Mk";
	struct prb_issuer issuer;
	struct attest_key key;
	struct prb_str out;

	(void)state;
	attest_key_make(0, &key);
	attest_issuer_make(&key, "https://a.example", &issuer);
	prb_str_init(&out, TEXT_BYTES_MAX);
	prb_issuer_did_document(&issuer, NULL, 0, &out);
	assert_false(out.failed);
	assert_true(prb_span_starts(prb_str_span(&out), prb_span_of(start)));
	assert_non_null(strstr(out.p, "\"publicKeyJwk\":{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":"
				      "\"A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg\"}"));
	attest_issuer_make(&key, NULL, &issuer);
	prb_str_reset(&out);
	prb_issuer_did_document(&issuer, NULL, 0, &out);
	assert_null(strstr(out.p, "JsonWebKey"));
	assert_non_null(strstr(out.p, issuer.method));
	prb_str_finish(&out);
}

/* ---- signatures ---- */

static void
rfc8032_vectors(void **state)
{
	const struct prb_json *list =
		prb_json_member(vector("ed25519/rfc8032-7.1.json"), "vectors");
	size_t count = 0, halves = 0;

	(void)state;
	for (const struct prb_json *v = prb_json_first(list); v; v = prb_json_next(v), count++) {
		uint8_t seed[32], expected[32], public_key[32], secret[64], message[64], wanted[64];
		uint8_t signature[64];
		size_t n = from_hex(member(v, "message"), message, sizeof(message));

		(void)from_hex(member(v, "seed"), seed, sizeof(seed));
		(void)from_hex(member(v, "publicKey"), expected, sizeof(expected));
		(void)from_hex(member(v, "signature"), wanted, sizeof(wanted));
		(void)crypto_sign_seed_keypair(public_key, secret, seed);
		assert_memory_equal(public_key, expected, sizeof(expected));
		(void)crypto_sign_detached(signature, NULL, message, n, secret);
		assert_memory_equal(signature, wanted, sizeof(wanted));
		if (n == sizeof(message)) {
			char value[PRB_PROOF_VALUE_BYTES];

			halves++;
			prb_proof_sign(message, message + 32, secret, value);
			assert_int_equal(prb_base58btc_decode(prb_span_of(value + 1), signature,
						 sizeof(signature)),
				sizeof(signature));
			assert_memory_equal(signature, wanted, sizeof(wanted));
		}
	}
	assert_int_equal(count, 4);
	assert_int_equal(halves, 1);
}

static void
rfc8037_vectors(void **state)
{
	const struct prb_json *json = vector("ed25519/rfc8037-appendix-a.json");
	struct prb_span jws = member(json, "compactJws");
	const char *last = strrchr(jws.p, '.'), *first = strchr(jws.p, '.');
	uint8_t public_key[32], signature[64], payload[64];
	size_t n;

	(void)state;
	assert_int_equal(prb_base64url_decode(member(prb_json_member(json, "jwkPublic"), "x"),
				 public_key, sizeof(public_key)),
		sizeof(public_key));
	assert_int_equal(prb_base64url_decode(prb_span_of(last + 1), signature, sizeof(signature)),
		sizeof(signature));
	assert_int_equal(crypto_sign_verify_detached(signature, (const unsigned char *)jws.p,
				 (size_t)(last - jws.p), public_key),
		0);
	n = prb_base64url_decode(
		(struct prb_span){first + 1, (size_t)(last - first - 1)}, payload, sizeof(payload));
	assert_true(prb_span_equal(
		(struct prb_span){(const char *)payload, n}, member(json, "payloadText")));
}

/* ---- eddsa-jcs-2022, step by step ---- */

#define W3C "eddsa-jcs-2022/"

/* A file in the arena, without the newline at its end. */
static struct prb_span
file(const char *name)
{
	struct prb_span copy;

	prb_str_reset(&text);
	assert_true(attest_vector(name, &text));
	copy = prb_arena_copy(arena, prb_span_trim(prb_str_span(&text)));
	assert_non_null(copy.p);
	return copy;
}

/* What the steps make of a JSON file: its canonical form and the hash of that. */
static void
assert_step(const char *json_name, const char *canonical_name, const char *hash_name,
	uint8_t hash[PRB_SHA256_BYTES])
{
	struct prb_span canonical = file(canonical_name);
	char hex[PRB_SHA256_HEX_BYTES];
	struct prb_str made;

	prb_str_init(&made, TEXT_BYTES_MAX);
	prb_jcs_write(arena, vector(json_name), &made);
	assert_true(prb_span_equal(prb_str_span(&made), canonical));
	attest_sha256(hash, made.p, made.n);
	prb_sha256_hex(hash, hex);
	assert_true(prb_span_is(file(hash_name), hex));
	prb_str_finish(&made);
}

static void
w3c_steps(void **state)
{
	uint8_t both[2 * PRB_SHA256_BYTES], wanted[64], seed[PRB_KEY_SEED_BYTES], public_key[32];
	uint8_t secret[PRB_KEY_SECRET_BYTES];
	char value[PRB_PROOF_VALUE_BYTES];

	(void)state;
	assert_step(
		W3C "proofConfigJCS.json", W3C "proofCanonJCS.txt", W3C "proofHashJCS.txt", both);
	assert_step(W3C "unsigned.json", W3C "canonDocJCS.txt", W3C "docHashJCS.txt",
		both + PRB_SHA256_BYTES);
	assert_int_equal(
		from_hex(file(W3C "combinedHashJCS.txt"), wanted, sizeof(wanted)), sizeof(wanted));
	assert_memory_equal(both, wanted, sizeof(wanted));
	assert_true(
		prb_key_seed_read(member(vector(W3C "keyPair.json"), "privateKeyMultibase"), seed));
	(void)crypto_sign_seed_keypair(public_key, secret, seed);
	prb_proof_sign(both, both + PRB_SHA256_BYTES, secret, value);
	assert_true(prb_span_is(file(W3C "sigBTC58JCS.txt"), value));
	assert_int_equal(
		prb_base58btc_decode(prb_span_of(value + 1), both, sizeof(both)), sizeof(both));
	(void)from_hex(file(W3C "sigHexJCS.txt"), wanted, sizeof(wanted));
	assert_memory_equal(both, wanted, sizeof(wanted));
}

/* ---- moments ---- */

static void
moments(void **state)
{
	static const struct {
		const char *text;
		int64_t seconds;
		bool is_good;
	} rows[] = {
		{"1970-01-01T00:00:00Z", 0, true},
		{"2026-07-01T12:00:00Z", ATTEST_MOMENT, true},
		{"2026-07-01T14:00:00+02:00", ATTEST_MOMENT, true},
		{"2026-07-01T06:30:00-05:30", ATTEST_MOMENT, true},
		{"2026-07-01T12:00:00.999Z", ATTEST_MOMENT, true},
		{"2026-06-30T24:00:00Z", ATTEST_MOMENT - 43200, true},
		{"0001-01-01T00:00:00Z", -62135596800, true},
		{"9999-12-31T23:59:59Z", 253402300799, true},
		{"2026-07-01T12:00:00+14:00", ATTEST_MOMENT - 50400, true},
		{"2026-07-01T12:00:00", 0, false},
		{"2026-07-01", 0, false},
		{"", 0, false},
		{"2026-07-01T12:00:00z", 0, false},
		{"2026-07-01t12:00:00Z", 0, false},
		{"2026-07-01 12:00:00Z", 0, false},
		{"2026-07-01T12:00Z", 0, false},
		{"2026-07-01T12:00:60Z", 0, false},
		{"2026-07-01T24:00:01Z", 0, false},
		{"2026-07-01T24:00:00.1Z", 0, false},
		{"2026-07-01T25:00:00Z", 0, false},
		{"2026-07-01T12:00:00.Z", 0, false},
		{"2026-07-01T12:00:00+14:01", 0, false},
		{"2026-07-01T12:00:00+1400", 0, false},
		{"2026-02-29T12:00:00Z", 0, false},
		{"2026-07-01T12:00:00ZZ", 0, false},
		{"-2026-07-01T12:00:00Z", 0, false},
		{"0001-01-01T00:00:00+00:01", 0, false},
		{"9999-12-31T23:59:59-00:01", 0, false},
		{"9999-12-31T24:00:00Z", 0, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t seconds = -7;
		bool read = prb_timestamp_parse(prb_span_of(rows[i].text), &seconds);

		if (read != rows[i].is_good)
			fail_msg("\"%s\" was %s", rows[i].text, read ? "taken" : "refused");
		assert_int_equal(seconds, read ? rows[i].seconds : -7);
	}
}

static void
moments_there_and_back(void **state)
{
	static const int64_t rows[] = {-62135596800, -1, 0, 86399, 86400, ATTEST_MOMENT,
		ATTEST_MOMENT + 86399, 253402300799};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char out[PRB_TIMESTAMP_BYTES];
		int64_t back = 1;

		prb_timestamp_format(rows[i], out);
		assert_int_equal(strlen(out), PRB_TIMESTAMP_BYTES - 1);
		assert_true(prb_timestamp_parse(prb_span_of(out), &back));
		assert_int_equal(back, rows[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(multibase_vectors),
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(decoders_refuse),
		cmocka_unit_test(base64url_takes_its_digits_alone),
		cmocka_unit_test(digests),
		cmocka_unit_test(multikey_pairs),
		cmocka_unit_test(multikeys_refused),
		cmocka_unit_test(issuers),
		cmocka_unit_test(names_of_issuers),
		cmocka_unit_test(did_documents),
		cmocka_unit_test(rfc8032_vectors),
		cmocka_unit_test(rfc8037_vectors),
		cmocka_unit_test(w3c_steps),
		cmocka_unit_test(moments),
		cmocka_unit_test(moments_there_and_back),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
