/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RULES_CHAIN_H
#define PRB_RULES_CHAIN_H

/*
 * Supply chains as a graph (scoring/METHOD.md section 5): what reaches a node from further up, and
 * where the nearest node of each mark stands. Cycles and any number of paths are legal.
 *
 * A node's exposure flows down its edges to those it delivers to: for each step x the attenuation,
 * then x the share, each rounded half up, so that a path can be followed by hand. Of all paths
 * between two nodes the one that brings most counts. Everything is found for all nodes at once, by
 * Dijkstra's algorithm against the edges: a node keeps a few labels, the best path of each of as
 * many different origins. An origin is never further than the node it starts from, so no path
 * visits a node twice, and what a node itself sends round a cycle is not taken for somebody else's.
 *
 * A graph can stand on another that is solved already: its nodes are numbered behind the other's,
 * which stays as it is and may be shared by threads.
 */

#include "scoring/base/arena.h"
#include "scoring/base/fault.h"
#include "scoring/base/ppm.h"

#define PRB_CHAIN_NONE UINT32_MAX
/* A node with this exposure is nobody's origin: nothing is known of it. */
#define PRB_CHAIN_UNKNOWN (-1)
/* Labels that are kept: ten other origins, or the nearest, and the node itself. */
#define PRB_CHAIN_WORST_LABELS 11
#define PRB_CHAIN_NEAREST_LABELS 2
#define PRB_CHAIN_NODES_MAX 4000000

/* What paths are told apart by: the exposure they bring, or how near a node with a mark is. */
enum prb_chain_view {
	PRB_CHAIN_WORST,
	PRB_CHAIN_LISTED,
	PRB_CHAIN_PRESUMED,
	PRB_CHAIN_INDICATED,
	PRB_CHAIN_MAY_BE_LISTED,
	PRB_CHAIN_MAY_BE_PRESUMED,
	PRB_CHAIN_VIEWS,
};
#define PRB_CHAIN_MARK(view) (1U << (view))

struct prb_chain_node {
	uint64_t key;     /* decides between equals; made of what the node is, never of its place
			   */
	prb_ppm exposure; /* its own, or PRB_CHAIN_UNKNOWN */
	uint8_t marks;    /* PRB_CHAIN_MARK of the views that it is an origin of; not of WORST */
};

struct prb_chain_edge {
	uint64_t key;
	uint32_t from, to; /* from: who receives; to: who delivers */
	uint32_t steps;    /* at least 1 */
	int32_t share;     /* ppm */
};

/* The best path from an origin to a node, by its first edge as seen from the node. */
struct prb_chain_label {
	uint32_t origin;
	uint32_t edge; /* PRB_CHAIN_NONE: the node itself */
	uint32_t next; /* which label of the node at the edge's other end goes on */
	uint32_t steps;
	int32_t exposure; /* what arrives; PRB_CHAIN_UNKNOWN where the origin's is not known */
};

struct prb_chain;

/*
 * Solves nodes and edges (kept by reference, they must outlive the chain). base: NULL, or a chain
 * whose nodes come first; `from` is always one of the new nodes. attenuation: of one step, ppm.
 * Time is O(E log (V + E)) for a fixed number of labels. PRB_ERR_MEMORY alone.
 */
enum prb_err prb_chain_solve(struct prb_arena *arena, const struct prb_chain *base,
	const struct prb_chain_node *nodes, size_t nodes_count, const struct prb_chain_edge *edges,
	size_t edges_count, prb_ppm attenuation, struct prb_chain **out);

/* How many nodes there are, those of the base included. NULL: none. */
size_t prb_chain_size(const struct prb_chain *chain);

/* The labels of a node, the worst or nearest first, its own among them. */
const struct prb_chain_label *prb_chain_labels(
	const struct prb_chain *chain, enum prb_chain_view view, uint32_t node, size_t *count);

/* One edge further along a label's path: *node and *label move on. NULL at the origin. */
const struct prb_chain_edge *prb_chain_follow(const struct prb_chain *chain,
	enum prb_chain_view view, uint32_t *node, const struct prb_chain_label **label);

/* What is left of an exposure behind an edge. */
int32_t prb_chain_pass(int32_t exposure, const struct prb_chain_edge *edge, prb_ppm attenuation);

#endif
