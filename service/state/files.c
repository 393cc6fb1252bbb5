/* SPDX-License-Identifier: Apache-2.0 */
#include "service/state/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "service/state/keyring.h"
#include "service/state/state.h"

#define LOCK_NAME "lock"
#define COPY_BYTES 65536

/* The folder that is being made: there is one at a time in a program. For prb_state_abandon. */
static char making[PRB_STATE_PATH_BYTES_MAX];

bool
prb_path_join(char path[PRB_STATE_PATH_BYTES_MAX], const char *dir, const char *name,
	struct prb_fault *fault)
{
	int n = snprintf(path, PRB_STATE_PATH_BYTES_MAX, "%s/%s", dir, name);

	if (n > 0 && n < PRB_STATE_PATH_BYTES_MAX)
		return true;
	(void)prb_fault_set(
		fault, PRB_ERR_IO, PRB_NO_OFFSET, NULL, "the path of the state is too long");
	return false;
}

bool
prb_error_means_full(int error)
{
	return error == ENOSPC || error == EDQUOT || error == EFBIG;
}

enum prb_err
prb_file_failed(struct prb_fault *fault, const char *path, const char *doing, int error)
{
	return prb_fault_set(fault, prb_error_means_full(error) ? PRB_ERR_FULL : PRB_ERR_IO,
		PRB_NO_OFFSET, NULL, "%s: %s: %s", path, doing, strerror(error));
}

int
prb_folder_sync(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), error = 0;

	if (fd < 0)
		return errno;
	/* Some file systems refuse it for folders: what was done is done all the same. */
	if (fsync(fd) != 0 && errno != EINVAL)
		error = errno;
	(void)close(fd);
	return error;
}

int
prb_folder_sync_parent(const char *path)
{
	char parent[PRB_STATE_PATH_BYTES_MAX];
	size_t n = strlen(path);

	while (n > 1 && path[n - 1] == '/')
		n--;
	while (n > 0 && path[n - 1] != '/')
		n--;
	if (n >= sizeof(parent))
		return ENAMETOOLONG;
	memcpy(parent, n > 0 ? path : ".", n > 0 ? n : 1);
	parent[n > 0 ? n : 1] = '\0';
	return prb_folder_sync(parent);
}

enum prb_err
prb_folder_make(const char *path, bool *made, struct prb_fault *fault)
{
	int error;

	*made = mkdir(path, S_IRWXU) == 0;
	if (!*made)
		return errno == EEXIST ? PRB_OK : prb_file_failed(fault, path, "making it", errno);
	error = prb_folder_sync_parent(path);
	return error == 0 ? PRB_OK : prb_file_failed(fault, path, "making it", error);
}

enum prb_err
prb_folder_check(const char *path, struct prb_fault *fault)
{
	struct stat status;

	if (stat(path, &status) != 0)
		return prb_fault_set(fault, PRB_ERR_IO, PRB_NO_OFFSET, NULL,
			"%s: cannot be opened: %s: name the state's folder with --state", path,
			strerror(errno));
	if (!S_ISDIR(status.st_mode))
		return prb_fault_set(fault, PRB_ERR_IO, PRB_NO_OFFSET, NULL,
			"%s: is not a folder: name the state's folder with --state", path);
	if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return prb_fault_set(fault, PRB_ERR_KEY, PRB_NO_OFFSET, NULL,
			"%s: others may write into it: `chmod 700` it", path);
	return PRB_OK;
}

enum prb_err
prb_folder_fresh(const char *wanted, char fresh[PRB_STATE_PATH_BYTES_MAX], struct prb_fault *fault)
{
	size_t n = strlen(wanted);
	struct stat status;

	fresh[0] = '\0';
	while (n > 1 && wanted[n - 1] == '/')
		n--;
	if (lstat(wanted, &status) == 0)
		return prb_fault_set(fault, PRB_ERR_IO, PRB_NO_OFFSET, NULL,
			"%s: is there already: name a folder that is not", wanted);
	if (snprintf(fresh, PRB_STATE_PATH_BYTES_MAX, "%.*s.making-XXXXXX", (int)n, wanted) >=
		PRB_STATE_PATH_BYTES_MAX) {
		fresh[0] = '\0';
		return prb_file_failed(fault, wanted, "making it", ENAMETOOLONG);
	}
	if (mkdtemp(fresh)) {
		memcpy(making, fresh, strlen(fresh) + 1);
		return PRB_OK;
	}
	fresh[0] = '\0';
	return prb_file_failed(fault, wanted, "making it", errno);
}

enum prb_err
prb_folder_name(const char *fresh, const char *wanted, struct prb_fault *fault)
{
	if (rename(fresh, wanted) != 0)
		return prb_file_failed(fault, wanted, "making it", errno);
	making[0] = '\0';
	(void)prb_folder_sync_parent(wanted);
	return PRB_OK;
}

/* A handler of a signal calls it: nothing but calls that such a one may make. */
static void
drop(const char *folder)
{
	static const char *const names[] = {PRB_DATA_NAME, PRB_DATA_LOCK_NAME, LOCK_NAME,
		PRB_KEYRING_NAME, PRB_KEYRING_NAME ".new", PRB_CHECKPOINT_NAME,
		PRB_CHECKPOINT_NAME ".new"};
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		(void)unlinkat(fd, names[i], 0);
	(void)close(fd);
	(void)rmdir(folder);
}

void
prb_folder_drop(const char *fresh)
{
	if (fresh[0] == '\0')
		return;
	drop(fresh);
	making[0] = '\0';
}

void
prb_state_abandon(void)
{
	if (making[0] != '\0')
		drop(making);
}

static int
write_some(int fd, struct prb_span bytes)
{
	while (bytes.n > 0) {
		ssize_t put = write(fd, bytes.p, bytes.n);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return put < 0 ? errno : ENOSPC;
		bytes.p += put;
		bytes.n -= (size_t)put;
	}
	return 0;
}

static int
write_all(int fd, struct prb_span bytes)
{
	int error = write_some(fd, bytes);

	return error == 0 && fsync(fd) != 0 ? errno : error;
}

enum prb_err
prb_file_replace(const char *dir, const char *name, struct prb_span bytes, struct prb_fault *fault)
{
	char path[PRB_STATE_PATH_BYTES_MAX], fresh[PRB_STATE_PATH_BYTES_MAX];
	int fd, error;

	if (!prb_path_join(path, dir, name, fault))
		return PRB_ERR_IO;
	if (snprintf(fresh, sizeof(fresh), "%s.new", path) >= (int)sizeof(fresh))
		return prb_file_failed(fault, path, "writing", ENAMETOOLONG);
	/* What an interrupted writing left is no use to anybody. */
	(void)unlink(fresh);
	fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
	if (fd < 0)
		return prb_file_failed(fault, fresh, "writing", errno);
	error = write_all(fd, bytes);
	(void)close(fd);
	if (error == 0 && rename(fresh, path) != 0)
		error = errno;
	if (error == 0)
		error = prb_folder_sync(dir);
	else
		(void)unlink(fresh);
	return error == 0 ? PRB_OK : prb_file_failed(fault, path, "writing", error);
}

/* What is read of it; errno where it cannot be. */
static int
read_all(int fd, struct prb_str *out)
{
	char bytes[PRB_FILE_PIECE_BYTES];
	ssize_t got;

	while ((got = read(fd, bytes, sizeof(bytes))) != 0) {
		if (got < 0 && errno != EINTR)
			return errno;
		if (got > 0)
			prb_str_add(out, bytes, (size_t)got);
		if (out->failed)
			return ENOMEM;
	}
	return 0;
}

enum prb_err
prb_file_read(const char *dir, const char *name, size_t bytes_max, struct prb_str *out,
	struct prb_fault *fault)
{
	char path[PRB_STATE_PATH_BYTES_MAX];
	size_t before = out->n;
	struct stat status;
	int fd, error;

	if (!prb_path_join(path, dir, name, fault))
		return PRB_ERR_IO;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return errno == ENOENT ? PRB_ERR_NOT_FOUND
				       : prb_file_failed(fault, path, "reading", errno);
	/* It is replaced whole: its size does not change while it is read. */
	if (fstat(fd, &status) != 0)
		error = errno;
	else if (!S_ISREG(status.st_mode) || (uint64_t)status.st_size > bytes_max)
		error = EFBIG;
	else
		error = read_all(fd, out);
	(void)close(fd);
	if (error == 0)
		return PRB_OK;
	if (!out->failed)
		out->n = before;
	if (error == EFBIG)
		return prb_fault_set(fault, PRB_ERR_TOO_LARGE, PRB_NO_OFFSET, NULL,
			"%s: is no file, or one of more than %zu bytes", path, bytes_max);
	return error == ENOMEM ? prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL,
					 "%s: memory ran out", path)
			       : prb_file_failed(fault, path, "reading", error);
}

enum prb_err
prb_file_of_option(const char *option, const char *path, size_t bytes_max, struct prb_str *out,
	struct prb_fault *fault)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), error = fd < 0 ? errno : read_all(fd, out);

	if (fd >= 0)
		(void)close(fd);
	if (out->n > bytes_max)
		return prb_fault_set(fault, PRB_ERR_CONFIG, PRB_NO_OFFSET, NULL,
			"%s: %s: it has more than %zu bytes", option, path, bytes_max);
	if (error == 0)
		return PRB_OK;
	return error == ENOMEM ? prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL,
					 "%s: memory ran out", path)
			       : prb_fault_set(fault, PRB_ERR_CONFIG, PRB_NO_OFFSET, NULL,
					 "%s: %s: %s", option, path, strerror(error));
}

/* 0 or errno. */
static int
copy_all(int from, int to)
{
	char *bytes = malloc(COPY_BYTES);
	int error = bytes ? 0 : ENOMEM;
	ssize_t got = 1;

	while (error == 0 && got != 0) {
		got = read(from, bytes, COPY_BYTES);
		if (got < 0)
			error = errno == EINTR ? 0 : errno;
		else
			error = write_some(to, (struct prb_span){bytes, (size_t)got});
	}
	free(bytes);
	return error == 0 && fsync(to) != 0 ? errno : error;
}

enum prb_err
prb_file_copy(const char *from, const char *to, const char *name, struct prb_fault *fault)
{
	char source[PRB_STATE_PATH_BYTES_MAX], path[PRB_STATE_PATH_BYTES_MAX];
	int in, out, error;

	if (!prb_path_join(source, from, name, fault) || !prb_path_join(path, to, name, fault))
		return PRB_ERR_IO;
	in = open(source, O_RDONLY | O_CLOEXEC);
	if (in < 0)
		return prb_file_failed(fault, source, "reading", errno);
	out = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
	error = out < 0 ? errno : copy_all(in, out);
	(void)close(in);
	if (out >= 0)
		(void)close(out);
	if (error == ENOMEM)
		return prb_fault_set(
			fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "%s: memory ran out", path);
	return error == 0 ? PRB_OK : prb_file_failed(fault, path, "copying", error);
}

enum prb_err
prb_file_sync(const char *dir, const char *name, struct prb_fault *fault)
{
	char path[PRB_STATE_PATH_BYTES_MAX];
	int fd, error;

	if (!prb_path_join(path, dir, name, fault))
		return PRB_ERR_IO;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	error = fd < 0 || fsync(fd) != 0 ? errno : 0;
	if (fd >= 0)
		(void)close(fd);
	return error == 0 ? PRB_OK : prb_file_failed(fault, path, "writing", error);
}

enum prb_err
prb_folder_lock(const char *dir, int *fd, struct prb_fault *fault)
{
	char path[PRB_STATE_PATH_BYTES_MAX];
	int opened, error;

	if (!prb_path_join(path, dir, LOCK_NAME, fault))
		return PRB_ERR_IO;
	opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
	if (opened < 0)
		return prb_file_failed(fault, path, "opening", errno);
	if (flock(opened, LOCK_EX | LOCK_NB) == 0) {
		*fd = opened;
		return PRB_OK;
	}
	error = errno;
	(void)close(opened);
	if (error != EWOULDBLOCK)
		return prb_file_failed(fault, path, "locking", error);
	return prb_fault_set(fault, PRB_ERR_STATE_IN_USE, PRB_NO_OFFSET, NULL,
		"%s: another server has this state open: stop it, or name another folder with "
		"--state",
		dir);
}
