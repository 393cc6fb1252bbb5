/* SPDX-License-Identifier: Apache-2.0 */
/* Rules R1 to R5 and C1 to C6, a row for each (scoring/METHOD.md section 2). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scoring/rules/delphi.h"

/* Of each dimension: four strong, four medium, four weak items; child strengths one step up. */
#define PER_STRENGTH 4
#define PER_DIMENSION (3 * PER_STRENGTH)
#define ITEMS ((PRB_DIMENSION_COUNT - 1) * PER_DIMENSION)

static struct prb_item items[ITEMS];
static struct prb_reference reference = {.items = items, .items_count = ITEMS};

static int
make_items(void **state)
{
	static const uint8_t strengths[] = {
		PRB_STRENGTH_STRONG, PRB_STRENGTH_MEDIUM, PRB_STRENGTH_WEAK};

	(void)state;
	for (size_t i = 0; i < ITEMS; i++) {
		uint8_t strength = strengths[i % PER_DIMENSION / PER_STRENGTH];

		snprintf(items[i].id, sizeof items[i].id, "I%02zu", i);
		items[i].dimension = (uint8_t)(1 + i / PER_DIMENSION);
		items[i].adult = strength;
		items[i].child = strength == PRB_STRENGTH_STRONG ? PRB_STRENGTH_STRONG
								 : (uint8_t)(strength + 1);
	}
	return 0;
}

/* "E" exploitation, "C" coercion at destination, "D" deceptive, "R" coercive recruitment, "V" and
 * "A" abuse of vulnerability at recruitment and at destination. */
static int
dimension_of(char letter)
{
	switch (letter) {
	case 'D':
		return PRB_DIM_DECEPTIVE_RECRUITMENT;
	case 'R':
		return PRB_DIM_COERCIVE_RECRUITMENT;
	case 'V':
		return PRB_DIM_RECRUITMENT_ABUSE;
	case 'E':
		return PRB_DIM_EXPLOITATION;
	case 'C':
		return PRB_DIM_COERCION;
	default:
		return PRB_DIM_ABUSE;
	}
}

/* A word is a dimension, strengths (s, m, w), and marks for them all: '!' of sufficient rank, 'c'
 * about children, '?' open instead of present, '-' gone. "Ess! Cs?" */
static void
read_flags(const char *text, uint8_t flags[ITEMS])
{
	memset(flags, 0, ITEMS);
	while (*text != '\0') {
		size_t word = strcspn(text, " "), base;
		uint8_t mark = PRB_ITEM_CURRENT, used[3] = {0};

		if (memchr(text, '!', word))
			mark |= PRB_ITEM_SUPPORTED;
		if (memchr(text, 'c', word))
			mark |= PRB_ITEM_CHILD;
		if (memchr(text, '?', word))
			mark = PRB_ITEM_OPEN;
		if (memchr(text, '-', word))
			mark = PRB_ITEM_GONE;
		base = (size_t)(dimension_of(text[0]) - 1) * PER_DIMENSION;
		for (size_t i = 1; i < word; i++) {
			int kind = text[i] == 's'   ? 0
				   : text[i] == 'm' ? 1
				   : text[i] == 'w' ? 2
						    : -1;

			if (kind >= 0)
				flags[base + (size_t)kind * PER_STRENGTH + used[kind]++] = mark;
		}
		text += word;
		text += *text == ' ';
	}
}

struct row {
	const char *what, *items;
	enum prb_delphi_rule certain;
	bool supported;
};

static const struct row rows[] = {
	{"nothing reported", "", PRB_DELPHI_C1, false},
	{"R1: two strong", "Ess", PRB_DELPHI_C2, false},
	{"one strong is not enough", "Es", PRB_DELPHI_C1, false},
	{"R2: one strong and one medium", "Esm", PRB_DELPHI_C2, false},
	{"R2: one strong and one weak", "Esw", PRB_DELPHI_C2, false},
	{"R3: three medium", "Emmm", PRB_DELPHI_C2, false},
	{"two medium are not enough", "Emm", PRB_DELPHI_C1, false},
	{"R4: two medium and one weak", "Emmw", PRB_DELPHI_C2, false},
	{"one medium and weak ones are not enough", "Emwww", PRB_DELPHI_C1, false},
	{"weak ones alone are not enough", "Ewww", PRB_DELPHI_C1, false},
	{"coercion without exploitation", "Css", PRB_DELPHI_C1, false},
	{"all means without exploitation", "Css Dss Rss Vss Ass", PRB_DELPHI_C1, false},
	{"C2 with coercive recruitment alone", "Ess Rss", PRB_DELPHI_C2, false},
	{"C2 with a vulnerability alone", "Ess Vss", PRB_DELPHI_C2, false},
	{"C3: deceptive recruitment", "Ess Dss", PRB_DELPHI_C3, false},
	{"C4b: coercion without recruitment means", "Ess Css", PRB_DELPHI_C4B, false},
	{"C4: deceptive recruitment", "Ess Css Dss", PRB_DELPHI_C4, false},
	{"C4: coercive recruitment", "Ess Css Rss", PRB_DELPHI_C4, false},
	{"C4: vulnerability at recruitment (C5)", "Ess Css Vss", PRB_DELPHI_C4, false},
	{"C4: vulnerability at destination (C5)", "Ess Css Ass", PRB_DELPHI_C4, false},
	{"a means that is not positive makes no C4", "Ess Css Ds", PRB_DELPHI_C4B, false},
	{"C6: exploitation of persons under 18", "Essc", PRB_DELPHI_C6, false},
	{"C6 needs a positive dimension", "Esc", PRB_DELPHI_C1, false},
	{"the stronger of two strengths: medium is strong", "Emmc", PRB_DELPHI_C6, false},
	{"the stronger of two strengths: weak is medium", "Ewwwc", PRB_DELPHI_C6, false},
	{"C4 outranks C6", "Essc Css Dss", PRB_DELPHI_C4, false},
	{"C6 outranks C4b", "Essc Css", PRB_DELPHI_C6, false},
	{"open items make nothing certain", "Ess? Css?", PRB_DELPHI_C1, false},
	{"supported: both sides", "Ess! Css!", PRB_DELPHI_C4B, true},
	{"supported: exploitation alone does not", "Ess! Css", PRB_DELPHI_C4B, false},
	{"supported: coercion alone does not", "Ess Css!", PRB_DELPHI_C4B, false},
	{"supported C4 needs no supported means", "Ess! Css! Dss", PRB_DELPHI_C4, true},
	{"supported C3 is no row 3", "Ess! Dss!", PRB_DELPHI_C3, false},
};

static void
case_rules(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct prb_delphi_result result = {0};
		uint8_t flags[ITEMS];

		read_flags(rows[i].items, flags);
		prb_delphi_evaluate(&reference, flags, &result);
		if (result.certain != rows[i].certain || result.supported != rows[i].supported)
			fail_msg("%s: rule %s, supported %d", rows[i].what,
				prb_delphi_rule_word((enum prb_delphi_rule)result.certain),
				result.supported);
		assert_true(result.possible >= result.certain);
	}
}

/* What is open may be present; what is gone may not. */
static void
what_stays_possible(void **state)
{
	static const char *const gone[] = {"Essssmmmmwwww-",
		"Dssssmmmmwwww- Rssssmmmmwwww- Vssssmmmmwwww- "
		"Assssmmmmwwww-",
		"Cssssmmmmwwww-", "Cssssmmmmwwww- Dssssmmmmwwww-"};
	static const enum prb_delphi_rule possible[] = {
		PRB_DELPHI_C1, PRB_DELPHI_C4B, PRB_DELPHI_C3, PRB_DELPHI_C2};
	struct prb_delphi_result result = {0};
	uint8_t flags[ITEMS];

	(void)state;
	read_flags("", flags);
	prb_delphi_evaluate(&reference, flags, &result);
	assert_int_equal(result.possible, PRB_DELPHI_C4);
	for (size_t i = 0; i < sizeof gone / sizeof gone[0]; i++) {
		read_flags(gone[i], flags);
		prb_delphi_evaluate(&reference, flags, &result);
		assert_int_equal(result.certain, PRB_DELPHI_C1);
		assert_int_equal(result.possible, possible[i]);
	}
	/* A contest keeps an item open that was remedied otherwise. */
	read_flags("Essssmmmmwwww-", flags);
	for (size_t i = 0; i < ITEMS; i++)
		if (flags[i] != 0)
			flags[i] |= PRB_ITEM_OPEN;
	prb_delphi_evaluate(&reference, flags, &result);
	assert_int_equal(result.possible, PRB_DELPHI_C4);
}

static void
items_and_dimensions_are_named(void **state)
{
	static const char *const reported[] = {"Ess Cm", "", "Aww", "Ess Asmw"};
	struct prb_delphi_result result;
	uint8_t flags[ITEMS];

	(void)state;
	for (size_t r = 0; r < sizeof reported / sizeof reported[0]; r++) {
		/* What stood there before goes. */
		memset(&result, 0xFF, sizeof result);
		read_flags(reported[r], flags);
		prb_delphi_evaluate(&reference, flags, &result);
		assert_int_equal(result.positive,
			(strncmp(reported[r], "Ess", 3) == 0) << PRB_DIM_EXPLOITATION |
				(strstr(reported[r], "As") != NULL) << PRB_DIM_ABUSE);
		for (size_t i = 0; i < ITEMS; i++)
			assert_int_equal(result.items[i / 64] >> i % 64 & 1, flags[i] != 0);
	}
}

/* Graver: supported, then the certain rule, then the possible one. */
static void
the_worst_is_taken(void **state)
{
	const struct prb_delphi_result a = {.certain = PRB_DELPHI_C4, .possible = PRB_DELPHI_C4},
				       b = {.certain = PRB_DELPHI_C4B,
					       .possible = PRB_DELPHI_C4B,
					       .supported = true},
				       c = {.certain = PRB_DELPHI_C4B, .possible = PRB_DELPHI_C4};

	(void)state;
	assert_true(prb_delphi_is_worse(&b, &a));
	assert_false(prb_delphi_is_worse(&a, &b));
	assert_true(prb_delphi_is_worse(&a, &c));
	assert_false(prb_delphi_is_worse(&c, &c));
	assert_true(prb_delphi_is_worse(&c, &(struct prb_delphi_result){.certain = PRB_DELPHI_C4B,
						    .possible = PRB_DELPHI_C4B}));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(case_rules),
		cmocka_unit_test(what_stays_possible),
		cmocka_unit_test(items_and_dimensions_are_named),
		cmocka_unit_test(the_worst_is_taken),
	};

	return cmocka_run_group_tests(tests, make_items, NULL);
}
