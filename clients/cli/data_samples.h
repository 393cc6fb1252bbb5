/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_CLI_DATA_SAMPLES_H
#define PRB_CLI_DATA_SAMPLES_H

/*
 * Sample supplier lists, read once and rated many times: by the method as it is, and with a weight
 * changed.
 *
 * A folder holds lists (NAME.csv) and, where lists do not say what is made, a text
 * default_products.txt of lines "NAME.csv HS": the product of the trade. Each row is kept twice, as
 * it is and with that product.
 */

#include "datasets/store/release.h"
#include "scoring/base/date.h"

struct samples;

/* NULL with a word on stderr: no such folder, no list in it, a list that cannot be read. Rows that
 * are refused are counted and left out. */
struct samples *samples_read(const struct prb_release *release, const char *folder, prb_date as_of);
void samples_destroy(struct samples *samples);

size_t samples_lists(const struct samples *samples);
size_t samples_rows(const struct samples *samples);
size_t samples_refused(const struct samples *samples);
/* Whether some list has a default product. */
bool samples_have_default(const struct samples *samples);

/* The rating of each row (enum prb_rating, samples_rows of them) by this reference, which may be a
 * copy of the release's with other weights. False without memory, or where the method refuses a
 * row. */
bool samples_rate(struct samples *samples, const struct prb_reference *reference, bool with_default,
	uint8_t *ratings);

#endif
