/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_ATTEST_DOCUMENT_H
#define PRB_ATTEST_DOCUMENT_H

/*
 * The canonical form of an object with one member left out, given another value, or added: what a
 * Data Integrity proof hashes is never quite the text that was sent. Only the object's own members
 * are meant, never those of what lies inside it. Inside scoring/attest only.
 */

#include "scoring/attest/proof.h"
#include "scoring/base/json.h"

/* More members than that at one level no attestation and no proof has: they are refused. */
#define PRB_DOCUMENT_MEMBERS_MAX 64

struct prb_document_change {
	const char *left_out;           /* NULL: none */
	const struct prb_json *context; /* stands for the member "@context"; NULL: as it is */
	const char *added;              /* NULL: none; must not be a member already */
	struct prb_span added_json;     /* canonical */
};

/* False where the object has more members than PRB_DOCUMENT_MEMBERS_MAX. */
bool prb_document_fits(const struct prb_json *object);
/* Appends; the object must fit (asserted). Failure shows in out->failed. */
void prb_document_write(struct prb_arena *arena, const struct prb_json *object,
	const struct prb_document_change *change, struct prb_str *out);

/* What is said in a proof. value NULL: the options alone, as they are hashed. */
struct prb_proof_said {
	struct prb_span context; /* canonical JSON; p NULL where the document has none */
	const char *created, *method, *value;
};
void prb_proof_write(const struct prb_proof_said *said, struct prb_str *out);

#define PRB_CRYPTOSUITE "eddsa-jcs-2022"

#endif
