/* SPDX-License-Identifier: Apache-2.0 */
#include "service/writer.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>

#include "scoring/attest/proof.h"
#include "scoring/base/jcs.h"

/* Bounds the transaction, and with it how long the first of a batch waits. */
#define BATCH_MAX 256

struct prb_journal_writer {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t filled;
	struct prb_exchange **ring;
	size_t size, head, count;
	bool stopping;
	struct prb_batch *batch;
	struct prb_sealer *sealer;
	struct prb_str sealed, text; /* of the record in hand */
	prb_sha256_fn sha256;
	struct prb_sheet *sheet;
	struct prb_publisher *publisher;
	prb_committed_fn committed;
	enum prb_err last; /* of the last transaction, so that a failure is logged once */
};

static uint64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000U + (uint64_t)t.tv_nsec;
}

/* Takes up to BATCH_MAX jobs, waiting for the first; 0 when there is nothing left to do at all. */
static size_t
take(struct prb_journal_writer *w, struct prb_exchange **jobs)
{
	size_t n = 0;

	pthread_mutex_lock(&w->lock);
	while (w->count == 0 && !w->stopping)
		pthread_cond_wait(&w->filled, &w->lock);
	while (n < BATCH_MAX && w->count != 0) {
		jobs[n++] = w->ring[w->head];
		w->head = (w->head + 1) % w->size;
		w->count--;
	}
	pthread_mutex_unlock(&w->lock);
	prb_count(w->sheet, PRB_COUNT_QUEUED, -(int64_t)n);
	return n;
}

static void
say(struct prb_journal_writer *w, enum prb_err err, const char *detail)
{
	if (err == w->last)
		return;
	w->last = err;
	if (err != PRB_OK)
		fprintf(stderr, "probityd: the journal cannot be written: %s\n", detail);
	else
		fprintf(stderr, "probityd: the journal can be written again\n");
}

/*
 * What goes into the log: a salted digest, so that nobody who sees the log can confirm a guess, and
 * no id, so that nobody can fetch what he was not given (service/decisions/0012).
 */
static enum prb_err
make_leaf(struct prb_journal_writer *w, struct prb_stored_declaration *stored)
{
	char hex[PRB_SHA256_HEX_BYTES], time[PRB_TIMESTAMP_BYTES];
	uint8_t hash[PRB_SHA256_BYTES];
	struct prb_writer json;

	prb_str_reset(&w->text);
	prb_str_add(&w->text, stored->log_salt, sizeof stored->log_salt);
	prb_str_add_span(&w->text, stored->attestation);
	if (w->text.failed)
		return PRB_ERR_MEMORY;
	w->sha256(hash, w->text.p, w->text.n);
	prb_sha256_hex(hash, hex);
	prb_timestamp_format(stored->time_ms / 1000, time);
	/* RFC 6962 section 2.1: a leaf is hashed behind a zero byte. */
	prb_str_reset(&w->text);
	prb_str_add_char(&w->text, '\0');
	prb_writer_init(&json, &w->text);
	prb_writer_object(&json);
	prb_writer_member_text(&json, "issuedAt", time);
	prb_writer_member_text(&json, "sha256", hex);
	prb_writer_member_text(&json, "type", "attestation");
	prb_writer_end(&json);
	if (w->text.failed)
		return PRB_ERR_MEMORY;
	w->sha256(stored->leaf_hash, w->text.p, w->text.n);
	stored->log_entry = (struct prb_span){w->text.p + 1, w->text.n - 1};
	return PRB_OK;
}

static enum prb_err
put_decision(struct prb_journal_writer *w, struct prb_commit *c)
{
	enum prb_err err;

	prb_str_reset(&w->sealed);
	err = prb_seal_decision(w->sealer, c->decision, &w->sealed);
	if (err != PRB_OK)
		return err;
	c->log_index = 0;
	return prb_batch_put_decision(
		w->batch, c->decision, prb_str_span(&w->sealed), &c->what, &c->sequence);
}

/* Seals and puts one record. An error of the record alone is its own; one of the whole batch comes
 * again at the commit. */
static enum prb_err
put(struct prb_journal_writer *w, struct prb_commit *c)
{
	enum prb_err err;

	if (c->decision != NULL)
		return put_decision(w, c);
	err = make_leaf(w, &c->stored);

	prb_str_reset(&w->sealed);
	if (err == PRB_OK)
		err = prb_seal_declaration(w->sealer, &c->stored, &w->sealed);
	if (err != PRB_OK)
		return err;
	return prb_batch_put_declaration(w->batch, &c->stored, prb_str_span(&w->sealed), &c->what,
		&c->sequence, &c->log_index);
}

static void
count(struct prb_journal_writer *w, struct prb_exchange **jobs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (jobs[i]->commit->err != PRB_OK)
			continue;
		if (jobs[i]->commit->what == PRB_PUT_NEW)
			prb_count(w->sheet,
				jobs[i]->commit->decision == NULL ? PRB_COUNT_STORED
								  : PRB_COUNT_DECIDED,
				1);
		else if (jobs[i]->commit->what == PRB_PUT_REPLAYED)
			prb_count(w->sheet, PRB_COUNT_REPLAYED, 1);
	}
}

static void
write_batch(struct prb_journal_writer *w, struct prb_exchange **jobs, size_t n)
{
	struct prb_fault fault;
	uint64_t start = now_ns();
	enum prb_err err;

	fault.detail[0] = '\0';
	err = prb_batch_begin(w->batch);
	for (size_t i = 0; i < n; i++)
		jobs[i]->commit->err = err == PRB_OK ? put(w, jobs[i]->commit) : err;
	if (err == PRB_OK)
		err = prb_batch_commit(w->batch, &fault);
	if (err != PRB_OK)
		prb_batch_abort(w->batch);
	say(w, err, fault.detail[0] != '\0' ? fault.detail : prb_err_title(err));
	prb_count(w->sheet, err == PRB_OK ? PRB_COUNT_COMMITS : PRB_COUNT_COMMIT_FAILURES, 1);
	prb_count(w->sheet, PRB_COUNT_COMMIT_NS, (int64_t)(now_ns() - start));
	for (size_t i = 0; i < n; i++)
		if (err != PRB_OK)
			jobs[i]->commit->err = err;
	count(w, jobs, n);
	for (size_t i = 0; i < n; i++)
		w->committed(jobs[i]);
	if (err == PRB_OK)
		prb_publisher_grown(w->publisher);
}

static void *
run(void *argument)
{
	struct prb_journal_writer *w = argument;
	struct prb_exchange *jobs[BATCH_MAX];
	size_t n;

	prctl(PR_SET_NAME, "writer");
	while ((n = take(w, jobs)) != 0)
		write_batch(w, jobs, n);
	return NULL;
}

struct prb_journal_writer *
prb_journal_writer_start(struct prb_state *state, prb_sha256_fn sha256, struct prb_sheet *sheet,
	struct prb_publisher *publisher, size_t queue_max, prb_committed_fn committed)
{
	struct prb_journal_writer *w = calloc(1, sizeof *w);

	if (w == NULL)
		return NULL;
	w->ring = calloc(queue_max, sizeof(struct prb_exchange *));
	w->size = queue_max;
	w->sheet = sheet;
	w->publisher = publisher;
	w->committed = committed;
	w->sealer = prb_sealer_create(state);
	w->sha256 = sha256;
	prb_str_init(&w->sealed, PRB_SEALED_BYTES_MAX);
	prb_str_init(&w->text, PRB_SEALED_BYTES_MAX);
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->filled, NULL);
	if (w->ring != NULL && w->sealer != NULL && prb_batch_create(state, &w->batch) == PRB_OK &&
		pthread_create(&w->thread, NULL, run, w) == 0)
		return w;
	prb_batch_destroy(w->batch);
	prb_sealer_destroy(w->sealer);
	prb_str_finish(&w->sealed);
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
	prb_str_finish(&w->text);
	free(w->ring);
	free(w);
}
