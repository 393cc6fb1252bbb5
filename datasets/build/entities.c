/* SPDX-License-Identifier: Apache-2.0 */

/* Entity lists: entries, their names and numbers. What no copy of a list shows (verified "n",
 * Chinese names from general knowledge) is covered by the table's hash and goes no further.
 *
 * Rows of the source tables become entries first, then the lists that an operator loads join them,
 * and all are compiled alike. */

#include <string.h>

#include "datasets/build/compile.h"
#include "datasets/store/identifier.h"
#include "datasets/store/keys.h"

static bool
is_loaded(const struct prb_sources *s, size_t row)
{
	return !prb_source_is(s, PRB_COL_ENTITIES_VERIFIED, row, "n");
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

/* The folded name in the arena, or empty and complained of. */
static struct prb_span
key_of(struct prb_compiler *c, enum prb_source_column column, size_t row)
{
	struct prb_span key = PRB_SPAN("");

	prb_str_reset(&c->scratch);
	prb_fold_key(&c->fold, prb_source_text(c->sources, column, row), &c->scratch);
	if (c->scratch.n == 0 || c->scratch.n > PRB_KEY_BYTES_MAX)
		prb_complain_cell(c->sources, column, row,
			"the name folds to %zu bytes: 1 to %d can be looked up", c->scratch.n,
			PRB_KEY_BYTES_MAX);
	else
		key = prb_arena_copy(c->arena, prb_str_span(&c->scratch));
	if (!key.p) {
		c->failed = true;
		key = PRB_SPAN("");
	}
	return key;
}

static enum prb_entry_name_kind
kind_of(const struct prb_sources *s, size_t alias)
{
	if (prb_source_is(s, PRB_COL_ENTITY_ALIASES_KIND, alias, "former"))
		return PRB_ENTRY_FORMER;
	return prb_source_is(s, PRB_COL_ENTITY_ALIASES_KIND, alias, "zh") ? PRB_ENTRY_ZH
									  : PRB_ENTRY_ALIAS;
}

static void
take_aliases(struct prb_compiler *c, struct prb_entry *entry)
{
	struct prb_sources *s = c->sources;
	long first = prb_source_lookup(s, PRB_SOURCE_ENTITY_ALIASES, entry->id, PRB_SPAN_NONE);

	for (size_t i = (size_t)first;
		first >= 0 && i < prb_source_count(s, PRB_SOURCE_ENTITY_ALIASES) &&
		prb_span_equal(prb_source_text(s, PRB_COL_ENTITY_ALIASES_ID, i), entry->id);
		i++) {
		struct prb_entry_name name = {
			.text = prb_source_text(s, PRB_COL_ENTITY_ALIASES_ALIAS, i),
			.kind = (uint8_t)kind_of(s, i)};

		if (prb_source_is(s, PRB_COL_ENTITY_ALIASES_KIND, i, "zh_unverified"))
			continue;
		name.key = key_of(c, PRB_COL_ENTITY_ALIASES_ALIAS, i);
		if (name.key.n > 0 && !prb_entry_add_name(c->arena, entry, &name))
			c->failed = true;
	}
}

static void
take_identifier(struct prb_compiler *c, struct prb_entry *entry, size_t row)
{
	struct prb_sources *s = c->sources;
	struct prb_span scheme = prb_source_text(s, PRB_COL_ENTITIES_SCHEME, row);
	struct prb_span number = prb_source_text(s, PRB_COL_ENTITIES_IDENTIFIER, row);
	enum prb_scheme known = (enum prb_scheme)prb_words_find(&prb_words_scheme, scheme);
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
	entry->identifiers = prb_arena_array(c->arena, 1, sizeof(*entry->identifiers));
	if (!entry->identifiers) {
		c->failed = true;
		return;
	}
	entry->identifiers[0] = (struct prb_entry_identifier){
		form.scheme, prb_compiler_text(c, prb_span_of(form.text))};
	entry->identifiers_count = 1;
}

static void
take_shipped(struct prb_compiler *c, size_t row)
{
	struct prb_sources *s = c->sources;
	struct prb_entry entry = {.id = prb_source_text(s, PRB_COL_ENTITIES_ID, row),
		.list = prb_source_text(s, PRB_COL_ENTITIES_LIST, row),
		.name = prb_source_text(s, PRB_COL_ENTITIES_NAME, row),
		.key = PRB_SPAN(""),
		.kind = prb_source_text(s, PRB_COL_ENTITIES_KIND, row),
		.countries = prb_source_text(s, PRB_COL_ENTITIES_COUNTRY, row),
		.city = prb_source_text(s, PRB_COL_ENTITIES_CITY, row),
		.address = prb_source_text(s, PRB_COL_ENTITIES_ADDRESS, row),
		.notes = prb_source_text(s, PRB_COL_ENTITIES_NOTES, row),
		.source = prb_source_text(s, PRB_COL_ENTITIES_SOURCE, row),
		.date = date_of(s, PRB_COL_ENTITIES_DATE, row),
		.status_date = date_of(s, PRB_COL_ENTITIES_STATUS_DATE, row),
		.valid_until = date_of(s, PRB_COL_ENTITIES_VALID_UNTIL, row),
		.status = status_of(s, row),
		.effect = prb_source_is(s, PRB_COL_ENTITIES_EFFECT, row, "forced_labour")
				  ? PRB_LISTING_FORCED_LABOUR
				  : PRB_LISTING_OTHER_SANCTIONS,
		.verified = prb_source_is(s, PRB_COL_ENTITIES_VERIFIED, row, "y")};

	if (!prb_span_is(entry.kind, "scope")) {
		entry.key = key_of(c, PRB_COL_ENTITIES_NAME, row);
		take_aliases(c, &entry);
		take_identifier(c, &entry, row);
		prb_entry_tidy(&entry);
	}
	if (!prb_entries_add(&c->entries, &entry))
		c->failed = true;
}

static const char *
identifiers_of(struct prb_compiler *c, const struct prb_entry *e)
{
	prb_str_reset(&c->scratch);
	for (size_t i = 0; i < e->identifiers_count; i++) {
		if (i > 0)
			prb_str_add_char(&c->scratch, ';');
		prb_identifier_key(e->identifiers[i].scheme, e->identifiers[i].bare, &c->scratch);
	}
	return prb_compiler_text(c, prb_str_span(&c->scratch));
}

static void
add_entity(struct prb_compiler *c, const struct prb_entry *e)
{
	struct prb_entity_record record = {.identifiers = identifiers_of(c, e),
		.list = prb_compiler_text(c, e->list),
		.name = prb_compiler_text(c, e->name),
		.kind = prb_compiler_text(c, e->kind),
		.country = prb_compiler_text(c, e->countries),
		.city = prb_compiler_text(c, e->city),
		.address = prb_compiler_text(c, e->address),
		.notes = prb_compiler_text(c, e->notes),
		.source = prb_compiler_text(c, e->source),
		.date = e->date,
		.status_date = e->status_date,
		.valid_until = e->valid_until,
		.status = e->status,
		.effect = e->effect,
		.verified = e->verified};

	prb_str_add_span(&c->key, e->id);
	prb_entity_write(&record, &c->value);
	prb_compiler_add_built(c, PRB_TABLE_ENTITY);
}

static void
add_numbers(struct prb_compiler *c, const struct prb_entry *e, struct prb_pairs *identifiers)
{
	struct prb_pair pair = {.row = PRB_PAIR_LOADED, .item = e->id};

	if (e->key.n == 0) /* a scope */
		return;
	for (size_t i = 0; i < e->identifiers_count; i++) {
		prb_str_reset(&c->scratch);
		prb_identifier_key(e->identifiers[i].scheme, e->identifiers[i].bare, &c->scratch);
		pair.key = prb_str_span(&c->scratch);
		prb_pairs_add(c, identifiers, &pair);
	}
}

static void
compile_list(struct prb_compiler *c, size_t row)
{
	struct prb_sources *s = c->sources;
	struct prb_span list = prb_source_text(s, PRB_COL_ENTITY_LISTS_LIST, row);
	struct prb_list_record record = {
		.title = prb_compiler_cell(c, PRB_COL_ENTITY_LISTS_TITLE, row),
		.publisher = prb_compiler_cell(c, PRB_COL_ENTITY_LISTS_PUBLISHER, row),
		.edition = prb_compiler_cell(c, PRB_COL_ENTITY_LISTS_EDITION, row),
		.effect_words = prb_compiler_cell(c, PRB_COL_ENTITY_LISTS_EFFECT_WORDS, row),
		.url_words = prb_compiler_cell(c, PRB_COL_ENTITY_LISTS_URL_WORDS, row),
		.completeness = prb_compiler_cell(c, PRB_COL_ENTITY_LISTS_COMPLETENESS, row),
		.countries_equal = prb_compiler_cell(c, PRB_COL_ENTITY_LISTS_COUNTRIES_EQUAL, row)};

	if (prb_lists_replacing(c->lists, list))
		return;
	for (size_t i = 0; i < c->entries.count; i++)
		record.entries += prb_span_equal(c->entries.items[i].list, list);
	prb_str_add_span(&c->key, list);
	prb_list_write(&record, &c->value);
	prb_compiler_add_built(c, PRB_TABLE_LIST);
}

void
prb_entities_each_name(const struct prb_compiler *c,
	void (*each)(void *context, struct prb_span id, struct prb_span name, uint8_t kind),
	void *context)
{
	for (size_t i = 0; i < c->entries.count; i++) {
		const struct prb_entry *e = &c->entries.items[i];

		if (e->key.n == 0)
			continue;
		each(context, e->id, e->name, PRB_ENTRY_MAIN);
		for (size_t k = 0; k < e->names_count; k++)
			each(context, e->id, e->names[k].text, e->names[k].kind);
	}
}

void
prb_compile_entities(struct prb_compiler *c)
{
	struct prb_sources *s = c->sources;
	struct prb_pairs identifiers = {.items = NULL};

	for (size_t row = 0; row < prb_source_count(s, PRB_SOURCE_ENTITIES); row++)
		if (is_loaded(s, row))
			take_shipped(c, row);
	prb_lists_join(c);
	prb_entries_sort(&c->entries);
	for (size_t i = 0; i < c->entries.count; i++) {
		const struct prb_entry *e = &c->entries.items[i];

		if (i > 0 && prb_span_equal(e->id, c->entries.items[i - 1].id)) {
			prb_complain(s, PRB_SOURCE_ENTITIES, 1, 1,
				"with the loaded lists two entries have the id %.*s",
				PRB_SPAN_ARGS(e->id));
			continue;
		}
		add_entity(c, e);
		add_numbers(c, e, &identifiers);
	}
	prb_pairs_add_rows(c, &identifiers, PRB_TABLE_ENTITY_IDENTIFIER);
	prb_pairs_finish(&identifiers);
	for (size_t row = 0; row < prb_source_count(s, PRB_SOURCE_ENTITY_LISTS); row++)
		compile_list(c, row);
	prb_lists_compile(c);
}
