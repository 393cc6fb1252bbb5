/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_LIB_SERVER_H
#define TESTS_UNIT_LIB_SERVER_H

/*
 * A server for tests of the client: it listens on a free port of 127.0.0.1, gives its n-th answer,
 * as it stands, to the n-th request, closes each connection behind it, and keeps what it was sent.
 */

#include <stdbool.h>
#include <stddef.h>

#define SERVER_URL_BYTES 64
#define SERVER_REQUESTS_MAX 16

struct server;

/* answers is ended by NULL. "" closes the connection without a byte; SERVER_SILENT says nothing
 * until the client goes. When all were given, connections are closed at once. */
extern const char SERVER_SILENT[];
struct server *server_start(const char *const *answers);
/* "http://127.0.0.1:PORT" */
const char *server_url(const struct server *server);
/* Stops it; then what it saw may be read. */
void server_stop(struct server *server);
size_t server_connections(const struct server *server);
/* The n-th request, head and body as sent (chunks and all); "" where there was none. */
const char *server_request(const struct server *server, size_t n);
void server_destroy(struct server *server);

#endif
