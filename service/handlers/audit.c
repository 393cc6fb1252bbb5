/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "clients/render/rows.h"
#include "scoring/attest/multibase.h"
#include "service/handlers/admin.h"
#include "service/handlers/answers.h"
#include "service/handlers/attesting.h"
#include "service/handlers/facts.h"
#include "service/logging/logging.h"

/*
 * GET /v1/audit: who did what, line by line as the journal has it, of one organisation or, for the
 * operator, of the server itself. A page looks at a bounded number of lines, so that one of few
 * items, or none, may have a next.
 */

#define PAGE_LINES 100
#define PAGE_LINES_MAX 1000
#define LOOKED_AT_MAX 2000
#define BATCH 100
#define NAMES_MAX 64 /* of callers, kept while a page is written */
#define EVENT_BYTES_MAX 4096
#define DETAIL_BYTES_MAX 8192
#define CURSOR_BYTES 23 /* base64url of a place, with NUL */
#define DAY_MS ((int64_t)PRB_DAY_SECONDS * 1000)
/* The journal is in the order of its times unless the clock was set back. As much of that is looked
 * for on both sides. */
#define CLOCK_SET_BACK_MS DAY_MS

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

struct asked {
	uint32_t tenant;
	int64_t limit, from_ms, to_ms; /* from inclusive, to exclusive; 0: unbounded */
	uint64_t sequence;
	bool csv;
};

struct page {
	struct prb_exchange *x;
	const struct asked *asked;
	struct prb_writer w;
	int64_t written;
	struct prb_id ids[NAMES_MAX];
	struct prb_span names[NAMES_MAX];
	size_t names_count;
};

/*
 * ---- One line ----
 */

/* What people call the key; empty where it is gone or has no name. */
static struct prb_span
name_of(struct page *p, const struct prb_id *id)
{
	struct prb_stored_api_key key;
	struct prb_span name = PRB_SPAN("");

	for (size_t i = 0; i < p->names_count; i++)
		if (memcmp(&p->ids[i], id, sizeof *id) == 0)
			return p->names[i];
	/* An invitation is known by its id: whom it is for is not who did it. */
	if (prb_find_api_key(p->x->desk->state_reader, p->asked->tenant, id, p->x->arena, &key) ==
			PRB_OK &&
		key.kind != PRB_CALLER_INVITATION)
		name = key.name;
	if (p->names_count < NAMES_MAX) {
		p->ids[p->names_count] = *id;
		p->names[p->names_count++] = name;
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
show_caller(struct page *p, const struct prb_audit_line *line, struct shown *out)
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
	out->name = name_of(p, &line->caller.id);
	if (out->name.n == 0)
		out->name = PRB_SPAN_NONE;
}

/* A detail is what its record left, whatever was before it: that may be on another page, or erased.
 */
static void
end_detail(struct page *p, struct prb_str *text, struct shown *out)
{
	if (!text->failed && text->n != 0)
		out->detail = prb_arena_copy(p->x->arena, prb_str_span(text));
	prb_str_finish(text);
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
detail_key(struct page *p, const struct prb_audit_line *line, struct shown *out)
{
	const struct prb_role_facts *role = prb_role_of(line->role);
	struct prb_str text;

	prb_str_init(&text, DETAIL_BYTES_MAX);
	prb_str_addf(&text, "role %s, scopes", role != NULL ? role->name : "unknown");
	for (unsigned i = 0; i < PRB_SCOPES; i++)
		if ((line->scopes & 1U << i) != 0)
			prb_str_addf(&text, " %s", prb_scope_name((enum prb_access_scope)i));
	if (line->expires != 0)
		add_day(&text, ", expires ", line->expires);
	end_detail(p, &text, out);
}

/* "standing suspended, name Example Retail" */
static void
detail_organisation(struct page *p, const struct prb_audit_line *line, struct shown *out)
{
	struct prb_str text;

	prb_str_init(&text, DETAIL_BYTES_MAX);
	prb_str_addf(&text, "standing %s",
		line->standing == PRB_ORGANISATION_SUSPENDED ? "suspended" : "active");
	if (line->name.n != 0) {
		prb_str_add_text(&text, ", name ");
		prb_str_add_span(&text, line->name);
	}
	end_detail(p, &text, out);
}

/* The record has the tenant's number alone; its organisation keeps the id. */
static void
show_erasure(struct page *p, const struct prb_audit_line *line, struct shown *out)
{
	struct prb_stored_organisation organisation;
	struct prb_str text;

	if (prb_find_organisation_of(p->x->desk->state_reader, line->erased_tenant, p->x->arena,
		    &organisation) == PRB_OK) {
		prb_id_text(&organisation.id, out->object_text);
		out->object = prb_span_of(out->object_text);
	}
	prb_str_init(&text, DETAIL_BYTES_MAX);
	if (line->erased_before_ms == 0)
		prb_str_add_text(&text, "everything");
	else
		add_day(&text, "before ", line->erased_before_ms / 1000);
	end_detail(p, &text, out);
}

/* Revoking is the last that is done with a key, so the newest record tells; the first has its time.
 */
static void
show_key(struct page *p, const struct prb_audit_line *line, struct shown *out)
{
	struct prb_stored_api_key key;

	detail_key(p, line, out);
	if (prb_find_api_key(p->x->desk->state_reader, p->asked->tenant, &line->object, p->x->arena,
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
show_organisation(struct page *p, const struct prb_audit_line *line, struct shown *out)
{
	struct prb_stored_organisation organisation;

	detail_organisation(p, line, out);
	if (prb_find_organisation_of(p->x->desk->state_reader, p->asked->tenant, p->x->arena,
		    &organisation) == PRB_OK &&
		organisation.created_ms == line->time_ms)
		out->action = PRB_SPAN("created");
}

/* "GET /v1/declarations/{id}, 4 times" */
static void
detail_route(struct page *p, const struct prb_json *root, struct shown *out)
{
	const struct prb_json *count = prb_json_member(root, "count");
	struct prb_span route = prb_text_in(root, "route");
	struct prb_str text;
	int64_t times;

	if (count == NULL || !prb_json_int(count, &times)) {
		out->detail = route;
		return;
	}
	prb_str_init(&text, DETAIL_BYTES_MAX);
	prb_str_add_span(&text, route);
	prb_str_addf(&text, ", %lld times", (long long)times);
	end_detail(p, &text, out);
}

/* {"action", and "what" and "object", or "route" and "scope" or "count"}. */
static void
show_event(struct page *p, const struct prb_audit_line *line, struct shown *out)
{
	const struct prb_json *root;

	if (line->event.p == NULL ||
		prb_json_parse(p->x->arena, line->event, EVENT_BYTES_MAX, NULL, &root) != PRB_OK ||
		prb_json_kind(root) != PRB_JSON_OBJECT)
		return;
	if (prb_text_in(root, "action").p != NULL)
		out->action = prb_text_in(root, "action");
	out->what = prb_text_in(root, "what").p != NULL ? prb_text_in(root, "what")
							: PRB_SPAN("request");
	out->object = prb_text_in(root, "object");
	detail_route(p, root, out);
}

static void
show(struct page *p, const struct prb_audit_line *line, struct shown *out)
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
		show_key(p, line, out);
	else if (line->kind == KIND_ORGANISATION)
		show_organisation(p, line, out);
	else if (line->kind == KIND_ERASURE)
		show_erasure(p, line, out);
	else if (line->kind == KIND_EVENT && !line->erased)
		show_event(p, line, out);
	show_caller(p, line, out);
}

static void
write_if(struct prb_writer *w, const char *name, struct prb_span text)
{
	if (text.p != NULL)
		prb_writer_member_string(w, name, text);
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
		write_if(w, "key", s->key);
		prb_writer_member_text(w, "kind", s->by);
		write_if(w, "name", s->name);
		prb_writer_end(w);
	}
	write_if(w, "detail", s->detail);
	prb_writer_member_string(w, "kind", s->what);
	prb_writer_key(w, "object");
	if (s->object.p == NULL)
		prb_writer_null(w);
	else
		prb_writer_string(w, s->object);
	prb_writer_member_text(w, "time", s->time);
	prb_writer_end(w);
}

#define CSV_HEAD "time,action,kind,object,by,key,name,detail\r\n"

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

/*
 * ---- A page ----
 */

/* The first line at or behind `sequence`: its number and time. PRB_ERR_NOT_FOUND at the end. */
static enum prb_err
look_at(struct prb_exchange *x, uint32_t tenant, uint64_t sequence, struct prb_audit_line *out)
{
	uint64_t next;
	size_t count = 0;
	enum prb_err err = prb_find_audit(
		x->desk->state_reader, tenant, sequence, 1, x->arena, out, &count, &next);

	return err == PRB_OK && count == 0 ? PRB_ERR_NOT_FOUND : err;
}

/* Moves asked->sequence to where lines of that day can begin: by halves, as the times rise. */
static enum prb_err
seek(struct prb_exchange *x, struct asked *asked)
{
	struct prb_state_counts counts;
	struct prb_audit_line line;
	uint64_t low = 0, high;
	enum prb_err err = prb_state_counts(x->service->state, &counts);

	if (err != PRB_OK)
		return err;
	high = counts.records + 1;
	while (low < high) {
		uint64_t middle = low + (high - low) / 2;

		err = look_at(x, asked->tenant, middle, &line);
		if (err != PRB_OK && err != PRB_ERR_NOT_FOUND)
			return err;
		if (err == PRB_OK && line.time_ms < asked->from_ms - CLOCK_SET_BACK_MS)
			low = line.sequence + 1;
		else
			high = middle;
	}
	asked->sequence = low;
	return PRB_OK;
}

static bool
is_wanted(const struct asked *asked, const struct prb_audit_line *line)
{
	return line->time_ms >= asked->from_ms &&
	       (asked->to_ms == 0 || line->time_ms < asked->to_ms);
}

/* Where to go on. The number itself would count what others do (prb_audit_place). */
static void
write_cursor(struct page *p, uint64_t sequence, char out[CURSOR_BYTES])
{
	uint8_t place[PRB_AUDIT_PLACE_BYTES];
	struct prb_str text;

	prb_audit_place(p->x->desk->state_reader, p->asked->tenant, sequence, place);
	prb_str_init(&text, CURSOR_BYTES);
	prb_base64url_encode(place, sizeof place, &text);
	(void)snprintf(out, CURSOR_BYTES, "%.*s", (int)text.n, text.failed ? "" : text.p);
	prb_str_finish(&text);
}

/* cursor: where to go on, "" at the end. */
static enum prb_err
write_lines(struct page *p, char cursor[CURSOR_BYTES])
{
	struct prb_exchange *x = p->x;
	struct prb_audit_line *lines = prb_arena_array(x->arena, BATCH, sizeof *lines);
	uint64_t at = p->asked->sequence;
	size_t looked_at = 0, count;
	enum prb_err err = lines == NULL ? PRB_ERR_MEMORY : PRB_OK;
	bool more = true;

	while (err == PRB_OK && more && p->written < p->asked->limit && looked_at < LOOKED_AT_MAX) {
		int64_t left = p->asked->limit - p->written;

		err = prb_find_audit(x->desk->state_reader, p->asked->tenant, at,
			left < BATCH ? (size_t)left : BATCH, x->arena, lines, &count, &at);
		more = err == PRB_OK && at != 0;
		for (size_t i = 0; err == PRB_OK && i < count; i++) {
			struct shown shown;

			if (p->asked->to_ms != 0 &&
				lines[i].time_ms >= p->asked->to_ms + CLOCK_SET_BACK_MS)
				more = false;
			if (!is_wanted(p->asked, &lines[i]))
				continue;
			show(p, &lines[i], &shown);
			if (p->asked->csv)
				write_csv(&x->reply.body, &shown);
			else
				write_json(&p->w, &shown);
			p->written++;
		}
		looked_at += err == PRB_OK ? count : 0;
	}
	cursor[0] = '\0';
	if (err == PRB_OK && more) {
		write_cursor(p, at, cursor);
		if (cursor[0] == '\0')
			return PRB_ERR_MEMORY;
		prb_admin_link_next(x, cursor);
	}
	return err;
}

/* False, with a refusal made. `to` is the last day that counts. */
static bool
read_day(struct prb_exchange *x, const char *name, int64_t days_more, int64_t *ms)
{
	struct prb_span text = prb_query_get(&x->query, name);
	prb_date date;

	if (text.p == NULL)
		return true;
	if (!prb_date_parse(text, &date)) {
		(void)prb_refuse_query(x, "%s: a date is wanted, YYYY-MM-DD", name);
		return false;
	}
	*ms = ((int64_t)date + days_more) * DAY_MS;
	return true;
}

static bool
read_limit(struct prb_exchange *x, struct asked *out)
{
	struct prb_span limit = prb_query_get(&x->query, "limit");

	if (limit.p != NULL && !prb_parse_int(limit, 1, PAGE_LINES_MAX, &out->limit)) {
		(void)prb_refuse_query(x, "limit: a number from 1 to %d is wanted", PAGE_LINES_MAX);
		return false;
	}
	return true;
}

/* Of the trail out->tenant. */
static bool
read_cursor(struct prb_exchange *x, struct asked *out)
{
	struct prb_span cursor = prb_query_get(&x->query, "cursor");
	uint8_t place[PRB_AUDIT_PLACE_BYTES];

	if (cursor.p == NULL)
		return true;
	if (prb_base64url_decode(cursor, place, sizeof place) == sizeof place &&
		prb_audit_place_read(x->desk->state_reader, out->tenant, place, &out->sequence))
		return true;
	(void)prb_refuse_query(x, "cursor: take `next` of the page before");
	return false;
}

/* Whose trail. False, with a refusal made. */
static bool
find_tenant(struct prb_exchange *x, struct asked *out)
{
	struct prb_stored_organisation organisation;

	/* The operator's own events, and what the server uses, are of nobody's organisation. */
	if (x->caller.kind == PRB_CALLER_OPERATOR &&
		prb_query_get(&x->query, "organisation").p == NULL)
		return true;
	if (x->caller.kind == PRB_CALLER_OPEN) {
		out->tenant = x->caller.tenant;
		return true;
	}
	if (!prb_admin_organisation_asked(x, &organisation))
		return false;
	out->tenant = organisation.tenant;
	return true;
}

static bool
read_question(struct prb_exchange *x, struct asked *out)
{
	static const char *const known[] = {"cursor", "from", "limit", "organisation", "to", NULL};
	static const char *const types[] = {PRB_TYPE_JSON, PRB_TYPE_CSV};
	int type = prb_preferred(x, types, 2);

	*out = (struct asked){.limit = type == 1 ? PAGE_LINES_MAX : PAGE_LINES, .csv = type == 1};
	if (type < 0) {
		(void)prb_refuse(x, PRB_ERR_NOT_ACCEPTABLE,
			"the trail is given as application/json or text/csv");
		return false;
	}
	return prb_query_takes(x, known) && read_limit(x, out) &&
	       read_day(x, "from", 0, &out->from_ms) && read_day(x, "to", 1, &out->to_ms) &&
	       find_tenant(x, out) && read_cursor(x, out);
}

static enum prb_handled
answer_csv(struct prb_exchange *x, struct page *p)
{
	char cursor[CURSOR_BYTES];
	enum prb_err err;

	prb_str_add_text(&x->reply.body, CSV_HEAD);
	err = write_lines(p, cursor);
	if (err != PRB_OK)
		return prb_refuse(x, err, NULL);
	return prb_answer(x, 200, "text/csv; charset=utf-8");
}

static enum prb_handled
answer_json(struct prb_exchange *x, struct page *p)
{
	struct prb_writer *w = &p->w;
	char cursor[CURSOR_BYTES];
	enum prb_err err;

	prb_writer_object(w);
	prb_writer_key(w, "items");
	prb_writer_array(w);
	err = write_lines(p, cursor);
	if (err != PRB_OK)
		return prb_refuse(x, err, NULL);
	prb_writer_end(w);
	prb_writer_key(w, "next");
	if (cursor[0] == '\0')
		prb_writer_null(w);
	else
		prb_writer_text(w, cursor);
	prb_writer_end(w);
	return prb_answer_json(x);
}

/*
 * That an organisation's trail was read is a line of it, once, however many pages that takes;
 * false, with a refusal made, where it cannot be. The server's own trail (tenant 0) has no such
 * line: events are sealed under a tenant's key, and tenant 0 has none. The operator alone reads it,
 * and the server's log says so.
 */
static bool
note_export(struct prb_exchange *x, uint32_t tenant)
{
	const struct prb_stored_event event = {.tenant = tenant,
		.time_ms = x->now_ms,
		.event = PRB_SPAN("{\"action\":\"read\",\"what\":\"audit\"}"),
		.caller = prb_own_name(x)};

	if (prb_query_get(&x->query, "cursor").p != NULL)
		return true;
	if (x->caller.kind != PRB_CALLER_OPERATOR)
		return prb_audit_read(x, "audit", NULL);
	if (tenant == 0) {
		prb_say(PRB_LEVEL_NOTICE, "trail_read", "the operator read the server's own trail");
		return true;
	}
	if (x->service->note(x, &event))
		return true;
	(void)prb_refuse(x, PRB_ERR_BUSY, PRB_NO_ROOM_FOR_NOTES);
	return false;
}

static enum prb_handled
write_trail(struct prb_exchange *x)
{
	struct page *p = prb_arena_array(x->arena, 1, sizeof *p);
	struct asked asked;
	enum prb_err err = PRB_OK;

	if (p == NULL)
		return prb_refuse(x, PRB_ERR_MEMORY, "memory ran out");
	if (!read_question(x, &asked))
		return PRB_REPLIED;
	if (asked.sequence == 0 && asked.from_ms != 0)
		err = seek(x, &asked);
	if (err != PRB_OK)
		return prb_refuse(x, err, NULL);
	p->x = x;
	p->asked = &asked;
	prb_writer_init(&p->w, &x->reply.body);
	x->reply.by_accept = true;
	if (!note_export(x, asked.tenant))
		return PRB_REPLIED;
	return asked.csv ? answer_csv(x, p) : answer_json(x, p);
}

/* A page may open some thousand records: that is no work for a loop. */
enum prb_handled
prb_handle_audit(struct prb_exchange *x)
{
	if (x->service->offload(x, write_trail))
		return PRB_LATER;
	return prb_refuse(x, PRB_ERR_BUSY, "too much is waiting to be read");
}
