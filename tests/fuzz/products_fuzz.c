/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as the query of GET /v1/products: an answer or a refusal, in canonical JSON, and nobody
 * is said to have done anything. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/handlers_reference.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool kept, const char *promise)
{
	if (kept)
		return;
	fprintf(stderr, "broken: %s\n", promise);
	abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct prb_exchange *x;

	if (size > PRB_TARGET_BYTES_MAX)
		return 0;
	desk_open();
	x = desk_ask_span(prb_handle_products, (struct prb_span){(const char *)data, size}, NULL);
	if (x == NULL)
		return 0; /* the query itself was refused */
	require(x->reply.status == 200 || x->reply.status == 400, "an answer or a refusal");
	require(desk_is_canonical(prb_str_span(&x->reply.body), NULL), "canonical I-JSON");
	require(x->reply.status != 200 || strstr(x->reply.body.p, "uses forced labour") == NULL,
		"careful words");
	return 0;
}
