/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_LIB_WIRE_H
#define PRB_LIB_WIRE_H

/*
 * One exchange with a server: a request out, bytes back, or the reason why there are none. The only
 * file that calls libcurl's transfers is wire.c. What the bytes mean is answer.c's.
 */

#include "clients/lib/probity.h"
#include "scoring/base/text.h"

#define PRB_WIRE_REASON_BYTES 256
#define PRB_WIRE_TYPE_BYTES 128
#define PRB_WIRE_REDIRECT_BYTES 256

enum prb_wire_end {
	PRB_WIRE_DONE,      /* an answer came, whatever it says */
	PRB_WIRE_UNREACHED, /* no connection was made */
	PRB_WIRE_LOST,      /* it was lost before the answer was complete */
	PRB_WIRE_LATE,
	PRB_WIRE_TOO_LARGE,
	PRB_WIRE_TLS,
	PRB_WIRE_STOPPED,    /* by a callback */
	PRB_WIRE_WRONG_TYPE, /* of a stream */
	PRB_WIRE_BROKEN,     /* not HTTP, or anything else */
	PRB_WIRE_MEMORY,
};

struct prb_wire_settings {
	const char *ca_file; /* NULL: the system's */
	long timeout_ms, connect_timeout_ms;
	size_t body_bytes_max;
	bool direct;        /* past every proxy */
	const char *socket; /* of this machine, in place of the URL's host; NULL: none */
};

struct prb_wire_request {
	const char *url;
	bool post;
	bool once; /* not to be repeated: nothing names it */
	struct prb_span body;
	const char *fields[6];               /* "Name: value", ended by NULL */
	const struct probity_stream *stream; /* instead of a body; NULL for none */
	const char *plain_type; /* a body of this type is taken as it is; NULL: JSON is wanted */
};

struct prb_wire_reply {
	enum prb_wire_end end;
	int status;
	long retry_after_s; /* -1: not said */
	char type[PRB_WIRE_TYPE_BYTES];
	char reason[PRB_WIRE_REASON_BYTES];     /* where end is not DONE */
	char redirect[PRB_WIRE_REDIRECT_BYTES]; /* where a 3xx points to */
	struct prb_str body;
};

struct prb_wire; /* keeps its connection from one exchange to the next; for one thread */

/* NULL without memory. */
struct prb_wire *prb_wire_create(void);
void prb_wire_destroy(struct prb_wire *wire);

/* reply->body is initialised by the caller, and emptied here; it stays the caller's. */
void prb_wire_exchange(struct prb_wire *wire, const struct prb_wire_settings *settings,
	const struct prb_wire_request *request, struct prb_wire_reply *reply);

#endif
