/* SPDX-License-Identifier: Apache-2.0 */

/* Lets the n-th allocation of ours fail, n = 1, 2, 3 ..., while a state is made, written, read,
 * verified and rebuilt: each failure is told, nothing leaks, and nothing half-written stays.
 * (LMDB's, OpenSSL's and zlib's own allocations are not ours to fail.) */

#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/state_support.h"
#include "tests/unit/wrapped_malloc.h"

static enum prb_err
write_one(struct prb_state *state, uint64_t n)
{
	struct prb_stored_declaration stored = state_declaration(n);
	struct prb_sealer *sealer = prb_sealer_create(state);
	struct prb_batch *batch = NULL;
	struct prb_str sealed;
	enum prb_put what;
	uint64_t sequence, index;
	enum prb_err err = sealer ? PRB_OK : PRB_ERR_MEMORY;

	prb_str_init(&sealed, PRB_SEALED_BYTES_MAX);
	if (err == PRB_OK)
		err = prb_seal_declaration(sealer, &stored, &sealed);
	if (err == PRB_OK)
		err = prb_batch_create(state, &batch);
	if (err == PRB_OK)
		err = prb_batch_begin(batch);
	if (err == PRB_OK)
		err = prb_batch_put_declaration(
			batch, &stored, prb_str_span(&sealed), &what, &sequence, &index);
	if (err == PRB_OK)
		err = prb_batch_commit(batch, NULL);
	prb_batch_destroy(batch);
	prb_str_finish(&sealed);
	prb_sealer_destroy(sealer);
	return err;
}

/* A decision of the same number. */
static struct prb_stored_decision
decision(uint64_t n)
{
	struct prb_stored_declaration declaration = state_declaration(n);
	struct prb_stored_decision stored = {.tenant = PRB_TENANT_OPEN,
		.time_ms = declaration.time_ms,
		.id = declaration.attestation_id,
		.hit = PRB_SPAN("hit"),
		.name = PRB_SPAN("name"),
		.entity = PRB_SPAN("entity"),
		.decision = PRB_SPAN("{}")};
	static uint8_t secret[crypto_sign_SECRETKEYBYTES];
	const uint8_t seed[crypto_sign_SEEDBYTES] = {1};

	crypto_sign_seed_keypair(stored.signer, secret, seed);
	crypto_sign_detached(stored.signature, NULL, (const uint8_t *)"{}", 2, secret);
	return stored;
}

static enum prb_err
decide_one(struct prb_state *state, uint64_t n)
{
	struct prb_stored_decision stored = decision(n), found;
	struct prb_sealer *sealer = prb_sealer_create(state);
	struct prb_state_reader *reader = NULL;
	struct prb_arena *arena = prb_arena_create(1 << 20);
	struct prb_batch *batch = NULL;
	struct prb_str sealed;
	enum prb_put what;
	uint64_t sequence;
	size_t count;
	enum prb_err err = sealer && arena ? PRB_OK : PRB_ERR_MEMORY;

	prb_str_init(&sealed, PRB_SEALED_BYTES_MAX);
	if (err == PRB_OK)
		err = prb_seal_decision(sealer, &stored, &sealed);
	if (err == PRB_OK)
		err = prb_batch_create(state, &batch);
	if (err == PRB_OK)
		err = prb_batch_begin(batch);
	if (err == PRB_OK)
		err = prb_batch_put_decision(
			batch, &stored, prb_str_span(&sealed), &what, &sequence);
	if (err == PRB_OK)
		err = prb_batch_commit(batch, NULL);
	if (err == PRB_OK)
		err = prb_state_reader_create(state, &reader);
	if (err == PRB_OK)
		err = prb_find_decisions(reader, PRB_TENANT_OPEN, PRB_DECIDED_HIT, stored.hit, 0, 1,
			arena, &found, &count);
	if (err == PRB_OK) {
		assert_int_equal(count, 1);
		assert_memory_equal(&found.id, &stored.id, sizeof(stored.id));
	}
	prb_state_reader_destroy(reader);
	prb_batch_destroy(batch);
	prb_str_finish(&sealed);
	prb_sealer_destroy(sealer);
	prb_arena_destroy(arena);
	return err;
}

static enum prb_err
read_one(struct prb_state *state, uint64_t n)
{
	struct prb_stored_declaration stored = state_declaration(n), found;
	struct prb_arena *arena = prb_arena_create(1 << 20);
	struct prb_state_reader *reader = NULL;
	enum prb_err err = arena ? prb_state_reader_create(state, &reader) : PRB_ERR_MEMORY;

	if (err == PRB_OK)
		err = prb_find_declaration(reader, 1, &stored.id, arena, &found);
	if (err == PRB_OK)
		state_same(&found, &stored);
	prb_state_reader_destroy(reader);
	prb_arena_destroy(arena);
	return err;
}

static enum prb_err
work(const char *dir, const char *out, uint64_t n)
{
	const struct prb_state_options options = {.create = true};
	struct prb_state *state = NULL;
	struct prb_state_counts counts;
	struct prb_fault fault;
	enum prb_err err = prb_state_open(dir, &options, &state, &fault);

	assert_int_equal(err == PRB_OK, state != NULL);
	if (err == PRB_OK)
		err = write_one(state, n);
	if (err == PRB_OK)
		err = read_one(state, n);
	if (err == PRB_OK)
		err = decide_one(state, n);
	if (err == PRB_OK)
		err = prb_state_verify(state, NULL, NULL, &counts, &fault);
	prb_state_close(state);
	if (err == PRB_OK)
		err = prb_state_rebuild(dir, out, NULL, NULL, &counts, &fault);
	return err;
}

static void
every_allocation(void **state)
{
	char dir[STATE_PATH_BYTES], out[STATE_PATH_BYTES];
	long n = 0;
	uint64_t record = 0;
	enum prb_err err = PRB_ERR_MEMORY;

	(void)state;
	state_path(dir, "s");
	state_path(out, "out");
	while (err != PRB_OK) {
		struct prb_state *made;
		struct prb_state_counts counts;
		struct prb_fault fault;

		allocations_left = n++;
		err = work(dir, out, record);
		allocations_left = -1;
		if (err != PRB_OK) {
			assert_int_equal(err, PRB_ERR_MEMORY);
			assert_int_equal(access(out, F_OK), -1);
		}
		assert_true(n < 10000);
		/* Whole, with the record or without it. */
		made = state_make(dir, 0);
		assert_int_equal(prb_state_verify(made, NULL, NULL, &counts, &fault), PRB_OK);
		assert_true(counts.records >= record && counts.records <= record + 2);
		record = counts.records;
		prb_state_close(made);
	}
	print_message("%ld allocations\n", n);
	assert_true(n > 20);
	state_remove();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_allocation)};

	return cmocka_run_group_tests_name("state torture", tests, NULL, NULL);
}
