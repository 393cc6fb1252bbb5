/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_STATISTICS_TALLY_H
#define PRB_STATISTICS_TALLY_H

/*
 * Counts of declarations: over all, by each dimension, and by each pair of two. Every cell also
 * knows whether enough different suppliers and organisations stand behind it, and no more of them
 * than that. Memory is bounded: of cells beyond the ceiling one is left for all that come.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scoring/base/fault.h"

enum prb_count_by {
#define PRB_COUNT_BY(name, word, several) PRB_BY_##name,
#include "service/statistics/dimensions.def"
#undef PRB_COUNT_BY
	PRB_COUNTS_BY,
	PRB_BY_NOTHING = PRB_COUNTS_BY,
};

/* A cell is shown from so many on: declarations, suppliers, organisations (one in open mode). The
 * first is the contract's; the others are ours: five declarations of one supplier are one
 * supplier's, and what one organisation alone has stored is that organisation's. */
#define PRB_CELL_DECLARATIONS_MIN 5
#define PRB_CELL_SUPPLIERS_MIN 5
#define PRB_CELL_ORGANISATIONS_MIN 2

#define PRB_TALLY_CELLS_MAX 65536
#define PRB_COUNTED_CHAPTERS_MAX 16
#define PRB_CATEGORY_OTHER UINT16_MAX
#define PRB_CATEGORY_NONE (UINT16_MAX - 1) /* no indicator present, no heading declared */

enum prb_workers {
	PRB_WORKERS_MIGRANT,
	PRB_WORKERS_TOTAL,
	PRB_WORKERS_UNDER_18,
	PRB_WORKERS_WOMEN,
	PRB_WORKERS_KINDS
};

/* What is counted of one declaration. */
struct prb_counted {
	uint32_t tenant;
	uint64_t supplier;                           /* a keyed hash of who it is about */
	uint16_t country;                            /* prb_category_of_country */
	uint16_t rating;                             /* enum prb_rating */
	uint16_t month;                              /* 12 x year + month - 1 */
	uint16_t indicators;                         /* bit i set: indicator i is present */
	uint16_t chapters[PRB_COUNTED_CHAPTERS_MAX]; /* of the HS, each once; beyond that many: none
							more */
	size_t chapters_count;
	int64_t workers[PRB_WORKERS_KINDS]; /* below 0: not said */
};

/* Different suppliers, as many as matter. */
struct prb_few {
	uint64_t items[PRB_CELL_SUPPLIERS_MIN];
	size_t count;
};

/* A sum over those that said something, and what stands behind it. */
struct prb_sum {
	int64_t sum, largest;
	struct prb_few suppliers;
};

struct prb_cell_count {
	uint64_t declarations;
	struct prb_few suppliers;
	uint32_t tenants[PRB_CELL_ORGANISATIONS_MIN];
	size_t tenants_count;
};
/* Adds what `from` has; who stands behind both counts once. */
void prb_cell_merge(struct prb_cell_count *into, const struct prb_cell_count *from);
void prb_sums_merge(struct prb_sum *into, const struct prb_sum *from); /* PRB_WORKERS_KINDS each */

struct prb_tally_cell {
	uint16_t category[2]; /* in the order of the dimensions */
	struct prb_cell_count count;
	struct prb_sum *workers; /* PRB_WORKERS_KINDS; NULL in tables of two dimensions */
};

struct prb_tally;
/* NULL without memory. */
struct prb_tally *prb_tally_create(void);
void prb_tally_destroy(struct prb_tally *tally);
/* PRB_ERR_MEMORY; then the tally must not be used further. */
enum prb_err prb_tally_add(struct prb_tally *tally, const struct prb_counted *counted);
/* Calls for each cell of the table by `a` and `b` (a before b; PRB_BY_NOTHING for none), in no
 * order. */
void prb_tally_each(const struct prb_tally *tally, enum prb_count_by a, enum prb_count_by b,
	void (*each)(void *context, const struct prb_tally_cell *cell), void *context);

const char *prb_count_by_word(enum prb_count_by dimension);
/* Three capital letters as one number; PRB_CATEGORY_NONE for anything else. */
uint16_t prb_category_of_country(const char *iso3);
/* "BGD", "2026-06", "debt_bondage", "61", "high", "none" or "other". */
#define PRB_CATEGORY_BYTES 64
void prb_category_text(
	enum prb_count_by dimension, uint16_t category, char out[PRB_CATEGORY_BYTES]);

#endif
