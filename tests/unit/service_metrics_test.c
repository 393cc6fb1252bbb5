/* SPDX-License-Identifier: Apache-2.0 */
/* The text format of Prometheus, read back: 0.0.4. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "service/metrics/metrics.h"

static const struct prb_metric_route routes[] = {
	{"GET", "/v1/reports/{id}"}, {"GET", "/v1/decisions"}, {"POST", "/v1/decisions"}};

static struct prb_metrics *metrics;
static struct prb_sheet *first, *second;
static struct prb_str text;

static int
set_up(void **state)
{
	(void)state;
	metrics = prb_metrics_create();
	assert_non_null(metrics);
	first = prb_metrics_sheet(metrics);
	second = prb_metrics_sheet(metrics);
	assert_non_null(first);
	assert_non_null(second);
	prb_str_init(&text, 1024 * 1024);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	prb_str_finish(&text);
	prb_metrics_destroy(metrics);
	return 0;
}

static void
write_all(void)
{
	prb_str_reset(&text);
	prb_metrics_write(metrics, routes, sizeof routes / sizeof routes[0], &text);
	assert_false(text.failed);
}

/* The value of the one line that begins with this sample and a blank; -1 where there is none. */
static double
value_of(const char *sample)
{
	double value = -1;
	size_t n = strlen(sample);

	for (const char *line = text.p; *line != '\0'; line = strchr(line, '\n') + 1)
		if (strncmp(line, sample, n) == 0 && line[n] == ' ') {
			assert_true(value < 0);
			value = strtod(line + n, NULL);
		}
	return value;
}

#define TIMES "probity_http_request_duration_seconds"
#define REPORTS "{method=\"GET\",route=\"/v1/reports/{id}\",code=\"2xx\""

static void
sheets_add_up(void **state)
{
	(void)state;
	prb_count(first, PRB_COUNT_ACCEPTED, 2);
	prb_count(second, PRB_COUNT_ACCEPTED, 3);
	prb_count(first, PRB_COUNT_IN_FLIGHT, 1);
	prb_count(second, PRB_COUNT_IN_FLIGHT, -1);
	write_all();
	assert_true(value_of("probity_http_connections_total") == 5);
	assert_true(value_of("probity_http_requests_in_flight") == 0);
}

static void
times(void **state)
{
	(void)state;
	prb_count_request(first, 0, 200, 9000);
	prb_count_request(second, 0, 204, 60000);
	prb_count_request(second, 0, 404, 60000);
	prb_count_request(first, 0, 200, UINT64_C(20000000000));
	write_all();
	assert_true(value_of(TIMES "_bucket" REPORTS ",le=\"0.000010\"}") == 1);
	assert_true(value_of(TIMES "_bucket" REPORTS ",le=\"0.000050\"}") == 1);
	assert_true(value_of(TIMES "_bucket" REPORTS ",le=\"0.000100\"}") == 2);
	assert_true(value_of(TIMES "_bucket" REPORTS ",le=\"10.000000\"}") == 2);
	assert_true(value_of(TIMES "_bucket" REPORTS ",le=\"+Inf\"}") == 3);
	assert_true(value_of(TIMES "_count" REPORTS "}") == 3);
	assert_true(value_of(TIMES "_sum" REPORTS "}") == 20.000069);
	assert_true(value_of(TIMES
			    "_count{method=\"GET\",route=\"/v1/reports/{id}\",code=\"4xx\"}") == 1);
	/* What never happened has no lines. */
	assert_null(strstr(text.p, "/v1/decisions"));
}

/* One address, two methods: two rows. No route at all: one for all of them. */
static void
labels(void **state)
{
	(void)state;
	prb_count_request(first, 1, 200, 1);
	prb_count_request(first, 2, 201, 1);
	prb_count_request(first, 3, 404, 1);
	prb_count_request(first, PRB_METRIC_ROUTES_MAX + 7, 999, 1);
	write_all();
	assert_true(
		value_of(TIMES "_count{method=\"GET\",route=\"/v1/decisions\",code=\"2xx\"}") == 1);
	assert_true(value_of(TIMES
			    "_count{method=\"POST\",route=\"/v1/decisions\",code=\"2xx\"}") == 1);
	assert_true(value_of(TIMES "_count{method=\"other\",route=\"other\",code=\"0xx\"}") == 1);
	assert_null(strstr(text.p, "4xx"));
}

/* Each line is a comment or a sample; a sample's name was introduced before, with help and type. */
static void
format(void **state)
{
	char name[128] = "";

	(void)state;
	prb_count_request(first, 0, 200, 9000);
	write_all();
	assert_int_equal(text.p[text.n - 1], '\n');
	for (const char *line = text.p; *line != '\0'; line = strchr(line, '\n') + 1) {
		char word[128], what[16], rest[8];
		double value;

		if (sscanf(line, "# HELP %127s %7s", name, rest) == 2) {
			line = strchr(line, '\n') + 1;
			assert_int_equal(sscanf(line, "# TYPE %127s %15s", word, what), 2);
			assert_string_equal(word, name);
			assert_true(strcmp(what, "counter") == 0 || strcmp(what, "gauge") == 0 ||
				    strcmp(what, "histogram") == 0);
			continue;
		}
		assert_int_equal(sscanf(line, "%127[a-z_]%*[^ \n] %lf", word, &value) == 2 ||
					 sscanf(line, "%127[a-z_] %lf", word, &value) == 2,
			1);
		assert_int_equal(strncmp(word, name, strlen(name)), 0);
	}
}

#define FRESH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FRESH(sheets_add_up), FRESH(times), FRESH(labels), FRESH(format)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
