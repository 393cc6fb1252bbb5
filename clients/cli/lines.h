/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_CLI_LINES_H
#define PRB_CLI_LINES_H

/* Lines of a text; blank ones are passed over, and counted. */

#include <string.h>

#include "scoring/base/text.h"

struct lines {
	struct prb_span rest, line; /* line: without blanks at its ends */
	size_t number;              /* of the line, from 1 */
};

/* False at the end of the text. */
static inline bool
lines_next(struct lines *l)
{
	while (l->rest.n != 0) {
		const char *end = memchr(l->rest.p, '\n', l->rest.n);
		size_t n = end == NULL ? l->rest.n : (size_t)(end - l->rest.p);

		l->line = prb_span_trim((struct prb_span){l->rest.p, n});
		n += end != NULL;
		l->rest.p += n;
		l->rest.n -= n;
		l->number++;
		if (l->line.n != 0)
			return true;
	}
	return false;
}

#endif
