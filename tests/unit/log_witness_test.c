/* SPDX-License-Identifier: Apache-2.0 */
/* What a witness answers, row by row, and that it never signs two trees that contradict. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <sodium.h>

#include "scoring/log/witness.h"
#include "tests/unit/log_support.h"

#define ROWS(table) (sizeof(table) / sizeof(table)[0])
#define SIZE_MAX_HERE 300
#define ORIGIN "log.example/log"
#define HASH "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
#define NOTE "o\n1\n" HASH "\n\n\xE2\x80\x94 a AQIDBAU=\n"
#define MOMENT 1782907200

static struct grove good, forked;
static struct log_signer log_key, stranger, witness;
static struct prb_str checkpoint, request_text, body;

static int
set_up(void **state)
{
	(void)state;
	prb_str_init(&checkpoint, PRB_CHECKPOINT_BYTES_MAX);
	prb_str_init(&request_text, PRB_WITNESS_REQUEST_BYTES_MAX);
	prb_str_init(&body, PRB_CHECKPOINT_BYTES_MAX);
	if (!grove_init(&good, SIZE_MAX_HERE) || !grove_init(&forked, SIZE_MAX_HERE))
		return -1;
	grove_grow(&good, SIZE_MAX_HERE, 1);
	/* The same up to 100, and others behind. */
	grove_grow(&forked, 100, 1);
	grove_grow(&forked, SIZE_MAX_HERE - 100, 2);
	return log_signer_make(ORIGIN, PRB_NOTE_ED25519, 1, &log_key) &&
			       log_signer_make(ORIGIN, PRB_NOTE_ED25519, 2, &stranger) &&
			       log_signer_make("witness.example", PRB_NOTE_COSIGNATURE, 3, &witness)
		       ? 0
		       : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	prb_str_finish(&checkpoint);
	prb_str_finish(&request_text);
	prb_str_finish(&body);
	grove_finish(&good);
	grove_finish(&forked);
	return 0;
}

static void
root_of(struct grove *grove, uint64_t size, uint8_t out[PRB_SHA256_BYTES])
{
	struct prb_tree_source source = grove_source(grove);
	struct prb_tree tree;

	assert_true(prb_tree_at(&source, size, &tree));
	prb_tree_root(&tree, log_sha256, out);
}

static void
sign(struct grove *grove, uint64_t size, const char *origin, const struct log_signer *signer)
{
	struct prb_checkpoint c = {.origin = prb_span_of(origin), .size = size};
	struct prb_str text;

	root_of(grove, size, c.root);
	prb_str_init(&text, PRB_CHECKPOINT_BYTES_MAX);
	prb_checkpoint_write(&c, &text);
	prb_str_reset(&checkpoint);
	prb_str_add_span(&checkpoint, prb_str_span(&text));
	prb_str_add_char(&checkpoint, '\n');
	prb_note_sign(prb_str_span(&text), &signer->key, signer->secret, 0, &checkpoint);
	prb_str_finish(&text);
}

struct row {
	uint64_t seen, old, from, to; /* the proof is from `from` to `to` */
	struct grove *grove;
	const char *origin;
	const struct log_signer *signer;
	int status;
};

/* The request goes through its text. */
static int
ask(const struct row *row, struct prb_witness_seen *seen)
{
	struct prb_witness_request request = {.old = row->old}, read;
	struct prb_tree_source source = grove_source(row->grove);
	struct prb_witness_seen next = *seen;
	int status;

	sign(row->grove, row->to, row->origin, row->signer);
	request.checkpoint = prb_str_span(&checkpoint);
	assert_true(prb_tree_consistency(&source, row->from, row->to, &request.proof));
	prb_str_reset(&request_text);
	prb_witness_request_write(&request, &request_text);
	assert_int_equal(
		prb_witness_request_read(prb_str_span(&request_text), &read, NULL), PRB_OK);
	assert_true(prb_span_is(read.origin, row->origin));
	prb_str_reset(&body);
	status = prb_witness_decide(log_sha256, &read, &log_key.key, seen, &witness.key,
		witness.secret, MOMENT, &next, &body);
	assert_true(body.n > 0 && body.p[body.n - 1] == '\n');
	if (status != 200)
		assert_memory_equal(&next, seen, sizeof next);
	*seen = next;
	return status;
}

static void
require_cosigned(void)
{
	struct prb_note note;
	int64_t time;

	prb_str_add_span(&checkpoint, prb_str_span(&body));
	assert_int_equal(prb_note_read(prb_str_span(&checkpoint), &note, NULL), PRB_OK);
	assert_int_equal(note.count, 2);
	assert_int_equal(prb_note_check(&note, &witness.key, &time), PRB_NOTE_GOOD);
	assert_int_equal(time, MOMENT);
}

static void
answers(void **state)
{
	const struct row rows[] = {
		{0, 0, 0, 7, &good, ORIGIN, &log_key, 200},
		{0, 0, 0, 0, &good, ORIGIN, &log_key, 200},
		{0, 5, 5, 7, &good, ORIGIN, &log_key, 409},
		{7, 7, 7, 7, &good, ORIGIN, &log_key, 200},
		{7, 7, 7, 9, &good, ORIGIN, &log_key, 200},
		{64, 64, 64, 300, &good, ORIGIN, &log_key, 200},
		{100, 100, 100, 300, &forked, ORIGIN, &log_key, 200},
		{7, 0, 0, 9, &good, ORIGIN, &log_key, 409},
		{7, 6, 6, 9, &good, ORIGIN, &log_key, 409},
		{7, 8, 8, 9, &good, ORIGIN, &log_key, 409},
		{7, 0, 0, 5, &good, ORIGIN, &log_key,
			409}, /* a smaller tree is never signed again */
		{7, 7, 0, 5, &good, ORIGIN, &log_key, 400},
		{7, 7, 0, 9, &good, ORIGIN, &log_key, 422},
		{7, 7, 6, 9, &good, ORIGIN, &log_key, 422},
		{7, 7, 6, 7, &good, ORIGIN, &log_key, 422}, /* a proof where none belongs */
		{101, 101, 101, 101, &forked, ORIGIN, &log_key, 422},
		{150, 150, 150, 300, &forked, ORIGIN, &log_key, 422},
		{7, 7, 7, 9, &good, ORIGIN, &stranger, 403},
		{7, 7, 7, 9, &good, "other.example/log", &log_key, 404},
		{7, 7, 7, 9, &good, "other.example/log", &stranger, 404},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct prb_witness_seen seen = {.size = rows[i].seen};
		int status;

		if (seen.size > 0)
			root_of(&good, seen.size, seen.root);
		status = ask(&rows[i], &seen);
		if (status != rows[i].status)
			fail_msg("row %zu: %d: %s", i, status, body.p);
		if (status == 409)
			assert_int_equal(strtoull(body.p, NULL, 10), rows[i].seen);
		if (status != 200)
			continue;
		assert_int_equal(seen.size, rows[i].to);
		require_cosigned();
	}
}

static void
damaged(void **state)
{
	struct prb_witness_seen seen = {.size = 0}, next = seen;
	struct prb_witness_request request = {.old = 0};

	(void)state;
	/* A signature by the log's key that does not hold. */
	sign(&good, 7, ORIGIN, &log_key);
	checkpoint.p[sizeof ORIGIN] = '8';
	request.checkpoint = prb_str_span(&checkpoint);
	prb_str_reset(&body);
	assert_int_equal(prb_witness_decide(log_sha256, &request, &log_key.key, &seen, &witness.key,
				 witness.secret, MOMENT, &next, &body),
		403);
	request.checkpoint = PRB_SPAN(ORIGIN "\nnothing\n");
	assert_int_equal(prb_witness_decide(log_sha256, &request, &log_key.key, &seen, &witness.key,
				 witness.secret, MOMENT, &next, &body),
		400);
}

static void
requests(void **state)
{
	static const struct {
		const char *text;
		bool wanted;
	} rows[] = {
		{"old 0\n\n" NOTE, true},
		{"old 20\n" HASH "\n" HASH "\n\n" NOTE, true},
		{"old 0\n\nwhatever\n", true}, /* the note is read when it is decided on */
		{"old 00\n\n" NOTE, false},
		{"old -0\n\n" NOTE, false},
		{"old  0\n\n" NOTE, false},
		{"old 0 \n\n" NOTE, false},
		{"old\n\n" NOTE, false},
		{"Old 0\n\n" NOTE, false},
		{"old 0\r\n\r\n" NOTE, false},
		{"\n" NOTE, false},
		{"old 0\n" NOTE, false},
		{"old 0\n" HASH "\n", false},
		{"old 0\nAQ==\n\n" NOTE, false},
		{"old 0\n\n", false},
		{"old 0\n\n\n", false},
		{"old 0\n\nno end", false},
		{"", false},
	};
	struct prb_witness_request request;
	struct prb_fault fault;

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		if (prb_witness_request_read(prb_span_of(rows[i].text), &request, &fault) !=
			(rows[i].wanted ? PRB_OK : PRB_ERR_VALUE))
			fail_msg("row %zu: %s", i, rows[i].text);
	for (int lines = 63; lines <= 64; lines++) {
		prb_str_reset(&request_text);
		prb_str_add_text(&request_text, "old 0\n");
		for (int i = 0; i < lines; i++)
			prb_str_add_text(&request_text, HASH "\n");
		prb_str_add_text(&request_text, "\n" NOTE);
		assert_int_equal(
			prb_witness_request_read(prb_str_span(&request_text), &request, &fault),
			lines == 63 ? PRB_OK : PRB_ERR_VALUE);
	}
	prb_str_reset(&request_text);
	while (request_text.n < PRB_WITNESS_REQUEST_BYTES_MAX)
		prb_str_add_char(&request_text, 'a');
	request.checkpoint = (struct prb_span){request_text.p, request_text.n + 1};
	assert_int_equal(
		prb_witness_request_read(request.checkpoint, &request, &fault), PRB_ERR_TOO_LARGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers),
		cmocka_unit_test(damaged),
		cmocka_unit_test(requests),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, set_up, tear_down);
}
