/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_SERVICE_SETTLE_H
#define PRB_SERVICE_SETTLE_H

/*
 * What all answers of GET routes have in common: an ETag, conditions (RFC 9110 section 13), and the
 * coding.
 */

#include "service/worker.h"

/* The reply of a GET that would be answered with 200, before its head is written: it may become
 * 304, 406 or 412, and its body be packed. */
void prb_settle_get(struct prb_worker *worker, struct prb_exchange *exchange);

#endif
