/* SPDX-License-Identifier: Apache-2.0 */
/* Paths of tiles, of which each has one spelling, and how wide a tile is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "scoring/log/tile.h"

#define ROWS(table) (sizeof(table) / sizeof(table)[0])

static const struct {
	const char *path;
	struct prb_tile tile; /* width 0: refused */
} paths[] = {
	{"0/000", {false, 0, 0, 256}},
	{"0/x001/x234/067", {false, 0, 1234067, 256}}, /* the example of tlog-tiles */
	{"0/x001/x234/067.p/8", {false, 0, 1234067, 8}},
	{"63/999.p/255", {false, 63, 999, 255}},
	{"entries/x273/000.p/112", {true, 0, 273000, 112}},
	{"0/x036/x028/x797/x018/x963/967", {false, 0, INT64_MAX >> 8, 256}},
	{"0/x036/x028/x797/x018/x963/968", {false, 0, 0, 0}},
	{"0/x999/x999/x999/x999/x999/999", {false, 0, 0, 0}},
	{"0/x001/x999/x999/x999/x999/x999/999", {false, 0, 0, 0}},
	{"", {false, 0, 0, 0}},
	{"0", {false, 0, 0, 0}},
	{"0/", {false, 0, 0, 0}},
	{"/000", {false, 0, 0, 0}},
	{"0/0", {false, 0, 0, 0}},
	{"0/00", {false, 0, 0, 0}},
	{"0/0000", {false, 0, 0, 0}},
	{"0/1000", {false, 0, 0, 0}},
	{"0/x000/001", {false, 0, 0, 0}},
	{"0/x001", {false, 0, 0, 0}},
	{"0/x001/", {false, 0, 0, 0}},
	{"0/001/002", {false, 0, 0, 0}},
	{"0/x001/x002", {false, 0, 0, 0}},
	{"0/X001/002", {false, 0, 0, 0}},
	{"0/-01", {false, 0, 0, 0}},
	{"0/+01", {false, 0, 0, 0}},
	{"0/ 01", {false, 0, 0, 0}},
	{"64/000", {false, 0, 0, 0}},
	{"00/000", {false, 0, 0, 0}},
	{"-0/000", {false, 0, 0, 0}},
	{"01/000", {false, 0, 0, 0}},
	{"data/000", {false, 0, 0, 0}},
	{"entries", {false, 0, 0, 0}},
	{"entries/0/000", {false, 0, 0, 0}},
	{"0/000.p", {false, 0, 0, 0}},
	{"0/000.p/", {false, 0, 0, 0}},
	{"0/000.p/0", {false, 0, 0, 0}},
	{"0/000.p/-0", {false, 0, 0, 0}},
	{"0/000.p/01", {false, 0, 0, 0}},
	{"0/000.p/256", {false, 0, 0, 0}},
	{"0/000.p/1.p/1", {false, 0, 0, 0}},
	{"0/000.p/1/", {false, 0, 0, 0}},
	{"0/000.p/1x", {false, 0, 0, 0}},
	{"0/000/..", {false, 0, 0, 0}},
};

static void
spellings(void **state)
{
	struct prb_str out;

	(void)state;
	prb_str_init(&out, PRB_TILE_PATH_BYTES_MAX);
	for (size_t i = 0; i < ROWS(paths); i++) {
		const struct prb_tile *wanted = &paths[i].tile;
		struct prb_tile tile = {.width = 999};

		if (prb_tile_path_read(prb_span_of(paths[i].path), &tile) != (wanted->width > 0))
			fail_msg("%s", paths[i].path);
		if (wanted->width == 0) {
			assert_int_equal(tile.width, 999);
			continue;
		}
		assert_int_equal(tile.entries, wanted->entries);
		assert_int_equal(tile.level, wanted->level);
		assert_int_equal(tile.index, wanted->index);
		assert_int_equal(tile.width, wanted->width);
		prb_str_reset(&out);
		prb_tile_path_write(&tile, &out);
		assert_string_equal(out.p, paths[i].path);
	}
	prb_str_finish(&out);
}

static void
widths(void **state)
{
	static const struct {
		uint64_t size;
		unsigned level;
		uint64_t index;
		unsigned wanted;
	} rows[] = {/* The example of tlog-tiles: 70,000 entries. */
		{70000, 0, 0, 256}, {70000, 0, 272, 256}, {70000, 0, 273, 112}, {70000, 0, 274, 0},
		{70000, 1, 0, 256}, {70000, 1, 1, 17}, {70000, 1, 2, 0}, {70000, 2, 0, 1},
		{70000, 2, 1, 0}, {70000, 3, 0, 0}, {0, 0, 0, 0}, {1, 0, 0, 1}, {255, 0, 0, 255},
		{256, 0, 0, 256}, {256, 0, 1, 0}, {256, 1, 0, 1}, {257, 0, 1, 1},
		{INT64_MAX, 0, INT64_MAX >> 8, 255}, {INT64_MAX, 7, 0, 127}, {INT64_MAX, 8, 0, 0},
		{INT64_MAX, 63, 0, 0}, {INT64_MAX, 0, UINT64_MAX, 0}};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		if (prb_tile_width(rows[i].size, rows[i].level, rows[i].index) != rows[i].wanted)
			fail_msg("row %zu", i);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spellings),
		cmocka_unit_test(widths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
