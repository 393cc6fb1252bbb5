/* SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <string.h>
#include <time.h>

#include "clients/cli/cli.h"
#include "scoring/attest/proof.h"
#include "scoring/attest/verify.h"

#define INPUT_BYTES_MAX ((size_t)PRB_ANSWER_READ_BYTES_MAX)
#define DID_DOCUMENT_BYTES_MAX ((size_t)256 * 1024)
#define ARENA_BYTES_MAX ((size_t)256 * 1024 * 1024)
#define OUT_BYTES_MAX ((size_t)64 * 1024 * 1024)

static const char help[] =
	"usage: probity verify [--did FILE] [--at YYYY-MM-DDThh:mm:ssZ] [--json] FILE|-\n\n"
	"Checks a signed attestation, offline: its form, its signature, whose key that is, and "
	"whether it is valid now. Each check has a\n"
	"line with its reason; what could not be checked is said and never taken as passed. FILE "
	"may also be the server's whole answer\n"
	"to a declaration.\n\n"
	"  --did FILE         the issuer's DID document; an issuer did:web:HOST needs it, from "
	"https://HOST/.well-known/did.json\n"
	"  --at MOMENT        judges validity at that moment instead of now\n"
	"  --json             prints the outcome as JSON\n"
	"  --checkpoint FILE  not in this version: it issues no receipts of the log yet\n\n"
	"Exit status: 0 verified; 1 not verified, or it could not be read; 2 usage.\n\n"
	"  probity verify attestation.json\n"
	"  curl -s https://HOST/.well-known/did.json > did.json; probity verify --did did.json "
	"attestation.json\n";

struct verifying {
	struct prb_arena *arena;
	struct prb_str text, did, out;
	struct prb_verify_options options;
	bool json;
};

/* It is somebody else's text: control characters go. */
static void
print_said(const char *label, struct prb_span text)
{
	struct prb_fault clean;

	if (text.p == NULL)
		return;
	(void)prb_fault_set(
		&clean, PRB_ERR_VALUE, PRB_NO_OFFSET, NULL, "%.*s", PRB_SPAN_ARGS(text));
	printf("%-12s %s\n", label, clean.detail);
}

static void
print_checks(const struct prb_verification *verification)
{
	print_said("attestation", verification->id);
	print_said("issuer", verification->issuer);
	print_said("named", verification->issuer_name);
	print_said("supplier", verification->subject_name);
	for (int i = 0; i < PRB_CHECKS; i++)
		printf("%-8s %-9s %s\n", prb_outcome_word(verification->checks[i].outcome),
			prb_check_word((enum prb_check)i), verification->checks[i].detail);
}

/* The first check that failed; where none did, the first that could not be made. */
void
prb_cli_print_verdict(const struct prb_verification *verification)
{
	int first = -1;

	if (verification->verified) {
		puts("verified");
		return;
	}
	for (int i = PRB_CHECKS - 1; i >= 0; i--)
		if (verification->checks[i].outcome == PRB_OUTCOME_FAILED)
			first = i;
	for (int i = 0; i < PRB_CHECKS && first < 0; i++)
		if (verification->checks[i].outcome == PRB_OUTCOME_SKIPPED)
			first = i;
	printf("not verified: %s: %s\n", prb_check_word((enum prb_check)first),
		verification->checks[first].detail);
}

static bool
verify(struct verifying *v, struct prb_verification *verification)
{
	v->arena = prb_arena_create(ARENA_BYTES_MAX);
	if (v->arena == NULL) {
		prb_cli_say("there is no memory");
		return false;
	}
	v->options.did_document = prb_str_span(&v->did);
	v->options.sha256 = prb_store_sha256;
	v->options.answer_too = true;
	prb_attestation_verify(v->arena, prb_str_span(&v->text), &v->options, verification);
	if (verification->in_answer)
		prb_cli_say("note: the member \"attestation\" is checked; the rest of the text is "
			    "not part of it");
	if (!v->json) {
		print_checks(verification);
		prb_cli_print_verdict(verification);
		return true;
	}
	prb_verification_write(verification, &v->out);
	prb_str_add_char(&v->out, '\n');
	if (v->out.failed) {
		prb_cli_say("there is no memory for the answer");
		return false;
	}
	return fwrite(v->out.p, 1, v->out.n, stdout) == v->out.n;
}

static int
run(struct verifying *v, const char *file, const char *did)
{
	struct prb_verification verification = {.verified = false};
	bool done = true;

	prb_str_init(&v->did, 0);
	prb_str_init(&v->out, OUT_BYTES_MAX);
	done = prb_cli_read(file, INPUT_BYTES_MAX, &v->text);
	if (done && did != NULL)
		done = prb_cli_read(did, DID_DOCUMENT_BYTES_MAX, &v->did);
	if (done)
		done = verify(v, &verification);
	prb_arena_destroy(v->arena);
	prb_str_finish(&v->text);
	prb_str_finish(&v->did);
	prb_str_finish(&v->out);
	return prb_cli_flush() && done && verification.verified ? PRB_EXIT_OK : PRB_EXIT_FAILED;
}

int
prb_command_verify(int argc, char **argv)
{
	static const struct option options[] = {{"did", required_argument, NULL, 'd'},
		{"at", required_argument, NULL, 'a'}, {"json", no_argument, NULL, 'j'},
		{"checkpoint", required_argument, NULL, 'c'}, {"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0}};
	struct verifying v = {.options.now = (int64_t)time(NULL)};
	const char *did = NULL;
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 'h':
			fputs(help, stdout);
			return prb_cli_flush() ? PRB_EXIT_OK : PRB_EXIT_FAILED;
		case 'd':
			did = optarg;
			break;
		case 'j':
			v.json = true;
			break;
		case 'a':
			if (!prb_timestamp_parse(prb_span_of(optarg), &v.options.now))
				return prb_cli_usage("verify",
					"--at %s: a moment YYYY-MM-DDThh:mm:ssZ is wanted", optarg);
			break;
		case 'c':
			return prb_cli_usage("verify",
				"--checkpoint: this version issues no receipts of the log, so "
				"there is nothing to check with one");
		default:
			return prb_cli_usage("verify", "%s is not an option, or lacks its value",
				argv[optind - 1]);
		}
	}
	if (argc - optind != 1)
		return prb_cli_usage("verify", "one file is wanted, or - for standard input");
	if (did != NULL && strcmp(did, "-") == 0 && strcmp(argv[optind], "-") == 0)
		return prb_cli_usage("verify", "only one of the two can be standard input");
	return run(&v, argv[optind], did);
}
