/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_CLI_POOL_H
#define PRB_CLI_POOL_H

/*
 * Batches through N threads and out again in order. With one job everything happens in the caller's
 * thread. A ring of batches bounds the memory: when it is full the caller waits for the oldest to
 * be done.
 */

#include "clients/cli/screener.h"

struct pool;

/* `done` is called in the caller's thread, in order, for each finished batch; false stops. NULL
 * without memory or threads. */
struct pool *pool_create(const struct screen_settings *settings, unsigned jobs,
	bool (*done)(void *context, struct batch *batch), void *context);
/* The batch to fill. Full ones are handed on with pool_submit. */
struct batch *pool_batch(struct pool *pool);
/* Hands the current batch on; false when `done` asked to stop. */
bool pool_submit(struct pool *pool);
/* Waits for everything; false when `done` asked to stop. */
bool pool_drain(struct pool *pool);
void pool_destroy(struct pool *pool);
/* A screener of the caller's thread, for questions before the work. */
struct screener *pool_screener(struct pool *pool);

#endif
