/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_SERVICE_POOL_H
#define PRB_SERVICE_POOL_H

/*
 * A few threads for what takes more than a millisecond, so that no loop stands still: large
 * declarations. Each thread has a desk of its own.
 */

#include "service/desk.h"

struct prb_pool;

/* NULL without memory or threads. `done` is called in the pool's thread when work returned
 * PRB_REPLIED. */
struct prb_pool *prb_pool_start(const struct prb_service *service, size_t threads, size_t queue_max,
	void (*done)(struct prb_exchange *exchange));
/* From any thread; false when the queue is full. */
bool prb_pool_submit(struct prb_pool *pool, struct prb_exchange *exchange,
	enum prb_handled (*work)(struct prb_exchange *exchange));
/* Does what has queued, ends the threads, frees. */
void prb_pool_stop(struct prb_pool *pool);

#endif
