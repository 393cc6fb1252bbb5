/* SPDX-License-Identifier: Apache-2.0 */
/* Lets the n-th allocation fail while a language is read and while a text is put together: the text
 * is whole or its failure is told, and a language that could not be read is read the next time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "clients/render/catalogue.h"
#include "clients/render/html.h"
#include "clients/render/plain.h"
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

/*
 * A whole report.
 */

#define FILE_BYTES_MAX ((size_t)1 << 18)

static const struct prb_json *
read_report(struct prb_arena *arena)
{
	static char bytes[FILE_BYTES_MAX];
	FILE *file = fopen(PROBITY_SOURCE_DIR "/tests/golden/guidance-remedies/report.json", "rb");
	const struct prb_json *report = NULL;
	size_t n;

	assert_non_null(file);
	n = fread(bytes, 1, sizeof bytes, file);
	fclose(file);
	assert_int_equal(
		prb_json_parse(arena, (struct prb_span){bytes, n}, sizeof bytes, NULL, &report),
		PRB_OK);
	return report;
}

/* Whether a page and plain text of it were written whole. */
static bool
write_report(const struct prb_json *report, size_t *plain_bytes, size_t *html_bytes)
{
	const struct prb_document_options options = {
		.lang = PRB_LANG_ar, .verify_url = PRB_SPAN("https://a.example/")};
	struct prb_arena *arena = prb_arena_create((size_t)16 << 20);
	struct prb_document document = {.first = NULL};
	struct prb_str plain, html;
	struct prb_fault fault;
	enum prb_err err;
	bool done = false;

	if (arena == NULL)
		return false;
	prb_str_init(&plain, (size_t)1 << 20);
	prb_str_init(&html, (size_t)1 << 20);
	err = prb_document_of_report(arena, report, &options, &document, &fault);
	if (err == PRB_OK) {
		prb_plain_write(&document, &plain);
		prb_html_write(&document, &html);
		done = !plain.failed && !html.failed;
	} else {
		assert_int_equal(err, PRB_ERR_MEMORY);
		assert_null(document.first);
	}
	*plain_bytes = plain.n;
	*html_bytes = html.n;
	prb_str_finish(&html);
	prb_str_finish(&plain);
	prb_arena_destroy(arena);
	return done;
}

/* What was written while memory was short is whole, or its failure is told. */
static void
writing_a_report(void **state)
{
	struct prb_arena *arena = prb_arena_create((size_t)16 << 20);
	const struct prb_json *report = read_report(arena);
	size_t plain = 0, html = 0, plain_now = 0, html_now = 0;
	bool done = false;
	long n;

	(void)state;
	assert_true(write_report(report, &plain, &html));
	assert_true(plain > 4096 && html > 4096);
	for (n = 0; !done; n++) {
		allocations_left = n;
		done = write_report(report, &plain_now, &html_now);
		allocations_left = -1;
		if (done) {
			assert_int_equal(plain_now, plain);
			assert_int_equal(html_now, html);
		}
	}
	assert_true(n > 100);
	prb_arena_destroy(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reading_a_language),
		cmocka_unit_test(rendering),
		cmocka_unit_test(writing_a_report),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
