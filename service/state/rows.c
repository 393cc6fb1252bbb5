/* SPDX-License-Identifier: Apache-2.0 */
#include "service/state/rows.h"

#include <assert.h>
#include <string.h>

#include "service/state/bytes.h"

static_assert(PRB_KEYED_BYTES == PRB_ID_BYTES, "a report stands among objects by its key");
static_assert(PRB_OBJECT_KEY_BYTES <= PRB_ROW_KEY_BYTES_MAX, "room for a key");
static_assert(PRB_LOG_VALUE_BYTES <= PRB_ROW_VALUE_BYTES_MAX, "room for a value");

void
prb_object_key(enum prb_object_kind kind, uint32_t tenant, const uint8_t id[PRB_ID_BYTES],
	uint8_t out[PRB_OBJECT_KEY_BYTES])
{
	out[0] = (uint8_t)kind;
	prb_put_be(out + 1, tenant, 4);
	memcpy(out + 5, id, PRB_ID_BYTES);
}

static struct prb_row
object_row(enum prb_object_kind kind, uint32_t tenant, const uint8_t id[PRB_ID_BYTES],
	uint64_t sequence, uint64_t log_index)
{
	struct prb_row row = {.table = PRB_STATE_OBJECT,
		.newest = kind == PRB_OBJECT_REPORT,
		.key_bytes = PRB_OBJECT_KEY_BYTES,
		.value_bytes = PRB_OBJECT_VALUE_BYTES};

	prb_object_key(kind, tenant, id, row.key);
	prb_put_be(row.value, sequence, 8);
	prb_put_be(row.value + 8, log_index, 8);
	return row;
}

void
prb_decision_key(enum prb_decided_by by, uint32_t tenant, const uint8_t keyed[PRB_KEYED_BYTES],
	uint64_t sequence, uint8_t out[PRB_DECISION_KEY_BYTES])
{
	out[0] = (uint8_t)by;
	prb_put_be(out + 1, tenant, 4);
	memcpy(out + 5, keyed, PRB_KEYED_BYTES);
	prb_put_be(out + 5 + PRB_KEYED_BYTES, sequence, PRB_SEQUENCE_BYTES);
}

static size_t
rows_of_decision(const struct prb_record *record, uint64_t sequence, struct prb_row *rows)
{
	static const uint8_t all[PRB_KEYED_BYTES] = {0};
	const uint8_t *const keyed[] = {[PRB_DECIDED_ALL] = all,
		[PRB_DECIDED_HIT] = record->hit,
		[PRB_DECIDED_NAME] = record->name,
		[PRB_DECIDED_ENTITY] = record->entity};
	size_t n = 0;

	rows[n++] = object_row(PRB_OBJECT_DECISION, record->tenant, record->decision_id.bytes,
		sequence, PRB_NO_LOG_INDEX);
	for (size_t by = 0; by < sizeof(keyed) / sizeof(keyed[0]); by++, n++) {
		rows[n] = (struct prb_row){
			.table = PRB_STATE_DECISION, .key_bytes = PRB_DECISION_KEY_BYTES};
		prb_decision_key(
			(enum prb_decided_by)by, record->tenant, keyed[by], sequence, rows[n].key);
	}
	return n;
}

static size_t
rows_of_declaration(const struct prb_record *record, uint64_t sequence, uint64_t log_index,
	const uint8_t leaf_hash[PRB_SHA256_BYTES], struct prb_row *rows)
{
	size_t n = 0;

	rows[n++] = object_row(PRB_OBJECT_DECLARATION, record->tenant, record->declaration_id.bytes,
		sequence, log_index);
	/* Anyone who has the id may ask for an attestation: it stands under no tenant. */
	rows[n++] = object_row(
		PRB_OBJECT_ATTESTATION, 0, record->attestation_id.bytes, sequence, log_index);
	rows[n++] = object_row(
		PRB_OBJECT_REPORT, record->tenant, record->report_key, sequence, log_index);
	rows[n] = (struct prb_row){.table = PRB_STATE_LOG,
		.key_bytes = PRB_SEQUENCE_BYTES,
		.value_bytes = PRB_LOG_VALUE_BYTES};
	prb_put_be(rows[n].key, log_index, 8);
	memcpy(rows[n].value, leaf_hash, PRB_SHA256_BYTES);
	prb_put_be(rows[n++].value + PRB_SHA256_BYTES, sequence, 8);
	return n;
}

size_t
prb_rows_of(const struct prb_record *record, uint64_t sequence, uint64_t log_index,
	const uint8_t leaf_hash[PRB_SHA256_BYTES], struct prb_row rows[PRB_ROWS_MAX])
{
	size_t n = record->kind == PRB_RECORD_DECISION
			   ? rows_of_decision(record, sequence, rows)
			   : rows_of_declaration(record, sequence, log_index, leaf_hash, rows);

	if (!record->has_idempotency)
		return n;
	rows[n] = (struct prb_row){.table = PRB_STATE_IDEMPOTENCY,
		.key_bytes = PRB_KEYED_BYTES,
		.value_bytes = PRB_IDEMPOTENCY_VALUE_BYTES};
	memcpy(rows[n].key, record->idempotency, PRB_KEYED_BYTES);
	prb_put_be(rows[n].value, sequence, 8);
	memcpy(rows[n++].value + 8, record->request, PRB_KEYED_BYTES);
	return n;
}

struct prb_span
prb_row_key(const struct prb_row *row)
{
	return (struct prb_span){(const char *)row->key, row->key_bytes};
}

struct prb_span
prb_row_value(const struct prb_row *row)
{
	return (struct prb_span){(const char *)row->value, row->value_bytes};
}

int
prb_object_get(const struct prb_state *state, MDB_txn *txn, enum prb_object_kind kind,
	uint32_t tenant, const uint8_t id[PRB_ID_BYTES], uint64_t *sequence, uint64_t *log_index)
{
	uint8_t key[PRB_OBJECT_KEY_BYTES];
	struct prb_span value;
	int error;

	prb_object_key(kind, tenant, id, key);
	error = prb_state_get(state, txn, PRB_STATE_OBJECT,
		(struct prb_span){(const char *)key, sizeof(key)}, &value);
	if (error != 0)
		return error;
	if (value.n != PRB_OBJECT_VALUE_BYTES)
		return MDB_CORRUPTED;
	*sequence = prb_get_be((const uint8_t *)value.p, 8);
	*log_index = prb_get_be((const uint8_t *)value.p + 8, 8);
	return 0;
}

static void
hash_piece(struct prb_digest *digest, const void *bytes, size_t n)
{
	uint8_t length[4];

	prb_put_be(length, n, sizeof(length));
	prb_digest_add(digest, length, sizeof(length));
	prb_digest_add(digest, bytes, n);
}

static int
hash_table(const struct prb_state *state, MDB_txn *txn, enum prb_state_table table,
	struct prb_digest *digest)
{
	const char *name = prb_state_table_name(table);
	MDB_cursor *cursor;
	MDB_val key, value;
	int error;

	if (table == PRB_STATE_DECISION && state->lacks_decisions)
		return 0;
	error = mdb_cursor_open(txn, state->tables[table], &cursor);
	if (error != 0)
		return error;
	while ((error = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
		hash_piece(digest, name, strlen(name));
		hash_piece(digest, key.mv_data, key.mv_size);
		hash_piece(digest, value.mv_data, value.mv_size);
	}
	mdb_cursor_close(cursor);
	return error == MDB_NOTFOUND ? 0 : error;
}

int
prb_state_hash(const struct prb_state *state, MDB_txn *txn, struct prb_digest *digest,
	uint8_t out[PRB_SHA256_BYTES])
{
	int error = 0;

	prb_digest_begin(digest);
	for (int table = 0; table < PRB_STATE_TABLES_HASHED && error == 0; table++)
		error = hash_table(state, txn, (enum prb_state_table)table, digest);
	prb_digest_end(digest, out);
	return error;
}
