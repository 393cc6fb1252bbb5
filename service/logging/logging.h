/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_SERVICE_LOGGING_H
#define PRB_SERVICE_LOGGING_H

/*
 * What the server says on standard error. A process has one standard error, so it has one log: the
 * functions take no object. Any thread may call them at any time.
 *
 * Before prb_logging_start and behind prb_logging_stop lines are written at once. Between them a
 * thread writes: a line waits in a buffer of PRB_LOGGING_BYTES_MAX, and where that is full, since
 * nobody reads standard error, it is dropped and counted. No caller waits.
 *
 * The caller keeps to the rule: no address, key, target, name of a party, or id of what is stored.
 */

#include "scoring/base/text.h"

#define PRB_LOGGING_BYTES_MAX (256 * 1024)
#define PRB_LOGGING_LINE_BYTES_MAX 4096 /* of the text of one line; the rest is cut */

enum prb_level {
	PRB_LEVEL_ERROR,   /* the server cannot do something that it is there for */
	PRB_LEVEL_WARNING, /* somebody should look at it */
	PRB_LEVEL_NOTICE,  /* what happens seldom and is as it should be */
	PRB_LEVEL_INFO,
	PRB_LEVEL_DEBUG,
	PRB_LEVELS
};

enum prb_logging_format { PRB_LOGGING_TEXT, PRB_LOGGING_JSON, PRB_LOGGING_FORMATS };
enum prb_logging_requests {
	PRB_REQUESTS_NONE,
	PRB_REQUESTS_ERRORS, /* those answered with 5xx */
	PRB_REQUESTS_ALL,
	PRB_LOGGING_REQUESTS
};

/* As the configuration writes them: "error", "text", "none" and so on; LEVELS etc. for no such. */
enum prb_level prb_level_find(const char *word);
enum prb_logging_format prb_logging_format_find(const char *word);
enum prb_logging_requests prb_logging_requests_find(const char *word);

struct prb_logging_options {
	enum prb_level level; /* and what is more severe */
	enum prb_logging_format format;
	enum prb_logging_requests requests;
	int fd; /* where lines go: STDERR_FILENO, or a test's */
};

/* May be called again while the server runs. Until it is called: notices, as text. */
void prb_logging_set(const struct prb_logging_options *options);
/* False where there is no thread to be had: lines go on being written at once. */
bool prb_logging_start(void);
/* Writes what waits, for a second at most, and ends the thread. */
void prb_logging_stop(void);
/* Lines that were dropped since the start. */
uint64_t prb_logging_dropped(void);

/*
 * One line. event: a literal such as "listening", by which programs find it; it is a word of
 * lower-case letters and underscores. Control characters of the text are shown as `?`.
 */
void prb_say(enum prb_level level, const char *event, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* A request that was answered. Texts are literals, but for the id, which has digits alone. */
struct prb_said_request {
	struct prb_span id; /* 32 digits; empty for none */
	const char *method; /* "GET" and the like */
	const char *route;  /* its template, "/v1/reports/{id}"; "other" where there is none */
	const char *role;   /* of the key; NULL for none */
	int status;
	uint64_t micros, in, out; /* bytes of the bodies */
};
void prb_say_request(const struct prb_said_request *request);
/* Whether such a status is logged: asked before a request is described. */
bool prb_says_request(int status);

#endif
