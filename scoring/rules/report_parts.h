/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RULES_REPORT_PARTS_H
#define PRB_RULES_REPORT_PARTS_H

/* The larger members of a report, one function each; each writes its key and value. Inside
 * scoring/rules only. */

#include "scoring/base/jcs.h"
#include "scoring/rules/score.h"

void prb_report_assumptions(struct prb_writer *w, const struct prb_result *r); /* "assumptions" */
void prb_report_scopes(
	struct prb_writer *w, const struct prb_result *r); /* "state_imposed_scopes" */
void prb_report_delphi(struct prb_writer *w, const struct prb_result *r); /* "delphi" */
void prb_report_change(struct prb_writer *w, const struct prb_result *r); /* "what_would_change" */
void prb_report_exposure(struct prb_writer *w, const struct prb_result *r); /* "exposure" */
void prb_report_questions(struct prb_arena *arena, struct prb_writer *w,
	const struct prb_result *r);                                         /* "next_questions" */
void prb_report_reasons(struct prb_writer *w, const struct prb_result *r);   /* "reasons" */
void prb_report_referrals(struct prb_writer *w, const struct prb_result *r); /* "referrals" */
void prb_report_regulations(struct prb_writer *w, const struct prb_result *r); /* "regulations" */
void prb_report_remediation(struct prb_writer *w, const struct prb_result *r); /* "remediation" */
void prb_report_unconfirmed(struct prb_writer *w, const struct prb_result *r); /* "unconfirmed" */

void prb_report_upstream(struct prb_writer *w, const struct prb_result *r); /* "upstream" */

/* A report shows so many scopes and listings, the gravest first, and says how many it leaves out;
 * ratings take all. */
#define PRB_REPORT_SHOWN_MAX 50

/* Indexes of the scope hits to show; returns how many. */
size_t prb_report_scopes_shown(const struct prb_result *r, size_t shown[PRB_REPORT_SHOWN_MAX]);
/* The same for listings: matches in force first. */
size_t prb_report_listings_shown(const struct prb_result *r, size_t shown[PRB_REPORT_SHOWN_MAX]);

/* JSON pointer to what met a scope; PRB_UPSTREAM_POINTER_BYTES are always enough. */
void prb_report_scope_pointer(
	const struct prb_result *r, const struct prb_scope_hit *hit, char *out, size_t room);

#endif
