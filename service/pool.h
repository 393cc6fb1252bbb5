/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_SERVICE_POOL_H
#define PRB_SERVICE_POOL_H

/*
 * A few threads for what takes more than a millisecond, so that no loop stands still: large
 * declarations; and others that wait for a program. Each thread has a desk of its own.
 */

#include "service/desk.h"

struct prb_pool;

/* NULL without memory or threads. `queue_max` pieces of work can wait beside those that the threads
 * have begun. `done` is called in the pool's thread when work returned
 * PRB_REPLIED. */
struct prb_pool *prb_pool_start(const struct prb_service *service, struct prb_settings *settings,
	size_t threads, size_t queue_max, void (*done)(struct prb_exchange *exchange));
/* From any thread; false when the queue is full. */
bool prb_pool_submit(struct prb_pool *pool, struct prb_exchange *exchange,
	enum prb_handled (*work)(struct prb_exchange *exchange));
/* From any thread; pool NULL is none: each thread takes these settings between two pieces of work.
 */
void prb_pool_offer(struct prb_pool *pool, struct prb_settings *settings);
/* How many threads there are; 0 of none. */
size_t prb_pool_threads(const struct prb_pool *pool);
/* Does what has queued, ends the threads, frees. */
void prb_pool_stop(struct prb_pool *pool);

#endif
