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

/* Who signs: everything public about one issuer and its key. */
struct prb_issuer {
	char did[PRB_DID_BYTES_MAX];
	char method[PRB_DID_BYTES_MAX + PRB_MULTIKEY_BYTES]; /* the verification method's DID URL */
	char name[256];                                      /* issuer.name of a credential */
	char public_url[PRB_URL_BYTES_MAX]; /* without a slash at its end; "" where there is none */
	uint8_t public_key[PRB_KEY_PUBLIC_BYTES];
};

/*
 * Fills *out. public_url NULL or "": did:key. Else did:web of that URL, which must be https, with a
 * host name (no IP address, no user, query or fragment); a port becomes %3A; a path becomes parts
 * after colons (did:web method; ATTESTATIONS: Controlled Identifiers 1.0). The fault says what is
 * wrong with the URL. The method is DID#z6Mk... for did:key and DID#key-1 for did:web.
 */
enum prb_err prb_issuer_fill(const uint8_t public_key[PRB_KEY_PUBLIC_BYTES], const char *public_url,
	const char *name, struct prb_issuer *out, struct prb_fault *fault);

/* Appends the DID document as canonical JSON: Multikey and JsonWebKey methods over the key, both
 * under assertionMethod (for did:key the Multikey alone). */
void prb_issuer_did_document(const struct prb_issuer *issuer, struct prb_str *out);

#endif
