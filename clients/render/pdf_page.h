/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RENDER_PDF_PAGE_H
#define PRB_RENDER_PDF_PAGE_H

/*
 * A pen that writes down pages: where it stands, breaks between pages, lines of text, and what a
 * page is tagged with. Lengths are points, 1/72 inch, from the top and from the side where a line
 * of the language starts: whoever draws by these functions draws mirrored where that is the right.
 *
 * A file is written twice by the same code. The first time nothing is drawn: it finds how many
 * pages there are, which every page says.
 */

#include <cairo.h>
#include <pango/pango.h>

#include "clients/render/pdf.h"

/* ISO 216: A4 is 210 x 297 mm. */
#define PRB_PDF_WIDTH 595.276
#define PRB_PDF_HEIGHT 841.890
#define PRB_PDF_MARGIN 51.0 /* 18 mm at the sides: binders and printers need 10 */
#define PRB_PDF_TOP 60.0
#define PRB_PDF_BOTTOM (PRB_PDF_HEIGHT - 62.0)
#define PRB_PDF_ROOM (PRB_PDF_WIDTH - 2 * PRB_PDF_MARGIN) /* for the text */

struct prb_pdf_colour {
	double red, green, blue;
};

/* 0xRRGGBB */
#define PRB_PDF_RGB(hex)                                                                           \
	((struct prb_pdf_colour){                                                                  \
		((hex) >> 16 & 255) / 255.0, ((hex) >> 8 & 255) / 255.0, ((hex)&255) / 255.0})
#define PRB_PDF_INK PRB_PDF_RGB(0x1a1f26)
#define PRB_PDF_GREY PRB_PDF_RGB(0x4d5661) /* 7.5:1 on white */
#define PRB_PDF_LINK PRB_PDF_RGB(0x0b4f9e)
#define PRB_PDF_RULE PRB_PDF_RGB(0xc8cdd3)
#define PRB_PDF_TINT PRB_PDF_RGB(0xf1f3f5)
#define PRB_PDF_WHITE PRB_PDF_RGB(0xffffff)

struct prb_pdf_style {
	double size;
	struct prb_pdf_colour colour;
	bool bold;
	bool quoted;          /* as a source has it, in English, whatever the document's language */
	bool code;            /* fixed width, from left to right, broken anywhere */
	bool name;            /* in the direction of its own first letter */
	bool end;             /* set at the end of the line */
	struct prb_span link; /* where prb_pdf_flow's words lead; empty for nowhere */
};

struct prb_pdf_pen {
	cairo_t *cr; /* NULL where nothing is drawn */
	PangoContext *context;
	const struct prb_document *document;
	size_t documents_count;
	bool rtl;
	double y;                  /* where the next thing stands */
	size_t page, pages;        /* from 1; how many there are, 0 where that is not known yet */
	bool first_page;           /* of its document */
	bool failed;               /* more than PRB_PDF_PAGES_MAX */
	const char *outer, *inner; /* the tags around what is written now; NULL for none */
	struct prb_pdf_facts *facts;
};

/* From one page to the next, with what stands at the head and foot of each. The first page of a
 * document is opened, the last one closed. */
void prb_pdf_page_open(struct prb_pdf_pen *pen, bool first);
void prb_pdf_page_close(struct prb_pdf_pen *pen);
void prb_pdf_page_break(struct prb_pdf_pen *pen);
/* Breaks where less than `height` is left of a page that something stands on. */
void prb_pdf_need(struct prb_pdf_pen *pen, double height);
/* Goes down, but never from a page that is still empty. */
void prb_pdf_gap(struct prb_pdf_pen *pen, double height);

/* A tag of the PDF's structure (ISO 32000-1 section 14.8.4); drawing only. */
void prb_pdf_tag(struct prb_pdf_pen *pen, const char *name);
void prb_pdf_untag(struct prb_pdf_pen *pen, const char *name);
/* Two around several things ("L", and "LI" for each item anew), which are closed and opened again
 * at the end of a page. NULL for none. */
void prb_pdf_group(struct prb_pdf_pen *pen, const char *outer, const char *inner);
/* A place that is led to, here. */
void prb_pdf_place(struct prb_pdf_pen *pen, const char *name);
/* Around what leads to a place ("#why") or a URL; where that is neither, nothing leads there and
 * false is returned. Every true one is ended. */
bool prb_pdf_link(struct prb_pdf_pen *pen, struct prb_span url);
void prb_pdf_unlink(struct prb_pdf_pen *pen);

/* Words broken into lines of that width; 0 for one line. The caller's, by g_object_unref. */
PangoLayout *prb_pdf_layout(struct prb_pdf_pen *pen, struct prb_span words,
	const struct prb_pdf_style *style, double width);
size_t prb_pdf_lines(PangoLayout *layout);
/* From one line to the next: by the size, not by the font that was found for a letter. */
double prb_pdf_leading(const struct prb_pdf_pen *pen, double size);
double prb_pdf_height(
	const struct prb_pdf_pen *pen, PangoLayout *layout, const struct prb_pdf_style *style);
/* The widest line. */
double prb_pdf_width(PangoLayout *layout);
/* Draws count lines from `first` on, the top of the first one at y, within width from x. */
void prb_pdf_draw_lines(struct prb_pdf_pen *pen, PangoLayout *layout,
	const struct prb_pdf_style *style, size_t first, size_t count, double x, double y,
	double width);
/* Writes words from the pen down, over as many pages as it takes, each part with this tag. */
void prb_pdf_flow(struct prb_pdf_pen *pen, struct prb_span words, const struct prb_pdf_style *style,
	double x, double width, const char *tag);

/* Shapes; x is where the side nearer to the start of a line is. */
void prb_pdf_box(struct prb_pdf_pen *pen, double x, double y, double width, double height,
	double radius, struct prb_pdf_colour colour);
void prb_pdf_frame(struct prb_pdf_pen *pen, double x, double y, double width, double height,
	double radius, struct prb_pdf_colour colour);
void prb_pdf_hatch(struct prb_pdf_pen *pen, double x, double y, double width, double height,
	struct prb_pdf_colour colour);
/* From the left, whatever the language: where a box of that width begins on the paper. */
double prb_pdf_left(const struct prb_pdf_pen *pen, double x, double width);

#endif
