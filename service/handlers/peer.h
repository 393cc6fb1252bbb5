/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_HANDLERS_PEER_H
#define PRB_HANDLERS_PEER_H

/*
 * Where a request comes from: what the connection knows, and no more than is needed. Addresses are
 * for limits alone; they are stored and logged nowhere.
 */

#include <stdbool.h>
#include <stdint.h>

#include "scoring/base/hash.h"

enum prb_listener {
	PRB_LISTENER_PUBLIC,
	PRB_LISTENER_OPERATOR, /* the operator's socket: whoever may open it is the operator */
};

struct prb_peer {
	enum prb_listener listener;
	uint8_t address[16]; /* IPv6, or IPv4 mapped into it; zero: none (a socket of this machine)
			      */
	bool is_loopback;
	bool is_tls;
	bool has_certificate; /* a client certificate that the TLS handshake has verified */
	uint8_t certificate_sha256[PRB_SHA256_BYTES]; /* of its DER form */
	int64_t certificate_until; /* its notAfter, seconds since 1970: behind it, it is none */
};

#endif
