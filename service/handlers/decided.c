/* SPDX-License-Identifier: Apache-2.0 */
#include "service/handlers/decided.h"

#include <string.h>

#include "service/handlers/decision_text.h"

enum prb_err
prb_decided_newest(struct prb_desk *desk, struct prb_arena *arena, struct prb_span hit,
	struct prb_stored_decision *out)
{
	size_t count;
	enum prb_err err = prb_find_decisions(desk->state_reader, desk->decisions_tenant,
		PRB_DECIDED_HIT, hit, 0, 1, arena, out, &count);

	return err == PRB_OK && count == 0 ? PRB_ERR_NOT_FOUND : err;
}

/* Of whatever a decision is kept under: *out without its hash. */
static enum prb_err
find(void *context, struct prb_span about, struct prb_decided *out)
{
	static const uint8_t decisions[] = {[PRB_VERDICT_SAME] = PRB_HIT_MATCH,
		[PRB_VERDICT_DIFFERENT] = PRB_HIT_DIFFERENT,
		[PRB_VERDICT_CONFIRMED] = PRB_DECIDED_CONFIRMED};
	struct prb_desk *desk = context;
	struct prb_stored_decision stored;
	struct prb_decision_text text;
	enum prb_err err;

	prb_arena_reset(desk->look);
	err = prb_decided_newest(desk, desk->look, about, &stored);
	if (err == PRB_OK)
		err = prb_decision_text_read(desk->look, stored.decision, &text);
	if (err != PRB_OK)
		return err;
	if (text.verdict == PRB_VERDICT_UNDECIDED)
		return PRB_ERR_NOT_FOUND;
	if (text.decided_at.n != sizeof out->at - 1)
		return PRB_ERR_STATE_DAMAGED;
	memcpy(out->id, text.id.p, sizeof out->id - 1);
	memcpy(out->at, text.decided_at.p, sizeof out->at - 1);
	out->id[sizeof out->id - 1] = out->at[sizeof out->at - 1] = '\0';
	out->decision = decisions[text.verdict];
	return PRB_OK;
}

static enum prb_err
find_statement(void *context, const struct prb_statement_text *statement, struct prb_decided *out)
{
	return find(context, statement->whole, out);
}

/* All decisions about a supplier's statements are found by it, as those about an entry are by the
 * entry's id. */
static enum prb_err
any_statement(void *context, struct prb_span supplier)
{
	struct prb_desk *desk = context;
	struct prb_stored_decision stored;
	size_t count;
	enum prb_err err;

	prb_arena_reset(desk->look);
	err = prb_find_decisions(desk->state_reader, desk->decisions_tenant, PRB_DECIDED_ENTITY,
		supplier, 0, 1, desk->look, &stored, &count);
	return err == PRB_OK && count == 0 ? PRB_ERR_NOT_FOUND : err;
}

void
prb_decided_attach(struct prb_desk *desk, const struct prb_service *service)
{
	desk->decisions = (struct prb_decision_source){
		find, service->sha256, desk, find_statement, any_statement};
	prb_gatherer_decide(desk->gatherer, &desk->decisions);
}

void
prb_decided_for(struct prb_desk *desk, const struct prb_exchange *x)
{
	desk->decisions_tenant = x->caller.tenant;
}
