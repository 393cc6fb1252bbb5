/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_ISSUER_HISTORY_H
#define PRB_ISSUER_HISTORY_H

/*
 * What the journal says of the server's own tools: the dataset release, the method table and the
 * keys that it uses or used. Each change is a record and a leaf of the log, so that whoever watches
 * the log sees a changed method or key.
 *
 * The newest record counts: a release that comes back after another one is recorded again, since
 * what is used changed.
 */

#include "scoring/attest/key.h"
#include "service/state/state.h"

struct prb_history {
	struct prb_issuer_key keys[PRB_ISSUER_KEYS_MAX]; /* in the order in which they came */
	size_t keys_count;
	uint8_t release[PRB_SHA256_BYTES], method[PRB_SHA256_BYTES]; /* the newest */
	bool has_release, has_method;
};

enum prb_err prb_history_read(
	struct prb_state *state, struct prb_history *out, struct prb_fault *fault);
/* NULL where no key of that use was recorded yet. */
const struct prb_issuer_key *prb_history_in_use(
	const struct prb_history *history, enum prb_key_use use);
const struct prb_issuer_key *prb_history_find(const struct prb_history *history,
	enum prb_key_use use, const uint8_t public_key[PRB_KEY_PUBLIC_BYTES]);
/* Longer than any attestation is valid (scoring/attest/credential.h, PRB_CREDENTIAL_DAYS_MAX), in
 * seconds: how long a retired key is listed for it. */
#define PRB_KEY_OVERLAP_SECONDS ((int64_t)730 * 86400)
/* So many are listed before a rotation is refused, unless the key was stolen: readers take a DID
 * document of 256 KiB, and a key of a name of 40 bytes stands there with some 700. */
#define PRB_KEYS_LISTED_MAX 256

/* Whether the DID document has it at `at` (seconds since 1970): a key that attested until the last
 * thing that it can have signed has ended, one of the log always. */
bool prb_history_is_listed(const struct prb_issuer_key *key, int64_t at);
/* Takes out those that are not listed. Numbers of new keys are asked for before it. */
void prb_history_forget_ended(struct prb_history *history, int64_t at);
/* The number that the next key of that use gets; 0 where there is no room for another. */
uint32_t prb_history_next_number(const struct prb_history *history, enum prb_key_use use);

/*
 * Puts records, all in one transaction or none. It remembers the first failure, and then the rest
 * does nothing: begin, any number of the others, commit (always, since it frees). Beside another
 * writer of the same process it must not run.
 */
struct prb_recorder {
	struct prb_batch *batch;
	struct prb_str entry, bytes;
	int64_t now; /* seconds since 1970, UTC */
	size_t count;
	enum prb_err err;
};
void prb_recorder_begin(struct prb_recorder *recorder, struct prb_state *state, int64_t now);
void prb_recorder_release(struct prb_recorder *recorder, const uint8_t sha256[PRB_SHA256_BYTES]);
void prb_recorder_method(
	struct prb_recorder *recorder, const uint8_t sha256[PRB_SHA256_BYTES], const char *version);
/* `since` is set to the recorder's time. */
void prb_recorder_key(struct prb_recorder *recorder, const struct prb_issuer_key *key);
/* Where nothing was put nothing is written. */
enum prb_err prb_recorder_commit(struct prb_recorder *recorder, struct prb_fault *fault);

#endif
