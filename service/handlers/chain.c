/* SPDX-License-Identifier: Apache-2.0 */
#include "service/handlers/chain.h"

#include <string.h>

#include "datasets/store/release.h"
#include "service/handlers/own.h"

#define SLOTS 4096 /* a power of two, some times PRB_CHAIN_FOLLOWED_MAX */

/* Which references were met: a queue in the order of meeting, and a hash table into it. */
struct follower {
	struct prb_exchange *x;
	struct prb_score_options options;
	struct prb_book *book;
	struct prb_faults faults; /* of the stored ones: nobody's to mend here */
	struct prb_id queue[PRB_CHAIN_FOLLOWED_MAX];
	uint16_t slots[SLOTS]; /* index in the queue + 1 */
	size_t count;
};

bool
prb_may_refer(struct prb_span json)
{
	static const char member[] = "\"declaration\"";
	const char *end = json.p + json.n;

	for (const char *p = json.p; p != NULL && p < end; p++) {
		p = memchr(p, '"', (size_t)(end - p));
		if (p == NULL || (size_t)(end - p) < sizeof member - 1)
			return false;
		if (memcmp(p, member, sizeof member - 1) == 0)
			return true;
	}
	return false;
}

/* False when there are too many. What is no id at all refers to nothing. */
static bool
meet(struct follower *f, struct prb_span reference)
{
	struct prb_id id;
	size_t slot;

	if (!prb_id_read(reference, &id))
		return true;
	/* The end of an id is its random part. */
	slot = (size_t)id.bytes[15] | (size_t)id.bytes[14] << 8;
	for (slot %= SLOTS; f->slots[slot] != 0; slot = (slot + 1) % SLOTS)
		if (memcmp(&f->queue[f->slots[slot] - 1], &id, sizeof id) == 0)
			return true;
	if (f->count == PRB_CHAIN_FOLLOWED_MAX)
		return false;
	f->queue[f->count++] = id;
	f->slots[slot] = (uint16_t)f->count;
	return true;
}

static enum prb_err
meet_all(struct follower *f, const struct prb_declaration *d)
{
	for (size_t i = 0; i < d->tiers_count; i++)
		if (!meet(f, d->tiers[i].entry->declaration))
			return prb_faults_add(&f->x->faults, PRB_ERR_RANGE, "/upstream",
				"more than %d declarations are referred to, those counted that "
				"they refer to themselves",
				PRB_CHAIN_FOLLOWED_MAX);
	return PRB_OK;
}

/* One stored declaration, in memory that is used again for the next. */
static enum prb_err
follow(struct follower *f, const struct prb_id *id)
{
	struct prb_desk *desk = f->x->desk;
	struct prb_stored_declaration stored;
	struct prb_declaration *declaration;
	struct prb_facts *facts;
	struct prb_result *result;
	char text[PRB_UUID_BYTES];
	enum prb_err err;

	prb_arena_reset(desk->tier);
	f->faults.count = f->faults.dropped = 0;
	err = prb_own_upstream(f->x, id, desk->tier, &stored);
	if (err != PRB_OK)
		return err == PRB_ERR_NOT_FOUND ? PRB_OK : err;
	prb_id_text(id, text);
	f->options.salt = stored.salt;
	f->options.declaration_id = text;
	err = prb_declaration_read(desk->tier, stored.declaration, &f->faults, &declaration);
	if (err == PRB_OK)
		err = prb_facts_gather(desk->gatherer, desk->tier, declaration, f->options.as_of,
			&f->faults, &facts);
	if (err == PRB_OK)
		err = prb_score(desk->tier, prb_release_reference(f->x->desk->release), declaration,
			facts, &f->options, &f->faults, &result);
	if (err != PRB_OK)
		return err == PRB_ERR_MEMORY ? err : PRB_OK;
	err = prb_book_add(f->book, result, f->options.sha256);
	return err == PRB_OK ? meet_all(f, declaration) : err;
}

enum prb_err
prb_chain_load(struct prb_exchange *x, const struct prb_declaration *declaration,
	const struct prb_score_options *options, const struct prb_book **out)
{
	struct follower *f;
	enum prb_err err;

	*out = NULL;
	if (declaration->tiers_count == 0)
		return PRB_OK;
	f = prb_arena_array(x->arena, 1, sizeof *f);
	if (f == NULL)
		return PRB_ERR_MEMORY;
	f->x = x;
	f->options = *options;
	/* Stored ones name their declarant where it is not the company. */
	f->options.declarant = PRB_COMPANY;
	err = meet_all(f, declaration);
	if (err != PRB_OK || f->count == 0)
		return err;
	f->book = prb_book_create(x->arena, prb_release_reference(x->desk->release), false);
	if (f->book == NULL)
		return PRB_ERR_MEMORY;
	for (size_t i = 0; i < f->count && err == PRB_OK; i++)
		err = follow(f, &f->queue[i]);
	if (err == PRB_OK)
		err = prb_book_solve(f->book, options->sha256);
	if (err == PRB_OK)
		*out = f->book;
	return err;
}
