/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_INTAKE_INTAKE_H
#define PRB_INTAKE_INTAKE_H

/*
 * Files people have -> declarations, one at a time: a JSON text, lines of JSON (NDJSON), or a
 * published supplier list (CSV) as it is.
 *
 * A leaf that the command line and the server both link. It makes each row into the JSON text of
 * one declaration, so that everything behind it is one way for all. Memory is constant: the caller
 * feeds pieces of any size and each finished row is handed out by a callback.
 */

#include "scoring/base/arena.h"
#include "scoring/base/fault.h"
#include "scoring/base/text.h"

#define PRB_INTAKE_ROW_BYTES_MAX (1024 * 1024)
#define PRB_INTAKE_HEADER_LINES_MAX 30 /* how far down a header row is looked for */

#define PRB_INTAKE_ASSUMED "windows-1252"

enum prb_intake_format { PRB_INTAKE_AUTO, PRB_INTAKE_JSON, PRB_INTAKE_NDJSON, PRB_INTAKE_CSV };

/* What one column of a list was taken for. field is "" where the column is not used. */
struct prb_intake_column {
	const char *header;
	const char *field; /* "supplier.name", "supplier.country", "workforce.total" ... */
	const char *taken; /* the header of ours that says the same; NULL where it is not used */
	const char *note;  /* e.g. "ambiguous: also facility name" ; "" as a rule */
};

struct prb_intake_options {
	enum prb_intake_format format;
	const char *default_product; /* HS digits given to declarations without products; NULL for
					none */
	const char *declarant; /* word written into declarations that name none; NULL for none */
	/* The character set as the sender declares it, one that prb_intake_charset_known knows; a
	 * row that is not of it is refused. NULL: told from the bytes, where a list that is neither
	 * UTF-8 nor UTF-16 is taken for windows-1252. */
	const char *charset;
	/* Of a list that is UTF-8 by its first rows, a row that is not: refused, where the caller
	 * cannot hand on the note that it was taken for windows-1252. */
	bool refuse_stray;
};

struct prb_intake_events {
	/* One declaration: its JSON text, the line it starts on (1-based; in a CSV, of the file),
	 * and notes such as "workers: '100-150' taken as 100" (NULL-ended). Returns false to stop.
	 */
	bool (*row)(void *context, uint64_t line, struct prb_span json, const char *const *notes);
	/* A row that cannot become a declaration; reading goes on. Returns false to stop. */
	bool (*refused)(void *context, uint64_t line, const struct prb_fault *fault);
	/* Once, when the header of a list is understood. encoding: as it was declared, else
	 * "UTF-8", "UTF-16LE", or PRB_INTAKE_ASSUMED where it was no more than taken for it. */
	void (*header)(void *context, uint64_t line, const char *encoding, char delimiter,
		const struct prb_intake_column *columns, size_t count);
	void *context;
};

struct prb_intake;

struct prb_intake *prb_intake_create(
	const struct prb_intake_options *options, const struct prb_intake_events *events);
void prb_intake_destroy(struct prb_intake *intake);
/* Feeds the next bytes. An error here concerns the whole file (no name column, not
 * text); a row that is too long is refused by itself; rows already handed out stand. */
enum prb_err prb_intake_feed(
	struct prb_intake *intake, const void *bytes, size_t n, struct prb_fault *fault);
/* The end of the input. An empty file is an error with a clear line. */
enum prb_err prb_intake_finish(struct prb_intake *intake, struct prb_fault *fault);

/* The i-th of the headers of ours, each of which is taken for one thing and nothing else, whatever
 * other columns a list has: "probity:name", "probity:women_share" ... ; the last, "probity:unused",
 * for none. NULL behind it. Who knows better than the names of a list's columns writes these. */
const char *prb_intake_header(size_t i);
/* Whether a character set of this name can be declared: what IANA and ICU name so, in any letter
 * case, such as gb18030. False also where memory ran out. */
bool prb_intake_charset_known(const char *name);
/* "json", "ndjson", "csv" -> the format; AUTO when it is none of them. */
enum prb_intake_format prb_intake_format_find(const char *word);
const char *prb_intake_format_word(enum prb_intake_format format);
/* The format that was used (found by looking, where AUTO was asked for); AUTO until known. */
enum prb_intake_format prb_intake_format_used(const struct prb_intake *intake);

#endif
