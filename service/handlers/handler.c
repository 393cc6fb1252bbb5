/* SPDX-License-Identifier: Apache-2.0 */
#include "service/handlers/handler.h"

#include <strings.h>

#include <sodium.h>

#include "service/handlers/problem_page.h"
#include "service/http/conditional.h"

#define DAY_MS 86400000
#define LANGUAGE_FIELDS_MAX 8 /* who sends more gets what the first say */

enum prb_handled
prb_answer(struct prb_exchange *x, int status, const char *type)
{
	if (x->reply.body.failed)
		return prb_refuse(x, PRB_ERR_MEMORY, NULL);
	x->reply.status = status;
	x->reply.type = type;
	return PRB_REPLIED;
}

enum prb_handled
prb_refuse(struct prb_exchange *x, enum prb_err err, const char *detail)
{
	prb_str_reset(&x->reply.body);
	x->reply.parts_count = 0;
	prb_reply_problem(&x->reply, err, detail, &x->faults);
	if (err != PRB_ERR_MEMORY && prb_wants_problem_page(x))
		prb_put_problem_page(x, prb_span_of(prb_problem_detail(err, detail, &x->faults)));
	return PRB_REPLIED;
}

bool
prb_commit_begin(struct prb_exchange *x, enum prb_commit_kind kind)
{
	x->commit = prb_arena_array(x->arena, 1, sizeof *x->commit);
	if (x->commit == NULL) {
		(void)prb_refuse(x, PRB_ERR_MEMORY, "memory ran out");
		return false;
	}
	x->commit->kind = kind;
	return true;
}

enum prb_handled
prb_hand_over(struct prb_exchange *x, enum prb_handled (*resume)(struct prb_exchange *exchange))
{
	if (x->service->commit(x, resume))
		return PRB_LATER;
	return prb_refuse(x, PRB_ERR_BUSY, "too much is waiting to be stored");
}

enum prb_handled
prb_offload(struct prb_exchange *x, enum prb_handled (*work)(struct prb_exchange *exchange),
	const char *detail)
{
	if (x->service->offload(x, work))
		return PRB_LATER;
	return prb_refuse(x, PRB_ERR_BUSY, detail);
}

enum prb_lang
prb_head_lang(const struct prb_head *head)
{
	static const struct prb_span name = {"accept-language", 15};
	struct prb_span fields[LANGUAGE_FIELDS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < head->fields_count && count < LANGUAGE_FIELDS_MAX; i++)
		if (head->fields[i].name.n == name.n &&
			strncasecmp(head->fields[i].name.p, name.p, name.n) == 0)
			fields[count++] = head->fields[i].value;
	return prb_lang_negotiate(fields, count);
}

void
prb_speak(struct prb_exchange *x)
{
	x->lang = prb_head_lang(&x->head);
	x->reply.language = prb_lang_tag(x->lang);
}

void
prb_speak_page(struct prb_exchange *x)
{
	struct prb_span wanted = prb_query_get(&x->query, "lang");
	enum prb_lang lang = wanted.p != NULL ? prb_lang_find(wanted) : PRB_LANGS;

	x->lang = lang != PRB_LANGS ? lang : prb_head_lang(&x->head);
	x->reply.language = prb_lang_tag(x->lang);
}

static bool
has_tags(const struct prb_exchange *x, const char *name)
{
	return prb_head_tags(&x->head, name, PRB_SPAN_NONE, true) != PRB_TAGS_ABSENT;
}

bool
prb_is_conditional(const struct prb_exchange *x)
{
	return has_tags(x, "if-match") || has_tags(x, "if-none-match");
}

bool
prb_if_match(const struct prb_exchange *x, struct prb_span etag)
{
	enum prb_tags match = prb_head_tags(&x->head, "if-match", etag, true);
	enum prb_tags none = prb_head_tags(&x->head, "if-none-match", etag, false);

	if (match == PRB_TAGS_OTHER || (match == PRB_TAGS_ANY && etag.p == NULL))
		return false;
	if (none == PRB_TAGS_ANY)
		return etag.p == NULL;
	return none == PRB_TAGS_ABSENT || none == PRB_TAGS_OTHER;
}

enum prb_handled
prb_refuse_changed(struct prb_exchange *x, struct prb_span etag)
{
	(void)prb_refuse(x, PRB_ERR_PRECONDITION,
		etag.p != NULL ? "it is no longer as it was seen: read it again; ETag is what it "
				 "has now"
			       : "there is nothing yet that could have been seen: If-Match cannot "
				 "hold");
	x->reply.etag = etag;
	return PRB_REPLIED;
}

struct prb_span
prb_etag_of(struct prb_exchange *x, struct prb_span body)
{
	uint8_t hash[PRB_SHA256_BYTES];
	char text[PRB_SHA256_HEX_BYTES + 2] = "\"";

	x->service->sha256(hash, body.p, body.n);
	/* Half of the hash tells two answers apart. */
	prb_sha256_hex(hash, text + 1);
	text[33] = '"';
	text[34] = '\0';
	return prb_arena_copy(x->arena, prb_span_of(text));
}

struct prb_span
prb_kept(struct prb_arena *arena, const struct prb_str *text)
{
	return text->failed ? PRB_SPAN_NONE : prb_arena_copy(arena, prb_str_span(text));
}

struct prb_id
prb_exchange_id(struct prb_exchange *x)
{
	uint8_t random[10];

	randombytes_buf(random, sizeof random);
	return prb_id_next(&x->desk->ids, x->now_ms, random);
}

prb_date
prb_exchange_day(const struct prb_exchange *x)
{
	int64_t days = x->now_ms / DAY_MS;

	return (prb_date)(x->now_ms % DAY_MS < 0 ? days - 1 : days);
}
