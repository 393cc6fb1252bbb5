/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RENDER_EXPLAIN_CHANGE_H
#define PRB_RENDER_EXPLAIN_CHANGE_H

/*
 * What a report says of the Delphi rules and of what remediation would change, in words. Members
 * that are not of a report's shape are passed over; what a report does not hold gives no text.
 */

#include "clients/render/lang.h"
#include "scoring/base/json.h"
#include "scoring/base/text.h"

/* Lines about determination.delphi. */
void prb_explain_delphi(
	enum prb_lang lang, const struct prb_json *determination, struct prb_str *out);
/* Lines about what_would_change. Returns whether a name with PRB_TEXT_MARK was shown. */
bool prb_explain_change(enum prb_lang lang, const struct prb_json *report, struct prb_str *out);

#endif
