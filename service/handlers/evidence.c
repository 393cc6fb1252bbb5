/* SPDX-License-Identifier: Apache-2.0 */
#include "service/handlers/evidence.h"

#include "datasets/facts/evidence.h"

bool
prb_evidence_may_confirm(const struct prb_caller *caller)
{
	return caller->kind == PRB_CALLER_OPEN || caller->role == PRB_ROLE_COMPANY ||
	       caller->role == PRB_ROLE_OFFICER || caller->role == PRB_ROLE_AUDITOR;
}

struct wanted {
	struct prb_exchange *x;
	struct prb_span pointer;
	struct prb_stored_decision *stored;
	struct prb_decision_text *document;
	bool is_found;
};

/* The digest names the statement to those who may read it: screen --decisions finds it by that. */
static enum prb_err
take(void *context, const struct prb_statement_text *statement)
{
	struct wanted *w = context;
	uint8_t hash[PRB_SHA256_BYTES];
	char hex[PRB_SHA256_HEX_BYTES];

	if (!prb_span_is(w->pointer, statement->pointer))
		return PRB_OK;
	w->is_found = true;
	w->x->service->sha256(hash, statement->whole.p, statement->whole.n);
	prb_sha256_hex(hash, hex);
	w->stored->hit = prb_arena_copy(w->x->arena, statement->whole);
	w->stored->entity = prb_arena_copy(w->x->arena, statement->supplier);
	w->document->statement = prb_arena_copy(w->x->arena, prb_span_of(hex));
	return w->stored->hit.p == NULL || w->stored->entity.p == NULL ||
			       w->document->statement.p == NULL
		       ? PRB_ERR_MEMORY
		       : PRB_OK;
}

static enum prb_err
take_party(struct prb_exchange *x, const struct prb_declaration *declaration,
	const struct prb_facts *facts, struct prb_stored_decision *stored,
	struct prb_decision_text *document)
{
	const struct prb_reference *reference = prb_release_reference(x->desk->release);

	document->name = declaration->supplier.name;
	document->city = declaration->supplier.city;
	document->address = declaration->supplier.address;
	document->country = prb_span_of(reference->countries[facts->supplier.country].iso3);
	prb_hit_write_name(x->desk->gatherer, declaration->supplier.name, &x->desk->text);
	stored->name = prb_kept(x->arena, &x->desk->text);
	return stored->name.p == NULL ? PRB_ERR_MEMORY : PRB_OK;
}

static enum prb_err
refuse_declarant(struct prb_exchange *x)
{
	return prb_faults_add(&x->faults, PRB_ERR_NOTHING_TO_CONFIRM, "/declaration",
		"somebody other than the supplier declared this: its evidence counts already");
}

enum prb_err
prb_evidence_find(struct prb_exchange *x, const struct prb_decision_request *request,
	struct prb_span text, struct prb_stored_decision *stored,
	struct prb_decision_text *document)
{
	struct wanted w = {x, request->evidence, stored, document, false};
	struct prb_declaration *declaration;
	struct prb_facts *facts;
	enum prb_err err = prb_declaration_read(x->desk->arena, text, &x->faults, &declaration);

	if (err != PRB_OK)
		return err;
	if (declaration->declarant != PRB_SUPPLIER)
		return refuse_declarant(x);
	err = prb_facts_gather(x->desk->gatherer, x->desk->arena, declaration, prb_exchange_day(x),
		&x->faults, &facts);
	if (err == PRB_OK)
		err = prb_statements_each(x->desk->gatherer, x->desk->arena, declaration, facts,
			x->service->sha256, take, &w);
	if (err == PRB_OK && !w.is_found)
		return prb_faults_add(&x->faults, PRB_ERR_NOTHING_TO_CONFIRM, "/evidence",
			"nothing at this place waits to be confirmed: take a finding or control "
			"(/findings/0, /controls/0) or a member of /workforce that the report "
			"lists under `unconfirmed`");
	return err == PRB_OK ? take_party(x, declaration, facts, stored, document) : err;
}
