/* SPDX-License-Identifier: Apache-2.0 */

/* What is done before and around LMDB: its header, its flags, its tables, and that no process opens
 * one environment twice. */

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "service/state/tables.h"

#define MAP_BYTES_LEAST (1ULL << 28)   /* below which nobody tries */
#define MAP_BYTES_DEFAULT (1ULL << 40) /* address space alone */
#define MAP_BYTES_TO_GROW (1ULL << 30) /* that a server may write before a reader has begun */
#define READERS_MAX 254                /* twice what LMDB has by itself: workers, pool, verify */
#define NAMED_TABLES_MAX 32            /* room for tables to come */

/* LMDB 0.9's header (lmdb's mdb.c: MDB_page, MDB_meta, MDB_db) as it is on machines with 64-bit
 * pointers; numbers are the machine's own. */
static_assert(sizeof(size_t) == 8, "the header check knows LMDB's 64-bit layout alone");
#define PAGE_HEADER_BYTES 16
#define PAGE_FLAGS_AT 10
#define PAGE_IS_META 0x08U
#define META_MAGIC 0xBEEFC0DEU
#define META_VERSION 1U
#define META_BYTES 136
#define META_PAGE_SIZE_AT 24
#define META_FREE_ROOT_AT (24 + 40)
#define META_MAIN_ROOT_AT (72 + 40)
#define META_LAST_PAGE_AT 120
#define META_TRANSACTION_AT 128
#define NO_PAGE UINT64_MAX

struct meta {
	uint64_t page_bytes, last_page, transaction, roots[2];
};

static uint64_t
number_at(const unsigned char *p, size_t bytes)
{
	uint16_t two;
	uint32_t four;
	uint64_t eight;

	switch (bytes) {
	case sizeof(two):
		memcpy(&two, p, sizeof(two));
		return two;
	case sizeof(four):
		memcpy(&four, p, sizeof(four));
		return four;
	default:
		memcpy(&eight, p, sizeof(eight));
		return eight;
	}
}

static const char *
read_meta(int fd, uint64_t at, struct meta *out)
{
	unsigned char page[PAGE_HEADER_BYTES + META_BYTES];
	const unsigned char *meta = page + PAGE_HEADER_BYTES;

	if (pread(fd, page, sizeof(page), (off_t)at) != (ssize_t)sizeof(page))
		return "its header is cut";
	if (!(number_at(page + PAGE_FLAGS_AT, 2) & PAGE_IS_META) ||
		number_at(meta, 4) != META_MAGIC)
		return "it does not begin as an LMDB file";
	if (number_at(meta + 4, 4) != META_VERSION)
		return "it is an LMDB file of another version";
	out->page_bytes = number_at(meta + META_PAGE_SIZE_AT, 4);
	out->last_page = number_at(meta + META_LAST_PAGE_AT, 8);
	out->transaction = number_at(meta + META_TRANSACTION_AT, 8);
	out->roots[0] = number_at(meta + META_FREE_ROOT_AT, 8);
	out->roots[1] = number_at(meta + META_MAIN_ROOT_AT, 8);
	if (out->page_bytes < 512 || out->page_bytes > 65536 ||
		(out->page_bytes & (out->page_bytes - 1)) != 0)
		return "its page size cannot be";
	return NULL;
}

/* The file's size is asked for last: beside a server it only grows, and pages are written before
 * the meta page that names them. */
static const char *
check_header(int fd)
{
	struct meta metas[2], *newest;
	struct stat status;
	const char *wrong = read_meta(fd, 0, &metas[0]);

	if (!wrong)
		wrong = read_meta(fd, metas[0].page_bytes, &metas[1]);
	if (wrong)
		return wrong;
	newest = &metas[metas[1].transaction > metas[0].transaction];
	if (metas[0].page_bytes != metas[1].page_bytes || newest->last_page < 1)
		return "its two headers do not agree";
	for (size_t i = 0; i < 2; i++)
		if (newest->roots[i] != NO_PAGE &&
			(newest->roots[i] < 2 || newest->roots[i] > newest->last_page))
			return "a root page lies outside the file";
	if (fstat(fd, &status) != 0 || newest->last_page >= UINT64_MAX / newest->page_bytes - 1 ||
		(uint64_t)status.st_size < (newest->last_page + 1) * newest->page_bytes)
		return "it was cut";
	return NULL;
}

enum prb_err
prb_environment_check(const char *dir, bool *there, struct prb_fault *fault)
{
	char path[PRB_STATE_PATH_BYTES_MAX];
	struct stat status;
	const char *wrong;
	int fd;

	if (!prb_path_join(path, dir, PRB_DATA_NAME, fault))
		return PRB_ERR_IO;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT) {
		*there = false;
		return PRB_OK;
	}
	if (fd < 0)
		return prb_file_failed(fault, path, "opening", errno);
	if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
		wrong = "it is not a file";
	} else {
		/* LMDB writes both header pages at once: nothing at all is a creation that was
		 * stopped before it. */
		*there = status.st_size > 0;
		wrong = *there ? check_header(fd) : NULL;
	}
	(void)close(fd);
	if (!wrong)
		return PRB_OK;
	return prb_fault_set(fault, PRB_ERR_STATE_DAMAGED, PRB_NO_OFFSET, NULL,
		"%s: %s: bring it back from a backup", path, wrong);
}

/* The rows that an empty state has. */
static int
write_first_rows(const struct prb_state *state, MDB_txn *txn)
{
	uint8_t head_bytes[PRB_STATE_HEAD_BYTES_MAX];
	struct prb_state_head head = {.records = 0};
	size_t n = prb_state_head_write(&head, head_bytes);
	int error = prb_state_format_put(state, txn, PRB_STATE_FORMAT);

	if (error != 0)
		return error;
	return prb_state_put(state, txn, PRB_STATE_META, PRB_SPAN(PRB_STATE_HEAD_KEY),
		(struct prb_span){(const char *)head_bytes, n}, 0);
}

/* Whether a table that came with a later format is missing rightly is seen once the format can be
 * read. */
static int
open_table(struct prb_state *state, MDB_txn *txn, enum prb_state_table table, unsigned flags)
{
	int error = mdb_dbi_open(txn, prb_state_table_name(table), flags, &state->tables[table]);
	bool may_miss = error == MDB_NOTFOUND && prb_state_table_format(table) > 1;

	state->lacks[table] = error != 0;
	if (may_miss || (error != 0 && error != ENOMEM && table != PRB_STATE_JOURNAL &&
				state->mode == PRB_OPEN_JOURNAL))
		return 0;
	return error;
}

static int
open_tables(struct prb_state *state, MDB_txn *txn, unsigned flags)
{
	int error = 0;

	for (int i = 0; i < PRB_STATE_TABLES && error == 0; i++)
		if (flags == 0 || state->lacks[i])
			error = open_table(state, txn, (enum prb_state_table)i, flags);
	return error;
}

/* What an earlier version wrote is brought up to this one where it may be written to. A row
 * `format` that cannot be, or that its tables contradict, is left for the check of the content. */
static int
settle_format(struct prb_state *state, MDB_txn *txn)
{
	uint64_t format;
	int error;

	if (state->lacks[PRB_STATE_META] || prb_state_format_get(state, txn, &format) != 0 ||
		format < PRB_STATE_FORMAT_FIRST || format > PRB_STATE_FORMAT)
		return 0;
	state->format = (unsigned)format;
	if (format == PRB_STATE_FORMAT)
		return 0;
	if (state->options.read_only || prb_state_odd_table(state, format) != PRB_STATE_TABLES)
		return 0;
	error = open_tables(state, txn, MDB_CREATE);
	if (error == 0)
		error = prb_state_upgrade(state, txn, state->format);
	if (error == 0)
		state->format = PRB_STATE_FORMAT;
	return error;
}

/* An environment in which nothing was ever committed has no named table. */
static bool
is_empty(MDB_txn *txn)
{
	MDB_stat status;
	MDB_dbi names;

	return mdb_dbi_open(txn, NULL, 0, &names) == 0 && mdb_stat(txn, names, &status) == 0 &&
	       status.ms_entries == 0;
}

static int
in_transaction(struct prb_state *state, bool may_make)
{
	MDB_txn *txn;
	int error =
		mdb_txn_begin(state->env, NULL, state->options.read_only ? MDB_RDONLY : 0, &txn);

	if (error != 0)
		return error;
	if (may_make && is_empty(txn)) {
		memset(state->lacks, true, sizeof(state->lacks));
		error = open_tables(state, txn, MDB_CREATE);
		state->format = PRB_STATE_FORMAT;
		if (error == 0)
			error = write_first_rows(state, txn);
	} else {
		error = open_tables(state, txn, 0);
		if (error == 0)
			error = settle_format(state, txn);
	}
	if (error == 0)
		return mdb_txn_commit(txn); /* keeps the handles, of a read transaction too */
	mdb_txn_abort(txn);
	return error;
}

static int
open_mapped(struct prb_state *state, uint64_t map)
{
	unsigned flags = MDB_NOTLS | (state->options.read_only ? MDB_RDONLY : 0);
	int error = mdb_env_create(&state->env);

	if (error != 0)
		return error;
	error = mdb_env_set_mapsize(state->env, map);
	if (error == 0)
		error = mdb_env_set_maxreaders(state->env, READERS_MAX);
	if (error == 0)
		error = mdb_env_set_maxdbs(state->env, NAMED_TABLES_MAX);
	if (error == 0)
		error = mdb_env_open(state->env, state->dir, flags, S_IRUSR | S_IWUSR);
	if (error == ENOMEM) {
		mdb_env_close(state->env);
		state->env = NULL;
	}
	return error;
}

/* Who only reads needs no more room than there is. */
static uint64_t
map_wanted(const struct prb_state *state)
{
	char path[PRB_STATE_PATH_BYTES_MAX];
	struct stat status;

	if (state->options.map_bytes != 0)
		return state->options.map_bytes;
	if (!state->options.read_only || !prb_path_join(path, state->dir, PRB_DATA_NAME, NULL) ||
		stat(path, &status) != 0)
		return MAP_BYTES_DEFAULT;
	return (uint64_t)status.st_size + MAP_BYTES_TO_GROW;
}

/* A process that may not have so much address space (ulimit -v, a sanitizer) does with less where
 * nobody has named a size: commands that read, or that make a state anew. */
static int
open_somehow(struct prb_state *state, uint64_t *map)
{
	int error = open_mapped(state, *map);

	while (error == ENOMEM && state->options.map_bytes == 0 && *map / 2 >= MAP_BYTES_LEAST) {
		*map /= 2;
		error = open_mapped(state, *map);
	}
	return error;
}

enum prb_err
prb_environment_open(struct prb_state *state, bool may_make, struct prb_fault *fault)
{
	uint64_t map = map_wanted(state);
	int error = open_somehow(state, &map), dead;

	if (error == ENOMEM)
		return prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL,
			"%s: a map of %llu MiB is more address space than this process may have: "
			"%sraise the limit (ulimit -v)",
			state->dir, (unsigned long long)(map >> 20),
			state->options.map_bytes != 0 ? "lower [state] map_mib, or " : "");
	/* Readers that were killed keep their place, and with it every page freed since. */
	if (error == 0)
		error = mdb_reader_check(state->env, &dead);
	if (error == 0)
		error = in_transaction(state, may_make);
	return error == 0 ? PRB_OK : prb_lmdb_failed(state, fault, "opening", error);
}

struct prb_opened {
	dev_t device;
	ino_t inode;
	struct prb_opened *next;
};

static pthread_mutex_t opened_mutex = PTHREAD_MUTEX_INITIALIZER;
static struct prb_opened *opened_first;

enum prb_err
prb_opened_add(struct prb_state *state, struct prb_fault *fault)
{
	struct prb_opened *added = calloc(1, sizeof(*added)), *other;
	struct stat status;

	if (!added)
		return prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL,
			"%s: memory ran out", state->dir);
	if (stat(state->dir, &status) != 0) {
		free(added);
		return prb_file_failed(fault, state->dir, "opening", errno);
	}
	*added = (struct prb_opened){.device = status.st_dev, .inode = status.st_ino};
	(void)pthread_mutex_lock(&opened_mutex);
	for (other = opened_first; other; other = other->next)
		if (other->device == added->device && other->inode == added->inode)
			break;
	if (!other) {
		added->next = opened_first;
		opened_first = added;
		state->opened = added;
	}
	(void)pthread_mutex_unlock(&opened_mutex);
	if (!other)
		return PRB_OK;
	free(added);
	return prb_fault_set(fault, PRB_ERR_STATE_IN_USE, PRB_NO_OFFSET, NULL,
		"%s: this program has the state open already", state->dir);
}

void
prb_opened_remove(struct prb_state *state)
{
	if (!state->opened)
		return;
	(void)pthread_mutex_lock(&opened_mutex);
	for (struct prb_opened **at = &opened_first; *at; at = &(*at)->next)
		if (*at == state->opened) {
			*at = state->opened->next;
			break;
		}
	(void)pthread_mutex_unlock(&opened_mutex);
	free(state->opened);
	state->opened = NULL;
}
