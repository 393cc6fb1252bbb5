/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RENDER_EXPLAIN_H
#define PRB_RENDER_EXPLAIN_H

/*
 * A report in words: why this rating, and why not one lower or higher. It reads the report alone,
 * so that anybody can do so without the data.
 */

#include "clients/render/lang.h"
#include "scoring/base/fault.h"
#include "scoring/base/json.h"

/* Appends the explanation in this language; what the report quotes (names, sources, places in the
 * declaration) stays as it is. PRB_ERR_TYPE or PRB_ERR_MEMBER_MISSING with the pointer where the
 * JSON is no report. */
enum prb_err prb_render_explain(const struct prb_json *report, enum prb_lang lang,
	struct prb_str *out, struct prb_fault *fault);

#endif
