/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_HANDLERS_INVITED_H
#define PRB_HANDLERS_INVITED_H

/*
 * Whom an invitation is for, and who has declared by it.
 *
 * An invitation is for one supplier. A buyer seldom knows the name under which that one is
 * registered, so another name is taken, and shown to whoever invited; but another country is
 * another supplier, and refused.
 */

#include "scoring/base/jcs.h"
#include "service/handlers/bounds.h"
#include "service/handlers/handler.h"

/* Stored in the place of a key's name: {"country","language","name"}, canonical. */
struct prb_invited {
	struct prb_span name, country, language; /* p NULL: not said; country is alpha-3 */
};

/* The label; PRB_ERR_RANGE with a fault where it is too long for one. Uses desk->text. */
enum prb_err prb_invited_pack(
	struct prb_exchange *exchange, const struct prb_invited *invited, struct prb_span *out);
/* What cannot be read is shown as nothing: such an invitation can still be revoked. */
void prb_invited_unpack(
	struct prb_exchange *exchange, struct prb_span label, struct prb_invited *out);
/* The member "supplier". */
void prb_invited_write(struct prb_writer *w, const struct prb_invited *invited);

/* The key of the invitation that the caller comes by; PRB_ERR_NOT_FOUND where it is none. */
enum prb_err prb_invited_key(struct prb_exchange *exchange, struct prb_stored_api_key *out);
/* Whether the caller may store this: PRB_ERR_VALUE, with a fault, where an invitation names
 * another country than the declaration. Whoever has none may. */
enum prb_err prb_invited_check(struct prb_exchange *exchange, const struct prb_result *result);

/*
 * The member "declared": each declaration that was stored by the invitation, newest first, with the
 * supplier that it says and whether that is the one that was invited. Opens them one by one, in
 * desk->tier, so it is for the pool. Of those that were erased, and of what comes behind
 * PRB_INVITED_OPENED_BYTES_MAX, the id is all that is shown. What was opened is added to *opened.
 */
#define PRB_INVITED_OPENED_BYTES_MAX ((size_t)16 * 1024 * 1024)
struct prb_invited_opened {
	size_t count, bytes;
};
enum prb_err prb_invited_write_declared(struct prb_exchange *exchange, struct prb_writer *w,
	const struct prb_stored_api_key *key, const struct prb_invited *invited,
	struct prb_invited_opened *opened);

#endif
