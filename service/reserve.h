/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_SERVICE_RESERVE_H
#define PRB_SERVICE_RESERVE_H

/*
 * Memory put aside for libraries that cannot live without: libevent 2.1 follows a null pointer when
 * it gets none for a watermark, ICU 72 when it gets none for a date's pattern, and a hash that
 * fails in the middle of a signature leaves nothing to answer. Their allocations come here. When
 * the system has none, the reserve is given back to it, once, and the allocation is tried again;
 * everything of our own fails before, is answered 503, and is given up. Where even that does not
 * help the program ends and says so: the state is whole at any moment.
 */

#include <stdbool.h>

/* Before any other call of libevent, OpenSSL or ICU. False: there is no memory even for the
 * reserve. */
bool prb_reserve_init(void);
/* Any thread, now and then: puts aside again what was given back. True when nothing is lacking. */
bool prb_reserve_refill(void);
void prb_reserve_finish(void);

#endif
