/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "service/http/gzip.h"

#define BYTES_MAX ((size_t)1 << 20)

static void
check_unpacked(const struct prb_str *packed, const char *bytes, size_t n)
{
	static char out[BYTES_MAX];
	z_stream stream = {.avail_in = (uInt)packed->n,
		.next_in = (Bytef *)packed->p,
		.avail_out = BYTES_MAX,
		.next_out = (Bytef *)out};

	assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
	assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
	assert_int_equal(stream.avail_in, 0);
	assert_int_equal(stream.total_out, n);
	assert_memory_equal(out, bytes, n);
	assert_int_equal(inflateEnd(&stream), Z_OK);
}

/* Texts of all lengths around the blocks in which the packed form is taken, well and badly to pack,
 * in one piece and in three; twice the same bytes. */
static void
there_and_back(void **state)
{
	static const size_t lengths[] = {
		0, 1, 1023, 1024, 16383, 16384, 16385, 65536, 200000, BYTES_MAX / 2};
	static char bytes[BYTES_MAX];
	struct prb_gzip *gzip = prb_gzip_create(PRB_GZIP_FAST);
	struct prb_str one, three;
	uint32_t random = 1;

	(void)state;
	assert_non_null(gzip);
	prb_str_init(&one, BYTES_MAX);
	prb_str_init(&three, BYTES_MAX);
	for (int noisy = 0; noisy < 2; noisy++) {
		for (size_t i = 0; i < BYTES_MAX; i++) {
			random = random * 1664525 + 1013904223;
			bytes[i] = (char)(noisy ? random >> 24 : i % 97 + random % 2);
		}
		for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
			size_t n = lengths[i];
			struct prb_span whole = {bytes, n}, parts[] = {{bytes, n / 3}, {bytes, 0},
								    {bytes + n / 3, n - n / 3}};

			prb_str_reset(&one);
			prb_str_reset(&three);
			assert_true(prb_gzip_pack(gzip, &whole, 1, &one));
			check_unpacked(&one, bytes, n);
			assert_true(prb_gzip_pack(gzip, parts, 3, &three));
			check_unpacked(&three, bytes, n);
			prb_str_reset(&three);
			assert_true(prb_gzip_pack(gzip, &whole, 1, &three));
			assert_int_equal(one.n, three.n);
			assert_memory_equal(one.p, three.p, one.n);
		}
	}
	prb_str_finish(&one);
	prb_str_finish(&three);
	prb_gzip_destroy(gzip);
	prb_gzip_destroy(NULL);
}

/* What does not fit is said, and the next one is whole again. */
static void
no_room(void **state)
{
	static char bytes[100000];
	struct prb_gzip *gzip = prb_gzip_create(PRB_GZIP_FAST);
	struct prb_span whole = {bytes, sizeof bytes};
	struct prb_str small, large;

	(void)state;
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (char)rand();
	prb_str_init(&small, 20000);
	prb_str_init(&large, BYTES_MAX);
	assert_false(prb_gzip_pack(gzip, &whole, 1, &small));
	assert_true(prb_gzip_pack(gzip, &whole, 1, &large));
	check_unpacked(&large, bytes, sizeof bytes);
	prb_str_finish(&small);
	prb_str_finish(&large);
	prb_gzip_destroy(gzip);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(no_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
