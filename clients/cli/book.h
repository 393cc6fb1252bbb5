/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_CLI_BOOK_H
#define PRB_CLI_BOOK_H

/*
 * The upstream declarations of `--upstream FILE`: read, each scored alone, and their graph solved
 * before any row is screened. Read-only from then on.
 */

#include "clients/cli/screener.h"
#include "scoring/rules/book.h"

struct upstream_book;

/*
 * Reads FILE (JSON or NDJSON) of declarations as they were sent, or as GET /v1/declarations/ID
 * gives a stored one. Faults are said on standard error as FILE:LINE; a declaration that is refused
 * keeps its number, and references to it stay open. is_numbered: "#N" names the N-th, as it does
 * offline; on a server it names none. Returns an exit status: OK; REFUSED with a book that lacks
 * what was refused; FAILED or USAGE without one. The settings must outlive the book.
 */
int upstream_book_open(const struct screen_settings *settings, const char *path, bool is_numbered,
	struct upstream_book **out);
void upstream_book_close(struct upstream_book *book);
const struct prb_book *upstream_book_of(const struct upstream_book *book);

#endif
