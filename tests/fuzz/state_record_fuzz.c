/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Bytes that stand where a record of the journal should: header and public part, the fields of a
 * body of each kind as they are after decryption, packed bodies, the row `head`, the key ring. The
 * first byte chooses; the rest is the input. What is read writes back to what was read.
 */

#include <assert.h>
#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "service/state/pack.h"
#include "service/state/record.h"
#include "service/state/tables.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define UNPACKED_BYTES 4096

static void
record(struct prb_span bytes)
{
	struct prb_record record;
	struct prb_fault fault = {.err = PRB_OK};
	enum prb_err err = prb_record_read(bytes, &record, &fault);
	uint8_t *again;

	assert(err == PRB_OK || err == PRB_ERR_STATE_DAMAGED || err == PRB_ERR_STATE_FORMAT);
	assert(err == fault.err);
	if (err != PRB_OK)
		return;
	assert(prb_record_open_bytes(&record) == record.open.n);
	assert(record.open.n + record.sealed.n == bytes.n);
	again = malloc(record.open.n);
	if (!again)
		abort();
	prb_record_write_open(&record, (uint32_t)record.sealed.n, again);
	assert(memcmp(again, bytes.p, record.open.n) == 0);
	free(again);
}

static void
is_within(struct prb_span inner, struct prb_span outer)
{
	assert(inner.p == NULL || (inner.p >= outer.p && inner.p + inner.n <= outer.p + outer.n));
}

static void
body(struct prb_span fields)
{
	struct prb_body body;

	if (prb_body_read(fields, PRB_RECORD_DECLARATION, &body, NULL) != PRB_OK)
		return;
	is_within(body.declaration, fields);
	is_within(body.report, fields);
	is_within(body.attestation, fields);
}

/* The other kinds: the first byte chooses. */
static void
other_body(struct prb_span bytes)
{
	static const uint8_t kinds[] = {PRB_RECORD_ATTESTATION, PRB_RECORD_REVOCATION,
		PRB_RECORD_DECISION, PRB_RECORD_ORGANISATION, PRB_RECORD_API_KEY, PRB_RECORD_EVENT};
	struct prb_span fields = {bytes.p + 1, bytes.n - 1};
	struct prb_body body;

	if (bytes.n == 0 || prb_body_read(fields, kinds[(uint8_t)bytes.p[0] % sizeof(kinds)], &body,
				    NULL) != PRB_OK)
		return;
	is_within(body.report, fields);
	is_within(body.attestation, fields);
	is_within(body.openings, fields);
	is_within(body.revocation, fields);
	is_within(body.decision, fields);
	is_within(body.label, fields);
	is_within(body.hint, fields);
	is_within(body.event, fields);
}

static void
packed(uint8_t packing, struct prb_span bytes)
{
	struct prb_unpacker *unpacker = prb_unpacker_create();
	uint8_t out[UNPACKED_BYTES];

	if (!unpacker)
		abort();
	for (size_t n = 0; n <= sizeof(out); n = n * 4 + 1)
		(void)prb_unpack(unpacker, packing, bytes, out, n);
	prb_unpacker_destroy(unpacker);
}

static void
head(struct prb_span value)
{
	struct prb_state_head head;
	uint8_t again[PRB_STATE_HEAD_BYTES_MAX];

	if (!prb_state_head_read(value, &head))
		return;
	assert(prb_state_head_write(&head, again) == value.n &&
		memcmp(again, value.p, value.n) == 0);
}

static void
ring(struct prb_span text)
{
	struct prb_keyring *ring = NULL;

	if (prb_keyring_parse(text, &ring, NULL) == PRB_OK)
		prb_keyring_destroy(ring);
	else
		assert(!ring);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct prb_span rest = {(const char *)data + 1, size - 1};

	if (size == 0 || sodium_init() < 0)
		return 0;
	switch (data[0] % 8) {
	case 0:
		record(rest);
		break;
	case 1:
		body(rest);
		break;
	case 2:
		packed(PRB_PACKING_PLAIN, rest);
		break;
	case 3:
		packed(PRB_PACKING_TEXT, rest);
		break;
	case 4:
		head(rest);
		break;
	case 5:
		ring(rest);
		break;
	case 7:
		packed(PRB_PACKING_TRAINED, rest);
		break;
	default:
		other_body(rest);
		break;
	}
	return 0;
}
