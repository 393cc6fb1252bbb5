/* SPDX-License-Identifier: Apache-2.0 */

/* The log of a state: proofs and tiles of every size, the checkpoint that was kept, and that no
 * killed writer ever takes back what it said. */

#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "scoring/log/checkpoint.h"
#include "service/state/bytes.h"
#include "service/state/rows.h"
#include "tests/unit/state_support.h"

#define LEAVES 700 /* three tiles of the lowest level, and a bit of the next */

static uint8_t roots[LEAVES + 1][PRB_SHA256_BYTES], leaves[LEAVES][PRB_SHA256_BYTES];

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

/* Records of the server itself are the shortest leaves. Roots and leaves as they must be. */
static struct prb_state *
make_log(const char *dir)
{
	struct prb_state *made = state_make(dir, 0);
	struct prb_tree tree = {.size = 0};
	struct prb_digest digest;
	struct state_writing w;

	assert_true(prb_digest_init(&digest));
	prb_tree_root(&tree, prb_state_sha256, roots[0]);
	state_writing_begin(&w, made);
	for (uint64_t n = 0; n < LEAVES; n++) {
		struct prb_stored_system stored = state_system(n);

		assert_int_equal(state_put_system(&w, &stored), PRB_OK);
		prb_digest_leaf(&digest, stored.log_entry, leaves[n]);
		prb_tree_append(&tree, prb_state_sha256, leaves[n], NULL, NULL);
		prb_tree_root(&tree, prb_state_sha256, roots[n + 1]);
	}
	state_writing_end(&w);
	prb_digest_destroy(&digest);
	return made;
}

static void
proofs(void **state)
{
	char dir[STATE_PATH_BYTES];
	struct prb_state *made;
	struct prb_state_reader *reader;
	struct prb_tree_proof proof;
	struct prb_tree tree;
	uint8_t root[PRB_SHA256_BYTES], leaf[PRB_SHA256_BYTES];

	(void)state;
	state_path(dir, "s");
	made = make_log(dir);
	assert_int_equal(prb_state_reader_create(made, &reader), PRB_OK);
	assert_int_equal(prb_log_tree(reader, &tree), PRB_OK);
	assert_int_equal(tree.size, LEAVES);
	prb_tree_root(&tree, prb_state_sha256, root);
	assert_memory_equal(root, roots[LEAVES], sizeof(root));
	for (uint64_t size = 0; size <= LEAVES; size++) {
		assert_int_equal(prb_log_tree_at(reader, size, &tree), PRB_OK);
		assert_int_equal(tree.size, size);
		prb_tree_root(&tree, prb_state_sha256, root);
		assert_memory_equal(root, roots[size], sizeof(root));
		for (uint64_t index = size % 7; index < size; index += 1 + size / 16) {
			assert_int_equal(prb_log_inclusion(reader, index, size, &proof), PRB_OK);
			assert_true(prb_tree_inclusion_holds(
				prb_state_sha256, index, size, leaves[index], &proof, roots[size]));
			assert_false(prb_tree_inclusion_holds(prb_state_sha256, index, size,
				leaves[(index + 1) % LEAVES], &proof, roots[size]));
		}
		for (uint64_t from = size % 5; from <= size; from += 1 + size / 16) {
			assert_int_equal(prb_log_consistency(reader, from, size, &proof), PRB_OK);
			assert_true(prb_tree_consistency_holds(
				prb_state_sha256, from, size, roots[from], roots[size], &proof));
		}
	}
	for (uint64_t index = 0; index < LEAVES; index++) {
		assert_int_equal(prb_log_leaf(reader, index, leaf), PRB_OK);
		assert_memory_equal(leaf, leaves[index], sizeof leaf);
	}
	assert_int_equal(prb_log_leaf(reader, LEAVES, leaf), PRB_ERR_RANGE);
	assert_int_equal(prb_log_leaf(reader, UINT64_MAX, leaf), PRB_ERR_RANGE);
	assert_int_equal(prb_log_inclusion(reader, 0, 0, &proof), PRB_ERR_RANGE);
	assert_int_equal(prb_log_inclusion(reader, 5, 5, &proof), PRB_ERR_RANGE);
	assert_int_equal(prb_log_inclusion(reader, 0, LEAVES + 1, &proof), PRB_ERR_RANGE);
	assert_int_equal(prb_log_inclusion(reader, 0, UINT64_MAX, &proof), PRB_ERR_RANGE);
	assert_int_equal(prb_log_consistency(reader, 6, 5, &proof), PRB_ERR_RANGE);
	assert_int_equal(prb_log_consistency(reader, 0, LEAVES + 1, &proof), PRB_ERR_RANGE);
	assert_int_equal(prb_log_tree_at(reader, LEAVES + 1, &tree), PRB_ERR_RANGE);
	assert_int_equal(prb_log_tree_at(reader, UINT64_MAX, &tree), PRB_ERR_RANGE);
	prb_state_reader_destroy(reader);
	prb_state_close(made);
}

/* The hash of a complete node, from the leaves alone. */
static void
node_of(unsigned height, uint64_t index, uint8_t out[PRB_SHA256_BYTES])
{
	struct prb_tree tree = {.size = 0};

	for (uint64_t i = index << height; i < (index + 1) << height; i++)
		prb_tree_append(&tree, prb_state_sha256, leaves[i], NULL, NULL);
	prb_tree_root(&tree, prb_state_sha256, out);
}

static void
tiles(void **state)
{
	static const struct {
		struct prb_tile tile;
		enum prb_err err;
	} rows[] = {
		{{false, 0, 0, 256}, PRB_OK},
		{{false, 0, 1, 256}, PRB_OK},
		{{false, 0, 1, 3}, PRB_OK}, /* of an earlier size */
		{{false, 0, 2, 188}, PRB_OK},
		{{false, 0, 2, 1}, PRB_OK},
		{{false, 1, 0, 2}, PRB_OK},
		{{false, 1, 0, 1}, PRB_OK},
		{{false, 0, 2, 189}, PRB_ERR_NOT_FOUND},
		{{false, 0, 2, 256}, PRB_ERR_NOT_FOUND},
		{{false, 0, 2, 0}, PRB_ERR_NOT_FOUND},
		{{false, 0, 3, 1}, PRB_ERR_NOT_FOUND},
		{{false, 1, 0, 3}, PRB_ERR_NOT_FOUND},
		{{false, 1, 1, 1}, PRB_ERR_NOT_FOUND},
		{{false, 2, 0, 1}, PRB_ERR_NOT_FOUND},
		{{false, 8, 0, 1}, PRB_ERR_NOT_FOUND},
		{{false, 63, 0, 1}, PRB_ERR_NOT_FOUND},
		{{false, 0, UINT64_MAX, 1}, PRB_ERR_NOT_FOUND},
		{{false, 0, UINT64_MAX / 256 + 1, 1}, PRB_ERR_NOT_FOUND},
	};
	char dir[STATE_PATH_BYTES];
	struct prb_state *made;
	struct prb_state_reader *reader;
	struct prb_str out;

	(void)state;
	state_path(dir, "s");
	made = make_log(dir);
	assert_int_equal(prb_state_reader_create(made, &reader), PRB_OK);
	prb_str_init(&out, 1 << 20);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct prb_tile *tile = &rows[i].tile;

		prb_str_reset(&out);
		prb_str_add_text(&out, "before");
		assert_int_equal(prb_log_tile(reader, tile, &out), rows[i].err);
		assert_int_equal(
			out.n, 6 + (rows[i].err == PRB_OK ? tile->width * PRB_SHA256_BYTES : 0));
		for (unsigned j = 0; j < tile->width && rows[i].err == PRB_OK; j++) {
			uint8_t hash[PRB_SHA256_BYTES];

			node_of(8 * tile->level, tile->index * 256 + j, hash);
			assert_memory_equal(out.p + 6 + j * sizeof(hash), hash, sizeof(hash));
		}
	}
	prb_str_finish(&out);
	prb_state_reader_destroy(reader);
	prb_state_close(made);
}

/* Each entry behind its length, and its leaf is the one of the tree. */
static void
entries(void **state)
{
	static const struct prb_tile rows[] = {
		{true, 0, 0, 256}, {true, 0, 2, 188}, {true, 0, 1, 5}};
	static const struct prb_tile none[] = {{true, 0, 2, 189}, {true, 0, 3, 1}, {true, 0, 0, 0}};
	char dir[STATE_PATH_BYTES];
	struct prb_state *made;
	struct prb_state_reader *reader;
	struct prb_digest digest;
	struct prb_str out;

	(void)state;
	state_path(dir, "s");
	made = make_log(dir);
	assert_true(prb_digest_init(&digest));
	assert_int_equal(prb_state_reader_create(made, &reader), PRB_OK);
	prb_str_init(&out, 1 << 20);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const uint8_t *p;
		size_t at = 0;

		prb_str_reset(&out);
		assert_int_equal(prb_log_tile(reader, &rows[i], &out), PRB_OK);
		p = (const uint8_t *)out.p;
		for (unsigned j = 0; j < rows[i].width; j++) {
			uint8_t leaf[PRB_SHA256_BYTES];
			size_t n = (size_t)prb_get_be(p + at, 2);

			assert_true(at + 2 + n <= out.n);
			prb_digest_leaf(&digest, (struct prb_span){out.p + at + 2, n}, leaf);
			assert_memory_equal(leaf, leaves[rows[i].index * 256 + j], sizeof(leaf));
			at += 2 + n;
		}
		assert_int_equal(at, out.n);
	}
	prb_str_reset(&out);
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_int_equal(prb_log_tile(reader, &none[i], &out), PRB_ERR_NOT_FOUND);
	assert_int_equal(out.n, 0);
	prb_str_finish(&out);
	/* No room for it: nothing of it is added. */
	prb_str_init(&out, 100);
	assert_int_equal(prb_log_tile(reader, &rows[0], &out), PRB_ERR_MEMORY);
	assert_int_equal(out.n, 0);
	prb_str_finish(&out);
	prb_state_reader_destroy(reader);
	prb_state_close(made);
	prb_digest_destroy(&digest);
}

/* A signed note over that tree. */
static void
keep(struct prb_state *state, uint64_t size, const uint8_t root[PRB_SHA256_BYTES])
{
	struct prb_checkpoint checkpoint = {.origin = PRB_SPAN("log.example/log"), .size = size};
	uint8_t public_key[crypto_sign_PUBLICKEYBYTES], secret[crypto_sign_SECRETKEYBYTES];
	const uint8_t seed[crypto_sign_SEEDBYTES] = {7};
	struct prb_note_key key;
	struct prb_str text, note;
	struct prb_fault fault;

	memcpy(checkpoint.root, root, PRB_SHA256_BYTES);
	assert_int_equal(crypto_sign_seed_keypair(public_key, secret, seed), 0);
	assert_int_equal(
		prb_note_key_fill("log.example/log", PRB_NOTE_ED25519, public_key, &key, &fault),
		PRB_OK);
	prb_str_init(&text, PRB_CHECKPOINT_BYTES_MAX);
	prb_str_init(&note, PRB_CHECKPOINT_BYTES_MAX);
	prb_checkpoint_write(&checkpoint, &text);
	prb_str_add_span(&note, prb_str_span(&text));
	prb_str_add_text(&note, "\n");
	prb_note_sign(prb_str_span(&text), &key, secret, 0, &note);
	assert_false(note.failed);
	assert_int_equal(prb_checkpoint_keep(state, prb_str_span(&note), &fault), PRB_OK);
	prb_str_reset(&text);
	assert_int_equal(prb_checkpoint_kept(state, &text), PRB_OK);
	assert_true(prb_span_equal(prb_str_span(&text), prb_str_span(&note)));
	prb_str_finish(&text);
	prb_str_finish(&note);
}

static void
write_file(const char *path, const char *text, size_t times)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	for (size_t i = 0; i < times; i++)
		assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* What was promised to the world is compared with what is there. */
static void
promises(void **state)
{
	char dir[STATE_PATH_BYTES], out[STATE_PATH_BYTES], path[STATE_PATH_BYTES];
	struct prb_state *made;
	struct prb_state_counts counts;
	struct prb_fault fault;
	struct prb_str note;
	struct stat status;
	static const uint64_t sizes[] = {0, 1, 256, 699, 700};

	(void)state;
	state_path(dir, "s");
	state_path(out, "out");
	state_join(path, dir, "checkpoint");
	made = make_log(dir);
	prb_str_init(&note, PRB_CHECKPOINT_BYTES_MAX);
	assert_int_equal(prb_checkpoint_kept(made, &note), PRB_ERR_NOT_FOUND);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		keep(made, sizes[i], roots[sizes[i]]);
		assert_int_equal(prb_state_verify(made, NULL, NULL, &counts, &fault), PRB_OK);
		/* Another tree of that size. */
		keep(made, sizes[i], roots[(sizes[i] + 1) % 700]);
		assert_int_equal(
			prb_state_verify(made, NULL, NULL, &counts, &fault), PRB_ERR_STATE_DAMAGED);
		assert_non_null(strstr(fault.detail, "another tree"));
	}
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
	/* More than is there: a backup of before it was published. */
	keep(made, 701, roots[700]);
	assert_int_equal(
		prb_state_verify(made, NULL, NULL, &counts, &fault), PRB_ERR_STATE_DAMAGED);
	assert_non_null(strstr(fault.detail, "an older backup was brought back"));
	/* It goes along when the state is made anew. */
	keep(made, 256, roots[256]);
	prb_state_close(made);
	assert_int_equal(prb_state_rebuild(dir, out, NULL, NULL, &counts, &fault), PRB_OK);
	assert_true(counts.same);
	made = state_open(out, false);
	assert_int_equal(prb_checkpoint_kept(made, &note), PRB_OK);
	assert_true(note.n > 0);
	assert_int_equal(prb_state_verify(made, NULL, NULL, &counts, &fault), PRB_OK);
	prb_state_close(made);
	/* No checkpoint, and one that is too large. */
	write_file(path, "no note\n", 1);
	state_expect_damage(dir, "checkpoint: cannot be read");
	write_file(path, "log.example/log\n", 4096);
	state_expect_damage(dir, "checkpoint: cannot be read");
	prb_str_reset(&note);
	made = state_open(dir, true);
	assert_int_equal(prb_checkpoint_kept(made, &note), PRB_ERR_TOO_LARGE);
	assert_int_equal(note.n, 0);
	prb_state_close(made);
	prb_str_finish(&note);
}

static bool
cut_value(void *context, uint8_t *key, size_t key_n, uint8_t *value, size_t value_n)
{
	(void)context;
	(void)key_n;
	(void)value;
	(void)value_n;
	key[0] = 0x70; /* the row of leaf 5 is another's now */
	return true;
}

/* A row that is missing is damage and not absence. */
static void
damaged_rows(void **state)
{
	char dir[STATE_PATH_BYTES];
	struct prb_state *made;
	struct prb_state_reader *reader;
	struct prb_tree_proof proof;
	struct prb_tree tree = {.size = 99};
	struct prb_str out;

	(void)state;
	state_path(dir, "s");
	prb_state_close(make_log(dir));
	state_change(dir, "log", 5, cut_value, NULL);
	made = state_open(dir, true);
	assert_int_equal(prb_state_reader_create(made, &reader), PRB_OK);
	assert_int_equal(prb_log_inclusion(reader, 4, 700, &proof), PRB_ERR_STATE_DAMAGED);
	assert_int_equal(prb_log_inclusion(reader, 600, 700, &proof), PRB_OK);
	assert_int_equal(prb_log_tree_at(reader, 6, &tree), PRB_ERR_STATE_DAMAGED);
	assert_int_equal(tree.size, 99);
	prb_str_init(&out, 1 << 20);
	assert_int_equal(prb_log_tile(reader, &(struct prb_tile){false, 0, 0, 256}, &out),
		PRB_ERR_STATE_DAMAGED);
	assert_int_equal(prb_log_tile(reader, &(struct prb_tile){true, 0, 0, 256}, &out),
		PRB_ERR_STATE_DAMAGED);
	assert_int_equal(out.n, 0);
	prb_str_finish(&out);
	prb_state_reader_destroy(reader);
	prb_state_close(made);
}

/* ---- kill -9 ---- */

#define ROUNDS 100

/* What the child said of a commit: it was there when this was written. */
struct said {
	uint64_t records, size;
	uint8_t root[PRB_SHA256_BYTES];
};

/* One batch of a declaration, further attestations, a revocation and what the server uses. */
static void
append(struct prb_state *state, uint64_t n)
{
	struct prb_stored_declaration declaration = state_declaration(n);
	struct prb_stored_attestation attestation;
	struct prb_stored_revocation revocation;
	struct prb_stored_system system = state_system(n);
	struct prb_stored_decision decision = state_decision(n);
	struct state_writing w;

	state_writing_begin(&w, state);
	if (state_put_declaration(&w, &declaration) != PRB_OK)
		_exit(2);
	for (uint64_t i = 0; i < 3; i++) {
		attestation = state_attestation(3 * n + i, n);
		if (state_put_attestation(&w, &attestation) != PRB_OK)
			_exit(3);
	}
	revocation = state_revocation(n, &attestation.id, attestation.status);
	if (state_put_revocation(&w, &revocation) != PRB_OK ||
		state_put_system(&w, &system) != PRB_OK ||
		state_put_decision(&w, &decision) != PRB_OK)
		_exit(4);
	state_writing_end(&w);
}
#define RECORDS_A_BATCH 7
#define LEAVES_A_BATCH 6

static void
child_appends(const char *dir, int out)
{
	const struct prb_state_options options = {.create = true};
	struct prb_state *state;
	struct prb_state_reader *reader;
	struct prb_state_counts counts;
	struct prb_tree tree;

	if (prb_state_open(dir, &options, &state, NULL) != PRB_OK ||
		prb_state_reader_create(state, &reader) != PRB_OK)
		_exit(1);
	for (;;) {
		struct said said;

		if (prb_state_counts(state, &counts) != PRB_OK)
			_exit(5);
		append(state, counts.records / RECORDS_A_BATCH);
		if (prb_log_tree(reader, &tree) != PRB_OK)
			_exit(6);
		said = (struct said){counts.records + RECORDS_A_BATCH, tree.size, {0}};
		prb_tree_root(&tree, prb_state_sha256, said.root);
		if (write(out, &said, sizeof(said)) != sizeof(said))
			_exit(7);
	}
}

/* Lets a child append until it has said something, and a random while longer; the last it said. */
static struct said
kill_one(const char *dir)
{
	struct timespec while_longer = {.tv_nsec = 0};
	struct said said = {.size = 0}, next;
	int pipes[2], status;
	uint32_t random;
	pid_t child;

	randombytes_buf(&random, sizeof(random));
	while_longer.tv_nsec = (long)(random % 12000000);
	assert_int_equal(pipe(pipes), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		(void)close(pipes[0]);
		child_appends(dir, pipes[1]);
	}
	(void)close(pipes[1]);
	assert_int_equal(read(pipes[0], &said, sizeof(said)), sizeof(said));
	(void)nanosleep(&while_longer, NULL);
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	while (read(pipes[0], &next, sizeof(next)) == sizeof(next))
		said = next;
	(void)close(pipes[0]);
	return said;
}

/* Killed at random moments, over and over: nothing that was said is taken back, every earlier tree
 * is a beginning of this one, and everything follows from the journal. */
static void
killed(void **state)
{
	static struct said all[ROUNDS];
	char dir[STATE_PATH_BYTES], out[STATE_PATH_BYTES];
	struct prb_state_counts counts;
	struct prb_fault fault;

	(void)state;
	state_path(dir, "s");
	state_path(out, "out");
	for (int round = 0; round < ROUNDS; round++) {
		struct prb_state_reader *reader;
		struct prb_tree_proof proof;
		struct prb_state *opened;
		struct prb_tree tree;
		uint8_t root[PRB_SHA256_BYTES];

		all[round] = kill_one(dir);
		opened = state_open(dir, false);
		assert_int_equal(prb_state_reader_create(opened, &reader), PRB_OK);
		assert_int_equal(prb_log_tree(reader, &tree), PRB_OK);
		assert_true(tree.size >= all[round].size);
		assert_int_equal(tree.size % LEAVES_A_BATCH, 0);
		prb_tree_root(&tree, prb_state_sha256, root);
		for (int i = 0; i <= round; i++) {
			assert_int_equal(
				prb_log_consistency(reader, all[i].size, tree.size, &proof),
				PRB_OK);
			assert_true(prb_tree_consistency_holds(prb_state_sha256, all[i].size,
				tree.size, all[i].root, root, &proof));
		}
		if (prb_state_verify(opened, NULL, NULL, &counts, &fault) != PRB_OK)
			fail_msg("round %d: %s", round, fault.detail);
		prb_state_reader_destroy(reader);
		prb_state_close(opened);
	}
	counts = state_verified(dir);
	assert_true(counts.records >= ROUNDS * RECORDS_A_BATCH);
	print_message("%llu records in %d lives\n", (unsigned long long)counts.records, ROUNDS);
	assert_int_equal(prb_state_rebuild(dir, out, NULL, NULL, &counts, &fault), PRB_OK);
	assert_true(counts.same);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(proofs, after_each),
		cmocka_unit_test_teardown(tiles, after_each),
		cmocka_unit_test_teardown(entries, after_each),
		cmocka_unit_test_teardown(promises, after_each),
		cmocka_unit_test_teardown(damaged_rows, after_each),
		cmocka_unit_test_teardown(killed, after_each),
	};

	return cmocka_run_group_tests_name("state log", tests, setup, NULL);
}
