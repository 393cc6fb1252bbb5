/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_HANDLERS_API_KEYS_H
#define PRB_HANDLERS_API_KEYS_H

/*
 * What keys and invitations share: an invitation is a key of role supplier with a holder of its
 * own, whose text stands in a link.
 */

#include "service/access/token.h"
#include "service/handlers/admin.h"
#include "service/handlers/bounds.h"

/* A key on its way into the journal, with its text: it is shown once, and wiped. Lives in the
 * arena. */
struct prb_api_key_making {
	struct prb_commit commit; /* first: the exchange's commit is one */
	struct prb_stored_organisation organisation;
	struct prb_stored_api_key made; /* filled once it is stored */
	struct prb_stored_api_key old;  /* rotation alone: the one that it replaces */
	int64_t old_expires;
	char token[PRB_TOKEN_BYTES]; /* "" for a certificate, and once it was shown */
};

/* A making with what every new key has: id, holder (its own id), times, caller, idempotency key.
 * line: as of prb_request_sha256. Where the request was answered before (reply.replayed), its
 * `made` is the key of then and nothing is to be committed. NULL, with a refusal made. */
struct prb_api_key_making *prb_api_key_begin(struct prb_exchange *exchange,
	const struct prb_stored_organisation *organisation, const char *line);
/* Draws the text: hash and hint. */
void prb_api_key_draw(struct prb_exchange *exchange, struct prb_api_key_making *making);
/* Hands it to the writer; where that has no room the text is wiped. */
enum prb_handled prb_api_key_commit(struct prb_exchange *exchange,
	struct prb_api_key_making *making,
	enum prb_handled (*resume)(struct prb_exchange *exchange));
/* Once the commit is done: fills making->made, also where the request was answered before
 * (reply.replayed; there is no text then). False, with a refusal made. */
bool prb_api_key_is_made(struct prb_exchange *exchange, struct prb_api_key_making *making);
/* Wipes the text, where nobody is to see it. */
void prb_api_key_forget_text(struct prb_api_key_making *making);
/* Before the answer that shows the text: its body has room enough, so that no part of it is left in
 * memory that was given back, and is wiped once it is sent. */
void prb_api_key_begin_answer(struct prb_exchange *exchange);
/* The member "key": the text, which is wiped here, or null. */
void prb_api_key_write_text(struct prb_writer *w, struct prb_api_key_making *making);
/* Seconds since 1970 at which a key ends that is made now; days 0: never. */
int64_t prb_api_key_expires(const struct prb_exchange *exchange, int64_t days);
/* Neither revoked nor past its time. */
bool prb_api_key_is_good(const struct prb_exchange *exchange, const struct prb_stored_api_key *key);
/* The day of its last use; null where there is none. */
void prb_api_key_write_used(struct prb_writer *w, const struct prb_stored_api_key *key);

/* Which are meant: keys and certificates, or invitations. */
#define PRB_API_KEYS (1U << PRB_CALLER_KEY | 1U << PRB_CALLER_CERTIFICATE)
#define PRB_INVITATIONS (1U << PRB_CALLER_INVITATION)

/* A page of them: begins {"items":[..], writes each, and ends with "next". In the pool: it may look
 * at some thousand records, and have fewer items than its limit, or none, and yet a next. It ends
 * early behind the one of which `write` says that it is enough. */
enum prb_handled prb_api_keys_page(struct prb_exchange *exchange, uint32_t kinds,
	enum prb_err (*write)(struct prb_exchange *exchange, struct prb_writer *w,
		const struct prb_stored_api_key *key,
		const struct prb_stored_organisation *organisation, void *context, bool *enough),
	void *context);
/* The one of the organisation's with the id in the path. False, with a refusal made. */
bool prb_api_key_find(struct prb_exchange *exchange, uint32_t kinds,
	const struct prb_stored_organisation *organisation, struct prb_stored_api_key *out);
/* The same, and whose it is: by the query, or by a body that says nothing else. */
bool prb_api_key_asked(struct prb_exchange *exchange, uint32_t kinds,
	struct prb_stored_organisation *organisation, struct prb_stored_api_key *out);
bool prb_api_key_named(struct prb_exchange *exchange, uint32_t kinds,
	struct prb_stored_organisation *organisation, struct prb_stored_api_key *out);
/* Commits the same key as revoked; nothing happens to one that is. resume answers. */
enum prb_handled prb_api_key_revoke(struct prb_exchange *exchange,
	const struct prb_stored_organisation *organisation, const struct prb_stored_api_key *key,
	enum prb_handled (*resume)(struct prb_exchange *exchange));

#endif
