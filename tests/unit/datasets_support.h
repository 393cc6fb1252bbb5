/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_DATASETS_SUPPORT_H
#define TESTS_UNIT_DATASETS_SUPPORT_H

/* What the tests of datasets share: folders, copies of the source tables, a release built from
 * them. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "datasets/build/build.h"
#include "datasets/store/release.h"

#define SUPPORT_SOURCES PROBITY_SOURCE_DIR "/datasets/sources"
#define SUPPORT_PATH_BYTES 512

/* What a build said. */
struct said {
	size_t lines;
	char text[64 * 1024]; /* the lines with '\n' between them, as far as they fit */
};

/* A new empty folder under the system's temporary one. */
void support_folder(char path[SUPPORT_PATH_BYTES]);
/* Removes the files in a folder, and the folder. */
void support_remove(const char *folder);
/* How many files a folder holds. */
size_t support_count(const char *folder);
void support_join(char path[SUPPORT_PATH_BYTES], const char *folder, const char *name);
char *support_read(const char *path, size_t *n); /* malloc */
void support_write(const char *path, const char *bytes, size_t n);
/* Copies the project's source tables; with a seed, the rows of each in another order. */
void support_copy_sources(const char *folder, uint32_t shuffle_seed);
/* Replaces the first `from` in a file; fails the test where there is none. */
void support_edit(const char *path, const char *from, const char *to);
enum prb_err support_build(const char *sources, const char *out, struct said *said,
	struct prb_build_report *report, struct prb_fault *fault);
/* Builds the project's own release in a new folder, once for a test program, and gives its path. */
const char *support_release(void);
void support_release_remove(void);
/* The next of a sequence that is the same on every machine. */
uint32_t support_random(uint64_t *state);

#endif
