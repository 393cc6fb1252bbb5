/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/names/alike.h"

#include <stdlib.h>
#include <string.h>

const struct prb_name_scale prb_name_scale = {
	.meaning = 980,
	.joined = 970,
	.joined_edit = 100,
	.initials = 700,
	.sound_foreign = 930,
	.sound = 800,
	.first_letter = 60,
	.pinyin = 200,
	.part = 850,
	.number_conflict = 550,
	.number_lone = 900,
	.core_conflict = 750,
	.place_conflict = 880,
	.trade_conflict = 930,
	.form_conflict = 985,
	.form_lone = 995,
	.order_changed = 990,
	.order_short = 800,
	.lone_place = 600,
	.edit = {1000, 1000, 1000, 600, 330, 300, 190, 160, 135, 120, 110, 110},
};

#define FORM_MISSPELT_MIN 5
#define SHORT_WORD 4
#define INITIALS_MIN 3
#define INITIALS_MAX 8
#define JOINED_WORDS_MAX 6

struct comparison {
	const struct prb_name *query, *name;
	uint32_t query_free, name_free;  /* words not yet used, as bits */
	uint64_t matched, total;         /* weights; matched times PRB_NAME_WHOLE */
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

/* A short word beside a known one need not be a slip: what it weighs more stays ("Camel Grape" is
 * not Camel Group). */
static bool
is_slip(const struct comparison *c, const struct prb_name_piece *piece)
{
	const struct prb_name_word *a = &c->query->words[piece->query_at];
	const struct prb_name_word *b = &c->name->words[piece->name_at];

	return piece->kind != PRB_PIECE_SPELLING || ((a->flags ^ b->flags) & PRB_NAME_FOREIGN) ||
	       (a->surface.n >= PRB_NAME_KNOWN_MISSPELT_MIN &&
		       b->surface.n >= PRB_NAME_KNOWN_MISSPELT_MIN);
}

/* Words at..at + n - 1 of either side are the same to `quality`. Where their weights differ (a
 * known word and its misspelling) the smaller one is what both count. */
static void
take(struct comparison *c, struct prb_name_piece piece, unsigned quality)
{
	uint32_t q = weight_of(c->query, piece.query_at, piece.query_n);
	uint32_t n = weight_of(c->name, piece.name_at, piece.name_n);
	uint32_t least = q < n ? q : n;

	if (is_slip(c, &piece))
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

static bool
begins_with(struct prb_span text, struct prb_span with)
{
	return with.n <= text.n && memcmp(text.p, with.p, with.n) == 0;
}

/* "Textile", "Textiles": of one meaning, and one ending more. */
static bool
is_ending(struct prb_span a, struct prb_span b)
{
	return (begins_with(a, b) && a.n - b.n <= 2) || (begins_with(b, a) && b.n - a.n <= 2);
}

/* Words that are written the same, then those that mean the same: "shoe" must not take the place of
 * "footwear" where that is there itself. */
static void
take_equal(struct comparison *c, bool surface)
{
	for (size_t i = 0; i < c->query->count; i++) {
		const struct prb_name_word *a = &c->query->words[i];

		if (!is_free(c->query_free, i) || a->kind == PRB_WORD_LEGAL)
			continue;
		for (size_t j = 0; j < c->name->count; j++) {
			const struct prb_name_word *b = &c->name->words[j];
			bool abbreviated;

			if (!is_free(c->name_free, j) || b->kind == PRB_WORD_LEGAL ||
				!same_text(a, b) ||
				(surface && !prb_span_equal(a->surface, b->surface)))
				continue;
			abbreviated = ((a->flags ^ b->flags) & PRB_NAME_EXPANDED) != 0;
			take(c, pair(abbreviated ? PRB_PIECE_ABBREVIATION : PRB_PIECE_EQUAL, i, j),
				surface || abbreviated || is_ending(a->surface, b->surface)
					? PRB_NAME_WHOLE
					: prb_name_scale.meaning);
			break;
		}
	}
}

static bool
may_join(const struct prb_name_word *word)
{
	return word->kind != PRB_WORD_LEGAL && word->kind != PRB_WORD_NUMBER;
}

/* "Nine Star" is Ninestar, but "9 Star" is not written so. */
static bool
is_digits(struct prb_span text)
{
	return text.n > 0 && text.p[0] >= '0' && text.p[0] <= '9';
}

/* How many free words from `at` on make up `whole` when joined, two also in the other order; 0
 * where they do not, or one does. */
static size_t
joined_words(const struct prb_name *parts, uint32_t free, size_t at, struct prb_span whole)
{
	struct prb_span left = whole;
	size_t i = at;

	for (; i < parts->count && left.n > 0 && i - at < JOINED_WORDS_MAX; i++) {
		const struct prb_name_word *word = &parts->words[i];

		if (!is_free(free, i) || is_digits(word->surface) ||
			!begins_with(left, word->surface))
			break;
		left.p += word->surface.n;
		left.n -= word->surface.n;
	}
	if (left.n == 0)
		return i - at > 1 ? i - at : 0;
	if (at + 1 < parts->count && is_free(free, at) && is_free(free, at + 1) &&
		parts->words[at].surface.n + parts->words[at + 1].surface.n == whole.n &&
		begins_with(whole, parts->words[at + 1].surface) &&
		memcmp(whole.p + parts->words[at + 1].surface.n, parts->words[at].surface.p,
			parts->words[at].surface.n) == 0)
		return 2;
	return 0;
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
	if (!may_join(a) || !may_join(b) || a->surface.n + b->surface.n > sizeof(text) ||
		whole.n < 8 || a->surface.n < 2 || b->surface.n < 2 ||
		a->surface.n + b->surface.n > whole.n + allowed ||
		whole.n > a->surface.n + b->surface.n + allowed)
		return false;
	memcpy(text, a->surface.p, a->surface.n);
	memcpy(text + a->surface.n, b->surface.p, b->surface.n);
	*edits = prb_name_edits((struct prb_span){text, a->surface.n + b->surface.n}, whole,
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
			n = joined_words(parts, free, at, word->surface);
		else if (nearly_joined(parts, free, at, word->surface, &edits))
			n = 2;
		if (n == 0)
			continue;
		piece.edits = (uint8_t)edits;
		piece.query_at = (uint8_t)(swapped ? at : whole);
		piece.query_n = (uint8_t)(swapped ? n : 1);
		piece.name_at = (uint8_t)(swapped ? whole : at);
		piece.name_n = (uint8_t)(swapped ? 1 : n);
		take(c, piece, prb_name_scale.joined - edits * prb_name_scale.joined_edit);
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

/* A legal form may be misspelt, or written as it sounds: what stands for it then counts no more
 * than it does. */
static bool
may_be_form(const struct prb_name_word *form, const struct prb_name_word *other)
{
	return form->kind == PRB_WORD_LEGAL && other->weight > 0 &&
	       !(other->flags & PRB_NAME_KNOWN) &&
	       (form->surface.n >= FORM_MISSPELT_MIN || (other->flags & PRB_NAME_FOREIGN));
}

static bool
may_be_alike(const struct prb_name_word *a, const struct prb_name_word *b)
{
	size_t least = ((a->flags ^ b->flags) & PRB_NAME_FOREIGN) != 0 ? 2 : 3;

	if (a->surface.n < least || b->surface.n < least || a->kind == PRB_WORD_NUMBER ||
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
	struct prb_name_spelling query[PRB_NAME_WORDS_MAX], name[PRB_NAME_WORDS_MAX];

	all->count = 0;
	if (c->query_free == 0 || c->name_free == 0)
		return;
	prb_name_spell(c->query, query);
	prb_name_spell(c->name, name);
	for (size_t i = 0; i < c->query->count; i++)
		for (size_t j = 0; is_free(c->query_free, i) && j < c->name->count; j++) {
			struct prb_name_piece piece = pair(PRB_PIECE_SPELLING, i, j);
			unsigned quality;

			if (!is_free(c->name_free, j) ||
				!may_be_alike(&c->query->words[i], &c->name->words[j]))
				continue;
			quality = prb_words_alike(&query[i], &name[j], &piece);
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
		take(c, piece, prb_name_scale.initials);
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
	uint32_t numbers, places, trades, cores; /* weights */
};

/* A number said twice on one side ("Colony No. 3 (IK-3)") is no other number. */
static bool
has_number(const struct prb_name *name, const struct prb_name_word *number)
{
	for (size_t i = 0; i < name->count; i++)
		if (name->words[i].kind == PRB_WORD_NUMBER && same_text(&name->words[i], number))
			return true;
	return false;
}

static struct rest
rest_of(const struct prb_name *name, uint32_t free, const struct prb_name *other)
{
	struct rest rest = {0, 0, 0, 0};

	for (size_t i = 0; i < name->count; i++) {
		const struct prb_name_word *word = &name->words[i];

		if (!is_free(free, i))
			continue;
		if (word->kind == PRB_WORD_NUMBER && !has_number(other, word))
			rest.numbers += word->weight;
		else if (word->kind == PRB_WORD_PLACE)
			rest.places += word->weight;
		else if (word->kind == PRB_WORD_TRADE)
			rest.trades += word->weight;
		else if (word->kind == PRB_WORD_CORE && word->weight >= PRB_NAME_CORE_WEIGHT_MIN)
			rest.cores += word->weight;
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
				return PRB_NAME_WHOLE;
	}
	for (size_t j = 0; j < b->count; j++)
		if (b->words[j].kind == PRB_WORD_LEGAL)
			has_b = true;
	if (!has_a && !has_b)
		return PRB_NAME_WHOLE;
	return has_a && has_b ? prb_name_scale.form_conflict : prb_name_scale.form_lone;
}

/* The share that stays when words changed places. Between short distinctive words it makes another
 * name
 * ("Hua Feng", "Feng Hua"). */
static unsigned
compare_order_of(const struct comparison *c)
{
	const struct prb_name_word *before = NULL;
	int last = -1;

	for (size_t i = 0; i < c->query->count; i++) {
		const struct prb_name_word *word = &c->query->words[i];

		if (c->partner[i] < 0)
			continue;
		if (c->partner[i] < last)
			return before->kind == PRB_WORD_CORE && word->kind == PRB_WORD_CORE &&
					       before->text.n <= SHORT_WORD &&
					       word->text.n <= SHORT_WORD
				       ? prb_name_scale.order_short
				       : prb_name_scale.order_changed;
		last = c->partner[i];
		before = word;
	}
	return PRB_NAME_WHOLE;
}

static int
compare_pieces(const void *a, const void *b)
{
	const struct prb_name_piece *x = a, *y = b;
	int x_at = x->query_n > 0 ? x->query_at : PRB_NAME_WORDS_MAX + x->name_at;
	int y_at = y->query_n > 0 ? y->query_at : PRB_NAME_WORDS_MAX + y->name_at;

	return x_at - y_at;
}

static bool
is_other_number(const struct prb_name *name, uint32_t free, size_t i, const struct prb_name *other)
{
	return is_free(free, i) && name->words[i].kind == PRB_WORD_NUMBER &&
	       !has_number(other, &name->words[i]);
}

/* Numbers that stand against each other: the first of one side against the first of the other. */
static void
add_numbers(struct comparison *c)
{
	size_t j = 0;

	for (size_t i = 0; i < c->query->count; i++) {
		if (!is_other_number(c->query, c->query_free, i, c->name))
			continue;
		while (j < c->name->count && !is_other_number(c->name, c->name_free, j, c->query))
			j++;
		if (j == c->name->count)
			return;
		add_piece(c, pair(PRB_PIECE_NUMBER_DIFFERS, i, j));
		c->query_free &= ~(1U << i);
		c->name_free &= ~(1U << j);
	}
}

/* What is left over on one side: forms and other words. */
static void
add_rest(struct comparison *c, const struct prb_name *name, uint32_t free, bool query)
{
	for (size_t i = 0; i < name->count; i++) {
		const struct prb_name_word *word = &name->words[i];
		struct prb_name_piece piece = {
			.kind = query ? PRB_PIECE_QUERY_ONLY : PRB_PIECE_NAME_ONLY};

		if (!is_free(free, i) || word->kind == PRB_WORD_STOP)
			continue;
		if (word->kind == PRB_WORD_LEGAL)
			piece.kind = PRB_PIECE_FORM;
		piece.query_at = query ? (uint8_t)i : 0;
		piece.query_n = query ? 1 : 0;
		piece.name_at = query ? 0 : (uint8_t)i;
		piece.name_n = query ? 0 : 1;
		add_piece(c, piece);
	}
}

/* A place that stands on one side alone counts less than one that stands against another. */
static uint64_t
lone_discount(const struct rest *a, const struct rest *b)
{
	uint64_t places = a->places && b->places ? 0 : a->places + b->places;

	return places * (PRB_NAME_WHOLE - prb_name_scale.lone_place) / PRB_NAME_WHOLE;
}

static int32_t
similarity_of(struct comparison *c)
{
	struct rest q = rest_of(c->query, c->query_free, c->name);
	struct rest n = rest_of(c->name, c->name_free, c->query);
	uint64_t similarity;

	c->total -= lone_discount(&q, &n);
	if (c->total == 0)
		return 0;
	similarity = c->matched * (PRB_SIMILARITY_MAX / PRB_NAME_WHOLE) / c->total;
	if (q.numbers && n.numbers)
		similarity = similarity * prb_name_scale.number_conflict / PRB_NAME_WHOLE;
	else if (q.numbers || n.numbers)
		similarity = similarity * prb_name_scale.number_lone / PRB_NAME_WHOLE;
	if (q.cores && n.cores)
		similarity = similarity * prb_name_scale.core_conflict / PRB_NAME_WHOLE;
	if (q.places && n.places)
		similarity = similarity * prb_name_scale.place_conflict / PRB_NAME_WHOLE;
	if (q.trades && n.trades)
		similarity = similarity * prb_name_scale.trade_conflict / PRB_NAME_WHOLE;
	similarity = similarity * compare_forms(c->query, c->name) / PRB_NAME_WHOLE;
	similarity = similarity * compare_order_of(c) / PRB_NAME_WHOLE;
	return (int32_t)similarity;
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
	take_joined(&c, true);
	take_equal(&c, false);
	take_alike(&c);
	take_joined(&c, false);
	take_initials(&c);
	similarity = similarity_of(&c);
	if (pieces) {
		add_numbers(&c);
		add_rest(&c, c.query, c.query_free, true);
		add_rest(&c, c.name, c.name_free, false);
		if (swapped)
			swap_sides(pieces);
		qsort(pieces->items, pieces->count, sizeof(pieces->items[0]), compare_pieces);
	}
	return similarity;
}
