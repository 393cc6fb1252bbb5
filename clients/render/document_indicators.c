/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/render/build.h"
#include "scoring/model/words.h"

/*
 * The eleven indicators at a glance, and each finding that was made about them.
 */

/* "media (finding 4), workers (finding 8)"; nothing where nobody reported anything. */
static struct prb_span
say_evidence(struct prb_builder *b, const struct prb_json *indicator)
{
	for (const struct prb_json *e = prb_member_list(indicator, "evidence"); e;
		e = prb_json_next(e)) {
		struct prb_span finding = prb_member_text(e, "finding"),
				args[2] = {PRB_SPAN(""), prb_member_text(e, "source")};

		if (finding.n == 0)
			continue;
		prb_str_reset(&b->part);
		if (b->words.n != 0)
			prb_build_frame(b, "comma", NULL, 0);
		if (prb_build_place(b, finding, &b->part)) {
			args[0] = prb_str_span(&b->part);
			prb_build_say(b, "report", PRB_SPAN("rests_on"), args, 2);
		} else {
			prb_build_say(b, "source", args[1], NULL, 0);
		}
	}
	return prb_build_words(b);
}

static void
fill_row(struct prb_builder *b, const struct prb_json *indicator, struct prb_indicator_row *row)
{
	struct prb_span grade = prb_member_text(indicator, "grade");

	row->code = prb_build_int(b, indicator, "code");
	row->state_key = prb_build_text(b, indicator, "state");
	row->name = prb_build_label(b, "indicator", prb_build_text(b, indicator, "key"), NULL, 0);
	row->state = prb_build_label(b, "state", row->state_key, NULL, 0);
	row->grade = grade.n != 0 ? prb_build_label(b, "grade", grade, NULL, 0) : PRB_SPAN("");
	row->rests = say_evidence(b, indicator);
}

void
prb_build_indicators(struct prb_builder *b)
{
	static const char *const heads[] = {
		"col_indicator", "col_state", "col_grade", "col_evidence"};
	const struct prb_json *list = prb_build_member(b, b->report, "indicators", PRB_JSON_ARRAY);
	struct prb_block_indicators indicators = {.rows_count = 0};
	struct prb_indicator_row *rows = prb_arena_array(b->arena, PRB_INDICATORS, sizeof *rows);
	struct prb_block *block;

	for (const struct prb_json *i = list != NULL && rows != NULL ? prb_json_first(list) : NULL;
		i && indicators.rows_count < PRB_INDICATORS; i = prb_json_next(i))
		if (prb_json_kind(i) == PRB_JSON_OBJECT)
			fill_row(b, i, &rows[indicators.rows_count++]);
	for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
		indicators.columns[i] =
			prb_build_label(b, "report", prb_span_of(heads[i]), NULL, 0);
	prb_build_heading(b, "indicators");
	prb_build_say(b, "report", PRB_SPAN("indicators_caption"), NULL, 0);
	block = prb_build_block(b, PRB_BLOCK_INDICATORS, PRB_ON_PAGE);
	block->indicators = indicators;
	block->indicators.rows = rows;
	if (rows == NULL)
		block->indicators.rows_count = 0;
}

/* The place of a reference is of use to who has the declaration: plain text alone has it. */
static void
build_details(struct prb_builder *b, const struct prb_json *evidence, unsigned on)
{
	prb_build_detail_place(b, prb_build_text(b, evidence, "finding"), on);
	prb_build_detail(b, "site", prb_member_text(evidence, "site"));
	prb_build_detail(b, "source", prb_build_text(b, evidence, "source"));
	prb_build_detail(b, "dated", prb_member_text(evidence, "date"));
	if (on == PRB_ON_TEXT)
		prb_build_detail(b, "reference", prb_member_text(evidence, "reference"));
	prb_build_detail_reply(b, prb_member_text(evidence, "reply"), on);
	prb_build_details_on(b, on);
}

/* Each finding with what became of it; a reply is never left out. */
static void
build_finding(
	struct prb_builder *b, const struct prb_json *indicator, const struct prb_json *evidence)
{
	const struct prb_span args[] = {
		prb_build_text(b, indicator, "key"), prb_build_text(b, evidence, "use")};

	prb_build_frame(b, "finding", args, 2);
	prb_build_block(b, PRB_BLOCK_ITEM, PRB_ON_ALL)->level = 1;
	build_details(b, evidence, PRB_ON_TEXT);
	build_details(b, evidence, PRB_ON_PAGE);
}

void
prb_build_findings(struct prb_builder *b)
{
	const struct prb_json *indicators =
		prb_build_member(b, b->report, "indicators", PRB_JSON_ARRAY);
	bool any = false;

	for (const struct prb_json *i = indicators ? prb_json_first(indicators) : NULL; i;
		i = prb_json_next(i)) {
		const struct prb_json *list = prb_build_member(b, i, "evidence", PRB_JSON_ARRAY);

		for (const struct prb_json *e = list ? prb_json_first(list) : NULL; e;
			e = prb_json_next(e)) {
			if (prb_json_kind(e) != PRB_JSON_OBJECT)
				continue;
			if (!any) {
				prb_build_heading(b, "findings");
				prb_build_lead(b, PRB_ON_TEXT, "findings", NULL, 0);
			}
			any = true;
			build_finding(b, i, e);
		}
	}
}
