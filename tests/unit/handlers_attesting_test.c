/* SPDX-License-Identifier: Apache-2.0 */
/* Requests for attestations and revocations, and which form of an answer is preferred. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
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
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
