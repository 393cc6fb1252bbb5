/* SPDX-License-Identifier: Apache-2.0 */
/* The decision table, row by row, and what listings mean for it: scoring/METHOD.md sections 4
 * and 6. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "scoring/rules/rating.h"
#include "tests/unit/rules_reference.h"

/* What differs from a supplier about whom all is known and good. */
struct row {
	const char *what;
	int row;
	enum prb_rating rating;
	struct prb_states states;
	enum prb_state_imposed imposed;
	bool in_force, possible, changed, checked, little_known;
	prb_ppm residual;
};

static const struct row rows[] = {
	{.what = "nothing against it", .row = 14, .rating = PRB_RATING_LOW},
	{.what = "in force",
		.row = 1,
		.rating = PRB_RATING_CRITICAL,
		.in_force = true,
		.possible = true},
	{.what = "presumed", .row = 2, .rating = PRB_RATING_CRITICAL, .imposed = PRB_PRESUMED},
	{.what = "indicated and supported",
		.row = 3,
		.rating = PRB_RATING_CRITICAL,
		.states = {.icls = {.value = PRB_INDICATED, .supported = true},
			.coercion_present = true}},
	{.what = "indicated",
		.row = 4,
		.rating = PRB_RATING_HIGH,
		.states = {.icls = {.value = PRB_INDICATED}, .coercion_present = true}},
	{.what = "coercion",
		.row = 5,
		.rating = PRB_RATING_HIGH,
		.states = {.coercion_present = true, .present_most = 1, .any_open = true}},
	{.what = "a child's exploitation",
		.row = 5,
		.rating = PRB_RATING_HIGH,
		.states = {.child_exploitation = true, .present_most = 1}},
	{.what = "two indicators",
		.row = 6,
		.rating = PRB_RATING_HIGH,
		.states = {.present_most = 2, .any_open = true}},
	{.what = "an open scope",
		.row = 7,
		.rating = PRB_RATING_HIGH,
		.imposed = PRB_STATE_OPEN,
		.residual = 999999},
	{.what = "one indicator at 40",
		.row = 8,
		.rating = PRB_RATING_HIGH,
		.states = {.present_most = 1, .any_open = true},
		.residual = 400000},
	{.what = "one indicator a little below",
		.row = 11,
		.rating = PRB_RATING_MEDIUM,
		.states = {.present_most = 1, .any_open = true},
		.residual = 399999},
	{.what = "exposure of 70", .row = 9, .rating = PRB_RATING_HIGH, .residual = 700000},
	{.what = "a little below", .row = 12, .rating = PRB_RATING_MEDIUM, .residual = 699999},
	{.what = "70, traced and not looked for",
		.row = 9,
		.rating = PRB_RATING_HIGH,
		.residual = 700000,
		.checked = true,
		.states = {.icls = {.value = PRB_CANNOT_BE_EXCLUDED}}},
	{.what = "70, looked for and not traced",
		.row = 9,
		.rating = PRB_RATING_HIGH,
		.residual = 700000,
		.states = {.icls = {.value = PRB_NOT_INDICATED}}},
	{.what = "70, looked for and traced",
		.row = 12,
		.rating = PRB_RATING_MEDIUM,
		.residual = 700000,
		.checked = true,
		.states = {.icls = {.value = PRB_NOT_INDICATED}}},
	{.what = "a possible hit", .row = 10, .rating = PRB_RATING_HIGH, .possible = true},
	{.what = "an indicator contested or historic",
		.row = 11,
		.rating = PRB_RATING_MEDIUM,
		.states = {.any_open = true}},
	{.what = "a list entry lifted of late",
		.row = 11,
		.rating = PRB_RATING_MEDIUM,
		.changed = true},
	{.what = "exposure of 40",
		.row = 12,
		.rating = PRB_RATING_MEDIUM,
		.residual = 400000,
		.little_known = true},
	{.what = "little known",
		.row = 13,
		.rating = PRB_RATING_UNKNOWN,
		.residual = 399999,
		.little_known = true},
};

static struct prb_rating_inputs
inputs_of(const struct row *row, struct prb_states *states)
{
	*states = row->states;
	if (states->newest_remedy == 0)
		states->newest_remedy = PRB_DATE_NONE;
	return (struct prb_rating_inputs){
		.reference = rules_reference(),
		.states = states,
		.state_imposed = row->imposed,
		.listing_in_force = row->in_force,
		.possible_hit = row->possible,
		.listing_changed = row->changed,
		.checked = row->checked,
		.residual = row->residual,
		.coverage = row->little_known ? 499999 : 500000,
		.as_of = rules_as_of(),
	};
}

static void
table(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		bool holds[PRB_RATING_ROWS_MAX];
		struct prb_states states;
		struct prb_rating_inputs in = inputs_of(&rows[i], &states);
		size_t fired = prb_rating_decide(&in, holds);
		const struct prb_rating_row *row = &in.reference->rating[fired];

		if (row->number != rows[i].row || row->rating != rows[i].rating)
			fail_msg("%s: row %d", rows[i].what, row->number);
		assert_true(holds[fired] && holds[in.reference->rating_count - 1]);
		for (size_t before = 0; before < fired; before++)
			assert_false(holds[before]);
	}
}

/* A remedy is recent for 24 months to the day. */
static void
recent_remedies(void **state)
{
	bool holds[PRB_RATING_ROWS_MAX];
	struct prb_states states;
	struct row plain = {.what = "remedied"};
	struct prb_rating_inputs in = inputs_of(&plain, &states);

	(void)state;
	states.newest_remedy = prb_date_from_civil(2024, 6, 30);
	assert_int_equal(in.reference->rating[prb_rating_decide(&in, holds)].number, 11);
	states.newest_remedy--;
	assert_int_equal(in.reference->rating[prb_rating_decide(&in, holds)].number, 14);
}

/* A month's last day stands for the days that a shorter month lacks. */
static void
month_ends(void **state)
{
	static const struct {
		int from[3], months, last[3];
	} ends[] = {
		{{2024, 2, 29}, 12, {2025, 2, 28}},
		{{2024, 8, 31}, 6, {2025, 2, 28}},
		{{2025, 12, 31}, 2, {2026, 2, 28}},
		{{2021, 6, 30}, 60, {2026, 6, 30}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
		prb_date from =
			prb_date_from_civil(ends[i].from[0], ends[i].from[1], ends[i].from[2]);
		prb_date last =
			prb_date_from_civil(ends[i].last[0], ends[i].last[1], ends[i].last[2]);

		assert_true(prb_date_within_months(from, ends[i].months, last));
		assert_false(prb_date_within_months(from, ends[i].months, last + 1));
	}
}

struct hit_row {
	const char *what;
	struct prb_listing listing;
	bool in_force[PRB_READINGS], possible,
		changed[PRB_READINGS]; /* by enum prb_reading: point, best, worst */
};

static const struct hit_row hits[] = {
	{"a match in force", {.decision = PRB_HIT_MATCH, .status = PRB_LISTING_IN_FORCE},
		{true, true, true}, false, {0}},
	{"a possible hit in force", {.decision = PRB_HIT_POSSIBLE, .status = PRB_LISTING_IN_FORCE},
		{false, false, true}, true, {0}},
	{"a match of unknown status", {.decision = PRB_HIT_MATCH, .status = PRB_LISTING_UNKNOWN},
		{false, false, true}, true, {0}},
	{"another party", {.decision = PRB_HIT_DIFFERENT, .status = PRB_LISTING_IN_FORCE}, {0},
		false, {0}},
	{"another party, of unknown status",
		{.decision = PRB_HIT_DIFFERENT, .status = PRB_LISTING_UNKNOWN}, {0}, false, {0}},
	{"another party, lifted of late",
		{.decision = PRB_HIT_DIFFERENT, .status = PRB_LISTING_LIFTED, .status_date = 20000},
		{0}, false, {0}},
	{"other sanctions",
		{.decision = PRB_HIT_MATCH,
			.status = PRB_LISTING_IN_FORCE,
			.effect = PRB_LISTING_OTHER_SANCTIONS},
		{0}, false, {0}},
	{"lifted of late",
		{.decision = PRB_HIT_MATCH, .status = PRB_LISTING_LIFTED, .status_date = 20000},
		{0}, false, {true, true, true}},
	{"vacated of late",
		{.decision = PRB_HIT_MATCH, .status = PRB_LISTING_VACATED, .status_date = 20000},
		{0}, false, {true, true, true}},
	{"lifted long ago",
		{.decision = PRB_HIT_MATCH, .status = PRB_LISTING_LIFTED, .status_date = 15000},
		{0}, false, {0}},
};

static void
listings(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof hits / sizeof hits[0]; i++) {
		struct prb_facts facts = {.listings = &hits[i].listing, .listings_count = 1};

		for (int reading = PRB_READ_POINT; reading < PRB_READINGS; reading++) {
			struct prb_rating_inputs in = {.reference = rules_reference()};

			prb_rating_listings(&facts, in.reference, (enum prb_reading)reading,
				rules_as_of(), &in);
			if (in.listing_in_force != hits[i].in_force[reading] ||
				in.listing_changed != hits[i].changed[reading] ||
				in.possible_hit != (hits[i].possible && reading == PRB_READ_POINT))
				fail_msg("%s, reading %d", hits[i].what, reading);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table),
		cmocka_unit_test(recent_remedies),
		cmocka_unit_test(month_ends),
		cmocka_unit_test(listings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
