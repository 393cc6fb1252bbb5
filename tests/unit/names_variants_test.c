/* SPDX-License-Identifier: Apache-2.0 */

/* One text that gives several names: how it is cut. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scoring/names/name.h"

#define NAMES PRB_NAME_VARIANTS_MAX

static const struct {
	const char *text, *names[NAMES];
} rows[] = {
	{"Esquel", {"Esquel"}},
	{"", {""}},
	{"  Esquel  ", {"  Esquel  "}}, /* without a marker it is left as it is */
	{"Aksu Huafu Textiles Co. (formerly Aksu Youngor Co.)",
		{"Aksu Huafu Textiles Co.", "Aksu Youngor Co."}},
	{"A Co (formerly known as B Co; also known as C Co)", {"A Co", "B Co", "C Co"}},
	{"A Co, f/k/a B Co", {"A Co", "B Co"}},
	{"A Co f.k.a. B Co", {"A Co", "B Co"}},
	{"A Co FKA B Co", {"A Co", "B Co"}},
	{"A Co a.k.a. \"B Co\"", {"A Co", "B Co"}},
	{"A Co d/b/a B", {"A Co", "B"}},
	{"A Co trading as B", {"A Co", "B"}},
	{"A (formerly B) (formerly C) (formerly D) (formerly E)", /* four, and the rest in the last
								   */
		{"A", "B", "C", "D) (formerly E"}},
	{"Kaka Trading", {"Kaka Trading"}}, /* no marker inside a word */
	{"Aka Trading", {"Aka Trading"}},   /* nor at the beginning, where it is a name */
	{"Formerlyn Co", {"Formerlyn Co"}},
	{"Bo Akan", {"Bo Akan"}},
	{"Bo aka\u00e9", {"Bo aka\u00e9"}}, /* a letter of another script goes on */
	{"Bo aka", {"Bo aka"}},             /* a marker with nothing behind it is a word */
	{"(formerly)", {"(formerly)"}},
	{"(formerly )", {"(formerly )"}},
	{"(aka B)", {"B"}},
};

static void
rows_hold(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct prb_span out[NAMES];
		size_t n = prb_name_variants(prb_span_of(rows[i].text), out), wanted = 0;

		while (wanted < NAMES && rows[i].names[wanted] != NULL)
			wanted++;
		if (n != wanted)
			fail_msg("%s: %zu names, not %zu", rows[i].text, n, wanted);
		for (size_t k = 0; k < n; k++)
			if (!prb_span_is(out[k], rows[i].names[k]))
				fail_msg("%s: '%.*s', not '%s'", rows[i].text,
					PRB_SPAN_ARGS(out[k]), rows[i].names[k]);
	}
}

/* A name ends where the text ends, however it is cut: no byte behind it is read (by a sanitizer),
 * and each name lies in the text. */
static void
any_end(void **state)
{
	static const char text[] = "A Co (formerly known as B Co; f/k/a C; trading as D, d/b/a E)";

	(void)state;
	for (size_t n = 0; n < sizeof(text); n++) {
		char *copy = test_malloc(n + (n == 0));
		struct prb_span out[NAMES];
		size_t count;

		memcpy(copy, text, n);
		count = prb_name_variants((struct prb_span){copy, n}, out);
		assert_in_range(count, 1, NAMES);
		for (size_t k = 0; k < count; k++) {
			assert_true(out[k].p >= copy);
			assert_true(out[k].p + out[k].n <= copy + n);
		}
		test_free(copy);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_hold),
		cmocka_unit_test(any_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
