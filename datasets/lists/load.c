/* SPDX-License-Identifier: Apache-2.0 */
#include "datasets/lists/load.h"

#include <stdio.h>
#include <string.h>

#include "datasets/lists/columns.h"
#include "datasets/store/record.h"
#include "datasets/store/seal.h"

#define HEADER_WITHIN_ROWS 50
#define ENTRY_BYTES_MAX (16UL * 1024 * 1024)

struct loading {
	const struct prb_list_input *in;
	struct prb_list_mapper mapper;
	struct prb_entries read;
	struct prb_list_counts counts;
	char missing[PRB_FAULT_DETAIL_BYTES_MAX / 2]; /* a column that the first row lacks */
	size_t rows_before, header_cells;
	bool header_found;
	enum prb_err err;
	struct prb_fault *fault;
};

static void
say_refused(struct loading *l, const struct prb_list_refusal *refusal)
{
	char text[PRB_FAULT_DETAIL_BYTES_MAX * 2];

	if (++l->counts.refused > l->in->says_max || !l->in->say)
		return;
	(void)snprintf(text, sizeof(text), "%s:%u:%u: %s", l->in->path, refusal->line,
		refusal->column, refusal->reason);
	l->in->say(l->in->say_context, text);
}

/* The one cell of a row that has no other, or an empty text. */
static struct prb_span
lone_cell(const struct prb_list_row *row)
{
	struct prb_span found = PRB_SPAN("");
	size_t cells = 0;

	for (size_t i = 0; i < row->count && i < PRB_LIST_COLUMNS_MAX; i++) {
		struct prb_span text = prb_span_trim(row->cells[i].text);

		if (text.n == 0)
			continue;
		found = text;
		cells++;
	}
	return cells == 1 ? found : PRB_SPAN("");
}

static bool
takes_section(struct loading *l, const struct prb_list_row *row)
{
	struct prb_span words = l->mapper.manifest->sections, text = lone_cell(row), kept;

	if (words.n == 0 || text.n < words.n || row->wrong)
		return false;
	for (size_t i = 0; i + words.n <= text.n; i++)
		if (memcmp(text.p + i, words.p, words.n) == 0) {
			kept = prb_arena_copy(l->in->arena,
				prb_list_clean(text, &l->mapper.scratch, &l->mapper.cleaned));
			l->mapper.failed = l->mapper.failed || !kept.p;
			l->mapper.section = kept.p ? kept : PRB_SPAN("");
			return true;
		}
	return false;
}

static bool
is_blank(const struct prb_list_row *row)
{
	for (size_t i = 0; i < row->count && i < PRB_LIST_COLUMNS_MAX; i++)
		if (prb_span_trim(row->cells[i].text).n > 0)
			return false;
	return true;
}

/* The header may stand below a title; the first row that has every column is it. */
static bool
takes_header(struct loading *l, const struct prb_list_row *row)
{
	const char *missing = prb_list_find_columns(l->mapper.manifest, row);

	if (!missing) {
		l->header_found = true;
		l->header_cells = row->count;
		return true;
	}
	if (l->rows_before++ == 0)
		(void)snprintf(l->missing, sizeof(l->missing), "%s", missing);
	return l->rows_before < HEADER_WITHIN_ROWS;
}

/* Some pages begin every section with the header again; the columns stay where they were. */
static bool
is_header_again(struct loading *l, const struct prb_list_row *row)
{
	const struct prb_list_value *name = &l->mapper.manifest->fields[PRB_FIELD_NAME].items[0];

	return name->column.header.p && name->column.at < row->count &&
	       name->column.at < PRB_LIST_COLUMNS_MAX &&
	       prb_list_is_header(row->cells[name->column.at].text, name->column.header);
}

/* NULL where the row has as many cells as the header, or those that differ are empty. */
static const char *
count_wrong(const struct loading *l, const struct prb_list_row *row)
{
	if (row->count > PRB_LIST_COLUMNS_MAX)
		return "more than 128 cells";
	for (size_t i = l->header_cells; i < row->count; i++)
		if (prb_span_trim(row->cells[i].text).n > 0)
			return "more cells than the header has: a delimiter inside a cell needs "
			       "quotes around it";
	if (row->count < l->header_cells && !l->mapper.manifest->short_rows)
		return "fewer cells than the header has";
	return NULL;
}

static void
take_row(struct loading *l, const struct prb_list_row *row)
{
	struct prb_list_refusal refusal = {.line = row->line, .column = 1};
	const char *wrong = count_wrong(l, row);
	struct prb_entry entry;

	l->counts.rows++;
	if (wrong) {
		(void)snprintf(refusal.reason, sizeof(refusal.reason), "%s", wrong);
		say_refused(l, &refusal);
		return;
	}
	switch (prb_list_map(&l->mapper, row, &entry, &refusal)) {
	case PRB_LIST_PERSON:
		l->counts.persons++;
		break;
	case PRB_LIST_FILTERED:
		l->counts.filtered++;
		break;
	case PRB_LIST_REFUSED:
		say_refused(l, &refusal);
		break;
	case PRB_LIST_LOADED:
		l->counts.loaded++;
		l->mapper.failed = l->mapper.failed || !prb_entries_add(&l->read, &entry);
		break;
	}
}

static bool
on_row(void *context, const struct prb_list_row *row)
{
	struct loading *l = context;

	if (is_blank(row) || takes_section(l, row))
		return !l->mapper.failed;
	if (!l->header_found)
		return takes_header(l, row);
	if (is_header_again(l, row))
		return true;
	take_row(l, row);
	if (l->read.count > PRB_LIST_ENTRIES_MAX)
		l->err = prb_fault_set(l->fault, PRB_ERR_SOURCE_ROW, PRB_NO_OFFSET, NULL,
			"%s:%u:1: more than %d entries", l->in->path, row->line,
			PRB_LIST_ENTRIES_MAX);
	return !l->mapper.failed && l->err == PRB_OK;
}

/* Entries of one id. */

static struct prb_span
longer(struct prb_span a, struct prb_span b)
{
	return a.n >= b.n ? a : b;
}

static prb_date
earlier(prb_date a, prb_date b)
{
	return a == PRB_DATE_NONE || (b != PRB_DATE_NONE && b < a) ? b : a;
}

/* a, and b where it is no part of a. */
static struct prb_span
join(struct loading *l, struct prb_span a, struct prb_span b, const char *between)
{
	struct prb_str *out = &l->mapper.scratch;
	struct prb_span kept;

	if (b.n == 0 || prb_span_equal(a, b))
		return a;
	if (a.n == 0)
		return b;
	prb_str_reset(out);
	prb_str_addf(out, "%.*s%s%.*s", PRB_SPAN_ARGS(a), between, PRB_SPAN_ARGS(b));
	kept = prb_arena_copy(l->in->arena, prb_str_span(out));
	l->mapper.failed = l->mapper.failed || !kept.p || out->failed;
	return kept.p ? kept : a;
}

static bool
has_code(struct prb_span codes, const char *code)
{
	for (size_t i = 0; i + 3 <= codes.n; i += 4)
		if (memcmp(codes.p + i, code, 3) == 0)
			return true;
	return false;
}

static struct prb_span
join_countries(struct loading *l, struct prb_span a, struct prb_span b)
{
	for (size_t i = 0; i + 3 <= b.n; i += 4)
		if (!has_code(a, b.p + i))
			a = join(l, a, (struct prb_span){b.p + i, 3}, ";");
	return a;
}

/* The rows of one entry, in the order that their contents give: one list may name a party in
 * several sections, or spell it twice. */
static void
merge(struct loading *l, struct prb_entry *into, const struct prb_entry *from)
{
	struct prb_entry_name name = {
		.text = from->name, .key = from->key, .kind = PRB_ENTRY_ALIAS};
	struct prb_entry_identifier *numbers;
	size_t n = into->identifiers_count + from->identifiers_count;

	if (!prb_entry_take_names(l->in->arena, into, from) ||
		(!prb_span_equal(into->key, from->key) &&
			!prb_entry_add_name(l->in->arena, into, &name)))
		l->mapper.failed = true;
	numbers = prb_arena_array(l->in->arena, n + 1, sizeof(*numbers));
	if (!numbers) {
		l->mapper.failed = true;
		return;
	}
	if (into->identifiers_count > 0)
		memcpy(numbers, into->identifiers, into->identifiers_count * sizeof(*numbers));
	if (from->identifiers_count > 0)
		memcpy(numbers + into->identifiers_count, from->identifiers,
			from->identifiers_count * sizeof(*numbers));
	into->identifiers = numbers;
	into->identifiers_count = n;
	into->countries = join_countries(l, into->countries, from->countries);
	into->city = longer(into->city, from->city);
	into->address = join(l, into->address, from->address, "; ");
	into->notes = join(l, into->notes, from->notes, "; ");
	into->date = earlier(into->date, from->date);
	if (from->status < into->status) {
		into->status = from->status;
		into->status_date = from->status_date;
	}
	/* An end that one row lacks is no end. */
	if (from->valid_until == PRB_DATE_NONE ||
		(into->valid_until != PRB_DATE_NONE && from->valid_until > into->valid_until))
		into->valid_until = from->valid_until;
	if (from->effect < into->effect)
		into->effect = from->effect;
	prb_entry_tidy(into);
}

/* The status and effect that count most come first in their enumerations: a party in force in one
 * section is in force. */
static void
take_entries(struct loading *l, struct prb_entries *entries)
{
	size_t first = entries->count;

	prb_entries_sort(&l->read);
	for (size_t i = 0; i < l->read.count && !l->mapper.failed; i++) {
		const struct prb_entry *entry = &l->read.items[i];
		struct prb_entry *last =
			entries->count > first ? &entries->items[entries->count - 1] : NULL;
		struct prb_list_refusal refusal = {.line = entry->line, .column = 1};

		if (!last || !prb_span_equal(last->id, entry->id)) {
			if (!prb_entries_add(entries, entry))
				l->mapper.failed = true;
		} else if (l->mapper.manifest->merge) {
			merge(l, &entries->items[entries->count - 1], entry);
		} else {
			(void)snprintf(refusal.reason, sizeof(refusal.reason),
				"the id %.*s stands in line %u too (\"same_id\": \"merge\" makes "
				"one entry of such rows)",
				PRB_SPAN_ARGS(entry->id), last->line);
			l->counts.loaded--;
			say_refused(l, &refusal);
		}
	}
	l->counts.entries = entries->count - first;
}

static enum prb_err
finish(struct loading *l, struct prb_entries *entries)
{
	const char *path = l->in->path;

	if (l->mapper.failed || l->mapper.scratch.failed || l->mapper.cleaned.failed)
		return prb_fault_set(
			l->fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "%s: memory ran out", path);
	if (l->err != PRB_OK)
		return l->err;
	if (!l->header_found)
		return prb_fault_set(l->fault, PRB_ERR_SOURCE_ROW, PRB_NO_OFFSET, NULL,
			"%s:1:1: no row has the columns that the manifest names%s%s%s", path,
			l->missing[0] ? ": the first lacks \"" : "", l->missing,
			l->missing[0] ? "\"" : "");
	take_entries(l, entries);
	if (l->mapper.failed)
		return prb_fault_set(
			l->fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "%s: memory ran out", path);
	return PRB_OK;
}

enum prb_err
prb_list_load(const struct prb_list_input *input, struct prb_entries *entries,
	struct prb_list_counts *counts, struct prb_fault *fault)
{
	struct loading l = {.in = input,
		.fault = fault,
		.mapper = {.manifest = input->manifest,
			.arena = input->arena,
			.fold = input->fold,
			.country = input->country,
			.country_context = input->country_context,
			.edition = input->edition,
			.section = PRB_SPAN("")}};
	struct prb_list_format format = input->manifest->format;
	size_t n = strlen(input->path);
	enum prb_err err;

	if (input->manifest->delimiter_by_name && n > 4 && strcmp(input->path + n - 4, ".tsv") == 0)
		format.delimiter = '\t';
	prb_str_init(&l.mapper.scratch, ENTRY_BYTES_MAX);
	prb_str_init(&l.mapper.cleaned, ENTRY_BYTES_MAX);
	prb_str_init(&l.mapper.notes, ENTRY_BYTES_MAX);
	prb_str_init(&l.mapper.address, ENTRY_BYTES_MAX);
	err = prb_list_table_read(input->path, &format, on_row, &l, fault);
	if (err == PRB_OK)
		err = finish(&l, entries);
	l.counts.countries_unknown = l.mapper.countries_unknown;
	l.counts.names_unfit = l.mapper.names_unfit;
	*counts = l.counts;
	prb_str_finish(&l.mapper.scratch);
	prb_str_finish(&l.mapper.cleaned);
	prb_str_finish(&l.mapper.notes);
	prb_str_finish(&l.mapper.address);
	prb_entries_finish(&l.read);
	return err;
}

static void
hash_entry(struct prb_row_hash *hash, const struct prb_entry *e, struct prb_str *numbers)
{
	const struct prb_span texts[] = {
		e->name, e->kind, e->countries, e->city, e->address, e->notes, e->source};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		prb_row_hash_add(hash, "text", e->id, texts[i]);
	for (size_t i = 0; i < e->names_count; i++)
		prb_row_hash_add(hash, "name",
			(struct prb_span){(const char *)&e->names[i].kind, 1}, e->names[i].text);
	for (size_t i = 0; i < e->identifiers_count; i++)
		prb_row_hash_add(hash, "number",
			(struct prb_span){(const char *)&e->identifiers[i].scheme, 1},
			prb_span_of(e->identifiers[i].bare));
	prb_str_reset(numbers);
	prb_put_i32(numbers, e->date);
	prb_put_i32(numbers, e->status_date);
	prb_put_i32(numbers, e->valid_until);
	prb_put_u8(numbers, e->status);
	prb_put_u8(numbers, e->effect);
	prb_row_hash_add(hash, "days", e->id, prb_str_span(numbers));
}

void
prb_list_hash(const struct prb_entry *entries, size_t count, char out[PRB_SHA256_HEX_BYTES])
{
	struct prb_row_hash hash;
	struct prb_str numbers;

	prb_str_init(&numbers, 64);
	prb_row_hash_init(&hash);
	for (size_t i = 0; i < count; i++)
		hash_entry(&hash, &entries[i], &numbers);
	prb_row_hash_finish(&hash, out);
	prb_str_finish(&numbers);
}
