/* SPDX-License-Identifier: Apache-2.0 */
#include "service/issuer/secret.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

static_assert(PRB_KEY_SEED_BYTES == crypto_sign_SEEDBYTES, "as libsodium takes them");
static_assert(PRB_KEY_SECRET_BYTES == crypto_sign_SECRETKEYBYTES, "as libsodium keeps them");

static enum prb_err
refuse(struct prb_fault *fault, const char *path, const char *why)
{
	return prb_fault_set(fault, PRB_ERR_KEY, PRB_NO_OFFSET, NULL, "%s: %s", path, why);
}

static enum prb_err
no_memory(struct prb_fault *fault)
{
	return prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL,
		"there is no guarded memory for a secret");
}

/* ---- a key ---- */

/* All of it lies in sodium_malloc. */
struct prb_secret_key {
	uint8_t bytes[PRB_KEY_SECRET_BYTES];
	bool is_locked;
};

enum prb_err
prb_secret_key_create(const uint8_t seed[PRB_KEY_SEED_BYTES], struct prb_secret_key **out,
	struct prb_fault *fault)
{
	struct prb_secret_key *key = sodium_malloc(sizeof(*key));
	uint8_t public_key[PRB_KEY_PUBLIC_BYTES];

	if (key == NULL)
		return no_memory(fault);
	/* sodium_malloc has tried to lock it, and does not say whether that went well. */
	key->is_locked = sodium_mlock(key, sizeof(*key)) == 0;
	(void)crypto_sign_seed_keypair(public_key, key->bytes, seed);
	(void)sodium_mprotect_readonly(key);
	*out = key;
	return PRB_OK;
}

void
prb_secret_key_destroy(struct prb_secret_key *key)
{
	sodium_free(key);
}

const uint8_t *
prb_secret_key_bytes(const struct prb_secret_key *key)
{
	return key->bytes;
}

void
prb_secret_key_public(const struct prb_secret_key *key, uint8_t public_key[PRB_KEY_PUBLIC_BYTES])
{
	/* libsodium keeps the public key behind the seed. */
	memcpy(public_key, key->bytes + PRB_KEY_SEED_BYTES, PRB_KEY_PUBLIC_BYTES);
}

bool
prb_secret_key_is_locked(const struct prb_secret_key *key)
{
	return key->is_locked;
}

/* ---- a passphrase ---- */

struct prb_passphrase {
	size_t n;
	char bytes[PRB_PASSPHRASE_BYTES_MAX + 2]; /* a newline, and one byte too many */
};

/* 0, or errno. A terminal gives a line at a time. */
static int
read_bytes(int fd, bool line, struct prb_passphrase *passphrase)
{
	for (;;) {
		size_t room = sizeof(passphrase->bytes) - passphrase->n;
		ssize_t got = read(fd, passphrase->bytes + passphrase->n, room);

		/* Whoever waits for a terminal wants to be interrupted. */
		if (got < 0 && (errno != EINTR || line))
			return errno;
		if (got > 0)
			passphrase->n += (size_t)got;
		if (got == 0 || passphrase->n == sizeof(passphrase->bytes) ||
			(line && passphrase->bytes[passphrase->n - 1] == '\n'))
			return 0;
	}
}

enum prb_err
prb_passphrase_take(
	int fd, const char *name, bool line, struct prb_passphrase **out, struct prb_fault *fault)
{
	struct prb_passphrase *made = sodium_init() < 0 ? NULL : sodium_malloc(sizeof(*made));
	enum prb_err err = PRB_OK;
	int error;

	if (made == NULL)
		return no_memory(fault);
	made->n = 0;
	error = read_bytes(fd, line, made);
	if (made->n > 0 && made->bytes[made->n - 1] == '\n')
		made->n--;
	if (error != 0)
		err = refuse(fault, name, strerror(error));
	else if (made->n == 0)
		err = refuse(fault, name, "the passphrase is empty");
	else if (made->n > PRB_PASSPHRASE_BYTES_MAX)
		err = refuse(fault, name, "the passphrase has more than 1024 bytes");
	if (err == PRB_OK)
		*out = made;
	else
		sodium_free(made);
	return err;
}

void
prb_passphrase_destroy(struct prb_passphrase *passphrase)
{
	sodium_free(passphrase);
}

struct prb_span
prb_passphrase_span(const struct prb_passphrase *passphrase)
{
	return (struct prb_span){passphrase->bytes, passphrase->n};
}

bool
prb_passphrase_equal(const struct prb_passphrase *a, const struct prb_passphrase *b)
{
	return a->n == b->n && sodium_memcmp(a->bytes, b->bytes, a->n) == 0;
}

/* ---- where secrets come from ---- */

bool
prb_secret_place_set(
	struct prb_secret_place *place, const char *dir, const char *name, struct prb_fault *fault)
{
	struct prb_secret_place made = {.is_credential = false};
	int n = snprintf(
		made.path, sizeof(made.path), "%s%s%s", dir, dir[0] != '\0' ? "/" : "", name);

	if (n < 0 || (size_t)n >= sizeof(made.path)) {
		(void)refuse(fault, name, "the path of its folder is too long");
		return false;
	}
	*place = made;
	return true;
}

bool
prb_credential_find(const char *name, struct prb_secret_place *place)
{
	const char *folder = getenv("CREDENTIALS_DIRECTORY");
	struct prb_secret_place found;

	if (folder == NULL || folder[0] != '/' ||
		!prb_secret_place_set(&found, folder, name, NULL) || access(found.path, F_OK) != 0)
		return false;
	found.is_credential = true;
	*place = found;
	return true;
}

static enum prb_err
check_file(int fd, const struct prb_secret_place *place, size_t bytes_max, struct prb_fault *fault)
{
	bool is_credential = place->is_credential;
	mode_t others = is_credential ? S_IWGRP | S_IXGRP | S_IRWXO : S_IRWXG | S_IRWXO;
	struct stat file;

	if (fstat(fd, &file) != 0)
		return refuse(fault, place->path, strerror(errno));
	if (!S_ISREG(file.st_mode))
		return refuse(fault, place->path, "not a regular file");
	if (file.st_uid != geteuid() && !(is_credential && file.st_uid == 0))
		return refuse(fault, place->path,
			"it belongs to another user than the one who runs the program");
	if ((file.st_mode & others) != 0)
		return prb_fault_set(fault, PRB_ERR_KEY, PRB_NO_OFFSET, NULL,
			"%s: others may read or change it; chmod 600 %s", place->path, place->path);
	if (file.st_size < 0 || (size_t)file.st_size > bytes_max)
		return prb_fault_set(fault, PRB_ERR_KEY, PRB_NO_OFFSET, NULL,
			"%s: too long: what is wanted here has at most %zu bytes", place->path,
			bytes_max);
	return PRB_OK;
}

enum prb_err
prb_secret_place_open(
	const struct prb_secret_place *place, size_t bytes_max, int *fd, struct prb_fault *fault)
{
	/* O_NONBLOCK: a named pipe would wait for its writer. */
	int opened = open(place->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	enum prb_err err;

	if (opened < 0 && errno == ELOOP)
		return refuse(fault, place->path, "a symbolic link: name the file itself");
	if (opened < 0)
		return refuse(fault, place->path, strerror(errno));
	err = check_file(opened, place, bytes_max, fault);
	if (err != PRB_OK)
		(void)close(opened);
	else
		*fd = opened;
	return err;
}

enum prb_err
prb_passphrase_find(const char *file, struct prb_passphrase **out, struct prb_fault *fault)
{
	struct prb_passphrase *made = NULL;
	struct prb_secret_place place;
	enum prb_err err;
	int fd = -1;

	if (!prb_credential_find(PRB_CREDENTIAL_PASSPHRASE, &place)) {
		if (file == NULL || file[0] == '\0') {
			*out = NULL;
			return PRB_OK;
		}
		if (!prb_secret_place_set(&place, "", file, fault))
			return PRB_ERR_KEY;
	}
	err = prb_secret_place_open(&place, PRB_PASSPHRASE_BYTES_MAX + 1, &fd, fault);
	if (err != PRB_OK)
		return err;
	err = prb_passphrase_take(fd, place.path, false, &made, fault);
	(void)close(fd);
	if (err == PRB_OK)
		*out = made;
	return err;
}
