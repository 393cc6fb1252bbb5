/* SPDX-License-Identifier: Apache-2.0 */
#include "service/state/tree.h"

#include <assert.h>
#include <string.h>

unsigned
prb_tree_edge_count(uint64_t size)
{
	unsigned count = 0;

	for (; size != 0; size &= size - 1)
		count++;
	return count;
}

void
prb_tree_append(
	struct prb_tree *tree, struct prb_digest *digest, const uint8_t leaf[PRB_SHA256_BYTES])
{
	unsigned count = prb_tree_edge_count(tree->size);
	uint8_t hash[PRB_SHA256_BYTES];

	assert(tree->size < PRB_TREE_SIZE_MAX);
	memcpy(hash, leaf, sizeof(hash));
	/* Each complete subtree at the right end has a bit at the low end of the size. */
	for (uint64_t rest = tree->size; rest & 1; rest >>= 1)
		prb_digest_node(digest, tree->edge[--count], hash, hash);
	memcpy(tree->edge[count], hash, sizeof(hash));
	tree->size++;
}

void
prb_tree_root(const struct prb_tree *tree, struct prb_digest *digest, uint8_t out[PRB_SHA256_BYTES])
{
	unsigned count = prb_tree_edge_count(tree->size);

	if (count == 0) {
		prb_digest_begin(digest);
		prb_digest_end(digest, out);
		return;
	}
	memcpy(out, tree->edge[--count], PRB_SHA256_BYTES);
	while (count > 0)
		prb_digest_node(digest, tree->edge[--count], out, out);
}
