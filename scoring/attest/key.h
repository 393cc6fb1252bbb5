/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_ATTEST_KEY_H
#define PRB_ATTEST_KEY_H

/*
 * Ed25519 keys of issuers as Multikey and as decentralised identifiers (did:key, did:web). Pure: no
 * file is read here. Secret keys are the caller's memory (sodium_malloc) and are never copied.
 */

#include <stdbool.h>
#include <stdint.h>

#include "scoring/base/fault.h"
#include "scoring/base/text.h"

#define PRB_KEY_SEED_BYTES 32
#define PRB_KEY_PUBLIC_BYTES 32
#define PRB_KEY_SECRET_BYTES 64 /* as libsodium keeps it: seed and public key */
#define PRB_SIGNATURE_BYTES 64
#define PRB_MULTIKEY_BYTES 64 /* "z6Mk..." or "z3u2...", with NUL */
#define PRB_DID_BYTES_MAX 320 /* with NUL; a host name has at most 253 */
#define PRB_URL_BYTES_MAX 300 /* a public URL: "https://" host, port and path, with NUL */

void prb_key_public_multikey(
	const uint8_t public_key[PRB_KEY_PUBLIC_BYTES], char out[PRB_MULTIKEY_BYTES]);
bool prb_key_public_read(struct prb_span multikey, uint8_t public_key[PRB_KEY_PUBLIC_BYTES]);
/* The secret form, "z3u2...", of the seed. Wiping out is the caller's. */
void prb_key_seed_multikey(const uint8_t seed[PRB_KEY_SEED_BYTES], char out[PRB_MULTIKEY_BYTES]);
bool prb_key_seed_read(struct prb_span multikey, uint8_t seed[PRB_KEY_SEED_BYTES]);

/* Who signs: everything public about one issuer and the key that it signs with now. */
struct prb_issuer {
	char did[PRB_DID_BYTES_MAX];
	char method[PRB_DID_BYTES_MAX + PRB_MULTIKEY_BYTES]; /* the verification method's DID URL */
	char jwk_method[PRB_DID_BYTES_MAX + PRB_MULTIKEY_BYTES]; /* the same key as JsonWebKey */
	char name[256];                                          /* issuer.name of a credential */
	char public_url[PRB_URL_BYTES_MAX]; /* without a slash at its end; "" where there is none */
	uint8_t public_key[PRB_KEY_PUBLIC_BYTES];
	uint32_t number; /* of that key, from 1: the N of #key-N */
};

/*
 * Fills *out. public_url NULL or "": did:key. Else did:web of that URL, which must be https, with a
 * host name (no IP address, no user, query or fragment); a port becomes %3A; a path becomes parts
 * after colons (did:web method; ATTESTATIONS: Controlled Identifiers 1.0). The fault says what is
 * wrong with the URL. The method is DID#z6Mk... for did:key and DID#key-NUMBER for did:web, with
 * DID#jwk-NUMBER as its other form; a did:key has the one method for both.
 */
enum prb_err prb_issuer_fill(const uint8_t public_key[PRB_KEY_PUBLIC_BYTES], uint32_t number,
	const char *public_url, const char *name, struct prb_issuer *out, struct prb_fault *fault);

enum prb_key_use { PRB_USE_ATTESTATION = 1, PRB_USE_LOG = 2 };
enum prb_key_standing {
	PRB_STANDING_IN_USE = 1,
	PRB_STANDING_RETIRED = 2,
	PRB_STANDING_REVOKED = 3
};
const char *prb_key_use_word(enum prb_key_use use);                /* "attestation", "log" */
const char *prb_key_standing_word(enum prb_key_standing standing); /* "in_use", ... */

/* That there ever were: a key a day for a decade, and a ceiling all the same. */
#define PRB_ISSUER_KEYS_MAX 4096

/* A key that the issuer has or had: what its DID document and the log say of it. */
struct prb_issuer_key {
	uint8_t public_key[PRB_KEY_PUBLIC_BYTES];
	uint8_t use, standing; /* enum prb_key_use, enum prb_key_standing */
	uint32_t number;       /* from 1, within its use, in the order in which they came */
	int64_t since;         /* seconds since 1970: when its standing began */
	int64_t expires; /* of a retired one: when the last attestation of it ends; 0: never */
};

/*
 * Appends the DID document as canonical JSON. For did:web each key of `keys` with use ATTESTATION
 * is there as #key-N (Multikey) and #jwk-N (JsonWebKey) under assertionMethod, retired ones with
 * `expires`, revoked ones with `revoked`; a key with use LOG as #log-N (Multikey), under no
 * relationship: it vouches for checkpoints alone. Without keys it is the issuer's own alone. For
 * did:key the one Multikey alone.
 */
void prb_issuer_did_document(const struct prb_issuer *issuer, const struct prb_issuer_key *keys,
	size_t keys_count, struct prb_str *out);

#endif
