/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/cli/admin.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "clients/cli/names.h"
#include "scoring/base/jcs.h"

#define STATE_DEFAULT "probity-state"
#define SOCKET_NAME "operator.sock"
#define ADDRESS_BYTES 4200
#define COMMAND_BYTES 32 /* "admin organisation" */

static const char help[] =
	"usage: probity admin organisation add NAME [--adopt-open] [OPTION]...\n"
	"       probity admin organisation list [OPTION]...\n"
	"       probity admin organisation show|suspend|resume ID [OPTION]...\n"
	"       probity admin organisation rename ID NAME [OPTION]...\n"
	"       probity admin organisation erase ID --confirm NAME [--before DATE] [OPTION]...\n"
	"       probity admin key add --role ROLE --name NAME [--scopes A,B] [--expires-days N] "
	"[--certificate FILE] [--key-out FILE]\n"
	"                             [--organisation O] [OPTION]...\n"
	"       probity admin key list [--organisation O] [OPTION]...\n"
	"       probity admin key rotate ID [--overlap-days N] [--expires-days N] [--certificate "
	"FILE] [--key-out FILE]\n"
	"                             [--organisation O] [OPTION]...\n"
	"       probity admin key revoke ID [--organisation O] [OPTION]...\n"
	"       probity admin invite add SUPPLIER [--country C] [--declarations N] "
	"[--expires-days N] [--language LANG] [--link-out FILE]\n"
	"                             [--organisation O] [OPTION]...\n"
	"       probity admin invite list [--organisation O] [OPTION]...\n"
	"       probity admin invite show|revoke ID [--organisation O] [OPTION]...\n"
	"       probity admin audit [--out csv|json] [--from DATE] [--to DATE] [--organisation O] "
	"[OPTION]...\n\n"
	"Manages a server. On the server's own machine, by the user that runs it, no key is "
	"needed: "
	"who can open its socket is the operator.\n"
	"From elsewhere an organisation's admin manages its keys and invitations, with --server "
	"and "
	"--key-file.\n\n"
	"  organisation  who stores here: nobody else sees what one stores. The keys of a "
	"suspended "
	"one admit nobody; erase is for good\n"
	"  key           what a program or a person of an organisation is known by\n"
	"  invite        a link by which a supplier declares, without an account\n"
	"  audit         who did what\n\n"
	"  --organisation O     whose, by id or name; the operator says it with key, invite and "
	"audit (which else shows the server's own trail)\n"
	"  --adopt-open         the new organisation has what was stored in open mode; once\n"
	"  --role ROLE          supplier, company, officer, auditor, admin or remedy_body\n"
	"  --name NAME          what people call the key\n"
	"  --scopes A,B         fewer things than the role may do: declare, read, screen, match, "
	"decide, attest, revoke, invite, audit, admin\n"
	"  --expires-days N     how long it is good: a key 365, an invitation 30\n"
	"  --overlap-days N     how long the old key goes on, 0 to 90; 7\n"
	"  --certificate FILE   a client certificate (PEM) that stands for the key\n"
	"  --key-out FILE       a new file for the key, mode 0600, in place of the terminal\n"
	"  --link-out FILE      the same for the link of an invitation\n"
	"  --country C          of the supplier: a code or a name\n"
	"  --declarations N     how many it may send, 1 to 100; 1\n"
	"  --language LANG      of the supplier: ar, en, es, fr, ru or zh\n"
	"  --confirm NAME       the organisation's name, letter by letter\n"
	"  --before DATE        only what is older\n"
	"  --from DATE          the first day\n"
	"  --to DATE            the last day\n"
	"  --out csv|json       of the trail; json has one line of it a line; csv\n"
	"  --json               the server's answers as they are\n"
	"  --state DIR          the server's state, where its socket is; " STATE_DEFAULT "\n"
	"  --socket PATH        the socket, where [server] operator_socket names another\n"
	"  --server URL         the server's address, in place of its socket\n"
	"  --key-file FILE      file with an admin's key, prb_...; nobody else may have access to "
	"it\n"
	"  --ca-file FILE       the certificates to trust (PEM), in place of the system's\n"
	"\nExit status: 0; 1 where the server said no or could not be reached; 2 usage.\n\n"
	"  probity admin organisation add 'Example Retail'\n"
	"  probity admin key add --organisation 'Example Retail' --role company --name screening "
	"--key-out company.key\n"
	"  probity admin invite add 'Example Knitwear Ltd' --country BGD --server "
	"https://probity.example --key-file company.key --link-out link\n"
	"  probity admin audit --organisation 'Example Retail' --from 2026-06-01 > trail.csv\n";

enum {
	OPT_STATE = REMOTE_NEXT,
	OPT_SOCKET,
	OPT_JSON,
	OPT_ADOPT_OPEN,
	OPT_ORGANISATION,
	OPT_NAME,
	OPT_ROLE,
	OPT_SCOPES,
	OPT_EXPIRES,
	OPT_OVERLAP,
	OPT_CERTIFICATE,
	OPT_KEY_OUT,
	OPT_LINK_OUT,
	OPT_COUNTRY,
	OPT_LANGUAGE,
	OPT_DECLARATIONS,
	OPT_CONFIRM,
	OPT_BEFORE,
	OPT_FROM,
	OPT_TO,
	OPT_OUT,
	OPT_END,
};

static const struct option long_options[] = {
	{"state", required_argument, NULL, OPT_STATE},
	{"socket", required_argument, NULL, OPT_SOCKET},
	{"json", no_argument, NULL, OPT_JSON},
	{"adopt-open", no_argument, NULL, OPT_ADOPT_OPEN},
	{"organisation", required_argument, NULL, OPT_ORGANISATION},
	{"name", required_argument, NULL, OPT_NAME},
	{"role", required_argument, NULL, OPT_ROLE},
	{"scopes", required_argument, NULL, OPT_SCOPES},
	{"expires-days", required_argument, NULL, OPT_EXPIRES},
	{"overlap-days", required_argument, NULL, OPT_OVERLAP},
	{"certificate", required_argument, NULL, OPT_CERTIFICATE},
	{"key-out", required_argument, NULL, OPT_KEY_OUT},
	{"link-out", required_argument, NULL, OPT_LINK_OUT},
	{"country", required_argument, NULL, OPT_COUNTRY},
	{"language", required_argument, NULL, OPT_LANGUAGE},
	{"declarations", required_argument, NULL, OPT_DECLARATIONS},
	{"confirm", required_argument, NULL, OPT_CONFIRM},
	{"before", required_argument, NULL, OPT_BEFORE},
	{"from", required_argument, NULL, OPT_FROM},
	{"to", required_argument, NULL, OPT_TO},
	{"out", required_argument, NULL, OPT_OUT},
	REMOTE_LONG_OPTIONS,
	{NULL, 0, NULL, 0},
};

#define BIT(option) (1UL << ((option)-OPT_STATE))
#define EVERYWHERE (BIT(OPT_STATE) | BIT(OPT_SOCKET) | BIT(OPT_JSON))

/* What there is: the words, how many more of them, and the options beside those of EVERYWHERE. */
static const struct {
	const char *noun, *verb, *wanted;
	int words;
	unsigned long takes;
	int (*run)(struct admin *a);
} verbs[] = {
	{"organisation", "add", "its name", 1, BIT(OPT_ADOPT_OPEN), admin_organisation_add},
	{"organisation", "list", "", 0, 0, admin_organisation_list},
	{"organisation", "show", "its id or name", 1, 0, admin_organisation_show},
	{"organisation", "rename", "its id or name, and the new name", 2, 0,
		admin_organisation_rename},
	{"organisation", "suspend", "its id or name", 1, 0, admin_organisation_suspend},
	{"organisation", "resume", "its id or name", 1, 0, admin_organisation_resume},
	{"organisation", "erase", "its id or name", 1, BIT(OPT_CONFIRM) | BIT(OPT_BEFORE),
		admin_organisation_erase},
	{"key", "add", "", 0,
		BIT(OPT_ORGANISATION) | BIT(OPT_NAME) | BIT(OPT_ROLE) | BIT(OPT_SCOPES) |
			BIT(OPT_EXPIRES) | BIT(OPT_CERTIFICATE) | BIT(OPT_KEY_OUT),
		admin_key_add},
	{"key", "list", "", 0, BIT(OPT_ORGANISATION), admin_key_list},
	{"key", "rotate", "its id", 1,
		BIT(OPT_ORGANISATION) | BIT(OPT_EXPIRES) | BIT(OPT_OVERLAP) | BIT(OPT_CERTIFICATE) |
			BIT(OPT_KEY_OUT),
		admin_key_rotate},
	{"key", "revoke", "its id", 1, BIT(OPT_ORGANISATION), admin_key_revoke},
	{"invite", "add", "the supplier's name", 1,
		BIT(OPT_ORGANISATION) | BIT(OPT_COUNTRY) | BIT(OPT_LANGUAGE) |
			BIT(OPT_DECLARATIONS) | BIT(OPT_EXPIRES) | BIT(OPT_LINK_OUT),
		admin_invite_add},
	{"invite", "list", "", 0, BIT(OPT_ORGANISATION), admin_invite_list},
	{"invite", "show", "its id", 1, BIT(OPT_ORGANISATION), admin_invite_show},
	{"invite", "revoke", "its id", 1, BIT(OPT_ORGANISATION), admin_invite_revoke},
	{"audit", NULL, "", 0, BIT(OPT_ORGANISATION) | BIT(OPT_FROM) | BIT(OPT_TO) | BIT(OPT_OUT),
		admin_audit},
};

struct reading {
	struct admin *admin;
	unsigned long given;
};

static const char **
place_of(struct admin *a, int option)
{
	const char **const places[] = {
		[OPT_STATE - OPT_STATE] = &a->state,
		[OPT_SOCKET - OPT_STATE] = &a->socket,
		[OPT_ORGANISATION - OPT_STATE] = &a->organisation,
		[OPT_NAME - OPT_STATE] = &a->name,
		[OPT_ROLE - OPT_STATE] = &a->role,
		[OPT_SCOPES - OPT_STATE] = &a->scopes,
		[OPT_EXPIRES - OPT_STATE] = &a->expires_days,
		[OPT_OVERLAP - OPT_STATE] = &a->overlap_days,
		[OPT_CERTIFICATE - OPT_STATE] = &a->certificate,
		[OPT_KEY_OUT - OPT_STATE] = &a->key_out,
		[OPT_LINK_OUT - OPT_STATE] = &a->link_out,
		[OPT_COUNTRY - OPT_STATE] = &a->country,
		[OPT_LANGUAGE - OPT_STATE] = &a->language,
		[OPT_DECLARATIONS - OPT_STATE] = &a->declarations,
		[OPT_CONFIRM - OPT_STATE] = &a->confirm,
		[OPT_BEFORE - OPT_STATE] = &a->before,
		[OPT_FROM - OPT_STATE] = &a->from,
		[OPT_TO - OPT_STATE] = &a->to,
		[OPT_OUT - OPT_STATE] = &a->out,
	};

	return places[option - OPT_STATE];
}

static int
set_option(void *context, int option, const char *value)
{
	struct reading *r = context;

	r->given |= BIT(option);
	if (option == OPT_JSON)
		r->admin->json = true;
	else if (option == OPT_ADOPT_OPEN)
		r->admin->adopt_open = true;
	else
		*place_of(r->admin, option) = value;
	return PRB_EXIT_OK;
}

/* The option's name, for a message. */
static const char *
first_of(unsigned long options)
{
	for (size_t i = 0; long_options[i].name != NULL; i++)
		if (long_options[i].val >= OPT_STATE && long_options[i].val < OPT_END &&
			(options & BIT(long_options[i].val)) != 0)
			return long_options[i].name;
	return "";
}

/*
 * ---- The way to the server ----
 */

/* Without an address it is the socket beside the state: who can open it is the operator. */
static int
choose_server(struct admin *a, char address[ADDRESS_BYTES])
{
	const char *state = a->state != NULL ? a->state : STATE_DEFAULT;
	struct stat status;
	int n;

	if (a->remote.server != NULL || a->remote.key_file != NULL) {
		if (a->state != NULL || a->socket != NULL)
			return prb_cli_usage("admin", "--server and --key-file are for an address, "
						      "--state and --socket for a socket");
		return PRB_EXIT_OK;
	}
	n = a->socket != NULL ? snprintf(address, ADDRESS_BYTES, "unix:%s", a->socket)
			      : snprintf(address, ADDRESS_BYTES, "unix:%s/" SOCKET_NAME, state);
	if (n < 0 || n >= ADDRESS_BYTES)
		return prb_cli_usage("admin", "the path of the socket is too long");
	a->remote.server = address;
	if (stat(address + 5, &status) == 0)
		return PRB_EXIT_OK;
	if (errno == EACCES)
		prb_cli_say("%s: this is for the user that runs the server; an organisation's "
			    "admin says --server URL --key-file FILE",
			address + 5);
	else
		prb_cli_say("%s: no server listens there (%s); start it with `probityd --state "
			    "%s`, or say where another is with --state DIR, --socket PATH, or "
			    "--server URL --key-file FILE",
			address + 5, strerror(errno), state);
	return PRB_EXIT_FAILED;
}

static int
run(struct admin *a, int (*verb)(struct admin *a))
{
	char address[ADDRESS_BYTES];
	int status = choose_server(a, address);

	if (status == PRB_EXIT_OK)
		status = remote_open(&a->remote);
	if (status == PRB_EXIT_OK && a->organisation != NULL &&
		!admin_find_organisation(a, a->organisation, a->organisation_id))
		status = PRB_EXIT_FAILED;
	if (status == PRB_EXIT_OK)
		status = verb(a);
	remote_close(&a->remote);
	return status;
}

static int
check_numbers(const struct admin *a)
{
	const struct {
		const char *name, *value;
	} numbers[] = {{"expires-days", a->expires_days}, {"overlap-days", a->overlap_days},
		{"declarations", a->declarations}};

	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		if (!admin_is_number(numbers[i].value))
			return prb_cli_usage("admin", "--%s %s: a whole number is wanted",
				numbers[i].name, numbers[i].value);
	return PRB_EXIT_OK;
}

/* By its socket a server takes everybody for the operator, who is of no organisation; only the
 * trail can be asked for without one. */
static int
check_organisation(const struct admin *a, const char *noun)
{
	bool by_socket = a->remote.server == NULL && a->remote.key_file == NULL;

	if (!by_socket || a->organisation != NULL ||
		(strcmp(noun, "key") != 0 && strcmp(noun, "invite") != 0))
		return PRB_EXIT_OK;
	return prb_cli_usage("admin",
		"%s: the operator is of no organisation: name one with --organisation", noun);
}

/* Of noun and verb the one that is wrong, with those that there are. */
static int
say_unknown(char **words, int count)
{
	struct prb_names nouns = {&verbs[0].noun, sizeof verbs[0], sizeof verbs / sizeof verbs[0]};
	struct prb_names of_noun = {NULL, sizeof verbs[0], 0};
	char command[COMMAND_BYTES];

	for (size_t i = 0; count > 0 && i < nouns.count; i++) {
		if (strcmp(words[0], verbs[i].noun) != 0)
			continue;
		if (of_noun.count++ == 0)
			of_noun.first = &verbs[i].verb;
	}
	if (of_noun.count == 0)
		return prb_names_usage("admin", &nouns, count > 0 ? words[0] : NULL);
	(void)snprintf(command, sizeof command, "admin %s", words[0]);
	return prb_names_usage(command, &of_noun, count > 1 ? words[1] : NULL);
}

static int
dispatch(struct admin *a, unsigned long given, char **words, int count)
{
	for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
		int own = verbs[i].verb == NULL ? 1 : 2;
		unsigned long beyond = given & ~(verbs[i].takes | EVERYWHERE);

		if (count < own || strcmp(words[0], verbs[i].noun) != 0 ||
			(own == 2 && strcmp(words[1], verbs[i].verb) != 0))
			continue;
		if (count - own != verbs[i].words)
			return prb_cli_usage("admin", "%s %s: %s is wanted", words[0],
				own == 2 ? words[1] : "",
				verbs[i].words == 0 ? "nothing more" : verbs[i].wanted);
		if (beyond != 0)
			return prb_cli_usage("admin", "--%s is not for %s %s", first_of(beyond),
				words[0], own == 2 ? words[1] : "");
		if (check_numbers(a) != PRB_EXIT_OK ||
			check_organisation(a, verbs[i].noun) != PRB_EXIT_OK)
			return PRB_EXIT_USAGE;
		a->words = words + own;
		return run(a, verbs[i].run);
	}
	return say_unknown(words, count);
}

int
prb_command_admin(int argc, char **argv)
{
	struct admin a = {.remote = {.command = "admin"}};
	struct reading r = {.admin = &a};
	int status = remote_read_options(&a.remote, help, long_options, argc, argv, set_option, &r);

	return status != -1 ? status : dispatch(&a, r.given, argv + optind, argc - optind);
}
