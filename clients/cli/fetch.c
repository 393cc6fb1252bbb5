/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "clients/cli/cli.h"
#include "clients/cli/remote.h"
#include "clients/render/plain.h"

/* `probity report`: a report that a server holds, by its id. */

#define REPORT_BYTES_MAX ((size_t)16 * 1024 * 1024)
#define ARENA_BYTES_MAX ((size_t)256 * 1024 * 1024)

static const char report_help[] =
	"usage: probity report [OPTION]... ID\n\n"
	"Fetches a report from a server, by its own id or its declaration's, and says in words why "
	"it rates as it does.\n\n"
	"  --out explain|json  words, or the report as it is stored\n"
	"  --lang LANG         of the words: " PRB_CLI_LANGS "\n" REMOTE_HELP
	"\nExit status: 0; 1 where the server said no or could not be reached; 2 usage.\n\n"
	"  probity report 0191d2f0-4c1e-7a00-8000-000000000000\n"
	"  probity report --out json 0191d2f0-4c1e-7a00-8000-000000000000 > report.json\n";

struct fetching {
	struct remote remote;
	const char *id, *out;
	enum prb_lang lang;
};

enum { OPT_OUT = REMOTE_NEXT, OPT_LANG };

static const struct option long_options[] = {
	{"lang", required_argument, NULL, OPT_LANG},
	{"out", required_argument, NULL, OPT_OUT},
	REMOTE_LONG_OPTIONS,
	{NULL, 0, NULL, 0},
};

static int
set_option(void *context, int option, const char *value)
{
	struct fetching *f = context;

	if (option == OPT_LANG)
		return prb_cli_lang(f->remote.command, value, &f->lang);
	f->out = value;
	return PRB_EXIT_OK;
}

static bool
explain(const char *body, size_t n, enum prb_lang lang)
{
	struct prb_arena *arena = prb_arena_create(ARENA_BYTES_MAX);
	const struct prb_json *json;
	struct prb_fault fault = {.detail = "there is no memory"};
	struct prb_str out;
	bool done = false;

	prb_str_init(&out, REPORT_BYTES_MAX);
	if (arena != NULL &&
		prb_json_parse(arena, (struct prb_span){body, n}, n + 1, &fault, &json) == PRB_OK &&
		prb_plain_report(arena, json, lang, &out, &fault) == PRB_OK && !out.failed)
		done = fwrite(out.p, 1, out.n, stdout) == out.n;
	else
		prb_cli_say("the report cannot be put in words: %s", fault.detail);
	prb_str_finish(&out);
	prb_arena_destroy(arena);
	return done;
}

static int
report(struct fetching *f)
{
	struct probity_answer *answer = probity_client_report(f->remote.client, f->id);
	bool done = remote_accept(answer);
	size_t n;
	const char *body = probity_answer_body(answer, &n);

	if (done && f->out != NULL && strcmp(f->out, "json") == 0)
		done = fwrite(body, 1, n, stdout) == n && putchar('\n') != EOF;
	else if (done)
		done = explain(body, n, f->lang);
	probity_answer_destroy(answer);
	return prb_cli_flush() && done ? PRB_EXIT_OK : PRB_EXIT_FAILED;
}

int
prb_command_report(int argc, char **argv)
{
	struct fetching f = {.remote = {.command = "report"}};
	int status = remote_read_options(
		&f.remote, report_help, long_options, argc, argv, set_option, &f);

	if (status != -1)
		return status;
	if (argc - optind != 1)
		return prb_cli_usage("report", "one id is wanted");
	f.id = remote_uuid(argv[optind]);
	if (f.out != NULL && strcmp(f.out, "json") != 0 && strcmp(f.out, "explain") != 0)
		return prb_cli_usage("report", "--out %s: explain or json is wanted", f.out);
	status = remote_open(&f.remote);
	if (status == PRB_EXIT_OK)
		status = report(&f);
	remote_close(&f.remote);
	return status;
}
