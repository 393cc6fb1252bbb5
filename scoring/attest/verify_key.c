/* SPDX-License-Identifier: Apache-2.0 */
/* Which key a verification method holds, and of which curve it is where it is none of ours. */
#include <string.h>

#include "scoring/attest/multibase.h"
#include "scoring/attest/proof.h"
#include "scoring/attest/verify_parts.h"

static enum prb_err
wrong(struct prb_fault *fault, const char *why)
{
	return prb_fault_set(fault, PRB_ERR_VALUE, PRB_NO_OFFSET, NULL, "%s", why);
}

/* What stands before the key in a Multikey: the multicodec table, as varint. */
static const struct {
	uint8_t prefix[2];
	const char *curve;
} codecs[] = {
	{{0xEC, 0x01}, "X25519, which agrees on keys and signs nothing"},
	{{0xE7, 0x01}, "secp256k1"},
	{{0xEB, 0x01}, "BLS12-381"},
	{{0x80, 0x24}, "P-256"},
	{{0x81, 0x24}, "P-384"},
	{{0x82, 0x24}, "P-521"},
	{{0x85, 0x24}, "RSA"},
	{{0x80, 0x26}, "Ed25519, but the secret one"},
};

enum prb_err
prb_verify_multikey(
	struct prb_span text, uint8_t key[PRB_KEY_PUBLIC_BYTES], struct prb_fault *fault)
{
	uint8_t bytes[PRB_MULTIBASE_BYTES_MAX];
	size_t n;

	if (prb_key_public_read(text, key))
		return PRB_OK;
	if (text.n < 2 || text.p[0] != 'z')
		return wrong(fault, "the key is no Ed25519 Multikey (z6Mk...)");
	n = prb_base58btc_decode((struct prb_span){text.p + 1, text.n - 1}, bytes, sizeof(bytes));
	for (size_t i = 0; n != SIZE_MAX && n >= 2 && i < sizeof(codecs) / sizeof(codecs[0]); i++)
		if (memcmp(bytes, codecs[i].prefix, 2) == 0)
			return prb_fault_set(fault, PRB_ERR_VALUE, PRB_NO_OFFSET, NULL,
				"the key is of the wrong kind: %s; an Ed25519 Multikey (z6Mk...) "
				"is wanted",
				codecs[i].curve);
	return wrong(fault, "the key is no Ed25519 Multikey (z6Mk...)");
}

/* RFC 8037, section 2. */
enum prb_err
prb_verify_jwk(
	const struct prb_json *jwk, uint8_t key[PRB_KEY_PUBLIC_BYTES], struct prb_fault *fault)
{
	struct prb_span kty = prb_verify_text(jwk, "kty"), crv = prb_verify_text(jwk, "crv");
	struct prb_span alg = prb_verify_text(jwk, "alg"), x = prb_verify_text(jwk, "x");
	uint8_t bytes[PRB_KEY_PUBLIC_BYTES];

	if (jwk == NULL)
		return wrong(fault, "the JsonWebKey has no publicKeyJwk");
	if (prb_json_member(jwk, "d") != NULL)
		return wrong(fault, "the publicKeyJwk holds a secret key (\"d\"): it is anybody's");
	if (!prb_span_is(kty, "OKP") || !prb_span_is(crv, "Ed25519"))
		return prb_fault_set(fault, PRB_ERR_VALUE, PRB_NO_OFFSET, NULL,
			"the key is of the wrong kind: kty \"%.*s\", crv \"%.*s\"; OKP and Ed25519 "
			"are wanted",
			PRB_SPAN_ARGS(kty), PRB_SPAN_ARGS(crv));
	if (prb_json_member(jwk, "alg") != NULL && !prb_span_is(alg, "EdDSA") &&
		!prb_span_is(alg, "Ed25519"))
		return wrong(fault, "the publicKeyJwk is for another algorithm than EdDSA");
	if (prb_json_member(jwk, "use") != NULL && !prb_span_is(prb_verify_text(jwk, "use"), "sig"))
		return wrong(fault, "the publicKeyJwk is not for signatures (\"use\")");
	if (x.p == NULL || prb_base64url_decode(x, bytes, sizeof(bytes)) != sizeof(bytes))
		return wrong(fault, "the publicKeyJwk's \"x\" is not 32 bytes of base64url");
	memcpy(key, bytes, sizeof(bytes));
	return PRB_OK;
}

/* Controlled Identifiers 1.0, section 3.3: judged now, and not when it signed. */
enum prb_err
prb_verify_key_lives(const struct prb_json *method, int64_t now, struct prb_fault *fault)
{
	static const struct {
		const char *name, *past;
	} ends[] = {{"revoked", "the issuer revoked the key at"},
		{"expires", "the issuer ended the use of the key at"}};

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		struct prb_span text = prb_verify_text(method, ends[i].name);
		int64_t moment;

		if (prb_json_member(method, ends[i].name) == NULL)
			continue;
		if (!prb_timestamp_parse(text, &moment))
			return prb_fault_set(fault, PRB_ERR_VALUE, PRB_NO_OFFSET, NULL,
				"the key's \"%s\" in the DID document is no moment with its zone",
				ends[i].name);
		if (now >= moment)
			return prb_fault_set(fault, PRB_ERR_VALUE, PRB_NO_OFFSET, NULL, "%s %.*s",
				ends[i].past, PRB_SPAN_ARGS(text));
	}
	return PRB_OK;
}
