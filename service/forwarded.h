/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_SERVICE_FORWARDED_H
#define PRB_SERVICE_FORWARDED_H

/*
 * Who is behind a proxy. A proxy that is trusted says in one field of each request from where it
 * came; whoever else sends such a field is not listened to. Only the field that the operator named
 * is read: a proxy passes the other one on as its client wrote it.
 */

#include "scoring/base/fault.h"
#include "service/handlers/peer.h"
#include "service/http/message.h"

#define PRB_PROXIES_MAX 64

struct prb_proxies {
	struct prb_prefix {
		uint8_t address[16]; /* IPv6, or IPv4 mapped into it */
		unsigned bits;       /* of the address that count */
	} items[PRB_PROXIES_MAX];
	size_t count;
	const char *field; /* a literal: "forwarded" or "x-forwarded-for" */
};

/* Reads "127.0.0.1, 10.0.0.0/8, 2001:db8::/32" and the field's name. PRB_ERR_CONFIG, also for a
 * network that is wider than those which nobody can be in from outside. */
enum prb_err prb_proxies_read(
	const char *text, const char *field, struct prb_proxies *out, struct prb_fault *fault);
bool prb_proxies_hold(const struct prb_proxies *proxies, const uint8_t address[16]);

/*
 * Replaces peer->address by that of the last hop that is no trusted proxy itself: what is left of
 * it in the field was written by the client, and says nothing. For peers that are trusted proxies.
 * Where that hop has no address ("unknown", a name, a quote that is not closed, no field), the
 * address stays that of the proxy. Whoever it is, it is not exempt as one of this machine.
 */
void prb_forwarded_apply(
	const struct prb_proxies *proxies, const struct prb_head *head, struct prb_peer *peer);

#endif
