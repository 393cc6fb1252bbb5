/* SPDX-License-Identifier: Apache-2.0 */
/* The description of the interface: every route and every member is in it, and it fits together. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scoring/model/declaration.h"
#include "scoring/rules/report.h"
#include "service/handlers/decision_text.h"
#include "service/handlers/openapi.h"
#include "service/handlers/scored.h"
#include "tests/unit/handlers_reference.h"
#include "tests/unit/json_member.h"

static struct prb_str text;
static const struct prb_json *document;
static struct prb_arena *answers;

static int
set_up(void **state)
{
	(void)state;
	desk_open();
	answers = prb_arena_create((size_t)1 << 24);
	prb_str_init(&text, PRB_OPENAPI_BYTES_MAX);
	prb_openapi_write(&text);
	assert_false(text.failed);
	assert_true(desk_is_canonical(prb_str_span(&text), &document));
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	prb_arena_destroy(answers);
	prb_str_finish(&text);
	desk_close();
	return 0;
}

static const struct prb_json *
schema_of(const char *name)
{
	return member(member(member(document, "components"), "schemas"), name);
}

static const char *
lower(const char *method)
{
	return strcmp(method, "GET") == 0 ? "get" : "post";
}

static bool
has_parameter(const struct prb_json *operation, struct prb_span name)
{
	const struct prb_json *list = prb_json_member(operation, "parameters");

	for (const struct prb_json *p = list ? prb_json_first(list) : NULL; p; p = prb_json_next(p))
		if (prb_span_is(prb_json_string(member(p, "in")), "path") &&
			prb_span_equal(prb_json_string(member(p, "name")), name))
			return true;
	return false;
}

static const struct prb_json *resolve(struct prb_span ref);

static const struct prb_json *
response_of(const struct prb_json *operation, const char *status)
{
	const struct prb_json *response = member(member(operation, "responses"), status);
	const struct prb_json *ref = prb_json_member(response, "$ref");

	return ref != NULL ? resolve(prb_json_string(ref)) : response;
}

/* What the server answers without asking the handler, and the headers that go with it. */
static void
check_responses(const struct prb_json *operation, const char *method, const char *access)
{
	static const char *const always[] = {"400", "401", "404", "405", "408", "413", "414", "417",
		"421", "429", "431", "501", "503", "505"};

	for (size_t i = 0; i < sizeof always / sizeof always[0]; i++)
		(void)member(
			member(response_of(operation, always[i]), "content"), PRB_TYPE_PROBLEM);
	(void)member(member(response_of(operation, "405"), "headers"), "Allow");
	(void)member(member(response_of(operation, "503"), "headers"), "Retry-After");
	(void)member(member(response_of(operation, "429"), "headers"), "Retry-After");
	(void)member(member(response_of(operation, "401"), "headers"), "WWW-Authenticate");
	assert_int_equal(prb_json_member(member(operation, "responses"), "403") != NULL,
		strcmp(access, "ANYONE") != 0);
	if (strcmp(method, "GET") == 0) {
		(void)member(member(response_of(operation, "200"), "headers"), "ETag");
		(void)member(member(response_of(operation, "304"), "headers"), "ETag");
		assert_null(prb_json_member(response_of(operation, "304"), "content"));
	} else {
		(void)member(response_of(operation, "411"), "content");
		(void)member(response_of(operation, "415"), "content");
		assert_null(prb_json_member(member(operation, "responses"), "304"));
	}
}

/* A generated client refuses what the server would refuse. */
static void
parameters_have_their_bounds(void **state)
{
	size_t limits = 0, keys = 0;
	int64_t max, min;

	(void)state;
	for (const struct prb_json *path = prb_json_first(member(document, "paths")); path;
		path = prb_json_next(path))
		for (const struct prb_json *o = prb_json_first(path); o; o = prb_json_next(o)) {
			const struct prb_json *list = prb_json_member(o, "parameters");

			for (const struct prb_json *p = list ? prb_json_first(list) : NULL; p;
				p = prb_json_next(p)) {
				struct prb_span name = prb_json_string(member(p, "name"));
				const struct prb_json *schema = member(p, "schema");

				if (prb_span_is(name, "limit")) {
					assert_true(prb_json_int(member(schema, "minimum"), &min));
					assert_true(prb_json_int(member(schema, "maximum"), &max));
					assert_true(min == 1 && (max == 100 || max == 1000));
					limits++;
				}
				if (prb_span_is(name, "Idempotency-Key")) {
					assert_true(
						prb_json_int(member(schema, "maxLength"), &max));
					assert_int_equal(max, 257); /* 255, and quotes */
					(void)member(schema, "pattern");
					keys++;
				}
			}
		}
	assert_true(limits >= 7 && keys >= 5);
}

static void
a_stored_declaration_is_located(void **state)
{
	const struct prb_json *operation =
		member(member(member(document, "paths"), "/v1/declarations"), "post");
	const struct prb_json *headers = member(response_of(operation, "201"), "headers");

	(void)state;
	(void)member(headers, "Location");
	(void)member(headers, "Idempotent-Replayed");
}

/* "{name...}" stands as "{name}": OpenAPI knows no parameter that has slashes. */
static const char *
bare(const char *pattern, char out[96])
{
	const char *dots = strstr(pattern, "...");
	int n = dots != NULL ? (int)(dots - pattern) : (int)strlen(pattern);

	(void)snprintf(out, 96, "%.*s%s", n, pattern, dots != NULL ? dots + 3 : "");
	return out;
}

/* By key or by certificate, with the scope that the route names; or for anyone. */
static void
check_security(const struct prb_json *operation, const char *access)
{
	static const struct {
		const char *scope, *wire;
	} scopes[] = {
#define PRB_SCOPE(name, wire, what) {#name, wire},
#include "service/access/scopes.def"
#undef PRB_SCOPE
	};
	const struct prb_json *scope = prb_json_member(operation, "x-scope");
	bool is_public = strcmp(access, "ANYONE") == 0;

	assert_int_equal(prb_json_size(member(operation, "security")), is_public ? 0 : 2);
	assert_int_equal(scope == NULL, is_public);
	for (size_t i = 0; i < sizeof scopes / sizeof scopes[0] && !is_public; i++)
		assert_int_equal(prb_span_is(prb_json_string(scope), scopes[i].wire),
			strcmp(scopes[i].scope, access) == 0);
}

static void
every_route(void **state)
{
	static const struct {
		const char *method, *path, *body, *access, *operation;
	} rows[] = {
#define PRB_ROUTE(method, path, handler, body, access, cache, operation, what)                     \
	{#method, path, #body, #access, operation},
#include "service/handlers/routes.def"
#undef PRB_ROUTE
	};
	size_t described = 0;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char path[96];
		const struct prb_json *operation =
			member(member(member(document, "paths"), bare(rows[i].path, path)),
				lower(rows[i].method));

		assert_true(prb_span_is(
			prb_json_string(member(operation, "operationId")), rows[i].operation));
		check_security(operation, rows[i].access);
		assert_int_equal(prb_json_member(operation, "requestBody") != NULL,
			strcmp(rows[i].body, "NONE") != 0);
		check_responses(operation, rows[i].method, rows[i].access);
		for (const char *p = path; (p = strchr(p, '{')) != NULL; p++)
			assert_true(has_parameter(
				operation, (struct prb_span){p + 1, strcspn(p + 1, "}")}));
	}
	for (const struct prb_json *path = prb_json_first(member(document, "paths")); path;
		path = prb_json_next(path))
		described += prb_json_size(path);
	assert_int_equal(described, sizeof rows / sizeof rows[0]);
}

/* A shape's schema has its members, their words and what is required, and nothing else. */
static void
check_shape(const struct prb_shape *shape)
{
	const struct prb_json *schema = schema_of(shape->name);
	size_t required = 0;

	assert_false(prb_json_bool(member(schema, "additionalProperties")));
	assert_int_equal(prb_json_size(member(schema, "properties")), shape->fields_count);
	for (size_t i = 0; i < shape->fields_count; i++) {
		const struct prb_field *field = &shape->fields[i];
		const struct prb_json *property = member(member(schema, "properties"), field->name);

		required += field->required;
		if (field->kind == PRB_FIELD_WORD)
			assert_int_equal(
				prb_json_size(member(property, "enum")), field->words->count);
		if (field->shape != NULL && field->shape != shape) /* upstream holds itself */
			check_shape(field->shape);
	}
	assert_int_equal(prb_json_size(member(schema, "required")), required);
}

static void
every_member_of_a_declaration(void **state)
{
	(void)state;
	check_shape(&prb_shape_declaration);
}

/* "#/a/b" from the root; pointers here hold no escapes. */
static const struct prb_json *
resolve(struct prb_span ref)
{
	const struct prb_json *at = document;
	char name[128];

	assert_true(prb_span_starts(ref, PRB_SPAN("#/")));
	for (size_t from = 2; from <= ref.n;) {
		size_t n = 0;

		while (from + n < ref.n && ref.p[from + n] != '/')
			n++;
		assert_true(n > 0 && n < sizeof name);
		memcpy(name, ref.p + from, n);
		name[n] = '\0';
		at = member(at, name);
		from += n + 1;
	}
	return at;
}

static size_t
follow_refs(const struct prb_json *value)
{
	enum prb_json_kind kind = prb_json_kind(value);
	size_t count = 0;

	if (kind != PRB_JSON_OBJECT && kind != PRB_JSON_ARRAY)
		return 0;
	for (const struct prb_json *i = prb_json_first(value); i; i = prb_json_next(i)) {
		if (kind == PRB_JSON_OBJECT && strcmp(prb_json_name(i), "$ref") == 0) {
			(void)resolve(prb_json_string(i));
			count++;
		}
		count += follow_refs(i);
	}
	return count;
}

static void
every_reference_leads_somewhere(void **state)
{
	(void)state;
	assert_true(follow_refs(document) > 50);
}

static void
the_example_is_taken(void **state)
{
	struct prb_arena *arena = prb_arena_create((size_t)1 << 24);
	struct prb_declaration *declaration;
	struct prb_faults faults = {.count = 0};

	(void)state;
	assert_int_equal(
		prb_declaration_read(arena, prb_openapi_declaration(), &faults, &declaration),
		PRB_OK);
	prb_arena_destroy(arena);
}

/*
 * A value fits its schema: kind, words, bounds, every required member, and no member that is not
 * described. Objects without described members (`any`) hold nothing, unless they may be open.
 */

static void check_fits(
	const char *name, const struct prb_json *value, const struct prb_json *schema, bool open);

static bool
is_of_type(const struct prb_json *value, struct prb_span type)
{
	int64_t whole;

	switch (prb_json_kind(value)) {
	case PRB_JSON_NULL:
		return prb_span_is(type, "null");
	case PRB_JSON_BOOL:
		return prb_span_is(type, "boolean");
	case PRB_JSON_NUMBER:
		return prb_span_is(type, "number") ||
		       (prb_span_is(type, "integer") && prb_json_int(value, &whole));
	case PRB_JSON_STRING:
		return prb_span_is(type, "string");
	case PRB_JSON_ARRAY:
		return prb_span_is(type, "array");
	case PRB_JSON_OBJECT:
		return prb_span_is(type, "object");
	}
	return false;
}

static const struct prb_json *
follow(const struct prb_json *schema)
{
	const struct prb_json *ref;

	while ((ref = prb_json_member(schema, "$ref")) != NULL)
		schema = resolve(prb_json_string(ref));
	return schema;
}

/* Of several schemas the one whose type is the value's: here they differ in it. */
static const struct prb_json *
choose(const char *name, const struct prb_json *value, const struct prb_json *schema)
{
	const struct prb_json *several = prb_json_member(schema, "anyOf");

	if (several == NULL)
		return schema;
	for (const struct prb_json *i = prb_json_first(several); i; i = prb_json_next(i))
		if (is_of_type(value, prb_json_string(member(follow(i), "type"))))
			return follow(i);
	fail_msg("%s: %s is none of what is described", name,
		prb_json_kind_name(prb_json_kind(value)));
	return NULL;
}

static void
check_words(const char *name, const struct prb_json *value, const struct prb_json *schema)
{
	const struct prb_json *words = prb_json_member(schema, "enum");

	if (words == NULL)
		return;
	for (const struct prb_json *i = prb_json_first(words); i; i = prb_json_next(i))
		if (prb_span_equal(prb_json_string(i), prb_json_string(value)))
			return;
	fail_msg("%s: the word \"%.*s\" is not described", name,
		PRB_SPAN_ARGS(prb_json_string(value)));
}

static void
check_bounds(const char *name, const struct prb_json *value, const struct prb_json *schema)
{
	const struct prb_json *min = prb_json_member(schema, "minimum");
	const struct prb_json *max = prb_json_member(schema, "maximum");

	if (min != NULL && prb_json_number(value) < prb_json_number(min))
		fail_msg("%s: %g is too small", name, prb_json_number(value));
	if (max != NULL && prb_json_number(value) > prb_json_number(max))
		fail_msg("%s: %g is too large", name, prb_json_number(value));
}

static void
check_items(
	const char *name, const struct prb_json *value, const struct prb_json *schema, bool open)
{
	const struct prb_json *min = prb_json_member(schema, "minItems");
	const struct prb_json *max = prb_json_member(schema, "maxItems");
	double n = (double)prb_json_size(value);

	if ((min != NULL && n < prb_json_number(min)) || (max != NULL && n > prb_json_number(max)))
		fail_msg("%s: %g items", name, n);
	for (const struct prb_json *i = prb_json_first(value); i; i = prb_json_next(i))
		check_fits(name, i, member(schema, "items"), open);
}

static void
check_members(
	const char *name, const struct prb_json *value, const struct prb_json *schema, bool open)
{
	const struct prb_json *properties = prb_json_member(schema, "properties");
	const struct prb_json *others = prb_json_member(schema, "additionalProperties");
	const struct prb_json *required = prb_json_member(schema, "required");

	if (properties == NULL && others == NULL && open)
		return;
	for (const struct prb_json *r = required ? prb_json_first(required) : NULL; r;
		r = prb_json_next(r))
		if (prb_json_member(value, prb_json_string(r).p) == NULL)
			fail_msg("%s: no member \"%s\", which is required", name,
				prb_json_string(r).p);
	for (const struct prb_json *m = prb_json_first(value); m; m = prb_json_next(m)) {
		const struct prb_json *of =
			properties ? prb_json_member(properties, prb_json_name(m)) : NULL;

		if (of == NULL && others != NULL && prb_json_kind(others) == PRB_JSON_OBJECT)
			of = others;
		if (of == NULL)
			fail_msg("%s: the member \"%s\" is not described", name, prb_json_name(m));
		else
			check_fits(prb_json_name(m), m, of, open);
	}
}

static void
check_fits(const char *name, const struct prb_json *value, const struct prb_json *schema, bool open)
{
	if (prb_json_member(follow(schema), "type") == NULL &&
		prb_json_member(follow(schema), "anyOf") == NULL)
		return; /* what may be anything, or is neither text nor JSON */
	schema = choose(name, value, follow(schema));
	if (!is_of_type(value, prb_json_string(member(schema, "type"))))
		fail_msg("%s: described as %.*s, is %s", name,
			PRB_SPAN_ARGS(prb_json_string(member(schema, "type"))),
			prb_json_kind_name(prb_json_kind(value)));
	switch (prb_json_kind(value)) {
	case PRB_JSON_STRING:
		check_words(name, value, schema);
		break;
	case PRB_JSON_NUMBER:
		check_bounds(name, value, schema);
		break;
	case PRB_JSON_ARRAY:
		check_items(name, value, schema, open);
		break;
	case PRB_JSON_OBJECT:
		check_members(name, value, schema, open);
		break;
	default:
		break;
	}
}

static void
check_answer(const char *schema_name, prb_handler handler, const char *query, const char *param)
{
	const struct prb_exchange *x = desk_ask(handler, query, param);
	const struct prb_json *json;
	struct prb_arena *arena = prb_arena_create((size_t)1 << 24);
	struct prb_fault fault;

	assert_int_equal(x->reply.status, 200);
	assert_int_equal(prb_json_parse(arena, prb_str_span(&x->reply.body),
				 PRB_REPLY_BODY_BYTES_MAX, &fault, &json),
		PRB_OK);
	check_fits(schema_name, json, schema_of(schema_name), false);
	prb_arena_destroy(arena);
}

static void
answers_fit_their_schemas(void **state)
{
	(void)state;
	check_answer("product_answer", prb_handle_products, "hs=6109&origin=BGD", NULL);
	check_answer("product_answer", prb_handle_products, "gtin=4006381333931", NULL);
	check_answer("country", prb_handle_country, NULL, "CHN");
	check_answer("indicators_answer", prb_handle_indicators, NULL, NULL);
	check_answer("lists_answer", prb_handle_lists, NULL, NULL);
	check_answer("data_answer", prb_handle_data, NULL, NULL);
	check_answer("entities_answer", prb_handle_entities, "q=Taepyung+Salt+Farm", NULL);
	check_answer("entities_answer", prb_handle_entities, "q=nobody&country=CHE", NULL);
	check_answer("entity_answer", prb_handle_entity, NULL, "brazil-001");
}

/* Every member of an example is in the answer that the server gives, and of the same kind. */
static void
compare(const char *name, const struct prb_json *example, const struct prb_json *answer)
{
	if (prb_json_kind(example) != prb_json_kind(answer))
		fail_msg("%s: the example has %s, the answer %s", name,
			prb_json_kind_name(prb_json_kind(example)),
			prb_json_kind_name(prb_json_kind(answer)));
	if (prb_json_kind(example) == PRB_JSON_OBJECT)
		for (const struct prb_json *m = prb_json_first(example); m; m = prb_json_next(m))
			compare(prb_json_name(m), m, member(answer, prb_json_name(m)));
	else if (prb_json_kind(example) == PRB_JSON_ARRAY && prb_json_first(example) != NULL) {
		assert_non_null(prb_json_first(answer));
		compare(name, prb_json_first(example), prb_json_first(answer));
	}
}

/* What the parameters' own examples ask for. */
static void
ask_as_described(const struct prb_json *operation, struct prb_str *query, char param[64])
{
	const struct prb_json *list = prb_json_member(operation, "parameters");

	for (const struct prb_json *p = list ? prb_json_first(list) : NULL; p;
		p = prb_json_next(p)) {
		const struct prb_json *example = member(p, "example");
		struct prb_span value = PRB_SPAN_NONE;
		int64_t number = 0;
		char digits[24];

		if (prb_json_kind(example) == PRB_JSON_STRING) {
			value = prb_json_string(example);
		} else {
			assert_true(prb_json_int(example, &number));
			(void)snprintf(digits, sizeof digits, "%" PRId64, number);
			value = prb_span_of(digits);
		}

		if (prb_span_is(prb_json_string(member(p, "in")), "path")) {
			assert_true(value.n < 64);
			memcpy(param, value.p, value.n);
			param[value.n] = '\0';
		} else if (prb_span_is(prb_json_string(member(p, "in")), "query")) {
			prb_str_addf(query, "%s%.*s=%.*s", query->n > 0 ? "&" : "",
				PRB_SPAN_ARGS(prb_json_string(member(p, "name"))),
				PRB_SPAN_ARGS(value));
		}
	}
}

static void
examples_are_like_answers(void **state)
{
	static const struct {
		const char *path;
		prb_handler handler;
	} rows[] = {
		{"/v1/products", prb_handle_products},
		{"/v1/countries/{iso3}", prb_handle_country},
		{"/v1/indicators", prb_handle_indicators},
		{"/v1/lists", prb_handle_lists},
		{"/v1/data", prb_handle_data},
		{"/v1/entities", prb_handle_entities},
		{"/v1/entities/{id}", prb_handle_entity},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct prb_json *operation =
			member(member(member(document, "paths"), rows[i].path), "get");
		const struct prb_json *example = member(
			member(member(member(member(operation, "responses"), "200"), "content"),
				PRB_TYPE_JSON),
			"example");
		struct prb_arena *arena = prb_arena_create((size_t)1 << 24);
		const struct prb_exchange *x;
		const struct prb_json *answer;
		struct prb_fault fault;
		struct prb_str query;
		char param[64] = "";

		prb_str_init(&query, 4096);
		ask_as_described(operation, &query, param);
		x = desk_ask(rows[i].handler, query.p, param);
		assert_int_equal(x->reply.status, 200);
		assert_int_equal(prb_json_parse(arena, prb_str_span(&x->reply.body),
					 PRB_REPLY_BODY_BYTES_MAX, &fault, &answer),
			PRB_OK);
		compare(rows[i].path, example, answer);
		prb_str_finish(&query);
		prb_arena_destroy(arena);
	}
}

/*
 * Reports, as the server makes them.
 */

static struct prb_span declaration;
static bool decides; /* whatever is possible is decided, by turns the same and different */

static enum prb_err
find_decided(void *context, struct prb_span hit, struct prb_decided *out)
{
	static bool turn;

	(void)context;
	assert_true(hit.n > 0);
	strcpy(out->id, "01937f2a-7c1b-7c3e-9a54-0d6f3c2b1a91");
	strcpy(out->at, "2026-06-30T12:00:00Z");
	turn = !turn;
	out->decision = turn ? PRB_HIT_MATCH : PRB_HIT_DIFFERENT;
	return PRB_OK;
}

static enum prb_handled
report_or_problem(struct prb_exchange *x)
{
	static const struct prb_decision_source source = {
		.find = find_decided, .sha256 = prb_store_sha256};
	const struct prb_result *result;
	enum prb_err err;

	prb_gatherer_decide(x->desk->gatherer, decides ? &source : NULL);
	err = prb_scored(x, declaration, NULL, NULL, &result);
	if (err != PRB_OK)
		return prb_refuse(x, err, NULL);
	prb_report_write(x->arena, result, &x->reply.body);
	return prb_answer(x, 200, PRB_TYPE_JSON);
}

/* Stands until the next call. */
static const struct prb_json *
answer_to(struct prb_span text_of_declaration, int status)
{
	const struct prb_exchange *x;
	const struct prb_json *json;
	struct prb_fault fault;

	declaration = text_of_declaration;
	x = desk_ask(report_or_problem, NULL, NULL);
	if (x->reply.status != status)
		fail_msg("%.*s", PRB_SPAN_ARGS(prb_str_span(&x->reply.body)));
	prb_arena_reset(answers);
	assert_int_equal(prb_json_parse(answers, prb_str_span(&x->reply.body),
				 PRB_REPLY_BODY_BYTES_MAX, &fault, &json),
		PRB_OK);
	return json;
}

/* Between them they have something in every list of a report that is not empty in this version, and
 * nearly every member that may be left out. */
static const char *const rich[] = {
	"{\"controls\":[{\"control\":\"free_movement\",\"evidence\":\"verified\"},{\"control\":"
	"\"wage_records\",\"evidence\":\"claimed\"}],\"declarant\":\"supplier\",\"destination_"
	"markets\":[\"US\",\"EU\"],\"findings\":[{"
	"\"date\":"
	"\"2026-02-01\",\"indicator\":\"retention_of_identity_documents\",\"reference\":\"a note\","
	"\"reply\":\"an "
	"answer\",\"site\":\"a\",\"source\":\"worker\",\"state\":\"present\"},{\"date\":"
	"\"2026-03-01\",\"item\":\"CD14\",\"source\":\"self\",\"state\":\"present\"},{\"date\":"
	"\"2026-03-02\",\"indicator\":\"isolation\",\"source\":\"self\",\"state\":\"absent\"},{"
	"\"date\":"
	"\"2025-03-02\",\"indicator\":\"debt_bondage\",\"remediation\":{\"date\":\"2025-09-01\","
	"\"source\":"
	"\"authority\",\"state\":\"verified\"},\"source\":\"ngo\",\"state\":\"present\"},{"
	"\"indicator\":"
	"\"deception\",\"source\":\"media\",\"state\":\"present\"}],\"products\":[{\"description\":"
	"\"cotton "
	"t-shirts\",\"inputs\":[{\"hs\":\"5201\",\"origin\":\"TKM\"}]},{\"hs\":\"2501\",\"origin\":"
	"\"South "
	"Korea\"}],\"sites\":[{\"city\":\"Urumqi\",\"country\":\"CHN\",\"id\":\"a\"},{\"country\":"
	"\"MYS\",\"id\":\"b\"}],\"supplier\":{\"city\":\"Urumqi\",\"country\":\"China\",\"name\":"
	"\"Taepyung Salt Farm\"},\"workforce\":{\"labour_transfer\":\"no\",\"migrant\":0,"
	"\"recruitment_fees\":\"employer_pays\",\"total\":300}}",
	"{\"products\":[{\"hs\":\"2501\",\"origin\":\"KOR\"}],\"supplier\":{\"country\":\"KOR\","
	"\"name\":"
	"\"Taepyung Salt Farm\"},\"workforce\":{\"prison_labour\":\"private_party\",\"total\":3}}",
	"{\"supplier\":{\"country\":\"SAU\",\"name\":\"Example Works\"}}",
	"{\"supplier\":{\"country\":\"SAU\",\"name\":\"Example Works\"},\"upstream\":[{\"product\":"
	"\"salt\",\"share\":0.5,\"supplier\":{\"country\":\"BGD\",\"name\":\"B\"},\"upstream\":[{"
	"\"supplier\":{\"country\":\"KOR\",\"name\":\"Taepyung Salt Farm\"}}]},"
	"{\"declaration\":\"1\"},{\"declaration\":\"2\"},{\"declaration\":\"3\"},"
	"{\"declaration\":\"4\"},{\"declaration\":\"5\"},{\"declaration\":\"6\"},"
	"{\"declaration\":\"7\"},{\"declaration\":\"8\"},{\"declaration\":\"9\"},"
	"{\"declaration\":\"10\"},{\"declaration\":\"11\"}]}",
};

static const struct prb_json *
first_item(const struct prb_json *object, const char *list)
{
	const struct prb_json *first = prb_json_first(member(object, list));

	if (first == NULL)
		fail_msg("nothing in \"%s\"", list);
	return first;
}

static void
every_member_of_a_report(void **state)
{
	static const char *const filled[] = {"assumptions", "decision_table", "indicators",
		"listings", "lists_searched", "next_questions", "notes", "reasons", "referrals",
		"regulations", "remediation", "unconfirmed"};
	const struct prb_json *report;

	(void)state;
	for (size_t i = 1; i < sizeof rich / sizeof rich[0]; i++)
		check_fits(
			"report", answer_to(prb_span_of(rich[i]), 200), schema_of("report"), false);
	(void)first_item(
		answer_to(prb_span_of(rich[sizeof rich / sizeof rich[0] - 1]), 200), "upstream");
	report = answer_to(prb_span_of(rich[0]), 200);
	check_fits("report", report, schema_of("report"), false);
	for (size_t i = 0; i < sizeof filled / sizeof filled[0]; i++)
		(void)first_item(report, filled[i]);
	(void)first_item(member(report, "determination"), "state_imposed_scopes");
	(void)first_item(member(report, "exposure"), "each");
	(void)member(member(report, "exposure"), "site");
	(void)member(member(report, "supplier"), "region_basis");
}

static void
every_member_of_decisions(void **state)
{
	static const char *const possible[] = {
		"{\"supplier\":{\"country\":\"CHE\",\"name\":\"Taepyung Salt Farm\"}}",
		"{\"supplier\":{\"country\":\"CHE\",\"name\":\"Baoding LYSZD Trade and Business "
		"Co., "
		"Ltd.\"},\"upstream\":[{\"supplier\":{\"country\":\"CHE\",\"name\":\"Taepyung Salt "
		"Farm\"}}]}"};
	const struct prb_decision_text text_of_one = {.by = PRB_SPAN("b"),
		.decided_at = PRB_SPAN("2026-06-30T12:00:00Z"),
		.declaration = PRB_SPAN("01937f2a-7c1b-7c3e-9a54-0d6f3c2b1a8f"),
		.pointer = PRB_SPAN("/supplier/name"),
		.reason = PRB_SPAN("r"),
		.country = PRB_SPAN("CHE"),
		.city = PRB_SPAN("Zug"),
		.name = PRB_SPAN("n"),
		.id = PRB_SPAN("01937f2a-7c1b-7c3e-9a54-0d6f3c2b1a91"),
		.verdict = PRB_VERDICT_SAME};
	const struct prb_stored_decision stored = {.tenant = PRB_TENANT_OPEN};
	const struct prb_json *json;
	struct prb_fault fault;
	struct prb_writer w;
	struct prb_str out;

	(void)state;
	decides = true;
	for (size_t i = 0; i < sizeof possible / sizeof possible[0]; i++) {
		json = answer_to(prb_span_of(possible[i]), 200);
		check_fits("report", json, schema_of("report"), false);
		(void)first_item(json, "decisions");
		(void)member(first_item(json, "listings"), "decided");
	}
	decides = false;
	prb_str_init(&out, 4096);
	prb_writer_init(&w, &out);
	prb_decision_text_answer(&w, &text_of_one, &stored);
	prb_arena_reset(answers);
	assert_int_equal(prb_json_parse(answers, prb_str_span(&out), 4096, &fault, &json), PRB_OK);
	check_fits("decision", json, schema_of("decision"), false);
	prb_str_finish(&out);
}

static void
every_member_of_a_problem(void **state)
{
	const struct prb_json *problem;

	(void)state;
	problem = answer_to(PRB_SPAN("{\"supplier\":{\"country\":7}}"), 422);
	check_fits("problem", problem, schema_of("problem"), false);
	(void)member(first_item(problem, "errors"), "pointer");
	problem = answer_to(PRB_SPAN("{\"supplier\":"), 400);
	check_fits("problem", problem, schema_of("problem"), false);
	(void)member(first_item(problem, "errors"), "offset");
}

static void
the_report_is_the_example_s(void **state)
{
	const struct prb_json *operation =
		member(member(member(document, "paths"), "/v1/screenings"), "post");
	const struct prb_json *example = member(
		member(member(response_of(operation, "200"), "content"), PRB_TYPE_JSON), "example");

	(void)state;
	compare("report", example, answer_to(prb_openapi_declaration(), 200));
}

/* Wherever an example stands beside a schema. */
static size_t
check_examples(const char *name, const struct prb_json *value)
{
	enum prb_json_kind kind = prb_json_kind(value);
	const struct prb_json *example = NULL, *schema = NULL;
	size_t count = 0;

	if (kind != PRB_JSON_OBJECT && kind != PRB_JSON_ARRAY)
		return 0;
	if (kind == PRB_JSON_OBJECT) {
		example = prb_json_member(value, "example");
		schema = prb_json_member(value, "schema");
	}
	if (example != NULL && schema != NULL) {
		check_fits(name, example, schema, true);
		return 1;
	}
	for (const struct prb_json *i = prb_json_first(value); i; i = prb_json_next(i))
		count += check_examples(kind == PRB_JSON_OBJECT ? prb_json_name(i) : name, i);
	return count;
}

static void
examples_fit_their_schemas(void **state)
{
	(void)state;
	assert_true(check_examples("document", document) > 30);
}

static void
it_is_served(void **state)
{
	const struct prb_exchange *x = desk_ask(prb_handle_openapi, NULL, NULL);

	(void)state;
	assert_int_equal(x->reply.status, 200);
	assert_true(prb_span_equal(prb_str_span(&x->reply.body), prb_str_span(&text)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_route),
		cmocka_unit_test(every_member_of_a_declaration),
		cmocka_unit_test(every_reference_leads_somewhere),
		cmocka_unit_test(the_example_is_taken),
		cmocka_unit_test(it_is_served),
		cmocka_unit_test(parameters_have_their_bounds),
		cmocka_unit_test(a_stored_declaration_is_located),
		cmocka_unit_test(every_member_of_a_report),
		cmocka_unit_test(every_member_of_decisions),
		cmocka_unit_test(every_member_of_a_problem),
		cmocka_unit_test(the_report_is_the_example_s),
		cmocka_unit_test(examples_fit_their_schemas),
		cmocka_unit_test(answers_fit_their_schemas),
		cmocka_unit_test(examples_are_like_answers),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
