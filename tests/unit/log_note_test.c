/* SPDX-License-Identifier: Apache-2.0 */
/* Signed notes and their keys: the published example, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <sodium.h>

#include "scoring/log/base64.h"
#include "tests/unit/log_support.h"

#define TEXT_BYTES_MAX ((size_t)1 << 17)
#define ROWS(table) (sizeof(table) / sizeof(table)[0])
#define DASH "\xE2\x80\x94 "
#define SIGNATURE DASH "a.example AQIDBAU=\n" /* one byte behind the key id */

static struct prb_str text, out;

static int
set_up(void **state)
{
	(void)state;
	prb_str_init(&text, TEXT_BYTES_MAX);
	prb_str_init(&out, TEXT_BYTES_MAX);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	prb_str_finish(&text);
	prb_str_finish(&out);
	return 0;
}

/*
 * ---- Base64 ----
 */

static void
one_spelling(void **state)
{
	static const struct {
		const char *text;
		bool wanted;
		size_t n;
	} rows[] = {{"", true, 0}, {"AQ==", true, 1}, {"AQI=", true, 2}, {"AQID", true, 3},
		{"+/8=", true, 2}, {"AQ", false, 0}, {"AQ=", false, 0}, {"AR==", false, 0},
		{"AQJ=", false, 0}, {"AQ==AQ==", false, 0}, {"AQID AQID", false, 0},
		{"AQID\n", false, 0}, {"-_8=", false, 0}, {"====", false, 0}, {"A", false, 0}};
	uint8_t bytes[1000], again[1000];
	uint64_t draw = 1;
	size_t n;

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		n = 99;
		if (prb_base64_read(prb_span_of(rows[i].text), again, sizeof again, &n) !=
				rows[i].wanted ||
			n != (rows[i].wanted ? rows[i].n : 99))
			fail_msg("%s", rows[i].text);
	}
	for (size_t length = 0; length <= sizeof bytes; length++) {
		bytes[length % sizeof bytes] = (uint8_t)log_draw(&draw);
		prb_str_reset(&out);
		prb_base64_write(bytes, length, &out);
		assert_true(prb_base64_read(prb_str_span(&out), again, sizeof again, &n));
		assert_int_equal(n, length);
		assert_memory_equal(again, bytes, length);
		/* What does not fit is counted. */
		assert_true(prb_base64_read(prb_str_span(&out), again, 7, &n));
		assert_int_equal(n, length);
	}
}

/*
 * ---- Keys ----
 */

static void
names(void **state)
{
	static const struct {
		const char *name;
		bool wanted;
	} rows[] = {{"example.com/foo", true}, {"x", true}, {"M\xC3\xBCller", true}, {"", false},
		{"a b", false}, {"a+b", false}, {"a\tb", false}, {"a\nb", false}, {"a\x7F", true},
		{"a\xC2\xA0", false}, {"\xE3\x80\x80", false}, {"\xE2\x80\xAF", false},
		{"\xE2\x80\x8B", true}, {"\xFF", false}, {"a\xC3", false}};
	static const uint8_t public_key[PRB_NOTE_PUBLIC_BYTES] = {1};
	char longest[PRB_NOTE_NAME_BYTES_MAX + 1];
	struct prb_note_key key;
	struct prb_fault fault;

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		enum prb_err err =
			prb_note_key_fill(rows[i].name, PRB_NOTE_ED25519, public_key, &key, &fault);

		if (err != (rows[i].wanted ? PRB_OK : PRB_ERR_KEY))
			fail_msg("row %zu: %s", i, rows[i].name);
	}
	memset(longest, 'a', sizeof longest);
	longest[PRB_NOTE_NAME_BYTES_MAX] = '\0';
	assert_int_equal(prb_note_key_fill(longest, PRB_NOTE_ED25519, public_key, &key, &fault),
		PRB_ERR_KEY);
	longest[PRB_NOTE_NAME_BYTES_MAX - 1] = '\0';
	assert_int_equal(
		prb_note_key_fill(longest, PRB_NOTE_ED25519, public_key, &key, &fault), PRB_OK);
	prb_str_reset(&out);
	prb_note_key_write(&key, &out);
	assert_true(out.n < PRB_NOTE_VKEY_BYTES_MAX);
}

static void
verifier_keys(void **state)
{
	static const struct {
		const char *vkey;
		bool wanted;
	} rows[] = {{"example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", true},
		{" example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n", true},
		{"example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", false},
		{"example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", false},
		{"example.com/fop+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", false},
		{"example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2l", false},
		{"example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", false},
		{"example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv", false},
		{"example.com/foo+530d903a", false}, {"example.com/foo", false}, {"", false},
		{"+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", false},
		{"a b+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", false}};
	struct prb_fault fault;

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct prb_note_key key = {.algorithm = 99};
		enum prb_err err = prb_note_key_read(prb_span_of(rows[i].vkey), &key, &fault);

		if (err != (rows[i].wanted ? PRB_OK : PRB_ERR_KEY) ||
			(key.algorithm == 99) == rows[i].wanted)
			fail_msg("row %zu: %s", i, rows[i].vkey);
		if (!rows[i].wanted)
			continue;
		prb_str_reset(&out);
		prb_note_key_write(&key, &out);
		assert_string_equal(out.p, rows[0].vkey);
	}
}

/*
 * ---- Form ----
 */

static void
forms(void **state)
{
	static const struct {
		const char *note;
		size_t text; /* its length; 0: refused */
	} rows[] = {
		{"text\n\n" SIGNATURE, 5},
		{"text\n\n" SIGNATURE SIGNATURE, 5},
		{"one\n\ntwo\n\n" SIGNATURE, 9},
		{"text\n\n\n" SIGNATURE, 6},
		{"\n\n" SIGNATURE, 1},
		{"\n" SIGNATURE, 0},
		{"text\n" SIGNATURE, 0},
		{"text\n\n", 0},
		{"text\n\n" SIGNATURE "\n", 0},
		{"text\n\n" SIGNATURE "more\n", 0},
		{"text\n\n" DASH "a.example AQIDBAU=", 0},
		{"text\n\n- a.example AQIDBAU=\n", 0},
		{"text\n\n\xE2\x80\x94  a.example AQIDBAU=\n", 0},
		{"text\n\n" DASH "a.example  AQIDBAU=\n", 0},
		{"text\n\n" DASH "a.example AQIDBAU= \n", 0},
		{"text\n\n" DASH "a.example\n", 0},
		{"text\n\n" DASH "a+example AQIDBAU=\n", 0},
		{"text\n\n" DASH " AQIDBAU=\n", 0},
		{"text\n\n" DASH "a.example AQIDBAV=\n", 0},
		{"text\n\n" DASH "a.example AQIDBA==\n", 0},
		{"text\n\n" DASH "a.example \n", 0},
		{"te\rxt\n\n" SIGNATURE, 0},
		{"te\txt\n\n" SIGNATURE, 0},
		{"te\xFFxt\n\n" SIGNATURE, 0},
		{"text\r\n\r\n" SIGNATURE, 0},
		{"", 0},
		{"\n", 0},
	};
	struct prb_note note;
	struct prb_fault fault;

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		enum prb_err err = prb_note_read(prb_span_of(rows[i].note), &note, &fault);

		if (err != (rows[i].text > 0 ? PRB_OK : PRB_ERR_VALUE) ||
			(rows[i].text > 0 && note.text.n != rows[i].text))
			fail_msg("row %zu: %s", i, rows[i].note);
	}
}

static void
bounds(void **state)
{
	struct prb_note note;
	struct prb_fault fault;

	(void)state;
	prb_str_reset(&text);
	prb_str_add_text(&text, "text\n\n");
	for (int i = 0; i < PRB_NOTE_SIGNATURES_MAX; i++)
		prb_str_add_text(&text, SIGNATURE);
	assert_int_equal(prb_note_read(prb_str_span(&text), &note, &fault), PRB_OK);
	assert_int_equal(note.count, PRB_NOTE_SIGNATURES_MAX);
	prb_str_add_text(&text, SIGNATURE);
	assert_int_equal(prb_note_read(prb_str_span(&text), &note, &fault), PRB_ERR_TOO_LARGE);
	prb_str_reset(&text);
	for (size_t n = 0; n <= PRB_NOTE_BYTES_MAX; n++)
		prb_str_add_char(&text, 'a');
	prb_str_add_text(&text, "\n\n" SIGNATURE);
	assert_int_equal(prb_note_read(prb_str_span(&text), &note, &fault), PRB_ERR_TOO_LARGE);
}

/* As long as a post-quantum one: passed over, not refused. */
static void
long_signatures(void **state)
{
	static const uint8_t bytes[5000] = {1, 2, 3, 4};
	struct prb_note note;

	(void)state;
	prb_str_reset(&text);
	prb_str_add_text(&text, "text\n\n" DASH "a.example ");
	prb_base64_write(bytes, sizeof bytes, &text);
	prb_str_add_text(&text, "\n" SIGNATURE);
	assert_int_equal(prb_note_read(prb_str_span(&text), &note, NULL), PRB_OK);
	assert_int_equal(note.count, 2);
	assert_int_equal(note.signatures[0].n, 0);
	assert_memory_equal(note.signatures[0].id, bytes, 4);
	assert_int_equal(note.signatures[1].n, 1);
	assert_int_equal(note.signatures[1].bytes[0], 5);
	assert_true(prb_span_is(note.signatures[1].line, SIGNATURE));
}

/*
 * ---- Signatures ----
 */

static void
read_example(struct prb_note_key *key)
{
	prb_str_reset(&text);
	assert_true(log_vector("note/signed-note-example.vkey", &text));
	assert_int_equal(prb_note_key_read(prb_str_span(&text), key, NULL), PRB_OK);
	assert_string_equal(key->name, "example.com/foo");
	prb_str_reset(&text);
	assert_true(log_vector("note/signed-note-example.txt", &text));
}

static void
example(void **state)
{
	struct prb_note_key key, other;
	struct prb_note note;

	(void)state;
	read_example(&key);
	assert_int_equal(prb_note_read(prb_str_span(&text), &note, NULL), PRB_OK);
	assert_true(prb_span_is(note.text, "This is an example message.\n"));
	assert_int_equal(prb_note_check(&note, &key, NULL), PRB_NOTE_GOOD);
	/* The same name under another key, and the same id under another name, are strangers. */
	other = key;
	other.id[0] ^= 1;
	assert_int_equal(prb_note_check(&note, &other, NULL), PRB_NOTE_UNKNOWN);
	other = key;
	other.name[0] ^= 1;
	assert_int_equal(prb_note_check(&note, &other, NULL), PRB_NOTE_UNKNOWN);
	/* Another key that has the same id is no stranger. */
	other = key;
	other.public_key[0] ^= 1;
	assert_int_equal(prb_note_check(&note, &other, NULL), PRB_NOTE_BAD);
}

static void
no_bit_may_flip(void **state)
{
	struct prb_note_key key;
	struct prb_note note;

	(void)state;
	read_example(&key);
	for (size_t bit = 0; bit < text.n * 8; bit++) {
		text.p[bit / 8] = (char)(text.p[bit / 8] ^ (1 << bit % 8));
		if (prb_note_read(prb_str_span(&text), &note, NULL) == PRB_OK)
			assert_int_not_equal(prb_note_check(&note, &key, NULL), PRB_NOTE_GOOD);
		text.p[bit / 8] = (char)(text.p[bit / 8] ^ (1 << bit % 8));
	}
	assert_int_equal(prb_note_read(prb_str_span(&text), &note, NULL), PRB_OK);
	assert_int_equal(prb_note_check(&note, &key, NULL), PRB_NOTE_GOOD);
}

static void
signed_and_cosigned(void **state)
{
	static const char body[] = "log.example\n3\nbody\n";
	struct log_signer log, witness;
	struct prb_note note;
	int64_t time = -1;

	(void)state;
	assert_true(log_signer_make("log.example", PRB_NOTE_ED25519, 1, &log));
	assert_true(log_signer_make("witness.example/w", PRB_NOTE_COSIGNATURE, 2, &witness));
	prb_str_reset(&text);
	prb_str_add_text(&text, body);
	prb_str_add_char(&text, '\n');
	prb_note_sign(prb_span_of(body), &log.key, log.secret, 0, &text);
	assert_int_equal(prb_note_read(prb_str_span(&text), &note, NULL), PRB_OK);
	assert_int_equal(prb_note_check(&note, &log.key, &time), PRB_NOTE_GOOD);
	assert_int_equal(time, -1);
	assert_int_equal(prb_note_check(&note, &witness.key, &time), PRB_NOTE_UNKNOWN);
	prb_note_sign(prb_span_of(body), &witness.key, witness.secret, 1679315147, &text);
	prb_note_sign(prb_span_of(body), &witness.key, witness.secret, INT64_MAX, &text);
	prb_note_sign(prb_span_of(body), &witness.key, witness.secret, 0, &text);
	assert_int_equal(prb_note_read(prb_str_span(&text), &note, NULL), PRB_OK);
	assert_int_equal(note.count, 4);
	assert_int_equal(prb_note_check(&note, &witness.key, &time), PRB_NOTE_GOOD);
	assert_true(time == INT64_MAX);
	assert_int_equal(prb_note_check(&note, &witness.key, NULL), PRB_NOTE_GOOD);
	/* One that does not hold spoils the good ones beside it. */
	note.signatures[2].bytes[7] ^= 1;
	assert_int_equal(prb_note_check(&note, &witness.key, NULL), PRB_NOTE_BAD);
	note.signatures[2].bytes[7] ^= 1;
	note.signatures[2].bytes[0] |= 0x80; /* past 2^63-1 */
	assert_int_equal(prb_note_check(&note, &witness.key, NULL), PRB_NOTE_BAD);
	note.signatures[2].n = 64;
	assert_int_equal(prb_note_check(&note, &witness.key, NULL), PRB_NOTE_BAD);
	assert_int_equal(prb_note_check(&note, &log.key, NULL), PRB_NOTE_GOOD);
}

/* What the specification writes out, signed by its words. */
static void
cosigned_message(void **state)
{
	static const char message[] = "cosignature/v1\ntime 1679315147\n"
				      "example.com/behind-the-sofa\n20852163\n"
				      "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
	static const char *const body = message + 31;
	struct log_signer witness;
	struct prb_note note;

	(void)state;
	assert_true(log_signer_make("witness.example.com/w1", PRB_NOTE_COSIGNATURE, 3, &witness));
	prb_str_reset(&text);
	prb_str_add_text(&text, body);
	prb_str_add_char(&text, '\n');
	prb_note_sign(prb_span_of(body), &witness.key, witness.secret, 1679315147, &text);
	assert_int_equal(prb_note_read(prb_str_span(&text), &note, NULL), PRB_OK);
	assert_int_equal(
		crypto_sign_verify_detached(note.signatures[0].bytes + 8,
			(const unsigned char *)message, sizeof message - 1, witness.key.public_key),
		0);
}

static void
too_long_to_cosign(void **state)
{
	struct log_signer witness;

	(void)state;
	assert_true(log_signer_make("w.example", PRB_NOTE_COSIGNATURE, 3, &witness));
	prb_str_reset(&text);
	for (size_t n = 0; n < PRB_NOTE_COSIGNED_BYTES_MAX; n++)
		prb_str_add_char(&text, '\n');
	prb_str_reset(&out);
	prb_note_sign(prb_str_span(&text), &witness.key, witness.secret, 1, &out);
	assert_false(out.failed);
	prb_str_add_char(&text, '\n');
	prb_note_sign(prb_str_span(&text), &witness.key, witness.secret, 1, &out);
	assert_true(out.failed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_spelling),
		cmocka_unit_test(names),
		cmocka_unit_test(verifier_keys),
		cmocka_unit_test(forms),
		cmocka_unit_test(bounds),
		cmocka_unit_test(long_signatures),
		cmocka_unit_test(example),
		cmocka_unit_test(no_bit_may_flip),
		cmocka_unit_test(signed_and_cosigned),
		cmocka_unit_test(cosigned_message),
		cmocka_unit_test(too_long_to_cosign),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, set_up, tear_down);
}
