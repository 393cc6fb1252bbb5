/* SPDX-License-Identifier: Apache-2.0 */

/* Decisions in the journal: their bytes, what they are found by, and what becomes of a state that
 * has none. */

#include <lmdb.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "service/state/rows.h"
#include "tests/unit/state_support.h"

static uint8_t secret[crypto_sign_SECRETKEYBYTES], public_key[crypto_sign_PUBLICKEYBYTES];

static int
after_each(void **state)
{
	(void)state;
	state_remove();
	return 0;
}

static int
setup(void **state)
{
	static const uint8_t seed[crypto_sign_SEEDBYTES] = {1, 2, 3};

	(void)state;
	return sodium_init() < 0 || crypto_sign_seed_keypair(public_key, secret, seed) != 0;
}

/* The n-th made-up decision: about hit n / 3, name n / 6, entity n % 2. Every fourth has a key. Its
 * spans live until the next call with the same n modulo 8. */
static struct prb_stored_decision
decision(uint64_t n)
{
	static char texts[8][5][128];
	char(*text)[128] = texts[n % 8];
	struct prb_stored_decision stored = {
		.tenant = PRB_TENANT_OPEN, .time_ms = 1790000000000 + (int64_t)n};
	struct prb_id_source source = {.last_ms = 0};
	const uint8_t random[10] = {(uint8_t)n, (uint8_t)(n >> 8), 7};
	unsigned long long number = n;

	stored.id = prb_id_next(&source, stored.time_ms, random);
	(void)snprintf(text[0], 128, "{\"decision\":\"same\",\"n\":%llu}", number);
	(void)snprintf(text[1], 128, "hit %llu", number / 3);
	(void)snprintf(text[2], 128, "name %llu", number / 6);
	(void)snprintf(text[3], 128, "entity %llu", number % 2);
	stored.decision = prb_span_of(text[0]);
	stored.hit = prb_span_of(text[1]);
	stored.name = prb_span_of(text[2]);
	stored.entity = prb_span_of(text[3]);
	if (n % 4 == 0) {
		(void)snprintf(text[4], 128, "decision-%llu", number);
		stored.idempotency_key = prb_span_of(text[4]);
		stored.request_sha256[0] = (uint8_t)n;
	}
	memcpy(stored.signer, public_key, sizeof(stored.signer));
	crypto_sign_detached(stored.signature, NULL, (const uint8_t *)stored.decision.p,
		stored.decision.n, secret);
	return stored;
}

static enum prb_err
put_sealed(struct prb_state *state, const struct prb_stored_decision *stored, enum prb_put *what,
	uint64_t *sequence)
{
	struct prb_sealer *sealer = prb_sealer_create(state);
	struct prb_batch *batch = NULL;
	struct prb_str sealed;
	enum prb_err err;

	assert_non_null(sealer);
	prb_str_init(&sealed, PRB_SEALED_BYTES_MAX);
	assert_int_equal(prb_seal_decision(sealer, stored, &sealed), PRB_OK);
	assert_int_equal(prb_batch_create(state, &batch), PRB_OK);
	err = prb_batch_begin(batch);
	if (err == PRB_OK)
		err = prb_batch_put_decision(batch, stored, prb_str_span(&sealed), what, sequence);
	if (err == PRB_OK)
		err = prb_batch_commit(batch, NULL);
	prb_batch_destroy(batch);
	prb_str_finish(&sealed);
	prb_sealer_destroy(sealer);
	return err;
}

static void
put(struct prb_state *state, uint64_t n)
{
	struct prb_stored_decision stored = decision(n);
	enum prb_put what;
	uint64_t sequence;

	assert_int_equal(put_sealed(state, &stored, &what, &sequence), PRB_OK);
	assert_int_equal(what, PRB_PUT_NEW);
}

/* The format must not drift: the keyed hashes were made with an HMAC and a BLAKE2b of another
 * library, for the data key 00 01 .. 1f of tenant 1. */
static void
pinned(void **state)
{
	static const char lines[] =
		"probity keyring 1\n"
		"key 1 1 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";
	static const char open_hex[] = "01"
				       "04"
				       "0000"
				       "00000001"
				       "0000000102030405"
				       "00000001"
				       "00000084"
				       "%08x"
				       "00000000"
				       "0004"
				       "00000010"
				       "0dac960ea70ce3a5e3f6fb465f0f5fc7"
				       "0005"
				       "00000010"
				       "1a47a9eb9cfe357263487fd61a1ca570"
				       "0007"
				       "00000010"
				       "5ebf07779a432552769ed793474bef61"
				       "000d"
				       "00000010"
				       "11111111111111111111111111111111"
				       "000e"
				       "00000010"
				       "bfc7b4b8d0e1132f4443f0c430381f68"
				       "000f"
				       "00000010"
				       "1762e107ead2b4d0ad6eb7eee0380faf";
	struct prb_stored_decision stored = {.tenant = 1,
		.time_ms = 0x0102030405,
		.hit = PRB_SPAN("hit"),
		.name = PRB_SPAN("name"),
		.entity = PRB_SPAN("uflpa-001"),
		.decision = PRB_SPAN("{}"),
		.idempotency_key = PRB_SPAN("order 7")};
	char text[512], expected[sizeof(open_hex) + 8], found[1024], hex[65];
	uint8_t sum[crypto_hash_sha256_BYTES];
	struct prb_keyring *ring = NULL;
	size_t open_bytes = 32 + 6 * 22;
	struct prb_sealer *sealer;
	struct prb_record record;
	struct prb_opener *opener;
	struct prb_body body;
	struct prb_str sealed;

	(void)state;
	memset(&stored.id, 0x11, sizeof(stored.id));
	memset(stored.request_sha256, 0x66, sizeof(stored.request_sha256));
	memset(stored.signer, 0x77, sizeof(stored.signer));
	memset(stored.signature, 0x88, sizeof(stored.signature));
	crypto_hash_sha256(sum, (const unsigned char *)lines, strlen(lines));
	sodium_bin2hex(hex, sizeof(hex), sum, sizeof(sum));
	(void)snprintf(text, sizeof(text), "%ssum %s\n", lines, hex);
	assert_int_equal(prb_keyring_parse(prb_span_of(text), &ring, NULL), PRB_OK);
	sealer = prb_sealer_create_with(ring);
	opener = prb_opener_create(ring);
	prb_str_init(&sealed, PRB_SEALED_BYTES_MAX);
	assert_int_equal(prb_seal_decision(sealer, &stored, &sealed), PRB_OK);
	(void)snprintf(expected, sizeof(expected), open_hex, (unsigned)(sealed.n - open_bytes));
	sodium_bin2hex(found, sizeof(found), (const unsigned char *)sealed.p, open_bytes);
	assert_string_equal(found, expected);

	assert_int_equal(prb_record_read(prb_str_span(&sealed), &record, NULL), PRB_OK);
	assert_int_equal(record.kind, PRB_RECORD_DECISION);
	assert_int_equal(record.log_entry.n, 0);
	assert_int_equal(prb_opener_open(opener, &record, NULL, &body, NULL), PRB_OK);
	assert_true(prb_span_is(body.decision, "{}"));
	assert_memory_equal(body.signer, stored.signer, sizeof(body.signer));
	assert_memory_equal(body.signature, stored.signature, sizeof(body.signature));
	/* Each flipped bit is seen: as another record, as damage, or by the tag. */
	for (size_t bit = 0; bit < 8 * sealed.n; bit++) {
		sealed.p[bit / 8] = (char)(sealed.p[bit / 8] ^ (1 << bit % 8));
		assert_false(prb_record_read(prb_str_span(&sealed), &record, NULL) == PRB_OK &&
			     prb_opener_open(opener, &record, NULL, &body, NULL) == PRB_OK);
		sealed.p[bit / 8] = (char)(sealed.p[bit / 8] ^ (1 << bit % 8));
	}
	prb_str_finish(&sealed);
	prb_opener_destroy(opener);
	prb_sealer_destroy(sealer);
	prb_keyring_destroy(ring);
}

/* What a search gives: the numbers n of the decisions, newest first, as text. */
static void
expect(struct prb_state_reader *reader, enum prb_decided_by by, const char *text, uint64_t before,
	size_t max, const char *wanted)
{
	struct prb_arena *arena = prb_arena_create(1 << 20);
	struct prb_stored_decision found[32];
	char list[512] = "";
	size_t count = 99, at = 0;

	assert_int_equal(prb_find_decisions(reader, PRB_TENANT_OPEN, by, prb_span_of(text), before,
				 max, arena, found, &count),
		PRB_OK);
	for (size_t i = 0; i < count; i++) {
		unsigned long long n = (unsigned long long)(found[i].time_ms - 1790000000000);
		struct prb_stored_decision stored = decision(n);

		assert_true(prb_span_equal(found[i].decision, stored.decision));
		assert_memory_equal(&found[i].id, &stored.id, sizeof(stored.id));
		assert_memory_equal(found[i].signature, stored.signature, PRB_SIGNED_BYTES);
		at += (size_t)snprintf(list + at, sizeof(list) - at, "%llu ", n);
	}
	assert_string_equal(list, wanted);
	prb_arena_destroy(arena);
}

static void
found_by(void **state)
{
	char dir[STATE_PATH_BYTES];
	struct prb_state *made;
	struct prb_state_reader *reader;
	struct prb_arena *arena = prb_arena_create(1 << 20);
	struct prb_stored_decision stored = decision(4), found;
	struct prb_id unknown = stored.id;

	(void)state;
	state_path(dir, "s");
	made = state_make(dir, 0);
	assert_int_equal(prb_state_reader_create(made, &reader), PRB_OK);
	expect(reader, PRB_DECIDED_ALL, "", 0, 32, "");
	expect(reader, PRB_DECIDED_HIT, "hit 0", 0, 32, "");
	for (uint64_t n = 0; n < 12; n++)
		put(made, n);
	expect(reader, PRB_DECIDED_ALL, "", 0, 32, "11 10 9 8 7 6 5 4 3 2 1 0 ");
	expect(reader, PRB_DECIDED_ALL, "", 0, 3, "11 10 9 ");
	expect(reader, PRB_DECIDED_ALL, "", 4, 32, "2 1 0 "); /* sequences begin at 1 */
	expect(reader, PRB_DECIDED_ALL, "", 1, 32, "");
	expect(reader, PRB_DECIDED_HIT, "hit 1", 0, 1, "5 ");
	expect(reader, PRB_DECIDED_HIT, "hit 1", 0, 32, "5 4 3 ");
	expect(reader, PRB_DECIDED_HIT, "hit 3", 0, 32, "11 10 9 ");
	expect(reader, PRB_DECIDED_HIT, "hit 4", 0, 32, "");
	expect(reader, PRB_DECIDED_NAME, "name 0", 0, 2, "5 4 ");
	expect(reader, PRB_DECIDED_ENTITY, "entity 1", 8, 32, "5 3 1 ");
	assert_int_equal(prb_find_decision(reader, 1, &stored.id, arena, &found), PRB_OK);
	assert_true(prb_span_equal(found.decision, stored.decision));
	assert_int_equal(
		prb_find_decision(reader, 2, &stored.id, arena, &found), PRB_ERR_NOT_FOUND);
	unknown.bytes[0] ^= 1;
	assert_int_equal(prb_find_decision(reader, 1, &unknown, arena, &found), PRB_ERR_NOT_FOUND);
	prb_state_reader_destroy(reader);
	prb_state_close(made);
	prb_arena_destroy(arena);
}

/* One key leads to one record, whatever its kind. */
static void
keys(void **state)
{
	char dir[STATE_PATH_BYTES];
	struct prb_arena *arena = prb_arena_create(1 << 20);
	struct prb_stored_declaration declaration = state_declaration(3), other;
	struct prb_stored_decision stored = decision(8), again = decision(9), found;
	struct prb_state *made;
	struct prb_state_reader *reader;
	enum prb_put what;
	uint64_t sequence;
	bool same = true;

	(void)state;
	state_path(dir, "s");
	made = state_make(dir, 0);
	assert_int_equal(state_put_batch(made, 3, 1), PRB_OK);
	put(made, 8);
	again.idempotency_key = stored.idempotency_key;
	memcpy(again.request_sha256, stored.request_sha256, PRB_SHA256_BYTES);
	assert_int_equal(put_sealed(made, &again, &what, &sequence), PRB_OK);
	assert_int_equal(what, PRB_PUT_REPLAYED);
	assert_int_equal(sequence, 2);
	again.request_sha256[0]++;
	assert_int_equal(put_sealed(made, &again, &what, &sequence), PRB_OK);
	assert_int_equal(what, PRB_PUT_KEY_REUSED);
	again.idempotency_key = declaration.idempotency_key;
	memcpy(again.request_sha256, declaration.request_sha256, PRB_SHA256_BYTES);
	assert_int_equal(put_sealed(made, &again, &what, &sequence), PRB_OK);
	assert_int_equal(what, PRB_PUT_KEY_REUSED);

	assert_int_equal(prb_state_reader_create(made, &reader), PRB_OK);
	assert_int_equal(prb_find_idempotent_decision(reader, 1, stored.idempotency_key,
				 stored.request_sha256, &same, arena, &found),
		PRB_OK);
	assert_true(same);
	assert_true(prb_span_equal(found.decision, stored.decision));
	assert_int_equal(prb_find_idempotent_decision(reader, 1, declaration.idempotency_key,
				 declaration.request_sha256, &same, arena, &found),
		PRB_OK);
	assert_false(same);
	same = true;
	assert_int_equal(prb_find_idempotent(reader, 1, stored.idempotency_key,
				 stored.request_sha256, &same, arena, &other),
		PRB_OK);
	assert_false(same);
	prb_state_reader_destroy(reader);
	/* The same id twice. */
	stored.idempotency_key = PRB_SPAN_NONE;
	assert_int_equal(put_sealed(made, &stored, &what, &sequence), PRB_ERR_CONFLICT);
	prb_state_close(made);
	prb_arena_destroy(arena);
}

/* Among declarations: the log has no leaf of theirs, and everything follows from the journal. */
static void
rebuilt(void **state)
{
	char dir[STATE_PATH_BYTES], out[STATE_PATH_BYTES];
	struct prb_state_counts counts, again;
	struct prb_state *made;
	struct prb_fault fault;

	(void)state;
	state_path(dir, "s");
	state_path(out, "out");
	made = state_make(dir, 0);
	for (uint64_t n = 0; n < 9; n++)
		put(made, n);
	prb_state_close(made);
	counts = state_verified(dir);
	assert_int_equal(counts.records, 9);
	assert_int_equal(counts.decisions, 9);
	assert_int_equal(counts.log_size, 0);
	assert_int_equal(counts.signers_count, 1);
	assert_memory_equal(counts.signers[0], public_key, PRB_SIGNER_BYTES);
	assert_int_equal(prb_state_rebuild(dir, out, NULL, NULL, &again, &fault), PRB_OK);
	assert_true(again.same);
	assert_memory_equal(again.state_sha256, counts.state_sha256, PRB_SHA256_BYTES);
}

static void
wrong_signature(void **state)
{
	char dir[STATE_PATH_BYTES];
	struct prb_stored_decision stored = decision(1);
	struct prb_state *made;
	enum prb_put what;
	uint64_t sequence;

	(void)state;
	state_path(dir, "s");
	made = state_make(dir, 0);
	put(made, 0);
	stored.signature[7] ^= 1;
	assert_int_equal(put_sealed(made, &stored, &what, &sequence), PRB_OK);
	prb_state_close(made);
	state_expect_damage(dir, "record 2: the signature of its decision does not verify");
}

static bool
flip(void *context, uint8_t *key, size_t key_n, uint8_t *value, size_t value_n)
{
	(void)context;
	(void)key;
	(void)key_n;
	value[value_n - 20] ^= 4;
	return true;
}

static bool
drop(void *context, uint8_t *key, size_t key_n, uint8_t *value, size_t value_n)
{
	(void)context;
	(void)key;
	(void)key_n;
	(void)value;
	(void)value_n;
	return false;
}

static bool
move(void *context, uint8_t *key, size_t key_n, uint8_t *value, size_t value_n)
{
	(void)context;
	(void)value;
	(void)value_n;
	key[key_n - 9] ^= 1; /* of the keyed hash */
	return true;
}

static void
damage(void **state)
{
	static const struct {
		const char *table;
		size_t n;
		bool (*change)(
			void *context, uint8_t *key, size_t key_n, uint8_t *value, size_t value_n);
		const char *words;
	} rows[] = {
		{"journal", 1, flip, "record 2: its bytes do not give its chain hash"},
		{"decision", 0, drop, "in the table `decision` is not there"},
		{"decision", 5, move, "in the table `decision` is not there"},
		{"object", 1, drop, "in the table `object` is not there"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char dir[STATE_PATH_BYTES], name[16];
		struct prb_state *made;

		(void)snprintf(name, sizeof(name), "s%zu", i);
		state_path(dir, name);
		made = state_make(dir, 0);
		for (uint64_t n = 0; n < 3; n++)
			put(made, n);
		prb_state_close(made);
		state_change(dir, rows[i].table, rows[i].n, rows[i].change, NULL);
		state_expect_damage(dir, rows[i].words);
	}
}

static void
sizes(void **state)
{
	char dir[STATE_PATH_BYTES];
	static char large[PRB_DECISION_BYTES_MAX + 1];
	struct prb_stored_decision stored = decision(0);
	struct prb_state *made;
	struct prb_sealer *sealer;
	struct prb_str sealed;

	(void)state;
	state_path(dir, "s");
	made = state_make(dir, 0);
	sealer = prb_sealer_create(made);
	prb_str_init(&sealed, PRB_SEALED_BYTES_MAX);
	memset(large, 'x', sizeof(large));
	stored.decision = (struct prb_span){large, sizeof(large)};
	assert_int_equal(prb_seal_decision(sealer, &stored, &sealed), PRB_ERR_RANGE);
	stored.decision.n--;
	assert_int_equal(prb_seal_decision(sealer, &stored, &sealed), PRB_OK);
	stored.decision.n = 0;
	assert_int_equal(prb_seal_decision(sealer, &stored, &sealed), PRB_ERR_RANGE);
	stored = decision(0);
	stored.tenant = 9;
	assert_int_equal(prb_seal_decision(sealer, &stored, &sealed), PRB_ERR_NOT_FOUND);
	prb_str_finish(&sealed);
	prb_sealer_destroy(sealer);
	prb_state_close(made);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(pinned, after_each),
		cmocka_unit_test_teardown(found_by, after_each),
		cmocka_unit_test_teardown(keys, after_each),
		cmocka_unit_test_teardown(rebuilt, after_each),
		cmocka_unit_test_teardown(wrong_signature, after_each),
		cmocka_unit_test_teardown(damage, after_each),
		cmocka_unit_test_teardown(sizes, after_each),
	};

	return cmocka_run_group_tests_name("state decisions", tests, setup, NULL);
}
