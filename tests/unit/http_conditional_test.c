/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "service/http/conditional.h"

#define NOW 1795310717 /* 2026-11-22 */

/* A head with up to two fields of one name; NULL for none. */
static struct prb_head
head_of(const char *name, const char *first, const char *second)
{
	static struct prb_head head;
	const char *values[] = {first, second};

	head.fields_count = 0;
	for (size_t i = 0; i < 2; i++)
		if (values[i] != NULL) {
			head.fields[head.fields_count].name = prb_span_of(name);
			head.fields[head.fields_count++].value = prb_span_of(values[i]);
		}
	return head;
}

/* RFC 9110 sections 8.8.3, 13.1.1 and 13.1.2; the ETag is "abc". */
static void
tags(void **state)
{
	static const struct {
		const char *first, *second;
		enum prb_tags weak, strong;
	} rows[] = {
		{NULL, NULL, PRB_TAGS_ABSENT, PRB_TAGS_ABSENT},
		{"*", NULL, PRB_TAGS_ANY, PRB_TAGS_ANY},
		{"\"abc\"", NULL, PRB_TAGS_PLAIN, PRB_TAGS_PLAIN},
		{"W/\"abc\"", NULL, PRB_TAGS_PLAIN, PRB_TAGS_OTHER},
		{"\"abc-gzip\"", NULL, PRB_TAGS_PACKED, PRB_TAGS_PACKED},
		{"W/\"abc-gzip\"", NULL, PRB_TAGS_PACKED, PRB_TAGS_OTHER},
		{"\"x\", \"abc\"", NULL, PRB_TAGS_PLAIN, PRB_TAGS_PLAIN},
		{"\"x\",W/\"abc\" ,\"y\"", NULL, PRB_TAGS_PLAIN, PRB_TAGS_OTHER},
		{", ,\"abc\",", NULL, PRB_TAGS_PLAIN, PRB_TAGS_PLAIN},
		{"\"x\"", "\"abc\"", PRB_TAGS_PLAIN, PRB_TAGS_PLAIN},
		{"\"a,b\", \"abc\"", NULL, PRB_TAGS_PLAIN, PRB_TAGS_PLAIN},
		{"\"\"", NULL, PRB_TAGS_OTHER, PRB_TAGS_OTHER},
		{"\"ABC\"", NULL, PRB_TAGS_OTHER, PRB_TAGS_OTHER},
		{"\"abcd\"", NULL, PRB_TAGS_OTHER, PRB_TAGS_OTHER},
		{"\"xabc\"", NULL, PRB_TAGS_OTHER, PRB_TAGS_OTHER},
		{"\"abc-gzi\"", NULL, PRB_TAGS_OTHER, PRB_TAGS_OTHER},
		{"\"abc-gzip2\"", NULL, PRB_TAGS_OTHER, PRB_TAGS_OTHER},
		/* No lists of tags: nothing in them counts. */
		{"abc", NULL, PRB_TAGS_OTHER, PRB_TAGS_OTHER},
		{"x\"abc\"", NULL, PRB_TAGS_OTHER, PRB_TAGS_OTHER},
		{"\"abc\"x", NULL, PRB_TAGS_OTHER, PRB_TAGS_OTHER},
		{"\"abc\" \"x\"", NULL, PRB_TAGS_OTHER, PRB_TAGS_OTHER},
		{"\"abc", NULL, PRB_TAGS_OTHER, PRB_TAGS_OTHER},
		{"\"x\", \"abc\", y", NULL, PRB_TAGS_OTHER, PRB_TAGS_OTHER},
		{"w/\"abc\"", NULL, PRB_TAGS_OTHER, PRB_TAGS_OTHER},
		{"W/ \"abc\"", NULL, PRB_TAGS_OTHER, PRB_TAGS_OTHER},
		{"\"a bc\", \"abc\"", NULL, PRB_TAGS_OTHER, PRB_TAGS_OTHER},
		{"*, \"abc\"", NULL, PRB_TAGS_OTHER, PRB_TAGS_OTHER},
		{"", NULL, PRB_TAGS_OTHER, PRB_TAGS_OTHER},
		{",", NULL, PRB_TAGS_OTHER, PRB_TAGS_OTHER},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct prb_head head = head_of("If-None-Match", rows[i].first, rows[i].second);
		struct prb_span etag = PRB_SPAN("\"abc\"");

		assert_int_equal(prb_head_tags(&head, "if-none-match", etag, false), rows[i].weak);
		assert_int_equal(prb_head_tags(&head, "if-none-match", etag, true), rows[i].strong);
		/* Where there is nothing, no tag is its own. */
		assert_true(
			prb_head_tags(&head, "if-none-match", PRB_SPAN_NONE, true) <= PRB_TAGS_ANY);
		assert_int_equal(prb_head_tags(&head, "if-match", etag, true), PRB_TAGS_ABSENT);
	}
}

static void
packed_tags(void **state)
{
	struct prb_str out;

	(void)state;
	prb_str_init(&out, PRB_ETAG_BYTES_MAX);
	prb_etag_packed(PRB_SPAN("\"abc\""), &out);
	assert_true(prb_span_is(prb_str_span(&out), "\"abc-gzip\""));
	prb_str_finish(&out);
}

static void
dates(void **state)
{
	static const struct {
		const char *text;
		int64_t seconds; /* -1: it is none */
	} rows[] = {
		{"Sun, 06 Nov 1994 08:49:37 GMT", 784111777},
		{"Sunday, 06-Nov-94 08:49:37 GMT", 784111777},
		{"Sun Nov  6 08:49:37 1994", 784111777},
		{"Thu, 01 Jan 1970 00:00:00 GMT", 0},
		{"Sun, 22 Nov 2026 01:25:17 GMT", NOW},
		{"Sun Nov 22 01:25:17 2026", NOW},
		{"Sunday, 22-Nov-26 01:25:17 GMT", NOW},
		{"Tue, 29 Feb 2000 00:00:00 GMT", 951782400},
		{"Wed, 31 Dec 2008 23:59:60 GMT", 1230767999},
		/* At most 50 years ahead of 2026. */
		{"Wednesday, 01-Jan-76 00:00:00 GMT", 3345062400},
		{"Saturday, 01-Jan-77 00:00:00 GMT", 220924800},
		{"", -1},
		{"Sun", -1},
		{"Sun,", -1},
		{"Sun, 06 Nov 1994 08:49:37", -1},
		{"Sun, 06 Nov 1994 08:49:37 UTC", -1},
		{"Sun, 06 nov 1994 08:49:37 GMT", -1},
		{"Sun, 6 Nov 1994 08:49:37 GMT", -1},
		{"Sun,  6 Nov 1994 08:49:37 GMT", -1},
		{"Sun, 06-Nov-1994 08:49:37 GMT", -1},
		{"Sunday, 06-Nov-94 08:49:37 GM", -1},
		{"Sun, 31 Feb 1994 08:49:37 GMT", -1},
		{"Sun, 00 Nov 1994 08:49:37 GMT", -1},
		{"Sun, 06 Nov 0000 08:49:37 GMT", -1},
		{"Sun, 06 Nov 1994 24:00:00 GMT", -1},
		{"Sun, 06 Nov 1994 08:60:00 GMT", -1},
		{"Sun, 06 Nov 1994 08:49:61 GMT", -1},
		{"Sun, 06 Nov 1994 08:49:37 GMT ", -1},
		{"1994-11-06T08:49:37Z", -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int64_t seconds = -1;

		assert_int_equal(prb_http_date_read(prb_span_of(rows[i].text), NOW, &seconds),
			rows[i].seconds >= 0);
		assert_int_equal(seconds, rows[i].seconds);
	}
}

/* RFC 9110 section 12.5.3. */
static void
codings(void **state)
{
	static const struct {
		const char *first, *second;
		enum prb_coding coding;
	} rows[] = {
		{NULL, NULL, PRB_CODING_IDENTITY},
		{"", NULL, PRB_CODING_IDENTITY},
		{"gzip", NULL, PRB_CODING_GZIP},
		{"GZIP", NULL, PRB_CODING_GZIP},
		{"x-gzip", NULL, PRB_CODING_GZIP},
		{"deflate, gzip;q=1.0, *;q=0.5", NULL, PRB_CODING_GZIP},
		{"br, deflate", NULL, PRB_CODING_IDENTITY},
		{"br", "gzip", PRB_CODING_GZIP},
		{"*", NULL, PRB_CODING_GZIP},
		{"*;q=0.1", NULL, PRB_CODING_GZIP},
		{"gzip;q=0", NULL, PRB_CODING_IDENTITY},
		{"gzip;q=0.000", NULL, PRB_CODING_IDENTITY},
		{"gzip;q=0.001", NULL, PRB_CODING_GZIP},
		{"gzip;q=0.5, identity", NULL, PRB_CODING_IDENTITY},
		{"gzip;q=0.5, identity;q=0.5", NULL, PRB_CODING_GZIP},
		{"gzip ; q=0.5 ,identity;q=0.4", NULL, PRB_CODING_GZIP},
		{"gzip, identity;q=0", NULL, PRB_CODING_GZIP_ONLY},
		{"gzip, *;q=0", NULL, PRB_CODING_GZIP_ONLY},
		{"identity;q=0", NULL, PRB_CODING_NONE},
		{"identity;q=0, *", NULL, PRB_CODING_GZIP_ONLY},
		{"*;q=0", NULL, PRB_CODING_NONE},
		{"*;q=0, identity;q=0.2", NULL, PRB_CODING_IDENTITY},
		{"*;q=0, br", NULL, PRB_CODING_NONE},
		/* What cannot be read does not count. */
		{"gzip;q=2", NULL, PRB_CODING_IDENTITY},
		{"gzip;q=-1", NULL, PRB_CODING_IDENTITY},
		{"gzip;q=0.0001", NULL, PRB_CODING_IDENTITY},
		{"gzip;q=", NULL, PRB_CODING_IDENTITY},
		{"gzip;level=9", NULL, PRB_CODING_IDENTITY},
		{"gzipped", NULL, PRB_CODING_IDENTITY},
		{";q=1, ,", NULL, PRB_CODING_IDENTITY},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct prb_head head = head_of("Accept-Encoding", rows[i].first, rows[i].second);

		assert_int_equal(prb_head_coding(&head), rows[i].coding);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tags),
		cmocka_unit_test(packed_tags),
		cmocka_unit_test(dates),
		cmocka_unit_test(codings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
