/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is let in, and what he finds: keys and their standing, every route with every role, every
 * stored thing of one organisation asked for with every key of another.
 */
#include "tests/unit/access_scene.h"

#include <stdio.h>
#include <string.h>

#include "scoring/base/jcs.h"

#define DECLARATION "{\"supplier\":{\"country\":\"BGD\",\"name\":\"Example Knitwear Ltd\"}}"
/* Of two entries, in a country that is not theirs: for a person to decide. */
#define NAME "Baoding LYSZD Trade and Business Co., Ltd."
#define DAY_MS INT64_C(86400000)
#define MINUTES_2_MS 120000
#define NOWHERE "01937f2a-7c1b-7c3e-9a54-0d6f3c2b1a8f"

static struct prb_stored_organisation first, second;

/* Each test has organisations of its own. */
static int
found(void **state)
{
	(void)state;
	memset(&scene.peer, 0, sizeof scene.peer);
	scene.fields = NULL;
	scene.service.auth_open = false;
	scene.now_ms = SCENE_NOW_MS;
	first = scene_organisation("First");
	second = scene_organisation("Second");
	return 0;
}

static const char *
path_of(const char *before, const char *id, const char *behind)
{
	static char text[256];

	(void)snprintf(text, sizeof text, "%s%s%s", before, id, behind);
	return text;
}

static void
expect(int wanted, const char *token, const char *method, const char *target, const char *body)
{
	int got = scene_ask(token, method, target, body, NULL);

	if (got != wanted)
		fail_msg("%s %s: %d, not %d: %.*s", method, target, got, wanted,
			PRB_SPAN_ARGS(prb_str_span(&scene.body)));
}

static bool
body_has(const char *text)
{
	prb_str_add_char(&scene.body, '\0');
	scene.body.n--;
	return strstr(scene.body.p, text) != NULL;
}

/*
 * Words and texts.
 */

static void
words(void **state)
{
	enum prb_access_scope scope;

	(void)state;
	for (size_t i = 0; i < prb_roles_count; i++) {
		assert_ptr_equal(prb_role_named(prb_span_of(prb_roles[i].name)), &prb_roles[i]);
		assert_ptr_equal(prb_role_of(prb_roles[i].role), &prb_roles[i]);
		/* The operator's socket alone. */
		assert_int_equal(prb_roles[i].scopes & PRB_SCOPE_BIT(OPERATE), 0);
	}
	assert_null(prb_role_named(PRB_SPAN("owner")));
	assert_null(prb_role_of(PRB_ROLE_NONE));
	for (enum prb_access_scope s = 0; s < PRB_SCOPES; s++) {
		assert_true(prb_scope_named(prb_span_of(prb_scope_name(s)), &scope));
		assert_int_equal(scope, s);
	}
	assert_false(prb_scope_named(PRB_SPAN("write"), &scope));
}

static void
tokens(void **state)
{
	static const char *const none[] = {"", "prb_",
		"prb_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"prb_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"PRB_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"prb_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
		"prb_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB",
		"prb_AAAAAAAAAAAAAAAAAAAA+AAAAAAAAAAAAAAAAAAAAAA",
		"prb_AAAAAAAAAAAAAAAAAAAA AAAAAAAAAAAAAAAAAAAAAA",
		"prb_AAAAAAAAAAAAAAAAAAAA\xe0"
		"AAAAAAAAAAAAAAAAAAAAAA"};
	char one[PRB_TOKEN_BYTES], two[PRB_TOKEN_BYTES];
	uint8_t hash[PRB_SHA256_BYTES] = {7}, again[PRB_SHA256_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
		assert_false(prb_token_hash(prb_span_of(none[i]), scene.service.sha256, hash));
		assert_int_equal(hash[0], 7);
	}
	prb_token_make(one);
	prb_token_make(two);
	assert_int_equal(strlen(one), PRB_TOKEN_CHARS);
	assert_string_not_equal(one, two);
	assert_true(prb_token_hash(prb_span_of(one), scene.service.sha256, hash));
	scene.service.sha256(again, one, strlen(one));
	assert_memory_equal(hash, again, sizeof hash);
}

/*
 * Keys.
 */

/* Refused like any key that is not known: the same bytes, whatever is wrong with it. */
static void
not_good(const char *token)
{
	static char wanted[1024];
	static size_t n;

	for (int i = 0; i < 2; i++) {
		const char *target = i == 0 ? "/v1/declarations" : "/v1/lists";

		expect(401, token, "GET", target, NULL);
		assert_true(prb_span_is(scene.exchange.reply.challenge,
			"Bearer realm=\"probity\", error=\"invalid_token\""));
		if (n == 0) {
			n = scene.body.n;
			assert_in_range(n, 1, sizeof wanted);
			memcpy(wanted, scene.body.p, n);
		}
		assert_int_equal(scene.body.n, n);
		assert_memory_equal(scene.body.p, wanted, n);
	}
}

static void
keys_that_are_not_good(void **state)
{
	struct scene_key key = scene_key(first.tenant, PRB_CALLER_KEY, PRB_ROLE_COMPANY);
	struct scene_key certificate =
		scene_key(first.tenant, PRB_CALLER_CERTIFICATE, PRB_ROLE_COMPANY);
	char other[PRB_TOKEN_BYTES];

	(void)state;
	prb_token_make(other);
	not_good(other);
	not_good("prb_short");
	not_good("x");
	/* A certificate's hash is no key's. */
	not_good(certificate.token);
	expect(200, key.token, "GET", "/v1/declarations", NULL);
	key.stored.expires = scene.now_ms / 1000;
	scene_put_key(&key);
	not_good(key.token);
	key.stored.expires++;
	scene_put_key(&key);
	expect(200, key.token, "GET", "/v1/declarations", NULL);
	scene_stand(&first, PRB_ORGANISATION_SUSPENDED);
	not_good(key.token);
	scene_stand(&first, PRB_ORGANISATION_ACTIVE);
	expect(200, key.token, "GET", "/v1/lists", NULL);
	key.stored.standing = PRB_API_KEY_REVOKED;
	scene_put_key(&key);
	not_good(key.token);
}

static void
fields_that_hold_no_key(void **state)
{
	static const struct {
		const char *fields;
		int status;
		const char *challenge;
	} rows[] = {
		{"", 401, "Bearer realm=\"probity\""},
		{"Authorization: Basic cHJiOnBhc3M=\r\n", 401, "Bearer realm=\"probity\""},
		{"Authorization: Bearer\r\n", 401, "Bearer realm=\"probity\""},
		{"Authorization:\r\n", 401, "Bearer realm=\"probity\""},
		{"Authorization: Bearer a\r\nAuthorization: Bearer b\r\n", 400, NULL},
		{"Authorization: Bearer \tx\r\n", 401,
			"Bearer realm=\"probity\", error=\"invalid_token\""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		scene.fields = rows[i].fields;
		expect(rows[i].status, NULL, "GET", "/v1/declarations", NULL);
		if (rows[i].challenge == NULL)
			assert_null(scene.exchange.reply.challenge.p);
		else
			assert_true(prb_span_is(scene.exchange.reply.challenge, rows[i].challenge));
		/* Where no key is needed, none is the one thing that is let in. */
		expect(i == 0 ? 200 : rows[i].status, NULL, "GET", "/v1/lists", NULL);
	}
}

static void
scheme_in_any_letters(void **state)
{
	struct scene_key key = scene_key(first.tenant, PRB_CALLER_KEY, PRB_ROLE_COMPANY);
	char fields[128];

	(void)state;
	(void)snprintf(fields, sizeof fields, "authorization: bEARER   %s\r\n", key.token);
	scene.fields = fields;
	expect(200, NULL, "GET", "/v1/declarations", NULL);
}

static void
certificates(void **state)
{
	struct scene_key certificate =
		scene_key(first.tenant, PRB_CALLER_CERTIFICATE, PRB_ROLE_COMPANY);
	struct scene_key key = scene_key(second.tenant, PRB_CALLER_KEY, PRB_ROLE_AUDITOR);

	(void)state;
	scene.peer.has_certificate = true;
	scene.peer.certificate_until = scene.now_ms / 1000;
	expect(401, NULL, "GET", "/v1/declarations", NULL);
	expect(200, NULL, "GET", "/v1/lists", NULL);
	memcpy(scene.peer.certificate_sha256, certificate.stored.sha256, PRB_SHA256_BYTES);
	expect(200, NULL, "GET", "/v1/declarations", NULL);
	assert_int_equal(scene.exchange.caller.kind, PRB_CALLER_CERTIFICATE);
	assert_int_equal(scene.exchange.caller.tenant, first.tenant);
	/* It ends while the connection lives on. */
	scene.peer.certificate_until--;
	expect(401, NULL, "GET", "/v1/declarations", NULL);
	assert_true(body_has("this address needs a key"));
	scene.peer.certificate_until++;
	/* Who sends a key means the key. */
	expect(200, key.token, "GET", "/v1/declarations", NULL);
	assert_int_equal(scene.exchange.caller.tenant, second.tenant);
	expect(401, "prb_x", "GET", "/v1/declarations", NULL);
	certificate.stored.standing = PRB_API_KEY_REVOKED;
	scene_put_key(&certificate);
	expect(401, NULL, "GET", "/v1/declarations", NULL);
	expect(200, NULL, "GET", "/v1/lists", NULL);
	memset(&scene.peer, 0, sizeof scene.peer);
	/* A key's hash is no certificate's. */
	scene.peer.has_certificate = true;
	scene.peer.certificate_until = scene.now_ms / 1000;
	memcpy(scene.peer.certificate_sha256, key.stored.sha256, PRB_SHA256_BYTES);
	expect(401, NULL, "GET", "/v1/declarations", NULL);
}

static void
open_mode(void **state)
{
	struct scene_key key = scene_key(first.tenant, PRB_CALLER_KEY, PRB_ROLE_AUDITOR);
	unsigned notes = scene.notes;

	(void)state;
	scene.service.auth_open = true;
	expect(200, NULL, "GET", "/v1/declarations", NULL);
	assert_int_equal(scene.exchange.caller.tenant, PRB_TENANT_OPEN);
	assert_int_equal(scene.notes, notes);
	expect(200, key.token, "GET", "/v1/declarations", NULL);
	assert_int_equal(scene.exchange.caller.tenant, first.tenant);
	expect(401, "prb_x", "GET", "/v1/declarations", NULL);
}

/* Scopes of a key count, and no more of them than its role has. */
static void
fewer_scopes(void **state)
{
	struct scene_key key = scene_key(first.tenant, PRB_CALLER_KEY, PRB_ROLE_COMPANY);
	struct scene_key wide = scene_key(first.tenant, PRB_CALLER_KEY, PRB_ROLE_SUPPLIER);

	(void)state;
	key.stored.scopes = PRB_SCOPE_BIT(MATCH);
	scene_put_key(&key);
	expect(403, key.token, "GET", "/v1/declarations", NULL);
	assert_true(body_has("the scope read, which this key of role company does not have"));
	assert_true(prb_span_is(scene.exchange.reply.challenge,
		"Bearer realm=\"probity\", error=\"insufficient_scope\", scope=\"read\""));
	assert_true(prb_span_is(prb_str_span(&scene.note),
		"{\"action\":\"refused\",\"route\":\"GET /v1/declarations\",\"scope\":\"read\"}"));
	assert_int_equal(scene.note_tenant, first.tenant);
	assert_memory_equal(&scene.note_caller.id, &key.stored.id, sizeof key.stored.id);
	expect(200, key.token, "GET", "/v1/entities?q=x", NULL);
	wide.stored.scopes = UINT32_MAX;
	scene_put_key(&wide);
	expect(403, wide.token, "GET", "/v1/entities?q=x", NULL);
}

static void
used_once_a_day(void **state)
{
	struct scene_key key = scene_key(first.tenant, PRB_CALLER_KEY, PRB_ROLE_COMPANY);
	unsigned uses = scene.uses;

	(void)state;
	for (int i = 0; i < 3; i++)
		expect(200, key.token, "GET", "/v1/lists", NULL);
	assert_int_equal(scene.uses, uses + 1);
	/* Known to the tables by now. */
	memset(scene.desk.used, 0, sizeof scene.desk.used);
	expect(200, key.token, "GET", "/v1/lists", NULL);
	assert_int_equal(scene.uses, uses + 1);
	scene.now_ms += DAY_MS;
	expect(200, key.token, "GET", "/v1/lists", NULL);
	assert_int_equal(scene.uses, uses + 2);
}

/*
 * Every route with every role.
 */

/* A path that the route's pattern takes. */
static const char *
sample_path(const struct prb_route *route)
{
	static char path[256];
	const char *brace = strchr(route->pattern, '{');

	if (brace == NULL)
		return route->pattern;
	(void)snprintf(path, sizeof path, "%.*s%s%s", (int)(brace - route->pattern), route->pattern,
		NOWHERE, strchr(brace, '}') + 1);
	return path;
}

static int
status_of(const char *token, const struct prb_route *route)
{
	bool is_post = route->method == PRB_METHOD_POST;
	int status;

	scene.admit_only = true;
	status = scene_ask(
		token, is_post ? "POST" : "GET", sample_path(route), is_post ? "{}" : NULL, NULL);
	scene.admit_only = false;
	return status;
}

static void
every_route_with_every_role(void **state)
{
	size_t refused = 0, admitted = 0;

	(void)state;
	for (size_t r = 0; r < prb_roles_count; r++) {
		struct scene_key key = scene_key(first.tenant, PRB_CALLER_KEY, prb_roles[r].role);

		for (size_t i = 0; i < prb_routes_count; i++) {
			const struct prb_route *route = &prb_routes[i];
			bool may = route->scope == PRB_SCOPE_ANYONE ||
				   (prb_roles[r].scopes >> route->scope & 1) != 0;
			int status = status_of(key.token, route);

			if (status != (may ? 0 : 403))
				fail_msg("%s %s as %s: %d", route->operation, route->pattern,
					prb_roles[r].name, status);
			*(may ? &admitted : &refused) += 1;
		}
	}
	assert_true(refused > 20 && admitted > 100);
	for (size_t i = 0; i < prb_routes_count; i++)
		assert_int_equal(status_of(NULL, &prb_routes[i]) == 401,
			prb_routes[i].scope != PRB_SCOPE_ANYONE);
}

static void
every_route_with_an_invitation(void **state)
{
	struct scene_key key = scene_key(first.tenant, PRB_CALLER_INVITATION, PRB_ROLE_SUPPLIER);

	(void)state;
	for (size_t i = 0; i < prb_routes_count; i++) {
		const struct prb_route *route = &prb_routes[i];
		bool may = route->scope == PRB_SCOPE_ANYONE || route->scope == PRB_SCOPE_DECLARE ||
			   route->scope == PRB_SCOPE_READ;

		assert_int_equal(status_of(key.token, route) == 403, !may);
	}
}

static void
every_route_for_the_operator(void **state)
{
	(void)state;
	scene.peer.listener = PRB_LISTENER_OPERATOR;
	for (size_t i = 0; i < prb_routes_count; i++) {
		enum prb_access_scope scope = prb_routes[i].scope;
		bool may = scope == PRB_SCOPE_ANYONE || scope == PRB_SCOPE_OPERATE ||
			   scope == PRB_SCOPE_ADMIN || scope == PRB_SCOPE_AUDIT ||
			   scope == PRB_SCOPE_REVOKE || scope == PRB_SCOPE_INVITE;

		assert_int_equal(status_of(NULL, &prb_routes[i]) == 403, !may);
		assert_int_equal(scene.exchange.caller.tenant, 0);
	}
}

/*
 * What is stored, and who finds it.
 */

struct stored {
	char declaration[PRB_UUID_BYTES], report[PRB_UUID_BYTES], attestation[PRB_UUID_BYTES];
};

static struct stored
declare(const char *token, const char *body)
{
	struct stored s;

	expect(201, token, "POST", "/v1/declarations", body);
	memcpy(s.declaration, scene.exchange.reply.location.p + strlen("/v1/declarations/"),
		PRB_UUID_BYTES - 1);
	s.declaration[PRB_UUID_BYTES - 1] = '\0';
	expect(200, token, "GET", path_of("/v1/declarations/", s.declaration, ""), NULL);
	memcpy(s.report, scene_member("report_id"), sizeof s.report);
	memcpy(s.attestation, scene_member("attestation_id"), sizeof s.attestation);
	return s;
}

/* A possible hit of the lists, decided; its id. */
static void
decide(const char *token, char id[PRB_UUID_BYTES])
{
	expect(201, token, "POST", "/v1/decisions",
		"{\"by\":\"A. Person\",\"decision\":\"different\",\"entity\":\"uflpa-001\","
		"\"reason\":\"another town\",\"subject\":{\"city\":\"Zug\",\"country\":\"CHE\","
		"\"name\":\"" NAME "\"}}");
	memcpy(id, scene.exchange.reply.location.p + strlen("/v1/decisions/"), PRB_UUID_BYTES - 1);
	id[PRB_UUID_BYTES - 1] = '\0';
}

/* The ways that lead to a stored thing: method, what stands before and behind its id in the path,
 * and in the body where the id stands there. */
struct way {
	const char *method, *before, *behind, *body;
	enum {
		DECLARATION_ID,
		REPORT_ID,
		ATTESTATION_ID,
		DECISION_ID,
		ORGANISATION_ID,
		KEY_ID,
		INVITATION_ID
	} of;
};
static const struct way ways[] = {
	{"GET", "/v1/declarations/", "", NULL, DECLARATION_ID},
	{"GET", "/v1/reports/", "", NULL, DECLARATION_ID},
	{"GET", "/v1/reports/", "", NULL, REPORT_ID},
	{"POST", "/v1/attestations", "", "{\"declaration\":\"%s\"}", DECLARATION_ID},
	{"POST", "/v1/attestations", "", "{\"report\":\"%s\"}", DECLARATION_ID},
	{"POST", "/v1/attestations", "", "{\"report\":\"%s\"}", REPORT_ID},
	{"GET", "/v1/attestations/", "/openings", NULL, ATTESTATION_ID},
	{"POST", "/v1/attestations/", "/revoke", "{\"reason\":\"withdrawn\"}", ATTESTATION_ID},
	{"GET", "/v1/decisions/", "", NULL, DECISION_ID},
	{"POST", "/v1/decisions", "",
		"{\"by\":\"A. Person\",\"decision\":\"same\",\"declaration\":\"%s\","
		"\"entity\":\"uflpa-001\",\"reason\":\"r\",\"subject\":\"/supplier/name\"}",
		DECLARATION_ID},
};

/* The same of what an organisation is managed by. */
static const struct way managing[] = {
	{"GET", "/v1/organisations/", "", NULL, ORGANISATION_ID},
	{"POST", "/v1/organisations/", "/erase", "{\"confirm\":\"First\"}", ORGANISATION_ID},
	{"GET", "/v1/keys?organisation=", "", NULL, ORGANISATION_ID},
	{"GET", "/v1/invitations?organisation=", "", NULL, ORGANISATION_ID},
	{"GET", "/v1/audit?organisation=", "", NULL, ORGANISATION_ID},
	{"POST", "/v1/keys", "", "{\"name\":\"k\",\"organisation\":\"%s\",\"role\":\"auditor\"}",
		ORGANISATION_ID},
	{"POST", "/v1/invitations", "", "{\"organisation\":\"%s\",\"supplier\":{\"name\":\"S\"}}",
		ORGANISATION_ID},
	{"GET", "/v1/keys/", "", NULL, KEY_ID},
	{"POST", "/v1/keys/", "/rotate", "{}", KEY_ID},
	{"POST", "/v1/keys/", "/revoke", "{}", KEY_ID},
	{"GET", "/v1/invitations/", "", NULL, INVITATION_ID},
	{"POST", "/v1/invitations/", "/revoke", "{}", INVITATION_ID},
};

/* Puts the id where the text has %s; whether it has it. */
static bool
put_id(char *out, size_t room, const char *text, const char *id)
{
	const char *at = strstr(text, "%s");

	if (at == NULL)
		(void)snprintf(out, room, "%s", text);
	else
		(void)snprintf(
			out, room, "%.*s%s%s", (int)(at - text), text, id, at + strlen("%s"));
	return at != NULL;
}

/* The status; the answer stands in scene.body. */
static int
go(const struct way *way, const char *token, const char *id)
{
	char target[256], body[512];
	bool in_body = way->body != NULL && put_id(body, sizeof body, way->body, id);

	(void)snprintf(
		target, sizeof target, "%s%s%s", way->before, in_body ? "" : id, way->behind);
	return scene_ask(token, way->method, target, way->body != NULL ? body : NULL, NULL);
}

/* The same bytes as for an id that nobody has. */
static void
finds_nothing(const struct way *way, const char *token, const char *id)
{
	char foreign[2048], unknown[2048];
	int status = go(way, token, id);
	size_t n = scene.body.n;

	if (status == 403)
		return;
	if (status != 404 && status != 422)
		fail_msg("%s %s%s%s: %d", way->method, way->before, id, way->behind, status);
	assert_true(n < sizeof foreign);
	memcpy(foreign, scene.body.p, n);
	assert_int_equal(go(way, token, NOWHERE), status);
	assert_int_equal(scene.body.n, n);
	memcpy(unknown, scene.body.p, n);
	assert_memory_equal(foreign, unknown, n);
}

static void
nothing_of_another_organisation(void **state)
{
	struct scene_key mine = scene_key(first.tenant, PRB_CALLER_KEY, PRB_ROLE_COMPANY);
	struct stored s = declare(mine.token, DECLARATION);
	char decision[PRB_UUID_BYTES];
	const char *ids[] = {s.declaration, s.report, s.attestation, decision};

	(void)state;
	decide(mine.token, decision);
	for (size_t r = 0; r < prb_roles_count; r++) {
		struct scene_key other =
			scene_key(second.tenant, PRB_CALLER_KEY, prb_roles[r].role);

		for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
			finds_nothing(&ways[i], other.token, ids[ways[i].of]);
		if ((prb_roles[r].scopes & PRB_SCOPE_BIT(READ)) == 0)
			continue;
		expect(200, other.token, "GET", "/v1/declarations", NULL);
		assert_true(prb_span_is(prb_str_span(&scene.body), "{\"items\":[],\"next\":null}"));
	}
	/* They are there all the same; the last way, of a party that meets nothing, aside. */
	for (size_t i = 0; i + 1 < sizeof ways / sizeof ways[0]; i++)
		assert_in_range(go(&ways[i], mine.token, ids[ways[i].of]), 200, 201);
	/* Anyone may have the attestation and its revocation. */
	expect(200, NULL, "GET", path_of("/v1/attestations/", s.attestation, ""), NULL);
	expect(200, NULL, "GET", path_of("/v1/attestations/", s.attestation, "/revocation"), NULL);
}

static void
nothing_that_another_is_managed_by(void **state)
{
	struct scene_key admin = scene_key(first.tenant, PRB_CALLER_KEY, PRB_ROLE_ADMIN);
	struct scene_key invited =
		scene_key(first.tenant, PRB_CALLER_INVITATION, PRB_ROLE_SUPPLIER);
	char organisation[PRB_UUID_BYTES], key[PRB_UUID_BYTES], invitation[PRB_UUID_BYTES];
	const char *ids[] = {NULL, NULL, NULL, NULL, organisation, key, invitation};

	(void)state;
	prb_id_text(&first.id, organisation);
	prb_id_text(&admin.stored.id, key);
	prb_id_text(&invited.stored.id, invitation);
	for (size_t r = 0; r < prb_roles_count; r++) {
		struct scene_key other =
			scene_key(second.tenant, PRB_CALLER_KEY, prb_roles[r].role);

		for (size_t i = 0; i < sizeof managing / sizeof managing[0]; i++)
			finds_nothing(&managing[i], other.token, ids[managing[i].of]);
	}
	for (size_t i = 0; i < sizeof managing / sizeof managing[0]; i++)
		if (managing[i].method[0] == 'G')
			assert_int_equal(go(&managing[i], admin.token, ids[managing[i].of]), 200);
}

/* Within the organisation, as far as roles.def says. */
static void
as_far_as_the_role_reaches(void **state)
{
	struct scene_key one = scene_key(first.tenant, PRB_CALLER_KEY, PRB_ROLE_SUPPLIER);
	struct scene_key next = scene_key(first.tenant, PRB_CALLER_KEY, PRB_ROLE_SUPPLIER);
	struct stored s = declare(one.token, DECLARATION);
	const char *ids[] = {s.declaration, s.report, s.attestation, NOWHERE};

	(void)state;
	for (size_t r = 0; r < prb_roles_count; r++) {
		struct scene_key other = scene_key(first.tenant, PRB_CALLER_KEY, prb_roles[r].role);
		bool reads = (prb_roles[r].scopes & PRB_SCOPE_BIT(READ)) != 0;

		for (size_t i = 0; reads && i < 3; i++)
			if ((i == 0 ? prb_roles[r].declarations : prb_roles[r].reports) ==
				PRB_REACH_OWN)
				finds_nothing(&ways[i], other.token, ids[ways[i].of]);
			else
				assert_int_equal(go(&ways[i], other.token, ids[ways[i].of]), 200);
	}
	finds_nothing(&ways[6], next.token, s.attestation);
	finds_nothing(&ways[7], next.token, s.attestation);
	/* A key that replaces it has its holder, and with it what is the holder's. */
	next.stored.holder = one.stored.holder;
	scene_put_key(&next);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(go(&ways[i], next.token, ids[ways[i].of]), 200);
	assert_int_equal(go(&ways[7], next.token, s.attestation), 200);
}

static void
the_operator_revokes_any(void **state)
{
	struct scene_key key = scene_key(first.tenant, PRB_CALLER_KEY, PRB_ROLE_COMPANY);
	struct stored s = declare(key.token, DECLARATION);

	(void)state;
	scene.peer.listener = PRB_LISTENER_OPERATOR;
	finds_nothing(&ways[7], NULL, NOWHERE);
	assert_int_equal(go(&ways[7], NULL, s.attestation), 200);
	expect(403, NULL, "GET", path_of("/v1/reports/", s.report, ""), NULL);
}

/* A declaration that refers to another organisation's is as one that refers to nothing. */
static void
references_stay_within(void **state)
{
	static const char bad[] =
		"{\"findings\":[{\"date\":\"2026-03-02\",\"indicator\":\"debt_bondage\","
		"\"source\":\"authority\",\"state\":\"present\"}],\"supplier\":{\"country\":"
		"\"BGD\",\"name\":\"Mill\"}}";
	static const char form[] =
		"{\"supplier\":{\"country\":\"BGD\",\"name\":\"Buyer\"},\"upstream\":[{"
		"\"declaration\":\"%s\",\"product\":\"cotton\",\"tier\":1}]}";
	struct scene_key theirs = scene_key(second.tenant, PRB_CALLER_KEY, PRB_ROLE_COMPANY);
	struct scene_key mine = scene_key(first.tenant, PRB_CALLER_KEY, PRB_ROLE_COMPANY);
	struct stored foreign = declare(theirs.token, bad), own = declare(mine.token, bad);
	const char *ids[] = {NOWHERE, foreign.declaration, own.declaration};
	char body[512];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		(void)snprintf(body, sizeof body, form, ids[i]);
		expect(200, mine.token, "POST", "/v1/screenings", body);
		assert_int_equal(body_has("\"upstream\":[{\"found\":false,\"path\""), i < 2);
	}
}

/* What one organisation decided is decided for itself alone. */
static void
decisions_stay_within(void **state)
{
	static const char hit[] = "/v1/entities?city=Zug&country=CHE&q=Baoding+LYSZD+Trade+and"
				  "+Business+Co.%2C+Ltd.";
	struct scene_key mine = scene_key(first.tenant, PRB_CALLER_KEY, PRB_ROLE_COMPANY);
	struct scene_key theirs = scene_key(second.tenant, PRB_CALLER_KEY, PRB_ROLE_COMPANY);
	char decision[PRB_UUID_BYTES];

	(void)state;
	decide(mine.token, decision);
	expect(200, mine.token, "GET", hit, NULL);
	assert_true(body_has(decision));
	expect(200, theirs.token, "GET", hit, NULL);
	assert_false(body_has(decision));
	expect(200, theirs.token, "GET", "/v1/decisions", NULL);
	assert_true(prb_span_is(prb_str_span(&scene.body), "{\"items\":[],\"next\":null}"));
	expect(400, theirs.token, "GET", path_of("/v1/decisions?cursor=", decision, ""), NULL);
}

/* One Idempotency-Key in the hands of two holders is two. */
static void
idempotency_keys_are_the_holders(void **state)
{
	struct scene_key a = scene_key(first.tenant, PRB_CALLER_KEY, PRB_ROLE_SUPPLIER);
	struct scene_key b = scene_key(first.tenant, PRB_CALLER_KEY, PRB_ROLE_SUPPLIER);
	struct scene_key c = scene_key(second.tenant, PRB_CALLER_KEY, PRB_ROLE_SUPPLIER);
	const char *tokens_of[] = {a.token, b.token, c.token};
	char ids[3][PRB_UUID_BYTES];

	(void)state;
	for (size_t again = 0; again < 2; again++)
		for (size_t i = 0; i < 3; i++) {
			assert_int_equal(scene_ask(tokens_of[i], "POST", "/v1/declarations",
						 DECLARATION, "one"),
				201);
			assert_int_equal(scene.exchange.reply.replayed, again == 1);
			if (again == 1)
				assert_memory_equal(ids[i], scene.exchange.reply.location.p + 17,
					PRB_UUID_BYTES - 1);
			else
				memcpy(ids[i], scene.exchange.reply.location.p + 17,
					PRB_UUID_BYTES - 1);
		}
	assert_int_equal(scene_ask(a.token, "POST", "/v1/declarations",
				 "{\"supplier\":{\"country\":\"BGD\",\"name\":\"B\"}}", "one"),
		422);
}

static void
invitations_are_used_up(void **state)
{
	struct scene_key key = scene_key(first.tenant, PRB_CALLER_INVITATION, PRB_ROLE_SUPPLIER);

	(void)state;
	key.stored.declarations_max = 2;
	scene_put_key(&key);
	assert_int_equal(
		scene_ask(key.token, "POST", "/v1/declarations", DECLARATION, "first"), 201);
	/* What is refused uses nothing up. */
	expect(422, key.token, "POST", "/v1/declarations", "{\"supplier\":{\"country\":\"BGD\"}}");
	expect(201, key.token, "POST", "/v1/declarations", DECLARATION);
	expect(409, key.token, "POST", "/v1/declarations", DECLARATION);
	assert_true(body_has("/problems/used-up"));
	assert_int_equal(
		scene_ask(key.token, "POST", "/v1/declarations", DECLARATION, "first"), 201);
	assert_true(scene.exchange.reply.replayed);
	expect(200, key.token, "GET", "/v1/declarations", NULL);
}

/*
 * Who says it.
 */

static void
declarants(void **state)
{
	static const struct {
		enum prb_role role;
		const char *said;   /* NULL: nothing */
		const char *stored; /* NULL: refused; "" left out, which is the company */
	} rows[] = {
		{PRB_ROLE_SUPPLIER, NULL, "supplier"},
		{PRB_ROLE_SUPPLIER, "supplier", "supplier"},
		{PRB_ROLE_SUPPLIER, "company", NULL},
		{PRB_ROLE_SUPPLIER, "officer", NULL},
		{PRB_ROLE_SUPPLIER, "auditor", NULL},
		{PRB_ROLE_COMPANY, NULL, ""},
		{PRB_ROLE_COMPANY, "company", "company"},
		{PRB_ROLE_COMPANY, "supplier", "supplier"},
		{PRB_ROLE_COMPANY, "auditor", NULL},
		{PRB_ROLE_OFFICER, NULL, "officer"},
		{PRB_ROLE_OFFICER, "supplier", "supplier"},
		{PRB_ROLE_OFFICER, "company", NULL},
		{PRB_ROLE_AUDITOR, NULL, "auditor"},
		{PRB_ROLE_AUDITOR, "auditor", "auditor"},
		{PRB_ROLE_AUDITOR, "officer", NULL},
	};
	char body[256];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct scene_key key = scene_key(first.tenant, PRB_CALLER_KEY, rows[i].role);
		const char *said = rows[i].said, *stored = rows[i].stored;

		(void)snprintf(body, sizeof body,
			" { %s%s%s\"supplier\":{\"country\":\"BGD\",\"name\":\"A\"}}",
			said != NULL ? "\"declarant\":\"" : "", said != NULL ? said : "",
			said != NULL ? "\"," : "");
		if (stored == NULL) {
			expect(422, key.token, "POST", "/v1/declarations", body);
			assert_true(body_has("\"pointer\":\"/declarant\""));
			continue;
		}
		(void)declare(key.token, body);
		assert_string_equal(scene_member("declarant"), stored);
	}
}

/* What a supplier said is not worth more because a company has it attested anew. */
static void
attested_anew_as_it_was_said(void **state)
{
	static const char absent[] =
		"{\"findings\":[{\"date\":\"2026-03-02\",\"indicator\":\"debt_bondage\","
		"\"source\":\"audit_unannounced\",\"state\":\"absent\"}],\"supplier\":{"
		"\"country\":\"BGD\",\"name\":\"Example Knitwear Ltd\"}}";
	struct scene_key supplier = scene_key(first.tenant, PRB_CALLER_KEY, PRB_ROLE_SUPPLIER);
	struct scene_key company = scene_key(first.tenant, PRB_CALLER_KEY, PRB_ROLE_COMPANY);
	struct stored s = declare(supplier.token, absent);
	char body[128];

	(void)state;
	(void)snprintf(body, sizeof body, "{\"declaration\":\"%s\"}", s.declaration);
	expect(201, company.token, "POST", "/v1/attestations", body);
	/* The same day, declaration and declarant: the same report. */
	expect(200, company.token, "GET", path_of("/v1/reports/", s.report, ""), NULL);
	assert_true(body_has(s.report));
	assert_true(body_has("\"unconfirmed\":["));
	assert_false(body_has("\"unconfirmed\":[]"));
}

/*
 * Lists.
 */

static void
pages(void **state)
{
	struct scene_key key = scene_key(first.tenant, PRB_CALLER_KEY, PRB_ROLE_OFFICER);
	struct scene_key auditor = scene_key(first.tenant, PRB_CALLER_KEY, PRB_ROLE_AUDITOR);
	char ids[5][PRB_UUID_BYTES], target[256];
	size_t seen = 0;

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		struct stored s = declare(key.token, DECLARATION);

		memcpy(ids[i], s.declaration, PRB_UUID_BYTES);
		scene.now_ms += DAY_MS;
	}
	(void)snprintf(target, sizeof target, "/v1/declarations?limit=2");
	while (target[0] != '\0') {
		struct prb_span link;
		const char *at;

		expect(200, key.token, "GET", target, NULL);
		assert_true(body_has("\"items\":["));
		at = scene.body.p;
		while ((at = strstr(at, ",\"id\":\"")) != NULL) {
			at += strlen(",\"id\":\"");
			assert_true(seen < 5);
			assert_memory_equal(at, ids[4 - seen], PRB_UUID_BYTES - 1);
			seen++;
		}
		link = scene.exchange.reply.link;
		assert_int_equal(link.p != NULL, !body_has("\"next\":null"));
		target[0] = '\0';
		if (link.p != NULL)
			(void)snprintf(target, sizeof target, "%.*s",
				(int)(strcspn(link.p, ">") - 1), link.p + 1);
	}
	assert_int_equal(seen, 5);
	/* The second and the third day. */
	expect(200, auditor.token, "GET", "/v1/declarations?from=2026-07-01&to=2026-07-03", NULL);
	assert_true(body_has(ids[1]) && body_has(ids[2]));
	assert_false(body_has(ids[0]) || body_has(ids[3]) || body_has(ids[4]));
	expect(200, auditor.token, "GET",
		"/v1/declarations?from=2026-07-04T12:00:00Z&limit=1&to=2027-01-01", NULL);
	assert_true(body_has(ids[4]) && body_has("\"next\":null"));
}

static void
reads_are_noted(void **state)
{
	struct scene_key key = scene_key(first.tenant, PRB_CALLER_KEY, PRB_ROLE_COMPANY);
	struct stored s = declare(key.token, DECLARATION);
	char wanted[256];
	const struct {
		const char *target, *object, *what;
	} rows[] = {
		{"/v1/declarations/", s.declaration, "declaration"},
		{"/v1/reports/", s.report, "report"},
	};
	unsigned notes;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		expect(200, key.token, "GET", path_of(rows[i].target, rows[i].object, ""), NULL);
		(void)snprintf(wanted, sizeof wanted,
			"{\"action\":\"read\",\"object\":\"%s\",\"what\":\"%s\"}", rows[i].object,
			rows[i].what);
		assert_true(prb_span_is(prb_str_span(&scene.note), wanted));
		assert_int_equal(scene.note_caller.kind, PRB_CALLER_KEY);
	}
	expect(200, key.token, "GET", path_of("/v1/attestations/", s.attestation, "/openings"),
		NULL);
	assert_non_null(strstr(scene.note.p, "openings"));
	expect(200, key.token, "GET", "/v1/declarations", NULL);
	assert_true(prb_span_is(
		prb_str_span(&scene.note), "{\"action\":\"read\",\"what\":\"declarations\"}"));
	/* What is public is nobody's business. */
	notes = scene.notes;
	expect(200, key.token, "GET", path_of("/v1/attestations/", s.attestation, ""), NULL);
	assert_int_equal(scene.notes, notes);
}

static void
the_note_is(const char *wanted, uint32_t tenant)
{
	if (!prb_span_is(prb_str_span(&scene.note), wanted))
		fail_msg("%.*s, not %s", PRB_SPAN_ARGS(prb_str_span(&scene.note)), wanted);
	assert_int_equal(scene.note_tenant, tenant);
}

/* In the trail of who asks, without the id: the same line for what is another's and for nobody's,
 * the first, second, fourth, eighth of a day. */
static void
asked_for_in_vain(void **state)
{
	struct scene_key mine = scene_key(first.tenant, PRB_CALLER_KEY, PRB_ROLE_COMPANY);
	struct stored s = declare(mine.token, DECLARATION);
	const int64_t began = scene.now_ms;
	unsigned told = 0;

	(void)state;
	for (int nobodys = 0; nobodys < 2; nobodys++) {
		struct scene_key other = scene_key(second.tenant, PRB_CALLER_KEY, PRB_ROLE_COMPANY);
		const char *id = nobodys ? NOWHERE : s.declaration;
		char wanted[128];

		for (unsigned n = 1, lines = 0; n <= 1024; n++) {
			unsigned notes = scene.notes;

			expect(404, other.token, "GET", path_of("/v1/reports/", id, ""), NULL);
			if ((n & (n - 1)) != 0) {
				assert_int_equal(scene.notes, notes);
				continue;
			}
			assert_int_equal(scene.notes, notes + 1);
			(void)snprintf(wanted, sizeof wanted,
				n <= 2 ? "{\"action\":\"not_found\",\"route\":\"GET "
					 "/v1/reports/{id}\"}"
				       : "{\"action\":\"not_found\",\"count\":%u,\"route\":"
					 "\"GET /v1/reports/{id}\"}",
				n / 2);
			the_note_is(wanted, second.tenant);
			assert_memory_equal(&scene.note_caller.id, &other.stored.id, PRB_ID_BYTES);
			told = ++lines;
		}
		assert_int_equal(told, 11);
		/* Another route has lines of its own, and so has the next day. */
		expect(404, other.token, "GET", path_of("/v1/declarations/", id, ""), NULL);
		the_note_is("{\"action\":\"not_found\",\"route\":\"GET /v1/declarations/{id}\"}",
			second.tenant);
		scene.now_ms += DAY_MS;
		expect(404, other.token, "GET", path_of("/v1/reports/", id, ""), NULL);
		the_note_is("{\"action\":\"not_found\",\"route\":\"GET /v1/reports/{id}\"}",
			second.tenant);
		scene.now_ms = began;
	}
}

/* Each way to an id, and each by which an organisation is managed. */
static void
every_way_in_vain(void **state)
{
	const struct {
		const struct way *ways;
		size_t count;
		enum prb_role role;
	} rows[] = {
		{ways, sizeof ways / sizeof ways[0], PRB_ROLE_COMPANY},
		{managing, sizeof managing / sizeof managing[0], PRB_ROLE_ADMIN},
	};

	(void)state;
	for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++)
		for (size_t i = 0; i < rows[r].count; i++) {
			struct scene_key key =
				scene_key(second.tenant, PRB_CALLER_KEY, rows[r].role);
			unsigned notes = scene.notes;

			if (go(&rows[r].ways[i], key.token, NOWHERE) == 403)
				continue;
			if (scene.notes != notes + 1)
				fail_msg("%s %s: %u", rows[r].ways[i].method,
					rows[r].ways[i].before, scene.notes - notes);
			assert_non_null(strstr(scene.note.p, "not_found"));
			assert_null(strstr(scene.note.p, NOWHERE));
		}
}

/* Lists are reads too, and so is what people set up; of a screening nothing else is kept. */
static void
lists_and_screenings_are_noted(void **state)
{
	struct scene_key admin = scene_key(first.tenant, PRB_CALLER_KEY, PRB_ROLE_ADMIN);
	struct scene_key company = scene_key(first.tenant, PRB_CALLER_KEY, PRB_ROLE_COMPANY);
	char decision[PRB_UUID_BYTES], target[64], wanted[128], body[1024];
	const struct {
		const char *token, *method, *target, *wanted;
	} rows[] = {
		{company.token, "GET", "/v1/decisions",
			"{\"action\":\"read\",\"what\":\"decisions\"}"},
		{company.token, "GET", target, wanted},
		{company.token, "POST", "/v1/screenings",
			"{\"action\":\"made\",\"what\":\"screening\"}"},
		{company.token, "GET", "/v1/invitations",
			"{\"action\":\"read\",\"what\":\"invitations\"}"},
		{admin.token, "GET", "/v1/keys", "{\"action\":\"read\",\"what\":\"keys\"}"},
	};

	(void)state;
	decide(company.token, decision);
	(void)snprintf(target, sizeof target, "/v1/decisions/%s", decision);
	(void)snprintf(wanted, sizeof wanted,
		"{\"action\":\"read\",\"object\":\"%s\",\"what\":\"decision\"}", decision);
	(void)snprintf(body, sizeof body, "%s", DECLARATION);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *sent = rows[i].method[0] == 'P' ? body : NULL;
		unsigned notes = scene.notes;

		scene.notes_full = true;
		expect(503, rows[i].token, rows[i].method, rows[i].target, sent);
		scene.notes_full = false;
		expect(200, rows[i].token, rows[i].method, rows[i].target, sent);
		assert_int_equal(scene.notes, notes + 1);
		the_note_is(rows[i].wanted, first.tenant);
	}
}

/* What does not go into the trail is in the next line. */
static void
no_room_for_what_is_in_vain(void **state)
{
	struct scene_key key = scene_key(first.tenant, PRB_CALLER_KEY, PRB_ROLE_COMPANY);

	(void)state;
	for (unsigned n = 1; n <= 8; n++) {
		scene.notes_full = n < 8;
		expect(404, key.token, "GET", "/v1/reports/" NOWHERE, NULL);
	}
	the_note_is("{\"action\":\"not_found\",\"count\":8,\"route\":\"GET /v1/reports/{id}\"}",
		first.tenant);
}

/* What the operator reads of an organisation is in that one's trail. */
static void
the_operator_reads(void **state)
{
	struct scene_key key = scene_key(first.tenant, PRB_CALLER_KEY, PRB_ROLE_COMPANY);
	struct scene_key invited =
		scene_key(first.tenant, PRB_CALLER_INVITATION, PRB_ROLE_SUPPLIER);
	char ids[2][PRB_UUID_BYTES], of[PRB_UUID_BYTES], target[256], wanted[256];
	const struct {
		const char *path, *id, *what;
	} rows[] = {{"/v1/keys", NULL, "keys"}, {"/v1/keys/", ids[0], "key"},
		{"/v1/invitations", NULL, "invitations"},
		{"/v1/invitations/", ids[1], "invitation"}, {"/v1/audit", NULL, "audit"}};

	(void)state;
	prb_id_text(&key.stored.id, ids[0]);
	prb_id_text(&invited.stored.id, ids[1]);
	prb_id_text(&first.id, of);
	scene.peer.listener = PRB_LISTENER_OPERATOR;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unsigned notes = scene.notes;

		(void)snprintf(target, sizeof target, "%s%s?organisation=%s", rows[i].path,
			rows[i].id != NULL ? rows[i].id : "", of);
		scene.notes_full = true;
		expect(503, NULL, "GET", target, NULL);
		scene.notes_full = false;
		expect(200, NULL, "GET", target, NULL);
		assert_int_equal(scene.notes, notes + 1);
		(void)snprintf(wanted, sizeof wanted, "{\"action\":\"read\",%s%s%s\"what\":\"%s\"}",
			rows[i].id != NULL ? "\"object\":\"" : "",
			rows[i].id != NULL ? rows[i].id : "", rows[i].id != NULL ? "\"," : "",
			rows[i].what);
		the_note_is(wanted, first.tenant);
		assert_int_equal(scene.note_caller.kind, PRB_CALLER_OPERATOR);
	}
	/* The server's own has no key to seal a line under. */
	scene.notes_full = true;
	expect(200, NULL, "GET", "/v1/audit", NULL);
	scene.notes_full = false;
}

/* What was stored in open mode becomes an organisation's: once, by the operator, and not while
 * anybody could store there. The last of the tests: of one scene it can be done once. */
static void
taken_over(void **state)
{
	static const char adopts[] = "{\"adopts_open\":true,\"name\":\"Third\"}";
	struct scene_key other = scene_key(first.tenant, PRB_CALLER_KEY, PRB_ROLE_AUDITOR);
	struct scene_key company, officer;
	struct stored s;
	char id[PRB_UUID_BYTES];

	(void)state;
	scene.service.auth_open = true;
	s = declare(NULL, DECLARATION);
	scene.peer.listener = PRB_LISTENER_OPERATOR;
	expect(409, NULL, "POST", "/v1/organisations", adopts);
	assert_true(body_has("/problems/not-adoptable"));
	assert_true(body_has("mode = required"));
	scene.service.auth_open = false;
	expect(422, NULL, "POST", "/v1/organisations", "{\"adopts_open\":1,\"name\":\"Third\"}");
	assert_true(body_has("/adopts_open"));
	expect(201, NULL, "POST", "/v1/organisations",
		"{\"adopts_open\":false,\"name\":\"Third\"}");
	expect(201, NULL, "POST", "/v1/organisations", adopts);
	(void)snprintf(id, sizeof id, "%s", scene_member("id"));
	expect(409, NULL, "POST", "/v1/organisations", adopts);
	assert_true(body_has(id));
	scene.peer.listener = PRB_LISTENER_PUBLIC;
	expect(401, NULL, "GET", path_of("/v1/declarations/", s.declaration, ""), NULL);

	company = scene_key(PRB_TENANT_OPEN, PRB_CALLER_KEY, PRB_ROLE_COMPANY);
	officer = scene_key(PRB_TENANT_OPEN, PRB_CALLER_KEY, PRB_ROLE_OFFICER);
	expect(200, company.token, "GET", path_of("/v1/declarations/", s.declaration, ""), NULL);
	expect(200, officer.token, "GET", path_of("/v1/reports/", s.report, ""), NULL);
	/* It was nobody's in particular. */
	expect(404, officer.token, "GET", path_of("/v1/declarations/", s.declaration, ""), NULL);
	expect(201, company.token, "POST", "/v1/declarations", DECLARATION);
	for (size_t i = 0; i < 4; i++)
		finds_nothing(
			&ways[i], other.token, ways[i].of == REPORT_ID ? s.report : s.declaration);

	scene.peer.listener = PRB_LISTENER_OPERATOR;
	expect(200, NULL, "POST", path_of("/v1/organisations/", id, "/erase"),
		"{\"confirm\":\"Third\"}");
	expect(409, NULL, "POST", "/v1/organisations", adopts);
	assert_true(body_has("which was erased"));
	scene.peer.listener = PRB_LISTENER_PUBLIC;
	expect(401, company.token, "GET", "/v1/declarations", NULL);
}

static size_t
lines_of(struct prb_span text)
{
	size_t lines = 0;

	for (size_t i = 0; i < text.n; i++)
		lines += text.p[i] == '\n';
	return lines;
}

/* Who reads the trail reads it once, in however many pages; as CSV they are as large as they may
 * be. */
static void
trails(void **state)
{
	struct scene_key company = scene_key(first.tenant, PRB_CALLER_KEY, PRB_ROLE_COMPANY);
	struct scene_key admin = scene_key(first.tenant, PRB_CALLER_KEY, PRB_ROLE_ADMIN);
	char target[128];
	unsigned notes;

	(void)state;
	/* Minutes lie between the reads, so that none could be taken for another. */
	for (size_t i = 0; i < 150; i++) {
		scene.now_ms += MINUTES_2_MS;
		expect(200, company.token, "GET", "/v1/declarations", NULL);
	}
	notes = scene.notes;
	expect(200, admin.token, "GET", "/v1/audit?limit=1", NULL);
	assert_int_equal(scene.notes, notes + 1);
	(void)snprintf(target, sizeof target, "/v1/audit?cursor=%s", scene_member("next"));
	scene.now_ms += MINUTES_2_MS;
	expect(200, admin.token, "GET", target, NULL);
	assert_false(body_has("\"next\":null"));
	scene.fields = "Accept: text/csv\r\n";
	scene.now_ms += MINUTES_2_MS;
	expect(200, admin.token, "GET", target, NULL);
	assert_true(lines_of(prb_str_span(&scene.body)) > 150);
	assert_null(scene.exchange.reply.link.p);
	scene.fields = NULL;
	assert_int_equal(scene.notes, notes + 1);
}

/* The same read within a minute is the same line, the same refusal within a day; another object,
 * another key and another route are lines of their own. */
static void
noted_once(void **state)
{
	struct scene_key company = scene_key(first.tenant, PRB_CALLER_KEY, PRB_ROLE_COMPANY);
	struct scene_key auditor = scene_key(first.tenant, PRB_CALLER_KEY, PRB_ROLE_AUDITOR);
	struct stored one = declare(company.token, DECLARATION);
	struct stored two = declare(company.token, DECLARATION);
	const int64_t began = scene.now_ms;
	const struct {
		const char *token, *target, *object;
		int status;
		int64_t after_ms;
		unsigned notes;
	} rows[] = {
		/* It was read when it was declared. */
		{company.token, "/v1/declarations/", one.declaration, 200, 59999, 0},
		{company.token, "/v1/declarations/", one.declaration, 200, 1, 1},
		{company.token, "/v1/declarations/", one.declaration, 200, 59999, 0},
		{company.token, "/v1/declarations/", two.declaration, 200, 0, 1},
		{auditor.token, "/v1/declarations/", one.declaration, 200, 0, 1},
		{company.token, "/v1/reports/", one.report, 200, 0, 1},
		{company.token, "/v1/keys", "", 403, 0, 1},
		{company.token, "/v1/keys", "", 403, 3600000, 0},
		{company.token, "/v1/audit", "", 403, 0, 1},
		{company.token, "/v1/keys", "", 403, 86400000, 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unsigned notes = scene.notes;

		scene.now_ms += rows[i].after_ms;
		expect(rows[i].status, rows[i].token, "GET",
			path_of(rows[i].target, rows[i].object, ""), NULL);
		assert_int_equal(scene.notes - notes, rows[i].notes);
	}
	scene.now_ms = began;
}

/* Nothing is read that the trail does not say; a refusal is one in any case. */
static void
no_room_for_notes(void **state)
{
	struct scene_key key = scene_key(first.tenant, PRB_CALLER_KEY, PRB_ROLE_COMPANY);
	struct stored s = declare(key.token, DECLARATION);
	const char *const targets[] = {
		"/v1/declarations/", "/v1/reports/", "/v1/attestations/", "/v1/declarations"};
	const char *const objects[] = {s.declaration, s.report, s.attestation, ""};

	(void)state;
	scene.now_ms += 60000; /* since it was read when it was declared */
	for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
		const char *target = path_of(targets[i], objects[i], i == 2 ? "/openings" : "");

		scene.notes_full = true;
		expect(503, key.token, "GET", target, NULL);
		expect(403, key.token, "GET", "/v1/keys", NULL);
		scene.notes_full = false;
		expect(200, key.token, "GET", target, NULL);
	}
}

/* Each kind of record, stored by a key, says which key it was. */
static void
records_say_who(void **state)
{
	static const uint8_t nobody[PRB_ID_BYTES];
	struct scene_key key = scene_key(first.tenant, PRB_CALLER_KEY, PRB_ROLE_COMPANY);
	struct stored s = declare(key.token, DECLARATION);
	struct prb_audit_line lines[16];
	char body[128], decision[PRB_UUID_BYTES];
	unsigned kinds = 0;
	uint64_t next;
	size_t count;

	(void)state;
	decide(key.token, decision);
	(void)snprintf(body, sizeof body, "{\"report\":\"%s\"}", s.report);
	expect(201, key.token, "POST", "/v1/attestations", body);
	expect(200, key.token, "POST", path_of("/v1/attestations/", s.attestation, "/revoke"),
		"{\"reason\":\"withdrawn\"}");
	assert_int_equal(prb_find_audit(scene.desk.state_reader, first.tenant, 0, 16,
				 scene.exchange.arena, lines, &count, &next),
		PRB_OK);
	for (size_t i = 0; i < count; i++) {
		if (lines[i].caller.kind == PRB_CALLER_OPERATOR)
			continue;
		/* That a key was used is said of the key itself. */
		if (memcmp(lines[i].caller.id.bytes, nobody, sizeof nobody) == 0)
			continue;
		assert_int_equal(lines[i].caller.kind, PRB_CALLER_KEY);
		assert_memory_equal(&lines[i].caller.id, &key.stored.id, sizeof key.stored.id);
		kinds |= 1U << lines[i].kind;
	}
	/* JOURNAL.md, Kinds: declaration, attestation, revocation, decision, event. */
	assert_int_equal(kinds & 0x81e, 0x81e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(words, found),
		cmocka_unit_test_setup(tokens, found),
		cmocka_unit_test_setup(keys_that_are_not_good, found),
		cmocka_unit_test_setup(fields_that_hold_no_key, found),
		cmocka_unit_test_setup(scheme_in_any_letters, found),
		cmocka_unit_test_setup(certificates, found),
		cmocka_unit_test_setup(open_mode, found),
		cmocka_unit_test_setup(fewer_scopes, found),
		cmocka_unit_test_setup(used_once_a_day, found),
		cmocka_unit_test_setup(every_route_with_every_role, found),
		cmocka_unit_test_setup(every_route_with_an_invitation, found),
		cmocka_unit_test_setup(every_route_for_the_operator, found),
		cmocka_unit_test_setup(nothing_of_another_organisation, found),
		cmocka_unit_test_setup(nothing_that_another_is_managed_by, found),
		cmocka_unit_test_setup(as_far_as_the_role_reaches, found),
		cmocka_unit_test_setup(the_operator_revokes_any, found),
		cmocka_unit_test_setup(references_stay_within, found),
		cmocka_unit_test_setup(decisions_stay_within, found),
		cmocka_unit_test_setup(idempotency_keys_are_the_holders, found),
		cmocka_unit_test_setup(invitations_are_used_up, found),
		cmocka_unit_test_setup(declarants, found),
		cmocka_unit_test_setup(attested_anew_as_it_was_said, found),
		cmocka_unit_test_setup(pages, found),
		cmocka_unit_test_setup(reads_are_noted, found),
		cmocka_unit_test_setup(lists_and_screenings_are_noted, found),
		cmocka_unit_test_setup(asked_for_in_vain, found),
		cmocka_unit_test_setup(every_way_in_vain, found),
		cmocka_unit_test_setup(no_room_for_what_is_in_vain, found),
		cmocka_unit_test_setup(the_operator_reads, found),
		cmocka_unit_test_setup(trails, found),
		cmocka_unit_test_setup(noted_once, found),
		cmocka_unit_test_setup(no_room_for_notes, found),
		cmocka_unit_test_setup(records_say_who, found),
		cmocka_unit_test_setup(taken_over, found),
	};

	return cmocka_run_group_tests(tests, scene_set_up, scene_tear_down);
}
