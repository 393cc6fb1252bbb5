/* SPDX-License-Identifier: Apache-2.0 */
#include "service/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "service/http/ip.h"

#define BACKLOG 1024

union address {
	struct sockaddr any;
	struct sockaddr_in four;
	struct sockaddr_in6 six;
};

static socklen_t
fill(const char *host, uint16_t port, union address *address)
{
	memset(address, 0, sizeof *address);
	if (inet_pton(AF_INET, host, &address->four.sin_addr) == 1) {
		address->four.sin_family = AF_INET;
		address->four.sin_port = htons(port);
		return sizeof address->four;
	}
	if (inet_pton(AF_INET6, host, &address->six.sin6_addr) != 1)
		return 0;
	address->six.sin6_family = AF_INET6;
	address->six.sin6_port = htons(port);
	return sizeof address->six;
}

static void
print(const char *host, const union address *address, char text[PRB_LISTEN_TEXT_BYTES])
{
	bool six = address->any.sa_family == AF_INET6;
	unsigned port = ntohs(six ? address->six.sin6_port : address->four.sin_port);

	snprintf(text, PRB_LISTEN_TEXT_BYTES, six ? "[%.46s]:%u" : "%.46s:%u", host, port);
}

enum prb_err
prb_listen(const char *host, uint16_t port, int *out, char text[PRB_LISTEN_TEXT_BYTES],
	struct prb_fault *fault)
{
	union address address;
	socklen_t n = fill(host, port, &address);
	int one = 1, error = EINVAL, fd = -1;

	if (n != 0)
		fd = socket(address.any.sa_family, SOCK_STREAM, 0);
	if (fd >= 0 && fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 && fcntl(fd, F_SETFL, O_NONBLOCK) == 0 &&
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0 &&
		bind(fd, &address.any, n) == 0 && listen(fd, BACKLOG) == 0 &&
		getsockname(fd, &address.any, &n) == 0) {
		print(host, &address, text);
		*out = fd;
		return PRB_OK;
	}
	error = errno;
	if (fd >= 0)
		close(fd);
	return prb_fault_set(fault, PRB_ERR_ADDRESS, PRB_NO_OFFSET, NULL,
		"%s port %u cannot be listened on: %s%s", host, port, strerror(error),
		error == EADDRINUSE ? ": name another with --listen, or port 0 for any free one"
				    : "");
}

void
prb_peer_address(const struct sockaddr *any, int length, struct prb_peer *peer)
{
	union address address;

	memset(&address, 0, sizeof address);
	memset(peer->address, 0, sizeof peer->address);
	peer->is_loopback = true;
	if (any == NULL || length <= 0 || (size_t)length > sizeof address)
		return;
	memcpy(&address, any, (size_t)length);
	if (address.any.sa_family == AF_INET)
		prb_ip_map(&address.four.sin_addr, peer->address);
	else if (address.any.sa_family == AF_INET6)
		memcpy(peer->address, &address.six.sin6_addr, 16);
	else
		return;
	peer->is_loopback = prb_ip_is_loopback(peer->address);
}
