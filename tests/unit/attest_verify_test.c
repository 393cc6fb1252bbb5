/* SPDX-License-Identifier: Apache-2.0 */
/* Verification: the published vector, our own attestations, and each way of spoiling one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "scoring/attest/document.h"
#include "scoring/attest/multibase.h"
#include "scoring/base/jcs.h"
#include "tests/unit/attest_support.h"

#define BYTES_MAX ((size_t)1 << 20)

static struct prb_arena *arena;
static struct attest_key key, other_key;
static struct prb_issuer by_key, by_web, other;
static struct prb_str own, web, changed, did;
static struct prb_verification seen;

static int
set_up(void **state)
{
	const struct prb_result *result;

	(void)state;
	arena = prb_arena_create((size_t)128 << 20);
	attest_key_make(0, &key);
	attest_key_make(100, &other_key);
	attest_issuer_make(&key, NULL, &by_key);
	attest_issuer_make(&other_key, NULL, &other);
	attest_issuer_make(&key, "https://screening.example", &by_web);
	prb_str_init(&own, BYTES_MAX);
	prb_str_init(&web, BYTES_MAX);
	prb_str_init(&changed, 4 * BYTES_MAX);
	prb_str_init(&did, BYTES_MAX);
	result = attest_result(arena, attest_declaration_full);
	if (result == NULL)
		return -1;
	attest_credential(arena, result, &by_key, &key, &own);
	attest_credential(arena, result, &by_web, &key, &web);
	prb_issuer_did_document(&by_web, NULL, 0, &did);
	return own.failed || web.failed || did.failed ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	prb_str_finish(&own);
	prb_str_finish(&web);
	prb_str_finish(&changed);
	prb_str_finish(&did);
	prb_arena_destroy(arena);
	return 0;
}

static void
verify_at(struct prb_span text, struct prb_span did_document, int64_t now)
{
	const struct prb_verify_options options = {
		.now = now, .did_document = did_document, .sha256 = attest_sha256};

	prb_attestation_verify(arena, text, &options, &seen);
}

static void
verify(struct prb_span text)
{
	verify_at(text, PRB_SPAN_NONE, ATTEST_MOMENT);
}

static void
expect(const char *name, enum prb_check check, enum prb_outcome outcome, const char *reason)
{
	if (seen.checks[check].outcome != outcome ||
		strstr(seen.checks[check].detail, reason) == NULL)
		fail_msg("%s: %s %s (%s), expected %s (%s)", name, prb_check_word(check),
			prb_outcome_word(seen.checks[check].outcome), seen.checks[check].detail,
			prb_outcome_word(outcome), reason);
	assert_int_equal(seen.verified, false);
}

static void
expect_verified(const char *name)
{
	for (int i = 0; i < PRB_CHECKS; i++)
		if (seen.checks[i].outcome == PRB_OUTCOME_FAILED)
			fail_msg("%s: %s", name, seen.checks[i].detail);
	assert_true(seen.verified);
}

/* `from` (or its n-th place) becomes `to` in a copy of the text. */
static struct prb_span
with(struct prb_span text, const char *from, const char *to)
{
	const char *at = strstr(text.p, from);

	assert_non_null(at);
	prb_str_reset(&changed);
	prb_str_add(&changed, text.p, (size_t)(at - text.p));
	prb_str_add_text(&changed, to);
	prb_str_add_text(&changed, at + strlen(from));
	assert_false(changed.failed);
	return prb_str_span(&changed);
}

static const struct prb_json *
parse(struct prb_span text)
{
	const struct prb_json *json = NULL;

	assert_int_equal(prb_json_parse(arena, text, 4 * BYTES_MAX, NULL, &json), PRB_OK);
	return json;
}

static void
hash_of(const struct prb_json *json, const char *left_out, uint8_t out[PRB_SHA256_BYTES])
{
	const struct prb_document_change change = {.left_out = left_out};
	struct prb_str canonical;

	prb_str_init(&canonical, 4 * BYTES_MAX);
	prb_document_write(arena, json, &change, &canonical);
	assert_false(canonical.failed);
	attest_sha256(out, canonical.p, canonical.n);
	prb_str_finish(&canonical);
}

/* Document and proof options as they are given, signed; the signature may be given instead. */
static struct prb_span
signed_by_hand(struct prb_span document, const char *options, const uint8_t *signature)
{
	const struct prb_json *json = parse(document);
	uint8_t h1[PRB_SHA256_BYTES], h2[PRB_SHA256_BYTES];
	char value[PRB_PROOF_VALUE_BYTES];

	hash_of(parse(prb_span_of(options)), NULL, h1);
	hash_of(json, "proof", h2);
	prb_proof_sign(h1, h2, key.secret_key, value);
	prb_str_reset(&changed);
	prb_document_write(
		arena, json, &(struct prb_document_change){.left_out = "proof"}, &changed);
	changed.n--;
	prb_str_add_text(&changed, ",\"proof\":");
	prb_str_add(&changed, options, strlen(options) - 1);
	prb_str_add_text(&changed, ",\"proofValue\":\"");
	if (signature == NULL) {
		prb_str_add_text(&changed, value);
	} else {
		prb_str_add_char(&changed, 'z');
		prb_base58btc_encode(signature, PRB_SIGNATURE_BYTES, &changed);
	}
	prb_str_add_text(&changed, "\"}}");
	assert_false(changed.failed);
	return prb_str_span(&changed);
}

#define OPTIONS(more)                                                                              \
	"{\"cryptosuite\":\"eddsa-jcs-2022\",\"proofPurpose\":\"assertionMethod\",\"type\":"       \
	"\"DataIntegrityProof\"," more "\"verificationMethod\":"                                   \
	"\"did:key:z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd#"                              \
	"z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd\"}"

/* ---- the published vector ---- */

static struct prb_str
file(const char *name)
{
	struct prb_str text;

	prb_str_init(&text, BYTES_MAX);
	assert_true(attest_vector(name, &text));
	return text;
}

static void
assert_hash_is(struct prb_span text, const char *hex_file)
{
	struct prb_str expected = file(hex_file);
	char hex[PRB_SHA256_HEX_BYTES];
	uint8_t hash[PRB_SHA256_BYTES];

	attest_sha256(hash, text.p, text.n);
	prb_sha256_hex(hash, hex);
	assert_true(prb_span_equal(prb_span_trim(prb_str_span(&expected)), prb_span_of(hex)));
	prb_str_finish(&expected);
}

#define W3C "eddsa-jcs-2022/"

/* Each step: canonical forms, hashes, signature, proof value. */
static void
makes_the_published_proof(void **state)
{
	struct prb_str unsecured = file(W3C "unsigned.json"), expected = file(W3C "signedJCS.json");
	struct prb_str canonical = file(W3C "canonDocJCS.txt");
	struct prb_str options = file(W3C "proofCanonJCS.txt"), pair = file(W3C "keyPair.json");
	struct prb_str made;
	uint8_t seed[PRB_KEY_SEED_BYTES];
	struct attest_key w3c;
	struct prb_issuer issuer;
	const struct prb_json *keys = parse(prb_str_span(&pair));

	(void)state;
	prb_str_init(&made, BYTES_MAX);
	prb_jcs_write(arena, parse(prb_str_span(&unsecured)), &made);
	assert_true(prb_span_equal(prb_str_span(&made), prb_span_trim(prb_str_span(&canonical))));
	assert_hash_is(prb_str_span(&made), W3C "docHashJCS.txt");
	assert_hash_is(prb_span_trim(prb_str_span(&options)), W3C "proofHashJCS.txt");
	assert_true(prb_key_seed_read(
		prb_json_string(prb_json_member(keys, "privateKeyMultibase")), seed));
	(void)crypto_sign_seed_keypair(w3c.public_key, w3c.secret_key, seed);
	attest_issuer_make(&w3c, NULL, &issuer);
	prb_str_reset(&made);
	/* 2023-02-24T23:36:38Z */
	assert_int_equal(prb_proof_add(arena, prb_str_span(&unsecured), &issuer, w3c.secret_key,
				 1677281798, attest_sha256, &made, NULL),
		PRB_OK);
	prb_str_reset(&changed);
	prb_jcs_write(arena, parse(prb_str_span(&expected)), &changed);
	assert_true(prb_span_equal(prb_str_span(&made), prb_str_span(&changed)));
	prb_str_finish(&made);
	prb_str_finish(&unsecured);
	prb_str_finish(&expected);
	prb_str_finish(&canonical);
	prb_str_finish(&options);
	prb_str_finish(&pair);
}

/* Its proof is good; it is no conformity credential, and the key's relation to the issuer is shown
 * nowhere. */
static void
checks_the_published_proof(void **state)
{
	struct prb_str text = file(W3C "signedJCS.json");

	(void)state;
	verify(prb_str_span(&text));
	expect("W3C", PRB_CHECK_FORM, PRB_OUTCOME_PASSED, "");
	expect("W3C", PRB_CHECK_PROOF, PRB_OUTCOME_PASSED, "made 2023-02-24T23:36:38Z");
	expect("W3C", PRB_CHECK_VALIDITY, PRB_OUTCOME_PASSED, "without an end");
	expect("W3C", PRB_CHECK_ISSUER, PRB_OUTCOME_FAILED, "https://vc.example/issuers/5678");
	expect("W3C", PRB_CHECK_SCHEMA, PRB_OUTCOME_FAILED,
		"not a UNTP Digital Conformity Credential");
	verify(with(prb_str_span(&text), "did:example:abcdefgh", "did:example:abcdefgi"));
	expect("W3C", PRB_CHECK_PROOF, PRB_OUTCOME_FAILED, "not over this text");
	prb_str_finish(&text);
}

/* ---- our own ---- */

static void
own_verifies(void **state)
{
	(void)state;
	verify(prb_str_span(&own));
	expect_verified("did:key");
	assert_true(prb_span_is(seen.issuer, by_key.did));
	assert_true(prb_span_is(seen.issuer_name, "Example Screening"));
	assert_true(prb_span_is(seen.subject_name, "Example \"Works\" Gr\xC3\xBCn"));
	assert_true(prb_span_is(seen.id, "urn:uuid:" ATTEST_ID));
	assert_int_equal(seen.checks[PRB_CHECK_STATUS].outcome, PRB_OUTCOME_SKIPPED);
	assert_int_equal(seen.checks[PRB_CHECK_LOG].outcome, PRB_OUTCOME_SKIPPED);
	verify_at(prb_str_span(&web), prb_str_span(&did), ATTEST_MOMENT);
	expect_verified("did:web");
}

/* The order of members and blanks between them are no part of what is signed. */
static void
may_be_laid_out_anew(void **state)
{
	(void)state;
	verify(with(prb_str_span(&own), "{\"@context\":", " {\n\t\"@context\" : "));
	expect_verified("blanks");
	verify(with(prb_str_span(&own), "Gr\xC3\xBCn", "Gr\\u00fcn"));
	expect_verified("an escape");
}

static const struct {
	const char *name, *from, *to;
	enum prb_check check;
	enum prb_outcome outcome;
	const char *reason;
} tampered[] = {
	{"rating", "\"code\":\"critical\"", "\"code\":\"low\"", PRB_CHECK_PROOF, PRB_OUTCOME_FAILED,
		"not over this text"},
	{"rank", "\"rank\":4", "\"rank\":1", PRB_CHECK_PROOF, PRB_OUTCOME_FAILED,
		"not over this text"},
	{"validUntil", "2026-12-28T", "2027-12-28T", PRB_CHECK_PROOF, PRB_OUTCOME_FAILED,
		"not over this text"},
	{"created", "\"created\":\"2026-07-01T12:00:00Z\"", "\"created\":\"2026-07-01T11:59:59Z\"",
		PRB_CHECK_PROOF, PRB_OUTCOME_FAILED, "not over this text"},
	{"created later", "\"created\":\"2026-07-01T12:00:00Z\"",
		"\"created\":\"2026-07-01T12:00:01Z\"", PRB_CHECK_VALIDITY, PRB_OUTCOME_FAILED,
		"made later than now (/proof/created): a clock is wrong"},
	{"created is no moment", "\"created\":\"2026-07-01T12:00:00Z\"",
		"\"created\":\"yesterday\"", PRB_CHECK_PROOF, PRB_OUTCOME_FAILED,
		"/proof/created is no moment"},
	{"created taken out", "\"created\":\"2026-07-01T12:00:00Z\",", "", PRB_CHECK_PROOF,
		PRB_OUTCOME_FAILED, "not over this text"},
	{"a member more", "\"issuer\":{", "\"issued\":1,\"issuer\":{", PRB_CHECK_PROOF,
		PRB_OUTCOME_FAILED, "not over this text"},
	{"issuer", "\"issuer\":{\"id\":\"did:key:z6Mkeh", "\"issuer\":{\"id\":\"did:key:z6Mkei",
		PRB_CHECK_ISSUER, PRB_OUTCOME_FAILED, "it was signed with a key of did:key:z6Mkeh"},
	{"no issuer", "\"issuer\":", "\"issuar\":", PRB_CHECK_ISSUER, PRB_OUTCOME_FAILED,
		"names nobody"},
	{"contexts swapped",
		"\"@context\":[\"https://www.w3.org/ns/credentials/v2\",\"https://"
		"vocabulary.uncefact.org/untp/0.7.0/context/\"]",
		"\"@context\":[\"https://vocabulary.uncefact.org/untp/0.7.0/context/\",\"https://"
		"www.w3.org/ns/credentials/v2\"]",
		PRB_CHECK_PROOF, PRB_OUTCOME_FAILED, "contexts that were signed"},
	{"a context fewer",
		"\"@context\":[\"https://www.w3.org/ns/credentials/v2\",\"https://"
		"vocabulary.uncefact.org/untp/0.7.0/context/\"]",
		"\"@context\":[\"https://www.w3.org/ns/credentials/v2\"]", PRB_CHECK_PROOF,
		PRB_OUTCOME_FAILED, "contexts that were signed"},
	{"first context", "[\"https://www.w3.org/ns/credentials/v2\"",
		"[\"https://www.w3.org/ns/credentials/v1\"", PRB_CHECK_FORM, PRB_OUTCOME_FAILED,
		"must be an array that begins with"},
	{"cryptosuite", "eddsa-jcs-2022", "eddsa-rdfc-2022", PRB_CHECK_PROOF, PRB_OUTCOME_FAILED,
		"the cryptosuite \"eddsa-rdfc-2022\" is not known here"},
	{"no cryptosuite", "\"cryptosuite\"", "\"cryptosuit\"", PRB_CHECK_PROOF, PRB_OUTCOME_FAILED,
		"/proof/cryptosuite is missing"},
	{"type of proof", "DataIntegrityProof", "Ed25519Signature2020", PRB_CHECK_PROOF,
		PRB_OUTCOME_FAILED, "/proof/type"},
	{"purpose", "\"proofPurpose\":\"assertionMethod\"", "\"proofPurpose\":\"authentication\"",
		PRB_CHECK_PROOF, PRB_OUTCOME_FAILED, "/proof/proofPurpose"},
	{"a set of proofs", "\"proof\":{", "\"proof\":[{}],\"proofs\":{", PRB_CHECK_PROOF,
		PRB_OUTCOME_FAILED, "sets and chains of proofs are not supported"},
	{"a chain", "\"proofPurpose\"", "\"previousProof\":\"urn:x:y\",\"proofPurpose\"",
		PRB_CHECK_PROOF, PRB_OUTCOME_FAILED, "sets and chains"},
	{"proof taken out", "\"proof\":{", "\"prof\":{", PRB_CHECK_PROOF, PRB_OUTCOME_FAILED,
		"there is no proof"},
	{"proof is a text", "\"proof\":{", "\"proof\":\"a\",\"prof\":{", PRB_CHECK_PROOF,
		PRB_OUTCOME_FAILED, "/proof must be an object"},
	{"value in another base", "\"proofValue\":\"z", "\"proofValue\":\"u", PRB_CHECK_PROOF,
		PRB_OUTCOME_FAILED, "does not begin with \"z\""},
	{"value of other letters", "\"proofValue\":\"z", "\"proofValue\":\"z0", PRB_CHECK_PROOF,
		PRB_OUTCOME_FAILED, "is not base58btc"},
	{"value too long", "\"proofValue\":\"z", "\"proofValue\":\"zzz", PRB_CHECK_PROOF,
		PRB_OUTCOME_FAILED, "longer than a signature"},
	{"value too short", "\"proofValue\":\"z", "\"proofValue\":\"z1\",\"x\":\"z",
		PRB_CHECK_PROOF, PRB_OUTCOME_FAILED, "has 1 bytes"},
	{"no value", "\"proofValue\"", "\"proofValu\"", PRB_CHECK_PROOF, PRB_OUTCOME_FAILED,
		"/proof/proofValue is missing"},
	{"no method", "\"verificationMethod\"", "\"verificationMetho\"", PRB_CHECK_PROOF,
		PRB_OUTCOME_FAILED, "no key is named"},
	{"method is no DID URL", "\"verificationMethod\":\"did:", "\"verificationMethod\":\"dad:",
		PRB_CHECK_ISSUER, PRB_OUTCOME_FAILED, "is no DID URL"},
	{"method of another kind", "\"did:key:z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd#",
		"\"did:jwk:abc#", PRB_CHECK_ISSUER, PRB_OUTCOME_FAILED,
		"with a key of did:jwk:abc"},
	{"fragment", "#z6MkehRgf7", "#z6MkehRgf8", PRB_CHECK_ISSUER, PRB_OUTCOME_FAILED,
		"not the key of its did:key"},
	{"twice the same member", "\"id\":\"urn:uuid:" ATTEST_ID "\"",
		"\"id\":\"urn:uuid:" ATTEST_ID "\",\"id\":\"urn:uuid:" ATTEST_ID "\"",
		PRB_CHECK_FORM, PRB_OUTCOME_FAILED, "byte "},
	{"type", "\"DigitalConformityCredential\",", "", PRB_CHECK_SCHEMA, PRB_OUTCOME_FAILED,
		"/type does not name it"},
	{"no credential", ",\"VerifiableCredential\"", "", PRB_CHECK_FORM, PRB_OUTCOME_FAILED,
		"VerifiableCredential"},
	{"version of UNTP", "untp/0.7.0/context/\"],\"credentialSubject\"",
		"untp/0.6.1/context/\"],\"credentialSubject\"", PRB_CHECK_SCHEMA,
		PRB_OUTCOME_FAILED, "not of UNTP 0.7"},
	{"a word", "\"assessorLevel\":\"commercial\"", "\"assessorLevel\":\"best\"",
		PRB_CHECK_SCHEMA, PRB_OUTCOME_FAILED, "/credentialSubject/assessorLevel"},
	{"a member missing", "\"assessmentDate\"", "\"assessmentDat\"", PRB_CHECK_SCHEMA,
		PRB_OUTCOME_FAILED,
		"/credentialSubject/conformityAssessment/0/assessmentDate is missing"},
	{"a type", "\"rank\":4", "\"rank\":\"4\"", PRB_CHECK_SCHEMA, PRB_OUTCOME_FAILED,
		"/credentialSubject/profileScore/rank must be a whole number"},
	{"a URI", "\"linkURL\":\"urn:uuid:", "\"linkURL\":\"urn uuid:", PRB_CHECK_SCHEMA,
		PRB_OUTCOME_FAILED, "must be a URI"},
	{"a date", "\"assessmentDate\":\"2026-06-30\"", "\"assessmentDate\":\"2026-06-31\"",
		PRB_CHECK_SCHEMA, PRB_OUTCOME_FAILED, "must be a date"},
	{"validFrom is no moment", "\"validFrom\":\"2026-07-01T12:00:00Z\"",
		"\"validFrom\":\"2026-07-01\"", PRB_CHECK_VALIDITY, PRB_OUTCOME_FAILED,
		"/validFrom is no moment"},
	{"no validFrom", "\"validFrom\"", "\"validFro\"", PRB_CHECK_VALIDITY, PRB_OUTCOME_FAILED,
		"/validFrom is missing"},
	{"until before from", "\"validUntil\":\"2026-12", "\"validUntil\":\"2025-12",
		PRB_CHECK_VALIDITY, PRB_OUTCOME_FAILED, "lies before"},
	{"status", "\"id\":\"urn:uuid:" ATTEST_ID "\"",
		"\"credentialStatus\":{},\"id\":\"urn:uuid:" ATTEST_ID "\"", PRB_CHECK_STATUS,
		PRB_OUTCOME_FAILED, "MALFORMED_VALUE_ERROR: /credentialStatus is no"},
};

static void
each_change_shows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(tampered) / sizeof(tampered[0]); i++) {
		verify(with(prb_str_span(&own), tampered[i].from, tampered[i].to));
		expect(tampered[i].name, tampered[i].check, tampered[i].outcome,
			tampered[i].reason);
	}
}

static void
what_is_no_attestation(void **state)
{
	static const struct {
		const char *text, *reason;
	} rows[] = {
		{"", "byte 0"},
		{"{", "byte 1"},
		{"[]", "an array, where an attestation is an object"},
		{"null", "null"},
		{"\xEF\xBF\xBF", "byte 0"},
		{"{}", "/@context"},
		{"{\"@context\":\"https://www.w3.org/ns/credentials/v2\"}", "/@context"},
		{"{\"@context\":[]}", "/@context"},
	};
	struct prb_str many;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		verify(prb_span_of(rows[i].text));
		expect(rows[i].text, PRB_CHECK_FORM, PRB_OUTCOME_FAILED, rows[i].reason);
		assert_int_not_equal(seen.checks[PRB_CHECK_PROOF].outcome, PRB_OUTCOME_PASSED);
	}
	prb_str_init(&many, BYTES_MAX);
	for (int i = 0; i < 65; i++)
		prb_str_addf(&many, "%c\"%d\":0", i == 0 ? '{' : ',', i);
	prb_str_add_char(&many, '}');
	verify(prb_str_span(&many));
	expect("65 members", PRB_CHECK_FORM, PRB_OUTCOME_FAILED, "more than 64");
	prb_str_finish(&many);
}

/* A proof that belongs to another attestation of the same issuer. */
static void
proof_of_another(void **state)
{
	const struct prb_result *bare = attest_result(arena, attest_declaration_bare);
	struct prb_str text;
	const char *proof, *proof_end, *place, *rest;

	(void)state;
	assert_non_null(bare);
	prb_str_init(&text, BYTES_MAX);
	attest_credential(arena, bare, &by_key, &key, &text);
	proof = strstr(own.p, ",\"proof\":{");
	proof_end = strstr(own.p, ",\"type\":[\"DigitalConformityCredential\"");
	place = strstr(text.p, ",\"proof\":{");
	rest = strstr(text.p, ",\"type\":[\"DigitalConformityCredential\"");
	prb_str_reset(&changed);
	prb_str_add(&changed, text.p, (size_t)(place - text.p));
	prb_str_add(&changed, proof, (size_t)(proof_end - proof));
	prb_str_add_text(&changed, rest);
	verify(prb_str_span(&changed));
	expect("moved", PRB_CHECK_PROOF, PRB_OUTCOME_FAILED, "belongs to another text");
	verify(prb_str_span(&text));
	expect_verified("its own");
	prb_str_finish(&text);
}

/* ---- the signature itself ---- */

static void
read_own_signature(uint8_t out[PRB_SIGNATURE_BYTES])
{
	const char *value = strstr(own.p, "\"proofValue\":\"z");
	size_t n;

	assert_non_null(value);
	value += strlen("\"proofValue\":\"z");
	n = strcspn(value, "\"");
	assert_int_equal(
		prb_base58btc_decode((struct prb_span){value, n}, out, PRB_SIGNATURE_BYTES),
		PRB_SIGNATURE_BYTES);
}

/* S + L signs the same under a verifier that does not look (RFC 8032 section 8.4). */
static void
malleable_signatures_are_refused(void **state)
{
	static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6,
		0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10};
	uint8_t signature[PRB_SIGNATURE_BYTES];
	char value[PRB_PROOF_VALUE_BYTES + 32];
	struct prb_str text;
	unsigned carry = 0;
	const char *at;

	(void)state;
	read_own_signature(signature);
	for (int i = 0; i < 32; i++) {
		carry += (unsigned)signature[32 + i] + order[i];
		signature[32 + i] = (uint8_t)carry;
		carry >>= 8;
	}
	prb_str_init(&text, 1000);
	prb_base58btc_encode(signature, sizeof(signature), &text);
	at = strstr(own.p, "\"proofValue\":\"z");
	(void)snprintf(value, sizeof(value), "%.*s", (int)(15 + strcspn(at + 15, "\"")), at);
	prb_str_reset(&did);
	prb_str_add_text(&did, "\"proofValue\":\"z");
	prb_str_add_span(&did, prb_str_span(&text));
	verify(with(prb_str_span(&own), value, did.p));
	expect("S + L", PRB_CHECK_PROOF, PRB_OUTCOME_FAILED, "not over this text");
	prb_str_finish(&text);
	prb_str_reset(&did);
	prb_issuer_did_document(&by_web, NULL, 0, &did);
}

/* Under a key of small order a signature of zeros would hold for any text. */
static void
keys_of_small_order_are_refused(void **state)
{
	static const uint8_t identity[PRB_KEY_PUBLIC_BYTES] = {1};
	static const uint8_t signature[PRB_SIGNATURE_BYTES] = {1};
	struct prb_issuer nobody;
	char options[1024], issuer[512];
	struct prb_str document;

	(void)state;
	assert_int_equal(prb_issuer_fill(identity, 1, NULL, NULL, &nobody, NULL), PRB_OK);
	(void)snprintf(options, sizeof(options),
		"{\"cryptosuite\":\"eddsa-jcs-2022\",\"proofPurpose\":\"assertionMethod\","
		"\"type\":\"DataIntegrityProof\",\"verificationMethod\":\"%s\"}",
		nobody.method);
	(void)snprintf(issuer, sizeof(issuer), "\"issuer\":{\"id\":\"%s\"", nobody.did);
	prb_str_init(&document, BYTES_MAX);
	prb_str_add_span(&document, with(prb_str_span(&own),
					    "\"issuer\":{\"id\":\"did:key:"
					    "z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd\"",
					    issuer));
	verify(signed_by_hand(prb_str_span(&document), options, signature));
	expect("small order", PRB_CHECK_PROOF, PRB_OUTCOME_FAILED, "not over this text");
	assert_int_equal(seen.checks[PRB_CHECK_ISSUER].outcome, PRB_OUTCOME_PASSED);
	prb_str_finish(&document);
}

/* What the Recommendation leaves open may be left out. */
static void
other_proofs_that_hold(void **state)
{
	static const char *const good[] = {OPTIONS(""),
		OPTIONS("\"expires\":\"2026-07-01T12:00:00Z\","),
		OPTIONS("\"domain\":\"a.example\",\"nonce\":\"x\","),
		OPTIONS("\"@context\":[\"https://www.w3.org/ns/credentials/v2\","
			"\"https://vocabulary.uncefact.org/untp/0.7.0/context/\"],"),
		OPTIONS("\"created\":\"2026-07-01T14:00:00.5+02:00\",")};
	static const struct {
		const char *options, *reason;
	} bad[] = {
		{OPTIONS("\"expires\":\"2026-07-01T11:59:59Z\","), "has expired"},
		{OPTIONS("\"expires\":1,"), "/proof/expires is no moment"},
		{OPTIONS("\"@context\":[\"https://a.example/\"],"), "contexts that were signed"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		verify(signed_by_hand(prb_str_span(&own), good[i], NULL));
		expect_verified(good[i]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		verify(signed_by_hand(prb_str_span(&own), bad[i].options, NULL));
		expect(bad[i].options, PRB_CHECK_PROOF, PRB_OUTCOME_FAILED, bad[i].reason);
	}
}

/* ---- moments and issuers ---- */

static void
validity(void **state)
{
	const int64_t day = 86400, end = ATTEST_MOMENT + 180 * day;

	(void)state;
	verify_at(prb_str_span(&own), PRB_SPAN_NONE, end);
	expect_verified("the last moment");
	verify_at(prb_str_span(&own), PRB_SPAN_NONE, end + 1);
	expect("expired", PRB_CHECK_VALIDITY, PRB_OUTCOME_FAILED,
		"expired: valid until 2026-12-28T12:00:00Z");
	assert_int_equal(seen.checks[PRB_CHECK_PROOF].outcome, PRB_OUTCOME_PASSED);
	verify_at(prb_str_span(&own), PRB_SPAN_NONE, ATTEST_MOMENT - 1);
	expect("early", PRB_CHECK_VALIDITY, PRB_OUTCOME_FAILED, "not valid yet");
	verify(signed_by_hand(
		with(prb_str_span(&own), ",\"validUntil\":\"2026-12-28T12:00:00Z\"", ""),
		OPTIONS(""), NULL));
	expect_verified("no end");
}

static const struct {
	const char *name, *from, *to, *reason;
} documents[] = {
	{"of another", "\"id\":\"did:web:screening.example\"", "\"id\":\"did:web:a.example\"",
		"is not the issuer's: it is of did:web:a.example"},
	{"no JSON", "{\"@context\"", "\"@context\"", "cannot be read"},
	{"another key", "\"id\":\"did:web:screening.example#key-1\"",
		"\"id\":\"did:web:screening.example#key-2\"", "does not hold the key"},
	{"not for attestations", "\"assertionMethod\":[\"did:web:screening.example#key-1\",",
		"\"assertionMethod\":[", "under assertionMethod"},
	{"controller", "{\"controller\":\"did:web:screening.example\"",
		"{\"controller\":\"did:web:a.example\"", "controller"},
	{"revoked", "{\"controller\"", "{\"revoked\":\"2026-06-30T00:00:00Z\",\"controller\"",
		"revoked the key at 2026-06-30"},
	{"ended", "{\"controller\"", "{\"expires\":\"2026-07-01T12:00:00Z\",\"controller\"",
		"ended the use of the key"},
	{"ends unclearly", "{\"controller\"", "{\"expires\":\"soon\",\"controller\"",
		"\"expires\" in the DID document is no moment"},
	{"type", "\"Multikey\"", "\"Ed25519VerificationKey2020\"",
		"the key as \"Ed25519VerificationKey2020\", where a Data Integrity proof needs a "
		"Multikey"},
	{"key", "\"publicKeyMultibase\":\"z6Mk", "\"publicKeyMultibase\":\"z6Mz",
		"no Ed25519 Multikey"},
};

static void
did_web(void **state)
{
	struct prb_str document;

	(void)state;
	verify(prb_str_span(&web));
	expect("no document", PRB_CHECK_ISSUER, PRB_OUTCOME_FAILED,
		"https://screening.example/.well-known/did.json");
	expect("no document", PRB_CHECK_PROOF, PRB_OUTCOME_SKIPPED, "no key");
	prb_str_init(&document, BYTES_MAX);
	for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
		prb_str_reset(&document);
		prb_str_add_span(
			&document, with(prb_str_span(&did), documents[i].from, documents[i].to));
		verify_at(prb_str_span(&web), prb_str_span(&document), ATTEST_MOMENT);
		expect(documents[i].name, PRB_CHECK_ISSUER, PRB_OUTCOME_FAILED,
			documents[i].reason);
	}
	/* A key that is still to end is good until then. */
	prb_str_reset(&document);
	prb_str_add_span(
		&document, with(prb_str_span(&did), "{\"controller\"",
				   "{\"expires\":\"2026-07-01T12:00:01Z\",\"controller\""));
	verify_at(prb_str_span(&web), prb_str_span(&document), ATTEST_MOMENT);
	expect_verified("not ended yet");
	/* A good document with another key in it. */
	attest_issuer_make(&other_key, "https://screening.example", &other);
	prb_str_reset(&document);
	prb_issuer_did_document(&other, NULL, 0, &document);
	verify_at(prb_str_span(&web), prb_str_span(&document), ATTEST_MOMENT);
	expect("other key", PRB_CHECK_PROOF, PRB_OUTCOME_FAILED, "not over this text");
	prb_str_finish(&document);
}

static void
did_web_addresses(void **state)
{
	static const char *const rows[][2] = {
		{"https://a.example:8443", "https://a.example:8443/.well-known/did.json"},
		{"https://a.example/b/c", "https://a.example/b/c/did.json"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct prb_issuer issuer;
		struct prb_str text;

		attest_issuer_make(&key, rows[i][0], &issuer);
		prb_str_init(&text, BYTES_MAX);
		attest_credential(
			arena, attest_result(arena, attest_declaration_bare), &issuer, &key, &text);
		verify(prb_str_span(&text));
		expect(rows[i][0], PRB_CHECK_ISSUER, PRB_OUTCOME_FAILED, rows[i][1]);
		prb_str_finish(&text);
	}
}

/* A plain text as issuer is fine for W3C, and is read; UNTP wants an object. */
static void
issuer_as_a_text(void **state)
{
	static const char plain[] =
		"{\"@context\":[\"https://www.w3.org/ns/credentials/v2\"],\"credentialSubject\":{"
		"\"id\":\"urn:a:b\"},\"issuer\":\"%s\",\"type\":\"VerifiableCredential\","
		"\"validFrom\":\"2026-01-01T00:00:00Z\"}";
	char text[1024];
	struct prb_str made;

	(void)state;
	(void)snprintf(text, sizeof(text), plain, by_key.did);
	prb_str_init(&made, BYTES_MAX);
	assert_int_equal(prb_proof_add(arena, prb_span_of(text), &by_key, key.secret_key,
				 ATTEST_MOMENT, attest_sha256, &made, NULL),
		PRB_OK);
	verify(prb_str_span(&made));
	expect("text", PRB_CHECK_ISSUER, PRB_OUTCOME_PASSED, "the key itself");
	expect("text", PRB_CHECK_PROOF, PRB_OUTCOME_PASSED, "");
	expect("text", PRB_CHECK_SCHEMA, PRB_OUTCOME_FAILED, "/type must be an array");
	prb_str_finish(&made);
}

static void
proofs_that_cannot_be_added(void **state)
{
	static const struct {
		const char *text;
		enum prb_err err;
	} rows[] = {
		{"[]", PRB_ERR_TYPE}, {"{\"proof\":{}}", PRB_ERR_CONFLICT}, {"{", PRB_ERR_JSON}};
	struct prb_str made;
	struct prb_fault fault;

	(void)state;
	prb_str_init(&made, BYTES_MAX);
	prb_str_add_text(&made, "before");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(prb_proof_add(arena, prb_span_of(rows[i].text), &by_key,
					 key.secret_key, 0, attest_sha256, &made, &fault),
			rows[i].err);
	assert_true(prb_span_is(prb_str_span(&made), "before"));
	prb_str_finish(&made);
}

static void
written_as_json(void **state)
{
	struct prb_str text, canonical;
	const struct prb_json *json;

	(void)state;
	prb_str_init(&text, BYTES_MAX);
	prb_str_init(&canonical, BYTES_MAX);
	verify(prb_str_span(&own));
	prb_verification_write(&seen, &text);
	json = parse(prb_str_span(&text));
	prb_jcs_write(arena, json, &canonical);
	assert_true(prb_span_equal(prb_str_span(&text), prb_str_span(&canonical)));
	assert_true(prb_json_bool(prb_json_member(json, "verified")));
	assert_int_equal(prb_json_size(prb_json_member(json, "checks")), PRB_CHECKS);
	verify(PRB_SPAN("{"));
	prb_str_reset(&text);
	prb_verification_write(&seen, &text);
	json = parse(prb_str_span(&text));
	assert_false(prb_json_bool(prb_json_member(json, "verified")));
	assert_int_equal(prb_json_size(prb_json_member(json, "attestation")), 0);
	prb_str_finish(&text);
	prb_str_finish(&canonical);
}

static void
verify_answer(const char *before, struct prb_span text, const char *behind)
{
	const struct prb_verify_options options = {
		.now = ATTEST_MOMENT, .sha256 = attest_sha256, .answer_too = true};
	struct prb_str whole;

	prb_str_init(&whole, 4 * BYTES_MAX);
	prb_str_add_text(&whole, before);
	prb_str_add(&whole, text.p, text.n);
	prb_str_add_text(&whole, behind);
	assert_false(whole.failed);
	prb_attestation_verify(arena, prb_str_span(&whole), &options, &seen);
	prb_str_finish(&whole);
}

/* Only where it is asked for: who stores the text as the attestation must not store the rest. */
static void
in_an_answer(void **state)
{
	struct prb_span text = prb_str_span(&own);

	(void)state;
	verify_answer("{\"attestation\":", text, ",\"id\":\"x\",\"report\":{}}");
	expect_verified("an answer");
	assert_true(seen.in_answer);
	assert_non_null(strstr(seen.checks[PRB_CHECK_FORM].detail, "the member \"attestation\""));
	verify_answer("", text, "");
	expect_verified("without an answer");
	assert_false(seen.in_answer);
	verify_answer("{\"attestation\":", with(text, "Works", "Worls"), "}");
	expect("changed", PRB_CHECK_PROOF, PRB_OUTCOME_FAILED, "not over this text");
	verify_answer("{\"attestation\":{\"attestation\":", text, "}}");
	expect("twice", PRB_CHECK_FORM, PRB_OUTCOME_FAILED, "/@context");
	verify_answer("{\"attestation\":[", text, "]}");
	expect("in an array", PRB_CHECK_FORM, PRB_OUTCOME_FAILED, "/@context");
	assert_false(seen.in_answer);
	verify_answer("{\"@context\":[],\"attestation\":", text, "}");
	expect("a credential around it", PRB_CHECK_FORM, PRB_OUTCOME_FAILED, "/@context");
	verify_answer("{\"attestation\":{},\"attestation\":", text, "}");
	expect("a name given twice", PRB_CHECK_FORM, PRB_OUTCOME_FAILED, "byte");
	prb_str_reset(&changed);
	prb_str_add_text(&changed, "{\"attestation\":");
	prb_str_add(&changed, text.p, text.n);
	prb_str_add_char(&changed, '}');
	verify(prb_str_span(&changed));
	expect("not asked for", PRB_CHECK_FORM, PRB_OUTCOME_FAILED, "/@context");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(makes_the_published_proof),
		cmocka_unit_test(checks_the_published_proof),
		cmocka_unit_test(own_verifies),
		cmocka_unit_test(may_be_laid_out_anew),
		cmocka_unit_test(each_change_shows),
		cmocka_unit_test(what_is_no_attestation),
		cmocka_unit_test(proof_of_another),
		cmocka_unit_test(malleable_signatures_are_refused),
		cmocka_unit_test(keys_of_small_order_are_refused),
		cmocka_unit_test(other_proofs_that_hold),
		cmocka_unit_test(validity),
		cmocka_unit_test(did_web),
		cmocka_unit_test(did_web_addresses),
		cmocka_unit_test(issuer_as_a_text),
		cmocka_unit_test(proofs_that_cannot_be_added),
		cmocka_unit_test(written_as_json),
		cmocka_unit_test(in_an_answer),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
