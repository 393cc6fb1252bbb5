/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as the body of POST /v1/decisions, and as a stored decision: taken within its bounds,
 * or refused with a place; what is read back is what was written. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/handlers/decision_text.h"

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
	struct prb_decision_request request;
	struct prb_faults faults = {.count = 0};

	if (prb_decision_request_read(arena, bytes, &faults, &request) != PRB_OK) {
		require(faults.count != 0 && faults.items[0].detail[0] != '\0',
			"a refusal says why");
		return;
	}
	require(request.reason.n >= 1 && request.reason.n <= PRB_DECISION_REASON_BYTES_MAX,
		"a reason within its bounds");
	require(request.by.n >= 1 && (request.entity.n >= 1) != (request.evidence.n >= 1),
		"somebody decides about one thing");
	require(request.evidence.n == 0 || (request.declaration.n >= 1 && request.name.n == 0),
		"evidence is a place in a declaration");
	if (request.evidence.n != 0)
		return;
	require((request.declaration.n != 0) == (request.pointer.n != 0) &&
			(request.pointer.n == 0) == (request.name.n != 0),
		"a party is written out or pointed to");
}

static void
check_stored(struct prb_arena *arena, struct prb_span bytes)
{
	struct prb_decision_text text;
	struct prb_str first, again;

	if (prb_decision_text_read(arena, bytes, &text) != PRB_OK)
		return;
	prb_str_init(&first, (size_t)1 << 20);
	prb_str_init(&again, (size_t)1 << 20);
	prb_decision_text_write(&text, &first);
	require(!first.failed, "memory");
	require(first.n > PRB_DECISION_BYTES_MAX ||
			prb_decision_text_read(arena, prb_str_span(&first), &text) == PRB_OK,
		"what is written can be read");
	if (first.n <= PRB_DECISION_BYTES_MAX) {
		prb_decision_text_write(&text, &again);
		require(prb_span_equal(prb_str_span(&first), prb_str_span(&again)),
			"written the same again");
	}
	prb_str_finish(&first);
	prb_str_finish(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct prb_arena *arena = prb_arena_create((size_t)64 << 20);

	require(arena != NULL, "memory");
	check_request(arena, (struct prb_span){(const char *)data, size});
	check_stored(arena, (struct prb_span){(const char *)data, size});
	prb_arena_destroy(arena);
	return 0;
}
