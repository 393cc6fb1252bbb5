/* SPDX-License-Identifier: Apache-2.0 */
#include "service/statistics/suppress.h"

#include <stdlib.h>
#include <string.h>

/* Whether enough stands behind it that is not the organisation's, or of all where it is NULL. */
static bool
is_enough_without(
	const struct prb_behind *behind, const uint32_t *without, size_t organisations_min)
{
	uint32_t declarations = 0;
	size_t organisations = 0, suppliers = 0;

	for (size_t i = 0; i < behind->tenants_count; i++) {
		if (without != NULL && behind->tenants[i].tenant == *without)
			continue;
		declarations += behind->tenants[i].declarations;
		organisations++;
	}
	for (size_t i = 0; i < behind->suppliers_count; i++) {
		const struct prb_behind_supplier *s = &behind->suppliers[i];
		bool is_counted = without != NULL && s->tenant == *without;

		for (size_t j = 0; j < i && !is_counted; j++)
			is_counted = behind->suppliers[j].supplier == s->supplier &&
				     (without == NULL || behind->suppliers[j].tenant != *without);
		suppliers += !is_counted;
	}
	return declarations >= PRB_CELL_DECLARATIONS_MIN && suppliers >= PRB_CELL_SUPPLIERS_MIN &&
	       organisations >= organisations_min;
}

static bool
is_enough(const struct prb_behind *behind, size_t organisations_min)
{
	if (organisations_min <= 1)
		return is_enough_without(behind, NULL, organisations_min);
	for (size_t i = 0; i < behind->tenants_count; i++)
		if (!is_enough_without(behind, &behind->tenants[i].tenant, organisations_min - 1))
			return false;
	return behind->tenants_count > 0;
}

bool
prb_cell_is_safe(const struct prb_cell_count *cell, size_t organisations_min)
{
	return is_enough(&cell->behind, organisations_min);
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

static int
compare_categories(const void *a, const void *b)
{
	const struct prb_tally_cell *const *x = a, *const *y = b;

	return (*x)->category[0] < (*y)->category[0] ? -1 : (*x)->category[0] > (*y)->category[0];
}

/* The larger first; of equal ones in the order of their categories, so that a table does not
 * depend on how it was counted. */
static int
compare_sizes(const void *a, const void *b)
{
	const struct prb_tally_cell *const *x = a, *const *y = b;

	if ((*x)->count.declarations != (*y)->count.declarations)
		return (*x)->count.declarations > (*y)->count.declarations ? -1 : 1;
	return compare_categories(a, b);
}

static bool
merge(struct prb_margin *into, const struct prb_tally_cell *from)
{
	prb_cell_merge(&into->count, &from->count);
	return from->workers == NULL || prb_sums_merge(into->workers, from->workers);
}

/* Rule 2. `cells` are the dimension's; those that stay move to the front. False without memory. */
static bool
put_together(const struct prb_tally_cell **cells, size_t count, size_t organisations_min,
	struct prb_margin *other, size_t *kept_count)
{
	size_t kept = 0;
	bool ok = true;

	qsort(cells, count, sizeof(const struct prb_tally_cell *), compare_sizes);
	for (size_t i = 0; i < count && ok; i++) {
		if (kept < PRB_CATEGORIES_MAX - 1 && cells[i]->category[0] != PRB_CATEGORY_OTHER &&
			prb_cell_is_safe(&cells[i]->count, organisations_min))
			cells[kept++] = cells[i];
		else
			ok = merge(other, cells[i]);
	}
	while (ok && kept > 0 && other->count.declarations > 0 &&
		!prb_cell_is_safe(&other->count, organisations_min))
		ok = merge(other, cells[--kept]);
	qsort(cells, kept, sizeof(const struct prb_tally_cell *), compare_categories);
	*kept_count = kept;
	return ok;
}

static bool
make_axis(const struct prb_tally *tally, enum prb_count_by by, size_t organisations_min,
	struct prb_axis *out)
{
	struct gathered g = {.count = 0};
	struct prb_margin other;
	size_t kept;
	bool ok;

	memset(&other, 0, sizeof other);
	out->by = by;
	prb_tally_each(tally, by, PRB_BY_NOTHING, count_one, &g);
	g.items = calloc(g.room + 1, sizeof(const struct prb_tally_cell *));
	if (g.items == NULL)
		return false;
	prb_tally_each(tally, by, PRB_BY_NOTHING, gather_one, &g);
	ok = put_together(g.items, g.count, organisations_min, &other, &kept);
	for (out->count = 0; ok && out->count < kept; out->count++) {
		out->category[out->count] = g.items[out->count]->category[0];
		ok = merge(&out->margin[out->count], g.items[out->count]);
	}
	free(g.items);
	if (!ok) {
		prb_sums_finish(other.workers);
	} else if (other.count.declarations > 0) {
		out->category[out->count] = PRB_CATEGORY_OTHER;
		out->margin[out->count++] = other;
	}
	return ok;
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

static bool
is_only_of(const struct prb_table_cell *cell, const uint32_t *tenant)
{
	const struct prb_behind *behind = &cell->count.behind;

	return tenant != NULL && behind->tenants_count == 1 && behind->tenants[0].tenant == *tenant;
}

/* Rule 3: the cell of a line that is withheld beside `not`, in which there is something of others
 * than `without` (NULL: of anyone); `count` where there is none. */
static size_t
choose(const struct prb_table_cell *first, size_t step, size_t count, size_t not,
	const uint32_t *without)
{
	size_t best = count;
	uint64_t size = 0;

	for (size_t i = 0; i < count; i++) {
		uint64_t n = first[i * step].count.declarations;
		bool enough = n >= PRB_CELL_DECLARATIONS_MIN;

		if (i == not || n == 0 || is_only_of(&first[i * step], without))
			continue;
		if (best == count || (enough && (size < PRB_CELL_DECLARATIONS_MIN || n < size)) ||
			(!enough && n > size)) {
			best = i;
			size = n;
		}
	}
	return best;
}

/* Fills the places of the line that are withheld: `not`, and as many as leave something unknown to
 * everybody. Returns how many. */
static size_t
choose_all(const struct prb_table_cell *first, size_t step, size_t count, size_t not,
	size_t organisations_min, size_t out[3])
{
	size_t n = 0, chosen;

	out[n++] = not ;
	chosen = choose(first, step, count, not, NULL);
	if (chosen == count)
		return n;
	out[n++] = chosen;
	if (organisations_min > 1 && first[chosen * step].count.behind.tenants_count == 1) {
		chosen = choose(first, step, count, not,
			&first[chosen * step].count.behind.tenants[0].tenant);
		if (chosen < count)
			out[n++] = chosen;
	}
	return n;
}

static void
withhold(struct prb_table *t, size_t organisations_min)
{
	size_t rows = t->a.count, columns = t->b.count, of_row[3], of_column[3];

	for (size_t r = 0; r < rows; r++)
		for (size_t c = 0; c < columns; c++) {
			const struct prb_table_cell *cell = &t->cells[r * columns + c];
			size_t n, m;

			if (cell->count.declarations == 0 ||
				prb_cell_is_safe(&cell->count, organisations_min))
				continue;
			n = choose_all(
				&t->cells[r * columns], 1, columns, c, organisations_min, of_row);
			m = choose_all(
				&t->cells[c], columns, rows, r, organisations_min, of_column);
			for (size_t i = 0; i < m; i++)
				for (size_t j = 0; j < n; j++)
					t->cells[of_column[i] * columns + of_row[j]].withheld =
						true;
		}
}

/* Rule 4. The largest supplier is held against what is left without the largest organisation,
 * which can take off its own part. */
static bool
sum_is_safe(const struct prb_sum *sum, size_t organisations_min)
{
	int64_t rest = sum->sum;

	if (organisations_min > 1)
		rest -= prb_shares_largest(&sum->tenants);
	return is_enough(&sum->behind, organisations_min) &&
	       prb_shares_largest(&sum->suppliers) <= rest / 2;
}

/* The smallest sum of the kind that is not withheld yet; axis->count for none. */
static size_t
smallest_shown(const struct prb_axis *axis, int kind)
{
	size_t smallest = axis->count;

	for (size_t i = 0; i < axis->count; i++)
		if (!axis->margin[i].workers_withheld[kind] &&
			(smallest == axis->count ||
				axis->margin[i].workers[kind].sum <
					axis->margin[smallest].workers[kind].sum))
			smallest = i;
	return smallest;
}

/* What is withheld of a table can be computed together, from the sum of all: so it must be as safe
 * as what is shown. False without memory. */
static bool
withhold_sums(struct prb_table *t, size_t organisations_min)
{
	struct prb_axis *axis = &t->a;
	struct prb_sum together[PRB_WORKERS_KINDS];
	bool ok = true;

	memset(together, 0, sizeof together);
	for (int k = 0; k < PRB_WORKERS_KINDS && ok; k++) {
		size_t withheld = 0, next;

		t->total.workers_withheld[k] =
			!sum_is_safe(&t->total.workers[k], organisations_min);
		for (size_t i = 0; i < axis->count && ok; i++) {
			if (sum_is_safe(&axis->margin[i].workers[k], organisations_min))
				continue;
			axis->margin[i].workers_withheld[k] = true;
			withheld++;
			ok = prb_sum_merge(&together[k], &axis->margin[i].workers[k]);
		}
		while (ok && withheld > 0 &&
			(withheld == 1 || !sum_is_safe(&together[k], organisations_min)) &&
			(next = smallest_shown(axis, k)) < axis->count) {
			axis->margin[next].workers_withheld[k] = true;
			withheld++;
			ok = prb_sum_merge(&together[k], &axis->margin[next].workers[k]);
		}
	}
	prb_sums_finish(together);
	return ok;
}

struct taking {
	struct prb_margin *total;
	bool ok;
};

static void
take_total(void *context, const struct prb_tally_cell *cell)
{
	struct taking *taking = context;

	taking->ok = taking->ok && merge(taking->total, cell);
}

static bool
fill_table(struct prb_table *t, const struct prb_tally *tally, enum prb_count_by a,
	enum prb_count_by b, size_t organisations_min)
{
	struct taking taking = {.total = &t->total, .ok = true};

	prb_tally_each(tally, PRB_BY_NOTHING, PRB_BY_NOTHING, take_total, &taking);
	t->is_shown = prb_cell_is_safe(&t->total.count, organisations_min);
	if (!taking.ok || !make_axis(tally, a, organisations_min, &t->a) ||
		!make_axis(tally, b, organisations_min, &t->b) ||
		!withhold_sums(t, organisations_min))
		return false;
	t->cells = calloc(t->a.count * t->b.count + 1, sizeof *t->cells);
	if (t->cells == NULL)
		return false;
	if (b != PRB_BY_NOTHING) {
		prb_tally_each(tally, a, b, fill_one, t);
		withhold(t, organisations_min);
	}
	return true;
}

struct prb_table *
prb_table_create(const struct prb_tally *tally, enum prb_count_by a, enum prb_count_by b,
	size_t organisations_min)
{
	struct prb_table *t = calloc(1, sizeof *t);

	if (t != NULL && !fill_table(t, tally, a, b, organisations_min)) {
		prb_table_destroy(t);
		return NULL;
	}
	return t;
}

void
prb_table_destroy(struct prb_table *table)
{
	if (table == NULL)
		return;
	prb_sums_finish(table->total.workers);
	/* All of them: the last one may have been begun when memory ran out. */
	for (size_t i = 0; i < PRB_CATEGORIES_MAX; i++) {
		prb_sums_finish(table->a.margin[i].workers);
		prb_sums_finish(table->b.margin[i].workers);
	}
	free(table->cells);
	free(table);
}
