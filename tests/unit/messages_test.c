/* SPDX-License-Identifier: Apache-2.0 */
/* Sealed messages: their bytes, the file of remedy bodies, and where messages lie. */
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

#include "service/messages/mailbox.h"

#define NOW 1782820800 /* 2026-06-30T12:00:00Z */
#define MIDNIGHT 1782777600
#define KEY_A "RRQzVCcnxD9OvzUi2qmj7zrqR2PPqGG-4PXGKjqfCQ4"
#define KEY_B "3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08"
#define ORGANISATION_A "01937f2a-7c1b-7c3e-9a54-0d6f3c2b1a70"
#define ORGANISATION_B "01937f2a-7c1b-7c3e-9a54-0d6f3c2b1a71"
#define BODY(id, key, organisation, more)                                                          \
	"{\"countries\":[\"BGD\"],\"id\":\"" id                                                    \
	"\",\"languages\":[\"bn\",\"en\"],\"name\":\"Office\",\"organisation\":\"" organisation    \
	"\",\"public_key\":\"" key "\"" more "}"
#define FILE_OF(bodies) "{\"bodies\":[" bodies "]}"

static char dir[64];

static int64_t
now_s(void)
{
	return NOW;
}

static int
remove_one(const char *path, const struct stat *status, int type, struct FTW *at)
{
	(void)status;
	(void)type;
	(void)at;
	return remove(path);
}

static int
set_up(void **state)
{
	(void)state;
	if (sodium_init() < 0)
		return -1;
	(void)snprintf(dir, sizeof dir, "/tmp/messages-XXXXXX");
	return mkdtemp(dir) != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	return nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* ---- bytes ---- */

static void
what_was_sealed_is_opened(void **state)
{
	static const char text[] = "\xd9\x85\xd8\xb1\xd8\xad\xd8\xa8\xd8\xa7\nthey keep our "
				   "passports";
	uint8_t public_key[PRB_MESSAGE_KEY_BYTES], secret_key[PRB_MESSAGE_KEY_BYTES];
	uint8_t other_public[PRB_MESSAGE_KEY_BYTES], other_secret[PRB_MESSAGE_KEY_BYTES];
	uint8_t sealed[PRB_MESSAGE_SEALED_BYTES], again[PRB_MESSAGE_SEALED_BYTES];
	char sent[PRB_MESSAGE_SEALED_CHARS + 1];
	struct prb_str out;

	(void)state;
	prb_message_keys(public_key, secret_key);
	prb_message_keys(other_public, other_secret);
	assert_true(prb_message_seal(prb_span_of(text), public_key, sealed));
	assert_true(prb_message_seal(prb_span_of(text), public_key, again));
	assert_memory_not_equal(sealed, again, sizeof sealed);
	prb_message_sealed_write(sealed, sent);
	memset(again, 0, sizeof again);
	assert_true(prb_message_sealed_read(prb_span_of(sent), again));
	assert_memory_equal(sealed, again, sizeof sealed);

	prb_str_init(&out, PRB_MESSAGE_PADDED_BYTES);
	assert_true(prb_message_open(sealed, secret_key, &out));
	assert_true(prb_span_is(prb_str_span(&out), text));
	prb_str_reset(&out);
	assert_false(prb_message_open(sealed, other_secret, &out));
	for (size_t i = 0; i < sizeof sealed; i += 97) {
		sealed[i] ^= 1;
		assert_false(prb_message_open(sealed, secret_key, &out));
		sealed[i] ^= 1;
	}
	assert_int_equal(out.n, 0);
	prb_str_finish(&out);
}

static void
all_lengths_look_alike(void **state)
{
	static char long_text[PRB_MESSAGE_TEXT_BYTES_MAX + 1];
	uint8_t public_key[PRB_MESSAGE_KEY_BYTES], secret_key[PRB_MESSAGE_KEY_BYTES];
	uint8_t sealed[PRB_MESSAGE_SEALED_BYTES];
	struct prb_str out;

	(void)state;
	memset(long_text, 'x', sizeof long_text);
	prb_message_keys(public_key, secret_key);
	prb_str_init(&out, PRB_MESSAGE_PADDED_BYTES);
	assert_true(prb_message_seal(
		(struct prb_span){long_text, PRB_MESSAGE_TEXT_BYTES_MAX}, public_key, sealed));
	assert_true(prb_message_open(sealed, secret_key, &out));
	assert_int_equal(out.n, PRB_MESSAGE_TEXT_BYTES_MAX);
	assert_false(prb_message_seal(
		(struct prb_span){long_text, sizeof long_text}, public_key, sealed));
	assert_false(prb_message_seal(PRB_SPAN(""), public_key, sealed));
	prb_str_finish(&out);
}

/* What anybody may have written does not steer the terminal or the reader of who collects it. */
static void
what_steers_is_left_out(void **state)
{
	uint8_t public_key[PRB_MESSAGE_KEY_BYTES], secret_key[PRB_MESSAGE_KEY_BYTES];
	uint8_t sealed[PRB_MESSAGE_SEALED_BYTES];
	struct prb_str out;

	(void)state;
	prb_message_keys(public_key, secret_key);
	prb_str_init(&out, PRB_MESSAGE_PADDED_BYTES);
	assert_true(prb_message_seal(
		PRB_SPAN("a\x1b["
			 "2Jb\r\n\tc\xe2\x80\xae\xe2\x80\xa8\xe2\x80\xa9\xe2\x81\xa6\xe2\x81\xa9"
			 "d\xc2\x9b"
			 "e"),
		public_key, sealed));
	assert_true(prb_message_open(sealed, secret_key, &out));
	assert_true(prb_span_is(prb_str_span(&out), "a[2Jb\n\tcde"));
	prb_str_reset(&out);
	assert_true(prb_message_seal(PRB_SPAN("\xff\xfe"), public_key, sealed));
	assert_false(prb_message_open(sealed, secret_key, &out));
	prb_str_finish(&out);
}

static void
keys_as_text(void **state)
{
	static const char *const none[] = {"", "RRQz", KEY_A "=", KEY_A "A",
		"RRQzVCcnxD9OvzUi2qmj7zrqR2PPqGG+4PXGKjqfCQ4",
		"RRQzVCcnxD9OvzUi2qmj7zrqR2PPqGG-4PXGKjqfCQ5", " " KEY_A};
	uint8_t key[PRB_MESSAGE_KEY_BYTES] = {7}, hash[PRB_MESSAGE_FINGERPRINT_BYTES];
	char text[PRB_MESSAGE_KEY_CHARS + 1];

	(void)state;
	for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
		assert_false(prb_message_key_read(prb_span_of(none[i]), key));
		assert_int_equal(key[0], 7);
	}
	assert_true(prb_message_key_read(PRB_SPAN(KEY_A), key));
	prb_message_key_write(key, text);
	assert_string_equal(text, KEY_A);
	prb_message_fingerprint(key, hash);
	assert_int_not_equal(hash[0] | hash[1] | hash[2], 0);
}

/* ---- remedy bodies ---- */

static void
bodies_that_stand(void **state)
{
	struct prb_bodies *bodies;
	struct prb_fault fault;
	struct prb_id organisation;

	(void)state;
	assert_int_equal(
		prb_bodies_read(PRB_SPAN(FILE_OF(BODY("one", KEY_A, ORGANISATION_A,
					",\"phone\":\"+880 2 (1)-2\",\"website\":"
					"\"https://remedy.example/\",\"note\":\"from "
					"9 to 17\"") "," BODY("two-2", KEY_B, ORGANISATION_B, ""))),
			"bodies.json", &bodies, &fault),
		PRB_OK);
	assert_int_equal(prb_bodies_count(bodies), 2);
	assert_null(prb_bodies_find(bodies, PRB_SPAN("three")));
	assert_true(prb_span_is(prb_bodies_find(bodies, PRB_SPAN("one"))->phone, "+880 2 (1)-2"));
	assert_true(prb_id_read(PRB_SPAN(ORGANISATION_B), &organisation));
	assert_ptr_equal(prb_bodies_of(bodies, &organisation), prb_bodies_at(bodies, 1));
	assert_ptr_equal(prb_bodies_hold(bodies), bodies);
	prb_bodies_drop(bodies);
	assert_int_equal(prb_bodies_count(bodies), 2);
	prb_bodies_drop(bodies);
	assert_int_equal(prb_bodies_load("", &bodies, &fault), PRB_OK);
	assert_int_equal(prb_bodies_count(bodies), 0);
	prb_bodies_drop(bodies);
}

static void
bodies_that_cannot_stand(void **state)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{"", "byte"},
		{"[]", "is wanted"},
		{"{\"bodies\":{}}", "is wanted"},
		{"{\"bodies\":[],\"more\":1}", "is wanted"},
		{FILE_OF("1"), "an object"},
		{FILE_OF(BODY("One", KEY_A, ORGANISATION_A, "")), "remedy body 1: id"},
		{FILE_OF(BODY("..", KEY_A, ORGANISATION_A, "")), "id"},
		{FILE_OF(BODY("a/b", KEY_A, ORGANISATION_A, "")), "id"},
		{FILE_OF(BODY("-a", KEY_A, ORGANISATION_A, "")), "id"},
		{FILE_OF(BODY("one", "AAAA", ORGANISATION_A, "")), "public_key"},
		/* A point of small order: what is sealed to it is open to everybody. */
		{FILE_OF(BODY(
			 "one", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", ORGANISATION_A, "")),
			"public_key"},
		{FILE_OF(BODY("one", KEY_A, "somebody", "")), "organisation"},
		{FILE_OF(BODY("one", KEY_A, ORGANISATION_A, ",\"phone\":\"call me\"")), "phone"},
		{FILE_OF(BODY("one", KEY_A, ORGANISATION_A, ",\"website\":\"http://a\"")),
			"website"},
		{FILE_OF(BODY(
			 "one", KEY_A, ORGANISATION_A, ",\"website\":\"https://a/\\\"onclick\"")),
			"website"},
		{FILE_OF(BODY("one", KEY_A, ORGANISATION_A, ",\"note\":\"a\\nb\"")), "note"},
		{FILE_OF(BODY("one", KEY_A, ORGANISATION_A, ",\"note\":\"a\\u202eb\"")), "note"},
		{FILE_OF(BODY("one", KEY_A, ORGANISATION_A, ",\"email\":\"a\"")), "no such member"},
		{FILE_OF(BODY("one", KEY_A, ORGANISATION_A, "") "," BODY(
			 "one", KEY_B, ORGANISATION_B, "")),
			"remedy body 2: id"},
		{FILE_OF(BODY("one", KEY_A, ORGANISATION_A, "") "," BODY(
			 "two", KEY_B, ORGANISATION_A, "")),
			"organisation"},
		{FILE_OF(BODY("one", KEY_A, ORGANISATION_A, "") "," BODY(
			 "two", KEY_A, ORGANISATION_B, "")),
			"public_key"},
		{FILE_OF("{\"id\":\"one\"}"), "is missing"},
		{FILE_OF("{\"countries\":[\"bd\"]}"), "countries"},
		{FILE_OF("{\"languages\":[\"b/n\"]}"), "languages"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct prb_bodies *bodies = NULL;
		struct prb_fault fault;

		assert_int_equal(
			prb_bodies_read(prb_span_of(rows[i].text), "b.json", &bodies, &fault),
			PRB_ERR_CONFIG);
		assert_null(bodies);
		if (strstr(fault.detail, rows[i].says) == NULL ||
			strncmp(fault.detail, "b.json: ", 8) != 0)
			fail_msg("row %zu: %s", i, fault.detail);
	}
}

/* ---- the mailbox ---- */

static struct prb_mailbox *
open_mailbox(void)
{
	struct prb_mailbox *mailbox = prb_mailbox_create(dir, now_s);
	struct prb_bodies *bodies;
	struct prb_fault fault;

	assert_non_null(mailbox);
	assert_int_equal(prb_bodies_read(PRB_SPAN(FILE_OF(BODY("one", KEY_A, ORGANISATION_A, ""))),
				 "b", &bodies, &fault),
		PRB_OK);
	assert_int_equal(prb_mailbox_serve(mailbox, bodies, &fault), PRB_OK);
	prb_bodies_drop(bodies);
	return mailbox;
}

static void
file_path(char out[128])
{
	(void)snprintf(out, 128, "%s/messages/one", dir);
}

static size_t
list_all(struct prb_mailbox *mailbox, struct prb_message_id *out, size_t room)
{
	size_t total = 0, from = 0, count;

	do {
		assert_int_equal(
			prb_mailbox_list(mailbox, "one", from, 3, out + total, &count, &from, NULL),
			PRB_OK);
		total += count;
		assert_true(total + 3 <= room || from == 0);
	} while (from != 0);
	return total;
}

static void
kept_listed_given_and_removed(void **state)
{
	struct prb_mailbox *mailbox = open_mailbox();
	uint8_t sealed[8][PRB_MESSAGE_SEALED_BYTES], got[PRB_MESSAGE_SEALED_BYTES];
	struct prb_message_id ids[16];
	struct stat before, status;
	char path[128];

	(void)state;
	file_path(path);
	assert_int_equal(stat(path, &before), 0);
	assert_int_equal(before.st_mode & 0777, 0600);
	/* No holes, which messages would fill one by one. */
	assert_true((off_t)before.st_blocks * 512 >= before.st_size);
	for (size_t i = 0; i < 8; i++) {
		randombytes_buf(sealed[i], sizeof sealed[i]);
		assert_int_equal(prb_mailbox_put(mailbox, "one", sealed[i], NULL), PRB_OK);
	}
	/* Sent again: one message. */
	assert_int_equal(prb_mailbox_put(mailbox, "one", sealed[3], NULL), PRB_OK);
	assert_int_equal(list_all(mailbox, ids, 16), 8);

	/* Size and times are those of a file without messages. */
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_size, before.st_size);
	assert_int_equal(status.st_mtim.tv_sec, MIDNIGHT);
	assert_int_equal(status.st_mtim.tv_nsec, 0);
	assert_int_equal(status.st_atim.tv_sec, MIDNIGHT);

	prb_mailbox_destroy(mailbox);
	mailbox = open_mailbox();
	for (size_t i = 0; i < 8; i++) {
		char text[PRB_MESSAGE_ID_CHARS + 1];
		struct prb_message_id read;

		prb_message_id_write(&ids[i], text);
		assert_true(prb_message_id_read(prb_span_of(text), &read));
		assert_int_equal(prb_mailbox_get(mailbox, "one", &read, got, NULL), PRB_OK);
		assert_int_equal(prb_mailbox_remove(mailbox, "one", &read, NULL), PRB_OK);
		assert_int_equal(
			prb_mailbox_get(mailbox, "one", &read, got, NULL), PRB_ERR_NOT_FOUND);
		assert_int_equal(
			prb_mailbox_remove(mailbox, "one", &read, NULL), PRB_ERR_NOT_FOUND);
	}
	assert_int_equal(list_all(mailbox, ids, 16), 0);
	prb_mailbox_destroy(mailbox);
}

/* Nothing of what was removed is in the file. */
static void
removed_is_written_over(void **state)
{
	struct prb_mailbox *mailbox = open_mailbox();
	uint8_t sealed[PRB_MESSAGE_SEALED_BYTES];
	struct prb_message_id id;
	size_t count, next, set = 0;
	char path[128];
	FILE *file;
	int c;

	(void)state;
	randombytes_buf(sealed, sizeof sealed);
	assert_int_equal(prb_mailbox_put(mailbox, "one", sealed, NULL), PRB_OK);
	assert_int_equal(prb_mailbox_list(mailbox, "one", 0, 1, &id, &count, &next, NULL), PRB_OK);
	assert_int_equal(count, 1);
	assert_int_equal(prb_mailbox_remove(mailbox, "one", &id, NULL), PRB_OK);
	file_path(path);
	file = fopen(path, "rb");
	assert_non_null(file);
	while ((c = getc(file)) != EOF)
		set += c != 0;
	(void)fclose(file);
	assert_int_equal(set, 0);
	prb_mailbox_destroy(mailbox);
}

/* The machine fell while a message was written: the place is free again, and nobody was told that
 * it was kept. */
static void
half_written_is_nothing(void **state)
{
	struct prb_mailbox *mailbox = open_mailbox();
	uint8_t sealed[PRB_MESSAGE_SEALED_BYTES], id_bytes[PRB_MESSAGE_ID_BYTES];
	uint8_t whole[PRB_MESSAGE_SEALED_BYTES];
	struct prb_message_id ids[4];
	char path[128];
	int fd;

	(void)state;
	randombytes_buf(sealed, sizeof sealed);
	assert_int_equal(prb_mailbox_put(mailbox, "one", sealed, NULL), PRB_OK);
	assert_int_equal(list_all(mailbox, ids, 4), 1);
	file_path(path);
	fd = open(path, O_RDWR);
	assert_true(fd >= 0);
	for (off_t at = 0;; at += PRB_MESSAGE_ID_BYTES + PRB_MESSAGE_SEALED_BYTES) {
		assert_int_equal(pread(fd, id_bytes, sizeof id_bytes, at), sizeof id_bytes);
		if (memcmp(id_bytes, ids[0].bytes, sizeof id_bytes) != 0)
			continue;
		memcpy(whole, sealed, sizeof whole);
		memset(sealed, 0, 1000);
		assert_int_equal(pwrite(fd, sealed, 1000, at + 4000), 1000);
		/* Sent again it is whole, since it is acknowledged. */
		assert_int_equal(prb_mailbox_put(mailbox, "one", whole, NULL), PRB_OK);
		assert_int_equal(prb_mailbox_get(mailbox, "one", &ids[0], sealed, NULL), PRB_OK);
		assert_memory_equal(sealed, whole, sizeof whole);
		memset(sealed, 0, 1000);
		assert_int_equal(pwrite(fd, sealed, 1000, at + 4000), 1000);
		break;
	}
	assert_int_equal(prb_mailbox_get(mailbox, "one", &ids[0], sealed, NULL), PRB_ERR_NOT_FOUND);
	assert_int_equal(list_all(mailbox, ids, 4), 0);
	assert_int_equal(prb_mailbox_remove(mailbox, "one", &ids[0], NULL), PRB_ERR_NOT_FOUND);
	(void)close(fd);
	prb_mailbox_destroy(mailbox);
}

static void
full_is_said(void **state)
{
	static uint8_t place[PRB_MESSAGE_ID_BYTES + PRB_MESSAGE_SEALED_BYTES];
	struct prb_mailbox *mailbox = open_mailbox();
	uint8_t sealed[PRB_MESSAGE_SEALED_BYTES];
	char path[128];
	int fd;

	(void)state;
	file_path(path);
	fd = open(path, O_RDWR);
	assert_true(fd >= 0);
	/* All places but one are taken, by whatever it is. */
	for (int i = 0; i < PRB_MESSAGES_MAX; i++) {
		place[0] = i != 77;
		assert_int_equal(
			pwrite(fd, place, PRB_MESSAGE_ID_BYTES, (off_t)i * (off_t)sizeof place),
			PRB_MESSAGE_ID_BYTES);
	}
	randombytes_buf(sealed, sizeof sealed);
	assert_int_equal(prb_mailbox_put(mailbox, "one", sealed, NULL), PRB_OK);
	sealed[0] ^= 1;
	assert_int_equal(prb_mailbox_put(mailbox, "one", sealed, NULL), PRB_ERR_BUSY);
	(void)close(fd);
	prb_mailbox_destroy(mailbox);
}

static void
what_is_no_file_of_messages(void **state)
{
	struct prb_mailbox *mailbox = open_mailbox();
	uint8_t sealed[PRB_MESSAGE_SEALED_BYTES] = {1};
	struct prb_fault fault;
	char path[128];

	(void)state;
	file_path(path);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("/dev/null", path), 0);
	assert_int_equal(prb_mailbox_put(mailbox, "one", sealed, &fault), PRB_ERR_IO);
	assert_non_null(strstr(fault.detail, "messages/one"));
	assert_int_equal(unlink(path), 0);
	prb_mailbox_destroy(mailbox);
}

static void
ids_as_text(void **state)
{
	struct prb_message_id id;

	(void)state;
	assert_true(prb_message_id_read(PRB_SPAN("0f1e2d3c4b5a69788796a5b4c3d2e1f0"), &id));
	assert_false(prb_message_id_read(PRB_SPAN("0F1e2d3c4b5a69788796a5b4c3d2e1f0"), &id));
	assert_false(prb_message_id_read(PRB_SPAN("0f1e2d3c4b5a69788796a5b4c3d2e1f"), &id));
	assert_false(prb_message_id_read(PRB_SPAN("0f1e2d3c4b5a69788796a5b4c3d2e1f/"), &id));
	assert_false(prb_message_id_read(PRB_SPAN("../../../../../../../etc/passwd1"), &id));
	assert_false(prb_message_id_read(PRB_SPAN(""), &id));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_sealed_is_opened),
		cmocka_unit_test(all_lengths_look_alike),
		cmocka_unit_test(what_steers_is_left_out),
		cmocka_unit_test(keys_as_text),
		cmocka_unit_test(bodies_that_stand),
		cmocka_unit_test(bodies_that_cannot_stand),
		cmocka_unit_test(ids_as_text),
		cmocka_unit_test_setup_teardown(kept_listed_given_and_removed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(removed_is_written_over, set_up, tear_down),
		cmocka_unit_test_setup_teardown(half_written_is_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(full_is_said, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_no_file_of_messages, set_up, tear_down),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
