/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/cli/remote.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clients/cli/cli.h"
#include "clients/lib/fetch.h"
#include "clients/render/texts.h"
#include "datasets/store/release.h"
#include "scoring/attest/status_list.h"
#include "scoring/attest/verify.h"
#include "scoring/log/checkpoint.h"

#define SERVER_DEFAULT "http://127.0.0.1:8080"
#define KEY_FILE_BYTES_MAX 512
#define LIST_BYTES_MAX ((size_t)2 * 1024 * 1024)
#define LIST_PATH_BYTES 64
#define LISTS_MAX 10000 /* of 131,072 attestations each */
#define PROOF_PATH_BYTES 128
#define HTTP_UNAUTHORIZED 401
#define SAFE_BYTES_MAX ((size_t)4 * 1024 * 1024)

bool
remote_option(struct remote *remote, int option, const char *value)
{
	switch (option) {
	case REMOTE_SERVER:
		remote->server = value;
		return true;
	case REMOTE_KEY_FILE:
		remote->key_file = value;
		return true;
	case REMOTE_CA_FILE:
		remote->ca_file = value;
		return true;
	default:
		return false;
	}
}

struct reading {
	struct remote *remote;
	int (*take)(void *context, int option, const char *value);
	void *context;
};

static int
take_option(void *context, int option, const char *value)
{
	struct reading *r = context;

	return remote_option(r->remote, option, value) ? PRB_EXIT_OK
						       : r->take(r->context, option, value);
}

int
remote_read_options(struct remote *remote, const char *help, const struct option *options, int argc,
	char **argv, int (*take)(void *context, int option, const char *value), void *context)
{
	struct reading reading = {remote, take, context};

	return prb_cli_options(remote->command, help, options, argc, argv, take_option, &reading);
}

const char *
remote_server(const struct remote *remote)
{
	const char *variable = getenv("PROBITY_SERVER");

	if (remote->server != NULL)
		return remote->server;
	return variable != NULL && variable[0] != '\0' ? variable : SERVER_DEFAULT;
}

/*
 * ---- The key ----
 */

/* A key that others can read is theirs as well. */
static bool
is_private(FILE *file, const char *path)
{
	struct stat status;

	if (fstat(fileno(file), &status) != 0) {
		prb_cli_say("%s: %s", path, strerror(errno));
		return false;
	}
	if (!S_ISREG(status.st_mode) || (status.st_mode & 077) == 0)
		return true;
	prb_cli_say(
		"%s: others have access to this key; take it from them: chmod 600 %s", path, path);
	return false;
}

static bool
read_key(const char *path, char key[KEY_FILE_BYTES_MAX])
{
	FILE *file = fopen(path, "r");
	bool read = false;

	if (file == NULL) {
		prb_cli_say_file(path, errno);
		return false;
	}
	if (is_private(file, path)) {
		read = fgets(key, KEY_FILE_BYTES_MAX, file) != NULL;
		if (read)
			key[strcspn(key, " \t\r\n")] = '\0';
		else
			prb_cli_say("%s: there is no key in it: one line, prb_..., is wanted, as "
				    "`probity admin key add --key-out FILE` writes it",
				path);
	}
	fclose(file);
	return read;
}

void
remote_wipe(char *text, size_t n)
{
	volatile char *p = text;

	while (n-- > 0)
		*p++ = '\0';
}

int
remote_open(struct remote *remote)
{
	struct probity_client_options options = {.url = remote_server(remote),
		.ca_file = remote->ca_file,
		.language = remote->language};
	struct probity_faults *faults;
	char key[KEY_FILE_BYTES_MAX] = "";
	enum probity_result result;

	if (remote->key_file != NULL && !read_key(remote->key_file, key))
		return PRB_EXIT_FAILED;
	options.key = remote->key_file != NULL ? key : remote->key;
	faults = probity_faults_create();
	result = probity_client_create(&options, &remote->client, faults);
	remote_wipe(key, sizeof key);
	if (result != PROBITY_OK)
		prb_cli_say("%s: %s", options.url,
			faults == NULL ? "there is no memory" : probity_fault_detail(faults, 0));
	probity_faults_destroy(faults);
	return result == PROBITY_OK        ? PRB_EXIT_OK
	       : result == PROBITY_REFUSED ? PRB_EXIT_USAGE
					   : PRB_EXIT_FAILED;
}

void
remote_close(struct remote *remote)
{
	probity_client_destroy(remote->client);
	remote->client = NULL;
}

/*
 * ---- Words ----
 */

void
remote_say_safely(FILE *stream, const char *text)
{
	struct prb_str safe;

	prb_str_init(&safe, SAFE_BYTES_MAX);
	prb_text_safe(prb_span_of(text), true, &safe);
	if (safe.n != 0)
		fwrite(safe.p, 1, safe.n, stream);
	prb_str_finish(&safe);
}

static void
say_fault(const struct probity_faults *faults, size_t i)
{
	fputs("  ", stderr);
	if (probity_fault_pointer(faults, i)[0] != '\0') {
		remote_say_safely(stderr, probity_fault_pointer(faults, i));
		fputs(": ", stderr);
	} else if (probity_fault_offset(faults, i) != SIZE_MAX) {
		fprintf(stderr, "byte %zu: ", probity_fault_offset(faults, i));
	}
	remote_say_safely(stderr, probity_fault_detail(faults, i));
	fputc('\n', stderr);
}

/* A fault without a place that says no more than the detail above it. */
static bool
is_said(const struct probity_answer *answer, size_t i)
{
	const struct probity_faults *faults = probity_answer_faults(answer);

	return probity_fault_pointer(faults, i)[0] == '\0' &&
	       probity_fault_offset(faults, i) == SIZE_MAX &&
	       strcmp(probity_fault_detail(faults, i), probity_answer_detail(answer)) == 0;
}

/* What may be tried where no server answered, or it does not know who asks. */
static void
say_next_step(const struct probity_answer *answer)
{
	const char *step = NULL;

	if (probity_answer_http_status(answer) == HTTP_UNAUTHORIZED)
		step = "name a file with a key of this server: --key-file FILE; `probity admin key "
		       "add` makes one";
	else if (probity_answer_http_status(answer) == 0 &&
		 strstr(probity_answer_detail(answer), "certificate") != NULL)
		step = "where the server's certificate is of an authority of your own, name it: "
		       "--ca-file FILE";
	else if (probity_answer_http_status(answer) == 0 &&
		 probity_answer_result(answer) == PROBITY_FAILED)
		step = "look whether the server runs, and whether this is its address: --server "
		       "URL or $PROBITY_SERVER names another";
	if (step != NULL)
		fprintf(stderr, "  %s\n", step);
}

bool
remote_accept(const struct probity_answer *answer)
{
	const struct probity_faults *faults = probity_answer_faults(answer);

	if (probity_answer_result(answer) == PROBITY_OK)
		return true;
	fputs("probity: ", stderr);
	remote_say_safely(stderr, probity_answer_title(answer));
	if (probity_answer_detail(answer)[0] != '\0') {
		fputs(": ", stderr);
		remote_say_safely(stderr, probity_answer_detail(answer));
	}
	fputc('\n', stderr);
	for (size_t i = 0; i < probity_faults_count(faults); i++)
		if (!is_said(answer, i))
			say_fault(faults, i);
	say_next_step(answer);
	return false;
}

/*
 * ---- Attestations ----
 */

/* What a server has signed this second stands, though its clock run ahead of ours. */
static const struct probity_verify_options judged_now = {
	.now = PROBITY_NOW,
	.skew_seconds = PRB_VERIFY_SKEW_SECONDS,
};

static void
say_not_verified(const struct probity_verification *verification)
{
	prb_cli_say("the attestation does not verify");
	for (size_t i = 0; i < probity_checks_count(verification); i++) {
		if (strcmp(probity_check_outcome(verification, i), "passed") == 0)
			continue;
		fprintf(stderr, "  %s: %s", probity_check_name(verification, i),
			probity_check_outcome(verification, i));
		if (probity_check_detail(verification, i)[0] != '\0')
			fputs(": ", stderr);
		remote_say_safely(stderr, probity_check_detail(verification, i));
		fputc('\n', stderr);
	}
}

/* By the issuer's keys: for did:web those of the document in which the server lists them, which is
 * the caller's to destroy. */
static bool
verify_by_keys(struct remote *remote, const char *attestation, size_t n,
	struct probity_verify_options *options, struct probity_answer **document,
	struct probity_verification **verification)
{
	*verification = probity_verify(attestation, n, options);
	if (!probity_verified(*verification) &&
		strncmp(probity_verification_issuer(*verification), "did:web:", 8) == 0) {
		*document = probity_client_did(remote->client);
		if (remote_accept(*document)) {
			options->did_document =
				probity_answer_body(*document, &options->did_document_n);
			probity_verification_destroy(*verification);
			*verification = probity_verify(attestation, n, options);
		}
	}
	if (!probity_verified(*verification))
		say_not_verified(*verification);
	return probity_verified(*verification);
}

bool
remote_verify(struct remote *remote, const char *attestation, size_t n, const char *report,
	size_t report_n, struct probity_verification **verification)
{
	struct probity_verify_options options = judged_now;
	struct probity_answer *document = NULL;
	bool done = verify_by_keys(remote, attestation, n, &options, &document, verification);

	probity_answer_destroy(document);
	if (!done || report == NULL || probity_verification_covers(*verification, report, report_n))
		return done;
	prb_cli_say("the attestation verifies, but it is not one of this report");
	return false;
}

/*
 * ---- Whether it still stands ----
 */

/* The path of the list on its own server: that of its address, or, where the issuer has none and
 * the list a name made of the issuer and a number, that of the number with this name. */
static bool
list_path(const char *list, const char *issuer, char out[LIST_PATH_BYTES])
{
	char id[PRB_STATUS_ID_BYTES_MAX];
	struct prb_issuer by_key = {.number = 1};
	const char *path = strstr(list, "/status/");
	size_t n;

	if (strncmp(list, "https://", 8) == 0 && path != NULL) {
		n = strspn(path + 8, "0123456789");
		return n > 0 && path[8 + n] == '\0' &&
		       snprintf(out, LIST_PATH_BYTES, "%s", path) < LIST_PATH_BYTES;
	}
	if (strlen(issuer) >= sizeof by_key.did)
		return false;
	memcpy(by_key.did, issuer, strlen(issuer) + 1);
	for (uint32_t i = 1; i <= LISTS_MAX; i++) {
		prb_status_list_id(&by_key, i, prb_store_sha256, id);
		if (strcmp(id, list) != 0)
			continue;
		(void)snprintf(out, LIST_PATH_BYTES, "/status/%lu", (unsigned long)i);
		return true;
	}
	return false;
}

struct standing {
	struct prb_fetcher *fetcher;
	struct prb_str list, receipt, log_key;
};

/* Without the list that it names it is not verified. */
static void
fetch_list(struct standing *s, const struct probity_verification *verification,
	struct probity_verify_options *options)
{
	const char *list = probity_verification_status_list(verification);
	char path[LIST_PATH_BYTES];
	struct prb_fault fault = {.detail = "the status list it names is none of a server's"};

	options->status_wanted = list[0] != '\0';
	if (!options->status_wanted)
		return;
	if (list_path(list, probity_verification_issuer(verification), path) &&
		prb_fetch(s->fetcher, path, LIST_BYTES_MAX, &s->list, &fault) == PRB_OK) {
		options->status_list = s->list.p;
		options->status_list_n = s->list.n;
	} else {
		prb_cli_say("%s", fault.detail);
	}
}

/* A receipt that is there must hold. One that is not there yet, as in the first second, leaves
 * `log` unmade, which is said. */
static void
fetch_receipt(struct standing *s, const struct probity_verification *verification,
	struct probity_verify_options *options)
{
	char path[PROOF_PATH_BYTES];
	struct prb_fault fault;
	int n = snprintf(path, sizeof path, "/v1/attestations/%s/proof",
		remote_uuid(probity_verification_id(verification)));

	if (n >= (int)sizeof path ||
		prb_fetch(s->fetcher, path, PRB_RECEIPT_BYTES_MAX, &s->receipt, &fault) != PRB_OK)
		return;
	/* A did:web lists the log's keys in its document. */
	if (options->did_document == NULL) {
		if (prb_fetch(s->fetcher, "/log/key", PRB_NOTE_VKEY_BYTES_MAX, &s->log_key,
			    &fault) != PRB_OK)
			return;
		options->log_key = s->log_key.p;
		options->log_key_n = s->log_key.n;
	}
	options->receipt = s->receipt.p;
	options->receipt_n = s->receipt.n;
}

static bool
verify_again(struct remote *remote, const char *attestation, size_t n,
	struct probity_verify_options *options, struct probity_verification **verification)
{
	struct standing s = {.fetcher = NULL};
	struct prb_fault fault;

	if (prb_fetcher_create(remote_server(remote), remote->ca_file, &s.fetcher, &fault) !=
		PRB_OK) {
		prb_cli_say("%s", fault.detail);
		return false;
	}
	prb_str_init(&s.list, LIST_BYTES_MAX + 1);
	prb_str_init(&s.receipt, PRB_RECEIPT_BYTES_MAX + 1);
	prb_str_init(&s.log_key, PRB_NOTE_VKEY_BYTES_MAX + 1);
	fetch_list(&s, *verification, options);
	/* The log knows the embedded form alone. */
	if (n > 0 && attestation[0] == '{')
		fetch_receipt(&s, *verification, options);
	probity_verification_destroy(*verification);
	*verification = probity_verify(attestation, n, options);
	if (!probity_verified(*verification))
		say_not_verified(*verification);
	prb_str_finish(&s.list);
	prb_str_finish(&s.receipt);
	prb_str_finish(&s.log_key);
	prb_fetcher_destroy(s.fetcher);
	return probity_verified(*verification);
}

bool
remote_verify_standing(struct remote *remote, const char *attestation, size_t n,
	struct probity_verification **verification)
{
	struct probity_verify_options options = judged_now;
	struct probity_answer *document = NULL;
	bool done = verify_by_keys(remote, attestation, n, &options, &document, verification) &&
		    verify_again(remote, attestation, n, &options, verification);

	probity_answer_destroy(document);
	return done;
}

void
remote_say_verified(const struct probity_verification *verification, FILE *stream)
{
	size_t passed = 0, skipped = 0;

	fputs("issued by ", stream);
	remote_say_safely(stream, probity_verification_issuer(verification));
	fputs(", valid until ", stream);
	remote_say_safely(stream, probity_verification_valid_until(verification));
	for (size_t i = 0; i < probity_checks_count(verification); i++)
		passed += strcmp(probity_check_outcome(verification, i), "passed") == 0;
	fprintf(stream, "; %zu checks passed", passed);
	for (size_t i = 0; i < probity_checks_count(verification); i++)
		if (strcmp(probity_check_outcome(verification, i), "skipped") == 0)
			fprintf(stream, "%s%s", skipped++ == 0 ? ", not made: " : ", ",
				probity_check_name(verification, i));
}

const char *
remote_uuid(const char *id)
{
	const char *last = id;

	if (strncmp(id, "urn:uuid:", 9) == 0)
		last = id + 9;
	else if (strncmp(id, "https://", 8) == 0)
		last = strrchr(id, '/') + 1;
	return strlen(last) == REMOTE_UUID_CHARACTERS ? last : id;
}

bool
remote_write(const char *path, const char *bytes, size_t n)
{
	FILE *file = fopen(path, "wb");
	bool written;

	if (file == NULL) {
		prb_cli_say_file(path, errno);
		return false;
	}
	written = fwrite(bytes, 1, n, file) == n;
	if (fclose(file) == 0 && written)
		return true;
	prb_cli_say_file(path, errno);
	return false;
}
