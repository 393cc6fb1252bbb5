/* SPDX-License-Identifier: Apache-2.0 */
#include "service/settle.h"

#include <string.h>

#include "service/http/conditional.h"

/* Below this a packed answer saves nobody a packet. */
#define PACKED_BYTES_MIN 1024
#define PACKED_BYTES_KEPT ((size_t)256 * 1024)

/* ---- conditions ---- */

/* Conditional requests are few: one look at each field's name says whether this is one. */
static bool
has_condition(const struct prb_head *head)
{
	for (size_t i = 0; i < head->fields_count; i++)
		if (prb_name_is_condition(head->fields[i].name))
			return true;
	return false;
}

/* Whether something was changed behind the date in a field: -1 where there is no such date. */
static int
changed_since(const struct prb_head *head, const char *name, int64_t changed, int64_t now)
{
	struct prb_span text = prb_head_field(head, name, NULL);
	int64_t seconds;

	if (text.p == NULL || changed == 0 || !prb_http_date_read(text, now, &seconds))
		return -1;
	return changed > seconds;
}

/* What becomes of a GET that would be answered with 200: RFC 9110 section 13.2.2. *found is which
 * of the ETags If-None-Match names. */
static int
status_by_conditions(const struct prb_head *head, struct prb_span etag, int64_t changed,
	int64_t now, enum prb_tags *found)
{
	enum prb_tags match;

	*found = PRB_TAGS_ABSENT;
	if (!has_condition(head))
		return 200;
	match = prb_head_tags(head, "if-match", etag, true);
	if (match == PRB_TAGS_OTHER ||
		(match == PRB_TAGS_ABSENT &&
			changed_since(head, "if-unmodified-since", changed, now) == 1))
		return 412;
	*found = prb_head_tags(head, "if-none-match", etag, false);
	if (*found == PRB_TAGS_ABSENT)
		return changed_since(head, "if-modified-since", changed, now) == 0 ? 304 : 200;
	return *found == PRB_TAGS_OTHER ? 200 : 304;
}

/* ---- the coding ---- */

static bool
is_text(const char *type)
{
	return strncmp(type, "text/", 5) == 0 || strncmp(type, "application/json", 16) == 0 ||
	       strcmp(type, PRB_TYPE_NDJSON) == 0 || strcmp(type, "application/vc") == 0 ||
	       strstr(type, "+json") != NULL;
}

/* Whether it is worth it, and the caller takes it. */
static bool
is_to_be_packed(const struct prb_reply *reply, enum prb_coding coding)
{
	if (reply->has_secret || coding == PRB_CODING_IDENTITY || coding == PRB_CODING_NONE)
		return false;
	return coding == PRB_CODING_GZIP_ONLY || reply->packed.p != NULL ||
	       (prb_reply_body_bytes(reply) >= PACKED_BYTES_MIN && is_text(reply->type));
}

static void
mark_packed(struct prb_exchange *x)
{
	struct prb_str etag;

	if (x->reply.etag.p == NULL)
		return;
	prb_str_init(&etag, PRB_ETAG_BYTES_MAX);
	prb_etag_packed(x->reply.etag, &etag);
	x->reply.etag = prb_kept(x->arena, &etag);
	prb_str_finish(&etag);
}

/* The body is in gzip already: it was packed once, for everybody. */
static void
take_packed(struct prb_exchange *x)
{
	prb_str_reset(&x->reply.body);
	x->reply.parts[0] = x->reply.packed;
	x->reply.parts_count = 1;
	x->reply.is_packed = true;
	mark_packed(x);
}

/* The body in gzip. Without the memory for it, it goes out as it is: who takes gzip takes that as
 * well, as a rule. */
static void
pack(struct prb_worker *w, struct prb_exchange *x)
{
	struct prb_reply *reply = &x->reply;
	struct prb_str plain = reply->body;
	struct prb_span whole = prb_str_span(&plain);
	bool in_parts = reply->parts_count != 0;

	if (reply->packed.p != NULL) {
		take_packed(x);
		return;
	}
	if (w->gzip == NULL)
		w->gzip = prb_gzip_create(PRB_GZIP_FAST);
	prb_str_reset(&w->packed);
	if (w->gzip == NULL || !prb_gzip_pack(w->gzip, in_parts ? reply->parts : &whole,
				       in_parts ? reply->parts_count : 1, &w->packed))
		return;
	/* The two change places; the plain one is written over the next time. */
	reply->body = w->packed;
	w->packed = plain;
	reply->parts_count = 0;
	reply->is_packed = true;
	mark_packed(x);
	if (w->packed.room > PACKED_BYTES_KEPT) {
		prb_str_finish(&w->packed);
		prb_str_init(&w->packed, PRB_REPLY_BODY_BYTES_MAX);
	}
}

static void
make_etag(struct prb_exchange *x)
{
	struct prb_reply *reply = &x->reply;

	if (reply->etag.p != NULL)
		return;
	if (reply->parts_count == 1)
		reply->etag = prb_etag_of(x, reply->parts[0]);
	else if (reply->parts_count == 0 && reply->body.n != 0)
		reply->etag = prb_etag_of(x, prb_str_span(&reply->body));
}

/* Nothing but the head is left. Its ETag is the one that the caller named, so that it finds what it
 * has; else that of what it would get. */
static void
make_not_modified(struct prb_exchange *x, enum prb_tags found, bool would_be_packed)
{
	if (found == PRB_TAGS_PACKED || (found != PRB_TAGS_PLAIN && would_be_packed))
		mark_packed(x);
	x->reply.status = 304;
	prb_str_reset(&x->reply.body);
	x->reply.parts_count = 0;
}

/* ---- both ---- */

/* Facts are as they are since the release came into use, and since the day began: laws come into
 * force, and marks of age change, with the day. */
static int64_t
facts_since(const struct prb_exchange *x)
{
	int64_t day = (int64_t)prb_exchange_day(x) * 86400;

	return day > x->desk->facts_since ? day : x->desk->facts_since;
}

void
prb_settle_get(struct prb_worker *w, struct prb_exchange *x)
{
	enum prb_coding coding = prb_head_coding(&x->head);
	enum prb_tags found;
	int status;

	make_etag(x);
	x->reply.by_coding = true;
	if (x->route->cache == PRB_CACHE_FACTS) {
		x->reply.last_modified = facts_since(x);
		if (x->reply.cache_control == NULL)
			x->reply.cache_control = "public, max-age=300";
	}
	status = status_by_conditions(
		&x->head, x->reply.etag, x->reply.last_modified, x->now_ms / 1000, &found);
	if (status == 304)
		make_not_modified(x, found, is_to_be_packed(&x->reply, coding));
	else if (status == 412)
		(void)prb_refuse_changed(x, x->reply.etag);
	else if (coding == PRB_CODING_NONE)
		(void)prb_refuse(x, PRB_ERR_NOT_ACCEPTABLE,
			"this answer can be given in gzip or as it is, and Accept-Encoding "
			"refuses both");
	else if (is_to_be_packed(&x->reply, coding))
		pack(w, x);
}
