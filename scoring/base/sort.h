/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_BASE_SORT_H
#define PRB_BASE_SORT_H

/*
 * Sorting names with what belongs to them, for json.c and jcs.c alone. Heapsort: it needs no
 * memory, and no input makes it slower than n log n (the C library's qsort may allocate).
 */

#include <stddef.h>

#include "scoring/base/text.h"

struct prb_named {
	struct prb_span name;
	const void *item;
};

typedef int (*prb_named_order)(struct prb_span a, struct prb_span b);

static inline void
prb_named_sift(struct prb_named *items, size_t at, size_t n, prb_named_order order)
{
	struct prb_named moved = items[at];

	for (size_t child; (child = at * 2 + 1) < n; at = child) {
		if (child + 1 < n && order(items[child].name, items[child + 1].name) < 0)
			child++;
		if (order(moved.name, items[child].name) >= 0)
			break;
		items[at] = items[child];
	}
	items[at] = moved;
}

/* Up to this many, insertion beats a heap; beyond, its square would be an attacker's to choose. */
#define PRB_NAMED_FEW 16

static inline void
prb_named_insert(struct prb_named *items, size_t n, prb_named_order order)
{
	for (size_t i = 1; i < n; i++) {
		struct prb_named moved = items[i];
		size_t at = i;

		for (; at > 0 && order(moved.name, items[at - 1].name) < 0; at--)
			items[at] = items[at - 1];
		items[at] = moved;
	}
}

static inline void
prb_named_sort(struct prb_named *items, size_t n, prb_named_order order)
{
	if (n <= PRB_NAMED_FEW) {
		prb_named_insert(items, n, order);
		return;
	}
	for (size_t i = n / 2; i > 0; i--)
		prb_named_sift(items, i - 1, n, order);
	for (size_t i = n; i > 1; i--) {
		struct prb_named last = items[i - 1];

		items[i - 1] = items[0];
		items[0] = last;
		prb_named_sift(items, 0, i - 1, order);
	}
}

#endif
