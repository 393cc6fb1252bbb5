/* SPDX-License-Identifier: Apache-2.0 */
#include "service/state/reader.h"

#include <string.h>

static enum prb_err
open_decision(struct prb_state_reader *reader, uint64_t sequence, struct prb_arena *arena,
	struct prb_stored_decision *out)
{
	struct prb_record record;
	struct prb_body body;
	enum prb_err err = prb_look_at(reader, sequence, &record);

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
		.caller = body.caller,
		.sequence = sequence};
	memcpy(out->signer, body.signer, sizeof(out->signer));
	memcpy(out->signature, body.signature, sizeof(out->signature));
	return PRB_OK;
}

/* Whether the tenant decided anything. MDB_NOTFOUND. */
static int
look_for_any(const struct prb_state_reader *reader, uint32_t tenant)
{
	static const uint8_t all[PRB_KEYED_BYTES];
	uint8_t behind[PRB_DECISION_KEY_BYTES];
	const uint8_t *key;

	prb_decision_key(PRB_DECIDED_ALL, tenant, all, UINT64_MAX, behind);
	return prb_last_before(reader->state, reader->txn, PRB_STATE_DECISION, behind,
		sizeof(behind), sizeof(behind) - PRB_SEQUENCE_BYTES, &key);
}

enum prb_err
prb_find_decisions(struct prb_state_reader *reader, uint32_t tenant, enum prb_decided_by by,
	struct prb_span text, uint64_t before, size_t max, struct prb_arena *arena,
	struct prb_stored_decision *out, size_t *count)
{
	static const enum prb_keyed purposes[] = {[PRB_DECIDED_HIT] = PRB_KEYED_HIT,
		[PRB_DECIDED_NAME] = PRB_KEYED_NAME,
		[PRB_DECIDED_ENTITY] = PRB_KEYED_ENTITY};
	uint8_t keyed[PRB_KEYED_BYTES] = {0}, behind[PRB_DECISION_KEY_BYTES];
	struct prb_walk walk;
	size_t n = 0;
	enum prb_err err;
	int error;

	*count = 0;
	if (max == 0 || reader->state->lacks[PRB_STATE_DECISION])
		return PRB_OK;
	err = prb_look_begin(reader);
	if (err != PRB_OK)
		return err;
	/* Whoever decided nothing, as most did, is not hashed for: that takes longer than looking.
	 */
	error = look_for_any(reader, tenant);
	if (error != 0 || (by != PRB_DECIDED_ALL && !prb_keyring_hash(reader->state->ring, tenant,
							    purposes[by], text, keyed)))
		return prb_look_end(reader, error == 0 || error == MDB_NOTFOUND
						    ? PRB_OK
						    : prb_look_failed(reader, error));
	prb_decision_key(by, tenant, keyed, before == 0 ? UINT64_MAX : before, behind);
	error = prb_walk_begin(&walk, reader->state, reader->txn, PRB_STATE_DECISION, behind,
		sizeof(behind), sizeof(behind) - PRB_SEQUENCE_BYTES);
	while (error == 0 && err == PRB_OK && n < max && (error = prb_walk_back(&walk)) == 0) {
		err = open_decision(reader, prb_walk_sequence(&walk), arena, &out[n]);
		n += err == PRB_OK;
		if (err == PRB_ERR_NOT_FOUND) /* erased, which is as good as none */
			err = PRB_OK;
	}
	err = prb_look_walked(reader, &walk, err, error);
	if (err == PRB_OK)
		*count = n;
	return prb_look_end(reader, err);
}

enum prb_err
prb_find_decision(struct prb_state_reader *reader, uint32_t tenant, const struct prb_id *id,
	struct prb_arena *arena, struct prb_stored_decision *out)
{
	uint64_t sequence, log_index;
	enum prb_err err = prb_look_begin(reader);
	int error;

	if (err != PRB_OK)
		return err;
	error = prb_object_get(reader->state, reader->txn, PRB_OBJECT_DECISION, tenant, id->bytes,
		&sequence, &log_index);
	err = error == 0 ? open_decision(reader, sequence, arena, out)
			 : prb_look_failed(reader, error);
	return prb_look_end(reader, err);
}

enum prb_err
prb_find_decision_sequence(struct prb_state_reader *reader, uint64_t sequence,
	struct prb_arena *arena, struct prb_stored_decision *out)
{
	enum prb_err err = prb_look_begin(reader);

	return err == PRB_OK ? prb_look_end(reader, open_decision(reader, sequence, arena, out))
			     : err;
}

enum prb_err
prb_find_idempotent_decision(struct prb_state_reader *reader, uint32_t tenant, struct prb_span key,
	const uint8_t request_sha256[PRB_SHA256_BYTES], bool *same, struct prb_arena *arena,
	struct prb_stored_decision *out)
{
	uint64_t sequence;
	bool found_same;
	enum prb_err err = prb_look_begin(reader);

	if (err != PRB_OK)
		return err;
	err = prb_look_key(
		reader, tenant, key, request_sha256, PRB_RECORD_DECISION, &found_same, &sequence);
	if (err == PRB_OK && found_same)
		err = open_decision(reader, sequence, arena, out);
	if (err == PRB_OK)
		*same = found_same;
	return prb_look_end(reader, err);
}
