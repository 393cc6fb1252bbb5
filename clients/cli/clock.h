/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_CLI_CLOCK_H
#define PRB_CLI_CLOCK_H

/*
 * Time that passes: a room of its own, since what is said hides the line of progress first, and
 * that line asks how long it has stood.
 */

#include <stdint.h>

/* Milliseconds of a clock that nobody sets. */
int64_t prb_cli_monotonic_ms(void);

#endif
