/* SPDX-License-Identifier: Apache-2.0 */
/* Checkpoints, receipts and entries: their one spelling, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <sodium.h>

#include "scoring/log/checkpoint.h"
#include "scoring/log/entry.h"
#include "tests/unit/log_support.h"

#define TEXT_BYTES_MAX ((size_t)1 << 17)
#define ROWS(table) (sizeof(table) / sizeof(table)[0])
#define HASH "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
#define NOTE "o\n1\n" HASH "\n\n\xE2\x80\x94 a AQIDBAU=\n"
#define ORIGIN "log.example/log"

static struct prb_str text, other;
static struct grove grove;
static struct log_signer signer;

static int
set_up(void **state)
{
	(void)state;
	prb_str_init(&text, TEXT_BYTES_MAX);
	prb_str_init(&other, TEXT_BYTES_MAX);
	if (!grove_init(&grove, 300) || !log_signer_make(ORIGIN, PRB_NOTE_ED25519, 7, &signer))
		return -1;
	grove_grow(&grove, 300, 1);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	prb_str_finish(&text);
	prb_str_finish(&other);
	grove_finish(&grove);
	return 0;
}

/* The signed note of the tree at that size. */
static void
sign_checkpoint(uint64_t size, const char *origin, struct prb_str *out)
{
	struct prb_checkpoint checkpoint = {.origin = prb_span_of(origin), .size = size};
	struct prb_tree_source source = grove_source(&grove);
	struct prb_tree tree;

	assert_true(prb_tree_at(&source, size, &tree));
	prb_tree_root(&tree, log_sha256, checkpoint.root);
	prb_str_reset(&other);
	prb_checkpoint_write(&checkpoint, &other);
	prb_str_reset(out);
	prb_str_add_span(out, prb_str_span(&other));
	prb_str_add_char(out, '\n');
	prb_note_sign(prb_str_span(&other), &signer.key, signer.secret, 0, out);
	assert_false(out->failed);
}

static void
example(void **state)
{
	struct prb_checkpoint checkpoint;
	struct prb_note note;
	uint64_t time = 0;

	(void)state;
	prb_str_reset(&text);
	assert_true(log_vector("note/checkpoint-example.txt", &text));
	assert_int_equal(prb_note_read(prb_str_span(&text), &note, NULL), PRB_OK);
	assert_int_equal(prb_checkpoint_read(note.text, &checkpoint, NULL), PRB_OK);
	assert_true(prb_span_is(checkpoint.origin, "example.com/behind-the-sofa"));
	assert_int_equal(checkpoint.size, 20852163);
	assert_int_equal(note.count, 2);
	assert_int_equal(note.signatures[0].n, PRB_NOTE_SIGNATURE_BYTES);
	assert_int_equal(note.signatures[1].n, PRB_NOTE_COSIGNATURE_BYTES);
	assert_true(prb_span_is(note.signatures[1].name, "witness.example.com/w1"));
	for (int i = 0; i < 8; i++)
		time = time << 8 | note.signatures[1].bytes[i];
	assert_int_equal(time, 1679315147);
	prb_str_reset(&other);
	prb_checkpoint_write(&checkpoint, &other);
	assert_true(prb_span_equal(prb_str_span(&other), note.text));
}

static void
checkpoints(void **state)
{
	static const struct {
		const char *text;
		bool wanted;
	} rows[] = {
		{"o\n0\n" HASH "\n", true},
		{"o\n9223372036854775807\n" HASH "\n", true},
		{"o o+o\n1\n" HASH "\n", true}, /* clients may not assume its form */
		{"o\n1\n" HASH "\nextension\nanother\n", true},
		{"o\n9223372036854775808\n" HASH "\n", false},
		{"o\n00\n" HASH "\n", false},
		{"o\n01\n" HASH "\n", false},
		{"o\n-0\n" HASH "\n", false},
		{"o\n-1\n" HASH "\n", false},
		{"o\n+1\n" HASH "\n", false},
		{"o\n 1\n" HASH "\n", false},
		{"o\n\n" HASH "\n", false},
		{"\n1\n" HASH "\n", false},
		{"o\n1\n" HASH, false},
		{"o\n1\n" HASH "\n\n", false},
		{"o\n1\n" HASH "\n\nextension\n", false},
		{"o\n1\n" HASH "\nextension", false},
		{"o\n1\n" HASH " \n", false},
		{"o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n", false},
		{"o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jx\n", false},
		{"o\n1\n\n", false},
		{"o\n1\n", false},
		{"o\n", false},
		{"", false},
	};
	struct prb_checkpoint checkpoint;
	struct prb_fault fault;

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		if ((prb_checkpoint_read(prb_span_of(rows[i].text), &checkpoint, &fault) ==
			    PRB_OK) != rows[i].wanted)
			fail_msg("row %zu: %s", i, rows[i].text);
}

static void
opened(void **state)
{
	struct prb_checkpoint checkpoint;
	struct log_signer stranger;
	struct prb_fault fault;
	struct prb_note note;

	(void)state;
	sign_checkpoint(300, ORIGIN, &text);
	assert_int_equal(
		prb_checkpoint_open(prb_str_span(&text), &signer.key, &note, &checkpoint, &fault),
		PRB_OK);
	assert_int_equal(checkpoint.size, 300);
	assert_true(log_signer_make(ORIGIN, PRB_NOTE_ED25519, 8, &stranger));
	assert_int_equal(
		prb_checkpoint_open(prb_str_span(&text), &stranger.key, &note, &checkpoint, &fault),
		PRB_ERR_KEY);
	assert_non_null(strstr(fault.detail, "no signature"));
	text.p[sizeof ORIGIN] ^= 1; /* a digit of the size */
	assert_int_equal(
		prb_checkpoint_open(prb_str_span(&text), &signer.key, &note, &checkpoint, &fault),
		PRB_ERR_KEY);
	assert_non_null(strstr(fault.detail, "does not hold"));
	/* The key of one log signs for another. */
	sign_checkpoint(300, "log.example/other", &text);
	assert_int_equal(
		prb_checkpoint_open(prb_str_span(&text), &signer.key, &note, &checkpoint, &fault),
		PRB_ERR_VALUE);
	assert_non_null(strstr(fault.detail, "another log"));
}

/*
 * ---- Receipts ----
 */

static void
make_receipt(uint64_t index, uint64_t size, struct prb_span extra, struct prb_str *checkpoint,
	struct prb_receipt *out)
{
	struct prb_tree_source source = grove_source(&grove);

	sign_checkpoint(size, ORIGIN, checkpoint);
	*out = (struct prb_receipt){
		.index = index, .extra = extra, .checkpoint = prb_str_span(checkpoint)};
	assert_true(prb_tree_inclusion(&source, index, size, &out->proof));
}

static void
receipts(void **state)
{
	static const struct {
		uint64_t index, size;
		const char *extra;
	} rows[] = {{0, 1, ""}, {0, 2, "x"}, {299, 300, "0123456789abcdef"}, {17, 257, ""}};
	uint8_t extra[PRB_RECEIPT_EXTRA_BYTES_MAX];
	struct prb_receipt receipt, read;
	struct prb_checkpoint checkpoint;
	struct prb_fault fault;
	struct prb_str written;

	(void)state;
	prb_str_init(&written, PRB_RECEIPT_BYTES_MAX);
	for (size_t i = 0; i < ROWS(rows); i++) {
		const uint8_t *leaf = grove.nodes[0][rows[i].index];

		make_receipt(
			rows[i].index, rows[i].size, prb_span_of(rows[i].extra), &text, &receipt);
		prb_str_reset(&written);
		prb_receipt_write(&receipt, &written);
		assert_true(prb_receipt_is(prb_str_span(&written)));
		assert_int_equal(
			prb_receipt_read(prb_str_span(&written), extra, &read, &fault), PRB_OK);
		assert_int_equal(read.index, rows[i].index);
		assert_true(prb_span_is(read.extra, rows[i].extra));
		assert_int_equal(prb_receipt_check(
					 log_sha256, &read, leaf, &signer.key, &checkpoint, &fault),
			PRB_OK);
		assert_int_equal(checkpoint.size, rows[i].size);
		read.index++;
		assert_int_equal(prb_receipt_check(
					 log_sha256, &read, leaf, &signer.key, &checkpoint, &fault),
			PRB_ERR_VALUE);
	}
	prb_str_finish(&written);
}

static void
receipts_refused(void **state)
{
	static const struct {
		const char *text;
		bool wanted;
	} rows[] = {
		{"c2sp.org/tlog-proof@v1\nindex 0\n\n" NOTE, true},
		{"c2sp.org/tlog-proof@v1\nindex 0\n" HASH "\n\n" NOTE, true},
		{"c2sp.org/tlog-proof@v1\nextra AQ==\nindex 0\n\n" NOTE, true},
		{"c2sp.org/tlog-proof@v2\nindex 0\n\n" NOTE, false},
		{"c2sp.org/tlog-proof@v1\r\nindex 0\n\n" NOTE, false},
		{"c2sp.org/tlog-proof@v1\n", false},
		{"c2sp.org/tlog-proof@v1\nindex 00\n\n" NOTE, false},
		{"c2sp.org/tlog-proof@v1\nindex -0\n\n" NOTE, false},
		{"c2sp.org/tlog-proof@v1\nindex\n\n" NOTE, false},
		{"c2sp.org/tlog-proof@v1\n\n" NOTE, false},
		{"c2sp.org/tlog-proof@v1\nindex 0\nextra AQ==\n\n" NOTE, false},
		{"c2sp.org/tlog-proof@v1\nextra \nindex 0\n\n" NOTE, false},
		{"c2sp.org/tlog-proof@v1\nextra AR==\nindex 0\n\n" NOTE, false},
		{"c2sp.org/tlog-proof@v1\nextra AQ==\n", false},
		{"c2sp.org/tlog-proof@v1\nextra AQ==\nextra AQ==\nindex 0\n\n" NOTE, false},
		{"c2sp.org/tlog-proof@v1\nindex 0\nAQ==\n\n" NOTE, false},
		{"c2sp.org/tlog-proof@v1\nindex 0\n" HASH, false},
		{"c2sp.org/tlog-proof@v1\nindex 0\n" HASH "\n", false},
		{"", false},
	};
	uint8_t extra[PRB_RECEIPT_EXTRA_BYTES_MAX];
	struct prb_receipt receipt;
	struct prb_fault fault;

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		enum prb_err err =
			prb_receipt_read(prb_span_of(rows[i].text), extra, &receipt, &fault);

		if (err != (rows[i].wanted ? PRB_OK : PRB_ERR_VALUE))
			fail_msg("row %zu: %s", i, rows[i].text);
		assert_true(!rows[i].wanted || prb_span_is(receipt.checkpoint, NOTE));
	}
}

/* Too many hashes, too long an extra line, too large a receipt. */
static void
receipts_bounded(void **state)
{
	static const uint8_t bytes[PRB_RECEIPT_EXTRA_BYTES_MAX + 1] = {0};
	uint8_t extra[PRB_RECEIPT_EXTRA_BYTES_MAX];
	struct prb_receipt receipt = {.checkpoint = prb_span_of(NOTE),
		.proof.count = PRB_TREE_PROOF_MAX,
		.extra = {(const char *)bytes, sizeof bytes - 1}};
	struct prb_fault fault;

	(void)state;
	prb_str_reset(&text);
	prb_receipt_write(&receipt, &text);
	assert_int_equal(prb_receipt_read(prb_str_span(&text), extra, &receipt, &fault), PRB_OK);
	receipt.extra = (struct prb_span){(const char *)bytes, sizeof bytes};
	prb_str_reset(&other);
	prb_receipt_write(&receipt, &other);
	assert_int_equal(
		prb_receipt_read(prb_str_span(&other), extra, &receipt, &fault), PRB_ERR_VALUE);
	prb_str_reset(&other);
	prb_str_add_text(&other, "c2sp.org/tlog-proof@v1\nindex 0\n");
	for (int i = 0; i <= PRB_TREE_PROOF_MAX; i++)
		prb_str_add_text(&other, HASH "\n");
	prb_str_add_text(&other, "\n" NOTE);
	assert_int_equal(
		prb_receipt_read(prb_str_span(&other), extra, &receipt, &fault), PRB_ERR_VALUE);
	while (text.n <= PRB_RECEIPT_BYTES_MAX)
		prb_str_add_text(&text, NOTE);
	assert_int_equal(
		prb_receipt_read(prb_str_span(&text), extra, &receipt, &fault), PRB_ERR_TOO_LARGE);
}

/*
 * ---- Entries ----
 */

static void
entries(void **state)
{
	static const uint8_t salt[PRB_ENTRY_SALT_BYTES] = "0123456789abcde", hash[32] = {0xAB};
	struct prb_str scratch, out;

	(void)state;
	prb_str_init(&scratch, 4096);
	prb_str_init(&out, PRB_ENTRY_BYTES_MAX);
	prb_entry_write_salted(PRB_ENTRY_ATTESTATION, 1782907201, salt, PRB_SPAN("{}"), log_sha256,
		&scratch, &out);
	/* printf '0123456789abcde\0{}' | sha256sum */
	assert_string_equal(out.p,
		"{\"issuedAt\":\"2026-07-01T12:00:01Z\",\"sha256\":"
		"\"467ea43d342193fc6d965ef7b5b95b16c650e94d09b7308e714a0b384c4dc8da\","
		"\"type\":\"attestation\"}");
	prb_str_reset(&out);
	prb_entry_write_salted(
		PRB_ENTRY_REVOCATION, 0, salt, PRB_SPAN("{}"), log_sha256, &scratch, &out);
	assert_string_equal(out.p,
		"{\"revokedAt\":\"1970-01-01T00:00:00Z\",\"sha256\":"
		"\"467ea43d342193fc6d965ef7b5b95b16c650e94d09b7308e714a0b384c4dc8da\","
		"\"type\":\"revocation\"}");
	prb_str_reset(&out);
	prb_entry_write_key(86399, "z6Mk", "in_use", "log", &out);
	assert_string_equal(out.p,
		"{\"at\":\"1970-01-01T23:59:59Z\",\"key\":\"z6Mk\",\"standing\":\"in_use\","
		"\"type\":\"key\",\"use\":\"log\"}");
	prb_str_reset(&out);
	prb_entry_write_release(1782907201, hash, &out);
	assert_string_equal(out.p,
		"{\"at\":\"2026-07-01T12:00:01Z\",\"release\":"
		"\"ab00000000000000000000000000000000000000000000000000000000000000\","
		"\"type\":\"release\"}");
	prb_str_reset(&out);
	prb_entry_write_method(1782907201, hash, "2.0", &out);
	assert_string_equal(out.p,
		"{\"at\":\"2026-07-01T12:00:01Z\",\"sha256\":"
		"\"ab00000000000000000000000000000000000000000000000000000000000000\","
		"\"type\":\"method\",\"version\":\"2.0\"}");
	/* No hash of half a text. */
	prb_str_reset(&out);
	prb_str_finish(&scratch);
	prb_str_init(&scratch, 10);
	prb_entry_write_salted(
		PRB_ENTRY_REVOCATION, 0, salt, PRB_SPAN("{}"), log_sha256, &scratch, &out);
	assert_true(out.failed);
	prb_str_finish(&scratch);
	prb_str_finish(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(example),
		cmocka_unit_test(checkpoints),
		cmocka_unit_test(opened),
		cmocka_unit_test(receipts),
		cmocka_unit_test(receipts_refused),
		cmocka_unit_test(receipts_bounded),
		cmocka_unit_test(entries),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, set_up, tear_down);
}
