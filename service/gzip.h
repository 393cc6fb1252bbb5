/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_SERVICE_GZIP_H
#define PRB_SERVICE_GZIP_H

/*
 * The coding gzip (RFC 1952) of answers. One for each worker, used again for every answer: its
 * memory, some 270 KB, is taken at the first use. The same bytes are packed to the same bytes: no
 * time and no name stands in the head.
 */

#include "scoring/base/text.h"

struct prb_gzip;
struct prb_gzip *prb_gzip_create(void); /* NULL without memory */
void prb_gzip_destroy(struct prb_gzip *gzip);
/* Appends the packed form of the pieces, one behind the other. False without memory or where it
 * would not fit into `out`; what was appended is then of no use. */
bool prb_gzip_pack(
	struct prb_gzip *gzip, const struct prb_span *pieces, size_t count, struct prb_str *out);

#endif
