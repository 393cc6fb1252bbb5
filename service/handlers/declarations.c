/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "scoring/attest/credential.h"
#include "scoring/base/jcs.h"
#include "scoring/rules/report.h"
#include "service/handlers/answers.h"
#include "service/handlers/chain.h"
#include "service/handlers/invited.h"
#include "service/handlers/own.h"
#include "service/handlers/scored.h"

/*
 * POST /v1/declarations: bytes -> declaration -> facts -> result -> report -> credential -> sealed
 * record -> journal -> 201. Everything up to the record runs in the worker (or, for a large body,
 * in the pool); the answer follows the commit.
 */

/* Above this a body takes more than a millisecond: it is scored off the loop. So is one that refers
 * to others, which may be many. */
#define OFFLOAD_BYTES (32 * 1024)

static void
write_credential(struct prb_exchange *x, const struct prb_result *result,
	const struct prb_stored_declaration *stored, struct prb_span report, struct prb_str *out)
{
	char id[PRB_UUID_BYTES];
	uint8_t report_hash[PRB_SHA256_BYTES];
	const struct prb_credential_request request = {
		.result = result,
		.report_sha256 = report_hash,
		.id = id,
		.issuer = x->service->issuer,
		.secret_key = x->service->secret_key,
		.issued_at = stored->time_ms / 1000,
		.valid_days = x->service->valid_days,
		.status = {stored->status.list, stored->status.index},
		.disclosed = PRB_PARTS_ALL,
		.sha256 = x->service->sha256,
	};

	prb_id_text(&stored->attestation_id, id);
	x->service->sha256(report_hash, report.p, report.n);
	prb_credential_write(x->arena, &request, out);
}

/*
 * Writes report, attestation, declaration and log entry behind each other into the reply's body,
 * where they stay until the commit: they are sent and sealed from there.
 */
static enum prb_err
write_outputs(struct prb_exchange *x, const struct prb_result *result,
	struct prb_stored_declaration *stored)
{
	struct prb_str *out = &x->reply.body;
	size_t ends[3];

	prb_str_reset(out);
	prb_report_write(x->arena, result, out);
	ends[0] = out->n;
	if (!out->failed)
		write_credential(x, result, stored, prb_str_span(out), out);
	ends[1] = out->n;
	prb_jcs_write(x->arena, result->declaration->json, out);
	ends[2] = out->n;
	if (out->failed)
		return PRB_ERR_MEMORY;
	stored->report = (struct prb_span){out->p, ends[0]};
	stored->attestation = (struct prb_span){out->p + ends[0], ends[1] - ends[0]};
	stored->declaration = (struct prb_span){out->p + ends[1], ends[2] - ends[1]};
	return PRB_OK;
}

static void
draw_ids(struct prb_exchange *x, struct prb_stored_declaration *stored)
{
	/* One call of the system for all of it. */
	uint8_t random[20 + PRB_DECLARATION_SALT_BYTES + PRB_LOG_SALT_BYTES];

	randombytes_buf(random, sizeof random);
	stored->id = prb_id_next(&x->desk->ids, x->now_ms, random);
	stored->attestation_id = prb_id_next(&x->desk->ids, x->now_ms, random + 10);
	memcpy(stored->salt, random + 20, sizeof stored->salt);
	memcpy(stored->log_salt, random + 20 + sizeof stored->salt, sizeof stored->log_salt);
}

static enum prb_handled
committed(struct prb_exchange *x)
{
	struct prb_commit *c = x->commit;
	struct prb_stored_declaration earlier;
	enum prb_err err = c->err;

	if (err == PRB_OK && c->what == PRB_PUT_KEY_REUSED)
		return prb_refuse(x, PRB_ERR_KEY_REUSED, PRB_KEY_REUSED_DETAIL);
	if (err == PRB_OK && c->what == PRB_PUT_REPLAYED) {
		err = prb_find_sequence(x->desk->state_reader, c->sequence, x->arena, &earlier);
		if (err == PRB_OK) {
			x->reply.replayed = true;
			return prb_answer_accepted(x, &earlier);
		}
	}
	if (err == PRB_ERR_USED_UP)
		return prb_refuse(x, err,
			"as many declarations as it allows were stored with it: ask who invited "
			"you for another");
	if (err != PRB_OK)
		return prb_refuse(x, err,
			err == PRB_ERR_FULL ? "nothing of this request was stored, and reading "
					      "goes on: make room "
					      "on the server, then send it again"
					    : "nothing of this request was stored: send it again");
	c->declaration.sequence = c->sequence;
	c->declaration.log_index = c->log_index;
	return prb_answer_accepted(x, &c->declaration);
}

/* What is scored lives in the desk's memory; what is kept, in the reply. */
static enum prb_err
score_and_sign(struct prb_exchange *x)
{
	struct prb_stored_declaration *stored = &x->commit->declaration;
	struct prb_arena *own = x->arena;
	char id[PRB_UUID_BYTES];
	const struct prb_result *result;
	enum prb_err err;

	draw_ids(x, stored);
	prb_id_text(&stored->id, id);
	prb_arena_reset(x->desk->arena);
	x->arena = x->desk->arena;
	err = prb_scored(x, x->body, stored->salt, id, &result);
	if (err == PRB_OK)
		err = prb_invited_check(x, result);
	if (err == PRB_OK && !prb_id_read(prb_span_of(result->id), &stored->report_id))
		err = PRB_ERR_MEMORY;
	/* Last, so that what is refused takes no place. */
	if (err == PRB_OK)
		x->service->draw_status(x->service->status_pool, &stored->status);
	if (err == PRB_OK)
		err = write_outputs(x, result, stored);
	x->arena = own;
	return err;
}

static enum prb_handled
declare(struct prb_exchange *x)
{
	enum prb_err err = score_and_sign(x);

	if (err != PRB_OK)
		return prb_refuse(x, err,
			err == PRB_ERR_MEMORY && x->faults.count == 0
				? "the declaration needs more memory than there is"
				: NULL);
	if (!x->service->commit(x, committed))
		return prb_refuse(
			x, PRB_ERR_BUSY, "too many declarations are waiting to be stored");
	return PRB_LATER;
}

/* PRB_OK with reply.replayed set, and the answer made, when the request was answered before. */
static enum prb_err
find_earlier(struct prb_exchange *x, struct prb_stored_declaration *stored)
{
	struct prb_stored_declaration earlier;
	bool same = false;
	enum prb_err err;

	x->service->sha256(stored->request_sha256, x->body.p, x->body.n);
	err = prb_find_idempotent(x->desk->state_reader, stored->tenant, stored->idempotency_key,
		stored->request_sha256, &same, x->arena, &earlier);
	if (err == PRB_ERR_NOT_FOUND)
		return PRB_OK;
	if (err != PRB_OK)
		return err;
	if (!same)
		return PRB_ERR_KEY_REUSED;
	x->reply.replayed = true;
	(void)prb_answer_accepted(x, &earlier);
	return PRB_OK;
}

static void
fill_caller(const struct prb_exchange *x, struct prb_stored_declaration *stored)
{
	stored->tenant = x->caller.tenant;
	stored->caller = prb_own_name(x);
	memcpy(stored->holder.bytes, x->caller.holder, sizeof stored->holder.bytes);
	stored->holder_max = x->caller.declarations_max;
}

enum prb_handled
prb_handle_declare(struct prb_exchange *x)
{
	enum prb_err err;

	if (!prb_body_is(x, PRB_TYPE_JSON))
		return prb_refuse(
			x, PRB_ERR_MEDIA_TYPE, "a declaration is sent as application/json");
	if (!prb_commit_begin(x, PRB_COMMIT_DECLARATION))
		return PRB_REPLIED;
	fill_caller(x, &x->commit->declaration);
	x->commit->declaration.time_ms = x->now_ms;
	if (!prb_idempotency_key(x, &x->commit->declaration.idempotency_key))
		return PRB_REPLIED;
	if (x->commit->declaration.idempotency_key.n != 0) {
		err = find_earlier(x, &x->commit->declaration);
		if (err != PRB_OK)
			return prb_refuse(
				x, err, err == PRB_ERR_KEY_REUSED ? PRB_KEY_REUSED_DETAIL : NULL);
		if (x->reply.replayed)
			return PRB_REPLIED;
	}
	if (x->body.n > OFFLOAD_BYTES || prb_may_refer(x->body)) {
		if (x->service->offload(x, declare))
			return PRB_LATER;
		return prb_refuse(x, PRB_ERR_BUSY, "too many large declarations are being scored");
	}
	return declare(x);
}

enum prb_handled
prb_handle_declaration(struct prb_exchange *x)
{
	struct prb_stored_declaration stored;
	struct prb_id id;
	enum prb_err err;

	if (!prb_path_id(x, &id))
		return PRB_REPLIED;
	err = prb_own_declaration(x, &id, x->arena, &stored);
	if (err != PRB_OK)
		return prb_refuse(x, err, PRB_NO_DECLARATION);
	if (!prb_audit_read(x, "declaration", &id))
		return PRB_REPLIED;
	return prb_answer_declaration(x, &stored);
}
