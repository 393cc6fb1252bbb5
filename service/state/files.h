/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_STATE_FILES_H
#define PRB_STATE_FILES_H

/* The files of a state's folder, but for LMDB's. For this folder, and for what lies in the state's
 * folder beside the journal (service/messages). */

#include <stdbool.h>

#include "scoring/base/fault.h"
#include "scoring/base/text.h"

#define PRB_STATE_PATH_BYTES_MAX 4096
#define PRB_CHECKPOINT_NAME "checkpoint"
#define PRB_DATA_NAME "data.mdb" /* LMDB's names */
#define PRB_DATA_LOCK_NAME "lock.mdb"

/* DIR/NAME; false with a fault where that is too long. */
bool prb_path_join(char path[PRB_STATE_PATH_BYTES_MAX], const char *dir, const char *name,
	struct prb_fault *fault);
/* ENOSPC and its kin. */
bool prb_error_means_full(int error);
/* "PATH: DOING: strerror", as PRB_ERR_FULL where it means that, else PRB_ERR_IO. */
enum prb_err prb_file_failed(
	struct prb_fault *fault, const char *path, const char *doing, int error);

/* A new folder of mode 0700, safely on the disk; *made tells whether it was there before. */
enum prb_err prb_folder_make(const char *path, bool *made, struct prb_fault *fault);
/* A folder, its owner's own to write. */
enum prb_err prb_folder_check(const char *path, struct prb_fault *fault);
/* A new folder beside the one that is wanted, so that what is not complete never has its name.
 * `fresh` is "" where it was not made. */
enum prb_err prb_folder_fresh(
	const char *wanted, char fresh[PRB_STATE_PATH_BYTES_MAX], struct prb_fault *fault);
/* Gives it its name, for good. */
enum prb_err prb_folder_name(const char *fresh, const char *wanted, struct prb_fault *fault);
/* Removes it, with all that a state has; nothing for "". */
void prb_folder_drop(const char *fresh);
/* 0 or errno. */
int prb_folder_sync(const char *path);
/* Of the folder that holds `path`, so that a new name in it reaches the disk. */
int prb_folder_sync_parent(const char *path);
/* Writes DIR/NAME whole or not at all: mode 0600, fsync, rename, fsync of the folder. */
enum prb_err prb_file_replace(
	const char *dir, const char *name, struct prb_span bytes, struct prb_fault *fault);
/* Appends DIR/NAME, a plain file of at most bytes_max. PRB_ERR_NOT_FOUND without a fault where
 * there is none; PRB_ERR_TOO_LARGE; PRB_ERR_IO where it cannot be read. */
enum prb_err prb_file_read(const char *dir, const char *name, size_t bytes_max, struct prb_str *out,
	struct prb_fault *fault);
/* Appends the file that an option of the configuration names, such as "[log] witnesses": it stands
 * wherever the operator put it. PRB_ERR_CONFIG with option and path where it cannot be read or has
 * more than bytes_max, PRB_ERR_MEMORY. `out` has room for PRB_FILE_PIECE_BYTES more, so that the
 * two can be told apart. */
#define PRB_FILE_PIECE_BYTES 4096
enum prb_err prb_file_of_option(const char *option, const char *path, size_t bytes_max,
	struct prb_str *out, struct prb_fault *fault);
/* Copies FROM/NAME, of any size, to TO/NAME, which is not there yet: mode 0600, fsync. */
enum prb_err prb_file_copy(
	const char *from, const char *to, const char *name, struct prb_fault *fault);
/* fsync of DIR/NAME that somebody else wrote. */
enum prb_err prb_file_sync(const char *dir, const char *name, struct prb_fault *fault);
/* Opens DIR/lock and locks it; *fd stays open as long as the lock is wanted. */
enum prb_err prb_folder_lock(const char *dir, int *fd, struct prb_fault *fault);

#endif
