/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "clients/lib/probity.h"
#include "tests/unit/attest_evidence.h"

#define REPORT "{\"stands\":\"for a report\"}"
#define DAY 86400

static struct prb_arena *arena;
static struct attest_key key;

static int
setup(void **state)
{
	(void)state;
	arena = prb_arena_create((size_t)64 << 20);
	attest_key_make(0, &key);
	return arena ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	prb_arena_destroy(arena);
	return 0;
}

/* An attestation of REPORT. public_url NULL: did:key. */
static void
make(const char *public_url, struct prb_issuer *issuer, struct prb_str *out)
{
	uint8_t hash[PRB_SHA256_BYTES];
	struct prb_credential_request request = {
		.result = attest_result(arena, attest_declaration_full),
		.report_sha256 = hash,
		.id = ATTEST_ID,
		.issuer = issuer,
		.secret_key = key.secret_key,
		.issued_at = ATTEST_MOMENT,
		.valid_days = 10,
		.disclosed = PRB_PARTS_ALL,
		.sha256 = attest_sha256,
	};

	assert_non_null(request.result);
	attest_sha256(hash, REPORT, strlen(REPORT));
	attest_issuer_make(&key, public_url, issuer);
	prb_str_init(out, PRB_CREDENTIAL_BYTES_MAX);
	prb_credential_write(arena, &request, out);
	assert_false(out->failed);
}

static const char *
outcome_of(const struct probity_verification *v, const char *name)
{
	for (size_t i = 0; i < probity_checks_count(v); i++)
		if (strcmp(probity_check_name(v, i), name) == 0)
			return probity_check_outcome(v, i);
	fail_msg("there is no check named %s", name);
	return NULL;
}

static bool
verifies(const char *text, size_t n, const struct probity_verify_options *options)
{
	struct probity_verification *v = probity_verify(text, n, options);
	bool verified = probity_verified(v);

	probity_verification_destroy(v);
	return verified;
}

static void
by_key(void **state)
{
	static const struct probity_verify_options at_issue = {.now = ATTEST_MOMENT},
						   of_another = {.now = ATTEST_MOMENT,
							   .issuer = "did:web:other.example"};
	struct probity_verification *v;
	struct prb_issuer issuer;
	struct prb_str text;

	(void)state;
	make(NULL, &issuer, &text);
	v = probity_verify(text.p, text.n, &at_issue);
	assert_true(probity_verified(v));
	assert_string_equal(outcome_of(v, "proof"), "passed");
	assert_string_equal(probity_verification_issuer(v), issuer.did);
	assert_string_equal(probity_verification_issuer_name(v), "Example Screening");
	assert_string_equal(probity_verification_id(v), "urn:uuid:" ATTEST_ID);
	assert_string_equal(probity_verification_valid_from(v), "2026-07-01T12:00:00Z");
	assert_string_equal(probity_verification_valid_until(v), "2026-07-11T12:00:00Z");
	assert_string_equal(probity_verification_status_list(v), "");
	probity_verification_destroy(v);
	v = probity_verify(text.p, text.n, &of_another);
	assert_false(probity_verified(v));
	assert_string_equal(outcome_of(v, "issuer"), "failed");
	assert_string_equal(outcome_of(v, "proof"), "passed");
	probity_verification_destroy(v);
	v = probity_verify(text.p, text.n, &at_issue);
	assert_true(strlen(probity_verification_subject(v)) > 0);
	/* Of these bytes and no others. */
	assert_true(probity_verification_covers(v, REPORT, strlen(REPORT)));
	assert_false(probity_verification_covers(v, REPORT, strlen(REPORT) - 1));
	assert_false(probity_verification_covers(v, "", 0));
	/* Beyond the last check there is nothing. */
	assert_string_equal(probity_check_name(v, probity_checks_count(v)), "");
	assert_string_equal(probity_check_outcome(v, SIZE_MAX), "");
	assert_string_equal(probity_check_detail(v, SIZE_MAX), "");
	probity_verification_destroy(v);
	prb_str_finish(&text);
}

static void
moments(void **state)
{
	static const struct {
		int64_t now;
		bool verified;
	} rows[] = {{ATTEST_MOMENT - DAY, false}, {ATTEST_MOMENT + 9 * DAY, true},
		{ATTEST_MOMENT + 11 * DAY, false}, {0, false}, {INT64_MAX, false}};
	struct probity_verification *v;
	struct prb_issuer issuer;
	struct prb_str text;

	(void)state;
	make(NULL, &issuer, &text);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct probity_verify_options options = {.now = rows[i].now};

		v = probity_verify(text.p, text.n, &options);
		assert_int_equal(probity_verified(v), rows[i].verified);
		assert_string_equal(
			outcome_of(v, "validity"), rows[i].verified ? "passed" : "failed");
		/* What has run out is of nothing any more. */
		assert_int_equal(
			probity_verification_covers(v, REPORT, strlen(REPORT)), rows[i].verified);
		probity_verification_destroy(v);
	}
	prb_str_finish(&text);
}

/* By its web address alone an issuer does not verify: its document says which keys are its own. */
static void
by_web(void **state)
{
	struct prb_issuer issuer, other;
	struct prb_str text, document, of_another;
	struct probity_verify_options options = {.now = ATTEST_MOMENT};

	(void)state;
	make("https://probity.example", &issuer, &text);
	prb_str_init(&document, 65536);
	prb_issuer_did_document(&issuer, NULL, 0, &document);
	attest_issuer_make(&key, "https://other.example", &other);
	prb_str_init(&of_another, 65536);
	prb_issuer_did_document(&other, NULL, 0, &of_another);
	assert_false(document.failed || of_another.failed);
	assert_false(verifies(text.p, text.n, &options));
	options.did_document = of_another.p;
	options.did_document_n = of_another.n;
	assert_false(verifies(text.p, text.n, &options));
	options.did_document = "{";
	options.did_document_n = 1;
	assert_false(verifies(text.p, text.n, &options));
	options.did_document = document.p;
	options.did_document_n = document.n;
	assert_true(verifies(text.p, text.n, &options));
	prb_str_finish(&text);
	prb_str_finish(&document);
	prb_str_finish(&of_another);
}

/* All that there is to check with, and each part of it taken away or wanted in vain. */
static void
with_evidence(void **state)
{
	struct attest_evidence own;
	struct probity_verify_options all = {.now = ATTEST_MOMENT}, options;
	struct probity_verification *v;

	(void)state;
	attest_evidence_make(arena, "https://probity.example", &own);
	all.did_document = own.document.p;
	all.did_document_n = own.document.n;
	all.status_list = own.list.p;
	all.status_list_n = own.list.n;
	all.receipt = own.receipt.p;
	all.receipt_n = own.receipt.n;
	all.log_key = own.vkey.p;
	all.log_key_n = own.vkey.n;
	all.checkpoint = own.checkpoint.p;
	all.checkpoint_n = own.checkpoint.n;
	all.openings = own.openings.p;
	all.openings_n = own.openings.n;
	v = probity_verify(own.credential.p, own.credential.n, &all);
	assert_true(probity_verified(v));
	for (size_t i = 0; i < probity_checks_count(v); i++)
		assert_string_equal(probity_check_outcome(v, i), "passed");
	probity_verification_destroy(v);
	/* The enveloping form says the same, and is of the same report. */
	options = (struct probity_verify_options){.now = ATTEST_MOMENT,
		.did_document = own.document.p,
		.did_document_n = own.document.n};
	v = probity_verify(own.jwt.p, own.jwt.n, &options);
	assert_true(probity_verified(v));
	assert_string_equal(outcome_of(v, "status"), "skipped");
	assert_string_equal(outcome_of(v, "log"), "skipped");
	probity_verification_destroy(v);
	options.status_wanted = true;
	assert_false(verifies(own.credential.p, own.credential.n, &options));
	options.status_wanted = false;
	options.log_wanted = true;
	assert_false(verifies(own.credential.p, own.credential.n, &options));
	options = all;
	options.openings = "{}";
	options.openings_n = 2;
	assert_false(verifies(own.credential.p, own.credential.n, &options));
	options = all;
	options.receipt_n--;
	assert_false(verifies(own.credential.p, own.credential.n, &options));
	attest_evidence_list(arena, &own, &(struct attest_list){.set = ATTEST_INDEX});
	options = all;
	options.status_list = own.list.p;
	options.status_list_n = own.list.n;
	assert_false(verifies(own.credential.p, own.credential.n, &options));
	attest_evidence_finish(&own);
}

/* What the signer's clock may run ahead is bounded on both sides. */
static void
skewed_clocks(void **state)
{
	static const struct {
		int64_t now, skew;
		bool verified;
	} rows[] = {{ATTEST_MOMENT - 60, 60, true}, {ATTEST_MOMENT - 61, 60, false},
		{ATTEST_MOMENT - 1, -60, false}, {ATTEST_MOMENT - DAY, INT64_MAX, true},
		{ATTEST_MOMENT - DAY - 1, INT64_MAX, false}, {INT64_MIN + 1, INT64_MAX, false}};
	struct prb_issuer issuer;
	struct prb_str text;

	(void)state;
	make(NULL, &issuer, &text);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct probity_verify_options options = {
			.now = rows[i].now, .skew_seconds = rows[i].skew};

		assert_int_equal(verifies(text.p, text.n, &options), rows[i].verified);
	}
	prb_str_finish(&text);
}

/* One bit, anywhere. */
static void
flipped_bits(void **state)
{
	static const struct probity_verify_options at_issue = {.now = ATTEST_MOMENT};
	struct prb_issuer issuer;
	struct prb_str text;

	(void)state;
	make(NULL, &issuer, &text);
	assert_true(verifies(text.p, text.n, &at_issue));
	for (size_t i = 0; i < text.n; i += 37) {
		char bit = (char)(1 << (i % 7));

		text.p[i] = (char)(text.p[i] ^ bit);
		if (verifies(text.p, text.n, &at_issue))
			fail_msg("it verifies with a bit of byte %zu flipped", i);
		text.p[i] = (char)(text.p[i] ^ bit);
	}
	prb_str_finish(&text);
}

static void
anything(void **state)
{
	static const char *const texts[] = {"", "{", "null", "[]", "{}", "\xff\xfe",
		"{\"proof\":{}}", "{\"issuer\":7,\"credentialSubject\":[]}"};
	char *large;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct probity_verification *v = probity_verify(texts[i], strlen(texts[i]), NULL);

		assert_non_null(v);
		assert_false(probity_verified(v));
		assert_false(probity_verification_covers(v, texts[i], strlen(texts[i])));
		assert_non_null(probity_verification_issuer(v));
		probity_verification_destroy(v);
	}
	large = malloc(2 * PRB_CREDENTIAL_READ_BYTES_MAX);
	assert_non_null(large);
	memset(large, ' ', 2 * PRB_CREDENTIAL_READ_BYTES_MAX);
	assert_false(verifies(large, 2 * PRB_CREDENTIAL_READ_BYTES_MAX, NULL));
	free(large);
	/* Nothing is not verified either. */
	assert_false(probity_verified(NULL));
	assert_false(probity_verification_covers(NULL, "", 0));
	assert_int_equal(probity_checks_count(NULL), 0);
	assert_string_equal(probity_verification_issuer(NULL), "");
	probity_verification_destroy(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_key),
		cmocka_unit_test(moments),
		cmocka_unit_test(by_web),
		cmocka_unit_test(with_evidence),
		cmocka_unit_test(skewed_clocks),
		cmocka_unit_test(flipped_bits),
		cmocka_unit_test(anything),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
