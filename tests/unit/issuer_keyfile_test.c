/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
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

#include "service/issuer/keyfile.h"

/* A published pair (tests/unit/vectors/multibase): it signs nothing else. */
#define SECRET "z3u2W4YnTstS1nSSBAgZcYSJF43JuZ9uLV6bF38B1Bf8NugW"
#define PUBLIC "z6MktgKTsu1QhX6QPbyqG6geXdw6FQCZBPq7uQpieWbiQiG7"

static char folder[] = "/tmp/prb_keyfile_XXXXXX";
static char path[sizeof(folder) + 16];
static struct prb_fault fault;

static int
set_up(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	(void)snprintf(path, sizeof(path), "%s/key", folder);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	return rmdir(folder);
}

static void
write_file(const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	assert_int_equal(close(fd), 0);
}

static void
remove_file(void)
{
	assert_int_equal(unlink(path), 0);
}

static void
assert_refused(const char *reason)
{
	struct prb_secret_key *key = NULL;

	assert_int_equal(prb_keyfile_read(path, &key, &fault), PRB_ERR_KEY);
	assert_null(key);
	if (strstr(fault.detail, reason) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", fault.detail, reason);
	/* Never a key in words, however wrong the file. */
	assert_null(strstr(fault.detail, "W4YnTst"));
}

static void
reads(void **state)
{
	static const char *const texts[] = {SECRET, SECRET "\n"};
	static const mode_t modes[] = {0600, 0400};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct prb_secret_key *key = NULL;
		uint8_t public_key[PRB_KEY_PUBLIC_BYTES], signature[PRB_SIGNATURE_BYTES];
		char multikey[PRB_MULTIKEY_BYTES];

		write_file(texts[i], modes[i]);
		assert_int_equal(prb_keyfile_read(path, &key, &fault), PRB_OK);
		prb_secret_key_public(key, public_key);
		prb_key_public_multikey(public_key, multikey);
		assert_string_equal(multikey, PUBLIC);
		(void)crypto_sign_detached(
			signature, NULL, (const unsigned char *)"a", 1, prb_secret_key_bytes(key));
		assert_int_equal(crypto_sign_verify_detached(
					 signature, (const unsigned char *)"a", 1, public_key),
			0);
		(void)prb_secret_key_is_locked(key);
		prb_secret_key_destroy(key);
		remove_file();
	}
}

static void
refuses_modes(void **state)
{
	static const mode_t modes[] = {0604, 0640, 0602, 0620, 0601, 0610, 0666, 0777};

	(void)state;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		write_file(SECRET "\n", modes[i]);
		assert_refused("chmod 600 ");
		remove_file();
	}
}

static void
refuses_what_is_no_key(void **state)
{
	static const char *const texts[] = {"", "\n", "z3u2", SECRET "x", SECRET " ", SECRET "\n\n",
		SECRET "\r\n", " " SECRET, PUBLIC "\n",
		"z3u2W4YnTstS1nSSBAgZcYSJF43JuZ9uLV6bF38B1Bf8Nug0\n"};
	char large[5000];

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		write_file(texts[i], 0600);
		assert_refused("no secret key");
		remove_file();
	}
	memset(large, 'z', sizeof(large) - 1);
	large[sizeof(large) - 1] = '\0';
	write_file(large, 0600);
	assert_refused("too long");
	remove_file();
}

static void
refuses_what_is_no_file(void **state)
{
	char other[sizeof(path) + 8];

	(void)state;
	assert_refused("No such file");
	(void)snprintf(other, sizeof(other), "%s.real", path);
	write_file(SECRET "\n", 0600);
	assert_int_equal(rename(path, other), 0);
	assert_int_equal(symlink(other, path), 0);
	assert_refused("symbolic link");
	remove_file();
	assert_int_equal(unlink(other), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_refused("not a regular file");
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_refused("not a regular file");
	remove_file();
}

static void
makes(void **state)
{
	static const mode_t masks[] = {0, 022, 077, 0777};

	(void)state;
	for (size_t i = 0; i < sizeof(masks) / sizeof(masks[0]); i++) {
		struct prb_secret_key *made = NULL, *read = NULL, *again = NULL;
		mode_t before = umask(masks[i]);
		struct stat file;

		assert_int_equal(prb_keyfile_make(path, &made, &fault), PRB_OK);
		(void)umask(before);
		assert_int_equal(stat(path, &file), 0);
		assert_int_equal(file.st_mode & 07777, 0600);
		assert_int_equal(file.st_size, strlen(SECRET) + 1);
		assert_int_equal(prb_keyfile_read(path, &read, &fault), PRB_OK);
		assert_memory_equal(prb_secret_key_bytes(made), prb_secret_key_bytes(read),
			PRB_KEY_SECRET_BYTES);
		/* Never over what is there. */
		assert_int_equal(prb_keyfile_make(path, &again, &fault), PRB_ERR_KEY);
		assert_null(again);
		assert_non_null(strstr(fault.detail, "never overwritten"));
		prb_secret_key_destroy(read);
		assert_int_equal(prb_keyfile_read(path, &read, &fault), PRB_OK);
		assert_memory_equal(prb_secret_key_bytes(made), prb_secret_key_bytes(read),
			PRB_KEY_SECRET_BYTES);
		prb_secret_key_destroy(made);
		prb_secret_key_destroy(read);
		remove_file();
	}
}

static void
makes_no_file_where_it_cannot(void **state)
{
	struct prb_secret_key *key = NULL;
	char deep[sizeof(path) + 8], target[sizeof(path) + 8];

	(void)state;
	(void)snprintf(deep, sizeof(deep), "%s/none", path);
	assert_int_equal(prb_keyfile_make(deep, &key, &fault), PRB_ERR_KEY);
	assert_null(key);
	/* A link, even to nowhere, is not followed. */
	(void)snprintf(target, sizeof(target), "%s.target", path);
	assert_int_equal(symlink(target, path), 0);
	assert_int_equal(prb_keyfile_make(path, &key, &fault), PRB_ERR_KEY);
	assert_null(key);
	assert_int_equal(access(target, F_OK), -1);
	remove_file();
	prb_secret_key_destroy(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads),
		cmocka_unit_test(refuses_modes),
		cmocka_unit_test(refuses_what_is_no_key),
		cmocka_unit_test(refuses_what_is_no_file),
		cmocka_unit_test(makes),
		cmocka_unit_test(makes_no_file_where_it_cannot),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
