/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <unistd.h>

#include "clients/cli/cli.h"
#include "clients/cli/remote.h"
#include "scoring/base/jcs.h"

/* `probity attest`: a server's attestations: issued, fetched, opened, revoked. */

#define REQUEST_BYTES_MAX ((size_t)16 * 1024)
#define DAYS_MAX 730

static const char help[] =
	"usage: probity attest [OPTION]... ID\n"
	"       probity attest --jwt|--proof|--openings|--revocation [OPTION]... ID\n"
	"       probity attest --revoke REASON [OPTION]... ID\n"
	"       probity attest --report ID|--declaration ID [OPTION]...\n\n"
	"Fetches an attestation from a server by its id, verifies it on this machine and prints "
	"it. What does not verify, or was\n"
	"revoked, is not printed: status list and receipt come from the same server.\n"
	"Keys of a did:web issuer are taken from the server's own DID document.\n"
	"ID is the UUID, or the id as the attestation names itself: urn:uuid:UUID or "
	"https://HOST/v1/attestations/UUID.\n\n"
	"  --jwt              in its enveloping form, application/vc+jwt\n"
	"  --proof            its receipt of the log in its place; waits until a checkpoint covers "
	"it\n"
	"  --openings         in its place, the openings of what it withholds, for its owner\n"
	"  --revocation       in its place, when and why it was revoked\n"
	"  --revoke REASON    revokes it for good: issued_in_error, key_compromised, withdrawn or "
	"superseded\n"
	"  --report ID        has the server attest a report as it is stored\n"
	"  --declaration ID   has the server score a declaration anew, today, and attest that; "
	"attestations of it with another\n"
	"                     rating are revoked as superseded\n"
	"  --disclose PART,.. what a new attestation says in the clear: supplier, rating, "
	"exposure, "
	"declaration, report,\n"
	"                     indicators, indicators/KEY; all of it where this is not given; \"\" "
	"for none\n"
	"  --valid-days N     how long a new one is valid, 1 to 730\n"
	"  --idempotency-key K  the name of this request: a repeat with the same key makes no "
	"second attestation\n"
	"  --out FILE         write it there in place of standard output\n" REMOTE_HELP
	"\nExit status: 0 verified, or done; 1 where it does not verify, the server said no or "
	"could not be reached; 2 usage.\n\n"
	"  probity attest --out attestation.json 0191d2f0-4c1e-7a00-8000-000000000000\n"
	"  probity attest --proof --out receipt.txt 0191d2f0-4c1e-7a00-8000-000000000000\n"
	"  probity attest --report 5e96e359-bfb6-88f8-a47a-42e443fd0d4c --disclose "
	"supplier,rating --out attestation.json\n"
	"  probity attest --revoke withdrawn 0191d2f0-4c1e-7a00-8000-000000000000\n";

enum doing { FETCH, FETCH_JWT, FETCH_PROOF, FETCH_OPENINGS, FETCH_REVOCATION, REVOKE, ISSUE };

struct attesting {
	struct remote remote;
	enum doing doing;
	unsigned said;     /* how many options say what to do */
	const char *given; /* the id as it was asked for */
	const char *id;    /* the UUID in it; all of it where there is none, for the message */
	const char *out, *reason, *report, *declaration, *disclose, *key;
	int64_t valid_days; /* 0: not given */
};

enum {
	OPT_OUT = REMOTE_NEXT,
	OPT_JWT,
	OPT_PROOF,
	OPT_OPENINGS,
	OPT_REVOCATION,
	OPT_REVOKE,
	OPT_REPORT,
	OPT_DECLARATION,
	OPT_DISCLOSE,
	OPT_VALID_DAYS,
	OPT_KEY,
};

static const struct option long_options[] = {
	{"out", required_argument, NULL, OPT_OUT},
	{"jwt", no_argument, NULL, OPT_JWT},
	{"proof", no_argument, NULL, OPT_PROOF},
	{"openings", no_argument, NULL, OPT_OPENINGS},
	{"revocation", no_argument, NULL, OPT_REVOCATION},
	{"revoke", required_argument, NULL, OPT_REVOKE},
	{"report", required_argument, NULL, OPT_REPORT},
	{"declaration", required_argument, NULL, OPT_DECLARATION},
	{"disclose", required_argument, NULL, OPT_DISCLOSE},
	{"valid-days", required_argument, NULL, OPT_VALID_DAYS},
	{"idempotency-key", required_argument, NULL, OPT_KEY},
	REMOTE_LONG_OPTIONS,
	{NULL, 0, NULL, 0},
};

static int
set_doing(struct attesting *a, enum doing doing)
{
	a->doing = doing;
	a->said++;
	return PRB_EXIT_OK;
}

static int
set_option(void *context, int option, const char *value)
{
	struct attesting *a = context;

	switch (option) {
	case OPT_JWT:
		return set_doing(a, FETCH_JWT);
	case OPT_PROOF:
		return set_doing(a, FETCH_PROOF);
	case OPT_OPENINGS:
		return set_doing(a, FETCH_OPENINGS);
	case OPT_REVOCATION:
		return set_doing(a, FETCH_REVOCATION);
	case OPT_REVOKE:
		a->reason = value;
		return set_doing(a, REVOKE);
	case OPT_REPORT:
		a->report = value;
		return set_doing(a, ISSUE);
	case OPT_DECLARATION:
		a->declaration = value;
		return set_doing(a, ISSUE);
	case OPT_DISCLOSE:
		a->disclose = value;
		return PRB_EXIT_OK;
	case OPT_VALID_DAYS:
		return prb_parse_int(prb_span_of(value), 1, DAYS_MAX, &a->valid_days)
			       ? PRB_EXIT_OK
			       : prb_cli_usage("attest",
					 "--valid-days %s: a number from 1 to %d is wanted", value,
					 DAYS_MAX);
	case OPT_KEY:
		a->key = value;
		return PRB_EXIT_OK;
	default:
		a->out = value;
		return PRB_EXIT_OK;
	}
}

static bool
put_out(const struct attesting *a, const char *body, size_t n)
{
	if (a->out != NULL)
		return remote_write(a->out, body, n);
	if (fwrite(body, 1, n, stdout) != n)
		return false;
	/* The bytes as they are, but for a person's eyes. */
	return !isatty(STDOUT_FILENO) || n == 0 || body[n - 1] == '\n' || putchar('\n') != EOF;
}

/*
 * ---- Fetching ----
 */

/* Another attestation than the one that was asked for may verify just as well. An address names the
 * host too; a bare UUID does not. */
static bool
is_asked_for(const struct probity_verification *verification, const struct attesting *a)
{
	const char *own = probity_verification_id(verification);
	size_t n = strlen(own), asked = strlen(a->id);

	if (asked == REMOTE_UUID_CHARACTERS && n >= asked && strcmp(own + n - asked, a->id) == 0 &&
		(strncmp(a->given, "https://", 8) != 0 || strcmp(own, a->given) == 0))
		return true;
	fputs("probity: the server gave another attestation than ", stderr);
	remote_say_safely(stderr, a->given);
	fputc('\n', stderr);
	return false;
}

static void
say(const struct probity_verification *verification)
{
	fputs("verified: ", stderr);
	remote_say_verified(verification, stderr);
	fputc('\n', stderr);
}

/* An attestation, in either form: verified before anything of it is printed. */
static bool
take_attestation(struct attesting *a, struct probity_answer *answer)
{
	struct probity_verification *verification = NULL;
	size_t n;
	const char *body = probity_answer_body(answer, &n);
	bool done = remote_accept(answer);

	/* What was signed this moment is neither revoked nor covered by a checkpoint. */
	if (done && a->doing == ISSUE)
		done = remote_verify(&a->remote, body, n, NULL, 0, &verification);
	else if (done)
		done = remote_verify_standing(&a->remote, body, n, &verification) &&
		       is_asked_for(verification, a);

	if (done) {
		if (a->doing == ISSUE) {
			fputs("attestation ", stderr);
			remote_say_safely(
				stderr, remote_uuid(probity_verification_id(verification)));
			fputc('\n', stderr);
		}
		say(verification);
		done = put_out(a, body, n);
	}
	probity_verification_destroy(verification);
	return done;
}

/* What belongs to one, as it came. */
static bool
take_part(struct attesting *a, struct probity_answer *answer)
{
	size_t n;
	const char *body = probity_answer_body(answer, &n);

	if (probity_answer_http_status(answer) == 202) {
		prb_cli_say("no published checkpoint covers the attestation yet: ask again in a "
			    "moment");
		return false;
	}
	return remote_accept(answer) && put_out(a, body, n);
}

/*
 * ---- Issuing ----
 */

/* "a,b" as an array; "" as an empty one. */
static void
write_parts(struct prb_writer *w, const char *list)
{
	prb_writer_key(w, "disclose");
	prb_writer_array(w);
	while (*list != '\0') {
		size_t n = strcspn(list, ",");

		prb_writer_string(w, (struct prb_span){list, n});
		list += n + (list[n] == ',');
	}
	prb_writer_end(w);
}

static struct probity_answer *
issue(struct attesting *a)
{
	struct probity_answer *answer = NULL;
	struct prb_str request;
	struct prb_writer w;

	prb_str_init(&request, REQUEST_BYTES_MAX);
	prb_writer_init(&w, &request);
	prb_writer_object(&w);
	if (a->declaration != NULL)
		prb_writer_member_text(&w, "declaration", remote_uuid(a->declaration));
	if (a->disclose != NULL)
		write_parts(&w, a->disclose);
	if (a->report != NULL)
		prb_writer_member_text(&w, "report", remote_uuid(a->report));
	if (a->valid_days != 0)
		prb_writer_member_int(&w, "valid_days", a->valid_days);
	prb_writer_end(&w);
	if (request.failed)
		prb_cli_say("the request is too long");
	else
		answer = probity_client_attest(a->remote.client, request.p, request.n, a->key);
	prb_str_finish(&request);
	return answer;
}

static bool
act(struct attesting *a)
{
	struct probity_client *client = a->remote.client;
	struct probity_answer *answer = NULL;
	bool whole = a->doing == FETCH || a->doing == FETCH_JWT || a->doing == ISSUE, done;

	switch (a->doing) {
	case FETCH:
		answer = probity_client_attestation(client, a->id);
		break;
	case FETCH_JWT:
		answer = probity_client_attestation_jwt(client, a->id);
		break;
	case FETCH_PROOF:
		answer = probity_client_proof(client, a->id);
		break;
	case FETCH_OPENINGS:
		answer = probity_client_openings(client, a->id);
		break;
	case FETCH_REVOCATION:
		answer = probity_client_revocation(client, a->id);
		break;
	case REVOKE:
		answer = probity_client_revoke(client, a->id, a->reason);
		break;
	case ISSUE:
		answer = issue(a);
		break;
	}
	done = whole ? take_attestation(a, answer) : take_part(a, answer);
	probity_answer_destroy(answer);
	return prb_cli_flush() && done;
}

/* -1: go on; else the exit status. */
static int
check(struct attesting *a, int argc, char **argv)
{
	bool issues = a->doing == ISSUE;

	if (a->said > 1)
		return prb_cli_usage("attest",
			"one of --jwt, --proof, --openings, --revocation, --revoke, --report and "
			"--declaration is wanted");
	if (argc - optind != (issues ? 0 : 1))
		return prb_cli_usage("attest",
			issues ? "the id goes behind --report or --declaration, and nothing else"
			       : "one id is wanted");
	if (!issues && (a->disclose != NULL || a->valid_days != 0 || a->key != NULL))
		return prb_cli_usage("attest",
			"--disclose, --valid-days and --idempotency-key are for a new attestation: "
			"--report or --declaration");
	if (!issues) {
		a->given = argv[optind];
		a->id = remote_uuid(a->given);
	}
	return -1;
}

int
prb_command_attest(int argc, char **argv)
{
	struct attesting a = {.remote = {.command = "attest"}};
	int status = remote_read_options(&a.remote, help, long_options, argc, argv, set_option, &a);

	if (status == -1)
		status = check(&a, argc, argv);
	if (status != -1)
		return status;
	status = remote_open(&a.remote);
	if (status == PRB_EXIT_OK)
		status = act(&a) ? PRB_EXIT_OK : PRB_EXIT_FAILED;
	remote_close(&a.remote);
	return status;
}
