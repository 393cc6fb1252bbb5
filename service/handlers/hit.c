/* SPDX-License-Identifier: Apache-2.0 */
#include "service/handlers/hit.h"

#include <string.h>

#include "datasets/facts/decisions.h"

/* What a decision is about. Lives in the desk's arena while the handler runs. */
struct met {
	const struct prb_declaration *declaration;
	const struct prb_facts *facts;
	const struct prb_listing *listing;
	struct prb_hit_party party;
};

/* A fault of the party as it was written out is said of where it stands in the request. */
static void
move_faults(struct prb_faults *faults)
{
	static const char from[] = "/supplier", to[] = "/subject";

	for (size_t i = 0; i < faults->count; i++) {
		char *pointer = faults->items[i].pointer;

		if (strncmp(pointer, from, sizeof from - 1) != 0)
			continue;
		memmove(pointer + sizeof to - 1, pointer + sizeof from - 1,
			strlen(pointer + sizeof from - 1) + 1);
		memcpy(pointer, to, sizeof to - 1);
	}
}

/* As the lists and the declaration have it: what was decided before is left aside. */
static enum prb_err
gather(struct prb_exchange *x, const struct prb_decision_request *request, struct prb_span text,
	struct met *met)
{
	struct prb_declaration *declaration;
	struct prb_facts *facts;
	enum prb_err err = prb_declaration_read(x->desk->arena, text, &x->faults, &declaration);

	if (err == PRB_OK) {
		prb_gatherer_decide(x->desk->gatherer, NULL);
		err = prb_facts_gather(x->desk->gatherer, x->desk->arena, declaration,
			prb_exchange_day(x), &x->faults, &facts);
		prb_gatherer_decide(x->desk->gatherer, &x->desk->decisions);
	}
	if (err != PRB_OK) {
		if (request->declaration.n == 0)
			move_faults(&x->faults);
		return err;
	}
	met->declaration = declaration;
	met->facts = facts;
	return PRB_OK;
}

static const struct prb_listing *
find_listing(const struct prb_decision_request *request, const struct prb_facts *facts)
{
	struct prb_span subject =
		request->declaration.n == 0 ? PRB_SPAN("/supplier/name") : request->pointer;

	for (size_t i = 0; i < facts->listings_count; i++)
		if (prb_span_is(subject, facts->listings[i].subject) &&
			prb_span_is(request->entity, facts->listings[i].entity_id))
			return &facts->listings[i];
	return NULL;
}

static enum prb_err
meet(struct prb_exchange *x, const struct prb_decision_request *request, struct prb_span text,
	struct met *met)
{
	enum prb_err err = gather(x, request, text, met);

	if (err != PRB_OK)
		return err;
	met->listing = find_listing(request, met->facts);
	if (met->listing == NULL)
		return prb_faults_add(&x->faults, PRB_ERR_NOT_POSSIBLE, "/subject",
			"this party does not meet that entry: there is nothing to decide");
	if (met->listing->decision != PRB_HIT_POSSIBLE ||
		!prb_hit_party_of(met->declaration, met->facts, met->listing, &met->party))
		return prb_faults_add(&x->faults, PRB_ERR_NOT_POSSIBLE, "/subject",
			"this party meets that entry for certain (%s): a match is not decided by a "
			"person",
			met->listing->because);
	return PRB_OK;
}

/* A copy that lives until the answer is sent; the empty text where memory ran out, with *failed. */
static struct prb_span
keep(struct prb_exchange *x, const struct prb_str *text, bool *failed)
{
	struct prb_span kept = prb_kept(x->arena, text);

	*failed |= kept.p == NULL;
	return kept;
}

static enum prb_err
write_keys(struct prb_exchange *x, const struct met *met, struct prb_stored_decision *stored)
{
	struct prb_gatherer *g = x->desk->gatherer;
	struct prb_str *text = &x->desk->text;
	bool failed = false;

	prb_hit_write(g, &met->party, met->listing->list, met->listing->entity_id,
		met->listing->entity, text);
	stored->hit = keep(x, text, &failed);
	prb_hit_write_name(g, met->party.name, text);
	stored->name = keep(x, text, &failed);
	prb_str_reset(text);
	prb_str_add_text(text, met->listing->entity_id);
	stored->entity = keep(x, text, &failed);
	return failed ? PRB_ERR_MEMORY : PRB_OK;
}

/* What the document says of the hit. */
static void
describe(struct prb_exchange *x, const struct met *met, struct prb_decision_text *text)
{
	const struct prb_reference *reference = prb_release_reference(x->desk->release);

	text->name = met->party.name;
	text->city = met->party.city;
	text->address = met->party.address;
	text->country = met->party.country < 0
				? PRB_SPAN("")
				: prb_span_of(reference->countries[met->party.country].iso3);
	text->list = prb_span_of(met->listing->list);
	text->edition = prb_span_of(met->listing->edition);
	text->entity_id = prb_span_of(met->listing->entity_id);
	text->entity = prb_span_of(met->listing->entity);
}

enum prb_err
prb_hit_find(struct prb_exchange *x, const struct prb_decision_request *request,
	struct prb_span text, struct prb_stored_decision *stored,
	struct prb_decision_text *document)
{
	struct met met = {.listing = NULL};
	enum prb_err err = meet(x, request, text, &met);

	if (err != PRB_OK)
		return err;
	describe(x, &met, document);
	return write_keys(x, &met, stored);
}
