/* SPDX-License-Identifier: Apache-2.0 */
#include "service/worker.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "service/connection.h"
#include "service/handlers/decided.h"
#include "service/logging/logging.h"
#include "service/reserve.h"

/* One declaration and everything that is made of it. */
#define EXCHANGE_BYTES_MAX ((size_t)64 * 1024 * 1024)
#define SLOTS_KEPT 64
/* What one unusual answer took goes back. */
#define BODY_BYTES_KEPT ((size_t)256 * 1024)
#define TICK_MS 250
/* Answers that wait for clients that do not read them, of all workers together. */
#define UNREAD_BYTES_MAX ((size_t)256 * 1024 * 1024)
/* Old releases that long answers still work with. Each holds a place among the state's readers. */
#define RETIRED_MAX 8

const char *
prb_worker_date(struct prb_worker *w)
{
	int64_t now = w->server->clock_ms() / 1000;

	if (now != w->date_s) {
		w->date_s = now;
		prb_http_date(now, w->date);
	}
	return w->date;
}

/* ---- exchanges ---- */

static void
reset_exchange(struct prb_slot *slot)
{
	struct prb_exchange *x = &slot->exchange;
	struct prb_worker *w = slot->worker;
	struct prb_str body = x->reply.body;

	/* Not the whole: the head's fields are many, and are written before they are read. Who is
	 * answered before a head has come has none. */
	x->head.method = PRB_METHOD_OTHER;
	x->head.fields_count = 0;
	x->head.path = x->head.query = PRB_SPAN_NONE;
	memset(&x->reply, 0, sizeof x->reply);
	memset(&x->stream, 0, sizeof x->stream);
	memset(x->params, 0, sizeof x->params);
	x->service = &w->server->service;
	x->desk = &w->bench->desk;
	x->route = NULL;
	x->query.count = 0;
	x->body = PRB_SPAN_NONE;
	x->faults.count = x->faults.dropped = 0;
	x->commit = NULL;
	memset(&x->caller, 0, sizeof x->caller);
	memset(&x->peer, 0, sizeof x->peer);
	x->reply.body = body;
	prb_str_reset(&x->reply.body);
	prb_arena_reset(x->arena);
	slot->connection = NULL;
	slot->resume = NULL;
	slot->next = NULL;
	slot->in_bytes = slot->out_bytes = 0;
}

static void
destroy_slot(struct prb_slot *slot)
{
	prb_arena_destroy(slot->exchange.arena);
	prb_str_finish(&slot->exchange.reply.body);
	free(slot);
}

struct prb_slot *
prb_worker_take_slot(struct prb_worker *w)
{
	uint8_t id[PRB_REQUEST_ID_DIGITS / 2];
	struct prb_slot *slot = w->free_slots;

	if (slot != NULL) {
		w->free_slots = slot->next;
		w->free_count--;
	} else {
		slot = calloc(1, sizeof *slot);
		if (slot == NULL)
			return NULL;
		slot->worker = w;
		prb_str_init(&slot->exchange.reply.body, PRB_REPLY_BODY_BYTES_MAX);
		slot->exchange.arena = prb_arena_create(EXCHANGE_BYTES_MAX);
		if (slot->exchange.arena == NULL) {
			free(slot);
			return NULL;
		}
	}
	slot->bench = w->bench;
	w->bench->exchanges++;
	reset_exchange(slot);
	randombytes_buf(id, sizeof id);
	prb_request_id_make(id, slot->exchange.request_id);
	slot->exchange.reply.request_id = prb_span_of(slot->exchange.request_id);
	slot->exchange.now_ms = w->server->clock_ms();
	slot->began_ns = prb_monotonic_ns();
	prb_count(w->sheet, PRB_COUNT_IN_FLIGHT, 1);
	return slot;
}

/* Of an old release: the last who leaves puts it away. */
static void
leave_bench(struct prb_worker *w, struct prb_bench *bench)
{
	if (--bench->exchanges != 0 || bench == w->bench)
		return;
	for (struct prb_bench **at = &w->retired; *at != NULL; at = &(*at)->next)
		if (*at == bench) {
			*at = bench->next;
			break;
		}
	prb_bench_destroy(bench);
}

void
prb_worker_put_slot(struct prb_slot *slot)
{
	struct prb_worker *w = slot->worker;

	prb_count(w->sheet, PRB_COUNT_IN_FLIGHT, -1);
	prb_limits_leave(w->server->limits, slot->stream_ticket);
	prb_limits_leave(w->server->limits, slot->work_ticket);
	slot->stream_ticket = slot->work_ticket = 0;
	if (slot->exchange.stream.destroy != NULL)
		slot->exchange.stream.destroy(&slot->exchange);
	leave_bench(w, slot->bench);
	slot->bench = NULL;
	if (slot->exchange.reply.has_secret && slot->exchange.reply.body.p != NULL)
		sodium_memzero(slot->exchange.reply.body.p, slot->exchange.reply.body.room);
	if (w->free_count >= SLOTS_KEPT || slot->exchange.reply.body.room > BODY_BYTES_KEPT) {
		destroy_slot(slot);
		return;
	}
	slot->next = w->free_slots;
	w->free_slots = slot;
	w->free_count++;
}

/* ---- settings ---- */

/* Exchanges that have begun keep the old release for what they do in the loop. False where there
 * can be no new one now: without memory, or with too many old ones that somebody still works with.
 */
static bool
change_bench(struct prb_worker *w, const struct prb_settings *settings)
{
	struct prb_bench *bench;
	size_t old = 0;

	for (bench = w->retired; bench != NULL; bench = bench->next)
		old++;
	bench = old < RETIRED_MAX ? prb_bench_create(&w->server->service, settings) : NULL;
	if (bench == NULL)
		return false;
	prb_prepared_forget(w->prepared);
	if (w->bench->exchanges == 0)
		prb_bench_destroy(w->bench);
	else {
		w->bench->next = w->retired;
		w->retired = w->bench;
	}
	w->bench = bench;
	return true;
}

/* Behind a handshake nobody asks the authorities again: whom those of before let in comes anew. */
static void
retire_clients(struct prb_worker *w)
{
	struct prb_connection *next;

	for (struct prb_connection *c = w->connections; c != NULL; c = next) {
		next = c->next;
		prb_connection_retire(c);
	}
}

/* What is offered, if anything is. What cannot be taken now is looked at again with the next tick,
 * unless something newer has come. */
static void
take_settings(struct prb_worker *w)
{
	struct prb_settings *next =
		atomic_exchange_explicit(&w->offered, NULL, memory_order_acquire);
	struct prb_settings *none = NULL;

	if (next == NULL)
		return;
	if (!prb_bench_fits(w->bench, next) && !change_bench(w, next)) {
		if (!atomic_compare_exchange_strong_explicit(
			    &w->offered, &none, next, memory_order_release, memory_order_relaxed))
			prb_settings_drop(next);
		return;
	}
	if (w->config->tls_client_ca[0] != '\0')
		retire_clients(w);
	prb_settings_drop(w->settings);
	w->settings = next;
	w->config = next->config;
	prb_settings_taken(next);
}

static void
wake(struct prb_worker *w)
{
	uint64_t one = 1;

	if (write(w->wake_fd, &one, sizeof one) < 0)
		prb_say(PRB_LEVEL_ERROR, "worker_asleep", "a worker could not be woken: %s",
			strerror(errno));
}

void
prb_worker_offer(struct prb_worker *w, struct prb_settings *settings)
{
	struct prb_settings *missed = atomic_exchange_explicit(
		&w->offered, prb_settings_hold(settings), memory_order_acq_rel);

	prb_settings_drop(missed);
	wake(w);
}

/* ---- home from writer and pool ---- */

void
prb_worker_finished(struct prb_exchange *exchange)
{
	struct prb_slot *slot = (struct prb_slot *)exchange;
	struct prb_worker *w = slot->worker;
	struct prb_slot *top = atomic_load_explicit(&w->finished, memory_order_relaxed);

	do
		slot->next = top;
	while (!atomic_compare_exchange_weak_explicit(
		&w->finished, &top, slot, memory_order_release, memory_order_relaxed));
	/* Only the first of several has to wake the loop. */
	if (top == NULL)
		wake(w);
}

static void
bring_home(struct prb_slot *slot)
{
	struct prb_exchange *x = &slot->exchange;
	enum prb_handled (*resume)(struct prb_exchange *) = slot->resume;

	slot->resume = NULL;
	x->desk = &slot->bench->desk;
	prb_decided_for(x->desk, x);
	/* What goes away once more belongs to another thread from then on. It is brought to its end
	 * also where nobody waits any more: a change of two records is not left half. */
	if (resume != NULL && resume(x) == PRB_LATER)
		return;
	slot->worker->away--;
	/* The client asks again under its Idempotency-Key. */
	if (slot->connection == NULL)
		prb_worker_put_slot(slot);
	else
		prb_connection_reply(slot->connection);
}

static void
on_woken(evutil_socket_t fd, short what, void *context)
{
	struct prb_worker *w = context;
	struct prb_slot *slot, *first = NULL;
	uint64_t count;

	(void)what;
	if (read(fd, &count, sizeof count) < 0)
		count = 0;
	slot = atomic_exchange_explicit(&w->finished, NULL, memory_order_acquire);
	/* The stack turned round: first finished, first answered. */
	while (slot != NULL) {
		struct prb_slot *next = slot->next;

		slot->next = first;
		first = slot;
		slot = next;
	}
	while (first != NULL) {
		slot = first;
		first = slot->next;
		slot->next = NULL;
		bring_home(slot);
	}
	take_settings(w);
}

/* ---- the loop ---- */

static void
on_given(evutil_socket_t fd, short what, void *context)
{
	struct prb_worker *w = context;
	struct prb_given given[32];
	ssize_t n = read(fd, given, sizeof given);

	(void)what;
	for (ssize_t i = 0; i < n / (ssize_t)sizeof given[0]; i++)
		prb_connection_open(w, &given[i]);
}

void
prb_worker_schedule(struct prb_worker *w, struct prb_connection *c)
{
	if (c->in_ready)
		return;
	c->in_ready = true;
	c->next_ready = NULL;
	if (w->ready == NULL)
		w->ready = c;
	else
		w->last_ready->next_ready = c;
	w->last_ready = c;
	event_add(w->turn, &(struct timeval){0, 0});
}

void
prb_worker_unschedule(struct prb_worker *w, struct prb_connection *c)
{
	struct prb_connection *before = NULL, *at = w->ready;

	while (at != NULL && at != c) {
		before = at;
		at = at->next_ready;
	}
	if (at == NULL)
		return;
	if (before != NULL)
		before->next_ready = c->next_ready;
	else
		w->ready = c->next_ready;
	if (w->last_ready == c)
		w->last_ready = before;
	c->in_ready = false;
}

static void
on_turn(evutil_socket_t fd, short what, void *context)
{
	struct prb_worker *w = context;
	struct prb_connection *c = w->ready;

	(void)fd;
	(void)what;
	/* One, and then the sockets are looked at again: a timer of no time comes behind them. */
	if (c == NULL)
		return;
	w->ready = c->next_ready;
	c->in_ready = false;
	c->next_ready = NULL;
	w->in_turn = true;
	prb_connection_advance(c);
	w->in_turn = false;
	if (w->ready != NULL)
		event_add(w->turn, &(struct timeval){0, 0});
}

static void
drain(struct prb_worker *w, int64_t now)
{
	struct prb_connection *next;

	if (!w->is_draining) {
		w->is_draining = true;
		w->drain_end_ms = now + w->config->drain_seconds_max * 1000;
		for (struct prb_connection *c = w->connections; c != NULL; c = next) {
			next = c->next;
			prb_connection_drain(c, now);
		}
	}
	if (now >= w->drain_end_ms)
		for (struct prb_connection *c = w->connections; c != NULL; c = next) {
			next = c->next;
			prb_connection_close(c);
		}
	/* Sockets that were given before the end was said count as well. */
	on_given(w->pipe[0], 0, w);
	if (w->connections == NULL && w->away == 0)
		event_base_loopbreak(w->base);
}

/* Cuts those for whom answers wait and nothing has moved for longest, until it is no more than a
 * worker's part of what may wait. */
static void
cut_unread(struct prb_worker *w, size_t waiting)
{
	size_t most = UNREAD_BYTES_MAX / (size_t)w->config->workers;
	struct prb_connection *previous;

	for (struct prb_connection *c = w->last_connection; c != NULL && waiting > most;
		c = previous) {
		size_t n = prb_connection_waiting(c);

		previous = c->previous;
		if (n == 0)
			continue;
		waiting -= n;
		prb_count(w->sheet, PRB_COUNT_UNREAD, 1);
		prb_connection_close(c);
	}
}

static void
on_tick(evutil_socket_t fd, short what, void *context)
{
	struct prb_worker *w = context;
	int64_t now = prb_monotonic_ms();
	struct prb_connection *next;
	size_t waiting = 0;

	(void)fd;
	(void)what;
	take_settings(w);
	for (struct prb_connection *c = w->connections; c != NULL; c = next) {
		next = c->next;
		waiting += prb_connection_waiting(c);
		prb_connection_check(c, now);
	}
	cut_unread(w, waiting);
	(void)prb_reserve_refill();
	if (atomic_load_explicit(&w->draining, memory_order_acquire))
		drain(w, now);
}

static void *
run(void *argument)
{
	struct prb_worker *w = argument;

	prctl(PR_SET_NAME, "worker");
	event_base_loop(w->base, EVLOOP_NO_EXIT_ON_EMPTY);
	return NULL;
}

static bool
make_events(struct prb_worker *w)
{
	struct timeval tick = {0, TICK_MS * 1000};
	struct event_config *config = event_config_new();

	if (config == NULL)
		return false;
	/* One thread uses it: no locks inside. */
	event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
	w->base = event_base_new_with_config(config);
	event_config_free(config);
	if (w->base == NULL)
		return false;
	w->given = event_new(w->base, w->pipe[0], EV_READ | EV_PERSIST, on_given, w);
	w->woken = event_new(w->base, w->wake_fd, EV_READ | EV_PERSIST, on_woken, w);
	w->tick = event_new(w->base, -1, EV_PERSIST, on_tick, w);
	w->turn = evtimer_new(w->base, on_turn, w);
	return w->given != NULL && w->woken != NULL && w->tick != NULL && w->turn != NULL &&
	       event_add(w->given, NULL) == 0 && event_add(w->woken, NULL) == 0 &&
	       event_add(w->tick, &tick) == 0;
}

void
prb_worker_destroy(struct prb_worker *w)
{
	struct event *events[] = {w->given, w->woken, w->tick, w->turn};

	for (size_t i = 0; i < sizeof events / sizeof events[0]; i++)
		if (events[i] != NULL)
			event_free(events[i]);
	if (w->base != NULL)
		event_base_free(w->base);
	while (w->free_slots != NULL) {
		struct prb_slot *slot = w->free_slots;

		w->free_slots = slot->next;
		destroy_slot(slot);
	}
	for (int i = 0; i < 2; i++)
		if (w->pipe[i] >= 0)
			close(w->pipe[i]);
	if (w->wake_fd >= 0)
		close(w->wake_fd);
	prb_prepared_destroy(w->prepared);
	prb_bench_destroy(w->bench);
	prb_settings_drop(w->settings);
	prb_settings_drop(atomic_load(&w->offered));
	prb_str_finish(&w->out);
	prb_gzip_destroy(w->gzip);
	prb_str_finish(&w->packed);
	free(w);
}

static bool
make_parts(struct prb_worker *w)
{
	w->pipe[0] = w->pipe[1] = w->wake_fd = -1;
	prb_str_init(&w->out, PRB_OUT_BYTES_MAX);
	prb_str_init(&w->packed, PRB_REPLY_BODY_BYTES_MAX);
	w->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	w->prepared = prb_prepared_create();
	w->sheet = prb_metrics_sheet(w->server->service.metrics);
	w->settings = prb_settings_hold(w->server->settings);
	w->config = w->settings->config;
	w->bench = prb_bench_create(&w->server->service, w->settings);
	if (w->bench == NULL)
		return false;
	return pipe(w->pipe) == 0 && evutil_make_socket_nonblocking(w->pipe[0]) == 0 &&
	       evutil_make_socket_closeonexec(w->pipe[0]) == 0 &&
	       evutil_make_socket_closeonexec(w->pipe[1]) == 0 && w->wake_fd >= 0 &&
	       w->prepared != NULL && w->sheet != NULL && make_events(w);
}

struct prb_worker *
prb_worker_start(struct prb_server *server)
{
	struct prb_worker *w = calloc(1, sizeof *w);

	if (w == NULL)
		return NULL;
	w->server = server;
	if (make_parts(w) && pthread_create(&w->thread, NULL, run, w) == 0)
		return w;
	prb_say(PRB_LEVEL_ERROR, "worker_failed", "a worker cannot be started: %s",
		strerror(errno));
	prb_worker_destroy(w);
	return NULL;
}

void
prb_worker_give(struct prb_worker *w, const struct prb_given *given)
{
	static_assert(sizeof *given <= PIPE_BUF, "a pipe takes it in one piece");
	if (write(w->pipe[1], given, sizeof *given) == (ssize_t)sizeof *given)
		return;
	close(given->fd);
	prb_limits_leave(w->server->limits, given->ticket);
	atomic_fetch_sub(&w->server->connections, 1);
}

void
prb_worker_drain(struct prb_worker *w)
{
	/* Seen at the next tick: what was given before is in the loop by then. */
	atomic_store_explicit(&w->draining, true, memory_order_release);
}

void
prb_worker_join(struct prb_worker *w)
{
	pthread_join(w->thread, NULL);
}
