/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_SERVICE_LOG_PUBLISHER_H
#define PRB_SERVICE_LOG_PUBLISHER_H

/*
 * The thread that publishes checkpoints: of a tree that is committed, at most one a second, on a
 * timer and when asked. Each is kept durably before anybody sees it, and never contradicts the one
 * before: where the tree is smaller than what was published, or has another root at that size (an
 * older backup was brought back), the service does not start. Witnesses are asked after it is out;
 * their cosignatures are added to what is served. Where one has seen another log of this name, what
 * was published is all that is served until it agrees again.
 */

#include "scoring/attest/key.h"
#include "scoring/log/checkpoint.h"
#include "service/metrics/metrics.h"
#include "service/state/state.h"

struct prb_publisher;

struct prb_publisher_options {
	struct prb_state *state;
	const char *dir;           /* the state's folder */
	const char *origin;        /* the log's URL without scheme: HOST/log; see prb_log_origin */
	const uint8_t *secret_key; /* the log's own key, libsodium's 64 bytes */
	uint8_t public_key[PRB_KEY_PUBLIC_BYTES];
	int64_t seconds;           /* between two checkpoints that nobody asked for */
	const char *witnesses;     /* the policy file (policy.h); NULL or "": none */
	int64_t (*clock_ms)(void); /* UTC, since 1970 */
	prb_sha256_fn sha256;
	struct prb_sheet *sheet; /* NULL: nothing is counted */
};

/* "HOST[:PORT][/PATH]/log" of a public URL; without one "probity.invalid/" and the log key's
 * Multikey: a name that no other log has and nobody can resolve (RFC 2606). */
#define PRB_LOG_ORIGIN_BYTES_MAX PRB_NOTE_NAME_BYTES_MAX
void prb_log_origin(const struct prb_issuer *issuer,
	const uint8_t log_public_key[PRB_KEY_PUBLIC_BYTES], char out[PRB_LOG_ORIGIN_BYTES_MAX]);

/*
 * Checks what was published before, publishes once, then starts the thread. A checkpoint that was
 * kept under another key or origin is set aside as DIR/checkpoint.OLD-<key id>, which is said on
 * standard error. Where nothing can be written it starts all the same if there is a checkpoint to
 * go on serving, and tries again; without one it does not start.
 */
enum prb_err prb_publisher_start(const struct prb_publisher_options *options,
	struct prb_publisher **out, struct prb_fault *fault);
/* A last checkpoint, then the thread ends. NULL is allowed. */
void prb_publisher_stop(struct prb_publisher *publisher);

struct prb_published {
	uint64_t size;
	int64_t at_ms; /* when it was signed; of one from before the start, when that was */
	size_t n;      /* 0: nothing could be published yet */
	char note[PRB_CHECKPOINT_BYTES_MAX]; /* with the cosignatures that have come */
};
/* From any thread: a copy of what is published. Holds a lock for the length of the copy: for
 * routes of the log alone. */
void prb_publisher_current(struct prb_publisher *publisher, struct prb_published *out);
uint64_t prb_publisher_size(struct prb_publisher *publisher); /* takes no lock */
/* Whether a witness has seen another log of this name, longer than what was published or not its
 * beginning: no further checkpoint is published until it cosigns again. Takes no lock. */
bool prb_publisher_is_held(const struct prb_publisher *publisher);
/* From any thread, NULL allowed: somebody wants a checkpoint of what is committed: as soon as one
 * may be. */
void prb_publisher_wake(struct prb_publisher *publisher);
/* From any thread, NULL allowed: [log] checkpoint_seconds, from the next checkpoint on. */
void prb_publisher_set_seconds(struct prb_publisher *publisher, int64_t seconds);
/* The writer's, NULL allowed: the tree may have grown: publish when the timer says so, which is at
 * once where it was quiet. */
void prb_publisher_grown(struct prb_publisher *publisher);
/* Appends the log's verifier key and a newline. */
void prb_publisher_vkey(const struct prb_publisher *publisher, struct prb_str *out);

#endif
