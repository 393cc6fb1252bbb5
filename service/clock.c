/* SPDX-License-Identifier: Apache-2.0 */
#include "service/clock.h"

#include <stdlib.h>
#include <time.h>

#include "scoring/base/timestamp.h"
#include "service/logging/logging.h"

static int64_t fixed_ms; /* 0: the clock goes */

bool
prb_clock_set(void)
{
	const char *text = getenv("PROBITY_TEST_CLOCK");
	int64_t seconds;

	if (text == NULL || text[0] == '\0')
		return true;
	if (!prb_timestamp_parse(prb_span_of(text), &seconds) || seconds <= 0) {
		prb_say(PRB_LEVEL_ERROR, "start_failed",
			"PROBITY_TEST_CLOCK: \"%s\" is no time such as 2026-06-30T12:00:00Z", text);
		return false;
	}
	fixed_ms = seconds * 1000;
	prb_say(PRB_LEVEL_WARNING, "test_clock", "the clock stands at %s: for tests alone", text);
	return true;
}

int64_t
prb_clock_ms(void)
{
	struct timespec t;

	if (fixed_ms != 0)
		return fixed_ms;
	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

uint64_t
prb_monotonic_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000U + (uint64_t)t.tv_nsec;
}

int64_t
prb_monotonic_ms(void)
{
	return (int64_t)(prb_monotonic_ns() / 1000000U);
}
