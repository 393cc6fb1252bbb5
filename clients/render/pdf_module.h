/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RENDER_PDF_MODULE_H
#define PRB_RENDER_PDF_MODULE_H

/*
 * prb_pdf_write as a file of its own, PREFIX/lib/probity/pdf.so, which the command line loads when
 * a PDF is wanted: what reads fonts takes thirty libraries, and every other command would wait for
 * them. The module has copies of the archives that it needs and shows this one symbol.
 */

#include "clients/render/pdf.h"

#define PRB_PDF_MODULE_PLACE "lib/probity/pdf.so"
#define PRB_PDF_MODULE_SYMBOL "prb_pdf_module"

struct prb_pdf_module {
	const char *version; /* PROBITY_VERSION of its build: another one has other shapes */
	enum prb_err (*write)(const struct prb_document *documents, size_t count,
		struct prb_str *out, struct prb_pdf_facts *facts, struct prb_fault *fault);
};

extern const struct prb_pdf_module prb_pdf_module;

#endif
