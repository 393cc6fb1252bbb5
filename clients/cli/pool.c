/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/cli/pool.h"

#include <pthread.h>
#include <stdlib.h>

enum slot_state { SLOT_FREE, SLOT_READY, SLOT_RUNNING, SLOT_DONE };

struct slot {
	struct batch batch;
	enum slot_state state;
};

struct worker {
	pthread_t thread;
	struct pool *pool;
	struct screener *screener;
	bool started;
};

struct pool {
	struct slot *slots;
	size_t slots_count;
	size_t filling, oldest, next_ready; /* running numbers; modulo slots_count */
	struct worker *workers;
	unsigned jobs;
	struct screener *own;
	bool (*done)(void *context, struct batch *batch);
	void *context;
	bool stopped, closing;
	pthread_mutex_t lock;
	pthread_cond_t work, finished;
};

static struct slot *
slot_at(struct pool *pool, size_t number)
{
	return &pool->slots[number % pool->slots_count];
}

static void *
work(void *argument)
{
	struct worker *worker = argument;
	struct pool *pool = worker->pool;

	pthread_mutex_lock(&pool->lock);
	for (;;) {
		struct slot *slot;

		while (!pool->closing && pool->next_ready == pool->filling)
			pthread_cond_wait(&pool->work, &pool->lock);
		if (pool->next_ready == pool->filling)
			break;
		slot = slot_at(pool, pool->next_ready++);
		slot->state = SLOT_RUNNING;
		pthread_mutex_unlock(&pool->lock);
		screener_run(worker->screener, &slot->batch);
		pthread_mutex_lock(&pool->lock);
		slot->state = SLOT_DONE;
		pthread_cond_signal(&pool->finished);
	}
	pthread_mutex_unlock(&pool->lock);
	return NULL;
}

static bool
start_workers(struct pool *pool, const struct screen_settings *settings)
{
	pool->workers = calloc(pool->jobs, sizeof *pool->workers);
	if (pool->workers == NULL)
		return false;
	for (unsigned i = 0; i < pool->jobs; i++) {
		struct worker *worker = &pool->workers[i];

		worker->pool = pool;
		worker->screener = screener_create(settings);
		if (worker->screener == NULL ||
			pthread_create(&worker->thread, NULL, work, worker) != 0)
			return false;
		worker->started = true;
	}
	return true;
}

struct pool *
pool_create(const struct screen_settings *settings, unsigned jobs,
	bool (*done)(void *context, struct batch *batch), void *context)
{
	struct pool *pool = calloc(1, sizeof *pool);

	if (pool == NULL)
		return NULL;
	pool->jobs = jobs;
	pool->done = done;
	pool->context = context;
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->work, NULL);
	pthread_cond_init(&pool->finished, NULL);
	pool->slots_count = jobs == 1 ? 1 : 3 * (size_t)jobs;
	pool->slots = calloc(pool->slots_count, sizeof *pool->slots);
	pool->own = screener_create(settings);
	if (pool->slots != NULL)
		for (size_t i = 0; i < pool->slots_count; i++)
			batch_init(&pool->slots[i].batch);
	if (pool->slots == NULL || pool->own == NULL ||
		(jobs > 1 && !start_workers(pool, settings))) {
		pool_destroy(pool);
		return NULL;
	}
	return pool;
}

struct screener *
pool_screener(struct pool *pool)
{
	return pool->own;
}

struct batch *
pool_batch(struct pool *pool)
{
	return &slot_at(pool, pool->filling)->batch;
}

/* Gives the oldest finished batch to the caller and frees its place. The lock is not held. */
static void
hand_out(struct pool *pool, struct slot *slot)
{
	if (!pool->stopped && !pool->done(pool->context, &slot->batch))
		pool->stopped = true;
	batch_reset(&slot->batch);
	slot->state = SLOT_FREE;
	pool->oldest++;
}

/* Hands out what is done at the old end; waits for it while `all`, or while the place to fill next
 * is taken. */
static void
collect(struct pool *pool, bool all)
{
	while (pool->oldest != pool->filling) {
		struct slot *slot = slot_at(pool, pool->oldest);
		bool must = all || pool->filling - pool->oldest == pool->slots_count;

		pthread_mutex_lock(&pool->lock);
		while (must && slot->state != SLOT_DONE)
			pthread_cond_wait(&pool->finished, &pool->lock);
		bool is_done = slot->state == SLOT_DONE;

		pthread_mutex_unlock(&pool->lock);
		if (!is_done)
			return;
		hand_out(pool, slot);
	}
}

bool
pool_submit(struct pool *pool)
{
	if (pool->jobs == 1) {
		struct slot *slot = slot_at(pool, pool->filling++);

		screener_run(pool->own, &slot->batch);
		hand_out(pool, slot);
		return !pool->stopped;
	}
	pthread_mutex_lock(&pool->lock);
	slot_at(pool, pool->filling)->state = SLOT_READY;
	pool->filling++;
	pthread_cond_signal(&pool->work);
	pthread_mutex_unlock(&pool->lock);
	collect(pool, false);
	return !pool->stopped;
}

bool
pool_drain(struct pool *pool)
{
	if (pool_batch(pool)->count != 0)
		pool_submit(pool);
	if (pool->jobs > 1)
		collect(pool, true);
	return !pool->stopped;
}

void
pool_destroy(struct pool *pool)
{
	if (pool == NULL)
		return;
	pthread_mutex_lock(&pool->lock);
	pool->closing = true;
	pthread_cond_broadcast(&pool->work);
	pthread_mutex_unlock(&pool->lock);
	for (unsigned i = 0; pool->workers != NULL && i < pool->jobs; i++) {
		if (pool->workers[i].started)
			pthread_join(pool->workers[i].thread, NULL);
		screener_destroy(pool->workers[i].screener);
	}
	free(pool->workers);
	screener_destroy(pool->own);
	for (size_t i = 0; pool->slots != NULL && i < pool->slots_count; i++)
		batch_finish(&pool->slots[i].batch);
	free(pool->slots);
	pthread_cond_destroy(&pool->finished);
	pthread_cond_destroy(&pool->work);
	pthread_mutex_destroy(&pool->lock);
	free(pool);
}
