/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_BASE_TIMESTAMP_H
#define PRB_BASE_TIMESTAMP_H

/* Moments as text. */

#include <stdbool.h>
#include <stdint.h>

#include "scoring/base/text.h"

#define PRB_TIMESTAMP_BYTES 21 /* "YYYY-MM-DDThh:mm:ssZ" and NUL */

/* RFC 3339 UTC, whole seconds; seconds since 1970, years 1 to 9999 (asserted). */
void prb_timestamp_format(int64_t seconds, char out[PRB_TIMESTAMP_BYTES]);
/* XML Schema dateTimeStamp: zone mandatory, fractions allowed and cut. */
bool prb_timestamp_parse(struct prb_span text, int64_t *seconds);

#endif
