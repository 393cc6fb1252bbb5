/* SPDX-License-Identifier: Apache-2.0 */
/* The Data Integrity proof: "Verify Proof (eddsa-jcs-2022)" of the Recommendation, one reason for
 * each way in which it can fail. */
#include <string.h>

#include <sodium.h>

#include "scoring/attest/document.h"
#include "scoring/attest/multibase.h"
#include "scoring/attest/verify_parts.h"
#include "scoring/base/jcs.h"

#define CANONICAL_BYTES_MAX ((size_t)8 * PRB_CREDENTIAL_READ_BYTES_MAX)

static bool
failed(struct prb_verifying *v, const char *why)
{
	prb_verify_say(v, PRB_CHECK_PROOF, PRB_OUTCOME_FAILED, "%s", why);
	return false;
}

/* Whether a proof stands somewhere within. The parser bounds the depth. */
static bool
holds_proof(const struct prb_json *value)
{
	enum prb_json_kind kind = prb_json_kind(value);

	if (kind != PRB_JSON_OBJECT && kind != PRB_JSON_ARRAY)
		return false;
	if (kind == PRB_JSON_OBJECT && prb_json_member(value, "proof") != NULL)
		return true;
	for (const struct prb_json *e = prb_json_first(value); e; e = prb_json_next(e))
		if (holds_proof(e))
			return true;
	return false;
}

/* One that was moved is said to be there: it secures nothing where it stands. */
static void
say_no_proof(struct prb_verifying *v)
{
	for (const struct prb_json *e = prb_json_first(v->root); e; e = prb_json_next(e))
		if (holds_proof(e)) {
			prb_verify_say(v, PRB_CHECK_PROOF, PRB_OUTCOME_FAILED,
				"there is no /proof: the one inside /%s is not where a proof of "
				"the whole belongs",
				prb_json_name(e));
			return;
		}
	failed(v, "there is no proof: it is not signed");
}

/* The proof, where there is exactly one that can be read. */
static const struct prb_json *
find_proof(struct prb_verifying *v)
{
	const struct prb_json *proof = prb_json_member(v->root, "proof");

	if (proof == NULL)
		say_no_proof(v);
	else if (prb_json_kind(proof) == PRB_JSON_ARRAY)
		failed(v, "/proof is an array: sets and chains of proofs are not supported");
	else if (prb_json_kind(proof) != PRB_JSON_OBJECT)
		failed(v, "/proof must be an object");
	else if (!prb_document_fits(proof))
		failed(v, "/proof has more than 64 members");
	else
		return proof;
	return NULL;
}

/* What the proof says it is. */
static bool
check_kind(struct prb_verifying *v, const struct prb_json *proof)
{
	struct prb_span suite = prb_verify_text(proof, "cryptosuite");

	if (!prb_span_is(prb_verify_text(proof, "type"), "DataIntegrityProof"))
		return failed(v, "/proof/type must be DataIntegrityProof");
	if (suite.p == NULL)
		return failed(v, "/proof/cryptosuite is missing");
	if (!prb_span_is(suite, PRB_CRYPTOSUITE)) {
		prb_verify_say(v, PRB_CHECK_PROOF, PRB_OUTCOME_FAILED,
			"the cryptosuite \"%.*s\" is not known here: " PRB_CRYPTOSUITE " is",
			PRB_SPAN_ARGS(suite));
		return false;
	}
	if (!prb_span_is(prb_verify_text(proof, "proofPurpose"), "assertionMethod"))
		return failed(v, "/proof/proofPurpose must be assertionMethod");
	if (prb_json_member(proof, "previousProof") != NULL)
		return failed(
			v, "/proof/previousProof: sets and chains of proofs are not supported");
	return true;
}

static bool
check_moments(struct prb_verifying *v, const struct prb_json *proof)
{
	int64_t moment;

	if (prb_json_member(proof, "created") != NULL &&
		!prb_timestamp_parse(prb_verify_text(proof, "created"), &moment))
		return failed(v, "/proof/created is no moment with its zone");
	if (prb_json_member(proof, "expires") == NULL)
		return true;
	if (!prb_timestamp_parse(prb_verify_text(proof, "expires"), &moment))
		return failed(v, "/proof/expires is no moment with its zone");
	if (v->options->now > moment)
		return failed(v, "the proof itself has expired (/proof/expires)");
	return true;
}

/* ---- contexts ---- */

static const struct prb_json *
first_of(const struct prb_json *context)
{
	return prb_json_kind(context) == PRB_JSON_ARRAY ? prb_json_first(context) : context;
}

static const struct prb_json *
next_of(const struct prb_json *context, const struct prb_json *element)
{
	return prb_json_kind(context) == PRB_JSON_ARRAY ? prb_json_next(element) : NULL;
}

/* Contexts are texts as a rule and may be objects: they are compared in canonical form. */
static bool
is_same(struct prb_verifying *v, const struct prb_json *a, const struct prb_json *b)
{
	struct prb_str left, right;
	bool same;

	prb_str_init(&left, CANONICAL_BYTES_MAX);
	prb_str_init(&right, CANONICAL_BYTES_MAX);
	prb_jcs_write(v->arena, a, &left);
	prb_jcs_write(v->arena, b, &right);
	same = !left.failed && !right.failed &&
	       prb_span_equal(prb_str_span(&left), prb_str_span(&right));
	prb_str_finish(&left);
	prb_str_finish(&right);
	return same;
}

/* The document's contexts are those that were signed, in their order. The Recommendation lets
 * others follow; they would give words a meaning that nobody signed. *signed_context is NULL where
 * the proof names none. */
static bool
check_context(struct prb_verifying *v, const struct prb_json *proof,
	const struct prb_json **signed_context)
{
	const struct prb_json *signed_one = prb_json_member(proof, "@context");
	const struct prb_json *own = prb_json_member(v->root, "@context"), *a, *b;

	*signed_context = signed_one;
	if (signed_one == NULL)
		return true;
	if (own == NULL)
		return failed(v, "/proof/@context is there, and /@context is not");
	a = first_of(signed_one);
	b = first_of(own);
	for (; a != NULL; a = next_of(signed_one, a), b = next_of(own, b))
		if (b == NULL || !is_same(v, a, b))
			return failed(v,
				"/@context does not begin with the contexts that were signed "
				"(/proof/@context)");
	return b == NULL || failed(v, "a context was added behind the signed ones, which no "
				      "signature covers (/@context)");
}

/* ---- the signature ---- */

static bool
read_signature(
	struct prb_verifying *v, const struct prb_json *proof, uint8_t out[PRB_SIGNATURE_BYTES])
{
	struct prb_span text = prb_verify_text(proof, "proofValue");
	size_t n;

	if (text.p == NULL)
		return failed(v, "/proof/proofValue is missing");
	if (text.n == 0 || text.p[0] != 'z')
		return failed(
			v, "/proof/proofValue must be base58btc: it does not begin with \"z\"");
	n = prb_base58btc_decode(
		(struct prb_span){text.p + 1, text.n - 1}, out, PRB_SIGNATURE_BYTES);
	if (n == SIZE_MAX)
		return failed(v, "/proof/proofValue is not base58btc, or longer than a signature");
	if (n != PRB_SIGNATURE_BYTES) {
		prb_verify_say(v, PRB_CHECK_PROOF, PRB_OUTCOME_FAILED,
			"/proof/proofValue has %zu bytes, where a signature has 64", n);
		return false;
	}
	return true;
}

static bool
hash_part(struct prb_verifying *v, const struct prb_json *object,
	const struct prb_document_change *change, uint8_t out[PRB_SHA256_BYTES])
{
	struct prb_str text;
	bool done;

	prb_str_init(&text, CANONICAL_BYTES_MAX);
	prb_document_write(v->arena, object, change, &text);
	done = !text.failed;
	if (done)
		v->options->sha256(out, text.p, text.n);
	prb_str_finish(&text);
	return done || failed(v, "there is no memory to look at it");
}

static bool
check_signature(struct prb_verifying *v, const struct prb_json *proof,
	const struct prb_json *signed_context, const uint8_t signature[PRB_SIGNATURE_BYTES])
{
	const struct prb_document_change document = {
		.left_out = "proof", .context = signed_context};
	const struct prb_document_change options = {.left_out = "proofValue"};
	uint8_t both[2 * PRB_SHA256_BYTES];

	if (!hash_part(v, proof, &options, both) ||
		!hash_part(v, v->root, &document, both + PRB_SHA256_BYTES))
		return false;
	/* libsodium refuses keys of small order and an S that is not canonical. */
	if (crypto_sign_verify_detached(signature, both, sizeof(both), v->key) == 0)
		return true;
	return failed(v,
		"the signature is not over this text: the text or its proof was changed, or the "
		"proof belongs to another text or key");
}

void
prb_verify_proof(struct prb_verifying *v)
{
	const struct prb_json *proof = find_proof(v), *signed_context;
	uint8_t signature[PRB_SIGNATURE_BYTES];
	struct prb_span created, method;

	if (proof == NULL || !check_kind(v, proof))
		return;
	method = prb_verify_text(proof, "verificationMethod");
	if (method.p == NULL) {
		failed(v, "/proof/verificationMethod is missing: no key is named");
		return;
	}
	if (!check_moments(v, proof) || !check_context(v, proof, &signed_context) ||
		!read_signature(v, proof, signature))
		return;
	if (!v->has_key) {
		prb_verify_say(v, PRB_CHECK_PROOF, PRB_OUTCOME_SKIPPED,
			"there is no key to check the signature with: see issuer");
		return;
	}
	if (!check_signature(v, proof, signed_context, signature))
		return;
	created = prb_verify_text(proof, "created");
	prb_verify_say(v, PRB_CHECK_PROOF, PRB_OUTCOME_PASSED, PRB_CRYPTOSUITE "%s%.*s, by %.*s",
		created.p == NULL ? "" : ", made ", PRB_SPAN_ARGS(created), PRB_SPAN_ARGS(method));
}
