/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>

#include <sodium.h>

#include "service/handlers/answers.h"
#include "service/handlers/api_keys.h"
#include "service/handlers/facts.h"
#include "service/handlers/invited.h"

/*
 * Invitations: a link by which a supplier declares without an account. The key stands behind the #
 * of the link, which no browser sends and no server logs.
 */

#define AT(member) offsetof(struct prb_admin_request, member)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define EXPIRES_DAYS 30
/*
 * So many invitations of one organisation can be open at a time: a stolen key cannot fill the state
 * with links, and what is open can still be looked through. To count them takes a look at every key
 * that can be one of them, which has a ceiling as well.
 */
#define OPEN_MAX 10000
#define LOOKED_AT_MAX 100000
#define TOO_MANY_READ "too many lists are being read"
#define PAGE_OPENED_MAX 100 /* declarations: a page ends behind the invitation that reaches it */

/*
 * ---- Answers ----
 */

static const char *
state_of(const struct prb_exchange *x, const struct prb_stored_api_key *key)
{
	if (key->standing == PRB_API_KEY_REVOKED)
		return "revoked";
	if (key->declarations_max != 0 && key->declarations >= key->declarations_max)
		return "used";
	return prb_api_key_is_good(x, key) ? "open" : "expired";
}

/* Without a public URL nobody knows where a link would lead. */
static void
make_link(
	const struct prb_exchange *x, const struct prb_api_key_making *making, struct prb_str *out)
{
	const char *url = x->service->issuer->public_url;

	if (url[0] != '\0' && making->token[0] != '\0')
		prb_str_addf(out, "%s/invitation#%s", url, making->token);
}

/* The member, wiped here. */
static void
write_link(struct prb_writer *w, struct prb_str *link)
{
	prb_writer_key(w, "link");
	if (link->n == 0)
		prb_writer_null(w);
	else
		prb_writer_string(w, prb_str_span(link));
	w->out->failed |= link->failed;
	if (link->p != NULL)
		sodium_memzero(link->p, link->n);
}

/* making NULL: not the answer that shows the text. opened NULL: without what was declared. */
static enum prb_err
write_invitation(struct prb_exchange *x, struct prb_writer *w, const struct prb_stored_api_key *key,
	const struct prb_stored_organisation *organisation, struct prb_api_key_making *making,
	struct prb_invited_opened *opened)
{
	enum prb_err err = PRB_OK;
	struct prb_str link;
	struct prb_invited invited;

	prb_invited_unpack(x, key->name, &invited);
	prb_str_init(&link, PRB_URL_BYTES_MAX + 64);
	prb_writer_object(w);
	prb_admin_write_time(w, "created_at", key->created_ms / 1000);
	prb_writer_member_int(w, "declarations", key->declarations);
	prb_writer_member_int(w, "declarations_max", key->declarations_max);
	if (opened != NULL)
		err = prb_invited_write_declared(x, w, key, &invited, opened);
	prb_admin_write_time(w, "expires_at", key->expires);
	prb_admin_write_id(w, "id", &key->id);
	if (making != NULL) {
		make_link(x, making, &link);
		prb_api_key_write_text(w, making);
	}
	prb_admin_write_if(w, "language", invited.language);
	prb_api_key_write_used(w, key);
	if (making != NULL)
		write_link(w, &link);
	prb_str_finish(&link);
	if (making != NULL && x->reply.replayed)
		prb_admin_write_notice(w, "link_not_shown_again",
			"this is the answer to a repeated request, without the link: if it was "
			"lost, "
			"revoke this invitation and make another");
	else if (making != NULL)
		prb_admin_write_notice(w, "link_shown_once",
			"give the link, or the key, to the supplier alone: it is stored nowhere "
			"and "
			"cannot be shown again");
	prb_admin_write_id(w, "organisation", &organisation->id);
	prb_writer_member_text(w, "state", state_of(x, key));
	prb_invited_write(w, &invited);
	prb_writer_end(w);
	return err;
}

static enum prb_handled
answer_one(struct prb_exchange *x, const struct prb_stored_api_key *key,
	const struct prb_stored_organisation *organisation, bool in_full)
{
	struct prb_invited_opened opened = {.count = 0};
	struct prb_writer w;
	enum prb_err err;

	if (in_full && key->declarations != 0 && !prb_audit_read(x, "invitation", &key->id))
		return PRB_REPLIED;
	prb_str_reset(&x->reply.body);
	prb_writer_init(&w, &x->reply.body);
	err = write_invitation(x, &w, key, organisation, NULL, in_full ? &opened : NULL);
	return err == PRB_OK ? prb_answer(x, 200, PRB_TYPE_JSON) : prb_refuse(x, err, NULL);
}

static bool
may_see_declared(const struct prb_exchange *x)
{
	return prb_caller_may(&x->caller, PRB_SCOPE_READ);
}

/*
 * ---- Inviting ----
 */

static enum prb_handled
answer_made(struct prb_exchange *x, struct prb_api_key_making *making)
{
	struct prb_writer w;

	prb_api_key_begin_answer(x);
	prb_writer_init(&w, &x->reply.body);
	(void)write_invitation(x, &w, &making->made, &making->organisation, making, NULL);
	return prb_admin_answer_made(x, "/v1/invitations/", &making->made.id);
}

static enum prb_handled
made(struct prb_exchange *x)
{
	struct prb_api_key_making *making = (struct prb_api_key_making *)x->commit;

	return prb_api_key_is_made(x, making) ? answer_made(x, making) : PRB_REPLIED;
}

/* False, with a refusal made. */
static bool
read_party(struct prb_exchange *x, const struct prb_admin_request *request, struct prb_invited *out)
{
	const struct prb_reference *reference = prb_release_reference(x->desk->release);
	bool assumed;
	int country;

	*out = (struct prb_invited){.name = request->party_name};
	if (request->party_country.n != 0) {
		country = prb_facts_country(x->desk->gatherer, request->party_country, &assumed);
		if (country < 0)
			(void)prb_faults_add(&x->faults, PRB_ERR_COUNTRY, "/supplier/country",
				"no country is known by that word");
		else
			out->country = prb_span_of(reference->countries[country].iso3);
	}
	if (request->language.n != 0) {
		out->language = request->language;
		if (prb_lang_find(request->language) == PRB_LANGS)
			(void)prb_faults_add(&x->faults, PRB_ERR_VALUE, "/language",
				"one of these is wanted: " PRB_LANG_TAGS);
	}
	if (x->faults.count != 0)
		(void)prb_refuse(x, x->faults.items[0].err, NULL);
	return x->faults.count == 0;
}

/* Two requests at once may both find the last place free: it is a ceiling of what there can be, not
 * a count that anybody relies on. False, with a refusal made. */
static bool
has_room(struct prb_exchange *x, uint32_t tenant)
{
	const struct prb_open_keys open = {.kinds = PRB_INVITATIONS,
		.now = x->now_ms / 1000,
		/* Whatever was made earlier has expired. */
		.made_ms = x->now_ms - (int64_t)PRB_INVITATION_DAYS_MAX * PRB_DAY_SECONDS * 1000,
		.max = OPEN_MAX,
		.looks_max = LOOKED_AT_MAX};
	uint32_t count = 0;
	enum prb_err err = prb_count_open_keys(x->desk->state_reader, tenant, &open, &count);

	if (err == PRB_OK && count < OPEN_MAX)
		return true;
	if (err != PRB_OK)
		(void)prb_refuse(x, err, NULL);
	else
		(void)prb_refuse(x, PRB_ERR_INVITED,
			"this organisation has as many open invitations as one can have: revoke "
			"those that nobody will answer any more, or wait until some were used or "
			"have expired");
	return false;
}

static enum prb_handled
invite(struct prb_exchange *x)
{
	static const struct prb_admin_row rows[] = {
		{"declarations_max", PRB_ADMIN_NUMBER, AT(declarations_max), 1,
			PRB_INVITED_DECLARATIONS_MAX, false},
		{"expires_days", PRB_ADMIN_NUMBER, AT(expires_days), 1, PRB_INVITATION_DAYS_MAX,
			false},
		{"language", PRB_ADMIN_TEXT, AT(language), 2, 2, false},
		{"organisation", PRB_ADMIN_TEXT, AT(organisation), 1, PRB_UUID_BYTES - 1, false},
		{"supplier", PRB_ADMIN_PARTY, 0, 0, 0, true},
	};
	struct prb_admin_request request = {
		.before = PRB_DATE_NONE, .declarations_max = 1, .expires_days = EXPIRES_DAYS};
	struct prb_stored_organisation organisation;
	struct prb_api_key_making *making;
	struct prb_stored_api_key *key;
	struct prb_invited invited;
	enum prb_err err;

	if (!prb_admin_read(x, rows, COUNT(rows), &request) || !read_party(x, &request, &invited) ||
		!prb_admin_organisation(x, request.organisation, &organisation))
		return PRB_REPLIED;
	making = prb_api_key_begin(x, &organisation, "POST /v1/invitations\n");
	if (making == NULL)
		return PRB_REPLIED;
	if (x->reply.replayed)
		return answer_made(x, making);
	if (!has_room(x, organisation.tenant))
		return PRB_REPLIED;
	key = &making->commit.api_key;
	err = prb_invited_pack(x, &invited, &key->name);
	if (err != PRB_OK)
		return prb_refuse(x, err, NULL);
	prb_api_key_draw(x, making);
	key->kind = PRB_CALLER_INVITATION;
	key->role = PRB_ROLE_SUPPLIER;
	key->scopes = PRB_SCOPE_BIT(DECLARE) | PRB_SCOPE_BIT(READ);
	key->expires = prb_api_key_expires(x, request.expires_days);
	key->declarations_max = (uint32_t)request.declarations_max;
	return prb_api_key_commit(x, making, made);
}

/* In the pool: what is open is counted. */
enum prb_handled
prb_handle_invite(struct prb_exchange *x)
{
	return prb_offload(x, invite, "too many invitations are being made");
}

static enum prb_handled
revoked(struct prb_exchange *x)
{
	struct prb_api_key_making *making = (struct prb_api_key_making *)x->commit;

	if (making->commit.err != PRB_OK)
		return prb_admin_refuse_commit(x, making->commit.err);
	return answer_one(x, &making->commit.api_key, &making->organisation, false);
}

static enum prb_handled
revoke(struct prb_exchange *x)
{
	struct prb_stored_organisation organisation;
	struct prb_stored_api_key key;

	if (!prb_api_key_named(x, PRB_INVITATIONS, &organisation, &key))
		return PRB_REPLIED;
	/* As GET answers now, where the caller names that; a refusal stands. */
	if (prb_is_conditional(x)) {
		(void)answer_one(x, &key, &organisation, may_see_declared(x));
		if (x->reply.status != 200 || !prb_admin_is_seen(x))
			return PRB_REPLIED;
	}
	return prb_api_key_revoke(x, &organisation, &key, revoked);
}

enum prb_handled
prb_handle_revoke_invitation(struct prb_exchange *x)
{
	return prb_is_conditional(x) ? prb_offload(x, revoke, TOO_MANY_READ) : revoke(x);
}

/*
 * ---- Reading ----
 */

static enum prb_handled
show(struct prb_exchange *x)
{
	struct prb_stored_organisation organisation;
	struct prb_stored_api_key key;

	if (!prb_api_key_asked(x, PRB_INVITATIONS, &organisation, &key))
		return PRB_REPLIED;
	return answer_one(x, &key, &organisation, may_see_declared(x));
}

enum prb_handled
prb_handle_invitation(struct prb_exchange *x)
{
	return prb_offload(x, show, TOO_MANY_READ);
}

/* context: struct prb_invited_opened of the page, or NULL. */
static enum prb_err
write_listed(struct prb_exchange *x, struct prb_writer *w, const struct prb_stored_api_key *key,
	const struct prb_stored_organisation *organisation, void *context, bool *enough)
{
	struct prb_invited_opened *opened = context;
	enum prb_err err = write_invitation(x, w, key, organisation, NULL, opened);

	*enough = opened != NULL && (opened->count >= PAGE_OPENED_MAX ||
					    opened->bytes >= PRB_INVITED_OPENED_BYTES_MAX);
	return err;
}

static enum prb_handled
list(struct prb_exchange *x)
{
	struct prb_invited_opened opened = {.count = 0};

	return prb_api_keys_page(
		x, PRB_INVITATIONS, write_listed, may_see_declared(x) ? &opened : NULL);
}

enum prb_handled
prb_handle_invitations(struct prb_exchange *x)
{
	return prb_offload(x, list, TOO_MANY_READ);
}

/*
 * ---- The invited one ----
 */

/* GET /v1/invitation: who invites, for which supplier, until when, and what is left of it. */
static enum prb_handled
show_own(struct prb_exchange *x)
{
	struct prb_invited_opened opened = {.count = 0};
	struct prb_stored_organisation organisation;
	struct prb_stored_api_key key;
	struct prb_invited invited;
	struct prb_writer w;
	enum prb_err err = prb_invited_key(x, &key);

	if (err == PRB_OK)
		err = prb_find_organisation_of(
			x->desk->state_reader, x->caller.tenant, x->arena, &organisation);
	if (err != PRB_OK)
		return prb_refuse(
			x, err, "this is for whoever was invited, with the key of the invitation");
	if (key.declarations != 0 && !prb_audit_read(x, "invitation", &key.id))
		return PRB_REPLIED;
	prb_invited_unpack(x, key.name, &invited);
	prb_writer_init(&w, &x->reply.body);
	prb_writer_object(&w);
	prb_writer_member_int(&w, "declarations_left",
		key.declarations_max > key.declarations ? key.declarations_max - key.declarations
							: 0);
	err = prb_invited_write_declared(x, &w, &key, &invited, &opened);
	prb_admin_write_time(&w, "expires_at", key.expires);
	prb_writer_member_string(&w, "invited_by", organisation.name);
	prb_admin_write_if(&w, "language", invited.language);
	prb_invited_write(&w, &invited);
	prb_writer_end(&w);
	return err == PRB_OK ? prb_answer_json(x) : prb_refuse(x, err, NULL);
}

enum prb_handled
prb_handle_own_invitation(struct prb_exchange *x)
{
	return prb_offload(x, show_own, TOO_MANY_READ);
}
