/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_STATE_KEYRING_PLACES_H
#define PRB_STATE_KEYRING_PLACES_H

/* The ring in memory, as its file sees it: places in the order of their numbers, one for each line.
 * For the key ring's own sources alone. */

#include <stddef.h>

#include "service/state/keyring.h"

enum prb_key_standing {
	PRB_KEY_WHOLE,  /* the data key is there */
	PRB_KEY_HASHES, /* thrown away but for what keyed hashes and the directory are made under */
	PRB_KEY_GONE,
};

struct prb_key_line {
	enum prb_key_standing standing;
	uint32_t key, tenant;
	int64_t made_ms;                    /* 0: not known */
	uint8_t secret[PRB_DATA_KEY_BYTES]; /* the data key; of HASHES the key for keyed hashes */
};

/* What is left of a data key for keyed hashes and the directory; may be done in place. */
void prb_keyring_index_key(const uint8_t data[PRB_DATA_KEY_BYTES], uint8_t out[PRB_DATA_KEY_BYTES]);

struct prb_keyring *prb_keyring_create(void);
size_t prb_keyring_count(const struct prb_keyring *ring);
/* The line of a place; the caller wipes it. */
void prb_keyring_line(const struct prb_keyring *ring, size_t place, struct prb_key_line *out);
/* Makes sure that one more can be appended: PRB_ERR_FULL, PRB_ERR_MEMORY. */
enum prb_err prb_keyring_reserve(struct prb_keyring *ring);
/* Behind a reserve, and with a number above all others. Readers see it from then on. */
void prb_keyring_append(struct prb_keyring *ring, const struct prb_key_line *line);
/* Wipes what the standing does not leave. Readers that are at work see that it is gone. */
void prb_keyring_forget(struct prb_keyring *ring, size_t place, enum prb_key_standing standing);

#endif
