/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_UNIT_LOG_SUPPORT_H
#define PRB_UNIT_LOG_SUPPORT_H

/*
 * A log in memory, keys with fixed seeds, and published vectors, for the tests of scoring/log.
 */

#include "scoring/base/json.h"
#include "scoring/log/note.h"
#include "scoring/log/tree.h"

#define GROVE_HEIGHTS 16

/* All complete nodes of a tree of up to 2^15 leaves; zeroed to begin with. */
struct grove {
	struct prb_tree tree;
	uint8_t (*nodes[GROVE_HEIGHTS])[PRB_SHA256_BYTES];
	uint64_t room, reads; /* reads of it as a source */
};

void log_sha256(uint8_t out[PRB_SHA256_BYTES], const void *bytes, size_t n);
bool grove_init(struct grove *grove, uint64_t room); /* false without memory */
void grove_finish(struct grove *grove);
void grove_append(struct grove *grove, const uint8_t leaf[PRB_SHA256_BYTES]);
/* n leaves of which each is a hash of its index and the seed. */
void grove_grow(struct grove *grove, uint64_t n, uint64_t seed);
struct prb_tree_source grove_source(struct grove *grove);
/* RFC 6962 section 2.1 word for word, recursion and all: of the leaves from..to-1. */
void grove_root_by_definition(
	const struct grove *grove, uint64_t from, uint64_t to, uint8_t out[PRB_SHA256_BYTES]);

struct log_signer {
	struct prb_note_key key;
	uint8_t secret[64];
};
/* The seed is 32 times this byte. */
bool log_signer_make(
	const char *name, enum prb_note_algorithm algorithm, uint8_t seed, struct log_signer *out);

/* Reads a file below tests/unit/vectors into an initialised string. */
bool log_vector(const char *name, struct prb_str *out);
/* The next of a row of numbers (splitmix64). */
uint64_t log_draw(uint64_t *state);

#endif
