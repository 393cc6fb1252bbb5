/* SPDX-License-Identifier: Apache-2.0 */
#include "service/handlers/scored.h"

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
	struct prb_declaration *declaration;
	struct prb_facts *facts;
	struct prb_result *result;
	enum prb_err err;

	x->faults.count = x->faults.dropped = 0;
	err = prb_declaration_read(x->arena, json, &x->faults, &declaration);
	if (err == PRB_OK)
		err = prb_facts_gather(x->desk->gatherer, x->arena, declaration, options.as_of,
			&x->faults, &facts);
	if (err == PRB_OK)
		err = prb_chain_load(x, declaration, &options, &options.book);
	if (err == PRB_OK)
		err = prb_score(x->arena, prb_release_reference(x->desk->release), declaration,
			facts, &options, &x->faults, &result);
	if (err == PRB_OK)
		*out = result;
	return err;
}
