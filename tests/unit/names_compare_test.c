/* SPDX-License-Identifier: Apache-2.0 */

/* Two names: how alike they are, and which word was aligned with which. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scoring/names/compare.h"
#include "tests/unit/entities_support.h"

#define SHOWN_BYTES 8192
#define MATCH PRB_SIMILARITY_MATCH
#define LIKE PRB_SIMILARITY_POSSIBLE
#define SAME PRB_SIMILARITY_MAX

/* How alike at least and at most, and the pieces: '=' equal, 'a' abbreviation, 1 to 3 edits, '~'
 * sound, '+' joined, 'i' initials, 'f' legal form, '#' numbers differ, '<' only the first, '>' only
 * the second; in the order of the query's words. */
static const struct {
	const char *a, *b, *pieces;
	int32_t least, most;
} rows[] = {
	{"", "", "", 0, 0},
	{"", "Esquel", ">", 0, 0},
	{"Esquel", "Esquel", "=", SAME, SAME},
	{"Changji Esquel Textile Co., Ltd.", "CHANGJI ESQUEL TEXTILES COMPANY LIMITED", "===ff",
		SAME, SAME},
	{"Changji Esquel Textile", "Changji Esquel Textile Co., Ltd.", "===f", SAME * 98 / 100,
		SAME},
	{"Textile Esquel Changji", "Changji Esquel Textile", "===", SAME * 98 / 100, SAME},
	{"Esquel Mfg", "Esquel Manufacturing", "=a", SAME, SAME},
	{"Changji Esqel Textile", "Changji Esquel Textile", "=1=", LIKE, SAME - 1},
	{"Sunflower Trading", "Sun Flower Trading", "+=", MATCH, SAME},
	{"Jones Tech", "Jonestech", "+", MATCH, SAME},
	{"Wanli Factory No. 2", "Wanli Factory No. 3", "===#", 0, LIKE - 1},
	{"Wanli Factory No. 2, Unit 5", "Wanli Factory No. 3", "===#<<", 0, LIKE - 1},
	{"Wanli Factory No. 2", "Wanli Factory", "==<<", LIKE, SAME - 1},
	{"Газпром нефть", "Gazprom Neft", "==", MATCH, SAME},
	{"XPCC Textile", "Xinjiang Production Construction Corps Textile", "i=", LIKE, SAME},
	{"Haolin Hair Accessories", "Emeida Hair Accessories", "<==>", 0, LIKE - 1},
	{"Hunan Textile", "Henan Textile", "<=>", 0, LIKE - 1},
	{"Huafu Fashion", "Hualu Fashion", "1=", 0, MATCH - 1},
	{"Bitland Esquel Daqo Factory No. 2", "Bitland Esquel Daqo Factory No. 3", "=====#", 0,
		LIKE - 1},
	{"Hua Feng Textile", "Feng Hua Textile", "===", 0, MATCH - 1},
	{"Sunrise Bitland Textile", "Sunrise Esquel Textile", "=<=>", 0, 500000},
	{"Bitland Hangzhou", "Bitland Dongguan", "=<>", 0, LIKE - 1},
	{"Esquel", "Bitland", "<>", 0, 0},
	{"Co., Ltd.", "LLC", "<>", 0, 0},
};

static char
sign(const struct prb_name_piece *p)
{
	static const char signs[] = "=a?~+if#<>";

	return p->kind == PRB_PIECE_SPELLING ? (char)('0' + p->edits) : signs[p->kind];
}

static void
show(const struct prb_name_pieces *pieces, char *out)
{
	for (size_t i = 0; i < pieces->count; i++)
		*out++ = sign(&pieces->items[i]);
	*out = '\0';
}

static void
rows_hold(void **state)
{
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct prb_name a, b;
		struct prb_name_pieces pieces;
		char shown[PRB_NAME_PIECES_MAX + 1];
		int32_t similarity;

		entities_parse(&a, rows[i].a);
		entities_parse(&b, rows[i].b);
		similarity = prb_names_compare(&a, &b, &pieces);
		show(&pieces, shown);
		if (similarity >= rows[i].least && similarity <= rows[i].most &&
			strcmp(shown, rows[i].pieces) == 0)
			continue;
		print_error("%s | %s: %d %s, not %s\n", rows[i].a, rows[i].b, (int)similarity,
			shown, rows[i].pieces);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

/* What is equal to itself is what has words that count. */
static void
alike_to_itself(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct prb_name a;
		struct prb_name_pieces pieces;

		entities_parse(&a, rows[i].a);
		assert_int_equal(prb_names_compare(&a, &a, &pieces), a.weight > 0 ? SAME : 0);
		for (size_t k = 0; k < pieces.count; k++)
			assert_true(pieces.items[k].kind == PRB_PIECE_EQUAL ||
				    pieces.items[k].kind == PRB_PIECE_FORM);
	}
}

/* No word is used twice, each is said once, and the other way round it is the mirror of itself. */
static void
used_once(const struct prb_name *a, const struct prb_name *b, const struct prb_name_pieces *pieces)
{
	unsigned query[PRB_NAME_WORDS_MAX] = {0}, name[PRB_NAME_WORDS_MAX] = {0};

	for (size_t i = 0; i < pieces->count; i++) {
		const struct prb_name_piece *p = &pieces->items[i];

		for (size_t k = 0; k < p->query_n; k++)
			query[p->query_at + k]++;
		for (size_t k = 0; k < p->name_n; k++)
			name[p->name_at + k]++;
	}
	for (size_t i = 0; i < a->count; i++)
		assert_true(query[i] == 1 || (query[i] == 0 && a->words[i].kind == PRB_WORD_STOP));
	for (size_t i = 0; i < b->count; i++)
		assert_true(name[i] == 1 || (name[i] == 0 && b->words[i].kind == PRB_WORD_STOP));
}

static bool
mirrored(const struct prb_name_piece *p, const struct prb_name_pieces *in)
{
	uint8_t kind = p->kind == PRB_PIECE_QUERY_ONLY  ? PRB_PIECE_NAME_ONLY
		       : p->kind == PRB_PIECE_NAME_ONLY ? PRB_PIECE_QUERY_ONLY
							: p->kind;

	for (size_t i = 0; i < in->count; i++) {
		const struct prb_name_piece *q = &in->items[i];

		if (q->kind == kind && q->edits == p->edits && q->query_n == p->name_n &&
			q->name_n == p->query_n && (q->query_n == 0 || q->query_at == p->name_at) &&
			(q->name_n == 0 || q->name_at == p->query_at))
			return true;
	}
	return false;
}

static void
either_way_round(void **state)
{
	const size_t n = sizeof(rows) / sizeof(rows[0]);

	(void)state;
	for (size_t i = 0; i < n * n; i++) {
		struct prb_name a, b;
		struct prb_name_pieces there, back;

		entities_parse(&a, rows[i / n].a);
		entities_parse(&b, rows[i % n].b);
		assert_int_equal(
			prb_names_compare(&a, &b, &there), prb_names_compare(&b, &a, &back));
		assert_int_equal(there.count, back.count);
		for (size_t k = 0; k < there.count; k++)
			assert_true(mirrored(&there.items[k], &back));
		used_once(&a, &b, &there);
	}
}

/* As many words as a name may have, all alike: it ends, and within the pieces there is room for. */
static void
many_words(void **state)
{
	static const char *const words[] = {"ab ", "abcd ", "textile ", "7 ", "xinjiang ", "ltd "};
	char x[8 * PRB_NAME_WORDS_MAX + 1], y[9 * PRB_NAME_WORDS_MAX + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct prb_name a, b;
		struct prb_name_pieces pieces;

		x[0] = y[0] = '\0';
		for (size_t k = 0; k < PRB_NAME_WORDS_MAX && strlen(x) + 10 < sizeof(x); k++) {
			strcat(x, words[i]);
			strcat(y, words[i]);
			y[strlen(y) - 1] = 'x';
			strcat(y, " ");
		}
		entities_parse(&a, x);
		entities_parse(&b, y);
		assert_in_range(prb_names_compare(&a, &b, &pieces), 0, SAME);
		used_once(&a, &b, &pieces);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_hold),
		cmocka_unit_test(alike_to_itself),
		cmocka_unit_test(either_way_round),
		cmocka_unit_test(many_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
