/* SPDX-License-Identifier: Apache-2.0 */
#include "service/handlers/own.h"

#include <stdio.h>
#include <string.h>

#include "scoring/base/jcs.h"

static bool
is_operator(const struct prb_caller *caller)
{
	return caller->kind == PRB_CALLER_OPERATOR;
}

/* A caller without a role is the whole of the open server's one tenant. */
static enum prb_reach
reach_of(const struct prb_caller *caller, bool reports)
{
	const struct prb_role_facts *role = prb_role_of(caller->role);

	if (role == NULL)
		return PRB_REACH_ORGANISATION;
	return reports ? role->reports : role->declarations;
}

static struct prb_id
holder_of(const struct prb_caller *caller)
{
	struct prb_id holder;

	memcpy(holder.bytes, caller->holder, sizeof holder.bytes);
	return holder;
}

const struct prb_id *
prb_own_holder(const struct prb_caller *caller, struct prb_id *holder)
{
	if (reach_of(caller, false) == PRB_REACH_ORGANISATION)
		return NULL;
	*holder = holder_of(caller);
	return holder;
}

/* PRB_OK where a declaration of the organisation is within reach. */
static enum prb_err
check(struct prb_exchange *x, bool reports, const struct prb_id *declaration)
{
	struct prb_id holder = holder_of(&x->caller);

	if (reach_of(&x->caller, reports) == PRB_REACH_ORGANISATION)
		return PRB_OK;
	return prb_find_held(x->desk->state_reader, x->caller.tenant, &holder, declaration);
}

/* What nobody has and what is another's are noted alike, without the id: it may be another's. */
static enum prb_err
note_vain(struct prb_exchange *x, enum prb_err err)
{
	if (err == PRB_ERR_NOT_FOUND)
		prb_audit_not_found(x);
	return err;
}

/* What is out of reach is not opened. */
static enum prb_err
look(struct prb_exchange *x, bool reports, const struct prb_id *id, struct prb_arena *arena,
	struct prb_stored_declaration *out)
{
	enum prb_err err = check(x, reports, id);

	if (err != PRB_OK)
		return err;
	return prb_find_declaration(x->desk->state_reader, x->caller.tenant, id, arena, out);
}

enum prb_err
prb_own_declaration(struct prb_exchange *x, const struct prb_id *id, struct prb_arena *arena,
	struct prb_stored_declaration *out)
{
	return note_vain(x, look(x, false, id, arena, out));
}

enum prb_err
prb_own_reported(struct prb_exchange *x, const struct prb_id *id, struct prb_arena *arena,
	struct prb_stored_declaration *out)
{
	return note_vain(x, look(x, true, id, arena, out));
}

enum prb_err
prb_own_upstream(struct prb_exchange *x, const struct prb_id *id, struct prb_arena *arena,
	struct prb_stored_declaration *out)
{
	return look(x, true, id, arena, out);
}

enum prb_err
prb_own_report(struct prb_exchange *x, const struct prb_id *id, struct prb_arena *arena,
	struct prb_stored_declaration *out)
{
	struct prb_stored_declaration found;
	struct prb_id declaration;
	enum prb_err err =
		prb_find_reported(x->desk->state_reader, x->caller.tenant, id, &declaration);

	if (err == PRB_OK)
		err = check(x, true, &declaration);
	if (err == PRB_OK)
		err = prb_find_report(x->desk->state_reader, x->caller.tenant, id, arena, &found);
	/* Of equal reports the newest is found: another may have become that meanwhile. */
	if (err == PRB_OK)
		err = check(x, true, &found.id);
	if (err == PRB_OK)
		*out = found;
	return note_vain(x, err);
}

enum prb_err
prb_own_attestation(
	struct prb_exchange *x, const struct prb_id *id, struct prb_found_attestation *out)
{
	struct prb_id declaration;
	uint32_t tenant;
	enum prb_err err = prb_find_attested(x->desk->state_reader, id, &tenant, &declaration);

	if (err == PRB_OK && !is_operator(&x->caller))
		err = tenant == x->caller.tenant ? check(x, true, &declaration) : PRB_ERR_NOT_FOUND;
	if (err == PRB_OK)
		err = prb_find_attestation(x->desk->state_reader, id, x->arena, out);
	return note_vain(x, err);
}

struct prb_stored_caller
prb_own_name(const struct prb_exchange *x)
{
	struct prb_stored_caller name = {.kind = (uint8_t)x->caller.kind};

	memcpy(name.id.bytes, x->caller.key, sizeof name.id.bytes);
	return name;
}

/*
 * The audit trail.
 */

#define EVENT_BYTES_MAX 512

static bool
has_key(const struct prb_caller *caller)
{
	return caller->kind == PRB_CALLER_KEY || caller->kind == PRB_CALLER_INVITATION ||
	       caller->kind == PRB_CALLER_CERTIFICATE;
}

static bool
note(struct prb_exchange *x, uint32_t tenant, struct prb_str *text)
{
	bool taken = false;
	const struct prb_stored_event event = {.tenant = tenant,
		.time_ms = x->now_ms,
		.event = prb_str_span(text),
		.caller = prb_own_name(x)};

	if (!text->failed)
		taken = x->service->note(x, &event);
	prb_str_finish(text);
	return taken;
}

#define READ_MS 60000
#define DAY_MS 86400000

#define WAYS 8

static bool
is_same(const struct prb_noted *place, const struct prb_noted *what)
{
	return place->what == what->what &&
	       memcmp(&place->key, &what->key, sizeof place->key) == 0 &&
	       memcmp(&place->object, &what->object, sizeof place->object) == 0;
}

/*
 * Where the desk keeps whether this was noted. Every record is there for good: a key that asks the
 * same over and over must not fill the disk. It has a few places to be at; where all of them are
 * others', it takes that of the oldest, which is then noted once more.
 */
static struct prb_noted *
place_of(struct prb_exchange *x, const struct prb_noted *what)
{
	uintptr_t mixed = ((uintptr_t)what->what >> 4) + what->key.bytes[PRB_ID_BYTES - 1] +
			  what->object.bytes[PRB_ID_BYTES - 1];
	struct prb_noted *ways = &x->desk->noted[mixed % (PRB_NOTED / WAYS) * WAYS], *out = ways;

	for (size_t i = 0; i < WAYS; i++) {
		if (is_same(&ways[i], what))
			return &ways[i];
		if (ways[i].order < out->order)
			out = &ways[i];
	}
	return out;
}

static void
keep(struct prb_exchange *x, struct prb_noted *place, const struct prb_noted *what)
{
	*place = *what;
	place->order = ++x->desk->noted_count;
}

static bool
is_noted(const struct prb_exchange *x, const struct prb_noted *place, const struct prb_noted *what)
{
	return is_same(place, what) && x->now_ms < place->until_ms;
}

static bool
note_done(struct prb_exchange *x, uint32_t tenant, const char *action, const char *what,
	const struct prb_id *object)
{
	char id[PRB_UUID_BYTES];
	struct prb_str text;
	struct prb_writer w;

	prb_str_init(&text, EVENT_BYTES_MAX);
	prb_writer_init(&w, &text);
	prb_writer_object(&w);
	prb_writer_member_text(&w, "action", action);
	if (object != NULL) {
		prb_id_text(object, id);
		prb_writer_member_text(&w, "object", id);
	}
	prb_writer_member_text(&w, "what", what);
	prb_writer_end(&w);
	return note(x, tenant, &text);
}

/* Once a minute; `of` is what the desk remembers it by. False, with a refusal made. */
static bool
note_once(struct prb_exchange *x, uint32_t tenant, const char *action, const char *what,
	const struct prb_id *object, const struct prb_id *of)
{
	struct prb_noted noted = {
		.key = prb_own_name(x).id, .what = what, .until_ms = x->now_ms + READ_MS};
	struct prb_noted *place;

	if (of != NULL)
		noted.object = *of;
	place = place_of(x, &noted);
	if (is_noted(x, place, &noted))
		return true;
	if (!note_done(x, tenant, action, what, object)) {
		(void)prb_refuse(x, PRB_ERR_BUSY, PRB_NO_ROOM_FOR_NOTES);
		return false;
	}
	keep(x, place, &noted);
	return true;
}

bool
prb_audit_read(struct prb_exchange *x, const char *what, const struct prb_id *object)
{
	return !has_key(&x->caller) || note_once(x, x->caller.tenant, "read", what, object, object);
}

bool
prb_audit_made(struct prb_exchange *x, const char *what)
{
	return !has_key(&x->caller) || note_once(x, x->caller.tenant, "made", what, NULL, NULL);
}

bool
prb_audit_read_of(struct prb_exchange *x, const struct prb_stored_organisation *organisation,
	const char *what, const struct prb_id *object)
{
	if (!is_operator(&x->caller))
		return prb_audit_read(x, what, object);
	return note_once(x, organisation->tenant, "read", what, object,
		object != NULL ? object : &organisation->id);
}

/* {"action","route"} and {"count"}, where it is more than 1, or {"scope"}, where it was wanted. */
static bool
note_route(struct prb_exchange *x, const char *action, uint32_t count, const char *scope)
{
	char route[128];
	struct prb_str text;
	struct prb_writer w;

	(void)snprintf(route, sizeof route, "%s %s",
		x->route->method == PRB_METHOD_POST ? "POST" : "GET", x->route->pattern);
	prb_str_init(&text, EVENT_BYTES_MAX);
	prb_writer_init(&w, &text);
	prb_writer_object(&w);
	prb_writer_member_text(&w, "action", action);
	if (count > 1)
		prb_writer_member_int(&w, "count", count);
	prb_writer_member_text(&w, "route", route);
	if (scope != NULL)
		prb_writer_member_text(&w, "scope", scope);
	prb_writer_end(&w);
	return note(x, x->caller.tenant, &text);
}

static int64_t
end_of_day(const struct prb_exchange *x)
{
	return (x->now_ms / DAY_MS + 1) * DAY_MS;
}

void
prb_audit_refused(struct prb_exchange *x)
{
	const struct prb_noted noted = {
		.key = prb_own_name(x).id, .what = x->route, .until_ms = end_of_day(x)};
	struct prb_noted *place;

	if (!has_key(&x->caller))
		return;
	place = place_of(x, &noted);
	if (!is_noted(x, place, &noted) &&
		note_route(x, "refused", 1, prb_scope_name(x->route->scope)))
		keep(x, place, &noted);
}

void
prb_audit_not_found(struct prb_exchange *x)
{
	const struct prb_noted noted = {
		.key = prb_own_name(x).id, .what = &x->route->pattern, .until_ms = end_of_day(x)};
	struct prb_noted *place;

	if (!has_key(&x->caller))
		return;
	place = place_of(x, &noted);
	if (!is_noted(x, place, &noted))
		keep(x, place, &noted);
	if (place->times < UINT32_MAX)
		place->times++;
	/* At the first, second, fourth, eighth and so on. */
	if ((place->times & (place->times - 1)) == 0 &&
		note_route(x, "not_found", place->times - place->told, NULL))
		place->told = place->times;
}
