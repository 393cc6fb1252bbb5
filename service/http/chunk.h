/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_HTTP_CHUNK_H
#define PRB_HTTP_CHUNK_H

/*
 * The lines of the chunked coding, RFC 9112 section 7.1, checked byte by byte as they come in. For
 * message.c. Neither reader keeps the bytes; both begin as zeros.
 */

#include "service/http/message.h"

#define PRB_TRAILER_NAME_BYTES 32 /* longer than any name that is refused */

struct prb_chunk_line {
	int place;
	uint64_t size;
	size_t digits, zeros; /* of the size; extensions are checked and dropped */
	size_t length;        /* of the line so far */
};

struct prb_trailers {
	int place;
	size_t bytes, name_n;
	char name[PRB_TRAILER_NAME_BYTES]; /* its beginning */
};

enum prb_chunk_read { PRB_CHUNK_PART, PRB_CHUNK_WHOLE, PRB_CHUNK_REFUSED };

/* *used is how many bytes were taken: all of them, or up to the line's end or the byte that cannot
 * stand. */
enum prb_chunk_read prb_chunk_line_read(struct prb_chunk_line *line, const char *bytes, size_t n,
	size_t *used, struct prb_refusal *refusal);
/* The fields behind the last chunk, up to the empty line. They are dropped; those that frame,
 * route, authenticate, modify or describe the request are refused (RFC 9110 section 6.5.1). */
enum prb_chunk_read prb_trailers_read(struct prb_trailers *trailers, const char *bytes, size_t n,
	size_t *used, struct prb_refusal *refusal);

#endif
