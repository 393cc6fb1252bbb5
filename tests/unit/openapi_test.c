/* SPDX-License-Identifier: Apache-2.0 */
/* The description of the interface: every route and every member is in it, and it fits together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "scoring/model/declaration.h"
#include "service/handlers/openapi.h"
#include "tests/unit/handlers_reference.h"

static struct prb_str text;
static const struct prb_json *document;

static int
set_up(void **state)
{
	(void)state;
	desk_open();
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
	prb_str_finish(&text);
	desk_close();
	return 0;
}

static const struct prb_json *
member(const struct prb_json *object, const char *name)
{
	const struct prb_json *value = prb_json_member(object, name);

	if (value == NULL)
		fail_msg("no member \"%s\"", name);
	return value;
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
		const struct prb_json *operation = member(
			member(member(document, "paths"), rows[i].path), lower(rows[i].method));

		assert_true(prb_span_is(
			prb_json_string(member(operation, "operationId")), rows[i].operation));
		assert_int_equal(prb_json_size(member(operation, "security")),
			strcmp(rows[i].access, "CALLER") == 0);
		assert_int_equal(prb_json_member(operation, "requestBody") != NULL,
			strcmp(rows[i].body, "NONE") != 0);
		for (const char *p = rows[i].path; (p = strchr(p, '{')) != NULL; p++)
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
		if (field->shape != NULL)
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

/* An answer has the members that its schema requires, and no others. */
static void
check_answer(const char *schema_name, prb_handler handler, const char *query, const char *param)
{
	const struct prb_exchange *x = desk_ask(handler, query, param);
	const struct prb_json *schema = schema_of(schema_name), *json;
	struct prb_arena *arena = prb_arena_create((size_t)1 << 24);
	struct prb_fault fault;

	assert_int_equal(x->reply.status, 200);
	assert_int_equal(prb_json_parse(arena, prb_str_span(&x->reply.body),
				 PRB_REPLY_BODY_BYTES_MAX, &fault, &json),
		PRB_OK);
	for (const struct prb_json *r = prb_json_first(member(schema, "required")); r;
		r = prb_json_next(r))
		(void)member(json, prb_json_string(r).p);
	for (const struct prb_json *m = prb_json_first(json); m; m = prb_json_next(m))
		(void)member(member(schema, "properties"), prb_json_name(m));
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
		struct prb_span value = prb_json_string(member(p, "example"));

		if (prb_span_is(prb_json_string(member(p, "in")), "path")) {
			assert_true(value.n < 64);
			memcpy(param, value.p, value.n);
			param[value.n] = '\0';
		} else {
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
		cmocka_unit_test(answers_fit_their_schemas),
		cmocka_unit_test(examples_are_like_answers),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
