/* SPDX-License-Identifier: Apache-2.0 */

/* The input is read as a lexicon; by one that opens, each of the input's own pieces is looked up.
 * No lexicon that opens may lead a read outside itself. */

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "scoring/names/lexicon.h"

#define PIECE_BYTES_MAX 24
#define LOOKUPS_MAX 20000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
look_up(const struct prb_lexicon *lexicon, const char *p, size_t n)
{
	struct prb_word_entry entry;

	if (!prb_lexicon_find(lexicon, p, n, &entry))
		return;
	assert(entry.kind < PRB_WORD_KINDS && entry.concept.n > 0);
	assert(prb_utf8_check(entry.concept.p, entry.concept.n) == entry.concept.n);
	assert(prb_utf8_check(entry.form.p, entry.form.n) == entry.form.n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct prb_lexicon lexicon;
	size_t lookups = 0;

	if (!prb_lexicon_open(&lexicon, data, size))
		return 0;
	for (size_t i = 0; i < size; i++)
		for (size_t n = 1; n <= PIECE_BYTES_MAX && i + n <= size; n++) {
			look_up(&lexicon, (const char *)data + i, n);
			if (++lookups == LOOKUPS_MAX)
				return 0;
		}
	return 0;
}
