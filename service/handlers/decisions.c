/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <sodium.h>

#include "datasets/facts/decisions.h"
#include "datasets/store/records.h"
#include "scoring/attest/proof.h"
#include "service/handlers/answers.h"
#include "service/handlers/chain.h"
#include "service/handlers/decided.h"
#include "service/handlers/decision_text.h"
#include "service/handlers/evidence.h"
#include "service/handlers/facts.h"
#include "service/handlers/hit.h"
#include "service/handlers/own.h"

/*
 * POST /v1/decisions: what it is about is found again, a possible hit (hit.c) or the statement that
 * is confirmed (evidence.c); then what the person said is written down, signed, stored, and
 * answered. GET reads what is stored.
 */

#define PAGE_ITEMS_DEFAULT 50
#define PAGE_ITEMS_MAX 100
/* A page looks at so many and no more, also where a filter keeps few of them. */
#define PAGE_LOOKED_AT_MAX 1000
#define BATCH 50
#define REQUEST_LINE "POST /v1/decisions\n"

static enum prb_handled
answer(struct prb_exchange *x, int status, const struct prb_stored_decision *stored)
{
	struct prb_decision_text text;
	struct prb_writer w;
	enum prb_err err = prb_decision_text_read(x->arena, stored->decision, &text);

	if (err != PRB_OK)
		return prb_refuse(x, err, NULL);
	prb_str_reset(&x->reply.body);
	prb_writer_init(&w, &x->reply.body);
	prb_decision_text_answer(&w, &text, stored);
	if (status == 201) {
		prb_str_reset(&x->desk->text);
		prb_str_add_text(&x->desk->text, "/v1/decisions/");
		prb_str_add_span(&x->desk->text, text.id);
		x->reply.location = prb_kept(x->arena, &x->desk->text);
	}
	return prb_answer(x, status, PRB_TYPE_JSON);
}

/*
 * What it is about.
 */

/* {"supplier":{..}}: a party that is written out is looked for like a declared one. */
static enum prb_err
write_party(
	struct prb_exchange *x, const struct prb_decision_request *request, struct prb_span *out)
{
	struct prb_str *text = &x->desk->text;
	struct prb_writer w;

	prb_str_reset(text);
	prb_writer_init(&w, text);
	prb_writer_object(&w);
	prb_writer_key(&w, "supplier");
	prb_writer_object(&w);
	if (request->address.n != 0)
		prb_writer_member_string(&w, "address", request->address);
	if (request->city.n != 0)
		prb_writer_member_string(&w, "city", request->city);
	prb_writer_member_string(&w, "country", request->country);
	prb_writer_member_string(&w, "name", request->name);
	prb_writer_end(&w);
	prb_writer_end(&w);
	*out = prb_kept(x->desk->arena, text);
	return out->p != NULL ? PRB_OK : PRB_ERR_MEMORY;
}

static enum prb_err
find_text(struct prb_exchange *x, const struct prb_decision_request *request, struct prb_span *out)
{
	struct prb_stored_declaration stored;
	struct prb_id id;
	enum prb_err err = PRB_ERR_NOT_FOUND;

	if (request->declaration.n == 0)
		return write_party(x, request, out);
	if (prb_id_read(request->declaration, &id))
		err = prb_own_reported(x, &id, x->desk->arena, &stored);
	if (err == PRB_ERR_NOT_FOUND)
		return prb_faults_add(
			&x->faults, PRB_ERR_VALUE, "/declaration", PRB_NO_DECLARATION);
	if (err == PRB_OK)
		*out = stored.declaration;
	return err;
}

/* Finds what the request is about: what the decision will be found by goes into `stored`, what the
 * document says of it into `document`. */
static enum prb_err
find_subject(struct prb_exchange *x, const struct prb_decision_request *request,
	struct prb_stored_decision *stored, struct prb_decision_text *document)
{
	bool is_evidence = request->evidence.n != 0;
	struct prb_span text;
	enum prb_err err;

	if (is_evidence && !prb_evidence_may_confirm(&x->caller))
		return prb_faults_add(&x->faults, PRB_ERR_FORBIDDEN, "",
			"a company, an officer or an auditor confirms evidence, never the supplier "
			"itself");
	if (!is_evidence &&
		prb_reader_get(x->desk->reader, PRB_TABLE_ENTITY, request->entity).p == NULL)
		return prb_faults_add(&x->faults, PRB_ERR_VALUE, "/entity",
			"the lists in use have no entry with this id");
	prb_arena_reset(x->desk->arena);
	err = find_text(x, request, &text);
	if (err != PRB_OK)
		return err;
	return is_evidence ? prb_evidence_find(x, request, text, stored, document)
			   : prb_hit_find(x, request, text, stored, document);
}

/*
 * Writing it down.
 */

/* `text` says what the decision is about; the rest of it is filled here. */
static enum prb_err
write_document(struct prb_exchange *x, const struct prb_decision_request *request,
	struct prb_decision_text *text, struct prb_stored_decision *stored)
{
	char id[PRB_UUID_BYTES], time[PRB_TIMESTAMP_BYTES];

	prb_id_text(&stored->id, id);
	prb_timestamp_format(stored->time_ms / 1000, time);
	text->id = prb_span_of(id);
	text->decided_at = prb_span_of(time);
	text->by = request->by;
	text->reason = request->reason;
	text->declaration = request->declaration;
	text->pointer = request->pointer;
	text->evidence = request->evidence;
	text->release = prb_span_of(prb_release_reference(x->desk->release)->release);
	text->verdict = request->verdict;
	prb_str_reset(&x->desk->text);
	prb_decision_text_write(text, &x->desk->text);
	stored->decision = prb_kept(x->arena, &x->desk->text);
	return stored->decision.p != NULL ? PRB_OK : PRB_ERR_MEMORY;
}

static void
sign(struct prb_exchange *x, struct prb_stored_decision *stored)
{
	/* libsodium keeps a secret key as seed and public key. */
	memcpy(stored->signer, x->service->secret_key + PRB_KEY_SEED_BYTES, sizeof stored->signer);
	crypto_sign_detached(stored->signature, NULL, (const uint8_t *)stored->decision.p,
		stored->decision.n, x->service->secret_key);
}

/*
 * Whom another may have come before: If-Match, If-None-Match.
 */

/* The newest decision of the hit and the ETag that GET answers with for it; no sequence and no ETag
 * where there is none. */
static enum prb_err
find_newest(struct prb_exchange *x, struct prb_span hit, uint64_t *sequence, struct prb_span *etag,
	enum prb_verdict *verdict)
{
	struct prb_str *out = &x->desk->text;
	struct prb_stored_decision newest;
	struct prb_decision_text text;
	struct prb_writer w;
	enum prb_err err = prb_decided_newest(x->desk, x->arena, hit, &newest);

	*sequence = PRB_SEEN_NONE;
	*etag = PRB_SPAN_NONE;
	*verdict = PRB_VERDICT_UNDECIDED;
	if (err == PRB_ERR_NOT_FOUND)
		return PRB_OK;
	if (err == PRB_OK)
		err = prb_decision_text_read(x->arena, newest.decision, &text);
	if (err != PRB_OK)
		return err;
	prb_str_reset(out);
	prb_writer_init(&w, out);
	prb_decision_text_answer(&w, &text, &newest);
	if (out->failed)
		return PRB_ERR_MEMORY;
	*etag = prb_etag_of(x, prb_str_span(out));
	*sequence = newest.sequence;
	*verdict = text.verdict;
	return etag->p != NULL ? PRB_OK : PRB_ERR_MEMORY;
}

/* False with a refusal made. A hit that was opened again is as undecided as a new one. */
static bool
is_as_seen(struct prb_exchange *x, struct prb_stored_decision *stored)
{
	enum prb_verdict verdict;
	struct prb_span etag;
	enum prb_err err;

	if (!prb_is_conditional(x))
		return true;
	err = find_newest(x, stored->hit, &stored->seen, &etag, &verdict);
	if (err != PRB_OK) {
		(void)prb_refuse(x, err, NULL);
		return false;
	}
	if (prb_if_match(x, etag) ||
		(verdict == PRB_VERDICT_UNDECIDED && prb_if_match(x, PRB_SPAN_NONE)))
		return true;
	(void)prb_refuse_changed(x, etag);
	return false;
}

static enum prb_handled
refuse_overtaken(struct prb_exchange *x)
{
	enum prb_verdict verdict;
	struct prb_span etag;
	uint64_t sequence;
	enum prb_err err = find_newest(x, x->commit->decision.hit, &sequence, &etag, &verdict);

	return err == PRB_OK ? prb_refuse_changed(x, etag) : prb_refuse(x, err, NULL);
}

static enum prb_handled
committed(struct prb_exchange *x)
{
	struct prb_commit *c = x->commit;
	struct prb_stored_decision earlier;
	enum prb_err err = c->err;

	if (err == PRB_ERR_CONFLICT && c->decision.seen != 0)
		return refuse_overtaken(x);
	if (err == PRB_OK && c->what == PRB_PUT_KEY_REUSED)
		return prb_refuse(x, PRB_ERR_KEY_REUSED, PRB_KEY_REUSED_DETAIL);
	if (err == PRB_OK && c->what == PRB_PUT_REPLAYED) {
		err = prb_find_decision_sequence(
			x->desk->state_reader, c->sequence, x->arena, &earlier);
		if (err == PRB_OK) {
			x->reply.replayed = true;
			return answer(x, 201, &earlier);
		}
	}
	if (err != PRB_OK)
		return prb_refuse(x, err, "nothing of this request was stored: send it again");
	return answer(x, 201, &c->decision);
}

static enum prb_handled
decide(struct prb_exchange *x)
{
	struct prb_stored_decision *stored = &x->commit->decision;
	struct prb_decision_request request;
	struct prb_decision_text text = {.verdict = PRB_VERDICT_UNDECIDED};
	enum prb_err err;

	err = prb_decision_request_read(x->arena, x->body, &x->faults, &request);
	if (err == PRB_OK)
		err = find_subject(x, &request, stored, &text);
	stored->id = prb_exchange_id(x);
	if (err == PRB_OK)
		err = write_document(x, &request, &text, stored);
	if (err != PRB_OK)
		return prb_refuse(x, err, NULL);
	if (!is_as_seen(x, stored))
		return PRB_REPLIED;
	sign(x, stored);
	return prb_hand_over(x, committed);
}

/* PRB_OK with reply.replayed set, and the answer made, when the request was answered before. */
static enum prb_err
find_earlier(struct prb_exchange *x, struct prb_stored_decision *stored)
{
	struct prb_stored_decision earlier;
	bool same = false;
	enum prb_err err;

	err = prb_request_sha256(x, REQUEST_LINE, stored->request_sha256);
	if (err != PRB_OK)
		return err;
	err = prb_find_idempotent_decision(x->desk->state_reader, stored->tenant,
		stored->idempotency_key, stored->request_sha256, &same, x->arena, &earlier);
	if (err == PRB_ERR_NOT_FOUND)
		return PRB_OK;
	if (err != PRB_OK || !same)
		return err != PRB_OK ? err : PRB_ERR_KEY_REUSED;
	x->reply.replayed = true;
	(void)answer(x, 201, &earlier);
	return PRB_OK;
}

enum prb_handled
prb_handle_decide(struct prb_exchange *x)
{
	struct prb_stored_decision *stored;
	enum prb_err err = PRB_OK;

	if (!prb_body_is(x, PRB_TYPE_JSON))
		return prb_refuse(x, PRB_ERR_MEDIA_TYPE, "a decision is sent as application/json");
	if (!prb_commit_begin(x, PRB_COMMIT_DECISION))
		return PRB_REPLIED;
	stored = &x->commit->decision;
	stored->tenant = x->caller.tenant;
	stored->caller = prb_own_name(x);
	stored->time_ms = x->now_ms;
	if (!prb_idempotency_key(x, &stored->idempotency_key))
		return PRB_REPLIED;
	if (stored->idempotency_key.n != 0)
		err = find_earlier(x, stored);
	if (err != PRB_OK)
		return prb_refuse(x, err, err == PRB_ERR_KEY_REUSED ? PRB_KEY_REUSED_DETAIL : NULL);
	if (x->reply.replayed)
		return PRB_REPLIED;
	/* A stored declaration may be a large one. */
	if (!prb_may_refer(x->body))
		return decide(x);
	return prb_offload(x, decide, "too many large requests are waiting");
}

/*
 * Reading.
 */

enum prb_handled
prb_handle_decision(struct prb_exchange *x)
{
	struct prb_stored_decision stored;
	struct prb_id id;
	enum prb_err err = PRB_ERR_NOT_FOUND;

	if (prb_id_read(x->params[0], &id))
		err = prb_find_decision(
			x->desk->state_reader, x->caller.tenant, &id, x->arena, &stored);
	if (err == PRB_ERR_NOT_FOUND)
		prb_audit_not_found(x);
	if (err != PRB_OK)
		return prb_refuse(x, err, "there is no decision with this id, or it is not yours");
	if (!prb_audit_read(x, "decision", &id))
		return PRB_REPLIED;
	return answer(x, 200, &stored);
}

/* What is asked for; n = 0 where it does not matter. */
struct page {
	struct prb_span entity, text;
	const char *country; /* NULL: any */
	enum prb_decided_by by;
	int64_t limit;
	uint64_t before;
};

/* False with a refusal made. */
static bool
read_filters(struct prb_exchange *x, struct page *page)
{
	struct prb_span name = prb_query_get(&x->query, "subject");
	struct prb_span country = prb_query_get(&x->query, "country");
	const struct prb_reference *reference = prb_release_reference(x->desk->release);
	bool assumed;
	int found;

	page->entity = prb_query_get(&x->query, "entity");
	page->by = PRB_DECIDED_ALL;
	if (page->entity.p != NULL) {
		page->by = PRB_DECIDED_ENTITY;
		page->text = page->entity;
	}
	if (country.p != NULL) {
		found = prb_facts_country(x->desk->gatherer, country, &assumed);
		if (found < 0) {
			(void)prb_refuse_query(x, "country: no country is known by that word");
			return false;
		}
		page->country = reference->countries[found].iso3;
	}
	if (name.p == NULL)
		return true;
	if (name.n > PRB_NAME_BYTES_MAX) {
		(void)prb_refuse_query(
			x, "subject: a name of 1 to %d bytes is wanted", PRB_NAME_BYTES_MAX);
		return false;
	}
	page->by = PRB_DECIDED_NAME;
	prb_hit_write_name(x->desk->gatherer, name, &x->desk->text);
	page->text = prb_kept(x->arena, &x->desk->text);
	if (page->text.p == NULL)
		(void)prb_refuse(x, PRB_ERR_MEMORY, "memory ran out");
	return page->text.p != NULL;
}

static bool
read_page(struct prb_exchange *x, struct page *page)
{
	static const char *const known[] = {
		"subject", "country", "entity", "cursor", "limit", NULL};
	struct prb_span cursor;
	struct prb_stored_decision last;
	struct prb_id id;

	*page = (struct page){.limit = PAGE_ITEMS_DEFAULT};
	if (!prb_query_takes(x, known) || !prb_query_limit(x, PAGE_ITEMS_MAX, &page->limit))
		return false;
	cursor = prb_query_get(&x->query, "cursor");
	if (cursor.p != NULL) {
		if (!prb_id_read(cursor, &id) ||
			prb_find_decision(x->desk->state_reader, x->caller.tenant, &id, x->arena,
				&last) != PRB_OK) {
			(void)prb_refuse_query(x, "cursor: take `next` of the page before");
			return false;
		}
		page->before = last.sequence;
	}
	return read_filters(x, page);
}

static bool
is_wanted(const struct page *page, const struct prb_decision_text *text)
{
	return (page->entity.p == NULL || prb_span_equal(page->entity, text->entity_id)) &&
	       (page->country == NULL || prb_span_is(text->country, page->country));
}

/* Writes the items of a page. page->before moves behind the last one that was looked at, whose id
 * is *last. */
static enum prb_err
write_items(struct prb_exchange *x, struct page *page, struct prb_writer *w, struct prb_id *last)
{
	struct prb_stored_decision *batch = prb_arena_array(x->arena, BATCH, sizeof *batch);
	size_t looked_at = 0, count = BATCH;
	int64_t written = 0;
	enum prb_err err = batch == NULL ? PRB_ERR_MEMORY : PRB_OK;

	while (err == PRB_OK && count == BATCH && written < page->limit &&
		looked_at < PAGE_LOOKED_AT_MAX) {
		err = prb_find_decisions(x->desk->state_reader, x->caller.tenant, page->by,
			page->text, page->before, BATCH, x->arena, batch, &count);
		for (size_t i = 0; err == PRB_OK && i < count && written < page->limit; i++) {
			struct prb_decision_text text;

			err = prb_decision_text_read(x->arena, batch[i].decision, &text);
			page->before = batch[i].sequence;
			*last = batch[i].id;
			if (err != PRB_OK || !is_wanted(page, &text))
				continue;
			prb_decision_text_answer(w, &text, &batch[i]);
			written++;
		}
		looked_at += count;
	}
	return err;
}

enum prb_handled
prb_handle_decisions(struct prb_exchange *x)
{
	struct prb_stored_decision more;
	struct prb_writer w;
	struct page page;
	struct prb_id last;
	char next[PRB_UUID_BYTES];
	size_t count = 0;
	enum prb_err err;

	if (!read_page(x, &page) || !prb_audit_read(x, "decisions", NULL))
		return PRB_REPLIED;
	prb_writer_init(&w, &x->reply.body);
	prb_write_items(&w);
	err = write_items(x, &page, &w, &last);
	if (err == PRB_OK && page.before != 0)
		err = prb_find_decisions(x->desk->state_reader, x->caller.tenant, page.by,
			page.text, page.before, 1, x->arena, &more, &count);
	if (err != PRB_OK)
		return prb_refuse(x, err, NULL);
	if (count != 0)
		prb_id_text(&last, next);
	prb_write_next(&w, count != 0 ? next : NULL);
	return prb_answer_json(x);
}
