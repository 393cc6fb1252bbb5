/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_MODEL_FACTS_H
#define PRB_MODEL_FACTS_H

/*
 * What the dataset release says about one declaration: the words of the declaration resolved to
 * countries, regions and headings, and the entries of the entity lists that its names meet.
 * Gathered in one read transaction (datasets/facts), before scoring is called; everything lives in
 * the request's arena. Arrays run parallel to the declaration's.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scoring/base/date.h"
#include "scoring/base/hash.h"
#include "scoring/base/text.h"
#include "scoring/model/reference.h"

#define PRB_HS_CODES_MAX 16
#define PRB_COUNTRY_NONE (-1)

struct prb_place {
	int16_t country; /* index into the reference, PRB_COUNTRY_NONE where not declared */
	char region[PRB_REGION_BYTES]; /* "" : not known */
	const char *region_basis; /* "declared", "address", "city": how it became known; "" where it
				     did not */
	bool country_assumed; /* the word is ambiguous and was read as its usual meaning ("Korea")
			       */
};

enum prb_hs_basis {
	PRB_HS_NONE,    /* neither a code nor a word that says one */
	PRB_HS_BROAD,   /* a word that says little: gives the point only */
	PRB_HS_KEYWORD, /* a word that stands for the headings in hs[] */
	PRB_HS_DECLARED,
};

struct prb_goods_facts {
	struct prb_place origin;
	uint8_t basis; /* enum prb_hs_basis */
	uint8_t hs_count;
	char hs[PRB_HS_CODES_MAX][PRB_HS_BYTES];
};

struct prb_product_facts {
	struct prb_goods_facts goods;
	const struct prb_goods_facts *inputs; /* as many as the product's inputs */
};

/* DIFFERENT: a person decided that a possible hit is another party (METHOD section 4). */
enum prb_listing_decision { PRB_HIT_POSSIBLE, PRB_HIT_MATCH, PRB_HIT_DIFFERENT };
enum prb_listing_effect { PRB_LISTING_FORCED_LABOUR, PRB_LISTING_OTHER_SANCTIONS };
enum prb_listing_status {
	PRB_LISTING_IN_FORCE,
	PRB_LISTING_LIFTED,
	PRB_LISTING_VACATED,
	PRB_LISTING_DISPUTED,
	PRB_LISTING_EXPIRED,
	PRB_LISTING_UNKNOWN,
};

#define PRB_DECIDED_AT_BYTES 21 /* "YYYY-MM-DDThh:mm:ssZ" and NUL */
#define PRB_EVIDENCE_POINTER_BYTES 48

/* What prb_decided.decision may be beside PRB_HIT_MATCH and PRB_HIT_DIFFERENT. */
#define PRB_DECIDED_CONFIRMED (PRB_HIT_DIFFERENT + 1)

/* What a person decided about a possible hit or a statement of the supplier's: kept elsewhere (a
 * server's journal, a file), and an input of the report like the declaration itself. */
struct prb_decided {
	char id[PRB_UUID_BYTES];
	char at[PRB_DECIDED_AT_BYTES];
	char hit[PRB_SHA256_HEX_BYTES]; /* SHA-256 of what was met and what it met, or of what was
					   stated, without its free text: see
					   datasets/facts/decisions.h and evidence.h */
	char evidence[PRB_EVIDENCE_POINTER_BYTES]; /* CONFIRMED: where it stands in its declaration;
						      "" for a hit */
	uint8_t decision; /* PRB_HIT_MATCH, PRB_HIT_DIFFERENT or PRB_DECIDED_CONFIRMED */
};

enum prb_statement {
#define PRB_STATEMENT(name, member, beside) PRB_SAID_##name,
#include "scoring/model/statements.def"
#undef PRB_STATEMENT
	PRB_STATEMENTS,
};

/* Which of the supplier's own favourable statements others have confirmed (METHOD section 1): for
 * each finding, control and statement about the workforce the decision, or NULL; and all of them
 * one behind the other. */
struct prb_confirmed {
	const struct prb_decided **findings, **controls;
	const struct prb_decided *workforce[PRB_STATEMENTS];
	const struct prb_decided **all;
	size_t count;
};

/* An entry of an entity list that a declared name or identifier meets, judged at the as-of date. */
struct prb_listing {
	const char *subject; /* JSON pointer into the declaration: "/supplier/name" */
	const char *list, *edition, *entity_id, *entity;
	int32_t similarity_ppm;
	uint8_t decision;     /* enum prb_listing_decision */
	uint8_t effect;       /* enum prb_listing_effect */
	uint8_t status;       /* enum prb_listing_status */
	prb_date status_date; /* PRB_DATE_NONE where not known */
	int64_t tier;         /* 0: the supplier itself */
	uint32_t party;       /* 0: the supplier's own; n: of the n-th of the declaration's tiers */
	const char *source;
	const char *because; /* key of the reason for the decision: "identifier_equal",
				"name_and_country_equal", "country_missing" ... */
	const struct prb_decided *decided; /* NULL: nobody decided; then `because` is why it had to
					      be */
};

/* A list that was searched, for every "no match". */
struct prb_list_searched {
	const char *list, *title, *edition, *completeness;
	uint32_t entries;
};

struct prb_facts {
	struct prb_place supplier;
	const struct prb_place *sites; /* one that names no country has the supplier's */
	const struct prb_product_facts *products;
	const int16_t *nationalities;
	/* As many as the declaration's tiers. */
	const struct prb_place *upstream; /* country NONE for those given by reference */
	const struct prb_goods_facts *upstream_goods; /* what each of them delivers; origin unset */
	const struct prb_listing *listings;
	size_t listings_count;
	const struct prb_list_searched *lists;
	size_t lists_count;
	const struct prb_confirmed *evidence; /* NULL: nothing was confirmed */
	bool market_usa;                     /* the United States among the destination markets */
	bool market_eu;                      /* the word "EU" among them */
	const int16_t *markets; /* the countries among them, each once, in the reference's order */
	size_t markets_count;
};

/* Whether somebody confirmed it; facts may be NULL. */
bool prb_finding_confirmed(const struct prb_facts *facts, size_t index);
bool prb_control_confirmed(const struct prb_facts *facts, size_t index);
bool prb_workforce_confirmed(const struct prb_facts *facts, enum prb_statement statement);

/* "forced_labour", "child_labour_only"; "" where it is not listed. */
const char *prb_listed_word(enum prb_listed listed);
const char *prb_listing_status_word(enum prb_listing_status status);
const char *prb_listing_decision_word(enum prb_listing_decision decision);
/* "same", "different" or "confirmed". */
const char *prb_decided_word(const struct prb_decided *decided);
const char *prb_listing_effect_word(enum prb_listing_effect effect);

#endif
