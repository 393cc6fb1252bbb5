/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_HANDLERS_DECIDED_H
#define PRB_HANDLERS_DECIDED_H

/*
 * The journal as a source of decisions: whatever a desk gathers from here on, a stored decision
 * of the caller's organisation decides its possible hits, for each handler that scores and for the
 * declarations that others refer to. For nobody there are none.
 */

#include "datasets/facts/decisions.h"
#include "service/handlers/handler.h"

/* Once, when the desk has its gatherer and reader. The source is the desk's own memory. */
void prb_decided_attach(struct prb_desk *desk, const struct prb_service *service);
/* From here on the desk decides for the exchange's caller. Whoever runs a piece of work for an
 * exchange at a desk calls it before, since others have had the desk meanwhile: handlers do not
 * have to. */
void prb_decided_for(struct prb_desk *desk, const struct prb_exchange *exchange);

/* The newest decision of a hit; spans live in the arena. PRB_ERR_NOT_FOUND. */
enum prb_err prb_decided_newest(struct prb_desk *desk, struct prb_arena *arena, struct prb_span hit,
	struct prb_stored_decision *out);

#endif
