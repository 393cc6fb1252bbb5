/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_BASE_DATE_H
#define PRB_BASE_DATE_H

/*
 * Civil dates of the proleptic Gregorian calendar, years 1 to 9999, as days since 1970-01-01. There
 * is no clock here: today is always an input.
 */

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "scoring/base/text.h"

typedef int32_t prb_date;

#define PRB_DATE_NONE INT32_MIN
#define PRB_DATE_BYTES 11 /* "YYYY-MM-DD" and NUL */

/* False unless the whole text is a date that exists, in the form YYYY-MM-DD. */
bool prb_date_parse(struct prb_span text, prb_date *out);
void prb_date_format(prb_date date, char out[PRB_DATE_BYTES]);
prb_date prb_date_from_civil(int year, int month, int day);
void prb_date_to_civil(prb_date date, int *year, int *month, int *day);
/* The same day of the month `months` later, or that month's last day (scoring/METHOD.md section 1).
 */
prb_date prb_date_add_months(prb_date date, int months);
/* True when `as_of` is not after the day `months` months after `date`. */
bool prb_date_within_months(prb_date date, int months, prb_date as_of);

#endif
