/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_STORE_REFERENCE_FILL_H
#define PRB_STORE_REFERENCE_FILL_H

/* Reads the tables that scoring needs into its structs. Everything made lives in the arena; texts
 * are borrowed from the release. */

#include "datasets/store/release.h"

/* NULL on success, else the name of the table that cannot be read. */
const char *prb_reference_fill(
	const struct prb_reader *reader, struct prb_arena *arena, struct prb_reference *reference);

#endif
