/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RULES_REPORT_PARTS_H
#define PRB_RULES_REPORT_PARTS_H

/* The larger members of a report, one function each; each writes its key and value. Inside scoring/rules only. */

#include "scoring/base/jcs.h"
#include "scoring/rules/score.h"

void prb_report_assumptions(struct prb_writer *w, const struct prb_result *r); /* "assumptions" */
void prb_report_scopes(struct prb_writer *w, const struct prb_result *r);      /* "state_imposed_scopes" */
void prb_report_exposure(struct prb_writer *w, const struct prb_result *r);    /* "exposure" */
void prb_report_questions(struct prb_arena *arena, struct prb_writer *w, const struct prb_result *r); /* "next_questions" */
void prb_report_reasons(struct prb_writer *w, const struct prb_result *r);     /* "reasons" */
void prb_report_unconfirmed(struct prb_writer *w, const struct prb_result *r); /* "unconfirmed" */

/* JSON pointer to what met a scope. */
void prb_report_scope_pointer(const struct prb_scope_hit *hit, char *out, size_t room);

#endif
