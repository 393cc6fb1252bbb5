/* SPDX-License-Identifier: Apache-2.0 */

/* The sealed part of a record, opened: the other side of seal.c. */

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "service/state/bytes.h"
#include "service/state/pack.h"
#include "service/state/record.h"

struct prb_opener {
	const struct prb_keyring *ring;
	struct prb_unpacker *unpacker;
	struct prb_str plain, fields;
};

struct prb_opener *
prb_opener_create(const struct prb_keyring *ring)
{
	struct prb_opener *opener = calloc(1, sizeof(*opener));

	if (!opener)
		return NULL;
	opener->ring = ring;
	opener->unpacker = prb_unpacker_create();
	prb_str_init(&opener->plain, PRB_SEALED_BYTES_MAX);
	prb_str_init(&opener->fields, PRB_BODY_BYTES_MAX);
	if (opener->unpacker)
		return opener;
	free(opener);
	return NULL;
}

void
prb_opener_destroy(struct prb_opener *opener)
{
	if (!opener)
		return;
	prb_unpacker_destroy(opener->unpacker);
	prb_str_finish(&opener->plain);
	prb_str_finish(&opener->fields);
	free(opener);
}

static enum prb_err
damaged(struct prb_fault *fault, const char *what)
{
	return prb_fault_set(fault, PRB_ERR_STATE_DAMAGED, PRB_NO_OFFSET, NULL, "%s", what);
}

static enum prb_err
no_memory(struct prb_fault *fault)
{
	return prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "memory ran out");
}

static enum prb_err
decrypt(struct prb_opener *opener, const struct prb_record *record, const uint8_t *key,
	struct prb_fault *fault)
{
	const unsigned char *sealed = (const unsigned char *)record->sealed.p;
	size_t n = record->sealed.n - PRB_RECORD_NONCE_BYTES - PRB_RECORD_TAG_BYTES;
	unsigned char *plain;

	prb_str_reset(&opener->plain);
	plain = (unsigned char *)prb_str_extend(&opener->plain, n);
	if (!plain)
		return no_memory(fault);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt_detached(plain, NULL,
		    sealed + PRB_RECORD_NONCE_BYTES, n, sealed + PRB_RECORD_NONCE_BYTES + n,
		    (const unsigned char *)record->open.p, record->open.n, sealed, key) == 0)
		return PRB_OK;
	return damaged(fault,
		"its body cannot be opened: its bytes were changed, or the key ring is another "
		"state's");
}

/* Where the fields go: into the arena, or into the opener's own memory. */
static char *
room_for(struct prb_opener *opener, struct prb_arena *arena, size_t n)
{
	if (arena)
		return prb_arena_alloc(arena, n);
	prb_str_reset(&opener->fields);
	return prb_str_extend(&opener->fields, n);
}

static enum prb_err
unpack(struct prb_opener *opener, struct prb_arena *arena, struct prb_span *fields,
	struct prb_fault *fault)
{
	struct prb_span packed = prb_str_span(&opener->plain);
	uint8_t packing = (uint8_t)packed.p[0];
	size_t n = (size_t)prb_get_be((const uint8_t *)packed.p + 1, 4);
	char *room;

	if (!prb_packing_known(packing))
		return prb_fault_set(fault, PRB_ERR_STATE_FORMAT, PRB_NO_OFFSET, NULL,
			"its body has packing %u, which this program does not know: use the "
			"version that wrote it, or a newer one",
			packing);
	if (n > PRB_BODY_BYTES_MAX)
		return damaged(fault, "its body is larger than one may be");
	room = room_for(opener, arena, n);
	if (!room)
		return no_memory(fault);
	packed.p += PRB_RECORD_BODY_FRONT_BYTES;
	packed.n -= PRB_RECORD_BODY_FRONT_BYTES;
	if (!prb_unpack(opener->unpacker, packing, packed, (uint8_t *)room, n))
		return damaged(fault, "its body cannot be unpacked");
	*fields = (struct prb_span){room, n};
	return PRB_OK;
}

enum prb_err
prb_opener_open(struct prb_opener *opener, const struct prb_record *record, struct prb_arena *arena,
	struct prb_body *out, struct prb_fault *fault)
{
	struct prb_span fields = PRB_SPAN_NONE;
	struct prb_body body;
	uint8_t key[PRB_DATA_KEY_BYTES];
	enum prb_err err;

	if (!prb_record_is_sealed(record)) {
		*out = (struct prb_body){.declaration = PRB_SPAN_NONE};
		return PRB_OK;
	}
	switch (prb_keyring_key(
		opener->ring, record->key, record->tenant, prb_record_seal_use(record), key)) {
	case PRB_KEY_ERASED:
		return prb_fault_set(
			fault, PRB_ERR_NOT_FOUND, PRB_NO_OFFSET, NULL, "its body was erased");
	case PRB_KEY_MISSING:
		return prb_fault_set(fault, PRB_ERR_STATE_DAMAGED, PRB_NO_OFFSET, NULL,
			"the key ring has no key %u of tenant %u: it is older than the journal, or "
			"another state's",
			(unsigned)record->key, (unsigned)record->tenant);
	case PRB_KEY_THERE:
		break;
	}
	err = decrypt(opener, record, key, fault);
	sodium_memzero(key, sizeof(key));
	if (err == PRB_OK)
		err = unpack(opener, arena, &fields, fault);
	if (err == PRB_OK)
		err = prb_body_read(fields, record->kind, &body, fault);
	if (err == PRB_OK && record->has_report != (body.report.p != NULL))
		err = damaged(fault, "a report and its key are not both there");
	if (err == PRB_OK)
		*out = body;
	return err;
}
