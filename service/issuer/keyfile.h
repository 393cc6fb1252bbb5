/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_ISSUER_KEYFILE_H
#define PRB_ISSUER_KEYFILE_H

/*
 * The issuer's secret key in a file: one line, the secret Multikey ("z3u2..."). A leaf that the
 * command line also links.
 *
 * The file must be a regular file of mode 0600 or less, owned by whoever runs the program. In
 * memory the key lives in sodium_malloc and nowhere else.
 */

#include "scoring/attest/key.h"
#include "scoring/base/fault.h"

struct prb_secret_key; /* 64 bytes behind guard pages, read-only once read */

/* Reads. PRB_ERR_KEY with a clear line where the file is open to others, is no key, or is missing.
 */
enum prb_err prb_keyfile_read(
	const char *path, struct prb_secret_key **out, struct prb_fault *fault);
/* Makes a new key and writes it: mode 0600, never over an existing file, fsynced with its folder.
 */
enum prb_err prb_keyfile_make(
	const char *path, struct prb_secret_key **out, struct prb_fault *fault);
void prb_secret_key_destroy(struct prb_secret_key *key);
const uint8_t *prb_secret_key_bytes(const struct prb_secret_key *key); /* libsodium's 64 */
void prb_secret_key_public(
	const struct prb_secret_key *key, uint8_t public_key[PRB_KEY_PUBLIC_BYTES]);
/* False where the memory could not be locked into RAM: the caller says it once. */
bool prb_secret_key_is_locked(const struct prb_secret_key *key);

#endif
