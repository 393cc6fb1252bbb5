/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_TESTS_HTTP_ROWS_H
#define PRB_TESTS_HTTP_ROWS_H

/*
 * The tables of requests under http/, and a reader that writes down what a request was taken for.
 */

#include "service/http/message.h"

#define HTTP_COLUMNS_MAX 4

struct http_row {
	int line; /* in the file, from 1 */
	struct prb_span columns[HTTP_COLUMNS_MAX];
};

/* Calls visit for each row of tests/unit/http/NAME, which must have `columns` columns; returns how
 * many there were, -1 where the file cannot be read or a row has another count. */
int http_rows_each(const char *name, int columns,
	void (*visit)(const struct http_row *row, void *context), void *context);
/* The bytes that a column stands for: \r \n \t \\ \xHH, and \*N(text) for N times the text. False
 * where it is none of these. */
bool http_row_bytes(struct prb_span text, struct prb_str *out);

/*
 * Feeds bytes as they would come in over a connection, `cut` telling how many more come next (at
 * least one), and appends to `out` what was read:
 *   GET /path ?query @host 1.1 keep [Name=value] chunked continue =body;
 * for each message, and "!400 RFC ..." for a refusal, at which it stops, as behind a message that
 * ends the connection. Each time the bytes lie in memory of exactly their size. *read is how many
 * bytes were done with.
 */
void http_read(struct prb_message *message, struct prb_span bytes, size_t (*cut)(void *context),
	void *context, struct prb_str *out, size_t *read);

#endif
