/* SPDX-License-Identifier: Apache-2.0 */
/* POST /v1/verify: an attestation, the whole answer to a declaration that holds one, and an object
 * with all that it is to be checked against; and what the server knows of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "scoring/base/jcs.h"
#include "service/handlers/handler.h"
#include "service/log/publisher.h"
#include "tests/unit/attest_evidence.h"
#include "tests/unit/state_support.h"

#define WEB "https://screening.example"

static struct prb_arena *arena;
static struct attest_evidence own, stranger, by_key;
static struct prb_issuer_key keys[2];
static struct prb_service service;
static struct prb_state *store;
static struct prb_desk desk;
static struct prb_exchange x;
static struct prb_str sent;

static int64_t
clock_ms(void)
{
	return ATTEST_MOMENT * 1000;
}

static void
put_attestation(struct prb_state *state, const char *id, struct prb_span text, bool revoke)
{
	struct prb_stored_declaration declaration = state_declaration(revoke ? 2 : 1);
	struct prb_stored_attestation stored = state_attestation(revoke ? 2 : 1, revoke ? 2 : 1);
	struct prb_stored_revocation revocation;
	struct state_writing w;

	assert_true(prb_id_read(prb_span_of(id), &stored.id));
	stored.attestation = text;
	state_writing_begin(&w, state);
	assert_int_equal(state_put_declaration(&w, &declaration), PRB_OK);
	assert_int_equal(state_put_attestation(&w, &stored), PRB_OK);
	revocation = state_revocation(1, &stored.id, stored.status);
	if (revoke)
		assert_int_equal(state_put_revocation(&w, &revocation), PRB_OK);
	state_writing_end(&w);
}

/* Signed with the own key, whether or not it is on record. */
static void
write_own(const char *id, int valid_days, struct prb_str *out)
{
	const struct prb_result *result = attest_result(arena, attest_declaration_bare);
	uint8_t report_sha256[PRB_SHA256_BYTES] = {0};
	const struct prb_credential_request request = {.result = result,
		.report_sha256 = report_sha256,
		.id = id,
		.issuer = &own.issuer,
		.secret_key = own.key.secret_key,
		.issued_at = ATTEST_MOMENT,
		.valid_days = valid_days,
		.disclosed = PRB_PARTS_ALL,
		.status = {ATTEST_LIST, ATTEST_INDEX},
		.sha256 = attest_sha256};

	assert_non_null(result);
	prb_str_reset(out);
	prb_credential_write(arena, &request, out);
	assert_false(out->failed);
}

/* More entries than a receipt of the evidence says that its tree has. */
static void
publish(const char *dir)
{
	struct prb_publisher_options options = {.state = store,
		.dir = dir,
		.origin = own.origin,
		.secret_key = own.log_key.secret_key,
		.seconds = 3600,
		.clock_ms = clock_ms,
		.sha256 = attest_sha256};

	memcpy(options.public_key, own.log_key.public_key, sizeof(options.public_key));
	assert_int_equal(state_put_batch(store, 10, 5), PRB_OK);
	assert_int_equal(prb_publisher_start(&options, &service.publisher, NULL), PRB_OK);
	assert_true(prb_publisher_size(service.publisher) > 5);
}

static void
fill_keys(void)
{
	keys[0] = (struct prb_issuer_key){
		.use = PRB_USE_ATTESTATION, .standing = PRB_STANDING_IN_USE, .number = 1};
	keys[1] = (struct prb_issuer_key){
		.use = PRB_USE_LOG, .standing = PRB_STANDING_IN_USE, .number = 1};
	memcpy(keys[0].public_key, own.key.public_key, sizeof(keys[0].public_key));
	memcpy(keys[1].public_key, own.log_key.public_key, sizeof(keys[1].public_key));
}

static int
set_up(void **state)
{
	char dir[STATE_PATH_BYTES];

	(void)state;
	arena = prb_arena_create((size_t)256 << 20);
	if (arena == NULL || sodium_init() < 0)
		return -1;
	attest_evidence_make(arena, WEB, &own);
	attest_evidence_make(arena, "https://stranger.example", &stranger);
	attest_evidence_make(arena, NULL, &by_key);
	fill_keys();
	prb_str_init(&sent, PRB_ANSWER_READ_BYTES_MAX);
	prb_str_init(&desk.text, PRB_REPLY_BODY_BYTES_MAX);
	prb_str_init(&x.reply.body, PRB_REPLY_BODY_BYTES_MAX);
	service = (struct prb_service){
		.issuer = &own.issuer, .keys = keys, .keys_count = 2, .sha256 = attest_sha256};
	x.service = &service;
	x.desk = &desk;
	x.arena = arena;
	x.now_ms = ATTEST_MOMENT * 1000;
	x.head.fields_count = 1;
	state_path(dir, "s");
	store = state_make(dir, 0);
	put_attestation(store, ATTEST_ID, prb_str_span(&own.credential), false);
	publish(dir);
	return prb_state_reader_create(store, &desk.state_reader) == PRB_OK ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	prb_publisher_stop(service.publisher);
	prb_state_reader_destroy(desk.state_reader);
	prb_state_close(store);
	state_remove();
	attest_evidence_finish(&own);
	attest_evidence_finish(&stranger);
	attest_evidence_finish(&by_key);
	prb_str_finish(&sent);
	prb_str_finish(&desk.text);
	prb_str_finish(&x.reply.body);
	prb_arena_destroy(arena);
	return 0;
}

static void
ask(struct prb_span body, const char *type)
{
	x.head.fields[0] = (struct prb_header_field){PRB_SPAN("Content-Type"), prb_span_of(type)};
	x.body = body;
	x.faults = (struct prb_faults){.count = 0};
	prb_str_reset(&x.reply.body);
	assert_int_equal(prb_handle_verify(&x), PRB_REPLIED);
}

static void
expect(const char *name, int status, const char *says)
{
	if (x.reply.status != status || strstr(x.reply.body.p, says) == NULL)
		fail_msg("%s: %d, expected %d; %s is not in %s", name, x.reply.status, status, says,
			x.reply.body.p);
}

static void
answers_to_each(void **state)
{
	static const struct {
		const char *before, *behind, *says;
	} rows[] = {
		{"", "", "\"verified\":true"},
		{"{\"attestation\":", ",\"id\":\"x\"}", "\"verified\":true"},
		{"{\"attestation\":", ",\"id\":\"x\",\"log\":{\"index\":1},\"report\":{}}",
			"\"verified\":true"},
		{"{\"attestation\":", "}", "the member \\\"attestation\\\" of the text"},
		{"{\"@context\":[],\"attestation\":", "}", "\"verified\":false"},
		{"[", "]", "an array, where an attestation is an object"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		prb_str_reset(&sent);
		prb_str_add_text(&sent, rows[i].before);
		prb_str_add_span(&sent, prb_str_span(&own.credential));
		prb_str_add_text(&sent, rows[i].behind);
		ask(prb_str_span(&sent), "application/json");
		expect(rows[i].before, 200, rows[i].says);
	}
	ask(prb_str_span(&own.jwt), "application/vc+jwt");
	expect("jwt", 200, "\"verified\":true");
	ask(prb_str_span(&own.credential), "application/vc");
	expect("vc", 200, "\"verified\":true");
	ask(prb_str_span(&own.credential), "text/plain");
	expect("text", 415, "application/vc+jwt");
}

static void
refuses(void **state)
{
	static const struct {
		const char *member, *says;
	} rows[] = {
		{"\"verified\":true", "\"pointer\":\"/verified\""},
		{"\"status_list\":7", "\"pointer\":\"/status_list\""},
		{"\"did_document\":\"{}\"", "an object is wanted"},
		{"\"receipt\":{}", "a text, as it was fetched from"},
		{"\"log_key\":[]", "NAME+HEX+BASE64"},
		{"\"openings\":true", "an array of openings"},
		{"\"checkpoint\":null", "a signed checkpoint is wanted"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		prb_str_reset(&sent);
		prb_str_addf(&sent, "{\"attestation\":{},%s}", rows[i].member);
		ask(prb_str_span(&sent), "application/json");
		expect(rows[i].member, 422, rows[i].says);
	}
	prb_str_reset(&sent);
	prb_str_add_text(&sent, "{\"attestation\":[]}");
	ask(prb_str_span(&sent), "application/json");
	expect("array", 422, "\"pointer\":\"/attestation\"");
}

/* {"attestation":..} with these members of a stranger's evidence. */
static void
ask_with(const struct attest_evidence *e, const char *attestation, bool document, bool list,
	bool receipt, bool openings)
{
	prb_str_reset(&sent);
	prb_str_addf(&sent, "{\"attestation\":%s", attestation);
	if (document)
		prb_str_addf(&sent, ",\"did_document\":%s", e->document.p);
	if (list)
		prb_str_addf(&sent, ",\"status_list\":%s", e->list.p);
	if (receipt) {
		prb_str_add_text(&sent, ",\"receipt\":");
		prb_jcs_string(&sent, prb_str_span(&e->receipt));
	}
	if (openings)
		prb_str_addf(&sent, ",\"openings\":%s", e->openings.p);
	prb_str_add_char(&sent, '}');
	assert_false(sent.failed);
	ask(prb_str_span(&sent), "application/json");
}

static void
of_others(void **state)
{
	struct prb_str quoted;

	(void)state;
	ask_with(&stranger, stranger.credential.p, true, true, true, true);
	expect("all", 200, "\"verified\":true");
	assert_null(strstr(x.reply.body.p, "\"skipped\""));
	ask_with(&stranger, stranger.credential.p, false, true, true, true);
	expect("no document", 200, "the issuer's DID document is needed, and was not given");
	ask_with(&stranger, stranger.credential.p, true, false, false, false);
	expect("nothing beside", 200, "which was not looked up\",\"outcome\":\"skipped\"");
	prb_str_init(&quoted, PRB_ANSWER_READ_BYTES_MAX);
	prb_str_addf(&quoted, "\"%s\"", stranger.jwt.p);
	ask_with(&stranger, quoted.p, true, true, false, true);
	expect("jwt", 200, "\"verified\":true");
	prb_str_finish(&quoted);
}

/* Its own records count before any list; its own document before any that is brought. */
static void
of_its_own(void **state)
{
	struct prb_str text;

	(void)state;
	ask(prb_str_span(&own.credential), "application/vc");
	expect("stored", 200, "not revoked, by the records of this server");
	expect("stored", 200, "\"verified\":true");
	/* Somebody else's with the same id is not meant. */
	ask_with(&stranger, stranger.credential.p, true, false, false, false);
	expect("another's", 200, "which was not looked up");
	ask_with(&own, own.credential.p, false, true, false, true);
	expect("all but the log", 200, "\"verified\":true");
	ask(prb_str_span(&own.jwt), "application/vc+jwt");
	expect("jwt", 200, "not revoked, by the records of this server");
	/* A document of its own that somebody brings does not count. */
	prb_str_init(&text, PRB_ANSWER_READ_BYTES_MAX);
	prb_str_addf(&text, "{\"attestation\":%s,\"did_document\":{\"id\":\"%s\"}}",
		own.credential.p, own.issuer.did);
	ask(prb_str_span(&text), "application/json");
	expect("a document of its own", 200, "\"verified\":true");
	prb_str_finish(&text);
}

static void
revoked(void **state)
{
	static const char id[] = "01980000-0000-7000-8000-000000000002";
	struct prb_str text;

	(void)state;
	prb_str_init(&text, PRB_CREDENTIAL_BYTES_MAX);
	write_own(id, 10, &text);
	put_attestation(store, id, prb_str_span(&text), true);
	ask(prb_str_span(&text), "application/vc");
	expect("revoked", 200, "revoked, by the records of this server");
	expect("revoked", 200, "\"verified\":false");
	/* Whatever a list says that somebody kept. */
	ask_with(&own, text.p, false, true, false, false);
	expect("an old list", 200, "revoked, by the records of this server");
	expect("an old list", 200, "\"verified\":false");
	prb_str_finish(&text);
}

/* Who took the key signs what the records do not have. */
static void
never_issued(void **state)
{
	static const struct {
		const char *id, *says;
	} rows[] = {
		{"01980000-0000-7000-8000-000000000003", "never issued by this server"},
		{ATTEST_ID,
			"the issuer, which this server is, issued something else under this id"},
	};
	struct prb_str text;

	(void)state;
	prb_str_init(&text, PRB_CREDENTIAL_BYTES_MAX);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		write_own(rows[i].id, 11, &text);
		ask(prb_str_span(&text), "application/vc");
		expect(rows[i].id, 200, rows[i].says);
		expect(rows[i].id, 200, "\"verified\":false");
	}
	prb_str_finish(&text);
}

/* Who took the log's key signs another tree. */
static void
another_tree(void **state)
{
	struct prb_publisher *publisher = service.publisher;

	(void)state;
	ask_with(&own, own.credential.p, false, false, true, false);
	expect("another root", 200, "which has another root at that size\",\"outcome\":\"failed\"");
	service.publisher = NULL;
	ask_with(&own, own.credential.p, false, false, true, false);
	expect("not published", 200, "never published\",\"outcome\":\"failed\"");
	service.publisher = publisher;
}

static enum prb_handled (*offloaded)(struct prb_exchange *exchange);

static bool
offload(struct prb_exchange *exchange, enum prb_handled (*work)(struct prb_exchange *exchange))
{
	(void)exchange;
	offloaded = work;
	return work != NULL;
}

static bool
refuse_offload(
	struct prb_exchange *exchange, enum prb_handled (*work)(struct prb_exchange *exchange))
{
	(void)exchange;
	(void)work;
	return false;
}

/* What takes long is not done on the loop. */
static void
large_ones(void **state)
{
	struct prb_str text;

	(void)state;
	prb_str_init(&text, PRB_ANSWER_READ_BYTES_MAX);
	prb_str_addf(&text, "{\"attestation\":%s,\"report\":\"", own.credential.p);
	for (int i = 0; i < 32 * 1024; i++)
		prb_str_add_char(&text, 'a');
	prb_str_add_text(&text, "\"}");
	x.head.fields[0] =
		(struct prb_header_field){PRB_SPAN("Content-Type"), PRB_SPAN("application/json")};
	x.body = prb_str_span(&text);
	x.faults = (struct prb_faults){.count = 0};
	prb_str_reset(&x.reply.body);
	service.offload = offload;
	assert_int_equal(prb_handle_verify(&x), PRB_LATER);
	assert_non_null(offloaded);
	assert_int_equal(offloaded(&x), PRB_REPLIED);
	expect("in the pool", 200, "\"verified\":true");
	service.offload = refuse_offload;
	ask(prb_str_span(&text), "application/json");
	expect("no room", 503, "too many large attestations");
	service.offload = NULL;
	prb_str_finish(&text);
}

/* A server without a public URL: the log's key is at hand for its own alone. */
static void
by_its_key(void **state)
{
	struct prb_state_reader *reader = desk.state_reader;
	struct prb_issuer_key other = keys[1];
	char dir[STATE_PATH_BYTES];
	struct prb_state *state_2;

	(void)state;
	state_path(dir, "k");
	state_2 = state_make(dir, 0);
	put_attestation(state_2, ATTEST_ID, prb_str_span(&by_key.credential), false);
	assert_int_equal(prb_state_reader_create(state_2, &desk.state_reader), PRB_OK);
	prb_log_origin(&by_key.issuer, by_key.log_key.public_key, by_key.origin);
	attest_evidence_receipt(&by_key, prb_str_span(&by_key.credential), "other");
	service.issuer = &by_key.issuer;
	ask_with(&by_key, by_key.credential.p, false, true, false, true);
	expect("own", 200, "\"verified\":true");
	ask_with(&by_key, by_key.credential.p, false, true, true, true);
	expect("own log, another tree", 200, "of a tree that this server, whose log it names");
	keys[0].standing = PRB_STANDING_REVOKED;
	ask_with(&by_key, by_key.credential.p, false, true, false, false);
	expect("a revoked key", 200, "the key was revoked by this server");
	expect("a revoked key", 200, "\"verified\":false");
	fill_keys();
	memcpy(keys[1].public_key, stranger.key.public_key, sizeof(keys[1].public_key));
	keys[1].public_key[0] ^= 1;
	ask_with(&by_key, by_key.credential.p, false, true, true, true);
	expect("another key", 200, "\"verified\":false");
	keys[1] = other;
	service.issuer = &own.issuer;
	/* To another server it is a stranger's. */
	keys[0].use = PRB_USE_LOG;
	ask_with(&by_key, by_key.credential.p, false, true, true, true);
	expect("a stranger's", 200, "the key of the log is needed");
	fill_keys();
	prb_state_reader_destroy(desk.state_reader);
	prb_state_close(state_2);
	desk.state_reader = reader;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_to_each),
		cmocka_unit_test(refuses),
		cmocka_unit_test(of_others),
		cmocka_unit_test(of_its_own),
		cmocka_unit_test(revoked),
		cmocka_unit_test(never_issued),
		cmocka_unit_test(another_tree),
		cmocka_unit_test(large_ones),
		cmocka_unit_test(by_its_key),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
