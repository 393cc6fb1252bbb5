/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses as 16 bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "service/http/ip.h"

#define FOUR(a, b, c, d)                                                                           \
	{                                                                                          \
		[10] = 0xFF, 0xFF, a, b, c, d                                                      \
	}

static const struct {
	const char *text;
	unsigned bits; /* 0: it is no address */
	bool is_four, is_loopback;
	uint8_t bytes[PRB_IP_BYTES];
} rows[] = {
	{"192.0.2.1", 32, true, false, FOUR(192, 0, 2, 1)},
	{"127.0.0.1", 32, true, true, FOUR(127, 0, 0, 1)},
	{"127.255.0.3", 32, true, true, FOUR(127, 255, 0, 3)},
	{"126.0.0.1", 32, true, false, FOUR(126, 0, 0, 1)},
	{"0.0.0.0", 32, true, false, FOUR(0, 0, 0, 0)},
	{"::", 128, false, false, {0}},
	{"::1", 128, false, true, {[15] = 1}},
	{"1::1", 128, false, false, {[1] = 1, [15] = 1}},
	{"2001:DB8::7f00:1", 128, false, false, {0x20, 0x01, 0x0d, 0xb8, [12] = 127, [15] = 1}},
	{"::ffff:127.0.0.1", 128, true, true, FOUR(127, 0, 0, 1)},
	{"::127.0.0.1", 128, false, false, {[12] = 127, [15] = 1}},
	{"0000:0000:0000:0000:0000:ffff:192.000.002.001", 0, false, false, {0}},
	{"0000:0000:0000:0000:0000:ffff:255.255.255.255", 128, true, false,
		FOUR(255, 255, 255, 255)},
	{"", 0, false, false, {0}},
	{"localhost", 0, false, false, {0}},
	{"127.1", 0, false, false, {0}},
	{"127.0.0.1:80", 0, false, false, {0}},
	{"127.0.0.256", 0, false, false, {0}},
	{" 127.0.0.1", 0, false, false, {0}},
	{"[::1]", 0, false, false, {0}},
	{"fe80::1%lo", 0, false, false, {0}},
	{"0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0001", 0, false, false, {0}},
};

static void
read_each(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		uint8_t address[PRB_IP_BYTES];
		unsigned bits;

		assert_int_equal(
			prb_ip_read(prb_span_of(rows[i].text), address, &bits), rows[i].bits != 0);
		if (rows[i].bits == 0)
			continue;
		assert_int_equal(bits, rows[i].bits);
		assert_memory_equal(address, rows[i].bytes, sizeof address);
		assert_int_equal(prb_ip_is_four(address), rows[i].is_four);
		assert_int_equal(prb_ip_is_loopback(address), rows[i].is_loopback);
	}
}

/* What is behind a NUL is not passed over. */
static void
read_nul(void **state)
{
	uint8_t address[PRB_IP_BYTES];
	unsigned bits;

	(void)state;
	assert_false(prb_ip_read(PRB_SPAN("127.0.0.1\0"), address, &bits));
	assert_false(prb_ip_read(PRB_SPAN("::1\0::1"), address, &bits));
}

static void
map(void **state)
{
	static const uint8_t expected[PRB_IP_BYTES] = FOUR(198, 51, 100, 7);
	uint8_t address[PRB_IP_BYTES];

	(void)state;
	prb_ip_map((const uint8_t[4]){198, 51, 100, 7}, address);
	assert_memory_equal(address, expected, sizeof address);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(read_each), cmocka_unit_test(read_nul), cmocka_unit_test(map)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
