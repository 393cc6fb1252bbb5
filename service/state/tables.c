/* SPDX-License-Identifier: Apache-2.0 */
#include "service/state/tables.h"

#include <errno.h>
#include <string.h>
#include <sys/statvfs.h>

#include "service/state/bytes.h"

/* Less than this free, and a write that LMDB calls EIO was stopped by the room. */
#define NO_ROOM_BYTES (1024 * 1024)

static const struct {
	const char *name;
	unsigned format;
} tables[PRB_STATE_TABLES] = {
	[PRB_STATE_ACCESS] = {"access", 4},
	[PRB_STATE_ATTESTED] = {"attested", 3},
	[PRB_STATE_AUDIT] = {"audit", 4},
	[PRB_STATE_DECISION] = {"decision", 2},
	[PRB_STATE_HELD] = {"held", 4},
	[PRB_STATE_IDEMPOTENCY] = {"idempotency", 1},
	[PRB_STATE_LOG] = {"log", 1},
	[PRB_STATE_META] = {"meta", 1},
	[PRB_STATE_OBJECT] = {"object", 1},
	[PRB_STATE_ORGANISATION] = {"organisation", 4},
	[PRB_STATE_STATUS] = {"status", 3},
	[PRB_STATE_USED] = {"used", 4},
	[PRB_STATE_JOURNAL] = {"journal", 1},
};

const char *
prb_state_table_name(enum prb_state_table table)
{
	return tables[table].name;
}

unsigned
prb_state_table_format(enum prb_state_table table)
{
	return tables[table].format;
}

enum prb_state_table
prb_state_odd_table(const struct prb_state *state, uint64_t format)
{
	int i = 0;

	for (; i < PRB_STATE_TABLES; i++) {
		bool early = tables[i].format > format;

		/* Programs of format 2 made an empty `decision` in a state of format 1. */
		if (early ? !state->lacks[i] && i != PRB_STATE_DECISION : state->lacks[i])
			break;
	}
	return (enum prb_state_table)i;
}

/* LMDB calls a short write EIO, whatever stopped it. */
static bool
means_full(const struct prb_state *state, int error)
{
	struct statvfs disk;

	if (prb_error_means_full(error) || error == MDB_MAP_FULL)
		return true;
	return error == EIO && statvfs(state->dir, &disk) == 0 &&
	       (uint64_t)disk.f_bavail * disk.f_frsize < NO_ROOM_BYTES;
}

enum prb_err
prb_lmdb_failed(
	const struct prb_state *state, struct prb_fault *fault, const char *doing, int error)
{
	if (means_full(state, error))
		return prb_fault_set(fault, PRB_ERR_FULL, PRB_NO_OFFSET, NULL,
			"%s: %s: no room left (%s); reading goes on", state->dir, doing,
			mdb_strerror(error));
	switch (error) {
	case ENOMEM:
		return prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL,
			"%s: %s: memory ran out", state->dir, doing);
	case MDB_PANIC:
		return prb_fault_set(fault, PRB_ERR_IO, PRB_NO_OFFSET, NULL,
			"%s: %s: an earlier write failed; start the program anew", state->dir,
			doing);
	case MDB_CORRUPTED:
	case MDB_PAGE_NOTFOUND:
	case MDB_INVALID:
	case MDB_NOTFOUND:
	case MDB_INCOMPATIBLE:
	case MDB_BAD_VALSIZE:
		return prb_fault_set(fault, PRB_ERR_STATE_DAMAGED, PRB_NO_OFFSET, NULL,
			"%s: %s: %s: run `probity state verify`", state->dir, doing,
			mdb_strerror(error));
	case MDB_VERSION_MISMATCH:
		return prb_fault_set(fault, PRB_ERR_STATE_FORMAT, PRB_NO_OFFSET, NULL,
			"%s: %s: another version of LMDB wrote it", state->dir, doing);
	default:
		return prb_fault_set(fault, PRB_ERR_IO, PRB_NO_OFFSET, NULL, "%s: %s: %s",
			state->dir, doing, mdb_strerror(error));
	}
}

/* LMDB's pointers are not const, but it does not write through these. */
static MDB_val
val_of(struct prb_span span)
{
	union {
		const void *in;
		void *out;
	} pointer = {.in = span.p};

	return (MDB_val){.mv_size = span.n, .mv_data = pointer.out};
}

int
prb_state_get(const struct prb_state *state, MDB_txn *txn, enum prb_state_table table,
	struct prb_span key, struct prb_span *value)
{
	MDB_val mdb_key = val_of(key), mdb_value;
	int error = mdb_get(txn, state->tables[table], &mdb_key, &mdb_value);

	if (error == 0)
		*value = (struct prb_span){mdb_value.mv_data, mdb_value.mv_size};
	return error;
}

int
prb_state_put(const struct prb_state *state, MDB_txn *txn, enum prb_state_table table,
	struct prb_span key, struct prb_span value, unsigned flags)
{
	MDB_val mdb_key = val_of(key), mdb_value = val_of(value);

	return mdb_put(txn, state->tables[table], &mdb_key, &mdb_value, flags);
}

size_t
prb_state_head_write(const struct prb_state_head *head, uint8_t out[PRB_STATE_HEAD_BYTES_MAX])
{
	size_t edge = prb_tree_edge_count(head->tree.size) * PRB_SHA256_BYTES;

	prb_put_be(out, head->records, 8);
	memcpy(out + 8, head->chain, PRB_SHA256_BYTES);
	prb_put_be(out + 8 + PRB_SHA256_BYTES, head->tree.size, 8);
	memcpy(out + 16 + PRB_SHA256_BYTES, head->tree.edge, edge);
	return 16 + PRB_SHA256_BYTES + edge;
}

bool
prb_state_head_read(struct prb_span value, struct prb_state_head *out)
{
	const uint8_t *p = (const uint8_t *)value.p;
	uint64_t records, size;
	size_t edge;

	if (value.n < 16 + PRB_SHA256_BYTES)
		return false;
	records = prb_get_be(p, 8);
	size = prb_get_be(p + 8 + PRB_SHA256_BYTES, 8);
	/* The bound keeps the edge within its array. */
	if (size >= PRB_TREE_SIZE_MAX || size > records)
		return false;
	edge = prb_tree_edge_count(size) * PRB_SHA256_BYTES;
	if (value.n != 16 + PRB_SHA256_BYTES + edge)
		return false;
	*out = (struct prb_state_head){.records = records, .tree = {.size = size}};
	memcpy(out->chain, p + 8, PRB_SHA256_BYTES);
	memcpy(out->tree.edge, p + 16 + PRB_SHA256_BYTES, edge);
	return true;
}

int
prb_state_head_get(const struct prb_state *state, MDB_txn *txn, struct prb_state_head *out)
{
	struct prb_span value;
	int error = prb_state_get(state, txn, PRB_STATE_META, PRB_SPAN(PRB_STATE_HEAD_KEY), &value);

	if (error != 0)
		return error;
	return prb_state_head_read(value, out) ? 0 : MDB_CORRUPTED;
}

int
prb_state_format_get(const struct prb_state *state, MDB_txn *txn, uint64_t *format)
{
	struct prb_span value;
	int error =
		prb_state_get(state, txn, PRB_STATE_META, PRB_SPAN(PRB_STATE_FORMAT_KEY), &value);

	if (error != 0)
		return error;
	if (value.n != PRB_FORMAT_BYTES)
		return MDB_CORRUPTED;
	*format = prb_get_be((const uint8_t *)value.p, PRB_FORMAT_BYTES);
	return 0;
}

int
prb_state_format_put(const struct prb_state *state, MDB_txn *txn, unsigned format)
{
	uint8_t bytes[PRB_FORMAT_BYTES];

	prb_put_be(bytes, format, sizeof(bytes));
	return prb_state_put(state, txn, PRB_STATE_META, PRB_SPAN(PRB_STATE_FORMAT_KEY),
		(struct prb_span){(const char *)bytes, sizeof(bytes)}, 0);
}

int
prb_journal_get(const struct prb_state *state, MDB_txn *txn, uint64_t sequence,
	const uint8_t **chain, struct prb_span *record)
{
	uint8_t key[PRB_SEQUENCE_BYTES];
	struct prb_span value;
	int error;

	prb_put_be(key, sequence, sizeof(key));
	error = prb_state_get(state, txn, PRB_STATE_JOURNAL,
		(struct prb_span){(const char *)key, sizeof(key)}, &value);
	if (error != 0)
		return error;
	if (value.n < PRB_SHA256_BYTES)
		return MDB_CORRUPTED;
	if (chain)
		*chain = (const uint8_t *)value.p;
	*record = (struct prb_span){value.p + PRB_SHA256_BYTES, value.n - PRB_SHA256_BYTES};
	return 0;
}

void
prb_chain_next(struct prb_digest *digest, const uint8_t before[PRB_SHA256_BYTES],
	struct prb_span record, uint8_t out[PRB_SHA256_BYTES])
{
	prb_digest_begin(digest);
	prb_digest_add(digest, before, PRB_SHA256_BYTES);
	prb_digest_add(digest, record.p, record.n);
	prb_digest_end(digest, out);
}
