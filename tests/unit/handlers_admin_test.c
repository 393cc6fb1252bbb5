/* SPDX-License-Identifier: Apache-2.0 */
/* Requests for organisations, keys and invitations, read by their tables; certificates as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "datasets/store/release.h"
#include "service/handlers/admin.h"
#include "service/handlers/certificate.h"

#define AT(member) offsetof(struct prb_admin_request, member)

static struct prb_arena *arena;
static struct prb_exchange exchange;

/* One row of each kind. */
static const struct prb_admin_row members[] = {
	{"before", PRB_ADMIN_DATE, AT(before), 0, 0, false},
	{"certificate", PRB_ADMIN_PEM, AT(certificate), 1, 30, false},
	{"expires_days", PRB_ADMIN_NUMBER, AT(expires_days), 1, 365, false},
	{"name", PRB_ADMIN_TEXT, AT(name), 1, 10, true},
	{"role", PRB_ADMIN_ROLE, AT(role), 0, 0, false},
	{"scopes", PRB_ADMIN_SCOPES, AT(scopes), 0, 0, false},
	{"standing", PRB_ADMIN_STANDING, AT(standing), 0, 0, false},
	{"supplier", PRB_ADMIN_PARTY, 0, 0, 0, false},
};

static bool
ask(const char *text, const char *type, struct prb_admin_request *out)
{
	struct prb_str body = exchange.reply.body;

	memset(&exchange, 0, sizeof exchange);
	exchange.reply.body = body;
	prb_str_reset(&exchange.reply.body);
	prb_arena_reset(arena);
	exchange.arena = arena;
	exchange.body = prb_span_of(text);
	exchange.head.fields[0].name = PRB_SPAN("Content-Type");
	exchange.head.fields[0].value = prb_span_of(type);
	exchange.head.fields_count = 1;
	return prb_admin_read(&exchange, members, sizeof members / sizeof members[0], out);
}

static void
requests_that_stand(void **state)
{
	struct prb_admin_request out = {.before = PRB_DATE_NONE, .expires_days = 30};

	(void)state;
	assert_true(ask("{\"name\":\"a\"}", "application/json", &out));
	assert_true(prb_span_is(out.name, "a"));
	assert_int_equal(out.expires_days, 30);
	assert_int_equal(out.before, PRB_DATE_NONE);
	assert_null(out.role);
	assert_true(
		ask("{\"before\":\"1970-01-02\",\"certificate\":\"a\\nb\",\"expires_days\":365,"
		    "\"name\":\"\xC3\xA9\",\"role\":\"officer\",\"scopes\":[\"read\",\"declare\"],"
		    "\"standing\":\"suspended\",\"supplier\":{\"name\":\"n\",\"country\":\"c\"}}",
			"application/json; charset=utf-8", &out));
	assert_int_equal(out.before, 1);
	assert_int_equal(out.certificate.n, 3);
	assert_int_equal(out.expires_days, 365);
	assert_int_equal(out.role->role, PRB_ROLE_OFFICER);
	assert_int_equal(out.scopes, PRB_SCOPE_BIT(READ) | PRB_SCOPE_BIT(DECLARE));
	assert_int_equal(out.standing, PRB_ORGANISATION_SUSPENDED);
	assert_true(prb_span_is(out.party_name, "n"));
	assert_true(prb_span_is(out.party_country, "c"));
}

static const struct {
	const char *text;
	enum prb_err err;
	const char *pointer;
} refused[] = {
	{"", PRB_ERR_JSON, ""},
	{"[]", PRB_ERR_TYPE, ""},
	{"{}", PRB_ERR_MEMBER_MISSING, "/name"},
	{"{\"name\":\"a\",\"name\":\"b\"}", PRB_ERR_IJSON, ""},
	{"{\"name\":\"a\",\"Name\":\"b\"}", PRB_ERR_MEMBER_UNKNOWN, "/Name"},
	{"{\"name\":1}", PRB_ERR_TYPE, "/name"},
	{"{\"name\":\"\"}", PRB_ERR_RANGE, "/name"},
	{"{\"name\":\"12345678901\"}", PRB_ERR_RANGE, "/name"},
	{"{\"name\":\"a\\nb\"}", PRB_ERR_VALUE, "/name"},
	{"{\"name\":\"   \"}", PRB_ERR_VALUE, "/name"},
	{"{\"name\":\"a\\u007f\"}", PRB_ERR_VALUE, "/name"},
	{"{\"name\":\"a\\u0080\"}", PRB_ERR_VALUE, "/name"},
	{"{\"name\":\"a\\u009f\"}", PRB_ERR_VALUE, "/name"},
	{"{\"name\":\"a\\u061c\"}", PRB_ERR_VALUE, "/name"},
	{"{\"name\":\"a\\u200e\"}", PRB_ERR_VALUE, "/name"},
	{"{\"name\":\"a\\u200f\"}", PRB_ERR_VALUE, "/name"},
	{"{\"name\":\"a\\u2028\"}", PRB_ERR_VALUE, "/name"},
	{"{\"name\":\"\\u202aa\"}", PRB_ERR_VALUE, "/name"},
	{"{\"name\":\"\\u202ea\"}", PRB_ERR_VALUE, "/name"},
	{"{\"name\":\"\\u2066a\"}", PRB_ERR_VALUE, "/name"},
	{"{\"name\":\"a\\u2069\"}", PRB_ERR_VALUE, "/name"},
	{"{\"name\":\"a\",\"supplier\":{\"name\":\"\\u202eb\"}}", PRB_ERR_VALUE, "/supplier/name"},
	{"{\"name\":\"a\",\"before\":\"2026-02-30\"}", PRB_ERR_DATE, "/before"},
	{"{\"name\":\"a\",\"before\":20260101}", PRB_ERR_DATE, "/before"},
	{"{\"name\":\"a\",\"expires_days\":0}", PRB_ERR_RANGE, "/expires_days"},
	{"{\"name\":\"a\",\"expires_days\":366}", PRB_ERR_RANGE, "/expires_days"},
	{"{\"name\":\"a\",\"expires_days\":1.5}", PRB_ERR_RANGE, "/expires_days"},
	{"{\"name\":\"a\",\"expires_days\":\"1\"}", PRB_ERR_TYPE, "/expires_days"},
	{"{\"name\":\"a\",\"role\":\"king\"}", PRB_ERR_VALUE, "/role"},
	{"{\"name\":\"a\",\"role\":null}", PRB_ERR_VALUE, "/role"},
	{"{\"name\":\"a\",\"scopes\":[]}", PRB_ERR_TYPE, "/scopes"},
	{"{\"name\":\"a\",\"scopes\":\"read\"}", PRB_ERR_TYPE, "/scopes"},
	{"{\"name\":\"a\",\"scopes\":[\"read\",\"rule\"]}", PRB_ERR_VALUE, "/scopes"},
	{"{\"name\":\"a\",\"standing\":\"erased\"}", PRB_ERR_VALUE, "/standing"},
	{"{\"name\":\"a\",\"supplier\":\"b\"}", PRB_ERR_TYPE, "/supplier"},
	{"{\"name\":\"a\",\"supplier\":{}}", PRB_ERR_MEMBER_MISSING, "/supplier/name"},
	{"{\"name\":\"a\",\"supplier\":{\"name\":\"b\",\"city\":\"c\"}}", PRB_ERR_MEMBER_UNKNOWN,
		"/supplier/city"},
	{"{\"name\":\"a\",\"supplier\":{\"name\":\"b\",\"country\":7}}", PRB_ERR_TYPE,
		"/supplier/country"},
};

static void
requests_that_do_not(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
		struct prb_admin_request out = {.expires_days = 7};

		if (ask(refused[i].text, "application/json", &out) ||
			exchange.faults.items[0].err != refused[i].err ||
			strcmp(exchange.faults.items[0].pointer, refused[i].pointer) != 0)
			fail_msg("%s: %s at \"%s\"", refused[i].text,
				prb_err_wire(exchange.faults.items[0].err),
				exchange.faults.items[0].pointer);
		assert_int_equal(exchange.reply.status, prb_err_status(refused[i].err));
		assert_int_equal(out.expires_days, 7);
		assert_null(out.name.p);
	}
}

static void
other_types(void **state)
{
	struct prb_admin_request out = {.expires_days = 7};

	(void)state;
	assert_false(ask("{\"name\":\"a\"}", "text/plain", &out));
	assert_int_equal(exchange.reply.status, 415);
}

/* Every fault is said, each with its place; the list of members is that of the table. */
static void
all_faults_at_once(void **state)
{
	struct prb_admin_request out = {.expires_days = 7};

	(void)state;
	assert_false(ask("{\"rank\":1,\"role\":2,\"expires_days\":0}", "application/json", &out));
	assert_int_equal(exchange.faults.count, 4);
	assert_string_equal(exchange.faults.items[0].detail,
		"this is no member here: before, certificate, expires_days, name, role, scopes, "
		"standing and supplier are");
}

#define BEGIN "-----BEGIN CERTIFICATE-----\n"
#define END "\n-----END CERTIFICATE-----\n"

static const struct {
	const char *pem;
	bool stands;
} certificates[] = {
	{BEGIN "MAMCAQE=" END, true}, /* 30 03 02 01 01 */
	{"  \r\n" BEGIN "MAMC\r\n AQE=" END, true},
	{"-----BEGIN CERTIFICATE-----MAMCAQE=-----END CERTIFICATE-----", true},
	{"", false},
	{BEGIN END, false},
	{BEGIN "MAMCAQE" END, false},      /* not padded */
	{BEGIN "MAMCAQE=" END "x", false}, /* more behind it */
	{"x" BEGIN "MAMCAQE=" END, false},
	{BEGIN "MAMCAQ==" END, false}, /* cut */
	{BEGIN "MAMCAQEA" END, false}, /* longer than it says */
	{BEGIN "MQMCAQE=" END, false}, /* a SET */
	{BEGIN "MIADAgEB" END, false}, /* a length that is not definite */
	{BEGIN "MAMC!QE=" END, false},
	{BEGIN "MAMCAQE=" END BEGIN "MAMCAQE=" END, false}, /* two */
	{"-----BEGIN PRIVATE KEY-----\nMAMCAQE=\n-----END PRIVATE KEY-----\n", false},
	{"-----BEGIN CERTIFICATE-----", false},
};

static void
certificates_as_text(void **state)
{
	static const uint8_t der[] = {0x30, 0x03, 0x02, 0x01, 0x01};
	uint8_t wanted[PRB_SHA256_BYTES];

	(void)state;
	prb_store_sha256(wanted, der, sizeof der);
	for (size_t i = 0; i < sizeof certificates / sizeof certificates[0]; i++) {
		uint8_t hash[PRB_SHA256_BYTES] = {0};
		const char *what = NULL;
		enum prb_err err;

		prb_arena_reset(arena);
		err = prb_certificate_sha256(
			arena, prb_span_of(certificates[i].pem), prb_store_sha256, hash, &what);
		if ((err == PRB_OK) != certificates[i].stands)
			fail_msg("%s: %s", certificates[i].pem, prb_err_wire(err));
		if (err == PRB_OK) {
			assert_memory_equal(hash, wanted, sizeof wanted);
			continue;
		}
		assert_int_equal(err, PRB_ERR_VALUE);
		assert_int_equal(strstr(what, "private key") != NULL,
			strstr(certificates[i].pem, "PRIVATE") != NULL);
		assert_int_equal(hash[0], 0);
	}
}

static int
set_up(void **state)
{
	(void)state;
	arena = prb_arena_create((size_t)1 << 24);
	prb_str_init(&exchange.reply.body, PRB_REPLY_BODY_BYTES_MAX);
	return arena == NULL;
}

static int
tear_down(void **state)
{
	(void)state;
	prb_arena_destroy(arena);
	prb_str_finish(&exchange.reply.body);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_that_stand),
		cmocka_unit_test(requests_that_do_not),
		cmocka_unit_test(other_types),
		cmocka_unit_test(all_faults_at_once),
		cmocka_unit_test(certificates_as_text),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
