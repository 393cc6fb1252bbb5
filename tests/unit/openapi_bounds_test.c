/* SPDX-License-Identifier: Apache-2.0 */
/* What the description says that a request may hold is what the server takes: each bound is sent as
 * it is stated, and one over. */
#include "tests/unit/access_scene.h"

#include <stdio.h>
#include <string.h>

#include "scoring/base/jcs.h"
#include "service/handlers/openapi.h"
#include "service/http/message.h"
#include "tests/unit/json_member.h"

#define BODY_BYTES_MAX ((size_t)64 * 1024)
#define OUT_OF_RANGE "/problems/out-of-range"
#define ANY_PROBLEM "/problems/"
#define DESCRIPTION_BYTES_MAX ((size_t)16 * 1024 * 1024)

static struct prb_arena *arena;
static struct prb_str description;
static const struct prb_json *document;
static struct scene_key keys[PRB_ROLE_ADMIN + 1];

/* One member, somewhere in a request. */
struct place {
	const char *path, *operation;
	enum prb_access_scope scope;
	const struct prb_json *example; /* of the whole body */
	const char *outer, *name;       /* "/outer/name", or "/name" where outer is NULL */
};

static size_t tried; /* bounds */

static int
set_up(void **state)
{
	struct prb_stored_organisation organisation;

	(void)state;
	scene_open();
	scene.now_ms = SCENE_NOW_MS;
	organisation = scene_organisation("First");
	for (int role = PRB_ROLE_SUPPLIER; role <= PRB_ROLE_ADMIN; role++)
		keys[role] = scene_key(organisation.tenant, PRB_CALLER_KEY, (enum prb_role)role);
	arena = prb_arena_create((size_t)64 << 20);
	prb_str_init(&description, DESCRIPTION_BYTES_MAX);
	prb_openapi_write(&description);
	assert_int_equal(
		prb_json_parse(arena, prb_str_span(&description), description.n, NULL, &document),
		PRB_OK);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	prb_str_finish(&description);
	prb_arena_destroy(arena);
	scene_close();
	return 0;
}

/* The operator has no key. */
static const char *
token_for(enum prb_access_scope scope)
{
	scene.peer.listener =
		scope == PRB_SCOPE_OPERATE ? PRB_LISTENER_OPERATOR : PRB_LISTENER_PUBLIC;
	if (scope == PRB_SCOPE_OPERATE)
		return NULL;
	if (scope == PRB_SCOPE_AUDIT)
		return keys[PRB_ROLE_AUDITOR].token;
	return scope == PRB_SCOPE_ADMIN || scope == PRB_SCOPE_INVITE ? keys[PRB_ROLE_ADMIN].token
								     : keys[PRB_ROLE_COMPANY].token;
}

/* The object with `name` in it said as `value`, raw; PRB_SPAN_NONE keeps all as it is. */
static void
write_with(
	struct prb_str *out, const struct prb_json *object, const char *name, struct prb_span value)
{
	bool first = true;

	prb_str_add_char(out, '{');
	for (const struct prb_json *m = object ? prb_json_first(object) : NULL; m;
		m = prb_json_next(m)) {
		if (strcmp(prb_json_name(m), name) == 0)
			continue;
		prb_str_addf(out, "%s\"%s\":", first ? "" : ",", prb_json_name(m));
		prb_jcs_write(arena, m, out);
		first = false;
	}
	prb_str_addf(out, "%s\"%s\":", first ? "" : ",", name);
	prb_str_add_span(out, value);
	prb_str_add_char(out, '}');
}

static void
write_body(struct prb_str *out, const struct place *at, struct prb_span value)
{
	const struct prb_json *inner = NULL;
	struct prb_str text;

	if (at->outer == NULL) {
		write_with(out, at->example, at->name, value);
		return;
	}
	if (at->example != NULL)
		inner = prb_json_member(at->example, at->outer);
	if (inner != NULL && prb_json_kind(inner) != PRB_JSON_OBJECT)
		inner = NULL;
	prb_str_init(&text, BODY_BYTES_MAX);
	write_with(&text, inner, at->name, value);
	write_with(out, at->example, at->outer, prb_str_span(&text));
	assert_false(text.failed);
	prb_str_finish(&text);
}

/* Whether the last answer names this place, or one in it. */
static bool
is_named(const struct place *at)
{
	char inside[128], itself[128];

	(void)snprintf(itself, sizeof itself, "\"pointer\":\"%s%s/%s\"", at->outer ? "/" : "",
		at->outer ? at->outer : "", at->name);
	(void)snprintf(inside, sizeof inside, "\"pointer\":\"%s%s/%s/", at->outer ? "/" : "",
		at->outer ? at->outer : "", at->name);
	prb_str_add_char(&scene.body, '\0');
	scene.body.n--;
	return strstr(scene.body.p, itself) != NULL || strstr(scene.body.p, inside) != NULL;
}

/* Whether the server takes that value there, whatever it says about the rest; `problem` is how it
 * says that it does not. */
static bool
is_taken(const struct place *at, struct prb_span value, const char *problem)
{
	char target[128];
	size_t before = strcspn(at->path, "{");
	struct prb_str body;
	int status;

	(void)snprintf(target, sizeof target, "%.*s%s%s", (int)before, at->path,
		at->path[before] != '\0' ? "01937f2a-7c1b-7c3e-9a54-0d6f3c2b1a70" : "",
		at->path[before] != '\0' ? at->path + before + strcspn(at->path + before, "}") + 1
					 : "");
	prb_str_init(&body, BODY_BYTES_MAX);
	write_body(&body, at, value);
	prb_str_add_char(&body, '\0');
	assert_false(body.failed);
	status = scene_ask(token_for(at->scope), "POST", target, body.p, NULL);
	prb_str_finish(&body);
	if (status == 401 || status == 403 || status == 415 || status == 0)
		fail_msg("%s: answered with %d", at->operation, status);
	return status != 422 || !is_named(at) || strstr(scene.body.p, problem) == NULL;
}

static void
check(const struct place *at, struct prb_span value, bool wanted, const char *what,
	const char *problem)
{
	if (is_taken(at, value, problem) != wanted)
		fail_msg("%s: %s%s%s %s is %s: %.200s", at->operation, at->outer ? at->outer : "",
			at->outer ? "/" : "", at->name, what, wanted ? "refused" : "taken",
			scene.body.p);
	tried++;
}

static void
check_number(const struct place *at, int64_t number, bool wanted)
{
	char text[32];

	(void)snprintf(text, sizeof text, "%lld", (long long)number);
	check(at, prb_span_of(text), wanted, text, OUT_OF_RANGE);
}

/* A line of letters, in quotes. */
static void
check_length(const struct place *at, int64_t n, bool wanted)
{
	struct prb_str text;
	char what[48];

	(void)snprintf(what, sizeof what, "of %lld bytes", (long long)n);
	prb_str_init(&text, (size_t)n + 2);
	prb_str_add_char(&text, '"');
	for (int64_t i = 0; i < n; i++)
		prb_str_add_char(&text, 'a');
	prb_str_add_char(&text, '"');
	assert_false(text.failed);
	check(at, prb_str_span(&text), wanted, what, OUT_OF_RANGE);
	prb_str_finish(&text);
}

/* A list with that many of the words, from the first; the ones beyond stand there again. */
static void
check_items(const struct place *at, const struct prb_json *words, int64_t n, bool wanted)
{
	const struct prb_json *word = prb_json_first(words);
	struct prb_str text;
	char what[48];

	(void)snprintf(what, sizeof what, "with %lld items", (long long)n);
	prb_str_init(&text, 4096);
	prb_str_add_char(&text, '[');
	for (int64_t i = 0; i < n; i++) {
		if (i > 0)
			prb_str_add_char(&text, ',');
		prb_jcs_write(arena, word, &text);
		word = prb_json_next(word) ? prb_json_next(word) : prb_json_first(words);
	}
	prb_str_add_char(&text, ']');
	check(at, prb_str_span(&text), wanted, what, ANY_PROBLEM);
	prb_str_finish(&text);
}

static void
check_words(const struct place *at, const struct prb_json *words)
{
	struct prb_str text;

	check(at, PRB_SPAN("\"no such word\""), false, "no such word", ANY_PROBLEM);
	for (const struct prb_json *word = prb_json_first(words); word;
		word = prb_json_next(word)) {
		/* It is said of evidence, and the example is of a hit. */
		if (prb_span_is(prb_json_string(word), "confirmed"))
			continue;
		prb_str_init(&text, 256);
		prb_jcs_write(arena, word, &text);
		check(at, prb_str_span(&text), true, "a word of it", ANY_PROBLEM);
		prb_str_finish(&text);
	}
}

static void
check_list(const struct place *at, const struct prb_json *schema)
{
	const struct prb_json *words = member(member(schema, "items"), "enum");
	int64_t min, max;

	assert_true(prb_json_int(member(schema, "minItems"), &min));
	assert_true(prb_json_int(member(schema, "maxItems"), &max));
	check(at, PRB_SPAN("[\"no such word\"]"), false, "no such word", ANY_PROBLEM);
	if (min > 0)
		check_items(at, words, min - 1, false);
	check_items(at, words, max + 1, false);
	assert_true(prb_json_bool(member(schema, "uniqueItems")));
}

/* A member that says a format or a pattern is no matter of length. */
static bool
is_counted(const struct prb_json *schema)
{
	return prb_json_member(schema, "format") == NULL &&
	       prb_json_member(schema, "pattern") == NULL;
}

static const struct prb_json *
resolve(const struct prb_json *ref)
{
	struct prb_span name = prb_json_string(ref);
	char text[64];

	name.p += sizeof "#/components/schemas/" - 1;
	name.n -= sizeof "#/components/schemas/" - 1;
	(void)snprintf(text, sizeof text, "%.*s", (int)name.n, name.p);
	return member(member(member(document, "components"), "schemas"), text);
}

static void check_object(const struct place *at, const struct prb_json *schema);

static void
check_member(struct place at, const struct prb_json *schema)
{
	const struct prb_json *ref = prb_json_member(schema, "$ref");
	const struct prb_json *any = prb_json_member(schema, "anyOf");
	const struct prb_json *words = prb_json_member(schema, "enum");
	const struct prb_json *items = prb_json_member(schema, "items");
	const struct prb_json *longest = prb_json_member(schema, "maxLength");
	const struct prb_json *most = prb_json_member(schema, "maximum");
	int64_t max, min;

	if (ref != NULL) {
		struct place inside = at;

		assert_null(at.outer);
		inside.outer = at.name;
		check_object(&inside, resolve(ref));
	}
	for (const struct prb_json *one = any ? prb_json_first(any) : NULL; one;
		one = prb_json_next(one))
		check_member(at, one);
	if (words != NULL)
		check_words(&at, words);
	if (items != NULL)
		check_list(&at, schema);
	if (most != NULL) {
		assert_true(prb_json_int(most, &max));
		assert_true(prb_json_int(member(schema, "minimum"), &min));
		check_number(&at, max, true);
		check_number(&at, max + 1, false);
		check_number(&at, min, true);
		check_number(&at, min - 1, false);
	}
	if (longest != NULL && is_counted(schema)) {
		assert_true(prb_json_int(longest, &max));
		assert_true(prb_json_int(member(schema, "minLength"), &min));
		check_length(&at, max + 1, false);
		check_length(&at, min - 1, false);
		/* A certificate, a name and a pointer are looked at further. */
		if (prb_json_member(schema, "description") == NULL ||
			strcmp(at.name, "certificate") != 0)
			check_length(&at, max, true);
	}
}

static void
check_object(const struct place *at, const struct prb_json *schema)
{
	const struct prb_json *properties = member(schema, "properties");

	for (const struct prb_json *p = prb_json_first(properties); p; p = prb_json_next(p)) {
		struct place inside = *at;

		inside.name = prb_json_name(p);
		check_member(inside, p);
	}
}

/* Declarations are described by the table that they are read by; what /v1/verify is given it
 * reports on, and refuses nothing. */
static bool
is_read_otherwise(const char *operation)
{
	return strcmp(operation, "createDeclaration") == 0 ||
	       strcmp(operation, "createScreening") == 0 ||
	       strcmp(operation, "verifyAttestation") == 0;
}

static void
stated_bounds_hold(void **state)
{
	static const struct {
		const char *path, *operation;
		bool has_body;
		enum prb_access_scope scope;
	} routes[] = {
#define NONE false
#define WHOLE true
#define STREAM true
#define PRB_ROUTE(method, path, handler, body, access, cache, operation, what)                     \
	{path, operation, body, PRB_SCOPE_##access},
#include "service/handlers/routes.def"
#undef PRB_ROUTE
	};

	(void)state;
	for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++) {
		const struct prb_json *media;

		if (!routes[i].has_body || is_read_otherwise(routes[i].operation))
			continue;
		media = member(
			member(member(member(member(member(document, "paths"), routes[i].path),
					      "post"),
				       "requestBody"),
				"content"),
			"application/json");
		check_object(&(struct place){.path = routes[i].path,
				     .operation = routes[i].operation,
				     .scope = routes[i].scope,
				     /* A sealed message makes none. */
				     .example = prb_json_member(media, "example")},
			resolve(member(member(media, "schema"), "$ref")));
	}
	assert_true(tried > 60);
}

/*
 * Parameters of a query.
 */

/* One over the bound; "" where it has none of its own. What is no id is one that nobody has. */
static void
one_over(const struct prb_json *schema, struct prb_str *out)
{
	const struct prb_json *longest = prb_json_member(schema, "maxLength");
	const struct prb_json *most = prb_json_member(schema, "maximum");
	const struct prb_json *format = prb_json_member(schema, "format");
	int64_t max;

	if (format != NULL && prb_span_is(prb_json_string(format), "uuid"))
		return;
	if (most != NULL && prb_json_int(most, &max))
		prb_str_addf(out, "%lld", (long long)max + 1);
	else if (longest != NULL && prb_json_int(longest, &max) && max < PRB_TARGET_BYTES_MAX)
		for (int64_t i = 0; i <= max; i++)
			prb_str_add_char(out, '9');
}

static void
check_parameter(const struct place *at, const struct prb_json *schema)
{
	struct prb_str target, value;
	int status;

	/* A page says it beside its field: handlers_shop_test. */
	if (strcmp(at->operation, "getShopPage") == 0)
		return;
	prb_str_init(&target, BODY_BYTES_MAX);
	prb_str_init(&value, BODY_BYTES_MAX);
	one_over(schema, &value);
	prb_str_addf(&target, "%.*s%s?%s=%.*s", (int)strcspn(at->path, "{"), at->path,
		strchr(at->path, '{') ? "01937f2a-7c1b-7c3e-9a54-0d6f3c2b1a70" : "", at->name,
		(int)value.n, value.p ? value.p : "");
	prb_str_add_char(&target, '\0');
	assert_false(target.failed || value.failed);
	if (value.n != 0) {
		status = scene_ask(token_for(at->scope), "GET", target.p, NULL, NULL);
		if (status != 400)
			fail_msg("%s: %s is answered with %d", at->operation, target.p, status);
		tried++;
	}
	prb_str_finish(&target);
	prb_str_finish(&value);
}

static void
stated_bounds_of_queries_hold(void **state)
{
	static const struct {
		const char *method, *path, *operation;
		enum prb_access_scope scope;
	} routes[] = {
#define PRB_ROUTE(method, path, handler, body, access, cache, operation, what)                     \
	{#method, path, operation, PRB_SCOPE_##access},
#include "service/handlers/routes.def"
#undef PRB_ROUTE
	};

	(void)state;
	tried = 0;
	for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++) {
		const struct prb_json *list;

		/* The scene publishes no log, whose numbers are bounded by its size alone. */
		if (strcmp(routes[i].method, "GET") != 0 ||
			strncmp(routes[i].path, "/log/", 5) == 0)
			continue;
		list = prb_json_member(
			member(member(member(document, "paths"), routes[i].path), "get"),
			"parameters");
		for (const struct prb_json *p = list ? prb_json_first(list) : NULL; p;
			p = prb_json_next(p)) {
			char name[64];
			struct prb_span text = prb_json_string(member(p, "name"));

			if (!prb_span_is(prb_json_string(member(p, "in")), "query"))
				continue;
			(void)snprintf(name, sizeof name, "%.*s", (int)text.n, text.p);
			check_parameter(&(struct place){.path = routes[i].path,
						.operation = routes[i].operation,
						.scope = routes[i].scope,
						.name = name},
				member(p, "schema"));
		}
	}
	assert_true(tried > 15);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stated_bounds_hold),
		cmocka_unit_test(stated_bounds_of_queries_hold),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
