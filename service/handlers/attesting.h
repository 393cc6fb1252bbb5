/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_HANDLERS_ATTESTING_H
#define PRB_HANDLERS_ATTESTING_H

/*
 * What issuing an attestation and revoking one share: requests in, what is stored, answers out.
 */

#include "scoring/attest/credential.h"
#include "scoring/base/json.h"
#include "service/handlers/handler.h"

#define PRB_ATTESTATION_REQUEST_BYTES_MAX (16 * 1024)

/* POST /v1/attestations. */
struct prb_attestation_request {
	bool has_declaration; /* `declaration`: scored anew; else `report`: as it is stored */
	struct prb_id id;     /* of the one or the other */
	int valid_days;       /* 0: not said */
	uint32_t disclosed;   /* bits of scoring/attest/parts.def */
};
/* Strict: faults have pointers into the request. */
enum prb_err prb_attestation_request_read(struct prb_arena *arena, struct prb_span json,
	struct prb_faults *faults, struct prb_attestation_request *out);

#define PRB_REASON(NAME, word, what) PRB_REASON_##NAME,
enum prb_reason {
#include "service/handlers/reasons.def"
	PRB_REASONS
};
#undef PRB_REASON

/* POST /v1/attestations/{id}/revoke: {"reason": word}. */
enum prb_err prb_revocation_request_read(struct prb_arena *arena, struct prb_span json,
	struct prb_faults *faults, enum prb_reason *out);

/*
 * Fills *out for one attestation: tenant, time, place, text and salt; the text lives in the arena.
 * What supersedes it is not named: anyone with the id may read the text, and the successor may
 * disclose what this one withholds.
 */
enum prb_err prb_revocation_make(struct prb_exchange *exchange,
	const struct prb_found_attestation *of, enum prb_reason reason, struct prb_arena *arena,
	struct prb_stored_revocation *out);

/* What is known of the key that signed a stored attestation. NOT also where the text does not say
 * which it was. */
enum prb_signed_by { PRB_SIGNED_BY_KNOWN, PRB_SIGNED_BY_REVOKED, PRB_SIGNED_BY_UNKNOWN };
enum prb_signed_by prb_signed_by(
	struct prb_arena *arena, const struct prb_service *service, struct prb_span credential);

/* Of what is stored: the member where it is an object, its text where it is a string; NULL and a
 * span without a text where it is not. object may be NULL or something else. */
const struct prb_json *prb_object_in(const struct prb_json *object, const char *name);
struct prb_span prb_text_in(const struct prb_json *object, const char *name);

#endif
