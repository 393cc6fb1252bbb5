/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_SERVICE_WRITER_H
#define PRB_SERVICE_WRITER_H

/*
 * The one thread that writes to the journal. What has queued while the disk was busy goes into the
 * next transaction together: one fsync for all of it. Each job's answer follows the commit. What no
 * worker needs is done here as well, so that the workers have less to do: the entry of the log, the
 * sealing of the record.
 */

#include "service/handlers/handler.h"
#include "service/log/publisher.h"
#include "service/metrics/metrics.h"

struct prb_journal_writer;

/* A job is done: called in the writer's thread, once for each job, after the fsync or the failure.
 */
typedef void (*prb_committed_fn)(struct prb_exchange *exchange);

/* Starts the thread, for the service's state. Its publisher is told of each commit, its status
 * lists of each revocation; either may be NULL. NULL without memory or threads. */
struct prb_journal_writer *prb_journal_writer_start(const struct prb_service *service,
	struct prb_sheet *sheet, size_t queue_max, prb_committed_fn committed);
/* From any thread: hands exchange->commit on. False when the queue is full or the writer has ended.
 */
bool prb_journal_writer_submit(struct prb_journal_writer *writer, struct prb_exchange *exchange);
/* From any thread, beside the jobs and with nobody waiting for it: copied, and put with the next
 * batch or within 200 ms. False, and counted, when that queue is full or the writer has ended. */
bool prb_journal_writer_note(
	struct prb_journal_writer *writer, const struct prb_stored_event *event);
/* The same of a key's use on a day; where it cannot be noted, a later use will be. */
void prb_journal_writer_used(
	struct prb_journal_writer *writer, uint32_t tenant, const struct prb_id *key, int32_t day);
/* Writes what has queued, ends the thread, frees. */
void prb_journal_writer_stop(struct prb_journal_writer *writer);

#endif
