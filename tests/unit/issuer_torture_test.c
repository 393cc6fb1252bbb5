/* SPDX-License-Identifier: Apache-2.0 */
/* Keys, passphrases and rotation with the n-th allocation failing, the guarded ones and Argon2id's
 * among them: nothing leaks, no key is lost, and the next try goes well. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "tests/unit/state_support.h"

#include "service/issuer/slot.h"
#include "tests/unit/wrapped_malloc.h"

#define ROUNDS_MAX 20000

void *__real_sodium_malloc(size_t n);
void *__wrap_sodium_malloc(size_t n);
int __real_crypto_pwhash(unsigned char *out, unsigned long long n, const char *words,
	unsigned long long words_n, const unsigned char *salt, unsigned long long passes,
	size_t bytes, int algorithm);
int __wrap_crypto_pwhash(unsigned char *out, unsigned long long n, const char *words,
	unsigned long long words_n, const unsigned char *salt, unsigned long long passes,
	size_t bytes, int algorithm);

/* Counted as those of the heap are. */
static bool
fails(void)
{
	allocations_taken++;
	return allocations_left >= 0 && allocations_left-- == 0;
}

void *
__wrap_sodium_malloc(size_t n)
{
	return fails() ? NULL : __real_sodium_malloc(n);
}

/* Little work: what is tested is what happens when there is no memory for it. */
int
__wrap_crypto_pwhash(unsigned char *out, unsigned long long n, const char *words,
	unsigned long long words_n, const unsigned char *salt, unsigned long long passes,
	size_t bytes, int algorithm)
{
	(void)passes;
	(void)bytes;
	if (!fails())
		return __real_crypto_pwhash(out, n, words, words_n, salt, 1,
			crypto_pwhash_argon2id_MEMLIMIT_MIN, algorithm);
	errno = ENOMEM;
	return -1;
}

static struct prb_fault fault;
static char dir[STATE_PATH_BYTES], path[STATE_PATH_BYTES], words[STATE_PATH_BYTES];

static void
remove_file(const char *name)
{
	assert_int_equal(unlink(name), 0);
}

static void
write_words(void)
{
	FILE *file = fopen(words, "w");

	assert_non_null(file);
	assert_true(fputs("correct horse battery staple\n", file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(words, 0600), 0);
}

/* Makes a sealed key, opens it, unseals it, seals it. */
static enum prb_err
use_a_file(void)
{
	struct prb_passphrase *passphrase = NULL;
	struct prb_secret_key *key = NULL, *again = NULL;
	struct prb_secret_place place;
	enum prb_err err = prb_passphrase_find(words, &passphrase, &fault);

	assert_true(prb_secret_place_set(&place, "", path, NULL));
	if (err == PRB_OK)
		err = prb_keyfile_create(path, passphrase, &key, &fault);
	if (err == PRB_OK)
		err = prb_keyfile_open(&place, passphrase, &again, NULL, &fault);
	if (err == PRB_OK)
		assert_memory_equal(prb_secret_key_bytes(key), prb_secret_key_bytes(again),
			PRB_KEY_SECRET_BYTES);
	if (err == PRB_OK)
		err = prb_keyfile_unseal(path, passphrase, &fault);
	if (err == PRB_OK)
		err = prb_keyfile_seal(path, passphrase, &fault);
	prb_secret_key_destroy(key);
	prb_secret_key_destroy(again);
	prb_passphrase_destroy(passphrase);
	return err;
}

static void
files(void **state)
{
	enum prb_err err = PRB_ERR_MEMORY;
	long n;

	(void)state;
	state_path(path, "key");
	state_path(words, "words");
	write_words();
	for (n = 0; err != PRB_OK && n < ROUNDS_MAX; n++) {
		allocations_left = n;
		err = use_a_file();
		allocations_left = -1;
		if (err != PRB_OK)
			assert_int_equal(err, PRB_ERR_MEMORY);
		/* Whole, or not there. */
		if (access(path, F_OK) == 0) {
			struct prb_secret_place place;
			uint8_t public_key[32];

			assert_true(prb_secret_place_set(&place, "", path, NULL));
			assert_int_equal(
				prb_keyfile_public(&place, public_key, NULL, &fault), PRB_OK);
			remove_file(path);
		}
	}
	assert_int_equal(err, PRB_OK);
	assert_true(n > 10);
	remove_file(words);
	state_remove();
}

/* As the server does it at each start. */
static enum prb_err
start(struct prb_state *state, uint8_t public_key[32])
{
	struct prb_history history;
	struct prb_key_slot slot;
	struct prb_key_opened opened;
	struct prb_secret_key *key = NULL;
	struct prb_recorder recorder;
	enum prb_err err = prb_history_read(state, &history, &fault);

	if (err == PRB_OK)
		err = prb_key_slot_fill(dir, PRB_USE_ATTESTATION, &slot, &fault);
	if (err == PRB_OK)
		err = prb_key_slot_open(&slot, NULL, &history, true, &key, &opened, &fault);
	if (err != PRB_OK)
		return err;
	prb_secret_key_public(key, public_key);
	prb_secret_key_destroy(key);
	prb_recorder_begin(&recorder, state, 1);
	if (prb_history_in_use(&history, PRB_USE_ATTESTATION) == NULL) {
		struct prb_issuer_key record = {
			.use = PRB_USE_ATTESTATION, .standing = PRB_STANDING_IN_USE, .number = 1};

		memcpy(record.public_key, public_key, 32);
		prb_recorder_key(&recorder, &record);
		prb_recorder_release(&recorder, public_key);
	}
	return prb_recorder_commit(&recorder, &fault);
}

static void
starts(void **state)
{
	enum prb_err err = PRB_ERR_MEMORY;
	struct prb_state *opened;
	uint8_t first[32] = {0}, public_key[32];
	long n;

	(void)state;
	state_path(dir, "state");
	opened = state_make(dir, 0);
	for (n = 0; err != PRB_OK && n < ROUNDS_MAX; n++) {
		allocations_left = n;
		err = start(opened, public_key);
		allocations_left = -1;
	}
	assert_int_equal(err, PRB_OK);
	assert_true(n > 3);
	/* The key that the first good start made is the one that stays. */
	assert_int_equal(start(opened, first), PRB_OK);
	assert_memory_equal(first, public_key, 32);
	prb_state_close(opened);
	state_remove();
}

static void
rotations(void **state)
{
	enum prb_err err = PRB_ERR_MEMORY;
	struct prb_state *opened;
	uint8_t before[32], after[32];
	struct prb_rotation r;
	long n;

	(void)state;
	state_path(dir, "state");
	opened = state_make(dir, 0);
	assert_int_equal(start(opened, before), PRB_OK);
	prb_state_close(opened);
	for (n = 0; err != PRB_OK && n < ROUNDS_MAX; n++) {
		r = (struct prb_rotation){.dir = dir, .use = PRB_USE_ATTESTATION, .now = 2};
		allocations_left = n;
		err = prb_rotate(&r, &fault);
		allocations_left = -1;
		/* Before it went well the old key is in use, file and journal alike. */
		opened = state_open(dir, false);
		assert_int_equal(start(opened, after), PRB_OK);
		prb_state_close(opened);
		if (err != PRB_OK)
			assert_memory_equal(after, before, 32);
	}
	assert_int_equal(err, PRB_OK);
	assert_memory_equal(after, r.after.public_key, 32);
	assert_memory_not_equal(after, before, 32);
	assert_true(n > 5);
	state_remove();
}

/* Declarations 1 to 3; the second is attested by another key. */
static void
attest(struct prb_state *opened)
{
	struct state_writing w;
	char text[128];

	state_writing_begin(&w, opened);
	for (uint64_t n = 1; n <= 3; n++) {
		struct prb_stored_declaration stored = state_declaration(n);

		stored.attestation.p = text;
		stored.attestation.n = (size_t)snprintf(text, sizeof(text),
			"{\"proof\":{\"verificationMethod\":\"did:web:probity.example#key-%d\"}}",
			n == 2 ? 7 : 1);
		assert_int_equal(state_put_declaration(&w, &stored), PRB_OK);
	}
	state_writing_end(&w);
}

static bool
is_revoked(struct prb_state *opened, uint64_t n)
{
	struct prb_state_reader *reader = NULL;
	struct prb_arena *arena = prb_arena_create(1 << 20);
	struct prb_found_attestation found;
	struct prb_id id = state_declaration(n).attestation_id;

	assert_int_equal(prb_state_reader_create(opened, &reader), PRB_OK);
	assert_int_equal(prb_find_attestation(reader, &id, arena, &found), PRB_OK);
	prb_state_reader_destroy(reader);
	prb_arena_destroy(arena);
	return found.revoked;
}

/* What a stolen key signed is revoked in the end, once, and nothing else ever is. */
static void
thefts(void **state)
{
	const struct prb_issuer_key key = {.use = PRB_USE_ATTESTATION, .number = 1};
	enum prb_err err = PRB_ERR_MEMORY;
	uint64_t count, all = 0;
	struct prb_state *opened;
	long n;

	(void)state;
	state_path(dir, "state");
	opened = state_make(dir, 0);
	attest(opened);
	for (n = 0; err != PRB_OK && n < ROUNDS_MAX; n++) {
		allocations_left = n;
		err = prb_revoke_signed(opened, &key, 2, NULL, NULL, &count, &fault);
		allocations_left = -1;
		all += count;
		assert_true(err == PRB_OK || err == PRB_ERR_MEMORY);
		assert_false(is_revoked(opened, 2));
		assert_int_equal(is_revoked(opened, 1), all == 2);
		assert_int_equal(is_revoked(opened, 3), all == 2);
	}
	assert_int_equal(err, PRB_OK);
	assert_int_equal(all, 2);
	assert_in_range(n, 10, ROUNDS_MAX);
	prb_state_close(opened);
	(void)state_verified(dir);
	state_remove();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files),
		cmocka_unit_test(starts),
		cmocka_unit_test(rotations),
		cmocka_unit_test(thefts),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
