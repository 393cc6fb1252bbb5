/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_CLI_PAGES_H
#define PRB_CLI_PAGES_H

/*
 * Reports in one file, HTML or PDF: one report is a page of its own, several stand behind a summary
 * that leads to each. The summary comes first and is known last, so that the pages of HTML wait in
 * a temporary file: memory grows by a line for each, not by a report. For a PDF (paper.h) it grows
 * by a report.
 */

#include "clients/render/document.h"

/* A browser shows some thousand of these pages in one file, with patience, and no more. */
#define PAGES_MAX 1000

struct pages;

enum pages_form { PAGES_HTML, PAGES_PDF };

/* NULL, with a word on stderr, where there is no memory or no temporary file. */
struct pages *pages_create(enum pages_form form, enum prb_lang lang);
void pages_destroy(struct pages *pages);
/* Takes what it needs of the report, which may go afterwards. False with a word on stderr: it is no
 * report, or one more than PAGES_MAX, or the world failed. `name` is of the file, for that word. */
bool pages_add(struct pages *pages, const char *name, const struct prb_json *report,
	const struct prb_document_options *options);
/* Writes all of it to stdout; nothing where no report was added. False with a word on stderr. */
bool pages_write(struct pages *pages);

#endif
