/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_LISTS_SPLIT_H
#define PRB_LISTS_SPLIT_H

/*
 * A cell that holds several names: "Foo Co., Ltd. (also known as A; B; and C; formerly known as D)
 * and subsidiaries". Lists of authorities write so; a manifest declares it by "split": "aka".
 *
 * A parenthesis counts only where it opens with words that say so ("also known as", "and two
 * aliases:"), or holds Chinese characters alone: "(Shanshan)" and "(Group)" are parts of a name.
 * What stands behind a name of the parties that it includes ("and its subordinate and affiliated
 * entities") is no part of the name and becomes a note; parties that it names are names too, since
 * a search for them must find the entry.
 */

#include <stdbool.h>

#include "datasets/lists/entry.h"

#define PRB_SPLIT_NAMES_MAX 64

struct prb_split {
	struct prb_span name;
	struct prb_span note; /* the words about other parties, or empty */
	struct {
		struct prb_span text;
		uint8_t kind; /* PRB_ENTRY_ALIAS, PRB_ENTRY_FORMER, PRB_ENTRY_ZH */
	} names[PRB_SPLIT_NAMES_MAX];
	size_t names_count;
	bool overflow; /* there were more */
};

/* The spans point into the cell. Any text may come; one without such words is a name. */
void prb_split_aka(struct prb_span cell, struct prb_split *out);

#endif
