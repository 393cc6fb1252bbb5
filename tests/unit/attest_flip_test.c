/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whichever single bit of an attestation is turned over, it is not verified any more; nor when it
 * is a bit of what it is checked against. Every bit of a short one; of a long one, and under
 * sanitizers, which take their time, one bit of each byte, by a seed that is printed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "tests/unit/attest_evidence.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define EVERY_BIT 0
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define EVERY_BIT 0
#endif
#ifndef EVERY_BIT
#define EVERY_BIT 1
#endif

static struct prb_arena *arena;
static struct prb_str text; /* the one that is looked at */
static struct attest_evidence own;
/* What is verified, and with what: text, or what text stands beside. */
static struct prb_span attestation;
static struct prb_verify_options with;

static void
write_text(const char *declaration)
{
	struct prb_arena *kept = prb_arena_create((size_t)8 << 20);
	const struct prb_result *result;
	struct prb_issuer issuer;
	struct attest_key key;

	assert_non_null(kept);
	attest_key_make(0, &key);
	attest_issuer_make(&key, NULL, &issuer);
	result = attest_result(kept, declaration);
	assert_non_null(result);
	prb_str_reset(&text);
	attest_credential(kept, result, &issuer, &key, &text);
	assert_false(text.failed);
	prb_arena_destroy(kept);
	attestation = prb_str_span(&text);
}

static int
set_up(void **state)
{
	(void)state;
	arena = prb_arena_create((size_t)64 << 20);
	if (arena == NULL)
		return -1;
	prb_str_init(&text, PRB_CREDENTIAL_BYTES_MAX);
	attest_evidence_make(arena, "https://screening.example", &own);
	return 0;
}

/* For each test. */
static int
start(void **state)
{
	(void)state;
	prb_arena_reset(arena);
	with = (struct prb_verify_options){.now = ATTEST_MOMENT, .sha256 = attest_sha256};
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	attest_evidence_finish(&own);
	prb_str_finish(&text);
	prb_arena_destroy(arena);
	return 0;
}

static bool
is_verified(void)
{
	struct prb_verification seen;

	prb_arena_reset(arena);
	prb_attestation_verify(arena, attestation, &with, &seen);
	return seen.verified;
}

static void
flip(size_t at, int bit)
{
	text.p[at] = (char)((unsigned char)text.p[at] ^ 1u << bit);
}

static void
turn_bits(bool every)
{
	const char *given = getenv("PROBITY_SEED");
	uint32_t seed = given != NULL ? (uint32_t)strtoul(given, NULL, 10) : randombytes_random();
	size_t tried = 0;

	print_message("seed %u (PROBITY_SEED)\n", seed);
	assert_true(is_verified());
	for (size_t at = 0; at < text.n; at++) {
		seed = seed * 1664525 + 1013904223;
		for (int bit = 0; bit < 8; bit++) {
			if (!every && bit != (int)(seed >> 29))
				continue;
			flip(at, bit);
			if (is_verified())
				fail_msg("byte %zu, bit %d: still verified", at, bit);
			flip(at, bit);
			tried++;
		}
	}
	assert_true(is_verified());
	assert_int_equal(tried, text.n * (every ? 8 : 1));
	print_message("%zu flips\n", tried);
}

static void
no_bit_of_a_short_one_may_turn(void **state)
{
	(void)state;
	write_text(attest_declaration_bare);
	turn_bits(EVERY_BIT);
}

static void
no_bit_of_a_long_one_may_turn(void **state)
{
	(void)state;
	write_text(attest_declaration_full);
	turn_bits(false);
}

/* Nor may it end early. */
static void
no_byte_may_go(void **state)
{
	(void)state;
	write_text(attest_declaration_bare);
	for (attestation.n = 0; attestation.n < text.n; attestation.n++)
		assert_false(is_verified());
}

/* Takes a copy of one of the evidence's texts, to be spoiled. */
static struct prb_span
spoil(const struct prb_str *from)
{
	prb_str_reset(&text);
	prb_str_add_span(&text, prb_str_span(from));
	assert_false(text.failed);
	return prb_str_span(&text);
}

static void
no_bit_of_the_enveloping_form(void **state)
{
	(void)state;
	with.did_document = prb_str_span(&own.document);
	attestation = spoil(&own.jwt);
	turn_bits(false);
}

static void
no_bit_of_what_it_is_checked_against(void **state)
{
	const struct {
		const struct prb_str *from;
		struct prb_span *given;
	} rows[] = {{&own.list, &with.status_list}, {&own.receipt, &with.receipt},
		{&own.checkpoint, &with.checkpoint}};

	(void)state;
	attestation = prb_str_span(&own.credential);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		(void)start(NULL);
		with.did_document = prb_str_span(&own.document);
		with.receipt = prb_str_span(&own.receipt);
		*rows[i].given = spoil(rows[i].from);
		turn_bits(EVERY_BIT);
	}
}

static void
no_bit_of_an_opening(void **state)
{
	struct prb_span opening = spoil(&own.openings);

	(void)state;
	attestation = prb_str_span(&own.credential);
	with.did_document = prb_str_span(&own.document);
	with.openings = &opening;
	with.openings_count = 1;
	turn_bits(EVERY_BIT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(no_bit_of_a_short_one_may_turn, start),
		cmocka_unit_test_setup(no_bit_of_a_long_one_may_turn, start),
		cmocka_unit_test_setup(no_byte_may_go, start),
		cmocka_unit_test_setup(no_bit_of_the_enveloping_form, start),
		cmocka_unit_test_setup(no_bit_of_what_it_is_checked_against, start),
		cmocka_unit_test_setup(no_bit_of_an_opening, start),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
