/* SPDX-License-Identifier: Apache-2.0 */
#include "datasets/entities/keys.h"

#include "scoring/names/compare.h"

uint32_t
prb_key_hash(const char *p, size_t n)
{
	uint32_t hash = 2166136261U; /* FNV-1a, then mixed: buckets take the low bits, entries keep
					the high ones */

	for (size_t i = 0; i < n; i++)
		hash = (hash ^ (unsigned char)p[i]) * 16777619U;
	hash ^= hash >> 16;
	hash *= 0x85EBCA6BU;
	hash ^= hash >> 13;
	hash *= 0xC2B2AE35U;
	return hash ^ hash >> 16;
}

static size_t
put_hash(uint32_t *hashes, size_t n, uint32_t hash)
{
	size_t at = n;

	while (at > 0 && hashes[at - 1] > hash)
		at--;
	if (at > 0 && hashes[at - 1] == hash)
		return n;
	memmove(hashes + at + 1, hashes + at, (n - at) * sizeof(*hashes));
	hashes[at] = hash;
	return n + 1;
}

/* The letters but those at i and j; an index past the end leaves out none. */
static uint32_t
hash_without(struct prb_span letters, size_t i, size_t j)
{
	char left[PRB_NEAR_LETTERS] = {0};
	size_t n = 0;

	for (size_t k = 0; k < letters.n; k++)
		if (k != i && k != j)
			left[n++] = letters.p[k];
	return prb_key_hash(left, n);
}

size_t
prb_near_hashes(struct prb_span word, unsigned left_out, uint32_t hashes[PRB_NEAR_HASHES_MAX])
{
	struct prb_span letters = {word.p, word.n < PRB_NEAR_LETTERS ? word.n : PRB_NEAR_LETTERS};
	size_t n = 0;

	n = put_hash(hashes, n, hash_without(letters, letters.n, letters.n));
	for (size_t i = 0; left_out >= 1 && i < letters.n; i++)
		n = put_hash(hashes, n, hash_without(letters, i, letters.n));
	for (size_t i = 0; left_out >= 2 && i < letters.n; i++)
		for (size_t j = i + 1; j < letters.n; j++)
			n = put_hash(hashes, n, hash_without(letters, i, j));
	return n;
}

#define LENGTH_MAX 15U

static uint32_t
length_tag(size_t n)
{
	return n < LENGTH_MAX ? (uint32_t)n : LENGTH_MAX;
}

uint32_t
prb_near_entry(uint32_t hash, size_t n, uint32_t number)
{
	return (hash & 0xF0000000U) | length_tag(n) << 24 | number;
}

bool
prb_near_may_be(uint32_t entry, uint32_t hash, size_t n)
{
	uint32_t length = entry >> 24 & LENGTH_MAX, asked = length_tag(n);
	uint32_t difference = length > asked ? length - asked : asked - length;

	return (entry ^ hash) >> 28 == 0 &&
	       difference <= prb_name_edits_allowed(length > asked ? length : asked);
}

unsigned
prb_near_kept(size_t n)
{
	return n < 4 ? 0 : n < 8 ? 1 : 2;
}

unsigned
prb_near_asked(size_t n)
{
	return n < 3 ? 0 : n < 7 ? 1 : 2;
}

bool
prb_sound_hash(struct prb_span word, uint32_t *hash)
{
	char sound[PRB_SOUND_BYTES_MAX];
	size_t n = prb_name_sound(word, sound, sizeof(sound));

	if (n < 2)
		return false;
	*hash = prb_key_hash(sound, n);
	return true;
}

uint32_t
prb_whole_hash(const struct prb_name *name)
{
	uint32_t hash = 0;

	for (size_t i = 0; i < name->count; i++) {
		const struct prb_name_word *word = &name->words[i];

		if (word->kind != PRB_WORD_LEGAL && word->kind != PRB_WORD_STOP)
			hash += prb_key_hash(word->text.p, word->text.n);
	}
	return hash;
}

size_t
prb_name_initials(const struct prb_name *name, char out[PRB_INITIALS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < name->count; i++) {
		const struct prb_name_word *word = &name->words[i];

		if (word->kind == PRB_WORD_LEGAL || word->kind == PRB_WORD_STOP ||
			word->text.n == 0)
			continue;
		if (n == PRB_INITIALS_MAX)
			return 0;
		out[n++] = word->text.p[0];
	}
	return n < PRB_INITIALS_MIN ? 0 : n;
}
