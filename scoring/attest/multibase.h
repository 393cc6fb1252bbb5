/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_ATTEST_MULTIBASE_H
#define PRB_ATTEST_MULTIBASE_H

/*
 * Bytes as text: base58btc and base64url as Multibase and Multikey use them (Controlled Identifiers
 * 1.0, section 2.4). Decoders take the canonical form alone.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scoring/base/hash.h"
#include "scoring/base/text.h"

#define PRB_MULTIBASE_BYTES_MAX 128   /* of base58btc: keys and signatures */
#define PRB_DIGEST_MULTIBASE_BYTES 48 /* "u" + base64url(12 20 + SHA-256), with NUL */

/* Appends the digits without a prefix. n is at most PRB_MULTIBASE_BYTES_MAX (asserted). */
void prb_base58btc_encode(const uint8_t *bytes, size_t n, struct prb_str *out);
/* Returns the number of bytes written to out, or SIZE_MAX where the text is not base58btc or needs
 * more than room. */
size_t prb_base58btc_decode(struct prb_span text, uint8_t *out, size_t room);
/* base64url without padding (RFC 4648 section 5), of any length. Decoding refuses padding, other
 * letters, and bits left over. */
void prb_base64url_encode(const uint8_t *bytes, size_t n, struct prb_str *out);
size_t prb_base64url_decode(struct prb_span text, uint8_t *out, size_t room);

/* "uEi...": the multihash of a SHA-256 as Multibase base64url (VC Data Model 2.0, section 5.3). */
void prb_digest_multibase(
	const uint8_t hash[PRB_SHA256_BYTES], char out[PRB_DIGEST_MULTIBASE_BYTES]);

#endif
