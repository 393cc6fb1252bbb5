/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks what a server published of its log, out of files that somebody fetched:
 *
 * - open VKEYS CHECKPOINT: the first key of the file has signed it, and each further one cosigned
 *   it; prints the size
 * - paths SIZE: what is behind /log/tile/ for a tree of that size, a line each
 * - replay VKEYS CHECKPOINT DIR [LEAVES]: DIR has all of that; entries give hashes, hashes give
 *   tiles and root; and each line "INDEX HASH" of LEAVES is a leaf of it
 * - consistent VKEYS OLD NEW ANSWER: the answer proves that the checkpoint NEW goes on from OLD
 * - included VKEYS CHECKPOINT ANSWER INDEX HASH: the answer proves the leaf
 *
 * Ends with 0, or with 1 and a line that says what does not hold.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "scoring/base/arena.h"
#include "scoring/base/json.h"
#include "scoring/log/checkpoint.h"
#include "scoring/log/lines.h"
#include "scoring/log/tile.h"

#define FILE_BYTES_MAX ((size_t)64 * 1024 * 1024)
#define FILES_BYTES_MAX ((size_t)1 << 30)
#define HEIGHTS 32
#define LEAVES_MAX ((uint64_t)1 << 24)

static void
fail(const char *what, const char *of)
{
	fprintf(stderr, "log_check: %s: %s\n", of, what);
	exit(1);
}

static void
sha256(uint8_t out[PRB_SHA256_BYTES], const void *bytes, size_t n)
{
	(void)crypto_hash_sha256(out, bytes, n);
}

/* What was read lives until the program ends. */
static struct prb_arena *files;

static struct prb_span
read_file(const char *path)
{
	struct prb_span kept;
	struct prb_str text;
	char block[65536];
	FILE *file = fopen(path, "rb");
	size_t n;

	if (file == NULL)
		fail("cannot be opened", path);
	prb_str_init(&text, FILE_BYTES_MAX);
	while ((n = fread(block, 1, sizeof block, file)) > 0)
		prb_str_add(&text, block, n);
	if (ferror(file) || text.failed)
		fail("cannot be read", path);
	(void)fclose(file);
	if (files == NULL)
		files = prb_arena_create(FILES_BYTES_MAX);
	kept = files == NULL ? PRB_SPAN_NONE : prb_arena_copy(files, prb_str_span(&text));
	if (kept.p == NULL)
		fail("there is no memory for it", path);
	prb_str_finish(&text);
	return kept;
}

/* A checkpoint with the signatures that the keys ask for. */
static struct prb_checkpoint
open_checkpoint(const char *keys_path, const char *path)
{
	struct prb_span keys = read_file(keys_path), bytes = read_file(path), line;
	struct prb_checkpoint checkpoint;
	struct prb_note_key key;
	struct prb_fault fault;
	struct prb_note note;
	bool first = true;

	while (prb_line_next(&keys, &line)) {
		if (prb_note_key_read(line, &key, &fault) != PRB_OK)
			fail(fault.detail, keys_path);
		if (first && prb_checkpoint_open(bytes, &key, &note, &checkpoint, &fault) != PRB_OK)
			fail(fault.detail, path);
		if (!first && prb_note_check(&note, &key, NULL) != PRB_NOTE_GOOD)
			fail("a cosignature is missing", path);
		first = false;
	}
	if (first)
		fail("there is no key in it", keys_path);
	return checkpoint;
}

/*
 * Tiles.
 */

static void
print_path(bool entries, unsigned level, uint64_t index, unsigned width)
{
	struct prb_tile tile = {entries, level, index, width};
	struct prb_str text;

	prb_str_init(&text, PRB_TILE_PATH_BYTES_MAX);
	prb_tile_path_write(&tile, &text);
	printf("%s\n", text.p);
	prb_str_finish(&text);
}

static void
print_paths(uint64_t size)
{
	unsigned width;

	for (unsigned level = 0; level < 8; level++)
		for (uint64_t i = 0; (width = prb_tile_width(size, level, i)) > 0; i++) {
			print_path(false, level, i, width);
			if (level == 0)
				print_path(true, 0, i, width);
		}
}

static struct prb_span
read_tile(const char *dir, bool entries, unsigned level, uint64_t index, unsigned width)
{
	struct prb_tile tile = {entries, level, index, width};
	struct prb_span bytes;
	struct prb_str path;

	prb_str_init(&path, 4096);
	prb_str_addf(&path, "%s/", dir);
	prb_tile_path_write(&tile, &path);
	bytes = read_file(path.p);
	prb_str_finish(&path);
	return bytes;
}

static struct {
	struct prb_tree tree;
	uint8_t (*nodes[HEIGHTS])[PRB_SHA256_BYTES];
	uint64_t room[HEIGHTS];
} log_;

static void
keep(void *context, unsigned height, uint64_t index, const uint8_t hash[PRB_SHA256_BYTES])
{
	(void)context;
	if (index >= log_.room[height]) {
		log_.room[height] = 2 * index + 256;
		log_.nodes[height] =
			realloc(log_.nodes[height], log_.room[height] * sizeof log_.nodes[0][0]);
		if (log_.nodes[height] == NULL)
			fail("memory ran out", "replay");
	}
	memcpy(log_.nodes[height][index], hash, PRB_SHA256_BYTES);
}

static void
replay_entries(const char *dir, uint64_t index, unsigned width)
{
	struct prb_span bytes = read_tile(dir, true, 0, index, width);
	uint8_t leaf[PRB_SHA256_BYTES];
	struct prb_str scratch;

	prb_str_init(&scratch, 1 << 17);
	for (unsigned i = 0; i < width; i++) {
		size_t n;

		if (bytes.n < 2)
			fail("a bundle of entries is too short", dir);
		n = (size_t)(unsigned char)bytes.p[0] << 8 | (unsigned char)bytes.p[1];
		if (bytes.n - 2 < n)
			fail("an entry is cut", dir);
		prb_tree_leaf(sha256, &scratch, (struct prb_span){bytes.p + 2, n}, leaf);
		keep(NULL, 0, log_.tree.size, leaf);
		prb_tree_append(&log_.tree, sha256, leaf, keep, NULL);
		bytes.p += 2 + n;
		bytes.n -= 2 + n;
	}
	if (bytes.n != 0)
		fail("a bundle of entries is too long", dir);
	prb_str_finish(&scratch);
}

static void
compare_tiles(const char *dir, uint64_t size)
{
	unsigned width;

	for (unsigned level = 0; level < 8; level++)
		for (uint64_t i = 0; (width = prb_tile_width(size, level, i)) > 0; i++) {
			struct prb_span bytes = read_tile(dir, false, level, i, width);

			if (bytes.n != (size_t)width * PRB_SHA256_BYTES)
				fail("a tile has another length than its width says", dir);
			if (memcmp(bytes.p, log_.nodes[level * 8][i * 256], bytes.n) != 0)
				fail("a tile is not what the entries give", dir);
		}
}

static void
check_leaves(const char *path)
{
	struct prb_span rest = read_file(path), line;
	uint64_t seen = 0;

	for (; prb_line_next(&rest, &line); seen++) {
		char hex[PRB_SHA256_HEX_BYTES], *end;
		uint64_t index = strtoull(line.p, &end, 10);

		if (index >= log_.tree.size)
			fail("a leaf that was answered is not in the log", path);
		prb_sha256_hex(log_.nodes[0][index], hex);
		if (!prb_span_is(
			    (struct prb_span){end + 1, line.n - (size_t)(end + 1 - line.p)}, hex))
			fail("another leaf stands where one was answered", path);
	}
	printf("%" PRIu64 " leaves answered, all there\n", seen);
}

static void
replay(const struct prb_checkpoint *checkpoint, const char *dir)
{
	uint8_t root[PRB_SHA256_BYTES];
	unsigned width;

	if (checkpoint->size > LEAVES_MAX)
		fail("too large for this program", "replay");
	for (uint64_t i = 0; (width = prb_tile_width(checkpoint->size, 0, i)) > 0; i++)
		replay_entries(dir, i, width);
	compare_tiles(dir, checkpoint->size);
	prb_tree_root(&log_.tree, sha256, root);
	if (memcmp(root, checkpoint->root, sizeof root) != 0)
		fail("the root is not the checkpoint's", dir);
}

/*
 * Proofs.
 */

static const struct prb_json *
member(const struct prb_json *object, const char *name)
{
	const struct prb_json *value = prb_json_member(object, name);

	if (value == NULL)
		fail("the answer lacks a member", name);
	return value;
}

static const struct prb_json *
read_answer(const char *path, struct prb_tree_proof *proof)
{
	struct prb_span text = read_file(path);
	const struct prb_json *answer;
	struct prb_fault fault;

	if (prb_json_parse(files, text, text.n, &fault, &answer) != PRB_OK)
		fail("no JSON", path);
	proof->count = 0;
	for (const struct prb_json *i = prb_json_first(member(answer, "proof")); i != NULL;
		i = prb_json_next(i))
		if (proof->count == PRB_TREE_PROOF_MAX ||
			!prb_line_hash(prb_json_string(i), proof->hashes[proof->count++]))
			fail("the proof has something else in it", path);
	return answer;
}

static void
check_number(const struct prb_json *answer, const char *name, uint64_t wanted)
{
	int64_t number;

	if (!prb_json_int(member(answer, name), &number) || (uint64_t)number != wanted)
		fail("the answer has another number", name);
}

static void
check_root(const struct prb_json *answer, const char *name, const uint8_t root[PRB_SHA256_BYTES])
{
	uint8_t given[PRB_SHA256_BYTES];

	if (!prb_line_hash(prb_json_string(member(answer, name)), given) ||
		memcmp(given, root, sizeof given) != 0)
		fail("the answer has another root than the checkpoint", name);
}

static void
consistent(const struct prb_checkpoint *from, const struct prb_checkpoint *to, const char *path)
{
	struct prb_tree_proof proof;
	const struct prb_json *answer = read_answer(path, &proof);

	check_number(answer, "from", from->size);
	check_number(answer, "to", to->size);
	check_root(answer, "from_root", from->root);
	check_root(answer, "to_root", to->root);
	if (!prb_tree_consistency_holds(sha256, from->size, to->size, from->root, to->root, &proof))
		fail("the proof does not hold", path);
}

static void
included(const struct prb_checkpoint *in, const char *path, uint64_t index, const char *hex)
{
	struct prb_tree_proof proof;
	const struct prb_json *answer = read_answer(path, &proof);
	uint8_t leaf[PRB_SHA256_BYTES];

	check_number(answer, "index", index);
	check_number(answer, "size", in->size);
	check_root(answer, "root", in->root);
	if (!prb_span_is(prb_json_string(member(answer, "leaf_hash")), hex) ||
		sodium_hex2bin(leaf, sizeof leaf, hex, strlen(hex), NULL, NULL, NULL) != 0)
		fail("the answer has another leaf", path);
	if (!prb_tree_inclusion_holds(sha256, index, in->size, leaf, &proof, in->root))
		fail("the proof does not hold", path);
}

int
main(int argc, char **argv)
{
	struct prb_checkpoint checkpoint, newer;
	const char *what = argc > 2 ? argv[1] : "";

	if (sodium_init() < 0)
		return 2;
	if (argc == 3 && strcmp(what, "paths") == 0) {
		print_paths(strtoull(argv[2], NULL, 10));
		return 0;
	}
	if (argc == 4 && strcmp(what, "open") == 0) {
		checkpoint = open_checkpoint(argv[2], argv[3]);
		printf("%" PRIu64 "\n", checkpoint.size);
	} else if ((argc == 5 || argc == 6) && strcmp(what, "replay") == 0) {
		checkpoint = open_checkpoint(argv[2], argv[3]);
		replay(&checkpoint, argv[4]);
		if (argc == 6)
			check_leaves(argv[5]);
	} else if (argc == 6 && strcmp(what, "consistent") == 0) {
		checkpoint = open_checkpoint(argv[2], argv[3]);
		newer = open_checkpoint(argv[2], argv[4]);
		consistent(&checkpoint, &newer, argv[5]);
	} else if (argc == 7 && strcmp(what, "included") == 0) {
		checkpoint = open_checkpoint(argv[2], argv[3]);
		included(&checkpoint, argv[4], strtoull(argv[5], NULL, 10), argv[6]);
	} else {
		fprintf(stderr, "usage: log_check open|paths|replay|consistent|included ...\n");
		return 2;
	}
	return 0;
}
