/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/names/segment.h"

/* What pieces cost; ours, so that a known word is cheaper than unknown text, and one unknown piece
 * cheaper than two. */
enum {
	KNOWN = 1,
	UNKNOWN_PIECE = 3,
	UNKNOWN_CHARACTER = 1,
	ONE_CHARACTER = 3, /* a known word of one character, in the middle */
};
#define COST_MAX 1000000

/* Unicode 15, Blocks.txt; Hangul sets some blanks, but glues what a firm is to what it is called.
 */
bool
prb_script_is_unspaced_at(uint32_t c)
{
	return c >= 0x0E00 && ((c <= 0x0EFF) ||                        /* Thai, Lao */
				      (c >= 0x1000 && c <= 0x109F) ||  /* Myanmar */
				      (c >= 0x1780 && c <= 0x17FF) ||  /* Khmer */
				      (c >= 0x3040 && c <= 0x31FF) ||  /* Kana, Bopomofo */
				      (c >= 0x3400 && c <= 0x9FFF) ||  /* Han */
				      (c >= 0xAC00 && c <= 0xD7AF) ||  /* Hangul */
				      (c >= 0xF900 && c <= 0xFAFF) ||  /* Han */
				      (c >= 0x20000 && c <= 0x3FFFF)); /* Han */
}

/* The best way to a character's end: what it costs, where its last piece begins, and what that is.
 */
struct way {
	int cost;
	size_t from;
	bool known;
	struct prb_word_entry entry;
};

struct cutter {
	const struct prb_lexicon *lexicon;
	struct prb_span text;
	size_t count;                              /* characters */
	size_t at[PRB_SEGMENT_CHARACTERS_MAX + 1]; /* their bytes, and the end of the last */
	struct way way[PRB_SEGMENT_CHARACTERS_MAX + 1][2]; /* ending in known text, in unknown */
};

static void
read_run(struct cutter *c, size_t at)
{
	uint32_t code_point;

	c->count = 0;
	c->at[0] = at;
	while (at < c->text.n && c->count < PRB_SEGMENT_CHARACTERS_MAX) {
		size_t n = prb_utf8_decode(c->text.p + at, c->text.n - at, &code_point);

		if (n == 0 || !prb_script_is_unspaced_at(code_point))
			break;
		at += n;
		c->at[++c->count] = at;
	}
}

static const struct way *
best_way(const struct cutter *c, size_t i)
{
	return &c->way[i][c->way[i][1].cost < c->way[i][0].cost];
}

static int
cost_of(const struct cutter *c, size_t i, size_t j, const struct prb_word_entry *entry)
{
	const struct way *before = &c->way[i][0];

	if (j - i > 1 || j == c->count)
		return KNOWN;
	if (entry->kind == PRB_WORD_STOP)
		return i > 0 && before->cost < COST_MAX && before->entry.kind == PRB_WORD_PLACE
			       ? 0
			       : COST_MAX;
	return ONE_CHARACTER;
}

static void
go(struct way *way, int cost, size_t from, bool known, const struct prb_word_entry *entry)
{
	if (cost >= way->cost)
		return;
	*way = (struct way){.cost = cost, .from = from, .known = known};
	if (entry)
		way->entry = *entry;
}

/* All ways on from character i. */
static void
go_on(struct cutter *c, size_t i)
{
	const struct way *known = &c->way[i][0], *unknown = &c->way[i][1], *best = best_way(c, i);
	size_t limit = prb_lexicon_native_bytes_max(c->lexicon);
	uint32_t hash = PRB_LEXICON_HASH_NONE;
	struct prb_word_entry entry;

	if (best->cost >= COST_MAX)
		return;
	go(&c->way[i + 1][1], known->cost + UNKNOWN_PIECE + UNKNOWN_CHARACTER, i, false, NULL);
	go(&c->way[i + 1][1], unknown->cost + UNKNOWN_CHARACTER, unknown->from, false, NULL);
	for (size_t j = i + 1; j <= c->count && c->at[j] - c->at[i] <= limit; j++) {
		hash = prb_lexicon_hash_more(
			hash, c->text.p + c->at[j - 1], c->at[j] - c->at[j - 1]);
		if (prb_lexicon_find_hashed(
			    c->lexicon, hash, c->text.p + c->at[i], c->at[j] - c->at[i], &entry))
			go(&c->way[j][0], best->cost + cost_of(c, i, j, &entry), i, true, &entry);
	}
}

size_t
prb_segment(const struct prb_lexicon *lexicon, struct prb_span text, size_t at,
	struct prb_segment pieces[PRB_SEGMENT_CHARACTERS_MAX])
{
	struct cutter c;
	size_t n = 0, i;

	c.lexicon = lexicon;
	c.text = text;
	read_run(&c, at);
	for (i = 0; i <= c.count; i++)
		c.way[i][0].cost = c.way[i][1].cost = COST_MAX;
	c.way[0][0] = (struct way){.cost = 0};
	for (i = 0; i < c.count; i++)
		go_on(&c, i);
	/* Backwards: how many pieces, then each in its place. */
	for (i = c.count; i > 0; i = best_way(&c, i)->from)
		n++;
	for (size_t k = n, j = c.count; k-- > 0;) {
		const struct way *way = best_way(&c, j);

		pieces[k] = (struct prb_segment){.from = c.at[way->from],
			.to = c.at[j],
			.known = way->known,
			.entry = way->entry};
		j = way->from;
	}
	return n;
}
