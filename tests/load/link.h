/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_LOAD_LINK_H
#define PRB_LOAD_LINK_H

/*
 * A client's connection, over TCP or over TLS on top of it. Whom it meets is not looked at: on
 * loopback, in a test, that is the server under test.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <openssl/ssl.h>

/* fd -1: none, or not any more. ssl NULL: TCP alone. One thread at a time uses it. */
struct link {
	int fd;
	SSL *ssl;
};

/* For clients that speak this version of TLS, such as TLS1_2_VERSION, alone; 0: any. Ends the
 * program without memory. */
SSL_CTX *link_context(int version);
/* What such a client says first, whole; returns its size, at most n, or 0. */
size_t link_hello(SSL_CTX *context, char *out, size_t n);

/* TLS over the TCP connection fd; context NULL: that alone. -1 as fd stays that, and so becomes one
 * that could not agree. */
struct link link_over(int fd, SSL_CTX *context);
void link_close(struct link *l);

bool link_send(struct link *l, const void *bytes, size_t n);
/* As recv(). */
ssize_t link_receive(struct link *l, void *out, size_t n);

#endif
