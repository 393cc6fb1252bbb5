/* SPDX-License-Identifier: Apache-2.0 */
/* What the reader can do (scoring/METHOD.md section 7), over the project's own release: which law
 * applies where, what a report holds of it, the remedy of each indicator, and referrals. */
#include <stdio.h>
#include <string.h>

#include "clients/render/plain.h"
#include "clients/render/texts.h"
#include "datasets/facts/gather.h"
#include "scoring/rules/report.h"
#include "scoring/rules/score.h"
#include "tests/unit/datasets_support.h"

#define AS_OF "2026-06-30"

static struct prb_release *release;
static struct prb_reader *reader;
static struct prb_gatherer *gatherer;
static struct prb_arena *arena;
static struct prb_reference reference; /* the release's; a test may put its own tables in */
static struct prb_str text;

static int
set_up(void **state)
{
	struct prb_fault fault;

	(void)state;
	assert_int_equal(prb_release_open(support_release(), &release, &fault), PRB_OK);
	assert_int_equal(prb_reader_create(release, &reader), PRB_OK);
	gatherer = prb_gatherer_create(reader);
	arena = prb_arena_create(64UL * 1024 * 1024);
	prb_str_init(&text, PRB_REPORT_BYTES_MAX);
	return gatherer && arena ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	prb_str_finish(&text);
	prb_arena_destroy(arena);
	prb_gatherer_destroy(gatherer);
	prb_reader_destroy(reader);
	prb_release_close(release);
	support_release_remove();
	return 0;
}

static int
own_tables(void **state)
{
	(void)state;
	prb_arena_reset(arena);
	reference = *prb_release_reference(release);
	return 0;
}

struct scored {
	struct prb_facts *facts;
	struct prb_result *result;
};

static struct scored
score(const char *declaration_text, const char *as_of)
{
	struct prb_score_options options = {.sha256 = prb_store_sha256};
	struct prb_faults faults = {.count = 0};
	struct prb_declaration *declaration;
	struct scored s = {NULL, NULL};
	prb_date date = PRB_DATE_NONE;
	enum prb_err err;

	assert_true(prb_date_parse(prb_span_of(as_of), &date));
	options.as_of = date;
	err = prb_declaration_read(arena, prb_span_of(declaration_text), &faults, &declaration);
	if (err == PRB_OK)
		err = prb_facts_gather(gatherer, arena, declaration, date, &faults, &s.facts);
	if (err == PRB_OK)
		err = prb_score(
			arena, &reference, declaration, s.facts, &options, &faults, &s.result);
	if (err != PRB_OK)
		fail_msg("%s: %s %s", declaration_text, faults.items[0].pointer,
			faults.items[0].detail);
	return s;
}

static const struct prb_json *
write_and_parse(const struct prb_result *result)
{
	const struct prb_json *json;
	struct prb_fault fault;

	prb_str_reset(&text);
	prb_report_write(arena, result, &text);
	assert_false(text.failed);
	assert_int_equal(prb_json_parse(arena, prb_arena_copy(arena, prb_str_span(&text)),
				 PRB_REPORT_BYTES_MAX, &fault, &json),
		PRB_OK);
	return json;
}

static const struct prb_json *
report_of(const char *declaration_text)
{
	return write_and_parse(score(declaration_text, AS_OF).result);
}

static struct prb_span
string_of(const struct prb_json *object, const char *name)
{
	const struct prb_json *value = prb_json_member(object, name);

	return value ? prb_json_string(value) : PRB_SPAN("");
}

/* The element of a list whose member has this value; NULL where there is none. */
static const struct prb_json *
find(const struct prb_json *report, const char *list, const char *name, const char *value)
{
	const struct prb_json *items = prb_json_member(report, list);

	assert_non_null(items);
	for (const struct prb_json *i = prb_json_first(items); i; i = prb_json_next(i))
		if (prb_span_is(string_of(i, name), value))
			return i;
	return NULL;
}

static bool
has(const struct prb_json *object, const char *list, const char *value)
{
	const struct prb_json *items = prb_json_member(object, list);

	assert_non_null(items);
	for (const struct prb_json *i = prb_json_first(items); i; i = prb_json_next(i))
		if (prb_span_is(prb_json_string(i), value))
			return true;
	return false;
}

static size_t
length(const struct prb_json *object, const char *list)
{
	const struct prb_json *items = prb_json_member(object, list);

	assert_non_null(items);
	return prb_json_size(items);
}

/*
 * Laws and markets.
 */

#define ANY "bs_25700=any oecd_due_diligence=any un_guiding_principles=any "

static void
each_law_has_its_market(void **state)
{
	static const struct {
		const char *markets, *laws;
	} rows[] = {
		{"[]", ""},
		{"[\"CHN\"]", ANY},
		{"[\"CHE\",\"Norway\"]", "bs_25700=any no_transparency_act=NOR "
					 "oecd_due_diligence=any un_guiding_principles=any "},
		{"[\"US\"]", ANY "us_eo_13126=USA us_far_52_222_50=USA us_tariff_act_307=USA "
				 "us_uflpa=USA "},
		{"[\"GBR\"]", "bs_25700=any gb_modern_slavery_act=GBR gb_procurement_act=GBR "
			      "oecd_due_diligence=any un_guiding_principles=any "},
		{"[\"AUS\"]", "au_modern_slavery_act=AUS " ANY},
		{"[\"CAN\"]", "bs_25700=any ca_import_ban=CAN ca_supply_chains_act=CAN "
			      "oecd_due_diligence=any un_guiding_principles=any "},
		{"[\"MEX\"]", "bs_25700=any mx_import_ban=MEX oecd_due_diligence=any "
			      "un_guiding_principles=any "},
		{"[\"EU\"]", "bs_25700=any eu_2014_24=EU eu_2024_1760=EU eu_2024_3015=EU "
			     "oecd_due_diligence=any un_guiding_principles=any "},
		{"[\"FRA\",\"AUT\"]", "bs_25700=any eu_2014_24=AUT eu_2024_1760=AUT "
				      "eu_2024_3015=AUT oecd_due_diligence=any "
				      "un_guiding_principles=any "},
		{"[\"DEU\",\"EU\",\"DEU\"]",
			"bs_25700=any de_lksg=DEU eu_2014_24=EU eu_2024_1760=EU eu_2024_3015=EU "
			"oecd_due_diligence=any un_guiding_principles=any "},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char declaration[256], said[1024] = "";
		const struct prb_json *report;
		size_t n = 0;

		(void)snprintf(declaration, sizeof(declaration),
			"{\"destination_markets\":%s,\"supplier\":{\"country\":\"BGD\",\"name\":"
			"\"A\"}"
			"}",
			rows[i].markets);
		report = report_of(declaration);
		for (const struct prb_json *law =
				prb_json_first(prb_json_member(report, "regulations"));
			law; law = prb_json_next(law))
			n += (size_t)snprintf(said + n, sizeof(said) - n, "%.*s=%.*s ",
				PRB_SPAN_ARGS(string_of(law, "law")),
				PRB_SPAN_ARGS(string_of(law, "market")));
		if (strcmp(said, rows[i].laws) != 0)
			fail_msg("%s\n     got %s\nexpected %s", rows[i].markets, said,
				rows[i].laws);
		assert_int_equal(
			find(report, "next_questions", "key", "ask_destination_markets") != NULL,
			rows[i].laws[0] == '\0');
	}
}

/* The Union's law by every member, and by no neighbour. */
static void
members_of_the_union(void **state)
{
	size_t members = 0;

	(void)state;
	for (size_t i = 0; i < reference.countries_count; i++) {
		const struct prb_country *country = &reference.countries[i];
		char declaration[256];

		prb_arena_reset(arena);
		(void)snprintf(declaration, sizeof(declaration),
			"{\"destination_markets\":[\"%s\"],\"supplier\":{\"country\":\"BGD\","
			"\"name\":"
			"\"A\"}}",
			country->iso3);
		assert_int_equal(
			find(report_of(declaration), "regulations", "law", "eu_2024_3015") != NULL,
			country->eu_member);
		members += country->eu_member;
	}
	assert_int_equal(members, 27);
	assert_false(
		reference.countries[prb_reference_country(&reference, PRB_SPAN("GBR"))].eu_member);
	assert_true(
		reference.countries[prb_reference_country(&reference, PRB_SPAN("HRV"))].eu_member);
}

/*
 * Requirements.
 */

#define CONTROLS                                                                                   \
	"\"controls\":[{\"control\":\"forced_labour_policy\",\"evidence\":\"documented\"},{"       \
	"\"control\":\"contract_in_workers_language\",\"evidence\":\"documented\"},{\"control\":"  \
	"\"workers_hold_own_documents\",\"evidence\":\"documented\"},{\"control\":\"grievance_"    \
	"mechanism\",\"evidence\":\"documented\"},{\"control\":\"supply_chain_tracing\","          \
	"\"evidence\":\"verified\"}]"
#define REMEDY_OF(state)                                                                           \
	"\"remediation\":{\"date\":\"2026-03-10\",\"source\":\"audit_unannounced\",\"state\":"     \
	"\"" state "\"}"
#define FINDINGS                                                                                   \
	"\"findings\":[{\"date\":\"2026-01-10\",\"indicator\":\"debt_bondage\",\"reference\":\"a " \
	"note\"," REMEDY_OF("verified") ",\"source\":\"worker\",\"state\":\"present\"}]"
#define INPUTS "\"inputs\":[{\"hs\":\"7318\",\"origin\":\"CHN\",\"region\":\"CN-SD\"}],"
#define UPSTREAM                                                                                   \
	"\"upstream\":[{\"supplier\":{\"country\":\"CHN\",\"name\":\"Example Fasteners\","         \
	"\"region\":\"CN-JS\"},\"tier\":1}],"
#define SITES "\"sites\":[{\"country\":\"BGD\",\"id\":\"a\"}],"
#define WORKFORCE                                                                                  \
	"\"workforce\":{\"housing\":\"independent\",\"recruitment_fees\":\"employer_pays\","       \
	"\"total\":420}"

/* A declaration that shows all that one can show. */
#define FULL                                                                                       \
	"{" CONTROLS ",\"declarant\":\"company\",\"destination_markets\":[\"USA\",\"EU\","         \
	"\"MEX\",\"CAN\",\"GBR\",\"AUS\",\"NOR\",\"DEU\"]," FINDINGS                               \
	",\"products\":[{\"hs\":\"610910\"," INPUTS "\"origin\":\"BGD\"}]," SITES                  \
	"\"supplier\":{\"country\":\"BGD\",\"name\":\"Example Knitwear Ltd\"}," UPSTREAM WORKFORCE \
	"}"

/* Taking one member away, or making it less, moves the requirement from `holds` to `list`. */
static const struct take {
	const char *law, *requirement, *from, *to, *list;
} takes[] = {
	{"eu_2024_3015", "product", "\"hs\":\"610910\",", "", "missing"},
	{"mx_import_ban", "tariff_code", "\"hs\":\"610910\"", "\"description\":\"t-shirts\"",
		"missing"},
	{"gb_procurement_act", "place", "}],\"origin\":\"BGD\"", "}]", "missing"},
	{"de_lksg", "abstract_risk", "}],\"origin\":\"BGD\"", "}]", "missing"},
	{"us_eo_13126", "match_with_the_list", "\"hs\":\"610910\",", "", "missing"},
	{"eu_2024_3015", "components", INPUTS, "", "missing"},
	{"eu_2024_3015", "components", "\"origin\":\"CHN\",\"region\":\"CN-SD\"",
		"\"description\":\"screws\"", "missing"},
	{"eu_2024_3015", "map_of_sites", SITES, "", "missing"},
	{"eu_2024_3015", "stage_in_the_chain", UPSTREAM, "", "missing"},
	{"eu_2024_3015", "state_imposed", ",\"region\":\"CN-SD\"", "", "missing"},
	{"us_uflpa", "xinjiang_exposure", ",\"region\":\"CN-SD\"", "", "missing"},
	{"us_uflpa", "xinjiang_exposure", ",\"region\":\"CN-JS\"", "", "missing"},
	{"us_uflpa", "xinjiang_exposure", INPUTS, "", "missing"},
	{"us_uflpa", "xinjiang_exposure", UPSTREAM, "", "missing"},
	{"us_uflpa", "xinjiang_exposure", "}],\"origin\":\"BGD\"", "}]", "missing"},
	{"us_uflpa", "xinjiang_exposure", "\"country\":\"BGD\",\"id\"",
		"\"country\":\"CHN\",\"id\"", "missing"},
	{"us_tariff_act_307", "indicators_with_facts_and_dates", FINDINGS, "\"findings\":[]",
		"missing"},
	{"us_tariff_act_307", "indicators_with_facts_and_dates", FINDINGS,
		"\"findings\":[{\"indicator\":\"deception\",\"source\":\"ngo\",\"state\":"
		"\"present\"}]",
		"missing"},
	{"eu_2024_3015", "sources_and_dates", "\"reference\":\"a note\",", "", "missing"},
	{"us_tariff_act_307", "remediation", REMEDY_OF("verified"), REMEDY_OF("claimed"),
		"missing"},
	{"us_tariff_act_307", "remediation", FINDINGS, "\"findings\":[]", "not_due"},
	{"us_tariff_act_307", "independent_verification", REMEDY_OF("verified"),
		REMEDY_OF("documented"), "missing"},
	{"us_tariff_act_307", "independent_verification", "\"source\":\"audit_unannounced\"",
		"\"source\":\"audit_announced\"", "missing"},
	{"us_tariff_act_307", "independent_verification", FINDINGS, "\"findings\":[]", "not_due"},
	{"us_tariff_act_307", "controls_in_place", CONTROLS,
		"\"controls\":[{\"control\":\"free_movement\",\"evidence\":\"claimed\"}]",
		"missing"},
	{"gb_modern_slavery_act", "effectiveness", "\"verified\"}]", "\"documented\"}]", "missing"},
	{"gb_modern_slavery_act", "effectiveness", "\"declarant\":\"company\"",
		"\"declarant\":\"supplier\"", "missing"},
	{"gb_modern_slavery_act", "policies", "\"forced_labour_policy\"", "\"free_movement\"",
		"missing"},
	{"us_far_52_222_50", "contracts",
		"contract_in_workers_language\",\"evidence\":\"documented",
		"contract_in_workers_language\",\"evidence\":\"claimed", "missing"},
	{"us_far_52_222_50", "identity_documents", "\"workers_hold_own_documents\"",
		"\"free_movement\"", "missing"},
	{"us_far_52_222_50", "complaints", "\"grievance_mechanism\"", "\"free_movement\"",
		"missing"},
	{"us_uflpa", "due_diligence_system", "\"supply_chain_tracing\"", "\"free_movement\"",
		"missing"},
	{"us_far_52_222_50", "recruitment_fees", "\"employer_pays\"", "\"unknown\"", "missing"},
	{"us_far_52_222_50", "housing", "\"independent\"", "\"unknown\"", "missing"},
	{"un_guiding_principles", "severity_scope", ",\"total\":420", "", "missing"},
};

static const struct prb_json *
law_of(const struct prb_json *report, const char *law)
{
	const struct prb_json *found = find(report, "regulations", "law", law);

	if (!found)
		fail_msg("no law %s", law);
	return found;
}

static size_t
listed(const struct prb_json *law)
{
	return length(law, "holds") + length(law, "missing") + length(law, "not_due") +
	       length(law, "not_in_a_report");
}

static void
a_full_report_misses_nothing(void **state)
{
	const struct prb_json *report = report_of(FULL);

	(void)state;
	assert_int_equal(length(report, "regulations"), reference.laws_count);
	for (size_t i = 0; i < reference.laws_count; i++) {
		const struct prb_law *law = &reference.laws[i];
		const struct prb_json *found = law_of(report, law->id);

		assert_int_equal(length(found, "missing"), 0);
		assert_int_equal(length(found, "not_due"), 0);
		assert_int_equal(listed(found), law->requirements_count);
		for (size_t k = 0; k < law->requirements_count; k++)
			assert_true(has(found,
				law->requirements[k].shown == PRB_SHOWN_NOT_IN_A_REPORT
					? "not_in_a_report"
					: "holds",
				law->requirements[k].id));
	}
}

static void
each_requirement_is_shown_by_its_member(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(takes) / sizeof(takes[0]); i++) {
		const struct take *t = &takes[i];
		const char *at = strstr(FULL, t->from);
		char less[4096];
		const struct prb_json *law;

		prb_arena_reset(arena);
		if (!at)
			fail_msg("%s: \"%s\" is not there", t->requirement, t->from);
		(void)snprintf(less, sizeof(less), "%.*s%s%s", (int)(at - FULL), FULL, t->to,
			at + strlen(t->from));
		law = law_of(report_of(less), t->law);
		if (has(law, "holds", t->requirement) || !has(law, t->list, t->requirement))
			fail_msg("%s %s without %s: not in %s", t->law, t->requirement, t->from,
				t->list);
		assert_int_equal(listed(law), listed(law_of(report_of(FULL), t->law)));
	}
}

/* Shown by other words than those of the full declaration. */
static void
shown_otherwise(void **state)
{
	static const struct {
		const char *law, *requirement, *declaration;
	} rows[] = {
		{"us_tariff_act_307", "controls_in_place",
			"{\"supplier\":{\"country\":\"VNM\",\"name\":\"A\"},"
			"\"destination_markets\":[\"USA\"],\"controls\":[{\"control\":"
			"\"free_movement\",\"evidence\":\"documented\"}]}"},
		/* A scope that asks, and is cleared. */
		{"eu_2024_3015", "state_imposed",
			"{\"supplier\":{\"country\":\"CHN\",\"name\":\"A\",\"region\":\"CN-JS\"},"
			"\"destination_markets\":[\"DEU\"],\"products\":[{\"hs\":\"520512\","
			"\"origin\":\"CHN\"}],\"workforce\":{\"labour_transfer\":\"no\"}}"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		prb_arena_reset(arena);
		if (!has(law_of(report_of(rows[i].declaration), rows[i].law), "holds",
			    rows[i].requirement))
			fail_msg("%s: %s is not held", rows[i].law, rows[i].requirement);
	}
}

/* Every way in which a requirement can be shown is in a row above, but for what each report holds,
 * and is in use. */
static void
every_way_is_tried(void **state)
{
	bool used[PRB_SHOWN_COUNT] = {false}, tried[PRB_SHOWN_COUNT] = {false};

	(void)state;
	tried[PRB_SHOWN_EVERY_REPORT] = tried[PRB_SHOWN_NOT_IN_A_REPORT] = true;
	tried[PRB_SHOWN_LISTS] = true; /* below */
	for (size_t i = 0; i < reference.laws_count; i++)
		for (size_t k = 0; k < reference.laws[i].requirements_count; k++) {
			const struct prb_requirement *r = &reference.laws[i].requirements[k];

			used[r->shown] = true;
			for (size_t t = 0; t < sizeof(takes) / sizeof(takes[0]); t++)
				if (strcmp(takes[t].law, reference.laws[i].id) == 0 &&
					strcmp(takes[t].requirement, r->id) == 0)
					tried[r->shown] = true;
		}
	for (int i = 0; i < PRB_SHOWN_COUNT; i++)
		if (!used[i] || !tried[i])
			fail_msg("%s: %s", prb_shown_word((enum prb_shown)i),
				used[i] ? "no row tries it" : "no law asks for it");
}

static void
lists_that_were_searched(void **state)
{
	struct scored s = score(FULL, AS_OF);

	(void)state;
	s.facts->lists_count = 0;
	assert_true(has(
		law_of(write_and_parse(s.result), "us_uflpa"), "missing", "entity_list_result"));
}

/*
 * Remedies.
 */

static void
remedies(void **state)
{
	static const struct {
		const char *indicator, *by, *verified_by; /* the last class */
	} rows[] = {
		{"physical_and_sexual_violence", "2026-07-07", "authority"},
		{"retention_of_identity_documents", "2026-07-14", "authority"},
		{"debt_bondage", "2026-09-28", "authority"},
	};
	const struct prb_json *report = report_of(
		"{\"findings\":[{\"date\":\"2026-01-10\",\"indicator\":\"debt_bondage\",\"site\":"
		"\"b\",\"source\":\"worker\",\"state\":\"present\"},{\"date\":\"2026-01-10\","
		"\"indicator\":\"physical_and_sexual_violence\",\"site\":\"b\",\"source\":\"ngo\","
		"\"state\":\"present\"},{\"date\":\"2026-01-10\",\"indicator\":\"retention_of_"
		"identity_documents\",\"site\":\"b\",\"source\":\"ngo\",\"state\":\"present\"},{"
		"\"date\":\"2019-01-10\",\"indicator\":\"isolation\",\"source\":\"ngo\",\"state\":"
		"\"present\"},{\"date\":\"2026-01-10\",\"indicator\":\"deception\","
		"\"remediation\":{\"date\":\"2026-03-10\",\"source\":\"authority\",\"state\":"
		"\"verified\"},\"source\":\"ngo\",\"state\":\"present\"}],\"sites\":[{\"id\":\"a\"}"
		","
		"{\"id\":\"b\"}],\"supplier\":{\"country\":\"MYS\",\"name\":\"A\"}}");
	const struct prb_json *item = prb_json_first(prb_json_member(report, "remediation"));

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char key[64];

		assert_non_null(item);
		assert_true(prb_span_is(string_of(item, "indicator"), rows[i].indicator));
		assert_true(prb_span_is(string_of(item, "by"), rows[i].by));
		assert_true(prb_span_is(string_of(item, "rule"), "remedy_before_exit"));
		(void)snprintf(key, sizeof(key), "remedy.%s", rows[i].indicator);
		assert_true(prb_span_is(string_of(item, "action"), key));
		(void)snprintf(key, sizeof(key), "remedy_evidence.%s", rows[i].indicator);
		assert_true(prb_span_is(string_of(item, "evidence"), key));
		assert_true(has(item, "sites", "b"));
		assert_int_equal(length(item, "sites"), 1);
		assert_true(has(item, "verified_by", rows[i].verified_by));
		assert_false(has(item, "verified_by", "audit_announced"));
		item = prb_json_next(item);
	}
	assert_null(item);
}

/* No site declared: no site named. And no date lies beyond the calendar. */
static void
remedies_at_the_end_of_days(void **state)
{
	struct scored s = score("{\"findings\":[{\"date\":\"9999-12-01\",\"indicator\":\"debt_"
				"bondage\",\"source\":\"worker\",\"state\":\"present\"}],"
				"\"supplier\":{\"country\":\"MYS\",\"name\":\"A\"}}",
		"9999-12-30");
	const struct prb_json *item =
		prb_json_first(prb_json_member(write_and_parse(s.result), "remediation"));

	(void)state;
	assert_non_null(item);
	assert_true(prb_span_is(string_of(item, "by"), "9999-12-31"));
	assert_int_equal(length(item, "sites"), 0);
}

/*
 * Referrals.
 */

#define BODIES_MAX 32
static struct prb_referral bodies[BODIES_MAX];

static void
use_bodies(const char *const *countries, size_t count)
{
	for (size_t i = 0; i < count; i++)
		bodies[i] = (struct prb_referral){.country = (int16_t)prb_reference_country(
							  &reference, prb_span_of(countries[i])),
			.body = "a body",
			.kind = "labour_inspectorate",
			.url = "https://example.org/",
			.phone = i % 2 ? "" : "123",
			.caution = i % 2 ? "" : "immigration",
			.source = "a page",
			.as_of = "2026",
			.status = "secondary"};
	reference.referrals = bodies;
	reference.referrals_count = count;
}

static void
referrals(void **state)
{
	static const char *const countries[] = {"BGD", "CHN", "CHN", "MYS", "NOR"};
	static const struct {
		const char *declaration, *said;
	} rows[] = {
		{"{\"supplier\":{\"country\":\"NOR\",\"name\":\"A\"}}", "NOR "},
		{"{\"supplier\":{\"country\":\"DEU\",\"name\":\"A\"}}", ""},
		{"{\"sites\":[{\"country\":\"MYS\",\"id\":\"b\"},{\"country\":\"BGD\",\"id\":\"a\"}"
		 "],\"supplier\":{\"country\":\"NOR\",\"name\":\"A\"}}",
			"BGD MYS NOR "},
		{"{\"supplier\":{\"country\":\"CHN\",\"name\":\"A\",\"region\":\"CN-JS\"}}",
			"CHN CHN "},
		/* Not to the state that imposes the labour, nor where that cannot be excluded. */
		{"{\"supplier\":{\"country\":\"CHN\",\"name\":\"A\",\"region\":\"CN-XJ\"}}", ""},
		{"{\"supplier\":{\"country\":\"CHN\",\"name\":\"A\"}}", ""},
		{"{\"sites\":[{\"country\":\"CHN\",\"id\":\"a\",\"region\":\"CN-XJ\"}],"
		 "\"supplier\":"
		 "{\"country\":\"NOR\",\"name\":\"A\"}}",
			"NOR "},
		{"{\"supplier\":{\"country\":\"CHN\",\"name\":\"A\",\"region\":\"CN-JS\"},"
		 "\"workforce\":{\"labour_transfer\":\"yes\"}}",
			""},
	};

	(void)state;
	use_bodies(countries, sizeof(countries) / sizeof(countries[0]));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct prb_json *report = report_of(rows[i].declaration);
		char said[256] = "";
		size_t n = 0;

		for (const struct prb_json *body =
				prb_json_first(prb_json_member(report, "referrals"));
			body; body = prb_json_next(body)) {
			n += (size_t)snprintf(said + n, sizeof(said) - n, "%.*s ",
				PRB_SPAN_ARGS(string_of(body, "country")));
			assert_true(prb_span_is(string_of(body, "source"), "a page"));
		}
		if (strcmp(said, rows[i].said) != 0)
			fail_msg("%s: %s, expected %s", rows[i].declaration, said, rows[i].said);
	}
}

static void
referrals_are_bounded(void **state)
{
	const char *countries[BODIES_MAX];
	const struct prb_json *report;

	(void)state;
	for (size_t i = 0; i < BODIES_MAX; i++)
		countries[i] = "NOR";
	use_bodies(countries, BODIES_MAX);
	report = report_of("{\"supplier\":{\"country\":\"NOR\",\"name\":\"A\"}}");
	assert_int_equal(length(report, "referrals"), 20);
}

/*
 * Texts.
 */

static void
has_text(const char *prefix, const char *key)
{
	if (!prb_text_find(prefix, prb_span_of(key)))
		fail_msg("no text %s.%s", prefix, key);
}

static void
every_key_has_its_text(void **state)
{
	static const char *const kinds[] = {
		"labour_inspectorate", "hotline", "anti_trafficking", "ombudsman", "police"};

	(void)state;
	for (size_t i = 0; i < reference.laws_count; i++) {
		has_text("law", reference.laws[i].id);
		for (size_t k = 0; k < reference.laws[i].requirements_count; k++)
			has_text("requirement", reference.laws[i].requirements[k].id);
	}
	for (int i = 1; i <= PRB_INDICATORS; i++) {
		has_text("remedy", prb_indicator_key((enum prb_indicator)i));
		has_text("remedy_evidence", prb_indicator_key((enum prb_indicator)i));
		assert_true(reference.remedies[i].days > 0);
		for (uint8_t s = 1; s < PRB_SOURCE_COUNT; s++)
			if (reference.remedies[i].verified_by >> s & 1)
				has_text("verifier", prb_words_text(&prb_words_source, s));
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		has_text("referral", kinds[i]);
	has_text("caution", "immigration");
}

/* In words: each section where there is something to say, and none where there is not. */
static void
explained(void **state)
{
	static const char *const countries[] = {"BGD"};
	static const char *const lines[] = {"\nWhat to do now (remedy comes before exit):\n",
		"  - debt bondage: cancel the debt", "      sites: a\n", "by 28 Sept 2026\n",
		"\nLaws and standards of the declared markets",
		"Uyghur Forced Labor Prevention Act (US) (Public Law 117-78), for United States of "
		"America; applies from 21 Jun 2022\n",
		"(2011), for any market;", "      held: the product; components",
		"      missing: evidence of remedy for every indicator named",
		"      for the reader to add: ", "\nWhere workers get help:\n",
		"  - Bangladesh: a body, labour inspection: hours, pay, safety, contracts\n"
		"      https://example.org/  123\n"};
	struct prb_fault fault;
	struct prb_str out;
	char less[4096];
	const char *at = strstr(FULL, "," REMEDY_OF("verified"));

	(void)state;
	assert_non_null(at);
	(void)snprintf(less, sizeof(less), "%.*s%s", (int)(at - FULL), FULL,
		at + strlen("," REMEDY_OF("verified")));
	use_bodies(countries, 1);
	prb_str_init(&out, 1 << 20);
	assert_int_equal(
		prb_plain_report(arena, report_of(less), PRB_LANG_en, &out, &fault), PRB_OK);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (!strstr(out.p, lines[i]))
			fail_msg("not said: %s\n%s", lines[i], out.p);
	prb_str_reset(&out);
	assert_int_equal(prb_plain_report(arena,
				 report_of("{\"supplier\":{\"country\":\"DEU\",\"name\":\"A\"}}"),
				 PRB_LANG_en, &out, &fault),
		PRB_OK);
	assert_null(strstr(out.p, "What to do now"));
	assert_null(strstr(out.p, "Laws and standards"));
	assert_null(strstr(out.p, "Where workers get help"));
	prb_str_finish(&out);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, own_tables)
	const struct CMUnitTest tests[] = {TEST(each_law_has_its_market),
		TEST(members_of_the_union), TEST(a_full_report_misses_nothing),
		TEST(each_requirement_is_shown_by_its_member), TEST(shown_otherwise),
		TEST(every_way_is_tried), TEST(lists_that_were_searched), TEST(remedies),
		TEST(remedies_at_the_end_of_days), TEST(referrals), TEST(referrals_are_bounded),
		TEST(every_key_has_its_text), TEST(explained)};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
