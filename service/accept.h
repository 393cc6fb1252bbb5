/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_SERVICE_ACCEPT_H
#define PRB_SERVICE_ACCEPT_H

/*
 * Accepting: who is let in, and which worker has him. The main thread accepts and hands connections
 * to the workers in turn, so that at the end none is lost in a queue of the kernel's. All of this
 * is the main thread's.
 */

#include <event2/event.h>

#include "service/worker.h"

struct prb_acceptor_options {
	struct event_base *base;
	struct prb_server *server;
	struct prb_worker *const *workers;
	size_t workers_count;
	struct prb_sheet *sheet;
	int fd;          /* taken over, also by a failure */
	int operator_fd; /* the caller's still; -1: none */
};

struct prb_acceptor;
/* NULL without memory. */
struct prb_acceptor *prb_acceptor_create(const struct prb_acceptor_options *options);
/* Hands over those whom the kernel has connected already, and takes no more of the public. */
void prb_acceptor_end(struct prb_acceptor *acceptor);
void prb_acceptor_destroy(struct prb_acceptor *acceptor);

/* As many files as the connections need, or as the system allows: said where that is less. */
void prb_acceptor_raise_files(const struct prb_config *config);

#endif
