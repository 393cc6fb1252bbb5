/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_CLI_LOG_REPLAY_H
#define PRB_CLI_LOG_REPLAY_H

/*
 * A whole log again, from its first entry: every bundle is fetched, the tree is grown from it, and
 * what grows is compared with the tiles that the log serves, with the roots that it had before or
 * elsewhere, and with its checkpoint. However long the log, what is held is one bundle, the right
 * edge and one tile of each level.
 */

#include "clients/lib/fetch.h"
#include "scoring/log/checkpoint.h"

/* How an audit ends. */
enum log_verdict {
	LOG_FINE,
	LOG_FINDING,   /* the log contradicts itself, or what was seen of it */
	LOG_UNCHECKED, /* it could not be told */
};

struct log_outcome {
	enum log_verdict verdict;
	const char *word; /* of a finding: "rewritten"; NULL for none */
	char detail[PRB_FAULT_DETAIL_BYTES_MAX];
};

/* Fills the outcome and returns false, so that a caller can write `return log_found(...)`. word
 * NULL: LOG_UNCHECKED. */
bool log_found(struct log_outcome *outcome, const char *word, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* What a fetch has come to: nothing at an address of the log, or too much, is a finding of that
 * word; that there was no answer is none. */
bool log_not_fetched(struct log_outcome *outcome, const char *word, const struct prb_fault *fault);

/* A root that the tree must have had, and what it means where it had another. */
struct log_mark {
	uint64_t size;
	uint8_t root[PRB_SHA256_BYTES];
	const char *word; /* "rewritten" */
	const char *who;  /* "the checkpoint of the last audit" */
};

struct log_replay {
	struct prb_fetcher *fetcher;
	const struct prb_checkpoint *checkpoint;
	const struct log_mark *marks; /* of sizes up to the checkpoint's */
	size_t marks_count;
	/* Called for each entry in its order; false ends the replay, with the outcome filled. */
	bool (*entry)(
		void *context, uint64_t index, struct prb_span entry, struct log_outcome *outcome);
	void (*progress)(void *context, uint64_t done); /* after each bundle */
	void *context;
};

/* True where all of it is as the checkpoint says. */
bool log_replay_run(const struct log_replay *replay, struct log_outcome *outcome);

#endif
