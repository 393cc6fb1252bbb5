/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a declaration, all the way to the report and its words. */
#include <stddef.h>
#include <stdint.h>

#include "tests/fuzz/scoring_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_score((struct prb_span){(const char *)data, size});
	return 0;
}
