/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_HTTP_TARGET_H
#define PRB_HTTP_TARGET_H

/*
 * Paths and queries: percent-decoding, and the route that a path belongs to.
 */

#include <stdbool.h>

#include "scoring/base/arena.h"
#include "scoring/base/fault.h"
#include "scoring/base/text.h"

#define PRB_QUERY_PARAMETERS_MAX 16

struct prb_parameter {
	struct prb_span name, value; /* decoded, UTF-8 */
};
struct prb_query {
	struct prb_parameter items[PRB_QUERY_PARAMETERS_MAX];
	size_t count;
};

/* Decodes "a=b&c=d" ('+' is a blank). PRB_ERR_QUERY where an escape is broken, the bytes are not
 * UTF-8 or hold a control character, a name comes twice, or there are too many. */
enum prb_err prb_query_read(struct prb_arena *arena, struct prb_span query, struct prb_query *out,
	struct prb_fault *fault);
/* The value; p NULL where there is none. */
struct prb_span prb_query_get(const struct prb_query *query, const char *name);
/* PRB_ERR_QUERY, naming the first parameter that is none of `known` (ended by NULL). */
enum prb_err prb_query_allow(
	const struct prb_query *query, const char *const *known, struct prb_fault *fault);

/*
 * Takes the percent-encoding off what needs none: letters, digits and "-._~", which are the same
 * with and without it (RFC 3986 section 6.2.2.2). All else stays as sent, and what comes out is not
 * looked at again: no slash, percent sign or control character is made. The escapes must stand
 * (prb_escapes_stand). False without memory; *out may be `path` itself.
 */
bool prb_path_plain(struct prb_arena *arena, struct prb_span path, struct prb_span *out);

/* Matches "/v1/reports/{id}" against a path; each {name} takes one non-empty part, whose text
 * (with what is escaped in it) goes to params in order. {name...}, at the end of a pattern, takes
 * all the parts that are left, with the slashes between them. At most PRB_PATH_PARAMS_MAX. */
#define PRB_PATH_PARAMS_MAX 2
bool prb_path_match(
	const char *pattern, struct prb_span path, struct prb_span params[PRB_PATH_PARAMS_MAX]);

#endif
