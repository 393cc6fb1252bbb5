/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_STORE_SEAL_H
#define PRB_STORE_SEAL_H

/*
 * What is checked of a release before LMDB may see it, and what a build writes so that it can be:
 * the sidecar, the hashes, the pages of the header. For this folder alone.
 */

#include <sodium.h>

#include "datasets/store/release.h"

#define PRB_RELEASE_MAP_BYTES                                                                      \
	(256ULL * 1024 * 1024) /* address space only; a release has a few MB */

struct prb_sidecar {
	uint64_t bytes;
	uint32_t format;
	char file_sha256[PRB_SHA256_HEX_BYTES];
	char release[PRB_SHA256_HEX_BYTES];
};

/* {"bytes":..,"file_sha256":"..","format":1,"release":".."} and a newline: canonical, so that
 * reading is printing and comparing. */
void prb_sidecar_write(const struct prb_sidecar *sidecar, struct prb_str *out);
bool prb_sidecar_read(struct prb_span text, struct prb_sidecar *sidecar);

/* The SHA-256 of an open file from its start, in hexadecimal; false where it cannot be read. Leaves
 * the file position alone. */
bool prb_file_sha256(int fd, char out[PRB_SHA256_HEX_BYTES]);

/* NULL where the first two pages are an LMDB header that fits a file of so many bytes, else what is
 * wrong. */
const char *prb_header_check(int fd, uint64_t bytes);

/* The logical hash: rows in order, each with its lengths. */
struct prb_row_hash {
	crypto_hash_sha256_state state;
};
void prb_row_hash_init(struct prb_row_hash *hash);
void prb_row_hash_add(
	struct prb_row_hash *hash, const char *table, struct prb_span key, struct prb_span value);
void prb_row_hash_finish(struct prb_row_hash *hash, char out[PRB_SHA256_HEX_BYTES]);

#endif
