/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log's tree, at random sizes: roots are those of the definition, every proof that is made
 * holds, and none holds for another index, size, leaf or root, or with a bit or a hash of it
 * changed. Paths of tiles: print then parse is identity. PROBITY_SEED chooses the cases; the seed
 * is printed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <sodium.h>

#include "scoring/log/tile.h"
#include "tests/unit/log_support.h"

#define LEAVES_MAX 5000
#define TREES 200
#define PROOFS 20
#define PATHS 20000

static uint64_t seed = 20260630;
static struct grove grove;

static int
set_up(void **state)
{
	(void)state;
	if (!grove_init(&grove, LEAVES_MAX))
		return -1;
	grove_grow(&grove, LEAVES_MAX, seed);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	grove_finish(&grove);
	return 0;
}

static uint64_t
below(uint64_t *draw, uint64_t bound)
{
	return log_draw(draw) % bound;
}

static void
root_at(uint64_t size, uint8_t out[PRB_SHA256_BYTES])
{
	struct prb_tree_source source = grove_source(&grove);
	struct prb_tree tree;

	assert_true(prb_tree_at(&source, size, &tree));
	prb_tree_root(&tree, log_sha256, out);
}

#define REQUIRE(condition)                                                                         \
	do {                                                                                       \
		if (!(condition))                                                                  \
			fail_msg("seed %llu, case %llu: %s", (unsigned long long)seed,             \
				(unsigned long long)number, #condition);                           \
	} while (0)

static void
roots(void **state)
{
	uint64_t draw = seed;

	(void)state;
	for (uint64_t number = 0; number < TREES; number++) {
		uint64_t size = below(&draw, LEAVES_MAX + 1);
		uint8_t wanted[PRB_SHA256_BYTES], out[PRB_SHA256_BYTES];

		grove_root_by_definition(&grove, 0, size, wanted);
		root_at(size, out);
		REQUIRE(memcmp(out, wanted, sizeof out) == 0);
	}
}

/* One thing about a proof is changed: a bit, a hash too few, a hash too many. False where nothing
 * could be. */
static bool
damage(struct prb_tree_proof *proof, uint64_t *draw)
{
	uint64_t bit;

	switch (below(draw, 4)) {
	case 0:
		if (proof->count == 0)
			return false;
		proof->count--;
		return true;
	case 1:
		memset(proof->hashes[proof->count++], 0, PRB_SHA256_BYTES);
		return true;
	default:
		if (proof->count == 0)
			return false;
		bit = below(draw, PRB_SHA256_BYTES * 8);
		proof->hashes[below(draw, proof->count)][bit / 8] ^= (uint8_t)(1 << bit % 8);
		return true;
	}
}

static void
inclusion(uint64_t number, uint64_t *draw)
{
	uint64_t size = below(draw, LEAVES_MAX) + 1, index = below(draw, size);
	uint64_t other = below(draw, size), bit = below(draw, PRB_SHA256_BYTES * 8);
	struct prb_tree_source source = grove_source(&grove);
	uint8_t leaf[PRB_SHA256_BYTES], root[PRB_SHA256_BYTES];
	struct prb_tree_proof proof;

	memcpy(leaf, grove.nodes[0][index], sizeof leaf);
	root_at(size, root);
	grove.reads = 0;
	REQUIRE(prb_tree_inclusion(&source, index, size, &proof));
	REQUIRE(grove.reads <= 26);
	REQUIRE(prb_tree_inclusion_holds(log_sha256, index, size, leaf, &proof, root));
	/* In a tree of another size a proof may lead to the root: where the leaf's way up is the
	 * same. Its root is another then, as a checkpoint signs both. */
	REQUIRE(other == index ||
		!prb_tree_inclusion_holds(log_sha256, other, size, leaf, &proof, root));
	leaf[bit / 8] ^= (uint8_t)(1 << bit % 8);
	REQUIRE(!prb_tree_inclusion_holds(log_sha256, index, size, leaf, &proof, root));
	leaf[bit / 8] ^= (uint8_t)(1 << bit % 8);
	root[bit / 8] ^= (uint8_t)(1 << bit % 8);
	REQUIRE(!prb_tree_inclusion_holds(log_sha256, index, size, leaf, &proof, root));
	root[bit / 8] ^= (uint8_t)(1 << bit % 8);
	if (other + 1 != size && other >= index) {
		uint8_t other_root[PRB_SHA256_BYTES];

		root_at(other + 1, other_root);
		REQUIRE(!prb_tree_inclusion_holds(
			log_sha256, index, other + 1, leaf, &proof, other_root));
	}
	REQUIRE(!damage(&proof, draw) ||
		!prb_tree_inclusion_holds(log_sha256, index, size, leaf, &proof, root));
}

static void
consistency(uint64_t number, uint64_t *draw)
{
	uint64_t to = below(draw, LEAVES_MAX) + 1, from = below(draw, to) + 1;
	uint64_t other = below(draw, to) + 1, bit = below(draw, PRB_SHA256_BYTES * 8);
	uint8_t from_root[PRB_SHA256_BYTES], to_root[PRB_SHA256_BYTES];
	struct prb_tree_source source = grove_source(&grove);
	struct prb_tree_proof proof;

	root_at(from, from_root);
	root_at(to, to_root);
	grove.reads = 0;
	REQUIRE(prb_tree_consistency(&source, from, to, &proof));
	REQUIRE(grove.reads <= 26);
	REQUIRE(prb_tree_consistency_holds(log_sha256, from, to, from_root, to_root, &proof));
	REQUIRE(other == from ||
		!prb_tree_consistency_holds(log_sha256, other, to, from_root, to_root, &proof));
	from_root[bit / 8] ^= (uint8_t)(1 << bit % 8);
	REQUIRE(!prb_tree_consistency_holds(log_sha256, from, to, from_root, to_root, &proof));
	from_root[bit / 8] ^= (uint8_t)(1 << bit % 8);
	to_root[bit / 8] ^= (uint8_t)(1 << bit % 8);
	REQUIRE(!prb_tree_consistency_holds(log_sha256, from, to, from_root, to_root, &proof));
	to_root[bit / 8] ^= (uint8_t)(1 << bit % 8);
	REQUIRE(!damage(&proof, draw) ||
		!prb_tree_consistency_holds(log_sha256, from, to, from_root, to_root, &proof));
}

static void
proofs(void **state)
{
	(void)state;
	for (uint64_t number = 0; number < (uint64_t)TREES * PROOFS; number++) {
		uint64_t draw = seed + number * 1000003U;

		inclusion(number, &draw);
		consistency(number, &draw);
	}
}

/* Another history behind a common beginning has no proof that holds. */
static void
rewritten(void **state)
{
	struct prb_tree_source source;
	struct grove other;
	uint64_t draw = seed;

	(void)state;
	assert_true(grove_init(&other, LEAVES_MAX));
	grove_grow(&other, LEAVES_MAX / 2, seed);
	grove_grow(&other, LEAVES_MAX / 2, seed + 1);
	source = grove_source(&other);
	for (uint64_t number = 0; number < TREES; number++) {
		uint64_t from = LEAVES_MAX / 2 + 1 + below(&draw, LEAVES_MAX / 2 - 1);
		uint64_t to = from + below(&draw, LEAVES_MAX - from + 1);
		uint8_t from_root[PRB_SHA256_BYTES], to_root[PRB_SHA256_BYTES];
		struct prb_tree_proof proof;
		struct prb_tree tree;

		root_at(from, from_root);
		REQUIRE(prb_tree_at(&source, to, &tree));
		prb_tree_root(&tree, log_sha256, to_root);
		REQUIRE(prb_tree_consistency(&source, from, to, &proof));
		REQUIRE(!prb_tree_consistency_holds(
			log_sha256, from, to, from_root, to_root, &proof));
	}
	grove_finish(&other);
}

static void
tile_paths(void **state)
{
	uint64_t draw = seed;
	struct prb_str out;

	(void)state;
	prb_str_init(&out, PRB_TILE_PATH_BYTES_MAX);
	for (uint64_t number = 0; number < PATHS; number++) {
		struct prb_tile tile = {.entries = below(&draw, 2) == 0,
			.index = log_draw(&draw) >> (9 + below(&draw, 55)),
			.width = (unsigned)below(&draw, PRB_TILE_HASHES) + 1};
		struct prb_tile read;

		if (!tile.entries)
			tile.level = (unsigned)below(&draw, PRB_TILE_LEVEL_MAX + 1);
		prb_str_reset(&out);
		prb_tile_path_write(&tile, &out);
		REQUIRE(!out.failed);
		REQUIRE(prb_tile_path_read(prb_str_span(&out), &read));
		REQUIRE(read.entries == tile.entries && read.level == tile.level);
		REQUIRE(read.index == tile.index && read.width == tile.width);
	}
	prb_str_finish(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(roots),
		cmocka_unit_test(proofs),
		cmocka_unit_test(rewritten),
		cmocka_unit_test(tile_paths),
	};

	if (getenv("PROBITY_SEED") != NULL)
		seed = strtoull(getenv("PROBITY_SEED"), NULL, 10);
	print_message("PROBITY_SEED=%llu\n", (unsigned long long)seed);
	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, set_up, tear_down);
}
