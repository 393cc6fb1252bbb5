/* SPDX-License-Identifier: Apache-2.0 */
/* Texts and cells. That every key of a report has a text is a property (tests/property). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "clients/render/plain.h"
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
rendered(enum prb_lang lang, const char *prefix, const char *key, const struct prb_span *args,
	size_t count, const char *wanted)
{
	struct prb_str out;

	prb_str_init(&out, 4096);
	(void)prb_text_render(lang, prefix, prb_span_of(key), args, count, &out);
	assert_string_equal(out.p, wanted);
	prb_str_finish(&out);
}

static void
arguments(void **state)
{
	const struct prb_span indicator[] = {PRB_SPAN("debt_bondage")},
			      unknown[] = {PRB_SPAN("no_such_key")};
	const struct prb_span rule[] = {PRB_SPAN("high"), PRB_SPAN("70"), PRB_SPAN("9")};
	const struct prb_span many[] = {PRB_SPAN("sector"), PRB_SPAN("1"), PRB_SPAN("not used")};
	const struct prb_span word[] = {PRB_SPAN("sector"), PRB_SPAN("some")};
	const struct prb_span head[] = {PRB_SPAN("A {rating}"), PRB_SPAN("MYS"), PRB_SPAN("high")};
	const struct prb_span steer[] = {
		PRB_SPAN("A\x1b\xE2\x80\xAE\xE2\x81\xA9\n"), PRB_SPAN("XXX"), PRB_SPAN("low")};

	(void)state;
	rendered(PRB_LANG_en, "reason", "indicator_historic", indicator, 1,
		"indicator reported in the past: debt bondage");
	rendered(PRB_LANG_en, "reason", "indicator_historic", unknown, 1,
		"indicator reported in the past: no_such_key");
	rendered(PRB_LANG_en, "reason", "indicator_historic", NULL, 0,
		"indicator reported in the past: ");
	rendered(PRB_LANG_en, "rule", "residual_exposure", rule, 3,
		"residual exposure of 70 or more");
	rendered(PRB_LANG_en, "rule", "no_such_rule", rule, 3, "no_such_rule");
	rendered(PRB_LANG_en, "reason", "exposure_from", many, 3, "sector: 1 point of exposure");
	/* A word cannot choose a plural: nothing is half said. */
	rendered(PRB_LANG_en, "reason", "exposure_from", word, 2, "exposure_from");
	/* What stands in an argument is no pattern. */
	rendered(PRB_LANG_en, "explain", "head", head, 3, "A {rating} (Malaysia): high");
	rendered(PRB_LANG_en, "explain", "head", steer, 3, "A???? (XXX): low");
	assert_null(prb_text_find("rul", PRB_SPAN("otherwise")));
	assert_null(prb_text_find("rule", PRB_SPAN("")));
	assert_null(prb_text_find("rule", PRB_SPAN("otherwis")));
	assert_null(prb_text_find("rule", PRB_SPAN("otherwise.")));
	assert_non_null(prb_text_find("rule", PRB_SPAN("otherwise")));
}

/* Counts choose the form. */
static void
counts(void **state)
{
	static const struct {
		const char *points, *wanted;
	} rows[] = {
		{"0", "everything else together: 0 points of exposure"},
		{"1", "everything else together: 1 point of exposure"},
		{"2", "everything else together: 2 points of exposure"},
		{"21", "everything else together: 21 points of exposure"},
		{"1234", "everything else together: 1,234 points of exposure"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct prb_span points = prb_span_of(rows[i].points);

		rendered(PRB_LANG_en, "reason", "exposure_rest", &points, 1, rows[i].wanted);
	}
}

/* The names of the source tables, in a language; marked where no authority gave them. */
static void
names(void **state)
{
	struct prb_str out;

	(void)state;
	rendered(PRB_LANG_fr, "country", "MYS", NULL, 0, "Malaisie");
	rendered(PRB_LANG_fr, "country", "BES", NULL, 0, "Bonaire, Saint-Eustache et Saba");
	rendered(PRB_LANG_zh, "country", "MYS", NULL, 0,
		"\xE9\xA9\xAC\xE6\x9D\xA5\xE8\xA5\xBF\xE4\xBA\x9A");
	rendered(PRB_LANG_fr, "indicator", "debt_bondage", NULL, 0, "servitude pour dettes*");
	rendered(PRB_LANG_ru, "indicator", "deception", NULL, 0,
		"\xD0\xBE\xD0\xB1\xD0\xBC\xD0\xB0\xD0\xBD*");
	rendered(PRB_LANG_en, "indicator", "debt_bondage", NULL, 0, "debt bondage");
	prb_str_init(&out, 4096);
	assert_true(prb_text_render(PRB_LANG_fr, "reason", PRB_SPAN("indicator_historic"),
		&PRB_SPAN("deception"), 1, &out));
	assert_false(prb_text_render(PRB_LANG_en, "reason", PRB_SPAN("indicator_historic"),
		&PRB_SPAN("deception"), 1, &out));
	assert_false(prb_text_render(
		PRB_LANG_fr, "explain", PRB_SPAN("site"), &PRB_SPAN("deception"), 1, &out));
	prb_str_finish(&out);
}

#define FSI "\xE2\x81\xA8"
#define PDI "\xE2\x81\xA9"

/* Where the words run from right to left, what comes from outside is held apart, by us alone. */
static void
directions(void **state)
{
	static const struct {
		const char *text, *safe;
	} rows[] = {
		{"", ""},
		{"plain", "plain"},
		{FSI "A" PDI " b", FSI "A" PDI " b"},
		{FSI "A", FSI "A" PDI},
		{PDI "A", "?A"},
		{FSI FSI "A" PDI PDI, FSI "?A" PDI "?"},
		{"A\nB\x1b", "A?B?"},
		{"\xE2\x80\xAE", "?"},
		{"\xE2\x81", "??"},
		{"\xD8\x9C"
		 "a",
			"?a"},
	};
	struct prb_str out;

	(void)state;
	prb_str_init(&out, 4096);
	prb_text_foreign(PRB_LANG_ar, PRB_SPAN("A" PDI), &out);
	assert_string_equal(out.p, FSI "A?" PDI);
	prb_str_reset(&out);
	prb_text_foreign(PRB_LANG_fr, PRB_SPAN("A"), &out);
	assert_string_equal(out.p, "A");
	/* A name that runs the other way than the words around it. */
	prb_str_reset(&out);
	prb_text_foreign(PRB_LANG_fr, PRB_SPAN("\xD9\x85" PDI "1"), &out);
	assert_string_equal(out.p, FSI "\xD9\x85?1" PDI);
	prb_str_reset(&out);
	prb_text_foreign(PRB_LANG_fr, PRB_SPAN("\xD7\x90"), &out);
	assert_string_equal(out.p, FSI "\xD7\x90" PDI);
	prb_str_reset(&out);
	prb_text_foreign(PRB_LANG_fr, PRB_SPAN("\xE5\xB7\xA5\xD0\x90\xD9"), &out);
	assert_string_equal(out.p, "\xE5\xB7\xA5\xD0\x90?");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		prb_str_reset(&out);
		prb_text_safe_rendered(prb_span_of(rows[i].text), &out);
		assert_true(prb_span_is(prb_str_span(&out), rows[i].safe));
	}
	prb_str_finish(&out);
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
		assert_int_not_equal(
			prb_plain_report(arena, json, PRB_LANG_en, &out, &fault), PRB_OK);
		assert_non_null(strstr(fault.detail, "not a probity report"));
		assert_int_equal(out.n, 0);
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
		cmocka_unit_test(counts),
		cmocka_unit_test(names),
		cmocka_unit_test(directions),
		cmocka_unit_test(words_have_texts),
		cmocka_unit_test(no_report),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
