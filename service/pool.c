/* SPDX-License-Identifier: Apache-2.0 */
#include "service/pool.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/prctl.h>

struct job {
	struct prb_exchange *exchange;
	enum prb_handled (*work)(struct prb_exchange *exchange);
};

struct thread {
	pthread_t id;
	struct prb_pool *pool;
	struct prb_desk desk;
	bool running;
};

struct prb_pool {
	pthread_mutex_t lock;
	pthread_cond_t filled;
	struct job *ring;
	size_t size, head, count;
	bool stopping;
	void (*done)(struct prb_exchange *exchange);
	struct thread *threads;
	size_t threads_count;
};

static bool
take(struct prb_pool *pool, struct job *job)
{
	bool taken = false;

	pthread_mutex_lock(&pool->lock);
	while (pool->count == 0 && !pool->stopping)
		pthread_cond_wait(&pool->filled, &pool->lock);
	if (pool->count != 0) {
		*job = pool->ring[pool->head];
		pool->head = (pool->head + 1) % pool->size;
		pool->count--;
		taken = true;
	}
	pthread_mutex_unlock(&pool->lock);
	return taken;
}

static void *
run(void *argument)
{
	struct thread *t = argument;
	struct job job;

	prctl(PR_SET_NAME, "pool");
	while (take(t->pool, &job)) {
		/* The loop gives the exchange its own desk back when it comes home. Work that hands
		 * the exchange on (prb_service.commit) must not look at it afterwards. */
		job.exchange->desk = &t->desk;
		if (job.work(job.exchange) == PRB_REPLIED)
			t->pool->done(job.exchange);
	}
	return NULL;
}

struct prb_pool *
prb_pool_start(const struct prb_service *service, size_t threads, size_t queue_max,
	void (*done)(struct prb_exchange *exchange))
{
	struct prb_pool *pool = calloc(1, sizeof *pool);

	if (pool == NULL)
		return NULL;
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->filled, NULL);
	pool->ring = calloc(queue_max, sizeof *pool->ring);
	pool->threads = calloc(threads, sizeof *pool->threads);
	pool->size = queue_max;
	pool->done = done;
	for (size_t i = 0; pool->ring != NULL && pool->threads != NULL && i < threads; i++) {
		struct thread *t = &pool->threads[i];

		t->pool = pool;
		pool->threads_count++;
		if (!prb_desk_init(&t->desk, service) || pthread_create(&t->id, NULL, run, t) != 0)
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
	if (!pool->stopping && pool->count < pool->size) {
		pool->ring[(pool->head + pool->count) % pool->size] = (struct job){exchange, work};
		pool->count++;
		taken = true;
		pthread_cond_signal(&pool->filled);
	}
	pthread_mutex_unlock(&pool->lock);
	return taken;
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
		prb_desk_finish(&pool->threads[i].desk);
	}
	pthread_cond_destroy(&pool->filled);
	pthread_mutex_destroy(&pool->lock);
	free(pool->threads);
	free(pool->ring);
	free(pool);
}
