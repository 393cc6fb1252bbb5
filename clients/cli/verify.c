/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <time.h>

#include "clients/cli/cli.h"
#include "clients/cli/options.h"
#include "clients/lib/fetch_named.h"
#include "clients/lib/issuer.h"
#include "scoring/attest/proof.h"
#include "scoring/attest/verify.h"
#include "scoring/log/checkpoint.h"

#define INPUT_BYTES_MAX ((size_t)PRB_ANSWER_READ_BYTES_MAX)
#define DID_DOCUMENT_BYTES_MAX ((size_t)256 * 1024)
#define STATUS_LIST_BYTES_MAX ((size_t)2 * 1024 * 1024)
#define OPENING_BYTES_MAX ((size_t)1024 * 1024)
#define OPENINGS_MAX 16 /* files; each may hold them all */
#define ARENA_BYTES_MAX ((size_t)256 * 1024 * 1024)
#define OUT_BYTES_MAX ((size_t)64 * 1024 * 1024)

static const char help[] =
	"usage: probity verify [OPTION]... FILE|-\n\n"
	"Checks a signed attestation: its form, its signature, whose key that is, whether it is "
	"valid now, and, with what is given beside it,\n"
	"whether it was revoked, stands in the transparency log, and is what its openings say. "
	"Nothing is fetched without --online. Each check\n"
	"has a line with its reason; what could not be checked is said and never taken as passed. "
	"FILE is the attestation (application/vc or\n"
	"application/vc+jwt), or the server's whole answer to a declaration.\n\n"
	"  --did FILE         the issuer's DID document; an issuer did:web:HOST needs it, from "
	"https://HOST/.well-known/did.json\n"
	"  --status FILE      the status list that the attestation names\n"
	"  --receipt FILE     the receipt of the log, from the attestation's address with /proof\n"
	"  --log-key VKEY|FILE  the log's verifier key, NAME+HEX+BASE64, or a file with it; else a "
	"key of the log in the DID document\n"
	"  --checkpoint FILE  a checkpoint of the log that you trust: the receipt must be of the "
	"same tree. A receipt may be given here too\n"
	"  --open FILE        an opening of what the attestation withholds, or an array of them; "
	"may be given again\n"
	"  --online           fetches what was not given: DID document, status list, receipt\n"
	"  --ca-file FILE     the certificates to trust with --online (PEM), in place of the "
	"system's\n"
	"  --issuer DID       whose attestation it must be: anybody can sign one as himself, and "
	"only you know whom you trust\n"
	"  --at MOMENT        judges at YYYY-MM-DDThh:mm:ssZ instead of now\n"
	"  --skew SECONDS     how far the signer's clock may run ahead; 60 where it is not given\n"
	"  --json             prints the outcome as JSON\n\n"
	"Exit status: 0 verified; 1 not verified, or it could not be read; 2 usage.\n\n"
	"  probity verify attestation.json\n"
	"  probity verify --online --issuer did:web:probity.example attestation.json\n"
	"  probity verify --did did.json --status list.json --receipt attestation.tlog-proof "
	"attestation.json\n";

/* What may be given beside the attestation. */
enum given { DID, STATUS, RECEIPT, LOG_KEY, CHECKPOINT, OPENING, GIVEN = OPENING + OPENINGS_MAX };

struct verifying {
	struct prb_arena *arena;
	struct prb_str text, out;
	struct {
		const char *path; /* NULL: not given */
		struct prb_str text;
	} given[GIVEN];
	size_t openings;
	struct prb_span opened[OPENINGS_MAX];
	struct prb_fault did_fault, status_fault, log_fault; /* of what was not to be had */
	struct prb_verify_options options;
	const char *ca_file, *issuer; /* NULL: not given */
	bool json, online;
};

/*
 * ---- Printing ----
 */

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

static const char *
hue_of(enum prb_outcome outcome)
{
	return prb_cli_hue(stdout, outcome == PRB_OUTCOME_PASSED   ? PRB_HUE_GOOD
				   : outcome == PRB_OUTCOME_FAILED ? PRB_HUE_BAD
								   : PRB_HUE_OPEN);
}

static void
print_checks(const struct prb_verification *verification)
{
	print_said("attestation", verification->id);
	print_said("issuer", verification->issuer);
	print_said("named", verification->issuer_name);
	print_said("supplier", verification->subject_name);
	for (int i = 0; i < PRB_CHECKS; i++)
		printf("%s%-8s%s %-9s %s\n", hue_of(verification->checks[i].outcome),
			prb_outcome_word(verification->checks[i].outcome),
			prb_cli_hue(stdout, PRB_HUE_PLAIN), prb_check_word((enum prb_check)i),
			verification->checks[i].detail);
}

/* What a reader who stops at "verified" must know. */
static void
print_unseen(const struct prb_verification *verification)
{
	bool status = verification->checks[PRB_CHECK_STATUS].outcome == PRB_OUTCOME_SKIPPED;
	bool log = verification->checks[PRB_CHECK_LOG].outcome == PRB_OUTCOME_SKIPPED;

	if (status || log)
		printf("note: %s%s%s not looked at (--online does)\n", status ? "status" : "",
			status && log ? " and " : "", log ? "log" : "");
}

/* A did:web's keys are in no attestation: that they were not there says nothing of it. */
static void
print_keyless(const struct verifying *v, const struct prb_verification *verification)
{
	if (!v->online && v->given[DID].path == NULL &&
		verification->checks[PRB_CHECK_ISSUER].outcome == PRB_OUTCOME_FAILED &&
		prb_span_starts(verification->issuer, PRB_SPAN("did:web:")))
		puts("note: the issuer's keys not looked up (--online does; --did FILE gives "
		     "them)");
}

/* The first check that failed; where none did, the first that could not be made. */
void
prb_cli_print_verdict(const struct prb_verification *verification)
{
	int first = -1;

	if (verification->verified) {
		prb_cli_print_verified();
		return;
	}
	for (int i = PRB_CHECKS - 1; i >= 0; i--)
		if (verification->checks[i].outcome == PRB_OUTCOME_FAILED)
			first = i;
	for (int i = 0; i < PRB_CHECKS && first < 0; i++)
		if (verification->checks[i].outcome == PRB_OUTCOME_SKIPPED)
			first = i;
	printf("%snot verified%s: %s: %s\n", prb_cli_hue(stdout, PRB_HUE_BAD),
		prb_cli_hue(stdout, PRB_HUE_PLAIN), prb_check_word((enum prb_check)first),
		verification->checks[first].detail);
}

/*
 * ---- Fetching ----
 */

/* False with the fault filled. */
static bool
fetch(struct verifying *v, struct prb_span url, const char *accept, size_t bytes_max,
	struct prb_str *out, struct prb_fault *fault)
{
	const struct prb_named how = {
		.accept = accept, .ca_file = v->ca_file, .bytes_max = bytes_max};

	return prb_fetch_named(url, &how, out, fault) == PRB_OK;
}

static void
fetch_document(struct verifying *v, const struct prb_verification *seen)
{
	char address[PRB_DID_ADDRESS_BYTES];

	prb_did_web_address(seen->issuer, address);
	if (v->options.did_document.p != NULL || address[0] == '\0')
		return;
	if (fetch(v, prb_span_of(address), "application/did+json, application/json",
		    DID_DOCUMENT_BYTES_MAX, &v->given[DID].text, &v->did_fault))
		v->options.did_document = prb_str_span(&v->given[DID].text);
	else
		v->options.did_unfetched = v->did_fault.detail;
}

/* What the text names is asked only once it is the issuer's text: else whoever wrote it says whom
 * this machine asks. */
#define NOT_FETCHED "not fetched, since its proof and its issuer do not hold"

static bool
is_fetched_for(const struct prb_verification *seen)
{
	return seen->checks[PRB_CHECK_PROOF].outcome == PRB_OUTCOME_PASSED &&
	       seen->checks[PRB_CHECK_ISSUER].outcome == PRB_OUTCOME_PASSED;
}

/* The list of the first entry; where there are more, they name it or cannot be looked up. */
static void
fetch_status_list(struct verifying *v, const struct prb_verification *seen)
{
	const struct prb_json *entry = prb_json_member(seen->credential, "credentialStatus"), *url;

	if (v->options.status_list.p != NULL || entry == NULL)
		return;
	v->options.status_wanted = true;
	if (prb_json_kind(entry) == PRB_JSON_ARRAY)
		entry = prb_json_first(entry);
	url = entry != NULL && prb_json_kind(entry) == PRB_JSON_OBJECT
		      ? prb_json_member(entry, "statusListCredential")
		      : NULL;
	if (url == NULL || prb_json_kind(url) != PRB_JSON_STRING)
		return;
	if (!is_fetched_for(seen)) {
		v->options.status_unfetched = NOT_FETCHED;
		return;
	}
	if (fetch(v, prb_json_string(url), "application/vc, application/vc+jwt;q=0.9",
		    STATUS_LIST_BYTES_MAX, &v->given[STATUS].text, &v->status_fault))
		v->options.status_list = prb_str_span(&v->given[STATUS].text);
	else
		v->options.status_unfetched = v->status_fault.detail;
}

/* An attestation whose id is no address has nowhere to ask for a receipt. */
static void
fetch_receipt(struct verifying *v, const struct prb_verification *seen)
{
	struct prb_str url;

	if (v->options.receipt.p != NULL || prb_receipt_is(v->options.checkpoint) ||
		seen->enveloped)
		return;
	if (!prb_span_starts(seen->id, PRB_SPAN("https://")) &&
		!prb_span_starts(seen->id, PRB_SPAN("http://"))) {
		v->options.log_unfetched = "its id is no address where the receipt could be "
					   "fetched: ask its holder for it";
		return;
	}
	v->options.log_wanted = true;
	if (!is_fetched_for(seen)) {
		v->options.log_unfetched = NOT_FETCHED;
		return;
	}
	prb_str_init(&url, INPUT_BYTES_MAX);
	prb_str_add_span(&url, seen->id);
	prb_str_add_text(&url, "/proof");
	if (fetch(v, prb_str_span(&url), "text/plain", PRB_RECEIPT_BYTES_MAX,
		    &v->given[RECEIPT].text, &v->log_fault))
		v->options.receipt = prb_str_span(&v->given[RECEIPT].text);
	else
		v->options.log_unfetched = v->log_fault.detail;
	prb_str_finish(&url);
}

/*
 * ---- Checking ----
 */

/* What was read of what was given. */
static void
take_given(struct verifying *v)
{
	struct prb_verify_options *o = &v->options;

	o->did_document = prb_str_span(&v->given[DID].text);
	o->status_list = prb_str_span(&v->given[STATUS].text);
	o->receipt = prb_str_span(&v->given[RECEIPT].text);
	o->checkpoint = prb_str_span(&v->given[CHECKPOINT].text);
	if (o->log_key.p == NULL)
		o->log_key = prb_str_span(&v->given[LOG_KEY].text);
	o->status_wanted = v->given[STATUS].path != NULL;
	o->log_wanted = v->given[RECEIPT].path != NULL || v->given[CHECKPOINT].path != NULL ||
			o->log_key.p != NULL;
	for (size_t i = 0; i < v->openings; i++)
		v->opened[i] = prb_str_span(&v->given[OPENING + i].text);
	o->openings = v->opened;
	o->openings_count = v->openings;
	o->sha256 = prb_store_sha256;
	o->answer_too = true;
}

static void
check(struct verifying *v, struct prb_verification *verification)
{
	prb_attestation_verify(v->arena, prb_str_span(&v->text), &v->options, verification);
	if (v->issuer != NULL)
		prb_verify_expect_issuer(verification, v->issuer);
}

/* Of another issuer not even the document is asked for. */
static bool
is_expected(const struct verifying *v, const struct prb_verification *seen)
{
	return v->issuer == NULL || prb_span_is(seen->issuer, v->issuer);
}

static bool
verify(struct verifying *v, struct prb_verification *verification)
{
	v->arena = prb_arena_create(ARENA_BYTES_MAX);
	if (v->arena == NULL) {
		prb_cli_say("there is no memory");
		return false;
	}
	take_given(v);
	check(v, verification);
	if (v->online && verification->credential != NULL && is_expected(v, verification)) {
		fetch_document(v, verification);
		check(v, verification);
		fetch_status_list(v, verification);
		fetch_receipt(v, verification);
		check(v, verification);
	}
	if (verification->in_answer)
		prb_cli_say("note: the member \"attestation\" is checked; the rest of the text is "
			    "not part of it");
	if (!v->json) {
		print_checks(verification);
		if (verification->verified)
			print_unseen(verification);
		print_keyless(v, verification);
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

/*
 * ---- Reading ----
 */

static bool
read_given(struct verifying *v, const char *file)
{
	static const size_t bytes_max[OPENING] = {[DID] = DID_DOCUMENT_BYTES_MAX,
		[STATUS] = STATUS_LIST_BYTES_MAX,
		[RECEIPT] = PRB_RECEIPT_BYTES_MAX,
		[LOG_KEY] = PRB_NOTE_VKEY_BYTES_MAX,
		[CHECKPOINT] = PRB_RECEIPT_BYTES_MAX};

	if (!prb_cli_read(file, INPUT_BYTES_MAX, &v->text))
		return false;
	for (size_t i = 0; i < GIVEN; i++)
		if (v->given[i].path != NULL &&
			!prb_cli_read(v->given[i].path,
				i < OPENING ? bytes_max[i] : OPENING_BYTES_MAX, &v->given[i].text))
			return false;
	return true;
}

static int
run(struct verifying *v, const char *file)
{
	struct prb_verification verification = {.verified = false};
	bool done;

	prb_str_init(&v->out, OUT_BYTES_MAX);
	for (size_t i = 0; i < GIVEN; i++)
		prb_str_init(&v->given[i].text, STATUS_LIST_BYTES_MAX + 1);
	done = read_given(v, file) && verify(v, &verification);
	prb_arena_destroy(v->arena);
	prb_str_finish(&v->text);
	prb_str_finish(&v->out);
	for (size_t i = 0; i < GIVEN; i++)
		prb_str_finish(&v->given[i].text);
	return prb_cli_flush() && done && verification.verified ? PRB_EXIT_OK : PRB_EXIT_FAILED;
}

/* A verifier key is told from a file's name by being one. */
static void
take_log_key(struct verifying *v, const char *value)
{
	struct prb_note_key key;
	struct prb_fault fault;

	if (prb_note_key_read(prb_span_of(value), &key, &fault) == PRB_OK)
		v->options.log_key = prb_span_of(value);
	else
		v->given[LOG_KEY].path = value;
}

/* PRB_EXIT_OK, or the exit status with a word on stderr. */
static int
take_option(void *context, int option, const char *value)
{
	struct verifying *v = context;

	switch (option) {
	case 'd':
		v->given[DID].path = value;
		break;
	case 's':
		v->given[STATUS].path = value;
		break;
	case 'r':
		v->given[RECEIPT].path = value;
		break;
	case 'c':
		v->given[CHECKPOINT].path = value;
		break;
	case 'l':
		take_log_key(v, value);
		break;
	case 'o':
		if (v->openings == OPENINGS_MAX)
			return prb_cli_usage("verify",
				"--open is taken %d times at most; a file may hold an array of "
				"openings",
				OPENINGS_MAX);
		v->given[OPENING + v->openings++].path = value;
		break;
	case 'n':
		v->online = true;
		break;
	case 'f':
		v->ca_file = value;
		break;
	case 'i':
		if (strncmp(value, "did:", 4) != 0)
			return prb_cli_usage("verify",
				"--issuer %s: a DID such as did:web:probity.example is wanted",
				value);
		v->issuer = value;
		break;
	case 'j':
		v->json = true;
		break;
	case 'a':
		if (!prb_timestamp_parse(prb_span_of(value), &v->options.now))
			return prb_cli_usage("verify",
				"--at %s: a moment YYYY-MM-DDThh:mm:ssZ is wanted", value);
		break;
	case 'k':
		if (!prb_parse_int(prb_span_of(value), 0, PRB_VERIFY_SKEW_SECONDS_MAX,
			    &v->options.skew_seconds))
			return prb_cli_usage("verify", "--skew %s: 0 to %d seconds are wanted",
				value, PRB_VERIFY_SKEW_SECONDS_MAX);
		break;
	}
	return PRB_EXIT_OK;
}

static bool
only_one_is_stdin(const struct verifying *v, const char *file)
{
	int count = strcmp(file, "-") == 0;

	for (size_t i = 0; i < GIVEN; i++)
		count += v->given[i].path != NULL && strcmp(v->given[i].path, "-") == 0;
	return count <= 1;
}

int
prb_command_verify(int argc, char **argv)
{
	static const struct option options[] = {{"did", required_argument, NULL, 'd'},
		{"status", required_argument, NULL, 's'}, {"receipt", required_argument, NULL, 'r'},
		{"log-key", required_argument, NULL, 'l'},
		{"checkpoint", required_argument, NULL, 'c'},
		{"open", required_argument, NULL, 'o'}, {"online", no_argument, NULL, 'n'},
		{"ca-file", required_argument, NULL, 'f'}, {"at", required_argument, NULL, 'a'},
		{"issuer", required_argument, NULL, 'i'}, {"skew", required_argument, NULL, 'k'},
		{"json", no_argument, NULL, 'j'}, {"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0}};
	struct verifying v = {
		.options = {.now = (int64_t)time(NULL), .skew_seconds = PRB_VERIFY_SKEW_SECONDS}};
	int status = prb_cli_options("verify", help, options, argc, argv, take_option, &v);

	if (status != -1)
		return status;
	if (argc - optind != 1)
		return prb_cli_usage("verify", "one file is wanted, or - for standard input");
	if (!only_one_is_stdin(&v, argv[optind]))
		return prb_cli_usage("verify", "only one of them can be standard input");
	if (v.ca_file != NULL && !v.online)
		return prb_cli_usage("verify", "--ca-file is for --online");
	return run(&v, argv[optind]);
}
