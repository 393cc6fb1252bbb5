/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_SERVICE_AUTHENTICATE_H
#define PRB_SERVICE_AUTHENTICATE_H

/*
 * Who asks: from the connection (the operator's socket, a client certificate), else from the field
 * Authorization, else nobody. Before the body is read.
 */

#include "service/handlers/handler.h"

/* Fills x->caller. False, with *detail (a literal), where a key was sent that is none, or is not
 * good any more: also on routes that need none, since whoever sends a key means it. */
bool prb_authenticate(struct prb_exchange *x, const char **detail);

#endif
