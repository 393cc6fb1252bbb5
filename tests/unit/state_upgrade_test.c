/* SPDX-License-Identifier: Apache-2.0 */

/* States that programs of formats 1 to 4 left: read as they are, brought up when they are opened
 * for writing, and then the same as what is rebuilt from their journal. */

#include <lmdb.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "service/state/rows.h"
#include "tests/unit/state_support.h"

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

/* What format 3 brought. */
static void
put_third(struct state_writing *w, uint64_t n)
{
	struct prb_stored_attestation attestation = state_attestation(n, n);
	struct prb_stored_revocation revocation =
		state_revocation(n, &attestation.id, attestation.status);
	struct prb_stored_system system = state_system(n);

	assert_int_equal(state_put_attestation(w, &attestation), PRB_OK);
	if (n % 4 == 0)
		assert_int_equal(state_put_revocation(w, &revocation), PRB_OK);
	assert_int_equal(state_put_system(w, &system), PRB_OK);
}

/* A state of an earlier format, with `count` declarations; of format 2 with a decision
 * behind every third; of format 3 with attestations, revocations and what the server uses as well.
 */
static void
make_earlier(const char *dir, unsigned format, uint64_t count)
{
	struct prb_state *made = state_make(dir, 0);
	struct state_writing w;

	state_writing_begin(&w, made);
	for (uint64_t n = 0; n < count; n++) {
		struct prb_stored_declaration declaration = state_declaration(n);
		struct prb_stored_decision decision = state_decision(n);

		assert_int_equal(state_put_declaration(&w, &declaration), PRB_OK);
		if (format >= 2 && n % 3 == 0)
			assert_int_equal(state_put_decision(&w, &decision), PRB_OK);
		if (format >= 3)
			put_third(&w, n);
	}
	state_writing_end(&w);
	prb_state_close(made);
	state_make_earlier(dir, format);
}

static uint64_t
format_of(const struct prb_state *state)
{
	uint64_t format = 0;
	MDB_txn *txn;

	assert_int_equal(mdb_txn_begin(state->env, NULL, MDB_RDONLY, &txn), 0);
	assert_int_equal(prb_state_format_get(state, txn, &format), 0);
	mdb_txn_abort(txn);
	return format;
}

static bool
has_table(const char *dir, const char *table)
{
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi dbi;
	int error;

	assert_int_equal(mdb_env_create(&env), 0);
	assert_int_equal(mdb_env_set_maxdbs(env, 32), 0);
	assert_int_equal(mdb_env_set_mapsize(env, 1 << 28), 0);
	assert_int_equal(mdb_env_open(env, dir, MDB_RDONLY, 0600), 0);
	assert_int_equal(mdb_txn_begin(env, NULL, MDB_RDONLY, &txn), 0);
	error = mdb_dbi_open(txn, table, 0, &dbi);
	mdb_txn_abort(txn);
	mdb_env_close(env);
	assert_true(error == 0 || error == MDB_NOTFOUND);
	return error == 0;
}

/* Everything is found, and what came later is not there. */
static void
read_only(const char *dir, unsigned format)
{
	static uint8_t bits[PRB_STATE_STATUS_ENTRIES / 8];
	struct prb_state *opened = state_open(dir, true);
	struct prb_arena *arena = prb_arena_create(1 << 22);
	struct prb_stored_declaration stored = state_declaration(2), found;
	struct prb_stored_decision decisions[4];
	struct prb_found_attestation attestations[2];
	struct prb_stored_system system;
	struct prb_state_reader *reader;
	struct prb_tree_proof proof;
	struct prb_tree tree;
	struct prb_str out;
	size_t count = 9;
	uint32_t list = 9;
	uint64_t at;
	bool more;

	assert_int_equal(format_of(opened), format);
	assert_int_equal(prb_state_reader_create(opened, &reader), PRB_OK);
	assert_int_equal(prb_find_declaration(reader, 1, &stored.id, arena, &found), PRB_OK);
	state_same(&found, &stored);
	assert_int_equal(prb_find_decisions(reader, 1, PRB_DECIDED_ALL, PRB_SPAN_NONE, 0, 4, arena,
				 decisions, &count),
		PRB_OK);
	assert_int_equal(count, format == 2 ? 4 : 0);
	assert_int_equal(prb_find_attestations_of(
				 reader, 1, &stored.id, 2, arena, attestations, &count, &more),
		PRB_OK);
	assert_int_equal(count, 1);
	assert_false(more);
	assert_false(attestations[0].revoked);
	assert_int_equal(prb_status_newest(reader, &list, bits), PRB_OK);
	assert_int_equal(list, 0);
	assert_int_equal(prb_status_revoked(reader, 1, bits, &at), PRB_ERR_NOT_FOUND);
	assert_int_equal(prb_find_system(reader, &system, 1, &count), PRB_OK);
	assert_int_equal(count, 0);
	/* Of the log its edge and its entries are there, and no proofs. */
	assert_int_equal(prb_log_tree(reader, &tree), PRB_OK);
	assert_int_equal(tree.size, 40);
	assert_int_equal(prb_log_inclusion(reader, 3, 40, &proof), PRB_ERR_STATE_FORMAT);
	assert_int_equal(prb_log_consistency(reader, 3, 40, &proof), PRB_ERR_STATE_FORMAT);
	assert_int_equal(prb_log_tree_at(reader, 3, &tree), PRB_ERR_STATE_FORMAT);
	prb_str_init(&out, 1 << 20);
	assert_int_equal(prb_log_tile(reader, &(struct prb_tile){true, 0, 0, 40}, &out), PRB_OK);
	assert_true(out.n > 80);
	assert_int_equal(prb_log_tile(reader, &(struct prb_tile){false, 0, 0, 40}, &out),
		PRB_ERR_STATE_FORMAT);
	prb_str_finish(&out);
	prb_state_reader_destroy(reader);
	prb_state_close(opened);
	prb_arena_destroy(arena);
}

static void
brought_up(void **state)
{
	(void)state;
	for (unsigned format = 1; format <= 2; format++) {
		char dir[STATE_PATH_BYTES], out[STATE_PATH_BYTES];
		struct prb_state_counts earlier, rebuilt, upgraded;
		struct prb_stored_attestation stored;
		struct prb_tree_proof proof;
		struct prb_state_reader *reader;
		struct prb_state *opened;
		struct state_writing w;
		struct prb_fault fault;

		state_path(dir, "s");
		state_path(out, "out");
		make_earlier(dir, format, 40);
		earlier = state_verified(dir);
		assert_int_equal(earlier.log_size, 40);
		read_only(dir, format);
		/* Looking at it changed nothing. */
		assert_false(has_table(dir, "status"));
		assert_int_equal(has_table(dir, "decision"), format == 2);

		assert_int_equal(prb_state_rebuild(dir, out, NULL, NULL, &rebuilt, &fault), PRB_OK);
		assert_true(rebuilt.same);
		assert_memory_not_equal(
			rebuilt.state_sha256, earlier.state_sha256, PRB_SHA256_BYTES);
		assert_memory_equal(rebuilt.log_root, earlier.log_root, PRB_SHA256_BYTES);

		prb_state_close(state_open(dir, false));
		upgraded = state_verified(dir);
		assert_memory_equal(upgraded.state_sha256, rebuilt.state_sha256, PRB_SHA256_BYTES);
		assert_memory_equal(upgraded.log_root, rebuilt.log_root, PRB_SHA256_BYTES);
		assert_int_equal(upgraded.records, earlier.records);
		assert_int_equal(upgraded.decisions, earlier.decisions);

		/* And it goes on as any other. */
		opened = state_open(dir, false);
		assert_int_equal(format_of(opened), PRB_STATE_FORMAT);
		assert_int_equal(prb_state_reader_create(opened, &reader), PRB_OK);
		assert_int_equal(prb_log_inclusion(reader, 3, 40, &proof), PRB_OK);
		prb_state_reader_destroy(reader);
		state_writing_begin(&w, opened);
		stored = state_attestation(1, 2);
		assert_int_equal(state_put_attestation(&w, &stored), PRB_OK);
		state_writing_end(&w);
		prb_state_close(opened);
		assert_int_equal(state_verified(dir).log_size, 41);
		state_remove();
	}
}

/* A state of format 3 has proofs and lists already; what it lacks is the audit trail, and
 * everything that nobody had then. */
static void
third(void **state)
{
	char dir[STATE_PATH_BYTES], out[STATE_PATH_BYTES];
	struct prb_state_counts earlier, rebuilt, upgraded;
	struct prb_arena *arena = prb_arena_create(1 << 22);
	struct prb_audit_line lines[64];
	struct prb_state_access access;
	struct prb_stored_organisation organisation;
	struct prb_stored_declaration stored = state_declaration(2), declarations[8];
	const uint8_t hash[PRB_SHA256_BYTES] = {1};
	struct prb_state_reader *reader;
	struct prb_tree_proof proof;
	struct prb_state *opened;
	struct prb_fault fault;
	uint64_t next;
	size_t count;

	(void)state;
	state_path(dir, "s");
	state_path(out, "out");
	make_earlier(dir, 3, 20);
	earlier = state_verified(dir);
	assert_int_equal(earlier.records, 20 + 7 + 20 + 5 + 20);
	opened = state_open(dir, true);
	assert_int_equal(format_of(opened), 3);
	assert_int_equal(prb_state_reader_create(opened, &reader), PRB_OK);
	assert_int_equal(prb_log_inclusion(reader, 3, earlier.log_size, &proof), PRB_OK);
	assert_int_equal(prb_find_audit(reader, 1, 0, 64, arena, lines, &count, &next),
		PRB_ERR_STATE_FORMAT);
	assert_int_equal(prb_find_access(reader, hash, &access), PRB_ERR_NOT_FOUND);
	assert_int_equal(
		prb_find_organisation_of(reader, 1, arena, &organisation), PRB_ERR_NOT_FOUND);
	assert_int_equal(prb_find_held(reader, 1, &stored.id, &stored.id), PRB_ERR_NOT_FOUND);
	assert_int_equal(
		prb_find_declarations(reader, 1, NULL, NULL, 8, arena, declarations, &count),
		PRB_OK);
	assert_int_equal(count, 8);
	prb_state_reader_destroy(reader);
	prb_state_close(opened);
	assert_false(has_table(dir, "audit"));

	assert_int_equal(prb_state_rebuild(dir, out, NULL, NULL, &rebuilt, &fault), PRB_OK);
	assert_true(rebuilt.same);
	prb_state_close(state_open(dir, false));
	upgraded = state_verified(dir);
	assert_memory_equal(upgraded.state_sha256, rebuilt.state_sha256, PRB_SHA256_BYTES);
	assert_memory_not_equal(upgraded.state_sha256, earlier.state_sha256, PRB_SHA256_BYTES);
	assert_int_equal(state_row_count(dir, "audit"), earlier.records);
	opened = state_open(dir, true);
	assert_int_equal(prb_state_reader_create(opened, &reader), PRB_OK);
	assert_int_equal(prb_find_audit(reader, 0, 0, 64, arena, lines, &count, &next), PRB_OK);
	assert_int_equal(count, 20);
	assert_int_equal(next, 0);
	assert_int_equal(prb_find_audit(reader, 1, 0, 50, arena, lines, &count, &next), PRB_OK);
	assert_int_equal(count, 50);
	assert_true(next > lines[49].sequence);
	prb_state_reader_destroy(reader);
	prb_state_close(opened);
	prb_arena_destroy(arena);
}

/* A state of format 4 has every table: its records stay as they are, and the audit trail is not
 * made a second time. */
static void
fourth(void **state)
{
	char dir[STATE_PATH_BYTES], out[STATE_PATH_BYTES];
	struct prb_state_counts earlier, rebuilt, upgraded;
	struct prb_state *opened;
	struct prb_fault fault;

	(void)state;
	state_path(dir, "s");
	state_path(out, "out");
	make_earlier(dir, 4, 20);
	earlier = state_verified(dir);
	opened = state_open(dir, true);
	assert_int_equal(format_of(opened), 4);
	prb_state_close(opened);

	assert_int_equal(prb_state_rebuild(dir, out, NULL, NULL, &rebuilt, &fault), PRB_OK);
	assert_true(rebuilt.same);
	opened = state_open(dir, false);
	assert_int_equal(format_of(opened), PRB_STATE_FORMAT);
	prb_state_close(opened);
	upgraded = state_verified(dir);
	assert_memory_equal(upgraded.state_sha256, rebuilt.state_sha256, PRB_SHA256_BYTES);
	assert_memory_not_equal(upgraded.state_sha256, earlier.state_sha256, PRB_SHA256_BYTES);
	assert_memory_equal(upgraded.log_root, earlier.log_root, PRB_SHA256_BYTES);
	assert_int_equal(upgraded.records, earlier.records);
	assert_int_equal(state_row_count(dir, "audit"), earlier.records);
}

/* Programs of format 2 made an empty table `decision` when they opened a state of format 1; and a
 * state may be empty. */
static void
small_ones(void **state)
{
	char dir[STATE_PATH_BYTES];

	(void)state;
	for (uint64_t count = 0; count < 3; count++) {
		state_path(dir, "s");
		make_earlier(dir, 2, 0);
		assert_true(has_table(dir, "decision"));
		state_remove();
		state_path(dir, "s");
		make_earlier(dir, 1, count);
		(void)state_verified(dir);
		prb_state_close(state_open(dir, false));
		assert_int_equal(state_verified(dir).records, count);
		state_remove();
	}
}

static void
drop_table(const char *dir, const char *table)
{
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi dbi;

	assert_int_equal(mdb_env_create(&env), 0);
	assert_int_equal(mdb_env_set_maxdbs(env, 32), 0);
	assert_int_equal(mdb_env_set_mapsize(env, 1 << 28), 0);
	assert_int_equal(mdb_env_open(env, dir, 0, 0600), 0);
	assert_int_equal(mdb_txn_begin(env, NULL, 0, &txn), 0);
	assert_int_equal(mdb_dbi_open(txn, table, 0, &dbi), 0);
	assert_int_equal(mdb_drop(txn, dbi, 1), 0);
	assert_int_equal(mdb_txn_commit(txn), 0);
	mdb_env_close(env);
}

static bool
set_format(void *context, uint8_t *key, size_t key_n, uint8_t *value, size_t value_n)
{
	assert_memory_equal(key, "format", key_n);
	value[value_n - 1] = *(const uint8_t *)context;
	return true;
}

static bool
flip(void *context, uint8_t *key, size_t key_n, uint8_t *value, size_t value_n)
{
	(void)context;
	(void)key;
	(void)key_n;
	value[value_n - 10] ^= 1;
	return true;
}

/* What the row `format` says and what is there must agree, however it is opened; and a state that
 * cannot be brought up stays as it was. */
static void
contradictions(void **state)
{
	static const struct {
		unsigned made, says;
		const char *drop, *words;
		enum prb_err err;
	} rows[] = {
		{5, 1, NULL, "`access` is there", PRB_ERR_STATE_DAMAGED},
		{5, 2, NULL, "`access` is there", PRB_ERR_STATE_DAMAGED},
		{5, 3, NULL, "`access` is there", PRB_ERR_STATE_DAMAGED},
		{5, 5, "access", "`access` is not there", PRB_ERR_STATE_DAMAGED},
		{5, 5, "audit", "`audit` is not there", PRB_ERR_STATE_DAMAGED},
		{5, 5, "held", "`held` is not there", PRB_ERR_STATE_DAMAGED},
		{5, 5, "organisation", "`organisation` is not there", PRB_ERR_STATE_DAMAGED},
		{5, 5, "used", "`used` is not there", PRB_ERR_STATE_DAMAGED},
		{5, 5, "status", "`status` is not there", PRB_ERR_STATE_DAMAGED},
		{5, 5, "attested", "`attested` is not there", PRB_ERR_STATE_DAMAGED},
		{5, 5, "decision", "`decision` is not there", PRB_ERR_STATE_DAMAGED},
		{5, 6, NULL, "format 6", PRB_ERR_STATE_FORMAT},
		{5, 0, NULL, "format 0", PRB_ERR_STATE_FORMAT},
		{4, 3, NULL, "`access` is there", PRB_ERR_STATE_DAMAGED},
		{4, 4, "used", "`used` is not there", PRB_ERR_STATE_DAMAGED},
		{3, 2, NULL, "`attested` is there", PRB_ERR_STATE_DAMAGED},
		{3, 3, "status", "`status` is not there", PRB_ERR_STATE_DAMAGED},
		{3, 4, NULL, "`access` is not there", PRB_ERR_STATE_DAMAGED},
		{3, 5, NULL, "`access` is not there", PRB_ERR_STATE_DAMAGED},
		{2, 2, "decision", "`decision` is not there", PRB_ERR_STATE_DAMAGED},
		{1, 2, NULL, "`decision` is not there", PRB_ERR_STATE_DAMAGED},
		{2, 3, NULL, "`attested` is not there", PRB_ERR_STATE_DAMAGED},
		{2, 4, NULL, "`access` is not there", PRB_ERR_STATE_DAMAGED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char dir[STATE_PATH_BYTES], detail[PRB_FAULT_DETAIL_BYTES_MAX];
		uint8_t says = (uint8_t)rows[i].says;

		state_path(dir, "s");
		if (rows[i].made == PRB_STATE_FORMAT) {
			struct prb_state *made = state_make(dir, 0);

			assert_int_equal(state_put_batch(made, 0, 5), PRB_OK);
			prb_state_close(made);
		} else
			make_earlier(dir, rows[i].made, 5);
		if (rows[i].drop)
			drop_table(dir, rows[i].drop);
		state_change(dir, "meta", 0, set_format, &says);
		for (int read_only = 0; read_only < 2; read_only++) {
			assert_int_equal(
				state_open_error(dir, false, read_only, detail), rows[i].err);
			if (!strstr(detail, rows[i].words))
				fail_msg("\"%s\" does not say \"%s\"", detail, rows[i].words);
		}
		state_remove();
	}
}

/* A changed row is found by verify, and not taken over when the state is brought up. */
static void
damaged_rows(void **state)
{
	char dir[STATE_PATH_BYTES], out[STATE_PATH_BYTES];
	struct prb_state_counts counts;
	struct prb_fault fault;
	uint8_t one = 1;

	(void)state;
	state_path(dir, "s");
	state_path(out, "out");
	make_earlier(dir, 2, 20);
	state_change(dir, "log", 3, flip, NULL); /* of the hash */
	state_expect_damage(dir, "in the table `log`");
	assert_int_equal(state_open_error(dir, false, false, NULL), PRB_ERR_STATE_DAMAGED);
	assert_false(has_table(dir, "status"));
	assert_int_equal(prb_state_rebuild(dir, out, NULL, NULL, &counts, &fault), PRB_OK);
	assert_false(counts.same);
	(void)state_verified(out);
	state_remove();
	/* A state with decisions that says it is of format 1. */
	state_path(dir, "s");
	state_path(out, "out");
	make_earlier(dir, 2, 20);
	state_change(dir, "meta", 0, set_format, &one);
	state_expect_damage(dir, "has a format that the journal does not give");
	assert_int_equal(prb_state_rebuild(dir, out, NULL, NULL, &counts, &fault), PRB_OK);
	assert_false(counts.same);
}

/* No room for it: told, and nothing is changed. */
static void
full(void **state)
{
	char dir[STATE_PATH_BYTES], path[STATE_PATH_BYTES];
	struct prb_state_options options = {.map_bytes = 0};
	struct prb_state *opened = NULL;
	struct prb_state_counts before, after;
	struct prb_fault fault;
	struct stat status;

	(void)state;
	state_path(dir, "s");
	state_join(path, dir, "data.mdb");
	make_earlier(dir, 1, 300);
	before = state_verified(dir);
	assert_int_equal(stat(path, &status), 0);
	options.map_bytes = before.used_bytes;
	assert_int_equal(prb_state_open(dir, &options, &opened, &fault), PRB_ERR_FULL);
	assert_null(opened);
	after = state_verified(dir);
	assert_memory_equal(after.state_sha256, before.state_sha256, PRB_SHA256_BYTES);
	prb_state_close(state_open(dir, false));
	assert_int_equal(state_verified(dir).records, 300);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(brought_up, after_each),
		cmocka_unit_test_teardown(third, after_each),
		cmocka_unit_test_teardown(fourth, after_each),
		cmocka_unit_test_teardown(small_ones, after_each),
		cmocka_unit_test_teardown(contradictions, after_each),
		cmocka_unit_test_teardown(damaged_rows, after_each),
		cmocka_unit_test_teardown(full, after_each),
	};

	return cmocka_run_group_tests_name("state upgrade", tests, setup, NULL);
}
