/* SPDX-License-Identifier: Apache-2.0 */
/* A counting of what is stored: each declaration once, whatever memory there is. */
#include "service/statistics/counting.h"

#include "service/statistics/suppress.h"
#include "tests/unit/state_support.h"

#include <stdio.h>

#define DECLARATIONS 40
#define DAY_MS 86400000LL
#define FIRST_DAY_MS (20717 * DAY_MS)
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

/* The n-th declaration, of a supplier of its own. */
static void
put(struct prb_state *state, uint64_t n, uint32_t tenant, int day)
{
	static char report[4096];
	struct prb_stored_declaration stored = state_declaration(n);
	struct state_writing w;
	int length = snprintf(report, sizeof report,
		"{\"supplier\":{\"country\":\"BGD\",\"name\":\"Example "
		"%llu\"},\"text\":\"%02000d\"}",
		(unsigned long long)n, 0);

	stored.tenant = tenant;
	stored.time_ms = FIRST_DAY_MS + day * DAY_MS + (int64_t)n;
	stored.report = (struct prb_span){report, (size_t)length};
	state_writing_begin(&w, state);
	assert_int_equal(state_put_declaration(&w, &stored), PRB_OK);
	state_writing_end(&w);
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
	for (uint64_t n = 0; n < DECLARATIONS; n++)
		put(state, n, PRB_TENANT_OPEN, 0);
	assert_int_equal(prb_state_reader_create(state, &reader), PRB_OK);
	for (size_t bytes = 1024; bytes < 1024 * 1024; bytes += bytes / 8) {
		size_t left = (size_t)4 * DECLARATIONS;
		const struct prb_counting counting = {.reader = reader,
			.before_ms = AFTER_ALL_MS,
			.organisations_min = 1,
			.arena_bytes_max = bytes,
			.pause = pause_no_more,
			.context = &left};
		struct prb_tally *tally = NULL;
		int64_t as_of_ms;
		enum prb_err err = prb_count_stored(&counting, &tally, &as_of_ms);

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

static void
expect(struct prb_state_reader *reader, int before_day, uint64_t total, int as_of_day)
{
	size_t left = 1000;
	const struct prb_counting counting = {.reader = reader,
		.before_ms = FIRST_DAY_MS + before_day * DAY_MS,
		.organisations_min = PRB_CELL_ORGANISATIONS_MIN,
		.arena_bytes_max = (size_t)1024 * 1024,
		.pause = pause_no_more,
		.context = &left};
	struct prb_tally *tally = NULL;
	int64_t as_of_ms;

	assert_int_equal(prb_count_stored(&counting, &tally, &as_of_ms), PRB_OK);
	assert_int_equal(total_of(tally), total);
	assert_int_equal(as_of_ms, FIRST_DAY_MS + as_of_day * DAY_MS);
	prb_tally_destroy(tally);
}

/* Two midnights subtracted never show a few: they wait until enough have come of enough. */
static void
few_new_ones_wait(void **unused)
{
	struct prb_state *state;
	struct prb_state_reader *reader;
	uint32_t tenants[3];
	uint64_t n = 0;

	(void)unused;
	state_path(dir, "waiting");
	state = state_make(dir, MAP_BYTES);
	for (uint64_t i = 0; i < 3; i++)
		tenants[i] = state_found(state, i).tenant;
	for (; n < 9; n++)
		put(state, n, tenants[n % 3], 0);
	put(state, n++, tenants[0], 1); /* a lone one */
	for (; n < 16; n++)
		put(state, n, tenants[1], 2); /* one organisation's */
	put(state, n++, tenants[2], 3);
	for (; n < 21; n++)
		put(state, n, tenants[2], 4); /* 7 are the most that one gave */
	assert_int_equal(prb_state_reader_create(state, &reader), PRB_OK);
	expect(reader, 0, 0, 0);
	expect(reader, 1, 9, 1);
	expect(reader, 2, 9, 1);
	expect(reader, 3, 9, 1);
	expect(reader, 4, 9, 1);
	expect(reader, 5, 21, 5);
	expect(reader, 9, 21, 5);
	prb_state_reader_destroy(reader);
	prb_state_close(state);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(each_is_counted_once_in_any_memory, remove_dir),
		cmocka_unit_test_teardown(few_new_ones_wait, remove_dir),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
