/* SPDX-License-Identifier: Apache-2.0 */
/* What an attestation is checked against from outside: status list, receipt of the log, trusted
 * checkpoint, openings. Each way in which one can be wrong has its own reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "scoring/attest/document.h"
#include "scoring/attest/multibase.h"
#include "tests/unit/attest_evidence.h"

#define BYTES_MAX ((size_t)4 << 20)
#define ORIGIN "screening.example"

static struct prb_arena *arena;
static struct attest_evidence own, by_key;
static struct prb_str changed, changed_list;
static struct prb_verification seen;

static int
set_up(void **state)
{
	(void)state;
	arena = prb_arena_create((size_t)256 << 20);
	if (arena == NULL)
		return -1;
	prb_str_init(&changed, BYTES_MAX);
	prb_str_init(&changed_list, BYTES_MAX);
	attest_evidence_make(arena, "https://" ORIGIN, &own);
	attest_evidence_make(arena, NULL, &by_key);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	attest_evidence_finish(&own);
	attest_evidence_finish(&by_key);
	prb_str_finish(&changed);
	prb_str_finish(&changed_list);
	prb_arena_destroy(arena);
	return 0;
}

/* Everything is there and good; the rows spoil it. */
static struct prb_verify_options
good(void)
{
	return (struct prb_verify_options){
		.now = ATTEST_MOMENT,
		.did_document = prb_str_span(&own.document),
		.status_list = prb_str_span(&own.list),
		.receipt = prb_str_span(&own.receipt),
		.sha256 = attest_sha256,
	};
}

static void
verify(struct prb_span text, const struct prb_verify_options *options)
{
	prb_attestation_verify(arena, text, options, &seen);
}

static void
expect(const char *name, enum prb_check check, enum prb_outcome outcome, const char *reason)
{
	if (seen.checks[check].outcome != outcome ||
		strstr(seen.checks[check].detail, reason) == NULL)
		fail_msg("%s: %s %s (%s), expected %s (%s)", name, prb_check_word(check),
			prb_outcome_word(seen.checks[check].outcome), seen.checks[check].detail,
			prb_outcome_word(outcome), reason);
	if (outcome == PRB_OUTCOME_FAILED)
		assert_false(seen.verified);
}

/* `from` becomes `to`. */
static void
replace(struct prb_span text, const char *from, const char *to, struct prb_str *out)
{
	const char *at = strstr(text.p, from);

	if (at == NULL)
		fail_msg("%s is not in %s", from, text.p);
	prb_str_reset(out);
	prb_str_add(out, text.p, (size_t)(at - text.p));
	prb_str_add_text(out, to);
	prb_str_add_text(out, at + strlen(from));
	assert_false(out->failed);
}

/* The same, signed anew: what only the issuer could have done. */
static struct prb_span
resigned(const struct prb_str *text, const char *from, const char *to, struct prb_str *out)
{
	static const struct prb_document_change unsigned_one = {.left_out = "proof"};
	const struct prb_json *root;
	struct prb_str bare, edited;

	prb_str_init(&bare, BYTES_MAX);
	prb_str_init(&edited, BYTES_MAX);
	assert_int_equal(prb_json_parse(arena, prb_str_span(text), BYTES_MAX, NULL, &root), PRB_OK);
	prb_document_write(arena, root, &unsigned_one, &bare);
	replace(prb_str_span(&bare), from, to, &edited);
	prb_str_reset(out);
	assert_int_equal(prb_proof_add(arena, prb_str_span(&edited), &own.issuer,
				 own.key.secret_key, ATTEST_MOMENT, attest_sha256, out, NULL),
		PRB_OK);
	prb_str_finish(&bare);
	prb_str_finish(&edited);
	return prb_str_span(out);
}

static void
all_of_it_verifies(void **state)
{
	struct prb_verify_options options = good();
	struct prb_span openings = prb_str_span(&own.openings);

	(void)state;
	options.openings = &openings;
	options.openings_count = 1;
	options.checkpoint = prb_str_span(&own.checkpoint);
	verify(prb_str_span(&own.credential), &options);
	for (int i = 0; i < PRB_CHECKS; i++)
		expect("good", (enum prb_check)i, PRB_OUTCOME_PASSED, "");
	assert_true(seen.verified);
	expect("good", PRB_CHECK_STATUS, PRB_OUTCOME_PASSED,
		"not revoked: its bit is clear in https://" ORIGIN "/status/7, as of 2026-07-01");
	expect("good", PRB_CHECK_LOG, PRB_OUTCOME_PASSED, "entry 3 of 5 in the log " ORIGIN "/log");
	expect("good", PRB_CHECK_OPENINGS, PRB_OUTCOME_PASSED, "rating, exposure");
}

/* ---- status ---- */

/* What was not looked up is never passed; where it was wanted, it has failed. */
static void
a_list_that_is_not_there(void **state)
{
	struct prb_verify_options options = good();

	(void)state;
	options.status_list = PRB_SPAN_NONE;
	verify(prb_str_span(&own.credential), &options);
	expect("none", PRB_CHECK_STATUS, PRB_OUTCOME_SKIPPED, "was not looked up");
	assert_true(seen.verified);
	options.status_wanted = true;
	verify(prb_str_span(&own.credential), &options);
	expect("wanted", PRB_CHECK_STATUS, PRB_OUTCOME_FAILED,
		"STATUS_RETRIEVAL_ERROR: no status list was given");
	options.status_unfetched = "the server could not be reached";
	verify(prb_str_span(&own.credential), &options);
	expect("not fetched", PRB_CHECK_STATUS, PRB_OUTCOME_FAILED,
		"STATUS_RETRIEVAL_ERROR: the server could not be reached");
	verify(resigned(&own.credential, "\"credentialStatus\":{", "\"wasStatus\":{", &changed),
		&options);
	expect("no status", PRB_CHECK_STATUS, PRB_OUTCOME_FAILED, "it names no status list");
}

static void
revoked(void **state)
{
	struct prb_verify_options options;

	(void)state;
	attest_evidence_list(arena, &own, &(struct attest_list){.set = ATTEST_INDEX});
	options = good();
	verify(prb_str_span(&own.credential), &options);
	expect("set", PRB_CHECK_STATUS, PRB_OUTCOME_FAILED,
		"the issuer has revoked it: bit 94567 of https://" ORIGIN
		"/status/7 is set, as of");
	for (int64_t beside = -1; beside <= 1; beside += 2) {
		attest_evidence_list(
			arena, &own, &(struct attest_list){.set = ATTEST_INDEX + beside});
		options = good();
		verify(prb_str_span(&own.credential), &options);
		expect("beside", PRB_CHECK_STATUS, PRB_OUTCOME_PASSED, "not revoked");
	}
	attest_evidence_list(arena, &own, &(struct attest_list){.set = -1});
}

/* Good lists that are not this attestation's, or not now. */
static void
other_lists(void **state)
{
	struct prb_issuer stranger;
	struct attest_key key;
	const struct {
		const char *name;
		struct attest_list list;
		const char *reason;
	} rows[] = {
		{"another list", {.set = -1, .list = 8},
			"the status list that was given is https://" ORIGIN "/status/8, and"},
		{"another issuer", {.set = -1, .issuer = &stranger, .key = &key},
			"the status list is of another issuer: did:web:stranger.example"},
		{"another key", {.set = -1, .key = &key},
			"STATUS_VERIFICATION_ERROR: the status list's proof: the signature is not"},
		{"run out", {.set = -1, .issued_at = ATTEST_MOMENT - 86401},
			"STATUS_VERIFICATION_ERROR: the status list's validity: expired"},
	};

	(void)state;
	attest_key_make(100, &key);
	attest_issuer_make(&key, "https://stranger.example", &stranger);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct prb_verify_options options;

		attest_evidence_list(arena, &own, &rows[i].list);
		options = good();
		verify(prb_str_span(&own.credential), &options);
		expect(rows[i].name, PRB_CHECK_STATUS, PRB_OUTCOME_FAILED, rows[i].reason);
	}
	attest_evidence_list(arena, &own, &(struct attest_list){.set = -1});
}

/* Judged at a moment before the list was signed: what was not revoked by then was not before. */
static void
later_lists(void **state)
{
	static const struct {
		int64_t set;
		enum prb_outcome outcome;
		const char *reason;
	} rows[] = {
		{-1, PRB_OUTCOME_PASSED, "not revoked: its bit is clear in"},
		{ATTEST_INDEX, PRB_OUTCOME_FAILED, "the issuer has revoked it"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct prb_verify_options options;

		attest_evidence_list(arena, &own,
			&(struct attest_list){
				.set = rows[i].set, .issued_at = ATTEST_MOMENT + 86400 * 30});
		options = good();
		verify(prb_str_span(&own.credential), &options);
		expect("later", PRB_CHECK_STATUS, rows[i].outcome, rows[i].reason);
	}
	attest_evidence_list(arena, &own, &(struct attest_list){.set = -1});
}

/* "u" and base64url of the gzip of n bytes of zero. */
static const char *
packed(size_t n)
{
	static char out[1 << 16];
	static uint8_t gzip[1 << 15];
	uint8_t *zeros = prb_arena_alloc(arena, n);
	z_stream z = {
		.next_in = zeros, .avail_in = (uInt)n, .next_out = gzip, .avail_out = sizeof(gzip)};
	struct prb_str text;

	assert_non_null(zeros);
	memset(zeros, 0, n);
	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	(void)deflateEnd(&z);
	prb_str_init(&text, sizeof(out));
	prb_str_add_text(&text, "\"encodedList\":\"u");
	for (size_t at = 0, all = sizeof(gzip) - z.avail_out; at < all; at += 96)
		prb_base64url_encode(gzip + at, all - at < 96 ? all - at : 96, &text);
	prb_str_add_text(&text, "\",\"was\":\"");
	assert_false(text.failed);
	memcpy(out, text.p, text.n + 1);
	prb_str_finish(&text);
	return out;
}

/* Lists that the issuer signed and that are none. */
static void
lists_that_are_none(void **state)
{
	const struct {
		const char *name, *from, *to, *reason;
	} rows[] = {
		{"purpose", "\"statusPurpose\":\"revocation\"", "\"statusPurpose\":\"suspension\"",
			"STATUS_VERIFICATION_ERROR: the list has another purpose"},
		{"type", "\"BitstringStatusListCredential\"", "\"RevocationList2020Credential\"",
			"STATUS_VERIFICATION_ERROR: /type does not hold"},
		{"subject", "\"type\":\"BitstringStatusList\"", "\"type\":\"StatusList2021\"",
			"STATUS_VERIFICATION_ERROR: /credentialSubject is no"},
		{"base", "\"encodedList\":\"u", "\"encodedList\":\"z",
			"MALFORMED_VALUE_ERROR: /credentialSubject/encodedList must be base64url"},
		{"no gzip", "\"encodedList\":\"u", "\"encodedList\":\"uAAAA\",\"was\":\"",
			"MALFORMED_VALUE_ERROR: /credentialSubject/encodedList is not gzip"},
		{"too short", "\"encodedList\":\"", NULL, "STATUS_LIST_LENGTH_ERROR"},
		{"a bomb", "\"encodedList\":\"", "", "RANGE_ERROR: the list unpacks to more than"},
		{"no credential", "\"VerifiableCredential\"", "\"Credential\"",
			"STATUS_VERIFICATION_ERROR: the status list's form: /type does not name"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct prb_verify_options options = good();
		const char *to = rows[i].to == NULL      ? packed(16383)
				 : rows[i].to[0] == '\0' ? packed((size_t)8 << 20)
							 : rows[i].to;

		options.status_list = resigned(&own.list, rows[i].from, to, &changed_list);
		verify(prb_str_span(&own.credential), &options);
		expect(rows[i].name, PRB_CHECK_STATUS, PRB_OUTCOME_FAILED, rows[i].reason);
		assert_int_equal(seen.checks[PRB_CHECK_PROOF].outcome, PRB_OUTCOME_PASSED);
	}
}

static void
texts_that_are_no_list(void **state)
{
	static const struct {
		const char *text, *reason;
	} rows[] = {
		{"", "STATUS_VERIFICATION_ERROR: the status list's form: byte 0"},
		{"{}", "STATUS_VERIFICATION_ERROR: the status list's form: /@context"},
		{"<html>", "STATUS_VERIFICATION_ERROR: the status list's form: byte 0"},
		{"a.b.c", "STATUS_VERIFICATION_ERROR: the status list's form: the vc+jwt"},
	};
	struct prb_verify_options options = good();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		options.status_list = prb_span_of(rows[i].text);
		verify(prb_str_span(&own.credential), &options);
		expect(rows[i].text, PRB_CHECK_STATUS, PRB_OUTCOME_FAILED, rows[i].reason);
	}
	/* An unsigned list is no list. */
	replace(prb_str_span(&own.list), "\"proof\":{", "\"prof\":{", &changed_list);
	options.status_list = prb_str_span(&changed_list);
	verify(prb_str_span(&own.credential), &options);
	expect("unsigned", PRB_CHECK_STATUS, PRB_OUTCOME_FAILED, "the status list's");
}

#define STATUS_START "\"credentialStatus\":{"
#define PURPOSE "\"statusPurpose\":\"revocation\""
#define INDEX "\"statusListIndex\":94567"
#define ENTRY                                                                                      \
	"{\"statusListCredential\":\"https://" ORIGIN "/status/7\"," INDEX "," PURPOSE             \
	",\"type\":\"BitstringStatusListEntry\"}"

/* What the attestation itself says of its status. */
static void
entries(void **state)
{
	static const struct {
		const char *name, *from, *to;
		enum prb_check check;
		enum prb_outcome outcome;
		const char *reason;
	} rows[] = {
		{"beyond the end", INDEX, "\"statusListIndex\":131072", PRB_CHECK_STATUS,
			PRB_OUTCOME_FAILED, "RANGE_ERROR: the list ends before"},
		{"a text", INDEX, "\"statusListIndex\":\"94567\"", PRB_CHECK_SCHEMA,
			PRB_OUTCOME_FAILED, "/credentialStatus/statusListIndex must be a whole"},
		{"a text", INDEX, "\"statusListIndex\":\"94567\"", PRB_CHECK_STATUS,
			PRB_OUTCOME_FAILED,
			"MALFORMED_VALUE_ERROR: statusListIndex must be a whole"},
		{"negative", INDEX, "\"statusListIndex\":-1", PRB_CHECK_STATUS, PRB_OUTCOME_FAILED,
			"MALFORMED_VALUE_ERROR: statusListIndex"},
		{"a fraction", INDEX, "\"statusListIndex\":0.5", PRB_CHECK_STATUS,
			PRB_OUTCOME_FAILED, "MALFORMED_VALUE_ERROR: statusListIndex"},
		{"no index", INDEX, "\"statusIndex\":0", PRB_CHECK_STATUS, PRB_OUTCOME_FAILED,
			"MALFORMED_VALUE_ERROR: statusListIndex"},
		{"a member more", INDEX, "\"statusListIndex\":94567,\"statusSize\":1",
			PRB_CHECK_SCHEMA, PRB_OUTCOME_FAILED,
			"/credentialStatus has the member \"statusSize\""},
		{"no purpose", PURPOSE, "\"purpose\":\"\"", PRB_CHECK_STATUS, PRB_OUTCOME_FAILED,
			"lacks statusPurpose"},
		{"suspended?", PURPOSE, "\"statusPurpose\":\"suspension\"", PRB_CHECK_STATUS,
			PRB_OUTCOME_FAILED, "the list has another purpose"},
		{"a message", PURPOSE, "\"statusPurpose\":\"message\"", PRB_CHECK_STATUS,
			PRB_OUTCOME_SKIPPED, "no status list for revocation or suspension"},
		{"another kind", "\"BitstringStatusListEntry\"", "\"StatusList2021Entry\"",
			PRB_CHECK_STATUS, PRB_OUTCOME_FAILED, "is no BitstringStatusListEntry"},
		{"an empty array", STATUS_START, "\"credentialStatus\":[],\"was\":{",
			PRB_CHECK_STATUS, PRB_OUTCOME_FAILED, "is an empty array"},
		{"four", STATUS_START,
			"\"credentialStatus\":[" ENTRY "," ENTRY "," ENTRY "," ENTRY "],\"was\":{",
			PRB_CHECK_STATUS, PRB_OUTCOME_PASSED, "not revoked"},
		{"five", STATUS_START,
			"\"credentialStatus\":[" ENTRY "," ENTRY "," ENTRY "," ENTRY "," ENTRY
			"],\"was\":{",
			PRB_CHECK_STATUS, PRB_OUTCOME_FAILED, "has more than 4 entries"},
		{"of texts", STATUS_START, "\"credentialStatus\":[\"a\"],\"was\":{",
			PRB_CHECK_STATUS, PRB_OUTCOME_FAILED, "is no BitstringStatusListEntry"},
		{"an array", STATUS_START,
			"\"credentialStatus\":[{\"statusListCredential\":\"https://" ORIGIN
			"/status/7\"," INDEX "," PURPOSE
			",\"type\":\"BitstringStatusListEntry\"},{\"statusListCredential\":"
			"\"https://" ORIGIN "/status/9\"," INDEX "," PURPOSE
			",\"type\":\"BitstringStatusListEntry\"}],\"was\":{",
			PRB_CHECK_STATUS, PRB_OUTCOME_FAILED, "/status/9 is wanted"},
	};
	const struct prb_verify_options options = good();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		verify(resigned(&own.credential, rows[i].from, rows[i].to, &changed), &options);
		expect(rows[i].name, rows[i].check, rows[i].outcome, rows[i].reason);
		expect(rows[i].name, PRB_CHECK_PROOF, PRB_OUTCOME_PASSED, "");
	}
}

/* W3C's own form, which is no conformity credential: the index is a text. */
static void
plain_credentials(void **state)
{
	static const struct {
		const char *index;
		enum prb_outcome outcome;
		const char *reason;
	} rows[] = {
		{"\"94567\"", PRB_OUTCOME_PASSED, "not revoked"},
		{"94567", PRB_OUTCOME_FAILED, "must be a text with a whole number"},
		{"\"0x10\"", PRB_OUTCOME_FAILED, "must be a text with a whole number"},
		{"\"-1\"", PRB_OUTCOME_FAILED, "must be a text with a whole number"},
		{"\"007\"", PRB_OUTCOME_FAILED, "must be a text with a whole number"},
		{"\"99999999999999999999\"", PRB_OUTCOME_FAILED, "must be a text"},
	};
	const struct prb_verify_options options = good();
	char text[1024];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		(void)snprintf(text, sizeof(text),
			"{\"@context\":[\"https://www.w3.org/ns/credentials/v2\"],"
			"\"credentialStatus\":{\"statusListCredential\":\"https://" ORIGIN
			"/status/7\",\"statusListIndex\":%s," PURPOSE
			",\"type\":\"BitstringStatusListEntry\"},\"credentialSubject\":{\"id\":"
			"\"urn:a:b\"},\"issuer\":\"%s\",\"type\":[\"VerifiableCredential\"],"
			"\"validFrom\":\"2026-01-01T00:00:00Z\"}",
			rows[i].index, own.issuer.did);
		prb_str_reset(&changed);
		assert_int_equal(
			prb_proof_add(arena, prb_span_of(text), &own.issuer, own.key.secret_key,
				ATTEST_MOMENT, attest_sha256, &changed, NULL),
			PRB_OK);
		verify(prb_str_span(&changed), &options);
		expect(rows[i].index, PRB_CHECK_STATUS, rows[i].outcome, rows[i].reason);
		expect(rows[i].index, PRB_CHECK_PROOF, PRB_OUTCOME_PASSED, "");
	}
}

/* A list may be enveloped too. */
static void
enveloped_list(void **state)
{
	static const struct prb_document_change unsigned_one = {.left_out = "proof"};
	struct prb_verify_options options = good();
	const struct prb_json *root;
	char header[512];

	(void)state;
	assert_int_equal(
		prb_json_parse(arena, prb_str_span(&own.list), BYTES_MAX, NULL, &root), PRB_OK);
	prb_str_reset(&changed);
	prb_document_write(arena, root, &unsigned_one, &changed);
	(void)snprintf(header, sizeof(header),
		"{\"alg\":\"EdDSA\",\"kid\":\"%s\",\"typ\":\"vc+jwt\"}", own.issuer.jwk_method);
	attest_jws(&own.key, header, prb_str_span(&changed), &changed_list);
	options.status_list = prb_str_span(&changed_list);
	verify(prb_str_span(&own.credential), &options);
	expect("enveloped", PRB_CHECK_STATUS, PRB_OUTCOME_PASSED, "not revoked");
}

/* ---- the log ---- */

static void
receipts_that_are_wrong(void **state)
{
	static const struct {
		const char *name, *from, *to, *reason;
	} rows[] = {
		{"no receipt", "c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2",
			"this is no receipt"},
		{"no salt", "extra AQID", "AQID", "says no index"},
		{"another salt", "extra AQID", "extra BQID", "does not lead to the root"},
		{"a short salt", "extra AQIDBAUGBwgAAAAAAAAAAA==", "extra AQIDBA==",
			"is not the entry's salt of 16 bytes"},
		{"another index", "index 3", "index 2", "does not lead to the root"},
		{"beyond the end", "index 3", "index 5", "is not within its checkpoint's tree"},
		{"another size", "\n5\n", "\n6\n", "does not hold"},
		{"another log", "\n\n" ORIGIN, "\n\nstranger.example",
			"is of another log than the issuer's own"},
		{"another signer", "\xE2\x80\x94 " ORIGIN, "\xE2\x80\x94 stranger.example",
			"no key of the log (#log-N)"},
		{"unsigned", "\n\xE2\x80\x94 ", "\n", "the receipt's checkpoint: "},
	};
	struct prb_verify_options options = good();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		replace(prb_str_span(&own.receipt), rows[i].from, rows[i].to, &changed);
		options.receipt = prb_str_span(&changed);
		verify(prb_str_span(&own.credential), &options);
		expect(rows[i].name, PRB_CHECK_LOG, PRB_OUTCOME_FAILED, rows[i].reason);
	}
	options.receipt = prb_str_span(&by_key.receipt);
	verify(prb_str_span(&own.credential), &options);
	expect("of another", PRB_CHECK_LOG, PRB_OUTCOME_FAILED, "another log than the issuer's");
	options.receipt = PRB_SPAN_NONE;
	verify(prb_str_span(&own.credential), &options);
	expect("none", PRB_CHECK_LOG, PRB_OUTCOME_SKIPPED, "no receipt of the log was given");
	assert_true(seen.verified);
	options.log_wanted = true;
	verify(prb_str_span(&own.credential), &options);
	expect("wanted", PRB_CHECK_LOG, PRB_OUTCOME_FAILED, "no receipt of the log was given");
	options.log_unfetched = "no published checkpoint covers it yet";
	verify(prb_str_span(&own.credential), &options);
	expect("not fetched", PRB_CHECK_LOG, PRB_OUTCOME_FAILED, "no published checkpoint");
}

/* The same facts signed again are another entry. */
static void
receipt_of_another_attestation(void **state)
{
	const struct prb_verify_options options = good();

	(void)state;
	verify(resigned(&own.credential, "\"Example Screening\"", "\"Example Screener\"", &changed),
		&options);
	expect("another", PRB_CHECK_LOG, PRB_OUTCOME_FAILED, "does not lead to the root");
	expect("another", PRB_CHECK_PROOF, PRB_OUTCOME_PASSED, "");
}

static void
keys_of_the_log(void **state)
{
	static const struct {
		const char *name, *from, *to, *reason;
	} documents[] = {
		{"not there", "#log-1\"", "#key-9\"", "no key of the log (#log-N)"},
		{"another's",
			"{\"controller\":\"did:web:" ORIGIN "\",\"id\":\"did:web:" ORIGIN
			"#log-1\"",
			"{\"controller\":\"did:web:stranger.example\",\"id\":\"did:web:" ORIGIN
			"#log-1\"",
			"no key of the log (#log-N)"},
		{"revoked", "\"id\":\"did:web:" ORIGIN "#log-1\"",
			"\"id\":\"did:web:" ORIGIN "#log-1\",\"revoked\":\"2026-06-01T00:00:00Z\"",
			"the log's key: the issuer revoked the key at 2026-06-01"},
	};
	struct prb_verify_options options = good();
	struct prb_note_key key;
	struct prb_str vkey;

	(void)state;
	for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
		replace(prb_str_span(&own.document), documents[i].from, documents[i].to, &changed);
		options.did_document = prb_str_span(&changed);
		verify(prb_str_span(&own.credential), &options);
		expect(documents[i].name, PRB_CHECK_LOG, PRB_OUTCOME_FAILED, documents[i].reason);
	}
	/* A key that the reader brings is trusted over the document's. */
	options.log_key = prb_str_span(&own.vkey);
	verify(prb_str_span(&own.credential), &options);
	expect("given", PRB_CHECK_LOG, PRB_OUTCOME_PASSED, "entry 3 of 5");
	options.log_key = PRB_SPAN("screening.example/log+00000000+AAAA");
	verify(prb_str_span(&own.credential), &options);
	expect("none", PRB_CHECK_LOG, PRB_OUTCOME_FAILED, "the key of the log: ");
	prb_str_init(&vkey, BYTES_MAX);
	assert_int_equal(
		prb_note_key_fill(own.origin, PRB_NOTE_ED25519, own.key.public_key, &key, NULL),
		PRB_OK);
	prb_note_key_write(&key, &vkey);
	options.log_key = prb_str_span(&vkey);
	verify(prb_str_span(&own.credential), &options);
	expect("another key", PRB_CHECK_LOG, PRB_OUTCOME_FAILED, "no signature by the key of");
	prb_str_finish(&vkey);
	/* A did:key has no document to hold it. */
	options = (struct prb_verify_options){.now = ATTEST_MOMENT,
		.receipt = prb_str_span(&by_key.receipt),
		.sha256 = attest_sha256};
	verify(prb_str_span(&by_key.credential), &options);
	expect("did:key", PRB_CHECK_LOG, PRB_OUTCOME_FAILED, "the key of the log is needed");
	options.log_key = prb_str_span(&by_key.vkey);
	verify(prb_str_span(&by_key.credential), &options);
	expect("did:key", PRB_CHECK_LOG, PRB_OUTCOME_PASSED, "entry 3 of 5");
	assert_true(seen.verified);
}

/* A checkpoint of the reader's own: what it says of the same size must be the same. */
static void
trusted_checkpoints(void **state)
{
	struct prb_verify_options options = good();
	struct prb_str receipt, split;

	(void)state;
	prb_str_init(&receipt, BYTES_MAX);
	prb_str_init(&split, BYTES_MAX);
	prb_str_add_span(&receipt, prb_str_span(&own.receipt));
	attest_evidence_receipt(&own, prb_str_span(&own.credential), "otherwise");
	prb_str_add_span(&split, prb_str_span(&own.checkpoint));
	attest_evidence_receipt(&own, prb_str_span(&own.credential), "other");
	options.checkpoint = prb_str_span(&split);
	verify(prb_str_span(&own.credential), &options);
	expect("split", PRB_CHECK_LOG, PRB_OUTCOME_FAILED,
		"the log was split: it signed two trees of 5 entries");
	options.checkpoint = prb_str_span(&own.checkpoint);
	verify(prb_str_span(&own.credential), &options);
	expect("same", PRB_CHECK_LOG, PRB_OUTCOME_PASSED, "the tree of the checkpoint");
	replace(prb_str_span(&own.checkpoint), "\n5\n", "\n4\n", &changed);
	options.checkpoint = prb_str_span(&changed);
	verify(prb_str_span(&own.credential), &options);
	expect("changed", PRB_CHECK_LOG, PRB_OUTCOME_FAILED,
		"the checkpoint that was given: the checkpoint's signature");
	/* A receipt in its place is one, and beside another its checkpoint counts. */
	options.checkpoint = prb_str_span(&receipt);
	verify(prb_str_span(&own.credential), &options);
	expect("both", PRB_CHECK_LOG, PRB_OUTCOME_PASSED, "the tree of the checkpoint");
	options.receipt = PRB_SPAN_NONE;
	verify(prb_str_span(&own.credential), &options);
	expect("a receipt", PRB_CHECK_LOG, PRB_OUTCOME_PASSED, "entry 3 of 5");
	options.checkpoint = prb_str_span(&own.checkpoint);
	options.log_wanted = true;
	verify(prb_str_span(&own.credential), &options);
	expect("no receipt", PRB_CHECK_LOG, PRB_OUTCOME_FAILED, "no receipt");
	prb_str_finish(&receipt);
	prb_str_finish(&split);
}

/* A log that has grown cannot be compared offline, and that is no pass. */
static void
checkpoint_of_another_size(void **state)
{
	struct prb_verify_options options = good();
	struct prb_checkpoint other = {.origin = prb_span_of(own.origin), .size = 9};
	struct prb_note_key key;
	struct prb_str text;

	(void)state;
	prb_str_init(&text, BYTES_MAX);
	prb_checkpoint_write(&other, &text);
	assert_int_equal(
		prb_note_key_fill(own.origin, PRB_NOTE_ED25519, own.log_key.public_key, &key, NULL),
		PRB_OK);
	prb_str_reset(&changed);
	prb_str_add_span(&changed, prb_str_span(&text));
	prb_str_add_char(&changed, '\n');
	prb_note_sign(prb_str_span(&text), &key, own.log_key.secret_key, 0, &changed);
	options.checkpoint = prb_str_span(&changed);
	verify(prb_str_span(&own.credential), &options);
	expect("grown", PRB_CHECK_LOG, PRB_OUTCOME_FAILED,
		"in the receipt's tree of 5, and the checkpoint that was given is of 9");
	prb_str_finish(&text);
}

/* ---- openings ---- */

static void
openings(void **state)
{
	static const struct {
		const char *name, *from, *to;
		enum prb_outcome outcome;
		const char *reason;
	} rows[] = {
		{"all", "[", "[", PRB_OUTCOME_PASSED, "rating, exposure"},
		{"as the server gives them", "[", "{\"items\":[", PRB_OUTCOME_FAILED,
			"cannot be read"},
		{"another part", "\"part\":\"rating\"", "\"part\":\"supplier\"", PRB_OUTCOME_FAILED,
			"supplier: the attestation withholds no supplier"},
		{"no part", "\"part\":\"rating\"", "\"part\":\"ratings\"", PRB_OUTCOME_FAILED,
			"ratings: it names no part"},
		{"no such part", "\"part\":\"rating\"", "\"part\":7", PRB_OUTCOME_FAILED,
			"an opening: "},
		{"another value", "critical", "low", PRB_OUTCOME_FAILED,
			"rating: this is not the rating"},
		{"a member more", "\"part\":\"rating\"", "\"a\":1,\"part\":\"rating\"",
			PRB_OUTCOME_FAILED, "rating: an opening is an object of"},
		{"no salt", "\"salt\":\"", "\"salt\":\"A", PRB_OUTCOME_FAILED, "rating: 16 bytes"},
	};
	struct prb_verify_options options = good();
	struct prb_span given;

	(void)state;
	options.openings = &given;
	options.openings_count = 1;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		replace(prb_str_span(&own.openings), rows[i].from, rows[i].to, &changed);
		given = prb_str_span(&changed);
		verify(prb_str_span(&own.credential), &options);
		expect(rows[i].name, PRB_CHECK_OPENINGS, rows[i].outcome, rows[i].reason);
	}
	options.openings_count = 0;
	verify(prb_str_span(&own.credential), &options);
	expect("none", PRB_CHECK_OPENINGS, PRB_OUTCOME_SKIPPED,
		"nothing was opened of what it withholds: rating, exposure");
	assert_true(seen.verified);
}

/* However many are given: no part is hashed twice. Without a proof that holds, none is. */
static void
openings_are_bounded(void **state)
{
	struct prb_verify_options options = good();
	struct prb_span twice[2] = {prb_str_span(&own.openings), prb_str_span(&own.openings)};

	(void)state;
	options.openings = twice;
	options.openings_count = 2;
	verify(prb_str_span(&own.credential), &options);
	expect("in two texts", PRB_CHECK_OPENINGS, PRB_OUTCOME_FAILED, "rating is opened twice");
	prb_str_reset(&changed);
	prb_str_addf(
		&changed, "%.*s,%s", (int)own.openings.n - 1, own.openings.p, own.openings.p + 1);
	twice[0] = prb_str_span(&changed);
	options.openings_count = 1;
	verify(prb_str_span(&own.credential), &options);
	expect("in one", PRB_CHECK_OPENINGS, PRB_OUTCOME_FAILED, "rating is opened twice");
	twice[0] = prb_str_span(&own.openings);
	replace(prb_str_span(&own.credential), "Example Screening", "Example Screener", &changed);
	verify(prb_str_span(&changed), &options);
	expect("not signed", PRB_CHECK_OPENINGS, PRB_OUTCOME_SKIPPED, "the proof of what they are");
}

/* One by one, in texts of their own, and as the server's answer has them. */
static void
openings_one_by_one(void **state)
{
	struct prb_verify_options options = good();
	const char *end = strstr(own.openings.p, ",{\"part\"");
	struct prb_span each[2];

	(void)state;
	assert_non_null(end);
	each[0] = (struct prb_span){own.openings.p + 1, (size_t)(end - own.openings.p) - 1};
	each[1] =
		(struct prb_span){end + 1, own.openings.n - (size_t)(end + 1 - own.openings.p) - 1};
	options.openings = each;
	for (options.openings_count = 1; options.openings_count <= 2; options.openings_count++) {
		verify(prb_str_span(&own.credential), &options);
		expect("one", PRB_CHECK_OPENINGS, PRB_OUTCOME_PASSED,
			options.openings_count == 1 ? "to: rating" : "to: rating, exposure");
	}
	prb_str_reset(&changed);
	prb_str_addf(&changed, "{\"items\":%s}", own.openings.p);
	each[0] = prb_str_span(&changed);
	options.openings_count = 1;
	verify(prb_str_span(&own.credential), &options);
	expect("items", PRB_CHECK_OPENINGS, PRB_OUTCOME_PASSED, "rating, exposure");
	/* The enveloping form has the same commitments. */
	verify(prb_str_span(&own.jwt), &options);
	expect("enveloped", PRB_CHECK_OPENINGS, PRB_OUTCOME_PASSED, "rating, exposure");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_of_it_verifies),
		cmocka_unit_test(a_list_that_is_not_there),
		cmocka_unit_test(revoked),
		cmocka_unit_test(other_lists),
		cmocka_unit_test(later_lists),
		cmocka_unit_test(lists_that_are_none),
		cmocka_unit_test(texts_that_are_no_list),
		cmocka_unit_test(entries),
		cmocka_unit_test(plain_credentials),
		cmocka_unit_test(enveloped_list),
		cmocka_unit_test(receipts_that_are_wrong),
		cmocka_unit_test(receipt_of_another_attestation),
		cmocka_unit_test(keys_of_the_log),
		cmocka_unit_test(trusted_checkpoints),
		cmocka_unit_test(checkpoint_of_another_size),
		cmocka_unit_test(openings),
		cmocka_unit_test(openings_are_bounded),
		cmocka_unit_test(openings_one_by_one),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
