/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include "clients/render/pdf_blocks.h"

/* "2026-06-30T00:00:00Z" */
#define MOMENT_BYTES_MAX 40

static cairo_status_t
take(void *context, const unsigned char *bytes, unsigned int n)
{
	struct prb_str *pdf = context;

	prb_str_add(pdf, bytes, n);
	return pdf->failed ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

/* One document from a page of its own on. */
static void
write_document(struct prb_pdf_pen *pen, const struct prb_document *document, size_t number)
{
	char place[PRB_PDF_PLACE_BYTES_MAX];
	int row = 0;

	pen->document = document;
	pen->rtl = prb_lang_is_rtl(document->lang);
	prb_pdf_page_open(pen, true);
	if (pen->documents_count > 1) {
		snprintf(place, sizeof place, "r%zu-top", number);
		prb_pdf_place(pen, place);
		row = prb_pdf_outline(pen, 0, document->title, place);
	}
	prb_pdf_blocks(pen, number, row);
	prb_pdf_page_close(pen);
}

static void
write_documents(struct prb_pdf_pen *pen, const struct prb_document *documents)
{
	pen->page = 0;
	prb_pdf_tag(pen, "Document");
	for (size_t i = 0; i < pen->documents_count && !pen->failed; i++)
		write_document(pen, &documents[i], i);
	prb_pdf_untag(pen, "Document");
}

static void
describe(cairo_surface_t *surface, cairo_pdf_metadata_t what, struct prb_span words)
{
	struct prb_str text;

	prb_str_init(&text, 4096);
	prb_str_add_span(&text, words);
	if (!text.failed && text.n != 0)
		cairo_pdf_surface_set_metadata(surface, what, text.p);
	prb_str_finish(&text);
}

/* The day of the first report and not the clock's: the same document is the same file. A summary
 * has none, and where nothing has one it is the first that the form of dates has. */
static void
describe_day(cairo_surface_t *surface, const struct prb_document *documents, size_t count)
{
	struct prb_span day = PRB_SPAN("1970-01-01");
	char moment[MOMENT_BYTES_MAX];
	size_t at = 0;

	while (at < count && documents[at].as_of.n == 0)
		at++;
	if (at < count && documents[at].as_of.n == day.n)
		day = documents[at].as_of;
	snprintf(moment, sizeof moment, "%.*sT00:00:00Z", PRB_SPAN_ARGS(day));
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, moment);
}

static void
describe_file(cairo_surface_t *surface, const struct prb_document *documents, size_t count)
{
	describe(surface, CAIRO_PDF_METADATA_TITLE, documents[0].title);
	describe(surface, CAIRO_PDF_METADATA_AUTHOR, PRB_SPAN("probity"));
	describe(surface, CAIRO_PDF_METADATA_SUBJECT, documents[0].subject);
	describe(surface, CAIRO_PDF_METADATA_KEYWORDS, documents[0].id);
	describe(surface, CAIRO_PDF_METADATA_CREATOR, PRB_SPAN("probity " PROBITY_VERSION));
	describe_day(surface, documents, count);
}

static cairo_status_t
draw(struct prb_pdf_pen *pen, const struct prb_document *documents, struct prb_str *pdf)
{
	cairo_surface_t *surface =
		cairo_pdf_surface_create_for_stream(take, pdf, PRB_PDF_WIDTH, PRB_PDF_HEIGHT);
	cairo_status_t status;

	pen->cr = cairo_create(surface);
	describe_file(surface, documents, pen->documents_count);
	write_documents(pen, documents);
	status = cairo_status(pen->cr);
	cairo_destroy(pen->cr);
	pen->cr = NULL;
	cairo_surface_finish(surface);
	if (status == CAIRO_STATUS_SUCCESS)
		status = cairo_surface_status(surface);
	cairo_surface_destroy(surface);
	return status;
}

/* Where the text occurs last; (size_t)-1 where it does not. */
static size_t
find_last(struct prb_span in, struct prb_span text)
{
	for (size_t at = in.n >= text.n ? in.n - text.n + 1 : 0; at-- > 0;)
		if (memcmp(in.p + at, text.p, text.n) == 0)
			return at;
	return (size_t)-1;
}

/*
 * What cairo 1.16 cannot say: the language of the file, for who has it read aloud; that windows
 * show its title; on which side the second of two pages lies. It goes into the catalogue, the last
 * thing that cairo writes: nothing but the table of places stands behind it, and where that is, is
 * said at the very end. A file of another form is left as it is.
 */
static void
add_completed(struct prb_span pdf, const struct prb_document *document, struct prb_str *out)
{
	const struct prb_span catalogue = PRB_SPAN("<< /Type /Catalog\n");
	const struct prb_span last = PRB_SPAN("startxref\n");
	size_t head = find_last(pdf, catalogue), tail = find_last(pdf, last), start = out->n;
	size_t digits = 0, more;
	int64_t place;

	if (head == (size_t)-1 || tail == (size_t)-1 || head > tail) {
		prb_str_add_span(out, pdf);
		return;
	}
	while (tail + last.n + digits < pdf.n && pdf.p[tail + last.n + digits] != '\n')
		digits++;
	if (!prb_parse_int((struct prb_span){pdf.p + tail + last.n, digits}, 0,
		    (int64_t)PRB_PDF_BYTES_MAX, &place)) {
		prb_str_add_span(out, pdf);
		return;
	}
	head += catalogue.n;
	prb_str_add(out, pdf.p, head);
	prb_str_addf(out, "   /Lang (%s)\n   /ViewerPreferences << /DisplayDocTitle true%s >>\n",
		prb_lang_tag(document->lang),
		prb_lang_is_rtl(document->lang) ? " /Direction /R2L" : "");
	more = out->n - start - head;
	prb_str_add(out, pdf.p + head, tail + last.n - head);
	prb_str_add_int(out, place + (int64_t)more);
	prb_str_add(out, pdf.p + tail + last.n + digits, pdf.n - tail - last.n - digits);
}

static enum prb_err
draw_into(struct prb_pdf_pen *pen, const struct prb_document *documents, struct prb_str *out,
	struct prb_fault *fault)
{
	struct prb_str pdf;
	cairo_status_t status;
	size_t before = out->n;

	prb_str_init(&pdf, PRB_PDF_BYTES_MAX);
	status = draw(pen, documents, &pdf);
	if (status == CAIRO_STATUS_SUCCESS)
		add_completed(prb_str_span(&pdf), &documents[0], out);
	if (out->failed)
		out->n = before;
	prb_str_finish(&pdf);
	if (out->failed || status == CAIRO_STATUS_WRITE_ERROR)
		return prb_fault_set(fault, PRB_ERR_TOO_LARGE, PRB_NO_OFFSET, NULL,
			"the PDF would be larger than %zu bytes, or memory ran out",
			out->bytes_max < PRB_PDF_BYTES_MAX ? out->bytes_max : PRB_PDF_BYTES_MAX);
	if (status != CAIRO_STATUS_SUCCESS)
		return prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL,
			"the PDF could not be drawn: %s", cairo_status_to_string(status));
	return PRB_OK;
}

/* Letters lie where the font puts them: whole points, which a screen would want, part the letters
 * of a word, and who takes the text out of the file gets blanks between them. */
static PangoContext *
context_of(PangoFontMap *fonts)
{
	PangoContext *context = pango_font_map_create_context(fonts);
	cairo_font_options_t *options = cairo_font_options_create();

	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
	pango_cairo_context_set_font_options(context, options);
	pango_cairo_context_set_resolution(context, 72);
	pango_context_set_round_glyph_positions(context, FALSE);
	cairo_font_options_destroy(options);
	return context;
}

static bool
has_fonts(PangoFontMap *fonts)
{
	PangoFontFamily **families;
	int count;

	pango_font_map_list_families(fonts, &families, &count);
	g_free(families);
	return count != 0;
}

enum prb_err
prb_pdf_write(const struct prb_document *documents, size_t count, struct prb_str *out,
	struct prb_pdf_facts *facts, struct prb_fault *fault)
{
	PangoFontMap *fonts = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
	struct prb_pdf_pen pen = {.documents_count = count, .facts = facts};
	enum prb_err err;

	*facts = (struct prb_pdf_facts){.pages = 0};
	if (fonts == NULL || !has_fonts(fonts)) {
		if (fonts != NULL)
			g_object_unref(fonts);
		return prb_fault_set(fault, PRB_ERR_IO, PRB_NO_OFFSET, NULL,
			"there is no font on this machine: install fonts-open-sans, "
			"fonts-hosny-amiri, fonts-wqy-microhei and fonts-dejavu-core");
	}
	pen.context = context_of(fonts);
	write_documents(&pen, documents);
	if (pen.failed) {
		err = prb_fault_set(fault, PRB_ERR_TOO_LARGE, PRB_NO_OFFSET, NULL,
			"the PDF would have more than %d pages", PRB_PDF_PAGES_MAX);
	} else {
		pen.pages = facts->pages = pen.page;
		err = draw_into(&pen, documents, out, fault);
	}
	g_object_unref(pen.context);
	g_object_unref(fonts);
	return err;
}
