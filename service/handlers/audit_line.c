/* SPDX-License-Identifier: Apache-2.0 */
#include "service/handlers/audit_line.h"

#include "clients/render/rows.h"
#include "service/handlers/admin.h"
#include "service/handlers/attesting.h"

#define EVENT_BYTES_MAX 4096

static const struct {
	uint8_t kind;
	const char *action, *what;
} kinds[] = {
#define PRB_AUDIT_KIND(number, action, what) {number, action, what},
#include "service/handlers/audit_kinds.def"
#undef PRB_AUDIT_KIND
};

enum {
	KIND_ORGANISATION = 5,
	KIND_KEY = 6,
	KIND_RELEASE = 7,
	KIND_ISSUER_KEY = 9,
	KIND_ERASURE = 10,
	KIND_EVENT = 11,
};

static const char *const callers[] = {
	[PRB_CALLER_NOBODY] = "unknown",
	[PRB_CALLER_OPEN] = "open",
	[PRB_CALLER_KEY] = "key",
	[PRB_CALLER_INVITATION] = "invitation",
	[PRB_CALLER_OPERATOR] = "operator",
	[PRB_CALLER_CERTIFICATE] = "certificate",
};

/* One line as it is shown; p NULL: not there. */
struct shown {
	char time[PRB_TIMESTAMP_BYTES];
	struct prb_span action, what, object, detail;
	const char *by; /* NULL: erased */
	struct prb_span key, name;
	char object_text[PRB_UUID_BYTES], key_text[PRB_UUID_BYTES];
};

/* What people call the key; empty where it is gone or has no name. */
static struct prb_span
name_of(struct prb_audit_trail *t, const struct prb_id *id)
{
	struct prb_stored_api_key key;
	struct prb_span name = PRB_SPAN("");

	for (size_t i = 0; i < t->names_count; i++)
		if (memcmp(&t->ids[i], id, sizeof *id) == 0)
			return t->names[i];
	/* An invitation is known by its id: whom it is for is not who did it. */
	if (prb_find_api_key(t->x->desk->state_reader, t->tenant, id, t->x->arena, &key) ==
			PRB_OK &&
		key.kind != PRB_CALLER_INVITATION)
		name = key.name;
	if (t->names_count < PRB_AUDIT_NAMES_MAX) {
		t->ids[t->names_count] = *id;
		t->names[t->names_count++] = name;
	}
	return name;
}

static bool
is_zero(const struct prb_id *id)
{
	static const struct prb_id none;

	return memcmp(id, &none, sizeof none) == 0;
}

static void
show_caller(struct prb_audit_trail *t, const struct prb_audit_line *line, struct shown *out)
{
	uint8_t kind = line->caller.kind;

	if (line->erased)
		return;
	if (line->kind >= KIND_RELEASE && line->kind <= KIND_ISSUER_KEY) {
		out->by = "server";
		return;
	}
	out->by = kind < sizeof callers / sizeof callers[0] ? callers[kind] : "unknown";
	if (is_zero(&line->caller.id))
		return;
	prb_id_text(&line->caller.id, out->key_text);
	out->key = prb_span_of(out->key_text);
	out->name = name_of(t, &line->caller.id);
	if (out->name.n == 0)
		out->name = PRB_SPAN_NONE;
}

/* A detail is what its record left, whatever was before it: that may be on another page, or erased.
 * It is written into the desk's text. */
static struct prb_str *
begin_detail(struct prb_audit_trail *t)
{
	prb_str_reset(&t->x->desk->text);
	return &t->x->desk->text;
}

static void
end_detail(struct prb_audit_trail *t, struct shown *out)
{
	out->detail = prb_kept(t->x->arena, &t->x->desk->text);
}

static void
add_day(struct prb_str *text, const char *before, int64_t seconds)
{
	char date[PRB_DATE_BYTES];

	prb_date_format((prb_date)(seconds / PRB_DAY_SECONDS), date);
	prb_str_add_text(text, before);
	prb_str_add_text(text, date);
}

/* "role company, scopes declare read screen, expires 2026-09-30" */
static void
detail_key(struct prb_audit_trail *t, const struct prb_audit_line *line, struct shown *out)
{
	const struct prb_role_facts *role = prb_role_of(line->role);
	struct prb_str *text = begin_detail(t);

	prb_str_addf(text, "role %s, scopes", role != NULL ? role->name : "unknown");
	for (unsigned i = 0; i < PRB_SCOPES; i++)
		if ((line->scopes & 1U << i) != 0)
			prb_str_addf(text, " %s", prb_scope_name((enum prb_access_scope)i));
	if (line->expires != 0)
		add_day(text, ", expires ", line->expires);
	end_detail(t, out);
}

/* "standing suspended, name Example Retail" */
static void
detail_organisation(struct prb_audit_trail *t, const struct prb_audit_line *line, struct shown *out)
{
	struct prb_str *text = begin_detail(t);

	prb_str_addf(text, "standing %s",
		line->standing == PRB_ORGANISATION_SUSPENDED ? "suspended" : "active");
	if (line->name.n != 0) {
		prb_str_add_text(text, ", name ");
		prb_str_add_span(text, line->name);
	}
	end_detail(t, out);
}

/* The record has the tenant's number alone; its organisation keeps the id. */
static void
show_erasure(struct prb_audit_trail *t, const struct prb_audit_line *line, struct shown *out)
{
	struct prb_stored_organisation organisation;
	struct prb_str *text = begin_detail(t);

	if (prb_find_organisation_of(t->x->desk->state_reader, line->erased_tenant, t->x->arena,
		    &organisation) == PRB_OK) {
		prb_id_text(&organisation.id, out->object_text);
		out->object = prb_span_of(out->object_text);
	}
	if (line->erased_before_ms == 0)
		prb_str_add_text(text, "everything");
	else
		add_day(text, "before ", line->erased_before_ms / 1000);
	end_detail(t, out);
}

/* Revoking is the last that is done with a key, so the newest record tells; the first has its time.
 */
static void
show_key(struct prb_audit_trail *t, const struct prb_audit_line *line, struct shown *out)
{
	struct prb_stored_api_key key;

	detail_key(t, line, out);
	if (prb_find_api_key(t->x->desk->state_reader, t->tenant, &line->object, t->x->arena,
		    &key) != PRB_OK)
		return;
	if (key.kind == PRB_CALLER_INVITATION)
		out->what = PRB_SPAN("invitation");
	else if (key.kind == PRB_CALLER_CERTIFICATE)
		out->what = PRB_SPAN("certificate");
	if (key.sequence == line->sequence && key.standing == PRB_API_KEY_REVOKED)
		out->action = PRB_SPAN("revoked");
	else if (key.created_ms == line->time_ms)
		out->action = PRB_SPAN("created");
}

static void
show_organisation(struct prb_audit_trail *t, const struct prb_audit_line *line, struct shown *out)
{
	struct prb_stored_organisation organisation;

	detail_organisation(t, line, out);
	if (prb_find_organisation_of(
		    t->x->desk->state_reader, t->tenant, t->x->arena, &organisation) == PRB_OK &&
		organisation.created_ms == line->time_ms)
		out->action = PRB_SPAN("created");
}

/* "GET /v1/declarations/{id}, 4 times" */
static void
detail_route(struct prb_audit_trail *t, const struct prb_json *root, struct shown *out)
{
	const struct prb_json *count = prb_json_member(root, "count");
	struct prb_span route = prb_text_in(root, "route");
	struct prb_str *text;
	int64_t times;

	if (count == NULL || !prb_json_int(count, &times)) {
		out->detail = route;
		return;
	}
	text = begin_detail(t);
	prb_str_add_span(text, route);
	prb_str_addf(text, ", %lld times", (long long)times);
	end_detail(t, out);
}

/* {"action", and "what" and "object", or "route" and "scope" or "count"}. */
static void
show_event(struct prb_audit_trail *t, const struct prb_audit_line *line, struct shown *out)
{
	const struct prb_json *root;

	if (line->event.p == NULL ||
		prb_json_parse(t->x->arena, line->event, EVENT_BYTES_MAX, NULL, &root) != PRB_OK ||
		prb_json_kind(root) != PRB_JSON_OBJECT)
		return;
	if (prb_text_in(root, "action").p != NULL)
		out->action = prb_text_in(root, "action");
	out->what = prb_text_in(root, "what").p != NULL ? prb_text_in(root, "what")
							: PRB_SPAN("request");
	out->object = prb_text_in(root, "object");
	detail_route(t, root, out);
}

static void
show(struct prb_audit_trail *t, const struct prb_audit_line *line, struct shown *out)
{
	*out = (struct shown){.action = PRB_SPAN("recorded"), .what = PRB_SPAN("record")};
	prb_timestamp_format(line->time_ms / 1000, out->time);
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (kinds[i].kind == line->kind) {
			out->action = prb_span_of(kinds[i].action);
			out->what = prb_span_of(kinds[i].what);
		}
	if (!is_zero(&line->object)) {
		prb_id_text(&line->object, out->object_text);
		out->object = prb_span_of(out->object_text);
	}
	if (line->kind == KIND_KEY)
		show_key(t, line, out);
	else if (line->kind == KIND_ORGANISATION)
		show_organisation(t, line, out);
	else if (line->kind == KIND_ERASURE)
		show_erasure(t, line, out);
	else if (line->kind == KIND_EVENT && !line->erased)
		show_event(t, line, out);
	show_caller(t, line, out);
}

static void
write_json(struct prb_writer *w, const struct shown *s)
{
	prb_writer_object(w);
	prb_writer_member_string(w, "action", s->action);
	prb_writer_key(w, "by");
	if (s->by == NULL) {
		prb_writer_null(w);
	} else {
		prb_writer_object(w);
		prb_admin_write_if(w, "key", s->key);
		prb_writer_member_text(w, "kind", s->by);
		prb_admin_write_if(w, "name", s->name);
		prb_writer_end(w);
	}
	prb_admin_write_if(w, "detail", s->detail);
	prb_writer_member_string(w, "kind", s->what);
	prb_writer_key(w, "object");
	if (s->object.p == NULL)
		prb_writer_null(w);
	else
		prb_writer_string(w, s->object);
	prb_writer_member_text(w, "time", s->time);
	prb_writer_end(w);
}

static void
write_csv(struct prb_str *out, const struct shown *s)
{
	const struct prb_span cells[] = {s->action, s->what, s->object,
		s->by == NULL ? PRB_SPAN("erased") : prb_span_of(s->by), s->key, s->name,
		s->detail};

	prb_str_add_text(out, s->time);
	for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
		prb_str_add_char(out, ',');
		prb_render_csv_cell(cells[i].p == NULL ? PRB_SPAN("") : cells[i], out);
	}
	prb_str_add_text(out, "\r\n");
}

void
prb_audit_write_json(
	struct prb_audit_trail *t, const struct prb_audit_line *line, struct prb_writer *w)
{
	struct shown shown;

	show(t, line, &shown);
	write_json(w, &shown);
}

void
prb_audit_write_csv(
	struct prb_audit_trail *t, const struct prb_audit_line *line, struct prb_str *out)
{
	struct shown shown;

	show(t, line, &shown);
	write_csv(out, &shown);
}
