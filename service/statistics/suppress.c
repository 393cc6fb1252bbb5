/* SPDX-License-Identifier: Apache-2.0 */
#include "service/statistics/suppress.h"

#include <stdlib.h>
#include <string.h>

bool
prb_cell_is_safe(const struct prb_cell_count *cell, size_t organisations_min)
{
	return cell->declarations >= PRB_CELL_DECLARATIONS_MIN &&
	       cell->suppliers.count >= PRB_CELL_SUPPLIERS_MIN &&
	       cell->tenants_count >= organisations_min;
}

/*
 * Categories.
 */

struct gathered {
	const struct prb_tally_cell **items;
	size_t count, room;
};

static void
count_one(void *context, const struct prb_tally_cell *cell)
{
	(void)cell;
	((struct gathered *)context)->room++;
}

static void
gather_one(void *context, const struct prb_tally_cell *cell)
{
	struct gathered *g = context;

	g->items[g->count++] = cell;
}

/* The larger first; of equal ones in the order of their categories, so that a table does not
 * depend on how it was counted. */
static int
compare_sizes(const void *a, const void *b)
{
	const struct prb_tally_cell *const *x = a, *const *y = b;

	if ((*x)->count.declarations != (*y)->count.declarations)
		return (*x)->count.declarations > (*y)->count.declarations ? -1 : 1;
	return (*x)->category[0] < (*y)->category[0] ? -1 : (*x)->category[0] > (*y)->category[0];
}

static int
compare_categories(const void *a, const void *b)
{
	const struct prb_tally_cell *const *x = a, *const *y = b;

	return (*x)->category[0] < (*y)->category[0] ? -1 : (*x)->category[0] > (*y)->category[0];
}

static void
merge(struct prb_margin *into, const struct prb_tally_cell *from)
{
	prb_cell_merge(&into->count, &from->count);
	if (from->workers != NULL)
		prb_sums_merge(into->workers, from->workers);
}

/* Rule 2. `cells` are the dimension's; those that stay move to the front. */
static size_t
put_together(const struct prb_tally_cell **cells, size_t count, size_t organisations_min,
	struct prb_margin *other)
{
	size_t kept = 0;

	qsort(cells, count, sizeof(const struct prb_tally_cell *), compare_sizes);
	for (size_t i = 0; i < count; i++) {
		if (kept < PRB_CATEGORIES_MAX - 1 && cells[i]->category[0] != PRB_CATEGORY_OTHER &&
			prb_cell_is_safe(&cells[i]->count, organisations_min))
			cells[kept++] = cells[i];
		else
			merge(other, cells[i]);
	}
	while (kept > 0 && other->count.declarations > 0 &&
		!prb_cell_is_safe(&other->count, organisations_min))
		merge(other, cells[--kept]);
	qsort(cells, kept, sizeof(const struct prb_tally_cell *), compare_categories);
	return kept;
}

static bool
make_axis(const struct prb_tally *tally, enum prb_count_by by, size_t organisations_min,
	struct prb_axis *out)
{
	struct gathered g = {.count = 0};
	struct prb_margin other;
	size_t kept;

	memset(&other, 0, sizeof other);
	out->by = by;
	prb_tally_each(tally, by, PRB_BY_NOTHING, count_one, &g);
	g.items = calloc(g.room + 1, sizeof(const struct prb_tally_cell *));
	if (g.items == NULL)
		return false;
	prb_tally_each(tally, by, PRB_BY_NOTHING, gather_one, &g);
	kept = put_together(g.items, g.count, organisations_min, &other);
	for (out->count = 0; out->count < kept; out->count++) {
		out->category[out->count] = g.items[out->count]->category[0];
		merge(&out->margin[out->count], g.items[out->count]);
	}
	free(g.items);
	if (other.count.declarations > 0) {
		out->category[out->count] = PRB_CATEGORY_OTHER;
		out->margin[out->count++] = other;
	}
	return true;
}

/* Where a category stands: the last place, of what was put together, where it is not its own. */
static size_t
place_on(const struct prb_axis *axis, uint16_t category)
{
	size_t low = 0, high = axis->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (axis->category[middle] < category)
			low = middle + 1;
		else
			high = middle;
	}
	return low < axis->count && axis->category[low] == category ? low : axis->count - 1;
}

/*
 * Cells.
 */

static void
fill_one(void *context, const struct prb_tally_cell *cell)
{
	struct prb_table *t = context;

	if (t->a.count > 0 && t->b.count > 0)
		prb_cell_merge(&t->cells[place_on(&t->a, cell->category[0]) * t->b.count +
					 place_on(&t->b, cell->category[1])]
					.count,
			&cell->count);
}

/* Rule 3: the cell of a line that is withheld beside `not`; `count` where there is none. */
static size_t
choose(const struct prb_table_cell *first, size_t step, size_t count, size_t not )
{
	size_t best = count;
	uint64_t size = 0;

	for (size_t i = 0; i < count; i++) {
		uint64_t n = first[i * step].count.declarations;
		bool enough = n >= PRB_CELL_DECLARATIONS_MIN;

		if (i == not || n == 0)
			continue;
		if (best == count || (enough && (size < PRB_CELL_DECLARATIONS_MIN || n < size)) ||
			(!enough && n > size)) {
			best = i;
			size = n;
		}
	}
	return best;
}

static void
withhold(struct prb_table *t, size_t organisations_min)
{
	size_t rows = t->a.count, columns = t->b.count;

	for (size_t r = 0; r < rows; r++)
		for (size_t c = 0; c < columns; c++) {
			struct prb_table_cell *cell = &t->cells[r * columns + c];
			size_t d, s;

			if (cell->count.declarations == 0 ||
				prb_cell_is_safe(&cell->count, organisations_min))
				continue;
			d = choose(&t->cells[r * columns], 1, columns, c);
			s = choose(&t->cells[c], columns, rows, r);
			cell->withheld = true;
			if (d < columns)
				t->cells[r * columns + d].withheld = true;
			if (s < rows)
				t->cells[s * columns + c].withheld = true;
			if (d < columns && s < rows)
				t->cells[s * columns + d].withheld = true;
		}
}

/* Rule 4. */
static bool
sum_is_safe(const struct prb_sum *sum)
{
	return sum->suppliers.count >= PRB_CELL_SUPPLIERS_MIN && 2 * sum->largest <= sum->sum;
}

static void
withhold_sums(struct prb_table *t)
{
	struct prb_axis *axis = &t->a;

	for (int k = 0; k < PRB_WORKERS_KINDS; k++) {
		size_t withheld = 0, smallest = axis->count;

		t->total.workers_withheld[k] = !sum_is_safe(&t->total.workers[k]);
		for (size_t i = 0; i < axis->count; i++) {
			axis->margin[i].workers_withheld[k] =
				!sum_is_safe(&axis->margin[i].workers[k]);
			if (axis->margin[i].workers_withheld[k])
				withheld++;
			else if (smallest == axis->count ||
				 axis->margin[i].workers[k].sum <
					 axis->margin[smallest].workers[k].sum)
				smallest = i;
		}
		if (withheld == 1 && smallest < axis->count)
			axis->margin[smallest].workers_withheld[k] = true;
	}
}

static void
take_total(void *context, const struct prb_tally_cell *cell)
{
	merge(context, cell);
}

struct prb_table *
prb_table_create(const struct prb_tally *tally, enum prb_count_by a, enum prb_count_by b,
	size_t organisations_min)
{
	struct prb_table *t = calloc(1, sizeof *t);

	if (t == NULL)
		return NULL;
	prb_tally_each(tally, PRB_BY_NOTHING, PRB_BY_NOTHING, take_total, &t->total);
	t->is_shown = prb_cell_is_safe(&t->total.count, organisations_min);
	if (!make_axis(tally, a, organisations_min, &t->a) ||
		!make_axis(tally, b, organisations_min, &t->b)) {
		prb_table_destroy(t);
		return NULL;
	}
	withhold_sums(t);
	t->cells = calloc(t->a.count * t->b.count + 1, sizeof *t->cells);
	if (t->cells == NULL) {
		prb_table_destroy(t);
		return NULL;
	}
	if (b == PRB_BY_NOTHING)
		return t;
	prb_tally_each(tally, a, b, fill_one, t);
	withhold(t, organisations_min);
	return t;
}

void
prb_table_destroy(struct prb_table *table)
{
	if (table == NULL)
		return;
	free(table->cells);
	free(table);
}
