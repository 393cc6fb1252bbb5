/* SPDX-License-Identifier: Apache-2.0 */
#include "service/handlers/handler.h"

/* The document holds for did:web and did:key alike; for did:key it can be worked out from the
 * identifier alone, and is given for those who would rather read. */
enum prb_handled
prb_handle_did(struct prb_exchange *x)
{
	const struct prb_service *s = x->service;

	prb_issuer_did_document(s->issuer, s->keys, s->keys_count, &x->reply.body);
	return prb_answer(x, 200, PRB_TYPE_JSON);
}
