/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_SERVICE_REQUEST_H
#define PRB_SERVICE_REQUEST_H

/*
 * The request in hand: which route it is for, whether it may come in, its body, its handler.
 */

#include "service/connection.h"

/* The head is complete; its bytes are about to go. */
void prb_request_head(struct prb_connection *connection, const char *bytes, size_t n);
void prb_request_body(struct prb_connection *connection, struct prb_span piece);
/* What a stream has taken in is worked on, a little at a time, while connection->has_work. */
void prb_request_turn(struct prb_connection *connection);
/* The message is complete: its handler runs. */
void prb_request_end(struct prb_connection *connection);

#endif
