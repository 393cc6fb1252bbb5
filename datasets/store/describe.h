/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_STORE_DESCRIBE_H
#define PRB_STORE_DESCRIBE_H

/*
 * Releases for people: what one holds, and what two do not share.
 */

#include "datasets/store/release.h"

/* Appends path, hashes, method, source tables with editions, rows and doubts, and the entity lists
 * with how complete our copies are. */
void prb_release_describe(const struct prb_release *release, struct prb_str *out);

/* Appends a line for each row that only one of them has ("- ", "+ ") or that differs ("~ "), up to
 * a bound, and a count; returns how many. The seal is not compared: it follows from the rest. */
size_t prb_release_diff(
	const struct prb_release *a, const struct prb_release *b, struct prb_str *out);

#endif
