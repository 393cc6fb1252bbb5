/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/intake/cells.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

#include "clients/intake/intake.h"

struct prb_intake_table {
	struct prb_intake_table_events events;
	struct csv_parser parser;
	char delimiter;
	bool stopped;
	bool skipping; /* to the end of the line, behind a row that was too long */
	bool row_ended;
	struct prb_intake_lines lines;
	uint64_t row_line;
	uint64_t cell_line; /* where the cell being read begins */
	size_t row_bytes;   /* of the row being read; 0: the next byte begins one */
	struct prb_intake_cells cells;
};

struct prb_span
prb_intake_cell(const struct prb_intake_cells *cells, size_t i)
{
	if (i >= cells->count || !cells->bytes.p)
		return PRB_SPAN_NONE;
	uint32_t start = i == 0 ? 0 : cells->end[i - 1];
	return (struct prb_span){cells->bytes.p + start, cells->end[i] - start};
}

bool
prb_intake_cells_blank_from(const struct prb_intake_cells *cells, size_t i)
{
	for (; i < cells->count; i++) {
		if (prb_span_trim(prb_intake_cell(cells, i)).n > 0)
			return false;
	}
	return !cells->more;
}

static void
cells_reset(struct prb_intake_cells *cells)
{
	prb_str_reset(&cells->bytes);
	cells->count = 0;
	cells->seen = 0;
	cells->more = false;
}

static void
on_cell(void *bytes, size_t n, void *context)
{
	struct prb_intake_table *table = context;
	struct prb_intake_cells *cells = &table->cells;

	cells->seen++;
	table->cell_line = table->lines.line;
	if (cells->count == PRB_INTAKE_CELLS_MAX) {
		cells->more |= prb_span_trim((struct prb_span){bytes, n}).n > 0;
		return;
	}
	prb_str_add(&cells->bytes, bytes, n);
	cells->end[cells->count++] = (uint32_t)cells->bytes.n;
}

static void
on_row(int end, void *context)
{
	struct prb_intake_table *table = context;

	(void)end;
	table->row_ended = true;
	if (table->cells.seen > 0 && !table->stopped && !table->cells.bytes.failed)
		table->stopped =
			!table->events.row(table->events.context, table->row_line, &table->cells);
	if (!table->cells.bytes.failed)
		cells_reset(&table->cells);
}

/* Every line end is reported (CSV_REPALL_NL), so that an empty line also ends a row, one without
 * cells. */
static bool
parser_init(struct prb_intake_table *table)
{
	if (csv_init(&table->parser, CSV_REPALL_NL) != 0)
		return false;
	csv_set_delim(&table->parser, (unsigned char)table->delimiter);
	return true;
}

struct prb_intake_table *
prb_intake_table_create(char delimiter, uint64_t line, const struct prb_intake_table_events *events)
{
	struct prb_intake_table *table = calloc(1, sizeof(*table));

	if (!table)
		return NULL;
	table->events = *events;
	table->delimiter = delimiter;
	table->lines.line = line;
	prb_str_init(&table->cells.bytes, PRB_INTAKE_ROW_BYTES_MAX + 1);
	if (!parser_init(table)) {
		free(table);
		return NULL;
	}
	return table;
}

void
prb_intake_table_destroy(struct prb_intake_table *table)
{
	if (!table)
		return;
	csv_free(&table->parser);
	prb_str_finish(&table->cells.bytes);
	free(table);
}

static bool
parse(struct prb_intake_table *table, struct prb_span piece)
{
	size_t n = csv_parse(&table->parser, piece.p, piece.n, on_cell, on_row, table);

	return n == piece.n && !table->cells.bytes.failed;
}

/* libcsv has no way back from inside a row but a new parser. */
static bool
refuse_long_row(struct prb_intake_table *table)
{
	struct prb_fault fault;

	prb_fault_set(&fault, PRB_ERR_TOO_LARGE, PRB_NO_OFFSET, NULL,
		"the row is longer than %d bytes; see whether a quote that opens in line %llu is "
		"closed",
		PRB_INTAKE_ROW_BYTES_MAX, (unsigned long long)table->cell_line);
	table->stopped = !table->events.refused(table->events.context, table->row_line, &fault);
	csv_free(&table->parser);
	cells_reset(&table->cells);
	table->row_bytes = 0;
	table->skipping = true;
	return parser_init(table);
}

/* The bytes up to and with the next line end, or all. */
static size_t
line_bytes(struct prb_span text)
{
	const char *lf = memchr(text.p, '\n', text.n);
	size_t n = lf ? (size_t)(lf - text.p) + 1 : text.n;
	const char *cr = memchr(text.p, '\r', n);

	return cr ? (size_t)(cr - text.p) + 1 : n;
}

/* One line, or a part of one: so the line is known whenever a row ends. */
static bool
feed_line(struct prb_intake_table *table, struct prb_span piece)
{
	char last = piece.p[piece.n - 1];
	bool is_end = last == '\n' || last == '\r';

	if (table->row_bytes == 0 && !table->skipping) {
		table->row_line = table->lines.line;
		table->cell_line = table->lines.line;
	}
	if (!table->skipping) {
		table->row_bytes += piece.n;
		table->row_ended = false;
		if (table->row_bytes > PRB_INTAKE_ROW_BYTES_MAX) {
			if (!refuse_long_row(table))
				return false;
		} else if (!parse(table, piece)) {
			return false;
		}
		if (table->row_ended)
			table->row_bytes = 0;
	}
	if (is_end)
		table->skipping = false;
	prb_intake_lines_step(&table->lines, last);
	return true;
}

enum prb_err
prb_intake_table_feed(struct prb_intake_table *table, struct prb_span text)
{
	while (text.n > 0 && !table->stopped) {
		size_t n = line_bytes(text);

		if (!feed_line(table, (struct prb_span){text.p, n}))
			return PRB_ERR_MEMORY;
		text.p += n;
		text.n -= n;
	}
	return PRB_OK;
}

/* In strict mode csv_fini tells an open quote from an ordinary end; the reading itself is lenient,
 * as published lists hold bare quotes inside cells. */
enum prb_err
prb_intake_table_finish(struct prb_intake_table *table)
{
	struct prb_fault fault;

	if (table->stopped)
		return PRB_OK;
	csv_set_opts(&table->parser, CSV_REPALL_NL | CSV_STRICT | CSV_STRICT_FINI);
	if (csv_fini(&table->parser, on_cell, on_row, table) == 0)
		return table->cells.bytes.failed ? PRB_ERR_MEMORY : PRB_OK;
	if (csv_error(&table->parser) != CSV_EPARSE)
		return PRB_ERR_MEMORY;
	prb_fault_set(&fault, PRB_ERR_TABLE, PRB_NO_OFFSET, NULL,
		"the quote that opens in line %llu is not closed: everything behind it was read as "
		"one cell",
		(unsigned long long)table->cell_line);
	table->stopped = !table->events.refused(table->events.context, table->row_line, &fault);
	return PRB_OK;
}
