/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RULES_REPORT_H
#define PRB_RULES_REPORT_H

/*
 * A result as a report: canonical JSON (RFC 8785), keys and arguments and no rendered text, whole
 * numbers only. The same result gives the same bytes on every machine. Shapes: scoring/METHOD.md
 * "The report".
 */

#include "scoring/base/text.h"
#include "scoring/rules/score.h"

#define PRB_REPORT_BYTES_MAX (4 * 1024 * 1024)

/* Appends the report; failure (no room, no memory) shows in out->failed. */
void prb_report_write(
	struct prb_arena *arena, const struct prb_result *result, struct prb_str *out);

#endif
