/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <math.h>
#include <stdio.h>

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include "clients/render/pdf_page.h"
#include "clients/render/texts.h"

/* Open Sans for Latin, Cyrillic and figures, Amiri for Arabic, WenQuanYi for Chinese: its forms are
 * those of China. What none of them has is looked for in all fonts there are. Of those that set
 * Arabic, Amiri is one of few with a sign of its own for each letter where lam and alef join: from
 * where one sign stands for both, many programs take the letters out in the wrong order. */
#define FAMILIES "Open Sans,Amiri,WenQuanYi Micro Hei,DejaVu Sans"
#define FAMILIES_CODE "DejaVu Sans Mono"
/* The letters of Amiri are small for their size. */
#define ARABIC_SCALE 1.18
#define URL_BYTES_MAX 2000
#define FOOT_SIZE 7.0
#define DAY_WIDTH 120.0

/*
 * Tags and links.
 */

void
prb_pdf_tag(struct prb_pdf_pen *pen, const char *name)
{
	if (pen->cr != NULL)
		cairo_tag_begin(pen->cr, name, NULL);
}

void
prb_pdf_untag(struct prb_pdf_pen *pen, const char *name)
{
	if (pen->cr != NULL)
		cairo_tag_end(pen->cr, name);
}

void
prb_pdf_group(struct prb_pdf_pen *pen, const char *outer, const char *inner)
{
	bool same = pen->outer != NULL && outer != NULL && strcmp(pen->outer, outer) == 0;

	if (pen->inner != NULL)
		prb_pdf_untag(pen, pen->inner);
	if (pen->outer != NULL && !same)
		prb_pdf_untag(pen, pen->outer);
	pen->outer = outer;
	pen->inner = inner;
	if (outer != NULL && !same)
		prb_pdf_tag(pen, outer);
	if (inner != NULL)
		prb_pdf_tag(pen, inner);
}

void
prb_pdf_place(struct prb_pdf_pen *pen, const char *name)
{
	char attributes[128];

	if (pen->cr == NULL)
		return;
	snprintf(attributes, sizeof attributes, "name='%s' x=0 y=%d", name,
		(int)fmax(0, pen->y - 12));
	cairo_tag_begin(pen->cr, CAIRO_TAG_DEST, attributes);
	cairo_tag_end(pen->cr, CAIRO_TAG_DEST);
}

/* cairo reads attributes with ' and \ as signs of its own, and a URL has no business with either.
 */
static bool
is_plain(struct prb_span text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] <= ' ' || text.p[i] > '~' || text.p[i] == '\'' || text.p[i] == '\\')
			return false;
	return text.n != 0 && text.n <= URL_BYTES_MAX;
}

bool
prb_pdf_link(struct prb_pdf_pen *pen, struct prb_span url)
{
	char attributes[URL_BYTES_MAX + 16];
	bool inside = prb_span_starts(url, PRB_SPAN("#"));

	if (pen->cr == NULL || !is_plain(url) || pen->failed ||
		(!inside && !prb_span_starts(url, PRB_SPAN("https://")) &&
			!prb_span_starts(url, PRB_SPAN("http://"))))
		return false;
	if (inside)
		snprintf(attributes, sizeof attributes, "dest='%.*s'", (int)url.n - 1, url.p + 1);
	else
		snprintf(attributes, sizeof attributes, "uri='%.*s'", PRB_SPAN_ARGS(url));
	cairo_tag_begin(pen->cr, CAIRO_TAG_LINK, attributes);
	return true;
}

void
prb_pdf_unlink(struct prb_pdf_pen *pen)
{
	cairo_tag_end(pen->cr, CAIRO_TAG_LINK);
}

/*
 * Words.
 */

double
prb_pdf_leading(const struct prb_pdf_pen *pen, double size)
{
	/* Marks above and below the line need more in Arabic; Chinese fills the square. */
	static const double factors[PRB_LANGS] = {[PRB_LANG_ar] = 1.65, [PRB_LANG_zh] = 1.5};
	double factor = factors[pen->document->lang];

	return size * (factor == 0 ? 1.42 : factor);
}

static PangoFontDescription *
font_of(const struct prb_pdf_style *style)
{
	PangoFontDescription *font = pango_font_description_new();

	pango_font_description_set_family_static(font, style->code ? FAMILIES_CODE : FAMILIES);
	pango_font_description_set_absolute_size(
		font, round((style->code ? 0.92 : 1) * style->size * PANGO_SCALE));
	pango_font_description_set_weight(
		font, style->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	return font;
}

static void
note_missing(struct prb_pdf_facts *facts, PangoLayout *layout)
{
	PangoLayoutIter *iter = pango_layout_get_iter(layout);

	do {
		PangoLayoutRun *run = pango_layout_iter_get_run_readonly(iter);

		for (int i = 0; run != NULL && i < run->glyphs->num_glyphs; i++) {
			PangoGlyph glyph = run->glyphs->glyphs[i].glyph;

			if (glyph == PANGO_GLYPH_EMPTY || (glyph & PANGO_GLYPH_UNKNOWN_FLAG) == 0)
				continue;
			if (facts->missing++ == 0)
				facts->missing_first = glyph & ~(uint32_t)PANGO_GLYPH_UNKNOWN_FLAG;
		}
	} while (pango_layout_iter_next_run(iter));
	pango_layout_iter_free(iter);
}

static bool
is_arabic(uint32_t c)
{
	return (c >= 0x600 && c <= 0x6ff) || (c >= 0x750 && c <= 0x77f) ||
	       (c >= 0xfb50 && c <= 0xfdff) || (c >= 0xfe70 && c <= 0xfefc);
}

static void
add_attribute(PangoAttrList *list, PangoAttribute *attribute, size_t start, size_t end)
{
	attribute->start_index = (unsigned)start;
	attribute->end_index = (unsigned)end;
	pango_attr_list_insert(list, attribute);
}

/* Arabic letters as large as the others look; and in a row: where pairs are kerned, or set one
 * above the other, programs that take the words out of a file see blanks between their letters. */
static void
set_features(PangoLayout *layout, struct prb_span words)
{
	PangoAttrList *list = pango_attr_list_new();
	size_t at = 0, start = 0;
	bool inside = false;

	/* No hyphen that nobody wrote: a digest or a name would be another one. */
	add_attribute(list, pango_attr_insert_hyphens_new(FALSE), 0, words.n);
	/* Nor are there signs for two Latin letters: "fi" is found where f and i are. */
	add_attribute(list, pango_attr_font_features_new("liga=0,clig=0"), 0, words.n);
	while (at <= words.n) {
		uint32_t c = 0;
		size_t n = at < words.n ? prb_utf8_decode(words.p + at, words.n - at, &c) : 1;
		/* A blank between two words is part of the run. */
		bool arabic = is_arabic(c) || (inside && c == ' ');

		if (arabic && !inside)
			start = at;
		if (inside && !arabic) {
			add_attribute(list, pango_attr_scale_new(ARABIC_SCALE), start, at);
			add_attribute(
				list, pango_attr_font_features_new("kern=0,calt=0"), start, at);
		}
		inside = arabic;
		at += n == 0 ? 1 : n;
	}
	pango_layout_set_attributes(layout, list);
	pango_attr_list_unref(list);
}

PangoLayout *
prb_pdf_layout(struct prb_pdf_pen *pen, struct prb_span words, const struct prb_pdf_style *style,
	double width)
{
	bool rtl = pen->rtl && !style->quoted && !style->code;
	PangoFontDescription *font = font_of(style);
	PangoLayout *layout;

	pango_context_set_base_dir(pen->context, rtl ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR);
	pango_context_set_language(
		pen->context, pango_language_from_string(
				      style->quoted ? "en" : prb_lang_tag(pen->document->lang)));
	layout = pango_layout_new(pen->context);
	pango_layout_set_auto_dir(layout, style->name);
	pango_layout_set_font_description(layout, font);
	pango_layout_set_wrap(layout, style->code ? PANGO_WRAP_CHAR : PANGO_WRAP_WORD_CHAR);
	pango_layout_set_width(layout, width > 0 ? (int)(width * PANGO_SCALE) : -1);
	pango_layout_set_text(layout, words.n == 0 ? "" : words.p, (int)words.n);
	set_features(layout, words);
	pango_font_description_free(font);
	if (pen->cr == NULL && pango_layout_get_unknown_glyphs_count(layout) != 0)
		note_missing(pen->facts, layout);
	return layout;
}

size_t
prb_pdf_lines(PangoLayout *layout)
{
	return (size_t)pango_layout_get_line_count(layout);
}

double
prb_pdf_height(
	const struct prb_pdf_pen *pen, PangoLayout *layout, const struct prb_pdf_style *style)
{
	return (double)prb_pdf_lines(layout) * prb_pdf_leading(pen, style->size);
}

double
prb_pdf_width(PangoLayout *layout)
{
	int width;

	pango_layout_get_size(layout, &width, NULL);
	return (double)width / PANGO_SCALE;
}

double
prb_pdf_left(const struct prb_pdf_pen *pen, double x, double width)
{
	return pen->rtl ? PRB_PDF_WIDTH - x - width : x;
}

static void
set_colour(struct prb_pdf_pen *pen, struct prb_pdf_colour colour)
{
	cairo_set_source_rgb(pen->cr, colour.red, colour.green, colour.blue);
}

void
prb_pdf_draw_lines(struct prb_pdf_pen *pen, PangoLayout *layout, const struct prb_pdf_style *style,
	size_t first, size_t count, double x, double y, double width)
{
	double leading = prb_pdf_leading(pen, style->size);

	if (pen->cr == NULL)
		return;
	set_colour(pen, style->colour);
	for (size_t i = 0; i < count && first + i < prb_pdf_lines(layout); i++) {
		PangoLayoutLine *line = pango_layout_get_line_readonly(layout, (int)(first + i));
		PangoRectangle box;
		double shift;

		pango_layout_line_get_extents(line, NULL, &box);
		shift = style->end ? width - (double)box.width / PANGO_SCALE : 0;
		/* 0.70: letters of Open Sans rise 0.77 em and fall 0.24 em, half of what is
		 * left of 1.42 em stands above. */
		cairo_move_to(pen->cr,
			prb_pdf_left(pen, x + shift, (double)box.width / PANGO_SCALE),
			y + ((double)i + 0.70) * leading);
		pango_cairo_show_layout_line(pen->cr, line);
	}
}

/* How many of the lines that are left go on this page; 0: none, a new page is better. No single
 * line stays behind at the end of a page, and none goes alone to the next. */
static size_t
lines_here(const struct prb_pdf_pen *pen, size_t left, double leading)
{
	double room = PRB_PDF_BOTTOM - pen->y;
	size_t fit = room < leading ? 0 : (size_t)(room / leading);

	if (fit >= left)
		return left;
	if (left <= 3 || fit < 2)
		return 0;
	return left - fit == 1 ? fit - 1 : fit;
}

void
prb_pdf_flow(struct prb_pdf_pen *pen, struct prb_span words, const struct prb_pdf_style *style,
	double x, double width, const char *tag)
{
	PangoLayout *layout = prb_pdf_layout(pen, words, style, width);
	double leading = prb_pdf_leading(pen, style->size);
	size_t count = prb_pdf_lines(layout), done = 0;

	while (done < count && !pen->failed) {
		size_t here = lines_here(pen, count - done, leading);

		if (here != 0) {
			bool led;

			prb_pdf_tag(pen, tag);
			led = prb_pdf_link(pen, style->link);
			prb_pdf_draw_lines(pen, layout, style, done, here, x, pen->y, width);
			if (led)
				prb_pdf_unlink(pen);
			prb_pdf_untag(pen, tag);
			pen->y += (double)here * leading;
			done += here;
		}
		if (done < count)
			prb_pdf_page_break(pen);
	}
	g_object_unref(layout);
}

/*
 * Shapes.
 */

static void
box_path(struct prb_pdf_pen *pen, double x, double y, double width, double height, double r)
{
	double left = prb_pdf_left(pen, x, width);

	if (r <= 0) {
		cairo_rectangle(pen->cr, left, y, width, height);
		return;
	}
	cairo_new_sub_path(pen->cr);
	cairo_arc(pen->cr, left + width - r, y + r, r, -M_PI_2, 0);
	cairo_arc(pen->cr, left + width - r, y + height - r, r, 0, M_PI_2);
	cairo_arc(pen->cr, left + r, y + height - r, r, M_PI_2, M_PI);
	cairo_arc(pen->cr, left + r, y + r, r, M_PI, -M_PI_2);
	cairo_close_path(pen->cr);
}

void
prb_pdf_box(struct prb_pdf_pen *pen, double x, double y, double width, double height, double radius,
	struct prb_pdf_colour colour)
{
	if (pen->cr == NULL || width <= 0)
		return;
	set_colour(pen, colour);
	box_path(pen, x, y, width, height, radius);
	cairo_fill(pen->cr);
}

void
prb_pdf_frame(struct prb_pdf_pen *pen, double x, double y, double width, double height,
	double radius, struct prb_pdf_colour colour)
{
	if (pen->cr == NULL)
		return;
	set_colour(pen, colour);
	cairo_set_line_width(pen->cr, 0.8);
	box_path(pen, x, y, width, height, radius);
	cairo_stroke(pen->cr);
}

void
prb_pdf_hatch(struct prb_pdf_pen *pen, double x, double y, double width, double height,
	struct prb_pdf_colour colour)
{
	double left = prb_pdf_left(pen, x, width);

	if (pen->cr == NULL || width <= 0)
		return;
	cairo_save(pen->cr);
	cairo_rectangle(pen->cr, left, y, width, height);
	cairo_clip(pen->cr);
	set_colour(pen, colour);
	cairo_set_line_width(pen->cr, 0.7);
	for (double at = left - height; at < left + width; at += 3) {
		cairo_move_to(pen->cr, at, y + height);
		cairo_line_to(pen->cr, at + height, y);
	}
	cairo_stroke(pen->cr);
	cairo_restore(pen->cr);
}

/*
 * Pages.
 */

/* Up to so many lines at the head or foot; what is too long ends in an ellipsis. */
static void
draw_margin_lines(struct prb_pdf_pen *pen, struct prb_span words, struct prb_pdf_style style,
	size_t lines, double x, double y, double width)
{
	PangoLayout *layout = prb_pdf_layout(pen, words, &style, width);

	pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
	pango_layout_set_height(layout, -(int)lines);
	prb_pdf_draw_lines(pen, layout, &style, 0, lines, x, y, width);
	g_object_unref(layout);
}

/* Which report, and which page of how many: figures from left to right, in Arabic too. */
static void
draw_foot(struct prb_pdf_pen *pen)
{
	struct prb_pdf_style style = {.size = FOOT_SIZE, .colour = PRB_PDF_GREY};
	double y = PRB_PDF_BOTTOM + 18;
	char number[64];
	int n = snprintf(number, sizeof number, "%zu / %zu", pen->page, pen->pages);

	prb_pdf_box(pen, PRB_PDF_MARGIN, y - 6, PRB_PDF_ROOM, 0.6, 0, PRB_PDF_RULE);
	draw_margin_lines(pen, pen->document->foot, style, 2, PRB_PDF_MARGIN, y, PRB_PDF_ROOM - 46);
	style.quoted = style.end = true;
	draw_margin_lines(pen, (struct prb_span){number, (size_t)n}, style, 1,
		PRB_PDF_MARGIN + PRB_PDF_ROOM - 46, y, 46);
}

static void
draw_head(struct prb_pdf_pen *pen)
{
	struct prb_pdf_style style = {.size = 8, .colour = PRB_PDF_GREY};

	draw_margin_lines(
		pen, pen->document->title, style, 1, PRB_PDF_MARGIN, 30, PRB_PDF_ROOM - DAY_WIDTH);
	style.end = true;
	draw_margin_lines(pen, pen->document->day, style, 1,
		PRB_PDF_MARGIN + PRB_PDF_ROOM - DAY_WIDTH, 30, DAY_WIDTH);
	prb_pdf_box(pen, PRB_PDF_MARGIN, 44, PRB_PDF_ROOM, 0.6, 0, PRB_PDF_RULE);
}

void
prb_pdf_page_open(struct prb_pdf_pen *pen, bool first)
{
	if (pen->page >= PRB_PDF_PAGES_MAX) {
		pen->failed = true;
		return;
	}
	pen->page++;
	pen->first_page = first;
	pen->y = PRB_PDF_TOP;
	if (pen->cr == NULL)
		return;
	/* Heads and feet stand outside of the tags: who has the pages read aloud hears them not. */
	if (!first)
		draw_head(pen);
	draw_foot(pen);
	if (pen->outer != NULL)
		prb_pdf_tag(pen, pen->outer);
	if (pen->inner != NULL)
		prb_pdf_tag(pen, pen->inner);
}

void
prb_pdf_page_close(struct prb_pdf_pen *pen)
{
	if (pen->cr == NULL || pen->failed)
		return;
	if (pen->inner != NULL)
		prb_pdf_untag(pen, pen->inner);
	if (pen->outer != NULL)
		prb_pdf_untag(pen, pen->outer);
	cairo_show_page(pen->cr);
}

void
prb_pdf_page_break(struct prb_pdf_pen *pen)
{
	prb_pdf_page_close(pen);
	prb_pdf_page_open(pen, false);
}

void
prb_pdf_need(struct prb_pdf_pen *pen, double height)
{
	if (pen->y > PRB_PDF_TOP && pen->y + height > PRB_PDF_BOTTOM && !pen->failed)
		prb_pdf_page_break(pen);
}

void
prb_pdf_gap(struct prb_pdf_pen *pen, double height)
{
	if (pen->y > PRB_PDF_TOP)
		pen->y += height;
}
