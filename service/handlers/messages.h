/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_HANDLERS_MESSAGES_H
#define PRB_HANDLERS_MESSAGES_H

#include "service/handlers/handler.h"

/*
 * Whether a request at this route (NULL: at none) is to leave nothing behind: no line of the log
 * and no count, since a count that somebody reads every few seconds has a time. So it is with
 * whatever a person needs who writes to a remedy body (service/MESSAGES.md): the page, what pages
 * load (by its size it could be told which one), whom to write to, the message.
 */
bool prb_leaves_no_trace(const struct prb_route *route);

#endif
