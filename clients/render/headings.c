/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/render/headings.h"

#include <string.h>

#include "clients/render/embedded.h"

/*
 * The table is looked through where it stands in the program, since of its 1,324 rows an answer
 * needs a few: half the bytes, back to where a row begins, and on. Its rows are in the order of
 * their first cell, and no cell has a line break or a quote within.
 */

static size_t
begin_of_row(const char *text, size_t at)
{
	while (at > 0 && text[at - 1] != '\n')
		at--;
	return at;
}

static struct prb_span
row_at(struct prb_span table, size_t begin)
{
	const char *end = memchr(table.p + begin, '\n', table.n - begin);

	return (struct prb_span){
		table.p + begin, end != NULL ? (size_t)(end - table.p) - begin : table.n - begin};
}

/* The cell at which `rest` begins; rest is then what is behind its comma. */
static struct prb_span
take_cell(struct prb_span *rest)
{
	bool quoted = rest->n > 0 && rest->p[0] == '"';
	const char *begin = rest->p + quoted;
	const char *end = memchr(begin, quoted ? '"' : ',', rest->n - quoted);
	size_t n = end != NULL ? (size_t)(end - begin) : rest->n - quoted;
	size_t taken = n + (quoted ? 2U : 0U) + 1;

	taken = taken < rest->n ? taken : rest->n;
	rest->p += taken;
	rest->n -= taken;
	return (struct prb_span){begin, n};
}

/* The cell of the row under the column of the language. */
static struct prb_span
cell_of(struct prb_span head, struct prb_span row, enum prb_lang lang)
{
	while (head.n > 0) {
		struct prb_span column = take_cell(&head), cell = take_cell(&row);

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
	struct prb_span head = row_at(table, 0);

	for (size_t low = head.n + 1, high = table.n; low < high;) {
		size_t begin = begin_of_row(table.p, low + (high - low) / 2);
		struct prb_span row = row_at(table, begin), rest = row;
		int sign = prb_span_compare(hs, take_cell(&rest));

		if (sign == 0)
			return cell_of(head, row, lang);
		if (sign < 0)
			high = begin;
		else
			low = begin + row.n + 1;
	}
	return PRB_SPAN_NONE;
}
