/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_CLI_REMOTE_H
#define PRB_CLI_REMOTE_H

/*
 * What the commands share that speak to a server: their options, the client, what went wrong in
 * words, and the check of an attestation. Everything that comes from a server goes to the terminal
 * through remote_say_safely alone.
 */

#include <stdio.h>

#include "clients/cli/options.h"
#include "clients/lib/probity.h"
#include "scoring/base/text.h"

struct remote {
	const char *command;
	const char *server, *key_file, *ca_file; /* the options; NULL where not given */
	const char *language;                    /* of texts in answers; NULL: the server's */
	const char *key; /* in place of a file's; NULL: none. The caller's, to be wiped */
	struct probity_client *client;
};

enum { REMOTE_SERVER = 256, REMOTE_KEY_FILE, REMOTE_CA_FILE, REMOTE_NEXT };

#define REMOTE_LONG_OPTIONS                                                                        \
	{"server", required_argument, NULL, REMOTE_SERVER},                                        \
		{"key-file", required_argument, NULL, REMOTE_KEY_FILE},                            \
		{"ca-file", required_argument, NULL, REMOTE_CA_FILE},                              \
	{                                                                                          \
		"help", no_argument, NULL, 'h'                                                     \
	}

#define REMOTE_HELP                                                                                \
	"  --server URL       the server; else $PROBITY_SERVER, else http://127.0.0.1:8080\n"      \
	"  --key-file FILE    file with an API key, prb_...; nobody else may have access to it\n"  \
	"  --ca-file FILE     the certificates to trust (PEM), in place of the system's\n"

/* Whether the option is one of those above; it is taken then. */
bool remote_option(struct remote *remote, int option, const char *value);
/*
 * Reads a command's options: those of every remote command, and its own, which `take` gets; it
 * returns PRB_EXIT_OK, or the exit status. -1: go on with the words from optind; else the exit
 * status.
 */
int remote_read_options(struct remote *remote, const char *help, const struct option *options,
	int argc, char **argv, int (*take)(void *context, int option, const char *value),
	void *context);
/* Makes the client. PRB_EXIT_OK, or the exit status, with a word on stderr. */
int remote_open(struct remote *remote);
void remote_close(struct remote *remote);
/* $PROBITY_SERVER and the rest considered. */
const char *remote_server(const struct remote *remote);

/* Whether the answer is what was asked for; else what went wrong is said on stderr. */
bool remote_accept(const struct probity_answer *answer);

/*
 * Verifies an attestation; for did:web with the server's DID document. report may be NULL; where it
 * is not, the attestation must be of it. What is wrong is said on stderr. *verification is the
 * caller's in every case, and may be NULL.
 */
bool remote_verify(struct remote *remote, const char *attestation, size_t n, const char *report,
	size_t report_n, struct probity_verification **verification);
/* The same, and whether it still stands, by the status list and the log of that server: what was
 * revoked does not verify, nor does what names a status list that cannot be had. */
bool remote_verify_standing(struct remote *remote, const char *attestation, size_t n,
	struct probity_verification **verification);
/* "issued by DID, valid until DATE; N checks passed, not made: ..". */
void remote_say_verified(const struct probity_verification *verification, FILE *stream);

/* The UUID in an attestation's or a report's id, urn:uuid:UUID or https://HOST/PATH/UUID; all of it
 * where there is none. */
#define REMOTE_UUID_CHARACTERS 36
const char *remote_uuid(const char *id);

/* Wipes what was a secret. */
void remote_wipe(char *text, size_t n);
/* Text of unknown origin, without what steers a terminal. */
void remote_say_safely(FILE *stream, const char *text);
/* Writes a whole file; false with a word on stderr. */
bool remote_write(const char *path, const char *bytes, size_t n);

#endif
