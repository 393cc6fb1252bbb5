/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RULES_SCORE_H
#define PRB_RULES_SCORE_H

/*
 * Declaration + facts + method tables + as-of date -> result. A pure function: no I/O, no clock, no
 * memory but the arena's. What is computed and why: scoring/METHOD.md; the sections are named
 * beside each type.
 */

#include "scoring/base/arena.h"
#include "scoring/base/date.h"
#include "scoring/base/fault.h"
#include "scoring/base/ppm.h"
#include "scoring/base/text.h"
#include "scoring/model/declaration.h"
#include "scoring/model/facts.h"
#include "scoring/model/reference.h"

/* Section 1: state of an indicator, in the order in which the worst site is taken. */
enum prb_indicator_state {
	PRB_STATE_ABSENT,
	PRB_STATE_UNKNOWN,
	PRB_STATE_REMEDIED,
	PRB_STATE_HISTORIC,
	PRB_STATE_CONTESTED,
	PRB_STATE_PRESENT,
};

enum prb_grade { PRB_GRADE_NONE, PRB_GRADE_REPORTED, PRB_GRADE_CONFIRMED };

/* What became of one finding. */
enum prb_finding_use {
	PRB_USE_PRESENT,
	PRB_USE_CONTESTED,
	PRB_USE_HISTORIC,
	PRB_USE_REMEDIED,
	PRB_USE_SUPERSEDED,
	PRB_USE_ABSENT,
	PRB_USE_ABSENT_WEAK,     /* an absence of too low a rank, too old or undated: listed, not
				    counted */
	PRB_USE_ABSENT_IN_SCOPE, /* inside a state-imposed scope no absence counts */
	PRB_USE_ABSENT_OF_ITEM,  /* ends findings of its item alone */
	PRB_USE_NO_INDICATOR,    /* a vulnerability that is not said to have been used to compel */
};

struct prb_finding_view {
	uint8_t indicator; /* the indicator it counts for; 0: none */
	uint8_t side;      /* enum prb_side */
	uint8_t use;       /* enum prb_finding_use, at the first site where it is not superseded */
};

struct prb_indicator_result {
	uint8_t state; /* enum prb_indicator_state, the worst site's */
	uint8_t grade; /* enum prb_grade; present indicators only */
	int32_t site;  /* index of the worst site, -1 where the declaration names none */
	bool half_known;
};

/* Section 2, in the order in which the worst site is taken. */
enum prb_determination { PRB_NOT_INDICATED, PRB_CANNOT_BE_EXCLUDED, PRB_INDICATED };

struct prb_icls_result {
	uint8_t value;       /* enum prb_determination */
	int32_t site;        /* where it is worst */
	uint16_t present[3]; /* by enum prb_side: bit i set = indicator i is true there */
	uint16_t unknown[3]; /* bit i set = indicator i is unknown there */
	bool supported; /* some site and group: indicated, both sides by findings of sufficient rank
			 */
};

/* The case rules of the Delphi survey of 2009, in the order of their results; C6 has the result of
 * C4. */
enum prb_delphi_rule {
	PRB_DELPHI_C1,
	PRB_DELPHI_C2,
	PRB_DELPHI_C3,
	PRB_DELPHI_C4B,
	PRB_DELPHI_C6,
	PRB_DELPHI_C4,
};

struct prb_delphi_result {
	bool evaluated;   /* some finding names an item: the eleven alone do not decide it */
	uint8_t certain;  /* enum prb_delphi_rule: the highest that holds */
	uint8_t possible; /* the highest that could, were every open item present */
	bool supported;   /* C4 or C4b by findings of sufficient rank */
	uint8_t positive, possibly_positive; /* bit d set: enum prb_dimension d */
	uint64_t items[2];                   /* bit i set: reference item i is present */
	int32_t site;                        /* where it is worst */
};

enum prb_state_imposed { PRB_NOT_PRESUMED, PRB_STATE_OPEN, PRB_PRESUMED };

enum prb_scope_cause {
	PRB_CAUSE_SITE,
	PRB_CAUSE_PRODUCT,
	PRB_CAUSE_INPUT,
	PRB_CAUSE_NATIONALITY,
	PRB_CAUSE_UPSTREAM,
	PRB_CAUSE_TRANSFER,
	PRB_CAUSE_PRISON,
};

/* A scope that is met, or would be if the region were what it may be. */
struct prb_scope_hit {
	const struct prb_scope *scope; /* NULL for labour transfer and prison labour */
	uint8_t cause;                 /* enum prb_scope_cause */
	uint8_t value; /* enum prb_state_imposed: PRESUMED or OPEN; NOT_PRESUMED where cleared or
			  where only the region is unknown */
	bool cleared;
	bool region_unknown;   /* presumed in the worst case only */
	int32_t index, index2; /* site, product and input, nationality or upstream (of tiers) */
	int64_t tier;
	/* Of a declaration that is referred to: what met the scope there (enum prb_scope_cause);
	 * everywhere else as `cause`. */
	uint8_t cause_there;
	bool referred;
};

/* Section 5. One edge of a path through a supply chain, from who receives to who delivers. */
struct prb_upstream_leg {
	struct prb_span from, to, product; /* names; product: n = 0 where not declared */
	const char
		*declaration; /* the id of the one that delivers; NULL where it is named inline */
	int64_t share_ppm;    /* PRB_COUNT_UNSAID where not declared */
	int64_t steps;
};

/* A path that is shown: the worst, the nearest, or a reference that leads nowhere. */
struct prb_upstream_path {
	const struct prb_upstream_leg *legs;
	size_t legs_count, legs_left_out; /* left out in the middle */
	int64_t steps;
	prb_ppm exposure;                   /* what reaches the supplier */
	const struct prb_listing *listings; /* of the one at the path's end */
	size_t listings_count;
	uint8_t state_imposed, icls;
	bool found;   /* false: the reference leads nowhere, all but the leg is empty */
	int32_t tier; /* of the declaration's tiers, the first of the path */
};

/* The upstream declarations that references are looked up in (book.h). */
struct prb_book;

/* Section 3. */
struct prb_value {
	int32_t point, lo, hi; /* ppm on the component's scale */
	uint8_t known;         /* enum prb_known */
	bool unconfirmed; /* the supplier's own favourable word, taken at the worse of value and
			     imputed point */
	bool unverified;  /* the source value itself is marked unverified */
	uint16_t year;
	const char *source;
	const char *good; /* rows one and four of `what`: the listed good that sets the value; NULL
			     where there is none */
	uint8_t listed;   /* enum prb_listed: how that good is listed */
	int16_t count;    /* rows two and three: how many origins or goods; -1 elsewhere */
};

struct prb_exposure {
	int32_t site, product; /* of this case; -1 for none */
	bool origin_open;      /* the origin is not declared: it may be anywhere */
	int16_t where_country; /* the country that sets `where` */
	struct prb_value values[PRB_COMPONENTS];
	prb_ppm lens[PRB_LENSES], lens_lo[PRB_LENSES], lens_hi[PRB_LENSES];
	prb_ppm inherent, lo, hi;
};

struct prb_exposure_brief {
	int32_t site, product;
	prb_ppm inherent, lo, hi;
};

#define PRB_EXPOSURE_SHOWN_MAX 50

struct prb_exposure_result {
	struct prb_exposure worst; /* the case that sets the exposure */
	prb_ppm lo, hi;            /* over all cases */
	prb_ppm controls_share;    /* 0..1 */
	prb_ppm residual, residual_lo, residual_hi;
	int64_t contribution[PRB_COMPONENTS]; /* points; they add up to the printed inherent
						 exposure */
	int64_t narrows[PRB_COMPONENTS]; /* ppm by which the upper bound falls when the component
					    turns out lowest */
	int64_t narrows_origin;          /* the same for an origin that is not declared */
	const struct prb_exposure_brief *cases;
	size_t cases_count, cases_left_out;
};

/* Section 6. */
#define PRB_RATING_ROWS_MAX 32

struct prb_rating_result {
	uint8_t rating, best, worst; /* enum prb_rating */
	const struct prb_rating_row *fired;
	bool holds[PRB_RATING_ROWS_MAX]; /* for each row of the table whether its condition holds */
	prb_ppm coverage;
};

/*
 * Section 7: what remediation would do. A set is of (site, indicator); remedying one means all its
 * findings there, verified at the as-of date.
 */
enum prb_change_kind {
	PRB_CHANGE_NONE, /* the rating is not high or critical */
	PRB_CHANGE_SETS, /* sets[]: all of the smallest size */
	PRB_CHANGE_MORE_THAN_THREE,
	PRB_CHANGE_NOT_BY_REMEDIATION, /* the rating rests on something else */
};
#define PRB_CHANGE_SET_MAX 3
#define PRB_CHANGE_SETS_MAX 20

struct prb_remedy_target {
	int32_t site;      /* -1 where the declaration names none */
	uint8_t indicator; /* enum prb_indicator */
};
struct prb_change_set {
	struct prb_remedy_target targets[PRB_CHANGE_SET_MAX];
	const struct prb_rating_row *fires; /* the row that would fire */
};
struct prb_change {
	uint8_t kind; /* enum prb_change_kind */
	uint8_t size; /* of each set */
	const struct prb_change_set *sets;
	size_t sets_count, sets_left_out;
	const struct prb_rating_row *all; /* what remedying everything comes to */
};

/* Favourable statements of the supplier's own that nobody has confirmed. */
enum prb_unconfirmed_kind {
	PRB_UNCONFIRMED_ABSENCE,
	PRB_UNCONFIRMED_REMEDIATION,
	PRB_UNCONFIRMED_CONTEST,
	PRB_UNCONFIRMED_WORKER_GROUP,
	PRB_UNCONFIRMED_CONTROL,
	PRB_UNCONFIRMED_WORKFORCE,
	PRB_UNCONFIRMED_TRANSFER,
};
struct prb_unconfirmed {
	uint8_t kind;
	int32_t index; /* of the finding, control or exposure component */
};

struct prb_result {
	const struct prb_reference *reference;
	const struct prb_declaration *declaration;
	const struct prb_facts *facts;
	prb_date as_of;
	uint8_t declarant; /* enum prb_declarant */
	char id[PRB_UUID_BYTES];
	char declaration_id[PRB_UUID_BYTES];
	char declaration_sha256[PRB_SHA256_HEX_BYTES];
	struct prb_finding_view *findings;
	struct prb_indicator_result indicators[PRB_INDICATORS + 1]; /* from 1 */
	int indicators_known;
	struct prb_icls_result icls;
	struct prb_delphi_result delphi;
	const uint16_t *present_at; /* for each site (one in all where none is declared) bit i set:
				       indicator i is present there; NULL where nothing is */
	struct prb_change change;
	uint8_t state_imposed; /* enum prb_state_imposed */
	const struct prb_scope_hit *scopes;
	size_t scopes_count;
	struct prb_exposure_result exposure;
	struct prb_rating_result rating;
	const struct prb_unconfirmed *unconfirmed;
	size_t unconfirmed_count;
	const uint8_t *tier_states; /* enum prb_state_imposed of each tier that is named inline */
	const struct prb_upstream_path *upstream;
	size_t upstream_count, upstream_left_out; /* left out: references that lead nowhere */
	/* What persons decided about hits and evidence, here and upstream: each decision once. */
	const struct prb_decided *const *decided;
	size_t decided_count;
};

struct prb_score_options {
	prb_date as_of;
	enum prb_declarant declarant; /* of declarations that name none; a declaration's own
					 `supplier` stands */
	prb_sha256_fn sha256;
	const uint8_t *salt; /* of a stored declaration's digest, PRB_DECLARATION_SALT_BYTES; NULL
				offline */
	const char *declaration_id;  /* of a stored declaration; NULL: derived from its digest */
	const struct prb_book *book; /* upstream declarations; NULL: every reference stays open */
	struct prb_str *scratch; /* memory that is kept from one call to the next; NULL for none */
};

/*
 * Scores one declaration. What cannot stand only at this date or under these tables (a finding
 * after as_of, an item that contradicts its indicator) is a fault with its pointer; *out is then
 * untouched.
 */
enum prb_err prb_score(struct prb_arena *arena, const struct prb_reference *reference,
	const struct prb_declaration *declaration, const struct prb_facts *facts,
	const struct prb_score_options *options, struct prb_faults *faults,
	struct prb_result **out);

const char *prb_state_word(enum prb_indicator_state state);
const char *prb_determination_word(enum prb_determination determination);
const char *prb_delphi_rule_word(enum prb_delphi_rule rule);
const char *prb_delphi_result_word(enum prb_delphi_rule rule);
const char *prb_state_imposed_word(enum prb_state_imposed value);

#endif
