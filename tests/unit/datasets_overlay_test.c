/* SPDX-License-Identifier: Apache-2.0 */
/* Overlays: scales of powers, what a release has with and without one. Every figure here is made
 * up. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/build/overlay.h"
#include "datasets/build/scale.h"
#include "tests/unit/datasets_support.h"

/* In figures times a million; the shares are those of the decimal logarithm, to six places. */
static void
powers(void **state)
{
	static const struct {
		int64_t figure, at_zero, at_one;
		int32_t ppm;
	} rows[] = {
		{1000000, 1000000, 100000000, 0},
		{0, 1000000, 100000000, 0},
		{999999, 1000000, 100000000, 0},
		{10000000, 1000000, 100000000, 500000},
		{2000000, 1000000, 100000000, 150515},  /* log 2 = 0.301030 */
		{5000000, 1000000, 100000000, 349485},  /* log 5 = 0.698970 */
		{20000000, 1000000, 100000000, 650515}, /* 1.301030 */
		{99999999, 1000000, 100000000, 1000000},
		{100000000, 1000000, 100000000, 1000000},
		{250000000, 1000000, 100000000, 1000000},
		{3, 1, 9, 500000},
		{1, 1, 1000000000000, 0},
		{1000000, 1, 1000000000000, 500000},
		{1000000000, 1, 1000000000000, 750000},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(prb_scale_log(rows[i].figure, rows[i].at_zero, rows[i].at_one),
			rows[i].ppm);
	for (int64_t figure = 1000000, last = 0; figure < 100000000; figure += 13001) {
		int32_t ppm = prb_scale_log(figure, 1000000, 100000000);

		assert_true(ppm >= last);
		last = ppm;
	}
	assert_int_equal(prb_scale_linear(3, 0, 4), 750000);
	assert_int_equal(prb_scale_linear(3, 4, 0), 250000);
	assert_int_equal(prb_scale_linear(5, 4, 0), 0);
}

static void
names(void **state)
{
	(void)state;
	assert_int_equal(prb_overlay_find(PRB_SPAN("gsi")), PRB_OVERLAY_GSI);
	assert_int_equal(prb_overlay_find(PRB_SPAN("ituc")), PRB_OVERLAY_ITUC);
	assert_int_equal(prb_overlay_find(PRB_SPAN("gs")), PRB_OVERLAYS);
	assert_int_equal(prb_overlay_of_table(PRB_SOURCE_OVERLAY_ITUC), PRB_OVERLAY_ITUC);
	assert_int_equal(prb_overlay_of_table(PRB_SOURCE_COUNTRIES), PRB_OVERLAYS);
}

static char folder[SUPPORT_PATH_BYTES], gsi[SUPPORT_PATH_BYTES], ituc[SUPPORT_PATH_BYTES],
	out[SUPPORT_PATH_BYTES];
static char said[64 * 1024], summary[PRB_FAULT_DETAIL_BYTES_MAX];

static int
make_folder(void **state)
{
	(void)state;
	support_folder(folder);
	support_join(gsi, folder, "gsi.csv");
	support_join(ituc, folder, "ituc.csv");
	support_join(out, folder, "r.lmdb");
	return 0;
}

static int
remove_folder(void **state)
{
	(void)state;
	support_remove(folder);
	return 0;
}

static void
hear(void *context, const char *line)
{
	(void)context;
	strncat(said, line, sizeof said - strlen(said) - 1);
	strncat(said, "\n", sizeof said - strlen(said) - 1);
}

static enum prb_err
build(const char *gsi_text, const char *ituc_text, struct prb_build_report *report)
{
	const char *const files[PRB_OVERLAYS] = {[PRB_OVERLAY_GSI] = gsi_text == NULL ? NULL : gsi,
		[PRB_OVERLAY_ITUC] = ituc_text == NULL ? NULL : ituc};
	struct prb_fault fault = {.detail = ""};
	enum prb_err err;

	said[0] = '\0';
	if (gsi_text != NULL)
		support_write(gsi, gsi_text, strlen(gsi_text));
	if (ituc_text != NULL)
		support_write(ituc, ituc_text, strlen(ituc_text));
	err = prb_build_with(SUPPORT_SOURCES, files, out, hear, NULL, report, &fault);
	(void)snprintf(summary, sizeof summary, "%s", fault.detail);
	return err;
}

static struct prb_where_value
value_of(const struct prb_reference *r, const char *iso3, enum prb_component component)
{
	int country = prb_reference_country(r, prb_span_of(iso3));

	assert_true(country >= 0);
	return r->countries[country].where[component];
}

static void
with_both(void **state)
{
	struct prb_build_report report;
	struct prb_release *release;
	struct prb_fault fault;
	const struct prb_reference *r;
	struct prb_where_value value;

	(void)state;
	assert_int_equal(build("country,vuln_total,iso3,prevalence_per_1000\n"
			       "\"Made, up\",50,CHN,10.0\nmade up,,NOR,0.5\nmade up,7.5,DNK,2\n",
				 "iso3,rating\nCHN,5+\nNOR,1\n", &report),
		PRB_OK);
	assert_int_equal(prb_release_open(out, &release, &fault), PRB_OK);
	assert_int_equal(prb_release_verify(release, &fault), PRB_OK);
	r = prb_release_reference(release);
	value = value_of(r, "CHN", PRB_WHERE_OVERLAY_PREVALENCE);
	assert_int_equal(value.ppm, 500000);
	assert_int_equal(value.known, PRB_KNOWN);
	assert_false(value.verified);
	assert_non_null(strstr(value.source, "the user's own copy"));
	assert_int_equal(value_of(r, "CHN", PRB_WHERE_OVERLAY_VULNERABILITY).ppm, 500000);
	assert_int_equal(value_of(r, "CHN", PRB_WHERE_OVERLAY_RIGHTS).ppm, 1000000);
	assert_int_equal(value_of(r, "NOR", PRB_WHERE_OVERLAY_RIGHTS).known, PRB_KNOWN);
	assert_int_equal(value_of(r, "NOR", PRB_WHERE_OVERLAY_RIGHTS).ppm, 0);
	/* A country that the file leaves out, or has no figure for, takes its subregion's median.
	 */
	value = value_of(r, "NOR", PRB_WHERE_OVERLAY_VULNERABILITY);
	assert_int_equal(value.known, PRB_IMPUTED);
	assert_int_equal(value.ppm, 75000);
	assert_string_equal(value.source, "imputed: median of Northern Europe (1 country)");
	assert_int_equal(value_of(r, "SWE", PRB_WHERE_OVERLAY_PREVALENCE).ppm, 75258);
	assert_true(prb_reference_has(r, PRB_WHERE_OVERLAY_RIGHTS));
	assert_int_equal(r->weights[PRB_WHERE_OVERLAY_RIGHTS].ppm, 100000);
	prb_release_close(release);
}

static void
with_one_or_none(void **state)
{
	struct prb_build_report plain, one, again, usual;
	struct prb_release *release;
	struct prb_fault fault;
	static struct said heard;
	const struct prb_reference *r;

	(void)state;
	assert_int_equal(support_build(SUPPORT_SOURCES, out, &heard, &usual, &fault), PRB_OK);
	assert_int_equal(build(NULL, NULL, &plain), PRB_OK);
	assert_string_equal(plain.release, usual.release);
	assert_int_equal(prb_release_open(out, &release, &fault), PRB_OK);
	r = prb_release_reference(release);
	for (int c = 0; c < PRB_COMPONENTS; c++)
		assert_int_equal(prb_reference_has(r, (enum prb_component)c),
			!prb_component_is_overlay((enum prb_component)c));
	assert_int_equal(
		value_of(r, "CHN", PRB_WHERE_OVERLAY_PREVALENCE).known, PRB_NOT_APPLICABLE);
	prb_release_close(release);

	assert_int_equal(build(NULL, "iso3,rating,trend\nCHN,4,stable\n", &one), PRB_OK);
	assert_string_not_equal(one.release, plain.release);
	assert_int_equal(one.tables, plain.tables + 1);
	assert_int_equal(one.rows, plain.rows + 1);
	assert_int_equal(prb_release_open(out, &release, &fault), PRB_OK);
	r = prb_release_reference(release);
	assert_false(prb_reference_has(r, PRB_WHERE_OVERLAY_PREVALENCE));
	assert_true(prb_reference_has(r, PRB_WHERE_OVERLAY_RIGHTS));
	assert_int_equal(value_of(r, "CHN", PRB_WHERE_OVERLAY_RIGHTS).ppm, 600000);
	prb_release_close(release);
	/* The order of rows and columns, and what is not read, do not matter. */
	assert_int_equal(build(NULL, "rating,iso3\n4,CHN\n", &again), PRB_OK);
	assert_string_equal(again.release, one.release);
	/* Nor does how a spreadsheet saved it. */
	assert_int_equal(build(NULL, "\xEF\xBB\xBFiso3,rating\r\nCHN,4\r\n", &again), PRB_OK);
	assert_string_equal(again.release, one.release);
	assert_int_equal(build(NULL, "\xEF\xBB\xBFiso3,rating\r\nCHN,4", &again), PRB_OK);
	assert_string_equal(again.release, one.release);
}

static void
refused(void **state)
{
	static const struct {
		const char *gsi, *ituc, *said;
	} rows[] = {
		{"iso3,prevalence_per_1000,vuln_total\nCHN,x,1\n", NULL,
			"gsi.csv:2:5: \"prevalence_per_1000\" is \"x\""},
		{"iso3,prevalence_per_1000,vuln_total\nCHN,1,100.5\n", NULL,
			"gsi.csv:2:7: \"vuln_total\" is \"100.5\""},
		{"iso3,prevalence_per_1000,vuln_total\nQQQ,1,1\n", NULL,
			"gsi.csv:2:1: \"iso3\" is \"QQQ\""},
		{"iso3,prevalence_per_1000,vuln_total\nCHN,1,1\nCHN,1,1\n", NULL,
			"gsi.csv:3:1: a second row"},
		{"iso3,prevalence_per_1000,vuln_total\nCHN,1\n", NULL,
			"gsi.csv:2:1: 2 cells where the header has 3"},
		{"iso3,vuln_total\nCHN,1\n", NULL,
			"gsi.csv:1:1: no column \"prevalence_per_1000\""},
		{"iso3,iso3,prevalence_per_1000,vuln_total\nCHN,CHN,1,1\n", NULL,
			"gsi.csv:1:6: a second column \"iso3\""},
		{"", NULL, "gsi.csv:1:1: the table is empty"},
		{NULL, "iso3,rating\nCHN,6\n", "ituc.csv:2:5: \"rating\" is \"6\""},
		{NULL, "iso3,rating\nCHN,\n", "ituc.csv:2:5: \"rating\" is empty"},
		{NULL, "iso3,rating\rCHN,1\r", "ituc.csv:1:12: a carriage return"},
		{NULL, "iso3,rating\nCHN,1\r", "ituc.csv:2:6: a carriage return"},
		{NULL, "\xEF\xBB\xBFiso3,rating\r\nCHN,6\r\n", "ituc.csv:2:5: \"rating\" is \"6\""},
		{NULL, "\xEF\xBB\xBF", "ituc.csv:1:1: the table is empty"},
		{"iso3,prevalence_per_1000,vuln_total\nCHN,x,1\n", "iso3,rating\nCHN,6\n",
			"ituc.csv:2:5: \"rating\" is \"6\""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct prb_build_report report;

		assert_int_equal(build(rows[i].gsi, rows[i].ituc, &report), PRB_ERR_SOURCE_ROW);
		if (strstr(said, rows[i].said) == NULL)
			fail_msg("\"%s\" is not said in:\n%s", rows[i].said, said);
		assert_true(report.faults > 0);
		/* What is to be mended is named, and the folder that is whole is not. */
		assert_int_equal(strstr(summary, "gsi.csv") != NULL, rows[i].gsi != NULL);
		assert_int_equal(strstr(summary, "ituc.csv") != NULL, rows[i].ituc != NULL);
		assert_null(strstr(summary, SUPPORT_SOURCES));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(powers), cmocka_unit_test(names),
		cmocka_unit_test_setup_teardown(with_both, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(with_one_or_none, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(refused, make_folder, remove_folder)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
