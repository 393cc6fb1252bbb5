/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_HTTP_CONDITIONAL_H
#define PRB_HTTP_CONDITIONAL_H

/*
 * Conditional requests, RFC 9110 section 13, and the choice of a coding, section 12.5.3.
 *
 * An answer that is packed has an ETag of its own (section 8.8.3.3): that of the plain one with
 * "-gzip" before the closing quote. Either names the same answer, so that a list is looked through
 * for both.
 */

#include "service/http/message.h"

#define PRB_ETAG_BYTES_MAX 128
#define PRB_ETAG_PACKED "-gzip"

/* Whether a field of this name is a condition: all of section 13.1 begin with If-. */
bool prb_name_is_condition(struct prb_span name);

enum prb_tags {
	PRB_TAGS_ABSENT, /* there is no such field */
	PRB_TAGS_OTHER,  /* none of its tags, or it is no list of tags */
	PRB_TAGS_ANY,    /* "*" */
	PRB_TAGS_PLAIN,  /* the ETag itself */
	PRB_TAGS_PACKED, /* that of the packed answer */
};

/*
 * Looks for `etag` (with its quotes; p NULL: there is nothing, and only "*" is told apart) in the
 * fields of that name: If-Match compares strongly, If-None-Match weakly (section 8.8.3.2). Where a
 * field is no list of entity tags, nothing in it counts.
 */
enum prb_tags prb_head_tags(
	const struct prb_head *head, const char *name, struct prb_span etag, bool strong);
/* Appends the ETag of the packed answer. */
void prb_etag_packed(struct prb_span etag, struct prb_str *out);

/* Reads a date in any of the three forms of section 5.6.7, which a server must take; `now` decides
 * the century of two digits. False where it is none; *seconds is untouched then. */
bool prb_http_date_read(struct prb_span text, int64_t now, int64_t *seconds);

enum prb_coding {
	PRB_CODING_IDENTITY,
	PRB_CODING_GZIP,
	PRB_CODING_GZIP_ONLY, /* and not as it is: identity is refused */
	PRB_CODING_NONE,      /* neither */
};
/* What Accept-Encoding takes, and likes best; gzip where both are liked as well. */
enum prb_coding prb_head_coding(const struct prb_head *head);

#endif
