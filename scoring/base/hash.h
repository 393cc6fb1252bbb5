/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_BASE_HASH_H
#define PRB_BASE_HASH_H

/*
 * SHA-256 comes from outside as a function, so that scoring links no cryptography of its own; here
 * are only its written forms.
 */

#include <stddef.h>
#include <stdint.h>

#define PRB_SHA256_BYTES 32
#define PRB_SHA256_HEX_BYTES 65 /* with NUL */
#define PRB_UUID_BYTES 37       /* with NUL */
#define PRB_DECLARATION_SALT_BYTES 32

typedef void (*prb_sha256_fn)(uint8_t out[PRB_SHA256_BYTES], const void *bytes, size_t n);

void prb_sha256_hex(const uint8_t hash[PRB_SHA256_BYTES], char out[PRB_SHA256_HEX_BYTES]);
/* UUIDv8 (RFC 9562 section 5.8): the first 16 bytes of the hash with version and variant set. */
void prb_uuid8(const uint8_t hash[PRB_SHA256_BYTES], char out[PRB_UUID_BYTES]);

#endif
