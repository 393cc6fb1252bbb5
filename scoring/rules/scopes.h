/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RULES_SCOPES_H
#define PRB_RULES_SCOPES_H

/*
 * The state-imposed route: which scopes of the table a declaration meets (scoring/METHOD.md section
 * 2). Inside scoring/rules only.
 */

#include "scoring/rules/states.h"

struct prb_scopes {
	struct prb_scope_hit *hits; /* the supplier's own, then those of its tiers in order */
	size_t count;
	uint8_t *tier_states; /* for each tier what it would be by itself: scopes that ask too */
};

/* Finds every scope that is met, open, cleared, or would be met if an unknown region were a
 * presumed one. book: NULL, or where the declarations of tiers are found, which clear scopes of
 * inputs. */
enum prb_err prb_scopes_find(struct prb_arena *arena, const struct prb_reference *reference,
	const struct prb_declaration *declaration, const struct prb_facts *facts,
	enum prb_declarant declarant, const struct prb_book *book, struct prb_scopes *out);

/* The route's answer under a reading: at its best open scopes are cleared, at its worst they and
 * unknown regions are presumed. */
enum prb_state_imposed prb_scopes_value(const struct prb_scopes *scopes, enum prb_reading reading);

/* For each site (one where none is declared) whether it lies inside a scope, so that no absence
 * counts there. */
void prb_scopes_sites(const struct prb_scopes *scopes, const struct prb_declaration *declaration,
	const struct prb_facts *facts, enum prb_reading reading, bool *in_scope);

#endif
