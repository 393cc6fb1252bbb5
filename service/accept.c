/* SPDX-License-Identifier: Apache-2.0 */
#include "service/accept.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <event2/listener.h>

#include "service/answer.h"
#include "service/listen.h"
#include "service/logging/logging.h"

#define FILES_BESIDE 64 /* files and pipes of the program's own */
#define CROWD 64        /* connections beyond the limit, until a worker has closed an idle one */

struct prb_acceptor {
	struct prb_acceptor_options options;
	struct evconnlistener *listener, *operator_listener;
	struct event *pause;
	size_t turn;
	bool failed; /* said once, until it goes again */
};

void
prb_acceptor_raise_files(const struct prb_config *config)
{
	rlim_t wanted = (rlim_t)config->connections_max + CROWD + FILES_BESIDE;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
		return;
	limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_cur < wanted)
		prb_say(PRB_LEVEL_WARNING, "few_files",
			"%llu files may be open, which is less than [server] connections_max needs "
			"(ulimit -n)",
			(unsigned long long)limit.rlim_cur);
}

/* ---- who is let in ---- */

/* A handshake costs more than most requests, and is one of its address. */
static bool
may_shake(const struct prb_server *server, const uint8_t id[PRB_LIMIT_ID_BYTES])
{
	struct prb_rate rate;

	prb_limits_take(server->limits, PRB_LIMIT_ADDRESS_REQUESTS, id,
		server->settings->config->address_requests, prb_monotonic_ms(), &rate);
	return !rate.is_refused;
}

/* Whether there is room for it: PRB_ERR_RATE where its address has too many, or has sent as much as
 * it may, PRB_ERR_BUSY where all have. Proxies hold the connections of many. */
static enum prb_err
admit(struct prb_server *server, struct prb_given *given)
{
	const struct prb_config *config = server->settings->config;
	uint8_t id[PRB_LIMIT_ID_BYTES];
	int before;

	if (!(given->peer.is_loopback && config->limits_loopback == 0) &&
		!prb_proxies_hold(&config->proxies, given->peer.address)) {
		prb_limit_address(&given->peer, id);
		if ((given->peer.is_tls && !may_shake(server, id)) ||
			!prb_limits_enter(server->limits, PRB_LIMIT_CONNECTIONS, id,
				config->address_connections, &given->ticket))
			return PRB_ERR_RATE;
	}
	before = atomic_fetch_add(&server->connections, 1);
	given->is_crowded = before >= config->connections_max;
	if (before < config->connections_max + CROWD)
		return PRB_OK;
	atomic_fetch_sub(&server->connections, 1);
	prb_limits_leave(server->limits, given->ticket);
	return PRB_ERR_BUSY;
}

static void
give(struct prb_acceptor *a, const struct prb_given *given)
{
	prb_worker_give(a->options.workers[a->turn], given);
	a->turn = (a->turn + 1) % a->options.workers_count;
}

/* ---- what the loop tells ---- */

static void
on_accept(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *address, int length,
	void *context)
{
	struct prb_acceptor *a = context;
	struct prb_server *server = a->options.server;
	struct prb_given given = {.fd = fd};
	enum prb_err err;

	(void)listener;
	prb_peer_address(address, length, &given.peer);
	given.peer.is_tls = server->settings->tls != NULL;
	if (a->failed)
		prb_say(PRB_LEVEL_NOTICE, "accepting", "connections are accepted again");
	a->failed = false;
	prb_count(a->options.sheet, PRB_COUNT_ACCEPTED, 1);
	err = admit(server, &given);
	if (err != PRB_OK) {
		prb_count(a->options.sheet,
			err == PRB_ERR_RATE ? PRB_COUNT_TURNED_AWAY_ADDRESS : PRB_COUNT_TURNED_AWAY,
			1);
		prb_answer_turned_away(server, &given, err);
		evutil_closesocket(fd);
		return;
	}
	give(a, &given);
}

/* The operator is not turned away when others have taken all there is. */
static void
on_accept_operator(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *address,
	int length, void *context)
{
	struct prb_acceptor *a = context;
	struct prb_given given = {.fd = fd};

	(void)listener;
	prb_peer_address(address, length, &given.peer);
	given.peer.listener = PRB_LISTENER_OPERATOR;
	prb_count(a->options.sheet, PRB_COUNT_ACCEPTED, 1);
	atomic_fetch_add(&a->options.server->connections, 1);
	give(a, &given);
}

static void
on_pause_over(evutil_socket_t fd, short what, void *context)
{
	struct prb_acceptor *a = context;

	(void)fd;
	(void)what;
	if (a->listener != NULL)
		evconnlistener_enable(a->listener);
	if (a->operator_listener != NULL)
		evconnlistener_enable(a->operator_listener);
}

/* Out of file descriptors, as a rule: the socket stays readable, so there is a pause before the
 * next try. */
static void
on_accept_error(struct evconnlistener *listener, void *context)
{
	struct prb_acceptor *a = context;
	struct timeval pause = {0, 100000};

	if (!a->failed)
		prb_say(PRB_LEVEL_ERROR, "accept_failed", "connections cannot be accepted: %s",
			strerror(errno));
	a->failed = true;
	evconnlistener_disable(listener);
	event_add(a->pause, &pause);
}

/* ---- from begin to end ---- */

/* False without memory. */
static bool
listen_to(struct prb_acceptor *a, evconnlistener_cb accept, unsigned flags, int fd,
	struct evconnlistener **out)
{
	*out = evconnlistener_new(a->options.base, accept, a, flags | LEV_OPT_CLOSE_ON_EXEC, 0, fd);
	if (*out == NULL)
		return false;
	evconnlistener_set_error_cb(*out, on_accept_error);
	return true;
}

struct prb_acceptor *
prb_acceptor_create(const struct prb_acceptor_options *o)
{
	struct prb_acceptor *a = calloc(1, sizeof *a);

	if (a != NULL) {
		a->options = *o;
		a->pause = event_new(o->base, -1, 0, on_pause_over, a);
	}
	if (a == NULL || a->pause == NULL ||
		!listen_to(a, on_accept, LEV_OPT_CLOSE_ON_FREE, o->fd, &a->listener)) {
		evutil_closesocket(o->fd);
		prb_acceptor_destroy(a);
		return NULL;
	}
	if (o->operator_fd < 0 ||
		listen_to(a, on_accept_operator, 0, o->operator_fd, &a->operator_listener))
		return a;
	prb_acceptor_destroy(a);
	return NULL;
}

void
prb_acceptor_end(struct prb_acceptor *a)
{
	struct sockaddr_storage address;
	socklen_t length = sizeof address;
	int fd;

	if (a->listener == NULL)
		return;
	evconnlistener_disable(a->listener);
	while ((fd = accept(evconnlistener_get_fd(a->listener), (struct sockaddr *)&address,
			&length)) >= 0) {
		evutil_make_socket_nonblocking(fd);
		evutil_make_socket_closeonexec(fd);
		on_accept(a->listener, fd, (struct sockaddr *)&address, (int)length, a);
		length = sizeof address;
	}
	evconnlistener_free(a->listener);
	a->listener = NULL;
}

void
prb_acceptor_destroy(struct prb_acceptor *a)
{
	if (a == NULL)
		return;
	if (a->listener != NULL)
		evconnlistener_free(a->listener);
	if (a->operator_listener != NULL)
		evconnlistener_free(a->operator_listener);
	if (a->pause != NULL)
		event_free(a->pause);
	free(a);
}
