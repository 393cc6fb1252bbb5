/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_BASE_FAULT_H
#define PRB_BASE_FAULT_H

/*
 * What went wrong, where, and what to do about it.
 *
 * A fault is plain memory: it allocates nothing and may be copied. The place is a JSON pointer
 * (RFC 6901) where the input is JSON, a byte offset where it could not be read as JSON at all.
 * Every text is one impersonal line that says what to change.
 */

#include <stddef.h>

#define PRB_FAULT_POINTER_BYTES_MAX 512
#define PRB_FAULT_DETAIL_BYTES_MAX 320
#define PRB_FAULTS_MAX 32
#define PRB_NO_OFFSET ((size_t)-1)

enum prb_err {
	PRB_OK = 0,
#define PRB_ERROR(name, wire, status, title) PRB_ERR_##name,
#include "scoring/base/errors.def"
#undef PRB_ERROR
	PRB_ERR_COUNT
};

struct prb_fault {
	enum prb_err err;
	size_t offset; /* bytes from the start of the text, or PRB_NO_OFFSET */
	char pointer[PRB_FAULT_POINTER_BYTES_MAX];
	char detail[PRB_FAULT_DETAIL_BYTES_MAX];
};

/* Several faults of one input, in the order they were met. When it is full, further ones are
 * counted in `dropped` alone: the input is refused all the same. */
struct prb_faults {
	size_t count;
	size_t dropped;
	struct prb_fault items[PRB_FAULTS_MAX];
};

/* The wire name ("unknown-country"), the title, and the HTTP status of an error; never NULL. */
const char *prb_err_wire(enum prb_err err);
const char *prb_err_title(enum prb_err err);
int prb_err_status(enum prb_err err);

/* Fills *fault (may be NULL) and returns err, so that a caller can write `return
 * prb_fault_set(...)`. pointer may be NULL for the whole document. The texts are cut, at a
 * character's edge, where they are too long; control characters in them become '?'. */
enum prb_err prb_fault_set(struct prb_fault *fault, enum prb_err err, size_t offset,
	const char *pointer, const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Adds one; returns err. */
enum prb_err prb_faults_add(struct prb_faults *faults, enum prb_err err, const char *pointer,
	const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
