/* SPDX-License-Identifier: Apache-2.0 */
/* Long cells, long rows, long lists, stopping, and telling the formats apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/unit/intake_recorder.h"

#define TEXT(literal)                                                                              \
	{                                                                                          \
		(literal), sizeof(literal) - 1                                                     \
	}

static const struct prb_intake_options csv = {.format = PRB_INTAKE_CSV};

static void
fill(struct prb_str *text, char c, size_t n)
{
	for (size_t i = 0; i < n; i++)
		prb_str_add_char(text, c);
}

/* The limits of the declaration's tables: the longest cell goes, one byte more does not. */
static void
test_limits(void **state)
{
	static const struct {
		const char *header;
		const char *row; /* % stands for the long cell */
		size_t max;
	} limits[] = {
		{"name,country\n", "%,CN\n", 400},
		{"name,country\n", "A,%\n", 100},
		{"name,country,city\n", "A,CN,%\n", 200},
		{"name,country,address\n", "A,CN,%\n", 1000},
		{"name,country,parent\n", "A,CN,%\n", 400},
		{"name,country,product\n", "A,CN,%\n", 4000},
		{"name,country,origin\n", "A,CN,%\n", 100},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		for (size_t more = 0; more < 2; more++) {
			struct recorder recorder = {0};
			struct prb_str text;
			const char *gap = strchr(limits[i].row, '%');

			prb_str_init(&text, 10000);
			prb_str_add_text(&text, limits[i].header);
			prb_str_add(&text, limits[i].row, (size_t)(gap - limits[i].row));
			fill(&text, 'x', limits[i].max + more);
			prb_str_add_text(&text, gap + 1);
			record(&recorder, &csv, prb_str_span(&text), SIZE_MAX);
			assert_int_equal(recorder.rows, 1 - more);
			assert_int_equal(recorder.refused, more);
			if (more > 0)
				assert_non_null(strstr(recorder.log.p, "out-of-range: column "));
			prb_str_finish(&text);
			prb_str_finish(&recorder.log);
		}
	}
}

/* Address and state together pass the limit: cut at a character's edge, with a note. */
static void
test_address_cut(void **state)
{
	struct recorder recorder = {0};
	struct prb_str text;

	(void)state;
	prb_str_init(&text, 10000);
	prb_str_add_text(&text, "name,country,address,state\nA,CN,");
	fill(&text, 'x', 996);
	prb_str_add_text(
		&text, ",江苏\n"); /* two characters of three bytes: the first would end at 1001 */
	record(&recorder, &csv, prb_str_span(&text), SIZE_MAX);
	assert_int_equal(recorder.rows, 1);
	assert_non_null(strstr(recorder.log.p, "\"address\":\"xx"));
	assert_non_null(strstr(recorder.log.p, "# address: cut from 1004 to 1000 bytes"));
	assert_non_null(strstr(recorder.log.p, "xx\",\"country\""));
	assert_null(strstr(recorder.log.p, "江"));
	assert_int_equal(prb_utf8_check(recorder.log.p, recorder.log.n), recorder.log.n);
	prb_str_finish(&text);
	prb_str_finish(&recorder.log);
}

/* A row past the limit is refused with its line; the reading goes on behind it. */
static void
test_long_row(void **state)
{
	static const char *const forms[] = {"csv", "ndjson", "json"};
	static const char *const expected[] = {
		("refused 2 too-large: the row is longer than 1048576 bytes; see whether a quote "
		 "that opens in line 2 "
		 "is closed\nrow 3 {\"supplier\":{\"country\":\"CN\",\"name\":\"B\"}}\nend ok\n"),
		"refused 2 too-large: the declaration is longer than 1048576 bytes\nrow 3 {}\nend "
		"ok\n",
		"refused 2 too-large: the declaration is longer than 1048576 bytes\nrow 3 {}\nend "
		"ok\n"};
	static const char *const starts[] = {
		"name,country\n\"", "{}\n{\"a\":\"", "[{},\n{\"a\":\""};
	static const char *const ends[] = {"\",CN\nB,CN\n", "\"}\n{}\n", "\"},\n{}]\n"};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct prb_intake_options options = {.format = prb_intake_format_find(forms[i])};
		struct recorder recorder = {0};
		struct prb_str text;

		prb_str_init(&text, 2 * PRB_INTAKE_ROW_BYTES_MAX);
		prb_str_add_text(&text, starts[i]);
		fill(&text, 'x', PRB_INTAKE_ROW_BYTES_MAX);
		prb_str_add_text(&text, ends[i]);
		record(&recorder, &options, prb_str_span(&text), 5000);
		const char *refused = strstr(recorder.log.p, "refused");
		assert_non_null(refused);
		assert_string_equal(refused, expected[i]);
		assert_int_equal(recorder.used, options.format);
		prb_str_finish(&text);
		prb_str_finish(&recorder.log);
	}
}

/* Past the window that the character set is told from: line numbers, stray rows, the same whatever
 * the pieces. */
static void
test_long_list(void **state)
{
	static const size_t pieces[] = {7, 4096, 65536, SIZE_MAX};
	struct recorder first = {0};
	struct prb_str text;

	(void)state;
	prb_str_init(&text, (size_t)1 << 20);
	prb_str_add_text(&text, "name,country,address\n");
	for (int i = 0; i < 4000; i++)
		prb_str_addf(&text,
			i % 1000 == 999 ? "M\xFCller %d,DE,\"a\r\nb\"\r\n"
					: "Müller %d,DE,\"a\r\nb\"\r\n",
			i);
	for (size_t k = 0; k < sizeof(pieces) / sizeof(pieces[0]); k++) {
		struct recorder recorder = {0};

		record(&recorder, &csv, prb_str_span(&text), pieces[k]);
		assert_int_equal(recorder.rows, 4000);
		if (k == 0) {
			first = recorder;
			continue;
		}
		assert_string_equal(recorder.log.p, first.log.p);
		prb_str_finish(&recorder.log);
	}
	/* The header and 3999 rows of two lines stand before it. */
	assert_non_null(strstr(first.log.p,
		"row 8000 {\"supplier\":{\"address\":\"a b\",\"country\":\"DE\",\"name\":\"Müller "
		"3999\"}} # the row is "
		"not UTF-8 and was read as windows-1252\nend ok\n"));
	prb_str_finish(&first.log);
	prb_str_finish(&text);
}

static void
test_stop(void **state)
{
	static const struct prb_intake_options automatic = {.format = PRB_INTAKE_AUTO};
	static const struct prb_span inputs[] = {
		TEXT("name,country\nA,CN\nB,CN\nC,CN\n"), TEXT("{}\n{}\n{}\n"), TEXT("[{},{},{}]")};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct recorder recorder = {.stop_after = 2};

		record(&recorder, &automatic, inputs[i], 4);
		assert_int_equal(recorder.rows, 2);
		assert_non_null(strstr(recorder.log.p, "end ok"));
		prb_str_finish(&recorder.log);
	}
}

static void
test_formats(void **state)
{
	static const struct {
		const char *input;
		enum prb_intake_format used;
	} rows[] = {
		{"name,country\n", PRB_INTAKE_CSV},
		{"\n {\"a\":1}\n\n", PRB_INTAKE_JSON},
		{" [\n{}]", PRB_INTAKE_JSON},
		{"{\"a\":1}\n{\"b\":2}", PRB_INTAKE_NDJSON},
		{"{\"a\":[\n{\"b\":2}]}", PRB_INTAKE_JSON},
		{"{\"a\":\n1}\n{}", PRB_INTAKE_NDJSON},
	};
	static const struct prb_intake_options automatic = {.format = PRB_INTAKE_AUTO};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct recorder recorder = {0};

		record(&recorder, &automatic, prb_span_of(rows[i].input), 1);
		assert_int_equal(recorder.used, rows[i].used);
		prb_str_finish(&recorder.log);
	}
	for (int i = PRB_INTAKE_JSON; i <= PRB_INTAKE_CSV; i++) {
		enum prb_intake_format format = (enum prb_intake_format)i;

		assert_int_equal(prb_intake_format_find(prb_intake_format_word(format)), i);
	}
	assert_int_equal(prb_intake_format_find("xlsx"), PRB_INTAKE_AUTO);
}

/* Lines that are said to be lines of JSON are handed out as they come: whoever streams them waits
 * for the first answer. */
static void
test_lines_at_once(void **state)
{
	static const char line[] = "{\"supplier\":{\"name\":\"A\",\"country\":\"BGD\"}}\n";
	const struct prb_intake_options options = {.format = PRB_INTAKE_NDJSON};
	struct recorder recorder = {.rows = 0};
	struct prb_intake_events events = {record_row, record_refused, record_header, &recorder};
	struct prb_intake *intake = prb_intake_create(&options, &events);
	struct prb_fault fault;

	(void)state;
	assert_non_null(intake);
	prb_str_init(&recorder.log, RECORD_BYTES_MAX);
	assert_int_equal(prb_intake_feed(intake, line, 10, &fault), PRB_OK);
	assert_int_equal(recorder.rows, 0);
	assert_int_equal(prb_intake_feed(intake, line + 10, sizeof(line) - 11, &fault), PRB_OK);
	assert_int_equal(recorder.rows, 1);
	assert_int_equal(prb_intake_feed(intake, line, sizeof(line) - 1, &fault), PRB_OK);
	assert_int_equal(recorder.rows, 2);
	assert_int_equal(prb_intake_finish(intake, &fault), PRB_OK);
	assert_int_equal(recorder.rows, 2);
	prb_intake_destroy(intake);
	prb_str_finish(&recorder.log);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_address_cut),
		cmocka_unit_test(test_long_row),
		cmocka_unit_test(test_long_list),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_lines_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
