/* SPDX-License-Identifier: Apache-2.0 */
#include "datasets/store/release.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "datasets/store/records.h"
#include "datasets/store/reference_fill.h"
#include "datasets/store/seal.h"

#define PATH_BYTES_MAX 4096
#define SIDECAR_BYTES_MAX 1024
#define REFERENCE_BYTES_MAX (16 * 1024 * 1024)
#define REBUILD "build it again with `probity data build --out %s`"

struct prb_reader {
	const struct prb_release *release;
	MDB_txn *txn;
};

struct prb_release {
	char *path;
	MDB_env *env;
	MDB_dbi tables[PRB_TABLES];
	struct prb_reader own; /* keeps what the reference borrows */
	struct prb_arena *arena;
	struct prb_reference reference;
	struct prb_fold_table fold;
	struct prb_lexicon lexicon;
	struct prb_sidecar sidecar;
};

static const char *const table_names[] = {
#define PRB_TABLE(name, file, what) file,
#include "datasets/store/tables.def"
#undef PRB_TABLE
};

const char *
prb_table_name(enum prb_table table)
{
	return table_names[table];
}

bool
prb_beside_program(const char *place, char *path, size_t room)
{
	ssize_t n = readlink("/proc/self/exe", path, room - 1);

	if (n <= 0)
		return false;
	path[n] = '\0';
	for (int up = 0; up < 2; up++) {
		char *slash = strrchr(path, '/');

		if (slash == NULL)
			return false;
		*slash = '\0';
	}
	if (strlen(path) + 1 + strlen(place) + 1 > room)
		return false;
	strcat(strcat(path, "/"), place);
	return true;
}

bool
prb_release_find(const char *named, char *path, size_t room)
{
	const char *variable = getenv("PROBITY_DATA");
	char link[2], *real;

	if (named == NULL || named[0] == '\0')
		named = variable;
	if (named == NULL || named[0] == '\0')
		return prb_beside_program("share/probity/release.lmdb", path, room);
	real = readlink(named, link, sizeof(link)) > 0 ? realpath(named, NULL) : NULL;
	bool fits = snprintf(path, room, "%s", real != NULL ? real : named) < (int)room;
	free(real);
	return fits;
}

static enum prb_err
damaged(struct prb_fault *fault, const char *path, const char *what)
{
	return prb_fault_set(fault, PRB_ERR_RELEASE_DAMAGED, PRB_NO_OFFSET, NULL,
		"%s: %s: " REBUILD, path, what, path);
}

static enum prb_err
missing(struct prb_fault *fault, const char *path, int error)
{
	if (error == ENOENT || error == ENOTDIR)
		return prb_fault_set(fault, PRB_ERR_RELEASE_MISSING, PRB_NO_OFFSET, NULL,
			"%s: there is no such file: build a release with `probity data build --out "
			"FILE`, or name one "
			"with --data FILE or PROBITY_DATA",
			path);
	return prb_fault_set(fault, PRB_ERR_RELEASE_MISSING, PRB_NO_OFFSET, NULL,
		"%s: cannot be opened: %s", path, strerror(error));
}

static enum prb_err
read_sidecar(const char *path, struct prb_sidecar *sidecar, struct prb_fault *fault)
{
	char text[SIDECAR_BYTES_MAX], name[PATH_BYTES_MAX];
	ssize_t n;
	int fd;

	if (snprintf(name, sizeof(name), "%s.meta", path) >= (int)sizeof(name))
		return missing(fault, path, ENAMETOOLONG);
	fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return missing(fault, name, errno);
	n = read(fd, text, sizeof(text));
	(void)close(fd);
	if (n < 0 || !prb_sidecar_read((struct prb_span){text, (size_t)n}, sidecar))
		return damaged(fault, path, "its sidecar (.meta) cannot be read");
	if (sidecar->format != PRB_RELEASE_FORMAT)
		return prb_fault_set(fault, PRB_ERR_RELEASE_FORMAT, PRB_NO_OFFSET, NULL,
			"%s: its format is %u, this program reads %d: " REBUILD, path,
			sidecar->format, PRB_RELEASE_FORMAT, path);
	return PRB_OK;
}

/* Everything that must hold before LMDB may map the file (see the header). */
static enum prb_err
check_file(const struct prb_release *release, int fd, bool hash_all, struct prb_fault *fault)
{
	char hash[PRB_SHA256_HEX_BYTES];
	struct stat status;
	const char *wrong;

	if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
		return damaged(fault, release->path, "it is not a file");
	if ((uint64_t)status.st_size != release->sidecar.bytes)
		return damaged(fault, release->path,
			"its size is not what its sidecar (.meta) says: it was cut, or a build was "
			"interrupted");
	wrong = prb_header_check(fd, release->sidecar.bytes);
	if (wrong)
		return damaged(fault, release->path, wrong);
	if (!hash_all && release->sidecar.bytes > PRB_RELEASE_HASHED_BYTES_MAX)
		return PRB_OK;
	if (!prb_file_sha256(fd, hash) || strcmp(hash, release->sidecar.file_sha256) != 0)
		return damaged(fault, release->path,
			"its bytes are not what its sidecar (.meta) says: it was changed, or a "
			"build was interrupted");
	return PRB_OK;
}

static enum prb_err
lmdb_failed(struct prb_fault *fault, const char *path, int error)
{
	if (error == ENOMEM)
		return prb_fault_set(
			fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "%s: memory ran out", path);
	return damaged(fault, path, mdb_strerror(error));
}

/* LMDB opens by path: what it opened must be the file that was checked. */
static bool
is_same_file(MDB_env *env, int fd)
{
	mdb_filehandle_t opened;
	struct stat a, b;

	return mdb_env_get_fd(env, &opened) == 0 && fstat(opened, &a) == 0 && fstat(fd, &b) == 0 &&
	       a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

static enum prb_err
open_env(struct prb_release *release, int fd, struct prb_fault *fault)
{
	int error = mdb_env_create(&release->env);

	if (error == 0)
		error = mdb_env_set_maxdbs(release->env, PRB_TABLES);
	if (error == 0)
		error = mdb_env_open(release->env, release->path,
			MDB_RDONLY | MDB_NOSUBDIR | MDB_NOLOCK | MDB_NORDAHEAD, 0);
	if (error != 0)
		return lmdb_failed(fault, release->path, error);
	if (!is_same_file(release->env, fd))
		return damaged(
			fault, release->path, "it was replaced while it was opened: try again, or");
	error = mdb_txn_begin(release->env, NULL, MDB_RDONLY, &release->own.txn);
	for (int i = 0; i < PRB_TABLES && error == 0; i++)
		error = mdb_dbi_open(release->own.txn, table_names[i], 0, &release->tables[i]);
	if (error != 0)
		return lmdb_failed(fault, release->path, error);
	/* Handles opened in a transaction belong to it alone until it is committed. */
	error = mdb_txn_commit(release->own.txn);
	release->own.txn = NULL;
	if (error == 0)
		error = mdb_txn_begin(release->env, NULL, MDB_RDONLY, &release->own.txn);
	return error == 0 ? PRB_OK : lmdb_failed(fault, release->path, error);
}

static enum prb_err
open_content(struct prb_release *release, struct prb_fault *fault)
{
	struct prb_reader *own = &release->own;
	struct prb_span seal = prb_reader_get(own, PRB_TABLE_SEAL, PRB_SPAN(PRB_SEAL_RELEASE));
	struct prb_span table = prb_reader_get(own, PRB_TABLE_FOLD, PRB_SPAN(PRB_FOLD_KEY));
	struct prb_span words = prb_reader_get(own, PRB_TABLE_LEXICON, PRB_SPAN(PRB_LEXICON_KEY));
	const char *unread;

	if (!prb_span_is(seal, release->sidecar.release))
		return damaged(
			fault, release->path, "its name is not what its sidecar (.meta) says");
	if (!table.p || !prb_fold_table_open(&release->fold, table.p, table.n))
		return damaged(fault, release->path, "its table `fold` cannot be read");
	if (!words.p || !prb_lexicon_open(&release->lexicon, words.p, words.n))
		return damaged(fault, release->path, "its table `lexicon` cannot be read");
	release->arena = prb_arena_create(REFERENCE_BYTES_MAX);
	if (!release->arena)
		return prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL,
			"%s: memory ran out", release->path);
	memcpy(release->reference.release, release->sidecar.release,
		sizeof(release->reference.release));
	unread = prb_reference_fill(own, release->arena, &release->reference);
	if (unread)
		return prb_fault_set(fault, PRB_ERR_RELEASE_DAMAGED, PRB_NO_OFFSET, NULL,
			"%s: its table `%s` cannot be read: " REBUILD, release->path, unread,
			release->path);
	return PRB_OK;
}

static enum prb_err
open_release(const char *path, bool hash_all, struct prb_release **out, struct prb_fault *fault)
{
	struct prb_release *release = calloc(1, sizeof(*release));
	enum prb_err err = PRB_ERR_MEMORY;
	int fd = -1;

	if (!release || !(release->path = strdup(path))) {
		(void)prb_fault_set(fault, err, PRB_NO_OFFSET, NULL, "%s: memory ran out", path);
		goto out;
	}
	release->own.release = release;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		err = missing(fault, path, errno);
		goto out;
	}
	err = read_sidecar(path, &release->sidecar, fault);
	if (err == PRB_OK)
		err = check_file(release, fd, hash_all, fault);
	if (err == PRB_OK)
		err = open_env(release, fd, fault);
	if (err == PRB_OK)
		err = open_content(release, fault);
out:
	if (fd >= 0)
		(void)close(fd);
	if (err == PRB_OK)
		*out = release;
	else
		prb_release_close(release);
	return err;
}

enum prb_err
prb_release_open(const char *path, struct prb_release **out, struct prb_fault *fault)
{
	return open_release(path, false, out, fault);
}

enum prb_err
prb_release_open_hashed(const char *path, struct prb_release **out, struct prb_fault *fault)
{
	return open_release(path, true, out, fault);
}

void
prb_release_close(struct prb_release *release)
{
	if (!release)
		return;
	if (release->own.txn)
		mdb_txn_abort(release->own.txn);
	if (release->env)
		mdb_env_close(release->env);
	prb_arena_destroy(release->arena);
	free(release->path);
	free(release);
}

struct hashing {
	struct prb_row_hash hash;
	const char *table;
};

static bool
hash_row(void *context, struct prb_span key, struct prb_span value)
{
	struct hashing *hashing = context;

	prb_row_hash_add(&hashing->hash, hashing->table, key, value);
	return true;
}

enum prb_err
prb_release_verify(const struct prb_release *release, struct prb_fault *fault)
{
	char found[PRB_SHA256_HEX_BYTES];
	struct hashing hashing;
	mdb_filehandle_t fd;

	if (mdb_env_get_fd(release->env, &fd) != 0 || !prb_file_sha256(fd, found))
		return prb_fault_set(fault, PRB_ERR_IO, PRB_NO_OFFSET, NULL, "%s: cannot be read",
			release->path);
	if (strcmp(found, release->sidecar.file_sha256) != 0)
		return damaged(
			fault, release->path, "its bytes are not what its sidecar (.meta) says");
	prb_row_hash_init(&hashing.hash);
	for (int i = 0; i < PRB_TABLES; i++) {
		hashing.table = table_names[i];
		if (i != PRB_TABLE_SEAL)
			prb_reader_each(&release->own, (enum prb_table)i, hash_row, &hashing);
	}
	prb_row_hash_finish(&hashing.hash, found);
	if (strcmp(found, release->sidecar.release) != 0)
		return damaged(fault, release->path, "its rows do not give its name");
	return PRB_OK;
}

const struct prb_reference *
prb_release_reference(const struct prb_release *release)
{
	return &release->reference;
}

const struct prb_fold_table *
prb_release_fold(const struct prb_release *release)
{
	return &release->fold;
}

const struct prb_lexicon *
prb_release_lexicon(const struct prb_release *release)
{
	return &release->lexicon;
}

void
prb_release_info(const struct prb_release *release, struct prb_release_info *out)
{
	out->path = release->path;
	memcpy(out->release, release->sidecar.release, sizeof(out->release));
	memcpy(out->file_sha256, release->sidecar.file_sha256, sizeof(out->file_sha256));
	out->bytes = release->sidecar.bytes;
	out->format = release->sidecar.format;
}

void
prb_release_words_edition(const struct prb_release *release, uint8_t out[PRB_SHA256_BYTES])
{
	const struct prb_span tables[] = {
		prb_reader_get(&release->own, PRB_TABLE_FOLD, PRB_SPAN(PRB_FOLD_KEY)),
		prb_reader_get(&release->own, PRB_TABLE_LEXICON, PRB_SPAN(PRB_LEXICON_KEY))};
	crypto_hash_sha256_state state;

	crypto_hash_sha256_init(&state);
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		crypto_hash_sha256_update(&state, (const unsigned char *)tables[i].p, tables[i].n);
	crypto_hash_sha256_final(&state, out);
}

enum prb_err
prb_reader_create(const struct prb_release *release, struct prb_reader **out)
{
	struct prb_reader *reader = malloc(sizeof(*reader));

	if (!reader)
		return PRB_ERR_MEMORY;
	reader->release = release;
	if (mdb_txn_begin(release->env, NULL, MDB_RDONLY, &reader->txn) != 0) {
		free(reader);
		return PRB_ERR_MEMORY;
	}
	*out = reader;
	return PRB_OK;
}

void
prb_reader_destroy(struct prb_reader *reader)
{
	if (!reader)
		return;
	mdb_txn_abort(reader->txn);
	free(reader);
}

const struct prb_release *
prb_reader_release(const struct prb_reader *reader)
{
	return reader->release;
}

struct prb_span
prb_reader_get(const struct prb_reader *reader, enum prb_table table, struct prb_span key)
{
	union {
		const void *in;
		void *out;
	} pointer = {.in = key.p}; /* LMDB's pointers are not const, but it does not write here */
	MDB_val mdb_key = {.mv_size = key.n, .mv_data = pointer.out};
	MDB_val value;

	assert(table < PRB_TABLES);
	if (key.n == 0 || key.n > PRB_KEY_BYTES_MAX ||
		mdb_get(reader->txn, reader->release->tables[table], &mdb_key, &value) != 0)
		return PRB_SPAN_NONE;
	return (struct prb_span){value.mv_data, value.mv_size};
}

size_t
prb_reader_count(const struct prb_reader *reader, enum prb_table table)
{
	MDB_stat status;

	assert(table < PRB_TABLES);
	if (mdb_stat(reader->txn, reader->release->tables[table], &status) != 0)
		return 0;
	return status.ms_entries;
}

bool
prb_reader_each(const struct prb_reader *reader, enum prb_table table,
	bool (*each)(void *context, struct prb_span key, struct prb_span value), void *context)
{
	MDB_cursor *cursor;
	MDB_val key, value;
	int error;

	assert(table < PRB_TABLES);
	if (mdb_cursor_open(reader->txn, reader->release->tables[table], &cursor) != 0)
		return false;
	while ((error = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
		if (!each(context, (struct prb_span){key.mv_data, key.mv_size},
			    (struct prb_span){value.mv_data, value.mv_size}))
			break;
	}
	mdb_cursor_close(cursor);
	return error == 0 || error == MDB_NOTFOUND;
}
