/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/state/batch.h"
#include "service/state/bytes.h"

#define RECORDS_A_COMMIT 1024

struct rebuilding {
	struct prb_state *from, *to;
	MDB_txn *txn; /* of `from`: one snapshot for the whole */
	struct prb_batch *batch;
	struct prb_opener *opener;
	struct prb_digest digest;
	uint64_t done;
	uint8_t chain[PRB_SHA256_BYTES];
	char fresh[PRB_STATE_PATH_BYTES_MAX]; /* where it grows; "" until it is there */
	struct prb_fault *fault;
};

static enum prb_err
no_memory(struct rebuilding *r, const char *dir)
{
	return prb_fault_set(
		r->fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "%s: memory ran out", dir);
}

static enum prb_err
record_fails(struct rebuilding *r, enum prb_err err, const char *what)
{
	return prb_fault_set(r->fault, err, PRB_NO_OFFSET, NULL, "%s: record %" PRIu64 ": %s",
		r->from->dir, r->done + 1, what);
}

/* Erased bodies are taken as they are: nothing that follows needs them. */
static enum prb_err
check_body(struct rebuilding *r, struct prb_span bytes)
{
	struct prb_fault why = {.err = PRB_OK};
	struct prb_record record;
	struct prb_body body;
	enum prb_err err = prb_record_read(bytes, &record, &why);

	if (err == PRB_OK)
		err = prb_opener_open(r->opener, &record, NULL, &body, &why);
	return err == PRB_OK || err == PRB_ERR_NOT_FOUND ? PRB_OK
							 : record_fails(r, err, why.detail);
}

static enum prb_err
take_record(struct rebuilding *r, const MDB_val *key, const MDB_val *value)
{
	struct prb_fault why = {.err = PRB_OK};
	struct prb_span bytes;
	uint64_t sequence, log_index;
	enum prb_err err;

	if (key->mv_size != PRB_SEQUENCE_BYTES || prb_get_be(key->mv_data, 8) != r->done + 1)
		return record_fails(r, PRB_ERR_STATE_DAMAGED, "it is not there");
	if (value->mv_size < PRB_SHA256_BYTES)
		return record_fails(r, PRB_ERR_STATE_DAMAGED, "it is cut");
	bytes = (struct prb_span){
		(const char *)value->mv_data + PRB_SHA256_BYTES, value->mv_size - PRB_SHA256_BYTES};
	prb_chain_next(&r->digest, r->chain, bytes, r->chain);
	if (memcmp(r->chain, value->mv_data, PRB_SHA256_BYTES) != 0)
		return record_fails(r, PRB_ERR_STATE_DAMAGED,
			"its bytes do not give its chain hash: it was changed");
	err = check_body(r, bytes);
	if (err != PRB_OK)
		return err;
	err = prb_batch_apply(r->batch, bytes, &sequence, &log_index, &why);
	if (err != PRB_OK)
		return record_fails(r, err, why.detail);
	r->done++;
	return PRB_OK;
}

static enum prb_err
begin_batch(struct rebuilding *r)
{
	enum prb_err err = prb_batch_begin(r->batch);

	return err == PRB_OK ? PRB_OK
			     : prb_fault_set(r->fault, err, PRB_NO_OFFSET, NULL,
				       "%s: cannot be written", r->to->dir);
}

static enum prb_err
take_journal(struct rebuilding *r, void (*progress)(void *context, uint64_t done, uint64_t all),
	void *context)
{
	MDB_cursor *cursor;
	MDB_val key, value;
	MDB_stat status;
	enum prb_err err = begin_batch(r);
	int error = mdb_stat(r->txn, r->from->tables[PRB_STATE_JOURNAL], &status);

	if (err != PRB_OK)
		return err;
	if (error == 0)
		error = mdb_cursor_open(r->txn, r->from->tables[PRB_STATE_JOURNAL], &cursor);
	if (error != 0)
		return prb_lmdb_failed(r->from, r->fault, "rebuilding", error);
	while (err == PRB_OK && (error = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
		err = take_record(r, &key, &value);
		if (err != PRB_OK || r->done % RECORDS_A_COMMIT != 0)
			continue;
		err = prb_batch_commit(r->batch, r->fault);
		if (err == PRB_OK)
			err = begin_batch(r);
		if (progress)
			progress(context, r->done, status.ms_entries);
	}
	mdb_cursor_close(cursor);
	if (err == PRB_OK && error != MDB_NOTFOUND)
		err = prb_lmdb_failed(r->from, r->fault, "rebuilding", error);
	return err == PRB_OK ? prb_batch_commit(r->batch, r->fault) : err;
}

/*
 * Whether what it was made from had the same rows: where that was of an earlier format, those that
 * this format had. What the earlier format must have been follows from the journal too.
 */
static bool
was_same(struct rebuilding *r, MDB_txn *txn)
{
	uint8_t before[PRB_SHA256_BYTES], after[PRB_SHA256_BYTES];
	unsigned format = PRB_STATE_FORMAT;
	uint64_t stored;
	MDB_stat status;

	if (r->from->lacks[PRB_STATE_META] || prb_state_format_get(r->from, r->txn, &stored) != 0 ||
		prb_state_odd_table(r->from, stored) != PRB_STATE_TABLES)
		return false;
	if (r->from->format > PRB_FORMAT_LAST_RAISED)
		format = r->from->format;
	else {
		if (mdb_stat(txn, r->to->tables[PRB_STATE_DECISION], &status) != 0)
			return false;
		format = status.ms_entries > 0 ? 2 : 1;
	}
	return stored == format &&
	       prb_state_hash(r->from, r->txn, format, &r->digest, before) == 0 &&
	       prb_state_hash(r->to, txn, format, &r->digest, after) == 0 &&
	       memcmp(before, after, sizeof(before)) == 0;
}

/* What came of it, and whether what it was made from had the same. */
static enum prb_err
describe(struct rebuilding *r, struct prb_state_counts *out)
{
	struct prb_state_counts counts;
	struct prb_state_head head;
	MDB_txn *txn;
	enum prb_err err = prb_state_counts(r->to, &counts);
	int error;

	if (err != PRB_OK)
		return prb_fault_set(
			r->fault, err, PRB_NO_OFFSET, NULL, "%s: cannot be read", r->to->dir);
	error = mdb_txn_begin(r->to->env, NULL, MDB_RDONLY, &txn);
	if (error != 0)
		return prb_lmdb_failed(r->to, r->fault, "rebuilding", error);
	error = prb_state_head_get(r->to, txn, &head);
	if (error == 0)
		error = prb_state_hash(
			r->to, txn, PRB_STATE_FORMAT, &r->digest, counts.state_sha256);
	counts.same = error == 0 && was_same(r, txn);
	mdb_txn_abort(txn);
	if (error != 0)
		return prb_lmdb_failed(r->to, r->fault, "rebuilding", error);
	prb_tree_root(&head.tree, prb_state_sha256, counts.log_root);
	if (r->digest.failed)
		return no_memory(r, r->to->dir);
	*out = counts;
	return PRB_OK;
}

static enum prb_err
copy_ring(struct rebuilding *r, const char *dir)
{
	char path[PRB_STATE_PATH_BYTES_MAX];

	if (!prb_path_join(path, dir, PRB_KEYRING_NAME, r->fault))
		return PRB_ERR_IO;
	return prb_keyring_copy(path, r->fresh, r->fault);
}

static enum prb_err
open_both(struct rebuilding *r, const char *dir, const char *out_dir)
{
	const struct prb_state_options reading = {.read_only = true}, making = {.create = true};
	enum prb_err err = prb_state_open_mode(dir, &reading, PRB_OPEN_JOURNAL, &r->from, r->fault);
	int error;

	if (err == PRB_OK)
		err = prb_folder_fresh(out_dir, r->fresh, r->fault);
	/* It is in no journal. Before the snapshot: beside a server it is never newer than that. */
	if (err == PRB_OK)
		err = prb_checkpoint_carry(dir, r->fresh, r->fault);
	if (err != PRB_OK)
		return err;
	error = mdb_txn_begin(r->from->env, NULL, MDB_RDONLY, &r->txn);
	if (error != 0)
		return prb_lmdb_failed(r->from, r->fault, "rebuilding", error);
	err = copy_ring(r, dir);
	if (err == PRB_OK)
		err = prb_state_open_mode(r->fresh, &making, PRB_OPEN_FRESH, &r->to, r->fault);
	if (err != PRB_OK)
		return err;
	r->opener = prb_opener_create(r->from->ring);
	if (!r->opener || prb_batch_create(r->to, &r->batch) != PRB_OK)
		return no_memory(r, dir);
	return PRB_OK;
}

static void
close_both(struct rebuilding *r)
{
	prb_batch_destroy(r->batch);
	prb_opener_destroy(r->opener);
	if (r->txn)
		mdb_txn_abort(r->txn);
	prb_state_close(r->from);
	prb_state_close(r->to);
}

enum prb_err
prb_state_rebuild(const char *dir, const char *out_dir,
	void (*progress)(void *context, uint64_t done, uint64_t all), void *context,
	struct prb_state_counts *out, struct prb_fault *fault)
{
	struct rebuilding r = {.fault = fault};
	struct prb_state_counts counts;
	enum prb_err err;

	if (!prb_digest_init(&r.digest))
		return no_memory(&r, dir);
	err = open_both(&r, dir, out_dir);
	if (err == PRB_OK)
		err = take_journal(&r, progress, context);
	if (err == PRB_OK)
		err = describe(&r, &counts);
	if (err == PRB_OK && progress)
		progress(context, r.done, r.done);
	close_both(&r);
	prb_digest_destroy(&r.digest);
	if (err == PRB_OK)
		err = prb_folder_name(r.fresh, out_dir, fault);
	if (err == PRB_OK)
		*out = counts;
	else
		prb_folder_drop(r.fresh);
	return err;
}
