/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_ATTEST_ENVELOPE_H
#define PRB_ATTEST_ENVELOPE_H

/*
 * The enveloping form of the same credential (W3C VC-JOSE-COSE, 15 May 2025): a compact JWS
 * {"alg":"EdDSA","cty":"vc","kid":...,"typ":"vc+jwt"} over the credential without its proof;
 * application/vc+jwt. UNTP's profile requires it.
 */

#include "scoring/attest/key.h"
#include "scoring/base/hash.h"
#include "scoring/base/json.h"

#define PRB_ENVELOPE_BYTES_MAX (2 * 1024 * 1024)

/* Appends the JWS. credential: the secured credential (canonical JSON, as stored); its proof is
 * left out, everything else is the payload byte by byte. The key is the issuer's current one. */
enum prb_err prb_envelope_write(struct prb_arena *arena, struct prb_span credential,
	const struct prb_issuer *issuer, const uint8_t *secret_key, struct prb_str *out,
	struct prb_fault *fault);

/* Three parts of base64url between dots, with nothing else around but blanks at the end. */
bool prb_envelope_is(struct prb_span text);

struct prb_envelope {
	struct prb_span kid;     /* of the header */
	struct prb_span payload; /* decoded, in the arena */
	struct prb_span signed_; /* header.payload as sent: what is signed */
	uint8_t signature[PRB_SIGNATURE_BYTES];
};
/* Header members other than alg, typ, cty, kid, iss are refused where they are critical (`crit`),
 * and b64, jwk, jku, x5u, x5c always. alg: EdDSA or Ed25519 alone. */
enum prb_err prb_envelope_read(struct prb_arena *arena, struct prb_span text,
	struct prb_envelope *out, struct prb_fault *fault);

#endif
