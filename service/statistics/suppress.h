/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_STATISTICS_SUPPRESS_H
#define PRB_STATISTICS_SUPPRESS_H

/*
 * A table from which nothing about few can be read or computed. The rules, after the Handbook on
 * Statistical Disclosure Control (https://sdctools.github.io/HandbookSDC, chapters 4 and 5:
 * threshold rule, recoding, secondary suppression, dominance), are:
 *
 * 1. Threshold: a cell is safe from PRB_CELL_..._MIN on: declarations, suppliers, organisations;
 *    also without any one organisation, which knows what it stored and can take it off: four
 *    suppliers that it made up bring no fifth to light. In open mode there is one organisation.
 * 2. Recoding: the unsafe categories of a dimension are put together as "other", in every table,
 *    and with them the smallest safe ones until "other" is safe. So all that tables of one
 *    dimension show is safe, and these are all the margins that tables of two have in common: what
 *    holds of one such table by itself holds of all of them together.
 * 3. Suppression: of a table by two dimensions unsafe cells are withheld. A margin less the other
 *    cells would give them away: so with the cell (r,c) are withheld a cell (r,d) and a cell (s,c)
 *    that are not empty, and (s,d), empty or not. Then the table with one more in (r,c) and (s,d)
 *    and one less in (r,d) and (s,c) has the same margins and shows the same: nobody can tell which
 *    of the two it is. Among the cells to choose from the smallest with at least
 *    PRB_CELL_DECLARATIONS_MIN is taken, so that as many tables more are possible.
 *    There are such cells: a margin is safe and (r,c) is not, so it is not alone in its line; but
 *    along a dimension of which a declaration can have several categories no margin adds up, and
 *    none is needed. What an organisation stored alone is no secret from it: where (r,d) is all of
 *    one, a second one in which others have something is withheld too, and so of (s,c), with the
 *    cells where their lines cross.
 * 4. Sums of workers are shown in tables of one dimension, where rule 1 holds of those that said
 *    something, and the largest supplier, with all its declarations, has no more than half of what
 *    is left without the largest organisation (dominance: one contributor knows its own part).
 *    What is withheld in a table must be so together, and never one alone; rounded to 5.
 *
 * An empty cell is not listed, and empty is no secret. What changes from one answer to the next is
 * safe by rule 1 as a whole (counting.h), not in every category; what is erased leaves at once.
 */

#include "scoring/base/text.h"
#include "service/statistics/tally.h"

#define PRB_CATEGORIES_MAX 256 /* of one dimension in a table; the smallest beyond are "other" */
#define PRB_WORKERS_ROUNDED_TO 5

struct prb_table_cell {
	struct prb_cell_count count;
	bool withheld;
};

struct prb_margin {
	struct prb_cell_count count;
	struct prb_sum workers[PRB_WORKERS_KINDS];
	bool workers_withheld[PRB_WORKERS_KINDS];
};

/* The categories of one dimension, those put together last. */
struct prb_axis {
	enum prb_count_by by;
	size_t count;
	uint16_t category[PRB_CATEGORIES_MAX];
	struct prb_margin margin[PRB_CATEGORIES_MAX];
};

struct prb_table {
	struct prb_axis a, b; /* b: PRB_BY_NOTHING in a table of one dimension */
	struct prb_margin total;
	bool is_shown;                /* false: all of it together is unsafe */
	struct prb_table_cell *cells; /* of two dimensions: a.count x b.count, line by line */
};

bool prb_cell_is_safe(const struct prb_cell_count *cell, size_t organisations_min);
/* Makes the table by `a` and `b` (a before b; PRB_BY_NOTHING for none). NULL without memory. */
struct prb_table *prb_table_create(const struct prb_tally *tally, enum prb_count_by a,
	enum prb_count_by b, size_t organisations_min);
void prb_table_destroy(struct prb_table *table);
/* Replaces the text of `out` by the answer of GET /v1/statistics; as_of: a time. */
void prb_table_write(const struct prb_table *table, const char *as_of, size_t organisations_min,
	bool with_workers, struct prb_str *out);

#endif
