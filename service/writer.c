/* SPDX-License-Identifier: Apache-2.0 */
#include "service/writer.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

#include "scoring/log/entry.h"
#include "scoring/log/tree.h"
#include "service/clock.h"
#include "service/handlers/earlier.h"
#include "service/handlers/status.h"
#include "service/logging/logging.h"

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
	struct prb_batch *batch;
	struct prb_sealer *sealer;
	struct prb_str sealed, entry, text; /* of the record in hand */
	struct prb_str superseded;          /* the records that come with it, behind each other */
	struct prb_id unfit;                /* the attestation that could not be revoked last */
	struct prb_status_lists *status_lists;
	prb_sha256_fn sha256;
	struct prb_sheet *sheet;
	struct prb_publisher *publisher;
	prb_committed_fn committed;
	enum prb_err broken; /* why the batch in hand must not be committed */
	enum prb_err last;   /* of the last transaction, so that a failure is logged once */
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

/*
 * What goes into the log: a salted digest, so that nobody who sees the log can confirm a guess, and
 * no id, so that nobody can fetch what he was not given (service/decisions/0012). The entry stands
 * in w->entry until the next one.
 */
static enum prb_err
make_leaf(struct prb_journal_writer *w, enum prb_entry_kind kind, int64_t time_ms,
	const uint8_t salt[PRB_LOG_SALT_BYTES], struct prb_span text,
	uint8_t leaf[PRB_SHA256_BYTES], struct prb_span *entry)
{
	prb_str_reset(&w->entry);
	prb_entry_write_salted(kind, time_ms / 1000, salt, text, w->sha256, &w->text, &w->entry);
	if (w->entry.failed)
		return PRB_ERR_MEMORY;
	*entry = prb_str_span(&w->entry);
	prb_tree_leaf(w->sha256, &w->text, *entry, leaf);
	return w->text.failed ? PRB_ERR_MEMORY : PRB_OK;
}

static enum prb_err
put_declaration(struct prb_journal_writer *w, struct prb_commit *c)
{
	struct prb_stored_declaration *stored = &c->declaration;
	enum prb_err err = make_leaf(w, PRB_ENTRY_ATTESTATION, stored->time_ms, stored->log_salt,
		stored->attestation, stored->leaf_hash, &stored->log_entry);

	if (err == PRB_OK)
		err = prb_seal_declaration(w->sealer, stored, &w->sealed);
	if (err == PRB_OK)
		err = prb_batch_put_declaration(w->batch, stored, prb_str_span(&w->sealed),
			&c->what, &c->sequence, &c->log_index);
	return err;
}

static enum prb_err
put_decision(struct prb_journal_writer *w, struct prb_commit *c)
{
	enum prb_err err = prb_seal_decision(w->sealer, &c->decision, &w->sealed);

	if (err != PRB_OK)
		return err;
	return prb_batch_put_decision(
		w->batch, &c->decision, prb_str_span(&w->sealed), &c->what, &c->sequence);
}

/* Appends. The entry is in what is sealed, and needed no longer. */
static enum prb_err
seal_revocation(
	struct prb_journal_writer *w, struct prb_stored_revocation *stored, struct prb_str *out)
{
	enum prb_err err = make_leaf(w, PRB_ENTRY_REVOCATION, stored->time_ms, stored->log_salt,
		stored->revocation, stored->leaf_hash, &stored->log_entry);

	return err == PRB_OK ? prb_seal_revocation(w->sealer, stored, out) : err;
}

static enum prb_err
put_revocation(struct prb_journal_writer *w, struct prb_stored_revocation *stored)
{
	enum prb_err err = seal_revocation(w, stored, &w->sealed);

	if (err == PRB_OK)
		err = prb_batch_put_revocation(w->batch, stored, prb_str_span(&w->sealed),
			&stored->sequence, &stored->log_index);
	return err;
}

/* Once for each, however often it is tried. */
static void
say_unfit(struct prb_journal_writer *w, const struct prb_id *id, enum prb_err err)
{
	if (memcmp(&w->unfit, id, sizeof *id) == 0)
		return;
	w->unfit = *id;
	prb_say(PRB_LEVEL_ERROR, "attestation_unfit",
		"an attestation cannot be revoked (%s), and nothing supersedes it; run `probity "
		"state verify`",
		prb_err_title(err));
}

/*
 * Seals those that an attestation supersedes, each up to ends[i], and looks whether all of them can
 * be put, before anything is: an attestation whose own request fails takes no others with it. What
 * another has revoked meanwhile is revoked, and left out.
 */
static enum prb_err
seal_superseded(struct prb_journal_writer *w, struct prb_commit *c, size_t *ends)
{
	struct prb_str *out = &w->superseded;
	enum prb_err err = PRB_OK;

	assert(c->revocations_count <= PRB_ATTESTATIONS_OF_MAX);
	prb_str_reset(out);
	for (size_t i = 0; i < c->revocations_count && err == PRB_OK; i++) {
		size_t before = out->n;

		err = seal_revocation(w, &c->revocations[i], out);
		if (err == PRB_OK)
			err = prb_batch_check_revocation(
				w->batch, (struct prb_span){out->p + before, out->n - before});
		if (err == PRB_ERR_CONFLICT) {
			out->n = before;
			err = PRB_OK;
		}
		if (err != PRB_OK)
			say_unfit(w, &c->revocations[i].attestation_id, err);
		ends[i] = out->n;
	}
	return err == PRB_ERR_NOT_FOUND || err == PRB_ERR_VALUE ? PRB_ERR_STATE_DAMAGED : err;
}

static enum prb_err
put_superseded(struct prb_journal_writer *w, struct prb_commit *c, const size_t *ends)
{
	enum prb_err err = PRB_OK;
	size_t from = 0;

	for (size_t i = 0; i < c->revocations_count && err == PRB_OK; from = ends[i++]) {
		struct prb_stored_revocation *stored = &c->revocations[i];

		if (ends[i] != from)
			err = prb_batch_put_revocation(w->batch, stored,
				(struct prb_span){w->superseded.p + from, ends[i] - from},
				&stored->sequence, &stored->log_index);
	}
	/* The attestation must not stand beside what it supersedes: nothing of the batch does. */
	w->broken = err;
	return err;
}

static enum prb_err
put_attestation(struct prb_journal_writer *w, struct prb_commit *c)
{
	struct prb_stored_attestation *stored = &c->attestation;
	size_t ends[PRB_ATTESTATIONS_OF_MAX];
	enum prb_err err = seal_superseded(w, c, ends);

	if (err == PRB_OK)
		err = make_leaf(w, PRB_ENTRY_ATTESTATION, stored->time_ms, stored->log_salt,
			stored->attestation, stored->leaf_hash, &stored->log_entry);

	if (err == PRB_OK)
		err = prb_seal_attestation(w->sealer, stored, &w->sealed);
	if (err == PRB_OK)
		err = prb_batch_put_attestation(w->batch, stored, prb_str_span(&w->sealed),
			&c->what, &c->sequence, &c->log_index);
	if (err != PRB_OK || c->what != PRB_PUT_NEW)
		return err;
	return put_superseded(w, c, ends);
}

/* A new organisation has no number yet: it gets one with its data key. */
static enum prb_err
put_organisation(struct prb_journal_writer *w, struct prb_commit *c)
{
	struct prb_stored_organisation *stored = &c->organisation;
	enum prb_err err = PRB_OK;

	if (stored->tenant == 0 && stored->seen == PRB_SEEN_NONE)
		err = prb_tenant_make(w->state, stored->time_ms, &stored->tenant, NULL);
	if (err == PRB_OK)
		err = prb_seal_organisation(w->sealer, stored, &w->sealed);
	if (err == PRB_OK)
		err = prb_batch_put_organisation(
			w->batch, stored, prb_str_span(&w->sealed), &c->sequence);
	return err;
}

static enum prb_err
put_api_key(struct prb_journal_writer *w, struct prb_commit *c)
{
	enum prb_err err = prb_seal_api_key(w->sealer, &c->api_key, &w->sealed);

	if (err != PRB_OK)
		return err;
	return prb_batch_put_api_key(
		w->batch, &c->api_key, prb_str_span(&w->sealed), &c->what, &c->sequence);
}

static enum prb_err
put_erasure(struct prb_journal_writer *w, struct prb_commit *c)
{
	enum prb_err err = prb_tenant_part(w->state, &c->erasure, NULL);

	/* Of all of it once more is done already, and answered again. */
	if (err == PRB_OK && c->erasure.keys == 0 && c->erasure.before_ms != 0)
		err = PRB_ERR_CONFLICT;
	if (err == PRB_OK)
		err = prb_seal_erasure(w->sealer, &c->erasure, &w->sealed);
	if (err != PRB_OK)
		return err;
	return prb_batch_put_erasure(w->batch, &c->erasure, prb_str_span(&w->sealed), &c->sequence);
}

static enum prb_err
put_event(struct prb_journal_writer *w, const struct prb_stored_event *stored, uint64_t *sequence)
{
	enum prb_err err = prb_tenant_renew(w->state, stored->tenant, stored->time_ms, NULL);

	prb_str_reset(&w->sealed);
	if (err == PRB_OK)
		err = prb_seal_event(w->sealer, stored, &w->sealed);
	if (err == PRB_OK)
		err = prb_batch_put_event(w->batch, stored, prb_str_span(&w->sealed), sequence);
	return err;
}

/* Under which tenant's newest key the record comes, and when; tenant 0: under none. */
static uint32_t
sealed_under(const struct prb_commit *c, int64_t *time_ms)
{
	switch (c->kind) {
	case PRB_COMMIT_DECLARATION:
		*time_ms = c->declaration.time_ms;
		return c->declaration.tenant;
	case PRB_COMMIT_DECISION:
		*time_ms = c->decision.time_ms;
		return c->decision.tenant;
	case PRB_COMMIT_ATTESTATION:
		*time_ms = c->attestation.time_ms;
		return c->attestation.tenant;
	case PRB_COMMIT_REVOCATION:
		*time_ms = c->revocations->time_ms;
		return c->revocations->tenant;
	default:
		return 0;
	}
}

/* Seals and puts one record, or a few that belong together. An error of the record alone is its
 * own; one of the whole batch comes again at the commit, or is in w->broken. */
static enum prb_err
put(struct prb_journal_writer *w, struct prb_commit *c)
{
	int64_t time_ms = 0;
	uint32_t tenant = sealed_under(c, &time_ms);
	enum prb_err err = tenant == 0 ? PRB_OK : prb_tenant_renew(w->state, tenant, time_ms, NULL);

	if (err != PRB_OK)
		return err;
	prb_str_reset(&w->sealed);
	c->log_index = 0;
	c->what = PRB_PUT_NEW;
	switch (c->kind) {
	case PRB_COMMIT_DECLARATION:
		return put_declaration(w, c);
	case PRB_COMMIT_DECISION:
		return put_decision(w, c);
	case PRB_COMMIT_ATTESTATION:
		return put_attestation(w, c);
	case PRB_COMMIT_REVOCATION:
		return put_revocation(w, c->revocations);
	case PRB_COMMIT_ORGANISATION:
		return put_organisation(w, c);
	case PRB_COMMIT_API_KEY:
		return put_api_key(w, c);
	case PRB_COMMIT_ERASURE:
		return put_erasure(w, c);
	case PRB_COMMIT_EVENT:
		return put_event(w, &c->event, &c->sequence);
	}
	assert(false);
	return PRB_ERR_VALUE;
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

/* What is noted of a tenant that is gone, or of a key that is not there, is let go. */
static void
put_note(struct prb_journal_writer *w, const struct note *note)
{
	uint64_t sequence;

	if (note->event.event.n != 0)
		(void)put_event(w, &note->event, &sequence);
	else
		(void)prb_batch_put_used(
			w->batch, note->event.tenant, &note->key, note->day, note->event.time_ms);
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
	enum prb_err err = prb_batch_begin(w->batch);

	w->broken = PRB_OK;
	for (size_t i = 0; i < n; i++) {
		jobs[i]->commit->err = err == PRB_OK ? put(w, jobs[i]->commit) : err;
		if (err == PRB_OK)
			err = w->broken;
	}
	for (; notes != NULL && err == PRB_OK; notes = notes->next)
		put_note(w, notes);
	if (err == PRB_OK)
		err = prb_batch_commit(w->batch, fault);
	if (err != PRB_OK)
		prb_batch_abort(w->batch);
	return err;
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
	w->sealer = prb_sealer_create(service->state);
	w->sha256 = service->sha256;
	prb_str_init(&w->sealed, PRB_SEALED_BYTES_MAX);
	prb_str_init(&w->superseded, PRB_SEALED_BYTES_MAX);
	prb_str_init(&w->entry, PRB_SEALED_BYTES_MAX);
	prb_str_init(&w->text, PRB_SEALED_BYTES_MAX);
	pthread_mutex_init(&w->lock, NULL);
	w->state = service->state;
	w->notes_end = &w->notes;
	pthread_condattr_init(&clock);
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	pthread_cond_init(&w->filled, &clock);
	pthread_condattr_destroy(&clock);
	if (w->ring != NULL && w->sealer != NULL &&
		prb_batch_create(service->state, &w->batch) == PRB_OK &&
		pthread_create(&w->thread, NULL, run, w) == 0)
		return w;
	prb_batch_destroy(w->batch);
	prb_sealer_destroy(w->sealer);
	prb_str_finish(&w->sealed);
	prb_str_finish(&w->superseded);
	prb_str_finish(&w->entry);
	prb_str_finish(&w->text);
	free(w->ring);
	free(w);
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
	/* To the day: that is all that is said of it. */
	note->event.tenant = tenant;
	note->event.time_ms = (int64_t)day * 86400000;
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
	pthread_cond_destroy(&w->filled);
	pthread_mutex_destroy(&w->lock);
	prb_batch_destroy(w->batch);
	prb_sealer_destroy(w->sealer);
	prb_str_finish(&w->sealed);
	prb_str_finish(&w->superseded);
	prb_str_finish(&w->entry);
	prb_str_finish(&w->text);
	free(w->ring);
	free(w);
}
