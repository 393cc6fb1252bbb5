/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "service/state/bytes.h"
#include "service/state/rows.h"

struct prb_state_reader {
	struct prb_state *state;
	MDB_txn *txn; /* reset between two looks: it holds no snapshot and no page */
	struct prb_opener *opener;
	struct prb_digest digest;
};

enum prb_err
prb_state_reader_create(struct prb_state *state, struct prb_state_reader **out)
{
	struct prb_state_reader *reader = calloc(1, sizeof(*reader));
	int error;

	if (!reader || !prb_digest_init(&reader->digest)) {
		free(reader);
		return PRB_ERR_MEMORY;
	}
	reader->state = state;
	reader->opener = prb_opener_create(state->ring);
	if (!reader->opener) {
		prb_state_reader_destroy(reader);
		return PRB_ERR_MEMORY;
	}
	error = mdb_txn_begin(state->env, NULL, MDB_RDONLY, &reader->txn);
	if (error != 0) {
		reader->txn = NULL;
		prb_state_reader_destroy(reader);
		return prb_lmdb_failed(state, NULL, "reading", error);
	}
	mdb_txn_reset(reader->txn);
	*out = reader;
	return PRB_OK;
}

void
prb_state_reader_destroy(struct prb_state_reader *reader)
{
	if (!reader)
		return;
	if (reader->txn)
		mdb_txn_abort(reader->txn);
	prb_opener_destroy(reader->opener);
	prb_digest_destroy(&reader->digest);
	free(reader);
}

static enum prb_err
error_of(const struct prb_state_reader *reader, int error)
{
	return error == MDB_NOTFOUND ? PRB_ERR_NOT_FOUND
				     : prb_lmdb_failed(reader->state, NULL, "reading", error);
}

/* Fills *out from the record of a declaration, whose bytes are the transaction's. */
static enum prb_err
open_record(struct prb_state_reader *reader, uint64_t sequence, uint64_t log_index,
	const struct prb_record *record, struct prb_arena *arena,
	struct prb_stored_declaration *out)
{
	struct prb_stored_declaration found = {.tenant = record->tenant,
		.time_ms = record->time_ms,
		.id = record->declaration_id,
		.attestation_id = record->attestation_id,
		.sequence = sequence,
		.log_index = log_index};
	struct prb_body body;
	enum prb_err err;

	if (record->kind != PRB_RECORD_DECLARATION)
		return PRB_ERR_STATE_DAMAGED;
	err = prb_opener_open(reader->opener, record, arena, &body, NULL);
	if (err != PRB_OK)
		return err;
	found.log_entry = prb_arena_copy(arena, record->log_entry);
	if (!found.log_entry.p)
		return PRB_ERR_MEMORY;
	reader->digest.failed = false;
	prb_digest_leaf(&reader->digest, record->log_entry, found.leaf_hash);
	if (reader->digest.failed)
		return PRB_ERR_MEMORY;
	found.report_id = body.report_id;
	memcpy(found.salt, body.salt, sizeof(found.salt));
	memcpy(found.log_salt, body.log_salt, sizeof(found.log_salt));
	found.declaration = body.declaration;
	found.report = body.report;
	found.attestation = body.attestation;
	*out = found;
	return PRB_OK;
}

/* What an index points to must be there: a record that is missing is damage, not absence. */
static enum prb_err
read_at(struct prb_state_reader *reader, uint64_t sequence, struct prb_record *record)
{
	struct prb_span bytes;
	int error = prb_journal_get(reader->state, reader->txn, sequence, NULL, &bytes);

	if (error != 0)
		return prb_lmdb_failed(reader->state, NULL, "reading", error);
	return prb_record_read(bytes, record, NULL);
}

static enum prb_err
find_object(struct prb_state_reader *reader, enum prb_object_kind kind, uint32_t tenant,
	const uint8_t id[PRB_ID_BYTES], struct prb_arena *arena, struct prb_stored_declaration *out)
{
	struct prb_record record;
	uint64_t sequence, log_index;
	int error =
		prb_object_get(reader->state, reader->txn, kind, tenant, id, &sequence, &log_index);
	enum prb_err err;

	if (error != 0)
		return error_of(reader, error);
	err = read_at(reader, sequence, &record);
	return err == PRB_OK ? open_record(reader, sequence, log_index, &record, arena, out) : err;
}

static enum prb_err
find_sequence(struct prb_state_reader *reader, uint64_t sequence, struct prb_arena *arena,
	struct prb_stored_declaration *out)
{
	struct prb_record record;
	struct prb_span bytes;
	uint64_t found, log_index;
	int error = prb_journal_get(reader->state, reader->txn, sequence, NULL, &bytes);
	enum prb_err err;

	if (error != 0)
		return error_of(reader, error);
	err = prb_record_read(bytes, &record, NULL);
	if (err != PRB_OK)
		return err;
	/* The log index is in no record; it stands in the record's own row. */
	error = prb_object_get(reader->state, reader->txn, PRB_OBJECT_DECLARATION, record.tenant,
		record.declaration_id.bytes, &found, &log_index);
	if (error != 0 || found != sequence)
		return PRB_ERR_STATE_DAMAGED;
	return open_record(reader, sequence, log_index, &record, arena, out);
}

static enum prb_err
begin(struct prb_state_reader *reader)
{
	int error = mdb_txn_renew(reader->txn);

	return error == 0 ? PRB_OK : prb_lmdb_failed(reader->state, NULL, "reading", error);
}

static enum prb_err
end(struct prb_state_reader *reader, enum prb_err err)
{
	mdb_txn_reset(reader->txn);
	return err;
}

enum prb_err
prb_find_declaration(struct prb_state_reader *reader, uint32_t tenant, const struct prb_id *id,
	struct prb_arena *arena, struct prb_stored_declaration *out)
{
	enum prb_err err = begin(reader);

	if (err != PRB_OK)
		return err;
	return end(
		reader, find_object(reader, PRB_OBJECT_DECLARATION, tenant, id->bytes, arena, out));
}

enum prb_err
prb_find_report(struct prb_state_reader *reader, uint32_t tenant, const struct prb_id *id,
	struct prb_arena *arena, struct prb_stored_declaration *out)
{
	struct prb_span plain = {(const char *)id->bytes, PRB_ID_BYTES};
	uint8_t key[PRB_KEYED_BYTES];
	enum prb_err err;

	/* A tenant without keys has nothing that could be read. */
	if (!prb_keyring_hash(reader->state->ring, tenant, PRB_KEYED_REPORT, plain, key))
		return PRB_ERR_NOT_FOUND;
	err = begin(reader);
	if (err != PRB_OK)
		return err;
	err = find_object(reader, PRB_OBJECT_REPORT, tenant, key, arena, out);
	if (err == PRB_ERR_NOT_FOUND)
		err = find_object(reader, PRB_OBJECT_DECLARATION, tenant, id->bytes, arena, out);
	return end(reader, err);
}

enum prb_err
prb_find_attestation(struct prb_state_reader *reader, const struct prb_id *id,
	struct prb_arena *arena, struct prb_found_attestation *out)
{
	struct prb_stored_declaration found;
	enum prb_err err = begin(reader);

	if (err != PRB_OK)
		return err;
	err = end(reader, find_object(reader, PRB_OBJECT_ATTESTATION, 0, id->bytes, arena, &found));
	if (err != PRB_OK)
		return err;
	*out = (struct prb_found_attestation){.tenant = found.tenant,
		.time_ms = found.time_ms,
		.id = found.attestation_id,
		.declaration_id = found.id,
		.report_id = found.report_id,
		.attestation = found.attestation,
		.sequence = found.sequence,
		.log_index = found.log_index};
	memcpy(out->log_salt, found.log_salt, sizeof(out->log_salt));
	memcpy(out->leaf_hash, found.leaf_hash, sizeof(out->leaf_hash));
	return PRB_OK;
}

enum prb_err
prb_find_sequence(struct prb_state_reader *reader, uint64_t sequence, struct prb_arena *arena,
	struct prb_stored_declaration *out)
{
	enum prb_err err = begin(reader);

	if (err != PRB_OK)
		return err;
	return end(reader, find_sequence(reader, sequence, arena, out));
}

/* Which record an Idempotency-Key led to, and whether it is of this kind and made of the same
 * request. */
static enum prb_err
find_key(struct prb_state_reader *reader, uint32_t tenant, struct prb_span key,
	const uint8_t request_sha256[PRB_SHA256_BYTES], enum prb_record_kind kind, bool *same,
	uint64_t *sequence)
{
	struct prb_span plain = {(const char *)request_sha256, PRB_SHA256_BYTES}, value;
	uint8_t hash[PRB_KEYED_BYTES], request[PRB_KEYED_BYTES];
	const struct prb_keyring *ring = reader->state->ring;
	struct prb_record record;
	enum prb_err err;
	int error;

	if (!prb_keyring_hash(ring, tenant, PRB_KEYED_IDEMPOTENCY, key, hash) ||
		!prb_keyring_hash(ring, tenant, PRB_KEYED_REQUEST, plain, request))
		return PRB_ERR_NOT_FOUND;
	error = prb_state_get(reader->state, reader->txn, PRB_STATE_IDEMPOTENCY,
		(struct prb_span){(const char *)hash, sizeof(hash)}, &value);
	if (error == 0 && value.n != PRB_IDEMPOTENCY_VALUE_BYTES)
		error = MDB_CORRUPTED;
	if (error != 0)
		return error_of(reader, error);
	*sequence = prb_get_be((const uint8_t *)value.p, 8);
	err = read_at(reader, *sequence, &record);
	if (err == PRB_OK)
		*same = record.kind == kind && memcmp(value.p + 8, request, PRB_KEYED_BYTES) == 0;
	return err;
}

enum prb_err
prb_find_idempotent(struct prb_state_reader *reader, uint32_t tenant, struct prb_span key,
	const uint8_t request_sha256[PRB_SHA256_BYTES], bool *same, struct prb_arena *arena,
	struct prb_stored_declaration *out)
{
	uint64_t sequence;
	bool found_same;
	enum prb_err err = begin(reader);

	if (err != PRB_OK)
		return err;
	err = find_key(reader, tenant, key, request_sha256, PRB_RECORD_DECLARATION, &found_same,
		&sequence);
	if (err == PRB_OK && found_same)
		err = find_sequence(reader, sequence, arena, out);
	if (err == PRB_OK)
		*same = found_same;
	return end(reader, err);
}

/*
 * Decisions.
 */

static enum prb_err
open_decision(struct prb_state_reader *reader, uint64_t sequence, struct prb_arena *arena,
	struct prb_stored_decision *out)
{
	struct prb_record record;
	struct prb_body body;
	enum prb_err err = read_at(reader, sequence, &record);

	if (err == PRB_OK && record.kind != PRB_RECORD_DECISION)
		err = PRB_ERR_STATE_DAMAGED;
	if (err == PRB_OK)
		err = prb_opener_open(reader->opener, &record, arena, &body, NULL);
	if (err != PRB_OK)
		return err;
	*out = (struct prb_stored_decision){.tenant = record.tenant,
		.time_ms = record.time_ms,
		.id = record.decision_id,
		.decision = body.decision,
		.sequence = sequence};
	memcpy(out->signer, body.signer, sizeof(out->signer));
	memcpy(out->signature, body.signature, sizeof(out->signature));
	return PRB_OK;
}

/* The sequences of the rows with this start, newest first. */
static enum prb_err
walk_decisions(struct prb_state_reader *reader, const uint8_t start[PRB_DECISION_KEY_BYTES],
	size_t max, struct prb_arena *arena, struct prb_stored_decision *out, size_t *count)
{
	const struct prb_state *state = reader->state;
	uint8_t from[PRB_DECISION_KEY_BYTES];
	MDB_val key = {.mv_size = sizeof(from), .mv_data = from}, value;
	size_t same = PRB_DECISION_KEY_BYTES - PRB_SEQUENCE_BYTES, n = 0;
	enum prb_err err = PRB_OK;
	MDB_cursor *cursor;
	int error = mdb_cursor_open(reader->txn, state->tables[PRB_STATE_DECISION], &cursor);

	if (error != 0)
		return error_of(reader, error);
	memcpy(from, start, sizeof(from));
	/* The first row that is not before it, and from there back. */
	error = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
	if (error == 0 || error == MDB_NOTFOUND)
		error = mdb_cursor_get(cursor, &key, &value, error == 0 ? MDB_PREV : MDB_LAST);
	while (error == 0 && n < max) {
		const uint8_t *p = key.mv_data;

		if (key.mv_size != PRB_DECISION_KEY_BYTES || memcmp(p, start, same) != 0)
			break;
		err = open_decision(reader, prb_get_be(p + same, 8), arena, &out[n]);
		if (err == PRB_OK)
			n++;
		else if (err != PRB_ERR_NOT_FOUND) /* erased: as good as none */
			break;
		err = PRB_OK;
		error = mdb_cursor_get(cursor, &key, &value, MDB_PREV);
	}
	mdb_cursor_close(cursor);
	if (err == PRB_OK && error != 0 && error != MDB_NOTFOUND)
		err = error_of(reader, error);
	if (err == PRB_OK)
		*count = n;
	return err;
}

enum prb_err
prb_find_decisions(struct prb_state_reader *reader, uint32_t tenant, enum prb_decided_by by,
	struct prb_span text, uint64_t before, size_t max, struct prb_arena *arena,
	struct prb_stored_decision *out, size_t *count)
{
	static const enum prb_keyed purposes[] = {[PRB_DECIDED_HIT] = PRB_KEYED_HIT,
		[PRB_DECIDED_NAME] = PRB_KEYED_NAME,
		[PRB_DECIDED_ENTITY] = PRB_KEYED_ENTITY};
	uint8_t keyed[PRB_KEYED_BYTES] = {0}, start[PRB_DECISION_KEY_BYTES];
	enum prb_err err;

	*count = 0;
	if (reader->state->lacks_decisions ||
		(by != PRB_DECIDED_ALL &&
			!prb_keyring_hash(reader->state->ring, tenant, purposes[by], text, keyed)))
		return PRB_OK;
	prb_decision_key(by, tenant, keyed, before == 0 ? UINT64_MAX : before, start);
	err = begin(reader);
	if (err != PRB_OK)
		return err;
	return end(reader, walk_decisions(reader, start, max, arena, out, count));
}

enum prb_err
prb_find_decision(struct prb_state_reader *reader, uint32_t tenant, const struct prb_id *id,
	struct prb_arena *arena, struct prb_stored_decision *out)
{
	uint64_t sequence, log_index;
	enum prb_err err = begin(reader);
	int error;

	if (err != PRB_OK)
		return err;
	error = prb_object_get(reader->state, reader->txn, PRB_OBJECT_DECISION, tenant, id->bytes,
		&sequence, &log_index);
	err = error == 0 ? open_decision(reader, sequence, arena, out) : error_of(reader, error);
	return end(reader, err);
}

enum prb_err
prb_find_decision_sequence(struct prb_state_reader *reader, uint64_t sequence,
	struct prb_arena *arena, struct prb_stored_decision *out)
{
	enum prb_err err = begin(reader);

	return err == PRB_OK ? end(reader, open_decision(reader, sequence, arena, out)) : err;
}

enum prb_err
prb_find_idempotent_decision(struct prb_state_reader *reader, uint32_t tenant, struct prb_span key,
	const uint8_t request_sha256[PRB_SHA256_BYTES], bool *same, struct prb_arena *arena,
	struct prb_stored_decision *out)
{
	uint64_t sequence;
	bool found_same;
	enum prb_err err = begin(reader);

	if (err != PRB_OK)
		return err;
	err = find_key(
		reader, tenant, key, request_sha256, PRB_RECORD_DECISION, &found_same, &sequence);
	if (err == PRB_OK && found_same)
		err = open_decision(reader, sequence, arena, out);
	if (err == PRB_OK)
		*same = found_same;
	return end(reader, err);
}
