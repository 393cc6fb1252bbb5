/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RENDER_PATTERN_H
#define PRB_RENDER_PATTERN_H

/*
 * A pattern of ICU's MessageFormat with named arguments, read once and used often. A pattern may be
 * used by several threads at once.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#include "scoring/base/text.h"

struct prb_pattern;
struct prb_pattern_days;

struct prb_pattern_argument {
	const char *name;     /* ASCII */
	struct prb_span text; /* UTF-8 */
	bool is_number;       /* then `number` counts, and text does not */
	int64_t number;
};

/* NULL where ICU does not take the pattern or the locale, or memory ran out. */
struct prb_pattern *prb_pattern_create(const char *locale, const char *text);
void prb_pattern_destroy(struct prb_pattern *pattern);
/* Appends; false, with nothing appended, where an argument does not fit the pattern (a text where a
 * number chooses the plural) or memory ran out. */
bool prb_pattern_format(struct prb_pattern *pattern, const struct prb_pattern_argument *arguments,
	size_t count, struct prb_str *out);

/* How a language writes a day, with the month in letters so that none takes it for another. */
struct prb_pattern_days *prb_pattern_days_create(const char *locale);
void prb_pattern_days_destroy(struct prb_pattern_days *days);
/* day counts from 1970-01-01. */
bool prb_pattern_day(struct prb_pattern_days *days, int32_t day, struct prb_str *out);

#ifdef __cplusplus
}
#endif

#endif
