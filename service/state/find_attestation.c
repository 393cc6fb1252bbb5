/* SPDX-License-Identifier: Apache-2.0 */
#include "service/state/reader.h"

#include <string.h>

/* Attestations, whether they came with their declaration or later, and their revocations. */

static enum prb_err
is_revoked(struct prb_state_reader *reader, const struct prb_id *attestation, bool *revoked)
{
	uint64_t sequence, log_index;
	int error = prb_object_get(reader->state, reader->txn, PRB_OBJECT_REVOCATION, 0,
		attestation->bytes, &sequence, &log_index);

	*revoked = error == 0;
	return error == 0 || error == MDB_NOTFOUND ? PRB_OK : prb_look_failed(reader, error);
}

static enum prb_err
open_attestation(struct prb_state_reader *reader, uint64_t sequence, uint64_t log_index,
	const struct prb_record *record, struct prb_arena *arena, struct prb_found_attestation *out)
{
	struct prb_found_attestation found = {.tenant = record->tenant,
		.time_ms = record->time_ms,
		.id = record->attestation_id,
		.declaration_id = record->declaration_id,
		.status = record->status,
		.sequence = sequence,
		.log_index = log_index};
	struct prb_body body;
	enum prb_err err;

	if (record->kind != PRB_RECORD_DECLARATION && record->kind != PRB_RECORD_ATTESTATION)
		return PRB_ERR_STATE_DAMAGED;
	err = prb_opener_open(reader->opener, record, arena, &body, NULL);
	if (err == PRB_OK)
		err = prb_look_leaf(reader, record->log_entry, found.leaf_hash);
	if (err == PRB_OK)
		err = is_revoked(reader, &found.id, &found.revoked);
	if (err != PRB_OK)
		return err;
	found.report_id = body.report_id;
	found.attestation = body.attestation;
	found.openings = body.openings;
	memcpy(found.log_salt, body.log_salt, sizeof(found.log_salt));
	*out = found;
	return PRB_OK;
}

static enum prb_err
find_attestation(struct prb_state_reader *reader, const struct prb_id *id, struct prb_arena *arena,
	struct prb_found_attestation *out)
{
	struct prb_record record;
	uint64_t sequence, log_index;
	enum prb_err err = prb_look_object(
		reader, PRB_OBJECT_ATTESTATION, 0, id->bytes, &sequence, &log_index, &record);

	return err == PRB_OK ? open_attestation(reader, sequence, log_index, &record, arena, out)
			     : err;
}

enum prb_err
prb_find_attestation(struct prb_state_reader *reader, const struct prb_id *id,
	struct prb_arena *arena, struct prb_found_attestation *out)
{
	enum prb_err err = prb_look_begin(reader);

	return err == PRB_OK ? prb_look_end(reader, find_attestation(reader, id, arena, out)) : err;
}

enum prb_err
prb_find_attested(struct prb_state_reader *reader, const struct prb_id *id, uint32_t *tenant,
	struct prb_id *declaration)
{
	struct prb_record record;
	uint64_t sequence, log_index;
	enum prb_err err = prb_look_begin(reader);

	if (err != PRB_OK)
		return err;
	err = prb_look_object(
		reader, PRB_OBJECT_ATTESTATION, 0, id->bytes, &sequence, &log_index, &record);
	if (err == PRB_OK) {
		*tenant = record.tenant;
		*declaration = record.declaration_id;
	}
	return prb_look_end(reader, err);
}

static enum prb_err
find_issued(struct prb_state_reader *reader, const struct prb_id *id, int64_t *revoked_ms)
{
	struct prb_record record;
	uint64_t sequence, log_index;
	enum prb_err err = prb_look_object(
		reader, PRB_OBJECT_ATTESTATION, 0, id->bytes, &sequence, &log_index, &record);

	if (err != PRB_OK)
		return err;
	err = prb_look_object(
		reader, PRB_OBJECT_REVOCATION, 0, id->bytes, &sequence, &log_index, &record);
	if (err != PRB_OK && err != PRB_ERR_NOT_FOUND)
		return err;
	*revoked_ms = err == PRB_OK ? record.time_ms : 0;
	return PRB_OK;
}

enum prb_err
prb_find_issued(
	struct prb_state_reader *reader, const struct prb_id *attestation_id, int64_t *revoked_ms)
{
	enum prb_err err = prb_look_begin(reader);

	return err == PRB_OK ? prb_look_end(reader, find_issued(reader, attestation_id, revoked_ms))
			     : err;
}

/* The log index is in no record; it stands in the attestation's own row. */
static enum prb_err
find_sequence(struct prb_state_reader *reader, uint64_t sequence, struct prb_arena *arena,
	struct prb_found_attestation *out)
{
	struct prb_record record;
	uint64_t found, log_index;
	enum prb_err err = prb_look_for(reader, sequence, &record);

	if (err != PRB_OK)
		return err;
	if (prb_object_get(reader->state, reader->txn, PRB_OBJECT_ATTESTATION, 0,
		    record.attestation_id.bytes, &found, &log_index) != 0 ||
		found != sequence)
		return PRB_ERR_STATE_DAMAGED;
	return open_attestation(reader, sequence, log_index, &record, arena, out);
}

enum prb_err
prb_find_attestation_sequence(struct prb_state_reader *reader, uint64_t sequence,
	struct prb_arena *arena, struct prb_found_attestation *out)
{
	enum prb_err err = prb_look_begin(reader);

	return err == PRB_OK ? prb_look_end(reader, find_sequence(reader, sequence, arena, out))
			     : err;
}

enum prb_err
prb_find_next_attestation(struct prb_state_reader *reader, uint64_t from, struct prb_arena *arena,
	struct prb_found_attestation *out)
{
	enum prb_err err = prb_look_begin(reader);
	bool found = false;

	if (err != PRB_OK)
		return err;
	for (uint64_t at = from; err == PRB_OK && !found; at++) {
		struct prb_record record;

		err = prb_look_for(reader, at, &record);
		if (err != PRB_OK || (record.kind != PRB_RECORD_DECLARATION &&
					     record.kind != PRB_RECORD_ATTESTATION))
			continue;
		err = find_sequence(reader, at, arena, out);
		found = err == PRB_OK;
		if (err == PRB_ERR_NOT_FOUND) /* erased */
			err = PRB_OK;
	}
	return prb_look_end(reader, err);
}

enum prb_err
prb_find_idempotent_attestation(struct prb_state_reader *reader, uint32_t tenant,
	struct prb_span key, const uint8_t request_sha256[PRB_SHA256_BYTES], bool *same,
	struct prb_arena *arena, struct prb_found_attestation *out)
{
	uint64_t sequence;
	bool found_same;
	enum prb_err err = prb_look_begin(reader);

	if (err != PRB_OK)
		return err;
	err = prb_look_key(reader, tenant, key, request_sha256, PRB_RECORD_ATTESTATION, &found_same,
		&sequence);
	if (err == PRB_OK && found_same)
		err = find_sequence(reader, sequence, arena, out);
	if (err == PRB_OK)
		*same = found_same;
	return prb_look_end(reader, err);
}

/* The further attestations, newest first; *more: one that no longer fitted. */
static enum prb_err
walk_further(struct prb_state_reader *reader, uint32_t tenant, const struct prb_id *declaration,
	size_t max, struct prb_arena *arena, struct prb_found_attestation *out, size_t *count,
	bool *more)
{
	uint8_t behind[PRB_ATTESTED_KEY_BYTES];
	enum prb_err err = PRB_OK;
	struct prb_walk walk;
	int error;

	prb_attested_key(tenant, declaration, UINT64_MAX, behind);
	error = prb_walk_begin(&walk, reader->state, reader->txn, PRB_STATE_ATTESTED, behind,
		sizeof(behind), sizeof(behind) - PRB_SEQUENCE_BYTES);
	while (error == 0 && err == PRB_OK && (error = prb_walk_back(&walk)) == 0) {
		*more = *count == max;
		if (*more)
			break;
		err = find_sequence(reader, prb_walk_sequence(&walk), arena, &out[*count]);
		*count += err == PRB_OK;
	}
	if (err == PRB_ERR_NOT_FOUND && *count > 0)
		err = PRB_ERR_STATE_DAMAGED;
	return prb_look_walked(reader, &walk, err, error);
}

/* The one that came with the declaration is the oldest. */
static enum prb_err
find_attestations_of(struct prb_state_reader *reader, uint32_t tenant,
	const struct prb_id *declaration, size_t max, struct prb_arena *arena,
	struct prb_found_attestation *out, size_t *count, bool *more)
{
	struct prb_record record;
	uint64_t sequence, log_index;
	enum prb_err err = prb_look_object(reader, PRB_OBJECT_DECLARATION, tenant,
		declaration->bytes, &sequence, &log_index, &record);

	if (err == PRB_OK && !reader->state->lacks[PRB_STATE_ATTESTED])
		err = walk_further(reader, tenant, declaration, max, arena, out, count, more);
	if (err != PRB_OK || *more)
		return err;
	*more = *count == max;
	if (*more)
		return PRB_OK;
	err = open_attestation(reader, sequence, log_index, &record, arena, &out[*count]);
	if (err == PRB_OK)
		(*count)++;
	return err;
}

enum prb_err
prb_find_attestations_of(struct prb_state_reader *reader, uint32_t tenant,
	const struct prb_id *declaration_id, size_t max, struct prb_arena *arena,
	struct prb_found_attestation *out, size_t *count, bool *more)
{
	size_t found = 0;
	bool others = false;
	enum prb_err err = prb_look_begin(reader);

	if (err != PRB_OK)
		return err;
	err = find_attestations_of(
		reader, tenant, declaration_id, max, arena, out, &found, &others);
	if (err == PRB_OK) {
		*count = found;
		*more = others;
	}
	return prb_look_end(reader, err);
}

static enum prb_err
find_revocation(struct prb_state_reader *reader, const struct prb_id *attestation,
	struct prb_arena *arena, struct prb_stored_revocation *out)
{
	struct prb_stored_revocation found = {.tenant = 0};
	struct prb_record record;
	struct prb_body body;
	enum prb_err err = prb_look_object(reader, PRB_OBJECT_REVOCATION, 0, attestation->bytes,
		&found.sequence, &found.log_index, &record);

	if (err == PRB_OK && record.kind != PRB_RECORD_REVOCATION)
		err = PRB_ERR_STATE_DAMAGED;
	if (err == PRB_OK)
		err = prb_opener_open(reader->opener, &record, arena, &body, NULL);
	if (err == PRB_OK)
		err = prb_look_leaf(reader, record.log_entry, found.leaf_hash);
	if (err != PRB_OK)
		return err;
	found.tenant = record.tenant;
	found.time_ms = record.time_ms;
	found.attestation_id = record.attestation_id;
	found.status = record.status;
	found.revocation = body.revocation;
	found.caller = body.caller;
	memcpy(found.log_salt, body.log_salt, sizeof(found.log_salt));
	found.log_entry = prb_arena_copy(arena, record.log_entry);
	if (!found.log_entry.p)
		return PRB_ERR_MEMORY;
	*out = found;
	return PRB_OK;
}

enum prb_err
prb_find_revocation(struct prb_state_reader *reader, const struct prb_id *attestation_id,
	struct prb_arena *arena, struct prb_stored_revocation *out)
{
	enum prb_err err = prb_look_begin(reader);

	return err == PRB_OK
		       ? prb_look_end(reader, find_revocation(reader, attestation_id, arena, out))
		       : err;
}
