/* SPDX-License-Identifier: Apache-2.0 */
/* Requests for attestations and revocations, and which form of an answer is preferred. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "service/handlers/answers.h"
#include "service/handlers/attesting.h"

#define ID "01937f2a-7c1b-7c3e-9a54-0d6f3c2b1a8f"

static struct prb_arena *arena;

struct request_row {
	const char *text;
	enum prb_err err; /* PRB_OK: taken, and then the members behind it count */
	const char *pointer;
	bool has_declaration;
	int valid_days;
	uint32_t disclosed;
};

static const struct request_row request_rows[] = {
	{"{\"report\":\"" ID "\"}", PRB_OK, "", false, 0, PRB_PARTS_ALL},
	{"{\"declaration\":\"" ID "\"}", PRB_OK, "", true, 0, PRB_PARTS_ALL},
	{"{\"report\":\"" ID "\",\"valid_days\":1}", PRB_OK, "", false, 1, PRB_PARTS_ALL},
	{"{\"valid_days\":730.0,\"report\":\"" ID "\"}", PRB_OK, "", false, 730, PRB_PARTS_ALL},
	{"{\"report\":\"" ID "\",\"disclose\":[]}", PRB_OK, "", false, 0, 0},
	{"{\"report\":\"" ID "\",\"disclose\":[\"rating\"]}", PRB_OK, "", false, 0,
		1U << PRB_PART_RATING},
	{"{\"report\":\"" ID "\",\"disclose\":[\"supplier\",\"indicators\"]}", PRB_OK, "", false, 0,
		1U << PRB_PART_SUPPLIER | (PRB_PARTS_ALL & ~0x1fU)},
	{"{}", PRB_ERR_MEMBER_MISSING, "/report", false, 0, 0},
	{"{\"valid_days\":1}", PRB_ERR_MEMBER_MISSING, "/report", false, 0, 0},
	{"{\"report\":\"" ID "\",\"declaration\":\"" ID "\"}", PRB_ERR_CONFLICT, "/declaration",
		false, 0, 0},
	{"{\"report\":\"" ID "\",\"Report\":1}", PRB_ERR_MEMBER_UNKNOWN, "/Report", false, 0, 0},
	{"{\"report\":\"01937F2A-7C1B-7C3E-9A54-0D6F3C2B1A8F\"}", PRB_ERR_VALUE, "/report", false,
		0, 0},
	{"{\"report\":\"" ID " \"}", PRB_ERR_VALUE, "/report", false, 0, 0},
	{"{\"report\":{}}", PRB_ERR_TYPE, "/report", false, 0, 0},
	{"{\"report\":\"" ID "\",\"valid_days\":0}", PRB_ERR_RANGE, "/valid_days", false, 0, 0},
	{"{\"report\":\"" ID "\",\"valid_days\":731}", PRB_ERR_RANGE, "/valid_days", false, 0, 0},
	{"{\"report\":\"" ID "\",\"valid_days\":9007199254740991}", PRB_ERR_RANGE, "/valid_days",
		false, 0, 0},
	{"{\"report\":\"" ID "\",\"valid_days\":1.5}", PRB_ERR_RANGE, "/valid_days", false, 0, 0},
	{"{\"report\":\"" ID "\",\"valid_days\":true}", PRB_ERR_TYPE, "/valid_days", false, 0, 0},
	{"{\"report\":\"" ID "\",\"disclose\":{}}", PRB_ERR_TYPE, "/disclose", false, 0, 0},
	{"{\"report\":\"" ID "\",\"disclose\":[\"workers\"]}", PRB_ERR_VALUE, "/disclose/0", false,
		0, 0},
	{"{\"report\":\"" ID "\",\"disclose\":[\"report\"]}", PRB_ERR_VALUE, "/disclose", false, 0,
		0},
	{"[]", PRB_ERR_TYPE, "", false, 0, 0},
	{"null", PRB_ERR_TYPE, "", false, 0, 0},
	{"", PRB_ERR_JSON, "", false, 0, 0},
	{"{\"report\":\"" ID "\"}x", PRB_ERR_JSON, "", false, 0, 0},
};

static void
requests(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof request_rows / sizeof request_rows[0]; i++) {
		const struct request_row *row = &request_rows[i];
		struct prb_attestation_request out = {.valid_days = -1};
		struct prb_faults faults = {.count = 0};
		enum prb_err err;

		prb_arena_reset(arena);
		err = prb_attestation_request_read(arena, prb_span_of(row->text), &faults, &out);
		if (err != row->err)
			fail_msg("%s: %s, not %s", row->text, prb_err_wire(err),
				prb_err_wire(row->err));
		if (err != PRB_OK) {
			assert_true(faults.count >= 1);
			assert_true(strncmp(faults.items[0].pointer, row->pointer,
					    strlen(row->pointer)) == 0);
			assert_int_equal(out.valid_days, -1);
			continue;
		}
		assert_int_equal(faults.count, 0);
		assert_int_equal(out.has_declaration, row->has_declaration);
		assert_int_equal(out.valid_days, row->valid_days);
		assert_int_equal(out.disclosed, row->disclosed);
	}
}

static void
reasons(void **state)
{
	static const struct {
		const char *text;
		enum prb_err err;
		enum prb_reason reason;
	} rows[] = {
		{"{\"reason\":\"superseded\"}", PRB_OK, PRB_REASON_SUPERSEDED},
		{"{\"reason\":\"issued_in_error\"}", PRB_OK, PRB_REASON_ISSUED_IN_ERROR},
		{"{\"reason\":\"key_compromised\"}", PRB_OK, PRB_REASON_KEY_COMPROMISED},
		{"{\"reason\":\"withdrawn\"}", PRB_OK, PRB_REASON_WITHDRAWN},
		{"{\"reason\":\"Withdrawn\"}", PRB_ERR_VALUE, PRB_REASONS},
		{"{\"reason\":\"\"}", PRB_ERR_VALUE, PRB_REASONS},
		{"{\"reason\":1}", PRB_ERR_TYPE, PRB_REASONS},
		{"{\"reason\":\"withdrawn\",\"note\":\"a name\"}", PRB_ERR_MEMBER_UNKNOWN,
			PRB_REASONS},
		{"{}", PRB_ERR_MEMBER_MISSING, PRB_REASONS},
		{"[\"withdrawn\"]", PRB_ERR_TYPE, PRB_REASONS},
		{"withdrawn", PRB_ERR_JSON, PRB_REASONS},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct prb_faults faults = {.count = 0};
		enum prb_reason reason = PRB_REASONS;
		enum prb_err err;

		prb_arena_reset(arena);
		err = prb_revocation_request_read(
			arena, prb_span_of(rows[i].text), &faults, &reason);
		if (err != rows[i].err)
			fail_msg("%s: %s", rows[i].text, prb_err_wire(err));
		assert_int_equal(reason, rows[i].reason);
		assert_int_equal(faults.count != 0, err != PRB_OK);
	}
}

static void
forms(void **state)
{
	static const char *const types[] = {PRB_TYPE_VC, PRB_TYPE_VC_JWT, PRB_TYPE_JSON};
	static const struct {
		const char *accept; /* NULL: the field is not there */
		int preferred;
	} rows[] = {
		{NULL, 0},
		{"", 0},
		{"*/*", 0},
		{"application/*", 0},
		{"application/vc", 0},
		{"APPLICATION/VC", 0},
		{"application/vc+jwt", 1},
		{"application/json", 2},
		{"application/vc;q=0.1,application/vc+jwt;q=0.2", 1},
		{"application/vc;q=0.2, application/vc+jwt;q=0.1", 0},
		{"application/vc; q=0.123, application/vc+jwt; q=0.124", 1},
		{"*/*;q=0.5, application/vc+jwt", 1},
		{"*/*, application/vc;q=0", 1},
		{"application/*;q=0.3, */*;q=0.9", 0},
		{"application/vc;q=0, application/vc+jwt;q=0.000", -1},
		{"text/html", -1},
		{"text/html, application/vc+jwt;q=0.001", 1},
		{"application/vc;q=nonsense, application/vc+jwt;q=0.9", 0},
		{"application/vc;profile=\"a,b;q=0\"", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct prb_exchange *x = prb_arena_array(arena, 1, sizeof *x);
		int preferred;

		assert_non_null(x);
		if (rows[i].accept != NULL) {
			x->head.fields[0].name = PRB_SPAN("Accept");
			x->head.fields[0].value = prb_span_of(rows[i].accept);
			x->head.fields_count = 1;
		}
		preferred = prb_preferred(x, types, 3);
		if (preferred != rows[i].preferred)
			fail_msg("%s: %d, not %d", rows[i].accept == NULL ? "-" : rows[i].accept,
				preferred, rows[i].preferred);
		for (size_t t = 0; t < 3; t++)
			if (prb_accepts(x, types[t]))
				assert_int_not_equal(preferred, -1);
	}
}

/* What is not known to be good is not signed anew. %: the method of the key of that number. */
static void
known_keys(void **state)
{
	static const struct {
		const char *text;
		unsigned number;
		enum prb_signed_by known;
	} rows[] = {
		{"{\"proof\":{\"verificationMethod\":\"%\"}}", 1, PRB_SIGNED_BY_REVOKED},
		{"{\"proof\":{\"verificationMethod\":\"%\"}}", 2, PRB_SIGNED_BY_KNOWN},
		{"{\"proof\":{\"verificationMethod\":\"%\"}}", 3, PRB_SIGNED_BY_KNOWN},
		/* Of the log; of nobody. */
		{"{\"proof\":{\"verificationMethod\":\"%\"}}", 4, PRB_SIGNED_BY_UNKNOWN},
		{"{\"proof\":{\"verificationMethod\":\"%\"}}", 5, PRB_SIGNED_BY_UNKNOWN},
		{"{\"proof\":{\"verificationMethod\":\"% \"}}", 2, PRB_SIGNED_BY_UNKNOWN},
		{"{\"proof\":{\"verificationMethod\":[\"%\"]}}", 2, PRB_SIGNED_BY_UNKNOWN},
		{"{\"proof\":[{\"verificationMethod\":\"%\"}]}", 2, PRB_SIGNED_BY_UNKNOWN},
		{"{\"proof\":{\"method\":\"%\"}}", 2, PRB_SIGNED_BY_UNKNOWN},
		{"{\"verificationMethod\":\"%\"}", 2, PRB_SIGNED_BY_UNKNOWN},
		{"[\"%\"]", 2, PRB_SIGNED_BY_UNKNOWN},
		{"{\"proof\":{\"verificationMethod\":\"%\"}", 2, PRB_SIGNED_BY_UNKNOWN},
		{"", 2, PRB_SIGNED_BY_UNKNOWN},
	};
	static const struct prb_issuer_key keys[] = {
		{{1}, PRB_USE_ATTESTATION, PRB_STANDING_REVOKED, 1, 0, 0},
		{{2}, PRB_USE_ATTESTATION, PRB_STANDING_RETIRED, 2, 0, 0},
		{{3}, PRB_USE_ATTESTATION, PRB_STANDING_IN_USE, 3, 0, 0},
		{{4}, PRB_USE_LOG, PRB_STANDING_IN_USE, 4, 0, 0},
	};
	static struct prb_service service;
	struct prb_issuer issuer;

	(void)state;
	assert_int_equal(prb_issuer_fill(keys[2].public_key, 3, "https://probity.example", NULL,
				 &issuer, NULL),
		PRB_OK);
	service.issuer = &issuer;
	service.keys = keys;
	service.keys_count = sizeof keys / sizeof keys[0];
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		uint8_t public_key[PRB_KEY_PUBLIC_BYTES] = {(uint8_t)rows[i].number};
		const char *mark = rows[i].text + strcspn(rows[i].text, "%");
		struct prb_issuer signer;
		char text[512];

		prb_arena_reset(arena);
		assert_int_equal(prb_issuer_fill(public_key, rows[i].number,
					 "https://probity.example", NULL, &signer, NULL),
			PRB_OK);
		(void)snprintf(text, sizeof text, "%.*s%s%s", (int)(mark - rows[i].text),
			rows[i].text, signer.method, *mark == '\0' ? mark : mark + 1);
		if (prb_signed_by(arena, &service, prb_span_of(text)) != rows[i].known)
			fail_msg("%s", text);
	}
}

static int
set_up(void **state)
{
	(void)state;
	arena = prb_arena_create((size_t)16 << 20);
	return arena == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	prb_arena_destroy(arena);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests),
		cmocka_unit_test(reasons),
		cmocka_unit_test(forms),
		cmocka_unit_test(known_keys),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
