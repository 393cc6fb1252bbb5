/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <unistd.h>

#include "clients/cli/cli.h"
#include "clients/cli/remote.h"
#include "clients/render/explain.h"

/* `probity report` and `probity attest`: what a server holds, by its id. */

#define REPORT_BYTES_MAX ((size_t)16 * 1024 * 1024)
#define ARENA_BYTES_MAX ((size_t)256 * 1024 * 1024)
#define UUID_CHARACTERS 36

static const char report_help[] =
	"usage: probity report [OPTION]... ID\n\n"
	"Fetches a report from a server, by its own id or its declaration's, and says in words why "
	"it rates as it does.\n\n"
	"  --out explain|json  words, or the report as it is stored\n"
	"  --lang LANG         of the words: " PRB_CLI_LANGS "\n" REMOTE_HELP
	"\nExit status: 0; 1 where the server said no or could not be reached; 2 usage.\n\n"
	"  probity report 0191d2f0-4c1e-7a00-8000-000000000000\n"
	"  probity report --out json 0191d2f0-4c1e-7a00-8000-000000000000 > report.json\n";

static const char attest_help[] =
	"usage: probity attest [OPTION]... ID\n\n"
	"Fetches an attestation from a server by its id, verifies it on this machine and prints "
	"it. What does not verify is not printed.\n"
	"Keys of a did:web issuer are taken from the server's own DID document.\n"
	"ID is the UUID, or the id as the attestation names itself: urn:uuid:UUID or "
	"https://HOST/v1/attestations/UUID.\n\n"
	"  --out FILE         write it there in place of standard output\n" REMOTE_HELP
	"\nExit status: 0 verified; 1 where it does not verify, the server said no or could not "
	"be reached; 2 usage.\n\n"
	"  probity attest --out attestation.json 0191d2f0-4c1e-7a00-8000-000000000000\n";

struct fetching {
	struct remote remote;
	const char *given; /* the id as it was asked for */
	const char *id;    /* the UUID in it; all of it where there is none, for the message */
	const char *out;
	enum prb_lang lang; /* of a report in words */
};

enum { OPT_OUT = REMOTE_NEXT, OPT_LANG };

/* An attestation has no words: its options begin behind --lang. */
static const struct option long_options[] = {
	{"lang", required_argument, NULL, OPT_LANG},
	{"out", required_argument, NULL, OPT_OUT},
	REMOTE_LONG_OPTIONS,
	{NULL, 0, NULL, 0},
};

static bool
is_address(const char *id)
{
	return strncmp(id, "https://", 8) == 0;
}

/* An attestation names itself by a urn, or by its address where the issuer has one. */
static const char *
uuid_in(const char *id)
{
	const char *last = id;

	if (strncmp(id, "urn:uuid:", 9) == 0)
		last = id + 9;
	else if (is_address(id))
		last = strrchr(id, '/') + 1;
	return strlen(last) == UUID_CHARACTERS ? last : id;
}

static int
set_option(void *context, int option, const char *value)
{
	struct fetching *f = context;

	if (option == OPT_LANG)
		return prb_cli_lang(f->remote.command, value, &f->lang);
	f->out = value;
	return PRB_EXIT_OK;
}

/* -1: go on; else the exit status. */
static int
read_options(struct fetching *f, const char *help, int argc, char **argv)
{
	bool has_words = strcmp(f->remote.command, "report") == 0;
	int status = remote_read_options(
		&f->remote, help, long_options + (has_words ? 0 : 1), argc, argv, set_option, f);

	if (status != -1)
		return status;
	if (argc - optind != 1)
		return prb_cli_usage(f->remote.command, "one id is wanted");
	f->given = argv[optind];
	f->id = uuid_in(f->given);
	return -1;
}

/*
 * ---- Reports ----
 */

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
		prb_render_explain(json, lang, &out, &fault) == PRB_OK && !out.failed)
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
	int status = read_options(&f, report_help, argc, argv);

	if (status >= 0)
		return status;
	if (f.out != NULL && strcmp(f.out, "json") != 0 && strcmp(f.out, "explain") != 0)
		return prb_cli_usage("report", "--out %s: explain or json is wanted", f.out);
	status = remote_open(&f.remote);
	if (status == PRB_EXIT_OK)
		status = report(&f);
	remote_close(&f.remote);
	return status;
}

/*
 * ---- Attestations ----
 */

/* Another attestation than the one that was asked for may verify just as well. An address names the
 * host too; a bare UUID does not. */
static bool
is_asked_for(const struct probity_verification *verification, const struct fetching *f)
{
	const char *own = probity_verification_id(verification);
	size_t n = strlen(own), asked = strlen(f->id);

	if (asked == UUID_CHARACTERS && n >= asked && strcmp(own + n - asked, f->id) == 0 &&
		(!is_address(f->given) || strcmp(own, f->given) == 0))
		return true;
	fputs("probity: the server gave another attestation than ", stderr);
	remote_say_safely(stderr, f->given);
	fputc('\n', stderr);
	return false;
}

static bool
put_out(const struct fetching *f, const char *body, size_t n)
{
	if (f->out != NULL)
		return remote_write(f->out, body, n);
	if (fwrite(body, 1, n, stdout) != n)
		return false;
	/* The bytes as they are, but for a person's eyes. */
	return !isatty(STDOUT_FILENO) || putchar('\n') != EOF;
}

static int
attest(struct fetching *f)
{
	struct probity_answer *answer = probity_client_attestation(f->remote.client, f->id);
	struct probity_verification *verification = NULL;
	size_t n;
	const char *body = probity_answer_body(answer, &n);
	bool done = remote_accept(answer) &&
		    remote_verify(&f->remote, body, n, NULL, 0, &verification) &&
		    is_asked_for(verification, f);

	if (done) {
		fputs("verified: ", stderr);
		remote_say_verified(verification, stderr);
		fputc('\n', stderr);
		done = put_out(f, body, n);
	}
	probity_verification_destroy(verification);
	probity_answer_destroy(answer);
	return prb_cli_flush() && done ? PRB_EXIT_OK : PRB_EXIT_FAILED;
}

int
prb_command_attest(int argc, char **argv)
{
	struct fetching f = {.remote = {.command = "attest"}};
	int status = read_options(&f, attest_help, argc, argv);

	if (status >= 0)
		return status;
	status = remote_open(&f.remote);
	if (status == PRB_EXIT_OK)
		status = attest(&f);
	remote_close(&f.remote);
	return status;
}
