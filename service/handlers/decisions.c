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
#include "service/handlers/own.h"

/*
 * POST /v1/decisions: the hit is found again as it stands without any decision, and must be a
 * possible one; or the statement that is confirmed (evidence.c); then what the person said is
 * written down, signed, stored, and answered. GET reads what is stored.
 */

#define PAGE_ITEMS_DEFAULT 50
#define PAGE_ITEMS_MAX 100
/* A page looks at so many and no more, also where a filter keeps few of them. */
#define PAGE_LOOKED_AT_MAX 1000
#define BATCH 50
#define REQUEST_LINE "POST /v1/decisions\n"

/* What a decision is about. Lives in the desk's arena while the handler runs. */
struct met {
	const struct prb_declaration *declaration;
	const struct prb_facts *facts;
	const struct prb_listing *listing;
	struct prb_hit_party party;
};

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
		x->reply.location = prb_arena_copy(x->arena, prb_str_span(&x->desk->text));
	}
	return prb_answer(x, status, PRB_TYPE_JSON);
}

/*
 * Finding the hit.
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
	*out = text->failed ? PRB_SPAN_NONE : prb_arena_copy(x->desk->arena, prb_str_span(text));
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

/* A fault of the party as it was written out is said of where it stands in the request. */
static void
move_faults(struct prb_faults *faults)
{
	static const char from[] = "/supplier", to[] = "/subject";

	for (size_t i = 0; i < faults->count; i++) {
		char *pointer = faults->items[i].pointer;

		if (strncmp(pointer, from, sizeof from - 1) != 0)
			continue;
		memmove(pointer + sizeof to - 1, pointer + sizeof from - 1,
			strlen(pointer + sizeof from - 1) + 1);
		memcpy(pointer, to, sizeof to - 1);
	}
}

/* As the lists and the declaration have it: what was decided before is left aside. */
static enum prb_err
gather(struct prb_exchange *x, const struct prb_decision_request *request, struct met *met)
{
	struct prb_declaration *declaration;
	struct prb_facts *facts;
	struct prb_span text;
	enum prb_err err;

	prb_arena_reset(x->desk->arena);
	err = find_text(x, request, &text);
	if (err == PRB_OK)
		err = prb_declaration_read(x->desk->arena, text, &x->faults, &declaration);
	if (err == PRB_OK) {
		prb_gatherer_decide(x->desk->gatherer, NULL);
		err = prb_facts_gather(x->desk->gatherer, x->desk->arena, declaration,
			prb_exchange_day(x), &x->faults, &facts);
		prb_gatherer_decide(x->desk->gatherer, &x->desk->decisions);
	}
	if (err != PRB_OK) {
		if (request->declaration.n == 0)
			move_faults(&x->faults);
		return err;
	}
	met->declaration = declaration;
	met->facts = facts;
	return PRB_OK;
}

static const struct prb_listing *
find_listing(const struct prb_decision_request *request, const struct prb_facts *facts)
{
	struct prb_span subject =
		request->declaration.n == 0 ? PRB_SPAN("/supplier/name") : request->pointer;

	for (size_t i = 0; i < facts->listings_count; i++)
		if (prb_span_is(subject, facts->listings[i].subject) &&
			prb_span_is(request->entity, facts->listings[i].entity_id))
			return &facts->listings[i];
	return NULL;
}

static enum prb_err
find_hit(struct prb_exchange *x, const struct prb_decision_request *request, struct met *met)
{
	enum prb_err err;

	if (prb_reader_get(x->desk->reader, PRB_TABLE_ENTITY, request->entity).p == NULL)
		return prb_faults_add(&x->faults, PRB_ERR_VALUE, "/entity",
			"the lists in use have no entry with this id");
	err = gather(x, request, met);
	if (err != PRB_OK)
		return err;
	met->listing = find_listing(request, met->facts);
	if (met->listing == NULL)
		return prb_faults_add(&x->faults, PRB_ERR_NOT_POSSIBLE, "/subject",
			"this party does not meet that entry: there is nothing to decide");
	if (met->listing->decision != PRB_HIT_POSSIBLE ||
		!prb_hit_party_of(met->declaration, met->facts, met->listing, &met->party))
		return prb_faults_add(&x->faults, PRB_ERR_NOT_POSSIBLE, "/subject",
			"this party meets that entry for certain (%s): a match is not decided by a "
			"person",
			met->listing->because);
	return PRB_OK;
}

/*
 * Writing it down.
 */

/* A copy that lives until the answer is sent; the empty text where memory ran out, with *failed. */
static struct prb_span
keep(struct prb_exchange *x, const struct prb_str *text, bool *failed)
{
	struct prb_span kept =
		text->failed ? PRB_SPAN_NONE : prb_arena_copy(x->arena, prb_str_span(text));

	*failed |= kept.p == NULL;
	return kept;
}

static enum prb_err
write_keys(struct prb_exchange *x, const struct met *met, struct prb_stored_decision *stored)
{
	struct prb_gatherer *g = x->desk->gatherer;
	struct prb_str *text = &x->desk->text;
	bool failed = false;

	prb_hit_write(g, &met->party, met->listing->list, met->listing->entity_id,
		met->listing->entity, text);
	stored->hit = keep(x, text, &failed);
	prb_hit_write_name(g, met->party.name, text);
	stored->name = keep(x, text, &failed);
	prb_str_reset(text);
	prb_str_add_text(text, met->listing->entity_id);
	stored->entity = keep(x, text, &failed);
	return failed ? PRB_ERR_MEMORY : PRB_OK;
}

/* What the document says of the hit. */
static void
describe(struct prb_exchange *x, const struct met *met, struct prb_decision_text *text)
{
	const struct prb_reference *reference = prb_release_reference(x->desk->release);

	text->name = met->party.name;
	text->city = met->party.city;
	text->address = met->party.address;
	text->country = met->party.country < 0
				? PRB_SPAN("")
				: prb_span_of(reference->countries[met->party.country].iso3);
	text->list = prb_span_of(met->listing->list);
	text->edition = prb_span_of(met->listing->edition);
	text->entity_id = prb_span_of(met->listing->entity_id);
	text->entity = prb_span_of(met->listing->entity);
}

/* `text` says what the decision is about; the rest of it is filled here. */
static enum prb_err
write_document(struct prb_exchange *x, const struct prb_decision_request *request,
	struct prb_decision_text *text, struct prb_stored_decision *stored)
{
	char id[PRB_UUID_BYTES], time[PRB_TIMESTAMP_BYTES];
	bool failed = false;

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
	stored->decision = keep(x, &x->desk->text, &failed);
	return failed ? PRB_ERR_MEMORY : PRB_OK;
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

/* Finds what the request is about: what the decision will be found by goes into `stored`, what the
 * document says of it into `text`. */
static enum prb_err
find_subject(struct prb_exchange *x, const struct prb_decision_request *request,
	struct prb_stored_decision *stored, struct prb_decision_text *text)
{
	struct met met = {.listing = NULL};
	struct prb_span declaration;
	enum prb_err err;

	if (request->evidence.n == 0) {
		err = find_hit(x, request, &met);
		if (err != PRB_OK)
			return err;
		describe(x, &met, text);
		return write_keys(x, &met, stored);
	}
	if (!prb_evidence_may_confirm(&x->caller))
		return prb_faults_add(&x->faults, PRB_ERR_FORBIDDEN, "",
			"a company, an officer or an auditor confirms evidence, never the supplier "
			"itself");
	prb_arena_reset(x->desk->arena);
	err = find_text(x, request, &declaration);
	return err == PRB_OK ? prb_evidence_find(x, request, declaration, stored, text) : err;
}

static enum prb_handled
decide(struct prb_exchange *x)
{
	struct prb_stored_decision *stored = &x->commit->decision;
	struct prb_decision_request request;
	struct prb_decision_text text = {.verdict = PRB_VERDICT_UNDECIDED};
	uint8_t random[10];
	enum prb_err err;

	err = prb_decision_request_read(x->arena, x->body, &x->faults, &request);
	if (err == PRB_OK)
		err = find_subject(x, &request, stored, &text);
	randombytes_buf(random, sizeof random);
	stored->id = prb_id_next(&x->desk->ids, x->now_ms, random);
	if (err == PRB_OK)
		err = write_document(x, &request, &text, stored);
	if (err != PRB_OK)
		return prb_refuse(x, err, NULL);
	if (!is_as_seen(x, stored))
		return PRB_REPLIED;
	sign(x, stored);
	if (!x->service->commit(x, committed))
		return prb_refuse(x, PRB_ERR_BUSY, "too much is waiting to be stored");
	return PRB_LATER;
}

/* PRB_OK with *replayed set when the request was answered before. */
static enum prb_err
find_earlier(struct prb_exchange *x, struct prb_stored_decision *stored, bool *replayed)
{
	struct prb_stored_decision earlier;
	bool same = false;
	enum prb_err err;

	*replayed = false;
	err = prb_request_sha256(x, REQUEST_LINE, stored->request_sha256);
	if (err != PRB_OK)
		return err;
	err = prb_find_idempotent_decision(x->desk->state_reader, stored->tenant,
		stored->idempotency_key, stored->request_sha256, &same, x->arena, &earlier);
	if (err == PRB_ERR_NOT_FOUND)
		return PRB_OK;
	if (err != PRB_OK || !same)
		return err != PRB_OK ? err : PRB_ERR_KEY_REUSED;
	*replayed = x->reply.replayed = true;
	(void)answer(x, 201, &earlier);
	return PRB_OK;
}

enum prb_handled
prb_handle_decide(struct prb_exchange *x)
{
	struct prb_stored_decision *stored;
	bool replayed = false;
	enum prb_err err = PRB_OK;

	if (!prb_body_is(x, PRB_TYPE_JSON))
		return prb_refuse(x, PRB_ERR_MEDIA_TYPE, "a decision is sent as application/json");
	x->commit = prb_arena_array(x->arena, 1, sizeof *x->commit);
	if (x->commit == NULL)
		return prb_refuse(x, PRB_ERR_MEMORY, "memory ran out");
	x->commit->kind = PRB_COMMIT_DECISION;
	stored = &x->commit->decision;
	stored->tenant = x->caller.tenant;
	stored->caller = prb_own_name(x);
	stored->time_ms = x->now_ms;
	if (!prb_idempotency_key(x, &stored->idempotency_key))
		return PRB_REPLIED;
	if (stored->idempotency_key.n != 0)
		err = find_earlier(x, stored, &replayed);
	if (err != PRB_OK)
		return prb_refuse(x, err, err == PRB_ERR_KEY_REUSED ? PRB_KEY_REUSED_DETAIL : NULL);
	if (replayed)
		return PRB_REPLIED;
	/* A stored declaration may be a large one. */
	if (!prb_may_refer(x->body))
		return decide(x);
	if (x->service->offload(x, decide))
		return PRB_LATER;
	return prb_refuse(x, PRB_ERR_BUSY, "too many large requests are waiting");
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
	page->text = prb_arena_copy(x->arena, prb_str_span(&x->desk->text));
	return true;
}

static bool
read_page(struct prb_exchange *x, struct page *page)
{
	static const char *const known[] = {
		"subject", "country", "entity", "cursor", "limit", NULL};
	struct prb_span cursor, limit;
	struct prb_stored_decision last;
	struct prb_id id;

	*page = (struct page){.limit = PAGE_ITEMS_DEFAULT};
	if (!prb_query_takes(x, known))
		return false;
	cursor = prb_query_get(&x->query, "cursor");
	limit = prb_query_get(&x->query, "limit");
	if (limit.p != NULL && !prb_parse_int(limit, 1, PAGE_ITEMS_MAX, &page->limit)) {
		(void)prb_refuse_query(x, "limit: a number from 1 to %d is wanted", PAGE_ITEMS_MAX);
		return false;
	}
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

	if (!read_page(x, &page))
		return PRB_REPLIED;
	prb_writer_init(&w, &x->reply.body);
	prb_writer_object(&w);
	prb_writer_key(&w, "items");
	prb_writer_array(&w);
	err = write_items(x, &page, &w, &last);
	prb_writer_end(&w);
	if (err == PRB_OK && page.before != 0)
		err = prb_find_decisions(x->desk->state_reader, x->caller.tenant, page.by,
			page.text, page.before, 1, x->arena, &more, &count);
	if (err != PRB_OK)
		return prb_refuse(x, err, NULL);
	prb_writer_key(&w, "next");
	if (count == 0) {
		prb_writer_null(&w);
	} else {
		prb_id_text(&last, next);
		prb_writer_text(&w, next);
	}
	prb_writer_end(&w);
	return prb_answer_json(x);
}
