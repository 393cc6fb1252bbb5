/* SPDX-License-Identifier: Apache-2.0 */
#include "service/state/record.h"

#include <assert.h>
#include <string.h>

#include "service/state/bytes.h"

static enum prb_err
damaged(struct prb_fault *fault, const char *what)
{
	return prb_fault_set(fault, PRB_ERR_STATE_DAMAGED, PRB_NO_OFFSET, NULL, "%s", what);
}

static enum prb_err
other_version(struct prb_fault *fault, const char *what, unsigned number)
{
	return prb_fault_set(fault, PRB_ERR_STATE_FORMAT, PRB_NO_OFFSET, NULL,
		"it has %s %u, which this program does not know: use the version that wrote it, or "
		"a newer one",
		what, number);
}

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

static const struct layout *
find_layout(uint8_t kind)
{
	for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++)
		if (layouts[i].kind == kind)
			return &layouts[i];
	return NULL;
}

/* Of a record that was read, or is being made: its kind is one of them. */
static const struct layout *
layout_of(uint8_t kind)
{
	const struct layout *layout = find_layout(kind);

	assert(layout);
	return layout;
}

bool
prb_record_is_system(const struct prb_record *record)
{
	return record->kind == PRB_RECORD_RELEASE || record->kind == PRB_RECORD_METHOD ||
	       record->kind == PRB_RECORD_KEY;
}

bool
prb_record_is_sealed(const struct prb_record *record)
{
	return layout_of(record->kind)->sealed_count > 0;
}

enum prb_seal_use
prb_record_seal_use(const struct prb_record *record)
{
	return record->kind == PRB_RECORD_ORGANISATION || record->kind == PRB_RECORD_API_KEY
		       ? PRB_SEAL_DIRECTORY
		       : PRB_SEAL_BODY;
}

struct prb_id
prb_record_object(const struct prb_record *record)
{
	switch (record->kind) {
	case PRB_RECORD_DECLARATION:
		return record->declaration_id;
	case PRB_RECORD_ATTESTATION:
	case PRB_RECORD_REVOCATION:
		return record->attestation_id;
	case PRB_RECORD_DECISION:
		return record->decision_id;
	case PRB_RECORD_ORGANISATION:
		return record->organisation_id;
	case PRB_RECORD_API_KEY:
	case PRB_RECORD_USED:
		return record->api_key_id;
	default:
		return (struct prb_id){{0}};
	}
}

unsigned
prb_record_format(const struct prb_record *record)
{
	/* A place in a status list and a holder came later than what may have them. */
	if (record->has_holder)
		return 4;
	return record->status.list != 0 ? 3 : layout_of(record->kind)->format;
}

/* Where a field of fixed size stands in a view, as it is. The rest is in take_field and put_field.
 */
#define AT(field, type, member)                                                                    \
	{                                                                                          \
		field, offsetof(type, member)                                                      \
	}
static const struct fixed {
	uint16_t field;
	size_t at;
} record_fields[] =
	{
		AT(PRB_FIELD_DECLARATION_ID, struct prb_record, declaration_id),
		AT(PRB_FIELD_ATTESTATION_ID, struct prb_record, attestation_id),
		AT(PRB_FIELD_REPORT_KEY, struct prb_record, report_key),
		AT(PRB_FIELD_IDEMPOTENCY, struct prb_record, idempotency),
		AT(PRB_FIELD_REQUEST, struct prb_record, request),
		AT(PRB_FIELD_HIT, struct prb_record, hit),
		AT(PRB_FIELD_HASH, struct prb_record, hash),
		AT(PRB_FIELD_PUBLIC_KEY, struct prb_record, hash),
		AT(PRB_FIELD_DECISION_ID, struct prb_record, decision_id),
		AT(PRB_FIELD_NAME, struct prb_record, name),
		AT(PRB_FIELD_ENTITY, struct prb_record, entity),
		AT(PRB_FIELD_ORGANISATION_ID, struct prb_record, organisation_id),
		AT(PRB_FIELD_API_KEY_ID, struct prb_record, api_key_id),
		AT(PRB_FIELD_HOLDER, struct prb_record, holder),
		AT(PRB_FIELD_HOLDER_ID, struct prb_record, holder_id),
		AT(PRB_FIELD_ACCESS_HASH, struct prb_record, hash),
		AT(PRB_FIELD_STANDING, struct prb_record, standing),
		AT(PRB_FIELD_ERASED_BY, struct prb_record, erased_by),
},
  body_fields[] =
	  {
		  AT(PRB_FIELD_REPORT_ID, struct prb_body, report_id),
		  AT(PRB_FIELD_SALT, struct prb_body, salt),
		  AT(PRB_FIELD_LOG_SALT, struct prb_body, log_salt),
		  AT(PRB_FIELD_SIGNATURE, struct prb_body, signer),
		  AT(PRB_FIELD_CALLER, struct prb_body, caller),
},
  body_texts[] = {
	  AT(PRB_FIELD_DECLARATION, struct prb_body, declaration),
	  AT(PRB_FIELD_REPORT, struct prb_body, report),
	  AT(PRB_FIELD_ATTESTATION, struct prb_body, attestation),
	  AT(PRB_FIELD_DECISION, struct prb_body, decision),
	  AT(PRB_FIELD_OPENINGS, struct prb_body, openings),
	  AT(PRB_FIELD_REVOCATION, struct prb_body, revocation),
	  AT(PRB_FIELD_LABEL, struct prb_body, label),
	  AT(PRB_FIELD_HINT, struct prb_body, hint),
	  AT(PRB_FIELD_EVENT, struct prb_body, event),
};
static_assert(sizeof(struct prb_stored_caller) == PRB_CALLER_BYTES, "kind and id, nothing between");
static_assert(offsetof(struct prb_body, signature) ==
		      offsetof(struct prb_body, signer) + PRB_SIGNER_BYTES,
	"key and signature are one field");
#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static const struct fixed *
fixed_of(const struct fixed *rows, size_t count, uint16_t field)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i].field == field)
			return &rows[i];
	return NULL;
}

/*
 * Reads fields by their rules; values[i] belongs to rules[i] and has p = NULL where it is missing.
 * Since ids rise in both, one pass side by side finds every fault.
 */
static enum prb_err
read_fields(struct prb_span bytes, const struct rule *rules, size_t count, struct prb_span *values,
	struct prb_fault *fault)
{
	size_t at = 0;
	unsigned last = 0;

	for (size_t i = 0; i < count; i++)
		values[i] = PRB_SPAN_NONE;
	while (bytes.n > 0) {
		const uint8_t *p = (const uint8_t *)bytes.p;
		uint64_t field, n;

		if (bytes.n < PRB_FIELD_FRONT_BYTES)
			return damaged(fault, "a field is cut");
		field = prb_get_be(p, 2);
		n = prb_get_be(p + 2, 4);
		if (n > bytes.n - PRB_FIELD_FRONT_BYTES)
			return damaged(fault, "a field is cut");
		if (field <= last)
			return damaged(fault, "its fields are out of order");
		while (at < count && rules[at].field < field)
			if (!rules[at++].optional)
				return damaged(fault, "a field is missing");
		if (at == count || rules[at].field != field)
			return other_version(fault, "a field", (unsigned)field);
		if (n < rules[at].bytes_min || n > rules[at].bytes_max)
			return damaged(fault, "a field has another size than it should");
		values[at++] = (struct prb_span){bytes.p + PRB_FIELD_FRONT_BYTES, (size_t)n};
		last = (unsigned)field;
		bytes.p += PRB_FIELD_FRONT_BYTES + n;
		bytes.n -= PRB_FIELD_FRONT_BYTES + (size_t)n;
	}
	while (at < count)
		if (!rules[at++].optional)
			return damaged(fault, "a field is missing");
	return PRB_OK;
}

static bool
take_place(struct prb_span bytes, struct prb_stored_place *out)
{
	const uint8_t *p = (const uint8_t *)bytes.p;

	*out = (struct prb_stored_place){
		.list = (uint32_t)prb_get_be(p, 4), .index = (uint32_t)prb_get_be(p + 4, 4)};
	return out->list != 0 && out->index < PRB_STATE_STATUS_ENTRIES;
}

static void
take_key_facts(struct prb_span bytes, struct prb_record *out)
{
	const uint8_t *p = (const uint8_t *)bytes.p;

	out->use = p[0];
	out->standing = p[1];
	out->number = (uint32_t)prb_get_be(p + 2, 4);
	out->expires = (int64_t)prb_get_be(p + 6, 8);
}

static bool
standing_can_be(uint8_t standing)
{
	return standing == PRB_ORGANISATION_ACTIVE || standing == PRB_ORGANISATION_SUSPENDED;
}
static_assert((int)PRB_API_KEY_IN_USE == (int)PRB_ORGANISATION_ACTIVE &&
		      (int)PRB_API_KEY_REVOKED == (int)PRB_ORGANISATION_SUSPENDED,
	"standings of both are 1 and 2");

static bool
take_access_facts(struct prb_span bytes, struct prb_record *out)
{
	const uint8_t *p = (const uint8_t *)bytes.p;

	out->access_kind = p[0];
	out->role = p[1];
	out->standing = p[2];
	out->scopes = (uint32_t)prb_get_be(p + 3, 4);
	out->expires = (int64_t)prb_get_be(p + 7, 8);
	out->declarations_max = (uint32_t)prb_get_be(p + 15, 4);
	return out->access_kind != 0 && out->role != 0 && standing_can_be(out->standing) &&
	       out->expires >= 0;
}

static bool
take_erased_keys(struct prb_span bytes, struct prb_record *out)
{
	const uint8_t *p = (const uint8_t *)bytes.p;

	out->erased_keys = bytes;
	for (size_t i = 4; i < bytes.n; i += 4)
		if (prb_get_be(p + i - 4, 4) >= prb_get_be(p + i, 4))
			return false;
	return bytes.n % 4 == 0;
}

static bool
take_erasure_facts(struct prb_span bytes, struct prb_record *out)
{
	const uint8_t *p = (const uint8_t *)bytes.p;

	out->erased_tenant = (uint32_t)prb_get_be(p, 4);
	out->before_ms = (int64_t)prb_get_be(p + 4, 8);
	return out->erased_tenant != 0 && out->before_ms >= 0;
}

static bool
take_day(struct prb_span bytes, struct prb_record *out)
{
	uint64_t day = prb_get_be((const uint8_t *)bytes.p, 4);

	out->day = day <= INT32_MAX ? (int32_t)day : 0;
	return day > 0 && day <= INT32_MAX;
}

/* False where what the field says cannot be. */
static bool
take_field(uint16_t field, struct prb_span bytes, struct prb_record *out)
{
	const struct fixed *fixed = fixed_of(record_fields, COUNT(record_fields), field);

	if (fixed)
		memcpy((uint8_t *)out + fixed->at, bytes.p, bytes.n);
	switch (field) {
	case PRB_FIELD_REPORT_KEY:
		out->has_report = true;
		return true;
	case PRB_FIELD_LOG_ENTRY:
		out->log_entry = bytes;
		return true;
	case PRB_FIELD_STATUS:
		return take_place(bytes, &out->status);
	case PRB_FIELD_KEY_FACTS:
		take_key_facts(bytes, out);
		return true;
	case PRB_FIELD_HOLDER:
		out->has_holder = true;
		return true;
	case PRB_FIELD_STANDING:
		return standing_can_be(out->standing);
	case PRB_FIELD_ACCESS_FACTS:
		return take_access_facts(bytes, out);
	case PRB_FIELD_ERASED_KEYS:
		return take_erased_keys(bytes, out);
	case PRB_FIELD_ERASURE_FACTS:
		return take_erasure_facts(bytes, out);
	case PRB_FIELD_DAY:
		return take_day(bytes, out);
	default:
		return true;
	}
}

static enum prb_err
read_public(struct prb_span bytes, struct prb_record *out, struct prb_fault *fault)
{
	const struct layout *layout = layout_of(out->kind);
	struct prb_span values[RULES_MAX];
	bool key = false, request = false;
	enum prb_err err = read_fields(bytes, layout->open, layout->open_count, values, fault);

	for (size_t i = 0; i < layout->open_count && err == PRB_OK; i++) {
		uint16_t field = layout->open[i].field;

		if (values[i].p == NULL)
			continue;
		key = key || field == PRB_FIELD_IDEMPOTENCY;
		request = request || field == PRB_FIELD_REQUEST;
		if (!take_field(field, values[i], out))
			err = damaged(fault, "a field says what cannot be");
	}
	/* The two hashes of an idempotent request come together or not at all. */
	if (err == PRB_OK && key != request)
		err = damaged(fault, "a field is missing");
	out->has_idempotency = key;
	return err;
}

/* Format, kind and flags come first: what another version wrote is not damage. */
static enum prb_err
read_header(struct prb_span bytes, struct prb_record *r, struct prb_fault *fault)
{
	const uint8_t *p = (const uint8_t *)bytes.p;
	uint64_t public_bytes, sealed_bytes, sealed_least;

	if (bytes.n < PRB_RECORD_HEADER_BYTES)
		return damaged(fault, "its header is cut");
	if (p[0] == 0)
		return damaged(fault, "it does not begin as a record");
	if (p[0] != PRB_RECORD_FORMAT)
		return other_version(fault, "format", p[0]);
	if (!find_layout(p[1]))
		return other_version(fault, "kind", p[1]);
	if (prb_get_be(p + 2, 2) != 0)
		return other_version(fault, "flags", (unsigned)prb_get_be(p + 2, 2));
	r->kind = p[1];
	r->tenant = (uint32_t)prb_get_be(p + 4, 4);
	r->time_ms = (int64_t)prb_get_be(p + 8, 8);
	r->key = (uint32_t)prb_get_be(p + 16, 4);
	public_bytes = prb_get_be(p + 20, 4);
	sealed_bytes = prb_get_be(p + 24, 4);
	/* Key and body: both or none. A tenant: as the kind has it. */
	sealed_least = prb_record_is_sealed(r)
			       ? PRB_RECORD_NONCE_BYTES + PRB_RECORD_BODY_FRONT_BYTES +
					 PRB_RECORD_TAG_BYTES
			       : 0;
	if (prb_get_be(p + 28, 4) != 0 || (r->tenant != 0) != layout_of(r->kind)->tenant ||
		(r->key == 0) != (sealed_least == 0))
		return damaged(fault, "its header cannot stand");
	if (sealed_bytes > (sealed_least == 0 ? 0 : PRB_SEALED_BYTES_MAX) ||
		sealed_bytes < sealed_least ||
		bytes.n != PRB_RECORD_HEADER_BYTES + public_bytes + sealed_bytes)
		return damaged(fault, "its size is not what its header says");
	r->open = (struct prb_span){bytes.p, PRB_RECORD_HEADER_BYTES + (size_t)public_bytes};
	r->sealed = (struct prb_span){bytes.p + r->open.n, (size_t)sealed_bytes};
	return PRB_OK;
}

enum prb_err
prb_record_read(struct prb_span bytes, struct prb_record *out, struct prb_fault *fault)
{
	struct prb_record r = {.kind = 0};
	enum prb_err err = read_header(bytes, &r, fault);

	if (err == PRB_OK)
		err = read_public((struct prb_span){r.open.p + PRB_RECORD_HEADER_BYTES,
					  r.open.n - PRB_RECORD_HEADER_BYTES},
			&r, fault);
	if (err == PRB_OK)
		*out = r;
	return err;
}

void
prb_field_front(uint16_t field, size_t n, uint8_t out[PRB_FIELD_FRONT_BYTES])
{
	assert(n <= UINT32_MAX);
	prb_put_be(out, field, 2);
	prb_put_be(out + 2, n, 4);
}

#define SCRATCH_BYTES PRB_ACCESS_FACTS_BYTES
static_assert(SCRATCH_BYTES >= PRB_KEY_FACTS_BYTES && SCRATCH_BYTES >= PRB_ERASURE_FACTS_BYTES &&
		      SCRATCH_BYTES >= PRB_PLACE_BYTES,
	"room for each that is made");

void
prb_record_access_facts(const struct prb_record *r, uint8_t out[PRB_ACCESS_FACTS_BYTES])
{
	out[0] = r->access_kind;
	out[1] = r->role;
	out[2] = r->standing;
	prb_put_be(out + 3, r->scopes, 4);
	prb_put_be(out + 7, (uint64_t)r->expires, 8);
	prb_put_be(out + 15, r->declarations_max, 4);
}

/* Whether the record has the field, and where its bytes are; scratch holds what is made. */
static bool
value_of(const struct prb_record *r, uint16_t field, uint8_t scratch[SCRATCH_BYTES],
	const uint8_t **value)
{
	const struct fixed *fixed = fixed_of(record_fields, COUNT(record_fields), field);

	*value = fixed ? (const uint8_t *)r + fixed->at : scratch;
	switch (field) {
	case PRB_FIELD_IDEMPOTENCY:
	case PRB_FIELD_REQUEST:
		return r->has_idempotency;
	case PRB_FIELD_REPORT_KEY:
		return r->has_report;
	case PRB_FIELD_LOG_ENTRY:
		*value = (const uint8_t *)r->log_entry.p;
		return true;
	case PRB_FIELD_STATUS:
		prb_put_be(scratch, r->status.list, 4);
		prb_put_be(scratch + 4, r->status.index, 4);
		return r->status.list != 0;
	case PRB_FIELD_KEY_FACTS:
		scratch[0] = r->use;
		scratch[1] = r->standing;
		prb_put_be(scratch + 2, r->number, 4);
		prb_put_be(scratch + 6, (uint64_t)r->expires, 8);
		return true;
	case PRB_FIELD_HOLDER:
		return r->has_holder;
	case PRB_FIELD_ACCESS_FACTS:
		prb_record_access_facts(r, scratch);
		return true;
	case PRB_FIELD_ERASED_KEYS:
		*value = (const uint8_t *)r->erased_keys.p;
		return true;
	case PRB_FIELD_ERASURE_FACTS:
		prb_put_be(scratch, r->erased_tenant, 4);
		prb_put_be(scratch + 4, (uint64_t)r->before_ms, 8);
		return true;
	case PRB_FIELD_DAY:
		prb_put_be(scratch, (uint32_t)r->day, 4);
		return true;
	default:
		return true;
	}
}

static size_t
field_bytes(const struct prb_record *r, const struct rule *rule)
{
	if (rule->field == PRB_FIELD_ERASED_KEYS)
		return r->erased_keys.n;
	return rule->field == PRB_FIELD_LOG_ENTRY ? r->log_entry.n : rule->bytes_max;
}

size_t
prb_record_open_bytes(const struct prb_record *record)
{
	const struct layout *layout = layout_of(record->kind);
	size_t n = PRB_RECORD_HEADER_BYTES;
	uint8_t scratch[SCRATCH_BYTES];
	const uint8_t *value;

	for (size_t i = 0; i < layout->open_count; i++)
		if (value_of(record, layout->open[i].field, scratch, &value))
			n += PRB_FIELD_FRONT_BYTES + field_bytes(record, &layout->open[i]);
	return n;
}

void
prb_record_write_open(const struct prb_record *r, uint32_t sealed_bytes, uint8_t *out)
{
	const struct layout *layout = layout_of(r->kind);
	size_t n = prb_record_open_bytes(r);
	uint8_t *p = out, scratch[SCRATCH_BYTES];
	const uint8_t *value;

	memset(p, 0, PRB_RECORD_HEADER_BYTES);
	p[0] = PRB_RECORD_FORMAT;
	p[1] = r->kind;
	prb_put_be(p + 4, r->tenant, 4);
	prb_put_be(p + 8, (uint64_t)r->time_ms, 8);
	prb_put_be(p + 16, r->key, 4);
	prb_put_be(p + 20, n - PRB_RECORD_HEADER_BYTES, 4);
	prb_put_be(p + 24, sealed_bytes, 4);
	p += PRB_RECORD_HEADER_BYTES;
	for (size_t i = 0; i < layout->open_count; i++) {
		const struct rule *rule = &layout->open[i];
		size_t bytes = field_bytes(r, rule);

		if (!value_of(r, rule->field, scratch, &value))
			continue;
		prb_field_front(rule->field, bytes, p);
		if (bytes > 0)
			memcpy(p + PRB_FIELD_FRONT_BYTES, value, bytes);
		p += PRB_FIELD_FRONT_BYTES + bytes;
	}
	assert(p == out + n);
}

enum prb_err
prb_body_read(struct prb_span fields, uint8_t kind, struct prb_body *out, struct prb_fault *fault)
{
	const struct layout *layout = layout_of(kind);
	struct prb_body body = {.declaration = PRB_SPAN_NONE};
	struct prb_span values[RULES_MAX];
	enum prb_err err = read_fields(fields, layout->sealed, layout->sealed_count, values, fault);

	if (err != PRB_OK)
		return err;
	for (size_t i = 0; i < layout->sealed_count; i++) {
		uint16_t field = layout->sealed[i].field;
		const struct fixed *fixed = fixed_of(body_fields, COUNT(body_fields), field);
		const struct fixed *text = fixed_of(body_texts, COUNT(body_texts), field);

		if (fixed && values[i].p)
			memcpy((uint8_t *)&body + fixed->at, values[i].p, values[i].n);
		if (text)
			memcpy((uint8_t *)&body + text->at, &values[i], sizeof(values[i]));
	}
	*out = body;
	return PRB_OK;
}
