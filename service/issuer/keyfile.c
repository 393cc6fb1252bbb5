/* SPDX-License-Identifier: Apache-2.0 */
#include "service/issuer/keyfile.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

static_assert(PRB_KEY_SEED_BYTES == crypto_sign_SEEDBYTES, "as libsodium takes them");
static_assert(PRB_KEY_SECRET_BYTES == crypto_sign_SECRETKEYBYTES, "as libsodium keeps them");

#define LINE_BYTES_MAX (PRB_MULTIKEY_BYTES + 1) /* a key, a newline, and one byte too many */

/* All of it lies in sodium_malloc. */
struct prb_secret_key {
	uint8_t bytes[PRB_KEY_SECRET_BYTES];
	bool is_locked;
};

/* What is secret while a file is read or made, in one guarded piece that sodium_free wipes. */
struct scratch {
	char line[LINE_BYTES_MAX];
	uint8_t seed[PRB_KEY_SEED_BYTES];
};

static enum prb_err
refuse(struct prb_fault *fault, const char *path, const char *why)
{
	return prb_fault_set(fault, PRB_ERR_KEY, PRB_NO_OFFSET, NULL, "%s: %s", path, why);
}

static enum prb_err
no_memory(struct prb_fault *fault)
{
	return prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL,
		"there is no guarded memory for a secret key");
}

/* ---- the key in memory ---- */

static enum prb_err
make_key(const uint8_t seed[PRB_KEY_SEED_BYTES], struct prb_secret_key **out,
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

/* ---- reading ---- */

static enum prb_err
check_file(int fd, const char *path, struct prb_fault *fault)
{
	struct stat file;

	if (fstat(fd, &file) != 0)
		return refuse(fault, path, strerror(errno));
	if (!S_ISREG(file.st_mode))
		return refuse(fault, path, "not a regular file");
	if (file.st_uid != geteuid())
		return refuse(fault, path,
			"it belongs to another user than the one who runs the program");
	if ((file.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		return prb_fault_set(fault, PRB_ERR_KEY, PRB_NO_OFFSET, NULL,
			"%s: others may read or change it; chmod 600 %s", path, path);
	if (file.st_size >= LINE_BYTES_MAX)
		return refuse(fault, path, "too long for a key: one line \"z3u2...\" is wanted");
	return PRB_OK;
}

static enum prb_err
open_file(const char *path, int *out, struct prb_fault *fault)
{
	/* O_NONBLOCK: a named pipe would wait for its writer. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	enum prb_err err;

	if (fd < 0 && errno == ELOOP)
		return refuse(fault, path, "a symbolic link: name the file itself");
	if (fd < 0)
		return refuse(fault, path, strerror(errno));
	err = check_file(fd, path, fault);
	if (err != PRB_OK)
		(void)close(fd);
	else
		*out = fd;
	return err;
}

/* Reads on until the end or until there is more than there should be; -1 on failure. */
static ssize_t
read_line(int fd, char line[LINE_BYTES_MAX])
{
	size_t n = 0;
	ssize_t got;

	do {
		got = read(fd, line + n, LINE_BYTES_MAX - n);
		if (got > 0)
			n += (size_t)got;
	} while ((got > 0 && n < LINE_BYTES_MAX) || (got < 0 && errno == EINTR));
	return got < 0 ? -1 : (ssize_t)n;
}

static enum prb_err
read_seed(int fd, const char *path, struct scratch *scratch, struct prb_fault *fault)
{
	ssize_t n = read_line(fd, scratch->line);

	if (n < 0)
		return refuse(fault, path, strerror(errno));
	if (n > 0 && scratch->line[n - 1] == '\n')
		n--;
	if (!prb_key_seed_read((struct prb_span){scratch->line, (size_t)n}, scratch->seed))
		return refuse(fault, path,
			"no secret key: one line \"z3u2...\" and nothing else is wanted");
	return PRB_OK;
}

enum prb_err
prb_keyfile_read(const char *path, struct prb_secret_key **out, struct prb_fault *fault)
{
	struct scratch *scratch = sodium_init() < 0 ? NULL : sodium_malloc(sizeof(*scratch));
	enum prb_err err;
	int fd = -1;

	if (scratch == NULL)
		return no_memory(fault);
	err = open_file(path, &fd, fault);
	if (err == PRB_OK)
		err = read_seed(fd, path, scratch, fault);
	if (err == PRB_OK)
		err = make_key(scratch->seed, out, fault);
	if (fd >= 0)
		(void)close(fd);
	sodium_free(scratch);
	return err;
}

/* ---- making ---- */

static bool
write_all(int fd, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, bytes, n);

		if (done < 0 && errno != EINTR)
			return false;
		if (done > 0) {
			bytes += done;
			n -= (size_t)done;
		}
	}
	return true;
}

/* A new name is durable only once its folder is. */
static bool
sync_folder(const char *path)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(path, '/');
	size_t n = slash == NULL ? 0 : (size_t)(slash - path);
	int fd;
	bool done;

	if (n >= sizeof(folder)) {
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(folder, path, n);
	folder[n] = '\0';
	fd = open(slash == NULL ? "." : n == 0 ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return false;
	done = fsync(fd) == 0;
	(void)close(fd);
	return done;
}

/* What is left of a file that could not be finished goes away: it is ours, made a moment ago. */
static enum prb_err
write_file(const char *path, const char *line, struct prb_fault *fault)
{
	int fd =
		open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
	bool done;
	int why;

	if (fd < 0 && errno == EEXIST)
		return refuse(fault, path, "it is there already, and a key is never overwritten");
	if (fd < 0)
		return refuse(fault, path, strerror(errno));
	/* A umask can only have taken rights away; the owner needs both. */
	done = fchmod(fd, S_IRUSR | S_IWUSR) == 0 && write_all(fd, line, strlen(line)) &&
	       fsync(fd) == 0;
	why = errno;
	if (close(fd) != 0 && done) {
		why = errno;
		done = false;
	}
	if (done && !sync_folder(path)) {
		why = errno;
		done = false;
	}
	if (done)
		return PRB_OK;
	(void)unlink(path);
	return refuse(fault, path, strerror(why));
}

enum prb_err
prb_keyfile_make(const char *path, struct prb_secret_key **out, struct prb_fault *fault)
{
	struct scratch *scratch = sodium_init() < 0 ? NULL : sodium_malloc(sizeof(*scratch));
	struct prb_secret_key *key = NULL;
	enum prb_err err;

	if (scratch == NULL)
		return no_memory(fault);
	randombytes_buf(scratch->seed, sizeof(scratch->seed));
	prb_key_seed_multikey(scratch->seed, scratch->line);
	(void)strcat(scratch->line, "\n");
	err = make_key(scratch->seed, &key, fault);
	if (err == PRB_OK)
		err = write_file(path, scratch->line, fault);
	if (err == PRB_OK)
		*out = key;
	else
		prb_secret_key_destroy(key);
	sodium_free(scratch);
	return err;
}
