/* SPDX-License-Identifier: Apache-2.0 */
/* Whom an invitation is for, who declares by it, what its inviter sees of that, and how many there
 * can be. */
#include "tests/unit/access_scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_MS INT64_C(86400000)
#define OPEN_MAX 10000 /* service/handlers/invitations.c */
#define PAGE_OPENED_MAX 100

static struct prb_stored_organisation organisation;
static struct scene_key company;

/* Each test has an organisation and a company's key of its own. */
static int
found(void **state)
{
	(void)state;
	scene.now_ms = SCENE_NOW_MS;
	scene.notes_full = false;
	organisation = scene_organisation("First");
	company = scene_key(organisation.tenant, PRB_CALLER_KEY, PRB_ROLE_COMPANY);
	return 0;
}

static bool
body_has(const char *text)
{
	prb_str_add_char(&scene.body, '\0');
	scene.body.n--;
	return strstr(scene.body.p, text) != NULL;
}

static void
expect(int wanted, const char *token, const char *method, const char *target, const char *body)
{
	int got = scene_ask(token, method, target, body, NULL);

	if (got != wanted)
		fail_msg("%s %s: %d, not %d: %.*s", method, target, got, wanted,
			PRB_SPAN_ARGS(prb_str_span(&scene.body)));
}

struct invitation {
	char token[PRB_TOKEN_BYTES], target[128];
};

static struct invitation
invite(const char *request)
{
	struct invitation made;

	expect(201, company.token, "POST", "/v1/invitations", request);
	(void)snprintf(made.token, sizeof made.token, "%s", scene_member("key"));
	(void)snprintf(made.target, sizeof made.target, "/v1/invitations/%s", scene_member("id"));
	return made;
}

static void
declare(int wanted, const struct invitation *by, const char *country, const char *name)
{
	char body[512];

	(void)snprintf(body, sizeof body, "{\"supplier\":{\"country\":\"%s\",\"name\":\"%s\"}}",
		country, name);
	expect(wanted, by->token, "POST", "/v1/declarations", body);
}

/* Another country is refused, by whatever word it is said, and uses nothing up. */
static void
countries(void **state)
{
	struct invitation one =
		invite("{\"supplier\":{\"country\":\"Bangladesh\",\"name\":\"Example Ltd\"}}");
	struct invitation any = invite("{\"supplier\":{\"name\":\"Example Ltd\"}}");
	static const char *const others[] = {"IND", "IN", "India"};

	(void)state;
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		declare(422, &one, others[i], "Example Ltd");
		assert_true(body_has("\"pointer\":\"/supplier/country\""));
		assert_true(body_has("this invitation is for a supplier in BGD"));
	}
	expect(200, one.token, "GET", "/v1/invitation", NULL);
	assert_true(body_has("\"declarations_left\":1,\"declared\":[]"));
	declare(201, &one, "BD", "Example Ltd");
	declare(409, &one, "BD", "Example Ltd");
	declare(201, &any, "IND", "Example Ltd");
	/* A key is for whatever its holder has to say. */
	(void)snprintf(one.token, sizeof one.token, "%s", company.token);
	declare(201, &one, "IND", "Example Ltd");
}

/* The name is what a buyer calls it: another is taken, and both sides see it. */
static void
names(void **state)
{
	static const struct {
		const char *invited, *country, *name, *shown;
	} rows[] = {
		{"{\"country\":\"BGD\",\"name\":\"Example Knitwear Ltd\"}", "BGD",
			"Example Knitwear Ltd",
			"\"same_supplier\":true,\"supplier\":{\"country\":\"BGD\",\"name\":"
			"\"Example "
			"Knitwear Ltd\"}}"},
		{"{\"country\":\"BGD\",\"name\":\"EXAMPLE Knitw\xC3\xA9"
		 "ar, Ltd.\"}",
			"Bangladesh", "Example Knitwear Ltd", "\"same_supplier\":true,"},
		{"{\"country\":\"BGD\",\"name\":\"Example Knitwear\"}", "BGD",
			"Example Knitting Mills",
			"\"same_supplier\":false,\"supplier\":{\"country\":\"BGD\",\"name\":"
			"\"Example "
			"Knitting Mills\"}}"},
		{"{\"name\":\"Example Knitwear\"}", "IND", "example  knitwear",
			"\"same_supplier\":true,\"supplier\":{\"country\":\"IND\","},
		{"{\"name\":\"!!\"}", "IND", "!!", "\"same_supplier\":true,"},
		{"{\"name\":\"!!\"}", "IND", "??", "\"same_supplier\":false,"},
	};
	char request[256], id[64];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct invitation one;

		(void)snprintf(request, sizeof request, "{\"supplier\":%s}", rows[i].invited);
		one = invite(request);
		declare(201, &one, rows[i].country, rows[i].name);
		(void)snprintf(id, sizeof id, "\"declared\":[{\"id\":\"%.36s\",",
			scene.exchange.reply.location.p + sizeof "/v1/declarations/" - 1);
		expect(200, one.token, "GET", "/v1/invitation", NULL);
		assert_true(body_has(id));
		assert_true(body_has(rows[i].shown));
		expect(200, company.token, "GET", one.target, NULL);
		assert_true(body_has(id));
		assert_true(body_has(rows[i].shown));
		expect(200, company.token, "GET", "/v1/invitations?limit=1", NULL);
		assert_true(body_has(id));
		assert_true(body_has(rows[i].shown));
	}
}

/* Who may not read reports sees how many there are; and that it was read is noted, or it is not
 * read. */
static void
seen_by(void **state)
{
	struct scene_key admin = scene_key(organisation.tenant, PRB_CALLER_KEY, PRB_ROLE_ADMIN);
	struct invitation one =
		invite("{\"supplier\":{\"country\":\"BGD\",\"name\":\"Example Ltd\"}}");
	unsigned notes;

	(void)state;
	declare(201, &one, "BGD", "Example Ltd");
	notes = scene.notes;
	expect(200, admin.token, "GET", one.target, NULL);
	assert_false(body_has("\"declared\""));
	assert_true(body_has("\"declarations\":1,"));
	expect(200, admin.token, "GET", "/v1/invitations", NULL);
	assert_false(body_has("\"declared\""));
	assert_int_equal(scene.notes, notes + 2);
	scene.notes_full = true;
	expect(503, company.token, "GET", one.target, NULL);
	expect(503, company.token, "GET", "/v1/invitations", NULL);
	expect(503, one.token, "GET", "/v1/invitation", NULL);
	assert_false(body_has("Example Ltd"));
	scene.notes_full = false;
	expect(200, company.token, "GET", one.target, NULL);
	assert_non_null(strstr(scene.note.p, "\"action\":\"read\""));
	assert_non_null(strstr(scene.note.p, "\"what\":\"invitation\""));
	expect(200, company.token, "GET", "/v1/invitations", NULL);
	assert_non_null(strstr(scene.note.p, "\"what\":\"invitations\""));
}

/* Of what is gone the id is left. */
static void
erased(void **state)
{
	struct scene_key invited =
		scene_key(organisation.tenant, PRB_CALLER_INVITATION, PRB_ROLE_SUPPLIER);
	struct scene_key admin = scene_key(organisation.tenant, PRB_CALLER_KEY, PRB_ROLE_ADMIN);
	struct invitation one;
	char id[PRB_UUID_BYTES], target[128], shown[128];

	(void)state;
	(void)snprintf(one.token, sizeof one.token, "%s", invited.token);
	declare(201, &one, "BGD", "A supplier");
	(void)snprintf(shown, sizeof shown, "\"declared\":[{\"id\":\"%.36s\"}],",
		scene.exchange.reply.location.p + sizeof "/v1/declarations/" - 1);
	scene.now_ms += 9 * DAY_MS;
	prb_id_text(&organisation.id, id);
	(void)snprintf(target, sizeof target, "/v1/organisations/%s/erase", id);
	expect(200, admin.token, "POST", target,
		"{\"before\":\"2026-07-05\",\"confirm\":\"First\"}");
	/* Its label is sealed anew. */
	scene_put_key(&invited);
	prb_id_text(&invited.stored.id, id);
	(void)snprintf(target, sizeof target, "/v1/invitations/%s", id);
	expect(200, company.token, "GET", target, NULL);
	assert_true(body_has(shown));
	assert_true(body_has("\"supplier\":{\"name\":\"A supplier\"}"));
}

/* An If-Match names what GET answers, with what was declared. */
static void
revoked_as_seen(void **state)
{
	struct invitation one = invite("{\"declarations_max\":2,\"supplier\":{\"name\":\"A\"}}");
	char target[160], fields[128];
	struct prb_span etag;

	(void)state;
	declare(201, &one, "BGD", "B");
	expect(200, company.token, "GET", one.target, NULL);
	etag = prb_etag_of(&scene.exchange, prb_str_span(&scene.body));
	(void)snprintf(fields, sizeof fields, "If-Match: %.*s\r\n", PRB_SPAN_ARGS(etag));
	(void)snprintf(target, sizeof target, "%s/revoke", one.target);
	scene.fields = fields;
	declare(201, &one, "BGD", "B");
	expect(412, company.token, "POST", target, "{}");
	scene.fields = NULL;
	expect(200, company.token, "GET", one.target, NULL);
	etag = prb_etag_of(&scene.exchange, prb_str_span(&scene.body));
	(void)snprintf(fields, sizeof fields, "If-Match: %.*s\r\n", PRB_SPAN_ARGS(etag));
	scene.fields = fields;
	expect(200, company.token, "POST", target, "{}");
	scene.fields = NULL;
	assert_true(body_has("\"state\":\"revoked\""));
}

/* A page opens a hundred declarations and the rest of the last invitation's. */
static void
pages_end_early(void **state)
{
	struct invitation few = invite("{\"supplier\":{\"name\":\"Few\"}}");
	struct invitation many =
		invite("{\"declarations_max\":100,\"supplier\":{\"name\":\"Many\"}}");
	char next[PRB_UUID_BYTES], target[128];

	(void)state;
	declare(201, &few, "BGD", "Few");
	for (size_t i = 0; i < PAGE_OPENED_MAX; i++)
		declare(201, &many, "BGD", "Many");
	declare(409, &many, "BGD", "Many");
	expect(200, company.token, "GET", "/v1/invitations", NULL);
	assert_true(body_has("\"name\":\"Many\""));
	assert_false(body_has("\"name\":\"Few\""));
	(void)snprintf(next, sizeof next, "%s", scene_member("next"));
	assert_non_null(strstr(many.target, next));
	(void)snprintf(target, sizeof target, "/v1/invitations?cursor=%s", next);
	expect(200, company.token, "GET", target, NULL);
	assert_true(body_has("\"name\":\"Few\""));
	assert_false(body_has("\"name\":\"Many\""));
	assert_true(body_has("\"next\":null"));
}

/* As many as there may be, all open: put past the handler, in one transaction. */
static void
fill(struct scene_key *like, size_t count)
{
	struct prb_stored_api_key *keys = malloc(count * sizeof *keys);

	assert_non_null(keys);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t n = i + 1;

		keys[i] = like->stored;
		keys[i].time_ms = scene.now_ms;
		keys[i].seen = PRB_SEEN_NONE;
		memcpy(keys[i].id.bytes + 12, &n, sizeof n);
		keys[i].holder = keys[i].id;
		memcpy(keys[i].sha256, &n, sizeof n);
	}
	scene_put_keys(keys, count);
	free(keys);
}

static void
ceiling(void **state)
{
	struct scene_key like =
		scene_key(organisation.tenant, PRB_CALLER_INVITATION, PRB_ROLE_SUPPLIER);
	struct prb_stored_organisation other = scene_organisation("Other");
	struct scene_key others = scene_key(other.tenant, PRB_CALLER_KEY, PRB_ROLE_COMPANY);
	static const char request[] = "{\"supplier\":{\"name\":\"A\"}}";
	struct invitation one;

	(void)state;
	like.stored.declarations_max = 1;
	like.stored.expires = scene.now_ms / 1000 + 30 * DAY_MS / 1000;
	scene_put_key(&like);
	fill(&like, OPEN_MAX - 2);
	assert_int_equal(scene_ask(company.token, "POST", "/v1/invitations", request, "last"), 201);
	(void)snprintf(one.token, sizeof one.token, "%s", scene_member("key"));
	expect(409, company.token, "POST", "/v1/invitations", request);
	assert_true(body_has("/problems/too-many-invitations"));
	assert_true(body_has("revoke those"));
	/* What was answered before is answered again, and others have their own. */
	assert_int_equal(scene_ask(company.token, "POST", "/v1/invitations", request, "last"), 201);
	assert_true(scene.exchange.reply.replayed);
	expect(201, others.token, "POST", "/v1/invitations", request);
	/* One that was used leaves its place. */
	declare(201, &one, "BGD", "A");
	expect(201, company.token, "POST", "/v1/invitations", request);
	expect(409, company.token, "POST", "/v1/invitations", request);
	/* As do those that have expired. */
	scene.now_ms += 30 * DAY_MS + 1000;
	expect(201, company.token, "POST", "/v1/invitations", request);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(countries, found),
		cmocka_unit_test_setup(names, found),
		cmocka_unit_test_setup(seen_by, found),
		cmocka_unit_test_setup(erased, found),
		cmocka_unit_test_setup(revoked_as_seen, found),
		cmocka_unit_test_setup(pages_end_early, found),
		cmocka_unit_test_setup(ceiling, found),
	};

	return cmocka_run_group_tests(tests, scene_set_up, scene_tear_down);
}
