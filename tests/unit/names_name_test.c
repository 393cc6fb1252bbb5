/* SPDX-License-Identifier: Apache-2.0 */

/* Names taken apart with the release's own tables: which word is what, and what it stands for. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/entities_support.h"

#define SHOWN_BYTES 4096

/* The words by kind (C core, T trade, P place, N number, U unit, s stop, L legal form); a form by
 * its class. "g" behind all where many may have the name. */
static const struct {
	const char *text, *words;
} rows[] = {
	{"", "g"},
	{"!!!", "g"},
	{"Hetian Haolin Hair Accessories Co., Ltd.", "P:hotan C:haolin T:hair T:accessory L:llc"},
	{"Xinjiang Textile Trading Co., Ltd.", "P:xinjiang T:textile T:trading L:llc g"},
	{"Foo Mfg. Intl. Grp.", "C:foo T:manufacturing T:international T:group"},
	{"OOO Gazprom Neft", "L:llc C:gazprom T:petroleum"},
	{"ПАО «Газпром»", "L:jsc C:gazprom"},
	{"Sdn Bhd", "C:privatelimited g"},
	{"SAP SE", "C:sap L:jsc g"},
	{"Top Glove Sdn. Bhd.", "C:top T:glove L:llc"},
	{"Wanli Factory No. 2", "C:wanli U:factory U:number N:2"},
	{"Wanli Factory No. 02", "C:wanli U:factory U:number N:2"},
	{"Wanli Factory No2", "C:wanli U:factory U:number N:2"},
	{"Wanli Unit II", "C:wanli U:unit N:2"},
	{"Wanli Plant B", "C:wanli U:plant N:b"},
	{"A.B.C. Textiles", "C:abc T:textile"},
	{"A B C Textiles", "C:abc T:textile"},
	{"ABC Textiles", "C:abc T:textile"},
	{"E-2 Foods", "C:e2 T:food g"},
	{"L'Oréal S.A.", "C:loreal L:jsc"},
	{"L\u2019Or\u00e9al SA", "C:loreal L:jsc"},
	{"保定市绿叶硕子岛商贸有限公司", "P:baodingshi C:luyeshuozidao T:trading L:llc"},
	{"新疆大全新能源有限公司", "P:xinjiang C:daquan T:energy L:llc"},
	{"태광산업 주식회사", "C:taegwang T:industry L:jsc"},
	{"Xinjiang Production and Construction Corps (XPCC)",
		"P:xinjiang T:production s:and T:construction C:corps s:xpcc"},
	{"The Bank of China", "s:the T:bank s:of P:china g"},
	{"Co., Ltd.", "C:companylimited g"},
	{"Zhen Da 7", "C:zhen C:da N:7"},
	{"7", "N:7 g"},
	{"A", "C:a g"},
};

static void
show(const struct prb_name *name, char *out)
{
	static const char kinds[] = "CTPNUsL";
	size_t at = 0;

	out[0] = '\0';
	for (size_t i = 0; i < name->count; i++)
		at += (size_t)snprintf(out + at, SHOWN_BYTES - at, "%c:%.*s ",
			kinds[name->words[i].kind], PRB_SPAN_ARGS(name->words[i].text));
	if (name->generic)
		out[at++] = 'g';
	else if (at > 0)
		at--;
	out[at] = '\0';
}

static void
rows_hold(void **state)
{
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct prb_name name;
		char shown[SHOWN_BYTES];

		entities_parse(&name, rows[i].text);
		show(&name, shown);
		if (strcmp(shown, rows[i].words) == 0)
			continue;
		print_error("{\"%s\", \"%s\"}, not \"%s\"\n", rows[i].text, shown, rows[i].words);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

/* One spelling of a row, and another: the same words. */
static const struct {
	const char *a, *b;
} equal[] = {
	{"A.B.C. Textiles", "ABC Textiles"},
	{"A B C Textiles", "ABC Textile"},
	{"L'Or\u00e9al", "LOREAL"},
	{"Foo Mfg", "Foo Manufacturing"},
	{"Foo Int'l", "Foo International"},
	{"Wanli Factory No. 02", "Wanli Factory No 2"},
	{"Wanli Factory No2", "Wanli Factory No. 2"},
	{"Wanli Unit II", "Wanli Unit 2"},
	{"\uff26\uff4f\uff4f", "Foo"},
	{"Caf\u00e9 Z\u00fcrich", "CAFE\u0301 ZURICH"},
	{"E-2 Foods", "E2 Foods"},
	{"Stra\u00dfe Works", "STRASSE WORKS"},
};

static void
the_same_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(equal) / sizeof(equal[0]); i++) {
		struct prb_name a, b;
		char x[SHOWN_BYTES], y[SHOWN_BYTES];

		entities_parse(&a, equal[i].a);
		entities_parse(&b, equal[i].b);
		show(&a, x);
		show(&b, y);
		assert_string_equal(x, y);
	}
}

static void
repeat(char *out, size_t bytes, const char *what)
{
	size_t n = strlen(what);

	for (size_t i = 0; i < bytes; i++)
		out[i] = what[i % n];
	out[bytes] = '\0';
}

/* However much there is, a name stays within its bounds and says that it was cut. */
static void
long_names_are_cut(void **state)
{
	static const char *const texts[] = {"a", "ab ", "1 ", "zq\u0301", "\ufdfa", "Co., Ltd. ",
		"\u6c49\u5b57", "1a", "a1 ", "Factory No. 7 ", "\u7b2c\u4e00"};
	static char long_text[10000 + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct prb_name name;

		repeat(long_text, 10000, texts[i]);
		entities_parse(&name, long_text);
		assert_true(name.truncated);
		assert_in_range(name.count, 1, PRB_NAME_WORDS_MAX);
		assert_true(name.text_n <= PRB_NAME_TEXT_BYTES);
		for (size_t k = 0; k < name.count; k++) {
			assert_in_range(name.words[k].text.n, 1, PRB_NAME_TEXT_BYTES);
			assert_true(name.words[k].to <= PRB_NAME_READ_BYTES_MAX);
		}
	}
}

static void
weights_fall_with_kind(void **state)
{
	(void)state;
	for (size_t n = 0; n < 4; n++)
		assert_true(
			prb_name_weight(PRB_WORD_CORE, n) < prb_name_weight(PRB_WORD_CORE, n + 1));
	assert_int_equal(prb_name_weight(PRB_WORD_CORE, 0), 0);
	assert_int_equal(prb_name_weight(PRB_WORD_CORE, 64), 100);
	assert_true(prb_name_weight(PRB_WORD_TRADE, 8) < prb_name_weight(PRB_WORD_CORE, 3));
	assert_true(prb_name_weight(PRB_WORD_PLACE, 8) < prb_name_weight(PRB_WORD_CORE, 3));
	assert_int_equal(prb_name_weight(PRB_WORD_LEGAL, 8), 0);
	assert_int_equal(prb_name_weight(PRB_WORD_STOP, 8), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_hold),
		cmocka_unit_test(the_same_words),
		cmocka_unit_test(long_names_are_cut),
		cmocka_unit_test(weights_fall_with_kind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
