/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_TESTS_STATE_SUPPORT_H
#define PRB_TESTS_STATE_SUPPORT_H

/* States in folders of their own, made-up records, and a way to change their rows behind the
 * program's back. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "service/state/record.h"
#include "service/state/tables.h"

#define STATE_PATH_BYTES 512

/* A path of a folder that is not there yet, inside one that is. */
void state_path(char path[STATE_PATH_BYTES], const char *name);
void state_join(char path[STATE_PATH_BYTES], const char *dir, const char *name);
/* Removes what state_path gave, with everything inside. */
void state_remove(void);

struct prb_state *state_make(const char *dir, uint64_t map_bytes);
struct prb_state *state_open(const char *dir, bool read_only);
/* What opening gives; the fault's line goes to detail (may be NULL). */
enum prb_err state_open_error(
	const char *dir, bool create, bool read_only, char detail[PRB_FAULT_DETAIL_BYTES_MAX]);

/* The n-th made-up declaration: everything in it follows from n. Its spans live until the next call
 * with the same n modulo 4. Every third has an Idempotency-Key "key-N". */
struct prb_stored_declaration state_declaration(uint64_t n);
void state_same(
	const struct prb_stored_declaration *found, const struct prb_stored_declaration *stored);
/* Puts the declarations first .. first + count - 1 as one batch, and commits. */
enum prb_err state_put_batch(struct prb_state *state, uint64_t first, uint64_t count);

/* Calls change for the n-th row of a table of a closed state; it may alter key and value in place,
 * to the same sizes, or ask for the row's removal by returning false. */
void state_change(const char *dir, const char *table, size_t n,
	bool (*change)(void *context, uint8_t *key, size_t key_n, uint8_t *value, size_t value_n),
	void *context);
size_t state_row_count(const char *dir, const char *table);

#endif
