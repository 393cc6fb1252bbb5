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
#include "scoring/log/tile.h"
#include "scoring/log/tree.h"
#include "service/state/id.h"

#define PRB_STATE_FORMAT 5       /* of what this program writes; it reads what is not newer */
#define PRB_STATE_FORMAT_FIRST 1 /* the oldest that there was */
/* The one tenant of `[auth] mode = open`. An organisation may take it over, once and for good. */
#define PRB_TENANT_OPEN 1
#define PRB_LOG_SALT_BYTES 16
#define PRB_IDEMPOTENCY_KEY_BYTES_MAX 255
#define PRB_SEALED_BYTES_MAX (8 * 1024 * 1024)
#define PRB_SIGNER_BYTES 32
#define PRB_SIGNED_BYTES 64
#define PRB_DECISION_BYTES_MAX 65535

struct prb_state;
struct prb_state_counts;

struct prb_state_options {
	/* 0: 1 TiB of address space, or as much as the process may have; who only reads takes what
	 * there is to read. */
	uint64_t map_bytes;
	bool create;    /* make folder, key ring and environment where there are none */
	bool read_only; /* for `state verify` beside a running server */
	/* A tenant whose newest data key is older gets a new one with its next record, so that what
	 * lies before a day can be erased; 0: never. */
	uint32_t key_days;
	int64_t now_ms; /* for the first key, where `create` makes one; 0: not known */
};

/* Opens DIR. Faults say what to do: a folder of a newer version, no such folder, another process
 * has it (PRB_ERR_STATE_IN_USE; a lock file held with flock), key ring missing or open to others.
 */
enum prb_err prb_state_open(const char *dir, const struct prb_state_options *options,
	struct prb_state **out, struct prb_fault *fault);
/* What opening it to write would refuse, as far as that can be seen beside a server that has it,
 * and without making it: PRB_OK where it is not there and could be made. */
enum prb_err prb_state_look(const char *dir, struct prb_fault *fault);
void prb_state_close(struct prb_state *state);

/* Who did what a record says: service/access/caller.h has the kinds. Sealed with the record. */
struct prb_stored_caller {
	uint8_t kind;     /* enum prb_caller_kind; 0: not said (formats 1 to 3) */
	struct prb_id id; /* of the key; zero where there is none */
};

/* Where an attestation stands in the status lists; list from 1, 0: nowhere. */
struct prb_stored_place {
	uint32_t list, index;
};
#define PRB_STATE_STATUS_ENTRIES 131072 /* to a list: scoring/attest/status_list.h */

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
	struct prb_stored_place status; /* list 0: it has none (format 1 and 2) */
	struct prb_stored_caller caller;
	/* Whom it belongs to within the tenant: the holder of the key that stored it. Stored as a
	 * keyed hash alone, and not there when it is read; zero: nobody in particular. */
	struct prb_id holder;
	/* The put fails with PRB_ERR_USED_UP where the holder has as many already; 0: any number.
	 * Not stored. */
	uint32_t holder_max;
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
	struct prb_stored_caller caller;
	/* The put fails with PRB_ERR_CONFLICT unless the newest decision of the hit has this
	 * sequence; 0: whatever there is; PRB_SEEN_NONE: there must be none. Not stored. */
	uint64_t seen;
	uint8_t signer[PRB_SIGNER_BYTES], signature[PRB_SIGNED_BYTES];
	struct prb_span idempotency_key;
	uint8_t request_sha256[PRB_SHA256_BYTES];
	/* Filled when read, and by the commit. */
	uint64_t sequence;
};

/*
 * A further attestation of a stored declaration: of the report that is stored with it, or of a new
 * one (scored again under another release or on another day), which then comes along and is found
 * under its own id from then on. Spans are borrowed.
 */
struct prb_stored_attestation {
	uint32_t tenant;
	int64_t time_ms;
	struct prb_id id, declaration_id;
	struct prb_id report_id;
	struct prb_span report; /* n = 0: the stored one is meant */
	struct prb_span attestation;
	struct prb_span openings; /* of what it withholds: canonical JSON array; n = 0: nothing */
	struct prb_span log_entry;
	uint8_t log_salt[PRB_LOG_SALT_BYTES];
	uint8_t leaf_hash[PRB_SHA256_BYTES];
	struct prb_stored_place status;
	struct prb_stored_caller caller;
	/* The sequence of the declaration's newest attestation, as whoever made this one saw it;
	 * 0: nobody looked. Not stored. */
	uint64_t seen;
	struct prb_span idempotency_key;
	uint8_t request_sha256[PRB_SHA256_BYTES];
	/* Filled when read, and by the commit. */
	uint64_t sequence, log_index;
};

/* That an attestation was revoked, with reason and time: once, and for good. */
struct prb_stored_revocation {
	uint32_t tenant;
	int64_t time_ms;
	struct prb_id attestation_id;
	struct prb_stored_place status;
	struct prb_span revocation; /* canonical JSON: {"attestation","reason","revoked_at",..} */
	struct prb_stored_caller caller;
	struct prb_span log_entry;
	uint8_t log_salt[PRB_LOG_SALT_BYTES];
	uint8_t leaf_hash[PRB_SHA256_BYTES];
	uint64_t sequence, log_index;
};

/* What the server itself uses, said in the log: records of tenant 0 without a sealed part. */
enum prb_system_kind {
	PRB_SYSTEM_RELEASE = 7, /* the numbers are those of the records' kinds */
	PRB_SYSTEM_METHOD = 8,
	PRB_SYSTEM_KEY = 9,
};
struct prb_stored_system {
	enum prb_system_kind kind;
	int64_t time_ms;
	uint8_t hash[PRB_SHA256_BYTES]; /* of the release or method; the public key */
	/* Of a key alone: enum prb_seal_use and prb_key_standing (scoring/attest/key.h), its number
	 * within its use, and, of a retired one, when it expires (seconds; 0: never). */
	uint8_t use, standing;
	uint32_t number;
	int64_t expires;
	struct prb_span log_entry; /* not given when it is read */
	uint64_t sequence, log_index;
};

/*
 * Organisations, their keys, and what was done. Spans are borrowed. Names and labels are sealed
 * under the organisation's own data key: an erasure takes them along.
 */
#define PRB_SEEN_NONE UINT64_MAX
#define PRB_LABEL_BYTES_MAX 255
enum prb_organisation_standing { PRB_ORGANISATION_ACTIVE = 1, PRB_ORGANISATION_SUSPENDED = 2 };
struct prb_stored_organisation {
	uint32_t tenant; /* its number; of a new one from prb_tenant_make, or PRB_TENANT_OPEN */
	int64_t time_ms;
	struct prb_id id;
	uint8_t standing;
	struct prb_span name;
	struct prb_stored_caller caller;
	uint64_t seen; /* as of a decision: of the organisation's newest record; new: PRB_SEEN_NONE
			*/
	/* Filled when read, and by the commit. Erased: there is no name any more. */
	bool erased;
	int64_t created_ms;
	uint64_t sequence;
};

enum prb_api_key_standing { PRB_API_KEY_IN_USE = 1, PRB_API_KEY_REVOKED = 2 };
struct prb_stored_api_key {
	uint32_t tenant;
	int64_t time_ms;
	struct prb_id id, holder;
	uint8_t kind; /* PRB_CALLER_KEY, PRB_CALLER_INVITATION or PRB_CALLER_CERTIFICATE */
	uint8_t role, standing;
	uint32_t scopes;
	int64_t expires;                  /* seconds since 1970; 0: never */
	uint32_t declarations_max;        /* of the holder, in all; 0: any number */
	uint8_t sha256[PRB_SHA256_BYTES]; /* of the key's text, or of the certificate (DER) */
	struct prb_span name; /* what people call it; of an invitation canonical JSON: whom it is
				 for */
	struct prb_span hint; /* the first characters of its text; n = 0: a certificate */
	struct prb_stored_caller caller;
	uint64_t seen; /* as of an organisation */
	struct prb_span idempotency_key;
	uint8_t request_sha256[PRB_SHA256_BYTES];
	/* Filled when read, and by the commit. */
	int64_t created_ms;
	int32_t used_day;      /* days since 1970 of its last use; 0: never used */
	uint32_t declarations; /* that its holder has stored; 1,000: or more */
	uint64_t sequence;
};

/* An erasure: the data keys of a tenant that are thrown away, in the plain, so that a start after a
 * crash can finish it (JOURNAL.md, "Erasure"). A record of tenant 0. */
struct prb_stored_erasure {
	int64_t time_ms;
	uint32_t tenant;
	/* Only keys under which nothing was sealed at this time or later, milliseconds; 0: all. */
	int64_t before_ms;
	struct prb_stored_caller caller;
	/* Filled by prb_tenant_part: how many keys go, and when the oldest one that stays was made,
	 * milliseconds (0: none stays). */
	uint32_t keys;
	int64_t kept_from_ms;
	uint64_t sequence;
};

/* What was read, made outside the journal, or tried without success; no personal data. */
struct prb_stored_event {
	uint32_t tenant;
	int64_t time_ms;
	struct prb_span event; /* canonical JSON: {"action",..}; at most 4096 bytes */
	struct prb_stored_caller caller;
	uint64_t sequence;
};

/* What a request is authenticated by: everything the tables have of a key, without opening a
 * record. */
struct prb_state_access {
	uint32_t tenant;
	struct prb_id id, holder;
	uint8_t kind, role, standing, organisation_standing;
	uint32_t scopes, declarations_max;
	int64_t expires;
	int32_t used_day;
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
enum prb_err prb_seal_attestation(struct prb_sealer *sealer,
	const struct prb_stored_attestation *stored, struct prb_str *out);
enum prb_err prb_seal_revocation(
	struct prb_sealer *sealer, const struct prb_stored_revocation *stored, struct prb_str *out);
/* Not sealed, but written: there is nothing secret in it. */
enum prb_err prb_seal_system(const struct prb_stored_system *stored, struct prb_str *out);
enum prb_err prb_seal_organisation(struct prb_sealer *sealer,
	const struct prb_stored_organisation *stored, struct prb_str *out);
enum prb_err prb_seal_api_key(
	struct prb_sealer *sealer, const struct prb_stored_api_key *stored, struct prb_str *out);
enum prb_err prb_seal_event(
	struct prb_sealer *sealer, const struct prb_stored_event *stored, struct prb_str *out);
/* Not sealed, but written, with the numbers of the data keys that go. */
enum prb_err prb_seal_erasure(
	struct prb_sealer *sealer, const struct prb_stored_erasure *stored, struct prb_str *out);

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
/* PRB_ERR_NOT_FOUND where the tenant has no such declaration; PRB_ERR_CONFLICT also where its place
 * in the status lists is given out (as with a declaration's), and where the declaration's newest
 * attestation is no longer the one that was seen. */
enum prb_err prb_batch_put_attestation(struct prb_batch *batch,
	const struct prb_stored_attestation *stored, struct prb_span sealed, enum prb_put *what,
	uint64_t *sequence, uint64_t *log_index);
/* PRB_ERR_CONFLICT where it is revoked already, PRB_ERR_NOT_FOUND where there is no such
 * attestation of that tenant, PRB_ERR_VALUE where the place is not the attestation's. What a batch
 * holds already is there: so an attestation and the revocations that it brings about come into one
 * transaction. */
enum prb_err prb_batch_put_revocation(struct prb_batch *batch,
	const struct prb_stored_revocation *stored, struct prb_span sealed, uint64_t *sequence,
	uint64_t *log_index);
/* Whether prb_batch_put_revocation would put it now. Nothing is put. */
enum prb_err prb_batch_check_revocation(struct prb_batch *batch, struct prb_span sealed);
enum prb_err prb_batch_put_system(struct prb_batch *batch, const struct prb_stored_system *stored,
	struct prb_span bytes, uint64_t *sequence, uint64_t *log_index);
/* PRB_ERR_CONFLICT where it is no longer as it was seen. */
enum prb_err prb_batch_put_organisation(struct prb_batch *batch,
	const struct prb_stored_organisation *stored, struct prb_span sealed, uint64_t *sequence);
enum prb_err prb_batch_put_api_key(struct prb_batch *batch, const struct prb_stored_api_key *stored,
	struct prb_span sealed, enum prb_put *what, uint64_t *sequence);
enum prb_err prb_batch_put_erasure(struct prb_batch *batch, const struct prb_stored_erasure *stored,
	struct prb_span bytes, uint64_t *sequence);
enum prb_err prb_batch_put_event(struct prb_batch *batch, const struct prb_stored_event *stored,
	struct prb_span sealed, uint64_t *sequence);
/* That a key was used on a day, once for each: nothing where it is noted already. */
enum prb_err prb_batch_put_used(struct prb_batch *batch, uint32_t tenant, const struct prb_id *key,
	int32_t day, int64_t time_ms);
enum prb_err prb_batch_commit(struct prb_batch *batch, struct prb_fault *fault);
void prb_batch_abort(struct prb_batch *batch);

/* Reading. Each find runs in one read transaction, opened and closed inside; texts are copied into
 * the arena. PRB_ERR_NOT_FOUND; PRB_ERR_STATE_DAMAGED where a record cannot be opened. */
struct prb_state_reader;
enum prb_err prb_state_reader_create(struct prb_state *state, struct prb_state_reader **out);
void prb_state_reader_destroy(struct prb_state_reader *reader);
enum prb_err prb_find_declaration(struct prb_state_reader *reader, uint32_t tenant,
	const struct prb_id *id, struct prb_arena *arena, struct prb_stored_declaration *out);
/*
 * By the report's own id (the newest of equal ones) or by its declaration's. A report that came
 * with a further attestation is given with what came along (attestation, its id, place, leaf, time,
 * sequence) in place of what came with the declaration.
 */
enum prb_err prb_find_report(struct prb_state_reader *reader, uint32_t tenant,
	const struct prb_id *id, struct prb_arena *arena, struct prb_stored_declaration *out);
/* Which declaration that report is of, by the open part of its record: nothing is decrypted. */
enum prb_err prb_find_reported(struct prb_state_reader *reader, uint32_t tenant,
	const struct prb_id *id, struct prb_id *declaration);
/*
 * An attestation, whether it came with its declaration or later. Anyone with the id may ask for the
 * text; what else is there is for whoever may (tenant).
 */
struct prb_found_attestation {
	uint32_t tenant;
	int64_t time_ms;
	struct prb_id id, declaration_id, report_id;
	struct prb_span attestation, openings;
	uint8_t log_salt[PRB_LOG_SALT_BYTES];
	uint8_t leaf_hash[PRB_SHA256_BYTES];
	struct prb_stored_place status;
	bool revoked;
	uint64_t sequence, log_index;
};
enum prb_err prb_find_attestation(struct prb_state_reader *reader, const struct prb_id *id,
	struct prb_arena *arena, struct prb_found_attestation *out);
/* Whose an attestation is, and of which declaration, erased or not: nothing is decrypted. */
enum prb_err prb_find_attested(struct prb_state_reader *reader, const struct prb_id *id,
	uint32_t *tenant, struct prb_id *declaration);
/* Whether an attestation was ever issued here, and when it was revoked (milliseconds since 1970; 0:
 * it was not): what the open part of the records says, also where the rest was erased.
 * PRB_ERR_NOT_FOUND where there is no record of it. */
enum prb_err prb_find_issued(
	struct prb_state_reader *reader, const struct prb_id *attestation_id, int64_t *revoked_ms);
/* PRB_ERR_NOT_FOUND where it is not revoked, or is none. */
enum prb_err prb_find_revocation(struct prb_state_reader *reader,
	const struct prb_id *attestation_id, struct prb_arena *arena,
	struct prb_stored_revocation *out);
/* The attestations of a declaration, newest first, at most `max`; *more: there are others.
 * PRB_ERR_NOT_FOUND where the tenant has no such declaration. */
enum prb_err prb_find_attestations_of(struct prb_state_reader *reader, uint32_t tenant,
	const struct prb_id *declaration_id, size_t max, struct prb_arena *arena,
	struct prb_found_attestation *out, size_t *count, bool *more);
/* As prb_find_idempotent, of a further attestation. */
enum prb_err prb_find_idempotent_attestation(struct prb_state_reader *reader, uint32_t tenant,
	struct prb_span key, const uint8_t request_sha256[PRB_SHA256_BYTES], bool *same,
	struct prb_arena *arena, struct prb_found_attestation *out);
enum prb_err prb_find_attestation_sequence(struct prb_state_reader *reader, uint64_t sequence,
	struct prb_arena *arena, struct prb_found_attestation *out);
/* The first one whose record is `from` or stands behind it, passing over what was erased;
 * PRB_ERR_NOT_FOUND where there is none. */
enum prb_err prb_find_next_attestation(struct prb_state_reader *reader, uint64_t from,
	struct prb_arena *arena, struct prb_found_attestation *out);

/* ---- status lists ---- */

/* The newest list that an attestation stands in (0: none yet), and, in `taken`, a bit for each
 * index of it that is given out. */
enum prb_err prb_status_newest(struct prb_state_reader *reader, uint32_t *list,
	uint8_t taken[PRB_STATE_STATUS_ENTRIES / 8]);
/* A bit for each index that is revoked; index 0 is the left-most bit. `at`: how many records there
 * were (the same number: the same bits). PRB_ERR_NOT_FOUND where the list was never begun. */
enum prb_err prb_status_revoked(struct prb_state_reader *reader, uint32_t list,
	uint8_t bits[PRB_STATE_STATUS_ENTRIES / 8], uint64_t *at);

/* ---- what the server uses ---- */

/* The newest record of each release, method and key, in the order in which each came first; without
 * their log entries. PRB_ERR_TOO_LARGE where there are more than `max`. */
enum prb_err prb_find_system(
	struct prb_state_reader *reader, struct prb_stored_system *out, size_t max, size_t *count);

/* ---- the log ---- */

/* Size and right edge as they were committed last. */
enum prb_err prb_log_tree(struct prb_state_reader *reader, struct prb_tree *out);
/* Proofs and roots of any size up to the committed one. One read transaction each. PRB_ERR_RANGE
 * beyond it, and where index or from lie outside; PRB_ERR_STATE_FORMAT of a state of an earlier
 * format that is only read. A proof that was not made is unspecified. */
enum prb_err prb_log_inclusion(
	struct prb_state_reader *reader, uint64_t index, uint64_t size, struct prb_tree_proof *out);
enum prb_err prb_log_consistency(
	struct prb_state_reader *reader, uint64_t from, uint64_t to, struct prb_tree_proof *out);
enum prb_err prb_log_tree_at(struct prb_state_reader *reader, uint64_t size, struct prb_tree *out);
/* The hash of one leaf; PRB_ERR_RANGE beyond the log. */
enum prb_err prb_log_leaf(
	struct prb_state_reader *reader, uint64_t index, uint8_t out[PRB_SHA256_BYTES]);
/* Appends the tile's bytes: hashes, or entries each behind its length. PRB_ERR_NOT_FOUND where the
 * log has no such tile of that width. */
enum prb_err prb_log_tile(
	struct prb_state_reader *reader, const struct prb_tile *tile, struct prb_str *out);
/* Tells that size's tree was promised to the world: kept in DIR/checkpoint, whole or not at all. */
enum prb_err prb_checkpoint_keep(
	struct prb_state *state, struct prb_span note, struct prb_fault *fault);
/* PRB_ERR_NOT_FOUND where none was kept yet. */
enum prb_err prb_checkpoint_kept(struct prb_state *state, struct prb_str *out);
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

/* ---- organisations and keys ---- */

/* The writer's thread: a number for a new organisation, never used before, with its data key made
 * and in the ring (on the disk) before this returns. PRB_ERR_FULL where the ring is full. */
enum prb_err prb_tenant_make(
	struct prb_state *state, int64_t now_ms, uint32_t *tenant, struct prb_fault *fault);
/* The writer's thread, before a record of that time is sealed: a new data key where the tenant's
 * newest is older than options.key_days, and for the tenant of open mode where it was erased and no
 * organisation has taken it over: what an organisation erased stays so. */
enum prb_err prb_tenant_renew(
	struct prb_state *state, uint32_t tenant, int64_t now_ms, struct prb_fault *fault);
/*
 * The writer's thread, before an erasure's record is sealed: says what the erasure takes. Where all
 * that lies under the tenant's newest key is of before `before_ms`, its period ends here, with a
 * new key, and it goes too: else who stops declaring would keep his last period for good.
 */
enum prb_err prb_tenant_part(
	struct prb_state *state, struct prb_stored_erasure *erasure, struct prb_fault *fault);
/* The writer's thread, behind the commit of the erasure's record: throws the data keys away, in
 * memory and on the disk. Readers that are at work meet PRB_ERR_NOT_FOUND. */
enum prb_err prb_tenant_erase(
	struct prb_state *state, const struct prb_stored_erasure *erasure, struct prb_fault *fault);

/* By the SHA-256 of a key's text or of a certificate: one look at the tables, no record is opened.
 * PRB_ERR_NOT_FOUND. */
enum prb_err prb_find_access(struct prb_state_reader *reader,
	const uint8_t sha256[PRB_SHA256_BYTES], struct prb_state_access *out);
/* Pages: newest first, at most `max`, all with ids before `before` (NULL: from the newest on). */
enum prb_err prb_find_organisations(struct prb_state_reader *reader, const struct prb_id *before,
	size_t max, struct prb_arena *arena, struct prb_stored_organisation *out, size_t *count);
enum prb_err prb_find_organisation(struct prb_state_reader *reader, const struct prb_id *id,
	struct prb_arena *arena, struct prb_stored_organisation *out);
enum prb_err prb_find_organisation_of(struct prb_state_reader *reader, uint32_t tenant,
	struct prb_arena *arena, struct prb_stored_organisation *out);
/* `kinds`: a bit for each kind of caller that is wanted (1 << PRB_CALLER_KEY and so on). One page
 * looks at PRB_API_KEY_LOOKS_MAX keys, of whatever kind, and may end there: *next is where to go
 * on, as `before`, where *more says that there may be others. */
#define PRB_API_KEY_LOOKS_MAX 2000
enum prb_err prb_find_api_keys(struct prb_state_reader *reader, uint32_t tenant, uint32_t kinds,
	const struct prb_id *before, size_t max, struct prb_arena *arena,
	struct prb_stored_api_key *out, size_t *count, struct prb_id *next, bool *more);
/*
 * How many of a tenant's keys are open: neither revoked nor past their end, and their holder may
 * store another declaration. Newest first, without opening a record; ends with `max` found, and
 * gives `max` also where `looks_max` were looked at.
 */
struct prb_open_keys {
	uint32_t kinds;          /* as of a page of them */
	int64_t now;             /* seconds since 1970 */
	int64_t made_ms;         /* those made before are not looked at, milliseconds */
	uint32_t max, looks_max; /* both at least 1 */
};
enum prb_err prb_count_open_keys(struct prb_state_reader *reader, uint32_t tenant,
	const struct prb_open_keys *wanted, uint32_t *count);
enum prb_err prb_find_api_key(struct prb_state_reader *reader, uint32_t tenant,
	const struct prb_id *id, struct prb_arena *arena, struct prb_stored_api_key *out);
/* As prb_find_idempotent. */
enum prb_err prb_find_idempotent_api_key(struct prb_state_reader *reader, uint32_t tenant,
	struct prb_span key, const uint8_t request_sha256[PRB_SHA256_BYTES], bool *same,
	struct prb_arena *arena, struct prb_stored_api_key *out);

/* Whether a declaration is this holder's, without opening it: PRB_OK or PRB_ERR_NOT_FOUND. */
enum prb_err prb_find_held(struct prb_state_reader *reader, uint32_t tenant,
	const struct prb_id *holder, const struct prb_id *declaration);
/* The ids of a holder's declarations, newest first, at most `max`: no record is looked at, so that
 * those of erased ones are among them. */
enum prb_err prb_find_held_ids(struct prb_state_reader *reader, uint32_t tenant,
	const struct prb_id *holder, size_t max, struct prb_id *out, size_t *count);
/* A page of declarations, newest first, all with ids before `before` (any 16 bytes: an id, or a
 * time in the first six and zeros; NULL: from the newest on); holder NULL: all of the tenant's. */
enum prb_err prb_find_declarations(struct prb_state_reader *reader, uint32_t tenant,
	const struct prb_id *holder, const struct prb_id *before, size_t max,
	struct prb_arena *arena, struct prb_stored_declaration *out, size_t *count);
/* The same of any tenant and in the order of the journal, from the sequence `from` on; passes over
 * what was erased; at most `max`, and *next is where to go on (0: there is no more). For what is
 * counted over all of them. */
enum prb_err prb_find_all_declarations(struct prb_state_reader *reader, uint64_t from, size_t max,
	struct prb_arena *arena, struct prb_stored_declaration *out, size_t *count, uint64_t *next);

/* One line of the audit trail: any record of a tenant (tenant 0: the server's own), with what its
 * kind has. */
struct prb_audit_line {
	uint64_t sequence; /* of the record */
	int64_t time_ms;
	uint32_t tenant;
	uint8_t kind; /* of the record: JOURNAL.md, Kinds */
	struct prb_stored_caller caller;
	struct prb_id object;  /* id of what it is about; zero: none */
	struct prb_span event; /* of kind 11: its JSON */
	bool erased;           /* caller, event and name cannot be read any more */
	/* As the record left it. */
	uint8_t standing;       /* of an organisation or a key */
	struct prb_span name;   /* of an organisation */
	uint8_t role;           /* of a key, as the next two lines */
	uint32_t scopes;        /* bits */
	int64_t expires;        /* seconds since 1970; 0: never */
	uint32_t erased_tenant; /* of an erasure: whose, and all that is older; 0: everything */
	int64_t erased_before_ms;
};
/* Oldest first, from the sequence `from` on, at most `max`; *next: where to go on, 0 for the end.
 */
enum prb_err prb_find_audit(struct prb_state_reader *reader, uint32_t tenant, uint64_t from,
	size_t max, struct prb_arena *arena, struct prb_audit_line *out, size_t *count,
	uint64_t *next);

/*
 * A sequence of the tenant's trail for those who may not know it: it counts the records of all
 * tenants, so that two of them say how much the others do. The same sequence has the same place,
 * after a restart as well; the server's own trail (tenant 0), which has no key and no reader but
 * the operator, hides nothing.
 */
#define PRB_AUDIT_PLACE_BYTES 16
void prb_audit_place(const struct prb_state_reader *reader, uint32_t tenant, uint64_t sequence,
	uint8_t out[PRB_AUDIT_PLACE_BYTES]);
/* False where it is no place of this tenant's. */
bool prb_audit_place_read(const struct prb_state_reader *reader, uint32_t tenant,
	const uint8_t place[PRB_AUDIT_PLACE_BYTES], uint64_t *sequence);

/* ---- backup ---- */

/* Copies the environment, compacted, as of one commit, into a new folder OUT, with the checkpoint
 * and without the key ring; runs beside a server. */
enum prb_err prb_state_backup(const char *dir, const char *out_dir, struct prb_state_counts *counts,
	struct prb_fault *fault);
/*
 * How far a state reaches, and how many come in by it. What was revoked, suspended or used up
 * behind a backup is in use again where it is brought back.
 */
#define PRB_STATE_ACCESS_KINDS 8
struct prb_state_reach {
	int64_t last_ms; /* the time of the last record; 0: there is none */
	/* Keys by kind of caller (PRB_CALLER_KEY and so on): not revoked, not expired, and of
	 * organisations that are active. */
	uint64_t in_use[PRB_STATE_ACCESS_KINDS];
};
enum prb_err prb_state_reach(struct prb_state *state, int64_t now_ms, struct prb_state_reach *out,
	struct prb_fault *fault);
/* Revokes each key and invitation that is not revoked, those of suspended organisations too, with a
 * record of its own; no other thread writes. Where it fails some may be revoked. */
enum prb_err prb_state_revoke_access(struct prb_state *state, const struct prb_stored_caller *by,
	int64_t now_ms, uint64_t *revoked, struct prb_fault *fault);

struct prb_state_restoring {
	int64_t now_ms;
	const struct prb_stored_caller *revoke_by; /* prb_state_revoke_access; NULL: not wanted */
};
/* A backup and a key ring become a state in the new folder OUT, and are verified. */
enum prb_err prb_state_restore(const char *backup_dir, const char *keyring_file,
	const char *out_dir, const struct prb_state_restoring *how,
	void (*progress)(void *context, uint64_t done, uint64_t all), void *context,
	struct prb_state_counts *counts, struct prb_fault *fault);
/*
 * For the handler of a signal that ends the program, and async-signal-safe: removes the folder that
 * backup, restore or rebuild is making, in which there may be a copy of the key ring. LMDB believes
 * its pages: a damaged one may end whoever opens the environment (SIGBUS, SIGSEGV, SIGABRT).
 */
void prb_state_abandon(void);

#define PRB_STATE_SIGNERS_MAX 16

struct prb_state_counts {
	uint64_t records, log_size;
	uint64_t attestations, revocations; /* verify alone, as the next two lines */
	uint64_t organisations, api_keys;   /* that there ever were */
	uint64_t events, uses, erasures;
	uint64_t decisions; /* verify alone; and by which keys they were signed, in the order met */
	uint8_t signers[PRB_STATE_SIGNERS_MAX][PRB_SIGNER_BYTES];
	size_t signers_count;
	uint64_t map_bytes, used_bytes;
	uint8_t state_sha256[PRB_SHA256_BYTES]; /* verify and rebuild alone */
	uint8_t log_root[PRB_SHA256_BYTES];     /* RFC 6962 root; verify and rebuild alone */
	bool same;                    /* rebuild alone: what it was made from has this state hash */
	struct prb_state_reach reach; /* restore alone: as it was brought back; */
	uint64_t revoked;             /* and how many of its keys were then revoked */
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
