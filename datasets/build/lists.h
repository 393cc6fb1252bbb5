/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_BUILD_LISTS_H
#define PRB_BUILD_LISTS_H

/*
 * The lists that an operator loads into a release beside those of the source tables: manifests are
 * read, rows become entries, and a list may take the place of the one that is shipped.
 */

#include "datasets/build/build.h"
#include "datasets/lists/load.h"

struct prb_compiler;

struct prb_loaded_list {
	struct prb_list_manifest manifest;
	const char *path; /* of the file */
	struct prb_span edition;
	size_t first; /* of its entries */
	struct prb_list_counts counts;
	const char *completeness; /* the manifest's words, and what was left out */
	bool skip_bad_rows;
};

struct prb_loaded_lists {
	struct prb_loaded_list items[PRB_BUILD_LISTS_MAX];
	size_t count;
	struct prb_entries entries; /* of one list after the other */
};

/* Reads manifests and files into c->lists. Refused rows are said; without skip_bad_rows they are
 * complaints, and the build fails at its end. Faults: a manifest or a file that cannot be read
 * (PRB_ERR_SOURCE_ROW, PRB_ERR_IO), memory. */
enum prb_err prb_lists_load(
	struct prb_compiler *c, const struct prb_build_input *input, struct prb_fault *fault);
/* The loaded list that takes the place of this one, or NULL. */
const struct prb_loaded_list *prb_lists_replacing(
	const struct prb_loaded_lists *lists, struct prb_span list);
/*
 * Adds the loaded entries to c->entries, which hold those of the source tables. Those of a replaced
 * list are taken out: where the folded names are equal the loaded entry keeps the id (decisions of
 * persons hang on it), the other names, and the place where the file tells none; the others are
 * said.
 */
void prb_lists_join(struct prb_compiler *c);
/* Rows of LIST and of SOURCE. */
void prb_lists_compile(struct prb_compiler *c);
void prb_lists_compile_sources(struct prb_compiler *c);

/* Appends the files with refused rows to names. lists may be NULL. */
void prb_lists_name_faulty(const struct prb_loaded_lists *lists, char *names, size_t room);
void prb_lists_report(const struct prb_loaded_lists *lists, struct prb_build_report *report);
/* Frees the entries; what lies in the arena goes with it. */
void prb_lists_finish(struct prb_compiler *c);

#endif
