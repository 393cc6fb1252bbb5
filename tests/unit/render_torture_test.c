/* SPDX-License-Identifier: Apache-2.0 */
/* Lets the n-th allocation fail while a language is read and while a text is put together: the text
 * is whole or its failure is told, and a language that could not be read is read the next time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "clients/render/catalogue.h"
#include "tests/unit/wrapped_malloc.h"

/* Whether the text was rendered; in `out`, which starts empty. */
static bool
render(enum prb_lang lang, struct prb_str *out)
{
	const struct prb_span args[] = {PRB_SPAN("debt_bondage"), PRB_SPAN("reported")};

	prb_str_init(out, 4096);
	(void)prb_text_render(lang, "reason", PRB_SPAN("indicator_present"), args, 2, out);
	return !out->failed;
}

static void
reading_a_language(void **state)
{
	(void)state;
	for (enum prb_lang lang = 0; lang < PRB_LANGS; lang++) {
		bool done = false;
		long n;

		for (n = 0; !done; n++) {
			struct prb_str out;

			allocations_left = n;
			done = render(lang, &out);
			allocations_left = -1;
			if (done) {
				assert_true(out.n > 20);
				assert_null(strstr(out.p, "indicator_present"));
			}
			prb_str_finish(&out);
		}
		/* The catalogue, its memory, names; then the text. */
		assert_true(n > 10);
	}
}

static void
rendering(void **state)
{
	bool done = false;
	long n;

	(void)state;
	for (n = 0; !done; n++) {
		struct prb_str out;

		allocations_left = n;
		done = render(PRB_LANG_ar, &out);
		allocations_left = -1;
		prb_str_finish(&out);
	}
	assert_true(n > 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reading_a_language),
		cmocka_unit_test(rendering),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
