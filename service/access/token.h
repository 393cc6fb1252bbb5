/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_ACCESS_TOKEN_H
#define PRB_ACCESS_TOKEN_H

/*
 * The text of an API key: "prb_" and 32 random bytes in base64url without padding, 47 characters.
 * It is shown once and never stored: its SHA-256 is (256 random bits need no slow hash), and its
 * first characters, so that people can tell their keys apart. The key in an invitation's link has
 * the same form.
 */

#include <stdbool.h>
#include <stdint.h>

#include "scoring/base/hash.h"
#include "scoring/base/text.h"

#define PRB_TOKEN_PREFIX "prb_"
#define PRB_TOKEN_RANDOM_BYTES 32
#define PRB_TOKEN_CHARS 47
#define PRB_TOKEN_BYTES (PRB_TOKEN_CHARS + 1) /* with NUL */
#define PRB_TOKEN_HINT_CHARS 8                /* "prb_Ab3d" */

/* A new key. out is wiped by the caller once it was shown. */
void prb_token_make(char out[PRB_TOKEN_BYTES]);
/* The SHA-256 of the text, by which a key is found. False where the text is no key, whatever its
 * length; `out` is untouched then. */
bool prb_token_hash(struct prb_span text, prb_sha256_fn sha256, uint8_t out[PRB_SHA256_BYTES]);
/* What stands behind the scheme in the value of an Authorization field: "Bearer prb_..." (RFC 6750
 * section 2.1; RFC 9110 section 11.1: the scheme in any letters). False where it is another. */
bool prb_token_of_bearer(struct prb_span value, struct prb_span *token);

#endif
