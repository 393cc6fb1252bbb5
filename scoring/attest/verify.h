/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_ATTEST_VERIFY_H
#define PRB_ATTEST_VERIFY_H

/*
 * Checks an attestation, offline: each check with its own outcome and reason. A check that could
 * not be made is `skipped` and said, never passed. The whole is verified when none failed and all
 * that are required passed.
 */

#include "scoring/attest/key.h"
#include "scoring/base/hash.h"
#include "scoring/base/json.h"

#define PRB_CREDENTIAL_READ_BYTES_MAX (1024 * 1024)
#define PRB_ANSWER_READ_BYTES_MAX (8 * 1024 * 1024)
#define PRB_VERIFY_SKEW_SECONDS 60 /* for whoever does not say */
#define PRB_VERIFY_SKEW_SECONDS_MAX 86400

enum prb_check {
#define PRB_CHECK(name, word, required, what) PRB_CHECK_##name,
#include "scoring/attest/checks.def"
#undef PRB_CHECK
	PRB_CHECKS
};
enum prb_outcome { PRB_OUTCOME_SKIPPED, PRB_OUTCOME_PASSED, PRB_OUTCOME_FAILED };

const char *prb_check_word(enum prb_check check);
const char *prb_outcome_word(enum prb_outcome outcome); /* "skipped", "passed", "failed" */

struct prb_verify_options {
	int64_t now;                  /* seconds since 1970, UTC */
	struct prb_span did_document; /* JSON of the issuer's DID document; p NULL where there is
					 none: did:key needs none, did:web fails `issuer` without */
	const char *did_unfetched;    /* why there is none; NULL: nobody asked */
	/* What else there is to check with. All may be empty (p NULL): the check is then skipped,
	 * and said to be so, unless it is wanted. */
	struct prb_span status_list; /* the status list credential, embedded or vc+jwt */
	struct prb_span receipt;     /* the tlog-proof of the attestation: with one, `log` passes
					or fails */
	struct prb_span log_key;     /* verifier key of its log; p NULL: #log-N of did_document */
	struct prb_span checkpoint;  /* one that the reader trusts: the receipt must agree. A
					receipt is taken for one, and its checkpoint for this */
	const struct prb_span *openings; /* each {"part","salt","value"}, or an array of them */
	size_t openings_count;
	bool status_wanted, log_wanted;               /* skipped is failed */
	const char *status_unfetched, *log_unfetched; /* why it is not there; NULL: nobody asked */
	/* How far the clock of who signed may run ahead of `now`: an attestation of so much later
	 * is not yet "not valid yet". Its end is judged to the second. 0 to
	 * PRB_VERIFY_SKEW_SECONDS_MAX (asserted). */
	int64_t skew_seconds;
	prb_sha256_fn sha256;
	/* The text may also be a server's whole answer to a declaration: its member "attestation"
	 * is meant then. Not for a caller who goes on to use the text as the attestation: what
	 * stands around that member is signed by nobody. */
	bool answer_too;
};

struct prb_verification {
	bool verified;
	bool in_answer; /* it was the member of an answer that was checked; `form` says so */
	bool enveloped; /* application/vc+jwt, by itself or in an EnvelopedVerifiableCredential */
	const struct prb_json *credential; /* what the checks are about, whatever was around it:
					      its root, in the arena; NULL where there is none */
	struct {
		enum prb_outcome outcome;
		char detail[PRB_FAULT_DETAIL_BYTES_MAX]; /* one line: the reason, or what was seen
							  */
	} checks[PRB_CHECKS];
	/* What it says, for a reader; empty where it could not be read. Borrowed from the arena. */
	struct prb_span id, issuer, issuer_name, subject_name, valid_from, valid_until;
};

/* Never fails: what cannot be read fails its check. text may be anything: the credential with its
 * proof, application/vc+jwt, or an EnvelopedVerifiableCredential that holds one. */
void prb_attestation_verify(struct prb_arena *arena, struct prb_span text,
	const struct prb_verify_options *options, struct prb_verification *out);

/* Says one check anew and judges the whole again: for who knows more than the texts do, as a server
 * does of what it issued itself. */
void prb_verification_amend(struct prb_verification *verification, enum prb_check check,
	enum prb_outcome outcome, const char *detail);

/* Where the DID document of a did:web is to be had: "https://HOST/.well-known/did.json",
 * "https://HOST/a/b/did.json"; "" for other DIDs and for one that is too long. */
#define PRB_DID_ADDRESS_BYTES 400
void prb_did_web_address(struct prb_span did, char out[PRB_DID_ADDRESS_BYTES]);

/* Appends {"checks":[{"check","detail","outcome"}..],"verified":..} and what the attestation says,
 * as canonical JSON: the answer of POST /v1/verify. */
void prb_verification_write(const struct prb_verification *verification, struct prb_str *out);

#endif
