/* SPDX-License-Identifier: Apache-2.0 */
/* What people read of the sources in their own language: a good, a law or an indicator of the
 * sources has its row in each table of clients/render/names, and each row names something. */
#include <csv.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "clients/render/catalogue.h"
#include "clients/render/headings.h"

#define COLUMNS_MAX 20
#define SHORT_NAME_BYTES_MAX 900 /* two of them stand in PRB_GOOD_NAME_BYTES of an answer */
#define ROWS_MAX 4000
#define FILE_BYTES_MAX ((size_t)4 << 20)
#define NAMES "clients/render/names/"
#define SOURCES "datasets/sources/"

struct table {
	struct prb_arena *arena;
	struct prb_span cells[ROWS_MAX][COLUMNS_MAX]; /* the first row is the head */
	size_t rows, column;
};

static void
on_cell(void *bytes, size_t n, void *context)
{
	struct table *t = context;

	assert_true(t->rows < ROWS_MAX && t->column < COLUMNS_MAX);
	t->cells[t->rows][t->column++] = prb_arena_copy(t->arena, (struct prb_span){bytes, n});
}

static void
on_row(int end, void *context)
{
	struct table *t = context;

	(void)end;
	t->rows++;
	t->column = 0;
}

static struct table *
read_table(const char *path)
{
	static char bytes[FILE_BYTES_MAX];
	struct table *t = calloc(1, sizeof *t);
	struct csv_parser parser;
	char full[1000];
	FILE *file;
	size_t n;

	assert_non_null(t);
	(void)snprintf(full, sizeof full, "%s/%s", PROBITY_SOURCE_DIR, path);
	file = fopen(full, "rb");
	assert_non_null(file);
	n = fread(bytes, 1, sizeof bytes, file);
	fclose(file);
	assert_true(n > 0 && n < sizeof bytes);
	t->arena = prb_arena_create((size_t)64 << 20);
	assert_non_null(t->arena);
	assert_int_equal(csv_init(&parser, CSV_STRICT), 0);
	assert_int_equal(csv_parse(&parser, bytes, n, on_cell, on_row, t), n);
	csv_fini(&parser, on_cell, on_row, t);
	csv_free(&parser);
	assert_true(t->rows > 1);
	return t;
}

static void
free_table(struct table *t)
{
	prb_arena_destroy(t->arena);
	free(t);
}

static size_t
column_of(const struct table *t, const char *name)
{
	size_t i = 0;

	while (i < COLUMNS_MAX && !prb_span_is(t->cells[0][i], name))
		i++;
	assert_true(i < COLUMNS_MAX);
	return i;
}

static bool
holds(const struct table *t, size_t column, struct prb_span value)
{
	for (size_t i = 1; i < t->rows; i++)
		if (prb_span_equal(t->cells[i][column], value))
			return true;
	return false;
}

static const char *const paths[] = {NAMES "goods.csv", NAMES "laws.csv", NAMES "lists.csv",
	NAMES "indicators.csv", NAMES "headings.csv"};

/* Where the things stand that a table of names has to name. */
static const struct {
	const char *names, *source, *column;
} wanted[] = {
	{NAMES "goods.csv", SOURCES "goods.csv", "good"},
	{NAMES "goods.csv", SOURCES "downstream_goods.csv", "good"},
	{NAMES "goods.csv", SOURCES "downstream_goods.csv", "input_good"},
	{NAMES "goods.csv", SOURCES "listed_goods.csv", "good"},
	{NAMES "goods.csv", SOURCES "state_imposed.csv", "good"},
	{NAMES "laws.csv", SOURCES "state_imposed.csv", "law"},
	{NAMES "lists.csv", SOURCES "entity_lists.csv", "effect_words"},
	{NAMES "lists.csv", SOURCES "entity_lists.csv", "completeness"},
	{NAMES "indicators.csv", SOURCES "indicators_ilo11.csv", "key"},
	{NAMES "headings.csv", SOURCES "hs_headings.csv", "hs"},
};

#define WANTED (sizeof wanted / sizeof wanted[0])

static int faults;

static void
say_fault(const char *path, struct prb_span thing, const char *what)
{
	faults++;
	fprintf(stderr, "%s: %.*s: %s\n", path, (int)thing.n, thing.p, what);
}

static void
each_thing_has_a_name(void **state)
{
	(void)state;
	faults = 0;
	for (size_t i = 0; i < WANTED; i++) {
		struct table *names = read_table(wanted[i].names),
			     *source = read_table(wanted[i].source);
		size_t column = column_of(source, wanted[i].column);

		for (size_t row = 1; row < source->rows; row++)
			if (source->cells[row][column].n > 0 &&
				!holds(names, 0, source->cells[row][column]))
				say_fault(
					wanted[i].names, source->cells[row][column], "is missing");
		free_table(source);
		free_table(names);
	}
	assert_int_equal(faults, 0);
}

/* Whether some source of the table of names has it. */
static bool
is_a_thing(struct table *const sources[WANTED], const char *names, struct prb_span thing)
{
	for (size_t i = 0; i < WANTED; i++)
		if (strcmp(wanted[i].names, names) == 0 &&
			holds(sources[i], column_of(sources[i], wanted[i].column), thing))
			return true;
	return false;
}

static void
each_name_has_a_thing(void **state)
{
	struct table *sources[WANTED];

	(void)state;
	faults = 0;
	for (size_t i = 0; i < WANTED; i++)
		sources[i] = read_table(wanted[i].source);
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
		struct table *names = read_table(paths[i]);

		for (size_t row = 1; row < names->rows; row++)
			if (!is_a_thing(sources, paths[i], names->cells[row][0]))
				say_fault(paths[i], names->cells[row][0],
					"the sources have no such thing");
		free_table(names);
	}
	for (size_t i = 0; i < WANTED; i++)
		free_table(sources[i]);
	assert_int_equal(faults, 0);
}

/* Letters of English inside Arabic are held apart, and nothing else holds a mark of direction. */
static bool
is_held_apart(struct prb_span text, bool rtl)
{
	bool apart = false;

	for (size_t i = 0; i < text.n; i++) {
		struct prb_span rest = {text.p + i, text.n - i};
		unsigned char c = (unsigned char)text.p[i];

		if (prb_span_starts(rest, PRB_SPAN("\xE2\x81\xA8")))
			apart = true;
		else if (prb_span_starts(rest, PRB_SPAN("\xE2\x81\xA9")))
			apart = false;
		else if (rtl && !apart && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')))
			return false;
		if (apart && !rtl)
			return false;
	}
	return !apart;
}

static void
check_cell(const char *path, struct prb_span thing, struct prb_span name, enum prb_lang lang)
{
	struct prb_str safe;

	if (name.n == 0)
		say_fault(path, thing, "has no name in a language");
	if (name.n > 0 && strpbrk(name.p, "'\"<>{}") != NULL)
		say_fault(path, thing, "an apostrophe is \xE2\x80\x99, and markup is for others");
	if (prb_span_equal(thing, name))
		say_fault(path, thing, "is in English");
	if (!is_held_apart(name, prb_lang_is_rtl(lang)))
		say_fault(path, thing, "what is to be looked up is not held apart");
	prb_str_init(&safe, 65536);
	prb_text_safe_rendered(name, &safe);
	if (!prb_span_equal(prb_str_span(&safe), name))
		say_fault(path, thing, "a control character or a mark of direction");
	prb_str_finish(&safe);
}

static void
names_are_whole(void **state)
{
	(void)state;
	faults = 0;
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
		struct table *t = read_table(paths[i]);

		for (enum prb_lang lang = 0; lang < PRB_LANGS; lang++) {
			size_t column;

			if (!prb_text_is_translated(lang))
				continue;
			column = column_of(t, prb_lang_tag(lang));
			for (size_t row = 1; row < t->rows; row++)
				check_cell(paths[i], t->cells[row][0], t->cells[row][column], lang);
		}
		free_table(t);
	}
	assert_int_equal(faults, 0);
}

/* Each name as a text shows it: by a search, so that a row out of order is not found. */
static void
names_are_shown(void **state)
{
	static const struct {
		const char *path, *kind;
	} kinds[] = {{NAMES "goods.csv", "good"}, {NAMES "laws.csv", "scope_law"},
		{NAMES "lists.csv", "list_words"}};

	(void)state;
	faults = 0;
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		struct table *t = read_table(kinds[i].path);

		for (size_t row = 1; row < t->rows; row++)
			for (enum prb_lang lang = 0; lang < PRB_LANGS; lang++) {
				bool english = !prb_text_is_translated(lang);
				size_t column = english ? 0 : column_of(t, prb_lang_tag(lang));
				struct prb_str out;

				prb_str_init(&out, 65536);
				(void)prb_text_render(
					lang, kinds[i].kind, t->cells[row][0], NULL, 0, &out);
				if (!prb_span_equal(prb_str_span(&out), t->cells[row][column]))
					say_fault(kinds[i].path, t->cells[row][0],
						"is not shown by its name");
				prb_str_finish(&out);
			}
		free_table(t);
	}
	assert_int_equal(faults, 0);
}

/* Headings are looked up where they stand in the program. Up to the first semicolon a name says
 * what the good is: it is not long, and not cut inside brackets. */
static void
headings_are_found(void **state)
{
	static const char *const none[] = {"", "0", "00", "011", "0000", "0100", "01010", "9999",
		"99999", "hs", ",", "\n", "0306\n"};
	struct table *t = read_table(NAMES "headings.csv");

	(void)state;
	faults = 0;
	for (size_t row = 1; row < t->rows; row++)
		for (enum prb_lang lang = 0; lang < PRB_LANGS; lang++) {
			struct prb_span name = prb_heading_name(lang, t->cells[row][0]);
			size_t depth = 0, i = 0;

			if (!prb_text_is_translated(lang)) {
				assert_null(name.p);
				continue;
			}
			if (!prb_span_equal(name, t->cells[row][column_of(t, prb_lang_tag(lang))]))
				say_fault("headings.csv", t->cells[row][0], "is not found");
			for (; i < name.n && name.p[i] != ';'; i++)
				depth += (name.p[i] == '(') - (name.p[i] == ')');
			if (i < 2 || i > SHORT_NAME_BYTES_MAX || depth != 0)
				say_fault("headings.csv", t->cells[row][0], "has no short name");
		}
	for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
		assert_null(prb_heading_name(PRB_LANG_fr, prb_span_of(none[i])).p);
	free_table(t);
	assert_int_equal(faults, 0);
}

/* Inside a sentence, and a thing of which the tables know nothing. */
static void
inside_sentences(void **state)
{
	const struct prb_span cotton[] = {
		PRB_SPAN("Cotton"), PRB_SPAN("TKM"), PRB_SPAN("forced_labour")};
	const struct prb_span law[] = {
		PRB_SPAN("UFLPA (US Public Law 117-78)"), PRB_SPAN("uflpa-xinjiang")};
	const struct prb_span other[] = {PRB_SPAN("Law of a later release"), PRB_SPAN("later")};
	struct prb_str out;

	(void)state;
	prb_str_init(&out, 65536);
	(void)prb_text_render(PRB_LANG_es, "reason", PRB_SPAN("listed"), cotton, 3, &out);
	assert_non_null(strstr(out.p, "algod\xC3\xB3n"));
	assert_null(strstr(out.p, "Cotton"));
	prb_str_reset(&out);
	(void)prb_text_render(PRB_LANG_en, "reason", PRB_SPAN("scope_presumed"), law, 2, &out);
	assert_string_equal(out.p, "presumed under UFLPA (US Public Law 117-78)");
	prb_str_reset(&out);
	(void)prb_text_render(PRB_LANG_fr, "reason", PRB_SPAN("scope_presumed"), law, 2, &out);
	assert_non_null(strstr(out.p, "Ou\xC3\xAFghours (UFLPA, US Public Law 117-78)"));
	assert_null(strstr(out.p, "uflpa-xinjiang"));
	prb_str_reset(&out);
	(void)prb_text_render(PRB_LANG_ar, "reason", PRB_SPAN("scope_presumed"), other, 2, &out);
	assert_non_null(strstr(out.p, "\xE2\x81\xA8Law of a later release\xE2\x81\xA9"));
	prb_str_finish(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_thing_has_a_name),
		cmocka_unit_test(each_name_has_a_thing),
		cmocka_unit_test(names_are_whole),
		cmocka_unit_test(names_are_shown),
		cmocka_unit_test(headings_are_found),
		cmocka_unit_test(inside_sentences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
