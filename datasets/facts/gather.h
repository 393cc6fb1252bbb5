/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_FACTS_GATHER_H
#define PRB_FACTS_GATHER_H

/*
 * Facts are gathered first, then scoring is called: this is the only place where a declaration
 * meets the dataset release.
 */

#include "datasets/store/release.h"
#include "scoring/model/declaration.h"
#include "scoring/model/facts.h"

struct prb_gatherer; /* scratch for one thread: buffers that are reused from one declaration to the
			next */

struct prb_gatherer *prb_gatherer_create(const struct prb_reader *reader);
void prb_gatherer_destroy(struct prb_gatherer *gatherer);

/*
 * Resolves every country, region, heading and name of the declaration. Faults (unknown country,
 * region outside its country, unknown heading) are added with their pointers and the first one's
 * code is returned. as_of judges the status of list entries.
 */
enum prb_err prb_facts_gather(struct prb_gatherer *gatherer, struct prb_arena *arena,
	const struct prb_declaration *declaration, prb_date as_of, struct prb_faults *faults,
	struct prb_facts **out);

/*
 * From now on the names of declarations are screened for this asker (1 to 32 bytes, copied), and
 * what they meet is remembered for the next time that the same asker brings them. Nobody else is
 * answered faster for it. An empty span: for nobody, and nothing is remembered or found, as at
 * first.
 */
void prb_gatherer_ask_for(struct prb_gatherer *gatherer, struct prb_span asker);

/* The country of a word (alpha-3, alpha-2, a name in six languages, an alias), as an index into the
 * reference; -1 when none. *assumed is set where the word is ambiguous and a reading was assumed
 * ("Korea" -> KOR). */
int prb_facts_country(struct prb_gatherer *gatherer, struct prb_span word, bool *assumed);
/* The country that may have been meant by a word that names none: the one that has the name
 * nearest to it in any language; -1 where none is near. */
int prb_facts_country_near(struct prb_gatherer *gatherer, struct prb_span word);

#endif
