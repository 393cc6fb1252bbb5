/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_PAGES_INSIDE_H
#define PRB_PAGES_INSIDE_H

/* What load.c fills and pages.c finds in. */

#include <stdatomic.h>

#include "scoring/base/arena.h"
#include "scoring/base/hash.h"
#include "service/pages/pages.h"

struct prb_pages {
	atomic_uint holders;
	struct prb_arena *arena; /* all that is pointed to */
	struct prb_page_file *pages[PRB_PAGES][PRB_LANGS];
	struct prb_page_file *assets; /* by name */
	size_t assets_count, count;
	int64_t since;
	uint8_t hash[PRB_SHA256_BYTES]; /* of all names and bytes */
};

#endif
