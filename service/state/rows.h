/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_STATE_ROWS_H
#define PRB_STATE_ROWS_H

/*
 * Which rows follow from a record. The writer puts them, verify compares them, rebuild makes them
 * again: all three from here.
 */

#include "service/state/record.h"
#include "service/state/tables.h"

#define PRB_OBJECT_KEY_BYTES 21
#define PRB_OBJECT_VALUE_BYTES 16
#define PRB_IDEMPOTENCY_VALUE_BYTES 24
#define PRB_DECISION_KEY_BYTES 29
#define PRB_ATTESTED_KEY_BYTES 28
#define PRB_STATUS_KEY_BYTES 7
#define PRB_STATUS_PART_BITS 256 /* of one row of a status list */
#define PRB_STATUS_VALUE_BYTES (PRB_STATUS_PART_BITS / 8)
#define PRB_LOG_VALUE_BYTES 40 /* of a leaf that completes no node */
#define PRB_LOG_VALUE_BYTES_MAX (PRB_LOG_VALUE_BYTES + PRB_TREE_EDGE_MAX * PRB_SHA256_BYTES)
#define PRB_AUDIT_KEY_BYTES 12
#define PRB_HELD_KEY_BYTES 36
#define PRB_TENANT_KEY_BYTES 4
#define PRB_ORGANISATION_VALUE_BYTES 25
#define PRB_ACCESS_VALUE_BYTES 63
#define PRB_USED_VALUE_BYTES 12
#define PRB_ROW_KEY_BYTES_MAX 40
#define PRB_ROW_VALUE_BYTES_MAX 64
#define PRB_ROWS_MAX 8

enum prb_object_kind {
	PRB_OBJECT_DECLARATION = 1,
	PRB_OBJECT_ATTESTATION = 2,
	PRB_OBJECT_REPORT = 3,
	PRB_OBJECT_DECISION = 4,
	PRB_OBJECT_REVOCATION = 5, /* by the id of what is revoked */
	PRB_OBJECT_SYSTEM = 6,     /* by its sequence */
	PRB_OBJECT_ORGANISATION = 7,
	PRB_OBJECT_API_KEY = 8,
};

/* Rows of the table `status`: indexes that were given out, and those that are revoked. */
enum prb_status_what { PRB_STATUS_TAKEN = 0, PRB_STATUS_REVOKED = 1 };

/* What a record adds to the log: a leaf, the nodes that it completes, and so its row. */
struct prb_leaf {
	uint64_t index;
	size_t bytes; /* of the row */
	uint8_t row[PRB_LOG_VALUE_BYTES_MAX];
};
/* Appends the leaf to the tree. Failure shows in the digest. */
void prb_leaf_append(struct prb_tree *tree, struct prb_digest *digest, struct prb_span entry,
	uint64_t sequence, struct prb_leaf *out);
/* The same of a leaf whose hash is known. */
void prb_leaf_append_hash(struct prb_tree *tree, const uint8_t hash[PRB_SHA256_BYTES],
	uint64_t sequence, struct prb_leaf *out);

enum prb_row_way {
	PRB_ROW_ONCE,   /* there is none with this key yet */
	PRB_ROW_NEWEST, /* a later record takes the row over */
	PRB_ROW_APPEND, /* behind the last */
	PRB_ROW_BIT,    /* its bit is added to those of the row, and is not there yet */
};

struct prb_row {
	enum prb_state_table table;
	enum prb_row_way way;
	size_t key_bytes, value_bytes;
	uint8_t key[PRB_ROW_KEY_BYTES_MAX], value[PRB_ROW_VALUE_BYTES_MAX];
	const struct prb_leaf *leaf; /* whose row is the value; NULL: it stands in `value` */
};

/* Returns how many. leaf: of this record, and borrowed by the rows; not looked at where it is none.
 */
size_t prb_rows_of(const struct prb_record *record, uint64_t sequence, const struct prb_leaf *leaf,
	struct prb_row rows[PRB_ROWS_MAX]);
/*
 * Whether what the record speaks of is there before it: the declaration of a further attestation,
 * the attestation of a revocation, the organisation of a key, the key that was used;
 * PRB_ERR_NOT_FOUND where it is not, or is another tenant's. PRB_ERR_VALUE where a revocation names
 * another place in the status lists, or a key another hash than it had; PRB_ERR_CONFLICT where the
 * number, the id or the hash is another's already.
 */
enum prb_err prb_record_stands(const struct prb_state *state, MDB_txn *txn,
	const struct prb_record *record, uint64_t sequence);
struct prb_span prb_row_key(const struct prb_row *row);
struct prb_span prb_row_value(const struct prb_row *row);
/* PRB_ROW_BIT: whether a stored value has the row's bit; true of one of another size. */
bool prb_row_has_bit(const struct prb_row *row, struct prb_span value);

/* Behind all that are made: where a walk back begins. */
extern const struct prb_id prb_id_last;
void prb_object_key(enum prb_object_kind kind, uint32_t tenant, const uint8_t id[PRB_ID_BYTES],
	uint8_t out[PRB_OBJECT_KEY_BYTES]);
/* keyed: what `by` asks for; zero bytes for PRB_DECIDED_ALL. */
void prb_decision_key(enum prb_decided_by by, uint32_t tenant, const uint8_t keyed[PRB_KEYED_BYTES],
	uint64_t sequence, uint8_t out[PRB_DECISION_KEY_BYTES]);
void prb_attested_key(uint32_t tenant, const struct prb_id *declaration, uint64_t sequence,
	uint8_t out[PRB_ATTESTED_KEY_BYTES]);
void prb_status_key(
	enum prb_status_what what, uint32_t list, uint32_t part, uint8_t out[PRB_STATUS_KEY_BYTES]);
/* The rows `organisation` and `access`: sequences stand first in their values. MDB_NOTFOUND,
 * MDB_CORRUPTED. */
struct prb_organisation_row {
	uint64_t sequence;
	struct prb_id id;
	uint8_t standing;
};
int prb_organisation_get(const struct prb_state *state, MDB_txn *txn, uint32_t tenant,
	struct prb_organisation_row *out);
struct prb_access_row {
	uint64_t sequence;
	struct prb_state_access access; /* without what other rows have */
};
int prb_access_get(const struct prb_state *state, MDB_txn *txn,
	const uint8_t sha256[PRB_SHA256_BYTES], struct prb_access_row *out);
/* The day of a key's last use; 0: none. */
int prb_used_get(
	const struct prb_state *state, MDB_txn *txn, const struct prb_id *key, int32_t *day);
void prb_audit_key(uint32_t tenant, uint64_t sequence, uint8_t out[PRB_AUDIT_KEY_BYTES]);
void prb_held_key(uint32_t tenant, const uint8_t holder[PRB_KEYED_BYTES],
	const struct prb_id *declaration, uint8_t out[PRB_HELD_KEY_BYTES]);
/* How many declarations a holder has; no more than max are counted. */
int prb_held_count(const struct prb_state *state, MDB_txn *txn, uint32_t tenant,
	const uint8_t holder[PRB_KEYED_BYTES], uint32_t max, uint32_t *count);
/*
 * Rows of a table in the order of their keys, either way: those whose keys have the size of `from`
 * and the same first `same` bytes. What it is at is borrowed from the transaction.
 */
struct prb_walk {
	MDB_cursor *cursor;
	uint8_t from[PRB_ROW_KEY_BYTES_MAX];
	size_t bytes, same;
	bool begun;
	MDB_val key, value;
};
int prb_walk_begin(struct prb_walk *walk, const struct prb_state *state, MDB_txn *txn,
	enum prb_state_table table, const uint8_t *from, size_t bytes, size_t same);
/* To the next row, at first to the one that is not before `from`. MDB_NOTFOUND: there is none. */
int prb_walk_on(struct prb_walk *walk);
/* Back, at first to the last one before `from`. */
int prb_walk_back(struct prb_walk *walk);
void prb_walk_end(struct prb_walk *walk);
/* What the key that it is at ends with, where the table's keys end with that. */
uint64_t prb_walk_sequence(const struct prb_walk *walk);
struct prb_id prb_walk_id(const struct prb_walk *walk);
/* The last row of a table before `behind` whose key begins with the same `same` bytes; its key is
 * borrowed. MDB_NOTFOUND. */
int prb_last_before(const struct prb_state *state, MDB_txn *txn, enum prb_state_table table,
	const uint8_t *behind, size_t bytes, size_t same, const uint8_t **key);

/* Of an object: its sequence and log index. MDB_NOTFOUND, MDB_CORRUPTED. */
int prb_object_get(const struct prb_state *state, MDB_txn *txn, enum prb_object_kind kind,
	uint32_t tenant, const uint8_t id[PRB_ID_BYTES], uint64_t *sequence, uint64_t *log_index);

/* The sequence of the declaration's newest attestation, which may be the one that came with it.
 * MDB_NOTFOUND where the tenant has no such declaration; MDB_CORRUPTED. */
int prb_attested_newest(const struct prb_state *state, MDB_txn *txn, uint32_t tenant,
	const struct prb_id *declaration, uint64_t *sequence);

/* The sequence of the newest decision about a hit. MDB_NOTFOUND. */
int prb_decision_newest(const struct prb_state *state, MDB_txn *txn, uint32_t tenant,
	const uint8_t hit[PRB_KEYED_BYTES], uint64_t *sequence);

/* SHA-256 over all rows but the journal's, as a state of that format has them. Any MDB error. */
int prb_state_hash(const struct prb_state *state, MDB_txn *txn, unsigned format,
	struct prb_digest *digest, uint8_t out[PRB_SHA256_BYTES]);

#endif
