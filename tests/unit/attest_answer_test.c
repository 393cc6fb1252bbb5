/* SPDX-License-Identifier: Apache-2.0 */
/* POST /v1/verify on an attestation, and on the whole answer to a declaration that holds one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "service/handlers/handler.h"
#include "tests/unit/attest_support.h"

static struct prb_arena *arena;
static struct prb_issuer issuer;
static struct prb_desk desk;
static struct prb_exchange x;
static struct prb_str own, sent;

static int
set_up(void **state)
{
	static struct prb_service service;
	const struct prb_result *result;
	struct attest_key key;

	(void)state;
	arena = prb_arena_create((size_t)64 << 20);
	attest_key_make(0, &key);
	attest_issuer_make(&key, "https://screening.example", &issuer);
	prb_str_init(&own, PRB_CREDENTIAL_BYTES_MAX);
	prb_str_init(&sent, PRB_ANSWER_READ_BYTES_MAX);
	prb_str_init(&desk.text, PRB_REPLY_BODY_BYTES_MAX);
	prb_str_init(&x.reply.body, PRB_REPLY_BODY_BYTES_MAX);
	result = attest_result(arena, attest_declaration_full);
	if (result == NULL)
		return -1;
	attest_credential(arena, result, &issuer, &key, &own);
	service = (struct prb_service){.issuer = &issuer, .sha256 = attest_sha256};
	x.service = &service;
	x.desk = &desk;
	x.arena = arena;
	x.now_ms = ATTEST_MOMENT * 1000;
	x.head.fields[0] =
		(struct prb_header_field){PRB_SPAN("Content-Type"), PRB_SPAN("application/json")};
	x.head.fields_count = 1;
	return own.failed ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	prb_str_finish(&own);
	prb_str_finish(&sent);
	prb_str_finish(&desk.text);
	prb_str_finish(&x.reply.body);
	prb_arena_destroy(arena);
	return 0;
}

static void
answers_to_each(void **state)
{
	static const struct {
		const char *before, *behind, *says;
	} rows[] = {
		{"", "", "\"verified\":true"},
		{"{\"attestation\":", ",\"id\":\"x\"}", "\"verified\":true"},
		{"{\"attestation\":", "}", "the member \\\"attestation\\\" of the text"},
		{"{\"attestation\":[", "]}", "\"verified\":false"},
		{"{\"@context\":[],\"attestation\":", "}", "\"verified\":false"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		prb_str_reset(&sent);
		prb_str_reset(&x.reply.body);
		prb_str_add_text(&sent, rows[i].before);
		prb_str_add(&sent, own.p, own.n);
		prb_str_add_text(&sent, rows[i].behind);
		x.body = prb_str_span(&sent);
		assert_int_equal(prb_handle_verify(&x), PRB_REPLIED);
		assert_int_equal(x.reply.status, 200);
		if (strstr(x.reply.body.p, rows[i].says) == NULL)
			fail_msg("row %zu: %s is not in %s", i, rows[i].says, x.reply.body.p);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(answers_to_each)};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
