/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "clients/render/json_diff.h"
#include "scoring/base/jcs.h"

#define TEXT_BYTES_MAX 65536

static const struct {
	const char *name, *a, *b;
	const char *expected; /* a line for each difference: pointer, what a has, what b has */
} rows[] = {
	{"equal scalars", "1", "1", ""},
	{"two spellings of a number", "[1,100,-0]", "[1.0,1e2,0]", ""},
	{"the order of members", "{\"a\":1,\"b\":[]}", "{\"b\":[],\"a\":1}", ""},
	{"null is null", "{\"a\":null}", "{\"a\":null}", ""},
	{"the whole", "1", "2", " 1 2\n"},
	{"another kind at the top", "{}", "[]", " {} []\n"},
	{"a member", "{\"a\":{\"b\":1}}", "{\"a\":{\"b\":2}}", "/a/b 1 2\n"},
	{"a text", "{\"a\":\"x\"}", "{\"a\":\"X\"}", "/a \"x\" \"X\"\n"},
	{"a truth", "[true,false]", "[false,false]", "/0 true false\n"},
	{"number and text", "{\"a\":1}", "{\"a\":\"1\"}", "/a 1 \"1\"\n"},
	{"null and nothing", "{\"a\":null}", "{}", "/a null -\n"},
	{"a false is not a null", "[false]", "[null]", "/0 false null\n"},
	{"only the one has it", "{\"a\":1,\"b\":2}", "{\"b\":2}", "/a 1 -\n"},
	{"only the other has it", "{\"b\":2}", "{\"a\":1,\"b\":2}", "/a - 1\n"},
	{"both at once", "{\"a\":1}", "{\"b\":1}", "/a 1 -\n/b - 1\n"},
	{"a shorter list", "[1,2,3]", "[1]", "/1 2 -\n/2 3 -\n"},
	{"a longer list", "[1]", "[1,2]", "/1 - 2\n"},
	{"an empty list", "[]", "[[]]", "/0 - []\n"},
	{"by place, not by content", "[1,2]", "[2,1]", "/0 1 2\n/1 2 1\n"},
	{"list and object", "{\"a\":[1]}", "{\"a\":{\"0\":1}}", "/a [1] {\"0\":1}\n"},
	{"escapes of RFC 6901", "{\"a/b\":{\"m~n\":1,\"~1\":2}}", "{\"a/b\":{\"m~n\":2,\"~1\":3}}",
		"/a~1b/m~0n 1 2\n/a~1b/~01 2 3\n"},
	{"an empty name", "{\"\":{\"\":1}}", "{\"\":{\"\":2}}", "// 1 2\n"},
	{"a name with blanks and quotes", "{\"k\\\"l \":1}", "{\"k\\\"l \":2}", "/k\"l  1 2\n"},
	{"a difference inside a list of objects", "[{\"k\":1},{\"k\":1}]", "[{\"k\":1},{\"k\":2}]",
		"/1/k 1 2\n"},
	{"the place is right behind a deep one", "{\"a\":{\"b\":{\"c\":1}},\"d\":1}",
		"{\"a\":{\"b\":{\"c\":2}},\"d\":2}", "/a/b/c 1 2\n/d 1 2\n"},
	{"small numbers", "[1e-7]", "[1.0000001e-7]", "/0 1e-7 1.0000001e-7\n"},
};

static struct prb_arena *arena;

static const struct prb_json *
parse(const char *text)
{
	const struct prb_json *json = NULL;
	struct prb_fault fault;

	if (prb_json_parse(arena, prb_span_of(text), TEXT_BYTES_MAX, &fault, &json) != PRB_OK)
		fail_msg("%s: %s", text, fault.detail);
	return json;
}

static void
show(const struct prb_json *value, struct prb_str *out)
{
	prb_str_add_char(out, ' ');
	if (value == NULL)
		prb_str_add_char(out, '-');
	else
		prb_jcs_write(arena, value, out);
}

static void
note(void *context, struct prb_span pointer, const struct prb_json *a, const struct prb_json *b)
{
	struct prb_str *out = context;

	prb_str_add_span(out, pointer);
	show(a, out);
	show(b, out);
	prb_str_add_char(out, '\n');
}

static size_t
count_lines(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += *text == '\n';
	return n;
}

static void
says_where(void **state)
{
	struct prb_str out;

	(void)state;
	prb_str_init(&out, TEXT_BYTES_MAX);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		size_t count;

		prb_arena_reset(arena);
		prb_str_reset(&out);
		prb_str_add_text(&out, "");
		count = prb_json_diff(parse(rows[i].a), parse(rows[i].b), note, &out);
		assert_false(out.failed);
		if (!prb_span_is(prb_str_span(&out), rows[i].expected) ||
			count != count_lines(rows[i].expected))
			fail_msg("%s: %zu differences:\n%.*sexpected:\n%s", rows[i].name, count,
				PRB_SPAN_ARGS(prb_str_span(&out)), rows[i].expected);
	}
	prb_str_finish(&out);
}

/* As deep as the parser allows, and a name of some length at each level. */
static void
goes_as_deep_as_the_parser(void **state)
{
	static char a[TEXT_BYTES_MAX], b[TEXT_BYTES_MAX];
	char expected[1024] = "";
	size_t n = 0, m = 0;
	struct prb_str out;

	(void)state;
	for (int i = 0; i < PRB_JSON_DEPTH_MAX; i++) {
		n += (size_t)snprintf(a + n, sizeof a - n, "{\"level\":");
		m += (size_t)snprintf(expected + m, sizeof expected - m, "/level");
	}
	memcpy(b, a, n);
	a[n] = '1';
	b[n] = '2';
	memset(a + n + 1, '}', PRB_JSON_DEPTH_MAX);
	memset(b + n + 1, '}', PRB_JSON_DEPTH_MAX);
	(void)snprintf(expected + m, sizeof expected - m, " 1 2\n");
	prb_arena_reset(arena);
	prb_str_init(&out, TEXT_BYTES_MAX);
	assert_int_equal(prb_json_diff(parse(a), parse(b), note, &out), 1);
	assert_string_equal(out.p, expected);
	prb_str_finish(&out);
}

static int
set_up(void **state)
{
	(void)state;
	arena = prb_arena_create((size_t)16 << 20);
	return arena != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	prb_arena_destroy(arena);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_where),
		cmocka_unit_test(goes_as_deep_as_the_parser),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
