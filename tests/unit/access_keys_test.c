/* SPDX-License-Identifier: Apache-2.0 */
/* Keys and invitations as their admin manages them: replaced, listed, shown once. */
#include "tests/unit/access_scene.h"

#include <stdio.h>
#include <string.h>

#include "service/handlers/api_keys.h"

#define DAY_MS INT64_C(86400000)
#define DAY_SECONDS 86400

static struct prb_stored_organisation organisation;
static struct scene_key admin;

/* Each test has an organisation and an admin of its own. */
static int
found(void **state)
{
	(void)state;
	scene.now_ms = SCENE_NOW_MS;
	scene.ends_there = scene.is_full = false;
	organisation = scene_organisation("First");
	admin = scene_key(organisation.tenant, PRB_CALLER_KEY, PRB_ROLE_ADMIN);
	return 0;
}

static int
rotate(const struct scene_key *key, const char *body, const char *idempotency)
{
	char id[PRB_UUID_BYTES], target[128];

	prb_id_text(&key->stored.id, id);
	(void)snprintf(target, sizeof target, "/v1/keys/%s/rotate", id);
	return scene_ask(admin.token, "POST", target, body, idempotency);
}

static struct prb_stored_api_key
stored(const struct prb_id *id)
{
	struct prb_stored_api_key key;

	assert_int_equal(prb_find_api_key(scene.desk.state_reader, organisation.tenant, id,
				 scene.exchange.arena, &key),
		PRB_OK);
	return key;
}

/* The new key is on the disk and the old one is not ended yet: whoever asks again ends it. */
static void
half_a_rotation_is_finished(void **state)
{
	struct scene_key key = scene_key(organisation.tenant, PRB_CALLER_KEY, PRB_ROLE_COMPANY);
	int64_t end = scene.now_ms / 1000 + 2 * DAY_SECONDS;

	(void)state;
	scene.ends_there = true;
	(void)rotate(&key, "{\"overlap_days\":2}", "again");
	assert_int_equal(stored(&key.stored.id).expires, 0);
	scene.ends_there = false;
	assert_int_equal(rotate(&key, "{\"overlap_days\":2}", "again"), 201);
	assert_true(scene.exchange.reply.replayed);
	assert_int_equal(stored(&key.stored.id).expires, end);
	/* And a later repeat does not put the end off. */
	scene.now_ms += DAY_MS;
	assert_int_equal(rotate(&key, "{\"overlap_days\":2}", "again"), 201);
	assert_int_equal(stored(&key.stored.id).expires, end);
}

/* What is left of a key that ends is no measure for another one's life. */
static void
what_was_replaced_is_not_again(void **state)
{
	struct scene_key key = scene_key(organisation.tenant, PRB_CALLER_KEY, PRB_ROLE_COMPANY);
	struct prb_id successor;

	(void)state;
	key.stored.expires = scene.now_ms / 1000 + 300 * DAY_SECONDS;
	scene_put_key(&key);
	scene.now_ms += 295 * DAY_MS;
	assert_int_equal(rotate(&key, "{\"overlap_days\":7}", NULL), 201);
	assert_true(prb_id_read(prb_span_of(scene_member("id")), &successor));
	/* As long as the first had, though little of that was left. */
	assert_int_equal(stored(&successor).expires, scene.now_ms / 1000 + 300 * DAY_SECONDS);
	key.stored.expires = 0;
	scene_put_key(&key);
	assert_int_equal(rotate(&key, "{\"overlap_days\":7}", NULL), 201);
	scene.now_ms += DAY_MS;
	assert_int_equal(rotate(&key, "{\"overlap_days\":3}", NULL), 422);
	assert_non_null(strstr(scene.body.p, "was replaced already"));
}

static bool
has_bytes(const void *memory, size_t n, const char *text)
{
	const char *p = memory;

	for (size_t i = 0, m = strlen(text); i + m <= n; i++)
		if (memcmp(p + i, text, m) == 0)
			return true;
	return false;
}

/* The text stands in the answer, which is marked, and nowhere beside it. */
static void
texts_are_wiped(void **state)
{
	static const char *const rows[][2] = {
		{"/v1/keys", "{\"name\":\"a\",\"role\":\"company\"}"},
		{"/v1/invitations", "{\"supplier\":{\"name\":\"a\"}}"},
	};
	struct scene_key company = scene_key(organisation.tenant, PRB_CALLER_KEY, PRB_ROLE_COMPANY);
	struct scene_key key = scene_key(organisation.tenant, PRB_CALLER_KEY, PRB_ROLE_COMPANY);

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		int status = i == 2 ? rotate(&key, "{}", NULL)
				    : scene_ask(i == 0 ? admin.token : company.token, "POST",
					      rows[i][0], rows[i][1], NULL);

		assert_int_equal(status, 201);
		assert_true(scene.exchange.reply.has_secret);
		assert_true(scene.exchange.reply.body.room > 4096);
		assert_int_equal(strlen(scene_member("key")), PRB_TOKEN_CHARS);
		assert_false(has_bytes(scene.exchange.commit, sizeof(struct prb_api_key_making),
			scene_member("key")));
	}
}

/* Nobody has seen the new key, and nobody will: it is not left in memory either. */
static void
what_cannot_be_stored_is_wiped(void **state)
{
	struct prb_api_key_making *making;

	(void)state;
	scene.is_full = true;
	assert_int_equal(scene_ask(admin.token, "POST", "/v1/keys",
				 "{\"name\":\"a\",\"role\":\"company\"}", NULL),
		503);
	making = (struct prb_api_key_making *)scene.exchange.commit;
	assert_string_equal(making->token, "");
}

static int
erase(const char *before)
{
	char body[128], target[128], id[PRB_UUID_BYTES];

	prb_id_text(&organisation.id, id);
	(void)snprintf(target, sizeof target, "/v1/organisations/%s/erase", id);
	(void)snprintf(body, sizeof body, "{\"before\":\"%s\",\"confirm\":\"First\"}", before);
	return scene_ask(admin.token, "POST", target, body, NULL);
}

/* What is answered is what was done: a day before which no key ended is refused. And the erasure is
 * a line of the organisation's trail by its record alone. */
static void
erasures_say_what_went(void **state)
{
	struct scene_key company = scene_key(organisation.tenant, PRB_CALLER_KEY, PRB_ROLE_COMPANY);
	struct prb_audit_line lines[64];
	unsigned erased = 0;
	uint64_t next;
	size_t count;

	(void)state;
	assert_int_equal(scene_ask(company.token, "POST", "/v1/declarations",
				 "{\"supplier\":{\"country\":\"BGD\",\"name\":\"A\"}}", NULL),
		201);
	assert_int_equal(erase("2026-06-30"), 409);
	assert_non_null(strstr(scene.body.p, "/problems/nothing-to-erase"));
	assert_non_null(strstr(scene.body.p, "2026-06-30T12:00:00Z or later"));
	scene.now_ms += 9 * DAY_MS;
	assert_int_equal(erase("2026-07-05"), 200);
	assert_non_null(strstr(scene.body.p, "\"kept_from\":\"2026-07-05T00:00:00Z\",\"keys\":1}"));
	assert_int_equal(erase("2026-07-05"), 409);
	assert_int_equal(prb_find_audit(scene.desk.state_reader, organisation.tenant, 0, 64,
				 scene.exchange.arena, lines, &count, &next),
		PRB_OK);
	for (size_t i = 0; i < count; i++)
		erased += lines[i].kind == 10 ||
			  has_bytes(lines[i].event.p, lines[i].event.n, "erased");
	assert_int_equal(erased, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(half_a_rotation_is_finished, found),
		cmocka_unit_test_setup(what_was_replaced_is_not_again, found),
		cmocka_unit_test_setup(texts_are_wiped, found),
		cmocka_unit_test_setup(what_cannot_be_stored_is_wiped, found),
		cmocka_unit_test_setup(erasures_say_what_went, found),
	};

	return cmocka_run_group_tests(tests, scene_set_up, scene_tear_down);
}
