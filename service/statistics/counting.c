/* SPDX-License-Identifier: Apache-2.0 */
#include "service/statistics/counting.h"

#include <sodium.h>

#include "service/log/timer.h"
#include "service/statistics/reading.h"

#define CHUNK 16 /* declarations of one look into the journal */

struct walk {
	const struct prb_counting *counting;
	struct prb_arena *arena;
	struct prb_tally *tally;
	uint8_t key[PRB_COUNTED_KEY_BYTES];
	struct prb_counted counted[CHUNK];
	size_t count;
};

/* One look into the journal: fills `counted`. *next 0: that was all. On failure *next is as it was,
 * so that the same declarations can be read again, and nothing of them was counted. */
static enum prb_err
read_chunk(struct walk *w, uint64_t from, size_t max, uint64_t *next)
{
	struct prb_stored_declaration page[CHUNK];
	uint64_t behind = 0;
	size_t count = 0;
	enum prb_err err;

	prb_arena_reset(w->arena);
	w->count = 0;
	err = prb_find_all_declarations(
		w->counting->reader, from, max, w->arena, page, &count, &behind);
	for (size_t i = 0; err == PRB_OK && i < count; i++)
		if (page[i].time_ms < w->counting->before_ms)
			err = prb_counted_read(w->arena, &page[i], w->key, &w->counted[w->count++]);
	if (err == PRB_OK)
		*next = behind;
	return err;
}

static enum prb_err
walk(struct walk *w)
{
	uint64_t next = 0;

	do {
		int64_t began = prb_timer_now_ms();
		enum prb_err err = read_chunk(w, next, CHUNK, &next);

		/* Large ones, one by one. */
		if (err == PRB_ERR_MEMORY)
			err = read_chunk(w, next, 1, &next);
		/* A tally that has no memory has counted halves: it goes, with this counting. */
		for (size_t i = 0; err == PRB_OK && i < w->count; i++)
			err = prb_tally_add(w->tally, &w->counted[i]);
		if (err != PRB_OK)
			return err;
		if (w->counting->pause(w->counting->context, prb_timer_now_ms() - began))
			return PRB_ERR_BUSY;
	} while (next != 0);
	return PRB_OK;
}

enum prb_err
prb_count_stored(const struct prb_counting *counting, struct prb_tally **out)
{
	struct walk w = {.counting = counting};
	enum prb_err err = PRB_ERR_MEMORY;

	randombytes_buf(w.key, sizeof w.key);
	w.arena = prb_arena_create(counting->arena_bytes_max);
	w.tally = prb_tally_create();
	if (w.arena != NULL && w.tally != NULL)
		err = walk(&w);
	prb_arena_destroy(w.arena);
	if (err == PRB_OK)
		*out = w.tally;
	else
		prb_tally_destroy(w.tally);
	return err;
}
