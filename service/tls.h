/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_SERVICE_TLS_H
#define PRB_SERVICE_TLS_H

/*
 * TLS 1.2 and 1.3 on the public listener, by libevent's OpenSSL bufferevents. A context is made of
 * the files that [tls] names and never changes; connections keep what they began with, so that a
 * context may be put away while they live. There are no session tickets and no sessions: no key
 * lives longer than the connection that it was made for.
 */

#include <event2/bufferevent.h>
#include <event2/event.h>

#include "scoring/base/fault.h"
#include "service/config.h"
#include "service/handlers/peer.h"

struct prb_tls;

/*
 * Reads the files; *out is NULL where there is no [tls] certificate. A key that others may read,
 * that is encrypted, or does not fit is refused, as is a file that is not what it should be. Of a
 * certificate that is not valid at `now` (seconds since 1970) it warns on standard error.
 */
enum prb_err prb_tls_create(const struct prb_config *config, int64_t now, struct prb_tls **out,
	struct prb_fault *fault);
void prb_tls_destroy(struct prb_tls *tls);

/* A server's end on a connected socket, whose handshake is then waited for. Frees and closes both
 * with itself. NULL without memory: the socket is the caller's still. */
struct bufferevent *prb_tls_accept(
	const struct prb_tls *tls, struct event_base *base, evutil_socket_t fd);
/* After the handshake: the client certificate, if one was shown; it has been verified. */
void prb_tls_peer(struct bufferevent *io, struct prb_peer *peer);
/* Says that nothing more will be sent (close_notify); what waits in `io` was sent before. */
void prb_tls_end(struct bufferevent *io);

#endif
