/* SPDX-License-Identifier: Apache-2.0 */
#include "service/writer.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

#include "service/clock.h"
#include "service/handlers/status.h"
#include "service/logging/logging.h"
#include "service/scribe.h"

/* Bounds the transaction, and with it how long the first of a batch waits. */
#define BATCH_MAX 256
/* Notes that wait: of reads, and of keys' uses. Alone they make a batch behind this time, or when
 * there are that many: a reader of all its declarations, one by one, is not made to wait for it. */
#define NOTES_MAX 16384
#define NOTES_BATCH 1024
#define NOTES_NS 200000000U

/* What nobody waits for: an event with its text behind it, or a key's use. */
struct note {
	struct note *next;
	struct prb_stored_event event; /* its text stands behind the note; n = 0: a use */
	struct prb_id key;
	int32_t day;
	char text[];
};

struct prb_journal_writer {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t filled;
	struct prb_exchange **ring;
	size_t size, head, count;
	struct note *notes, **notes_end; /* oldest first */
	size_t notes_count;
	uint64_t noted_ns; /* since when the oldest waits */
	bool stopping;
	struct prb_state *state;
	struct prb_scribe *scribe;
	struct prb_status_lists *status_lists;
	struct prb_sheet *sheet;
	struct prb_publisher *publisher;
	prb_committed_fn committed;
	enum prb_err last; /* of the last transaction, so that a failure is logged once */
};

/* Waits until there is something to write, or nothing will come any more. */
static void
wait_for_work(struct prb_journal_writer *w)
{
	while (w->count == 0 && !w->stopping) {
		uint64_t due = w->noted_ns + NOTES_NS;
		struct timespec until = {.tv_sec = (time_t)(due / 1000000000U),
			.tv_nsec = (long)(due % 1000000000U)};

		if (w->notes == NULL)
			pthread_cond_wait(&w->filled, &w->lock);
		else if (w->notes_count >= NOTES_BATCH || prb_monotonic_ns() >= due)
			break;
		else
			pthread_cond_timedwait(&w->filled, &w->lock, &until);
	}
}

/* An erasure is written alone: what is sealed beside it might be sealed under what it throws away.
 */
static bool
fits(const struct prb_exchange *const *jobs, size_t n, const struct prb_exchange *next)
{
	return n < BATCH_MAX && (n == 0 || (next->commit->kind != PRB_COMMIT_ERASURE &&
						   jobs[0]->commit->kind != PRB_COMMIT_ERASURE));
}

static void
take_notes(struct prb_journal_writer *w, struct note **notes)
{
	*notes = w->notes;
	w->notes = NULL;
	w->notes_end = &w->notes;
	w->notes_count = 0;
}

/* Takes up to BATCH_MAX jobs and all notes, which leave an erasure alone, waiting for the first.
 * False when there is nothing left to do at all. */
static bool
take(struct prb_journal_writer *w, struct prb_exchange **jobs, size_t *taken, struct note **notes)
{
	size_t n = 0;

	pthread_mutex_lock(&w->lock);
	wait_for_work(w);
	while (w->count != 0 &&
		fits((const struct prb_exchange *const *)jobs, n, w->ring[w->head])) {
		jobs[n++] = w->ring[w->head];
		w->head = (w->head + 1) % w->size;
		w->count--;
	}
	*notes = NULL;
	if (n == 0 || jobs[0]->commit->kind != PRB_COMMIT_ERASURE)
		take_notes(w, notes);
	pthread_mutex_unlock(&w->lock);
	prb_count(w->sheet, PRB_COUNT_QUEUED, -(int64_t)n);
	*taken = n;
	return n != 0 || *notes != NULL;
}

static void
say(struct prb_journal_writer *w, enum prb_err err, const char *detail)
{
	if (err == w->last)
		return;
	w->last = err;
	if (err != PRB_OK)
		prb_say(PRB_LEVEL_ERROR, "journal_failed", "the journal cannot be written: %s",
			detail);
	else
		prb_say(PRB_LEVEL_NOTICE, "journal_works", "the journal can be written again");
}

/* What one commit stored, for the metrics; whether anything was revoked by it. */
static bool
count_new(struct prb_journal_writer *w, const struct prb_commit *c)
{
	static const enum prb_counter counts[] = {
		[PRB_COMMIT_DECLARATION] = PRB_COUNT_STORED,
		[PRB_COMMIT_DECISION] = PRB_COUNT_DECIDED,
		[PRB_COMMIT_ATTESTATION] = PRB_COUNT_ATTESTED,
		[PRB_COMMIT_REVOCATION] = PRB_COUNT_REVOKED,
	};

	if (c->kind > PRB_COMMIT_REVOCATION)
		return false;
	prb_count(w->sheet, counts[c->kind], 1);
	if (c->kind == PRB_COMMIT_ATTESTATION)
		prb_count(w->sheet, PRB_COUNT_REVOKED, (int64_t)c->revocations_count);
	return c->revocations_count != 0;
}

static void
count(struct prb_journal_writer *w, struct prb_exchange **jobs, size_t n)
{
	bool revoked = false;

	for (size_t i = 0; i < n; i++) {
		const struct prb_commit *c = jobs[i]->commit;

		if (c->err == PRB_OK && c->what == PRB_PUT_NEW)
			revoked = count_new(w, c) || revoked;
		else if (c->err == PRB_OK && c->what == PRB_PUT_REPLAYED)
			prb_count(w->sheet, PRB_COUNT_REPLAYED, 1);
	}
	if (revoked)
		prb_status_lists_changed(w->status_lists);
}

/* The keys go behind the commit: a crash between the two is made up for at the next start. */
static void
throw_away(struct prb_journal_writer *w, struct prb_exchange **jobs, size_t n)
{
	struct prb_commit *c = n == 1 ? jobs[0]->commit : NULL;
	struct prb_fault fault;
	enum prb_err err;

	if (c == NULL || c->kind != PRB_COMMIT_ERASURE || c->err != PRB_OK)
		return;
	err = prb_tenant_erase(w->state, &c->erasure, &fault);
	if (err != PRB_OK)
		prb_say(PRB_LEVEL_ERROR, "erasure_unfinished",
			"an erasure is recorded, and its keys are not thrown away yet (the next "
			"start does it): %s",
			fault.detail);
	c->err = err;
}

static enum prb_err
write_records(struct prb_journal_writer *w, struct prb_exchange **jobs, size_t n,
	const struct note *notes, struct prb_fault *fault)
{
	prb_scribe_begin(w->scribe);
	for (size_t i = 0; i < n; i++)
		jobs[i]->commit->err = prb_scribe_put(w->scribe, jobs[i]->commit);
	for (; notes != NULL; notes = notes->next)
		if (notes->event.event.n != 0)
			prb_scribe_note(w->scribe, &notes->event);
		else
			prb_scribe_used(w->scribe, notes->event.tenant, &notes->key, notes->day);
	return prb_scribe_commit(w->scribe, fault);
}

static void
write_batch(struct prb_journal_writer *w, struct prb_exchange **jobs, size_t n,
	const struct note *notes)
{
	struct prb_fault fault;
	uint64_t start = prb_monotonic_ns();
	enum prb_err err;

	fault.detail[0] = '\0';
	err = write_records(w, jobs, n, notes, &fault);
	say(w, err, fault.detail[0] != '\0' ? fault.detail : prb_err_title(err));
	prb_count(w->sheet, err == PRB_OK ? PRB_COUNT_COMMITS : PRB_COUNT_COMMIT_FAILURES, 1);
	prb_count(w->sheet, PRB_COUNT_COMMIT_NS, (int64_t)(prb_monotonic_ns() - start));
	for (size_t i = 0; i < n; i++)
		if (err != PRB_OK)
			jobs[i]->commit->err = err;
	throw_away(w, jobs, n);
	count(w, jobs, n);
	for (size_t i = 0; i < n; i++)
		w->committed(jobs[i]);
	if (err == PRB_OK)
		prb_publisher_grown(w->publisher);
}

static void
free_notes(struct note *notes)
{
	while (notes != NULL) {
		struct note *next = notes->next;

		free(notes);
		notes = next;
	}
}

static void *
run(void *argument)
{
	struct prb_journal_writer *w = argument;
	struct prb_exchange *jobs[BATCH_MAX];
	struct note *notes;
	size_t n;

	prctl(PR_SET_NAME, "writer");
	while (take(w, jobs, &n, &notes)) {
		write_batch(w, jobs, n, notes);
		free_notes(notes);
	}
	return NULL;
}

static void
destroy(struct prb_journal_writer *w)
{
	pthread_cond_destroy(&w->filled);
	pthread_mutex_destroy(&w->lock);
	prb_scribe_destroy(w->scribe);
	free(w->ring);
	free(w);
}

struct prb_journal_writer *
prb_journal_writer_start(const struct prb_service *service, struct prb_sheet *sheet,
	size_t queue_max, prb_committed_fn committed)
{
	struct prb_journal_writer *w = calloc(1, sizeof *w);
	pthread_condattr_t clock;

	if (w == NULL)
		return NULL;
	w->ring = calloc(queue_max, sizeof(struct prb_exchange *));
	w->size = queue_max;
	w->sheet = sheet;
	w->status_lists = service->status_lists;
	w->publisher = service->publisher;
	w->committed = committed;
	w->scribe = prb_scribe_create(service);
	pthread_mutex_init(&w->lock, NULL);
	w->state = service->state;
	w->notes_end = &w->notes;
	pthread_condattr_init(&clock);
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	pthread_cond_init(&w->filled, &clock);
	pthread_condattr_destroy(&clock);
	if (w->ring != NULL && w->scribe != NULL && pthread_create(&w->thread, NULL, run, w) == 0)
		return w;
	destroy(w);
	return NULL;
}

bool
prb_journal_writer_submit(struct prb_journal_writer *w, struct prb_exchange *exchange)
{
	bool taken = false;

	pthread_mutex_lock(&w->lock);
	if (!w->stopping && w->count < w->size) {
		w->ring[(w->head + w->count) % w->size] = exchange;
		w->count++;
		taken = true;
		pthread_cond_signal(&w->filled);
	}
	pthread_mutex_unlock(&w->lock);
	if (taken)
		prb_count(w->sheet, PRB_COUNT_QUEUED, 1);
	return taken;
}

static bool
add_note(struct prb_journal_writer *w, struct note *note)
{
	bool taken = false;

	pthread_mutex_lock(&w->lock);
	if (!w->stopping && w->notes_count < NOTES_MAX) {
		if (w->notes_count++ == 0)
			w->noted_ns = prb_monotonic_ns();
		*w->notes_end = note;
		w->notes_end = &note->next;
		taken = true;
		pthread_cond_signal(&w->filled);
	}
	pthread_mutex_unlock(&w->lock);
	if (!taken)
		free(note);
	return taken;
}

bool
prb_journal_writer_note(struct prb_journal_writer *w, const struct prb_stored_event *event)
{
	struct note *note = calloc(1, sizeof *note + event->event.n);
	bool taken = false;

	if (note != NULL) {
		note->event = *event;
		memcpy(note->text, event->event.p, event->event.n);
		note->event.event.p = note->text;
		taken = add_note(w, note);
	}
	if (!taken)
		prb_count(w->sheet, PRB_COUNT_NOTES_DROPPED, 1);
	return taken;
}

void
prb_journal_writer_used(
	struct prb_journal_writer *w, uint32_t tenant, const struct prb_id *key, int32_t day)
{
	struct note *note = calloc(1, sizeof *note);

	if (note == NULL)
		return;
	note->event.tenant = tenant;
	note->key = *key;
	note->day = day;
	(void)add_note(w, note);
}

void
prb_journal_writer_stop(struct prb_journal_writer *w)
{
	if (w == NULL)
		return;
	pthread_mutex_lock(&w->lock);
	w->stopping = true;
	pthread_cond_signal(&w->filled);
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
	destroy(w);
}
