/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_CLI_PAPER_H
#define PRB_CLI_PAPER_H

/*
 * Reports in one PDF: one report as it is, several behind a summary. Every page says how many there
 * are, so that all documents are there before the first page is drawn.
 */

#include "clients/render/document.h"

struct paper;

/* NULL without memory. */
struct paper *paper_create(void);
void paper_destroy(struct paper *paper);
/* Keeps a copy of the report, which may go. *document is of it and lives as long as the paper. */
enum prb_err paper_add(struct paper *paper, const struct prb_json *report,
	const struct prb_document_options *options, struct prb_fault *fault);
/* Writes to stdout: the summary first where it is not NULL. What no font has a letter for is said
 * on stderr. False with a word on stderr. */
bool paper_write(struct paper *paper, const struct prb_document *summary);
/* Whether a PDF can go to stdout: to a terminal it cannot, which is said. */
bool paper_wanted(const char *command);

#endif
