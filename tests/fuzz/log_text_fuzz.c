/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a signed note, a checkpoint, a receipt, what a witness is asked, a verifier key:
 * what is read is written again as it was, what is refused has words, and only what was signed with
 * the published key has a good signature by it.
 */
#include <stdio.h>
#include <stdlib.h>

#include "scoring/log/witness.h"

#define BYTES_MAX ((size_t)1 << 20)
#define VKEY "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool kept, const char *promise)
{
	if (kept)
		return;
	fprintf(stderr, "broken: %s\n", promise);
	abort();
}

static void
require_words(enum prb_err err, const struct prb_fault *fault)
{
	require(fault->err == err && fault->detail[0] != '\0', "a refusal has words");
}

static void
require_same(const struct prb_str *written, struct prb_span bytes, const char *promise)
{
	require(written->failed || prb_span_equal(prb_str_span(written), bytes), promise);
}

static void
require_note(struct prb_span bytes)
{
	static struct prb_note note;
	struct prb_checkpoint checkpoint;
	struct prb_note_key key;
	struct prb_fault fault;
	struct prb_str out;
	enum prb_err err = prb_note_read(bytes, &note, &fault);

	if (err != PRB_OK) {
		require_words(err, &fault);
		return;
	}
	prb_str_init(&out, BYTES_MAX);
	prb_str_add_span(&out, note.text);
	prb_str_add_char(&out, '\n');
	for (size_t i = 0; i < note.count; i++)
		prb_str_add_span(&out, note.signatures[i].line);
	require_same(&out, bytes, "a note is its text and its lines");
	require(prb_note_key_read(PRB_SPAN(VKEY), &key, NULL) == PRB_OK, "the key is one");
	require(prb_note_check(&note, &key, NULL) != PRB_NOTE_GOOD ||
			prb_span_is(note.text, "This is an example message.\n"),
		"nothing has a good signature that was never signed");
	err = prb_checkpoint_read(note.text, &checkpoint, &fault);
	if (err == PRB_OK) {
		prb_str_reset(&out);
		prb_checkpoint_write(&checkpoint, &out);
		require(out.failed || prb_span_starts(note.text, prb_str_span(&out)),
			"a checkpoint begins with its three lines");
	} else {
		require_words(err, &fault);
	}
	prb_str_finish(&out);
}

static void
require_receipt(struct prb_span bytes)
{
	static uint8_t extra[PRB_RECEIPT_EXTRA_BYTES_MAX];
	static struct prb_receipt receipt;
	struct prb_fault fault;
	struct prb_str out;
	enum prb_err err = prb_receipt_read(bytes, extra, &receipt, &fault);

	if (err != PRB_OK) {
		require_words(err, &fault);
		return;
	}
	prb_str_init(&out, BYTES_MAX);
	prb_receipt_write(&receipt, &out);
	require_same(&out, bytes, "a receipt has one spelling");
	prb_str_finish(&out);
}

static void
require_request(struct prb_span bytes)
{
	static struct prb_witness_request request;
	struct prb_fault fault;
	struct prb_str out;
	enum prb_err err = prb_witness_request_read(bytes, &request, &fault);

	if (err != PRB_OK) {
		require_words(err, &fault);
		return;
	}
	prb_str_init(&out, BYTES_MAX);
	prb_witness_request_write(&request, &out);
	require_same(&out, bytes, "what a witness is asked has one spelling");
	prb_str_finish(&out);
}

static void
require_key(struct prb_span bytes)
{
	struct prb_note_key key;
	struct prb_fault fault;
	struct prb_str out;
	enum prb_err err = prb_note_key_read(bytes, &key, &fault);

	if (err != PRB_OK) {
		require_words(err, &fault);
		return;
	}
	prb_str_init(&out, BYTES_MAX);
	prb_note_key_write(&key, &out);
	require_same(&out, prb_span_trim(bytes), "a verifier key has one spelling");
	prb_str_finish(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct prb_span bytes = {(const char *)data, size};

	require_note(bytes);
	require_receipt(bytes);
	require_request(bytes);
	require_key(bytes);
	return 0;
}
