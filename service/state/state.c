/* SPDX-License-Identifier: Apache-2.0 */
#include "service/state/state.h"

#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "service/state/record.h"
#include "service/state/tables.h"

/* At open, how far back the newest sealed record is looked for. */
#define RING_LOOKS_MAX 64

static enum prb_err
no_memory(struct prb_fault *fault, const char *dir)
{
	return prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "%s: memory ran out", dir);
}

static enum prb_err
damaged(const struct prb_state *state, struct prb_fault *fault, const char *what)
{
	return prb_fault_set(fault, PRB_ERR_STATE_DAMAGED, PRB_NO_OFFSET, NULL,
		"%s: %s: run `probity state rebuild`", state->dir, what);
}

static enum prb_err
check_format(const struct prb_state *state, MDB_txn *txn, struct prb_fault *fault)
{
	enum prb_state_table odd;
	uint64_t format;

	if (prb_state_format_get(state, txn, &format) != 0)
		return damaged(state, fault, "its row `format` cannot be read");
	if (format < PRB_STATE_FORMAT_FIRST || format > PRB_STATE_FORMAT)
		return prb_fault_set(fault, PRB_ERR_STATE_FORMAT, PRB_NO_OFFSET, NULL,
			"%s: the state has format %" PRIu64
			", this program reads %d: use the version that wrote it, or a newer one",
			state->dir, format, PRB_STATE_FORMAT);
	odd = prb_state_odd_table(state, format);
	if (odd == PRB_STATE_TABLES)
		return PRB_OK;
	return prb_fault_set(fault, PRB_ERR_STATE_DAMAGED, PRB_NO_OFFSET, NULL,
		"%s: its table `%s` is %s: run `probity state rebuild`", state->dir,
		prb_state_table_name(odd),
		state->lacks[odd] ? "not there" : "there, and its row `format` is of before it");
}

/* The head must be that of the journal's last record. */
static enum prb_err
check_head(const struct prb_state *state, MDB_txn *txn, struct prb_state_head *head,
	struct prb_fault *fault)
{
	struct prb_span record;
	const uint8_t *chain;
	MDB_stat status;

	if (prb_state_head_get(state, txn, head) != 0)
		return damaged(state, fault, "its row `head` cannot be read");
	if (mdb_stat(txn, state->tables[PRB_STATE_JOURNAL], &status) != 0 ||
		status.ms_entries != head->records)
		return damaged(state, fault, "journal and head do not agree");
	if (head->records == 0)
		return PRB_OK;
	if (prb_journal_get(state, txn, head->records, &chain, &record) != 0 ||
		memcmp(chain, head->chain, PRB_SHA256_BYTES) != 0)
		return damaged(state, fault, "journal and head do not agree");
	return PRB_OK;
}

/* The newest record that is sealed: what the server says of itself is not. *at is 0 where there is
 * none among the last. */
static enum prb_err
newest_sealed(const struct prb_state *state, MDB_txn *txn, uint64_t records,
	struct prb_record *record, uint64_t *at, struct prb_fault *why)
{
	uint64_t least = records > RING_LOOKS_MAX ? records - RING_LOOKS_MAX : 0;

	for (*at = records; *at > least; (*at)--) {
		struct prb_span bytes;
		enum prb_err err;

		if (prb_journal_get(state, txn, *at, NULL, &bytes) != 0)
			return prb_fault_set(
				why, PRB_ERR_STATE_DAMAGED, PRB_NO_OFFSET, NULL, "it is not there");
		err = prb_record_read(bytes, record, why);
		if (err != PRB_OK || prb_record_is_sealed(record))
			return err;
	}
	*at = 0;
	return PRB_OK;
}

/* Opens the newest record: the ring of another state is found now and not by the first reader. */
static enum prb_err
check_ring(const struct prb_state *state, MDB_txn *txn, uint64_t records, struct prb_fault *fault)
{
	struct prb_opener *opener;
	struct prb_record record;
	struct prb_body body;
	struct prb_fault why = {.err = PRB_OK};
	uint64_t at;
	enum prb_err err = newest_sealed(state, txn, records, &record, &at, &why);

	if (err == PRB_OK && at > 0) {
		opener = prb_opener_create(state->ring);
		if (!opener)
			return no_memory(fault, state->dir);
		err = prb_opener_open(opener, &record, NULL, &body, &why);
		prb_opener_destroy(opener);
	}
	if (err == PRB_OK || err == PRB_ERR_NOT_FOUND)
		return PRB_OK;
	return prb_fault_set(fault, err, PRB_NO_OFFSET, NULL, "%s: record %" PRIu64 ": %s",
		state->dir, at, why.detail);
}

static enum prb_err
check_content(const struct prb_state *state, struct prb_fault *fault)
{
	struct prb_state_head head;
	MDB_txn *txn;
	enum prb_err err;
	int error = mdb_txn_begin(state->env, NULL, MDB_RDONLY, &txn);

	if (error != 0)
		return prb_lmdb_failed(state, fault, "opening", error);
	err = check_format(state, txn, fault);
	if (err == PRB_OK)
		err = check_head(state, txn, &head, fault);
	if (err == PRB_OK)
		err = check_ring(state, txn, head.records, fault);
	mdb_txn_abort(txn);
	return err;
}

/* A ring without a journal: the journal was lost, and an empty one in its place would hide it. */
static enum prb_err
check_lost(const char *dir, struct prb_fault *fault)
{
	if (!prb_keyring_exists(dir))
		return PRB_OK;
	return prb_fault_set(fault, PRB_ERR_STATE_DAMAGED, PRB_NO_OFFSET, NULL,
		"%s: the key ring is here and the journal (data.mdb) is not: restore it from a "
		"backup; if nothing was ever stored here, remove the file keyring",
		dir);
}

/* Folder and lock; *may_make: there is nothing yet, and it may be made. */
static enum prb_err
open_folder(struct prb_state *state, bool *may_make, struct prb_fault *fault)
{
	bool create = state->options.create && !state->options.read_only, made, there = false;
	enum prb_err err = PRB_OK;

	if (create)
		err = prb_folder_make(state->dir, &made, fault);
	if (err == PRB_OK)
		err = prb_folder_check(state->dir, fault);
	if (err == PRB_OK)
		err = prb_opened_add(state, fault);
	if (err == PRB_OK && !state->options.read_only)
		err = prb_folder_lock(state->dir, &state->lock, fault);
	if (err == PRB_OK)
		err = prb_environment_check(state->dir, &there, fault);
	if (err != PRB_OK)
		return err;
	*may_make = create;
	if (!there && !create)
		return prb_fault_set(fault, PRB_ERR_IO, PRB_NO_OFFSET, NULL,
			"%s: there is no state in this folder: name the right one with --state",
			state->dir);
	return there || state->mode != PRB_OPEN_WHOLE ? PRB_OK : check_lost(state->dir, fault);
}

enum prb_err
prb_state_count_bare(const char *dir, struct prb_state_counts *out, struct prb_fault *fault)
{
	struct prb_state bare = {.dir = strdup(dir),
		.options = {.read_only = true},
		.lock = -1,
		.mode = PRB_OPEN_JOURNAL};
	enum prb_err err =
		bare.dir ? prb_environment_open(&bare, false, fault) : no_memory(fault, dir);

	if (err == PRB_OK)
		err = prb_state_counts(&bare, out);
	if (bare.env)
		mdb_env_close(bare.env);
	free(bare.dir);
	return err;
}

/* A making that was stopped has no ring yet, and perhaps no table: the next start takes it up. */
static enum prb_err
check_ringless(const char *dir, struct prb_fault *fault)
{
	struct prb_state_counts counts = {.records = 0};
	struct prb_keyring *ring;

	if (prb_state_count_bare(dir, &counts, NULL) != PRB_OK || counts.records == 0)
		return PRB_OK;
	return prb_keyring_read(dir, &ring, fault);
}

/* In a folder that is there. */
static enum prb_err
look_inside(const char *dir, struct prb_fault *fault)
{
	struct prb_keyring *ring = NULL;
	bool there = false;
	enum prb_err err = prb_folder_check(dir, fault);

	if (err == PRB_OK && access(dir, W_OK | X_OK) != 0)
		err = prb_file_failed(fault, dir, "writing into it", errno);
	if (err == PRB_OK)
		err = prb_environment_check(dir, &there, fault);
	if (err == PRB_OK && !there)
		err = check_lost(dir, fault);
	if (err == PRB_OK && prb_keyring_exists(dir))
		err = prb_keyring_read(dir, &ring, fault);
	else if (err == PRB_OK && there)
		err = check_ringless(dir, fault);
	prb_keyring_destroy(ring);
	return err;
}

enum prb_err
prb_state_look(const char *dir, struct prb_fault *fault)
{
	char fresh[PRB_STATE_PATH_BYTES_MAX];
	enum prb_err err;

	if (access(dir, F_OK) == 0 || errno != ENOENT)
		return look_inside(dir, fault);
	/* Whether a folder can be made there is known to the system alone: one is, and goes. */
	err = prb_folder_fresh(dir, fresh, fault);
	prb_folder_drop(fresh);
	return err;
}

/* The ring is made behind the environment, and only for a journal that holds nothing: so a making
 * that was stopped is taken up again, and a ring without a journal can mean one thing alone. */
static enum prb_err
open_ring(struct prb_state *state, bool may_make, struct prb_fault *fault)
{
	struct prb_state_counts counts = {.records = 0};
	enum prb_err err = PRB_OK;

	if (may_make && !prb_keyring_exists(state->dir)) {
		err = prb_state_counts(state, &counts);
		if (err == PRB_OK && counts.records == 0)
			err = prb_keyring_make(
				state->dir, PRB_TENANT_OPEN, state->options.now_ms, fault);
	}
	return err == PRB_OK ? prb_keyring_read(state->dir, &state->ring, fault) : err;
}

enum prb_err
prb_state_open_mode(const char *dir, const struct prb_state_options *options,
	enum prb_open_mode mode, struct prb_state **out, struct prb_fault *fault)
{
	struct prb_state *state = calloc(1, sizeof(*state));
	bool may_make = false;
	enum prb_err err = PRB_ERR_MEMORY;

	if (!state || sodium_init() < 0 || !(state->dir = strdup(dir))) {
		free(state);
		return no_memory(fault, dir);
	}
	state->options = *options;
	state->mode = mode;
	state->lock = -1;
	err = open_folder(state, &may_make, fault);
	if (err == PRB_OK)
		err = prb_environment_open(state, may_make, fault);
	if (err == PRB_OK)
		err = open_ring(state, may_make, fault);
	if (err == PRB_OK && mode != PRB_OPEN_JOURNAL)
		err = check_content(state, fault);
	if (err == PRB_OK && mode == PRB_OPEN_WHOLE && !options->read_only)
		err = prb_tenant_settle(state, fault);
	if (err == PRB_OK)
		*out = state;
	else
		prb_state_close(state);
	return err;
}

enum prb_err
prb_state_open(const char *dir, const struct prb_state_options *options, struct prb_state **out,
	struct prb_fault *fault)
{
	return prb_state_open_mode(dir, options, PRB_OPEN_WHOLE, out, fault);
}

void
prb_state_close(struct prb_state *state)
{
	if (!state)
		return;
	if (state->env)
		mdb_env_close(state->env);
	prb_keyring_destroy(state->ring);
	prb_opened_remove(state);
	/* The lock goes last: whoever gets it finds everything closed. */
	if (state->lock >= 0)
		(void)close(state->lock);
	free(state->dir);
	free(state);
}

enum prb_err
prb_state_counts(struct prb_state *state, struct prb_state_counts *out)
{
	struct prb_state_counts counts = {.records = 0};
	struct prb_state_head head;
	MDB_envinfo info;
	MDB_stat status;
	MDB_txn *txn;
	int error = mdb_txn_begin(state->env, NULL, MDB_RDONLY, &txn);

	if (error != 0)
		return prb_lmdb_failed(state, NULL, "counting", error);
	error = prb_state_head_get(state, txn, &head);
	mdb_txn_abort(txn);
	if (error == 0)
		error = mdb_env_info(state->env, &info);
	if (error == 0)
		error = mdb_env_stat(state->env, &status);
	if (error != 0)
		return prb_lmdb_failed(state, NULL, "counting", error);
	counts.records = head.records;
	counts.log_size = head.tree.size;
	counts.map_bytes = info.me_mapsize;
	counts.used_bytes = ((uint64_t)info.me_last_pgno + 1) * status.ms_psize;
	*out = counts;
	return PRB_OK;
}

enum prb_err
prb_state_writable(struct prb_state *state, struct prb_fault *fault)
{
	struct prb_state_counts counts;
	struct statvfs disk;
	enum prb_err err = prb_state_counts(state, &counts);

	if (err != PRB_OK)
		return prb_fault_set(
			fault, err, PRB_NO_OFFSET, NULL, "%s: cannot be read", state->dir);
	if (counts.used_bytes / PRB_MAP_USED_PERCENT_MAX >= counts.map_bytes / 100)
		return prb_fault_set(fault, PRB_ERR_FULL, PRB_NO_OFFSET, NULL,
			"%s: %" PRIu64 " of %" PRIu64
			" bytes of the map are used: start with a larger map",
			state->dir, counts.used_bytes, counts.map_bytes);
	if (statvfs(state->dir, &disk) != 0)
		return prb_fault_set(fault, PRB_ERR_IO, PRB_NO_OFFSET, NULL,
			"%s: the room on the disk cannot be asked for", state->dir);
	if ((uint64_t)disk.f_bavail * disk.f_frsize < PRB_DISK_FREE_BYTES_MIN)
		return prb_fault_set(fault, PRB_ERR_FULL, PRB_NO_OFFSET, NULL,
			"%s: less than %llu MB free on the disk: make room", state->dir,
			PRB_DISK_FREE_BYTES_MIN / (1024 * 1024));
	return PRB_OK;
}
