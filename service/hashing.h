/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_SERVICE_HASHING_H
#define PRB_SERVICE_HASHING_H

/*
 * SHA-256 for whatever is signed or known by its hash, by OpenSSL, which uses the processor's own
 * instructions. Each thread hashes in a context of its own, which goes with it.
 */

#include <stdbool.h>

#include "scoring/base/hash.h"

/* Around everything else, in the main thread. False without memory. */
bool prb_hashing_begin(void);
void prb_hashing_end(void);
/* A prb_sha256_fn; any thread. Ends the program where memory runs out: a hash that is none must not
 * be signed. */
void prb_hashing_sha256(uint8_t out[PRB_SHA256_BYTES], const void *bytes, size_t n);

#endif
