/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RULES_BOOK_H
#define PRB_RULES_BOOK_H

/*
 * A book of upstream declarations: each scored alone, and the graph of them all solved once. A
 * reference in a declaration (`upstream[].declaration`) is looked up in it. Once it is solved it is
 * read-only and may be shared by threads.
 *
 * Everything that is kept lives in the book's arena; texts of entity lists stay borrowed from the
 * reader and gatherer of facts that the results were made with, which must outlive the book.
 */

#include "scoring/rules/score.h"

#define PRB_BOOK_DECLARATIONS_MAX 200000

/* NULL when memory ran out. The arena holds what each call makes until the book is put away.
 * is_numbered: "#N" names the N-th declaration; where they have no order it names none. */
struct prb_book *prb_book_create(
	struct prb_arena *arena, const struct prb_reference *reference, bool is_numbered);

/* Adds what a chain needs of a result that was made without a book. PRB_ERR_MEMORY, or
 * PRB_ERR_RANGE past PRB_BOOK_DECLARATIONS_MAX. The result is not kept. */
enum prb_err prb_book_add(
	struct prb_book *book, const struct prb_result *result, prb_sha256_fn sha256);

/* A declaration that was refused keeps its number, so that "#3" stays the third. */
void prb_book_skip(struct prb_book *book);

/* Resolves the references and solves the graph: once, after the last add and before any use. */
enum prb_err prb_book_solve(struct prb_book *book, prb_sha256_fn sha256);

#endif
