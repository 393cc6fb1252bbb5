/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "service/forwarded.h"

/* The text form of a peer's address. */
static const char *
text_of(const uint8_t address[16])
{
	static const uint8_t mapped[12] = {[10] = 0xFF, [11] = 0xFF};
	static char text[INET6_ADDRSTRLEN];
	bool four = memcmp(address, mapped, sizeof mapped) == 0;

	assert_non_null(inet_ntop(
		four ? AF_INET : AF_INET6, four ? address + 12 : address, text, sizeof text));
	return text;
}

static void
read_address(const char *text, uint8_t out[16])
{
	memset(out, 0, 16);
	out[10] = out[11] = 0xFF;
	if (inet_pton(AF_INET, text, out + 12) != 1)
		assert_int_equal(inet_pton(AF_INET6, text, out), 1);
}

static void
networks(void **state)
{
	static const struct {
		const char *proxies, *address;
		bool is_held;
	} rows[] = {
		{"", "127.0.0.1", false},
		{"127.0.0.1", "127.0.0.1", true},
		{"127.0.0.1", "127.0.0.2", false},
		{" 10.0.0.0/8 ,192.0.2.1", "10.255.0.1", true},
		{"10.0.0.0/8,192.0.2.1", "192.0.2.1", true},
		{"10.0.0.0/8", "11.0.0.1", false},
		{"192.0.2.128/25", "192.0.2.127", false},
		{"192.0.2.128/25", "192.0.2.200", true},
		{"10.0.0.0/8", "2001:db8::1", false},
		{"::ffff:10.0.0.0/104", "10.2.3.4", true},
		{"fc00::/7", "fd00::9", true},
		{"fc00::/7", "203.0.113.9", false},
		{"2001:db8::/32", "2001:db8:1::1", true},
		{"2001:db8::/33", "2001:db8:8000::1", false},
		{"::1", "::1", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct prb_proxies proxies;
		struct prb_fault fault;
		uint8_t address[16];

		assert_int_equal(
			prb_proxies_read(rows[i].proxies, "forwarded", &proxies, &fault), PRB_OK);
		read_address(rows[i].address, address);
		assert_int_equal(prb_proxies_hold(&proxies, address), rows[i].is_held);
	}
}

static void
refused_networks(void **state)
{
	static const char *const rows[] = {"localhost", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1",
		"10.0.0.0/8/8", "10.0.0", "::1/129", "10.0.0.1:80", "10.0.0.1,", ",", "[::1]",
		"1.2.3.4 5.6.7.8", "/8", "0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/7",
		"127.0.0.1,0.0.0.0/0", "::/0", "::/1", "8000::/1", "fc00::/6", "::/7", "::/64",
		"::ffff:0:0/96", "::ffff:10.0.0.0/103",
		"1111:1111:1111:1111:1111:1111:1111:1111:1111:1111:1111:1111:1111:1111:1111"};
	struct prb_proxies proxies;
	struct prb_fault fault;
	struct prb_str many;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(
			prb_proxies_read(rows[i], "forwarded", &proxies, &fault), PRB_ERR_CONFIG);
	assert_int_equal(prb_proxies_read("", "x-real-ip", &proxies, &fault), PRB_ERR_CONFIG);
	prb_str_init(&many, 4096);
	for (int i = 0; i <= PRB_PROXIES_MAX; i++)
		prb_str_addf(&many, "%s10.0.0.%d", i == 0 ? "" : ",", i);
	assert_int_equal(prb_proxies_read(many.p, "forwarded", &proxies, &fault), PRB_ERR_CONFIG);
	prb_str_finish(&many);
}

/* The peer is 10.0.0.1, one of the trusted 10.0.0.0/8 and 2001:db8:ffff::/48. */
static void
hops(void **state)
{
	static const struct {
		bool standard;
		const char *first, *second, *address;
	} rows[] = {
		{false, NULL, NULL, "10.0.0.1"},
		{false, "203.0.113.7", NULL, "203.0.113.7"},
		{false, "203.0.113.7:4711", NULL, "203.0.113.7"},
		{false, "2001:db8::7", NULL, "2001:db8::7"},
		{false, "[2001:db8::7]:443", NULL, "2001:db8::7"},
		{false, "[2001:db8::7]", NULL, "2001:db8::7"},
		/* What the client wrote stands before what the proxies add. */
		{false, "198.51.100.1, 203.0.113.7", NULL, "203.0.113.7"},
		{false, "198.51.100.1", "203.0.113.7", "203.0.113.7"},
		{false, "198.51.100.1, 203.0.113.7, 10.2.3.4", NULL, "203.0.113.7"},
		{false, "198.51.100.1, 203.0.113.7,2001:db8:ffff::1 ,10.2.3.4", NULL,
			"203.0.113.7"},
		{false, "10.9.9.9, 10.2.3.4", NULL, "10.9.9.9"},
		{false, "127.0.0.1, 203.0.113.7", NULL, "203.0.113.7"},
		{false, "garbage, 203.0.113.7", NULL, "203.0.113.7"},
		{false, "\", 203.0.113.7", NULL, "203.0.113.7"},
		/* No address: the proxy's own stays. */
		{false, "203.0.113.7, unknown", NULL, "10.0.0.1"},
		{false, "203.0.113.7, 10.2.3.4, ", NULL, "203.0.113.7"},
		{false, "203.0.113.7:99999", NULL, "10.0.0.1"},
		{false, "203.0.113.07", NULL, "10.0.0.1"},
		{false, "203.0.113.7:", NULL, "10.0.0.1"},
		{false, "[203.0.113.7]", NULL, "10.0.0.1"},
		{false, "2001:db8::7%eth0", NULL, "10.0.0.1"},
		{false, "for=203.0.113.7", NULL, "10.0.0.1"},
		{true, "for=203.0.113.7", NULL, "203.0.113.7"},
		{true, "FOR=203.0.113.7;proto=https;by=10.0.0.1", NULL, "203.0.113.7"},
		{true, "proto=https;For=\"203.0.113.7:80\"", NULL, "203.0.113.7"},
		{true, "for=\"[2001:db8::7]:4711\"", NULL, "2001:db8::7"},
		{true, "for=198.51.100.1, for=203.0.113.7, for=10.2.3.4", NULL, "203.0.113.7"},
		{true, "for=198.51.100.1;x=\"a,b;for=1.2.3.4\"", "for=203.0.113.7", "203.0.113.7"},
		{true, "for=_hidden", NULL, "10.0.0.1"},
		{true, "for=unknown", NULL, "10.0.0.1"},
		{true, "proto=https", NULL, "10.0.0.1"},
		{true, "203.0.113.7", NULL, "10.0.0.1"},
		{true, "for=\", for=203.0.113.7", NULL, "10.0.0.1"},
		{true, "for=198.51.100.1;x=\", for=203.0.113.7", NULL, "10.0.0.1"},
		{true, "for=127.0.0.1;x=\"\\, for=\"203.0.113.7:80\"", NULL, "10.0.0.1"},
		/* Empty elements are none, RFC 9110 section 5.6.1. */
		{true, "for=203.0.113.7, ,", NULL, "203.0.113.7"},
		/* A quote that the client leaves open takes in what the proxy adds behind it. */
		{true, "for=127.0.0.1;x=\", for=203.0.113.7", NULL, "10.0.0.1"},
		{true, "for=127.0.0.1;x=\"\\\\\\, for=203.0.113.7", NULL, "10.0.0.1"},
		{true, "for=127.0.0.1;x=\", for=\"[2001:db8::7]\";by=\"[::1]\"", NULL, "10.0.0.1"},
		{true, "for=198.51.100.1, for=127.0.0.1;x=\", for=203.0.113.7", NULL, "10.0.0.1"},
		{true, "for=127.0.0.1;x=\"", "for=203.0.113.7", "203.0.113.7"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		static struct prb_head head;
		const char *values[] = {rows[i].first, rows[i].second};
		const char *name = rows[i].standard ? "Forwarded" : "X-Forwarded-For";
		struct prb_peer peer = {.is_loopback = true};
		struct prb_proxies proxies;
		struct prb_fault fault;

		assert_int_equal(prb_proxies_read("10.0.0.0/8, 2001:db8:ffff::/48",
					 rows[i].standard ? "Forwarded" : "X-Forwarded-For",
					 &proxies, &fault),
			PRB_OK);
		/* The other field is the client's own, and not read. */
		head.fields[0].name =
			prb_span_of(rows[i].standard ? "X-Forwarded-For" : "Forwarded");
		head.fields[0].value = prb_span_of("for=192.0.2.99, 192.0.2.99");
		head.fields_count = 1;
		for (size_t k = 0; k < 2; k++)
			if (values[k] != NULL) {
				head.fields[head.fields_count].name = prb_span_of(name);
				head.fields[head.fields_count++].value = prb_span_of(values[k]);
			}
		read_address("10.0.0.1", peer.address);
		prb_forwarded_apply(&proxies, &head, &peer);
		assert_string_equal(text_of(peer.address), rows[i].address);
		assert_false(peer.is_loopback);
	}
}

/* More than are looked at: the last ones count. */
static void
many_hops(void **state)
{
	static struct prb_head head;
	struct prb_peer peer = {.is_loopback = true};
	struct prb_proxies proxies;
	struct prb_fault fault;
	struct prb_str text;

	(void)state;
	prb_str_init(&text, 8192);
	for (int i = 0; i < 200; i++)
		prb_str_addf(&text, "198.51.100.%d, ", i);
	prb_str_add_text(&text, "203.0.113.7, 127.0.0.1");
	assert_int_equal(
		prb_proxies_read("127.0.0.1", "x-forwarded-for", &proxies, &fault), PRB_OK);
	head.fields[0].name = PRB_SPAN("x-forwarded-for");
	head.fields[0].value = prb_str_span(&text);
	head.fields_count = 1;
	read_address("127.0.0.1", peer.address);
	prb_forwarded_apply(&proxies, &head, &peer);
	assert_string_equal(text_of(peer.address), "203.0.113.7");
	/* Nobody who comes through a proxy is of this machine, whoever says so. */
	head.fields[0].value = PRB_SPAN("127.0.0.9");
	prb_forwarded_apply(&proxies, &head, &peer);
	assert_string_equal(text_of(peer.address), "127.0.0.9");
	assert_false(peer.is_loopback);
	prb_str_finish(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(networks),
		cmocka_unit_test(refused_networks),
		cmocka_unit_test(hops),
		cmocka_unit_test(many_hops),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
