/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_PRINT_LIMITED_H
#define PRB_PRINT_LIMITED_H

/*
 * `probityd --run-limited FIRST PROGRAM ARGUMENT...`: closes every descriptor from FIRST on, sets
 * limits, and becomes PROGRAM. It is a process of its own with one thread, where all of that can be
 * done at leisure; between fork and exec of a server with threads it could not.
 */

#define PRB_LIMITED_FLAG "--run-limited"

/* What fonts, their shaping and a report take is a tenth of it. */
#define PRB_LIMITED_MEMORY_BYTES_MAX (768L * 1024 * 1024)
#define PRB_LIMITED_CPU_SECONDS_MAX 15
#define PRB_LIMITED_FILES_MAX 64
#define PRB_LIMITED_FAILED 127 /* the exit status where PROGRAM cannot be started */

/* arguments: FIRST, PROGRAM and so on, ended by NULL. Returns where it failed, with the exit
 * status.
 */
int prb_run_limited(char *const *arguments);

#endif
