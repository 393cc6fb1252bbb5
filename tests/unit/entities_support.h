/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_TESTS_ENTITIES_SUPPORT_H
#define PRB_TESTS_ENTITIES_SUPPORT_H

/*
 * Indexes for tests: over names that are written down, and over names made from a seed.
 */

#include "datasets/entities/search.h"
#include "datasets/store/release.h"

struct made_index {
	void *bytes;
	size_t n;
	struct prb_index index;
};

/* The release of this build, opened once for the program and left open. */
const struct prb_release *entities_release(void);
void entities_parse(struct prb_name *name, const char *text);
/* Builds, writes and opens; the owner of name i is "o" and i in decimal. */
void made_index_init(struct made_index *made, const char *const *names, size_t count);
void made_index_finish(struct made_index *made);

/* Deterministic numbers. */
uint32_t entities_random(uint64_t *state, uint32_t below);
/* A name of made-up words, places, trade words and a legal form; `out` has room for 128. */
void entities_random_name(uint64_t *state, char *out);
/* The same with one letter changed, left out, added or swapped in one word of four or more. */
void entities_misspell(uint64_t *state, const char *name, char *out);

#endif
