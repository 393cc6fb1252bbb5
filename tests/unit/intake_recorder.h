/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_TESTS_INTAKE_RECORDER_H
#define PRB_TESTS_INTAKE_RECORDER_H

/*
 * Writes every event of an intake as lines of text, so that a test compares one text with another:
 *
 *	header 1 UTF-8 , name=supplier.name|country=supplier.country
 *	row 2 {...} # a note # another
 *	refused 3 invalid-table: the row has 1 cells, the header has 2
 *	end ok
 */

#include <stdlib.h>
#include <string.h>

#include "clients/intake/intake.h"

#define RECORD_BYTES_MAX ((size_t)64 << 20)

struct recorder {
	struct prb_str log;
	size_t rows, refused, headers;
	size_t stop_after; /* rows; 0: never */
	enum prb_intake_format used;
};

static inline bool
record_row(void *context, uint64_t line, struct prb_span json, const char *const *notes)
{
	struct recorder *recorder = context;

	prb_str_addf(&recorder->log, "row %llu ", (unsigned long long)line);
	prb_str_add_span(&recorder->log, json);
	for (; *notes; notes++)
		prb_str_addf(&recorder->log, " # %s", *notes);
	prb_str_add_char(&recorder->log, '\n');
	return ++recorder->rows != recorder->stop_after;
}

static inline bool
record_refused(void *context, uint64_t line, const struct prb_fault *fault)
{
	struct recorder *recorder = context;

	recorder->refused++;
	prb_str_addf(&recorder->log, "refused %llu %s%s: %s\n", (unsigned long long)line,
		prb_err_wire(fault->err), fault->pointer, fault->detail);
	return true;
}

static inline void
record_header(void *context, uint64_t line, const char *encoding, char delimiter,
	const struct prb_intake_column *columns, size_t count)
{
	struct recorder *recorder = context;

	recorder->headers++;
	prb_str_addf(&recorder->log, "header %llu %s %s ", (unsigned long long)line, encoding,
		delimiter == '\t' ? "tab" : (char[]){delimiter, '\0'});
	for (size_t i = 0; i < count; i++) {
		prb_str_addf(&recorder->log, "%s%s=%s", i > 0 ? "|" : "", columns[i].header,
			columns[i].field);
		if (columns[i].note[0] != '\0')
			prb_str_addf(&recorder->log, " (%s)", columns[i].note);
	}
	prb_str_add_char(&recorder->log, '\n');
}

/* Feeds bytes in pieces; the log holds all that happened. */
static inline void
record(struct recorder *recorder, const struct prb_intake_options *options, struct prb_span input,
	size_t piece)
{
	struct prb_intake_events events = {record_row, record_refused, record_header, recorder};
	struct prb_intake *intake = prb_intake_create(options, &events);
	struct prb_fault fault;
	enum prb_err err = PRB_OK;

	if (!intake)
		abort();
	prb_str_init(&recorder->log, RECORD_BYTES_MAX);
	recorder->rows = recorder->refused = recorder->headers = 0;
	while (err == PRB_OK && input.n > 0) {
		size_t n = input.n < piece ? input.n : piece;

		/* A copy of its own, so that a sanitizer sees a read past the piece. */
		char *copy = malloc(n);
		if (!copy)
			abort();
		memcpy(copy, input.p, n);
		err = prb_intake_feed(intake, copy, n, &fault);
		free(copy);
		input.p += n;
		input.n -= n;
	}
	if (err == PRB_OK)
		err = prb_intake_finish(intake, &fault);
	if (err == PRB_OK)
		prb_str_add_text(&recorder->log, "end ok\n");
	else
		prb_str_addf(&recorder->log, "end %s: %s\n", prb_err_wire(err), fault.detail);
	recorder->used = prb_intake_format_used(intake);
	prb_intake_destroy(intake);
}

#endif
