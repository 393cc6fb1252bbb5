/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <sodium.h>
#include <string.h>

#include "scoring/log/checkpoint.h"
#include "service/state/bytes.h"
#include "service/state/rows.h"

#define PROGRESS_EVERY 1024

struct verifying {
	struct prb_state *state;
	MDB_txn *txn;
	struct prb_digest digest;
	struct prb_opener *opener;
	struct prb_state_head stored, found; /* what the row says, what the journal gives */
	unsigned format;                     /* the oldest that may hold what the journal does */
	struct prb_state_counts counts;
	uint64_t rows[PRB_STATE_TABLES]; /* of `status` the bits */
	struct prb_checkpoint kept;      /* what was published last; size UINT64_MAX: nothing yet */
	struct prb_fault *fault;
};

static enum prb_err
differs(struct verifying *v, uint64_t sequence, const char *what)
{
	return prb_fault_set(v->fault, PRB_ERR_STATE_DAMAGED, PRB_NO_OFFSET, NULL,
		"%s: record %" PRIu64 ": %s", v->state->dir, sequence, what);
}

static enum prb_err
table_differs(struct verifying *v, enum prb_state_table table, const char *what)
{
	return prb_fault_set(v->fault, PRB_ERR_STATE_DAMAGED, PRB_NO_OFFSET, NULL,
		"%s: the table `%s` %s: `probity state rebuild` makes it anew", v->state->dir,
		prb_state_table_name(table), what);
}

static enum prb_err
row_differs(struct verifying *v, enum prb_state_table table, uint64_t sequence, const char *what)
{
	return prb_fault_set(v->fault, PRB_ERR_STATE_DAMAGED, PRB_NO_OFFSET, NULL,
		"%s: the row of record %" PRIu64
		" in the table `%s` %s: `probity state rebuild` makes it anew",
		v->state->dir, sequence, prb_state_table_name(table), what);
}

static enum prb_err
failed(struct verifying *v, int error)
{
	return prb_lmdb_failed(v->state, v->fault, "verifying", error);
}

/*
 * A row that a later record may take over must name a record that has the same key and is not
 * before this one: then each record with that key finds it, and so it is the newest.
 */
static bool
is_taken_over(struct verifying *v, const struct prb_row *row, struct prb_span value)
{
	const struct prb_leaf leaf = {.index = 0}; /* whose row is none of these */
	struct prb_row rows[PRB_ROWS_MAX];
	struct prb_record later;
	struct prb_span bytes;
	size_t count;
	uint64_t sequence = prb_get_be((const uint8_t *)value.p, 8);

	if (sequence <= prb_get_be(row->value, 8) ||
		prb_journal_get(v->state, v->txn, sequence, NULL, &bytes) != 0 ||
		prb_record_read(bytes, &later, NULL) != PRB_OK)
		return false;
	count = prb_rows_of(&later, sequence, &leaf, rows);
	for (size_t i = 0; i < count; i++)
		if (rows[i].table == row->table && rows[i].way == PRB_ROW_NEWEST &&
			prb_span_equal(prb_row_key(&rows[i]), prb_row_key(row)))
			return true;
	return false;
}

static enum prb_err
check_row(struct verifying *v, const struct prb_row *row, uint64_t sequence)
{
	struct prb_span value;
	int error = prb_state_get(v->state, v->txn, row->table, prb_row_key(row), &value);

	if (error == MDB_NOTFOUND)
		return row_differs(v, row->table, sequence, "is not there");
	if (error != 0)
		return failed(v, error);
	if (value.n != row->value_bytes)
		return row_differs(v, row->table, sequence, "has another size");
	if (row->way == PRB_ROW_BIT ? prb_row_has_bit(row, value)
				    : memcmp(value.p, prb_row_value(row).p, value.n) == 0) {
		v->rows[row->table]++;
		return PRB_OK;
	}
	if (row->way == PRB_ROW_NEWEST && is_taken_over(v, row, value))
		return PRB_OK;
	return row_differs(v, row->table, sequence, "is not what the journal gives");
}

/* A tree that was promised to the world must be a beginning of this one. */
static enum prb_err
check_promise(struct verifying *v)
{
	uint8_t root[PRB_SHA256_BYTES];

	if (v->found.tree.size != v->kept.size)
		return PRB_OK;
	prb_tree_root(&v->found.tree, prb_state_sha256, root);
	if (memcmp(root, v->kept.root, sizeof(root)) == 0)
		return PRB_OK;
	return prb_fault_set(v->fault, PRB_ERR_STATE_DAMAGED, PRB_NO_OFFSET, NULL,
		"%s: the checkpoint that was published last has another tree of %" PRIu64
		" entries: this is another state, or an older backup was brought back and written "
		"to; bring back the newest one",
		v->state->dir, v->kept.size);
}

static enum prb_err
read_promise(struct verifying *v)
{
	struct prb_note note;
	struct prb_fault why = {.err = PRB_OK};
	struct prb_str text;
	enum prb_err err;

	v->kept.size = UINT64_MAX;
	prb_str_init(&text, PRB_CHECKPOINT_BYTES_MAX);
	err = prb_checkpoint_kept(v->state, &text);
	if (err == PRB_OK)
		err = prb_note_read(prb_str_span(&text), &note, &why);
	if (err == PRB_OK)
		err = prb_checkpoint_read(note.text, &v->kept, &why);
	v->kept.origin = PRB_SPAN_NONE;
	prb_str_finish(&text);
	if (err == PRB_OK || err == PRB_ERR_NOT_FOUND)
		return PRB_OK;
	return prb_fault_set(v->fault,
		err == PRB_ERR_MEMORY ? PRB_ERR_MEMORY : PRB_ERR_STATE_DAMAGED, PRB_NO_OFFSET, NULL,
		"%s/" PRB_CHECKPOINT_NAME ": cannot be read: %s", v->state->dir,
		why.err != PRB_OK ? why.detail : prb_err_title(err));
}

static enum prb_err
check_stands(struct verifying *v, const struct prb_record *record, uint64_t sequence)
{
	enum prb_err err = prb_record_stands(v->state, v->txn, record, sequence);

	if (err == PRB_ERR_NOT_FOUND || err == PRB_ERR_VALUE)
		return differs(v, sequence, "what it speaks of is not there before it");
	if (err == PRB_ERR_CONFLICT)
		return differs(v, sequence, "its number, id or hash is another's already");
	if (err != PRB_OK)
		return prb_fault_set(v->fault, err, PRB_NO_OFFSET, NULL,
			"%s: record %" PRIu64 ": what it speaks of cannot be read", v->state->dir,
			sequence);
	return PRB_OK;
}

/* Its own rows first: what it speaks of is looked up by rows as well. */
static enum prb_err
check_rows(struct verifying *v, const struct prb_record *record, uint64_t sequence)
{
	struct prb_row rows[PRB_ROWS_MAX];
	struct prb_leaf leaf;
	enum prb_err err = PRB_OK;
	size_t count;

	if (record->log_entry.n > 0) {
		prb_leaf_append(&v->found.tree, &v->digest, record->log_entry, sequence, &leaf);
		if (v->state->format < PRB_FORMAT_WITH_NODES)
			leaf.bytes = PRB_LOG_VALUE_BYTES;
	}
	count = prb_rows_of(record, sequence, &leaf, rows);
	for (size_t i = 0; i < count && err == PRB_OK; i++)
		if (!v->state->lacks[rows[i].table])
			err = check_row(v, &rows[i], sequence);
	if (err == PRB_OK)
		err = check_stands(v, record, sequence);
	if (err == PRB_OK && record->log_entry.n > 0)
		err = check_promise(v);
	return err;
}

/* Notes a key once; beyond the room for them it is not noted. */
static void
note_signer(struct prb_state_counts *counts, const uint8_t signer[PRB_SIGNER_BYTES])
{
	for (size_t i = 0; i < counts->signers_count; i++)
		if (memcmp(counts->signers[i], signer, PRB_SIGNER_BYTES) == 0)
			return;
	if (counts->signers_count < PRB_STATE_SIGNERS_MAX)
		memcpy(counts->signers[counts->signers_count++], signer, PRB_SIGNER_BYTES);
}

static enum prb_err
check_signature(struct verifying *v, const struct prb_body *body, uint64_t sequence)
{
	const uint8_t *bytes = (const uint8_t *)body->decision.p;

	if (crypto_sign_verify_detached(body->signature, bytes, body->decision.n, body->signer) !=
		0)
		return differs(v, sequence, "the signature of its decision does not verify");
	v->counts.decisions++;
	note_signer(&v->counts, body->signer);
	return PRB_OK;
}

/* What is sealed opens, a decision is signed, and a report's key is that of the report's id. */
static enum prb_err
check_body(struct verifying *v, const struct prb_record *record, uint64_t sequence)
{
	uint8_t key[PRB_KEYED_BYTES];
	struct prb_fault why = {.err = PRB_OK};
	struct prb_body body;
	enum prb_err err = prb_opener_open(v->opener, record, NULL, &body, &why);

	if (err == PRB_ERR_NOT_FOUND) /* erased */
		return PRB_OK;
	if (err != PRB_OK)
		return prb_fault_set(v->fault, err, PRB_NO_OFFSET, NULL,
			"%s: record %" PRIu64 ": %s", v->state->dir, sequence, why.detail);
	if (record->kind == PRB_RECORD_DECISION)
		return check_signature(v, &body, sequence);
	if (!record->has_report)
		return PRB_OK;
	if (!prb_keyring_hash(v->state->ring, record->tenant, PRB_KEYED_REPORT,
		    (struct prb_span){(const char *)body.report_id.bytes, PRB_ID_BYTES}, key) ||
		memcmp(key, record->report_key, sizeof(key)) != 0)
		return differs(v, sequence, "its report's key is not that of its report");
	return PRB_OK;
}

static enum prb_err
check_record(struct verifying *v, MDB_val *key, MDB_val *value)
{
	uint64_t sequence = v->found.records + 1;
	struct prb_fault why = {.err = PRB_OK};
	struct prb_record record;
	struct prb_span bytes;
	enum prb_err err;

	if (key->mv_size != PRB_SEQUENCE_BYTES || prb_get_be(key->mv_data, 8) != sequence)
		return differs(v, sequence, "it is not there");
	if (value->mv_size < PRB_SHA256_BYTES)
		return differs(v, sequence, "it is cut");
	bytes = (struct prb_span){
		(const char *)value->mv_data + PRB_SHA256_BYTES, value->mv_size - PRB_SHA256_BYTES};
	prb_chain_next(&v->digest, v->found.chain, bytes, v->found.chain);
	if (memcmp(v->found.chain, value->mv_data, PRB_SHA256_BYTES) != 0)
		return differs(v, sequence, "its bytes do not give its chain hash: it was changed");
	v->found.records = sequence;
	err = prb_record_read(bytes, &record, &why);
	if (err != PRB_OK)
		return prb_fault_set(v->fault, err, PRB_NO_OFFSET, NULL,
			"%s: record %" PRIu64 ": %s", v->state->dir, sequence, why.detail);
	if (prb_record_format(&record) > v->format)
		v->format = prb_record_format(&record);
	v->counts.attestations +=
		record.kind == PRB_RECORD_DECLARATION || record.kind == PRB_RECORD_ATTESTATION;
	v->counts.revocations += record.kind == PRB_RECORD_REVOCATION;
	v->counts.events += record.kind == PRB_RECORD_EVENT;
	v->counts.uses += record.kind == PRB_RECORD_USED;
	v->counts.erasures += record.kind == PRB_RECORD_ERASURE;
	err = check_body(v, &record, sequence);
	return err == PRB_OK ? check_rows(v, &record, sequence) : err;
}

static enum prb_err
check_journal(struct verifying *v, void (*progress)(void *context, uint64_t done, uint64_t all),
	void *context)
{
	MDB_cursor *cursor;
	MDB_val key, value;
	enum prb_err err = PRB_OK;
	int error = mdb_cursor_open(v->txn, v->state->tables[PRB_STATE_JOURNAL], &cursor);

	if (error != 0)
		return failed(v, error);
	while (err == PRB_OK && (error = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
		err = check_record(v, &key, &value);
		if (progress && v->found.records % PROGRESS_EVERY == 0)
			progress(context, v->found.records, v->stored.records);
	}
	mdb_cursor_close(cursor);
	if (err == PRB_OK && error != MDB_NOTFOUND)
		err = failed(v, error);
	return err;
}

/* How many rows a table has; of `status` the bits, of which a row has at least one. */
static int
count_rows(struct verifying *v, enum prb_state_table table, uint64_t *rows)
{
	MDB_dbi dbi = v->state->tables[table];
	MDB_cursor *cursor;
	MDB_val key, value;
	MDB_stat status;
	int error = mdb_stat(v->txn, dbi, &status);

	*rows = status.ms_entries;
	if (error != 0 || table != PRB_STATE_STATUS)
		return error;
	error = mdb_cursor_open(v->txn, dbi, &cursor);
	if (error != 0)
		return error;
	*rows = 0;
	while ((error = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
		uint64_t before = *rows;

		for (size_t i = 0; i < value.mv_size; i++)
			for (unsigned byte = ((uint8_t *)value.mv_data)[i]; byte; byte &= byte - 1)
				(*rows)++;
		if (*rows == before)
			*rows = UINT64_MAX / 2; /* an empty row: no journal gives it */
	}
	mdb_cursor_close(cursor);
	return error == MDB_NOTFOUND ? 0 : error;
}

static enum prb_err
check_tables(struct verifying *v)
{
	uint8_t stored[PRB_STATE_HEAD_BYTES_MAX], found[PRB_STATE_HEAD_BYTES_MAX];
	size_t n = prb_state_head_write(&v->stored, stored);
	uint64_t format;

	if (prb_state_head_write(&v->found, found) != n || memcmp(stored, found, n) != 0)
		return table_differs(
			v, PRB_STATE_META, "has a head that the journal does not give");
	if (v->state->format > PRB_FORMAT_LAST_RAISED && v->format <= v->state->format)
		v->format = v->state->format;
	if (prb_state_format_get(v->state, v->txn, &format) != 0 || format != v->format)
		return table_differs(
			v, PRB_STATE_META, "has a format that the journal does not give");
	v->rows[PRB_STATE_META] = 2;
	for (int i = 0; i < PRB_STATE_TABLES_HASHED; i++) {
		uint64_t rows;
		int error;

		if (v->state->lacks[i])
			continue;
		error = count_rows(v, (enum prb_state_table)i, &rows);
		if (error != 0)
			return failed(v, error);
		if (rows != v->rows[i])
			return table_differs(v, (enum prb_state_table)i,
				"has rows that the journal does not give");
	}
	return PRB_OK;
}

static enum prb_err
verify(struct verifying *v, void (*progress)(void *context, uint64_t done, uint64_t all),
	void *context, struct prb_state_counts *out)
{
	struct prb_state_counts *counts = &v->counts;
	enum prb_err err = prb_state_counts(v->state, counts);
	int error;

	if (err != PRB_OK)
		return prb_fault_set(
			v->fault, err, PRB_NO_OFFSET, NULL, "%s: cannot be read", v->state->dir);
	error = prb_state_head_get(v->state, v->txn, &v->stored);
	if (error != 0)
		return table_differs(v, PRB_STATE_META, "has no head that can be read");
	err = check_promise(v); /* of the empty tree */
	if (err == PRB_OK)
		err = check_journal(v, progress, context);
	if (err == PRB_OK)
		err = check_tables(v);
	if (err == PRB_OK && v->kept.size != UINT64_MAX && v->kept.size > v->found.tree.size)
		return prb_fault_set(v->fault, PRB_ERR_STATE_DAMAGED, PRB_NO_OFFSET, NULL,
			"%s: the checkpoint that was published last has %" PRIu64
			" entries, and the log %" PRIu64
			": an older backup was brought back; bring back the newest one",
			v->state->dir, v->kept.size, v->found.tree.size);
	if (err != PRB_OK)
		return err;
	counts->organisations = v->rows[PRB_STATE_ORGANISATION];
	counts->api_keys = v->rows[PRB_STATE_ACCESS];
	counts->records = v->found.records;
	counts->log_size = v->found.tree.size;
	prb_tree_root(&v->found.tree, prb_state_sha256, counts->log_root);
	error = prb_state_hash(v->state, v->txn, v->format, &v->digest, counts->state_sha256);
	if (error != 0)
		return failed(v, error);
	if (v->digest.failed)
		return prb_fault_set(v->fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL,
			"%s: memory ran out", v->state->dir);
	if (progress)
		progress(context, counts->records, counts->records);
	*out = *counts;
	return PRB_OK;
}

enum prb_err
prb_state_verify(struct prb_state *state,
	void (*progress)(void *context, uint64_t done, uint64_t all), void *context,
	struct prb_state_counts *out, struct prb_fault *fault)
{
	struct verifying v = {.state = state, .fault = fault, .format = PRB_STATE_FORMAT_FIRST};
	enum prb_err err;
	int error;

	if (!prb_digest_init(&v.digest))
		return prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL,
			"%s: memory ran out", state->dir);
	v.opener = prb_opener_create(state->ring);
	if (!v.opener) {
		prb_digest_destroy(&v.digest);
		return prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL,
			"%s: memory ran out", state->dir);
	}
	/* Before the snapshot: beside a server it is never newer than what the snapshot holds. */
	err = read_promise(&v);
	if (err == PRB_OK) {
		error = mdb_txn_begin(state->env, NULL, MDB_RDONLY, &v.txn);
		err = error == 0 ? verify(&v, progress, context, out) : failed(&v, error);
		if (error == 0)
			mdb_txn_abort(v.txn);
	}
	prb_opener_destroy(v.opener);
	prb_digest_destroy(&v.digest);
	return err;
}
