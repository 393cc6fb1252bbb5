/* SPDX-License-Identifier: Apache-2.0 */
/* The enveloping form, keys of the wrong kind, and texts that are shaped to mislead or to exhaust:
 * each its own reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scoring/attest/document.h"
#include "tests/unit/attest_evidence.h"

#define BYTES_MAX ((size_t)8 << 20)
#define WEB "did:web:screening.example"
#define HEADER(more) "{\"alg\":\"EdDSA\",\"cty\":\"vc\"," more "\"typ\":\"vc+jwt\"}"
#define KID "\"kid\":\"" WEB "#jwk-1\","

static struct prb_arena *arena;
static struct attest_evidence own, by_key;
static struct prb_str changed, payload;
static struct prb_verification seen;

/* The credential without its proof: what an envelope holds. */
static void
write_payload(const struct prb_str *credential)
{
	static const struct prb_document_change bare = {.left_out = "proof"};
	const struct prb_json *root = NULL;

	assert_int_equal(
		prb_json_parse(arena, prb_str_span(credential), BYTES_MAX, NULL, &root), PRB_OK);
	prb_str_reset(&payload);
	prb_document_write(arena, root, &bare, &payload);
	assert_false(payload.failed);
}

static int
set_up(void **state)
{
	(void)state;
	arena = prb_arena_create((size_t)256 << 20);
	if (arena == NULL)
		return -1;
	prb_str_init(&changed, BYTES_MAX);
	prb_str_init(&payload, BYTES_MAX);
	attest_evidence_make(arena, "https://screening.example", &own);
	attest_evidence_make(arena, NULL, &by_key);
	write_payload(&own.credential);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	attest_evidence_finish(&own);
	attest_evidence_finish(&by_key);
	prb_str_finish(&changed);
	prb_str_finish(&payload);
	prb_arena_destroy(arena);
	return 0;
}

static struct prb_verify_options
good(void)
{
	return (struct prb_verify_options){.now = ATTEST_MOMENT,
		.did_document = prb_str_span(&own.document),
		.sha256 = attest_sha256};
}

static void
verify(struct prb_span text)
{
	const struct prb_verify_options options = good();

	prb_attestation_verify(arena, text, &options, &seen);
}

static void
expect(const char *name, enum prb_check check, enum prb_outcome outcome, const char *reason)
{
	if (seen.checks[check].outcome != outcome ||
		strstr(seen.checks[check].detail, reason) == NULL)
		fail_msg("%s: %s %s (%s), expected %s (%s)", name, prb_check_word(check),
			prb_outcome_word(seen.checks[check].outcome), seen.checks[check].detail,
			prb_outcome_word(outcome), reason);
	if (outcome == PRB_OUTCOME_FAILED)
		assert_false(seen.verified);
}

static struct prb_span
with(struct prb_span text, const char *from, const char *to)
{
	const char *at = strstr(text.p, from);

	if (at == NULL)
		fail_msg("%s is not in %s", from, text.p);
	prb_str_reset(&changed);
	prb_str_add(&changed, text.p, (size_t)(at - text.p));
	prb_str_add_text(&changed, to);
	prb_str_add_text(&changed, at + strlen(from));
	assert_false(changed.failed);
	return prb_str_span(&changed);
}

/* ---- the enveloping form ---- */

static void
enveloped_verifies(void **state)
{
	struct prb_verify_options options = good();

	(void)state;
	options.status_list = prb_str_span(&own.list);
	prb_attestation_verify(arena, prb_str_span(&own.jwt), &options, &seen);
	assert_true(seen.verified && seen.enveloped);
	expect("jwt", PRB_CHECK_FORM, PRB_OUTCOME_PASSED, "enveloped (application/vc+jwt)");
	expect("jwt", PRB_CHECK_PROOF, PRB_OUTCOME_PASSED, "vc+jwt (EdDSA), by " WEB "#jwk-1");
	expect("jwt", PRB_CHECK_STATUS, PRB_OUTCOME_PASSED, "not revoked");
	assert_true(prb_span_is(seen.id, "https://screening.example/v1/attestations/" ATTEST_ID));
	/* Blanks behind it are no part of it. */
	prb_str_reset(&changed);
	prb_str_add_span(&changed, prb_str_span(&own.jwt));
	prb_str_add_text(&changed, "\r\n");
	verify(prb_str_span(&changed));
	assert_true(seen.verified);
	/* did:key needs no document. */
	options = (struct prb_verify_options){.now = ATTEST_MOMENT, .sha256 = attest_sha256};
	prb_attestation_verify(arena, prb_str_span(&by_key.jwt), &options, &seen);
	assert_true(seen.verified);
	/* The log knows the embedded form alone. */
	options = good();
	options.receipt = prb_str_span(&own.receipt);
	prb_attestation_verify(arena, prb_str_span(&own.jwt), &options, &seen);
	expect("receipt", PRB_CHECK_LOG, PRB_OUTCOME_FAILED, "the form with an embedded proof");
}

static void
headers(void **state)
{
	static const struct {
		const char *header;
		enum prb_check check;
		const char *reason;
	} bad[] = {
		{"{\"alg\":\"none\"," KID "\"typ\":\"vc+jwt\"}", PRB_CHECK_FORM, "alg \"none\""},
		{"{\"alg\":\"HS256\"," KID "\"typ\":\"vc+jwt\"}", PRB_CHECK_FORM, "alg \"HS256\""},
		{"{\"alg\":\"ES256\"," KID "\"typ\":\"vc+jwt\"}", PRB_CHECK_FORM, "alg \"ES256\""},
		{"{" KID "\"typ\":\"vc+jwt\"}", PRB_CHECK_FORM, "names no alg"},
		{"{\"alg\":\"EdDSA\"," KID "\"typ\":\"JWT\"}", PRB_CHECK_FORM, "typ must be"},
		{"{\"alg\":\"EdDSA\"," KID "\"cty\":\"vp\",\"typ\":\"vc+jwt\"}", PRB_CHECK_FORM,
			"cty must be"},
		{HEADER(""), PRB_CHECK_FORM, "no kid"},
		{HEADER("\"kid\":\"#jwk-1\","), PRB_CHECK_ISSUER, "is no absolute DID URL"},
		{HEADER("\"kid\":\"key\","), PRB_CHECK_ISSUER, "is no absolute DID URL"},
		{HEADER("\"crit\":[\"b64\"]," KID), PRB_CHECK_FORM, "\"crit\""},
		{HEADER("\"jwk\":{}," KID), PRB_CHECK_FORM, "\"jwk\""},
		{HEADER("\"iss\":\"did:web:a.example\"," KID), PRB_CHECK_FORM, "iss"},
		{HEADER("\"kid\":\"" WEB "#key-1\","), PRB_CHECK_ISSUER,
			"the key as \"Multikey\", where vc+jwt needs a JsonWebKey"},
		{HEADER("\"kid\":\"" WEB "#jwk-2\","), PRB_CHECK_ISSUER, "does not hold the key"},
		{HEADER("\"kid\":\"" WEB "#log-1\","), PRB_CHECK_ISSUER, "the key is the log's"},
		{HEADER("\"kid\":\"did:web:a.example#jwk-1\","), PRB_CHECK_ISSUER,
			"signed with a key of did:web:a.example"},
		{"[]", PRB_CHECK_FORM, "no object"},
	};
	static const char *const fine[] = {HEADER(KID),
		"{\"alg\":\"Ed25519\"," KID "\"typ\":\"vc+jwt\"}",
		HEADER("\"iss\":\"" WEB "\"," KID)};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		attest_jws(&own.key, bad[i].header, prb_str_span(&payload), &changed);
		verify(prb_str_span(&changed));
		expect(bad[i].header, bad[i].check, PRB_OUTCOME_FAILED, bad[i].reason);
	}
	for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++) {
		attest_jws(&own.key, fine[i], prb_str_span(&payload), &changed);
		verify(prb_str_span(&changed));
		expect(fine[i], PRB_CHECK_PROOF, PRB_OUTCOME_PASSED, "vc+jwt");
		assert_true(seen.verified);
	}
}

/* What a payload may say beside the credential, and what it may not. */
static void
payloads(void **state)
{
	static const struct {
		const char *name, *first; /* members put before the others */
		enum prb_check check;
		enum prb_outcome outcome;
		const char *reason;
	} rows[] = {
		{"proof", "\"proof\":{},", PRB_CHECK_FORM, PRB_OUTCOME_FAILED,
			"has a proof of its own"},
		{"vc", "\"vc\":{},", PRB_CHECK_FORM, PRB_OUTCOME_FAILED, "claim \"vc\""},
		{"vp", "\"vp\":{},", PRB_CHECK_FORM, PRB_OUTCOME_FAILED, "\"vp\""},
		{"iss", "\"iss\":\"did:web:a.example\",", PRB_CHECK_PROOF, PRB_OUTCOME_FAILED,
			"claim \"iss\" of the vc+jwt is not what /issuer says"},
		{"iss", "\"iss\":\"" WEB "\",", PRB_CHECK_PROOF, PRB_OUTCOME_PASSED, ""},
		{"jti", "\"jti\":\"urn:x:y\",", PRB_CHECK_PROOF, PRB_OUTCOME_FAILED,
			"claim \"jti\""},
		{"sub", "\"sub\":7,", PRB_CHECK_PROOF, PRB_OUTCOME_FAILED, "claim \"sub\""},
		{"exp", "\"exp\":1782907200,", PRB_CHECK_PROOF, PRB_OUTCOME_FAILED,
			"itself has expired (claim \"exp\""},
		{"exp", "\"exp\":1782907201,", PRB_CHECK_PROOF, PRB_OUTCOME_PASSED, ""},
		{"exp", "\"exp\":\"soon\",", PRB_CHECK_PROOF, PRB_OUTCOME_FAILED,
			"claim \"exp\" of the vc+jwt is no whole number"},
		{"nbf", "\"nbf\":1782907201,", PRB_CHECK_PROOF, PRB_OUTCOME_FAILED,
			"not valid yet (claim \"nbf\""},
		{"nbf", "\"nbf\":1782907200,", PRB_CHECK_PROOF, PRB_OUTCOME_PASSED, ""},
		{"twice", "\"id\":\"urn:x:y\",", PRB_CHECK_FORM, PRB_OUTCOME_FAILED,
			"the payload of the vc+jwt: byte"},
	};
	struct prb_str text;

	(void)state;
	prb_str_init(&text, BYTES_MAX);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		prb_str_reset(&text);
		prb_str_addf(&text, "{%s", rows[i].first);
		prb_str_add(&text, payload.p + 1, payload.n - 1);
		attest_jws(&own.key, HEADER(KID), prb_str_span(&text), &changed);
		verify(prb_str_span(&changed));
		expect(rows[i].name, rows[i].check, rows[i].outcome, rows[i].reason);
		assert_int_equal(seen.verified, rows[i].outcome == PRB_OUTCOME_PASSED);
	}
	attest_jws(&own.key, HEADER(KID), PRB_SPAN("[]"), &changed);
	verify(prb_str_span(&changed));
	expect("array", PRB_CHECK_FORM, PRB_OUTCOME_FAILED, "the payload of the vc+jwt: an array");
	attest_jws(&by_key.log_key, HEADER(KID), prb_str_span(&payload), &changed);
	verify(prb_str_span(&changed));
	expect("another key", PRB_CHECK_PROOF, PRB_OUTCOME_FAILED, "not over this text");
	prb_str_finish(&text);
}

static void
wrappings(void **state)
{
	static const struct {
		const char *before, *behind;
		bool verified;
		const char *reason;
	} rows[] = {
		{"{\"@context\":[\"https://www.w3.org/ns/credentials/v2\"],\"id\":\"data:"
		 "application/vc+jwt,",
			"\",\"type\":\"EnvelopedVerifiableCredential\"}", true, "enveloped"},
		{"{\"@context\":\"https://www.w3.org/ns/credentials/v2\",\"id\":\"data:"
		 "application/vc+jwt,",
			"\",\"type\":[\"EnvelopedVerifiableCredential\"]}", true, "enveloped"},
		{"{\"@context\":[\"https://www.w3.org/ns/credentials/v2\"],\"id\":\"data:"
		 "application/vc+jwt,",
			"\",\"name\":\"Low risk\",\"type\":\"EnvelopedVerifiableCredential\"}",
			false, "and nothing else"},
		{"{\"@context\":[\"https://www.w3.org/ns/credentials/v1\"],\"id\":\"data:"
		 "application/vc+jwt,",
			"\",\"type\":\"EnvelopedVerifiableCredential\"}", false,
			"has @context, type and an id"},
		{"{\"@context\":[\"https://www.w3.org/ns/credentials/v2\"],\"id\":\"data:"
		 "application/vc+sd-jwt,",
			"\",\"type\":\"EnvelopedVerifiableCredential\"}", false,
			"has @context, type and an id"},
		{"{\"attestation\":\"", "\",\"id\":\"x\"}", true, "the member \"attestation\""},
		{"{\"attestation\":{\"@context\":[\"https://www.w3.org/ns/credentials/v2\"],"
		 "\"id\":\"data:application/vc+jwt,",
			"\",\"type\":\"EnvelopedVerifiableCredential\"}}", true, "enveloped"},
		{"{\"attestation\":\"x", "!\"}", false, "/@context"},
	};
	struct prb_verify_options options = good();

	(void)state;
	options.answer_too = true;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		prb_str_reset(&changed);
		prb_str_add_text(&changed, rows[i].before);
		prb_str_add_span(&changed, prb_str_span(&own.jwt));
		prb_str_add_text(&changed, rows[i].behind);
		prb_attestation_verify(arena, prb_str_span(&changed), &options, &seen);
		expect(rows[i].before, PRB_CHECK_FORM,
			rows[i].verified ? PRB_OUTCOME_PASSED : PRB_OUTCOME_FAILED, rows[i].reason);
		assert_int_equal(seen.verified, rows[i].verified);
	}
}

/* ---- keys of the wrong kind ---- */

static void
keys_of_documents(void **state)
{
	static const struct {
		const char *name, *from, *to, *reason;
	} embedded[] = {
		{"P-256", "z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd",
			"zDnaeQVuEURtDUXbSTyTUdJpYzELcVW3bTUyvU2rzNRQWuQEb",
			"the key is of the wrong kind: P-256; an Ed25519 Multikey"},
		{"P-384", "z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd",
			"z82LkkZGYcADJ82aUFhBnKRr7PdGc9Xh67unQqsaHNcb9VgGXvB5pssLy3T8PeBnVXHnqAX",
			"of the wrong kind: P-384"},
		{"X25519", "z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd",
			"z6LSbozsWpMNSnzPUKwCQo5Wm3FW4i6Ge91k3PKhXEByuNTg",
			"X25519, which agrees on keys and signs nothing"},
		{"secp256k1", "z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd",
			"zQ3shMUiwgYY24hGs5upF8sbE9WHp6T7RyfWKT7KM6wVik73D",
			"of the wrong kind: secp256k1"},
		{"secret", "z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd",
			"z3u2RMdVYdYfbezaWLkpCmSY7aazEvKhLuoFMBg2UCZrxMQr",
			"Ed25519, but the secret one"},
		{"another base", "\"publicKeyMultibase\":\"z6Mk", "\"publicKeyMultibase\":\"u6Mk",
			"is no Ed25519 Multikey"},
		{"no key", "\"publicKeyMultibase\"", "\"publicKeyHex\"", "is no Ed25519 Multikey"},
		{"type", "\"type\":\"Multikey\"", "\"type\":\"JsonWebKey\"",
			"the key as \"JsonWebKey\", where a Data Integrity proof needs a Multikey"},
	};
	static const struct {
		const char *name, *from, *to, *reason;
	} enveloped[] = {
		{"curve", "\"crv\":\"Ed25519\"", "\"crv\":\"X25519\"",
			"kty \"OKP\", crv \"X25519\"; OKP and Ed25519 are wanted"},
		{"P-256", "\"crv\":\"Ed25519\",\"kty\":\"OKP\"", "\"crv\":\"P-256\",\"kty\":\"EC\"",
			"kty \"EC\", crv \"P-256\""},
		{"RSA", "\"crv\":\"Ed25519\",\"kty\":\"OKP\"", "\"kty\":\"RSA\"", "kty \"RSA\""},
		{"secret", "\"crv\":\"Ed25519\"", "\"crv\":\"Ed25519\",\"d\":\"AA\"",
			"holds a secret key (\"d\")"},
		{"algorithm", "\"crv\":\"Ed25519\"", "\"alg\":\"ES256\",\"crv\":\"Ed25519\"",
			"for another algorithm"},
		{"use", "\"crv\":\"Ed25519\"", "\"crv\":\"Ed25519\",\"use\":\"enc\"",
			"not for signatures"},
		{"x", "\"x\":\"", "\"x\":\"A", "is not 32 bytes"},
		{"no key", "\"publicKeyJwk\"", "\"publicKeyHex\"", "has no publicKeyJwk"},
	};
	struct prb_verify_options options = good();

	(void)state;
	for (size_t i = 0; i < sizeof(embedded) / sizeof(embedded[0]); i++) {
		options.did_document =
			with(prb_str_span(&own.document), embedded[i].from, embedded[i].to);
		prb_attestation_verify(arena, prb_str_span(&own.credential), &options, &seen);
		expect(embedded[i].name, PRB_CHECK_ISSUER, PRB_OUTCOME_FAILED, embedded[i].reason);
		expect(embedded[i].name, PRB_CHECK_PROOF, PRB_OUTCOME_SKIPPED, "no key");
	}
	for (size_t i = 0; i < sizeof(enveloped) / sizeof(enveloped[0]); i++) {
		options.did_document =
			with(prb_str_span(&own.document), enveloped[i].from, enveloped[i].to);
		prb_attestation_verify(arena, prb_str_span(&own.jwt), &options, &seen);
		expect(enveloped[i].name, PRB_CHECK_ISSUER, PRB_OUTCOME_FAILED,
			enveloped[i].reason);
	}
	options.did_document = PRB_SPAN_NONE;
	options.did_unfetched = "https://a.example could not be fetched";
	prb_attestation_verify(arena, prb_str_span(&own.credential), &options, &seen);
	expect("not fetched", PRB_CHECK_ISSUER, PRB_OUTCOME_FAILED,
		"DID document is needed: https://a.example could not be fetched");
}

/* Keys come and go; an attestation by one that was retired holds until the end that it was given.
 */
static void
keys_in_turn(void **state)
{
	struct prb_issuer_key keys[3] = {
		{.use = PRB_USE_ATTESTATION, .number = 1, .since = ATTEST_MOMENT - 1000},
		{.use = PRB_USE_ATTESTATION, .standing = PRB_STANDING_IN_USE, .number = 2},
		{.use = PRB_USE_LOG, .standing = PRB_STANDING_IN_USE, .number = 1}};
	const struct {
		enum prb_key_standing standing;
		int64_t expires;
		bool verified;
		const char *reason;
	} rows[] = {
		{PRB_STANDING_IN_USE, 0, true, "lists the key"},
		{PRB_STANDING_RETIRED, ATTEST_MOMENT + 1, true, "lists the key"},
		{PRB_STANDING_RETIRED, 0, true, "lists the key"},
		{PRB_STANDING_RETIRED, ATTEST_MOMENT, false, "ended the use of the key at"},
		{PRB_STANDING_REVOKED, 0, false, "revoked the key at"},
	};
	struct prb_verify_options options = good();

	(void)state;
	memcpy(keys[0].public_key, own.key.public_key, sizeof(keys[0].public_key));
	memcpy(keys[1].public_key, by_key.log_key.public_key, sizeof(keys[1].public_key));
	memcpy(keys[2].public_key, own.log_key.public_key, sizeof(keys[2].public_key));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		keys[0].standing = (uint8_t)rows[i].standing;
		keys[0].expires = rows[i].expires;
		prb_str_reset(&changed);
		prb_issuer_did_document(&own.issuer, keys, 3, &changed);
		options.did_document = prb_str_span(&changed);
		prb_attestation_verify(arena, prb_str_span(&own.credential), &options, &seen);
		expect("keys", PRB_CHECK_ISSUER,
			rows[i].verified ? PRB_OUTCOME_PASSED : PRB_OUTCOME_FAILED, rows[i].reason);
		assert_int_equal(seen.verified, rows[i].verified);
	}
}

static void
keys_of_did_key(void **state)
{
	static const struct {
		const char *multikey, *reason;
	} rows[] = {
		{"zDnaeQVuEURtDUXbSTyTUdJpYzELcVW3bTUyvU2rzNRQWuQEb", "wrong kind: P-256"},
		{"z6LSbozsWpMNSnzPUKwCQo5Wm3FW4i6Ge91k3PKhXEByuNTg", "wrong kind: X25519"},
		{"z", "no Ed25519 Multikey"},
		{"z6Mk", "no Ed25519 Multikey"},
	};
	char to[256];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *at = strstr(by_key.credential.p, "\"verificationMethod\":\"did:key:");
		char from[256];

		assert_non_null(at);
		(void)snprintf(from, sizeof(from), "%.*s", (int)(strcspn(at + 22, "\"") + 22), at);
		(void)snprintf(to, sizeof(to), "\"verificationMethod\":\"did:key:%s#%s",
			rows[i].multikey, rows[i].multikey);
		verify(with(prb_str_span(&by_key.credential), from, to));
		expect(rows[i].multikey, PRB_CHECK_ISSUER, PRB_OUTCOME_FAILED, rows[i].reason);
	}
}

/* ---- texts that mislead or exhaust ---- */

/* A proof counts where a proof belongs, and nowhere else. */
static void
moved_proofs(void **state)
{
	const char *proof = strstr(by_key.credential.p, "\"proof\":{");
	static const struct {
		const char *name, *before, *behind, *reason;
	} rows[] = {
		{"subject", "\"credentialSubject\":{\"", "", "the one inside /credentialSubject"},
		{"evidence", "\"x\":[[{", "}]],", "the one inside /x"},
		{"issuer", "\"issuer\":{", ",", "the one inside /issuer"},
	};
	struct prb_str moved, bare;
	size_t n;

	(void)state;
	assert_non_null(proof);
	n = (size_t)(strstr(proof, "},") - proof) + 1;
	prb_str_init(&moved, BYTES_MAX);
	prb_str_init(&bare, BYTES_MAX);
	prb_str_add(&bare, by_key.credential.p, (size_t)(proof - by_key.credential.p));
	prb_str_add_text(&bare, proof + n + 1);
	verify(prb_str_span(&bare));
	expect("taken out", PRB_CHECK_PROOF, PRB_OUTCOME_FAILED, "there is no proof");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *place = i == 0   ? strstr(bare.p, "\"credentialSubject\":{") + 21
				    : i == 1 ? bare.p + 1
					     : strstr(bare.p, "\"issuer\":{") + 10;

		prb_str_reset(&moved);
		prb_str_add(&moved, bare.p, (size_t)(place - bare.p));
		if (i == 1)
			prb_str_add_text(&moved, rows[i].before);
		prb_str_add(&moved, proof, n);
		prb_str_add_text(&moved, i == 0 ? "," : rows[i].behind);
		prb_str_add_text(&moved, place);
		assert_false(moved.failed);
		verify(prb_str_span(&moved));
		expect(rows[i].name, PRB_CHECK_PROOF, PRB_OUTCOME_FAILED, rows[i].reason);
	}
	/* One in an array is a set, even alone. */
	prb_str_reset(&moved);
	prb_str_addf(&moved, "%.*s\"proof\":[%.*s],%s", (int)(proof - by_key.credential.p),
		by_key.credential.p, (int)(n - 8), proof + 8, proof + n + 1);
	verify(prb_str_span(&moved));
	expect("array", PRB_CHECK_PROOF, PRB_OUTCOME_FAILED, "sets and chains of proofs");
	prb_str_finish(&moved);
	prb_str_finish(&bare);
}

static void
contexts(void **state)
{
	static const char both[] = "\"@context\":[\"https://www.w3.org/ns/credentials/v2\","
				   "\"https://vocabulary.uncefact.org/untp/0.7.0/context/\"]";
	static const struct {
		const char *name, *to;
		enum prb_check check;
		const char *reason;
	} rows[] = {
		{"swapped",
			"\"@context\":[\"https://vocabulary.uncefact.org/untp/0.7.0/context/\","
			"\"https://www.w3.org/ns/credentials/v2\"]",
			PRB_CHECK_FORM, "must be an array that begins with"},
		{"put between",
			"\"@context\":[\"https://www.w3.org/ns/credentials/v2\",\"https://"
			"a.example/"
			"\",\"https://vocabulary.uncefact.org/untp/0.7.0/context/\"]",
			PRB_CHECK_PROOF, "contexts that were signed"},
		{"an object behind",
			"\"@context\":[\"https://www.w3.org/ns/credentials/v2\",\"https://"
			"vocabulary.uncefact.org/untp/0.7.0/context/\",{\"rating\":\"urn:x\"}]",
			PRB_CHECK_SCHEMA, "must hold texts alone"},
		{"a text behind",
			"\"@context\":[\"https://www.w3.org/ns/credentials/v2\",\"https://"
			"vocabulary.uncefact.org/untp/0.7.0/context/\",\"https://a.example/\"]",
			PRB_CHECK_PROOF, "a context was added behind the signed ones"},
		{"a text", "\"@context\":\"https://www.w3.org/ns/credentials/v2\"", PRB_CHECK_FORM,
			"must be an array"},
	};
	const char *proof = strstr(by_key.credential.p, "\"proof\":{\"@context\":[");
	struct prb_str text;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		verify(with(prb_str_span(&by_key.credential), both, rows[i].to));
		expect(rows[i].name, rows[i].check, PRB_OUTCOME_FAILED, rows[i].reason);
	}
	/* Changed in the proof alone. */
	assert_non_null(proof);
	prb_str_init(&text, BYTES_MAX);
	prb_str_addf(&text, "%.*s\"proof\":{\"@context\":[\"https://a.example/\",%s",
		(int)(proof - by_key.credential.p), by_key.credential.p, proof + 21);
	verify(prb_str_span(&text));
	expect("in the proof", PRB_CHECK_PROOF, PRB_OUTCOME_FAILED, "contexts that were signed");
	prb_str_finish(&text);
}

static void
huge_and_nested(void **state)
{
	struct prb_str text;

	(void)state;
	prb_str_init(&text, BYTES_MAX);
	for (int i = 0; i < 65; i++)
		prb_str_add_text(&text, "{\"a\":");
	verify(prb_str_span(&text));
	expect("nested", PRB_CHECK_FORM, PRB_OUTCOME_FAILED, "deep");
	prb_str_reset(&text);
	prb_str_add_text(&text, "{\"a\":\"");
	while (text.n <= PRB_CREDENTIAL_READ_BYTES_MAX)
		prb_str_add_text(&text, "................................................");
	prb_str_add_text(&text, "\"}");
	verify(prb_str_span(&text));
	expect("huge", PRB_CHECK_FORM, PRB_OUTCOME_FAILED, "bytes long; at most");
	/* The same in an envelope, whose payload is measured as well. */
	attest_jws(&own.key, HEADER(KID), prb_str_span(&text), &changed);
	verify(prb_str_span(&changed));
	expect("huge payload", PRB_CHECK_FORM, PRB_OUTCOME_FAILED,
		"the payload of the vc+jwt: byte 1048576: the text is");
	prb_str_reset(&text);
	for (int i = 0; i < 200000; i++)
		prb_str_add_char(&text, '[');
	verify(prb_str_span(&text));
	expect("arrays", PRB_CHECK_FORM, PRB_OUTCOME_FAILED, "deep");
	prb_str_finish(&text);
}

/* A clock may be off by the skew, towards the future alone. */
static void
clocks(void **state)
{
	static const struct {
		int64_t now, skew;
		bool verified;
		const char *reason;
	} rows[] = {
		{ATTEST_MOMENT - 60, 60, true, "from 2026"},
		{ATTEST_MOMENT - 61, 60, false, "not valid yet"},
		{ATTEST_MOMENT - 1, 0, false, "not valid yet"},
		{ATTEST_MOMENT + 180 * 86400, 60, true, "from 2026"},
		{ATTEST_MOMENT + 180 * 86400 + 1, 60, false, "expired"},
	};
	struct prb_verify_options options = good();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		options.now = rows[i].now;
		options.skew_seconds = rows[i].skew;
		prb_attestation_verify(arena, prb_str_span(&own.credential), &options, &seen);
		expect("clock", PRB_CHECK_VALIDITY,
			rows[i].verified ? PRB_OUTCOME_PASSED : PRB_OUTCOME_FAILED, rows[i].reason);
		assert_int_equal(seen.verified, rows[i].verified);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(enveloped_verifies),
		cmocka_unit_test(headers),
		cmocka_unit_test(payloads),
		cmocka_unit_test(wrappings),
		cmocka_unit_test(keys_of_documents),
		cmocka_unit_test(keys_in_turn),
		cmocka_unit_test(keys_of_did_key),
		cmocka_unit_test(moved_proofs),
		cmocka_unit_test(contexts),
		cmocka_unit_test(huge_and_nested),
		cmocka_unit_test(clocks),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
