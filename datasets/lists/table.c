/* SPDX-License-Identifier: Apache-2.0 */
#include "datasets/lists/table.h"

#include <csv.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES 65536
/* No cell may hold a control character, so this quote never opens: a table without quoting. */
#define NEVER_A_QUOTE 0x01

/* One file on its way through libcsv, which tells no positions: it is fed byte by byte, so that the
 * place is known when a cell ends; the next one begins behind it. */
struct reading {
	prb_list_row_fn each;
	void *context;
	struct prb_list_row row;
	struct prb_str bytes; /* of the row's cells, each ended by NUL */
	size_t starts[PRB_LIST_COLUMNS_MAX];
	uint32_t line, column;
	struct prb_list_cell next; /* the place of the cell that is being read */
	uint32_t row_line;
	size_t row_bytes;
	bool any_text, stopped, too_long, no_memory;
};

static int
no_blanks(unsigned char c)
{
	(void)c;
	return 0; /* libcsv would trim blanks, and a tab delimits some tables */
}

static int
newline_only(unsigned char c)
{
	return c == '\n';
}

static const char *
bytes_wrong(const char *p, size_t n)
{
	if (prb_utf8_check(p, n) < n)
		return "the bytes are not UTF-8: save the file as UTF-8";
	if (n > 0 && memchr(p, '\0', n))
		return "a NUL byte";
	return NULL;
}

static void
on_cell(void *bytes, size_t n, void *context)
{
	struct reading *r = context;
	struct prb_list_row *row = &r->row;

	if (row->count < PRB_LIST_COLUMNS_MAX) {
		struct prb_list_cell *cell = &row->cells[row->count];

		*cell = r->next;
		cell->text.n = n;
		r->starts[row->count] = r->bytes.n;
		prb_str_add(&r->bytes, bytes ? bytes : "", n);
		prb_str_add_char(&r->bytes, '\0');
		if (!row->wrong && n > 0)
			row->wrong = bytes_wrong(bytes, n);
	}
	r->any_text = r->any_text || n > 0;
	r->row_bytes += n + 1;
	row->count++;
	r->next = (struct prb_list_cell){.line = r->line, .column = r->column + 1};
}

static void
on_row(int end, void *context)
{
	struct reading *r = context;
	struct prb_list_row *row = &r->row;

	(void)end;
	row->line = r->row_line;
	if (r->row_bytes >= PRB_LIST_ROW_BYTES_MAX)
		r->too_long = true;
	else if (r->bytes.failed)
		r->no_memory = true;
	else if (r->any_text && !r->stopped) {
		for (size_t i = 0; i < row->count && i < PRB_LIST_COLUMNS_MAX; i++)
			row->cells[i].text.p = r->bytes.p + r->starts[i];
		r->stopped = !r->each(r->context, row);
	}
	prb_str_reset(&r->bytes);
	r->row_bytes = 0;
	row->count = 0;
	row->wrong = NULL;
	r->any_text = false;
	r->row_line = r->line + 1;
	r->next = (struct prb_list_cell){.line = r->line + 1, .column = 1};
}

static enum prb_err
out_of_memory(const char *path, struct prb_fault *fault)
{
	return prb_fault_set(
		fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "%s: memory ran out", path);
}

static enum prb_err
broken(const struct reading *r, const char *path, const char *what, struct prb_fault *fault)
{
	return prb_fault_set(fault, PRB_ERR_SOURCE_ROW, PRB_NO_OFFSET, NULL,
		"%s:%u:%u: %s; what stands behind it was not read", path, r->next.line,
		r->next.column, what);
}

/* One byte; a carriage return before a line's end is left out. */
static bool
feed(struct reading *r, struct csv_parser *parser, char byte)
{
	if (csv_parse(parser, &byte, 1, on_cell, on_row, r) != 1)
		return false;
	if (byte == '\n') {
		r->line++;
		r->column = 0;
	}
	r->column++;
	return parser->entry_pos <= PRB_LIST_ROW_BYTES_MAX;
}

static enum prb_err
read_all(struct reading *r, FILE *file, struct csv_parser *parser, const char *path,
	struct prb_fault *fault)
{
	static const char stands_alone[] =
		"a quote that stands alone: a cell with quotes is put in quotes and each of its "
		"own doubled";
	char block[BLOCK_BYTES];
	int64_t bytes = 0;
	bool held = false; /* a carriage return of which it is not known yet what follows */
	size_t n;

	while (!r->stopped && (n = fread(block, 1, sizeof(block), file)) > 0) {
		size_t i = bytes == 0 && n >= 3 && memcmp(block, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

		bytes += (int64_t)n;
		if (bytes > PRB_LIST_FILE_BYTES_MAX)
			return broken(r, path, "the file is larger than 1 GB", fault);
		for (; i < n && !r->stopped; i++) {
			bool good = !held || block[i] == '\n' || feed(r, parser, '\r');

			held = block[i] == '\r';
			if (!held)
				good = good && feed(r, parser, block[i]);
			if (r->no_memory)
				return out_of_memory(path, fault);
			if (!good || r->too_long)
				return broken(r, path,
					r->too_long || parser->entry_pos > PRB_LIST_ROW_BYTES_MAX
						? "a row of more than 1 MB: is a quote left open?"
						: stands_alone,
					fault);
		}
	}
	if (ferror(file))
		return prb_fault_set(fault, PRB_ERR_IO, PRB_NO_OFFSET, NULL,
			"%s: cannot be read: %s", path, strerror(errno));
	if (!r->stopped && csv_fini(parser, on_cell, on_row, r) != 0)
		return broken(r, path, stands_alone, fault);
	return r->no_memory ? out_of_memory(path, fault) : PRB_OK;
}

enum prb_err
prb_list_table_read(const char *path, const struct prb_list_format *format, prb_list_row_fn each,
	void *context, struct prb_fault *fault)
{
	struct reading *r = calloc(1, sizeof(*r));
	FILE *file = NULL;
	struct csv_parser parser;
	enum prb_err err;

	if (!r || csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) != 0) {
		free(r);
		return prb_fault_set(
			fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "%s: memory ran out", path);
	}
	*r = (struct reading){.each = each,
		.context = context,
		.line = 1,
		.column = 1,
		.row_line = 1,
		.next = {.line = 1, .column = 1}};
	prb_str_init(&r->bytes, PRB_LIST_ROW_BYTES_MAX);
	csv_set_space_func(&parser, no_blanks);
	csv_set_term_func(&parser, newline_only);
	csv_set_delim(&parser, (unsigned char)format->delimiter);
	csv_set_quote(
		&parser, format->quote != '\0' ? (unsigned char)format->quote : NEVER_A_QUOTE);
	file = fopen(path, "rb");
	err = file ? read_all(r, file, &parser, path, fault)
		   : prb_fault_set(fault, PRB_ERR_IO, PRB_NO_OFFSET, NULL, "%s: cannot be read: %s",
			     path, strerror(errno));
	if (file)
		(void)fclose(file);
	csv_free(&parser);
	prb_str_finish(&r->bytes);
	free(r);
	return err;
}
