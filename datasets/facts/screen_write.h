/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_FACTS_SCREEN_WRITE_H
#define PRB_FACTS_SCREEN_WRITE_H

/*
 * What a screening found, as JSON: the same members from the command line's `match --out json` and
 * from GET /v1/entities. Similarities are in millionths, as in reports.
 */

#include "datasets/facts/screen_name.h"
#include "scoring/base/jcs.h"

/* One hit, its status judged on a day; and its parts, for who adds members of its own. */
void prb_screen_write_hit(struct prb_writer *w, const struct prb_gatherer *gatherer,
	const struct prb_screen_hit *hit, prb_date as_of);
void prb_screen_write_entity(struct prb_writer *w, const struct prb_gatherer *gatherer,
	const struct prb_screen_hit *hit, prb_date as_of);
void prb_screen_write_evidence(struct prb_writer *w, const struct prb_screen_hit *hit);
/* The lists searched, with edition, entries and what our copy lacks: stands beside every answer,
 * since "no match" is no clearance. */
void prb_screen_write_lists(struct prb_writer *w, const struct prb_gatherer *gatherer);

#endif
