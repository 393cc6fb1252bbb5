/* SPDX-License-Identifier: Apache-2.0 */
/* Documents as a PDF: whole in every language, the same bytes each time, within its bounds,
 * whatever the blocks hold. How it looks and reads is for tests/e2e/report_pdf.sh. */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "clients/render/pdf.h"
#include "tests/unit/golden_report.h"

static struct prb_arena *arena;

static int
set_up(void **state)
{
	(void)state;
	arena = prb_arena_create((size_t)64 << 20);
	return arena == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	prb_arena_destroy(arena);
	return 0;
}

static struct prb_document
document_of(const char *path, enum prb_lang lang)
{
	const struct prb_document_options options = {
		.lang = lang, .verify_url = PRB_SPAN("https://screening.example/officer")};
	const struct prb_json *report;
	struct prb_document document;
	struct prb_fault fault;

	assert_int_equal(
		prb_json_parse(arena, golden_file(arena, path), GOLDEN_BYTES_MAX, &fault, &report),
		PRB_OK);
	assert_int_equal(
		prb_document_of_report(arena, report, &options, &document, &fault), PRB_OK);
	return document;
}

static bool
holds(const struct prb_str *pdf, const char *text)
{
	size_t n = strlen(text);

	for (size_t i = 0; i + n <= pdf->n; i++)
		if (memcmp(pdf->p + i, text, n) == 0)
			return true;
	return false;
}

/* The file begins and ends as one, and its end says where the table of places is. */
static void
assert_whole(const struct prb_str *pdf)
{
	const char *at = pdf->p + pdf->n - 1;
	unsigned long place;

	assert_true(pdf->n > 1000);
	assert_memory_equal(pdf->p, "%PDF-1.", 7);
	assert_memory_equal(pdf->p + pdf->n - 6, "%%EOF\n", 6);
	while (at > pdf->p && memcmp(at, "startxref", 9) != 0)
		at--;
	assert_int_equal(sscanf(at, "startxref %lu", &place), 1);
	assert_true(place < pdf->n);
	assert_memory_equal(pdf->p + place, "xref\n", 5);
}

static struct prb_pdf_facts
write_pdf(const struct prb_document *documents, size_t count, struct prb_str *pdf)
{
	struct prb_pdf_facts facts;
	struct prb_fault fault;

	prb_str_init(pdf, PRB_PDF_BYTES_MAX);
	assert_int_equal(prb_pdf_write(documents, count, pdf, &facts, &fault), PRB_OK);
	assert_whole(pdf);
	return facts;
}

/* One golden report of four, each in another language than the one before it: a page takes time. */
static void
golden_reports(void **state)
{
	static const char *const languages[] = {
		"/Lang (en)", "/Lang (ar)", "/Lang (es)", "/Lang (fr)", "/Lang (ru)", "/Lang (zh)"};
	glob_t found;

	(void)state;
	assert_int_equal(
		glob(PROBITY_SOURCE_DIR "/tests/golden/*/report.json", 0, NULL, &found), 0);
	assert_true(found.gl_pathc > 50);
	for (size_t i = 0; i < found.gl_pathc; i += 4) {
		enum prb_lang lang = (enum prb_lang)(i / 4 % PRB_LANGS);
		struct prb_document document;
		struct prb_pdf_facts facts;
		struct prb_str pdf;

		prb_arena_reset(arena);
		document = document_of(found.gl_pathv[i], lang);
		facts = write_pdf(&document, 1, &pdf);
		assert_true(facts.pages >= 2 && facts.pages < 40);
		assert_int_equal(facts.missing, 0);
		assert_true(holds(&pdf, languages[lang]));
		assert_true(holds(&pdf, "/URI (https://screening.example/officer)"));
		prb_str_finish(&pdf);
	}
	globfree(&found);
}

static void
same_bytes(void **state)
{
	struct prb_document documents[3];
	struct prb_str first, second;

	(void)state;
	prb_arena_reset(arena);
	for (size_t i = 0; i < 3; i++)
		documents[i] = document_of(PROBITY_SOURCE_DIR
			"/tests/golden/guidance-remedies/report.json",
			(enum prb_lang)i);
	(void)write_pdf(documents, 3, &first);
	(void)write_pdf(documents, 3, &second);
	assert_int_equal(first.n, second.n);
	assert_memory_equal(first.p, second.p, first.n);
	assert_true(holds(&first, "(r1-top)"));
	assert_true(holds(&first, "(r2-why)"));
	/* 30 June 2026 is the day of all golden reports. */
	assert_true(holds(&first, "20260630000000"));
	prb_str_finish(&first);
	prb_str_finish(&second);
}

/*
 * Blocks that no report has.
 */

/* So many letters, in words of ten. */
static struct prb_span
much(size_t n)
{
	char *p = prb_arena_alloc(arena, n);

	assert_non_null(p);
	for (size_t i = 0; i < n; i++)
		p[i] = i % 10 == 9 ? ' ' : (char)('a' + i % 26);
	return (struct prb_span){p, n};
}

static struct prb_pdf_facts
write_blocks(struct prb_block *blocks, size_t count, enum prb_lang lang, struct prb_str *pdf)
{
	struct prb_document document = {.lang = lang,
		.title = PRB_SPAN("Title"),
		.id = PRB_SPAN("id"),
		.as_of = PRB_SPAN("2026-06-30"),
		.first = blocks};

	for (size_t i = 0; i < count; i++) {
		blocks[i].on = PRB_ON_ALL;
		blocks[i].next = i + 1 < count ? &blocks[i + 1] : NULL;
	}
	return write_pdf(&document, 1, pdf);
}

static void
long_blocks(void **state)
{
	const struct prb_span columns[12] = {PRB_SPAN("A"), PRB_SPAN("B")};
	struct prb_cell cells[24] = {{.words = PRB_SPAN("a")}};
	struct prb_cell pair[2] = {{.words = PRB_SPAN("term")}};
	struct prb_block blocks[] = {
		{.kind = PRB_BLOCK_TITLE},
		{.kind = PRB_BLOCK_RATING},
		{.kind = PRB_BLOCK_HEADING, .level = 2},
		{.kind = PRB_BLOCK_PARAGRAPH},
		{.kind = PRB_BLOCK_ITEM},
		{.kind = PRB_BLOCK_DETAIL},
		{.kind = PRB_BLOCK_BAR},
		{.kind = PRB_BLOCK_FACT},
		{.kind = PRB_BLOCK_TABLE},
		{.kind = PRB_BLOCK_SIGNATURE},
		{.kind = PRB_BLOCK_NOTE},
		{.kind = PRB_BLOCK_HEADING, .level = 3},
	};
	struct prb_pdf_facts facts;
	struct prb_str pdf;

	(void)state;
	prb_arena_reset(arena);
	/* A page holds some 4,000 letters: each block is longer than one. */
	for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++)
		blocks[i].words = i < 3 || blocks[i].kind == PRB_BLOCK_BAR ? much(300) : much(9000);
	cells[13].words = much(9000);
	pair[1] = (struct prb_cell){.words = much(9000), .code = true};
	blocks[7].fact.value = pair[1];
	blocks[8].table = (struct prb_block_table){
		.columns = columns, .columns_count = 12, .cells = cells, .rows_count = 2};
	blocks[9].signature = (struct prb_block_signature){.cells = pair, .rows_count = 1};
	for (enum prb_lang lang = 0; lang < PRB_LANGS; lang++) {
		facts = write_blocks(blocks, sizeof blocks / sizeof blocks[0], lang, &pdf);
		assert_true(facts.pages > 15 && facts.pages < 200);
		prb_str_finish(&pdf);
	}
}

static void
odd_blocks(void **state)
{
	struct prb_block blocks[] = {
		{.kind = PRB_BLOCK_TABLE},
		{.kind = PRB_BLOCK_INDICATORS},
		{.kind = PRB_BLOCK_SIGNATURE},
		{.kind = PRB_BLOCK_QR},
		{.kind = PRB_BLOCK_BAR, .bar = {.value = 9, .low = -3, .high = 12, .range = true}},
		{.kind = PRB_BLOCK_BAR, .bar = {.value = 9, .low = -3, .high = 12, .max = 5}},
		{.kind = PRB_BLOCK_RATING, .rating = {.key = PRB_SPAN("banana")}},
		{.kind = PRB_BLOCK_FACT},
		{.kind = PRB_BLOCK_PARAGRAPH, .level = 7},
	};
	struct prb_str pdf;

	(void)state;
	for (enum prb_lang lang = 0; lang < PRB_LANGS; lang++) {
		assert_int_equal(
			write_blocks(blocks, sizeof blocks / sizeof blocks[0], lang, &pdf).pages,
			1);
		prb_str_finish(&pdf);
	}
}

/* What leads nowhere good leads nowhere. */
static void
addresses(void **state)
{
	static const struct {
		const char *url;
		bool leads;
	} rows[] = {
		{"https://screening.example/a?b=c&d=(e)", true},
		{"http://screening.example/", true},
		{"javascript:alert(1)", false},
		{"file:///etc/passwd", false},
		{"https://screening.example/' dest='x", false},
		{"https://screening.example/\\", false},
		{"https://screening.example/\xc3\xa9", false},
		{"", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct prb_block block = {.kind = PRB_BLOCK_DETAIL,
			.words = PRB_SPAN("words"),
			.detail.url = prb_span_of(rows[i].url)};
		struct prb_str pdf;

		(void)write_blocks(&block, 1, PRB_LANG_en, &pdf);
		assert_int_equal(holds(&pdf, "/URI"), rows[i].leads);
		prb_str_finish(&pdf);
	}
}

static void
missing_letters(void **state)
{
	struct prb_block block = {.kind = PRB_BLOCK_PARAGRAPH,
		.words = PRB_SPAN("a \xf4\x8f\xbf\xbc b \xf4\x8f\xbf\xbb")};
	struct prb_pdf_facts facts;
	struct prb_str pdf;

	(void)state;
	facts = write_blocks(&block, 1, PRB_LANG_en, &pdf);
	assert_int_equal(facts.missing, 2);
	assert_int_equal(facts.missing_first, 0x10fffc);
	prb_str_finish(&pdf);
}

static void
bounds(void **state)
{
	struct prb_document *many = prb_arena_array(arena, PRB_PDF_PAGES_MAX + 1, sizeof *many);
	struct prb_pdf_facts facts;
	struct prb_fault fault;
	struct prb_str pdf;

	(void)state;
	/* A document without a block is a page. */
	assert_non_null(many);
	prb_str_init(&pdf, 500);
	prb_str_add_text(&pdf, "before");
	assert_int_equal(prb_pdf_write(many, 1, &pdf, &facts, &fault), PRB_ERR_TOO_LARGE);
	assert_true(prb_span_is(prb_str_span(&pdf), "before"));
	prb_str_finish(&pdf);
	prb_str_init(&pdf, PRB_PDF_BYTES_MAX);
	assert_int_equal(prb_pdf_write(many, PRB_PDF_PAGES_MAX + 1, &pdf, &facts, &fault),
		PRB_ERR_TOO_LARGE);
	assert_int_equal(pdf.n, 0);
	assert_non_null(strstr(fault.detail, "5000 pages"));
	prb_str_finish(&pdf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden_reports),
		cmocka_unit_test(same_bytes),
		cmocka_unit_test(long_blocks),
		cmocka_unit_test(odd_blocks),
		cmocka_unit_test(addresses),
		cmocka_unit_test(missing_letters),
		cmocka_unit_test(bounds),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
