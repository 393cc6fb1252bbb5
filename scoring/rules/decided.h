/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RULES_DECIDED_H
#define PRB_RULES_DECIDED_H

/*
 * Which decisions of persons a result rests on: those on its own hits and evidence, and those on
 * what every declaration that it reaches upstream has of these. They are inputs like the
 * declaration itself, so the report names them all, and its id is made of them too. Inside
 * scoring/rules only.
 */

#include "scoring/rules/score.h"

/* Fills result->decided: each decision once, in the order of their hashes. Nothing is looked at
 * where nothing was decided. PRB_ERR_MEMORY. */
enum prb_err prb_decided_collect(
	struct prb_arena *arena, const struct prb_book *book, struct prb_result *result);

/* Appends what a report's name takes of them; nothing where there are none. */
void prb_decided_name(const struct prb_result *result, struct prb_str *out);

#endif
