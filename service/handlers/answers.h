/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_HANDLERS_ANSWERS_H
#define PRB_HANDLERS_ANSWERS_H

/*
 * What the handlers of stored things share: what a caller sent and takes, and the answers that are
 * put together from stored bytes. Those bytes are never written anew: what was signed is what is
 * sent.
 */

#include "service/handlers/handler.h"

#define PRB_TYPE_VC "application/vc"
#define PRB_TYPE_VC_JWT "application/vc+jwt"
#define PRB_TYPE_CSV "text/csv"

/* Whether the request's Content-Type is this media type, parameters apart (a charset must be UTF-8
 * where the type is JSON). */
bool prb_body_is(const struct prb_exchange *exchange, const char *type);
/* The charset that the request's Content-Type declares, as it is written; p NULL where it declares
 * none. False where two are declared. */
bool prb_body_charset(const struct prb_exchange *exchange, struct prb_span *charset);
/* Whether Accept takes this media type (RFC 9110 section 12.5.1); an absent field takes everything.
 */
bool prb_accepts(const struct prb_exchange *exchange, const char *type);
/* Which of these Accept wants most, by its weights; of equals the first. -1: none of them. */
int prb_preferred(const struct prb_exchange *exchange, const char *const *types, size_t count);

/* The first part of the path that is an id; false, with a refusal made, where it is none. */
bool prb_path_id(struct prb_exchange *exchange, struct prb_id *id);

#define PRB_KEY_REUSED_DETAIL                                                                      \
	"this Idempotency-Key came before with another request: take a new key for a new request"

/* The request's Idempotency-Key, as the caller's own; n = 0 where there is none. False, with a
 * refusal made, where it cannot stand. */
bool prb_idempotency_key(struct prb_exchange *exchange, struct prb_span *key);
/* What a repeat is known by: SHA-256 of `line` ("POST /v1/decisions\n") and the body, so that no
 * request to another address is taken for it. PRB_ERR_MEMORY. Uses desk->text. */
enum prb_err prb_request_sha256(
	struct prb_exchange *exchange, const char *line, uint8_t out[PRB_SHA256_BYTES]);

/* 201 of POST /v1/declarations, first or again. */
enum prb_handled prb_answer_accepted(
	struct prb_exchange *exchange, const struct prb_stored_declaration *stored);
/* 200 of GET /v1/declarations/{id}: the declaration with its free text, and what its digest needs.
 */
enum prb_handled prb_answer_declaration(
	struct prb_exchange *exchange, const struct prb_stored_declaration *stored);

#endif
