/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/attest/claims.h"

#include <stdio.h>
#include <string.h>

#include "scoring/attest/credential.h"
#include "scoring/attest/disclosure.h"
#include "scoring/attest/multibase.h"
#include "scoring/attest/verify_parts.h"
#include "scoring/model/words.h"

/* 12: SHA-256, 20: of 32 bytes (the multihash table). */
#define MULTIHASH_BYTES (2 + PRB_SHA256_BYTES)

static enum prb_err
wrong(struct prb_fault *fault, const char *pointer, const char *what)
{
	return prb_fault_set(fault, PRB_ERR_VALUE, PRB_NO_OFFSET, pointer, "%s", what);
}

static bool
is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/* A UUID in lower case, which is how they are written here. */
static bool
is_uuid(struct prb_span text)
{
	static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

	if (text.n != sizeof form - 1)
		return false;
	for (size_t i = 0; i < text.n; i++)
		if (form[i] == '-' ? text.p[i] != '-' : !is_hex(text.p[i]))
			return false;
	return true;
}

static bool
is_sha256_hex(struct prb_span text)
{
	if (text.n != PRB_SHA256_HEX_BYTES - 1)
		return false;
	for (size_t i = 0; i < text.n; i++)
		if (!is_hex(text.p[i]))
			return false;
	return true;
}

/* ---- an attestation ---- */

static bool
read_digest(const struct prb_json *link, char hex[PRB_SHA256_HEX_BYTES])
{
	struct prb_span text = prb_verify_text(link, "digestMultibase");
	uint8_t hash[MULTIHASH_BYTES];

	if (text.n == 0 || text.p[0] != 'u')
		return false;
	text.p++;
	text.n--;
	if (prb_base64url_decode(text, hash, sizeof hash) != sizeof hash || hash[0] != 0x12 ||
		hash[1] != PRB_SHA256_BYTES)
		return false;
	prb_sha256_hex(hash + 2, hex);
	return true;
}

static const struct prb_json *
link_named(const struct prb_json *links, const char *name)
{
	if (links == NULL)
		return NULL;
	for (const struct prb_json *e = prb_json_first(links); e != NULL; e = prb_json_next(e))
		if (prb_span_is(prb_verify_text(e, "linkName"), name))
			return e;
	return NULL;
}

/* The address of a stored text ends in its id, whatever stands before it. */
static bool
read_id(const struct prb_json *link, char id[PRB_UUID_BYTES])
{
	struct prb_span url = prb_verify_text(link, "linkURL");

	if (url.n < PRB_UUID_BYTES - 1)
		return false;
	url.p += url.n - (PRB_UUID_BYTES - 1);
	url.n = PRB_UUID_BYTES - 1;
	if (!is_uuid(url))
		return false;
	memcpy(id, url.p, url.n);
	id[url.n] = '\0';
	return true;
}

/* Who declared stands in the fixed sentences of the description (credential.c). */
static bool
read_declarant(struct prb_span description, uint8_t *declarant)
{
	static const enum prb_declarant all[] = {
		PRB_SUPPLIER, PRB_COMPANY, PRB_OFFICER, PRB_AUDITOR};

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		char start[128];

		(void)snprintf(
			start, sizeof start, PRB_DECLARED_BY "%s and ", prb_declared_by(all[i]));
		if (prb_span_starts(description, prb_span_of(start))) {
			*declarant = (uint8_t)all[i];
			return true;
		}
	}
	return false;
}

/* Where the holder withholds the declaration or the report there is nothing to compare with. */
static enum prb_err
refuse_withheld(const struct prb_json *links, struct prb_fault *fault)
{
	static const char *const names[] = {
		PRB_COMMITMENT_NAME "declaration", PRB_COMMITMENT_NAME "report"};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (link_named(links, names[i]) != NULL)
			return prb_fault_set(fault, PRB_ERR_VALUE, PRB_NO_OFFSET,
				"/credentialSubject/conformityAssessment/0/evidence",
				"the attestation withholds its %s: ask its holder for one that "
				"discloses declaration and report",
				names[i] + strlen(PRB_COMMITMENT_NAME));
	return PRB_OK;
}

static enum prb_err
read_evidence(const struct prb_json *first, struct prb_claims *out, struct prb_fault *fault)
{
	static const char *const names[] = {
		[PRB_CLAIM_RELEASE] = "Dataset release",
		[PRB_CLAIM_METHOD] = "Method",
		[PRB_CLAIM_DECLARATION] = "Declaration",
	};
	const struct prb_json *links = prb_verify_member(first, "evidence", PRB_JSON_ARRAY);

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (!read_digest(link_named(links, names[i]), out->sha256[i]))
			return prb_fault_set(fault, PRB_ERR_VALUE, PRB_NO_OFFSET,
				"/credentialSubject/conformityAssessment/0/evidence",
				"a link \"%s\" with its SHA-256 is wanted", names[i]);
	if (!read_id(link_named(links, "Declaration"), out->declaration_id))
		return wrong(fault, "/credentialSubject/conformityAssessment/0/evidence",
			"the declaration's address does not end in its id");
	return PRB_OK;
}

enum prb_err
prb_claims_of_attestation(
	const struct prb_json *root, struct prb_claims *out, struct prb_fault *fault)
{
	const struct prb_json *inner = prb_verify_member(root, "attestation", PRB_JSON_OBJECT);
	const struct prb_json *subject, *assessments, *first;
	struct prb_claims read = {.as_of = PRB_DATE_NONE};
	enum prb_err err;

	/* The same choice as when it is verified. */
	if (inner != NULL && prb_json_member(root, "@context") == NULL)
		root = inner;
	subject = prb_verify_member(root, "credentialSubject", PRB_JSON_OBJECT);
	assessments = prb_verify_member(subject, "conformityAssessment", PRB_JSON_ARRAY);
	first = assessments == NULL ? NULL : prb_json_first(assessments);
	err = refuse_withheld(prb_verify_member(first, "evidence", PRB_JSON_ARRAY), fault);
	if (err != PRB_OK)
		return err;
	if (!read_digest(prb_verify_member(subject, "auditableEvidence", PRB_JSON_OBJECT),
		    read.sha256[PRB_CLAIM_REPORT]))
		return wrong(fault, "/credentialSubject/auditableEvidence",
			"a link to the report with its SHA-256 is wanted");
	err = read_evidence(first, &read, fault);
	if (err != PRB_OK)
		return err;
	if (!prb_date_parse(prb_verify_text(first, "assessmentDate"), &read.as_of))
		return wrong(fault, "/credentialSubject/conformityAssessment/0/assessmentDate",
			"a date is wanted");
	if (!read_declarant(prb_verify_text(subject, "description"), &read.declarant))
		return wrong(fault, "/credentialSubject/description",
			"it does not say who declared, as attestations of this service do");
	*out = read;
	return PRB_OK;
}

/* ---- a report ---- */

static bool
read_hash(const struct prb_json *report, const char *name, char hex[PRB_SHA256_HEX_BYTES])
{
	struct prb_span text =
		prb_verify_text(prb_verify_member(report, name, PRB_JSON_OBJECT), "sha256");

	if (text.p == NULL || !is_sha256_hex(text))
		return false;
	memcpy(hex, text.p, text.n);
	hex[text.n] = '\0';
	return true;
}

enum prb_err
prb_claims_of_report(const struct prb_json *report, struct prb_claims *out, struct prb_fault *fault)
{
	static const char *const names[] = {
		[PRB_CLAIM_RELEASE] = "data",
		[PRB_CLAIM_METHOD] = "method",
		[PRB_CLAIM_DECLARATION] = "declaration",
	};
	const struct prb_json *declaration =
		prb_verify_member(report, "declaration", PRB_JSON_OBJECT);
	struct prb_span id = prb_verify_text(declaration, "id");
	struct prb_claims read = {.as_of = PRB_DATE_NONE};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (!read_hash(report, names[i], read.sha256[i]))
			return prb_fault_set(fault, PRB_ERR_VALUE, PRB_NO_OFFSET, NULL,
				"this is no report: /%s/sha256 is wanted, 64 lower-case digits",
				names[i]);
	if (!is_uuid(id))
		return wrong(fault, "/declaration/id", "a UUID in lower case is wanted");
	memcpy(read.declaration_id, id.p, id.n);
	if (!prb_date_parse(prb_verify_text(report, "as_of"), &read.as_of))
		return wrong(fault, "/as_of", "a date such as 2026-01-31 is wanted");
	read.declarant = (uint8_t)prb_words_find(
		&prb_words_declarant, prb_verify_text(declaration, "declarant"));
	if (read.declarant == PRB_DECLARANT_NONE)
		return wrong(fault, "/declaration/declarant",
			"supplier, company, officer or auditor is wanted");
	*out = read;
	return PRB_OK;
}
