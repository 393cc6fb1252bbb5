/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_TESTS_GOLDEN_REPORT_H
#define PRB_TESTS_GOLDEN_REPORT_H

/* The reports of tests/golden, for the tests of what is made of them. A test fails where one cannot
 * be read. */

#include "scoring/base/json.h"

#define GOLDEN_BYTES_MAX ((size_t)1 << 20)

/* The bytes of a file, in the arena. */
struct prb_span golden_file(struct prb_arena *arena, const char *path);
const struct prb_json *golden_parse(struct prb_arena *arena, struct prb_span text);

#endif
