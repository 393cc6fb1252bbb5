/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/log/witness.h"

#include "scoring/log/lines.h"

#define PROOF_LINES_MAX 63 /* tlog-witness, "add-checkpoint" */

static enum prb_err
refuse(struct prb_fault *fault, const char *reason)
{
	return prb_fault_set(fault, PRB_ERR_VALUE, PRB_NO_OFFSET, NULL, "%s", reason);
}

void
prb_witness_request_write(const struct prb_witness_request *request, struct prb_str *out)
{
	prb_str_add_text(out, "old ");
	prb_str_add_int(out, (int64_t)request->old);
	prb_str_add_char(out, '\n');
	for (unsigned i = 0; i < request->proof.count; i++)
		prb_line_add_hash(out, request->proof.hashes[i]);
	prb_str_add_char(out, '\n');
	prb_str_add_span(out, request->checkpoint);
}

enum prb_err
prb_witness_request_read(
	struct prb_span body, struct prb_witness_request *out, struct prb_fault *fault)
{
	struct prb_witness_request request = {.old = 0};
	struct prb_span line, text, rest;

	if (body.n > PRB_WITNESS_REQUEST_BYTES_MAX)
		return prb_fault_set(fault, PRB_ERR_TOO_LARGE, PRB_NO_OFFSET, NULL,
			"the request is larger than %d bytes", PRB_WITNESS_REQUEST_BYTES_MAX);
	if (!prb_line_next(&body, &line) || !prb_line_behind(line, "old ", &text) ||
		!prb_line_size(text, &request.old))
		return refuse(fault, "the first line is not \"old\" and a size");
	for (;; request.proof.count++) {
		if (!prb_line_next(&body, &line))
			return refuse(fault, "there is no empty line behind the proof");
		if (line.n == 0)
			break;
		if (request.proof.count == PROOF_LINES_MAX)
			return refuse(fault, "the proof has more than 63 lines");
		if (!prb_line_hash(line, request.proof.hashes[request.proof.count]))
			return refuse(fault, "a line of the proof is no SHA-256 in base64");
	}
	rest = request.checkpoint = body;
	if (!prb_line_next(&rest, &request.origin) || request.origin.n == 0)
		return refuse(fault, "there is no checkpoint behind the empty line");
	*out = request;
	return PRB_OK;
}

static int
say(struct prb_str *body, int status, const char *reason)
{
	prb_str_addf(body, "%s\n", reason);
	return status;
}

/* That the tree which was seen is a beginning of this one. */
static bool
follows(prb_sha256_fn sha256, const struct prb_witness_request *request,
	const struct prb_witness_seen *seen, const struct prb_checkpoint *checkpoint)
{
	uint8_t root[PRB_SHA256_BYTES];

	memcpy(root, seen->root, sizeof root);
	if (seen->size == 0)
		sha256(root, "", 0);
	return prb_tree_consistency_holds(
		sha256, seen->size, checkpoint->size, root, checkpoint->root, &request->proof);
}

int
prb_witness_decide(prb_sha256_fn sha256, const struct prb_witness_request *request,
	const struct prb_note_key *log, const struct prb_witness_seen *seen,
	const struct prb_note_key *own, const uint8_t *secret_key, int64_t time,
	struct prb_witness_seen *next, struct prb_str *body)
{
	struct prb_checkpoint checkpoint;
	struct prb_fault fault;
	struct prb_note note;

	if (prb_note_read(request->checkpoint, &note, &fault) != PRB_OK ||
		prb_checkpoint_read(note.text, &checkpoint, &fault) != PRB_OK)
		return say(body, 400, fault.detail);
	if (note.text.n > PRB_NOTE_COSIGNED_BYTES_MAX)
		return say(body, 400, "the checkpoint's text is too long");
	if (!prb_span_is(checkpoint.origin, log->name))
		return say(body, 404, "the checkpoint is of a log that is not known here");
	if (prb_note_check(&note, log, NULL) != PRB_NOTE_GOOD)
		return say(body, 403, "the checkpoint has no good signature by the log's key");
	if (request->old > checkpoint.size)
		return say(body, 400, "the old size is larger than the checkpoint's");
	if (request->old != seen->size) {
		prb_str_addf(body, "%lld\n", (long long)seen->size);
		return 409;
	}
	if (!follows(sha256, request, seen, &checkpoint))
		return say(body, 422, "the proof does not lead from the tree seen to this one");
	next->size = checkpoint.size;
	memcpy(next->root, checkpoint.root, sizeof next->root);
	prb_note_sign(note.text, own, secret_key, time, body);
	return 200;
}
