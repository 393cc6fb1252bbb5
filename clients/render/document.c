/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/render/document.h"

#include "clients/render/build.h"
#include "scoring/model/words.h"

/* A report that somebody wrote by hand: its rating must at least be one. */
static void
check_rating(struct prb_builder *b)
{
	struct prb_span word = prb_build_text(b, b->report, "rating");

	if (b->err == PRB_OK && prb_rating_find(word) == PRB_RATING_UNKNOWN &&
		!prb_span_is(word, "unknown"))
		b->err = prb_fault_set(b->fault, PRB_ERR_VALUE, PRB_NO_OFFSET, "/rating",
			"this is not a probity report: \"%.*s\" is no rating", PRB_SPAN_ARGS(word));
}

static void
put_note(struct prb_builder *b, const char *key)
{
	prb_build_frame(b, key, NULL, 0);
	(void)prb_build_block(b, PRB_BLOCK_NOTE, PRB_ON_ALL);
}

/* Which report it is, and what the words are worth. */
static void
build_end(struct prb_builder *b, struct prb_document *document)
{
	const struct prb_json *data = prb_build_member(b, b->report, "data", PRB_JSON_OBJECT),
			      *method = prb_build_member(b, b->report, "method", PRB_JSON_OBJECT);
	const struct prb_span args[] = {prb_build_text(b, b->report, "id"),
		prb_build_text(b, b->report, "as_of"), prb_build_text(b, method, "version"),
		prb_build_text(b, data, "release")};
	struct prb_block *block;

	prb_build_frame(b, "report", args, 4);
	block = prb_build_block(b, PRB_BLOCK_NOTE, PRB_ON_ALL);
	block->gap = true;
	document->foot = block->words;
	prb_text_safe(args[0], false, &b->words);
	document->id = prb_build_words(b);
	prb_text_safe(args[1], false, &b->words);
	document->as_of = prb_build_words(b);
	document->day = prb_build_label(b, "report", PRB_SPAN("day"), &args[1], 1);
	if (b->marked)
		put_note(b, "not_official");
	if (prb_text_is_translated(b->lang))
		put_note(b, "translated");
}

static void
build_report(struct prb_builder *b, const struct prb_document_options *options)
{
	check_rating(b);
	prb_build_head(b);
	prb_build_indicators(b);
	prb_build_reasons(b);
	prb_build_listings(b);
	prb_build_upstream(b);
	prb_build_steps(b);
	prb_build_change(b);
	prb_build_determination(b);
	prb_build_findings(b);
	prb_build_questions(b);
	prb_build_guidance(b);
	prb_build_limits(b);
	prb_build_signature(b, options);
}

enum prb_err
prb_document_of_report(struct prb_arena *arena, const struct prb_json *report,
	const struct prb_document_options *options, struct prb_document *document,
	struct prb_fault *fault)
{
	struct prb_document made = {.lang = options->lang};
	struct prb_builder b;
	struct prb_span name;

	prb_build_init(&b, arena, report, options->lang, fault);
	build_report(&b, options);
	build_end(&b, &made);
	made.subject = prb_build_label(&b, "report", PRB_SPAN("subject"), NULL, 0);
	name = prb_build_text(
		&b, prb_build_member(&b, report, "supplier", PRB_JSON_OBJECT), "name");
	made.title = prb_build_label(&b, "report", PRB_SPAN("title"), &name, 1);
	made.first = b.first;
	if (b.err == PRB_OK)
		*document = made;
	prb_build_finish(&b);
	return b.err;
}

/*
 * Several reports in one file.
 */

#define SUMMARY_COLUMNS 6

static void
fill_summary(struct prb_builder *b, const struct prb_document_summary_row *row,
	struct prb_cell cells[SUMMARY_COLUMNS])
{
	const struct prb_span ends[2] = {row->low, row->high};
	char digits[4][PRB_NUMBER_BYTES];
	struct prb_span points[3] = {prb_build_digits(row->exposure, digits[0]),
		prb_build_digits(row->exposure_low, digits[1]),
		prb_build_digits(row->exposure_high, digits[2])};
	struct prb_span coverage = prb_build_digits(row->coverage, digits[3]);

	prb_build_foreign(b, row->supplier);
	cells[0].words = prb_build_words(b);
	if (row->country.n != 0)
		cells[1].words = prb_build_label(b, "country", row->country, NULL, 0);
	cells[2].words = prb_build_label(b, "rating", row->rating, NULL, 0);
	cells[2].key = row->rating;
	cells[3].words = prb_span_equal(row->low, row->high)
				 ? prb_build_label(b, "rating", row->low, NULL, 0)
				 : prb_build_label(b, "report", PRB_SPAN("low_to_high"), ends, 2);
	cells[4].words = prb_build_label(b, "report", PRB_SPAN("points_range"), points, 3);
	cells[5].words = prb_build_label(b, "report", PRB_SPAN("per_cent"), &coverage, 1);
	cells[4].number = cells[5].number = true;
}

/* NULL without memory. */
static struct prb_span *
fill_columns(struct prb_builder *b)
{
	static const char *const keys[SUMMARY_COLUMNS] = {"col_supplier", "col_country",
		"col_rating", "col_range", "col_exposure", "col_coverage"};
	struct prb_span *columns = prb_arena_array(b->arena, SUMMARY_COLUMNS, sizeof *columns);

	for (size_t i = 0; columns != NULL && i < SUMMARY_COLUMNS; i++)
		columns[i] = prb_build_label(b, "report", prb_span_of(keys[i]), NULL, 0);
	return columns;
}

enum prb_err
prb_document_of_summary(struct prb_arena *arena, enum prb_lang lang,
	const struct prb_document_summary_row *rows, size_t count, struct prb_document *document)
{
	struct prb_document made = {.lang = lang};
	struct prb_builder b;
	struct prb_span *columns, *links = prb_arena_array(arena, count, sizeof *links), number;
	struct prb_cell *cells = prb_arena_array(arena, count * SUMMARY_COLUMNS, sizeof *cells);
	char digits[PRB_NUMBER_BYTES];
	struct prb_block *block;

	prb_build_init(&b, arena, NULL, lang, NULL);
	number = prb_build_digits((int64_t)count, digits);
	columns = fill_columns(&b);
	b.words.failed |= columns == NULL || links == NULL || cells == NULL;
	for (size_t i = 0; i < count && !b.words.failed && b.err == PRB_OK; i++) {
		fill_summary(&b, &rows[i], &cells[i * SUMMARY_COLUMNS]);
		links[i] = rows[i].link;
	}
	made.title = prb_build_label(&b, "report", PRB_SPAN("summary_title"), &number, 1);
	made.subject = prb_build_label(&b, "report", PRB_SPAN("summary_subject"), NULL, 0);
	prb_str_add_span(&b.words, made.title);
	(void)prb_build_block(&b, PRB_BLOCK_TITLE, PRB_ON_PAGE);
	prb_str_add_span(&b.words, made.subject);
	block = prb_build_block(&b, PRB_BLOCK_TABLE, PRB_ON_PAGE);
	block->table = (struct prb_block_table){columns, SUMMARY_COLUMNS, cells, count, links};
	prb_build_say(&b, "note", PRB_SPAN("rating_is_not_a_finding_of_law"), NULL, 0);
	(void)prb_build_block(&b, PRB_BLOCK_NOTE, PRB_ON_PAGE);
	made.first = b.first;
	if (b.err == PRB_OK)
		*document = made;
	prb_build_finish(&b);
	return b.err;
}
