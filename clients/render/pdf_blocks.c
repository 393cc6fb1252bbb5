/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdio.h>

#include <cairo-pdf.h>

#include "clients/render/pdf_blocks.h"
#include "clients/render/pdf_chart.h"
#include "clients/render/pdf_table.h"

#define SIZE 10.0
#define SMALL 8.4
#define INDENT 13.0
/* Of the rows of two: how much of the width the term has. */
#define TERM_WIDTH 150.0
#define VALUE_X (TERM_WIDTH + 12)
#define PAIR_SIZE 8.8 /* in a signature */
#define TITLE_BYTES_MAX 4096
#define TITLE_LARGE_BYTES_MAX 90

static struct prb_pdf_style
style_of(double size, struct prb_pdf_colour colour)
{
	return (struct prb_pdf_style){.size = size, .colour = colour};
}

static void
write_title(struct prb_pdf_pen *pen, const struct prb_block *block)
{
	struct prb_pdf_style name =
		style_of(block->words.n > TITLE_LARGE_BYTES_MAX ? 15 : 22, PRB_PDF_INK);
	struct prb_pdf_style country = style_of(12, PRB_PDF_GREY);

	name.bold = name.name = true;
	prb_pdf_flow(pen, block->words, &name, PRB_PDF_MARGIN, PRB_PDF_ROOM, "H1");
	if (block->title.country.n != 0)
		prb_pdf_flow(
			pen, block->title.country, &country, PRB_PDF_MARGIN, PRB_PDF_ROOM, "P");
	pen->y += 8;
}

/*
 * The rating, in a box of its own.
 */

#define BOX_PAD 14.0
#define SCALE_WIDTH 170.0

/* A tenth of the colour, nine of white. */
static struct prb_pdf_colour
tint_of(struct prb_pdf_colour colour)
{
	return (struct prb_pdf_colour){
		0.92 + 0.08 * colour.red, 0.92 + 0.08 * colour.green, 0.92 + 0.08 * colour.blue};
}

/* What it is about, the word, what that says, what it might be. */
enum { SUBJECT, WORD, SENTENCE, RANGE, PARTS };

static void
write_rating(struct prb_pdf_pen *pen, const struct prb_block *block)
{
	const struct prb_block_rating *rating = &block->rating;
	struct prb_pdf_colour colour = prb_pdf_rating_colour(rating->key);
	const struct prb_span words[PARTS] = {
		pen->document->subject, block->words, rating->sentence, rating->range};
	struct prb_pdf_style styles[PARTS] = {style_of(9, PRB_PDF_GREY), style_of(20, colour),
		style_of(SIZE, PRB_PDF_INK), style_of(SIZE, PRB_PDF_INK)};
	double width = PRB_PDF_ROOM - 2 * BOX_PAD, height = 2 * BOX_PAD, bottom;
	PangoLayout *layouts[PARTS];

	styles[WORD].bold = true;
	for (size_t i = 0; i < PARTS; i++) {
		/* The scale stands beside the first two. */
		layouts[i] = prb_pdf_layout(
			pen, words[i], &styles[i], i <= WORD ? width - SCALE_WIDTH - 16 : width);
		if (words[i].n != 0)
			height += prb_pdf_height(pen, layouts[i], &styles[i]) + (i > WORD ? 4 : 0);
	}
	prb_pdf_need(pen, height);
	bottom = pen->y + height;
	prb_pdf_box(pen, PRB_PDF_MARGIN, pen->y, PRB_PDF_ROOM, height, 4, tint_of(colour));
	prb_pdf_box(pen, PRB_PDF_MARGIN, pen->y, 5, height, 2, colour);
	pen->y += BOX_PAD;
	/* It repeats words of the sentences, for the eye. */
	prb_pdf_scale(pen, rating, PRB_PDF_MARGIN + PRB_PDF_ROOM - BOX_PAD - SCALE_WIDTH, pen->y,
		SCALE_WIDTH);
	for (size_t i = 0; i < PARTS; i++) {
		if (words[i].n != 0) {
			pen->y += i > WORD ? 4 : 0;
			prb_pdf_tag(pen, "P");
			prb_pdf_draw_lines(pen, layouts[i], &styles[i], 0,
				prb_pdf_lines(layouts[i]), PRB_PDF_MARGIN + BOX_PAD, pen->y, width);
			prb_pdf_untag(pen, "P");
			pen->y += prb_pdf_height(pen, layouts[i], &styles[i]);
		}
		g_object_unref(layouts[i]);
	}
	pen->y = bottom + 6;
}

/*
 * Headings.
 */

/* Of a term and its value beside it, in a signature. */
static double
pair_height(struct prb_pdf_pen *pen, const struct prb_cell cells[2])
{
	struct prb_pdf_style style = style_of(PAIR_SIZE, PRB_PDF_INK);
	double height;

	PangoLayout *layout = prb_pdf_layout(pen, cells[0].words, &style, TERM_WIDTH);
	height = prb_pdf_height(pen, layout, &style);
	g_object_unref(layout);
	style.quoted = cells[1].quoted;
	style.code = cells[1].code;
	layout = prb_pdf_layout(pen, cells[1].words, &style, PRB_PDF_ROOM - VALUE_X);
	height = fmax(height, prb_pdf_height(pen, layout, &style));
	g_object_unref(layout);
	return height + 3;
}

static const struct prb_block *
on_page(const struct prb_block *block)
{
	while (block != NULL && (block->on & PRB_ON_PAGE) == 0)
		block = block->next;
	return block;
}

static double
words_height(struct prb_pdf_pen *pen, struct prb_span words, const struct prb_pdf_style *style)
{
	PangoLayout *layout = prb_pdf_layout(pen, words, style, PRB_PDF_ROOM);
	double height = prb_pdf_height(pen, layout, style) + 4;

	g_object_unref(layout);
	return height;
}

/* The words and rows of a signature, with the code or the notes that end a report: they stand on
 * one page. */
static double
signature_height(struct prb_pdf_pen *pen, const struct prb_block *block)
{
	const struct prb_block_signature *signature = &block->signature;
	struct prb_pdf_style style = style_of(SIZE, PRB_PDF_INK),
			     note = style_of(SMALL, PRB_PDF_GREY);
	double height = 40;

	style.bold = signature->attested;
	height += words_height(pen, block->words, &style);
	for (size_t i = 0; i < signature->rows_count; i++)
		height += pair_height(pen, &signature->cells[2 * i]);
	while ((block = on_page(block->next)) != NULL)
		height += block->kind == PRB_BLOCK_QR ? PRB_PDF_QR_SIZE + 20
						      : words_height(pen, block->words, &note);
	return fmin(height, PRB_PDF_BOTTOM - PRB_PDF_TOP - 30);
}

/* What must stand under a heading on the same page. */
static double
first_part(struct prb_pdf_pen *pen, const struct prb_block *block)
{
	double line = prb_pdf_leading(pen, SIZE);

	block = on_page(block);
	if (block == NULL)
		return 0;
	switch (block->kind) {
	case PRB_BLOCK_TABLE:
	case PRB_BLOCK_INDICATORS:
		return 6 * line;
	case PRB_BLOCK_HEADING:
		return 2 * line + 2.2 * line;
	case PRB_BLOCK_SIGNATURE:
		return signature_height(pen, block);
	case PRB_BLOCK_QR:
		return 10 * line;
	default:
		/* One line alone at the end of a page is overlooked. */
		return 5 * line;
	}
}

/* A row of the outline; returns cairo's number of it. Nothing is drawn: 0. */
int
prb_pdf_outline(struct prb_pdf_pen *pen, int parent, struct prb_span words, const char *place)
{
	char attributes[PRB_PDF_PLACE_BYTES_MAX + 8];
	struct prb_str title;
	int number = 0;

	if (pen->cr == NULL)
		return 0;
	snprintf(attributes, sizeof attributes, "dest='%s'", place);
	prb_str_init(&title, TITLE_BYTES_MAX);
	prb_str_add_span(&title, words);
	if (!title.failed && title.n != 0)
		number = cairo_pdf_surface_add_outline(cairo_get_target(pen->cr), parent, title.p,
			attributes, CAIRO_PDF_OUTLINE_FLAG_OPEN);
	prb_str_finish(&title);
	return number;
}

static void
write_heading(struct prb_pdf_pen *pen, const struct prb_block *block, size_t number, int parent)
{
	bool large = block->level <= 2;
	struct prb_pdf_style style = style_of(large ? 13.5 : 10.8, PRB_PDF_INK);
	char place[PRB_PDF_PLACE_BYTES_MAX];

	style.bold = true;
	prb_pdf_gap(pen, large ? 16 : 9);
	prb_pdf_need(pen, prb_pdf_leading(pen, style.size) + first_part(pen, block->next));
	if (block->heading.id.n != 0) {
		int n = pen->documents_count > 1 ? snprintf(place, 24, "r%zu-", number) : 0;

		snprintf(place + n, 40, "%.*s", PRB_SPAN_ARGS(block->heading.id));
		prb_pdf_place(pen, place);
		if (large)
			prb_pdf_outline(pen, parent, block->words, place);
	}
	prb_pdf_flow(pen, block->words, &style, PRB_PDF_MARGIN, PRB_PDF_ROOM, large ? "H2" : "H3");
	pen->y += large ? 3 : 1;
}

/*
 * Words.
 */

static void
write_paragraph(struct prb_pdf_pen *pen, const struct prb_block *block)
{
	struct prb_pdf_style style = style_of(SIZE, PRB_PDF_INK);
	double in = block->level > 0 ? INDENT : 0;

	prb_pdf_flow(pen, block->words, &style, PRB_PDF_MARGIN + in, PRB_PDF_ROOM - in, "P");
	pen->y += 4;
}

static void
write_item(struct prb_pdf_pen *pen, const struct prb_block *block)
{
	struct prb_pdf_style style = style_of(SIZE, PRB_PDF_INK);
	double leading = prb_pdf_leading(pen, SIZE);

	prb_pdf_need(pen, 2 * leading);
	prb_pdf_box(
		pen, PRB_PDF_MARGIN + 2, pen->y + leading / 2 - 1.5, 3.4, 3.4, 1.7, PRB_PDF_GREY);
	prb_pdf_flow(
		pen, block->words, &style, PRB_PDF_MARGIN + INDENT, PRB_PDF_ROOM - INDENT, "LBody");
	pen->y += 2.5;
}

static void
write_detail(struct prb_pdf_pen *pen, const struct prb_block *block)
{
	struct prb_pdf_style link = style_of(SMALL, PRB_PDF_LINK);
	struct prb_pdf_style style = style_of(SMALL, PRB_PDF_GREY);
	double x = PRB_PDF_MARGIN + INDENT, width = PRB_PDF_ROOM - INDENT;
	const char *tag = pen->inner != NULL ? "LBody" : "P";

	/* Small print belongs to what it stands under. */
	pen->y -= 2;
	link.link = block->detail.url;
	link.quoted = true;
	if (block->words.n != 0)
		prb_pdf_flow(pen, block->words, &style, x, width, tag);
	if (block->detail.url.n != 0)
		prb_pdf_flow(pen, block->detail.url, &link, x, width, tag);
	pen->y += 3.5;
}

static void
write_note(struct prb_pdf_pen *pen, const struct prb_block *block)
{
	struct prb_pdf_style style = style_of(SMALL, PRB_PDF_GREY);

	prb_pdf_flow(pen, block->words, &style, PRB_PDF_MARGIN, PRB_PDF_ROOM, "P");
	pen->y += 4;
}

/* A term, and its value beside it. */
static void
write_pair(struct prb_pdf_pen *pen, struct prb_span term, const struct prb_cell *value, double size)
{
	struct prb_pdf_style left = style_of(size, PRB_PDF_GREY);
	struct prb_pdf_style right = style_of(size, PRB_PDF_INK);
	PangoLayout *layout = prb_pdf_layout(pen, term, &left, TERM_WIDTH);
	double height = prb_pdf_height(pen, layout, &left), under;
	size_t page;

	right.quoted = value->quoted;
	right.code = value->code;
	prb_pdf_need(pen, fmax(height, 2 * prb_pdf_leading(pen, size)));
	prb_pdf_tag(pen, "P");
	prb_pdf_draw_lines(
		pen, layout, &left, 0, prb_pdf_lines(layout), PRB_PDF_MARGIN, pen->y, TERM_WIDTH);
	prb_pdf_untag(pen, "P");
	under = pen->y + height;
	page = pen->page;
	prb_pdf_flow(
		pen, value->words, &right, PRB_PDF_MARGIN + VALUE_X, PRB_PDF_ROOM - VALUE_X, "P");
	pen->y = (page == pen->page ? fmax(under, pen->y) : pen->y) + 3;
	g_object_unref(layout);
}

static void
write_signature(struct prb_pdf_pen *pen, const struct prb_block *block)
{
	struct prb_pdf_style style = style_of(SIZE, PRB_PDF_INK);
	const struct prb_block_signature *signature = &block->signature;

	style.bold = signature->attested;
	prb_pdf_gap(pen, 6);
	prb_pdf_need(pen, signature_height(pen, block));
	prb_pdf_box(pen, PRB_PDF_MARGIN, pen->y, PRB_PDF_ROOM, 1, 0, PRB_PDF_INK);
	pen->y += 7;
	prb_pdf_flow(pen, block->words, &style, PRB_PDF_MARGIN, PRB_PDF_ROOM, "P");
	pen->y += 5;
	for (size_t i = 0; i < signature->rows_count && !pen->failed; i++)
		write_pair(pen, signature->cells[2 * i].words, &signature->cells[2 * i + 1],
			PAIR_SIZE);
	pen->y += 3;
	prb_pdf_box(pen, PRB_PDF_MARGIN, pen->y, PRB_PDF_ROOM, 1, 0, PRB_PDF_INK);
	pen->y += 8;
}

static void
write_block(struct prb_pdf_pen *pen, const struct prb_block *block, size_t number, int parent)
{
	switch (block->kind) {
	case PRB_BLOCK_TITLE:
		write_title(pen, block);
		return;
	case PRB_BLOCK_RATING:
		write_rating(pen, block);
		return;
	case PRB_BLOCK_HEADING:
		write_heading(pen, block, number, parent);
		return;
	case PRB_BLOCK_PARAGRAPH:
		write_paragraph(pen, block);
		return;
	case PRB_BLOCK_ITEM:
		write_item(pen, block);
		return;
	case PRB_BLOCK_DETAIL:
		write_detail(pen, block);
		return;
	case PRB_BLOCK_BAR:
		prb_pdf_block_bar(pen, block);
		return;
	case PRB_BLOCK_INDICATORS:
		prb_pdf_block_indicators(pen, block);
		return;
	case PRB_BLOCK_TABLE:
		prb_pdf_block_table(pen, block);
		return;
	case PRB_BLOCK_FACT:
		write_pair(pen, block->words, &block->fact.value, SIZE);
		return;
	case PRB_BLOCK_SIGNATURE:
		write_signature(pen, block);
		return;
	case PRB_BLOCK_QR:
		prb_pdf_block_qr(pen, block);
		return;
	case PRB_BLOCK_NOTE:
		write_note(pen, block);
		return;
	}
}

/* Items in a row are a list, and small print belongs to the item above it. */
static void
group_list(struct prb_pdf_pen *pen, const struct prb_block *block)
{
	if (block->kind == PRB_BLOCK_ITEM)
		prb_pdf_group(pen, "L", "LI");
	else if (block->kind != PRB_BLOCK_DETAIL)
		prb_pdf_group(pen, NULL, NULL);
}

void
prb_pdf_blocks(struct prb_pdf_pen *pen, size_t number, int parent)
{
	for (const struct prb_block *block = pen->document->first; block != NULL && !pen->failed;
		block = block->next)
		if (block->on & PRB_ON_PAGE) {
			group_list(pen, block);
			write_block(pen, block, number, parent);
		}
	prb_pdf_group(pen, NULL, NULL);
}
