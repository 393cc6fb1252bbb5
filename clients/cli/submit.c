/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "clients/cli/cli.h"
#include "clients/cli/remote.h"
#include "scoring/model/declaration.h"

#define ARENA_BYTES_MAX ((size_t)256 * 1024 * 1024)
#define LINK_BYTES_MAX ((size_t)2048)
#define LINK_PATH "/invitation"

static const char help[] =
	"usage: probity submit [OPTION]... FILE|-\n\n"
	"Sends one declaration (JSON) to a server, which stores it, scores it, signs an "
	"attestation and enters it into its log. Prints the\n"
	"rating and the ids, and checks the attestation: its proof, its validity, its issuer, and "
	"that it is one of this report. Supplier lists\n"
	"are for `probity screen`.\n\n"
	"  --out summary|json        what to print; json is the server's answer\n"
	"  --attestation FILE        write the attestation there, once it is verified\n"
	"  --report FILE             write the report there\n"
	"  --invitation FILE|-       file with the link of an invitation "
	"(https://HOST/invitation#prb_...), or "
	"with the key in it: no account is\n"
	"                            needed, and the link says which server. The link itself is "
	"taken "
	"too, but others on this machine see it\n"
	"  --idempotency-key K       the name of this submission: a repeat with the same key is "
	"stored once. A random one\n"
	"                            where it is not given, for the repeats after a lost "
	"connection\n" REMOTE_HELP
	"\nExit status: 0; 1 where the server said no, could not be reached, or the attestation "
	"does not verify; 2 usage.\n\n"
	"  probity submit declaration.json\n"
	"  probity submit --server https://probity.example --key-file key --attestation a.json "
	"declaration.json\n"
	"  probity submit --invitation link declaration.json\n";

struct submission {
	struct remote remote;
	const char *path, *key, *attestation, *report, *invitation;
	char link[LINK_BYTES_MAX + 1]; /* of the invitation, cut into server and key */
	bool json;
};

enum { OPT_OUT = REMOTE_NEXT, OPT_KEY, OPT_ATTESTATION, OPT_REPORT, OPT_INVITATION };

static const struct option long_options[] = {
	{"out", required_argument, NULL, OPT_OUT},
	{"idempotency-key", required_argument, NULL, OPT_KEY},
	{"attestation", required_argument, NULL, OPT_ATTESTATION},
	{"report", required_argument, NULL, OPT_REPORT},
	{"invitation", required_argument, NULL, OPT_INVITATION},
	REMOTE_LONG_OPTIONS,
	{NULL, 0, NULL, 0},
};

static int
set_option(void *context, int option, const char *value)
{
	struct submission *s = context;

	switch (option) {
	case OPT_OUT:
		s->json = strcmp(value, "json") == 0;
		return s->json || strcmp(value, "summary") == 0
			       ? PRB_EXIT_OK
			       : prb_cli_usage(
					 "submit", "--out %s: summary or json is wanted", value);
	case OPT_KEY:
		s->key = value;
		return PRB_EXIT_OK;
	case OPT_ATTESTATION:
		s->attestation = value;
		return PRB_EXIT_OK;
	case OPT_INVITATION:
		s->invitation = value;
		return PRB_EXIT_OK;
	default:
		s->report = value;
		return PRB_EXIT_OK;
	}
}

/*
 * ---- Invitations ----
 */

/* The link's first line into s->link, from the command line, a file or standard input. */
static bool
read_link(struct submission *s)
{
	struct prb_str text;
	struct prb_span line = prb_span_of(s->invitation);
	bool read = strncmp(s->invitation, "http", 4) == 0 && strchr(s->invitation, '#') != NULL;

	prb_str_init(&text, 0);
	if (!read) {
		read = prb_cli_read(s->invitation, LINK_BYTES_MAX, &text);
		line = prb_str_span(&text);
	}
	line = prb_span_trim(line);
	if (read && (line.n == 0 || line.n > LINK_BYTES_MAX || memchr(line.p, '\n', line.n))) {
		prb_cli_say("--invitation: one line is wanted: the link, or the key in it");
		read = false;
	}
	if (read)
		memcpy(s->link, line.p, line.n);
	if (text.p != NULL)
		remote_wipe(text.p, text.n);
	prb_str_finish(&text);
	return read;
}

/* Cuts the link into the server's address and the key. */
static int
take_invitation(struct submission *s)
{
	char *key, *path;

	if (s->invitation == NULL)
		return PRB_EXIT_OK;
	if (s->remote.key_file != NULL)
		return prb_cli_usage("submit", "an invitation is a key: leave --key-file out");
	if (strcmp(s->invitation, "-") == 0 && strcmp(s->path, "-") == 0)
		return prb_cli_usage("submit", "one of link and declaration can be read from "
					       "standard input, not both");
	if (!read_link(s))
		return PRB_EXIT_FAILED;
	key = strchr(s->link, '#');
	if (key == NULL) {
		/* Where the server has no public URL the key was given alone. */
		s->remote.key = s->link;
		return PRB_EXIT_OK;
	}
	*key++ = '\0';
	path = strstr(s->link, LINK_PATH);
	if (path == NULL || path[sizeof LINK_PATH - 1] != '\0')
		return prb_cli_usage("submit", "--invitation: this is no link of an invitation: "
					       "https://HOST" LINK_PATH "#prb_... is");
	*path = '\0';
	s->remote.key = key;
	if (s->remote.server == NULL)
		s->remote.server = s->link;
	return PRB_EXIT_OK;
}

/* What is no declaration at all is not sent. */
static bool
is_one_object(const char *path, struct prb_span text)
{
	struct prb_arena *arena = prb_arena_create(ARENA_BYTES_MAX);
	const struct prb_json *json = NULL;
	struct prb_fault fault;
	bool one = false;

	if (arena == NULL)
		prb_cli_say("there is no memory");
	else if (prb_json_parse(arena, text, PRB_DECLARATION_BYTES_MAX, &fault, &json) != PRB_OK)
		prb_cli_say("%s: byte %zu: %s; one declaration in JSON is wanted, lists are for "
			    "`probity screen`",
			path, fault.offset == PRB_NO_OFFSET ? 0 : fault.offset, fault.detail);
	else if (prb_json_kind(json) != PRB_JSON_OBJECT)
		prb_cli_say("%s: %s; one declaration is wanted, lists are for `probity screen`",
			path, prb_json_kind_name(prb_json_kind(json)));
	else
		one = true;
	prb_arena_destroy(arena);
	return one;
}

static const char *
at(struct probity_answer *answer, const char *pointer)
{
	const char *text = probity_answer_at(answer, pointer, NULL);

	return text != NULL ? text : "";
}

static void
print_line(const char *word, const char *text)
{
	printf("%-13s", word);
	remote_say_safely(stdout, text);
	putchar('\n');
}

static void
print_rating(struct probity_answer *answer)
{
	const char *best = at(answer, "/report/rating_range/0");
	const char *worst = at(answer, "/report/rating_range/1");

	printf("%-13s", "rating");
	remote_say_safely(stdout, at(answer, "/report/rating"));
	if (strcmp(best, worst) != 0) {
		fputs(", could be ", stdout);
		remote_say_safely(stdout, best);
		fputs(" to ", stdout);
		remote_say_safely(stdout, worst);
	}
	putchar('\n');
}

static void
print_summary(struct probity_answer *answer, const struct probity_verification *verification,
	bool verified)
{
	print_line("declaration", at(answer, "/id"));
	print_rating(answer);
	print_line("report", at(answer, "/report/id"));
	print_line("attestation", remote_uuid(at(answer, "/attestation/id")));
	print_line("log index", at(answer, "/log/index"));
	printf("%-13s%s", "verified", verified ? "yes, " : "no");
	if (verified)
		remote_say_verified(verification, stdout);
	putchar('\n');
}

/* Everything of a 201. The attestation is written only when it holds; the report is the caller's in
 * any case: it is stored. */
static int
take(struct submission *s, struct probity_answer *answer)
{
	size_t attestation_n = 0, report_n = 0, body_n;
	const char *attestation = probity_answer_at(answer, "/attestation", &attestation_n);
	const char *report = probity_answer_at(answer, "/report", &report_n);
	const char *body = probity_answer_body(answer, &body_n);
	struct probity_verification *verification = NULL;
	bool verified, written = true;

	if (attestation == NULL || report == NULL) {
		prb_cli_say("the server's answer lacks the report or the attestation");
		return PRB_EXIT_FAILED;
	}
	verified = remote_verify(
		&s->remote, attestation, attestation_n, report, report_n, &verification);
	if (s->json) {
		fwrite(body, 1, body_n, stdout);
		putchar('\n');
	} else {
		print_summary(answer, verification, verified);
	}
	if (s->report != NULL)
		written = remote_write(s->report, report, report_n);
	if (s->attestation != NULL && verified)
		written = remote_write(s->attestation, attestation, attestation_n) && written;
	probity_verification_destroy(verification);
	return prb_cli_flush() && verified && written ? PRB_EXIT_OK : PRB_EXIT_FAILED;
}

static int
submit(struct submission *s, struct prb_span text)
{
	struct probity_answer *answer =
		probity_client_submit(s->remote.client, text.p, text.n, s->key);
	int status = PRB_EXIT_FAILED;

	if (remote_accept(answer))
		status = take(s, answer);
	else if (probity_answer_result(answer) == PROBITY_FAILED && probity_answer_sent(answer))
		prb_cli_say("whether it was stored is not known; this repeats it safely: "
			    "--idempotency-key %s",
			probity_answer_idempotency_key(answer));
	probity_answer_destroy(answer);
	return status;
}

static int
read_and_submit(struct submission *s)
{
	struct prb_str text;
	int status = take_invitation(s);

	if (status != PRB_EXIT_OK)
		return status;
	status = PRB_EXIT_FAILED;
	if (prb_cli_read(s->path, PRB_DECLARATION_BYTES_MAX, &text) &&
		is_one_object(s->path, prb_str_span(&text))) {
		status = remote_open(&s->remote);
		if (status == PRB_EXIT_OK)
			status = submit(s, prb_str_span(&text));
	}
	remote_close(&s->remote);
	prb_str_finish(&text);
	return status;
}

int
prb_command_submit(int argc, char **argv)
{
	struct submission s = {.remote = {.command = "submit"}};
	int status = remote_read_options(&s.remote, help, long_options, argc, argv, set_option, &s);

	if (status != -1)
		return status;
	if (argc - optind != 1)
		return prb_cli_usage(
			"submit", "one declaration is wanted, or - for standard input");
	s.path = argv[optind];
	status = read_and_submit(&s);
	remote_wipe(s.link, sizeof s.link);
	return status;
}
