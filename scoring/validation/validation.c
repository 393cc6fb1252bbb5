/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/validation/validation.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "scoring/rules/exposure.h"

#define LARGEST 4 /* origins left out: scoring/METHOD.md, Validation */

/* The employer says nothing: its lens is the same for every pair, outside the countries of the
 * table of tied status, so that `where` and `what` alone decide. */
#define NOBODY "{\"supplier\":{\"name\":\"nobody\",\"country\":\"CHE\"}}"

static const struct {
	const char *key, *text;
	enum prb_way_cases cases;
} ways[PRB_WAYS] = {
#define PRB_WAY(name, key, cases, text) {key, text, PRB_CASES_##cases},
#include "scoring/validation/ways.def"
#undef PRB_WAY
};

const char *
prb_way_key(enum prb_way way)
{
	return ways[way].key;
}

const char *
prb_way_text(enum prb_way way)
{
	return ways[way].text;
}

enum prb_way_cases
prb_way_cases(enum prb_way way)
{
	return ways[way].cases;
}

static const enum prb_constant lens_shares[PRB_LENSES] = {
	[PRB_LENS_WHERE] = PRB_K_LENS_WHERE_SHARE,
	[PRB_LENS_WHAT] = PRB_K_LENS_WHAT_SHARE,
	[PRB_LENS_WHO] = PRB_K_LENS_WHO_SHARE,
};

const char *
prb_scaled_id(int which)
{
	static const char *const lenses[PRB_LENSES] = {
		[PRB_LENS_WHERE] = "lens_where",
		[PRB_LENS_WHAT] = "lens_what",
		[PRB_LENS_WHO] = "lens_who",
	};

	assert(which >= 0);
	assert(which < PRB_SCALED_COUNT);
	return which < PRB_COMPONENTS ? prb_component_id((enum prb_component)which)
				      : lenses[which - PRB_COMPONENTS];
}

void
prb_scale_weights(
	const struct prb_reference *reference, int which, prb_ppm factor, struct prb_reference *out)
{
	*out = *reference;
	for (int c = 0; c < PRB_COMPONENTS; c++)
		if (which == PRB_SCALED_ALL || which == c)
			out->weights[c].ppm = (int32_t)prb_ppm_clamp(
				prb_ppm_mul(reference->weights[c].ppm, factor));
	for (int l = 0; l < PRB_LENSES; l++)
		if (which == PRB_SCALED_ALL || which == PRB_COMPONENTS + l)
			out->constants[lens_shares[l]] = prb_ppm_clamp(
				prb_ppm_mul(reference->constants[lens_shares[l]], factor));
}

/* What is known of a pair: the points of the five rows of `what`, for the good by itself and as met
 * by its headings. */
struct pair {
	uint16_t origin; /* index of run.origins */
	bool listed;
	int32_t what[PRB_WHAT_COMPONENTS], headed[PRB_WHAT_COMPONENTS];
};

struct run {
	const struct prb_validation_input *input;
	struct prb_arena *arena;
	uint16_t *origins; /* indexes of the reference's countries */
	uint16_t *goods;
	size_t origins_count, goods_count;
	struct pair *pairs;
	size_t pairs_count;
	bool *largest;                             /* per origin */
	struct prb_value (*where)[PRB_COMPONENTS]; /* per origin; the rest of the row is unused */
	struct prb_value who[PRB_COMPONENTS];
	struct prb_reference parted; /* each good with codes of its own */
	/* Of the weights in use. */
	struct prb_reference reference;
	prb_ppm *where_lens; /* per origin */
	prb_ppm who_lens;
	struct prb_auc_case *cases, *spare;
	int done, steps;
};

static bool
is_origin(const struct prb_country *country)
{
	return country->where[PRB_WHERE_NOT_RATIFIED].known != PRB_IMPUTED &&
	       (country->where[PRB_WHERE_TRAFFICKING_TIER].known == PRB_KNOWN ||
		       country->where[PRB_WHERE_CONFLICT_DEATHS].known == PRB_KNOWN);
}

static bool
choose(struct run *run)
{
	const struct prb_reference *r = run->input->reference;
	bool *headed = prb_arena_array(run->arena, r->goods_count + 1, sizeof *headed);

	run->origins = prb_arena_array(run->arena, r->countries_count + 1, sizeof *run->origins);
	run->goods = prb_arena_array(run->arena, r->goods_count + 1, sizeof *run->goods);
	if (headed == NULL || run->origins == NULL || run->goods == NULL)
		return false;
	for (size_t i = 0; i < r->prefixes_count; i++)
		headed[r->prefixes[i].good] = true;
	for (size_t i = 0; i < r->countries_count && run->origins_count < PRB_AUC_GROUPS_MAX; i++)
		if (is_origin(&r->countries[i]))
			run->origins[run->origins_count++] = (uint16_t)i;
	for (size_t i = 0; i < r->goods_count; i++)
		if (headed[i] && r->goods[i].input_listed == NULL)
			run->goods[run->goods_count++] = (uint16_t)i;
	return true;
}

/* Headings of goods overlap (cotton, thread, textiles), and a declared code meets all that it may
 * be. Here each good stands for itself: the same rules read a table in which every good has codes
 * of its own, in the chapters in which it really is. */
static bool
part_headings(struct run *run)
{
	const struct prb_reference *r = run->input->reference;
	struct prb_good_prefix *own =
		prb_arena_array(run->arena, r->prefixes_count + 1, sizeof *own);

	if (own == NULL)
		return false;
	for (size_t i = 0; i < r->prefixes_count; i++) {
		struct prb_good_prefix made = {.good = r->prefixes[i].good};
		size_t at = i;

		(void)snprintf(made.prefix, sizeof made.prefix, "%.2s%05u", r->prefixes[i].prefix,
			(unsigned)made.good);
		for (; at > 0 && strcmp(own[at - 1].prefix, made.prefix) > 0; at--)
			own[at] = own[at - 1];
		own[at] = made;
	}
	run->parted = *r;
	run->parted.prefixes = own;
	return true;
}

static void
headings_of(const struct prb_reference *r, uint16_t good, struct prb_goods_facts *facts)
{
	facts->hs_count = 0;
	for (size_t i = 0; i < r->prefixes_count && facts->hs_count < PRB_HS_CODES_MAX; i++)
		if (r->prefixes[i].good == good)
			memcpy(facts->hs[facts->hs_count++], r->prefixes[i].prefix, PRB_HS_BYTES);
}

static void
fill_what(const struct prb_reference *r, struct prb_product_facts *facts, uint16_t origin,
	int32_t what[PRB_WHAT_COMPONENTS])
{
	struct prb_value values[PRB_COMPONENTS];
	struct prb_product product = {0};

	facts->goods.origin.country = (int16_t)origin;
	prb_exposure_what(r, &product, facts, (int16_t)origin, true, values);
	for (int c = 0; c < PRB_WHAT_COMPONENTS; c++)
		what[c] = values[PRB_WHAT_GOOD_LISTED + c].point;
}

/* The pairs of one good. */
static void
fill_good(struct run *run, uint16_t g)
{
	const struct prb_reference *r = run->input->reference;
	struct prb_product_facts alone = {.goods = {.basis = PRB_HS_DECLARED}}, headed = alone;

	headings_of(&run->parted, run->goods[g], &alone.goods);
	headings_of(r, run->goods[g], &headed.goods);
	for (uint16_t o = 0; o < run->origins_count; o++) {
		struct pair *pair = &run->pairs[run->pairs_count++];
		uint16_t origin = run->origins[o];

		pair->origin = o;
		pair->listed = r->goods[run->goods[g]].listed[origin] == PRB_LISTED_FORCED;
		fill_what(&run->parted, &alone, origin, pair->what);
		fill_what(r, &headed, origin, pair->headed);
	}
}

static bool
fill_pairs(struct run *run)
{
	size_t count = run->origins_count * run->goods_count;
	size_t cases = count + run->origins_count + 1;

	run->pairs = prb_arena_array(run->arena, count + 1, sizeof *run->pairs);
	run->cases = prb_arena_array(run->arena, cases, sizeof *run->cases);
	run->spare = prb_arena_array(run->arena, cases, sizeof *run->spare);
	if (run->pairs == NULL || run->cases == NULL || run->spare == NULL)
		return false;
	for (uint16_t g = 0; g < run->goods_count; g++)
		fill_good(run, g);
	return true;
}

/* The four origins with most listed pairs; the earlier code on equal counts. */
static bool
find_largest(struct run *run)
{
	uint32_t *listed = prb_arena_array(run->arena, run->origins_count + 1, sizeof *listed);

	run->largest = prb_arena_array(run->arena, run->origins_count + 1, sizeof *run->largest);
	if (listed == NULL || run->largest == NULL)
		return false;
	for (size_t i = 0; i < run->pairs_count; i++)
		listed[run->pairs[i].origin] += run->pairs[i].listed;
	for (int n = 0; n < LARGEST; n++) {
		size_t best = run->origins_count;

		for (size_t o = 0; o < run->origins_count; o++)
			if (!run->largest[o] &&
				(best == run->origins_count || listed[o] > listed[best]))
				best = o;
		if (best < run->origins_count)
			run->largest[best] = true;
	}
	return true;
}

static enum prb_err
fill_lenses(struct run *run)
{
	struct prb_faults faults = {.count = 0};
	struct prb_declaration *nobody;
	const struct prb_reference *r = run->input->reference;
	enum prb_err err = prb_declaration_read(run->arena, PRB_SPAN(NOBODY), &faults, &nobody);
	int16_t country = 0;

	run->where = prb_arena_array(run->arena, run->origins_count + 1, sizeof *run->where);
	run->where_lens =
		prb_arena_array(run->arena, run->origins_count + 1, sizeof *run->where_lens);
	if (err != PRB_OK || run->where == NULL || run->where_lens == NULL)
		return PRB_ERR_MEMORY;
	for (size_t o = 0; o < run->origins_count; o++)
		prb_exposure_where(r, (int16_t)run->origins[o], run->where[o]);
	while ((size_t)country + 1 < r->countries_count && r->countries[country].tied_status_listed)
		country++;
	prb_exposure_who(r, nobody, NULL, PRB_COMPANY, country, run->who);
	return PRB_OK;
}

/* Takes other weights into use. */
static void
use_weights(struct run *run, int which, prb_ppm factor)
{
	prb_scale_weights(run->input->reference, which, factor, &run->reference);
	for (size_t o = 0; o < run->origins_count; o++)
		run->where_lens[o] =
			prb_exposure_lens(&run->reference, run->where[o], PRB_LENS_WHERE);
	run->who_lens = prb_exposure_lens(&run->reference, run->who, PRB_LENS_WHO);
}

static prb_ppm
what_lens(const struct run *run, const struct pair *pair, enum prb_way way)
{
	const int32_t *what = way == PRB_WAY_HEADINGS ? pair->headed : pair->what;
	struct prb_value values[PRB_COMPONENTS];

	for (int c = 0; c < PRB_WHAT_COMPONENTS; c++)
		values[PRB_WHAT_GOOD_LISTED + c].point = what[c];
	values[PRB_WHAT_GOOD_LISTED].point = 0;
	if (way == PRB_WAY_ORIGIN_GOODS)
		values[PRB_WHAT_ORIGIN_OTHER_GOODS].point = 0;
	if (way == PRB_WAY_GOOD_ORIGINS)
		values[PRB_WHAT_LISTED_ELSEWHERE].point = 0;
	return prb_exposure_lens(&run->reference, values, PRB_LENS_WHAT);
}

static int32_t
score_pair(const struct run *run, const struct pair *pair, enum prb_way way)
{
	prb_ppm lens[PRB_LENSES] = {
		[PRB_LENS_WHERE] = run->where_lens[pair->origin], [PRB_LENS_WHO] = run->who_lens};

	if (way == PRB_WAY_WHERE_ONLY)
		return (int32_t)lens[PRB_LENS_WHERE];
	lens[PRB_LENS_WHAT] = what_lens(run, pair, way);
	if (way == PRB_WAY_WHAT_ONLY)
		return (int32_t)lens[PRB_LENS_WHAT];
	return (int32_t)prb_exposure_of_lenses(&run->reference, lens);
}

/* A component alone: -1 for a whole way. */
static int32_t
score_of(const struct run *run, const struct pair *pair, enum prb_way way, int component)
{
	if (component < 0)
		return score_pair(run, pair, way);
	return component < PRB_WHERE_COMPONENTS ? run->where[pair->origin][component].point
						: pair->what[component - PRB_WHAT_GOOD_LISTED];
}

static size_t
fill_cases(struct run *run, enum prb_way way, enum prb_way_cases kind, int component)
{
	size_t n = 0;

	for (uint16_t o = 0; kind == PRB_CASES_ORDERS && o < run->origins_count; o++)
		run->cases[n++] = (struct prb_auc_case){
			.score = component < 0 ? (int32_t)run->where_lens[o]
					       : run->where[o][component].point,
			.group = o,
			.positive = run->input->ordered[run->origins[o]]};
	for (size_t i = 0; kind != PRB_CASES_ORDERS && i < run->pairs_count; i++) {
		const struct pair *pair = &run->pairs[i];

		if (kind == PRB_CASES_FEWER && run->largest[pair->origin])
			continue;
		run->cases[n++] =
			(struct prb_auc_case){.score = score_of(run, pair, way, component),
				.group = pair->origin,
				.positive = pair->listed};
	}
	return n;
}

static void
say_step(struct run *run)
{
	run->done++;
	if (run->input->progress != NULL)
		run->input->progress(run->input->context, run->done, run->steps);
}

static struct prb_auc_counts
measure(struct run *run, enum prb_way way, enum prb_way_cases kind, int component,
	struct prb_auc *auc)
{
	size_t n = fill_cases(run, way, kind, component);

	prb_auc_make(run->cases, run->spare, n, kind == PRB_CASES_COUNTRY, auc);
	return prb_auc_count(auc, NULL);
}

static enum prb_err
measure_way(struct run *run, enum prb_way way, struct prb_validation_figure *figure)
{
	struct prb_auc auc;
	struct prb_auc_counts counts;
	enum prb_err err = PRB_OK;

	use_weights(run, PRB_SCALED_ALL,
		way == PRB_WAY_WEIGHTS_DOWN ? PRB_SCALE_DOWN
		: way == PRB_WAY_WEIGHTS_UP ? PRB_SCALE_UP
					    : PRB_PPM_ONE);
	counts = measure(run, way, ways[way].cases, -1, &auc);
	*figure = (struct prb_validation_figure){prb_auc_area(&counts), PRB_AUC_NONE, PRB_AUC_NONE,
		counts.positives, counts.negatives};
	if (run->input->draws > 0)
		err = prb_auc_interval(run->arena, &auc, run->input->draws, run->input->seed,
			&figure->lo, &figure->hi);
	say_step(run);
	return err;
}

/* What can be looked up of a pair alone: the components of `where` that the release has, and two
 * rows of `what`; row one is the list itself. */
static bool
is_single(const struct prb_reference *r, int component)
{
	return prb_reference_has(r, (enum prb_component)component) &&
	       (component < PRB_WHERE_COMPONENTS || component == PRB_WHAT_LISTED_ELSEWHERE ||
		       component == PRB_WHAT_ORIGIN_OTHER_GOODS);
}

static void
measure_single(struct run *run, int component, prb_ppm area[PRB_CASES_KINDS])
{
	for (int kind = 0; kind < PRB_CASES_KINDS; kind++) {
		struct prb_auc auc;
		struct prb_auc_counts counts;

		area[kind] = PRB_AUC_NONE;
		if (!is_single(run->input->reference, component) ||
			(kind == PRB_CASES_ORDERS && component >= PRB_WHERE_COMPONENTS))
			continue;
		counts = measure(run, PRB_WAY_OWN_ROW, (enum prb_way_cases)kind, component, &auc);
		area[kind] = prb_auc_area(&counts);
	}
	say_step(run);
}

static void
measure_scaled(struct run *run, int which, prb_ppm area[2])
{
	static const prb_ppm factors[2] = {PRB_SCALE_DOWN, PRB_SCALE_UP};

	for (int i = 0; i < 2; i++) {
		struct prb_auc auc;
		struct prb_auc_counts counts;

		use_weights(run, which, factors[i]);
		counts = measure(run, PRB_WAY_OWN_ROW, PRB_CASES_PAIRS, -1, &auc);
		area[i] = prb_auc_area(&counts);
	}
	say_step(run);
}

enum prb_err
prb_validate(struct prb_arena *arena, const struct prb_validation_input *input,
	struct prb_validation *out)
{
	struct run run = {.input = input,
		.arena = arena,
		.steps = PRB_WAYS + PRB_COMPONENTS + PRB_SCALED_COUNT};
	struct prb_validation result = {0};
	enum prb_err err = PRB_ERR_MEMORY;

	if (choose(&run) && part_headings(&run) && fill_pairs(&run) && find_largest(&run))
		err = fill_lenses(&run);
	result.origins = run.origins_count;
	result.goods = run.goods_count;
	for (int way = 0; way < PRB_WAYS && err == PRB_OK; way++)
		err = measure_way(&run, (enum prb_way)way, &result.ways[way]);
	for (int c = 0; c < PRB_COMPONENTS && err == PRB_OK; c++)
		measure_single(&run, c, result.single[c]);
	for (int which = 0; which < PRB_SCALED_COUNT && err == PRB_OK; which++)
		measure_scaled(&run, which, result.scaled[which]);
	if (err == PRB_OK)
		*out = result;
	return err;
}

prb_ppm
prb_validation_best_single(const struct prb_validation *validation, enum prb_way way)
{
	prb_ppm best = PRB_AUC_NONE;

	for (int c = 0; c < PRB_WHERE_COMPONENTS; c++)
		if (validation->single[c][ways[way].cases] > best)
			best = validation->single[c][ways[way].cases];
	return best;
}

bool
prb_validation_above_singles(const struct prb_validation *validation, enum prb_way way)
{
	if (way == PRB_WAYS) {
		for (int each = 0; each < PRB_WAYS; each++)
			if (!prb_validation_above_singles(validation, (enum prb_way)each))
				return false;
		return true;
	}
	return validation->ways[way].area > prb_validation_best_single(validation, way);
}
