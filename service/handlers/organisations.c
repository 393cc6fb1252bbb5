/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>
#include <stdio.h>

#include "service/handlers/admin.h"
#include "service/handlers/answers.h"
#include "service/handlers/facts.h"

/*
 * Organisations: made, renamed, suspended and erased. An erasure throws the organisation's data
 * keys away: the journal and the log stay whole, and say nothing of it any more.
 */

#define AT(member) offsetof(struct prb_admin_request, member)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void
write_organisation(struct prb_writer *w, const struct prb_stored_organisation *of)
{
	prb_writer_object(w);
	prb_admin_write_time(w, "created_at", of->created_ms / 1000);
	prb_admin_write_id(w, "id", &of->id);
	prb_writer_key(w, "name");
	if (of->erased)
		prb_writer_null(w);
	else
		prb_writer_string(w, of->name);
	prb_writer_member_text(w, "standing",
		of->erased                                   ? "erased"
		: of->standing == PRB_ORGANISATION_SUSPENDED ? "suspended"
							     : "active");
	prb_writer_end(w);
}

static void
write_one(struct prb_exchange *x, const struct prb_stored_organisation *of)
{
	struct prb_writer w;

	prb_str_reset(&x->reply.body);
	prb_writer_init(&w, &x->reply.body);
	write_organisation(&w, of);
}

/*
 * ---- Making and changing ----
 */

/* False, with a refusal made: where somebody has it already, and where it is still anybody's. */
static bool
can_adopt(struct prb_exchange *x)
{
	char detail[PRB_FAULT_DETAIL_BYTES_MAX], id[PRB_UUID_BYTES];
	struct prb_stored_organisation of;
	enum prb_err err;

	if (x->service->auth_open) {
		(void)prb_refuse(x, PRB_ERR_NOT_ADOPTABLE,
			"this server is open: whoever reaches it would read and store what is the "
			"organisation's; set [auth] mode = required, start it again, and then "
			"repeat this");
		return false;
	}
	err = prb_find_organisation_of(x->desk->state_reader, PRB_TENANT_OPEN, x->arena, &of);
	if (err == PRB_ERR_NOT_FOUND)
		return true;
	if (err != PRB_OK) {
		(void)prb_refuse(x, err, NULL);
		return false;
	}
	prb_id_text(&of.id, id);
	if (of.erased)
		(void)snprintf(detail, sizeof detail,
			"what was stored in open mode was the organisation's %s, which was erased: "
			"nothing of it is left",
			id);
	else
		(void)snprintf(detail, sizeof detail,
			"what was stored in open mode is the organisation's %s, for good: give "
			"that one a key (`probity admin key add --organisation %s`)",
			id, id);
	(void)prb_refuse(x, PRB_ERR_NOT_ADOPTABLE, detail);
	return false;
}

static enum prb_handled
made(struct prb_exchange *x)
{
	struct prb_commit *c = x->commit;

	/* Two at once: the other one was first. */
	if (c->err == PRB_ERR_CONFLICT && c->organisation.tenant == PRB_TENANT_OPEN &&
		!can_adopt(x))
		return PRB_REPLIED;
	if (c->err != PRB_OK)
		return prb_admin_refuse_commit(x, c->err);
	write_one(x, &c->organisation);
	return prb_admin_answer_made(x, "/v1/organisations/", &c->organisation.id);
}

static enum prb_handled
changed(struct prb_exchange *x)
{
	if (x->commit->err != PRB_OK)
		return prb_admin_refuse_commit(x, x->commit->err);
	write_one(x, &x->commit->organisation);
	return prb_answer(x, 200, PRB_TYPE_JSON);
}

enum prb_handled
prb_handle_create_organisation(struct prb_exchange *x)
{
	static const struct prb_admin_row rows[] = {
		{"adopts_open", PRB_ADMIN_TRUTH, AT(adopts_open), 0, 0, false},
		{"name", PRB_ADMIN_TEXT, AT(name), 1, PRB_ADMIN_NAME_BYTES_MAX, true},
	};
	struct prb_admin_request request = {.before = PRB_DATE_NONE};

	if (!prb_admin_read(x, rows, COUNT(rows), &request) ||
		(request.adopts_open && !can_adopt(x)) ||
		!prb_commit_begin(x, PRB_COMMIT_ORGANISATION))
		return PRB_REPLIED;
	x->commit->organisation = (struct prb_stored_organisation){
		.tenant = request.adopts_open ? PRB_TENANT_OPEN : 0,
		.time_ms = x->now_ms,
		.created_ms = x->now_ms,
		.id = prb_exchange_id(x),
		.standing = PRB_ORGANISATION_ACTIVE,
		.name = request.name,
		.caller = prb_own_name(x),
		.seen = PRB_SEEN_NONE};
	return prb_hand_over(x, made);
}

enum prb_handled
prb_handle_change_organisation(struct prb_exchange *x)
{
	static const struct prb_admin_row rows[] = {
		{"name", PRB_ADMIN_TEXT, AT(name), 1, PRB_ADMIN_NAME_BYTES_MAX, false},
		{"standing", PRB_ADMIN_STANDING, AT(standing), 0, 0, false},
	};
	struct prb_admin_request request = {.before = PRB_DATE_NONE};
	struct prb_stored_organisation organisation;

	if (!prb_admin_read(x, rows, COUNT(rows), &request))
		return PRB_REPLIED;
	if (request.name.n == 0 && request.standing == 0) {
		(void)prb_faults_add(&x->faults, PRB_ERR_MEMBER_MISSING, "",
			"what is to change is wanted: name, standing or both");
		return prb_refuse(x, PRB_ERR_MEMBER_MISSING, NULL);
	}
	if (!prb_admin_organisation_at(x, NULL, &organisation))
		return PRB_REPLIED;
	write_one(x, &organisation);
	if (!prb_admin_is_seen(x) || !prb_commit_begin(x, PRB_COMMIT_ORGANISATION))
		return PRB_REPLIED;
	if (request.name.n != 0)
		organisation.name = request.name;
	if (request.standing != 0)
		organisation.standing = (uint8_t)request.standing;
	organisation.time_ms = x->now_ms;
	organisation.caller = prb_own_name(x);
	organisation.seen = organisation.sequence;
	x->commit->organisation = organisation;
	return prb_hand_over(x, changed);
}

/*
 * ---- Erasing ----
 */

/* Nothing was old enough. */
static enum prb_handled
refuse_nothing(struct prb_exchange *x, const struct prb_stored_erasure *erasure)
{
	char detail[PRB_FAULT_DETAIL_BYTES_MAX], time[PRB_TIMESTAMP_BYTES];

	prb_timestamp_format(erasure->kept_from_ms / 1000, time);
	(void)snprintf(detail, sizeof detail,
		"nothing was erased: what is kept is of %s or later, or lies under one key with "
		"what is not before that day",
		time);
	return prb_refuse(x, PRB_ERR_NOTHING_TO_ERASE, detail);
}

static enum prb_handled
erased(struct prb_exchange *x)
{
	struct prb_commit *c = x->commit;
	struct prb_writer w;
	char date[PRB_DATE_BYTES];

	if (c->err == PRB_ERR_CONFLICT)
		return refuse_nothing(x, &c->erasure);
	if (c->err != PRB_OK)
		return prb_admin_refuse_commit(x, c->err);
	prb_str_reset(&x->reply.body);
	prb_writer_init(&w, &x->reply.body);
	prb_writer_object(&w);
	prb_writer_key(&w, "before");
	if (c->erasure.before_ms == 0) {
		prb_writer_null(&w);
	} else {
		prb_date_format((prb_date)(c->erasure.before_ms / 1000 / PRB_DAY_SECONDS), date);
		prb_writer_text(&w, date);
	}
	prb_admin_write_time(&w, "erased_at", c->erasure.time_ms / 1000);
	/* As it was asked for: the record has the number alone. */
	prb_writer_member_string(&w, "id", x->params[0]);
	prb_admin_write_time(&w, "kept_from", c->erasure.kept_from_ms / 1000);
	prb_writer_member_int(&w, "keys", c->erasure.keys);
	prb_writer_end(&w);
	return prb_answer(x, 200, PRB_TYPE_JSON);
}

/* False, with a refusal made: a name typed by hand is what stands between a slip and the end. */
static bool
is_confirmed(struct prb_exchange *x, const struct prb_admin_request *request,
	const struct prb_stored_organisation *organisation)
{
	enum prb_err err = PRB_OK;

	if (!prb_span_equal(request->confirm, organisation->name))
		err = prb_faults_add(&x->faults, PRB_ERR_VALUE, "/confirm",
			"the name of the organisation is wanted here, letter by letter: what is "
			"erased is gone for good");
	else if (request->before != PRB_DATE_NONE && request->before > prb_exchange_day(x))
		err = prb_faults_add(&x->faults, PRB_ERR_DATE, "/before",
			"a day that has not come yet: leave `before` out to erase everything");
	else if (request->before != PRB_DATE_NONE && request->before < 1)
		err = prb_faults_add(
			&x->faults, PRB_ERR_DATE, "/before", "a day after 1970-01-01 is wanted");
	if (err != PRB_OK)
		(void)prb_refuse(x, err, NULL);
	return err == PRB_OK;
}

enum prb_handled
prb_handle_erase_organisation(struct prb_exchange *x)
{
	static const struct prb_admin_row rows[] = {
		{"before", PRB_ADMIN_DATE, AT(before), 0, 0, false},
		{"confirm", PRB_ADMIN_TEXT, AT(confirm), 1, PRB_ADMIN_NAME_BYTES_MAX, true},
	};
	struct prb_admin_request request = {.before = PRB_DATE_NONE};
	struct prb_stored_organisation organisation;

	if (!prb_admin_read(x, rows, COUNT(rows), &request) ||
		!prb_admin_organisation_at(x, NULL, &organisation) ||
		!is_confirmed(x, &request, &organisation))
		return PRB_REPLIED;
	write_one(x, &organisation);
	if (!prb_admin_is_seen(x) || !prb_commit_begin(x, PRB_COMMIT_ERASURE))
		return PRB_REPLIED;
	x->commit->erasure = (struct prb_stored_erasure){.time_ms = x->now_ms,
		.tenant = organisation.tenant,
		.before_ms = request.before == PRB_DATE_NONE
				     ? 0
				     : (int64_t)request.before * PRB_DAY_SECONDS * 1000,
		.caller = prb_own_name(x)};
	return prb_hand_over(x, erased);
}

/*
 * ---- Reading ----
 */

enum prb_handled
prb_handle_organisation(struct prb_exchange *x)
{
	struct prb_stored_organisation organisation;
	struct prb_id id;

	/* The operator sees also that one was erased. */
	if (x->caller.kind == PRB_CALLER_OPERATOR && prb_id_read(x->params[0], &id) &&
		prb_find_organisation(x->desk->state_reader, &id, x->arena, &organisation) ==
			PRB_OK) {
		write_one(x, &organisation);
		return prb_answer_json(x);
	}
	if (!prb_admin_organisation_at(x, NULL, &organisation))
		return PRB_REPLIED;
	write_one(x, &organisation);
	return prb_answer_json(x);
}

/* One more than the page has shows whether there is another; others than the operator see theirs.
 */
static enum prb_err
find_page(struct prb_exchange *x, const struct prb_admin_page *page,
	struct prb_stored_organisation *out, size_t *count)
{
	enum prb_err err;

	if (x->caller.kind == PRB_CALLER_OPERATOR)
		return prb_find_organisations(x->desk->state_reader,
			page->has_before ? &page->before : NULL, (size_t)page->limit + 1, x->arena,
			out, count);
	*count = 0;
	if (page->has_before)
		return PRB_OK;
	err = prb_find_organisation_of(x->desk->state_reader, x->caller.tenant, x->arena, out);
	*count = err == PRB_OK;
	return err == PRB_ERR_NOT_FOUND ? PRB_OK : err;
}

enum prb_handled
prb_handle_organisations(struct prb_exchange *x)
{
	static const char *const known[] = {"cursor", "limit", NULL};
	struct prb_stored_organisation *found;
	struct prb_admin_page page;
	struct prb_writer w;
	size_t count = 0, shown;
	enum prb_err err = PRB_ERR_MEMORY;

	if (!prb_admin_page_read(x, known, &page))
		return PRB_REPLIED;
	found = prb_arena_array(x->arena, (size_t)page.limit + 1, sizeof *found);
	if (found != NULL)
		err = find_page(x, &page, found, &count);
	if (err != PRB_OK)
		return prb_refuse(x, err, NULL);
	shown = count > (size_t)page.limit ? (size_t)page.limit : count;
	prb_writer_init(&w, &x->reply.body);
	prb_write_items(&w);
	for (size_t i = 0; i < shown; i++)
		write_organisation(&w, &found[i]);
	prb_admin_page_end(x, &w, shown != 0 ? &found[shown - 1].id : NULL, count > shown);
	return prb_answer_json(x);
}
