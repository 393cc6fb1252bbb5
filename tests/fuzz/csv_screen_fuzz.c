/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a file to screen: every row that the intake makes is a declaration that is rated, or
 * refused with words. */
#include <stddef.h>
#include <stdint.h>

#include "clients/intake/intake.h"
#include "tests/fuzz/scoring_fuzz.h"

#define ROWS_MAX 64 /* enough of one input */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
on_row(void *context, uint64_t line, struct prb_span json, const char *const *notes)
{
	size_t *rows = context;

	(void)notes;
	fuzz_require(line > 0, "a row has a line");
	fuzz_score(json);
	return ++*rows < ROWS_MAX;
}

static bool
on_refused(void *context, uint64_t line, const struct prb_fault *fault)
{
	size_t *rows = context;

	fuzz_require(line > 0 && fault->detail[0] != '\0', "a refused row has a line and words");
	return ++*rows < ROWS_MAX;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t rows = 0;
	struct prb_intake_options options = {.default_product = size % 2 ? "6109" : NULL};
	struct prb_intake_events events = {.row = on_row, .refused = on_refused, .context = &rows};
	struct prb_intake *intake = prb_intake_create(&options, &events);
	struct prb_fault fault;

	fuzz_require(intake != NULL, "memory");
	if (prb_intake_feed(intake, data, size, &fault) == PRB_OK)
		prb_intake_finish(intake, &fault);
	prb_intake_destroy(intake);
	return 0;
}
