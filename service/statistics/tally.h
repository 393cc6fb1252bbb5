/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_STATISTICS_TALLY_H
#define PRB_STATISTICS_TALLY_H

/*
 * Counts of declarations: over all, by each dimension, and by each pair of two. Every cell also
 * knows whether enough different suppliers and organisations stand behind it, and little more of
 * them than that. Memory is bounded: of cells beyond the ceiling one is left for all that come.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scoring/base/fault.h"

enum prb_count_by {
#define PRB_COUNT_BY(name, word) PRB_BY_##name,
#include "service/statistics/dimensions.def"
#undef PRB_COUNT_BY
	PRB_COUNTS_BY,
	PRB_BY_NOTHING = PRB_COUNTS_BY,
};

/* A cell is shown from so many on: declarations, suppliers, organisations (one in open mode). The
 * first is the contract's; the others are ours: five declarations of one supplier are one
 * supplier's. An organisation knows what it stored itself and can take it off again, so all of it
 * must hold without any one of them: of three organisations two remain. */
#define PRB_CELL_DECLARATIONS_MIN 5
#define PRB_CELL_SUPPLIERS_MIN 5
#define PRB_CELL_ORGANISATIONS_MIN 3

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

/*
 * Who stands behind a cell, as far as it matters for whether enough remain without any one
 * organisation. Exact, whatever the order, with few places: of an organisation
 * PRB_CELL_DECLARATIONS_MIN declarations and PRB_CELL_SUPPLIERS_MIN suppliers say as much as more
 * of them, and of a supplier two organisations. Where too few remain without one, these are that
 * one's own (5), and of the others 4 declarations, or 4 suppliers with two organisations each: so
 * what is more than there are places for cannot be missed.
 */
#define PRB_BEHIND_TENANTS (PRB_CELL_DECLARATIONS_MIN + 1)
#define PRB_BEHIND_SUPPLIERS (PRB_CELL_SUPPLIERS_MIN + 2 * (PRB_CELL_SUPPLIERS_MIN - 1) + 1)
struct prb_behind {
	struct prb_behind_tenant {
		uint32_t tenant, declarations;
	} tenants[PRB_BEHIND_TENANTS];
	struct prb_behind_supplier {
		uint64_t supplier;
		uint32_t tenant;
	} suppliers[PRB_BEHIND_SUPPLIERS];
	size_t tenants_count, suppliers_count;
};

/*
 * Who gave most of a sum. Up to PRB_SHARES_MAX givers are known exactly; of more the smallest are
 * let go (after Misra and Gries, 1982: each takes as much off the others), and `let_go` is at most
 * what any one lost by it: a sum divided by PRB_SHARES_MAX + 1.
 */
#define PRB_SHARES_MAX 64
struct prb_shares {
	struct prb_share {
		uint64_t giver;
		int64_t sum;
	} * items; /* NULL: none */
	size_t count, room;
	int64_t let_go;
};
/* No giver's part is larger. */
int64_t prb_shares_largest(const struct prb_shares *shares);

/* A sum over those that said something, and what stands behind it. */
struct prb_sum {
	int64_t sum;
	struct prb_behind behind;
	struct prb_shares suppliers, tenants;
};
void prb_sums_finish(struct prb_sum *sums); /* PRB_WORKERS_KINDS; frees what they hold */

struct prb_cell_count {
	uint64_t declarations;
	struct prb_behind behind;
};
/* Adds what `from` has; who stands behind both counts once. */
void prb_cell_merge(struct prb_cell_count *into, const struct prb_cell_count *from);
/* False without memory. */
bool prb_sum_merge(struct prb_sum *into, const struct prb_sum *from);
bool prb_sums_merge(struct prb_sum *into, const struct prb_sum *from); /* PRB_WORKERS_KINDS each */

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
/* The same of all that `from` has counted. */
enum prb_err prb_tally_merge(struct prb_tally *into, const struct prb_tally *from);
/* Calls for each cell of the table by `a` and `b` (a before b; PRB_BY_NOTHING for none), in no
 * order. */
void prb_tally_each(const struct prb_tally *tally, enum prb_count_by a, enum prb_count_by b,
	void (*each)(void *context, const struct prb_tally_cell *cell), void *context);

const char *prb_count_by_word(enum prb_count_by dimension);
/* As declarations and answers name it. */
const char *prb_workers_word(enum prb_workers kind);
/* Three capital letters as one number; PRB_CATEGORY_NONE for anything else. */
uint16_t prb_category_of_country(const char *iso3);
/* "BGD", "2026-06", "debt_bondage", "61", "high", "none" or "other". */
#define PRB_CATEGORY_BYTES 64
void prb_category_text(
	enum prb_count_by dimension, uint16_t category, char out[PRB_CATEGORY_BYTES]);

#endif
