/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_INTAKE_CELLS_H
#define PRB_INTAKE_CELLS_H

/*
 * A stream of separated values as rows of cells, by libcsv, with what libcsv does not tell: the
 * physical line on which a row begins and a bound on its length. The cells lie one after another in
 * one buffer and live until the next row.
 */

#include <stdint.h>

#include "scoring/base/fault.h"
#include "scoring/base/text.h"

#define PRB_INTAKE_CELLS_MAX 1024 /* kept of a row; the widest list seen has 17 */

struct prb_intake_cells {
	struct prb_str bytes;
	uint32_t end[PRB_INTAKE_CELLS_MAX];
	size_t count; /* kept */
	size_t seen;  /* with those past the bound */
	bool more;    /* one of those past the bound is not blank */
};

/* The cell as it is in the file; empty where the row is shorter. */
struct prb_span prb_intake_cell(const struct prb_intake_cells *cells, size_t i);
/* True when cell i and all behind it are blank. */
bool prb_intake_cells_blank_from(const struct prb_intake_cells *cells, size_t i);

struct prb_intake_table_events {
	bool (*row)(
		void *context, uint64_t line, struct prb_intake_cells *cells); /* false to stop */
	bool (*refused)(void *context, uint64_t line, const struct prb_fault *fault);
	void *context;
};

struct prb_intake_table;
/* `line` is the number of the first line. NULL where memory ran out. */
struct prb_intake_table *prb_intake_table_create(
	char delimiter, uint64_t line, const struct prb_intake_table_events *events);
void prb_intake_table_destroy(struct prb_intake_table *table);
/* PRB_OK also after a callback stopped the reading: the rest is ignored. */
enum prb_err prb_intake_table_feed(struct prb_intake_table *table, struct prb_span text);
enum prb_err prb_intake_table_finish(struct prb_intake_table *table);

/* Counts line ends, LF, CRLF or CR alone, in a stream that comes in pieces. */
struct prb_intake_lines {
	uint64_t line; /* of the next byte, from 1 */
	bool after_cr;
};
static inline void
prb_intake_lines_step(struct prb_intake_lines *lines, char c)
{
	if (c == '\r' || (c == '\n' && !lines->after_cr))
		lines->line++;
	lines->after_cr = c == '\r';
}

#endif
