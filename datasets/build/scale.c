/* SPDX-License-Identifier: Apache-2.0 */
#include "datasets/build/scale.h"

#include <assert.h>

#include "scoring/base/ppm.h"

int32_t
prb_scale_linear(int64_t figure, int64_t at_zero, int64_t at_one)
{
	int64_t way = at_one - at_zero, gone = figure - at_zero;

	if (way < 0) {
		way = -way;
		gone = -gone;
	}
	if (gone <= 0)
		return 0;
	if (gone >= way)
		return (int32_t)PRB_PPM_ONE;
	return (int32_t)prb_mul_div(gone, PRB_PPM_ONE, way);
}

/* The logarithm to the base 2 with 30 binary places, digit by digit: a number between 1 and 2 that
 * is squared passes 2 where the next digit is 1. */
static int64_t
log2_fixed(uint64_t x)
{
	int whole = 0;
	uint64_t mantissa; /* 1..2 with 31 places */
	int64_t log;

	while (x >> whole > 1)
		whole++;
	mantissa = whole > 31 ? x >> (whole - 31) : x << (31 - whole);
	log = whole;
	for (int place = 0; place < 30; place++) {
		mantissa = mantissa * mantissa >> 31;
		log *= 2;
		if (mantissa >> 32 != 0) {
			mantissa >>= 1;
			log++;
		}
	}
	return log;
}

int32_t
prb_scale_log(int64_t figure, int64_t at_zero, int64_t at_one)
{
	int64_t zero, whole;

	assert(at_zero > 0);
	assert(at_zero < at_one);
	if (figure <= at_zero)
		return 0;
	if (figure >= at_one)
		return (int32_t)PRB_PPM_ONE;
	zero = log2_fixed((uint64_t)at_zero);
	whole = log2_fixed((uint64_t)at_one) - zero;
	return (int32_t)prb_mul_div(log2_fixed((uint64_t)figure) - zero, PRB_PPM_ONE, whole);
}

bool
prb_scale_by_anchor(const struct prb_sources *s, size_t anchor, int64_t figure, int32_t *ppm)
{
	bool log = prb_source_is(s, PRB_COL_METHOD_ANCHORS_SCALE, anchor, "log");
	int64_t zero, one;

	if (!prb_parse_decimal(prb_source_text(s, PRB_COL_METHOD_ANCHORS_AT_ZERO, anchor),
		    PRB_SCALE_DECIMALS, &zero) ||
		!prb_parse_decimal(prb_source_text(s, PRB_COL_METHOD_ANCHORS_AT_ONE, anchor),
			PRB_SCALE_DECIMALS, &one) ||
		zero == one || (log && (zero <= 0 || zero > one)))
		return false;
	*ppm = (log ? prb_scale_log : prb_scale_linear)(figure, zero, one);
	return true;
}

bool
prb_scale_by_category(
	const struct prb_sources *s, size_t anchor, struct prb_span category, int32_t *ppm)
{
	int64_t share;

	if (!prb_span_equal(
		    category, prb_source_text(s, PRB_COL_METHOD_ANCHORS_CATEGORY, anchor)) ||
		!prb_parse_int(prb_source_text(s, PRB_COL_METHOD_ANCHORS_CATEGORY_PPM, anchor), 0,
			PRB_PPM_ONE, &share))
		return false;
	*ppm = (int32_t)share;
	return true;
}
