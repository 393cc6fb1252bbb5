/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "clients/cli/cli.h"
#include "clients/cli/names.h"
#include "clients/cli/options.h"
#include "clients/cli/progress.h"
#include "scoring/attest/key.h"
#include "scoring/base/timestamp.h"
#include "service/access/caller.h"
#include "service/state/state.h"

#define STATE_DEFAULT "./probity-state"

static const char help[] =
	"usage: probity state verify [--state DIR]\n"
	"       probity state rebuild --out NEW [--state DIR]\n"
	"       probity state backup --out NEW [--state DIR]\n"
	"       probity state restore BACKUP --keyring FILE --out NEW [--revoke-keys]\n\n"
	"  verify   reads every record of a server's state, opens it, and compares everything that "
	"follows from the journal (chain,\n"
	"           indexes, the log and its tree) with what is stored, and the log with the "
	"checkpoint that was published last: an\n"
	"           older backup that was brought back is found by it. Works beside a running "
	"server. Checks the signature of every\n"
	"           decision, and says which keys signed: compare them with `probity keys public`\n"
	"  rebuild  makes the state anew, from the journal and the key ring alone, and says "
	"whether "
	"the state hash is that of --state\n"
	"  backup   copies the state as one commit left it, beside a running server. The key ring "
	"is not copied: keep a copy of\n"
	"           DIR/keyring apart from the backup, made behind it\n"
	"  restore  makes a state of a backup and a key ring, and verifies it. What the server "
	"stored after the backup is not in it:\n"
	"           keys, invitations and organisations that were revoked, used up or suspended "
	"after it are in use again.\n"
	"           Put issuer.key and log.key of the state that it replaces there before the "
	"server starts; where they are lost,\n"
	"           `probity keys rotate` makes new ones, which are new identities\n\n"
	"  --state DIR     where the server keeps its state: " STATE_DEFAULT
	" where it is not given\n"
	"  --out NEW       the folder to make, which must not be there yet\n"
	"  --keyring FILE  the copy of the key ring that belongs to the backup\n"
	"  --revoke-keys   revokes every key and invitation of the restored state\n\n"
	"Exit status: 0 all is as it should be; 1 something differs, or failed; 2 usage.\n\n"
	"  probity state verify --state /var/lib/probity\n"
	"  probity state rebuild --state /var/lib/probity --out /var/lib/probity-new\n"
	"  probity state backup --state /var/lib/probity --out /backup/probity-2026-11-22\n"
	"  probity state restore /backup/probity-2026-11-22 --keyring /vault/keyring --out "
	"/var/lib/probity\n";

struct arguments {
	const char *state, *out, *keyring;
	const char *folder; /* BACKUP */
	bool has_state, revoke_keys;
};

enum { OPT_STATE = 256, OPT_OUT, OPT_KEYRING, OPT_REVOKE_KEYS };

static const struct option long_options[] = {
	{"state", required_argument, NULL, OPT_STATE},
	{"out", required_argument, NULL, OPT_OUT},
	{"keyring", required_argument, NULL, OPT_KEYRING},
	{"revoke-keys", no_argument, NULL, OPT_REVOKE_KEYS},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

static int
set_option(void *context, int option, const char *value)
{
	struct arguments *a = context;

	switch (option) {
	case OPT_STATE:
		a->state = value;
		a->has_state = true;
		break;
	case OPT_OUT:
		a->out = value;
		break;
	case OPT_KEYRING:
		a->keyring = value;
		break;
	default:
		a->revoke_keys = true;
	}
	return PRB_EXIT_OK;
}

/* -1: go on. */
static int
read_arguments(struct arguments *a, int argc, char **argv)
{
	int status;

	*a = (struct arguments){.state = STATE_DEFAULT};
	status = prb_cli_options("state", help, long_options, argc, argv, set_option, a);
	if (status != -1)
		return status;
	if (optind < argc)
		a->folder = argv[optind++];
	if (optind != argc)
		return prb_cli_usage("state", "%s: there is one folder too many", argv[optind]);
	return -1;
}

static void
print_counts(const struct prb_state_counts *counts)
{
	char hash[PRB_SHA256_HEX_BYTES], key[PRB_MULTIKEY_BYTES];

	printf("records     %" PRIu64 "\nlog size    %" PRIu64 "\n", counts->records,
		counts->log_size);
	prb_sha256_hex(counts->log_root, hash);
	printf("log root    %s\n", hash);
	if (counts->attestations > 0)
		printf("attested    %" PRIu64 ", %" PRIu64 " of them revoked\n",
			counts->attestations, counts->revocations);
	if (counts->organisations > 0)
		printf("parties     %" PRIu64 " organisations, %" PRIu64 " keys, %" PRIu64
		       " days of use\n",
			counts->organisations, counts->api_keys, counts->uses);
	if (counts->events > 0)
		printf("events      %" PRIu64 "\n", counts->events);
	if (counts->erasures > 0)
		printf("erasures    %" PRIu64 "\n", counts->erasures);
	if (counts->decisions > 0)
		printf("decisions   %" PRIu64 "\n", counts->decisions);
	for (size_t i = 0; i < counts->signers_count; i++) {
		prb_key_public_multikey(counts->signers[i], key);
		printf("signed by   %s\n", key);
	}
	prb_sha256_hex(counts->state_sha256, hash);
	printf("state hash  %s\n", hash);
}

static int
verify(const struct arguments *a)
{
	const struct prb_state_options options = {.read_only = true};
	struct prb_state_counts counts;
	struct prb_state *state = NULL;
	struct prb_fault fault;
	enum prb_err err;

	if (a->out)
		return prb_cli_usage("state", "verify writes nothing and takes no --out");
	prb_progress_begin("records", true);
	err = prb_state_open(a->state, &options, &state, &fault);
	if (err == PRB_OK)
		err = prb_state_verify(state, prb_progress_of, NULL, &counts, &fault);
	prb_progress_end();
	prb_state_close(state);
	if (err != PRB_OK) {
		prb_cli_say("%s", fault.detail);
		return PRB_EXIT_FAILED;
	}
	print_counts(&counts);
	prb_cli_print_verified();
	return prb_cli_flush() ? PRB_EXIT_OK : PRB_EXIT_FAILED;
}

static int
rebuild(const struct arguments *a)
{
	struct prb_state_counts counts;
	struct prb_fault fault;
	enum prb_err err;

	if (!a->out)
		return prb_cli_usage("state", "rebuild wants --out NEW");
	prb_progress_begin("records", true);
	err = prb_state_rebuild(a->state, a->out, prb_progress_of, NULL, &counts, &fault);
	prb_progress_end();
	if (err != PRB_OK) {
		prb_cli_say("%s", fault.detail);
		return PRB_EXIT_FAILED;
	}
	print_counts(&counts);
	if (counts.same)
		printf("the same state hash as %s\n", a->state);
	else
		printf("another state hash than %s: the tables there were damaged\n", a->state);
	return prb_cli_flush() && counts.same ? PRB_EXIT_OK : PRB_EXIT_FAILED;
}

/* The counts that need no look at every record. */
static int
backup(const struct arguments *a)
{
	struct prb_state_counts counts;
	struct prb_fault fault;

	if (!a->out)
		return prb_cli_usage("state", "backup wants --out NEW");
	if (prb_state_backup(a->state, a->out, &counts, &fault) != PRB_OK) {
		prb_cli_say("%s", fault.detail);
		return PRB_EXIT_FAILED;
	}
	printf("records     %" PRIu64 "\nlog size    %" PRIu64 "\n", counts.records,
		counts.log_size);
	printf("backed up to %s; without the key ring: keep a copy of %s/keyring apart from it\n",
		a->out, a->state);
	return prb_cli_flush() ? PRB_EXIT_OK : PRB_EXIT_FAILED;
}

/* What was taken from somebody behind the backup is theirs again: it must be taken again. */
static void
print_reach(const struct prb_state_counts *counts)
{
	const uint64_t *in_use = counts->reach.in_use;
	char until[PRB_TIMESTAMP_BYTES] = "its beginning";

	if (counts->reach.last_ms != 0)
		prb_timestamp_format(counts->reach.last_ms / 1000, until);
	printf("reaches to  %s, the time of its last record\n"
	       "in use      %" PRIu64 " keys, %" PRIu64 " invitations\n",
		until, in_use[PRB_CALLER_KEY] + in_use[PRB_CALLER_CERTIFICATE],
		in_use[PRB_CALLER_INVITATION]);
}

static void
print_next_steps(const struct arguments *a, const struct prb_state_counts *counts)
{
	printf("restored to %s: what was stored after the backup is not in it\n", a->out);
	if (a->revoke_keys)
		printf("%" PRIu64 " keys and invitations were revoked: make new ones with `probity "
		       "admin`; suspend again the organisations that were suspended after the "
		       "backup\n",
			counts->revoked);
	else
		puts("revoke again the keys and invitations that were revoked or used up after it, "
		     "and suspend again the organisations that were suspended: here they are in "
		     "use. Where that is not known, restore with --revoke-keys, which revokes them "
		     "all");
	/* A server does not start where keys that have signed are gone. */
	printf("put issuer.key and log.key of the state that it replaces there before the server "
	       "starts: they are in no backup. Where they are lost, `probity keys rotate --state "
	       "%s`, and the same with --log, make new ones: new identities, which whoever knows "
	       "the old ones must be told of\n",
		a->out);
}

static int
restore(const struct arguments *a)
{
	static const struct prb_stored_caller by_operator = {.kind = PRB_CALLER_OPERATOR};
	struct prb_state_restoring how = {.revoke_by = a->revoke_keys ? &by_operator : NULL};
	struct prb_state_counts counts;
	struct prb_fault fault;
	enum prb_err err;
	int64_t now;

	if (!a->folder || !a->keyring || !a->out)
		return prb_cli_usage("state", "restore wants BACKUP, --keyring FILE and --out NEW");
	if (a->has_state)
		return prb_cli_usage("state", "restore takes no --state: --out is the new one");
	if (!prb_cli_now(&now))
		return PRB_EXIT_FAILED;
	how.now_ms = now * 1000;
	prb_progress_begin("records", true);
	err = prb_state_restore(
		a->folder, a->keyring, a->out, &how, prb_progress_of, NULL, &counts, &fault);
	prb_progress_end();
	if (err != PRB_OK) {
		prb_cli_say("%s", fault.detail);
		return PRB_EXIT_FAILED;
	}
	print_counts(&counts);
	print_reach(&counts);
	print_next_steps(a, &counts);
	return prb_cli_flush() ? PRB_EXIT_OK : PRB_EXIT_FAILED;
}

/* ---- what ends it from outside ---- */

#define DAMAGE_WORDS_MAX 4608

static char damage_words[DAMAGE_WORDS_MAX];
static size_t damage_words_bytes;

/* LMDB believes the pages that it reads: of a damaged one it may follow a number out of the file.
 */
static void
on_damage(int number)
{
	(void)number;
	prb_state_abandon();
	if (write(STDERR_FILENO, damage_words, damage_words_bytes) < 0)
		_exit(PRB_EXIT_FAILED);
	_exit(PRB_EXIT_FAILED);
}

static void
on_end(int number)
{
	prb_state_abandon();
	(void)raise(number); /* as it would have ended: it is no longer caught */
}

static void
catch_signal(int number, void (*handler)(int number))
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = (int)SA_RESETHAND}, before;

	(void)sigemptyset(&action.sa_mask);
	if (sigaction(number, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
		(void)sigaction(number, &action, NULL);
}

/* From here on whatever ends the program leaves no half-made folder, and a damaged environment is
 * told in words. */
static void
expect_damage(const char *folder)
{
	static const int damaged[] = {SIGBUS, SIGSEGV, SIGABRT, SIGFPE, SIGILL},
			 ended[] = {SIGHUP, SIGINT, SIGTERM};
	int n = snprintf(damage_words, sizeof(damage_words),
		"%sprobity: %s: the environment (data.mdb) is damaged, or its disk cannot be "
		"read: restore a backup with `probity state restore`\n",
		isatty(STDERR_FILENO) ? "\n" : "", folder);

	damage_words_bytes = n > 0 ? (size_t)n : 0;
	if (damage_words_bytes >= sizeof(damage_words))
		damage_words_bytes = sizeof(damage_words) - 1;
	for (size_t i = 0; i < sizeof(damaged) / sizeof(damaged[0]); i++)
		catch_signal(damaged[i], on_damage);
	for (size_t i = 0; i < sizeof(ended) / sizeof(ended[0]); i++)
		catch_signal(ended[i], on_end);
}

static const struct {
	const char *name;
	int (*run)(const struct arguments *a);
} verbs[] = {
	{"verify", verify},
	{"rebuild", rebuild},
	{"backup", backup},
	{"restore", restore},
};

int
prb_command_state(int argc, char **argv)
{
	const struct prb_names names = PRB_NAMES(verbs);
	struct arguments a;
	int status;

	if (argc >= 2 && prb_cli_asks_help(argv[1]))
		return prb_cli_help(help);
	for (size_t i = 0; argc >= 2 && i < names.count; i++) {
		if (strcmp(argv[1], verbs[i].name) != 0)
			continue;
		status = read_arguments(&a, argc - 1, argv + 1);
		if (status >= 0)
			return status;
		if (verbs[i].run != restore && (a.folder || a.keyring || a.revoke_keys))
			return prb_cli_usage("state", "%s: only restore takes that",
				a.folder    ? a.folder
				: a.keyring ? "--keyring"
					    : "--revoke-keys");
		expect_damage(a.folder ? a.folder : a.state);
		return verbs[i].run(&a);
	}
	return prb_names_usage("state", &names, argc >= 2 ? argv[1] : NULL);
}
