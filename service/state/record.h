/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_STATE_RECORD_H
#define PRB_STATE_RECORD_H

/*
 * One record of the journal: bytes to a view and back, as JOURNAL.md has them. Reading is safe on
 * any bytes; a view borrows them. For this folder and its tests alone.
 */

#include "service/state/keyring.h"
#include "service/state/state.h"

#define PRB_RECORD_FORMAT 1
#define PRB_RECORD_HEADER_BYTES 32
#define PRB_RECORD_NONCE_BYTES 24
#define PRB_RECORD_TAG_BYTES 16
#define PRB_RECORD_BODY_FRONT_BYTES 5 /* packing and size */
#define PRB_FIELD_FRONT_BYTES 6
#define PRB_LOG_ENTRY_BYTES_MAX 65535
#define PRB_BODY_BYTES_MAX (32U * 1024 * 1024)
/* With room for the public part of any kind. */
#define PRB_RECORD_BYTES_MAX                                                                       \
	(PRB_RECORD_HEADER_BYTES + PRB_SEALED_BYTES_MAX + 2 * PRB_LOG_ENTRY_BYTES_MAX)
#define PRB_PLACE_BYTES 8
#define PRB_KEY_FACTS_BYTES 14
#define PRB_REVOCATION_BYTES_MAX 65535
#define PRB_CALLER_BYTES 17
#define PRB_ACCESS_FACTS_BYTES 19
#define PRB_ERASURE_FACTS_BYTES 12
#define PRB_STORED_NAME_BYTES_MAX 4096 /* of an organisation or a key; an invitation's is JSON */
#define PRB_EVENT_BYTES_MAX 4096

enum prb_record_kind {
	PRB_RECORD_DECLARATION = 1,
	PRB_RECORD_ATTESTATION = 2,
	PRB_RECORD_REVOCATION = 3,
	PRB_RECORD_DECISION = 4,
	PRB_RECORD_ORGANISATION = 5,
	PRB_RECORD_API_KEY = 6,
	PRB_RECORD_RELEASE = PRB_SYSTEM_RELEASE,
	PRB_RECORD_METHOD = PRB_SYSTEM_METHOD,
	PRB_RECORD_KEY = PRB_SYSTEM_KEY,
	PRB_RECORD_ERASURE = 10,
	PRB_RECORD_EVENT = 11,
	PRB_RECORD_USED = 12,
};

enum prb_record_field {
	PRB_FIELD_DECLARATION_ID = 0x0001,
	PRB_FIELD_ATTESTATION_ID = 0x0002,
	PRB_FIELD_REPORT_KEY = 0x0003,
	PRB_FIELD_IDEMPOTENCY = 0x0004,
	PRB_FIELD_REQUEST = 0x0005,
	PRB_FIELD_LOG_ENTRY = 0x0006,
	PRB_FIELD_HIT = 0x0007,
	PRB_FIELD_STATUS = 0x0008,
	PRB_FIELD_HASH = 0x0009,
	PRB_FIELD_PUBLIC_KEY = 0x000A,
	PRB_FIELD_ERASED_KEYS = 0x000B,
	PRB_FIELD_ORGANISATION_ID = 0x000C,
	PRB_FIELD_DECISION_ID = 0x000D,
	PRB_FIELD_NAME = 0x000E,
	PRB_FIELD_ENTITY = 0x000F,
	PRB_FIELD_KEY_FACTS = 0x0010,
	PRB_FIELD_API_KEY_ID = 0x0011,
	PRB_FIELD_HOLDER = 0x0012,
	PRB_FIELD_HOLDER_ID = 0x0013,
	PRB_FIELD_ACCESS_HASH = 0x0014,
	PRB_FIELD_ACCESS_FACTS = 0x0015,
	PRB_FIELD_STANDING = 0x0016,
	PRB_FIELD_ERASURE_FACTS = 0x0017,
	PRB_FIELD_ERASED_BY = 0x0018,
	PRB_FIELD_DAY = 0x0019,
	PRB_FIELD_REPORT_ID = 0x0101,
	PRB_FIELD_SALT = 0x0102,
	PRB_FIELD_LOG_SALT = 0x0103,
	PRB_FIELD_DECLARATION = 0x0104,
	PRB_FIELD_REPORT = 0x0105,
	PRB_FIELD_ATTESTATION = 0x0106,
	PRB_FIELD_LABEL = 0x0108,
	PRB_FIELD_CALLER = 0x0109,
	PRB_FIELD_DECISION = 0x010A,
	PRB_FIELD_SIGNATURE = 0x010B,
	PRB_FIELD_OPENINGS = 0x010C,
	PRB_FIELD_REVOCATION = 0x010D,
	PRB_FIELD_EVENT = 0x010E,
	PRB_FIELD_HINT = 0x010F,
};

/* What stands in header and public part, and where the sealed part is. What a kind of record does
 * not have is zero. */
struct prb_record {
	uint8_t kind;
	uint32_t tenant, key; /* key 0: it has no sealed part; tenant 0: of the server itself */
	int64_t time_ms;
	struct prb_span open; /* header and public part: the additional data */
	struct prb_span sealed;
	bool has_idempotency;
	uint8_t idempotency[PRB_KEYED_BYTES], request[PRB_KEYED_BYTES];
	struct prb_id declaration_id, attestation_id; /* of a revocation: what it revokes */
	bool has_report; /* a report came with it: always with a declaration */
	uint8_t report_key[PRB_KEYED_BYTES];
	struct prb_stored_place status; /* list 0: none */
	struct prb_span log_entry;      /* n = 0: the record is no leaf */
	/* Of a decision. */
	struct prb_id decision_id;
	uint8_t hit[PRB_KEYED_BYTES], name[PRB_KEYED_BYTES], entity[PRB_KEYED_BYTES];
	/* Of what the server uses: hash or public key, and the particulars of a key. */
	uint8_t hash[PRB_SHA256_BYTES];
	uint8_t use, standing;
	uint32_t number;
	int64_t expires;
	bool has_holder; /* of a declaration */
	uint8_t holder[PRB_KEYED_BYTES];
	/* Of an organisation, an API key (whose hash, standing and expires stand above), its use.
	 */
	struct prb_id organisation_id, api_key_id, holder_id;
	uint8_t access_kind, role;
	uint32_t scopes, declarations_max;
	int32_t day;
	/* Of an erasure. */
	uint32_t erased_tenant;
	int64_t before_ms;
	struct prb_stored_caller erased_by;
	struct prb_span erased_keys; /* u32 each, rising */
};

/* Whether it says what the server itself uses: a release, a method table, a signing key. */
bool prb_record_is_system(const struct prb_record *record);
/* Whether it has a sealed part, and what that is sealed under. */
bool prb_record_is_sealed(const struct prb_record *record);
enum prb_seal_use prb_record_seal_use(const struct prb_record *record);
/* The bytes of field 0x0015, which its row in `access` has as well. */
void prb_record_access_facts(const struct prb_record *record, uint8_t out[PRB_ACCESS_FACTS_BYTES]);
/* What the record is about, for the audit trail; zero: nothing with an id. */
struct prb_id prb_record_object(const struct prb_record *record);
/* The first format of a state that may hold it. */
unsigned prb_record_format(const struct prb_record *record);

/*
 * PRB_ERR_STATE_DAMAGED where the bytes are no record; PRB_ERR_STATE_FORMAT where another version
 * wrote it. The fault (may be NULL) says what is wrong with it: "its header is cut".
 */
enum prb_err prb_record_read(
	struct prb_span bytes, struct prb_record *out, struct prb_fault *fault);
/* Writes header and public part to a place of prb_record_open_bytes; the spans open and sealed are
 * not looked at. */
size_t prb_record_open_bytes(const struct prb_record *record);
void prb_record_write_open(const struct prb_record *record, uint32_t sealed_bytes, uint8_t *out);

/* The fields of a sealed body; what a kind of record does not have is zero. Spans are borrowed. */
struct prb_body {
	struct prb_id report_id;
	uint8_t salt[PRB_DECLARATION_SALT_BYTES];
	uint8_t log_salt[PRB_LOG_SALT_BYTES];
	struct prb_span declaration, report, attestation, openings;
	struct prb_span revocation;
	struct prb_span decision;
	struct prb_span label, hint, event;
	struct prb_stored_caller caller;
	uint8_t signer[PRB_SIGNER_BYTES], signature[PRB_SIGNED_BYTES];
};
/* Reads the fields of a body of that kind of record. */
enum prb_err prb_body_read(
	struct prb_span fields, uint8_t kind, struct prb_body *out, struct prb_fault *fault);
/* The six bytes before a field. */
void prb_field_front(uint16_t field, size_t n, uint8_t out[PRB_FIELD_FRONT_BYTES]);

/* Written as it is: that a key was used on a day. */
enum prb_err prb_record_write_used(uint32_t tenant, const struct prb_id *key, int32_t day,
	int64_t time_ms, struct prb_str *out);
/* A sealer beside a key ring and no state, for tests. */
struct prb_sealer *prb_sealer_create_with(const struct prb_keyring *ring);

struct prb_opener;
struct prb_opener *prb_opener_create(const struct prb_keyring *ring);
void prb_opener_destroy(struct prb_opener *opener);
/*
 * Opens the sealed part of a record; one without has an empty body. *out
 * borrows from the opener until its next use, or from the arena where one is given.
 * PRB_ERR_NOT_FOUND where its key was thrown away; PRB_ERR_STATE_DAMAGED where it cannot be opened.
 */
enum prb_err prb_opener_open(struct prb_opener *opener, const struct prb_record *record,
	struct prb_arena *arena, struct prb_body *out, struct prb_fault *fault);

#endif
