/* SPDX-License-Identifier: Apache-2.0 */
/* A report as a page: well-formed in every language, with its own style and nothing else, whatever
 * the report quotes. */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "clients/render/html.h"
#include "clients/render/html_escape.h"
#include "clients/render/html_figures.h"
#include "tests/unit/golden_report.h"
#include "tests/unit/html_check.h"

static struct prb_arena *arena;
static struct prb_str page;

static int
set_up(void **state)
{
	(void)state;
	arena = prb_arena_create((size_t)64 << 20);
	prb_str_init(&page, GOLDEN_BYTES_MAX);
	return arena == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	prb_str_finish(&page);
	prb_arena_destroy(arena);
	return 0;
}

/* The page of a report. */
static void
write_page(struct prb_span text, enum prb_lang lang, const char *url)
{
	const struct prb_document_options options = {.lang = lang, .verify_url = prb_span_of(url)};
	const struct prb_json *report;
	struct prb_document document;
	struct prb_fault fault;

	assert_int_equal(prb_json_parse(arena, text, GOLDEN_BYTES_MAX, &fault, &report), PRB_OK);
	if (prb_document_of_report(arena, report, &options, &document, &fault) != PRB_OK)
		fail_msg("%s: %s", fault.pointer, fault.detail);
	prb_str_reset(&page);
	prb_html_write(&document, &page);
	assert_false(page.failed);
}

static void
write_golden(const char *name, enum prb_lang lang, const char *url)
{
	char path[512];

	prb_arena_reset(arena);
	(void)snprintf(path, sizeof path, PROBITY_SOURCE_DIR "/tests/golden/%s/report.json", name);
	write_page(golden_file(arena, path), lang, url);
}

static bool
holds(const char *text)
{
	return strstr(page.p, text) != NULL;
}

/* No script, no style but its own, nothing from elsewhere: pictures neither. */
static void
check_alone(void)
{
	static const char *const never[] = {"<script", "<link", "<img", "<iframe", "<object",
		"<form", "style=\"", " src=", "url(", "@import", "javascript:", "&lt;b&gt;"};

	for (size_t i = 0; i < sizeof never / sizeof never[0]; i++)
		if (holds(never[i]))
			fail_msg("the page holds %s", never[i]);
}

static void
every_report(void **state)
{
	glob_t found;

	(void)state;
	assert_int_equal(
		glob(PROBITY_SOURCE_DIR "/tests/golden/*/report.json", 0, NULL, &found), 0);
	assert_true(found.gl_pathc >= 150);
	for (size_t i = 0; i < found.gl_pathc; i++)
		for (enum prb_lang lang = 0; lang < PRB_LANGS; lang++) {
			char start[64];

			prb_arena_reset(arena);
			write_page(golden_file(arena, found.gl_pathv[i]), lang, "");
			check_html(prb_str_span(&page));
			check_alone();
			(void)snprintf(start, sizeof start, "<html lang=\"%s\" dir=\"%s\">",
				prb_lang_tag(lang), prb_lang_is_rtl(lang) ? "rtl" : "ltr");
			assert_true(holds(start));
			assert_true(page.n < (size_t)128 * 1024);
		}
	globfree(&found);
}

/* The page says which style it may have by its hash, and who serves it says the same. */
static void
policy(void **state)
{
	uint8_t hash[crypto_hash_sha256_BYTES];
	char wanted[128] = "style-src 'sha256-";
	size_t n = strlen(wanted);
	const char *from, *to;

	(void)state;
	write_golden("worked-14-low", PRB_LANG_en, "");
	from = strstr(page.p, "<style>");
	to = strstr(page.p, "</style>");
	assert_true(from != NULL && to != NULL);
	from += strlen("<style>");
	crypto_hash_sha256(hash, (const uint8_t *)from, (size_t)(to - from));
	sodium_bin2base64(
		wanted + n, sizeof wanted - n, hash, sizeof hash, sodium_base64_VARIANT_ORIGINAL);
	if (strstr(PRB_HTML_POLICY, wanted) == NULL)
		fail_msg("the style is another: %s'", wanted);
	assert_true(holds("content=\"" PRB_HTML_POLICY "\""));
	assert_non_null(strstr(PRB_HTML_POLICY_SERVED, wanted));
}

/* Each thing that a page has and plain text has not. */
static void
parts(void **state)
{
	static const char *const wanted[] = {
		"<h1><bdi>Example Works</bdi></h1>",
		"<div class=\"rating critical\">",
		"<p class=\"word first\">critical</p>",
		"<a href=\"#indicators\">The eleven indicators of forced labour</a>",
		"<h2 id=\"indicators\">",
		"<p class=\"soft\">39 of 100; possible 33 to 87</p>",
		"<tr class=\"unknown\"><th scope=\"row\">1. abuse of vulnerability</th>",
		"<th scope=\"col\">Indicator</th>",
		"<caption>Lists searched</caption>",
		"<span lang=\"en\" dir=\"auto\">five parties added",
		"<div class=\"detail\"><a href=\"https://arbeidstilsynet.no/",
		"<p class=\"note\">A rating is not a finding of law",
		/* All of what to ask, without the member that would answer it. */
		"<li>How many of the workers are migrants?</li>",
		"<li>In which countries will it be sold?</li>",
	};

	(void)state;
	write_golden("guidance-remedies", PRB_LANG_en, "");
	for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
		if (!holds(wanted[i]))
			fail_msg("the page lacks %s", wanted[i]);
	assert_false(holds("class=\"qr\""));
	/* What plain text opens a section with is no second heading. */
	assert_false(holds("<p>Why:</p>"));
	assert_false(holds("next_questions"));
}

/* In Arabic bars grow from the right. */
static void
mirrored(void **state)
{
	(void)state;
	write_golden("guidance-remedies", PRB_LANG_ar, "");
	assert_true(holds("transform=\"matrix(-1 0 0 1 1000 0)\""));
	write_golden("guidance-remedies", PRB_LANG_fr, "");
	assert_false(holds("transform="));
}

static void
code_to_scan(void **state)
{
	char url[512] = "https://screening.example/officer?id=";
	struct prb_str out;

	(void)state;
	write_golden("guidance-remedies", PRB_LANG_zh, "https://screening.example/?a=1&b=%22");
	check_html(prb_str_span(&page));
	assert_true(holds("<svg class=\"qr\" viewBox=\"0 0 "));
	assert_true(holds("<a href=\"https://screening.example/?a=1&amp;b=%22\""));
	/* One too long to scan is there in words alone. */
	memset(url + strlen(url), 'a', 400);
	url[437] = '\0';
	write_golden("guidance-remedies", PRB_LANG_zh, url);
	assert_false(holds("<svg class=\"qr\""));
	assert_true(holds("officer?id=aaa"));
	prb_str_init(&out, 65536);
	assert_false(prb_html_qr(PRB_SPAN(""), &out));
	assert_int_equal(out.n, 0);
	prb_str_finish(&out);
}

/* The finder of a code (ISO/IEC 18004): seven dark modules, then the ring around three. */
static void
code_is_drawn(void **state)
{
	struct prb_str out;

	(void)state;
	prb_str_init(&out, 65536);
	assert_true(prb_html_qr(PRB_SPAN("https://a.example/"), &out));
	assert_non_null(strstr(out.p, "d=\"M4 4h7v1h-7z"));
	assert_non_null(strstr(out.p, "M4 5h1v1h-1zM10 5h1v1h-1z"));
	assert_non_null(strstr(out.p, "M6 6h3v1h-3z"));
	prb_str_finish(&out);
}

static void
signs(void **state)
{
	static const char *const keys[] = {
		"present", "contested", "historic", "remedied", "absent", "unknown"};
	struct prb_str drawn[6], out;

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		prb_str_init(&drawn[i], 4096);
		prb_html_sign(prb_span_of(keys[i]), &drawn[i]);
		assert_true(drawn[i].n > 0);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(drawn[i].p, drawn[k].p);
	}
	prb_str_init(&out, 4096);
	prb_html_sign(PRB_SPAN("\"><b>"), &out);
	assert_int_equal(out.n, 0);
	for (size_t i = 0; i < 6; i++)
		prb_str_finish(&drawn[i]);
}

/* Every text of a report replaced by one that would be markup: the page has none of it. */
static void
hostile_texts(void **state)
{
	static char text[GOLDEN_BYTES_MAX];
	static const char evil[] = "</style><script>x</script>\\\"' onload=\\\"x\\\"&lt;";
	struct prb_span report;
	size_t n = 0;

	(void)state;
	prb_arena_reset(arena);
	report = golden_file(
		arena, PROBITY_SOURCE_DIR "/tests/golden/worked-01-listed-party/report.json");
	for (size_t i = 0; i < report.n; i++) {
		bool value = report.p[i] == '"' && i > 0 && report.p[i - 1] == ':';

		text[n++] = report.p[i];
		/* Ratings must stay what they are; everything else may be anything. */
		if (!value || strncmp(report.p + i - 9, "\"rating\":", 9) == 0)
			continue;
		assert_true(n + sizeof evil < sizeof text);
		memcpy(text + n, evil, sizeof evil - 1);
		n += sizeof evil - 1;
	}
	for (enum prb_lang lang = 0; lang < PRB_LANGS; lang++) {
		write_page((struct prb_span){text, n}, lang, "");
		assert_true(holds("&lt;script&gt;x&lt;/script&gt;"));
		assert_false(holds("<script"));
		assert_false(holds("\" onload="));
		check_html(prb_str_span(&page));
	}
}

/* Several in one page: ids do not meet, and each leads back to the summary. */
static void
several(void **state)
{
	const struct prb_document_options options = {.lang = PRB_LANG_es};
	const struct prb_document_summary_row rows[2] = {
		{.supplier = PRB_SPAN("A"), .rating = PRB_SPAN("low"), .link = PRB_SPAN("#r1-top")},
		{.supplier = PRB_SPAN("B"),
			.rating = PRB_SPAN("low"),
			.link = PRB_SPAN("#r2-top")}};
	struct prb_document summary, document;
	const struct prb_json *report;
	struct prb_fault fault;

	(void)state;
	prb_arena_reset(arena);
	assert_int_equal(prb_json_parse(arena,
				 golden_file(arena, PROBITY_SOURCE_DIR
					 "/tests/golden/worked-14-low/report.json"),
				 GOLDEN_BYTES_MAX, &fault, &report),
		PRB_OK);
	assert_int_equal(
		prb_document_of_report(arena, report, &options, &document, &fault), PRB_OK);
	assert_int_equal(prb_document_of_summary(arena, PRB_LANG_es, rows, 2, &summary), PRB_OK);
	prb_str_reset(&page);
	prb_html_begin(&summary, &page);
	prb_html_body(&summary, "", &page);
	prb_html_body(&document, "r1-", &page);
	prb_html_body(&document, "r2-", &page);
	prb_html_end(&page);
	check_html(prb_str_span(&page));
	assert_true(holds("<title>2 informes</title>"));
	assert_true(holds("<td class=\"rated low\">"));
	assert_true(holds("<h2 id=\"r2-why\">"));
	assert_true(holds("<p class=\"back\"><a href=\"#top\">"));
}

static void
bounded(void **state)
{
	struct prb_document summary;
	struct prb_str out;

	(void)state;
	assert_int_equal(prb_document_of_summary(arena, PRB_LANG_en, NULL, 0, &summary), PRB_OK);
	prb_str_init(&out, 1000);
	prb_html_write(&summary, &out);
	assert_true(out.failed);
	prb_str_finish(&out);
}

static void
escaped(void **state)
{
	struct prb_str out;

	(void)state;
	prb_str_init(&out, 256);
	prb_html_add_text(&out, "<a href=\"x\" title='y'>&amp;</a>");
	assert_string_equal(
		out.p, "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;");
	prb_str_finish(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_report),
		cmocka_unit_test(policy),
		cmocka_unit_test(parts),
		cmocka_unit_test(mirrored),
		cmocka_unit_test(code_to_scan),
		cmocka_unit_test(code_is_drawn),
		cmocka_unit_test(signs),
		cmocka_unit_test(hostile_texts),
		cmocka_unit_test(several),
		cmocka_unit_test(bounded),
		cmocka_unit_test(escaped),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
