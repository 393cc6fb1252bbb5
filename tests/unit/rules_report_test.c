/* SPDX-License-Identifier: Apache-2.0 */
/* What a report shows where there is more than it has room for, what comes first, and how supply
 * chains are traced through a book (scoring/METHOD.md sections 5 and 7). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scoring/base/json.h"
#include "scoring/rules/book.h"
#include "scoring/rules/report.h"
#include "scoring/rules/score.h"
#include "tests/unit/rules_reference.h"

#define MOST 128
#define TEXT_BYTES ((size_t)256 * 1024)

static struct prb_arena *arena;
static struct prb_str report_text;
/* Facts as they stand before each test: everything in Switzerland, nothing else known. */
static struct prb_place sites[MOST], tiers[MOST];
static struct prb_goods_facts tier_goods[MOST];
static struct prb_listing listings[MOST];
static struct prb_facts facts;
static struct prb_country countries[COUNTRY_COUNT];
static struct prb_reference reference;

static int
plain_facts(void **state)
{
	static const struct prb_place switzerland = {
		.country = COUNTRY_CHE, .region = "", .region_basis = ""};

	(void)state;
	prb_arena_reset(arena);
	reference = *rules_reference();
	memcpy(countries, reference.countries, sizeof countries);
	reference.countries = countries;
	memset(tier_goods, 0, sizeof tier_goods);
	for (size_t i = 0; i < MOST; i++) {
		sites[i] = tiers[i] = switzerland;
		tiers[i].country = PRB_COUNTRY_NONE;
		tier_goods[i].origin = tiers[i];
		listings[i] = (struct prb_listing){.subject = "/supplier/name",
			.list = "a list",
			.edition = "2026",
			.entity_id = "id",
			.entity = "an entity",
			.decision = PRB_HIT_MATCH,
			.status_date = PRB_DATE_NONE,
			.source = "a source",
			.because = "identifier_equal"};
	}
	facts = (struct prb_facts){.supplier = switzerland,
		.sites = sites,
		.upstream = tiers,
		.upstream_goods = tier_goods,
		.listings = listings};
	return 0;
}

static struct prb_result *
score(const char *text, const struct prb_book *book)
{
	const struct prb_score_options options = {
		.as_of = rules_as_of(), .sha256 = rules_sha256, .book = book};
	struct prb_faults faults = {.count = 0};
	struct prb_declaration *declaration;
	struct prb_result *result;

	if (prb_declaration_read(arena, prb_span_of(text), &faults, &declaration) != PRB_OK ||
		prb_score(arena, &reference, declaration, &facts, &options, &faults, &result) !=
			PRB_OK)
		fail_msg("%s %s\n%s", faults.items[0].pointer, faults.items[0].detail, text);
	return result;
}

static const struct prb_json *
report_of(const struct prb_result *result)
{
	struct prb_fault fault;
	const struct prb_json *report;

	prb_str_reset(&report_text);
	prb_report_write(arena, result, &report_text);
	assert_false(report_text.failed);
	assert_int_equal(prb_json_parse(arena, (struct prb_span){report_text.p, report_text.n},
				 report_text.n, &fault, &report),
		PRB_OK);
	return report;
}

/* By a JSON pointer; NULL where nothing is. */
static const struct prb_json *
at(const struct prb_json *value, const char *pointer)
{
	while (value != NULL && *pointer == '/') {
		char name[64];
		size_t n = strcspn(++pointer, "/");

		assert_true(n < sizeof name);
		memcpy(name, pointer, n);
		name[n] = '\0';
		pointer += n;
		if (prb_json_kind(value) == PRB_JSON_OBJECT) {
			value = prb_json_member(value, name);
		} else {
			long index = strtol(name, NULL, 10);

			for (value = prb_json_first(value); index > 0 && value != NULL; index--)
				value = prb_json_next(value);
		}
	}
	return value;
}

/* What stands at a pointer, in words: a string as it is, digits, the length of an array as "[3]",
 * "" for nothing. */
static void
holds(const struct prb_json *report, const char *pointer, const char *expected)
{
	const struct prb_json *value = at(report, pointer);
	char said[256] = "";
	int64_t number;

	if (value == NULL)
		said[0] = '\0';
	else if (prb_json_kind(value) == PRB_JSON_STRING)
		(void)snprintf(said, sizeof said, "%.*s", PRB_SPAN_ARGS(prb_json_string(value)));
	else if (prb_json_kind(value) == PRB_JSON_ARRAY)
		(void)snprintf(said, sizeof said, "[%zu]", prb_json_size(value));
	else if (prb_json_kind(value) == PRB_JSON_NUMBER && prb_json_int(value, &number))
		(void)snprintf(said, sizeof said, "%lld", (long long)number);
	else if (prb_json_kind(value) == PRB_JSON_BOOL)
		(void)snprintf(said, sizeof said, "%s", prb_json_bool(value) ? "true" : "false");
	else
		(void)snprintf(said, sizeof said, "{}");
	if (strcmp(said, expected) != 0)
		fail_msg("%s: %s, expected %s", pointer, said, expected);
}

/*
 * Listings and scopes.
 */

/* Fifty are shown: matches in force, then what a person has to decide, then the rest. */
static void
listings_by_weight(void **state)
{
	static const char plain[] = "{\"supplier\":{\"name\":\"A\",\"country\":\"CHE\"}}";
	static char names[60][8];
	const struct prb_json *report;

	(void)state;
	for (size_t i = 0; i < 60; i++) {
		(void)snprintf(names[i], sizeof names[i], "e%zu", i);
		listings[i].entity = names[i];
		listings[i].status = PRB_LISTING_LIFTED;
	}
	listings[7].status = PRB_LISTING_IN_FORCE;
	listings[7].effect = PRB_LISTING_OTHER_SANCTIONS;
	listings[55].status = PRB_LISTING_UNKNOWN;
	listings[56].status = PRB_LISTING_IN_FORCE;
	listings[56].decision = PRB_HIT_POSSIBLE;
	listings[58].status = listings[59].status = PRB_LISTING_IN_FORCE;
	facts.listings_count = 60;
	report = report_of(score(plain, NULL));
	holds(report, "/listings", "[50]");
	holds(report, "/listings_left_out", "10");
	holds(report, "/listings/0/entity", "e58");
	holds(report, "/listings/1/entity", "e59");
	holds(report, "/listings/2/entity", "e55");
	holds(report, "/listings/2/because", "status_unknown");
	holds(report, "/listings/2/decision", "possible");
	holds(report, "/listings/3/entity", "e56");
	holds(report, "/listings/4/entity", "e0");
	holds(report, "/listings/11/entity", "e7");
	holds(report, "/listings/49/entity", "e45");
	holds(report, "/reasons/1/args/0", "e58");
	holds(report, "/reasons/1/key", "listing_match");
	holds(report, "/reasons/3/key", "listing_possible");
	holds(report, "/reasons/50/args/0", "e45");
	holds(report, "/rating", "critical");
	facts.listings_count = 50;
	report = report_of(score(plain, NULL));
	holds(report, "/listings", "[50]");
	holds(report, "/listings_left_out", "");
}

/* Made-up decisions, each named by the letter that its hit is made of. */
static const struct prb_decided *
decided_of(char letter, enum prb_listing_decision decision)
{
	static struct prb_decided all[26];
	struct prb_decided *d = &all[letter - 'a'];

	*d = (struct prb_decided){.at = "2026-06-30T12:00:00Z", .decision = (uint8_t)decision};
	memset(d->hit, letter, sizeof d->hit - 1);
	memset(d->id, letter, sizeof d->id - 1);
	return d;
}

static void
decide(size_t listing, char letter, enum prb_listing_decision decision)
{
	listings[listing].decision = (uint8_t)decision;
	listings[listing].decided = decided_of(letter, decision);
}

/* What a person decided is said, each hit once, and changes the id of the report. */
static void
decided_listings(void **state)
{
	static const char plain[] = "{\"supplier\":{\"name\":\"A\",\"country\":\"CHE\"}}";
	const struct prb_json *report;
	char id[PRB_UUID_BYTES];

	(void)state;
	facts.listings_count = 1;
	listings[0].decision = PRB_HIT_POSSIBLE;
	report = report_of(score(plain, NULL));
	holds(report, "/rule", "possible_hit_undecided");
	holds(report, "/rating_range/1", "critical");
	holds(report, "/decisions", "");
	holds(report, "/listings/0/decided", "");
	(void)snprintf(id, sizeof id, "%.*s",
		PRB_SPAN_ARGS(prb_json_string(prb_json_member(report, "id"))));

	decide(0, 'b', PRB_HIT_DIFFERENT);
	report = report_of(score(plain, NULL));
	assert_string_not_equal(id, prb_json_string(prb_json_member(report, "id")).p);
	holds(report, "/decisions", "[1]");
	holds(report, "/decisions/0/decision", "different");
	holds(report, "/decisions/0/decided_at", "2026-06-30T12:00:00Z");
	holds(report, "/listings/0/decision", "different");
	holds(report, "/listings/0/because", "identifier_equal");
	holds(report, "/listings/0/decided", "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb");
	holds(report, "/reasons/1/key", "listing_decided_different");
	holds(report, "/notes/2", "no_match_is_no_clearance");
	holds(report, "/rating", "unknown");
	holds(report, "/rating_range/1", "high");

	decide(1, 'a', PRB_HIT_MATCH);
	decide(2, 'c', PRB_HIT_MATCH);
	listings[2].status = PRB_LISTING_UNKNOWN;
	decide(3, 'b', PRB_HIT_DIFFERENT);
	facts.listings_count = 4;
	report = report_of(score(plain, NULL));
	holds(report, "/rule", "listing_in_force");
	holds(report, "/decisions", "[3]");
	holds(report, "/decisions/0/id", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
	holds(report, "/decisions/0/decision", "same");
	holds(report, "/decisions/1/decision", "different");
	holds(report, "/decisions/2/decision", "same");
	holds(report, "/listings/0/decision", "match");
	holds(report, "/listings/1/decision", "possible");
	holds(report, "/listings/2/decision", "different");
	holds(report, "/reasons/1/key", "listing_decided_same");
	holds(report, "/reasons/2/key", "listing_decided_status_unknown");
	holds(report, "/reasons/3/key", "listing_decided_different");
	holds(report, "/notes", "[1]");
}

/* The same of scopes: presumed, open, then what depends on a region that nobody names. */
static void
scopes_by_weight(void **state)
{
	char *text = prb_arena_alloc(arena, TEXT_BYTES);
	const struct prb_json *report;
	size_t n = 0;

	(void)state;
	assert_non_null(text);
	n += (size_t)snprintf(
		text, TEXT_BYTES, "{\"supplier\":{\"name\":\"A\",\"country\":\"CHE\"},\"sites\":[");
	for (size_t i = 0; i < 60; i++) {
		n += (size_t)snprintf(text + n, TEXT_BYTES - n,
			"%s{\"id\":\"s%zu\",\"country\":\"CHN\"}", i == 0 ? "" : ",", i);
		sites[i].country = COUNTRY_CHN;
	}
	(void)snprintf(text + n, TEXT_BYTES - n, "]}");
	(void)snprintf(sites[58].region, sizeof sites[58].region, "CN-XJ");
	report = report_of(score(text, NULL));
	holds(report, "/determination/state_imposed_scopes", "[50]");
	holds(report, "/determination/state_imposed_scopes_left_out", "10");
	holds(report, "/determination/state_imposed_scopes/0/met_by", "/sites/58");
	holds(report, "/determination/state_imposed_scopes/1/met_by", "/sites/0");
	holds(report, "/determination/state_imposed_scopes/49/met_by", "/sites/48");
	holds(report, "/reasons/1/key", "scope_presumed");
	holds(report, "/reasons/2/key", "scope_region_unknown");
	for (size_t i = 0; i < 10; i++)
		sites[i].country = COUNTRY_CHE;
	report = report_of(score(text, NULL));
	holds(report, "/determination/state_imposed_scopes", "[50]");
	holds(report, "/determination/state_imposed_scopes_left_out", "");
}

/* What a territory cannot have is no figure: no treaty is open to it. */
static void
what_does_not_apply(void **state)
{
	const struct prb_json *report;

	(void)state;
	countries[COUNTRY_CHE].where[PRB_WHERE_NOT_RATIFIED].known = PRB_NOT_APPLICABLE;
	countries[COUNTRY_CHE].where[PRB_WHERE_NOT_RATIFIED].ppm = 900000;
	countries[COUNTRY_CHE].where[PRB_WHERE_LABOUR_LAW_GAPS].known = PRB_IMPUTED;
	report = report_of(score("{\"supplier\":{\"name\":\"A\",\"country\":\"CHE\"}}", NULL));
	holds(report, "/exposure/components/10/id", "instruments_not_ratified");
	holds(report, "/exposure/components/10/not_applicable", "true");
	holds(report, "/exposure/components/10/value", "{}");
	holds(report, "/exposure/components/10/imputed", "false");
	holds(report, "/exposure/components/9/imputed", "true");
	holds(report, "/exposure/components/9/not_applicable", "");
	holds(report, "/exposure/components/9/value", "200000");
	/* The mean of the others is 0.2: (0.2 - 0.15) / 0.6. */
	holds(report, "/exposure/lenses_ppm/where", "83333");
	/* 970000 of weight are left, of which 940000 are known. */
	holds(report, "/coverage", "16");
}

/* No number that could point to persons. */
static void
small_workforces(void **state)
{
	static const struct {
		const char *total, *scope;
	} rows[] = {{"4", "fewer_than_5"}, {"5", "5"}, {"0", "fewer_than_5"}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char text[256];

		(void)snprintf(text, sizeof text,
			"{\"supplier\":{\"name\":\"A\",\"country\":\"CHE\"},\"workforce\":{"
			"\"total\":%s}}",
			rows[i].total);
		holds(report_of(score(text, NULL)), "/severity/scope", rows[i].scope);
	}
	holds(report_of(score("{\"supplier\":{\"name\":\"A\",\"country\":\"CHE\"}}", NULL)),
		"/severity/scope", "unknown");
}

/*
 * Supply chains.
 */

static size_t
supplier_named(char *text, const char *name)
{
	return (size_t)snprintf(text, TEXT_BYTES,
		"{\"supplier\":{\"name\":\"%s\",\"country\":\"CHE\"},\"upstream\":[", name);
}

/* Ten references that lead nowhere are stated and asked for; the rest are counted. */
static void
references_that_lead_nowhere(void **state)
{
	char *text = prb_arena_alloc(arena, TEXT_BYTES);
	const struct prb_json *report;
	size_t n;

	(void)state;
	assert_non_null(text);
	n = supplier_named(text, "A");
	for (size_t i = 0; i < 13; i++)
		n += (size_t)snprintf(text + n, TEXT_BYTES - n, "%s{\"declaration\":\"d%zu\"}",
			i == 0 ? "" : ",", i);
	(void)snprintf(text + n, TEXT_BYTES - n, "]}");
	report = report_of(score(text, NULL));
	holds(report, "/upstream", "[10]");
	holds(report, "/upstream/0/found", "false");
	holds(report, "/upstream/0/path/0/from", "A");
	holds(report, "/upstream/0/path/0/to", "d0");
	holds(report, "/upstream/9/path/0/to", "d9");
	holds(report, "/upstream_left_out", "3");
	holds(report, "/next_questions/0/asks", "/upstream/0/declaration");
	holds(report, "/next_questions/9/asks", "/upstream/9/declaration");
	holds(report, "/next_questions/9/key", "ask_upstream_declaration");
	n = supplier_named(text, "A");
	for (size_t i = 0; i < 10; i++)
		n += (size_t)snprintf(text + n, TEXT_BYTES - n, "%s{\"declaration\":\"d%zu\"}",
			i == 0 ? "" : ",", i);
	(void)snprintf(text + n, TEXT_BYTES - n, "]}");
	report = report_of(score(text, NULL));
	holds(report, "/upstream", "[10]");
	holds(report, "/upstream_left_out", "");
}

/* One further up is named by the party that it delivers to. */
static void
a_reference_behind_an_inline_party(void **state)
{
	const struct prb_json *report;

	(void)state;
	tiers[0].country = COUNTRY_CHN;
	report = report_of(score("{\"supplier\":{\"name\":\"A\",\"country\":\"CHE\"},\"upstream\":["
				 "{\"supplier\":{\"name\":\"B\",\"country\":\"CHN\"},\"upstream\":["
				 "{\"declaration\":\"d0\",\"product\":\"yarn\",\"share\":0.25},{"
				 "\"declaration\":\"d1\",\"share\":0}]}]}",
		NULL));
	holds(report, "/upstream", "[3]");
	holds(report, "/upstream/2/path/0/share_ppm", "0");
	holds(report, "/upstream/0/path/0/share_ppm", "");
	holds(report, "/upstream/0/found", "true");
	holds(report, "/upstream/0/path/0/to", "B");
	holds(report, "/upstream/1/found", "false");
	holds(report, "/upstream/1/path/0/from", "B");
	holds(report, "/upstream/1/path/0/product", "yarn");
	holds(report, "/upstream/1/path/0/share_ppm", "250000");
	holds(report, "/upstream/1/path/0/steps", "1");
	holds(report, "/upstream/1/steps", "2");
	holds(report, "/next_questions/1/asks", "/upstream/0/upstream/0/declaration");
}

/* Adds a declaration with these references to a book; `listed` of its listings count as its own.
 * The hash of these tests is the length of a text, so names differ in length. */
static void
add(struct prb_book *book, const char *name, const char *references, size_t listed, bool in_china)
{
	char *text = prb_arena_alloc(arena, TEXT_BYTES);

	assert_non_null(text);
	(void)snprintf(text, TEXT_BYTES,
		"{\"supplier\":{\"name\":\"%s\",\"country\":\"%s\"},\"upstream\":[%s]}", name,
		in_china ? "CHN" : "CHE", references);
	facts.listings_count = listed;
	facts.supplier.country = in_china ? COUNTRY_CHN : COUNTRY_CHE;
	assert_int_equal(prb_book_add(book, score(text, NULL), rules_sha256), PRB_OK);
	facts.listings_count = 0;
	facts.supplier.country = COUNTRY_CHE;
}

/* Decisions on what is reached count, and are named; others of the book are not. */
static void
decided_upstream(void **state)
{
	struct prb_book *book = prb_book_create(arena, rules_reference(), true);
	const struct prb_json *report;

	(void)state;
	assert_non_null(book);
	decide(0, 'a', PRB_HIT_DIFFERENT);
	add(book, "n", "{\"declaration\":\"#3\"}", 1, false);
	decide(0, 'b', PRB_HIT_MATCH);
	add(book, "nn", "", 1, false);
	decide(0, 'c', PRB_HIT_DIFFERENT);
	add(book, "nnn", "{\"declaration\":\"#1\"}", 1, false);
	assert_int_equal(prb_book_solve(book, rules_sha256), PRB_OK);
	report = report_of(score("{\"supplier\":{\"name\":\"another\",\"country\":\"CHE\"},"
				 "\"upstream\":[{\"declaration\":\"#1\"}]}",
		book));
	holds(report, "/decisions", "[2]");
	holds(report, "/decisions/0/id", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
	holds(report, "/decisions/1/id", "cccccccccccccccccccccccccccccccccccc");
	holds(report, "/upstream/0/listings/0/decision", "different");
	holds(report, "/listings", "[0]");
	holds(report, "/rating_range/1", "high");
	report = report_of(score("{\"supplier\":{\"name\":\"another\",\"country\":\"CHE\"},"
				 "\"upstream\":[{\"declaration\":\"#2\"}]}",
		book));
	holds(report, "/decisions", "[1]");
	holds(report, "/decisions/0/decision", "same");
	holds(report, "/rule", "listing_in_force");
}

/* A chain of 120 of which the last alone is listed: all steps count, the middle is left out. */
static void
a_long_path(void **state)
{
	struct prb_book *book = prb_book_create(arena, rules_reference(), true);
	const struct prb_result *result;
	const struct prb_json *report;

	(void)state;
	assert_non_null(book);
	listings[1].effect = PRB_LISTING_OTHER_SANCTIONS;
	for (int i = 1; i <= 120; i++) {
		char name[160], next[64] = "";

		memset(name, 'n', sizeof name);
		(void)snprintf(name, sizeof name, "%d", i);
		name[strlen(name)] = ' ';
		name[i + 10] = '\0';
		if (i < 120)
			(void)snprintf(next, sizeof next, "{\"declaration\":\"#%d\"}", i + 1);
		add(book, name, next, i == 120 ? 2 : 0, false);
	}
	assert_int_equal(prb_book_solve(book, rules_sha256), PRB_OK);
	result = score("{\"supplier\":{\"name\":\"A\",\"country\":\"CHE\"},\"upstream\":[{"
		       "\"declaration\":\"#1\"}]}",
		book);
	report = report_of(result);
	/* Ten by exposure, then the listed one. */
	holds(report, "/upstream", "[11]");
	holds(report, "/upstream/0/path", "[1]");
	holds(report, "/upstream/9/path", "[10]");
	holds(report, "/upstream/9/path_left_out", "");
	holds(report, "/upstream/10/steps", "120");
	holds(report, "/upstream/10/path", "[100]");
	holds(report, "/upstream/10/path_left_out", "20");
	holds(report, "/upstream/10/path/0/from", "A");
	holds(report, "/upstream/10/path/49/to",
		"50 nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn");
	assert_int_equal(result->upstream[10].legs[50].from.p[0], '7');
	assert_int_equal(result->upstream[10].legs[50].from.p[1], '0');
	assert_int_equal(strncmp(result->upstream[10].legs[99].to.p, "120 ", 4), 0);
	holds(report, "/upstream/10/listings", "[2]");
	holds(report, "/upstream/10/listings/0/effect", "forced_labour");
	/* What reaches the supplier is the listing that rates, by the reference that leads there.
	 */
	holds(report, "/listings", "[1]");
	holds(report, "/listings/0/tier", "120");
	holds(report, "/listings/0/subject", "/upstream/0/declaration");
	holds(report, "/rule", "listing_in_force");
}

/* A path of exactly a hundred edges is shown whole. */
static void
a_hundred_edges(void **state)
{
	struct prb_book *book = prb_book_create(arena, rules_reference(), true);
	const struct prb_json *report;

	(void)state;
	assert_non_null(book);
	for (int i = 1; i <= 100; i++) {
		char name[160], next[64] = "";

		memset(name, 'n', sizeof name);
		name[i + 10] = '\0';
		if (i < 100)
			(void)snprintf(next, sizeof next, "{\"declaration\":\"#%d\"}", i + 1);
		add(book, name, next, i == 100 ? 1 : 0, false);
	}
	assert_int_equal(prb_book_solve(book, rules_sha256), PRB_OK);
	report =
		report_of(score("{\"supplier\":{\"name\":\"A\",\"country\":\"CHE\"},\"upstream\":[{"
				"\"declaration\":\"#1\"}]}",
			book));
	holds(report, "/upstream/10/path", "[100]");
	holds(report, "/upstream/10/path_left_out", "");
}

/* Ten of more exposure do not hide a listed one that stands as near. */
static void
the_nearest_listed_is_shown(void **state)
{
	struct prb_book *book = prb_book_create(arena, rules_reference(), true);
	char text[2048];
	const struct prb_json *report;
	size_t n;

	(void)state;
	assert_non_null(book);
	for (int i = 1; i <= 12; i++) {
		char name[64];

		memset(name, 'n', sizeof name);
		name[i] = '\0';
		add(book, i == 12 ? "the listed one" : name, "", i == 12 ? 1 : 0, i != 12);
	}
	assert_int_equal(prb_book_solve(book, rules_sha256), PRB_OK);
	n = (size_t)snprintf(text, sizeof text,
		"{\"supplier\":{\"name\":\"A\",\"country\":\"CHE\"},\"upstream\":[");
	for (int i = 1; i <= 12; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "%s{\"declaration\":\"#%d\"}",
			i == 1 ? "" : ",", i);
	(void)snprintf(text + n, sizeof text - n, "]}");
	report = report_of(score(text, book));
	holds(report, "/upstream", "[11]");
	holds(report, "/upstream/10/path/0/to", "the listed one");
	holds(report, "/upstream/10/listings", "[1]");
	holds(report, "/upstream/9/listings", "[0]");
	holds(report, "/listings/0/subject", "/upstream/11/declaration");
	holds(report, "/listings/0/tier", "1");
	/* Beside what the supplier itself meets. */
	listings[1].effect = PRB_LISTING_OTHER_SANCTIONS;
	listings[1].entity = "its own";
	facts.listings = listings + 1;
	facts.listings_count = 1;
	report = report_of(score(text, book));
	holds(report, "/listings", "[2]");
	holds(report, "/listings/0/entity", "an entity");
	holds(report, "/listings/1/entity", "its own");
	facts.listings = listings;
	facts.listings_count = 0;
	/* Where it is among the ten it is not shown twice. */
	(void)snprintf(text, sizeof text,
		"{\"supplier\":{\"name\":\"A\",\"country\":\"CHE\"},\"upstream\":[{"
		"\"declaration\":\"#12\"},{\"declaration\":\"#1\"}]}");
	report = report_of(score(text, book));
	holds(report, "/upstream", "[2]");
	holds(report, "/listings/0/subject", "/upstream/0/declaration");
}

/* Each party has its own listings, the supplier none of them. */
static void
listings_of_each_party(void **state)
{
	static const char text[] =
		"{\"supplier\":{\"name\":\"A\",\"country\":\"CHE\"},\"upstream\":["
		"{\"supplier\":{\"name\":\"B\",\"country\":\"CHN\"}},"
		"{\"supplier\":{\"name\":\"C\",\"country\":\"CHE\"}}]}";
	const struct prb_json *report;

	(void)state;
	facts.listings_count = 4;
	listings[0].effect = PRB_LISTING_OTHER_SANCTIONS;
	for (uint32_t i = 0; i < 4; i++)
		listings[i].party = i == 3 ? 2 : i;
	listings[1].entity = "first";
	listings[2].entity = "other";
	listings[2].effect = PRB_LISTING_OTHER_SANCTIONS;
	listings[3].entity = "second";
	tiers[0].country = COUNTRY_CHN;
	tiers[1].country = COUNTRY_CHE;
	report = report_of(score(text, NULL));
	holds(report, "/listings", "[4]");
	holds(report, "/upstream", "[2]");
	holds(report, "/upstream/0/path/0/to", "B");
	holds(report, "/upstream/0/listings", "[1]");
	holds(report, "/upstream/0/listings/0/entity", "first");
	holds(report, "/upstream/1/path/0/to", "C");
	holds(report, "/upstream/1/listings", "[2]");
	holds(report, "/upstream/1/listings/0/entity", "second");
	holds(report, "/upstream/1/listings/1/entity", "other");
	/* Five of a party are shown. */
	facts.listings_count = 8;
	for (uint32_t i = 4; i < 8; i++)
		listings[i].party = 2;
	report = report_of(score(text, NULL));
	holds(report, "/upstream/1/listings", "[5]");
	holds(report, "/upstream/1/listings/4/entity", "an entity");
}

/* Ten of more exposure do not hide a party that is presumed, named inline like them. */
static void
the_nearest_presumed_is_shown(void **state)
{
	char *text = prb_arena_alloc(arena, TEXT_BYTES);
	const struct prb_json *report;
	size_t n;

	(void)state;
	assert_non_null(text);
	n = supplier_named(text, "A");
	for (int i = 0; i < 11; i++) {
		n += (size_t)snprintf(text + n, TEXT_BYTES - n,
			"%s{\"supplier\":{\"name\":\"%c\",\"country\":\"CHN\"}}", i == 0 ? "" : ",",
			'B' + i);
		tiers[i].country = COUNTRY_CHN;
		if (i == 10)
			continue;
		tier_goods[i].basis = PRB_HS_BROAD;
		tier_goods[i].hs_count = 1;
		memcpy(tier_goods[i].hs[0], "5201", 5);
	}
	(void)snprintf(text + n, TEXT_BYTES - n, "]}");
	(void)snprintf(tiers[10].region, sizeof tiers[10].region, "CN-XJ");
	report = report_of(score(text, NULL));
	holds(report, "/upstream", "[11]");
	holds(report, "/upstream/10/path/0/to", "L");
	holds(report, "/upstream/10/state_imposed", "presumed");
	holds(report, "/upstream/9/state_imposed", "not_presumed");
	holds(report, "/rule", "state_imposed_presumed");
}

/* What is presumed of a declaration that is referred to, where no scope of the tables says so. */
static void
transfers_upstream(void **state)
{
	struct prb_book *book = prb_book_create(arena, rules_reference(), true);
	const struct prb_json *report;

	(void)state;
	assert_non_null(book);
	assert_int_equal(
		prb_book_add(book,
			score("{\"supplier\":{\"name\":\"B\",\"country\":\"CHE\"},\"workforce\":{"
			      "\"labour_transfer\":\"yes\"}}",
				NULL),
			rules_sha256),
		PRB_OK);
	assert_int_equal(prb_book_add(book,
				 score("{\"supplier\":{\"name\":\"C "
				       "two\",\"country\":\"CHE\"},\"workforce\":{"
				       "\"prison_labour\":\"private_party\"}}",
					 NULL),
				 rules_sha256),
		PRB_OK);
	assert_int_equal(prb_book_solve(book, rules_sha256), PRB_OK);
	report =
		report_of(score("{\"supplier\":{\"name\":\"A\",\"country\":\"CHE\"},\"upstream\":[{"
				"\"declaration\":\"#1\"}]}",
			book));
	holds(report, "/determination/state_imposed", "presumed");
	holds(report, "/determination/state_imposed_scopes/0/id", "labour_transfer");
	holds(report, "/determination/state_imposed_scopes/0/met_by", "/upstream/0/declaration");
	holds(report, "/determination/state_imposed_scopes/0/tier", "1");
	holds(report, "/reasons/1/key", "labour_transfer_declared");
	report =
		report_of(score("{\"supplier\":{\"name\":\"A\",\"country\":\"CHE\"},\"upstream\":[{"
				"\"declaration\":\"#2\"}]}",
			book));
	holds(report, "/determination/state_imposed_scopes/0/id", "prison_labour");
	holds(report, "/reasons/1/key", "prison_labour_declared");
}

/* Of what a declaration meets only what is presumed reaches those below it. */
static void
scopes_upstream(void **state)
{
	struct prb_book *book = prb_book_create(arena, &reference, true);
	const struct prb_product_facts cotton = {
		.goods = {.origin = {.country = COUNTRY_CHN, .region_basis = ""},
			.basis = PRB_HS_DECLARED,
			.hs_count = 1,
			.hs = {"5201"}}};
	const struct prb_json *report;

	(void)state;
	assert_non_null(book);
	facts.supplier.country = COUNTRY_CHN;
	(void)snprintf(facts.supplier.region, sizeof facts.supplier.region, "CN-XJ");
	sites[1] = facts.supplier;
	facts.sites = sites + 1;
	facts.products = &cotton;
	assert_int_equal(prb_book_add(book,
				 score("{\"supplier\":{\"name\":\"B\",\"country\":\"CHN\"},"
				       "\"sites\":[{\"id\":\"s\"}],\"products\":[{"
				       "\"hs\":\"5201\",\"origin\":\"CHN\"}]}",
					 NULL),
				 rules_sha256),
		PRB_OK);
	assert_int_equal(prb_book_solve(book, rules_sha256), PRB_OK);
	facts.supplier = sites[0];
	report =
		report_of(score("{\"supplier\":{\"name\":\"A\",\"country\":\"CHE\"},\"upstream\":[{"
				"\"declaration\":\"#1\"}]}",
			book));
	holds(report, "/upstream/0/state_imposed", "presumed");
	holds(report, "/determination/state_imposed", "presumed");
	holds(report, "/determination/state_imposed_scopes", "[1]");
	holds(report, "/determination/state_imposed_scopes/0/id", "region");
}

/* An absence at one site, in a scope or not, whatever the others are. */
static void
absences_in_a_scope(void **state)
{
	static const char text[] =
		"{\"supplier\":{\"name\":\"A\",\"country\":\"CHE\"},\"sites\":[{\"id\":\"a\"},{"
		"\"id\":\"b\"}],\"findings\":["
		"{\"indicator\":\"deception\",\"state\":\"absent\",\"source\":\"authority\","
		"\"date\":\"2026-01-01\",\"site\":\"a\"},"
		"{\"indicator\":\"deception\",\"state\":\"absent\",\"source\":\"authority\","
		"\"date\":\"2026-01-01\",\"site\":\"b\"},"
		"{\"indicator\":\"deception\",\"state\":\"absent\",\"source\":\"authority\","
		"\"date\":\"2026-01-01\"}]}";
	static const char *const uses[2][3] = {{"absence_inside_a_scope", "absent", "absent"},
		{"absent", "absence_inside_a_scope", "absent"}};

	(void)state;
	for (int inside = 0; inside < 2; inside++) {
		const struct prb_json *report;

		sites[0] = sites[1] = sites[2];
		sites[inside].country = COUNTRY_CHN;
		(void)snprintf(sites[inside].region, sizeof sites[inside].region, "CN-XJ");
		report = report_of(score(text, NULL));
		for (int i = 0; i < 3; i++) {
			char pointer[64];

			(void)snprintf(pointer, sizeof pointer, "/indicators/1/evidence/%d/use", i);
			holds(report, pointer, uses[inside][i]);
		}
	}
}

/* A finding that names no site is remedied at each, however many there are. */
static void
remedies_at_every_site(void **state)
{
	const struct prb_json *report;

	(void)state;
	report = report_of(score(
		"{\"supplier\":{\"name\":\"A\",\"country\":\"CHE\"},\"sites\":[{\"id\":\"a\"},{"
		"\"id\":\"b\"},{\"id\":\"c\"},{\"id\":\"d\"},{\"id\":\"e\"}],\"findings\":[{"
		"\"indicator\":\"debt_bondage\",\"state\":\"present\",\"source\":\"self\"},{"
		"\"indicator\":\"deception\",\"state\":\"present\",\"source\":\"self\",\"site\":"
		"\"b\"}"
		"]}",
		NULL));
	holds(report, "/remediation", "[2]");
	holds(report, "/remediation/0/indicator", "deception");
	holds(report, "/remediation/0/sites", "[1]");
	holds(report, "/remediation/0/sites/0", "b");
	holds(report, "/remediation/1/sites", "[5]");
	holds(report, "/remediation/1/sites/4", "e");
}

static int
set_up(void **state)
{
	(void)state;
	arena = prb_arena_create((size_t)64 << 20);
	prb_str_init(&report_text, PRB_REPORT_BYTES_MAX);
	return arena == NULL;
}

static int
tear_down(void **state)
{
	(void)state;
	prb_arena_destroy(arena);
	prb_str_finish(&report_text);
	return 0;
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, plain_facts)
	const struct CMUnitTest tests[] = {TEST(listings_by_weight), TEST(decided_listings),
		TEST(decided_upstream), TEST(scopes_by_weight), TEST(what_does_not_apply),
		TEST(small_workforces), TEST(references_that_lead_nowhere),
		TEST(a_reference_behind_an_inline_party), TEST(a_long_path), TEST(a_hundred_edges),
		TEST(the_nearest_listed_is_shown), TEST(listings_of_each_party),
		TEST(transfers_upstream), TEST(the_nearest_presumed_is_shown),
		TEST(scopes_upstream), TEST(absences_in_a_scope), TEST(remedies_at_every_site)};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
