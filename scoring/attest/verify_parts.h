/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_ATTEST_VERIFY_PARTS_H
#define PRB_ATTEST_VERIFY_PARTS_H

/* The checks of an attestation, one function each. Each says its own outcome once. Inside
 * scoring/attest only. */

#include "scoring/attest/envelope.h"
#include "scoring/attest/verify.h"

#define PRB_CONTEXT_CREDENTIALS "https://www.w3.org/ns/credentials/v2"
#define PRB_CONTEXT_UNTP "https://vocabulary.uncefact.org/untp/0.7.0/context/"

#define PRB_DID_DOCUMENT_BYTES_MAX ((size_t)256 * 1024)

struct prb_verifying {
	struct prb_arena *arena;
	const struct prb_verify_options *options;
	struct prb_verification *out;
	const struct prb_json *root;  /* an object; NULL where the text is none */
	struct prb_envelope envelope; /* where out->enveloped */
	bool is_list;                 /* a status list: it need not say from when on it holds */
	struct prb_span issuer;       /* its id; p NULL where there is none */
	/* Found by the check of the issuer, used by that of the proof. */
	uint8_t key[PRB_KEY_PUBLIC_BYTES];
	bool has_key;
};

void prb_verify_say(struct prb_verifying *v, enum prb_check check, enum prb_outcome outcome,
	const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Form, issuer, proof and validity of any credential. v->root stays NULL where there is nothing to
 * look at further, and then all is said. */
void prb_verify_secured(struct prb_verifying *v, struct prb_span text);

/* The key, and whether it is the issuer's. */
void prb_verify_issuer(struct prb_verifying *v);
void prb_verify_proof(struct prb_verifying *v);
void prb_verify_envelope(struct prb_verifying *v); /* the proof of the enveloping form */
void prb_verify_schema(struct prb_verifying *v);
void prb_verify_status(struct prb_verifying *v);
void prb_verify_log(struct prb_verifying *v);
void prb_verify_openings(struct prb_verifying *v);

/* Whether the credential says that it is a UNTP conformity credential. */
bool prb_verify_is_dcc(const struct prb_json *root);

/* The DID document that was given, if it is this DID's; else the fault says why not. */
const struct prb_json *prb_verify_document(
	struct prb_verifying *v, struct prb_span did, struct prb_fault *fault);
/* Whether a method of a DID document may be used now (`expires`, `revoked`). */
enum prb_err prb_verify_key_lives(
	const struct prb_json *method, int64_t now, struct prb_fault *fault);
/* The Ed25519 key of a Multikey or of a publicKeyJwk; the fault names the curve that it is of. */
enum prb_err prb_verify_multikey(
	struct prb_span text, uint8_t key[PRB_KEY_PUBLIC_BYTES], struct prb_fault *fault);
enum prb_err prb_verify_jwk(
	const struct prb_json *jwk, uint8_t key[PRB_KEY_PUBLIC_BYTES], struct prb_fault *fault);

/* The member's text; p NULL where it is none. object may be NULL or no object. */
struct prb_span prb_verify_text(const struct prb_json *object, const char *name);
/* The member where it is of that kind, else NULL. */
const struct prb_json *prb_verify_member(
	const struct prb_json *object, const char *name, enum prb_json_kind kind);
/* A text, or an array that holds it. */
bool prb_verify_contains(const struct prb_json *value, const char *text);

#endif
