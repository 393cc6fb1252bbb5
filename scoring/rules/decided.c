/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/rules/decided.h"

#include <stdlib.h>
#include <string.h>

#include "scoring/rules/upstream.h"

struct collecting {
	struct prb_arena *arena;
	const struct prb_decided **items;
	size_t count, room;
	bool failed;
};

static void
add(struct collecting *c, const struct prb_decided *decided)
{
	if (c->count == c->room) {
		size_t room = c->room == 0 ? 16 : 2 * c->room;
		const struct prb_decided **grown = prb_arena_array(c->arena, room, sizeof *grown);

		if (grown == NULL) {
			c->failed = true;
			return;
		}
		for (size_t i = 0; i < c->count; i++)
			grown[i] = c->items[i];
		c->items = grown;
		c->room = room;
	}
	c->items[c->count++] = decided;
}

static void
add_listings(struct collecting *c, const struct prb_listing *listings, size_t count)
{
	for (size_t i = 0; i < count && !c->failed; i++)
		if (listings[i].decided != NULL)
			add(c, listings[i].decided);
}

static void
add_evidence(struct collecting *c, const struct prb_decided *const *evidence, size_t count)
{
	for (size_t i = 0; i < count && !c->failed; i++)
		add(c, evidence[i]);
}

static void
add_reached(void *context, const struct prb_chain_party *party)
{
	add_listings(context, party->listings, party->listings_count);
	add_evidence(context, party->evidence, party->evidence_count);
}

static int
compare_decided(const void *a, const void *b)
{
	const struct prb_decided *const *x = a, *const *y = b;
	int order = strcmp((*x)->hit, (*y)->hit);

	return order != 0 ? order : strcmp((*x)->id, (*y)->id);
}

enum prb_err
prb_decided_collect(struct prb_arena *arena, const struct prb_book *book, struct prb_result *result)
{
	struct collecting c = {.arena = arena};
	size_t kept = 0;
	enum prb_err err;

	add_listings(&c, result->facts->listings, result->facts->listings_count);
	/* Of others' declarations nothing waits to be confirmed. */
	if (result->declarant == PRB_SUPPLIER && result->facts->evidence != NULL)
		add_evidence(&c, result->facts->evidence->all, result->facts->evidence->count);
	err = prb_book_each_reached(arena, book, result->declaration, add_reached, &c);
	if (err != PRB_OK || c.failed)
		return PRB_ERR_MEMORY;
	if (c.count > 1)
		qsort(c.items, c.count, sizeof(const struct prb_decided *), compare_decided);
	for (size_t i = 0; i < c.count; i++)
		if (kept == 0 || compare_decided(&c.items[kept - 1], &c.items[i]) != 0)
			c.items[kept++] = c.items[i];
	result->decided = c.items;
	result->decided_count = kept;
	return PRB_OK;
}

/* Ids of reports hang on these words. */
static const char *
name_word(const struct prb_decided *d)
{
	return d->decision == PRB_DECIDED_CONFIRMED
		       ? prb_decided_word(d)
		       : prb_listing_decision_word((enum prb_listing_decision)d->decision);
}

void
prb_decided_name(const struct prb_result *result, struct prb_str *out)
{
	for (size_t i = 0; i < result->decided_count; i++) {
		const struct prb_decided *d = result->decided[i];

		prb_str_add_text(out, d->hit);
		prb_str_add_text(out, name_word(d));
		prb_str_add_text(out, d->id);
	}
}
