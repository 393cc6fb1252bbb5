/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_make FOLDER SIZE [FORK [KEY [OLD [ORIGIN]]]]: writes a log of made-up entries as files, in
 * the layout in which one is served. From entry FORK on they are others (SIZE: none are). KEY is
 * the byte that the seed of the log's key is made of. Beside the tiles: key, checkpoint, receipt
 * and inclusion.json of the entry in the middle (which is in the file entry), checkpoint.half and
 * consistency.json from half the size, and request, which is what a witness is asked that has seen
 * OLD entries.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <sodium.h>

#include "scoring/base/jcs.h"
#include "scoring/log/entry.h"
#include "scoring/log/lines.h"
#include "scoring/log/tile.h"
#include "scoring/log/witness.h"

#define ORIGIN_DEFAULT "log.example/log"
#define SIZE_LIMIT 70000
#define HEIGHTS 17
#define TEXT_BYTES_MAX ((size_t)1 << 20)
#define MOMENT 1782907200 /* 2026-07-01T12:00:00Z */

static uint8_t nodes[HEIGHTS][SIZE_LIMIT][PRB_SHA256_BYTES];
static struct prb_tree tree;
static const char *folder, *origin = ORIGIN_DEFAULT;
static uint64_t size, forked;
static struct prb_note_key key;
static uint8_t secret[64];

static void
require(bool done, const char *what)
{
	if (done)
		return;
	fprintf(stderr, "log_make: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void
sha256(uint8_t out[PRB_SHA256_BYTES], const void *bytes, size_t n)
{
	(void)crypto_hash_sha256(out, bytes, n);
}

static void
put(const char *name, struct prb_span bytes)
{
	char path[4096];
	FILE *file;

	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	for (char *p = path + 1; *p != '\0'; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		require(mkdir(path, 0755) == 0 || errno == EEXIST, path);
		*p = '/';
	}
	file = fopen(path, "wb");
	require(file != NULL && fwrite(bytes.p, 1, bytes.n, file) == bytes.n, path);
	require(fclose(file) == 0, path);
}

static void
write_entry(uint64_t index, struct prb_str *scratch, struct prb_str *out)
{
	int64_t at = MOMENT + (int64_t)index;
	uint8_t salt[PRB_ENTRY_SALT_BYTES] = {(uint8_t)(index >= forked)};
	uint8_t hash[PRB_SHA256_BYTES] = {0xAB};

	prb_str_reset(out);
	if (index == 0)
		prb_entry_write_key(at, "z6MkLog", "in_use", "log", out);
	else if (index == 1)
		prb_entry_write_release(at, hash, out);
	else if (index == 2)
		prb_entry_write_method(at, hash, "2.0", out);
	else if (index == 3)
		prb_str_add_text(out, "{\"type\":\"something else\"}");
	else if (index == 4)
		prb_str_add_text(out, "no JSON");
	else
		prb_entry_write_salted(
			index % 10 == 0 ? PRB_ENTRY_REVOCATION : PRB_ENTRY_ATTESTATION, at, salt,
			PRB_SPAN("{}"), sha256, scratch, out);
	require(!out->failed, "an entry");
}

static void
keep(void *context, unsigned height, uint64_t index, const uint8_t hash[PRB_SHA256_BYTES])
{
	(void)context;
	memcpy(nodes[height][index], hash, PRB_SHA256_BYTES);
}

static bool
node(void *context, unsigned height, uint64_t index, uint8_t out[PRB_SHA256_BYTES])
{
	(void)context;
	memcpy(out, nodes[height][index], PRB_SHA256_BYTES);
	return true;
}

static const struct prb_tree_source source = {node, NULL, sha256};

static void
put_tile(const struct prb_tile *tile, struct prb_span bytes)
{
	struct prb_str path;

	prb_str_init(&path, PRB_TILE_PATH_BYTES_MAX + 8);
	prb_str_add_text(&path, "tile/");
	prb_tile_path_write(tile, &path);
	require(!path.failed, "a path");
	put(path.p, bytes);
	prb_str_finish(&path);
}

static void
grow(void)
{
	struct prb_str scratch, entry, bundle;
	uint8_t leaf[PRB_SHA256_BYTES];

	prb_str_init(&scratch, TEXT_BYTES_MAX);
	prb_str_init(&entry, TEXT_BYTES_MAX);
	prb_str_init(&bundle, TEXT_BYTES_MAX);
	for (uint64_t index = 0; index < size; index++) {
		struct prb_tile tile = {.entries = true, .index = index / PRB_TILE_HASHES};

		write_entry(index, &scratch, &entry);
		if (index == size / 2)
			put("entry", prb_str_span(&entry));
		prb_tree_leaf(sha256, &scratch, prb_str_span(&entry), leaf);
		memcpy(nodes[0][index], leaf, sizeof leaf);
		prb_tree_append(&tree, sha256, leaf, keep, NULL);
		if (index % PRB_TILE_HASHES == 0)
			prb_str_reset(&bundle);
		prb_str_add_char(&bundle, (char)(entry.n >> 8));
		prb_str_add_char(&bundle, (char)entry.n);
		prb_str_add_span(&bundle, prb_str_span(&entry));
		tile.width = (unsigned)(index % PRB_TILE_HASHES) + 1;
		if (tile.width == PRB_TILE_HASHES || index + 1 == size)
			put_tile(&tile, prb_str_span(&bundle));
	}
	prb_str_finish(&scratch);
	prb_str_finish(&entry);
	prb_str_finish(&bundle);
}

static void
put_tiles(void)
{
	for (unsigned level = 0; level * PRB_TILE_HEIGHT < HEIGHTS; level++) {
		struct prb_tile tile = {.level = level};

		for (; (tile.width = prb_tile_width(size, level, tile.index)) > 0; tile.index++) {
			const void *first = nodes[level * PRB_TILE_HEIGHT][tile.index * 256];

			put_tile(&tile, (struct prb_span){first, tile.width * (size_t)32});
		}
	}
}

static void
root_at(uint64_t at, uint8_t out[PRB_SHA256_BYTES])
{
	struct prb_tree then;

	require(prb_tree_at(&source, at, &then), "a root");
	prb_tree_root(&then, sha256, out);
}

static void
sign(uint64_t at, struct prb_str *out)
{
	struct prb_checkpoint checkpoint = {.origin = prb_span_of(origin), .size = at};
	struct prb_str text;

	root_at(at, checkpoint.root);
	prb_str_init(&text, PRB_CHECKPOINT_BYTES_MAX);
	prb_checkpoint_write(&checkpoint, &text);
	prb_str_reset(out);
	prb_str_add_span(out, prb_str_span(&text));
	prb_str_add_char(out, '\n');
	prb_note_sign(prb_str_span(&text), &key, secret, 0, out);
	require(!out->failed, "a checkpoint");
	prb_str_finish(&text);
}

static void
put_json(const char *name, const char *first_name, uint64_t first, const char *second_name,
	uint64_t second, const struct prb_tree_proof *proof, struct prb_str *out)
{
	prb_str_reset(out);
	prb_str_addf(out, "{\"%s\":%llu,\"proof\":[", first_name, (unsigned long long)first);
	for (unsigned i = 0; i < proof->count; i++) {
		prb_str_add_text(out, i > 0 ? ",\"" : "\"");
		prb_base64_write(proof->hashes[i], PRB_SHA256_BYTES, out);
		prb_str_add_char(out, '"');
	}
	prb_str_addf(out, "],\"%s\":%llu}", second_name, (unsigned long long)second);
	put(name, prb_str_span(out));
}

static void
put_proofs(uint64_t old)
{
	struct prb_str note, out;
	struct prb_receipt receipt = {.index = size / 2};
	struct prb_witness_request request = {.old = old};
	struct prb_tree_proof proof;

	prb_str_init(&note, TEXT_BYTES_MAX);
	prb_str_init(&out, TEXT_BYTES_MAX);
	sign(size / 2, &note);
	put("checkpoint.half", prb_str_span(&note));
	sign(size, &note);
	put("checkpoint", prb_str_span(&note));
	if (size > 0) {
		require(prb_tree_inclusion(&source, size / 2, size, &receipt.proof), "a proof");
		receipt.checkpoint = prb_str_span(&note);
		prb_receipt_write(&receipt, &out);
		put("receipt", prb_str_span(&out));
		put_json("inclusion.json", "index", size / 2, "size", size, &receipt.proof, &out);
	}
	require(prb_tree_consistency(&source, size / 2, size, &proof), "a proof");
	put_json("consistency.json", "from", size / 2, "to", size, &proof, &out);
	/* A witness that has seen more is asked all the same. */
	if (old <= size)
		require(prb_tree_consistency(&source, old, size, &request.proof), "a proof");
	request.checkpoint = prb_str_span(&note);
	prb_str_reset(&out);
	prb_witness_request_write(&request, &out);
	put("request", prb_str_span(&out));
	prb_str_reset(&out);
	prb_note_key_write(&key, &out);
	prb_str_add_char(&out, '\n');
	put("key", prb_str_span(&out));
	prb_str_finish(&note);
	prb_str_finish(&out);
}

static uint64_t
number(int argc, char **argv, int i, uint64_t otherwise)
{
	return argc > i ? strtoull(argv[i], NULL, 10) : otherwise;
}

int
main(int argc, char **argv)
{
	uint8_t seed[32], public_key[32];

	if (argc < 3 || sodium_init() < 0 || strtoull(argv[2], NULL, 10) >= SIZE_LIMIT) {
		fputs("usage: log_make FOLDER SIZE [FORK [KEY [OLD [ORIGIN]]]]\n", stderr);
		return 2;
	}
	folder = argv[1];
	if (argc > 6)
		origin = argv[6];
	size = number(argc, argv, 2, 0);
	forked = number(argc, argv, 3, size);
	memset(seed, (int)number(argc, argv, 4, 1), sizeof seed);
	(void)crypto_sign_seed_keypair(public_key, secret, seed);
	require(prb_note_key_fill(origin, PRB_NOTE_ED25519, public_key, &key, NULL) == PRB_OK,
		"the key");
	grow();
	put_tiles();
	put_proofs(number(argc, argv, 5, 0));
	return 0;
}
