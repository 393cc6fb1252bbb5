/* SPDX-License-Identifier: Apache-2.0 */
/* Settings that follow others: what is taken over, what stays and is said, what is refused as a
 * whole; and that the n-th allocation may fail on the way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "service/settings.h"
#include "tests/unit/wrapped_malloc.h"

#define NOW INT64_C(1782820800) /* 2026-06-30T12:00:00Z */
#define ROUNDS_MAX 20000

static char path[] = "/tmp/probity-settings-test-XXXXXX";
static char flag[] = "--config", program[] = "probityd";
static char *arguments[] = {program, flag, path, NULL};
static struct prb_config first;
static struct prb_fault fault;

static void
write_config(const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static struct prb_settings *
start(const char *text)
{
	enum prb_config_outcome outcome;
	struct prb_settings *settings = NULL;

	write_config(text);
	assert_int_equal(prb_config_read(3, arguments, &first, &outcome, &fault), PRB_OK);
	if (prb_settings_start(&first, NOW, &settings, &fault) != PRB_OK)
		fail_msg("%s", fault.detail);
	return settings;
}

static void
put_away(struct prb_settings *settings)
{
	prb_settings_drop(settings);
	prb_config_finish(&first);
}

/* ---- what follows ---- */

#define START                                                                                      \
	"[server]\nlisten = 127.0.0.1:8081\nidle_seconds_max = 60\n[state]\npath = here\n"         \
	"[issuer]\nname = first\n"

static void
test_carried(void **state)
{
	static const struct {
		const char *text, *said, *stays;
		int64_t idle, workers;
	} rows[] = {
		{START, "", "", 60, 1},
		{"[server]\nlisten = 127.0.0.1:8081\nidle_seconds_max = 5\n[state]\npath = here\n"
		 "[issuer]\nname = first\n",
			"[server] idle_seconds_max has changed: taken over\n", "", 5, 1},
		{START "[server]\nworkers = 3\n", "",
			"[server] workers has changed: it takes a restart, and stays as "
			"it was\n",
			60, 1},
		{START "[auth]\nmode = required\n", "",
			"[auth] mode has changed: it takes a restart, and stays as it "
			"was\n",
			60, 1},
		{"[server]\nlisten = [::1]:9\nidle_seconds_max = 61\n[state]\npath = there\n"
		 "[issuer]\nname = first\n",
			"[server] idle_seconds_max has changed: taken over\n",
			"[server] listen has changed: it takes a restart, and stays as "
			"it was\n"
			"[state] path has changed: it takes a restart, and stays as it "
			"was\n",
			61, 1},
		/* What makes a start ask for keys, and keep its metrics, makes no running server
		 * do so. */
		{START "[server]\ntrusted_proxies = 127.0.0.1\n",
			"[server] trusted_proxies has changed: taken over\n",
			"[auth] mode has changed: it takes a restart, and stays as it was\n"
			"[server] metrics has changed: it takes a restart, and stays as it was\n",
			60, 1},
		/* Left out is as good as the default. */
		{"[server]\nlisten = 127.0.0.1:8081\n[state]\npath = here\n", "",
			"[issuer] name has changed: it takes a restart, and stays as it "
			"was\n",
			60, 1},
	};
	struct prb_settings *running = start(START), *next;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		write_config(rows[i].text);
		assert_int_equal(
			prb_settings_again(3, arguments, running, NOW, &next, &fault), PRB_OK);
		assert_true(prb_span_is(prb_str_span(&next->said), rows[i].said));
		assert_true(prb_span_is(prb_str_span(&next->stays), rows[i].stays));
		assert_int_equal(next->config->idle_seconds_max, rows[i].idle);
		assert_int_equal(next->config->workers, rows[i].workers);
		assert_string_equal(next->config->state, "here");
		assert_string_equal(next->config->issuer_name, "first");
		assert_string_equal(next->config->listen, "127.0.0.1:8081");
		assert_string_equal(next->config->host, "127.0.0.1");
		assert_int_equal(next->config->port, 8081);
		assert_true(next->config->auth_open);
		assert_true(next->config->metrics_anyone);
		/* The same release is not opened twice. */
		assert_ptr_equal(next->dataset, running->dataset);
		prb_settings_drop(next);
	}
	put_away(running);
}

/* Settings that follow those that follow: what stayed still stays, and is said again. */
static void
test_twice(void **state)
{
	struct prb_settings *running = start(START), *second, *third;

	(void)state;
	write_config(START "[server]\nworkers = 3\ndrain_seconds_max = 3\n");
	assert_int_equal(prb_settings_again(3, arguments, running, NOW, &second, &fault), PRB_OK);
	/* Whoever held the first has let go: the second stands by itself. */
	prb_settings_drop(prb_settings_hold(second));
	prb_settings_drop(running);
	assert_int_equal(prb_settings_again(3, arguments, second, NOW, &third, &fault), PRB_OK);
	assert_true(prb_span_is(prb_str_span(&third->stays),
		"[server] workers has changed: it takes a restart, and stays as it "
		"was\n"));
	assert_int_equal(third->config->drain_seconds_max, 3);
	prb_settings_drop(second);
	assert_int_equal(
		strlen(prb_release_reference(prb_dataset_release(third->dataset))->release),
		PRB_SHA256_HEX_BYTES - 1);
	put_away(third);
}

static void
test_refused(void **state)
{
	static const struct {
		const char *text, *detail;
	} rows[] = {
		{START "[server]\nworkers = many\n", "workers takes a whole number"},
		{START "[server]\nnothing = 1\n", "there is no option [server] nothing"},
		{START "[data]\nrelease = /nonexistent/release\n", "there is no such file"},
		{START "[tls]\ncertificate = a.pem\nkey = a.key\n",
			"TLS is switched on and off by a restart alone"},
		{START "[tls]\nkey = a.key\n", "certificate and key are given together"},
		{START "[tls]\nclient_ca = a.pem\n", "client_ca needs certificate and key"},
		{START "[tls]\nclient_required = 1\n", "client_required needs client_ca"},
		{"[server]\nlisten = 0.0.0.0:1\n[auth]\nmode = open\n", "is for loopback alone"},
	};
	struct prb_settings *running = start(START), *next = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		write_config(rows[i].text);
		assert_int_not_equal(
			prb_settings_again(3, arguments, running, NOW, &next, &fault), PRB_OK);
		assert_null(next);
		if (strstr(fault.detail, rows[i].detail) == NULL)
			fail_msg("row %zu: %s", i, fault.detail);
	}
	put_away(running);
}

/* ---- memory ---- */

static void
test_torture(void **state)
{
	struct prb_settings *running = start(START), *next = NULL;
	enum prb_err err = PRB_ERR_MEMORY;
	long n = 0;

	(void)state;
	write_config(
		START "[server]\nworkers = 3\n[issuer]\nvalid_days = 3\n[auth]\nmode = open\n");
	while (err != PRB_OK && n < ROUNDS_MAX) {
		allocations_left = n++;
		err = prb_settings_again(3, arguments, running, NOW, &next, &fault);
		allocations_left = -1;
		assert_true(err == PRB_OK || next == NULL);
	}
	assert_int_equal(err, PRB_OK);
	assert_true(n > 3);
	assert_string_equal(next->config->issuer_name, "first");
	prb_settings_drop(next);
	prb_settings_drop(running);
	err = PRB_ERR_MEMORY;
	for (n = 0, running = NULL; err != PRB_OK && n < ROUNDS_MAX; n++) {
		allocations_left = n;
		err = prb_settings_start(&first, NOW, &running, &fault);
		allocations_left = -1;
		assert_true(err == PRB_OK || running == NULL);
	}
	assert_int_equal(err, PRB_OK);
	put_away(running);
}

static int
setup(void **state)
{
	const char *data = getenv("PROBITY_DATA");
	int fd = mkstemp(path);

	(void)state;
	if (fd < 0 || close(fd) != 0)
		return -1;
	if (data == NULL || data[0] == '\0')
		return setenv("PROBITY_DATA", PROBITY_BINARY_DIR "/share/probity/release.lmdb", 1);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	return unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_carried),
		cmocka_unit_test(test_twice),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_torture),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
