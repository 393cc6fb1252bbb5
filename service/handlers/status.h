/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_HANDLERS_STATUS_H
#define PRB_HANDLERS_STATUS_H

/*
 * The status lists as they are served: signed when they are asked for, and kept until something is
 * revoked or half of their time is over. One for the whole server, so that everybody gets the same
 * bytes, whichever thread answers.
 */

#include <stdbool.h>
#include <stddef.h>

struct prb_status_lists;

/* NULL without memory. */
struct prb_status_lists *prb_status_lists_create(void);
void prb_status_lists_destroy(struct prb_status_lists *lists);
/* The writer's, after a commit with revocations and before anybody is told of it: what is kept is
 * out of date. NULL is allowed. */
void prb_status_lists_changed(struct prb_status_lists *lists);

#endif
