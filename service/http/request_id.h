/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_HTTP_REQUEST_ID_H
#define PRB_HTTP_REQUEST_ID_H

/*
 * What a request is known by in the log, in the field X-Request-Id of its answer, and in `instance`
 * of a problem: 32 hexadecimal digits, lower case, as in a trace id. Digits alone, for a longer
 * alphabet would let a client write names and keys into the log.
 */

#include "service/http/message.h"

#define PRB_REQUEST_ID_DIGITS 32
#define PRB_REQUEST_ID_BYTES (PRB_REQUEST_ID_DIGITS + 1)

/*
 * The id that the client gave: X-Request-Id, as 32 digits or as a UUID; else the trace id of
 * traceparent (W3C Trace Context, section 3.2.2). False where there is none that can be taken; what
 * cannot be is passed over, as Trace Context asks.
 */
bool prb_request_id_given(const struct prb_head *head, char out[PRB_REQUEST_ID_BYTES]);
/* One of our own, of bytes that nobody can foretell: a number that counts would tell every caller
 * how much the others send. A UUID of version 4 (RFC 9562 section 5.4), as `instance` names it. */
void prb_request_id_make(
	const uint8_t bytes[PRB_REQUEST_ID_DIGITS / 2], char out[PRB_REQUEST_ID_BYTES]);

#endif
