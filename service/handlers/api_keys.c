/* SPDX-License-Identifier: Apache-2.0 */
#include "service/handlers/api_keys.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "service/handlers/answers.h"
#include "service/handlers/certificate.h"
#include "service/handlers/facts.h"

/*
 * Keys of an organisation: made, listed, replaced with an overlap, revoked. The text of a key is in
 * the one answer that made it; what is stored is its SHA-256.
 */

#define AT(member) offsetof(struct prb_admin_request, member)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define EXPIRES_DAYS 365
#define OVERLAP_DAYS 7
#define TRIES_MAX 3
#define ADMINS_BATCH 100
#define ADMINS_LOOKED_AT_MAX 2000

/*
 * ---- Answers ----
 */

static const char *
standing_of(const struct prb_exchange *x, const struct prb_stored_api_key *key)
{
	if (key->standing == PRB_API_KEY_REVOKED)
		return "revoked";
	return prb_api_key_is_good(x, key) ? "in_use" : "expired";
}

static void
write_scopes(struct prb_writer *w, uint32_t scopes)
{
	prb_writer_key(w, "scopes");
	prb_writer_array(w);
	for (enum prb_access_scope s = 0; s < PRB_SCOPES; s++)
		if ((scopes >> s & 1) != 0)
			prb_writer_text(w, prb_scope_name(s));
	prb_writer_end(w);
}

struct noticed {
	const char *key, *text;
};

/* making NULL: not the answer that shows the text. */
static void
write_key(struct prb_exchange *x, struct prb_writer *w, const struct prb_stored_api_key *key,
	const struct prb_stored_organisation *organisation, struct prb_api_key_making *making,
	const struct noticed *notice)
{
	const struct prb_role_facts *role = prb_role_of((enum prb_role)key->role);
	char sha256[PRB_SHA256_HEX_BYTES];
	bool is_certificate = key->kind == PRB_CALLER_CERTIFICATE;

	prb_writer_object(w);
	if (is_certificate) {
		prb_sha256_hex(key->sha256, sha256);
		prb_writer_member_text(w, "certificate_sha256", sha256);
	}
	prb_admin_write_time(w, "created_at", key->created_ms / 1000);
	prb_writer_member_int(w, "declarations", key->declarations);
	prb_admin_write_time(w, "expires_at", key->expires);
	if (!is_certificate)
		prb_writer_member_string(w, "hint", key->hint);
	prb_admin_write_id(w, "holder", &key->holder);
	prb_admin_write_id(w, "id", &key->id);
	if (making != NULL)
		prb_api_key_write_text(w, making);
	prb_writer_member_text(w, "kind", is_certificate ? "certificate" : "key");
	prb_api_key_write_used(w, key);
	prb_writer_member_string(w, "name", key->name);
	if (notice != NULL && notice->key != NULL)
		prb_admin_write_notice(w, notice->key, notice->text);
	prb_admin_write_id(w, "organisation", &organisation->id);
	prb_writer_member_text(w, "role", role != NULL ? role->name : "");
	write_scopes(w, key->scopes);
	prb_writer_member_text(w, "standing", standing_of(x, key));
	prb_writer_end(w);
}

static void
write_one(struct prb_exchange *x, const struct prb_stored_api_key *key,
	const struct prb_stored_organisation *organisation, struct prb_api_key_making *making,
	const struct noticed *notice)
{
	struct prb_writer w;

	prb_str_reset(&x->reply.body);
	prb_writer_init(&w, &x->reply.body);
	write_key(x, &w, key, organisation, making, notice);
}

/* 201 with the text, or, for a repeat, without it. */
static enum prb_handled
answer_made(struct prb_exchange *x, struct prb_api_key_making *making)
{
	static const struct noticed
		shown = {"key_shown_once",
			"keep the key now: it is stored nowhere and cannot be shown again"},
		not_again = {"key_not_shown_again",
			"this is the answer to a repeated request, without the "
			"key: if it was lost, replace it"};
	const struct noticed *notice = x->reply.replayed ? &not_again : &shown;

	if (making->made.kind == PRB_CALLER_CERTIFICATE)
		notice = NULL;
	prb_api_key_begin_answer(x);
	write_one(x, &making->made, &making->organisation, making, notice);
	return prb_admin_answer_made(x, "/v1/keys/", &making->made.id);
}

/*
 * ---- Making ----
 */

static enum prb_handled
made(struct prb_exchange *x)
{
	struct prb_api_key_making *making = (struct prb_api_key_making *)x->commit;

	return prb_api_key_is_made(x, making) ? answer_made(x, making) : PRB_REPLIED;
}

/*
 * A certificate is no secret: whoever has seen one could register it, and so bring another's
 * machine under its own organisation. So it is taken where this very connection has shown it, for
 * which the TLS handshake has asked for its private key; the operator is trusted with those of
 * others.
 */
static bool
is_shown(const struct prb_exchange *x, const uint8_t sha256[PRB_SHA256_BYTES])
{
	return x->caller.kind == PRB_CALLER_OPERATOR ||
	       (x->peer.has_certificate &&
		       memcmp(x->peer.certificate_sha256, sha256, PRB_SHA256_BYTES) == 0);
}

/* The text of a key, or a certificate that stands for one. False, with a refusal made. */
static bool
identify(struct prb_exchange *x, struct prb_api_key_making *making, struct prb_span certificate)
{
	struct prb_stored_api_key *key = &making->commit.api_key;
	const char *what = NULL;
	enum prb_err err;

	if (certificate.n == 0) {
		prb_api_key_draw(x, making);
		return true;
	}
	key->kind = PRB_CALLER_CERTIFICATE;
	err = prb_certificate_sha256(x->arena, certificate, x->service->sha256, key->sha256, &what);
	if (err == PRB_ERR_VALUE)
		err = prb_faults_add(&x->faults, err, "/certificate", "%s", what);
	else if (err == PRB_OK && !is_shown(x, key->sha256))
		err = prb_faults_add(&x->faults, PRB_ERR_VALUE, "/certificate",
			"this connection has not shown the certificate: send the request over TLS "
			"with it and its private key, beside the key in Authorization, or ask the "
			"operator of the server to register it");
	if (err != PRB_OK)
		(void)prb_refuse(x, err, NULL);
	return err == PRB_OK;
}

/* A key may have fewer scopes than its role can, and no others. */
static bool
check_scopes(struct prb_exchange *x, const struct prb_admin_request *request)
{
	uint32_t beyond = request->scopes & ~request->role->scopes;

	for (enum prb_access_scope s = 0; s < PRB_SCOPES; s++)
		if ((beyond >> s & 1) != 0) {
			(void)prb_faults_add(&x->faults, PRB_ERR_VALUE, "/scopes",
				"a key of role %s cannot have the scope %s", request->role->name,
				prb_scope_name(s));
			(void)prb_refuse(x, PRB_ERR_VALUE, NULL);
			return false;
		}
	return true;
}

enum prb_handled
prb_handle_create_key(struct prb_exchange *x)
{
	static const struct prb_admin_row rows[] = {
		{"certificate", PRB_ADMIN_PEM, AT(certificate), 1, PRB_ADMIN_CERTIFICATE_BYTES_MAX,
			false},
		{"expires_days", PRB_ADMIN_NUMBER, AT(expires_days), 1, PRB_KEY_DAYS_MAX, false},
		{"name", PRB_ADMIN_TEXT, AT(name), 1, PRB_ADMIN_NAME_BYTES_MAX, true},
		{"organisation", PRB_ADMIN_TEXT, AT(organisation), 1, PRB_UUID_BYTES - 1, false},
		{"role", PRB_ADMIN_ROLE, AT(role), 0, 0, true},
		{"scopes", PRB_ADMIN_SCOPES, AT(scopes), 0, 0, false},
	};
	struct prb_admin_request request = {.before = PRB_DATE_NONE, .expires_days = EXPIRES_DAYS};
	struct prb_stored_organisation organisation;
	struct prb_api_key_making *making;

	if (!prb_admin_read(x, rows, COUNT(rows), &request) || !check_scopes(x, &request) ||
		!prb_admin_organisation(x, request.organisation, &organisation))
		return PRB_REPLIED;
	making = prb_api_key_begin(x, &organisation, "POST /v1/keys\n");
	if (making != NULL && x->reply.replayed)
		return answer_made(x, making);
	if (making == NULL || !identify(x, making, request.certificate))
		return PRB_REPLIED;
	making->commit.api_key.role = (uint8_t)request.role->role;
	making->commit.api_key.scopes = request.scopes != 0 ? request.scopes : request.role->scopes;
	making->commit.api_key.expires = prb_api_key_expires(x, request.expires_days);
	making->commit.api_key.name = request.name;
	return prb_api_key_commit(x, making, made);
}

/*
 * ---- Replacing ----
 */

static enum prb_handled end_old(struct prb_exchange *x, struct prb_api_key_making *making);

static enum prb_handled
old_ended(struct prb_exchange *x)
{
	struct prb_api_key_making *making = (struct prb_api_key_making *)x->commit;
	struct prb_commit *c = &making->commit;

	/* Another request changed it meanwhile: as it is now, it ends all the same. */
	if (c->err == PRB_ERR_CONFLICT && ++c->tries < TRIES_MAX &&
		prb_find_api_key(x->desk->state_reader, making->old.tenant, &making->old.id,
			x->arena, &making->old) == PRB_OK)
		return end_old(x, making);
	if (c->err != PRB_OK) {
		char detail[PRB_FAULT_DETAIL_BYTES_MAX], id[PRB_UUID_BYTES];

		prb_api_key_forget_text(making);
		prb_id_text(&making->made.id, id);
		(void)snprintf(detail, sizeof detail,
			"the old key stays as it is, and nobody has seen the new one: revoke %s, "
			"then send the request again",
			id);
		return prb_refuse(
			x, c->err == PRB_ERR_CONFLICT ? PRB_ERR_PRECONDITION : c->err, detail);
	}
	return answer_made(x, making);
}

/* The second of two records: only once the new key is on the disk. */
static enum prb_handled
end_old(struct prb_exchange *x, struct prb_api_key_making *making)
{
	struct prb_stored_api_key *old = &making->commit.api_key;

	if (making->old.standing == PRB_API_KEY_REVOKED ||
		(making->old.expires != 0 && making->old.expires <= making->old_expires))
		return answer_made(x, making);
	*old = making->old;
	old->expires = making->old_expires;
	old->time_ms = x->now_ms;
	old->caller = prb_own_name(x);
	old->seen = making->old.sequence;
	old->idempotency_key = PRB_SPAN_NONE;
	if (x->service->commit(x, old_ended))
		return PRB_LATER;
	making->commit.err = PRB_ERR_BUSY;
	return old_ended(x);
}

static enum prb_handled
new_made(struct prb_exchange *x)
{
	struct prb_api_key_making *making = (struct prb_api_key_making *)x->commit;

	return prb_api_key_is_made(x, making) ? end_old(x, making) : PRB_REPLIED;
}

/* Replacing a key is what changes one that stays in use: it has the time of that from then on. */
static bool
is_replaced(const struct prb_stored_api_key *key)
{
	return key->expires != 0 && key->time_ms > key->created_ms;
}

/* Whether the old one can be replaced by what the request brings. False, with a refusal made. */
static bool
can_replace(struct prb_exchange *x, const struct prb_stored_api_key *old,
	const struct prb_admin_request *request)
{
	enum prb_err err = PRB_OK;

	if (!prb_api_key_is_good(x, old))
		err = prb_faults_add(&x->faults, PRB_ERR_CONFLICT, "",
			"this key is %s: make a new one", standing_of(x, old));
	else if (is_replaced(old))
		err = prb_faults_add(&x->faults, PRB_ERR_CONFLICT, "",
			"this key was replaced already, and ends by itself: replace the one that "
			"came after it, or make a new one");
	else if (old->kind == PRB_CALLER_CERTIFICATE && request->certificate.n == 0)
		err = prb_faults_add(&x->faults, PRB_ERR_MEMBER_MISSING, "/certificate",
			"a certificate is replaced by a certificate");
	else if (old->kind == PRB_CALLER_KEY && request->certificate.n != 0)
		err = prb_faults_add(&x->faults, PRB_ERR_CONFLICT, "/certificate",
			"a key is replaced by a key: leave the certificate out");
	if (err != PRB_OK)
		(void)prb_refuse(x, err, NULL);
	return err == PRB_OK;
}

static void
fill_successor(struct prb_exchange *x, struct prb_stored_api_key *key,
	const struct prb_stored_api_key *old, int64_t expires_days)
{
	key->holder = old->holder;
	key->role = old->role;
	key->scopes = old->scopes;
	key->name = old->name;
	key->declarations = old->declarations;
	key->declarations_max = old->declarations_max;
	/* As long as the old one had, unless the request says otherwise. */
	if (expires_days != 0)
		key->expires = prb_api_key_expires(x, expires_days);
	else if (old->expires != 0)
		key->expires = x->now_ms / 1000 + old->expires - old->created_ms / 1000;
}

enum prb_handled
prb_handle_rotate_key(struct prb_exchange *x)
{
	static const struct prb_admin_row rows[] = {
		{"certificate", PRB_ADMIN_PEM, AT(certificate), 1, PRB_ADMIN_CERTIFICATE_BYTES_MAX,
			false},
		{"expires_days", PRB_ADMIN_NUMBER, AT(expires_days), 1, PRB_KEY_DAYS_MAX, false},
		{"organisation", PRB_ADMIN_TEXT, AT(organisation), 1, PRB_UUID_BYTES - 1, false},
		{"overlap_days", PRB_ADMIN_NUMBER, AT(overlap_days), 0, PRB_KEY_OVERLAP_DAYS_MAX,
			false},
	};
	struct prb_admin_request request = {.before = PRB_DATE_NONE, .overlap_days = OVERLAP_DAYS};
	struct prb_stored_organisation organisation;
	struct prb_stored_api_key old;
	struct prb_api_key_making *making;
	char line[64];

	if (!prb_admin_read(x, rows, COUNT(rows), &request) ||
		!prb_admin_organisation(x, request.organisation, &organisation) ||
		!prb_api_key_find(x, PRB_API_KEYS, &organisation, &old))
		return PRB_REPLIED;
	(void)snprintf(line, sizeof line, "POST /v1/keys/%.36s/rotate\n", x->params[0].p);
	making = prb_api_key_begin(x, &organisation, line);
	if (making == NULL)
		return PRB_REPLIED;
	making->old = old;
	making->old_expires = x->now_ms / 1000 + request.overlap_days * PRB_DAY_SECONDS;
	/* What came between the two records is made up for: the old key ends all the same. */
	if (x->reply.replayed)
		return end_old(x, making);
	write_one(x, &old, &organisation, NULL, NULL);
	if (!prb_admin_is_seen(x) || !can_replace(x, &old, &request) ||
		!identify(x, making, request.certificate))
		return PRB_REPLIED;
	fill_successor(x, &making->commit.api_key, &old, request.expires_days);
	return prb_api_key_commit(x, making, new_made);
}

/*
 * ---- Revoking ----
 */

/* Whether some key can still manage the organisation's keys. Beyond the ceiling it is taken for
 * true: who has so many keys has one. */
static bool
has_admin(struct prb_exchange *x, uint32_t tenant)
{
	struct prb_stored_api_key *keys = prb_arena_array(x->arena, ADMINS_BATCH, sizeof *keys);
	struct prb_id next;
	size_t count, looked_at = 0;
	bool more = true;

	for (bool first = true; keys != NULL && more && looked_at < ADMINS_LOOKED_AT_MAX;
		first = false) {
		if (prb_find_api_keys(x->desk->state_reader, tenant, PRB_API_KEYS,
			    first ? NULL : &next, ADMINS_BATCH, x->arena, keys, &count, &next,
			    &more) != PRB_OK)
			return true;
		for (size_t i = 0; i < count; i++)
			if ((keys[i].scopes & PRB_SCOPE_BIT(ADMIN)) != 0 &&
				prb_api_key_is_good(x, &keys[i]))
				return true;
		looked_at += count < ADMINS_BATCH ? PRB_API_KEY_LOOKS_MAX : count;
	}
	return keys == NULL || more;
}

static enum prb_handled
revoked(struct prb_exchange *x)
{
	static const struct noticed last = {"no_admin_left",
		"this was the last key that could manage keys of this organisation: the operator "
		"of the server can make another"};
	struct prb_api_key_making *making = (struct prb_api_key_making *)x->commit;
	const struct prb_stored_api_key *key = &making->commit.api_key;
	bool was_last;

	if (making->commit.err != PRB_OK)
		return prb_admin_refuse_commit(x, making->commit.err);
	was_last = (key->scopes & PRB_SCOPE_BIT(ADMIN)) != 0 && !has_admin(x, key->tenant);
	write_one(x, key, &making->organisation, NULL, was_last ? &last : NULL);
	return prb_answer(x, 200, PRB_TYPE_JSON);
}

enum prb_handled
prb_handle_revoke_key(struct prb_exchange *x)
{
	struct prb_stored_organisation organisation;
	struct prb_stored_api_key key;

	if (!prb_api_key_named(x, PRB_API_KEYS, &organisation, &key))
		return PRB_REPLIED;
	write_one(x, &key, &organisation, NULL, NULL);
	if (!prb_admin_is_seen(x))
		return PRB_REPLIED;
	return prb_api_key_revoke(x, &organisation, &key, revoked);
}

/*
 * ---- Reading ----
 */

enum prb_handled
prb_handle_key(struct prb_exchange *x)
{
	struct prb_stored_organisation organisation;
	struct prb_stored_api_key key;

	if (!prb_api_key_asked(x, PRB_API_KEYS, &organisation, &key))
		return PRB_REPLIED;
	write_one(x, &key, &organisation, NULL, NULL);
	return prb_answer_json(x);
}

static enum prb_err
write_listed(struct prb_exchange *x, struct prb_writer *w, const struct prb_stored_api_key *key,
	const struct prb_stored_organisation *organisation, void *context, bool *enough)
{
	(void)context;
	*enough = false;
	write_key(x, w, key, organisation, NULL, NULL);
	return PRB_OK;
}

static enum prb_handled
list(struct prb_exchange *x)
{
	return prb_api_keys_page(x, PRB_API_KEYS, write_listed, NULL);
}

enum prb_handled
prb_handle_keys(struct prb_exchange *x)
{
	return prb_offload(x, list, "too many lists are being read");
}
