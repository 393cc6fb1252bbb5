/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/cli/log.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clients/cli/cli.h"
#include "clients/cli/names.h"
#include "clients/cli/options.h"
#include "clients/cli/remote.h"
#include "clients/lib/fetch.h"
#include "scoring/log/base64.h"

#define KEY_FILE_BYTES_MAX 4096

static const char help[] =
	"usage: probity log audit|checkpoint|verify-checkpoint|verify-inclusion|"
	"verify-consistency|witness\n\n"
	"Reads and checks a transparency log: that what it says today does not contradict what it "
	"said before, or to others.\n\n"
	"  audit URL           replays the whole log and compares it with what was seen before\n"
	"  checkpoint URL      prints the log's checkpoint\n"
	"  verify-checkpoint   checks the signatures of a checkpoint, offline\n"
	"  verify-inclusion    checks that an entry stands in a log, offline\n"
	"  verify-consistency  checks that a tree is a beginning of another, offline\n"
	"  witness             runs a small witness, which cosigns what it has seen grow\n\n"
	"URL is the log's: the server's with /log behind it. `probity log VERB --help` tells "
	"more.\n\n"
	"Exit status: 0; 1 a finding, or something that could not be looked at; 2 usage.\n\n"
	"  probity log audit https://probity.example/log\n";

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} verbs[] = {
	{"audit", prb_log_audit},
	{"checkpoint", prb_log_checkpoint},
	{"verify-checkpoint", prb_log_verify_checkpoint},
	{"verify-inclusion", prb_log_verify_inclusion},
	{"verify-consistency", prb_log_verify_consistency},
	{"witness", prb_log_witness},
};

int
prb_command_log(int argc, char **argv)
{
	const struct prb_names names = PRB_NAMES(verbs);

	if (argc >= 2 && prb_cli_asks_help(argv[1]))
		return prb_cli_help(help);
	if (sodium_init() < 0) {
		prb_cli_say("libsodium cannot be used");
		return PRB_EXIT_FAILED;
	}
	for (size_t i = 0; argc >= 2 && i < names.count; i++)
		if (strcmp(argv[1], verbs[i].name) == 0)
			return verbs[i].run(argc - 1, argv + 1);
	return prb_names_usage("log", &names, argc >= 2 ? argv[1] : NULL);
}

/*
 * ---- What verbs share ----
 */

void
log_sha256(uint8_t out[PRB_SHA256_BYTES], const void *bytes, size_t n)
{
	(void)crypto_hash_sha256(out, bytes, n);
}

static bool
read_key_file(const char *path, struct prb_note_key *out, struct prb_fault *fault)
{
	struct prb_str text;
	bool read;

	prb_str_init(&text, KEY_FILE_BYTES_MAX + 4096);
	read = log_read_file(path, KEY_FILE_BYTES_MAX, &text, fault) == PRB_OK;
	if (read) {
		struct prb_span first = prb_str_span(&text);
		const char *end = first.n == 0 ? NULL : memchr(first.p, '\n', first.n);

		if (end != NULL)
			first.n = (size_t)(end - first.p);
		read = prb_note_key_read(first, out, fault) == PRB_OK;
	}
	prb_str_finish(&text);
	return read;
}

bool
log_read_key(const char *vkey_or_file, struct prb_note_key *out)
{
	struct prb_fault fault, of_file;

	if (prb_note_key_read(prb_span_of(vkey_or_file), out, &fault) == PRB_OK)
		return true;
	if (read_key_file(vkey_or_file, out, &of_file))
		return true;
	/* What has a plus in it was meant to be a key, as a rule. */
	if (strchr(vkey_or_file, '+') == NULL)
		fault = of_file;
	prb_cli_say("%s: %s", vkey_or_file, fault.detail);
	return false;
}

void
log_origin_hex(struct prb_span origin, char out[PRB_SHA256_HEX_BYTES])
{
	uint8_t hash[PRB_SHA256_BYTES];

	log_sha256(hash, origin.p, origin.n);
	prb_sha256_hex(hash, out);
}

bool
log_unhex(const char *hex, uint8_t out[PRB_SHA256_BYTES])
{
	size_t n = strlen(hex), length;

	return n == 2 * PRB_SHA256_BYTES &&
	       sodium_hex2bin(out, PRB_SHA256_BYTES, hex, n, NULL, &length, NULL) == 0 &&
	       length == PRB_SHA256_BYTES;
}

void
log_base64(const uint8_t hash[PRB_SHA256_BYTES], char out[LOG_BASE64_BYTES])
{
	(void)sodium_bin2base64(
		out, LOG_BASE64_BYTES, hash, PRB_SHA256_BYTES, sodium_base64_VARIANT_ORIGINAL);
}

void
log_moment(int64_t seconds, char out[LOG_MOMENT_BYTES])
{
	time_t moment = (time_t)seconds;
	struct tm utc;

	if (seconds < 0 || seconds > 253402300799 || gmtime_r(&moment, &utc) == NULL ||
		strftime(out, LOG_MOMENT_BYTES, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0)
		(void)snprintf(out, LOG_MOMENT_BYTES, "?");
}

/*
 * ---- checkpoint ----
 */

static const char checkpoint_help[] =
	"usage: probity log checkpoint [--key VKEY|FILE] [--ca-file FILE] URL\n\n"
	"Prints the checkpoint of a log: its origin, its size, its root, and who signed them.\n\n"
	"  --key VKEY|FILE  the log's verifier key: without a good signature by it nothing is "
	"printed\n"
	"  --ca-file FILE   the certificates to trust (PEM), in place of the system's\n\n"
	"Exit status: 0; 1 where it cannot be had or is not signed by the key; 2 usage.\n\n"
	"  probity log checkpoint https://probity.example/log\n";

static int
print_checkpoint(const char *url, const char *ca_file, const struct prb_note_key *key)
{
	struct prb_fetcher *fetcher = NULL;
	struct prb_checkpoint checkpoint;
	struct prb_fault fault;
	struct prb_note note;
	struct prb_str body;
	bool done = false;

	prb_str_init(&body, PRB_CHECKPOINT_BYTES_MAX + 1);
	if (prb_fetcher_create(url, ca_file, &fetcher, &fault) == PRB_OK &&
		prb_fetch(fetcher, "/checkpoint", PRB_CHECKPOINT_BYTES_MAX, &body, &fault) ==
			PRB_OK)
		done = key != NULL ? prb_checkpoint_open(prb_str_span(&body), key, &note,
					     &checkpoint, &fault) == PRB_OK
				   : prb_note_read(prb_str_span(&body), &note, &fault) == PRB_OK;
	if (done && isatty(STDOUT_FILENO))
		remote_say_safely(stdout, body.p);
	else if (done)
		done = fwrite(body.p, 1, body.n, stdout) == body.n;
	else
		prb_cli_say("%s", fault.detail);
	prb_fetcher_destroy(fetcher);
	prb_str_finish(&body);
	return prb_cli_flush() && done ? PRB_EXIT_OK : PRB_EXIT_FAILED;
}

struct wanted {
	const char *key, *ca_file;
};

static int
take_option(void *context, int option, const char *value)
{
	struct wanted *wanted = context;

	if (option == 'k')
		wanted->key = value;
	else
		wanted->ca_file = value;
	return PRB_EXIT_OK;
}

int
prb_log_checkpoint(int argc, char **argv)
{
	static const struct option options[] = {{"key", required_argument, NULL, 'k'},
		{"ca-file", required_argument, NULL, 'c'}, {"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0}};
	struct wanted wanted = {NULL, NULL};
	struct prb_note_key key;
	int status = prb_cli_options(
		"log checkpoint", checkpoint_help, options, argc, argv, take_option, &wanted);

	if (status != -1)
		return status;
	if (argc - optind != 1)
		return prb_cli_usage("log checkpoint", "one URL is wanted, such as "
						       "https://probity.example/log");
	if (wanted.key != NULL && !log_read_key(wanted.key, &key))
		return PRB_EXIT_USAGE;
	return print_checkpoint(argv[optind], wanted.ca_file, wanted.key != NULL ? &key : NULL);
}
