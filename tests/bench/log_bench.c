/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a long log costs who asks it. Makes a state in DIR with LEAVES leaves (10,000,000 by
 * default) through the writer, as a server would: each a record of a dataset release with an entry
 * of its own, so that journal, `log` and `object` have a row for each; of ordinary records only the
 * sealed parts are missing, which a proof never touches. fsync is left out while it is made. A
 * state that has enough leaves already is taken as it is.
 *
 * Cold is: the file's pages dropped from the page cache before. Proofs are checked, outside the
 * time that is taken.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "scoring/log/entry.h"
#include "service/state/digest.h"
#include "service/state/tables.h"

#define LEAVES_DEFAULT 10000000
#define RECORDS_A_COMMIT 100000
#define ASKED 100000
#define ASKED_COLD 500
#define TILES 2000
#define OPENS 21

struct bench {
	const char *dir;
	struct prb_state *state;
	struct prb_state_reader *reader;
	struct prb_tree tree;
	uint8_t root[PRB_SHA256_BYTES];
	struct prb_str tile;
	uint64_t random;
	double times[ASKED];
};

static void
must(bool done, const char *what)
{
	if (done)
		return;
	fprintf(stderr, "log_bench: %s failed\n", what);
	exit(1);
}

static double
microseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int
ascending(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static uint64_t
draw(struct bench *b, uint64_t below)
{
	b->random = b->random * 6364136223846793005U + 1442695040888963407U;
	return (b->random >> 20) % below;
}

static void
say(struct bench *b, const char *what, size_t count)
{
	qsort(b->times, count, sizeof(b->times[0]), ascending);
	printf("%-48s %8.1f us   (99 of 100 below %.1f, the most %.1f)\n", what,
		b->times[count / 2], b->times[count - 1 - count / 100], b->times[count - 1]);
}

static void
open_state(struct bench *b)
{
	const struct prb_state_options options = {.create = true};
	struct prb_fault fault;

	if (prb_state_open(b->dir, &options, &b->state, &fault) != PRB_OK) {
		fprintf(stderr, "log_bench: %s\n", fault.detail);
		exit(1);
	}
}

/* From before the state is opened to the first edge of the log in hand. */
static double
time_open(struct bench *b)
{
	double start = microseconds();

	open_state(b);
	must(prb_state_reader_create(b->state, &b->reader) == PRB_OK &&
			prb_log_tree(b->reader, &b->tree) == PRB_OK,
		"opening");
	return microseconds() - start;
}

static void
close_state(struct bench *b)
{
	prb_state_reader_destroy(b->reader);
	prb_state_close(b->state);
	b->reader = NULL;
	b->state = NULL;
}

/* Only once nothing maps it do its pages go. */
static void
make_cold(struct bench *b)
{
	char path[4096];
	int fd;

	close_state(b);
	(void)snprintf(path, sizeof(path), "%s/data.mdb", b->dir);
	fd = open(path, O_RDONLY);
	must(fd >= 0 && fsync(fd) == 0 && posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) == 0,
		"dropping the pages");
	(void)close(fd);
}

static void
put_one(struct prb_batch *batch, uint64_t n, struct prb_str *entry, struct prb_str *bytes)
{
	struct prb_stored_system stored = {
		.kind = PRB_SYSTEM_RELEASE, .time_ms = 1790000000000 + (int64_t)n};
	uint64_t sequence, index;

	prb_state_sha256(stored.hash, &n, sizeof(n));
	prb_str_reset(entry);
	prb_str_reset(bytes);
	prb_entry_write_release(stored.time_ms / 1000, stored.hash, entry);
	stored.log_entry = prb_str_span(entry);
	must(prb_seal_system(&stored, bytes) == PRB_OK &&
			prb_batch_put_system(
				batch, &stored, prb_str_span(bytes), &sequence, &index) == PRB_OK,
		"putting a record");
}

static void
make(struct bench *b, uint64_t leaves)
{
	struct prb_batch *batch;
	struct prb_str entry, bytes;
	uint64_t made = b->tree.size, n = made;
	double start = microseconds(), seconds;

	if (n >= leaves)
		return;
	must(mdb_env_set_flags(b->state->env, MDB_NOSYNC, 1) == 0 &&
			prb_batch_create(b->state, &batch) == PRB_OK,
		"the batch");
	prb_str_init(&entry, 4096);
	prb_str_init(&bytes, 8192);
	while (n < leaves) {
		must(prb_batch_begin(batch) == PRB_OK, "begin");
		for (unsigned i = 0; i < RECORDS_A_COMMIT && n < leaves; i++)
			put_one(batch, n++, &entry, &bytes);
		must(prb_batch_commit(batch, NULL) == PRB_OK, "commit");
	}
	must(mdb_env_sync(b->state->env, 1) == 0, "writing to the disk");
	seconds = (microseconds() - start) / 1e6;
	printf("%" PRIu64 " leaves made in %.1f s, %.2f us each\n", leaves - made, seconds,
		seconds * 1e6 / (double)(leaves - made));
	prb_batch_destroy(batch);
	prb_str_finish(&entry);
	prb_str_finish(&bytes);
}

static void
time_opens(struct bench *b)
{
	for (int i = 0; i < OPENS; i++) {
		b->times[i] = time_open(b);
		close_state(b);
	}
	say(b, "opening the state, warm", OPENS);
	(void)time_open(b);
	make_cold(b);
	printf("%-48s %8.1f us\n", "opening the state, cold", time_open(b));
}

static void
time_inclusion(struct bench *b, const char *what, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint64_t index = draw(b, b->tree.size);
		struct prb_tree_proof proof;
		struct prb_tile tile = {false, 0, index / 256, (unsigned)(index % 256 + 1)};
		double start = microseconds();

		must(prb_log_inclusion(b->reader, index, b->tree.size, &proof) == PRB_OK, what);
		b->times[i] = microseconds() - start;
		if (i % 50 != 0)
			continue;
		prb_str_reset(&b->tile);
		must(prb_log_tile(b->reader, &tile, &b->tile) == PRB_OK &&
				prb_tree_inclusion_holds(prb_state_sha256, index, b->tree.size,
					(const uint8_t *)b->tile.p + index % 256 * PRB_SHA256_BYTES,
					&proof, b->root),
			"checking a proof");
	}
	say(b, what, count);
}

static void
time_consistency(struct bench *b, const char *what, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint64_t from = 1 + draw(b, b->tree.size);
		uint8_t root[PRB_SHA256_BYTES];
		struct prb_tree_proof proof;
		struct prb_tree tree;
		double start = microseconds();

		must(prb_log_consistency(b->reader, from, b->tree.size, &proof) == PRB_OK, what);
		b->times[i] = microseconds() - start;
		if (i % 50 != 0)
			continue;
		must(prb_log_tree_at(b->reader, from, &tree) == PRB_OK, "an earlier tree");
		prb_tree_root(&tree, prb_state_sha256, root);
		must(prb_tree_consistency_holds(
			     prb_state_sha256, from, b->tree.size, root, b->root, &proof),
			"checking a proof");
	}
	say(b, what, count);
}

static void
time_tiles(struct bench *b, const char *what, struct prb_tile tile)
{
	uint64_t full = (b->tree.size >> (8 * tile.level)) / PRB_TILE_HASHES;

	if (full == 0)
		return;
	for (size_t i = 0; i < TILES; i++) {
		double start;

		tile.index = draw(b, full);
		tile.width = PRB_TILE_HASHES;
		prb_str_reset(&b->tile);
		start = microseconds();
		must(prb_log_tile(b->reader, &tile, &b->tile) == PRB_OK, what);
		b->times[i] = microseconds() - start;
	}
	say(b, what, TILES);
}

int
main(int argc, char **argv)
{
	static struct bench b = {.random = 1};
	struct prb_state_counts counts;
	uint64_t leaves = LEAVES_DEFAULT;

	if (argc == 3)
		leaves = strtoull(argv[2], NULL, 10);
	if (argc < 2 || argc > 3 || leaves == 0) {
		fprintf(stderr, "usage: log_bench DIR [LEAVES]\n");
		return 2;
	}
	must(sodium_init() >= 0, "libsodium");
	b.dir = argv[1];
	prb_str_init(&b.tile, 1 << 20);
	(void)time_open(&b);
	make(&b, leaves);
	must(prb_state_counts(b.state, &counts) == PRB_OK, "counting");
	printf("%" PRIu64 " leaves, %" PRIu64 " MiB in all\n", counts.log_size,
		counts.used_bytes >> 20);
	close_state(&b);
	time_opens(&b);
	prb_tree_root(&b.tree, prb_state_sha256, b.root);
	time_inclusion(&b, "inclusion proof, cold: wanted below 100", ASKED_COLD);
	make_cold(&b);
	(void)time_open(&b);
	time_consistency(&b, "consistency proof, cold", ASKED_COLD);
	time_inclusion(&b, "(the first of the warm ones)", ASKED);
	time_inclusion(&b, "inclusion proof: wanted below 100", ASKED);
	time_consistency(&b, "consistency proof", ASKED);
	time_tiles(&b, "tile of 256 hashes, level 0", (struct prb_tile){.level = 0});
	time_tiles(&b, "tile of 256 hashes, level 1", (struct prb_tile){.level = 1});
	time_tiles(&b, "tile of 256 hashes, level 2", (struct prb_tile){.level = 2});
	time_tiles(&b, "tile of 256 entries", (struct prb_tile){.entries = true});
	prb_str_finish(&b.tile);
	close_state(&b);
	return 0;
}
