/* SPDX-License-Identifier: Apache-2.0 */
/* The supply chain of a report in words: what is declared of an edge, what stands at a path's end,
 * and members that are of another shape than a report's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "clients/render/build.h"
#include "clients/render/plain.h"

#define TEXT_BYTES_MAX 65536
#define TITLE                                                                                      \
	"\nSupply chain (\xE2\x80\x9C" ARROW_OF_TITLE "\xE2\x80\x9D says that B supplies A):\n"
#define ARROW_OF_TITLE "A \xE2\x86\x90 B"
#define FROM " \xE2\x86\x90 "
#define DOT " \xC2\xB7 "

#define LEG(rest) "{\"from\":\"A\",\"to\":\"B\"" rest "}"
#define FOUND(legs, rest)                                                                          \
	"{\"upstream\":[{\"exposure\":1,\"found\":true,\"path\":[" legs "],\"steps\":1" rest "}]}"
#define ONE_STEP "      1 step up the chain" DOT "1 point of its exposure reaches the supplier"
#define LISTING(decision, status)                                                                  \
	",\"listings\":[{\"decision\":\"" decision "\",\"entity\":\"B Ltd\",\"list\":\"cbp\","     \
	"\"status\":\"" status "\"}]"
#define CBP "on the list CBP withhold release orders and findings (US), status: "

static const struct {
	const char *name, *report, *expected;
} rows[] = {
	{"no chain", "{\"upstream\":[]}", ""},
	{"no member", "{}", ""},
	{"names alone", FOUND(LEG(""), ""), TITLE "  - A" FROM "B\n" ONE_STEP "\n"},
	{"product", FOUND(LEG(",\"product\":\"yarn\""), ""),
		TITLE "  - A" FROM "B (product: yarn)\n" ONE_STEP "\n"},
	{"share", FOUND(LEG(",\"share_ppm\":1000000"), ""),
		TITLE "  - A" FROM "B (share: 100 %)\n" ONE_STEP "\n"},
	{"a share of nothing is said", FOUND(LEG(",\"share_ppm\":0"), ""),
		TITLE "  - A" FROM "B (share: 0 %)\n" ONE_STEP "\n"},
	{"both, and parts of a per cent",
		FOUND(LEG(",\"product\":\"yarn\",\"share_ppm\":125050"), ""),
		TITLE "  - A" FROM "B (product: yarn, share: 12.505 %)\n" ONE_STEP "\n"},
	{"the smallest share", FOUND(LEG(",\"share_ppm\":1"), ""),
		TITLE "  - A" FROM "B (share: 0.0001 %)\n" ONE_STEP "\n"},
	{"one tier that nobody names", FOUND(LEG(",\"steps\":2"), ""),
		TITLE "  - A" FROM "(1 tier not named)" FROM "B\n" ONE_STEP "\n"},
	{"several", FOUND(LEG(",\"steps\":9"), ""),
		TITLE "  - A" FROM "(8 tiers not named)" FROM "B\n" ONE_STEP "\n"},
	{"the middle left out", FOUND(LEG("") "," LEG(""), ",\"path_left_out\":1"),
		TITLE "  - A" FROM "B" FROM "(1 party left out here)" FROM "B\n" ONE_STEP "\n"},
	{"a listed end", FOUND(LEG(""), LISTING("match", "in_force")),
		TITLE "  - A" FROM "B\n" ONE_STEP DOT "B Ltd is " CBP "in force\n"},
	{"one that may be listed", FOUND(LEG(""), LISTING("possible", "lifted")),
		TITLE "  - A" FROM "B\n" ONE_STEP DOT "the name may be B Ltd " CBP
		      "lifted; a person has to decide\n"},
	{"a presumed end", FOUND(LEG(""), ",\"state_imposed\":\"presumed\""),
		TITLE "  - A" FROM "B\n" ONE_STEP DOT
		      "state-imposed forced labour there: presumed under a law\n"},
	{"a scope that asks", FOUND(LEG(""), ",\"state_imposed\":\"cannot_be_excluded\""),
		TITLE "  - A" FROM "B\n" ONE_STEP DOT
		      "state-imposed forced labour there: cannot be excluded\n"},
	{"an indicated end",
		FOUND(LEG(""), ",\"icls\":\"indicated\",\"state_imposed\":\"not_presumed\""),
		TITLE "  - A" FROM "B\n" ONE_STEP DOT
		      "forced labour there by the ICLS definition: indicated\n"},
	{"what is unknown of everybody is not said",
		FOUND(LEG(""), ",\"icls\":\"cannot_be_excluded\""),
		TITLE "  - A" FROM "B\n" ONE_STEP "\n"},
	{"references that lead nowhere",
		"{\"upstream\":[{\"found\":false,\"path\":[" LEG("") "],\"steps\":2}],"
								     "\"upstream_left_out\":2}",
		TITLE "  - A" FROM "B\n      2 steps up the chain" DOT
		      "this reference leads nowhere, so nothing is known of this supplier\n"
		      "  2 more references lead nowhere\n"},
	{"a name that would steer the terminal",
		"{\"upstream\":[{\"exposure\":1,\"found\":true,\"path\":[{\"from\":\"\\u001b[2J\","
		"\"to\":\"\\u202ex\"}],\"steps\":1}]}",
		TITLE "  - ?[2J" FROM "?x\n" ONE_STEP "\n"},
	{"another kind", "{\"upstream\":{\"found\":true}}", ""},
	{"items of another kind", "{\"upstream\":[1,null,[],{\"path\":1}]}", TITLE},
	{"legs of another kind", FOUND("1,[]", ""), TITLE "  - " FROM FROM "\n" ONE_STEP "\n"},
	{"no object at all", "[]", ""},
};

/* What the section says of a report, as plain text. */
static void
say(struct prb_arena *arena, const struct prb_json *report, struct prb_str *out)
{
	struct prb_document document = {.lang = PRB_LANG_en};
	struct prb_builder b;
	struct prb_fault fault;

	prb_build_init(&b, arena, report, PRB_LANG_en, &fault);
	prb_build_upstream(&b);
	assert_int_equal(b.err, PRB_OK);
	document.first = b.first;
	prb_plain_write(&document, out);
	prb_build_finish(&b);
}

static void
words(void **state)
{
	struct prb_arena *arena = prb_arena_create((size_t)1 << 20);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct prb_json *report;
		struct prb_fault fault;
		struct prb_str out;

		assert_int_equal(prb_json_parse(arena, prb_span_of(rows[i].report), TEXT_BYTES_MAX,
					 &fault, &report),
			PRB_OK);
		prb_str_init(&out, TEXT_BYTES_MAX);
		say(arena, report, &out);
		assert_false(out.failed);
		if (!prb_span_is(prb_str_span(&out), rows[i].expected))
			fail_msg("%s: \"%.*s\", not \"%s\"", rows[i].name, (int)out.n,
				out.n == 0 ? "" : out.p, rows[i].expected);
		prb_str_finish(&out);
		prb_arena_reset(arena);
	}
	prb_arena_destroy(arena);
}

/* A path that does not fit is told, not cut in silence. */
static void
no_room(void **state)
{
	struct prb_arena *arena = prb_arena_create((size_t)1 << 20);
	const struct prb_json *report;
	struct prb_fault fault;
	struct prb_str out;

	(void)state;
	assert_int_equal(prb_json_parse(arena, prb_span_of(FOUND(LEG(""), "")), TEXT_BYTES_MAX,
				 &fault, &report),
		PRB_OK);
	prb_str_init(&out, 60);
	say(arena, report, &out);
	assert_true(out.failed);
	prb_str_finish(&out);
	prb_arena_destroy(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(words), cmocka_unit_test(no_room)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
