/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_SERVICE_LOG_WITNESSES_H
#define PRB_SERVICE_LOG_WITNESSES_H

/*
 * Asks the configured witnesses to cosign what was published (C2SP tlog-witness, add-checkpoint),
 * in a thread of its own: always the newest checkpoint, one witness after the other. Who does not
 * answer is left alone for a while, longer each time, so that it keeps nobody from being asked.
 * What a witness has seen is learnt from its answers and is not stored.
 */

#include "service/log/policy.h"
#include "service/metrics/metrics.h"
#include "service/state/state.h"

struct prb_witnesses;

struct prb_witnesses_options {
	const struct prb_policy *policy; /* copied */
	struct prb_state *state;
	struct prb_sheet *sheet; /* NULL: nothing is counted */
	/* Called in the witnesses' thread: `line` is a cosignature by the policy's witness of that
	 * index, which was checked, of the checkpoint that was shown with that size. */
	void (*cosigned)(void *context, uint64_t size, size_t witness, struct prb_span line);
	/* Called in the witnesses' thread whenever one has said so: it has seen a log of this name
	 * that is not the one that was shown (larger than that, or of another root), or it has
	 * cosigned. */
	void (*disputed)(void *context, size_t witness, bool disputed);
	void *context;
};

/* Before other threads start. */
enum prb_err prb_witnesses_start(const struct prb_witnesses_options *options,
	struct prb_witnesses **out, struct prb_fault *fault);
/* Within about a second, whatever a witness does. NULL is allowed. */
void prb_witnesses_stop(struct prb_witnesses *witnesses);
/* From one thread: a checkpoint was published; the one before is not asked for any more. note: with
 * the log's signature alone, at most PRB_CHECKPOINT_BYTES_MAX; copied. */
void prb_witnesses_show(struct prb_witnesses *witnesses, uint64_t size, struct prb_span note);

#endif
