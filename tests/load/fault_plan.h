/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_LOAD_FAULT_PLAN_H
#define PRB_LOAD_FAULT_PLAN_H

/*
 * What fault.c is to let fail, in a file that it shares with whoever arms it ($PROBITY_FAULT).
 * Calls of one class are counted from the moment that it is armed; the n-th fails, once.
 */

#include <stdatomic.h>
#include <stdint.h>

/* class, its name, errno, what */
#define PRB_FAULT_CLASSES(row)                                                                     \
	row(MEMORY, "memory", ENOMEM, "malloc, calloc, realloc") row(MAP, "map", ENOMEM,           \
		"mmap") row(ROOM, "room", ENOSPC, "writing to a file: no room") row(DISK, "disk",  \
		EIO, "writing to a file: a bad disk") row(SYNC, "sync", EIO,                       \
		"fsync, fdatasync, msync") row(READ, "read", EIO, "reading from a file")           \
		row(FILES, "files", EMFILE, "open, socket, accept, pipe, eventfd: too many files") \
			row(SEND, "send", ECONNRESET, "sending to a socket")                       \
				row(RECEIVE, "receive", ECONNRESET, "receiving from a socket")

enum prb_fault_class {
	PRB_FAULT_NONE,
#define PRB_FAULT_ROW(name, text, error, what) PRB_FAULT_##name,
	PRB_FAULT_CLASSES(PRB_FAULT_ROW)
#undef PRB_FAULT_ROW
		PRB_FAULT_CLASSES_COUNT,
};

struct prb_fault_plan {
	atomic_uint armed;  /* enum prb_fault_class */
	atomic_ulong seen;  /* calls of that class since */
	atomic_ulong fails; /* the number of the call that fails; 0: none, they are only counted */
	atomic_uint fired;
};

#endif
