/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_TESTS_WRAPPED_MALLOC_H
#define PRB_TESTS_WRAPPED_MALLOC_H

/*
 * malloc, calloc and realloc of a test program that is linked with --wrap for the three: they are
 * counted, and one of them can be made to fail.
 */

#include <stddef.h>

/* How many allocations go well before one fails; -1: none fails. */
extern long allocations_left;
/* How many were asked for since the program began. */
extern size_t allocations_taken;

#endif
