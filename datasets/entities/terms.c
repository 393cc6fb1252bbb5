/* SPDX-License-Identifier: Apache-2.0 */
#include "datasets/entities/terms.h"

#include <string.h>

#include "datasets/entities/keys.h"
#include "scoring/names/compare.h"

/* Entries looked at for one word: a flood of neighbours ends here. */
#define ENTRIES_MAX 2048
#define MEASURED_MAX 512
#define JOINED_WORDS_MAX 4
#define NEARLY_JOINED_MIN 8 /* as the comparison has it */
#define JOINED_BYTES_MAX 64
#define SPLIT_BYTES_MIN 5
#define SPLIT_BYTES_MAX 48
#define PART_BYTES_MIN 2
#define LONG_PART_BYTES_MIN 3
#define SPLITS_MAX 4

static bool
better(const struct prb_variant *a, const struct prb_variant *b)
{
	return a->quality != b->quality ? a->quality > b->quality : a->count < b->count;
}

static void
add_variant(struct prb_term *term, uint32_t number, const struct prb_index_word *word, int quality)
{
	/* A word that counts little counts no more where it was misspelt, as in the comparison; one
	 * that is part of another, or made of parts, is not to be weighed like this. */
	uint32_t weight = term->whole && word->weight < term->weight ? word->weight : term->weight;
	struct prb_variant added = {.postings = word->postings,
		.word = number,
		.count = word->count,
		.bit = prb_signature_bit(word->text),
		.tally = term->weight << 16 | weight * (unsigned)quality,
		.quality = (uint8_t)quality};
	size_t at = term->variants;

	for (size_t i = 0; i < term->variants; i++)
		if (term->variant[i].word == number)
			return;
	if (word->count == 0) {
		term->form = term->form || word->kind == PRB_WORD_LEGAL;
		return;
	}
	if (at == PRB_TERM_VARIANTS_MAX) {
		if (!better(&added, &term->variant[at - 1]))
			return;
		at--;
	} else {
		term->variants++;
	}
	for (; at > 0 && better(&added, &term->variant[at - 1]); at--)
		term->variant[at] = term->variant[at - 1];
	term->variant[at] = added;
}

/* Adds the words of just this text; says whether there are any. */
static bool
add_exact(struct prb_term *term, const struct prb_index *index, struct prb_span text)
{
	uint32_t hash = prb_key_hash(text.p, text.n);
	struct prb_index_bucket bucket = prb_index_bucket(index, PRB_INDEX_EXACT_BUCKETS, hash);
	struct prb_index_word word;
	bool any = false;

	for (size_t i = 0; i < bucket.n && i < ENTRIES_MAX; i++) {
		uint32_t entry = prb_load32(bucket.p + i * 4),
			 number = entry & PRB_INDEX_NUMBER_MASK;

		if ((entry ^ hash) >> 24 != 0 || !prb_index_word(index, number, &word) ||
			(!prb_span_equal(word.text, text) && !prb_span_equal(word.surface, text)))
			continue;
		if (term != NULL)
			add_variant(term, number, &word, PRB_QUALITY_MAX);
		any = true;
	}
	return any;
}

/* Words that may be near: first gathered, then read, then measured, so that the waits for memory
 * overlap. */
struct near {
	uint32_t hashes[PRB_NEAR_HASHES_MAX], number[MEASURED_MAX];
	struct prb_index_word word[MEASURED_MAX];
	size_t count, measured, looked;
};

static void
gather(struct near *near, const struct prb_index *index, uint32_t hash, size_t n)
{
	struct prb_index_bucket bucket = prb_index_bucket(index, PRB_INDEX_NEAR_BUCKETS, hash);

	for (size_t i = 0; i < bucket.n && near->looked < ENTRIES_MAX; i++, near->looked++) {
		uint32_t entry = prb_load32(bucket.p + i * 4),
			 number = entry & PRB_INDEX_NUMBER_MASK;
		size_t k = 0;

		if (!prb_near_may_be(entry, hash, n) || near->count == MEASURED_MAX)
			continue;
		while (k < near->count && near->number[k] != number)
			k++;
		if (k == near->count)
			near->number[near->count++] = number;
	}
}

static uint32_t
letters_of(struct prb_span text)
{
	uint32_t letters = 0;

	for (size_t i = 0; i < text.n; i++)
		letters |= 1U << ((unsigned char)text.p[i] & 31U);
	return letters;
}

/* PRB_QUALITY_MAX for too many. Each edit puts in and takes out a letter at most, which is seen
 * sooner than counted. */
static unsigned
edits_between(struct prb_span a, uint32_t letters, struct prb_span b)
{
	unsigned allowed = prb_name_edits_allowed(a.n > b.n ? a.n : b.n), edits, others = 0;

	for (letters ^= letters_of(b); letters != 0; letters &= letters - 1)
		others++;
	if (others > 2 * allowed)
		return PRB_QUALITY_MAX;
	edits = prb_name_edits(a, b, allowed);
	return edits <= allowed ? edits : PRB_QUALITY_MAX;
}

static void
measure(struct near *near, struct prb_term *term, const struct prb_index *index,
	struct prb_span text)
{
	uint32_t letters = letters_of(text);
	size_t from = near->measured;

	near->measured = near->count;
	for (size_t i = from; i < near->count; i++)
		if (!prb_index_word(index, near->number[i], &near->word[i]))
			near->word[i].text = near->word[i].surface = PRB_SPAN_NONE;
	for (size_t i = from; i < near->count; i++) {
		const struct prb_index_word *word = &near->word[i];
		unsigned edits = edits_between(text, letters, word->text), other;

		if (word->surface.p != word->text.p) {
			other = edits_between(text, letters, word->surface);
			edits = other < edits ? other : edits;
		}
		if (edits < PRB_QUALITY_MAX)
			add_variant(term, near->number[i], word, PRB_QUALITY_MAX - (int)edits);
	}
}

/* Words one edit away; those two away only where there is no better one. */
static void
add_near(struct prb_term *term, const struct prb_index *index, struct prb_span text)
{
	unsigned most = prb_near_asked(text.n);
	struct near near;

	near.count = near.measured = near.looked = 0;
	for (unsigned left_out = 1; left_out <= most; left_out++) {
		size_t n = prb_near_hashes(text, left_out, near.hashes);

		for (size_t i = 0; i < n; i++)
			gather(&near, index, near.hashes[i], text.n);
		measure(&near, term, index, text);
		if (term->variants > 0)
			return;
	}
}

static void
add_sound(struct prb_term *term, const struct prb_index *index, struct prb_span text, bool foreign)
{
	struct prb_index_bucket bucket;
	struct prb_index_word word;
	uint32_t hash;

	if (!prb_sound_hash(text, &hash))
		return;
	bucket = prb_index_bucket(index, PRB_INDEX_SOUND_BUCKETS, hash);
	for (size_t i = 0; i < bucket.n && i < MEASURED_MAX; i++) {
		uint32_t entry = prb_load32(bucket.p + i * 4),
			 number = entry & PRB_INDEX_NUMBER_MASK;
		size_t longer;
		int quality;

		if ((entry ^ hash) >> 24 != 0 || !prb_index_word(index, number, &word))
			continue;
		longer =
			word.surface.n > text.n ? word.surface.n - text.n : text.n - word.surface.n;
		/* Of another script the comparison expects no vowels. */
		quality = foreign ? PRB_QUALITY_MAX - 1 : longer < 2 ? 6 : longer < 4 ? 5 : 4;
		add_variant(term, number, &word, quality);
	}
}

static bool
is_number(struct prb_span text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
	return true;
}

/* Returns whether the index has the word as it stands. */
static bool
find_word(struct prb_term *term, const struct prb_index *index, const struct prb_name_word *word)
{
	bool exact = add_exact(term, index, word->text);

	/* A word of the lexicon is spelt right, and a number next to another is another. */
	if (word->flags & PRB_NAME_KNOWN || is_number(word->text))
		return exact;
	add_near(term, index, word->text);
	if (word->flags & PRB_NAME_FOREIGN || term->variants == 0)
		add_sound(term, index, word->text, (word->flags & PRB_NAME_FOREIGN) != 0);
	if (word->flags & PRB_NAME_FOREIGN) {
		char plain[JOINED_BYTES_MAX];
		size_t n = prb_name_plain(word->text, plain, sizeof(plain));

		if (n > 0 && n < word->text.n) {
			(void)add_exact(term, index, (struct prb_span){plain, n});
			add_near(term, index, (struct prb_span){plain, n});
		}
	}
	return exact;
}

/* Two words as one; false where they are too long for that, or a legal form. */
static bool
join(const struct prb_name *query, size_t first, size_t second, char joined[JOINED_BYTES_MAX],
	struct prb_span *out)
{
	struct prb_span a = query->words[first].surface, b = query->words[second].surface;

	if (query->words[first].kind == PRB_WORD_LEGAL ||
		query->words[second].kind == PRB_WORD_LEGAL || a.n + b.n > JOINED_BYTES_MAX)
		return false;
	memcpy(joined, a.p, a.n);
	memcpy(joined + a.n, b.p, b.n);
	*out = (struct prb_span){joined, a.n + b.n};
	return true;
}

/* Neighbours that are one word of the index when they change places, or misspelt. */
static void
add_nearly_joined(struct prb_term *term, const struct prb_index *index,
	const struct prb_name *query, size_t at, bool exact)
{
	char joined[JOINED_BYTES_MAX];
	struct prb_span text;

	if (at > 0 && join(query, at, at - 1, joined, &text))
		(void)add_exact(term, index, text);
	if (at + 1 == query->count)
		return;
	if (join(query, at + 1, at, joined, &text))
		(void)add_exact(term, index, text);
	if (!exact && join(query, at, at + 1, joined, &text) && text.n >= NEARLY_JOINED_MIN)
		add_near(term, index, text);
}

static void
finish_term(struct prb_terms *terms, struct prb_term *term)
{
	if (term->variants == 0 || terms->count == PRB_TERMS_MAX)
		return;
	term->count = 0;
	for (size_t i = 0; i < term->variants; i++)
		term->count += term->variant[i].count;
	terms->count++;
}

/* Words that stand together asked, and as one in the index: each of them counts as met. */
static void
add_joined(struct prb_term *term, const struct prb_index *index, const struct prb_name *query,
	size_t at)
{
	char joined[JOINED_BYTES_MAX];

	for (size_t from = at < JOINED_WORDS_MAX ? 0 : at - JOINED_WORDS_MAX + 1; from <= at;
		from++) {
		size_t n = 0;

		for (size_t i = from; i < query->count && i < from + JOINED_WORDS_MAX; i++) {
			struct prb_span text = query->words[i].surface;

			if (text.n > sizeof(joined) - n)
				break;
			memcpy(joined + n, text.p, text.n);
			n += text.n;
			if (i > from && i >= at)
				(void)add_exact(term, index, (struct prb_span){joined, n});
		}
	}
}

/* A term of its own for a part of a word. */
static void
add_part(struct prb_terms *terms, const struct prb_index *index, uint32_t weight,
	struct prb_span part, size_t whole)
{
	struct prb_term *term;

	if (terms->count == PRB_TERMS_MAX)
		return;
	term = &terms->term[terms->count];
	term->variants = 0;
	term->form = term->whole = false;
	term->weight = (uint32_t)(weight * part.n / whole);
	(void)add_exact(term, index, part);
	finish_term(terms, term);
}

/* Places to take a word apart, those with the longest short part first. */
struct split {
	size_t at[2], shortest;
};

static void
keep_split(struct split *splits, size_t *count, struct split found)
{
	size_t at = *count;

	if (at == SPLITS_MAX) {
		if (found.shortest <= splits[at - 1].shortest)
			return;
		at--;
	} else {
		(*count)++;
	}
	for (; at > 0 && found.shortest > splits[at - 1].shortest; at--)
		splits[at] = splits[at - 1];
	splits[at] = found;
}

static struct prb_span
slice(struct prb_span text, size_t from, size_t to)
{
	return (struct prb_span){text.p + from, to - from};
}

/* Both parts are words, or else all three. */
static size_t
find_splits(const struct prb_index *index, struct prb_span text, struct split *splits)
{
	bool begins[SPLIT_BYTES_MAX + 1], ends[SPLIT_BYTES_MAX + 1];
	size_t count = 0, n = text.n;

	for (size_t a = PART_BYTES_MIN; a + PART_BYTES_MIN <= n; a++) {
		begins[a] = add_exact(NULL, index, slice(text, 0, a));
		ends[a] = add_exact(NULL, index, slice(text, a, n));
		if (begins[a] && ends[a])
			keep_split(splits, &count, (struct split){{a, n}, a < n - a ? a : n - a});
	}
	for (size_t a = LONG_PART_BYTES_MIN; count == 0 && a + 2 * LONG_PART_BYTES_MIN <= n; a++)
		for (size_t b = a + LONG_PART_BYTES_MIN; begins[a] && b + LONG_PART_BYTES_MIN <= n;
			b++)
			if (ends[b] && add_exact(NULL, index, slice(text, a, b)))
				keep_split(splits, &count, (struct split){{a, b}, b - a});
	return count;
}

/* One word asked where the index has two or three. */
static void
add_split(struct prb_terms *terms, const struct prb_index *index, const struct prb_name_word *word)
{
	struct prb_span text = word->surface;
	struct split splits[SPLITS_MAX];
	size_t count;

	if (text.n < SPLIT_BYTES_MIN || text.n > SPLIT_BYTES_MAX)
		return;
	count = find_splits(index, text, splits);
	for (size_t i = 0; i < count; i++) {
		size_t a = splits[i].at[0], b = splits[i].at[1];

		add_part(terms, index, word->weight, slice(text, 0, a), text.n);
		add_part(terms, index, word->weight, slice(text, a, b), text.n);
		if (b < text.n)
			add_part(terms, index, word->weight, slice(text, b, text.n), text.n);
	}
}

static bool
tells(const struct prb_name_word *word)
{
	return word->kind != PRB_WORD_LEGAL && word->kind != PRB_WORD_STOP;
}

/* By insertion: there are few. */
static void
order_terms(struct prb_terms *terms)
{
	for (size_t i = 0; i < terms->count; i++) {
		size_t at = i;

		for (; at > 0 && terms->term[terms->order[at - 1]].count > terms->term[i].count;
			at--)
			terms->order[at] = terms->order[at - 1];
		terms->order[at] = (uint8_t)i;
	}
}

static void
add_word(struct prb_terms *terms, const struct prb_index *index, const struct prb_name *query,
	size_t at)
{
	const struct prb_name_word *word = &query->words[at];
	struct prb_term *term = &terms->term[terms->count];
	bool exact;

	term->variants = 0;
	term->form = false;
	term->whole = true;
	term->weight = word->weight > 0 ? word->weight : 1;
	exact = find_word(term, index, word);
	term->whole = false;
	add_joined(term, index, query, at);
	add_nearly_joined(term, index, query, at, exact);
	/* A misspelt legal form counts no more than the form. */
	if (!term->form || term->variants > 0)
		terms->weight += word->flags & PRB_NAME_FOREIGN ? word->weight / 2U : word->weight;
	finish_term(terms, term);
	if (!exact && !(word->flags & PRB_NAME_KNOWN))
		add_split(terms, index, word);
}

void
prb_terms_find(struct prb_terms *terms, const struct prb_index *index, const struct prb_name *query)
{
	bool any = false;

	terms->count = 0;
	terms->weight = 0;
	for (size_t i = 0; i < query->count; i++)
		any |= tells(&query->words[i]);
	for (size_t i = 0; i < query->count && terms->count < PRB_TERMS_MAX; i++)
		if (!any || tells(&query->words[i]))
			add_word(terms, index, query, i);
	order_terms(terms);
}
