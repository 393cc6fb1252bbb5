/* SPDX-License-Identifier: Apache-2.0 */
#include "service/statistics/tally.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scoring/model/words.h"

#define ROOM_FIRST 1024

static const char *const dimensions[] = {
#define PRB_COUNT_BY(name, word) word,
#include "service/statistics/dimensions.def"
#undef PRB_COUNT_BY
};

/* Open addressing, never more than half full: `room` is a power of two. */
struct entry {
	uint8_t table; /* 0: free */
	struct prb_tally_cell cell;
};
struct prb_tally {
	struct entry *entries;
	size_t count, room;
};

const char *
prb_count_by_word(enum prb_count_by dimension)
{
	assert(dimension < PRB_COUNTS_BY);
	return dimensions[dimension];
}

const char *
prb_workers_word(enum prb_workers kind)
{
	static const char *const words[] = {[PRB_WORKERS_MIGRANT] = "migrant",
		[PRB_WORKERS_TOTAL] = "total",
		[PRB_WORKERS_UNDER_18] = "under_18",
		[PRB_WORKERS_WOMEN] = "women"};

	assert(kind < PRB_WORKERS_KINDS);
	return words[kind];
}

uint16_t
prb_category_of_country(const char *iso3)
{
	unsigned category = 0;

	for (int i = 0; i < 3; i++) {
		if (iso3[i] < 'A' || iso3[i] > 'Z')
			return PRB_CATEGORY_NONE;
		category = category * 26 + (unsigned)(iso3[i] - 'A');
	}
	return iso3[3] == '\0' ? (uint16_t)category : PRB_CATEGORY_NONE;
}

void
prb_category_text(enum prb_count_by dimension, uint16_t c, char out[PRB_CATEGORY_BYTES])
{
	const char *word = c == PRB_CATEGORY_OTHER ? "other" : "none";

	if (c >= PRB_CATEGORY_NONE)
		(void)snprintf(out, PRB_CATEGORY_BYTES, "%s", word);
	else if (dimension == PRB_BY_COUNTRY)
		(void)snprintf(out, PRB_CATEGORY_BYTES, "%c%c%c", 'A' + c / 676, 'A' + c / 26 % 26,
			'A' + c % 26);
	else if (dimension == PRB_BY_MONTH)
		(void)snprintf(out, PRB_CATEGORY_BYTES, "%04d-%02d", c / 12, c % 12 + 1);
	else if (dimension == PRB_BY_INDICATOR)
		(void)snprintf(
			out, PRB_CATEGORY_BYTES, "%s", prb_words_text(&prb_words_indicator, c));
	else if (dimension == PRB_BY_RATING)
		(void)snprintf(out, PRB_CATEGORY_BYTES, "%s", prb_rating_word((enum prb_rating)c));
	else
		(void)snprintf(out, PRB_CATEGORY_BYTES, "%02d", c);
}

/*
 * Cells.
 */

static void
add_tenant(struct prb_behind *behind, uint32_t tenant, uint32_t declarations)
{
	struct prb_behind_tenant *t = behind->tenants, *end = t + behind->tenants_count;

	while (t < end && t->tenant != tenant)
		t++;
	if (t == end) {
		if (behind->tenants_count == PRB_BEHIND_TENANTS)
			return;
		behind->tenants_count++;
		*t = (struct prb_behind_tenant){.tenant = tenant};
	}
	t->declarations += declarations;
	if (t->declarations > PRB_CELL_DECLARATIONS_MIN)
		t->declarations = PRB_CELL_DECLARATIONS_MIN;
}

static void
add_supplier(struct prb_behind *behind, uint64_t supplier, uint32_t tenant)
{
	size_t of_tenant = 0, of_supplier = 0;

	for (size_t i = 0; i < behind->suppliers_count; i++) {
		const struct prb_behind_supplier *s = &behind->suppliers[i];

		if (s->supplier == supplier && s->tenant == tenant)
			return;
		of_tenant += s->tenant == tenant;
		of_supplier += s->supplier == supplier;
	}
	if (of_tenant < PRB_CELL_SUPPLIERS_MIN && of_supplier < 2 &&
		behind->suppliers_count < PRB_BEHIND_SUPPLIERS)
		behind->suppliers[behind->suppliers_count++] =
			(struct prb_behind_supplier){supplier, tenant};
}

static void
merge_behind(struct prb_behind *into, const struct prb_behind *from)
{
	for (size_t i = 0; i < from->tenants_count; i++)
		add_tenant(into, from->tenants[i].tenant, from->tenants[i].declarations);
	for (size_t i = 0; i < from->suppliers_count; i++)
		add_supplier(into, from->suppliers[i].supplier, from->suppliers[i].tenant);
}

void
prb_cell_merge(struct prb_cell_count *into, const struct prb_cell_count *from)
{
	into->declarations += from->declarations;
	merge_behind(&into->behind, &from->behind);
}

/*
 * Shares.
 */

/* All lose as much as the smallest has, the newcomer too; returns what is left of it. */
static int64_t
let_go(struct prb_shares *shares, int64_t newcomer)
{
	int64_t least = newcomer;
	size_t kept = 0;

	for (size_t i = 0; i < shares->count; i++)
		if (shares->items[i].sum < least)
			least = shares->items[i].sum;
	for (size_t i = 0; i < shares->count; i++) {
		shares->items[i].sum -= least;
		if (shares->items[i].sum > 0)
			shares->items[kept++] = shares->items[i];
	}
	shares->count = kept;
	shares->let_go += least;
	return newcomer - least;
}

static bool
grow_shares(struct prb_shares *shares)
{
	size_t room = shares->room == 0 ? 4 : 2 * shares->room;
	struct prb_share *items = realloc(shares->items, room * sizeof *items);

	if (items == NULL)
		return false;
	shares->items = items;
	shares->room = room;
	return true;
}

static bool
add_share(struct prb_shares *shares, uint64_t giver, int64_t sum)
{
	for (size_t i = 0; i < shares->count; i++)
		if (shares->items[i].giver == giver) {
			shares->items[i].sum += sum;
			return true;
		}
	if (shares->count == PRB_SHARES_MAX)
		sum = let_go(shares, sum);
	if (sum == 0)
		return true;
	if (shares->count == shares->room && !grow_shares(shares))
		return false;
	shares->items[shares->count++] = (struct prb_share){giver, sum};
	return true;
}

static bool
merge_shares(struct prb_shares *into, const struct prb_shares *from)
{
	into->let_go += from->let_go;
	for (size_t i = 0; i < from->count; i++)
		if (!add_share(into, from->items[i].giver, from->items[i].sum))
			return false;
	return true;
}

int64_t
prb_shares_largest(const struct prb_shares *shares)
{
	int64_t largest = 0;

	for (size_t i = 0; i < shares->count; i++)
		if (shares->items[i].sum > largest)
			largest = shares->items[i].sum;
	return largest + shares->let_go;
}

bool
prb_sum_merge(struct prb_sum *into, const struct prb_sum *from)
{
	into->sum += from->sum;
	merge_behind(&into->behind, &from->behind);
	return merge_shares(&into->suppliers, &from->suppliers) &&
	       merge_shares(&into->tenants, &from->tenants);
}

bool
prb_sums_merge(struct prb_sum *into, const struct prb_sum *from)
{
	bool ok = true;

	for (int i = 0; i < PRB_WORKERS_KINDS && ok; i++)
		ok = prb_sum_merge(&into[i], &from[i]);
	return ok;
}

void
prb_sums_finish(struct prb_sum *sums)
{
	for (int i = 0; sums != NULL && i < PRB_WORKERS_KINDS; i++) {
		free(sums[i].suppliers.items);
		free(sums[i].tenants.items);
	}
}

static bool
add_workers(struct prb_sum *sums, const struct prb_counted *counted)
{
	for (int i = 0; sums != NULL && i < PRB_WORKERS_KINDS; i++) {
		int64_t workers = counted->workers[i];

		if (workers < 0)
			continue;
		sums[i].sum += workers;
		add_tenant(&sums[i].behind, counted->tenant, 1);
		add_supplier(&sums[i].behind, counted->supplier, counted->tenant);
		if (!add_share(&sums[i].suppliers, counted->supplier, workers) ||
			!add_share(&sums[i].tenants, counted->tenant, workers))
			return false;
	}
	return true;
}

/*
 * The table of cells.
 */

struct prb_tally *
prb_tally_create(void)
{
	struct prb_tally *tally = calloc(1, sizeof *tally);

	if (tally == NULL)
		return NULL;
	tally->room = ROOM_FIRST;
	tally->entries = calloc(tally->room, sizeof *tally->entries);
	if (tally->entries == NULL) {
		free(tally);
		return NULL;
	}
	return tally;
}

void
prb_tally_destroy(struct prb_tally *tally)
{
	if (tally == NULL)
		return;
	for (size_t i = 0; i < tally->room; i++) {
		prb_sums_finish(tally->entries[i].cell.workers);
		free(tally->entries[i].cell.workers);
	}
	free(tally->entries);
	free(tally);
}

static uint8_t
table_of(enum prb_count_by a, enum prb_count_by b)
{
	return (uint8_t)(1 + a * (PRB_COUNTS_BY + 1) + b);
}

static struct entry *
place_of(struct entry *entries, size_t room, uint8_t table, const uint16_t category[2])
{
	uint64_t hash = ((uint64_t)table << 32 | (uint64_t)category[0] << 16 | category[1]) *
			0x9E3779B97F4A7C15U;
	size_t at = (size_t)(hash >> 32) & (room - 1);

	while (entries[at].table != 0 &&
		(entries[at].table != table || entries[at].cell.category[0] != category[0] ||
			entries[at].cell.category[1] != category[1]))
		at = (at + 1) & (room - 1);
	return &entries[at];
}

static bool
grow(struct prb_tally *tally)
{
	size_t room = 2 * tally->room;
	struct entry *entries = calloc(room, sizeof *entries);

	if (entries == NULL)
		return false;
	for (size_t i = 0; i < tally->room; i++)
		if (tally->entries[i].table != 0)
			*place_of(entries, room, tally->entries[i].table,
				tally->entries[i].cell.category) = tally->entries[i];
	free(tally->entries);
	tally->entries = entries;
	tally->room = room;
	return true;
}

/* The cell, made where it is not there yet; NULL without memory. */
static struct prb_tally_cell *
cell_of(struct prb_tally *tally, uint8_t table, bool has_workers, const uint16_t category[2])
{
	static const uint16_t others[2] = {PRB_CATEGORY_OTHER, PRB_CATEGORY_OTHER};
	struct entry *entry = place_of(tally->entries, tally->room, table, category);

	if (entry->table == 0 && tally->count >= PRB_TALLY_CELLS_MAX) {
		category = others;
		entry = place_of(tally->entries, tally->room, table, category);
	}
	if (entry->table != 0)
		return &entry->cell;
	if (2 * tally->count >= tally->room) {
		if (!grow(tally))
			return NULL;
		entry = place_of(tally->entries, tally->room, table, category);
	}
	if (has_workers) {
		entry->cell.workers = calloc(PRB_WORKERS_KINDS, sizeof *entry->cell.workers);
		if (entry->cell.workers == NULL)
			return NULL;
	}
	entry->table = table;
	memcpy(entry->cell.category, category, sizeof entry->cell.category);
	tally->count++;
	return &entry->cell;
}

/* A declaration's categories in a dimension: several chapters, several indicators, one of any
 * other. */
static size_t
categories_of(const struct prb_counted *c, enum prb_count_by dimension,
	uint16_t out[PRB_COUNTED_CHAPTERS_MAX])
{
	size_t n = 0;

	switch (dimension) {
	case PRB_BY_CHAPTER:
		for (n = 0; n < c->chapters_count; n++)
			out[n] = c->chapters[n];
		break;
	case PRB_BY_INDICATOR:
		for (uint16_t i = 1; i <= PRB_INDICATORS; i++)
			if ((c->indicators >> i & 1) != 0)
				out[n++] = i;
		break;
	case PRB_BY_COUNTRY:
		out[n++] = c->country;
		break;
	case PRB_BY_MONTH:
		out[n++] = c->month;
		break;
	case PRB_BY_RATING:
		out[n++] = c->rating;
		break;
	case PRB_BY_NOTHING:
		out[n++] = 0;
		break;
	}
	if (n == 0)
		out[n++] = PRB_CATEGORY_NONE;
	return n;
}

static bool
count_in(struct prb_tally *tally, const struct prb_counted *c, enum prb_count_by a,
	enum prb_count_by b)
{
	uint16_t of_a[PRB_COUNTED_CHAPTERS_MAX], of_b[PRB_COUNTED_CHAPTERS_MAX];
	size_t count_a = categories_of(c, a, of_a), count_b = categories_of(c, b, of_b);

	for (size_t i = 0; i < count_a; i++)
		for (size_t j = 0; j < count_b; j++) {
			const uint16_t category[2] = {of_a[i], of_b[j]};
			struct prb_tally_cell *cell =
				cell_of(tally, table_of(a, b), b == PRB_BY_NOTHING, category);

			if (cell == NULL)
				return false;
			cell->count.declarations++;
			add_tenant(&cell->count.behind, c->tenant, 1);
			add_supplier(&cell->count.behind, c->supplier, c->tenant);
			if (!add_workers(cell->workers, c))
				return false;
		}
	return true;
}

enum prb_err
prb_tally_add(struct prb_tally *tally, const struct prb_counted *counted)
{
	if (!count_in(tally, counted, PRB_BY_NOTHING, PRB_BY_NOTHING))
		return PRB_ERR_MEMORY;
	for (int a = 0; a < PRB_COUNTS_BY; a++)
		for (int b = a + 1; b <= PRB_BY_NOTHING; b++)
			if (!count_in(tally, counted, (enum prb_count_by)a, (enum prb_count_by)b))
				return PRB_ERR_MEMORY;
	return PRB_OK;
}

enum prb_err
prb_tally_merge(struct prb_tally *into, const struct prb_tally *from)
{
	for (size_t i = 0; i < from->room; i++) {
		const struct entry *entry = &from->entries[i];
		struct prb_tally_cell *cell;

		if (entry->table == 0)
			continue;
		cell = cell_of(
			into, entry->table, entry->cell.workers != NULL, entry->cell.category);
		if (cell == NULL)
			return PRB_ERR_MEMORY;
		prb_cell_merge(&cell->count, &entry->cell.count);
		if (cell->workers != NULL && !prb_sums_merge(cell->workers, entry->cell.workers))
			return PRB_ERR_MEMORY;
	}
	return PRB_OK;
}

void
prb_tally_each(const struct prb_tally *tally, enum prb_count_by a, enum prb_count_by b,
	void (*each)(void *context, const struct prb_tally_cell *cell), void *context)
{
	uint8_t table = table_of(a, b);

	for (size_t i = 0; i < tally->room; i++)
		if (tally->entries[i].table == table)
			each(context, &tally->entries[i].cell);
}
