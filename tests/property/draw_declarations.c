/* SPDX-License-Identifier: Apache-2.0 */
/* draw_declarations SEED COUNT: the declarations that the properties are held against, one a line.
 */
#include <stdio.h>

#include "tests/property/spec.h"

#define TEXT_BYTES_MAX ((size_t)64 << 10)

int
main(int argc, char **argv)
{
	int64_t seed, count;
	struct prb_str text;

	if (argc != 3 || !prb_parse_int(prb_span_of(argv[1]), 0, INT64_MAX, &seed) ||
		!prb_parse_int(prb_span_of(argv[2]), 0, INT64_MAX, &count)) {
		fputs("usage: draw_declarations SEED COUNT\n", stderr);
		return 2;
	}
	prb_str_init(&text, TEXT_BYTES_MAX);
	for (int64_t i = 0; i < count; i++) {
		uint64_t state = spec_state((uint64_t)seed, (uint64_t)i);
		struct spec s;

		spec_generate(&state, &s);
		spec_write(&s, &text);
		if (text.failed)
			return 1;
		prb_str_add_char(&text, '\n');
		if (fwrite(text.p, 1, text.n, stdout) != text.n)
			return 1;
	}
	prb_str_finish(&text);
	return fflush(stdout) == 0 ? 0 : 1;
}
