/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_HANDLERS_ADMIN_H
#define PRB_HANDLERS_ADMIN_H

/*
 * What the handlers of organisations, keys, invitations and the audit trail share: requests by
 * tables of members, whose organisation a request is about, pages, and small pieces of answers.
 *
 * The operator belongs to no organisation and names one; everybody else is of one and sees no
 * other: its id is answered as one that nobody has.
 */

#include "scoring/base/jcs.h"
#include "scoring/base/timestamp.h"
#include "service/handlers/own.h"

#define PRB_ADMIN_REQUEST_BYTES_MAX (32 * 1024)
#define PRB_ADMIN_NAME_BYTES_MAX 200
#define PRB_ADMIN_CERTIFICATE_BYTES_MAX (16 * 1024)
#define PRB_ADMIN_PAGE_ITEMS 50
#define PRB_ADMIN_PAGE_ITEMS_MAX 100
#define PRB_DAY_SECONDS 86400

/* ---- requests ---- */

/* What a request can say; n = 0, 0, NULL or PRB_DATE_NONE where it did not. */
struct prb_admin_request {
	struct prb_span name, confirm, certificate, organisation, language;
	struct prb_span sealed, to;                /* of a message */
	struct prb_span party_name, party_country; /* of `supplier` */
	int64_t expires_days, overlap_days, declarations_max;
	const struct prb_role_facts *role;
	uint32_t scopes;
	int64_t standing; /* enum prb_organisation_standing; 0 */
	bool adopts_open;
	prb_date before;
};

enum prb_admin_kind {
	PRB_ADMIN_TEXT,   /* min..max bytes, one line */
	PRB_ADMIN_PEM,    /* the same, with its line ends */
	PRB_ADMIN_NUMBER, /* min..max */
	PRB_ADMIN_DATE,
	PRB_ADMIN_ROLE,
	PRB_ADMIN_SCOPES,
	PRB_ADMIN_STANDING,
	PRB_ADMIN_TRUTH,
	PRB_ADMIN_PARTY, /* an object with name and country */
};

/* A member that a request takes: `at` is where it goes in struct prb_admin_request. */
struct prb_admin_row {
	const char *name;
	enum prb_admin_kind kind;
	size_t at;
	int64_t min, max;
	bool required;
};

/* Reads a body of JSON by its rows, which are sorted by name. Numbers that are left out keep what
 * *out has. False, with a refusal made that has every fault with its place. */
bool prb_admin_read(struct prb_exchange *exchange, const struct prb_admin_row *rows, size_t count,
	struct prb_admin_request *out);

/* ---- whose it is ---- */

/* The organisation that a body is about: the caller's own, which may be named, or, for the
 * operator, the one that must be. False, with a refusal made. */
bool prb_admin_organisation(
	struct prb_exchange *exchange, struct prb_span named, struct prb_stored_organisation *out);
/* The same by the parameter `organisation` of the query. */
bool prb_admin_organisation_asked(
	struct prb_exchange *exchange, struct prb_stored_organisation *out);
/* The same by the id in the path; `detail` where there is none. */
bool prb_admin_organisation_at(
	struct prb_exchange *exchange, const char *detail, struct prb_stored_organisation *out);

/* ---- pages ---- */

struct prb_admin_page {
	int64_t limit;
	struct prb_id before;
	bool has_before;
};
/* `cursor` and `limit`; `known` ends with NULL and names them and all others that there may be.
 * False, with a refusal made. */
bool prb_admin_page_read(
	struct prb_exchange *exchange, const char *const *known, struct prb_admin_page *out);
/* Ends {"items":[..: the member "next" with the last item's id, and the field Link; or null. */
void prb_admin_page_end(
	struct prb_exchange *exchange, struct prb_writer *w, const struct prb_id *last, bool more);
/* The field Link (RFC 8288) to the page behind this one: the same question with this cursor. Only
 * once all parameters were read as what they should be. */
void prb_admin_link_next(struct prb_exchange *exchange, const char *next);

/* ---- answers ---- */

void prb_admin_write_id(struct prb_writer *w, const char *name, const struct prb_id *id);
/* A member, left out where p is NULL. */
void prb_admin_write_if(struct prb_writer *w, const char *name, struct prb_span text);
/* Seconds since 1970; null for 0. */
void prb_admin_write_time(struct prb_writer *w, const char *name, int64_t seconds);
/* {"key","text"}: what the caller should know beside. */
void prb_admin_write_notice(struct prb_writer *w, const char *key, const char *text);

/* 201 with the body as it stands, and where what was made is: FOLDER and its id. */
enum prb_handled prb_admin_answer_made(
	struct prb_exchange *exchange, const char *folder, const struct prb_id *id);
/* Whether If-Match lets the change go on, where reply.body has what GET would answer now; the body
 * is emptied. False, with a refusal made. */
bool prb_admin_is_seen(struct prb_exchange *exchange);
/* A refusal of what the commit said: a change by another is PRB_ERR_PRECONDITION. */
enum prb_handled prb_admin_refuse_commit(struct prb_exchange *exchange, enum prb_err err);

#endif
