/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_SERVICE_LOG_PUBLISHER_H
#define PRB_SERVICE_LOG_PUBLISHER_H

/*
 * The thread that publishes checkpoints: of a tree that is committed, at most one a second, on a
 * timer and when asked. Each is kept durably before anybody sees it, and never contradicts the one
 * before: where the tree is smaller than what was published, or has another root at that size (an
 * older backup was brought back), the service does not start. Witnesses are asked after it is out;
 * their cosignatures are added to what is served.
 */

#include "scoring/attest/key.h"
#include "scoring/log/checkpoint.h"
#include "service/state/state.h"

struct prb_publisher;

struct prb_publisher_options {
	struct prb_state *state;
	const char *origin;        /* the log's URL without scheme: HOST/log; see prb_log_origin */
	const uint8_t *secret_key; /* the log's own key, libsodium's 64 bytes */
	uint8_t public_key[PRB_KEY_PUBLIC_BYTES];
	int64_t seconds;           /* between two looks at the tree */
	const char *witnesses;     /* the policy file; NULL: none */
	int64_t (*clock_ms)(void); /* UTC, since 1970 */
	prb_sha256_fn sha256;
};

/* "HOST[:PORT][/PATH]/log" of a public URL; without one "probity.invalid/" and the log key's
 * Multikey: a name that no other log has and nobody can resolve (RFC 2606). */
#define PRB_LOG_ORIGIN_BYTES_MAX PRB_NOTE_NAME_BYTES_MAX
void prb_log_origin(const struct prb_issuer *issuer,
	const uint8_t log_public_key[PRB_KEY_PUBLIC_BYTES], char out[PRB_LOG_ORIGIN_BYTES_MAX]);

/* Publishes once, then starts the thread. */
enum prb_err prb_publisher_start(const struct prb_publisher_options *options,
	struct prb_publisher **out, struct prb_fault *fault);
/* A last checkpoint, then the thread ends. NULL is allowed. */
void prb_publisher_stop(struct prb_publisher *publisher);

struct prb_published {
	uint64_t size;
	int64_t at_ms; /* when it was signed */
	size_t n;
	char note[PRB_CHECKPOINT_BYTES_MAX]; /* with the cosignatures that have come */
};
/* From any thread: a copy of what is published. Holds a lock for the length of the copy: for
 * routes of the log alone. */
void prb_publisher_current(struct prb_publisher *publisher, struct prb_published *out);
uint64_t prb_publisher_size(struct prb_publisher *publisher); /* takes no lock */
/* From any thread: the tree has grown, or somebody wants a proof: publish when it may be. */
void prb_publisher_wake(struct prb_publisher *publisher);
/* Appends the log's verifier key and a newline. */
void prb_publisher_vkey(const struct prb_publisher *publisher, struct prb_str *out);

#endif
