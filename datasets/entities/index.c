/* SPDX-License-Identifier: Apache-2.0 */
#include "datasets/entities/layout.h"

#include <string.h>

#include "datasets/entities/keys.h"

uint64_t
prb_signature_bit(struct prb_span text)
{
	return (uint64_t)1 << prb_key_hash(text.p, text.n) % PRB_SIGNATURE_BITS;
}

/* Sections whose length the counts say; the others may have any that is a whole number of u32. */
static bool
length_stands(const struct prb_index *index, enum prb_index_section section)
{
	size_t n = index->section[section].n;

	switch (section) {
	case PRB_INDEX_TEXTS:
	case PRB_INDEX_WORD_TEXTS:
		return n <= UINT32_MAX;
	case PRB_INDEX_NAMES:
		return n == (size_t)index->names * PRB_INDEX_NAME_BYTES;
	case PRB_INDEX_SIGNATURES:
		return n == (size_t)index->names * 8;
	case PRB_INDEX_WEIGHTS:
		return n == index->names;
	case PRB_INDEX_WORDS:
		return n == (size_t)index->words * PRB_INDEX_WORD_BYTES;
	case PRB_INDEX_EXACT_BUCKETS:
	case PRB_INDEX_NEAR_BUCKETS:
	case PRB_INDEX_SOUND_BUCKETS:
	case PRB_INDEX_KEYS_BUCKETS:
		/* A power of two and one more. */
		return n >= 8 && n % 4 == 0 && ((n / 4 - 1) & (n / 4 - 2)) == 0;
	default:
		return n % 4 == 0 && n / 4 <= UINT32_MAX;
	}
}

bool
prb_index_open(struct prb_index *index, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;
	struct prb_index read;
	size_t at = PRB_INDEX_HEADER_BYTES;

	if (n < at || memcmp(p, "PRBI", 4) != 0 || prb_load32(p + 4) != PRB_INDEX_FORMAT)
		return false;
	read.names = prb_load32(p + 8);
	read.words = prb_load32(p + 12);
	if (read.words > PRB_INDEX_WORDS_MAX)
		return false;
	memcpy(read.edition, p + 16, sizeof(read.edition));
	for (int i = 0; i < PRB_INDEX_SECTIONS; i++) {
		uint64_t length = prb_load64(p + 16 + sizeof(read.edition) + (size_t)i * 8);

		at = prb_index_align(at);
		if (at > n || length > n - at)
			return false;
		read.section[i].p = p + at;
		read.section[i].n = (size_t)length;
		at += (size_t)length;
		if (!length_stands(&read, (enum prb_index_section)i))
			return false;
	}
	if (at != n)
		return false;
	*index = read;
	return true;
}

static struct prb_span
text_at(const struct prb_index *index, enum prb_index_section section, size_t at, size_t n)
{
	size_t room = index->section[section].n;

	if (at > room || n > room - at)
		return (struct prb_span){"", 0};
	return (struct prb_span){(const char *)index->section[section].p + at, n};
}

/* NULL for a number that is no name's. */
static const unsigned char *
name_record(const struct prb_index *index, uint32_t name)
{
	if (name >= index->names)
		return NULL;
	return index->section[PRB_INDEX_NAMES].p + (size_t)name * PRB_INDEX_NAME_BYTES;
}

struct prb_span
prb_index_text(const struct prb_index *index, uint32_t name)
{
	const unsigned char *p = name_record(index, name);

	if (p == NULL)
		return (struct prb_span){"", 0};
	return text_at(index, PRB_INDEX_TEXTS, prb_load32(p), prb_load16(p + 4));
}

struct prb_span
prb_index_owner(const struct prb_index *index, uint32_t name)
{
	const unsigned char *p = name_record(index, name);

	if (p == NULL)
		return (struct prb_span){"", 0};
	return text_at(index, PRB_INDEX_TEXTS, (size_t)prb_load32(p) + prb_load16(p + 4),
		prb_load16(p + 6));
}

struct prb_index_forward
prb_index_forward(const struct prb_index *index, uint32_t name)
{
	const unsigned char *p = name_record(index, name);
	struct prb_index_forward none = {NULL, 0};
	size_t room = index->section[PRB_INDEX_FORWARD].n / 4, at, n;

	if (p == NULL)
		return none;
	at = prb_load32(p + 8);
	n = p[14];
	if (n > PRB_NAME_WORDS_MAX || at > room || n > room - at)
		return none;
	return (struct prb_index_forward){index->section[PRB_INDEX_FORWARD].p + at * 4, n};
}

bool
prb_index_word(const struct prb_index *index, uint32_t number, struct prb_index_word *out)
{
	const unsigned char *p;
	size_t postings = index->section[PRB_INDEX_POSTINGS].n / 4, at;
	struct prb_span texts;

	if (number >= index->words)
		return false;
	p = index->section[PRB_INDEX_WORDS].p + (size_t)number * PRB_INDEX_WORD_BYTES;
	at = prb_load32(p);
	out->count = prb_load32(p + 4);
	if (at > postings || out->count > postings - at)
		return false;
	out->postings = index->section[PRB_INDEX_POSTINGS].p + at * 4;
	texts = (struct prb_span){(const char *)p + PRB_INDEX_WORD_TEXT_AT, (size_t)p[8] + p[9]};
	if (texts.n > PRB_INDEX_WORD_BYTES - PRB_INDEX_WORD_TEXT_AT) {
		texts = text_at(index, PRB_INDEX_WORD_TEXTS, prb_load32(p + PRB_INDEX_WORD_TEXT_AT),
			texts.n);
		if (texts.n == 0)
			return false;
	}
	out->text = (struct prb_span){texts.p, p[8]};
	out->surface = p[9] == 0 ? out->text : (struct prb_span){texts.p + p[8], p[9]};
	out->kind = p[10] < PRB_WORD_KINDS ? p[10] : PRB_WORD_CORE;
	out->weight = p[11];
	return true;
}

struct prb_index_bucket
prb_index_bucket(const struct prb_index *index, enum prb_index_section section, uint32_t hash)
{
	size_t buckets = index->section[section].n / 4 - 1;
	size_t entries = index->section[section + 1].n / 4, from, to;
	const unsigned char *p = index->section[section].p + (hash & (buckets - 1)) * 4;

	from = prb_load32(p);
	to = prb_load32(p + 4);
	if (from > to || to > entries)
		return (struct prb_index_bucket){NULL, 0};
	return (struct prb_index_bucket){index->section[section + 1].p + from * 4, to - from};
}

void
prb_index_name(const struct prb_index *index, uint32_t name, struct prb_name *out)
{
	struct prb_index_forward forward = prb_index_forward(index, name);

	out->count = 0;
	out->text_n = 0;
	out->truncated = false;
	for (size_t i = 0; i < forward.n; i++) {
		uint32_t entry = prb_load32(forward.p + i * 4);
		struct prb_name_word *word = &out->words[out->count];
		struct prb_index_word found;

		if (!prb_index_word(index, entry & PRB_INDEX_NUMBER_MASK, &found))
			continue;
		*word = (struct prb_name_word){.text = found.text,
			.surface = found.surface,
			.kind = found.kind,
			.flags = (uint8_t)(entry >> 24),
			.weight = found.weight};
		out->count++;
	}
	prb_name_finish(out);
}
