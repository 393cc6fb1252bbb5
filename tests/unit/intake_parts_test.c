/* SPDX-License-Identifier: Apache-2.0 */
/* Figures, names of columns, and the tables behind them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "clients/intake/charset.h"
#include "clients/intake/columns.h"
#include "clients/intake/figures.h"
#include "scoring/model/declaration.h"

static void
test_shares(void **state)
{
	static const struct {
		const char *cell;
		bool header_percent;
		enum prb_intake_share kind;
		prb_ppm share;
	} rows[] = {
		{"71.0%", true, PRB_INTAKE_SHARE_PERCENT, 710000},
		{"71.0 %", false, PRB_INTAKE_SHARE_PERCENT, 710000},
		{"71,05%", false, PRB_INTAKE_SHARE_PERCENT, 710500},
		{"71\xEF\xBC\x85", false, PRB_INTAKE_SHARE_PERCENT, 710000},
		{"71", false, PRB_INTAKE_SHARE_PERCENT, 710000},
		{"1.1", false, PRB_INTAKE_SHARE_PERCENT, 11000},
		{"0.71", false, PRB_INTAKE_SHARE_OF_ONE, 710000},
		{"1", false, PRB_INTAKE_SHARE_OF_ONE, 1000000},
		{"0.71", true, PRB_INTAKE_SHARE_PERCENT, 7100},
		{"1", true, PRB_INTAKE_SHARE_PERCENT, 10000},
		{"100%", true, PRB_INTAKE_SHARE_PERCENT, 1000000},
		{"100.1%", true, PRB_INTAKE_SHARE_UNREADABLE, 0},
		{"-1%", true, PRB_INTAKE_SHARE_UNREADABLE, 0},
		{"half", true, PRB_INTAKE_SHARE_UNREADABLE, 0},
		{"%", true, PRB_INTAKE_SHARE_UNREADABLE, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		prb_ppm share = 0;

		if (prb_intake_read_share(prb_span_of(rows[i].cell), rows[i].header_percent,
			    &share) != rows[i].kind ||
			share != rows[i].share)
			fail_msg("'%s' gives %lld", rows[i].cell, (long long)share);
	}
}

static void
test_counts(void **state)
{
	static const struct {
		const char *cell;
		enum prb_intake_reading reading;
		int64_t count;
	} rows[] = {
		{"0", PRB_INTAKE_EXACT, 0},
		{"007", PRB_INTAKE_EXACT, 7},
		{"10,000,000", PRB_INTAKE_EXACT, 10000000},
		{"10,000,001", PRB_INTAKE_UNREADABLE, -1},
		{"1,23", PRB_INTAKE_UNREADABLE, -1},
		{"12,34,567", PRB_INTAKE_UNREADABLE, -1},
		{"1234,567", PRB_INTAKE_UNREADABLE, -1},
		{"1,234.00", PRB_INTAKE_EXACT, 1234},
		{"1.234,0", PRB_INTAKE_EXACT, 1234},
		{"1,000 - 1,200", PRB_INTAKE_RANGE, 1000},
		{"100 to 150 employees", PRB_INTAKE_RANGE, 100},
		{"approx. 1 500", PRB_INTAKE_ABOUT, 1500},
		{"\xE2\x89\xA5 50", PRB_INTAKE_AT_LEAST, 50},
		{"-5", PRB_INTAKE_UNREADABLE, -1},
		{"1e3", PRB_INTAKE_UNREADABLE, -1},
		{"", PRB_INTAKE_UNREADABLE, -1},
		{"c.", PRB_INTAKE_UNREADABLE, -1},
		{"5 6", PRB_INTAKE_UNREADABLE, -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t count = -1;

		if (prb_intake_read_count(prb_span_of(rows[i].cell), PRB_WORKERS_MAX, &count) !=
				rows[i].reading ||
			count != rows[i].count)
			fail_msg("'%s' gives %lld", rows[i].cell, (long long)count);
	}
}

static void
test_names_fold(void **state)
{
	static const struct {
		const char *name;
		const char *folded;
	} rows[] = {
		{"Factory Name", "factoryname"},
		{" factory_name\n", "factoryname"},
		{"% Female Workers", "percentfemaleworkers"},
		{"PAÍS / Región", "paisregion"},
		{"Ｎａｍｅ", "name"},
		{"Страна", "страна"},
		{"国家/地区", "国家地区"},
		{"...", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char folded[96];
		size_t n = prb_intake_name_fold(prb_span_of(rows[i].name), folded, sizeof(folded));

		assert_string_equal(folded, rows[i].folded);
		assert_int_equal(n, strlen(rows[i].folded));
	}
}

/* Two rows of columns.def that fold alike would make the answer a matter of sorting. */
static void
test_columns_differ(void **state)
{
	static const char *const names[] = {
#define PRB_INTAKE_COLUMN(field, priority, speaks_of, text) text,
#include "clients/intake/columns.def"
#undef PRB_INTAKE_COLUMN
#define PRB_INTAKE_FIELD(name, header, word, many, bytes_max) header,
#include "clients/intake/fields.def"
#undef PRB_INTAKE_FIELD
	};
	char a[96];
	char b[96];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_true(prb_intake_name_fold(prb_span_of(names[i]), a, sizeof(a)) > 0);
		for (size_t k = 0; k < i; k++) {
			(void)prb_intake_name_fold(prb_span_of(names[k]), b, sizeof(b));
			if (strcmp(a, b) == 0)
				fail_msg("'%s' and '%s' are one", names[i], names[k]);
		}
	}
}

struct taken {
	char texts[4][40];
	size_t count;
};

static void
take_header(void *context, uint64_t line, const char *encoding, char delimiter,
	const struct prb_intake_column *columns, size_t count)
{
	struct taken *taken = context;

	(void)line;
	(void)encoding;
	(void)delimiter;
	assert_true(count <= 4);
	taken->count = count;
	for (size_t i = 0; i < count; i++)
		(void)snprintf(taken->texts[i], sizeof(taken->texts[i]), "%s",
			columns[i].taken != NULL ? columns[i].taken : "");
}

static bool
take_row(void *context, uint64_t line, struct prb_span json, const char *const *notes)
{
	(void)context;
	(void)line;
	(void)json;
	(void)notes;
	return true;
}

static bool
refuse_row(void *context, uint64_t line, const struct prb_fault *fault)
{
	(void)context;
	fail_msg("line %llu: %s", (unsigned long long)line, fault->detail);
	return false;
}

/* Each header of ours is taken for what it names, beside any name of a published list. */
static void
test_headers_of_ours(void **state)
{
	static const char *const others[] = {
#define PRB_INTAKE_COLUMN(field, priority, speaks_of, text) text,
#include "clients/intake/columns.def"
#undef PRB_INTAKE_COLUMN
	};
	const struct prb_intake_options options = {.format = PRB_INTAKE_CSV};
	size_t count = 0;

	(void)state;
	for (; prb_intake_header(count) != NULL; count++)
		for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
			const char *ours = prb_intake_header(count);
			struct taken taken = {.count = 0};
			const struct prb_intake_events events = {.row = take_row,
				.refused = refuse_row,
				.header = take_header,
				.context = &taken};
			struct prb_intake *intake = prb_intake_create(&options, &events);
			struct prb_fault fault;
			char text[400];

			(void)snprintf(text, sizeof(text),
				"\"%s\",%s,probity:name,probity:country\nx,x,x,IN\n", others[i],
				ours);
			assert_non_null(intake);
			if (strcmp(ours, "probity:name") == 0 ||
				strcmp(ours, "probity:country") == 0)
				(void)snprintf(text, sizeof(text), "\"%s\",%s,%s\nx,x,x\n",
					others[i], ours,
					strcmp(ours, "probity:name") == 0 ? "probity:country"
									  : "probity:name");
			assert_int_equal(
				prb_intake_feed(intake, text, strlen(text), &fault), PRB_OK);
			assert_int_equal(prb_intake_finish(intake, &fault), PRB_OK);
			assert_true(taken.count >= 3);
			if (strcmp(taken.texts[1],
				    strcmp(ours, "probity:unused") == 0 ? "" : ours) != 0)
				fail_msg("beside '%s', '%s' is taken for '%s'", others[i], ours,
					taken.texts[1]);
			prb_intake_destroy(intake);
		}
	assert_int_equal(count, PRB_INTAKE_FIELDS - 1);
	assert_string_equal(prb_intake_header(count - 1), "probity:unused");
}

static const struct prb_field *
find_field(const struct prb_shape *shape, const char *name)
{
	for (size_t i = 0; i < shape->fields_count; i++) {
		if (strcmp(shape->fields[i].name, name) == 0)
			return &shape->fields[i];
	}
	return NULL;
}

/* A cell that passes here is one that the declaration's reader takes. */
static void
test_limits_agree(void **state)
{
	(void)state;
	for (int i = PRB_INTAKE_FIELD_NONE + 1; i < PRB_INTAKE_FIELD_UNUSED; i++) {
		char object[40];
		const char *word = prb_intake_field_word((enum prb_intake_field)i);
		const char *dot = strchr(word, '.');
		size_t bytes_max = prb_intake_field_bytes_max((enum prb_intake_field)i);

		assert_non_null(dot);
		assert_true((size_t)(dot - word) < sizeof(object));
		memcpy(object, word, (size_t)(dot - word));
		object[dot - word] = '\0';
		const struct prb_field *outer = find_field(&prb_shape_declaration, object);
		const struct prb_field *field = outer ? find_field(outer->shape, dot + 1) : NULL;
		if (!field) {
			fail_msg("%s is no member of a declaration", word);
			return;
		}
		/* A list of texts keeps the most bytes of one of them in `min`. */
		if (bytes_max > 0)
			assert_int_equal(bytes_max,
				field->kind == PRB_FIELD_TEXTS ? field->min : field->max);
	}
}

static void
test_charsets(void **state)
{
	static const struct {
		struct prb_span start;
		bool whole;
		enum prb_intake_charset charset;
		size_t mark_bytes;
	} rows[] = {
		{{"a,b\n", 4}, true, PRB_INTAKE_UTF8, 0},
		{{"\xEF\xBB\xBF"
		  "a",
			 4},
			true, PRB_INTAKE_UTF8, 3},
		{{"\xFF\xFE"
		  "a\0",
			 4},
			true, PRB_INTAKE_UTF16LE, 2},
		{{"\xFE\xFF\0a", 4}, true, PRB_INTAKE_UTF16BE, 2},
		{{"\xFF\xFE\0\0a\0\0\0", 8}, true, PRB_INTAKE_UTF32LE, 4},
		{{"a\0,\0\n\0", 6}, true, PRB_INTAKE_UTF16LE, 0},
		{{"\0a\0,\0\n", 6}, true, PRB_INTAKE_UTF16BE, 0},
		{{"caf\xE9", 4}, true, PRB_INTAKE_WINDOWS1252, 0},
		{{"caf\xC3", 4}, true, PRB_INTAKE_WINDOWS1252, 0},
		{{"caf\xC3", 4}, false, PRB_INTAKE_UTF8, 0}, /* the window cuts a character */
		{{"\xC3\xA9\xC3\xA9\xE9", 5}, true, PRB_INTAKE_UTF8, 0}, /* one damaged row */
		{{"PK\x03\x04", 4}, true, PRB_INTAKE_NOT_TEXT, 0},
		{{"\0\0\0\0", 4}, true, PRB_INTAKE_NOT_TEXT, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t mark_bytes = 99;

		assert_int_equal(
			prb_intake_charset_sniff(rows[i].start, rows[i].whole, &mark_bytes),
			rows[i].charset);
		assert_int_equal(mark_bytes, rows[i].mark_bytes);
	}
}

static void
test_names_of_charsets(void **state)
{
	static const char *const known[] = {"utf-8", "UTF8", "utf-16", "UTF-16LE", "utf-16be",
		"gb18030", "GBK", "gb2312", "windows-1250", "windows-1251", "windows-1252",
		"cp1252", "iso-8859-1", "ISO-8859-15", "iso_8859-2:1987", "shift_jis", "Big5",
		"big5-hkscs", "euc-kr", "euc-jp", "koi8-r", "koi8-u", "us-ascii", "tis-620",
		"Extended_UNIX_Code_Packed_Format_for_Japanese"};
	static const char *const unknown[] = {"", "utf-9", "nonsense", "gb 18030",
		"utf-8,version=1", "../utf-8", "/etc/passwd", "utf-8\n",
		"a-name-that-is-longer-than-any-that-was-ever-registered"};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (!prb_intake_charset_known(known[i]))
			fail_msg("%s is not known", known[i]);
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++)
		if (prb_intake_charset_known(unknown[i]))
			fail_msg("\"%s\" is known", unknown[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shares),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_names_fold),
		cmocka_unit_test(test_columns_differ),
		cmocka_unit_test(test_headers_of_ours),
		cmocka_unit_test(test_limits_agree),
		cmocka_unit_test(test_charsets),
		cmocka_unit_test(test_names_of_charsets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
