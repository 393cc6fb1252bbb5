/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include <qrencode.h>

#include "clients/render/pdf_chart.h"

static const struct rating_looks {
	const char *key;
	int step;
	unsigned colour;
} ratings[] = {
	{"low", 0, 0x1f6b3a},
	{"medium", 1, 0x7a5c00},
	{"high", 2, 0xa8430a},
	{"critical", 3, 0x8f1220},
};

#define UNKNOWN 0x4d5661

static const struct rating_looks *
looks_of(struct prb_span key)
{
	for (size_t i = 0; i < sizeof ratings / sizeof ratings[0]; i++)
		if (prb_span_is(key, ratings[i].key))
			return &ratings[i];
	return NULL;
}

struct prb_pdf_colour
prb_pdf_rating_colour(struct prb_span key)
{
	const struct rating_looks *looks = looks_of(key);
	unsigned colour = looks == NULL ? UNKNOWN : looks->colour;

	return PRB_PDF_RGB(colour);
}

int
prb_pdf_rating_step(struct prb_span key)
{
	const struct rating_looks *looks = looks_of(key);

	return looks == NULL ? -1 : looks->step;
}

/*
 * Signs.
 */

static void
draw_tick(cairo_t *cr, double left, double y, double size)
{
	cairo_move_to(cr, left + size * 0.1, y + size * 0.55);
	cairo_line_to(cr, left + size * 0.4, y + size * 0.85);
	cairo_line_to(cr, left + size * 0.95, y + size * 0.15);
	cairo_set_line_width(cr, size * 0.19);
	cairo_stroke(cr);
}

static void
draw_ring(cairo_t *cr, double middle_x, double middle_y, double radius)
{
	cairo_new_sub_path(cr);
	cairo_arc(cr, middle_x, middle_y, radius, 0, 2 * M_PI);
	cairo_set_line_width(cr, 1.1);
	cairo_stroke(cr);
}

static void
draw_disc(cairo_t *cr, double middle_x, double middle_y, double radius, double from, double to)
{
	cairo_arc(cr, middle_x, middle_y, radius, from, to);
	cairo_close_path(cr);
	cairo_fill(cr);
}

void
prb_pdf_sign(struct prb_pdf_pen *pen, struct prb_span state, double x, double y, double size)
{
	double left = prb_pdf_left(pen, x, size), r = size / 2 - 0.6;
	double middle_x = left + size / 2, middle_y = y + size / 2;
	cairo_t *cr = pen->cr;

	if (cr == NULL)
		return;
	if (prb_span_is(state, "unknown")) {
		prb_pdf_hatch(pen, x, y, size, size, PRB_PDF_GREY);
		prb_pdf_frame(pen, x + 0.4, y + 0.4, size - 0.8, size - 0.8, 0, PRB_PDF_GREY);
		return;
	}
	cairo_set_source_rgb(cr, 0.1, 0.12, 0.15);
	if (prb_span_is(state, "remedied")) {
		draw_tick(cr, left, y, size);
		return;
	}
	draw_ring(cr, middle_x, middle_y, r);
	if (prb_span_is(state, "present"))
		draw_disc(cr, middle_x, middle_y, r, 0, 2 * M_PI);
	else if (prb_span_is(state, "contested"))
		draw_disc(cr, middle_x, middle_y, r, M_PI_2, 3 * M_PI_2);
	else if (prb_span_is(state, "historic"))
		draw_disc(cr, middle_x, middle_y, r * 0.38, 0, 2 * M_PI);
}

/*
 * The scale of ratings.
 */

#define STEP_HEIGHT 9.0
#define MARK_HEIGHT 8.0

static void
draw_mark(struct prb_pdf_pen *pen, double middle, double y, struct prb_pdf_colour colour)
{
	double at = prb_pdf_left(pen, middle, 0);

	if (pen->cr == NULL)
		return;
	cairo_set_source_rgb(pen->cr, colour.red, colour.green, colour.blue);
	cairo_move_to(pen->cr, at - 4, y);
	cairo_line_to(pen->cr, at + 4, y);
	cairo_line_to(pen->cr, at, y + 6);
	cairo_close_path(pen->cr);
	cairo_fill(pen->cr);
}

static void
draw_step(struct prb_pdf_pen *pen, int step, bool possible, double x, double y, double width)
{
	struct prb_pdf_colour colour = PRB_PDF_RGB(ratings[step].colour);

	prb_pdf_box(pen, x, y, width, STEP_HEIGHT, 2, possible ? colour : PRB_PDF_WHITE);
	prb_pdf_frame(pen, x, y, width, STEP_HEIGHT, 2, possible ? colour : PRB_PDF_RULE);
}

/* The words of a step under it: in its middle, but within the scale. */
static void
draw_step_words(
	struct prb_pdf_pen *pen, struct prb_span words, int step, double x, double y, double width)
{
	struct prb_pdf_style style = {.size = 8.5, .colour = PRB_PDF_INK};
	PangoLayout *layout = prb_pdf_layout(pen, words, &style, 0);
	double wide = prb_pdf_width(layout);
	double at = fmin(x + (step + 0.5) * width - wide / 2, x + 4 * width - wide);

	prb_pdf_draw_lines(pen, layout, &style, 0, 1, fmax(x, at), y, wide);
	g_object_unref(layout);
}

void
prb_pdf_scale(struct prb_pdf_pen *pen, const struct prb_block_rating *rating, double x, double y,
	double width)
{
	int own = prb_pdf_rating_step(rating->key), low = prb_pdf_rating_step(rating->low_key);
	int high = prb_pdf_rating_step(rating->high_key);
	double step = width / 4;

	if (low < 0 || high < 0)
		return;
	/* Unknown lies nowhere, but may lie within bounds. */
	if (own >= 0)
		draw_mark(pen, x + (own + 0.5) * step, y, PRB_PDF_INK);
	for (int i = 0; i < 4; i++)
		draw_step(
			pen, i, i >= low && i <= high, x + i * step + 1, y + MARK_HEIGHT, step - 2);
	y += MARK_HEIGHT + STEP_HEIGHT + 2;
	draw_step_words(pen, rating->low, low, x, y, step);
	if (high != low)
		draw_step_words(pen, rating->high, high, x, y, step);
}

/*
 * Bars.
 */

#define BAR_HEIGHT 9.0
#define BAR_WORDS 180.0
#define BAR_WIDTH 120.0

static double
share(int64_t value, int64_t max)
{
	return max <= 0 ? 0 : fmin(1, fmax(0, (double)value / (double)max));
}

static void
draw_bar(struct prb_pdf_pen *pen, const struct prb_block_bar *bar, double x, double y)
{
	double low = BAR_WIDTH * share(bar->low, bar->max);
	double high = BAR_WIDTH * share(bar->high, bar->max);
	double value = BAR_WIDTH * share(bar->value, bar->max);
	const struct prb_pdf_colour deep = PRB_PDF_RGB(0x2f4b6e);

	prb_pdf_box(pen, x, y, BAR_WIDTH, BAR_HEIGHT, 0, PRB_PDF_TINT);
	if (!bar->range) {
		prb_pdf_box(pen, x, y, value, BAR_HEIGHT, 0, deep);
	} else {
		/* Hatched as far as it may lie, as everything unknown is; a line where it lies. */
		prb_pdf_box(pen, x, y, low, BAR_HEIGHT, 0, deep);
		prb_pdf_hatch(pen, x + low, y, high - low, BAR_HEIGHT, deep);
		prb_pdf_box(
			pen, x + fmax(0, value - 1), y - 2.5, 2, BAR_HEIGHT + 5, 0, PRB_PDF_INK);
	}
	prb_pdf_frame(pen, x, y, BAR_WIDTH, BAR_HEIGHT, 0, PRB_PDF_RGB(0x7d8792));
}

void
prb_pdf_block_bar(struct prb_pdf_pen *pen, const struct prb_block *block)
{
	const struct prb_pdf_style style = {.size = 9.5, .colour = PRB_PDF_INK};
	double said_width = PRB_PDF_ROOM - BAR_WORDS - BAR_WIDTH - 24;
	PangoLayout *words = prb_pdf_layout(pen, block->words, &style, BAR_WORDS);
	PangoLayout *said = prb_pdf_layout(pen, block->bar.said, &style, said_width);
	double leading = prb_pdf_leading(pen, style.size);
	double height = fmax(prb_pdf_height(pen, words, &style), prb_pdf_height(pen, said, &style));

	prb_pdf_need(pen, height + 6);
	prb_pdf_tag(pen, "P");
	prb_pdf_draw_lines(
		pen, words, &style, 0, prb_pdf_lines(words), PRB_PDF_MARGIN, pen->y, BAR_WORDS);
	prb_pdf_draw_lines(pen, said, &style, 0, prb_pdf_lines(said),
		PRB_PDF_MARGIN + BAR_WORDS + BAR_WIDTH + 24, pen->y, said_width);
	prb_pdf_untag(pen, "P");
	draw_bar(pen, &block->bar, PRB_PDF_MARGIN + BAR_WORDS + 12,
		pen->y + (leading - BAR_HEIGHT) / 2);
	pen->y += height + 6;
	g_object_unref(words);
	g_object_unref(said);
}

/*
 * The code to scan.
 */

#define QR_QUIET 4 /* modules of white around it, ISO/IEC 18004 */

static void
draw_code(struct prb_pdf_pen *pen, const QRcode *code, double x, double y)
{
	double module = PRB_PDF_QR_SIZE / (code->width + 2 * QR_QUIET);
	double left = prb_pdf_left(pen, x, PRB_PDF_QR_SIZE);

	if (pen->cr == NULL)
		return;
	prb_pdf_box(pen, x, y, PRB_PDF_QR_SIZE, PRB_PDF_QR_SIZE, 0, PRB_PDF_WHITE);
	cairo_set_source_rgb(pen->cr, 0, 0, 0);
	/* Never mirrored: scanners would read it, but not all. */
	for (int row = 0; row < code->width; row++)
		for (int column = 0; column < code->width; column++)
			if (code->data[row * code->width + column] & 1)
				cairo_rectangle(pen->cr, left + (column + QR_QUIET) * module,
					y + (row + QR_QUIET) * module, module, module);
	cairo_fill(pen->cr);
}

void
prb_pdf_block_qr(struct prb_pdf_pen *pen, const struct prb_block *block)
{
	const struct prb_pdf_style caption = {.size = 10, .colour = PRB_PDF_INK};
	const struct prb_pdf_style url = {
		.size = 8.5, .colour = PRB_PDF_LINK, .code = true, .link = block->qr.url};
	QRcode *code = QRcode_encodeData(
		(int)block->qr.url.n, (const unsigned char *)block->qr.url.p, 0, QR_ECLEVEL_M);
	double x = PRB_PDF_MARGIN, below;

	prb_pdf_gap(pen, 10);
	prb_pdf_need(pen, PRB_PDF_QR_SIZE + 4);
	below = pen->y;
	if (code != NULL) {
		draw_code(pen, code, x, pen->y);
		below += PRB_PDF_QR_SIZE;
		x += PRB_PDF_QR_SIZE + 12;
		pen->y += 8;
		QRcode_free(code);
	}
	prb_pdf_flow(pen, block->words, &caption, x, PRB_PDF_MARGIN + PRB_PDF_ROOM - x, "P");
	pen->y += 3;
	prb_pdf_flow(pen, block->qr.url, &url, x, PRB_PDF_MARGIN + PRB_PDF_ROOM - x, "P");
	pen->y = fmax(pen->y, below) + 6;
}
