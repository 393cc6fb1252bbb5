/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/golden_report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

struct prb_span
golden_file(struct prb_arena *arena, const char *path)
{
	static char bytes[GOLDEN_BYTES_MAX];
	FILE *file = fopen(path, "rb");
	size_t n;

	assert_non_null(file);
	n = fread(bytes, 1, sizeof bytes, file);
	fclose(file);
	assert_true(n > 0 && n < sizeof bytes);
	return prb_arena_copy(arena, (struct prb_span){bytes, n});
}

const struct prb_json *
golden_parse(struct prb_arena *arena, struct prb_span text)
{
	const struct prb_json *json = NULL;
	struct prb_fault fault;

	if (prb_json_parse(arena, text, GOLDEN_BYTES_MAX, &fault, &json) != PRB_OK)
		fail_msg("byte %zu: %s", fault.offset, fault.detail);
	return json;
}
