/* SPDX-License-Identifier: Apache-2.0 */
#include "datasets/lists/manifest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "scoring/base/json.h"
#include "scoring/model/words.h"

#define CONDITIONS_DEEP_MAX 4
#define ITEMS_MAX 512

/* One manifest on its way: the first fault stands, everything behind it does nothing. */
struct reading {
	struct prb_arena *arena;
	const char *name;
	struct prb_fault *fault;
	enum prb_err err;
	char at[PRB_FAULT_POINTER_BYTES_MAX]; /* the pointer of what is being read */
};

/* Goes down by one member or element, and back by the length that this returns. */
static size_t
enter(struct reading *r, const char *member, size_t index)
{
	size_t n = strlen(r->at);

	if (member)
		(void)snprintf(r->at + n, sizeof(r->at) - n, "/%s", member);
	else
		(void)snprintf(r->at + n, sizeof(r->at) - n, "/%zu", index);
	return n;
}

static void
leave(struct reading *r, size_t n)
{
	r->at[n] = '\0';
}

static void
refuse(struct reading *r, enum prb_err err, const char *member, const char *reason)
{
	size_t back = strlen(r->at);

	if (r->err != PRB_OK)
		return;
	if (member)
		back = enter(r, member, 0);
	r->err = prb_fault_set(r->fault, err, PRB_NO_OFFSET, r->at, "%s: %s: %s", r->name,
		r->at[0] ? r->at : "/", reason);
	leave(r, back);
}

static void
no_memory(struct reading *r)
{
	if (r->err == PRB_OK)
		r->err = prb_fault_set(r->fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL,
			"%s: memory ran out", r->name);
}

static bool
is_kind(struct reading *r, const struct prb_json *value, enum prb_json_kind kind)
{
	char reason[96];

	if (prb_json_kind(value) == kind)
		return true;
	(void)snprintf(reason, sizeof(reason), "%s is wanted here, this is %s",
		prb_json_kind_name(kind), prb_json_kind_name(prb_json_kind(value)));
	refuse(r, PRB_ERR_TYPE, NULL, reason);
	return false;
}

/* `known` ends with NULL. */
static bool
is_object_of(struct reading *r, const struct prb_json *value, const char *const *known)
{
	if (!is_kind(r, value, PRB_JSON_OBJECT))
		return false;
	for (const struct prb_json *m = prb_json_first(value); m; m = prb_json_next(m)) {
		size_t i = 0;

		while (known[i] && strcmp(known[i], prb_json_name(m)) != 0)
			i++;
		if (!known[i]) {
			refuse(r, PRB_ERR_MEMBER_UNKNOWN, prb_json_name(m),
				"this member is not known here");
			return false;
		}
	}
	return r->err == PRB_OK;
}

/* A text as it stands in the arena, so that it outlives the JSON tree's reader too. */
static struct prb_span
text_of(struct reading *r, const struct prb_json *value, size_t min, size_t max)
{
	struct prb_span text = PRB_SPAN(""), copy;

	if (!is_kind(r, value, PRB_JSON_STRING))
		return text;
	text = prb_json_string(value);
	if (text.n < min || text.n > max)
		refuse(r, PRB_ERR_RANGE, NULL,
			text.n < min ? "the text is empty" : "the text is too long");
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] < 0x20)
			refuse(r, PRB_ERR_VALUE, NULL, "a control character");
	copy = prb_arena_copy(r->arena, text);
	if (!copy.p) {
		no_memory(r);
		return PRB_SPAN("");
	}
	return copy;
}

static struct prb_span
member_text(struct reading *r, const struct prb_json *object, const char *name, size_t min)
{
	const struct prb_json *value = prb_json_member(object, name);
	struct prb_span text = PRB_SPAN("");
	size_t back;

	if (!value) {
		if (min > 0)
			refuse(r, PRB_ERR_MEMBER_MISSING, name, "this member is missing");
		return text;
	}
	back = enter(r, name, 0);
	text = text_of(r, value, min, PRB_LIST_TEXT_BYTES_MAX);
	leave(r, back);
	return text;
}

static bool
member_bool(struct reading *r, const struct prb_json *object, const char *name)
{
	const struct prb_json *value = prb_json_member(object, name);
	bool is = false;
	size_t back;

	if (!value)
		return false;
	back = enter(r, name, 0);
	if (is_kind(r, value, PRB_JSON_BOOL))
		is = prb_json_bool(value);
	leave(r, back);
	return is;
}

/* One of the words, or `missing`; words end with NULL. */
static size_t
member_word(struct reading *r, const struct prb_json *object, const char *name,
	const char *const *words, size_t missing)
{
	const struct prb_json *value = prb_json_member(object, name);
	struct prb_span text;
	char reason[160];
	size_t i = 0;

	if (!value)
		return missing;
	text = member_text(r, object, name, 1);
	while (words[i] && !prb_span_is(text, words[i]))
		i++;
	if (words[i])
		return i;
	(void)snprintf(reason, sizeof(reason), "one of these is wanted:");
	for (i = 0; words[i]; i++)
		(void)snprintf(
			reason + strlen(reason), sizeof(reason) - strlen(reason), " %s", words[i]);
	refuse(r, PRB_ERR_VALUE, name, reason);
	return missing;
}

/* The elements of an array, or the one value that stands in its place. */
static size_t
elements_of(struct reading *r, const struct prb_json *value, const struct prb_json **first)
{
	size_t n = 1;

	*first = value;
	if (prb_json_kind(value) == PRB_JSON_ARRAY) {
		n = prb_json_size(value);
		*first = prb_json_first(value);
	}
	if (n == 0 || n > ITEMS_MAX)
		refuse(r, PRB_ERR_RANGE, NULL, n == 0 ? "the list is empty" : "too many elements");
	return r->err == PRB_OK ? n : 0;
}

static const struct prb_span *
member_texts(struct reading *r, const struct prb_json *object, const char *name, size_t *count)
{
	const struct prb_json *value = prb_json_member(object, name), *element;
	struct prb_span *texts;
	size_t back = enter(r, name, 0), n = elements_of(r, value, &element);

	texts = prb_arena_array(r->arena, n + 1, sizeof(*texts));
	if (!texts) {
		no_memory(r);
		n = 0;
	}
	for (size_t i = 0; i < n; i++, element = prb_json_next(element))
		texts[i] = text_of(r, element, 1, PRB_LIST_TEXT_BYTES_MAX);
	leave(r, back);
	*count = n;
	return texts;
}

static const struct prb_list_word *
member_words(struct reading *r, const struct prb_json *object, size_t *count)
{
	const struct prb_json *value = prb_json_member(object, "words"), *m;
	struct prb_list_word *words = NULL;
	size_t back, n = 0;

	*count = 0;
	if (!value)
		return NULL;
	back = enter(r, "words", 0);
	if (is_kind(r, value, PRB_JSON_OBJECT) &&
		!(words = prb_arena_array(r->arena, prb_json_size(value) + 1, sizeof(*words))))
		no_memory(r);
	for (m = words ? prb_json_first(value) : NULL; m; m = prb_json_next(m)) {
		words[n].word = prb_arena_copy(r->arena, prb_span_of(prb_json_name(m)));
		words[n++].becomes = text_of(r, m, 0, PRB_LIST_TEXT_BYTES_MAX);
	}
	leave(r, back);
	*count = n;
	return words;
}

static uint8_t
scheme_of(struct reading *r, const struct prb_json *object)
{
	struct prb_span word = member_text(r, object, "scheme", 1);

	if (prb_span_is(word, "in_cell"))
		return PRB_LIST_SCHEME_IN_CELL;
	if (prb_span_is(word, "by_check_digits"))
		return PRB_LIST_SCHEME_BY_CHECK_DIGITS;
	if (r->err == PRB_OK && prb_words_find(&prb_words_scheme, word) == 0)
		refuse(r, PRB_ERR_VALUE, "scheme",
			"lei, os_id, gln, duns, vat, cnpj, other, in_cell or by_check_digits is "
			"wanted");
	return prb_words_find(&prb_words_scheme, word);
}

static void
read_value(struct reading *r, const struct prb_json *json, enum prb_list_field field,
	struct prb_list_value *value)
{
	static const char *const known[] = {"column", "fixed", "label", "separator", "words",
		"otherwise", "part", "scheme", "optional", "split", NULL};
	static const char *const parts[] = {"whole", "after_last_comma", NULL};
	static const char *const splits[] = {"aka", NULL};

	value->fixed = value->label = value->separator = PRB_SPAN("");
	value->otherwise = PRB_SPAN_NONE;
	value->column.at = PRB_LIST_NO_COLUMN;
	if (prb_json_kind(json) == PRB_JSON_STRING && field != PRB_FIELD_IDENTIFIERS) {
		value->column.header = text_of(r, json, 1, PRB_LIST_TEXT_BYTES_MAX);
		return;
	}
	if (!is_object_of(r, json, known))
		return;
	if ((prb_json_member(json, "column") != NULL) == (prb_json_member(json, "fixed") != NULL))
		refuse(r, PRB_ERR_MEMBER_MISSING, NULL, "either `column` or `fixed` is wanted");
	if (prb_json_member(json, "column"))
		value->column.header = member_text(r, json, "column", 1);
	else
		value->fixed = member_text(r, json, "fixed", 1);
	value->label = member_text(r, json, "label", 0);
	value->separator = member_text(r, json, "separator", 0);
	value->words = member_words(r, json, &value->words_count);
	if (prb_json_member(json, "otherwise"))
		value->otherwise = member_text(r, json, "otherwise", 0);
	value->part = (uint8_t)member_word(r, json, "part", parts, PRB_LIST_WHOLE);
	value->optional = member_bool(r, json, "optional");
	value->split_aka = member_word(r, json, "split", splits, 1) == 0;
	if (value->split_aka && field != PRB_FIELD_NAME)
		refuse(r, PRB_ERR_VALUE, "split", "only `name` is split");
	if ((prb_json_member(json, "scheme") != NULL) != (field == PRB_FIELD_IDENTIFIERS))
		refuse(r, PRB_ERR_MEMBER_MISSING, "scheme",
			"identifiers have a scheme, and nothing else has");
	else if (field == PRB_FIELD_IDENTIFIERS)
		value->scheme = scheme_of(r, json);
}

static const char *const members[PRB_LIST_FIELDS + 1] = {
#define FIELD(name, member, use) member,
#include "datasets/lists/fields.def"
#undef FIELD
	NULL};

const char *
prb_list_field_member(enum prb_list_field field)
{
	return members[field];
}

static void
read_columns(struct reading *r, const struct prb_json *object, struct prb_list_manifest *out)
{
	const struct prb_json *columns = prb_json_member(object, "columns");
	size_t back = enter(r, "columns", 0);

	if (!columns)
		refuse(r, PRB_ERR_MEMBER_MISSING, NULL, "this member is missing");
	else if (is_object_of(r, columns, members) && !prb_json_member(columns, "name"))
		refuse(r, PRB_ERR_MEMBER_MISSING, "name", "this member is missing");
	for (int f = 0; f < PRB_LIST_FIELDS && r->err == PRB_OK; f++) {
		const struct prb_json *value = prb_json_member(columns, members[f]), *element;
		size_t inner, n;

		if (!value)
			continue;
		inner = enter(r, members[f], 0);
		n = elements_of(r, value, &element);
		out->fields[f].items =
			prb_arena_array(r->arena, n + 1, sizeof(*out->fields[f].items));
		if (!out->fields[f].items)
			no_memory(r);
		for (size_t i = 0; i < n && r->err == PRB_OK; i++) {
			size_t deeper = enter(r, NULL, i);

			read_value(r, element, (enum prb_list_field)f, &out->fields[f].items[i]);
			element = prb_json_next(element);
			leave(r, deeper);
		}
		out->fields[f].count = n;
		leave(r, inner);
	}
	leave(r, back);
}

static void
read_condition(struct reading *r, const struct prb_json *json, int deep,
	struct prb_list_condition *condition)
{
	static const char *const known[] = {
		"column", "equals", "contains", "has_word", "empty", "optional", "also", NULL};
	static const char *const tests[] = {"equals", "contains", "has_word", "empty"};
	size_t met = 0, back;

	if (!is_object_of(r, json, known))
		return;
	condition->column.header = member_text(r, json, "column", 1);
	condition->column.at = PRB_LIST_NO_COLUMN;
	condition->optional = member_bool(r, json, "optional");
	for (size_t i = 0; i < 4; i++) {
		if (!prb_json_member(json, tests[i]))
			continue;
		met++;
		condition->test = (uint8_t)i;
		if (i == PRB_LIST_IS_EMPTY)
			condition->negated = !member_bool(r, json, tests[i]);
		else
			condition->words = member_texts(r, json, tests[i], &condition->words_count);
	}
	if (met != 1)
		refuse(r, PRB_ERR_MEMBER_MISSING, NULL,
			"one of `equals`, `contains`, `has_word`, `empty` is wanted");
	if (!prb_json_member(json, "also") || r->err != PRB_OK)
		return;
	condition->also = prb_arena_array(r->arena, 1, sizeof(*condition->also));
	if (!condition->also)
		no_memory(r);
	else if (deep == CONDITIONS_DEEP_MAX)
		refuse(r, PRB_ERR_TOO_DEEP, "also", "conditions nested too deeply");
	else {
		back = enter(r, "also", 0);
		read_condition(r, prb_json_member(json, "also"), deep + 1, condition->also);
		leave(r, back);
	}
}

static void
read_conditions(struct reading *r, const struct prb_json *object, const char *name,
	struct prb_list_conditions *out)
{
	const struct prb_json *value = prb_json_member(object, name), *element;
	size_t back, n;

	if (!value || r->err != PRB_OK)
		return;
	back = enter(r, name, 0);
	n = elements_of(r, value, &element);
	out->items = prb_arena_array(r->arena, n + 1, sizeof(*out->items));
	if (!out->items)
		no_memory(r);
	for (size_t i = 0; i < n && r->err == PRB_OK; i++, element = prb_json_next(element)) {
		size_t deeper = enter(r, NULL, i);

		read_condition(r, element, 0, &out->items[i]);
		leave(r, deeper);
	}
	out->count = n;
	leave(r, back);
}

/* No natural person is loaded: so a manifest must say how persons are known, or that there are
 * none. */
static void
read_persons(struct reading *r, const struct prb_json *object, struct prb_list_manifest *out)
{
	static const char *const known[] = {"persons", "organisations", NULL};
	const struct prb_json *value = prb_json_member(object, "persons");
	size_t back;

	if (!value) {
		refuse(r, PRB_ERR_MEMBER_MISSING, "persons",
			"natural persons are never loaded: say how their rows are known, or "
			"\"none\" where the list has none");
		return;
	}
	back = enter(r, "persons", 0);
	if (prb_json_kind(value) == PRB_JSON_STRING) {
		if (!prb_span_is(prb_json_string(value), "none"))
			refuse(r, PRB_ERR_VALUE, NULL, "\"none\" or an object is wanted");
	} else if (is_object_of(r, value, known)) {
		read_conditions(r, value, "persons", &out->persons);
		read_conditions(r, value, "organisations", &out->organisations);
		if (out->persons.count + out->organisations.count == 0)
			refuse(r, PRB_ERR_MEMBER_MISSING, NULL,
				"`persons` or `organisations` is wanted");
	}
	leave(r, back);
}

static void
read_effect(struct reading *r, const struct prb_json *object, struct prb_list_manifest *out)
{
	static const char *const words[] = {"other_sanctions", "forced_labour", NULL};
	static const char *const known[] = {"forced_labour_when", NULL};
	const struct prb_json *value = prb_json_member(object, "effect");
	size_t back;

	if (!value) {
		refuse(r, PRB_ERR_MEMBER_MISSING, "effect", "this member is missing");
	} else if (prb_json_kind(value) == PRB_JSON_STRING) {
		out->forced_labour = member_word(r, object, "effect", words, 0) == 1;
	} else {
		back = enter(r, "effect", 0);
		if (is_object_of(r, value, known))
			read_conditions(r, value, "forced_labour_when", &out->forced_labour_when);
		leave(r, back);
	}
}

static void
read_format(struct reading *r, const struct prb_json *object, struct prb_list_manifest *out)
{
	static const char *const known[] = {"delimiter", "quote", "short_rows", "sections", NULL};
	const struct prb_json *value = prb_json_member(object, "format");
	size_t back = enter(r, "format", 0);
	struct prb_span text;

	out->format = (struct prb_list_format){.delimiter = ',', .quote = '"'};
	out->sections = PRB_SPAN("");
	if (value && is_object_of(r, value, known)) {
		if (prb_json_member(value, "delimiter")) {
			text = member_text(r, value, "delimiter", 1);
			out->delimiter_by_name = prb_span_is(text, "by_name");
			if (prb_span_is(text, "tab"))
				out->format.delimiter = '\t';
			else if (text.n == 1 && strchr(",;|", text.p[0]))
				out->format.delimiter = text.p[0];
			else if (!out->delimiter_by_name)
				refuse(r, PRB_ERR_VALUE, "delimiter",
					"\",\", \";\", \"|\", \"tab\" or \"by_name\" is wanted");
		}
		if (prb_json_member(value, "quote")) {
			text = member_text(r, value, "quote", 0);
			if (text.n > 1 || (text.n == 1 && !strchr("\"'", text.p[0])))
				refuse(r, PRB_ERR_VALUE, "quote",
					"a quotation mark, an apostrophe, or \"\" for none is "
					"wanted");
			else
				out->format.quote = text.n == 1 ? text.p[0] : '\0';
		}
		out->short_rows = member_bool(r, value, "short_rows");
		out->sections = member_text(r, value, "sections", 0);
	}
	leave(r, back);
}

static void
read_dates(struct reading *r, const struct prb_json *object, struct prb_list_manifest *out)
{
	static const char *const forms[PRB_LIST_DATE_FORMS] = {
		"YYYY-MM-DD", "Month D, YYYY", "MM/DD/YYYY", "DD/MM/YYYY", "DD.MM.YYYY"};
	const struct prb_span *texts;
	bool has[PRB_LIST_DATE_FORMS] = {false};
	size_t n;

	if (!prb_json_member(object, "dates")) {
		out->dates[0] = PRB_LIST_DATE_ISO;
		out->dates_count = 1;
		return;
	}
	texts = member_texts(r, object, "dates", &n);
	for (size_t i = 0; i < n && r->err == PRB_OK; i++) {
		size_t form = 0;

		while (form < PRB_LIST_DATE_FORMS && !prb_span_is(texts[i], forms[form]))
			form++;
		if (form == PRB_LIST_DATE_FORMS || has[form]) {
			refuse(r, PRB_ERR_VALUE, "dates",
				"each once of YYYY-MM-DD, Month D, YYYY, MM/DD/YYYY, DD/MM/YYYY, "
				"DD.MM.YYYY is wanted");
			return;
		}
		has[form] = true;
		out->dates[out->dates_count++] = (uint8_t)form;
	}
	if (has[PRB_LIST_DATE_MDY] && has[PRB_LIST_DATE_DMY])
		refuse(r, PRB_ERR_CONFLICT, "dates",
			"MM/DD/YYYY and DD/MM/YYYY cannot be told apart");
}

static void
check_id(struct reading *r, struct prb_span id)
{
	for (size_t i = 0; i < id.n; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-", id.p[i]) ||
			id.n > PRB_LIST_ID_BYTES_MAX)
			refuse(r, PRB_ERR_VALUE, "list",
				"1 to 32 small letters, digits and hyphens are wanted");
}

static void
read_countries_equal(
	struct reading *r, const struct prb_json *object, struct prb_list_manifest *out)
{
	const struct prb_span *codes;
	struct prb_str joined;
	size_t n;

	out->countries_equal = PRB_SPAN("");
	if (!prb_json_member(object, "countries_equal"))
		return;
	codes = member_texts(r, object, "countries_equal", &n);
	prb_str_init(&joined, PRB_LIST_TEXT_BYTES_MAX);
	for (size_t i = 0; i < n; i++) {
		if (codes[i].n != 3 || prb_span_trim(codes[i]).n != 3)
			refuse(r, PRB_ERR_COUNTRY, "countries_equal",
				"ISO 3166-1 alpha-3 codes are wanted");
		prb_str_addf(&joined, "%s%.*s", i > 0 ? ";" : "", PRB_SPAN_ARGS(codes[i]));
	}
	out->countries_equal = prb_arena_copy(r->arena, prb_str_span(&joined));
	if (joined.failed || !out->countries_equal.p)
		no_memory(r);
	prb_str_finish(&joined);
}

static void
read_manifest(struct reading *r, const struct prb_json *object, struct prb_list_manifest *out)
{
	static const char *const known[] = {"list", "title", "publisher", "edition", "licence",
		"retrieved_from", "completeness", "effect", "effect_words", "url_words",
		"countries_equal", "replace", "file", "format", "persons", "keep", "drop",
		"columns", "same_id", "unknown_country", "dates", NULL};
	static const char *const same_id[] = {"refuse", "merge", NULL};
	static const char *const unknown_country[] = {"refuse", "leave_out", NULL};

	if (!is_object_of(r, object, known))
		return;
	out->list = member_text(r, object, "list", 1);
	check_id(r, out->list);
	out->title = member_text(r, object, "title", 1);
	out->publisher = member_text(r, object, "publisher", 1);
	out->edition = member_text(r, object, "edition", 0);
	out->licence = member_text(r, object, "licence", 1);
	out->retrieved_from = member_text(r, object, "retrieved_from", 0);
	out->completeness = member_text(r, object, "completeness", 1);
	out->effect_words = member_text(r, object, "effect_words", 1);
	out->url_words = member_text(r, object, "url_words", 0);
	out->file = member_text(r, object, "file", 0);
	out->replace = member_bool(r, object, "replace");
	out->merge = member_word(r, object, "same_id", same_id, 0) == 1;
	out->drop_unknown_country =
		member_word(r, object, "unknown_country", unknown_country, 0) == 1;
	read_countries_equal(r, object, out);
	read_effect(r, object, out);
	read_format(r, object, out);
	read_persons(r, object, out);
	read_conditions(r, object, "keep", &out->keep);
	read_conditions(r, object, "drop", &out->drop);
	read_dates(r, object, out);
	read_columns(r, object, out);
}

/* The place of a byte, as an editor counts. */
static void
place_of(struct prb_span text, size_t offset, unsigned *line, unsigned *column)
{
	*line = *column = 1;
	for (size_t i = 0; i < offset && i < text.n; i++) {
		*column = text.p[i] == '\n' ? 1 : *column + 1;
		*line += text.p[i] == '\n';
	}
}

enum prb_err
prb_list_manifest_parse(struct prb_arena *arena, const char *name, struct prb_span text,
	struct prb_list_manifest *out, struct prb_fault *fault)
{
	struct prb_list_manifest read = {.merge = false};
	struct reading r = {.arena = arena, .name = name, .fault = fault};
	struct prb_fault json_fault = {.offset = PRB_NO_OFFSET};
	const struct prb_json *object = NULL;
	unsigned line, column;

	r.err = prb_json_parse(arena, text, PRB_LIST_MANIFEST_BYTES_MAX, &json_fault, &object);
	if (r.err != PRB_OK) {
		place_of(text, json_fault.offset == PRB_NO_OFFSET ? 0 : json_fault.offset, &line,
			&column);
		return prb_fault_set(fault, r.err, json_fault.offset, json_fault.pointer,
			"%s:%u:%u: %s", name, line, column, json_fault.detail);
	}
	read_manifest(&r, object, &read);
	if (r.err == PRB_OK)
		*out = read;
	return r.err;
}

enum prb_err
prb_list_manifest_read(struct prb_arena *arena, const char *path, struct prb_list_manifest *out,
	struct prb_fault *fault)
{
	FILE *file = fopen(path, "rb");
	char *bytes = prb_arena_alloc(arena, PRB_LIST_MANIFEST_BYTES_MAX + 1);
	enum prb_err err = PRB_OK;
	size_t n = 0;

	if (!file)
		err = prb_fault_set(fault, PRB_ERR_IO, PRB_NO_OFFSET, NULL,
			"%s: the manifest cannot be read: %s", path, strerror(errno));
	else if (!bytes)
		err = prb_fault_set(
			fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "%s: memory ran out", path);
	else if ((n = fread(bytes, 1, PRB_LIST_MANIFEST_BYTES_MAX + 1, file)) == 0 || ferror(file))
		err = prb_fault_set(fault, PRB_ERR_IO, PRB_NO_OFFSET, NULL,
			"%s: the manifest cannot be read, or is empty", path);
	if (file)
		(void)fclose(file);
	if (err != PRB_OK)
		return err;
	return prb_list_manifest_parse(arena, path, (struct prb_span){bytes, n}, out, fault);
}
