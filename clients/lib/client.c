/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clients/lib/address.h"
#include "clients/lib/answer.h"
#include "clients/lib/wire.h"
#include "scoring/base/jcs.h"

#define TIMEOUT_MS 30000L
#define CONNECT_TIMEOUT_MS 10000L
#define TIMEOUT_MS_MAX 3600000L
#define TRIES 4
#define TRIES_MAX 10
#define ANSWER_BYTES_MAX ((size_t)8 * 1024 * 1024)
#define ANSWER_BYTES_BOUND ((size_t)1024 * 1024 * 1024)
#define KEY_BYTES_MAX 256
#define WAIT_MS_MAX 60000L /* a server that wants to be left alone longer is not waited for */
#define WAIT_MS_FIRST 200L /* after a lost connection; twice as long each time */
#define LANGUAGE_BYTES_MAX 200
#define FIELD_BYTES (PRB_IDEMPOTENCY_KEY_BYTES + 64)
#define TYPE_BYTES_MAX ((size_t)128) /* a media type with its character set; fits a field */
#define REASON_BYTES_MAX ((size_t)1024)
#define ATTESTATIONS "/v1/attestations/"
#define TARGET_BYTES_MAX ((size_t)64 * 1024)
#define LOCAL "unix:"

#define ACCEPT                                                                                     \
	"Accept: application/json, application/vc, application/did+json, application/problem+json"
#define ACCEPT_JWT "Accept: application/vc+jwt, application/problem+json"
#define ACCEPT_TEXT "Accept: text/plain, application/json, application/problem+json"
#define ACCEPT_ROWS "Accept: application/x-ndjson, application/problem+json"

struct probity_client {
	struct prb_address address;
	struct prb_wire *wire;
	struct prb_wire_settings settings;
	char *ca_file;
	char authorization[KEY_BYTES_MAX + 32]; /* the whole field; "" without a key */
	char language[LANGUAGE_BYTES_MAX + 32]; /* likewise */
	unsigned tries_max;
	bool (*wait)(void *context, long ms);
	void *context;
};

/*
 * ---- The client ----
 */

static bool
sleep_ms(void *context, long ms)
{
	struct timespec left = {ms / 1000, ms % 1000 * 1000000};

	(void)context;
	while (nanosleep(&left, &left) != 0)
		if (errno != EINTR)
			return false;
	return true;
}

/* Visible ASCII alone: what goes into a field must not end it. */
static bool
is_visible(const char *text, const char *without, size_t bytes_max)
{
	size_t n = strlen(text);

	for (size_t i = 0; i < n; i++)
		if (text[i] <= ' ' || text[i] > '~' || strchr(without, text[i]) != NULL)
			return false;
	return n > 0 && n <= bytes_max;
}

static enum prb_err
set_key(struct probity_client *client, const char *key, struct prb_fault *fault)
{
	if (key == NULL)
		return PRB_OK;
	if (strncmp(key, "prb_", 4) != 0 || !is_visible(key, "", KEY_BYTES_MAX))
		return prb_fault_set(fault, PRB_ERR_VALUE, PRB_NO_OFFSET, NULL,
			"the key is none: one starts with prb_ and has no blanks");
	if (!client->address.secure && !client->address.loopback)
		return prb_fault_set(fault, PRB_ERR_VALUE, PRB_NO_OFFSET, NULL,
			"the key is not sent over http, where others can read it: use https, or "
			"leave the key out");
	(void)snprintf(client->authorization, sizeof client->authorization,
		"Authorization: Bearer %s", key);
	return PRB_OK;
}

static enum prb_err
set_language(struct probity_client *client, const char *language, struct prb_fault *fault)
{
	if (language == NULL)
		return PRB_OK;
	for (size_t i = 0; language[i] != '\0'; i++)
		if (i >= LANGUAGE_BYTES_MAX || language[i] < ' ' || language[i] > '~')
			return prb_fault_set(fault, PRB_ERR_VALUE, PRB_NO_OFFSET, NULL,
				"the language is none: \"fr\" is one");
	(void)snprintf(client->language, sizeof client->language, "Accept-Language: %s", language);
	return PRB_OK;
}

static enum prb_err
set_bounds(struct probity_client *client, const struct probity_client_options *o,
	struct prb_fault *fault)
{
	if (o->timeout_ms < 0 || o->timeout_ms > TIMEOUT_MS_MAX || o->connect_timeout_ms < 0 ||
		o->connect_timeout_ms > TIMEOUT_MS_MAX || o->tries_max > TRIES_MAX ||
		o->answer_bytes_max > ANSWER_BYTES_BOUND)
		return prb_fault_set(fault, PRB_ERR_RANGE, PRB_NO_OFFSET, NULL,
			"timeouts are up to an hour, tries up to %d, and answers up to 1 GiB",
			TRIES_MAX);
	client->settings.timeout_ms = o->timeout_ms != 0 ? o->timeout_ms : TIMEOUT_MS;
	client->settings.connect_timeout_ms =
		o->connect_timeout_ms != 0 ? o->connect_timeout_ms : CONNECT_TIMEOUT_MS;
	client->settings.body_bytes_max =
		o->answer_bytes_max != 0 ? o->answer_bytes_max : ANSWER_BYTES_MAX;
	client->settings.direct = client->address.loopback;
	client->settings.socket = client->address.socket[0] != '\0' ? client->address.socket : NULL;
	client->tries_max = o->tries_max != 0 ? o->tries_max : TRIES;
	client->wait = o->wait != NULL ? o->wait : sleep_ms;
	client->context = o->context;
	return PRB_OK;
}

static enum prb_err
set_up(struct probity_client *client, const struct probity_client_options *o,
	struct prb_fault *fault)
{
	bool is_local = o->url != NULL && strncmp(o->url, LOCAL, sizeof LOCAL - 1) == 0;
	enum prb_err err =
		is_local ? prb_address_local(o->url + sizeof LOCAL - 1, &client->address, fault)
			 : prb_address_read(o->url, &client->address, fault);

	if (err == PRB_OK)
		err = set_key(client, o->key, fault);
	if (err == PRB_OK)
		err = set_language(client, o->language, fault);
	if (err == PRB_OK)
		err = set_bounds(client, o, fault);
	if (err != PRB_OK)
		return err;
	if (o->ca_file != NULL)
		client->settings.ca_file = client->ca_file = strdup(o->ca_file);
	client->wire = prb_wire_create();
	if (client->wire == NULL || (o->ca_file != NULL && client->ca_file == NULL) ||
		sodium_init() < 0)
		return prb_fault_set(
			fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "there is no memory");
	return PRB_OK;
}

enum probity_result
probity_client_create(const struct probity_client_options *options, struct probity_client **client,
	struct probity_faults *faults)
{
	struct probity_client *made = calloc(1, sizeof *made);
	struct prb_fault fault;
	enum prb_err err;

	prb_faults_empty(faults);
	if (made == NULL)
		err = prb_fault_set(
			&fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "there is no memory");
	else
		err = set_up(made, options, &fault);
	if (err == PRB_OK) {
		*client = made;
		return PROBITY_OK;
	}
	probity_client_destroy(made);
	prb_faults_give(faults, &fault);
	return prb_result_of(err);
}

void
probity_client_destroy(struct probity_client *client)
{
	if (client == NULL)
		return;
	prb_wire_destroy(client->wire);
	free(client->ca_file);
	sodium_memzero(client->authorization, sizeof client->authorization);
	free(client);
}

/*
 * ---- Exchanges ----
 */

/* How long to wait before the next try, in ms; -1 where none is due. A first try that reaches
 * nobody is no lost connection: the address may be wrong. */
static long
wait_for(const struct prb_wire_reply *reply, unsigned tries)
{
	if (reply->end == PRB_WIRE_LOST || (reply->end == PRB_WIRE_UNREACHED && tries > 1))
		return WAIT_MS_FIRST << (tries - 1);
	/* 202: it is coming (a receipt of the log). */
	if (reply->end == PRB_WIRE_DONE && (reply->status == 503 || reply->status == 202) &&
		reply->retry_after_s >= 0 && reply->retry_after_s * 1000 <= WAIT_MS_MAX)
		return reply->retry_after_s * 1000;
	return -1;
}

static bool
was_sent(const struct prb_wire_reply *reply)
{
	return reply->end != PRB_WIRE_UNREACHED && reply->end != PRB_WIRE_TLS;
}

static void
exchange(struct probity_client *client, const struct prb_wire_request *request, int status,
	struct probity_answer *answer)
{
	struct prb_wire_reply reply;
	long ms;

	prb_str_init(&reply.body, client->settings.body_bytes_max + 1);
	do {
		prb_wire_exchange(client->wire, &client->settings, request, &reply);
		answer->tries++;
		answer->sent = answer->sent || was_sent(&reply);
		ms = request->stream == NULL && !request->once ? wait_for(&reply, answer->tries)
							       : -1;
	} while (ms >= 0 && answer->tries < client->tries_max && client->wait(client->context, ms));
	prb_answer_read(answer, &reply, status, request->stream != NULL, request->plain_type);
	prb_str_finish(&reply.body);
}

/* Puts the target behind the address, key and language behind the fields, and goes. `target` is
 * finished. */
static struct probity_answer *
run(struct probity_client *client, struct prb_str *target, struct prb_wire_request *request,
	int status, struct probity_answer *answer)
{
	struct prb_fault fault;
	size_t fields = 0;

	while (request->fields[fields] != NULL)
		fields++;
	if (client->authorization[0] != '\0')
		request->fields[fields++] = client->authorization;
	if (client->language[0] != '\0')
		request->fields[fields] = client->language;
	request->url = target->p;
	if (target->failed) {
		(void)prb_fault_set(
			&fault, PRB_ERR_TARGET, PRB_NO_OFFSET, NULL, "the question is too long");
		prb_answer_unsent(answer, &fault);
	} else {
		exchange(client, request, status, answer);
	}
	prb_str_finish(target);
	return answer;
}

static void
target_of(const struct probity_client *client, const char *path, struct prb_str *out)
{
	prb_str_init(out, TARGET_BYTES_MAX);
	prb_str_add_text(out, client->address.base);
	prb_str_add_text(out, path);
}

/*
 * ---- Operations ----
 */

/* A version 4 UUID (RFC 9562 section 5.4). */
static void
draw_key(char out[PRB_IDEMPOTENCY_KEY_BYTES])
{
	uint8_t b[16];

	randombytes_buf(b, sizeof b);
	b[6] = (uint8_t)(0x40 | (b[6] & 0x0F));
	b[8] = (uint8_t)(0x80 | (b[8] & 0x3F));
	(void)snprintf(out, PRB_IDEMPOTENCY_KEY_BYTES,
		"%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1],
		b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14],
		b[15]);
}

/* A POST that may be repeated: whatever is stored, is stored once. status: as of prb_answer_read.
 */
static struct probity_answer *
post_once(struct probity_client *client, const char *path, struct prb_span body,
	const char *idempotency_key, int status)
{
	struct probity_answer *answer = prb_answer_create();
	char field[FIELD_BYTES];
	struct prb_wire_request request = {.post = true,
		.body = body,
		.fields = {ACCEPT, "Content-Type: application/json", field}};
	struct prb_fault fault;
	struct prb_str target;

	if (answer == NULL)
		return NULL;
	if (idempotency_key != NULL &&
		!is_visible(idempotency_key, "\"\\", PRB_IDEMPOTENCY_KEY_BYTES - 1)) {
		(void)prb_fault_set(&fault, PRB_ERR_VALUE, PRB_NO_OFFSET, NULL,
			"an idempotency key is 1 to %d visible ASCII characters, without \" and \\",
			PRB_IDEMPOTENCY_KEY_BYTES - 1);
		prb_answer_unsent(answer, &fault);
		return answer;
	}
	if (idempotency_key != NULL)
		(void)snprintf(answer->key, sizeof answer->key, "%s", idempotency_key);
	else
		draw_key(answer->key);
	/* A string of RFC 8941, as the draft of the field wants it. */
	(void)snprintf(field, sizeof field, "Idempotency-Key: \"%s\"", answer->key);
	target_of(client, path, &target);
	return run(client, &target, &request, status, answer);
}

struct probity_answer *
probity_client_submit(struct probity_client *client, const char *declaration, size_t n,
	const char *idempotency_key)
{
	return post_once(client, "/v1/declarations", (struct prb_span){declaration, n},
		idempotency_key, 201);
}

struct probity_answer *
probity_client_attest(
	struct probity_client *client, const char *request, size_t n, const char *idempotency_key)
{
	return post_once(
		client, "/v1/attestations", (struct prb_span){request, n}, idempotency_key, 201);
}

static struct probity_answer *
post_unnamed(struct probity_client *client, const char *path, struct prb_span body)
{
	struct probity_answer *answer = prb_answer_create();
	struct prb_wire_request request = {.post = true,
		.body = body,
		.once = true,
		.fields = {ACCEPT, "Content-Type: application/json"}};
	struct prb_str target;

	if (answer == NULL)
		return NULL;
	target_of(client, path, &target);
	return run(client, &target, &request, 0, answer);
}

static struct probity_answer *
get_as(struct probity_client *client, struct prb_str *target, const char *accept,
	const char *plain_type)
{
	struct probity_answer *answer = prb_answer_create();
	struct prb_wire_request request = {.fields = {accept}, .plain_type = plain_type};

	if (answer != NULL)
		return run(client, target, &request, 200, answer);
	prb_str_finish(target);
	return NULL;
}

static struct probity_answer *
get(struct probity_client *client, struct prb_str *target)
{
	return get_as(client, target, ACCEPT, NULL);
}

/* Whether the id is one: then *target is FOLDER/ID/PART, to be finished. Else *answer says so. */
static bool
target_of_id(const struct probity_client *client, const char *folder, const char *id,
	const char *part, struct prb_str *target, struct probity_answer **answer)
{
	struct prb_fault fault;

	if (strlen(id) == 36 && strspn(id, "0123456789abcdef-") == 36) {
		target_of(client, folder, target);
		prb_str_add_text(target, id);
		prb_str_add_text(target, part);
		return true;
	}
	*answer = prb_answer_create();
	(void)prb_fault_set(&fault, PRB_ERR_VALUE, PRB_NO_OFFSET, NULL,
		"an id is a UUID in lower case, such as 0191d2f0-4c1e-7a00-8000-000000000000, not "
		"\"%s\"",
		id);
	if (*answer != NULL)
		prb_answer_unsent(*answer, &fault);
	return false;
}

static struct probity_answer *
get_by_id(struct probity_client *client, const char *folder, const char *id)
{
	struct probity_answer *answer;
	struct prb_str target;

	return target_of_id(client, folder, id, "", &target, &answer) ? get(client, &target)
								      : answer;
}

struct probity_answer *
probity_client_report(struct probity_client *client, const char *id)
{
	return get_by_id(client, "/v1/reports/", id);
}

struct probity_answer *
probity_client_attestation(struct probity_client *client, const char *id)
{
	return get_by_id(client, ATTESTATIONS, id);
}

struct probity_answer *
probity_client_attestation_jwt(struct probity_client *client, const char *id)
{
	struct probity_answer *answer;
	struct prb_str target;

	if (!target_of_id(client, ATTESTATIONS, id, "", &target, &answer))
		return answer;
	return get_as(client, &target, ACCEPT_JWT, "application/vc+jwt");
}

struct probity_answer *
probity_client_proof(struct probity_client *client, const char *id)
{
	struct probity_answer *answer;
	struct prb_str target;

	if (!target_of_id(client, ATTESTATIONS, id, "/proof", &target, &answer))
		return answer;
	return get_as(client, &target, ACCEPT_TEXT, "text/plain");
}

struct probity_answer *
probity_client_openings(struct probity_client *client, const char *id)
{
	struct probity_answer *answer;
	struct prb_str target;

	return target_of_id(client, ATTESTATIONS, id, "/openings", &target, &answer)
		       ? get(client, &target)
		       : answer;
}

struct probity_answer *
probity_client_revocation(struct probity_client *client, const char *id)
{
	struct probity_answer *answer;
	struct prb_str target;

	return target_of_id(client, ATTESTATIONS, id, "/revocation", &target, &answer)
		       ? get(client, &target)
		       : answer;
}

struct probity_answer *
probity_client_revoke(struct probity_client *client, const char *id, const char *reason)
{
	struct prb_wire_request request = {
		.post = true, .fields = {ACCEPT, "Content-Type: application/json"}};
	struct probity_answer *answer;
	struct prb_str target, body;
	struct prb_writer w;

	if (!target_of_id(client, ATTESTATIONS, id, "/revoke", &target, &answer))
		return answer;
	answer = prb_answer_create();
	if (answer == NULL) {
		prb_str_finish(&target);
		return NULL;
	}
	prb_str_init(&body, REASON_BYTES_MAX);
	prb_writer_init(&w, &body);
	prb_writer_object(&w);
	prb_writer_member_text(&w, "reason", reason);
	prb_writer_end(&w);
	/* What is too long for a reason is none, and refused as the rest of it would be. */
	request.body = prb_str_span(&body);
	answer = run(client, &target, &request, 200, answer);
	prb_str_finish(&body);
	return answer;
}

struct probity_answer *
probity_client_product(
	struct probity_client *client, const char *words, const char *hs, const char *origin)
{
	const struct {
		const char *name, *value;
	} parameters[] = {{"q", words}, {"hs", hs}, {"origin", origin}};
	struct prb_str target;
	char mark = '?';

	target_of(client, "/v1/products", &target);
	for (size_t i = 0; i < sizeof parameters / sizeof parameters[0]; i++) {
		if (parameters[i].value == NULL)
			continue;
		prb_str_addf(&target, "%c%s=", mark, parameters[i].name);
		prb_address_escape(prb_span_of(parameters[i].value), &target);
		mark = '&';
	}
	return get(client, &target);
}

/* Whether the path cannot be asked for; then *answer says so. */
static bool
refuse_path(const char *path, struct probity_answer **answer)
{
	struct prb_fault fault;

	if (path[0] == '/' && is_visible(path, "\"#<>\\^`{|}", TARGET_BYTES_MAX))
		return false;
	(void)prb_fault_set(&fault, PRB_ERR_VALUE, PRB_NO_OFFSET, NULL,
		"a path begins with / and is written as in a URL");
	*answer = prb_answer_create();
	if (*answer != NULL)
		prb_answer_unsent(*answer, &fault);
	return true;
}

struct probity_answer *
probity_client_get(struct probity_client *client, const char *path)
{
	struct probity_answer *answer;
	struct prb_str target;

	if (refuse_path(path, &answer))
		return answer;
	target_of(client, path, &target);
	return get(client, &target);
}

struct probity_answer *
probity_client_post(struct probity_client *client, const char *path, const char *json, size_t n,
	const char *idempotency_key)
{
	struct prb_span body = {json, n};
	struct probity_answer *answer;

	if (refuse_path(path, &answer))
		return answer;
	if (idempotency_key != NULL && idempotency_key[0] == '\0')
		return post_unnamed(client, path, body);
	return post_once(client, path, body, idempotency_key, 0);
}

struct probity_answer *
probity_client_did(struct probity_client *client)
{
	struct prb_str target;

	target_of(client, "/.well-known/did.json", &target);
	return get(client, &target);
}

/* A list may say its character set behind it: "text/csv; charset=gb18030". */
static bool
is_sent(const char *content_type)
{
	static const char list[] = "text/csv";
	size_t n = strlen(content_type);

	if (strcmp(content_type, "application/x-ndjson") == 0)
		return true;
	if (strncmp(content_type, list, sizeof list - 1) != 0 || n >= TYPE_BYTES_MAX)
		return false;
	for (size_t i = 0; i < n; i++)
		if (content_type[i] < ' ' || content_type[i] > '~')
			return false; /* a line end begins another field */
	return n == sizeof list - 1 || content_type[sizeof list - 1] == ';';
}

struct probity_answer *
probity_client_screen(struct probity_client *client, const struct probity_stream *stream)
{
	struct probity_answer *answer = prb_answer_create();
	char field[FIELD_BYTES];
	struct prb_wire_request request = {
		.post = true, .stream = stream, .fields = {ACCEPT_ROWS, field}};
	struct prb_fault fault;
	struct prb_str target;

	if (answer == NULL)
		return NULL;
	if (!is_sent(stream->content_type)) {
		(void)prb_fault_set(&fault, PRB_ERR_MEDIA_TYPE, PRB_NO_OFFSET, NULL,
			"application/x-ndjson or text/csv is sent");
		prb_answer_unsent(answer, &fault);
		return answer;
	}
	(void)snprintf(field, sizeof field, "Content-Type: %s", stream->content_type);
	target_of(client, "/v1/screenings", &target);
	return run(client, &target, &request, 200, answer);
}
