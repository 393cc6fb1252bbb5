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

/*
 * ---- Reading ----
 */

static unsigned
bits_of(uint64_t number)
{
	unsigned count = 0;

	for (; number != 0; number >>= 1)
		count++;
	return count;
}

static unsigned
trailing_zeros(uint64_t number)
{
	unsigned count = 0;

	for (; (number & 1) == 0; number >>= 1)
		count++;
	return count;
}

bool
prb_tree_at(const struct prb_tree_source *source, uint64_t size, struct prb_tree *out)
{
	uint64_t from = 0;
	unsigned count = 0;

	if (size > PRB_TREE_SIZE_MAX)
		return false;
	for (unsigned height = bits_of(size); height-- > 0;) {
		if ((size >> height & 1) == 0)
			continue;
		if (!source->node(source->context, height, from >> height, out->edge[count++]))
			return false;
		from += (uint64_t)1 << height;
	}
	out->size = size;
	return true;
}

/* The root of the leaves from `from` (a multiple of a power of two that is no less than what is
 * behind it) up to `to`: one complete node, or those that the right edge is made of. */
static bool
root_of_rest(const struct prb_tree_source *source, uint64_t from, uint64_t to, uint8_t *out)
{
	uint8_t left[PRB_SHA256_BYTES];
	uint64_t left_over = to - from;
	unsigned height = trailing_zeros(left_over);

	if (!source->node(source->context, height, (to >> height) - 1, out))
		return false;
	for (left_over &= left_over - 1; left_over != 0; left_over &= left_over - 1) {
		to -= (uint64_t)1 << height;
		height = trailing_zeros(left_over);
		if (!source->node(source->context, height, (to >> height) - 1, left))
			return false;
		prb_tree_node(source->sha256, left, out, out);
	}
	return true;
}

static bool
add_node(const struct prb_tree_source *source, unsigned height, uint64_t index,
	struct prb_tree_proof *out)
{
	return source->node(source->context, height, index, out->hashes[out->count++]);
}

/*
 * The siblings on the way up from the node of that height above leaf `index`. Up to where its way
 * meets that of the last leaf they are complete, on whichever side; the one there is the right
 * rest of the tree; above it all are on the left, and complete.
 */
static bool
add_siblings(const struct prb_tree_source *source, unsigned height, uint64_t index, uint64_t size,
	struct prb_tree_proof *out)
{
	unsigned meeting = bits_of(index ^ (size - 1));

	for (; height + 1 < meeting; height++)
		if (!add_node(source, height, index >> height ^ 1, out))
			return false;
	if (height < meeting) {
		uint64_t rest = (index >> height ^ 1) << height;

		if (!root_of_rest(source, rest, size, out->hashes[out->count++]))
			return false;
		height++;
	}
	for (; index >> height != 0; height++)
		if ((index >> height & 1) != 0 &&
			!add_node(source, height, (index >> height) - 1, out))
			return false;
	return true;
}

bool
prb_tree_inclusion(const struct prb_tree_source *source, uint64_t index, uint64_t size,
	struct prb_tree_proof *out)
{
	out->count = 0;
	if (index >= size || size > PRB_TREE_SIZE_MAX)
		return false;
	return add_siblings(source, 0, index, size, out);
}

bool
prb_tree_consistency(const struct prb_tree_source *source, uint64_t from, uint64_t to,
	struct prb_tree_proof *out)
{
	unsigned height;

	out->count = 0;
	if (from > to || to > PRB_TREE_SIZE_MAX)
		return false;
	if (from == 0 || from == to)
		return true;
	/* The last complete node of the smaller tree; where it is that tree whole, who checks has
	 * its root. */
	height = trailing_zeros(from);
	if (from >> height != 1 && !add_node(source, height, (from >> height) - 1, out))
		return false;
	return add_siblings(source, height, from - 1, to, out);
}

/*
 * ---- Checking ----
 */

static bool
same(const uint8_t a[PRB_SHA256_BYTES], const uint8_t b[PRB_SHA256_BYTES])
{
	return memcmp(a, b, PRB_SHA256_BYTES) == 0;
}

/* Where the node and the last one of its height are on the way up (fn and sn of RFC 9162). */
struct way {
	uint64_t node, last;
};

static bool
is_on_the_left(const struct way *way)
{
	return (way->node & 1) != 0 || way->node == way->last;
}

/* One up; where a node at the edge had no sibling, up to where it has one. */
static void
go_up(struct way *way)
{
	if (is_on_the_left(way))
		for (; (way->node & 1) == 0 && way->node != 0; way->node >>= 1)
			way->last >>= 1;
	way->node >>= 1;
	way->last >>= 1;
}

bool
prb_tree_inclusion_holds(prb_sha256_fn sha256, uint64_t index, uint64_t size,
	const uint8_t leaf[PRB_SHA256_BYTES], const struct prb_tree_proof *proof,
	const uint8_t root[PRB_SHA256_BYTES])
{
	struct way way = {index, size - 1};
	uint8_t hash[PRB_SHA256_BYTES];

	if (index >= size || proof->count > PRB_TREE_PROOF_MAX)
		return false;
	memcpy(hash, leaf, sizeof hash);
	for (unsigned i = 0; i < proof->count; i++) {
		if (way.last == 0)
			return false;
		if (is_on_the_left(&way))
			prb_tree_node(sha256, proof->hashes[i], hash, hash);
		else
			prb_tree_node(sha256, hash, proof->hashes[i], hash);
		go_up(&way);
	}
	return way.last == 0 && same(hash, root);
}

/* Both roots from the one proof; `first` is the last complete node of the smaller tree. */
static bool
both_hold(prb_sha256_fn sha256, struct way way, const uint8_t *first,
	const struct prb_tree_proof *proof, unsigned next, const uint8_t *from_root,
	const uint8_t *to_root)
{
	uint8_t from[PRB_SHA256_BYTES], to[PRB_SHA256_BYTES];

	memcpy(from, first, sizeof from);
	memcpy(to, first, sizeof to);
	for (; next < proof->count; next++) {
		if (way.last == 0)
			return false;
		if (is_on_the_left(&way)) {
			prb_tree_node(sha256, proof->hashes[next], from, from);
			prb_tree_node(sha256, proof->hashes[next], to, to);
		} else {
			prb_tree_node(sha256, to, proof->hashes[next], to);
		}
		go_up(&way);
	}
	return way.last == 0 && same(from, from_root) && same(to, to_root);
}

bool
prb_tree_consistency_holds(prb_sha256_fn sha256, uint64_t from, uint64_t to,
	const uint8_t from_root[PRB_SHA256_BYTES], const uint8_t to_root[PRB_SHA256_BYTES],
	const struct prb_tree_proof *proof)
{
	uint8_t empty[PRB_SHA256_BYTES];
	struct way way = {from - 1, to - 1};

	if (from > to || proof->count > PRB_TREE_PROOF_MAX)
		return false;
	if (from == to)
		return proof->count == 0 && same(from_root, to_root);
	if (from == 0) {
		sha256(empty, "", 0);
		return proof->count == 0 && same(from_root, empty);
	}
	for (; (way.node & 1) != 0; way.node >>= 1)
		way.last >>= 1;
	if ((from & (from - 1)) == 0)
		return both_hold(sha256, way, from_root, proof, 0, from_root, to_root);
	return proof->count > 0 &&
	       both_hold(sha256, way, proof->hashes[0], proof, 1, from_root, to_root);
}
