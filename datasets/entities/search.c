/* SPDX-License-Identifier: Apache-2.0 */
#include "datasets/entities/search.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/entities/keys.h"
#include "datasets/entities/terms.h"

/* What one query may cost: postings read, names met, names whose words are looked at, names
 * compared. */
#define POSTINGS_MAX 10000
#define TOUCHED_MAX (POSTINGS_MAX + 4096)
#define CONFIRMED_MAX 512
#define COMPARED_MAX 48
#define KEYED_MAX 256
#define BUCKETS 128
#define ROUGHLY 1024
/* A name that shares no rare word with the query must be as alike as this by its common ones. */
#define SIMILARITY_MET 600000
/* How far the comparison may go beyond the estimate. */
#define ESTIMATE_SLACK 30000

/* What a name has of the query: the weight of the words that it meets << 16 | the weight that both
 * have in them, times eighths. A word that counts much where it is asked, being misspelt, may count
 * little where it is met. */
typedef uint32_t tally;

struct candidate {
	uint32_t name;
	tally tally;
	bool counted; /* its common words too */
	int32_t estimate;
};

struct prb_searcher {
	const struct prb_index *index;
	tally *tallies; /* one for each name; all zeros between queries */
	struct prb_terms terms;
	uint8_t common[PRB_TERMS_MAX]; /* terms with variants that were not credited */
	size_t common_count;
	tally common_most; /* what they may lend together */
	size_t touched, candidates;
	uint32_t touch[TOUCHED_MAX];   /* the names whose tallies are not zero */
	tally met[TOUCHED_MAX];        /* these, close together */
	uint16_t at_most[TOUCHED_MAX]; /* how alike these names may be, in 1024ths */
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
	s->tallies = calloc((size_t)index->names + 1, sizeof(*s->tallies));
	if (s->tallies == NULL) {
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
	free(s->tallies);
	free(s);
}

/* A name with two variants of one word is credited twice: it is only an estimate, and rare. */
static void
credit(struct prb_searcher *s, const struct prb_variant *variant, size_t count)
{
	for (size_t i = 0; i < count && s->touched < TOUCHED_MAX; i++) {
		uint32_t name = prb_load32(variant->postings + i * 4);

		if (name >= s->index->names)
			continue;
		if (s->tallies[name] == 0)
			s->touch[s->touched++] = name;
		s->tallies[name] += variant->tally;
	}
}

/* The same, for names met before alone. */
static void
credit_met(struct prb_searcher *s, const struct prb_variant *variant, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint32_t name = prb_load32(variant->postings + i * 4);

		if (name < s->index->names && s->tallies[name] != 0)
			s->tallies[name] += variant->tally;
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
			s->common_most += s->terms.term[i].weight << 16 |
					  s->terms.term[i].weight * PRB_QUALITY_MAX;
		}
}

/* What a name has of the common terms. */
static tally
count_words(const struct prb_searcher *s, const struct prb_index_forward *forward)
{
	tally sum = 0;

	for (size_t i = 0; i < s->common_count; i++) {
		const struct prb_term *term = &s->terms.term[s->common[i]];
		tally best = 0;

		for (size_t v = 0; v < term->variants; v++)
			for (size_t k = 0; k < forward->n && term->variant[v].tally > best; k++)
				if ((prb_load32(forward->p + k * 4) & PRB_INDEX_NUMBER_MASK) ==
					term->variant[v].word)
					best = term->variant[v].tally;
		sum += best;
	}
	return sum;
}

/* What of them a name may have by its signature. */
static tally
count_bits(const struct prb_searcher *s, uint64_t signature)
{
	tally sum = 0;

	for (size_t i = 0; i < s->common_count; i++) {
		const struct prb_term *term = &s->terms.term[s->common[i]];
		tally best = 0;

		for (size_t v = 0; v < term->variants; v++)
			if ((term->variant[v].bit & signature) != 0 &&
				term->variant[v].tally > best)
				best = term->variant[v].tally;
		sum += best;
	}
	return sum;
}

static uint64_t
signature_of(const struct prb_searcher *s, uint32_t name)
{
	return prb_load64(s->index->section[PRB_INDEX_SIGNATURES].p + (size_t)name * 8);
}

/* As the comparison has it: twice what both have, of that and all that only one has. A name weighs
 * no less than what it meets. */
static int32_t
estimate(const struct prb_searcher *s, tally has, uint32_t name_weight)
{
	uint32_t both = has & 0xFFFFU, met = has >> 16, own = name_weight * PRB_QUALITY_MAX;
	uint64_t all = (uint64_t)both + (own > both ? own : both);

	if (met < s->terms.weight)
		all += (uint64_t)(s->terms.weight - met) * PRB_QUALITY_MAX;
	return all == 0 ? 0 : (int32_t)((uint64_t)both * (2 * PRB_SIMILARITY_MAX) / all);
}

/* The same at most, in 1024ths and at a lower price; the name's weight in its unit. */
static uint32_t
estimate_roughly(const struct prb_searcher *s, tally has, uint32_t units)
{
	uint32_t both = has & 0xFFFFU, met = has >> 16;
	uint32_t own = units * (PRB_WEIGHT_UNIT * PRB_QUALITY_MAX);
	uint32_t all = both + (own > both ? own : both);

	if (met < s->terms.weight)
		all += (s->terms.weight - met) * PRB_QUALITY_MAX;
	return both * (2 * ROUGHLY) / (all | 1U);
}

/* Sets the tallies back, and keeps the names that may be alike enough with what is not credited
 * yet. */
static void
take_tallies(struct prb_searcher *s)
{
	const unsigned char *weights = s->index->section[PRB_INDEX_WEIGHTS].p;
	size_t n = 0;

	for (size_t i = 0; i < s->touched; i++) {
		uint32_t name = s->touch[i], at_most;
		tally met = s->tallies[name];

		s->tallies[name] = 0;
		at_most = estimate_roughly(s, met + s->common_most, weights[name]);
		s->touch[n] = name;
		s->met[n] = met;
		s->at_most[n] = (uint16_t)at_most;
		n += at_most >= (uint64_t)PRB_SEARCH_SIMILARITY_MIN * ROUGHLY / PRB_SIMILARITY_MAX;
	}
	s->touched = n;
}

#define BUCKET_WIDTH (ROUGHLY / BUCKETS)

/* How alike names must at least may be for there to be room for all of them as candidates. */
static uint32_t
at_most_wanted(const struct prb_searcher *s)
{
	size_t bucket[BUCKETS + 1] = {0}, room = CONFIRMED_MAX;
	uint32_t at = BUCKETS;

	for (size_t i = 0; i < s->touched; i++)
		bucket[s->at_most[i] / BUCKET_WIDTH]++;
	for (; at > 0 && bucket[at] <= room; at--)
		room -= bucket[at];
	return at * BUCKET_WIDTH;
}

static void
choose_candidates(struct prb_searcher *s)
{
	uint32_t wanted = s->touched <= CONFIRMED_MAX ? 0 : at_most_wanted(s);
	size_t n = 0;

	/* Those above the lowest bucket all have room; of the lowest, the first. */
	for (int above = 1; above >= 0; above--)
		for (size_t i = 0; i < s->touched && n < CONFIRMED_MAX; i++)
			if (s->at_most[i] >= wanted &&
				(s->at_most[i] >= wanted + BUCKET_WIDTH) == (above == 1))
				s->candidate[n++] =
					(struct candidate){.name = s->touch[i], .tally = s->met[i]};
	s->candidates = n;
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

static int32_t
estimate_with(
	const struct prb_searcher *s, const struct candidate *c, uint64_t signature, tally more)
{
	return estimate(s, c->tally + more, (uint32_t)(signature >> PRB_SIGNATURE_BITS));
}

/* Leaves those that may be hits, as a heap. */
static void
rank_candidates(struct prb_searcher *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->candidates; i++) {
		struct candidate c = s->candidate[i];
		uint64_t signature = signature_of(s, c.name);

		c.estimate = estimate_with(s, &c, signature, count_bits(s, signature));
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

	c->estimate = estimate_with(s, c, signature_of(s, c->name), count_words(s, &forward));
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

static bool
has_hit(const struct prb_hit *hits, size_t n, uint32_t name)
{
	for (size_t i = 0; i < n; i++)
		if (hits[i].name == name)
			return true;
	return false;
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
compare(struct prb_searcher *s, const struct prb_name *query, size_t limit, struct prb_hit *hits,
	size_t n)
{
	size_t most = limit > COMPARED_MAX ? limit : COMPARED_MAX;
	int32_t least = PRB_SEARCH_SIMILARITY_MIN;
	struct prb_hit hit;

	for (size_t i = 0; i < most && take_candidate(s, least, &hit.name); i++) {
		if (has_hit(hits, n, hit.name))
			continue;
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

/* The only word of a query that counts, where it may be initials; else NULL. */
static const struct prb_name_word *
lone_initials(const struct prb_name *query)
{
	const struct prb_name_word *lone = NULL;

	for (size_t i = 0; i < query->count; i++) {
		if (query->words[i].weight == 0)
			continue;
		if (lone != NULL)
			return NULL;
		lone = &query->words[i];
	}
	return lone != NULL && lone->kind == PRB_WORD_CORE && lone->surface.n >= PRB_INITIALS_MIN &&
			       lone->surface.n <= PRB_INITIALS_MAX
		       ? lone
		       : NULL;
}

/* The names kept under a key. */
static size_t
compare_keyed(struct prb_searcher *s, const struct prb_name *query, uint32_t key, size_t limit,
	struct prb_hit *hits, size_t n)
{
	struct prb_index_bucket bucket = prb_index_bucket(s->index, PRB_INDEX_KEYS_BUCKETS, key);
	struct prb_hit hit;

	for (size_t i = 0; i < bucket.n && i < KEYED_MAX; i++) {
		hit.name = prb_load32(bucket.p + i * 4);
		if (hit.name >= s->index->names || has_hit(hits, n, hit.name))
			continue;
		prb_index_name(s->index, hit.name, &s->name);
		hit.similarity = prb_names_compare(query, &s->name, NULL);
		if (hit.similarity < PRB_SEARCH_SIMILARITY_MIN)
			continue;
		hit.exactness = exactness(query, &s->name);
		n = put_hit(hits, n, limit, &hit);
	}
	return n;
}

size_t
prb_search(struct prb_searcher *s, const struct prb_name *query, size_t limit, struct prb_hit *hits)
{
	const struct prb_name_word *lone;
	size_t n;

	if (limit > PRB_SEARCH_HITS_MAX)
		limit = PRB_SEARCH_HITS_MAX;
	if (limit == 0 || query->count == 0)
		return 0;
	prb_terms_find(&s->terms, s->index, query);
	s->touched = 0;
	meet_names(s);
	find_common(s);
	take_tallies(s);
	choose_candidates(s);
	rank_candidates(s);
	/* Names of the same words are found whatever else there is; "XPCC" shares no word with what
	 * it stands for. */
	n = compare_keyed(s, query, prb_whole_hash(query), limit, hits, 0);
	n = compare(s, query, limit, hits, n);
	lone = lone_initials(query);
	return lone == NULL ? n
			    : compare_keyed(s, query,
				      prb_key_hash(lone->surface.p, lone->surface.n) | 1U, limit,
				      hits, n);
}
