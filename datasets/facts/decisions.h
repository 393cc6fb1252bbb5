/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_FACTS_DECISIONS_H
#define PRB_FACTS_DECISIONS_H

/*
 * What persons decided about possible hits, used again (scoring/METHOD.md section 4); what they
 * confirmed of a supplier's own statements is in evidence.h.
 *
 * A decision is about a hit: this party meets this entry. The party is its name as folded for
 * lookups, its country and its place (the city, or the address where no city is declared); the
 * entry its list, id and folded name. All six must be the same for a decision to count again: a
 * namesake elsewhere, or another entry under the same id, is a question of its own. So a decision
 * lapses rather than reaching too far.
 */

#include "datasets/facts/evidence.h"
#include "datasets/facts/gather.h"

#define PRB_HIT_SEPARATOR "\x1f"

struct prb_hit_party {
	struct prb_span name, city, address; /* as declared; n = 0 where not known */
	int country;                         /* index into the reference, PRB_COUNTRY_NONE */
};

/* Where decisions are kept. */
struct prb_decision_source {
	/* Of a hit (the text that prb_hit_write makes): PRB_OK with *out filled, all but its hash;
	 * PRB_ERR_NOT_FOUND where nobody decided, or it is undecided again. Any other error ends
	 * the gathering. */
	enum prb_err (*find)(void *context, struct prb_span hit, struct prb_decided *out);
	prb_sha256_fn sha256;
	void *context;
	/* Of a statement of the supplier's (evidence.h): PRB_OK with *out's id and time filled
	 * where it is confirmed, PRB_ERR_NOT_FOUND where it is not. Both NULL: nothing is ever. */
	enum prb_err (*find_statement)(
		void *context, const struct prb_statement_text *statement, struct prb_decided *out);
	/* Whether a statement of this supplier may be confirmed (prb_statement_text.supplier):
	 * PRB_OK or PRB_ERR_NOT_FOUND. Asked once, so that nothing is prepared in vain. */
	enum prb_err (*any_statement)(void *context, struct prb_span supplier);
};

/* From now on possible hits and statements are decided as the source says; NULL: not at all, as at
 * first. The source is borrowed. */
void prb_gatherer_decide(struct prb_gatherer *gatherer, const struct prb_decision_source *source);

/* Whose name stands at a listing's subject. False for an identifier, which decides by itself. */
bool prb_hit_party_of(const struct prb_declaration *declaration, const struct prb_facts *facts,
	const struct prb_listing *listing, struct prb_hit_party *out);
/* Whether the words, written into a request or file, can name a party: the country as
 * prb_facts_country takes it, the empty word for none. City and address are the caller's to add. */
bool prb_hit_party_read(struct prb_gatherer *gatherer, struct prb_span name,
	struct prb_span country, struct prb_hit_party *out);
/* Replaces the text of `out` by the hit's: name, country, place, list, id, name of the entry,
 * parted by PRB_HIT_SEPARATOR. out->failed where memory ran out. */
void prb_hit_write(struct prb_gatherer *gatherer, const struct prb_hit_party *party,
	const char *list, const char *entity_id, const char *entity, struct prb_str *out);
/* Replaces the text of `out` by the folded name: what a hit begins with. */
void prb_hit_write_name(struct prb_gatherer *gatherer, struct prb_span name, struct prb_str *out);

#endif
