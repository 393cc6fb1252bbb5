/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/names/compare.h"

#include <stdlib.h>
#include <string.h>

/* Shares in thousandths. All of them are ours, tuned on one half of tests/names/pairs and reported
 * on the other (tests/names/RESULTS.md). */
enum {
	WHOLE = 1000,
	JOINED_QUALITY = 970,
	JOINED_EDIT_COST = 100,
	INITIALS_QUALITY = 700,
	SOUND_FOREIGN_QUALITY = 930, /* vowels are unsure in another script */
	SOUND_QUALITY = 800,
	FIRST_LETTER_COST = 60, /* people seldom mistype the first letter */
	NUMBER_CONFLICT = 550,  /* "No. 2" against "No. 3" */
	NUMBER_LONE = 900,      /* a number on one side alone */
	CORE_CONFLICT = 750,    /* two distinctive words stand against each other */
	PLACE_CONFLICT = 880,   /* so do two places */
	FORM_CONFLICT = 985,
	FORM_LONE = 995,
	ORDER_CHANGED = 990,
};

#define CORE_WEIGHT_MIN 55
#define SOUND_BYTES_MAX 24
#define INITIALS_MIN 3
#define INITIALS_MAX 8
#define JOINED_WORDS_MAX 6
#define FORM_MISSPELT_MIN 5

struct comparison {
	const struct prb_name *query, *name;
	uint32_t query_free, name_free;  /* words not yet used, as bits */
	uint64_t matched, total;         /* weights; matched times WHOLE */
	int partner[PRB_NAME_WORDS_MAX]; /* the name's word that a query's word met, or -1 */
	struct prb_name_pieces *pieces;
};

static bool
is_free(uint32_t free, size_t i)
{
	return (free >> i & 1U) != 0;
}

static void
add_piece(struct comparison *c, struct prb_name_piece piece)
{
	if (c->pieces && c->pieces->count < PRB_NAME_PIECES_MAX)
		c->pieces->items[c->pieces->count++] = piece;
}

static uint32_t
weight_of(const struct prb_name *name, size_t at, size_t n)
{
	uint32_t weight = 0;

	for (size_t i = at; i < at + n; i++)
		weight += name->words[i].weight;
	return weight;
}

/* Words at..at + n - 1 of either side are the same to `quality`. Where their weights differ (a
 * known word and its misspelling) the smaller one is what both count. */
static void
take(struct comparison *c, struct prb_name_piece piece, unsigned quality)
{
	uint32_t q = weight_of(c->query, piece.query_at, piece.query_n);
	uint32_t n = weight_of(c->name, piece.name_at, piece.name_n);
	uint32_t least = q < n ? q : n;

	c->total -= (uint64_t)(q + n - 2 * least);
	c->matched += (uint64_t)2 * least * quality;
	c->query_free &= ~(((1U << piece.query_n) - 1) << piece.query_at);
	c->name_free &= ~(((1U << piece.name_n) - 1) << piece.name_at);
	c->partner[piece.query_at] = piece.name_at;
	add_piece(c, piece);
}

static struct prb_name_piece
pair(enum prb_name_piece_kind kind, size_t i, size_t j)
{
	return (struct prb_name_piece){.kind = (uint8_t)kind,
		.query_at = (uint8_t)i,
		.query_n = 1,
		.name_at = (uint8_t)j,
		.name_n = 1};
}

static bool
same_text(const struct prb_name_word *a, const struct prb_name_word *b)
{
	return a->text.n == b->text.n && memcmp(a->text.p, b->text.p, a->text.n) == 0;
}

/* Equal words; those written alike first, since a name may have two words of one meaning. */
static void
take_equal(struct comparison *c, bool written)
{
	for (size_t i = 0; i < c->query->count; i++) {
		const struct prb_name_word *a = &c->query->words[i];

		for (size_t j = 0; is_free(c->query_free, i) && j < c->name->count; j++) {
			const struct prb_name_word *b = &c->name->words[j];

			if (!is_free(c->name_free, j) || a->kind == PRB_WORD_LEGAL ||
				b->kind == PRB_WORD_LEGAL || !same_text(a, b) ||
				(written && !prb_span_equal(a->folded, b->folded)))
				continue;
			take(c,
				pair((a->flags ^ b->flags) & PRB_NAME_EXPANDED
						? PRB_PIECE_ABBREVIATION
						: PRB_PIECE_EQUAL,
					i, j),
				WHOLE);
		}
	}
}

static bool
may_join(const struct prb_name_word *word)
{
	return word->kind != PRB_WORD_LEGAL && word->kind != PRB_WORD_NUMBER;
}

/* How many free words from `at` on make up `whole` when joined; 0 where they do not, or one does.
 */
static size_t
joined_words(const struct prb_name *parts, uint32_t free, size_t at, struct prb_span whole)
{
	size_t taken = 0, i = at;

	for (; i < parts->count && taken < whole.n && i - at < JOINED_WORDS_MAX; i++) {
		const struct prb_name_word *word = &parts->words[i];

		if (!is_free(free, i) || !may_join(word) || word->folded.n > whole.n - taken ||
			memcmp(word->folded.p, whole.p + taken, word->folded.n) != 0)
			return 0;
		taken += word->folded.n;
	}
	return taken == whole.n && i - at > 1 ? i - at : 0;
}

/* Two neighbours whose joined text is `whole` but for an edit or two; `edits` is set. */
static bool
nearly_joined(const struct prb_name *parts, uint32_t free, size_t at, struct prb_span whole,
	unsigned *edits)
{
	char text[2 * 64];
	const struct prb_name_word *a, *b;
	unsigned allowed = prb_name_edits_allowed(whole.n);

	if (at + 1 >= parts->count || !is_free(free, at) || !is_free(free, at + 1))
		return false;
	a = &parts->words[at];
	b = a + 1;
	if (!may_join(a) || !may_join(b) || a->folded.n + b->folded.n > sizeof(text) ||
		whole.n < 8 || a->folded.n < 2 || b->folded.n < 2 ||
		a->folded.n + b->folded.n > whole.n + allowed ||
		whole.n > a->folded.n + b->folded.n + allowed)
		return false;
	memcpy(text, a->folded.p, a->folded.n);
	memcpy(text + a->folded.n, b->folded.p, b->folded.n);
	*edits = prb_name_edits((struct prb_span){text, a->folded.n + b->folded.n}, whole,
		allowed > 2 ? 2 : allowed);
	return *edits <= (allowed > 2 ? 2 : allowed);
}

/* One word of `wholes` against neighbours of `parts`; `swapped` where the parts are the query's. */
static void
take_joined_one(struct comparison *c, size_t whole, bool swapped, bool exact)
{
	const struct prb_name *parts = swapped ? c->query : c->name;
	const struct prb_name_word *word = &(swapped ? c->name : c->query)->words[whole];
	uint32_t free = swapped ? c->query_free : c->name_free;

	for (size_t at = 0; at + 1 < parts->count; at++) {
		struct prb_name_piece piece = {.kind = PRB_PIECE_JOINED};
		unsigned edits = 0;
		size_t n = 0;

		if (exact)
			n = joined_words(parts, free, at, word->folded);
		else if (nearly_joined(parts, free, at, word->folded, &edits))
			n = 2;
		if (n == 0)
			continue;
		piece.edits = (uint8_t)edits;
		piece.query_at = (uint8_t)(swapped ? at : whole);
		piece.query_n = (uint8_t)(swapped ? n : 1);
		piece.name_at = (uint8_t)(swapped ? whole : at);
		piece.name_n = (uint8_t)(swapped ? 1 : n);
		take(c, piece, JOINED_QUALITY - edits * JOINED_EDIT_COST);
		return;
	}
}

static void
take_joined(struct comparison *c, bool exact)
{
	for (size_t i = 0; i < c->query->count; i++)
		if (is_free(c->query_free, i) && may_join(&c->query->words[i]) &&
			c->query->words[i].text.n >= 3)
			take_joined_one(c, i, false, exact);
	for (size_t j = 0; j < c->name->count; j++)
		if (is_free(c->name_free, j) && may_join(&c->name->words[j]) &&
			c->name->words[j].text.n >= 3)
			take_joined_one(c, j, true, exact);
}

/* What one edit takes from a word of n letters, in thousandths: in a short word it makes another
 * word ("Huafu", "Hualu"), in a long one it is a slip. */
static unsigned
edit_cost(size_t n)
{
	static const uint16_t cost[] = {1000, 1000, 1000, 600, 330, 300, 190, 160, 135, 120};

	return n < sizeof(cost) / sizeof(cost[0]) ? cost[n] : 110;
}

static bool
sounds_alike(const struct prb_name_word *a, const struct prb_name_word *b, bool foreign)
{
	char x[SOUND_BYTES_MAX], y[SOUND_BYTES_MAX];
	size_t n, m;

	if (a->folded.n < 3 || b->folded.n < 3 || (!foreign && a->folded.p[0] != b->folded.p[0]))
		return false;
	n = prb_name_sound(a->folded, x, sizeof(x));
	m = prb_name_sound(b->folded, y, sizeof(y));
	return n == m && n >= (foreign ? 2U : 3U) && memcmp(x, y, n) == 0;
}

/* The quality of b for a when both are spelled nearly alike, 0 where they are not. */
static unsigned
spelled_alike(struct prb_span a, struct prb_span b, bool foreign, unsigned *edits)
{
	size_t least = a.n < b.n ? a.n : b.n, most = a.n + b.n - least;
	unsigned allowed = prb_name_edits_allowed(foreign ? most + 1 : most), cost;

	if (most - least > allowed)
		return 0;
	*edits = prb_name_edits(a, b, allowed);
	if (*edits > allowed)
		return 0;
	cost = *edits * edit_cost(most) / (foreign ? 2 : 1) +
	       (a.p[0] != b.p[0] ? FIRST_LETTER_COST : 0);
	return cost < WHOLE ? WHOLE - cost : 0;
}

/* How alike two words are that are not equal, in thousandths; 0 for not at all. `piece` says how.
 */
static unsigned
likeness(const struct prb_name_word *a, const struct prb_name_word *b, struct prb_name_piece *piece)
{
	bool foreign = ((a->flags | b->flags) & PRB_NAME_FOREIGN) != 0;
	unsigned edits = 0, quality, other, other_edits = 0;

	/* Both known and not the same: Hunan is not Henan, "export" is not "expert". */
	if (a->flags & b->flags & PRB_NAME_KNOWN)
		return 0;
	quality = spelled_alike(a->folded, b->folded, foreign, &edits);
	if ((a->flags | b->flags) & PRB_NAME_KNOWN) {
		other = spelled_alike(a->text, b->text, foreign, &other_edits);
		if (other > quality) {
			quality = other;
			edits = other_edits;
		}
	}
	piece->kind = PRB_PIECE_SPELLING;
	piece->edits = (uint8_t)edits;
	if (quality < SOUND_FOREIGN_QUALITY && sounds_alike(a, b, foreign) &&
		quality < (foreign ? SOUND_FOREIGN_QUALITY : SOUND_QUALITY)) {
		quality = foreign ? SOUND_FOREIGN_QUALITY : SOUND_QUALITY;
		piece->kind = PRB_PIECE_SOUND;
		piece->edits = 0;
	}
	return quality;
}

/* A legal form may be misspelt, or written as it sounds: what stands for it then counts no more
 * than it does. */
static bool
may_be_form(const struct prb_name_word *form, const struct prb_name_word *other)
{
	return form->kind == PRB_WORD_LEGAL && !(other->flags & PRB_NAME_KNOWN) &&
	       (form->folded.n >= FORM_MISSPELT_MIN || (other->flags & PRB_NAME_FOREIGN));
}

static bool
may_be_alike(const struct prb_name_word *a, const struct prb_name_word *b)
{
	size_t least = (a->flags | b->flags) & PRB_NAME_FOREIGN ? 2 : 3;

	if (a->folded.n < least || b->folded.n < least || a->kind == PRB_WORD_NUMBER ||
		b->kind == PRB_WORD_NUMBER)
		return false;
	return (a->weight > 0 && b->weight > 0) || may_be_form(a, b) || may_be_form(b, a);
}

/* How alike the free words of both sides are. */
struct likenesses {
	size_t count;
	struct {
		uint16_t quality;
		struct prb_name_piece piece;
	} items[PRB_NAME_WORDS_MAX * PRB_NAME_WORDS_MAX];
};

static void
measure_alike(const struct comparison *c, struct likenesses *all)
{
	all->count = 0;
	for (size_t i = 0; i < c->query->count; i++)
		for (size_t j = 0; is_free(c->query_free, i) && j < c->name->count; j++) {
			const struct prb_name_word *a = &c->query->words[i];
			const struct prb_name_word *b = &c->name->words[j];
			struct prb_name_piece piece = pair(PRB_PIECE_SPELLING, i, j);
			unsigned quality;

			if (!is_free(c->name_free, j) || !may_be_alike(a, b))
				continue;
			quality = likeness(a, b, &piece);
			if (quality == 0)
				continue;
			all->items[all->count].quality = (uint16_t)quality;
			all->items[all->count++].piece = piece;
		}
}

/* The most alike free words first, until none are. */
static void
take_alike(struct comparison *c)
{
	struct likenesses all;

	measure_alike(c, &all);
	for (;;) {
		size_t best = all.count;

		for (size_t i = 0; i < all.count; i++)
			if (is_free(c->query_free, all.items[i].piece.query_at) &&
				is_free(c->name_free, all.items[i].piece.name_at) &&
				(best == all.count ||
					all.items[i].quality > all.items[best].quality))
				best = i;
		if (best == all.count)
			return;
		take(c, all.items[best].piece, all.items[best].quality);
	}
}

/* The free words of `words` from `at` on whose first letters spell `initials`; words that join
 * others may be passed over. Returns how many words that spans, 0 for none. */
static size_t
spelled_by(const struct prb_name *words, uint32_t free, size_t at, struct prb_span initials)
{
	size_t letter = 0, i = at;

	for (; i < words->count && letter < initials.n; i++) {
		const struct prb_name_word *word = &words->words[i];

		if (word->kind == PRB_WORD_STOP && word->text.p[0] != initials.p[letter])
			continue;
		if (word->kind != PRB_WORD_STOP && !is_free(free, i))
			return 0;
		if (word->kind == PRB_WORD_NUMBER || word->text.p[0] != initials.p[letter])
			return 0;
		letter++;
	}
	return letter == initials.n ? i - at : 0;
}

static void
take_initials_one(struct comparison *c, size_t short_at, bool swapped)
{
	const struct prb_name *words = swapped ? c->query : c->name;
	const struct prb_name_word *initials = &(swapped ? c->name : c->query)->words[short_at];
	uint32_t free = swapped ? c->query_free : c->name_free;

	for (size_t at = 0; at + INITIALS_MIN <= words->count; at++) {
		struct prb_name_piece piece = {.kind = PRB_PIECE_INITIALS};
		size_t n = spelled_by(words, free, at, initials->text);

		if (n == 0)
			continue;
		piece.query_at = (uint8_t)(swapped ? at : short_at);
		piece.query_n = (uint8_t)(swapped ? n : 1);
		piece.name_at = (uint8_t)(swapped ? short_at : at);
		piece.name_n = (uint8_t)(swapped ? 1 : n);
		take(c, piece, INITIALS_QUALITY);
		return;
	}
}

static bool
may_be_initials(const struct prb_name_word *word)
{
	return word->kind == PRB_WORD_CORE && word->text.n >= INITIALS_MIN &&
	       word->text.n <= INITIALS_MAX;
}

static void
take_initials(struct comparison *c)
{
	for (size_t i = 0; i < c->query->count; i++)
		if (is_free(c->query_free, i) && may_be_initials(&c->query->words[i]))
			take_initials_one(c, i, false);
	for (size_t j = 0; j < c->name->count; j++)
		if (is_free(c->name_free, j) && may_be_initials(&c->name->words[j]))
			take_initials_one(c, j, true);
}

/* What is left of one side, by kind. */
struct rest {
	uint32_t numbers, places, cores; /* as bits */
};

static struct rest
rest_of(const struct prb_name *name, uint32_t free)
{
	struct rest rest = {0, 0, 0};

	for (size_t i = 0; i < name->count; i++) {
		const struct prb_name_word *word = &name->words[i];

		if (!is_free(free, i))
			continue;
		if (word->kind == PRB_WORD_NUMBER)
			rest.numbers |= 1U << i;
		else if (word->kind == PRB_WORD_PLACE)
			rest.places |= 1U << i;
		else if (word->kind == PRB_WORD_CORE && word->weight >= CORE_WEIGHT_MIN)
			rest.cores |= 1U << i;
	}
	return rest;
}

/* The share that stays when the legal forms were compared. */
static unsigned
compare_forms(const struct prb_name *a, const struct prb_name *b)
{
	bool has_a = false, has_b = false;

	for (size_t i = 0; i < a->count; i++) {
		if (a->words[i].kind != PRB_WORD_LEGAL)
			continue;
		has_a = true;
		for (size_t j = 0; j < b->count; j++)
			if (b->words[j].kind == PRB_WORD_LEGAL &&
				same_text(&a->words[i], &b->words[j]))
				return WHOLE;
	}
	for (size_t j = 0; j < b->count; j++)
		if (b->words[j].kind == PRB_WORD_LEGAL)
			has_b = true;
	if (!has_a && !has_b)
		return WHOLE;
	return has_a && has_b ? FORM_CONFLICT : FORM_LONE;
}

static bool
order_changed(const struct comparison *c)
{
	int last = -1;

	for (size_t i = 0; i < c->query->count; i++) {
		if (c->partner[i] < 0)
			continue;
		if (c->partner[i] < last)
			return true;
		last = c->partner[i];
	}
	return false;
}

static int
compare_pieces(const void *a, const void *b)
{
	const struct prb_name_piece *x = a, *y = b;
	int x_at = x->query_n > 0 ? x->query_at : PRB_NAME_WORDS_MAX + x->name_at;
	int y_at = y->query_n > 0 ? y->query_at : PRB_NAME_WORDS_MAX + y->name_at;

	return x_at - y_at;
}

/* What is left over on one side: forms, numbers that were not met, other words. */
static void
add_rest(struct comparison *c, const struct prb_name *name, uint32_t free, bool query,
	bool numbers_differ)
{
	for (size_t i = 0; i < name->count; i++) {
		const struct prb_name_word *word = &name->words[i];
		struct prb_name_piece piece = {
			.kind = query ? PRB_PIECE_QUERY_ONLY : PRB_PIECE_NAME_ONLY};

		if (!is_free(free, i) || word->kind == PRB_WORD_STOP)
			continue;
		if (word->kind == PRB_WORD_LEGAL)
			piece.kind = PRB_PIECE_FORM;
		else if (word->kind == PRB_WORD_NUMBER && numbers_differ)
			piece.kind = PRB_PIECE_NUMBER_DIFFERS;
		piece.query_at = query ? (uint8_t)i : 0;
		piece.query_n = query ? 1 : 0;
		piece.name_at = query ? 0 : (uint8_t)i;
		piece.name_n = query ? 0 : 1;
		add_piece(c, piece);
	}
}

static int32_t
similarity_of(struct comparison *c)
{
	struct rest q = rest_of(c->query, c->query_free), n = rest_of(c->name, c->name_free);
	uint64_t similarity;

	if (c->total == 0)
		return 0;
	similarity = c->matched * (PRB_SIMILARITY_MAX / WHOLE) / c->total;
	if (q.numbers && n.numbers)
		similarity = similarity * NUMBER_CONFLICT / WHOLE;
	else if (q.numbers || n.numbers)
		similarity = similarity * NUMBER_LONE / WHOLE;
	if (q.cores && n.cores)
		similarity = similarity * CORE_CONFLICT / WHOLE;
	if (q.places && n.places)
		similarity = similarity * PLACE_CONFLICT / WHOLE;
	similarity = similarity * compare_forms(c->query, c->name) / WHOLE;
	if (order_changed(c))
		similarity = similarity * ORDER_CHANGED / WHOLE;
	return (int32_t)similarity;
}

static void
add_rest_of(struct comparison *c)
{
	bool differ = rest_of(c->query, c->query_free).numbers != 0 &&
		      rest_of(c->name, c->name_free).numbers != 0;

	add_rest(c, c->query, c->query_free, true, differ);
	add_rest(c, c->name, c->name_free, false, differ);
}

static uint32_t
all_words(const struct prb_name *name)
{
	return (uint32_t)((1ULL << name->count) - 1);
}

/* Which of two names is taken first: the alignment is greedy, and its ties must fall the same way
 * whichever name is the query. */
static int
compare_order(const struct prb_name *a, const struct prb_name *b)
{
	if (a->count != b->count)
		return a->count < b->count ? -1 : 1;
	if (a->weight != b->weight)
		return a->weight < b->weight ? -1 : 1;
	for (size_t i = 0; i < a->count; i++) {
		int order = prb_span_compare(a->words[i].text, b->words[i].text);

		if (order != 0)
			return order;
	}
	return 0;
}

static void
swap_sides(struct prb_name_pieces *pieces)
{
	for (size_t i = 0; i < pieces->count; i++) {
		struct prb_name_piece *p = &pieces->items[i], old = *p;

		p->query_at = old.name_at;
		p->query_n = old.name_n;
		p->name_at = old.query_at;
		p->name_n = old.query_n;
		if (old.kind == PRB_PIECE_QUERY_ONLY)
			p->kind = PRB_PIECE_NAME_ONLY;
		else if (old.kind == PRB_PIECE_NAME_ONLY)
			p->kind = PRB_PIECE_QUERY_ONLY;
	}
}

int32_t
prb_names_compare(
	const struct prb_name *query, const struct prb_name *name, struct prb_name_pieces *pieces)
{
	bool swapped = compare_order(query, name) > 0;
	struct comparison c;
	int32_t similarity;

	c.query = swapped ? name : query;
	c.name = swapped ? query : name;
	c.query_free = all_words(c.query);
	c.name_free = all_words(c.name);
	c.matched = 0;
	c.total = (uint64_t)query->weight + name->weight;
	c.pieces = pieces;
	for (size_t i = 0; i < c.query->count; i++)
		c.partner[i] = -1;
	if (pieces)
		pieces->count = 0;
	take_equal(&c, true);
	take_equal(&c, false);
	take_joined(&c, true);
	take_alike(&c);
	take_joined(&c, false);
	take_initials(&c);
	similarity = similarity_of(&c);
	if (pieces) {
		add_rest_of(&c);
		if (swapped)
			swap_sides(pieces);
		qsort(pieces->items, pieces->count, sizeof(pieces->items[0]), compare_pieces);
	}
	return similarity;
}
