/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "scoring/base/jcs.h"
#include "scoring/base/json.h"

#define BYTES_MAX ((size_t)64 << 20)

static struct prb_arena *arena;

static int
setup(void **state)
{
	(void)state;
	arena = prb_arena_create((size_t)256 << 20);
	return arena ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	prb_arena_destroy(arena);
	return 0;
}

/* The text goes to a block of exactly its size, so that a sanitizer sees any byte read behind it.
 */
static enum prb_err
parse(struct prb_span text, size_t bytes_max, struct prb_fault *fault, const struct prb_json **out)
{
	char *exact = malloc(text.n + (text.n == 0));

	assert_non_null(exact);
	if (text.n > 0)
		memcpy(exact, text.p, text.n);
	prb_arena_reset(arena);
	enum prb_err err =
		prb_json_parse(arena, (struct prb_span){exact, text.n}, bytes_max, fault, out);
	prb_arena_reset(arena);
	struct prb_fault again;
	assert_int_equal(
		prb_json_check(arena, (struct prb_span){exact, text.n}, bytes_max, &again), err);
	if (err)
		assert_memory_equal(&again.offset, &fault->offset, sizeof(size_t));
	prb_arena_reset(arena);
	err = prb_json_parse(arena, (struct prb_span){exact, text.n}, bytes_max, fault, out);
	free(exact);
	return err;
}

#define TEXT(literal)                                                                              \
	{                                                                                          \
		(literal), sizeof(literal) - 1                                                     \
	}

static void
refusals(void **state)
{
	static const struct {
		struct prb_span text;
		enum prb_err err;
		size_t offset;
		const char *says; /* a part of the detail */
	} rows[] = {
		{TEXT(""), PRB_ERR_JSON, 0, "the text is empty"},
		{TEXT(" \n\t\r "), PRB_ERR_JSON, 5, "the text is empty"},
		{TEXT("\xEF\xBB\xBF{}"), PRB_ERR_ENCODING, 0, "byte order mark"},
		{TEXT("\xFF\xFE{\0}\0"), PRB_ERR_ENCODING, 0, "UTF-16"},
		{TEXT("\xFE\xFF\0{\0}"), PRB_ERR_ENCODING, 0, "UTF-16"},
		{TEXT("{\0}\0"), PRB_ERR_JSON, 1, "must be saved as UTF-8"},
		{TEXT("{\"a\":\"\x80\"}"), PRB_ERR_ENCODING, 6, "not UTF-8"},
		{TEXT("[\"ab\xC3\"]"), PRB_ERR_ENCODING, 4, "not UTF-8"},
		{TEXT("[\"\xED\xA0\x80\"]"), PRB_ERR_ENCODING, 2, "not UTF-8"},
		{TEXT("[\"\xF0\x9F\x98"), PRB_ERR_ENCODING, 2, "not UTF-8"},
		{TEXT("[\xFF]"), PRB_ERR_ENCODING, 1, "not UTF-8"},
		{TEXT("[\xC3\xA9]"), PRB_ERR_JSON, 1, "\xC3\xA9 stands where a value is needed"},
		{TEXT("[\"\xEF\xBF\xBF\"]"), PRB_ERR_IJSON, 2, "U+FFFF"},
		{TEXT("[\"\xEF\xB7\x90\"]"), PRB_ERR_IJSON, 2, "U+FDD0"},
		{TEXT("[\"\xF4\x8F\xBF\xBE\"]"), PRB_ERR_IJSON, 2, "U+10FFFE"},
		{TEXT("[\"\\uFFFE\"]"), PRB_ERR_IJSON, 2, "U+FFFE"},
		{TEXT("[\"\\ufdef\"]"), PRB_ERR_IJSON, 2, "U+FDEF"},
		{TEXT("[\"\\ud83f\\udfff\"]"), PRB_ERR_IJSON, 2, "U+1FFFF"},
		{TEXT("[\"a\\u0000\"]"), PRB_ERR_VALUE, 3, "U+0000"},
		{TEXT("{\"a\\u0000\":1}"), PRB_ERR_VALUE, 3, "U+0000"},
		{TEXT("[\"a\0\"]"), PRB_ERR_JSON, 3, "U+0000"},
		{TEXT("[\"\\ud800\"]"), PRB_ERR_IJSON, 2, "low surrogate"},
		{TEXT("[\"\\ud800\\n\"]"), PRB_ERR_IJSON, 2, "low surrogate"},
		{TEXT("[\"\\ud800\\u0041\"]"), PRB_ERR_IJSON, 2, "low surrogate"},
		{TEXT("[\"\\ud800\\ud800\"]"), PRB_ERR_IJSON, 2, "low surrogate"},
		{TEXT("[\"\\udc00\"]"), PRB_ERR_IJSON, 2, "high surrogate"},
		{TEXT("{\"\\uDFFF\":1}"), PRB_ERR_IJSON, 2, "high surrogate"},
		{TEXT("[\"\\ud83d\\ude0"), PRB_ERR_IJSON, 2, "low surrogate"},
		{TEXT("[\"\\u12g4\"]"), PRB_ERR_JSON, 2, "hexadecimal"},
		{TEXT("[\"\\u12"), PRB_ERR_JSON, 2, "hexadecimal"},
		{TEXT("[\"\\x41\"]"), PRB_ERR_JSON, 2, "backslash"},
		{TEXT("[\"\\\0\"]"), PRB_ERR_JSON, 2, "backslash"},
		{TEXT("[\"\\"), PRB_ERR_JSON, 3, "inside a string"},
		{TEXT("[\"a\nb\"]"), PRB_ERR_JSON, 3, "U+000A in a string"},
		{TEXT("\"abc"), PRB_ERR_JSON, 4, "inside a string"},
		{TEXT("{\"a\":1,\"b\":2,\"a\":3}"), PRB_ERR_IJSON, 13, "\"a\" stands twice"},
		{TEXT("{\"a\":1,\"\\u0061\":3}"), PRB_ERR_IJSON, 7, "\"a\" stands twice"},
		{TEXT("{\"\\ud83d\\ude02\":1,\"\xF0\x9F\x98\x82\":3}"), PRB_ERR_IJSON, 18, "twice"},
		{TEXT("{\"\\n\\/\\\\\\\"\":1,\"\\u000A\\u002f\\u005C\\u0022\":3}"), PRB_ERR_IJSON,
			14, "twice"},
		{TEXT("{\"\":1,\"\":2}"), PRB_ERR_IJSON, 6, "twice"},
		{TEXT("[{\"x\":{\"a\":1,\"a\":2}}]"), PRB_ERR_IJSON, 13, "twice"},
		{TEXT("{\"a\":1 \"b\":2}"), PRB_ERR_JSON, 7,
			"a comma or } is missing after the member \"a\""},
		{TEXT("{\"a\":1"), PRB_ERR_JSON, 6,
			"a comma or } is missing after the member \"a\""},
		{TEXT("{\"a\":1]"), PRB_ERR_JSON, 6, "a comma or } is missing"},
		{TEXT("{\"a\" 1}"), PRB_ERR_JSON, 5, "1 stands where a colon is needed"},
		{TEXT("{\"a\":}"), PRB_ERR_JSON, 5, "} stands where a value is needed"},
		{TEXT("{\"a\":1,}"), PRB_ERR_JSON, 7, "the comma before } must be left out"},
		{TEXT("{,}"), PRB_ERR_JSON, 1, "a member name in double quotes"},
		{TEXT("{a:1}"), PRB_ERR_JSON, 1, "a stands where a member name in double quotes"},
		{TEXT("{'a':1}"), PRB_ERR_JSON, 1, "texts stand in double quotes"},
		{TEXT("{1:1}"), PRB_ERR_JSON, 1, "a member name"},
		{TEXT("{"), PRB_ERR_JSON, 1, "the text ends where a member name"},
		{TEXT("[1,]"), PRB_ERR_JSON, 3, "the comma before ] must be left out"},
		{TEXT("[,1]"), PRB_ERR_JSON, 1, ", stands where a value is needed"},
		{TEXT("[1 2]"), PRB_ERR_JSON, 3, "2 stands where a comma or ] is needed"},
		{TEXT("[1"), PRB_ERR_JSON, 2, "the text ends where a comma or ]"},
		{TEXT("["), PRB_ERR_JSON, 1, "the text ends where a value"},
		{TEXT("]"), PRB_ERR_JSON, 0, "] stands where a value"},
		{TEXT("1 2"), PRB_ERR_JSON, 2, "behind the end"},
		{TEXT("{}{}"), PRB_ERR_JSON, 2, "behind the end"},
		{TEXT("{}\0"), PRB_ERR_JSON, 2, "behind the end"},
		{TEXT("// x\n{}"), PRB_ERR_JSON, 0, "no comments"},
		{TEXT("[1] # x"), PRB_ERR_JSON, 4, "behind the end"},
		{TEXT("\x0B{}"), PRB_ERR_JSON, 0, "U+000B"},
		{TEXT("\xC2\xA0{}"), PRB_ERR_JSON, 0, "stands where a value"},
		{TEXT("tru"), PRB_ERR_JSON, 0, "t stands where a value"},
		{TEXT("truE"), PRB_ERR_JSON, 0, "t stands where a value"},
		{TEXT("nul"), PRB_ERR_JSON, 0, "n stands where a value"},
		{TEXT("True"), PRB_ERR_JSON, 0, "small letters"},
		{TEXT("[NaN]"), PRB_ERR_JSON, 1, "NaN and Infinity"},
		{TEXT("[Infinity]"), PRB_ERR_JSON, 1, "NaN and Infinity"},
		{TEXT("[-Infinity]"), PRB_ERR_JSON, 2, "a digit"},
		{TEXT("01"), PRB_ERR_JSON, 0, "cannot begin with 0"},
		{TEXT("-01"), PRB_ERR_JSON, 1, "cannot begin with 0"},
		{TEXT("+1"), PRB_ERR_JSON, 0, "a number begins with"},
		{TEXT(".5"), PRB_ERR_JSON, 0, "a number begins with"},
		{TEXT("-"), PRB_ERR_JSON, 1, "the text ends where a digit"},
		{TEXT("1."), PRB_ERR_JSON, 2, "behind the point"},
		{TEXT("1.e5"), PRB_ERR_JSON, 2, "behind the point"},
		{TEXT("1e"), PRB_ERR_JSON, 2, "exponent"},
		{TEXT("1e+"), PRB_ERR_JSON, 3, "exponent"},
		{TEXT("[1E-x]"), PRB_ERR_JSON, 4, "exponent"},
		{TEXT("0x10"), PRB_ERR_JSON, 1, "behind the end"},
		{TEXT("1,5"), PRB_ERR_JSON, 1, "behind the end"},
		{TEXT("9007199254740992"), PRB_ERR_RANGE, 0, "whole numbers"},
		{TEXT("[-9007199254740992]"), PRB_ERR_RANGE, 1, "whole numbers"},
		{TEXT("9007199254740993"), PRB_ERR_RANGE, 0, "whole numbers"},
		{TEXT("1000000000000000000000000000000"), PRB_ERR_RANGE, 0, "whole numbers"},
		{TEXT("1e20"), PRB_ERR_RANGE, 0, "whole numbers"},
		{TEXT("9007199254740992.0"), PRB_ERR_RANGE, 0, "whole numbers"},
		{TEXT("[1e309]"), PRB_ERR_RANGE, 1, "double"},
		{TEXT("[-1.8e308]"), PRB_ERR_RANGE, 1, "double"},
		{TEXT("[1e99999999999999999999]"), PRB_ERR_RANGE, 1, "double"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct prb_fault fault = {.err = PRB_OK};
		const struct prb_json *out = (const struct prb_json *)&fault;
		enum prb_err err = parse(rows[i].text, BYTES_MAX, &fault, &out);

		if (err != rows[i].err || fault.err != err || fault.offset != rows[i].offset ||
			!strstr(fault.detail, rows[i].says))
			fail_msg("%.*s: %s at %zu: %s", PRB_SPAN_ARGS(rows[i].text),
				prb_err_wire(err), fault.offset, fault.detail);
		assert_ptr_equal(out, &fault); /* untouched */
		assert_string_equal(fault.pointer, "");
	}
}

static void
taken(void **state)
{
	static const struct {
		struct prb_span text;
		const char *canonical;
	} rows[] = {
		{TEXT("null"), "null"},
		{TEXT(" \t\r\n true \n"), "true"},
		{TEXT("false"), "false"},
		{TEXT("-0"), "0"},
		{TEXT("0e99999999999999999999"), "0"},
		{TEXT("1e-400"), "0"},
		{TEXT("9007199254740991"), "9007199254740991"},
		{TEXT("-9007199254740991"), "-9007199254740991"},
		{TEXT("9007199254740991.0"), "9007199254740991"},
		{TEXT("1E30"), "1e+30"},
		{TEXT("1e21"), "1e+21"},
		{TEXT("1.7976931348623157e308"), "1.7976931348623157e+308"},
		{TEXT("0.1e1"), "1"},
		{TEXT("10e-1"), "1"},
		{TEXT("[]"), "[]"},
		{TEXT("{}"), "{}"},
		{TEXT("[ ]"), "[]"},
		{TEXT("{ }"), "{}"},
		{TEXT("\"\""), "\"\""},
		{TEXT("{\"\":{\"\":[]}}"), "{\"\":{\"\":[]}}"},
		{TEXT("{\"a\":{\"a\":1},\"A\":2}"), "{\"A\":2,\"a\":{\"a\":1}}"},
		{TEXT("[{\"a\":1},{\"a\":1}]"), "[{\"a\":1},{\"a\":1}]"},
		{TEXT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u001f\""),
			"\"\\\"\\\\/\\b\\f\\n\\r\\t\\u001f\""},
		{TEXT("\"\\ud83d\\ude02\\u20AC\""), "\"\xF0\x9F\x98\x82\xE2\x82\xAC\""},
		{TEXT("\"\x7F\xEF\xBF\xBD\xEF\xB7\x8F\xEF\xB7\xB0\""),
			"\"\x7F\xEF\xBF\xBD\xEF\xB7\x8F\xEF\xB7\xB0\""},
		{TEXT("\"\xEF\xBB\xBF\""), "\"\xEF\xBB\xBF\""},
		/* cJSON alone fails on numbers of 64 bytes and more. */
		{TEXT("[-0."
		      "0000000000000000000000000000000000000000000000000000000000000000000000000000"
		      "01]"),
			"[-1e-78]"},
		{TEXT("[0.10000000000000000000000000000000000000000000000000000000000000,"
		      "{\"a\":1.50000000000000000000000000000000000000000000000000000000000000e0},"
		      "3]"),
			"[0.1,{\"a\":1.5},3]"},
		{TEXT("0.1000000000000000000000000000000000000000000000000000000000000"), "0.1"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct prb_fault fault;
		const struct prb_json *value;
		struct prb_str out;

		if (parse(rows[i].text, BYTES_MAX, &fault, &value))
			fail_msg("%s: %s", rows[i].text.p, fault.detail);
		prb_str_init(&out, BYTES_MAX);
		prb_jcs_write(arena, value, &out);
		assert_false(out.failed);
		assert_string_equal(out.p, rows[i].canonical);
		prb_str_finish(&out);
	}
}

/* Each byte at each place of a string: what stands for itself, and what does not. */
static void
every_byte(void **state)
{
	(void)state;
	for (int byte = 0; byte < 256; byte++) {
		bool plain = byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';

		for (size_t place = 1; place <= 9; place++) {
			char text[] = "\"123456789\"";
			struct prb_fault fault;
			const struct prb_json *value;

			text[place] = (char)byte;
			enum prb_err err = parse((struct prb_span){text, sizeof(text) - 1},
				BYTES_MAX, &fault, &value);
			assert_int_equal(err == PRB_OK, plain);
		}
	}
}

/* A number of each length around cJSON's limit is read as the same value. */
static void
long_numbers(void **state)
{
	char text[200];

	(void)state;
	for (int zeros = 50; zeros < 120; zeros++) {
		const struct prb_json *value;
		struct prb_fault fault;
		int n = snprintf(text, sizeof(text), "[1.25%0*d]", zeros, 0);

		assert_int_equal(
			parse((struct prb_span){text, (size_t)n}, BYTES_MAX, &fault, &value),
			PRB_OK);
		assert_true(prb_json_number(prb_json_first(value)) == 1.25);
		n = snprintf(text, sizeof(text), "1.25%0*de2", zeros, 0);
		assert_int_equal(
			parse((struct prb_span){text, (size_t)n}, BYTES_MAX, &fault, &value),
			PRB_OK);
		assert_true(prb_json_number(value) == 125.0);
	}
}

static void
getters(void **state)
{
	static const char text[] =
		"{\"a\":[1,2.5,\"x\",null,true,false,{},-3],\"A\":4,\"big\":1e30}";
	const struct prb_json *root;
	struct prb_fault fault;
	int64_t number = 9;

	(void)state;
	assert_int_equal(
		parse((struct prb_span){text, sizeof(text) - 1}, BYTES_MAX, &fault, &root), 0);
	assert_int_equal(prb_json_kind(root), PRB_JSON_OBJECT);
	assert_int_equal(prb_json_size(root), 3);
	assert_null(prb_json_member(root, "b"));
	assert_null(prb_json_name(root));
	const struct prb_json *a = prb_json_member(root, "a");
	assert_int_equal(prb_json_kind(a), PRB_JSON_ARRAY);
	assert_string_equal(prb_json_name(a), "a");
	assert_int_equal(prb_json_size(a), 8);
	const struct prb_json *item = prb_json_first(a);
	assert_null(prb_json_name(item));
	assert_true(prb_json_int(item, &number));
	assert_int_equal(number, 1);
	item = prb_json_next(item);
	assert_false(prb_json_int(item, &number));
	assert_int_equal(number, 1);
	assert_true(prb_json_number(item) == 2.5);
	item = prb_json_next(item);
	assert_true(prb_span_is(prb_json_string(item), "x"));
	item = prb_json_next(item);
	assert_int_equal(prb_json_kind(item), PRB_JSON_NULL);
	item = prb_json_next(item);
	assert_true(prb_json_bool(item));
	item = prb_json_next(item);
	assert_false(prb_json_bool(item));
	item = prb_json_next(item);
	assert_int_equal(prb_json_kind(item), PRB_JSON_OBJECT);
	assert_null(prb_json_first(item));
	item = prb_json_next(item);
	assert_true(prb_json_int(item, &number));
	assert_int_equal(number, -3);
	assert_null(prb_json_next(item));
	assert_true(prb_json_int(prb_json_member(root, "A"), &number));
	assert_int_equal(number, 4);
	assert_false(prb_json_int(prb_json_member(root, "big"), &number));
	for (int kind = PRB_JSON_NULL; kind <= PRB_JSON_OBJECT; kind++)
		assert_true(strlen(prb_json_kind_name((enum prb_json_kind)kind)) > 3);
}

static void
depth(void **state)
{
	char text[2 * (PRB_JSON_DEPTH_MAX + 1)];
	struct prb_fault fault;
	const struct prb_json *value;

	(void)state;
	for (size_t n = PRB_JSON_DEPTH_MAX - 1; n <= PRB_JSON_DEPTH_MAX + 1; n++) {
		bool deep = n > PRB_JSON_DEPTH_MAX;

		memset(text, '[', n);
		memset(text + n, ']', n);
		assert_int_equal(parse((struct prb_span){text, 2 * n}, BYTES_MAX, &fault, &value),
			deep ? PRB_ERR_TOO_DEEP : PRB_OK);
		if (deep)
			assert_int_equal(fault.offset, PRB_JSON_DEPTH_MAX);
	}
	/* Depth, not the number of arrays. */
	struct prb_str wide;
	prb_str_init(&wide, BYTES_MAX);
	prb_str_add_char(&wide, '[');
	for (int i = 0; i < 1000; i++)
		prb_str_add_text(&wide, "[{}],");
	prb_str_add_text(&wide, "0]");
	assert_int_equal(parse(prb_str_span(&wide), BYTES_MAX, &fault, &value), PRB_OK);
	prb_str_finish(&wide);
}

static void
size(void **state)
{
	struct prb_fault fault;
	const struct prb_json *value;

	(void)state;
	assert_int_equal(parse(PRB_SPAN("[1,2]"), 5, &fault, &value), PRB_OK);
	assert_int_equal(parse(PRB_SPAN("[1,2]"), 4, &fault, &value), PRB_ERR_TOO_LARGE);
	assert_int_equal(fault.offset, 4);
	assert_int_equal(prb_json_check(arena, PRB_SPAN_NONE, 4, &fault), PRB_ERR_JSON);
	assert_int_equal(prb_json_check(arena, PRB_SPAN("[1]"), 4, NULL), PRB_OK);
	assert_int_equal(prb_json_check(arena, PRB_SPAN("[1"), 4, NULL), PRB_ERR_JSON);
}

/* An object of n members, one name of which may stand twice: at places a and b. */
static void
make_object(struct prb_str *s, size_t n, size_t a, size_t b)
{
	prb_str_reset(s);
	prb_str_add_char(s, '{');
	for (size_t i = 0; i < n; i++)
		prb_str_addf(
			s, "%s\"\\u006b%zx\":%zu", i ? "," : "", (i == b ? a : i) * 2654435761U, i);
	prb_str_add_char(s, '}');
}

static void
duplicates_at_every_size(void **state)
{
	struct prb_str s;
	struct prb_fault fault;
	const struct prb_json *value;

	(void)state;
	prb_str_init(&s, BYTES_MAX);
	for (size_t n = 2; n < 140; n += n < 70 ? 1 : 7) {
		make_object(&s, n, 0, 0);
		assert_int_equal(parse(prb_str_span(&s), BYTES_MAX, &fault, &value), PRB_OK);
		assert_int_equal(prb_json_size(value), n);
		for (size_t b = 1; b < n; b++) {
			make_object(&s, n, b / 2, b);
			assert_int_equal(
				parse(prb_str_span(&s), BYTES_MAX, &fault, &value), PRB_ERR_IJSON);
			/* The offset is that of the second one: what follows it ends in :b. */
			char mark[24];
			int length = snprintf(mark, sizeof(mark), ":%zu", b);
			const char *colon = strchr(s.p + fault.offset, ':');
			assert_memory_equal(colon, mark, (size_t)length);
		}
	}
	prb_str_finish(&s);
}

/* 100,000 members, in rising order, falling order and equal length: none takes quadratic time. A
 * hundred times the work of 1,000 members would be 10,000 times the time if it did; the bound
 * leaves room for a slow machine. */
static void
many_members(void **state)
{
	struct prb_str s;
	struct prb_fault fault;

	(void)state;
	prb_str_init(&s, BYTES_MAX);
	for (int falling = 0; falling < 2; falling++) {
		prb_str_reset(&s);
		prb_str_add_char(&s, '{');
		for (int i = 0; i < 100000; i++)
			prb_str_addf(&s, "\"member%06d\":0,", falling ? 99999 - i : i);
		prb_str_add_text(&s, "\"x\":0}");
		prb_arena_reset(arena);
		clock_t start = clock();
		assert_int_equal(
			prb_json_check(arena, prb_str_span(&s), BYTES_MAX, &fault), PRB_OK);
		double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
		print_message("100,001 members: %.3f s\n", seconds);
		assert_true(seconds < 5);
		s.p[s.n - 5] = 'm';
		s.n -= 4;
		prb_str_add_text(&s, "ember004711\":0}");
		prb_arena_reset(arena);
		assert_int_equal(
			prb_json_check(arena, prb_str_span(&s), BYTES_MAX, &fault), PRB_ERR_IJSON);
		assert_int_equal(fault.offset, s.n - 17);
	}
	prb_str_finish(&s);
}

/* A message quotes only the beginning of a long name, and stays UTF-8. */
static void
long_names(void **state)
{
	struct prb_str s;
	struct prb_fault fault;

	(void)state;
	for (int shift = 0; shift < 3; shift++) {
		prb_str_init(&s, BYTES_MAX);
		prb_str_addf(&s, "{\"%.*s", shift, "xy");
		for (int i = 0; i < 1000; i++)
			prb_str_add_text(&s, "\xE2\x82\xAC");
		prb_str_add_text(&s, "\":1 2}");
		prb_arena_reset(arena);
		assert_int_equal(
			prb_json_check(arena, prb_str_span(&s), BYTES_MAX, &fault), PRB_ERR_JSON);
		assert_int_equal(fault.offset, s.n - 2);
		assert_null(strchr(fault.detail, '?'));
		assert_true(strlen(fault.detail) < 120);
		prb_str_finish(&s);
	}
}

/* The arena's end inside the check and inside cJSON gives one error, at every size of arena. */
static void
small_arenas(void **state)
{
	static const char text[] = "{\"a\":[1,2,3,{\"b\\n\":\"c\"}],\"d\":0."
				   "1000000000000000000000000000000000000000000000000"
				   "0000000000000000000000000000000000000}";
	size_t needed = 0;

	(void)state;
	for (size_t max = 0; max < 4000; max += 8) {
		struct prb_arena *small = prb_arena_create(max);
		const struct prb_json *value = NULL;
		struct prb_fault fault;
		enum prb_err err = prb_json_parse(small, (struct prb_span){text, sizeof(text) - 1},
			BYTES_MAX, &fault, &value);

		assert_true(err == PRB_OK || err == PRB_ERR_MEMORY);
		assert_int_equal(err == PRB_OK, value != NULL);
		if (needed == 0 && err == PRB_OK)
			needed = max;
		assert_int_equal(err == PRB_OK, needed != 0);
		prb_arena_destroy(small);
	}
	assert_in_range(needed, 600, 3000);
}

/* A program that uses cJSON itself, before or after, notices nothing. */
static void
own_cjson(void **state)
{
	const struct prb_json *value;
	struct prb_fault fault;
	cJSON *before = cJSON_Parse("{\"a\":[1,2]}");

	(void)state;
	assert_int_equal(parse(PRB_SPAN("{\"a\":1}"), BYTES_MAX, &fault, &value), PRB_OK);
	cJSON *after = cJSON_Parse("{\"b\":[1,2]}");
	prb_arena_reset(arena);
	char *text = cJSON_PrintUnformatted(after);
	assert_string_equal(text, "{\"b\":[1,2]}");
	cJSON_free(text);
	cJSON_AddItemToObject(after, "c", before);
	cJSON_Delete(after);
}

/* Each thread reads into its own arena: what it has read holds its own number only. */
static void *
read_often(void *number)
{
	struct prb_arena *own = prb_arena_create(1 << 16);
	char text[64];
	int n = snprintf(text, sizeof(text), "[%d,{\"a\":%d}]", *(int *)number, *(int *)number);
	intptr_t wrong = 0;

	for (int i = 0; own && i < 3000; i++) {
		const struct prb_json *value;
		int64_t first = -1;
		int64_t second = -1;

		prb_arena_reset(own);
		if (prb_json_parse(own, (struct prb_span){text, (size_t)n}, 99, NULL, &value)) {
			wrong++;
			continue;
		}
		(void)prb_json_int(prb_json_first(value), &first);
		value = prb_json_next(prb_json_first(value));
		(void)prb_json_int(prb_json_member(value, "a"), &second);
		wrong += first != *(int *)number || second != *(int *)number;
	}
	wrong += own ? 0 : 1;
	prb_arena_destroy(own);
	return (void *)wrong;
}

static void
threads(void **state)
{
	pthread_t thread[4];
	int number[4] = {1, 22, 333, 4444};

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, read_often, &number[i]), 0);
	for (int i = 0; i < 4; i++) {
		void *wrong;

		assert_int_equal(pthread_join(thread[i], &wrong), 0);
		assert_null(wrong);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refusals),
		cmocka_unit_test(taken),
		cmocka_unit_test(every_byte),
		cmocka_unit_test(long_numbers),
		cmocka_unit_test(getters),
		cmocka_unit_test(depth),
		cmocka_unit_test(size),
		cmocka_unit_test(duplicates_at_every_size),
		cmocka_unit_test(many_members),
		cmocka_unit_test(long_names),
		cmocka_unit_test(small_arenas),
		cmocka_unit_test(own_cjson),
		cmocka_unit_test(threads),
	};

	return cmocka_run_group_tests_name("base json", tests, setup, teardown);
}
