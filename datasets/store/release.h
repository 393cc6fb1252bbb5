/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_STORE_RELEASE_H
#define PRB_STORE_RELEASE_H

/*
 * A dataset release: one immutable LMDB file, opened read-only. This folder is the only one that
 * calls LMDB.
 *
 * Opened always MDB_RDONLY | MDB_NOSUBDIR | MDB_NOLOCK | MDB_NORDAHEAD. Beside the file stands a
 * sidecar (FILE.meta) with its size and its SHA-256. A damaged header would kill the process inside
 * LMDB and a cut file would raise SIGBUS, so size and header are checked against the sidecar and
 * the file's own pages before LMDB sees them; and as a flipped bit further in can kill as well, the
 * full hash is checked at open too while the file is at most PRB_RELEASE_HASHED_BYTES_MAX (some 3
 * ms for each MB), by `verify` always. A release may be read from several threads, each with its
 * own reader. Texts returned are borrowed until the release is closed.
 */

#include "scoring/base/arena.h"
#include "scoring/base/fault.h"
#include "scoring/base/hash.h"
#include "scoring/model/reference.h"
#include "scoring/names/fold.h"
#include "scoring/names/lexicon.h"

#define PRB_RELEASE_FORMAT 3
#define PRB_RELEASE_HASHED_BYTES_MAX (16 * 1024 * 1024)

/*
 * Where the release is: the file that is named, else $PROBITY_DATA, else
 * PREFIX/share/probity/release.lmdb for a program in PREFIX/bin (the same in the build tree and
 * installed). A link is followed, since the sidecar stands beside the file itself. Writes the path,
 * whether or not there is such a file; false where there is none of the three, or it is too long.
 */
bool prb_release_find(const char *named, char *path, size_t room);
/* PREFIX/`place`, where the running program is PREFIX/bin/NAME. False where it does not fit, or the
 * program does not know where it is. What it names need not be there. */
bool prb_beside_program(const char *place, char *path, size_t room);

struct prb_release;
struct prb_reader; /* one read transaction; for one thread */

/* Finds, checks and opens. On failure the fault says which file, what is wrong with it and what to
 * do. */
enum prb_err prb_release_open(const char *path, struct prb_release **out, struct prb_fault *fault);
/* The same, with the whole file hashed first, however large it is: where nothing else may be put at
 * risk by a damaged one. */
enum prb_err prb_release_open_hashed(
	const char *path, struct prb_release **out, struct prb_fault *fault);
void prb_release_close(struct prb_release *release);
/* Reads the whole file and compares its SHA-256 with the sidecar's, and recomputes the logical
 * hash. */
enum prb_err prb_release_verify(const struct prb_release *release, struct prb_fault *fault);

const struct prb_reference *prb_release_reference(const struct prb_release *release);
const struct prb_fold_table *prb_release_fold(const struct prb_release *release);
const struct prb_lexicon *prb_release_lexicon(const struct prb_release *release);
/* The SHA-256 of both: what an index over names (datasets/entities) was built with. */
void prb_release_words_edition(const struct prb_release *release, uint8_t out[PRB_SHA256_BYTES]);

enum prb_err prb_reader_create(const struct prb_release *release, struct prb_reader **out);
void prb_reader_destroy(struct prb_reader *reader);

/*
 * Tables by name. Keys and values are bytes; a table holds at most one value for each key. The
 * table names and the formats of their values are rows of datasets/store/tables.def, shared with
 * the build.
 */
enum prb_table {
#define PRB_TABLE(name, file, what) PRB_TABLE_##name,
#include "datasets/store/tables.def"
#undef PRB_TABLE
	PRB_TABLES
};
/* The value of a key, or a span with p = NULL. Borrowed until the release is closed. */
struct prb_span prb_reader_get(
	const struct prb_reader *reader, enum prb_table table, struct prb_span key);
/* How many rows a table has. */
size_t prb_reader_count(const struct prb_reader *reader, enum prb_table table);
/* Calls each(context, key, value) for every row in key order until it returns false. False where
 * the rows cannot be looked at: there is no memory, or the file is damaged. */
bool prb_reader_each(const struct prb_reader *reader, enum prb_table table,
	bool (*each)(void *context, struct prb_span key, struct prb_span value), void *context);

/* A table's name in the file ("name_index"), as `data diff` calls it. */
const char *prb_table_name(enum prb_table table);

/* What `data info` prints. */
struct prb_release_info {
	const char *path;
	char release[PRB_SHA256_HEX_BYTES];     /* logical hash: the release's name */
	char file_sha256[PRB_SHA256_HEX_BYTES]; /* from the sidecar */
	uint64_t bytes;
	uint32_t format;
};
void prb_release_info(const struct prb_release *release, struct prb_release_info *out);
/* The release a reader reads. */
const struct prb_release *prb_reader_release(const struct prb_reader *reader);

/* SHA-256 for those who need one beside the store (libsodium). */
void prb_store_sha256(uint8_t out[PRB_SHA256_BYTES], const void *bytes, size_t n);

#endif
