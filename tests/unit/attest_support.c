/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/attest_support.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "tests/unit/rules_reference.h"

#define FINDING(key, state, source, date)                                                          \
	"{\"indicator\":\"" key "\",\"state\":\"" state "\",\"source\":\"" source                  \
	"\",\"date\":\"" date "\""

const char attest_declaration_full[] =
	"{\"declarant\":\"auditor\",\"supplier\":{\"name\":\"Example \\\"Works\\\" "
	"Gr\xC3\xBC"
	"n\",\"country\":\"CHE\",\"identifiers\":[{\"scheme\":\"other\",\"value\":\"free "
	"words\"},{\"scheme\":\"lei\",\"value\":\"7LTWFZYICNSX8D621K86\"}]},"
	"\"products\":[{\"hs\":\"5201\",\"origin\":\"CHN\"}],\"findings\":[" FINDING(
		"debt_bondage", "present", "ngo", "2026-01-01") "}," FINDING("deception", "present",
		"authority", "2026-01-01") "}," FINDING("isolation", "absent", "worker",
		"2026-01-01") "}," FINDING("excessive_overtime", "present", "media",
		"2019-01-01") "}," FINDING("withholding_of_wages", "present", "ngo",
		"2026-01-01") ",\"contested\":{\"by\":\"court\",\"date\":\"2026-02-01\"}},"
			      "" FINDING("restriction_of_movement", "present", "ngo",
				      "2025-01-01") ",\"remediation\":{\"state\":\"verified\","
						    "\"source\":"
						    "\"authority\",\"date\":\"2026-02-01\"}}],"
						    "\"controls\":[{\"control\":\"free_movement\","
						    "\"evidence\":\"verified\"}]}";

const char attest_declaration_bare[] =
	"{\"declarant\":\"supplier\",\"supplier\":{\"name\":\"Example Bare\",\"country\":\"CHE\"}}";

void
attest_sha256(uint8_t out[PRB_SHA256_BYTES], const void *bytes, size_t n)
{
	(void)crypto_hash_sha256(out, bytes, n);
}

void
attest_key_make(uint8_t first_byte, struct attest_key *out)
{
	uint8_t seed[PRB_KEY_SEED_BYTES];

	for (size_t i = 0; i < sizeof(seed); i++)
		seed[i] = (uint8_t)(first_byte + i);
	(void)crypto_sign_seed_keypair(out->public_key, out->secret_key, seed);
}

void
attest_issuer_make(const struct attest_key *key, const char *public_url, struct prb_issuer *out)
{
	memset(out, 0, sizeof(*out));
	(void)prb_issuer_fill(key->public_key, 1, public_url, "Example Screening", out, NULL);
}

const struct prb_result *
attest_result(struct prb_arena *arena, const char *declaration)
{
	static const struct prb_place origin = {
		.country = COUNTRY_CHN, .region = "", .region_basis = ""};
	static const struct prb_product_facts cotton = {
		.goods = {
			.origin = origin, .basis = PRB_HS_DECLARED, .hs_count = 1, .hs = {"5201"}}};
	static const struct prb_facts facts = {
		.supplier = {.country = COUNTRY_CHE, .region = "", .region_basis = ""},
		.products = &cotton};
	const struct prb_score_options options = {
		.as_of = rules_as_of(), .declarant = PRB_COMPANY, .sha256 = attest_sha256};
	struct prb_faults faults = {.count = 0};
	struct prb_declaration *read;
	struct prb_result *result;

	if (prb_declaration_read(arena, prb_span_of(declaration), &faults, &read) != PRB_OK ||
		prb_score(arena, rules_reference(), read, &facts, &options, &faults, &result) !=
			PRB_OK) {
		if (faults.count > 0)
			fprintf(stderr, "%s: %s\n", faults.items[0].pointer,
				faults.items[0].detail);
		return NULL;
	}
	return result;
}

void
attest_credential(struct prb_arena *arena, const struct prb_result *result,
	const struct prb_issuer *issuer, const struct attest_key *key, struct prb_str *out)
{
	uint8_t report_sha256[PRB_SHA256_BYTES];
	const struct prb_credential_request request = {.result = result,
		.report_sha256 = report_sha256,
		.id = ATTEST_ID,
		.issuer = issuer,
		.secret_key = key->secret_key,
		.issued_at = ATTEST_MOMENT,
		.valid_days = PRB_CREDENTIAL_DAYS_DEFAULT,
		.disclosed = PRB_PARTS_ALL,
		.sha256 = attest_sha256};

	memset(report_sha256, 0x22, sizeof(report_sha256));
	prb_credential_write(arena, &request, out);
}

bool
attest_vector(const char *name, struct prb_str *out)
{
	char path[1024], piece[4096];
	size_t n;
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/tests/unit/vectors/%s", PROBITY_SOURCE_DIR, name);
	file = fopen(path, "rb");
	if (file == NULL)
		return false;
	while ((n = fread(piece, 1, sizeof(piece), file)) > 0)
		prb_str_add(out, piece, n);
	(void)fclose(file);
	return !out->failed;
}
