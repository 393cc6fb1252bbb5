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

#include "scoring/attest/credential_parts.h"
#include "scoring/attest/document.h"

#define DAY_SECONDS 86400
#define ATTESTATIONS "/v1/attestations/"
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
	[CRITERION_##NAME] = {{"[" PRB_THING(uuid, name, "Criterion") "]",                         \
				      sizeof("[" PRB_THING(uuid, name, "Criterion") "]") - 1},     \
		name},
#include "scoring/attest/terms.def"
#undef PRB_TERM
#undef PRB_CRITERION
};

/* The credential's id with #part behind it. */
static void
write_part_id(struct prb_writing *a, const char *part)
{
	struct prb_line *id = &a->id;
	size_t before = id->n;

	prb_line_put(id, "#");
	prb_line_put(id, part);
	prb_writer_member_string(&a->w, "id", prb_line_span(id));
	id->n = before;
}

static void
write_part(struct prb_writing *a, const char *name, unsigned part)
{
	prb_writer_key(&a->w, name);
	prb_part_write(a, part);
}

/* "the supplier of that declaration"; where the declaration is withheld its id must not be told:
 * then "the one that this attestation is about". */
static void
name_supplier(struct prb_writing *a)
{
	prb_line_clear(&a->supplier);
	if (prb_writing_discloses(a, PRB_PART_DECLARATION))
		prb_line_put_id(&a->supplier, a->request->issuer, "/v1/declarations/",
			a->result->declaration_id);
	else
		prb_line_put_id(&a->supplier, a->request->issuer, ATTESTATIONS, a->request->id);
	prb_line_put(&a->supplier, "#supplier");
}

/* Every assessment names the supplier: it is written once, where the credential will stand, and
 * put aside. */
static void
prepare_party(struct prb_arena *arena, struct prb_writing *a, struct prb_str *out)
{
	size_t start = out->n;

	prb_writer_init(&a->w, out);
	prb_party_write_brief(a);
	if (out->failed)
		return;
	a->party = prb_arena_copy(arena, (struct prb_span){out->p + start, out->n - start});
	out->failed = a->party.p == NULL;
	out->n = start;
}

static void
write_named_link(struct prb_writing *a, const char *hex, struct prb_span name)
{
	uint8_t hash[PRB_SHA256_BYTES];

	prb_hash_of_hex(hex, hash);
	prb_link_write_named(&a->w, hash, name);
}

static void
write_evidence(struct prb_writing *a)
{
	const struct prb_reference *reference = a->result->reference;

	prb_writer_key(&a->w, "evidence");
	prb_writer_array(&a->w);
	if (prb_writing_discloses(a, PRB_PART_DECLARATION))
		prb_part_write(a, PRB_PART_DECLARATION);
	write_named_link(a, reference->method_sha256, PRB_SPAN("Method"));
	write_named_link(a, reference->release, PRB_SPAN("Dataset release"));
	if (a->request->disclosed != PRB_PARTS_ALL)
		prb_commitments_write(a);
	prb_writer_end(&a->w);
}

/* ---- assessments ---- */

/* Up to the value of the performances. */
static void
begin_assessment(struct prb_writing *a)
{
	prb_writer_object(&a->w);
	prb_writer_member_raw(&a->w, "assessedOrganisation", a->party);
	prb_writer_key(&a->w, "assessedPerformance");
}

static void
end_assessment(struct prb_writing *a, const struct criterion *criterion, const char *part,
	bool with_evidence)
{
	struct prb_writer *w = &a->w;

	prb_writer_member_raw(w, "assessmentCriteria", criterion->json);
	prb_writer_member_text(w, "assessmentDate", a->as_of);
	prb_writer_member_raw(w, "conformityTopic", PRB_SPAN(TOPIC));
	if (with_evidence)
		write_evidence(a);
	write_part_id(a, part);
	prb_writer_member_text(w, "name", criterion->name);
	prb_writer_member_raw(w, "referenceStandard", PRB_SPAN(STANDARD));
	prb_writer_member_raw(w, "type", PRB_SPAN("[\"ConformityAssessment\"]"));
	prb_writer_end(w);
}

static void
write_bare_metric(struct prb_writing *a, enum prb_term metric)
{
	prb_writer_object(&a->w);
	prb_writer_member_raw(&a->w, "metric", prb_term_json(metric));
	prb_writer_end(&a->w);
}

/* Withheld, it says what was measured, and not what came out. */
static void
write_exposure(struct prb_writing *a)
{
	begin_assessment(a);
	if (prb_writing_discloses(a, PRB_PART_EXPOSURE)) {
		prb_part_write(a, PRB_PART_EXPOSURE);
	} else {
		prb_writer_array(&a->w);
		write_bare_metric(a, PRB_TERM_METRIC_INHERENT);
		write_bare_metric(a, PRB_TERM_METRIC_RESIDUAL);
		prb_writer_end(&a->w);
	}
	end_assessment(a, &criteria[PRB_INDICATOR_NONE], "exposure", true);
}

static void
write_indicator(struct prb_writing *a, int code)
{
	const char *key = prb_indicator_key((enum prb_indicator)code);
	struct prb_writer *w = &a->w;

	begin_assessment(a);
	prb_writer_array(w);
	prb_writer_object(w);
	prb_writer_member_raw(w, "metric", prb_term_json(PRB_TERM_METRIC_STATE));
	write_part(a, "score", PRB_PART_INDICATOR((unsigned)code));
	prb_writer_end(w);
	prb_writer_end(w);
	end_assessment(a, &criteria[code], key, false);
}

static void
write_assessments(struct prb_writing *a)
{
	prb_writer_key(&a->w, "conformityAssessment");
	prb_writer_array(&a->w);
	write_exposure(a);
	/* An unknown must not read as an assessment that was made. */
	for (int i = 1; i <= PRB_INDICATORS; i++)
		if (a->result->indicators[i].state != PRB_STATE_UNKNOWN &&
			prb_writing_discloses(a, PRB_PART_INDICATOR((unsigned)i)))
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

static bool
has_rating(const struct prb_writing *a)
{
	return a->result->rating.rating != PRB_RATING_UNKNOWN;
}

static void
write_description(struct prb_writing *a)
{
	struct prb_line text;

	prb_line_clear(&text);
	prb_line_put(&text, PRB_DECLARED_BY);
	prb_line_put(&text, prb_declared_by((enum prb_declarant)a->result->declarant));
	prb_line_put(&text,
		" and of public data, against the ILO indicators of forced labour. Not an "
		"audit: no site was visited. A rating is no finding of law and not, by itself, a "
		"ground for exclusion.");
	/* Withheld, a rating and the want of one read alike. */
	if (!prb_writing_discloses(a, PRB_PART_RATING))
		prb_line_put(&text, " The rating, or that none could be given, is withheld.");
	else if (!has_rating(a))
		prb_line_put(&text, " No score is given: too little is known.");
	prb_writer_member_string(&a->w, "description", prb_line_span(&text));
}

/* The method's tables are a profile of the scheme; its id is made from their hash. */
static void
write_profile(struct prb_writing *a)
{
	const struct prb_reference *reference = a->result->reference;
	uint8_t hash[PRB_SHA256_BYTES];
	struct prb_line id, name;
	char uuid[PRB_UUID_BYTES];

	prb_line_clear(&id);
	prb_line_clear(&name);
	prb_hash_of_hex(reference->method_sha256, hash);
	prb_uuid8(hash, uuid);
	prb_line_put(&id, "urn:uuid:");
	prb_line_put(&id, uuid);
	prb_line_put(&name, "Method");
	/* The version is a text of the release, of any length. */
	if (strlen(reference->method_version) <= VERSION_BYTES_MAX) {
		prb_line_put(&name, " version ");
		prb_line_put(&name, reference->method_version);
	}
	prb_writer_key(&a->w, "referenceProfile");
	prb_writer_object(&a->w);
	prb_writer_member_string(&a->w, "id", prb_line_span(&id));
	prb_writer_member_string(&a->w, "name", prb_line_span(&name));
	prb_writer_member_raw(&a->w, "type", PRB_SPAN("[\"ConformityProfile\"]"));
	prb_writer_end(&a->w);
}

static void
write_subject(struct prb_writing *a)
{
	bool is_self = a->result->declarant == PRB_SUPPLIER;
	struct prb_writer *w = &a->w;

	prb_writer_key(w, "credentialSubject");
	prb_writer_object(w);
	prb_writer_member_text(w, "assessmentLevel", "no-endorsement");
	prb_writer_member_text(w, "assessorLevel", is_self ? "self" : "commercial");
	prb_writer_member_text(w, "attestationType", is_self ? "declaration" : "verification");
	if (prb_writing_discloses(a, PRB_PART_REPORT))
		write_part(a, "auditableEvidence", PRB_PART_REPORT);
	write_assessments(a);
	write_description(a);
	write_part_id(a, "attestation");
	if (prb_writing_discloses(a, PRB_PART_SUPPLIER))
		write_part(a, "issuedToParty", PRB_PART_SUPPLIER);
	else
		prb_writer_member_raw(w, "issuedToParty", a->party);
	prb_writer_member_text(w, "name", "Forced-labour risk attestation");
	if (has_rating(a) && prb_writing_discloses(a, PRB_PART_RATING))
		write_part(a, "profileScore", PRB_PART_RATING);
	write_profile(a);
	prb_writer_member_raw(w, "referenceScheme", prb_term_json(PRB_TERM_SCHEME));
	prb_writer_member_raw(w, "type", PRB_SPAN("[\"ConformityAttestation\"]"));
	prb_writer_end(w);
}

/* ---- the whole ---- */

static void
write_issuer(struct prb_writing *a)
{
	prb_writer_key(&a->w, "issuer");
	prb_writer_object(&a->w);
	prb_writer_member_text(&a->w, "id", a->request->issuer->did);
	prb_writer_member_text(&a->w, "name", a->request->issuer->name);
	prb_writer_member_raw(&a->w, "type", PRB_SPAN("[\"CredentialIssuer\"]"));
	prb_writer_end(&a->w);
}

/* In a DCC the index is a number, where the Recommendation's own credentials have a text (UNTP
 * 0.7.0 schema). */
static void
write_status(struct prb_writing *a)
{
	const struct prb_status_place *place = &a->request->status;
	char list[PRB_STATUS_ID_BYTES_MAX], number[sizeof("4294967295")];
	struct prb_line id;

	prb_status_list_id(a->request->issuer, place->list, a->request->sha256, list);
	(void)snprintf(number, sizeof(number), "%lu", (unsigned long)place->index);
	prb_line_clear(&id);
	prb_line_put(&id, list);
	prb_line_put(&id, "#");
	prb_line_put(&id, number);
	prb_writer_key(&a->w, "credentialStatus");
	prb_writer_object(&a->w);
	prb_writer_member_string(&a->w, "id", prb_line_span(&id));
	prb_writer_member_text(&a->w, "statusListCredential", list);
	prb_writer_member_int(&a->w, "statusListIndex", place->index);
	prb_writer_member_text(&a->w, "statusPurpose", PRB_STATUS_PURPOSE);
	prb_writer_member_text(&a->w, "type", "BitstringStatusListEntry");
	prb_writer_end(&a->w);
}

/* The credential without a proof; returns where the proof will go. */
static size_t
write_unsecured(struct prb_writing *a, struct prb_str *out)
{
	size_t place;

	prb_writer_init(&a->w, out);
	prb_writer_object(&a->w);
	prb_writer_member_raw(&a->w, "@context", PRB_SPAN(CONTEXT));
	if (a->request->status.list != 0)
		write_status(a);
	write_subject(a);
	prb_writer_member_string(&a->w, "id", prb_line_span(&a->id));
	write_issuer(a);
	prb_writer_member_text(&a->w, "name", "Forced-labour risk attestation");
	place = out->n;
	prb_writer_member_raw(&a->w, "type",
		PRB_SPAN("[\"DigitalConformityCredential\",\"VerifiableCredential\"]"));
	prb_writer_member_text(&a->w, "validFrom", a->issued);
	prb_writer_member_text(&a->w, "validUntil", a->until);
	prb_writer_end(&a->w);
	return place;
}

/* The two hashes: of the credential as it stands in out, and of the proof's options, which stand
 * behind it for a moment. */
static void
sign(const struct prb_writing *a, const struct prb_proof_said *options, size_t start,
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
add_proof(const struct prb_writing *a, size_t start, size_t place, struct prb_str *out)
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
	struct prb_writing a;
	size_t start = out->n, place;

	assert(strlen(request->id) < PRB_UUID_BYTES);
	assert(request->disclosed <= PRB_PARTS_ALL);
	assert(prb_parts_can_be_disclosed(request->disclosed));
	assert(request->valid_days >= 1);
	assert(request->valid_days <= PRB_CREDENTIAL_DAYS_MAX);
	a.request = request;
	a.result = request->result;
	prb_line_clear(&a.id);
	prb_timestamp_format(request->issued_at, a.issued);
	prb_timestamp_format(
		request->issued_at + (int64_t)request->valid_days * DAY_SECONDS, a.until);
	prb_date_format(a.result->as_of, a.as_of);
	prb_line_put_id(&a.id, request->issuer, ATTESTATIONS, request->id);
	name_supplier(&a);
	if (request->disclosed != PRB_PARTS_ALL)
		prb_parts_withhold(&a, out);
	prepare_party(arena, &a, out);
	if (out->failed)
		return;
	place = write_unsecured(&a, out);
	if (!out->failed)
		add_proof(&a, start, place, out);
}
