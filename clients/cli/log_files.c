/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/cli/log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool
failed(struct prb_fault *fault, const char *path)
{
	(void)prb_fault_set(
		fault, PRB_ERR_IO, PRB_NO_OFFSET, NULL, "%s: %s", path, strerror(errno));
	return false;
}

static bool
write_all(int fd, struct prb_span bytes)
{
	while (bytes.n > 0) {
		ssize_t n = write(fd, bytes.p, bytes.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		bytes.p += n;
		bytes.n -= (size_t)n;
	}
	return fsync(fd) == 0;
}

/* A rename is on the disk when the folder is. */
static bool
sync_folder(const char *path)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(path, '/');
	size_t n = slash == NULL ? 0 : (size_t)(slash - path);
	bool done;
	int fd;

	(void)snprintf(
		folder, sizeof folder, "%.*s", n == 0 ? 1 : (int)n, slash == NULL ? "." : path);
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return false;
	done = fsync(fd) == 0;
	(void)close(fd);
	return done;
}

bool
log_replace_file(const char *path, struct prb_span bytes, struct prb_fault *fault)
{
	char other[PATH_MAX];
	int n = snprintf(other, sizeof other, "%s.new", path), fd;
	bool written;

	if (n < 0 || (size_t)n >= sizeof other) {
		errno = ENAMETOOLONG;
		return failed(fault, path);
	}
	fd = open(other, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd < 0)
		return failed(fault, other);
	written = write_all(fd, bytes);
	if (!written)
		(void)failed(fault, other);
	if (close(fd) != 0 && written)
		written = failed(fault, other);
	if (!written) {
		(void)unlink(other);
		return false;
	}
	if (rename(other, path) != 0 || !sync_folder(path))
		return failed(fault, path);
	return true;
}

enum prb_err
log_read_file(const char *path, size_t bytes_max, struct prb_str *out, struct prb_fault *fault)
{
	char piece[4096];
	FILE *file = fopen(path, "rb");
	size_t n;
	enum prb_err err = PRB_OK;

	prb_str_reset(out);
	if (file == NULL) {
		(void)failed(fault, path);
		return errno == ENOENT ? PRB_ERR_NOT_FOUND : PRB_ERR_IO;
	}
	while ((n = fread(piece, 1, sizeof piece, file)) > 0 && out->n <= bytes_max)
		prb_str_add(out, piece, n);
	if (ferror(file)) {
		(void)failed(fault, path);
		err = PRB_ERR_IO;
	} else if (out->failed || out->n > bytes_max) {
		err = prb_fault_set(fault, PRB_ERR_TOO_LARGE, PRB_NO_OFFSET, NULL,
			"%s: larger than %zu bytes, or no memory for it", path, bytes_max);
	}
	(void)fclose(file);
	return err;
}
