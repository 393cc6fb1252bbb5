/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RENDER_MESSAGE_H
#define PRB_RENDER_MESSAGE_H

/*
 * A pattern of ICU's MessageFormat with named arguments, read once and used often. A message may be
 * used by several threads at once.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#include "scoring/base/text.h"

struct prb_message;
struct prb_message_days;

struct prb_message_argument {
	const char *name;     /* ASCII */
	struct prb_span text; /* UTF-8 */
	bool is_number;       /* then `number` counts, and text does not */
	int64_t number;
};

/* NULL where ICU does not take the pattern or the locale, or memory ran out. */
struct prb_message *prb_message_create(const char *locale, const char *pattern);
void prb_message_destroy(struct prb_message *message);
/* Appends; false, with nothing appended, where an argument does not fit the pattern (a text where a
 * number chooses the plural) or memory ran out. */
bool prb_message_format(struct prb_message *message, const struct prb_message_argument *arguments,
	size_t count, struct prb_str *out);

/* How a language writes a day, with the month in letters so that none takes it for another. */
struct prb_message_days *prb_message_days_create(const char *locale);
void prb_message_days_destroy(struct prb_message_days *days);
/* day counts from 1970-01-01. */
bool prb_message_day(struct prb_message_days *days, int32_t day, struct prb_str *out);

#ifdef __cplusplus
}
#endif

#endif
