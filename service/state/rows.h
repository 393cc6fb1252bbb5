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
#define PRB_LOG_VALUE_BYTES 40
#define PRB_DECISION_KEY_BYTES 29
#define PRB_ROW_KEY_BYTES_MAX 32
#define PRB_ROW_VALUE_BYTES_MAX 48
#define PRB_ROWS_MAX 6

enum prb_object_kind {
	PRB_OBJECT_DECLARATION = 1,
	PRB_OBJECT_ATTESTATION = 2,
	PRB_OBJECT_REPORT = 3,
	PRB_OBJECT_DECISION = 4,
};

struct prb_row {
	enum prb_state_table table;
	bool newest; /* a later record takes the row over */
	size_t key_bytes, value_bytes;
	uint8_t key[PRB_ROW_KEY_BYTES_MAX], value[PRB_ROW_VALUE_BYTES_MAX];
};

/* Returns how many. log_index and leaf_hash: of this record's leaf; not looked at where it is none.
 */
size_t prb_rows_of(const struct prb_record *record, uint64_t sequence, uint64_t log_index,
	const uint8_t leaf_hash[PRB_SHA256_BYTES], struct prb_row rows[PRB_ROWS_MAX]);
struct prb_span prb_row_key(const struct prb_row *row);
struct prb_span prb_row_value(const struct prb_row *row);

void prb_object_key(enum prb_object_kind kind, uint32_t tenant, const uint8_t id[PRB_ID_BYTES],
	uint8_t out[PRB_OBJECT_KEY_BYTES]);
/* keyed: what `by` asks for; zero bytes for PRB_DECIDED_ALL. */
void prb_decision_key(enum prb_decided_by by, uint32_t tenant, const uint8_t keyed[PRB_KEYED_BYTES],
	uint64_t sequence, uint8_t out[PRB_DECISION_KEY_BYTES]);
/* Of an object: its sequence and log index. MDB_NOTFOUND, MDB_CORRUPTED. */
int prb_object_get(const struct prb_state *state, MDB_txn *txn, enum prb_object_kind kind,
	uint32_t tenant, const uint8_t id[PRB_ID_BYTES], uint64_t *sequence, uint64_t *log_index);

/* SHA-256 over all rows but the journal's. Any MDB error. */
int prb_state_hash(const struct prb_state *state, MDB_txn *txn, struct prb_digest *digest,
	uint8_t out[PRB_SHA256_BYTES]);

#endif
