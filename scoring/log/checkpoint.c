/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/log/checkpoint.h"

#include "scoring/log/lines.h"

#define RECEIPT_HEAD "c2sp.org/tlog-proof@v1\n"

static enum prb_err
refuse(struct prb_fault *fault, const char *reason)
{
	return prb_fault_set(fault, PRB_ERR_VALUE, PRB_NO_OFFSET, NULL, "%s", reason);
}

/*
 * ---- Checkpoints ----
 */

void
prb_checkpoint_write(const struct prb_checkpoint *checkpoint, struct prb_str *out)
{
	prb_str_add_span(out, checkpoint->origin);
	prb_str_add_char(out, '\n');
	prb_str_add_int(out, (int64_t)checkpoint->size);
	prb_str_add_char(out, '\n');
	prb_line_add_hash(out, checkpoint->root);
}

enum prb_err
prb_checkpoint_read(struct prb_span text, struct prb_checkpoint *out, struct prb_fault *fault)
{
	struct prb_checkpoint checkpoint;
	struct prb_span line;

	if (!prb_line_next(&text, &checkpoint.origin) || checkpoint.origin.n == 0)
		return refuse(fault, "the checkpoint's first line, its origin, is missing");
	if (!prb_line_next(&text, &line) || !prb_line_size(line, &checkpoint.size))
		return refuse(fault, "the checkpoint's second line is no size of a tree");
	if (!prb_line_next(&text, &line) || !prb_line_hash(line, checkpoint.root))
		return refuse(fault, "the checkpoint's third line is no SHA-256 in base64");
	while (text.n > 0)
		if (!prb_line_next(&text, &line) || line.n == 0)
			return refuse(fault, "the checkpoint has an empty line in it");
	*out = checkpoint;
	return PRB_OK;
}

enum prb_err
prb_checkpoint_open(struct prb_span bytes, const struct prb_note_key *key, struct prb_note *note,
	struct prb_checkpoint *out, struct prb_fault *fault)
{
	struct prb_checkpoint checkpoint;
	enum prb_err err = prb_note_read(bytes, note, fault);

	if (err == PRB_OK)
		err = prb_checkpoint_read(note->text, &checkpoint, fault);
	if (err != PRB_OK)
		return err;
	switch (prb_note_check(note, key, NULL)) {
	case PRB_NOTE_UNKNOWN:
		return prb_fault_set(fault, PRB_ERR_KEY, PRB_NO_OFFSET, NULL,
			"the checkpoint has no signature by the key of %s", key->name);
	case PRB_NOTE_BAD:
		return prb_fault_set(fault, PRB_ERR_KEY, PRB_NO_OFFSET, NULL,
			"the checkpoint's signature by the key of %s does not hold", key->name);
	case PRB_NOTE_GOOD:
		break;
	}
	/* A witness's key of the same name says only that somebody saw the tree. */
	if (key->algorithm != PRB_NOTE_ED25519)
		return prb_fault_set(fault, PRB_ERR_KEY, PRB_NO_OFFSET, NULL,
			"the key of %s is one for cosignatures, not that of a log", key->name);
	if (!prb_span_is(checkpoint.origin, key->name))
		return prb_fault_set(fault, PRB_ERR_VALUE, PRB_NO_OFFSET, NULL,
			"the checkpoint is of another log than %s", key->name);
	*out = checkpoint;
	return PRB_OK;
}

/*
 * ---- Receipts ----
 */

bool
prb_receipt_is(struct prb_span bytes)
{
	return prb_span_starts(bytes, PRB_SPAN(RECEIPT_HEAD));
}

void
prb_receipt_write(const struct prb_receipt *receipt, struct prb_str *out)
{
	prb_str_add_text(out, RECEIPT_HEAD);
	if (receipt->extra.n > 0) {
		prb_str_add_text(out, "extra ");
		prb_base64_write((const uint8_t *)receipt->extra.p, receipt->extra.n, out);
		prb_str_add_char(out, '\n');
	}
	prb_str_add_text(out, "index ");
	prb_str_add_int(out, (int64_t)receipt->index);
	prb_str_add_char(out, '\n');
	for (unsigned i = 0; i < receipt->proof.count; i++)
		prb_line_add_hash(out, receipt->proof.hashes[i]);
	prb_str_add_char(out, '\n');
	prb_str_add_span(out, receipt->checkpoint);
}

/* The lines between the index and the empty one. */
static bool
read_proof(struct prb_span *rest, struct prb_tree_proof *out)
{
	struct prb_span line;

	for (out->count = 0; prb_line_next(rest, &line); out->count++) {
		if (line.n == 0)
			return true;
		if (out->count == PRB_TREE_PROOF_MAX ||
			!prb_line_hash(line, out->hashes[out->count]))
			return false;
	}
	return false;
}

enum prb_err
prb_receipt_read(struct prb_span bytes, uint8_t extra[PRB_RECEIPT_EXTRA_BYTES_MAX],
	struct prb_receipt *out, struct prb_fault *fault)
{
	struct prb_receipt receipt = {.extra = PRB_SPAN_NONE};
	struct prb_span line, text;
	size_t n = 0;

	if (bytes.n > PRB_RECEIPT_BYTES_MAX)
		return prb_fault_set(fault, PRB_ERR_TOO_LARGE, PRB_NO_OFFSET, NULL,
			"the receipt is larger than %d bytes", PRB_RECEIPT_BYTES_MAX);
	if (!prb_receipt_is(bytes))
		return refuse(fault, "this is no receipt: its first line is not " RECEIPT_HEAD);
	bytes.p += sizeof RECEIPT_HEAD - 1;
	bytes.n -= sizeof RECEIPT_HEAD - 1;
	if (!prb_line_next(&bytes, &line))
		return refuse(fault, "the receipt ends behind its first line");
	if (prb_line_behind(line, "extra ", &text)) {
		if (!prb_base64_read(text, extra, PRB_RECEIPT_EXTRA_BYTES_MAX, &n) || n == 0 ||
			n > PRB_RECEIPT_EXTRA_BYTES_MAX)
			return refuse(fault, "the receipt's extra line is not base64, or too long");
		receipt.extra = (struct prb_span){(const char *)extra, n};
		if (!prb_line_next(&bytes, &line))
			return refuse(fault, "the receipt ends behind its extra line");
	}
	if (!prb_line_behind(line, "index ", &text) || !prb_line_size(text, &receipt.index))
		return refuse(fault, "the receipt says no index of the entry");
	if (!read_proof(&bytes, &receipt.proof))
		return refuse(fault, "the receipt's proof is not lines of SHA-256 in base64 and an "
				     "empty line behind them");
	receipt.checkpoint = bytes;
	*out = receipt;
	return PRB_OK;
}

enum prb_err
prb_receipt_check(prb_sha256_fn sha256, const struct prb_receipt *receipt,
	const uint8_t leaf[PRB_SHA256_BYTES], const struct prb_note_key *key,
	struct prb_checkpoint *out, struct prb_fault *fault)
{
	struct prb_note note;
	struct prb_checkpoint checkpoint;
	enum prb_err err = prb_checkpoint_open(receipt->checkpoint, key, &note, &checkpoint, fault);

	if (err != PRB_OK)
		return err;
	if (receipt->index >= checkpoint.size)
		return refuse(fault, "the receipt's index is not within its checkpoint's tree");
	if (!prb_tree_inclusion_holds(sha256, receipt->index, checkpoint.size, leaf,
		    &receipt->proof, checkpoint.root))
		return refuse(fault, "the entry does not stand in the checkpoint's tree at the "
				     "receipt's index: its proof does not lead to the root");
	*out = checkpoint;
	return PRB_OK;
}
