/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as the path of a tile: what is read lies within its bounds and is written as it was. */
#include <stdio.h>
#include <stdlib.h>

#include "scoring/log/tile.h"
#include "scoring/log/tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool kept, const char *promise)
{
	if (kept)
		return;
	fprintf(stderr, "broken: %s\n", promise);
	abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct prb_span path = {(const char *)data, size};
	struct prb_tile tile = {.width = 999};
	struct prb_str out;

	if (!prb_tile_path_read(path, &tile)) {
		require(tile.width == 999, "a refusal leaves what was there");
		return 0;
	}
	require(tile.width >= 1 && tile.width <= PRB_TILE_HASHES, "a width is 1 to 256");
	require(tile.level <= PRB_TILE_LEVEL_MAX && (!tile.entries || tile.level == 0),
		"a level is 0 to 63");
	require(tile.index <= PRB_TREE_SIZE_MAX / PRB_TILE_HASHES, "an index is within a tree");
	prb_str_init(&out, PRB_TILE_PATH_BYTES_MAX);
	prb_tile_path_write(&tile, &out);
	require(!out.failed && prb_span_equal(prb_str_span(&out), path), "a path has one spelling");
	prb_str_finish(&out);
	return 0;
}
