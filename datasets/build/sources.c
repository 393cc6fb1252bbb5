/* SPDX-License-Identifier: Apache-2.0 */
#include "datasets/build/overlay.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct prb_column_schema prb_column_schemas[PRB_SOURCE_COLUMNS] = {
#define PRB_SOURCE(table, file)
#define PRB_COLUMN(table, column, header, kind, flags, param)                                      \
	{header, PRB_KIND_##kind, PRB_FLAG_##flags, param},
#include "datasets/build/schema.def"
#undef PRB_SOURCE
#undef PRB_COLUMN
};

static const char *const files[PRB_SOURCE_TABLES] = {
#define PRB_SOURCE(table, file) file,
#define PRB_COLUMN(table, column, header, kind, flags, param)
#include "datasets/build/schema.def"
#undef PRB_SOURCE
#undef PRB_COLUMN
};

static const uint8_t table_of_column[PRB_SOURCE_COLUMNS] = {
#define PRB_SOURCE(table, file)
#define PRB_COLUMN(table, column, header, kind, flags, param) PRB_SOURCE_##table,
#include "datasets/build/schema.def"
#undef PRB_SOURCE
#undef PRB_COLUMN
};

struct prb_source_schema
prb_source_schema(enum prb_source_table table)
{
	struct prb_source_schema schema = {.file = files[table]};

	while (table_of_column[schema.first] != table)
		schema.first++;
	while (schema.first + schema.columns < PRB_SOURCE_COLUMNS &&
		table_of_column[schema.first + schema.columns] == table)
		schema.columns++;
	return schema;
}

enum prb_source_table
prb_source_find(struct prb_span file)
{
	int table = 0;

	while (table < PRB_SOURCE_TABLES && !prb_span_is(file, files[table]))
		table++;
	return (enum prb_source_table)table;
}

static void complain(struct prb_sources *s, enum prb_source_table table, uint32_t line,
	uint32_t column, const char *format, va_list args) __attribute__((format(printf, 5, 0)));

static void
complain(struct prb_sources *s, enum prb_source_table table, uint32_t line, uint32_t column,
	const char *format, va_list args)
{
	char reason[PRB_FAULT_DETAIL_BYTES_MAX], text[PRB_FAULT_DETAIL_BYTES_MAX * 2];

	s->at_fault[prb_overlay_of_table(table)] = true;
	if (++s->complaints > PRB_COMPLAINTS_SAID_MAX || !s->say)
		return;
	(void)vsnprintf(reason, sizeof(reason), format, args);
	if (prb_overlay_of_table(table) == PRB_OVERLAYS)
		(void)snprintf(text, sizeof(text), "%s/%s.csv:%u:%u: %s", s->folder, files[table],
			line, column, reason);
	else
		(void)snprintf(text, sizeof(text), "%s:%u:%u: %s",
			s->overlays[prb_overlay_of_table(table)], line, column, reason);
	s->say(s->say_context, text);
}

void
prb_complain(struct prb_sources *s, enum prb_source_table table, uint32_t line, uint32_t column,
	const char *format, ...)
{
	va_list args;

	va_start(args, format);
	complain(s, table, line, column, format, args);
	va_end(args);
}

static const struct prb_cell *
cell_at(const struct prb_sources *s, enum prb_source_column column, size_t row)
{
	enum prb_source_table table = (enum prb_source_table)table_of_column[column];
	struct prb_source_schema schema = prb_source_schema(table);
	const struct prb_source_rows *rows = &s->tables[table];

	assert(row < rows->rows);
	if (rows->order)
		row = rows->order[row];
	return &rows->cells[row * schema.columns + (size_t)(column - schema.first)];
}

void
prb_complain_cell(
	struct prb_sources *s, enum prb_source_column column, size_t row, const char *format, ...)
{
	const struct prb_cell *cell = cell_at(s, column, row);
	va_list args;

	va_start(args, format);
	complain(s, (enum prb_source_table)table_of_column[column], cell->line, cell->column,
		format, args);
	va_end(args);
}

size_t
prb_source_count(const struct prb_sources *s, enum prb_source_table table)
{
	return s->tables[table].rows;
}

struct prb_span
prb_source_text(const struct prb_sources *s, enum prb_source_column column, size_t row)
{
	return cell_at(s, column, row)->text;
}

bool
prb_source_is(
	const struct prb_sources *s, enum prb_source_column column, size_t row, const char *text)
{
	return prb_span_is(cell_at(s, column, row)->text, text);
}

long
prb_source_lookup(const struct prb_sources *s, enum prb_source_table table, struct prb_span a,
	struct prb_span b)
{
	enum prb_source_column first = (enum prb_source_column)prb_source_schema(table).first;
	enum prb_source_column second = (enum prb_source_column)(first + 1);
	size_t low = 0, high = s->tables[table].rows;

	assert(s->tables[table].order || high == 0);
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = prb_span_compare(prb_source_text(s, first, middle), a);

		if (order == 0 && b.p)
			order = prb_span_compare(prb_source_text(s, second, middle), b);
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == s->tables[table].rows || !prb_span_equal(prb_source_text(s, first, low), a) ||
		(b.p && !prb_span_equal(prb_source_text(s, second, low), b)))
		return -1;
	return (long)low;
}

void
prb_sources_finish(struct prb_sources *s)
{
	for (int i = 0; i < PRB_SOURCE_TABLES; i++) {
		free(s->tables[i].cells);
		free(s->tables[i].order);
	}
	memset(s->tables, 0, sizeof(s->tables));
}
