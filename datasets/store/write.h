/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_STORE_WRITE_H
#define PRB_STORE_WRITE_H

/*
 * Writing a release, for the build alone: sorted rows into a fresh LMDB file in one transaction, so
 * that equal rows give an equal file.
 *
 * The file is made under another name in the destination's folder, synced, given its sidecar and
 * only then moved into place, the file first. Programs that have the old release open keep it.
 * Between the two moves (or where the machine stops there) the old sidecar stands beside the new
 * file: opening then says that the two do not belong together.
 */

#include "datasets/store/release.h"

struct prb_store_row {
	uint8_t table; /* enum prb_table */
	struct prb_span key, value;
};

/* By table, then key: the order of the file and of the logical hash. */
int prb_store_row_compare(const struct prb_store_row *a, const struct prb_store_row *b);

/* rows must be sorted, keys unique within a table (asserted), and hold no SEAL row: it is written
 * here. Fills info but for its path. PRB_ERR_FULL where there is no room, PRB_ERR_IO otherwise;
 * nothing is left behind then. */
enum prb_err prb_release_write(const char *out, const struct prb_store_row *rows, size_t count,
	struct prb_release_info *info, struct prb_fault *fault);

#endif
