/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/cli/pages.h"

#include <errno.h>
#include <stdlib.h>

#include "clients/cli/cli.h"
#include "clients/cli/paper.h"
#include "clients/render/html.h"
#include "clients/render/members.h"

#define ARENA_BYTES_MAX ((size_t)256 * 1024 * 1024)
#define HTML_BYTES_MAX ((size_t)64 * 1024 * 1024)
#define PREFIX_BYTES 16

struct pages {
	enum prb_lang lang;
	struct prb_arena *arena; /* of the document that is being written */
	struct prb_arena *kept;  /* rows of the summary */
	struct prb_str html;
	struct prb_str only;                   /* the first report as a page of its own */
	FILE *bodies;                          /* of HTML; NULL for a PDF */
	struct paper *paper;                   /* the documents of a PDF; NULL for HTML */
	struct prb_document_summary_row *rows; /* PAGES_MAX of them */
	size_t count;
};

static bool
say_memory(void)
{
	prb_cli_say("there is no memory for the pages");
	return false;
}

void
pages_destroy(struct pages *pages)
{
	if (pages == NULL)
		return;
	if (pages->bodies != NULL)
		(void)fclose(pages->bodies);
	paper_destroy(pages->paper);
	prb_str_finish(&pages->only);
	prb_str_finish(&pages->html);
	prb_arena_destroy(pages->kept);
	prb_arena_destroy(pages->arena);
	free(pages);
}

struct pages *
pages_create(enum pages_form form, enum prb_lang lang)
{
	struct pages *pages = calloc(1, sizeof *pages);

	if (pages == NULL) {
		(void)say_memory();
		return NULL;
	}
	pages->lang = lang;
	prb_str_init(&pages->html, HTML_BYTES_MAX);
	prb_str_init(&pages->only, HTML_BYTES_MAX);
	pages->arena = prb_arena_create(ARENA_BYTES_MAX);
	pages->kept = prb_arena_create(ARENA_BYTES_MAX);
	if (pages->arena != NULL && pages->kept != NULL)
		pages->rows = prb_arena_array(pages->kept, PAGES_MAX, sizeof *pages->rows);
	if (form == PAGES_PDF)
		pages->paper = paper_create();
	else
		pages->bodies = tmpfile();
	if (form == PAGES_HTML && pages->bodies == NULL)
		prb_cli_say("no temporary file can be made: %s", strerror(errno));
	else if (pages->rows == NULL || (form == PAGES_PDF && pages->paper == NULL))
		(void)say_memory();
	else
		return pages;
	pages_destroy(pages);
	return NULL;
}

/*
 * The row of the summary. What makes it was checked when the document was made.
 */

static int64_t
number_of(const struct prb_json *object, const char *name)
{
	const struct prb_json *value = prb_member(object, name, PRB_JSON_NUMBER);
	int64_t number = 0;

	return value != NULL && prb_json_int(value, &number) ? number : 0;
}

/* The ends of a list of two. */
static const struct prb_json *
second_of(const struct prb_json *object, const char *name)
{
	const struct prb_json *first = prb_member_list(object, name);

	return first != NULL ? prb_json_next(first) : NULL;
}

static struct prb_span
keep(struct pages *pages, struct prb_span text)
{
	return prb_arena_copy(pages->kept, text);
}

static bool
keep_row(struct pages *pages, const struct prb_json *report, const char *link)
{
	struct prb_document_summary_row *row = &pages->rows[pages->count];
	const struct prb_json *supplier = prb_member(report, "supplier", PRB_JSON_OBJECT),
			      *exposure = prb_member(report, "exposure", PRB_JSON_OBJECT);

	row->supplier = keep(pages, prb_member_text(supplier, "name"));
	row->country = keep(pages, prb_member_text(supplier, "country"));
	row->rating = keep(pages, prb_member_text(report, "rating"));
	row->low = keep(pages, prb_json_string(prb_member_list(report, "rating_range")));
	row->high = keep(pages, prb_json_string(second_of(report, "rating_range")));
	row->link = keep(pages, prb_span_of(link));
	row->exposure = number_of(exposure, "inherent");
	(void)prb_json_int(prb_member_list(exposure, "range"), &row->exposure_low);
	(void)prb_json_int(second_of(exposure, "range"), &row->exposure_high);
	row->coverage = number_of(report, "coverage");
	return (row->supplier.p != NULL && row->country.p != NULL && row->rating.p != NULL &&
		       row->low.p != NULL && row->high.p != NULL && row->link.p != NULL) ||
	       say_memory();
}

/*
 * Pages.
 */

static bool
write_body(struct pages *pages, const char *name, const struct prb_json *report,
	const struct prb_document_options *options, const char *prefix)
{
	struct prb_document document;
	struct prb_fault fault;

	prb_arena_reset(pages->arena);
	if (prb_document_of_report(pages->arena, report, options, &document, &fault) != PRB_OK) {
		prb_cli_say("%s: report %zu: %s", name, pages->count + 1, fault.detail);
		return false;
	}
	if (pages->count == 0)
		prb_html_write(&document, &pages->only);
	prb_str_reset(&pages->html);
	prb_html_body(&document, prefix, &pages->html);
	if (pages->only.failed || pages->html.failed)
		return say_memory();
	if (fwrite(pages->html.p, 1, pages->html.n, pages->bodies) != pages->html.n) {
		prb_cli_say("the temporary file cannot be written: %s", strerror(errno));
		return false;
	}
	return true;
}

static bool
add_paper(struct pages *pages, const char *name, const struct prb_json *report,
	const struct prb_document_options *options)
{
	struct prb_fault fault;

	if (paper_add(pages->paper, report, options, &fault) == PRB_OK)
		return true;
	prb_cli_say("%s: report %zu: %s", name, pages->count + 1, fault.detail);
	return false;
}

bool
pages_add(struct pages *pages, const char *name, const struct prb_json *report,
	const struct prb_document_options *options)
{
	char link[PREFIX_BYTES + 4], prefix[PREFIX_BYTES];

	if (pages->count == PAGES_MAX) {
		prb_cli_say("%s: one file holds %d reports at most; part the list, or take --out "
			    "csv for all of them",
			name, PAGES_MAX);
		return false;
	}
	(void)snprintf(prefix, sizeof prefix, "r%zu-", pages->count + 1);
	(void)snprintf(link, sizeof link, "#%stop", prefix);
	if (pages->paper != NULL ? !add_paper(pages, name, report, options)
				 : !write_body(pages, name, report, options, prefix))
		return false;
	if (!keep_row(pages, report, link))
		return false;
	pages->count++;
	return true;
}

static bool
copy_bodies(struct pages *pages)
{
	char piece[65536];
	size_t n;

	rewind(pages->bodies);
	while ((n = fread(piece, 1, sizeof piece, pages->bodies)) > 0)
		if (fwrite(piece, 1, n, stdout) != n)
			return false;
	if (ferror(pages->bodies)) {
		prb_cli_say("the temporary file cannot be read: %s", strerror(errno));
		return false;
	}
	return true;
}

static bool
write_several(struct pages *pages, const struct prb_document *summary)
{
	prb_str_reset(&pages->html);
	prb_html_begin(summary, &pages->html);
	prb_html_body(summary, "", &pages->html);
	if (pages->html.failed)
		return say_memory();
	if (fwrite(pages->html.p, 1, pages->html.n, stdout) != pages->html.n || !copy_bodies(pages))
		return false;
	prb_str_reset(&pages->html);
	prb_html_end(&pages->html);
	return fwrite(pages->html.p, 1, pages->html.n, stdout) == pages->html.n;
}

static bool
write_one(struct pages *pages)
{
	return pages->paper != NULL
		       ? paper_write(pages->paper, NULL)
		       : fwrite(pages->only.p, 1, pages->only.n, stdout) == pages->only.n;
}

bool
pages_write(struct pages *pages)
{
	struct prb_document summary;

	if (pages->count == 0)
		return true;
	if (pages->count == 1)
		return write_one(pages);
	prb_arena_reset(pages->arena);
	if (prb_document_of_summary(
		    pages->arena, pages->lang, pages->rows, pages->count, &summary) != PRB_OK)
		return say_memory();
	return pages->paper != NULL ? paper_write(pages->paper, &summary)
				    : write_several(pages, &summary);
}
