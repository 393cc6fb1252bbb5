/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_SERVICE_ERRANDS_H
#define PRB_SERVICE_ERRANDS_H

/*
 * What an exchange asks of the other threads, as handlers know it (handler.h): of the writer, and
 * of the pool.
 */

#include "service/handlers/handler.h"

/* For the service of a prb_server, whose writer and pool are there before the first request. */
void prb_errands_fill(struct prb_service *service);

#endif
