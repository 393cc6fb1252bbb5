/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_TESTS_HANDLERS_REFERENCE_H
#define PRB_TESTS_HANDLERS_REFERENCE_H

/*
 * One thread's desk over the dataset release of this build, for tests and fuzz targets of the
 * handlers of reference data: no socket, no state, a clock that stands.
 */

#include "service/handlers/handler.h"

#define DESK_NOW_MS 1782820800000LL /* 2026-06-30T12:00:00Z */

/* Exits with the reason where the release cannot be opened. */
void desk_open(void);
void desk_close(void);

/* The Accept-Language of what is asked from now on, a literal; NULL: none. */
void desk_speak(const char *accept_language);
/* The built pages from now on, which stay the caller's; NULL: none, as at first. */
void desk_show(const struct prb_pages *pages);
/* Runs a handler; the exchange stands until the next call. query is encoded, without '?'; param is
 * the first part of a path, or NULL. A query that cannot be decoded gets no handler and NULL. */
const struct prb_exchange *desk_ask(prb_handler handler, const char *query, const char *param);
const struct prb_exchange *desk_ask_span(
	prb_handler handler, struct prb_span query, const char *param);

/* Whether a body is I-JSON in its canonical form; *out (may be NULL) is its tree. */
bool desk_is_canonical(struct prb_span body, const struct prb_json **out);

#endif
