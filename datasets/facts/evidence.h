/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_FACTS_EVIDENCE_H
#define PRB_FACTS_EVIDENCE_H

/*
 * What a supplier says in its own favour and others may confirm (scoring/METHOD.md, "Who
 * declares"), as texts that a decision is kept under.
 *
 * A decision is about one statement: who states it (name as folded for lookups, country, place,
 * region and identifiers), the sites that it speaks of as they are declared, and the statement
 * itself with its free text. A finding of one site speaks of that site, everything else of all of
 * them; "no labour transfer" also of the products, as it clears a scope only together with the
 * province that they come from. All must be the same for a decision to count again, in whichever
 * declaration: it lapses rather than reaching too far.
 */

#include "datasets/facts/gather.h"

enum prb_stated { PRB_STATED_FINDING, PRB_STATED_CONTROL, PRB_STATED_WORKFORCE };

struct prb_statement_text {
	enum prb_stated about;
	size_t index; /* of the finding or control; enum prb_statement */
	char pointer[PRB_EVIDENCE_POINTER_BYTES]; /* into the declaration */
	struct prb_span supplier; /* what any statement of this supplier begins with */
	struct prb_span whole;    /* what a decision is kept under */
	/* What a report names it by: without the free text, which may name somebody and can be
	 * guessed, and with the pointer, which parts statements that are alike but for it. */
	struct prb_span plain;
};

/* Calls for each statement of a declaration that can be confirmed, in the order of the declaration;
 * the texts are borrowed for the call. Ends at the first error and returns it; PRB_ERR_MEMORY. */
enum prb_err prb_statements_each(struct prb_gatherer *gatherer, struct prb_arena *arena,
	const struct prb_declaration *declaration, const struct prb_facts *facts,
	prb_sha256_fn sha256,
	enum prb_err (*each)(void *context, const struct prb_statement_text *statement),
	void *context);

/* Replaces the text of `out` by prb_statement_text.supplier. */
void prb_statement_write_supplier(struct prb_gatherer *gatherer,
	const struct prb_declaration *declaration, const struct prb_facts *facts,
	struct prb_str *out);

#endif
