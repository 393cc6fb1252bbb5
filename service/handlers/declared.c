/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "scoring/attest/proof.h"
#include "scoring/base/date.h"
#include "scoring/base/jcs.h"
#include "service/handlers/admin.h"
#include "service/handlers/attesting.h"
#include "service/handlers/facts.h"
#include "service/handlers/own.h"

/*
 * GET /v1/declarations: what the caller may see of the organisation's, newest first. A cursor is
 * the id of the last one shown, and ids are in the order of time: a page stays the same while
 * others come in. Records are opened one after the other, in the pool, and a page ends early where
 * they are large.
 */

#define PAGE_ITEMS_DEFAULT 50
#define PAGE_ITEMS_MAX 100
#define PAGE_OPENED_BYTES_MAX ((size_t)16 * 1024 * 1024)
#define DAY_MS INT64_C(86400000)
#define ID_MS_BYTES 6 /* RFC 9562 section 5.7: an id begins with its milliseconds */

struct page {
	struct prb_id own, before;
	const struct prb_id *holder;         /* NULL: all of the organisation's */
	bool bounded;                        /* `before` stands */
	int64_t from_ms, to_ms, limit;       /* 0: no bound */
	struct prb_stored_declaration found; /* in the desk's arena, until the next */
};

/*
 * What is asked for.
 */

/* A day, from its first moment on, or a moment. */
static bool
read_time(struct prb_exchange *x, const char *name, int64_t *ms)
{
	struct prb_span text = prb_query_get(&x->query, name);
	int64_t seconds;
	prb_date day;

	if (text.p == NULL)
		return true;
	if (prb_date_parse(text, &day))
		*ms = (int64_t)day * DAY_MS;
	else if (prb_timestamp_parse(text, &seconds))
		*ms = seconds * 1000;
	else
		*ms = 0;
	if (*ms > 0)
		return true;
	(void)prb_refuse_query(x,
		"%s: a day or a time behind 1970 is wanted, such as 2026-06-30 or "
		"2026-06-30T12:00:00Z",
		name);
	return false;
}

/* All ids of an earlier time are before it, and no others. */
static struct prb_id
first_id_at(int64_t ms)
{
	struct prb_id id = {{0}};

	for (size_t i = 0; i < ID_MS_BYTES; i++)
		id.bytes[i] = (uint8_t)(ms >> 8 * (ID_MS_BYTES - 1 - i));
	return id;
}

static int64_t
time_of(const struct prb_id *id)
{
	int64_t ms = 0;

	for (size_t i = 0; i < ID_MS_BYTES; i++)
		ms = ms << 8 | id->bytes[i];
	return ms;
}

static void
bound(struct page *page, struct prb_id before)
{
	if (!page->bounded || memcmp(&before, &page->before, sizeof before) < 0)
		page->before = before;
	page->bounded = true;
}

/* False with a refusal made. */
static bool
read_page(struct prb_exchange *x, struct page *page)
{
	static const char *const known[] = {"cursor", "from", "limit", "to", NULL};

	if (!prb_query_takes(x, known) || !read_time(x, "from", &page->from_ms) ||
		!read_time(x, "to", &page->to_ms) ||
		!prb_query_limit(x, PAGE_ITEMS_MAX, &page->limit) ||
		!prb_query_cursor(x, &page->before, &page->bounded))
		return false;
	if (page->to_ms != 0)
		bound(page, first_id_at(page->to_ms));
	page->holder = prb_own_holder(&x->caller, &page->own);
	return true;
}

/*
 * The answer.
 */

/* The next one, newest first; PRB_ERR_NOT_FOUND where there is none. */
static enum prb_err
find_next(struct prb_exchange *x, struct page *page)
{
	size_t count = 0;
	enum prb_err err;

	prb_arena_reset(x->desk->arena);
	err = prb_find_declarations(x->desk->state_reader, x->caller.tenant, page->holder,
		page->bounded ? &page->before : NULL, 1, x->desk->arena, &page->found, &count);
	if (err != PRB_OK)
		return err;
	if (count == 0 || time_of(&page->found.id) < page->from_ms)
		return PRB_ERR_NOT_FOUND;
	return PRB_OK;
}

static enum prb_err
write_item(
	struct prb_exchange *x, const struct prb_stored_declaration *stored, struct prb_writer *w)
{
	const struct prb_json *report, *supplier;
	enum prb_err err =
		prb_json_parse(x->desk->arena, stored->report, stored->report.n, NULL, &report);

	if (err != PRB_OK)
		return err == PRB_ERR_MEMORY ? err : PRB_ERR_STATE_DAMAGED;
	supplier = prb_object_in(report, "supplier");
	prb_writer_object(w);
	prb_admin_write_time(w, "accepted_at", stored->time_ms / 1000);
	prb_admin_write_id(w, "attestation_id", &stored->attestation_id);
	prb_admin_write_id(w, "id", &stored->id);
	prb_writer_member_string(w, "rating", prb_text_in(report, "rating"));
	prb_admin_write_id(w, "report_id", &stored->report_id);
	prb_writer_key(w, "supplier");
	prb_writer_object(w);
	prb_writer_member_string(w, "country", prb_text_in(supplier, "country"));
	prb_writer_member_string(w, "name", prb_text_in(supplier, "name"));
	prb_writer_end(w);
	prb_writer_end(w);
	return PRB_OK;
}

/* PRB_OK: there are more behind page->before. PRB_ERR_NOT_FOUND: these were all. */
static enum prb_err
write_items(struct prb_exchange *x, struct page *page, struct prb_writer *w)
{
	size_t opened = 0;
	enum prb_err err = find_next(x, page);

	for (int64_t i = 0; err == PRB_OK && i < page->limit && opened < PAGE_OPENED_BYTES_MAX;
		i++) {
		err = write_item(x, &page->found, w);
		if (err != PRB_OK)
			return err;
		opened += page->found.report.n + page->found.declaration.n +
			  page->found.attestation.n;
		page->before = page->found.id;
		page->bounded = true;
		err = find_next(x, page);
	}
	return err;
}

static void
link_time(struct prb_str *out, const char *name, int64_t ms)
{
	char time[PRB_TIMESTAMP_BYTES];

	if (ms == 0)
		return;
	prb_timestamp_format(ms / 1000, time);
	prb_str_addf(out, "&%s=%s", name, time);
}

/* RFC 8288: the same request for the next page. */
static struct prb_span
link_next(struct prb_exchange *x, const struct page *page, const char *next)
{
	struct prb_str *out = &x->desk->text;

	prb_str_reset(out);
	prb_str_addf(out, "</v1/declarations?cursor=%s", next);
	link_time(out, "from", page->from_ms);
	prb_str_addf(out, "&limit=%d", (int)page->limit);
	link_time(out, "to", page->to_ms);
	prb_str_add_text(out, ">; rel=\"next\"");
	return prb_kept(x->arena, out);
}

static enum prb_handled
list(struct prb_exchange *x)
{
	struct page page = {.limit = PAGE_ITEMS_DEFAULT};
	struct prb_writer w;
	char next[PRB_UUID_BYTES];
	enum prb_err err;

	if (!read_page(x, &page))
		return PRB_REPLIED;
	prb_writer_init(&w, &x->reply.body);
	prb_write_items(&w);
	err = write_items(x, &page, &w);
	if (err != PRB_OK && err != PRB_ERR_NOT_FOUND)
		return prb_refuse(x, err, NULL);
	if (err == PRB_OK) {
		prb_id_text(&page.before, next);
		x->reply.link = link_next(x, &page, next);
	}
	prb_write_next(&w, err == PRB_OK ? next : NULL);
	if (!prb_audit_read(x, "declarations", NULL))
		return PRB_REPLIED;
	return prb_answer_json(x);
}

enum prb_handled
prb_handle_declarations(struct prb_exchange *x)
{
	return prb_offload(x, list, "too many lists are being read");
}
