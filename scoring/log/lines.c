/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/log/lines.h"

#include "scoring/log/tree.h"

bool
prb_line_next(struct prb_span *rest, struct prb_span *line)
{
	const char *end = rest->n == 0 ? NULL : memchr(rest->p, '\n', rest->n);

	if (end == NULL)
		return false;
	*line = (struct prb_span){rest->p, (size_t)(end - rest->p)};
	rest->p += line->n + 1;
	rest->n -= line->n + 1;
	return true;
}

bool
prb_line_behind(struct prb_span line, const char *word, struct prb_span *rest)
{
	struct prb_span start = prb_span_of(word);

	if (!prb_span_starts(line, start))
		return false;
	*rest = (struct prb_span){line.p + start.n, line.n - start.n};
	return true;
}

bool
prb_line_size(struct prb_span line, uint64_t *out)
{
	int64_t size;

	if (line.n == 0 || line.p[0] == '-' ||
		!prb_parse_int(line, 0, (int64_t)PRB_TREE_SIZE_MAX, &size))
		return false;
	*out = (uint64_t)size;
	return true;
}

bool
prb_line_hash(struct prb_span line, uint8_t out[PRB_SHA256_BYTES])
{
	uint8_t hash[PRB_SHA256_BYTES];
	size_t n;

	if (!prb_base64_read(line, hash, sizeof hash, &n) || n != sizeof hash)
		return false;
	memcpy(out, hash, sizeof hash);
	return true;
}

void
prb_line_add_hash(struct prb_str *out, const uint8_t hash[PRB_SHA256_BYTES])
{
	prb_base64_write(hash, PRB_SHA256_BYTES, out);
	prb_str_add_char(out, '\n');
}
