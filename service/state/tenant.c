/* SPDX-License-Identifier: Apache-2.0 */

/* Tenants and their data keys: made, renewed, thrown away. The writer's thread alone. */

#include <inttypes.h>
#include <stdlib.h>

#include "service/state/bytes.h"
#include "service/state/rows.h"

#define DAY_MS 86400000

/* The largest number that the table of organisations has: a ring that is older than it does not
 * know. */
static int
last_in_table(const struct prb_state *state, MDB_txn *txn, uint32_t *tenant)
{
	static const uint8_t behind[PRB_TENANT_KEY_BYTES] = {0xFF, 0xFF, 0xFF, 0xFF};
	struct prb_span key;
	int error = prb_last_before(state, txn, PRB_STATE_ORGANISATION,
		(struct prb_span){(const char *)behind, sizeof(behind)}, 0, &key);

	*tenant = error == 0 ? (uint32_t)prb_get_be((const uint8_t *)key.p, 4) : 0;
	return error == MDB_NOTFOUND ? 0 : error;
}

enum prb_err
prb_tenant_make(struct prb_state *state, int64_t now_ms, uint32_t *tenant, struct prb_fault *fault)
{
	uint32_t last = prb_keyring_last_tenant(state->ring), in_table = 0;
	MDB_txn *txn;
	enum prb_err err;
	int error = mdb_txn_begin(state->env, NULL, MDB_RDONLY, &txn);

	if (error == 0) {
		error = last_in_table(state, txn, &in_table);
		mdb_txn_abort(txn);
	}
	if (error != 0)
		return prb_lmdb_failed(state, fault, "reading", error);
	if (in_table > last)
		last = in_table;
	if (last == UINT32_MAX)
		return prb_fault_set(fault, PRB_ERR_FULL, PRB_NO_OFFSET, NULL,
			"%s: there is no number left for another organisation", state->dir);
	err = prb_keyring_add(state->ring, state->dir, last + 1, now_ms, fault);
	if (err == PRB_OK)
		*tenant = last + 1;
	return err;
}

enum prb_err
prb_tenant_renew(struct prb_state *state, uint32_t tenant, int64_t now_ms, struct prb_fault *fault)
{
	int64_t period = (int64_t)state->options.key_days * DAY_MS;
	bool has = prb_keyring_newest(state->ring, tenant) != 0;
	bool due = has ? period != 0 && now_ms - period >= prb_keyring_made_ms(state->ring, tenant)
		       : tenant == PRB_TENANT_OPEN;

	return due ? prb_keyring_add(state->ring, state->dir, tenant, now_ms, fault) : PRB_OK;
}

enum prb_err
prb_tenant_erase(
	struct prb_state *state, const struct prb_stored_erasure *erasure, struct prb_fault *fault)
{
	uint32_t *keys = calloc(PRB_KEYRING_KEYS_MAX, sizeof(*keys));
	size_t count;
	enum prb_err err;

	if (!keys)
		return prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL,
			"%s: memory ran out", state->dir);
	count = prb_keyring_doomed(state->ring, erasure->tenant, erasure->before_ms, keys);
	err = prb_keyring_erase(state->ring, state->dir, erasure->tenant, keys, count,
		erasure->before_ms == 0, fault);
	free(keys);
	return err;
}

/* What the record names, and no more: keys that were made since stay. */
static enum prb_err
settle_erasure(struct prb_state *state, const struct prb_record *record, struct prb_fault *fault)
{
	size_t count = record->erased_keys.n / 4;
	uint32_t *keys = calloc(count + 1, sizeof(*keys));
	enum prb_err err;

	if (!keys)
		return prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL,
			"%s: memory ran out", state->dir);
	for (size_t i = 0; i < count; i++)
		keys[i] = (uint32_t)prb_get_be((const uint8_t *)record->erased_keys.p + 4 * i, 4);
	err = prb_keyring_erase(state->ring, state->dir, record->erased_tenant, keys, count,
		record->before_ms == 0, fault);
	free(keys);
	return err;
}

static enum prb_err
settle_at(struct prb_state *state, MDB_txn *txn, uint64_t sequence, struct prb_fault *fault)
{
	struct prb_fault why = {.err = PRB_OK};
	struct prb_record record;
	struct prb_span bytes;
	enum prb_err err;
	int error = prb_journal_get(state, txn, sequence, NULL, &bytes);

	if (error != 0)
		return prb_lmdb_failed(state, fault, "reading", error);
	err = prb_record_read(bytes, &record, &why);
	if (err != PRB_OK)
		return prb_fault_set(fault, err, PRB_NO_OFFSET, NULL, "%s: record %" PRIu64 ": %s",
			state->dir, sequence, why.detail);
	return record.kind == PRB_RECORD_ERASURE ? settle_erasure(state, &record, fault) : PRB_OK;
}

/* The server's own records are few, and stand together in the audit trail. */
enum prb_err
prb_tenant_settle(struct prb_state *state, struct prb_fault *fault)
{
	uint8_t from[PRB_AUDIT_KEY_BYTES];
	MDB_val key = {.mv_size = sizeof(from), .mv_data = from}, value;
	enum prb_err err = PRB_OK;
	MDB_cursor *cursor;
	MDB_txn *txn;
	int error = mdb_txn_begin(state->env, NULL, MDB_RDONLY, &txn);

	if (error != 0)
		return prb_lmdb_failed(state, fault, "reading", error);
	prb_audit_key(0, 0, from);
	error = mdb_cursor_open(txn, state->tables[PRB_STATE_AUDIT], &cursor);
	if (error == 0) {
		error = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
		while (error == 0 && err == PRB_OK && key.mv_size == sizeof(from) &&
			prb_get_be(key.mv_data, 4) == 0) {
			err = settle_at(state, txn,
				prb_get_be((const uint8_t *)key.mv_data + 4, PRB_SEQUENCE_BYTES),
				fault);
			error = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
		}
		mdb_cursor_close(cursor);
	}
	mdb_txn_abort(txn);
	if (err == PRB_OK && error != 0 && error != MDB_NOTFOUND)
		err = prb_lmdb_failed(state, fault, "reading", error);
	return err;
}
