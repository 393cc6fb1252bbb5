/* SPDX-License-Identifier: Apache-2.0 */
/* The document of a report: every kind of block from real reports in every language, what it says
 * beyond the report, and what is refused. */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "clients/render/document.h"
#include "clients/render/plain.h"
#include "tests/unit/golden_report.h"

#define KINDS (PRB_BLOCK_NOTE + 1)
#define NO_ADDRESS                                                                                 \
	"There is no code to scan and no address to check it at: the service that issued the "     \
	"attestation has no public address. Ask whoever gave you this report for the attestation " \
	"itself."

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

static const struct prb_json *
golden(const char *name)
{
	char path[512];

	(void)snprintf(path, sizeof path, PROBITY_SOURCE_DIR "/tests/golden/%s/report.json", name);
	return golden_parse(arena, golden_file(arena, path));
}

static struct prb_document
document_of(const struct prb_json *report, enum prb_lang lang)
{
	const struct prb_document_options options = {.lang = lang};
	struct prb_document document = {.first = NULL};
	struct prb_fault fault;

	if (prb_document_of_report(arena, report, &options, &document, &fault) != PRB_OK)
		fail_msg("%s: %s", fault.pointer, fault.detail);
	return document;
}

static bool
is_there(const struct prb_document *document, enum prb_block_kind kind)
{
	for (const struct prb_block *b = document->first; b != NULL; b = b->next)
		if (b->kind == kind)
			return true;
	return false;
}

/* The first block of a kind, which must be there. */
static const struct prb_block *
find(const struct prb_document *document, enum prb_block_kind kind)
{
	static const struct prb_block none;

	for (const struct prb_block *b = document->first; b != NULL; b = b->next)
		if (b->kind == kind)
			return b;
	fail_msg("there is no block of kind %d", (int)kind);
	return &none;
}

/*
 * Real reports.
 */

/* Words for people: whole UTF-8 without control characters, so on one line. */
static void
check_words(struct prb_span words)
{
	assert_non_null(words.p);
	assert_int_equal(prb_utf8_check(words.p, words.n), words.n);
	for (size_t i = 0; i < words.n; i++)
		assert_true((unsigned char)words.p[i] >= 0x20);
}

static void
check_said(struct prb_span words)
{
	check_words(words);
	assert_true(words.n > 0);
}

static void
check_bar(const struct prb_block_bar *bar)
{
	check_said(bar->said);
	assert_int_equal(bar->max, 100);
	assert_true(bar->low >= 0 && bar->low <= bar->high && bar->high <= bar->max);
	assert_true(bar->value >= 0 && bar->value <= bar->max);
	if (!bar->range)
		assert_true(bar->low == bar->value && bar->high == bar->value);
}

static bool
holds(struct prb_span words, struct prb_span part)
{
	for (size_t i = 0; i + part.n <= words.n; i++)
		if (memcmp(words.p + i, part.p, part.n) == 0)
			return true;
	return false;
}

/* Places of a declaration have words on a page; pointers are for plain text. */
static void
check_no_pointer(struct prb_span words)
{
	static const char *const roots[] = {"/products/", "/findings/", "/controls/", "/workforce/",
		"/sites/", "/supplier", "/upstream/", "method_rating", "method_constants"};

	for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++)
		if (holds(words, prb_span_of(roots[i])))
			fail_msg("a page says: %.*s", PRB_SPAN_ARGS(words));
}

static void
check_indicators(const struct prb_block_indicators *indicators)
{
	assert_int_equal(indicators->rows_count, 11);
	for (size_t i = 0; i < 4; i++)
		check_said(indicators->columns[i]);
	for (size_t i = 0; i < indicators->rows_count; i++) {
		const struct prb_indicator_row *row = &indicators->rows[i];

		assert_int_equal(row->code, i + 1);
		check_said(row->name);
		check_said(row->state);
		check_words(row->grade);
		check_words(row->rests);
		check_no_pointer(row->rests);
		if (prb_span_is(row->state_key, "present"))
			assert_true(row->rests.n > 0 && row->grade.n > 0);
	}
}

static void
check_cells(const struct prb_cell *cells, size_t count)
{
	for (size_t i = 0; i < count; i++)
		check_words(cells[i].words);
}

static void
check_block(const struct prb_block *b)
{
	check_words(b->words);
	if ((b->on & PRB_ON_PAGE) != 0)
		check_no_pointer(b->words);
	if (b->kind != PRB_BLOCK_DETAIL)
		assert_true(b->words.n > 0);
	switch (b->kind) {
	case PRB_BLOCK_TITLE:
		check_said(b->title.country);
		check_said(b->title.line);
		break;
	case PRB_BLOCK_RATING:
		check_said(b->rating.sentence);
		check_said(b->rating.range);
		check_said(b->rating.low);
		check_said(b->rating.high);
		break;
	case PRB_BLOCK_HEADING:
		check_said(b->heading.id);
		break;
	case PRB_BLOCK_DETAIL:
		assert_true(b->words.n > 0 || b->detail.url.n > 0);
		break;
	case PRB_BLOCK_BAR:
		check_bar(&b->bar);
		break;
	case PRB_BLOCK_INDICATORS:
		check_indicators(&b->indicators);
		break;
	case PRB_BLOCK_TABLE:
		assert_true(b->table.rows_count > 0);
		check_cells(b->table.cells, b->table.rows_count * b->table.columns_count);
		break;
	case PRB_BLOCK_SIGNATURE:
		assert_int_equal(b->signature.rows_count, 4);
		check_cells(b->signature.cells, 2 * b->signature.rows_count);
		break;
	default:
		break;
	}
}

/* Ids of headings are unique and the same in every language. */
static void
check_headings(const struct prb_document *document)
{
	for (const struct prb_block *b = document->first; b; b = b->next)
		for (const struct prb_block *c = b->next; c; c = c->next)
			assert_false(b->kind == PRB_BLOCK_HEADING && c->kind == PRB_BLOCK_HEADING &&
				     prb_span_equal(b->heading.id, c->heading.id));
}

static void
every_block(void **state)
{
	size_t seen[KINDS] = {0};
	glob_t found;

	(void)state;
	assert_int_equal(
		glob(PROBITY_SOURCE_DIR "/tests/golden/*/report.json", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++)
		for (enum prb_lang lang = 0; lang < PRB_LANGS; lang++) {
			struct prb_document document;

			prb_arena_reset(arena);
			document = document_of(
				golden_parse(arena, golden_file(arena, found.gl_pathv[i])), lang);
			check_said(document.title);
			check_said(document.subject);
			check_said(document.foot);
			assert_int_equal(document.id.n, 36);
			assert_int_equal(document.as_of.n, 10);
			for (const struct prb_block *b = document.first; b; b = b->next) {
				check_block(b);
				seen[b->kind]++;
			}
			check_headings(&document);
		}
	globfree(&found);
	for (int kind = 0; kind < KINDS; kind++)
		if (kind != PRB_BLOCK_FACT && kind != PRB_BLOCK_QR)
			assert_true(seen[kind] > 0);
	assert_true(seen[PRB_BLOCK_TITLE] >= 150 * (size_t)PRB_LANGS);
}

/* How many blocks of a page have exactly these words. */
static size_t
count_on_page(const struct prb_document *document, const char *words)
{
	size_t n = 0;

	for (const struct prb_block *b = document->first; b != NULL; b = b->next)
		n += (b->on & PRB_ON_PAGE) != 0 && prb_span_is(b->words, words);
	return n;
}

/* Of controls that the supplier alone calls verified a page speaks once, and lists them; of how
 * grave it is not at all where nothing was reported. */
static void
said_once(void **state)
{
	struct prb_document d = document_of(golden("confirmed-controls-in-part"), PRB_LANG_en);

	(void)state;
	assert_int_equal(count_on_page(&d, "a control that only the supplier calls verified"), 1);
	assert_int_equal(
		count_on_page(&d,
			"control 1, control 2, control 3, control 5, control 6, control 8, "
			"control 9, control 10"),
		1);
	assert_int_equal(
		count_on_page(&d, "somebody other than the supplier confirmed statements of the "
				  "supplier, so they count as they were declared"),
		1);
	for (const struct prb_block *b = d.first; b != NULL; b = b->next)
		if ((b->on & PRB_ON_PAGE) != 0)
			assert_false(prb_span_starts(b->words, PRB_SPAN("severity:")));
}

/* What the blocks say of one report that is known. */
static void
one_report(void **state)
{
	struct prb_document d = document_of(golden("guidance-remedies"), PRB_LANG_en);
	const struct prb_block *b = find(&d, PRB_BLOCK_RATING);

	(void)state;
	assert_true(prb_span_is(d.title, "Report on Example Works"));
	assert_true(prb_span_is(b->words, "critical"));
	assert_true(prb_span_is(b->rating.key, "critical"));
	assert_true(prb_span_starts(b->rating.sentence, PRB_SPAN("involuntary work under")));
	assert_true(prb_span_is(b->rating.low_key, "critical"));
	b = find(&d, PRB_BLOCK_BAR);
	assert_true(prb_span_is(b->bar.said, "39 of 100; possible 33 to 87"));
	assert_true(b->bar.value == 39 && b->bar.low == 33 && b->bar.high == 87);
	b = find(&d, PRB_BLOCK_INDICATORS);
	assert_true(prb_span_is(b->indicators.rows[0].state_key, "unknown"));
	assert_true(prb_span_is(b->indicators.rows[6].state_key, "remedied"));
	assert_true(prb_span_is(b->indicators.rows[10].rests, "workers (finding 1)"));
	b = find(&d, PRB_BLOCK_SIGNATURE);
	assert_false(b->signature.attested);
	assert_non_null(strstr(b->words.p, "nothing in it is signed"));
	assert_false(is_there(&d, PRB_BLOCK_QR));
}

static void
listings(void **state)
{
	struct prb_document d = document_of(golden("worked-01-listed-party"), PRB_LANG_en);
	const struct prb_block *b = find(&d, PRB_BLOCK_TABLE);

	(void)state;
	assert_int_equal(b->table.rows_count, 1);
	assert_int_equal(b->table.columns_count, 5);
	assert_true(prb_span_is(b->table.cells[0].words, "Taepyung Salt Farm"));
	assert_true(prb_span_is(b->table.cells[2].words, "in force \xC2\xB7 dated 2 Apr 2025"));
	assert_true(prb_span_is(b->table.cells[3].words, "match"));
	assert_true(b->table.cells[4].quoted);
}

/*
 * What no report holds.
 */

/* Stands for the id of guidance-remedies, which is another one for each release of the data. */
#define REPORT_ID "{report}"
#define CREDENTIAL(link)                                                                           \
	"{\"credentialSubject\":{\"auditableEvidence\":{\"digestMultibase\":"                      \
	"\"uEiAiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIg\",\"linkURL\":\"" link "\"}},"          \
	"\"id\":\"urn:uuid:a\",\"issuer\":{\"id\":\"did:web:screening.example\",\"name\":\"A "     \
	"screening\"},\"validUntil\":\"2026-12-27T00:00:00Z\"}"

static struct prb_span
report_id(void)
{
	return prb_json_string(prb_json_member(golden("guidance-remedies"), "id"));
}

static struct prb_span
with_report_id(const char *text)
{
	const char *place = strstr(text, REPORT_ID);
	struct prb_span copy;
	struct prb_str out;

	if (place == NULL)
		return prb_span_of(text);
	prb_str_init(&out, GOLDEN_BYTES_MAX);
	prb_str_add(&out, text, (size_t)(place - text));
	prb_str_add_span(&out, report_id());
	prb_str_add_text(&out, place + strlen(REPORT_ID));
	assert_false(out.failed);
	copy = prb_arena_copy(arena, prb_str_span(&out));
	prb_str_finish(&out);
	return copy;
}

static enum prb_err
attested(const char *attestation, const char *url, struct prb_document *document,
	struct prb_fault *fault)
{
	const struct prb_document_options options = {
		.lang = PRB_LANG_en,
		.attestation = attestation != NULL
				       ? golden_parse(arena, with_report_id(attestation))
				       : NULL,
		.verify_url = prb_span_of(url),
	};

	return prb_document_of_report(
		arena, golden("guidance-remedies"), &options, document, fault);
}

/* The value beside a term. */
static const char *
value_of(const struct prb_block *signature, const char *term)
{
	const struct prb_cell *cells = signature->signature.cells;

	for (size_t i = 0; i < signature->signature.rows_count; i++)
		if (prb_span_is(cells[2 * i].words, term))
			return cells[2 * i + 1].words.p;
	fail_msg("no row: %s", term);
	return "";
}

static void
who_stands_for_it(void **state)
{
	static const char answer[] = "{\"attestation\":" CREDENTIAL(
		"https://screening.example/v1/reports/" REPORT_ID) ",\"log\":{\"index\":41}}";
	const struct prb_block *b;
	struct prb_document d;
	struct prb_fault fault;

	(void)state;
	assert_int_equal(
		attested(answer, "https://screening.example/officer?id=a", &d, &fault), PRB_OK);
	b = find(&d, PRB_BLOCK_SIGNATURE);
	assert_true(b->signature.attested);
	assert_int_equal(b->signature.rows_count, 10);
	assert_string_equal(value_of(b, "Issued by"), "A screening");
	assert_string_equal(value_of(b, "Attestation"), "urn:uuid:a");
	assert_string_equal(value_of(b, "Valid until"), "27 Dec 2026");
	assert_string_equal(value_of(b, "Entry in the public log"), "41");
	assert_string_equal(value_of(b, "SHA-256 of the report"),
		"2222222222222222222222222222222222222222222222222222222222222222");
	assert_true(prb_span_is(report_id(), value_of(b, "Report")));
	b = find(&d, PRB_BLOCK_QR);
	assert_true(prb_span_is(b->qr.url, "https://screening.example/officer?id=a"));
	assert_int_equal(count_on_page(&d, NO_ADDRESS), 0);
	/* The credential alone is enough, and the report's hash may be withheld. */
	assert_int_equal(attested(CREDENTIAL("urn:uuid:" REPORT_ID), "", &d, &fault), PRB_OK);
	assert_false(is_there(&d, PRB_BLOCK_QR));
	assert_int_equal(count_on_page(&d, NO_ADDRESS), 1);
	assert_int_equal(
		attested("{\"credentialSubject\":{},\"id\":\"a\",\"issuer\":{}}", "", &d, &fault),
		PRB_OK);
}

/* The words of one report never stand over the signature of another. */
static void
wrong_signatures(void **state)
{
	static const struct {
		const char *attestation, *url;
		enum prb_err err;
	} rows[] = {
		{CREDENTIAL("urn:uuid:0d1b9bdb-dab4-84a0-88f9-b70395e8d4e3"), "", PRB_ERR_VALUE},
		{CREDENTIAL("d4e2"), "", PRB_ERR_VALUE},
		{"{}", "", PRB_ERR_TYPE},
		{"[]", "", PRB_ERR_TYPE},
		{"7", "", PRB_ERR_TYPE},
		{NULL, "javascript:alert(1)", PRB_ERR_VALUE},
		{NULL, "ftp://screening.example/", PRB_ERR_VALUE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct prb_document d = {.foot = PRB_SPAN("untouched")};
		struct prb_fault fault;

		assert_int_equal(
			attested(rows[i].attestation, rows[i].url, &d, &fault), rows[i].err);
		assert_true(fault.detail[0] != '\0');
		assert_true(d.first == NULL && prb_span_is(d.foot, "untouched"));
	}
}

/* A digest that is none gives no row, and no fault: the attestation is checked elsewhere. */
static void
odd_digests(void **state)
{
	static const char *const digests[] = {"", "u",
		"zEiAiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiI"
		"iIiIg",
		"uEiAiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIi+g",
		"uEyAiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIg"};

	(void)state;
	for (size_t i = 0; i < sizeof digests / sizeof digests[0]; i++) {
		char text[512];
		struct prb_document d;
		struct prb_fault fault;

		(void)snprintf(text, sizeof text,
			"{\"credentialSubject\":{\"auditableEvidence\":{\"digestMultibase\":\"%s\"}"
			"},\"id\":\"a\",\"issuer\":{\"name\":\"A\"}}",
			digests[i]);
		assert_int_equal(attested(text, "", &d, &fault), PRB_OK);
		/* Issuer, attestation, and the four of the report. */
		assert_int_equal(find(&d, PRB_BLOCK_SIGNATURE)->signature.rows_count, 6);
	}
}

/*
 * What is no report, and what is a strange one.
 */

/* Where the name of a member of the whole text begins; NULL where there is none. */
static char *
find_member(char *text, const char *name)
{
	size_t n = strlen(name);
	int depth = 0;
	bool quoted = false;

	for (char *p = text; *p != '\0'; p++) {
		if (quoted && *p == '\\')
			p++;
		else if (*p == '"' && !quoted && depth == 1 && strncmp(p + 1, name, n) == 0 &&
			 p[n + 1] == '"' && p[n + 2] == ':')
			return p + 1;
		else if (*p == '"')
			quoted = !quoted;
		else if (!quoted)
			depth += (*p == '{' || *p == '[') - (*p == '}' || *p == ']');
	}
	return NULL;
}

/* Members without which there are no words. */
static void
missing_members(void **state)
{
	static const char *const needed[] = {"as_of", "assumptions", "coverage", "data",
		"decision_table", "determination", "exposure", "id", "indicators",
		"indicators_known", "lists_searched", "method", "next_questions", "notes", "rating",
		"rating_range", "reasons", "severity", "supplier", "unconfirmed"};
	const struct prb_document_options options = {.lang = PRB_LANG_en};

	(void)state;
	for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
		struct prb_document d = {.first = NULL};
		struct prb_fault fault;
		struct prb_span text;
		char *at;

		prb_arena_reset(arena);
		text = golden_file(
			arena, PROBITY_SOURCE_DIR "/tests/golden/worked-14-low/report.json");
		at = find_member((char *)(uintptr_t)text.p, needed[i]);
		if (at == NULL) {
			fail_msg("the report has no %s", needed[i]);
			return;
		}
		at[0] = 'X';
		assert_int_not_equal(prb_document_of_report(arena, golden_parse(arena, text),
					     &options, &d, &fault),
			PRB_OK);
		if (strstr(fault.detail, "not a probity report") == NULL)
			fail_msg("%s: %s", needed[i], fault.detail);
		assert_null(d.first);
	}
}

#define HOSTILE "\\u202E<b onload=x>\\\"'&\\u0007\\u2066"

/* A name may be anything: it steers neither terminal nor page nor the direction of writing. */
static void
hostile_name(void **state)
{
	static char text[GOLDEN_BYTES_MAX];
	struct prb_span report;
	const char *from;

	(void)state;
	prb_arena_reset(arena);
	report = golden_file(arena, PROBITY_SOURCE_DIR "/tests/golden/worked-14-low/report.json");
	from = strstr(report.p, "\"supplier\":{");
	assert_non_null(from);
	(void)snprintf(text, sizeof text,
		"%.*s\"supplier\":{\"country\":\"NOR\",\"name\":\"" HOSTILE "\"}%s",
		(int)(from - report.p), report.p, strchr(from, '}') + 1);
	for (enum prb_lang lang = 0; lang < PRB_LANGS; lang++) {
		struct prb_document d = document_of(golden_parse(arena, prb_span_of(text)), lang);
		const struct prb_block *title = find(&d, PRB_BLOCK_TITLE);

		check_words(title->words);
		check_words(d.title);
		assert_non_null(strstr(title->words.p, "?<b onload=x>\"'&??"));
		assert_null(strstr(title->words.p, "\xE2\x80\xAE"));
	}
}

/* An arena that is too small is said, whatever it was for. */
static void
no_room(void **state)
{
	const struct prb_document_options options = {
		.lang = PRB_LANG_ar, .verify_url = PRB_SPAN("https://a.example/")};
	const struct prb_json *report;
	size_t refused = 0;
	bool done = false;

	(void)state;
	prb_arena_reset(arena);
	report = golden("guidance-remedies");
	for (size_t room = 1024; !done; room += 1024) {
		struct prb_arena *small = prb_arena_create(room);
		struct prb_document d = {.first = NULL};
		struct prb_fault fault;
		enum prb_err err;

		assert_non_null(small);
		err = prb_document_of_report(small, report, &options, &d, &fault);
		done = err == PRB_OK;
		if (!done) {
			assert_int_equal(err, PRB_ERR_MEMORY);
			assert_null(d.first);
			refused++;
		}
		prb_arena_destroy(small);
	}
	assert_true(refused > 4);
}

/*
 * Plain text and the summary.
 */

/* What does not fit is told. */
static void
plain_has_a_bound(void **state)
{
	struct prb_str out;
	struct prb_fault fault;

	(void)state;
	prb_arena_reset(arena);
	prb_str_init(&out, 200);
	assert_int_equal(
		prb_plain_report(arena, golden("worked-14-low"), PRB_LANG_en, &out, &fault),
		PRB_OK);
	assert_true(out.failed);
	prb_str_finish(&out);
}

/* What helps stands before what limits. */
static void
plain_order(void **state)
{
	static const char *const order[] = {"\nWhy:\n", "\nWhy not lower", "\nWhat to ask next:\n",
		"\nWhat to do now", "\nWhere workers get help:\n",
		"\nA rating is not a finding of law", "\nLists searched:\n", "\nReport "};
	struct prb_str out;
	struct prb_fault fault;
	const char *at;

	(void)state;
	prb_str_init(&out, GOLDEN_BYTES_MAX);
	assert_int_equal(
		prb_plain_report(arena, golden("guidance-remedies"), PRB_LANG_en, &out, &fault),
		PRB_OK);
	at = out.p;
	for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
		at = strstr(at, order[i]);
		if (at == NULL)
			fail_msg("not said, or not in its place: %s", order[i]);
	}
	/* The blocks of pages are not in it. */
	assert_null(strstr(out.p, "SHA-256"));
	assert_null(strstr(out.p, "The eleven indicators"));
	prb_str_finish(&out);
}

static void
summary(void **state)
{
	const struct prb_document_summary_row rows[] = {
		{PRB_SPAN("A"), PRB_SPAN("NOR"), PRB_SPAN("low"), PRB_SPAN("low"), PRB_SPAN("high"),
			4, 2, 80, 66, PRB_SPAN("#r1-top")},
		{PRB_SPAN("\x1b[2J"), PRB_SPAN(""), PRB_SPAN("critical"), PRB_SPAN("critical"),
			PRB_SPAN("critical"), 100, 100, 100, 0, PRB_SPAN("#r2-top")}};
	struct prb_document d;
	const struct prb_block *b;

	(void)state;
	assert_int_equal(prb_document_of_summary(arena, PRB_LANG_en, rows, 2, &d), PRB_OK);
	assert_true(prb_span_is(d.title, "2 reports"));
	assert_true(prb_span_is(d.subject, "Risk of forced labour in each supply chain"));
	b = find(&d, PRB_BLOCK_TABLE);
	assert_int_equal(b->table.rows_count, 2);
	assert_true(prb_span_is(b->table.cells[1].words, "Norway"));
	assert_true(prb_span_is(b->table.cells[2].key, "low"));
	assert_true(prb_span_is(b->table.cells[3].words, "low to high"));
	assert_true(prb_span_is(b->table.cells[4].words, "4 (2 to 80)"));
	assert_true(prb_span_is(b->table.cells[5].words, "66 %"));
	assert_true(prb_span_is(b->table.cells[6].words, "?[2J"));
	assert_true(prb_span_is(b->table.cells[9].words, "critical"));
	assert_true(prb_span_is(b->table.links[1], "#r2-top"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_block),
		cmocka_unit_test(said_once),
		cmocka_unit_test(one_report),
		cmocka_unit_test(listings),
		cmocka_unit_test(who_stands_for_it),
		cmocka_unit_test(wrong_signatures),
		cmocka_unit_test(odd_digests),
		cmocka_unit_test(missing_members),
		cmocka_unit_test(hostile_name),
		cmocka_unit_test(no_room),
		cmocka_unit_test(plain_has_a_bound),
		cmocka_unit_test(plain_order),
		cmocka_unit_test(summary),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
