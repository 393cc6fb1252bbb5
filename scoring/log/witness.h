/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_LOG_WITNESS_H
#define PRB_LOG_WITNESS_H

/*
 * What a witness decides (C2SP tlog-witness), without a socket and without a disk: it signs a
 * checkpoint only where a proof shows that the log it remembers is a beginning of this one. Who
 * calls it stores *next durably before the answer goes out; one call at a time for each log.
 */

#include "scoring/log/checkpoint.h"

#define PRB_WITNESS_REQUEST_BYTES_MAX (64 * 1024)

/* What the witness remembers of one log. size 0: nothing yet. */
struct prb_witness_seen {
	uint64_t size;
	uint8_t root[PRB_SHA256_BYTES];
};

struct prb_witness_request {
	uint64_t old;
	struct prb_tree_proof proof;
	struct prb_span checkpoint; /* the signed note, verbatim */
	struct prb_span origin;     /* its first line */
};
/* Appends a request's body, for a log that asks. */
void prb_witness_request_write(const struct prb_witness_request *request, struct prb_str *out);
enum prb_err prb_witness_request_read(
	struct prb_span body, struct prb_witness_request *out, struct prb_fault *fault);

/* The answer to add-checkpoint: 200, 400, 403, 404 (the caller's: no such origin), 409, 422.
 * Appends the body: cosignature lines for 200, the size for 409, a line of reason else. */
int prb_witness_decide(prb_sha256_fn sha256, const struct prb_witness_request *request,
	const struct prb_note_key *log, const struct prb_witness_seen *seen,
	const struct prb_note_key *own, const uint8_t *secret_key, int64_t time,
	struct prb_witness_seen *next, struct prb_str *body);

#endif
