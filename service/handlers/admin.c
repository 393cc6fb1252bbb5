/* SPDX-License-Identifier: Apache-2.0 */
#include "service/handlers/admin.h"

#include <stdio.h>

#include "service/handlers/answers.h"
#include "service/handlers/facts.h"

#define NO_ORGANISATION "there is no organisation with this id, or it is not yours"

/*
 * ---- Whose it is ----
 */

/* PRB_ERR_NOT_FOUND also for those of others, and for what was erased. */
static enum prb_err
find(struct prb_exchange *x, const struct prb_id *id, struct prb_stored_organisation *out)
{
	struct prb_state_reader *reader = x->desk->state_reader;
	struct prb_stored_organisation found;
	enum prb_err err;

	if (x->caller.kind == PRB_CALLER_OPERATOR)
		err = prb_find_organisation(reader, id, x->arena, &found);
	else
		err = prb_find_organisation_of(reader, x->caller.tenant, x->arena, &found);
	if (err == PRB_OK &&
		(found.erased || (id != NULL && memcmp(id, &found.id, sizeof *id) != 0)))
		err = PRB_ERR_NOT_FOUND;
	if (err == PRB_ERR_NOT_FOUND)
		prb_audit_not_found(x);
	if (err == PRB_OK)
		*out = found;
	return err;
}

/* The organisation that is named, or, where p is NULL, the caller's own. */
static enum prb_err
find_named(struct prb_exchange *x, struct prb_span named, struct prb_stored_organisation *out)
{
	struct prb_id id;

	if (named.p != NULL)
		return prb_id_read(named, &id) ? find(x, &id, out) : PRB_ERR_NOT_FOUND;
	return find(x, NULL, out);
}

/* Where nothing tells them apart, everything belongs to one tenant, which is no organisation. */
static bool
has_one(struct prb_exchange *x)
{
	if (x->caller.kind != PRB_CALLER_OPEN && x->caller.kind != PRB_CALLER_NOBODY)
		return true;
	(void)prb_refuse(x, PRB_ERR_FORBIDDEN,
		"without a key you are of no organisation: the operator makes one with `probity "
		"admin organisation add`, and its first key with `probity admin key add`");
	x->reply.challenge = PRB_SPAN("Bearer realm=\"probity\"");
	return false;
}

bool
prb_admin_organisation(
	struct prb_exchange *x, struct prb_span named, struct prb_stored_organisation *out)
{
	enum prb_err err;

	if (!has_one(x))
		return false;
	if (x->caller.kind == PRB_CALLER_OPERATOR && named.p == NULL)
		err = prb_faults_add(&x->faults, PRB_ERR_MEMBER_MISSING, "/organisation",
			"the operator is of no organisation: name one by its id");
	else
		err = find_named(x, named, out);
	if (err == PRB_OK)
		return true;
	if (err == PRB_ERR_NOT_FOUND)
		err = prb_faults_add(&x->faults, PRB_ERR_VALUE, "/organisation", NO_ORGANISATION);
	(void)prb_refuse(x, err, NULL);
	return false;
}

bool
prb_admin_organisation_asked(struct prb_exchange *x, struct prb_stored_organisation *out)
{
	struct prb_span named = prb_query_get(&x->query, "organisation");
	enum prb_err err;

	if (!has_one(x))
		return false;
	if (x->caller.kind == PRB_CALLER_OPERATOR && named.p == NULL) {
		(void)prb_refuse_query(
			x, "organisation: the operator is of no organisation: name one by its id");
		return false;
	}
	err = find_named(x, named, out);
	if (err != PRB_OK)
		(void)prb_refuse(x, err, NO_ORGANISATION);
	return err == PRB_OK;
}

bool
prb_admin_organisation_at(
	struct prb_exchange *x, const char *detail, struct prb_stored_organisation *out)
{
	struct prb_id id;
	enum prb_err err;

	if (!prb_path_id(x, &id))
		return false;
	err = find(x, &id, out);
	if (err != PRB_OK)
		(void)prb_refuse(x, err, detail != NULL ? detail : NO_ORGANISATION);
	return err == PRB_OK;
}

/*
 * ---- Pages ----
 */

bool
prb_admin_page_read(struct prb_exchange *x, const char *const *known, struct prb_admin_page *out)
{
	struct prb_admin_page page = {.limit = PRB_ADMIN_PAGE_ITEMS};

	if (!prb_query_takes(x, known) ||
		!prb_query_limit(x, PRB_ADMIN_PAGE_ITEMS_MAX, &page.limit) ||
		!prb_query_cursor(x, &page.before, &page.has_before))
		return false;
	*out = page;
	return true;
}

void
prb_admin_link_next(struct prb_exchange *x, const char *next)
{
	struct prb_str *text = &x->desk->text;

	prb_str_reset(text);
	prb_str_add_char(text, '<');
	prb_str_add_span(text, x->head.path);
	prb_str_addf(text, "?cursor=%s", next);
	for (size_t i = 0; i < x->query.count; i++) {
		const struct prb_parameter *p = &x->query.items[i];

		/* Numbers, dates and ids: nothing of them has to be escaped. */
		if (!prb_span_is(p->name, "cursor"))
			prb_str_addf(text, "&%.*s=%.*s", PRB_SPAN_ARGS(p->name),
				PRB_SPAN_ARGS(p->value));
	}
	prb_str_add_text(text, ">; rel=\"next\"");
	x->reply.link = prb_kept(x->arena, text);
}

void
prb_admin_page_end(
	struct prb_exchange *x, struct prb_writer *w, const struct prb_id *last, bool more)
{
	char text[PRB_UUID_BYTES];

	if (more) {
		prb_id_text(last, text);
		prb_admin_link_next(x, text);
	}
	prb_write_next(w, more ? text : NULL);
}

/*
 * ---- Answers ----
 */

void
prb_admin_write_id(struct prb_writer *w, const char *name, const struct prb_id *id)
{
	char text[PRB_UUID_BYTES];

	prb_id_text(id, text);
	prb_writer_member_text(w, name, text);
}

void
prb_admin_write_if(struct prb_writer *w, const char *name, struct prb_span text)
{
	if (text.p != NULL)
		prb_writer_member_string(w, name, text);
}

void
prb_admin_write_time(struct prb_writer *w, const char *name, int64_t seconds)
{
	char text[PRB_TIMESTAMP_BYTES];

	if (seconds == 0) {
		prb_writer_key(w, name);
		prb_writer_null(w);
		return;
	}
	prb_timestamp_format(seconds, text);
	prb_writer_member_text(w, name, text);
}

void
prb_admin_write_notice(struct prb_writer *w, const char *key, const char *text)
{
	prb_writer_key(w, "notice");
	prb_writer_object(w);
	prb_writer_member_text(w, "key", key);
	prb_writer_member_text(w, "text", text);
	prb_writer_end(w);
}

enum prb_handled
prb_admin_answer_made(struct prb_exchange *x, const char *folder, const struct prb_id *id)
{
	char uuid[PRB_UUID_BYTES], path[64];

	prb_id_text(id, uuid);
	(void)snprintf(path, sizeof path, "%s%s", folder, uuid);
	x->reply.location = prb_arena_copy(x->arena, prb_span_of(path));
	return prb_answer(x, 201, PRB_TYPE_JSON);
}

bool
prb_admin_is_seen(struct prb_exchange *x)
{
	struct prb_span etag = prb_etag_of(x, prb_str_span(&x->reply.body));
	bool same = etag.p != NULL && !x->reply.body.failed && prb_if_match(x, etag);

	if (etag.p == NULL || x->reply.body.failed)
		(void)prb_refuse(x, PRB_ERR_MEMORY, "memory ran out");
	else if (!same)
		(void)prb_refuse_changed(x, etag);
	else
		prb_str_reset(&x->reply.body);
	return same;
}

enum prb_handled
prb_admin_refuse_commit(struct prb_exchange *x, enum prb_err err)
{
	if (err == PRB_ERR_CONFLICT)
		return prb_refuse(x, PRB_ERR_PRECONDITION,
			"another request changed it meanwhile: read it again");
	return prb_refuse(x, err, "nothing of this request was stored: send it again");
}
