/* SPDX-License-Identifier: Apache-2.0 */
#include "service/state/batch.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "service/state/bytes.h"

struct prb_batch {
	struct prb_state *state;
	MDB_txn *txn; /* NULL: not begun */
	struct prb_digest digest;
	struct prb_state_head head;
	bool put;            /* something was put: the head must follow */
	enum prb_err failed; /* the transaction can only be aborted */
};

enum prb_err
prb_batch_create(struct prb_state *state, struct prb_batch **out)
{
	struct prb_batch *batch = calloc(1, sizeof(*batch));

	assert(!state->options.read_only);
	if (!batch || !prb_digest_init(&batch->digest)) {
		free(batch);
		return PRB_ERR_MEMORY;
	}
	batch->state = state;
	*out = batch;
	return PRB_OK;
}

void
prb_batch_destroy(struct prb_batch *batch)
{
	if (!batch)
		return;
	prb_batch_abort(batch);
	prb_digest_destroy(&batch->digest);
	free(batch);
}

enum prb_err
prb_batch_begin(struct prb_batch *batch)
{
	int error;

	assert(!batch->txn);
	error = mdb_txn_begin(batch->state->env, NULL, 0, &batch->txn);
	if (error != 0) {
		batch->txn = NULL;
		return prb_lmdb_failed(batch->state, NULL, "writing", error);
	}
	batch->put = false;
	batch->failed = PRB_OK;
	batch->digest.failed = false;
	error = prb_state_head_get(batch->state, batch->txn, &batch->head);
	if (error == 0)
		return PRB_OK;
	prb_batch_abort(batch);
	return prb_lmdb_failed(batch->state, NULL, "writing", error);
}

/* After an error of LMDB while putting, the transaction is no good. */
static enum prb_err
fail(struct prb_batch *batch, int error)
{
	batch->failed = prb_lmdb_failed(batch->state, NULL, "writing", error);
	return batch->failed;
}

static int
put_journal(struct prb_batch *batch, struct prb_span bytes, uint64_t sequence)
{
	uint8_t key[PRB_SEQUENCE_BYTES];
	MDB_val mdb_key = {.mv_size = sizeof(key), .mv_data = key};
	MDB_val value = {.mv_size = PRB_SHA256_BYTES + bytes.n};
	int error;

	prb_put_be(key, sequence, sizeof(key));
	error = mdb_put(batch->txn, batch->state->tables[PRB_STATE_JOURNAL], &mdb_key, &value,
		MDB_APPEND | MDB_RESERVE);
	if (error != 0)
		return error;
	prb_chain_next(&batch->digest, batch->head.chain, bytes, batch->head.chain);
	memcpy(value.mv_data, batch->head.chain, PRB_SHA256_BYTES);
	memcpy((uint8_t *)value.mv_data + PRB_SHA256_BYTES, bytes.p, bytes.n);
	return 0;
}

/* Adds a bit to those of a part of a status list. */
static int
put_bit(struct prb_batch *batch, const struct prb_row *row)
{
	uint8_t bits[PRB_STATUS_VALUE_BYTES];
	struct prb_span there;
	int error = prb_state_get(batch->state, batch->txn, row->table, prb_row_key(row), &there);

	if (error != 0 && error != MDB_NOTFOUND)
		return error;
	memcpy(bits, row->value, sizeof(bits));
	if (error == 0 && there.n != sizeof(bits))
		return MDB_CORRUPTED;
	for (size_t i = 0; i < sizeof(bits) && error == 0; i++)
		bits[i] |= (uint8_t)there.p[i];
	return prb_state_put(batch->state, batch->txn, row->table, prb_row_key(row),
		(struct prb_span){(const char *)bits, sizeof(bits)}, 0);
}

static int
put_row(struct prb_batch *batch, const struct prb_row *row)
{
	static const unsigned flags[] = {[PRB_ROW_ONCE] = MDB_NOOVERWRITE,
		[PRB_ROW_NEWEST] = 0,
		[PRB_ROW_APPEND] = MDB_APPEND};

	if (row->way == PRB_ROW_BIT)
		return put_bit(batch, row);
	return prb_state_put(batch->state, batch->txn, row->table, prb_row_key(row),
		prb_row_value(row), flags[row->way]);
}

/* Whether a row that may come only once is there already: nothing was put yet, the batch goes on.
 */
static enum prb_err
check_new(struct prb_batch *batch, const struct prb_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct prb_span value;
		int error;

		if (rows[i].way == PRB_ROW_NEWEST || rows[i].way == PRB_ROW_APPEND)
			continue;
		error = prb_state_get(
			batch->state, batch->txn, rows[i].table, prb_row_key(&rows[i]), &value);
		if (error == 0 && (rows[i].way == PRB_ROW_ONCE || prb_row_has_bit(&rows[i], value)))
			return PRB_ERR_CONFLICT;
		if (error != 0 && error != MDB_NOTFOUND)
			return fail(batch, error);
	}
	return PRB_OK;
}

/* What the record speaks of must be there: nothing was put yet, the batch goes on. */
static enum prb_err
check_stands(struct prb_batch *batch, const struct prb_record *record, uint64_t sequence)
{
	enum prb_err err = prb_record_stands(batch->state, batch->txn, record, sequence);

	if (err != PRB_OK && err != PRB_ERR_NOT_FOUND && err != PRB_ERR_VALUE &&
		err != PRB_ERR_CONFLICT)
		batch->failed = err;
	return err;
}

static enum prb_err
put_record(struct prb_batch *batch, struct prb_span bytes, const struct prb_record *record,
	uint64_t *sequence, uint64_t *log_index)
{
	bool is_leaf = record->log_entry.n > 0;
	uint64_t at = batch->head.records + 1;
	struct prb_tree tree = batch->head.tree;
	struct prb_row rows[PRB_ROWS_MAX];
	struct prb_leaf leaf;
	size_t count;
	enum prb_err err = check_stands(batch, record, at);
	int error;

	if (err != PRB_OK)
		return err;
	if (is_leaf)
		prb_leaf_append(&tree, &batch->digest, record->log_entry, at, &leaf);
	count = prb_rows_of(record, at, &leaf, rows);
	err = check_new(batch, rows, count);
	if (err != PRB_OK)
		return err;
	error = put_journal(batch, bytes, at);
	for (size_t i = 0; i < count && error == 0; i++)
		error = put_row(batch, &rows[i]);
	if (error != 0)
		return fail(batch, error);
	batch->head.tree = tree;
	batch->head.records = at;
	batch->put = true;
	if (batch->digest.failed)
		return batch->failed = PRB_ERR_MEMORY;
	*sequence = at;
	*log_index = is_leaf ? leaf.index : PRB_NO_LOG_INDEX;
	return PRB_OK;
}

/* Whether the record's Idempotency-Key was there before; then whose it is. */
static enum prb_err
look_up_key(struct prb_batch *batch, const struct prb_record *record, enum prb_put *what,
	uint64_t *sequence, uint64_t *log_index)
{
	struct prb_span key = {(const char *)record->idempotency, PRB_KEYED_BYTES}, value, bytes;
	struct prb_record earlier;
	uint64_t at, found, index = PRB_NO_LOG_INDEX;
	int error;

	*what = PRB_PUT_NEW;
	if (!record->has_idempotency)
		return PRB_OK;
	error = prb_state_get(batch->state, batch->txn, PRB_STATE_IDEMPOTENCY, key, &value);
	if (error == MDB_NOTFOUND)
		return PRB_OK;
	if (error == 0 && value.n != PRB_IDEMPOTENCY_VALUE_BYTES)
		error = MDB_CORRUPTED;
	if (error != 0)
		return fail(batch, error);
	at = prb_get_be((const uint8_t *)value.p, 8);
	error = prb_journal_get(batch->state, batch->txn, at, NULL, &bytes);
	if (error != 0)
		return fail(batch, error);
	if (prb_record_read(bytes, &earlier, NULL) != PRB_OK)
		return batch->failed = PRB_ERR_STATE_DAMAGED;
	/* What may have a key and a leaf is an attestation, or a declaration with one. */
	if (earlier.log_entry.n > 0)
		error = prb_object_get(batch->state, batch->txn, PRB_OBJECT_ATTESTATION, 0,
			earlier.attestation_id.bytes, &found, &index);
	if (error != 0)
		return fail(batch, error);
	*what = earlier.kind == record->kind &&
				memcmp(value.p + 8, record->request, PRB_KEYED_BYTES) == 0
			? PRB_PUT_REPLAYED
			: PRB_PUT_KEY_REUSED;
	*sequence = at;
	*log_index = index;
	return PRB_OK;
}

/* What was answered and what is written must be one record: of this kind, tenant and id, or the
 * hash of what the server uses, or whose records an erasure takes. An event has no id. */
static bool
is_of(const struct prb_record *record, enum prb_record_kind kind, uint32_t tenant, const void *id)
{
	struct prb_id own = prb_record_object(record);

	if (record->kind != kind || record->tenant != tenant)
		return false;
	if (prb_record_is_system(record))
		return memcmp(record->hash, id, sizeof(record->hash)) == 0;
	if (kind == PRB_RECORD_ERASURE)
		return memcmp(&record->erased_tenant, id, sizeof(record->erased_tenant)) == 0;
	return id == NULL || memcmp(&own, id, sizeof(own)) == 0;
}

/* The sequence of what the record comes behind, for those that say what they saw. */
static int
newest_of(struct prb_batch *batch, const struct prb_record *record, uint64_t *newest)
{
	uint64_t log_index;

	switch (record->kind) {
	case PRB_RECORD_ATTESTATION:
		return prb_attested_newest(
			batch->state, batch->txn, record->tenant, &record->declaration_id, newest);
	case PRB_RECORD_DECISION:
		return prb_decision_newest(
			batch->state, batch->txn, record->tenant, record->hit, newest);
	case PRB_RECORD_ORGANISATION:
		return prb_object_get(batch->state, batch->txn, PRB_OBJECT_ORGANISATION, 0,
			record->organisation_id.bytes, newest, &log_index);
	default:
		assert(record->kind == PRB_RECORD_API_KEY);
		return prb_object_get(batch->state, batch->txn, PRB_OBJECT_API_KEY, record->tenant,
			record->api_key_id.bytes, newest, &log_index);
	}
}

/*
 * Two records that were made at once know nothing of each other: the second must be made again.
 * seen 0: nobody looked.
 */
static enum prb_err
check_seen(struct prb_batch *batch, const struct prb_record *record, uint64_t seen)
{
	uint64_t newest = PRB_SEEN_NONE;
	int error;

	if (seen == 0)
		return PRB_OK;
	error = newest_of(batch, record, &newest);
	if (error == MDB_NOTFOUND && record->kind == PRB_RECORD_ATTESTATION)
		return PRB_ERR_NOT_FOUND;
	if (error != 0 && error != MDB_NOTFOUND)
		return fail(batch, error);
	return newest == seen ? PRB_OK : PRB_ERR_CONFLICT;
}

static enum prb_err
check_holder(struct prb_batch *batch, const struct prb_record *record, uint32_t max)
{
	uint32_t count;
	int error;

	if (max == 0 || !record->has_holder)
		return PRB_OK;
	error = prb_held_count(
		batch->state, batch->txn, record->tenant, record->holder, max, &count);
	if (error != 0)
		return fail(batch, error);
	return count < max ? PRB_OK : PRB_ERR_USED_UP;
}

/* One record to put: what it must be, and what must hold. */
struct putting {
	enum prb_record_kind kind;
	uint32_t tenant;
	const void *id; /* NULL: it has none */
	uint64_t seen;
	uint32_t holder_max;
};

/* `what` is NULL for what is never repeated, since it has no Idempotency-Key; `log_index` for what
 * is no leaf. */
static enum prb_err
put(struct prb_batch *batch, const struct putting *p, struct prb_span bytes, enum prb_put *what,
	uint64_t *sequence, uint64_t *log_index)
{
	struct prb_record record;
	enum prb_put found;
	uint64_t at = 0, index = 0;
	enum prb_err err;

	assert(batch->txn);
	if (batch->failed != PRB_OK)
		return batch->failed;
	if (bytes.n > PRB_RECORD_BYTES_MAX)
		return PRB_ERR_TOO_LARGE;
	err = prb_record_read(bytes, &record, NULL);
	if (err != PRB_OK)
		return err;
	if (!is_of(&record, p->kind, p->tenant, p->id))
		return PRB_ERR_VALUE;
	err = look_up_key(batch, &record, &found, &at, &index);
	if (err == PRB_OK && found == PRB_PUT_NEW)
		err = check_seen(batch, &record, p->seen);
	if (err == PRB_OK && found == PRB_PUT_NEW)
		err = check_holder(batch, &record, p->holder_max);
	if (err == PRB_OK && found == PRB_PUT_NEW)
		err = put_record(batch, bytes, &record, &at, &index);
	if (err != PRB_OK)
		return err;
	if (what)
		*what = found;
	*sequence = at;
	if (log_index)
		*log_index = index;
	return PRB_OK;
}

enum prb_err
prb_batch_put_declaration(struct prb_batch *batch, const struct prb_stored_declaration *stored,
	struct prb_span sealed, enum prb_put *what, uint64_t *sequence, uint64_t *log_index)
{
	const struct putting p = {.kind = PRB_RECORD_DECLARATION,
		.tenant = stored->tenant,
		.id = stored->id.bytes,
		.holder_max = stored->holder_max};

	return put(batch, &p, sealed, what, sequence, log_index);
}

enum prb_err
prb_batch_put_decision(struct prb_batch *batch, const struct prb_stored_decision *stored,
	struct prb_span sealed, enum prb_put *what, uint64_t *sequence)
{
	const struct putting p = {.kind = PRB_RECORD_DECISION,
		.tenant = stored->tenant,
		.id = stored->id.bytes,
		.seen = stored->seen};

	return put(batch, &p, sealed, what, sequence, NULL);
}

enum prb_err
prb_batch_put_attestation(struct prb_batch *batch, const struct prb_stored_attestation *stored,
	struct prb_span sealed, enum prb_put *what, uint64_t *sequence, uint64_t *log_index)
{
	const struct putting p = {.kind = PRB_RECORD_ATTESTATION,
		.tenant = stored->tenant,
		.id = stored->id.bytes,
		.seen = stored->seen};

	return put(batch, &p, sealed, what, sequence, log_index);
}

enum prb_err
prb_batch_put_revocation(struct prb_batch *batch, const struct prb_stored_revocation *stored,
	struct prb_span sealed, uint64_t *sequence, uint64_t *log_index)
{
	const struct putting p = {.kind = PRB_RECORD_REVOCATION,
		.tenant = stored->tenant,
		.id = stored->attestation_id.bytes};

	return put(batch, &p, sealed, NULL, sequence, log_index);
}

enum prb_err
prb_batch_put_organisation(struct prb_batch *batch, const struct prb_stored_organisation *stored,
	struct prb_span sealed, uint64_t *sequence)
{
	const struct putting p = {.kind = PRB_RECORD_ORGANISATION,
		.tenant = stored->tenant,
		.id = stored->id.bytes,
		.seen = stored->seen};

	return put(batch, &p, sealed, NULL, sequence, NULL);
}

enum prb_err
prb_batch_put_api_key(struct prb_batch *batch, const struct prb_stored_api_key *stored,
	struct prb_span sealed, enum prb_put *what, uint64_t *sequence)
{
	const struct putting p = {.kind = PRB_RECORD_API_KEY,
		.tenant = stored->tenant,
		.id = stored->id.bytes,
		.seen = stored->seen};

	return put(batch, &p, sealed, what, sequence, NULL);
}

enum prb_err
prb_batch_put_erasure(struct prb_batch *batch, const struct prb_stored_erasure *stored,
	struct prb_span bytes, uint64_t *sequence)
{
	const struct putting p = {.kind = PRB_RECORD_ERASURE, .id = &stored->tenant};

	return put(batch, &p, bytes, NULL, sequence, NULL);
}

enum prb_err
prb_batch_put_event(struct prb_batch *batch, const struct prb_stored_event *stored,
	struct prb_span sealed, uint64_t *sequence)
{
	const struct putting p = {.kind = PRB_RECORD_EVENT, .tenant = stored->tenant};

	return put(batch, &p, sealed, NULL, sequence, NULL);
}

enum prb_err
prb_batch_put_used(struct prb_batch *batch, uint32_t tenant, const struct prb_id *key, int32_t day,
	int64_t time_ms)
{
	const struct putting p = {.kind = PRB_RECORD_USED, .tenant = tenant, .id = key->bytes};
	struct prb_str bytes;
	uint64_t sequence;
	int32_t noted;
	enum prb_err err;
	int error;

	assert(batch->txn);
	if (batch->failed != PRB_OK)
		return batch->failed;
	error = prb_used_get(batch->state, batch->txn, key, &noted);
	if (error != 0)
		return fail(batch, error);
	if (noted >= day)
		return PRB_OK;
	prb_str_init(&bytes, PRB_RECORD_HEADER_BYTES * 4);
	err = prb_record_write_used(tenant, key, day, time_ms, &bytes);
	if (err == PRB_OK)
		err = put(batch, &p, prb_str_span(&bytes), NULL, &sequence, NULL);
	prb_str_finish(&bytes);
	return err;
}

enum prb_err
prb_batch_check_revocation(struct prb_batch *batch, struct prb_span sealed)
{
	const struct prb_leaf leaf = {.index = 0}; /* whose row is behind the last in any case */
	uint64_t at = batch->head.records + 1;
	struct prb_row rows[PRB_ROWS_MAX];
	struct prb_record record;
	enum prb_err err;

	assert(batch->txn);
	if (batch->failed != PRB_OK)
		return batch->failed;
	err = prb_record_read(sealed, &record, NULL);
	if (err == PRB_OK && record.kind != PRB_RECORD_REVOCATION)
		err = PRB_ERR_VALUE;
	if (err == PRB_OK)
		err = check_stands(batch, &record, at);
	return err == PRB_OK ? check_new(batch, rows, prb_rows_of(&record, at, &leaf, rows)) : err;
}

enum prb_err
prb_batch_put_system(struct prb_batch *batch, const struct prb_stored_system *stored,
	struct prb_span bytes, uint64_t *sequence, uint64_t *log_index)
{
	const struct putting p = {.kind = (enum prb_record_kind)stored->kind, .id = stored->hash};

	return put(batch, &p, bytes, NULL, sequence, log_index);
}

enum prb_err
prb_batch_apply(struct prb_batch *batch, struct prb_span bytes, uint64_t *sequence,
	uint64_t *log_index, struct prb_fault *fault)
{
	struct prb_record record;
	enum prb_err err = prb_record_read(bytes, &record, fault);

	if (err != PRB_OK)
		return err;
	err = put_record(batch, bytes, &record, sequence, log_index);
	if (err == PRB_ERR_CONFLICT)
		return prb_fault_set(fault, PRB_ERR_STATE_DAMAGED, PRB_NO_OFFSET, NULL,
			"an earlier record has the same id, key or place");
	if (err == PRB_ERR_NOT_FOUND || err == PRB_ERR_VALUE)
		return prb_fault_set(fault, PRB_ERR_STATE_DAMAGED, PRB_NO_OFFSET, NULL,
			"what it speaks of is not there before it");
	if (err != PRB_OK)
		return prb_fault_set(fault, err, PRB_NO_OFFSET, NULL, "it cannot be put: %s",
			prb_err_title(err));
	return PRB_OK;
}

enum prb_err
prb_batch_commit(struct prb_batch *batch, struct prb_fault *fault)
{
	uint8_t bytes[PRB_STATE_HEAD_BYTES_MAX];
	size_t n = prb_state_head_write(&batch->head, bytes);
	enum prb_err err = batch->failed;
	int error = 0;

	assert(batch->txn);
	if (err != PRB_OK) {
		prb_batch_abort(batch);
		return prb_fault_set(fault, err, PRB_NO_OFFSET, NULL,
			"%s: a record could not be written: nothing of the batch is kept",
			batch->state->dir);
	}
	if (batch->put)
		error = prb_state_put(batch->state, batch->txn, PRB_STATE_META,
			PRB_SPAN(PRB_STATE_HEAD_KEY), (struct prb_span){(const char *)bytes, n}, 0);
	if (error != 0) {
		prb_batch_abort(batch);
		return prb_lmdb_failed(batch->state, fault, "writing", error);
	}
	/* Whatever comes of it, the transaction is gone. */
	error = mdb_txn_commit(batch->txn);
	batch->txn = NULL;
	return error == 0 ? PRB_OK : prb_lmdb_failed(batch->state, fault, "writing", error);
}

void
prb_batch_abort(struct prb_batch *batch)
{
	if (batch->txn)
		mdb_txn_abort(batch->txn);
	batch->txn = NULL;
}
