/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A full disk, for one process: loaded before the C library, it lets every write to a file fail
 * with ENOSPC while the file named by $PROBITY_DISK_IS_FULL is there. Standard streams, pipes and
 * sockets are left alone.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static int
is_full(int fd)
{
	const char *mark = getenv("PROBITY_DISK_IS_FULL");
	struct stat file;

	return mark != NULL && fd > 2 && access(mark, F_OK) == 0 && fstat(fd, &file) == 0 &&
	       S_ISREG(file.st_mode);
}

#define REFUSED(name, parameters, arguments)                                                       \
	ssize_t name parameters                                                                    \
	{                                                                                          \
		static ssize_t(*next) parameters;                                                  \
                                                                                                   \
		if (next == NULL)                                                                  \
			*(void **)(&next) = dlsym(RTLD_NEXT, #name);                               \
		if (is_full(fd)) {                                                                 \
			errno = ENOSPC;                                                            \
			return -1;                                                                 \
		}                                                                                  \
		return next arguments;                                                             \
	}

REFUSED(pwrite, (int fd, const void *bytes, size_t n, off_t at), (fd, bytes, n, at))
REFUSED(pwrite64, (int fd, const void *bytes, size_t n, off64_t at), (fd, bytes, n, at))
REFUSED(pwritev, (int fd, const struct iovec *parts, int n, off_t at), (fd, parts, n, at))
REFUSED(pwritev64, (int fd, const struct iovec *parts, int n, off64_t at), (fd, parts, n, at))
REFUSED(write, (int fd, const void *bytes, size_t n), (fd, bytes, n))
REFUSED(writev, (int fd, const struct iovec *parts, int n), (fd, parts, n))
