/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_ISSUER_SEALED_H
#define PRB_ISSUER_SEALED_H

/*
 * A secret key sealed under a passphrase, as text; KEYS.md in this folder has every byte. Pure: no
 * file is read here. The one surprise: the public key stands in the text as it is, so that it can
 * be shown without a passphrase, but only opening it proves that it belongs to what is sealed.
 */

#include "service/issuer/secret.h"

#define PRB_SEALED_KEY_BYTES_MAX 384
#define PRB_SEAL_SALT_BYTES 16
#define PRB_SEAL_NONCE_BYTES 24
#define PRB_SEAL_BOX_BYTES (PRB_KEY_SEED_BYTES + 16)

/* What Argon2id is to cost. */
struct prb_seal_cost {
	uint32_t passes, kib;
};

/*
 * Of new files: the second choice of RFC 9106 section 4 for one lane (3 passes over 64 MiB). The
 * first, 2 GiB, would not go where the server is to run, in a container of 128 MiB; the memory is
 * given back at once.
 */
#define PRB_SEAL_COST ((struct prb_seal_cost){3, 64 * 1024})
/* Of what is read: a hostile file can ask for this much and no more. */
#define PRB_SEAL_PASSES_MAX 16
#define PRB_SEAL_KIB_MIN 1024
#define PRB_SEAL_KIB_MAX (1024 * 1024)

struct prb_sealed_key {
	uint8_t public_key[PRB_KEY_PUBLIC_BYTES];
	struct prb_seal_cost cost;
	uint8_t salt[PRB_SEAL_SALT_BYTES], nonce[PRB_SEAL_NONCE_BYTES];
	uint8_t box[PRB_SEAL_BOX_BYTES]; /* the seed's ciphertext and tag */
};

/* Whether the text says that it is a sealed key, of whatever version. */
bool prb_sealed_is(struct prb_span text);
/* PRB_ERR_KEY with one line: another version, damaged, or more work than a file may ask for. */
enum prb_err prb_sealed_read(
	struct prb_span text, struct prb_sealed_key *out, struct prb_fault *fault);
/* Returns the length; ends the text with NUL. */
size_t prb_sealed_write(const struct prb_sealed_key *sealed, char out[PRB_SEALED_KEY_BYTES_MAX]);

/* Seals under fresh salt and nonce. PRB_ERR_KEY where the passphrase is too short, PRB_ERR_MEMORY
 * where there is not as much as the cost asks for. */
enum prb_err prb_seal_key(const uint8_t seed[PRB_KEY_SEED_BYTES],
	const struct prb_passphrase *passphrase, struct prb_seal_cost cost,
	struct prb_sealed_key *out, struct prb_fault *fault);
/* seed: 32 bytes of the caller's guarded memory; untouched on failure. PRB_ERR_KEY where the
 * passphrase is not the one. */
enum prb_err prb_unseal_key(const struct prb_sealed_key *sealed,
	const struct prb_passphrase *passphrase, uint8_t seed[PRB_KEY_SEED_BYTES],
	struct prb_fault *fault);

#endif
