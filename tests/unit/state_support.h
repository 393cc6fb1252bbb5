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

/* The n-th made-up further attestation, of declaration `of`: every second with a report of its own,
 * every third with a key "attest-N", every fifth with openings, all with a place in a status list.
 * The n-th revocation, and the n-th of what the server uses. Their spans live as above. */
struct prb_stored_attestation state_attestation(uint64_t n, uint64_t of);
struct prb_stored_revocation state_revocation(
	uint64_t n, const struct prb_id *attestation, struct prb_stored_place place);
struct prb_stored_system state_system(uint64_t n);
/* The n-th decision, signed by a key of a fixed seed. */
struct prb_stored_decision state_decision(uint64_t n);

/* The n-th organisation, whose number is `tenant`; the n-th key of a tenant, every third with an
 * Idempotency-Key "api-key-N"; the n-th event. Each by a caller of its own. */
struct prb_stored_organisation state_organisation(uint64_t n, uint32_t tenant);
struct prb_stored_api_key state_api_key(uint64_t n, uint32_t tenant);
struct prb_stored_event state_event(uint64_t n, uint32_t tenant);
struct prb_stored_caller state_caller(uint64_t n);
/* A new organisation with its number, on the disk. */
struct prb_stored_organisation state_found(struct prb_state *state, uint64_t n);

/* A batch and what the last record put came to. */
struct state_writing {
	struct prb_sealer *sealer;
	struct prb_batch *batch;
	struct prb_str sealed;
	enum prb_put what;
	uint64_t sequence, index;
};
void state_writing_begin(struct state_writing *w, struct prb_state *state);
void state_writing_end(struct state_writing *w); /* commits */
enum prb_err state_put_declaration(
	struct state_writing *w, const struct prb_stored_declaration *stored);
enum prb_err state_put_attestation(
	struct state_writing *w, const struct prb_stored_attestation *stored);
enum prb_err state_put_revocation(
	struct state_writing *w, const struct prb_stored_revocation *stored);
enum prb_err state_put_system(struct state_writing *w, const struct prb_stored_system *stored);
enum prb_err state_put_decision(struct state_writing *w, const struct prb_stored_decision *stored);
enum prb_err state_put_organisation(
	struct state_writing *w, const struct prb_stored_organisation *stored);
enum prb_err state_put_api_key(struct state_writing *w, const struct prb_stored_api_key *stored);
enum prb_err state_put_event(struct state_writing *w, const struct prb_stored_event *stored);
enum prb_err state_put_erasure(struct state_writing *w, const struct prb_stored_erasure *stored);
/* That the state verifies; its counts. */
struct prb_state_counts state_verified(const char *dir);
/* That it does not, and that the fault says the words. */
void state_expect_damage(const char *dir, const char *words);
/* Writes DIR/keyring: the lines, and their sum. */
void state_write_ring(const char *dir, const char *lines);

/* Makes of a closed state what a program of an earlier format had made of the same journal, which
 * must hold nothing newer: rows of the log without nodes, no table of a later format. */
void state_make_earlier(const char *dir, unsigned format);

/* Calls change for the n-th row of a table of a closed state; it may alter key and value in place,
 * to the same sizes, or ask for the row's removal by returning false. */
void state_change(const char *dir, const char *table, size_t n,
	bool (*change)(void *context, uint8_t *key, size_t key_n, uint8_t *value, size_t value_n),
	void *context);
size_t state_row_count(const char *dir, const char *table);

#endif
