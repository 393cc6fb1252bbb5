/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must hold of any two names: likeness is symmetric, spelling that means nothing changes
 * nothing, a number makes another company, and the search finds what comparing with all names
 * finds.
 *
 * Half of the names are made up, half are those of tests/names/pairs/ordinary.tsv. PROBITY_SEED and
 * PROBITY_PROPERTY_CASES choose the cases; what fails is printed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scoring/names/compare.h"
#include "tests/unit/entities_support.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CASES_DEFAULT 3000
#define SEARCHED 300
#else
#define CASES_DEFAULT 50000
#define SEARCHED 1500
#endif
#define NAME_BYTES 512
#define ORDINARY_BYTES (256 * 1024)
#define ORDINARY_MAX 1000
#define MISSED_ONE_IN 100
/* What a legal form more, or words in another order, may take. */
#define LITTLE (PRB_SIMILARITY_MAX / 50)

static uint64_t seed = 20261122, cases = CASES_DEFAULT;
static char ordinary_text[ORDINARY_BYTES];
static const char *ordinary[ORDINARY_MAX];
static uint32_t ordinary_count;

static const char *const forms[] = {"Co., Ltd", "LLC", "GmbH", "Sdn. Bhd.", "Inc.", "Limited"};

/* The first column of the table, without its header. */
static void
read_ordinary(void)
{
	FILE *file = fopen(PROBITY_SOURCE_DIR "/tests/names/pairs/ordinary.tsv", "rb");
	size_t n;
	char *line;

	if (file == NULL)
		abort();
	n = fread(ordinary_text, 1, sizeof(ordinary_text) - 1, file);
	fclose(file);
	ordinary_text[n] = '\0';
	line = strchr(ordinary_text, '\n');
	while (line != NULL && line[1] != '\0' && ordinary_count < ORDINARY_MAX) {
		ordinary[ordinary_count++] = ++line;
		line += strcspn(line, "\t\n");
		*line++ = '\0';
		line = strchr(line, '\n');
	}
}

static void
draw_name(uint64_t *state, char out[NAME_BYTES])
{
	if (entities_random(state, 2) == 0)
		entities_random_name(state, out);
	else
		(void)snprintf(
			out, NAME_BYTES, "%s", ordinary[entities_random(state, ordinary_count)]);
}

/* Another name, or the same misspelt. */
static void
draw_other(uint64_t *state, const char *name, char out[NAME_BYTES])
{
	if (entities_random(state, 2) == 0)
		draw_name(state, out);
	else
		entities_misspell(state, name, out);
}

static int32_t
likeness(const char *x, const char *y)
{
	struct prb_name a, b;

	entities_parse(&a, x);
	entities_parse(&b, y);
	return prb_names_compare(&a, &b, NULL);
}

static void
for_all(void (*property)(uint64_t *state))
{
	uint64_t state = seed;

	for (uint64_t i = 0; i < cases; i++)
		property(&state);
}

static void
symmetric_and_one_for_itself(uint64_t *state)
{
	char x[NAME_BYTES], y[NAME_BYTES];
	struct prb_name a, b;
	int32_t there, back;

	draw_name(state, x);
	draw_other(state, x, y);
	entities_parse(&a, x);
	entities_parse(&b, y);
	there = prb_names_compare(&a, &b, NULL);
	back = prb_names_compare(&b, &a, NULL);
	if (there != back)
		fail_msg("%s | %s: %d and %d", x, y, (int)there, (int)back);
	assert_in_range(there, 0, PRB_SIMILARITY_MAX);
	if (a.weight > 0 && prb_names_compare(&a, &a, NULL) != PRB_SIMILARITY_MAX)
		fail_msg("%s is not like itself", x);
}

static void
a_form_more_changes_little(uint64_t *state)
{
	char x[NAME_BYTES], longer[NAME_BYTES + 16];
	struct prb_name a;
	int32_t similarity;

	draw_name(state, x);
	entities_parse(&a, x);
	if (a.weight == 0)
		return;
	(void)snprintf(longer, sizeof(longer), "%s %s", x,
		forms[entities_random(state, sizeof(forms) / sizeof(forms[0]))]);
	similarity = likeness(x, longer);
	if (similarity < PRB_SIMILARITY_MAX - LITTLE)
		fail_msg("%s | %s: %d", x, longer, (int)similarity);
}

/* In capitals, between quotation marks, with commas behind words and accents on vowels. */
static void
spell_differently(uint64_t *state, const char *name, char *out)
{
	static const char vowels[] = "aeiou";
	static const char *const accented[] = {"\u00e1", "\u00e8", "\u00ee", "\u00f6", "\u016b"};
	uint32_t how = entities_random(state, 8);
	size_t letters = 0, n = 0;

	if (how & 2)
		out[n++] = '"';
	for (; *name != '\0'; name++) {
		const char *vowel = strchr(vowels, *name);

		if ((how & 2) && *name == ' ' && letters >= 4)
			out[n++] = ',';
		letters = (*name >= 'a' && *name <= 'z') || (*name >= 'A' && *name <= 'Z')
				  ? letters + 1
				  : 0;
		if ((how & 4) && vowel != NULL)
			n += (size_t)sprintf(out + n, "%s", accented[vowel - vowels]);
		else if ((how & 1) && *name >= 'a' && *name <= 'z')
			out[n++] = (char)(*name - ('a' - 'A'));
		else
			out[n++] = *name;
	}
	if (how & 2)
		out[n++] = '"';
	out[n] = '\0';
}

static void
case_marks_and_accents_change_nothing(uint64_t *state)
{
	char x[NAME_BYTES], y[NAME_BYTES], z[3 * NAME_BYTES];
	int32_t before, now;

	draw_name(state, x);
	draw_other(state, x, y);
	spell_differently(state, x, z);
	before = likeness(x, y);
	now = likeness(z, y);
	if (now != before)
		fail_msg("%s | %s: %d, as %s: %d", x, y, (int)before, z, (int)now);
}

/* A unit's number is who it is: beside another one the names are below what may be the same. */
static void
another_number_is_another_unit(uint64_t *state)
{
	static const char *const units[] = {
		"Factory No.", "Unit", "Plant", "Branch No.", "Workshop"};
	char x[NAME_BYTES], one[NAME_BYTES + 32], other[NAME_BYTES + 32];
	uint32_t number = entities_random(state, 40), step = 1 + entities_random(state, 20);
	const char *unit = units[entities_random(state, sizeof(units) / sizeof(units[0]))];
	int32_t similarity;

	entities_random_name(state, x);
	(void)snprintf(one, sizeof(one), "%s %s %u", x, unit, number);
	(void)snprintf(other, sizeof(other), "%s %s %u", x, unit, number + step);
	similarity = likeness(one, other);
	if (similarity >= PRB_SIMILARITY_POSSIBLE)
		fail_msg("%s | %s: %d", one, other, (int)similarity);
}

/* The words of a name, cut at blanks; at most `room`. */
static size_t
cut(char *text, char **words, size_t room)
{
	size_t n = 0;

	for (char *word = strtok(text, " "); word != NULL && n < room; word = strtok(NULL, " "))
		words[n++] = word;
	return n;
}

/* Long words only: short ones in another order are another name ("Hua Feng", "Feng Hua"). */
static void
order_of_long_words_changes_little(uint64_t *state)
{
	char x[NAME_BYTES], copy[NAME_BYTES], y[2 * NAME_BYTES] = "", *words[16], *word;
	size_t n, i, j;
	int32_t similarity;

	do {
		entities_random_name(state, x);
		strcpy(copy, x);
		n = cut(copy, words, 16);
		for (i = 0; i < n && strlen(words[i]) >= 5 && strpbrk(words[i], ".,") == NULL; i++)
			;
	} while (n < 2 || i < n);
	i = entities_random(state, (uint32_t)n);
	j = entities_random(state, (uint32_t)n);
	word = words[i];
	words[i] = words[j];
	words[j] = word;
	for (i = 0; i < n; i++) {
		strcat(y, words[i]);
		strcat(y, " ");
	}
	similarity = likeness(x, y);
	if (similarity < PRB_SIMILARITY_MAX - LITTLE)
		fail_msg("%s | %s: %d", x, y, (int)similarity);
}

/* The best by comparing with each. */
static int32_t
best_of_all(const struct made_index *made, const struct prb_name *query)
{
	int32_t best = 0;

	for (uint32_t i = 0; i < made->index.names; i++) {
		struct prb_name name;
		int32_t similarity;

		prb_index_name(&made->index, i, &name);
		similarity = prb_names_compare(query, &name, NULL);
		best = similarity > best ? similarity : best;
	}
	return best;
}

/* Whatever may be the same company is hardly ever missed: the search asks each word in a bounded
 * number of ways (datasets/entities/search.h). */
static void
the_search_finds_the_best(void **state)
{
	static char texts[SEARCHED][NAME_BYTES];
	static const char *names[SEARCHED];
	struct made_index made;
	struct prb_searcher *searcher;
	uint64_t draws = seed;
	size_t asked = 0, missed = 0;

	(void)state;
	for (size_t i = 0; i < SEARCHED; i++) {
		draw_name(&draws, texts[i]);
		names[i] = texts[i];
	}
	made_index_init(&made, names, SEARCHED);
	searcher = prb_searcher_create(&made.index);
	assert_non_null(searcher);
	for (size_t i = 0; i < SEARCHED; i++) {
		char text[NAME_BYTES];
		struct prb_name query;
		struct prb_hit hit = {.similarity = 0};
		int32_t best;

		draw_other(&draws, names[i], text);
		entities_parse(&query, text);
		best = best_of_all(&made, &query);
		(void)prb_search(searcher, &query, 1, &hit);
		assert_true(hit.similarity <= best);
		asked += best >= PRB_SIMILARITY_POSSIBLE;
		if (best < PRB_SIMILARITY_POSSIBLE || hit.similarity == best)
			continue;
		missed++;
		print_message(
			"%s: the best is %d, found is %d\n", text, (int)best, (int)hit.similarity);
	}
	print_message("%zu asked, %zu missed\n", asked, missed);
	assert_true(asked > SEARCHED / 2);
	assert_true(missed * MISSED_ONE_IN <= asked);
	prb_searcher_destroy(searcher);
	made_index_finish(&made);
}

#define PROPERTY(name)                                                                             \
	static void test_##name(void **state)                                                      \
	{                                                                                          \
		(void)state;                                                                       \
		for_all(name);                                                                     \
	}
PROPERTY(symmetric_and_one_for_itself)
PROPERTY(a_form_more_changes_little)
PROPERTY(case_marks_and_accents_change_nothing)
PROPERTY(another_number_is_another_unit)
PROPERTY(order_of_long_words_changes_little)

static uint64_t
number(const char *name, uint64_t otherwise)
{
	const char *value = getenv(name);

	return value == NULL ? otherwise : strtoull(value, NULL, 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_symmetric_and_one_for_itself),
		cmocka_unit_test(test_a_form_more_changes_little),
		cmocka_unit_test(test_case_marks_and_accents_change_nothing),
		cmocka_unit_test(test_another_number_is_another_unit),
		cmocka_unit_test(test_order_of_long_words_changes_little),
		cmocka_unit_test(the_search_finds_the_best),
	};

	seed = number("PROBITY_SEED", seed);
	cases = number("PROBITY_PROPERTY_CASES", cases);
	print_message(
		"seed %llu, %llu cases\n", (unsigned long long)seed, (unsigned long long)cases);
	read_ordinary();
	if (ordinary_count == 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
