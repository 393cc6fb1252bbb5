/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_SERVICE_CLOCK_H
#define PRB_SERVICE_CLOCK_H

/*
 * The two clocks: that of the day, for what is stored and said, which a test may stop; and the
 * monotonic one, for how long something takes. Any thread.
 */

#include <stdbool.h>
#include <stdint.h>

/* Before there are threads. Tests own time: $PROBITY_TEST_CLOCK is a moment at which the clock
 * stands. Said loudly, since nothing that is signed under it is true. False, and said, where it is
 * no moment. */
bool prb_clock_set(void);
/* UTC, since 1970. */
int64_t prb_clock_ms(void);

int64_t prb_monotonic_ms(void);
uint64_t prb_monotonic_ns(void);

#endif
