/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
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
static struct prb_passphrase *passphrase, *other;

#define WORDS "correct horse battery staple"

static struct prb_passphrase *
passphrase_of(const char *words)
{
	struct prb_passphrase *made = NULL;
	int ends[2];

	if (pipe(ends) != 0 || write(ends[1], words, strlen(words)) != (ssize_t)strlen(words))
		return NULL;
	(void)close(ends[1]);
	(void)prb_passphrase_take(ends[0], "a pipe", false, &made, &fault);
	(void)close(ends[0]);
	return made;
}

static int
set_up(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	(void)snprintf(path, sizeof(path), "%s/key", folder);
	passphrase = passphrase_of(WORDS);
	other = passphrase_of("correct horse battery stable");
	return passphrase != NULL && other != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	prb_passphrase_destroy(passphrase);
	prb_passphrase_destroy(other);
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
	char real[sizeof(path) + 8];

	(void)state;
	assert_refused("No such file");
	(void)snprintf(real, sizeof(real), "%s.real", path);
	write_file(SECRET "\n", 0600);
	assert_int_equal(rename(path, real), 0);
	assert_int_equal(symlink(real, path), 0);
	assert_refused("symbolic link");
	remove_file();
	assert_int_equal(unlink(real), 0);
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

static struct prb_secret_place
place(void)
{
	struct prb_secret_place made;

	assert_true(prb_secret_place_set(&made, "", path, &fault));
	return made;
}

static size_t
read_file(char *out, size_t room)
{
	int fd = open(path, O_RDONLY);
	ssize_t n = read(fd, out, room - 1);

	assert_true(fd >= 0 && n >= 0);
	assert_int_equal(close(fd), 0);
	out[n] = '\0';
	return (size_t)n;
}

static void
seals_and_unseals(void **state)
{
	struct prb_secret_place here = place();
	struct prb_secret_key *key = NULL;
	uint8_t public_key[PRB_KEY_PUBLIC_BYTES];
	char text[1024], multikey[PRB_MULTIKEY_BYTES];
	bool is_sealed = false;
	struct stat file;

	(void)state;
	write_file(SECRET "\n", 0600);
	assert_int_equal(prb_keyfile_unseal(path, passphrase, &fault), PRB_ERR_KEY);
	assert_non_null(strstr(fault.detail, "not sealed"));
	assert_int_equal(prb_keyfile_seal(path, passphrase, &fault), PRB_OK);
	(void)read_file(text, sizeof(text));
	assert_null(strstr(text, "z3u2"));
	assert_int_equal(stat(path, &file), 0);
	assert_int_equal(file.st_mode & 07777, 0600);
	/* Its public half needs no passphrase; the rest does, and says so. */
	assert_int_equal(prb_keyfile_public(&here, public_key, &is_sealed, &fault), PRB_OK);
	prb_key_public_multikey(public_key, multikey);
	assert_string_equal(multikey, PUBLIC);
	assert_true(is_sealed);
	assert_refused("it is sealed");
	assert_non_null(strstr(fault.detail, "--passphrase-file"));
	assert_int_equal(prb_keyfile_open(&here, other, &key, NULL, &fault), PRB_ERR_KEY);
	assert_non_null(strstr(fault.detail, "not the passphrase"));
	assert_null(strstr(fault.detail, "horse"));
	assert_null(key);
	is_sealed = false;
	assert_int_equal(prb_keyfile_open(&here, passphrase, &key, &is_sealed, &fault), PRB_OK);
	assert_true(is_sealed);
	prb_secret_key_public(key, public_key);
	prb_key_public_multikey(public_key, multikey);
	assert_string_equal(multikey, PUBLIC);
	prb_secret_key_destroy(key);
	/* Not twice, not under another passphrase, and back. */
	assert_int_equal(prb_keyfile_seal(path, passphrase, &fault), PRB_ERR_KEY);
	assert_non_null(strstr(fault.detail, "sealed already"));
	assert_int_equal(prb_keyfile_unseal(path, other, &fault), PRB_ERR_KEY);
	assert_int_equal(prb_keyfile_unseal(path, passphrase, &fault), PRB_OK);
	(void)read_file(text, sizeof(text));
	assert_string_equal(text, SECRET "\n");
	remove_file();
}

static void
makes_sealed(void **state)
{
	struct prb_secret_place here = place();
	struct prb_secret_key *made = NULL, *read = NULL;
	char text[1024];

	(void)state;
	assert_int_equal(prb_keyfile_create(path, passphrase, &made, &fault), PRB_OK);
	(void)read_file(text, sizeof(text));
	assert_non_null(strstr(text, "kdf argon2id 3 65536 "));
	assert_int_equal(prb_keyfile_open(&here, passphrase, &read, NULL, &fault), PRB_OK);
	assert_memory_equal(
		prb_secret_key_bytes(made), prb_secret_key_bytes(read), PRB_KEY_SECRET_BYTES);
	prb_secret_key_destroy(made);
	prb_secret_key_destroy(read);
	/* A damaged one is told apart from another passphrase. */
	text[strlen(text) - 30] ^= 1;
	remove_file();
	write_file(text, 0600);
	assert_int_equal(prb_keyfile_open(&here, passphrase, &read, NULL, &fault), PRB_ERR_KEY);
	assert_non_null(strstr(fault.detail, "damaged"));
	remove_file();
}

/* The disk is full in the middle: what was there is there. */
static void
what_cannot_be_rewritten_stays(void **state)
{
	struct rlimit before, none;
	char text[1024], fresh[sizeof(path) + 8];

	(void)state;
	write_file(SECRET "\n", 0600);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	(void)signal(SIGXFSZ, SIG_IGN);
	none = before;
	none.rlim_cur = 100;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	assert_int_equal(prb_keyfile_seal(path, passphrase, &fault), PRB_ERR_KEY);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	(void)read_file(text, sizeof(text));
	assert_string_equal(text, SECRET "\n");
	(void)snprintf(fresh, sizeof(fresh), "%s.new", path);
	assert_int_equal(access(fresh, F_OK), -1);
	/* What a killed writer left is no hindrance. */
	assert_int_equal(rename(path, fresh), 0);
	write_file(SECRET "\n", 0600);
	assert_int_equal(prb_keyfile_seal(path, passphrase, &fault), PRB_OK);
	assert_int_equal(access(fresh, F_OK), -1);
	remove_file();
}

/* The service manager's: root's or our own, perhaps readable for a group, never for others. */
static void
credentials_may_be_readable_for_a_group(void **state)
{
	static const struct {
		mode_t mode;
		bool taken;
	} rows[] = {{0400, true}, {0440, true}, {0600, true}, {0640, true}, {0660, false},
		{0444, false}, {0404, false}, {0450, false}};
	struct prb_secret_place found;
	struct prb_secret_key *key;

	(void)state;
	assert_int_equal(unsetenv("CREDENTIALS_DIRECTORY"), 0);
	assert_false(prb_credential_find("key", &found));
	assert_int_equal(setenv("CREDENTIALS_DIRECTORY", folder, 1), 0);
	assert_false(prb_credential_find("key", &found));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		write_file(SECRET "\n", rows[i].mode);
		assert_true(prb_credential_find("key", &found));
		assert_true(found.is_credential);
		assert_string_equal(found.path, path);
		key = NULL;
		assert_int_equal(prb_keyfile_open(&found, NULL, &key, NULL, &fault),
			rows[i].taken ? PRB_OK : PRB_ERR_KEY);
		prb_secret_key_destroy(key);
		remove_file();
	}
	/* A folder that is not named from the root is not the service manager's. */
	assert_int_equal(setenv("CREDENTIALS_DIRECTORY", ".", 1), 0);
	assert_false(prb_credential_find("key", &found));
	assert_int_equal(unsetenv("CREDENTIALS_DIRECTORY"), 0);
}

/* ---- passphrases ---- */

static void
passphrases_are_read(void **state)
{
	static char longest[PRB_PASSPHRASE_BYTES_MAX + 1], too_long[PRB_PASSPHRASE_BYTES_MAX + 2];
	const struct {
		const char *text, *wanted, *reason;
	} rows[] = {
		{"words", "words", NULL},
		{"words\n", "words", NULL},
		{"words\n\n", "words\n", NULL},
		{" words \r\n", " words \r", NULL},
		{"\nwords", "\nwords", NULL},
		{"", NULL, "empty"},
		{"\n", NULL, "empty"},
		{longest, longest, NULL},
		{too_long, NULL, "more than 1024"},
	};

	(void)state;
	memset(longest, 'x', sizeof(longest) - 1);
	memset(too_long, 'x', sizeof(too_long) - 1);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct prb_passphrase *read = NULL;

		write_file(rows[i].text, 0600);
		assert_int_equal(prb_passphrase_find(path, &read, &fault),
			rows[i].wanted != NULL ? PRB_OK : PRB_ERR_KEY);
		if (rows[i].wanted != NULL)
			assert_true(prb_span_is(prb_passphrase_span(read), rows[i].wanted));
		else
			assert_non_null(strstr(fault.detail, rows[i].reason));
		prb_passphrase_destroy(read);
		remove_file();
	}
}

static void
passphrases_come_from_the_first_place(void **state)
{
	struct prb_passphrase *read = passphrase;
	char credential[sizeof(folder) + 32];

	(void)state;
	/* None at all is no fault. */
	assert_int_equal(prb_passphrase_find(NULL, &read, &fault), PRB_OK);
	assert_null(read);
	assert_int_equal(prb_passphrase_find("", &read, &fault), PRB_OK);
	assert_null(read);
	assert_int_equal(prb_passphrase_find(path, &read, &fault), PRB_ERR_KEY);
	write_file("of the file\n", 0644);
	assert_int_equal(prb_passphrase_find(path, &read, &fault), PRB_ERR_KEY);
	assert_non_null(strstr(fault.detail, "chmod 600"));
	remove_file();
	write_file("of the manager\n", 0440);
	(void)snprintf(credential, sizeof(credential), "%s/" PRB_CREDENTIAL_PASSPHRASE, folder);
	assert_int_equal(rename(path, credential), 0);
	write_file("of the file\n", 0600);
	assert_int_equal(setenv("CREDENTIALS_DIRECTORY", folder, 1), 0);
	assert_int_equal(prb_passphrase_find(path, &read, &fault), PRB_OK);
	assert_true(prb_span_is(prb_passphrase_span(read), "of the manager"));
	prb_passphrase_destroy(read);
	assert_int_equal(unsetenv("CREDENTIALS_DIRECTORY"), 0);
	assert_int_equal(prb_passphrase_find(path, &read, &fault), PRB_OK);
	assert_true(prb_span_is(prb_passphrase_span(read), "of the file"));
	assert_false(prb_passphrase_equal(read, passphrase));
	assert_true(prb_passphrase_equal(read, read));
	prb_passphrase_destroy(read);
	assert_int_equal(unlink(credential), 0);
	remove_file();
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
		cmocka_unit_test(seals_and_unseals),
		cmocka_unit_test(makes_sealed),
		cmocka_unit_test(what_cannot_be_rewritten_stays),
		cmocka_unit_test(credentials_may_be_readable_for_a_group),
		cmocka_unit_test(passphrases_are_read),
		cmocka_unit_test(passphrases_come_from_the_first_place),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
