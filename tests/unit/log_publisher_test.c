/* SPDX-License-Identifier: Apache-2.0 */
/* Publishing the log, and asking witnesses: made-up leaves, fixed keys, witnesses that answer what
 * the rows say. */
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "scoring/log/witness.h"
#include "service/log/publisher.h"
#include "service/log/timer.h"
#include "service/log/witnesses.h"
#include "tests/unit/lib_server.h"
#include "tests/unit/log_support.h"
#include "tests/unit/state_support.h"

#define ORIGIN "log.example/log"
#define NOW_MS INT64_C(1790000000000)
#define PATIENCE_MS 20000 /* against a test that hangs; none waits so long */

static struct log_signer own, other;
static struct prb_metrics *metrics;

static int
set_up(void **state)
{
	(void)state;
	signal(SIGPIPE, SIG_IGN);
	metrics = prb_metrics_create();
	return metrics != NULL && log_signer_make(ORIGIN, PRB_NOTE_ED25519, 1, &own) &&
			       log_signer_make(ORIGIN, PRB_NOTE_ED25519, 2, &other)
		       ? 0
		       : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	prb_metrics_destroy(metrics);
	state_remove();
	return 0;
}

static int64_t
clock_ms(void)
{
	return NOW_MS;
}

/*
 * The publisher.
 */

static struct prb_publisher_options
options_of(struct prb_state *state, const char *dir, const struct log_signer *signer)
{
	struct prb_publisher_options options = {.state = state,
		.dir = dir,
		.origin = ORIGIN,
		.secret_key = signer->secret,
		.seconds = 1,
		.clock_ms = clock_ms,
		.sha256 = log_sha256,
		.sheet = prb_metrics_sheet(metrics)};

	memcpy(options.public_key, signer->key.public_key, sizeof options.public_key);
	return options;
}

static struct prb_publisher *
start(struct prb_state *state, const char *dir, const struct log_signer *signer)
{
	struct prb_publisher_options options = options_of(state, dir, signer);
	struct prb_publisher *publisher = NULL;
	struct prb_fault fault;

	if (prb_publisher_start(&options, &publisher, &fault) != PRB_OK)
		fail_msg("%s", fault.detail);
	return publisher;
}

static void
start_refused(struct prb_state *state, const char *dir, const char *detail)
{
	struct prb_publisher_options options = options_of(state, dir, &own);
	struct prb_publisher *publisher = NULL;
	struct prb_fault fault;

	assert_int_equal(prb_publisher_start(&options, &publisher, &fault), PRB_ERR_STATE_DAMAGED);
	assert_null(publisher);
	if (strstr(fault.detail, detail) == NULL)
		fail_msg("%s", fault.detail);
}

/* What is published is a checkpoint of that size, by that key, of the tree that is stored. */
static void
check_published(struct prb_publisher *publisher, struct prb_state *state,
	const struct log_signer *signer, uint64_t size)
{
	struct prb_published *published = calloc(1, sizeof *published);
	uint8_t root[PRB_SHA256_BYTES];
	struct prb_checkpoint checkpoint;
	struct prb_state_reader *reader;
	struct prb_tree tree;
	struct prb_note note;
	struct prb_fault fault;

	assert_non_null(published);
	prb_publisher_current(publisher, published);
	assert_true(published->size == size);
	assert_true(prb_publisher_size(publisher) == size);
	assert_true(published->at_ms == NOW_MS);
	if (prb_checkpoint_open((struct prb_span){published->note, published->n}, &signer->key,
		    &note, &checkpoint, &fault) != PRB_OK)
		fail_msg("%s", fault.detail);
	assert_true(checkpoint.size == size);
	assert_int_equal(prb_state_reader_create(state, &reader), PRB_OK);
	assert_int_equal(prb_log_tree_at(reader, size, &tree), PRB_OK);
	prb_tree_root(&tree, log_sha256, root);
	assert_memory_equal(root, checkpoint.root, sizeof root);
	prb_state_reader_destroy(reader);
	free(published);
}

static void
check_kept(const char *dir, uint64_t size)
{
	char path[STATE_PATH_BYTES], start[sizeof ORIGIN + 32], bytes[4096] = "";
	FILE *file;

	state_join(path, dir, "checkpoint");
	file = fopen(path, "rb");
	assert_non_null(file);
	assert_true(fread(bytes, 1, sizeof bytes - 1, file) > 0);
	assert_int_equal(fclose(file), 0);
	(void)snprintf(start, sizeof start, ORIGIN "\n%llu\n", (unsigned long long)size);
	assert_memory_equal(bytes, start, strlen(start));
}

static void
wait_for(struct prb_publisher *publisher, uint64_t size)
{
	int64_t end = prb_timer_now_ms() + PATIENCE_MS;

	while (prb_publisher_size(publisher) < size && prb_timer_now_ms() < end)
		(void)sched_yield();
	assert_true(prb_publisher_size(publisher) == size);
}

static void
origins(void **state)
{
	static const struct {
		const char *public_url, *origin;
	} rows[] = {
		{"https://screening.example", "screening.example/log"},
		{"https://screening.example:8443", "screening.example:8443/log"},
		{"https://screening.example/a/b", "screening.example/a/b/log"},
		{"", "probity.invalid/z6Mk"},
	};
	char origin[PRB_LOG_ORIGIN_BYTES_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct prb_issuer issuer = {.name = ""};

		strcpy(issuer.public_url, rows[i].public_url);
		prb_log_origin(&issuer, own.key.public_key, origin);
		assert_memory_equal(origin, rows[i].origin, strlen(rows[i].origin));
		assert_int_equal(strlen(origin), rows[i].public_url[0] != '\0'
							 ? strlen(rows[i].origin)
							 : strlen("probity.invalid/") + 48);
	}
}

/* From the empty log on; each end publishes what came, each start goes on from there. */
static void
publishes(void **unused)
{
	char dir[STATE_PATH_BYTES];
	struct prb_state *state;
	struct prb_publisher *publisher;

	(void)unused;
	state_path(dir, "publishes");
	state = state_make(dir, 0);
	publisher = start(state, dir, &own);
	check_published(publisher, state, &own, 0);
	assert_int_equal(state_put_batch(state, 0, 3), PRB_OK);
	prb_publisher_stop(publisher);
	publisher = start(state, dir, &own);
	check_published(publisher, state, &own, 3);
	assert_int_equal(state_put_batch(state, 3, 300), PRB_OK);
	prb_publisher_grown(publisher);
	wait_for(publisher, 303);
	check_published(publisher, state, &own, 303);
	prb_publisher_stop(publisher);
	/* What was put while nobody published is published at the start. */
	assert_int_equal(state_put_batch(state, 303, 1), PRB_OK);
	publisher = start(state, dir, &own);
	check_published(publisher, state, &own, 304);
	prb_publisher_stop(publisher);
	prb_publisher_stop(NULL);
	prb_publisher_wake(NULL);
	prb_publisher_grown(NULL);
	prb_state_close(state);
}

/* A timer of an hour; who asks gets one, though not two within a second. */
static void
when_asked(void **unused)
{
	char dir[STATE_PATH_BYTES];
	struct prb_publisher_options options;
	struct prb_publisher *publisher;
	struct prb_state *state;
	struct prb_fault fault;
	int64_t begin;

	(void)unused;
	state_path(dir, "asked");
	state = state_make(dir, 0);
	options = options_of(state, dir, &own);
	options.seconds = 3600;
	begin = prb_timer_now_ms();
	assert_int_equal(prb_publisher_start(&options, &publisher, &fault), PRB_OK);
	assert_int_equal(state_put_batch(state, 0, 1), PRB_OK);
	prb_publisher_grown(publisher);
	prb_publisher_wake(publisher);
	wait_for(publisher, 1);
	assert_true(prb_timer_now_ms() - begin >= 1000);
	prb_publisher_stop(publisher);
	prb_state_close(state);
}

static void
copy_checkpoint(const char *from_dir, const char *to_dir)
{
	char from[STATE_PATH_BYTES], to[STATE_PATH_BYTES], bytes[4096];
	FILE *in, *out;
	size_t n;

	state_join(from, from_dir, "checkpoint");
	state_join(to, to_dir, "checkpoint");
	in = fopen(from, "rb");
	out = fopen(to, "wb");
	assert_non_null(in);
	assert_non_null(out);
	n = fread(bytes, 1, sizeof bytes, in);
	assert_int_equal(fwrite(bytes, 1, n, out), n);
	assert_int_equal(fclose(in), 0);
	assert_int_equal(fclose(out), 0);
}

/* An older backup beside what was published since, and a state that went another way. */
static void
never_contradicts(void **unused)
{
	static const struct {
		const char *name;
		uint64_t first, count;
		const char *detail; /* NULL: it goes on */
	} rows[] = {
		{"older", 0, 4, "the state is older than the checkpoint of 5 entries"},
		{"empty", 0, 0, "the state is older"},
		{"same", 0, 5, NULL},
		{"newer", 0, 9, NULL},
		{"split", 1, 5, "the first 5 entries of the log are not those"},
		{"longer", 1, 9, "the first 5 entries of the log are not those"},
	};
	char from[STATE_PATH_BYTES], dir[STATE_PATH_BYTES];
	struct prb_publisher *publisher;
	struct prb_state *state;

	(void)unused;
	state_path(from, "published");
	state = state_make(from, 0);
	assert_int_equal(state_put_batch(state, 0, 5), PRB_OK);
	prb_publisher_stop(start(state, from, &own));
	prb_state_close(state);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		state_path(dir, rows[i].name);
		state = state_make(dir, 0);
		if (rows[i].count != 0)
			assert_int_equal(
				state_put_batch(state, rows[i].first, rows[i].count), PRB_OK);
		copy_checkpoint(from, dir);
		if (rows[i].detail != NULL) {
			start_refused(state, dir, rows[i].detail);
		} else {
			publisher = start(state, dir, &own);
			check_published(publisher, state, &own, rows[i].count);
			prb_publisher_stop(publisher);
		}
		prb_state_close(state);
	}
}

/* Every single bit of what was kept, and its length: refused, or, where the bit is in the name or
 * the key id of the signature, set aside as somebody else's. Never gone on from. */
static void
damaged_checkpoints(void **unused)
{
	char dir[STATE_PATH_BYTES], path[STATE_PATH_BYTES], bytes[4096];
	struct prb_publisher_options options;
	struct prb_publisher *publisher;
	struct prb_state *state;
	struct prb_fault fault;
	size_t n, refused = 0;
	FILE *file;

	(void)unused;
	state_path(dir, "damaged");
	state = state_make(dir, 0);
	assert_int_equal(state_put_batch(state, 0, 2), PRB_OK);
	prb_publisher_stop(start(state, dir, &own));
	state_join(path, dir, "checkpoint");
	file = fopen(path, "rb");
	assert_non_null(file);
	n = fread(bytes, 1, sizeof bytes, file);
	assert_int_equal(fclose(file), 0);
	options = options_of(state, dir, &own);
	/* The text alone: what a flipped signature line is, note_test knows. */
	for (size_t i = 0; i < (size_t)(strstr(bytes, "\n\n") - bytes); i++) {
		char flipped[4096];

		memcpy(flipped, bytes, n);
		flipped[i] ^= (char)(1 << i % 8);
		file = fopen(path, "wb");
		assert_non_null(file);
		assert_int_equal(fwrite(flipped, 1, n, file), n);
		assert_int_equal(fclose(file), 0);
		assert_int_equal(
			prb_publisher_start(&options, &publisher, &fault), PRB_ERR_STATE_DAMAGED);
		assert_non_null(strstr(fault.detail, "restore it from a backup"));
		refused++;
	}
	assert_true(refused > 60);
	for (size_t length = 0; length < n; length += 7) {
		file = fopen(path, "wb");
		assert_non_null(file);
		assert_int_equal(fwrite(bytes, 1, length, file), length);
		assert_int_equal(fclose(file), 0);
		assert_int_equal(
			prb_publisher_start(&options, &publisher, &fault), PRB_ERR_STATE_DAMAGED);
	}
	prb_state_close(state);
}

/* Another key goes on where the first one stopped; the first one's last word is kept. */
static void
another_key(void **unused)
{
	char dir[STATE_PATH_BYTES], aside[STATE_PATH_BYTES], name[64];
	struct prb_publisher *publisher;
	struct prb_state *state;
	char bytes[4096];
	FILE *file;
	size_t n;

	(void)unused;
	state_path(dir, "key");
	state = state_make(dir, 0);
	assert_int_equal(state_put_batch(state, 0, 2), PRB_OK);
	prb_publisher_stop(start(state, dir, &own));
	publisher = start(state, dir, &other);
	check_published(publisher, state, &other, 2);
	prb_publisher_stop(publisher);
	(void)snprintf(name, sizeof name, "checkpoint.OLD-%02x%02x%02x%02x", own.key.id[0],
		own.key.id[1], own.key.id[2], own.key.id[3]);
	state_join(aside, dir, name);
	file = fopen(aside, "rb");
	assert_non_null(file);
	n = fread(bytes, 1, sizeof bytes, file);
	assert_true(n > 0);
	assert_non_null(strstr(bytes, ORIGIN "\n2\n"));
	assert_int_equal(fclose(file), 0);
	/* And back: there is one of each now. */
	publisher = start(state, dir, &own);
	check_published(publisher, state, &own, 2);
	prb_publisher_stop(publisher);
	prb_state_close(state);
}

/* A first checkpoint that cannot be kept, under another key or of a new log: no start, since there
 * is nothing to go on serving. (A file of that size cannot be written.) */
static void
nothing_to_serve(void **unused)
{
	char dir[STATE_PATH_BYTES];
	struct prb_publisher_options options;
	struct prb_publisher *publisher = NULL;
	struct rlimit limit, none;
	struct prb_state *state;
	struct prb_fault fault;

	(void)unused;
	state_path(dir, "unserved");
	state = state_make(dir, 0);
	assert_int_equal(state_put_batch(state, 0, 2), PRB_OK);
	prb_publisher_stop(start(state, dir, &own));
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	none = (struct rlimit){.rlim_cur = 0, .rlim_max = limit.rlim_max};
	signal(SIGXFSZ, SIG_IGN);
	options = options_of(state, dir, &other);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	assert_int_not_equal(prb_publisher_start(&options, &publisher, &fault), PRB_OK);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_null(publisher);
	assert_non_null(strstr(fault.detail, "checkpoint"));
	/* What was kept is served on where there is nothing new to say. */
	check_kept(dir, 2);
	publisher = start(state, dir, &other);
	check_published(publisher, state, &other, 2);
	prb_publisher_stop(publisher);
	prb_state_close(state);
}

static void
bad_options(void **unused)
{
	static const struct {
		const char *origin, *policy; /* NULL: no such file; "": none is named */
		const char *detail;
		enum prb_err err;
	} rows[] = {
		{"a log", "", "name", PRB_ERR_KEY},
		{"", "", "name", PRB_ERR_KEY},
		{ORIGIN, NULL, "No such file", PRB_ERR_CONFIG},
		{ORIGIN, "witness\n", ":1: `witness NAME", PRB_ERR_CONFIG},
	};
	char dir[STATE_PATH_BYTES], path[STATE_PATH_BYTES];
	struct prb_state *state;

	(void)unused;
	state_path(dir, "options");
	state_path(path, "policy");
	state = state_make(dir, 0);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct prb_publisher_options options = options_of(state, dir, &own);
		struct prb_publisher *publisher = NULL;
		struct prb_fault fault;
		FILE *file;

		options.origin = rows[i].origin;
		(void)unlink(path);
		if (rows[i].policy == NULL || rows[i].policy[0] != '\0')
			options.witnesses = path;
		if (rows[i].policy != NULL) {
			file = fopen(path, "w");
			assert_non_null(file);
			assert_true(fputs(rows[i].policy, file) >= 0);
			assert_int_equal(fclose(file), 0);
		}
		assert_int_equal(prb_publisher_start(&options, &publisher, &fault), rows[i].err);
		assert_null(publisher);
		if (strstr(fault.detail, rows[i].detail) == NULL)
			fail_msg("%s", fault.detail);
	}
	prb_state_close(state);
}

/*
 * The witnesses.
 */

#define LOG_SIZE 5
#define WITNESSES 2 /* the first is under test; the second cosigns, behind it in turn */

static struct log_signer witnesses[WITNESSES];
static char log_note[4096];
static size_t log_note_n;

/* What the callback was told. */
struct heard {
	_Atomic unsigned times[WITNESSES], disputes[WITNESSES];
	char lines[WITNESSES][1024];
};

static void
hear(void *context, uint64_t size, size_t witness, struct prb_span line)
{
	struct heard *heard = context;

	assert_true(size == LOG_SIZE);
	assert_true(witness < WITNESSES && line.n < sizeof heard->lines[0]);
	memcpy(heard->lines[witness], line.p, line.n);
	heard->times[witness]++;
}

static void
hear_dispute(void *context, size_t witness, bool disputed)
{
	struct heard *heard = context;

	assert_true(witness < WITNESSES);
	heard->disputes[witness] += disputed;
}

/* The checkpoint of the state's five leaves, and keys of the witnesses. */
static struct prb_state *
make_log(const char *name)
{
	char dir[STATE_PATH_BYTES];
	struct prb_published *published = calloc(1, sizeof *published);
	struct prb_publisher *publisher;
	struct prb_state *state;

	assert_non_null(published);
	assert_true(log_signer_make("w.example/1", PRB_NOTE_COSIGNATURE, 11, &witnesses[0]));
	assert_true(log_signer_make("w.example/2", PRB_NOTE_COSIGNATURE, 12, &witnesses[1]));
	state_path(dir, name);
	state = state_make(dir, 0);
	assert_int_equal(state_put_batch(state, 0, LOG_SIZE), PRB_OK);
	publisher = start(state, dir, &own);
	prb_publisher_current(publisher, published);
	assert_true(published->n < sizeof log_note);
	log_note_n = published->n;
	memcpy(log_note, published->note, published->n);
	log_note[log_note_n] = '\0';
	prb_publisher_stop(publisher);
	free(published);
	return state;
}

/* An answer of that status with a body, in which C is the cosignature of the first witness, D the
 * second's, B the first's of another text, and T what the first one signs of text and signature
 * lines together. */
static char *
answer(const char *status, const char *pattern)
{
	size_t text_n = (size_t)(strstr(log_note, "\n\n") - log_note) + 1;
	struct prb_span text = {log_note, text_n};
	struct prb_str body, whole;

	prb_str_init(&body, (size_t)1 << 20);
	prb_str_init(&whole, (size_t)1 << 20);
	for (; *pattern != '\0'; pattern++)
		switch (*pattern) {
		case 'C':
			prb_note_sign(
				text, &witnesses[0].key, witnesses[0].secret, 1790000000, &body);
			break;
		case 'D':
			prb_note_sign(
				text, &witnesses[1].key, witnesses[1].secret, 1790000000, &body);
			break;
		case 'B':
			prb_note_sign(PRB_SPAN("another\n"), &witnesses[0].key, witnesses[0].secret,
				1790000000, &body);
			break;
		case 'T':
			prb_note_sign((struct prb_span){log_note, log_note_n}, &witnesses[0].key,
				witnesses[0].secret, 1790000000, &body);
			break;
		case 'X':
			for (int i = 0; i < 64 * 1024; i++)
				prb_str_add_char(&body, 'x');
			break;
		default:
			prb_str_add_char(&body, *pattern);
		}
	prb_str_addf(&whole, "HTTP/1.1 %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n",
		status, body.n);
	prb_str_add_span(&whole, prb_str_span(&body));
	assert_false(whole.failed);
	prb_str_finish(&body);
	return whole.p;
}

/* Shows the checkpoint to the first witness, which gives these answers, and to the second, which
 * cosigns; waits until the second was heard. Afterwards the first one's server may be looked at. */
static struct server *
show(struct prb_state *state, const char *const *answers, struct heard *heard,
	struct prb_sheet *sheet)
{
	static struct prb_policy policy;
	const char *good[] = {answer("200 OK", "D"), NULL};
	struct server *servers[WITNESSES] = {server_start(answers), server_start(good)};
	struct prb_witnesses_options options = {.policy = &policy,
		.state = state,
		.sheet = sheet,
		.cosigned = hear,
		.disputed = hear_dispute,
		.context = heard};
	struct prb_witnesses *asking;
	struct prb_fault fault;
	int64_t end = prb_timer_now_ms() + PATIENCE_MS;

	policy.count = WITNESSES;
	for (size_t i = 0; i < WITNESSES; i++) {
		(void)snprintf(
			policy.witnesses[i].name, sizeof policy.witnesses[i].name, "w%zu", i);
		policy.witnesses[i].key = witnesses[i].key;
		(void)snprintf(policy.witnesses[i].url, sizeof policy.witnesses[i].url, "%s/w",
			server_url(servers[i]));
	}
	assert_int_equal(prb_witnesses_start(&options, &asking, &fault), PRB_OK);
	prb_witnesses_show(asking, LOG_SIZE, (struct prb_span){log_note, log_note_n});
	while (heard->times[1] == 0 && prb_timer_now_ms() < end)
		(void)sched_yield();
	prb_witnesses_stop(asking);
	assert_int_equal(heard->times[1], 1);
	server_destroy(servers[1]);
	free((void *)(uintptr_t)good[0]);
	server_stop(servers[0]);
	return servers[0];
}

/* The request that a server got: what it says, and that its proof holds. */
static void
check_request(struct prb_state *state, const char *sent, uint64_t old)
{
	const char *body = strstr(sent, "\r\n\r\n");
	struct prb_witness_request request;
	struct prb_state_reader *reader;
	struct prb_tree from, to;
	uint8_t from_root[PRB_SHA256_BYTES], to_root[PRB_SHA256_BYTES];

	assert_memory_equal(sent, "POST /w/add-checkpoint HTTP/1.1\r\n", 33);
	assert_non_null(body);
	assert_int_equal(prb_witness_request_read(prb_span_of(body + 4), &request, NULL), PRB_OK);
	assert_true(request.old == old);
	assert_true(prb_span_is(request.checkpoint, log_note));
	assert_int_equal(prb_state_reader_create(state, &reader), PRB_OK);
	assert_int_equal(prb_log_tree_at(reader, old, &from), PRB_OK);
	assert_int_equal(prb_log_tree_at(reader, LOG_SIZE, &to), PRB_OK);
	prb_tree_root(&from, log_sha256, from_root);
	prb_tree_root(&to, log_sha256, to_root);
	assert_true(prb_tree_consistency_holds(
		log_sha256, old, LOG_SIZE, from_root, to_root, &request.proof));
	prb_state_reader_destroy(reader);
}

static void
witnesses_asked(void **unused)
{
	static const struct {
		const char *status[2], *body[2]; /* of the first witness; NULL: no second request */
		bool cosigned;
		uint64_t old; /* of the second request */
		bool disputed;
	} rows[] = {
		{{"200 OK", NULL}, {"C", NULL}, true, 0, false},
		{{"200 OK", NULL}, {"DC", NULL}, true, 0,
			false}, /* of a key of ours, not this one's */
		{{"409 Conflict", "200 OK"}, {"3\n", "C"}, true, 3, false},
		{{"409 Conflict", "200 OK"}, {"5\n", "C"}, true, 5, false},
		{{"409 Conflict", "409 Conflict"}, {"3\n", "4\n"}, false, 3, false},
		{{"409 Conflict", NULL}, {"6\n", NULL}, false, 0, true},
		{{"409 Conflict", "409 Conflict"}, {"5\n", "5\n"}, false, 5, true},
		{{"409 Conflict", "409 Conflict"}, {"3\n", "6\n"}, false, 3, false},
		{{"409 Conflict", "422 Unprocessable Content"}, {"3\n", ""}, false, 3, true},
		{{"409 Conflict", "500 Internal Server Error"}, {"3\n", ""}, false, 3, false},
		{{"409 Conflict", NULL}, {"0\n", NULL}, false, 0, false},
		{{"409 Conflict", NULL}, {"", NULL}, false, 0, false},
		{{"409 Conflict", NULL}, {"3", NULL}, false, 0, false},
		{{"409 Conflict", NULL}, {"03\n", NULL}, false, 0, false},
		{{"409 Conflict", NULL}, {"-1\n", NULL}, false, 0, false},
		{{"409 Conflict", NULL}, {"99999999999999999999\n", NULL}, false, 0, false},
		{{"400 Bad Request", NULL}, {"no\n", NULL}, false, 0, false},
		{{"403 Forbidden", NULL}, {"no\n", NULL}, false, 0, false},
		{{"404 Not Found", NULL}, {"no\n", NULL}, false, 0, false},
		{{"422 Unprocessable Content", NULL}, {"no\n", NULL}, false, 0, false},
		{{"500 Internal Server Error", NULL}, {"C", NULL}, false, 0, false},
		{{"201 Created", NULL}, {"C", NULL}, false, 0, false},
		{{"302 Found\r\nLocation: /w/add-checkpoint", "200 OK"}, {"", NULL}, false, 0,
			false},
		{{"200 OK", NULL}, {"", NULL}, false, 0, false},
		{{"200 OK", NULL}, {"yes\n", NULL}, false, 0, false},
		{{"200 OK", NULL}, {"D", NULL}, false, 0, false},
		{{"200 OK", NULL}, {"B", NULL}, false, 0, false},
		{{"200 OK", NULL}, {"CB", NULL}, false, 0, false},
		{{"200 OK", NULL}, {"\nT", NULL}, false, 0, false},
		{{"200 OK", NULL}, {"\nC", NULL}, false, 0, false},
		{{"200 OK", NULL}, {"CX", NULL}, false, 0, false},
		{{"200 OK\r\nX: y", NULL}, {"C\n", NULL}, false, 0, false},
	};
	struct prb_state *state = make_log("asked-witnesses");

	(void)unused;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct prb_sheet *sheet = calloc(1, sizeof *sheet);
		struct heard heard = {.lines = {""}};
		const char *answers[3] = {NULL};
		struct server *server;

		assert_non_null(sheet);
		for (size_t k = 0; k < 2 && rows[i].body[k] != NULL; k++)
			answers[k] = answer(rows[i].status[k], rows[i].body[k]);
		server = show(state, answers, &heard, sheet);
		assert_int_equal(server_connections(server), answers[1] != NULL ? 2 : 1);
		check_request(state, server_request(server, 0), 0);
		if (answers[1] != NULL)
			check_request(state, server_request(server, 1), rows[i].old);
		if (heard.times[0] != rows[i].cosigned)
			fail_msg("row %zu: heard %u times", i, heard.times[0]);
		if (heard.disputes[0] != rows[i].disputed)
			fail_msg("row %zu: disputed %u times", i, heard.disputes[0]);
		assert_int_equal(heard.disputes[1], 0);
		if (rows[i].cosigned)
			assert_non_null(strstr(answers[answers[1] != NULL], heard.lines[0]));
		assert_int_equal(sheet->counters[PRB_COUNT_COSIGNATURES], 1 + rows[i].cosigned);
		assert_int_equal(sheet->counters[PRB_COUNT_WITNESS_FAILURES], !rows[i].cosigned);
		server_destroy(server);
		for (size_t k = 0; k < 2; k++)
			free((void *)(uintptr_t)answers[k]);
		free(sheet);
	}
	prb_state_close(state);
}

/* One that takes the request and says nothing does not hold the end up. */
static void
a_silent_witness(void **unused)
{
	static const char *const answers[] = {SERVER_SILENT, NULL};
	struct prb_state *state = make_log("silent");
	struct server *server = server_start(answers);
	struct prb_policy *policy = calloc(1, sizeof *policy);
	struct heard heard = {.lines = {""}};
	struct prb_witnesses_options options = {
		.state = state, .cosigned = hear, .disputed = hear_dispute, .context = &heard};
	struct prb_witnesses *asking;
	struct prb_fault fault;
	int64_t begin;

	(void)unused;
	assert_non_null(policy);
	policy->count = 1;
	policy->witnesses[0].key = witnesses[0].key;
	strcpy(policy->witnesses[0].url, server_url(server));
	options.policy = policy;
	assert_int_equal(prb_witnesses_start(&options, &asking, &fault), PRB_OK);
	prb_witnesses_show(asking, LOG_SIZE, (struct prb_span){log_note, log_note_n});
	begin = prb_timer_now_ms();
	prb_witnesses_stop(asking);
	assert_true(prb_timer_now_ms() - begin < 4000);
	assert_int_equal(heard.times[0], 0);
	server_destroy(server);
	free(policy);
	prb_state_close(state);
}

/* A policy of the first witness alone, at that address. */
static void
name_witness(const char *path, const char *url)
{
	struct prb_str vkey;
	FILE *file;

	prb_str_init(&vkey, PRB_NOTE_VKEY_BYTES_MAX);
	prb_note_key_write(&witnesses[0].key, &vkey);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fprintf(file, "witness w %s %s/w/\nquorum w\n", vkey.p, url) > 0);
	assert_int_equal(fclose(file), 0);
	prb_str_finish(&vkey);
}

/* The whole: what the publisher serves carries the cosignature. */
static void
cosigned_checkpoint(void **unused)
{
	struct prb_state *state = make_log("cosigned");
	const char *answers[] = {answer("200 OK", "C"), NULL};
	struct server *server = server_start(answers);
	struct prb_published *published = calloc(1, sizeof *published);
	char dir[STATE_PATH_BYTES], path[STATE_PATH_BYTES];
	struct prb_publisher_options options;
	struct prb_publisher *publisher;
	int64_t end = prb_timer_now_ms() + PATIENCE_MS, time = 0;
	enum prb_note_verdict verdict = PRB_NOTE_UNKNOWN;
	struct prb_fault fault;
	struct prb_note note;

	(void)unused;
	assert_non_null(published);
	state_path(dir, "cosigned");
	state_path(path, "witnesses");
	name_witness(path, server_url(server));
	options = options_of(state, dir, &own);
	options.witnesses = path;
	assert_int_equal(prb_publisher_start(&options, &publisher, &fault), PRB_OK);
	while (verdict == PRB_NOTE_UNKNOWN && prb_timer_now_ms() < end) {
		prb_publisher_current(publisher, published);
		assert_int_equal(prb_note_read((struct prb_span){published->note, published->n},
					 &note, NULL),
			PRB_OK);
		verdict = prb_note_check(&note, &witnesses[0].key, &time);
		(void)sched_yield();
	}
	assert_int_equal(verdict, PRB_NOTE_GOOD);
	assert_true(time == 1790000000);
	assert_int_equal(note.count, 2);
	check_published(publisher, state, &own, LOG_SIZE);
	/* The next checkpoint is not the one that was cosigned. */
	assert_int_equal(state_put_batch(state, LOG_SIZE, 1), PRB_OK);
	prb_publisher_wake(publisher);
	wait_for(publisher, LOG_SIZE + 1);
	prb_publisher_current(publisher, published);
	assert_int_equal(
		prb_note_read((struct prb_span){published->note, published->n}, &note, NULL),
		PRB_OK);
	assert_int_equal(note.count, 1);
	prb_publisher_stop(publisher);
	server_stop(server);
	check_request(state, server_request(server, 0), 0);
	server_destroy(server);
	free((void *)(uintptr_t)answers[0]);
	free(published);
	prb_state_close(state);
}

static void
wait_until_held(struct prb_publisher *publisher)
{
	int64_t end = prb_timer_now_ms() + PATIENCE_MS;

	while (!prb_publisher_is_held(publisher) && prb_timer_now_ms() < end)
		(void)sched_yield();
	assert_true(prb_publisher_is_held(publisher));
}

/* A witness that has seen a longer log stops the publishing, up to the very end; once it cosigns
 * what is served the rest is published. */
static void
held_by_a_witness(void **unused)
{
	struct prb_state *state = make_log("held");
	const char *answers[] = {answer("409 Conflict", "9\n"), answer("200 OK", "C"), NULL};
	const char *other_log[] = {answers[0], NULL};
	struct server *server = server_start(other_log);
	char dir[STATE_PATH_BYTES], path[STATE_PATH_BYTES];
	struct prb_publisher_options options;
	struct prb_publisher *publisher;
	struct prb_fault fault;

	(void)unused;
	state_path(dir, "held");
	state_path(path, "holding");
	options = options_of(state, dir, &own);
	options.witnesses = path;
	server = server_start(answers);
	name_witness(path, server_url(server));
	assert_int_equal(prb_publisher_start(&options, &publisher, &fault), PRB_OK);
	wait_until_held(publisher);
	assert_int_equal(state_put_batch(state, LOG_SIZE, 1), PRB_OK);
	prb_publisher_wake(publisher);
	wait_for(publisher, LOG_SIZE + 1);
	assert_false(prb_publisher_is_held(publisher));
	prb_publisher_stop(publisher);
	server_stop(server);
	check_request(state, server_request(server, 1), 0);
	server_destroy(server);

	server = server_start(other_log);
	name_witness(path, server_url(server));
	assert_int_equal(prb_publisher_start(&options, &publisher, &fault), PRB_OK);
	wait_until_held(publisher);
	assert_int_equal(state_put_batch(state, LOG_SIZE + 1, 1), PRB_OK);
	prb_publisher_wake(publisher);
	prb_publisher_stop(publisher);
	server_destroy(server);
	check_kept(dir, LOG_SIZE + 1);
	for (size_t i = 0; i < 2; i++)
		free((void *)(uintptr_t)answers[i]);
	prb_state_close(state);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(origins),
		cmocka_unit_test(publishes),
		cmocka_unit_test(when_asked),
		cmocka_unit_test(never_contradicts),
		cmocka_unit_test(damaged_checkpoints),
		cmocka_unit_test(another_key),
		cmocka_unit_test(nothing_to_serve),
		cmocka_unit_test(bad_options),
		cmocka_unit_test(witnesses_asked),
		cmocka_unit_test(a_silent_witness),
		cmocka_unit_test(cosigned_checkpoint),
		cmocka_unit_test(held_by_a_witness),
	};

	return cmocka_run_group_tests_name("log publisher", tests, set_up, tear_down);
}
