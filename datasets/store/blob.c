/* SPDX-License-Identifier: Apache-2.0 */
#include "datasets/store/blob.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_BYTES_MAX 4000
#define BLOB_MODE 0644
#define KEY "blob"
#define KEY_BYTES (sizeof(KEY) - 1)
/* The value is its length, then the bytes, in pages of its own however few they are. */
#define LENGTH_BYTES 8
#define VALUE_BYTES_MIN 4096
/* LMDB may want some more while it writes. */
#define SPARE_PAGES 16

/* The file's pages: two of the header, the leaf, the value (see below). */
#define LEAF_PAGE 2
#define VALUE_PAGE 3
#define PAGE_HEADER_BYTES 16

struct prb_blob {
	MDB_env *env;
	MDB_txn *txn;
	struct prb_span bytes;
};

static enum prb_err
failed(struct prb_fault *fault, const char *path, const char *doing, int error)
{
	enum prb_err err = error == ENOSPC || error == EDQUOT || error == EFBIG ? PRB_ERR_FULL
			   : error == ENOMEM                                    ? PRB_ERR_MEMORY
										: PRB_ERR_IO;

	return prb_fault_set(
		fault, err, PRB_NO_OFFSET, NULL, "%s: %s: %s", path, doing, mdb_strerror(error));
}

static size_t
page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

/* What is kept for n bytes, and in how many pages the file then has. */
static size_t
value_bytes(size_t n)
{
	size_t page = page_size(), least = page > VALUE_BYTES_MIN ? page : VALUE_BYTES_MIN;

	return n + LENGTH_BYTES > least ? n + LENGTH_BYTES : least;
}

static uint64_t
file_pages(size_t value)
{
	return VALUE_PAGE + (value + PAGE_HEADER_BYTES + page_size() - 1) / page_size();
}

static void
put_value(const MDB_val *value, size_t n, void (*fill)(void *context, void *out), void *context)
{
	unsigned char *p = value->mv_data;

	for (size_t i = 0; i < LENGTH_BYTES; i++)
		p[i] = (unsigned char)((uint64_t)n >> (8 * i));
	fill(context, p + LENGTH_BYTES);
	memset(p + LENGTH_BYTES + n, 0, value->mv_size - LENGTH_BYTES - n);
}

static int
write_value(const char *path, size_t n, void (*fill)(void *context, void *out), void *context)
{
	char name[] = KEY;
	MDB_val key = {KEY_BYTES, name}, value = {value_bytes(n), NULL};
	size_t map = (file_pages(value.mv_size) + SPARE_PAGES) * page_size();
	MDB_env *env = NULL;
	MDB_txn *txn = NULL;
	MDB_dbi dbi;
	int error = mdb_env_create(&env);

	if (error != 0)
		return error;
	if ((error = mdb_env_set_mapsize(env, map)) == 0 &&
		(error = mdb_env_open(env, path, MDB_NOSUBDIR | MDB_NOLOCK, BLOB_MODE)) == 0 &&
		(error = mdb_txn_begin(env, NULL, 0, &txn)) == 0) {
		error = mdb_dbi_open(txn, NULL, 0, &dbi);
		if (error == 0)
			error = mdb_put(txn, dbi, &key, &value, MDB_RESERVE);
		if (error == 0) {
			put_value(&value, n, fill, context);
			error = mdb_txn_commit(txn);
		} else {
			mdb_txn_abort(txn);
		}
	}
	mdb_env_close(env);
	return error;
}

enum prb_err
prb_blob_write(const char *path, size_t n, void (*fill)(void *context, void *out), void *context,
	struct prb_fault *fault)
{
	char tmp[PATH_BYTES_MAX + 32];
	int fd, error = 0;

	if (strlen(path) > PATH_BYTES_MAX)
		return failed(fault, path, "writing", ENAMETOOLONG);
	strcpy(tmp, path);
	strcat(tmp, ".building-XXXXXX");
	fd = mkstemp(tmp);
	if (fd < 0)
		return failed(fault, path, "writing beside it", errno);
	if (fchmod(fd, BLOB_MODE) != 0)
		error = errno;
	if (error == 0)
		error = write_value(tmp, n, fill, context);
	if (error == 0 && fsync(fd) != 0)
		error = errno;
	(void)close(fd);
	if (error == 0 && rename(tmp, path) != 0)
		error = errno;
	if (error == 0)
		return PRB_OK;
	(void)unlink(tmp);
	return failed(fault, path, "writing", error);
}

/*
 * The file that prb_blob_write makes, page by page, as LMDB 0.9 lays it out (lmdb's mdb.c:
 * MDB_page, MDB_meta, MDB_db, MDB_node): an empty header, the header of the one commit, the leaf
 * with the one key, the value. All that LMDB follows is determined by the value's size, and is
 * compared.
 */
static_assert(sizeof(size_t) == 8, "the check knows LMDB's 64-bit layout alone");
#define NODE_BYTES (8 + KEY_BYTES + 8)
#define NO_PAGE UINT64_MAX

struct field {
	size_t at, bytes;
	uint64_t value;
};

static uint64_t
number_at(const unsigned char *p, size_t bytes)
{
	uint64_t value = 0;

	for (size_t i = 0; i < bytes; i++)
		value |= (uint64_t)p[i] << (8 * i);
	return value;
}

static bool
has_fields(const unsigned char *page, const struct field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (number_at(page + fields[i].at, fields[i].bytes) != fields[i].value)
			return false;
	return true;
}

static bool
is_meta(const unsigned char *page, uint64_t number, size_t page_bytes, uint64_t pages)
{
	const struct field fields[] = {
		{0, 8, number}, {10, 2, 0x08 /* P_META */}, {16, 4, 0xBEEFC0DE}, {20, 4, 1},
		{32, 8, (pages + SPARE_PAGES) * page_bytes}, /* the map's */
		{40, 4, page_bytes}, {44, 2, 0x4008 /* MDB_NOSUBDIR, integer keys */},
		{80, 8, NO_PAGE}, {92, 2, 0}, {94, 2, number}, /* the tree's flags and depth */
		{128, 8, number == 0 ? NO_PAGE : LEAF_PAGE}, {136, 8, number == 0 ? 1 : pages - 1},
		{144, 8, number}, /* the commit's number */
	};

	return has_fields(page, fields, sizeof(fields) / sizeof(fields[0]));
}

static bool
is_leaf(const unsigned char *page, size_t page_bytes, uint64_t pages)
{
	size_t node = page_bytes - NODE_BYTES;
	const struct field fields[] = {
		{0, 8, LEAF_PAGE},
		{10, 2, 0x02 /* P_LEAF */},
		{12, 2, PAGE_HEADER_BYTES + 2},
		{14, 2, node},
		{PAGE_HEADER_BYTES, 2, node},
		{node + 4, 2, 0x01 /* F_BIGDATA */},
		{node + 6, 2, KEY_BYTES},
		{node + 8 + KEY_BYTES, 8, VALUE_PAGE},
	};

	return has_fields(page, fields, sizeof(fields) / sizeof(fields[0])) &&
	       memcmp(page + node + 8, KEY, KEY_BYTES) == 0 &&
	       file_pages((size_t)number_at(page + node, 4)) == pages;
}

static bool
is_value(const unsigned char *page, uint64_t pages)
{
	const struct field fields[] = {
		{0, 8, VALUE_PAGE}, {10, 2, 0x04 /* P_OVERFLOW */}, {12, 4, pages - VALUE_PAGE}};

	return has_fields(page, fields, sizeof(fields) / sizeof(fields[0]));
}

static const char *
check_pages(int fd, uint64_t bytes)
{
	size_t page_bytes = page_size(), n = (VALUE_PAGE + 1) * page_bytes;
	uint64_t pages = bytes / page_bytes;
	unsigned char *page;
	const char *wrong = NULL;

	if (bytes % page_bytes != 0 || pages <= VALUE_PAGE)
		return "its size is not that of an index: it was cut, or is another file";
	page = malloc(n);
	if (page == NULL)
		return "memory ran out";
	if (pread(fd, page, n, 0) != (ssize_t)n)
		wrong = "it cannot be read";
	else if (!is_meta(page, 0, page_bytes, pages) ||
		 !is_meta(page + page_bytes, 1, page_bytes, pages) ||
		 !is_leaf(page + LEAF_PAGE * page_bytes, page_bytes, pages) ||
		 !is_value(page + VALUE_PAGE * page_bytes, pages))
		wrong = "it is not an index, or was cut or changed";
	free(page);
	return wrong;
}

static const char *
check_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	const char *wrong;

	if (fd < 0)
		return strerror(errno);
	if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
		wrong = "it is not a file";
	else
		wrong = check_pages(fd, (uint64_t)status.st_size);
	(void)close(fd);
	return wrong;
}

static int
open_value(struct prb_blob *blob, const char *path)
{
	char name[] = KEY;
	MDB_val key = {KEY_BYTES, name}, value;
	MDB_dbi dbi;
	int error = mdb_env_create(&blob->env);
	uint64_t n;

	if (error == 0)
		error = mdb_env_open(
			blob->env, path, MDB_RDONLY | MDB_NOSUBDIR | MDB_NOLOCK | MDB_NORDAHEAD, 0);
	if (error == 0)
		error = mdb_txn_begin(blob->env, NULL, MDB_RDONLY, &blob->txn);
	if (error == 0)
		error = mdb_dbi_open(blob->txn, NULL, 0, &dbi);
	if (error == 0)
		error = mdb_get(blob->txn, dbi, &key, &value);
	if (error != 0)
		return error;
	n = number_at(value.mv_data, LENGTH_BYTES);
	if (n > value.mv_size - LENGTH_BYTES)
		return MDB_CORRUPTED;
	blob->bytes = (struct prb_span){(const char *)value.mv_data + LENGTH_BYTES, (size_t)n};
	return 0;
}

enum prb_err
prb_blob_open(const char *path, struct prb_blob **out, struct prb_fault *fault)
{
	const char *wrong = check_file(path);
	struct prb_blob *blob;
	int error;

	if (wrong != NULL)
		return prb_fault_set(fault, PRB_ERR_IO, PRB_NO_OFFSET, NULL, "%s: %s", path, wrong);
	blob = calloc(1, sizeof(*blob));
	error = blob == NULL ? ENOMEM : open_value(blob, path);
	if (error != 0) {
		prb_blob_close(blob);
		return failed(fault, path, "opening", error);
	}
	*out = blob;
	return PRB_OK;
}

struct prb_span
prb_blob_bytes(const struct prb_blob *blob)
{
	return blob->bytes;
}

void
prb_blob_close(struct prb_blob *blob)
{
	if (blob == NULL)
		return;
	if (blob->txn != NULL)
		mdb_txn_abort(blob->txn);
	if (blob->env != NULL)
		mdb_env_close(blob->env);
	free(blob);
}
