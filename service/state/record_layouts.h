/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_STATE_RECORD_LAYOUTS_H
#define PRB_STATE_RECORD_LAYOUTS_H

/* Which fields a record of each kind has: the tables of JOURNAL.md, "Record". For record.c alone.
 */

#include "service/state/record.h"

/* What a field must be: its size, and whether it may be missing. */
struct rule {
	uint16_t field;
	bool optional;
	uint32_t bytes_min, bytes_max;
};

#define FIXED(field, bytes)                                                                        \
	{                                                                                          \
		field, false, bytes, bytes                                                         \
	}
#define MAYBE(field, bytes)                                                                        \
	{                                                                                          \
		field, true, bytes, bytes                                                          \
	}
#define IDEMPOTENT                                                                                 \
	MAYBE(PRB_FIELD_IDEMPOTENCY, PRB_KEYED_BYTES), MAYBE(PRB_FIELD_REQUEST, PRB_KEYED_BYTES)
#define CALLER MAYBE(PRB_FIELD_CALLER, PRB_CALLER_BYTES)
#define LEAF                                                                                       \
	{                                                                                          \
		PRB_FIELD_LOG_ENTRY, false, 1, PRB_LOG_ENTRY_BYTES_MAX                             \
	}

/* The rules of one kind of record: in the order of their fields. */
static const struct rule public_declaration[] = {
	FIXED(PRB_FIELD_DECLARATION_ID, PRB_ID_BYTES),
	FIXED(PRB_FIELD_ATTESTATION_ID, PRB_ID_BYTES),
	FIXED(PRB_FIELD_REPORT_KEY, PRB_KEYED_BYTES),
	IDEMPOTENT,
	LEAF,
	MAYBE(PRB_FIELD_STATUS, PRB_PLACE_BYTES),
	MAYBE(PRB_FIELD_HOLDER, PRB_KEYED_BYTES),
};
static const struct rule public_attestation[] = {
	FIXED(PRB_FIELD_DECLARATION_ID, PRB_ID_BYTES),
	FIXED(PRB_FIELD_ATTESTATION_ID, PRB_ID_BYTES),
	MAYBE(PRB_FIELD_REPORT_KEY, PRB_KEYED_BYTES),
	IDEMPOTENT,
	LEAF,
	MAYBE(PRB_FIELD_STATUS, PRB_PLACE_BYTES),
};
static const struct rule public_revocation[] = {
	FIXED(PRB_FIELD_ATTESTATION_ID, PRB_ID_BYTES),
	LEAF,
	MAYBE(PRB_FIELD_STATUS, PRB_PLACE_BYTES),
};
static const struct rule public_decision[] = {
	IDEMPOTENT,
	FIXED(PRB_FIELD_HIT, PRB_KEYED_BYTES),
	FIXED(PRB_FIELD_DECISION_ID, PRB_ID_BYTES),
	FIXED(PRB_FIELD_NAME, PRB_KEYED_BYTES),
	FIXED(PRB_FIELD_ENTITY, PRB_KEYED_BYTES),
};
static const struct rule public_organisation[] = {
	FIXED(PRB_FIELD_ORGANISATION_ID, PRB_ID_BYTES),
	FIXED(PRB_FIELD_STANDING, 1),
};
static const struct rule public_api_key[] = {
	IDEMPOTENT,
	FIXED(PRB_FIELD_API_KEY_ID, PRB_ID_BYTES),
	FIXED(PRB_FIELD_HOLDER_ID, PRB_ID_BYTES),
	FIXED(PRB_FIELD_ACCESS_HASH, PRB_SHA256_BYTES),
	FIXED(PRB_FIELD_ACCESS_FACTS, PRB_ACCESS_FACTS_BYTES),
};
static const struct rule public_erasure[] = {
	{PRB_FIELD_ERASED_KEYS, false, 0, 4 * PRB_KEYRING_KEYS_MAX},
	FIXED(PRB_FIELD_ERASURE_FACTS, PRB_ERASURE_FACTS_BYTES),
	FIXED(PRB_FIELD_ERASED_BY, PRB_CALLER_BYTES),
};
static const struct rule public_used[] = {
	FIXED(PRB_FIELD_API_KEY_ID, PRB_ID_BYTES),
	FIXED(PRB_FIELD_DAY, 4),
};
static const struct rule public_hash[] = {LEAF, FIXED(PRB_FIELD_HASH, PRB_SHA256_BYTES)};
static const struct rule public_key[] = {LEAF, FIXED(PRB_FIELD_PUBLIC_KEY, PRB_SHA256_BYTES),
	FIXED(PRB_FIELD_KEY_FACTS, PRB_KEY_FACTS_BYTES)};

static const struct rule sealed_declaration[] = {
	FIXED(PRB_FIELD_REPORT_ID, PRB_ID_BYTES),
	FIXED(PRB_FIELD_SALT, PRB_DECLARATION_SALT_BYTES),
	FIXED(PRB_FIELD_LOG_SALT, PRB_LOG_SALT_BYTES),
	{PRB_FIELD_DECLARATION, false, 0, PRB_BODY_BYTES_MAX},
	{PRB_FIELD_REPORT, false, 0, PRB_BODY_BYTES_MAX},
	{PRB_FIELD_ATTESTATION, false, 0, PRB_BODY_BYTES_MAX},
	CALLER,
};
static const struct rule sealed_attestation[] = {
	FIXED(PRB_FIELD_REPORT_ID, PRB_ID_BYTES),
	FIXED(PRB_FIELD_LOG_SALT, PRB_LOG_SALT_BYTES),
	{PRB_FIELD_REPORT, true, 1, PRB_BODY_BYTES_MAX},
	{PRB_FIELD_ATTESTATION, false, 1, PRB_BODY_BYTES_MAX},
	CALLER,
	{PRB_FIELD_OPENINGS, true, 1, PRB_BODY_BYTES_MAX},
};
static const struct rule sealed_revocation[] = {
	FIXED(PRB_FIELD_LOG_SALT, PRB_LOG_SALT_BYTES),
	CALLER,
	{PRB_FIELD_REVOCATION, false, 1, PRB_REVOCATION_BYTES_MAX},
};
static const struct rule sealed_decision[] = {
	CALLER,
	{PRB_FIELD_DECISION, false, 1, PRB_DECISION_BYTES_MAX},
	FIXED(PRB_FIELD_SIGNATURE, PRB_SIGNER_BYTES + PRB_SIGNED_BYTES),
};

static const struct rule sealed_organisation[] = {
	{PRB_FIELD_LABEL, false, 1, PRB_STORED_NAME_BYTES_MAX},
	CALLER,
};
static const struct rule sealed_api_key[] = {
	{PRB_FIELD_LABEL, false, 0, PRB_STORED_NAME_BYTES_MAX},
	CALLER,
	{PRB_FIELD_HINT, true, 1, PRB_LABEL_BYTES_MAX},
};
static const struct rule sealed_event[] = {
	CALLER,
	{PRB_FIELD_EVENT, false, 1, PRB_EVENT_BYTES_MAX},
};

/* The kinds, each with the format that brought it and whether it is a tenant's. Some have no sealed
 * fields. */
#define RULES(rules) rules, sizeof(rules) / sizeof((rules)[0])
#define RULES_MAX 8
static const struct layout {
	uint8_t kind;
	unsigned format;
	bool tenant;
	const struct rule *open;
	size_t open_count;
	const struct rule *sealed;
	size_t sealed_count;
} layouts[] = {
	{PRB_RECORD_DECLARATION, 1, true, RULES(public_declaration), RULES(sealed_declaration)},
	{PRB_RECORD_ATTESTATION, 3, true, RULES(public_attestation), RULES(sealed_attestation)},
	{PRB_RECORD_REVOCATION, 3, true, RULES(public_revocation), RULES(sealed_revocation)},
	{PRB_RECORD_DECISION, 2, true, RULES(public_decision), RULES(sealed_decision)},
	{PRB_RECORD_ORGANISATION, 4, true, RULES(public_organisation), RULES(sealed_organisation)},
	{PRB_RECORD_API_KEY, 4, true, RULES(public_api_key), RULES(sealed_api_key)},
	{PRB_RECORD_RELEASE, 3, false, RULES(public_hash), NULL, 0},
	{PRB_RECORD_METHOD, 3, false, RULES(public_hash), NULL, 0},
	{PRB_RECORD_KEY, 3, false, RULES(public_key), NULL, 0},
	{PRB_RECORD_ERASURE, 4, false, RULES(public_erasure), NULL, 0},
	{PRB_RECORD_EVENT, 4, true, NULL, 0, RULES(sealed_event)},
	{PRB_RECORD_USED, 4, true, RULES(public_used), NULL, 0},
};

#endif
