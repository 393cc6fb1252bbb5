/* SPDX-License-Identifier: Apache-2.0 */

/* Building a release: what is wrong in a source is said with file, line and column; what is right
 * gives one hash. */

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "datasets/store/records.h"
#include "tests/unit/datasets_support.h"

static char sources[SUPPORT_PATH_BYTES];
static struct said said;

static int
make_sources(void **state)
{
	(void)state;
	support_folder(sources);
	return 0;
}

static int
remove_sources(void **state)
{
	(void)state;
	support_remove(sources);
	return 0;
}

static void
build_into(const char *from, struct prb_build_report *report, char **bytes, size_t *n)
{
	char folder[SUPPORT_PATH_BYTES], path[SUPPORT_PATH_BYTES];
	struct prb_release *release;
	struct prb_fault fault;

	support_folder(folder);
	support_join(path, folder, "r.prb");
	if (support_build(from, path, &said, report, &fault) != PRB_OK)
		fail_msg("%s\n%s", fault.detail, said.text);
	assert_int_equal(support_count(folder), 2);
	assert_int_equal(prb_release_open(path, &release, &fault), PRB_OK);
	assert_int_equal(prb_release_verify(release, &fault), PRB_OK);
	prb_release_close(release);
	*bytes = support_read(path, n);
	support_remove(folder);
}

/* Two folders, one with its rows in another order: one name, one file. */
static void
same_from_shuffled_rows(void **state)
{
	struct prb_build_report a, b;
	char *bytes_a, *bytes_b, path[SUPPORT_PATH_BYTES];
	size_t n_a, n_b;

	(void)state;
	support_copy_sources(sources, 7);
	build_into(SUPPORT_SOURCES, &a, &bytes_a, &n_a);
	build_into(sources, &b, &bytes_b, &n_b);
	assert_string_equal(a.release, b.release);
	assert_string_equal(a.file_sha256, b.file_sha256);
	assert_int_equal(a.bytes, n_a);
	assert_int_equal(n_a, n_b);
	assert_memory_equal(bytes_a, bytes_b, n_a);
	assert_int_equal(a.rows, b.rows);
	free(bytes_b);
	/* one word of a doubt, and the name is another */
	support_join(path, sources, "manifest.csv");
	support_edit(path, "judgement, not an official concordance",
		"judgement, no official concordance");
	build_into(sources, &b, &bytes_b, &n_b);
	assert_string_not_equal(a.release, b.release);
	free(bytes_b);
	free(bytes_a);
}

/* The medians and scales that scoring/METHOD.md section 3 asks for, worked out by hand from the
 * sources. */
static void
components(void **state)
{
	static const struct {
		const char *iso3;
		enum prb_component component;
		int32_t ppm;
		enum prb_known known;
	} rows[] = {
		{"CHN", PRB_WHERE_TRAFFICKING_TIER, 1000000, PRB_KNOWN}, /* Tier 3 */
		{"ABW", PRB_WHERE_TRAFFICKING_TIER, 400000, PRB_KNOWN},  /* Tier 2 */
		{"AFG", PRB_WHERE_FREEDOM_FROM_FL, 916000, PRB_KNOWN},   /* 1 - 0.084 */
		{"ABW", PRB_WHERE_RULE_OF_LAW, 246000, PRB_KNOWN}, /* WGI 1.27: (2.5 - 1.27) / 5 */
		{"AFG", PRB_WHERE_INFORMALITY, 861000, PRB_KNOWN}, /* 86.1 per cent */
		{"AFG", PRB_WHERE_BIRTHS_UNREGISTERED, 577000,
			PRB_KNOWN}, /* 42.3 per cent registered */
		{"CHN", PRB_WHERE_STATE_POLICY, 1000000, PRB_KNOWN},
		{"DEU", PRB_WHERE_STATE_POLICY, 0, PRB_KNOWN},
		{"TWN", PRB_WHERE_NOT_RATIFIED, 0, PRB_NOT_APPLICABLE},
	};
	struct prb_release *release;
	struct prb_fault fault;

	(void)state;
	assert_int_equal(prb_release_open(support_release(), &release, &fault), PRB_OK);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct prb_reference *reference = prb_release_reference(release);
		int country = prb_reference_country(reference, prb_span_of(rows[i].iso3));
		const struct prb_where_value *value =
			&reference->countries[country].where[rows[i].component];

		if (value->known != rows[i].known ||
			(value->known == PRB_KNOWN && value->ppm != rows[i].ppm))
			fail_msg("%s %s: %d (%d)", rows[i].iso3,
				prb_component_id(rows[i].component), value->ppm, value->known);
		assert_true(value->source[0] != '\0');
	}
	prb_release_close(release);
}

/* A missing value is the median of those countries of its subregion that have one, counted here
 * anew. */
static void
medians(void **state)
{
	struct prb_release *release;
	const struct prb_where_value *value;
	const struct prb_reference *reference;
	struct prb_fault fault;

	(void)state;
	assert_int_equal(prb_release_open(support_release(), &release, &fault), PRB_OK);
	reference = prb_release_reference(release);
	/* Northern America: Canada, the United States (Bermuda, Greenland and Saint Pierre and
	 * Miquelon have none) */
	value = &reference->countries[prb_reference_country(reference, PRB_SPAN("GRL"))]
			 .where[PRB_WHERE_GENDER_INEQUALITY];
	assert_int_equal(value->known, PRB_IMPUTED);
	assert_false(value->verified);
	assert_string_equal(value->source, "imputed: median of Northern America (2 countries)");
	assert_int_equal(value->ppm,
		(reference->countries[prb_reference_country(reference, PRB_SPAN("CAN"))]
				.where[PRB_WHERE_GENDER_INEQUALITY]
				.ppm +
			reference->countries[prb_reference_country(reference, PRB_SPAN("USA"))]
				.where[PRB_WHERE_GENDER_INEQUALITY]
				.ppm +
			1) /
			2);
	/* Antarctica lies in no region */
	value = &reference->countries[prb_reference_country(reference, PRB_SPAN("ATA"))]
			 .where[PRB_WHERE_GENDER_INEQUALITY];
	assert_non_null(strstr(value->source, "median of the world"));
	prb_release_close(release);
}

static void
listed_goods(void **state)
{
	struct prb_release *release;
	const struct prb_reference *r;
	struct prb_fault fault;
	uint16_t goods[8];
	size_t count, forced = 0;
	int chn, npl;

	(void)state;
	assert_int_equal(prb_release_open(support_release(), &release, &fault), PRB_OK);
	r = prb_release_reference(release);
	chn = prb_reference_country(r, PRB_SPAN("CHN"));
	npl = prb_reference_country(r, PRB_SPAN("NPL"));
	count = prb_reference_goods(r, PRB_SPAN("850760"), goods, 8);
	assert_int_equal(count, 1);
	assert_string_equal(r->goods[goods[0]].name, "Lithium-Ion Batteries");
	/* cobalt ore of the Congo is listed for child labour alone */
	assert_non_null(r->goods[goods[0]].input_listed);
	assert_int_equal(r->goods[goods[0]].input_listed[chn], PRB_LISTED_CHILD_ONLY);
	assert_int_equal(r->goods[goods[0]].input_listed[npl], PRB_LISTED_NO);
	for (size_t g = 0; g < r->goods_count; g++) {
		for (size_t i = 0; i < r->countries_count; i++)
			assert_int_equal(r->goods[g].forced[i / 64] >> i % 64 & 1,
				r->goods[g].listed[i] == PRB_LISTED_FORCED);
		forced += r->goods[g].listed[chn] == PRB_LISTED_FORCED;
	}
	assert_int_equal(forced, r->origin_forced_count[chn]);
	assert_true(r->countries[chn].regions_matter);
	assert_false(r->countries[npl].regions_matter);
	assert_int_equal(
		r->countries[prb_reference_country(r, PRB_SPAN("JOR"))].tied_status_ppm, 1000000);
	assert_int_equal(r->countries[prb_reference_country(r, PRB_SPAN("BHR"))].tied_status_ppm,
		333333); /* 0.5, 0, 0.5 */
	assert_string_equal(r->scopes[0].id, "caatsa-prk-goods");
	assert_int_equal(r->sector_per_mille['A' - 'A'], 123);
	assert_int_equal(r->sector_per_mille['B' - 'A'], -1);
	assert_int_equal(r->section_of_chapter[1], 'A');
	prb_release_close(release);
}

/* One edit of one table, and what must be said of it. */
struct edit {
	const char *file, *from, *to, *said;
};

static void
refuse(const struct edit *edits, size_t count, size_t lines)
{
	char out_folder[SUPPORT_PATH_BYTES], out[SUPPORT_PATH_BYTES], path[SUPPORT_PATH_BYTES];
	struct prb_build_report report;
	struct prb_fault fault;

	support_copy_sources(sources, 0);
	for (size_t i = 0; i < count; i++) {
		support_join(path, sources, edits[i].file);
		support_edit(path, edits[i].from, edits[i].to);
	}
	support_folder(out_folder);
	support_join(out, out_folder, "r.prb");
	if (support_build(sources, out, &said, &report, &fault) != PRB_ERR_SOURCE_ROW)
		fail_msg("%s was not refused: %s", edits[0].said, fault.detail);
	for (size_t i = 0; i < count; i++) {
		char line[1024];

		(void)snprintf(
			line, sizeof(line), "%s/%s:%s", sources, edits[i].file, edits[i].said);
		if (!strstr(said.text, line))
			fail_msg("expected %s\n%s", line, said.text);
	}
	if (lines > 0 && said.lines != lines)
		fail_msg("%zu lines, expected %zu:\n%s", said.lines, lines, said.text);
	assert_true(report.faults >= (said.lines > 100 ? 100 : said.lines) && said.lines >= count);
	assert_int_equal(support_count(out_folder), 0);
	support_remove(out_folder);
}

/* Faults that stand alone: exactly one line each. */
static void
bad_rows(void **state)
{
	static const struct edit edits[] = {
		{"goods.csv", "good,sector", "good,sectr", "1:6: an unknown column \"sectr\""},
		{"countries.csv", "ABW,AW", "ABw,AW",
			"2:1: \"iso3\" is \"ABw\", should be three capital letters"},
		{"tied_status.csv", "ARE,2024-12-31,0.5", "ARE,2024-12-31,1.5",
			"2:16: \"single_employer_tying\" is \"1.5\""},
		{"tied_status.csv", "ARE,2024-12-31", "ARE,2024-13-31",
			"2:5: \"as_of\" is \"2024-13-31\""},
		{"tied_status.csv", "ARE,2024", "QQQ,2024",
			"2:1: \"iso3\" is \"QQQ\", should be a row of the table countries"},
		{"entities.csv", "CHN,,,2022-06-21", "CHN,,,2022-06-31", "2:"},
		{"entities.csv", ",in_force,", ",inforce,", "2:"},
		{"listed_goods.csv", "AFG,Bricks,y", "AFG,Bricks,Y",
			"2:12: \"child_labour\" is \"Y\", should be one of y|n"},
		{"listed_goods.csv", "AFG,Bricks", "AFG,Bricksies",
			"2:5: \"good\" is \"Bricksies\""},
		{"listed_goods.csv", "AFG,Bricks", "AFG, Bricks",
			"2:5: \"good\" begins or ends with a blank"},
		{"good_hs.csv", "Alcoholic Beverages,2203", "Alcoholic Beverages,9855",
			"2:21: \"hs_prefix\" is \"9855\""},
		{"good_hs.csv", "Alcoholic Beverages,2204", "Alcoholic Beverages,2203",
			"3:1: a second row for the same key: the first is line 2"},
		{"hs_isic.csv", "01,A", "01,Z", "2:4: \"isic_section\" is \"Z\""},
		{"method_constants.csv", "lens_where_ppm,400000", "lens_where_ppm,40 %",
			"2:16: \"value\" is \"40 %\""},
		{"method_weights.csv", "trafficking_tier,", "traficking_tier,",
			"2:1: \"component\" is \"traficking_tier\""},
		{"product_keywords.csv", "accumulators,en,8507", "accumulators,en,8507;85x",
			"4:17: \"hs_prefixes\""},
		{"regions.csv", "AD-02,", "AD_02,",
			"2:1: \"code\" is \"AD_02\", should be an ISO 3166-2 code such as CN-XJ"},
		{"goods.csv", "Amber,Mining,n", "Amber,Mining",
			"3:1: 2 cells where the header has 3"},
		{"goods.csv", "Amber,Mining,n", "Amber,Mining,n,",
			"3:1: 4 cells where the header has 3"},
		{"goods.csv", "Amber,Mining,n", "Amber,,n", "3:7: \"sector\" is empty"},
		{"goods.csv", "Amber,Mining,n\n", "Amber,Mining,n\n\n", "4:1: an empty line"},
		{"goods.csv", "Amber,Mining,n", "Amber,Mi\"ning,n", "3:"},
		{"goods.csv", "Amber,Mining", "Amber,Mining\r", "3:13: a carriage return"},
		{"goods.csv", "Amber,Mining", "Amber,Min\x01ing", "3:10: a control character"},
		{"goods.csv", "Amber,Mining", "Amber,Min\xffing", "3:10: the bytes are not UTF-8"},
		{"goods.csv", "good,", "\xEF\xBB\xBFgood,", "1:1: a byte order mark"},
		{"countries.csv", ",Aruba,Aruba,", ",Aruba\u0301,Aruba,",
			"2:8: \"name_en\" is not in Unicode normal form C"},
		{"eu_members.csv", "AUT,1995-01-01", "AUX,1995-01-01", "2:1: \"iso3\" is \"AUX\""},
		{"regulation_requirements.csv", "eu_2024_3015,1,", "eu_2024_3014,1,",
			"2:1: \"law\" is \"eu_2024_3014\""},
		{"regulation_requirements.csv", "1,product,products_declared",
			"1,product,product_declared",
			"2:24: \"shown_by\" is \"product_declared\", should be a word of "
			"scoring/model/shown.def"},
		{"regulation_requirements.csv", "eu_2024_3015,2,", "eu_2024_3015,17,",
			"3:14: \"number\" is \"17\""},
		{"method_remediation.csv", "1,60,", "1,0,", "2:3: \"days\" is \"0\""},
		{"referrals.csv", "ARE,", "ARX,", "2:1: \"country\" is \"ARX\""},
		{"referrals.csv", ",labour_inspectorate,", ",inspectorate,",
			"2:51: \"kind\" is \"inspectorate\", should be one of "},
		{"manifest.csv", ",169,", ",168,", "7:"},
		{"manifest.csv", "goods,Goods", "godes,Goods", "7:1: there is no table \"godes\""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]); i++)
		refuse(&edits[i], 1, 0);
}

/* One fault brings no second complaint, even where other tables refer to what is amiss. */
static void
one_complaint(void **state)
{
	static const struct edit edits[] = {
		{"tied_status.csv", "ARE,2024-12-31,0.5", "ARE,2024-12-31,1.5",
			"2:16: \"single_employer_tying\" is \"1.5\", should be a decimal number "
			"within 0..1"},
		{"goods.csv", "Amber,Mining,n", "Amber,Mining",
			"3:1: 2 cells where the header has 3"},
		{"countries.csv", "ABW,AW,Aruba", "ABW,AW,\xff", "2:8: the bytes are not UTF-8"}};

	(void)state;
	for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]); i++)
		refuse(&edits[i], 1, 1);
}

/* What shows only when the tables are put together; all of it in one build. */
static void
bad_meaning(void **state)
{
	static const struct edit edits[] = {
		{"country_indicators.csv", "ABW,tip_tier,2,", "ABW,tip_tier,4,",
			"2:14: \"4\" is no category of tip_tier"},
		{"country_indicators.csv", "AFG,birth_registration_pct,42.3",
			"AFG,birth_registration_pct,many",
			"4:28: \"many\" is not a decimal number"},
		{"country_aliases.csv", "afghanistan,AFG", "albania,AFG",
			"4:1: a second row for the same key: the first is line 2"},
		{"entities.csv", "54951803000150", "54951803000151", "179:"},
		{"state_imposed.csv", "uflpa-xinjiang,CHN,CN-XJ", "uflpa-xinjiang,PRK,CN-XJ",
			"2:20: the region \"CN-XJ\" does not lie in PRK"},
		{"indicators_ilo11.csv", "2,deception,involuntary", "2,deceptoin,coercion",
			"3:3: indicator 2 is \"deception\""},
	};

	/* Laws, remedies and referrals: one line each. */
	static const struct edit guidance[] = {
		{"report_requirements.csv", "eu_2024_3015,EU,", "eu_2024_3015,EUR,",
			"2:14: \"EUR\" is no market"},
		{"regulation_requirements.csv", "2,components,", "2,product,",
			"3:16: \"product\" stands twice for eu_2024_3015"},
		{"regulation_requirements.csv", "us_uflpa,6,", "us_uflpa,7,",
			"1:1: the requirements of us_uflpa are not numbered 1 to 6"},
		{"method_remediation.csv", "1,60,worker;", "1,60,ngo;",
			"2:6: \"ngo\" is no source class of rank 4 or more"},
		{"method_remediation.csv", "2,60,worker;", "2,60,authority;",
			"3:6: \"authority\" is no source class of rank 4 or more, or stands "
			"twice"},
		{"referrals.csv", "ARG,", "MMR,",
			"3:1: its government is named in state_imposed.csv"},
		{"referrals.csv", ",https://www.mohre.gov.ae,", ",www.mohre.gov.ae,",
			"2:71: \"www.mohre.gov.ae\" is no address of a page"},
		{"referrals.csv", ",hotline,,145,", ",hotline,,,",
			"3:138: a body has an address, a telephone number or both"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(guidance) / sizeof(guidance[0]); i++)
		refuse(&guidance[i], 1, 1);
	refuse(&edits[2], 1, 0);
	refuse(edits, 2, 2);
	refuse(&edits[4], 1, 1);
	refuse(&edits[5], 1, 2);
}

/* The words of names and the letters of the folding table. */
static void
bad_words(void **state)
{
	static const struct edit edits[] = {
		{"name_words.csv", ",tenthoframadan,", ",10th of Ramadan,",
			"2:18: a concept is folded text without blanks: \"10thoframadan\""},
		{"name_words.csv", "\n10th,number,10,", "\n10th,number,ten,",
			"3:13: the concept of a number is its digits"},
		{"name_words.csv", "\n12th,number,12,", "\n12th,number,12,llc",
			"6:20: a word with a class needs a position, another has none"},
		{"romanization.csv", "\n\u03b2,v,", "\n\u03b2,V,",
			"2:4: small Latin letters and digits, \"-\", or nothing are wanted"},
		{"romanization.csv", "\n\u03b3,g,", "\n\u03b3\u03b3,g,",
			"3:1: one character is wanted, and none of ASCII"}};
	static const struct edit twice = {"name_words.csv", "\n11th,number,", "\n10-th,number,",
		"5:1: it has the key \"10th\", which is \"10\" in another row"};

	(void)state;
	refuse(edits, sizeof(edits) / sizeof(edits[0]), sizeof(edits) / sizeof(edits[0]));
	refuse(&twice, 1, 1);
}

/* Not more than a hundred lines, and the count of the rest. */
static void
many_faults(void **state)
{
	static const char header[] =
		"iso3,iso2,name_en,name_fr,name_ru,name_es,name_ar,name_zh,region,subregion\n";
	char out[SUPPORT_PATH_BYTES], path[SUPPORT_PATH_BYTES];
	struct prb_build_report report;
	struct prb_fault fault;

	(void)state;
	support_copy_sources(sources, 0);
	support_join(path, sources, "countries.csv");
	support_write(path, header, strlen(header));
	support_join(out, sources, "r.prb");
	assert_int_equal(support_build(sources, out, &said, &report, &fault), PRB_ERR_SOURCE_ROW);
	assert_int_equal(said.lines, 101);
	assert_true(report.faults > 101);
	assert_non_null(strstr(said.text, "... and "));
	assert_int_not_equal(access(out, F_OK), 0);
}

static void
no_sources(void **state)
{
	struct prb_build_report report;
	struct prb_fault fault;

	(void)state;
	assert_int_equal(support_build("/nonexistent", "/nonexistent/r", &said, &report, &fault),
		PRB_ERR_IO);
	assert_non_null(strstr(fault.detail, "--sources"));
}

static void
nowhere_to_write(void **state)
{
	struct prb_build_report report;
	struct prb_fault fault;

	(void)state;
	assert_int_equal(
		support_build(SUPPORT_SOURCES, "/nonexistent/r.prb", &said, &report, &fault),
		PRB_ERR_IO);
	assert_non_null(strstr(fault.detail, "/nonexistent/r.prb"));
}

/* Builds in a child, so that limits and mounts go with it; its exit code is the error. */
static int
build_in_child(const char *out, rlim_t file_bytes_max, char detail[PRB_FAULT_DETAIL_BYTES_MAX])
{
	int ends[2], status;
	ssize_t n;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct rlimit limit = {file_bytes_max, file_bytes_max};
		struct prb_build_report report;
		struct prb_fault fault;
		enum prb_err err;

		if (file_bytes_max != RLIM_INFINITY) {
			(void)signal(SIGXFSZ, SIG_IGN);
			(void)setrlimit(RLIMIT_FSIZE, &limit);
		}
		err = support_build(SUPPORT_SOURCES, out, &said, &report, &fault);
		(void)!write(ends[1], fault.detail, strlen(fault.detail));
		_exit((int)err);
	}
	(void)close(ends[1]);
	n = read(ends[0], detail, PRB_FAULT_DETAIL_BYTES_MAX - 1);
	detail[n > 0 ? n : 0] = '\0';
	(void)close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* No room: a clear line, nothing left behind, and the release that was there stays whole. */
static void
full_disk(void **state)
{
	static const rlim_t limits[] = {4096, 200000, 1000001};
	char folder[SUPPORT_PATH_BYTES], out[SUPPORT_PATH_BYTES],
		detail[PRB_FAULT_DETAIL_BYTES_MAX];
	struct prb_build_report report;
	struct prb_release *release;
	struct prb_fault fault;

	(void)state;
	support_folder(folder);
	support_join(out, folder, "r.prb");
	assert_int_equal(support_build(SUPPORT_SOURCES, out, &said, &report, &fault), PRB_OK);
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		assert_int_equal(build_in_child(out, limits[i], detail), PRB_ERR_FULL);
		assert_non_null(strstr(detail, "no room left"));
		assert_int_equal(support_count(folder), 2);
		assert_int_equal(prb_release_open(out, &release, &fault), PRB_OK);
		prb_release_close(release);
	}
	support_remove(folder);
}

/* The same on a small file system of its own, where the tests may mount one. */
static void
full_file_system(void **state)
{
	char folder[SUPPORT_PATH_BYTES], out[SUPPORT_PATH_BYTES],
		detail[PRB_FAULT_DETAIL_BYTES_MAX];

	(void)state;
	support_folder(folder);
	if (mount("tmpfs", folder, "tmpfs", 0, "size=1m") != 0) {
		support_remove(folder);
		skip();
	}
	support_join(out, folder, "r.prb");
	assert_int_equal(build_in_child(out, RLIM_INFINITY, detail), PRB_ERR_FULL);
	assert_non_null(strstr(detail, "make room"));
	assert_int_equal(support_count(folder), 0);
	assert_int_equal(umount(folder), 0);
	support_remove(folder);
}

static int
remove_release(void **state)
{
	(void)state;
	support_release_remove();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(same_from_shuffled_rows,
						   make_sources, remove_sources),
		cmocka_unit_test(components), cmocka_unit_test(medians),
		cmocka_unit_test(listed_goods),
		cmocka_unit_test_setup_teardown(bad_rows, make_sources, remove_sources),
		cmocka_unit_test_setup_teardown(one_complaint, make_sources, remove_sources),
		cmocka_unit_test_setup_teardown(bad_meaning, make_sources, remove_sources),
		cmocka_unit_test_setup_teardown(bad_words, make_sources, remove_sources),
		cmocka_unit_test_setup_teardown(many_faults, make_sources, remove_sources),
		cmocka_unit_test(no_sources), cmocka_unit_test(nowhere_to_write),
		cmocka_unit_test(full_disk), cmocka_unit_test(full_file_system)};

	return cmocka_run_group_tests(tests, NULL, remove_release);
}
