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

/*
 * What one site and worker group come to: the persons a determination is about. Masks have bit i
 * set for indicator i. Rows 3 to 8 of the decision table are read from these alone, so that the
 * question what a remediation would change is answered without going back to the findings.
 */
struct prb_cell {
	int32_t site;   /* index; -1 where the declaration names none */
	int16_t group;  /* -1: those of no named group */
	uint16_t alike; /* for how many sites it stands: those without findings of their own */
	uint16_t present, open;      /* open: contested or historic */
	uint16_t remediable_at_site; /* present or historic in some group of the site */
	uint16_t contested;          /* some finding is contested, whatever the state */
	uint16_t child;              /* exploitation of persons under 18 */
	/* By enum prb_side: present by a finding of that side; so by sufficient rank; unknown. */
	uint16_t on_side[3], supported[3], unknown[3];
	prb_date newest_remedy;
	/* Parallel to reference->items, where some finding names an item: enum prb_item_flag, and
	 * by which indicators the item is present (bit 0: by none); else NULL. */
	uint8_t *item_flags;
	uint16_t *item_indicators;
};

/* A finding made ready: what it counts for, and what its declarant's word is worth. */
struct prb_prepared_finding {
	uint8_t indicator, side, source, rank;
	bool is_absent, is_recent, is_remedied, is_contested, is_half_known, counts_as_absent,
		has_item;
	bool is_child, is_child_exploitation;
	bool item_is_absent; /* an absence that counts for its item alone */
	bool is_superseded_everywhere;
	int16_t item;               /* index into the reference; -1 for none */
	int32_t site;               /* -1: every site */
	int16_t group;              /* -1: every group of its site */
	prb_date date, remedied_on; /* remedied_on: where is_remedied */
};

struct prb_findings {
	struct prb_prepared_finding *items;
	size_t count;
	int groups; /* distinct worker groups */
	bool any_present, any_absence, any_item, any_contested;
	/* The cells of the last evaluation, those of a site side by side. */
	struct prb_cell *cells;
	size_t cells_count, cells_room;
};

/* What rows 3 to 8 and 11 of the decision table need, taken over all sites. */
struct prb_states {
	struct prb_indicator_result indicators[PRB_INDICATORS + 1];
	struct prb_icls_result icls;
	struct prb_delphi_result delphi;
	int present_most;        /* indicators present at the site with the most */
	bool coercion_present;   /* at some site, by a finding of the side of coercion */
	bool child_exploitation; /* an exploitation item present that concerns persons under 18 */
	bool any_open;           /* some indicator present, contested or historic */
	prb_date newest_remedy;  /* of a remedied indicator; PRB_DATE_NONE where there is none */
};

/* Section 1's refusals and readings of each finding. Of the facts only what was confirmed is read;
 * NULL: nothing was. */
enum prb_err prb_findings_prepare(struct prb_arena *arena, const struct prb_reference *reference,
	const struct prb_declaration *declaration, const struct prb_facts *facts,
	enum prb_declarant declarant, prb_date as_of, struct prb_faults *faults,
	struct prb_findings *out);

/* Whether some finding is about this site alone; the others are all alike. */
bool prb_findings_name_site(const struct prb_findings *findings, size_t site);

/* in_scope has one flag for each site (one in all where the declaration names none): no absence
 * counts there. */
void prb_states_evaluate(struct prb_findings *findings, const struct prb_reference *reference,
	size_t sites, const bool *in_scope, enum prb_reading reading, struct prb_states *out);

/* Which of the remediable indicators of a cell's site are taken as remedied there: a mask as above.
 */
typedef uint16_t (*prb_remedied_fn)(const void *context, const struct prb_cell *cell);

/* What rows 3 to 8 and 11 would read of the last evaluation's cells, were these remedied at
 * `as_of`; `out->indicators` is not filled. */
void prb_states_remedied(const struct prb_findings *findings, const struct prb_reference *reference,
	prb_remedied_fn remedied, const void *context, prb_date as_of, struct prb_states *out);

#endif
