/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_SERVICE_DESK_H
#define PRB_SERVICE_DESK_H

/*
 * The tools of one thread (handler.h), made and put away.
 */

#include "service/handlers/handler.h"

/* False without memory; the desk is then to be finished all the same. */
bool prb_desk_init(struct prb_desk *desk, const struct prb_service *service);
void prb_desk_finish(struct prb_desk *desk);

#endif
