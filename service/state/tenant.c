/* SPDX-License-Identifier: Apache-2.0 */

/* Tenants and their data keys: made, renewed, thrown away. The writer's thread alone. */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "service/state/bytes.h"
#include "service/state/rows.h"

#define DAY_MS 86400000

/* The largest number that the table of organisations has: a ring that is older than it does not
 * know. */
static int
last_in_table(const struct prb_state *state, MDB_txn *txn, uint32_t *tenant)
{
	static const uint8_t behind[PRB_TENANT_KEY_BYTES] = {0xFF, 0xFF, 0xFF, 0xFF};
	const uint8_t *key;
	int error = prb_last_before(
		state, txn, PRB_STATE_ORGANISATION, behind, sizeof(behind), 0, &key);

	*tenant = error == 0 ? (uint32_t)prb_get_be(key, 4) : 0;
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

/* Times in the journal need not rise: a record has the time at which its request began. No request
 * lasts a day. */
#define OUT_OF_ORDER_MS DAY_MS
/* A tenant with so many newest records that lie under no such key keeps it: nothing is known. */
#define PERIOD_LOOKS_MAX 65536

/* What lies under the tenant's newest key, as far as it was looked at. */
struct period {
	const struct prb_stored_erasure *erasure;
	uint32_t key;
	bool used;  /* something does */
	bool later; /* of before_ms or later */
	bool known; /* the rest is of before that, or lies under another key */
};

static enum prb_err
look_at_record(
	struct period *period, const struct prb_state *state, MDB_txn *txn, uint64_t sequence)
{
	struct prb_record record;
	struct prb_span bytes;

	if (prb_journal_get(state, txn, sequence, NULL, &bytes) != 0 ||
		prb_record_read(bytes, &record, NULL) != PRB_OK)
		return PRB_ERR_STATE_DAMAGED;
	/* What tells of organisation and keys stays in any case. */
	if (!prb_record_is_sealed(&record) || prb_record_seal_use(&record) == PRB_SEAL_DIRECTORY)
		return PRB_OK;
	if (record.key == period->key) {
		period->used = true;
		period->later = record.time_ms >= period->erasure->before_ms;
	}
	period->known = period->later || record.key != period->key ||
			record.time_ms < period->erasure->before_ms - OUT_OF_ORDER_MS;
	return PRB_OK;
}

/* From the tenant's last record back. */
static enum prb_err
look_at_period(struct period *period, const struct prb_state *state, MDB_txn *txn)
{
	uint8_t end[PRB_AUDIT_KEY_BYTES];
	enum prb_err err = PRB_OK;
	struct prb_walk walk;
	size_t looks = 0;
	int error;

	prb_audit_key(period->erasure->tenant, UINT64_MAX, end);
	error = prb_walk_begin(&walk, state, txn, PRB_STATE_AUDIT, end, sizeof(end),
		sizeof(end) - PRB_SEQUENCE_BYTES);
	while (error == 0 && err == PRB_OK && !period->known &&
		(error = prb_walk_back(&walk)) == 0 && looks++ < PERIOD_LOOKS_MAX)
		err = look_at_record(period, state, txn, prb_walk_sequence(&walk));
	prb_walk_end(&walk);
	/* There are no others. */
	period->known = period->known || error == MDB_NOTFOUND;
	return err == PRB_OK && error != 0 && error != MDB_NOTFOUND ? PRB_ERR_IO : err;
}

/* Ends the tenant's last period where it lies before the erasure's time as a whole. */
static enum prb_err
end_period(
	struct prb_state *state, const struct prb_stored_erasure *erasure, struct prb_fault *fault)
{
	struct period period = {
		.erasure = erasure, .key = prb_keyring_newest(state->ring, erasure->tenant)};
	MDB_txn *txn;
	enum prb_err err;
	int error;

	if (period.key == 0)
		return PRB_OK;
	error = mdb_txn_begin(state->env, NULL, MDB_RDONLY, &txn);
	if (error != 0)
		return prb_lmdb_failed(state, fault, "reading", error);
	err = look_at_period(&period, state, txn);
	mdb_txn_abort(txn);
	if (err != PRB_OK)
		return prb_fault_set(fault, err, PRB_NO_OFFSET, NULL,
			"%s: the records of an organisation cannot be read", state->dir);
	if (!period.used || period.later || !period.known)
		return PRB_OK;
	/* Of that very time: it is what ends the period, and nothing is older under it. */
	return prb_keyring_add(state->ring, state->dir, erasure->tenant, erasure->before_ms, fault);
}

enum prb_err
prb_tenant_part(
	struct prb_state *state, struct prb_stored_erasure *erasure, struct prb_fault *fault)
{
	enum prb_err err = erasure->before_ms == 0 ? PRB_OK : end_period(state, erasure, fault);

	if (err == PRB_OK)
		erasure->keys = (uint32_t)prb_keyring_doomed(state->ring, erasure->tenant,
			erasure->before_ms, NULL, &erasure->kept_from_ms);
	return err;
}

static enum prb_err
no_memory(const struct prb_state *state, struct prb_fault *fault)
{
	return prb_fault_set(
		fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "%s: memory ran out", state->dir);
}

enum prb_err
prb_tenant_erase(
	struct prb_state *state, const struct prb_stored_erasure *erasure, struct prb_fault *fault)
{
	uint32_t *keys = calloc(PRB_KEYRING_KEYS_MAX, sizeof(*keys));
	size_t count;
	enum prb_err err;

	if (!keys)
		return no_memory(state, fault);
	count = prb_keyring_doomed(state->ring, erasure->tenant, erasure->before_ms, keys, NULL);
	err = prb_keyring_erase(state->ring, state->dir, erasure->tenant, keys, count,
		erasure->before_ms == 0, fault);
	free(keys);
	return err;
}

static uint32_t
erased_key(const struct prb_record *record, size_t i)
{
	return (uint32_t)prb_get_be((const uint8_t *)record->erased_keys.p + 4 * i, 4);
}

/* Of almost all erasures nothing is left to be done. */
static bool
is_settled(const struct prb_state *state, const struct prb_record *record)
{
	for (size_t i = 0; i < record->erased_keys.n / 4; i++)
		if (prb_keyring_left(state->ring, record->erased_tenant, erased_key(record, i),
			    record->before_ms == 0))
			return false;
	return true;
}

/* What the record names, and no more: keys that were made since stay. */
static enum prb_err
settle_erasure(struct prb_state *state, const struct prb_record *record, struct prb_fault *fault)
{
	size_t count = record->erased_keys.n / 4;
	uint32_t *keys;
	enum prb_err err;

	if (is_settled(state, record))
		return PRB_OK;
	keys = calloc(count, sizeof(*keys));
	if (!keys)
		return no_memory(state, fault);
	for (size_t i = 0; i < count; i++)
		keys[i] = erased_key(record, i);
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
	enum prb_err err = PRB_OK;
	struct prb_walk walk;
	MDB_txn *txn;
	int error = mdb_txn_begin(state->env, NULL, MDB_RDONLY, &txn);

	if (error != 0)
		return prb_lmdb_failed(state, fault, "reading", error);
	prb_audit_key(0, 0, from);
	error = prb_walk_begin(&walk, state, txn, PRB_STATE_AUDIT, from, sizeof(from),
		sizeof(from) - PRB_SEQUENCE_BYTES);
	while (error == 0 && err == PRB_OK && (error = prb_walk_on(&walk)) == 0)
		err = settle_at(state, txn, prb_walk_sequence(&walk), fault);
	prb_walk_end(&walk);
	mdb_txn_abort(txn);
	if (err == PRB_OK && error != 0 && error != MDB_NOTFOUND)
		err = prb_lmdb_failed(state, fault, "reading", error);
	return err;
}
