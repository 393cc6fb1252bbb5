/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <pthread.h>
#include <sodium.h>

#include "service/limits.h"

#define THREADS 4
#define TIMES 20000

/*
 * The key of a table is random, and twenty bits tell two of a set apart: with four thousand of them
 * one run of a thousand would meet two that are alike. So the tests have always the same key.
 */
static const char *
name_of_source(void)
{
	return "the same each time";
}

static void
fill_same(void *const out, const size_t n)
{
	memset(out, 7, n);
}

static uint32_t
same_number(void)
{
	return 7;
}

static struct randombytes_implementation same_each_time = {
	.implementation_name = name_of_source,
	.random = same_number,
	.buf = fill_same,
};

static void
fill_id(uint32_t number, uint8_t id[PRB_LIMIT_ID_BYTES])
{
	memset(id, 0, PRB_LIMIT_ID_BYTES);
	memcpy(id, &number, sizeof number);
}

/* Six a minute: all six may come at once, then one every ten seconds. */
static void
a_bucket_fills(void **state)
{
	static const struct {
		int64_t at_ms;
		bool is_refused;
		int64_t left, full_s, retry_s;
	} rows[] = {
		{0, false, 5, 10, 0},
		{0, false, 4, 20, 0},
		{0, false, 3, 30, 0},
		{0, false, 2, 40, 0},
		{0, false, 1, 50, 0},
		{0, false, 0, 60, 0},
		{0, true, 0, 60, 10},
		{1, true, 0, 60, 10},
		{9999, true, 0, 51, 1},
		{10000, false, 0, 60, 0},
		{10000, true, 0, 60, 10},
		{40000, false, 2, 40, 0},
		{1000000, false, 5, 10, 0},
		/* A year on. */
		{INT64_C(31536000000), false, 5, 10, 0},
	};
	struct prb_limits *limits = prb_limits_create(5);
	uint8_t id[PRB_LIMIT_ID_BYTES];
	struct prb_rate rate;

	(void)state;
	assert_non_null(limits);
	fill_id(1, id);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		prb_limits_take(
			limits, PRB_LIMIT_ADDRESS_REQUESTS, id, 6, 5 + rows[i].at_ms, &rate);
		assert_int_equal(rate.is_refused, rows[i].is_refused);
		assert_int_equal(rate.quota, 6);
		assert_int_equal(rate.left, rows[i].left);
		assert_int_equal(rate.full_s, rows[i].full_s);
		assert_int_equal(rate.retry_s, rows[i].retry_s);
	}
	prb_limits_destroy(limits);
}

static void
each_has_its_own(void **state)
{
	static const enum prb_limit limits_of[] = {PRB_LIMIT_ADDRESS_REQUESTS,
		PRB_LIMIT_ADDRESS_POSTS, PRB_LIMIT_KEY_REQUESTS, PRB_LIMIT_KEY_POSTS};
	struct prb_limits *limits = prb_limits_create(0);
	uint8_t id[PRB_LIMIT_ID_BYTES];
	struct prb_rate rate;

	(void)state;
	for (uint32_t who = 0; who < 1000; who++)
		for (size_t i = 0; i < sizeof limits_of / sizeof limits_of[0]; i++) {
			fill_id(who, id);
			prb_limits_take(limits, limits_of[i], id, 1, 0, &rate);
			assert_false(rate.is_refused);
			prb_limits_take(limits, limits_of[i], id, 1, 0, &rate);
			assert_true(rate.is_refused);
			assert_int_equal(rate.retry_s, 60);
		}
	prb_limits_take(limits, PRB_LIMIT_KEY_POSTS, id, 0, 0, &rate);
	assert_false(rate.is_refused);
	assert_int_equal(rate.quota, 0);
	prb_limits_destroy(limits);
}

/* Far more than there are places: nobody is refused for another, and the table stays as it is. */
static void
many_addresses(void **state)
{
	struct prb_limits *limits = prb_limits_create(0);
	uint8_t id[PRB_LIMIT_ID_BYTES];
	struct prb_rate rate;

	(void)state;
	for (uint32_t who = 0; who < 500000; who++) {
		fill_id(who, id);
		prb_limits_take(limits, PRB_LIMIT_ADDRESS_REQUESTS, id, 10, who / 1000, &rate);
		/* One in some hundred thousand may be taken for another, who asked once. */
		assert_false(rate.is_refused);
	}
	prb_limits_destroy(limits);
}

static void
fields(void **state)
{
	static const struct prb_rate rates[] = {
		{.name = "address", .quota = 600, .left = 599, .full_s = 1},
		{.name = "none"},
		{.name = "address-posts", .quota = 60, .left = 0, .full_s = 60, .is_refused = true},
	};
	struct prb_str out;

	(void)state;
	prb_str_init(&out, 1000);
	prb_rate_write(rates, 3, &out);
	assert_string_equal(out.p,
		"RateLimit-Policy: \"address\";q=600;w=60, \"address-posts\";q=60;w=60\r\n"
		"RateLimit: \"address\";r=599;t=1, \"address-posts\";r=0;t=60\r\n");
	prb_str_reset(&out);
	prb_rate_write(rates + 1, 1, &out);
	assert_int_equal(out.n, 0);
	prb_str_finish(&out);
}

static void
counts(void **state)
{
	struct prb_limits *limits = prb_limits_create(0);
	uint8_t id[PRB_LIMIT_ID_BYTES], other[PRB_LIMIT_ID_BYTES];
	uint32_t tickets[3], ticket;

	(void)state;
	fill_id(1, id);
	fill_id(2, other);
	for (int round = 0; round < 100; round++) {
		for (int i = 0; i < 3; i++) {
			assert_true(prb_limits_enter(
				limits, PRB_LIMIT_CONNECTIONS, id, 3, &tickets[i]));
			assert_int_not_equal(tickets[i], 0);
		}
		assert_false(prb_limits_enter(limits, PRB_LIMIT_CONNECTIONS, id, 3, &ticket));
		assert_int_equal(ticket, 0);
		assert_true(prb_limits_enter(limits, PRB_LIMIT_CONNECTIONS, other, 3, &ticket));
		prb_limits_leave(limits, ticket);
		assert_true(prb_limits_enter(limits, PRB_LIMIT_STREAMS, id, 3, &ticket));
		prb_limits_leave(limits, ticket);
		prb_limits_leave(limits, tickets[1]);
		assert_true(prb_limits_enter(limits, PRB_LIMIT_CONNECTIONS, id, 3, &tickets[1]));
		for (int i = 0; i < 3; i++)
			prb_limits_leave(limits, tickets[i]);
	}
	assert_true(prb_limits_enter(limits, PRB_LIMIT_CONNECTIONS, id, 0, &ticket));
	assert_int_equal(ticket, 0);
	prb_limits_leave(limits, 0);
	prb_limits_destroy(limits);
}

/* IPv4 as it is; of IPv6 the network. */
static void
addresses(void **state)
{
	static const struct {
		uint8_t address[16], id[16];
	} rows[] = {
		{{[10] = 255, 255, 192, 0, 2, 1}, {[10] = 255, 255, 192, 0, 2, 1}},
		{{0x20, 1, 0xd, 0xb8, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12},
			{0x20, 1, 0xd, 0xb8, 1, 2, 3, 4}},
		{{[15] = 1}, {0}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct prb_peer peer = {.listener = PRB_LISTENER_PUBLIC};
		uint8_t id[PRB_LIMIT_ID_BYTES];

		memcpy(peer.address, rows[i].address, sizeof peer.address);
		prb_limit_address(&peer, id);
		assert_memory_equal(id, rows[i].id, sizeof id);
	}
}

struct racing {
	struct prb_limits *limits;
	int passed;
};

static void *
race(void *context)
{
	struct racing *r = context;
	uint8_t id[PRB_LIMIT_ID_BYTES];

	fill_id(7, id);
	for (int i = 0; i < TIMES; i++) {
		struct prb_rate rate;
		uint32_t ticket;

		prb_limits_take(r->limits, PRB_LIMIT_KEY_REQUESTS, id, 1000, 0, &rate);
		r->passed += !rate.is_refused;
		if (prb_limits_enter(r->limits, PRB_LIMIT_STREAMS, id, 2, &ticket))
			prb_limits_leave(r->limits, ticket);
	}
	return NULL;
}

/* Threads together get what one would; a few more where one was held up again and again. */
static void
threads(void **state)
{
	struct prb_limits *limits = prb_limits_create(0);
	struct racing racing[THREADS];
	pthread_t thread[THREADS];
	uint8_t id[PRB_LIMIT_ID_BYTES];
	uint32_t tickets[2], ticket;
	int passed = 0;

	(void)state;
	for (int i = 0; i < THREADS; i++) {
		racing[i] = (struct racing){.limits = limits};
		assert_int_equal(pthread_create(&thread[i], NULL, race, &racing[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(thread[i], NULL);
		passed += racing[i].passed;
	}
	assert_in_range(passed, 1000, 1100);
	/* All have left: there is room for two, and no more. */
	fill_id(7, id);
	assert_true(prb_limits_enter(limits, PRB_LIMIT_STREAMS, id, 2, &tickets[0]));
	assert_true(prb_limits_enter(limits, PRB_LIMIT_STREAMS, id, 2, &tickets[1]));
	assert_false(prb_limits_enter(limits, PRB_LIMIT_STREAMS, id, 2, &ticket));
	prb_limits_destroy(limits);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bucket_fills),
		cmocka_unit_test(each_has_its_own),
		cmocka_unit_test(many_addresses),
		cmocka_unit_test(fields),
		cmocka_unit_test(counts),
		cmocka_unit_test(addresses),
		cmocka_unit_test(threads),
	};

	if (randombytes_set_implementation(&same_each_time) != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
