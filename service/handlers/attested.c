/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/attest/envelope.h"
#include "scoring/log/checkpoint.h"
#include "service/handlers/answers.h"
#include "service/handlers/attesting.h"
#include "service/handlers/handler.h"
#include "service/handlers/own.h"
#include "service/log/publisher.h"

/*
 * GET /v1/attestations/{id} in either form, its receipt of the log, and, for its owner, the
 * openings of what it withholds.
 */

#define NO_ATTESTATION "there is no attestation with this id"
#define OTHER_IDENTIFIER                                                                           \
	"it was issued under another identifier (the issuer's key or address was changed): it is " \
	"there as application/vc alone"

/* False with a refusal made. */
static bool
find(struct prb_exchange *x, struct prb_found_attestation *found)
{
	struct prb_id id;
	enum prb_err err;

	if (!prb_path_id(x, &id))
		return false;
	err = prb_find_attestation(x->desk->state_reader, &id, x->arena, found);
	if (err != PRB_OK)
		(void)prb_refuse(x, err, NO_ATTESTATION);
	return err == PRB_OK;
}

enum prb_signed_by
prb_signed_by(struct prb_arena *arena, const struct prb_service *s, struct prb_span credential)
{
	enum prb_signed_by known = PRB_SIGNED_BY_UNKNOWN;
	const struct prb_json *root;
	struct prb_span method;
	struct prb_issuer issuer;

	if (prb_json_parse(arena, credential, credential.n, NULL, &root) != PRB_OK)
		return PRB_SIGNED_BY_UNKNOWN;
	method = prb_text_in(prb_object_in(root, "proof"), "verificationMethod");
	for (size_t i = 0; method.p != NULL && i < s->keys_count; i++) {
		if (s->keys[i].use != PRB_USE_ATTESTATION ||
			prb_issuer_fill(s->keys[i].public_key, s->keys[i].number,
				s->issuer->public_url, NULL, &issuer, NULL) != PRB_OK ||
			!prb_span_is(method, issuer.method))
			continue;
		if (s->keys[i].standing == PRB_STANDING_REVOKED)
			return PRB_SIGNED_BY_REVOKED;
		known = PRB_SIGNED_BY_KNOWN;
	}
	return known;
}

/* The stored bytes are signed in themselves; the other form is made of them when it is asked for,
 * with the key of today. What a revoked key signed is not signed anew, nor what no key that is
 * known here did: it may be a thief's. */
static enum prb_handled
answer_envelope(struct prb_exchange *x, struct prb_span credential)
{
	struct prb_fault fault;
	enum prb_signed_by known = prb_signed_by(x->arena, x->service, credential);
	enum prb_err err;

	if (known == PRB_SIGNED_BY_REVOKED)
		return prb_refuse(x, PRB_ERR_NOT_ACCEPTABLE,
			"the key that signed it was revoked: it is there as application/vc alone, "
			"and does not verify; have its report attested anew");
	if (known == PRB_SIGNED_BY_UNKNOWN)
		return prb_refuse(x, PRB_ERR_NOT_ACCEPTABLE, OTHER_IDENTIFIER);
	err = prb_envelope_write(x->arena, credential, x->service->issuer, x->service->secret_key,
		&x->reply.body, &fault);
	if (err == PRB_ERR_CONFLICT)
		return prb_refuse(x, PRB_ERR_NOT_ACCEPTABLE, OTHER_IDENTIFIER);
	if (err != PRB_OK)
		return prb_refuse(x, err, NULL);
	return prb_answer(x, 200, PRB_TYPE_VC_JWT);
}

enum prb_handled
prb_handle_attestation(struct prb_exchange *x)
{
	static const char *const types[] = {PRB_TYPE_VC, PRB_TYPE_VC_JWT, PRB_TYPE_JSON};
	struct prb_found_attestation found;
	int type = prb_preferred(x, types, sizeof types / sizeof types[0]);

	x->reply.by_accept = true;
	if (type < 0)
		return prb_refuse(x, PRB_ERR_NOT_ACCEPTABLE,
			"an attestation is application/vc or application/vc+jwt");
	if (!find(x, &found))
		return PRB_REPLIED;
	if (type == 1)
		return answer_envelope(x, found.attestation);
	prb_str_add_span(&x->reply.body, found.attestation);
	return prb_answer(x, 200, PRB_TYPE_VC);
}

/*
 * The receipt.
 */

/* Nothing is shown that no published checkpoint stands for. */
static enum prb_handled
answer_later(struct prb_exchange *x, uint64_t index, uint64_t size)
{
	if (x->service->publisher != NULL)
		prb_publisher_wake(x->service->publisher);
	prb_str_addf(&x->reply.body, "{\"index\":%llu,\"size\":%llu}", (unsigned long long)index,
		(unsigned long long)size);
	x->reply.retry_after_s = 1;
	return prb_answer(x, 202, PRB_TYPE_JSON);
}

static enum prb_handled
answer_receipt(struct prb_exchange *x, const struct prb_found_attestation *found)
{
	struct prb_published *published = prb_arena_alloc(x->arena, sizeof *published);
	struct prb_receipt *receipt = prb_arena_array(x->arena, 1, sizeof *receipt);
	enum prb_err err;

	if (published == NULL || receipt == NULL)
		return prb_refuse(x, PRB_ERR_MEMORY, "memory ran out");
	prb_publisher_current(x->service->publisher, published);
	receipt->index = found->log_index;
	receipt->extra = (struct prb_span){(const char *)found->log_salt, sizeof found->log_salt};
	receipt->checkpoint = (struct prb_span){published->note, published->n};
	err = prb_log_inclusion(
		x->desk->state_reader, found->log_index, published->size, &receipt->proof);
	if (err != PRB_OK)
		return prb_refuse(x, err, NULL);
	prb_receipt_write(receipt, &x->reply.body);
	return prb_answer(x, 200, "text/plain; charset=utf-8");
}

enum prb_handled
prb_handle_proof(struct prb_exchange *x)
{
	struct prb_found_attestation found;
	uint64_t size;

	if (!find(x, &found))
		return PRB_REPLIED;
	size = x->service->publisher == NULL ? 0 : prb_publisher_size(x->service->publisher);
	if (found.log_index >= size)
		return answer_later(x, found.log_index, size);
	return answer_receipt(x, &found);
}

enum prb_handled
prb_handle_openings(struct prb_exchange *x)
{
	struct prb_found_attestation found;
	struct prb_id id;
	enum prb_err err;

	if (!prb_path_id(x, &id))
		return PRB_REPLIED;
	err = prb_own_attestation(x, &id, &found);
	if (err != PRB_OK)
		return prb_refuse(x, err, PRB_NO_ATTESTATION);
	if (!prb_audit_read(x, "openings", &id))
		return PRB_REPLIED;
	prb_str_add_text(&x->reply.body, "{\"items\":");
	prb_str_add_span(&x->reply.body, found.openings.n != 0 ? found.openings : PRB_SPAN("[]"));
	prb_str_add_char(&x->reply.body, '}');
	x->reply.has_secret = true; /* the salts of what is withheld */
	return prb_answer(x, 200, PRB_TYPE_JSON);
}
