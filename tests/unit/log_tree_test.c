/* SPDX-License-Identifier: Apache-2.0 */
/* The tree of RFC 6962: roots, proofs made and proofs checked, against published vectors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <sodium.h>

#include "scoring/log/lines.h"
#include "tests/unit/log_support.h"

#define TEXT_BYTES_MAX ((size_t)1 << 16)
#define LEAVES 8

static struct prb_arena *arena;
static struct prb_str text, scratch;

static int
set_up(void **state)
{
	(void)state;
	arena = prb_arena_create((size_t)8 << 20);
	prb_str_init(&text, TEXT_BYTES_MAX);
	prb_str_init(&scratch, TEXT_BYTES_MAX);
	return arena != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	prb_str_finish(&text);
	prb_str_finish(&scratch);
	prb_arena_destroy(arena);
	return 0;
}

static const struct prb_json *
parse(struct prb_span bytes)
{
	const struct prb_json *json = NULL;

	assert_int_equal(prb_json_parse(arena, bytes, TEXT_BYTES_MAX, NULL, &json), PRB_OK);
	return json;
}

static size_t
hex(const struct prb_json *value, uint8_t *out, size_t room)
{
	struct prb_span digits = prb_json_string(value);
	size_t n = 0;

	assert_int_equal(sodium_hex2bin(out, room, digits.p, digits.n, NULL, &n, NULL), 0);
	return n;
}

static uint64_t
whole(const struct prb_json *object, const char *name)
{
	int64_t number;

	assert_true(prb_json_int(prb_json_member(object, name), &number));
	return (uint64_t)number;
}

/*
 * ---- The reference tree ----
 */

static const struct prb_json *
reference(void)
{
	prb_str_reset(&text);
	assert_true(log_vector("merkle/rfc6962-reference-tree.json", &text));
	return parse(prb_str_span(&text));
}

static void
plant(const struct prb_json *json, struct grove *grove)
{
	const struct prb_json *leaf = prb_json_first(prb_json_member(json, "leaves"));

	assert_true(grove_init(grove, LEAVES));
	for (; leaf != NULL; leaf = prb_json_next(leaf)) {
		uint8_t entry[64], hash[PRB_SHA256_BYTES];
		size_t n = hex(leaf, entry, sizeof entry);

		prb_tree_leaf(log_sha256, &scratch, (struct prb_span){(char *)entry, n}, hash);
		grove_append(grove, hash);
	}
	assert_int_equal(grove->tree.size, LEAVES);
}

static void
reference_hashes(void **state)
{
	const struct prb_json *json = reference(), *row;
	uint8_t a[PRB_SHA256_BYTES], b[PRB_SHA256_BYTES], wanted[PRB_SHA256_BYTES], out[32];
	struct prb_tree empty = {.size = 0};

	(void)state;
	(void)hex(prb_json_member(json, "emptyRoot"), wanted, sizeof wanted);
	prb_tree_root(&empty, log_sha256, out);
	assert_memory_equal(out, wanted, sizeof wanted);
	row = prb_json_first(prb_json_member(json, "leafHashes"));
	for (; row != NULL; row = prb_json_next(row)) {
		size_t n = hex(prb_json_member(row, "data"), a, sizeof a);

		(void)hex(prb_json_member(row, "hash"), wanted, sizeof wanted);
		prb_tree_leaf(log_sha256, &scratch, (struct prb_span){(char *)a, n}, out);
		assert_memory_equal(out, wanted, sizeof wanted);
	}
	row = prb_json_first(prb_json_member(json, "nodeHashes"));
	for (; row != NULL; row = prb_json_next(row)) {
		(void)hex(prb_json_member(row, "left"), a, sizeof a);
		(void)hex(prb_json_member(row, "right"), b, sizeof b);
		(void)hex(prb_json_member(row, "hash"), wanted, sizeof wanted);
		prb_tree_node(log_sha256, a, b, out);
		assert_memory_equal(out, wanted, sizeof wanted);
	}
}

static void
root_at(const struct prb_json *json, uint64_t size, uint8_t out[PRB_SHA256_BYTES])
{
	const struct prb_json *root = prb_json_first(prb_json_member(json, "rootsBySize"));

	for (uint64_t n = 1; n < size; n++)
		root = prb_json_next(root);
	(void)hex(root, out, PRB_SHA256_BYTES);
}

static void
reference_roots(void **state)
{
	const struct prb_json *json = reference();
	uint8_t wanted[PRB_SHA256_BYTES], out[PRB_SHA256_BYTES];
	struct prb_tree_source source;
	struct grove grove;
	struct prb_tree tree;

	(void)state;
	plant(json, &grove);
	source = grove_source(&grove);
	for (uint64_t size = 1; size <= LEAVES; size++) {
		root_at(json, size, wanted);
		assert_true(prb_tree_at(&source, size, &tree));
		prb_tree_root(&tree, log_sha256, out);
		assert_memory_equal(out, wanted, sizeof wanted);
	}
	assert_false(prb_tree_at(&source, LEAVES + 1, &tree));
	grove_finish(&grove);
}

static void
require_proof(const struct prb_json *row, const struct prb_tree_proof *proof)
{
	const struct prb_json *hash = prb_json_first(prb_json_member(row, "proof"));

	for (unsigned i = 0; i < proof->count; i++, hash = prb_json_next(hash)) {
		uint8_t wanted[PRB_SHA256_BYTES];

		assert_non_null(hash);
		(void)hex(hash, wanted, sizeof wanted);
		assert_memory_equal(proof->hashes[i], wanted, sizeof wanted);
	}
	assert_null(hash);
}

static void
reference_inclusion(void **state)
{
	const struct prb_json *json = reference();
	const struct prb_json *row = prb_json_first(prb_json_member(json, "inclusion"));
	struct prb_tree_source source;
	struct grove grove;
	int rows = 0;

	(void)state;
	plant(json, &grove);
	source = grove_source(&grove);
	for (; row != NULL; row = prb_json_next(row), rows++) {
		uint64_t index = whole(row, "index"), size = whole(row, "size");
		uint8_t root[PRB_SHA256_BYTES];
		struct prb_tree_proof proof;

		assert_true(prb_tree_inclusion(&source, index, size, &proof));
		require_proof(row, &proof);
		root_at(json, size, root);
		assert_true(prb_tree_inclusion_holds(
			log_sha256, index, size, grove.nodes[0][index], &proof, root));
	}
	assert_int_equal(rows, LEAVES * (LEAVES + 1) / 2);
	grove_finish(&grove);
}

static void
reference_consistency(void **state)
{
	const struct prb_json *json = reference();
	const struct prb_json *row = prb_json_first(prb_json_member(json, "consistency"));
	struct prb_tree_source source;
	struct grove grove;
	int rows = 0;

	(void)state;
	plant(json, &grove);
	source = grove_source(&grove);
	for (; row != NULL; row = prb_json_next(row), rows++) {
		uint64_t from = whole(row, "size1"), to = whole(row, "size2");
		uint8_t from_root[PRB_SHA256_BYTES], to_root[PRB_SHA256_BYTES];
		struct prb_tree_proof proof;

		assert_true(prb_tree_consistency(&source, from, to, &proof));
		require_proof(row, &proof);
		root_at(json, from, from_root);
		root_at(json, to, to_root);
		assert_true(prb_tree_consistency_holds(
			log_sha256, from, to, from_root, to_root, &proof));
	}
	assert_int_equal(rows, LEAVES * (LEAVES + 1) / 2);
	grove_finish(&grove);
}

/*
 * ---- Probes ----
 */

/* Indices of the probes go up to 2^64-1, which no JSON number here holds. */
static uint64_t
number_in(struct prb_span line, const char *name)
{
	char key[32];
	const char *at;
	uint64_t number = 0;

	(void)snprintf(key, sizeof key, "\"%s\":", name);
	at = strstr(line.p, key);
	assert_non_null(at);
	for (at += strlen(key); *at >= '0' && *at <= '9'; at++)
		number = number * 10 + (uint64_t)(*at - '0');
	return number;
}

/* The same line with a number that can be read. */
static const struct prb_json *
parse_probe(struct prb_span line)
{
	static const char large[] = "18446744073709551615";
	char *at;

	prb_str_reset(&scratch);
	prb_str_add_span(&scratch, line);
	assert_false(scratch.failed);
	while ((at = strstr(scratch.p, large)) != NULL)
		memset(at, '1', 10), memset(at + 10, ' ', sizeof large - 11);
	return parse(prb_str_span(&scratch));
}

/* False where a hash is not 32 bytes long; `filled` takes shorter ones, with zeros behind. */
static bool
read_hash(const struct prb_json *value, bool filled, uint8_t out[PRB_SHA256_BYTES])
{
	size_t n;

	memset(out, 0, PRB_SHA256_BYTES);
	if (!filled)
		return prb_line_hash(prb_json_string(value), out);
	return prb_base64_read(prb_json_string(value), out, PRB_SHA256_BYTES, &n);
}

static bool
read_proof(const struct prb_json *row, struct prb_tree_proof *out)
{
	const struct prb_json *proof = prb_json_member(row, "proof"), *hash;

	out->count = 0;
	if (prb_json_kind(proof) == PRB_JSON_NULL)
		return true;
	for (hash = prb_json_first(proof); hash != NULL; hash = prb_json_next(hash))
		if (!read_hash(hash, false, out->hashes[out->count++]))
			return false;
	return true;
}

static bool
inclusion_probe(struct prb_span line, const struct prb_json *row, bool filled)
{
	uint8_t leaf[PRB_SHA256_BYTES], root[PRB_SHA256_BYTES];
	struct prb_tree_proof proof;

	return read_hash(prb_json_member(row, "leafHash"), filled, leaf) &&
	       read_hash(prb_json_member(row, "root"), filled, root) && read_proof(row, &proof) &&
	       prb_tree_inclusion_holds(log_sha256, number_in(line, "leafIdx"),
		       number_in(line, "treeSize"), leaf, &proof, root);
}

static bool
consistency_probe(struct prb_span line, const struct prb_json *row, bool filled)
{
	uint8_t from[PRB_SHA256_BYTES], to[PRB_SHA256_BYTES];
	struct prb_tree_proof proof;

	return read_hash(prb_json_member(row, "root1"), filled, from) &&
	       read_hash(prb_json_member(row, "root2"), filled, to) && read_proof(row, &proof) &&
	       prb_tree_consistency_holds(log_sha256, number_in(line, "size1"),
		       number_in(line, "size2"), from, to, &proof);
}

static void
probes(const char *file, bool (*probe)(struct prb_span, const struct prb_json *, bool))
{
	static const char stand_ins[] = "additional/sizes-are-equal-one-and-proof-is-empty";
	struct prb_span rest, line;
	int rows = 0;

	prb_str_reset(&text);
	assert_true(log_vector(file, &text));
	for (rest = prb_str_span(&text); prb_line_next(&rest, &line); rows++) {
		const struct prb_json *row;
		bool wanted, special;

		text.p[line.p - text.p + (ptrdiff_t)line.n] = '\0';
		row = parse_probe(line);
		wanted = !prb_json_bool(prb_json_member(row, "wantErr"));
		special = prb_span_is(prb_json_string(prb_json_member(row, "case")), stand_ins);
		if (probe(line, row, false) != (wanted && !special))
			fail_msg("%s", line.p);
		if (special)
			assert_true(probe(line, row, true));
	}
	assert_int_equal(rows, 98);
}

static void
probes_of_inclusion(void **state)
{
	(void)state;
	probes("merkle/probes-inclusion.jsonl", inclusion_probe);
}

static void
probes_of_consistency(void **state)
{
	(void)state;
	probes("merkle/probes-consistency.jsonl", consistency_probe);
}

/*
 * ---- Edges ----
 */

static bool
no_node(void *context, unsigned height, uint64_t index, uint8_t out[PRB_SHA256_BYTES])
{
	(void)context;
	(void)height;
	(void)index;
	(void)out;
	return false;
}

static void
edges(void **state)
{
	static const struct prb_tree_source dead = {no_node, NULL, log_sha256};
	uint8_t empty[PRB_SHA256_BYTES], other[PRB_SHA256_BYTES] = {1};
	struct prb_tree_proof proof = {.count = 0};
	struct prb_tree tree;

	(void)state;
	log_sha256(empty, "", 0);
	assert_false(prb_tree_inclusion(&dead, 0, 0, &proof));
	assert_false(prb_tree_inclusion(&dead, 5, 5, &proof));
	assert_false(prb_tree_inclusion(&dead, 0, 2, &proof));
	assert_false(prb_tree_inclusion(&dead, 0, UINT64_MAX, &proof));
	assert_true(prb_tree_inclusion(&dead, 0, 1, &proof));
	assert_int_equal(proof.count, 0);
	assert_false(prb_tree_consistency(&dead, 2, 1, &proof));
	assert_false(prb_tree_consistency(&dead, 1, 2, &proof));
	assert_false(prb_tree_consistency(&dead, 1, UINT64_MAX, &proof));
	assert_true(prb_tree_consistency(&dead, 0, 9, &proof));
	assert_int_equal(proof.count, 0);
	assert_true(prb_tree_consistency(&dead, 9, 9, &proof));
	assert_int_equal(proof.count, 0);
	assert_true(prb_tree_at(&dead, 0, &tree));
	assert_false(prb_tree_at(&dead, 1, &tree));
	/* From the empty tree to any there is nothing to prove; but it has one root alone. */
	assert_true(prb_tree_consistency_holds(log_sha256, 0, 9, empty, other, &proof));
	assert_false(prb_tree_consistency_holds(log_sha256, 0, 9, other, other, &proof));
	proof.count = 1;
	assert_false(prb_tree_consistency_holds(log_sha256, 0, 9, empty, other, &proof));
	assert_false(prb_tree_consistency_holds(log_sha256, 9, 9, other, other, &proof));
	proof.count = PRB_TREE_PROOF_MAX + 1;
	assert_false(prb_tree_consistency_holds(log_sha256, 3, 9, other, other, &proof));
	assert_false(prb_tree_inclusion_holds(log_sha256, 3, 9, other, &proof, other));
	proof.count = PRB_TREE_PROOF_MAX;
	assert_false(prb_tree_inclusion_holds(
		log_sha256, UINT64_MAX - 1, UINT64_MAX, other, &proof, other));
}

/* Every node is there, and counted: as in a log of 2^62 entries. */
static bool
any_node(void *context, unsigned height, uint64_t index, uint8_t out[PRB_SHA256_BYTES])
{
	unsigned *reads = context;
	uint64_t both[2] = {height, index};

	(*reads)++;
	log_sha256(out, both, sizeof both);
	return true;
}

/* Two reads for each bit, however large the log. */
static void
few_reads(void **state)
{
	static const uint64_t sizes[] = {PRB_TREE_SIZE_MAX, PRB_TREE_SIZE_MAX - 1,
		(uint64_t)1 << 62, ((uint64_t)1 << 62) + 1, 10000000};
	struct prb_tree_proof proof;
	unsigned reads;
	const struct prb_tree_source source = {any_node, &reads, log_sha256};

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		for (uint64_t index = 0; index < sizes[i] / 3; index = index * 7 + 1) {
			reads = 0;
			assert_true(prb_tree_inclusion(&source, index, sizes[i], &proof));
			assert_true(reads <= 2 * 63 && proof.count <= 63);
			reads = 0;
			assert_true(prb_tree_consistency(&source, index + 1, sizes[i], &proof));
			assert_true(reads <= 2 * 63 && proof.count <= 64);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reference_hashes),
		cmocka_unit_test(reference_roots),
		cmocka_unit_test(reference_inclusion),
		cmocka_unit_test(reference_consistency),
		cmocka_unit_test(probes_of_inclusion),
		cmocka_unit_test(probes_of_consistency),
		cmocka_unit_test(edges),
		cmocka_unit_test(few_reads),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, set_up, tear_down);
}
