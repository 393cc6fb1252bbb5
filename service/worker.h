/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_SERVICE_WORKER_H
#define PRB_SERVICE_WORKER_H

/*
 * A worker: one thread, one event loop, its own connections, desk, exchanges and prepared answers.
 * Nothing of it is locked: sockets come in through a pipe, finished exchanges through a stack with
 * an eventfd, new settings through a pointer. Whatever an exchange does in the loop it does with
 * one dataset release, whatever release has come into use meanwhile; a piece of work that it leaves
 * to the pool is done with that of the pool's thread, which each answer names.
 */

#include <pthread.h>
#include <stdatomic.h>

#include <event2/event.h>

#include "service/clock.h"
#include "service/config.h"
#include "service/desk.h"
#include "service/http/gzip.h"
#include "service/limits.h"
#include "service/metrics/metrics.h"
#include "service/pool.h"
#include "service/prepared.h"
#include "service/writer.h"

/* What may wait to be sent in one go. */
#define PRB_OUT_BYTES_MAX (PRB_REPLY_BODY_BYTES_MAX + 64 * 1024)

/* What the threads of one server share. */
struct prb_server {
	struct prb_service service;
	struct prb_settings *settings; /* main thread: those in use; workers begin with them */
	struct prb_journal_writer *writer;
	struct prb_pool *pool;
	struct prb_pool *print_pool; /* threads that wait for a program; NULL: there is none */
	int64_t (*clock_ms)(void);   /* UTC, since 1970 */
	atomic_int connections;
	struct prb_limits *limits;
};

struct prb_connection;

/* An exchange with its way home. */
struct prb_slot {
	struct prb_exchange exchange; /* first: a pointer to it is one to the slot */
	struct prb_worker *worker;
	struct prb_bench *bench;           /* what it works at in the loop, to its end */
	struct prb_connection *connection; /* NULL once the client has gone */
	enum prb_handled (*resume)(struct prb_exchange *exchange);
	struct prb_slot *next;
	uint32_t stream_ticket, work_ticket; /* of prb_limits_enter; 0: none */
	uint64_t began_ns;
	uint64_t in_bytes, out_bytes; /* of the bodies, for the log */
};

struct prb_worker {
	pthread_t thread;
	struct prb_server *server;
	struct event_base *base;
	struct event *given, *woken, *tick, *turn;
	int pipe[2];
	int wake_fd;
	_Atomic(struct prb_slot *) finished;
	_Atomic(struct prb_settings *) offered; /* by the main thread; NULL: nothing new */
	atomic_bool draining;

	/* The loop's own. */
	struct prb_settings *settings;
	const struct prb_config *config;   /* of the settings */
	struct prb_bench *bench, *retired; /* the one in use; those that exchanges still hold */
	struct prb_sheet *sheet;
	struct prb_prepared *prepared;
	struct prb_str out;    /* what goes out to the connection in hand */
	bool out_has_secret;   /* reply.has_secret of something in it: it is wiped behind it */
	struct prb_gzip *gzip; /* NULL until somebody takes it */
	struct prb_str packed;
	/* The one that did something last comes first. */
	struct prb_connection *connections, *last_connection, *ready, *last_ready;
	struct prb_slot *free_slots;
	size_t free_count, away; /* slots kept for later; exchanges that somebody else has */
	char date[PRB_HTTP_DATE_BYTES];
	int64_t date_s;
	bool is_draining;
	bool in_turn; /* a stream has its turn */
	int64_t drain_end_ms;
};

/* NULL with a reason on standard error. */
struct prb_worker *prb_worker_start(struct prb_server *server);
/* What a worker is given through its pipe, in one piece. */
struct prb_given {
	int fd;
	bool is_crowded; /* there are as many connections as there may be: one has to go */
	uint32_t ticket; /* of prb_limits_enter for its address */
	struct prb_peer peer;
};
/* Main thread: a new connection; the worker owns the socket. */
void prb_worker_give(struct prb_worker *worker, const struct prb_given *given);
/* Main thread: the worker takes these settings as soon as its loop turns. */
void prb_worker_offer(struct prb_worker *worker, struct prb_settings *settings);
/* Main thread: answer what has come, then end. */
void prb_worker_drain(struct prb_worker *worker);
/* Waits for the end of its thread. */
void prb_worker_join(struct prb_worker *worker);
/* Frees it, once the writer and the pool have ended: the one that brought the last exchange home
 * may be about to wake the worker still, which has ended by itself meanwhile. */
void prb_worker_destroy(struct prb_worker *worker);

/* Any thread: the exchange can go on in its own. */
void prb_worker_finished(struct prb_exchange *exchange);

/* For connection.c. */
struct prb_slot *prb_worker_take_slot(struct prb_worker *worker);
void prb_worker_put_slot(struct prb_slot *slot);
const char *prb_worker_date(struct prb_worker *worker);
/* The connection wants a turn of its own, after the others'. */
void prb_worker_schedule(struct prb_worker *worker, struct prb_connection *connection);
void prb_worker_unschedule(struct prb_worker *worker, struct prb_connection *connection);

#endif
