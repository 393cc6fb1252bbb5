/* SPDX-License-Identifier: Apache-2.0 */

/* Copies of a state, made beside a process that writes, and brought back. */

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/state_support.h"

/* Keys stay as they are. */
static const struct prb_state_restoring plain = {.now_ms = 1791000000000};

static int
after_each(void **state)
{
	(void)state;
	state_remove();
	return 0;
}

static int
setup(void **state)
{
	(void)state;
	return sodium_init() < 0 ? -1 : 0;
}

/* A state with something of each kind. */
static void
make(const char *dir, uint64_t declarations)
{
	struct prb_state *made = state_make(dir, 0);
	struct prb_stored_organisation organisation;
	struct prb_stored_api_key key;
	struct prb_stored_event event;
	struct state_writing w;

	assert_int_equal(state_put_batch(made, 0, declarations), PRB_OK);
	organisation = state_found(made, 0);
	key = state_api_key(0, organisation.tenant);
	event = state_event(0, organisation.tenant);
	state_writing_begin(&w, made);
	assert_int_equal(state_put_api_key(&w, &key), PRB_OK);
	assert_int_equal(state_put_event(&w, &event), PRB_OK);
	assert_int_equal(prb_batch_put_used(w.batch, key.tenant, &key.id, 20000, 5), PRB_OK);
	state_writing_end(&w);
	prb_state_close(made);
}

static void
round_trip(void **state)
{
	char dir[STATE_PATH_BYTES], copy[STATE_PATH_BYTES], back[STATE_PATH_BYTES];
	char ring[STATE_PATH_BYTES], path[STATE_PATH_BYTES];
	struct prb_state_counts counts, copied, restored;
	struct prb_fault fault = {.detail = ""};

	(void)state;
	state_path(dir, "s");
	state_path(copy, "copy");
	state_path(back, "back");
	state_join(ring, dir, "keyring");
	make(dir, 30);
	counts = state_verified(dir);
	assert_int_equal(counts.organisations, 1);
	assert_int_equal(counts.api_keys, 1);
	assert_int_equal(counts.events, 1);
	assert_int_equal(counts.uses, 1);
	if (prb_state_backup(dir, copy, &copied, &fault) != PRB_OK)
		fail_msg("%s", fault.detail);
	assert_int_equal(copied.records, counts.records);
	assert_int_equal(copied.log_size, counts.log_size);
	/* Alone it is closed: the key ring is not there. */
	state_join(path, copy, "keyring");
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(state_open_error(copy, false, true, NULL), PRB_ERR_KEY);
	if (prb_state_restore(copy, ring, back, &plain, NULL, NULL, &restored, &fault) != PRB_OK)
		fail_msg("%s", fault.detail);
	assert_memory_equal(restored.state_sha256, counts.state_sha256, PRB_SHA256_BYTES);
	assert_memory_equal(
		state_verified(back).state_sha256, counts.state_sha256, PRB_SHA256_BYTES);
	prb_state_close(state_open(back, false));
}

static void
write_file(const char *dir, const char *name, const char *text)
{
	char path[STATE_PATH_BYTES];
	FILE *file;

	state_join(path, dir, name);
	file = fopen(path, "wb");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, 0600), 0);
}

/* A root nobody can have made: it is the size that is looked at first. */
#define CHECKPOINT(size)                                                                           \
	"log.example/log\n" size "\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n"              \
	"\xe2\x80\x94 log.example/log AAAAAAAAAAA=\n"

/* What is wrong is told, and nothing is left behind. */
static void
refused(void **state)
{
	static const struct {
		const char *what, *says;
		enum prb_err err;
	} rows[] = {
		{"out is there", "is there already", PRB_ERR_IO},
		{"no backup", "there is no backup in this folder", PRB_ERR_IO},
		{"no ring", "the key ring is not there", PRB_ERR_KEY},
		{"open ring", "chmod 600", PRB_ERR_KEY},
		{"another's ring", "another state's", PRB_ERR_STATE_DAMAGED},
		{"older ring", "no key 2 of tenant 2: it is older", PRB_ERR_STATE_DAMAGED},
		{"newer checkpoint", "34 entries of the log were published", PRB_ERR_STATE_DAMAGED},
		{"other checkpoint", "another tree of 3", PRB_ERR_STATE_DAMAGED},
		{"cut", "it was cut", PRB_ERR_STATE_DAMAGED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char dir[STATE_PATH_BYTES], copy[STATE_PATH_BYTES], back[STATE_PATH_BYTES];
		char ring[STATE_PATH_BYTES], other[STATE_PATH_BYTES], path[STATE_PATH_BYTES];
		const char *what = rows[i].what, *from = copy;
		struct prb_state_counts counts;
		struct prb_fault fault = {.detail = ""};

		state_path(dir, "s");
		state_path(copy, "copy");
		state_path(back, "back");
		state_path(other, "other");
		state_join(ring, dir, "keyring");
		make(dir, 30);
		assert_int_equal(prb_state_backup(dir, copy, &counts, &fault), PRB_OK);
		if (strcmp(what, "out is there") == 0)
			assert_int_equal(mkdir(back, 0700), 0);
		else if (strcmp(what, "no backup") == 0) {
			assert_int_equal(mkdir(other, 0700), 0);
			from = other;
		} else if (strcmp(what, "no ring") == 0)
			state_join(ring, dir, "nothing");
		else if (strcmp(what, "open ring") == 0)
			assert_int_equal(chmod(ring, 0644), 0);
		else if (strcmp(what, "another's ring") == 0) {
			prb_state_close(state_make(other, 0));
			state_write_ring(other,
				"probity keyring 2\nkey 1 1 5 "
				"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
				"key 2 2 5 "
				"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
				"\n");
			state_join(ring, other, "keyring");
		} else if (strcmp(what, "older ring") == 0) {
			prb_state_close(state_make(other, 0));
			state_join(ring, other, "keyring");
		} else if (strcmp(what, "newer checkpoint") == 0)
			write_file(copy, "checkpoint", CHECKPOINT("34"));
		else if (strcmp(what, "other checkpoint") == 0)
			write_file(copy, "checkpoint", CHECKPOINT("3"));
		else {
			state_join(path, copy, "data.mdb");
			assert_int_equal(truncate(path, 20480), 0);
		}
		assert_int_equal(
			prb_state_restore(from, ring, back, &plain, NULL, NULL, &counts, &fault),
			rows[i].err);
		if (!strstr(fault.detail, rows[i].says))
			fail_msg(
				"%s: \"%s\" does not say \"%s\"", what, fault.detail, rows[i].says);
		assert_int_equal(access(back, F_OK) == 0, i == 0);
		state_remove();
	}
}

static void
backup_refused(void **state)
{
	char dir[STATE_PATH_BYTES], copy[STATE_PATH_BYTES];
	struct prb_state_counts counts;
	struct prb_fault fault;

	(void)state;
	state_path(dir, "s");
	state_path(copy, "copy");
	assert_int_equal(prb_state_backup(dir, copy, &counts, &fault), PRB_ERR_IO);
	make(dir, 1);
	assert_int_equal(mkdir(copy, 0700), 0);
	assert_int_equal(prb_state_backup(dir, copy, &counts, &fault), PRB_ERR_IO);
	assert_non_null(strstr(fault.detail, "is there already"));
	state_path(copy, "not/there");
	assert_int_equal(prb_state_backup(dir, copy, &counts, &fault), PRB_ERR_IO);
}

/* An erasure that the backup's journal holds is finished with a ring of before it; one that came
 * later cannot be. */
static void
erased_since(void **state)
{
	char dir[STATE_PATH_BYTES], copies[2][STATE_PATH_BYTES], back[STATE_PATH_BYTES];
	char old[STATE_PATH_BYTES], ring[STATE_PATH_BYTES];
	const struct prb_stored_erasure erasure = {.time_ms = 5, .tenant = PRB_TENANT_OPEN};
	struct prb_stored_declaration stored = state_declaration(0), found;
	struct prb_arena *arena = prb_arena_create(1 << 22);
	struct prb_state_reader *reader;
	struct prb_state_counts counts;
	struct prb_state *opened;
	struct state_writing w;
	struct prb_fault fault;

	(void)state;
	state_path(dir, "s");
	state_path(copies[0], "before");
	state_path(copies[1], "behind");
	state_path(old, "old");
	state_join(ring, old, "keyring");
	make(dir, 3);
	assert_int_equal(mkdir(old, 0700), 0);
	{
		char path[STATE_PATH_BYTES];

		state_join(path, dir, "keyring");
		assert_int_equal(prb_keyring_copy(path, old, &fault), PRB_OK);
	}
	assert_int_equal(prb_state_backup(dir, copies[0], &counts, &fault), PRB_OK);
	opened = state_open(dir, false);
	state_writing_begin(&w, opened);
	assert_int_equal(state_put_erasure(&w, &erasure), PRB_OK);
	state_writing_end(&w);
	assert_int_equal(prb_tenant_erase(opened, &erasure, &fault), PRB_OK);
	prb_state_close(opened);
	assert_int_equal(prb_state_backup(dir, copies[1], &counts, &fault), PRB_OK);
	for (int i = 0; i < 2; i++) {
		state_path(back, i == 0 ? "back0" : "back1");
		assert_int_equal(prb_state_restore(copies[i], ring, back, &plain, NULL, NULL,
					 &counts, &fault),
			PRB_OK);
		opened = state_open(back, true);
		assert_int_equal(prb_state_reader_create(opened, &reader), PRB_OK);
		assert_int_equal(prb_find_declaration(reader, 1, &stored.id, arena, &found),
			i == 0 ? PRB_OK : PRB_ERR_NOT_FOUND);
		prb_state_reader_destroy(reader);
		prb_state_close(opened);
	}
	prb_arena_destroy(arena);
}

/* What was revoked behind a backup is in use again, which is told; and nothing is where that is
 * wanted. */
static void
keys_brought_back(void **state)
{
	enum { KEYS = 600, REVOKED = 3 };
	static const struct prb_stored_caller by_operator = {.kind = 4};
	const struct prb_state_restoring all = {.now_ms = plain.now_ms, .revoke_by = &by_operator};
	char dir[STATE_PATH_BYTES], copy[STATE_PATH_BYTES], back[STATE_PATH_BYTES];
	char ring[STATE_PATH_BYTES];
	struct prb_stored_organisation organisation;
	struct prb_stored_api_key key = {.tenant = 0}, found;
	struct prb_arena *arena = prb_arena_create(1 << 22);
	struct prb_state_counts counts;
	struct prb_state_access access;
	struct prb_state_reader *reader;
	struct prb_stored_event late;
	struct prb_state *opened;
	struct state_writing w;
	struct prb_fault fault = {.detail = ""};

	(void)state;
	state_path(dir, "s");
	state_path(copy, "copy");
	state_join(ring, dir, "keyring");
	opened = state_make(dir, 0);
	organisation = state_found(opened, 0);
	state_writing_begin(&w, opened);
	for (uint64_t i = 0; i < KEYS; i++) {
		key = state_api_key(i, organisation.tenant);
		/* One has expired. */
		key.expires = i == KEYS - 1 ? 1790999999 : 0;
		key.standing = i < REVOKED ? PRB_API_KEY_REVOKED : PRB_API_KEY_IN_USE;
		assert_int_equal(state_put_api_key(&w, &key), PRB_OK);
	}
	/* Made earlier, and put behind. */
	late = state_event(0, organisation.tenant);
	late.time_ms = key.time_ms - 5000;
	assert_int_equal(state_put_event(&w, &late), PRB_OK);
	state_writing_end(&w);
	prb_state_close(opened);
	assert_int_equal(prb_state_backup(dir, copy, &counts, &fault), PRB_OK);

	state_path(back, "back");
	if (prb_state_restore(copy, ring, back, &plain, NULL, NULL, &counts, &fault) != PRB_OK)
		fail_msg("%s", fault.detail);
	assert_int_equal(counts.reach.last_ms, key.time_ms);
	/* As state_api_key deals them out: keys, invitations, certificates. */
	assert_int_equal(counts.reach.in_use[2], KEYS / 2 - 2);
	assert_int_equal(
		counts.reach.in_use[3] + counts.reach.in_use[5], KEYS - REVOKED - 1 - KEYS / 2 + 2);
	assert_int_equal(counts.revoked, 0);

	state_path(back, "none");
	if (prb_state_restore(copy, ring, back, &all, NULL, NULL, &counts, &fault) != PRB_OK)
		fail_msg("%s", fault.detail);
	assert_int_equal(counts.reach.in_use[2], KEYS / 2 - 2);
	assert_int_equal(counts.revoked, KEYS - REVOKED);
	opened = state_open(back, true);
	assert_int_equal(prb_state_reader_create(opened, &reader), PRB_OK);
	for (uint64_t i = 0; i < KEYS; i++) {
		const struct prb_stored_api_key made = state_api_key(i, organisation.tenant);

		assert_int_equal(prb_find_access(reader, made.sha256, &access), PRB_OK);
		assert_int_equal(access.standing, PRB_API_KEY_REVOKED);
		prb_arena_reset(arena);
		assert_int_equal(
			prb_find_api_key(reader, made.tenant, &made.id, arena, &found), PRB_OK);
		assert_int_equal(
			found.caller.kind, i < REVOKED ? made.caller.kind : by_operator.kind);
		assert_true(prb_span_equal(found.name, made.name));
	}
	prb_state_reader_destroy(reader);
	prb_state_close(opened);
	prb_arena_destroy(arena);
}

/* The other process: writes until it is told to end, and says so with each commit. */
static void
write_on(const char *dir, int told, int says)
{
	struct prb_state *state = state_open(dir, false);
	uint64_t n = 30;
	char byte;

	while (n < 30000 && read(told, &byte, 1) == 1) {
		if (state_put_batch(state, n, 7) != PRB_OK || write(says, "w", 1) != 1)
			_exit(1);
		n += 7;
	}
	prb_state_close(state);
	_exit(0);
}

#define BACKUPS 6

static void
beside_a_writer(void **state)
{
	char dir[STATE_PATH_BYTES], ring[STATE_PATH_BYTES], byte;
	struct prb_state_counts last = {.records = 0};
	struct prb_state *made;
	int to[2], from[2], status;
	pid_t child;

	(void)state;
	state_path(dir, "s");
	state_join(ring, dir, "keyring");
	made = state_make(dir, 0);
	assert_int_equal(state_put_batch(made, 0, 30), PRB_OK);
	prb_state_close(made);
	assert_int_equal(pipe(to), 0);
	assert_int_equal(pipe(from), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		(void)close(to[1]);
		(void)close(from[0]);
		write_on(dir, to[0], from[1]);
	}
	(void)close(to[0]);
	(void)close(from[1]);
	for (int i = 0; i < BACKUPS; i++) {
		char copy[STATE_PATH_BYTES], back[STATE_PATH_BYTES], name[32];
		struct prb_state_counts copied, restored;
		struct prb_fault fault = {.detail = ""};

		(void)snprintf(name, sizeof(name), "copy-%d", i);
		state_path(copy, name);
		(void)snprintf(name, sizeof(name), "back-%d", i);
		state_path(back, name);
		/* One commit is behind us, and others come while it is copied. */
		assert_int_equal(write(to[1], "goonandon", 9), 9);
		assert_int_equal(read(from[0], &byte, 1), 1);
		if (prb_state_backup(dir, copy, &copied, &fault) != PRB_OK)
			fail_msg("%s", fault.detail);
		if (prb_state_restore(copy, ring, back, &plain, NULL, NULL, &restored, &fault) !=
			PRB_OK)
			fail_msg("%s", fault.detail);
		assert_int_equal(restored.records, copied.records);
		assert_true(copied.records > last.records);
		/* Whole commits alone. */
		assert_int_equal((copied.records - 30) % 7, 0);
		last = copied;
		for (int j = 0; j < 8; j++)
			assert_int_equal(read(from[0], &byte, 1), 1);
	}
	(void)close(to[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	(void)close(from[0]);
	assert_true(state_verified(dir).records >= last.records);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(round_trip, after_each),
		cmocka_unit_test_teardown(refused, after_each),
		cmocka_unit_test_teardown(backup_refused, after_each),
		cmocka_unit_test_teardown(erased_since, after_each),
		cmocka_unit_test_teardown(keys_brought_back, after_each),
		cmocka_unit_test_teardown(beside_a_writer, after_each),
	};

	return cmocka_run_group_tests_name("state backup", tests, setup, NULL);
}
