/* SPDX-License-Identifier: Apache-2.0 */
/* Lets the n-th allocation of ours fail, n = 1, 2, 3 ..., while a log is published: each failure is
 * told or made good later, nothing leaks, and what was published stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "service/log/policy.h"
#include "service/log/publisher.h"
#include "tests/unit/log_support.h"
#include "tests/unit/state_support.h"
#include "tests/unit/wrapped_malloc.h"

#define ROUNDS_MAX 200 /* against a loop without end */

static int64_t
clock_ms(void)
{
	return INT64_C(1790000000000);
}

static void
write_policy(const char *path)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs("quorum none\n", file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* What is on the disk is a checkpoint of ours, of at least that many entries. */
static void
check_kept(struct prb_state *state, const struct log_signer *signer, uint64_t least)
{
	struct prb_checkpoint checkpoint;
	struct prb_note note;
	struct prb_str kept;

	prb_str_init(&kept, PRB_CHECKPOINT_BYTES_MAX);
	assert_int_equal(prb_checkpoint_kept(state, &kept), PRB_OK);
	assert_int_equal(
		prb_checkpoint_open(prb_str_span(&kept), &signer->key, &note, &checkpoint, NULL),
		PRB_OK);
	assert_true(checkpoint.size >= least);
	prb_str_finish(&kept);
}

static void
publishing(void **unused)
{
	char dir[STATE_PATH_BYTES], policy[STATE_PATH_BYTES];
	struct prb_publisher_options options = {.dir = dir,
		.origin = "log.example/log",
		.seconds = 1,
		.witnesses = policy,
		.clock_ms = clock_ms,
		.sha256 = log_sha256};
	struct log_signer signer;
	bool done = false;
	long failed = 0, round;

	(void)unused;
	assert_true(log_signer_make(options.origin, PRB_NOTE_ED25519, 1, &signer));
	options.secret_key = signer.secret;
	memcpy(options.public_key, signer.key.public_key, sizeof options.public_key);
	state_path(dir, "torture");
	state_path(policy, "policy");
	options.state = state_make(dir, 0);
	write_policy(policy);
	for (round = 0; round < ROUNDS_MAX && !done; round++) {
		struct prb_publisher *publisher = NULL;
		struct prb_fault fault;
		enum prb_err err;

		assert_int_equal(state_put_batch(options.state, (uint64_t)round, 1), PRB_OK);
		allocations_left = round;
		err = prb_publisher_start(&options, &publisher, &fault);
		done = allocations_left >= 0;
		allocations_left = -1;
		failed += err != PRB_OK;
		assert_true(err == PRB_OK || err == PRB_ERR_MEMORY);
		assert_int_equal(err == PRB_OK, publisher != NULL);
		/* The end publishes what the start could not. */
		prb_publisher_stop(publisher);
		if (err == PRB_OK)
			check_kept(options.state, &signer, (uint64_t)round + 1);
	}
	assert_true(done);
	assert_true(failed > 3);
	printf("%ld allocations, %ld of them fatal to a start\n", round - 1, failed);
	prb_state_close(options.state);
	state_remove();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(publishing),
	};

	return cmocka_run_group_tests_name("log publisher torture", tests, NULL, NULL);
}
