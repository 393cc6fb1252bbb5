/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "scoring/attest/multibase.h"
#include "service/handlers/admin.h"
#include "service/handlers/answers.h"
#include "service/handlers/attesting.h"
#include "service/handlers/audit_line.h"
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
#define CURSOR_BYTES 23 /* base64url of a place, with NUL */
#define DAY_MS ((int64_t)PRB_DAY_SECONDS * 1000)
/* The journal is in the order of its times unless the clock was set back. As much of that is looked
 * for on both sides. */
#define CLOCK_SET_BACK_MS DAY_MS

struct asked {
	uint32_t tenant;
	int64_t limit, from_ms, to_ms; /* from inclusive, to exclusive; 0: unbounded */
	uint64_t sequence;
	bool csv;
};

struct page {
	struct prb_audit_trail trail;
	const struct asked *asked;
	struct prb_writer w;
	int64_t written;
};

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

	prb_audit_place(p->trail.x->desk->state_reader, p->trail.tenant, sequence, place);
	prb_str_init(&text, CURSOR_BYTES);
	prb_base64url_encode(place, sizeof place, &text);
	(void)snprintf(out, CURSOR_BYTES, "%.*s", (int)text.n, text.failed ? "" : text.p);
	prb_str_finish(&text);
}

/* cursor: where to go on, "" at the end. */
static enum prb_err
write_lines(struct page *p, char cursor[CURSOR_BYTES])
{
	struct prb_exchange *x = p->trail.x;
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
			if (p->asked->to_ms != 0 &&
				lines[i].time_ms >= p->asked->to_ms + CLOCK_SET_BACK_MS)
				more = false;
			if (!is_wanted(p->asked, &lines[i]))
				continue;
			if (p->asked->csv)
				prb_audit_write_csv(&p->trail, &lines[i], &x->reply.body);
			else
				prb_audit_write_json(&p->trail, &lines[i], &p->w);
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
	return prb_query_takes(x, known) && prb_query_limit(x, PAGE_LINES_MAX, &out->limit) &&
	       read_day(x, "from", 0, &out->from_ms) && read_day(x, "to", 1, &out->to_ms) &&
	       find_tenant(x, out) && read_cursor(x, out);
}

static enum prb_handled
answer_csv(struct prb_exchange *x, struct page *p)
{
	char cursor[CURSOR_BYTES];
	enum prb_err err;

	prb_str_add_text(&x->reply.body, PRB_AUDIT_CSV_HEAD);
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

	prb_write_items(w);
	err = write_lines(p, cursor);
	if (err != PRB_OK)
		return prb_refuse(x, err, NULL);
	prb_write_next(w, cursor[0] != '\0' ? cursor : NULL);
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
	p->trail.x = x;
	p->trail.tenant = asked.tenant;
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
	return prb_offload(x, write_trail, "too much is waiting to be read");
}
