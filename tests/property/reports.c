/* SPDX-License-Identifier: Apache-2.0 */
/* What a report holds, and how it is written. */
#include "clients/render/texts.h"
#include "scoring/base/jcs.h"
#include "tests/property/property.h"

bool
ranges_contain_their_points(const struct spec *s, uint64_t choice)
{
	struct prb_span report;
	const struct prb_result *r = scene_report(s, &report);
	const struct prb_exposure_result *e = &r->exposure;
	int64_t sum = 0;

	(void)choice;
	EXPECT(e->lo <= e->worst.inherent && e->worst.inherent <= e->hi,
		"exposure lies outside its range");
	EXPECT(e->residual_lo <= e->residual && e->residual <= e->residual_hi,
		"residual exposure lies outside its range");
	EXPECT(e->residual <= e->worst.inherent, "controls raise exposure");
	for (int c = 0; c < PRB_COMPONENTS; c++) {
		const struct prb_value *v = &e->worst.values[c];

		sum += e->contribution[c];
		EXPECT(e->contribution[c] >= 0, "a contribution below 0");
		EXPECT(v->known == PRB_NOT_APPLICABLE ||
				(v->lo >= 0 && v->lo <= v->point && v->point <= v->hi &&
					v->hi <= PRB_PPM_ONE),
			"%s: %d to %d, point %d", prb_component_id((enum prb_component)c),
			(int)v->lo, (int)v->hi, (int)v->point);
		EXPECT(v->source != NULL && v->source[0] != '\0', "%s has no source",
			prb_component_id((enum prb_component)c));
	}
	EXPECT(sum == prb_ppm_points(e->worst.inherent), "contributions add up to %lld",
		(long long)sum);
	EXPECT(r->rating.best != PRB_RATING_UNKNOWN && r->rating.worst != PRB_RATING_UNKNOWN,
		"unknown bounds the range");
	EXPECT(r->rating.best <= r->rating.worst, "the range is turned round");
	EXPECT(r->rating.rating == PRB_RATING_UNKNOWN ||
			(r->rating.best <= r->rating.rating && r->rating.rating <= r->rating.worst),
		"the rating lies outside its range");
	EXPECT(r->rating.coverage >= 0 && r->rating.coverage <= PRB_PPM_ONE,
		"coverage outside 0 to 1");
	return true;
}

static bool
has_texts(const struct prb_json *report, const char *list, const char *member, const char *prefix)
{
	const struct prb_json *array = prb_json_member(report, list);

	EXPECT(array != NULL && prb_json_kind(array) == PRB_JSON_ARRAY, "%s is missing", list);
	for (const struct prb_json *item = prb_json_first(array); item;
		item = prb_json_next(item)) {
		const struct prb_json *key = member == NULL ? item : prb_json_member(item, member);
		bool is_row = strcmp(list, "reasons") == 0 && item == prb_json_first(array);

		EXPECT(key != NULL && prb_json_kind(key) == PRB_JSON_STRING,
			"an entry of %s has no key", list);
		EXPECT(prb_text_find(is_row ? "rule" : prefix, prb_json_string(key)) != NULL,
			"%s.%s has no text", is_row ? "rule" : prefix, prb_json_string(key).p);
	}
	return true;
}

bool
reports_are_canonical_and_have_words(const struct spec *s, uint64_t choice)
{
	struct prb_arena *spare = scene_spare_arena();
	const struct prb_json *json;
	struct prb_fault fault;
	struct prb_span report, copy;
	struct prb_str again;
	bool same;

	(void)choice;
	scene_report(s, &report);
	copy = prb_arena_copy(spare, report);
	scene_report(s, &report);
	EXPECT(prb_span_equal(copy, report), "computed again it has other bytes");
	EXPECT(prb_json_parse(spare, copy, copy.n, &fault, &json) == PRB_OK, "no I-JSON: %s",
		fault.detail);
	prb_str_init(&again, 2 * copy.n);
	prb_jcs_write(spare, json, &again);
	same = !again.failed && prb_span_equal(prb_str_span(&again), copy);
	prb_str_finish(&again);
	EXPECT(same, "it is not its own canonical form");
	return has_texts(json, "reasons", "key", "reason") &&
	       has_texts(json, "notes", NULL, "note") &&
	       has_texts(json, "next_questions", "key", "question") &&
	       has_texts(json, "assumptions", "key", "assumption") &&
	       has_texts(json, "unconfirmed", "key", "unconfirmed") &&
	       has_texts(json, "indicators", "state", "state") &&
	       has_texts(json, "indicators", "key", "indicator") &&
	       has_texts(json, "decision_table", "rule", "rule") &&
	       has_texts(prb_json_member(json, "exposure"), "components", "id", "component") &&
	       has_texts(json, "listings", "list", "list");
}
