/* SPDX-License-Identifier: Apache-2.0 */

/* The writer: what is waited for, what nobody waits for, and erasures between the two. */

#include <pthread.h>
#include <sodium.h>
#include <string.h>

#include "service/writer.h"
#include "tests/unit/state_support.h"

static void
sha256(uint8_t out[PRB_SHA256_BYTES], const void *bytes, size_t n)
{
	crypto_hash_sha256(out, bytes, n);
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t done = PTHREAD_COND_INITIALIZER;
static size_t finished;
/* Held by a test that wants something to queue while the writer is at work. */
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

static void
committed(struct prb_exchange *exchange)
{
	(void)exchange;
	pthread_mutex_lock(&gate);
	pthread_mutex_unlock(&gate);
	pthread_mutex_lock(&lock);
	finished++;
	pthread_cond_signal(&done);
	pthread_mutex_unlock(&lock);
}

static void
wait_for(size_t count)
{
	pthread_mutex_lock(&lock);
	while (finished < count)
		pthread_cond_wait(&done, &lock);
	finished = 0;
	pthread_mutex_unlock(&lock);
}

struct scene {
	char dir[STATE_PATH_BYTES];
	struct prb_service service;
	struct prb_metrics *metrics;
	struct prb_journal_writer *writer;
	struct prb_state_reader *reader;
	struct prb_arena *arena;
};
/* Large: of the tests one at a time. */
static struct scene scene;

static struct scene *
begin(void)
{
	struct scene *s = &scene;

	*s = (struct scene){.metrics = prb_metrics_create()};
	assert_non_null(s->metrics);
	state_path(s->dir, "s");
	s->service.state = state_make(s->dir, 0);
	s->service.sha256 = sha256;
	s->writer =
		prb_journal_writer_start(&s->service, prb_metrics_sheet(s->metrics), 64, committed);
	assert_non_null(s->writer);
	s->arena = prb_arena_create(1 << 22);
	assert_non_null(s->arena);
	assert_int_equal(prb_state_reader_create(s->service.state, &s->reader), PRB_OK);
	return s;
}

/* Writes what has queued; the reader goes on. */
static void
stop(struct scene *s)
{
	prb_journal_writer_stop(s->writer);
	s->writer = NULL;
}

static void
end(struct scene *s)
{
	stop(s);
	prb_state_reader_destroy(s->reader);
	prb_state_close(s->service.state);
	prb_metrics_destroy(s->metrics);
	prb_arena_destroy(s->arena);
	(void)state_verified(s->dir);
	state_remove();
}

static int
setup(void **state)
{
	(void)state;
	return sodium_init() < 0 ? -1 : 0;
}

static enum prb_err
commit(struct scene *s, struct prb_commit *c)
{
	struct prb_exchange exchange = {.commit = c};

	assert_true(prb_journal_writer_submit(s->writer, &exchange));
	wait_for(1);
	return c->err;
}

static struct prb_stored_organisation
make_organisation(struct scene *s, uint64_t n)
{
	struct prb_commit c = {
		.kind = PRB_COMMIT_ORGANISATION, .organisation = state_organisation(n, 0)};

	assert_int_equal(commit(s, &c), PRB_OK);
	assert_int_equal(c.what, PRB_PUT_NEW);
	return c.organisation;
}

static void
organisations_and_keys(void **state)
{
	struct scene *s = begin();
	struct prb_stored_organisation first = make_organisation(s, 0), found;
	struct prb_stored_organisation second = make_organisation(s, 1);
	struct prb_commit c = {.kind = PRB_COMMIT_API_KEY};
	struct prb_state_access access;

	(void)state;
	assert_int_equal(first.tenant, 2);
	assert_int_equal(second.tenant, 3);
	assert_int_equal(prb_find_organisation(s->reader, &first.id, s->arena, &found), PRB_OK);
	/* What was seen is no longer so. */
	c = (struct prb_commit){.kind = PRB_COMMIT_ORGANISATION, .organisation = second};
	c.organisation.seen = found.sequence;
	assert_int_equal(commit(s, &c), PRB_ERR_CONFLICT);
	c = (struct prb_commit){.kind = PRB_COMMIT_API_KEY, .api_key = state_api_key(0, 2)};
	assert_int_equal(commit(s, &c), PRB_OK);
	assert_int_equal(commit(s, &c), PRB_OK);
	assert_int_equal(c.what, PRB_PUT_REPLAYED);
	assert_int_equal(prb_find_access(s->reader, c.api_key.sha256, &access), PRB_OK);
	c = (struct prb_commit){.kind = PRB_COMMIT_API_KEY, .api_key = state_api_key(1, 77)};
	assert_int_equal(commit(s, &c), PRB_ERR_NOT_FOUND);
	end(s);
}

static uint64_t
records(struct scene *s)
{
	struct prb_state_counts counts;

	assert_int_equal(prb_state_counts(s->service.state, &counts), PRB_OK);
	return counts.records;
}

/* Notes reach the disk without anybody who waits, in their order; what they speak of may be gone.
 */
static void
notes(void **state)
{
	struct scene *s = begin();
	struct prb_stored_organisation organisation = make_organisation(s, 0);
	struct prb_commit c = {
		.kind = PRB_COMMIT_API_KEY, .api_key = state_api_key(1, organisation.tenant)};
	struct prb_stored_event event = state_event(0, 99);
	struct prb_audit_line lines[16];
	struct prb_state_access access;
	uint64_t next;
	size_t count;

	(void)state;
	assert_int_equal(commit(s, &c), PRB_OK);
	/* Of no tenant, and of no key: let go. */
	assert_true(prb_journal_writer_note(s->writer, &event));
	prb_journal_writer_used(s->writer, 99, &c.api_key.id, 20000);
	for (uint64_t n = 0; n < 5; n++) {
		char text[32];

		event = state_event(n, organisation.tenant);
		memcpy(text, "{\"n\":0}", 8);
		text[5] = (char)('0' + n);
		event.event = prb_span_of(text);
		assert_true(prb_journal_writer_note(s->writer, &event));
		memset(text, 'x', sizeof(text)); /* it was copied */
		prb_journal_writer_used(s->writer, organisation.tenant, &c.api_key.id, 20001);
	}
	/* Alone they are there within their time: a bounded number of looks, no sleep. */
	for (uint64_t i = 0; records(s) < 8 && i < 1000000000; i++)
		;
	assert_int_equal(records(s), 8);
	assert_int_equal(prb_find_audit(s->reader, organisation.tenant, 0, 16, s->arena, lines,
				 &count, &next),
		PRB_OK);
	assert_int_equal(count, 7);
	for (size_t i = 2; i < count; i++) {
		assert_int_equal(lines[i].kind, 11);
		assert_int_equal(lines[i].event.p[5], '0' + (int)i - 2);
	}
	assert_int_equal(prb_find_access(s->reader, c.api_key.sha256, &access), PRB_OK);
	assert_int_equal(access.used_day, 20001);
	/* What waits when the writer ends is written. */
	event = state_event(9, organisation.tenant);
	assert_true(prb_journal_writer_note(s->writer, &event));
	stop(s);
	assert_int_equal(records(s), 9);
	end(s);
}

/* A queue with an erasure in its middle: before it everything is written, behind it nothing of the
 * tenant can be. */
static void
erasure(void **state)
{
	struct scene *s = begin();
	struct prb_stored_organisation gone = make_organisation(s, 0), other;
	struct prb_commit commits[9];
	struct prb_exchange exchanges[9];
	struct prb_stored_declaration found;

	(void)state;
	other = make_organisation(s, 1);
	for (size_t i = 0; i < 9; i++) {
		commits[i] = (struct prb_commit){
			.kind = PRB_COMMIT_DECLARATION, .declaration = state_declaration(i)};
		commits[i].declaration.tenant = i % 2 == 0 ? gone.tenant : other.tenant;
		if (i == 4)
			commits[i] = (struct prb_commit){.kind = PRB_COMMIT_ERASURE,
				.erasure = {.tenant = gone.tenant,
					.time_ms = 1790000000000,
					.caller = {.kind = 4}}};
		exchanges[i] = (struct prb_exchange){.commit = &commits[i]};
	}
	for (size_t i = 0; i < 9; i++)
		assert_true(prb_journal_writer_submit(s->writer, &exchanges[i]));
	wait_for(9);
	for (size_t i = 0; i < 9; i++) {
		const struct prb_stored_declaration *stored = &commits[i].declaration;
		bool mine = i % 2 == 0;

		assert_int_equal(commits[i].err, mine && i > 4 ? PRB_ERR_NOT_FOUND : PRB_OK);
		if (i != 4)
			assert_int_equal(prb_find_declaration(s->reader, stored->tenant,
						 &stored->id, s->arena, &found),
				mine ? PRB_ERR_NOT_FOUND : PRB_OK);
	}
	end(s);
}

/* What is noted beside an erasure does not come under what it throws away. */
static void
erasure_alone(void **state)
{
	struct scene *s = begin();
	struct prb_stored_organisation gone = make_organisation(s, 0);
	const struct prb_stored_event event = state_event(0, gone.tenant);
	struct prb_commit commits[2] = {
		{.kind = PRB_COMMIT_ORGANISATION, .organisation = state_organisation(1, 0)},
		{.kind = PRB_COMMIT_ERASURE,
			.erasure = {.tenant = gone.tenant,
				.time_ms = 1790000000000,
				.caller = {.kind = 4}}}};
	struct prb_exchange exchanges[2] = {{.commit = &commits[0]}, {.commit = &commits[1]}};

	(void)state;
	pthread_mutex_lock(&gate);
	assert_true(prb_journal_writer_submit(s->writer, &exchanges[0]));
	for (uint64_t i = 0; records(s) < 2 && i < 1000000000; i++)
		;
	assert_true(prb_journal_writer_note(s->writer, &event));
	assert_true(prb_journal_writer_submit(s->writer, &exchanges[1]));
	pthread_mutex_unlock(&gate);
	wait_for(2);
	assert_int_equal(commits[1].err, PRB_OK);
	/* The organisations and the erasure: what was noted is gone with the organisation. */
	stop(s);
	assert_int_equal(records(s), 3);
	end(s);
}

/* Before a day under which nothing lies nothing is written, and it is said; a day later it goes. */
static void
erasure_of_nothing(void **state)
{
	struct scene *s = begin();
	struct prb_stored_organisation mine = make_organisation(s, 0);
	struct prb_commit c = {.kind = PRB_COMMIT_DECLARATION, .declaration = state_declaration(0)};
	const int64_t day = 86400000, put_ms = 1790000000000;
	uint64_t before;

	(void)state;
	c.declaration.tenant = mine.tenant;
	c.declaration.time_ms = put_ms;
	assert_int_equal(commit(s, &c), PRB_OK);
	before = records(s);
	for (int64_t i = 0; i < 2; i++) {
		c = (struct prb_commit){.kind = PRB_COMMIT_ERASURE,
			.erasure = {.tenant = mine.tenant,
				.time_ms = put_ms + 2 * day,
				.before_ms = put_ms + i * day,
				.caller = {.kind = 4}}};
		assert_int_equal(commit(s, &c), i == 0 ? PRB_ERR_CONFLICT : PRB_OK);
		assert_int_equal(c.erasure.keys, i);
		assert_int_equal(records(s), before + (uint64_t)i);
	}
	assert_int_equal(c.erasure.kept_from_ms, put_ms + day);
	end(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(organisations_and_keys),
		cmocka_unit_test(notes),
		cmocka_unit_test(erasure),
		cmocka_unit_test(erasure_alone),
		cmocka_unit_test(erasure_of_nothing),
	};

	return cmocka_run_group_tests_name("service writer", tests, setup, NULL);
}
