/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each call of llhttp in turn says no, or is left out, so that the two readers differ: whatever the
 * place, the request is refused, and nothing is handed on behind it. The linker puts the calls here
 * in the place of llhttp's own (--wrap).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <llhttp.h>

#include "tests/unit/http_rows.h"
#include "tests/unit/wrapped_malloc.h"

#define BYTES_MAX ((size_t)1 << 20)
#define DIFFERENCE "!400 RFC 9112 section 11.2"

llhttp_errno_t __real_llhttp_execute(llhttp_t *parser, const char *data, size_t len);
llhttp_errno_t __wrap_llhttp_execute(llhttp_t *parser, const char *data, size_t len);

static long calls_left = -1; /* until one differs; -1: none does */
static llhttp_errno_t difference;

llhttp_errno_t
__wrap_llhttp_execute(llhttp_t *parser, const char *data, size_t len)
{
	if (calls_left >= 0 && calls_left-- == 0)
		return difference;
	return __real_llhttp_execute(parser, data, len);
}

static size_t
cut_whole(void *context)
{
	(void)context;
	return BYTES_MAX;
}

/* Reads the request with the nth call differing; false where there were not so many calls. */
static bool
read_with_difference(struct prb_message *message, struct prb_span bytes, long n)
{
	struct prb_str told;
	size_t read;

	prb_str_init(&told, BYTES_MAX);
	calls_left = n;
	http_read(message, bytes, cut_whole, NULL, &told, &read);
	bool differed = calls_left < 0;
	calls_left = -1;
	if (differed) {
		assert_true(told.n >= sizeof(DIFFERENCE) - 1);
		assert_string_equal(told.p + told.n - (sizeof(DIFFERENCE) - 1), DIFFERENCE);
	}
	prb_str_finish(&told);
	return differed;
}

static void
visit(const struct http_row *row, void *context)
{
	struct prb_message *message = prb_message_create();
	struct prb_span told = row->columns[1];
	struct prb_str bytes;
	long n = 0;

	assert_non_null(message);
	prb_str_init(&bytes, BYTES_MAX);
	assert_true(http_row_bytes(row->columns[2], &bytes));
	/* A message that is not whole may end before a call that was left out is missed. */
	if (told.n > 0 && told.p[told.n - 1] == ';') {
		while (read_with_difference(message, prb_str_span(&bytes), n))
			n++;
		assert_true(n > 0);
	}
	*(long *)context += n;
	prb_str_finish(&bytes);
	prb_message_destroy(message);
}

static void
refusing(void **state)
{
	long calls = 0;

	(void)state;
	difference = HPE_USER;
	assert_true(http_rows_each("accepted.txt", 3, visit, &calls) > 0);
	assert_true(calls > 100);
	print_message("%ld calls\n", calls);
}

static void
leaving_out(void **state)
{
	long calls = 0;

	(void)state;
	difference = HPE_OK;
	assert_true(http_rows_each("accepted.txt", 3, visit, &calls) > 0);
	assert_true(calls > 100);
}

static void
without_memory(void **state)
{
	(void)state;
	allocations_left = 0;
	assert_null(prb_message_create());
	allocations_left = -1;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refusing),
		cmocka_unit_test(leaving_out),
		cmocka_unit_test(without_memory),
	};

	return cmocka_run_group_tests_name("http torture", tests, NULL, NULL);
}
