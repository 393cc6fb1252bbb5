/* SPDX-License-Identifier: Apache-2.0 */
#include "service/handlers/openapi.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/handlers/handler.h"
#include "service/handlers/openapi_examples.h"
#include "service/handlers/openapi_parts.h"
#include "service/handlers/problem_page.h"

struct route {
	const char *method, *path;
	enum prb_access_scope scope;
	const char *operation, *what;
};

static const struct route routes[] = {
#define PRB_ROUTE(method, path, handler, body, scope, cache, operation, what)                      \
	{#method, path, PRB_SCOPE_##scope, operation, what},
#include "service/handlers/routes.def"
#undef PRB_ROUTE
};

static const struct {
	const char *tag, *what;
} tags[] = {
#define PRB_OA_TAG(tag, what) {tag, what},
#include "service/handlers/openapi.def"
};

static const struct operation {
	const char *operation, *tag, *description;
} operations[] = {
#define PRB_OA_OPERATION(operation, tag, description) {operation, tag, description},
#include "service/handlers/openapi.def"
};

static const struct parameter {
	const char *operation, *in, *name;
	bool required;
	const char *type, *what, *example;
} parameters[] = {
#define PRB_OA_PARAMETER(operation, in, name, required, type, what, example)                       \
	{operation, in, name, required, type, what, example},
#include "service/handlers/openapi.def"
};

static const struct body {
	const char *operation, *media, *type, *example;
} bodies[] = {
#define PRB_OA_BODY(operation, media, type, example) {operation, media, type, example},
#include "service/handlers/openapi.def"
};

static const struct answer {
	const char *operation, *status, *media, *type, *what, *example;
} answers[] = {
#define PRB_OA_ANSWER(operation, status, media, type, what, example)                               \
	{operation, status, media, type, what, example},
#include "service/handlers/openapi.def"
};

static const struct {
	const char *operation, *status;
} refusals[] = {
#define PRB_OA_REFUSAL(operation, status) {operation, status},
#include "service/handlers/openapi.def"
};

static const struct {
	const char *name, *type, *what;
} headers[] = {
#define PRB_OA_HEADER(name, type, what) {name, type, what},
#include "service/handlers/openapi.def"
};

static const struct {
	const char *of, *status, *header;
} sends[] = {
#define PRB_OA_SENDS(of, status, header) {of, status, header},
#include "service/handlers/openapi.def"
};

/* Headers that stand in every answer whose status names them. */
static const char *const surely[] = {
#define PRB_OA_ALWAYS(header) header,
#include "service/handlers/openapi.def"
};

static const struct {
	const char *name, *what;
} scopes[] = {
#define PRB_SCOPE(name, wire, what) {wire, what},
#include "service/access/scopes.def"
#undef PRB_SCOPE
};

#define STATUS_MAX 600
#define SCOPES_BYTES_MAX 4096
#define PATH_BYTES_MAX 96
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What every address may answer, whatever it is asked. */
static const char *const always[] = {"400", "401", "404", "405", "408", "413", "414", "417", "421",
	"429", "431", "501", "503", "505"};

#define RESPONSES "#/components/responses/"
#define HEADERS "#/components/headers/"

static bool
same(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static void
write_media(struct prb_writer *w, const char *media, const char *type, const char *example)
{
	prb_writer_key(w, media);
	prb_writer_object(w);
	if (example[0] != '\0') {
		prb_writer_key(w, "example");
		prb_writer_raw(w, prb_span_of(example));
	}
	prb_writer_key(w, "schema");
	prb_oa_type(w, type, "");
	prb_writer_end(w);
}

/* A parameter that takes the rest of the path is "{name...}" in the route table. OpenAPI knows
 * none: it stands as "{name}", with x-segments: many. */
static bool
takes_rest(const char *name)
{
	size_t n = strlen(name);

	return n > 3 && same(name + n - 3, "...");
}

static void
write_parameter_name(struct prb_writer *w, const char *name)
{
	struct prb_span bare = prb_span_of(name);

	if (takes_rest(name))
		bare.n -= 3;
	prb_writer_member_string(w, "name", bare);
}

static void
write_parameters(struct prb_writer *w, const char *operation)
{
	bool any = false;

	for (size_t i = 0; i < COUNT(parameters); i++) {
		const struct parameter *p = &parameters[i];

		if (!same(p->operation, operation))
			continue;
		if (!any) {
			prb_writer_key(w, "parameters");
			prb_writer_array(w);
		}
		any = true;
		prb_writer_object(w);
		prb_writer_member_text(w, "description", p->what);
		prb_writer_key(w, "example");
		prb_writer_raw(w, prb_span_of(p->example));
		prb_writer_member_text(w, "in", p->in);
		write_parameter_name(w, p->name);
		prb_writer_member_bool(w, "required", p->required);
		prb_writer_key(w, "schema");
		prb_oa_type(w, p->type, "");
		if (takes_rest(p->name))
			prb_writer_member_text(w, "x-segments", "many");
		prb_writer_end(w);
	}
	if (any)
		prb_writer_end(w);
}

static void
write_body(struct prb_writer *w, const char *operation)
{
	bool any = false;

	for (size_t i = 0; i < COUNT(bodies); i++) {
		if (!same(bodies[i].operation, operation))
			continue;
		if (!any) {
			prb_writer_key(w, "requestBody");
			prb_writer_object(w);
			prb_writer_key(w, "content");
			prb_writer_object(w);
		}
		any = true;
		write_media(w, bodies[i].media, bodies[i].type, bodies[i].example);
	}
	if (!any)
		return;
	prb_writer_end(w);
	prb_writer_member_bool(w, "required", true);
	prb_writer_end(w);
}

static void
write_ref(struct prb_writer *w, const char *where, const char *name)
{
	char ref[96];

	(void)snprintf(ref, sizeof(ref), "%s%s", where, name);
	prb_writer_object(w);
	prb_writer_member_text(w, "$ref", ref);
	prb_writer_end(w);
}

/* Whether row i speaks of a status of this route; NULL: of every route. */
static bool
is_sent(size_t i, const struct route *route, const char *status)
{
	if (!same(sends[i].status, "*") && !same(sends[i].status, status))
		return false;
	return same(sends[i].of, "*") ||
	       (route != NULL &&
		       (same(sends[i].of, route->method) || same(sends[i].of, route->operation)));
}

static void
write_headers(struct prb_writer *w, const struct route *route, const char *status)
{
	const char *last = NULL;

	for (size_t i = 0; i < COUNT(sends); i++) {
		if (!is_sent(i, route, status) || (last != NULL && same(last, sends[i].header)))
			continue;
		if (last == NULL) {
			prb_writer_key(w, "headers");
			prb_writer_object(w);
		}
		last = sends[i].header;
		prb_writer_key(w, sends[i].header);
		write_ref(w, HEADERS, sends[i].header);
	}
	if (last != NULL)
		prb_writer_end(w);
}

/* The media types of one status; the first row has the words. False where there is no such answer.
 */
static bool
write_answer(struct prb_writer *w, const struct route *route, const char *status)
{
	const char *what = NULL;

	for (size_t i = 0; i < COUNT(answers); i++) {
		const struct answer *a = &answers[i];

		if (!same(a->operation, route->operation) || !same(a->status, status))
			continue;
		if (what == NULL) {
			prb_writer_key(w, status);
			prb_writer_object(w);
			prb_writer_key(w, "content");
			prb_writer_object(w);
			what = a->what;
		}
		write_media(w, a->media, a->type, a->example);
	}
	if (what == NULL)
		return false;
	prb_writer_end(w);
	prb_writer_member_text(w, "description", what);
	write_headers(w, route, status);
	prb_writer_end(w);
	return true;
}

static bool
may_refuse(const struct route *route, const char *status)
{
	if (route->scope != PRB_SCOPE_ANYONE && same(status, "403"))
		return true;
	for (size_t i = 0; i < COUNT(always); i++)
		if (same(always[i], status))
			return true;
	for (size_t i = 0; i < COUNT(refusals); i++)
		if ((same(refusals[i].operation, route->operation) ||
			    same(refusals[i].operation, route->method)) &&
			same(refusals[i].status, status))
			return true;
	return false;
}

/* What people come to: a problem there is a page where the browser wants one. */
static bool
is_page(const struct route *route)
{
	return prb_is_page_address(prb_span_of(route->path));
}

/* What is answered without a row of its own: 304 to a GET, and problems. */
static void
write_other_answer(struct prb_writer *w, const struct route *route, const char *status)
{
	char name[32];

	if (same(status, "304") && same(route->method, "GET")) {
		prb_writer_key(w, status);
		write_ref(w, RESPONSES, "not-modified");
	} else if (may_refuse(route, status)) {
		(void)snprintf(
			name, sizeof(name), "%sproblem-%s", is_page(route) ? "page-" : "", status);
		prb_writer_key(w, status);
		write_ref(w, RESPONSES, name);
	}
}

static void
write_responses(struct prb_writer *w, const struct route *route)
{
	/* The writer keeps the names it was given, so that each needs memory of its own. */
	char texts[STATUS_MAX][16];

	prb_writer_key(w, "responses");
	prb_writer_object(w);
	for (int status = 200; status < STATUS_MAX; status++) {
		(void)snprintf(texts[status], sizeof(texts[0]), "%d", status);
		if (!write_answer(w, route, texts[status]))
			write_other_answer(w, route, texts[status]);
	}
	prb_writer_end(w);
}

static const struct operation *
find_operation(const char *operation)
{
	for (size_t i = 0; i < COUNT(operations); i++)
		if (same(operations[i].operation, operation))
			return &operations[i];
	return NULL;
}

static void
write_security(struct prb_writer *w, enum prb_access_scope scope)
{
	static const char *const schemes[] = {"certificate", "key"};

	prb_writer_key(w, "security");
	prb_writer_array(w);
	for (size_t i = 0; i < COUNT(schemes) && scope != PRB_SCOPE_ANYONE; i++) {
		prb_writer_object(w);
		prb_writer_key(w, schemes[i]);
		prb_writer_array(w);
		prb_writer_end(w);
		prb_writer_end(w);
	}
	prb_writer_end(w);
}

static void
write_operation(struct prb_writer *w, const struct route *route)
{
	const struct operation *operation = find_operation(route->operation);

	assert(operation != NULL);
	prb_writer_object(w);
	prb_writer_member_text(w, "description", operation->description);
	prb_writer_member_text(w, "operationId", route->operation);
	write_parameters(w, route->operation);
	write_body(w, route->operation);
	write_responses(w, route);
	write_security(w, route->scope);
	prb_writer_member_text(w, "summary", route->what);
	prb_writer_key(w, "tags");
	prb_writer_array(w);
	prb_writer_text(w, operation->tag);
	prb_writer_end(w);
	if (route->scope != PRB_SCOPE_ANYONE)
		prb_writer_member_text(w, "x-scope", prb_scope_name(route->scope));
	prb_writer_end(w);
}

/* By path, then by method. */
static int
compare_routes(const void *a, const void *b)
{
	const struct route *const *x = a, *const *y = b;
	int order = strcmp((*x)->path, (*y)->path);

	return order != 0 ? order : strcmp((*x)->method, (*y)->method);
}

static const char *
lower(const char *method)
{
	return same(method, "GET") ? "get" : same(method, "POST") ? "post" : "delete";
}

/* "/log/tile/{tile...}" without its dots. */
static void
bare_path(const char *path, char out[PATH_BYTES_MAX])
{
	size_t n = 0;

	for (const char *p = path; *p != '\0' && n < PATH_BYTES_MAX - 1; p++)
		if (p[0] != '.' || p[1] != '.' || p[2] != '.')
			out[n++] = *p;
		else
			p += 2;
	out[n] = '\0';
}

static void
write_paths(struct prb_writer *w)
{
	const struct route *sorted[COUNT(routes)];
	/* The writer keeps the names it was given. */
	char paths[COUNT(routes)][PATH_BYTES_MAX];

	for (size_t i = 0; i < COUNT(routes); i++)
		sorted[i] = &routes[i];
	qsort(sorted, COUNT(routes), sizeof(sorted[0]), compare_routes);
	prb_writer_key(w, "paths");
	prb_writer_object(w);
	for (size_t i = 0; i < COUNT(routes);) {
		const char *path = sorted[i]->path;

		bare_path(path, paths[i]);
		prb_writer_key(w, paths[i]);
		prb_writer_object(w);
		for (; i < COUNT(routes) && same(sorted[i]->path, path); i++) {
			prb_writer_key(w, lower(sorted[i]->method));
			write_operation(w, sorted[i]);
		}
		prb_writer_end(w);
	}
	prb_writer_end(w);
}

/*
 * Problems: a response for each status of errors.def.
 */

/* The names of the problems of a status, for its description; false where there is none. */
static bool
problems_of(int status, char *out, size_t room)
{
	size_t n = 0;

	for (int err = PRB_OK + 1; err < PRB_ERR_COUNT; err++)
		if (prb_err_status((enum prb_err)err) == status && n < room)
			n += (size_t)snprintf(out + n, room - n, "%s%s",
				n > 0 ? ", " : "Problems: ", prb_err_wire((enum prb_err)err));
	return n > 0;
}

static enum prb_err
first_of(int status)
{
	int err = PRB_OK + 1;

	while (prb_err_status((enum prb_err)err) != status)
		err++;
	return (enum prb_err)err;
}

static void
write_problem_example(struct prb_writer *w, int status)
{
	enum prb_err err = first_of(status);
	char type[64];

	(void)snprintf(type, sizeof(type), "/problems/%s", prb_err_wire(err));
	prb_writer_key(w, "example");
	prb_writer_object(w);
	prb_writer_member_text(w, "detail", prb_err_title(err));
	prb_writer_member_text(w, "instance", "urn:uuid:01937f2a-7c1b-7c3e-9a54-0d6f3c2b1a8e");
	prb_writer_member_int(w, "status", status);
	prb_writer_member_text(w, "title", prb_err_title(err));
	prb_writer_member_text(w, "type", type);
	prb_writer_end(w);
}

static void
write_problem(struct prb_writer *w, int status, const char *problems, bool of_page)
{
	const struct route page = {.method = "", .operation = "page-problem"};
	char text[16];

	(void)snprintf(text, sizeof(text), "%d", status);
	prb_writer_object(w);
	prb_writer_key(w, "content");
	prb_writer_object(w);
	prb_writer_key(w, PRB_TYPE_PROBLEM);
	prb_writer_object(w);
	write_problem_example(w, status);
	prb_writer_key(w, "schema");
	prb_oa_type(w, "ref problem", "");
	prb_writer_end(w);
	if (of_page)
		write_media(w, "text/html", "html", "");
	prb_writer_end(w);
	prb_writer_member_text(w, "description", problems);
	write_headers(w, of_page ? &page : NULL, text);
	prb_writer_end(w);
}

/* Only those that some operation refers to: a description without loose ends. */
static bool
is_used(int status, bool by_pages)
{
	char text[16];

	(void)snprintf(text, sizeof(text), "%d", status);
	for (size_t i = 0; i < COUNT(routes); i++)
		if (is_page(&routes[i]) == by_pages && may_refuse(&routes[i], text))
			return true;
	return false;
}

/* The one answer that every GET shares; the headers are those of any GET. */
static void
write_not_modified(struct prb_writer *w)
{
	const struct route get = {.method = "GET", .operation = ""};

	prb_writer_key(w, "not-modified");
	prb_writer_object(w);
	prb_writer_member_text(w, "description",
		"The ETag that the request has in If-None-Match is still that of the body; no body "
		"is sent.");
	write_headers(w, &get, "304");
	prb_writer_end(w);
}

static bool
is_surely(const char *header)
{
	for (size_t i = 0; i < COUNT(surely); i++)
		if (same(surely[i], header))
			return true;
	return false;
}

static void
write_shared_headers(struct prb_writer *w)
{
	prb_writer_key(w, "headers");
	prb_writer_object(w);
	for (size_t i = 0; i < COUNT(headers); i++) {
		prb_writer_key(w, headers[i].name);
		prb_writer_object(w);
		prb_writer_member_text(w, "description", headers[i].what);
		prb_writer_member_bool(w, "required", is_surely(headers[i].name));
		prb_writer_key(w, "schema");
		prb_oa_type(w, headers[i].type, "");
		prb_writer_end(w);
	}
	prb_writer_end(w);
}

/* The names are the writer's, until it is done. */
static void
write_problems(struct prb_writer *w, bool of_pages, char names[STATUS_MAX][32])
{
	char problems[1024];

	for (int status = 400; status < STATUS_MAX; status++) {
		if (!is_used(status, of_pages) || !problems_of(status, problems, sizeof(problems)))
			continue;
		(void)snprintf(names[status], sizeof(names[0]), "%sproblem-%d",
			of_pages ? "page-" : "", status);
		prb_writer_key(w, names[status]);
		write_problem(w, status, problems, of_pages);
	}
}

static void
write_shared_responses(struct prb_writer *w)
{
	char of_pages[STATUS_MAX][32], others[STATUS_MAX][32];

	prb_writer_key(w, "responses");
	prb_writer_object(w);
	write_not_modified(w);
	write_problems(w, true, of_pages);
	write_problems(w, false, others);
	prb_writer_end(w);
}

/* One line for each scope, for the description. */
static void
write_scopes(struct prb_str *out)
{
	prb_str_add_text(out,
		"A key of this server, prb_..., belongs to one organisation and has one role, "
		"which gives the most scopes that it may have. An operation names the scope that "
		"it "
		"needs. No key is needed where the server runs with [auth] mode = open. Scopes: ");
	for (int i = 0; i < PRB_SCOPES; i++)
		prb_str_addf(out, "%s%s (%s)", i > 0 ? ", " : "", scopes[i].name, scopes[i].what);
	prb_str_add_char(out, '.');
}

static void
write_security_schemes(struct prb_writer *w)
{
	struct prb_str text;

	prb_str_init(&text, SCOPES_BYTES_MAX);
	write_scopes(&text);
	prb_writer_key(w, "securitySchemes");
	prb_writer_object(w);
	prb_writer_key(w, "certificate");
	prb_writer_object(w);
	prb_writer_member_text(w, "description",
		"A client certificate that was registered like a key, by the SHA-256 of its DER "
		"form; where the server itself speaks TLS.");
	prb_writer_member_text(w, "type", "mutualTLS");
	prb_writer_end(w);
	prb_writer_key(w, "key");
	prb_writer_object(w);
	prb_writer_member_string(w, "description", prb_str_span(&text));
	prb_writer_member_text(w, "scheme", "bearer");
	prb_writer_member_text(w, "type", "http");
	prb_writer_end(w);
	prb_writer_end(w);
	if (text.failed)
		w->out->failed = true;
	prb_str_finish(&text);
}

static void
write_components(struct prb_writer *w)
{
	prb_writer_key(w, "components");
	prb_writer_object(w);
	write_shared_headers(w);
	write_shared_responses(w);
	prb_oa_schemas(w);
	write_security_schemes(w);
	prb_writer_end(w);
}

static void
write_info(struct prb_writer *w)
{
	prb_writer_key(w, "info");
	prb_writer_object(w);
	prb_writer_key(w, "contact");
	prb_writer_object(w);
	prb_writer_member_text(w, "name", "Who runs this server");
	prb_writer_end(w);
	prb_writer_member_text(w, "description",
		"Scores suppliers for the risk of forced labour by rules of the International "
		"Labour "
		"Organization and answers with an explained report under a signature. A rating is "
		"no "
		"finding of law and not, by itself, a ground for exclusion. Every path that takes "
		"GET "
		"takes HEAD as well, with the same answer but its body; every path takes OPTIONS, "
		"with 204 and the methods in Allow. A GET that is answered with 200 has an ETag. "
		"Every refusal is a problem (RFC 9457).");
	prb_writer_key(w, "license");
	prb_writer_object(w);
	prb_writer_member_text(w, "identifier", "Apache-2.0");
	prb_writer_member_text(w, "name", "Apache License 2.0");
	prb_writer_end(w);
	prb_writer_member_text(w, "title", "probity");
	prb_writer_member_text(w, "version", PROBITY_VERSION);
	prb_writer_end(w);
}

static void
write_tags(struct prb_writer *w)
{
	prb_writer_key(w, "tags");
	prb_writer_array(w);
	for (size_t i = 0; i < COUNT(tags); i++) {
		prb_writer_object(w);
		prb_writer_member_text(w, "description", tags[i].what);
		prb_writer_member_text(w, "name", tags[i].tag);
		prb_writer_end(w);
	}
	prb_writer_end(w);
}

void
prb_openapi_write(struct prb_str *out)
{
	struct prb_writer w;

	prb_writer_init(&w, out);
	prb_writer_object(&w);
	write_components(&w);
	write_info(&w);
	prb_writer_member_text(&w, "openapi", "3.1.0");
	write_paths(&w);
	prb_writer_key(&w, "servers");
	prb_writer_array(&w);
	prb_writer_object(&w);
	prb_writer_member_text(&w, "description",
		"Local, staging or production: the server that gave this description.");
	prb_writer_member_text(&w, "url", "/");
	prb_writer_member_bool(&w, "x-internal", false);
	prb_writer_end(&w);
	prb_writer_end(&w);
	write_tags(&w);
	prb_writer_end(&w);
}

struct prb_span
prb_openapi_declaration(void)
{
	for (size_t i = 0; i < COUNT(bodies); i++)
		if (same(bodies[i].operation, "createDeclaration"))
			return prb_span_of(bodies[i].example);
	return PRB_SPAN_NONE;
}

enum prb_handled
prb_handle_openapi(struct prb_exchange *x)
{
	prb_str_add_span(&x->reply.body, x->service->openapi);
	return prb_answer(x, 200, PRB_TYPE_JSON);
}
