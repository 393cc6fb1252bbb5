/* SPDX-License-Identifier: Apache-2.0 */

/* What may make two names two companies however alike they are. */

#include "scoring/names/alike.h"

#define SHORT_NAME 3

static bool
is_distinctive(const struct prb_name_word *word)
{
	return word->kind == PRB_WORD_CORE && word->weight >= PRB_NAME_CORE_WEIGHT_MIN;
}

enum prb_name_doubt
prb_names_doubt(const struct prb_name *query, const struct prb_name *name,
	const struct prb_name_pieces *pieces)
{
	unsigned cores = 0, others = 0, unsure = 0, left = 0;
	size_t longest = 0;

	for (size_t i = 0; i < pieces->count; i++) {
		const struct prb_name_piece *p = &pieces->items[i];
		const struct prb_name_word *word =
			p->query_n > 0 ? &query->words[p->query_at] : &name->words[p->name_at];
		bool core = is_distinctive(word) ||
			    (p->name_n > 0 && is_distinctive(&name->words[p->name_at]));

		if (core && word->surface.n > longest)
			longest = word->surface.n;
		switch ((enum prb_name_piece_kind)p->kind) {
		case PRB_PIECE_QUERY_ONLY:
		case PRB_PIECE_NAME_ONLY:
			if (core)
				return PRB_DOUBT_WORD;
			left += word->kind != PRB_WORD_UNIT && word->weight > 0;
			break;
		case PRB_PIECE_SPELLING:
			/* A long word beside a known one is a slip. */
			if ((word->flags ^ name->words[p->name_at].flags) & PRB_NAME_KNOWN &&
				word->surface.n >= PRB_NAME_KNOWN_MISSPELT_MIN)
				break;
			unsure += core;
			break;
		case PRB_PIECE_INITIALS:
			unsure += core;
			break;
		case PRB_PIECE_SOUND:
			/* In one script it is another spelling. */
			if ((word->flags ^ name->words[p->name_at].flags) & PRB_NAME_FOREIGN)
				cores += core;
			else
				unsure += core;
			break;
		case PRB_PIECE_EQUAL:
		case PRB_PIECE_ABBREVIATION:
		case PRB_PIECE_JOINED:
			cores += core;
			others += !core && word->weight > 0;
			break;
		case PRB_PIECE_FORM:
			break;
		case PRB_PIECE_NUMBER_DIFFERS:
			return PRB_DOUBT_WORD;
		}
	}
	if (cores < 2 && longest <= SHORT_NAME)
		return PRB_DOUBT_SHORT;
	return cores < 2 && ((unsure > 0 && others < 2) || left > 0) ? PRB_DOUBT_WORD
								     : PRB_DOUBT_NONE;
}
