/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The JSON Schema of the UNTP Digital Conformity Credential 0.7.0 as tables, as far as an
 * attestation of ours goes: the members that it requires, their types and words. What the schema
 * allows beside is not looked at.
 */
#include <stdio.h>
#include <string.h>

#include "scoring/attest/proof.h"
#include "scoring/attest/verify_parts.h"
#include "scoring/base/date.h"

/* ALONE: an object with the members of its rules and no others. */
enum kind { TEXT, URI, DATE, MOMENT, WORD, WHOLE, NUMBER, TYPES, OBJECT, ALONE, OBJECTS };

struct rule {
	const char *name;
	enum kind kind;
	bool required;
	const void *detail; /* WORD: words, TYPES: the type, OBJECT, ALONE, OBJECTS: rules */
};
#define END                                                                                        \
	{                                                                                          \
		NULL, TEXT, false, NULL                                                            \
	}

/* A row; wherever an object has a `type`, the schema wants the class among its values. */
#define THING_RULES(name, type)                                                                    \
	static const struct rule name[] = {{"type", TYPES, false, type}, {"id", URI, true, NULL},  \
		{"name", TEXT, true, NULL}, END}

THING_RULES(issuer_rules, "CredentialIssuer");
THING_RULES(party_rules, "Party");
THING_RULES(scheme_rules, "ConformityScheme");
THING_RULES(profile_rules, "ConformityProfile");
THING_RULES(criterion_rules, "Criterion");
THING_RULES(metric_rules, "PerformanceMetric");
THING_RULES(topic_rules, "ConformityTopic");
THING_RULES(standard_rules, "Standard");

static const char *const assessor_levels[] = {
	"self", "commercial", "buyer", "membership", "unspecified", "3rdParty", "hybrid", NULL};
static const char *const assessment_levels[] = {"authority-benchmark", "authority-mandate",
	"authority-globalmra", "authority-peer", "authority-extended-mra", "scheme-self",
	"scheme-cab", "no-endorsement", NULL};
static const char *const attestation_types[] = {"certification", "declaration", "inspection",
	"testing", "verification", "validation", "calibration", NULL};
static const char *const status_types[] = {"BitstringStatusListEntry", NULL};
static const char *const status_purposes[] = {
	"refresh", "revocation", "suspension", "message", NULL};

static const struct rule score_rules[] = {{"code", TEXT, true, NULL}, {"rank", WHOLE, false, NULL},
	{"definition", TEXT, false, NULL}, END};
static const struct rule measure_rules[] = {{"value", NUMBER, true, NULL},
	{"upperTolerance", NUMBER, false, NULL}, {"lowerTolerance", NUMBER, false, NULL},
	{"unit", TEXT, true, NULL}, END};
static const struct rule performance_rules[] = {{"metric", OBJECT, false, metric_rules},
	{"measure", OBJECT, false, measure_rules}, {"score", OBJECT, false, score_rules}, END};
static const struct rule link_rules[] = {{"linkURL", URI, true, NULL},
	{"linkName", TEXT, true, NULL}, {"digestMultibase", TEXT, false, NULL},
	{"mediaType", TEXT, false, NULL}, END};
static const struct rule assessment_rules[] = {{"type", TYPES, false, "ConformityAssessment"},
	{"id", URI, true, NULL}, {"name", TEXT, true, NULL},
	{"assessmentCriteria", OBJECTS, true, criterion_rules},
	{"assessmentDate", DATE, true, NULL},
	{"assessedPerformance", OBJECTS, true, performance_rules},
	{"conformityTopic", OBJECTS, true, topic_rules},
	{"referenceStandard", OBJECTS, false, standard_rules},
	{"assessedOrganisation", OBJECT, false, party_rules},
	{"evidence", OBJECTS, false, link_rules}, END};
static const struct rule attestation_rules[] = {{"type", TYPES, false, "ConformityAttestation"},
	{"id", URI, true, NULL}, {"name", TEXT, true, NULL}, {"description", TEXT, false, NULL},
	{"assessorLevel", WORD, true, assessor_levels},
	{"assessmentLevel", WORD, true, assessment_levels},
	{"attestationType", WORD, true, attestation_types},
	{"issuedToParty", OBJECT, true, party_rules},
	{"referenceScheme", OBJECT, true, scheme_rules},
	{"referenceProfile", OBJECT, false, profile_rules},
	{"profileScore", OBJECT, false, score_rules},
	{"auditableEvidence", OBJECT, false, link_rules},
	{"conformityAssessment", OBJECTS, false, assessment_rules}, END};
static const struct rule status_rules[] = {{"type", WORD, true, status_types},
	{"id", URI, false, NULL}, {"statusPurpose", WORD, true, status_purposes},
	{"statusListIndex", WHOLE, true, NULL}, {"statusListCredential", URI, true, NULL}, END};
static const struct rule credential_rules[] = {{"id", URI, true, NULL}, {"name", TEXT, true, NULL},
	{"issuer", OBJECT, true, issuer_rules}, {"validFrom", MOMENT, true, NULL},
	{"validUntil", MOMENT, false, NULL}, {"credentialStatus", ALONE, false, status_rules},
	{"credentialSubject", OBJECT, true, attestation_rules}, END};

/* A scheme and a colon, and nothing that no URI holds (RFC 3986). */
static bool
is_uri(struct prb_span text)
{
	static const char never[] = " <>\"{}|\\^`";
	const char *colon = text.n == 0 ? NULL : memchr(text.p, ':', text.n);

	if (colon == NULL || colon == text.p || text.p + text.n == colon + 1)
		return false;
	for (const char *p = text.p; p < colon; p++) {
		bool letter = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z');
		bool other = (*p >= '0' && *p <= '9') || *p == '+' || *p == '-' || *p == '.';

		if (!letter && (p == text.p || !other))
			return false;
	}
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] <= 0x20 || (unsigned char)text.p[i] >= 0x7F ||
			memchr(never, text.p[i], sizeof(never) - 1) != NULL)
			return false;
	return true;
}

static bool
is_word(struct prb_span text, const char *const *words)
{
	for (; *words != NULL; words++)
		if (prb_span_is(text, *words))
			return true;
	return false;
}

/* What the value should be; NULL where it is. */
static const char *
text_fault(struct prb_span text, const struct rule *rule)
{
	prb_date date;
	int64_t moment;

	switch (rule->kind) {
	case URI:
		return is_uri(text) ? NULL : "must be a URI";
	case DATE:
		return prb_date_parse(text, &date) ? NULL : "must be a date, YYYY-MM-DD";
	case MOMENT:
		return prb_timestamp_parse(text, &moment) ? NULL : "must be a moment with its zone";
	case WORD:
		return is_word(text, rule->detail) ? NULL : "is none of the schema's words";
	default:
		return NULL;
	}
}

static const char *
value_fault(const struct prb_json *value, const struct rule *rule)
{
	int64_t number;

	switch (rule->kind) {
	case OBJECT:
	case ALONE:
		return prb_json_kind(value) == PRB_JSON_OBJECT ? NULL : "must be an object";
	case OBJECTS:
		return prb_json_kind(value) == PRB_JSON_ARRAY ? NULL : "must be an array";
	case TYPES:
		if (prb_json_kind(value) != PRB_JSON_ARRAY)
			return "must be an array";
		return prb_verify_contains(value, rule->detail)
			       ? NULL
			       : "lacks the type that belongs here";
	case NUMBER:
		return prb_json_kind(value) == PRB_JSON_NUMBER ? NULL : "must be a number";
	case WHOLE:
		return prb_json_kind(value) == PRB_JSON_NUMBER && prb_json_int(value, &number)
			       ? NULL
			       : "must be a whole number";
	default:
		if (prb_json_kind(value) != PRB_JSON_STRING)
			return "must be a text";
		return text_fault(prb_json_string(value), rule);
	}
}

struct place {
	char text[PRB_FAULT_POINTER_BYTES_MAX];
	size_t n;
};

/* The names are the tables' own and the levels few: it always fits. */
static size_t
deeper(struct place *place, const char *name)
{
	size_t before = place->n;
	int n = snprintf(place->text + before, sizeof(place->text) - before, "/%s", name);

	if (n > 0 && (size_t)n < sizeof(place->text) - before)
		place->n += (size_t)n;
	return before;
}

static void
back(struct place *place, size_t before)
{
	place->n = before;
	place->text[before] = '\0';
}

static bool follows(struct prb_verifying *v, const struct prb_json *object,
	const struct rule *rules, struct place *place);

static bool
each_follows(struct prb_verifying *v, const struct prb_json *array, const struct rule *rules,
	struct place *place)
{
	size_t index = 0;
	char name[24];

	for (const struct prb_json *e = prb_json_first(array); e; e = prb_json_next(e)) {
		size_t before;

		(void)snprintf(name, sizeof(name), "%zu", index++);
		before = deeper(place, name);
		if (prb_json_kind(e) != PRB_JSON_OBJECT) {
			prb_verify_say(v, PRB_CHECK_SCHEMA, PRB_OUTCOME_FAILED,
				"%s must be an object", place->text);
			return false;
		}
		if (!follows(v, e, rules, place))
			return false;
		back(place, before);
	}
	return true;
}

static bool
has_no_others(struct prb_verifying *v, const struct prb_json *object, const struct rule *rules,
	const struct place *place)
{
	for (const struct prb_json *e = prb_json_first(object); e; e = prb_json_next(e)) {
		const struct rule *rule = rules;

		while (rule->name != NULL && strcmp(rule->name, prb_json_name(e)) != 0)
			rule++;
		if (rule->name != NULL)
			continue;
		prb_verify_say(v, PRB_CHECK_SCHEMA, PRB_OUTCOME_FAILED,
			"%s has the member \"%s\", for which the schema has no place", place->text,
			prb_json_name(e));
		return false;
	}
	return true;
}

static bool
member_follows(struct prb_verifying *v, const struct prb_json *value, const struct rule *rule,
	struct place *place)
{
	const char *wrong = value == NULL ? NULL : value_fault(value, rule);

	if (value == NULL && rule->required)
		wrong = "is missing";
	if (wrong != NULL) {
		prb_verify_say(
			v, PRB_CHECK_SCHEMA, PRB_OUTCOME_FAILED, "%s %s", place->text, wrong);
		return false;
	}
	if (value != NULL && rule->kind == ALONE && !has_no_others(v, value, rule->detail, place))
		return false;
	if (value != NULL && (rule->kind == OBJECT || rule->kind == ALONE))
		return follows(v, value, rule->detail, place);
	if (value != NULL && rule->kind == OBJECTS)
		return each_follows(v, value, rule->detail, place);
	return true;
}

static bool
follows(struct prb_verifying *v, const struct prb_json *object, const struct rule *rules,
	struct place *place)
{
	for (; rules->name != NULL; rules++) {
		size_t before = deeper(place, rules->name);

		if (!member_follows(v, prb_json_member(object, rules->name), rules, place))
			return false;
		back(place, before);
	}
	return true;
}

bool
prb_verify_is_dcc(const struct prb_json *root)
{
	return prb_verify_contains(prb_json_member(root, "type"), "DigitalConformityCredential") ||
	       prb_verify_contains(prb_json_member(root, "@context"), PRB_CONTEXT_UNTP);
}

/* "Not one of these at all" is said before its members are gone through. */
static bool
is_dcc(struct prb_verifying *v)
{
	const struct prb_json *context = prb_verify_member(v->root, "@context", PRB_JSON_ARRAY);
	const struct prb_json *second = context == NULL || prb_json_first(context) == NULL
						? NULL
						: prb_json_next(prb_json_first(context));
	const struct prb_json *types = prb_verify_member(v->root, "type", PRB_JSON_ARRAY);
	const char *wrong = NULL;

	if (types == NULL)
		wrong = "/type must be an array";
	else if (!prb_verify_contains(types, "DigitalConformityCredential"))
		wrong = "not a UNTP Digital Conformity Credential: /type does not name it";
	else if (second == NULL || prb_json_kind(second) != PRB_JSON_STRING ||
		 !prb_span_is(prb_json_string(second), PRB_CONTEXT_UNTP))
		wrong = "not of UNTP 0.7: /@context/1 must be " PRB_CONTEXT_UNTP;
	for (; wrong == NULL && second != NULL; second = prb_json_next(second))
		if (prb_json_kind(second) != PRB_JSON_STRING)
			wrong = "/@context must hold texts alone";
	if (wrong != NULL)
		prb_verify_say(v, PRB_CHECK_SCHEMA, PRB_OUTCOME_FAILED, "%s", wrong);
	return wrong == NULL;
}

void
prb_verify_schema(struct prb_verifying *v)
{
	struct place place = {.n = 0};

	if (is_dcc(v) && follows(v, v->root, credential_rules, &place))
		prb_verify_say(v, PRB_CHECK_SCHEMA, PRB_OUTCOME_PASSED,
			"a UNTP Digital Conformity Credential 0.7");
}
