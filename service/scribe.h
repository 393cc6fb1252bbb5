/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_SERVICE_SCRIBE_H
#define PRB_SERVICE_SCRIBE_H

/*
 * What becomes of commits inside a transaction: the entry of the log is made, the record sealed and
 * put. The writer's thread alone.
 */

#include "service/handlers/handler.h"

struct prb_scribe;
/* For the service's state. NULL without memory. */
struct prb_scribe *prb_scribe_create(const struct prb_service *service);
void prb_scribe_destroy(struct prb_scribe *scribe);

/* Where it cannot begin, or breaks, whatever follows says why, up to prb_scribe_commit. */
void prb_scribe_begin(struct prb_scribe *scribe);
/* One record, or a few that belong together. An error of the record alone is its own; one of the
 * whole transaction comes again at its end. */
enum prb_err prb_scribe_put(struct prb_scribe *scribe, struct prb_commit *commit);
/* What nobody waits for. What is noted of a tenant that is gone, or of a key that is not there, is
 * let go. */
void prb_scribe_note(struct prb_scribe *scribe, const struct prb_stored_event *event);
void prb_scribe_used(
	struct prb_scribe *scribe, uint32_t tenant, const struct prb_id *key, int32_t day);
/* The fsync; or nothing of it is stored. */
enum prb_err prb_scribe_commit(struct prb_scribe *scribe, struct prb_fault *fault);

#endif
