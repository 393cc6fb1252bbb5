/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_UNIT_ATTEST_EVIDENCE_H
#define PRB_UNIT_ATTEST_EVIDENCE_H

/*
 * An attestation with all that it can be checked against: its status list, the receipt of a log of
 * five entries, the openings of what it withholds, and the issuer's DID document. The keys are
 * attest_support's: 0 signs attestations, 50 the log.
 */

#include "scoring/log/checkpoint.h"
#include "tests/unit/attest_support.h"

#define ATTEST_LIST 7
#define ATTEST_INDEX 94567
#define ATTEST_LOG_INDEX 3
#define ATTEST_LOG_SIZE 5

struct attest_evidence {
	struct attest_key key, log_key;
	struct prb_issuer issuer;
	char origin[PRB_NOTE_NAME_BYTES_MAX];
	struct prb_str credential, jwt, document, list, receipt, checkpoint, vkey, openings;
};

/* public_url NULL for did:key. It withholds rating and exposure. Asserts that all could be made. */
void attest_evidence_make(
	struct prb_arena *arena, const char *public_url, struct attest_evidence *out);
void attest_evidence_finish(struct attest_evidence *evidence);

struct attest_list {
	const struct prb_issuer *issuer; /* NULL: the evidence's, with its key */
	const struct attest_key *key;
	uint32_t list;     /* 0: ATTEST_LIST */
	int64_t set;       /* the bit that is set; negative: none */
	int64_t issued_at; /* 0: ATTEST_MOMENT */
};
/* Writes another list in the place of evidence->list. */
void attest_evidence_list(struct prb_arena *arena, struct attest_evidence *evidence,
	const struct attest_list *wanted);
/* The receipt of a credential, in the place of evidence->receipt and ->checkpoint. `other` is what
 * another entry of the log is made of: another text, another root. */
void attest_evidence_receipt(
	struct attest_evidence *evidence, struct prb_span credential, const char *other);
/* Signs a JWS by hand: header and payload as they are given. */
void attest_jws(const struct attest_key *key, const char *header, struct prb_span payload,
	struct prb_str *out);

#endif
