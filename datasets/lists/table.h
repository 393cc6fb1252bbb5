/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_LISTS_TABLE_H
#define PRB_LISTS_TABLE_H

/*
 * A delimited text of somebody else's, row by row: one row is in memory at a time, so that a list
 * may be as large as its publisher makes it.
 *
 * Lines end with LF or CRLF, a byte order mark before the first is passed over. What is said of a
 * cell names its line and the byte of that line at which it begins, both counted from 1.
 */

#include <stdint.h>

#include "scoring/base/fault.h"
#include "scoring/base/text.h"

#define PRB_LIST_COLUMNS_MAX 128
#define PRB_LIST_ROW_BYTES_MAX (1024 * 1024)
#define PRB_LIST_FILE_BYTES_MAX (1024LL * 1024 * 1024)

struct prb_list_cell {
	struct prb_span text; /* as it stands in the file, without its quotes; for the call alone */
	uint32_t line, column;
};

struct prb_list_row {
	struct prb_list_cell cells[PRB_LIST_COLUMNS_MAX];
	size_t count;      /* may be above the maximum: then the rest was not kept */
	uint32_t line;     /* at which it begins */
	const char *wrong; /* bytes that may stand nowhere: what they are; the row cannot be read */
};

struct prb_list_format {
	char delimiter;
	char quote; /* '\0': none */
};

/* False ends the reading. */
typedef bool (*prb_list_row_fn)(void *context, const struct prb_list_row *row);

/* PRB_ERR_IO, PRB_ERR_MEMORY, or PRB_ERR_SOURCE_ROW where the form of the text breaks: the fault
 * says FILE:LINE:COLUMN: reason, and the rows behind it were not read. Rows without any text are
 * passed over. */
enum prb_err prb_list_table_read(const char *path, const struct prb_list_format *format,
	prb_list_row_fn each, void *context, struct prb_fault *fault);

#endif
