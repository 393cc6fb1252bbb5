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

static const struct rule public_rules[] = {
	{PRB_FIELD_DECLARATION_ID, false, PRB_ID_BYTES, PRB_ID_BYTES},
	{PRB_FIELD_ATTESTATION_ID, false, PRB_ID_BYTES, PRB_ID_BYTES},
	{PRB_FIELD_REPORT_KEY, false, PRB_KEYED_BYTES, PRB_KEYED_BYTES},
	{PRB_FIELD_IDEMPOTENCY, true, PRB_KEYED_BYTES, PRB_KEYED_BYTES},
	{PRB_FIELD_REQUEST, true, PRB_KEYED_BYTES, PRB_KEYED_BYTES},
	{PRB_FIELD_LOG_ENTRY, false, 1, PRB_LOG_ENTRY_BYTES_MAX},
};
static const struct rule sealed_rules[] = {
	{PRB_FIELD_REPORT_ID, false, PRB_ID_BYTES, PRB_ID_BYTES},
	{PRB_FIELD_SALT, false, PRB_DECLARATION_SALT_BYTES, PRB_DECLARATION_SALT_BYTES},
	{PRB_FIELD_LOG_SALT, false, PRB_LOG_SALT_BYTES, PRB_LOG_SALT_BYTES},
	{PRB_FIELD_DECLARATION, false, 0, PRB_BODY_BYTES_MAX},
	{PRB_FIELD_REPORT, false, 0, PRB_BODY_BYTES_MAX},
	{PRB_FIELD_ATTESTATION, false, 0, PRB_BODY_BYTES_MAX},
};
#define PUBLIC_COUNT (sizeof(public_rules) / sizeof(public_rules[0]))
#define SEALED_COUNT (sizeof(sealed_rules) / sizeof(sealed_rules[0]))

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

static enum prb_err
read_public(struct prb_span bytes, struct prb_record *out, struct prb_fault *fault)
{
	struct prb_span v[PUBLIC_COUNT];
	enum prb_err err = read_fields(bytes, public_rules, PUBLIC_COUNT, v, fault);

	if (err != PRB_OK)
		return err;
	if ((v[3].p == NULL) != (v[4].p == NULL))
		return damaged(fault, "a field is missing");
	memcpy(out->declaration_id.bytes, v[0].p, PRB_ID_BYTES);
	memcpy(out->attestation_id.bytes, v[1].p, PRB_ID_BYTES);
	memcpy(out->report_key, v[2].p, PRB_KEYED_BYTES);
	out->has_idempotency = v[3].p != NULL;
	if (out->has_idempotency) {
		memcpy(out->idempotency, v[3].p, PRB_KEYED_BYTES);
		memcpy(out->request, v[4].p, PRB_KEYED_BYTES);
	}
	out->log_entry = v[5];
	return PRB_OK;
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
	if (p[1] != PRB_RECORD_DECLARATION)
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
	size_t n = PRB_RECORD_HEADER_BYTES;

	n += 2 * (PRB_FIELD_FRONT_BYTES + PRB_ID_BYTES);
	n += (record->has_idempotency ? 3 : 1) * (PRB_FIELD_FRONT_BYTES + PRB_KEYED_BYTES);
	return n + PRB_FIELD_FRONT_BYTES + record->log_entry.n;
}

static uint8_t *
add_field(uint8_t *p, uint16_t field, const void *bytes, size_t n)
{
	prb_field_front(field, n, p);
	memcpy(p + PRB_FIELD_FRONT_BYTES, bytes, n);
	return p + PRB_FIELD_FRONT_BYTES + n;
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
	p = add_field(p, PRB_FIELD_DECLARATION_ID, r->declaration_id.bytes, PRB_ID_BYTES);
	p = add_field(p, PRB_FIELD_ATTESTATION_ID, r->attestation_id.bytes, PRB_ID_BYTES);
	p = add_field(p, PRB_FIELD_REPORT_KEY, r->report_key, PRB_KEYED_BYTES);
	if (r->has_idempotency) {
		p = add_field(p, PRB_FIELD_IDEMPOTENCY, r->idempotency, PRB_KEYED_BYTES);
		p = add_field(p, PRB_FIELD_REQUEST, r->request, PRB_KEYED_BYTES);
	}
	p = add_field(p, PRB_FIELD_LOG_ENTRY, r->log_entry.p, r->log_entry.n);
	assert(p == out + n);
}

enum prb_err
prb_body_read(struct prb_span fields, struct prb_body *out, struct prb_fault *fault)
{
	struct prb_span v[SEALED_COUNT];
	enum prb_err err = read_fields(fields, sealed_rules, SEALED_COUNT, v, fault);

	if (err != PRB_OK)
		return err;
	memcpy(out->report_id.bytes, v[0].p, PRB_ID_BYTES);
	memcpy(out->salt, v[1].p, sizeof(out->salt));
	memcpy(out->log_salt, v[2].p, sizeof(out->log_salt));
	out->declaration = v[3];
	out->report = v[4];
	out->attestation = v[5];
	return PRB_OK;
}
