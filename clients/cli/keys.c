/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/cli/keys.h"

#include <stdio.h>
#include <string.h>

#include "clients/cli/cli.h"
#include "clients/cli/names.h"
#include "clients/cli/options.h"
#include "clients/cli/passphrase.h"
#include "scoring/log/note.h"
#include "service/issuer/keyfile.h"

static const char help[] =
	"usage: probity keys new --out FILE [--passphrase-file FILE]\n"
	"       probity keys public FILE [--log NAME]\n"
	"       probity keys seal FILE [--passphrase-file FILE]\n"
	"       probity keys unseal FILE [--passphrase-file FILE]\n"
	"       probity keys rotate [--state DIR] [--log] [--compromised] [--passphrase-file "
	"FILE]\n"
	"       probity keys revoke --key N [--state DIR] [--log]\n\n"
	"Makes, shows, seals and renews the Ed25519 keys that attestations and the log's "
	"checkpoints are signed with.\n\n"
	"  new       makes a key and writes it to FILE: mode 0600, never over a file that is "
	"there; prints its public side. Sealed where\n"
	"            a passphrase is given\n"
	"  public    prints the public side of the key in FILE: its did:key and its Multikey; a "
	"sealed one needs no passphrase for it\n"
	"  seal      rewrites FILE so that it is of no use without a passphrase\n"
	"  unseal    rewrites FILE so that it is used without one\n"
	"  rotate    gives a server a new key, while it is stopped. The old one stays listed for "
	"what it signed; its secret is gone\n"
	"  revoke    revokes an earlier key of a server that is stopped, and what it signed\n\n"
	"  --out FILE              where the new key goes\n"
	"  --log NAME              with public: prints the verifier key of the log of that name; "
	"with rotate, without NAME: the key of\n"
	"                          checkpoints is rotated\n"
	"  --state DIR             where the server keeps its state: ./probity-state where it is "
	"not given\n"
	"  --compromised           the old key is revoked, and with it each attestation that it "
	"signed; their ids are printed\n"
	"  --key N                 number of the key that is revoked: the N of #key-N or #log-N in "
	"the DID document\n"
	"  --passphrase-file FILE  the passphrase, mode 0600; one newline at its end is cut. "
	"Before "
	"it the credential probity-passphrase\n"
	"                          in $CREDENTIALS_DIRECTORY counts; without either seal and "
	"unseal, and rotate for a sealed key, ask on\n"
	"                          the terminal\n\n"
	"Keep a copy of the file in a safe place: nobody can make it again. The secret is never "
	"printed.\n\n"
	"Exit status: 0; 1 where the file cannot be used; 2 usage.\n\n"
	"  probity keys new --out issuer.key\n"
	"  probity keys public issuer.key\n"
	"  probity keys public --log example.com/log /var/lib/probity/log.key\n"
	"  probity keys seal /var/lib/probity/issuer.key\n"
	"  probity keys rotate --state /var/lib/probity --passphrase-file "
	"/etc/probity/passphrase\n"
	"  probity keys revoke --state /var/lib/probity --key 2\n";

static int
failed(const struct prb_fault *fault)
{
	prb_cli_say("%s", fault->detail);
	return PRB_EXIT_FAILED;
}

static int
print_public(const uint8_t public_key[PRB_KEY_PUBLIC_BYTES])
{
	char multikey[PRB_MULTIKEY_BYTES];

	prb_key_public_multikey(public_key, multikey);
	printf("did:key   did:key:%s\nMultikey  %s\n", multikey, multikey);
	return prb_cli_flush() ? PRB_EXIT_OK : PRB_EXIT_FAILED;
}

static int
print_verifier_key(const char *name, const uint8_t public_key[PRB_KEY_PUBLIC_BYTES])
{
	struct prb_note_key key;
	struct prb_fault fault;
	struct prb_str text;
	bool done;

	if (prb_note_key_fill(name, PRB_NOTE_ED25519, public_key, &key, &fault) != PRB_OK)
		return failed(&fault);
	prb_str_init(&text, PRB_NOTE_VKEY_BYTES_MAX);
	prb_note_key_write(&key, &text);
	done = !text.failed;
	if (done)
		printf("%s\n", text.p);
	prb_str_finish(&text);
	return done && prb_cli_flush() ? PRB_EXIT_OK : PRB_EXIT_FAILED;
}

static int
make(const struct prb_keys_arguments *a)
{
	struct prb_passphrase *passphrase = NULL;
	uint8_t public_key[PRB_KEY_PUBLIC_BYTES];
	struct prb_secret_key *key = NULL;
	struct prb_fault fault;
	enum prb_err err =
		prb_cli_passphrase(a->passphrase_file, PRB_ASK_NEVER, &passphrase, &fault);

	if (err == PRB_OK)
		err = prb_keyfile_create(a->out, passphrase, &key, &fault);
	prb_passphrase_destroy(passphrase);
	if (err != PRB_OK)
		return failed(&fault);
	prb_secret_key_public(key, public_key);
	prb_secret_key_destroy(key);
	return print_public(public_key);
}

static int
show(const struct prb_keys_arguments *a)
{
	uint8_t public_key[PRB_KEY_PUBLIC_BYTES];
	struct prb_secret_place place;
	struct prb_fault fault;

	if (!prb_secret_place_set(&place, "", a->file, &fault) ||
		prb_keyfile_public(&place, public_key, NULL, &fault) != PRB_OK)
		return failed(&fault);
	return a->log_name != NULL ? print_verifier_key(a->log_name, public_key)
				   : print_public(public_key);
}

static int
change_form(const struct prb_keys_arguments *a, enum prb_ask ask,
	enum prb_err (*change)(
		const char *path, const struct prb_passphrase *passphrase, struct prb_fault *fault),
	const char *done)
{
	struct prb_passphrase *passphrase = NULL;
	struct prb_fault fault;
	enum prb_err err = prb_cli_passphrase(a->passphrase_file, ask, &passphrase, &fault);

	if (err == PRB_OK)
		err = change(a->file, passphrase, &fault);
	prb_passphrase_destroy(passphrase);
	if (err != PRB_OK)
		return failed(&fault);
	printf("%s is %s\n", a->file, done);
	return prb_cli_flush() ? PRB_EXIT_OK : PRB_EXIT_FAILED;
}

static int
seal(const struct prb_keys_arguments *a)
{
	return change_form(a, PRB_ASK_TWICE, prb_keyfile_seal, "sealed");
}

static int
unseal(const struct prb_keys_arguments *a)
{
	return change_form(a, PRB_ASK_ONCE, prb_keyfile_unseal, "not sealed any more");
}

/* What a verb takes. */
static const struct verb {
	const char *name;
	int (*run)(const struct prb_keys_arguments *arguments);
	const char *wants;
	bool file, out, passphrase, log_name, state, compromised, key;
} verbs[] = {
	{"new", make, "new wants --out FILE, and takes --passphrase-file", .out = true,
		.passphrase = true},
	{"public", show, "public wants one FILE, and takes --log NAME", .file = true,
		.log_name = true},
	{"seal", seal, "seal wants one FILE, and takes --passphrase-file", .file = true,
		.passphrase = true},
	{"unseal", unseal, "unseal wants one FILE, and takes --passphrase-file", .file = true,
		.passphrase = true},
	{"rotate", prb_keys_rotate,
		"rotate takes --state, --log, --compromised and --passphrase-file, and no FILE",
		.passphrase = true, .state = true, .compromised = true},
	{"revoke", prb_keys_revoke,
		"revoke wants --key N, and takes --state and --log, and no FILE", .state = true,
		.key = true},
};

static const struct verb *
find_verb(const char *name)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(name, verbs[i].name) == 0)
			return &verbs[i];
	return NULL;
}

static bool
fits(const struct verb *verb, const struct prb_keys_arguments *a)
{
	return (a->file != NULL) == verb->file && (a->out != NULL) == verb->out &&
	       (a->passphrase_file == NULL || verb->passphrase) &&
	       (a->log_name == NULL || verb->log_name) &&
	       ((a->state == NULL && !a->log) || verb->state) &&
	       (!a->compromised || verb->compromised) && (a->number != 0) == verb->key;
}

enum { OPT_OUT = 256, OPT_PASSPHRASE, OPT_LOG, OPT_STATE, OPT_COMPROMISED, OPT_KEY };

/* 0 where it is no number of a key. */
static uint32_t
read_number(const char *text)
{
	uint32_t number = 0;
	size_t n = strspn(text, "0123456789");

	if (n == 0 || n > 6 || text[n] != '\0' || text[0] == '0')
		return 0;
	for (size_t i = 0; i < n; i++)
		number = 10 * number + (uint32_t)(text[i] - '0');
	return number;
}

static int
take_option(void *context, int option, const char *value)
{
	struct prb_keys_arguments *a = context;

	switch (option) {
	case OPT_OUT:
		a->out = value;
		break;
	case OPT_PASSPHRASE:
		a->passphrase_file = value;
		break;
	case OPT_LOG:
		a->log = value == NULL;
		a->log_name = value;
		break;
	case OPT_STATE:
		a->state = value;
		break;
	case OPT_KEY:
		a->number = read_number(value);
		break;
	default:
		a->compromised = true;
	}
	return PRB_EXIT_OK;
}

int
prb_command_keys(int argc, char **argv)
{
	const struct prb_names names = PRB_NAMES(verbs);
	const struct verb *verb = argc >= 2 ? find_verb(argv[1]) : NULL;
	const struct option options[] = {{"out", required_argument, NULL, OPT_OUT},
		{"passphrase-file", required_argument, NULL, OPT_PASSPHRASE},
		/* A name is what `public` makes a verifier key of. */
		{"log", verb != NULL && verb->log_name ? required_argument : no_argument, NULL,
			OPT_LOG},
		{"state", required_argument, NULL, OPT_STATE},
		{"compromised", no_argument, NULL, OPT_COMPROMISED},
		{"key", required_argument, NULL, OPT_KEY}, {"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0}};
	struct prb_keys_arguments a = {.out = NULL};
	int status;

	if (argc >= 2 && prb_cli_asks_help(argv[1]))
		return prb_cli_help(help);
	if (verb == NULL)
		return prb_names_usage("keys", &names, argc >= 2 ? argv[1] : NULL);
	status = prb_cli_options("keys", help, options, argc - 1, argv + 1, take_option, &a);
	if (status != -1)
		return status;
	if (optind == argc - 2)
		a.file = argv[optind + 1];
	if (optind < argc - 2 || !fits(verb, &a))
		return prb_cli_usage("keys", "%s", verb->wants);
	return verb->run(&a);
}
