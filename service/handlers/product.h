/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_HANDLERS_PRODUCT_H
#define PRB_HANDLERS_PRODUCT_H

/*
 * A lookup of a good from an origin: products.c reads what is asked, product_lookup.c finds what
 * the release says, product_answer.c, product_reasons.c and product_summary.c write. What was asked
 * is not said again: a link must not be able to put words into this server's mouth. (The page says
 * it once, shop.h.)
 */

#include "service/handlers/facts.h"

#define PRB_LOOKUP_GOODS_MAX 64
#define PRB_LOOKUP_SCOPES_MAX 64
#define PRB_NUMBER_BYTES 24
#define PRB_GOOD_NAME_BYTES 2000

/* A good of the list that a lookup meets. */
struct prb_good_met {
	uint16_t good; /* index into the reference */
	bool certain;  /* the code lies within the good; else the good is only a part of what the
			  code or a broad word stands for */
};

/* A scope of state-imposed forced labour that place and good meet, once each, the gravest first. */
struct prb_scope_met {
	const struct prb_scope *scope;
	uint8_t value;       /* enum prb_state_imposed, as a report has it */
	bool region_unknown; /* it holds in one region of the country alone */
	bool certain;        /* as for goods; a report leaves out what is not */
};

struct prb_lookup {
	struct prb_span q, gtin; /* as sent; p NULL where not given */
	char hs[PRB_HS_BYTES];   /* digits; "" where not given */
	int country;             /* index into the reference; -1 where not given */
	bool country_assumed;
	const struct prb_goods_facts *goods; /* never NULL; basis NONE where nothing is known */
	struct prb_good_met met[PRB_LOOKUP_GOODS_MAX];
	size_t met_count;
	struct prb_scope_met scopes[PRB_LOOKUP_SCOPES_MAX];
	size_t scopes_count;
	const struct prb_result *result; /* NULL where no origin is given */
};

/* Fills met and scopes from goods and result. */
void prb_lookup_meet(const struct prb_reference *reference, struct prb_lookup *lookup);
/* The first scope of that value, certain or not; NULL where there is none. For NOT_PRESUMED: one
 * that depends on the region. */
const struct prb_scope_met *prb_lookup_scope(
	const struct prb_lookup *lookup, enum prb_state_imposed value, bool certain);
/* The route's answer with what is not certain: such a scope cannot be excluded. */
enum prb_state_imposed prb_lookup_state_imposed(const struct prb_lookup *lookup);

/* How a good is listed for a country: itself, and by an input of it. */
struct prb_listed_how {
	uint8_t own, input; /* enum prb_listed */
};
struct prb_listed_how prb_lookup_listed(const struct prb_good *good, int country);

/* An answer while it is written. */
struct prb_product_view {
	struct prb_exchange *x;
	const struct prb_lookup *lookup;
	const struct prb_reference *reference;
	struct prb_writer w;
	char good[PRB_GOOD_NAME_BYTES]; /* the good as the summary calls it */
};

struct prb_span prb_product_digits(int64_t number, char out[PRB_NUMBER_BYTES]);
/* The origin's alpha-3 code, an argument of texts; "" where none is given. */
const char *prb_product_origin(const struct prb_product_view *v);
void prb_product_reasons(struct prb_product_view *v); /* "reasons" */
/* The first sentences of the summary, without the exposure, into the desk's text. */
void prb_product_headline(struct prb_product_view *v);
void prb_product_summary(struct prb_product_view *v); /* "summary" */

/* The rating of such a good from there, where nothing else is declared: as a report has it, but
 * that what is not certain about state-imposed labour counts as open. Unknown without an origin. */
enum prb_rating prb_lookup_rating(const struct prb_lookup *lookup);

/*
 * Finds what the release says: the rest of a lookup of which q, hs, gtin and country are filled.
 * Where what was asked cannot be read (a heading that does not exist, a number whose check digit
 * does not fit) the code of the fault, and the fault among the exchange's; nothing is filled then.
 */
enum prb_err prb_product_find(struct prb_exchange *exchange, struct prb_lookup *lookup);
/* For a lookup: an empty goods fact, country not given. */
void prb_lookup_init(struct prb_lookup *lookup);

/* A view for exchange->lang, its writer not yet set. */
struct prb_product_view prb_product_view_of(
	struct prb_exchange *exchange, const struct prb_lookup *lookup);
/* The whole answer, into the exchange's body, in exchange->lang. */
void prb_product_write(struct prb_exchange *exchange, const struct prb_lookup *lookup);

#endif
