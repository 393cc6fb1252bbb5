/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_CLI_PROGRESS_H
#define PRB_CLI_PROGRESS_H

/*
 * One line on standard error that says how far long work is: what is done, how fast, and how long
 * it will still take where that is known. It is there only where somebody looks (a terminal that
 * is not dumb), comes after half a second and at most five times a second, and is taken away
 * before anything else is said. There is one terminal, so there is one line: of the main thread.
 */

#include <stdbool.h>
#include <stdint.h>

/* what: "rows", borrowed until the end. wanted: false leaves it out, as --quiet does. */
void prb_progress_begin(const char *what, bool wanted);
/* `done` are done. Of the whole work `part` of `whole` is behind, in any unit, such as bytes of the
 * file or what is counted; whole 0: not known. Cheap: a look at the clock where nothing is due. */
void prb_progress_at(uint64_t done, uint64_t part, uint64_t whole);
/* The same as a callback of work whose steps are its measure; the context is not used. */
void prb_progress_of(void *context, uint64_t done, uint64_t all);
/* Takes the line away: to be called before something else goes to the terminal. */
void prb_progress_hide(void);
void prb_progress_end(void);

#endif
