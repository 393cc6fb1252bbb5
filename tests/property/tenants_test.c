/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random organisations, keys and requests, against a model that says who may see what. The model is
 * written out here, not taken from roles.def. PROBITY_SEED chooses the cases; the seed is printed.
 */
#include "tests/unit/access_scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEPS 8000
#define ORGANISATIONS 4
#define KEYS_MAX 40
#define THINGS_MAX 1500
#define NOWHERE "01937f2a-7c1b-7c3e-9a54-0d6f3c2b1a8f"

struct key {
	struct scene_key key;
	size_t organisation;
	unsigned holder; /* keys of one number have one holder */
	bool revoked, invitation;
	unsigned left; /* declarations that an invitation may still store */
};

struct thing {
	char declaration[PRB_UUID_BYTES], report[PRB_UUID_BYTES], attestation[PRB_UUID_BYTES];
	size_t organisation;
	unsigned holder;
	bool revoked;
};

static struct {
	uint64_t seed, draw;
	struct prb_stored_organisation organisations[ORGANISATIONS];
	bool suspended[ORGANISATIONS];
	struct key keys[KEYS_MAX];
	struct thing things[THINGS_MAX];
	size_t keys_count, things_count;
	unsigned holders, step;
	unsigned seen[600]; /* how often each status was right */
} all;

/* splitmix64 */
static uint64_t
below(uint64_t bound)
{
	uint64_t z = all.draw += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (z ^ z >> 31) % bound;
}

/*
 * The model.
 */

enum may { DECLARES = 1, READS = 2, ATTESTS = 4, REVOKES = 8 };

static unsigned
rights_of(const struct key *k)
{
	if (k->invitation)
		return DECLARES | READS;
	switch ((enum prb_role)k->key.stored.role) {
	case PRB_ROLE_SUPPLIER:
		return DECLARES | READS | REVOKES;
	case PRB_ROLE_COMPANY:
	case PRB_ROLE_OFFICER:
		return DECLARES | READS | ATTESTS | REVOKES;
	case PRB_ROLE_AUDITOR:
		return DECLARES | READS;
	case PRB_ROLE_ADMIN:
		return REVOKES;
	default:
		return 0;
	}
}

/* What was declared its own holder sees, and a company or an auditor; what was found of it, an
 * officer as well, and an admin as far as it may do anything with it. */
static bool
sees(const struct key *k, const struct thing *t, bool finding)
{
	enum prb_role role = (enum prb_role)k->key.stored.role;

	if (k->organisation != t->organisation)
		return false;
	if (k->holder == t->holder)
		return true;
	if (role == PRB_ROLE_COMPANY || role == PRB_ROLE_AUDITOR)
		return true;
	return finding && (role == PRB_ROLE_OFFICER || role == PRB_ROLE_ADMIN);
}

static bool
is_good(const struct key *k)
{
	return !k->revoked && !all.suspended[k->organisation];
}

/* 401, 403 or what the route says of itself. */
static int
expected(const struct key *k, enum may right, int status)
{
	if (!is_good(k))
		return 401;
	return (rights_of(k) & right) != 0 ? status : 403;
}

static void
check(int wanted, const struct key *k, const char *method, const char *target, const char *body)
{
	int got = scene_ask(k->key.token, method, target, body, NULL);

	if (got != wanted)
		fail_msg("seed %llu, step %u: %s %s as role %d of organisation %zu: %d, not %d: "
			 "%.*s",
			(unsigned long long)all.seed, all.step, method, target, k->key.stored.role,
			k->organisation, got, wanted, PRB_SPAN_ARGS(prb_str_span(&scene.body)));
	all.seen[got]++;
}

/* A refused reader gets the bytes of an id that nobody has. */
static void
ask_for(const struct key *k, int wanted, enum may right, const char *method, const char *before,
	const char *id, const char *behind, const char *body)
{
	char target[256], kept[2048];
	size_t n;

	(void)snprintf(target, sizeof target, "%s%s%s", before, id, behind);
	check(expected(k, right, wanted), k, method, target, body);
	if (scene.exchange.reply.status != 404)
		return;
	n = scene.body.n;
	assert_true(n < sizeof kept);
	memcpy(kept, scene.body.p, n);
	(void)snprintf(target, sizeof target, "%s%s%s", before, NOWHERE, behind);
	check(404, k, method, target, body);
	assert_int_equal(scene.body.n, n);
	assert_memory_equal(scene.body.p, kept, n);
}

/*
 * Steps.
 */

static void
make_key(void)
{
	struct key *k = &all.keys[all.keys_count];
	size_t organisation = below(ORGANISATIONS);
	bool invitation = below(5) == 0;
	enum prb_role role =
		invitation ? PRB_ROLE_SUPPLIER : (enum prb_role)(1 + below(prb_roles_count));

	if (all.keys_count == KEYS_MAX)
		return;
	*k = (struct key){.organisation = organisation,
		.holder = all.holders++,
		.invitation = invitation,
		.left = UINT32_MAX,
		.key = scene_key(all.organisations[organisation].tenant,
			invitation ? PRB_CALLER_INVITATION : PRB_CALLER_KEY, role)};
	if (invitation) {
		k->left = 1 + (unsigned)below(3);
		k->key.stored.declarations_max = k->left;
		scene_put_key(&k->key);
	}
	all.keys_count++;
}

/* A key that replaces another: of its role, with its holder. */
static void
rotate(const struct key *old)
{
	struct key *k = &all.keys[all.keys_count];

	if (all.keys_count == KEYS_MAX || old->invitation)
		return;
	*k = *old;
	k->key = scene_key(all.organisations[old->organisation].tenant, PRB_CALLER_KEY,
		(enum prb_role)old->key.stored.role);
	k->key.stored.holder = old->key.stored.holder;
	scene_put_key(&k->key);
	k->revoked = false;
	all.keys_count++;
}

static void
revoke_key(struct key *k)
{
	k->revoked = !k->revoked;
	k->key.stored.standing = k->revoked ? PRB_API_KEY_REVOKED : PRB_API_KEY_IN_USE;
	scene_put_key(&k->key);
}

static void
suspend(size_t organisation)
{
	all.suspended[organisation] = !all.suspended[organisation];
	scene_stand(&all.organisations[organisation],
		all.suspended[organisation] ? PRB_ORGANISATION_SUSPENDED : PRB_ORGANISATION_ACTIVE);
}

/* What was erased is there for nobody, its keys open nothing, and another organisation comes. */
static void
erase(size_t organisation)
{
	size_t keys = 0, things = 0;
	char target[256];

	scene_erase(&all.organisations[organisation]);
	for (size_t i = 0; i < all.keys_count; i++)
		if (all.keys[i].organisation == organisation)
			check(401, &all.keys[i], "GET", "/v1/lists", NULL);
		else
			all.keys[keys++] = all.keys[i];
	all.keys_count = keys;
	for (size_t i = 0; i < all.things_count; i++)
		if (all.things[i].organisation == organisation) {
			(void)snprintf(target, sizeof target, "/v1/attestations/%s",
				all.things[i].attestation);
			assert_int_equal(scene_ask(NULL, "GET", target, NULL, NULL), 404);
		} else {
			all.things[things++] = all.things[i];
		}
	all.things_count = things;
	all.organisations[organisation] = scene_organisation("One that came later");
	all.suspended[organisation] = false;
	for (size_t i = 0; i < 3; i++)
		make_key();
}

static void
declare(struct key *k)
{
	struct thing *t = &all.things[all.things_count];
	char body[256];

	if (all.things_count == THINGS_MAX)
		return;
	(void)snprintf(body, sizeof body,
		"{\"supplier\":{\"country\":\"BGD\",\"name\":\"Knitwear %u\"}}", all.step);
	check(expected(k, DECLARES, k->left == 0 ? 409 : 201), k, "POST", "/v1/declarations", body);
	if (scene.exchange.reply.status != 201)
		return;
	*t = (struct thing){.organisation = k->organisation, .holder = k->holder};
	memcpy(t->declaration, scene.exchange.reply.location.p + strlen("/v1/declarations/"),
		PRB_UUID_BYTES - 1);
	ask_for(k, 200, READS, "GET", "/v1/declarations/", t->declaration, "", NULL);
	memcpy(t->report, scene_member("report_id"), sizeof t->report);
	memcpy(t->attestation, scene_member("attestation_id"), sizeof t->attestation);
	/* All keys of the holder share what it may store. */
	for (size_t i = 0; i < all.keys_count; i++)
		if (all.keys[i].invitation && all.keys[i].holder == k->holder)
			all.keys[i].left--;
	all.things_count++;
}

static void
read_one(const struct key *k, const struct thing *t)
{
	int finding = sees(k, t, true) ? 200 : 404;

	switch (below(4)) {
	case 0:
		ask_for(k, sees(k, t, false) ? 200 : 404, READS, "GET", "/v1/declarations/",
			t->declaration, "", NULL);
		break;
	case 1:
		ask_for(k, finding, READS, "GET", "/v1/reports/", t->declaration, "", NULL);
		break;
	case 2:
		ask_for(k, finding, READS, "GET", "/v1/reports/", t->report, "", NULL);
		break;
	default:
		ask_for(k, finding, READS, "GET", "/v1/attestations/", t->attestation, "/openings",
			NULL);
	}
}

static void
revoke(const struct key *k, struct thing *t)
{
	int status = !sees(k, t, true) ? 404 : t->revoked ? 409 : 200;

	ask_for(k, status, REVOKES, "POST", "/v1/attestations/", t->attestation, "/revoke",
		"{\"reason\":\"withdrawn\"}");
	t->revoked = t->revoked || expected(k, REVOKES, status) == 200;
}

static void
attest(const struct key *k, const struct thing *t)
{
	char body[128];

	(void)snprintf(body, sizeof body, "{\"report\":\"%s\"}", t->report);
	check(expected(k, ATTESTS, sees(k, t, true) ? 201 : 404), k, "POST", "/v1/attestations",
		body);
}

static size_t
count_items(void)
{
	size_t count = 0;
	const char *at;

	prb_str_add_char(&scene.body, '\0');
	for (at = scene.body.p; (at = strstr(at, "\"report_id\"")) != NULL; at++)
		count++;
	return count;
}

static void
list(const struct key *k)
{
	size_t wanted = 0, got = 0;
	char target[256] = "/v1/declarations?limit=100";

	for (size_t i = 0; i < all.things_count; i++)
		wanted += sees(k, &all.things[i], false);
	while (target[0] != '\0') {
		struct prb_span link;

		check(expected(k, READS, 200), k, "GET", target, NULL);
		if (scene.exchange.reply.status != 200)
			return;
		got += count_items();
		link = scene.exchange.reply.link;
		target[0] = '\0';
		if (link.p != NULL)
			(void)snprintf(target, sizeof target, "%.*s",
				(int)(strcspn(link.p, ">") - 1), link.p + 1);
	}
	if (got != wanted)
		fail_msg("seed %llu, step %u: a list of %zu, not %zu", (unsigned long long)all.seed,
			all.step, got, wanted);
}

static void
one_step(void)
{
	struct key *k;
	struct thing *t = all.things_count != 0 ? &all.things[below(all.things_count)] : NULL;

	while (all.keys_count == 0)
		make_key();
	k = &all.keys[below(all.keys_count)];
	if (below(300) == 0) {
		erase(below(ORGANISATIONS));
		return;
	}
	switch (below(24)) {
	case 0:
		make_key();
		break;
	case 1:
		rotate(k);
		break;
	case 2:
		revoke_key(k);
		break;
	case 3:
		suspend(below(ORGANISATIONS));
		break;
	case 4:
		list(k);
		break;
	case 5:
	case 6:
	case 7:
	case 8:
	case 9:
		declare(k);
		break;
	case 10:
		if (t != NULL)
			revoke(k, t);
		break;
	case 11:
		if (t != NULL)
			attest(k, t);
		break;
	default:
		if (t != NULL)
			read_one(k, t);
	}
}

/* One organisation takes over what was declared by nobody in particular: no holder has it. */
static void
adopt(size_t organisation)
{
	unsigned nobody = all.holders++;

	scene.service.auth_open = true;
	for (unsigned i = 0; i < 5; i++) {
		struct thing *t = &all.things[all.things_count++];
		char target[256];

		assert_int_equal(scene_ask(NULL, "POST", "/v1/declarations",
					 "{\"supplier\":{\"country\":\"BGD\",\"name\":"
					 "\"Knitwear\"}}",
					 NULL),
			201);
		*t = (struct thing){.organisation = organisation, .holder = nobody};
		memcpy(t->declaration,
			scene.exchange.reply.location.p + strlen("/v1/declarations/"),
			PRB_UUID_BYTES - 1);
		(void)snprintf(target, sizeof target, "/v1/declarations/%s", t->declaration);
		assert_int_equal(scene_ask(NULL, "GET", target, NULL, NULL), 200);
		memcpy(t->report, scene_member("report_id"), sizeof t->report);
		memcpy(t->attestation, scene_member("attestation_id"), sizeof t->attestation);
	}
	scene.service.auth_open = false;
	all.organisations[organisation] = scene_adopting_organisation("One that takes over");
}

static void
who_may_see_what(void **state)
{
	const char *text = getenv("PROBITY_SEED");

	(void)state;
	all.seed = text != NULL && text[0] != '\0' ? strtoull(text, NULL, 10) : 20260630;
	all.draw = all.seed;
	printf("seed %llu\n", (unsigned long long)all.seed);
	adopt(0);
	for (size_t i = 1; i < ORGANISATIONS; i++)
		all.organisations[i] = scene_organisation("One of several");
	for (size_t i = 0; i < 3 * ORGANISATIONS; i++)
		make_key();
	for (all.step = 0; all.step < STEPS; all.step++)
		one_step();
	/* Of each kind of answer there were some. */
	assert_true(all.things_count > 20);
	assert_true(all.seen[200] > 50 && all.seen[201] > 50 && all.seen[401] > 50);
	assert_true(all.seen[403] > 20 && all.seen[404] > 50 && all.seen[409] > 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(who_may_see_what)};

	return cmocka_run_group_tests(tests, scene_set_up, scene_tear_down);
}
