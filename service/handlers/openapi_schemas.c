/* SPDX-License-Identifier: Apache-2.0 */
/* Schemas of the description: those of a declaration are its field tables, the others rows of
 * openapi.def. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/render/lang.h"
#include "scoring/attest/credential.h"
#include "scoring/attest/disclosure.h"
#include "scoring/model/declaration.h"
#include "service/access/caller.h"
#include "service/handlers/admin.h"
#include "service/handlers/bounds.h"
#include "service/handlers/decision_text.h"
#include "service/handlers/openapi_parts.h"
#include "service/http/message.h"
#include "service/messages/bodies.h"

#define SHAPES_MAX 32
/* What an answer can hold at most, said for who reserves room: a text as long as the longest body
 * that is taken, and a list as long as no report has had. */
#define TEXT_BYTES_MAX PRB_DECLARATION_BYTES_MAX
#define LIST_ITEMS_MAX 65536
#define REF "#/components/schemas/"

struct member {
	const char *schema, *name;
	bool required;
	const char *type, *what;
};

static const struct member members[] = {
#define PRB_OA_MEMBER(schema, member, required, type, what) {schema, member, required, type, what},
#include "service/handlers/openapi.def"
};

/* Of one name in the document: a row of openapi.def, or a shape of the declaration. */
struct schema {
	const char *name, *what;
	const struct prb_shape *shape;
};

static const struct schema rows[] = {
#define PRB_OA_SCHEMA(schema, what) {schema, what, NULL},
#include "service/handlers/openapi.def"
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static void
write_what(struct prb_writer *w, const char *what)
{
	if (what[0] != '\0')
		prb_writer_member_text(w, "description", what);
}

/* Whether a type begins with this word; *rest is then what follows. */
static bool
begins(const char *type, const char *word, const char **rest)
{
	size_t n = strlen(word);

	if (strncmp(type, word, n) != 0)
		return false;
	*rest = type + n;
	return true;
}

static void
write_words(struct prb_writer *w, const char *words, const char *what)
{
	write_what(w, what);
	prb_writer_key(w, "enum");
	prb_writer_array(w);
	for (const char *p = words; *p != '\0';) {
		size_t n = strcspn(p, "|");

		prb_writer_string(w, (struct prb_span){p, n});
		p += n + (p[n] == '|');
	}
	prb_writer_end(w);
	prb_writer_member_text(w, "type", "string");
}

static void
write_string(struct prb_writer *w, const char *format, const char *pattern, int64_t max,
	const char *what)
{
	write_what(w, what);
	if (format != NULL)
		prb_writer_member_text(w, "format", format);
	prb_writer_member_int(w, "maxLength", max);
	if (pattern != NULL)
		prb_writer_member_text(w, "pattern", pattern);
	prb_writer_member_text(w, "type", "string");
}

static void
write_whole(struct prb_writer *w, int64_t min, int64_t max, const char *what)
{
	write_what(w, what);
	prb_writer_member_text(w, "format", max > INT32_MAX ? "int64" : "int32");
	prb_writer_member_int(w, "maximum", max);
	prb_writer_member_int(w, "minimum", min);
	prb_writer_member_text(w, "type", "integer");
}

static void
write_array(struct prb_writer *w, const char *of, const char *what)
{
	write_what(w, what);
	prb_writer_key(w, "items");
	prb_oa_type(w, of, "");
	prb_writer_member_int(w, "maxItems", LIST_ITEMS_MAX);
	prb_writer_member_text(w, "type", "array");
}

static void
write_map(struct prb_writer *w, const char *of, const char *what)
{
	prb_writer_key(w, "additionalProperties");
	prb_oa_type(w, of, "");
	write_what(w, what);
	prb_writer_member_text(w, "type", "object");
}

static void
write_maybe(struct prb_writer *w, const char *of, const char *what)
{
	prb_writer_key(w, "anyOf");
	prb_writer_array(w);
	prb_oa_type(w, of, "");
	prb_writer_object(w);
	prb_writer_member_text(w, "type", "null");
	prb_writer_end(w);
	prb_writer_end(w);
	write_what(w, what);
}

/* "T;U": the first has no ';' in it. */
static void
write_either(struct prb_writer *w, const char *both, const char *what)
{
	size_t n = strcspn(both, ";");
	char first[64];

	assert(n < sizeof(first) && both[n] == ';');
	memcpy(first, both, n);
	first[n] = '\0';
	prb_writer_key(w, "anyOf");
	prb_writer_array(w);
	prb_oa_type(w, first, "");
	prb_oa_type(w, both + n + 1, "");
	prb_writer_end(w);
	write_what(w, what);
}

static void
write_range(struct prb_writer *w, const char *what)
{
	write_what(w, what);
	prb_writer_key(w, "items");
	prb_oa_type(w, "points", "");
	prb_writer_member_int(w, "maxItems", 2);
	prb_writer_member_int(w, "minItems", 2);
	prb_writer_member_text(w, "type", "array");
}

/* What requests may hold: the bounds that the handlers go by. A length in JSON Schema is counted in
 * characters, of which a text has no more than bytes. */
static const struct {
	const char *type;
	bool is_text;
	int64_t min, max;
} bounded[] = {
	{"attestation_days", false, 1, PRB_CREDENTIAL_DAYS_MAX},
	{"certificate", true, 1, PRB_ADMIN_CERTIFICATE_BYTES_MAX},
	{"decided_by", true, 1, PRB_DECISION_BY_BYTES_MAX},
	{"decided_entity", true, 1, PRB_DECISION_ENTITY_BYTES_MAX},
	{"decided_evidence", true, 1, PRB_EVIDENCE_POINTER_BYTES - 1},
	{"decided_name", true, 1, PRB_NAME_BYTES_MAX},
	{"decided_city", true, 1, PRB_DECISION_CITY_BYTES_MAX},
	{"decided_country", true, 1, PRB_DECISION_COUNTRY_BYTES_MAX},
	{"decided_address", true, 1, PRB_ADDRESS_BYTES_MAX},
	{"decided_pointer", true, 1, PRB_UPSTREAM_POINTER_BYTES},
	{"decided_reason", true, 1, PRB_DECISION_REASON_BYTES_MAX},
	{"invitation_days", false, 1, PRB_INVITATION_DAYS_MAX},
	{"invited_declarations", false, 1, PRB_INVITED_DECLARATIONS_MAX},
	{"key_days", false, 1, PRB_KEY_DAYS_MAX},
	{"label", true, 1, PRB_ADMIN_NAME_BYTES_MAX},
	{"overlap_days", false, 0, PRB_KEY_OVERLAP_DAYS_MAX},
	{"remedy_body_id", true, 1, PRB_BODY_ID_BYTES_MAX},
	{"sealed_message", true, PRB_MESSAGE_SEALED_CHARS, PRB_MESSAGE_SEALED_CHARS},
	{"sought_country", true, 0, PRB_SOUGHT_COUNTRY_BYTES_MAX},
	{"sought_name", true, 1, PRB_SOUGHT_NAME_BYTES_MAX},
	{"sought_party", true, 0, PRB_NAME_BYTES_MAX},
	{"sought_place", true, 1, PRB_SOUGHT_PLACE_BYTES_MAX},
	{"sought_words", true, 0, PRB_SOUGHT_WORDS_BYTES_MAX},
	/* Of what has no bound of its own, that of where it stands. */
	{"field", true, 0, PRB_HEAD_BYTES_MAX},
	{"target", true, 0, PRB_TARGET_BYTES_MAX},
};

static const char *
language_word(size_t i)
{
	return prb_lang_tag((enum prb_lang)i);
}

/* And one that stands for those of all indicators. */
static const char *
part_word(size_t i)
{
	return i < PRB_PARTS ? prb_part_word((unsigned)i) : "indicators";
}

/* All but the operator's, which no key can have. */
static const char *
scope_word(size_t i)
{
	return prb_scope_name((enum prb_access_scope)(i < PRB_SCOPE_OPERATE ? i : i + 1));
}

/* Words of other tables; a list has each once. */
static const struct {
	const char *type;
	const char *(*word)(size_t i);
	size_t count;
	int64_t items_min, items_max; /* items_max 0: one word, no list */
} worded[] = {
	{"language", language_word, PRB_LANGS, 0, 0},
	{"parts", part_word, PRB_PARTS + 1, 0, PRB_PARTS},
	{"scopes", scope_word, PRB_SCOPES - 1, 1, PRB_SCOPES - 1},
};

static const struct {
	const char *type, *format, *pattern;
	int64_t max;
} strings[] = {
	{"text", NULL, NULL, TEXT_BYTES_MAX},
	{"html", NULL, NULL, TEXT_BYTES_MAX},
	{"date", "date", NULL, 10},
	{"time", "date-time", NULL, 20},
	{"uuid", "uuid", NULL, 36},
	{"uri", "uri-reference", NULL, TEXT_BYTES_MAX},
	/* As the head is read: bare or in quotes, and a list of tags in quotes, or *. */
	{"idempotency_key", NULL, "^([!#-\\[\\]-~]{1,255}|\"[!#-\\[\\]-~]{1,255}\")$", 257},
	{"etags", NULL, "^[\\t -~]+$", PRB_HEAD_BYTES_MAX},
	{"sha256", NULL, "^[0-9a-f]{64}$", 64},
	{"hs", NULL,
		"^ *([Hh][Ss] *:? *)?([. ]*([0-9][. ]*[0-9][. ]*){1,5}|([0-9][0-9]){1,5}[.]0 *)$",
		PRB_TARGET_BYTES_MAX},
	{"hs_digits", NULL, "^[0-9]{2,10}$", 10},
	{"gtin", NULL, "^[0-9]{8,14}$", 14},
};

/* "1..100" */
static bool
read_bounds(const char *type, int64_t *min, int64_t *max)
{
	const char *dots = strstr(type, "..");

	return dots != NULL &&
	       prb_parse_int(
		       (struct prb_span){type, (size_t)(dots - type)}, 0, PRB_JSON_INT_MAX, min) &&
	       prb_parse_int(prb_span_of(dots + 2), 0, PRB_JSON_INT_MAX, max);
}

static void
write_bounded_text(struct prb_writer *w, int64_t min, int64_t max, const char *what)
{
	write_what(w, what);
	prb_writer_member_int(w, "maxLength", max);
	prb_writer_member_int(w, "minLength", min);
	prb_writer_member_text(w, "type", "string");
}

static bool
write_bounded(struct prb_writer *w, const char *type, const char *what)
{
	for (size_t i = 0; i < sizeof(bounded) / sizeof(bounded[0]); i++) {
		if (strcmp(type, bounded[i].type) != 0)
			continue;
		if (bounded[i].is_text)
			write_bounded_text(w, bounded[i].min, bounded[i].max, what);
		else
			write_whole(w, bounded[i].min, bounded[i].max, what);
		return true;
	}
	return false;
}

static void
write_worded_enum(struct prb_writer *w, size_t row)
{
	prb_writer_key(w, "enum");
	prb_writer_array(w);
	for (size_t i = 0; i < worded[row].count; i++)
		prb_writer_text(w, worded[row].word(i));
	prb_writer_end(w);
	prb_writer_member_text(w, "type", "string");
}

static bool
write_worded(struct prb_writer *w, const char *type, const char *what)
{
	for (size_t i = 0; i < sizeof(worded) / sizeof(worded[0]); i++) {
		if (strcmp(type, worded[i].type) != 0)
			continue;
		write_what(w, what);
		if (worded[i].items_max == 0) {
			write_worded_enum(w, i);
			return true;
		}
		prb_writer_key(w, "items");
		prb_writer_object(w);
		write_worded_enum(w, i);
		prb_writer_end(w);
		prb_writer_member_int(w, "maxItems", worded[i].items_max);
		prb_writer_member_int(w, "minItems", worded[i].items_min);
		prb_writer_member_text(w, "type", "array");
		prb_writer_member_bool(w, "uniqueItems", true);
		return true;
	}
	return false;
}

static bool
write_simple(struct prb_writer *w, const char *type, const char *what)
{
	int64_t min, max;

	if (write_bounded(w, type, what) || write_worded(w, type, what))
		return true;
	for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++)
		if (strcmp(type, strings[i].type) == 0) {
			write_string(
				w, strings[i].format, strings[i].pattern, strings[i].max, what);
			return true;
		}
	if (read_bounds(type, &min, &max))
		write_whole(w, min, max, what);
	else if (strcmp(type, "whole") == 0)
		write_whole(w, 0, PRB_JSON_INT_MAX, what);
	else if (strcmp(type, "points") == 0)
		write_whole(w, 0, 100, what);
	else if (strcmp(type, "ppm") == 0)
		write_whole(w, 0, PRB_PPM_ONE, what);
	else if (strcmp(type, "range") == 0)
		write_range(w, what);
	else if (strcmp(type, "truth") == 0) {
		write_what(w, what);
		prb_writer_member_text(w, "type", "boolean");
	} else if (strcmp(type, "bytes") == 0 || strcmp(type, "anything") == 0) {
		/* OpenAPI 3.1: of what is no text and no JSON there is no schema. */
		write_what(w, what);
	} else if (strcmp(type, "any") == 0) {
		write_what(w, what);
		prb_writer_member_text(w, "type", "object");
	} else
		return false;
	return true;
}

void
prb_oa_type(struct prb_writer *w, const char *type, const char *what)
{
	const char *of;

	prb_writer_object(w);
	if (begins(type, "ref ", &of)) {
		/* In OpenAPI 3.1 a description may stand beside a reference. */
		char ref[128];

		(void)snprintf(ref, sizeof(ref), REF "%s", of);
		prb_writer_member_text(w, "$ref", ref);
		write_what(w, what);
	} else if (begins(type, "list ", &of)) {
		write_array(w, of, what);
	} else if (begins(type, "map ", &of)) {
		write_map(w, of, what);
	} else if (begins(type, "maybe ", &of)) {
		write_maybe(w, of, what);
	} else if (begins(type, "lines ", &of)) {
		/* OpenAPI 3.1 has no schema for lines. */
		write_what(w, what);
		prb_writer_key(w, "x-lines");
		prb_oa_type(w, of, "");
	} else if (begins(type, "either ", &of)) {
		write_either(w, of, what);
	} else if (begins(type, "one ", &of)) {
		write_words(w, of, what);
	} else {
		bool known = write_simple(w, type, what);

		assert(known);
	}
	prb_writer_end(w);
}

static void
write_row(struct prb_writer *w, const struct schema *schema)
{
	prb_writer_object(w);
	write_what(w, schema->what);
	prb_writer_key(w, "properties");
	prb_writer_object(w);
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (strcmp(members[i].schema, schema->name) == 0) {
			prb_writer_key(w, members[i].name);
			prb_oa_type(w, members[i].type, members[i].what);
		}
	prb_writer_end(w);
	prb_writer_key(w, "required");
	prb_writer_array(w);
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (members[i].required && strcmp(members[i].schema, schema->name) == 0)
			prb_writer_text(w, members[i].name);
	prb_writer_end(w);
	prb_writer_member_text(w, "type", "object");
	prb_writer_end(w);
}

/*
 * The declaration: one schema for each shape.
 */

static const char *
bytes_text(char out[64], const struct prb_field *field)
{
	(void)snprintf(out, 64, "at most %lld bytes of UTF-8%s", (long long)field->max,
		field->free_text ? "; never signed or logged" : "");
	return out;
}

static void
write_choice(struct prb_writer *w, const struct prb_words *words)
{
	prb_writer_key(w, "enum");
	prb_writer_array(w);
	for (uint8_t i = 1; i <= words->count; i++)
		prb_writer_text(w, prb_words_text(words, i));
	prb_writer_end(w);
	prb_writer_member_text(w, "type", "string");
}

/* The items of a list of texts have their bound in `min`. */
static void
write_texts(struct prb_writer *w, const struct prb_field *field)
{
	prb_writer_key(w, "items");
	prb_writer_object(w);
	write_bounded_text(w, 1, field->min, "");
	prb_writer_end(w);
	prb_writer_member_int(w, "maxItems", field->max);
	prb_writer_member_text(w, "type", "array");
}

static void
write_shape_ref(struct prb_writer *w, const struct prb_shape *shape)
{
	char ref[128];

	(void)snprintf(ref, sizeof(ref), REF "%s", shape->name);
	prb_writer_member_text(w, "$ref", ref);
}

static void
write_share(struct prb_writer *w)
{
	prb_writer_member_int(w, "maximum", 1);
	prb_writer_member_int(w, "minimum", 0);
	prb_writer_member_text(w, "type", "number");
}

static void
write_field(struct prb_writer *w, const struct prb_field *field)
{
	char what[64];

	prb_writer_object(w);
	switch (field->kind) {
	case PRB_FIELD_TEXT:
		write_bounded_text(w, field->min, field->max, bytes_text(what, field));
		break;
	case PRB_FIELD_WORD:
		write_choice(w, field->words);
		break;
	case PRB_FIELD_DATE:
		write_string(w, "date", NULL, 10, "");
		break;
	case PRB_FIELD_COUNT:
		write_whole(w, field->min, field->max, "");
		break;
	case PRB_FIELD_SHARE:
		write_share(w);
		break;
	case PRB_FIELD_TRUTH:
		prb_writer_member_text(w, "type", "boolean");
		break;
	case PRB_FIELD_HS:
		write_string(w, NULL, "^[. ]*([0-9][. ]*[0-9][. ]*){1,5}$", TEXT_BYTES_MAX,
			"a code of the Harmonized System: 2, 4, 6, 8 or 10 digits");
		break;
	case PRB_FIELD_GTIN:
		write_string(w, NULL, "^([0-9]{8}|[0-9]{12,14})$", 14,
			"the last digit is a check digit that fits");
		break;
	case PRB_FIELD_ID:
		write_string(w, NULL, "^[A-Za-z0-9._-]{1,64}$", 64, "");
		break;
	case PRB_FIELD_TEXTS:
		write_texts(w, field);
		break;
	case PRB_FIELD_OBJECT:
	case PRB_FIELD_OBJECT_REF:
		write_shape_ref(w, field->shape);
		break;
	case PRB_FIELD_OBJECTS:
		prb_writer_key(w, "items");
		prb_writer_object(w);
		write_shape_ref(w, field->shape);
		prb_writer_end(w);
		prb_writer_member_int(w, "maxItems", field->max);
		prb_writer_member_text(w, "type", "array");
		break;
	}
	prb_writer_end(w);
}

static int
compare_fields(const void *a, const void *b)
{
	const struct prb_field *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

#define FIELDS_MAX 32

static void
write_shape(struct prb_writer *w, const struct prb_shape *shape)
{
	const struct prb_field *sorted[FIELDS_MAX];

	assert(shape->fields_count <= FIELDS_MAX);
	for (size_t i = 0; i < shape->fields_count; i++)
		sorted[i] = &shape->fields[i];
	qsort(sorted, shape->fields_count, sizeof(sorted[0]), compare_fields);
	prb_writer_object(w);
	prb_writer_member_bool(w, "additionalProperties", false);
	prb_writer_key(w, "properties");
	prb_writer_object(w);
	for (size_t i = 0; i < shape->fields_count; i++) {
		prb_writer_key(w, sorted[i]->name);
		write_field(w, sorted[i]);
	}
	prb_writer_end(w);
	prb_writer_key(w, "required");
	prb_writer_array(w);
	for (size_t i = 0; i < shape->fields_count; i++)
		if (sorted[i]->required)
			prb_writer_text(w, sorted[i]->name);
	prb_writer_end(w);
	prb_writer_member_text(w, "type", "object");
	prb_writer_end(w);
}

/* A shape and all that it holds, each once. */
static size_t
collect(const struct prb_shape *shape, struct schema *out, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (out[i].shape == shape)
			return count;
	assert(count < ROWS + SHAPES_MAX);
	out[count++] = (struct schema){shape->name, "", shape};
	for (size_t i = 0; i < shape->fields_count; i++)
		if (shape->fields[i].shape != NULL)
			count = collect(shape->fields[i].shape, out, count);
	return count;
}

static int
compare_schemas(const void *a, const void *b)
{
	const struct schema *x = a, *y = b;

	return strcmp(x->name, y->name);
}

void
prb_oa_schemas(struct prb_writer *w)
{
	struct schema all[ROWS + SHAPES_MAX];
	size_t count = collect(&prb_shape_declaration, all, 0);

	assert(count <= SHAPES_MAX);
	memcpy(all + count, rows, sizeof(rows));
	count += ROWS;
	qsort(all, count, sizeof(all[0]), compare_schemas);
	prb_writer_key(w, "schemas");
	prb_writer_object(w);
	for (size_t i = 0; i < count; i++) {
		prb_writer_key(w, all[i].name);
		if (all[i].shape != NULL)
			write_shape(w, all[i].shape);
		else
			write_row(w, &all[i]);
	}
	prb_writer_end(w);
}
