/* SPDX-License-Identifier: Apache-2.0 */
#include "service/statistics/statistics.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/prctl.h>

#include "scoring/base/timestamp.h"
#include "service/log/timer.h"
#include "service/logging/logging.h"
#include "service/statistics/counting.h"
#include "service/statistics/suppress.h"

#define DAY_MS ((int64_t)24 * 60 * 60 * 1000)
#define LOOK_MS ((int64_t)10 * 1000)       /* how often it is seen whether a day is over */
#define AGAIN_MS ((int64_t)10 * 60 * 1000) /* after a counting that failed */
#define ARENA_BYTES_MAX ((size_t)256 * 1024 * 1024)
#define ANSWER_BYTES_MAX ((size_t)16 * 1024 * 1024)
#define PLACES ((PRB_COUNTS_BY + 1) * (PRB_COUNTS_BY + 1) * 2)

/* The answers of one counting, by place_of. */
struct answers {
	struct prb_str text[PLACES];
};

struct prb_statistics {
	struct prb_statistics_options options;
	pthread_t thread;
	pthread_mutex_t lock; /* of `is_over` */
	pthread_cond_t called;
	bool is_over;
	pthread_rwlock_t gate; /* of `answers` */
	struct answers *answers;
	int64_t counted_ms; /* the midnight of the answers; the thread's */
};

static size_t
place_of(const struct prb_statistics_query *q)
{
	return ((size_t)q->a * (PRB_COUNTS_BY + 1) + (size_t)q->b) * 2 + q->with_workers;
}

static void
destroy_answers(struct answers *answers)
{
	for (size_t i = 0; answers != NULL && i < PLACES; i++)
		prb_str_finish(&answers->text[i]);
	free(answers);
}

static struct answers *
create_answers(void)
{
	struct answers *answers = calloc(1, sizeof *answers);

	for (size_t i = 0; answers != NULL && i < PLACES; i++)
		prb_str_init(&answers->text[i], ANSWER_BYTES_MAX);
	return answers;
}

/* Waits; true when the thread is to end. */
static bool
pause_for(struct prb_statistics *s, int64_t ms)
{
	int64_t until = prb_timer_now_ms() + ms;
	bool is_over;

	pthread_mutex_lock(&s->lock);
	while (!s->is_over && prb_timer_now_ms() < until)
		prb_timer_wait(&s->called, &s->lock, until);
	is_over = s->is_over;
	pthread_mutex_unlock(&s->lock);
	return is_over;
}

/*
 * Counting.
 */

struct count {
	struct prb_statistics *statistics;
	struct prb_tally *tally;
	int64_t as_of_ms;
};

static bool
write_table(const struct count *c, const struct prb_statistics_query *q, const char *as_of,
	struct answers *answers)
{
	size_t least = c->statistics->options.organisations_min;
	struct prb_statistics_query with = *q;
	struct prb_table *table = prb_table_create(c->tally, q->a, q->b, least);
	struct prb_str *text = &answers->text[place_of(q)];

	if (table == NULL)
		return false;
	prb_table_write(table, as_of, least, false, text);
	if (!text->failed && q->b == PRB_BY_NOTHING) {
		with.with_workers = true;
		text = &answers->text[place_of(&with)];
		prb_table_write(table, as_of, least, true, text);
	}
	prb_table_destroy(table);
	return !text->failed;
}

/* All that can be asked for. */
static enum prb_err
write_all(const struct count *c, struct answers *answers)
{
	struct prb_statistics_query q = {.b = PRB_BY_NOTHING};
	char as_of[PRB_TIMESTAMP_BYTES];

	prb_timestamp_format(c->as_of_ms / 1000, as_of);
	for (int a = 0; a <= PRB_BY_NOTHING; a++)
		for (int b = a < PRB_BY_NOTHING ? a + 1 : a; b <= PRB_BY_NOTHING; b++) {
			q.a = (enum prb_count_by)a;
			q.b = (enum prb_count_by)b;
			if (!write_table(c, &q, as_of, answers))
				return PRB_ERR_MEMORY;
		}
	return PRB_OK;
}

static void
publish(struct prb_statistics *s, struct answers *answers)
{
	struct answers *old;

	pthread_rwlock_wrlock(&s->gate);
	old = s->answers;
	s->answers = answers;
	pthread_rwlock_unlock(&s->gate);
	destroy_answers(old);
}

static bool
rest(void *context, int64_t ms)
{
	return pause_for(context, ms);
}

static enum prb_err
count(struct prb_statistics *s, int64_t before_ms)
{
	struct prb_counting counting = {.before_ms = before_ms,
		.organisations_min = s->options.organisations_min,
		.arena_bytes_max = ARENA_BYTES_MAX,
		.pause = rest,
		.context = s};
	struct count c = {.statistics = s};
	struct answers *answers = create_answers();
	enum prb_err err = PRB_ERR_MEMORY;

	if (answers != NULL)
		err = prb_state_reader_create(s->options.state, &counting.reader);
	if (err == PRB_OK)
		err = prb_count_stored(&counting, &c.tally, &c.as_of_ms);
	if (err == PRB_OK)
		err = write_all(&c, answers);
	prb_state_reader_destroy(counting.reader);
	prb_tally_destroy(c.tally);
	if (err == PRB_OK)
		publish(s, answers);
	else
		destroy_answers(answers);
	return err;
}

static void *
run(void *context)
{
	struct prb_statistics *s = context;
	bool has_failed = false;
	int64_t wait_ms = 0;

	(void)prctl(PR_SET_NAME, "statistics", 0, 0, 0);
	while (!pause_for(s, wait_ms)) {
		int64_t now = s->options.clock_ms(), midnight = now - now % DAY_MS;
		enum prb_err err;

		wait_ms = LOOK_MS;
		if (midnight == s->counted_ms)
			continue;
		err = count(s, midnight);
		if (err == PRB_OK) {
			s->counted_ms = midnight;
		} else if (err != PRB_ERR_BUSY) {
			wait_ms = AGAIN_MS;
			if (!has_failed)
				prb_say(PRB_LEVEL_WARNING, "statistics",
					"the statistics cannot be counted: %s", prb_err_title(err));
		}
		has_failed = err != PRB_OK;
	}
	return NULL;
}

struct prb_statistics *
prb_statistics_start(const struct prb_statistics_options *options)
{
	struct prb_statistics *s = calloc(1, sizeof *s);

	if (s == NULL)
		return NULL;
	s->options = *options;
	s->counted_ms = -1;
	prb_timer_init(&s->lock, &s->called);
	pthread_rwlock_init(&s->gate, NULL);
	if (pthread_create(&s->thread, NULL, run, s) == 0)
		return s;
	pthread_rwlock_destroy(&s->gate);
	pthread_cond_destroy(&s->called);
	pthread_mutex_destroy(&s->lock);
	free(s);
	return NULL;
}

void
prb_statistics_stop(struct prb_statistics *s)
{
	if (s == NULL)
		return;
	pthread_mutex_lock(&s->lock);
	s->is_over = true;
	pthread_cond_signal(&s->called);
	pthread_mutex_unlock(&s->lock);
	pthread_join(s->thread, NULL);
	destroy_answers(s->answers);
	pthread_rwlock_destroy(&s->gate);
	pthread_cond_destroy(&s->called);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

enum prb_err
prb_statistics_answer(
	struct prb_statistics *s, const struct prb_statistics_query *query, struct prb_str *out)
{
	enum prb_err err = PRB_ERR_BUSY;

	pthread_rwlock_rdlock(&s->gate);
	if (s->answers != NULL) {
		prb_str_add_span(out, prb_str_span(&s->answers->text[place_of(query)]));
		err = out->failed ? PRB_ERR_MEMORY : PRB_OK;
	}
	pthread_rwlock_unlock(&s->gate);
	return err;
}
