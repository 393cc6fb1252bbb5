/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/attest/verify.h"

#include "service/handlers/answers.h"
#include "service/handlers/handler.h"

/*
 * POST /v1/verify: the same checks as `probity verify`. This server's own DID document is at hand;
 * another's is not fetched, so a did:web of somebody else is said to be unverifiable here. The
 * whole answer to a declaration is taken too.
 */
enum prb_handled
prb_handle_verify(struct prb_exchange *x)
{
	struct prb_verification verification;
	struct prb_verify_options options = {
		.now = x->now_ms / 1000,
		.sha256 = x->service->sha256,
		.answer_too = true,
	};
	struct prb_str *text = &x->desk->text;

	if (!prb_body_is(x, PRB_TYPE_JSON) && !prb_body_is(x, PRB_TYPE_VC) &&
		!prb_body_is(x, "application/ld+json"))
		return prb_refuse(x, PRB_ERR_MEDIA_TYPE,
			"an attestation is sent as application/vc or application/json");
	prb_str_reset(text);
	prb_issuer_did_document(x->service->issuer, NULL, 0, text);
	if (!text->failed)
		options.did_document = prb_str_span(text);
	prb_attestation_verify(x->arena, x->body, &options, &verification);
	prb_verification_write(&verification, &x->reply.body);
	return prb_answer(x, 200, PRB_TYPE_JSON);
}
