/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_STATE_TREE_H
#define PRB_STATE_TREE_H

/*
 * The right edge of the log's tree (RFC 6962 section 2.1): the roots of the complete subtrees that
 * its size is made of, largest first. Plain memory; may be copied.
 */

#include "service/state/digest.h"

#define PRB_TREE_EDGE_MAX 63
#define PRB_TREE_SIZE_MAX (UINT64_MAX >> 1)

struct prb_tree {
	uint64_t size;
	uint8_t edge[PRB_TREE_EDGE_MAX][PRB_SHA256_BYTES];
};

/* How many hashes the edge of a tree of that size has: the bits set in it. */
unsigned prb_tree_edge_count(uint64_t size);
/* size must be below PRB_TREE_SIZE_MAX (asserted: nothing reaches it). */
void prb_tree_append(
	struct prb_tree *tree, struct prb_digest *digest, const uint8_t leaf[PRB_SHA256_BYTES]);
/* SHA-256 of nothing for the empty tree. */
void prb_tree_root(
	const struct prb_tree *tree, struct prb_digest *digest, uint8_t out[PRB_SHA256_BYTES]);

#endif
