/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/names/lexicon.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define MAGIC "PRBW"
#define VERSION 1U
#define HEADER_BYTES 24U
#define SLOT_BYTES 8U
#define ENTRY_BYTES 20U
#define ENTRIES_MAX (1U << 20)
#define FLAG_ANYWHERE 1U
#define FLAG_EXPANDED 2U
/* Knuth's multiplier for hashing (The Art of Computer Programming, 6.4) and its powers. */
#define HASH_1 2654435761U
#define HASH_2 (HASH_1 * HASH_1)
#define HASH_3 (HASH_2 * HASH_1)
#define HASH_4 (HASH_2 * HASH_2)

static uint32_t
read_u32(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint32_t
read_u16(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

/* A polynomial of the bytes, so that it goes on from any point; four at a time, as their products
 * do not wait for each other. */
uint32_t
prb_lexicon_hash_more(uint32_t hash, const char *p, size_t n)
{
	const unsigned char *bytes = (const unsigned char *)p;

	for (; n >= 4; n -= 4, bytes += 4)
		hash = hash * HASH_4 + (bytes[0] * HASH_3 + bytes[1] * HASH_2) +
		       (bytes[2] * HASH_1 + bytes[3]);
	for (; n > 0; n--)
		hash = hash * HASH_1 + *bytes++;
	return hash;
}

/* The last letters reach the low bits alone. */
static uint32_t
first_slot(uint32_t hash, uint32_t mask)
{
	return (hash ^ hash >> 16) * HASH_1 >> 8 & mask;
}

/* The table on its way through the checks. */
struct opening {
	const unsigned char *slots, *entries;
	const char *strings;
	uint32_t entry_count, slot_count, string_bytes;
};

static bool
text_fits(const struct opening *o, uint32_t at, uint32_t n)
{
	return at <= o->string_bytes && n <= o->string_bytes - at &&
	       prb_utf8_check(o->strings + at, n) == n;
}

static bool
entry_fits(const struct opening *o, const unsigned char *e)
{
	uint32_t key_n = read_u16(e + 12), concept_n = read_u16(e + 14);

	return key_n > 0 && key_n <= PRB_LEXICON_KEY_BYTES_MAX && concept_n > 0 &&
	       concept_n <= PRB_LEXICON_KEY_BYTES_MAX && e[17] < PRB_WORD_KINDS &&
	       e[18] <= (FLAG_ANYWHERE | FLAG_EXPANDED) && e[19] == 0 &&
	       text_fits(o, read_u32(e), key_n) && text_fits(o, read_u32(e + 4), concept_n) &&
	       text_fits(o, read_u32(e + 8), e[16]);
}

/* Every slot leads to an entry with its hash; one slot for each entry at most, so that free ones
 * end every search. */
static bool
slots_fit(const struct opening *o)
{
	uint32_t taken = 0;

	for (uint32_t i = 0; i < o->slot_count; i++) {
		const unsigned char *slot = o->slots + (size_t)i * SLOT_BYTES, *e;
		uint32_t number = read_u32(slot + 4);

		if (number == 0)
			continue;
		if (number > o->entry_count || ++taken > o->entry_count)
			return false;
		e = o->entries + (size_t)(number - 1) * ENTRY_BYTES;
		if (prb_lexicon_hash_more(PRB_LEXICON_HASH_NONE, o->strings + read_u32(e),
			    read_u16(e + 12)) != read_u32(slot))
			return false;
	}
	return taken == o->entry_count;
}

bool
prb_lexicon_open(struct prb_lexicon *lexicon, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;
	struct opening o;

	if (n < HEADER_BYTES || memcmp(p, MAGIC, 4) != 0 || read_u32(p + 4) != VERSION)
		return false;
	o.entry_count = read_u32(p + 8);
	o.slot_count = read_u32(p + 12);
	o.string_bytes = read_u32(p + 16);
	if (o.entry_count > ENTRIES_MAX || o.slot_count <= o.entry_count ||
		o.slot_count > 4 * ENTRIES_MAX || (o.slot_count & (o.slot_count - 1)) != 0 ||
		n != (size_t)HEADER_BYTES + (size_t)o.slot_count * SLOT_BYTES +
				(size_t)o.entry_count * ENTRY_BYTES + o.string_bytes)
		return false;
	o.slots = p + HEADER_BYTES;
	o.entries = o.slots + (size_t)o.slot_count * SLOT_BYTES;
	o.strings = (const char *)(o.entries + (size_t)o.entry_count * ENTRY_BYTES);
	for (uint32_t i = 0; i < o.entry_count; i++)
		if (!entry_fits(&o, o.entries + (size_t)i * ENTRY_BYTES))
			return false;
	if (!slots_fit(&o) || read_u16(p + 20) > PRB_LEXICON_KEY_BYTES_MAX ||
		read_u16(p + 22) > PRB_LEXICON_JOINED_WORDS_MAX)
		return false;
	*lexicon = (struct prb_lexicon){.slots = o.slots,
		.entries = o.entries,
		.strings = o.strings,
		.slot_mask = o.slot_count - 1,
		.native_bytes_max = (uint16_t)read_u16(p + 20),
		.joined_words_max = (uint16_t)read_u16(p + 22)};
	return true;
}

static void
read_entry(const struct prb_lexicon *l, const unsigned char *e, struct prb_word_entry *entry)
{
	entry->concept = (struct prb_span){l->strings + read_u32(e + 4), read_u16(e + 14)};
	entry->form = (struct prb_span){l->strings + read_u32(e + 8), e[16]};
	entry->kind = e[17];
	entry->form_anywhere = (e[18] & FLAG_ANYWHERE) != 0;
	entry->expanded = (e[18] & FLAG_EXPANDED) != 0;
}

bool
prb_lexicon_find_hashed(const struct prb_lexicon *lexicon, uint32_t hash, const char *key, size_t n,
	struct prb_word_entry *entry)
{
	if (!lexicon->slots)
		return false;
	for (uint32_t i = first_slot(hash, lexicon->slot_mask);; i = (i + 1) & lexicon->slot_mask) {
		const unsigned char *slot = lexicon->slots + (size_t)i * SLOT_BYTES, *e;
		uint32_t number = read_u32(slot + 4);

		if (number == 0)
			return false;
		if (read_u32(slot) != hash)
			continue;
		e = lexicon->entries + (size_t)(number - 1) * ENTRY_BYTES;
		if (read_u16(e + 12) == n && memcmp(lexicon->strings + read_u32(e), key, n) == 0) {
			read_entry(lexicon, e, entry);
			return true;
		}
	}
}

bool
prb_lexicon_find(
	const struct prb_lexicon *lexicon, const char *key, size_t n, struct prb_word_entry *entry)
{
	return prb_lexicon_find_hashed(
		lexicon, prb_lexicon_hash_more(PRB_LEXICON_HASH_NONE, key, n), key, n, entry);
}

size_t
prb_lexicon_native_bytes_max(const struct prb_lexicon *lexicon)
{
	return lexicon->native_bytes_max;
}

size_t
prb_lexicon_joined_words_max(const struct prb_lexicon *lexicon)
{
	return lexicon->joined_words_max;
}

static void
put_number(struct prb_str *out, uint32_t value, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		prb_str_add_char(out, (char)(value >> (8 * i) & 0xFFU));
}

/* At most half of the slots are taken: a search that finds nothing mostly ends at its first. */
static uint32_t
slots_for(size_t count)
{
	uint32_t slots = 2;

	while (slots < 2 * count)
		slots *= 2;
	return slots;
}

static bool
put_slots(const struct prb_lexicon_row *rows, size_t count, struct prb_str *out)
{
	uint32_t slots = slots_for(count), *numbers = calloc(slots, sizeof(*numbers));

	if (!numbers)
		return false;
	for (size_t i = 0; i < count; i++) {
		uint32_t hash =
			prb_lexicon_hash_more(PRB_LEXICON_HASH_NONE, rows[i].key.p, rows[i].key.n);
		uint32_t slot = first_slot(hash, slots - 1);

		while (numbers[slot] != 0)
			slot = (slot + 1) & (slots - 1);
		numbers[slot] = (uint32_t)i + 1;
	}
	for (uint32_t i = 0; i < slots; i++) {
		const struct prb_lexicon_row *row = numbers[i] ? &rows[numbers[i] - 1] : NULL;

		put_number(out,
			row ? prb_lexicon_hash_more(PRB_LEXICON_HASH_NONE, row->key.p, row->key.n)
			    : 0,
			4);
		put_number(out, numbers[i], 4);
	}
	free(numbers);
	return true;
}

/* Where a text begins among the strings. Most concepts are their own keys: those are kept once. */
static void
put_entry(const struct prb_lexicon_row *row, uint32_t *at, struct prb_str *out)
{
	const struct prb_word_entry *entry = &row->entry;
	bool own = prb_span_equal(row->key, entry->concept);
	uint32_t key = *at, concept = own ? key : key + (uint32_t)row->key.n;
	uint32_t form = concept + (uint32_t)entry->concept.n;

	put_number(out, key, 4);
	put_number(out, concept, 4);
	put_number(out, form, 4);
	put_number(out, (uint32_t)row->key.n, 2);
	put_number(out, (uint32_t)entry->concept.n, 2);
	put_number(out, (uint32_t)entry->form.n, 1);
	put_number(out, entry->kind, 1);
	put_number(out,
		(entry->form_anywhere ? FLAG_ANYWHERE : 0) | (entry->expanded ? FLAG_EXPANDED : 0),
		1);
	put_number(out, 0, 1);
	*at = form + (uint32_t)entry->form.n;
}

static void
check_row(const struct prb_lexicon_row *rows, size_t i)
{
	const struct prb_lexicon_row *row = &rows[i];

	assert(row->key.n > 0 && row->key.n <= PRB_LEXICON_KEY_BYTES_MAX);
	assert(row->entry.concept.n > 0 && row->entry.concept.n <= PRB_LEXICON_KEY_BYTES_MAX);
	assert(row->entry.form.n <= PRB_LEXICON_KEY_BYTES_MAX);
	assert(row->entry.kind < PRB_WORD_KINDS);
	assert(row->words <= PRB_LEXICON_JOINED_WORDS_MAX);
	assert(i == 0 || prb_span_compare(rows[i - 1].key, row->key) < 0);
}

bool
prb_lexicon_write(const struct prb_lexicon_row *rows, size_t count, struct prb_str *out)
{
	size_t native = 0, words = 0, strings = 0;
	uint32_t at = 0;

	assert(count <= ENTRIES_MAX);
	for (size_t i = 0; i < count; i++) {
		const struct prb_lexicon_row *row = &rows[i];

		check_row(rows, i);
		if (row->words == 0 && row->key.n > native)
			native = row->key.n;
		if (row->words > words)
			words = row->words;
		strings += row->key.n + row->entry.form.n;
		if (!prb_span_equal(row->key, row->entry.concept))
		strings += row->entry.concept.n;
	}
	prb_str_add_text(out, MAGIC);
	put_number(out, VERSION, 4);
	put_number(out, (uint32_t)count, 4);
	put_number(out, slots_for(count), 4);
	put_number(out, (uint32_t)strings, 4);
	put_number(out, (uint32_t)native, 2);
	put_number(out, (uint32_t)words, 2);
	if (!put_slots(rows, count, out))
		return false;
	for (size_t i = 0; i < count; i++)
		put_entry(&rows[i], &at, out);
	for (size_t i = 0; i < count; i++) {
		prb_str_add_span(out, rows[i].key);
		if (!prb_span_equal(rows[i].key, rows[i].entry.concept))
			prb_str_add_span(out, rows[i].entry.concept);
		prb_str_add_span(out, rows[i].entry.form);
	}
	return !out->failed;
}
