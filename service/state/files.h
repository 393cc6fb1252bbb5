/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_STATE_FILES_H
#define PRB_STATE_FILES_H

/* The files of a state's folder, but for LMDB's. For this folder alone. */

#include <stdbool.h>

#include "scoring/base/fault.h"
#include "scoring/base/text.h"

#define PRB_STATE_PATH_BYTES_MAX 4096
#define PRB_CHECKPOINT_NAME "checkpoint"

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
/* Opens DIR/lock and locks it; *fd stays open as long as the lock is wanted. */
enum prb_err prb_folder_lock(const char *dir, int *fd, struct prb_fault *fault);

#endif
