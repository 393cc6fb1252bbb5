/* SPDX-License-Identifier: Apache-2.0 */
/* The lens `what`: goods, origins and inputs. scoring/METHOD.md section 3. */
#include <string.h>

#include "scoring/rules/exposure.h"

#define GOODS_MAX 64

/* What the lists say about goods of one origin. */
struct listing_counts {
	int32_t own;         /* value of row one, ppm */
	int32_t elsewhere;   /* row two */
	int32_t others_here; /* row three */
	int32_t all_here;    /* row three if none of the goods were the product itself */
	int32_t input;       /* value of the worst listed input of the goods, before the step */
	int16_t origins, goods_here;       /* what rows two and three count */
	const struct prb_good *good;       /* the good that sets row one */
	const struct prb_good *input_good; /* the good that sets the listed input */
	uint8_t listed, input_how;         /* enum prb_listed: how each is listed */
};

static int32_t
listed_value(const struct prb_reference *r, uint8_t listed)
{
	return listed == PRB_LISTED_FORCED       ? (int32_t)PRB_PPM_ONE
	       : listed == PRB_LISTED_CHILD_ONLY ? (int32_t)r->constants[PRB_K_CHILD_ONLY]
						 : 0;
}

static int32_t
count_share(int64_t n, int64_t full)
{
	return n >= full ? (int32_t)PRB_PPM_ONE : (int32_t)prb_mul_div(n, PRB_PPM_ONE, full);
}

static size_t
matched_goods(const struct prb_reference *r, const struct prb_goods_facts *facts,
	uint16_t goods[GOODS_MAX])
{
	size_t count = 0;

	for (uint8_t i = 0; i < facts->hs_count; i++) {
		uint16_t found[GOODS_MAX];
		size_t n = prb_reference_goods(r, prb_span_of(facts->hs[i]), found, GOODS_MAX);

		for (size_t j = 0; j < n && count < GOODS_MAX; j++) {
			size_t k = 0;

			while (k < count && goods[k] != found[j])
				k++;
			if (k == count)
				goods[count++] = found[j];
		}
	}
	return count;
}

static int
bits(uint64_t mask)
{
	int n = 0;

	for (; mask; mask &= mask - 1)
		n++;
	return n;
}

/* Origins other than `origin` in which any of the goods is listed for forced labour. */
static int64_t
other_origins(const struct prb_reference *r, const uint16_t *goods, size_t count, int16_t origin)
{
	int64_t n = 0;

	for (size_t word = 0; word < PRB_COUNTRIES_MAX / 64; word++) {
		uint64_t listed = 0;

		for (size_t i = 0; i < count; i++)
			listed |= r->goods[goods[i]].forced[word];
		if ((size_t)origin / 64 == word)
			listed &= ~((uint64_t)1 << origin % 64);
		n += bits(listed);
	}
	return n;
}

static void
count_listings(const struct prb_reference *r, const struct prb_goods_facts *facts, int16_t origin,
	struct listing_counts *out)
{
	uint16_t goods[GOODS_MAX];
	size_t count = matched_goods(r, facts, goods);
	int64_t own_forced = 0;

	memset(out, 0, sizeof *out);
	for (size_t i = 0; i < count; i++) {
		const struct prb_good *good = &r->goods[goods[i]];
		int32_t value = listed_value(r, good->listed[origin]);
		int32_t input = good->input_listed == NULL
					? 0
					: listed_value(r, good->input_listed[origin]);

		own_forced += good->listed[origin] == PRB_LISTED_FORCED;
		if (value > out->own) {
			out->own = value;
			out->good = good;
			out->listed = good->listed[origin];
		}
		if (input > out->input) {
			out->input = input;
			out->input_good = good;
			out->input_how = good->input_listed[origin];
		}
	}
	out->origins = (int16_t)other_origins(r, goods, count, origin);
	out->goods_here = (int16_t)(r->origin_forced_count[origin] - own_forced);
	out->elsewhere = count_share(out->origins, r->constants[PRB_K_ORIGINS_FULL]);
	out->all_here = count_share(r->origin_forced_count[origin], r->constants[PRB_K_GOODS_FULL]);
	out->others_here = count_share(out->goods_here, r->constants[PRB_K_GOODS_FULL]);
}

/* Per mille of the worst sector of the codes; -1 where there is no figure for one of them. */
static int32_t
sector_of(const struct prb_reference *r, const struct prb_goods_facts *facts)
{
	int32_t worst = -1;

	for (uint8_t i = 0; i < facts->hs_count; i++) {
		int chapter = (facts->hs[i][0] - '0') * 10 + (facts->hs[i][1] - '0');
		char section = r->section_of_chapter[chapter];

		if (section >= 'A' && section <= 'Z' && r->sector_per_mille[section - 'A'] > worst)
			worst = r->sector_per_mille[section - 'A'];
	}
	return worst;
}

static struct prb_value
make_value(const struct prb_reference *r, enum prb_component c, int32_t point, bool known)
{
	return (struct prb_value){.point = point,
		.lo = known ? point : 0,
		.hi = known ? point : (int32_t)PRB_PPM_ONE,
		.known = known ? PRB_KNOWN : PRB_IMPUTED,
		.count = -1,
		.source = r->weights[c].source};
}

/* Nothing is known at all: the point is a figure of the method. */
static struct prb_value
nothing_known(const struct prb_reference *r, enum prb_component c, enum prb_constant point)
{
	struct prb_value value = make_value(r, c, (int32_t)r->constants[point], false);

	value.source = PRB_SOURCE_OF_IMPUTED;
	return value;
}

static void
name_good(struct prb_value *value, const struct prb_good *good, uint8_t listed)
{
	value->good = good == NULL ? NULL : good->name;
	value->listed = listed;
}

static int32_t
step_down(const struct prb_reference *r, int32_t value)
{
	return (int32_t)prb_ppm_mul(value, r->constants[PRB_K_STEP]);
}

static void
raise_to(struct prb_value *value, int32_t point, int32_t lo, int32_t hi)
{
	value->point = point > value->point ? point : value->point;
	value->lo = lo > value->lo ? lo : value->lo;
	value->hi = hi > value->hi ? hi : value->hi;
}

/* One declared input, a step away: what is not declared of it can be anything from 0 to a listed
 * good. */
static void
take_input(
	const struct prb_reference *r, const struct prb_goods_facts *input, struct prb_value *value)
{
	int32_t most = step_down(r, (int32_t)PRB_PPM_ONE), point;
	struct listing_counts counts;

	if (input->origin.country == PRB_COUNTRY_NONE || input->basis == PRB_HS_NONE) {
		raise_to(value, step_down(r, (int32_t)r->constants[PRB_K_POINT_PRODUCT]), 0, most);
		value->known = PRB_IMPUTED;
		return;
	}
	count_listings(r, input, input->origin.country, &counts);
	point = step_down(r, counts.own);
	if (point > value->point)
		name_good(value, counts.good, counts.listed);
	if (input->basis == PRB_HS_BROAD) {
		raise_to(value, point, 0, most);
		value->known = PRB_IMPUTED;
	} else {
		raise_to(value, point, point, point);
	}
}

/* Inputs that are declared, and those that the downstream list names for the good. */
static struct prb_value
input_value(const struct prb_reference *r, const struct prb_product *product,
	const struct prb_product_facts *facts, const struct listing_counts *counts, bool certain)
{
	struct prb_value value =
		make_value(r, PRB_WHAT_INPUT_LISTED, 0, product->inputs_given && certain);
	int32_t listed = step_down(r, counts->input);

	name_good(&value, counts->input_good, counts->input_how);
	raise_to(&value, listed, certain ? listed : 0, listed);
	for (size_t i = 0; i < product->inputs_count; i++)
		take_input(r, &facts->inputs[i], &value);
	return value;
}

/* Nothing is known of the good: small points, everything possible. What else is listed for the
 * origin is known. */
static void
without_goods(const struct prb_reference *r, int16_t origin, bool origin_declared,
	struct prb_value *values)
{
	int32_t here = count_share(r->origin_forced_count[origin], r->constants[PRB_K_GOODS_FULL]);

	values[PRB_WHAT_GOOD_LISTED] = nothing_known(r, PRB_WHAT_GOOD_LISTED, PRB_K_POINT_PRODUCT);
	values[PRB_WHAT_LISTED_ELSEWHERE] =
		nothing_known(r, PRB_WHAT_LISTED_ELSEWHERE, PRB_K_POINT_PRODUCT);
	values[PRB_WHAT_INPUT_LISTED] =
		nothing_known(r, PRB_WHAT_INPUT_LISTED, PRB_K_POINT_PRODUCT);
	values[PRB_WHAT_SECTOR] = nothing_known(r, PRB_WHAT_SECTOR, PRB_K_POINT_SECTOR);
	values[PRB_WHAT_ORIGIN_OTHER_GOODS] =
		make_value(r, PRB_WHAT_ORIGIN_OTHER_GOODS, here, origin_declared);
	values[PRB_WHAT_ORIGIN_OTHER_GOODS].count = (int16_t)r->origin_forced_count[origin];
	/* Some of the listed goods may be the product itself. */
	values[PRB_WHAT_ORIGIN_OTHER_GOODS].lo = 0;
}

static struct prb_value
sector_value(const struct prb_reference *r, const struct prb_goods_facts *facts, bool certain)
{
	int32_t share = sector_of(r, facts);
	struct prb_value value;

	if (share < 0)
		return nothing_known(r, PRB_WHAT_SECTOR, PRB_K_POINT_SECTOR);
	value = make_value(
		r, PRB_WHAT_SECTOR, count_share(share, r->constants[PRB_K_SECTOR_FULL]), certain);
	value.unverified = true; /* datasets/sources/sector_priors.csv */
	return value;
}

void
prb_exposure_what(const struct prb_reference *reference, const struct prb_product *product,
	const struct prb_product_facts *facts, int16_t origin, bool origin_declared,
	struct prb_value values[PRB_COMPONENTS])
{
	struct listing_counts counts;
	bool certain;

	if (product == NULL || facts->goods.basis == PRB_HS_NONE) {
		without_goods(reference, origin, origin_declared, values);
		if (product != NULL && product->inputs_given) {
			memset(&counts, 0, sizeof counts);
			values[PRB_WHAT_INPUT_LISTED] =
				input_value(reference, product, facts, &counts, false);
		}
		return;
	}
	count_listings(reference, &facts->goods, origin, &counts);
	certain = origin_declared && facts->goods.basis != PRB_HS_BROAD;
	values[PRB_WHAT_GOOD_LISTED] =
		make_value(reference, PRB_WHAT_GOOD_LISTED, counts.own, certain);
	values[PRB_WHAT_LISTED_ELSEWHERE] =
		make_value(reference, PRB_WHAT_LISTED_ELSEWHERE, counts.elsewhere, certain);
	values[PRB_WHAT_ORIGIN_OTHER_GOODS] =
		make_value(reference, PRB_WHAT_ORIGIN_OTHER_GOODS, counts.others_here, certain);
	name_good(&values[PRB_WHAT_GOOD_LISTED], counts.good, counts.listed);
	values[PRB_WHAT_LISTED_ELSEWHERE].count = counts.origins;
	values[PRB_WHAT_ORIGIN_OTHER_GOODS].count = counts.goods_here;
	if (!certain && origin_declared)
		values[PRB_WHAT_ORIGIN_OTHER_GOODS].hi = counts.all_here;
	values[PRB_WHAT_INPUT_LISTED] = input_value(reference, product, facts, &counts, certain);
	values[PRB_WHAT_SECTOR] =
		sector_value(reference, &facts->goods, facts->goods.basis != PRB_HS_BROAD);
}
