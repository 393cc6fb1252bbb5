/* SPDX-License-Identifier: Apache-2.0 */

/* Who comes in by a state that is brought back: what was revoked or suspended behind a backup is as
 * it was before. */

#include <string.h>

#include "service/state/bytes.h"
#include "service/state/reader.h"

#define REVOKED_AT_ONCE 256 /* in one commit */
#define KEY_ARENA_BYTES ((size_t)1 << 20)

/* A record that nobody waited for is put later than it was made, and behind later ones: at most as
 * many as one batch takes (service/writer.c), which are fewer. */
#define LATE_RECORDS_MAX 32768

static enum prb_err
last_time(const struct prb_state *state, MDB_txn *txn, int64_t *out, int *error)
{
	struct prb_state_head head;
	struct prb_record record;
	struct prb_span bytes;
	enum prb_err err = PRB_OK;
	uint64_t end;

	*error = prb_state_head_get(state, txn, &head);
	if (*error != 0)
		return PRB_OK;
	end = head.records > LATE_RECORDS_MAX ? head.records - LATE_RECORDS_MAX : 0;
	for (uint64_t at = head.records; at > end && *error == 0 && err == PRB_OK; at--) {
		*error = prb_journal_get(state, txn, at, NULL, &bytes);
		if (*error == 0)
			err = prb_record_read(bytes, &record, NULL);
		if (*error == 0 && err == PRB_OK && (at == head.records || record.time_ms > *out))
			*out = record.time_ms;
	}
	return err;
}

/* Whether somebody comes in by this key. */
static int
count_key(const struct prb_state *state, MDB_txn *txn, const struct prb_access_row *row,
	int64_t now_ms, struct prb_state_reach *reach)
{
	const struct prb_state_access *access = &row->access;
	struct prb_organisation_row organisation;
	int error = prb_organisation_get(state, txn, access->tenant, &organisation);

	if (error != 0)
		return error == MDB_NOTFOUND ? MDB_CORRUPTED : error;
	if (access->standing == PRB_API_KEY_IN_USE &&
		organisation.standing == PRB_ORGANISATION_ACTIVE &&
		prb_keyring_base(state->ring, access->tenant) != 0 &&
		(access->expires == 0 || access->expires > now_ms / 1000) &&
		access->kind < PRB_STATE_ACCESS_KINDS)
		reach->in_use[access->kind]++;
	return 0;
}

static int
count_keys(
	const struct prb_state *state, MDB_txn *txn, int64_t now_ms, struct prb_state_reach *reach)
{
	struct prb_access_row row;
	MDB_cursor *cursor;
	MDB_val key, value;
	int error = mdb_cursor_open(txn, state->tables[PRB_STATE_ACCESS], &cursor);

	if (error != 0)
		return error;
	while ((error = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
		error = key.mv_size == PRB_SHA256_BYTES
				? prb_access_get(state, txn, key.mv_data, &row)
				: MDB_CORRUPTED;
		if (error == 0)
			error = count_key(state, txn, &row, now_ms, reach);
		if (error != 0)
			break;
	}
	mdb_cursor_close(cursor);
	return error == MDB_NOTFOUND ? 0 : error;
}

enum prb_err
prb_state_reach(struct prb_state *state, int64_t now_ms, struct prb_state_reach *out,
	struct prb_fault *fault)
{
	struct prb_state_reach reach = {.last_ms = 0};
	enum prb_err err = PRB_OK;
	MDB_txn *txn;
	int error = mdb_txn_begin(state->env, NULL, MDB_RDONLY, &txn);

	if (error != 0)
		return prb_lmdb_failed(state, fault, "reading", error);
	err = last_time(state, txn, &reach.last_ms, &error);
	if (err == PRB_OK && error == 0 && !state->lacks[PRB_STATE_ACCESS])
		error = count_keys(state, txn, now_ms, &reach);
	mdb_txn_abort(txn);
	if (err != PRB_OK)
		return prb_fault_set(fault, err, PRB_NO_OFFSET, NULL,
			"%s: its last record cannot be read", state->dir);
	if (error != 0)
		return prb_lmdb_failed(state, fault, "reading", error);
	*out = reach;
	return PRB_OK;
}

/* ---- nobody comes in any more ---- */

struct revoking {
	struct prb_state *state;
	const struct prb_stored_caller *by;
	int64_t now_ms;
	struct prb_state_reader *reader;
	struct prb_sealer *sealer;
	struct prb_batch *batch;
	struct prb_arena *arena;
	struct prb_str sealed;
	uint8_t at[PRB_SHA256_BYTES]; /* the last row that was looked at */
	bool begun;
	struct {
		uint8_t sha256[PRB_SHA256_BYTES];
		struct prb_access_row row;
	} found[REVOKED_AT_ONCE];
	size_t count;
};

/* The next rows of keys that are in use. An erased organisation has none that could be sealed
 * again, and nobody comes in by it. */
static int
find_some(struct revoking *r)
{
	MDB_val key = {.mv_size = sizeof(r->at), .mv_data = r->at}, value;
	MDB_cursor *cursor;
	MDB_txn *txn;
	int error = mdb_txn_begin(r->state->env, NULL, MDB_RDONLY, &txn);

	r->count = 0;
	if (error != 0)
		return error;
	error = mdb_cursor_open(txn, r->state->tables[PRB_STATE_ACCESS], &cursor);
	if (error != 0) {
		mdb_txn_abort(txn);
		return error;
	}
	error = mdb_cursor_get(cursor, &key, &value, r->begun ? MDB_SET_RANGE : MDB_FIRST);
	if (error == 0 && r->begun)
		error = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
	while (error == 0 && r->count < REVOKED_AT_ONCE) {
		struct prb_access_row row;

		if (key.mv_size != sizeof(r->at)) {
			error = MDB_CORRUPTED;
			break;
		}
		memcpy(r->at, key.mv_data, sizeof(r->at));
		r->begun = true;
		error = prb_access_get(r->state, txn, r->at, &row);
		if (error != 0)
			break;
		memcpy(r->found[r->count].sha256, r->at, sizeof(r->at));
		r->found[r->count].row = row;
		r->count += row.access.standing == PRB_API_KEY_IN_USE &&
			    prb_keyring_base(r->state->ring, row.access.tenant) != 0;
		if (r->count < REVOKED_AT_ONCE)
			error = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
	}
	mdb_cursor_close(cursor);
	mdb_txn_abort(txn);
	return error == MDB_NOTFOUND ? 0 : error;
}

/* Its record with name and hint; where these went with an erasure, what the row has of it. */
static enum prb_err
find_key(struct revoking *r, size_t i, struct prb_stored_api_key *out)
{
	const struct prb_state_access *access = &r->found[i].row.access;
	enum prb_err err = prb_find_api_key(r->reader, access->tenant, &access->id, r->arena, out);

	if (err != PRB_ERR_NOT_FOUND)
		return err;
	*out = (struct prb_stored_api_key){.tenant = access->tenant,
		.id = access->id,
		.holder = access->holder,
		.kind = access->kind,
		.role = access->role,
		.scopes = access->scopes,
		.expires = access->expires,
		.declarations_max = access->declarations_max,
		.sequence = r->found[i].row.sequence};
	memcpy(out->sha256, r->found[i].sha256, sizeof(out->sha256));
	return PRB_OK;
}

static enum prb_err
revoke_one(struct revoking *r, size_t i)
{
	struct prb_stored_api_key key;
	enum prb_put what;
	uint64_t sequence;
	enum prb_err err;

	prb_arena_reset(r->arena);
	err = find_key(r, i, &key);
	if (err != PRB_OK)
		return err;
	key.standing = PRB_API_KEY_REVOKED;
	key.time_ms = r->now_ms;
	key.caller = *r->by;
	key.seen = key.sequence;
	key.idempotency_key = PRB_SPAN_NONE;
	prb_str_reset(&r->sealed);
	err = prb_seal_api_key(r->sealer, &key, &r->sealed);
	return err == PRB_OK ? prb_batch_put_api_key(
				       r->batch, &key, prb_str_span(&r->sealed), &what, &sequence)
			     : err;
}

static enum prb_err
revoke_some(struct revoking *r, struct prb_fault *fault)
{
	enum prb_err err = prb_batch_begin(r->batch);

	if (err != PRB_OK)
		return err;
	for (size_t i = 0; i < r->count && err == PRB_OK; i++)
		err = revoke_one(r, i);
	if (err == PRB_OK)
		return prb_batch_commit(r->batch, fault);
	prb_batch_abort(r->batch);
	return err;
}

static enum prb_err
revoke_all(struct revoking *r, uint64_t *revoked, struct prb_fault *fault)
{
	enum prb_err err;

	*revoked = 0;
	do {
		int error = find_some(r);

		if (error != 0)
			return prb_lmdb_failed(r->state, fault, "revoking", error);
		err = r->count > 0 ? revoke_some(r, fault) : PRB_OK;
		*revoked += r->count;
	} while (err == PRB_OK && r->count == REVOKED_AT_ONCE);
	return err;
}

enum prb_err
prb_state_revoke_access(struct prb_state *state, const struct prb_stored_caller *by, int64_t now_ms,
	uint64_t *revoked, struct prb_fault *fault)
{
	struct revoking r = {.state = state, .by = by, .now_ms = now_ms};
	struct prb_fault why = {.err = PRB_OK};
	uint64_t count = 0;
	enum prb_err err = prb_state_reader_create(state, &r.reader);

	prb_str_init(&r.sealed, PRB_SEALED_BYTES_MAX);
	r.sealer = prb_sealer_create(state);
	r.arena = prb_arena_create(KEY_ARENA_BYTES);
	if (err == PRB_OK && (!r.sealer || !r.arena))
		err = PRB_ERR_MEMORY;
	if (err == PRB_OK)
		err = prb_batch_create(state, &r.batch);
	if (err == PRB_OK)
		err = revoke_all(&r, &count, &why);
	prb_batch_destroy(r.batch);
	prb_sealer_destroy(r.sealer);
	prb_state_reader_destroy(r.reader);
	prb_arena_destroy(r.arena);
	prb_str_finish(&r.sealed);
	if (err == PRB_OK) {
		*revoked = count;
		return PRB_OK;
	}
	return prb_fault_set(fault, err, PRB_NO_OFFSET, NULL, "%s: revoking its keys: %s",
		state->dir, why.err != PRB_OK ? why.detail : prb_err_title(err));
}
