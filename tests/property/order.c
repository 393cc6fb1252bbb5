/* SPDX-License-Identifier: Apache-2.0 */
/* The order in which things are declared says nothing, nor do capitals and marks in names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/property/property.h"

#define SHUFFLE(list, count, choice)                                                               \
	for (uint32_t i_ = (count); i_ > 1; i_--) {                                                \
		uint32_t j_ = spec_below(choice, i_);                                              \
		memcpy(scratch, &(list)[i_ - 1], sizeof(list)[0]);                                 \
		(list)[i_ - 1] = (list)[j_];                                                       \
		memcpy(&(list)[j_], scratch, sizeof(list)[0]);                                     \
	}

/* Sites keep their ids, and findings their sites. */
static void
shuffle_sites(struct spec *s, uint64_t *choice)
{
	for (uint32_t i = s->sites_count; i > 1; i--) {
		uint32_t j = spec_below(choice, i);
		struct spec_place place = s->sites[i - 1];
		uint8_t id = s->site_ids[i - 1];

		s->sites[i - 1] = s->sites[j];
		s->site_ids[i - 1] = s->site_ids[j];
		s->sites[j] = place;
		s->site_ids[j] = id;
		for (int f = 0; f < s->findings_count; f++) {
			uint8_t *site = &s->findings[f].site;

			*site = (uint8_t)(*site == i ? j + 1 : *site == j + 1 ? i : *site);
		}
	}
}

bool
order_does_not_matter(const struct spec *s, uint64_t choice)
{
	struct headline before = score_case(s), now;
	struct spec other = *s;
	char scratch[sizeof(struct spec_product)];

	SHUFFLE(other.findings, other.findings_count, &choice)
	SHUFFLE(other.controls, other.controls_count, &choice)
	SHUFFLE(other.products, other.products_count, &choice)
	SHUFFLE(other.upstream, other.upstream_count, &choice)
	for (int p = 0; p < other.products_count; p++)
		SHUFFLE(other.products[p].inputs, other.products[p].inputs_count, &choice)
	shuffle_sites(&other, &choice);
	now = scene_score(&other, TWIST_NONE);
	EXPECT(now.rating == before.rating && now.best == before.best && now.worst == before.worst,
		"in another order: %s, %s to %s, coverage %lld not %lld", word(now.rating),
		word(now.best), word(now.worst), (long long)now.coverage,
		(long long)before.coverage);
	EXPECT(now.inherent == before.inherent && now.lo == before.lo && now.hi == before.hi &&
			now.residual == before.residual,
		"in another order exposure is %lld", (long long)now.inherent);
	EXPECT(now.coverage == before.coverage, "in another order coverage is %lld, not %lld",
		(long long)now.coverage, (long long)before.coverage);
	EXPECT(memcmp(now.states, before.states, sizeof now.states) == 0,
		"in another order a state differs");
	EXPECT(now.icls == before.icls && now.state_imposed == before.state_imposed,
		"in another order a determination differs");
	EXPECT(now.rule == before.rule, "in another order another row fires");
	EXPECT(now.worst_case == before.worst_case, "in another order another case is the worst");
	return true;
}

bool
spelling_of_names_does_not_matter(const struct spec *s, uint64_t choice)
{
	struct headline before = score_case(s), now;
	struct spec other = *s;

	other.spelling = (uint8_t)(1 + choice % (SPEC_SPELLINGS - 1));
	now = scene_score(&other, TWIST_NONE);
	EXPECT(now.rating == before.rating && now.best == before.best && now.worst == before.worst,
		"in spelling %d: %s, %s to %s", other.spelling, word(now.rating), word(now.best),
		word(now.worst));
	EXPECT(now.listings == before.listings && now.listing_matched == before.listing_matched,
		"in spelling %d there are %zu hits, not %zu", other.spelling, now.listings,
		before.listings);
	EXPECT(now.rule == before.rule, "in spelling %d another row fires", other.spelling);
	EXPECT(now.coverage == before.coverage && now.residual == before.residual,
		"in spelling %d coverage is %lld", other.spelling, (long long)now.coverage);
	return true;
}

/* Goods of no declared origin come from each site's country: a site there whose province is not
 * known leaves theirs open, wherever it stands in the list. */
void
sites_of_one_country_in_any_order(void **state)
{
	struct spec s = {.name = 1,
		.place = {1, 0},
		.sites_count = 2,
		.sites = {{3, 0}, {3, 3}},
		.site_ids = {0, 1},
		.products_count = 1,
		.products = {{.good = {.hs = 3}}},
		.workforce = {-1, -1, -1, -1, -1, -1, -1, .transfer = PRB_NO}};

	(void)state;
	assert_true(spec_is_china(s.sites[0].country));
	assert_int_equal(scene_score(&s, TWIST_NONE).state_imposed, PRB_STATE_OPEN);
	for (uint64_t choice = 0; choice < 16; choice++)
		if (!order_does_not_matter(&s, choice))
			fail_msg("%s\n%s", why, scene_text());
}
