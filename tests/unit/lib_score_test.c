/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "clients/lib/probity.h"

#define RELEASE PROBITY_BINARY_DIR "/share/probity/release.lmdb"
#define NOWHERE PROBITY_BINARY_DIR "/share/probity/nowhere.lmdb"
#define THREADS 4
#define ROUNDS 50

static const char declaration[] =
	"{\"supplier\":{\"name\":\"Example Garments Ltd\",\"country\":\"BGD\"},"
	"\"products\":[{\"hs\":\"6109\",\"origin\":\"BGD\"}],\"findings\":[{\"indicator\":"
	"\"excessive_overtime\",\"state\":\"present\",\"source\":\"audit_unannounced\",\"date\":"
	"\"2026-02-11\"}]}";
static const struct probity_score_options on_a_day = {.as_of = "2026-06-30"};

static struct probity_data *data;
static struct probity_faults *faults;

static int
open_data(void **state)
{
	(void)state;
	faults = probity_faults_create();
	if (faults == NULL || probity_data_open(RELEASE, &data, faults) != PROBITY_OK) {
		fprintf(stderr, "%s\n", probity_fault_detail(faults, 0));
		return -1;
	}
	return 0;
}

static int
close_data(void **state)
{
	(void)state;
	probity_data_close(data);
	probity_faults_destroy(faults);
	return 0;
}

static void
a_report(void **state)
{
	struct probity_scorer *scorer = probity_scorer_create(data);
	char *report = NULL, *again = NULL;
	size_t n = 0, again_n = 0;

	(void)state;
	assert_non_null(scorer);
	assert_int_equal(probity_score(scorer, declaration, strlen(declaration), &on_a_day, &report,
				 &n, faults),
		PROBITY_OK);
	assert_int_equal(probity_faults_count(faults), 0);
	assert_int_equal(strlen(report), n);
	assert_non_null(strstr(report, "\"as_of\":\"2026-06-30\""));
	assert_non_null(strstr(report, "\"rating\":\"high\""));
	assert_non_null(strstr(report, probity_data_release(data)));
	/* The same scorer, after a refusal between. */
	assert_int_equal(
		probity_score(scorer, "{}", 2, &on_a_day, &again, &again_n, NULL), PROBITY_REFUSED);
	assert_null(again);
	assert_int_equal(probity_score(scorer, declaration, strlen(declaration), &on_a_day, &again,
				 &again_n, faults),
		PROBITY_OK);
	assert_int_equal(again_n, n);
	assert_memory_equal(again, report, n);
	probity_free(report);
	probity_free(again);
	probity_scorer_destroy(scorer);
}

static void
refusals(void **state)
{
	static const struct {
		const char *text, *name, *pointer, *as_of, *declarant;
		size_t offset, count;
	} rows[] = {
		{"", "invalid-json", "", NULL, NULL, 0, 1},
		{"{\"supplier\":", "invalid-json", "", NULL, NULL, 12, 1},
		{"{\"supplier\":{\"name\":\"A\",\"country\":\"Atlantis\"}}", "unknown-country",
			"/supplier/country", NULL, NULL, SIZE_MAX, 1},
		{"{\"supplier\":{\"nam\":\"A\"}}", "unknown-member", "/supplier/nam", NULL, NULL,
			SIZE_MAX, 3},
		{declaration, "invalid-date", "", "2026-02-30", NULL, SIZE_MAX, 1},
		{declaration, "invalid-date", "", "", NULL, SIZE_MAX, 1},
		{declaration, "invalid-value", "", NULL, "somebody", SIZE_MAX, 1},
		{declaration, "invalid-date", "/findings/0/date", "2026-01-01", NULL, SIZE_MAX, 1},
	};
	struct probity_scorer *scorer = probity_scorer_create(data);

	(void)state;
	assert_non_null(scorer);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct probity_score_options options = {
			.as_of = rows[i].as_of, .declarant = rows[i].declarant};
		char *report = NULL;
		size_t n = 7;

		assert_int_equal(probity_score(scorer, rows[i].text, strlen(rows[i].text), &options,
					 &report, &n, faults),
			PROBITY_REFUSED);
		assert_null(report);
		assert_int_equal(n, 7);
		assert_int_equal(probity_faults_count(faults), rows[i].count);
		assert_string_equal(probity_fault_name(faults, 0), rows[i].name);
		assert_string_equal(probity_fault_pointer(faults, 0), rows[i].pointer);
		assert_true(probity_fault_offset(faults, 0) == rows[i].offset);
		assert_true(strlen(probity_fault_detail(faults, 0)) > 0);
	}
	probity_scorer_destroy(scorer);
}

/* More faults than are kept are counted; beyond the last one there is nothing. */
static void
many_faults(void **state)
{
	struct probity_scorer *scorer = probity_scorer_create(data);
	char text[4096] = "{\"supplier\":{\"name\":\"A\",\"country\":\"BGD\"}";
	char *report = NULL;
	size_t n;

	(void)state;
	assert_non_null(scorer);
	for (int i = 0; i < 40; i++)
		(void)snprintf(text + strlen(text), 32, ",\"x%d\":1", i);
	strcat(text, "}");
	assert_int_equal(probity_score(scorer, text, strlen(text), NULL, &report, &n, faults),
		PROBITY_REFUSED);
	assert_int_equal(probity_faults_count(faults) + probity_faults_dropped(faults), 40);
	assert_true(probity_faults_dropped(faults) > 0);
	assert_string_equal(probity_fault_name(faults, probity_faults_count(faults)), "");
	assert_true(probity_fault_offset(faults, SIZE_MAX) == SIZE_MAX);
	probity_scorer_destroy(scorer);
}

/* Today is an input as any other day; the declarant is one as well. */
static void
options(void **state)
{
	static const struct probity_score_options supplier = {
		.as_of = "2026-06-30", .declarant = "supplier"};
	static const struct probity_score_options company = {
		.as_of = "2026-06-30", .declarant = "company"};
	const struct probity_score_options *const given[] = {&on_a_day, &company, &supplier, NULL};
	struct probity_scorer *scorer = probity_scorer_create(data);
	char *reports[4] = {NULL};
	size_t n;

	(void)state;
	assert_non_null(scorer);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(probity_score(scorer, declaration, strlen(declaration), given[i],
					 &reports[i], &n, faults),
			PROBITY_OK);
	assert_string_equal(reports[0], reports[1]);
	assert_string_not_equal(reports[0], reports[2]);
	assert_non_null(strstr(reports[3], "\"as_of\":\"2"));
	for (size_t i = 0; i < 4; i++)
		probity_free(reports[i]);
	probity_scorer_destroy(scorer);
}

static void
releases(void **state)
{
	static const char link[] = PROBITY_BINARY_DIR "/share/probity/lib-test-link.lmdb";
	struct probity_data *other = NULL;

	(void)state;
	assert_int_equal(probity_data_open(NOWHERE, &other, faults), PROBITY_FAILED);
	assert_null(other);
	assert_string_equal(probity_fault_name(faults, 0), "release-missing");
	assert_non_null(strstr(probity_fault_detail(faults, 0), "nowhere.lmdb"));
	/* A link does as well as the file, though no sidecar stands beside it. */
	(void)unlink(link);
	assert_int_equal(symlink(RELEASE, link), 0);
	assert_int_equal(probity_data_open(link, &other, faults), PROBITY_OK);
	assert_int_equal(unlink(link), 0);
	assert_string_equal(probity_data_release(other), probity_data_release(data));
	assert_int_equal(strlen(probity_data_release(other)), 64);
	probity_data_close(other);
	probity_data_close(NULL);
	probity_scorer_destroy(NULL);
	probity_faults_destroy(NULL);
	probity_free(NULL);
}

static void *
score_many(void *context)
{
	struct probity_scorer *scorer = probity_scorer_create(data);
	char *first = NULL, **out = context;

	for (int i = 0; scorer != NULL && i < ROUNDS; i++) {
		char *report = NULL;
		size_t n;

		if (probity_score(scorer, declaration, strlen(declaration), &on_a_day, &report, &n,
			    NULL) != PROBITY_OK ||
			(first != NULL && strcmp(first, report) != 0)) {
			probity_free(first);
			first = NULL;
			probity_free(report);
			break;
		}
		probity_free(first);
		first = report;
	}
	probity_scorer_destroy(scorer);
	*out = first;
	return NULL;
}

static void
threads_share_the_data(void **state)
{
	pthread_t threads[THREADS];
	char *reports[THREADS] = {NULL};

	(void)state;
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, score_many, &reports[i]), 0);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	for (size_t i = 0; i < THREADS; i++) {
		assert_non_null(reports[i]);
		assert_string_equal(reports[i], reports[0]);
	}
	for (size_t i = 0; i < THREADS; i++)
		probity_free(reports[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_report),
		cmocka_unit_test(refusals),
		cmocka_unit_test(many_faults),
		cmocka_unit_test(options),
		cmocka_unit_test(releases),
		cmocka_unit_test(threads_share_the_data),
	};

	return cmocka_run_group_tests(tests, open_data, close_data);
}
