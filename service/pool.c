/* SPDX-License-Identifier: Apache-2.0 */
#include "service/pool.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>

#include "service/handlers/decided.h"
#include "service/logging/logging.h"

struct job {
	struct prb_exchange *exchange;
	enum prb_handled (*work)(struct prb_exchange *exchange);
};

struct thread {
	pthread_t id;
	struct prb_pool *pool;
	struct prb_bench *bench;
	struct prb_settings *offered; /* under the lock; NULL: none */
	bool running;
	bool working; /* under the lock: it has a piece of work */
};

struct prb_pool {
	const struct prb_service *service;
	pthread_mutex_t lock;
	pthread_cond_t filled;
	struct job *ring;
	size_t size, head, count; /* the ring has room for what waits and for what is begun */
	size_t working;           /* threads that have a piece of work */
	bool stopping;
	void (*done)(struct prb_exchange *exchange);
	struct thread *threads;
	size_t threads_count;
};

/* The next job, new settings, or both; false at the end. */
static bool
take(struct thread *t, struct job *job, struct prb_settings **offered)
{
	struct prb_pool *pool = t->pool;
	bool taken = false;

	job->exchange = NULL;
	pthread_mutex_lock(&pool->lock);
	pool->working -= t->working;
	t->working = false;
	while (pool->count == 0 && !pool->stopping && t->offered == NULL)
		pthread_cond_wait(&pool->filled, &pool->lock);
	*offered = t->offered;
	t->offered = NULL;
	if (pool->count != 0) {
		*job = pool->ring[pool->head];
		pool->head = (pool->head + 1) % pool->size;
		pool->count--;
		pool->working++;
		t->working = taken = true;
	}
	pthread_mutex_unlock(&pool->lock);
	return taken || *offered != NULL;
}

/* Between two pieces of work nothing stands on the old desk. */
static void
take_settings(struct thread *t, struct prb_settings *settings)
{
	struct prb_bench *bench = NULL;

	if (!prb_bench_fits(t->bench, settings)) {
		bench = prb_bench_create(t->pool->service, settings);
		if (bench == NULL)
			prb_say(PRB_LEVEL_ERROR, "release_not_taken",
				"memory ran out: a thread of the pool stays with the old dataset "
				"release; send SIGHUP again");
	}
	if (bench != NULL) {
		prb_bench_destroy(t->bench);
		t->bench = bench;
	}
	prb_settings_taken(settings);
	prb_settings_drop(settings);
}

static void *
run(void *argument)
{
	struct thread *t = argument;
	struct prb_settings *offered;
	struct job job;

	prctl(PR_SET_NAME, "pool");
	while (take(t, &job, &offered)) {
		if (offered != NULL)
			take_settings(t, offered);
		if (job.exchange == NULL)
			continue;
		/* The loop gives the exchange its own desk back when it comes home. Work that hands
		 * the exchange on (prb_service.commit) must not look at it afterwards. */
		job.exchange->desk = &t->bench->desk;
		prb_decided_for(job.exchange->desk, job.exchange);
		if (job.work(job.exchange) == PRB_REPLIED)
			t->pool->done(job.exchange);
	}
	return NULL;
}

struct prb_pool *
prb_pool_start(const struct prb_service *service, struct prb_settings *settings, size_t threads,
	size_t queue_max, void (*done)(struct prb_exchange *exchange))
{
	struct prb_pool *pool = calloc(1, sizeof *pool);

	if (pool == NULL)
		return NULL;
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->filled, NULL);
	pool->ring = calloc(queue_max + threads, sizeof *pool->ring);
	pool->threads = calloc(threads, sizeof *pool->threads);
	pool->size = queue_max + threads;
	pool->service = service;
	pool->done = done;
	for (size_t i = 0; pool->ring != NULL && pool->threads != NULL && i < threads; i++) {
		struct thread *t = &pool->threads[i];

		t->pool = pool;
		pool->threads_count++;
		t->bench = prb_bench_create(service, settings);
		if (t->bench == NULL || pthread_create(&t->id, NULL, run, t) != 0)
			break;
		t->running = true;
	}
	if (pool->threads_count == threads && pool->threads[threads - 1].running)
		return pool;
	prb_pool_stop(pool);
	return NULL;
}

bool
prb_pool_submit(struct prb_pool *pool, struct prb_exchange *exchange,
	enum prb_handled (*work)(struct prb_exchange *exchange))
{
	bool taken = false;

	pthread_mutex_lock(&pool->lock);
	/* What a thread is about to take does not wait. */
	if (!pool->stopping && pool->count + pool->working < pool->size) {
		pool->ring[(pool->head + pool->count) % pool->size] = (struct job){exchange, work};
		pool->count++;
		taken = true;
		pthread_cond_signal(&pool->filled);
	}
	pthread_mutex_unlock(&pool->lock);
	return taken;
}

void
prb_pool_offer(struct prb_pool *pool, struct prb_settings *settings)
{
	if (pool == NULL)
		return;
	pthread_mutex_lock(&pool->lock);
	for (size_t i = 0; i < pool->threads_count; i++) {
		struct thread *t = &pool->threads[i];

		prb_settings_drop(t->offered);
		t->offered = prb_settings_hold(settings);
	}
	pthread_cond_broadcast(&pool->filled);
	pthread_mutex_unlock(&pool->lock);
}

size_t
prb_pool_threads(const struct prb_pool *pool)
{
	return pool != NULL ? pool->threads_count : 0;
}

void
prb_pool_stop(struct prb_pool *pool)
{
	if (pool == NULL)
		return;
	pthread_mutex_lock(&pool->lock);
	pool->stopping = true;
	pthread_cond_broadcast(&pool->filled);
	pthread_mutex_unlock(&pool->lock);
	for (size_t i = 0; i < pool->threads_count; i++) {
		if (pool->threads[i].running)
			pthread_join(pool->threads[i].id, NULL);
		prb_bench_destroy(pool->threads[i].bench);
		prb_settings_drop(pool->threads[i].offered);
	}
	pthread_cond_destroy(&pool->filled);
	pthread_mutex_destroy(&pool->lock);
	free(pool->threads);
	free(pool->ring);
	free(pool);
}
