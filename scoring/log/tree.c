/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/log/tree.h"

#include <assert.h>
#include <string.h>

void
prb_tree_leaf(prb_sha256_fn sha256, struct prb_str *scratch, struct prb_span entry,
	uint8_t out[PRB_SHA256_BYTES])
{
	prb_str_reset(scratch);
	prb_str_add_char(scratch, '\0');
	prb_str_add_span(scratch, entry);
	if (!scratch->failed)
		sha256(out, scratch->p, scratch->n);
}

void
prb_tree_node(prb_sha256_fn sha256, const uint8_t left[PRB_SHA256_BYTES],
	const uint8_t right[PRB_SHA256_BYTES], uint8_t out[PRB_SHA256_BYTES])
{
	uint8_t both[1 + 2 * PRB_SHA256_BYTES];

	both[0] = 1;
	memcpy(both + 1, left, PRB_SHA256_BYTES);
	memcpy(both + 1 + PRB_SHA256_BYTES, right, PRB_SHA256_BYTES);
	sha256(out, both, sizeof both);
}

unsigned
prb_tree_edge_count(uint64_t size)
{
	unsigned count = 0;

	for (; size != 0; size &= size - 1)
		count++;
	return count;
}

void
prb_tree_append(struct prb_tree *tree, prb_sha256_fn sha256, const uint8_t leaf[PRB_SHA256_BYTES],
	prb_tree_completed_fn completed, void *context)
{
	unsigned count = prb_tree_edge_count(tree->size), height = 0;
	uint8_t hash[PRB_SHA256_BYTES];

	assert(tree->size < PRB_TREE_SIZE_MAX);
	memcpy(hash, leaf, sizeof hash);
	/* Each complete subtree at the right end has a bit at the low end of the size. */
	for (uint64_t rest = tree->size; rest & 1; rest >>= 1) {
		prb_tree_node(sha256, tree->edge[--count], hash, hash);
		height++;
		if (completed != NULL)
			completed(context, height, tree->size >> height, hash);
	}
	memcpy(tree->edge[count], hash, sizeof hash);
	tree->size++;
}

void
prb_tree_root(const struct prb_tree *tree, prb_sha256_fn sha256, uint8_t out[PRB_SHA256_BYTES])
{
	unsigned count = prb_tree_edge_count(tree->size);

	if (count == 0) {
		sha256(out, "", 0);
		return;
	}
	memcpy(out, tree->edge[--count], PRB_SHA256_BYTES);
	while (count > 0)
		prb_tree_node(sha256, tree->edge[--count], out, out);
}
