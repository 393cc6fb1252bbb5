/* SPDX-License-Identifier: Apache-2.0 */
/* The two keys of a server against what the journal says, and their rotation, whole and cut. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/state_support.h"

#include "service/issuer/slot.h"

#define NOW 1782820800 /* 2026-06-30T12:00:00Z */
#define DAY 86400

static struct prb_fault fault;
static char dir[STATE_PATH_BYTES];

static int
set_up(void **state)
{
	(void)state;
	state_path(dir, "state");
	return unsetenv("CREDENTIALS_DIRECTORY");
}

static int
tear_down(void **state)
{
	(void)state;
	state_remove();
	return unsetenv("CREDENTIALS_DIRECTORY");
}

static struct prb_key_slot
slot_of(enum prb_key_use use)
{
	struct prb_key_slot slot;

	assert_int_equal(prb_key_slot_fill(dir, use, &slot, &fault), PRB_OK);
	return slot;
}

static struct prb_history
history_of(struct prb_state *state)
{
	struct prb_history history;

	assert_int_equal(prb_history_read(state, &history, &fault), PRB_OK);
	return history;
}

static void
record(struct prb_state *state, enum prb_key_use use, const uint8_t public_key[32])
{
	struct prb_issuer_key key = {
		.use = (uint8_t)use, .standing = PRB_STANDING_IN_USE, .number = 1};
	struct prb_recorder recorder;

	memcpy(key.public_key, public_key, 32);
	prb_recorder_begin(&recorder, state, NOW);
	prb_recorder_key(&recorder, &key);
	assert_int_equal(prb_recorder_commit(&recorder, &fault), PRB_OK);
}

/* As a server at its first start: both keys made and recorded. */
static void
first_start(void)
{
	struct prb_state *state = state_make(dir, 0);

	for (int use = PRB_USE_ATTESTATION; use <= PRB_USE_LOG; use++) {
		struct prb_key_slot slot = slot_of((enum prb_key_use)use);
		struct prb_history history = history_of(state);
		struct prb_secret_key *key = NULL;
		struct prb_key_opened opened;
		uint8_t public_key[32];

		assert_int_equal(
			prb_key_slot_open(&slot, NULL, &history, true, &key, &opened, &fault),
			PRB_OK);
		assert_true(
			opened.made && !opened.is_sealed && !opened.finished && !opened.leftover);
		prb_secret_key_public(key, public_key);
		prb_secret_key_destroy(key);
		record(state, (enum prb_key_use)use, public_key);
	}
	prb_state_close(state);
}

/* What a start gives; the key's public half where it opens. */
static enum prb_err
start(enum prb_key_use use, bool may_make, uint8_t public_key[32], struct prb_key_opened *opened)
{
	struct prb_state *state = state_open(dir, false);
	struct prb_key_slot slot = slot_of(use);
	struct prb_history history = history_of(state);
	struct prb_secret_key *key = NULL;
	enum prb_err err = prb_key_slot_open(&slot, NULL, &history, may_make, &key, opened, &fault);

	if (err == PRB_OK)
		prb_secret_key_public(key, public_key);
	else
		assert_null(key);
	prb_secret_key_destroy(key);
	prb_state_close(state);
	return err;
}

static void
assert_start_refused(enum prb_key_use use, const char *reason)
{
	struct prb_key_opened opened;
	uint8_t public_key[32];

	assert_int_equal(start(use, false, public_key, &opened), PRB_ERR_KEY);
	if (strstr(fault.detail, reason) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", fault.detail, reason);
}

static void
move(const struct prb_secret_place *from, const struct prb_secret_place *to)
{
	assert_int_equal(rename(from->path, to->path), 0);
}

static struct prb_secret_place
beside(const char *name)
{
	struct prb_secret_place place;

	assert_true(prb_secret_place_set(&place, dir, name, &fault));
	return place;
}

static struct prb_rotation
rotation(enum prb_key_use use)
{
	return (struct prb_rotation){.dir = dir, .use = use, .now = NOW + DAY};
}

/* The log's entries, one behind the other. */
static void
read_log(struct prb_str *out)
{
	struct prb_state *state = state_open(dir, false);
	struct prb_state_reader *reader = NULL;
	struct prb_tree tree;
	struct prb_tile tile = {.entries = true};

	assert_int_equal(prb_state_reader_create(state, &reader), PRB_OK);
	assert_int_equal(prb_log_tree(reader, &tree), PRB_OK);
	tile.width = (unsigned)tree.size;
	assert_int_equal(prb_log_tile(reader, &tile, out), PRB_OK);
	prb_state_reader_destroy(reader);
	prb_state_close(state);
}

static void
assert_logged(
	const char *at_time, const uint8_t public_key[32], const char *standing, const char *use)
{
	char multikey[PRB_MULTIKEY_BYTES], wanted[256];
	struct prb_str entries;
	size_t n, at = 0;

	prb_key_public_multikey(public_key, multikey);
	(void)snprintf(wanted, sizeof(wanted),
		"{\"at\":\"%s\",\"key\":\"%s\",\"standing\":\"%s\",\"type\":\"key\",\"use\":\"%"
		"s\"}",
		at_time, multikey, standing, use);
	n = strlen(wanted);
	prb_str_init(&entries, 1 << 20);
	read_log(&entries);
	while (at + n <= entries.n && memcmp(entries.p + at, wanted, n) != 0)
		at++;
	if (at + n > entries.n)
		fail_msg("no entry %s", wanted);
	prb_str_finish(&entries);
}

static void
assert_state_holds(void)
{
	struct prb_state *state = state_open(dir, false);
	struct prb_state_counts counts;

	assert_int_equal(prb_state_verify(state, NULL, NULL, &counts, &fault), PRB_OK);
	prb_state_close(state);
}

/* ---- starts ---- */

static void
opens_the_key_in_use(void **state)
{
	struct prb_key_opened opened;
	uint8_t attestation[32], log[32];

	(void)state;
	first_start();
	assert_int_equal(start(PRB_USE_ATTESTATION, false, attestation, &opened), PRB_OK);
	assert_false(opened.made);
	assert_int_equal(start(PRB_USE_LOG, false, log, &opened), PRB_OK);
	assert_memory_not_equal(attestation, log, 32);
	assert_logged("2026-06-30T12:00:00Z", attestation, "in_use", "attestation");
	assert_logged("2026-06-30T12:00:00Z", log, "in_use", "log");
	assert_state_holds();
}

static void
refuses_what_is_gone_or_foreign(void **state)
{
	static const enum prb_key_use uses[] = {PRB_USE_ATTESTATION, PRB_USE_LOG};

	(void)state;
	first_start();
	for (size_t i = 0; i < 2; i++) {
		struct prb_key_slot slot = slot_of(uses[i]);
		struct prb_secret_place kept = beside("kept");
		struct prb_secret_key *foreign = NULL;
		struct prb_key_opened opened;
		uint8_t public_key[32];

		move(&slot.file, &kept);
		assert_start_refused(uses[i], "is gone");
		/* Even where it might be made: the journal knows that there was one. */
		assert_int_equal(start(uses[i], true, public_key, &opened), PRB_ERR_KEY);
		assert_int_equal(prb_keyfile_make(slot.file.path, &foreign, &fault), PRB_OK);
		prb_secret_key_destroy(foreign);
		assert_start_refused(uses[i], "is not known to the journal");
		assert_int_equal(unlink(slot.file.path), 0);
		move(&kept, &slot.file);
		assert_int_equal(start(uses[i], false, public_key, &opened), PRB_OK);
	}
}

/* A state of a version that recorded no keys. */
static void
takes_what_is_there_where_nothing_is_recorded(void **state)
{
	struct prb_key_slot slot;
	struct prb_secret_key *key = NULL;
	struct prb_key_opened opened;
	uint8_t made[32], opens[32];

	(void)state;
	prb_state_close(state_make(dir, 0));
	assert_start_refused(PRB_USE_ATTESTATION, "probity keys new --out");
	slot = slot_of(PRB_USE_ATTESTATION);
	assert_int_equal(prb_keyfile_make(slot.file.path, &key, &fault), PRB_OK);
	prb_secret_key_public(key, made);
	prb_secret_key_destroy(key);
	assert_int_equal(start(PRB_USE_ATTESTATION, false, opens, &opened), PRB_OK);
	assert_memory_equal(opens, made, 32);
	assert_false(opened.made);
}

static void
a_credential_stands_before_the_file(void **state)
{
	struct prb_key_slot slot;
	struct prb_secret_place credential;
	struct prb_secret_key *key = NULL;
	struct prb_key_opened opened;
	struct prb_rotation r = rotation(PRB_USE_ATTESTATION);
	uint8_t first[32], opens[32];

	(void)state;
	first_start();
	assert_int_equal(start(PRB_USE_ATTESTATION, false, first, &opened), PRB_OK);
	slot = slot_of(PRB_USE_ATTESTATION);
	credential = beside(PRB_CREDENTIAL_ISSUER_KEY);
	move(&slot.file, &credential);
	assert_int_equal(setenv("CREDENTIALS_DIRECTORY", dir, 1), 0);
	assert_int_equal(start(PRB_USE_ATTESTATION, false, opens, &opened), PRB_OK);
	assert_memory_equal(opens, first, 32);
	/* A file beside it does not count. */
	assert_int_equal(prb_keyfile_make(slot.file.path, &key, &fault), PRB_OK);
	prb_secret_key_destroy(key);
	assert_int_equal(start(PRB_USE_ATTESTATION, false, opens, &opened), PRB_OK);
	assert_int_equal(unlink(slot.file.path), 0);
	/* A rotation writes the file, and the old credential is refused until it is renewed. */
	assert_int_equal(prb_rotate(&r, &fault), PRB_OK);
	assert_start_refused(PRB_USE_ATTESTATION, "was retired");
	move(&slot.file, &credential);
	assert_int_equal(start(PRB_USE_ATTESTATION, false, opens, &opened), PRB_OK);
	assert_memory_equal(opens, r.after.public_key, 32);
}

/* ---- rotations ---- */

static void
rotates(void **state)
{
	struct prb_rotation r = rotation(PRB_USE_ATTESTATION), again = r,
			    log = rotation(PRB_USE_LOG);
	struct prb_history history;
	struct prb_key_opened opened;
	uint8_t first[32], opens[32];
	struct prb_state *opened_state;

	(void)state;
	first_start();
	assert_int_equal(start(PRB_USE_ATTESTATION, false, first, &opened), PRB_OK);
	assert_int_equal(prb_rotate(&r, &fault), PRB_OK);
	assert_false(r.finished);
	assert_memory_equal(r.before.public_key, first, 32);
	assert_int_equal(r.before.standing, PRB_STANDING_RETIRED);
	assert_int_equal(r.before.expires, NOW + DAY + 730 * (int64_t)DAY);
	assert_int_equal(r.after.number, 2);
	assert_int_equal(start(PRB_USE_ATTESTATION, false, opens, &opened), PRB_OK);
	assert_memory_equal(opens, r.after.public_key, 32);
	assert_false(opened.finished || opened.leftover);
	again.compromised = true;
	again.now = NOW + 2 * DAY;
	assert_int_equal(prb_rotate(&again, &fault), PRB_OK);
	assert_int_equal(again.before.standing, PRB_STANDING_REVOKED);
	assert_int_equal(again.before.expires, 0);
	assert_int_equal(again.after.number, 3);
	assert_int_equal(prb_rotate(&log, &fault), PRB_OK);
	assert_int_equal(log.before.expires, 0);
	assert_int_equal(log.after.number, 2);
	assert_string_equal(log.origin, "");
	opened_state = state_open(dir, false);
	history = history_of(opened_state);
	prb_state_close(opened_state);
	assert_int_equal(history.keys_count, 5);
	assert_memory_equal(prb_history_in_use(&history, PRB_USE_ATTESTATION)->public_key,
		again.after.public_key, 32);
	assert_int_equal(prb_history_find(&history, PRB_USE_ATTESTATION, first)->standing,
		PRB_STANDING_RETIRED);
	assert_int_equal(prb_history_find(&history, PRB_USE_ATTESTATION, first)->since, NOW + DAY);
	assert_null(prb_history_find(&history, PRB_USE_LOG, first));
	assert_logged("2026-07-01T12:00:00Z", first, "retired", "attestation");
	assert_logged("2026-07-02T12:00:00Z", r.after.public_key, "revoked", "attestation");
	assert_state_holds();
}

/* The old file may be lost: the journal knows its public half. */
static void
rotates_a_lost_key(void **state)
{
	struct prb_key_slot slot;
	struct prb_rotation r = rotation(PRB_USE_ATTESTATION);
	struct prb_key_opened opened;
	uint8_t first[32], opens[32];

	(void)state;
	first_start();
	assert_int_equal(start(PRB_USE_ATTESTATION, false, first, &opened), PRB_OK);
	slot = slot_of(PRB_USE_ATTESTATION);
	assert_int_equal(unlink(slot.file.path), 0);
	assert_int_equal(prb_rotate(&r, &fault), PRB_OK);
	assert_memory_equal(r.before.public_key, first, 32);
	assert_int_equal(start(PRB_USE_ATTESTATION, false, opens, &opened), PRB_OK);
	assert_memory_equal(opens, r.after.public_key, 32);
}

static void
rotates_what_was_not_recorded(void **state)
{
	struct prb_rotation r = rotation(PRB_USE_ATTESTATION);
	struct prb_key_slot slot;
	struct prb_secret_key *key = NULL;
	uint8_t first[32];

	(void)state;
	prb_state_close(state_make(dir, 0));
	assert_int_equal(prb_rotate(&r, &fault), PRB_ERR_KEY);
	assert_non_null(strstr(fault.detail, "makes one at its next start"));
	slot = slot_of(PRB_USE_ATTESTATION);
	assert_int_equal(prb_keyfile_make(slot.file.path, &key, &fault), PRB_OK);
	prb_secret_key_public(key, first);
	prb_secret_key_destroy(key);
	assert_int_equal(prb_rotate(&r, &fault), PRB_OK);
	assert_int_equal(r.before.number, 1);
	assert_int_equal(r.after.number, 2);
	assert_logged("2026-07-01T12:00:00Z", first, "in_use", "attestation");
	assert_logged("2026-07-01T12:00:00Z", first, "retired", "attestation");
	assert_state_holds();
}

static void
refuses_to_rotate(void **state)
{
	struct prb_rotation r = rotation(PRB_USE_ATTESTATION);
	struct prb_key_slot slot;
	struct prb_secret_place kept;
	struct prb_secret_key *foreign = NULL;
	struct prb_state *running;

	(void)state;
	assert_int_not_equal(prb_rotate(&r, &fault), PRB_OK); /* there is no state */
	first_start();
	running = state_open(dir, false);
	assert_int_equal(prb_rotate(&r, &fault), PRB_ERR_STATE_IN_USE);
	prb_state_close(running);
	slot = slot_of(PRB_USE_ATTESTATION);
	kept = beside("kept");
	move(&slot.file, &kept);
	assert_int_equal(prb_keyfile_make(slot.file.path, &foreign, &fault), PRB_OK);
	prb_secret_key_destroy(foreign);
	assert_int_equal(prb_rotate(&r, &fault), PRB_ERR_KEY);
	assert_non_null(strstr(fault.detail, "move the file away"));
}

/* The file that the journal's change waits for is there, the change is not: nothing has happened.
 */
static void
cut_before_the_journal(void **state)
{
	struct prb_rotation r = rotation(PRB_USE_ATTESTATION);
	struct prb_key_slot slot;
	struct prb_secret_key *key = NULL;
	struct prb_key_opened opened;
	uint8_t first[32], unused[32], opens[32];

	(void)state;
	first_start();
	assert_int_equal(start(PRB_USE_ATTESTATION, false, first, &opened), PRB_OK);
	slot = slot_of(PRB_USE_ATTESTATION);
	assert_int_equal(prb_keyfile_make(slot.next.path, &key, &fault), PRB_OK);
	prb_secret_key_public(key, unused);
	prb_secret_key_destroy(key);
	assert_int_equal(start(PRB_USE_ATTESTATION, false, opens, &opened), PRB_OK);
	assert_true(opened.leftover && !opened.finished);
	assert_memory_equal(opens, first, 32);
	/* Another rotation begins anew. */
	assert_int_equal(prb_rotate(&r, &fault), PRB_OK);
	assert_memory_not_equal(r.after.public_key, unused, 32);
	assert_int_equal(start(PRB_USE_ATTESTATION, false, opens, &opened), PRB_OK);
	assert_false(opened.leftover);
}

/* The journal has changed, and the files have not. */
static void
cut_behind_the_journal(void **state)
{
	(void)state;
	first_start();
	for (int way = 0; way < 4; way++) {
		struct prb_rotation r = rotation(PRB_USE_ATTESTATION), finish = r;
		struct prb_key_slot slot = slot_of(PRB_USE_ATTESTATION);
		struct prb_secret_place old = beside("old");
		struct prb_key_opened opened;
		uint8_t opens[32];

		assert_int_equal(link(slot.file.path, old.path), 0);
		assert_int_equal(prb_rotate(&r, &fault), PRB_OK);
		move(&slot.file, &slot.next);
		/* The old one there, or gone. */
		if (way < 2)
			move(&old, &slot.file);
		else
			assert_int_equal(unlink(old.path), 0);
		if (way % 2 == 0) {
			assert_int_equal(start(PRB_USE_ATTESTATION, false, opens, &opened), PRB_OK);
			assert_true(opened.finished && !opened.leftover);
		} else {
			assert_int_equal(prb_rotate(&finish, &fault), PRB_OK);
			assert_true(finish.finished);
			assert_memory_equal(finish.after.public_key, r.after.public_key, 32);
			assert_int_equal(start(PRB_USE_ATTESTATION, false, opens, &opened), PRB_OK);
			assert_false(opened.finished);
		}
		assert_memory_equal(opens, r.after.public_key, 32);
		assert_int_equal(access(slot.next.path, F_OK), -1);
	}
	assert_state_holds();
}

static struct prb_passphrase *
passphrase_of(const char *words)
{
	struct prb_passphrase *made = NULL;
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], words, strlen(words)), strlen(words));
	assert_int_equal(close(ends[1]), 0);
	assert_int_equal(prb_passphrase_take(ends[0], "a pipe", false, &made, &fault), PRB_OK);
	assert_int_equal(close(ends[0]), 0);
	return made;
}

static void
what_is_sealed_stays_sealed(void **state)
{
	struct prb_passphrase *right = passphrase_of("correct horse battery"),
			      *wrong = passphrase_of("correct horse batterz");
	struct prb_rotation r = rotation(PRB_USE_ATTESTATION);
	struct prb_key_slot slot;
	uint8_t public_key[32];
	bool is_sealed = false;

	(void)state;
	first_start();
	slot = slot_of(PRB_USE_ATTESTATION);
	assert_int_equal(prb_keyfile_seal(slot.file.path, right, &fault), PRB_OK);
	assert_int_equal(prb_rotate(&r, &fault), PRB_ERR_KEY);
	assert_non_null(strstr(fault.detail, "it is sealed"));
	r.passphrase = wrong;
	assert_int_equal(prb_rotate(&r, &fault), PRB_ERR_KEY);
	assert_non_null(strstr(fault.detail, "not the passphrase"));
	assert_int_equal(access(slot.next.path, F_OK), -1);
	r.passphrase = right;
	assert_int_equal(prb_rotate(&r, &fault), PRB_OK);
	assert_int_equal(prb_keyfile_public(&slot.file, public_key, &is_sealed, &fault), PRB_OK);
	assert_true(is_sealed);
	assert_memory_equal(public_key, r.after.public_key, 32);
	prb_passphrase_destroy(right);
	prb_passphrase_destroy(wrong);
}

/* Keys as the journal would have them after so many rotations, a day between two. */
static void
record_retired(uint32_t first, uint32_t count)
{
	struct prb_state *opened = state_open(dir, false);
	struct prb_recorder recorder;

	prb_recorder_begin(&recorder, opened, NOW);
	for (uint32_t i = 0; i < count; i++) {
		struct prb_issuer_key key = {.use = PRB_USE_ATTESTATION,
			.standing = PRB_STANDING_RETIRED,
			.number = first + i,
			.expires = NOW + (i + 1) * (int64_t)DAY};

		memcpy(key.public_key, &key.number, sizeof(key.number));
		prb_recorder_key(&recorder, &key);
	}
	assert_int_equal(prb_recorder_commit(&recorder, &fault), PRB_OK);
	prb_state_close(opened);
}

static void
many_rotations(void **state)
{
	struct prb_rotation r = rotation(PRB_USE_ATTESTATION);
	struct prb_key_opened opened;
	uint8_t opens[32];

	(void)state;
	first_start();
	for (unsigned i = 2; i <= 201; i++) {
		r = rotation(PRB_USE_ATTESTATION);
		assert_int_equal(prb_rotate(&r, &fault), PRB_OK);
		assert_int_equal(r.after.number, i);
	}
	assert_int_equal(start(PRB_USE_ATTESTATION, false, opens, &opened), PRB_OK);
	assert_memory_equal(opens, r.after.public_key, 32);
}

/* Of those that are listed; and a key that was stolen goes all the same. */
static void
keys_have_a_ceiling(void **state)
{
	struct prb_rotation r = rotation(PRB_USE_ATTESTATION);
	struct prb_history history;
	struct prb_state *opened;

	(void)state;
	first_start();
	record_retired(2, PRB_KEYS_LISTED_MAX);
	assert_int_equal(prb_rotate(&r, &fault), PRB_ERR_KEY);
	assert_non_null(strstr(fault.detail, "no room"));
	assert_int_equal(access(slot_of(PRB_USE_ATTESTATION).next.path, F_OK), -1);
	r.compromised = true;
	assert_int_equal(prb_rotate(&r, &fault), PRB_OK);
	assert_int_equal(r.after.number, PRB_KEYS_LISTED_MAX + 2);
	/* Ten days on there is room, since nine ended. */
	r = rotation(PRB_USE_ATTESTATION);
	r.now = NOW + 10 * (int64_t)DAY;
	assert_int_equal(prb_rotate(&r, &fault), PRB_OK);
	opened = state_open(dir, false);
	history = history_of(opened);
	prb_state_close(opened);
	assert_int_equal(history.keys_count, PRB_KEYS_LISTED_MAX + 4);
	prb_history_forget_ended(&history, NOW + 10 * (int64_t)DAY);
	assert_int_equal(history.keys_count, PRB_KEYS_LISTED_MAX + 4 - 9);
	/* Past nearly all ends: both keys in use, and the one that was retired ten days on. */
	prb_history_forget_ended(&history, NOW + 735 * (int64_t)DAY);
	assert_int_equal(history.keys_count, 3);
}

/* Readers take a DID document of so many bytes (scoring/attest/verify_parts.h). */
static void
as_many_as_readers_take(void **state)
{
	static struct prb_issuer_key keys[PRB_KEYS_LISTED_MAX + 1];
	struct prb_issuer issuer;
	struct prb_str document;

	(void)state;
	for (uint32_t i = 0; i <= PRB_KEYS_LISTED_MAX; i++)
		keys[i] = (struct prb_issuer_key){.use = PRB_USE_ATTESTATION,
			.standing = PRB_STANDING_RETIRED,
			.number = i + 1,
			.expires = NOW};
	prb_str_init(&document, 1 << 20);
	assert_int_equal(
		prb_issuer_fill(keys[0].public_key, 1,
			"https://attestations.of.a.long.name.example.org", "x", &issuer, &fault),
		PRB_OK);
	prb_issuer_did_document(&issuer, keys, PRB_KEYS_LISTED_MAX + 1, &document);
	assert_false(document.failed);
	assert_in_range(document.n, 100 * 1024, 256 * 1024);
	prb_str_finish(&document);
}

/* ---- what a key signed ---- */

/* An attestation as far as it counts here: whose proof it has. */
static struct prb_span
signed_by(const char *fragment, char text[256])
{
	int n = snprintf(text, 256,
		"{\"proof\":{\"verificationMethod\":\"did:web:probity.example#%s\"}}", fragment);

	return (struct prb_span){text, (size_t)n};
}

struct told {
	struct prb_id ids[2048];
	size_t count;
};

static void
tell(void *context, const struct prb_id *attestation)
{
	struct told *told = context;

	assert_true(told->count < 2048);
	told->ids[told->count++] = *attestation;
}

/* Declarations first .. first + count - 1, each attested by that method. */
static void
attest(uint64_t first, uint64_t count, const char *fragment)
{
	struct prb_state *opened = state_open(dir, false);
	struct state_writing w;
	char text[256];

	state_writing_begin(&w, opened);
	for (uint64_t n = first; n < first + count; n++) {
		struct prb_stored_declaration stored = state_declaration(n);

		stored.attestation = signed_by(fragment, text);
		assert_int_equal(state_put_declaration(&w, &stored), PRB_OK);
	}
	state_writing_end(&w);
	prb_state_close(opened);
}

static size_t
count_revoked(uint64_t first, uint64_t count)
{
	struct prb_state *opened = state_open(dir, false);
	struct prb_state_reader *reader = NULL;
	struct prb_arena *arena = prb_arena_create(1 << 20);
	size_t revoked = 0;

	assert_non_null(arena);
	assert_int_equal(prb_state_reader_create(opened, &reader), PRB_OK);
	for (uint64_t n = first; n < first + count; n++) {
		struct prb_stored_declaration stored = state_declaration(n);
		struct prb_found_attestation found;

		prb_arena_reset(arena);
		assert_int_equal(
			prb_find_attestation(reader, &stored.attestation_id, arena, &found),
			PRB_OK);
		revoked += found.revoked;
	}
	prb_state_reader_destroy(reader);
	prb_arena_destroy(arena);
	prb_state_close(opened);
	return revoked;
}

/* More than one transaction has room for; what other keys signed stands. */
static void
what_a_stolen_key_signed_is_revoked(void **state)
{
	static struct told told;
	struct prb_rotation r = rotation(PRB_USE_ATTESTATION);
	struct prb_id id = state_declaration(12).attestation_id;

	(void)state;
	told.count = 0;
	first_start();
	attest(1, 5, "key-1");
	assert_int_equal(prb_rotate(&r, &fault), PRB_OK);
	assert_int_equal(count_revoked(1, 5), 0);
	attest(11, 1100, "key-2");
	attest(1200, 1, "key-22");
	r = rotation(PRB_USE_ATTESTATION);
	r.compromised = true;
	r.revoked = tell;
	r.context = &told;
	assert_int_equal(prb_rotate(&r, &fault), PRB_OK);
	assert_int_equal(r.revoked_count, 1100);
	assert_int_equal(told.count, 1100);
	assert_memory_equal(&told.ids[1], &id, sizeof(id));
	assert_int_equal(count_revoked(11, 1100), 1100);
	assert_int_equal(count_revoked(1, 5), 0);
	assert_int_equal(count_revoked(1200, 1), 0);
	assert_state_holds();
}

static struct prb_key_revocation
revocation(uint32_t number)
{
	return (struct prb_key_revocation){
		.dir = dir, .use = PRB_USE_ATTESTATION, .number = number, .now = NOW + 2 * DAY};
}

static void
an_earlier_key_is_revoked(void **state)
{
	struct prb_rotation r = rotation(PRB_USE_ATTESTATION);
	struct prb_key_revocation first = revocation(1), in_use = revocation(2),
				  none = revocation(3), log = revocation(1);
	char multikey[PRB_MULTIKEY_BYTES];

	(void)state;
	first_start();
	assert_int_equal(prb_key_revoke(&first, &fault), PRB_ERR_KEY);
	assert_non_null(strstr(fault.detail, "keys rotate --compromised"));
	assert_int_equal(prb_rotate(&r, &fault), PRB_OK);
	prb_key_public_multikey(r.before.public_key, multikey);
	attest(1, 3, "key-1");
	attest(4, 2, "key-2");
	attest(6, 1, multikey);
	assert_int_equal(prb_key_revoke(&in_use, &fault), PRB_ERR_KEY);
	assert_int_equal(prb_key_revoke(&none, &fault), PRB_ERR_KEY);
	assert_non_null(strstr(fault.detail, "there was no issuer key number 3"));
	log.use = PRB_USE_LOG;
	assert_int_equal(prb_key_revoke(&log, &fault), PRB_ERR_KEY);
	assert_int_equal(prb_key_revoke(&first, &fault), PRB_OK);
	assert_int_equal(first.count, 4);
	assert_false(first.again);
	assert_int_equal(count_revoked(1, 3) + count_revoked(6, 1), 4);
	assert_int_equal(count_revoked(4, 2), 0);
	assert_logged("2026-07-02T12:00:00Z", r.before.public_key, "revoked", "attestation");
	/* What came to light later, as after a cut. */
	attest(7, 1, "key-1");
	assert_int_equal(prb_key_revoke(&first, &fault), PRB_OK);
	assert_true(first.again);
	assert_int_equal(first.count, 1);
	r = rotation(PRB_USE_LOG);
	assert_int_equal(prb_rotate(&r, &fault), PRB_OK);
	assert_int_equal(prb_key_revoke(&log, &fault), PRB_OK);
	assert_int_equal(log.count, 0);
	assert_logged("2026-07-02T12:00:00Z", r.before.public_key, "revoked", "log");
	assert_state_holds();
}

/* ---- releases and methods ---- */

static void
the_newest_counts(void **state)
{
	struct prb_state *opened = state_make(dir, 0);
	const uint8_t a[32] = {1}, b[32] = {2};
	const uint8_t *const turns[] = {a, b, a, b, b, a};

	(void)state;
	assert_false(history_of(opened).has_release);
	for (size_t i = 0; i < sizeof(turns) / sizeof(turns[0]); i++) {
		struct prb_recorder recorder;
		struct prb_history history;

		prb_recorder_begin(&recorder, opened, NOW + (int64_t)i);
		prb_recorder_release(&recorder, turns[i]);
		prb_recorder_method(&recorder, turns[i], "1.0");
		assert_int_equal(prb_recorder_commit(&recorder, &fault), PRB_OK);
		history = history_of(opened);
		assert_memory_equal(history.release, turns[i], 32);
		assert_memory_equal(history.method, turns[i], 32);
	}
	prb_state_close(opened);
	assert_state_holds();
}

static void
nothing_put_is_nothing_written(void **state)
{
	struct prb_state *opened = state_make(dir, 0);
	struct prb_state_counts counts;
	struct prb_recorder recorder;

	(void)state;
	prb_recorder_begin(&recorder, opened, NOW);
	assert_int_equal(prb_recorder_commit(&recorder, &fault), PRB_OK);
	assert_int_equal(prb_state_counts(opened, &counts), PRB_OK);
	assert_int_equal(counts.records, 0);
	prb_state_close(opened);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(opens_the_key_in_use),
		TEST(refuses_what_is_gone_or_foreign),
		TEST(takes_what_is_there_where_nothing_is_recorded),
		TEST(a_credential_stands_before_the_file),
		TEST(rotates),
		TEST(rotates_a_lost_key),
		TEST(rotates_what_was_not_recorded),
		TEST(refuses_to_rotate),
		TEST(cut_before_the_journal),
		TEST(cut_behind_the_journal),
		TEST(what_is_sealed_stays_sealed),
		TEST(many_rotations),
		TEST(keys_have_a_ceiling),
		TEST(as_many_as_readers_take),
		TEST(what_a_stolen_key_signed_is_revoked),
		TEST(an_earlier_key_is_revoked),
		TEST(the_newest_counts),
		TEST(nothing_put_is_nothing_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
