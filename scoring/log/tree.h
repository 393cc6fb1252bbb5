/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_LOG_TREE_H
#define PRB_LOG_TREE_H

/*
 * The Merkle tree of the transparency log, RFC 6962 section 2.1: leaf SHA-256(00 || entry), node
 * SHA-256(01 || left || right), the empty tree SHA-256 of nothing. Nothing here recurses and
 * nothing allocates; where the hashes are kept is the caller's.
 *
 * A *complete* node has 2^height leaves below it: it is named by its height and its place among
 * those of its height, (height, index), and never changes once its last leaf is there. They alone
 * are stored. Whatever a proof needs beside them is at the right edge and is hashed when asked for.
 */

#include <stdbool.h>
#include <stdint.h>

#include "scoring/base/hash.h"
#include "scoring/base/text.h"

#define PRB_TREE_EDGE_MAX 63
#define PRB_TREE_SIZE_MAX (UINT64_MAX >> 1)
#define PRB_TREE_PROOF_MAX 64 /* hashes of one proof: inclusion has at most 63, consistency 64 */

void prb_tree_leaf(prb_sha256_fn sha256, struct prb_str *scratch, struct prb_span entry,
	uint8_t out[PRB_SHA256_BYTES]); /* scratch: reset and used; failure shows in it */
void prb_tree_node(prb_sha256_fn sha256, const uint8_t left[PRB_SHA256_BYTES],
	const uint8_t right[PRB_SHA256_BYTES], uint8_t out[PRB_SHA256_BYTES]);

/* The right edge: the roots of the complete subtrees that the size is made of, largest first. Plain
 * memory; may be copied. */
struct prb_tree {
	uint64_t size;
	uint8_t edge[PRB_TREE_EDGE_MAX][PRB_SHA256_BYTES];
};

/* How many hashes the edge of a tree of that size has: the bits set in it. */
unsigned prb_tree_edge_count(uint64_t size);

/* Called for each node of height 1 and more that an append completes, in rising height. */
typedef void (*prb_tree_completed_fn)(
	void *context, unsigned height, uint64_t index, const uint8_t hash[PRB_SHA256_BYTES]);

/* size must be below PRB_TREE_SIZE_MAX (asserted: nothing reaches it). completed may be NULL. */
void prb_tree_append(struct prb_tree *tree, prb_sha256_fn sha256,
	const uint8_t leaf[PRB_SHA256_BYTES], prb_tree_completed_fn completed, void *context);
void prb_tree_root(
	const struct prb_tree *tree, prb_sha256_fn sha256, uint8_t out[PRB_SHA256_BYTES]);

/* Where complete nodes come from: height 0 is a leaf's hash. False where it cannot be read. */
struct prb_tree_source {
	bool (*node)(void *context, unsigned height, uint64_t index, uint8_t out[PRB_SHA256_BYTES]);
	void *context;
	prb_sha256_fn sha256;
};

struct prb_tree_proof {
	unsigned count;
	uint8_t hashes[PRB_TREE_PROOF_MAX][PRB_SHA256_BYTES];
};

/*
 * Proofs as RFC 6962 sections 2.1.1 and 2.1.2 define them, at most two reads of the source for each
 * bit of the size: one for each sibling, and those that the one at the right edge is made of.
 * False where index >= size, from > to, or the source fails; *out is then unspecified. Where from
 * is 0 or equal to `to` the proof is empty.
 */
bool prb_tree_inclusion(const struct prb_tree_source *source, uint64_t index, uint64_t size,
	struct prb_tree_proof *out);
bool prb_tree_consistency(const struct prb_tree_source *source, uint64_t from, uint64_t to,
	struct prb_tree_proof *out);
/* The root that the tree had at that size, and its edge. */
bool prb_tree_at(const struct prb_tree_source *source, uint64_t size, struct prb_tree *out);

/* RFC 9162 sections 2.1.3.2 and 2.1.4.2. Whatever stands in a proof, they answer. */
bool prb_tree_inclusion_holds(prb_sha256_fn sha256, uint64_t index, uint64_t size,
	const uint8_t leaf[PRB_SHA256_BYTES], const struct prb_tree_proof *proof,
	const uint8_t root[PRB_SHA256_BYTES]);
bool prb_tree_consistency_holds(prb_sha256_fn sha256, uint64_t from, uint64_t to,
	const uint8_t from_root[PRB_SHA256_BYTES], const uint8_t to_root[PRB_SHA256_BYTES],
	const struct prb_tree_proof *proof);

#endif
