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

/* The rules of one kind of record: in the order of their fields. */
static const struct rule public_declaration[] = {
	{PRB_FIELD_DECLARATION_ID, false, PRB_ID_BYTES, PRB_ID_BYTES},
	{PRB_FIELD_ATTESTATION_ID, false, PRB_ID_BYTES, PRB_ID_BYTES},
	{PRB_FIELD_REPORT_KEY, false, PRB_KEYED_BYTES, PRB_KEYED_BYTES},
	{PRB_FIELD_IDEMPOTENCY, true, PRB_KEYED_BYTES, PRB_KEYED_BYTES},
	{PRB_FIELD_REQUEST, true, PRB_KEYED_BYTES, PRB_KEYED_BYTES},
	{PRB_FIELD_LOG_ENTRY, false, 1, PRB_LOG_ENTRY_BYTES_MAX},
};
static const struct rule public_decision[] = {
	{PRB_FIELD_IDEMPOTENCY, true, PRB_KEYED_BYTES, PRB_KEYED_BYTES},
	{PRB_FIELD_REQUEST, true, PRB_KEYED_BYTES, PRB_KEYED_BYTES},
	{PRB_FIELD_HIT, false, PRB_KEYED_BYTES, PRB_KEYED_BYTES},
	{PRB_FIELD_DECISION_ID, false, PRB_ID_BYTES, PRB_ID_BYTES},
	{PRB_FIELD_NAME, false, PRB_KEYED_BYTES, PRB_KEYED_BYTES},
	{PRB_FIELD_ENTITY, false, PRB_KEYED_BYTES, PRB_KEYED_BYTES},
};
static const struct rule sealed_declaration[] = {
	{PRB_FIELD_REPORT_ID, false, PRB_ID_BYTES, PRB_ID_BYTES},
	{PRB_FIELD_SALT, false, PRB_DECLARATION_SALT_BYTES, PRB_DECLARATION_SALT_BYTES},
	{PRB_FIELD_LOG_SALT, false, PRB_LOG_SALT_BYTES, PRB_LOG_SALT_BYTES},
	{PRB_FIELD_DECLARATION, false, 0, PRB_BODY_BYTES_MAX},
	{PRB_FIELD_REPORT, false, 0, PRB_BODY_BYTES_MAX},
	{PRB_FIELD_ATTESTATION, false, 0, PRB_BODY_BYTES_MAX},
};
static const struct rule sealed_decision[] = {
	{PRB_FIELD_DECISION, false, 1, PRB_DECISION_BYTES_MAX},
	{PRB_FIELD_SIGNATURE, false, PRB_SIGNER_BYTES + PRB_SIGNED_BYTES,
		PRB_SIGNER_BYTES + PRB_SIGNED_BYTES},
};
#define COUNT(rules) (sizeof(rules) / sizeof((rules)[0]))

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

/* The two hashes of an idempotent request come together or not at all. */
static bool
take_idempotency(struct prb_span key, struct prb_span request, struct prb_record *out)
{
	if ((key.p == NULL) != (request.p == NULL))
		return false;
	out->has_idempotency = key.p != NULL;
	if (out->has_idempotency) {
		memcpy(out->idempotency, key.p, PRB_KEYED_BYTES);
		memcpy(out->request, request.p, PRB_KEYED_BYTES);
	}
	return true;
}

static enum prb_err
read_public_declaration(struct prb_span bytes, struct prb_record *out, struct prb_fault *fault)
{
	struct prb_span v[COUNT(public_declaration)];
	enum prb_err err = read_fields(bytes, public_declaration, COUNT(v), v, fault);

	if (err != PRB_OK)
		return err;
	if (!take_idempotency(v[3], v[4], out))
		return damaged(fault, "a field is missing");
	memcpy(out->declaration_id.bytes, v[0].p, PRB_ID_BYTES);
	memcpy(out->attestation_id.bytes, v[1].p, PRB_ID_BYTES);
	memcpy(out->report_key, v[2].p, PRB_KEYED_BYTES);
	out->log_entry = v[5];
	return PRB_OK;
}

static enum prb_err
read_public_decision(struct prb_span bytes, struct prb_record *out, struct prb_fault *fault)
{
	struct prb_span v[COUNT(public_decision)];
	enum prb_err err = read_fields(bytes, public_decision, COUNT(v), v, fault);

	if (err != PRB_OK)
		return err;
	if (!take_idempotency(v[0], v[1], out))
		return damaged(fault, "a field is missing");
	memcpy(out->hit, v[2].p, PRB_KEYED_BYTES);
	memcpy(out->decision_id.bytes, v[3].p, PRB_ID_BYTES);
	memcpy(out->name, v[4].p, PRB_KEYED_BYTES);
	memcpy(out->entity, v[5].p, PRB_KEYED_BYTES);
	return PRB_OK;
}

static enum prb_err
read_public(struct prb_span bytes, struct prb_record *out, struct prb_fault *fault)
{
	return out->kind == PRB_RECORD_DECISION ? read_public_decision(bytes, out, fault)
						: read_public_declaration(bytes, out, fault);
}

/* Format, kind and flags come first: what another version wrote is not damage. */
static enum prb_err
read_header(struct prb_span bytes, struct prb_record *r, struct prb_fault *fault)
{
	const uint8_t *p = (const uint8_t *)bytes.p;
	uint64_t public_bytes, sealed_bytes;

	if (bytes.n < PRB_RECORD_HEADER_BYTES)
		return damaged(fault, "its header is cut");
	if (p[0] == 0)
		return damaged(fault, "it does not begin as a record");
	if (p[0] != PRB_RECORD_FORMAT)
		return other_version(fault, "format", p[0]);
	if (p[1] != PRB_RECORD_DECLARATION && p[1] != PRB_RECORD_DECISION)
		return other_version(fault, "kind", p[1]);
	if (prb_get_be(p + 2, 2) != 0)
		return other_version(fault, "flags", (unsigned)prb_get_be(p + 2, 2));
	r->kind = p[1];
	r->tenant = (uint32_t)prb_get_be(p + 4, 4);
	r->time_ms = (int64_t)prb_get_be(p + 8, 8);
	r->key = (uint32_t)prb_get_be(p + 16, 4);
	public_bytes = prb_get_be(p + 20, 4);
	sealed_bytes = prb_get_be(p + 24, 4);
	if (prb_get_be(p + 28, 4) != 0 || r->tenant == 0 || r->key == 0)
		return damaged(fault, "its header cannot stand");
	if (sealed_bytes > PRB_SEALED_BYTES_MAX ||
		sealed_bytes < PRB_RECORD_NONCE_BYTES + PRB_RECORD_BODY_FRONT_BYTES +
				       PRB_RECORD_TAG_BYTES ||
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

size_t
prb_record_open_bytes(const struct prb_record *record)
{
	size_t keyed = PRB_FIELD_FRONT_BYTES + PRB_KEYED_BYTES;
	size_t id = PRB_FIELD_FRONT_BYTES + PRB_ID_BYTES;
	size_t n = PRB_RECORD_HEADER_BYTES + (record->has_idempotency ? 2 * keyed : 0);

	if (record->kind == PRB_RECORD_DECISION)
		return n + id + 3 * keyed;
	return n + 2 * id + keyed + PRB_FIELD_FRONT_BYTES + record->log_entry.n;
}

static uint8_t *
add_field(uint8_t *p, uint16_t field, const void *bytes, size_t n)
{
	prb_field_front(field, n, p);
	memcpy(p + PRB_FIELD_FRONT_BYTES, bytes, n);
	return p + PRB_FIELD_FRONT_BYTES + n;
}

static uint8_t *
add_idempotency(uint8_t *p, const struct prb_record *r)
{
	if (!r->has_idempotency)
		return p;
	p = add_field(p, PRB_FIELD_IDEMPOTENCY, r->idempotency, PRB_KEYED_BYTES);
	return add_field(p, PRB_FIELD_REQUEST, r->request, PRB_KEYED_BYTES);
}

static uint8_t *
add_declaration(uint8_t *p, const struct prb_record *r)
{
	p = add_field(p, PRB_FIELD_DECLARATION_ID, r->declaration_id.bytes, PRB_ID_BYTES);
	p = add_field(p, PRB_FIELD_ATTESTATION_ID, r->attestation_id.bytes, PRB_ID_BYTES);
	p = add_field(p, PRB_FIELD_REPORT_KEY, r->report_key, PRB_KEYED_BYTES);
	p = add_idempotency(p, r);
	return add_field(p, PRB_FIELD_LOG_ENTRY, r->log_entry.p, r->log_entry.n);
}

static uint8_t *
add_decision(uint8_t *p, const struct prb_record *r)
{
	p = add_idempotency(p, r);
	p = add_field(p, PRB_FIELD_HIT, r->hit, PRB_KEYED_BYTES);
	p = add_field(p, PRB_FIELD_DECISION_ID, r->decision_id.bytes, PRB_ID_BYTES);
	p = add_field(p, PRB_FIELD_NAME, r->name, PRB_KEYED_BYTES);
	return add_field(p, PRB_FIELD_ENTITY, r->entity, PRB_KEYED_BYTES);
}

void
prb_record_write_open(const struct prb_record *r, uint32_t sealed_bytes, uint8_t *out)
{
	size_t n = prb_record_open_bytes(r);
	uint8_t *p = out;

	memset(p, 0, PRB_RECORD_HEADER_BYTES);
	p[0] = PRB_RECORD_FORMAT;
	p[1] = r->kind;
	prb_put_be(p + 4, r->tenant, 4);
	prb_put_be(p + 8, (uint64_t)r->time_ms, 8);
	prb_put_be(p + 16, r->key, 4);
	prb_put_be(p + 20, n - PRB_RECORD_HEADER_BYTES, 4);
	prb_put_be(p + 24, sealed_bytes, 4);
	p += PRB_RECORD_HEADER_BYTES;
	p = r->kind == PRB_RECORD_DECISION ? add_decision(p, r) : add_declaration(p, r);
	assert(p == out + n);
}

static enum prb_err
read_decision(struct prb_span fields, struct prb_body *out, struct prb_fault *fault)
{
	struct prb_span v[COUNT(sealed_decision)];
	enum prb_err err = read_fields(fields, sealed_decision, COUNT(v), v, fault);

	if (err != PRB_OK)
		return err;
	*out = (struct prb_body){.decision = v[0]};
	memcpy(out->signer, v[1].p, sizeof(out->signer));
	memcpy(out->signature, v[1].p + sizeof(out->signer), sizeof(out->signature));
	return PRB_OK;
}

static enum prb_err
read_declaration(struct prb_span fields, struct prb_body *out, struct prb_fault *fault)
{
	struct prb_span v[COUNT(sealed_declaration)];
	enum prb_err err = read_fields(fields, sealed_declaration, COUNT(v), v, fault);

	if (err != PRB_OK)
		return err;
	*out = (struct prb_body){.declaration = v[3], .report = v[4], .attestation = v[5]};
	memcpy(out->report_id.bytes, v[0].p, PRB_ID_BYTES);
	memcpy(out->salt, v[1].p, sizeof(out->salt));
	memcpy(out->log_salt, v[2].p, sizeof(out->log_salt));
	return PRB_OK;
}

enum prb_err
prb_body_read(struct prb_span fields, uint8_t kind, struct prb_body *out, struct prb_fault *fault)
{
	return kind == PRB_RECORD_DECISION ? read_decision(fields, out, fault)
					   : read_declaration(fields, out, fault);
}
