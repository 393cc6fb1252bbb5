/* SPDX-License-Identifier: Apache-2.0 */
#include "service/charge.h"

#include <stdio.h>

#include "service/forwarded.h"

#define STREAM_RETRY_S 5 /* lists of thousands of rows take seconds */

/* Behind a proxy is nobody that is: forwarded.h. */
static bool
is_exempt(const struct prb_worker *w, const struct prb_peer *peer)
{
	return peer->listener == PRB_LISTENER_OPERATOR ||
	       (peer->is_loopback && w->config->limits_loopback == 0);
}

void
prb_charge_open(struct prb_connection *c)
{
	c->is_proxy = c->peer.listener == PRB_LISTENER_PUBLIC &&
		      prb_proxies_hold(&c->worker->config->proxies, c->peer.address);
}

static void
find_peer(const struct prb_connection *c, const struct prb_head *head, struct prb_peer *peer)
{
	*peer = c->peer;
	if (c->is_proxy)
		prb_forwarded_apply(&c->worker->config->proxies, head, peer);
}

void
prb_charge_peer(struct prb_connection *c, struct prb_exchange *x)
{
	find_peer(c, &x->head, &x->peer);
}

/* Whether the limits are those of a key; else they are the address's. */
static bool
has_key(const struct prb_caller *caller)
{
	return caller->kind == PRB_CALLER_KEY || caller->kind == PRB_CALLER_INVITATION ||
	       caller->kind == PRB_CALLER_CERTIFICATE;
}

static void
find_id(const struct prb_exchange *x, uint8_t id[PRB_LIMIT_ID_BYTES])
{
	static_assert(PRB_LIMIT_ID_BYTES == PRB_CALLER_ID_BYTES, "a key's id is its limit's");

	if (has_key(&x->caller))
		memcpy(id, x->caller.key, PRB_LIMIT_ID_BYTES);
	else
		prb_limit_address(&x->peer, id);
}

static bool
refuse(struct prb_connection *c, struct prb_exchange *x, int64_t retry_s, const char *what)
{
	char detail[PRB_FAULT_DETAIL_BYTES_MAX];

	prb_count(c->worker->sheet, PRB_COUNT_RATE_LIMITED, 1);
	snprintf(detail, sizeof detail, "%s: wait %lld s, as Retry-After says", what,
		(long long)retry_s);
	x->reply.retry_after_s = (int)retry_s;
	(void)prb_refuse(x, PRB_ERR_RATE, detail);
	return false;
}

static bool
settle(struct prb_connection *c, struct prb_exchange *x, const struct prb_rate *rates, size_t count)
{
	struct prb_str *text = &x->desk->text;

	prb_str_reset(text);
	prb_rate_write(rates, count, text);
	if (text->n != 0 && !text->failed)
		x->reply.rate_fields = prb_arena_copy(x->arena, prb_str_span(text));
	for (size_t i = 0; i < count; i++)
		if (rates[i].is_refused)
			return refuse(c, x, rates[i].retry_s,
				has_key(&x->caller)
					? "this key has sent as many requests as it may"
					: "this address has sent as many requests as it may");
	return true;
}

bool
prb_charge_request(struct prb_connection *c, struct prb_exchange *x)
{
	const struct prb_config *config = c->worker->config;
	struct prb_limits *limits = c->worker->server->limits;
	bool key = has_key(&x->caller), posts = x->route != NULL && x->route->body != PRB_BODY_NONE;
	uint8_t id[PRB_LIMIT_ID_BYTES];
	int64_t now = prb_monotonic_ms();
	struct prb_rate rates[2];

	if (is_exempt(c->worker, &x->peer))
		return true;
	find_id(x, id);
	prb_limits_take(limits, key ? PRB_LIMIT_KEY_REQUESTS : PRB_LIMIT_ADDRESS_REQUESTS, id,
		key ? config->key_requests : config->address_requests, now, &rates[0]);
	if (!posts || rates[0].is_refused)
		return settle(c, x, rates, 1);
	prb_limits_take(limits, key ? PRB_LIMIT_KEY_POSTS : PRB_LIMIT_ADDRESS_POSTS, id,
		key ? config->key_posts : config->address_posts, now, &rates[1]);
	return settle(c, x, rates, 2);
}

bool
prb_charge_lookup(struct prb_connection *c, const struct prb_head *head, struct prb_str *out)
{
	struct prb_peer peer;
	uint8_t id[PRB_LIMIT_ID_BYTES];
	struct prb_rate rate;

	find_peer(c, head, &peer);
	if (is_exempt(c->worker, &peer))
		return true;
	prb_limit_address(&peer, id);
	prb_limits_take(c->worker->server->limits, PRB_LIMIT_ADDRESS_REQUESTS, id,
		c->worker->config->address_requests, prb_monotonic_ms(), &rate);
	if (rate.is_refused)
		return false;
	prb_rate_write(&rate, 1, out);
	return true;
}

bool
prb_charge_stream(struct prb_connection *c, struct prb_exchange *x)
{
	struct prb_server *server = c->worker->server;
	uint8_t id[PRB_LIMIT_ID_BYTES];

	if (is_exempt(c->worker, &x->peer))
		return true;
	find_id(x, id);
	if (prb_limits_enter(server->limits, PRB_LIMIT_STREAMS, id, c->worker->config->streams_max,
		    &c->slot->stream_ticket))
		return true;
	return refuse(c, x, STREAM_RETRY_S, "as many lists as may be are being worked on already");
}

bool
prb_charge_work(struct prb_slot *slot)
{
	const struct prb_exchange *x = &slot->exchange;
	const struct prb_worker *w = slot->worker;
	uint8_t id[PRB_LIMIT_ID_BYTES];

	if (slot->work_ticket != 0 || is_exempt(w, &x->peer))
		return true;
	find_id(x, id);
	return prb_limits_enter(
		w->server->limits, PRB_LIMIT_WORK, id, w->config->work_max, &slot->work_ticket);
}
