/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_STATE_READER_H
#define PRB_STATE_READER_H

/* What all finding shares: one look at the state as one commit left it. For this folder alone. */

#include "service/state/rows.h"

struct prb_state_reader {
	struct prb_state *state;
	MDB_txn *txn; /* reset between two looks: it holds no snapshot and no page */
	struct prb_opener *opener;
	struct prb_digest digest;
};

/* A look begins, and ends with what came of it. */
enum prb_err prb_look_begin(struct prb_state_reader *reader);
enum prb_err prb_look_end(struct prb_state_reader *reader, enum prb_err err);

/* Between the two. MDB_NOTFOUND is PRB_ERR_NOT_FOUND. */
enum prb_err prb_look_failed(const struct prb_state_reader *reader, int error);
/* Ends a walk, with what came of it: of what was done at each row, and of the walk itself, whose
 * MDB_NOTFOUND says that there are no more. */
enum prb_err prb_look_walked(
	const struct prb_state_reader *reader, struct prb_walk *walk, enum prb_err err, int error);
/* What an index points to must be there: a record that is missing is damage, not absence. */
enum prb_err prb_look_at(
	struct prb_state_reader *reader, uint64_t sequence, struct prb_record *record);
/* The same of one that a caller names: PRB_ERR_NOT_FOUND where there is none. */
enum prb_err prb_look_for(
	struct prb_state_reader *reader, uint64_t sequence, struct prb_record *record);
/* The record of an object, and where it stands. */
enum prb_err prb_look_object(struct prb_state_reader *reader, enum prb_object_kind kind,
	uint32_t tenant, const uint8_t id[PRB_ID_BYTES], uint64_t *sequence, uint64_t *log_index,
	struct prb_record *record);
/* A walk over the objects of a kind and tenant, newest first, all with ids before `before` (NULL:
 * all), and its next one. */
int prb_objects_begin(struct prb_walk *walk, const struct prb_state_reader *reader,
	enum prb_object_kind kind, uint32_t tenant, const struct prb_id *before);
int prb_objects_next(struct prb_walk *walk, uint64_t *sequence);
/* Which record an Idempotency-Key led to, and whether it is of this kind and made of the same
 * request. */
enum prb_err prb_look_key(struct prb_state_reader *reader, uint32_t tenant, struct prb_span key,
	const uint8_t request_sha256[PRB_SHA256_BYTES], enum prb_record_kind kind, bool *same,
	uint64_t *sequence);
/* Fills *out from the record of a declaration, whose bytes are the transaction's. */
enum prb_err prb_open_declaration(struct prb_state_reader *reader, uint64_t sequence,
	uint64_t log_index, const struct prb_record *record, struct prb_arena *arena,
	struct prb_stored_declaration *out);
/* The same by the record alone: the log index is in none, it stands in the record's own row. */
enum prb_err prb_open_declaration_at(struct prb_state_reader *reader, uint64_t sequence,
	const struct prb_record *record, struct prb_arena *arena,
	struct prb_stored_declaration *out);
enum prb_err prb_look_leaf(
	struct prb_state_reader *reader, struct prb_span entry, uint8_t out[PRB_SHA256_BYTES]);

#endif
