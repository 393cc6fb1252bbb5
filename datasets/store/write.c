/* SPDX-License-Identifier: Apache-2.0 */
#include "datasets/store/write.h"

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
#include "datasets/store/seal.h"

#define PATH_BYTES_MAX 4000
#define SIDECAR_BYTES_MAX 1024
#define PROBE_BYTES 65536
#define RELEASE_MODE 0644

int
prb_store_row_compare(const struct prb_store_row *a, const struct prb_store_row *b)
{
	if (a->table != b->table)
		return a->table < b->table ? -1 : 1;
	return prb_span_compare(a->key, b->key);
}

/* The paths of one writing; the temporary ones are "" until they exist. */
struct paths {
	struct prb_str file, sidecar, file_tmp, sidecar_tmp;
};

static void
paths_init(struct paths *paths, const char *out)
{
	struct prb_str *all[] = {
		&paths->file, &paths->sidecar, &paths->file_tmp, &paths->sidecar_tmp};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		prb_str_init(all[i], PATH_BYTES_MAX);
	prb_str_add_text(&paths->file, out);
	prb_str_addf(&paths->sidecar, "%s.meta", out);
}

static void
paths_finish(struct paths *paths)
{
	if (paths->file_tmp.n > 0)
		(void)unlink(paths->file_tmp.p);
	if (paths->sidecar_tmp.n > 0)
		(void)unlink(paths->sidecar_tmp.p);
	prb_str_finish(&paths->file);
	prb_str_finish(&paths->sidecar);
	prb_str_finish(&paths->file_tmp);
	prb_str_finish(&paths->sidecar_tmp);
}

/* A new empty file beside the destination; -1 with errno. */
static int
make_tmp(const char *path, struct prb_str *tmp)
{
	int fd;

	prb_str_addf(tmp, "%s.building-XXXXXX", path);
	if (tmp->failed) {
		prb_str_reset(tmp);
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = mkstemp(tmp->p);
	if (fd < 0) {
		int error = errno;

		prb_str_reset(tmp);
		errno = error;
		return -1;
	}
	if (fchmod(fd, RELEASE_MODE) != 0) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

static bool
means_full(int error)
{
	return error == ENOSPC || error == EDQUOT || error == EFBIG || error == MDB_MAP_FULL;
}

static enum prb_err
failed(struct prb_fault *fault, const char *path, const char *doing, int error)
{
	if (error == MDB_MAP_FULL)
		return prb_fault_set(fault, PRB_ERR_FULL, PRB_NO_OFFSET, NULL,
			"%s: the release would be larger than %llu MB; nothing was written", path,
			PRB_RELEASE_MAP_BYTES / (1024 * 1024));
	if (means_full(error))
		return prb_fault_set(fault, PRB_ERR_FULL, PRB_NO_OFFSET, NULL,
			"%s: no room left (%s): make room in that folder, or name another with "
			"--out; nothing was "
			"written",
			path, strerror(error));
	return prb_fault_set(fault, PRB_ERR_IO, PRB_NO_OFFSET, NULL, "%s: %s: %s", path, doing,
		mdb_strerror(error));
}

/* LMDB calls a short write EIO, whatever stopped it: a write of our own says whether it was the
 * room. */
static int
reason_of(int error, const char *path)
{
	static const char zeros[PROBE_BYTES];
	int fd, reason = error;

	if (error != EIO)
		return error;
	fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (fd < 0)
		return error;
	for (int i = 0; i < 2; i++) { /* the first may still find a rest of room and be cut short */
		if (write(fd, zeros, sizeof(zeros)) < 0) {
			reason = means_full(errno) ? errno : error;
			break;
		}
	}
	(void)close(fd);
	return reason;
}

static int
put_row(MDB_txn *txn, MDB_dbi dbi, struct prb_span key, struct prb_span value, unsigned flags)
{
	union {
		const void *in;
		void *out;
	} k = {.in = key.p},
	  v = {.in = value.p}; /* LMDB's pointers are not const, but it does not write here */
	MDB_val mdb_key = {.mv_size = key.n, .mv_data = k.out};
	MDB_val mdb_value = {.mv_size = value.n, .mv_data = v.out};

	return mdb_put(txn, dbi, &mdb_key, &mdb_value, flags);
}

static int
put_rows(MDB_txn *txn, const struct prb_store_row *rows, size_t count, const char *release)
{
	size_t at = 0;
	MDB_dbi dbi;
	int error;

	for (int table = 0; table < PRB_TABLES; table++) {
		error = mdb_dbi_open(txn, prb_table_name((enum prb_table)table), MDB_CREATE, &dbi);
		if (error == 0 && table == PRB_TABLE_SEAL)
			error = put_row(txn, dbi, PRB_SPAN(PRB_SEAL_RELEASE), prb_span_of(release),
				MDB_APPEND);
		for (; error == 0 && at < count && rows[at].table == table; at++)
			error = put_row(txn, dbi, rows[at].key, rows[at].value, MDB_APPEND);
		if (error != 0)
			return error;
	}
	return 0;
}

static int
write_env(const char *path, const struct prb_store_row *rows, size_t count, const char *release)
{
	MDB_env *env = NULL;
	MDB_txn *txn = NULL;
	int error = mdb_env_create(&env);

	if (error != 0)
		return error;
	if ((error = mdb_env_set_mapsize(env, PRB_RELEASE_MAP_BYTES)) == 0 &&
		(error = mdb_env_set_maxdbs(env, PRB_TABLES)) == 0 &&
		(error = mdb_env_open(env, path, MDB_NOSUBDIR | MDB_NOLOCK, RELEASE_MODE)) == 0 &&
		(error = mdb_txn_begin(env, NULL, 0, &txn)) == 0) {
		error = put_rows(txn, rows, count, release);
		if (error == 0)
			error = mdb_txn_commit(txn);
		else
			mdb_txn_abort(txn);
	}
	mdb_env_close(env);
	return error;
}

static enum prb_err
write_sidecar(struct paths *paths, const struct prb_release_info *info, struct prb_fault *fault)
{
	struct prb_sidecar sidecar = {.bytes = info->bytes, .format = info->format};
	struct prb_str text;
	int fd, error = 0;

	memcpy(sidecar.file_sha256, info->file_sha256, sizeof(sidecar.file_sha256));
	memcpy(sidecar.release, info->release, sizeof(sidecar.release));
	prb_str_init(&text, SIDECAR_BYTES_MAX);
	prb_sidecar_write(&sidecar, &text);
	fd = make_tmp(paths->sidecar.p, &paths->sidecar_tmp);
	if (fd < 0) {
		error = errno;
	} else {
		ssize_t put = text.failed ? -1 : write(fd, text.p, text.n);

		if (put != (ssize_t)text.n)
			error = put < 0 ? errno : ENOSPC;
		else if (fsync(fd) != 0)
			error = errno;
		(void)close(fd);
	}
	prb_str_finish(&text);
	return error == 0 ? PRB_OK : failed(fault, paths->sidecar.p, "writing", error);
}

static void
sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t n = slash ? (size_t)(slash - path) + 1 : 1;
	char folder[PATH_BYTES_MAX + 1];
	int fd;

	if (n > PATH_BYTES_MAX)
		return;
	memcpy(folder, slash ? path : ".", n);
	folder[n] = '\0';
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	(void)fsync(
		fd); /* some file systems refuse it for folders: the moves are done all the same */
	(void)close(fd);
}

static enum prb_err
move_into_place(struct paths *paths, struct prb_fault *fault)
{
	if (rename(paths->file_tmp.p, paths->file.p) != 0)
		return failed(fault, paths->file.p, "moving into place", errno);
	prb_str_reset(&paths->file_tmp);
	if (rename(paths->sidecar_tmp.p, paths->sidecar.p) != 0)
		return failed(fault, paths->sidecar.p, "moving into place", errno);
	prb_str_reset(&paths->sidecar_tmp);
	sync_folder(paths->file.p);
	return PRB_OK;
}

/* Size and hash of the written file, once it is safely on the disk. */
static enum prb_err
seal_file(const char *path, struct prb_release_info *info, struct prb_fault *fault)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), error = 0;
	struct stat status;

	if (fd < 0)
		return failed(fault, path, "opening", errno);
	if (fsync(fd) != 0 || fstat(fd, &status) != 0 || !prb_file_sha256(fd, info->file_sha256))
		error = errno;
	else
		info->bytes = (uint64_t)status.st_size;
	(void)close(fd);
	return error == 0 ? PRB_OK : failed(fault, path, "reading back", error);
}

static void
hash_rows(const struct prb_store_row *rows, size_t count, char out[PRB_SHA256_HEX_BYTES])
{
	struct prb_row_hash hash;

	prb_row_hash_init(&hash);
	for (size_t i = 0; i < count; i++) {
		assert(rows[i].table != PRB_TABLE_SEAL);
		assert(i == 0 || prb_store_row_compare(&rows[i - 1], &rows[i]) < 0);
		prb_row_hash_add(&hash, prb_table_name((enum prb_table)rows[i].table), rows[i].key,
			rows[i].value);
	}
	prb_row_hash_finish(&hash, out);
}

enum prb_err
prb_release_write(const char *out, const struct prb_store_row *rows, size_t count,
	struct prb_release_info *info, struct prb_fault *fault)
{
	struct paths paths;
	enum prb_err err = PRB_OK;
	int fd, error = 0;

	info->format = PRB_RELEASE_FORMAT;
	hash_rows(rows, count, info->release);
	paths_init(&paths, out);
	fd = make_tmp(out, &paths.file_tmp);
	if (fd < 0) {
		err = failed(fault, out, "writing beside it", errno);
		goto out;
	}
	(void)close(fd);
	error = write_env(paths.file_tmp.p, rows, count, info->release);
	if (error != 0) {
		err = failed(fault, out, "writing", reason_of(error, paths.file_tmp.p));
		goto out;
	}
	err = seal_file(paths.file_tmp.p, info, fault);
	if (err == PRB_OK)
		err = write_sidecar(&paths, info, fault);
	if (err == PRB_OK)
		err = move_into_place(&paths, fault);
out:
	paths_finish(&paths);
	return err;
}
