/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/render/build.h"

/*
 * What to ask, what was read into the declaration, what was searched and how whole it is.
 */

#define QUESTIONS_SHOWN 6 /* in plain text: the first narrow most */
#define QUESTIONS_MAX 64  /* more than the method has */

/* Several components may ask for the same thing; once is enough. */
static bool
was_asked(const struct prb_span *asked, int count, struct prb_span asks)
{
	for (int i = 0; i < count; i++)
		if (prb_span_equal(asked[i], asks))
			return true;
	return false;
}

/* Once in plain text, with the member that would answer it, and once on a page, without. */
static void
build_question(struct prb_builder *b, const struct prb_json *q, unsigned on)
{
	struct prb_span args[PRB_TEXT_ARGS_MAX];
	size_t args_count = prb_build_args(q, args);

	prb_build_say(b, "question", prb_build_text(b, q, "key"), args, args_count);
	if (on == PRB_ON_TEXT) {
		prb_str_add_text(&b->words, "  (");
		prb_build_foreign(b, prb_build_text(b, q, "asks"));
		prb_str_add_char(&b->words, ')');
	}
	prb_build_block(b, PRB_BLOCK_ITEM, on)->level = 1;
}

/* The first that are no repetition, up to `most`; what anyone looked for on site is asked in any
 * case, as it decides most. Returns how many are left over. */
static int
build_asked(struct prb_builder *b, const struct prb_json *questions, unsigned on, int most)
{
	struct prb_span asked[QUESTIONS_MAX];
	int shown = 0, more = 0;

	for (const struct prb_json *q = questions ? prb_json_first(questions) : NULL; q;
		q = prb_json_next(q)) {
		struct prb_span asks;
		bool of_several;

		if (prb_json_kind(q) != PRB_JSON_OBJECT)
			continue;
		/* What asks for one thing of several is no repetition. */
		of_several = prb_member_list(q, "args") != NULL;
		asks = prb_build_text(b, q, "asks");
		if (!of_several && was_asked(asked, shown, asks))
			continue;
		if (shown >= most && !prb_span_is(asks, "/findings")) {
			more++;
			continue;
		}
		if (!of_several && shown < QUESTIONS_MAX)
			asked[shown++] = asks;
		build_question(b, q, on);
	}
	return more;
}

void
prb_build_questions(struct prb_builder *b)
{
	const struct prb_json *questions =
		prb_build_member(b, b->report, "next_questions", PRB_JSON_ARRAY);
	struct prb_span number;
	char digits[PRB_NUMBER_BYTES];
	int more;

	prb_build_lead(b, PRB_ON_TEXT, "questions", NULL, 0);
	more = build_asked(b, questions, PRB_ON_TEXT, QUESTIONS_SHOWN);
	if (more != 0) {
		number = prb_build_digits(more, digits);
		prb_build_line(b, PRB_ON_TEXT, "more_questions", &number, 1);
	}
	if (questions != NULL && prb_json_first(questions) != NULL) {
		prb_build_heading(b, "questions");
		(void)build_asked(b, questions, PRB_ON_PAGE, QUESTIONS_MAX);
	}
}

/*
 * Names that were found on lists.
 */

#define LISTING_COLUMNS 5

static void
fill_listing(struct prb_builder *b, const struct prb_json *l, struct prb_cell *cells)
{
	struct prb_span decision = prb_member_text(l, "decision"),
			date = prb_member_text(l, "status_date");

	prb_build_foreign(b, prb_member_text(l, "entity"));
	cells[0] = (struct prb_cell){.words = prb_build_words(b)};
	cells[1].words = prb_build_label(b, "list", prb_member_text(l, "list"), NULL, 0);
	prb_build_say(b, "status", prb_member_text(l, "status"), NULL, 0);
	prb_build_detail(b, "dated", date);
	cells[2].words = prb_build_words(b);
	cells[3].words = prb_build_label(b, "name_decision", decision, NULL, 0);
	prb_build_foreign(b, prb_member_text(l, "source"));
	cells[4] = (struct prb_cell){.words = prb_build_words(b), .quoted = true};
}

/* Fills a table's columns: "report.KEY" of each. NULL without memory. */
static struct prb_span *
make_columns(struct prb_builder *b, const char *const *keys, size_t count)
{
	struct prb_span *columns = prb_arena_array(b->arena, count, sizeof *columns);

	for (size_t i = 0; columns != NULL && i < count; i++)
		columns[i] = prb_build_label(b, "report", prb_span_of(keys[i]), NULL, 0);
	return columns;
}

static size_t
count_objects(const struct prb_json *first)
{
	size_t n = 0;

	for (; first != NULL; first = prb_json_next(first))
		n += prb_json_kind(first) == PRB_JSON_OBJECT;
	return n;
}

/* A table of the objects of a list, a row each. */
static void
put_table(struct prb_builder *b, const char *caption, const char *const *keys, size_t columns_count,
	const struct prb_json *first,
	void (*fill)(struct prb_builder *b, const struct prb_json *item, struct prb_cell *cells))
{
	size_t rows = count_objects(first), row = 0;
	struct prb_span *columns = make_columns(b, keys, columns_count);
	struct prb_cell *cells = prb_arena_array(b->arena, rows * columns_count, sizeof *cells);
	struct prb_block *block;

	if (columns == NULL || cells == NULL)
		b->words.failed = true;
	for (; first != NULL && cells != NULL; first = prb_json_next(first))
		if (prb_json_kind(first) == PRB_JSON_OBJECT)
			fill(b, first, &cells[row++ * columns_count]);
	prb_build_say(b, "report", prb_span_of(caption), NULL, 0);
	block = prb_build_block(b, PRB_BLOCK_TABLE, PRB_ON_PAGE);
	block->table = (struct prb_block_table){columns, columns_count, cells, row, NULL};
}

void
prb_build_listings(struct prb_builder *b)
{
	static const char *const keys[LISTING_COLUMNS] = {
		"col_name", "col_list", "col_status", "col_decision", "col_source"};
	const struct prb_json *first = prb_member_list(b->report, "listings");

	if (first == NULL)
		return;
	prb_build_heading(b, "listings");
	put_table(b, "listings_caption", keys, LISTING_COLUMNS, first, fill_listing);
}

/*
 * Limits.
 */

static void
say_item(struct prb_builder *b, const struct prb_json *item, const char *prefix)
{
	struct prb_span args[PRB_TEXT_ARGS_MAX];
	size_t n = prb_build_args(item, args);

	prb_build_say(b, prefix, prb_build_text(b, item, "key"), args, n);
}

/* Whether two items have the same sentence. */
static bool
is_alike(const struct prb_json *a, const struct prb_json *b)
{
	struct prb_span of_a[PRB_TEXT_ARGS_MAX], of_b[PRB_TEXT_ARGS_MAX];
	size_t n = prb_build_args(a, of_a);

	if (!prb_span_equal(prb_member_text(a, "key"), prb_member_text(b, "key")) ||
		prb_build_args(b, of_b) != n)
		return false;
	while (n > 0 && prb_span_equal(of_a[n - 1], of_b[n - 1]))
		n--;
	return n == 0;
}

/* The first item whose sentence this one has. */
static const struct prb_json *
first_alike(const struct prb_json *first, const struct prb_json *item)
{
	while (first != item && !is_alike(first, item))
		first = prb_json_next(first);
	return first;
}

/* On a page each sentence once, and under it the places that it is about: "control 1, control 2".
 * A list is bounded with those of the declaration it comes from. */
static void
build_grouped(struct prb_builder *b, const struct prb_json *first, const char *prefix)
{
	for (const struct prb_json *item = first; item; item = prb_json_next(item)) {
		if (prb_json_kind(item) != PRB_JSON_OBJECT || first_alike(first, item) != item)
			continue;
		say_item(b, item, prefix);
		prb_build_block(b, PRB_BLOCK_ITEM, PRB_ON_PAGE)->level = 1;
		for (const struct prb_json *other = item; other; other = prb_json_next(other)) {
			prb_str_reset(&b->part);
			if (!is_alike(item, other) ||
				!prb_build_place(b, prb_member_text(other, "at"), &b->part))
				continue;
			if (b->words.n != 0)
				prb_build_frame(b, "comma", NULL, 0);
			prb_str_add_span(&b->words, prb_str_span(&b->part));
		}
		prb_build_details_on(b, PRB_ON_PAGE);
	}
}

/* Lists whose items are {key, at, args}: what was assumed, and what only the supplier says. */
static void
build_list(struct prb_builder *b, const char *name, const char *prefix)
{
	const struct prb_json *list = prb_build_member(b, b->report, name, PRB_JSON_ARRAY);

	if (list == NULL || prb_json_first(list) == NULL)
		return;
	prb_build_lead(b, PRB_ON_ALL, name, NULL, 0);
	for (const struct prb_json *item = prb_json_first(list); item; item = prb_json_next(item)) {
		if (prb_json_kind(item) != PRB_JSON_OBJECT)
			continue;
		prb_build_foreign(b, prb_build_text(b, item, "at"));
		prb_str_add_text(&b->words, ": ");
		say_item(b, item, prefix);
		prb_build_block(b, PRB_BLOCK_ITEM, PRB_ON_TEXT)->level = 1;
	}
	build_grouped(b, prb_json_first(list), prefix);
}

static void
build_notes(struct prb_builder *b)
{
	const struct prb_json *notes = prb_build_member(b, b->report, "notes", PRB_JSON_ARRAY);
	bool first = true;

	for (const struct prb_json *note = notes ? prb_json_first(notes) : NULL; note;
		note = prb_json_next(note)) {
		if (prb_json_kind(note) != PRB_JSON_STRING)
			continue;
		prb_build_say(b, "note", prb_json_string(note), NULL, 0);
		prb_build_block(b, PRB_BLOCK_PARAGRAPH, PRB_ON_ALL)->gap = first;
		first = false;
	}
}

static void
build_list_searched(struct prb_builder *b, const struct prb_json *l)
{
	char entries[PRB_NUMBER_BYTES];
	const struct prb_span args[4] = {prb_build_text(b, l, "list"),
		prb_build_text(b, l, "edition"),
		prb_build_digits(prb_build_int(b, l, "entries"), entries),
		prb_build_text(b, l, "completeness")};

	prb_build_frame(b, "list", args, 4);
	prb_build_block(b, PRB_BLOCK_ITEM, PRB_ON_TEXT)->level = 1;
}

#define SEARCHED_COLUMNS 4

static void
fill_searched(struct prb_builder *b, const struct prb_json *l, struct prb_cell *cells)
{
	char entries[PRB_NUMBER_BYTES];
	struct prb_span count = prb_build_digits(prb_build_int(b, l, "entries"), entries);
	struct prb_span quoted;

	cells[0].words = prb_build_label(b, "list", prb_member_text(l, "list"), NULL, 0);
	prb_build_foreign(b, prb_member_text(l, "edition"));
	cells[1].words = prb_build_words(b);
	cells[2].words = prb_build_label(b, "report", PRB_SPAN("number"), &count, 1);
	cells[2].number = true;
	prb_build_foreign(b, prb_member_text(l, "completeness"));
	quoted = prb_build_words(b);
	cells[3].words =
		prb_build_label(b, "list_words", prb_member_text(l, "completeness"), NULL, 0);
	/* In English where the language has no words for it. */
	cells[3].quoted = prb_span_equal(cells[3].words, quoted);
}

static void
build_lists_searched(struct prb_builder *b)
{
	static const char *const keys[SEARCHED_COLUMNS] = {
		"col_list", "col_edition", "col_entries", "col_completeness"};
	const struct prb_json *lists =
		prb_build_member(b, b->report, "lists_searched", PRB_JSON_ARRAY);
	const struct prb_json *first = lists != NULL ? prb_json_first(lists) : NULL;

	prb_build_lead(b, PRB_ON_TEXT, "lists", NULL, 0);
	for (const struct prb_json *l = first; l; l = prb_json_next(l))
		if (prb_json_kind(l) == PRB_JSON_OBJECT)
			build_list_searched(b, l);
	put_table(b, "lists_caption", keys, SEARCHED_COLUMNS, first, fill_searched);
}

void
prb_build_limits(struct prb_builder *b)
{
	prb_build_heading(b, "limits");
	build_list(b, "assumptions", "assumption");
	build_list(b, "unconfirmed", "unconfirmed");
	build_notes(b);
	build_lists_searched(b);
}
