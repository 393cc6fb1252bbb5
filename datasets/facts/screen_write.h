/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_FACTS_SCREEN_WRITE_H
#define PRB_FACTS_SCREEN_WRITE_H

/*
 * What a screening found, as JSON: the same members from the command line's `match --out json` and
 * from GET /v1/entities, which adds what a person decided and each piece in words. Similarities are
 * in millionths, as in reports.
 */

#include "datasets/facts/screen_name.h"
#include "scoring/base/jcs.h"

/* What stands in a hit besides, where somebody has it: members are written in their order. */
struct prb_screen_more {
	void *context;
	void (*decided)(void *context, struct prb_writer *w);
	void (*piece_text)(
		void *context, struct prb_writer *w, const struct prb_screen_piece *piece);
};

/* One hit, its status judged on a day; `more` may be NULL. */
void prb_screen_write_hit(struct prb_writer *w, const struct prb_gatherer *gatherer,
	const struct prb_screen_hit *hit, prb_date as_of, const struct prb_screen_more *more);

/* The arguments of a piece's text ("piece.KEY": query, name, edits); the third lives in `edits`. */
#define PRB_SCREEN_PIECE_ARGS 3
#define PRB_SCREEN_EDITS_BYTES 2
void prb_screen_piece_args(const struct prb_screen_piece *piece, char edits[PRB_SCREEN_EDITS_BYTES],
	struct prb_span args[PRB_SCREEN_PIECE_ARGS]);

/* One list of those searched; null where there is none of that name. */
void prb_screen_write_list(
	struct prb_writer *w, const struct prb_gatherer *gatherer, const char *list);
/* The lists searched, with edition, entries and what our copy lacks: stands beside every answer,
 * since "no match" is no clearance. */
void prb_screen_write_lists(struct prb_writer *w, const struct prb_gatherer *gatherer);

#endif
