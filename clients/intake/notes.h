/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_INTAKE_NOTES_H
#define PRB_INTAKE_NOTES_H

/*
 * What is said about a row that was read with a doubt, and the tidying of its cells.
 */

#include "scoring/base/text.h"

#define PRB_INTAKE_NOTES_MAX 24

/* Notes of one row, each a text of its own. */
struct prb_intake_notes {
	struct prb_str text;
	uint32_t start[PRB_INTAKE_NOTES_MAX];
	size_t count;
	const char *list[PRB_INTAKE_NOTES_MAX + 1];
};

void prb_intake_notes_init(struct prb_intake_notes *notes);
void prb_intake_notes_finish(struct prb_intake_notes *notes);
void prb_intake_notes_reset(struct prb_intake_notes *notes);
/* One more note, cut where it is very long; dropped past the bound. */
void prb_intake_note(struct prb_intake_notes *notes, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* The notes, ended by NULL. */
const char *const *prb_intake_notes_list(struct prb_intake_notes *notes);

/* Takes away what a text may not hold: line breaks and wide blanks become a blank, control
 * characters and marks of direction go, blanks at both ends go. Sets *lost where the text holds
 * U+FFFD. */
struct prb_span prb_intake_tidy(char *p, size_t n, bool *lost);

#endif
