/* SPDX-License-Identifier: Apache-2.0 */
#include "service/handlers/scored.h"

#include <string.h>

#include "datasets/store/release.h"
#include "service/handlers/chain.h"

enum prb_err
prb_scored(struct prb_exchange *x, struct prb_span json, const uint8_t *salt, const char *id,
	const struct prb_result **out)
{
	struct prb_score_options options = {
		.as_of = prb_exchange_day(x),
		.declarant = PRB_COMPANY,
		.sha256 = x->service->sha256,
		.salt = salt,
		.declaration_id = id,
		.scratch = &x->desk->scratch,
	};
	char asker[sizeof x->caller.tenant + sizeof x->caller.holder];
	struct prb_declaration *declaration;
	struct prb_facts *facts;
	struct prb_result *result;
	enum prb_err err;

	x->faults.count = x->faults.dropped = 0;
	/* Not even by the time it takes may one holder learn which names another has screened. */
	memcpy(asker, &x->caller.tenant, sizeof x->caller.tenant);
	memcpy(asker + sizeof x->caller.tenant, x->caller.holder, sizeof x->caller.holder);
	prb_gatherer_ask_for(x->desk->gatherer, (struct prb_span){asker, sizeof asker});
	err = prb_declaration_read(x->arena, json, &x->faults, &declaration);
	if (err == PRB_OK)
		err = prb_facts_gather(x->desk->gatherer, x->arena, declaration, options.as_of,
			&x->faults, &facts);
	prb_gatherer_ask_for(x->desk->gatherer, PRB_SPAN_NONE);
	if (err == PRB_OK)
		err = prb_chain_load(x, declaration, &options, &options.book);
	if (err == PRB_OK)
		err = prb_score(x->arena, prb_release_reference(x->service->release), declaration,
			facts, &options, &x->faults, &result);
	if (err == PRB_OK)
		*out = result;
	return err;
}
