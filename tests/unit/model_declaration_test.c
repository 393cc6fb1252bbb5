/* SPDX-License-Identifier: Apache-2.0 */
/* Every kind of fault of a declaration, with its place, and what is read of one without faults. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scoring/model/declaration.h"

#define ARENA_BYTES_MAX ((size_t)64 << 20)

static struct prb_arena *arena;
static struct prb_faults faults;

static enum prb_err
read_text(const char *text, struct prb_declaration **out)
{
	prb_arena_reset(arena);
	memset(&faults, 0, sizeof faults);
	return prb_declaration_read(arena, prb_span_of(text), &faults, out);
}

#define PARTY "\"supplier\":{\"name\":\"A\",\"country\":\"BGD\"}"
#define WITH(rest) "{" PARTY "," rest "}"
#define FINDING(rest)                                                                              \
	WITH("\"findings\":[{\"indicator\":\"deception\",\"state\":\"present\",\"source\":\"ngo\"" \
	     "," rest "}]")

struct refusal {
	const char *text;
	enum prb_err err;
	const char *pointer;
	const char *says; /* part of the line */
};

static const struct refusal refusals[] = {
	{"[]", PRB_ERR_TYPE, "", "an object is wanted here, not an array"},
	{"{}", PRB_ERR_MEMBER_MISSING, "/supplier", "required"},
	{"{\"supplier\":{\"name\":\"A\"}}", PRB_ERR_MEMBER_MISSING, "/supplier/country",
		"required"},
	{"{\"supplier\":{\"country\":\"BGD\"}}", PRB_ERR_MEMBER_MISSING, "/supplier/name",
		"required"},
	{"{\"supplier\":null}", PRB_ERR_TYPE, "/supplier", "an object is wanted"},
	{"{\"supplier\":{\"name\":\"\",\"country\":\"BGD\"}}", PRB_ERR_RANGE, "/supplier/name",
		"leave the member out"},
	{"{\"supplier\":{\"name\":\" \\t \",\"country\":\"BGD\"}}", PRB_ERR_RANGE, "/supplier/name",
		"empty"},
	{"{\"supplier\":{\"name\":7,\"country\":\"BGD\"}}", PRB_ERR_TYPE, "/supplier/name",
		"a string is wanted here, not a number"},
	{WITH("\"Supplier\":1"), PRB_ERR_MEMBER_UNKNOWN, "/Supplier", "no such member"},
	{WITH("\"\":1"), PRB_ERR_MEMBER_UNKNOWN, "/", "no such member"},
	{WITH("\"a~b/c\":1"), PRB_ERR_MEMBER_UNKNOWN, "/a~0b~1c", "no such member"},
	{WITH("\"products\":[{},{\"inputs\":[{},{\"HS\":\"61\"}]}]"), PRB_ERR_MEMBER_UNKNOWN,
		"/products/1/inputs/1/HS", "there is no such member in input"},
	{WITH("\"upstream\":[{\"supplier\":{\"name\":\"B\",\"country\":\"IND\",\"sites\":[]}}]"),
		PRB_ERR_MEMBER_UNKNOWN, "/upstream/0/supplier/sites", "no such member"},
	{FINDING("\"contested\":{\"by\":\"court\",\"x\":0}"), PRB_ERR_MEMBER_UNKNOWN,
		"/findings/0/contested/x", "no such member"},
	{WITH("\"declarant\":\"Supplier\""), PRB_ERR_VALUE, "/declarant",
		"is none of: supplier, company, officer, auditor"},
	{WITH("\"declarant\":null"), PRB_ERR_TYPE, "/declarant", "a string is wanted"},
	{FINDING("\"remediation\":{\"state\":\"done\"}"), PRB_ERR_VALUE,
		"/findings/0/remediation/state", "none, claimed, documented, verified"},
	{FINDING("\"remediation\":{}"), PRB_ERR_MEMBER_MISSING, "/findings/0/remediation/state",
		"required"},
	{FINDING("\"contested\":{}"), PRB_ERR_MEMBER_MISSING, "/findings/0/contested/by",
		"required"},
	{FINDING("\"date\":\"2025-02-29\""), PRB_ERR_DATE, "/findings/0/date", "YYYY-MM-DD"},
	{FINDING("\"date\":\"2025-2-9\""), PRB_ERR_DATE, "/findings/0/date", "YYYY-MM-DD"},
	{FINDING("\"date\":20250209"), PRB_ERR_TYPE, "/findings/0/date", "a string is wanted"},
	{FINDING("\"site\":\"a\""), PRB_ERR_VALUE, "/findings/0/site",
		"no site of this declaration"},
	{FINDING("\"site\":\"a b\""), PRB_ERR_VALUE, "/findings/0/site", "1 to 64 of"},
	{FINDING("\"concerns_under_18\":\"yes\""), PRB_ERR_TYPE, "/findings/0/concerns_under_18",
		"not a string"},
	{FINDING("\"item\":\"CD0123456\""), PRB_ERR_RANGE, "/findings/0/item", "at most 8"},
	{WITH("\"findings\":[{\"state\":\"present\",\"source\":\"ngo\"}]"), PRB_ERR_MEMBER_MISSING,
		"/findings/0", "an indicator, an item, or both"},
	{WITH("\"findings\":[{\"indicator\":\"deception\",\"source\":\"ngo\"}]"),
		PRB_ERR_MEMBER_MISSING, "/findings/0/state", "required"},
	{WITH("\"findings\":[{\"indicator\":\"deception\",\"state\":\"absent\",\"source\":\"ngo\","
	      "\"remediation\":{\"state\":\"claimed\"}}]"),
		PRB_ERR_CONFLICT, "/findings/0/remediation", "what is absent cannot be remedied"},
	{WITH("\"findings\":{}"), PRB_ERR_TYPE, "/findings",
		"an array is wanted here, not an object"},
	{WITH("\"findings\":[7]"), PRB_ERR_TYPE, "/findings/0", "an object is wanted"},
	{WITH("\"products\":[{\"hs\":\"610\"}]"), PRB_ERR_VALUE, "/products/0/hs",
		"2, 4, 6, 8 or 10"},
	{WITH("\"products\":[{\"hs\":\"\"}]"), PRB_ERR_VALUE, "/products/0/hs", "2, 4, 6, 8 or 10"},
	{WITH("\"products\":[{\"hs\":\"61090000001\"}]"), PRB_ERR_VALUE, "/products/0/hs",
		"2, 4, 6, 8 or 10"},
	{WITH("\"products\":[{\"hs\":\"61o9\"}]"), PRB_ERR_VALUE, "/products/0/hs", "2, 4, 6"},
	{WITH("\"products\":[{\"hs\":6109}]"), PRB_ERR_TYPE, "/products/0/hs", "not a number"},
	{WITH("\"products\":[{\"gtin\":\"4006381333932\"}]"), PRB_ERR_VALUE, "/products/0/gtin",
		"check digit"},
	{WITH("\"products\":[{\"gtin\":\"400638133393\"}]"), PRB_ERR_VALUE, "/products/0/gtin",
		"check digit"},
	{WITH("\"products\":[{\"gtin\":\"4006381333\"}]"), PRB_ERR_VALUE, "/products/0/gtin",
		"8, 12, 13 or 14"},
	{WITH("\"sites\":[{\"name\":\"x\"}]"), PRB_ERR_MEMBER_MISSING, "/sites/0/id", "required"},
	{WITH("\"sites\":[{\"id\":\"\"}]"), PRB_ERR_VALUE, "/sites/0/id", "1 to 64 of"},
	{WITH("\"sites\":[{\"id\":\"a/b\"}]"), PRB_ERR_VALUE, "/sites/0/id", "1 to 64 of"},
	{WITH("\"sites\":[{\"id\":\"a\"},{\"id\":\"b\"},{\"id\":\"a\"}]"), PRB_ERR_CONFLICT,
		"/sites/2", "same id"},
	{WITH("\"workforce\":{\"total\":-1}"), PRB_ERR_RANGE, "/workforce/total",
		"from 0 to 10000000"},
	{WITH("\"workforce\":{\"total\":10000001}"), PRB_ERR_RANGE, "/workforce/total",
		"from 0 to"},
	{WITH("\"workforce\":{\"total\":1.5}"), PRB_ERR_RANGE, "/workforce/total",
		"a whole number"},
	{WITH("\"workforce\":{\"total\":\"9\"}"), PRB_ERR_TYPE, "/workforce/total",
		"a number is wanted here, not a string"},
	{WITH("\"workforce\":{\"peak_hours_per_week\":169}"), PRB_ERR_RANGE,
		"/workforce/peak_hours_per_week", "from 0 to 168"},
	{WITH("\"workforce\":{\"rest_days_per_month\":32}"), PRB_ERR_RANGE,
		"/workforce/rest_days_per_month", "from 0 to 31"},
	{WITH("\"workforce\":{\"months_at_sea\":121}"), PRB_ERR_RANGE, "/workforce/months_at_sea",
		"from 0 to 120"},
	{WITH("\"workforce\":{\"piece_rate\":0}"), PRB_ERR_TYPE, "/workforce/piece_rate",
		"true or false"},
	{WITH("\"workforce\":{\"total\":9,\"women\":10}"), PRB_ERR_CONFLICT, "/workforce/women",
		"10 of a total of 9"},
	{WITH("\"workforce\":{\"total\":9,\"migrant\":10}"), PRB_ERR_CONFLICT, "/workforce/migrant",
		"cannot be"},
	{WITH("\"workforce\":{\"total\":9,\"agency\":10}"), PRB_ERR_CONFLICT, "/workforce/agency",
		"cannot be"},
	{WITH("\"workforce\":{\"total\":9,\"under_18\":10}"), PRB_ERR_CONFLICT,
		"/workforce/under_18", "cannot be"},
	{WITH("\"workforce\":{\"nationalities\":[\"PRK\",3]}"), PRB_ERR_TYPE,
		"/workforce/nationalities/1", "a string is wanted"},
	{WITH("\"upstream\":[{\"tier\":0,\"declaration\":\"a\"}]"), PRB_ERR_RANGE,
		"/upstream/0/tier", "from 1 to 100"},
	{WITH("\"upstream\":[{\"share\":1.01,\"declaration\":\"a\"}]"), PRB_ERR_RANGE,
		"/upstream/0/share", "from 0 to 1"},
	{WITH("\"upstream\":[{\"tier\":1}]"), PRB_ERR_CONFLICT, "/upstream/0", "one of the two"},
	{WITH("\"upstream\":[{\"declaration\":\"a\",\"supplier\":{\"name\":\"B\",\"country\":"
	      "\"IND\"}}]"),
		PRB_ERR_CONFLICT, "/upstream/0", "one of the two"},
	{WITH("\"upstream\":[{\"supplier\":{\"name\":\"B\"}}]"), PRB_ERR_MEMBER_MISSING,
		"/upstream/0/supplier/country", "required"},
	{WITH("\"upstream\":[{\"declaration\":\"a\",\"upstream\":[{\"declaration\":\"b\"}]}]"),
		PRB_ERR_CONFLICT, "/upstream/0", "that declaration's to say"},
	{WITH("\"upstream\":[{\"declaration\":\"a\"},{\"supplier\":{\"name\":\"B\",\"country\":"
	      "\"IND\"},\"upstream\":[{\"tier\":2,\"declaration\":\"b\"},{\"tier\":2}]}]"),
		PRB_ERR_CONFLICT, "/upstream/1/upstream/1", "one of the two"},
	{WITH("\"upstream\":[{\"supplier\":{\"name\":\"B\",\"country\":\"IND\"},\"upstream\":[{"
	      "\"supplier\":{\"name\":\"C\"}}]}]"),
		PRB_ERR_MEMBER_MISSING, "/upstream/0/upstream/0/supplier/country", "required"},
	{WITH("\"controls\":[{\"control\":\"hope\",\"evidence\":\"claimed\"}]"), PRB_ERR_VALUE,
		"/controls/0/control", "\"hope\" is none of: forced_labour_policy"},
	{WITH("\"controls\":[{\"control\":\"free_movement\"}]"), PRB_ERR_MEMBER_MISSING,
		"/controls/0/evidence", "required"},
	{"{\"supplier\":{\"name\":\"A\",\"country\":\"BGD\",\"identifiers\":[{\"scheme\":\"x\","
	 "\"value\":\"1\"}]}}",
		PRB_ERR_VALUE, "/supplier/identifiers/0/scheme",
		"lei, os_id, gln, duns, vat, cnpj, other"},
	{"{\"supplier\":{\"name\":\"A\",\"country\":\"BGD\",\"aliases\":[\"\"]}}", PRB_ERR_RANGE,
		"/supplier/aliases/0", "empty"},
	{"{" PARTY "," PARTY "}", PRB_ERR_IJSON, "", "supplier"},
	{"{" PARTY "", PRB_ERR_JSON, "", ""},
	{"", PRB_ERR_JSON, "", ""},
};

static void
refuses(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
		const struct refusal *row = &refusals[i];
		struct prb_declaration *untouched = (struct prb_declaration *)&faults,
				       *out = untouched;
		enum prb_err err = read_text(row->text, &out);

		if (err != row->err || strcmp(faults.items[0].pointer, row->pointer) != 0 ||
			strstr(faults.items[0].detail, row->says) == NULL)
			fail_msg("%s\n%s at %s: %s", row->text, prb_err_wire(err),
				faults.items[0].pointer, faults.items[0].detail);
		assert_true(faults.count >= 1);
		assert_int_equal(faults.items[0].err, err);
		assert_ptr_equal(out, untouched);
	}
}

/* One fault does not hide the next. */
static void
tells_all(void **state)
{
	struct prb_declaration *d;

	(void)state;
	assert_int_equal(
		read_text("{\"x\":1,\"supplier\":{\"name\":\"\"},\"workforce\":{\"total\":true},"
			  "\"findings\":[{\"state\":\"gone\"}]}",
			&d),
		PRB_ERR_MEMBER_UNKNOWN);
	assert_int_equal(faults.count, 6);
	assert_string_equal(faults.items[0].pointer, "/x");
	assert_string_equal(faults.items[1].pointer, "/supplier/name");
	assert_string_equal(faults.items[2].pointer, "/supplier/country");
	assert_string_equal(faults.items[3].pointer, "/workforce/total");
	assert_string_equal(faults.items[4].pointer, "/findings/0/state");
	assert_string_equal(faults.items[5].pointer, "/findings/0/source");
}

/* A wrong word is shown cut, and never through the middle of a character. */
static void
cuts_words_between_characters(void **state)
{
	struct prb_declaration *d;
	char text[512];

	(void)state;
	for (int shift = 0; shift < 4; shift++) {
		int n = snprintf(
			text, sizeof text, "{" PARTY ",\"declarant\":\"%.*s", shift, "xxxx");

		for (int i = 0; i < 30; i++)
			n += snprintf(text + n, sizeof text - (size_t)n, "\xE4\xB8\xAD");
		snprintf(text + n, sizeof text - (size_t)n, "\"}");
		assert_int_equal(read_text(text, &d), PRB_ERR_VALUE);
		size_t bytes = strlen(faults.items[0].detail);

		assert_int_equal(prb_utf8_check(faults.items[0].detail, bytes), bytes);
		assert_non_null(strstr(faults.items[0].detail, "is none of: supplier"));
		assert_null(strchr(faults.items[0].detail, '?'));
	}
}

/* Lists and texts at their bound and one past it. */
struct bound {
	const char *open, *item, *close;
	size_t most;
	const char *pointer;
};

static const struct bound bounds[] = {
	{"{\"supplier\":{\"country\":\"BGD\",\"name\":\"", "x", "\"}}", PRB_NAME_BYTES_MAX,
		"/supplier/name"},
	{"{\"supplier\":{\"country\":\"BGD\",\"name\":\"A\",\"address\":\"", "x", "\"}}",
		PRB_ADDRESS_BYTES_MAX, "/supplier/address"},
	{WITH("\"products\":[{\"description\":\""), "x", "\"}]}", PRB_FREE_TEXT_BYTES_MAX,
		"/products/0/description"},
	{WITH("\"sites\":[{\"id\":\""), "x", "\"}]}", 64, "/sites/0/id"},
	{WITH("\"products\":["), "{},", "]}", PRB_PRODUCTS_MAX, "/products"},
	{WITH("\"products\":[{\"inputs\":["), "{},", "]}]}", PRB_INPUTS_MAX, "/products/0/inputs"},
	{WITH("\"findings\":["),
		"{\"indicator\":\"deception\",\"state\":\"absent\",\"source\":\"self\"},", "]}",
		PRB_FINDINGS_MAX, "/findings"},
	{WITH("\"controls\":["), "{\"control\":\"free_movement\",\"evidence\":\"claimed\"},", "]}",
		PRB_CONTROLS_MAX, "/controls"},
	{WITH("\"upstream\":["), "{\"declaration\":\"a\"},", "]}", PRB_UPSTREAM_MAX, "/upstream"},
	{WITH("\"destination_markets\":["), "\"EU\",", "]}", PRB_MARKETS_MAX,
		"/destination_markets"},
	{WITH("\"workforce\":{\"nationalities\":["), "\"IND\",", "]}}", PRB_NATIONALITIES_MAX,
		"/workforce/nationalities"},
	{"{\"supplier\":{\"country\":\"BGD\",\"name\":\"A\",\"aliases\":[", "\"B\",", "]}}",
		PRB_ALIASES_MAX, "/supplier/aliases"},
};

/* WITH closes its brace, which must not stand in the middle: the last byte of `open` is dropped
 * where it is one. */
static char *
repeat(const struct bound *b, size_t times)
{
	size_t open = strlen(b->open), item = strlen(b->item), close = strlen(b->close), n;
	char *text = malloc(open + times * item + close + 1);

	assert_non_null(text);
	if (b->open[open - 1] == '}')
		open--;
	memcpy(text, b->open, open);
	n = open;
	for (size_t i = 0; i < times; i++, n += item)
		memcpy(text + n, b->item, item);
	if (b->item[item - 1] == ',')
		n--;
	memcpy(text + n, b->close, close + 1);
	return text;
}

static void
bounds_lists_and_texts(void **state)
{
	struct prb_declaration *d;

	(void)state;
	for (size_t i = 0; i < sizeof bounds / sizeof bounds[0]; i++) {
		char *text = repeat(&bounds[i], bounds[i].most);

		if (read_text(text, &d) != PRB_OK)
			fail_msg("%s: %s: %s", bounds[i].pointer, faults.items[0].pointer,
				faults.items[0].detail);
		free(text);
		text = repeat(&bounds[i], bounds[i].most + 1);
		assert_true(read_text(text, &d) == PRB_ERR_RANGE ||
			    faults.items[0].err == PRB_ERR_VALUE);
		assert_string_equal(faults.items[0].pointer, bounds[i].pointer);
		free(text);
	}
}

/* A text past the limit is refused as a whole. */
static void
bounds_bytes(void **state)
{
	size_t n = PRB_DECLARATION_BYTES_MAX + 1;
	char *text = malloc(n);
	struct prb_declaration *d;

	(void)state;
	assert_non_null(text);
	memset(text, ' ', n);
	memcpy(text, WITH("\"products\":[]"), strlen(WITH("\"products\":[]")));
	memset(&faults, 0, sizeof faults);
	prb_arena_reset(arena);
	assert_int_equal(prb_declaration_read(arena, (struct prb_span){text, n}, &faults, &d),
		PRB_ERR_TOO_LARGE);
	memset(&faults, 0, sizeof faults);
	assert_int_equal(
		prb_declaration_read(arena, (struct prb_span){text, n - 1}, &faults, &d), PRB_OK);
	free(text);
}

/* Pointers that no longer fit name the nearest ancestor that does. */
static void
keeps_pointers_short(void **state)
{
	struct prb_declaration *d;
	char text[1024], name[400];

	(void)state;
	memset(name, 'n', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	snprintf(text, sizeof text, "{" PARTY ",\"workforce\":{\"%s\":1}}", name);
	assert_int_equal(read_text(text, &d), PRB_ERR_MEMBER_UNKNOWN);
	assert_string_equal(faults.items[0].pointer, "/workforce");
}

static void
reads_everything(void **state)
{
	struct prb_declaration *d;
	char date[PRB_DATE_BYTES];

	(void)state;
	assert_int_equal(
		read_text("{\"declarant\":\"auditor\",\"supplier\":{\"name\":\"  Ann  "
			  "\",\"country\":\"BGD\","
			  "\"aliases\":[\"Bea\"],\"identifiers\":[{\"scheme\":\"lei\",\"value\":"
			  "\"1\"}]},"
			  "\"sites\":[{\"id\":\"s.1_-\"}],\"products\":[{\"hs\":\"6203.42 00\","
			  "\"gtin\":\"4006381333931\"},{\"inputs\":[]},{\"inputs\":[{\"hs\":\"52\"}"
			  "]}],"
			  "\"workforce\":{\"total\":10,\"women\":0,\"months_at_sea\":3,\"piece_"
			  "rate\":false,"
			  "\"housing\":\"independent\",\"nationalities\":[\"NPL\"]},"
			  "\"findings\":[{\"item\":\"CD01\",\"state\":\"present\",\"source\":"
			  "\"authority\","
			  "\"date\":\"2024-02-29\",\"site\":\"s.1_-\",\"remediation\":{\"state\":"
			  "\"verified\","
			  "\"source\":\"worker\",\"date\":\"2025-01-01\"},\"contested\":{\"by\":"
			  "\"court\"}}],"
			  "\"upstream\":[{\"share\":0.25,\"supplier\":{\"name\":\"C\",\"country\":"
			  "\"IND\"}},"
			  "{\"tier\":3,\"declaration\":\"d\"}]}",
			&d),
		PRB_OK);
	assert_int_equal(d->declarant, PRB_AUDITOR);
	assert_true(prb_span_is(d->supplier.name, "Ann"));
	assert_int_equal(d->supplier.aliases.count, 1);
	assert_int_equal(d->supplier.identifiers[0].scheme, PRB_SCHEME_LEI);
	assert_true(prb_span_is(d->products[0].hs, "62034200"));
	assert_true(prb_span_is(d->products[0].gtin, "4006381333931"));
	assert_false(d->products[0].inputs_given);
	assert_true(d->products[1].inputs_given);
	assert_int_equal(d->products[1].inputs_count, 0);
	assert_true(d->products[2].inputs_given);
	assert_true(prb_span_is(d->products[2].inputs[0].hs, "52"));
	assert_int_equal(d->workforce.total, 10);
	assert_int_equal(d->workforce.women, 0);
	assert_int_equal(d->workforce.migrant, PRB_COUNT_UNSAID);
	assert_int_equal(d->workforce.months_at_sea, 3);
	assert_int_equal(d->workforce.piece_rate, PRB_FALSE);
	assert_int_equal(d->workforce.phones_kept_by_employer, PRB_UNSAID);
	assert_int_equal(d->workforce.housing, PRB_HOUSING_INDEPENDENT);
	assert_int_equal(d->findings[0].indicator, 0);
	assert_true(prb_span_is(d->findings[0].item, "CD01"));
	prb_date_format(d->findings[0].date, date);
	assert_string_equal(date, "2024-02-29");
	assert_int_equal(d->findings[0].remediation.source, PRB_SOURCE_WORKER);
	assert_int_equal(d->findings[0].contested.by, PRB_CONTESTED_COURT);
	assert_int_equal(d->findings[0].contested.date, PRB_DATE_NONE);
	assert_int_equal(d->upstream[0].share_ppm, 250000);
	assert_int_equal(d->upstream[0].tier, PRB_COUNT_UNSAID);
	assert_true(prb_span_is(d->upstream[0].supplier->country, "IND"));
	assert_null(d->upstream[1].supplier);
}

/* Upstream suppliers of every depth stand in one list, each behind the one that names it, with its
 * distance: a tier further than the next counts its steps, one that is no further counts one. */
static void
lists_tiers_of_every_depth(void **state)
{
	static const struct {
		int32_t parent;
		int64_t steps, tier;
		const char *pointer;
	} wanted[] = {
		{-1, 1, 1, "/upstream/0/supplier"},
		{0, 1, 2, "/upstream/0/upstream/0/supplier"},
		{1, 3, 5, "/upstream/0/upstream/0/upstream/0/supplier"},
		{0, 1, 2, "/upstream/0/upstream/1/supplier"},
		{-1, 4, 4, "/upstream/1/supplier"},
		{4, 1, 5, "/upstream/1/upstream/0/supplier"},
	};
#define B "\"supplier\":{\"name\":\"B\",\"country\":\"IND\"}"
	char pointer[PRB_UPSTREAM_POINTER_BYTES];
	struct prb_declaration *d;

	(void)state;
	assert_int_equal(
		read_text(WITH("\"upstream\":[{" B ",\"upstream\":[{\"tier\":2," B
			       ",\"upstream\":[{\"tier\":5,\"declaration\":\"a\"}]},{" B
			       "}]},{\"tier\":4," B ",\"upstream\":[{\"tier\":1," B "}]}]"),
			&d),
		PRB_OK);
	assert_int_equal(d->tiers_count, sizeof wanted / sizeof wanted[0]);
	for (size_t i = 0; i < d->tiers_count; i++) {
		assert_int_equal(d->tiers[i].parent, wanted[i].parent);
		assert_int_equal(d->tiers[i].steps, wanted[i].steps);
		assert_int_equal(d->tiers[i].tier, wanted[i].tier);
		prb_tier_pointer(d, i, "/supplier", pointer, sizeof pointer);
		assert_string_equal(pointer, wanted[i].pointer);
	}
	/* A pointer without room is cut, and ended. */
	prb_tier_pointer(d, 2, "/supplier", pointer, 14);
	assert_string_equal(pointer, "/upstream/0/u");
}

/* As deep as a text may be, and one deeper; as many as are taken, and one more. */
static void
bounds_tiers(void **state)
{
	struct prb_declaration *d;
	struct prb_str text;

	(void)state;
	for (int over = 0; over <= 1; over++) {
		prb_str_init(&text, PRB_DECLARATION_BYTES_MAX);
		prb_str_add_text(&text, "{" PARTY);
		for (int i = 0; i < PRB_UPSTREAM_DEPTH_MAX - 1 + over; i++)
			prb_str_add_text(&text, ",\"upstream\":[{" B);
		prb_str_add_text(&text, ",\"upstream\":[{\"declaration\":\"a\"}]");
		for (int i = 0; i < PRB_UPSTREAM_DEPTH_MAX - 1 + over; i++)
			prb_str_add_text(&text, "}]");
		prb_str_add_char(&text, '}');
		assert_false(text.failed);
		if (over == 0) {
			char pointer[PRB_UPSTREAM_POINTER_BYTES];

			assert_int_equal(read_text(text.p, &d), PRB_OK);
			assert_int_equal(d->tiers_count, PRB_UPSTREAM_DEPTH_MAX);
			prb_tier_pointer(d, PRB_UPSTREAM_DEPTH_MAX - 1, "/supplier", pointer,
				sizeof pointer);
			assert_int_equal(
				strlen(pointer), PRB_UPSTREAM_DEPTH_MAX * strlen("/upstream/0") +
							 strlen("/supplier"));
		} else {
			assert_int_equal(read_text(text.p, &d), PRB_ERR_TOO_DEEP);
		}
		prb_str_finish(&text);
	}
	for (int over = 0; over <= 1; over++) {
		prb_str_init(&text, PRB_DECLARATION_BYTES_MAX);
		prb_str_add_text(&text, "{" PARTY ",\"upstream\":[");
		for (int i = 0; i < PRB_UPSTREAM_ALL_MAX / 500; i++) {
			prb_str_add_text(
				&text, i == 0 ? "{" B ",\"upstream\":[" : ",{" B ",\"upstream\":[");
			for (int k = 0; k < 499; k++)
				prb_str_add_text(&text, k == 0 ? "{\"declaration\":\"a\"}"
							       : ",{\"declaration\":\"a\"}");
			prb_str_add_text(&text, "]}");
		}
		prb_str_add_text(&text, over == 0 ? "]}" : ",{\"declaration\":\"a\"}]}");
		assert_false(text.failed);
		assert_int_equal(read_text(text.p, &d), over == 0 ? PRB_OK : PRB_ERR_RANGE);
		if (over == 0)
			assert_int_equal(d->tiers_count, PRB_UPSTREAM_ALL_MAX);
		prb_str_finish(&text);
	}
#undef B
}

/* What an absent member looks like: unknown, never "no" and never zero. */
static void
leaves_unsaid(void **state)
{
	struct prb_declaration *d;

	(void)state;
	assert_int_equal(read_text("{" PARTY "}", &d), PRB_OK);
	assert_int_equal(d->workforce.total, PRB_COUNT_UNSAID);
	assert_int_equal(d->workforce.peak_hours_per_week, PRB_COUNT_UNSAID);
	assert_int_equal(d->workforce.labour_transfer, PRB_ANSWER_NONE);
	assert_int_equal(d->sites_count + d->products_count + d->findings_count, 0);
	assert_int_equal(d->declarant, PRB_DECLARANT_NONE);
}

/* The hashed form: sorted, without free text, whatever the order of members. */
static void
names_by_canonical_form(void **state)
{
	struct prb_declaration *d;
	struct prb_str out;

	(void)state;
	prb_str_init(&out, 4096);
	assert_int_equal(
		read_text(
			"{\"products\":[{\"hs\":\"61\",\"description\":\"shirts\"}],"
			"\"findings\":[{\"source\":\"ngo\",\"state\":\"present\",\"reply\":\"no\","
			"\"reference\":\"r\",\"indicator\":\"deception\"}]," PARTY "}",
			&d),
		PRB_OK);
	prb_declaration_canonical(arena, d, NULL, NULL, &out);
	assert_false(out.failed);
	assert_string_equal(out.p, "{\"findings\":[{\"indicator\":\"deception\",\"source\":\"ngo\","
				   "\"state\":\"present\"}],\"products\":[{\"hs\":\"61\"}],"
				   "\"supplier\":{\"country\":\"BGD\",\"name\":\"A\"}}");
	prb_str_finish(&out);
}

/* Stands in for SHA-256: the length and the last byte are in it, and bytes of the start. */
static void
tell_tale(uint8_t out[PRB_SHA256_BYTES], const void *bytes, size_t n)
{
	const uint8_t *p = bytes;

	memset(out, 0, PRB_SHA256_BYTES);
	out[0] = (uint8_t)n;
	out[1] = n > 0 ? p[n - 1] : 0;
	out[2] = n > 35 ? p[35] : 0;
}

/* With a salt each free text is a digest of its own salt and itself, counted in canonical order: a
 * finding's reference before its reply, findings before products. */
static void
salts_free_text(void **state)
{
	static const uint8_t salt[PRB_DECLARATION_SALT_BYTES] = {1, 2, 3};
	struct prb_declaration *d;
	struct prb_str out;

	(void)state;
	prb_str_init(&out, 4096);
	assert_int_equal(
		read_text(
			"{\"products\":[{\"hs\":\"61\",\"description\":\"shirts\"}],"
			"\"findings\":[{\"source\":\"ngo\",\"state\":\"present\",\"reply\":\"no\","
			"\"reference\":\"r\",\"indicator\":\"deception\"}]," PARTY "}",
			&d),
		PRB_OK);
	prb_declaration_canonical(arena, d, salt, tell_tale, &out);
	assert_false(out.failed);
#define ZEROS "0000000000000000000000000000000000000000000000000000000000"
	/* 32 bytes of own salt and the text: 33, 34 and 38 bytes long, ending in "r", "no" and
	 * "shirts". */
	assert_string_equal(out.p,
		"{\"findings\":[{\"indicator\":\"deception\",\"reference\":\"sha256:217200" ZEROS
		"\",\"reply\":\"sha256:226f00" ZEROS
		"\",\"source\":\"ngo\",\"state\":\"present\"}],"
		"\"products\":[{\"description\":\"sha256:267372" ZEROS "\",\"hs\":\"61\"}],"
		"\"supplier\":{\"country\":\"BGD\",\"name\":\"A\"}}");
#undef ZEROS
	prb_str_finish(&out);
}

static int
set_up(void **state)
{
	(void)state;
	arena = prb_arena_create(ARENA_BYTES_MAX);
	return arena == NULL;
}

static int
tear_down(void **state)
{
	(void)state;
	prb_arena_destroy(arena);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses),
		cmocka_unit_test(tells_all),
		cmocka_unit_test(cuts_words_between_characters),
		cmocka_unit_test(bounds_lists_and_texts),
		cmocka_unit_test(bounds_bytes),
		cmocka_unit_test(keeps_pointers_short),
		cmocka_unit_test(reads_everything),
		cmocka_unit_test(lists_tiers_of_every_depth),
		cmocka_unit_test(bounds_tiers),
		cmocka_unit_test(leaves_unsaid),
		cmocka_unit_test(names_by_canonical_form),
		cmocka_unit_test(salts_free_text),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
