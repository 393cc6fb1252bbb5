/* SPDX-License-Identifier: Apache-2.0 */
/* Texts and cells. That every key of a report has a text is a property (tests/property). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "clients/render/explain.h"
#include "clients/render/rows.h"
#include "clients/render/texts.h"
#include "scoring/model/words.h"

static void
cells(void **state)
{
	static const struct {
		const char *text, *cell;
	} rows[] = {
		{"", ""},
		{"plain", "plain"},
		{"a b", "a b"},
		{"a,b", "\"a,b\""},
		{"a\"b", "\"a\"\"b\""},
		{"a\nb", "\"a\nb\""},
		{"a=1", "a=1"},
	};
	static const char *const formulas[] = {
		"=1", "+1", "-1", "@a", "\ta", "\ra", "=", "-", "=a\"b\",c"};
	struct prb_str out;

	(void)state;
	prb_str_init(&out, 4096);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		prb_str_reset(&out);
		prb_render_csv_cell(prb_span_of(rows[i].text), &out);
		assert_true(prb_span_is(prb_str_span(&out), rows[i].cell));
	}
	/* What begins a formula is made a text; the text itself stays whole behind the apostrophe.
	 */
	for (size_t i = 0; i < sizeof formulas / sizeof formulas[0]; i++) {
		prb_str_reset(&out);
		prb_render_csv_cell(prb_span_of(formulas[i]), &out);
		assert_true(out.p[0] == '\'' || (out.p[0] == '"' && out.p[1] == '\''));
	}
	prb_str_finish(&out);
}

static void
rendered(const char *prefix, const char *key, const struct prb_span *args, size_t count,
	const char *wanted)
{
	struct prb_str out;

	prb_str_init(&out, 4096);
	prb_text_render(prefix, prb_span_of(key), args, count, &out);
	assert_true(prb_span_is(prb_str_span(&out), wanted));
	prb_str_finish(&out);
}

static void
arguments(void **state)
{
	const struct prb_span indicator[] = {PRB_SPAN("debt_bondage")},
			      unknown[] = {PRB_SPAN("no_such_key")};
	const struct prb_span rule[] = {PRB_SPAN("high"), PRB_SPAN("70"), PRB_SPAN("9")};

	(void)state;
	rendered("reason", "indicator_historic", indicator, 1,
		"indicator reported in the past: debt bondage");
	rendered("reason", "indicator_historic", unknown, 1,
		"indicator reported in the past: no_such_key");
	rendered("reason", "indicator_historic", NULL, 0, "indicator reported in the past: ");
	rendered("rule", "residual_exposure", rule, 3, "residual exposure of 70 or more");
	rendered("rule", "no_such_rule", rule, 3, "no_such_rule");
	assert_null(prb_text_find("rul", PRB_SPAN("otherwise")));
	assert_null(prb_text_find("rule", PRB_SPAN("")));
	assert_non_null(prb_text_find("rule", PRB_SPAN("otherwise")));
}

/* Every word of the method that a reader meets has its text. */
static void
words_have_texts(void **state)
{
	(void)state;
	for (int i = 1; i <= PRB_INDICATORS; i++)
		assert_non_null(prb_text_find(
			"indicator", prb_span_of(prb_indicator_key((enum prb_indicator)i))));
	for (int c = 0; c < PRB_COMPONENTS; c++)
		assert_non_null(prb_text_find(
			"component", prb_span_of(prb_component_id((enum prb_component)c))));
	for (int r = 0; r < PRB_RATING_RULES; r++)
		assert_non_null(prb_text_find(
			"rule", prb_span_of(prb_rating_rule_key((enum prb_rating_rule)r))));
	for (int r = PRB_RATING_UNKNOWN; r <= PRB_RATING_CRITICAL; r++)
		assert_non_null(
			prb_text_find("rating", prb_span_of(prb_rating_word((enum prb_rating)r))));
}

/* What is no report is said, and never half explained. */
static void
no_report(void **state)
{
	static const char *const texts[] = {"{}", "[]", "7", "{\"supplier\":1}",
		"{\"supplier\":{\"name\":\"A\",\"country\":\"CHE\"}}",
		("{\"rating\":\"high\",\"rating_range\":[],\"supplier\":{\"name\":\"A\","
		 "\"country\":"
		 "\"CHE\"}}")};
	struct prb_arena *arena = prb_arena_create((size_t)1 << 20);
	struct prb_fault fault;
	struct prb_str out;

	(void)state;
	prb_str_init(&out, 65536);
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		const struct prb_json *json;

		assert_int_equal(
			prb_json_parse(arena, prb_span_of(texts[i]), 4096, &fault, &json), PRB_OK);
		assert_int_not_equal(prb_render_explain(json, &out, &fault), PRB_OK);
		assert_non_null(strstr(fault.detail, "not a probity report"));
	}
	prb_str_finish(&out);
	prb_arena_destroy(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells),
		cmocka_unit_test(arguments),
		cmocka_unit_test(words_have_texts),
		cmocka_unit_test(no_report),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
