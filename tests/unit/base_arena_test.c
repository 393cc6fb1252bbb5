/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scoring/base/arena.h"

static uint64_t
next_random(uint64_t *state)
{
	/* xorshift64*, Vigna 2016 */
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 2685821657736338717ULL;
}

static void
alignment_and_content(void **state)
{
	struct prb_arena *arena = prb_arena_create(1 << 20);
	unsigned char *before = NULL;

	(void)state;
	assert_non_null(arena);
	for (size_t n = 0; n < 600; n++) {
		unsigned char *p = prb_arena_alloc(arena, n);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
		assert_ptr_not_equal(p, before);
		memset(p, (int)(n & 0xFF), n);
		if (before && n > 1)
			assert_int_equal(before[n - 2], (n - 1) & 0xFF);
		before = p;
	}
	prb_arena_destroy(arena);
}

static void
copies_and_arrays(void **state)
{
	struct prb_arena *arena = prb_arena_create(1 << 16);

	(void)state;
	struct prb_span copy = prb_arena_copy(arena, PRB_SPAN("abc"));
	assert_int_equal(copy.n, 3);
	assert_string_equal(copy.p, "abc");
	copy = prb_arena_copy(arena, PRB_SPAN_NONE);
	assert_int_equal(copy.n, 0);
	assert_string_equal(copy.p, "");
	memset(prb_arena_alloc(arena, 4096), 0xAA, 4096);
	prb_arena_reset(arena);
	assert_int_equal(prb_arena_used(arena), 0);
	const unsigned char *zero = prb_arena_array(arena, 512, 8);
	for (size_t i = 0; i < 4096; i++)
		assert_int_equal(zero[i], 0);
	assert_null(prb_arena_array(arena, SIZE_MAX / 2, 3));
	assert_null(prb_arena_array(arena, 2, SIZE_MAX));
	assert_non_null(prb_arena_array(arena, 0, 8));
	assert_null(prb_arena_alloc(arena, SIZE_MAX));
	assert_null(prb_arena_alloc(arena, SIZE_MAX - 15));
	assert_null(prb_arena_copy(arena, (struct prb_span){"", SIZE_MAX}).p);
	prb_arena_destroy(arena);
	prb_arena_destroy(NULL);
}

static void
bounds(void **state)
{
	(void)state;
	for (size_t max = 0; max < 300; max++) {
		struct prb_arena *arena = prb_arena_create(max);
		size_t count = 0;

		while (prb_arena_alloc(arena, 16))
			count++;
		assert_int_equal(count, max / 16);
		assert_true(prb_arena_used(arena) <= max);
		assert_null(prb_arena_alloc(arena, 0));
		prb_arena_destroy(arena);
	}
}

/* The same requests give the same answers, whatever the arena was used for before. */
static void
no_memory_of_the_past(void **state)
{
	uint64_t seed = 20240229;
	struct prb_arena *old = prb_arena_create(3 << 20);

	(void)state;
	print_message("seed %llu\n", (unsigned long long)seed);
	for (int round = 0; round < 300; round++) {
		struct prb_arena *fresh = prb_arena_create(3 << 20);

		for (int i = 0; i < 60; i++) {
			size_t n = next_random(&seed) % (i % 7 == 0 ? 900000 : 30000);
			char *a = prb_arena_alloc(old, n);
			char *b = prb_arena_alloc(fresh, n);

			assert_int_equal(a == NULL, b == NULL);
			assert_int_equal(prb_arena_used(old), prb_arena_used(fresh));
			if (a && n > 0)
				a[0] = a[n - 1] = b[0] = b[n - 1] = 1;
		}
		prb_arena_destroy(fresh);
		prb_arena_reset(old);
	}
	prb_arena_destroy(old);
}

/* An ordinary request that comes again takes nothing from malloc. */
static void
hot_path(void **state)
{
	struct prb_arena *arena = prb_arena_create(8 << 20);
	size_t taken = 0;

	(void)state;
	for (int round = 0; round < 10; round++) {
		for (int i = 0; i < 5000; i++)
			assert_non_null(prb_arena_alloc(arena, 150));
		if (round == 1)
			taken = prb_arena_chunks_taken(arena);
		prb_arena_reset(arena);
	}
	assert_int_equal(prb_arena_chunks_taken(arena), taken);
	prb_arena_destroy(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(alignment_and_content),
		cmocka_unit_test(copies_and_arrays),
		cmocka_unit_test(bounds),
		cmocka_unit_test(no_memory_of_the_past),
		cmocka_unit_test(hot_path),
	};

	return cmocka_run_group_tests_name("base arena", tests, NULL, NULL);
}
