/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_ISSUER_KEYFILE_H
#define PRB_ISSUER_KEYFILE_H

/*
 * A secret key in a file: one line, the secret Multikey ("z3u2..."), or, sealed under a passphrase,
 * the five lines of KEYS.md. A leaf that the command line also links.
 *
 * The file must be a regular file of mode 0600 or less, owned by whoever runs the program. No text
 * of a fault ever holds a secret.
 */

#include "service/issuer/sealed.h"

/* Reads. passphrase NULL: none is known, and a sealed file is refused with what to do. *is_sealed
 * (may be NULL) tells which form it has. PRB_ERR_KEY with a clear line where the file is open to
 * others, is no key, is missing, or is sealed under another passphrase. */
enum prb_err prb_keyfile_open(const struct prb_secret_place *place,
	const struct prb_passphrase *passphrase, struct prb_secret_key **out, bool *is_sealed,
	struct prb_fault *fault);
/* The public half alone: needs no passphrase. */
enum prb_err prb_keyfile_public(const struct prb_secret_place *place,
	uint8_t public_key[PRB_KEY_PUBLIC_BYTES], bool *is_sealed, struct prb_fault *fault);
/* Makes a new key and writes it, sealed where there is a passphrase: mode 0600, never over an
 * existing file, fsynced with its folder. */
enum prb_err prb_keyfile_create(const char *path, const struct prb_passphrase *passphrase,
	struct prb_secret_key **out, struct prb_fault *fault);
/* Both for a file without a passphrase. */
enum prb_err prb_keyfile_read(
	const char *path, struct prb_secret_key **out, struct prb_fault *fault);
enum prb_err prb_keyfile_make(
	const char *path, struct prb_secret_key **out, struct prb_fault *fault);

/* Rewrite a file in its other form: whole or not at all. PRB_ERR_KEY where it has that form. */
enum prb_err prb_keyfile_seal(
	const char *path, const struct prb_passphrase *passphrase, struct prb_fault *fault);
enum prb_err prb_keyfile_unseal(
	const char *path, const struct prb_passphrase *passphrase, struct prb_fault *fault);
/* Puts `from` in the place of `to`, safely on the disk. */
enum prb_err prb_keyfile_replace(const char *from, const char *to, struct prb_fault *fault);

#endif
