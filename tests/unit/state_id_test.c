/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "service/state/id.h"

/* Knuth's MMIX generator. */
static void
fill_random(uint64_t *state, uint8_t out[10])
{
	for (int i = 0; i < 10; i++) {
		*state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
		out[i] = (uint8_t)(*state >> 56);
	}
}

static void
form(void **state)
{
	/* The time of RFC 9562 appendix A.6, 2022-02-22T19:22:22Z, and its random bits: counter
	 * 0xCC3 would be past the guard, so here it is 0x4C3. */
	static const uint8_t random[10] = {
		0x04, 0xC3, 0x18, 0xC4, 0xDC, 0x0C, 0x0C, 0x07, 0x39, 0x8F};
	struct prb_id_source source = {.last_ms = 0};
	struct prb_id id = prb_id_next(&source, 0x017F22E279B0, random), read;
	char text[PRB_UUID_BYTES];

	(void)state;
	prb_id_text(&id, text);
	assert_string_equal(text, "017f22e2-79b0-74c3-98c4-dc0c0c07398f");
	assert_true(prb_id_read(prb_span_of(text), &read));
	assert_memory_equal(&id, &read, sizeof(id));
}

static void
refused(void **state)
{
	static const char *const rows[] = {"", "017f22e2-79b0-74c3-98c4-dc0c0c07398",
		"017f22e2-79b0-74c3-98c4-dc0c0c07398f0", "017F22E2-79B0-74C3-98C4-DC0C0C07398F",
		"017f22e279b0-74c3-98c4-dc0c0c07398f00", "017f22e2-79b0-74c3-98c4_dc0c0c07398f",
		"{17f22e2-79b0-74c3-98c4-dc0c0c07398f}", "017f22e2-79b0-74c3-98c4-dc0c0c07398g",
		"017f22e2 79b0 74c3 98c4 dc0c0c07398f"};
	struct prb_id id = {{7}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (prb_id_read(prb_span_of(rows[i]), &id))
			fail_msg("%s is taken", rows[i]);
		assert_int_equal(id.bytes[0], 7);
	}
}

/* Strictly rising whatever the clock does, far past the counter's end within one millisecond. */
static void
rising(void **state)
{
	struct prb_id_source source = {.last_ms = 0};
	struct prb_id last = {{0}};
	uint64_t seed = 141421356237ULL;
	int64_t now = 1790000000000;

	(void)state;
	print_message("seed %llu\n", (unsigned long long)seed);
	for (int i = 0; i < 200000; i++) {
		uint8_t random[10];
		struct prb_id id;

		fill_random(&seed, random);
		if (i > 100000)
			now += (random[9] % 7) - 3;
		if (i == 150000)
			now = -5;
		id = prb_id_next(&source, now, random);
		assert_int_equal(id.bytes[6] >> 4, 7);
		assert_int_equal(id.bytes[8] >> 6, 2);
		if (memcmp(&last, &id, sizeof(id)) >= 0)
			fail_msg("id %d is not after the one before", i);
		last = id;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(form),
		cmocka_unit_test(refused),
		cmocka_unit_test(rising),
	};

	return cmocka_run_group_tests_name("state id", tests, NULL, NULL);
}
