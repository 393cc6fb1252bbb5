/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "clients/cli/cli.h"
#include "clients/cli/options.h"
#include "clients/cli/pages.h"
#include "clients/cli/paper.h"
#include "clients/render/plain.h"

#define INPUT_BYTES_MAX ((size_t)512 * 1024 * 1024)
#define REPORT_BYTES_MAX ((size_t)16 * 1024 * 1024)
#define ARENA_BYTES_MAX ((size_t)256 * 1024 * 1024)

static const char help[] =
	"usage: probity explain [OPTION]... REPORT|-\n\n"
	"Says in words why a report rates as it does, why not one lower or higher, and what to ask "
	"next. REPORT is what `probity screen`\n"
	"printed with --out json or --out ndjson: one report, an array of them, or one a line. It "
	"may also be the server's whole answer\n"
	"to a declaration.\n\n"
	"  --out text|html|pdf text for a terminal, where it is not given; or a page that stands "
	"by "
	"itself: no script, prints well; or\n"
	"                      a PDF. Several reports are one file, with a summary first\n"
	"  --lang LANG         " PRB_CLI_LANGS ". The\n"
	"                      report itself holds no language\n"
	"  --attestation FILE  the attestation of the one report, or the server's answer with it: "
	"who stands for it is named on the page\n"
	"  --verify-url URL    where it can be checked: the page has a code to scan that leads "
	"there\n\n"
	"Exit status: 0; 1 where the text is no report; 2 usage.\n\n"
	"  probity screen --out ndjson suppliers.csv | head -n 1 | probity explain -\n"
	"  probity explain --out html --lang fr report.json > report.html\n";

/* What to print. A format is a row here and a case in print_report and finish. */
enum explain_output { EXPLAIN_TEXT, EXPLAIN_HTML, EXPLAIN_PDF };

static const char *const outputs[] = {"text", "html", "pdf"};

struct explaining {
	struct prb_document_options options;
	enum explain_output output;
	const char *name;
	struct prb_arena *arena; /* the reports, as they were read */
	struct prb_arena *spare; /* the document that is being written */
	struct prb_str out;
	struct pages *pages; /* NULL where the output is text */
	size_t count;
};

/* A report as it is, or the one in a server's answer. No report has a member of that name. */
static const struct prb_json *
report_of(const struct prb_json *json)
{
	const struct prb_json *inner =
		prb_json_kind(json) == PRB_JSON_OBJECT ? prb_json_member(json, "report") : NULL;

	return inner != NULL && prb_json_kind(inner) == PRB_JSON_OBJECT ? inner : json;
}

static bool
print_text(struct explaining *e, const struct prb_json *report)
{
	struct prb_document document;
	struct prb_fault fault;

	prb_arena_reset(e->spare);
	prb_str_reset(&e->out);
	if (prb_document_of_report(e->spare, report, &e->options, &document, &fault) != PRB_OK) {
		prb_cli_say("%s: report %zu: %s", e->name, e->count, fault.detail);
		return false;
	}
	if (e->count > 1)
		prb_str_add_text(&e->out, "\n----\n\n");
	prb_plain_write(&document, &e->out);
	if (e->out.failed) {
		prb_cli_say("there is no memory for the explanation");
		return false;
	}
	return fwrite(e->out.p, 1, e->out.n, stdout) == e->out.n;
}

static bool
explain_one(struct explaining *e, const struct prb_json *json)
{
	const struct prb_json *report = report_of(json);

	if (e->count++ != 0 && e->options.attestation != NULL) {
		prb_cli_say("%s: an attestation is of one report, and here are several", e->name);
		return false;
	}
	return e->output == EXPLAIN_TEXT ? print_text(e, report)
					 : pages_add(e->pages, e->name, report, &e->options);
}

static bool
explain_text(struct explaining *e, struct prb_span text, struct prb_fault *fault)
{
	const struct prb_json *json;
	bool done = true;

	prb_arena_reset(e->arena);
	if (prb_json_parse(e->arena, text, INPUT_BYTES_MAX, fault, &json) != PRB_OK)
		return false;
	fault->err = PRB_OK;
	if (prb_json_kind(json) != PRB_JSON_ARRAY)
		return explain_one(e, json);
	for (const struct prb_json *item = prb_json_first(json); item && done;
		item = prb_json_next(item))
		done = explain_one(e, item);
	return done;
}

/* One report a line, where the whole is not one JSON text. */
static bool
explain_lines(struct explaining *e, struct prb_span text)
{
	struct prb_fault fault;
	size_t line_number = 0;

	while (text.n != 0) {
		const char *end = memchr(text.p, '\n', text.n);
		size_t n = end == NULL ? text.n : (size_t)(end - text.p);
		struct prb_span line = prb_span_trim((struct prb_span){text.p, n});

		line_number++;
		if (line.n != 0 && !explain_text(e, line, &fault)) {
			if (fault.err != PRB_OK)
				prb_cli_say("%s:%zu: byte %zu: %s", e->name, line_number,
					fault.offset == PRB_NO_OFFSET ? 0 : fault.offset,
					fault.detail);
			return false;
		}
		n += end == NULL ? 0 : 1;
		text.p += n;
		text.n -= n;
	}
	return true;
}

/* One JSON text, or else one a line. */
static bool
explain_all(struct explaining *e, struct prb_span text)
{
	struct prb_fault fault;

	if (explain_text(e, text, &fault))
		return true;
	if (fault.err == PRB_OK)
		return false;
	if (memchr(prb_span_trim(text).p, '\n', prb_span_trim(text).n) != NULL)
		return explain_lines(e, text);
	prb_cli_say("%s: byte %zu: %s", e->name, fault.offset == PRB_NO_OFFSET ? 0 : fault.offset,
		fault.detail);
	return false;
}

static int
explain(struct explaining *e, struct prb_span text)
{
	bool done = false;

	prb_str_init(&e->out, REPORT_BYTES_MAX);
	e->arena = prb_arena_create(ARENA_BYTES_MAX);
	e->spare = prb_arena_create(ARENA_BYTES_MAX);
	if (e->arena == NULL || e->spare == NULL)
		prb_cli_say("there is no memory");
	else if (e->output == EXPLAIN_TEXT)
		done = explain_all(e, text);
	else if ((e->pages = pages_create(e->output == EXPLAIN_PDF ? PAGES_PDF : PAGES_HTML,
			  e->options.lang)) != NULL)
		done = explain_all(e, text) && pages_write(e->pages);
	pages_destroy(e->pages);
	prb_str_finish(&e->out);
	prb_arena_destroy(e->spare);
	prb_arena_destroy(e->arena);
	return prb_cli_flush() && done ? PRB_EXIT_OK : PRB_EXIT_FAILED;
}

static int
explain_file(struct explaining *e)
{
	int status = PRB_EXIT_FAILED;
	struct prb_str text;

	if (prb_cli_read(e->name, INPUT_BYTES_MAX, &text))
		status = explain(e, prb_str_span(&text));
	prb_str_finish(&text);
	return status;
}

/* The attestation lives as long as the document that names it. */
static int
explain_attested(struct explaining *e, const char *path)
{
	struct prb_arena *arena = prb_arena_create(ARENA_BYTES_MAX);
	struct prb_fault fault;
	struct prb_str text;
	int status = PRB_EXIT_FAILED;

	if (!prb_cli_read(path, REPORT_BYTES_MAX, &text)) {
		prb_str_finish(&text);
		prb_arena_destroy(arena);
		return PRB_EXIT_FAILED;
	}
	if (arena == NULL)
		prb_cli_say("there is no memory");
	else if (prb_json_parse(arena, prb_str_span(&text), REPORT_BYTES_MAX, &fault,
			 &e->options.attestation) != PRB_OK)
		prb_cli_say("%s: byte %zu: %s", path,
			fault.offset == PRB_NO_OFFSET ? 0 : fault.offset, fault.detail);
	else
		status = explain_file(e);
	prb_str_finish(&text);
	prb_arena_destroy(arena);
	return status;
}

static int
set_output(struct explaining *e, const char *word)
{
	for (size_t i = 0; i < sizeof outputs / sizeof outputs[0]; i++)
		if (strcmp(word, outputs[i]) == 0) {
			e->output = (enum explain_output)i;
			return PRB_EXIT_OK;
		}
	return prb_cli_usage("explain", "--out %s: text, html or pdf is wanted", word);
}

struct taking {
	struct explaining *e;
	const char *attestation;
};

static int
take_option(void *context, int option, const char *value)
{
	struct taking *t = context;

	switch (option) {
	case 'o':
		return set_output(t->e, value);
	case 'l':
		return prb_cli_lang("explain", value, &t->e->options.lang);
	case 'a':
		t->attestation = value;
		break;
	default:
		t->e->options.verify_url = prb_span_of(value);
	}
	return PRB_EXIT_OK;
}

/* The status to end with, or -1 to go on. */
static int
read_options(struct taking *t, int argc, char **argv)
{
	static const struct option options[] = {{"out", required_argument, NULL, 'o'},
		{"lang", required_argument, NULL, 'l'},
		{"attestation", required_argument, NULL, 'a'},
		{"verify-url", required_argument, NULL, 'u'}, {"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0}};
	int status = prb_cli_options("explain", help, options, argc, argv, take_option, t);

	if (status != -1)
		return status;
	if (t->e->output == EXPLAIN_PDF && !paper_wanted("explain"))
		return PRB_EXIT_USAGE;
	if (argc - optind != 1)
		return prb_cli_usage("explain", "one report is wanted, or - for standard input");
	t->e->name = argv[optind];
	return -1;
}

int
prb_command_explain(int argc, char **argv)
{
	struct explaining e = {.options.lang = PRB_LANG_en};
	struct taking t = {.e = &e};
	int status = read_options(&t, argc, argv);

	if (status >= 0)
		return status;
	return t.attestation != NULL ? explain_attested(&e, t.attestation) : explain_file(&e);
}
