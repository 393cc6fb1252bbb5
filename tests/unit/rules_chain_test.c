/* SPDX-License-Identifier: Apache-2.0 */
/* The graph of supply chains: rounding, ties, cycles, and graphs large enough to punish anything
 * that walks paths one by one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "scoring/rules/chain.h"

#define STEP 800000
#define ONE 1000000
#define LARGE 10000
#define SECONDS_MAX 1.0

static struct prb_arena *arena;

static int
open_arena(void **state)
{
	(void)state;
	arena = prb_arena_create((size_t)256 * 1024 * 1024);
	return arena != NULL ? 0 : -1;
}

static int
close_arena(void **state)
{
	(void)state;
	prb_arena_destroy(arena);
	return 0;
}

static struct prb_chain *
solve(const struct prb_chain *base, const struct prb_chain_node *nodes, size_t n,
	const struct prb_chain_edge *edges, size_t m)
{
	struct prb_chain *chain = NULL;

	assert_int_equal(prb_chain_solve(arena, base, nodes, n, edges, m, STEP, &chain), PRB_OK);
	return chain;
}

static struct prb_chain_edge
edge(uint32_t from, uint32_t to)
{
	return (struct prb_chain_edge){.from = from, .to = to, .steps = 1, .share = ONE};
}

static bool
has_label(const struct prb_chain *chain, enum prb_chain_view view, uint32_t node, size_t index)
{
	size_t count;

	(void)prb_chain_labels(chain, view, node, &count);
	return index < count;
}

static const struct prb_chain_label *
label_at(const struct prb_chain *chain, enum prb_chain_view view, uint32_t node, size_t index)
{
	static const struct prb_chain_label none;
	size_t count;
	const struct prb_chain_label *labels = prb_chain_labels(chain, view, node, &count);

	assert_true(labels != NULL && index < count);
	return labels == NULL ? &none : &labels[index];
}

/* The nodes of a label's path as digits, the first of them the node itself. */
static void
spell(const struct prb_chain *chain, enum prb_chain_view view, uint32_t node, size_t index,
	char *out, size_t room)
{
	const struct prb_chain_label *label = label_at(chain, view, node, index);
	size_t n = (size_t)snprintf(out, room, "%u", (unsigned)node);

	while (prb_chain_follow(chain, view, &node, &label) != NULL && n < room)
		n += (size_t)snprintf(out + n, room - n, " %u", (unsigned)node);
}

static void
passing_rounds_each_factor(void **state)
{
	static const struct {
		int32_t exposure;
		uint32_t steps;
		int32_t share;
		int32_t passed;
	} rows[] = {
		{ONE, 1, ONE, 800000},
		{ONE, 2, ONE, 640000},
		{ONE, 1, 250000, 200000},
		{333333, 1, ONE, 266666},   /* 266666.4 */
		{333333, 2, 333333, 71111}, /* 266666, 213332.8, then 71110.93 */
		{3, 1, ONE, 2},             /* 2.4 */
		{2, 1, ONE, 2},             /* 1.6: rounding holds it */
		{2, 100, ONE, 2},
		{ONE, 1, 0, 0},
		{0, 1, ONE, 0},
		{PRB_CHAIN_UNKNOWN, 3, ONE, PRB_CHAIN_UNKNOWN},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct prb_chain_edge e = {.steps = rows[i].steps, .share = rows[i].share};

		assert_int_equal(prb_chain_pass(rows[i].exposure, &e, STEP), rows[i].passed);
	}
}

/* The better of two paths counts, and is read off edge by edge: 0 -> 1 -> 3 with a share, 0 -> 2 ->
 * 3 without. */
static void
the_worst_path_counts(void **state)
{
	struct prb_chain_node nodes[4] = {{4, 100000, 0}, {3, 0, 0}, {2, 0, 0}, {1, ONE, 0}};
	struct prb_chain_edge edges[4] = {edge(0, 1), edge(0, 2), edge(1, 3), edge(2, 3)};
	struct prb_chain *chain;
	char path[64];

	(void)state;
	prb_arena_reset(arena);
	edges[2].share = 500000;
	chain = solve(NULL, nodes, 4, edges, 4);
	assert_int_equal(label_at(chain, PRB_CHAIN_WORST, 0, 0)->exposure, 640000);
	assert_int_equal(label_at(chain, PRB_CHAIN_WORST, 0, 0)->origin, 3);
	assert_int_equal(label_at(chain, PRB_CHAIN_WORST, 0, 0)->steps, 2);
	spell(chain, PRB_CHAIN_WORST, 0, 0, path, sizeof path);
	assert_string_equal(path, "0 2 3");
	/* Then itself, then the two with nothing of their own, by their keys. */
	assert_int_equal(label_at(chain, PRB_CHAIN_WORST, 0, 1)->origin, 0);
	assert_int_equal(label_at(chain, PRB_CHAIN_WORST, 0, 2)->origin, 2);
	assert_int_equal(label_at(chain, PRB_CHAIN_WORST, 0, 3)->origin, 1);
	assert_false(has_label(chain, PRB_CHAIN_WORST, 0, 4));
	/* Without marks nobody is near. */
	assert_false(has_label(chain, PRB_CHAIN_LISTED, 0, 0));
}

/* What a node sends round a cycle is not somebody else's: of two that deliver to each other, each
 * is reached by the other alone. */
static void
a_cycle_ends_and_keeps_origins_apart(void **state)
{
	const struct prb_chain_node nodes[2] = {
		{1, 900000, PRB_CHAIN_MARK(PRB_CHAIN_LISTED)}, {2, 100000, 0}};
	const struct prb_chain_edge edges[3] = {edge(0, 1), edge(1, 0), edge(0, 0)};
	struct prb_chain *chain;

	(void)state;
	prb_arena_reset(arena);
	chain = solve(NULL, nodes, 2, edges, 3);
	assert_int_equal(label_at(chain, PRB_CHAIN_WORST, 0, 0)->edge, PRB_CHAIN_NONE);
	assert_int_equal(label_at(chain, PRB_CHAIN_WORST, 0, 1)->exposure, 80000);
	assert_false(has_label(chain, PRB_CHAIN_WORST, 0, 2));
	assert_int_equal(label_at(chain, PRB_CHAIN_WORST, 1, 0)->exposure, 720000);
	assert_int_equal(label_at(chain, PRB_CHAIN_LISTED, 1, 0)->steps, 1);
	assert_false(has_label(chain, PRB_CHAIN_LISTED, 1, 1));
}

/* Nearest is by steps, not by edges: a tier named from afar counts its steps. */
static void
the_nearest_is_by_steps(void **state)
{
	const uint8_t marked = PRB_CHAIN_MARK(PRB_CHAIN_PRESUMED);
	struct prb_chain_node nodes[4] = {{1, 0, 0}, {2, 0, marked}, {3, 0, 0}, {4, 0, marked}};
	struct prb_chain_edge edges[3] = {edge(0, 1), edge(0, 2), edge(2, 3)};
	struct prb_chain *chain;
	char path[64];

	(void)state;
	prb_arena_reset(arena);
	edges[0].steps = 3;
	chain = solve(NULL, nodes, 4, edges, 3);
	spell(chain, PRB_CHAIN_PRESUMED, 0, 0, path, sizeof path);
	assert_string_equal(path, "0 2 3");
	assert_int_equal(label_at(chain, PRB_CHAIN_PRESUMED, 0, 0)->steps, 2);
	assert_int_equal(label_at(chain, PRB_CHAIN_PRESUMED, 0, 1)->steps, 3);
	/* With equal steps the key decides, wherever the node stands. */
	edges[0].steps = 2;
	chain = solve(NULL, nodes, 4, edges, 3);
	assert_int_equal(label_at(chain, PRB_CHAIN_PRESUMED, 0, 0)->origin, 1);
	nodes[1].key = 9;
	chain = solve(NULL, nodes, 4, edges, 3);
	assert_int_equal(label_at(chain, PRB_CHAIN_PRESUMED, 0, 0)->origin, 3);
}

/* A graph on top of another gives what one graph of both gives. */
static void
a_graph_stands_on_another(void **state)
{
	const struct prb_chain_node nodes[4] = {{1, 300000, 0},
		{2, 900000, PRB_CHAIN_MARK(PRB_CHAIN_LISTED)}, {3, 500000, 0},
		{4, PRB_CHAIN_UNKNOWN, 0}};
	const struct prb_chain_edge edges[4] = {edge(0, 1), edge(1, 0), edge(2, 0), edge(2, 3)};
	struct prb_chain *whole, *base, *top;

	(void)state;
	prb_arena_reset(arena);
	whole = solve(NULL, nodes, 4, edges, 4);
	base = solve(NULL, nodes, 2, edges, 2);
	top = solve(base, nodes + 2, 2, edges + 2, 2);
	assert_int_equal(prb_chain_size(top), 4);
	for (size_t i = 0; i < 3; i++) {
		const struct prb_chain_label *a = label_at(whole, PRB_CHAIN_WORST, 2, i);
		const struct prb_chain_label *b = label_at(top, PRB_CHAIN_WORST, 2, i);

		assert_int_equal(a->origin, b->origin);
		assert_int_equal(a->exposure, b->exposure);
		assert_int_equal(a->steps, b->steps);
	}
	assert_false(has_label(whole, PRB_CHAIN_WORST, 2, 3));
	assert_false(has_label(top, PRB_CHAIN_WORST, 2, 3));
	assert_int_equal(label_at(top, PRB_CHAIN_WORST, 2, 1)->exposure, 500000);
	assert_int_equal(label_at(top, PRB_CHAIN_LISTED, 2, 0)->steps, 2);
	assert_false(has_label(top, PRB_CHAIN_WORST, 3, 0));
}

static void
no_nodes_at_all(void **state)
{
	(void)state;
	prb_arena_reset(arena);
	assert_int_equal(prb_chain_size(solve(NULL, NULL, 0, NULL, 0)), 0);
	assert_int_equal(prb_chain_size(NULL), 0);
}

/*
 * Large graphs.
 */

static struct prb_chain_node large_nodes[LARGE];
static struct prb_chain_edge large_edges[2 * LARGE];

static struct prb_chain *
solve_timed(const char *name, size_t nodes, size_t edges)
{
	struct timespec from, to;
	struct prb_chain *chain;
	double seconds;

	prb_arena_reset(arena);
	clock_gettime(CLOCK_MONOTONIC, &from);
	chain = solve(NULL, large_nodes, nodes, large_edges, edges);
	clock_gettime(CLOCK_MONOTONIC, &to);
	seconds = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
	print_message("%s: %zu nodes, %zu edges, solved for every node in %.1f ms\n", name, nodes,
		edges, seconds * 1e3);
	assert_true(seconds < SECONDS_MAX);
	return chain;
}

static void
a_long_chain(void **state)
{
	const struct prb_chain_label *label;
	struct prb_chain *chain;
	uint32_t node = 0, followed = 0;

	(void)state;
	for (uint32_t i = 0; i < LARGE; i++) {
		large_nodes[i] = (struct prb_chain_node){i, 0, 0};
		large_edges[i] = edge(i, i + 1);
	}
	large_nodes[LARGE - 1] = (struct prb_chain_node){
		LARGE, ONE, PRB_CHAIN_MARK(PRB_CHAIN_LISTED) | PRB_CHAIN_MARK(PRB_CHAIN_INDICATED)};
	chain = solve_timed("chain", LARGE, LARGE - 1);
	/* So far down nothing is left but what rounding holds. */
	label = label_at(chain, PRB_CHAIN_WORST, 0, 0);
	assert_int_equal(label->origin, LARGE - 1);
	assert_int_equal(label->exposure, 2);
	assert_int_equal(label_at(chain, PRB_CHAIN_WORST, LARGE - 2, 0)->exposure, 800000);
	/* What is listed is not attenuated, however far: each edge is read off. */
	label = label_at(chain, PRB_CHAIN_LISTED, 0, 0);
	assert_int_equal(label->steps, LARGE - 1);
	for (const struct prb_chain_edge *e;
		(e = prb_chain_follow(chain, PRB_CHAIN_LISTED, &node, &label)) != NULL; followed++)
		assert_int_equal(e->to, node);
	assert_int_equal(followed, LARGE - 1);
	assert_int_equal(node, LARGE - 1);
}

static void
a_ring(void **state)
{
	struct prb_chain *chain;

	(void)state;
	for (uint32_t i = 0; i < LARGE; i++) {
		large_nodes[i] = (struct prb_chain_node){i, 500000, 0};
		large_edges[i] = edge(i, (i + 1) % LARGE);
	}
	large_nodes[17].marks = PRB_CHAIN_MARK(PRB_CHAIN_PRESUMED);
	chain = solve_timed("ring", LARGE, LARGE);
	for (uint32_t i = 0; i < LARGE; i++) {
		size_t count;
		const struct prb_chain_label *labels =
			prb_chain_labels(chain, PRB_CHAIN_WORST, i, &count);

		assert_int_equal(count, PRB_CHAIN_WORST_LABELS);
		assert_int_equal(labels[0].origin, i);
		assert_int_equal(labels[1].origin, (i + 1) % LARGE);
		assert_int_equal(labels[1].exposure, 400000);
		assert_int_equal(labels[10].steps, 10);
	}
	assert_int_equal(label_at(chain, PRB_CHAIN_PRESUMED, 18, 0)->steps, LARGE - 1);
}

/* Two ways at each of forty places: 2^40 paths, and the one through the larger shares is worst. */
static void
wide_diamonds(void **state)
{
	const uint32_t places = 40;
	const struct prb_chain_label *label;
	struct prb_chain *chain;
	uint32_t node = 0, expected = ONE;
	size_t edges = 0;

	(void)state;
	for (uint32_t i = 0; i < places; i++) {
		/* 3i stands below 3i + 1 and 3i + 2, which both stand below 3i + 3. */
		for (uint32_t k = 0; k < 3; k++)
			large_nodes[3 * i + k] = (struct prb_chain_node){3 * i + k, 0, 0};
		large_edges[edges++] = edge(3 * i, 3 * i + 1);
		large_edges[edges++] = edge(3 * i, 3 * i + 2);
		large_edges[edges++] = edge(3 * i + 1, 3 * i + 3);
		large_edges[edges++] = edge(3 * i + 2, 3 * i + 3);
		large_edges[edges - 4 + i % 2].share = 900000;
	}
	large_nodes[3 * places] = (struct prb_chain_node){999, ONE, 0};
	chain = solve_timed("diamonds", 3 * (size_t)places + 1, edges);
	for (uint32_t i = 0; i < 2 * places; i++)
		expected = (uint32_t)prb_ppm_mul(expected, STEP);
	label = label_at(chain, PRB_CHAIN_WORST, 0, 0);
	assert_int_equal(label->exposure, expected);
	assert_int_equal(label->origin, 3 * places);
	/* Where both ways leave something to choose, the one without a share of nine tenths. */
	for (uint32_t i = 0; i < 8; i++) {
		prb_chain_follow(chain, PRB_CHAIN_WORST, &node, &label);
		prb_chain_follow(chain, PRB_CHAIN_WORST, &node, &label);
		assert_int_equal(node, 3 * i + 3);
	}
}

/* Each of a hundred layers of a hundred delivers to ten of the layer below. */
static void
a_thick_graph(void **state)
{
	static struct prb_chain_edge edges[99000];
	struct prb_chain *chain;
	struct timespec from, to;
	size_t n = 0;
	double seconds;

	(void)state;
	prb_arena_reset(arena);
	for (uint32_t i = 0; i < LARGE; i++)
		large_nodes[i] = (struct prb_chain_node){i * 2654435761U, i % 1000 * 1000,
			i % 97 == 0 ? PRB_CHAIN_MARK(PRB_CHAIN_LISTED) : 0};
	for (uint32_t i = 0; i < LARGE - 100; i++)
		for (uint32_t k = 0; k < 10; k++)
			edges[n++] = (struct prb_chain_edge){.from = i,
				.to = i / 100 * 100 + 100 + (i * 7 + k * 11) % 100,
				.steps = 1,
				.share = ONE - (int32_t)(k * 50000)};
	clock_gettime(CLOCK_MONOTONIC, &from);
	chain = solve(NULL, large_nodes, LARGE, edges, n);
	clock_gettime(CLOCK_MONOTONIC, &to);
	seconds = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
	print_message("thick: %d nodes, %zu edges, solved for every node in %.1f ms\n", LARGE, n,
		seconds * 1e3);
	assert_true(seconds < SECONDS_MAX);
	assert_true(has_label(chain, PRB_CHAIN_WORST, 0, PRB_CHAIN_WORST_LABELS - 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passing_rounds_each_factor),
		cmocka_unit_test(the_worst_path_counts),
		cmocka_unit_test(a_cycle_ends_and_keeps_origins_apart),
		cmocka_unit_test(the_nearest_is_by_steps),
		cmocka_unit_test(a_graph_stands_on_another),
		cmocka_unit_test(no_nodes_at_all),
		cmocka_unit_test(a_long_chain),
		cmocka_unit_test(a_ring),
		cmocka_unit_test(wide_diamonds),
		cmocka_unit_test(a_thick_graph),
	};

	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
