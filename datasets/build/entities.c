/* SPDX-License-Identifier: Apache-2.0 */

/* Entity lists: entries, their names and numbers. What no copy of a list shows (verified "n",
 * Chinese names from general knowledge) is covered by the table's hash and goes no further. */

#include <string.h>

#include "datasets/build/compile.h"
#include "datasets/store/identifier.h"
#include "datasets/store/keys.h"

static bool
is_loaded(const struct prb_sources *s, size_t row)
{
	return !prb_source_is(s, PRB_COL_ENTITIES_VERIFIED, row, "n");
}

/* A scope is a good of a place: shown by good, never met as a name. */
static bool
has_names(const struct prb_sources *s, size_t row)
{
	return is_loaded(s, row) && !prb_source_is(s, PRB_COL_ENTITIES_KIND, row, "scope");
}

static prb_date
date_of(const struct prb_sources *s, enum prb_source_column column, size_t row)
{
	prb_date date;

	return prb_date_parse(prb_source_text(s, column, row), &date) ? date : PRB_DATE_NONE;
}

static uint8_t
status_of(const struct prb_sources *s, size_t row)
{
	for (int i = PRB_LISTING_IN_FORCE; i < PRB_LISTING_UNKNOWN; i++)
		if (prb_source_is(s, PRB_COL_ENTITIES_STATUS, row,
			    prb_listing_status_word((enum prb_listing_status)i)))
			return (uint8_t)i;
	return PRB_LISTING_UNKNOWN;
}

static void
compile_entity(struct prb_compiler *c, size_t row)
{
	struct prb_sources *s = c->sources;
	struct prb_entity_record record = {.list = prb_compiler_cell(c, PRB_COL_ENTITIES_LIST, row),
		.name = prb_compiler_cell(c, PRB_COL_ENTITIES_NAME, row),
		.kind = prb_compiler_cell(c, PRB_COL_ENTITIES_KIND, row),
		.country = prb_compiler_cell(c, PRB_COL_ENTITIES_COUNTRY, row),
		.city = prb_compiler_cell(c, PRB_COL_ENTITIES_CITY, row),
		.notes = prb_compiler_cell(c, PRB_COL_ENTITIES_NOTES, row),
		.source = prb_compiler_cell(c, PRB_COL_ENTITIES_SOURCE, row),
		.date = date_of(s, PRB_COL_ENTITIES_DATE, row),
		.status_date = date_of(s, PRB_COL_ENTITIES_STATUS_DATE, row),
		.valid_until = date_of(s, PRB_COL_ENTITIES_VALID_UNTIL, row),
		.status = status_of(s, row),
		.effect = prb_source_is(s, PRB_COL_ENTITIES_EFFECT, row, "forced_labour")
				  ? PRB_LISTING_FORCED_LABOUR
				  : PRB_LISTING_OTHER_SANCTIONS,
		.verified = prb_source_is(s, PRB_COL_ENTITIES_VERIFIED, row, "y")};

	prb_str_add_span(&c->key, prb_source_text(s, PRB_COL_ENTITIES_ID, row));
	prb_entity_write(&record, &c->value);
	prb_compiler_add_built(c, PRB_TABLE_ENTITY);
}

static void
add_name(struct prb_compiler *c, struct prb_pairs *names, enum prb_source_column column, size_t row,
	struct prb_span id)
{
	struct prb_pair pair = {.column = column, .row = (uint32_t)row, .item = id};

	prb_str_reset(&c->scratch);
	prb_fold_key(&c->fold, prb_source_text(c->sources, column, row), &c->scratch);
	pair.key = prb_str_span(&c->scratch);
	if (pair.key.n == 0 || pair.key.n > PRB_KEY_BYTES_MAX)
		prb_complain_cell(c->sources, column, row,
			"the name folds to %zu bytes: 1 to %d can be looked up", pair.key.n,
			PRB_KEY_BYTES_MAX);
	else
		prb_pairs_add(c, names, &pair);
}

static void
add_identifier(struct prb_compiler *c, struct prb_pairs *identifiers, size_t row)
{
	struct prb_sources *s = c->sources;
	struct prb_span scheme = prb_source_text(s, PRB_COL_ENTITIES_SCHEME, row);
	struct prb_span number = prb_source_text(s, PRB_COL_ENTITIES_IDENTIFIER, row);
	enum prb_scheme known = (enum prb_scheme)prb_words_find(&prb_words_scheme, scheme);
	struct prb_pair pair = {.column = PRB_COL_ENTITIES_IDENTIFIER,
		.row = (uint32_t)row,
		.item = prb_source_text(s, PRB_COL_ENTITIES_ID, row)};
	struct prb_identifier_form form;
	const char *country, *reason;

	if (scheme.n == 0 && number.n == 0)
		return;
	if (scheme.n == 0 || number.n == 0) {
		prb_complain_cell(s, PRB_COL_ENTITIES_IDENTIFIER, row,
			"an identifier needs its scheme, and a scheme its number");
		return;
	}
	country = prb_compiler_cell(c, PRB_COL_ENTITIES_COUNTRY, row);
	if (!prb_identifier_normalise(
		    known, number, country[0] == '\0' ? NULL : country, &form, &reason)) {
		prb_complain_cell(s, PRB_COL_ENTITIES_IDENTIFIER, row, "\"%.*s\": %s",
			PRB_SPAN_ARGS(number), reason);
		return;
	}
	prb_str_reset(&c->scratch);
	prb_identifier_key(&form, &c->scratch);
	pair.key = prb_str_span(&c->scratch);
	prb_pairs_add(c, identifiers, &pair);
}

static void
add_aliases(struct prb_compiler *c, struct prb_pairs *names)
{
	struct prb_sources *s = c->sources;

	for (size_t i = 0; i < prb_source_count(s, PRB_SOURCE_ENTITY_ALIASES); i++) {
		struct prb_span id = prb_source_text(s, PRB_COL_ENTITY_ALIASES_ID, i);
		long row = prb_source_lookup(s, PRB_SOURCE_ENTITIES, id, PRB_SPAN_NONE);

		if (row >= 0 && has_names(s, (size_t)row) &&
			!prb_source_is(s, PRB_COL_ENTITY_ALIASES_KIND, i, "zh_unverified"))
			add_name(c, names, PRB_COL_ENTITY_ALIASES_ALIAS, i, id);
	}
}

static void
compile_list(struct prb_compiler *c, size_t row)
{
	struct prb_sources *s = c->sources;
	struct prb_list_record record = {
		.title = prb_compiler_cell(c, PRB_COL_ENTITY_LISTS_TITLE, row),
		.publisher = prb_compiler_cell(c, PRB_COL_ENTITY_LISTS_PUBLISHER, row),
		.edition = prb_compiler_cell(c, PRB_COL_ENTITY_LISTS_EDITION, row),
		.effect_words = prb_compiler_cell(c, PRB_COL_ENTITY_LISTS_EFFECT_WORDS, row),
		.url_words = prb_compiler_cell(c, PRB_COL_ENTITY_LISTS_URL_WORDS, row),
		.completeness = prb_compiler_cell(c, PRB_COL_ENTITY_LISTS_COMPLETENESS, row),
		.countries_equal = prb_compiler_cell(c, PRB_COL_ENTITY_LISTS_COUNTRIES_EQUAL, row)};

	for (size_t i = 0; i < prb_source_count(s, PRB_SOURCE_ENTITIES); i++)
		if (is_loaded(s, i) && prb_span_equal(prb_source_text(s, PRB_COL_ENTITIES_LIST, i),
					       prb_source_text(s, PRB_COL_ENTITY_LISTS_LIST, row)))
			record.entries++;
	prb_str_add_span(&c->key, prb_source_text(s, PRB_COL_ENTITY_LISTS_LIST, row));
	prb_list_write(&record, &c->value);
	prb_compiler_add_built(c, PRB_TABLE_LIST);
}

void
prb_entities_each_name(const struct prb_compiler *c,
	void (*each)(void *context, struct prb_span id, struct prb_span name, uint8_t kind),
	void *context)
{
	struct prb_sources *s = c->sources;

	for (size_t row = 0; row < prb_source_count(s, PRB_SOURCE_ENTITIES); row++)
		if (has_names(s, row))
			each(context, prb_source_text(s, PRB_COL_ENTITIES_ID, row),
				prb_source_text(s, PRB_COL_ENTITIES_NAME, row), 0);
	for (size_t i = 0; i < prb_source_count(s, PRB_SOURCE_ENTITY_ALIASES); i++) {
		struct prb_span id = prb_source_text(s, PRB_COL_ENTITY_ALIASES_ID, i);
		long row = prb_source_lookup(s, PRB_SOURCE_ENTITIES, id, PRB_SPAN_NONE);

		if (row >= 0 && has_names(s, (size_t)row) &&
			!prb_source_is(s, PRB_COL_ENTITY_ALIASES_KIND, i, "zh_unverified"))
			each(context, id, prb_source_text(s, PRB_COL_ENTITY_ALIASES_ALIAS, i), 1);
	}
}

void
prb_compile_entities(struct prb_compiler *c)
{
	struct prb_sources *s = c->sources;
	struct prb_pairs names = {.items = NULL}, identifiers = {.items = NULL};

	for (size_t row = 0; row < prb_source_count(s, PRB_SOURCE_ENTITIES); row++) {
		if (is_loaded(s, row))
			compile_entity(c, row);
		if (!has_names(s, row))
			continue;
		add_name(c, &names, PRB_COL_ENTITIES_NAME, row,
			prb_source_text(s, PRB_COL_ENTITIES_ID, row));
		add_identifier(c, &identifiers, row);
	}
	add_aliases(c, &names);
	prb_pairs_add_rows(c, &names, PRB_TABLE_ENTITY_NAME);
	prb_pairs_add_rows(c, &identifiers, PRB_TABLE_ENTITY_IDENTIFIER);
	prb_pairs_finish(&names);
	prb_pairs_finish(&identifiers);
	for (size_t row = 0; row < prb_source_count(s, PRB_SOURCE_ENTITY_LISTS); row++)
		compile_list(c, row);
}
