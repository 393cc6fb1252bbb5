/* SPDX-License-Identifier: Apache-2.0 */
/* Findings -> states -> ICLS, a row for each rule of scoring/METHOD.md sections 1 and 2. The as-of
 * date is 2026-06-30. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scoring/rules/delphi.h"
#include "scoring/rules/states.h"
#include "tests/unit/rules_reference.h"

static struct prb_arena *arena;
static struct prb_faults faults;

/* A finding in one line. */
#define F(indicator, state, source, date, rest)                                                    \
	"{\"indicator\":\"" indicator "\",\"state\":\"" state "\",\"source\":\"" source            \
	"\",\"date\":\"" date "\"" rest "}"
#define ITEM(item, state, source, rest)                                                            \
	"{\"item\":\"" item "\",\"state\":\"" state "\",\"source\":\"" source                      \
	"\",\"date\":\"2026-01-01\"" rest "}"
#define NOW "2026-01-01"
#define VERIFIED(source, date)                                                                     \
	",\"remediation\":{\"state\":\"verified\",\"source\":\"" source "\",\"date\":\"" date "\"" \
	"}"
#define CONTESTED ",\"contested\":{\"by\":\"court\"}"

static enum prb_err
evaluate(const char *list, enum prb_declarant declarant, bool in_scope, enum prb_reading reading,
	struct prb_states *out)
{
	static char text[16384];
	bool scopes[4] = {in_scope, in_scope, in_scope, in_scope};
	struct prb_declaration *d;
	struct prb_findings findings;
	enum prb_err err;

	snprintf(text, sizeof text,
		"{\"supplier\":{\"name\":\"A\",\"country\":\"CHE\"},\"sites\":[{\"id\":\"a\"},{"
		"\"id\":\"b\"}],\"findings\":[%s]}",
		list);
	prb_arena_reset(arena);
	memset(&faults, 0, sizeof faults);
	if (prb_declaration_read(arena, prb_span_of(text), &faults, &d) != PRB_OK)
		fail_msg("%s: %s: %s", list, faults.items[0].pointer, faults.items[0].detail);
	err = prb_findings_prepare(
		arena, rules_reference(), d, NULL, declarant, rules_as_of(), &faults, &findings);
	if (err == PRB_OK)
		prb_states_evaluate(
			&findings, rules_reference(), d->sites_count, scopes, reading, out);
	return err;
}

struct state_row {
	const char *what, *findings;
	int indicator;
	enum prb_indicator_state state;
	enum prb_grade grade;
	enum prb_declarant declarant;
	bool in_scope;
};

static const struct state_row state_rows[] = {
	{"nothing said", "", 9, PRB_STATE_UNKNOWN, 0, 0, 0},
	{"present", F("debt_bondage", "present", "self", NOW, ""), 9, PRB_STATE_PRESENT,
		PRB_GRADE_REPORTED, 0, 0},
	{"another stays unknown", F("debt_bondage", "present", "self", NOW, ""), 8,
		PRB_STATE_UNKNOWN, 0, 0, 0},
	{"undated counts as today",
		"{\"indicator\":\"debt_bondage\",\"state\":\"present\",\"source\":\"self\"}", 9,
		PRB_STATE_PRESENT, PRB_GRADE_REPORTED, 0, 0},
	{"an authority confirms", F("debt_bondage", "present", "authority", NOW, ""), 9,
		PRB_STATE_PRESENT, PRB_GRADE_CONFIRMED, 0, 0},
	{"two classes of rank 3 agree",
		F("debt_bondage", "present", "ngo", NOW, "") "," F(
			"debt_bondage", "present", "media", NOW, ""),
		9, PRB_STATE_PRESENT, PRB_GRADE_CONFIRMED, 0, 0},
	{"one class twice does not",
		F("debt_bondage", "present", "ngo", NOW, "") "," F(
			"debt_bondage", "present", "ngo", NOW, ""),
		9, PRB_STATE_PRESENT, PRB_GRADE_REPORTED, 0, 0},
	{"rank 2 does not",
		F("debt_bondage", "present", "ngo", NOW, "") "," F(
			"debt_bondage", "present", "buyer", NOW, ""),
		9, PRB_STATE_PRESENT, PRB_GRADE_REPORTED, 0, 0},
	{"60 months to the day", F("debt_bondage", "present", "ngo", "2021-06-30", ""), 9,
		PRB_STATE_PRESENT, PRB_GRADE_REPORTED, 0, 0},
	{"and a day more", F("debt_bondage", "present", "ngo", "2021-06-29", ""), 9,
		PRB_STATE_HISTORIC, 0, 0, 0},
	{"contested", F("debt_bondage", "present", "ngo", NOW, CONTESTED), 9, PRB_STATE_CONTESTED,
		0, 0, 0},
	{"contested and old", F("debt_bondage", "present", "ngo", "2019-01-01", CONTESTED), 9,
		PRB_STATE_CONTESTED, 0, 0, 0},
	{"one contested, one not",
		F("debt_bondage", "present", "ngo", NOW, CONTESTED) "," F(
			"debt_bondage", "present", "self", NOW, ""),
		9, PRB_STATE_PRESENT, PRB_GRADE_REPORTED, 0, 0},
	{"a supplier's contest changes nothing",
		F("debt_bondage", "present", "ngo", NOW, CONTESTED), 9, PRB_STATE_PRESENT,
		PRB_GRADE_REPORTED, PRB_SUPPLIER, 0},
	{"remedied", F("debt_bondage", "present", "ngo", NOW, VERIFIED("worker", "2026-02-01")), 9,
		PRB_STATE_REMEDIED, 0, 0, 0},
	{"on the day of the finding",
		F("debt_bondage", "present", "ngo", NOW, VERIFIED("worker", NOW)), 9,
		PRB_STATE_REMEDIED, 0, 0, 0},
	{"verified by rank 3 is not",
		F("debt_bondage", "present", "ngo", NOW, VERIFIED("audit_announced", "2026-02-01")),
		9, PRB_STATE_PRESENT, PRB_GRADE_REPORTED, 0, 0},
	{"verified by nobody named is not",
		F("debt_bondage", "present", "ngo", NOW,
			",\"remediation\":{\"state\":\"verified\",\"date\":\"2026-02-01\"}"),
		9, PRB_STATE_PRESENT, PRB_GRADE_REPORTED, 0, 0},
	{"documented is not",
		F("debt_bondage", "present", "ngo", NOW,
			",\"remediation\":{\"state\":\"documented\",\"source\":\"authority\","
			"\"date\":\"2026-02-01\"}"),
		9, PRB_STATE_PRESENT, PRB_GRADE_REPORTED, 0, 0},
	{"as a supplier says it is not",
		F("debt_bondage", "present", "ngo", NOW, VERIFIED("authority", "2026-02-01")), 9,
		PRB_STATE_PRESENT, PRB_GRADE_REPORTED, PRB_SUPPLIER, 0},
	{"one of two remedied",
		F("debt_bondage", "present", "ngo", NOW, VERIFIED("worker", NOW)) "," F(
			"debt_bondage", "present", "ngo", NOW, ""),
		9, PRB_STATE_PRESENT, PRB_GRADE_REPORTED, 0, 0},
	{"remedied beside an old one left",
		F("debt_bondage", "present", "ngo", NOW, VERIFIED("worker", NOW)) "," F(
			"debt_bondage", "present", "ngo", "2019-01-01", ""),
		9, PRB_STATE_HISTORIC, 0, 0, 0},
	{"absent", F("debt_bondage", "absent", "audit_unannounced", NOW, ""), 9, PRB_STATE_ABSENT,
		0, 0, 0},
	{"24 months to the day", F("debt_bondage", "absent", "worker", "2024-06-30", ""), 9,
		PRB_STATE_ABSENT, 0, 0, 0},
	{"and a day more", F("debt_bondage", "absent", "worker", "2024-06-29", ""), 9,
		PRB_STATE_UNKNOWN, 0, 0, 0},
	{"absence of rank 3", F("debt_bondage", "absent", "ngo", NOW, ""), 9, PRB_STATE_UNKNOWN, 0,
		0, 0},
	{"absence undated",
		"{\"indicator\":\"debt_bondage\",\"state\":\"absent\",\"source\":\"authority\"}", 9,
		PRB_STATE_UNKNOWN, 0, 0, 0},
	{"absence as a supplier says", F("debt_bondage", "absent", "authority", NOW, ""), 9,
		PRB_STATE_UNKNOWN, 0, PRB_SUPPLIER, 0},
	{"absence inside a scope", F("debt_bondage", "absent", "authority", NOW, ""), 9,
		PRB_STATE_UNKNOWN, 0, 0, 1},
	{"absence of an item", ITEM("CD01", "absent", "authority", ""), 7, PRB_STATE_UNKNOWN, 0, 0,
		0},
	{"superseded by a later one of higher rank",
		F("debt_bondage", "present", "buyer", "2025-12-31", "") "," F(
			"debt_bondage", "absent", "audit_unannounced", NOW, ""),
		9, PRB_STATE_ABSENT, 0, 0, 0},
	{"the same day is not later",
		F("debt_bondage", "present", "buyer", NOW, "") "," F(
			"debt_bondage", "absent", "audit_unannounced", NOW, ""),
		9, PRB_STATE_PRESENT, PRB_GRADE_REPORTED, 0, 0},
	{"equal rank does not supersede",
		F("debt_bondage", "present", "audit_unannounced", "2025-01-01", "") "," F(
			"debt_bondage", "absent", "audit_unannounced", NOW, ""),
		9, PRB_STATE_PRESENT, PRB_GRADE_REPORTED, 0, 0},
	{"an authority supersedes an audit",
		F("debt_bondage", "present", "audit_unannounced", "2025-01-01", "") "," F(
			"debt_bondage", "absent", "authority", NOW, ""),
		9, PRB_STATE_ABSENT, 0, 0, 0},
	{"rank 3 does not supersede self",
		F("debt_bondage", "present", "self", "2025-01-01", "") "," F(
			"debt_bondage", "absent", "ngo", NOW, ""),
		9, PRB_STATE_PRESENT, PRB_GRADE_REPORTED, 0, 0},
	{"what workers say is not superseded",
		F("debt_bondage", "present", "worker", "2025-01-01", "") "," F(
			"debt_bondage", "absent", "authority", NOW, ""),
		9, PRB_STATE_PRESENT, PRB_GRADE_REPORTED, 0, 0},
	{"nor what an NGO says",
		F("debt_bondage", "present", "ngo", "2025-01-01", "") "," F(
			"debt_bondage", "absent", "authority", NOW, ""),
		9, PRB_STATE_PRESENT, PRB_GRADE_REPORTED, 0, 0},
	{"inside a scope nothing is superseded",
		F("debt_bondage", "present", "media", "2025-01-01", "") "," F(
			"debt_bondage", "absent", "authority", NOW, ""),
		9, PRB_STATE_PRESENT, PRB_GRADE_REPORTED, 0, 1},
	{"an absence of an old date still supersedes, and is no absence",
		F("debt_bondage", "present", "media", "2022-01-01", "") "," F(
			"debt_bondage", "absent", "authority", "2023-01-01", ""),
		9, PRB_STATE_UNKNOWN, 0, 0, 0},
	{"an absence named first supersedes too",
		F("debt_bondage", "absent", "audit_unannounced", NOW, "") "," F(
			"debt_bondage", "present", "buyer", "2025-12-31", ""),
		9, PRB_STATE_ABSENT, 0, 0, 0},
	{"abuse of vulnerability like any other",
		F("abuse_of_vulnerability", "present", "buyer", "2025-12-31", "") "," F(
			"abuse_of_vulnerability", "absent", "audit_unannounced", NOW, ""),
		1, PRB_STATE_ABSENT, 0, 0, 0},
	{"of two absences the later supersedes, wherever it stands",
		F("debt_bondage", "absent", "audit_unannounced", NOW, "") "," F("debt_bondage",
			"absent", "audit_unannounced", "2025-01-01",
			"") "," F("debt_bondage", "present", "buyer", "2025-06-01", ""),
		9, PRB_STATE_ABSENT, 0, 0, 0},
	{"an absence of another indicator does not",
		F("withholding_of_wages", "present", "audit_unannounced", "2025-01-01", "") "," F(
			"debt_bondage", "absent", "audit_unannounced", NOW, ""),
		8, PRB_STATE_PRESENT, PRB_GRADE_REPORTED, 0, 0},
	{"nor one at another site",
		F("debt_bondage", "present", "buyer", "2025-01-01", ",\"site\":\"a\"") "," F(
			"debt_bondage", "absent", "authority", NOW, ",\"site\":\"b\""),
		9, PRB_STATE_PRESENT, PRB_GRADE_REPORTED, 0, 0},
	{"nor a later present finding",
		F("debt_bondage", "present", "buyer", "2025-01-01", "") "," F("debt_bondage",
			"present", "authority", NOW, VERIFIED("authority", NOW)) "," F("deception",
			"absent", "authority", NOW, ""),
		9, PRB_STATE_PRESENT, PRB_GRADE_REPORTED, 0, 0},
	{"an item's absence of the same day is not later",
		F("retention_of_identity_documents", "present", "media", NOW,
			",\"item\":\"CD01\"") "," ITEM("CD01", "absent", "authority", ""),
		7, PRB_STATE_PRESENT, PRB_GRADE_REPORTED, 0, 0},
	{"a finding in one group alone",
		F("debt_bondage", "present", "ngo", NOW, ",\"worker_group\":\"x\""), 9,
		PRB_STATE_PRESENT, PRB_GRADE_REPORTED, 0, 0},
	{"an item's absence ends that item",
		F("retention_of_identity_documents", "present", "media", "2025-01-01",
			",\"item\":\"CD01\"") "," ITEM("CD01", "absent", "authority", ""),
		7, PRB_STATE_UNKNOWN, 0, 0, 0},
	{"and not the indicator",
		F("retention_of_identity_documents", "present", "media", "2025-01-01", "") "," ITEM(
			"CD01", "absent", "authority", ""),
		7, PRB_STATE_PRESENT, PRB_GRADE_REPORTED, 0, 0},
	{"items bring their indicator", ITEM("CD01", "present", "ngo", ""), 7, PRB_STATE_PRESENT,
		PRB_GRADE_REPORTED, 0, 0},
	{"EX03 is 10", ITEM("EX03", "present", "ngo", ""), 10, PRB_STATE_PRESENT,
		PRB_GRADE_REPORTED, 0, 0},
	{"EX03 used to compel is 8", ITEM("EX03", "present", "ngo", ",\"used_to_compel\":true"), 8,
		PRB_STATE_PRESENT, PRB_GRADE_REPORTED, 0, 0},
	{"CD03 is 3", ITEM("CD03", "present", "ngo", ""), 3, PRB_STATE_PRESENT, PRB_GRADE_REPORTED,
		0, 0},
	{"CD03 is 4 by naming it", ITEM("CD03", "present", "ngo", ",\"indicator\":\"isolation\""),
		4, PRB_STATE_PRESENT, PRB_GRADE_REPORTED, 0, 0},
	{"a vulnerability alone is nothing", ITEM("RV01", "present", "ngo", ""), 1,
		PRB_STATE_UNKNOWN, 0, 0, 0},
	{"used to compel it is 1", ITEM("RV01", "present", "ngo", ",\"used_to_compel\":true"), 1,
		PRB_STATE_PRESENT, PRB_GRADE_REPORTED, 0, 0},
	{"the worst site counts",
		F("debt_bondage", "absent", "authority", NOW, ",\"site\":\"a\"") "," F(
			"debt_bondage", "present", "ngo", NOW, ",\"site\":\"b\""),
		9, PRB_STATE_PRESENT, PRB_GRADE_REPORTED, 0, 0},
	{"unknown is worse than absent",
		F("debt_bondage", "absent", "authority", NOW, ",\"site\":\"a\""), 9,
		PRB_STATE_UNKNOWN, 0, 0, 0},
	{"no site is every site", F("debt_bondage", "absent", "authority", NOW, ""), 9,
		PRB_STATE_ABSENT, 0, 0, 0},
};

static void
states(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof state_rows / sizeof state_rows[0]; i++) {
		const struct state_row *row = &state_rows[i];
		struct prb_states s;

		assert_int_equal(
			evaluate(row->findings, row->declarant, row->in_scope, PRB_READ_POINT, &s),
			PRB_OK);
		if (s.indicators[row->indicator].state != row->state)
			fail_msg("%s: %s, not %s", row->what,
				prb_state_word(
					(enum prb_indicator_state)s.indicators[row->indicator]
						.state),
				prb_state_word(row->state));
		if (s.indicators[row->indicator].grade != row->grade)
			fail_msg("%s: grade %d", row->what, s.indicators[row->indicator].grade);
	}
}

/* Half a look: rank 3 within a year, to the day. */
static void
half_known(void **state)
{
	static const struct {
		const char *findings;
		bool half;
	} rows[] = {
		{F("deception", "absent", "audit_announced", "2025-06-30", ""), true},
		{F("deception", "absent", "audit_announced", "2025-06-29", ""), false},
		{F("deception", "absent", "document", NOW, ""), false},
		{F("deception", "absent", "ngo", NOW, ",\"site\":\"a\""), false},
	};
	struct prb_states s;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(
			evaluate(rows[i].findings, PRB_COMPANY, false, PRB_READ_POINT, &s), PRB_OK);
		assert_int_equal(s.indicators[PRB_IND_DECEPTION].half_known, rows[i].half);
	}
}

struct icls_row {
	const char *what, *findings;
	enum prb_determination value;
	bool supported;
	enum prb_declarant declarant;
};

#define COERCION(source, rest) F("debt_bondage", "present", source, NOW, rest)
#define INVOLUNTARY(source, rest) F("excessive_overtime", "present", source, NOW, rest)
#define ABSENT(key) F(key, "absent", "authority", NOW, "")
#define NO_INVOLUNTARY                                                                             \
	ABSENT("deception")                                                                        \
	"," ABSENT("abusive_working_and_living_conditions") "," ABSENT("excessive_overtime")
#define NO_COERCION                                                                                \
	ABSENT("abuse_of_vulnerability")                                                           \
	"," ABSENT("restriction_of_movement") "," ABSENT("isolation") "," ABSENT(                  \
		"physical_and_"                                                                    \
		"sexual_"                                                                          \
		"violence") "," ABSENT("intimidation_and_threats") "," ABSENT("retention_of_"      \
									      "identity_"          \
									      "documents") "," ABSENT("withholding_of_wages") "," ABSENT("debt_bondage")

static const struct icls_row icls_rows[] = {
	{"nothing known", "", PRB_CANNOT_BE_EXCLUDED, false, 0},
	{"both sides", COERCION("ngo", "") "," INVOLUNTARY("ngo", ""), PRB_INDICATED, true, 0},
	{"by self on one side", COERCION("ngo", "") "," INVOLUNTARY("self", ""), PRB_INDICATED,
		false, 0},
	{"by self beside an NGO",
		COERCION("ngo", "") "," COERCION("self", "") "," INVOLUNTARY(
			"ngo", "") "," INVOLUNTARY("self", ""),
		PRB_INDICATED, true, 0},
	{"by rank 2 on one side", COERCION("buyer", "") "," INVOLUNTARY("worker", ""),
		PRB_INDICATED, false, 0},
	{"coercion alone", COERCION("authority", ""), PRB_CANNOT_BE_EXCLUDED, false, 0},
	{"coercion, and the other side looked for", COERCION("authority", "") "," NO_INVOLUNTARY,
		PRB_NOT_INDICATED, false, 0},
	{"one side looked for is enough", NO_COERCION, PRB_NOT_INDICATED, false, 0},
	{"one of it left open", ABSENT("deception") "," ABSENT("excessive_overtime"),
		PRB_CANNOT_BE_EXCLUDED, false, 0},
	{"contested is unknown", COERCION("ngo", CONTESTED) "," INVOLUNTARY("ngo", ""),
		PRB_CANNOT_BE_EXCLUDED, false, 0},
	{"historic is unknown",
		F("debt_bondage", "present", "ngo", "2019-01-01", "") "," INVOLUNTARY("ngo", ""),
		PRB_CANNOT_BE_EXCLUDED, false, 0},
	{"at two sites they do not add up",
		COERCION("ngo", ",\"site\":\"a\"") "," INVOLUNTARY("ngo", ",\"site\":\"b\""),
		PRB_CANNOT_BE_EXCLUDED, false, 0},
	{"at one they do", COERCION("ngo", ",\"site\":\"b\"") "," INVOLUNTARY("ngo", ""),
		PRB_INDICATED, true, 0},
	{"in two groups they do not",
		COERCION("ngo", ",\"worker_group\":\"x\"") "," INVOLUNTARY(
			"ngo", ",\"worker_group\":\"y\""),
		PRB_CANNOT_BE_EXCLUDED, false, 0},
	{"in one and in all they do",
		COERCION("ngo", ",\"worker_group\":\"x\"") "," INVOLUNTARY("ngo", ""),
		PRB_INDICATED, true, 0},
	{"a supplier's groups are ignored",
		COERCION("ngo", ",\"worker_group\":\"x\"") "," INVOLUNTARY(
			"ngo", ",\"worker_group\":\"y\""),
		PRB_INDICATED, true, PRB_SUPPLIER},
	{"an item's own side counts", COERCION("ngo", "") "," ITEM("EX07", "present", "ngo", ""),
		PRB_CANNOT_BE_EXCLUDED, false, 0},
	{"low pay is involuntary", COERCION("ngo", "") "," ITEM("EX03", "present", "ngo", ""),
		PRB_INDICATED, true, 0},
	{"used to compel it is not",
		COERCION("ngo", "") "," ITEM("EX03", "present", "ngo", ",\"used_to_compel\":true"),
		PRB_CANNOT_BE_EXCLUDED, false, 0},
	{"remedied is false", COERCION("ngo", VERIFIED("worker", NOW)) "," INVOLUNTARY("ngo", ""),
		PRB_CANNOT_BE_EXCLUDED, false, 0},
};

static void
icls(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof icls_rows / sizeof icls_rows[0]; i++) {
		const struct icls_row *row = &icls_rows[i];
		struct prb_states s;

		assert_int_equal(
			evaluate(row->findings, row->declarant, false, PRB_READ_POINT, &s), PRB_OK);
		if (s.icls.value != row->value || s.icls.supported != row->supported)
			fail_msg("%s: %s%s", row->what,
				prb_determination_word((enum prb_determination)s.icls.value),
				s.icls.supported ? ", supported" : "");
	}
}

/* Contests at the ends of the range: at its best a contested finding is gone, at its worst it
 * stands. */
static void
readings(void **state)
{
	struct prb_states s;
	const char *contested = COERCION("ngo", CONTESTED) "," INVOLUNTARY("ngo", "");

	(void)state;
	assert_int_equal(evaluate(contested, PRB_COMPANY, false, PRB_READ_WORST, &s), PRB_OK);
	assert_int_equal(s.indicators[9].state, PRB_STATE_PRESENT);
	assert_int_equal(s.icls.value, PRB_INDICATED);
	assert_int_equal(evaluate(contested, PRB_COMPANY, false, PRB_READ_BEST, &s), PRB_OK);
	assert_true(s.indicators[9].state <= PRB_STATE_UNKNOWN);
	assert_false(s.coercion_present);
	assert_int_equal(s.present_most, 1);
}

/* Items have three values of their own: what is present, open and gone of EX01, EX03 and EX07, of
 * which exploitation needs the first and one more (section 2, R2). */
static void
items(void **state)
{
#define EXPLOITED(rest) ITEM("EX01", "present", "ngo", rest)
#define EX01_GONE EXPLOITED(VERIFIED("worker", "2026-02-01"))
#define EX01_CONTESTED EXPLOITED(CONTESTED)
#define EX01_OLD                                                                                   \
	"{\"item\":\"EX01\",\"state\":\"present\",\"source\":\"ngo\",\"date\":\"2019-01-01\"}"
	static const struct {
		const char *what, *findings;
		enum prb_reading reading;
		enum prb_delphi_rule certain, possible;
	} rows[] = {
		{"one item is not enough", EXPLOITED(""), PRB_READ_POINT, PRB_DELPHI_C1,
			PRB_DELPHI_C4B},
		{"two are", EXPLOITED("") "," ITEM("EX07", "present", "ngo", ""), PRB_READ_POINT,
			PRB_DELPHI_C2, PRB_DELPHI_C4B},
		{"remedied is gone", EX01_GONE, PRB_READ_POINT, PRB_DELPHI_C1, PRB_DELPHI_C1},
		{"remedied here and present there", EX01_GONE "," EXPLOITED(""), PRB_READ_POINT,
			PRB_DELPHI_C1, PRB_DELPHI_C4B},
		{"absent is gone", ITEM("EX01", "absent", "authority", ""), PRB_READ_POINT,
			PRB_DELPHI_C1, PRB_DELPHI_C1},
		{"so is the first item of the list",
			ITEM("CD01", "absent", "authority", "") "," ITEM(
				"CD03", "absent", "authority", ""),
			PRB_READ_POINT, PRB_DELPHI_C1, PRB_DELPHI_C2},
		{"contested is open", EX01_CONTESTED, PRB_READ_POINT, PRB_DELPHI_C1,
			PRB_DELPHI_C4B},
		{"at its best a contest succeeds", EX01_CONTESTED, PRB_READ_BEST, PRB_DELPHI_C1,
			PRB_DELPHI_C1},
		{"at its worst it stands",
			EX01_CONTESTED "," ITEM("EX07", "present", "ngo", CONTESTED),
			PRB_READ_WORST, PRB_DELPHI_C2, PRB_DELPHI_C4B},
		{"a contest keeps open what is remedied", EX01_GONE "," EX01_CONTESTED,
			PRB_READ_POINT, PRB_DELPHI_C1, PRB_DELPHI_C4B},
		{"in either order", EX01_CONTESTED "," EX01_GONE, PRB_READ_POINT, PRB_DELPHI_C1,
			PRB_DELPHI_C4B},
		{"so does an old finding", EX01_GONE "," EX01_OLD, PRB_READ_POINT, PRB_DELPHI_C1,
			PRB_DELPHI_C4B},
		{"before it too", EX01_OLD "," EX01_GONE, PRB_READ_POINT, PRB_DELPHI_C1,
			PRB_DELPHI_C4B},
		{"the worst site counts",
			"{\"item\":\"EX01\",\"state\":\"absent\",\"source\":\"authority\","
			"\"date\":\"2026-01-01\",\"site\":\"a\"}",
			PRB_READ_POINT, PRB_DELPHI_C1, PRB_DELPHI_C4B},
	};
	struct prb_states s;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(
			evaluate(rows[i].findings, PRB_COMPANY, false, rows[i].reading, &s),
			PRB_OK);
		if (s.delphi.certain != rows[i].certain || s.delphi.possible != rows[i].possible)
			fail_msg("%s: %s, possible %s", rows[i].what,
				prb_delphi_rule_word((enum prb_delphi_rule)s.delphi.certain),
				prb_delphi_rule_word((enum prb_delphi_rule)s.delphi.possible));
	}
}

/* The supplier's determination is that of its worst site. */
static void
the_worst_site_determines(void **state)
{
#define AT(site, key) F(key, "absent", "authority", NOW, ",\"site\":\"" site "\"")
#define NO_INVOLUNTARY_AT(site)                                                                    \
	AT(site, "deception")                                                                      \
	"," AT(site, "abusive_working_and_living_conditions") "," AT(site, "excessive_overtime")
	static const struct {
		const char *findings;
		enum prb_determination value;
		bool supported;
		int site;
	} rows[] = {
		{NO_INVOLUNTARY_AT("a"), PRB_CANNOT_BE_EXCLUDED, false, 1},
		{NO_INVOLUNTARY_AT("b"), PRB_CANNOT_BE_EXCLUDED, false, 0},
		{COERCION("self", ",\"site\":\"a\"") "," INVOLUNTARY(
			 "self", ",\"site\":\"a\"") "," COERCION("ngo",
			 ",\"site\":\"b\"") "," INVOLUNTARY("ngo", ",\"site\":\"b\""),
			PRB_INDICATED, true, 1},
		{COERCION("ngo", ",\"site\":\"a\"") "," INVOLUNTARY(
			 "ngo", ",\"site\":\"a\"") "," COERCION("self",
			 ",\"site\":\"b\"") "," INVOLUNTARY("self", ",\"site\":\"b\""),
			PRB_INDICATED, true, 0},
	};
	struct prb_states s;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(
			evaluate(rows[i].findings, PRB_COMPANY, false, PRB_READ_POINT, &s), PRB_OK);
		assert_int_equal(s.icls.value, rows[i].value);
		assert_int_equal(s.icls.supported, rows[i].supported);
		assert_int_equal(s.icls.site, rows[i].site);
	}
}

/* When the newest remediation was: row 11 reads it. */
static void
newest_remedies(void **state)
{
	static const struct {
		const char *findings;
		enum prb_reading reading;
		int year, month; /* the first of it; 0: none */
	} rows[] = {
		{COERCION("ngo", VERIFIED("worker", "2026-03-01")) "," COERCION(
			 "ngo", VERIFIED("worker", "2026-02-01")),
			PRB_READ_POINT, 2026, 3},
		{F("withholding_of_wages", "present", "ngo", NOW,
			 VERIFIED("worker", "2026-03-01")) "," COERCION("ngo",
			 VERIFIED("worker", "2026-02-01")),
			PRB_READ_POINT, 2026, 3},
		{COERCION("ngo", VERIFIED("worker", "2026-03-01") ",\"site\":\"a\"") "," COERCION(
			 "ngo", VERIFIED("worker", "2026-02-01") ",\"site\":\"b\""),
			PRB_READ_POINT, 2026, 3},
		/* Long before the day that dates are counted from. */
		{F("excessive_overtime", "present", "ngo", "1960-01-01",
			 VERIFIED("worker", "1965-05-01")),
			PRB_READ_POINT, 1965, 5},
		{COERCION("ngo", VERIFIED("worker", "2026-03-01")) "," COERCION("ngo", ""),
			PRB_READ_POINT, 0, 0},
		{COERCION("ngo", VERIFIED("worker", "2026-03-01") CONTESTED), PRB_READ_BEST, 0, 0},
		{"", PRB_READ_POINT, 0, 0},
	};
	struct prb_states s;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(
			evaluate(rows[i].findings, PRB_COMPANY, false, rows[i].reading, &s),
			PRB_OK);
		assert_int_equal(s.newest_remedy,
			rows[i].year == 0 ? PRB_DATE_NONE
					  : prb_date_from_civil(rows[i].year, rows[i].month, 1));
	}
}

/* Sites that no finding names are all alike, inside a scope and outside: up to three of a kind
 * stand for themselves, of more the first stands for all. */
static void
sites_that_are_alike(void **state)
{
	static const struct {
		const char *scopes; /* a letter for each site: i inside, o outside */
		const char *at;     /* where something was found */
		const char *cells;  /* site:alike */
	} rows[] = {
		{"ooo", "", "0:1 1:1 2:1 "},
		{"oooo", "", "0:4 "},
		{"iii", "", "0:1 1:1 2:1 "},
		{"iiii", "", "0:4 "},
		{"oiooiiioo", "", "0:5 1:4 "},
		{"ooiiooi", "", "0:4 2:1 3:1 6:1 "},
		{"ooooo", "c", "0:4 2:1 "},
		{"ooooo", "e", "0:4 4:1 "},
		{"oooo", "b", "0:1 1:1 2:1 3:1 "},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char text[1024], cells[128] = "";
		bool in_scope[16] = {false};
		size_t sites = strlen(rows[i].scopes), n = 0, m = 0;
		struct prb_declaration *d;
		struct prb_findings findings;
		struct prb_states s;

		n += (size_t)snprintf(text, sizeof text,
			"{\"supplier\":{\"name\":\"A\",\"country\":\"CHE\"},\"sites\":[");
		for (size_t k = 0; k < sites; k++) {
			in_scope[k] = rows[i].scopes[k] == 'i';
			n += (size_t)snprintf(text + n, sizeof text - n, "%s{\"id\":\"%c\"}",
				k == 0 ? "" : ",", (char)('a' + (int)k));
		}
		(void)snprintf(text + n, sizeof text - n,
			"],\"findings\":[{\"indicator\":\"debt_bondage\",\"state\":\"present\","
			"\"source\":\"ngo\"%s%s%s}]}",
			rows[i].at[0] == '\0' ? "" : ",\"site\":\"", rows[i].at,
			rows[i].at[0] == '\0' ? "" : "\"");
		prb_arena_reset(arena);
		memset(&faults, 0, sizeof faults);
		assert_int_equal(
			prb_declaration_read(arena, prb_span_of(text), &faults, &d), PRB_OK);
		assert_int_equal(prb_findings_prepare(arena, rules_reference(), d, NULL,
					 PRB_COMPANY, rules_as_of(), &faults, &findings),
			PRB_OK);
		prb_states_evaluate(
			&findings, rules_reference(), sites, in_scope, PRB_READ_POINT, &s);
		for (size_t k = 0; k < findings.cells_count; k++)
			m += (size_t)snprintf(cells + m, sizeof cells - m, "%d:%d ",
				(int)findings.cells[k].site, findings.cells[k].alike);
		assert_string_equal(cells, rows[i].cells);
		assert_int_equal(s.indicators[9].state, PRB_STATE_PRESENT);
	}
}

/* What can be remedied at a site, as masks: what is present or old there in some group, and not
 * what is contested. */
static void
what_can_be_remedied(void **state)
{
	static const struct {
		const char *findings;
		uint16_t remediable;
	} rows[] = {
		{"", 0},
		{COERCION("ngo", ""), 1U << 9},
		{COERCION("ngo", ",\"worker_group\":\"x\"") "," INVOLUNTARY(
			 "ngo", ",\"worker_group\":\"y\""),
			1U << 9 | 1U << 11},
		{F("debt_bondage", "present", "ngo", "2019-01-01", ""), 1U << 9},
		{COERCION("ngo", CONTESTED), 0},
		{COERCION("ngo", CONTESTED) "," COERCION("self", ""), 1U << 9},
		{COERCION("ngo", VERIFIED("worker", NOW)), 0},
		{ABSENT("debt_bondage"), 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const bool in_scope[2] = {false, false};
		char text[2048];
		struct prb_declaration *d;
		struct prb_findings findings;
		struct prb_states s;

		(void)snprintf(text, sizeof text,
			"{\"supplier\":{\"name\":\"A\",\"country\":\"CHE\"},\"findings\":[%s]}",
			rows[i].findings);
		prb_arena_reset(arena);
		memset(&faults, 0, sizeof faults);
		assert_int_equal(
			prb_declaration_read(arena, prb_span_of(text), &faults, &d), PRB_OK);
		assert_int_equal(prb_findings_prepare(arena, rules_reference(), d, NULL,
					 PRB_COMPANY, rules_as_of(), &faults, &findings),
			PRB_OK);
		prb_states_evaluate(&findings, rules_reference(), 0, in_scope, PRB_READ_POINT, &s);
		for (size_t k = 0; k < findings.cells_count; k++)
			assert_int_equal(findings.cells[k].remediable_at_site, rows[i].remediable);
	}
}

/* What the decision table reads of the states. */
static void
table_inputs(void **state)
{
	struct prb_states s;

	(void)state;
	assert_int_equal(evaluate(COERCION("self", ",\"site\":\"a\"") "," INVOLUNTARY(
					  "self", ",\"site\":\"b\"") "," F("deception", "present",
					  "self", NOW, ",\"site\":\"b\""),
				 PRB_COMPANY, false, PRB_READ_POINT, &s),
		PRB_OK);
	assert_int_equal(s.present_most, 2);
	assert_true(s.coercion_present && s.any_open && !s.child_exploitation);
	assert_int_equal(s.indicators[9].site, 0);
	assert_int_equal(s.indicators[11].site, 1);
	assert_int_equal(evaluate(COERCION("self", ",\"site\":\"a\"") "," INVOLUNTARY(
					  "self", ",\"site\":\"a\""),
				 PRB_COMPANY, false, PRB_READ_POINT, &s),
		PRB_OK);
	assert_int_equal(s.present_most, 2);
	assert_int_equal(evaluate(ITEM("EX01", "present", "self", ",\"concerns_under_18\":true"),
				 PRB_COMPANY, false, PRB_READ_POINT, &s),
		PRB_OK);
	assert_true(s.child_exploitation && !s.coercion_present);
	assert_int_equal(evaluate(INVOLUNTARY("ngo", ",\"concerns_under_18\":true"), PRB_COMPANY,
				 false, PRB_READ_POINT, &s),
		PRB_OK);
	/* Without an item too: less detail must not pay. */
	assert_true(s.child_exploitation);
	assert_int_equal(evaluate(F("abusive_working_and_living_conditions", "present", "ngo", NOW,
					  ",\"concerns_under_18\":true"),
				 PRB_COMPANY, false, PRB_READ_POINT, &s),
		PRB_OK);
	assert_true(s.child_exploitation);
	assert_int_equal(evaluate(COERCION("ngo", ",\"concerns_under_18\":true"), PRB_COMPANY,
				 false, PRB_READ_POINT, &s),
		PRB_OK);
	assert_false(s.child_exploitation);
	/* An item of exploitation, whichever indicator it stands for. */
	assert_int_equal(evaluate(ITEM("EX03", "present", "ngo",
					  ",\"used_to_compel\":true,\"concerns_under_18\":true"),
				 PRB_COMPANY, false, PRB_READ_POINT, &s),
		PRB_OK);
	assert_true(s.child_exploitation);
	assert_int_equal(evaluate(COERCION("ngo", VERIFIED("worker", "2026-03-01")), PRB_COMPANY,
				 false, PRB_READ_POINT, &s),
		PRB_OK);
	assert_int_equal(s.newest_remedy, prb_date_from_civil(2026, 3, 1));
	assert_false(s.any_open);
}

/* What cannot stand at the as-of date or under the tables. */
static void
refuses(void **state)
{
	static const struct {
		const char *findings;
		enum prb_err err;
		const char *pointer, *detail; /* detail: NULL where one kind of fault is there */
	} rows[] = {
		{F("deception", "present", "ngo", "2026-07-01", ""), PRB_ERR_DATE,
			"/findings/0/date", NULL},
		{F("deception", "present", "ngo", "2026-06-30",
			 VERIFIED("worker", "2026-06-30") ",\"contested\":{\"by\":\"court\","
							  "\"date\":\"2026-06-30\"}"),
			PRB_OK, "", NULL},
		{F("deception", "present", "ngo", NOW, ",\"remediation\":{\"state\":\"none\"}"),
			PRB_OK, "", NULL},
		{"{\"indicator\":\"deception\",\"state\":\"present\",\"source\":\"ngo\"" VERIFIED(
			 "worker", "2026-01-01") "}",
			PRB_ERR_DATE, "/findings/0/remediation/date",
			"the remediation is before its finding: an undated finding counts as made "
			"at the as-of date, so give it its date"},
		{F("deception", "present", "ngo", NOW, VERIFIED("worker", "2026-07-01")),
			PRB_ERR_DATE, "/findings/0/remediation/date", NULL},
		{F("deception", "present", "ngo", NOW, VERIFIED("worker", "2025-12-31")),
			PRB_ERR_DATE, "/findings/0/remediation/date",
			"the remediation is before its finding"},
		{F("deception", "present", "ngo", NOW, ",\"remediation\":{\"state\":\"claimed\"}"),
			PRB_ERR_DATE, "/findings/0/remediation/date",
			"a remediation needs its date"},
		{F("deception", "present", "ngo", NOW,
			 ",\"contested\":{\"by\":\"court\",\"date\":\"2026-07-01\"}"),
			PRB_ERR_DATE, "/findings/0/contested/date", NULL},
		{COERCION("ngo", "") "," ITEM("ZZ01", "present", "ngo", ""), PRB_ERR_VALUE,
			"/findings/1/item", NULL},
		{ITEM("CD01", "present", "ngo", ",\"indicator\":\"deception\""), PRB_ERR_CONFLICT,
			"/findings/0/item",
			"indicator and item do not agree: leave the indicator out, the item names "
			"its own"},
		{ITEM("RV01", "present", "ngo", ",\"indicator\":\"abuse_of_vulnerability\""),
			PRB_ERR_CONFLICT, "/findings/0/item",
			"this item states a vulnerability: it sets indicator "
			"abuse_of_vulnerability only with used_to_compel"},
		{ITEM("CD03", "present", "ngo", ",\"indicator\":\"deception\""), PRB_ERR_CONFLICT,
			"/findings/0/item", NULL},
	};
	struct prb_states s;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(evaluate(rows[i].findings, PRB_COMPANY, false, PRB_READ_POINT, &s),
			rows[i].err);
		if (rows[i].err == PRB_OK)
			continue;
		assert_string_equal(faults.items[0].pointer, rows[i].pointer);
		if (rows[i].detail != NULL)
			assert_string_equal(faults.items[0].detail, rows[i].detail);
	}
}

static void
bounds_groups(void **state)
{
	static char list[8192];
	struct prb_states s;
	size_t n = 0;

	(void)state;
	for (int i = 0; i < PRB_WORKER_GROUPS_MAX + 1; i++)
		n += (size_t)snprintf(list + n, sizeof list - n,
			"%s{\"indicator\":\"deception\",\"state\":\"present\",\"source\":\"ngo\","
			"\"worker_group\":\"g%d\"}",
			i ? "," : "", i);
	assert_int_equal(evaluate(list, PRB_COMPANY, false, PRB_READ_POINT, &s), PRB_ERR_RANGE);
	assert_string_equal(faults.items[0].pointer, "/findings/20/worker_group");
	assert_int_equal(evaluate(list, PRB_SUPPLIER, false, PRB_READ_POINT, &s), PRB_OK);
	/* One group is one, however often it is named. */
	for (char *p = list; (p = strstr(p, "\"g")) != NULL; p += 2)
		p[2] = 'g';
	assert_int_equal(evaluate(list, PRB_COMPANY, false, PRB_READ_POINT, &s), PRB_OK);
}

static int
set_up(void **state)
{
	(void)state;
	arena = prb_arena_create((size_t)8 << 20);
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
		cmocka_unit_test(states),
		cmocka_unit_test(half_known),
		cmocka_unit_test(icls),
		cmocka_unit_test(readings),
		cmocka_unit_test(items),
		cmocka_unit_test(the_worst_site_determines),
		cmocka_unit_test(newest_remedies),
		cmocka_unit_test(sites_that_are_alike),
		cmocka_unit_test(what_can_be_remedied),
		cmocka_unit_test(table_inputs),
		cmocka_unit_test(refuses),
		cmocka_unit_test(bounds_groups),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
