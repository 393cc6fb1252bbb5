/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clients/cli/book.h"
#include "clients/cli/cli.h"
#include "clients/cli/decisions.h"
#include "clients/cli/options.h"
#include "clients/cli/pages.h"
#include "clients/cli/paper.h"
#include "clients/cli/pool.h"
#include "clients/cli/progress.h"
#include "clients/intake/intake.h"
#include "clients/render/rows.h"
#include "clients/render/texts.h"

#define JOBS_MAX 256
#define HEADER_BYTES_MAX (4UL * 1024 * 1024)
#define PAGE_ARENA_BYTES_MAX ((size_t)64 * 1024 * 1024)

static const char help[] =
	"usage: probity screen [OPTION]... FILE|-\n\n"
	"Scores declarations offline, one report for each, in the order of the file. The file is "
	"one declaration in JSON, an array of\n"
	"them, one a line (NDJSON), or a supplier list as people publish it (CSV: any usual column "
	"names, any delimiter, UTF-8, UTF-16 or\n"
	"Windows-1252, title lines above the header). What each column was taken for is said on "
	"standard error.\n\n"
	"  --in json|ndjson|csv        the form of the file; found by looking where it is not "
	"given\n"
	"  --charset NAME              the character set of the file, such as gb18030 or "
	"windows-1251; found by looking where it is not given\n"
	"  --out table|json|ndjson|csv what to print; a table where it is not given\n"
	"  --out html|pdf              reports in words as one page for a browser or a printer, "
	"with a summary first; 1000 at most\n"
	"  --data RELEASE              the dataset release; else $PROBITY_DATA, else the one "
	"beside the program\n"
	"  --as-of YYYY-MM-DD          the day at which dates are judged; today where it is not "
	"given\n"
	"  --declarant ROLE            who declares: supplier, company, officer or auditor, where "
	"the declaration does not say;\n"
	"                              company where nobody says. `supplier` holds whatever the "
	"declaration says\n"
	"  --default-product HS        the product of rows that name none, for lists of one trade\n"
	"  --upstream FILE             the declarations (JSON or NDJSON) that "
	"upstream[].declaration refers to, by the id of their\n"
	"                              report's declaration or as #N, the N-th of FILE; a "
	"reference that leads nowhere stays open\n"
	"  --decisions FILE            what persons decided about hits and evidence, as GET "
	"/v1/decisions gives it: one decision or one\n"
	"                              page a line; of those about one thing the newest counts\n"
	"  --jobs N                    threads; the output is the same byte by byte\n"
	"  --lang LANG                 language of pages, and of the reason in tables and "
	"CSV: " PRB_CLI_LANGS "\n"
	"  --verbose                   say what was read into each row\n"
	"  --quiet                     say nothing but faults\n\n"
	"Exit status: 0; 1 where reading or writing failed; 2 usage; 3 where rows were refused "
	"(each is said as FILE:LINE: reason, the\n"
	"rest is screened).\n\n"
	"  probity screen suppliers.csv\n"
	"  probity screen --default-product 6109 --out csv suppliers.csv > rated.csv\n"
	"  probity screen --out html --lang es suppliers.csv > suppliers.html\n"
	"  probity screen --out json declaration.json | probity explain -\n";

struct run {
	struct screen_settings settings;
	struct prb_intake_options intake;
	const char *path, *data, *upstream, *decisions;
	unsigned jobs;
	bool quiet;
	struct pool *pool;
	uint64_t ratings[5], refused, noted, written;
	uint64_t bytes_read, bytes; /* of the file; bytes 0: not known, as of a pipe */
	struct prb_intake *reader;
	char first_byte;         /* of the file, blanks apart */
	bool lost;               /* writing failed, and it was said */
	bool to_terminal;        /* the reports go where the line of progress is */
	bool opened;             /* the first report is out, with what stands before it */
	struct pages *pages;     /* with --out html and pdf alone */
	struct prb_arena *arena; /* of the report that becomes a page */
};

enum {
	OPT_IN = 256,
	OPT_CHARSET,
	OPT_OUT,
	OPT_DATA,
	OPT_AS_OF,
	OPT_DECLARANT,
	OPT_PRODUCT,
	OPT_UPSTREAM,
	OPT_DECISIONS,
	OPT_JOBS,
	OPT_LANG,
	OPT_VERBOSE,
	OPT_QUIET
};

static const struct option long_options[] = {
	{"in", required_argument, NULL, OPT_IN},
	{"charset", required_argument, NULL, OPT_CHARSET},
	{"out", required_argument, NULL, OPT_OUT},
	{"data", required_argument, NULL, OPT_DATA},
	{"as-of", required_argument, NULL, OPT_AS_OF},
	{"declarant", required_argument, NULL, OPT_DECLARANT},
	{"default-product", required_argument, NULL, OPT_PRODUCT},
	{"upstream", required_argument, NULL, OPT_UPSTREAM},
	{"decisions", required_argument, NULL, OPT_DECISIONS},
	{"jobs", required_argument, NULL, OPT_JOBS},
	{"lang", required_argument, NULL, OPT_LANG},
	{"verbose", no_argument, NULL, OPT_VERBOSE},
	{"quiet", no_argument, NULL, OPT_QUIET},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

static int
set_output(struct run *run, const char *word)
{
	static const char *const words[] = {"table", "json", "ndjson", "csv", "html", "pdf"};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcmp(word, words[i]) == 0) {
			run->settings.output = (enum output)i;
			return PRB_EXIT_OK;
		}
	return prb_cli_usage(
		"screen", "--out %s: table, json, ndjson, csv, html or pdf is wanted", word);
}

static int
set_option(void *context, int option, const char *value)
{
	struct run *run = context;
	int64_t number;

	switch (option) {
	case OPT_IN:
		run->intake.format = prb_intake_format_find(value);
		return run->intake.format != PRB_INTAKE_AUTO
			       ? PRB_EXIT_OK
			       : prb_cli_usage(
					 "screen", "--in %s: json, ndjson or csv is wanted", value);
	case OPT_CHARSET:
		run->intake.charset = value;
		return prb_intake_charset_known(value)
			       ? PRB_EXIT_OK
			       : prb_cli_usage("screen",
					 "--charset %.40s: a name such as utf-8, gb18030 or "
					 "windows-1251 is wanted",
					 value);
	case OPT_OUT:
		return set_output(run, value);
	case OPT_DATA:
		run->data = value;
		return PRB_EXIT_OK;
	case OPT_AS_OF:
		return prb_date_parse(prb_span_of(value), &run->settings.as_of)
			       ? PRB_EXIT_OK
			       : prb_cli_usage("screen",
					 "--as-of %s: a date such as 2026-01-31 is wanted", value);
	case OPT_DECLARANT:
		run->settings.declarant = (enum prb_declarant)prb_words_find(
			&prb_words_declarant, prb_span_of(value));
		return run->settings.declarant != PRB_DECLARANT_NONE
			       ? PRB_EXIT_OK
			       : prb_cli_usage("screen",
					 "--declarant %s: supplier, company, officer or auditor is "
					 "wanted",
					 value);
	case OPT_PRODUCT:
		run->intake.default_product = value;
		return PRB_EXIT_OK;
	case OPT_UPSTREAM:
		run->upstream = value;
		return PRB_EXIT_OK;
	case OPT_DECISIONS:
		run->decisions = value;
		return PRB_EXIT_OK;
	case OPT_JOBS:
		if (!prb_parse_int(prb_span_of(value), 1, JOBS_MAX, &number))
			return prb_cli_usage("screen", "--jobs %s: a number from 1 to %d is wanted",
				value, JOBS_MAX);
		run->jobs = (unsigned)number;
		return PRB_EXIT_OK;
	case OPT_LANG:
		return prb_cli_lang("screen", value, &run->settings.lang);
	case OPT_VERBOSE:
		run->settings.verbose = true;
		return PRB_EXIT_OK;
	default:
		run->quiet = true;
		return PRB_EXIT_OK;
	}
}

/* -1: go on; else the exit status. */
static int
read_options(struct run *run, int argc, char **argv)
{
	int status;

	run->jobs = 1;
	run->settings.as_of = prb_cli_today();
	status = prb_cli_options("screen", help, long_options, argc, argv, set_option, run);
	if (status != -1)
		return status;
	if (run->settings.output == OUTPUT_PDF && !paper_wanted("screen"))
		return PRB_EXIT_USAGE;
	if (argc - optind != 1)
		return prb_cli_usage("screen", "one file is wanted, or - for standard input");
	run->path = argv[optind];
	run->settings.name = strcmp(run->path, "-") == 0 ? "standard input" : run->path;
	run->settings.colour = prb_cli_colour(stdout);
	run->to_terminal = isatty(STDOUT_FILENO);
	return -1;
}

/*
 * Input: rows into batches.
 */

static bool
add_row(struct run *run, const struct batch_row *row)
{
	struct batch *batch = pool_batch(run->pool);

	batch->rows[batch->count++] = *row;
	return batch->count < BATCH_ROWS || pool_submit(run->pool);
}

static bool
on_row(void *context, uint64_t line, struct prb_span json, const char *const *notes)
{
	struct run *run = context;
	struct batch *batch = pool_batch(run->pool);
	struct batch_row row = {.line = line, .at = batch->texts.n, .bytes = json.n};

	prb_str_add_span(&batch->texts, json);
	for (size_t i = 0; notes != NULL && notes[i] != NULL; i++) {
		prb_str_add_text(&batch->texts, notes[i]);
		prb_str_add_char(&batch->texts, '\n');
	}
	if (batch->texts.failed) {
		prb_cli_say("there is no memory for the rows");
		return false;
	}
	row.notes_bytes = batch->texts.n - row.at - row.bytes;
	return add_row(run, &row);
}

static bool
on_refused(void *context, uint64_t line, const struct prb_fault *fault)
{
	struct run *run = context;
	struct batch *batch = pool_batch(run->pool);
	struct batch_row row = {.line = line, .at = batch->texts.n, .refused = true};

	prb_cli_fault(fault, &batch->texts);
	row.bytes = batch->texts.n - row.at;
	return add_row(run, &row);
}

/* What is said about a file repeats words of the file: they must not steer the terminal. */
static void
say_safely(const struct prb_str *text)
{
	struct prb_str safe;

	prb_str_init(&safe, text->bytes_max);
	prb_text_safe(prb_str_span(text), true, &safe);
	if (safe.n != 0)
		fwrite(safe.p, 1, safe.n, stderr);
	prb_str_finish(&safe);
}

static void
on_header(void *context, uint64_t line, const char *encoding, char delimiter,
	const struct prb_intake_column *columns, size_t count)
{
	struct run *run = context;
	bool assumed = run->intake.charset == NULL && strcmp(encoding, PRB_INTAKE_ASSUMED) == 0;
	struct prb_str text;

	if (run->quiet)
		return;
	prb_str_init(&text, HEADER_BYTES_MAX);
	prb_str_addf(&text, "%s: a list in %s%s, cells parted by \"", run->settings.name, encoding,
		assumed ? " (assumed; where it is another, name it with --charset)" : "");
	if (delimiter == '\t')
		prb_str_add_text(&text, "\\t");
	else
		prb_str_add_char(&text, delimiter);
	prb_str_addf(&text, "\", header on line %llu\n", (unsigned long long)line);
	for (size_t i = 0; i < count; i++)
		prb_str_addf(&text, "  %-24s -> %s%s%s%s\n", columns[i].header,
			columns[i].field[0] ? columns[i].field : "not used",
			columns[i].note[0] ? " (" : "", columns[i].note,
			columns[i].note[0] ? ")" : "");
	say_safely(&text);
	prb_str_finish(&text);
}

/*
 * Output: batches in order.
 */

/* One JSON object in, one report out; everything else gives an array. */
static bool
is_one_declaration(const struct run *run)
{
	return prb_intake_format_used(run->reader) == PRB_INTAKE_JSON && run->first_byte == '{';
}

static void
note_first_byte(struct run *run, const char *piece, size_t n)
{
	for (size_t i = 0; i < n && run->first_byte == '\0'; i++)
		if (memchr(" \t\r\n", piece[i], 4) == NULL)
			run->first_byte = piece[i];
}

static void
close_json(struct run *run)
{
	if (run->settings.output != OUTPUT_JSON)
		return;
	if (!run->opened)
		fputs(is_one_declaration(run) ? "" : "[]\n", stdout);
	else
		fputs(is_one_declaration(run) ? "\n" : "\n]\n", stdout);
}

/* What stands before the first report; nothing is written where there is none. Returns how many
 * bytes of the first report to leave out: the comma and newline that part it from an earlier one.
 */
static size_t
write_head(struct run *run)
{
	struct prb_str head;

	run->opened = true;
	if (run->settings.output == OUTPUT_JSON) {
		if (!is_one_declaration(run))
			fputs("[\n", stdout);
		return 2;
	}
	prb_str_init(&head, 4096);
	if (run->settings.output == OUTPUT_TABLE)
		prb_render_table_head(&head, run->settings.colour);
	else if (run->settings.output == OUTPUT_CSV)
		prb_render_csv_head(&head);
	if (head.n != 0)
		fwrite(head.p, 1, head.n, stdout);
	prb_str_finish(&head);
	return 0;
}

/* Each report of a batch as a page of its own. */
static bool
add_pages(struct run *run, struct prb_span reports)
{
	const struct prb_document_options options = {.lang = run->settings.lang};

	while (reports.n != 0) {
		const char *end = memchr(reports.p, '\n', reports.n);
		size_t n = (size_t)(end - reports.p);
		const struct prb_json *report;

		prb_arena_reset(run->arena);
		if (prb_json_parse(run->arena, (struct prb_span){reports.p, n}, n, NULL, &report) !=
			PRB_OK) {
			prb_cli_say("there is no memory for the pages");
			return false;
		}
		if (!pages_add(run->pages, run->settings.name, report, &options))
			return false;
		reports.p += n + 1;
		reports.n -= n + 1;
	}
	return true;
}

static bool
on_done(void *context, struct batch *batch)
{
	struct run *run = context;
	const char *text = batch->out.p;
	size_t n = batch->out.n;

	for (size_t i = 0; i < 5; i++) {
		run->ratings[i] += batch->ratings[i];
		run->written += batch->ratings[i];
	}
	run->refused += batch->refused;
	run->noted += batch->noted;
	if (run->pages == NULL && n != 0 && !run->opened) {
		size_t skipped = write_head(run);

		text += skipped;
		n -= skipped;
	}
	if (batch->err.n != 0 || run->to_terminal)
		prb_progress_hide();
	if (batch->err.n != 0)
		say_safely(&batch->err);
	if (run->pages != NULL) {
		run->lost = !add_pages(run, (struct prb_span){text, n});
		return !run->lost;
	}
	if (n != 0 && fwrite(text, 1, n, stdout) != n) {
		prb_cli_flush();
		run->lost = true;
		return false;
	}
	prb_progress_at(run->written + run->refused, run->bytes_read, run->bytes);
	return true;
}

/* What people hand over in place of a list, told by its first bytes; NULL for anything else. */
static const char *
program_of(const char *piece, size_t n)
{
	static const struct {
		const char *begins, *program;
	} known[] = {{"PK\x03\x04", "a spreadsheet (XLSX, ODS) or another ZIP file"},
		{"\xD0\xCF\x11\xE0", "a spreadsheet or document of an older office program (XLS)"},
		{"%PDF", "a PDF file"}, {"\x1F\x8B", "a gzip file"}};

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (prb_span_starts((struct prb_span){piece, n}, prb_span_of(known[i].begins)))
			return known[i].program;
	return NULL;
}

/* Reads the stream to its end; PRB_ERR_IO with errno set where reading failed. */
static enum prb_err
read_rows(struct run *run, FILE *stream, struct prb_fault *fault)
{
	char piece[65536];
	enum prb_err err = PRB_OK;
	size_t n;

	while (err == PRB_OK && (n = fread(piece, 1, sizeof piece, stream)) > 0) {
		if (run->bytes_read == 0 && program_of(piece, n) != NULL)
			return prb_fault_set(fault, PRB_ERR_TABLE, PRB_NO_OFFSET, NULL,
				"this is %s: save the list as CSV (UTF-8) and screen that",
				program_of(piece, n));
		note_first_byte(run, piece, n);
		run->bytes_read += n;
		err = prb_intake_feed(run->reader, piece, n, fault);
	}
	if (err == PRB_OK && ferror(stream))
		return prb_fault_set(fault, PRB_ERR_IO, PRB_NO_OFFSET, NULL, "%s%s",
			strerror(errno), errno == EISDIR ? ": name a file in it" : "");
	return err == PRB_OK ? prb_intake_finish(run->reader, fault) : err;
}

static int
feed(struct run *run, FILE *stream)
{
	const struct prb_intake_events events = {on_row, on_refused, on_header, run};
	struct prb_fault fault;
	enum prb_err err;
	int status;

	run->reader = prb_intake_create(&run->intake, &events);
	if (run->reader == NULL) {
		prb_cli_say("there is no memory");
		return PRB_EXIT_FAILED;
	}
	err = read_rows(run, stream, &fault);
	status = !pool_drain(run->pool) || err == PRB_ERR_IO ? PRB_EXIT_FAILED
		 : err != PRB_OK || run->refused != 0        ? PRB_EXIT_REFUSED
							     : PRB_EXIT_OK;
	close_json(run);
	prb_intake_destroy(run->reader);
	if (err != PRB_OK)
		fprintf(stderr, "%s: %s\n", run->settings.name, fault.detail);
	return status;
}

static void
summarise(const struct run *run)
{
	const uint64_t *n = run->ratings;

	if (run->quiet || run->written + run->refused == 0)
		return;
	fprintf(stderr, "%llu rated: %llu critical, %llu high, %llu medium, %llu low, %llu unknown",
		(unsigned long long)run->written, (unsigned long long)n[PRB_RATING_CRITICAL],
		(unsigned long long)n[PRB_RATING_HIGH], (unsigned long long)n[PRB_RATING_MEDIUM],
		(unsigned long long)n[PRB_RATING_LOW], (unsigned long long)n[PRB_RATING_UNKNOWN]);
	if (run->refused != 0)
		fprintf(stderr, "; %llu refused", (unsigned long long)run->refused);
	if (run->noted != 0 && !run->settings.verbose)
		fprintf(stderr, "; %llu with notes (--verbose shows them)",
			(unsigned long long)run->noted);
	fputc('\n', stderr);
}

static int
screen(struct run *run, FILE *stream)
{
	int status;

	prb_progress_begin("rows", !run->quiet);
	status = feed(run, stream);
	if (!run->lost && run->pages != NULL)
		run->lost = !pages_write(run->pages);
	prb_progress_end();
	if (run->lost || !prb_cli_flush())
		return PRB_EXIT_FAILED;
	summarise(run);
	return status;
}

/* A default product that is no heading would be refused on every row: it is said once, before. */
static int
check_default_product(struct run *run)
{
	struct prb_str json;
	struct prb_fault fault;
	enum prb_err err;

	if (run->intake.default_product == NULL)
		return PRB_EXIT_OK;
	if (strspn(run->intake.default_product, "0123456789. ") !=
		strlen(run->intake.default_product))
		return prb_cli_usage("screen",
			"--default-product %.20s: a code of the Harmonized System has digits only",
			run->intake.default_product);
	prb_str_init(&json, 4096);
	prb_str_addf(&json,
		"{\"supplier\":{\"name\":\"probe\",\"country\":\"CHE\"},\"products\":[{\"hs\":\"%"
		"s\"}]}",
		run->intake.default_product);
	err = screener_probe(pool_screener(run->pool), prb_str_span(&json), &fault);
	prb_str_finish(&json);
	return err == PRB_OK ? PRB_EXIT_OK
			     : prb_cli_usage("screen", "--default-product %.20s: %s",
				       run->intake.default_product, fault.detail);
}

/* 0 for what is no file. */
static uint64_t
size_of(FILE *stream)
{
	struct stat status;

	return fstat(fileno(stream), &status) == 0 && S_ISREG(status.st_mode)
		       ? (uint64_t)status.st_size
		       : 0;
}

static int
open_and_screen(struct run *run)
{
	FILE *stream = strcmp(run->path, "-") == 0 ? stdin : fopen(run->path, "rb");
	int status;

	if (stream == NULL) {
		prb_cli_say_file(run->path, errno);
		return PRB_EXIT_FAILED;
	}
	run->bytes = size_of(stream);
	run->pool = pool_create(&run->settings, run->jobs, on_done, run);
	if (run->pool == NULL) {
		prb_cli_say("there is no memory, or no threads, for %u jobs", run->jobs);
		status = PRB_EXIT_FAILED;
	} else {
		status = check_default_product(run);
		if (status == PRB_EXIT_OK)
			status = screen(run, stream);
	}
	pool_destroy(run->pool);
	if (stream != stdin)
		fclose(stream);
	return status;
}

/* Upstream declarations that were refused count like refused rows; the rows are screened all the
 * same. */
static int
screen_with_book(struct run *run)
{
	struct upstream_book *book = NULL;
	int status = PRB_EXIT_OK, rows;

	if (run->upstream != NULL)
		status = upstream_book_open(&run->settings, run->upstream, true, &book);
	if (run->upstream != NULL && book == NULL)
		return status;
	run->settings.book = upstream_book_of(book);
	rows = open_and_screen(run);
	upstream_book_close(book);
	return rows == PRB_EXIT_OK ? status : rows;
}

static int
screen_with_decisions(struct run *run)
{
	struct decision_book *decisions;
	int status = PRB_EXIT_FAILED;

	if (run->decisions == NULL)
		return screen_with_book(run);
	decisions = decision_book_create();
	if (decisions == NULL) {
		prb_cli_say("there is no memory");
	} else if (decision_book_read(decisions, run->settings.release, run->decisions)) {
		run->settings.decisions = decision_book_source(decisions);
		status = screen_with_book(run);
	}
	decision_book_destroy(decisions);
	return status;
}

static int
screen_into_pages(struct run *run)
{
	int status = PRB_EXIT_FAILED;

	if (run->settings.output < OUTPUT_HTML)
		return screen_with_decisions(run);
	run->pages = pages_create(
		run->settings.output == OUTPUT_PDF ? PAGES_PDF : PAGES_HTML, run->settings.lang);
	run->arena = prb_arena_create(PAGE_ARENA_BYTES_MAX);
	if (run->pages != NULL && run->arena == NULL)
		prb_cli_say("there is no memory for the pages");
	else if (run->pages != NULL)
		status = screen_with_decisions(run);
	prb_arena_destroy(run->arena);
	pages_destroy(run->pages);
	return status;
}

int
prb_command_screen(int argc, char **argv)
{
	struct run run = {.path = NULL};
	struct prb_release *release;
	int status = read_options(&run, argc, argv);

	if (status >= 0)
		return status;
	release = prb_cli_open_release(run.data);
	if (release == NULL)
		return PRB_EXIT_FAILED;
	run.settings.release = release;
	status = screen_into_pages(&run);
	prb_release_close(release);
	return status;
}
