/* SPDX-License-Identifier: Apache-2.0 */
/* Every test of the rules in one process, one after the other until one fails: its number is the
 * exit status. */
#include <stddef.h>

#define PRB_TEST_MAIN(name) int name(void);
#include "mains.def"
#undef PRB_TEST_MAIN

/* tests/unit/datasets_support.h: a release is not built anew for every change. */
const char *support_release(void);
void support_release_remove(void);

const char *
support_release(void)
{
	return PROBITY_BINARY_DIR "/share/probity/release.lmdb";
}

void
support_release_remove(void)
{
}

static int (*const mains[])(void) = {
#define PRB_TEST_MAIN(name) name,
#include "mains.def"
#undef PRB_TEST_MAIN
};

int
main(void)
{
	for (size_t i = 0; i < sizeof mains / sizeof mains[0]; i++)
		if (mains[i]() != 0)
			return (int)i + 1;
	return 0;
}
