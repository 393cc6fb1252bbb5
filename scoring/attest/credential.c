/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hot path: no JSON is read and nothing is sorted, members are written in their canonical order
 * and hashed where they stand. What never changes is one literal of canonical JSON. What each
 * member says, and why: ATTESTATION.md.
 */
#include "scoring/attest/credential.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "scoring/attest/document.h"
#include "scoring/attest/multibase.h"
#include "scoring/base/jcs.h"

#define DAY_SECONDS 86400
#define ID_BYTES_MAX (PRB_URL_BYTES_MAX + 128)
#define DESCRIPTION_BYTES_MAX 400
#define VERSION_BYTES_MAX 100

#define CONTEXT                                                                                    \
	"[\"https://www.w3.org/ns/credentials/v2\","                                               \
	"\"https://vocabulary.uncefact.org/untp/0.7.0/context/\"]"
#define TOPIC                                                                                      \
	"[{\"id\":\"https://vocabulary.uncefact.org/conformity-topic/"                             \
	"forced-labor-elimination\",\"name\":\"Forced Labor "                                      \
	"Elimination\",\"type\":[\"ConformityTopic\"]}]"
#define STANDARD                                                                                   \
	"[{\"id\":\"https://normlex.ilo.org/dyn/nrmlx_en/"                                         \
	"f?p=NORMLEXPUB:12100:0::NO::P12100_ILO_CODE:C029\",\"name\":\"ILO Forced Labour "         \
	"Convention, 1930 (No. 29)\",\"type\":[\"Standard\"]}]"

/* One object {id, name, type} of canonical JSON. */
#define THING(uuid, name, type)                                                                    \
	"{\"id\":\"urn:uuid:" uuid "\",\"name\":\"" name "\",\"type\":[\"" type "\"]}"

#define PRB_TERM(NAME, type, hashed, uuid, name)                                                   \
	static const char term_##NAME[] = THING(uuid, name, type);
#define PRB_CRITERION(NAME, hashed, uuid, name)
#include "scoring/attest/terms.def"
#undef PRB_TERM
#undef PRB_CRITERION

/* Exposure has the place of no indicator. */
enum {
	CRITERION_NONE = PRB_INDICATOR_NONE,
#define PRB_INDICATOR(name, code, key, side) CRITERION_##name = code,
#include "scoring/model/indicators.def"
#undef PRB_INDICATOR
};

struct criterion {
	struct prb_span json; /* an array of one Criterion */
	const char *name;
};

static const struct criterion criteria[PRB_INDICATORS + 1] = {
#define PRB_TERM(NAME, type, hashed, uuid, name)
#define PRB_CRITERION(NAME, hashed, uuid, name)                                                    \
	[CRITERION_##NAME] = {{"[" THING(uuid, name, "Criterion") "]",                             \
				      sizeof("[" THING(uuid, name, "Criterion") "]") - 1},         \
		name},
#include "scoring/attest/terms.def"
#undef PRB_TERM
#undef PRB_CRITERION
};

#define RULE_SENTENCE_BYTES_MAX 200 /* with NUL */

#define PRB_RULE_SENTENCE(NAME, sentence) static const char rule_##NAME[] = sentence;
#include "scoring/attest/rules.def"
#undef PRB_RULE_SENTENCE

/* A rule without a sentence does not compile, nor a sentence without its rule. */
#define PRB_RATING_RULE(NAME, key)                                                                 \
	static_assert(sizeof(rule_##NAME) > 1 && sizeof(rule_##NAME) <= RULE_SENTENCE_BYTES_MAX,   \
		"each rule of the decision table has a sentence");
#include "scoring/model/rating_rules.def"
#undef PRB_RATING_RULE

static const char *const rule_sentences[] = {
#define PRB_RATING_RULE(NAME, key) [PRB_RULE_##NAME] = rule_##NAME,
#include "scoring/model/rating_rules.def"
#undef PRB_RATING_RULE
};
static_assert(sizeof(rule_sentences) / sizeof(rule_sentences[0]) == PRB_RATING_RULES,
	"one sentence for each rule");

/* Texts put one behind the other; the room is made for the longest that they can be (asserted). */
struct line {
	size_t n;
	char p[ID_BYTES_MAX > DESCRIPTION_BYTES_MAX ? ID_BYTES_MAX : DESCRIPTION_BYTES_MAX];
};

static void
clear(struct line *line)
{
	line->n = 0;
}

static void
put(struct line *line, const char *text)
{
	size_t n = strlen(text);

	assert(line->n + n <= sizeof(line->p));
	memcpy(line->p + line->n, text, n);
	line->n += n;
}

static struct prb_span
line_span(const struct line *line)
{
	return (struct prb_span){line->p, line->n};
}

struct writing {
	const struct prb_credential_request *request;
	const struct prb_result *result;
	struct prb_writer w;
	struct line id, supplier; /* of the credential and of the party it is about */
	struct prb_span party;    /* that party, as an object */
	char issued[PRB_TIMESTAMP_BYTES], until[PRB_TIMESTAMP_BYTES], as_of[PRB_DATE_BYTES];
};

/* PUBLIC_URL/v1/KIND/ID where the service has a public URL, else urn:uuid:ID. */
static void
put_id(struct line *line, const struct writing *a, const char *kind, const char *id)
{
	const char *url = a->request->issuer->public_url;

	put(line, url[0] != '\0' ? url : "urn:uuid:");
	if (url[0] != '\0')
		put(line, kind);
	put(line, id);
}

/* The credential's id with #part behind it. */
static void
write_part_id(struct writing *a, const char *part)
{
	struct line *id = &a->id;
	size_t before = id->n;

	put(id, "#");
	put(id, part);
	prb_writer_member_string(&a->w, "id", line_span(id));
	id->n = before;
}

static void
write_raw(struct prb_writer *w, const char *name, struct prb_span json)
{
	prb_writer_key(w, name);
	prb_writer_raw(w, json);
}

/* ---- the supplier ---- */

/* 20 letters and digits whose number, letters counted from 10, leaves 1 by 97 (ISO 17442-1, ISO/IEC
 * 7064 MOD 97-10). */
static bool
lei_is_good(struct prb_span lei)
{
	unsigned rest = 0;

	if (lei.n != 20)
		return false;
	for (size_t i = 0; i < lei.n; i++) {
		char c = lei.p[i];

		if (c >= '0' && c <= '9')
			rest = (rest * 10 + (unsigned)(c - '0')) % 97;
		else if (c >= 'A' && c <= 'Z')
			rest = (rest * 100 + (unsigned)(c - 'A' + 10)) % 97;
		else
			return false;
	}
	return rest == 1;
}

/* The first good LEI that the declaration gives; p NULL where there is none. Other identifiers may
 * hold any text, and none is signed that nobody looked at. */
static struct prb_span
declared_lei(const struct prb_party *supplier)
{
	for (size_t i = 0; i < supplier->identifiers_count; i++)
		if (supplier->identifiers[i].scheme == PRB_SCHEME_LEI &&
			lei_is_good(supplier->identifiers[i].value))
			return supplier->identifiers[i].value;
	return PRB_SPAN_NONE;
}

static void
write_party(struct prb_writer *w, const struct writing *a, struct prb_span lei)
{
	prb_writer_object(w);
	if (lei.p != NULL)
		prb_writer_member_text(w, "description",
			"As declared. The registered id is the Legal Entity Identifier (ISO 17442) "
			"that was declared; its register was not asked.");
	prb_writer_member_string(w, "id", line_span(&a->supplier));
	prb_writer_member_string(w, "name", a->result->declaration->supplier.name);
	if (lei.p != NULL)
		prb_writer_member_string(w, "registeredId", lei);
	write_raw(w, "type", PRB_SPAN("[\"Party\"]"));
	prb_writer_end(w);
}

/* Every assessment names the supplier: it is written once, where the credential will stand, and
 * put aside. */
static void
prepare_party(struct prb_arena *arena, struct writing *a, struct prb_str *out)
{
	size_t start = out->n;
	struct prb_writer w;

	prb_writer_init(&w, out);
	write_party(&w, a, PRB_SPAN_NONE);
	if (out->failed)
		return;
	a->party = prb_arena_copy(arena, (struct prb_span){out->p + start, out->n - start});
	out->failed = a->party.p == NULL;
	out->n = start;
}

/* ---- evidence ---- */

static int
hex_value(char c)
{
	return c >= 'a' ? c - 'a' + 10 : c - '0';
}

/* Our own tables and hashes: always 64 lower-case digits. */
static void
hex_read(const char hex[PRB_SHA256_HEX_BYTES], uint8_t out[PRB_SHA256_BYTES])
{
	assert(strlen(hex) == PRB_SHA256_HEX_BYTES - 1);
	for (size_t i = 0; i < PRB_SHA256_BYTES; i++)
		out[i] = (uint8_t)(hex_value(hex[2 * i]) << 4 | hex_value(hex[2 * i + 1]));
}

/* A text that this service stores, by its address. */
static void
write_stored_url(struct writing *a, const char *kind, const char *id)
{
	struct line url;

	clear(&url);
	put_id(&url, a, kind, id);
	prb_writer_member_string(&a->w, "linkURL", line_span(&url));
	prb_writer_member_text(&a->w, "mediaType", "application/json");
}

/* What has no address but its hash: an RFC 6920 name. */
static void
write_named_url(struct writing *a, const uint8_t hash[PRB_SHA256_BYTES])
{
	prb_writer_key(&a->w, "linkURL");
	prb_str_add_text(a->w.out, "\"ni:///sha-256;");
	prb_base64url_encode(hash, PRB_SHA256_BYTES, a->w.out);
	prb_str_add_char(a->w.out, '"');
}

static void
begin_link(struct writing *a, const uint8_t hash[PRB_SHA256_BYTES], const char *name)
{
	char digest[PRB_DIGEST_MULTIBASE_BYTES];

	prb_digest_multibase(hash, digest);
	prb_writer_object(&a->w);
	prb_writer_member_text(&a->w, "digestMultibase", digest);
	prb_writer_member_text(&a->w, "linkName", name);
}

static void
write_named_link(struct writing *a, const char *hex, const char *name)
{
	uint8_t hash[PRB_SHA256_BYTES];

	hex_read(hex, hash);
	begin_link(a, hash, name);
	write_named_url(a, hash);
	prb_writer_end(&a->w);
}

static void
write_evidence(struct writing *a)
{
	const struct prb_result *r = a->result;
	uint8_t hash[PRB_SHA256_BYTES];

	hex_read(r->declaration_sha256, hash);
	prb_writer_key(&a->w, "evidence");
	prb_writer_array(&a->w);
	begin_link(a, hash, "Declaration");
	write_stored_url(a, "/v1/declarations/", r->declaration_id);
	prb_writer_end(&a->w);
	write_named_link(a, r->reference->method_sha256, "Method");
	write_named_link(a, r->reference->release, "Dataset release");
	prb_writer_end(&a->w);
}

/* ---- assessments ---- */

/* Up to the performances, which end_assessment ends. */
static void
begin_assessment(struct writing *a)
{
	prb_writer_object(&a->w);
	write_raw(&a->w, "assessedOrganisation", a->party);
	prb_writer_key(&a->w, "assessedPerformance");
	prb_writer_array(&a->w);
}

static void
end_assessment(
	struct writing *a, const struct criterion *criterion, const char *part, bool with_evidence)
{
	struct prb_writer *w = &a->w;

	prb_writer_end(w);
	write_raw(w, "assessmentCriteria", criterion->json);
	prb_writer_member_text(w, "assessmentDate", a->as_of);
	write_raw(w, "conformityTopic", PRB_SPAN(TOPIC));
	if (with_evidence)
		write_evidence(a);
	write_part_id(a, part);
	prb_writer_member_text(w, "name", criterion->name);
	write_raw(w, "referenceStandard", PRB_SPAN(STANDARD));
	write_raw(w, "type", PRB_SPAN("[\"ConformityAssessment\"]"));
	prb_writer_end(w);
}

/* Whole points, as the report prints them; the tolerances reach to the ends of its range. */
static void
write_measure(struct writing *a, struct prb_span metric, prb_ppm point, prb_ppm lo, prb_ppm hi)
{
	struct prb_writer *w = &a->w;
	int value = prb_ppm_points(point);

	prb_writer_object(w);
	prb_writer_key(w, "measure");
	prb_writer_object(w);
	prb_writer_member_int(w, "lowerTolerance", value - prb_ppm_points(lo));
	prb_writer_member_text(w, "unit", "P1");
	prb_writer_member_int(w, "upperTolerance", prb_ppm_points(hi) - value);
	prb_writer_member_int(w, "value", value);
	prb_writer_end(w);
	write_raw(w, "metric", metric);
	prb_writer_end(w);
}

static void
write_exposure(struct writing *a)
{
	const struct prb_exposure_result *e = &a->result->exposure;

	begin_assessment(a);
	write_measure(a, PRB_SPAN(term_METRIC_INHERENT), e->worst.inherent, e->lo, e->hi);
	write_measure(
		a, PRB_SPAN(term_METRIC_RESIDUAL), e->residual, e->residual_lo, e->residual_hi);
	end_assessment(a, &criteria[PRB_INDICATOR_NONE], "exposure", true);
}

#define SCORE(word, meaning) PRB_SPAN("{\"code\":\"" word "\",\"definition\":\"" meaning "\"}")

static struct prb_span
state_score(const struct prb_indicator_result *indicator)
{
	switch ((enum prb_indicator_state)indicator->state) {
	case PRB_STATE_PRESENT:
		if (indicator->grade == PRB_GRADE_CONFIRMED)
			return SCORE("present",
				"Reported by an authority or by two kinds of independent source");
		return SCORE("present", "Reported");
	case PRB_STATE_CONTESTED:
		return SCORE("contested",
			"Reported, and contested by a court, an authority or an independent body");
	case PRB_STATE_HISTORIC:
		return SCORE("historic", "Reported in the past, not remedied");
	case PRB_STATE_REMEDIED:
		return SCORE("remedied", "Reported, and the remediation is verified");
	case PRB_STATE_ABSENT:
		return SCORE("absent",
			"Looked for and not found, by an unannounced audit, workers or an "
			"authority");
	case PRB_STATE_UNKNOWN:
		break;
	}
	return SCORE("unknown", "Not known");
}

static void
write_indicator(struct writing *a, int code)
{
	const char *key = prb_indicator_key((enum prb_indicator)code);
	struct prb_writer *w = &a->w;

	begin_assessment(a);
	prb_writer_object(w);
	write_raw(w, "metric", PRB_SPAN(term_METRIC_STATE));
	write_raw(w, "score", state_score(&a->result->indicators[code]));
	prb_writer_end(w);
	end_assessment(a, &criteria[code], key, false);
}

static void
write_assessments(struct writing *a)
{
	prb_writer_key(&a->w, "conformityAssessment");
	prb_writer_array(&a->w);
	write_exposure(a);
	/* An unknown must not read as an assessment that was made. */
	for (int i = 1; i <= PRB_INDICATORS; i++)
		if (a->result->indicators[i].state != PRB_STATE_UNKNOWN)
			write_indicator(a, i);
	prb_writer_end(&a->w);
}

/* ---- the subject ---- */

const char *
prb_declared_by(enum prb_declarant declarant)
{
	switch (declarant) {
	case PRB_SUPPLIER:
		return "the supplier itself";
	case PRB_OFFICER:
		return "an officer";
	case PRB_AUDITOR:
		return "an auditor";
	case PRB_COMPANY:
	case PRB_DECLARANT_NONE:
		break;
	}
	return "a company";
}

static void
write_description(struct writing *a)
{
	struct line text;

	clear(&text);
	put(&text, PRB_DECLARED_BY);
	put(&text, prb_declared_by((enum prb_declarant)a->result->declarant));
	put(&text,
		" and of public data, against the ILO indicators of forced labour. Not an "
		"audit: no site was visited. A rating is no finding of law and not, by itself, a "
		"ground for exclusion.");
	if (a->result->rating.rating == PRB_RATING_UNKNOWN)
		put(&text, " No score is given: too little is known.");
	prb_writer_member_string(&a->w, "description", line_span(&text));
}

/* The row by its number, and what its rule means: the bare key would be a verdict on somebody. */
static void
write_fired_row(struct writing *a)
{
	const struct prb_rating_row *row = a->result->rating.fired;
	struct line text;
	char number[sizeof("255")];

	assert(row->rule < PRB_RATING_RULES);
	clear(&text);
	(void)snprintf(number, sizeof(number), "%d", row->number);
	put(&text, "row ");
	put(&text, number);
	put(&text, " of the decision table: ");
	put(&text, rule_sentences[row->rule]);
	prb_writer_member_string(&a->w, "definition", line_span(&text));
}

/* 1 is the best. Left out where nothing can be said: unknown is no rank. */
static void
write_score(struct writing *a)
{
	const struct prb_rating_result *rating = &a->result->rating;
	struct prb_writer *w = &a->w;

	if (rating->rating == PRB_RATING_UNKNOWN)
		return;
	prb_writer_key(w, "profileScore");
	prb_writer_object(w);
	prb_writer_member_text(w, "code", prb_rating_word((enum prb_rating)rating->rating));
	write_fired_row(a);
	prb_writer_member_int(w, "rank", rating->rating);
	prb_writer_end(w);
}

static_assert(PRB_RATING_LOW == 1 && PRB_RATING_CRITICAL == 4, "a rating is its rank");

/* The method's tables are a profile of the scheme; its id is made from their hash. */
static void
write_profile(struct writing *a)
{
	const struct prb_reference *reference = a->result->reference;
	uint8_t hash[PRB_SHA256_BYTES];
	struct line id, name;
	char uuid[PRB_UUID_BYTES];

	clear(&id);
	clear(&name);
	hex_read(reference->method_sha256, hash);
	prb_uuid8(hash, uuid);
	put(&id, "urn:uuid:");
	put(&id, uuid);
	put(&name, "Method");
	/* The version is a text of the release, of any length. */
	if (strlen(reference->method_version) <= VERSION_BYTES_MAX) {
		put(&name, " version ");
		put(&name, reference->method_version);
	}
	prb_writer_key(&a->w, "referenceProfile");
	prb_writer_object(&a->w);
	prb_writer_member_string(&a->w, "id", line_span(&id));
	prb_writer_member_string(&a->w, "name", line_span(&name));
	write_raw(&a->w, "type", PRB_SPAN("[\"ConformityProfile\"]"));
	prb_writer_end(&a->w);
}

static void
write_subject(struct writing *a)
{
	const struct prb_result *r = a->result;
	bool is_self = r->declarant == PRB_SUPPLIER;
	struct prb_writer *w = &a->w;

	prb_writer_key(w, "credentialSubject");
	prb_writer_object(w);
	prb_writer_member_text(w, "assessmentLevel", "no-endorsement");
	prb_writer_member_text(w, "assessorLevel", is_self ? "self" : "commercial");
	prb_writer_member_text(w, "attestationType", is_self ? "declaration" : "verification");
	prb_writer_key(w, "auditableEvidence");
	begin_link(a, a->request->report_sha256, "Report");
	write_stored_url(a, "/v1/reports/", r->id);
	prb_writer_end(w);
	write_assessments(a);
	write_description(a);
	write_part_id(a, "attestation");
	prb_writer_key(w, "issuedToParty");
	write_party(w, a, declared_lei(&r->declaration->supplier));
	prb_writer_member_text(w, "name", "Forced-labour risk attestation");
	write_score(a);
	write_profile(a);
	write_raw(w, "referenceScheme", PRB_SPAN(term_SCHEME));
	write_raw(w, "type", PRB_SPAN("[\"ConformityAttestation\"]"));
	prb_writer_end(w);
}

/* ---- the whole ---- */

static void
write_issuer(struct writing *a)
{
	prb_writer_key(&a->w, "issuer");
	prb_writer_object(&a->w);
	prb_writer_member_text(&a->w, "id", a->request->issuer->did);
	prb_writer_member_text(&a->w, "name", a->request->issuer->name);
	write_raw(&a->w, "type", PRB_SPAN("[\"CredentialIssuer\"]"));
	prb_writer_end(&a->w);
}

/* The credential without a proof; returns where the proof will go. */
static size_t
write_unsecured(struct writing *a, struct prb_str *out)
{
	size_t place;

	prb_writer_init(&a->w, out);
	prb_writer_object(&a->w);
	write_raw(&a->w, "@context", PRB_SPAN(CONTEXT));
	write_subject(a);
	prb_writer_member_string(&a->w, "id", line_span(&a->id));
	write_issuer(a);
	prb_writer_member_text(&a->w, "name", "Forced-labour risk attestation");
	place = out->n;
	write_raw(&a->w, "type",
		PRB_SPAN("[\"DigitalConformityCredential\",\"VerifiableCredential\"]"));
	prb_writer_member_text(&a->w, "validFrom", a->issued);
	prb_writer_member_text(&a->w, "validUntil", a->until);
	prb_writer_end(&a->w);
	return place;
}

/* The two hashes: of the credential as it stands in out, and of the proof's options, which stand
 * behind it for a moment. */
static void
sign(const struct writing *a, const struct prb_proof_said *options, size_t start,
	struct prb_str *out, char value[PRB_PROOF_VALUE_BYTES])
{
	uint8_t h1[PRB_SHA256_BYTES], h2[PRB_SHA256_BYTES];
	size_t end = out->n;

	prb_proof_write(options, out);
	if (out->failed)
		return;
	a->request->sha256(h2, out->p + start, end - start);
	a->request->sha256(h1, out->p + end, out->n - end);
	out->n = end;
	prb_proof_sign(h1, h2, a->request->secret_key, value);
}

/* `type` and the two moments stand behind the proof: short, so they are put aside. */
static void
add_proof(const struct writing *a, size_t start, size_t place, struct prb_str *out)
{
	struct prb_proof_said said = {.context = PRB_SPAN(CONTEXT),
		.created = a->issued,
		.method = a->request->issuer->method};
	char value[PRB_PROOF_VALUE_BYTES], behind[256];
	size_t n = out->n - place;

	assert(n <= sizeof(behind));
	memcpy(behind, out->p + place, n);
	sign(a, &said, start, out, value);
	if (out->failed)
		return;
	out->n = place;
	said.value = value;
	prb_str_add_text(out, ",\"proof\":");
	prb_proof_write(&said, out);
	prb_str_add(out, behind, n);
}

void
prb_credential_write(
	struct prb_arena *arena, const struct prb_credential_request *request, struct prb_str *out)
{
	struct writing a;
	size_t start = out->n, place;

	assert(strlen(request->id) < PRB_UUID_BYTES);
	assert(request->valid_days >= 1);
	assert(request->valid_days <= PRB_CREDENTIAL_DAYS_MAX);
	a.request = request;
	a.result = request->result;
	clear(&a.id);
	clear(&a.supplier);
	prb_timestamp_format(request->issued_at, a.issued);
	prb_timestamp_format(
		request->issued_at + (int64_t)request->valid_days * DAY_SECONDS, a.until);
	prb_date_format(a.result->as_of, a.as_of);
	put_id(&a.id, &a, "/v1/attestations/", request->id);
	put_id(&a.supplier, &a, "/v1/declarations/", a.result->declaration_id);
	put(&a.supplier, "#supplier");
	prepare_party(arena, &a, out);
	if (out->failed)
		return;
	place = write_unsecured(&a, out);
	if (!out->failed)
		add_proof(&a, start, place, out);
}
