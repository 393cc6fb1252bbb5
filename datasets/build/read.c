/* SPDX-License-Identifier: Apache-2.0 */

/* Reading the files: bytes that no source may hold, the form of the CSV, headers, the number of
 * cells. */

#include <csv.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "datasets/build/overlay.h"

#define FILE_BYTES_MAX (64 * 1024 * 1024)
#define COLUMNS_MAX 32
#define PATH_BYTES_MAX 4096

struct place {
	uint32_t line, column;
};

/* One file on its way through libcsv, which tells no positions: it is fed byte by byte, so that the
 * place is known when a cell ends; the next one begins behind it. */
struct parse {
	struct prb_sources *s;
	enum prb_source_table table;
	struct prb_source_schema schema;
	struct place now, cell_start, row_start;
	bool in_rows;
	bool header_good;
	size_t header_cells;
	size_t met;                      /* cells of this row so far */
	uint16_t schema_of[COLUMNS_MAX]; /* position in the file -> column of the schema */
	struct prb_cell row[COLUMNS_MAX];
};

/* An overlay comes from a spreadsheet, which may put a byte order mark before it and a carriage
 * return before each line's end; both go. A table of ours has one form alone. */
static size_t
leave_out_spreadsheet_marks(char *bytes, size_t n)
{
	size_t from = n >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0, to = 0;

	for (; from < n; from++)
		if (bytes[from] != '\r' || from + 1 == n || bytes[from + 1] != '\n')
			bytes[to++] = bytes[from];
	return to;
}

static bool
read_file(
	struct prb_sources *s, enum prb_source_table table, const char *path, struct prb_span *text)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	char *bytes = NULL;
	size_t n = 0;
	ssize_t got = 0;

	if (fd < 0 || fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
		prb_complain(s, table, 1, 1, "the table cannot be read: %s",
			fd < 0 ? strerror(errno) : "it is no file");
	} else if (status.st_size > FILE_BYTES_MAX) {
		prb_complain(s, table, 1, 1, "the table is larger than %d MB",
			FILE_BYTES_MAX / (1024 * 1024));
	} else if (!(bytes = prb_arena_alloc(s->arena, (size_t)status.st_size + 1))) {
		s->out_of_memory = true;
	} else {
		while (n < (size_t)status.st_size &&
			(got = read(fd, bytes + n, (size_t)status.st_size - n)) > 0)
			n += (size_t)got;
		if (got < 0) {
			prb_complain(
				s, table, 1, 1, "the table cannot be read: %s", strerror(errno));
			bytes = NULL;
		} else if (prb_overlay_of_table(table) != PRB_OVERLAYS) {
			n = leave_out_spreadsheet_marks(bytes, n);
		}
	}
	if (fd >= 0)
		(void)close(fd);
	*text = (struct prb_span){bytes, n};
	return bytes != NULL;
}

/* Bytes that may stand nowhere. One complaint of a kind in a file is enough. */
static bool
bytes_hold(struct prb_sources *s, enum prb_source_table table, struct prb_span text)
{
	size_t bad = prb_utf8_check(text.p, text.n);
	struct place at = {1, 1};
	const char *reason = NULL;

	if (text.n >= 3 && memcmp(text.p, "\xEF\xBB\xBF", 3) == 0)
		reason = "a byte order mark: save the table without one";
	for (size_t i = 0; i < text.n && !reason; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (i == bad)
			reason = "the bytes are not UTF-8";
		else if (c == '\r')
			reason = "a carriage return: lines end with LF alone";
		else if (c < 0x20 && c != '\n')
			reason = "a control character";
		else if (c == '\n')
			at = (struct place){at.line + 1, 1};
		else
			at.column++;
	}
	if (reason)
		prb_complain(s, table, at.line, at.column, "%s", reason);
	return !reason;
}

static int
no_blanks(unsigned char c)
{
	(void)c;
	return 0; /* libcsv would trim blanks: a cell is taken as it stands */
}

static int
newline_only(unsigned char c)
{
	return c == '\n';
}

static uint16_t
column_of_header(const struct parse *p, struct prb_span header)
{
	uint16_t i = 0;

	while (i < p->schema.columns &&
		!prb_span_is(header, prb_column_schemas[p->schema.first + i].header))
		i++;
	return i;
}

static void
take_header(struct parse *p)
{
	bool seen[COLUMNS_MAX] = {false};

	p->header_good = true;
	p->header_cells = p->met;
	for (size_t i = 0; i < p->met && i < COLUMNS_MAX; i++) {
		uint16_t column = column_of_header(p, p->row[i].text);

		p->schema_of[i] = column;
		/* An overlay is another's file: of its columns some are read. */
		if (column == p->schema.columns && prb_overlay_of_table(p->table) != PRB_OVERLAYS)
			continue;
		if (column < p->schema.columns && !seen[column]) {
			seen[column] = true;
			continue;
		}
		prb_complain(p->s, p->table, p->row[i].line, p->row[i].column, "%s column \"%.*s\"",
			column < p->schema.columns ? "a second" : "an unknown",
			PRB_SPAN_ARGS(p->row[i].text));
		p->header_good = false;
	}
	for (size_t i = 0; i < p->schema.columns; i++) {
		if (seen[i])
			continue;
		prb_complain(p->s, p->table, 1, 1, "no column \"%s\"",
			prb_column_schemas[p->schema.first + i].header);
		p->header_good = false;
	}
}

static void
take_row(struct parse *p)
{
	struct prb_source_rows *rows = &p->s->tables[p->table];
	struct prb_cell *cells;

	if (!p->header_good)
		return;
	if (p->met != p->header_cells) {
		prb_complain(p->s, p->table, p->row_start.line, p->row_start.column,
			"%zu cells where the header has %zu: a comma inside a cell needs quotes "
			"around it",
			p->met, p->header_cells);
		return;
	}
	if (rows->rows == rows->room) {
		size_t room = rows->room ? rows->room * 2 : 256;
		void *grown = realloc(rows->cells, room * p->schema.columns * sizeof(*cells));

		if (!grown) {
			p->s->out_of_memory = true;
			return;
		}
		rows->cells = grown;
		rows->room = room;
	}
	cells = rows->cells + rows->rows * p->schema.columns;
	for (size_t i = 0; i < p->header_cells; i++)
		if (p->schema_of[i] < p->schema.columns)
			cells[p->schema_of[i]] = p->row[i];
	rows->rows++;
}

static void
on_cell(void *bytes, size_t n, void *context)
{
	struct parse *p = context;

	if (p->met < COLUMNS_MAX) {
		struct prb_span text =
			prb_arena_copy(p->s->arena, (struct prb_span){bytes ? bytes : "", n});

		if (!text.p)
			p->s->out_of_memory = true;
		p->row[p->met] = (struct prb_cell){text, p->cell_start.line, p->cell_start.column};
	}
	p->met++;
	p->cell_start = (struct place){p->now.line, p->now.column + 1};
}

static void
on_row(int end, void *context)
{
	struct parse *p = context;

	(void)end;
	if (p->met == 0)
		prb_complain(p->s, p->table, p->row_start.line, 1, "an empty line");
	else if (!p->in_rows)
		take_header(p);
	else
		take_row(p);
	p->in_rows = true;
	p->met = 0;
	p->cell_start = p->row_start = (struct place){p->now.line + 1, 1};
}

static void
parse_text(struct parse *p, struct prb_span text)
{
	struct csv_parser parser;
	bool broken = false;

	if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) != 0) {
		p->s->out_of_memory = true;
		return;
	}
	csv_set_space_func(&parser, no_blanks);
	csv_set_term_func(&parser, newline_only);
	for (size_t i = 0; i < text.n && !broken && !p->s->out_of_memory; i++) {
		broken = csv_parse(&parser, text.p + i, 1, on_cell, on_row, p) != 1;
		if (broken)
			break;
		if (text.p[i] == '\n')
			p->now = (struct place){p->now.line + 1, 1};
		else
			p->now.column++;
	}
	if (broken || csv_fini(&parser, on_cell, on_row, p) != 0)
		prb_complain(p->s, p->table, p->now.line, p->now.column,
			"a quote that stands alone: a cell with quotes is put in quotes and each "
			"of its own doubled; "
			"the lines behind it were not read");
	csv_free(&parser);
}

static int
path_of(const struct prb_sources *s, enum prb_source_table table, char path[PATH_BYTES_MAX])
{
	enum prb_overlay overlay = prb_overlay_of_table(table);

	if (overlay != PRB_OVERLAYS)
		return snprintf(path, PATH_BYTES_MAX, "%s", s->overlays[overlay]);
	return snprintf(
		path, PATH_BYTES_MAX, "%s/%s.csv", s->folder, prb_source_schema(table).file);
}

static void
read_table(struct prb_sources *s, enum prb_source_table table)
{
	struct parse p = {.s = s,
		.table = table,
		.schema = prb_source_schema(table),
		.now = {1, 1},
		.cell_start = {1, 1},
		.row_start = {1, 1}};
	char path[PATH_BYTES_MAX];
	struct prb_span text;

	if (!prb_overlay_is_read(s, table))
		return;
	if (path_of(s, table, path) >= PATH_BYTES_MAX) {
		prb_complain(s, table, 1, 1, "the path is too long");
		return;
	}
	if (!read_file(s, table, path, &text) || !bytes_hold(s, table, text))
		return;
	parse_text(&p, text);
	if (!p.in_rows && !s->out_of_memory)
		prb_complain(
			s, table, 1, 1, "the table is empty: its first line names the columns");
}

enum prb_err
prb_sources_read(struct prb_sources *s, struct prb_fault *fault)
{
	struct stat status;

	if (stat(s->folder, &status) != 0 || !S_ISDIR(status.st_mode))
		return prb_fault_set(fault, PRB_ERR_IO, PRB_NO_OFFSET, NULL,
			"%s: there is no such folder of source tables: name it with --sources DIR",
			s->folder);
	for (int table = 0; table < PRB_SOURCE_TABLES; table++) {
		size_t before = s->complaints;

		read_table(s, (enum prb_source_table)table);
		s->tables[table].broken = s->complaints > before;
	}
	if (s->out_of_memory)
		return prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL,
			"%s: memory ran out", s->folder);
	return PRB_OK;
}
