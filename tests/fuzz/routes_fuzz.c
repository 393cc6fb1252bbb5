/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a request to any route, by any kind of caller, over a state with two organisations:
 * queries, cursors, ids, conditions and bodies reach their handlers as they do behind a socket.
 * Nobody gets a fault of the server's own, an answer that is no JSON where it says so, or a word of
 * the other organisation's.
 *
 * The first byte says who asks: its number in `askers`. The rest is a head, to which Host and
 * Authorization are added, and a body, whose length is added too. "$0" to "$7" stand for ids, which
 * differ from run to run: `ids`. What was stored stays for the inputs behind it, up to ROUNDS of
 * them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/handlers/status.h"
#include "service/log/publisher.h"
#include "service/messages/mailbox.h"
#include "tests/unit/access_scene.h"

#define INPUT_BYTES_MAX ((size_t)16 * 1024)
#define REQUEST_BYTES_MAX ((size_t)1 << 20)
#define ARENA_BYTES_MAX ((size_t)256 << 20)
#define ROUNDS 3000
#define ID_BYTES 40
/* What the other organisation stored; no input has it. */
#define FOREIGN "Zqwxkvjh Foreign Works"
#define OWN_DECLARATION "{\"supplier\":{\"country\":\"BGD\",\"name\":\"Example Knitwear Ltd\"}}"

#define FOREIGN_DECLARATION "{\"supplier\":{\"country\":\"BGD\",\"name\":\"" FOREIGN "\"}}"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	ASKER_NOBODY,
	ASKER_OPEN,
	ASKER_OPERATOR,
	ASKER_KEYS, /* from here on with a key of each role, and one of an invitation */
	ASKERS = ASKER_KEYS + 7
};

static struct {
	bool is_open;
	int rounds;
	struct prb_publisher *publisher;
	struct prb_arena *arena;
	struct prb_str head, body;
	char tokens[ASKERS][PRB_TOKEN_BYTES];
	char ids[8][ID_BYTES];
} all;

static void
require(bool kept, const char *promise)
{
	if (kept)
		return;
	fprintf(stderr, "broken: %s (%s %s: %d)\n", promise,
		scene.exchange.route == NULL ? "no route" : scene.exchange.route->operation,
		scene.exchange.peer.listener == PRB_LISTENER_OPERATOR ? "operator" : "key",
		scene.exchange.reply.status);
	abort();
}

/* Not strstr, which would teach the fuzzer the words that are looked for. */
static bool
has(struct prb_span text, const char *words)
{
	size_t n = strlen(words);

	for (size_t i = 0; i + n <= text.n; i++) {
		size_t k = 0;

		while (k < n && text.p[i + k] == words[k])
			k++;
		if (k == n)
			return true;
	}
	return false;
}

static int64_t
clock_ms(void)
{
	return SCENE_NOW_MS;
}

static void
start_publisher(void)
{
	struct prb_publisher_options options = {.state = scene.service.state,
		.dir = scene.dir,
		.origin = "log.example/log",
		.secret_key = scene.service.secret_key,
		.seconds = 1,
		.clock_ms = clock_ms,
		.sha256 = scene.service.sha256};
	struct prb_fault fault;

	/* libsodium's secret key ends with the public one. */
	memcpy(options.public_key, scene.service.secret_key + 32, sizeof options.public_key);
	if (prb_publisher_start(&options, &all.publisher, &fault) != PRB_OK) {
		fprintf(stderr, "%s\n", fault.detail);
		exit(1);
	}
	scene.service.publisher = all.publisher;
}

/* Stores a declaration and keeps its id and its attestation's. */
static void
declare(const char *token, const char *declaration, int at)
{
	require(scene_ask(token, "POST", "/v1/declarations", declaration, NULL) == 201,
		"a declaration is stored");
	require(scene_ask(token, "GET", "/v1/declarations?limit=1", NULL, NULL) == 200,
		"and found");
	(void)snprintf(all.ids[at], ID_BYTES, "%s", scene_member("declaration_id"));
	if (all.ids[at][0] == '\0')
		(void)snprintf(all.ids[at], ID_BYTES, "%s", scene_member("id"));
	(void)snprintf(all.ids[at + 1], ID_BYTES, "%s", scene_member("attestation_id"));
}

static void
close_all(void)
{
	if (!all.is_open)
		return;
	prb_publisher_stop(all.publisher);
	prb_status_lists_destroy(scene.service.status_lists);
	prb_metrics_destroy(scene.service.metrics);
	scene_close();
	all.is_open = false;
}

/* Somebody to write to, whose messages the own organisation's keys collect. */
static void
serve_messages(const struct prb_stored_organisation *own)
{
	char id[PRB_UUID_BYTES], text[512];
	struct prb_bodies *bodies;

	prb_id_text(&own->id, id);
	(void)snprintf(text, sizeof text,
		"{\"bodies\":[{\"countries\":[],\"id\":\"one\",\"languages\":[],\"name\":\"One\","
		"\"organisation\":\"%s\",\"public_key\":"
		"\"RRQzVCcnxD9OvzUi2qmj7zrqR2PPqGG-4PXGKjqfCQ4\"}]}",
		id);
	require(prb_bodies_read(prb_span_of(text), "bodies", &bodies, NULL) == PRB_OK &&
			prb_mailbox_serve(scene.service.mailbox, bodies, NULL) == PRB_OK,
		"messages are taken");
	prb_bodies_drop(bodies);
}

/* ids: 0 organisation, 1 key, 2 invitation, 3 declaration, 4 attestation; 5 and 6 the other
 * organisation's declaration and attestation; 7 its own. */
static void
store_some(void)
{
	struct prb_stored_organisation own = scene_organisation("Own"),
				       other = scene_organisation("Other");
	struct scene_key key, foreign = scene_key(other.tenant, PRB_CALLER_KEY, PRB_ROLE_COMPANY);

	for (int role = 1; role <= PRB_ROLE_REMEDY_BODY; role++) {
		key = scene_key(own.tenant, PRB_CALLER_KEY, (enum prb_role)role);
		memcpy(all.tokens[ASKER_KEYS + role - 1], key.token, PRB_TOKEN_BYTES);
	}
	prb_id_text(&own.id, all.ids[0]);
	prb_id_text(&other.id, all.ids[7]);
	prb_id_text(&key.stored.id, all.ids[1]);
	key = scene_key(own.tenant, PRB_CALLER_INVITATION, PRB_ROLE_SUPPLIER);
	memcpy(all.tokens[ASKERS - 1], key.token, PRB_TOKEN_BYTES);
	prb_id_text(&key.stored.id, all.ids[2]);
	declare(all.tokens[ASKER_KEYS], OWN_DECLARATION, 3);
	serve_messages(&own);
	declare(foreign.token, FOREIGN_DECLARATION, 5);
}

static void
open_all(void)
{
	static bool registered;

	if (!registered) {
		all.arena = prb_arena_create(ARENA_BYTES_MAX);
		prb_str_init(&all.head, REQUEST_BYTES_MAX);
		prb_str_init(&all.body, REQUEST_BYTES_MAX);
		if (all.arena == NULL || atexit(close_all) != 0)
			exit(1);
		registered = true;
	}
	scene_open();
	all.is_open = true;
	all.rounds = 0;
	scene.service.status_lists = prb_status_lists_create();
	scene.service.metrics = prb_metrics_create();
	store_some();
	start_publisher();
}

/* Appends text with ids in the place of "$0" to "$7". */
static void
add_with_ids(struct prb_str *out, struct prb_span text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '$' && i + 1 < text.n && text.p[i + 1] >= '0' &&
			text.p[i + 1] <= '7')
			prb_str_add_text(out, all.ids[text.p[++i] - '0']);
		else
			prb_str_add_char(out, text.p[i]);
	}
}

/* The end of a head, behind its last line; the whole length where there is none. */
static size_t
head_end(struct prb_span text)
{
	for (size_t i = 0; i + 4 <= text.n; i++)
		if (memcmp(text.p + i, "\r\n\r\n", 4) == 0)
			return i + 2;
	return text.n;
}

static void
check_answer(int status)
{
	const char *type = scene.exchange.reply.type;
	struct prb_span text = prb_str_span(&scene.body);
	const struct prb_json *json;
	struct prb_fault fault;

	require(status >= 200 && status < 600 && status != 500, "no fault of the server's own");
	require(!has(text, FOREIGN), "nobody sees what is another organisation's");
	if (type == NULL || scene.exchange.route->body == PRB_BODY_STREAM ||
		(strcmp(type, "application/json") != 0 &&
			strcmp(type, "application/problem+json") != 0))
		return;
	prb_arena_reset(all.arena);
	require(prb_json_parse(all.arena, text, PRB_REPLY_BODY_BYTES_MAX, &fault, &json) == PRB_OK,
		"what says that it is JSON is JSON");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct prb_span text = {(const char *)data + 1, size - 1};
	size_t asker, end;
	int status;

	if (size < 2 || size > INPUT_BYTES_MAX || has(text, FOREIGN))
		return 0;
	if (all.is_open && all.rounds >= ROUNDS)
		close_all();
	if (!all.is_open)
		open_all();
	all.rounds++;
	asker = data[0] % ASKERS;
	end = head_end(text);
	prb_str_reset(&all.head);
	prb_str_reset(&all.body);
	add_with_ids(&all.head, (struct prb_span){text.p, end});
	if (end < text.n)
		add_with_ids(&all.body, (struct prb_span){text.p + end + 2, text.n - end - 2});
	prb_str_add_text(&all.head, "Host: test\r\n");
	if (asker >= ASKER_KEYS)
		prb_str_addf(&all.head, "Authorization: Bearer %s\r\n", all.tokens[asker]);
	if (all.body.n > 0)
		prb_str_addf(&all.head, "Content-Length: %zu\r\n", all.body.n);
	prb_str_add_text(&all.head, "\r\n");
	if (all.head.failed || all.body.failed)
		return 0;
	scene.service.auth_open = asker == ASKER_OPEN;
	scene.peer.listener = asker == ASKER_OPERATOR ? PRB_LISTENER_OPERATOR : PRB_LISTENER_PUBLIC;
	status = scene_ask_bytes(prb_str_span(&all.head), prb_str_span(&all.body));
	if (status != 0)
		check_answer(status);
	return 0;
}
