/* SPDX-License-Identifier: Apache-2.0 */
/* Exposure over all sites and products, contributions and residual: scoring/METHOD.md section 3. */
#include "scoring/rules/exposure.h"

#include <assert.h>
#include <string.h>

/* Which end of a value is summed. */
enum end { END_POINT, END_LO, END_HI };

static int32_t
value_at(const struct prb_value *value, enum end end)
{
	return end == END_POINT ? value->point : end == END_LO ? value->lo : value->hi;
}

/* The weighted sum of the components that apply; rounding is per term, so a term can be taken off
 * again exactly. */
static prb_ppm
where_sum(const struct prb_reference *r, const struct prb_value *values, enum end end,
	prb_ppm *weights)
{
	prb_ppm sum = 0;

	*weights = 0;
	for (int c = 0; c < PRB_WHERE_COMPONENTS; c++) {
		if (values[c].known == PRB_NOT_APPLICABLE)
			continue;
		*weights += r->weights[c].ppm;
		sum += prb_ppm_mul(r->weights[c].ppm, value_at(&values[c], end));
	}
	return sum;
}

/* Where = the weighted mean, stretched over floor and span. */
static prb_ppm
where_of_sum(const struct prb_reference *r, prb_ppm sum, prb_ppm weights)
{
	prb_ppm mean = weights == 0 ? 0 : prb_mul_div(sum, PRB_PPM_ONE, weights);

	if (mean <= r->constants[PRB_K_WHERE_FLOOR])
		return 0;
	return prb_ppm_clamp(prb_mul_div(mean - r->constants[PRB_K_WHERE_FLOOR], PRB_PPM_ONE,
		r->constants[PRB_K_WHERE_SPAN]));
}

/* `without` is taken as 0 (-1: none). */
static prb_ppm
lens_where(const struct prb_reference *r, const struct prb_value *values, enum end end, int without)
{
	prb_ppm weights, sum = where_sum(r, values, end, &weights);

	if (without >= 0 && values[without].known != PRB_NOT_APPLICABLE)
		sum -= prb_ppm_mul(r->weights[without].ppm, value_at(&values[without], end));
	return where_of_sum(r, sum, weights);
}

/* Noisy-OR: 1 - prod(1 - w x). */
static prb_ppm
lens_or(const struct prb_reference *r, const struct prb_value *values, int from, int count,
	enum end end, int without)
{
	prb_ppm rest = PRB_PPM_ONE;

	for (int c = from; c < from + count; c++)
		if (c != without)
			rest = prb_ppm_mul(rest, PRB_PPM_ONE - prb_ppm_mul(r->weights[c].ppm,
								       value_at(&values[c], end)));
	return PRB_PPM_ONE - rest;
}

static prb_ppm
lens_at(const struct prb_reference *r, const struct prb_value *values, enum prb_lens lens,
	enum end end, int without)
{
	switch (lens) {
	case PRB_LENS_WHERE:
		return lens_where(r, values, end, without);
	case PRB_LENS_WHAT:
		return lens_or(r, values, PRB_WHAT_GOOD_LISTED, PRB_WHAT_COMPONENTS, end, without);
	default:
		return lens_or(r, values, PRB_WHO_MIGRANTS, PRB_WHO_COMPONENTS, end, without);
	}
}

static prb_ppm
combine(const struct prb_reference *r, const prb_ppm lens[PRB_LENSES])
{
	prb_ppm rest = PRB_PPM_ONE -
		       prb_ppm_mul(r->constants[PRB_K_LENS_WHERE_SHARE], lens[PRB_LENS_WHERE]);

	rest = prb_ppm_mul(rest, PRB_PPM_ONE - prb_ppm_mul(r->constants[PRB_K_LENS_WHAT_SHARE],
						       lens[PRB_LENS_WHAT]));
	rest = prb_ppm_mul(rest,
		PRB_PPM_ONE - prb_ppm_mul(r->constants[PRB_K_LENS_WHO_SHARE], lens[PRB_LENS_WHO]));
	return PRB_PPM_ONE - rest;
}

/* `where` is there already (take_where). */
static void
finish_case(const struct prb_reference *reference, struct prb_exposure *e)
{
	for (int l = PRB_LENS_WHAT; l <= PRB_LENS_WHO; l++) {
		e->lens[l] = lens_at(reference, e->values, (enum prb_lens)l, END_POINT, -1);
		e->lens_lo[l] = lens_at(reference, e->values, (enum prb_lens)l, END_LO, -1);
		e->lens_hi[l] = lens_at(reference, e->values, (enum prb_lens)l, END_HI, -1);
	}
	e->inherent = combine(reference, e->lens);
	e->lo = combine(reference, e->lens_lo);
	e->hi = combine(reference, e->lens_hi);
}

/* `where` of one country: what the release computed, missing values from 0 to 1. */
static void
where_values(const struct prb_country *country, struct prb_value *values)
{
	for (int c = 0; c < PRB_WHERE_COMPONENTS; c++) {
		const struct prb_where_value *v = &country->where[c];
		bool known = v->known == PRB_KNOWN;

		values[c] = (struct prb_value){.point = v->ppm,
			.lo = known ? v->ppm : 0,
			.hi = known ? v->ppm : (int32_t)PRB_PPM_ONE,
			.known = v->known,
			.year = v->year,
			.source = v->source,
			.count = -1,
			.unverified = known && !v->verified};
	}
}

struct where_lens {
	struct prb_value values[PRB_WHERE_COMPONENTS];
	prb_ppm point, lo, hi;
	int16_t country;
};

static void
where_of(const struct prb_reference *r, int16_t country, struct where_lens *out)
{
	where_values(&r->countries[country], out->values);
	out->country = country;
	out->point = lens_where(r, out->values, END_POINT, -1);
	out->lo = lens_where(r, out->values, END_LO, -1);
	out->hi = lens_where(r, out->values, END_HI, -1);
}

/* The worse of the site's country and the origin; an origin that is not declared may be anywhere.
 */
static void
take_where(const struct prb_reference *r, int16_t site, int16_t origin, bool origin_declared,
	struct prb_exposure *e)
{
	struct where_lens here, there;
	const struct where_lens *shown = &here;

	where_of(r, site, &here);
	e->lens_lo[PRB_LENS_WHERE] = here.lo;
	e->lens_hi[PRB_LENS_WHERE] = origin_declared ? here.hi : PRB_PPM_ONE;
	if (origin_declared && origin != site) {
		where_of(r, origin, &there);
		if (there.point > here.point)
			shown = &there;
		if (there.lo > e->lens_lo[PRB_LENS_WHERE])
			e->lens_lo[PRB_LENS_WHERE] = there.lo;
		if (there.hi > e->lens_hi[PRB_LENS_WHERE])
			e->lens_hi[PRB_LENS_WHERE] = there.hi;
	}
	e->lens[PRB_LENS_WHERE] = shown->point;
	e->where_country = shown->country;
	memcpy(e->values, shown->values, sizeof shown->values);
}

static void
evaluate_case(const struct prb_reference *r, const struct prb_declaration *d,
	const struct prb_facts *facts, enum prb_declarant declarant, int32_t site, int16_t country,
	int32_t product, struct prb_exposure *e)
{
	const struct prb_product_facts *goods = product < 0 ? NULL : &facts->products[product];
	bool declared = goods != NULL && goods->goods.origin.country != PRB_COUNTRY_NONE;
	int16_t origin = declared ? goods->goods.origin.country : country;

	memset(e, 0, sizeof *e);
	e->site = site;
	e->product = product;
	e->origin_open = !declared;
	take_where(r, country, origin, declared, e);
	prb_exposure_what(
		r, product < 0 ? NULL : &d->products[product], goods, origin, declared, e->values);
	prb_exposure_who(r, d, facts, declarant, country, e->values);
	finish_case(r, e);
}

/*
 * Contributions: the drop in exposure when a component is set to 0, normalised to the printed
 * total.
 */
static void
contribute(const struct prb_reference *r, struct prb_exposure_result *out)
{
	const struct prb_exposure *e = &out->worst;
	int64_t drops[PRB_COMPONENTS];
	prb_ppm weights, sum = where_sum(r, e->values, END_POINT, &weights);

	for (int c = 0; c < PRB_COMPONENTS; c++) {
		enum prb_lens lens = prb_component_lens((enum prb_component)c);
		prb_ppm lenses[PRB_LENSES], drop;

		memcpy(lenses, e->lens, sizeof lenses);
		if (lens != PRB_LENS_WHERE)
			lenses[lens] = lens_at(r, e->values, lens, END_POINT, c);
		else if (e->values[c].known != PRB_NOT_APPLICABLE)
			lenses[lens] = where_of_sum(r,
				sum - prb_ppm_mul(r->weights[c].ppm, e->values[c].point), weights);
		drop = e->inherent - combine(r, lenses);
		drops[c] = drop > 0 ? drop : 0;
	}
	prb_largest_remainder(
		drops, PRB_COMPONENTS, prb_ppm_points(e->inherent), out->contribution);
}

/* How far the answer to each open question could lower the upper end. Gaps in a country's figures
 * are nobody's question; an origin that is not declared, by which `where` ends at 1, is one. */
static void
find_narrowing(const struct prb_reference *r, struct prb_exposure_result *out)
{
	struct prb_exposure e = out->worst;
	prb_ppm lenses[PRB_LENSES];
	prb_ppm own_where = lens_at(r, e.values, PRB_LENS_WHERE, END_HI, -1);

	for (int c = PRB_WHERE_COMPONENTS; c < PRB_COMPONENTS; c++) {
		enum prb_lens lens = prb_component_lens((enum prb_component)c);
		int32_t hi = e.values[c].hi;

		if (e.values[c].lo == hi)
			continue;
		memcpy(lenses, e.lens_hi, sizeof lenses);
		e.values[c].hi = e.values[c].lo;
		lenses[lens] = lens_at(r, e.values, lens, END_HI, -1);
		e.values[c].hi = hi;
		out->narrows[c] = e.hi - combine(r, lenses);
	}
	if (!e.origin_open)
		return;
	memcpy(lenses, e.lens_hi, sizeof lenses);
	lenses[PRB_LENS_WHERE] = own_where;
	out->narrows_origin = e.hi - combine(r, lenses);
}

/* The sum of the best evidence over the ten controls, each a tenth. */
static prb_ppm
controls_share(const struct prb_reference *r, const struct prb_declaration *d,
	const struct prb_facts *facts, enum prb_declarant declarant)
{
	prb_ppm best[PRB_CONTROL_COUNT] = {0}, sum = 0;

	for (size_t i = 0; i < d->controls_count; i++) {
		const struct prb_control_claim *claim = &d->controls[i];
		bool shown = claim->evidence == PRB_VERIFIED &&
			     (declarant != PRB_SUPPLIER || prb_control_confirmed(facts, i));
		prb_ppm worth = claim->evidence == PRB_CLAIMED ? 0
				: shown                        ? PRB_PPM_ONE
					: r->constants[PRB_K_CONTROL_DOCUMENTED];

		if (worth > best[claim->control])
			best[claim->control] = worth;
	}
	for (int i = 1; i < PRB_CONTROL_COUNT; i++)
		sum += best[i];
	return prb_mul_div(sum, 1, PRB_CONTROL_COUNT - 1);
}

static prb_ppm
residual_of(prb_ppm inherent, const struct prb_reference *r, prb_ppm share)
{
	return prb_ppm_mul(
		inherent, PRB_PPM_ONE - prb_ppm_mul(r->constants[PRB_K_CONTROLS_SHARE], share));
}

/* The sites whose country differs from every earlier one's: exposure depends on a site through its
 * country alone. */
static size_t
distinct_sites(struct prb_arena *arena, const struct prb_declaration *d,
	const struct prb_facts *facts, int32_t **out)
{
	int32_t *sites = prb_arena_array(arena, d->sites_count + 1, sizeof *sites);
	bool seen[256] = {false};
	size_t count = 0;

	*out = sites;
	if (sites == NULL)
		return 0;
	if (d->sites_count == 0)
		sites[count++] = -1;
	for (size_t i = 0; i < d->sites_count; i++) {
		int16_t country = facts->sites[i].country;

		assert(country >= 0 && country < 256);
		if (!seen[country])
			sites[count++] = (int32_t)i;
		seen[country] = true;
	}
	return count;
}

static void
note_case(struct prb_exposure_result *out, struct prb_exposure_brief *cases,
	const struct prb_exposure *e)
{
	if (out->cases_count < PRB_EXPOSURE_SHOWN_MAX)
		cases[out->cases_count++] =
			(struct prb_exposure_brief){e->site, e->product, e->inherent, e->lo, e->hi};
	else
		out->cases_left_out++;
	if (e->lo > out->lo)
		out->lo = e->lo;
	if (e->hi > out->hi)
		out->hi = e->hi;
}

/* Which of two cases is shown: the higher exposure; on a tie what reaches higher and is known
 * worse, so that the order in which sites and products are declared does not matter. */
static bool
is_worse(const struct prb_exposure *a, const struct prb_exposure *b)
{
	if (a->inherent != b->inherent)
		return a->inherent > b->inherent;
	if (a->hi != b->hi)
		return a->hi > b->hi;
	if (a->lo != b->lo)
		return a->lo > b->lo;
	for (int c = 0; c < PRB_COMPONENTS; c++) {
		const struct prb_value *x = &a->values[c], *y = &b->values[c];

		if (x->known != y->known)
			return x->known > y->known;
		if (x->point != y->point)
			return x->point > y->point;
	}
	return a->where_country > b->where_country;
}

enum prb_err
prb_exposure_evaluate(struct prb_arena *arena, const struct prb_reference *reference,
	const struct prb_declaration *declaration, const struct prb_facts *facts,
	enum prb_declarant declarant, struct prb_exposure_result *out)
{
	struct prb_exposure_brief *cases =
		prb_arena_array(arena, PRB_EXPOSURE_SHOWN_MAX, sizeof *cases);
	int32_t products =
		declaration->products_count == 0 ? 0 : (int32_t)declaration->products_count - 1;
	int32_t first = declaration->products_count == 0 ? -1 : 0;
	struct prb_exposure e;
	int32_t *sites;
	size_t sites_count = distinct_sites(arena, declaration, facts, &sites);
	bool any = false;

	memset(out, 0, sizeof *out);
	if (cases == NULL || sites == NULL)
		return PRB_ERR_MEMORY;
	out->cases = cases;
	for (size_t i = 0; i < sites_count; i++) {
		int16_t country =
			sites[i] < 0 ? facts->supplier.country : facts->sites[sites[i]].country;

		for (int32_t product = first; product <= (first < 0 ? -1 : products); product++) {
			evaluate_case(reference, declaration, facts, declarant, sites[i], country,
				product, &e);
			note_case(out, cases, &e);
			if (!any || is_worse(&e, &out->worst))
				out->worst = e;
			any = true;
		}
	}
	contribute(reference, out);
	find_narrowing(reference, out);
	out->controls_share = controls_share(reference, declaration, facts, declarant);
	out->residual = residual_of(out->worst.inherent, reference, out->controls_share);
	out->residual_lo = residual_of(out->lo, reference, out->controls_share);
	out->residual_hi = residual_of(out->hi, reference, out->controls_share);
	return PRB_OK;
}

void
prb_exposure_where(const struct prb_reference *reference, int16_t country,
	struct prb_value values[PRB_COMPONENTS])
{
	where_values(&reference->countries[country], values);
}

prb_ppm
prb_exposure_lens(const struct prb_reference *reference,
	const struct prb_value values[PRB_COMPONENTS], enum prb_lens lens)
{
	return lens_at(reference, values, lens, END_POINT, -1);
}

prb_ppm
prb_exposure_of_lenses(const struct prb_reference *reference, const prb_ppm lens[PRB_LENSES])
{
	return combine(reference, lens);
}

prb_ppm
prb_exposure_of_party(
	const struct prb_reference *reference, int16_t country, const struct prb_goods_facts *goods)
{
	static const struct prb_product product; /* inputs not given */
	const struct prb_product_facts product_facts = {.goods = *goods};
	const struct prb_declaration declaration = {.products = &product,
		.workforce = {.total = PRB_COUNT_UNSAID,
			.women = PRB_COUNT_UNSAID,
			.migrant = PRB_COUNT_UNSAID,
			.agency = PRB_COUNT_UNSAID,
			.under_18 = PRB_COUNT_UNSAID,
			.peak_hours_per_week = PRB_COUNT_UNSAID,
			.rest_days_per_month = PRB_COUNT_UNSAID,
			.months_at_sea = PRB_COUNT_UNSAID}};
	const struct prb_facts facts = {.products = &product_facts};
	struct prb_exposure e;

	evaluate_case(reference, &declaration, &facts, PRB_COMPANY, -1, country,
		goods->basis == PRB_HS_NONE ? -1 : 0, &e);
	return e.inherent;
}
