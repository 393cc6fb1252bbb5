/* SPDX-License-Identifier: Apache-2.0 */
/* The catalogues: each is whole, each pattern is read and has the arguments and plural forms that
 * it needs, and a report in words leaves no key bare. */
#include <ctype.h>
#include <glob.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "clients/render/catalogue.h"
#include "clients/render/plain.h"
#include "tests/unit/pattern_check.h"

#define CATALOGUE_BYTES_MAX ((size_t)1 << 20)

static struct prb_arena *arena;
static const struct prb_json *catalogues[PRB_LANGS];

static int
set_up(void **state)
{
	struct prb_fault fault;

	(void)state;
	arena = prb_arena_create((size_t)64 << 20);
	for (enum prb_lang lang = 0; lang < PRB_LANGS; lang++) {
		assert_non_null(prb_catalogue_of(lang));
		if (prb_json_parse(arena, prb_catalogue_bytes(lang), CATALOGUE_BYTES_MAX, &fault,
			    &catalogues[lang]) != PRB_OK)
			fail_msg("%s.json: byte %zu: %s", prb_lang_tag(lang), fault.offset,
				fault.detail);
	}
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	prb_arena_destroy(arena);
	return 0;
}

/* All faults of a catalogue are said before the test fails. */
static int faults;

static void say_fault(enum prb_lang lang, const char *key, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void
say_fault(enum prb_lang lang, const char *key, const char *format, ...)
{
	va_list args;

	faults++;
	fprintf(stderr, "%s.json: %s: ", prb_lang_tag(lang), key);
	va_start(args, format);
	(void)vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

static const char *
text_of(enum prb_lang lang, const char *key)
{
	const struct prb_json *text = prb_json_member(catalogues[lang], key);

	return text != NULL && prb_json_kind(text) == PRB_JSON_STRING ? prb_json_string(text).p
								      : NULL;
}

/* Each key of texts.def once, and nothing else. */
static void
complete(void **state)
{
	(void)state;
	faults = 0;
	for (enum prb_lang lang = 0; lang < PRB_LANGS; lang++) {
		for (size_t i = 0; i < PRB_TEXTS; i++) {
			const char *text = text_of(lang, prb_catalogue_rows()[i].key);

			if (text == NULL || text[0] == '\0')
				say_fault(lang, prb_catalogue_rows()[i].key, "is missing");
		}
		if (prb_json_size(catalogues[lang]) == PRB_TEXTS)
			continue;
		for (const struct prb_json *p = prb_json_first(catalogues[lang]); p;
			p = prb_json_next(p)) {
			size_t i = 0;

			while (i < PRB_TEXTS &&
				strcmp(prb_catalogue_rows()[i].key, prb_json_name(p)) != 0)
				i++;
			if (i == PRB_TEXTS)
				say_fault(lang, prb_json_name(p), "texts.def has no such key");
		}
	}
	assert_int_equal(faults, 0);
}

/* Whether each of these names, with a blank behind, is among the arguments of the row. */
static bool
are_arguments(const char *names, const struct prb_text_row *row, bool numbers)
{
	while (*names != '\0') {
		size_t n = strcspn(names, " "), i = 0;

		while (i < row->arguments_count &&
			!(strlen(row->arguments[i].name) == n &&
				memcmp(row->arguments[i].name, names, n) == 0))
			i++;
		if (i == row->arguments_count ||
			(numbers && row->arguments[i].kind != PRB_TEXT_NUMBER))
			return false;
		names += n + 1;
	}
	return true;
}

/* Whether each argument of English is there, but for ids of our tables. */
static bool
all_there(const char *wanted, const char *arguments, const struct prb_text_row *row)
{
	for (size_t i = 0; i < row->arguments_count; i++) {
		char name[PRB_TEXT_NAME_BYTES + 2];

		(void)snprintf(name, sizeof name, "%s ", row->arguments[i].name);
		if (row->arguments[i].kind != PRB_TEXT_ID && strstr(wanted, name) != NULL &&
			strstr(arguments, name) == NULL)
			return false;
	}
	return true;
}

static void
check_pattern(enum prb_lang lang, const struct prb_text_row *row)
{
	const char *text = text_of(lang, row->key), *english = text_of(PRB_LANG_en, row->key);
	struct pattern_parts parts, wanted;
	struct prb_str safe;

	if (text == NULL || english == NULL)
		return; /* `complete` says so */
	if (!pattern_read(prb_lang_tag(lang), text, &parts) ||
		!pattern_read("en", english, &wanted)) {
		say_fault(lang, row->key, "ICU does not read it, or not as a text of ours");
		return;
	}
	if (!all_there(wanted.arguments, parts.arguments, row) ||
		!all_there(parts.arguments, wanted.arguments, row))
		say_fault(lang, row->key, "its arguments are %s; those of English %s",
			parts.arguments, wanted.arguments);
	if (!are_arguments(parts.arguments, row, false) || !are_arguments(parts.plurals, row, true))
		say_fault(lang, row->key, "texts.def gives it no such argument or number");
	if (parts.missing[0] != '\0')
		say_fault(lang, row->key, "no plural form for %s", parts.missing);
	if (strpbrk(text, "'<>") != NULL)
		say_fault(
			lang, row->key, "an apostrophe is \xE2\x80\x99, and markup is for others");
	prb_str_init(&safe, 65536);
	prb_text_safe(prb_span_of(text), false, &safe);
	if (!prb_span_is(prb_str_span(&safe), text))
		say_fault(lang, row->key, "a control character or a mark of direction");
	prb_str_finish(&safe);
}

static void
patterns(void **state)
{
	(void)state;
	faults = 0;
	for (enum prb_lang lang = 0; lang < PRB_LANGS; lang++)
		for (size_t i = 0; i < PRB_TEXTS; i++)
			check_pattern(lang, &prb_catalogue_rows()[i]);
	assert_int_equal(faults, 0);
}

/* A word can be the same in two languages ("exploitation"), a catalogue that was not translated is
 * not. */
#define ALIKE_MAX 5

/* Marks and arguments alone are nobody's words. */
static bool
has_words(const char *text)
{
	int depth = 0;

	for (; *text != '\0'; text++) {
		depth += (*text == '{') - (*text == '}');
		if (depth == 0 && isalpha((unsigned char)*text))
			return true;
	}
	return false;
}

static void
translated(void **state)
{
	(void)state;
	for (enum prb_lang lang = 0; lang < PRB_LANGS; lang++) {
		int alike = 0;

		for (size_t i = 0; i < PRB_TEXTS; i++) {
			const char *key = prb_catalogue_rows()[i].key, *text = text_of(lang, key);

			if (text != NULL && strlen(text) > 8 && has_words(text) &&
				strcmp(text, text_of(PRB_LANG_en, key)) == 0)
				alike++;
		}
		if (lang != PRB_LANG_en && alike > ALIKE_MAX)
			fail_msg("%s.json: %d texts are those of English", prb_lang_tag(lang),
				alike);
	}
}

static bool
has_names(const char *prefix)
{
	static const char *const tables[] = {
		"country", "indicator", "good", "scope_law", "list_words"};

	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
		if (strcmp(prefix, tables[i]) == 0)
			return true;
	return false;
}

/* What an argument names is a text without arguments of its own. */
static void
labels(void **state)
{
	(void)state;
	for (size_t i = 0; i < PRB_TEXTS; i++) {
		const struct prb_text_row *row = &prb_catalogue_rows()[i];

		for (size_t a = 0; a < row->arguments_count; a++) {
			const char *prefix = row->arguments[a].prefix;
			size_t n = strlen(prefix), found = 0;

			if (row->arguments[a].kind != PRB_TEXT_KEY)
				continue;
			for (size_t j = 0; j < PRB_TEXTS; j++) {
				const struct prb_text_row *of = &prb_catalogue_rows()[j];

				if (strncmp(of->key, prefix, n) != 0 || of->key[n] != '.')
					continue;
				found++;
				assert_int_equal(of->arguments_count, 0);
			}
			if (found == 0 && !has_names(prefix))
				fail_msg("%s: no text has the prefix %s", row->key, prefix);
		}
	}
}

/* Every language names the eleven indicators and the countries; what is not official is marked. */
static void
names(void **state)
{
	(void)state;
	for (enum prb_lang lang = 0; lang < PRB_LANGS; lang++) {
		const struct prb_catalogue *c = prb_catalogue_of(lang);

		for (int i = 1; i <= PRB_INDICATORS; i++) {
			assert_true(c->indicators[i].name.n > 3);
			assert_int_equal(c->indicators[i].official, lang == PRB_LANG_en);
			assert_int_equal(
				c->indicators[i].name.p[c->indicators[i].name.n - 1] == '*',
				lang != PRB_LANG_en);
		}
		assert_int_equal(
			c->countries.count, prb_catalogue_of(PRB_LANG_en)->countries.count);
		assert_true(c->countries.count > 240);
		for (size_t i = 1; i < c->countries.count; i++)
			assert_true(prb_span_compare(c->countries.rows[i - 1].key,
					    c->countries.rows[i].key) < 0);
	}
}

/* CLDR's categories as ICU gives them to our patterns. */
static void
plurals(void **state)
{
	static const int64_t counts[] = {0, 1, 2, 3, 5, 11, 21, 100};
	static const struct {
		enum prb_lang lang;
		const char *words[8];
	} rows[] = {
		{PRB_LANG_ar, {"zero", "one", "two", "few", "few", "many", "many", "other"}},
		{PRB_LANG_en,
			{"other", "one", "other", "other", "other", "other", "other", "other"}},
		{PRB_LANG_es,
			{"other", "one", "other", "other", "other", "other", "other", "other"}},
		{PRB_LANG_fr, {"one", "one", "other", "other", "other", "other", "other", "other"}},
		{PRB_LANG_ru, {"many", "one", "few", "few", "many", "many", "one", "many"}},
		{PRB_LANG_zh,
			{"other", "other", "other", "other", "other", "other", "other", "other"}},
	};

	(void)state;
	assert_int_equal(sizeof rows / sizeof rows[0], PRB_LANGS);
	for (size_t i = 0; i < PRB_LANGS; i++) {
		struct prb_pattern *pattern = prb_pattern_create(prb_lang_tag(rows[i].lang),
			"{n, plural, zero {# zero} one {# one} two {# two} few {# few} many {# "
			"many} "
			"other {# other}}");

		assert_non_null(pattern);
		for (size_t k = 0; k < 8; k++) {
			const struct prb_pattern_argument n = {
				.name = "n", .is_number = true, .number = counts[k]};
			char wanted[32];
			struct prb_str out;

			(void)snprintf(
				wanted, sizeof wanted, "%d %s", (int)counts[k], rows[i].words[k]);
			prb_str_init(&out, 4096);
			assert_true(prb_pattern_format(pattern, &n, 1, &out));
			/* Arabic by its bare tag would have its own digits in some regions; the
			 * word is what counts here. */
			assert_non_null(strstr(out.p, rows[i].words[k]));
			if (rows[i].lang != PRB_LANG_ar)
				assert_string_equal(out.p, wanted);
			prb_str_finish(&out);
		}
		prb_pattern_destroy(pattern);
	}
}

/* Numbers and days, as each language writes them: in Arabic too with Latin digits. */
static void
figures(void **state)
{
	static const struct {
		enum prb_lang lang;
		const char *number, *day;
	} rows[] = {
		{PRB_LANG_ar, "1,234", "5 \xD9\x85\xD8\xA7\xD9\x8A\xD9\x88 2025"},
		{PRB_LANG_en, "1,234", "5 May 2025"},
		{PRB_LANG_es, "1.234", "5 may 2025"},
		{PRB_LANG_fr,
			"1\xE2\x80\xAF"
			"234",
			"5 mai 2025"},
		{PRB_LANG_ru,
			"1\xC2\xA0"
			"234",
			"5 \xD0\xBC\xD0\xB0\xD1\x8F 2025\xE2\x80\xAF\xD0\xB3."},
		{PRB_LANG_zh, "1,234",
			"2025\xE5\xB9\xB4"
			"5\xE6\x9C\x88"
			"5\xE6\x97\xA5"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct prb_span number = PRB_SPAN("1234"), day = PRB_SPAN("2025-05-05"),
				      month = PRB_SPAN("2025-05");
		struct prb_str out;

		prb_str_init(&out, 4096);
		(void)prb_text_render(
			rows[i].lang, "reason", PRB_SPAN("exposure_rest"), &number, 1, &out);
		if (strstr(out.p, rows[i].number) == NULL)
			fail_msg("%s: %s", prb_lang_tag(rows[i].lang), out.p);
		prb_str_reset(&out);
		(void)prb_text_render(rows[i].lang, "explain", PRB_SPAN("dated"), &day, 1, &out);
		if (strstr(out.p, rows[i].day) == NULL)
			fail_msg("%s: %s", prb_lang_tag(rows[i].lang), out.p);
		prb_str_reset(&out);
		(void)prb_text_render(rows[i].lang, "explain", PRB_SPAN("dated"), &month, 1, &out);
		assert_non_null(strstr(out.p, "2025-05"));
		prb_str_finish(&out);
	}
}

/*
 * Whole reports.
 */

static struct prb_span
read_file(const char *path)
{
	static char bytes[1 << 20];
	FILE *file = fopen(path, "rb");
	size_t n;

	assert_non_null(file);
	n = fread(bytes, 1, sizeof bytes, file);
	fclose(file);
	assert_true(n < sizeof bytes);
	return (struct prb_span){bytes, n};
}

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/* A key of several words that stands in the text as such; what a pointer holds is a place. */
static const char *
find_bare_key(const char *text)
{
	for (size_t i = 0; i < PRB_TEXTS; i++) {
		const char *key = strchr(prb_catalogue_rows()[i].key, '.') + 1;
		size_t n = strlen(key);

		if (strchr(key, '_') == NULL)
			continue;
		for (const char *p = strstr(text, key); p != NULL; p = strstr(p + 1, key))
			if (p > text && p[-1] != '/' && !is_word(p[-1]) && !is_word(p[n]))
				return key;
	}
	return NULL;
}

static void
explain_in_all(const char *path)
{
	struct prb_arena *own = prb_arena_create((size_t)16 << 20);
	const struct prb_json *report;
	struct prb_fault fault;
	struct prb_str out;

	assert_int_equal(
		prb_json_parse(own, read_file(path), (size_t)1 << 20, &fault, &report), PRB_OK);
	prb_str_init(&out, (size_t)1 << 20);
	for (enum prb_lang lang = 0; lang < PRB_LANGS; lang++) {
		const char *key;

		prb_str_reset(&out);
		assert_int_equal(prb_plain_report(own, report, lang, &out, &fault), PRB_OK);
		assert_false(out.failed);
		assert_int_equal(prb_utf8_check(out.p, out.n), out.n);
		key = find_bare_key(out.p);
		if (key != NULL)
			fail_msg("%s in %s: %s stands bare\n%s", path, prb_lang_tag(lang), key,
				out.p);
		assert_null(strchr(out.p, '{'));
	}
	prb_str_finish(&out);
	prb_arena_destroy(own);
}

static void
whole_reports(void **state)
{
	glob_t found;
	size_t explained = 0;

	(void)state;
	assert_int_equal(
		glob(PROBITY_SOURCE_DIR "/tests/golden/*/report.json", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++, explained++)
		explain_in_all(found.gl_pathv[i]);
	globfree(&found);
	assert_true(explained >= 30);
}

/*
 * Several threads.
 */

#define THREADS 4

static void
render_everything(struct prb_str *out)
{
	const struct prb_span args[] = {
		PRB_SPAN("debt_bondage"), PRB_SPAN("21"), PRB_SPAN("1234"), PRB_SPAN("uflpa")};

	for (enum prb_lang lang = 0; lang < PRB_LANGS; lang++)
		for (size_t i = 0; i < PRB_TEXTS; i++) {
			const char *key = prb_catalogue_rows()[i].key, *dot = strchr(key, '.');
			char prefix[PRB_TEXT_NAME_BYTES] = "";

			memcpy(prefix, key, (size_t)(dot - key));
			(void)prb_text_render(lang, prefix, prb_span_of(dot + 1), args, 4, out);
		}
}

static void *
render_in_thread(void *context)
{
	render_everything(context);
	return NULL;
}

static void
threads(void **state)
{
	pthread_t running[THREADS];
	struct prb_str outs[THREADS], alone;

	(void)state;
	prb_str_init(&alone, (size_t)1 << 22);
	render_everything(&alone);
	for (int i = 0; i < THREADS; i++) {
		prb_str_init(&outs[i], (size_t)1 << 22);
		assert_int_equal(pthread_create(&running[i], NULL, render_in_thread, &outs[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(running[i], NULL), 0);
		assert_false(outs[i].failed);
		assert_true(prb_span_equal(prb_str_span(&outs[i]), prb_str_span(&alone)));
		prb_str_finish(&outs[i]);
	}
	prb_str_finish(&alone);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(complete),
		cmocka_unit_test(patterns),
		cmocka_unit_test(translated),
		cmocka_unit_test(labels),
		cmocka_unit_test(names),
		cmocka_unit_test(plurals),
		cmocka_unit_test(figures),
		cmocka_unit_test(whole_reports),
		cmocka_unit_test(threads),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
