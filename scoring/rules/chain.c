/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/rules/chain.h"

#include <assert.h>
#include <string.h>

/* The labels of one view, a fixed number of places for each new node. */
struct view {
	struct prb_chain_label *labels; /* NULL: no node has any */
	uint8_t *counts;
};

struct prb_chain {
	const struct prb_chain *base;
	const struct prb_chain_node *nodes;
	const struct prb_chain_edge *edges;
	uint32_t first, nodes_count, edges_count; /* first: how many nodes the base has */
	prb_ppm attenuation;
	struct view views[PRB_CHAIN_VIEWS];
};

/* A label that may come to stand at a node: its own, or the next one along an edge. */
struct candidate {
	struct prb_chain_label label;
	uint32_t node;
};

/* The edges that end at each new node, and how far each has been read. */
struct reading {
	uint32_t *in_first; /* nodes_count + 1: where a node's edges begin in in_edges */
	uint32_t *in_edges;
	uint32_t *cursor; /* for each edge: the label of its far end that is taken next */
	struct candidate *heap;
	size_t heap_count;
};

struct solver {
	struct prb_chain *chain;
	enum prb_chain_view view;
	struct reading r;
};

size_t
prb_chain_size(const struct prb_chain *chain)
{
	return chain == NULL ? 0 : (size_t)chain->first + chain->nodes_count;
}

static size_t
labels_max(enum prb_chain_view view)
{
	return view == PRB_CHAIN_WORST ? PRB_CHAIN_WORST_LABELS : PRB_CHAIN_NEAREST_LABELS;
}

/* The graph that a node belongs to. */
static const struct prb_chain *
home_of(const struct prb_chain *chain, uint32_t node)
{
	while (node < chain->first)
		chain = chain->base;
	return chain;
}

static uint64_t
key_of(const struct prb_chain *chain, uint32_t node)
{
	const struct prb_chain *home = home_of(chain, node);

	return home->nodes[node - home->first].key;
}

const struct prb_chain_label *
prb_chain_labels(
	const struct prb_chain *chain, enum prb_chain_view view, uint32_t node, size_t *count)
{
	const struct prb_chain *home = home_of(chain, node);
	const struct view *v = &home->views[view];

	assert(node - home->first < home->nodes_count);
	*count = v->labels == NULL ? 0 : v->counts[node - home->first];
	return v->labels == NULL ? NULL : v->labels + (node - home->first) * labels_max(view);
}

const struct prb_chain_edge *
prb_chain_follow(const struct prb_chain *chain, enum prb_chain_view view, uint32_t *node,
	const struct prb_chain_label **label)
{
	const struct prb_chain *home = home_of(chain, *node);
	const struct prb_chain_edge *edge;
	const struct prb_chain_label *labels;
	size_t count;

	if ((*label)->edge == PRB_CHAIN_NONE)
		return NULL;
	edge = &home->edges[(*label)->edge];
	labels = prb_chain_labels(home, view, edge->to, &count);
	assert((*label)->next < count);
	*label = &labels[(*label)->next];
	*node = edge->to;
	return edge;
}

int32_t
prb_chain_pass(int32_t exposure, const struct prb_chain_edge *edge, prb_ppm attenuation)
{
	prb_ppm x = exposure;

	if (exposure < 0)
		return exposure;
	for (uint32_t i = 0; i < edge->steps; i++) {
		prb_ppm less = prb_ppm_mul(x, attenuation);

		if (less == x) /* so small that rounding holds it: further steps do too */
			break;
		x = less;
	}
	return (int32_t)prb_ppm_mul(x, edge->share);
}

/*
 * Candidates in order. Behind exposure and steps, keys decide: they do not depend on the order in
 * which anything was declared. A path that goes on is always behind the one it goes on from, as its
 * steps grow and its exposure does not.
 */

static int
compare_numbers(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int
compare_edges(const struct prb_chain *chain, uint32_t a, uint32_t b)
{
	const struct prb_chain_edge *x, *y;
	int order;

	if (a == PRB_CHAIN_NONE || b == PRB_CHAIN_NONE)
		return compare_numbers(b, a);
	x = &chain->edges[a];
	y = &chain->edges[b];
	order = compare_numbers(key_of(chain, x->to), key_of(chain, y->to));
	if (order == 0)
		order = compare_numbers(x->steps, y->steps);
	if (order == 0)
		order = compare_numbers((uint64_t)y->share, (uint64_t)x->share);
	if (order == 0)
		order = compare_numbers(x->key, y->key);
	return order != 0 ? order : compare_numbers(a, b);
}

static int
compare(const struct solver *s, const struct candidate *a, const struct candidate *b)
{
	int exposure =
		b->label.exposure < a->label.exposure ? -1 : b->label.exposure > a->label.exposure;
	int steps = compare_numbers(a->label.steps, b->label.steps);
	int order = s->view == PRB_CHAIN_WORST ? exposure : steps;

	if (order == 0)
		order = s->view == PRB_CHAIN_WORST ? steps : exposure;
	if (order == 0)
		order = compare_numbers(
			key_of(s->chain, a->label.origin), key_of(s->chain, b->label.origin));
	if (order == 0)
		order = compare_numbers(key_of(s->chain, a->node), key_of(s->chain, b->node));
	if (order == 0)
		order = compare_edges(s->chain, a->label.edge, b->label.edge);
	return order != 0 ? order : compare_numbers(a->node, b->node);
}

/* The heap holds each edge and each node once at most, so it never outgrows its room. */
static void
push(struct solver *s, struct candidate candidate)
{
	struct candidate *heap = s->r.heap;
	size_t at = s->r.heap_count++;

	for (; at > 0 && compare(s, &candidate, &heap[(at - 1) / 2]) < 0; at = (at - 1) / 2)
		heap[at] = heap[(at - 1) / 2];
	heap[at] = candidate;
}

static struct candidate
pop(struct solver *s)
{
	struct candidate *heap = s->r.heap, first = heap[0], last = heap[--s->r.heap_count];
	size_t n = s->r.heap_count, at = 0;

	for (size_t child; (child = 2 * at + 1) < n; at = child) {
		if (child + 1 < n && compare(s, &heap[child + 1], &heap[child]) < 0)
			child++;
		if (compare(s, &last, &heap[child]) <= 0)
			break;
		heap[at] = heap[child];
	}
	heap[at] = last;
	return first;
}

/* Puts the edge's next candidate on the heap, if its far end has that label yet. */
static void
read_edge(struct solver *s, uint32_t index)
{
	const struct prb_chain_edge *edge = &s->chain->edges[index];
	uint32_t next = s->r.cursor[index];
	const struct prb_chain_label *labels;
	size_t count;

	labels = prb_chain_labels(s->chain, s->view, edge->to, &count);
	if (next >= count)
		return;
	push(s, (struct candidate){.label = {.origin = labels[next].origin,
					   .edge = index,
					   .next = next,
					   .steps = labels[next].steps + edge->steps,
					   .exposure = prb_chain_pass(labels[next].exposure, edge,
						   s->chain->attenuation)},
			.node = edge->from});
}

/* True where the node took the label: it has room, and no better path from that origin. */
static bool
settle(struct solver *s, const struct candidate *c)
{
	struct view *view = &s->chain->views[s->view];
	uint32_t node = c->node - s->chain->first;
	struct prb_chain_label *labels = view->labels + node * labels_max(s->view);

	if (view->counts[node] == labels_max(s->view))
		return false;
	for (size_t i = 0; i < view->counts[node]; i++)
		if (labels[i].origin == c->label.origin)
			return false;
	labels[view->counts[node]++] = c->label;
	return true;
}

static void
take(struct solver *s, const struct candidate *c)
{
	uint32_t node = c->node - s->chain->first;
	uint32_t number = s->chain->views[s->view].counts[node];

	if (settle(s, c))
		/* Edges that have read everything so far wait for just this label. */
		for (uint32_t i = s->r.in_first[node]; i < s->r.in_first[node + 1]; i++)
			if (s->r.cursor[s->r.in_edges[i]] == number)
				read_edge(s, s->r.in_edges[i]);
	if (c->label.edge != PRB_CHAIN_NONE) {
		s->r.cursor[c->label.edge]++;
		if (s->chain->views[s->view].counts[node] < labels_max(s->view))
			read_edge(s, c->label.edge);
	}
}

static bool
is_origin(const struct prb_chain_node *node, enum prb_chain_view view)
{
	return view == PRB_CHAIN_WORST ? node->exposure >= 0
				       : (node->marks & PRB_CHAIN_MARK(view)) != 0;
}

static bool
has_origins(const struct prb_chain *chain, enum prb_chain_view view)
{
	if (chain->base != NULL && chain->base->views[view].labels != NULL)
		return true;
	for (uint32_t i = 0; i < chain->nodes_count; i++)
		if (is_origin(&chain->nodes[i], view))
			return true;
	return false;
}

static enum prb_err
solve_view(struct solver *s, struct prb_arena *arena)
{
	struct prb_chain *chain = s->chain;
	struct view *view = &chain->views[s->view];

	if (!has_origins(chain, s->view))
		return PRB_OK;
	view->counts = prb_arena_array(arena, chain->nodes_count, sizeof *view->counts);
	view->labels = prb_arena_array(
		arena, chain->nodes_count * labels_max(s->view), sizeof *view->labels);
	if (view->counts == NULL || view->labels == NULL)
		return PRB_ERR_MEMORY;
	memset(s->r.cursor, 0, chain->edges_count * sizeof *s->r.cursor);
	for (uint32_t i = 0; i < chain->edges_count; i++)
		if (chain->edges[i].to < chain->first)
			read_edge(s, i);
	for (uint32_t i = 0; i < chain->nodes_count; i++)
		if (is_origin(&chain->nodes[i], s->view))
			push(s, (struct candidate){
					.label = {.origin = chain->first + i,
						.edge = PRB_CHAIN_NONE,
						.exposure = (int32_t)chain->nodes[i].exposure},
					.node = chain->first + i});
	while (s->r.heap_count > 0) {
		struct candidate c = pop(s);

		take(s, &c);
	}
	return PRB_OK;
}

/* Sorts the edges by the new node at their far end, by counting. */
static enum prb_err
prepare(struct solver *s, struct prb_arena *arena)
{
	const struct prb_chain *chain = s->chain;
	struct reading *r = &s->r;

	r->in_first = prb_arena_array(arena, (size_t)chain->nodes_count + 2, sizeof *r->in_first);
	r->in_edges = prb_arena_array(arena, chain->edges_count, sizeof *r->in_edges);
	r->cursor = prb_arena_array(arena, chain->edges_count, sizeof *r->cursor);
	r->heap = prb_arena_array(
		arena, (size_t)chain->edges_count + chain->nodes_count, sizeof *r->heap);
	if (r->in_first == NULL || r->in_edges == NULL || r->cursor == NULL || r->heap == NULL)
		return PRB_ERR_MEMORY;
	for (uint32_t i = 0; i < chain->edges_count; i++) {
		assert(chain->edges[i].from >= chain->first && chain->edges[i].steps > 0);
		assert(chain->edges[i].to < chain->first + chain->nodes_count);
		if (chain->edges[i].to >= chain->first)
			r->in_first[chain->edges[i].to - chain->first + 2]++;
	}
	for (uint32_t i = 2; i < chain->nodes_count + 2; i++)
		r->in_first[i] += r->in_first[i - 1];
	for (uint32_t i = 0; i < chain->edges_count; i++)
		if (chain->edges[i].to >= chain->first)
			r->in_edges[r->in_first[chain->edges[i].to - chain->first + 1]++] = i;
	return PRB_OK;
}

enum prb_err
prb_chain_solve(struct prb_arena *arena, const struct prb_chain *base,
	const struct prb_chain_node *nodes, size_t nodes_count, const struct prb_chain_edge *edges,
	size_t edges_count, prb_ppm attenuation, struct prb_chain **out)
{
	struct prb_chain *chain = prb_arena_array(arena, 1, sizeof *chain);
	struct solver s = {.chain = chain};
	enum prb_err err;

	assert(nodes_count + edges_count <= PRB_CHAIN_NODES_MAX);
	if (chain == NULL)
		return PRB_ERR_MEMORY;
	*chain = (struct prb_chain){.base = base,
		.nodes = nodes,
		.edges = edges,
		.first = (uint32_t)prb_chain_size(base),
		.nodes_count = (uint32_t)nodes_count,
		.edges_count = (uint32_t)edges_count,
		.attenuation = attenuation};
	err = prepare(&s, arena);
	for (int view = 0; view < PRB_CHAIN_VIEWS && err == PRB_OK; view++) {
		s.view = (enum prb_chain_view)view;
		err = solve_view(&s, arena);
	}
	if (err == PRB_OK)
		*out = chain;
	return err;
}
