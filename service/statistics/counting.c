/* SPDX-License-Identifier: Apache-2.0 */
#include "service/statistics/counting.h"

#include <sodium.h>

#include "service/log/timer.h"
#include "service/statistics/reading.h"
#include "service/statistics/suppress.h"

#define DAY_MS ((int64_t)24 * 60 * 60 * 1000)
#define CHUNK 16 /* declarations of one look into the journal */

struct walk {
	const struct prb_counting *counting;
	struct prb_arena *arena;
	struct prb_tally *tally, *fresh; /* what is shown, and what came since */
	int64_t as_of_ms, until_ms;      /* the midnights of both */
	uint8_t key[PRB_COUNTED_KEY_BYTES];
	struct prb_counted counted[CHUNK];
	int64_t time_ms[CHUNK];
	size_t count;
};

struct look {
	size_t organisations_min;
	bool is_safe;
};

static void
look_at(void *context, const struct prb_tally_cell *all)
{
	struct look *look = context;

	look->is_safe = prb_cell_is_safe(&all->count, look->organisations_min);
}

/* A midnight: what came since the last is shown with the rest, or waits for more. */
static enum prb_err
end_day(struct walk *w)
{
	struct look look = {w->counting->organisations_min, false};
	struct prb_tally *empty;
	enum prb_err err;

	prb_tally_each(w->fresh, PRB_BY_NOTHING, PRB_BY_NOTHING, look_at, &look);
	if (!look.is_safe)
		return PRB_OK;
	empty = prb_tally_create();
	if (empty == NULL)
		return PRB_ERR_MEMORY;
	err = prb_tally_merge(w->tally, w->fresh);
	prb_tally_destroy(w->fresh);
	w->fresh = empty;
	w->as_of_ms = w->until_ms;
	return err;
}

static enum prb_err
add(struct walk *w, const struct prb_counted *counted, int64_t time_ms)
{
	int64_t until_ms = time_ms - time_ms % DAY_MS + DAY_MS;
	enum prb_err err = PRB_OK;

	if (until_ms > w->until_ms) {
		err = end_day(w);
		w->until_ms = until_ms;
	}
	return err == PRB_OK ? prb_tally_add(w->fresh, counted) : err;
}

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
		if (page[i].time_ms < w->counting->before_ms) {
			w->time_ms[w->count] = page[i].time_ms;
			err = prb_counted_read(w->arena, &page[i], w->key, &w->counted[w->count++]);
		}
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
			err = add(w, &w->counted[i], w->time_ms[i]);
		if (err != PRB_OK)
			return err;
		if (w->counting->pause(w->counting->context, prb_timer_now_ms() - began))
			return PRB_ERR_BUSY;
	} while (next != 0);
	return end_day(w);
}

enum prb_err
prb_count_stored(const struct prb_counting *counting, struct prb_tally **out, int64_t *as_of_ms)
{
	struct walk w = {.counting = counting, .as_of_ms = counting->before_ms};
	enum prb_err err = PRB_ERR_MEMORY;

	randombytes_buf(w.key, sizeof w.key);
	w.arena = prb_arena_create(counting->arena_bytes_max);
	w.tally = prb_tally_create();
	w.fresh = prb_tally_create();
	if (w.arena != NULL && w.tally != NULL && w.fresh != NULL)
		err = walk(&w);
	prb_arena_destroy(w.arena);
	prb_tally_destroy(w.fresh);
	if (err != PRB_OK) {
		prb_tally_destroy(w.tally);
		return err;
	}
	*out = w.tally;
	*as_of_ms = w.as_of_ms;
	return PRB_OK;
}
