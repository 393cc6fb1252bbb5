/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What GET /v1/statistics shows, of random declarations: nothing unsafe, and nothing from which an
 * unsafe cell can be computed. A solver of its own says of each withheld cell whether another table
 * with the same margins and the same shown cells exists: all that all the answers together tell
 * (service/statistics/suppress.h, rule 2). PROBITY_SEED chooses the cases; the seed is printed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "service/statistics/suppress.h"

#define CASES 3000
#define DECLARATIONS_MAX 160
#define TENANTS_MAX 7
#define SUPPLIERS_MAX 60
#define CELLS_MAX 256
#define TEXT_BYTES_MAX (1024 * 1024)
#define NODES_MAX (2 * PRB_CATEGORIES_MAX + 1)

static uint64_t seed = 20260630;

/* splitmix64. */
static uint64_t
draw(uint64_t *state)
{
	uint64_t z = *state += 0x9E3779B97F4A7C15U;

	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9U;
	z = (z ^ z >> 27) * 0x94D049BB133111EBU;
	return z ^ z >> 31;
}

static unsigned
below(uint64_t *state, unsigned bound)
{
	return (unsigned)(draw(state) % bound);
}

/* Small numbers are likelier, so that there are large cells and small ones. */
static unsigned
skewed(uint64_t *state, unsigned bound)
{
	return below(state, 1 + below(state, bound));
}

struct scene {
	struct prb_counted items[DECLARATIONS_MAX];
	size_t count;
	size_t organisations_min;
};

static void
draw_scene(uint64_t *state, struct scene *out)
{
	unsigned countries = 1 + below(state, 7), months = 1 + below(state, 4);
	unsigned tenants = 1 + below(state, TENANTS_MAX);
	unsigned suppliers = 1 + below(state, SUPPLIERS_MAX);

	out->count = below(state, DECLARATIONS_MAX);
	out->organisations_min = below(state, 2) == 0 ? 1 : PRB_CELL_ORGANISATIONS_MIN;
	for (size_t i = 0; i < out->count; i++) {
		struct prb_counted *c = &out->items[i];

		memset(c, 0, sizeof *c);
		c->tenant = 1 + skewed(state, tenants);
		c->supplier = below(state, suppliers);
		c->country = (uint16_t)(100 + skewed(state, countries));
		c->month = (uint16_t)(24000 + skewed(state, months));
		c->rating = (uint16_t)skewed(state, 5);
		c->indicators = (uint16_t)(draw(state) & draw(state) & draw(state) & 0x0FFE);
		c->chapters_count = below(state, 3);
		for (size_t j = 0; j < c->chapters_count; j++)
			c->chapters[j] = (uint16_t)(50 + 3 * j + skewed(state, 3));
		for (int k = 0; k < PRB_WORKERS_KINDS; k++)
			c->workers[k] = below(state, 4) == 0 ? -1 : (int64_t)skewed(state, 4000);
	}
}

static struct prb_tally *
tally_of(const struct scene *scene, bool backwards)
{
	struct prb_tally *tally = prb_tally_create();

	assert_non_null(tally);
	for (size_t i = 0; i < scene->count; i++)
		assert_int_equal(
			prb_tally_add(tally, &scene->items[backwards ? scene->count - 1 - i : i]),
			PRB_OK);
	return tally;
}

static bool
adds_up(enum prb_count_by by)
{
	return by != PRB_BY_CHAPTER && by != PRB_BY_INDICATOR;
}

/*
 * The solver: the withheld cells as edges between the lines of both dimensions. One more in a cell
 * is possible where what is too many in its column can be led back to its row: along a cell with
 * one more, from its row to its column; along a cell that is not empty with one less, from its
 * column to its row; and over a line whose margin nobody knows as one likes.
 */

struct solver {
	const struct prb_table *table;
	size_t rows, columns;
	size_t skipped;         /* the cell itself */
	const unsigned *others; /* of each cell, what the organisation that solves did not store */
};

static bool
leads(const struct solver *s, size_t from, size_t to)
{
	size_t nodes = s->rows + s->columns, free_node = nodes, r, c;
	bool from_row = from < s->rows, to_row = to < s->rows;

	if (from == free_node || to == free_node) {
		size_t node = from == free_node ? to : from;

		/* The margin of a row is the sum over the categories of the other dimension. */
		return node != free_node &&
		       !adds_up(node < s->rows ? s->table->b.by : s->table->a.by);
	}
	if (from_row == to_row)
		return false;
	r = from_row ? from : to;
	c = (from_row ? to : from) - s->rows;
	if (r * s->columns + c == s->skipped || !s->table->cells[r * s->columns + c].withheld)
		return false;
	return from_row || s->others[r * s->columns + c] > 0;
}

static bool
is_reached(const struct solver *s, size_t from, size_t to)
{
	bool met[NODES_MAX] = {false};
	size_t open[NODES_MAX], count = 0, nodes = s->rows + s->columns + 1;

	met[from] = true;
	open[count++] = from;
	while (count > 0) {
		size_t at = open[--count];

		if (at == to)
			return true;
		for (size_t next = 0; next < nodes; next++)
			if (!met[next] && leads(s, at, next)) {
				met[next] = true;
				open[count++] = next;
			}
	}
	return false;
}

/* Whether the cell could as well hold one more, or one less. */
static bool
can_differ(const struct prb_table *t, const unsigned *others, size_t r, size_t c)
{
	struct solver s = {t, t->a.count, t->b.count, r * t->b.count + c, others};

	return is_reached(&s, s.rows + c, r) ||
	       (others[s.skipped] > 0 && is_reached(&s, r, s.rows + c));
}

/*
 * Counted again, plainly: what each organisation has in each cell.
 */

struct given {
	unsigned declarations;
	uint64_t suppliers; /* a bit for each */
	int64_t sums[SUPPLIERS_MAX][PRB_WORKERS_KINDS];
};
static struct given given[CELLS_MAX][TENANTS_MAX + 1];

/* The places of a declaration on an axis. */
static size_t
places(const struct prb_counted *c, const struct prb_axis *axis, size_t out[16])
{
	uint16_t categories[16] = {0};
	size_t n = 0;

	if (axis->by == PRB_BY_CHAPTER)
		for (; n < c->chapters_count; n++)
			categories[n] = c->chapters[n];
	else if (axis->by == PRB_BY_INDICATOR)
		for (uint16_t i = 1; i < 16; i++)
			if ((c->indicators >> i & 1) != 0)
				categories[n++] = i;
	if (axis->by == PRB_BY_COUNTRY || axis->by == PRB_BY_MONTH || axis->by == PRB_BY_RATING ||
		axis->by == PRB_BY_NOTHING)
		categories[n++] = axis->by == PRB_BY_COUNTRY  ? c->country
				  : axis->by == PRB_BY_MONTH  ? c->month
				  : axis->by == PRB_BY_RATING ? c->rating
							      : 0;
	if (n == 0)
		categories[n++] = PRB_CATEGORY_NONE;
	for (size_t i = 0; i < n; i++)
		for (out[i] = 0;
			out[i] + 1 < axis->count && axis->category[out[i]] != categories[i];)
			out[i]++;
	return n;
}

static void
count_given(const struct scene *scene, const struct prb_table *t)
{
	size_t columns = t->b.count;

	assert_true(t->a.count * columns <= CELLS_MAX);
	memset(given, 0, sizeof given[0] * t->a.count * columns);
	for (size_t i = 0; i < scene->count; i++) {
		const struct prb_counted *one = &scene->items[i];
		size_t rows_of[16], columns_of[16];
		size_t n = places(one, &t->a, rows_of), m = places(one, &t->b, columns_of);

		for (size_t j = 0; j < n * m; j++) {
			size_t cell = rows_of[j / m] * columns + columns_of[j % m];
			struct given *g = &given[cell][one->tenant];

			g->declarations++;
			g->suppliers |= (uint64_t)1 << one->supplier;
			for (int k = 0; k < PRB_WORKERS_KINDS; k++)
				if (one->workers[k] > 0)
					g->sums[one->supplier][k] += one->workers[k];
		}
	}
}

static size_t
count_bits(uint64_t bits)
{
	size_t n = 0;

	for (; bits != 0; bits &= bits - 1)
		n++;
	return n;
}

/* Whether enough is in the cell that one organisation (0: nobody) did not store. */
static bool
is_enough(const struct scene *scene, size_t cell, size_t without)
{
	size_t declarations = 0, tenants = 0, least = scene->organisations_min;
	uint64_t suppliers = 0;

	for (size_t i = 1; i <= TENANTS_MAX; i++) {
		if (i == without)
			continue;
		declarations += given[cell][i].declarations;
		tenants += given[cell][i].declarations > 0;
		suppliers |= given[cell][i].suppliers;
	}
	return declarations >= 5 && count_bits(suppliers) >= 5 &&
	       tenants >= (without == 0 ? least : least - 1);
}

/* With one organisation alone nobody else is there to be told from it. */
static size_t
solvers(const struct scene *scene)
{
	return scene->organisations_min == 1 ? 0 : TENANTS_MAX;
}

/*
 * What must hold.
 */

static void
check_axis(const struct scene *scene, const struct prb_axis *axis)
{
	for (size_t i = 0; i < axis->count; i++) {
		assert_true(prb_cell_is_safe(&axis->margin[i].count, scene->organisations_min));
		assert_true(i == 0 || axis->category[i - 1] < axis->category[i]);
	}
}

/* What is shown of workers has no supplier with more than half of what any organisation cannot take
 * off, and one alone is never withheld. */
static void
check_sums(const struct scene *scene, const struct prb_table *t)
{
	for (int k = 0; k < PRB_WORKERS_KINDS; k++) {
		size_t withheld = 0;

		for (size_t r = 0; r < t->a.count; r++) {
			withheld += t->a.margin[r].workers_withheld[k];
			for (size_t without = 0;
				without <= solvers(scene) && !t->a.margin[r].workers_withheld[k];
				without++) {
				int64_t largest = 0, all = 0;

				for (size_t s = 0; s < SUPPLIERS_MAX; s++) {
					int64_t sum = 0;

					for (size_t i = 1; i <= TENANTS_MAX; i++)
						if (i != without)
							sum += given[r][i].sums[s][k];
					all += sum;
					largest = sum > largest ? sum : largest;
				}
				assert_true(2 * largest <= all);
			}
		}
		assert_true(withheld != 1 || t->a.count == 1);
	}
}

static void
check_margins(const struct scene *scene, const struct prb_table *t)
{
	for (size_t r = 0; r < t->a.count; r++)
		for (size_t without = 0; without <= solvers(scene); without++)
			assert_true(is_enough(scene, r, without));
}

static void
check_cell(const struct scene *scene, const struct prb_table *t, size_t cell, uint64_t number)
{
	static unsigned others[CELLS_MAX];

	for (size_t without = 0; without <= solvers(scene); without++) {
		if (is_enough(scene, cell, without))
			continue;
		assert_true(t->cells[cell].withheld);
		for (size_t i = 0; i < t->a.count * t->b.count; i++) {
			others[i] = 0;
			for (size_t j = 1; j <= TENANTS_MAX; j++)
				others[i] += j == without ? 0 : given[i][j].declarations;
		}
		if (!can_differ(t, others, cell / t->b.count, cell % t->b.count))
			fail_msg("seed %llu, case %llu: by %s and %s organisation %zu can compute "
				 "a cell",
				(unsigned long long)seed, (unsigned long long)number,
				prb_count_by_word(t->a.by), prb_count_by_word(t->b.by), without);
	}
}

static void
check_table(const struct scene *scene, const struct prb_tally *tally, enum prb_count_by a,
	enum prb_count_by b, uint64_t number)
{
	struct prb_table *t = prb_table_create(tally, a, b, scene->organisations_min);

	assert_non_null(t);
	assert_true(t->total.count.declarations == scene->count);
	if (t->is_shown) {
		check_axis(scene, &t->a);
		check_axis(scene, &t->b);
		count_given(scene, t);
	}
	if (t->is_shown && b == PRB_BY_NOTHING) {
		check_margins(scene, t);
		check_sums(scene, t);
	} else if (t->is_shown) {
		for (size_t i = 0; i < t->a.count * t->b.count; i++)
			if (t->cells[i].count.declarations > 0)
				check_cell(scene, t, i, number);
	}
	prb_table_destroy(t);
}

static void
nothing_withheld_can_be_computed(void **state)
{
	uint64_t drawn = seed;
	static struct scene scene;

	(void)state;
	for (uint64_t n = 0; n < CASES; n++) {
		struct prb_tally *tally;

		draw_scene(&drawn, &scene);
		tally = tally_of(&scene, false);
		for (int a = 0; a < PRB_COUNTS_BY; a++)
			for (int b = a + 1; b <= PRB_BY_NOTHING; b++)
				check_table(&scene, tally, (enum prb_count_by)a,
					(enum prb_count_by)b, n);
		prb_tally_destroy(tally);
	}
}

/* The same declarations in another order give the same bytes. */
static void
order_does_not_matter(void **state)
{
	uint64_t drawn = seed ^ 1;
	static struct scene scene;
	struct prb_str text[2];

	(void)state;
	prb_str_init(&text[0], TEXT_BYTES_MAX);
	prb_str_init(&text[1], TEXT_BYTES_MAX);
	for (int n = 0; n < 200; n++) {
		draw_scene(&drawn, &scene);
		for (int i = 0; i < 2; i++) {
			struct prb_tally *tally = tally_of(&scene, i == 1);
			struct prb_table *t = prb_table_create(tally, PRB_BY_COUNTRY,
				n % 2 == 0 ? PRB_BY_RATING : PRB_BY_NOTHING,
				scene.organisations_min);

			assert_non_null(t);
			prb_table_write(t, "2026-06-30T00:00:00Z", scene.organisations_min,
				n % 2 == 1, &text[i]);
			assert_false(text[i].failed);
			prb_table_destroy(t);
			prb_tally_destroy(tally);
		}
		assert_true(prb_span_equal(prb_str_span(&text[0]), prb_str_span(&text[1])));
	}
	prb_str_finish(&text[0]);
	prb_str_finish(&text[1]);
}

/* Beyond the ceiling cells are counted together, and none is lost. */
static void
the_ceiling_holds(void **state)
{
	struct prb_tally *tally = prb_tally_create();
	struct prb_table *t;
	uint64_t all = 0, shown = 0;

	(void)state;
	assert_non_null(tally);
	for (uint64_t i = 0; i < 120000; i++) {
		struct prb_counted c = {.tenant = (uint32_t)(1 + i % 3),
			.supplier = i,
			.country = (uint16_t)(i % 17000),
			.month = (uint16_t)(i % 40000),
			.rating = (uint16_t)(i % 5)};

		assert_int_equal(prb_tally_add(tally, &c), PRB_OK);
		all++;
	}
	t = prb_table_create(tally, PRB_BY_COUNTRY, PRB_BY_NOTHING, PRB_CELL_ORGANISATIONS_MIN);
	assert_non_null(t);
	assert_true(t->a.count <= PRB_CATEGORIES_MAX);
	for (size_t i = 0; i < t->a.count; i++)
		shown += t->a.margin[i].count.declarations;
	assert_true(shown == all && t->total.count.declarations == all);
	prb_table_destroy(t);
	prb_tally_destroy(tally);
}

static void
add(struct prb_tally *tally, uint32_t tenant, uint64_t supplier, uint16_t country, int64_t workers)
{
	const struct prb_counted c = {.tenant = tenant,
		.supplier = supplier,
		.country = country,
		.workers = {-1, workers, -1, -1}};

	assert_int_equal(prb_tally_add(tally, &c), PRB_OK);
}

/* Four suppliers that an organisation made up do not bring another's fifth to light, whoever else
 * is there; and three declarations of one supplier are one part of a sum. */
static void
made_up_suppliers_isolate_nobody(void **state)
{
	struct prb_tally *tally = prb_tally_create();
	struct prb_table *t;

	(void)state;
	assert_non_null(tally);
	for (uint64_t i = 0; i < 12; i++)
		add(tally, (uint32_t)(1 + i % 4), 100 + i, 7, i < 3 ? 100 : 10);
	for (uint64_t i = 0; i < 4; i++)
		add(tally, 1, 200 + i, 8, 10);
	add(tally, 2, 300, 8, 10);
	add(tally, 3, 200, 8, 10);
	for (int i = 0; i < 3; i++)
		add(tally, 4, 111, 7, 100);
	t = prb_table_create(tally, PRB_BY_COUNTRY, PRB_BY_NOTHING, PRB_CELL_ORGANISATIONS_MIN);
	assert_non_null(t);
	assert_true(t->is_shown);
	assert_int_equal(t->a.count, 1);
	assert_int_equal(t->a.category[0], PRB_CATEGORY_OTHER);
	assert_true(t->a.margin[0].workers_withheld[PRB_WORKERS_TOTAL]);
	prb_table_destroy(t);
	prb_tally_destroy(tally);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_withheld_can_be_computed),
		cmocka_unit_test(made_up_suppliers_isolate_nobody),
		cmocka_unit_test(order_does_not_matter),
		cmocka_unit_test(the_ceiling_holds),
	};

	if (getenv("PROBITY_SEED") != NULL)
		seed = strtoull(getenv("PROBITY_SEED"), NULL, 10);
	printf("seed %llu\n", (unsigned long long)seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
