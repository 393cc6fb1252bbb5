/* SPDX-License-Identifier: Apache-2.0 */
#include "datasets/entities/search.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/entities/keys.h"
#include "datasets/entities/terms.h"

/* What one query may cost: postings read, names met, names whose words are looked at, names
 * compared. */
#define POSTINGS_MAX 20000
#define TOUCHED_MAX (POSTINGS_MAX + 4096)
#define CONFIRMED_MAX 512
#define COMPARED_MAX 48
#define BUCKETS 128
/* A name that shares no rare word with the query must be as alike as this by its common ones. */
#define SIMILARITY_MET 600000
/* How far the comparison may go beyond the estimate. */
#define ESTIMATE_SLACK 30000

struct candidate {
	uint32_t name;
	uint16_t score; /* what it was credited with: weight times eighths */
	bool counted;   /* for its common words too */
	int32_t estimate;
};

struct prb_searcher {
	const struct prb_index *index;
	uint16_t *scores; /* one for each name; all zeros between queries */
	struct prb_terms terms;
	uint8_t common[PRB_TERMS_MAX]; /* terms with variants that were not credited */
	size_t common_count;
	uint32_t common_most; /* that they may lend together */
	size_t touched, candidates;
	uint32_t touch[TOUCHED_MAX]; /* the names whose scores are not zero */
	uint16_t score[TOUCHED_MAX]; /* these, close together */
	struct candidate candidate[CONFIRMED_MAX];
	struct prb_name name;
};

struct prb_searcher *
prb_searcher_create(const struct prb_index *index)
{
	struct prb_searcher *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->index = index;
	s->scores = calloc((size_t)index->names + 1, sizeof(*s->scores));
	if (s->scores == NULL) {
		free(s);
		return NULL;
	}
	return s;
}

void
prb_searcher_destroy(struct prb_searcher *s)
{
	if (s == NULL)
		return;
	free(s->scores);
	free(s);
}

/* A name with two variants of one word is credited twice: it is only an estimate, and rare. */
static void
credit(struct prb_searcher *s, const struct prb_variant *variant, size_t count)
{
	for (size_t i = 0; i < count && s->touched < TOUCHED_MAX; i++) {
		uint32_t name = prb_load32(variant->postings + i * 4), score;

		if (name >= s->index->names)
			continue;
		score = s->scores[name];
		if (score == 0)
			s->touch[s->touched++] = name;
		score += variant->credit;
		s->scores[name] = score > UINT16_MAX ? UINT16_MAX : (uint16_t)score;
	}
}

/* The same, for names met before alone. */
static void
credit_met(struct prb_searcher *s, const struct prb_variant *variant, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint32_t name = prb_load32(variant->postings + i * 4), score;

		if (name >= s->index->names || s->scores[name] == 0)
			continue;
		score = s->scores[name] + (uint32_t)variant->credit;
		s->scores[name] = score > UINT16_MAX ? UINT16_MAX : (uint16_t)score;
	}
}

/* Credits the names of a term's variants. Those with more names than `budget` leaves stay in the
 * term, for count_common(); the others are taken from it. Where no word is rarer, the first of its
 * names have to do. */
static size_t
accumulate(struct prb_searcher *s, size_t number, size_t budget,
	void (*give)(struct prb_searcher *s, const struct prb_variant *variant, size_t count))
{
	struct prb_term *term = &s->terms.term[number];
	size_t left = 0;

	for (size_t i = 0; i < term->variants; i++) {
		const struct prb_variant *v = &term->variant[i];
		size_t count = v->count > budget && s->touched == 0 ? budget : v->count;

		if (count > budget) {
			term->variant[left++] = *v;
			continue;
		}
		budget -= count;
		give(s, v, count);
	}
	term->variants = left;
	return budget;
}

/* What a name must have of the query for a similarity of the minimum: twice what is met is that
 * share of both weights together, and a name weighs no less than what it meets. */
static uint32_t
score_needed(uint32_t weight, uint64_t min)
{
	return (uint32_t)(weight * PRB_QUALITY_MAX * min / (2 * PRB_SIMILARITY_MAX - min));
}

static void
meet_names(struct prb_searcher *s)
{
	uint32_t needed = score_needed(s->terms.weight, SIMILARITY_MET), ahead = 0;
	size_t budget = POSTINGS_MAX, i;

	for (i = 0; i < s->terms.count; i++)
		ahead += s->terms.term[i].weight * PRB_QUALITY_MAX;
	for (i = 0; i < s->terms.count; i++) {
		size_t number = s->terms.order[i];

		/* A name first met here could not become a hit any more. */
		if (i > 0 && ahead < needed)
			break;
		budget = accumulate(s, number, budget, credit);
		ahead -= s->terms.term[number].weight * PRB_QUALITY_MAX;
	}
	/* Where there is no room for all that were met, the common words choose among them. */
	for (budget = POSTINGS_MAX; i < s->terms.count && s->touched > CONFIRMED_MAX; i++)
		budget = accumulate(s, s->terms.order[i], budget, credit_met);
}

/* The terms that have variants left: words that very many names have. */
static void
find_common(struct prb_searcher *s)
{
	s->common_count = 0;
	s->common_most = 0;
	for (size_t i = 0; i < s->terms.count; i++)
		if (s->terms.term[i].variants > 0) {
			s->common[s->common_count++] = (uint8_t)i;
			s->common_most += s->terms.term[i].weight * PRB_QUALITY_MAX;
		}
}

/* Sets the scores back, and keeps those that may be enough with what is not credited yet. */
static void
take_scores(struct prb_searcher *s)
{
	uint32_t needed = score_needed(s->terms.weight, PRB_SEARCH_SIMILARITY_MIN);
	size_t n = 0;

	for (size_t i = 0; i < s->touched; i++) {
		uint32_t name = s->touch[i];
		uint16_t score = s->scores[name];

		s->scores[name] = 0;
		s->touch[n] = name;
		s->score[n] = score;
		n += score + s->common_most >= needed;
	}
	s->touched = n;
}

/* What a name has of the common terms. */
static uint32_t
credit_common(const struct prb_searcher *s, const struct prb_index_forward *forward)
{
	uint32_t score = 0;

	for (size_t i = 0; i < s->common_count; i++) {
		const struct prb_term *term = &s->terms.term[s->common[i]];
		uint32_t best = 0;

		for (size_t v = 0; v < term->variants; v++)
			for (size_t k = 0; k < forward->n && term->variant[v].credit > best; k++)
				if ((prb_load32(forward->p + k * 4) & PRB_INDEX_NUMBER_MASK) ==
					term->variant[v].word)
					best = term->variant[v].credit;
		score += best;
	}
	return score;
}

/* What of them a name may have by its signature. */
static uint32_t
common_at_most(const struct prb_searcher *s, uint64_t signature)
{
	uint32_t score = 0;

	for (size_t i = 0; i < s->common_count; i++) {
		const struct prb_term *term = &s->terms.term[s->common[i]];
		uint32_t best = 0;

		for (size_t v = 0; v < term->variants; v++)
			if ((term->variant[v].bit & signature) != 0 &&
				term->variant[v].credit > best)
				best = term->variant[v].credit;
		score += best;
	}
	return score;
}

static uint64_t
signature_of(const struct prb_searcher *s, uint32_t name)
{
	return prb_load64(s->index->section[PRB_INDEX_SIGNATURES].p + (size_t)name * 8);
}

/* The lowest score of those names that there is room for as candidates. */
static uint32_t
score_wanted(const struct prb_searcher *s, uint32_t step)
{
	size_t bucket[BUCKETS] = {0}, room = CONFIRMED_MAX;
	uint32_t at = BUCKETS - 1;

	for (size_t i = 0; i < s->touched; i++) {
		uint32_t b = s->score[i] / step;

		bucket[b < BUCKETS ? b : BUCKETS - 1]++;
	}
	for (; at > 0 && bucket[at] <= room; at--)
		room -= bucket[at];
	return at * step;
}

static void
choose_candidates(struct prb_searcher *s)
{
	uint32_t step = s->terms.weight * PRB_QUALITY_MAX / BUCKETS + 1, wanted;
	size_t n = 0;

	wanted = s->touched <= CONFIRMED_MAX ? 0 : score_wanted(s, step);
	/* Those above the lowest bucket all have room; of the lowest, the first. */
	for (int above = 1; above >= 0; above--)
		for (size_t i = 0; i < s->touched && n < CONFIRMED_MAX; i++)
			if (s->score[i] >= wanted && (s->score[i] >= wanted + step) == (above == 1))
				s->candidate[n++] = (struct candidate){
					.name = s->touch[i], .score = s->score[i]};
	s->candidates = n;
}

/* Twice what is met, of both weights together; the name weighs no less than what it meets. */
static int32_t
estimate(uint32_t weight, uint64_t signature, uint32_t score)
{
	uint32_t own = (uint32_t)(signature >> PRB_SIGNATURE_BITS) * PRB_QUALITY_MAX;
	uint64_t both = (uint64_t)weight * PRB_QUALITY_MAX + (own > score ? own : score);
	uint64_t share = both == 0 ? 0 : (uint64_t)score * (2 * PRB_SIMILARITY_MAX) / both;

	return share > PRB_SIMILARITY_MAX ? PRB_SIMILARITY_MAX : (int32_t)share;
}

static bool
likelier(const struct candidate *a, const struct candidate *b)
{
	return a->estimate != b->estimate ? a->estimate > b->estimate : a->name < b->name;
}

/* The candidates are a heap, so that only those looked at are ever sorted. */
static void
sift(struct prb_searcher *s, size_t at)
{
	struct candidate moved = s->candidate[at];

	for (size_t child; (child = at * 2 + 1) < s->candidates; at = child) {
		if (child + 1 < s->candidates &&
			likelier(&s->candidate[child + 1], &s->candidate[child]))
			child++;
		if (!likelier(&s->candidate[child], &moved))
			break;
		s->candidate[at] = s->candidate[child];
	}
	s->candidate[at] = moved;
}

/* Leaves those that may be hits, as a heap. */
static void
rank_candidates(struct prb_searcher *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->candidates; i++) {
		struct candidate c = s->candidate[i];
		uint64_t signature = signature_of(s, c.name);

		c.estimate = estimate(
			s->terms.weight, signature, c.score + common_at_most(s, signature));
		c.counted = s->common_count == 0;
		if (c.estimate >= PRB_SEARCH_SIMILARITY_MIN)
			s->candidate[n++] = c;
	}
	s->candidates = n;
	for (size_t k = n / 2; k > 0; k--)
		sift(s, k - 1);
}

static void
count_common(struct prb_searcher *s, struct candidate *c)
{
	struct prb_index_forward forward = prb_index_forward(s->index, c->name);

	c->estimate = estimate(
		s->terms.weight, signature_of(s, c->name), c->score + credit_common(s, &forward));
	c->counted = true;
}

/* The likeliest candidate, its common words counted; false when none is left that may be as alike
 * as `least`. */
static bool
take_candidate(struct prb_searcher *s, int32_t least, uint32_t *name)
{
	while (s->candidates > 0 && s->candidate[0].estimate >= least) {
		struct candidate *top = &s->candidate[0];

		if (!top->counted) {
			count_common(s, top);
			sift(s, 0);
			continue;
		}
		*name = top->name;
		*top = s->candidate[--s->candidates];
		if (s->candidates > 0)
			sift(s, 0);
		return true;
	}
	return false;
}

/* What the similarity passes over: how many words are written alike, and whether all of them are,
 * in one order. */
static uint8_t
exactness(const struct prb_name *a, const struct prb_name *b)
{
	unsigned alike = 0;
	bool same = a->count == b->count;

	for (size_t i = 0; i < a->count; i++) {
		for (size_t k = 0; k < b->count; k++)
			if (prb_span_equal(a->words[i].surface, b->words[k].surface)) {
				alike++;
				break;
			}
		same = same && prb_span_equal(a->words[i].surface, b->words[i].surface);
	}
	return (uint8_t)(2 * alike + same);
}

static bool
comes_before(const struct prb_hit *a, const struct prb_hit *b)
{
	if (a->similarity != b->similarity)
		return a->similarity > b->similarity;
	if (a->exactness != b->exactness)
		return a->exactness > b->exactness;
	return a->name < b->name;
}

static size_t
put_hit(struct prb_hit *hits, size_t n, size_t limit, const struct prb_hit *hit)
{
	size_t at = n;

	if (n == limit) {
		if (!comes_before(hit, &hits[n - 1]))
			return n;
		at--;
	} else {
		n++;
	}
	for (; at > 0 && comes_before(hit, &hits[at - 1]); at--)
		hits[at] = hits[at - 1];
	hits[at] = *hit;
	return n;
}

static size_t
compare(struct prb_searcher *s, const struct prb_name *query, size_t limit, struct prb_hit *hits)
{
	size_t most = limit > COMPARED_MAX ? limit : COMPARED_MAX, n = 0;
	int32_t least = PRB_SEARCH_SIMILARITY_MIN;
	struct prb_hit hit;

	for (size_t i = 0; i < most && take_candidate(s, least, &hit.name); i++) {
		prb_index_name(s->index, hit.name, &s->name);
		hit.similarity = prb_names_compare(query, &s->name, NULL);
		if (hit.similarity < PRB_SEARCH_SIMILARITY_MIN)
			continue;
		hit.exactness = exactness(query, &s->name);
		n = put_hit(hits, n, limit, &hit);
		if (n == limit && hits[n - 1].similarity - ESTIMATE_SLACK > least)
			least = hits[n - 1].similarity - ESTIMATE_SLACK;
	}
	return n;
}

size_t
prb_search(struct prb_searcher *s, const struct prb_name *query, size_t limit, struct prb_hit *hits)
{
	if (limit > PRB_SEARCH_HITS_MAX)
		limit = PRB_SEARCH_HITS_MAX;
	if (limit == 0 || query->count == 0)
		return 0;
	prb_terms_find(&s->terms, s->index, query);
	s->touched = 0;
	meet_names(s);
	find_common(s);
	take_scores(s);
	choose_candidates(s);
	rank_candidates(s);
	return compare(s, query, limit, hits);
}
