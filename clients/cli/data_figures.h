/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_CLI_DATA_FIGURES_H
#define PRB_CLI_DATA_FIGURES_H

/*
 * What `probity data validate` found, and how it is printed: as tables for people, or as one JSON
 * object whose areas and bounds are in ppm.
 */

#include "scoring/base/date.h"
#include "scoring/base/text.h"
#include "scoring/model/words.h"
#include "scoring/validation/validation.h"

#define RATINGS_COUNT 5 /* enum prb_rating */

struct figures {
	const struct prb_reference *reference;
	struct prb_validation validation;
	uint32_t draws;
	uint64_t seed;
	const char *samples_folder; /* NULL: no sample lists */
	size_t lists, rows, refused;
	bool have_default;
	char as_of[PRB_DATE_BYTES];
	uint64_t ratings[2][RATINGS_COUNT]; /* as they are, with the default product */
	/* With one weight changed (down, up): rows that are rated otherwise. */
	uint64_t changed[PRB_SCALED_COUNT][2];
};

void figures_print(const struct figures *figures, struct prb_str *out);
void figures_write_json(const struct figures *figures, struct prb_str *out);

#endif
