/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_STATE_DIGEST_H
#define PRB_STATE_DIGEST_H

/*
 * SHA-256 of pieces, by OpenSSL: it uses the processor's instructions. One for each thread.
 * A digest that could not be made is remembered in `failed` (memory ran out inside OpenSSL), so
 * that callers write straight lines and ask once, before anything made of it counts.
 */

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>

#include "scoring/base/hash.h"
#include "scoring/base/text.h"

struct prb_digest {
	EVP_MD *md;
	EVP_MD_CTX *context;
	bool failed;
};

bool prb_digest_init(struct prb_digest *digest); /* false: no memory; nothing to finish */
void prb_digest_destroy(struct prb_digest *digest);

void prb_digest_begin(struct prb_digest *digest);
void prb_digest_add(struct prb_digest *digest, const void *bytes, size_t n);
void prb_digest_end(struct prb_digest *digest, uint8_t out[PRB_SHA256_BYTES]);

/* The same at one go, for any thread. */
void prb_state_sha256(uint8_t out[PRB_SHA256_BYTES], const void *bytes, size_t n);

/* A leaf of the log's tree, RFC 6962 section 2.1. */
void prb_digest_leaf(
	struct prb_digest *digest, struct prb_span entry, uint8_t out[PRB_SHA256_BYTES]);

#endif
