/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_SERVICE_AUTHENTICATE_H
#define PRB_SERVICE_AUTHENTICATE_H

/*
 * Who asks, and whether he may: once for each request, before its body is read. The operator's
 * socket needs no key; else the key in the field Authorization counts (RFC 6750 section 2.1), else
 * the client certificate, else `[auth] mode`.
 *
 * Who sends a key means it: one that is none, or is not good any more, is refused also where none
 * is needed. Why it is not good is not said. A client certificate belongs to the connection, not to
 * the request: one that is not registered is as none.
 */

#include "service/handlers/handler.h"

/* Fills x->caller. False, with a refusal made: 400, 401, or why the state cannot be read. */
bool prb_authenticate(struct prb_exchange *exchange);
/* Whether the caller may use the route. False, with a refusal made: 401 for nobody, 403 for a key,
 * which the audit trail is told of. */
bool prb_authorize(struct prb_exchange *exchange);

#endif
