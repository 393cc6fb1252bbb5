/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_SERVICE_LISTEN_H
#define PRB_SERVICE_LISTEN_H

/*
 * The listening sockets: one for everybody, and one of this machine for the operator.
 */

#include <stdbool.h>
#include <stdint.h>

#include "scoring/base/fault.h"
#include "service/handlers/peer.h"

#define PRB_OPERATOR_SOCKET "operator.sock" /* in the state's folder */
#define PRB_LISTEN_TEXT_BYTES 64            /* "[IPv6]:65535", with NUL */

/* Binds and listens, non-blocking. host is an IP address; port 0 takes any free one. text is the
 * address that it became. PRB_ERR_ADDRESS says which address and why. */
enum prb_err prb_listen(const char *host, uint16_t port, int *fd, char text[PRB_LISTEN_TEXT_BYTES],
	struct prb_fault *fault);

/*
 * Binds and listens on a socket of this machine, which only its owner can open (mode 0600, from the
 * moment it is there): who can, is the operator. A socket that an earlier process left is removed,
 * so the caller holds the lock of the state that it belongs to. Before there are threads: the umask
 * is the process's. PRB_ERR_ADDRESS, also where the path is too long for a socket's.
 */
enum prb_err prb_listen_operator(const char *path, int *fd, struct prb_fault *fault);

struct sockaddr;
/* Of an IPv6 address, or an IPv4 one mapped into it. */
bool prb_address_is_loopback(const uint8_t address[16]);
/* The address of whoever connected; address NULL: of a socket of this machine. */
void prb_peer_address(const struct sockaddr *address, int length, struct prb_peer *peer);

#endif
