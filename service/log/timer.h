/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_SERVICE_LOG_TIMER_H
#define PRB_SERVICE_LOG_TIMER_H

/* Waiting with a time limit, by a clock that nobody sets back. */

#include <pthread.h>
#include <stdint.h>

#define PRB_NEVER_MS INT64_MAX

int64_t prb_timer_now_ms(void);
/* For prb_timer_wait alone. */
void prb_timer_init(pthread_mutex_t *lock, pthread_cond_t *called);
/* Until it is called or that moment has come; may come back earlier. The lock is held. */
void prb_timer_wait(pthread_cond_t *called, pthread_mutex_t *lock, int64_t at_ms);

#endif
