/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_CLI_NAMES_H
#define PRB_CLI_NAMES_H

/*
 * The words that a command knows (commands, verbs, options), as a view of whatever table has them:
 * to list them where one is wanted, and to guess which was meant by one that is not there.
 */

#include <stddef.h>

struct prb_names {
	const char *const *first; /* the name in the table's first row */
	size_t stride, count;     /* bytes from one row to the next; rows */
};

/* Initializes it from an array whose rows have a member `name`, borrowed as long as the array. A
 * row without a name (NULL) is passed over, and a name that stands in several rows counts once. */
#define PRB_NAMES(rows)                                                                            \
	{                                                                                          \
		&(rows)[0].name, sizeof((rows)[0]), sizeof(rows) / sizeof((rows)[0])               \
	}

/* The name of row i; NULL for one without. */
const char *prb_names_at(const struct prb_names *names, size_t i);
/* The name that was probably meant: one that `word` begins, or at most a third of whose letters
 * differ (an edit: a letter more, less, another, or two neighbours exchanged). NULL where none is
 * near, or two are equally. */
const char *prb_names_nearest(const struct prb_names *names, const char *word);

/* "probity COMMAND: there is no `WORD`; did you mean ..", or, with word NULL, which names there
 * are; returns PRB_EXIT_USAGE. */
int prb_names_usage(const char *command, const struct prb_names *names, const char *word);

#endif
