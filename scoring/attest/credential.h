/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_ATTEST_CREDENTIAL_H
#define PRB_ATTEST_CREDENTIAL_H

/*
 * A result as a signed attestation: a W3C Verifiable Credential 2.0 under eddsa-jcs-2022, shaped as
 * a UNTP Digital Conformity Credential 0.7. What each byte says: ATTESTATION.md in this folder. No
 * member claims an audit; nothing about workers and no free text is in it.
 */

#include "scoring/attest/disclosure.h"
#include "scoring/attest/key.h"
#include "scoring/attest/proof.h"
#include "scoring/attest/status_list.h"
#include "scoring/rules/score.h"

#define PRB_CREDENTIAL_BYTES_MAX (256 * 1024)
#define PRB_CREDENTIAL_DAYS_DEFAULT 180
#define PRB_CREDENTIAL_DAYS_MAX 730

struct prb_credential_request {
	const struct prb_result *result;
	const uint8_t *report_sha256; /* 32 bytes, of the report's canonical bytes */
	const char *id;               /* UUID of the attestation, as text */
	const struct prb_issuer *issuer;
	const uint8_t *secret_key; /* libsodium's 64 bytes */
	int64_t issued_at;         /* seconds since 1970, UTC */
	int valid_days;
	struct prb_status_place status;
	/* What is said in the clear: bits of parts.def, PRB_PARTS_ALL for everything. Where a part
	 * is withheld: `salts` gives 16 random bytes for each part, in the order of their bits,
	 * and the openings are appended to `openings` as a canonical JSON array. Both may be NULL
	 * where nothing is withheld. */
	uint32_t disclosed;
	const uint8_t *salts; /* PRB_PARTS * PRB_PART_SALT_BYTES */
	struct prb_str *openings;
	prb_sha256_fn sha256;
};

/* The description begins with the first, then the second for who declared: claims.c reads it back.
 */
#define PRB_DECLARED_BY "Desk screening of facts declared by "
const char *prb_declared_by(enum prb_declarant declarant);

/* Appends the secured credential as canonical JSON: these bytes are stored, sent and verified.
 * Failure (no room, no memory) shows in out->failed. The arena holds scratch. */
void prb_credential_write(
	struct prb_arena *arena, const struct prb_credential_request *request, struct prb_str *out);

#endif
