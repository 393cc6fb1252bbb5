/* SPDX-License-Identifier: Apache-2.0 */
/* Remedy bodies, and the sealed messages to them (service/MESSAGES.md). */
#include "service/handlers/messages.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "service/handlers/admin.h"
#include "service/handlers/bounds.h"
#include "service/handlers/facts.h"
#include "service/logging/logging.h"
#include "service/messages/mailbox.h"

#define AT(member) offsetof(struct prb_admin_request, member)
#define NO_ROOM_NOW "too much is being done: send it again"
#define NO_MESSAGE "there is no message with this id here"

bool
prb_leaves_no_trace(const struct prb_route *route)
{
	static const char *const operations[] = {
		"getWorkerPage", "getAsset", "getRemedyBodies", "createMessage"};

	for (size_t i = 0; route != NULL && i < sizeof operations / sizeof operations[0]; i++)
		if (strcmp(route->operation, operations[i]) == 0)
			return true;
	return false;
}

/* ---- who can be written to ---- */

static void
write_words(struct prb_writer *w, const char *name, const struct prb_span *words, size_t count)
{
	prb_writer_key(w, name);
	prb_writer_array(w);
	for (size_t i = 0; i < count; i++)
		prb_writer_string(w, words[i]);
	prb_writer_end(w);
}

static void
write_body(struct prb_writer *w, const struct prb_body *body)
{
	char key[PRB_MESSAGE_KEY_CHARS + 1];

	prb_message_key_write(body->public_key, key);
	prb_writer_object(w);
	write_words(w, "countries", body->countries, body->countries_count);
	prb_writer_member_string(w, "id", body->id);
	write_words(w, "languages", body->languages, body->languages_count);
	prb_writer_member_string(w, "name", body->name);
	prb_write_if(w, "note", body->note.p);
	prb_write_if(w, "phone", body->phone.p);
	prb_writer_member_text(w, "public_key", key);
	prb_write_if(w, "website", body->website.p);
	prb_writer_end(w);
}

/* One that names no countries is for all of them. */
static bool
is_for(const struct prb_body *body, struct prb_span country)
{
	for (size_t i = 0; i < body->countries_count; i++)
		if (prb_span_equal(body->countries[i], country))
			return true;
	return body->countries_count == 0 || country.p == NULL;
}

static bool
is_alpha_3(struct prb_span text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] < 'A' || text.p[i] > 'Z')
			return false;
	return text.n == 3;
}

enum prb_handled
prb_handle_remedy_bodies(struct prb_exchange *x)
{
	static const char *const known[] = {"country", NULL};
	struct prb_span country = prb_query_get(&x->query, "country");
	struct prb_bodies *bodies;
	struct prb_writer w;

	if (!prb_query_takes(x, known))
		return PRB_REPLIED;
	if (country.p != NULL && !is_alpha_3(country))
		return prb_refuse_query(x, "country: an ISO 3166-1 alpha-3 code is wanted, as BGD");
	bodies = prb_mailbox_bodies(x->service->mailbox);
	prb_writer_init(&w, &x->reply.body);
	prb_write_items(&w);
	for (size_t i = 0; i < prb_bodies_count(bodies); i++)
		if (is_for(prb_bodies_at(bodies, i), country) &&
			prb_body_is_collected(
				prb_bodies_at(bodies, i), x->desk->state_reader, x->arena))
			write_body(&w, prb_bodies_at(bodies, i));
	prb_bodies_drop(bodies);
	prb_writer_end(&w);
	prb_writer_key(&w, "next");
	prb_writer_null(&w);
	prb_writer_member_int(&w, "padded_bytes", PRB_MESSAGE_PADDED_BYTES);
	prb_writer_end(&w);
	return prb_answer_json(x);
}

/* ---- sending ---- */

/* The only lines that there are of a message: that one could not be kept, since somebody has to
 * mend that. */
static enum prb_handled
refuse_put(struct prb_exchange *x, const struct prb_body *to, enum prb_err err,
	const struct prb_fault *fault)
{
	char detail[PRB_FAULT_DETAIL_BYTES_MAX];
	bool has_phone = to->phone.n != 0;

	if (err == PRB_ERR_BUSY)
		prb_say(PRB_LEVEL_WARNING, "messages_full",
			"no room is left for messages to %s: it has to collect them", to->id.p);
	else
		prb_say(PRB_LEVEL_ERROR, "message_not_kept", "%s", fault->detail);
	(void)snprintf(detail, sizeof detail,
		"the message was not kept: there is no room for it at %s%s%s", to->id.p,
		has_phone ? "; its phone: " : "", has_phone ? to->phone.p : "");
	return prb_refuse(
		x, err == PRB_ERR_BUSY ? PRB_ERR_FULL : err, err == PRB_ERR_IO ? NULL : detail);
}

static enum prb_handled
keep(struct prb_exchange *x, const struct prb_body *to, struct prb_span sealed)
{
	uint8_t bytes[PRB_MESSAGE_SEALED_BYTES];
	struct prb_fault fault = {.err = PRB_OK};
	enum prb_err err;

	if (!prb_message_sealed_read(sealed, bytes)) {
		(void)prb_faults_add(&x->faults, PRB_ERR_VALUE, "/sealed",
			"base64url of %d bytes is wanted: a text padded to %d bytes and sealed",
			PRB_MESSAGE_SEALED_BYTES, PRB_MESSAGE_PADDED_BYTES);
		return prb_refuse(x, PRB_ERR_VALUE, NULL);
	}
	err = prb_mailbox_put(x->service->mailbox, to->id.p, bytes, &fault);
	if (err != PRB_OK)
		return refuse_put(x, to, err, &fault);
	/* Nothing to keep: what somebody keeps can be found with them. */
	prb_str_add_text(&x->reply.body, "{}");
	return prb_answer(x, 201, PRB_TYPE_JSON);
}

static enum prb_handled
take(struct prb_exchange *x)
{
	static const struct prb_admin_row rows[] = {
		{"sealed", PRB_ADMIN_TEXT, AT(sealed), PRB_MESSAGE_SEALED_CHARS,
			PRB_MESSAGE_SEALED_CHARS, true},
		{"to", PRB_ADMIN_TEXT, AT(to), 1, PRB_BODY_ID_BYTES_MAX, true},
	};
	struct prb_admin_request request = {.before = PRB_DATE_NONE};
	const struct prb_body *to;
	struct prb_bodies *bodies;
	enum prb_handled handled;

	if (!prb_admin_read(x, rows, sizeof rows / sizeof rows[0], &request))
		return PRB_REPLIED;
	bodies = prb_mailbox_bodies(x->service->mailbox);
	to = prb_bodies_find(bodies, request.to);
	if (to != NULL && prb_body_is_collected(to, x->desk->state_reader, x->arena)) {
		handled = keep(x, to, request.sealed);
	} else {
		(void)prb_faults_add(&x->faults, PRB_ERR_VALUE, "/to",
			"there is no remedy body with this id; /v1/remedy-bodies lists them");
		handled = prb_refuse(x, PRB_ERR_VALUE, NULL);
	}
	prb_bodies_drop(bodies);
	return handled;
}

enum prb_handled
prb_handle_send_message(struct prb_exchange *x)
{
	return prb_offload(x, take, NO_ROOM_NOW);
}

/* ---- collecting ---- */

/* The remedy body whose messages the caller collects, of `bodies`; NULL with a refusal made. */
static const struct prb_body *
own_body(struct prb_exchange *x, const struct prb_bodies *bodies)
{
	struct prb_stored_organisation of;
	const struct prb_body *body = NULL;
	enum prb_err err =
		prb_find_organisation_of(x->desk->state_reader, x->caller.tenant, x->arena, &of);

	if (err == PRB_OK)
		body = prb_bodies_of(bodies, &of.id);
	if (err == PRB_OK && body == NULL)
		(void)prb_refuse(x, PRB_ERR_NOT_FOUND,
			"your organisation is no remedy body here: the operator names them in the "
			"file of [messages] bodies");
	else if (err != PRB_OK)
		(void)prb_refuse(x, err, NULL);
	return body;
}

static enum prb_handled
refuse(struct prb_exchange *x, enum prb_err err, const struct prb_fault *fault)
{
	if (err == PRB_ERR_NOT_FOUND) {
		prb_audit_not_found(x);
		return prb_refuse(x, err, NO_MESSAGE);
	}
	prb_say(PRB_LEVEL_ERROR, "messages_unreadable", "%s", fault->detail);
	return prb_refuse(x, err, NULL);
}

/* `next` of the page before: a place in the file. */
static bool
read_cursor(struct prb_exchange *x, int64_t *from)
{
	struct prb_span cursor = prb_query_get(&x->query, "cursor");

	if (cursor.p == NULL || prb_parse_int(cursor, 0, PRB_MESSAGES_MAX - 1, from))
		return true;
	(void)prb_refuse_query(x, "cursor: the member `next` of the page before is wanted");
	return false;
}

static enum prb_handled
list(struct prb_exchange *x, const struct prb_body *body)
{
	struct prb_message_id ids[PRB_MESSAGES_LISTED_MAX];
	struct prb_fault fault;
	struct prb_writer w;
	size_t count, next;
	int64_t from = 0;
	char cursor[24];
	enum prb_err err;

	if (!read_cursor(x, &from))
		return PRB_REPLIED;
	err = prb_mailbox_list(x->service->mailbox, body->id.p, (size_t)from,
		PRB_MESSAGES_LISTED_MAX, ids, &count, &next, &fault);
	if (err != PRB_OK)
		return refuse(x, err, &fault);
	prb_writer_init(&w, &x->reply.body);
	prb_write_items(&w);
	for (size_t i = 0; i < count; i++) {
		char id[PRB_MESSAGE_ID_CHARS + 1];

		prb_message_id_write(&ids[i], id);
		prb_writer_object(&w);
		prb_writer_member_text(&w, "id", id);
		prb_writer_end(&w);
	}
	prb_writer_end(&w);
	prb_writer_key(&w, "next");
	if (next == 0) {
		prb_writer_null(&w);
	} else {
		(void)snprintf(cursor, sizeof cursor, "%zu", next);
		prb_writer_text(&w, cursor);
		prb_admin_link_next(x, cursor);
	}
	prb_writer_member_string(&w, "to", body->id);
	prb_writer_end(&w);
	return prb_answer_json(x);
}

static enum prb_handled
answer_removed(struct prb_exchange *x)
{
	prb_str_add_text(&x->reply.body, "{}");
	return prb_answer(x, 200, PRB_TYPE_JSON);
}

static enum prb_handled
get_or_remove(struct prb_exchange *x, const struct prb_body *body)
{
	uint8_t sealed[PRB_MESSAGE_SEALED_BYTES];
	char text[PRB_MESSAGE_SEALED_CHARS + 1], name[PRB_MESSAGE_ID_CHARS + 1];
	struct prb_mailbox *mailbox = x->service->mailbox;
	bool removes = x->route->handler == prb_handle_remove_message;
	struct prb_fault fault;
	struct prb_message_id id;
	struct prb_writer w;
	enum prb_err err = PRB_ERR_NOT_FOUND;

	if (prb_message_id_read(x->params[0], &id))
		err = removes ? prb_mailbox_remove(mailbox, body->id.p, &id, &fault)
			      : prb_mailbox_get(mailbox, body->id.p, &id, sealed, &fault);
	if (err != PRB_OK)
		return refuse(x, err, &fault);
	if (removes)
		return answer_removed(x);
	prb_message_sealed_write(sealed, text);
	prb_message_id_write(&id, name);
	prb_writer_init(&w, &x->reply.body);
	prb_writer_object(&w);
	prb_writer_member_text(&w, "id", name);
	prb_writer_member_text(&w, "sealed", text);
	prb_writer_member_string(&w, "to", body->id);
	prb_writer_end(&w);
	return prb_answer_json(x);
}

/* The trail of the remedy body's own organisation says that its keys were at the messages, and of
 * no message. */
static enum prb_handled
collect(struct prb_exchange *x)
{
	struct prb_bodies *bodies = prb_mailbox_bodies(x->service->mailbox);
	const struct prb_body *body = own_body(x, bodies);
	enum prb_handled handled = PRB_REPLIED;

	if (body != NULL && prb_audit_read(x, "messages", NULL))
		handled = x->route->handler == prb_handle_messages ? list(x, body)
								   : get_or_remove(x, body);
	prb_bodies_drop(bodies);
	return handled;
}

static enum prb_handled
offload_collect(struct prb_exchange *x)
{
	static const char *const known[] = {"cursor", NULL}, *const none[] = {NULL};

	if (!prb_query_takes(x, x->route->handler == prb_handle_messages ? known : none))
		return PRB_REPLIED;
	return prb_offload(x, collect, NO_ROOM_NOW);
}

enum prb_handled
prb_handle_messages(struct prb_exchange *x)
{
	return offload_collect(x);
}

enum prb_handled
prb_handle_message(struct prb_exchange *x)
{
	return offload_collect(x);
}

/* The body is {}, as wherever something is done to what is named in the path. */
enum prb_handled
prb_handle_remove_message(struct prb_exchange *x)
{
	struct prb_admin_request request = {.before = PRB_DATE_NONE};

	if (!prb_admin_read(x, NULL, 0, &request))
		return PRB_REPLIED;
	return offload_collect(x);
}
