/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

#include "service/issuer/sealed.h"

/* Little work: what is tested is the form. */
#define QUICK ((struct prb_seal_cost){1, PRB_SEAL_KIB_MIN})
#define WORDS "correct horse battery staple"

static uint8_t seed[PRB_KEY_SEED_BYTES];
static struct prb_passphrase *passphrase, *other;
static struct prb_sealed_key sealed;
static struct prb_fault fault;

/* By the way that a real one takes. */
static struct prb_passphrase *
passphrase_of(const char *words)
{
	struct prb_passphrase *made = NULL;
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], words, strlen(words)), strlen(words));
	assert_int_equal(close(ends[1]), 0);
	assert_int_equal(prb_passphrase_take(ends[0], "a pipe", false, &made, &fault), PRB_OK);
	assert_int_equal(close(ends[0]), 0);
	return made;
}

static int
set_up(void **state)
{
	(void)state;
	if (sodium_init() < 0)
		return -1;
	for (size_t i = 0; i < sizeof(seed); i++)
		seed[i] = (uint8_t)(i * 7 + 1);
	passphrase = passphrase_of(WORDS "\n");
	other = passphrase_of("correct horse battery stable");
	return prb_seal_key(seed, passphrase, QUICK, &sealed, &fault) == PRB_OK ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	prb_passphrase_destroy(passphrase);
	prb_passphrase_destroy(other);
	return 0;
}

static struct prb_span
text_of(const struct prb_sealed_key *key, char out[PRB_SEALED_KEY_BYTES_MAX])
{
	return (struct prb_span){out, prb_sealed_write(key, out)};
}

static void
opens_again(void **state)
{
	char text[PRB_SEALED_KEY_BYTES_MAX], again[PRB_SEALED_KEY_BYTES_MAX];
	uint8_t opened[PRB_KEY_SEED_BYTES], public_key[32], full[64];
	struct prb_sealed_key read;
	struct prb_span written = text_of(&sealed, text);

	(void)state;
	assert_true(prb_sealed_is(written));
	assert_int_equal(prb_sealed_read(written, &read, &fault), PRB_OK);
	assert_true(prb_span_equal(text_of(&read, again), written));
	crypto_sign_seed_keypair(public_key, full, seed);
	assert_memory_equal(read.public_key, public_key, sizeof(public_key));
	assert_int_equal(prb_unseal_key(&read, passphrase, opened, &fault), PRB_OK);
	assert_memory_equal(opened, seed, sizeof(seed));
	/* The seed stands nowhere in what is written. */
	for (size_t at = 0; at + 8 <= sizeof(sealed.box); at++)
		assert_memory_not_equal(sealed.box + at, seed, 8);
}

/* Written by another program after KEYS.md: tests/unit/vectors/keys. */
static void
opens_what_another_program_sealed(void **state)
{
	static const char wanted[] =
		"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
	FILE *file = fopen(PROBITY_SOURCE_DIR "/tests/unit/vectors/keys/sealed.key", "r");
	char text[2 * PRB_SEALED_KEY_BYTES_MAX], hex[2 * PRB_KEY_SEED_BYTES + 1];
	uint8_t opened[PRB_KEY_SEED_BYTES];
	struct prb_sealed_key read;
	size_t n;

	(void)state;
	assert_non_null(file);
	n = fread(text, 1, sizeof(text), file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(prb_sealed_read((struct prb_span){text, n}, &read, &fault), PRB_OK);
	assert_int_equal(prb_unseal_key(&read, passphrase, opened, &fault), PRB_OK);
	(void)sodium_bin2hex(hex, sizeof(hex), opened, sizeof(opened));
	assert_string_equal(hex, wanted);
}

static void
never_the_same_twice(void **state)
{
	struct prb_sealed_key second;

	(void)state;
	assert_int_equal(prb_seal_key(seed, passphrase, QUICK, &second, &fault), PRB_OK);
	assert_memory_not_equal(second.salt, sealed.salt, sizeof(second.salt));
	assert_memory_not_equal(second.nonce, sealed.nonce, sizeof(second.nonce));
	assert_memory_not_equal(second.box, sealed.box, sizeof(second.box));
}

/* Whatever bit is turned, and wherever it is cut: the check line notices, before any work. */
static void
damage_is_told_apart(void **state)
{
	char text[PRB_SEALED_KEY_BYTES_MAX];
	struct prb_span written = text_of(&sealed, text);
	struct prb_sealed_key read;

	(void)state;
	for (size_t at = 0; at < written.n; at++)
		for (unsigned bit = 0; bit < 8; bit++) {
			text[at] ^= (char)(1u << bit);
			assert_int_equal(prb_sealed_read(written, &read, &fault), PRB_ERR_KEY);
			assert_null(strstr(fault.detail, "passphrase"));
			text[at] ^= (char)(1u << bit);
		}
	for (size_t n = 0; n < written.n; n++)
		assert_int_equal(
			prb_sealed_read((struct prb_span){text, n}, &read, &fault), PRB_ERR_KEY);
}

static void
other_forms_are_refused(void **state)
{
	static const struct {
		const char *text, *reason;
	} rows[] = {
		{"", "damaged"},
		{"\n", "damaged"},
		{"probity-sealed-key 2\n", "another version"},
		{"probity-sealed-key 1", "another version"},
		{"probity-sealed-key 1\n", "damaged"},
		{"probity-sealed-key 1\r\n", "another version"},
		{"probity-sealed-key 1\npublic z6Mk\n", "damaged"},
	};
	struct prb_sealed_key read;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(
			prb_sealed_read(prb_span_of(rows[i].text), &read, &fault), PRB_ERR_KEY);
		if (strstr(fault.detail, rows[i].reason) == NULL)
			fail_msg("row %zu: \"%s\"", i, fault.detail);
	}
}

static void
other_passphrases_are_refused(void **state)
{
	uint8_t opened[PRB_KEY_SEED_BYTES] = {0}, zero[PRB_KEY_SEED_BYTES] = {0};

	(void)state;
	assert_int_equal(prb_unseal_key(&sealed, other, opened, &fault), PRB_ERR_KEY);
	assert_non_null(strstr(fault.detail, "not the passphrase"));
	assert_null(strstr(fault.detail, "horse"));
	assert_memory_equal(opened, zero, sizeof(zero));
}

/* What somebody changes with intent, check line and all, does not open: everything is bound. */
static void
what_is_changed_does_not_open(void **state)
{
	uint8_t opened[PRB_KEY_SEED_BYTES];

	(void)state;
	for (int what = 0; what < 6; what++) {
		struct prb_sealed_key changed = sealed;

		switch (what) {
		case 0:
			changed.public_key[3] ^= 1;
			break;
		case 1:
			changed.cost.passes++;
			break;
		case 2:
			changed.cost.kib++;
			break;
		case 3:
			changed.salt[0] ^= 1;
			break;
		case 4:
			changed.nonce[0] ^= 1;
			break;
		default:
			changed.box[40] ^= 1;
		}
		assert_int_equal(prb_unseal_key(&changed, passphrase, opened, &fault), PRB_ERR_KEY);
	}
}

static void
work_has_bounds(void **state)
{
	static const struct {
		uint32_t passes, kib;
		bool taken;
	} rows[] = {
		{1, PRB_SEAL_KIB_MIN, true},
		{PRB_SEAL_PASSES_MAX, PRB_SEAL_KIB_MAX, true},
		{0, PRB_SEAL_KIB_MIN, false},
		{PRB_SEAL_PASSES_MAX + 1, PRB_SEAL_KIB_MIN, false},
		{1, PRB_SEAL_KIB_MIN - 1, false},
		{1, PRB_SEAL_KIB_MAX + 1, false},
		{3, 100u * 1024 * 1024, false},
		{UINT32_MAX, UINT32_MAX, false},
	};
	char text[PRB_SEALED_KEY_BYTES_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct prb_sealed_key asked = sealed, read;
		enum prb_err err;

		asked.cost = (struct prb_seal_cost){rows[i].passes, rows[i].kib};
		err = prb_sealed_read(text_of(&asked, text), &read, &fault);
		assert_int_equal(err, rows[i].taken ? PRB_OK : PRB_ERR_KEY);
		if (!rows[i].taken)
			assert_non_null(strstr(fault.detail, "passes over"));
	}
}

static void
short_passphrases_seal_nothing(void **state)
{
	struct prb_passphrase *seven = passphrase_of("seven77\n"),
			      *eight = passphrase_of("eight888");
	struct prb_sealed_key made;

	(void)state;
	assert_int_equal(prb_seal_key(seed, seven, QUICK, &made, &fault), PRB_ERR_KEY);
	assert_non_null(strstr(fault.detail, "fewer than 8"));
	assert_null(strstr(fault.detail, "seven77"));
	assert_int_equal(prb_seal_key(seed, eight, QUICK, &made, &fault), PRB_OK);
	prb_passphrase_destroy(seven);
	prb_passphrase_destroy(eight);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens_again),
		cmocka_unit_test(opens_what_another_program_sealed),
		cmocka_unit_test(never_the_same_twice),
		cmocka_unit_test(damage_is_told_apart),
		cmocka_unit_test(other_forms_are_refused),
		cmocka_unit_test(other_passphrases_are_refused),
		cmocka_unit_test(what_is_changed_does_not_open),
		cmocka_unit_test(work_has_bounds),
		cmocka_unit_test(short_passphrases_seal_nothing),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
