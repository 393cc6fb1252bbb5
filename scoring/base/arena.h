/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_BASE_ARENA_H
#define PRB_BASE_ARENA_H

/*
 * One arena holds everything that one request makes: declaration, facts, report. Nothing in it is
 * freed by itself; all of it goes at reset. It never grows past the size it was created with.
 */

#include <stddef.h>

#include "scoring/base/text.h"

struct prb_arena;

/* NULL when memory ran out. bytes_max bounds what the arena may hold. */
struct prb_arena *prb_arena_create(size_t bytes_max);
void prb_arena_destroy(struct prb_arena *arena);
/* Forgets everything; keeps the first chunks, up to 960 KiB, for the next request. */
void prb_arena_reset(struct prb_arena *arena);
/* Aligned for any type, not cleared; NULL past the bound or without memory. n = 0 gives a valid
 * pointer. */
void *prb_arena_alloc(struct prb_arena *arena, size_t n);
/* count * size bytes, cleared; NULL also when the product overflows. */
void *prb_arena_array(struct prb_arena *arena, size_t count, size_t size);
/* A copy ended by NUL (not counted in the span); p is NULL on failure. */
struct prb_span prb_arena_copy(struct prb_arena *arena, struct prb_span text);
size_t prb_arena_used(const struct prb_arena *arena);
/* How many chunks were taken from malloc since creation: the tests' proof that the hot path takes
 * none. */
size_t prb_arena_chunks_taken(const struct prb_arena *arena);

#endif
