/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/entities/keys.h"
#include "datasets/entities/layout.h"

/* A run of bytes that grows; `failed` as in prb_str, but it may hold 4 GiB. */
struct grown {
	unsigned char *p;
	size_t n, room;
};

struct word {
	uint32_t text, hash;
	uint32_t count;            /* names that have it */
	uint32_t last;             /* the last of them, and one more */
	uint8_t text_n, surface_n; /* 0: as the text */
	uint8_t kind, weight;
};

/* One of the four tables while it is made: entries counted in `ends`, then filled. */
struct table {
	enum prb_index_section buckets; /* and the next section its entries */
	uint32_t mask;
	uint32_t *ends; /* mask + 2 of them */
	uint32_t *entries;
};

struct prb_index_builder {
	const struct prb_fold_table *fold;
	const struct prb_lexicon *lexicon;
	bool failed;
	uint32_t names, words;
	uint32_t *slots; /* word number and one more, by hash; 0 is free */
	size_t slot_mask;
	struct word *word;
	size_t word_room;
	uint32_t *initials; /* a hash for each name, 0 for none */
	uint32_t *wholes;   /* the hash of all its words */
	size_t initials_room, wholes_room;
	struct grown section[PRB_INDEX_SECTIONS];
	unsigned char edition[PRB_INDEX_EDITION_BYTES];
	struct prb_name name; /* the one being added */
};

static unsigned char *
grow(struct prb_index_builder *b, enum prb_index_section section, size_t n)
{
	struct grown *g = &b->section[section];
	unsigned char *at;

	if (b->failed || n > UINT32_MAX - g->n) {
		b->failed = true;
		return NULL;
	}
	if (g->p == NULL || g->n + n > g->room) {
		size_t room = g->room * 2 > g->n + n ? g->room * 2 : g->n + n + 4096;
		unsigned char *p = realloc(g->p, room);

		if (p == NULL) {
			b->failed = true;
			return NULL;
		}
		g->p = p;
		g->room = room;
	}
	at = g->p + g->n;
	g->n += n;
	return at;
}

/* Room for one more in an array that doubles. */
static bool
reserve(struct prb_index_builder *b, void **array, size_t *room, size_t count, size_t size)
{
	size_t more = *room > 0 ? *room * 2 : 1024;
	void *p;

	if (count < *room)
		return true;
	p = realloc(*array, more * size);
	if (p == NULL) {
		b->failed = true;
		return false;
	}
	*array = p;
	*room = more;
	return true;
}

struct prb_index_builder *
prb_index_builder_create(const struct prb_fold_table *fold, const struct prb_lexicon *lexicon)
{
	struct prb_index_builder *b = calloc(1, sizeof(*b));

	if (b != NULL) {
		b->fold = fold;
		b->lexicon = lexicon;
	}
	return b;
}

void
prb_index_builder_destroy(struct prb_index_builder *b)
{
	if (b == NULL)
		return;
	for (int i = 0; i < PRB_INDEX_SECTIONS; i++)
		free(b->section[i].p);
	free(b->slots);
	free(b->word);
	free(b->initials);
	free(b->wholes);
	free(b);
}

/* The words' hash table, made anew twice as large when it is half full. */
static bool
reserve_slot(struct prb_index_builder *b)
{
	size_t slots = b->slots == NULL ? 4096 : (b->slot_mask + 1) * 2;
	uint32_t *p;

	if (b->slots != NULL && (size_t)b->words * 2 <= b->slot_mask)
		return true;
	p = calloc(slots, sizeof(*p));
	if (p == NULL) {
		b->failed = true;
		return false;
	}
	for (uint32_t i = 0; i < b->words; i++) {
		size_t at = b->word[i].hash & (slots - 1);

		while (p[at] != 0)
			at = (at + 1) & (slots - 1);
		p[at] = i + 1;
	}
	free(b->slots);
	b->slots = p;
	b->slot_mask = slots - 1;
	return true;
}

static struct prb_span
word_text(const struct prb_index_builder *b, uint32_t i)
{
	return (struct prb_span){(const char *)b->section[PRB_INDEX_WORD_TEXTS].p + b->word[i].text,
		b->word[i].text_n};
}

static struct prb_span
word_surface(const struct prb_index_builder *b, uint32_t i)
{
	struct prb_span text = word_text(b, i);

	return b->word[i].surface_n == 0 ? text
					 : (struct prb_span){text.p + text.n, b->word[i].surface_n};
}

static bool
is_word(const struct prb_index_builder *b, uint32_t number, uint32_t hash,
	const struct prb_name_word *word)
{
	const struct word *known = &b->word[number];

	return known->hash == hash && known->kind == word->kind && known->weight == word->weight &&
	       prb_span_equal(word_text(b, number), word->text) &&
	       prb_span_equal(word_surface(b, number), word->surface);
}

/* The number of a word, a new one where it has none; false on failure. */
static bool
find_word(struct prb_index_builder *b, const struct prb_name_word *word, uint32_t *number)
{
	uint32_t hash = prb_key_hash(word->text.p, word->text.n);
	size_t surface = prb_span_equal(word->text, word->surface) ? 0 : word->surface.n;
	unsigned char *text;
	size_t at;

	if (!reserve_slot(b))
		return false;
	for (at = hash & b->slot_mask; b->slots[at] != 0; at = (at + 1) & b->slot_mask)
		if (is_word(b, b->slots[at] - 1, hash, word)) {
			*number = b->slots[at] - 1;
			return true;
		}
	if (b->words == PRB_INDEX_WORDS_MAX) {
		b->failed = true;
		return false;
	}
	assert(word->text.n <= UINT8_MAX && surface <= UINT8_MAX);
	text = grow(b, PRB_INDEX_WORD_TEXTS, word->text.n + surface);
	if (text == NULL ||
		!reserve(b, (void **)&b->word, &b->word_room, b->words, sizeof(*b->word)))
		return false;
	memcpy(text, word->text.p, word->text.n);
	memcpy(text + word->text.n, word->surface.p, surface);
	b->word[b->words] =
		(struct word){.text = (uint32_t)(text - b->section[PRB_INDEX_WORD_TEXTS].p),
			.text_n = (uint8_t)word->text.n,
			.surface_n = (uint8_t)surface,
			.hash = hash,
			.kind = word->kind,
			.weight = word->weight};
	*number = b->words++;
	b->slots[at] = b->words;
	return true;
}

static bool
tells(const struct prb_name_word *word)
{
	return word->kind != PRB_WORD_LEGAL && word->kind != PRB_WORD_STOP;
}

/* Whether names are to be found by this word of theirs: by any where there is no better. */
static bool
is_posted(const struct prb_name *name, const struct prb_name_word *word)
{
	for (size_t i = 0; i < name->count; i++)
		if (tells(&name->words[i]))
			return tells(word);
	return true;
}

static void
add_words(struct prb_index_builder *b)
{
	for (size_t i = 0; i < b->name.count; i++) {
		const struct prb_name_word *word = &b->name.words[i];
		unsigned char *entry;
		uint32_t number;

		if (!find_word(b, word, &number) || (entry = grow(b, PRB_INDEX_FORWARD, 4)) == NULL)
			return;
		prb_store32(entry, (uint32_t)word->flags << 24 | number);
		if (is_posted(&b->name, word) && b->word[number].last != b->names + 1) {
			b->word[number].last = b->names + 1;
			b->word[number].count++;
		}
	}
}

static void
put_signature(unsigned char *p, const struct prb_name *name)
{
	uint64_t bits = (uint64_t)name->weight << PRB_SIGNATURE_BITS;

	for (size_t i = 0; i < name->count; i++)
		bits |= prb_signature_bit(name->words[i].text);
	prb_store32(p, (uint32_t)bits);
	prb_store32(p + 4, (uint32_t)(bits >> 32));
}

void
prb_index_builder_add(struct prb_index_builder *b, struct prb_span text, struct prb_span owner)
{
	size_t first = b->section[PRB_INDEX_FORWARD].n / 4;
	unsigned char *record, *copy, *signature, *small;
	char initials[PRB_INITIALS_MAX];
	size_t n;

	if (text.n > PRB_NAME_READ_BYTES_MAX || owner.n > PRB_NAME_READ_BYTES_MAX ||
		b->names == UINT32_MAX - 1)
		b->failed = true;
	if (b->failed ||
		!reserve(b, (void **)&b->initials, &b->initials_room, b->names,
			sizeof(*b->initials)) ||
		!reserve(b, (void **)&b->wholes, &b->wholes_room, b->names, sizeof(*b->wholes)))
		return;
	prb_name_parse(&b->name, b->fold, b->lexicon, text);
	add_words(b);
	copy = grow(b, PRB_INDEX_TEXTS, text.n + owner.n);
	record = grow(b, PRB_INDEX_NAMES, PRB_INDEX_NAME_BYTES);
	signature = grow(b, PRB_INDEX_SIGNATURES, 8);
	if (signature == NULL)
		return;
	put_signature(signature, &b->name);
	small = grow(b, PRB_INDEX_WEIGHTS, 1);
	if (small == NULL)
		return;
	*small = (unsigned char)(b->name.weight / PRB_WEIGHT_UNIT < UINT8_MAX
					 ? b->name.weight / PRB_WEIGHT_UNIT
					 : UINT8_MAX);
	if (text.n > 0)
		memcpy(copy, text.p, text.n);
	if (owner.n > 0)
		memcpy(copy + text.n, owner.p, owner.n);
	prb_store32(record, (uint32_t)(copy - b->section[PRB_INDEX_TEXTS].p));
	prb_store16(record + 4, (uint32_t)text.n);
	prb_store16(record + 6, (uint32_t)owner.n);
	prb_store32(record + 8, (uint32_t)first);
	prb_store16(record + 12, 0);
	record[14] = (unsigned char)b->name.count;
	record[15] = 0;
	n = prb_name_initials(&b->name, initials);
	b->initials[b->names] = n > 0 ? prb_key_hash(initials, n) | 1U : 0;
	b->wholes[b->names] = prb_whole_hash(&b->name);
	b->names++;
}

/* `last` becomes where the next name of a word goes. */
static size_t
fill_words(struct prb_index_builder *b)
{
	unsigned char *p = grow(b, PRB_INDEX_WORDS, (size_t)b->words * PRB_INDEX_WORD_BYTES);
	size_t postings = 0;

	for (uint32_t i = 0; p != NULL && i < b->words; i++, p += PRB_INDEX_WORD_BYTES) {
		struct word *word = &b->word[i];
		size_t n = (size_t)word->text_n + word->surface_n;

		prb_store32(p, (uint32_t)postings);
		prb_store32(p + 4, word->count);
		p[8] = word->text_n;
		p[9] = word->surface_n;
		p[10] = word->kind;
		p[11] = word->weight;
		memset(p + PRB_INDEX_WORD_TEXT_AT, 0,
			PRB_INDEX_WORD_BYTES - PRB_INDEX_WORD_TEXT_AT);
		if (n <= PRB_INDEX_WORD_BYTES - PRB_INDEX_WORD_TEXT_AT)
			memcpy(p + PRB_INDEX_WORD_TEXT_AT, word_text(b, i).p, n);
		else
			prb_store32(p + PRB_INDEX_WORD_TEXT_AT, word->text);
		word->last = (uint32_t)postings;
		postings += word->count;
	}
	return postings;
}

/* The words of name i in FORWARD, as prb_name has them: kind and number are all that is needed. */
static size_t
words_of(const struct prb_index_builder *b, uint32_t i, uint32_t numbers[PRB_NAME_WORDS_MAX])
{
	const unsigned char *record =
		b->section[PRB_INDEX_NAMES].p + (size_t)i * PRB_INDEX_NAME_BYTES;
	const unsigned char *p = b->section[PRB_INDEX_FORWARD].p;
	size_t n = record[14], first = prb_load32(record + 8);

	for (size_t k = 0; k < n; k++)
		numbers[k] = prb_load32(p + (first + k) * 4) & PRB_INDEX_NUMBER_MASK;
	return n;
}

static void
fill_postings(struct prb_index_builder *b, size_t postings)
{
	unsigned char *p = grow(b, PRB_INDEX_POSTINGS, postings * 4);
	const unsigned char *records = b->section[PRB_INDEX_WORDS].p;

	for (uint32_t i = 0; p != NULL && i < b->names; i++) {
		uint32_t numbers[PRB_NAME_WORDS_MAX];
		size_t n = words_of(b, i, numbers);
		bool any = false;

		for (size_t k = 0; k < n; k++)
			any |= b->word[numbers[k]].kind != PRB_WORD_LEGAL &&
			       b->word[numbers[k]].kind != PRB_WORD_STOP;
		for (size_t k = 0; k < n; k++) {
			struct word *word = &b->word[numbers[k]];
			uint32_t first =
				prb_load32(records + (size_t)numbers[k] * PRB_INDEX_WORD_BYTES);

			if (any && (word->kind == PRB_WORD_LEGAL || word->kind == PRB_WORD_STOP))
				continue;
			if (word->last > first && prb_load32(p + ((size_t)word->last - 1) * 4) == i)
				continue; /* the same word twice */
			assert(word->last < first + word->count);
			prb_store32(p + (size_t)word->last++ * 4, i);
		}
	}
}

/* Calls put for each (hash, entry) of a table: once to count them, once to keep them. */
static void
each_exact(const struct prb_index_builder *b, struct table *t,
	void (*put)(struct table *t, uint32_t hash, uint32_t entry))
{
	for (uint32_t i = 0; i < b->words; i++) {
		struct prb_span surface = word_surface(b, i);
		uint32_t hash;

		put(t, b->word[i].hash, (b->word[i].hash & 0xFF000000U) | i);
		if (b->word[i].surface_n == 0)
			continue;
		hash = prb_key_hash(surface.p, surface.n);
		put(t, hash, (hash & 0xFF000000U) | i);
	}
}

static void
put_near(struct table *t, uint32_t number, struct prb_span text,
	void (*put)(struct table *t, uint32_t hash, uint32_t entry))
{
	uint32_t hashes[PRB_NEAR_HASHES_MAX];
	size_t n = prb_near_kept(text.n) == 0
			   ? 0
			   : prb_near_hashes(text, prb_near_kept(text.n), hashes);

	for (size_t i = 0; i < n; i++)
		put(t, hashes[i], prb_near_entry(hashes[i], text.n, number));
}

static void
each_near(const struct prb_index_builder *b, struct table *t,
	void (*put)(struct table *t, uint32_t hash, uint32_t entry))
{
	for (uint32_t i = 0; i < b->words; i++) {
		if (b->word[i].count == 0)
			continue;
		put_near(t, i, word_text(b, i), put);
		if (b->word[i].surface_n > 0)
			put_near(t, i, word_surface(b, i), put);
	}
}

static void
each_sound(const struct prb_index_builder *b, struct table *t,
	void (*put)(struct table *t, uint32_t hash, uint32_t entry))
{
	uint32_t hash;

	for (uint32_t i = 0; i < b->words; i++)
		if (b->word[i].count > 0 && prb_sound_hash(word_surface(b, i), &hash))
			put(t, hash, (hash & 0xFF000000U) | i);
}

static void
each_key(const struct prb_index_builder *b, struct table *t,
	void (*put)(struct table *t, uint32_t hash, uint32_t entry))
{
	for (uint32_t i = 0; i < b->names; i++) {
		put(t, b->wholes[i], i);
		if (b->initials[i] != 0)
			put(t, b->initials[i], i);
	}
}

static void
count_entry(struct table *t, uint32_t hash, uint32_t entry)
{
	(void)entry;
	t->ends[(hash & t->mask) + 1]++;
}

static void
keep_entry(struct table *t, uint32_t hash, uint32_t entry)
{
	t->entries[t->ends[hash & t->mask]++] = entry;
}

/* Buckets for about as many entries as there are: a power of two. */
static uint32_t
mask_for(size_t entries)
{
	uint32_t buckets = 1;

	while (buckets < entries && buckets < 1U << 30)
		buckets *= 2;
	return buckets - 1;
}

static void
fill_table(struct prb_index_builder *b, enum prb_index_section section, size_t expected,
	void (*each)(const struct prb_index_builder *, struct table *,
		void (*)(struct table *, uint32_t, uint32_t)))
{
	struct table t = {.buckets = section, .mask = mask_for(expected)};
	size_t buckets = (size_t)t.mask + 1, total;
	unsigned char *p = grow(b, section, (buckets + 1) * 4);

	t.ends = calloc(buckets + 1, sizeof(*t.ends));
	if (p == NULL || t.ends == NULL) {
		b->failed = true;
		goto out;
	}
	each(b, &t, count_entry);
	for (size_t i = 1; i <= buckets; i++)
		t.ends[i] += t.ends[i - 1];
	total = t.ends[buckets];
	for (size_t i = 0; i <= buckets; i++)
		prb_store32(p + i * 4, t.ends[i]);
	t.entries = malloc(total * sizeof(*t.entries) + 1);
	p = grow(b, section + 1, total * 4);
	if (p == NULL || t.entries == NULL) {
		b->failed = true;
		goto out;
	}
	each(b, &t, keep_entry); /* `ends` begin as starts: each moves on to the next one's */
	for (size_t i = 0; i < total; i++)
		prb_store32(p + i * 4, t.entries[i]);
out:
	free(t.entries);
	free(t.ends);
}

size_t
prb_index_builder_finish(
	struct prb_index_builder *b, const unsigned char edition[PRB_INDEX_EDITION_BYTES])
{
	size_t at = PRB_INDEX_HEADER_BYTES, near = 0;

	memcpy(b->edition, edition, sizeof(b->edition));
	fill_postings(b, fill_words(b));
	for (uint32_t i = 0; i < b->words; i++)
		near += b->word[i].text_n < 8 ? b->word[i].text_n : PRB_NEAR_HASHES_MAX;
	fill_table(b, PRB_INDEX_EXACT_BUCKETS, b->words, each_exact);
	fill_table(b, PRB_INDEX_NEAR_BUCKETS, near / 2, each_near);
	fill_table(b, PRB_INDEX_SOUND_BUCKETS, b->words, each_sound);
	fill_table(b, PRB_INDEX_KEYS_BUCKETS, (size_t)b->names * 2, each_key);
	if (b->failed)
		return 0;
	for (int i = 0; i < PRB_INDEX_SECTIONS; i++)
		at = prb_index_align(at) + b->section[i].n;
	return at;
}

void
prb_index_builder_write(const struct prb_index_builder *b, void *out)
{
	unsigned char *p = out;
	size_t at = PRB_INDEX_HEADER_BYTES;

	memcpy(p, "PRBI", 4);
	prb_store32(p + 4, PRB_INDEX_FORMAT);
	prb_store32(p + 8, b->names);
	prb_store32(p + 12, b->words);
	memcpy(p + 16, b->edition, sizeof(b->edition));
	for (int i = 0; i < PRB_INDEX_SECTIONS; i++) {
		const struct grown *g = &b->section[i];
		unsigned char *length = p + 16 + sizeof(b->edition) + (size_t)i * 8;
		size_t from = prb_index_align(at);

		prb_store32(length, (uint32_t)g->n);
		prb_store32(length + 4, 0);
		memset(p + at, 0, from - at);
		if (g->n > 0)
			memcpy(p + from, g->p, g->n);
		at = from + g->n;
	}
}
