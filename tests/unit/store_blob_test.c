/* SPDX-License-Identifier: Apache-2.0 */

/* A file with one large value: what is written is read, the same bytes give the same file, and what
 * was cut or changed is refused before LMDB sees it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "datasets/store/blob.h"

#define BIG 300000
#define HEAD_BYTES ((size_t)4 * 4096)

static char folder[] = "/tmp/store_blob_XXXXXX";
static char path[64], other[64];

static int
set_up(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	(void)snprintf(path, sizeof(path), "%s/a", folder);
	(void)snprintf(other, sizeof(other), "%s/b", folder);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	(void)unlink(path);
	(void)unlink(other);
	return rmdir(folder);
}

static void
fill(void *context, void *out)
{
	const size_t *n = context;
	unsigned char *p = out;

	for (size_t i = 0; i < *n; i++)
		p[i] = (unsigned char)(i * 7 + i / 251);
}

static void
write_blob(const char *to, size_t n)
{
	struct prb_fault fault;

	assert_int_equal(prb_blob_write(to, n, fill, &n, &fault), PRB_OK);
}

static unsigned char *
read_file(const char *from, size_t *n)
{
	unsigned char *bytes = malloc((size_t)1 << 20);
	FILE *file = fopen(from, "rb");

	assert_non_null(bytes);
	assert_non_null(file);
	*n = fread(bytes, 1, (size_t)1 << 20, file);
	(void)fclose(file);
	return bytes;
}

static void
write_file(const unsigned char *bytes, size_t n)
{
	FILE *file = fopen(other, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, n, file), n);
	assert_int_equal(fclose(file), 0);
}

static void
what_is_written_is_read(void **state)
{
	static const size_t sizes[] = {1, 100, 4087, 4088, 4089, 8192, BIG};
	unsigned char *expected = malloc(BIG);

	(void)state;
	assert_non_null(expected);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		size_t n = sizes[i];
		struct prb_blob *blob;
		struct prb_fault fault;

		write_blob(path, n);
		assert_int_equal(prb_blob_open(path, &blob, &fault), PRB_OK);
		assert_int_equal(prb_blob_bytes(blob).n, n);
		fill(&n, expected);
		assert_memory_equal(prb_blob_bytes(blob).p, expected, n);
		prb_blob_close(blob);
	}
	prb_blob_close(NULL);
	free(expected);
}

static void
the_same_bytes_give_the_same_file(void **state)
{
	unsigned char *a, *b;
	size_t n, m;

	(void)state;
	write_blob(path, BIG);
	write_blob(other, BIG);
	a = read_file(path, &n);
	b = read_file(other, &m);
	assert_int_equal(n, m);
	assert_memory_equal(a, b, n);
	free(a);
	free(b);
}

static void
refused(void)
{
	struct prb_blob *blob;
	struct prb_fault fault;

	assert_int_not_equal(prb_blob_open(other, &blob, &fault), PRB_OK);
	assert_non_null(strstr(fault.detail, other));
}

/* Either it is refused, or what was changed is nothing that LMDB follows. */
static void
a_changed_head_does_no_harm(void **state)
{
	unsigned char *bytes;
	size_t n, opened = 0;

	(void)state;
	write_blob(path, BIG);
	bytes = read_file(path, &n);
	for (size_t at = 0; at<HEAD_BYTES; at += at % 4096> 200 && at % 4096 < 4000 ? 61 : 1) {
		struct prb_blob *blob;
		struct prb_fault fault;

		bytes[at] ^= 0x41;
		write_file(bytes, n);
		if (prb_blob_open(other, &blob, &fault) == PRB_OK) {
			opened++;
			assert_true(prb_blob_bytes(blob).n <= BIG);
			prb_blob_close(blob);
		}
		bytes[at] ^= 0x41;
	}
	assert_true(opened > 0);
	free(bytes);
}

static void
a_cut_or_foreign_file_is_refused(void **state)
{
	static const size_t cuts[] = {0, 1, 4096, 8192, 12288, 16384, 40960};
	unsigned char *bytes;
	size_t n;

	(void)state;
	write_blob(path, BIG);
	bytes = read_file(path, &n);
	for (size_t i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
		write_file(bytes, cuts[i]);
		refused();
	}
	write_file(bytes, n - 1);
	refused();
	memset(bytes, 'x', n);
	write_file(bytes, n);
	refused();
	(void)unlink(other);
	refused();
	free(bytes);
}

static void
a_place_that_is_none_is_said(void **state)
{
	struct prb_fault fault;
	size_t n = 10;

	(void)state;
	assert_int_equal(prb_blob_write("/nowhere/at/all", n, fill, &n, &fault), PRB_ERR_IO);
	assert_non_null(strstr(fault.detail, "/nowhere/at/all"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(the_same_bytes_give_the_same_file),
		cmocka_unit_test(a_changed_head_does_no_harm),
		cmocka_unit_test(a_cut_or_foreign_file_is_refused),
		cmocka_unit_test(a_place_that_is_none_is_said),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
