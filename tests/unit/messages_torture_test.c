/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lets the n-th allocation fail, n = 1, 2, 3 ... until the remedy bodies are read and served: each
 * failure is told, and nothing leaks (under the sanitizers).
 */
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <sodium.h>

#include "service/messages/mailbox.h"
#include "tests/unit/wrapped_malloc.h"

#define TRIES_MAX 1000

static const char text[] =
	"{\"bodies\":[{\"countries\":[\"BGD\",\"MYS\"],\"id\":\"one\",\"languages\":[\"bn\"],"
	"\"name\":\"Office\",\"note\":\"from 9\",\"organisation\":"
	"\"01937f2a-7c1b-7c3e-9a54-0d6f3c2b1a70\",\"phone\":\"1\",\"public_key\":"
	"\"RRQzVCcnxD9OvzUi2qmj7zrqR2PPqGG-4PXGKjqfCQ4\",\"website\":\"https://a.example\"}]}";

static int64_t
now_s(void)
{
	return 0;
}

static int
remove_one(const char *path, const struct stat *status, int type, struct FTW *at)
{
	(void)status;
	(void)type;
	(void)at;
	return remove(path);
}

static bool
serve(const char *dir)
{
	struct prb_mailbox *mailbox = prb_mailbox_create(dir, now_s);
	struct prb_bodies *bodies = NULL;
	struct prb_fault fault;
	enum prb_err err = prb_bodies_read(PRB_SPAN(text), "b", &bodies, &fault);

	assert_int_equal(err != PRB_OK, bodies == NULL);
	if (err != PRB_OK)
		assert_int_equal(err, PRB_ERR_MEMORY);
	if (err == PRB_OK && mailbox != NULL)
		assert_int_equal(prb_mailbox_serve(mailbox, bodies, &fault), PRB_OK);
	prb_bodies_drop(bodies);
	prb_mailbox_destroy(mailbox);
	return err == PRB_OK && mailbox != NULL;
}

static void
every_allocation(void **state)
{
	char dir[] = "/tmp/messages-torture-XXXXXX";
	long n = 0;
	bool served = false;

	(void)state;
	assert_non_null(mkdtemp(dir));
	for (; !served && n < TRIES_MAX; n++) {
		allocations_left = n;
		served = serve(dir);
		allocations_left = -1;
	}
	assert_true(served);
	assert_true(n > 3);
	assert_int_equal(nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_allocation)};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
