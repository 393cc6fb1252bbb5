/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_BASE_JSON_CHECK_H
#define PRB_BASE_JSON_CHECK_H

/*
 * The strict check in front of cJSON; what it refuses is listed in json.h. For json.c alone.
 */

#include "scoring/base/json.h"

/* Checks the text. *readable gets the bytes for cJSON, as many as the text has: the text itself, or
 * a copy in the arena in which numbers too long for cJSON are written shorter. */
enum prb_err prb_json_scan(struct prb_arena *arena, struct prb_span text, size_t bytes_max,
	struct prb_fault *fault, const char **readable);

#endif
