/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lets the n-th allocation fail, n = 1, 2, 3 ... until the work goes through: every failure is
 * told, nothing is half-written, and (under the sanitizers) nothing leaks. The linker puts the
 * __wrap functions in malloc's place.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scoring/base/jcs.h"
#include "scoring/base/json.h"
#include "tests/unit/wrapped_malloc.h"

/* Text to arena to tree to canonical text; true when all of it went through. */
static bool
work(struct prb_span text, struct prb_str *out)
{
	const struct prb_json *value = NULL;
	struct prb_fault fault;
	struct prb_arena *arena = prb_arena_create(8 << 20);

	if (!arena)
		return false;
	enum prb_err err = prb_json_parse(arena, text, text.n, &fault, &value);
	assert_true(err == PRB_OK || err == PRB_ERR_MEMORY);
	assert_int_equal(err == PRB_OK, value != NULL);
	if (!err)
		prb_jcs_write(arena, value, out);
	prb_arena_destroy(arena);
	return !err && !out->failed;
}

static void
every_allocation(void **state)
{
	struct prb_str text;
	struct prb_str whole;
	long n = 0;

	(void)state;
	prb_str_init(&text, 1 << 20);
	prb_str_add_char(&text, '{');
	for (int i = 3000; i > 0; i--)
		prb_str_addf(&text, "\"name\\u0020%d\":[%d,\"\\n\"],", i, i);
	prb_str_add_text(&text, "\"long\":1.");
	for (int i = 0; i < 100; i++)
		prb_str_add_char(&text, '0');
	prb_str_add_char(&text, '}');
	prb_str_init(&whole, 1 << 20);
	assert_true(work(prb_str_span(&text), &whole));
	for (bool done = false; !done; n++) {
		struct prb_str out;

		prb_str_init(&out, 1 << 20);
		allocations_left = n;
		done = work(prb_str_span(&text), &out);
		allocations_left = -1;
		/* What was written is a beginning of the whole, never anything else. */
		assert_true(out.n <= whole.n);
		assert_memory_equal(out.n ? out.p : "", whole.p, out.n);
		assert_int_equal(done, out.n == whole.n);
		prb_str_finish(&out);
	}
	print_message("%ld allocations failed in turn\n", n - 1);
	assert_true(n > 10);
	prb_str_finish(&whole);
	prb_str_finish(&text);
}

static void
text_keeps_its_bytes(void **state)
{
	struct prb_str s;

	(void)state;
	prb_str_init(&s, 1 << 20);
	prb_str_add_text(&s, "kept");
	allocations_left = 0;
	for (int i = 0; i < 300; i++)
		prb_str_add_text(&s, "0123456789");
	allocations_left = -1;
	assert_true(s.failed);
	size_t n = s.n;
	prb_str_add_text(&s, "x");
	prb_str_addf(&s, "%d", 1);
	assert_int_equal(s.n, n);
	assert_memory_equal(s.p, "kept0123", 8);
	prb_str_finish(&s);
}

/* A chunk, or a long request's own block, that malloc refuses leaves the arena as it was. */
static void
arena_goes_on(void **state)
{
	struct prb_arena *arena = prb_arena_create(8 << 20);

	(void)state;
	assert_non_null(prb_arena_alloc(arena, 50000));
	for (size_t n = 30000; n < 4000000; n *= 3) {
		size_t used = prb_arena_used(arena);

		allocations_left = 0;
		assert_null(prb_arena_alloc(arena, n));
		allocations_left = -1;
		assert_int_equal(prb_arena_used(arena), used);
	}
	assert_non_null(prb_arena_alloc(arena, 4000000));
	prb_arena_destroy(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_allocation),
		cmocka_unit_test(text_keeps_its_bytes),
		cmocka_unit_test(arena_goes_on),
	};

	return cmocka_run_group_tests_name("base torture", tests, NULL, NULL);
}
