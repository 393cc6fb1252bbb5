/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_INTAKE_CHARSET_H
#define PRB_INTAKE_CHARSET_H

/*
 * Which character set a file is in, and its bytes as UTF-8. A set that is not declared is told from
 * the first bytes alone; text that is neither marked nor UTF-8 is taken for windows-1252, what
 * spreadsheets of Western systems save. Characters that cannot be read become U+FFFD, which the
 * rows' notes report. Where the set is declared, they become a byte that UTF-8 does not have, so
 * that the row is seen not to be of that set.
 */

#include "scoring/base/text.h"

enum prb_intake_charset {
	PRB_INTAKE_UTF8,
	PRB_INTAKE_UTF16LE,
	PRB_INTAKE_UTF16BE,
	PRB_INTAKE_UTF32LE,
	PRB_INTAKE_UTF32BE,
	PRB_INTAKE_WINDOWS1252,
	PRB_INTAKE_NOT_TEXT,
};

/* `whole` says that no further bytes follow. *mark_bytes is the length of a byte order mark. */
enum prb_intake_charset prb_intake_charset_sniff(
	struct prb_span start, bool whole, size_t *mark_bytes);
/* "UTF-8", "windows-1252" ...: what the header report says and what ICU calls it. */
const char *prb_intake_charset_name(enum prb_intake_charset charset);
bool prb_intake_charset_is_utf8(const char *name);
/* What a file of bytes that are no text is, by its first bytes: "a ZIP archive or spreadsheet
 * (xlsx, ods)"; NULL when not known. */
const char *prb_intake_charset_known_file(struct prb_span start);

/* A decoder keeps what one piece leaves half-done for the next. NULL where memory ran out. */
struct prb_intake_decoder;
struct prb_intake_decoder *prb_intake_decoder_create(enum prb_intake_charset charset);
/* For a set that was declared, one that is known. */
struct prb_intake_decoder *prb_intake_decoder_create_declared(const char *name);
void prb_intake_decoder_destroy(struct prb_intake_decoder *decoder);
/* Appends the piece as UTF-8; with `last` also what is pending, after which a new text may begin.
 */
void prb_intake_decoder_feed(
	struct prb_intake_decoder *decoder, struct prb_span piece, bool last, struct prb_str *out);

#endif
