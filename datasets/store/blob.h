/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_STORE_BLOB_H
#define PRB_STORE_BLOB_H

/*
 * A file with one large value: an LMDB file that is written once and read where it lies.
 *
 * Unlike a release it may have hundreds of megabytes and is opened in milliseconds, so its bytes
 * are not hashed; whoever reads them checks what is met. What LMDB itself would follow (the header,
 * the one leaf, the head of the value's pages) is checked before LMDB sees the file: it has the
 * form that prb_blob_write gives it, or it is refused.
 */

#include "scoring/base/fault.h"
#include "scoring/base/text.h"

struct prb_blob;

/* Makes the file under another name beside `path` and moves it into place, so that there is never
 * half a file; `fill` writes the n > 0 bytes. The same bytes give the same file. PRB_ERR_FULL,
 * PRB_ERR_IO or PRB_ERR_MEMORY, and nothing is left behind then. */
enum prb_err prb_blob_write(const char *path, size_t n, void (*fill)(void *context, void *out),
	void *context, struct prb_fault *fault);

/* On failure the fault says which file and what is wrong with it. */
enum prb_err prb_blob_open(const char *path, struct prb_blob **out, struct prb_fault *fault);
/* Borrowed until the blob is closed; at any address. */
struct prb_span prb_blob_bytes(const struct prb_blob *blob);
void prb_blob_close(struct prb_blob *blob);

#endif
