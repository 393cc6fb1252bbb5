/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_PROPERTY_PROPERTY_H
#define PRB_PROPERTY_PROPERTY_H

/*
 * A property: a function of a declaration, and of `choice`, which decides what is changed in it.
 * False, with a word in `why`, when it does not hold. score_property_test.c tries each row of
 * properties.def on many cases, and makes the first that fails smaller.
 */

#include <stdio.h>

#include "tests/property/scene.h"

#define PRB_PROPERTY(name, prepare, every) bool name(const struct spec *s, uint64_t choice);
#include "tests/property/properties.def"
#undef PRB_PROPERTY

extern char why[512];

#define EXPECT(condition, ...)                                                                     \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			snprintf(why, sizeof why, __VA_ARGS__);                                    \
			return false;                                                              \
		}                                                                                  \
	} while (0)

/* What a property returns where the case has nothing that it speaks of: counted apart. */
#define PASSED_OVER pass_over()
bool pass_over(void);

/* The case as it was drawn, scored; once for all properties. Any other declaration is scored. */
struct headline score_case(const struct spec *s);

/* `unknown` is off the scale: two ratings are compared only where both are on it. */
static inline bool
not_lower(const struct headline *now, const struct headline *before)
{
	return now->rating == PRB_RATING_UNKNOWN || before->rating == PRB_RATING_UNKNOWN ||
	       now->rating >= before->rating;
}

static inline const char *
word(uint8_t rating)
{
	return prb_rating_word((enum prb_rating)rating);
}

/* A test of its own, beside the table. */
void sites_of_one_country_in_any_order(void **state);

#endif
