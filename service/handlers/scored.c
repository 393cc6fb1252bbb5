/* SPDX-License-Identifier: Apache-2.0 */
#include "service/handlers/scored.h"

#include <string.h>

#include "datasets/store/release.h"
#include "service/handlers/chain.h"

static_assert((int)PRB_ROLE_SUPPLIER == (int)PRB_SUPPLIER &&
		      (int)PRB_ROLE_COMPANY == (int)PRB_COMPANY &&
		      (int)PRB_ROLE_OFFICER == (int)PRB_OFFICER &&
		      (int)PRB_ROLE_AUDITOR == (int)PRB_AUDITOR,
	"a role that declares has the number of its declarant");

/* {"declarant":"supplier", and what followed the bracket: a declaration that was read is an object
 * with members. PRB_SPAN_NONE without memory. */
static struct prb_span
with_declarant(struct prb_arena *arena, struct prb_span json, const char *declarant)
{
	static const char before[] = "{\"declarant\":\"", behind[] = "\",";
	const char *open = memchr(json.p, '{', json.n);
	size_t n = strlen(declarant), rest = (size_t)(json.p + json.n - open) - 1;
	size_t all = sizeof before - 1 + n + sizeof behind - 1 + rest;
	char *text = prb_arena_alloc(arena, all), *at = text;

	if (text == NULL)
		return PRB_SPAN_NONE;
	memcpy(at, before, sizeof before - 1);
	at += sizeof before - 1;
	memcpy(at, declarant, n);
	at += n;
	memcpy(at, behind, sizeof behind - 1);
	at += sizeof behind - 1;
	memcpy(at, open + 1, rest);
	return (struct prb_span){text, all};
}

/* The declaration as the caller's role says it. */
static enum prb_err
read_sent(struct prb_exchange *x, struct prb_span json, struct prb_declaration **out)
{
	const struct prb_role_facts *role = prb_role_of(x->caller.role);
	struct prb_declaration *declaration = NULL;
	enum prb_err err = prb_declaration_read(x->arena, json, &x->faults, &declaration);

	if (err == PRB_OK && role != NULL) {
		if (declaration->declarant == PRB_DECLARANT_NONE &&
			role->role != PRB_ROLE_COMPANY) {
			json = with_declarant(x->arena, json, role->name);
			if (json.p == NULL)
				return PRB_ERR_MEMORY;
			err = prb_declaration_read(x->arena, json, &x->faults, &declaration);
		} else if (declaration->declarant > PRB_SUPPLIER &&
			   (int)declaration->declarant != (int)role->role)
			return prb_faults_add(&x->faults, PRB_ERR_VALUE, "/declarant",
				"this key declares as %s%s", role->name,
				role->role == PRB_ROLE_SUPPLIER
					? ""
					: ", or passes on what a supplier declares");
	}
	if (err == PRB_OK)
		*out = declaration;
	return err;
}

static enum prb_err
score(struct prb_exchange *x, struct prb_declaration *declaration, const uint8_t *salt,
	const char *id, const struct prb_result **out)
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
	struct prb_facts *facts;
	struct prb_result *result;
	enum prb_err err;

	/* Not even by the time it takes may one holder learn which names another has screened;
	 * nobody in particular has no memory. */
	memcpy(asker, &x->caller.tenant, sizeof x->caller.tenant);
	memcpy(asker + sizeof x->caller.tenant, x->caller.holder, sizeof x->caller.holder);
	if (x->caller.kind != PRB_CALLER_NOBODY)
		prb_gatherer_ask_for(x->desk->gatherer, (struct prb_span){asker, sizeof asker});
	err = prb_facts_gather(
		x->desk->gatherer, x->arena, declaration, options.as_of, &x->faults, &facts);
	prb_gatherer_ask_for(x->desk->gatherer, PRB_SPAN_NONE);
	if (err == PRB_OK)
		err = prb_chain_load(x, declaration, &options, &options.book);
	if (err == PRB_OK)
		err = prb_score(x->arena, prb_release_reference(x->desk->release), declaration,
			facts, &options, &x->faults, &result);
	if (err == PRB_OK)
		*out = result;
	return err;
}

enum prb_err
prb_scored(struct prb_exchange *x, struct prb_span json, const uint8_t *salt, const char *id,
	const struct prb_result **out)
{
	struct prb_declaration *declaration = NULL;
	enum prb_err err;

	x->faults.count = x->faults.dropped = 0;
	err = read_sent(x, json, &declaration);
	return err == PRB_OK ? score(x, declaration, salt, id, out) : err;
}

enum prb_err
prb_scored_again(struct prb_exchange *x, struct prb_span json, const uint8_t *salt, const char *id,
	const struct prb_result **out)
{
	struct prb_declaration *declaration = NULL;
	enum prb_err err;

	x->faults.count = x->faults.dropped = 0;
	err = prb_declaration_read(x->arena, json, &x->faults, &declaration);
	return err == PRB_OK ? score(x, declaration, salt, id, out) : err;
}
