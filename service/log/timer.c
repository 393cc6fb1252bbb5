/* SPDX-License-Identifier: Apache-2.0 */
#include "service/log/timer.h"

#include <time.h>

int64_t
prb_timer_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void
prb_timer_init(pthread_mutex_t *lock, pthread_cond_t *called)
{
	pthread_condattr_t attributes;

	pthread_mutex_init(lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(called, &attributes);
	pthread_condattr_destroy(&attributes);
}

void
prb_timer_wait(pthread_cond_t *called, pthread_mutex_t *lock, int64_t at_ms)
{
	struct timespec at = {
		.tv_sec = (time_t)(at_ms / 1000), .tv_nsec = (long)(at_ms % 1000) * 1000000};

	if (at_ms == PRB_NEVER_MS)
		(void)pthread_cond_wait(called, lock);
	else
		(void)pthread_cond_timedwait(called, lock, &at);
}
