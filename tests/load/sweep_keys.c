/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scenario of a server that wants keys: the operator makes an organisation, its admin a key,
 * the company invites a supplier, who declares; a key is revoked, the organisation erased. What was
 * answered with a success holds afterwards: the revoked key opens nothing, what was erased is gone,
 * and what was stored is found by its organisation alone.
 */
#include <stdio.h>
#include <string.h>

#include "tests/load/sweep.h"

#define JSON "application/json"

/* From here on: by the operator, or with that key. */
static void
become(struct sweep_story *s, const char *key)
{
	s->by_operator = key == NULL;
	s->as = key;
}

static bool
send_json(struct sweep_story *s, const char *what, const char *target, const char *body, int wanted)
{
	return sweep_expect(s, what, sweep_post(s, target, JSON, "", body), wanted, 0);
}

static bool
look(struct sweep_story *s, const char *what, const char *path, const char *id, int wanted)
{
	char target[96];

	snprintf(target, sizeof target, "%s%s", path, id);
	return sweep_expect(s, what, sweep_get(s, target), wanted, 0);
}

/* ---- what is made ---- */

static bool
make_organisation(struct sweep_story *s, struct sweep_keys *k, const char *name)
{
	char body[64];

	snprintf(k->name, sizeof k->name, "%s %lu", name, s->number);
	snprintf(body, sizeof body, "{\"name\":\"%s\"}", k->name);
	become(s, NULL);
	if (!send_json(s, "an organisation", "/v1/organisations", body, 201))
		return false;
	sweep_take("Location: /v1/organisations/", k->organisation, sizeof k->organisation);
	return true;
}

static bool
make_key(struct sweep_story *s, const char *body, char key[SWEEP_KEY_BYTES])
{
	if (!send_json(s, "a key", "/v1/keys", body, 201))
		return false;
	sweep_take("\"key\":\"", key, SWEEP_KEY_BYTES);
	return true;
}

/* The first key is the operator's to make, the others are the admin's. */
static bool
make_keys(struct sweep_story *s, struct sweep_keys *k)
{
	char body[160];

	snprintf(body, sizeof body,
		"{\"name\":\"head\",\"organisation\":\"%s\",\"role\":\"admin\"}", k->organisation);
	if (!make_key(s, body, k->admin))
		return false;
	become(s, k->admin);
	if (!make_key(s, "{\"name\":\"desk\",\"role\":\"company\"}", k->company))
		return false;
	sweep_take("Location: /v1/keys/", k->company_id, sizeof k->company_id);
	return true;
}

/* It declares once: a second time is refused where the first is known to be stored. */
static void
invite(struct sweep_story *s, struct sweep_keys *k)
{
	become(s, k->company);
	if (!send_json(s, "an invitation", "/v1/invitations",
		    "{\"supplier\":{\"country\":\"IND\",\"name\":\"Sweep Mills\"}}", 201))
		return;
	sweep_take("/invitation#", k->invited, sizeof k->invited);
	sweep_take("Location: /v1/invitations/", k->invitation, sizeof k->invitation);
	become(s, k->invited);
	look(s, "the own invitation", "/v1/invitation", "", 200);
	if (!sweep_declare(s, "invited", k->invited_declaration))
		return;
	sweep_expect(s, "a second declaration",
		sweep_post(s, "/v1/declarations", JSON, "",
			"{\"supplier\":{\"country\":\"IND\",\"name\":\"Sweep Mills\"}}"),
		409, 0);
}

static void
read_all(struct sweep_story *s, struct sweep_keys *k)
{
	become(s, k->company);
	look(s, "the list of declarations", "/v1/declarations", "", 200);
	if (k->declaration[0] != '\0') {
		look(s, "a declaration", "/v1/declarations/", k->declaration, 200);
		look(s, "a report", "/v1/reports/", k->declaration, 200);
	}
	if (k->invitation[0] != '\0')
		look(s, "an invitation", "/v1/invitations/", k->invitation, 200);
	become(s, k->admin);
	look(s, "the keys", "/v1/keys", "", 200);
	look(s, "the trail", "/v1/audit", "", 200);
}

static void
revoke(struct sweep_story *s, struct sweep_keys *k)
{
	char target[96];

	become(s, k->admin);
	snprintf(target, sizeof target, "/v1/keys/%s/revoke", k->company_id);
	k->revoking = true;
	k->revoked = send_json(s, "revoking a key", target, "{}", 200);
	become(s, k->company);
	if (k->revoked)
		look(s, "a revoked key", "/v1/declarations", "", 401);
}

static void
erase(struct sweep_story *s, struct sweep_keys *k)
{
	char target[96], body[64];

	become(s, NULL);
	snprintf(target, sizeof target, "/v1/organisations/%s/erase", k->organisation);
	snprintf(body, sizeof body, "{\"confirm\":\"%s\"}", k->name);
	k->erasing = true;
	k->erased = send_json(s, "an erasure", target, body, 200);
	become(s, k->admin);
	if (k->erased)
		look(s, "a key of an erased organisation", "/v1/keys", "", 401);
}

void
sweep_tell_keys(struct sweep_story *s)
{
	struct sweep_keys *k = &s->keys;

	if (!make_organisation(s, k, "Sweep") || !make_keys(s, k)) {
		sweep_reload(s);
		return;
	}
	invite(s, k);
	become(s, k->company);
	(void)sweep_declare(s, "company", k->declaration);
	sweep_reload(s);
	read_all(s, k);
	revoke(s, k);
	erase(s, k);
}

/* ---- what holds afterwards ---- */

/* An organisation of its own, which finds nothing of the first one's. */
static void
check_other(struct sweep_story *s, const struct sweep_keys *k)
{
	struct sweep_keys other = {.name = ""};

	if (!make_organisation(s, &other, "Calm") || !make_keys(s, &other)) {
		sweep_fault(s, "making an organisation does not go, afterwards");
		return;
	}
	become(s, other.company);
	if (sweep_declare(s, "calm", other.declaration))
		look(s, "the own declaration, afterwards", "/v1/declarations/", other.declaration,
			200);
	if (k->declaration[0] != '\0')
		look(s, "another's declaration", "/v1/declarations/", k->declaration, 404);
	if (k->invited_declaration[0] != '\0')
		look(s, "another's report", "/v1/reports/", k->invited_declaration, 404);
	erase(s, &other);
}

/* Where nobody knows how the erasure ended, it has happened or not, and is asked for again. */
static void
check_erased(struct sweep_story *s, struct sweep_keys *k)
{
	char standing[sizeof "erased"];

	become(s, NULL);
	look(s, "the organisation, afterwards", "/v1/organisations/", k->organisation, 200);
	sweep_take("\"standing\":\"", standing, sizeof standing);
	if (strcmp(standing, "erased") != 0) {
		if (k->erased)
			sweep_fault(s, "what was erased is there again");
		erase(s, k);
	}
	become(s, k->admin);
	if (k->admin[0] != '\0')
		look(s, "an erased organisation's key", "/v1/keys", "", 401);
	become(s, k->company);
	if (k->company[0] != '\0' && k->declaration[0] != '\0')
		look(s, "what was erased", "/v1/declarations/", k->declaration, 401);
}

void
sweep_check_keys(struct sweep_story *s)
{
	struct sweep_keys *k = &s->keys;

	check_other(s, k);
	if (k->organisation[0] == '\0')
		return;
	become(s, k->company);
	if (k->revoked)
		look(s, "a revoked key, afterwards", "/v1/declarations", "", 401);
	else if (k->company[0] != '\0' && !k->revoking && !k->erasing && k->declaration[0] != '\0')
		look(s, "a declaration, afterwards", "/v1/declarations/", k->declaration, 200);
	check_erased(s, k);
}
