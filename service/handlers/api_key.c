/* SPDX-License-Identifier: Apache-2.0 */
/* What keys and invitations share. */
#include <stddef.h>

#include <sodium.h>

#include "service/handlers/answers.h"
#include "service/handlers/api_keys.h"
#include "service/handlers/facts.h"

/* More than one key can take. */
#define ANSWER_BYTES ((size_t)8 * 1024)
#define NO_KEY "there is no key with this id, or it is not yours"
/* Nothing of whose it is. */
#define REGISTERED                                                                                 \
	"this certificate is registered already: a certificate stands for one key for good, also " \
	"once that was revoked; send a new one"
#define NO_INVITATION "there is no invitation with this id, or it is not yours"

int64_t
prb_api_key_expires(const struct prb_exchange *x, int64_t days)
{
	return days == 0 ? 0 : x->now_ms / 1000 + days * PRB_DAY_SECONDS;
}

bool
prb_api_key_is_good(const struct prb_exchange *x, const struct prb_stored_api_key *key)
{
	return key->standing == PRB_API_KEY_IN_USE &&
	       (key->expires == 0 || key->expires > x->now_ms / 1000);
}

void
prb_api_key_write_used(struct prb_writer *w, const struct prb_stored_api_key *key)
{
	prb_writer_member_date(
		w, "last_used_on", key->used_day == 0 ? PRB_DATE_NONE : (prb_date)key->used_day);
}

void
prb_api_key_forget_text(struct prb_api_key_making *making)
{
	sodium_memzero(making->token, sizeof making->token);
}

void
prb_api_key_begin_answer(struct prb_exchange *x)
{
	prb_str_reset(&x->reply.body);
	(void)prb_str_extend(&x->reply.body, ANSWER_BYTES);
	prb_str_reset(&x->reply.body);
	x->reply.has_secret = true;
}

void
prb_api_key_write_text(struct prb_writer *w, struct prb_api_key_making *making)
{
	prb_writer_key(w, "key");
	if (making->token[0] == '\0')
		prb_writer_null(w);
	else
		prb_writer_text(w, making->token);
	prb_api_key_forget_text(making);
}

/*
 * ---- Making ----
 */

/* What was made under the same Idempotency-Key: PRB_OK also where nothing was. */
static enum prb_err
find_earlier(struct prb_exchange *x, struct prb_api_key_making *making)
{
	const struct prb_stored_api_key *key = &making->commit.api_key;
	bool same = false;
	enum prb_err err = prb_find_idempotent_api_key(x->desk->state_reader, key->tenant,
		key->idempotency_key, key->request_sha256, &same, x->arena, &making->made);

	if (err == PRB_ERR_NOT_FOUND)
		return PRB_OK;
	if (err == PRB_OK && !same)
		err = PRB_ERR_KEY_REUSED;
	x->reply.replayed = err == PRB_OK;
	return err;
}

struct prb_api_key_making *
prb_api_key_begin(struct prb_exchange *x, const struct prb_stored_organisation *organisation,
	const char *line)
{
	struct prb_api_key_making *making = prb_arena_array(x->arena, 1, sizeof *making);
	struct prb_stored_api_key *key;
	enum prb_err err;

	if (making == NULL) {
		(void)prb_refuse(x, PRB_ERR_MEMORY, "memory ran out");
		return NULL;
	}
	making->organisation = *organisation;
	making->commit.kind = PRB_COMMIT_API_KEY;
	key = &making->commit.api_key;
	key->tenant = organisation->tenant;
	key->time_ms = key->created_ms = x->now_ms;
	key->id = key->holder = prb_exchange_id(x);
	key->kind = PRB_CALLER_KEY;
	key->standing = PRB_API_KEY_IN_USE;
	key->caller = prb_own_name(x);
	key->seen = PRB_SEEN_NONE;
	x->commit = &making->commit;
	if (!prb_idempotency_key(x, &key->idempotency_key))
		return NULL;
	if (key->idempotency_key.n == 0)
		return making;
	err = prb_request_sha256(x, line, key->request_sha256);
	if (err == PRB_OK)
		err = find_earlier(x, making);
	if (err == PRB_OK)
		return making;
	(void)prb_refuse(x, err, err == PRB_ERR_KEY_REUSED ? PRB_KEY_REUSED_DETAIL : NULL);
	return NULL;
}

void
prb_api_key_draw(struct prb_exchange *x, struct prb_api_key_making *making)
{
	struct prb_stored_api_key *key = &making->commit.api_key;

	prb_token_make(making->token);
	x->service->sha256(key->sha256, making->token, PRB_TOKEN_CHARS);
	key->hint =
		prb_arena_copy(x->arena, (struct prb_span){making->token, PRB_TOKEN_HINT_CHARS});
}

enum prb_handled
prb_api_key_commit(struct prb_exchange *x, struct prb_api_key_making *making,
	enum prb_handled (*resume)(struct prb_exchange *))
{
	enum prb_handled handled = prb_hand_over(x, resume);

	if (handled == PRB_REPLIED)
		prb_api_key_forget_text(making);
	return handled;
}

bool
prb_api_key_is_made(struct prb_exchange *x, struct prb_api_key_making *making)
{
	struct prb_commit *c = &making->commit;
	enum prb_err err = c->err;

	if (err == PRB_OK && c->what == PRB_PUT_NEW) {
		making->made = c->api_key;
		making->made.sequence = c->sequence;
		return true;
	}
	prb_api_key_forget_text(making);
	if (err == PRB_OK && c->what == PRB_PUT_KEY_REUSED) {
		(void)prb_refuse(x, PRB_ERR_KEY_REUSED, PRB_KEY_REUSED_DETAIL);
		return false;
	}
	/* Two of the same at once: the other one was first. */
	if (err == PRB_OK)
		err = find_earlier(x, making);
	if (err == PRB_OK && !x->reply.replayed)
		err = PRB_ERR_STATE_DAMAGED;
	if (err == PRB_ERR_CONFLICT && c->api_key.kind == PRB_CALLER_CERTIFICATE)
		(void)prb_refuse(x, PRB_ERR_REGISTERED, REGISTERED);
	else if (err != PRB_OK)
		(void)prb_admin_refuse_commit(x, err);
	return err == PRB_OK;
}

/*
 * ---- What is there ----
 */

bool
prb_api_key_find(struct prb_exchange *x, uint32_t kinds,
	const struct prb_stored_organisation *organisation, struct prb_stored_api_key *out)
{
	struct prb_stored_api_key found;
	struct prb_id id;
	enum prb_err err;

	if (!prb_path_id(x, &id))
		return false;
	err = prb_find_api_key(x->desk->state_reader, organisation->tenant, &id, x->arena, &found);
	if (err == PRB_OK && (kinds >> found.kind & 1) == 0)
		err = PRB_ERR_NOT_FOUND;
	if (err == PRB_ERR_NOT_FOUND)
		prb_audit_not_found(x);
	if (err != PRB_OK) {
		(void)prb_refuse(x, err, kinds == PRB_INVITATIONS ? NO_INVITATION : NO_KEY);
		return false;
	}
	/* What is changed has its own record. */
	if (x->route->method == PRB_METHOD_GET &&
		!prb_audit_read_of(
			x, organisation, kinds == PRB_INVITATIONS ? "invitation" : "key", &id))
		return false;
	*out = found;
	return true;
}

bool
prb_api_key_asked(struct prb_exchange *x, uint32_t kinds,
	struct prb_stored_organisation *organisation, struct prb_stored_api_key *out)
{
	static const char *const known[] = {"organisation", NULL};

	return prb_query_takes(x, known) && prb_admin_organisation_asked(x, organisation) &&
	       prb_api_key_find(x, kinds, organisation, out);
}

bool
prb_api_key_named(struct prb_exchange *x, uint32_t kinds,
	struct prb_stored_organisation *organisation, struct prb_stored_api_key *out)
{
	static const struct prb_admin_row row = {"organisation", PRB_ADMIN_TEXT,
		offsetof(struct prb_admin_request, organisation), 1, PRB_UUID_BYTES - 1, false};
	struct prb_admin_request request = {.before = PRB_DATE_NONE};

	return prb_admin_read(x, &row, 1, &request) &&
	       prb_admin_organisation(x, request.organisation, organisation) &&
	       prb_api_key_find(x, kinds, organisation, out);
}

enum prb_handled
prb_api_key_revoke(struct prb_exchange *x, const struct prb_stored_organisation *organisation,
	const struct prb_stored_api_key *key, enum prb_handled (*resume)(struct prb_exchange *))
{
	struct prb_api_key_making *making = prb_arena_array(x->arena, 1, sizeof *making);

	if (making == NULL)
		return prb_refuse(x, PRB_ERR_MEMORY, "memory ran out");
	making->organisation = *organisation;
	making->commit.kind = PRB_COMMIT_API_KEY;
	making->commit.api_key = *key;
	x->commit = &making->commit;
	if (key->standing == PRB_API_KEY_REVOKED)
		return resume(x);
	making->commit.api_key.standing = PRB_API_KEY_REVOKED;
	making->commit.api_key.time_ms = x->now_ms;
	making->commit.api_key.caller = prb_own_name(x);
	making->commit.api_key.seen = key->sequence;
	making->commit.api_key.idempotency_key = PRB_SPAN_NONE;
	return prb_hand_over(x, resume);
}

enum prb_handled
prb_api_keys_page(struct prb_exchange *x, uint32_t kinds,
	enum prb_err (*write)(struct prb_exchange *, struct prb_writer *,
		const struct prb_stored_api_key *, const struct prb_stored_organisation *, void *,
		bool *),
	void *context)
{
	static const char *const known[] = {"cursor", "limit", "organisation", NULL};
	struct prb_stored_organisation organisation;
	struct prb_stored_api_key *found;
	struct prb_admin_page page;
	struct prb_writer w;
	struct prb_id next;
	size_t count = 0, i = 0;
	bool more = false, enough = false;
	enum prb_err err = PRB_ERR_MEMORY;

	if (!prb_admin_page_read(x, known, &page) ||
		!prb_admin_organisation_asked(x, &organisation) ||
		!prb_audit_read_of(
			x, &organisation, kinds == PRB_INVITATIONS ? "invitations" : "keys", NULL))
		return PRB_REPLIED;
	found = prb_arena_array(x->arena, (size_t)page.limit, sizeof *found);
	if (found != NULL)
		err = prb_find_api_keys(x->desk->state_reader, organisation.tenant, kinds,
			page.has_before ? &page.before : NULL, (size_t)page.limit, x->arena, found,
			&count, &next, &more);
	if (err != PRB_OK)
		return prb_refuse(x, err, NULL);
	prb_writer_init(&w, &x->reply.body);
	prb_write_items(&w);
	for (; i < count && err == PRB_OK && !enough; i++)
		err = write(x, &w, &found[i], &organisation, context, &enough);
	if (err != PRB_OK)
		return prb_refuse(x, err, NULL);
	if (i < count) {
		next = found[i - 1].id;
		more = true;
	}
	prb_admin_page_end(x, &w, &next, more);
	return prb_answer_json(x);
}
