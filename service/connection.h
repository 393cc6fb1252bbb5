/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_SERVICE_CONNECTION_H
#define PRB_SERVICE_CONNECTION_H

/*
 * One client: bytes in, requests to the routes, answers out in order. One request at a time: what
 * is pipelined behind it waits in the buffer.
 */

#include "service/worker.h"

struct prb_connection {
	struct prb_worker *worker;
	struct bufferevent *io;
	struct prb_message *message;
	struct prb_peer peer;
	bool is_proxy;         /* that is trusted: each request names whom it is from */
	uint32_t ticket;       /* of prb_limits_enter for its address */
	struct prb_slot *slot; /* of the request in hand; NULL between two */
	struct prb_connection *next, *previous, *next_ready;
	int64_t deadline_ms; /* monotonic; when it is cut unless something comes of it */
	enum prb_phase {
		PRB_PHASE_READING,
		PRB_PHASE_AWAY,      /* the exchange is with the writer or the pool */
		PRB_PHASE_CLOSING,   /* the last answer is on its way out */
		PRB_PHASE_LINGERING, /* our half is closed: what still comes in is thrown away */
	} phase;
	bool shakes; /* the TLS handshake is not done */
	bool held;   /* so much waits to be read that no more is taken from the socket */
	bool in_ready;
	bool body_open;  /* between head and end of a message */
	bool keep_alive; /* what the message in hand allows */
	bool streaming;  /* the head of a streamed answer is out */
	bool has_work;   /* a stream has taken in what it has not answered */
	bool ended;      /* the client has closed its half */
	bool retires;    /* it takes no request but the one in hand or the next */
	bool doomed;     /* to be destroyed by whoever has it in hand */
	int64_t written; /* bytes of answers, in all */
	int64_t taken;   /* of them, those that the client had when its deadline was moved */
	size_t streamed; /* bytes of a streamed body since its deadline was moved */
	size_t lingered; /* bytes thrown away since our half was closed */
};

/* Takes the socket; closes it without memory. */
void prb_connection_open(struct prb_worker *worker, const struct prb_given *given);
/* Cuts it. An exchange that is away comes home to nobody. */
void prb_connection_close(struct prb_connection *connection);
/* Goes on: with what has come, or with a streamed body's next piece. */
void prb_connection_advance(struct prb_connection *connection);
/* The exchange came home with its reply made. */
void prb_connection_reply(struct prb_connection *connection);
/* Bytes of answers that the kernel has not taken yet. */
size_t prb_connection_waiting(const struct prb_connection *connection);
/* Called a few times a second. */
void prb_connection_check(struct prb_connection *connection, int64_t now_ms);
/* Something came of it: the next deadline is so many seconds away. */
void prb_connection_bump(struct prb_connection *connection, int64_t seconds);
/* Where a client certificate was shown, or is being: closed as soon as it is idle, or behind the
 * one request that is in hand. */
void prb_connection_retire(struct prb_connection *connection);
/* The server ends: where it is idle, it is cut within a second. */
void prb_connection_drain(struct prb_connection *connection, int64_t now_ms);

#endif
