/* SPDX-License-Identifier: Apache-2.0 */
/* The n-th allocation fails, n = 1, 2, 3 ...: nothing is verified that should not be, nothing half
 * written is taken for whole, and writing takes no memory once warm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/attest_evidence.h"
#include "tests/unit/wrapped_malloc.h"

#define ARENA_BYTES_MAX ((size_t)16 << 20)
#define TRIES_MAX 2000

static struct prb_arena *kept;
static struct attest_key key;
static struct prb_issuer issuer;
static const struct prb_result *result;
static struct prb_str whole;

static int
set_up(void **state)
{
	(void)state;
	kept = prb_arena_create(ARENA_BYTES_MAX);
	attest_key_make(0, &key);
	attest_issuer_make(&key, NULL, &issuer);
	prb_str_init(&whole, PRB_CREDENTIAL_BYTES_MAX);
	result = attest_result(kept, attest_declaration_full);
	if (result == NULL)
		return -1;
	attest_credential(kept, result, &issuer, &key, &whole);
	return whole.failed ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	prb_str_finish(&whole);
	prb_arena_destroy(kept);
	return 0;
}

static void
writing(void **state)
{
	bool failed = true;
	int failures = 0;

	(void)state;
	for (int n = 0; failed; n++) {
		struct prb_str out;

		assert_true(n < TRIES_MAX);
		prb_str_init(&out, PRB_CREDENTIAL_BYTES_MAX);
		allocations_left = n;
		attest_credential(kept, result, &issuer, &key, &out);
		allocations_left = -1;
		failed = out.failed;
		failures += failed;
		if (!failed)
			assert_true(prb_span_equal(prb_str_span(&out), prb_str_span(&whole)));
		prb_str_finish(&out);
	}
	assert_true(failures > 0);
}

static void
writing_takes_nothing_once_warm(void **state)
{
	size_t before = allocations_taken;

	(void)state;
	for (int i = 0; i < 100; i++) {
		prb_str_reset(&whole);
		attest_credential(kept, result, &issuer, &key, &whole);
	}
	assert_false(whole.failed);
	assert_int_equal(allocations_taken, before);
}

static bool
verify(struct prb_span text)
{
	const struct prb_verify_options options = {.now = ATTEST_MOMENT, .sha256 = attest_sha256};
	struct prb_arena *arena = prb_arena_create(ARENA_BYTES_MAX);
	struct prb_verification seen = {.verified = false};

	if (arena != NULL)
		prb_attestation_verify(arena, text, &options, &seen);
	prb_arena_destroy(arena);
	return seen.verified;
}

static void
verifying(void **state)
{
	bool verified = false;
	int failures = 0;

	(void)state;
	for (int n = 0; !verified; n++) {
		assert_true(n < TRIES_MAX);
		allocations_left = n;
		verified = verify(prb_str_span(&whole));
		allocations_left = -1;
		failures += !verified;
	}
	assert_true(failures > 0);
}

/* What must not be verified is not, whatever fails on the way. */
static void
verifying_what_is_false(void **state)
{
	(void)state;
	whole.p[whole.n / 2] ^= 1;
	for (int n = 0; n < 200; n++) {
		allocations_left = n;
		assert_false(verify(prb_str_span(&whole)));
		allocations_left = -1;
	}
	whole.p[whole.n / 2] ^= 1;
}

/* With everything beside it: what could not be looked at is never passed. */
static void
verifying_with_evidence(void **state)
{
	struct attest_evidence own;
	bool passed = false;
	int failures = 0;

	(void)state;
	attest_evidence_make(kept, "https://screening.example", &own);
	for (int n = 0; !passed; n++) {
		struct prb_arena *arena = prb_arena_create(ARENA_BYTES_MAX);
		struct prb_span openings = prb_str_span(&own.openings);
		const struct prb_verify_options options = {.now = ATTEST_MOMENT,
			.did_document = prb_str_span(&own.document),
			.status_list = prb_str_span(&own.list),
			.receipt = prb_str_span(&own.receipt),
			.checkpoint = prb_str_span(&own.checkpoint),
			.openings = &openings,
			.openings_count = 1,
			.sha256 = attest_sha256};
		struct prb_verification seen;

		assert_non_null(arena);
		assert_true(n < TRIES_MAX);
		allocations_left = n;
		prb_attestation_verify(arena, prb_str_span(&own.credential), &options, &seen);
		allocations_left = -1;
		passed = true;
		for (int i = 0; i < PRB_CHECKS; i++)
			passed = passed && seen.checks[i].outcome == PRB_OUTCOME_PASSED;
		assert_int_equal(seen.verified, passed);
		failures += !passed;
		prb_arena_destroy(arena);
	}
	assert_true(failures > 0);
	attest_evidence_finish(&own);
}

static void
adding_a_proof(void **state)
{
	static const char text[] =
		"{\"@context\":[\"https://www.w3.org/ns/credentials/v2\"],\"a\":{\"b\":[1,2]}}";
	enum prb_err err = PRB_ERR_MEMORY;
	int failures = 0;

	(void)state;
	for (int n = 0; err != PRB_OK; n++) {
		struct prb_arena *arena = prb_arena_create(ARENA_BYTES_MAX);
		struct prb_fault fault;
		struct prb_str out;

		assert_true(n < TRIES_MAX);
		assert_non_null(arena);
		prb_str_init(&out, 1 << 16);
		allocations_left = n;
		err = prb_proof_add(arena, PRB_SPAN(text), &issuer, key.secret_key, ATTEST_MOMENT,
			attest_sha256, &out, &fault);
		allocations_left = -1;
		failures += err != PRB_OK;
		assert_true(err == PRB_OK || (err == PRB_ERR_MEMORY && out.n == 0));
		prb_str_finish(&out);
		prb_arena_destroy(arena);
	}
	assert_true(failures > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writing),
		cmocka_unit_test(writing_takes_nothing_once_warm),
		cmocka_unit_test(verifying),
		cmocka_unit_test(verifying_what_is_false),
		cmocka_unit_test(verifying_with_evidence),
		cmocka_unit_test(adding_a_proof),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
