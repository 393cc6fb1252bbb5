/* SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <string.h>

#include "clients/cli/cli.h"
#include "service/issuer/keyfile.h"

static const char help[] =
	"usage: probity keys new --out FILE\n"
	"       probity keys public FILE\n\n"
	"Makes and shows the Ed25519 keys that attestations are signed with.\n\n"
	"  new       makes a key and writes it to FILE: mode 0600, never over a file that is "
	"there; prints its public side\n"
	"  public    prints the public side of the key in FILE: its did:key and its Multikey\n"
	"  rotate    not in this version\n\n"
	"  --out FILE  where the new key goes\n\n"
	"Keep a copy of the file in a safe place: nobody can make it again. The secret is never "
	"printed.\n\n"
	"Exit status: 0; 1 where the file cannot be used; 2 usage.\n\n"
	"  probity keys new --out issuer.key\n"
	"  probity keys public issuer.key\n";

static int
print_public(const struct prb_secret_key *key)
{
	uint8_t public_key[PRB_KEY_PUBLIC_BYTES];
	char multikey[PRB_MULTIKEY_BYTES];

	prb_secret_key_public(key, public_key);
	prb_key_public_multikey(public_key, multikey);
	printf("did:key   did:key:%s\nMultikey  %s\n", multikey, multikey);
	return prb_cli_flush() ? PRB_EXIT_OK : PRB_EXIT_FAILED;
}

static int
with_key(const char *path,
	enum prb_err (*get)(const char *path, struct prb_secret_key **out, struct prb_fault *fault))
{
	struct prb_secret_key *key = NULL;
	struct prb_fault fault;
	int status;

	if (get(path, &key, &fault) != PRB_OK) {
		prb_cli_say("%s", fault.detail);
		return PRB_EXIT_FAILED;
	}
	status = print_public(key);
	prb_secret_key_destroy(key);
	return status;
}

static int
keys(const char *verb, int rest, char **words, const char *out)
{
	if (strcmp(verb, "rotate") == 0)
		return prb_cli_usage("keys", "rotate is not in this version");
	if (strcmp(verb, "new") == 0) {
		if (rest != 0 || out == NULL)
			return prb_cli_usage("keys", "new wants --out FILE and nothing else");
		return with_key(out, prb_keyfile_make);
	}
	if (strcmp(verb, "public") == 0) {
		if (rest != 1 || out != NULL)
			return prb_cli_usage("keys", "public wants one FILE");
		return with_key(words[0], prb_keyfile_read);
	}
	return prb_cli_usage("keys", "there is no `keys %s`", verb);
}

int
prb_command_keys(int argc, char **argv)
{
	static const struct option options[] = {{"out", required_argument, NULL, 'o'},
		{"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	const char *out = NULL;
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (option == 'h') {
			fputs(help, stdout);
			return prb_cli_flush() ? PRB_EXIT_OK : PRB_EXIT_FAILED;
		}
		if (option != 'o')
			return prb_cli_usage("keys", "%s is not an option, or lacks its value",
				argv[optind - 1]);
		out = optarg;
	}
	if (optind == argc)
		return prb_cli_usage("keys", "new, public or rotate is wanted");
	return keys(argv[optind], argc - optind - 1, argv + optind + 1, out);
}
