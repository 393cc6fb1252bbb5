/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "scoring/attest/multibase.h"
#include "service/handlers/answers.h"
#include "service/handlers/attesting.h"
#include "service/handlers/facts.h"
#include "service/handlers/own.h"

/*
 * POST /v1/attestations/{id}/revoke and GET /v1/attestations/{id}/revocation. What is stored is a
 * canonical JSON text whose salted digest is in the log; the answer is that text with one member
 * more, where in the log it is.
 */

/* {"attestation":"UUID" and what follows. */
#define FIRST_MEMBER "{\"attestation\":\""
#define FIRST_MEMBER_BYTES (sizeof FIRST_MEMBER - 1 + PRB_UUID_BYTES - 1 + 1)

static enum prb_handled
answer(struct prb_exchange *x, const struct prb_stored_revocation *stored)
{
	struct prb_str *out = &x->reply.body;
	struct prb_span text = stored->revocation;
	char leaf[PRB_SHA256_HEX_BYTES];

	if (!prb_span_starts(text, PRB_SPAN(FIRST_MEMBER)) || text.n <= FIRST_MEMBER_BYTES)
		return prb_refuse(x, PRB_ERR_STATE_DAMAGED, NULL);
	prb_sha256_hex(stored->leaf_hash, leaf);
	prb_str_reset(out);
	prb_str_add(out, text.p, FIRST_MEMBER_BYTES);
	prb_str_addf(out, ",\"log\":{\"index\":%llu,\"leaf_hash\":\"%s\",\"salt\":\"",
		(unsigned long long)stored->log_index, leaf);
	prb_base64url_encode(stored->log_salt, sizeof stored->log_salt, out);
	prb_str_add_text(out, "\"}");
	prb_str_add(out, text.p + FIRST_MEMBER_BYTES, text.n - FIRST_MEMBER_BYTES);
	return prb_answer(x, 200, PRB_TYPE_JSON);
}

static enum prb_handled
refuse_again(struct prb_exchange *x, const struct prb_id *id)
{
	char detail[PRB_FAULT_DETAIL_BYTES_MAX], text[PRB_UUID_BYTES];

	prb_id_text(id, text);
	(void)snprintf(detail, sizeof detail,
		"this attestation is revoked, and a revocation is final: see "
		"/v1/attestations/%s/revocation",
		text);
	return prb_refuse(x, PRB_ERR_REVOKED, detail);
}

static enum prb_handled
committed(struct prb_exchange *x)
{
	struct prb_commit *c = x->commit;

	if (c->err == PRB_ERR_CONFLICT)
		return refuse_again(x, &c->revocations->attestation_id);
	if (c->err != PRB_OK)
		return prb_refuse(x, c->err, "nothing of this request was stored: send it again");
	return answer(x, c->revocations);
}

static enum prb_handled
revoke(struct prb_exchange *x, const struct prb_found_attestation *found, enum prb_reason reason)
{
	enum prb_err err = PRB_ERR_MEMORY;

	if (!prb_commit_begin(x, PRB_COMMIT_REVOCATION))
		return PRB_REPLIED;
	x->commit->revocations_count = 1;
	x->commit->revocations = prb_arena_array(x->arena, 1, sizeof *x->commit->revocations);
	if (x->commit->revocations != NULL)
		err = prb_revocation_make(x, found, reason, x->arena, x->commit->revocations);
	if (err != PRB_OK)
		return prb_refuse(x, err, "memory ran out");
	return prb_hand_over(x, committed);
}

enum prb_handled
prb_handle_revoke(struct prb_exchange *x)
{
	struct prb_found_attestation found;
	enum prb_reason reason;
	struct prb_id id;
	enum prb_err err;

	if (!prb_path_id(x, &id))
		return PRB_REPLIED;
	if (!prb_body_is(x, PRB_TYPE_JSON))
		return prb_refuse(x, PRB_ERR_MEDIA_TYPE, "a reason is sent as application/json");
	err = prb_revocation_request_read(x->arena, x->body, &x->faults, &reason);
	if (err != PRB_OK)
		return prb_refuse(x, err, NULL);
	err = prb_own_attestation(x, &id, &found);
	if (err != PRB_OK)
		return prb_refuse(x, err, PRB_NO_ATTESTATION);
	if (found.revoked)
		return refuse_again(x, &id);
	/* An attestation does not change: who sends its ETag means that very one. */
	if (prb_is_conditional(x) && !prb_if_match(x, prb_etag_of(x, found.attestation)))
		return prb_refuse_changed(x, prb_etag_of(x, found.attestation));
	return revoke(x, &found, reason);
}

/* Of one whose record was erased the time alone is left, which is in the open; whoever was given
 * the attestation is still to learn that it does not stand. */
static enum prb_handled
answer_erased(struct prb_exchange *x, const struct prb_id *id)
{
	char text[PRB_UUID_BYTES], time[PRB_TIMESTAMP_BYTES];
	struct prb_writer w;
	int64_t revoked_ms;
	enum prb_err err = prb_find_issued(x->desk->state_reader, id, &revoked_ms);

	if (err == PRB_ERR_NOT_FOUND || (err == PRB_OK && revoked_ms == 0))
		return prb_refuse(x, PRB_ERR_NOT_FOUND,
			"no attestation with this id is revoked: either it stands, or there is "
			"none");
	if (err != PRB_OK)
		return prb_refuse(x, err, NULL);
	prb_id_text(id, text);
	prb_timestamp_format(revoked_ms / 1000, time);
	prb_writer_init(&w, &x->reply.body);
	prb_writer_object(&w);
	prb_writer_member_text(&w, "attestation", text);
	prb_writer_member_bool(&w, "erased", true);
	prb_writer_member_text(&w, "revoked_at", time);
	prb_writer_end(&w);
	return prb_answer(x, 200, PRB_TYPE_JSON);
}

enum prb_handled
prb_handle_revocation(struct prb_exchange *x)
{
	struct prb_stored_revocation stored;
	struct prb_id id;
	enum prb_err err;

	if (!prb_path_id(x, &id))
		return PRB_REPLIED;
	err = prb_find_revocation(x->desk->state_reader, &id, x->arena, &stored);
	if (err == PRB_ERR_NOT_FOUND)
		return answer_erased(x, &id);
	return err == PRB_OK ? answer(x, &stored) : prb_refuse(x, err, NULL);
}
