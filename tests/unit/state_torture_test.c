/* SPDX-License-Identifier: Apache-2.0 */

/* Lets the n-th allocation of ours fail, n = 1, 2, 3 ..., while a state is made, written, read,
 * verified and rebuilt: each failure is told, nothing leaks, and nothing half-written stays.
 * (LMDB's, OpenSSL's and zlib's own allocations are not ours to fail.) */

#include <sodium.h>
#include <stdio.h>
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

/* A further attestation of that declaration, its revocation, and what the server uses: in one
 * transaction, and then all that reads them. */
static enum prb_err
attest_one(struct prb_state *state, uint64_t n)
{
	struct prb_stored_attestation stored = state_attestation(n, n);
	struct prb_stored_revocation revocation = state_revocation(n, &stored.id, stored.status);
	struct prb_stored_system system = state_system(n);
	struct prb_sealer *sealer = prb_sealer_create(state);
	struct prb_batch *batch = NULL;
	struct prb_str sealed;
	enum prb_put what;
	uint64_t sequence, index;
	enum prb_err err = sealer ? PRB_OK : PRB_ERR_MEMORY;

	prb_str_init(&sealed, PRB_SEALED_BYTES_MAX);
	if (err == PRB_OK)
		err = prb_seal_attestation(sealer, &stored, &sealed);
	if (err == PRB_OK)
		err = prb_batch_create(state, &batch);
	if (err == PRB_OK)
		err = prb_batch_begin(batch);
	if (err == PRB_OK)
		err = prb_batch_put_attestation(
			batch, &stored, prb_str_span(&sealed), &what, &sequence, &index);
	prb_str_finish(&sealed);
	if (err == PRB_OK)
		err = prb_seal_revocation(sealer, &revocation, &sealed);
	if (err == PRB_OK)
		err = prb_batch_put_revocation(
			batch, &revocation, prb_str_span(&sealed), &sequence, &index);
	prb_str_finish(&sealed);
	if (err == PRB_OK)
		err = prb_seal_system(&system, &sealed);
	if (err == PRB_OK)
		err = prb_batch_put_system(
			batch, &system, prb_str_span(&sealed), &sequence, &index);
	if (err == PRB_OK)
		err = prb_batch_commit(batch, NULL);
	prb_batch_destroy(batch);
	prb_str_finish(&sealed);
	prb_sealer_destroy(sealer);
	return err;
}

static enum prb_err
read_log(struct prb_state *state, uint64_t n)
{
	static uint8_t bits[PRB_STATE_STATUS_ENTRIES / 8];
	struct prb_stored_attestation stored = state_attestation(n, n);
	struct prb_arena *arena = prb_arena_create(1 << 20);
	struct prb_state_reader *reader = NULL;
	struct prb_found_attestation found[2];
	struct prb_stored_revocation revocation;
	struct prb_stored_declaration report;
	struct prb_tree_proof proof;
	struct prb_tree tree;
	struct prb_str out;
	uint64_t at;
	size_t count;
	bool more;
	enum prb_err err = arena ? prb_state_reader_create(state, &reader) : PRB_ERR_MEMORY;

	prb_str_init(&out, 1 << 20);
	if (err == PRB_OK)
		err = prb_find_attestations_of(
			reader, 1, &stored.declaration_id, 2, arena, found, &count, &more);
	if (err == PRB_OK)
		assert_true(count == 2 && found[0].revoked && !found[1].revoked && !more);
	if (err == PRB_OK)
		err = prb_find_revocation(reader, &stored.id, arena, &revocation);
	if (err == PRB_OK)
		err = prb_find_report(reader, 1, &stored.report_id, arena, &report);
	if (err == PRB_OK)
		err = prb_status_revoked(reader, stored.status.list, bits, &at);
	if (err == PRB_OK)
		err = prb_log_tree(reader, &tree);
	if (err == PRB_OK)
		err = prb_log_inclusion(reader, 0, tree.size, &proof);
	if (err == PRB_OK)
		err = prb_log_tile(reader, &(struct prb_tile){true, 0, 0, 4}, &out);
	prb_str_finish(&out);
	prb_state_reader_destroy(reader);
	prb_arena_destroy(arena);
	return err;
}

/* Kept and read again, of the empty tree, which every log begins with. */
static enum prb_err
promise_one(struct prb_state *state)
{
	static const char note[] = "log.example/log\n0\n"
				   "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n"
				   "\xe2\x80\x94 log.example/log AAAAAAAAAAA=\n";
	struct prb_fault fault;
	struct prb_str kept;
	enum prb_err err = prb_checkpoint_keep(state, PRB_SPAN(note), &fault);

	prb_str_init(&kept, 4096);
	if (err == PRB_OK)
		err = prb_checkpoint_kept(state, &kept);
	if (err == PRB_OK)
		assert_true(prb_span_is(prb_str_span(&kept), note));
	prb_str_finish(&kept);
	return err;
}

/* One batch with an organisation, a key, its use and an event. */
static enum prb_err
put_access(struct prb_state *state, uint64_t n, struct prb_stored_api_key *key)
{
	struct prb_stored_organisation organisation;
	struct prb_stored_event event;
	struct prb_sealer *sealer = prb_sealer_create(state);
	struct prb_batch *batch = NULL;
	struct prb_str sealed;
	struct prb_fault fault;
	uint32_t tenant = 0;
	enum prb_put what;
	uint64_t sequence;
	enum prb_err err = sealer ? PRB_OK : PRB_ERR_MEMORY;

	prb_str_init(&sealed, PRB_SEALED_BYTES_MAX);
	if (err == PRB_OK)
		err = prb_tenant_make(state, 1790000000000, &tenant, &fault);
	organisation = state_organisation(n, tenant);
	*key = state_api_key(n, tenant);
	event = state_event(n, tenant);
	if (err == PRB_OK)
		err = prb_batch_create(state, &batch);
	if (err == PRB_OK)
		err = prb_batch_begin(batch);
	if (err == PRB_OK)
		err = prb_seal_organisation(sealer, &organisation, &sealed);
	if (err == PRB_OK)
		err = prb_batch_put_organisation(
			batch, &organisation, prb_str_span(&sealed), &sequence);
	prb_str_reset(&sealed);
	if (err == PRB_OK)
		err = prb_seal_api_key(sealer, key, &sealed);
	if (err == PRB_OK)
		err = prb_batch_put_api_key(batch, key, prb_str_span(&sealed), &what, &sequence);
	prb_str_reset(&sealed);
	if (err == PRB_OK)
		err = prb_seal_event(sealer, &event, &sealed);
	if (err == PRB_OK)
		err = prb_batch_put_event(batch, &event, prb_str_span(&sealed), &sequence);
	if (err == PRB_OK)
		err = prb_batch_put_used(batch, tenant, &key->id, 20000, 5);
	if (err == PRB_OK)
		err = prb_batch_commit(batch, NULL);
	prb_batch_destroy(batch);
	prb_str_finish(&sealed);
	prb_sealer_destroy(sealer);
	return err;
}

static enum prb_err
read_access(struct prb_state *state, const struct prb_stored_api_key *key)
{
	struct prb_arena *arena = prb_arena_create(1 << 20);
	struct prb_state_reader *reader = NULL;
	struct prb_stored_organisation organisations[2];
	struct prb_stored_api_key keys[2];
	struct prb_state_access access;
	struct prb_audit_line lines[8];
	struct prb_id last;
	uint64_t next;
	size_t count;
	bool more;
	enum prb_err err = arena ? prb_state_reader_create(state, &reader) : PRB_ERR_MEMORY;

	if (err == PRB_OK)
		err = prb_find_access(reader, key->sha256, &access);
	if (err == PRB_OK)
		err = prb_find_organisations(reader, NULL, 2, arena, organisations, &count);
	if (err == PRB_OK)
		err = prb_find_api_keys(reader, key->tenant, UINT32_MAX, NULL, 2, arena, keys,
			&count, &last, &more);
	if (err == PRB_OK)
		err = prb_find_audit(reader, key->tenant, 0, 8, arena, lines, &count, &next);
	if (err == PRB_OK)
		assert_int_equal(count, 3);
	prb_state_reader_destroy(reader);
	prb_arena_destroy(arena);
	return err;
}

/* Of the tenant whose key it is: recorded, and thrown away. */
static enum prb_err
erase_one(struct prb_state *state, uint32_t tenant)
{
	const struct prb_stored_erasure erasure = {.time_ms = 5, .tenant = tenant};
	struct prb_sealer *sealer = prb_sealer_create(state);
	struct prb_batch *batch = NULL;
	struct prb_str sealed;
	struct prb_fault fault;
	uint64_t sequence;
	enum prb_err err = sealer ? PRB_OK : PRB_ERR_MEMORY;

	prb_str_init(&sealed, PRB_SEALED_BYTES_MAX);
	if (err == PRB_OK)
		err = prb_seal_erasure(sealer, &erasure, &sealed);
	if (err == PRB_OK)
		err = prb_batch_create(state, &batch);
	if (err == PRB_OK)
		err = prb_batch_begin(batch);
	if (err == PRB_OK)
		err = prb_batch_put_erasure(batch, &erasure, prb_str_span(&sealed), &sequence);
	if (err == PRB_OK)
		err = prb_batch_commit(batch, NULL);
	if (err == PRB_OK)
		err = prb_tenant_erase(state, &erasure, &fault);
	prb_batch_destroy(batch);
	prb_str_finish(&sealed);
	prb_sealer_destroy(sealer);
	return err;
}

/* There and back; the copies are no use to the next try. */
static enum prb_err
copy_one(const char *dir, const char *copy, const char *back)
{
	char ring[STATE_PATH_BYTES];
	struct prb_state_counts counts;
	struct prb_fault fault;
	enum prb_err err = prb_state_backup(dir, copy, &counts, &fault);

	state_join(ring, dir, "keyring");
	if (err == PRB_OK)
		err = prb_state_restore(copy, ring, back,
			&(struct prb_state_restoring){.now_ms = 0}, NULL, NULL, &counts, &fault);
	return err;
}

static enum prb_err
work(const char *dir, const char *out, uint64_t n)
{
	const struct prb_state_options options = {.create = true};
	struct prb_state *state = NULL;
	struct prb_stored_api_key key;
	struct prb_state_counts counts;
	struct prb_fault fault;
	enum prb_err err = prb_state_open(dir, &options, &state, &fault);

	assert_int_equal(err == PRB_OK, state != NULL);
	if (err == PRB_OK)
		err = write_one(state, n);
	if (err == PRB_OK)
		err = read_one(state, n);
	if (err == PRB_OK)
		err = attest_one(state, n);
	if (err == PRB_OK)
		err = read_log(state, n);
	if (err == PRB_OK)
		err = promise_one(state);
	if (err == PRB_OK)
		err = decide_one(state, n);
	if (err == PRB_OK)
		err = put_access(state, n, &key);
	if (err == PRB_OK)
		err = read_access(state, &key);
	if (err == PRB_OK)
		err = erase_one(state, key.tenant);
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
		assert_true(counts.records >= record && counts.records <= record + 10);
		record = counts.records;
		prb_state_close(made);
	}
	print_message("%ld allocations\n", n);
	assert_true(n > 20);
	state_remove();
}

/* Nothing that is half a copy has the name of one. */
static void
every_allocation_of_a_copy(void **state)
{
	char dir[STATE_PATH_BYTES], copy[STATE_PATH_BYTES], back[STATE_PATH_BYTES];
	enum prb_err err = PRB_ERR_MEMORY;
	struct prb_state *made;
	long n = 0;

	(void)state;
	state_path(dir, "s");
	made = state_make(dir, 0);
	assert_int_equal(state_put_batch(made, 0, 3), PRB_OK);
	prb_state_close(made);
	while (err != PRB_OK) {
		char name[32];

		(void)snprintf(name, sizeof(name), "copy-%ld", n);
		state_path(copy, name);
		state_path(back, "back");
		allocations_left = n++;
		err = copy_one(dir, copy, back);
		allocations_left = -1;
		assert_true(err == PRB_OK || err == PRB_ERR_MEMORY);
		assert_int_equal(access(back, F_OK) == 0, err == PRB_OK);
		assert_true(n < 10000);
	}
	assert_int_equal(state_verified(back).records, 3);
	assert_true(n > 10);
	state_remove();
}

/* What a program of an earlier format left is brought up whole or not at all. */
static void
every_allocation_of_an_upgrade(void **state)
{
	char dir[STATE_PATH_BYTES];
	struct prb_state *made;
	long n = 0;
	enum prb_err err = PRB_ERR_MEMORY;

	(void)state;
	state_path(dir, "s");
	made = state_make(dir, 0);
	assert_int_equal(state_put_batch(made, 0, 9), PRB_OK);
	prb_state_close(made);
	state_make_earlier(dir, 1);
	while (err != PRB_OK) {
		const struct prb_state_options options = {.read_only = false};
		struct prb_fault fault;

		made = NULL;
		allocations_left = n++;
		err = prb_state_open(dir, &options, &made, &fault);
		allocations_left = -1;
		prb_state_close(made);
		assert_true(err == PRB_OK || err == PRB_ERR_MEMORY);
		assert_int_equal(state_verified(dir).log_size, 9);
	}
	assert_true(n > 3);
	state_remove();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_allocation),
		cmocka_unit_test(every_allocation_of_a_copy),
		cmocka_unit_test(every_allocation_of_an_upgrade)};

	return cmocka_run_group_tests_name("state torture", tests, NULL, NULL);
}
