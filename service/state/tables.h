/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_STATE_TABLES_H
#define PRB_STATE_TABLES_H

/*
 * The opened environment and its tables: what batch, find, verify and rebuild share. For this
 * folder and its tests alone.
 */

#include <lmdb.h>

#include "service/state/digest.h"
#include "service/state/files.h"
#include "service/state/keyring.h"
#include "service/state/state.h"

/* In the order of the state hash, which is that of their names; the journal is not in it. */
enum prb_state_table {
	PRB_STATE_ACCESS,
	PRB_STATE_ATTESTED,
	PRB_STATE_AUDIT,
	PRB_STATE_DECISION,
	PRB_STATE_HELD,
	PRB_STATE_IDEMPOTENCY,
	PRB_STATE_LOG,
	PRB_STATE_META,
	PRB_STATE_OBJECT,
	PRB_STATE_ORGANISATION,
	PRB_STATE_STATUS,
	PRB_STATE_USED,
	PRB_STATE_JOURNAL,
	PRB_STATE_TABLES,
};
#define PRB_STATE_TABLES_HASHED PRB_STATE_JOURNAL

#define PRB_STATE_FORMAT_KEY "format"
#define PRB_STATE_HEAD_KEY "head"
#define PRB_SEQUENCE_BYTES 8
#define PRB_NO_LOG_INDEX UINT64_MAX
/* No write is promised with less than this left: of the map in hundredths, of the disk in bytes. */
#define PRB_MAP_USED_PERCENT_MAX 95
#define PRB_DISK_FREE_BYTES_MIN (64ULL * 1024 * 1024)

/* How much must be there and is checked at open. */
enum prb_open_mode {
	PRB_OPEN_WHOLE,
	PRB_OPEN_JOURNAL, /* the journal and the key ring alone: for rebuilding */
	PRB_OPEN_FRESH,   /* a key ring, and no journal yet: what is rebuilt goes there */
};

struct prb_state {
	char *dir;
	struct prb_state_options options;
	struct prb_keyring *ring;
	int lock; /* -1: none */
	MDB_env *env;
	MDB_dbi tables[PRB_STATE_TABLES];
	enum prb_open_mode mode;
	/* What it has: that of this program but where an earlier state is only read, and then what
	 * came later is not there. With PRB_OPEN_JOURNAL 0 where it cannot be read. */
	unsigned format;
	/* Not there, or with PRB_OPEN_JOURNAL not to be opened: taken as empty. */
	bool lacks[PRB_STATE_TABLES];
	struct prb_opened *opened; /* its place among what this process has open */
};

/* The row `head`: where the journal and the log stand. */
struct prb_state_head {
	uint64_t records;
	uint8_t chain[PRB_SHA256_BYTES];
	struct prb_tree tree;
};
#define PRB_FORMAT_BYTES 4
#define PRB_STATE_HEAD_BYTES_MAX (16 + PRB_SHA256_BYTES + PRB_TREE_EDGE_MAX * PRB_SHA256_BYTES)

/* The format that brought the nodes into the rows of the log. */
#define PRB_FORMAT_WITH_NODES 3
/* The format that brought the audit trail. */
#define PRB_FORMAT_WITH_TRAIL 4
/* Up to this one, the row `format` was that of the newest record. */
#define PRB_FORMAT_LAST_RAISED 2

const char *prb_state_table_name(enum prb_state_table table);
/* The format that brought it. */
unsigned prb_state_table_format(enum prb_state_table table);
/* The first table that is missing from a state of that format, or should not be there yet;
 * PRB_STATE_TABLES where all is as it should be. */
enum prb_state_table prb_state_odd_table(const struct prb_state *state, uint64_t format);

/* What an environment holds, opened for reading and without its key ring. */
enum prb_err prb_state_count_bare(
	const char *dir, struct prb_state_counts *out, struct prb_fault *fault);
enum prb_err prb_state_open_mode(const char *dir, const struct prb_state_options *options,
	enum prb_open_mode mode, struct prb_state **out, struct prb_fault *fault);

/* LMDB's errors as ours, with a line about the state. */
enum prb_err prb_lmdb_failed(
	const struct prb_state *state, struct prb_fault *fault, const char *doing, int error);
/* NOT_FOUND is MDB_NOTFOUND. Keys and values are copied or borrowed as LMDB does. */
int prb_state_get(const struct prb_state *state, MDB_txn *txn, enum prb_state_table table,
	struct prb_span key, struct prb_span *value);
int prb_state_put(const struct prb_state *state, MDB_txn *txn, enum prb_state_table table,
	struct prb_span key, struct prb_span value, unsigned flags);

size_t prb_state_head_write(
	const struct prb_state_head *head, uint8_t out[PRB_STATE_HEAD_BYTES_MAX]);
bool prb_state_head_read(struct prb_span value, struct prb_state_head *out);
/* MDB_NOTFOUND, MDB_CORRUPTED where it is no head. */
int prb_state_head_get(const struct prb_state *state, MDB_txn *txn, struct prb_state_head *out);

/* The row `format`. MDB_NOTFOUND, MDB_CORRUPTED. */
int prb_state_format_get(const struct prb_state *state, MDB_txn *txn, uint64_t *format);
int prb_state_format_put(const struct prb_state *state, MDB_txn *txn, unsigned format);

/* One row of the journal: *record behind its chain hash. MDB_NOTFOUND, MDB_CORRUPTED. */
int prb_journal_get(const struct prb_state *state, MDB_txn *txn, uint64_t sequence,
	const uint8_t **chain, struct prb_span *record);
/* The chain hash of a record behind the one before it. */
void prb_chain_next(struct prb_digest *digest, const uint8_t before[PRB_SHA256_BYTES],
	struct prb_span record, uint8_t out[PRB_SHA256_BYTES]);

/* log.c: the checkpoint that was kept in one folder, kept in another too; nothing where there is
 * none. */
enum prb_err prb_checkpoint_carry(const char *from, const char *to, struct prb_fault *fault);

/* tenant.c: erasures whose record is there, and whose keys still are. */
enum prb_err prb_tenant_settle(struct prb_state *state, struct prb_fault *fault);

/* upgrade.c: brings a state of an earlier format up to this program's, in the given transaction;
 * its missing tables are open and empty. */
int prb_state_upgrade(const struct prb_state *state, MDB_txn *txn, unsigned format);

/* environment.c */
enum prb_err prb_environment_open(struct prb_state *state, bool may_make, struct prb_fault *fault);
/* Whether DIR/data.mdb is there with anything in it; PRB_ERR_STATE_DAMAGED where LMDB must not see
 * it. */
enum prb_err prb_environment_check(const char *dir, bool *there, struct prb_fault *fault);
/* One process must not open an environment twice: LMDB's locks would be lost with the first close.
 */
enum prb_err prb_opened_add(struct prb_state *state, struct prb_fault *fault);
void prb_opened_remove(struct prb_state *state);

#endif
