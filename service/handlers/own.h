/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_HANDLERS_OWN_H
#define PRB_HANDLERS_OWN_H

/*
 * What is the caller's. Tables are searched within one organisation alone: what belongs to another
 * and what does not exist take the same way to the same answer, PRB_ERR_NOT_FOUND. Within its
 * organisation a key sees as far as its role reaches (service/access/roles.def); what it does not
 * see is not there for it either. Texts are copied into the arena.
 */

#include "service/handlers/handler.h"

/* One text for what is not there and what is another's. */
#define PRB_NO_DECLARATION "there is no declaration with this id, or it is not yours"
#define PRB_NO_REPORT "there is no report with this id, or it is not yours"
#define PRB_NO_ATTESTATION "there is no attestation with this id, or it is not yours"
#define PRB_NO_ROOM_FOR_NOTES "too much is being read for the audit trail to keep up"

/* Whose records the caller sees of what it may see: NULL where all of the organisation's. */
const struct prb_id *prb_own_holder(const struct prb_caller *caller, struct prb_id *holder);

/* For who may see what was declared. */
enum prb_err prb_own_declaration(struct prb_exchange *exchange, const struct prb_id *id,
	struct prb_arena *arena, struct prb_stored_declaration *out);
/* For who may see reports, which are of one declaration: by its id, with what a report does not
 * show. Who scores, attests or decides needs it, and answers with what a report shows alone. */
enum prb_err prb_own_reported(struct prb_exchange *exchange, const struct prb_id *id,
	struct prb_arena *arena, struct prb_stored_declaration *out);
/* The same of what a declaration refers to. That it is not there is in the report, and no more said
 * of it: often somebody else has it. */
enum prb_err prb_own_upstream(struct prb_exchange *exchange, const struct prb_id *id,
	struct prb_arena *arena, struct prb_stored_declaration *out);
/* By the report's id or its declaration's (prb_find_report). */
enum prb_err prb_own_report(struct prb_exchange *exchange, const struct prb_id *id,
	struct prb_arena *arena, struct prb_stored_declaration *out);
/* Anyone with the id may have an attestation; this is for what its owner alone may: the openings,
 * revoking it. The operator may revoke any. */
enum prb_err prb_own_attestation(
	struct prb_exchange *exchange, const struct prb_id *id, struct prb_found_attestation *out);

/* Who did it, for the record. */
struct prb_stored_caller prb_own_name(const struct prb_exchange *exchange);

/*
 * For the audit trail, where the caller has a key: that it read `what` (a literal: "report"),
 * object NULL: no single one. To be called before the answer is made: false, with a refusal made
 * (503), where the writer has no room, since nothing is read that the trail does not say. Nothing
 * waits for the disk. What a key reads again within a minute is the same line.
 */
bool prb_audit_read(struct prb_exchange *exchange, const char *what, const struct prb_id *object);
/* The same in the trail of the organisation that was read of, also for the operator, who is of
 * none; object NULL: a list. */
bool prb_audit_read_of(struct prb_exchange *exchange,
	const struct prb_stored_organisation *organisation, const char *what,
	const struct prb_id *object);
/* The same, that it made `what`, of which nothing is stored ("screening"). */
bool prb_audit_made(struct prb_exchange *exchange, const char *what);
/* The same, that it was refused what it has no scope for: once a day for each key and route, so
 * that refusals do not fill the journal. Where there is no room it is counted, and let go. */
void prb_audit_refused(struct prb_exchange *exchange);
/*
 * The same, that it asked for an id that it does not find: nobody's, another's or out of its reach,
 * which nothing here tells apart. The id is not kept. For each key and route the first, second,
 * fourth, eighth .. of a day is a line, which says how many came since the one before: of a flood
 * there are some twenty lines for each thread, and what they say adds up to half of it or more.
 * What prb_own_declaration, _reported, _report and _attestation do not find is noted already.
 */
void prb_audit_not_found(struct prb_exchange *exchange);

#endif
