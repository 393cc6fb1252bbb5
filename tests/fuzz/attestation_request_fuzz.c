/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as the body of POST /v1/attestations and of a revocation, and as a stored report to be
 * attested: taken within its bounds, or refused with a reason. */
#include <stdio.h>
#include <stdlib.h>

#include "scoring/attest/stated.h"
#include "service/handlers/attesting.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool kept, const char *promise)
{
	if (kept)
		return;
	fprintf(stderr, "broken: %s\n", promise);
	abort();
}

static void
check_request(struct prb_arena *arena, struct prb_span bytes)
{
	struct prb_attestation_request request;
	struct prb_faults faults = {.count = 0};

	if (prb_attestation_request_read(arena, bytes, &faults, &request) != PRB_OK) {
		require(faults.count != 0 && faults.items[0].detail[0] != '\0',
			"a refusal says why");
		return;
	}
	require(request.valid_days >= 0 && request.valid_days <= PRB_CREDENTIAL_DAYS_MAX,
		"days within their bounds");
	require((request.disclosed & ~PRB_PARTS_ALL) == 0 &&
			prb_parts_can_be_disclosed(request.disclosed),
		"parts that may be disclosed");
}

static void
check_revocation(struct prb_arena *arena, struct prb_span bytes)
{
	struct prb_faults faults = {.count = 0};
	enum prb_reason reason;

	if (prb_revocation_request_read(arena, bytes, &faults, &reason) == PRB_OK)
		require(reason < PRB_REASONS, "a reason of the table");
	else
		require(faults.count != 0, "a refusal says why");
}

static void
check_report(struct prb_arena *arena, struct prb_span bytes)
{
	struct prb_result *result;

	if (prb_result_stated(arena, bytes, NULL, &result) != PRB_OK)
		return;
	require(result->rating.fired != NULL && result->rating.fired->rule < PRB_RATING_RULES,
		"a rule of the table");
	require(result->exposure.lo <= result->exposure.hi, "a range");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct prb_arena *arena = prb_arena_create((size_t)64 << 20);
	struct prb_span bytes = {(const char *)data, size};

	require(arena != NULL, "memory");
	check_request(arena, bytes);
	check_revocation(arena, bytes);
	check_report(arena, bytes);
	prb_arena_destroy(arena);
	return 0;
}
