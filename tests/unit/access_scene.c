/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/access_scene.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "scoring/attest/key.h"
#include "scoring/log/entry.h"
#include "scoring/log/tree.h"
#include "service/authenticate.h"
#include "service/handlers/decided.h"
#include "service/handlers/own.h"
#include "service/messages/mailbox.h"

#define ARENA_BYTES_MAX ((size_t)64 << 20)
#define MAP_BYTES ((uint64_t)1 << 30)
#define REQUEST_BYTES_MAX ((size_t)64 * 1024)

struct scene scene;

static struct {
	struct prb_release *release;
	struct prb_issuer issuer;
	uint8_t public_key[crypto_sign_PUBLICKEYBYTES], secret_key[crypto_sign_SECRETKEYBYTES];
	struct prb_arena *arena;
	struct prb_sealer *sealer;
	struct prb_batch *batch;
	struct prb_str sealed, entry, text, request;
	struct prb_message *message;
	struct prb_id_source ids;
	uint32_t place;
} own;

/*
 * Writing, as the writer does it, one record at a time.
 */

static void
make_leaf(enum prb_entry_kind kind, int64_t time_ms, const uint8_t salt[PRB_LOG_SALT_BYTES],
	struct prb_span text, uint8_t leaf[PRB_SHA256_BYTES], struct prb_span *entry)
{
	prb_str_reset(&own.entry);
	prb_entry_write_salted(
		kind, time_ms / 1000, salt, text, prb_store_sha256, &own.text, &own.entry);
	assert_false(own.entry.failed);
	*entry = prb_str_span(&own.entry);
	prb_tree_leaf(prb_store_sha256, &own.text, *entry, leaf);
}

static enum prb_err
put_declaration(struct prb_commit *c)
{
	struct prb_stored_declaration *d = &c->declaration;
	enum prb_err err;

	make_leaf(PRB_ENTRY_ATTESTATION, d->time_ms, d->log_salt, d->attestation, d->leaf_hash,
		&d->log_entry);
	err = prb_seal_declaration(own.sealer, d, &own.sealed);
	return err != PRB_OK ? err
			     : prb_batch_put_declaration(own.batch, d, prb_str_span(&own.sealed),
				       &c->what, &c->sequence, &c->log_index);
}

static enum prb_err
put_attestation(struct prb_commit *c)
{
	struct prb_stored_attestation *a = &c->attestation;
	enum prb_err err;

	make_leaf(PRB_ENTRY_ATTESTATION, a->time_ms, a->log_salt, a->attestation, a->leaf_hash,
		&a->log_entry);
	err = prb_seal_attestation(own.sealer, a, &own.sealed);
	return err != PRB_OK ? err
			     : prb_batch_put_attestation(own.batch, a, prb_str_span(&own.sealed),
				       &c->what, &c->sequence, &c->log_index);
}

static enum prb_err
put_revocation(struct prb_stored_revocation *r)
{
	enum prb_err err;

	prb_str_reset(&own.sealed);
	make_leaf(PRB_ENTRY_REVOCATION, r->time_ms, r->log_salt, r->revocation, r->leaf_hash,
		&r->log_entry);
	err = prb_seal_revocation(own.sealer, r, &own.sealed);
	return err != PRB_OK ? err
			     : prb_batch_put_revocation(own.batch, r, prb_str_span(&own.sealed),
				       &r->sequence, &r->log_index);
}

/* The keys that it throws away are thrown away behind the commit. */
static enum prb_err
put_parted(struct prb_stored_erasure *erasure)
{
	struct prb_fault fault;
	enum prb_err err = prb_tenant_part(scene.service.state, erasure, &fault);

	if (err == PRB_OK && erasure->keys == 0)
		err = PRB_ERR_CONFLICT;
	if (err == PRB_OK)
		err = prb_seal_erasure(own.sealer, erasure, &own.sealed);
	return err != PRB_OK ? err
			     : prb_batch_put_erasure(own.batch, erasure, prb_str_span(&own.sealed),
				       &erasure->sequence);
}

/* What organisations and keys are, and that one is erased. */
static enum prb_err
put_kept(struct prb_commit *c)
{
	struct prb_stored_organisation *o = &c->organisation;
	enum prb_err err = PRB_OK;

	if (c->kind == PRB_COMMIT_ORGANISATION) {
		if (o->tenant == 0 && o->seen == PRB_SEEN_NONE)
			err = prb_tenant_make(scene.service.state, o->time_ms, &o->tenant, NULL);
		else if (o->seen == PRB_SEEN_NONE)
			err = prb_tenant_renew(scene.service.state, o->tenant, o->time_ms, NULL);
		if (err == PRB_OK)
			err = prb_seal_organisation(own.sealer, o, &own.sealed);
		return err != PRB_OK ? err
				     : prb_batch_put_organisation(own.batch, o,
					       prb_str_span(&own.sealed), &c->sequence);
	}
	if (c->kind == PRB_COMMIT_API_KEY) {
		err = prb_seal_api_key(own.sealer, &c->api_key, &own.sealed);
		return err != PRB_OK ? err
				     : prb_batch_put_api_key(own.batch, &c->api_key,
					       prb_str_span(&own.sealed), &c->what, &c->sequence);
	}
	return put_parted(&c->erasure);
}

static enum prb_err
put(struct prb_commit *c)
{
	enum prb_err err = PRB_ERR_VALUE;

	prb_str_reset(&own.sealed);
	c->what = PRB_PUT_NEW;
	if (c->kind >= PRB_COMMIT_ORGANISATION)
		return put_kept(c);
	if (c->kind == PRB_COMMIT_DECLARATION)
		return put_declaration(c);
	if (c->kind == PRB_COMMIT_ATTESTATION)
		err = put_attestation(c);
	if (c->kind == PRB_COMMIT_DECISION) {
		err = prb_seal_decision(own.sealer, &c->decision, &own.sealed);
		return err != PRB_OK ? err
				     : prb_batch_put_decision(own.batch, &c->decision,
					       prb_str_span(&own.sealed), &c->what, &c->sequence);
	}
	if (c->kind == PRB_COMMIT_REVOCATION)
		err = PRB_OK;
	for (size_t i = 0; i < c->revocations_count && err == PRB_OK && c->what == PRB_PUT_NEW; i++)
		err = put_revocation(&c->revocations[i]);
	return err;
}

/* One transaction of one record, put by `write`. */
static enum prb_err
in_batch(enum prb_err (*write)(void *context), void *context)
{
	struct prb_fault fault;
	enum prb_err err;

	assert_int_equal(prb_batch_begin(own.batch), PRB_OK);
	err = write(context);
	if (err == PRB_OK)
		assert_int_equal(prb_batch_commit(own.batch, &fault), PRB_OK);
	else
		prb_batch_abort(own.batch);
	return err;
}

static enum prb_err
put_commit(void *context)
{
	return put(context);
}

static bool
commit(struct prb_exchange *x, enum prb_handled (*resume)(struct prb_exchange *))
{
	struct prb_fault fault;

	if (scene.is_full)
		return false;
	x->commit->err = in_batch(put_commit, x->commit);
	if (x->commit->kind == PRB_COMMIT_ERASURE && x->commit->err == PRB_OK)
		assert_int_equal(
			prb_tenant_erase(scene.service.state, &x->commit->erasure, &fault), PRB_OK);
	if (!scene.ends_there)
		(void)resume(x);
	return true;
}

static bool
offload(struct prb_exchange *x, enum prb_handled (*work)(struct prb_exchange *))
{
	(void)work(x);
	return true;
}

static enum prb_err
put_event(void *context)
{
	const struct prb_stored_event *event = context;
	uint64_t sequence;
	enum prb_err err;

	prb_str_reset(&own.sealed);
	err = prb_seal_event(own.sealer, event, &own.sealed);
	return err != PRB_OK ? err
			     : prb_batch_put_event(
				       own.batch, event, prb_str_span(&own.sealed), &sequence);
}

static bool
note(struct prb_exchange *x, const struct prb_stored_event *event)
{
	struct prb_stored_event copy = *event;

	(void)x;
	if (scene.notes_full)
		return false;
	scene.notes++;
	scene.note_tenant = event->tenant;
	scene.note_caller = event->caller;
	prb_str_reset(&scene.note);
	prb_str_add_span(&scene.note, event->event);
	return in_batch(put_event, &copy) == PRB_OK;
}

struct use {
	uint32_t tenant;
	const struct prb_id *key;
	int32_t day;
};

static enum prb_err
put_used(void *context)
{
	const struct use *use = context;

	return prb_batch_put_used(own.batch, use->tenant, use->key, use->day, scene.now_ms);
}

static void
used(struct prb_exchange *x, uint32_t tenant, const struct prb_id *key, int32_t day)
{
	struct use use = {tenant, key, day};

	(void)x;
	scene.uses++;
	assert_int_equal(in_batch(put_used, &use), PRB_OK);
}

static void
draw_status(struct prb_status_pool *pool, struct prb_stored_place *place)
{
	(void)pool;
	*place = (struct prb_stored_place){1, own.place++};
}

static uint32_t
newest_status(const struct prb_status_pool *pool)
{
	(void)pool;
	return 1;
}

/*
 * Beginning and end.
 */

static void
open_release(void)
{
	const char *path = getenv("PROBITY_DATA");
	struct prb_fault fault;

	if (path == NULL || path[0] == '\0')
		path = PROBITY_BINARY_DIR "/share/probity/release.lmdb";
	if (prb_release_open(path, &own.release, &fault) != PRB_OK)
		fail_msg("%s", fault.detail);
}

static void
open_desk(void)
{
	struct prb_desk *desk = &scene.desk;

	desk->release = own.release;
	prb_str_init(&desk->scratch, 2 * PRB_DECLARATION_BYTES_MAX);
	prb_str_init(&desk->text, PRB_SEALED_BYTES_MAX);
	assert_int_equal(prb_reader_create(own.release, &desk->reader), PRB_OK);
	desk->gatherer = prb_gatherer_create(desk->reader);
	desk->arena = prb_arena_create(ARENA_BYTES_MAX);
	desk->tier = prb_arena_create(ARENA_BYTES_MAX);
	desk->look = prb_arena_create(ARENA_BYTES_MAX);
	assert_non_null(desk->gatherer);
	assert_non_null(desk->arena);
	assert_non_null(desk->tier);
	assert_non_null(desk->look);
	assert_int_equal(prb_state_reader_create(scene.service.state, &desk->state_reader), PRB_OK);
	prb_decided_attach(desk, &scene.service);
}

static struct prb_state *
make_state(void)
{
	struct prb_state_options options = {.map_bytes = MAP_BYTES, .create = true};
	struct prb_state *state;
	struct prb_fault fault;
	char path[sizeof scene.dir + 8];

	(void)snprintf(scene.dir, sizeof scene.dir, "/tmp/probity-access-test-XXXXXX");
	assert_non_null(mkdtemp(scene.dir));
	(void)snprintf(path, sizeof path, "%s/state", scene.dir);
	if (prb_state_open(path, &options, &state, &fault) != PRB_OK)
		fail_msg("%s", fault.detail);
	return state;
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

static int64_t
now_s(void)
{
	return scene.now_ms / 1000;
}

void
scene_open(void)
{
	struct prb_fault fault;

	memset(&scene, 0, sizeof scene);
	memset(&own, 0, sizeof own);
	assert_true(sodium_init() >= 0);
	open_release();
	crypto_sign_keypair(own.public_key, own.secret_key);
	assert_int_equal(
		prb_issuer_fill(own.public_key, 1, NULL, "Test", &own.issuer, &fault), PRB_OK);
	scene.now_ms = SCENE_NOW_MS;
	scene.service = (struct prb_service){.issuer = &own.issuer,
		.secret_key = own.secret_key,
		.state = make_state(),
		.valid_days = 365,
		.sha256 = prb_store_sha256,
		.commit = commit,
		.note = note,
		.used = used,
		.draw_status = draw_status,
		.newest_status = newest_status,
		.offload = offload};
	scene.service.mailbox = prb_mailbox_create(scene.dir, now_s);
	assert_non_null(scene.service.mailbox);
	own.arena = prb_arena_create(ARENA_BYTES_MAX);
	own.sealer = prb_sealer_create(scene.service.state);
	own.message = prb_message_create();
	assert_non_null(own.arena);
	assert_non_null(own.sealer);
	assert_non_null(own.message);
	assert_int_equal(prb_batch_create(scene.service.state, &own.batch), PRB_OK);
	prb_str_init(&own.sealed, PRB_SEALED_BYTES_MAX);
	prb_str_init(&own.entry, PRB_SEALED_BYTES_MAX);
	prb_str_init(&own.text, PRB_SEALED_BYTES_MAX);
	prb_str_init(&own.request, REQUEST_BYTES_MAX);
	prb_str_init(&scene.body, PRB_REPLY_BODY_BYTES_MAX);
	prb_str_init(&scene.note, PRB_REPLY_BODY_BYTES_MAX);
	prb_str_init(&scene.exchange.reply.body, PRB_REPLY_BODY_BYTES_MAX);
	open_desk();
}

void
scene_close(void)
{
	struct prb_desk *desk = &scene.desk;

	prb_state_reader_destroy(desk->state_reader);
	prb_gatherer_destroy(desk->gatherer);
	prb_reader_destroy(desk->reader);
	prb_arena_destroy(desk->arena);
	prb_arena_destroy(desk->tier);
	prb_arena_destroy(desk->look);
	prb_str_finish(&desk->scratch);
	prb_str_finish(&desk->text);
	prb_str_finish(&scene.exchange.reply.body);
	prb_str_finish(&scene.body);
	prb_str_finish(&scene.note);
	prb_str_finish(&own.sealed);
	prb_str_finish(&own.entry);
	prb_str_finish(&own.text);
	prb_str_finish(&own.request);
	prb_batch_destroy(own.batch);
	prb_sealer_destroy(own.sealer);
	prb_message_destroy(own.message);
	prb_arena_destroy(own.arena);
	prb_mailbox_destroy(scene.service.mailbox);
	prb_state_close(scene.service.state);
	prb_release_close(own.release);
	assert_int_equal(nftw(scene.dir, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

int
scene_set_up(void **state)
{
	(void)state;
	scene_open();
	return 0;
}

int
scene_tear_down(void **state)
{
	(void)state;
	scene_close();
	return 0;
}

/*
 * Organisations and keys.
 */

static struct prb_id
new_id(void)
{
	uint8_t random[10];

	randombytes_buf(random, sizeof random);
	return prb_id_next(&own.ids, scene.now_ms, random);
}

static enum prb_err
put_organisation(void *context)
{
	struct prb_stored_organisation *o = context;
	enum prb_err err;

	prb_str_reset(&own.sealed);
	err = prb_seal_organisation(own.sealer, o, &own.sealed);
	return err != PRB_OK ? err
			     : prb_batch_put_organisation(
				       own.batch, o, prb_str_span(&own.sealed), &o->sequence);
}

static struct prb_stored_organisation
make_organisation(const char *name, uint32_t tenant)
{
	struct prb_stored_organisation o = {.tenant = tenant,
		.time_ms = scene.now_ms,
		.id = new_id(),
		.standing = PRB_ORGANISATION_ACTIVE,
		.name = prb_span_of(name),
		.caller = {.kind = PRB_CALLER_OPERATOR},
		.seen = PRB_SEEN_NONE};

	assert_int_equal(in_batch(put_organisation, &o), PRB_OK);
	return o;
}

struct prb_stored_organisation
scene_organisation(const char *name)
{
	struct prb_fault fault;
	uint32_t tenant;

	assert_int_equal(
		prb_tenant_make(scene.service.state, scene.now_ms, &tenant, &fault), PRB_OK);
	return make_organisation(name, tenant);
}

struct prb_stored_organisation
scene_adopting_organisation(const char *name)
{
	return make_organisation(name, PRB_TENANT_OPEN);
}

void
scene_stand(struct prb_stored_organisation *organisation, uint8_t standing)
{
	organisation->seen = organisation->sequence;
	organisation->standing = standing;
	organisation->time_ms = scene.now_ms;
	assert_int_equal(in_batch(put_organisation, organisation), PRB_OK);
}

static enum prb_err
put_erasure(void *context)
{
	const struct prb_stored_erasure *erasure = context;
	uint64_t sequence;
	enum prb_err err;

	prb_str_reset(&own.sealed);
	err = prb_seal_erasure(own.sealer, erasure, &own.sealed);
	return err != PRB_OK ? err
			     : prb_batch_put_erasure(
				       own.batch, erasure, prb_str_span(&own.sealed), &sequence);
}

void
scene_erase(const struct prb_stored_organisation *organisation)
{
	struct prb_stored_erasure erasure = {.time_ms = scene.now_ms,
		.tenant = organisation->tenant,
		.caller = {.kind = PRB_CALLER_OPERATOR}};
	struct prb_fault fault;

	assert_int_equal(in_batch(put_erasure, &erasure), PRB_OK);
	assert_int_equal(prb_tenant_erase(scene.service.state, &erasure, &fault), PRB_OK);
}

static enum prb_err
put_key(void *context)
{
	struct prb_stored_api_key *k = context;
	enum prb_put what;
	enum prb_err err;

	prb_str_reset(&own.sealed);
	err = prb_seal_api_key(own.sealer, k, &own.sealed);
	return err != PRB_OK ? err
			     : prb_batch_put_api_key(own.batch, k, prb_str_span(&own.sealed), &what,
				       &k->sequence);
}

struct many {
	struct prb_stored_api_key *keys;
	size_t count;
};

static enum prb_err
put_many(void *context)
{
	const struct many *many = context;
	enum prb_err err = PRB_OK;

	for (size_t i = 0; i < many->count && err == PRB_OK; i++)
		err = put_key(&many->keys[i]);
	return err;
}

void
scene_put_keys(struct prb_stored_api_key *keys, size_t count)
{
	struct many many = {keys, count};

	assert_int_equal(in_batch(put_many, &many), PRB_OK);
}

void
scene_put_key(struct scene_key *key)
{
	key->stored.time_ms = scene.now_ms;
	key->stored.seen = key->stored.sequence == 0 ? PRB_SEEN_NONE : key->stored.sequence;
	assert_int_equal(in_batch(put_key, &key->stored), PRB_OK);
}

struct scene_key
scene_key(uint32_t tenant, enum prb_caller_kind kind, enum prb_role role)
{
	struct scene_key key = {.stored = {.tenant = tenant,
					.kind = (uint8_t)kind,
					.role = (uint8_t)role,
					.standing = PRB_API_KEY_IN_USE,
					.scopes = prb_role_of(role)->scopes,
					.name = kind == PRB_CALLER_INVITATION
							? PRB_SPAN("{\"name\":\"A supplier\"}")
							: PRB_SPAN("of a test"),
					.hint = PRB_SPAN("prb_test"),
					.caller = {.kind = PRB_CALLER_OPERATOR}}};

	prb_token_make(key.token);
	assert_true(prb_token_hash(prb_span_of(key.token), prb_store_sha256, key.stored.sha256));
	if (kind == PRB_CALLER_CERTIFICATE)
		key.stored.hint = PRB_SPAN_NONE;
	key.stored.id = new_id();
	key.stored.holder = key.stored.id;
	scene_put_key(&key);
	return key;
}

/*
 * Asking.
 */

/* The router's own is in request.c, with the connection. */
static const struct prb_route *
find_route(struct prb_exchange *x)
{
	for (size_t i = 0; i < prb_routes_count; i++)
		if (prb_routes[i].method == x->head.method &&
			prb_path_match(prb_routes[i].pattern, x->head.path, x->params))
			return &prb_routes[i];
	return NULL;
}

static void
write_request(const char *token, const char *method, const char *target, const char *body,
	const char *idempotency)
{
	struct prb_str *out = &own.request;

	prb_str_reset(out);
	prb_str_addf(out, "%s %s HTTP/1.1\r\nHost: localhost\r\n", method, target);
	if (token != NULL)
		prb_str_addf(out, "Authorization: Bearer %s\r\n", token);
	if (scene.fields != NULL)
		prb_str_add_text(out, scene.fields);
	if (idempotency != NULL)
		prb_str_addf(out, "Idempotency-Key: %s\r\n", idempotency);
	if (body != NULL)
		prb_str_addf(out, "Content-Type: application/json\r\nContent-Length: %zu\r\n",
			strlen(body));
	prb_str_add_text(out, "\r\n");
	assert_false(out->failed);
}

/* Works until the stream wants more or is over; of a long answer the end alone is kept, as the rest
 * would have been sent. */
static enum prb_turn
turn_stream(struct prb_exchange *x)
{
	enum prb_turn turn;

	do {
		if (x->reply.body.n > PRB_REPLY_BODY_BYTES_MAX / 2)
			prb_str_reset(&x->reply.body);
		turn = x->stream.turn(x);
	} while (turn == PRB_TURN_AGAIN);
	return turn;
}

/* The body of a stream, in one piece, to its end. */
static void
feed_stream(struct prb_exchange *x)
{
	enum prb_turn turn;

	x->stream.piece(x, x->body);
	turn = turn_stream(x);
	if (turn != PRB_TURN_DONE) {
		x->stream.end(x);
		turn = turn_stream(x);
	}
	assert_int_equal(turn, PRB_TURN_DONE);
	x->stream.destroy(x);
}

static void
gather_answer(const struct prb_exchange *x)
{
	prb_str_reset(&scene.body);
	prb_str_add_span(&scene.body, prb_str_span(&x->reply.body));
	for (size_t i = 0; i < x->reply.parts_count; i++)
		prb_str_add_span(&scene.body, x->reply.parts[i]);
	assert_false(scene.body.failed);
}

static struct prb_exchange *
begin_request(void)
{
	struct prb_exchange *x = &scene.exchange;
	struct prb_str answer = x->reply.body;

	prb_arena_reset(own.arena);
	prb_message_reset(own.message);
	memset(x, 0, sizeof *x);
	x->reply.body = answer;
	prb_str_reset(&x->reply.body);
	x->service = &scene.service;
	x->desk = &scene.desk;
	x->arena = own.arena;
	x->now_ms = scene.now_ms;
	x->peer = scene.peer;
	return x;
}

int
scene_ask(const char *token, const char *method, const char *target, const char *body,
	const char *idempotency)
{
	struct prb_exchange *x = begin_request();
	size_t used_bytes;

	write_request(token, method, target, body, idempotency);
	assert_int_equal(prb_message_feed(own.message, own.request.p, own.request.n, &used_bytes),
		PRB_STEP_HEAD);
	x->head = *prb_message_head(own.message);
	x->route = find_route(x);
	assert_non_null(x->route);
	if (prb_authenticate(x) && prb_authorize(x) && !scene.admit_only) {
		assert_int_equal(
			prb_query_read(x->arena, x->head.query, &x->query, &x->faults.items[0]),
			PRB_OK);
		if (body != NULL)
			x->body = prb_span_of(body);
		prb_decided_for(x->desk, x);
		if (x->route->handler(x) == PRB_LATER && x->route->body == PRB_BODY_STREAM)
			feed_stream(x);
	}
	gather_answer(x);
	return x->reply.status;
}

int
scene_ask_bytes(struct prb_span head, struct prb_span body)
{
	struct prb_exchange *x = begin_request();
	size_t used_bytes;

	if (prb_message_feed(own.message, head.p, head.n, &used_bytes) != PRB_STEP_HEAD)
		return 0;
	x->head = *prb_message_head(own.message);
	x->route = find_route(x);
	if (x->route == NULL || x->head.has_body != (x->route->body != PRB_BODY_NONE) ||
		prb_query_read(x->arena, x->head.query, &x->query, &x->faults.items[0]) != PRB_OK)
		return 0;
	if (prb_authenticate(x) && prb_authorize(x)) {
		x->body = body;
		if (x->route->handler(x) == PRB_LATER && x->route->body == PRB_BODY_STREAM)
			feed_stream(x);
	}
	gather_answer(x);
	return x->reply.status;
}

const char *
scene_member(const char *name)
{
	static char kept[2][256];
	static unsigned turn;
	char mark[64];
	const char *at;
	size_t n;

	turn ^= 1;
	kept[turn][0] = '\0';
	prb_str_add_char(&scene.body, '\0');
	scene.body.n--;
	(void)snprintf(mark, sizeof mark, "\"%s\":\"", name);
	at = strstr(scene.body.p, mark);
	if (at == NULL)
		return kept[turn];
	at += strlen(mark);
	n = strcspn(at, "\"");
	assert_true(n < sizeof kept[turn]);
	memcpy(kept[turn], at, n);
	kept[turn][n] = '\0';
	return kept[turn];
}
