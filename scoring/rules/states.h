/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RULES_STATES_H
#define PRB_RULES_STATES_H

/*
 * Findings -> the state of each indicator at each site and in each worker group (scoring/METHOD.md
 * section 1), and the ICLS determination over them (section 2). Inside scoring/rules only.
 */

#include "scoring/rules/score.h"

/* How contested findings are read: as they are, and at the two ends of the rating range (section
 * 6). */
enum prb_reading { PRB_READ_POINT, PRB_READ_BEST, PRB_READ_WORST, PRB_READINGS };

/* A finding made ready: what it counts for, and what its declarant's word is worth. */
struct prb_prepared_finding {
	uint8_t indicator, side, source, rank;
	bool is_absent, is_recent, is_remedied, is_contested, is_half_known, counts_as_absent,
		has_item;
	bool is_child_exploitation;
	bool is_superseded_everywhere;
	int16_t item;  /* index into the reference; -1 for none */
	int32_t site;  /* -1: every site */
	int16_t group; /* -1: every group of its site */
	prb_date date, remedied_on;
};

struct prb_findings {
	struct prb_prepared_finding *items;
	size_t count;
	int groups; /* distinct worker groups */
	const struct prb_span *group_names;
};

/* What rows 3 to 8 and 11 of the decision table need, taken over all sites. */
struct prb_states {
	struct prb_indicator_result indicators[PRB_INDICATORS + 1];
	struct prb_icls_result icls;
	int present_most;        /* indicators present at the site with the most */
	bool coercion_present;   /* at some site, by a finding of the side of coercion */
	bool child_exploitation; /* an exploitation item present that concerns persons under 18 */
	bool any_open;           /* some indicator present, contested or historic */
	prb_date newest_remedy;  /* of a remedied indicator; PRB_DATE_NONE where there is none */
};

/* Section 1's refusals and readings of each finding. */
enum prb_err prb_findings_prepare(struct prb_arena *arena, const struct prb_reference *reference,
	const struct prb_declaration *declaration, enum prb_declarant declarant, prb_date as_of,
	struct prb_faults *faults, struct prb_findings *out);

/* in_scope has one flag for each site (one in all where the declaration names none): no absence
 * counts there. */
void prb_states_evaluate(struct prb_findings *findings, const struct prb_reference *reference,
	size_t sites, const bool *in_scope, enum prb_reading reading, struct prb_states *out);

#endif
