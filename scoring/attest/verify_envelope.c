/* SPDX-License-Identifier: Apache-2.0 */
/* The proof of the enveloping form: the signature of the JWS, and the claims of JWT that a payload
 * may have beside the credential (VC-JOSE-COSE 1.0, section 3.1.3; RFC 7519, section 4.1). */

#include <sodium.h>

#include "scoring/attest/verify_parts.h"

static bool
failed(struct prb_verifying *v, const char *why)
{
	prb_verify_say(v, PRB_CHECK_PROOF, PRB_OUTCOME_FAILED, "%s", why);
	return false;
}

/* Where a claim of JWT says the same as a member of the credential it says it alike. */
static bool
claims_agree(struct prb_verifying *v)
{
	const struct prb_json *subject =
		prb_verify_member(v->root, "credentialSubject", PRB_JSON_OBJECT);
	const struct {
		const char *claim, *member;
		struct prb_span value;
	} pairs[] = {{"iss", "issuer", v->issuer}, {"jti", "id", v->out->id},
		{"sub", "credentialSubject/id", prb_verify_text(subject, "id")}};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		if (prb_json_member(v->root, pairs[i].claim) == NULL ||
			prb_span_equal(prb_verify_text(v->root, pairs[i].claim), pairs[i].value))
			continue;
		prb_verify_say(v, PRB_CHECK_PROOF, PRB_OUTCOME_FAILED,
			"the claim \"%s\" of the vc+jwt is not what /%s says", pairs[i].claim,
			pairs[i].member);
		return false;
	}
	return true;
}

/* A NumericDate; false with the outcome said where it is none. */
static bool
read_claim(struct prb_verifying *v, const char *name, int64_t *out)
{
	const struct prb_json *claim = prb_json_member(v->root, name);

	if (claim == NULL)
		return true;
	if (prb_json_kind(claim) == PRB_JSON_NUMBER && prb_json_int(claim, out))
		return true;
	prb_verify_say(v, PRB_CHECK_PROOF, PRB_OUTCOME_FAILED,
		"the claim \"%s\" of the vc+jwt is no whole number of seconds", name);
	return false;
}

/* They speak of the signature, validFrom and validUntil of the credential. */
static bool
check_claims(struct prb_verifying *v)
{
	int64_t now = v->options->now, skew = v->options->skew_seconds;
	int64_t from = now, until = PRB_JSON_INT_MAX;

	if (!claims_agree(v) || !read_claim(v, "nbf", &from) || !read_claim(v, "exp", &until))
		return false;
	if (from - skew > now)
		return failed(v, "the signature is not valid yet (claim \"nbf\" of the vc+jwt)");
	return now < until ||
	       failed(v, "the signature itself has expired (claim \"exp\" of the vc+jwt)");
}

void
prb_verify_envelope(struct prb_verifying *v)
{
	const struct prb_envelope *envelope = &v->envelope;

	if (!check_claims(v))
		return;
	if (!v->has_key)
		prb_verify_say(v, PRB_CHECK_PROOF, PRB_OUTCOME_SKIPPED,
			"there is no key to check the signature with: see issuer");
	else if (crypto_sign_verify_detached(envelope->signature,
			 (const unsigned char *)envelope->signed_.p, envelope->signed_.n,
			 v->key) != 0)
		(void)failed(v,
			"the signature is not over this text: header or payload was changed, or "
			"the signature belongs to another text or key");
	else
		prb_verify_say(v, PRB_CHECK_PROOF, PRB_OUTCOME_PASSED, "vc+jwt (EdDSA), by %.*s",
			PRB_SPAN_ARGS(envelope->kid));
}
