/* SPDX-License-Identifier: Apache-2.0 */
#include "service/state/rows.h"

#include <assert.h>
#include <string.h>

#include "service/state/bytes.h"

static_assert(PRB_KEYED_BYTES == PRB_ID_BYTES, "a report stands among objects by its key");
static_assert(PRB_OBJECT_KEY_BYTES <= PRB_ROW_KEY_BYTES_MAX, "room for a key");
static_assert(PRB_DECISION_KEY_BYTES <= PRB_ROW_KEY_BYTES_MAX, "room for a key");
static_assert(PRB_STATUS_VALUE_BYTES <= PRB_ROW_VALUE_BYTES_MAX, "room for a value");
static_assert(PRB_STATE_STATUS_ENTRIES % PRB_STATUS_PART_BITS == 0, "a list has whole parts");

const struct prb_id prb_id_last = {{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
	0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}};

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
		.way = kind == PRB_OBJECT_REPORT || kind == PRB_OBJECT_ORGANISATION ||
				       kind == PRB_OBJECT_API_KEY
			       ? PRB_ROW_NEWEST
			       : PRB_ROW_ONCE,
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

void
prb_attested_key(uint32_t tenant, const struct prb_id *declaration, uint64_t sequence,
	uint8_t out[PRB_ATTESTED_KEY_BYTES])
{
	prb_put_be(out, tenant, 4);
	memcpy(out + 4, declaration->bytes, PRB_ID_BYTES);
	prb_put_be(out + 4 + PRB_ID_BYTES, sequence, PRB_SEQUENCE_BYTES);
}

void
prb_status_key(
	enum prb_status_what what, uint32_t list, uint32_t part, uint8_t out[PRB_STATUS_KEY_BYTES])
{
	out[0] = (uint8_t)what;
	prb_put_be(out + 1, list, 4);
	prb_put_be(out + 5, part, 2);
}

static void
complete_node(void *context, unsigned height, uint64_t index, const uint8_t hash[PRB_SHA256_BYTES])
{
	struct prb_leaf *leaf = context;

	(void)height;
	(void)index;
	memcpy(leaf->row + leaf->bytes, hash, PRB_SHA256_BYTES);
	leaf->bytes += PRB_SHA256_BYTES;
}

void
prb_leaf_append_hash(struct prb_tree *tree, const uint8_t hash[PRB_SHA256_BYTES], uint64_t sequence,
	struct prb_leaf *out)
{
	out->index = tree->size;
	out->bytes = PRB_LOG_VALUE_BYTES;
	memcpy(out->row, hash, PRB_SHA256_BYTES);
	prb_put_be(out->row + PRB_SHA256_BYTES, sequence, PRB_SEQUENCE_BYTES);
	prb_tree_append(tree, prb_state_sha256, hash, complete_node, out);
}

void
prb_leaf_append(struct prb_tree *tree, struct prb_digest *digest, struct prb_span entry,
	uint64_t sequence, struct prb_leaf *out)
{
	uint8_t hash[PRB_SHA256_BYTES];

	prb_digest_leaf(digest, entry, hash);
	prb_leaf_append_hash(tree, hash, sequence, out);
}

static struct prb_row
status_row(enum prb_status_what what, struct prb_stored_place place)
{
	struct prb_row row = {.table = PRB_STATE_STATUS,
		.way = PRB_ROW_BIT,
		.key_bytes = PRB_STATUS_KEY_BYTES,
		.value_bytes = PRB_STATUS_VALUE_BYTES};
	uint32_t at = place.index % PRB_STATUS_PART_BITS;

	prb_status_key(what, place.list, place.index / PRB_STATUS_PART_BITS, row.key);
	/* The left-most bit is the first, as in the list that is published. */
	row.value[at / 8] = (uint8_t)(0x80U >> at % 8);
	return row;
}

/* A declaration with its attestation, or a further one. */
static size_t
rows_of_attestation(const struct prb_record *record, uint64_t sequence, uint64_t log_index,
	struct prb_row *rows)
{
	size_t n = 0;

	if (record->has_holder) {
		rows[n] =
			(struct prb_row){.table = PRB_STATE_HELD, .key_bytes = PRB_HELD_KEY_BYTES};
		prb_held_key(
			record->tenant, record->holder, &record->declaration_id, rows[n++].key);
	}
	if (record->kind == PRB_RECORD_DECLARATION)
		rows[n++] = object_row(PRB_OBJECT_DECLARATION, record->tenant,
			record->declaration_id.bytes, sequence, log_index);
	/* Anyone who has the id may ask for an attestation: it stands under no tenant. */
	rows[n++] = object_row(
		PRB_OBJECT_ATTESTATION, 0, record->attestation_id.bytes, sequence, log_index);
	if (record->has_report)
		rows[n++] = object_row(
			PRB_OBJECT_REPORT, record->tenant, record->report_key, sequence, log_index);
	if (record->kind == PRB_RECORD_DECLARATION)
		return n;
	rows[n] =
		(struct prb_row){.table = PRB_STATE_ATTESTED, .key_bytes = PRB_ATTESTED_KEY_BYTES};
	prb_attested_key(record->tenant, &record->declaration_id, sequence, rows[n++].key);
	return n;
}

void
prb_audit_key(uint32_t tenant, uint64_t sequence, uint8_t out[PRB_AUDIT_KEY_BYTES])
{
	prb_put_be(out, tenant, 4);
	prb_put_be(out + 4, sequence, PRB_SEQUENCE_BYTES);
}

void
prb_held_key(uint32_t tenant, const uint8_t holder[PRB_KEYED_BYTES],
	const struct prb_id *declaration, uint8_t out[PRB_HELD_KEY_BYTES])
{
	prb_put_be(out, tenant, 4);
	memcpy(out + 4, holder, PRB_KEYED_BYTES);
	memcpy(out + 4 + PRB_KEYED_BYTES, declaration->bytes, PRB_ID_BYTES);
}

static size_t
rows_of_organisation(const struct prb_record *record, uint64_t sequence, struct prb_row *rows)
{
	uint8_t *value = rows[1].value;

	rows[0] = object_row(PRB_OBJECT_ORGANISATION, 0, record->organisation_id.bytes, sequence,
		PRB_NO_LOG_INDEX);
	rows[1] = (struct prb_row){.table = PRB_STATE_ORGANISATION,
		.way = PRB_ROW_NEWEST,
		.key_bytes = PRB_TENANT_KEY_BYTES,
		.value_bytes = PRB_ORGANISATION_VALUE_BYTES};
	prb_put_be(rows[1].key, record->tenant, PRB_TENANT_KEY_BYTES);
	prb_put_be(value, sequence, 8);
	memcpy(value + 8, record->organisation_id.bytes, PRB_ID_BYTES);
	value[24] = record->standing;
	return 2;
}

static size_t
rows_of_api_key(const struct prb_record *record, uint64_t sequence, struct prb_row *rows)
{
	uint8_t *value = rows[1].value;

	rows[0] = object_row(PRB_OBJECT_API_KEY, record->tenant, record->api_key_id.bytes, sequence,
		PRB_NO_LOG_INDEX);
	rows[1] = (struct prb_row){.table = PRB_STATE_ACCESS,
		.way = PRB_ROW_NEWEST,
		.key_bytes = PRB_SHA256_BYTES,
		.value_bytes = PRB_ACCESS_VALUE_BYTES};
	memcpy(rows[1].key, record->hash, PRB_SHA256_BYTES);
	prb_put_be(value, sequence, 8);
	prb_put_be(value + 8, record->tenant, 4);
	memcpy(value + 12, record->api_key_id.bytes, PRB_ID_BYTES);
	memcpy(value + 28, record->holder_id.bytes, PRB_ID_BYTES);
	prb_record_access_facts(record, value + 44);
	return 2;
}

static size_t
rows_of_use(const struct prb_record *record, uint64_t sequence, struct prb_row *rows)
{
	rows[0] = (struct prb_row){.table = PRB_STATE_USED,
		.way = PRB_ROW_NEWEST,
		.key_bytes = PRB_ID_BYTES,
		.value_bytes = PRB_USED_VALUE_BYTES};
	memcpy(rows[0].key, record->api_key_id.bytes, PRB_ID_BYTES);
	prb_put_be(rows[0].value, sequence, 8);
	prb_put_be(rows[0].value + 8, (uint32_t)record->day, 4);
	return 1;
}

/* In the audit trail stands everything but that a key was used; an erasure with the server's own
 * records and with those of whom it was. */
static size_t
rows_of_audit(const struct prb_record *record, uint64_t sequence, struct prb_row *rows)
{
	const uint32_t tenants[] = {record->tenant, record->erased_tenant};
	size_t n = 0;

	if (record->kind == PRB_RECORD_USED)
		return 0;
	for (; n < (record->kind == PRB_RECORD_ERASURE ? 2U : 1U); n++) {
		rows[n] = (struct prb_row){
			.table = PRB_STATE_AUDIT, .key_bytes = PRB_AUDIT_KEY_BYTES};
		prb_audit_key(tenants[n], sequence, rows[n].key);
	}
	return n;
}

static size_t
rows_of_kind(const struct prb_record *record, uint64_t sequence, uint64_t log_index,
	struct prb_row *rows)
{
	uint8_t id[PRB_ID_BYTES] = {0};

	switch (record->kind) {
	case PRB_RECORD_DECISION:
		return rows_of_decision(record, sequence, rows);
	case PRB_RECORD_DECLARATION:
	case PRB_RECORD_ATTESTATION:
		return rows_of_attestation(record, sequence, log_index, rows);
	case PRB_RECORD_REVOCATION:
		rows[0] = object_row(PRB_OBJECT_REVOCATION, 0, record->attestation_id.bytes,
			sequence, log_index);
		return 1;
	case PRB_RECORD_ORGANISATION:
		return rows_of_organisation(record, sequence, rows);
	case PRB_RECORD_API_KEY:
		return rows_of_api_key(record, sequence, rows);
	case PRB_RECORD_USED:
		return rows_of_use(record, sequence, rows);
	case PRB_RECORD_ERASURE:
	case PRB_RECORD_EVENT:
		return 0;
	default:
		assert(prb_record_is_system(record));
		prb_put_be(id + PRB_ID_BYTES - PRB_SEQUENCE_BYTES, sequence, PRB_SEQUENCE_BYTES);
		rows[0] = object_row(PRB_OBJECT_SYSTEM, 0, id, sequence, log_index);
		return 1;
	}
}

size_t
prb_rows_of(const struct prb_record *record, uint64_t sequence, const struct prb_leaf *leaf,
	struct prb_row rows[PRB_ROWS_MAX])
{
	bool is_leaf = record->log_entry.n > 0;
	size_t n = rows_of_kind(record, sequence, is_leaf ? leaf->index : PRB_NO_LOG_INDEX, rows);

	n += rows_of_audit(record, sequence, rows + n);
	if (is_leaf) {
		rows[n] = (struct prb_row){.table = PRB_STATE_LOG,
			.way = PRB_ROW_APPEND,
			.key_bytes = PRB_SEQUENCE_BYTES,
			.value_bytes = leaf->bytes,
			.leaf = leaf};
		prb_put_be(rows[n++].key, leaf->index, 8);
	}
	if (record->status.list != 0)
		rows[n++] = status_row(record->kind == PRB_RECORD_REVOCATION ? PRB_STATUS_REVOKED
									     : PRB_STATUS_TAKEN,
			record->status);
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
	const uint8_t *value = row->leaf ? row->leaf->row : row->value;

	return (struct prb_span){(const char *)value, row->value_bytes};
}

bool
prb_row_has_bit(const struct prb_row *row, struct prb_span value)
{
	if (value.n != row->value_bytes)
		return true;
	for (size_t i = 0; i < value.n; i++)
		if (((uint8_t)value.p[i] & row->value[i]) != 0)
			return true;
	return false;
}

static void
hash_piece(struct prb_digest *digest, const void *bytes, size_t n)
{
	uint8_t length[4];

	prb_put_be(length, n, sizeof(length));
	prb_digest_add(digest, length, sizeof(length));
	prb_digest_add(digest, bytes, n);
}

/* A row as a state of an earlier format has it: JOURNAL.md, "Versions". */
static struct prb_span
earlier_value(enum prb_state_table table, struct prb_span key, struct prb_span value,
	const uint8_t format[PRB_FORMAT_BYTES])
{
	if (table == PRB_STATE_LOG && value.n > PRB_LOG_VALUE_BYTES &&
		prb_get_be(format, PRB_FORMAT_BYTES) < PRB_FORMAT_WITH_NODES)
		value.n = PRB_LOG_VALUE_BYTES;
	if (table == PRB_STATE_META && prb_span_is(key, PRB_STATE_FORMAT_KEY))
		value = (struct prb_span){(const char *)format, PRB_FORMAT_BYTES};
	return value;
}

static int
hash_table(const struct prb_state *state, MDB_txn *txn, enum prb_state_table table, unsigned format,
	struct prb_digest *digest)
{
	const char *name = prb_state_table_name(table);
	uint8_t format_bytes[PRB_FORMAT_BYTES];
	MDB_cursor *cursor;
	MDB_val key, value;
	int error;

	if (state->lacks[table] || prb_state_table_format(table) > format)
		return 0;
	prb_put_be(format_bytes, format, sizeof(format_bytes));
	error = mdb_cursor_open(txn, state->tables[table], &cursor);
	if (error != 0)
		return error;
	while ((error = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
		struct prb_span row_key = {key.mv_data, key.mv_size};
		struct prb_span row = {value.mv_data, value.mv_size};

		if (format < PRB_STATE_FORMAT)
			row = earlier_value(table, row_key, row, format_bytes);
		hash_piece(digest, name, strlen(name));
		hash_piece(digest, row_key.p, row_key.n);
		hash_piece(digest, row.p, row.n);
	}
	mdb_cursor_close(cursor);
	return error == MDB_NOTFOUND ? 0 : error;
}

int
prb_state_hash(const struct prb_state *state, MDB_txn *txn, unsigned format,
	struct prb_digest *digest, uint8_t out[PRB_SHA256_BYTES])
{
	int error = 0;

	prb_digest_begin(digest);
	for (int table = 0; table < PRB_STATE_TABLES_HASHED && error == 0; table++)
		error = hash_table(state, txn, (enum prb_state_table)table, format, digest);
	prb_digest_end(digest, out);
	return error;
}
