/* SPDX-License-Identifier: Apache-2.0 */

/* A state from its making to its rebuilding: what is put is found, what is changed is seen. */

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "service/state/bytes.h"
#include "tests/unit/state_support.h"

static struct prb_arena *arena;

static int
setup(void **state)
{
	(void)state;
	arena = prb_arena_create((size_t)64 << 20);
	return arena && sodium_init() >= 0 ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	prb_arena_destroy(arena);
	return 0;
}

static int
after_each(void **state)
{
	(void)state;
	state_remove();
	return 0;
}

static mode_t
mode_of(const char *dir, const char *name)
{
	char path[STATE_PATH_BYTES];
	struct stat status;

	state_join(path, dir, name);
	assert_int_equal(lstat(path, &status), 0);
	return status.st_mode & 07777;
}

static void
making(void **state)
{
	char dir[STATE_PATH_BYTES], detail[PRB_FAULT_DETAIL_BYTES_MAX];
	struct prb_state *made;
	struct prb_state_counts counts;
	struct prb_fault fault;

	(void)state;
	state_path(dir, "s");
	assert_int_equal(state_open_error(dir, false, false, detail), PRB_ERR_IO);
	assert_non_null(strstr(detail, "--state"));
	made = state_make(dir, 0);
	assert_int_equal(mode_of(dir, "."), 0700);
	assert_int_equal(mode_of(dir, "keyring"), 0600);
	assert_int_equal(mode_of(dir, "data.mdb"), 0600);
	assert_int_equal(mode_of(dir, "lock.mdb"), 0600);
	assert_int_equal(prb_state_counts(made, &counts), PRB_OK);
	assert_int_equal(counts.records, 0);
	assert_int_equal(counts.log_size, 0);
	assert_int_equal(counts.map_bytes, 1ULL << 40);
	assert_int_equal(prb_state_writable(made, &fault), PRB_OK);
	assert_int_equal(prb_state_verify(made, NULL, NULL, &counts, &fault), PRB_OK);
	prb_state_close(made);
	/* Again, and with `create` over what is there. */
	prb_state_close(state_open(dir, false));
	prb_state_close(state_make(dir, 0));
	prb_state_close(NULL);
}

/* Everything put is found by each of its names, and by nobody else. */
static void
finding(void **state)
{
	struct prb_found_attestation attested;
	char dir[STATE_PATH_BYTES];
	struct prb_state *made;
	struct prb_state_reader *reader;
	struct prb_stored_declaration found;
	struct prb_id nobody = {{0xEE}};

	(void)state;
	state_path(dir, "s");
	made = state_make(dir, 0);
	assert_int_equal(prb_state_reader_create(made, &reader), PRB_OK);
	assert_int_equal(prb_find_sequence(reader, 1, arena, &found), PRB_ERR_NOT_FOUND);
	assert_int_equal(state_put_batch(made, 0, 7), PRB_OK);
	assert_int_equal(state_put_batch(made, 7, 1), PRB_OK);
	assert_int_equal(state_put_batch(made, 8, 32), PRB_OK);
	for (uint64_t n = 0; n < 40; n++) {
		struct prb_stored_declaration stored = state_declaration(n), newest;

		prb_arena_reset(arena);
		assert_int_equal(
			prb_find_declaration(reader, 1, &stored.id, arena, &found), PRB_OK);
		state_same(&found, &stored);
		assert_int_equal(found.sequence, n + 1);
		assert_int_equal(found.log_index, n);
		assert_int_equal(prb_find_report(reader, 1, &stored.id, arena, &found), PRB_OK);
		state_same(&found, &stored);
		assert_int_equal(prb_find_sequence(reader, n + 1, arena, &found), PRB_OK);
		state_same(&found, &stored);
		assert_int_equal(found.log_index, n);
		assert_int_equal(
			prb_find_report(reader, 1, &stored.report_id, arena, &found), PRB_OK);
		newest = state_declaration(n | 1);
		state_same(&found, &newest);
		stored = state_declaration(n);

		assert_int_equal(
			prb_find_attestation(reader, &stored.attestation_id, arena, &attested),
			PRB_OK);
		assert_true(prb_span_equal(attested.attestation, stored.attestation));
		assert_memory_equal(attested.log_salt, stored.log_salt, sizeof(attested.log_salt));
		assert_memory_equal(
			attested.leaf_hash, stored.leaf_hash, sizeof(attested.leaf_hash));
		assert_true(attested.time_ms == stored.time_ms);
		assert_int_equal(attested.log_index, n);
		assert_int_equal(attested.tenant, stored.tenant);
		assert_null(attested.openings.p);

		/* Another tenant, another kind of id. */
		assert_int_equal(prb_find_declaration(reader, 2, &stored.id, arena, &found),
			PRB_ERR_NOT_FOUND);
		assert_int_equal(prb_find_report(reader, 2, &stored.report_id, arena, &found),
			PRB_ERR_NOT_FOUND);
		assert_int_equal(
			prb_find_report(reader, 2, &stored.id, arena, &found), PRB_ERR_NOT_FOUND);
		assert_int_equal(
			prb_find_declaration(reader, 1, &stored.attestation_id, arena, &found),
			PRB_ERR_NOT_FOUND);
		assert_int_equal(prb_find_attestation(reader, &stored.id, arena, &attested),
			PRB_ERR_NOT_FOUND);
	}
	assert_int_equal(
		prb_find_declaration(reader, 1, &nobody, arena, &found), PRB_ERR_NOT_FOUND);
	assert_int_equal(prb_find_sequence(reader, 0, arena, &found), PRB_ERR_NOT_FOUND);
	assert_int_equal(prb_find_sequence(reader, 41, arena, &found), PRB_ERR_NOT_FOUND);
	prb_state_reader_destroy(reader);
	prb_state_close(made);
}

/* An arena that is too small for a record: told as memory, nothing touched. */
static void
small_arena(void **state)
{
	char dir[STATE_PATH_BYTES];
	struct prb_arena *small = prb_arena_create(64);
	struct prb_state *made;
	struct prb_state_reader *reader;
	struct prb_stored_declaration found = {.tenant = 77}, stored = state_declaration(0);

	(void)state;
	state_path(dir, "s");
	made = state_make(dir, 0);
	assert_int_equal(state_put_batch(made, 0, 1), PRB_OK);
	assert_int_equal(prb_state_reader_create(made, &reader), PRB_OK);
	assert_int_equal(
		prb_find_declaration(reader, 1, &stored.id, small, &found), PRB_ERR_MEMORY);
	assert_int_equal(found.tenant, 77);
	prb_state_reader_destroy(reader);
	prb_state_close(made);
	prb_arena_destroy(small);
}

struct writing {
	struct prb_sealer *sealer;
	struct prb_batch *batch;
	struct prb_str sealed;
	enum prb_put what;
	uint64_t sequence, index;
};

static void
writing_init(struct writing *w, struct prb_state *state)
{
	*w = (struct writing){.sealer = prb_sealer_create(state)};
	assert_non_null(w->sealer);
	prb_str_init(&w->sealed, PRB_SEALED_BYTES_MAX);
	assert_int_equal(prb_batch_create(state, &w->batch), PRB_OK);
}

static void
writing_finish(struct writing *w)
{
	prb_batch_destroy(w->batch);
	prb_str_finish(&w->sealed);
	prb_sealer_destroy(w->sealer);
}

static enum prb_err
put(struct writing *w, const struct prb_stored_declaration *stored)
{
	prb_str_reset(&w->sealed);
	assert_int_equal(prb_seal_declaration(w->sealer, stored, &w->sealed), PRB_OK);
	return prb_batch_put_declaration(
		w->batch, stored, prb_str_span(&w->sealed), &w->what, &w->sequence, &w->index);
}

/* New, replayed, reused; within one batch and over batches; before and after opening anew. */
static void
idempotency(void **state)
{
	char dir[STATE_PATH_BYTES];
	struct prb_state *made;
	struct prb_stored_declaration first = state_declaration(3), again, found;
	struct prb_state_reader *reader;
	struct prb_fault fault;
	struct writing w;
	bool same = false;

	(void)state;
	state_path(dir, "s");
	made = state_make(dir, 0);
	assert_int_equal(state_put_batch(made, 0, 1), PRB_OK);
	for (int round = 0; round < 3; round++) {
		writing_init(&w, made);
		assert_int_equal(prb_batch_begin(w.batch), PRB_OK);
		assert_int_equal(put(&w, &first), PRB_OK);
		assert_int_equal(w.what, round == 0 ? PRB_PUT_NEW : PRB_PUT_REPLAYED);
		assert_int_equal(w.sequence, 2);
		assert_int_equal(w.index, 1);
		/* The same request comes with new ids. */
		again = first;
		again.id.bytes[15] ^= 1;
		again.attestation_id.bytes[15] ^= 1;
		assert_int_equal(put(&w, &again), PRB_OK);
		assert_int_equal(w.what, PRB_PUT_REPLAYED);
		assert_int_equal(w.sequence, 2);
		assert_int_equal(w.index, 1);
		again.request_sha256[0] ^= 1;
		assert_int_equal(put(&w, &again), PRB_OK);
		assert_int_equal(w.what, PRB_PUT_KEY_REUSED);
		if (round == 1)
			prb_batch_abort(w.batch);
		else
			assert_int_equal(prb_batch_commit(w.batch, &fault), PRB_OK);
		writing_finish(&w);
		if (round == 1) {
			prb_state_close(made);
			made = state_open(dir, false);
		}
	}
	assert_int_equal(prb_state_reader_create(made, &reader), PRB_OK);
	assert_int_equal(prb_find_idempotent(reader, 1, first.idempotency_key, first.request_sha256,
				 &same, arena, &found),
		PRB_OK);
	assert_true(same);
	state_same(&found, &first);
	assert_int_equal(prb_find_idempotent(reader, 1, first.idempotency_key, again.request_sha256,
				 &same, arena, &found),
		PRB_OK);
	assert_false(same);
	assert_int_equal(prb_find_idempotent(reader, 1, PRB_SPAN("key-30"), first.request_sha256,
				 &same, arena, &found),
		PRB_ERR_NOT_FOUND);
	assert_int_equal(prb_find_idempotent(reader, 2, first.idempotency_key, first.request_sha256,
				 &same, arena, &found),
		PRB_ERR_NOT_FOUND);
	prb_state_reader_destroy(reader);
	prb_state_close(made);
}

/* A record that cannot stand is refused, and its batch goes on; an aborted batch leaves nothing. */
static void
bad_records(void **state)
{
	char dir[STATE_PATH_BYTES];
	struct prb_state *made;
	struct prb_stored_declaration stored = state_declaration(1), other = state_declaration(2);
	struct prb_state_counts counts;
	struct prb_fault fault;
	struct writing w;

	(void)state;
	state_path(dir, "s");
	made = state_make(dir, 0);
	writing_init(&w, made);
	assert_int_equal(prb_batch_begin(w.batch), PRB_OK);
	assert_int_equal(put(&w, &stored), PRB_OK);
	assert_int_equal(put(&w, &stored), PRB_ERR_CONFLICT);
	assert_int_equal(prb_batch_put_declaration(w.batch, &stored, PRB_SPAN("no record"), &w.what,
				 &w.sequence, &w.index),
		PRB_ERR_STATE_DAMAGED);
	assert_int_equal(prb_batch_put_declaration(w.batch, &other, prb_str_span(&w.sealed),
				 &w.what, &w.sequence, &w.index),
		PRB_ERR_VALUE);
	assert_int_equal(put(&w, &other), PRB_OK);
	assert_int_equal(w.sequence, 2);
	assert_int_equal(prb_batch_commit(w.batch, &fault), PRB_OK);
	assert_int_equal(prb_batch_begin(w.batch), PRB_OK);
	stored = state_declaration(9);
	assert_int_equal(put(&w, &stored), PRB_OK);
	prb_batch_abort(w.batch);
	assert_int_equal(prb_batch_begin(w.batch), PRB_OK);
	assert_int_equal(prb_batch_commit(w.batch, &fault), PRB_OK); /* of nothing */
	writing_finish(&w);
	assert_int_equal(prb_state_verify(made, NULL, NULL, &counts, &fault), PRB_OK);
	assert_int_equal(counts.records, 2);
	prb_state_close(made);
}

struct seen {
	uint64_t calls, done, all;
};

static void
see(void *context, uint64_t done, uint64_t all)
{
	struct seen *seen = context;

	assert_true(done >= seen->done && done <= all);
	*seen = (struct seen){seen->calls + 1, done, all};
}

static void
rebuilding(void **state)
{
	char dir[STATE_PATH_BYTES], out[STATE_PATH_BYTES], again[STATE_PATH_BYTES];
	struct prb_state *made;
	struct prb_state_counts before, after;
	struct seen seen = {.calls = 0};
	struct prb_fault fault;

	(void)state;
	state_path(dir, "s");
	state_path(out, "out");
	state_path(again, "again");
	made = state_make(dir, 0);
	for (uint64_t n = 0; n < 2500; n += 100)
		assert_int_equal(state_put_batch(made, n, 100), PRB_OK);
	assert_int_equal(prb_state_verify(made, see, &seen, &before, &fault), PRB_OK);
	assert_int_equal(before.records, 2500);
	assert_int_equal(before.log_size, 2500);
	assert_int_equal(seen.calls, 3);
	assert_int_equal(seen.done, 2500);
	prb_state_close(made);

	memset(&seen, 0, sizeof(seen));
	if (prb_state_rebuild(dir, out, see, &seen, &after, &fault) != PRB_OK)
		fail_msg("%s", fault.detail);
	assert_int_equal(seen.done, 2500);
	assert_int_equal(after.records, 2500);
	assert_true(after.same);
	assert_memory_equal(after.state_sha256, before.state_sha256, 32);
	assert_memory_equal(after.log_root, before.log_root, 32);
	assert_int_equal(prb_state_rebuild(dir, out, NULL, NULL, &after, &fault), PRB_ERR_IO);
	assert_int_equal(mode_of(out, "."), 0700);
	assert_int_equal(mode_of(out, "keyring"), 0600);

	/* What was rebuilt goes on as a state does. */
	made = state_open(out, false);
	assert_int_equal(state_put_batch(made, 2500, 3), PRB_OK);
	assert_int_equal(prb_state_verify(made, NULL, NULL, &after, &fault), PRB_OK);
	assert_memory_not_equal(after.state_sha256, before.state_sha256, 32);
	prb_state_close(made);
	assert_int_equal(prb_state_rebuild(out, again, NULL, NULL, &before, &fault), PRB_OK);
	assert_memory_equal(after.state_sha256, before.state_sha256, 32);
}

/* Made from the tables' damage: 0 opening, 1 verifying; -1 the change does no harm. */
static int
found_where(const char *dir, char detail[PRB_FAULT_DETAIL_BYTES_MAX])
{
	const struct prb_state_options options = {.read_only = true};
	struct prb_state *state = NULL;
	struct prb_state_counts counts;
	struct prb_fault fault = {.detail = ""};
	int where = -1;

	if (prb_state_open(dir, &options, &state, &fault) != PRB_OK)
		where = 0;
	else if (prb_state_verify(state, NULL, NULL, &counts, &fault) != PRB_OK)
		where = 1;
	prb_state_close(state);
	memcpy(detail, fault.detail, PRB_FAULT_DETAIL_BYTES_MAX);
	return where;
}

struct flip {
	bool key;
	size_t at;
};

static bool
flip(void *context, uint8_t *key, size_t key_n, uint8_t *value, size_t value_n)
{
	struct flip *flip = context;

	if (flip->key)
		key[flip->at % key_n] ^= 0x10;
	else
		value[flip->at % value_n] ^= 0x10;
	return true;
}

static bool
drop(void *context, uint8_t *key, size_t key_n, uint8_t *value, size_t value_n)
{
	(void)context;
	(void)key;
	(void)key_n;
	(void)value;
	(void)value_n;
	return false;
}

/* A changed byte, anywhere in any row of any table, and a row that is gone. */
static void
damage(void **state)
{
	static const char *const tables[] = {"journal", "object", "idempotency", "log", "meta"};
	char dir[STATE_PATH_BYTES], detail[PRB_FAULT_DETAIL_BYTES_MAX];
	struct prb_state *made;

	(void)state;
	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++)
		for (size_t i = 0; i < 60; i++) {
			struct flip change = {i % 3 == 1, i * 7919};
			char name[32];

			(void)snprintf(name, sizeof(name), "s%zu-%zu", t, i);
			state_path(dir, name);
			made = state_make(dir, 0);
			assert_int_equal(state_put_batch(made, 0, 4), PRB_OK);
			prb_state_close(made);
			size_t row = i % state_row_count(dir, tables[t]);
			state_change(dir, tables[t], row, i % 7 == 6 ? drop : flip, &change);
			if (found_where(dir, detail) < 0)
				fail_msg("table %s, row %zu, %s %zu: not found", tables[t], row,
					change.key ? "key" : "value", change.at);
			assert_true(strlen(detail) > 10);
			state_remove();
		}
}

static bool
break_head(void *context, uint8_t *key, size_t key_n, uint8_t *value, size_t value_n)
{
	(void)context;
	(void)key_n;
	(void)value_n;
	key[0] ^= 0x20;
	value[0] ^= 1;
	return true;
}

/* Broken tables are made again from the journal; a broken journal is not, and nothing is left. */
static void
rebuilding_damaged(void **state)
{
	static const char *const tables[] = {"object", "idempotency", "log", "meta"};
	char dir[STATE_PATH_BYTES], out[STATE_PATH_BYTES], name[32];
	struct prb_state *made;
	struct prb_state_counts before, after;
	struct prb_fault fault;
	struct flip change = {false, 70};

	(void)state;
	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++) {
		(void)snprintf(name, sizeof(name), "s%zu", t);
		state_path(dir, name);
		(void)snprintf(name, sizeof(name), "out%zu", t);
		state_path(out, name);
		made = state_make(dir, 0);
		assert_int_equal(state_put_batch(made, 0, 9), PRB_OK);
		assert_int_equal(prb_state_verify(made, NULL, NULL, &before, &fault), PRB_OK);
		prb_state_close(made);
		state_change(dir, tables[t], 1, break_head, NULL);
		assert_int_equal(prb_state_rebuild(dir, out, NULL, NULL, &after, &fault), PRB_OK);
		assert_false(after.same);
		assert_memory_equal(after.state_sha256, before.state_sha256, 32);
		assert_int_equal(found_where(out, fault.detail), -1);
	}
	state_change(out, "journal", 4, flip, &change);
	state_path(dir, "never");
	assert_int_equal(
		prb_state_rebuild(out, dir, NULL, NULL, &after, &fault), PRB_ERR_STATE_DAMAGED);
	assert_non_null(strstr(fault.detail, "record 5"));
	assert_int_equal(access(dir, F_OK), -1);
}

static bool
newer(void *context, uint8_t *key, size_t key_n, uint8_t *value, size_t value_n)
{
	(void)context;
	assert_int_equal(key_n, 6);
	assert_memory_equal(key, "format", 6);
	assert_int_equal(value_n, 4);
	prb_put_be(value, 7, 4);
	return true;
}

static void
newer_format(void **state)
{
	char dir[STATE_PATH_BYTES], detail[PRB_FAULT_DETAIL_BYTES_MAX];

	(void)state;
	state_path(dir, "s");
	prb_state_close(state_make(dir, 0));
	state_change(dir, "meta", 0, newer, NULL);
	assert_int_equal(state_open_error(dir, false, false, detail), PRB_ERR_STATE_FORMAT);
	assert_non_null(strstr(detail, "format 7"));
	assert_non_null(strstr(detail, "reads 5"));
}

static void
key_ring(void **state)
{
	char dir[STATE_PATH_BYTES], path[STATE_PATH_BYTES], moved[STATE_PATH_BYTES],
		detail[PRB_FAULT_DETAIL_BYTES_MAX];
	struct prb_state *made;

	(void)state;
	state_path(dir, "s");
	state_join(path, dir, "keyring");
	state_join(moved, dir, "elsewhere");
	made = state_make(dir, 0);
	assert_int_equal(state_put_batch(made, 0, 5), PRB_OK);
	prb_state_close(made);

	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(state_open_error(dir, false, false, detail), PRB_ERR_KEY);
	assert_non_null(strstr(detail, "chmod 600"));
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(chmod(dir, 0770), 0);
	assert_int_equal(state_open_error(dir, false, false, detail), PRB_ERR_KEY);
	assert_int_equal(chmod(dir, 0700), 0);
	assert_int_equal(state_open_error(dir, false, false, NULL), PRB_OK);

	/* Missing: never made anew beside a journal. */
	assert_int_equal(rename(path, moved), 0);
	assert_int_equal(state_open_error(dir, true, false, detail), PRB_ERR_KEY);
	assert_non_null(strstr(detail, "backup"));
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(symlink("elsewhere", path), 0);
	assert_int_equal(state_open_error(dir, false, false, detail), PRB_ERR_KEY);
	assert_int_equal(unlink(path), 0);

	/* Another state's. */
	state_write_ring(dir, "probity keyring 1\nkey 1 1 "
			      "ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n");
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(state_open_error(dir, false, false, detail), PRB_ERR_STATE_DAMAGED);
	assert_non_null(strstr(detail, "key ring"));
	state_write_ring(dir, "probity keyring 3\n");
	assert_int_equal(state_open_error(dir, false, false, detail), PRB_ERR_STATE_FORMAT);
	assert_int_equal(rename(moved, path), 0);
	assert_int_equal(state_open_error(dir, false, false, NULL), PRB_OK);
}

/* A tenant's key thrown away: journal, chain, log and indexes stay whole, and are rebuilt so. */
static void
erasure(void **state)
{
	struct prb_found_attestation attested;
	char dir[STATE_PATH_BYTES], out[STATE_PATH_BYTES];
	struct prb_state *made;
	struct prb_state_counts before, after;
	struct prb_state_reader *reader;
	struct prb_stored_declaration found, stored = state_declaration(3);
	struct prb_fault fault;
	bool same;

	(void)state;
	state_path(dir, "s");
	state_path(out, "out");
	made = state_make(dir, 0);
	assert_int_equal(state_put_batch(made, 0, 20), PRB_OK);
	assert_int_equal(prb_state_verify(made, NULL, NULL, &before, &fault), PRB_OK);
	prb_state_close(made);
	state_write_ring(dir, "probity keyring 1\nerased 1 1\n");
	made = state_open(dir, false);
	assert_int_equal(prb_state_verify(made, NULL, NULL, &after, &fault), PRB_OK);
	assert_memory_equal(after.state_sha256, before.state_sha256, 32);
	assert_memory_equal(after.log_root, before.log_root, 32);
	assert_int_equal(prb_state_reader_create(made, &reader), PRB_OK);
	assert_int_equal(
		prb_find_declaration(reader, 1, &stored.id, arena, &found), PRB_ERR_NOT_FOUND);
	assert_int_equal(
		prb_find_report(reader, 1, &stored.report_id, arena, &found), PRB_ERR_NOT_FOUND);
	assert_int_equal(prb_find_attestation(reader, &stored.attestation_id, arena, &attested),
		PRB_ERR_NOT_FOUND);
	assert_int_equal(prb_find_idempotent(reader, 1, stored.idempotency_key,
				 stored.request_sha256, &same, arena, &found),
		PRB_ERR_NOT_FOUND);
	prb_state_reader_destroy(reader);
	prb_state_close(made);
	assert_int_equal(prb_state_rebuild(dir, out, NULL, NULL, &after, &fault), PRB_OK);
	assert_true(after.same);
	assert_memory_equal(after.state_sha256, before.state_sha256, 32);
}

/* A full map drops the batch alone; what was there is found, and it goes on with a larger map. */
static void
full(void **state)
{
	char dir[STATE_PATH_BYTES];
	struct prb_state *made;
	struct prb_state_reader *reader;
	struct prb_stored_declaration found, stored;
	struct prb_state_counts counts;
	struct prb_fault fault;
	uint64_t n = 0;
	enum prb_err err;

	(void)state;
	state_path(dir, "s");
	made = state_make(dir, 1 << 20);
	assert_int_equal(prb_state_writable(made, &fault), PRB_OK);
	while ((err = state_put_batch(made, n, 8)) == PRB_OK && n < 10000)
		n += 8;
	assert_int_equal(err, PRB_ERR_FULL);
	assert_true(n > 0);
	assert_int_equal(prb_state_writable(made, &fault), PRB_ERR_FULL);
	assert_int_equal(state_put_batch(made, n, 64), PRB_ERR_FULL);
	assert_int_equal(prb_state_counts(made, &counts), PRB_OK);
	assert_int_equal(counts.records, n);
	assert_int_equal(prb_state_verify(made, NULL, NULL, &counts, &fault), PRB_OK);
	assert_int_equal(prb_state_reader_create(made, &reader), PRB_OK);
	stored = state_declaration(n - 1);
	assert_int_equal(prb_find_declaration(reader, 1, &stored.id, arena, &found), PRB_OK);
	state_same(&found, &stored);
	prb_state_reader_destroy(reader);
	prb_state_close(made);
	made = state_open(dir, false);
	assert_int_equal(state_put_batch(made, n, 8), PRB_OK);
	assert_int_equal(prb_state_verify(made, NULL, NULL, &counts, &fault), PRB_OK);
	prb_state_close(made);
}

/* After a put that failed, the batch keeps saying so until it is aborted. */
static void
full_batch(void **state)
{
	char dir[STATE_PATH_BYTES];
	struct prb_state *made;
	struct writing w;
	enum prb_err err = PRB_OK;
	struct prb_stored_declaration stored;

	(void)state;
	state_path(dir, "s");
	made = state_make(dir, 1 << 20);
	writing_init(&w, made);
	assert_int_equal(prb_batch_begin(w.batch), PRB_OK);
	for (uint64_t n = 0; err == PRB_OK && n < 10000; n++) {
		stored = state_declaration(n);
		err = put(&w, &stored);
	}
	assert_int_equal(err, PRB_ERR_FULL);
	stored = state_declaration(20000);
	assert_int_equal(put(&w, &stored), PRB_ERR_FULL);
	assert_int_equal(prb_batch_commit(w.batch, NULL), PRB_ERR_FULL);
	assert_int_equal(prb_batch_begin(w.batch), PRB_OK);
	assert_int_equal(put(&w, &stored), PRB_OK);
	assert_int_equal(w.sequence, 1);
	assert_int_equal(prb_batch_commit(w.batch, NULL), PRB_OK);
	writing_finish(&w);
	prb_state_close(made);
}

/* One writer: not twice in one process, not in two; reading beside it from another process. */
static void
in_use(void **state)
{
	char dir[STATE_PATH_BYTES], detail[PRB_FAULT_DETAIL_BYTES_MAX];
	struct prb_state *made;
	int status, ready[2], done[2];
	char byte = 'x';
	pid_t child;

	(void)state;
	state_path(dir, "s");
	made = state_make(dir, 0);
	assert_int_equal(state_put_batch(made, 0, 3), PRB_OK);
	assert_int_equal(state_open_error(dir, false, false, detail), PRB_ERR_STATE_IN_USE);
	assert_int_equal(state_open_error(dir, false, true, detail), PRB_ERR_STATE_IN_USE);
	prb_state_close(made);

	assert_int_equal(pipe(ready), 0);
	assert_int_equal(pipe(done), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct prb_state_options options = {.create = true};
		struct prb_state *mine = NULL;

		if (prb_state_open(dir, &options, &mine, NULL) != PRB_OK ||
			write(ready[1], &byte, 1) != 1 || read(done[0], &byte, 1) != 1)
			_exit(1);
		prb_state_close(mine);
		_exit(0);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(state_open_error(dir, false, false, detail), PRB_ERR_STATE_IN_USE);
	assert_non_null(strstr(detail, "another server"));
	assert_int_equal(found_where(dir, detail), -1);
	assert_int_equal(write(done[1], &byte, 1), 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	for (int i = 0; i < 2; i++) {
		(void)close(ready[i]);
		(void)close(done[i]);
	}
	prb_state_close(state_open(dir, false));
}

/* What LMDB must not see: a cut file, another file, header pages with flipped bits. */
static void
data_file(void **state)
{
	char dir[STATE_PATH_BYTES], path[STATE_PATH_BYTES], detail[PRB_FAULT_DETAIL_BYTES_MAX];
	struct prb_state *made;
	unsigned char byte;
	int fd;

	(void)state;
	state_path(dir, "s");
	state_join(path, dir, "data.mdb");
	made = state_make(dir, 0);
	assert_int_equal(state_put_batch(made, 0, 20), PRB_OK);
	prb_state_close(made);
	fd = open(path, O_RDWR);
	assert_true(fd >= 0);
	/* Magic, version, page size and flags of both pages. */
	for (off_t page = 0; page < 2; page++)
		for (size_t i = 0; i < 4; i++) {
			static const off_t at[] = {10, 16, 20, 40};
			off_t place = page * sysconf(_SC_PAGESIZE) + at[i];

			assert_int_equal(pread(fd, &byte, 1, place), 1);
			byte ^= 0x08;
			assert_int_equal(pwrite(fd, &byte, 1, place), 1);
			assert_int_equal(
				state_open_error(dir, true, false, detail), PRB_ERR_STATE_DAMAGED);
			byte ^= 0x08;
			assert_int_equal(pwrite(fd, &byte, 1, place), 1);
		}
	assert_int_equal(state_open_error(dir, true, false, detail), PRB_OK);
	assert_int_equal(ftruncate(fd, 3 * sysconf(_SC_PAGESIZE)), 0);
	assert_int_equal(state_open_error(dir, true, false, detail), PRB_ERR_STATE_DAMAGED);
	assert_non_null(strstr(detail, "cut"));
	assert_int_equal(ftruncate(fd, 100), 0);
	assert_int_equal(state_open_error(dir, true, false, detail), PRB_ERR_STATE_DAMAGED);
	/* Nothing at all, beside a key ring: the journal was lost, and no empty one takes its
	 * place. */
	assert_int_equal(ftruncate(fd, 0), 0);
	(void)close(fd);
	assert_int_equal(state_open_error(dir, false, false, detail), PRB_ERR_IO);
	assert_int_equal(state_open_error(dir, true, false, detail), PRB_ERR_STATE_DAMAGED);
	assert_non_null(strstr(detail, "key ring"));
	/* A making that was stopped: a journal that holds nothing, and no ring yet. */
	assert_int_equal(unlink(path), 0);
	state_join(path, dir, "keyring");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(state_open_error(dir, true, false, detail), PRB_OK);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(state_open_error(dir, true, false, detail), PRB_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(making, after_each),
		cmocka_unit_test_teardown(finding, after_each),
		cmocka_unit_test_teardown(small_arena, after_each),
		cmocka_unit_test_teardown(idempotency, after_each),
		cmocka_unit_test_teardown(bad_records, after_each),
		cmocka_unit_test_teardown(rebuilding, after_each),
		cmocka_unit_test_teardown(damage, after_each),
		cmocka_unit_test_teardown(rebuilding_damaged, after_each),
		cmocka_unit_test_teardown(newer_format, after_each),
		cmocka_unit_test_teardown(key_ring, after_each),
		cmocka_unit_test_teardown(erasure, after_each),
		cmocka_unit_test_teardown(full, after_each),
		cmocka_unit_test_teardown(full_batch, after_each),
		cmocka_unit_test_teardown(in_use, after_each),
		cmocka_unit_test_teardown(data_file, after_each),
	};

	return cmocka_run_group_tests_name("state store", tests, setup, teardown);
}
