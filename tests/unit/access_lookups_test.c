/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whoever asks for another organisation's thing learns nothing from the time that it takes: the
 * tables are looked at as often as for an id that nobody has, and no record is opened. (An
 * attestation is for anyone with its id: that there is one is no secret.)
 */
#include "tests/unit/access_scene.h"

#include <stdio.h>
#include <string.h>

#include <lmdb.h>
#include <sodium.h>

#define DECLARATION "{\"supplier\":{\"country\":\"BGD\",\"name\":\"Example Knitwear Ltd\"}}"
#define NOWHERE "01937f2a-7c1b-7c3e-9a54-0d6f3c2b1a8f"

static unsigned looks, opened;

int __real_mdb_get(MDB_txn *txn, MDB_dbi dbi, MDB_val *key, MDB_val *data);
int __wrap_mdb_get(MDB_txn *txn, MDB_dbi dbi, MDB_val *key, MDB_val *data);
int __real_mdb_cursor_get(MDB_cursor *cursor, MDB_val *key, MDB_val *data, MDB_cursor_op op);
int __wrap_mdb_cursor_get(MDB_cursor *cursor, MDB_val *key, MDB_val *data, MDB_cursor_op op);
int __real_crypto_aead_xchacha20poly1305_ietf_decrypt_detached(unsigned char *m,
	unsigned char *nsec, const unsigned char *c, unsigned long long clen,
	const unsigned char *mac, const unsigned char *ad, unsigned long long adlen,
	const unsigned char *npub, const unsigned char *k);
int __wrap_crypto_aead_xchacha20poly1305_ietf_decrypt_detached(unsigned char *m,
	unsigned char *nsec, const unsigned char *c, unsigned long long clen,
	const unsigned char *mac, const unsigned char *ad, unsigned long long adlen,
	const unsigned char *npub, const unsigned char *k);

int
__wrap_mdb_get(MDB_txn *txn, MDB_dbi dbi, MDB_val *key, MDB_val *data)
{
	looks++;
	return __real_mdb_get(txn, dbi, key, data);
}

int
__wrap_mdb_cursor_get(MDB_cursor *cursor, MDB_val *key, MDB_val *data, MDB_cursor_op op)
{
	looks++;
	return __real_mdb_cursor_get(cursor, key, data, op);
}

int
__wrap_crypto_aead_xchacha20poly1305_ietf_decrypt_detached(unsigned char *m, unsigned char *nsec,
	const unsigned char *c, unsigned long long clen, const unsigned char *mac,
	const unsigned char *ad, unsigned long long adlen, const unsigned char *npub,
	const unsigned char *k)
{
	opened++;
	return __real_crypto_aead_xchacha20poly1305_ietf_decrypt_detached(
		m, nsec, c, clen, mac, ad, adlen, npub, k);
}

static void
count(const char *token, const char *before, const char *id, unsigned *looked)
{
	char target[256];

	(void)snprintf(target, sizeof target, "%s%s", before, id);
	looks = opened = 0;
	/* What is noted the writer writes, behind the answer: here it would be counted. */
	scene.notes_full = true;
	assert_int_equal(scene_ask(token, "GET", target, NULL, NULL), 404);
	scene.notes_full = false;
	assert_int_equal(opened, 0);
	*looked = looks;
}

static void
as_often_as_for_nothing(void **state)
{
	static const char *const before[] = {
		"/v1/declarations/", "/v1/reports/", "/v1/reports/", "/v1/decisions/"};
	struct prb_stored_organisation first = scene_organisation("First");
	struct prb_stored_organisation second = scene_organisation("Second");
	struct scene_key key = scene_key(first.tenant, PRB_CALLER_KEY, PRB_ROLE_COMPANY);
	char declaration[PRB_UUID_BYTES], report[PRB_UUID_BYTES], target[256];
	const char *ids[] = {declaration, declaration, report, declaration};

	(void)state;
	assert_int_equal(scene_ask(key.token, "POST", "/v1/declarations", DECLARATION, NULL), 201);
	(void)snprintf(target, sizeof target, "%.*s", PRB_SPAN_ARGS(scene.exchange.reply.location));
	looks = opened = 0;
	assert_int_equal(scene_ask(key.token, "GET", target, NULL, NULL), 200);
	assert_true(looks > 0);
	assert_int_equal(opened, 1);
	memcpy(declaration, scene_member("id"), sizeof declaration);
	memcpy(report, scene_member("report_id"), sizeof report);
	for (size_t r = 0; r < prb_roles_count; r++) {
		struct scene_key other =
			scene_key(second.tenant, PRB_CALLER_KEY, prb_roles[r].role);

		/* What a day's first use of a key stores is not counted. */
		(void)scene_ask(other.token, "GET", "/v1/lists", NULL, NULL);
		for (size_t i = 0; i < sizeof before / sizeof before[0]; i++) {
			uint32_t needed = i == 3 ? PRB_SCOPE_BIT(DECIDE) : PRB_SCOPE_BIT(READ);
			unsigned foreign, unknown;

			if ((prb_roles[r].scopes & needed) == 0)
				continue;
			count(other.token, before[i], ids[i], &foreign);
			count(other.token, before[i], NOWHERE, &unknown);
			assert_int_equal(foreign, unknown);
		}
	}
}

/* A key that is unknown costs one look, as one that is known and no longer good does. */
static void
keys_cost_the_same(void **state)
{
	struct prb_stored_organisation first = scene_organisation("First");
	struct scene_key key = scene_key(first.tenant, PRB_CALLER_KEY, PRB_ROLE_COMPANY);
	char other[PRB_TOKEN_BYTES];
	unsigned revoked;

	(void)state;
	prb_token_make(other);
	key.stored.standing = PRB_API_KEY_REVOKED;
	scene_put_key(&key);
	looks = opened = 0;
	assert_int_equal(scene_ask(key.token, "GET", "/v1/lists", NULL, NULL), 401);
	revoked = looks;
	looks = 0;
	assert_int_equal(scene_ask(other, "GET", "/v1/lists", NULL, NULL), 401);
	assert_int_equal(opened, 0);
	/* The organisation and the last use stand in rows of their own. */
	assert_in_range(revoked, 1, 4);
	assert_in_range(looks, 1, 4);
}

/* Who asks without a key where none is needed makes no look at all. */
static void
nobody_costs_nothing(void **state)
{
	(void)state;
	looks = opened = 0;
	assert_int_equal(scene_ask(NULL, "GET", "/healthz", NULL, NULL), 200);
	assert_int_equal(looks, 0);
}

/* What was declared by an invitation is opened once each, and only for who may read reports. */
static void
an_invitation_opens_what_was_declared(void **state)
{
	struct prb_stored_organisation first = scene_organisation("First");
	struct scene_key company = scene_key(first.tenant, PRB_CALLER_KEY, PRB_ROLE_COMPANY);
	struct scene_key admin = scene_key(first.tenant, PRB_CALLER_KEY, PRB_ROLE_ADMIN);
	struct scene_key invited =
		scene_key(first.tenant, PRB_CALLER_INVITATION, PRB_ROLE_SUPPLIER);
	char id[PRB_UUID_BYTES], target[128], shown[128];
	unsigned before;

	(void)state;
	prb_id_text(&invited.stored.id, id);
	(void)snprintf(target, sizeof target, "/v1/invitations/%s", id);
	assert_int_equal(scene_ask(company.token, "GET", target, NULL, NULL), 200);
	opened = 0;
	assert_int_equal(scene_ask(company.token, "GET", target, NULL, NULL), 200);
	before = opened;
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(
			scene_ask(invited.token, "POST", "/v1/declarations", DECLARATION, NULL),
			201);
	(void)snprintf(id, sizeof id, "%.36s",
		scene.exchange.reply.location.p + sizeof "/v1/declarations/" - 1);
	opened = 0;
	assert_int_equal(scene_ask(company.token, "GET", target, NULL, NULL), 200);
	assert_int_equal(opened, before + 3);
	(void)snprintf(shown, sizeof shown, "\"declared\":[{\"id\":\"%s\",", id);
	prb_str_add_char(&scene.body, '\0');
	assert_non_null(strstr(scene.body.p, shown));
	assert_int_equal(scene_ask(admin.token, "GET", target, NULL, NULL), 200);
	opened = 0;
	assert_int_equal(scene_ask(admin.token, "GET", target, NULL, NULL), 200);
	assert_int_equal(opened, before);
	prb_str_add_char(&scene.body, '\0');
	assert_null(strstr(scene.body.p, "declared\":["));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_often_as_for_nothing),
		cmocka_unit_test(keys_cost_the_same),
		cmocka_unit_test(nobody_costs_nothing),
		cmocka_unit_test(an_invitation_opens_what_was_declared),
	};

	return cmocka_run_group_tests(tests, scene_set_up, scene_tear_down);
}
