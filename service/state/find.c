/* SPDX-License-Identifier: Apache-2.0 */
#include "service/state/reader.h"

#include <string.h>

enum prb_err
prb_open_declaration(struct prb_state_reader *reader, uint64_t sequence, uint64_t log_index,
	const struct prb_record *record, struct prb_arena *arena,
	struct prb_stored_declaration *out)
{
	struct prb_stored_declaration found = {.tenant = record->tenant,
		.time_ms = record->time_ms,
		.id = record->declaration_id,
		.attestation_id = record->attestation_id,
		.status = record->status,
		.sequence = sequence,
		.log_index = log_index};
	struct prb_body body;
	enum prb_err err;

	if (record->kind != PRB_RECORD_DECLARATION)
		return PRB_ERR_STATE_DAMAGED;
	err = prb_opener_open(reader->opener, record, arena, &body, NULL);
	if (err == PRB_OK)
		err = prb_look_leaf(reader, record->log_entry, found.leaf_hash);
	if (err != PRB_OK)
		return err;
	found.log_entry = prb_arena_copy(arena, record->log_entry);
	if (!found.log_entry.p)
		return PRB_ERR_MEMORY;
	found.report_id = body.report_id;
	memcpy(found.salt, body.salt, sizeof(found.salt));
	memcpy(found.log_salt, body.log_salt, sizeof(found.log_salt));
	found.declaration = body.declaration;
	found.report = body.report;
	found.attestation = body.attestation;
	found.caller = body.caller;
	*out = found;
	return PRB_OK;
}

enum prb_err
prb_open_declaration_at(struct prb_state_reader *reader, uint64_t sequence,
	const struct prb_record *record, struct prb_arena *arena,
	struct prb_stored_declaration *out)
{
	uint64_t found, log_index;

	if (prb_object_get(reader->state, reader->txn, PRB_OBJECT_DECLARATION, record->tenant,
		    record->declaration_id.bytes, &found, &log_index) != 0 ||
		found != sequence)
		return PRB_ERR_STATE_DAMAGED;
	return prb_open_declaration(reader, sequence, log_index, record, arena, out);
}

static enum prb_err
find_declaration(struct prb_state_reader *reader, uint32_t tenant, const struct prb_id *id,
	struct prb_arena *arena, struct prb_stored_declaration *out)
{
	struct prb_record record;
	uint64_t sequence, log_index;
	enum prb_err err = prb_look_object(
		reader, PRB_OBJECT_DECLARATION, tenant, id->bytes, &sequence, &log_index, &record);

	return err == PRB_OK
		       ? prb_open_declaration(reader, sequence, log_index, &record, arena, out)
		       : err;
}

/* A report that came with a further attestation: the declaration, with what came later in place of
 * what came with it. */
static enum prb_err
open_later(struct prb_state_reader *reader, uint64_t sequence, uint64_t log_index,
	const struct prb_record *record, struct prb_arena *arena,
	struct prb_stored_declaration *out)
{
	struct prb_stored_declaration found;
	struct prb_body body;
	enum prb_err err =
		find_declaration(reader, record->tenant, &record->declaration_id, arena, &found);

	if (err == PRB_OK)
		err = prb_opener_open(reader->opener, record, arena, &body, NULL);
	if (err == PRB_OK)
		err = prb_look_leaf(reader, record->log_entry, found.leaf_hash);
	if (err != PRB_OK)
		return err;
	found.log_entry = prb_arena_copy(arena, record->log_entry);
	if (!found.log_entry.p)
		return PRB_ERR_MEMORY;
	found.time_ms = record->time_ms;
	found.attestation_id = record->attestation_id;
	found.status = record->status;
	found.report_id = body.report_id;
	memcpy(found.log_salt, body.log_salt, sizeof(found.log_salt));
	found.report = body.report;
	found.attestation = body.attestation;
	found.caller = body.caller;
	found.sequence = sequence;
	found.log_index = log_index;
	*out = found;
	return PRB_OK;
}

static enum prb_err
find_report(struct prb_state_reader *reader, uint32_t tenant, const uint8_t key[PRB_KEYED_BYTES],
	struct prb_arena *arena, struct prb_stored_declaration *out)
{
	struct prb_record record;
	uint64_t sequence, log_index;
	enum prb_err err = prb_look_object(
		reader, PRB_OBJECT_REPORT, tenant, key, &sequence, &log_index, &record);

	if (err != PRB_OK)
		return err;
	return record.kind == PRB_RECORD_ATTESTATION
		       ? open_later(reader, sequence, log_index, &record, arena, out)
		       : prb_open_declaration(reader, sequence, log_index, &record, arena, out);
}

static enum prb_err
find_sequence(struct prb_state_reader *reader, uint64_t sequence, struct prb_arena *arena,
	struct prb_stored_declaration *out)
{
	struct prb_record record;
	enum prb_err err = prb_look_for(reader, sequence, &record);

	return err == PRB_OK ? prb_open_declaration_at(reader, sequence, &record, arena, out) : err;
}

enum prb_err
prb_find_declaration(struct prb_state_reader *reader, uint32_t tenant, const struct prb_id *id,
	struct prb_arena *arena, struct prb_stored_declaration *out)
{
	enum prb_err err = prb_look_begin(reader);

	if (err != PRB_OK)
		return err;
	return prb_look_end(reader, find_declaration(reader, tenant, id, arena, out));
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
	err = prb_look_begin(reader);
	if (err != PRB_OK)
		return err;
	err = find_report(reader, tenant, key, arena, out);
	if (err == PRB_ERR_NOT_FOUND)
		err = find_declaration(reader, tenant, id, arena, out);
	return prb_look_end(reader, err);
}

enum prb_err
prb_find_reported(struct prb_state_reader *reader, uint32_t tenant, const struct prb_id *id,
	struct prb_id *declaration)
{
	struct prb_span plain = {(const char *)id->bytes, PRB_ID_BYTES};
	struct prb_record record;
	uint8_t key[PRB_KEYED_BYTES];
	uint64_t sequence, log_index;
	enum prb_err err;

	if (!prb_keyring_hash(reader->state->ring, tenant, PRB_KEYED_REPORT, plain, key))
		return PRB_ERR_NOT_FOUND;
	err = prb_look_begin(reader);
	if (err != PRB_OK)
		return err;
	err = prb_look_object(
		reader, PRB_OBJECT_REPORT, tenant, key, &sequence, &log_index, &record);
	if (err == PRB_ERR_NOT_FOUND)
		err = prb_look_object(reader, PRB_OBJECT_DECLARATION, tenant, id->bytes, &sequence,
			&log_index, &record);
	if (err == PRB_OK)
		*declaration = record.declaration_id;
	return prb_look_end(reader, err);
}

enum prb_err
prb_find_sequence(struct prb_state_reader *reader, uint64_t sequence, struct prb_arena *arena,
	struct prb_stored_declaration *out)
{
	enum prb_err err = prb_look_begin(reader);

	if (err != PRB_OK)
		return err;
	return prb_look_end(reader, find_sequence(reader, sequence, arena, out));
}

enum prb_err
prb_find_idempotent(struct prb_state_reader *reader, uint32_t tenant, struct prb_span key,
	const uint8_t request_sha256[PRB_SHA256_BYTES], bool *same, struct prb_arena *arena,
	struct prb_stored_declaration *out)
{
	uint64_t sequence;
	bool found_same;
	enum prb_err err = prb_look_begin(reader);

	if (err != PRB_OK)
		return err;
	err = prb_look_key(reader, tenant, key, request_sha256, PRB_RECORD_DECLARATION, &found_same,
		&sequence);
	if (err == PRB_OK && found_same)
		err = find_sequence(reader, sequence, arena, out);
	if (err == PRB_OK)
		*same = found_same;
	return prb_look_end(reader, err);
}
