/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lets the n-th call of a class fail, once, in a running server: loaded before the C library, armed
 * through the file that $PROBITY_FAULT names (fault_plan.h). Standard streams are left alone.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tests/load/fault_plan.h"

#define STACK_MAX 24

static struct prb_fault_plan *plan;
static bool traces; /* $PROBITY_FAULT_TRACE: says where each fault was met */

static const int errors[] = {
	0,
#define PRB_FAULT_CLASS(name, text, error) error,
#include "tests/load/fault_classes.def"
#undef PRB_FAULT_CLASS
};

static enum prb_fault_class
armed(void)
{
	return plan == NULL ? PRB_FAULT_NONE
			    : atomic_load_explicit(&plan->armed, memory_order_relaxed);
}

__attribute__((constructor)) static void
find_plan(void)
{
	const char *path = getenv("PROBITY_FAULT");
	int fd = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *at = fd < 0 ? MAP_FAILED
			  : mmap(NULL, sizeof *plan, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (fd >= 0)
		close(fd);
	if (at != MAP_FAILED)
		plan = at;
	traces = getenv("PROBITY_FAULT_TRACE") != NULL;
	if (traces) {
		void *stack[STACK_MAX];

		/* The first call loads a library. */
		(void)backtrace(stack, STACK_MAX);
	}
}

static bool
fails(enum prb_fault_class which)
{
	if (armed() != which)
		return false;
	if (atomic_fetch_add(&plan->seen, 1) + 1 != atomic_load(&plan->fails))
		return false;
	atomic_store(&plan->fired, 1);
	if (traces) {
		void *stack[STACK_MAX];

		backtrace_symbols_fd(stack, backtrace(stack, STACK_MAX), STDERR_FILENO);
	}
	errno = errors[which];
	return true;
}

/* ---- memory ---- */

/* dlsym itself asks for memory: the C library's own names are used instead. */
extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *at, size_t n);

/* libzstd 1.5.4 follows a null pointer where a dictionary finds no memory (at a start alone): it is
 * not ours to mend, and nothing is stored yet. The call behind it fails instead. */
static bool
is_excused(void *caller)
{
	Dl_info about;

	if (armed() != PRB_FAULT_MEMORY ||
		atomic_load(&plan->seen) + 1 != atomic_load(&plan->fails))
		return false;
	return dladdr(caller, &about) != 0 && strstr(about.dli_fname, "libzstd") != NULL;
}

void *
malloc(size_t n)
{
	return !is_excused(__builtin_return_address(0)) && fails(PRB_FAULT_MEMORY)
		       ? NULL
		       : __libc_malloc(n);
}

void *
calloc(size_t n, size_t size)
{
	return fails(PRB_FAULT_MEMORY) ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *at, size_t n)
{
	return n != 0 && fails(PRB_FAULT_MEMORY) ? NULL : __libc_realloc(at, n);
}

/* ---- files and sockets ---- */

static bool
is_of(int fd, mode_t kind)
{
	struct stat about;

	return fd > 2 && fstat(fd, &about) == 0 && (about.st_mode & S_IFMT) == kind;
}

static bool
write_fails(int fd)
{
	enum prb_fault_class class = armed();

	if (class == PRB_FAULT_SEND)
		return is_of(fd, S_IFSOCK) && fails(class);
	return (class == PRB_FAULT_ROOM || class == PRB_FAULT_DISK) && is_of(fd, S_IFREG) &&
	       fails(class);
}

static bool
read_fails(int fd)
{
	enum prb_fault_class class = armed();

	if (class == PRB_FAULT_RECEIVE)
		return is_of(fd, S_IFSOCK) && fails(class);
	return class == PRB_FAULT_READ && is_of(fd, S_IFREG) && fails(class);
}

#define CALL(result, name, parameters, arguments, condition)                                       \
	result name parameters                                                                     \
	{                                                                                          \
		static result(*next) parameters;                                                   \
                                                                                                   \
		if (condition)                                                                     \
			return (result)-1;                                                         \
		if (next == NULL)                                                                  \
			*(void **)(&next) = dlsym(RTLD_NEXT, #name);                               \
		return next arguments;                                                             \
	}

CALL(ssize_t, write, (int fd, const void *p, size_t n), (fd, p, n), write_fails(fd))
CALL(ssize_t, writev, (int fd, const struct iovec *v, int n), (fd, v, n), write_fails(fd))
CALL(ssize_t, pwrite, (int fd, const void *p, size_t n, off_t at), (fd, p, n, at), write_fails(fd))
CALL(ssize_t, pwrite64, (int fd, const void *p, size_t n, off64_t at), (fd, p, n, at),
	write_fails(fd))
CALL(ssize_t, pwritev, (int fd, const struct iovec *v, int n, off_t at), (fd, v, n, at),
	write_fails(fd))
CALL(ssize_t, pwritev64, (int fd, const struct iovec *v, int n, off64_t at), (fd, v, n, at),
	write_fails(fd))
CALL(ssize_t, send, (int fd, const void *p, size_t n, int flags), (fd, p, n, flags),
	write_fails(fd))
CALL(ssize_t, sendmsg, (int fd, const struct msghdr *m, int flags), (fd, m, flags), write_fails(fd))
CALL(int, ftruncate, (int fd, off_t n), (fd, n), write_fails(fd))
CALL(int, ftruncate64, (int fd, off64_t n), (fd, n), write_fails(fd))
CALL(ssize_t, read, (int fd, void *p, size_t n), (fd, p, n), read_fails(fd))
CALL(ssize_t, readv, (int fd, const struct iovec *v, int n), (fd, v, n), read_fails(fd))
CALL(ssize_t, pread, (int fd, void *p, size_t n, off_t at), (fd, p, n, at), read_fails(fd))
CALL(ssize_t, pread64, (int fd, void *p, size_t n, off64_t at), (fd, p, n, at), read_fails(fd))
CALL(ssize_t, recv, (int fd, void *p, size_t n, int flags), (fd, p, n, flags), read_fails(fd))
CALL(int, fsync, (int fd), (fd), fails(PRB_FAULT_SYNC))
CALL(int, fdatasync, (int fd), (fd), fails(PRB_FAULT_SYNC))
CALL(int, msync, (void *at, size_t n, int flags), (at, n, flags), fails(PRB_FAULT_SYNC))
CALL(int, socket, (int domain, int type, int protocol), (domain, type, protocol),
	fails(PRB_FAULT_FILES))
CALL(int, accept, (int fd, struct sockaddr *address, socklen_t *n), (fd, address, n),
	fails(PRB_FAULT_FILES))
CALL(int, accept4, (int fd, struct sockaddr *address, socklen_t *n, int flags),
	(fd, address, n, flags), fails(PRB_FAULT_FILES))
CALL(int, pipe, (int fds[2]), (fds), fails(PRB_FAULT_FILES))
CALL(int, pipe2, (int fds[2], int flags), (fds, flags), fails(PRB_FAULT_FILES))
CALL(int, eventfd, (unsigned n, int flags), (n, flags), fails(PRB_FAULT_FILES))
CALL(int, epoll_create1, (int flags), (flags), fails(PRB_FAULT_FILES))

#define OPEN(name, parameters, first, arguments)                                                   \
	int name parameters                                                                        \
	{                                                                                          \
		static int(*next) parameters;                                                      \
		va_list list;                                                                      \
		mode_t mode;                                                                       \
                                                                                                   \
		if (fails(PRB_FAULT_FILES))                                                        \
			return -1;                                                                 \
		if (next == NULL)                                                                  \
			*(void **)(&next) = dlsym(RTLD_NEXT, #name);                               \
		va_start(list, flags);                                                             \
		mode = (flags & (O_CREAT | __O_TMPFILE)) != 0 ? va_arg(list, mode_t) : 0;          \
		va_end(list);                                                                      \
		return next arguments;                                                             \
	}

OPEN(open, (const char *path, int flags, ...), flags, (path, flags, mode))
OPEN(open64, (const char *path, int flags, ...), flags, (path, flags, mode))
OPEN(openat, (int at, const char *path, int flags, ...), flags, (at, path, flags, mode))
OPEN(openat64, (int at, const char *path, int flags, ...), flags, (at, path, flags, mode))

void *
mmap(void *at, size_t n, int protection, int flags, int fd, off_t from)
{
	static void *(*next)(void *, size_t, int, int, int, off_t);

	if (fails(PRB_FAULT_MAP))
		return MAP_FAILED;
	if (next == NULL)
		*(void **)(&next) = dlsym(RTLD_NEXT, "mmap");
	return next(at, n, protection, flags, fd, from);
}
