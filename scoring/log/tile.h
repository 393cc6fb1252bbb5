/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_LOG_TILE_H
#define PRB_LOG_TILE_H

/*
 * Tiles, the layout in which a log is served (C2SP tlog-tiles): 256 hashes of one level, level l
 * being the complete nodes of height 8 l; or 256 entries, each behind its length as 16 bits,
 * big-endian. The tile at the right edge of a published size may be partial.
 */

#include <stdbool.h>
#include <stdint.h>

#include "scoring/base/text.h"

#define PRB_TILE_HASHES 256
#define PRB_TILE_HEIGHT 8
#define PRB_TILE_LEVEL_MAX                                                                         \
	63 /* as the paths of C2SP have it; 7 is the highest that can be full                      \
	    */
#define PRB_TILE_PATH_BYTES_MAX 64

struct prb_tile {
	bool entries;   /* of entries, not of hashes; level is 0 */
	unsigned level; /* of hashes */
	uint64_t index;
	unsigned width; /* 1..256; below 256 it is partial */
};

/* Reads what stands behind "/tile/": "0/x001/234", "0/x001/234.p/7", "entries/000". The one
 * canonical form alone (three digits, x before all groups but the last, no group too many). */
bool prb_tile_path_read(struct prb_span path, struct prb_tile *out);
/* Appends the same. */
void prb_tile_path_write(const struct prb_tile *tile, struct prb_str *out);
/* How many hashes (entries: level 0) the tile has in a tree of that size; 0: there is none. */
unsigned prb_tile_width(uint64_t size, unsigned level, uint64_t index);

#endif
