/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "service/http/chars.h"
#include "service/http/target.h"

#define ARENA_BYTES_MAX ((size_t)1 << 20)

static struct prb_arena *arena;

static int
setup(void **state)
{
	(void)state;
	arena = prb_arena_create(ARENA_BYTES_MAX);
	return arena ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	prb_arena_destroy(arena);
	return 0;
}

/* What is read, as name=value, one behind the other with '|' between. */
static void
tell(const struct prb_query *query, struct prb_str *out)
{
	prb_str_reset(out);
	for (size_t i = 0; i < query->count; i++) {
		if (i > 0)
			prb_str_add_char(out, '|');
		prb_str_addf(out, "%.*s=%.*s", PRB_SPAN_ARGS(query->items[i].name),
			PRB_SPAN_ARGS(query->items[i].value));
	}
	prb_str_add_text(out, "");
}

static void
queries(void **state)
{
	static const struct {
		const char *query, *told;
	} rows[] = {
		{"", ""},
		{"a=b", "a=b"},
		{"a=b&c=d", "a=b|c=d"},
		{"a", "a="},
		{"a=", "a="},
		{"a==b=", "a==b="},
		{"&&a=1&&b=2&", "a=1|b=2"},
		{"q=caf%C3%A9+au%20lait", "q=caf\xC3\xA9 au lait"},
		{"q=%2B%26%3d%25", "q=+&=%"},
		{"%71=1", "q=1"},
		{"a+b=1", "a b=1"},
		{"q=%D8%A3%D8%B1%D8%B2", "q=\xD8\xA3\xD8\xB1\xD8\xB2"},
		{"q=%f0%9f%8c%be", "q=\xF0\x9F\x8C\xBE"},
		{"q=%C2%A0", "q=\xC2\xA0"}, /* the first behind C1 */
		{"a=1&A=2", "a=1|A=2"},
		{"q=/?:@!$'()*,;", "q=/?:@!$'()*,;"},
		{"a=0&b=1&c=2&d=3&e=4&f=5&g=6&h=7&i=8&j=9&k=10&l=11&m=12&n=13&o=14&p=15",
			"a=0|b=1|c=2|d=3|e=4|f=5|g=6|h=7|i=8|j=9|k=10|l=11|m=12|n=13|o=14|p=15"},
	};
	struct prb_str told;

	(void)state;
	prb_str_init(&told, 10000);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct prb_query query;

		assert_int_equal(
			prb_query_read(arena, prb_span_of(rows[i].query), &query, NULL), PRB_OK);
		tell(&query, &told);
		assert_string_equal(told.n > 0 ? told.p : "", rows[i].told);
	}
	prb_str_finish(&told);
}

static void
queries_refused(void **state)
{
	static const struct {
		const char *query, *detail;
	} rows[] = {
		{"q=%", "two hexadecimal digits"},
		{"q=%4", "two hexadecimal digits"},
		{"q=%zz", "two hexadecimal digits"},
		{"%4=1", "two hexadecimal digits"},
		{"a=1&q=%4g", "two hexadecimal digits"},
		{"q=%00", "control"},
		{"q=%0A", "control"},
		{"q=%1f", "control"},
		{"q=%7F", "control"},
		{"q=%c2%80", "control"},
		{"q=%c2%9f", "control"},
		{"q%09=1", "control"},
		{"q=%ff", "UTF-8"},
		{"q=%c3", "UTF-8"},
		{"q=%c3%28", "UTF-8"},
		{"q=%ed%a0%80", "UTF-8"},
		{"q=%c0%80", "UTF-8"},
		{"%ff=1", "UTF-8"},
		{"=1", "no name"},
		{"=", "no name"},
		{"a=1&=2", "no name"},
		{"a=1&a=1", "\"a\" is given twice"},
		{"a=1&b=2&a=3", "\"a\" is given twice"},
		{"q&q=1", "\"q\" is given twice"},
		{"q=1&%71=2", "\"q\" is given twice"},
		{"a=0&b=1&c=2&d=3&e=4&f=5&g=6&h=7&i=8&j=9&k=10&l=11&m=12&n=13&o=14&p=15&q=16",
			"more than 16"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct prb_query query = {.count = 77};
		struct prb_fault fault;

		assert_int_equal(prb_query_read(arena, prb_span_of(rows[i].query), &query, &fault),
			PRB_ERR_QUERY);
		if (!strstr(fault.detail, rows[i].detail))
			fail_msg("%s: %s", rows[i].query, fault.detail);
		assert_int_equal(query.count, 77);
	}
}

static void
query_use(void **state)
{
	static const char *const known[] = {"q", "hs", NULL};
	static const char *const all[] = {"q", "hs", "page", NULL};
	struct prb_query query;
	struct prb_fault fault;

	(void)state;
	assert_int_equal(prb_query_read(arena, PRB_SPAN_NONE, &query, NULL), PRB_OK);
	assert_int_equal(query.count, 0);
	assert_int_equal(prb_query_allow(&query, known, &fault), PRB_OK);
	assert_int_equal(prb_query_read(arena, PRB_SPAN("hs=5201&page=2&q"), &query, NULL), PRB_OK);
	assert_true(prb_span_is(prb_query_get(&query, "hs"), "5201"));
	assert_non_null(prb_query_get(&query, "q").p);
	assert_int_equal(prb_query_get(&query, "q").n, 0);
	assert_null(prb_query_get(&query, "h").p);
	assert_int_equal(prb_query_allow(&query, all, &fault), PRB_OK);
	assert_int_equal(prb_query_allow(&query, known, &fault), PRB_ERR_QUERY);
	assert_non_null(strstr(fault.detail, "\"page\""));
}

static void
query_without_memory(void **state)
{
	struct prb_arena *small = prb_arena_create(8);
	struct prb_query query = {.count = 77};
	struct prb_fault fault;

	(void)state;
	assert_int_equal(
		prb_query_read(small, PRB_SPAN("name=0123456789"), &query, &fault), PRB_ERR_MEMORY);
	assert_int_equal(query.count, 77);
	prb_arena_destroy(small);
}

static void
paths(void **state)
{
	static const struct {
		const char *pattern, *path;
		const char *params[PRB_PATH_PARAMS_MAX]; /* the first NULL: no match */
	} rows[] = {
		{"/", "/", {"", ""}},
		{"/v1/data", "/v1/data", {"", ""}},
		{"/v1/data", "/v1/data/", {NULL, NULL}},
		{"/v1/data", "/v1/dat", {NULL, NULL}},
		{"/v1/data", "/v1/datas", {NULL, NULL}},
		{"/v1/data", "/V1/data", {NULL, NULL}},
		{"/v1/data", "*", {NULL, NULL}},
		{"/", "//", {NULL, NULL}},
		{"/v1/reports/{id}", "/v1/reports/abc", {"abc", ""}},
		{"/v1/reports/{id}", "/v1/reports/a%2Fb", {"a%2Fb", ""}},
		{"/v1/reports/{id}", "/v1/reports/", {NULL, NULL}},
		{"/v1/reports/{id}", "/v1/reports", {NULL, NULL}},
		{"/v1/reports/{id}", "/v1/reports/abc/", {NULL, NULL}},
		{"/v1/reports/{id}", "/v1/reports/abc/d", {NULL, NULL}},
		{"/v1/reports/{id}", "/v1/reports//abc", {NULL, NULL}},
		{"/a/{id}/proof", "/a/x/proof", {"x", ""}},
		{"/a/{id}/proof", "/a/x/prooff", {NULL, NULL}},
		{"/a/{id}/proof", "/a//proof", {NULL, NULL}},
		{"/a/{id}/proof", "/a/proof", {NULL, NULL}},
		{"/a/{x}/{y}", "/a/1/22", {"1", "22"}},
		{"/a/{x}/{y}", "/a/1", {NULL, NULL}},
		{"/{x}", "", {NULL, NULL}},
		{"/tile/{rest...}", "/tile/0", {"0", ""}},
		{"/tile/{rest...}", "/tile/0/x001/234.p/7", {"0/x001/234.p/7", ""}},
		{"/tile/{rest...}", "/tile//", {"/", ""}},
		{"/tile/{rest...}", "/tile/", {NULL, NULL}},
		{"/tile/{rest...}", "/tile", {NULL, NULL}},
		{"/a/{x}/{rest...}", "/a/1/2/3", {"1", "2/3"}},
		{"/a/{x}/{rest...}", "/a/1/", {NULL, NULL}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct prb_span params[PRB_PATH_PARAMS_MAX] = {PRB_SPAN("-"), PRB_SPAN("-")};
		bool match = prb_path_match(rows[i].pattern, prb_span_of(rows[i].path), params);

		assert_int_equal(match, rows[i].params[0] != NULL);
		for (int k = 0; k < PRB_PATH_PARAMS_MAX; k++) {
			const char *expected = match ? rows[i].params[k] : "";

			assert_true(prb_span_is(params[k], *expected ? expected : "-"));
		}
	}
}

/* Each path as it is sent, and as it is matched. */
static void
plain_paths(void **state)
{
	static const struct {
		const char *sent, *plain;
	} rows[] = {
		{"/healthz", "/healthz"},
		{"/%68ealthz", "/healthz"},
		{"/%48", "/H"},
		{"/%68%65%61%6c%74%68%7A", "/healthz"},
		{"/%2D%2e%5F%7e%30%39", "/-._~09"},
		{"/v1%2Fdata", "/v1%2Fdata"},
		{"/v1%2fdata", "/v1%2fdata"},
		{"/a%00b", "/a%00b"},
		{"/a%0d%0a", "/a%0d%0a"},
		{"/%2568", "/%2568"},
		{"/%25%36%38", "/%2568"},
		{"/%%36%38", NULL},
		{"/a%3Fb%23c%20d%5B%40", "/a%3Fb%23c%20d%5B%40"},
		{"/%C3%A9", "/%C3%A9"},
		{"/%2e%2e/x", "/../x"},
		{"*", "*"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct prb_span sent = prb_span_of(rows[i].sent), plain;

		if (!rows[i].plain) {
			assert_false(prb_escapes_stand(sent));
			continue;
		}
		assert_true(prb_path_plain(arena, sent, &plain));
		assert_true(prb_span_is(plain, rows[i].plain));
	}
}

static void
path_without_memory(void **state)
{
	struct prb_arena *small = prb_arena_create(8);
	struct prb_span out = PRB_SPAN("kept");

	(void)state;
	assert_false(prb_path_plain(small, PRB_SPAN("/0123456789%41"), &out));
	assert_true(prb_span_is(out, "kept"));
	prb_arena_destroy(small);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(queries),
		cmocka_unit_test(queries_refused),
		cmocka_unit_test(query_use),
		cmocka_unit_test(query_without_memory),
		cmocka_unit_test(paths),
		cmocka_unit_test(plain_paths),
		cmocka_unit_test(path_without_memory),
	};

	return cmocka_run_group_tests_name("http target", tests, setup, teardown);
}
