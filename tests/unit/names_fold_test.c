/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scoring/names/fold.h"

#define DIRECTORY_AT 16
#define PAGES_AT (16 + 4352 * 2)
#define STRINGS "abcde sszh"
#define TABLE_BYTES (PAGES_AT + 1024 + sizeof(STRINGS) - 1)
#define UNCHANGED 0xFFFFFFFFU

static unsigned char table_bytes[TABLE_BYTES];

static void
put(size_t at, uint32_t value, size_t n)
{
	for (size_t i = 0; i < n; i++)
		table_bytes[at + i] = (unsigned char)(value >> (8 * i));
}

static void
entry(unsigned low, uint32_t length, uint32_t offset)
{
	put(PAGES_AT + low * 4, length << 24 | offset, 4);
}

/* One page, for U+0000 to U+00FF: E acute is "e", sharp s "ss", no-break space and multiplication
 * sign part words, soft hyphen is dropped; the others stay. */
static void
make_table(void)
{
	memset(table_bytes, 0, sizeof(table_bytes));
	memcpy(table_bytes, "PRBF", 4);
	put(4, 1, 4);
	put(8, 1, 4);
	put(12, sizeof(STRINGS) - 1, 4);
	put(DIRECTORY_AT, 1, 2);
	for (unsigned i = 0; i < 256; i++)
		put(PAGES_AT + i * 4, UNCHANGED, 4);
	entry(0xC9, 1, 4);
	entry(0xE9, 1, 4);
	entry(0xDF, 2, 6);
	entry(0xA0, 1, 5);
	entry(0xD7, 1, 5);
	entry(0xAD, 0, 0);
	memcpy(table_bytes + PAGES_AT + 1024, STRINGS, sizeof(STRINGS) - 1);
}

static void
rows(void **state)
{
	static const struct {
		const char *text, *folded, *key;
	} cases[] = {{"", "", ""}, {"   ", "", ""}, {"Acme Co., Ltd", "acme co ltd", "acmecoltd"},
		{"ACME CO.LTD.", "acme co ltd", "acmecoltd"}, {"--x--y--", "x y", "xy"},
		{"Caf\u00e9 \u00c9lan", "cafe elan", "cafeelan"},
		{"Stra\u00dfe 7", "strasse 7", "strasse7"}, {"a\u00a0b", "a b", "ab"},
		{"so\u00adft", "soft", "soft"},
		{"\u4e2d\u6587 x", "\u4e2d\u6587 x", "\u4e2d\u6587x"}, {"\u00d7a\u00d7", "a", "a"},
		{"a\xff"
		 "b",
			"a b", "ab"},
		{"\xe4\xb8", "", ""}, {"\xf4\x90\x80\x80", "", ""}};
	struct prb_fold_table table;
	struct prb_str out;

	(void)state;
	make_table();
	assert_true(prb_fold_table_open(&table, table_bytes, TABLE_BYTES));
	prb_str_init(&out, 4096);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		prb_str_reset(&out);
		prb_fold(&table, prb_span_of(cases[i].text), &out);
		if (!prb_span_is(prb_str_span(&out), cases[i].folded))
			fail_msg("row %zu: \"%.*s\"", i, PRB_SPAN_ARGS(prb_str_span(&out)));
		prb_str_reset(&out);
		prb_fold_key(&table, prb_span_of(cases[i].text), &out);
		if (!prb_span_is(prb_str_span(&out), cases[i].key))
			fail_msg("row %zu: key \"%.*s\"", i, PRB_SPAN_ARGS(prb_str_span(&out)));
	}
	prb_str_finish(&out);
}

/* A text longer than the inner run, and the bound of the output. */
static void
long_texts(void **state)
{
	struct prb_fold_table table;
	struct prb_str out;
	char text[4000];

	(void)state;
	make_table();
	assert_true(prb_fold_table_open(&table, table_bytes, TABLE_BYTES));
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = i % 7 == 6 ? ' ' : 'A';
	prb_str_init(&out, sizeof(text));
	prb_fold(&table, (struct prb_span){text, sizeof(text)}, &out);
	assert_false(out.failed);
	assert_int_equal(out.n, sizeof(text));
	for (size_t i = 0; i < out.n; i++)
		assert_int_equal(out.p[i], i % 7 == 6 ? ' ' : 'a');
	prb_str_finish(&out);
	prb_str_init(&out, 100);
	prb_fold(&table, (struct prb_span){text, sizeof(text)}, &out);
	assert_true(out.failed);
	prb_str_finish(&out);
}

static void
damaged_tables(void **state)
{
	struct prb_fold_table table;

	(void)state;
	make_table();
	for (size_t n = 0; n < TABLE_BYTES; n += n < 64 ? 1 : 97) {
		unsigned char *cut =
			malloc(n + 1); /* so that a sanitizer sees a read past the end */

		memcpy(cut, table_bytes, n);
		assert_false(prb_fold_table_open(&table, cut, n));
		free(cut);
	}
	table_bytes[0] = 'X';
	assert_false(prb_fold_table_open(&table, table_bytes, TABLE_BYTES));
	make_table();
	put(4, 2, 4);
	assert_false(prb_fold_table_open(&table, table_bytes, TABLE_BYTES));
	make_table();
	put(DIRECTORY_AT + 4351 * 2, 2, 2); /* a page that is not there */
	assert_false(prb_fold_table_open(&table, table_bytes, TABLE_BYTES));
	make_table();
	entry(0x41, 2, sizeof(STRINGS) - 2); /* ends one byte behind the strings */
	assert_false(prb_fold_table_open(&table, table_bytes, TABLE_BYTES));
	make_table();
	table_bytes[PAGES_AT + 1024 + 4] = 0xE4; /* half a character */
	assert_false(prb_fold_table_open(&table, table_bytes, TABLE_BYTES));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(rows), cmocka_unit_test(long_texts),
		cmocka_unit_test(damaged_tables)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
