/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/cli/paper.h"

#include <assert.h>
#include <dlfcn.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clients/cli/cli.h"
#include "clients/cli/pages.h"
#include "clients/render/pdf_module.h"
#include "datasets/store/release.h"
#include "scoring/base/jcs.h"

/* A report with its document takes some 300 kB. */
#define ARENA_BYTES_MAX ((size_t)512 * 1024 * 1024)
#define REPORT_BYTES_MAX ((size_t)16 * 1024 * 1024)

struct paper {
	struct prb_arena *arena;
	struct prb_document *documents; /* the first place is the summary's */
	size_t count;
};

void
paper_destroy(struct paper *paper)
{
	if (paper == NULL)
		return;
	prb_arena_destroy(paper->arena);
	free(paper);
}

struct paper *
paper_create(void)
{
	struct paper *paper = calloc(1, sizeof *paper);

	if (paper == NULL)
		return NULL;
	paper->arena = prb_arena_create(ARENA_BYTES_MAX);
	if (paper->arena != NULL)
		paper->documents =
			prb_arena_array(paper->arena, PAGES_MAX + 1, sizeof *paper->documents);
	if (paper->documents != NULL)
		return paper;
	paper_destroy(paper);
	return NULL;
}

/* By way of its text: a tree cannot be moved from one arena to another. */
static enum prb_err
keep(struct paper *paper, const struct prb_json *report, const struct prb_json **kept,
	struct prb_fault *fault)
{
	struct prb_str text;
	enum prb_err err = PRB_ERR_MEMORY;

	prb_str_init(&text, REPORT_BYTES_MAX);
	prb_jcs_write(paper->arena, report, &text);
	if (!text.failed)
		err = prb_json_parse(
			paper->arena, prb_str_span(&text), REPORT_BYTES_MAX, fault, kept);
	prb_str_finish(&text);
	return err == PRB_ERR_MEMORY ? prb_fault_set(fault, err, PRB_NO_OFFSET, NULL,
					       "there is no memory for so many reports in one PDF")
				     : err;
}

enum prb_err
paper_add(struct paper *paper, const struct prb_json *report,
	const struct prb_document_options *options, struct prb_fault *fault)
{
	const struct prb_json *kept;
	enum prb_err err = keep(paper, report, &kept, fault);

	assert(paper->count < PAGES_MAX);
	if (err == PRB_OK)
		err = prb_document_of_report(
			paper->arena, kept, options, &paper->documents[paper->count + 1], fault);
	if (err == PRB_OK)
		paper->count++;
	return err;
}

static void
say_missing(const struct prb_pdf_facts *facts)
{
	if (facts->missing != 0)
		prb_cli_say("%zu letters stand as boxes: no font here has U+%04X; install one that "
			    "has, such as those of fonts-noto-core",
			facts->missing, (unsigned)facts->missing_first);
}

/* It stays until the process ends. NULL with a word on stderr. */
static const struct prb_pdf_module *
load_writer(void)
{
	const struct prb_pdf_module *module;
	char path[PATH_MAX];
	void *file;

	if (!prb_beside_program(PRB_PDF_MODULE_PLACE, path, sizeof path)) {
		prb_cli_say("it is not known where this program lies, so its " PRB_PDF_MODULE_PLACE
			    " is not found");
		return NULL;
	}
	file = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	module = file != NULL ? dlsym(file, PRB_PDF_MODULE_SYMBOL) : NULL;
	if (module == NULL) {
		prb_cli_say("what writes PDFs cannot be loaded: %s; --out html needs nothing more",
			dlerror());
		return NULL;
	}
	if (strcmp(module->version, PROBITY_VERSION) != 0) {
		prb_cli_say("%s is of version %s, and this program of " PROBITY_VERSION
			    ": install both from one build",
			path, module->version);
		return NULL;
	}
	return module;
}

bool
paper_write(struct paper *paper, const struct prb_document *summary)
{
	const struct prb_pdf_module *module = load_writer();
	struct prb_pdf_facts facts;
	struct prb_fault fault;
	struct prb_str pdf;
	size_t first = summary == NULL ? 1 : 0;
	bool written = false;

	if (module == NULL)
		return false;
	if (summary != NULL)
		paper->documents[0] = *summary;
	prb_str_init(&pdf, PRB_PDF_BYTES_MAX);
	if (module->write(&paper->documents[first], paper->count + 1 - first, &pdf, &facts,
		    &fault) != PRB_OK) {
		prb_cli_say("%s", fault.detail);
	} else {
		say_missing(&facts);
		written = fwrite(pdf.p, 1, pdf.n, stdout) == pdf.n;
	}
	prb_str_finish(&pdf);
	return written;
}

bool
paper_wanted(const char *command)
{
	if (!isatty(STDOUT_FILENO))
		return true;
	(void)prb_cli_usage(command, "a PDF is nothing for a terminal: send it to a file, as with "
				     "`> report.pdf`");
	return false;
}
