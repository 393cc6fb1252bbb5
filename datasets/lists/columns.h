/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_LISTS_COLUMNS_H
#define PRB_LISTS_COLUMNS_H

/*
 * Where the columns of a manifest stand in a file, and the conditions on a row's cells. Words are
 * compared without regard to the case of ASCII letters.
 */

#include "datasets/lists/manifest.h"

/* The pseudo column of the section that a row stands under. */
#define PRB_LIST_SECTION_HEADER "(section)"

bool prb_list_equal(struct prb_span a, struct prb_span b);
/* Letters and digits of ASCII, and every byte of other scripts. */
bool prb_list_is_word_byte(char c);

/* Headers are compared without regard to case and blanks: spreadsheets and copied pages change
 * them.
 */
bool prb_list_is_header(struct prb_span cell, struct prb_span header);
/* Finds the columns of the manifest in a header row. NULL where all are there that must be, else
 * the header of one that is not. */
const char *prb_list_find_columns(
	const struct prb_list_manifest *manifest, const struct prb_list_row *row);
/* NULL where the row does not have it. */
const struct prb_list_cell *prb_list_cell_of(
	const struct prb_list_row *row, const struct prb_list_column *column);

/* Whether one of the conditions holds; of none, none does. */
bool prb_list_holds(const struct prb_list_conditions *conditions, const struct prb_list_row *row);

#endif
