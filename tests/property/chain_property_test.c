/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Supply chains against a naive model: every path's worth is what a reader finds by hand, order
 * does not matter, one more party never lowers anything.
 *
 * PROBITY_SEED and PROBITY_PROPERTY_CASES choose the cases; a case that fails prints its seed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scoring/rules/chain.h"
#include "tests/property/scene.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CASES_DEFAULT 5000
#else
#define CASES_DEFAULT 100000
#endif
#define NODES_MAX 14
#define EDGES_MAX 40
#define STEP 800000
#define NONE (-2)

static uint64_t seed = 20260630;
static uint64_t cases = CASES_DEFAULT;
static struct prb_arena *arena;

struct graph {
	struct prb_chain_node nodes[NODES_MAX + 1];
	struct prb_chain_edge edges[EDGES_MAX + 1];
	size_t n, m;
};

static uint64_t
draw(uint64_t *state)
{
	uint64_t z = *state += 0x9E3779B97F4A7C15ULL; /* SplitMix64 */

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
	return z ^ (z >> 31);
}

static struct prb_chain_edge
draw_edge(uint64_t *state, size_t n)
{
	static const int32_t shares[] = {0, 1, 499999, 500000, 900000, 1000000, 1000000, 1000000};

	return (struct prb_chain_edge){.key = draw(state),
		.from = (uint32_t)(draw(state) % n),
		.to = (uint32_t)(draw(state) % n),
		.steps = draw(state) % 4 == 0 ? (uint32_t)(1 + draw(state) % 5) : 1,
		.share = shares[draw(state) % 8]};
}

/* Few different exposures, small ones among them, so that ties and rounding are met often. */
static struct prb_chain_node
draw_node(uint64_t *state)
{
	static const prb_ppm exposures[] = {0, 1, 2, 3, 4, 500000, 500000, 624999, 1000000};

	return (struct prb_chain_node){.key = draw(state),
		.exposure = draw(state) % 9 == 0 ? PRB_CHAIN_UNKNOWN
			    : draw(state) % 2    ? exposures[draw(state) % 9]
						 : (prb_ppm)(draw(state) % 1000001),
		.marks = draw(state) % 4 == 0 ? PRB_CHAIN_MARK(PRB_CHAIN_LISTED) : 0};
}

static void
draw_graph(uint64_t *state, struct graph *g)
{
	g->n = 1 + draw(state) % NODES_MAX;
	g->m = draw(state) % (EDGES_MAX + 1);
	for (size_t i = 0; i < g->n; i++)
		g->nodes[i] = draw_node(state);
	for (size_t i = 0; i < g->m; i++)
		g->edges[i] = draw_edge(state, g->n);
}

static struct prb_chain *
solve(const struct graph *g)
{
	struct prb_chain *chain = NULL;

	assert_int_equal(
		prb_chain_solve(arena, NULL, g->nodes, g->n, g->edges, g->m, STEP, &chain), PRB_OK);
	return chain;
}

/* What of an origin's exposure reaches each node, and in how many steps at least: all edges, over
 * and over, until nothing changes. */
static void
naive(const struct graph *g, size_t origin, int64_t worth[NODES_MAX + 1],
	int64_t steps[NODES_MAX + 1])
{
	bool changed = true;

	for (size_t i = 0; i < g->n; i++)
		worth[i] = steps[i] = NONE;
	worth[origin] = g->nodes[origin].exposure;
	steps[origin] = 0;
	while (changed) {
		changed = false;
		for (size_t i = 0; i < g->m; i++) {
			const struct prb_chain_edge *e = &g->edges[i];
			int64_t x;

			if (steps[e->to] == NONE)
				continue;
			x = worth[e->to];
			for (uint32_t k = 0; k < e->steps && x >= 0; k++)
				x = (x * STEP + 500000) / 1000000;
			if (x >= 0)
				x = (x * e->share + 500000) / 1000000;
			if (x > worth[e->from]) {
				worth[e->from] = x;
				changed = true;
			}
			if (steps[e->from] == NONE || steps[e->to] + e->steps < steps[e->from]) {
				steps[e->from] = steps[e->to] + e->steps;
				changed = true;
			}
		}
	}
}

static int
falling(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? 1 : x > y ? -1 : 0;
}

/* Walks a label's path down and computes what its origin's exposure comes to. */
static int32_t
worth_of_path(const struct graph *g, const struct prb_chain *chain, enum prb_chain_view view,
	uint32_t node, const struct prb_chain_label *label, uint32_t *steps)
{
	const struct prb_chain_edge *path[NODES_MAX + 1], *e;
	bool seen[NODES_MAX + 1] = {false};
	int32_t worth = (int32_t)g->nodes[label->origin].exposure;
	uint32_t origin = label->origin;
	size_t n = 0;

	*steps = 0;
	seen[node] = true;
	while ((e = prb_chain_follow(chain, view, &node, &label)) != NULL) {
		assert_true(n < g->n);
		assert_false(seen[node]);
		seen[node] = true;
		path[n++] = e;
		*steps += e->steps;
	}
	assert_int_equal(node, origin);
	while (n > 0)
		worth = prb_chain_pass(worth, path[--n], STEP);
	return worth;
}

/* The labels of a node: the largest worths of the naive model in their order, of different origins,
 * each shown by its path. */
static void
check_worst(const struct graph *g, const struct prb_chain *chain, uint32_t node,
	int64_t all[NODES_MAX + 1][NODES_MAX + 1])
{
	int64_t expected[NODES_MAX + 1];
	size_t count, n = 0;
	const struct prb_chain_label *labels =
		prb_chain_labels(chain, PRB_CHAIN_WORST, node, &count);

	for (size_t origin = 0; origin < g->n; origin++)
		if (g->nodes[origin].exposure >= 0 && all[origin][node] != NONE)
			expected[n++] = all[origin][node];
	qsort(expected, n, sizeof expected[0], falling);
	assert_int_equal(count, n < PRB_CHAIN_WORST_LABELS ? n : PRB_CHAIN_WORST_LABELS);
	for (size_t i = 0; i < count; i++) {
		uint32_t steps;

		assert_int_equal(labels[i].exposure, expected[i]);
		assert_int_equal(labels[i].exposure, all[labels[i].origin][node]);
		assert_int_equal(worth_of_path(g, chain, PRB_CHAIN_WORST, node, &labels[i], &steps),
			labels[i].exposure);
		assert_int_equal(steps, labels[i].steps);
		for (size_t k = 0; k < i; k++)
			assert_int_not_equal(labels[i].origin, labels[k].origin);
	}
}

/* The nearest marked node, and the nearest that is not the node itself. */
static void
check_nearest(const struct graph *g, const struct prb_chain *chain, uint32_t node,
	int64_t all[NODES_MAX + 1][NODES_MAX + 1])
{
	int64_t best = NONE, got = NONE;
	size_t count;
	const struct prb_chain_label *labels =
		prb_chain_labels(chain, PRB_CHAIN_LISTED, node, &count);

	for (size_t origin = 0; origin < g->n; origin++)
		if (origin != node && g->nodes[origin].marks != 0 && all[origin][node] != NONE &&
			(best == NONE || all[origin][node] < best))
			best = all[origin][node];
	for (size_t i = 0; i < count; i++) {
		uint32_t steps;

		(void)worth_of_path(g, chain, PRB_CHAIN_LISTED, node, &labels[i], &steps);
		assert_int_equal(steps, labels[i].steps);
		if (got == NONE && labels[i].origin != node)
			got = labels[i].steps;
	}
	assert_int_equal(got, best);
}

static void
check_graph(const struct graph *g)
{
	int64_t worth[NODES_MAX + 1][NODES_MAX + 1], steps[NODES_MAX + 1][NODES_MAX + 1];
	const struct prb_chain *chain = solve(g);

	for (size_t origin = 0; origin < g->n; origin++)
		naive(g, origin, worth[origin], steps[origin]);
	for (uint32_t node = 0; node < g->n; node++) {
		check_worst(g, chain, node, worth);
		check_nearest(g, chain, node, steps);
	}
}

static void
for_all(void (*property)(uint64_t *state))
{
	for (uint64_t i = 0; i < cases; i++) {
		uint64_t state = seed + i * 1000003U;

		prb_arena_reset(arena);
		property(&state);
	}
}

static void
as_the_naive_model(uint64_t *state)
{
	struct graph g;

	draw_graph(state, &g);
	check_graph(&g);
}

/* The same graph with nodes and edges in another order: the same labels with the same paths. */
static void
order_does_not_matter(uint64_t *state)
{
	uint32_t place[NODES_MAX];
	struct graph g, other;
	struct prb_chain *a, *b;

	draw_graph(state, &g);
	other = g;
	for (uint32_t i = 0; i < g.n; i++)
		place[i] = i;
	for (size_t i = g.n; i > 1; i--) {
		size_t k = draw(state) % i;
		uint32_t kept = place[i - 1];

		place[i - 1] = place[k];
		place[k] = kept;
	}
	for (size_t i = 0; i < g.n; i++)
		other.nodes[place[i]] = g.nodes[i];
	for (size_t i = g.m; i > 0; i--) {
		size_t k = draw(state) % i;
		struct prb_chain_edge kept = other.edges[i - 1];

		other.edges[i - 1] = other.edges[k];
		other.edges[k] = kept;
		other.edges[i - 1].from = place[other.edges[i - 1].from];
		other.edges[i - 1].to = place[other.edges[i - 1].to];
	}
	a = solve(&g);
	b = solve(&other);
	for (uint32_t node = 0; node < g.n; node++)
		for (int view = 0; view <= PRB_CHAIN_LISTED; view++) {
			size_t n, m;
			const struct prb_chain_label *x =
				prb_chain_labels(a, (enum prb_chain_view)view, node, &n);
			const struct prb_chain_label *y =
				prb_chain_labels(b, (enum prb_chain_view)view, place[node], &m);

			assert_int_equal(n, m);
			for (size_t i = 0; i < n; i++) {
				assert_int_equal(place[x[i].origin], y[i].origin);
				assert_int_equal(x[i].exposure, y[i].exposure);
				assert_int_equal(x[i].steps, y[i].steps);
				assert_int_equal(x[i].next, y[i].next);
				assert_int_equal(
					x[i].edge == PRB_CHAIN_NONE, y[i].edge == PRB_CHAIN_NONE);
				if (x[i].edge != PRB_CHAIN_NONE)
					assert_int_equal(
						g.edges[x[i].edge].key, other.edges[y[i].edge].key);
			}
		}
}

/* What reaches a node from others, and how near the nearest listed is. */
static void
headline(const struct prb_chain *chain, uint32_t node, int64_t *reached, int64_t *near)
{
	size_t count;
	const struct prb_chain_label *labels =
		prb_chain_labels(chain, PRB_CHAIN_WORST, node, &count);

	*reached = *near = NONE;
	for (size_t i = 0; i < count && *reached == NONE; i++)
		if (labels[i].origin != node)
			*reached = labels[i].exposure;
	labels = prb_chain_labels(chain, PRB_CHAIN_LISTED, node, &count);
	for (size_t i = 0; i < count && *near == NONE; i++)
		if (labels[i].origin != node)
			*near = labels[i].steps;
}

/* One more party that delivers to somebody, or one more edge. */
static void
adding_never_lowers(uint64_t *state)
{
	struct graph g, more;
	struct prb_chain *before, *after;

	draw_graph(state, &g);
	more = g;
	if (draw(state) % 2 == 0)
		more.nodes[more.n++] = draw_node(state);
	more.edges[more.m++] = draw_edge(state, more.n);
	before = solve(&g);
	after = solve(&more);
	for (uint32_t node = 0; node < g.n; node++) {
		int64_t reached, near, reached_now, near_now;

		headline(before, node, &reached, &near);
		headline(after, node, &reached_now, &near_now);
		assert_true(reached_now >= reached);
		assert_true(near == NONE || (near_now != NONE && near_now <= near));
	}
}

/* A graph cut anywhere into a base and what stands on it, where no edge leads back: the same worths
 * and distances. (Of paths worth the same, which is shown may differ: rounding makes equal what was
 * not, and the base has forgotten when it found what.) */
static void
standing_on_a_base(uint64_t *state)
{
	struct graph g, top;
	struct prb_chain *whole, *base = NULL, *chain = NULL;
	size_t cut, below = 0;

	draw_graph(state, &g);
	cut = draw(state) % (g.n + 1);
	for (size_t i = 0; i < g.m; i++)
		if (g.edges[i].from < cut && g.edges[i].to >= cut)
			g.edges[i].to = g.edges[i].from;
	for (size_t i = 0; i < g.m; i++)
		if (g.edges[i].from < cut) {
			struct prb_chain_edge kept = g.edges[below];

			g.edges[below++] = g.edges[i];
			g.edges[i] = kept;
		}
	top = g;
	whole = solve(&g);
	assert_int_equal(
		prb_chain_solve(arena, NULL, g.nodes, cut, g.edges, below, STEP, &base), PRB_OK);
	assert_int_equal(prb_chain_solve(arena, base, top.nodes + cut, g.n - cut, top.edges + below,
				 g.m - below, STEP, &chain),
		PRB_OK);
	for (uint32_t node = 0; node < g.n; node++)
		for (int view = 0; view <= PRB_CHAIN_LISTED; view++) {
			size_t n, m;
			const struct prb_chain_label *x =
				prb_chain_labels(whole, (enum prb_chain_view)view, node, &n);
			const struct prb_chain_label *y =
				prb_chain_labels(chain, (enum prb_chain_view)view, node, &m);

			assert_int_equal(n, m);
			for (size_t i = 0; i < n; i++) {
				if (view == PRB_CHAIN_WORST)
					assert_int_equal(x[i].exposure, y[i].exposure);
				else
					assert_int_equal(x[i].steps, y[i].steps);
			}
		}
}

/*
 * Whole reports: one more upstream party never lowers a rating, a determination or an end of the
 * range, and touches neither exposure nor coverage, which are the supplier's own.
 */
static void
one_more_party_never_lowers(uint64_t *state)
{
	struct headline before, now;
	struct spec s, other;

	spec_generate(state, &s);
	do
		spec_generate(state, &other);
	while (other.upstream_count == 0);
	if (s.upstream_count == SPEC_UPSTREAM_MAX)
		return;
	before = scene_score(&s, TWIST_NONE);
	s.upstream[s.upstream_count++] = other.upstream[0];
	now = scene_score(&s, TWIST_NONE);
	assert_true(now.rating == PRB_RATING_UNKNOWN || before.rating == PRB_RATING_UNKNOWN ||
		    now.rating >= before.rating);
	assert_true(before.rating != PRB_RATING_UNKNOWN || now.rating != PRB_RATING_LOW);
	assert_true(now.best >= before.best && now.worst >= before.worst);
	assert_true(now.icls == before.icls && now.state_imposed >= before.state_imposed);
	assert_true(now.inherent == before.inherent && now.residual == before.residual);
	assert_true(now.coverage == before.coverage);
}

#define PROPERTY(name)                                                                             \
	static void test_##name(void **state)                                                      \
	{                                                                                          \
		(void)state;                                                                       \
		for_all(name);                                                                     \
	}
PROPERTY(as_the_naive_model)
PROPERTY(order_does_not_matter)
PROPERTY(adding_never_lowers)
PROPERTY(standing_on_a_base)
PROPERTY(one_more_party_never_lowers)

static uint64_t
number(const char *name, uint64_t otherwise)
{
	const char *value = getenv(name);

	return value == NULL ? otherwise : strtoull(value, NULL, 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_as_the_naive_model),
		cmocka_unit_test(test_order_does_not_matter),
		cmocka_unit_test(test_adding_never_lowers),
		cmocka_unit_test(test_standing_on_a_base),
		cmocka_unit_test(test_one_more_party_never_lowers),
	};
	int failed;

	seed = number("PROBITY_SEED", seed);
	cases = number("PROBITY_PROPERTY_CASES", cases);
	print_message(
		"seed %llu, %llu cases\n", (unsigned long long)seed, (unsigned long long)cases);
	arena = prb_arena_create((size_t)64 * 1024 * 1024);
	if (arena == NULL)
		return 1;
	scene_open();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	scene_close();
	prb_arena_destroy(arena);
	return failed;
}
