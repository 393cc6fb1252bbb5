/* SPDX-License-Identifier: Apache-2.0 */

/* Text without blanks, cut by the words of the release's lexicon. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scoring/names/segment.h"
#include "tests/unit/entities_support.h"

#define SHOWN_BYTES 1024

/* Pieces with '|' between them, those the lexicon does not know in brackets. */
static const struct {
	const char *text, *pieces;
} rows[] = {
	{"纺织", "纺织"},
	{"태광산업", "[태광]|산업"},
	{"三菱", "[三菱]"},
	{"新疆大全新能源有限公司", "新疆|[大全]|新能源|有限公司"},
	{"保定市绿叶硕子岛商贸有限公司", "保定市|[绿叶硕子岛]|商贸|有限公司"},
	{"หนึ่ง", "[หนึ่ง]"},
};

static void
show(const struct prb_segment *pieces, size_t n, struct prb_span text, char *out)
{
	size_t at = 0;

	for (size_t i = 0; i < n; i++)
		at += (size_t)snprintf(out + at, SHOWN_BYTES - at,
			pieces[i].known ? "%s%.*s" : "%s[%.*s]", i > 0 ? "|" : "",
			(int)(pieces[i].to - pieces[i].from), text.p + pieces[i].from);
}

static void
rows_hold(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct prb_segment pieces[PRB_SEGMENT_CHARACTERS_MAX];
		struct prb_span text = prb_span_of(rows[i].text);
		size_t n = prb_segment(prb_release_lexicon(entities_release()), text, 0, pieces);
		char shown[SHOWN_BYTES];

		show(pieces, n, text, shown);
		assert_string_equal(shown, rows[i].pieces);
	}
}

/* From wherever it begins: pieces follow each other without a gap, up to the bound or to a
 * character of another kind. */
static void
pieces_follow_each_other(void **state)
{
	static const char *const texts[] = {"新疆大全新能源有限公司 Ltd",
		"第一第二第三第四第五第六第七第八第九第十第一第二第三第四第五第六第七第八第九第十"
		"第一第二第三第四第五第六第七第八第九第十第一第二第三第四第五第六第七第八第九第十",
		"有限公司有限公司有限公司有限公司有限公司有限公司有限公司有限公司有限公司有限公司"
		"有限公司有限公司有限公司有限公司有限公司有限公司有限公司有限公司有限公司有限公司",
		"บริษัทจำกัดมหาชน", "주식회사태광산업", "株式会社ひらがなカタカナ"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		for (size_t at = 0; texts[i][at] != '\0' && texts[i][at] != ' '; at += 3) {
			struct prb_segment pieces[PRB_SEGMENT_CHARACTERS_MAX];
			struct prb_span text = prb_span_of(texts[i]);
			size_t n = prb_segment(
				prb_release_lexicon(entities_release()), text, at, pieces);
			size_t run = strcspn(texts[i] + at, " ");
			size_t most = (size_t)3 * PRB_SEGMENT_CHARACTERS_MAX;

			assert_in_range(n, 1, PRB_SEGMENT_CHARACTERS_MAX);
			assert_int_equal(pieces[0].from, at);
			for (size_t k = 0; k < n; k++) {
				assert_true(pieces[k].from < pieces[k].to);
				assert_true(k == 0 || pieces[k].from == pieces[k - 1].to);
				assert_true(k == 0 || pieces[k].known || pieces[k - 1].known);
			}
			assert_int_equal(pieces[n - 1].to - at, run < most ? run : most);
		}
}

/* Without a lexicon all is one unknown piece. */
static void
no_lexicon(void **state)
{
	const struct prb_lexicon none = {0};
	struct prb_segment pieces[PRB_SEGMENT_CHARACTERS_MAX];

	(void)state;
	assert_int_equal(prb_segment(&none, PRB_SPAN("纺织有限公司"), 0, pieces), 1);
	assert_int_equal(pieces[0].to, 18);
	assert_false(pieces[0].known);
}

static void
scripts_without_blanks(void **state)
{
	static const uint32_t unspaced[] = {0x0E01, 0x0EFF, 0x1000, 0x1780, 0x3042, 0x30A2, 0x3105,
		0x3400, 0x4E00, 0x9FFF, 0xAC00, 0xF900, 0x20000};
	static const uint32_t others[] = {0, 'a', 0xE9, 0x0416, 0x05D0, 0x0627, 0x0905, 0x0DFF,
		0x0F00, 0x10A0, 0x303F, 0x3200, 0xA000, 0xD7B0, 0xFF21, 0x40000, 0x10FFFF};

	(void)state;
	for (size_t i = 0; i < sizeof(unspaced) / sizeof(unspaced[0]); i++)
		assert_true(prb_script_is_unspaced_at(unspaced[i]));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_false(prb_script_is_unspaced_at(others[i]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_hold),
		cmocka_unit_test(pieces_follow_each_other),
		cmocka_unit_test(no_lexicon),
		cmocka_unit_test(scripts_without_blanks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
