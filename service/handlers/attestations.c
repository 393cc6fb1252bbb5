/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <sodium.h>

#include "scoring/attest/stated.h"
#include "scoring/base/jcs.h"
#include "scoring/rules/report.h"
#include "service/handlers/answers.h"
#include "service/handlers/attesting.h"
#include "service/handlers/earlier.h"
#include "service/handlers/own.h"
#include "service/handlers/scored.h"

/*
 * POST /v1/attestations: a further attestation of a stored declaration, either of a report as it
 * is stored, or of a new one: the declaration is scored again, today, under the release in use.
 * All of it runs in the pool: what is stored may be large, and all earlier attestations of the
 * declaration are looked at.
 */

#define REQUEST_LINE "POST /v1/attestations\n"
#define NOT_STORED "nothing of this request was stored: send it again"
/* How often one is made, where other attestations of the declaration come between. */
#define TRIES_MAX 4

/* What an attestation is made of. Lives in the desk's arena while the handler runs. */
struct making {
	struct prb_attestation_request request;
	struct prb_stored_declaration of; /* with the report that is attested or was there before */
	const struct prb_result *result;
	struct prb_earlier earlier;
};

static enum prb_handled
answer(struct prb_exchange *x, const struct prb_id *id, struct prb_span attestation)
{
	struct prb_str *text = &x->desk->text;
	char uuid[PRB_UUID_BYTES];

	prb_id_text(id, uuid);
	prb_str_reset(text);
	prb_str_addf(text, "/v1/attestations/%s", uuid);
	x->reply.location = prb_kept(x->arena, text);
	if (x->reply.location.p == NULL)
		return prb_refuse(x, PRB_ERR_MEMORY, "memory ran out");
	/* The bytes stay where they are; the body is no answer by itself. */
	x->reply.body.n = 0;
	x->reply.parts[0] = attestation;
	x->reply.parts_count = 1;
	return prb_answer(x, 201, PRB_TYPE_VC);
}

static enum prb_handled attest(struct prb_exchange *x);

/* What it was made of is no longer how it stands: it is made again, of how it stands now. */
static enum prb_handled
again(struct prb_exchange *x)
{
	if (++x->commit->tries < TRIES_MAX && x->service->offload(x, attest))
		return PRB_LATER;
	return prb_refuse(x, PRB_ERR_BUSY,
		"other attestations of the same declaration are being made: send it again");
}

static enum prb_handled
committed(struct prb_exchange *x)
{
	struct prb_commit *c = x->commit;
	struct prb_found_attestation earlier;
	enum prb_err err = c->err;

	if (err == PRB_OK && c->what == PRB_PUT_KEY_REUSED)
		return prb_refuse(x, PRB_ERR_KEY_REUSED, PRB_KEY_REUSED_DETAIL);
	if (err == PRB_OK && c->what == PRB_PUT_REPLAYED) {
		err = prb_find_attestation_sequence(
			x->desk->state_reader, c->sequence, x->arena, &earlier);
		if (err == PRB_OK) {
			x->reply.replayed = true;
			return answer(x, &earlier.id, earlier.attestation);
		}
	}
	if (err == PRB_ERR_CONFLICT)
		return again(x);
	if (err != PRB_OK)
		return prb_refuse(x, err, NOT_STORED);
	return answer(x, &c->attestation.id, c->attestation.attestation);
}

/*
 * What is attested.
 */

/* The report as it was made then, whatever method and release are in use now. */
static enum prb_err
state_result(struct prb_exchange *x, struct making *m)
{
	struct prb_declaration *declaration;
	struct prb_result *result;
	enum prb_err err =
		prb_declaration_read(x->desk->arena, m->of.declaration, &x->faults, &declaration);

	if (err == PRB_OK)
		err = prb_result_stated(x->desk->arena, m->of.report, declaration, &result);
	if (err == PRB_OK)
		m->result = result;
	/* What was stored here was accepted here. */
	return err == PRB_OK || err == PRB_ERR_MEMORY ? err : PRB_ERR_STATE_DAMAGED;
}

/* Scored under the declaration's own salt and id, so that its digest stays the same. */
static enum prb_err
score_again(struct prb_exchange *x, struct making *m)
{
	struct prb_arena *own = x->arena;
	char id[PRB_UUID_BYTES];
	enum prb_err err;

	prb_id_text(&m->of.id, id);
	x->arena = x->desk->arena;
	err = prb_scored_again(x, m->of.declaration, m->of.salt, id, &m->result);
	x->arena = own;
	return err;
}

/* False with a refusal made. */
static bool
find_subject(struct prb_exchange *x, struct making *m)
{
	const struct prb_id *id = &m->request.id;
	enum prb_err err;

	if (m->request.has_declaration)
		err = prb_own_reported(x, id, x->desk->arena, &m->of);
	else
		err = prb_own_report(x, id, x->desk->arena, &m->of);
	if (err == PRB_OK)
		return true;
	(void)prb_refuse(x, err, m->request.has_declaration ? PRB_NO_DECLARATION : PRB_NO_REPORT);
	return false;
}

/* The rating of the result, as attestations say it. */
static struct prb_span
rating_of(const struct prb_result *result)
{
	return prb_span_of(prb_rating_word((enum prb_rating)result->rating.rating));
}

/* Everything up to the texts; false with a refusal made. */
static bool
find_out(struct prb_exchange *x, struct making *m)
{
	enum prb_err err;

	if (!find_subject(x, m))
		return false;
	err = m->request.has_declaration ? score_again(x, m) : state_result(x, m);
	if (err != PRB_OK) {
		(void)prb_refuse(x, err,
			x->faults.count != 0 ? NULL : "the stored declaration cannot be attested");
		return false;
	}
	err = prb_earlier_find(x, &m->of.id, rating_of(m->result), &m->earlier);
	if (err == PRB_ERR_ATTESTED)
		(void)prb_refuse(x, err, "send the declaration anew for further attestations");
	else if (err != PRB_OK)
		(void)prb_refuse(x, err, NULL);
	else if (!m->request.has_declaration && m->earlier.others_count != 0)
		return prb_earlier_refuse(x, &m->earlier);
	return err == PRB_OK;
}

/*
 * Writing it down.
 */

static void
write_credential(struct prb_exchange *x, const struct making *m,
	const struct prb_stored_attestation *stored, struct prb_span report,
	struct prb_str *openings, struct prb_str *out)
{
	uint8_t report_hash[PRB_SHA256_BYTES], salts[PRB_PARTS * PRB_PART_SALT_BYTES];
	char id[PRB_UUID_BYTES];
	const struct prb_credential_request request = {
		.result = m->result,
		.report_sha256 = report_hash,
		.id = id,
		.issuer = x->service->issuer,
		.secret_key = x->service->secret_key,
		.issued_at = stored->time_ms / 1000,
		.valid_days =
			m->request.valid_days != 0 ? m->request.valid_days : x->service->valid_days,
		.status = {stored->status.list, stored->status.index},
		.disclosed = m->request.disclosed,
		.salts = salts,
		.openings = openings,
		.sha256 = x->service->sha256,
	};

	prb_id_text(&stored->id, id);
	randombytes_buf(salts, sizeof salts);
	x->service->sha256(report_hash, report.p, report.n);
	prb_credential_write(x->desk->arena, &request, out);
	sodium_memzero(salts, sizeof salts);
}

/* Whether the report that was just written is one that is stored under its id already. */
static bool
is_stored(
	struct prb_exchange *x, const struct prb_stored_attestation *stored, struct prb_span report)
{
	struct prb_stored_declaration found;

	return prb_find_report(x->desk->state_reader, x->caller.tenant, &stored->report_id,
		       x->desk->arena, &found) == PRB_OK &&
	       prb_span_equal(found.report, report);
}

/*
 * Report, attestation and openings behind each other into the reply's body, where they stay until
 * the commit.
 */
static enum prb_err
write_outputs(struct prb_exchange *x, const struct making *m, struct prb_stored_attestation *stored)
{
	struct prb_str *out = &x->reply.body, *openings = &x->desk->text;
	size_t ends[2];

	prb_str_reset(out);
	prb_str_reset(openings);
	if (m->request.has_declaration)
		prb_report_write(x->desk->arena, m->result, out);
	else
		prb_str_add_span(out, m->of.report);
	ends[0] = out->n;
	if (!out->failed)
		write_credential(x, m, stored, prb_str_span(out), openings, out);
	ends[1] = out->n;
	prb_str_add_span(out, prb_str_span(openings));
	if (out->failed || openings->failed)
		return PRB_ERR_MEMORY;
	stored->report = (struct prb_span){out->p, ends[0]};
	stored->attestation = (struct prb_span){out->p + ends[0], ends[1] - ends[0]};
	stored->openings = (struct prb_span){out->p + ends[1], out->n - ends[1]};
	if (is_stored(x, stored, stored->report))
		stored->report = PRB_SPAN_NONE;
	return PRB_OK;
}

static enum prb_err
draw(struct prb_exchange *x, const struct making *m, struct prb_stored_attestation *stored)
{
	randombytes_buf(stored->log_salt, sizeof stored->log_salt);
	stored->id = prb_exchange_id(x);
	stored->declaration_id = m->of.id;
	stored->seen = m->earlier.newest;
	if (!prb_id_read(prb_span_of(m->result->id), &stored->report_id))
		return PRB_ERR_STATE_DAMAGED;
	x->service->draw_status(x->service->status_pool, &stored->status);
	return PRB_OK;
}

/* The earlier ones of another rating end with this one. */
static enum prb_err
supersede(struct prb_exchange *x, const struct prb_earlier *earlier)
{
	struct prb_commit *c = x->commit;
	enum prb_err err = PRB_OK;

	c->revocations = prb_arena_array(x->arena, earlier->others_count, sizeof *c->revocations);
	if (c->revocations == NULL)
		return PRB_ERR_MEMORY;
	for (size_t i = 0; i < earlier->others_count && err == PRB_OK; i++)
		err = prb_revocation_make(
			x, earlier->others[i], PRB_REASON_SUPERSEDED, x->arena, &c->revocations[i]);
	c->revocations_count = earlier->others_count;
	return err;
}

static enum prb_handled
attest(struct prb_exchange *x)
{
	struct prb_stored_attestation *stored = &x->commit->attestation;
	struct making m = {.result = NULL};
	enum prb_err err;

	prb_arena_reset(x->desk->arena);
	err = prb_attestation_request_read(x->arena, x->body, &x->faults, &m.request);
	if (err != PRB_OK)
		return prb_refuse(x, err, NULL);
	if (!find_out(x, &m))
		return PRB_REPLIED;
	err = draw(x, &m, stored);
	if (err == PRB_OK)
		err = write_outputs(x, &m, stored);
	if (err == PRB_OK)
		err = supersede(x, &m.earlier);
	if (err != PRB_OK)
		return prb_refuse(x, err, NOT_STORED);
	return prb_hand_over(x, committed);
}

/* PRB_OK with reply.replayed set, and the answer made, when the request was answered before. */
static enum prb_err
find_replay(struct prb_exchange *x, struct prb_stored_attestation *stored)
{
	struct prb_found_attestation earlier;
	bool same = false;
	enum prb_err err;

	err = prb_request_sha256(x, REQUEST_LINE, stored->request_sha256);
	if (err != PRB_OK)
		return err;
	err = prb_find_idempotent_attestation(x->desk->state_reader, stored->tenant,
		stored->idempotency_key, stored->request_sha256, &same, x->arena, &earlier);
	if (err == PRB_ERR_NOT_FOUND)
		return PRB_OK;
	if (err != PRB_OK || !same)
		return err != PRB_OK ? err : PRB_ERR_KEY_REUSED;
	x->reply.replayed = true;
	(void)answer(x, &earlier.id, earlier.attestation);
	return PRB_OK;
}

enum prb_handled
prb_handle_attest(struct prb_exchange *x)
{
	struct prb_stored_attestation *stored;
	enum prb_err err = PRB_OK;

	if (!prb_body_is(x, PRB_TYPE_JSON))
		return prb_refuse(
			x, PRB_ERR_MEDIA_TYPE, "what to attest is said in application/json");
	if (!prb_commit_begin(x, PRB_COMMIT_ATTESTATION))
		return PRB_REPLIED;
	stored = &x->commit->attestation;
	stored->tenant = x->caller.tenant;
	stored->caller = prb_own_name(x);
	stored->time_ms = x->now_ms;
	if (!prb_idempotency_key(x, &stored->idempotency_key))
		return PRB_REPLIED;
	if (stored->idempotency_key.n != 0)
		err = find_replay(x, stored);
	if (err != PRB_OK)
		return prb_refuse(x, err, err == PRB_ERR_KEY_REUSED ? PRB_KEY_REUSED_DETAIL : NULL);
	if (x->reply.replayed)
		return PRB_REPLIED;
	return prb_offload(x, attest, "too many attestations are being made");
}
