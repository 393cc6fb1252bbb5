/* SPDX-License-Identifier: Apache-2.0 */
/* A counting of what is stored: each declaration once, whatever memory there is. */
#include "service/statistics/counting.h"

#include "service/statistics/suppress.h"
#include "tests/unit/state_support.h"

#define DECLARATIONS 40
#define MAP_BYTES ((uint64_t)16 * 1024 * 1024)
#define AFTER_ALL_MS 1800000000000

static char dir[STATE_PATH_BYTES];

static int
remove_dir(void **state)
{
	(void)state;
	state_remove();
	return 0;
}

/* A walk that makes no way is ended. */
static bool
pause_no_more(void *context, int64_t ms)
{
	size_t *left = context;

	(void)ms;
	return (*left)-- == 0;
}

static uint64_t
total_of(const struct prb_tally *tally)
{
	struct prb_table *table = prb_table_create(tally, PRB_BY_NOTHING, PRB_BY_NOTHING, 1);
	uint64_t total;

	assert_non_null(table);
	total = table->total.count.declarations;
	prb_table_destroy(table);
	return total;
}

/* With memory for sixteen declarations at once, for some, for one, for none. */
static void
each_is_counted_once_in_any_memory(void **unused)
{
	struct prb_state *state;
	struct prb_state_reader *reader;
	bool was_whole = false, was_too_small = false;

	(void)unused;
	state_path(dir, "counting");
	state = state_make(dir, MAP_BYTES);
	assert_int_equal(state_put_batch(state, 0, DECLARATIONS), PRB_OK);
	assert_int_equal(prb_state_reader_create(state, &reader), PRB_OK);
	for (size_t bytes = 1024; bytes < 1024 * 1024; bytes += bytes / 8) {
		size_t left = (size_t)4 * DECLARATIONS;
		const struct prb_counting counting = {.reader = reader,
			.before_ms = AFTER_ALL_MS,
			.arena_bytes_max = bytes,
			.pause = pause_no_more,
			.context = &left};
		struct prb_tally *tally = NULL;
		enum prb_err err = prb_count_stored(&counting, &tally);

		if (err == PRB_OK)
			assert_int_equal(total_of(tally), DECLARATIONS);
		else
			assert_int_equal(err, PRB_ERR_MEMORY);
		was_whole = was_whole || err == PRB_OK;
		was_too_small = was_too_small || err != PRB_OK;
		prb_tally_destroy(tally);
	}
	assert_true(was_whole && was_too_small);
	prb_state_reader_destroy(reader);
	prb_state_close(state);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(each_is_counted_once_in_any_memory, remove_dir),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
