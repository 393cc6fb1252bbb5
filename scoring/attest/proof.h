/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_ATTEST_PROOF_H
#define PRB_ATTEST_PROOF_H

/*
 * Data Integrity proofs of the cryptosuite eddsa-jcs-2022 (W3C Recommendation of 15 May 2025).
 *
 * h1 = SHA-256(JCS(proof options)), h2 = SHA-256(JCS(document without proof)); the signature is
 * Ed25519 over h1 || h2, the proof first.
 */

#include "scoring/attest/key.h"
#include "scoring/base/hash.h"
#include "scoring/base/json.h"
#include "scoring/base/timestamp.h"

#define PRB_PROOF_VALUE_BYTES 96 /* "z" + base58btc of 64 bytes, with NUL */

/* Signs h1 || h2. secret_key is libsodium's 64 bytes. */
void prb_proof_sign(const uint8_t h1[PRB_SHA256_BYTES], const uint8_t h2[PRB_SHA256_BYTES],
	const uint8_t *secret_key, char value[PRB_PROOF_VALUE_BYTES]);

/*
 * Adds a proof to any credential: text is I-JSON without a proof; the secured document is appended
 * to out as canonical JSON. For tests, for tools and for credentials that are not written here.
 */
enum prb_err prb_proof_add(struct prb_arena *arena, struct prb_span text,
	const struct prb_issuer *issuer, const uint8_t *secret_key, int64_t created,
	prb_sha256_fn sha256, struct prb_str *out, struct prb_fault *fault);

#endif
