/* SPDX-License-Identifier: Apache-2.0 */
#include "service/http/gzip.h"

#include <limits.h>
#include <stdlib.h>

#define ZLIB_CONST /* what is read is const */
#include <zlib.h>

#define WINDOW_BITS (15 + 16) /* the largest window, in the form of gzip */
#define MEMORY_LEVEL 8
#define BLOCK_BYTES ((size_t)16 * 1024)

struct prb_gzip {
	z_stream stream;
};

struct prb_gzip *
prb_gzip_create(int level)
{
	struct prb_gzip *gzip = calloc(1, sizeof *gzip);

	if (gzip != NULL && deflateInit2(&gzip->stream, level, Z_DEFLATED, WINDOW_BITS,
				    MEMORY_LEVEL, Z_DEFAULT_STRATEGY) == Z_OK)
		return gzip;
	free(gzip);
	return NULL;
}

void
prb_gzip_destroy(struct prb_gzip *gzip)
{
	if (gzip == NULL)
		return;
	(void)deflateEnd(&gzip->stream);
	free(gzip);
}

/* Feeds one piece, or, at the end, takes what is left. */
static bool
feed(z_stream *stream, struct prb_span piece, int flush, struct prb_str *out)
{
	int done = Z_OK;

	stream->next_in = (const Bytef *)piece.p;
	stream->avail_in = (uInt)piece.n;
	do {
		char *at = prb_str_extend(out, BLOCK_BYTES);

		if (at == NULL)
			return false;
		stream->next_out = (Bytef *)at;
		stream->avail_out = (uInt)BLOCK_BYTES;
		done = deflate(stream, flush);
		out->n -= stream->avail_out;
	} while (stream->avail_out == 0 && done == Z_OK);
	if (flush == Z_FINISH)
		return done == Z_STREAM_END;
	/* A block that was filled to its last byte may have been the end: Z_BUF_ERROR says so. */
	return stream->avail_in == 0 && (done == Z_OK || done == Z_BUF_ERROR);
}

bool
prb_gzip_pack(
	struct prb_gzip *gzip, const struct prb_span *pieces, size_t count, struct prb_str *out)
{
	if (deflateReset(&gzip->stream) != Z_OK)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (pieces[i].n > UINT_MAX)
			return false;
		if (pieces[i].n != 0 && !feed(&gzip->stream, pieces[i], Z_NO_FLUSH, out))
			return false;
	}
	return feed(&gzip->stream, PRB_SPAN(""), Z_FINISH, out);
}
