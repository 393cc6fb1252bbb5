/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_SERVICE_KEYS_H
#define PRB_SERVICE_KEYS_H

/*
 * The server's keys at its start: opened or made, held against the journal, and, where something is
 * in use that was not before (a key, a dataset release, a method table), recorded. Says on standard
 * error what an operator should know; never a secret.
 */

#include "service/issuer/slot.h"

struct prb_reference;

struct prb_keys {
	struct prb_secret_key *issuer, *log; /* attestations, checkpoints */
	struct prb_history history;          /* as it is once all is recorded */
	uint32_t number;                     /* of the issuer's key */
};

struct prb_keys_options {
	const char *dir; /* the state's folder */
	struct prb_state *state;
	const char *passphrase_file; /* "" for none */
	bool require_mlock;
	const struct prb_reference *reference; /* of the release in use */
	int64_t now;                           /* seconds since 1970, UTC */
};

/* What opening would refuse of the passphrase and of the files of keys that are there. Makes and
 * says nothing. */
enum prb_err prb_keys_look(const char *dir, const char *passphrase_file, struct prb_fault *fault);
/* Before any thread writes. *keys is to be given to prb_keys_close, also after a failure. */
enum prb_err prb_keys_open(
	const struct prb_keys_options *options, struct prb_keys *keys, struct prb_fault *fault);
/* While the server runs, from any thread: what is in use from now on, where it differs from what
 * was in use before. */
enum prb_err prb_keys_record_data(struct prb_state *state, const struct prb_reference *before,
	const struct prb_reference *now_used, int64_t now, struct prb_fault *fault);
void prb_keys_close(struct prb_keys *keys);

#endif
