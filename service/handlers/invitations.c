/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>
#include <stdio.h>

#include <sodium.h>

#include "service/handlers/answers.h"
#include "service/handlers/api_keys.h"
#include "service/handlers/attesting.h"
#include "service/handlers/facts.h"
#include "service/handlers/page.h"

/*
 * Invitations: a link by which a supplier declares without an account. The key stands behind the #
 * of the link, which no browser sends and no server logs.
 */

#define AT(member) offsetof(struct prb_admin_request, member)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define EXPIRES_DAYS 30
#define PARTY_BYTES_MAX PRB_LABEL_BYTES_MAX

/*
 * ---- Whom it is for ----
 */

/* Stored in the place of a key's name: {"country","language","name"}, canonical. */
struct party {
	struct prb_span name, country, language; /* p NULL: not said */
};

static void
write_if_said(struct prb_writer *w, const char *name, struct prb_span text)
{
	if (text.p != NULL)
		prb_writer_member_string(w, name, text);
}

/* PRB_ERR_RANGE where it is too long for a label. */
static enum prb_err
pack_party(struct prb_exchange *x, const struct party *party, struct prb_span *out)
{
	struct prb_str *text = &x->desk->text;
	struct prb_writer w;

	prb_str_reset(text);
	prb_writer_init(&w, text);
	prb_writer_object(&w);
	write_if_said(&w, "country", party->country);
	write_if_said(&w, "language", party->language);
	prb_writer_member_string(&w, "name", party->name);
	prb_writer_end(&w);
	if (text->n > PARTY_BYTES_MAX)
		return prb_faults_add(&x->faults, PRB_ERR_RANGE, "/supplier/name",
			"this name is longer than an invitation can hold: shorten it");
	*out = text->failed ? PRB_SPAN_NONE : prb_arena_copy(x->arena, prb_str_span(text));
	return out->p == NULL ? PRB_ERR_MEMORY : PRB_OK;
}

/* What cannot be read is shown as nothing: the invitation can still be revoked. */
static void
unpack_party(struct prb_exchange *x, struct prb_span label, struct party *out)
{
	const struct prb_json *root;

	*out = (struct party){.name = PRB_SPAN("")};
	if (prb_json_parse(x->arena, label, PARTY_BYTES_MAX, NULL, &root) != PRB_OK ||
		prb_json_kind(root) != PRB_JSON_OBJECT)
		return;
	out->country = prb_text_in(root, "country");
	out->language = prb_text_in(root, "language");
	if (prb_text_in(root, "name").p != NULL)
		out->name = prb_text_in(root, "name");
}

static void
write_party(struct prb_writer *w, const struct party *party)
{
	prb_writer_key(w, "supplier");
	prb_writer_object(w);
	write_if_said(w, "country", party->country);
	prb_writer_member_string(w, "name", party->name);
	prb_writer_end(w);
}

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

/* The ids of what was declared, oldest last; for those who may read the reports. */
static enum prb_err
write_declared(struct prb_exchange *x, struct prb_writer *w, const struct prb_stored_api_key *key)
{
	struct prb_id found[PRB_INVITED_DECLARATIONS_MAX];
	char id[PRB_UUID_BYTES];
	size_t count = 0;
	enum prb_err err = prb_find_held_ids(x->desk->state_reader, key->tenant, &key->holder,
		PRB_INVITED_DECLARATIONS_MAX, found, &count);

	if (err != PRB_OK)
		return err;
	prb_writer_key(w, "declared");
	prb_writer_array(w);
	for (size_t i = 0; i < count; i++) {
		prb_id_text(&found[i], id);
		prb_writer_text(w, id);
	}
	prb_writer_end(w);
	return PRB_OK;
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

/* making NULL: not the answer that shows the text. in_full: with what was declared. */
static enum prb_err
write_invitation(struct prb_exchange *x, struct prb_writer *w, const struct prb_stored_api_key *key,
	const struct prb_stored_organisation *organisation, struct prb_api_key_making *making,
	bool in_full)
{
	enum prb_err err = PRB_OK;
	struct prb_str link;
	struct party party;

	unpack_party(x, key->name, &party);
	prb_str_init(&link, PRB_URL_BYTES_MAX + 64);
	prb_writer_object(w);
	prb_admin_write_time(w, "created_at", key->created_ms / 1000);
	prb_writer_member_int(w, "declarations", key->declarations);
	prb_writer_member_int(w, "declarations_max", key->declarations_max);
	if (in_full)
		err = write_declared(x, w, key);
	prb_admin_write_time(w, "expires_at", key->expires);
	prb_admin_write_id(w, "id", &key->id);
	if (making != NULL) {
		make_link(x, making, &link);
		prb_api_key_write_text(w, making);
	}
	write_if_said(w, "language", party.language);
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
	write_party(w, &party);
	prb_writer_end(w);
	return err;
}

static enum prb_handled
answer_one(struct prb_exchange *x, const struct prb_stored_api_key *key,
	const struct prb_stored_organisation *organisation, bool in_full)
{
	struct prb_writer w;
	enum prb_err err;

	prb_str_reset(&x->reply.body);
	prb_writer_init(&w, &x->reply.body);
	err = write_invitation(x, &w, key, organisation, NULL, in_full);
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
	char id[PRB_UUID_BYTES], path[64];
	struct prb_writer w;

	prb_api_key_begin_answer(x);
	prb_writer_init(&w, &x->reply.body);
	(void)write_invitation(x, &w, &making->made, &making->organisation, making, false);
	prb_id_text(&making->made.id, id);
	(void)snprintf(path, sizeof path, "/v1/invitations/%s", id);
	x->reply.location = prb_arena_copy(x->arena, prb_span_of(path));
	return prb_answer(x, 201, PRB_TYPE_JSON);
}

static enum prb_handled
made(struct prb_exchange *x)
{
	struct prb_api_key_making *making = (struct prb_api_key_making *)x->commit;

	return prb_api_key_is_made(x, making) ? answer_made(x, making) : PRB_REPLIED;
}

/* False, with a refusal made. */
static bool
read_party(struct prb_exchange *x, const struct prb_admin_request *request, struct party *out)
{
	const struct prb_reference *reference = prb_release_reference(x->desk->release);
	bool assumed;
	int country;

	*out = (struct party){.name = request->party_name};
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

enum prb_handled
prb_handle_invite(struct prb_exchange *x)
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
	struct party party;
	enum prb_err err;

	if (!prb_admin_read(x, rows, COUNT(rows), &request) || !read_party(x, &request, &party) ||
		!prb_admin_organisation(x, request.organisation, &organisation))
		return PRB_REPLIED;
	making = prb_api_key_begin(x, &organisation, "POST /v1/invitations\n");
	if (making == NULL)
		return PRB_REPLIED;
	if (x->reply.replayed)
		return answer_made(x, making);
	key = &making->commit.api_key;
	err = pack_party(x, &party, &key->name);
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

static enum prb_handled
revoked(struct prb_exchange *x)
{
	struct prb_api_key_making *making = (struct prb_api_key_making *)x->commit;

	if (making->commit.err != PRB_OK)
		return prb_admin_refuse_commit(x, making->commit.err);
	return answer_one(x, &making->commit.api_key, &making->organisation, false);
}

enum prb_handled
prb_handle_revoke_invitation(struct prb_exchange *x)
{
	static const struct prb_admin_row rows[] = {
		{"organisation", PRB_ADMIN_TEXT, AT(organisation), 1, PRB_UUID_BYTES - 1, false},
	};
	struct prb_admin_request request = {.before = PRB_DATE_NONE};
	struct prb_stored_organisation organisation;
	struct prb_stored_api_key key;

	if (!prb_admin_read(x, rows, COUNT(rows), &request) ||
		!prb_admin_organisation(x, request.organisation, &organisation) ||
		!prb_api_key_find(x, &organisation, true, &key))
		return PRB_REPLIED;
	/* As GET answers now, where the caller names that; a refusal stands. */
	if (prb_is_conditional(x)) {
		(void)answer_one(x, &key, &organisation, may_see_declared(x));
		if (x->reply.status != 200 || !prb_admin_is_seen(x))
			return PRB_REPLIED;
	}
	return prb_api_key_revoke(x, &organisation, &key, revoked);
}

/*
 * ---- Reading ----
 */

enum prb_handled
prb_handle_invitation(struct prb_exchange *x)
{
	static const char *const known[] = {"organisation", NULL};
	struct prb_stored_organisation organisation;
	struct prb_stored_api_key key;

	if (!prb_query_takes(x, known) || !prb_admin_organisation_asked(x, &organisation) ||
		!prb_api_key_find(x, &organisation, true, &key))
		return PRB_REPLIED;
	return answer_one(x, &key, &organisation, may_see_declared(x));
}

static void
write_listed(struct prb_exchange *x, struct prb_writer *w, const struct prb_stored_api_key *key,
	const struct prb_stored_organisation *organisation)
{
	(void)write_invitation(x, w, key, organisation, NULL, false);
}

static enum prb_handled
list(struct prb_exchange *x)
{
	return prb_api_keys_page(x, PRB_INVITATIONS, write_listed);
}

enum prb_handled
prb_handle_invitations(struct prb_exchange *x)
{
	if (x->service->offload(x, list))
		return PRB_LATER;
	return prb_refuse(x, PRB_ERR_BUSY, "too many lists are being read");
}

/*
 * ---- The invited one ----
 */

/* GET /v1/invitation: who invites, for which supplier, until when, and what is left of it. */
enum prb_handled
prb_handle_own_invitation(struct prb_exchange *x)
{
	struct prb_stored_organisation organisation;
	struct prb_stored_api_key key;
	struct party party;
	struct prb_writer w;
	struct prb_id id;
	enum prb_err err = PRB_ERR_NOT_FOUND;

	memcpy(id.bytes, x->caller.key, sizeof id.bytes);
	if (x->caller.kind == PRB_CALLER_INVITATION)
		err = prb_find_api_key(
			x->desk->state_reader, x->caller.tenant, &id, x->arena, &key);
	if (err == PRB_OK)
		err = prb_find_organisation_of(
			x->desk->state_reader, x->caller.tenant, x->arena, &organisation);
	if (err != PRB_OK)
		return prb_refuse(
			x, err, "this is for whoever was invited, with the key of the invitation");
	unpack_party(x, key.name, &party);
	prb_writer_init(&w, &x->reply.body);
	prb_writer_object(&w);
	prb_writer_member_int(&w, "declarations_left",
		key.declarations_max > key.declarations ? key.declarations_max - key.declarations
							: 0);
	err = write_declared(x, &w, &key);
	prb_admin_write_time(&w, "expires_at", key.expires);
	prb_writer_member_string(&w, "invited_by", organisation.name);
	write_if_said(&w, "language", party.language);
	write_party(&w, &party);
	prb_writer_end(&w);
	return err == PRB_OK ? prb_answer_json(x) : prb_refuse(x, err, NULL);
}

/* GET /invitation: where the link leads. The page is the same for everybody: what stands behind the
 * # stays in the browser, and nothing here looks at it. */
enum prb_handled
prb_handle_invitation_page(struct prb_exchange *x)
{
	const char *url = x->service->issuer->public_url;
	struct prb_str *out = &x->reply.body;

	prb_page_begin(out, "You are invited to declare");
	prb_str_add_text(out,
		"<p>Somebody who buys from you, or looks into it for others, asks you to say how "
		"those who work for you are recruited, paid and housed. You need no account: the "
		"link "
		"that you were given is your key. It ends with <code>#prb_</code> and 43 more "
		"characters. Whoever has it can answer in your place, so keep it to yourself.</p>\n"
		"<h2>Who asks, and until when</h2>\n"
		"<p>Write this line into a file named <code>key</code>, with what stands behind "
		"the "
		"<code>#</code> of your link in the place of <code>prb_...</code>:</p>\n"
		"<pre>Authorization: Bearer prb_...</pre>\n"
		"<p>Then ask:</p>\n<pre>curl -H @key ");
	prb_html_add_text(out, url[0] != '\0' ? url : "https://THIS-SERVER");
	prb_str_add_text(out, "/v1/invitation</pre>\n"
			      "<h2>How to answer</h2>\n"
			      "<p>With the program <code>probity</code>, where <code>link</code> "
			      "is a file with the "
			      "link in it:</p>\n"
			      "<pre>probity submit --invitation link declaration.json</pre>\n"
			      "<p>Or without it:</p>\n"
			      "<pre>curl -H @key -H 'Content-Type: application/json' --data-binary "
			      "@declaration.json ");
	prb_html_add_text(out, url[0] != '\0' ? url : "https://THIS-SERVER");
	prb_str_add_text(out,
		"/v1/declarations</pre>\n"
		"<p>A declaration is a file like this one; say what you know, and leave out what "
		"you "
		"do not. Name no worker in it.</p>\n"
		"<pre>{\"supplier\": {\"name\": \"Example Knitwear Ltd\", \"country\": \"BGD\"},\n"
		" \"products\": [{\"description\": \"T-shirts\", \"hs\": \"6109\"}],\n"
		" \"workforce\": {\"total\": 420, \"migrant\": 0, \"recruitment_fees\": "
		"\"employer_pays\"}}</pre>\n"
		"<p>The answer is your report, with the reasons for it, and what would change it. "
		"Those who invited you see it too. It is a rating of risk: not a finding of law "
		"and "
		"not, by itself, a ground for exclusion.</p>\n"
		"<p><a href=\"/openapi.json\">All that can be said in a declaration</a>, <a "
		"href=\"/\">what else is here</a></p>\n");
	return prb_page_end(x);
}
