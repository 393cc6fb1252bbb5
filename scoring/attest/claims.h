/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_ATTEST_CLAIMS_H
#define PRB_ATTEST_CLAIMS_H

/*
 * What is said of how a report came about: which declaration, method and dataset release, who
 * declared, and at which day. An attestation says it, and so does the report itself. Nothing is
 * verified here: whoever believes an attestation verifies it first, with the same text.
 */

#include "scoring/base/date.h"
#include "scoring/base/fault.h"
#include "scoring/base/hash.h"
#include "scoring/base/json.h"

enum prb_claim {
	PRB_CLAIM_RELEASE,
	PRB_CLAIM_METHOD,
	PRB_CLAIM_DECLARATION,
	PRB_CLAIM_REPORT,
	PRB_CLAIMS
};

struct prb_claims {
	char sha256[PRB_CLAIMS][PRB_SHA256_HEX_BYTES]; /* lower-case hex */
	char declaration_id[PRB_UUID_BYTES];
	prb_date as_of;
	uint8_t declarant; /* enum prb_declarant */
};

/*
 * From an attestation (ATTESTATION.md), or a server's answer that holds one as
 * prb_verify_options.answer_too means it. PRB_ERR_VALUE with the place in *fault where it is no
 * attestation of this service's shape.
 */
enum prb_err prb_claims_of_attestation(
	const struct prb_json *root, struct prb_claims *out, struct prb_fault *fault);
/* From a report; sha256[PRB_CLAIM_REPORT] is left empty, since a report cannot hold its own hash.
 */
enum prb_err prb_claims_of_report(
	const struct prb_json *report, struct prb_claims *out, struct prb_fault *fault);

#endif
