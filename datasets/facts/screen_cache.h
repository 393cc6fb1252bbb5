/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_FACTS_SCREEN_CACHE_H
#define PRB_FACTS_SCREEN_CACHE_H

/*
 * Screenings of names, remembered: who declares a supplier again screens the same names again.
 *
 * A screening is found by all that it was asked with, byte by byte, so that what comes back is what
 * prb_screen_name would find; there is one cache for each gatherer, and with it for each release.
 * The surprise: it is also found by who asked. Otherwise the time that an answer takes would tell
 * one organisation which suppliers another has looked at.
 *
 * Of fixed size: what falls into the same place is forgotten. Long questions and those that meet
 * many entries are not remembered.
 */

#include "datasets/facts/screen_name.h"

/* Places, and the ceilings of one: 1,024 x (512 bytes and 8 hits) are 3 MB at the very most. */
#define PRB_SCREEN_CACHE_PLACES 1024
#define PRB_SCREEN_CACHE_KEY_BYTES_MAX 512
#define PRB_SCREEN_CACHE_HITS_MAX 8
#define PRB_ASKER_BYTES_MAX 32

struct prb_screen_cache;

/* NULL where memory ran out. */
struct prb_screen_cache *prb_screen_cache_create(void);
void prb_screen_cache_destroy(struct prb_screen_cache *cache);

/* As prb_screen_name, whose promises it keeps. */
enum prb_err prb_screen_name_again(struct prb_gatherer *gatherer, struct prb_arena *arena,
	const struct prb_screen_query *query, struct prb_screening *out);

/* How many screenings were found here since the gatherer was made: for tests and benchmarks. */
uint64_t prb_screen_cache_found(const struct prb_gatherer *gatherer);

#endif
