/* SPDX-License-Identifier: Apache-2.0 */
#include "datasets/lists/columns.h"

#include <string.h>

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool
prb_list_equal(struct prb_span a, struct prb_span b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

bool
prb_list_is_word_byte(char c)
{
	char l = lower(c);

	return (l >= 'a' && l <= 'z') || (l >= '0' && l <= '9') || (unsigned char)c >= 0x80;
}

const struct prb_list_cell *
prb_list_cell_of(const struct prb_list_row *row, const struct prb_list_column *column)
{
	return column->at < row->count && column->at < PRB_LIST_COLUMNS_MAX
		       ? &row->cells[column->at]
		       : NULL;
}

static struct prb_span
text_of(const struct prb_list_row *row, const struct prb_list_column *column)
{
	const struct prb_list_cell *cell = prb_list_cell_of(row, column);

	return cell ? prb_span_trim(cell->text) : PRB_SPAN("");
}

bool
prb_list_is_header(struct prb_span cell, struct prb_span header)
{
	size_t a = 0, b = 0;

	for (;;) {
		while (a < cell.n && strchr(" \t\n\r\"", cell.p[a]))
			a++;
		while (b < header.n && header.p[b] == ' ')
			b++;
		if (a == cell.n || b == header.n)
			return a == cell.n && b == header.n;
		if (lower(cell.p[a++]) != lower(header.p[b++]))
			return false;
	}
}

/* Every column of a manifest; `each` may set its place. */
struct finding {
	const struct prb_list_row *row;
	const char *missing;
};

static void
find_column(struct finding *f, struct prb_list_column *column, bool optional)
{
	column->at = PRB_LIST_NO_COLUMN;
	for (size_t i = f->row->count; i-- > 0;)
		if (i < PRB_LIST_COLUMNS_MAX &&
			prb_list_is_header(f->row->cells[i].text, column->header))
			column->at = i;
	if (column->at == PRB_LIST_NO_COLUMN && !optional && !f->missing)
		f->missing = column->header.p;
}

static void
find_in_conditions(struct finding *f, const struct prb_list_conditions *conditions)
{
	for (size_t i = 0; i < conditions->count; i++)
		for (struct prb_list_condition *c = &conditions->items[i]; c; c = c->also)
			find_column(f, &c->column, c->optional);
}

const char *
prb_list_find_columns(const struct prb_list_manifest *manifest, const struct prb_list_row *row)
{
	struct finding f = {.row = row};

	for (int field = 0; field < PRB_LIST_FIELDS; field++)
		for (size_t i = 0; i < manifest->fields[field].count; i++) {
			struct prb_list_value *value = &manifest->fields[field].items[i];

			if (value->column.header.p &&
				!prb_span_is(value->column.header, PRB_LIST_SECTION_HEADER))
				find_column(&f, &value->column, value->optional);
		}
	find_in_conditions(&f, &manifest->forced_labour_when);
	find_in_conditions(&f, &manifest->persons);
	find_in_conditions(&f, &manifest->organisations);
	find_in_conditions(&f, &manifest->keep);
	find_in_conditions(&f, &manifest->drop);
	return f.missing;
}

static bool
contains_nocase(struct prb_span text, struct prb_span words)
{
	for (size_t i = 0; i + words.n <= text.n; i++)
		if (prb_list_equal((struct prb_span){text.p + i, words.n}, words))
			return true;
	return false;
}

static bool
has_word(struct prb_span text, struct prb_span word)
{
	for (size_t i = 0; i < text.n;) {
		size_t start = i;

		while (i < text.n && prb_list_is_word_byte(text.p[i]))
			i++;
		if (prb_list_equal((struct prb_span){text.p + start, i - start}, word))
			return true;
		i += i == start;
	}
	return false;
}

static bool
holds_one(const struct prb_list_condition *c, const struct prb_list_row *row)
{
	struct prb_span text = text_of(row, &c->column);

	if (c->test == PRB_LIST_IS_EMPTY)
		return (text.n == 0) != c->negated;
	for (size_t i = 0; i < c->words_count; i++)
		if (c->test == PRB_LIST_EQUALS         ? prb_list_equal(text, c->words[i])
			: c->test == PRB_LIST_CONTAINS ? contains_nocase(text, c->words[i])
						       : has_word(text, c->words[i]))
			return true;
	return false;
}

bool
prb_list_holds(const struct prb_list_conditions *conditions, const struct prb_list_row *row)
{
	for (size_t i = 0; i < conditions->count; i++) {
		const struct prb_list_condition *c = &conditions->items[i];

		while (c && holds_one(c, row))
			c = c->also;
		if (!c)
			return true;
	}
	return false;
}
