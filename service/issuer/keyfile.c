/* SPDX-License-Identifier: Apache-2.0 */
#include "service/issuer/keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

/* What is secret while a file is read or made, in one guarded piece that sodium_free wipes. */
struct scratch {
	char text[PRB_SEALED_KEY_BYTES_MAX + 1]; /* and one byte too many */
	uint8_t seed[PRB_KEY_SEED_BYTES];
	uint8_t full[PRB_KEY_SECRET_BYTES];
};

static enum prb_err
refuse(struct prb_fault *fault, const char *path, const char *why)
{
	return prb_fault_set(fault, PRB_ERR_KEY, PRB_NO_OFFSET, NULL, "%s: %s", path, why);
}

/* Puts the path before what was said without one. */
static enum prb_err
name_file(struct prb_fault *fault, const char *path, const struct prb_fault *why)
{
	return prb_fault_set(fault, why->err, PRB_NO_OFFSET, NULL, "%s: %s", path, why->detail);
}

static enum prb_err
begin(struct scratch **scratch, struct prb_fault *fault)
{
	*scratch = sodium_init() < 0 ? NULL : sodium_malloc(sizeof(**scratch));
	if (*scratch != NULL)
		return PRB_OK;
	return prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL,
		"there is no guarded memory for a secret key");
}

static enum prb_err
place_of(const char *path, struct prb_secret_place *place, struct prb_fault *fault)
{
	return prb_secret_place_set(place, "", path, fault) ? PRB_OK : PRB_ERR_KEY;
}

/* ---- reading ---- */

/* Reads on until the end or until there is more than there should be; -1 on failure. */
static ssize_t
read_all(int fd, char *out, size_t room)
{
	size_t n = 0;
	ssize_t got;

	do {
		got = read(fd, out + n, room - n);
		if (got > 0)
			n += (size_t)got;
	} while ((got > 0 && n < room) || (got < 0 && errno == EINTR));
	return got < 0 ? -1 : (ssize_t)n;
}

static enum prb_err
read_text(const struct prb_secret_place *place, struct scratch *scratch, struct prb_span *text,
	struct prb_fault *fault)
{
	ssize_t n;
	int fd = -1, error;
	enum prb_err err = prb_secret_place_open(place, PRB_SEALED_KEY_BYTES_MAX, &fd, fault);

	if (err != PRB_OK)
		return err;
	n = read_all(fd, scratch->text, sizeof(scratch->text));
	error = errno;
	(void)close(fd);
	if (n < 0)
		return refuse(fault, place->path, strerror(error));
	*text = (struct prb_span){scratch->text, (size_t)n};
	return PRB_OK;
}

/* The form without a passphrase: fills scratch->seed. */
static enum prb_err
read_plain(struct prb_span text, const char *path, struct scratch *scratch, struct prb_fault *fault)
{
	if (text.n > 0 && text.p[text.n - 1] == '\n')
		text.n--;
	if (prb_key_seed_read(text, scratch->seed))
		return PRB_OK;
	return refuse(fault, path,
		"no secret key: one line \"z3u2...\", or what `probity keys seal` makes, and "
		"nothing else is wanted");
}

static enum prb_err
read_sealed(struct prb_span text, const char *path, struct prb_sealed_key *sealed,
	struct prb_fault *fault)
{
	struct prb_fault why;

	return prb_sealed_read(text, sealed, &why) == PRB_OK ? PRB_OK
							     : name_file(fault, path, &why);
}

static enum prb_err
open_sealed(struct prb_span text, const char *path, const struct prb_passphrase *passphrase,
	struct scratch *scratch, struct prb_fault *fault)
{
	struct prb_sealed_key sealed;
	struct prb_fault why;
	enum prb_err err = read_sealed(text, path, &sealed, fault);

	if (err != PRB_OK)
		return err;
	if (passphrase == NULL)
		return refuse(fault, path,
			"it is sealed, and no passphrase was given: name a file that holds it with "
			"--passphrase-file, or hand it over as the credential "
			"\"" PRB_CREDENTIAL_PASSPHRASE "\"");
	err = prb_unseal_key(&sealed, passphrase, scratch->seed, &why);
	return err == PRB_OK ? PRB_OK : name_file(fault, path, &why);
}

/* Fills scratch->seed. */
static enum prb_err
read_seed(const struct prb_secret_place *place, const struct prb_passphrase *passphrase,
	struct scratch *scratch, bool *is_sealed, struct prb_fault *fault)
{
	struct prb_span text;
	enum prb_err err = read_text(place, scratch, &text, fault);

	if (err != PRB_OK)
		return err;
	*is_sealed = prb_sealed_is(text);
	if (*is_sealed)
		return open_sealed(text, place->path, passphrase, scratch, fault);
	return read_plain(text, place->path, scratch, fault);
}

enum prb_err
prb_keyfile_open(const struct prb_secret_place *place, const struct prb_passphrase *passphrase,
	struct prb_secret_key **out, bool *is_sealed, struct prb_fault *fault)
{
	struct scratch *scratch;
	bool sealed = false;
	enum prb_err err = begin(&scratch, fault);

	if (err != PRB_OK)
		return err;
	err = read_seed(place, passphrase, scratch, &sealed, fault);
	if (err == PRB_OK)
		err = prb_secret_key_create(scratch->seed, out, fault);
	if (err == PRB_OK && is_sealed != NULL)
		*is_sealed = sealed;
	sodium_free(scratch);
	return err;
}

enum prb_err
prb_keyfile_public(const struct prb_secret_place *place, uint8_t public_key[PRB_KEY_PUBLIC_BYTES],
	bool *is_sealed, struct prb_fault *fault)
{
	struct prb_sealed_key sealed;
	struct scratch *scratch;
	struct prb_span text;
	enum prb_err err = begin(&scratch, fault);
	bool seals;

	if (err != PRB_OK)
		return err;
	err = read_text(place, scratch, &text, fault);
	seals = err == PRB_OK && prb_sealed_is(text);
	if (seals)
		err = read_sealed(text, place->path, &sealed, fault);
	else if (err == PRB_OK)
		err = read_plain(text, place->path, scratch, fault);
	if (err == PRB_OK && !seals)
		(void)crypto_sign_seed_keypair(sealed.public_key, scratch->full, scratch->seed);
	if (err == PRB_OK) {
		memcpy(public_key, sealed.public_key, PRB_KEY_PUBLIC_BYTES);
		if (is_sealed != NULL)
			*is_sealed = seals;
	}
	sodium_free(scratch);
	return err;
}

enum prb_err
prb_keyfile_read(const char *path, struct prb_secret_key **out, struct prb_fault *fault)
{
	struct prb_secret_place place;
	enum prb_err err = place_of(path, &place, fault);

	return err == PRB_OK ? prb_keyfile_open(&place, NULL, out, NULL, fault) : err;
}

/* ---- writing ---- */

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
write_file(const char *path, const char *text, struct prb_fault *fault)
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
	done = fchmod(fd, S_IRUSR | S_IWUSR) == 0 && write_all(fd, text, strlen(text)) &&
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

/* scratch->text becomes what stands in a file for scratch->seed. */
static enum prb_err
write_text(
	struct scratch *scratch, const struct prb_passphrase *passphrase, struct prb_fault *fault)
{
	struct prb_sealed_key sealed;
	enum prb_err err;

	if (passphrase == NULL) {
		prb_key_seed_multikey(scratch->seed, scratch->text);
		(void)strcat(scratch->text, "\n");
		return PRB_OK;
	}
	err = prb_seal_key(scratch->seed, passphrase, PRB_SEAL_COST, &sealed, fault);
	if (err == PRB_OK)
		(void)prb_sealed_write(&sealed, scratch->text);
	return err;
}

enum prb_err
prb_keyfile_create(const char *path, const struct prb_passphrase *passphrase,
	struct prb_secret_key **out, struct prb_fault *fault)
{
	struct prb_secret_key *key = NULL;
	struct scratch *scratch;
	enum prb_err err = begin(&scratch, fault);

	if (err != PRB_OK)
		return err;
	randombytes_buf(scratch->seed, sizeof(scratch->seed));
	err = write_text(scratch, passphrase, fault);
	if (err == PRB_OK)
		err = prb_secret_key_create(scratch->seed, &key, fault);
	if (err == PRB_OK)
		err = write_file(path, scratch->text, fault);
	if (err == PRB_OK)
		*out = key;
	else
		prb_secret_key_destroy(key);
	sodium_free(scratch);
	return err;
}

enum prb_err
prb_keyfile_make(const char *path, struct prb_secret_key **out, struct prb_fault *fault)
{
	return prb_keyfile_create(path, NULL, out, fault);
}

enum prb_err
prb_keyfile_replace(const char *from, const char *to, struct prb_fault *fault)
{
	if (rename(from, to) == 0 && sync_folder(to))
		return PRB_OK;
	return refuse(fault, to, strerror(errno));
}

/* ---- the other form ---- */

static enum prb_err
rewrite(const char *path, struct scratch *scratch, struct prb_fault *fault)
{
	char fresh[PRB_SECRET_PATH_BYTES_MAX];
	enum prb_err err;

	if (snprintf(fresh, sizeof(fresh), "%s.new", path) >= (int)sizeof(fresh))
		return refuse(fault, path, strerror(ENAMETOOLONG));
	/* What an interrupted writing left is no use to anybody: the file itself is whole. */
	(void)unlink(fresh);
	err = write_file(fresh, scratch->text, fault);
	if (err != PRB_OK)
		return err;
	err = prb_keyfile_replace(fresh, path, fault);
	if (err != PRB_OK)
		(void)unlink(fresh);
	return err;
}

/* seals: into the sealed form, else out of it. */
static enum prb_err
change_form(const char *path, const struct prb_passphrase *passphrase, bool seals,
	struct prb_fault *fault)
{
	struct prb_secret_place place;
	struct scratch *scratch = NULL;
	bool is_sealed = false;
	enum prb_err err = place_of(path, &place, fault);

	if (err == PRB_OK)
		err = begin(&scratch, fault);
	/* For `seal` no passphrase: what is sealed already says so before any work is done. */
	if (err == PRB_OK)
		err = read_seed(&place, seals ? NULL : passphrase, scratch, &is_sealed, fault);
	if (seals && is_sealed)
		err = refuse(fault, path,
			"it is sealed already: unseal it first, to give it another passphrase");
	else if (err == PRB_OK && !seals && !is_sealed)
		err = refuse(fault, path, "it is not sealed");
	if (err == PRB_OK)
		err = write_text(scratch, seals ? passphrase : NULL, fault);
	if (err == PRB_OK)
		err = rewrite(path, scratch, fault);
	sodium_free(scratch);
	return err;
}

enum prb_err
prb_keyfile_seal(const char *path, const struct prb_passphrase *passphrase, struct prb_fault *fault)
{
	return change_form(path, passphrase, true, fault);
}

enum prb_err
prb_keyfile_unseal(
	const char *path, const struct prb_passphrase *passphrase, struct prb_fault *fault)
{
	return change_form(path, passphrase, false, fault);
}
