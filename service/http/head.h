/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_HTTP_HEAD_H
#define PRB_HTTP_HEAD_H

/*
 * The head of a request, checked on its raw bytes before any parser sees them. For message.c.
 *
 * The scan follows the bytes as they come in: it refuses a request line at its first byte that
 * cannot stand there, finds the end of the head, and looks at no byte twice. Whether a head is
 * refused, and for what, depends on its bytes alone, not on the pieces that they came in. The check
 * then reads the whole head once.
 */

#include "service/http/message.h"

#define PRB_METHOD_BYTES_MAX 64 /* the longest registered one has 17: UPDATEREDIRECTREF */

enum prb_head_part { PRB_PART_METHOD, PRB_PART_TARGET, PRB_PART_VERSION, PRB_PART_FIELDS };

struct prb_head_scan {
	enum prb_head_part part;
	size_t at;         /* all before it has been looked at */
	size_t method_end; /* offsets from the head's first byte */
	size_t target_end; /* of the target, which begins at method_end + 1 */
	size_t line;       /* where the line that `at` is in begins */
	unsigned seen;     /* the kinds of bytes in the target */
	size_t end;        /* once the head is complete: its length */
};

enum prb_scanned { PRB_SCANNED_PART, PRB_SCANNED_WHOLE, PRB_SCANNED_REFUSED };

/* A limit, as it stands in a text. */
#define PRB_LIMIT_TEXT(limit) PRB_LIMIT_TEXT_OF(limit)
#define PRB_LIMIT_TEXT_OF(limit) #limit

/* Always fills *refusal, and returns false: `return prb_refusal_set(...)`. */
bool prb_refusal_set(
	struct prb_refusal *refusal, enum prb_err err, const char *article, const char *detail);

/* n bytes from the head's first one on; the same and more than the last time. */
enum prb_scanned prb_head_scan(
	struct prb_head_scan *scan, const char *bytes, size_t n, struct prb_refusal *refusal);
/* Reads the head that the scan has found whole. */
bool prb_head_check(const struct prb_head_scan *scan, const char *bytes, struct prb_head *head,
	struct prb_refusal *refusal);

/* For a byte that cannot stand in a field's name, n bytes behind its beginning, or in a value. */
bool prb_refuse_name(char c, size_t n, struct prb_refusal *refusal);
bool prb_refuse_value(char c, struct prb_refusal *refusal);

/* head_target.c: reads head->target into path, query and host; seen as in the scan. */
bool prb_target_check(struct prb_head *head, unsigned seen, struct prb_refusal *refusal);
/* A Host field's value: a host that is not empty, and a port where one is given. */
bool prb_host_check(struct prb_span host, struct prb_refusal *refusal);
/* head_framing.c: what the fields say of the body, the host and the connection. */
bool prb_framing_check(struct prb_head *head, struct prb_refusal *refusal);

#endif
