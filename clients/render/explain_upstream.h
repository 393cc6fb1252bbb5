/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RENDER_EXPLAIN_UPSTREAM_H
#define PRB_RENDER_EXPLAIN_UPSTREAM_H

/*
 * The paths of a report's supply chain in words: section 5 of scoring/METHOD.md. Members that are
 * not of a report's shape are passed over.
 */

#include "clients/render/lang.h"
#include "scoring/base/json.h"
#include "scoring/base/text.h"

/* Lines about `upstream`, each path with its parties edge by edge; nothing where nobody upstream is
 * declared. */
void prb_explain_upstream(enum prb_lang lang, const struct prb_json *report, struct prb_str *out);

#endif
