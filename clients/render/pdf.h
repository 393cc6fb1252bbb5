/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RENDER_PDF_H
#define PRB_RENDER_PDF_H

/*
 * Documents as one PDF: A4, tagged, with an outline, fonts embedded as subsets; mirrored where the
 * language is written from right to left.
 *
 * The same documents give the same bytes wherever the same fonts and libraries are: no clock, no
 * locale, no host is asked. The surprise: where memory runs out inside GLib the process ends
 * (g_malloc aborts), and fonts are read by code that has met hostile files. So the command line
 * alone loads this (pdf_module.h), and a server starts that as a child, with limits.
 */

#include "clients/render/document.h"

/* Of one file. A report has 5 to 20 pages, which are some 100 kB. */
#define PRB_PDF_PAGES_MAX 5000
#define PRB_PDF_BYTES_MAX ((size_t)64 * 1024 * 1024)

/* What was written, and what could not be set. */
struct prb_pdf_facts {
	size_t pages;
	/* Letters that no font of this machine has: a box stands for each. */
	size_t missing;
	uint32_t missing_first; /* the code point of the first one */
};

/*
 * Appends the PDF of the documents, each from a page of its own on; there is at least one. The
 * first gives the file its title, its day and its language; of several the first is the summary,
 * which leads to the others by "#r1-top", "#r2-top" and so on. out->bytes_max may be up to
 * PRB_PDF_BYTES_MAX. On failure out is as it was: PRB_ERR_TOO_LARGE past a bound, PRB_ERR_MEMORY,
 * PRB_ERR_IO where there is no font at all.
 */
enum prb_err prb_pdf_write(const struct prb_document *documents, size_t count, struct prb_str *out,
	struct prb_pdf_facts *facts, struct prb_fault *fault);

#endif
