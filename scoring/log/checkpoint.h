/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_LOG_CHECKPOINT_H
#define PRB_LOG_CHECKPOINT_H

/*
 * Checkpoints (C2SP tlog-checkpoint v1.0.0): the signed note by which a log stands for its tree:
 * origin, size, root. And receipts (C2SP tlog-proof): that an entry stands in the tree of a
 * checkpoint, checkable offline.
 */

#include "scoring/log/note.h"
#include "scoring/log/tree.h"

#define PRB_CHECKPOINT_BYTES_MAX (32 * 1024) /* with all signatures */
#define PRB_RECEIPT_BYTES_MAX (64 * 1024)
#define PRB_RECEIPT_EXTRA_BYTES_MAX 1024

struct prb_checkpoint {
	struct prb_span origin;
	uint64_t size;
	uint8_t root[PRB_SHA256_BYTES];
};

/* Appends the note's text: three lines. */
void prb_checkpoint_write(const struct prb_checkpoint *checkpoint, struct prb_str *out);
/* The text of a note; extension lines are taken and passed over. */
enum prb_err prb_checkpoint_read(
	struct prb_span text, struct prb_checkpoint *out, struct prb_fault *fault);
/* The whole signed note: its form, a good signature of `key`, and that the origin is the key's
 * name. *note may be looked at for more signatures. */
enum prb_err prb_checkpoint_open(struct prb_span bytes, const struct prb_note_key *key,
	struct prb_note *note, struct prb_checkpoint *out, struct prb_fault *fault);

struct prb_receipt {
	uint64_t index;
	struct prb_span extra; /* decoded, in the caller's memory; n = 0: none */
	struct prb_tree_proof proof;
	struct prb_span checkpoint; /* the signed note, verbatim */
};

/* Appends "c2sp.org/tlog-proof@v1\n" ... */
void prb_receipt_write(const struct prb_receipt *receipt, struct prb_str *out);
/* extra: room for the decoded extra line. Spans are borrowed. */
enum prb_err prb_receipt_read(struct prb_span bytes, uint8_t extra[PRB_RECEIPT_EXTRA_BYTES_MAX],
	struct prb_receipt *out, struct prb_fault *fault);
bool prb_receipt_is(struct prb_span bytes); /* begins as one */
/* That `leaf` stands in the tree of the receipt's checkpoint, which `key` has signed. */
enum prb_err prb_receipt_check(prb_sha256_fn sha256, const struct prb_receipt *receipt,
	const uint8_t leaf[PRB_SHA256_BYTES], const struct prb_note_key *key,
	struct prb_checkpoint *out, struct prb_fault *fault);

#endif
