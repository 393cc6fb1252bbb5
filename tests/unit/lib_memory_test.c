/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The n-th allocation fails, n = 1, 2, 3 ...: the library says so, gives nothing half done, and
 * keeps nothing. The linker puts the __wrap functions in malloc's place, for the library's own
 * calls.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "clients/lib/answer.h"
#include "clients/lib/probity.h"
#include "tests/unit/wrapped_malloc.h"

#define RELEASE PROBITY_BINARY_DIR "/share/probity/release.lmdb"
#define TRIES_MAX 2000

static const char declaration[] = "{\"supplier\":{\"name\":\"A\",\"country\":\"BGD\"},"
				  "\"products\":[{\"hs\":\"6109\",\"origin\":\"BGD\"}]}";

/* Each gives true when it went well, and asserts what holds when it did not. */
static bool
scores(void)
{
	static const struct probity_score_options options = {.as_of = "2026-06-30"};
	struct probity_data *data = NULL;
	struct probity_scorer *scorer = NULL;
	struct probity_faults *faults = probity_faults_create();
	char *report = NULL;
	size_t n;
	bool done = false;

	if (probity_data_open(RELEASE, &data, faults) == PROBITY_OK) {
		scorer = probity_scorer_create(data);
		if (scorer != NULL)
			done = probity_score(scorer, declaration, strlen(declaration), &options,
				       &report, &n, faults) == PROBITY_OK;
		assert_int_equal(done, report != NULL);
	} else {
		assert_null(data);
	}
	probity_free(report);
	probity_scorer_destroy(scorer);
	probity_data_close(data);
	probity_faults_destroy(faults);
	return done && faults != NULL;
}

static bool
creates_clients(void)
{
	static const struct probity_client_options options = {
		.url = "https://probity.example", .key = "prb_a", .ca_file = "ca.pem"};
	struct probity_client *client = NULL;
	bool done = probity_client_create(&options, &client, NULL) == PROBITY_OK;

	assert_int_equal(done, client != NULL);
	probity_client_destroy(client);
	return done;
}

static bool
reads_answers(void)
{
	static const char body[] = "{\"a\":{\"b\":[\"c\"]}}";
	struct probity_answer *answer = prb_answer_create();
	struct prb_wire_reply reply = {
		.end = PRB_WIRE_DONE, .status = 200, .type = "application/json"};
	const char *text = NULL, *inside = NULL;

	if (answer == NULL)
		return false;
	prb_str_init(&reply.body, 4096);
	prb_str_add_text(&reply.body, body);
	if (reply.body.failed) {
		prb_str_finish(&reply.body);
		probity_answer_destroy(answer);
		return false;
	}
	prb_answer_read(answer, &reply, 200, false, NULL);
	text = probity_answer_at(answer, "/a/b/0", NULL);
	inside = probity_answer_at(answer, "/a", NULL);
	if (text != NULL)
		assert_string_equal(text, "c");
	if (inside != NULL)
		assert_string_equal(inside, "{\"b\":[\"c\"]}");
	probity_answer_destroy(answer);
	return text != NULL && inside != NULL;
}

static bool
verifies_anything(void)
{
	struct probity_verification *v = probity_verify("{\"id\":\"urn:x\"}", 14, NULL);
	bool done = v != NULL && strcmp(probity_verification_id(v), "") != 0;

	assert_false(probity_verified(v));
	probity_verification_destroy(v);
	return done;
}

static void
sweep(void **state)
{
	bool (*work)(void) = *(bool (**)(void)) * state;
	bool done = false;
	long n;

	assert_true(work()); /* with all the memory there is */
	for (n = 0; n < TRIES_MAX; n++) {
		allocations_left = n;
		done = work();
		/* It went to its end before its turn came to fail. */
		if (allocations_left >= 0)
			break;
	}
	allocations_left = -1;
	assert_true(done);
	assert_true(n > 0 && n < TRIES_MAX);
}

int
main(void)
{
	static bool (*works[])(void) = {scores, creates_clients, reads_answers, verifies_anything};
	struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(sweep, &works[0]),
		cmocka_unit_test_prestate(sweep, &works[1]),
		cmocka_unit_test_prestate(sweep, &works[2]),
		cmocka_unit_test_prestate(sweep, &works[3]),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
