/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_SERVICE_STATUS_POOL_H
#define PRB_SERVICE_STATUS_POOL_H

/*
 * The places of the current status list that nobody has yet, in an order that nobody can guess: a
 * place tells neither when an attestation was made nor how many there were before it. When a list
 * is used up the next begins. A place whose record was never stored is lost until the next start.
 */

#include "service/state/state.h"

struct prb_status_pool;

/* What is taken is read from the state. PRB_ERR_MEMORY, or what reading failed with. */
enum prb_err prb_status_pool_create(struct prb_state *state, struct prb_status_pool **out);
void prb_status_pool_destroy(struct prb_status_pool *pool);
/* From any thread, under a lock that is held for one draw alone. */
void prb_status_pool_draw(struct prb_status_pool *pool, struct prb_stored_place *place);
/* From any thread, without a lock: the list that is drawn from; there is none above it. */
uint32_t prb_status_pool_newest(const struct prb_status_pool *pool);

#endif
