/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RENDER_EXPLAIN_GUIDANCE_H
#define PRB_RENDER_EXPLAIN_GUIDANCE_H

/*
 * What the reader of a report can do, in words: remedies, laws of the declared markets, where
 * workers get help. A report that holds none of them gives no text.
 */

#include "clients/render/lang.h"
#include "scoring/base/json.h"
#include "scoring/base/text.h"

/* Appends to out; members that are not of a report's shape are passed over. Returns whether a name
 * with PRB_TEXT_MARK was shown. */
bool prb_explain_guidance(enum prb_lang lang, const struct prb_json *report, struct prb_str *out);

#endif
