/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_STATE_STATE_H
#define PRB_STATE_STATE_H

/*
 * What the server keeps: an ordered journal and what follows from it, in one LMDB environment; and
 * the key ring in a file beside it. JOURNAL.md in this folder has every byte.
 *
 * One thread writes (batches), any number read, each with a reader of its own. Records are sealed
 * (packed and encrypted under the tenant's data key) by any thread before the writer sees them. A
 * leaf that the command line also links.
 */

#include "scoring/base/arena.h"
#include "scoring/base/fault.h"
#include "scoring/base/hash.h"
#include "service/state/id.h"

#define PRB_STATE_FORMAT 2       /* the newest that this program knows */
#define PRB_STATE_FORMAT_FIRST 1 /* of a state that holds no decision */
#define PRB_TENANT_OPEN 1        /* the one tenant of `[auth] mode = open` */
#define PRB_LOG_SALT_BYTES 16
#define PRB_IDEMPOTENCY_KEY_BYTES_MAX 255
#define PRB_SEALED_BYTES_MAX (8 * 1024 * 1024)
#define PRB_SIGNER_BYTES 32
#define PRB_SIGNED_BYTES 64
#define PRB_DECISION_BYTES_MAX 65535

struct prb_state;

struct prb_state_options {
	uint64_t map_bytes; /* 0: 1 TiB of address space */
	bool create;        /* make folder, key ring and environment where there are none */
	bool read_only;     /* for `state verify` beside a running server */
};

/* Opens DIR. Faults say what to do: a folder of a newer version, no such folder, another process
 * has it (PRB_ERR_STATE_IN_USE; a lock file held with flock), key ring missing or open to others.
 */
enum prb_err prb_state_open(const char *dir, const struct prb_state_options *options,
	struct prb_state **out, struct prb_fault *fault);
void prb_state_close(struct prb_state *state);

/* One accepted declaration with everything that was answered. Spans are borrowed. */
struct prb_stored_declaration {
	uint32_t tenant;
	int64_t time_ms; /* when it was accepted */
	struct prb_id id, attestation_id;
	struct prb_id report_id; /* UUIDv8, derived */
	uint8_t salt[PRB_DECLARATION_SALT_BYTES];
	struct prb_span declaration; /* canonical JSON, with its free text */
	struct prb_span report, attestation;
	/* The log entry is public; the salt goes into its digest and stays with the credential. */
	struct prb_span log_entry;
	uint8_t log_salt[PRB_LOG_SALT_BYTES];
	uint8_t leaf_hash[PRB_SHA256_BYTES];
	struct prb_span idempotency_key;          /* n = 0: none. Stored as HMAC alone */
	uint8_t request_sha256[PRB_SHA256_BYTES]; /* of the request's body; with a key only */
	/* Filled when read, and by the commit. */
	uint64_t sequence, log_index;
};

/*
 * One decision of a person about a hit, as it is signed and stored. Spans are borrowed. What the
 * tables find it by (hit, name, entity: JOURNAL.md, "A decision") is stored as keyed hashes alone
 * and is not there when it is read.
 */
struct prb_stored_decision {
	uint32_t tenant;
	int64_t time_ms;
	struct prb_id id;
	struct prb_span hit, name, entity;
	struct prb_span decision; /* canonical JSON: the bytes that are signed */
	uint8_t signer[PRB_SIGNER_BYTES], signature[PRB_SIGNED_BYTES];
	struct prb_span idempotency_key;
	uint8_t request_sha256[PRB_SHA256_BYTES];
	/* Filled when read, and by the commit. */
	uint64_t sequence;
};

/* Packs and encrypts; one for each thread. */
struct prb_sealer;
struct prb_sealer *prb_sealer_create(const struct prb_state *state);
void prb_sealer_destroy(struct prb_sealer *sealer);
/* Appends the record's bytes, all but what the writer alone knows (sequence, log index). */
enum prb_err prb_seal_declaration(struct prb_sealer *sealer,
	const struct prb_stored_declaration *stored, struct prb_str *out);
enum prb_err prb_seal_decision(
	struct prb_sealer *sealer, const struct prb_stored_decision *stored, struct prb_str *out);

/*
 * The writer. begin, put any number, commit: one transaction, one fsync. After an error of put or
 * commit the batch must be aborted, and nothing of it is there. PRB_ERR_FULL: MDB_MAP_FULL or no
 * room on the disk; reading goes on.
 */
struct prb_batch;
enum prb_err prb_batch_create(struct prb_state *state, struct prb_batch **out);
void prb_batch_destroy(struct prb_batch *batch);
enum prb_err prb_batch_begin(struct prb_batch *batch);
enum prb_put { PRB_PUT_NEW, PRB_PUT_REPLAYED, PRB_PUT_KEY_REUSED };
/*
 * Puts one sealed record and its indexes. *what: NEW; REPLAYED when its idempotency key was used
 * for the same request before (nothing is put; *sequence is the earlier record's); KEY_REUSED when
 * it was used for another request. An error of a single record leaves the batch as it was before.
 */
enum prb_err prb_batch_put_declaration(struct prb_batch *batch,
	const struct prb_stored_declaration *stored, struct prb_span sealed, enum prb_put *what,
	uint64_t *sequence, uint64_t *log_index);
/* The same for a decision, which is no leaf of the log. */
enum prb_err prb_batch_put_decision(struct prb_batch *batch,
	const struct prb_stored_decision *stored, struct prb_span sealed, enum prb_put *what,
	uint64_t *sequence);
enum prb_err prb_batch_commit(struct prb_batch *batch, struct prb_fault *fault);
void prb_batch_abort(struct prb_batch *batch);

/* Reading. Each find runs in one read transaction, opened and closed inside; texts are copied into
 * the arena. PRB_ERR_NOT_FOUND; PRB_ERR_STATE_DAMAGED where a record cannot be opened. */
struct prb_state_reader;
enum prb_err prb_state_reader_create(struct prb_state *state, struct prb_state_reader **out);
void prb_state_reader_destroy(struct prb_state_reader *reader);
enum prb_err prb_find_declaration(struct prb_state_reader *reader, uint32_t tenant,
	const struct prb_id *id, struct prb_arena *arena, struct prb_stored_declaration *out);
/* By the report's own id (the newest of equal ones) or by its declaration's. */
enum prb_err prb_find_report(struct prb_state_reader *reader, uint32_t tenant,
	const struct prb_id *id, struct prb_arena *arena, struct prb_stored_declaration *out);
/* Anyone with the id: no tenant. Only attestation, time and log members are filled. */
enum prb_err prb_find_attestation(struct prb_state_reader *reader, const struct prb_id *id,
	struct prb_arena *arena, struct prb_stored_declaration *out);
enum prb_err prb_find_sequence(struct prb_state_reader *reader, uint64_t sequence,
	struct prb_arena *arena, struct prb_stored_declaration *out);
/* By idempotency key. *same: the request's body was the same; where it was not, *out stays
 * untouched. */
enum prb_err prb_find_idempotent(struct prb_state_reader *reader, uint32_t tenant,
	struct prb_span key, const uint8_t request_sha256[PRB_SHA256_BYTES], bool *same,
	struct prb_arena *arena, struct prb_stored_declaration *out);

/* Decisions. `by` says what the text is that they are found by; of ALL there is none. */
enum prb_decided_by {
	PRB_DECIDED_ALL,
	PRB_DECIDED_HIT,
	PRB_DECIDED_NAME,
	PRB_DECIDED_ENTITY,
};
/* Newest first, at most `max`, all before the sequence `before` (0: from the newest on). *count may
 * be 0. */
enum prb_err prb_find_decisions(struct prb_state_reader *reader, uint32_t tenant,
	enum prb_decided_by by, struct prb_span text, uint64_t before, size_t max,
	struct prb_arena *arena, struct prb_stored_decision *out, size_t *count);
enum prb_err prb_find_decision(struct prb_state_reader *reader, uint32_t tenant,
	const struct prb_id *id, struct prb_arena *arena, struct prb_stored_decision *out);
enum prb_err prb_find_decision_sequence(struct prb_state_reader *reader, uint64_t sequence,
	struct prb_arena *arena, struct prb_stored_decision *out);
/* As prb_find_idempotent. */
enum prb_err prb_find_idempotent_decision(struct prb_state_reader *reader, uint32_t tenant,
	struct prb_span key, const uint8_t request_sha256[PRB_SHA256_BYTES], bool *same,
	struct prb_arena *arena, struct prb_stored_decision *out);

#define PRB_STATE_SIGNERS_MAX 16

struct prb_state_counts {
	uint64_t records, log_size;
	uint64_t decisions; /* verify alone; and by which keys they were signed, in the order met */
	uint8_t signers[PRB_STATE_SIGNERS_MAX][PRB_SIGNER_BYTES];
	size_t signers_count;
	uint64_t map_bytes, used_bytes;
	uint8_t state_sha256[PRB_SHA256_BYTES]; /* verify and rebuild alone */
	uint8_t log_root[PRB_SHA256_BYTES];     /* RFC 6962 root; verify and rebuild alone */
	bool same; /* rebuild alone: what it was made from has this state hash */
};
enum prb_err prb_state_counts(struct prb_state *state, struct prb_state_counts *out);
/* Whether a write could be made now: map and disk above their floors. */
enum prb_err prb_state_writable(struct prb_state *state, struct prb_fault *fault);

/*
 * Reads every record, recomputes everything that follows from the journal and compares it with what
 * is stored: chain, indexes, log leaves, edge. progress may be NULL. Runs beside a server.
 */
enum prb_err prb_state_verify(struct prb_state *state,
	void (*progress)(void *context, uint64_t done, uint64_t all), void *context,
	struct prb_state_counts *out, struct prb_fault *fault);
/* Writes DIR's state anew into OUT from journal and key ring alone; OUT must not exist. */
enum prb_err prb_state_rebuild(const char *dir, const char *out_dir,
	void (*progress)(void *context, uint64_t done, uint64_t all), void *context,
	struct prb_state_counts *out, struct prb_fault *fault);

#endif
