/* SPDX-License-Identifier: Apache-2.0 */
#include "service/handlers/admin.h"

#include <sodium.h>

#include "service/handlers/answers.h"
#include "service/handlers/facts.h"

#define NO_ORGANISATION "there is no organisation with this id, or it is not yours"

/*
 * ---- Whose it is ----
 */

struct prb_id
prb_admin_id(struct prb_exchange *x)
{
	uint8_t random[10];

	randombytes_buf(random, sizeof random);
	return prb_id_next(&x->desk->ids, x->now_ms, random);
}

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
	struct prb_span cursor, limit;

	if (!prb_query_takes(x, known))
		return false;
	cursor = prb_query_get(&x->query, "cursor");
	limit = prb_query_get(&x->query, "limit");
	if (limit.p != NULL && !prb_parse_int(limit, 1, PRB_ADMIN_PAGE_ITEMS_MAX, &page.limit)) {
		(void)prb_refuse_query(
			x, "limit: a number from 1 to %d is wanted", PRB_ADMIN_PAGE_ITEMS_MAX);
		return false;
	}
	page.has_before = cursor.p != NULL;
	if (page.has_before && !prb_id_read(cursor, &page.before)) {
		(void)prb_refuse_query(x, "cursor: take `next` of the page before");
		return false;
	}
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
	if (!text->failed)
		x->reply.link = prb_arena_copy(x->arena, prb_str_span(text));
}

void
prb_admin_page_end(
	struct prb_exchange *x, struct prb_writer *w, const struct prb_id *last, bool more)
{
	char text[PRB_UUID_BYTES];

	prb_writer_end(w);
	prb_writer_key(w, "next");
	if (more) {
		prb_id_text(last, text);
		prb_writer_text(w, text);
		prb_admin_link_next(x, text);
	} else {
		prb_writer_null(w);
	}
	prb_writer_end(w);
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

enum prb_handled
prb_admin_commit(struct prb_exchange *x, enum prb_handled (*resume)(struct prb_exchange *exchange))
{
	if (x->service->commit(x, resume))
		return PRB_LATER;
	return prb_refuse(x, PRB_ERR_BUSY, "too much is waiting to be stored");
}
