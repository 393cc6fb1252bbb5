/* SPDX-License-Identifier: Apache-2.0 */

/* Countries by the names that people have for them: every one that Unicode CLDR has in the six
 * languages, everyday ones, and those that are a letter off. */

#include <stdio.h>
#include <string.h>
#include <unicode/uloc.h>
#include <unicode/ures.h>
#include <unicode/ustring.h>

#include "datasets/facts/gather.h"
#include "tests/unit/datasets_support.h"

#define NAME_BYTES_MAX 512
/* What the six languages themselves have, without their dialects: fewer seen, and nothing was. */
#define NAMES_MIN (6 * 249)

static struct prb_release *release;
static struct prb_reader *reader;
static struct prb_gatherer *gatherer;

static int
open_release(void **state)
{
	struct prb_fault fault;

	(void)state;
	assert_int_equal(prb_release_open(support_release(), &release, &fault), PRB_OK);
	assert_int_equal(prb_reader_create(release, &reader), PRB_OK);
	gatherer = prb_gatherer_create(reader);
	return gatherer ? 0 : -1;
}

static int
close_release(void **state)
{
	(void)state;
	prb_gatherer_destroy(gatherer);
	prb_reader_destroy(reader);
	prb_release_close(release);
	support_release_remove();
	return 0;
}

static const char *
iso3(int country)
{
	return country < 0 ? "" : prb_release_reference(release)->countries[country].iso3;
}

static int
country_of(const char *word)
{
	bool assumed;

	return prb_facts_country(gatherer, prb_span_of(word), &assumed);
}

/* The names in one table of one locale; how many there were. *missing counts those that are not
 * taken for their country. */
static size_t
check_table(const char *locale, UResourceBundle *names, size_t *missing)
{
	size_t seen = 0;

	while (ures_hasNext(names)) {
		UErrorCode error = U_ZERO_ERROR;
		const char *code;
		char name[NAME_BYTES_MAX];
		int32_t utf16_n, n;
		const UChar *utf16 = ures_getNextString(names, &utf16_n, &code, &error);
		int country;

		if (U_FAILURE(error) || strlen(code) != 2 || (country = country_of(code)) < 0)
			continue; /* a continent, a group of countries */
		(void)u_strToUTF8(name, sizeof(name), &n, utf16, utf16_n, &error);
		assert_true(U_SUCCESS(error) && n < NAME_BYTES_MAX);
		seen++;
		/* The code of Russia, which Spanish has for the United Kingdom too. */
		if (country_of(name) == country || strcmp(name, "RU") == 0)
			continue;
		print_error("%s: \"%s\" is \"%s\", not %s\n", locale, name, iso3(country_of(name)),
			iso3(country));
		(*missing)++;
	}
	return seen;
}

static size_t
check_locale(const char *locale, size_t *missing)
{
	static const char *const tables[] = {"Countries", "Countries%short", "Countries%variant"};
	UErrorCode error = U_ZERO_ERROR;
	UResourceBundle *regions = ures_open(U_ICUDATA_NAME "-region", locale, &error);
	size_t seen = 0;

	assert_true(U_SUCCESS(error));
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		UResourceBundle *names = ures_getByKey(regions, tables[i], NULL, &error);

		if (U_SUCCESS(error))
			seen += check_table(locale, names, missing);
		ures_close(names);
		error = U_ZERO_ERROR;
	}
	ures_close(regions);
	return seen;
}

/* Of another edition of CLDR than country_names.csv was made from, what is missing is said, and is
 * no fault. */
static void
names_of_cldr(void **state)
{
	static const char *const languages[] = {"ar", "en", "es", "fr", "ru", "zh"};
	size_t seen = 0, missing = 0;

	(void)state;
	for (int32_t i = 0; i < uloc_countAvailable(); i++) {
		const char *locale = uloc_getAvailable(i);

		for (size_t k = 0; k < sizeof(languages) / sizeof(languages[0]); k++)
			if (strncmp(locale, languages[k], 2) == 0 &&
				(locale[2] == '\0' || locale[2] == '_'))
				seen += check_locale(locale, &missing);
	}
	assert_true(seen >= NAMES_MIN);
	if (U_ICU_VERSION_MAJOR_NUM == 72)
		assert_int_equal(missing, 0);
}

/* As people write them: abbreviations, without the article, with another letter, full width. */
static void
everyday_names(void **state)
{
	static const struct {
		const char *word, *iso3;
	} rows[] = {{"美国", "USA"}, {"美國", "USA"}, {"英国", "GBR"}, {"韩国", "KOR"},
		{"朝鲜", "PRK"}, {"荷兰", "NLD"}, {"阿联酋", "ARE"}, {"刚果金", "COD"},
		{"沙地阿拉伯", "SAU"}, {"США", "USA"}, {"ОАЭ", "ARE"}, {"КНДР", "PRK"},
		{"КНР", "CHN"}, {"ЮАР", "ZAF"}, {"Великобритания", "GBR"}, {"Россия", "RUS"},
		{"Белоруссия", "BLR"}, {"États-Unis", "USA"}, {"Etats Unis", "USA"},
		{"Turquie", "TUR"}, {"Pays-Bas", "NLD"}, {"R.-U.", "GBR"}, {"EE. UU.", "USA"},
		{"EE.UU.", "USA"}, {"Reino Unido", "GBR"}, {"Rusia", "RUS"}, {"RU", "RUS"},
		{"Holanda", "NLD"}, {"روسيا", "RUS"}, {"المملكة المتحدة", "GBR"},
		{"المملكه المتحده", "GBR"}, {"إيران", "IRN"}, {"ايران", "IRN"}, {"أمريكا", "USA"},
		{"امريكا", "USA"}, {"السعودية", "SAU"}, {"سعوديه", "SAU"}, {"صين", "CHN"},
		{"المانيا", "DEU"}, {"ＴＵＲＫＥＹ", "TUR"}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(iso3(country_of(rows[i].word)), rows[i].iso3) != 0)
			fail_msg("\"%s\" is \"%s\", expected %s", rows[i].word,
				iso3(country_of(rows[i].word)), rows[i].iso3);
}

static void
nearest_names(void **state)
{
	static const struct {
		const char *word, *iso3;
	} rows[] = {{"Bangladsh", "BGD"}, {"Chnia", "CHN"}, {"Vitnem", "VNM"},
		{"Великобритния", "GBR"}, {"Узбекситан", "UZB"}, {"Túrquía", "TUR"},
		{"Alemannia", "DEU"}, {"Royaume-Unni", "GBR"}, {"Estados Undos", "USA"},
		{"بنغلاديس", "BGD"}, {"باكستن", "PAK"}, {"斯里南卡", "LKA"}, {"", ""}, {" ", ""},
		{"Xyz", ""}, {"棉花", ""}, {"衬衫", ""}, {"хлопок", ""}, {"قطن", ""},
		{"cotton", ""}, {"Atlantis", ""}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int near = prb_facts_country_near(gatherer, prb_span_of(rows[i].word));

		if (strcmp(iso3(near), rows[i].iso3) != 0)
			fail_msg("\"%s\" is near \"%s\", expected \"%s\"", rows[i].word, iso3(near),
				rows[i].iso3);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(names_of_cldr),
		cmocka_unit_test(everyday_names), cmocka_unit_test(nearest_names)};

	return cmocka_run_group_tests(tests, open_release, close_release);
}
