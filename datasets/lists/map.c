/* SPDX-License-Identifier: Apache-2.0 */
#include "datasets/lists/map.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/lists/columns.h"
#include "datasets/lists/split.h"
#include "datasets/store/identifier.h"
#include "datasets/store/keys.h"
#include "datasets/store/records.h"
#include "datasets/store/seal.h"

#define NAMES_MAX 1024
#define IDENTIFIERS_MAX 64
#define COUNTRIES_MAX 32
#define PARTS_MAX 1024
#define REPLACED_ID_BYTES 16

/* One row on its way. The first refusal stands. */
struct mapping {
	struct prb_list_mapper *m;
	const struct prb_list_row *row;
	struct prb_entry *entry;
	struct prb_list_refusal *refusal;
	bool refused;
	struct prb_entry_name names[NAMES_MAX];
	size_t names_count;
	struct prb_entry_identifier identifiers[IDENTIFIERS_MAX];
	size_t identifiers_count;
	struct prb_split split;
	char countries[COUNTRIES_MAX][4];
	size_t countries_count;
};

static void refuse(struct mapping *x, const struct prb_list_cell *cell, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void
refuse(struct mapping *x, const struct prb_list_cell *cell, const char *format, ...)
{
	va_list args;

	if (x->refused)
		return;
	x->refused = true;
	x->refusal->line = cell ? cell->line : x->row->line;
	x->refusal->column = cell ? cell->column : 1;
	va_start(args, format);
	(void)vsnprintf(x->refusal->reason, sizeof(x->refusal->reason), format, args);
	va_end(args);
}

/* Values. */

static struct prb_span
keep(struct mapping *x, struct prb_span text)
{
	struct prb_span copy = text.n > 0 ? prb_arena_copy(x->m->arena, text) : PRB_SPAN("");

	if (!copy.p) {
		x->m->failed = true;
		return PRB_SPAN("");
	}
	return copy;
}

/* The same of what was built in scratch, which holds a row's worth: it fails for want of memory. */
static struct prb_span
keep_built(struct mapping *x)
{
	x->m->failed = x->m->failed || x->m->scratch.failed;
	return keep(x, prb_str_span(&x->m->scratch));
}

static bool
ends_part(struct prb_span rest, size_t at, struct prb_span separator)
{
	while (at < rest.n && rest.p[at] == ' ')
		at++;
	return at >= rest.n ||
	       (at + separator.n <= rest.n && memcmp(rest.p + at, separator.p, separator.n) == 0);
}

/* A part that is in quotes as a whole, without them and with the doubled ones inside made one;
 * gives the offset behind it. Else 0, and *unquoted is empty. */
static size_t
take_quoted(struct prb_span rest, struct prb_span separator, struct prb_str *unquoted)
{
	size_t i = 0;

	prb_str_reset(unquoted);
	while (i < rest.n && rest.p[i] == ' ')
		i++;
	if (i == rest.n || rest.p[i] != '"')
		return 0;
	for (i++; i < rest.n; i++) {
		if (rest.p[i] == '"' && (i + 1 >= rest.n || rest.p[i + 1] != '"'))
			break;
		i += rest.p[i] == '"';
		prb_str_add_char(unquoted, rest.p[i]);
	}
	if (i < rest.n && ends_part(rest, i + 1, separator))
		return i + 1;
	prb_str_reset(unquoted);
	return 0;
}

/* The next part of a cell. A part in quotes is taken without them: some exports write a table into
 * a cell. */
static bool
next_part(struct prb_span *rest, struct prb_span separator, struct prb_str *unquoted,
	struct prb_span *part)
{
	size_t i;

	if (!rest->p)
		return false;
	i = separator.n > 0 ? take_quoted(*rest, separator, unquoted) : rest->n;
	while (i + separator.n <= rest->n && memcmp(rest->p + i, separator.p, separator.n) != 0)
		i++;
	if (i + separator.n > rest->n)
		i = rest->n;
	*part = unquoted->n > 0 ? prb_str_span(unquoted) : (struct prb_span){rest->p, i};
	if (i == rest->n)
		*rest = PRB_SPAN_NONE;
	else
		*rest = (struct prb_span){rest->p + i + separator.n, rest->n - i - separator.n};
	return true;
}

static struct prb_span
after_last_comma(struct prb_span text)
{
	for (size_t i = text.n; i-- > 0;)
		if (text.p[i] == ',')
			return prb_span_trim((struct prb_span){text.p + i + 1, text.n - i - 1});
	return text;
}

static struct prb_span
translate(const struct prb_list_value *value, struct prb_span text)
{
	for (size_t i = 0; i < value->words_count; i++)
		if (prb_list_equal(value->words[i].word, text))
			return value->words[i].becomes;
	return value->otherwise.p && text.n > 0 ? value->otherwise : text;
}

typedef void (*part_fn)(struct mapping *x, const struct prb_list_value *value,
	const struct prb_list_cell *cell, struct prb_span text);

/* Calls for every part of the value that is not empty; true where there was one. */
static bool
each_part(struct mapping *x, const struct prb_list_value *value, part_fn fn)
{
	const struct prb_list_cell *cell = NULL;
	struct prb_span rest = value->fixed, part;
	struct prb_str unquoted;
	bool any = false;
	size_t parts = 0;

	if (value->column.header.p) {
		cell = prb_list_cell_of(x->row, &value->column);
		rest = prb_span_is(value->column.header, PRB_LIST_SECTION_HEADER) ? x->m->section
		       : cell                                                     ? cell->text
										  : PRB_SPAN("");
	}
	prb_str_init(&unquoted, PRB_LIST_ROW_BYTES_MAX);
	while (!x->refused && next_part(&rest, value->separator, &unquoted, &part)) {
		struct prb_span text = prb_list_clean(part, &x->m->scratch, &x->m->cleaned);

		x->m->failed = x->m->failed || unquoted.failed || x->m->scratch.failed ||
			       x->m->cleaned.failed;

		if (value->part == PRB_LIST_AFTER_LAST_COMMA)
			text = after_last_comma(text);
		text = keep(x, translate(value, text));
		if (++parts > PARTS_MAX)
			refuse(x, cell, "more than %d parts in one cell", PARTS_MAX);
		if (text.n == 0 || x->m->failed)
			continue;
		any = true;
		fn(x, value, cell, text);
	}
	prb_str_finish(&unquoted);
	return any;
}

static void
each_value(struct mapping *x, enum prb_list_field field, bool many, part_fn fn)
{
	for (size_t i = 0; i < x->m->manifest->fields[field].count && !x->refused; i++)
		if (each_part(x, &x->m->manifest->fields[field].items[i], fn) && !many)
			return;
}

/* Names. */

/* The folded name, or empty where none of 1 to 511 bytes comes out: such a name cannot be looked
 * up. */
static struct prb_span
key_of(struct mapping *x, struct prb_span name)
{
	prb_str_reset(&x->m->scratch);
	prb_fold_key(x->m->fold, name, &x->m->scratch);
	if (x->m->scratch.n > PRB_KEY_BYTES_MAX)
		return PRB_SPAN("");
	return keep_built(x);
}

static void
add_name(struct mapping *x, struct prb_span text, uint8_t kind)
{
	struct prb_entry_name name = {.text = text, .key = key_of(x, text), .kind = kind};

	if (name.key.n == 0)
		x->m->names_unfit++;
	else if (x->names_count == NAMES_MAX)
		refuse(x, NULL, "more than %d names for one party", NAMES_MAX);
	else
		x->names[x->names_count++] = name;
}

static void
on_alias(struct mapping *x, const struct prb_list_value *value, const struct prb_list_cell *cell,
	struct prb_span text)
{
	(void)value;
	(void)cell;
	add_name(x, text, PRB_ENTRY_ALIAS);
}

static void
on_former(struct mapping *x, const struct prb_list_value *value, const struct prb_list_cell *cell,
	struct prb_span text)
{
	(void)value;
	(void)cell;
	add_name(x, text, PRB_ENTRY_FORMER);
}

/* A name in Chinese characters is of its own kind, since it is read as words of its own. */
static void
on_own_script(struct mapping *x, const struct prb_list_value *value,
	const struct prb_list_cell *cell, struct prb_span text)
{
	bool han = false;
	uint32_t c;

	(void)value;
	(void)cell;
	for (size_t i = 0, n; i < text.n && (n = prb_utf8_decode(text.p + i, text.n - i, &c)) > 0;
		i += n)
		han = han || (c >= 0x3400 && c <= 0x9FFF);
	add_name(x, text, han ? PRB_ENTRY_ZH : PRB_ENTRY_ALIAS);
}

/* Appends to a text that is built over the whole row. */
static void
append(struct prb_str *out, struct prb_span label, struct prb_span text)
{
	prb_str_add_text(out, out->n > 0 ? "; " : "");
	prb_str_add_span(out, label);
	prb_str_add_text(out, label.n > 0 ? ": " : "");
	prb_str_add_span(out, text);
}

static void
on_name(struct mapping *x, const struct prb_list_value *value, const struct prb_list_cell *cell,
	struct prb_span text)
{
	struct prb_split *split = &x->split;

	if (x->entry->name.n > 0)
		return;
	x->entry->name = text;
	if (value->split_aka) {
		prb_split_aka(text, split);
		x->entry->name = keep(x, split->name);
		if (split->overflow)
			refuse(x, cell, "more than %d names in one cell", PRB_SPLIT_NAMES_MAX);
		for (size_t i = 0; i < split->names_count; i++)
			add_name(x, keep(x, split->names[i].text), split->names[i].kind);
		if (split->note.n > 0)
			append(&x->m->notes, PRB_SPAN(""), split->note);
	}
	x->entry->key = key_of(x, x->entry->name);
	if (x->entry->key.n == 0)
		refuse(x, cell, "the name \"%.*s\" folds to nothing, or to more than %d bytes",
			text.n > 80 ? 80 : (int)text.n, text.p, PRB_KEY_BYTES_MAX);
}

/* Places and numbers. */

static void
on_country(struct mapping *x, const struct prb_list_value *value, const struct prb_list_cell *cell,
	struct prb_span text)
{
	const char *iso3 = x->m->country(x->m->country_context, text);

	(void)value;
	if (!iso3 && x->m->manifest->drop_unknown_country) {
		x->m->countries_unknown++;
		return;
	}
	if (!iso3) {
		refuse(x, cell, "\"%.*s\" is no country's code or name",
			text.n > 80 ? 80 : (int)text.n, text.p);
		return;
	}
	for (size_t i = 0; i < x->countries_count; i++)
		if (strcmp(x->countries[i], iso3) == 0)
			return;
	if (x->countries_count == COUNTRIES_MAX)
		refuse(x, cell, "more than %d countries", COUNTRIES_MAX);
	else
		memcpy(x->countries[x->countries_count++], iso3, 4);
}

static void
on_city(struct mapping *x, const struct prb_list_value *value, const struct prb_list_cell *cell,
	struct prb_span text)
{
	(void)value;
	(void)cell;
	if (x->entry->city.n == 0)
		x->entry->city = text;
}

static void
on_address(struct mapping *x, const struct prb_list_value *value, const struct prb_list_cell *cell,
	struct prb_span text)
{
	(void)value;
	(void)cell;
	append(&x->m->address, PRB_SPAN(""), text);
}

static void
add_identifier(struct mapping *x, const struct prb_list_cell *cell, enum prb_scheme scheme,
	struct prb_span number)
{
	struct prb_identifier_form form;
	const char *reason = "";

	if (!prb_identifier_normalise(scheme, number, NULL, &form, &reason))
		refuse(x, cell, "\"%.*s\": %s", number.n > 80 ? 80 : (int)number.n, number.p,
			reason);
	else if (x->identifiers_count == IDENTIFIERS_MAX)
		refuse(x, cell, "more than %d numbers", IDENTIFIERS_MAX);
	else
		x->identifiers[x->identifiers_count++] = (struct prb_entry_identifier){
			form.scheme, keep(x, prb_span_of(form.text)).p};
}

/*
 * An export that does not say what a number is: only what proves itself is taken, a LEI by its
 * check digits, a CNPJ by those and its slash. An equal number decides a match, so a company's
 * number in one country must not meet another's in the next.
 */
static void
add_proven(struct mapping *x, const struct prb_list_cell *cell, struct prb_span text)
{
	struct prb_identifier_form form;
	const char *reason;

	for (size_t i = 0; i < text.n;) {
		size_t start = i;
		struct prb_span token;

		while (i < text.n && (prb_list_is_word_byte(text.p[i]) || strchr("./-", text.p[i])))
			i++;
		token = (struct prb_span){text.p + start, i - start};
		if (token.n == 20 &&
			prb_identifier_normalise(PRB_SCHEME_LEI, token, NULL, &form, &reason))
			add_identifier(x, cell, PRB_SCHEME_LEI, token);
		else if (token.n == 18 && memchr(token.p, '/', token.n) &&
			 prb_identifier_normalise(PRB_SCHEME_CNPJ, token, NULL, &form, &reason))
			add_identifier(x, cell, PRB_SCHEME_CNPJ, token);
		i += i == start;
	}
}

static void
on_identifier(struct mapping *x, const struct prb_list_value *value,
	const struct prb_list_cell *cell, struct prb_span text)
{
	const char *colon = memchr(text.p, ':', text.n);
	size_t n = colon ? (size_t)(colon - text.p) : 0;
	uint8_t scheme = value->scheme;

	if (scheme == PRB_LIST_SCHEME_BY_CHECK_DIGITS) {
		add_proven(x, cell, text);
		return;
	}
	if (scheme == PRB_LIST_SCHEME_IN_CELL) {
		scheme = prb_words_find(
			&prb_words_scheme, prb_span_trim((struct prb_span){text.p, n}));
		if (!colon || scheme == PRB_SCHEME_NONE) {
			refuse(x, cell,
				"\"%.*s\": a number is written SCHEME:NUMBER, the scheme one of "
				"lei, os_id, gln, duns, vat, cnpj, other",
				text.n > 80 ? 80 : (int)text.n, text.p);
			return;
		}
		text = (struct prb_span){colon + 1, text.n - n - 1};
	}
	add_identifier(x, cell, (enum prb_scheme)scheme, text);
}

/* Dates and words. */

static void
take_date(struct mapping *x, const struct prb_list_cell *cell, struct prb_span text, prb_date *out)
{
	if (*out == PRB_DATE_NONE && !prb_list_date(x->m->manifest, text, out))
		refuse(x, cell, "\"%.*s\" is no date in a form that the manifest names",
			text.n > 80 ? 80 : (int)text.n, text.p);
}

static void
on_date(struct mapping *x, const struct prb_list_value *value, const struct prb_list_cell *cell,
	struct prb_span text)
{
	(void)value;
	take_date(x, cell, text, &x->entry->date);
}

static void
on_status_date(struct mapping *x, const struct prb_list_value *value,
	const struct prb_list_cell *cell, struct prb_span text)
{
	(void)value;
	take_date(x, cell, text, &x->entry->status_date);
}

static void
on_valid_until(struct mapping *x, const struct prb_list_value *value,
	const struct prb_list_cell *cell, struct prb_span text)
{
	(void)value;
	take_date(x, cell, text, &x->entry->valid_until);
}

static void
on_status(struct mapping *x, const struct prb_list_value *value, const struct prb_list_cell *cell,
	struct prb_span text)
{
	(void)value;
	for (int i = PRB_LISTING_IN_FORCE; i <= PRB_LISTING_UNKNOWN; i++)
		if (prb_span_is(text, prb_listing_status_word((enum prb_listing_status)i))) {
			x->entry->status = (uint8_t)i;
			return;
		}
	refuse(x, cell,
		"\"%.*s\" is no status: in_force, lifted, vacated, disputed, expired or unknown is "
		"wanted (`words` translates)",
		text.n > 80 ? 80 : (int)text.n, text.p);
}

static void
on_kind(struct mapping *x, const struct prb_list_value *value, const struct prb_list_cell *cell,
	struct prb_span text)
{
	(void)value;
	if (!prb_span_is(text, "entity") && !prb_span_is(text, "vessel"))
		refuse(x, cell,
			"\"%.*s\" is no kind: entity or vessel is wanted (`words` translates)",
			text.n > 80 ? 80 : (int)text.n, text.p);
	else
		x->entry->kind = text;
}

static void
on_note(struct mapping *x, const struct prb_list_value *value, const struct prb_list_cell *cell,
	struct prb_span text)
{
	(void)cell;
	append(&x->m->notes, value->label, text);
}

static void
on_source(struct mapping *x, const struct prb_list_value *value, const struct prb_list_cell *cell,
	struct prb_span text)
{
	(void)value;
	(void)cell;
	if (x->entry->source.n == 0)
		x->entry->source = text;
}

static void
on_id(struct mapping *x, const struct prb_list_value *value, const struct prb_list_cell *cell,
	struct prb_span text)
{
	(void)value;
	(void)cell;
	if (x->entry->id.n == 0)
		x->entry->id = text;
}

/*
 * Ids are unique over all lists: the list's name, a hyphen, the id in the file. One that is too
 * long or holds other characters, and a list without ids, takes the beginning of a hash instead: of
 * that id, or of the folded name.
 */
static void
finish_id(struct mapping *x)
{
	struct prb_entry *e = x->entry;
	struct prb_str *out = &x->m->scratch;
	char hash[PRB_SHA256_HEX_BYTES];
	struct prb_row_hash hashing;
	bool plain = e->id.n > 0 && e->id.n + e->list.n < PRB_LIST_ID_BYTES_MAX * 2;

	for (size_t i = 0; i < e->id.n; i++)
		plain = plain && (unsigned char)e->id.p[i] < 0x80 &&
			(prb_list_is_word_byte(e->id.p[i]) || strchr("._-", e->id.p[i]));
	prb_str_reset(out);
	prb_str_add_span(out, e->list);
	prb_str_add_char(out, '-');
	if (plain && prb_span_starts(e->id, prb_str_span(out)))
		prb_str_reset(out); /* it says the list already */
	if (plain) {
		prb_str_add_span(out, e->id);
	} else {
		prb_row_hash_init(&hashing);
		prb_row_hash_add(&hashing, "id", e->id, e->id.n > 0 ? PRB_SPAN("") : e->key);
		prb_row_hash_finish(&hashing, hash);
		prb_str_add(out, hash, REPLACED_ID_BYTES);
	}
	e->id = keep_built(x);
}

static int
compare_codes(const void *a, const void *b)
{
	return memcmp(a, b, 4);
}

static void
finish_entry(struct mapping *x)
{
	struct prb_entry *e = x->entry;
	struct prb_arena *arena = x->m->arena;
	struct prb_str *out = &x->m->scratch;

	qsort(x->countries, x->countries_count, sizeof(x->countries[0]), compare_codes);
	prb_str_reset(out);
	for (size_t i = 0; i < x->countries_count; i++)
		prb_str_addf(out, "%s%s", i > 0 ? ";" : "", x->countries[i]);
	e->countries = keep_built(x);
	e->notes = keep(x, prb_str_span(&x->m->notes));
	e->address = keep(x, prb_str_span(&x->m->address));
	x->m->failed = x->m->failed || x->m->notes.failed || x->m->address.failed;
	finish_id(x);
	if (e->source.n == 0) {
		prb_str_reset(out);
		prb_str_addf(out, "%.*s, %.*s, edition %.*s",
			PRB_SPAN_ARGS(x->m->manifest->publisher),
			PRB_SPAN_ARGS(x->m->manifest->title), PRB_SPAN_ARGS(x->m->edition));
		e->source = keep_built(x);
	}
	e->names = prb_arena_array(arena, x->names_count + 1, sizeof(*e->names));
	e->identifiers = prb_arena_array(arena, x->identifiers_count + 1, sizeof(*e->identifiers));
	if (!e->names || !e->identifiers) {
		x->m->failed = true;
		return;
	}
	memcpy(e->names, x->names, x->names_count * sizeof(*e->names));
	memcpy(e->identifiers, x->identifiers, x->identifiers_count * sizeof(*e->identifiers));
	e->names_count = x->names_count;
	e->identifiers_count = x->identifiers_count;
	prb_entry_tidy(e);
}

static void
map_fields(struct mapping *x)
{
	static const struct {
		part_fn fn;
		bool many;
	} fields[PRB_LIST_FIELDS] = {
		[PRB_FIELD_ID] = {on_id, false},
		[PRB_FIELD_NAME] = {on_name, false},
		[PRB_FIELD_ALIASES] = {on_alias, true},
		[PRB_FIELD_FORMER] = {on_former, true},
		[PRB_FIELD_OWN_SCRIPT] = {on_own_script, true},
		[PRB_FIELD_COUNTRIES] = {on_country, true},
		[PRB_FIELD_CITY] = {on_city, false},
		[PRB_FIELD_ADDRESS] = {on_address, true},
		[PRB_FIELD_IDENTIFIERS] = {on_identifier, true},
		[PRB_FIELD_DATE] = {on_date, false},
		[PRB_FIELD_STATUS] = {on_status, false},
		[PRB_FIELD_STATUS_DATE] = {on_status_date, false},
		[PRB_FIELD_VALID_UNTIL] = {on_valid_until, false},
		[PRB_FIELD_KIND] = {on_kind, false},
		[PRB_FIELD_NOTES] = {on_note, true},
		[PRB_FIELD_SOURCE] = {on_source, false},
	};

	for (int field = 0; field < PRB_LIST_FIELDS; field++)
		each_value(x, (enum prb_list_field)field, fields[field].many, fields[field].fn);
	if (!x->refused && x->entry->name.n == 0)
		refuse(x,
			x->m->manifest->fields[PRB_FIELD_NAME].items[0].column.header.p
				? prb_list_cell_of(x->row,
					  &x->m->manifest->fields[PRB_FIELD_NAME].items[0].column)
				: NULL,
			"there is no name");
}

enum prb_list_outcome
prb_list_map(struct prb_list_mapper *mapper, const struct prb_list_row *row,
	struct prb_entry *entry, struct prb_list_refusal *refusal)
{
	const struct prb_list_manifest *manifest = mapper->manifest;
	struct prb_entry read = {.list = manifest->list,
		.kind = PRB_SPAN("entity"),
		.id = PRB_SPAN(""),
		.name = PRB_SPAN(""),
		.city = PRB_SPAN(""),
		.address = PRB_SPAN(""),
		.notes = PRB_SPAN(""),
		.source = PRB_SPAN(""),
		.date = PRB_DATE_NONE,
		.status_date = PRB_DATE_NONE,
		.valid_until = PRB_DATE_NONE,
		.status = PRB_LISTING_IN_FORCE,
		.verified = true,
		.line = row->line};
	struct mapping x; /* its large arrays are filled as far as the counts say */
	prb_date edition;

	x.m = mapper;
	x.row = row;
	x.entry = &read;
	x.refusal = refusal;
	x.refused = false;
	x.names_count = x.identifiers_count = x.countries_count = 0;

	/* A natural person's row is not looked at any further, whatever else is wrong with it. */
	if (prb_list_holds(&manifest->persons, row) ||
		(manifest->organisations.count > 0 &&
			!prb_list_holds(&manifest->organisations, row)))
		return PRB_LIST_PERSON;
	if (prb_list_holds(&manifest->drop, row) ||
		(manifest->keep.count > 0 && !prb_list_holds(&manifest->keep, row)))
		return PRB_LIST_FILTERED;
	if (row->wrong)
		refuse(&x, NULL, "%s", row->wrong);
	prb_str_reset(&mapper->notes);
	prb_str_reset(&mapper->address);
	if (!x.refused)
		map_fields(&x);
	if (x.refused)
		return PRB_LIST_REFUSED;
	if (manifest->forced_labour_when.count > 0
			? prb_list_holds(&manifest->forced_labour_when, row)
			: manifest->forced_labour)
		read.effect = PRB_LISTING_FORCED_LABOUR;
	else
		read.effect = PRB_LISTING_OTHER_SANCTIONS;
	/* What a list shows it shows on the day of its edition. */
	if (read.status_date == PRB_DATE_NONE && read.status == PRB_LISTING_IN_FORCE &&
		prb_date_parse(mapper->edition, &edition))
		read.status_date = edition;
	finish_entry(&x);
	*entry = read;
	return PRB_LIST_LOADED;
}
