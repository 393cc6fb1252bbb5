/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_SERVICE_LISTEN_H
#define PRB_SERVICE_LISTEN_H

/*
 * The listening socket for everybody, and the address of whoever comes by it.
 */

#include <stdbool.h>
#include <stdint.h>

#include "scoring/base/fault.h"
#include "service/handlers/peer.h"

#define PRB_LISTEN_TEXT_BYTES 64 /* "[IPv6]:65535", with NUL */

/* Binds and listens, non-blocking. host is an IP address; port 0 takes any free one. text is the
 * address that it became. PRB_ERR_ADDRESS says which address and why. */
enum prb_err prb_listen(const char *host, uint16_t port, int *fd, char text[PRB_LISTEN_TEXT_BYTES],
	struct prb_fault *fault);

struct sockaddr;
/* The address of whoever connected; address NULL: of a socket of this machine. */
void prb_peer_address(const struct sockaddr *address, int length, struct prb_peer *peer);

#endif
