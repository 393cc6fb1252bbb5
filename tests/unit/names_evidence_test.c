/* SPDX-License-Identifier: Apache-2.0 */

/* From likeness and what stands beside it to a decision: every row of scoring/METHOD.md section 4.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scoring/names/evidence.h"
#include "tests/unit/entities_support.h"

#define SAME PRB_SIMILARITY_MAX
#define MATCH PRB_SIMILARITY_MATCH
#define LIKE PRB_SIMILARITY_POSSIBLE
#define MISSING PRB_BESIDE_MISSING
#define EQUAL PRB_BESIDE_EQUAL
#define DIFFERS PRB_BESIDE_DIFFERS

static const struct {
	const char *what;
	int32_t similarity;
	uint8_t country, place;
	bool generic, entry_has_country;
	const char *decision, *because;
} rows[] = {
	{"equal, one country", SAME, EQUAL, MISSING, false, true, "match",
		"name_and_country_equal"},
	{"at the threshold", MATCH, EQUAL, MISSING, false, true, "match", "name_and_country_equal"},
	{"just below", MATCH - 1, EQUAL, MISSING, false, true, "possible", "name_alike"},
	{"at the lower one", LIKE, EQUAL, MISSING, false, true, "possible", "name_alike"},
	{"below that", LIKE - 1, EQUAL, MISSING, false, true, "none", "name_differs"},
	{"nothing alike", 0, EQUAL, EQUAL, false, true, "none", "name_differs"},
	{"one city", SAME, EQUAL, EQUAL, false, true, "match", "name_country_and_city_equal"},
	{"another city", SAME, EQUAL, DIFFERS, false, true, "match", "name_and_country_equal"},
	{"alike, one city", MATCH - 1, EQUAL, EQUAL, false, true, "match",
		"name_country_and_city_equal"},
	{"alike, another city", MATCH, EQUAL, DIFFERS, false, true, "possible", "name_alike"},
	{"no country asked", SAME, MISSING, MISSING, false, true, "possible", "country_missing"},
	{"none on the list", SAME, MISSING, MISSING, false, false, "possible",
		"entry_country_missing"},
	{"no country, one city", SAME, MISSING, EQUAL, false, true, "possible", "country_missing"},
	{"another country", SAME, DIFFERS, MISSING, false, true, "possible",
		"name_equal_country_differs"},
	{"another country, one city", SAME, DIFFERS, EQUAL, false, true, "possible",
		"name_equal_country_differs"},
	{"alike, another country", SAME - 1, DIFFERS, MISSING, false, true, "possible",
		"name_alike_country_differs"},
	{"hardly alike, another country", MATCH - 50000, DIFFERS, MISSING, false, true, "none",
		"name_differs"},
	{"generic", SAME, EQUAL, MISSING, true, true, "possible", "name_generic"},
	{"generic, one city", SAME, EQUAL, EQUAL, true, true, "match",
		"name_country_and_city_equal"},
	{"generic, another city", SAME, EQUAL, DIFFERS, true, true, "possible", "name_alike"},
	{"generic, another country", SAME, DIFFERS, MISSING, true, true, "none", "name_differs"},
};

static void
rows_hold(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct prb_name_evidence evidence = {.similarity_ppm = rows[i].similarity,
			.generic = rows[i].generic,
			.entry_has_country = rows[i].entry_has_country,
			.country = rows[i].country,
			.place = rows[i].place};
		struct prb_name_verdict verdict = prb_name_decide(&evidence);
		const char *word = prb_name_decision_word((enum prb_name_decision)verdict.decision);

		if (strcmp(word, rows[i].decision) != 0 ||
			strcmp(verdict.because, rows[i].because) != 0)
			fail_msg("%s: %s, %s (%d)", rows[i].what, word, verdict.because,
				(int)verdict.similarity_ppm);
	}
}

/* At every likeness: what speaks for it never makes less of it, what speaks against never more, and
 * without an equal country nothing is a match. */
static void
evidence_has_one_direction(void **state)
{
	(void)state;
	for (int32_t s = 0; s <= SAME; s += 997)
		for (unsigned bits = 0; bits < 3 * 3 * 2; bits++) {
			struct prb_name_evidence e = {.similarity_ppm = s,
				.country = (uint8_t)(bits % 3),
				.place = (uint8_t)(bits / 3 % 3),
				.generic = bits / 9 != 0};
			struct prb_name_verdict v = prb_name_decide(&e), w;

			assert_in_range(v.similarity_ppm, 0, SAME);
			assert_true(v.decision != PRB_NAME_MATCH || e.country == EQUAL);
			assert_true(v.decision != PRB_NAME_MATCH || !e.generic || e.place == EQUAL);
			e.place = EQUAL;
			w = prb_name_decide(&e);
			assert_true(
				w.decision >= v.decision && w.similarity_ppm >= v.similarity_ppm);
			e.place = (uint8_t)(bits / 3 % 3);
			e.country = DIFFERS;
			w = prb_name_decide(&e);
			assert_true(
				w.decision <= v.decision && w.similarity_ppm <= v.similarity_ppm);
			e.country = (uint8_t)(bits % 3);
			e.generic = false;
			w = prb_name_decide(&e);
			assert_true(
				w.decision >= v.decision && w.similarity_ppm >= v.similarity_ppm);
		}
}

static const struct {
	const char *a, *b;
	uint8_t beside;
} addresses[] = {
	{"", "Suzhou, Jiangsu", MISSING},
	{"!", "Suzhou, Jiangsu", MISSING},
	{"Suzhou, Jiangsu", "Suzhou, Jiangsu", EQUAL},
	{"Suzhou, Jiangsu", "Suzhou City, Jiangsu Province", EQUAL},
	{"88 Wenyi Road, Hangzhou, Zhejiang", "No. 88 Wenyi Rd, Hangzhou, Zhejiang", EQUAL},
	{"88 Wenyi Road, Hangzhou, Zhejiang", "12 Binhai Street, Dongguan, Guangdong", DIFFERS},
	{"Hangzhou", "Dongguan", DIFFERS},
};

static void
addresses_hold(void **state)
{
	static const char *const words[] = {"missing", "equal", "differs"};

	(void)state;
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		struct prb_name a, b;
		enum prb_beside there, back;

		entities_parse(&a, addresses[i].a);
		entities_parse(&b, addresses[i].b);
		there = prb_addresses_compare(&a, &b);
		back = prb_addresses_compare(&b, &a);
		if (there != addresses[i].beside || back != addresses[i].beside)
			fail_msg("%s, %s: %s and %s (%d)", addresses[i].a, addresses[i].b,
				words[there], words[back], (int)prb_names_compare(&a, &b, NULL));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_hold),
		cmocka_unit_test(evidence_has_one_direction),
		cmocka_unit_test(addresses_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
