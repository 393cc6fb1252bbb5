/* SPDX-License-Identifier: Apache-2.0 */
/* The field tables of a declaration: reading (declaration.c), schema and documents come from these
 * rows. */
#include <stddef.h>

#include "scoring/model/declaration.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ROW(type, member, json, kind_, ...)                                                        \
	{                                                                                          \
		.name = (json), .kind = PRB_FIELD_##kind_,                                         \
		.offset = offsetof(struct type, member), __VA_ARGS__                               \
	}
#define SHAPE(shape, type, json)                                                                   \
	static const struct prb_shape shape = {                                                    \
		json, sizeof(struct type), shape##_fields, COUNT(shape##_fields)}

static const struct prb_field identifier_fields[] = {
	ROW(prb_identifier, scheme, "scheme", WORD, .required = true, .words = &prb_words_scheme),
	ROW(prb_identifier, value, "value", TEXT, .required = true, .min = 1, .max = 64),
};
SHAPE(identifier, prb_identifier, "identifier");

static const struct prb_field party_fields[] = {
	ROW(prb_party, name, "name", TEXT, .required = true, .min = 1, .max = PRB_NAME_BYTES_MAX),
	ROW(prb_party, country, "country", TEXT, .required = true, .min = 1, .max = 100),
	ROW(prb_party, region, "region", TEXT, .min = 1, .max = 200),
	ROW(prb_party, city, "city", TEXT, .min = 1, .max = 200),
	ROW(prb_party, address, "address", TEXT, .min = 1, .max = PRB_ADDRESS_BYTES_MAX),
	ROW(prb_party, aliases, "aliases", TEXTS, .min = PRB_NAME_BYTES_MAX,
		.max = PRB_ALIASES_MAX),
	ROW(prb_party, identifiers, "identifiers", OBJECTS, .max = PRB_IDENTIFIERS_MAX,
		.shape = &identifier,
		.count_offset = offsetof(struct prb_party, identifiers_count)),
};
SHAPE(party, prb_party, "supplier");

static const struct prb_field site_fields[] = {
	ROW(prb_site, id, "id", ID, .required = true),
	ROW(prb_site, name, "name", TEXT, .min = 1, .max = PRB_NAME_BYTES_MAX),
	ROW(prb_site, country, "country", TEXT, .min = 1, .max = 100),
	ROW(prb_site, region, "region", TEXT, .min = 1, .max = 200),
	ROW(prb_site, city, "city", TEXT, .min = 1, .max = 200),
	ROW(prb_site, address, "address", TEXT, .min = 1, .max = PRB_ADDRESS_BYTES_MAX),
};
SHAPE(site, prb_site, "site");

static const struct prb_field input_fields[] = {
	ROW(prb_input, description, "description", TEXT, .min = 1, .max = PRB_FREE_TEXT_BYTES_MAX,
		.free_text = true),
	ROW(prb_input, hs, "hs", HS, .required = false),
	ROW(prb_input, origin, "origin", TEXT, .min = 1, .max = 100),
	ROW(prb_input, region, "region", TEXT, .min = 1, .max = 200),
};
SHAPE(input, prb_input, "input");

static const struct prb_field product_fields[] = {
	ROW(prb_product, description, "description", TEXT, .min = 1, .max = PRB_FREE_TEXT_BYTES_MAX,
		.free_text = true),
	ROW(prb_product, hs, "hs", HS, .required = false),
	ROW(prb_product, gtin, "gtin", GTIN, .required = false),
	ROW(prb_product, origin, "origin", TEXT, .min = 1, .max = 100),
	ROW(prb_product, region, "region", TEXT, .min = 1, .max = 200),
	ROW(prb_product, inputs, "inputs", OBJECTS, .max = PRB_INPUTS_MAX, .shape = &input,
		.count_offset = offsetof(struct prb_product, inputs_count),
		.given_offset = offsetof(struct prb_product, inputs_given)),
};
SHAPE(product, prb_product, "product");

static const struct prb_field workforce_fields[] = {
	ROW(prb_workforce, total, "total", COUNT, .max = PRB_WORKERS_MAX),
	ROW(prb_workforce, women, "women", COUNT, .max = PRB_WORKERS_MAX),
	ROW(prb_workforce, migrant, "migrant", COUNT, .max = PRB_WORKERS_MAX),
	ROW(prb_workforce, agency, "agency", COUNT, .max = PRB_WORKERS_MAX),
	ROW(prb_workforce, under_18, "under_18", COUNT, .max = PRB_WORKERS_MAX),
	ROW(prb_workforce, nationalities, "nationalities", TEXTS, .min = 100,
		.max = PRB_NATIONALITIES_MAX),
	ROW(prb_workforce, recruitment_fees, "recruitment_fees", WORD, .words = &prb_words_fees),
	ROW(prb_workforce, fees_reimbursed, "fees_reimbursed", WORD, .words = &prb_words_answer),
	ROW(prb_workforce, housing, "housing", WORD, .words = &prb_words_housing),
	ROW(prb_workforce, peak_hours_per_week, "peak_hours_per_week", COUNT, .max = 168),
	ROW(prb_workforce, rest_days_per_month, "rest_days_per_month", COUNT, .max = 31),
	ROW(prb_workforce, piece_rate, "piece_rate", TRUTH, .required = false),
	ROW(prb_workforce, phones_kept_by_employer, "phones_kept_by_employer", TRUTH,
		.required = false),
	ROW(prb_workforce, months_at_sea, "months_at_sea", COUNT, .max = 120),
	ROW(prb_workforce, labour_transfer, "labour_transfer", WORD, .words = &prb_words_answer),
	ROW(prb_workforce, prison_labour, "prison_labour", WORD, .words = &prb_words_prison),
	ROW(prb_workforce, prison_free_consent, "prison_free_consent", WORD,
		.words = &prb_words_answer),
};
SHAPE(workforce, prb_workforce, "workforce");

static const struct prb_field contest_fields[] = {
	ROW(prb_contest, by, "by", WORD, .required = true, .words = &prb_words_contested_by),
	ROW(prb_contest, reference, "reference", TEXT, .max = PRB_FREE_TEXT_BYTES_MAX,
		.free_text = true),
	ROW(prb_contest, date, "date", DATE, .required = false),
};
SHAPE(contest, prb_contest, "contested");

static const struct prb_field remedy_fields[] = {
	ROW(prb_remedy, state, "state", WORD, .required = true, .words = &prb_words_remediation),
	ROW(prb_remedy, source, "source", WORD, .words = &prb_words_source),
	ROW(prb_remedy, date, "date", DATE, .required = false),
};
SHAPE(remedy, prb_remedy, "remediation");

static const struct prb_field finding_fields[] = {
	ROW(prb_finding, indicator, "indicator", WORD, .words = &prb_words_indicator),
	ROW(prb_finding, item, "item", TEXT, .min = 1, .max = 8),
	ROW(prb_finding, state, "state", WORD, .required = true, .words = &prb_words_finding_state),
	ROW(prb_finding, source, "source", WORD, .required = true, .words = &prb_words_source),
	ROW(prb_finding, date, "date", DATE, .required = false),
	ROW(prb_finding, reference, "reference", TEXT, .max = PRB_FREE_TEXT_BYTES_MAX,
		.free_text = true),
	ROW(prb_finding, site, "site", ID, .required = false),
	ROW(prb_finding, worker_group, "worker_group", TEXT, .min = 1, .max = 200),
	ROW(prb_finding, concerns_under_18, "concerns_under_18", TRUTH, .required = false),
	ROW(prb_finding, used_to_compel, "used_to_compel", TRUTH, .required = false),
	ROW(prb_finding, contested, "contested", OBJECT, .shape = &contest),
	ROW(prb_finding, remediation, "remediation", OBJECT, .shape = &remedy),
	ROW(prb_finding, reply, "reply", TEXT, .max = PRB_FREE_TEXT_BYTES_MAX, .free_text = true),
};
SHAPE(finding, prb_finding, "finding");

static const struct prb_field control_fields[] = {
	ROW(prb_control_claim, control, "control", WORD, .required = true,
		.words = &prb_words_control),
	ROW(prb_control_claim, evidence, "evidence", WORD, .required = true,
		.words = &prb_words_evidence),
	ROW(prb_control_claim, date, "date", DATE, .required = false),
};
SHAPE(control, prb_control_claim, "control");

static const struct prb_shape upstream; /* it holds itself */
static const struct prb_field upstream_fields[] = {
	ROW(prb_upstream, tier, "tier", COUNT, .min = 1, .max = 100),
	ROW(prb_upstream, product, "product", TEXT, .min = 1, .max = 200),
	ROW(prb_upstream, share_ppm, "share", SHARE, .required = false),
	ROW(prb_upstream, declaration, "declaration", TEXT, .min = 1, .max = 64),
	ROW(prb_upstream, supplier, "supplier", OBJECT_REF, .shape = &party),
	ROW(prb_upstream, upstream, "upstream", OBJECTS, .max = PRB_UPSTREAM_MAX,
		.shape = &upstream, .count_offset = offsetof(struct prb_upstream, upstream_count)),
};
SHAPE(upstream, prb_upstream, "upstream");

static const struct prb_field declaration_fields[] = {
	ROW(prb_declaration, declarant, "declarant", WORD, .words = &prb_words_declarant),
	ROW(prb_declaration, supplier, "supplier", OBJECT, .required = true, .shape = &party),
	ROW(prb_declaration, sites, "sites", OBJECTS, .max = PRB_SITES_MAX, .shape = &site,
		.count_offset = offsetof(struct prb_declaration, sites_count)),
	ROW(prb_declaration, products, "products", OBJECTS, .max = PRB_PRODUCTS_MAX,
		.shape = &product,
		.count_offset = offsetof(struct prb_declaration, products_count)),
	ROW(prb_declaration, workforce, "workforce", OBJECT, .shape = &workforce),
	ROW(prb_declaration, findings, "findings", OBJECTS, .max = PRB_FINDINGS_MAX,
		.shape = &finding,
		.count_offset = offsetof(struct prb_declaration, findings_count)),
	ROW(prb_declaration, controls, "controls", OBJECTS, .max = PRB_CONTROLS_MAX,
		.shape = &control,
		.count_offset = offsetof(struct prb_declaration, controls_count)),
	ROW(prb_declaration, upstream, "upstream", OBJECTS, .max = PRB_UPSTREAM_MAX,
		.shape = &upstream,
		.count_offset = offsetof(struct prb_declaration, upstream_count)),
	ROW(prb_declaration, destination_markets, "destination_markets", TEXTS, .min = 100,
		.max = PRB_MARKETS_MAX),
};
const struct prb_shape prb_shape_declaration = {"declaration", sizeof(struct prb_declaration),
	declaration_fields, COUNT(declaration_fields)};
