/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_SERVICE_ANSWER_H
#define PRB_SERVICE_ANSWER_H

/*
 * The answer of the request in hand: its bytes go to worker->out, and the connection is left ready
 * for the next request or on its way to its end. Nothing is sent here.
 */

#include "service/connection.h"

/* An answer in one piece: head, body, and on to the next request or the end. */
void prb_answer_send(struct prb_connection *connection);
/* A connection that is closed as soon as it comes: 503 or 429, where that can be said at once. */
void prb_answer_turned_away(
	const struct prb_server *server, const struct prb_given *given, enum prb_err err);
/* A message that is not HTTP as it is written: one answer, and the end. */
void prb_answer_refused_message(struct prb_connection *connection);
/* What a streamed answer has written since, as one chunk; its head before the first. */
void prb_answer_chunk(struct prb_connection *connection);
void prb_answer_end_stream(struct prb_connection *connection);
/* A public lookup that was answered before today: from memory. False when it was not. */
bool prb_answer_from_memory(struct prb_connection *connection);

#endif
