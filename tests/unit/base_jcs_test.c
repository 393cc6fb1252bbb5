/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scoring/base/jcs.h"

#define VECTORS PROBITY_SOURCE_DIR "/tests/unit/vectors/jcs/"
#define BYTES_MAX ((size_t)1 << 20)

static struct prb_arena *arena;

static int
setup(void **state)
{
	(void)state;
	arena = prb_arena_create(16 * BYTES_MAX);
	return arena ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	prb_arena_destroy(arena);
	return 0;
}

static uint64_t
next_random(uint64_t *state)
{
	/* xorshift64*, Vigna 2016 */
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 2685821657736338717ULL;
}

static double
from_bits(uint64_t bits)
{
	double number;

	memcpy(&number, &bits, sizeof(number));
	return number;
}

static void
read_file(const char *folder, const char *name, const char *ending, struct prb_str *out)
{
	char path[512];
	char block[4096];
	size_t n;

	(void)snprintf(path, sizeof(path), VECTORS "%s/%s.%s", folder, name, ending);
	FILE *file = fopen(path, "rb");
	if (!file)
		fail_msg("%s cannot be opened", path);
	prb_str_reset(out);
	while ((n = fread(block, 1, sizeof(block), file)) > 0)
		prb_str_add(out, block, n);
	fclose(file);
}

/* The published documents, as text and byte by byte in hex. */
static void
documents(void **state)
{
	static const char *const names[] = {
		"arrays", "french", "structures", "unicode", "values", "weird"};
	struct prb_str text;
	struct prb_str expected;
	struct prb_str out;

	(void)state;
	prb_str_init(&text, BYTES_MAX);
	prb_str_init(&expected, BYTES_MAX);
	prb_str_init(&out, BYTES_MAX);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct prb_json *value;
		struct prb_fault fault;

		read_file("input", names[i], "json", &text);
		if (prb_json_parse(arena, prb_str_span(&text), BYTES_MAX, &fault, &value))
			fail_msg("%s: %s", names[i], fault.detail);
		prb_str_reset(&out);
		prb_jcs_write(arena, value, &out);
		read_file("output", names[i], "json", &expected);
		assert_int_equal(out.n, expected.n);
		assert_memory_equal(out.p, expected.p, out.n);
		read_file("outhex", names[i], "txt", &expected);
		char *p = expected.p;
		for (size_t at = 0; at < out.n; at++)
			assert_int_equal(strtoul(p, &p, 16), (unsigned char)out.p[at]);
		assert_int_equal(strspn(p, " \r\n"), strlen(p));
	}
	prb_str_finish(&text);
	prb_str_finish(&expected);
	prb_str_finish(&out);
}

static void
published_numbers(void **state)
{
	FILE *file = fopen(VECTORS "es6-numbers-first-1000.txt", "r");
	char line[100];
	int count = 0;

	(void)state;
	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		char out[PRB_JCS_NUMBER_BYTES_MAX];
		char *comma;
		double number = from_bits(strtoull(line, &comma, 16));

		line[strcspn(line, "\n")] = '\0';
		assert_int_equal(*comma, ',');
		assert_int_equal(prb_jcs_number(number, out), strlen(comma + 1));
		assert_string_equal(out, comma + 1);
		count++;
	}
	fclose(file);
	assert_int_equal(count, 1000);
}

static void
chosen_numbers(void **state)
{
	static const struct {
		double number;
		const char *text;
	} rows[] = {
		{0.0, "0"},
		{-0.0, "0"},
		{1.0, "1"},
		{-1.5, "-1.5"},
		{5e-324, "5e-324"},
		{-5e-324, "-5e-324"},
		{1.7976931348623157e308, "1.7976931348623157e+308"},
		{9007199254740991.0, "9007199254740991"},
		{9007199254740992.0, "9007199254740992"},
		{-9007199254740994.0, "-9007199254740994"},
		{295147905179352830000.0, "295147905179352830000"},
		{999999999999999900000.0, "999999999999999900000"},
		{1e20, "100000000000000000000"},
		{1e21, "1e+21"},
		{1e23, "1e+23"},
		{123456789012345680000.0, "123456789012345680000"},
		{0.000001, "0.000001"},
		{0.0000012345678901234567, "0.0000012345678901234567"},
		{1e-7, "1e-7"},
		{1.5e-7, "1.5e-7"},
		{333333333.3333332, "333333333.3333332"},
		{333333333.33333325, "333333333.33333325"},
		{424242.42, "424242.42"},
		/* Powers of two whose nearest 16-digit decimal reads back as the double below. */
		{0x1p-44, "5.684341886080802e-14"},
		{0x1p-1022, "2.2250738585072014e-308"},
		{0x1p89, "6.189700196426902e+26"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char out[PRB_JCS_NUMBER_BYTES_MAX];

		assert_int_equal(prb_jcs_number(rows[i].number, out), strlen(rows[i].text));
		assert_string_equal(out, rows[i].text);
	}
}

static size_t
digits_of(const char *text)
{
	char digits[64];
	size_t n = 0;
	size_t zeros = 0;

	for (; *text && *text != 'e'; text++) {
		if (*text >= '0' && *text <= '9' && (n > 0 || *text != '0'))
			digits[n++] = *text;
	}
	while (n > 1 && digits[n - 1 - zeros] == '0' && zeros < n - 1)
		zeros++;
	return n - zeros;
}

/* Any double reads back from its text, and no text with one digit less does. Half of them are
 * powers of two and their neighbours, where shortest texts are hardest. */
static void
any_number(void **state)
{
	uint64_t seed = 161803398874989ULL;

	(void)state;
	print_message("seed %" PRIu64 "\n", seed);
	for (int i = 0; i < 60000; i++) {
		uint64_t bits = next_random(&seed);
		char out[PRB_JCS_NUMBER_BYTES_MAX];
		char shorter[40];

		if (i % 2)
			bits = (bits & 0x7FF) << 52 | (bits >> 20 & 1);
		double number = from_bits(bits & ~(1ULL << 63));
		if (!isfinite(number) || number == 0)
			continue;
		size_t n = prb_jcs_number(number, out);
		assert_true(n < PRB_JCS_NUMBER_BYTES_MAX);
		if (strtod(out, NULL) != number)
			fail_msg("%a gave %s", number, out);
		size_t digits = digits_of(out);
		assert_in_range(digits, 1, 17);
		if (digits < 2)
			continue;
		(void)snprintf(shorter, sizeof(shorter), "%.*e", (int)digits - 2, number);
		if (strtod(shorter, NULL) == number)
			fail_msg("%s is shorter than %s", shorter, out);
	}
}

/* Neither reading nor writing depends on the locale: one that writes a comma, one whose separator
 * has two bytes, each where the system has it. */
static void
other_locales(void **state)
{
	static const char *const names[] = {
		"de_DE.UTF-8", "fr_FR.UTF-8", "ru_RU.UTF-8", "fa_IR.UTF-8", "ps_AF.UTF-8"};
	int found = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char out[2][PRB_JCS_NUMBER_BYTES_MAX];
		const struct prb_json *value;
		struct prb_fault fault;

		if (!setlocale(LC_NUMERIC, names[i]))
			continue;
		found++;
		prb_jcs_number(4.5, out[0]);
		prb_jcs_number(1.25e300, out[1]);
		enum prb_err err =
			prb_json_parse(arena, PRB_SPAN("[4.5,1.25e300]"), 99, &fault, &value);
		double number = err ? 0 : prb_json_number(prb_json_first(value));
		setlocale(LC_NUMERIC, "C");
		assert_string_equal(out[0], "4.5");
		assert_string_equal(out[1], "1.25e+300");
		assert_int_equal(err, PRB_OK);
		assert_true(number == 4.5);
	}
	print_message("%d locales found\n", found);
	if (found == 0)
		skip();
}

static void
order(void **state)
{
	/* UTF-16 puts U+1F602 (D83D DE02) before U+E000 and U+FB33; UTF-8 would not. */
	static const char *const sorted[] = {"", "\r", "1", "10", "A", "a", "aa", "\xC2\x80",
		"\xC3\xB6", "\xE2\x82\xAC", "\xED\x9F\xBF", "\xF0\x90\x80\x80", "\xF0\x9F\x98\x82",
		"\xF4\x8F\xBF\xBD", "\xEE\x80\x80", "\xEF\xAC\xB3", "\xEF\xBF\xBD"};
	size_t n = sizeof(sorted) / sizeof(sorted[0]);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < n; j++) {
			int expected = (i > j) - (i < j);

			assert_int_equal(
				prb_jcs_compare(prb_span_of(sorted[i]), prb_span_of(sorted[j])),
				expected);
		}
	}
}

/* UTF-16 units one by one, as RFC 8785 section 3.2.3 defines the order. */
static int
compare_units(uint32_t a, uint32_t b)
{
	uint32_t unit_a = a < 0x10000 ? a : 0xD800 + ((a - 0x10000) >> 10);
	uint32_t unit_b = b < 0x10000 ? b : 0xD800 + ((b - 0x10000) >> 10);

	if (unit_a == unit_b) {
		unit_a = a & 0x3FF;
		unit_b = b & 0x3FF;
	}
	return (unit_a > unit_b) - (unit_a < unit_b);
}

static void
order_of_characters(void **state)
{
	uint64_t seed = 577215664901532ULL;

	(void)state;
	print_message("seed %" PRIu64 "\n", seed);
	for (int i = 0; i < 300000; i++) {
		uint32_t c[2];
		char text[2][5] = {"x", "x"};
		struct prb_span span[2];

		for (int k = 0; k < 2; k++) {
			c[k] = (uint32_t)(next_random(&seed) % (i % 2 ? 0x110000 : 0x12000));
			if (c[k] >= 0xD800 && c[k] <= 0xDFFF)
				c[k] += 0x800;
			span[k] =
				(struct prb_span){text[k], 1 + prb_utf8_encode(c[k], text[k] + 1)};
		}
		assert_int_equal(prb_jcs_compare(span[0], span[1]), compare_units(c[0], c[1]));
	}
}

/* Members come out sorted from any order of the text, for sizes on both sides of every border. */
static void
sorting(void **state)
{
	uint64_t seed = 662607015ULL;
	struct prb_str text;
	struct prb_str out;

	(void)state;
	print_message("seed %" PRIu64 "\n", seed);
	prb_str_init(&text, BYTES_MAX);
	prb_str_init(&out, BYTES_MAX);
	for (int n = 0; n < 120; n++) {
		int at[120];
		const struct prb_json *value;
		struct prb_fault fault;
		char *p;

		for (int i = 0; i < n; i++) {
			int j = (int)(next_random(&seed) % (uint64_t)(i + 1));

			at[i] = at[j];
			at[j] = i;
		}
		prb_str_reset(&text);
		prb_str_reset(&out);
		prb_arena_reset(arena);
		for (int i = 0; i < n; i++)
			prb_str_addf(&text, "%c\"k%03d\":%d", i ? ',' : '{', at[i], at[i]);
		prb_str_add_text(&text, n ? "}" : "{}");
		assert_int_equal(
			prb_json_parse(arena, prb_str_span(&text), BYTES_MAX, &fault, &value),
			PRB_OK);
		prb_jcs_write(arena, value, &out);
		p = out.p;
		for (int i = 0; i < n; i++) {
			char member[20];
			int length = snprintf(
				member, sizeof(member), "%c\"k%03d\":%d", i ? ',' : '{', i, i);

			assert_memory_equal(p, member, (size_t)length);
			p += length;
		}
		assert_string_equal(p, n ? "}" : "{}");
	}
	prb_str_finish(&text);
	prb_str_finish(&out);
}

static void
left_out(void **state)
{
	static const char *const names[] = {"b", "reference"};
	const struct prb_json *value;
	struct prb_fault fault;
	struct prb_str out;

	(void)state;
	assert_int_equal(
		prb_json_parse(arena,
			PRB_SPAN(
				"{\"c\":[{\"reference\":{},\"a\":\"b\"}],\"b\":1,\"B\":2,\"a\":3}"),
			99, &fault, &value),
		PRB_OK);
	prb_str_init(&out, 200);
	prb_jcs_write_masked(arena, value, &(struct prb_jcs_masked){names, 2, NULL, NULL}, &out);
	assert_string_equal(out.p, "{\"B\":2,\"a\":3,\"c\":[{\"a\":\"b\"}]}");
	prb_str_finish(&out);
}

static void
strings(void **state)
{
	struct prb_str out;

	(void)state;
	prb_str_init(&out, 200);
	prb_jcs_string(&out, PRB_SPAN("\x01\x1F\b\t\n\f\r\"\\/\x7F\xC3\xA9 end"));
	assert_string_equal(out.p, "\"\\u0001\\u001f\\b\\t\\n\\f\\r\\\"\\\\/\x7F\xC3\xA9 end\"");
	prb_str_reset(&out);
	prb_jcs_string(&out, PRB_SPAN_NONE);
	prb_jcs_string(&out, PRB_SPAN("\n"));
	assert_string_equal(out.p, "\"\"\"\\n\"");
	prb_str_finish(&out);
}

/* Strings are copied several bytes at a time: each byte at each place of texts of each length comes
 * out as RFC 8785 section 3.2.2.2 says, and what stands beside it too. */
static void
strings_of_each_length(void **state)
{
	struct prb_str out;

	(void)state;
	prb_str_init(&out, BYTES_MAX);
	for (size_t n = 1; n <= 26; n++)
		for (size_t at = 0; at < n; at++)
			for (int c = 0; c < 256; c++) {
				char text[26], wanted[80], escape[8];
				const char *two = strchr("\bb\tt\nn\ff\rr\"\"\\\\", c);

				memset(text, 'x', sizeof(text));
				text[at] = (char)c;
				if (c != 0 && two != NULL && (c == '"' || c == '\\' || c < ' '))
					(void)snprintf(escape, sizeof(escape), "\\%c", two[1]);
				else if (c < ' ')
					(void)snprintf(
						escape, sizeof(escape), "\\u%04x", (unsigned)c);
				else
					(void)snprintf(escape, sizeof(escape), "%c", c);
				(void)snprintf(wanted, sizeof(wanted), "\"%.*s%s%.*s\"", (int)at,
					"xxxxxxxxxxxxxxxxxxxxxxxxxx", escape, (int)(n - at - 1),
					"xxxxxxxxxxxxxxxxxxxxxxxxxx");
				prb_str_reset(&out);
				prb_jcs_string(&out, (struct prb_span){text, n});
				assert_string_equal(out.p, wanted);
			}
	prb_str_finish(&out);
}

static void
writer(void **state)
{
	struct prb_str out;
	struct prb_writer w;

	(void)state;
	prb_str_init(&out, 1000);
	prb_writer_init(&w, &out);
	prb_writer_object(&w);
	prb_writer_members(&w, "A", "C", "\"A\":1,\"C\":[]");
	prb_writer_member_bool(&w, "a", true);
	prb_writer_key(&w, "b");
	prb_writer_array(&w);
	prb_writer_int(&w, -5);
	prb_writer_object(&w);
	prb_writer_end(&w);
	prb_writer_null(&w);
	prb_writer_raw(&w, PRB_SPAN("[1]"));
	prb_writer_bool(&w, false);
	prb_writer_array(&w);
	prb_writer_end(&w);
	prb_writer_text(&w, "ends in:");
	prb_writer_end(&w);
	prb_writer_member_int(&w, "c", PRB_JSON_INT_MAX);
	prb_writer_member_string(&w, "d", PRB_SPAN("e:"));
	prb_writer_member_text(&w, "f", "");
	prb_writer_end(&w);
	assert_string_equal(out.p,
		"{\"A\":1,\"C\":[],\"a\":true,\"b\":[-5,{},null,[1],false,[],\"ends in:\"],"
		"\"c\":9007199254740991,\"d\":\"e:\",\"f\":\"\"}");
	prb_str_finish(&out);
}

/* Whatever the bound, the writer runs to its end, and fails exactly where the text does not fit. */
static void
writer_bounds(void **state)
{
	static const char whole[] = "{\"a\":[1,\"x\"],\"b\":{\"c\":null}}";

	(void)state;
	for (size_t max = 0; max < sizeof(whole) + 3; max++) {
		struct prb_str out;
		struct prb_writer w;

		prb_str_init(&out, max);
		prb_writer_init(&w, &out);
		prb_writer_object(&w);
		prb_writer_key(&w, "a");
		prb_writer_array(&w);
		prb_writer_int(&w, 1);
		prb_writer_text(&w, "x");
		prb_writer_end(&w);
		prb_writer_key(&w, "b");
		prb_writer_object(&w);
		prb_writer_key(&w, "c");
		prb_writer_null(&w);
		prb_writer_end(&w);
		prb_writer_end(&w);
		assert_int_equal(out.failed, max < sizeof(whole) - 1);
		if (!out.failed)
			assert_string_equal(out.p, whole);
		prb_str_finish(&out);
	}
}

/* The arena's end while sorting shows in the text's failure. */
static void
sort_without_memory(void **state)
{
	const struct prb_json *value;
	struct prb_fault fault;
	struct prb_arena *small = prb_arena_create(8);
	struct prb_str out;

	(void)state;
	assert_int_equal(
		prb_json_parse(arena, PRB_SPAN("{\"b\":1,\"a\":2}"), 99, &fault, &value), PRB_OK);
	prb_str_init(&out, 1000);
	prb_jcs_write(small, value, &out);
	assert_true(out.failed);
	prb_str_finish(&out);
	prb_arena_destroy(small);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(documents),
		cmocka_unit_test(published_numbers),
		cmocka_unit_test(chosen_numbers),
		cmocka_unit_test(any_number),
		cmocka_unit_test(other_locales),
		cmocka_unit_test(order),
		cmocka_unit_test(order_of_characters),
		cmocka_unit_test(sorting),
		cmocka_unit_test(left_out),
		cmocka_unit_test(strings),
		cmocka_unit_test(strings_of_each_length),
		cmocka_unit_test(writer),
		cmocka_unit_test(writer_bounds),
		cmocka_unit_test(sort_without_memory),
	};

	return cmocka_run_group_tests_name("base jcs", tests, setup, teardown);
}
