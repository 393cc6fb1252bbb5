/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_STATE_BATCH_H
#define PRB_STATE_BATCH_H

/* What rebuilding needs of the writer: a record put as it stands, without a look at its key. */

#include "service/state/rows.h"

/* As prb_batch_put_declaration, for bytes that were read from a journal. */
enum prb_err prb_batch_apply(struct prb_batch *batch, struct prb_span bytes, uint64_t *sequence,
	uint64_t *log_index, struct prb_fault *fault);

#endif
