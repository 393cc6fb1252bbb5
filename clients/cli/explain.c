/* SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <string.h>

#include "clients/cli/cli.h"
#include "clients/render/explain.h"

#define INPUT_BYTES_MAX ((size_t)512 * 1024 * 1024)
#define REPORT_BYTES_MAX ((size_t)16 * 1024 * 1024)
#define ARENA_BYTES_MAX ((size_t)256 * 1024 * 1024)

static const char help[] =
	"usage: probity explain [--lang LANG] REPORT|-\n\n"
	"Says in words why a report rates as it does, why not one lower or higher, and what to ask "
	"next. REPORT is what `probity screen`\n"
	"printed with --out json or --out ndjson: one report, an array of them, or one a line. It "
	"may also be the server's whole answer\n"
	"to a declaration.\n\n"
	"  --lang LANG  " PRB_CLI_LANGS ". The\n"
	"               report itself holds no language\n\n"
	"Exit status: 0; 1 where the text is no report; 2 usage.\n\n"
	"  probity screen --out ndjson suppliers.csv | head -n 1 | probity explain -\n";

struct explaining {
	struct prb_arena *arena;
	struct prb_str out;
	const char *name;
	size_t count;
	enum prb_lang lang;
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
explain_one(struct explaining *e, const struct prb_json *json)
{
	const struct prb_json *report = report_of(json);
	struct prb_fault fault;

	prb_str_reset(&e->out);
	if (e->count++ != 0)
		prb_str_add_text(&e->out, "\n----\n\n");
	if (prb_render_explain(report, e->lang, &e->out, &fault) != PRB_OK) {
		prb_cli_say("%s: report %zu: %s", e->name, e->count, fault.detail);
		return false;
	}
	if (e->out.failed) {
		prb_cli_say("there is no memory for the explanation");
		return false;
	}
	return fwrite(e->out.p, 1, e->out.n, stdout) == e->out.n;
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

static int
explain(struct prb_span text, const char *name, enum prb_lang lang)
{
	struct explaining e = {
		.arena = prb_arena_create(ARENA_BYTES_MAX), .name = name, .lang = lang};
	struct prb_fault fault;
	bool done = false;

	prb_str_init(&e.out, REPORT_BYTES_MAX);
	if (e.arena == NULL) {
		prb_cli_say("there is no memory");
	} else {
		done = explain_text(&e, text, &fault);
		if (!done && fault.err != PRB_OK) {
			bool lines =
				memchr(prb_span_trim(text).p, '\n', prb_span_trim(text).n) != NULL;

			if (lines)
				done = explain_lines(&e, text);
			else
				prb_cli_say("%s: byte %zu: %s", name,
					fault.offset == PRB_NO_OFFSET ? 0 : fault.offset,
					fault.detail);
		}
	}
	prb_str_finish(&e.out);
	prb_arena_destroy(e.arena);
	return prb_cli_flush() && done ? PRB_EXIT_OK : PRB_EXIT_FAILED;
}

int
prb_command_explain(int argc, char **argv)
{
	static const struct option options[] = {{"lang", required_argument, NULL, 'l'},
		{"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	struct prb_str text;
	enum prb_lang lang = PRB_LANG_en;
	int option, status;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (option == 'h') {
			fputs(help, stdout);
			return prb_cli_flush() ? PRB_EXIT_OK : PRB_EXIT_FAILED;
		}
		if (option != 'l')
			return prb_cli_usage("explain", "%s is not an option, or lacks its value",
				argv[optind - 1]);
		status = prb_cli_lang("explain", optarg, &lang);
		if (status != PRB_EXIT_OK)
			return status;
	}
	if (argc - optind != 1)
		return prb_cli_usage("explain", "one report is wanted, or - for standard input");
	status = PRB_EXIT_FAILED;
	if (prb_cli_read(argv[optind], INPUT_BYTES_MAX, &text))
		status = explain(prb_str_span(&text), argv[optind], lang);
	prb_str_finish(&text);
	return status;
}
