/* SPDX-License-Identifier: Apache-2.0 */
#include "datasets/facts/phrases.h"

#include <assert.h>
#include <string.h>

#define GLYPHS_MAX 24      /* characters of a phrase; the longest in the sources has 16 */
#define CANDIDATES_MAX 256 /* phrases met before the longest are chosen */
#define FNV_OFFSET 0xcbf29ce484222325ULL /* FNV-1a, 64 bits */
#define FNV_PRIME 0x100000001b3ULL

struct phrase {
	uint64_t hash;
	struct prb_span name;
	const void *value;
	char class;
};

struct prb_phrases {
	struct phrase *slots; /* open addressing; a slot without a name is free */
	size_t mask;
	size_t count, count_max;
};

struct prb_phrases *
prb_phrases_create(struct prb_arena *arena, size_t count_max)
{
	struct prb_phrases *phrases = prb_arena_alloc(arena, sizeof(*phrases));
	size_t slots = 16;

	while (slots < count_max * 2)
		slots *= 2;
	if (!phrases || !(phrases->slots = prb_arena_array(arena, slots, sizeof(*phrases->slots))))
		return NULL;
	phrases->mask = slots - 1;
	phrases->count = 0;
	phrases->count_max = count_max;
	return phrases;
}

static uint64_t
hash_on(uint64_t hash, char c)
{
	return (hash ^ (unsigned char)c) * FNV_PRIME;
}

static const struct phrase *
find(const struct prb_phrases *phrases, char class, uint64_t hash, struct prb_span name)
{
	for (size_t i = hash & phrases->mask;; i = (i + 1) & phrases->mask) {
		const struct phrase *slot = &phrases->slots[i];

		if (!slot->name.p)
			return NULL;
		if (slot->hash == hash && slot->class == class && prb_span_equal(slot->name, name))
			return slot;
	}
}

void
prb_phrases_add(struct prb_phrases *phrases, char class, struct prb_span name, const void *value)
{
	uint64_t hash = hash_on(FNV_OFFSET, class);
	size_t i;

	assert(phrases->count < phrases->count_max);
	for (size_t k = 0; k < name.n; k++)
		hash = hash_on(hash, name.p[k]);
	for (i = hash & phrases->mask; phrases->slots[i].name.p;)
		i = (i + 1) & phrases->mask;
	phrases->slots[i] = (struct phrase){hash, name, value, class};
	phrases->count++;
}

/* Longest first, then in the order of the text. */
static bool
goes_before(const struct prb_match *a, const struct prb_match *b)
{
	return a->length != b->length ? a->length > b->length : a->start < b->start;
}

static void
insert(struct prb_match *matches, size_t *count, const struct prb_match *match,
	bool (*before)(const struct prb_match *a, const struct prb_match *b))
{
	size_t at = (*count)++;

	for (; at > 0 && before(match, &matches[at - 1]); at--)
		matches[at] = matches[at - 1];
	matches[at] = *match;
}

static bool
starts_before(const struct prb_match *a, const struct prb_match *b)
{
	return a->start < b->start;
}

static size_t
choose(const struct prb_match *candidates, size_t n, struct prb_match chosen[PRB_MATCHES_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < n && count < PRB_MATCHES_MAX; i++) {
		bool overlaps = false;

		for (size_t k = 0; k < count && !overlaps; k++)
			overlaps = candidates[i].start < chosen[k].end &&
				   chosen[k].start < candidates[i].end;
		if (!overlaps)
			insert(chosen, &count, &candidates[i], starts_before);
	}
	return count;
}

/* Where the piece that starts at `at` ends: a word with the blank before it, or a character. */
static size_t
piece_end(char class, struct prb_span text, size_t at)
{
	uint32_t code_point;
	size_t n;

	if (class == PRB_CLASS_GLYPHS) {
		n = prb_utf8_decode(text.p + at, text.n - at, &code_point);
		return at + (n > 0 ? n : 1);
	}
	for (at += text.p[at] == ' '; at < text.n && text.p[at] != ' ';)
		at++;
	return at;
}

size_t
prb_phrases_find(const struct prb_phrases *phrases, char class, struct prb_span text,
	struct prb_match matches[PRB_MATCHES_MAX])
{
	struct prb_match candidates[CANDIDATES_MAX];
	size_t pieces_max = class == PRB_CLASS_GLYPHS ? GLYPHS_MAX : PRB_PHRASE_WORDS_MAX;
	size_t count = 0;

	for (size_t start = 0; start < text.n && count < CANDIDATES_MAX;) {
		size_t first = start + (class == PRB_CLASS_WORDS && text.p[start] == ' ');
		uint64_t hash = hash_on(FNV_OFFSET, class);

		for (size_t pieces = 1, at = first;
			pieces <= pieces_max && at < text.n && count < CANDIDATES_MAX; pieces++) {
			size_t end = piece_end(class, text, at);
			struct prb_span name = {text.p + first, end - first};
			const struct phrase *phrase;

			for (; at < end; at++)
				hash = hash_on(hash, text.p[at]);
			phrase = find(phrases, class, hash, name);
			if (phrase) {
				struct prb_match match = {first, end, pieces, phrase->value};

				insert(candidates, &count, &match, goes_before);
			}
		}
		start = piece_end(class, text, start);
	}
	return choose(candidates, count, matches);
}
