/* SPDX-License-Identifier: Apache-2.0 */
#include "service/prepared.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "scoring/base/arena.h"

#define SLOTS 4096 /* a power of two; at most half of them are used */
#define TARGET_BYTES_MAX 512
#define BYTES_MAX ((size_t)8 * 1024 * 1024)

struct prb_prepared {
	struct prb_arena *arena;
	struct prb_prepared_answer *slots[SLOTS];
	size_t count;
	int64_t day;
	/* Keyed: nobody outside can choose targets that collide. */
	uint8_t key[crypto_shorthash_KEYBYTES];
};

struct prb_prepared *
prb_prepared_create(void)
{
	struct prb_prepared *p = calloc(1, sizeof *p);

	if (p == NULL)
		return NULL;
	p->arena = prb_arena_create(BYTES_MAX);
	crypto_shorthash_keygen(p->key);
	if (p->arena != NULL)
		return p;
	free(p);
	return NULL;
}

void
prb_prepared_destroy(struct prb_prepared *p)
{
	if (p == NULL)
		return;
	prb_arena_destroy(p->arena);
	free(p);
}

static size_t
first_slot(const struct prb_prepared *p, struct prb_span target)
{
	uint8_t hash[crypto_shorthash_BYTES];
	uint64_t number;

	crypto_shorthash(hash, (const uint8_t *)target.p, target.n, p->key);
	memcpy(&number, hash, sizeof number);
	return (size_t)number & (SLOTS - 1);
}

const struct prb_prepared_answer *
prb_prepared_find(const struct prb_prepared *p, struct prb_span target, int form, int64_t day)
{
	if (day != p->day || target.n > TARGET_BYTES_MAX)
		return NULL;
	for (size_t i = first_slot(p, target); p->slots[i] != NULL; i = (i + 1) & (SLOTS - 1))
		if (p->slots[i]->form == form && prb_span_equal(p->slots[i]->target, target))
			return p->slots[i];
	return NULL;
}

static void
forget(struct prb_prepared *p, int64_t day)
{
	memset(p->slots, 0, sizeof p->slots);
	p->count = 0;
	p->day = day;
	prb_arena_reset(p->arena);
}

void
prb_prepared_forget(struct prb_prepared *p)
{
	forget(p, 0);
}

static bool
copy(struct prb_arena *arena, struct prb_span from, struct prb_span *to)
{
	*to = prb_arena_copy(arena, from);
	return to->p != NULL;
}

void
prb_prepared_keep(struct prb_prepared *p, const struct prb_prepared_answer *answer, int64_t day)
{
	struct prb_prepared_answer *own;
	size_t slot;

	if (answer->target.n > TARGET_BYTES_MAX || answer->body.n > BYTES_MAX / 16)
		return;
	if (day != p->day || p->count >= SLOTS / 2)
		forget(p, day);
	own = prb_arena_array(p->arena, 1, sizeof *own);
	if (own == NULL || !copy(p->arena, answer->target, &own->target) ||
		!copy(p->arena, answer->before, &own->before) ||
		!copy(p->arena, answer->behind, &own->behind) ||
		!copy(p->arena, answer->body, &own->body)) {
		forget(p, day);
		return;
	}
	own->form = answer->form;
	own->route = answer->route;
	slot = first_slot(p, own->target);
	while (p->slots[slot] != NULL)
		slot = (slot + 1) & (SLOTS - 1);
	p->slots[slot] = own;
	p->count++;
}
