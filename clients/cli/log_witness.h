/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_CLI_LOG_WITNESS_H
#define PRB_CLI_LOG_WITNESS_H

/*
 * A small witness (C2SP tlog-witness). log_witness.c has its memory, one file for each log, and
 * what it answers; log_listen.c the sockets. Requests are taken one at a time, so that looking at
 * what is remembered and putting the new in its place is one step.
 */

#include <stdbool.h>
#include <stdint.h>

#include "scoring/base/text.h"
#include "service/http/message.h"

struct witness_answer {
	int status;
	const char *type;
	const char *allow;   /* with 405; NULL before each */
	struct prb_str body; /* emptied before each */
};

/* Answers one request: everything it has done is on the disk when it returns. */
typedef void (*witness_answer_fn)(void *context, enum prb_method method, struct prb_span path,
	struct prb_span body, struct witness_answer *answer);

#define WITNESS_PATH_BYTES_MAX 256

/*
 * Listens on "HOST:PORT" (port 0: any that is free), says "listening on HOST:PORT" on stdout, and
 * answers until SIGTERM or SIGINT. False, with a word on stderr, where it cannot.
 */
bool witness_listen(const char *where, witness_answer_fn answer, void *context);

#endif
