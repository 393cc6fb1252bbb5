/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_STATE_PACK_H
#define PRB_STATE_PACK_H

/*
 * Bodies packed small: zstd (RFC 8878) at its first level, with a dictionary of what most bodies
 * hold. A packer and an unpacker belong to one thread each.
 */

#include <stdbool.h>
#include <stdint.h>

#include "scoring/base/text.h"

#define PRB_PACK_BYTES_MAX ((size_t)64 * 1024 * 1024)

/* A later one has a later number (JOURNAL.md, Sealed part). */
enum prb_packing {
	PRB_PACKING_PLAIN = 1,
	PRB_PACKING_TEXT = 2,
	PRB_PACKING_TRAINED = 3,
	PRB_PACKINGS
};
#define PRB_PACKING PRB_PACKING_TRAINED /* what is written now */

struct prb_packer;
struct prb_packer *prb_packer_create(void);
void prb_packer_destroy(struct prb_packer *packer);
/* The most that n bytes can become. */
size_t prb_pack_bound(size_t n);
/* Packs the spans one behind the other; returns the size, 0 where it failed. room must be at least
 * prb_pack_bound of their bytes. */
size_t prb_pack(struct prb_packer *packer, const struct prb_span *spans, size_t count, uint8_t *out,
	size_t room);

/* The dictionary of a packing, empty for that without one: for the test that pins them. */
struct prb_span prb_pack_dictionary(enum prb_packing packing);

bool prb_packing_known(uint8_t packing);
struct prb_unpacker;
struct prb_unpacker *prb_unpacker_create(void);
void prb_unpacker_destroy(struct prb_unpacker *unpacker);
/* False unless the packed bytes give exactly n bytes and none of them is left. */
bool prb_unpack(struct prb_unpacker *unpacker, uint8_t packing, struct prb_span packed,
	uint8_t *out, size_t n);

#endif
