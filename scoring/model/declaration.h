/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_MODEL_DECLARATION_H
#define PRB_MODEL_DECLARATION_H

/*
 * A supplier declaration, read from JSON by the field tables of declaration.def.
 *
 * Everything lives in the arena the text was read into and points into that text's tree. Countries
 * and regions are still words here: what they mean is a fact of the dataset release and is resolved
 * when facts are gathered (datasets/facts).
 */

#include "scoring/base/arena.h"
#include "scoring/base/date.h"
#include "scoring/base/fault.h"
#include "scoring/base/hash.h"
#include "scoring/base/json.h"
#include "scoring/base/ppm.h"
#include "scoring/model/words.h"

#define PRB_DECLARATION_BYTES_MAX (1024 * 1024)
#define PRB_NAME_BYTES_MAX 400
#define PRB_ADDRESS_BYTES_MAX 1000
#define PRB_FREE_TEXT_BYTES_MAX 4000
#define PRB_ALIASES_MAX 50
#define PRB_SITES_MAX 500
#define PRB_PRODUCTS_MAX 200
#define PRB_INPUTS_MAX 50
#define PRB_FINDINGS_MAX 1000
#define PRB_CONTROLS_MAX 100
#define PRB_UPSTREAM_MAX 500      /* of one list */
#define PRB_UPSTREAM_ALL_MAX 5000 /* of a declaration, at every depth */
/* Each tier takes a list and an object of the text's depth, the supplier beside them one more. */
#define PRB_UPSTREAM_DEPTH_MAX ((PRB_JSON_DEPTH_MAX - 1) / 2)
#define PRB_UPSTREAM_POINTER_BYTES 512 /* "/upstream/0/upstream/1 ..", the deepest and a member */
#define PRB_WORKER_GROUPS_MAX 20
#define PRB_NATIONALITIES_MAX 50
#define PRB_IDENTIFIERS_MAX 20
#define PRB_MARKETS_MAX 50
#define PRB_WORKERS_MAX 10000000
#define PRB_COUNT_UNSAID (-1)

struct prb_span_list {
	const struct prb_span *items;
	size_t count;
};

struct prb_identifier {
	uint8_t scheme; /* enum prb_scheme */
	struct prb_span value;
};

struct prb_party {
	struct prb_span name, country, region, city, address;
	struct prb_span_list aliases;
	const struct prb_identifier *identifiers;
	size_t identifiers_count;
};

struct prb_site {
	struct prb_span id, name, country, region, city, address;
};

struct prb_input {
	struct prb_span description, hs, origin, region;
};

struct prb_product {
	struct prb_span description, hs, gtin, origin, region;
	const struct prb_input *inputs;
	size_t inputs_count;
	bool inputs_given; /* an empty list says "no inputs"; absence says nothing */
};

struct prb_workforce {
	int64_t total, women, migrant, agency, under_18; /* PRB_COUNT_UNSAID where not given */
	struct prb_span_list nationalities;
	uint8_t recruitment_fees; /* enum prb_fees */
	uint8_t fees_reimbursed;  /* enum prb_answer */
	uint8_t housing;          /* enum prb_housing */
	int64_t peak_hours_per_week, rest_days_per_month, months_at_sea;
	uint8_t piece_rate, phones_kept_by_employer; /* enum prb_tri */
	uint8_t labour_transfer;                     /* enum prb_answer */
	uint8_t prison_labour;                       /* enum prb_prison */
	uint8_t prison_free_consent;                 /* enum prb_answer */
};

struct prb_contest {
	uint8_t by; /* enum prb_contested_by; 0: not contested */
	struct prb_span reference;
	prb_date date;
};

struct prb_remedy {
	uint8_t state; /* enum prb_remediation_state */
	uint8_t source;
	prb_date date;
};

struct prb_finding {
	uint8_t indicator; /* enum prb_indicator; 0 where only an item is named */
	struct prb_span item;
	uint8_t state;  /* enum prb_finding_state */
	uint8_t source; /* enum prb_source */
	prb_date date;  /* PRB_DATE_NONE: undated */
	struct prb_span reference, site, worker_group;
	uint8_t concerns_under_18, used_to_compel; /* enum prb_tri */
	struct prb_contest contested;
	struct prb_remedy remediation;
	struct prb_span reply;
};

struct prb_control_claim {
	uint8_t control;  /* enum prb_control */
	uint8_t evidence; /* enum prb_evidence */
	prb_date date;
};

struct prb_upstream {
	int64_t tier; /* PRB_COUNT_UNSAID where not given */
	struct prb_span product;
	int64_t share_ppm; /* PRB_COUNT_UNSAID where not given */
	struct prb_span declaration;
	const struct prb_party *supplier;    /* NULL where it is given by reference */
	const struct prb_upstream *upstream; /* what stands further up, the same again */
	size_t upstream_count;
};

/* An upstream supplier of any depth, with its distance. Whoever names another stands before it. */
struct prb_tier {
	const struct prb_upstream *entry;
	int32_t parent; /* index of the one that it delivers to, -1: the declaration's supplier */
	uint32_t place; /* index in that one's list */
	int64_t steps;  /* from that one: 1, or more where `tier` says so */
	int64_t tier;   /* steps from the declaration's supplier */
};

struct prb_declaration {
	uint8_t declarant; /* enum prb_declarant; 0 where not given */
	struct prb_party supplier;
	const struct prb_site *sites;
	size_t sites_count;
	const struct prb_product *products;
	size_t products_count;
	struct prb_workforce workforce;
	const struct prb_finding *findings;
	size_t findings_count;
	const struct prb_control_claim *controls;
	size_t controls_count;
	const struct prb_upstream *upstream;
	size_t upstream_count;
	const struct prb_tier *tiers; /* the same at every depth, in the order of the text */
	size_t tiers_count;
	struct prb_span_list destination_markets;
	const struct prb_json *json; /* what it was read from */
};

/* Whether the last of these digits fits the others. GS1 General Specifications 7.9: weights 3 and 1
 * from the right, the sum with the check digit a multiple of ten. */
bool prb_gtin_checks(struct prb_span digits);

/* What somebody wrote as an HS code, without the "HS" before it and without the ".0" that a
 * spreadsheet leaves behind a number: "HS 6109.10" is "6109.10", "610910.0" is "610910". Nothing
 * else is taken off, and the rest is not looked at. */
struct prb_span prb_hs_bare(struct prb_span text);

/*
 * Reads a declaration. Every fault is added with its pointer; the reading goes on to find further
 * ones. Returns PRB_OK, or the first fault's code; *out is usable only with PRB_OK.
 */
enum prb_err prb_declaration_read(struct prb_arena *arena, struct prb_span text,
	struct prb_faults *faults, struct prb_declaration **out);

/* JSON pointer to an upstream supplier and, behind it, to a member of it ("" for none). It is cut
 * where the room ends; PRB_UPSTREAM_POINTER_BYTES are always enough. */
void prb_tier_pointer(const struct prb_declaration *declaration, size_t tier, const char *member,
	char *out, size_t room);

/*
 * Appends the canonical JSON that is hashed to name the declaration (scoring/METHOD.md section 7).
 *
 * Free text (reference, reply, description) may name people and is guessable. Without a salt its
 * members are left out. With one (PRB_DECLARATION_SALT_BYTES) the n-th free text of the canonical
 * form, counted from 0, stands as "sha256:" and the hexadecimal SHA-256 of (salt n || text), where
 * salt n is the SHA-256 of (salt || n as four bytes, big-endian): each text can be opened alone, by
 * giving its own salt away.
 */
void prb_declaration_canonical(struct prb_arena *arena, const struct prb_declaration *declaration,
	const uint8_t *salt, prb_sha256_fn sha256, struct prb_str *out);

/*
 * The field tables, for documents and schemas: one shape per object.
 */
enum prb_field_kind {
	PRB_FIELD_TEXT, /* min..max bytes */
	PRB_FIELD_WORD, /* one of words */
	PRB_FIELD_DATE,
	PRB_FIELD_COUNT,      /* whole number min..max */
	PRB_FIELD_SHARE,      /* 0..1, kept as ppm */
	PRB_FIELD_TRUTH,      /* true or false */
	PRB_FIELD_HS,         /* 2 to 10 digits */
	PRB_FIELD_GTIN,       /* 8, 12, 13 or 14 digits with a right check digit */
	PRB_FIELD_ID,         /* 1-64 of A-Za-z0-9._- */
	PRB_FIELD_TEXTS,      /* array of texts, at most max */
	PRB_FIELD_OBJECT,     /* shape, in place */
	PRB_FIELD_OBJECT_REF, /* shape, by pointer */
	PRB_FIELD_OBJECTS,    /* array of shape, at most max */
};

struct prb_shape;
struct prb_field {
	const char *name;
	enum prb_field_kind kind;
	bool required;
	bool free_text;
	int64_t min, max;
	const struct prb_words *words;
	const struct prb_shape *shape;
	size_t offset;
	size_t count_offset; /* OBJECTS: where the count goes */
	size_t given_offset; /* OBJECTS: where it is noted that the array was there; 0 for nowhere
			      */
};
struct prb_shape {
	const char *name;
	size_t bytes;
	const struct prb_field *fields;
	size_t fields_count;
};
extern const struct prb_shape prb_shape_declaration;

#endif
