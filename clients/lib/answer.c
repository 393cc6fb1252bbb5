/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/lib/answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "scoring/base/jcs.h"

/* A tree takes some 25 times its text at worst; more than this is nobody's report. */
#define ARENA_BYTES_MAX ((size_t)256 * 1024 * 1024)

struct probity_answer *
prb_answer_create(void)
{
	struct probity_answer *answer = calloc(1, sizeof *answer);

	if (answer != NULL)
		answer->result = PROBITY_FAILED;
	return answer;
}

void
probity_answer_destroy(struct probity_answer *answer)
{
	if (answer == NULL)
		return;
	prb_str_finish(&answer->body);
	prb_arena_destroy(answer->arena);
	free(answer);
}

/* Cut at a character's edge, one line. */
static void
put_line(char out[PRB_FAULT_DETAIL_BYTES_MAX], struct prb_span text)
{
	struct prb_fault fault;

	(void)prb_fault_set(&fault, PRB_OK, PRB_NO_OFFSET, NULL, "%.*s", PRB_SPAN_ARGS(text));
	memcpy(out, fault.detail, sizeof fault.detail);
}

static void
fail(struct probity_answer *answer, enum prb_err err, const char *title, const char *detail)
{
	struct prb_fault fault;

	answer->result = prb_result_of(err);
	put_line(answer->title, prb_span_of(title));
	put_line(answer->detail, prb_span_of(detail));
	(void)prb_fault_set(&fault, err, PRB_NO_OFFSET, NULL, "%s", detail);
	prb_faults_empty(&answer->faults);
	prb_faults_give(&answer->faults, &fault);
}

void
prb_answer_unsent(struct probity_answer *answer, const struct prb_fault *fault)
{
	fail(answer, fault->err, prb_err_title(fault->err), fault->detail);
}

/*
 * ---- Why there is no answer ----
 */

static void
fail_exchange(struct probity_answer *answer, const struct prb_wire_reply *reply)
{
	static const struct {
		enum prb_err err;
		const char *title;
	} ends[] = {
		[PRB_WIRE_UNREACHED] = {PRB_ERR_CONNECTION, "the server could not be reached"},
		[PRB_WIRE_LOST] = {PRB_ERR_CONNECTION,
			"the connection was lost before the answer was complete"},
		[PRB_WIRE_LATE] = {PRB_ERR_CONNECTION, "the server did not answer in time"},
		[PRB_WIRE_TOO_LARGE] = {PRB_ERR_CONNECTION,
			"the server's answer is larger than is taken here"},
		[PRB_WIRE_TLS] = {PRB_ERR_CONNECTION, "no connection that can be trusted was made"},
		[PRB_WIRE_STOPPED] = {PRB_ERR_IO, "the exchange was given up on this side"},
		[PRB_WIRE_WRONG_TYPE] = {PRB_ERR_CONNECTION,
			"the answer is of another kind than a probity server gives"},
		[PRB_WIRE_BROKEN] = {PRB_ERR_CONNECTION, "the exchange failed"},
		[PRB_WIRE_MEMORY] = {PRB_ERR_MEMORY, "there is no memory for the exchange"},
	};

	fail(answer, ends[reply->end].err, ends[reply->end].title, reply->reason);
}

static void
fail_kind(struct probity_answer *answer, const char *what)
{
	char detail[PRB_FAULT_DETAIL_BYTES_MAX];

	(void)snprintf(detail, sizeof detail, "status %d, %s%s%s", answer->status, what,
		answer->type[0] != '\0' ? ": " : "", answer->type);
	fail(answer, PRB_ERR_CONNECTION,
		"the answer is of another kind than a probity server gives", detail);
}

/*
 * ---- Media types ----
 */

/* "application/json", any other ending in +json, and those that are JSON by their definition. */
static bool
is_json_type(const char *type)
{
	static const char *const names[] = {
		"application/json", "application/vc", "application/did"};
	size_t n = strcspn(type, "; \t");

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (n == strlen(names[i]) && strncasecmp(type, names[i], n) == 0)
			return true;
	return n > 17 && strncasecmp(type, "application/", 12) == 0 &&
	       strncasecmp(type + n - 5, "+json", 5) == 0;
}

/* wanted NULL: none is. */
static bool
is_type(const char *type, const char *wanted)
{
	size_t n = strcspn(type, "; \t");

	return wanted != NULL && n == strlen(wanted) && strncasecmp(type, wanted, n) == 0;
}

static bool
parse_body(struct probity_answer *answer)
{
	struct prb_fault fault;

	if (!is_json_type(answer->type))
		return false;
	answer->arena = prb_arena_create(ARENA_BYTES_MAX);
	return answer->arena != NULL &&
	       prb_json_parse(answer->arena, prb_str_span(&answer->body), answer->body.n + 1,
		       &fault, &answer->json) == PRB_OK &&
	       prb_json_kind(answer->json) == PRB_JSON_OBJECT;
}

/*
 * ---- Problems ----
 */

static struct prb_span
text_member(const struct prb_json *object, const char *name)
{
	const struct prb_json *value = prb_json_member(object, name);

	if (value == NULL || prb_json_kind(value) != PRB_JSON_STRING)
		return PRB_SPAN_NONE;
	return prb_json_string(value);
}

/* The wire name is the last part of the problem's type, "/problems/unknown-country". */
static void
problem_name(const struct prb_json *problem, char out[PRB_FAULT_NAME_BYTES_MAX])
{
	struct prb_span type = text_member(problem, "type");
	size_t at = type.n;

	while (at > 0 && type.p[at - 1] != '/')
		at--;
	(void)snprintf(out, PRB_FAULT_NAME_BYTES_MAX, "%.*s", (int)(type.n - at),
		type.p != NULL ? type.p + at : "");
	for (char *c = out; *c != '\0'; c++)
		if (!((*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') || *c == '-'))
			*c = '?';
}

static void
read_error(struct probity_answer *answer, const char *name, const struct prb_json *error)
{
	const struct prb_json *offset;
	struct prb_span pointer, detail;
	struct prb_fault fault;
	int64_t bytes;

	if (prb_json_kind(error) != PRB_JSON_OBJECT)
		return;
	pointer = text_member(error, "pointer");
	detail = text_member(error, "detail");
	offset = prb_json_member(error, "offset");
	if (offset == NULL || prb_json_kind(offset) != PRB_JSON_NUMBER ||
		!prb_json_int(offset, &bytes) || bytes < 0)
		bytes = -1;
	(void)prb_fault_set(&fault, PRB_OK, bytes < 0 ? PRB_NO_OFFSET : (size_t)bytes, pointer.p,
		"%.*s", PRB_SPAN_ARGS(detail));
	prb_faults_name(&answer->faults, name, &fault);
}

/* The server said no; each member may be missing. */
static void
read_problem(struct probity_answer *answer)
{
	const struct prb_json *errors = prb_json_member(answer->json, "errors");
	char name[PRB_FAULT_NAME_BYTES_MAX];
	struct prb_fault fault;

	problem_name(answer->json, name);
	put_line(answer->title, text_member(answer->json, "title"));
	put_line(answer->detail, text_member(answer->json, "detail"));
	if (answer->title[0] == '\0')
		(void)snprintf(answer->title, sizeof answer->title,
			"the server answered with status %d", answer->status);
	if (errors != NULL && prb_json_kind(errors) == PRB_JSON_ARRAY)
		for (const struct prb_json *e = prb_json_first(errors); e; e = prb_json_next(e))
			read_error(answer, name, e);
	/* A problem of the whole request is one fault too. */
	if (answer->faults.count == 0) {
		(void)prb_fault_set(&fault, PRB_OK, PRB_NO_OFFSET, NULL, "%s", answer->detail);
		prb_faults_name(&answer->faults, name, &fault);
	}
	answer->result = PROBITY_REFUSED;
}

static void
fail_redirect(struct probity_answer *answer, const struct prb_wire_reply *reply)
{
	char detail[PRB_FAULT_DETAIL_BYTES_MAX];

	(void)snprintf(detail, sizeof detail,
		"redirects are not followed: name the server that is meant; status %d points to "
		"%.160s",
		answer->status, reply->redirect[0] != '\0' ? reply->redirect : "nowhere");
	fail(answer, PRB_ERR_CONNECTION, "the server sends elsewhere", detail);
}

void
prb_answer_read(struct probity_answer *answer, struct prb_wire_reply *reply, int status,
	bool streamed, const char *plain_type)
{
	bool success = reply->status >= 200 && reply->status < 300;

	answer->body = reply->body;
	prb_str_init(&reply->body, 0);
	answer->status = reply->status;
	memcpy(answer->type, reply->type, sizeof answer->type);
	if (reply->end != PRB_WIRE_DONE)
		fail_exchange(answer, reply);
	else if (reply->status >= 300 && reply->status < 400)
		fail_redirect(answer, reply);
	else if (success && (streamed || is_type(answer->type, plain_type)))
		answer->result = PROBITY_OK;
	else if (!parse_body(answer))
		fail_kind(answer, success ? "and no JSON object" : "and no problem document");
	else if (!success)
		read_problem(answer);
	else if (status != 0 && reply->status != status)
		fail_kind(answer, "which is not what this operation answers with");
	else
		answer->result = PROBITY_OK;
}

/*
 * ---- For the caller ----
 */

enum probity_result
probity_answer_result(const struct probity_answer *answer)
{
	return answer == NULL ? PROBITY_FAILED : answer->result;
}

int
probity_answer_http_status(const struct probity_answer *answer)
{
	return answer == NULL ? 0 : answer->status;
}

const char *
probity_answer_content_type(const struct probity_answer *answer)
{
	return answer == NULL ? "" : answer->type;
}

const char *
probity_answer_body(const struct probity_answer *answer, size_t *n)
{
	bool empty = answer == NULL || answer->body.p == NULL;

	if (n != NULL)
		*n = empty ? 0 : answer->body.n;
	return empty ? "" : answer->body.p;
}

const char *
probity_answer_title(const struct probity_answer *answer)
{
	return answer == NULL ? "there is no memory" : answer->title;
}

const char *
probity_answer_detail(const struct probity_answer *answer)
{
	return answer == NULL ? "" : answer->detail;
}

const struct probity_faults *
probity_answer_faults(const struct probity_answer *answer)
{
	return answer == NULL ? NULL : &answer->faults;
}

unsigned
probity_answer_tries(const struct probity_answer *answer)
{
	return answer == NULL ? 0 : answer->tries;
}

bool
probity_answer_sent(const struct probity_answer *answer)
{
	return answer != NULL && answer->sent;
}

const char *
probity_answer_idempotency_key(const struct probity_answer *answer)
{
	return answer == NULL ? "" : answer->key;
}

/* Takes the first part off a JSON pointer ("/a~1b/0"), its escapes read; false at the end, or where
 * it is no pointer. */
static bool
next_token(const char **pointer, char *out, size_t room)
{
	const char *p = *pointer;
	size_t n = 0;

	if (*p++ != '/')
		return false;
	for (; *p != '\0' && *p != '/'; p++) {
		if (n + 1 == room)
			return false;
		if (p[0] == '~' && (p[1] == '0' || p[1] == '1'))
			out[n++] = *++p == '0' ? '~' : '/';
		else
			out[n++] = *p;
	}
	out[n] = '\0';
	*pointer = p;
	return true;
}

static const struct prb_json *
step(const struct prb_json *json, const char *token)
{
	const struct prb_json *item;
	int64_t index;

	if (prb_json_kind(json) == PRB_JSON_OBJECT)
		return prb_json_member(json, token);
	if (prb_json_kind(json) != PRB_JSON_ARRAY ||
		!prb_parse_int(prb_span_of(token), 0, INT32_MAX, &index))
		return NULL;
	for (item = prb_json_first(json); item != NULL && index > 0; index--)
		item = prb_json_next(item);
	return item;
}

const char *
probity_answer_at(struct probity_answer *answer, const char *pointer, size_t *n)
{
	const struct prb_json *json = answer == NULL ? NULL : answer->json;
	struct prb_span text;
	struct prb_str out;
	char token[256];

	while (json != NULL && *pointer != '\0')
		json = next_token(&pointer, token, sizeof token) ? step(json, token) : NULL;
	if (json == NULL)
		return NULL;
	if (prb_json_kind(json) == PRB_JSON_STRING) {
		text = prb_arena_copy(answer->arena, prb_json_string(json));
	} else {
		prb_str_init(&out, answer->body.n * 6 + 64);
		prb_jcs_write(answer->arena, json, &out);
		text = out.failed ? PRB_SPAN_NONE
				  : prb_arena_copy(answer->arena, prb_str_span(&out));
		prb_str_finish(&out);
	}
	if (n != NULL && text.p != NULL)
		*n = text.n;
	return text.p;
}
