/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/render/headings.h"

#include <string.h>

#include "clients/render/cells.h"
#include "clients/render/embedded.h"

/*
 * The table is looked through where it stands in the program, since of its 1,324 rows an answer
 * needs a few: half the bytes, back to where a row begins, and on. Its rows are in the order of
 * their first cell, and no cell has a line break or a quote within.
 */

static size_t
begin_of_row(struct prb_span table, size_t at)
{
	while (at > 0 && table.p[at - 1] != '\n')
		at--;
	return at;
}

static struct prb_span
from(struct prb_span table, size_t at)
{
	return (struct prb_span){table.p + at, table.n - at};
}

/* Behind the row that begins there. */
static size_t
end_of_row(struct prb_span table, size_t begin)
{
	const char *end = memchr(table.p + begin, '\n', table.n - begin);

	return end != NULL ? (size_t)(end - table.p) + 1 : table.n;
}

/* The cell of the row under the column of the language; both begin where `head` and `row` do. */
static struct prb_span
cell_of(struct prb_span head, struct prb_span row, enum prb_lang lang)
{
	for (bool last = false, ended = false; !last && !ended;) {
		struct prb_span column = prb_cell_next(&head, &last);
		struct prb_span cell = prb_cell_next(&row, &ended);

		if (prb_span_is(column, prb_lang_tag(lang)))
			return cell.n > 0 ? cell : PRB_SPAN_NONE;
	}
	return PRB_SPAN_NONE;
}

struct prb_span
prb_heading_name(enum prb_lang lang, struct prb_span hs)
{
	struct prb_span table = {
		(const char *)prb_embedded_headings.bytes, prb_embedded_headings.n};

	for (size_t low = end_of_row(table, 0), high = table.n; low < high;) {
		size_t begin = begin_of_row(table, low + (high - low) / 2);
		struct prb_span rest = from(table, begin);
		bool last;
		int sign = prb_span_compare(hs, prb_cell_next(&rest, &last));

		if (sign == 0)
			return cell_of(table, from(table, begin), lang);
		if (sign < 0)
			high = begin;
		else
			low = end_of_row(table, begin);
	}
	return PRB_SPAN_NONE;
}
