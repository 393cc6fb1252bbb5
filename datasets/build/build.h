/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_BUILD_BUILD_H
#define PRB_BUILD_BUILD_H

/*
 * Compiles datasets/sources into a release. Every row of every table is checked; nothing is written
 * where one cannot stand. The file is made beside its final place under another name and moved
 * there when it is whole.
 */

#include "scoring/base/fault.h"
#include "scoring/base/hash.h"
#include "scoring/base/text.h"

enum prb_overlay {
#define PRB_OVERLAY(id, name, title, publisher, edition, licence) PRB_OVERLAY_##id,
#include "datasets/build/overlays.def"
#undef PRB_OVERLAY
	PRB_OVERLAYS
};

/* A list that an operator loads: datasets/lists. */
#define PRB_BUILD_LISTS_MAX 32
struct prb_build_list {
	const char *manifest; /* its path */
	const char *file;     /* NULL: the one that the manifest names */
	const char *edition;  /* NULL: the one that the manifest states */
};

/* What became of the rows of a loaded list, in one line and in numbers. */
struct prb_build_list_report {
	char list[40];
	size_t rows, loaded, entries, persons, filtered, refused;
};

struct prb_build_input {
	const char *sources;                /* the folder of source tables */
	const char *overlays[PRB_OVERLAYS]; /* the file of each; NULL: none */
	struct prb_build_list lists[PRB_BUILD_LISTS_MAX];
	size_t lists_count;
	bool skip_bad_rows; /* of lists alone: they are said and counted, and left out */
	const char *out;    /* the release file */
};

struct prb_build_report {
	char release[PRB_SHA256_HEX_BYTES];
	char file_sha256[PRB_SHA256_HEX_BYTES];
	uint64_t bytes;
	size_t tables; /* of the folder, and the overlays that were read */
	size_t rows;
	size_t faults;                                           /* rows that cannot stand */
	struct prb_build_list_report lists[PRB_BUILD_LISTS_MAX]; /* also where the build failed */
	size_t lists_count;
};

/* Called for every bad row with "FILE:LINE:COLUMN: reason" (no newline), and for progress with an
 * empty file. */
typedef void (*prb_build_say_fn)(void *context, const char *line);

/* sources: the folder; out: the release file. PRB_ERR_SOURCE_ROW where rows were refused (each was
 * said), PRB_ERR_IO, PRB_ERR_FULL. */
enum prb_err prb_build(const char *sources, const char *out, prb_build_say_fn say, void *context,
	struct prb_build_report *report, struct prb_fault *fault);

/* The same of everything that can go into a release. */
enum prb_err prb_build_from(const struct prb_build_input *input, prb_build_say_fn say,
	void *context, struct prb_build_report *report, struct prb_fault *fault);

/* The same with overlays: the file of each, NULL for none. */
enum prb_err prb_build_with(const char *sources, const char *const overlays[PRB_OVERLAYS],
	const char *out, prb_build_say_fn say, void *context, struct prb_build_report *report,
	struct prb_fault *fault);

#endif
