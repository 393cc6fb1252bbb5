/* SPDX-License-Identifier: Apache-2.0 */
/* Places of the status lists: none is given twice, whoever draws, and those that are taken are not
 * given at all. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "service/status_pool.h"
#include "tests/unit/state_support.h"

#define ENTRIES PRB_STATE_STATUS_ENTRIES
#define THREADS 4
#define LISTS 4

/* How often each place was given. */
static _Atomic uint8_t given[LISTS][ENTRIES];
static atomic_uint odd;

static struct prb_state *
open_state(char path[STATE_PATH_BYTES], const char *name)
{
	state_path(path, name);
	return state_make(path, 0);
}

static void
note(const struct prb_stored_place *place)
{
	if (place->list == 0 || place->list >= LISTS || place->index >= ENTRIES)
		atomic_fetch_add(&odd, 1);
	else
		atomic_fetch_add(&given[place->list][place->index], 1);
}

struct drawing {
	struct prb_status_pool *pool;
	size_t count;
};

static void *
draw(void *argument)
{
	const struct drawing *d = argument;
	struct prb_stored_place place;

	for (size_t i = 0; i < d->count; i++) {
		prb_status_pool_draw(d->pool, &place);
		note(&place);
		/* What was drawn from a list is never above the newest. */
		if (place.list > prb_status_pool_newest(d->pool))
			atomic_fetch_add(&odd, 1);
	}
	return NULL;
}

/* Two lists and a half by four threads at once: each place once, list by list. */
static void
each_place_once(void **state)
{
	char path[STATE_PATH_BYTES];
	struct prb_state *kept = open_state(path, "pool");
	const size_t all = (size_t)ENTRIES * 5 / 2;
	struct drawing d = {.count = all / THREADS};
	pthread_t threads[THREADS];
	size_t third = 0;

	(void)state;
	memset(given, 0, sizeof given);
	atomic_store(&odd, 0);
	assert_int_equal(prb_status_pool_create(kept, &d.pool), PRB_OK);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, draw, &d), 0);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(atomic_load(&odd), 0);
	for (size_t i = 0; i < ENTRIES; i++) {
		assert_int_equal(given[1][i], 1);
		assert_int_equal(given[2][i], 1);
		assert_in_range(given[3][i], 0, 1);
		third += given[3][i];
	}
	assert_int_equal(third, all - 2 * (size_t)ENTRIES);
	prb_status_pool_destroy(d.pool);
	prb_state_close(kept);
}

/* Neither in order, nor in the same order twice. A fair shuffle of 131,072 leaves one place where
 * it was, on average, and 64 are beyond reach. */
static void
nobody_can_guess_the_next(void **state)
{
	char path[STATE_PATH_BYTES];
	struct prb_state *kept = open_state(path, "order");
	struct prb_status_pool *pools[2];
	struct prb_stored_place a, b;
	size_t same = 0, in_order = 0, low = 0;

	(void)state;
	assert_int_equal(prb_status_pool_create(kept, &pools[0]), PRB_OK);
	assert_int_equal(prb_status_pool_create(kept, &pools[1]), PRB_OK);
	for (size_t i = 0; i < ENTRIES; i++) {
		prb_status_pool_draw(pools[0], &a);
		prb_status_pool_draw(pools[1], &b);
		assert_int_equal(a.list, 1);
		same += a.index == b.index;
		in_order += a.index == i;
		low += i < ENTRIES / 2 && a.index < ENTRIES / 2;
	}
	assert_true(same < 64);
	assert_true(in_order < 64);
	/* 32,768 on average, with a standard deviation of 91 (hypergeometric). */
	assert_in_range(low, 32768 - 1000, 32768 + 1000);
	prb_status_pool_destroy(pools[0]);
	prb_status_pool_destroy(pools[1]);
	prb_state_close(kept);
}

/* What stands in the journal is not given again, and the newest list goes on. */
static void
what_is_taken_is_not_given(void **state)
{
	char path[STATE_PATH_BYTES];
	struct prb_state *kept = open_state(path, "taken");
	struct prb_stored_declaration stored[3];
	static const struct prb_stored_place taken[3] = {{1, 7}, {2, 0}, {2, ENTRIES - 1}};
	struct state_writing w;
	struct prb_status_pool *pool;
	struct prb_stored_place place;

	(void)state;
	state_writing_begin(&w, kept);
	for (size_t i = 0; i < 3; i++) {
		stored[i] = state_declaration(i);
		stored[i].status = taken[i];
		assert_int_equal(state_put_declaration(&w, &stored[i]), PRB_OK);
	}
	state_writing_end(&w);
	assert_int_equal(prb_status_pool_create(kept, &pool), PRB_OK);
	assert_int_equal(prb_status_pool_newest(pool), 2);
	for (size_t i = 0; i < ENTRIES - 2; i++) {
		prb_status_pool_draw(pool, &place);
		assert_int_equal(place.list, 2);
		assert_in_range(place.index, 1, ENTRIES - 2);
	}
	prb_status_pool_draw(pool, &place);
	assert_int_equal(place.list, 3);
	assert_int_equal(prb_status_pool_newest(pool), 3);
	prb_status_pool_destroy(pool);
	prb_state_close(kept);
}

static int
tear_down(void **state)
{
	(void)state;
	state_remove();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(each_place_once, tear_down),
		cmocka_unit_test_teardown(nobody_can_guess_the_next, tear_down),
		cmocka_unit_test_teardown(what_is_taken_is_not_given, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
