/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "service/state/bytes.h"
#include "service/state/digest.h"
#include "service/state/pack.h"
#include "service/state/record.h"
#include "service/state/tables.h"

static_assert(PRB_RECORD_NONCE_BYTES == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, "the nonce");
static_assert(
	PRB_SIGNER_BYTES == crypto_sign_PUBLICKEYBYTES && PRB_SIGNED_BYTES == crypto_sign_BYTES,
	"keys and signatures are Ed25519");
static_assert(PRB_RECORD_TAG_BYTES == crypto_aead_xchacha20poly1305_ietf_ABYTES, "the tag");

struct prb_sealer {
	const struct prb_keyring *ring;
	struct prb_packer *packer;
	struct prb_digest digest;
};

struct prb_sealer *
prb_sealer_create_with(const struct prb_keyring *ring)
{
	struct prb_sealer *sealer = calloc(1, sizeof(*sealer));

	if (!sealer)
		return NULL;
	sealer->ring = ring;
	sealer->packer = prb_packer_create();
	if (sealer->packer && prb_digest_init(&sealer->digest))
		return sealer;
	prb_packer_destroy(sealer->packer);
	free(sealer);
	return NULL;
}

struct prb_sealer *
prb_sealer_create(const struct prb_state *state)
{
	return prb_sealer_create_with(state->ring);
}

void
prb_sealer_destroy(struct prb_sealer *sealer)
{
	if (!sealer)
		return;
	prb_packer_destroy(sealer->packer);
	prb_digest_destroy(&sealer->digest);
	free(sealer);
}

/* The two hashes of an idempotent request; false where the tenant has no key. */
static bool
hash_request(const struct prb_sealer *sealer, struct prb_span key,
	const uint8_t request_sha256[PRB_SHA256_BYTES], struct prb_record *record)
{
	struct prb_span request = {(const char *)request_sha256, PRB_SHA256_BYTES};

	record->has_idempotency = key.n > 0;
	if (!record->has_idempotency)
		return true;
	return prb_keyring_hash(sealer->ring, record->tenant, PRB_KEYED_IDEMPOTENCY, key,
		       record->idempotency) &&
	       prb_keyring_hash(
		       sealer->ring, record->tenant, PRB_KEYED_REQUEST, request, record->request);
}

/* The key that a report is found by; false where the tenant has no key. */
static bool
hash_report(const struct prb_sealer *sealer, const struct prb_id *report, struct prb_record *record)
{
	struct prb_span id = {(const char *)report->bytes, PRB_ID_BYTES};

	record->has_report = true;
	return prb_keyring_hash(
		sealer->ring, record->tenant, PRB_KEYED_REPORT, id, record->report_key);
}

/* Whom a declaration is found under beside; a holder of zero bytes is nobody in particular. */
static bool
hash_holder(const struct prb_sealer *sealer, const struct prb_id *holder, struct prb_record *record)
{
	static const struct prb_id nobody = {{0}};
	struct prb_span id = {(const char *)holder->bytes, PRB_ID_BYTES};

	record->has_holder = memcmp(holder, &nobody, sizeof(nobody)) != 0;
	return !record->has_holder ||
	       prb_keyring_hash(sealer->ring, record->tenant, PRB_KEYED_HOLDER, id, record->holder);
}

/* Header and public part of what is stored; false where the tenant has no key. */
static bool
make_open(const struct prb_sealer *sealer, const struct prb_stored_declaration *stored,
	struct prb_record *record)
{
	*record = (struct prb_record){.kind = PRB_RECORD_DECLARATION,
		.tenant = stored->tenant,
		.time_ms = stored->time_ms,
		.key = prb_keyring_newest(sealer->ring, stored->tenant),
		.declaration_id = stored->id,
		.attestation_id = stored->attestation_id,
		.status = stored->status,
		.log_entry = stored->log_entry};
	return hash_report(sealer, &stored->report_id, record) &&
	       hash_holder(sealer, &stored->holder, record) &&
	       hash_request(sealer, stored->idempotency_key, stored->request_sha256, record);
}

static bool
make_open_attestation(const struct prb_sealer *sealer, const struct prb_stored_attestation *stored,
	struct prb_record *record)
{
	*record = (struct prb_record){.kind = PRB_RECORD_ATTESTATION,
		.tenant = stored->tenant,
		.time_ms = stored->time_ms,
		.key = prb_keyring_newest(sealer->ring, stored->tenant),
		.declaration_id = stored->declaration_id,
		.attestation_id = stored->id,
		.status = stored->status,
		.log_entry = stored->log_entry};
	return (stored->report.n == 0 || hash_report(sealer, &stored->report_id, record)) &&
	       hash_request(sealer, stored->idempotency_key, stored->request_sha256, record);
}

static bool
make_open_decision(const struct prb_sealer *sealer, const struct prb_stored_decision *stored,
	struct prb_record *record)
{
	const struct prb_keyring *ring = sealer->ring;

	*record = (struct prb_record){.kind = PRB_RECORD_DECISION,
		.tenant = stored->tenant,
		.time_ms = stored->time_ms,
		.key = prb_keyring_newest(ring, stored->tenant),
		.decision_id = stored->id};
	return prb_keyring_hash(ring, stored->tenant, PRB_KEYED_HIT, stored->hit, record->hit) &&
	       prb_keyring_hash(ring, stored->tenant, PRB_KEYED_NAME, stored->name, record->name) &&
	       prb_keyring_hash(
		       ring, stored->tenant, PRB_KEYED_ENTITY, stored->entity, record->entity) &&
	       hash_request(sealer, stored->idempotency_key, stored->request_sha256, record);
}

static bool
place_can_be(struct prb_stored_place place)
{
	return place.list == 0 || place.index < PRB_STATE_STATUS_ENTRIES;
}

/* What is common to all that the log has a leaf of. */
static enum prb_err
check(struct prb_sealer *sealer, struct prb_span log_entry,
	const uint8_t leaf_hash[PRB_SHA256_BYTES], struct prb_stored_place status)
{
	uint8_t leaf[PRB_SHA256_BYTES];

	if (log_entry.n == 0 || log_entry.n > PRB_LOG_ENTRY_BYTES_MAX || !place_can_be(status))
		return PRB_ERR_RANGE;
	sealer->digest.failed = false;
	prb_digest_leaf(&sealer->digest, log_entry, leaf);
	if (sealer->digest.failed)
		return PRB_ERR_MEMORY;
	/* The leaf's hash has gone into the answer: it must be the one that the log will have. */
	return memcmp(leaf, leaf_hash, sizeof(leaf)) == 0 ? PRB_OK : PRB_ERR_VALUE;
}

/* The pieces that one body is made of: its fields, each behind its front. */
#define BODY_FIELDS_MAX 7
struct pieces {
	uint8_t fronts[BODY_FIELDS_MAX][PRB_FIELD_FRONT_BYTES];
	struct prb_span spans[2 * BODY_FIELDS_MAX];
	size_t count, bytes;
};

static void
add_piece(struct pieces *pieces, uint16_t field, struct prb_span bytes)
{
	size_t i = pieces->count / 2;

	assert(i < BODY_FIELDS_MAX);
	prb_field_front(field, bytes.n, pieces->fronts[i]);
	pieces->spans[pieces->count++] =
		(struct prb_span){(const char *)pieces->fronts[i], PRB_FIELD_FRONT_BYTES};
	pieces->spans[pieces->count++] = bytes;
	pieces->bytes += PRB_FIELD_FRONT_BYTES + bytes.n;
}

static struct prb_span
bytes_span(const uint8_t *bytes, size_t n)
{
	return (struct prb_span){(const char *)bytes, n};
}

/* A caller that is not said takes no room: so were all records before format 4. */
static void
add_caller(struct pieces *pieces, const struct prb_stored_caller *caller)
{
	if (caller->kind != 0)
		add_piece(pieces, PRB_FIELD_CALLER,
			bytes_span((const uint8_t *)caller, PRB_CALLER_BYTES));
}

/* Packs behind the front of a body; returns the size of the plaintext, 0 where it failed. */
static size_t
write_plain(struct prb_packer *packer, const struct pieces *pieces, uint8_t *plain, size_t room)
{
	size_t n = prb_pack(packer, pieces->spans, pieces->count,
		plain + PRB_RECORD_BODY_FRONT_BYTES, room - PRB_RECORD_BODY_FRONT_BYTES);

	if (n == 0)
		return 0;
	plain[0] = PRB_PACKING;
	prb_put_be(plain + 1, pieces->bytes, 4);
	return n + PRB_RECORD_BODY_FRONT_BYTES;
}

/* Packs and encrypts the pieces behind the record's open part. */
static enum prb_err
seal(struct prb_sealer *sealer, const struct prb_record *record, const struct pieces *pieces,
	struct prb_str *out)
{
	uint8_t key[PRB_DATA_KEY_BYTES];
	size_t before = out->n, open_bytes, room, plain_bytes;
	uint8_t *at, *nonce, *plain;

	if (pieces->bytes > PRB_BODY_BYTES_MAX)
		return PRB_ERR_TOO_LARGE;
	open_bytes = prb_record_open_bytes(record);
	room = PRB_RECORD_BODY_FRONT_BYTES + prb_pack_bound(pieces->bytes);
	at = (uint8_t *)prb_str_extend(
		out, open_bytes + PRB_RECORD_NONCE_BYTES + room + PRB_RECORD_TAG_BYTES);
	if (!at)
		return PRB_ERR_MEMORY;
	nonce = at + open_bytes;
	plain = nonce + PRB_RECORD_NONCE_BYTES;
	plain_bytes = write_plain(sealer->packer, pieces, plain, room);
	out->n = before;
	if (plain_bytes == 0)
		return PRB_ERR_MEMORY;
	if (PRB_RECORD_NONCE_BYTES + plain_bytes + PRB_RECORD_TAG_BYTES > PRB_SEALED_BYTES_MAX)
		return PRB_ERR_TOO_LARGE;
	if (prb_keyring_key(sealer->ring, record->key, record->tenant, prb_record_seal_use(record),
		    key) != PRB_KEY_THERE)
		return PRB_ERR_NOT_FOUND;
	prb_record_write_open(record,
		(uint32_t)(PRB_RECORD_NONCE_BYTES + plain_bytes + PRB_RECORD_TAG_BYTES), at);
	randombytes_buf(nonce, PRB_RECORD_NONCE_BYTES);
	/* In place: the packed text exists nowhere else. It cannot fail. */
	crypto_aead_xchacha20poly1305_ietf_encrypt_detached(plain, plain + plain_bytes, NULL, plain,
		plain_bytes, at, open_bytes, NULL, nonce, key);
	sodium_memzero(key, sizeof(key));
	out->n = before + open_bytes + PRB_RECORD_NONCE_BYTES + plain_bytes + PRB_RECORD_TAG_BYTES;
	out->p[out->n] = '\0';
	return PRB_OK;
}

enum prb_err
prb_seal_declaration(
	struct prb_sealer *sealer, const struct prb_stored_declaration *stored, struct prb_str *out)
{
	struct pieces pieces = {.count = 0};
	struct prb_record record;
	enum prb_err err = check(sealer, stored->log_entry, stored->leaf_hash, stored->status);

	if (err != PRB_OK)
		return err;
	if (stored->idempotency_key.n > PRB_IDEMPOTENCY_KEY_BYTES_MAX)
		return PRB_ERR_RANGE;
	if (!make_open(sealer, stored, &record))
		return PRB_ERR_NOT_FOUND;
	if (stored->declaration.n > PRB_BODY_BYTES_MAX || stored->report.n > PRB_BODY_BYTES_MAX ||
		stored->attestation.n > PRB_BODY_BYTES_MAX)
		return PRB_ERR_TOO_LARGE;
	add_piece(&pieces, PRB_FIELD_REPORT_ID, bytes_span(stored->report_id.bytes, PRB_ID_BYTES));
	add_piece(&pieces, PRB_FIELD_SALT, bytes_span(stored->salt, sizeof(stored->salt)));
	add_piece(&pieces, PRB_FIELD_LOG_SALT, bytes_span(stored->log_salt, PRB_LOG_SALT_BYTES));
	add_piece(&pieces, PRB_FIELD_DECLARATION, stored->declaration);
	add_piece(&pieces, PRB_FIELD_REPORT, stored->report);
	add_piece(&pieces, PRB_FIELD_ATTESTATION, stored->attestation);
	add_caller(&pieces, &stored->caller);
	return seal(sealer, &record, &pieces, out);
}

enum prb_err
prb_seal_attestation(
	struct prb_sealer *sealer, const struct prb_stored_attestation *stored, struct prb_str *out)
{
	struct pieces pieces = {.count = 0};
	struct prb_record record;
	enum prb_err err = check(sealer, stored->log_entry, stored->leaf_hash, stored->status);

	if (err != PRB_OK)
		return err;
	if (stored->attestation.n == 0 || stored->idempotency_key.n > PRB_IDEMPOTENCY_KEY_BYTES_MAX)
		return PRB_ERR_RANGE;
	if (!make_open_attestation(sealer, stored, &record))
		return PRB_ERR_NOT_FOUND;
	if (stored->report.n > PRB_BODY_BYTES_MAX || stored->attestation.n > PRB_BODY_BYTES_MAX ||
		stored->openings.n > PRB_BODY_BYTES_MAX)
		return PRB_ERR_TOO_LARGE;
	add_piece(&pieces, PRB_FIELD_REPORT_ID, bytes_span(stored->report_id.bytes, PRB_ID_BYTES));
	add_piece(&pieces, PRB_FIELD_LOG_SALT, bytes_span(stored->log_salt, PRB_LOG_SALT_BYTES));
	if (stored->report.n > 0)
		add_piece(&pieces, PRB_FIELD_REPORT, stored->report);
	add_piece(&pieces, PRB_FIELD_ATTESTATION, stored->attestation);
	add_caller(&pieces, &stored->caller);
	if (stored->openings.n > 0)
		add_piece(&pieces, PRB_FIELD_OPENINGS, stored->openings);
	return seal(sealer, &record, &pieces, out);
}

enum prb_err
prb_seal_revocation(
	struct prb_sealer *sealer, const struct prb_stored_revocation *stored, struct prb_str *out)
{
	const struct prb_record record = {.kind = PRB_RECORD_REVOCATION,
		.tenant = stored->tenant,
		.time_ms = stored->time_ms,
		.key = prb_keyring_newest(sealer->ring, stored->tenant),
		.attestation_id = stored->attestation_id,
		.status = stored->status,
		.log_entry = stored->log_entry};
	struct pieces pieces = {.count = 0};
	enum prb_err err = check(sealer, stored->log_entry, stored->leaf_hash, stored->status);

	if (err != PRB_OK)
		return err;
	if (stored->revocation.n == 0 || stored->revocation.n > PRB_REVOCATION_BYTES_MAX)
		return PRB_ERR_RANGE;
	add_piece(&pieces, PRB_FIELD_LOG_SALT, bytes_span(stored->log_salt, PRB_LOG_SALT_BYTES));
	add_caller(&pieces, &stored->caller);
	add_piece(&pieces, PRB_FIELD_REVOCATION, stored->revocation);
	return seal(sealer, &record, &pieces, out);
}

enum prb_err
prb_seal_decision(
	struct prb_sealer *sealer, const struct prb_stored_decision *stored, struct prb_str *out)
{
	struct pieces pieces = {.count = 0};
	struct prb_record record;
	uint8_t proof[PRB_SIGNER_BYTES + PRB_SIGNED_BYTES];

	if (stored->decision.n == 0 || stored->decision.n > PRB_DECISION_BYTES_MAX ||
		stored->idempotency_key.n > PRB_IDEMPOTENCY_KEY_BYTES_MAX)
		return PRB_ERR_RANGE;
	if (!make_open_decision(sealer, stored, &record))
		return PRB_ERR_NOT_FOUND;
	memcpy(proof, stored->signer, PRB_SIGNER_BYTES);
	memcpy(proof + PRB_SIGNER_BYTES, stored->signature, PRB_SIGNED_BYTES);
	add_caller(&pieces, &stored->caller);
	add_piece(&pieces, PRB_FIELD_DECISION, stored->decision);
	add_piece(&pieces, PRB_FIELD_SIGNATURE, bytes_span(proof, sizeof(proof)));
	return seal(sealer, &record, &pieces, out);
}

enum prb_err
prb_seal_organisation(struct prb_sealer *sealer, const struct prb_stored_organisation *stored,
	struct prb_str *out)
{
	const struct prb_record record = {.kind = PRB_RECORD_ORGANISATION,
		.tenant = stored->tenant,
		.time_ms = stored->time_ms,
		.key = prb_keyring_base(sealer->ring, stored->tenant),
		.organisation_id = stored->id,
		.standing = stored->standing};
	struct pieces pieces = {.count = 0};

	assert(stored->standing == PRB_ORGANISATION_ACTIVE ||
		stored->standing == PRB_ORGANISATION_SUSPENDED);
	if (stored->name.n == 0 || stored->name.n > PRB_STORED_NAME_BYTES_MAX)
		return PRB_ERR_RANGE;
	add_piece(&pieces, PRB_FIELD_LABEL, stored->name);
	add_caller(&pieces, &stored->caller);
	return seal(sealer, &record, &pieces, out);
}

enum prb_err
prb_seal_api_key(
	struct prb_sealer *sealer, const struct prb_stored_api_key *stored, struct prb_str *out)
{
	struct prb_record record = {.kind = PRB_RECORD_API_KEY,
		.tenant = stored->tenant,
		.time_ms = stored->time_ms,
		.key = prb_keyring_base(sealer->ring, stored->tenant),
		.api_key_id = stored->id,
		.holder_id = stored->holder,
		.access_kind = stored->kind,
		.role = stored->role,
		.standing = stored->standing,
		.scopes = stored->scopes,
		.expires = stored->expires,
		.declarations_max = stored->declarations_max};
	struct pieces pieces = {.count = 0};

	assert(stored->kind != 0 && stored->role != 0);
	assert(stored->standing == PRB_API_KEY_IN_USE || stored->standing == PRB_API_KEY_REVOKED);
	if (stored->name.n > PRB_STORED_NAME_BYTES_MAX || stored->hint.n > PRB_LABEL_BYTES_MAX ||
		stored->expires < 0 || stored->idempotency_key.n > PRB_IDEMPOTENCY_KEY_BYTES_MAX)
		return PRB_ERR_RANGE;
	memcpy(record.hash, stored->sha256, sizeof(record.hash));
	if (!hash_request(sealer, stored->idempotency_key, stored->request_sha256, &record))
		return PRB_ERR_NOT_FOUND;
	add_piece(&pieces, PRB_FIELD_LABEL, stored->name);
	add_caller(&pieces, &stored->caller);
	if (stored->hint.n > 0)
		add_piece(&pieces, PRB_FIELD_HINT, stored->hint);
	return seal(sealer, &record, &pieces, out);
}

enum prb_err
prb_seal_event(
	struct prb_sealer *sealer, const struct prb_stored_event *stored, struct prb_str *out)
{
	const struct prb_record record = {.kind = PRB_RECORD_EVENT,
		.tenant = stored->tenant,
		.time_ms = stored->time_ms,
		.key = prb_keyring_newest(sealer->ring, stored->tenant)};
	struct pieces pieces = {.count = 0};

	if (stored->event.n == 0 || stored->event.n > PRB_EVENT_BYTES_MAX)
		return PRB_ERR_RANGE;
	add_caller(&pieces, &stored->caller);
	add_piece(&pieces, PRB_FIELD_EVENT, stored->event);
	return seal(sealer, &record, &pieces, out);
}

/* Appends a record without a sealed part. */
static enum prb_err
write_open(const struct prb_record *record, struct prb_str *out)
{
	size_t before = out->n, n = prb_record_open_bytes(record);
	uint8_t *at = (uint8_t *)prb_str_extend(out, n);

	if (!at)
		return PRB_ERR_MEMORY;
	prb_record_write_open(record, 0, at);
	out->n = before + n;
	return PRB_OK;
}

enum prb_err
prb_seal_erasure(
	struct prb_sealer *sealer, const struct prb_stored_erasure *stored, struct prb_str *out)
{
	struct prb_record record = {.kind = PRB_RECORD_ERASURE,
		.time_ms = stored->time_ms,
		.erased_tenant = stored->tenant,
		.before_ms = stored->before_ms,
		.erased_by = stored->caller};
	uint32_t *keys;
	size_t count;
	enum prb_err err;

	if (stored->tenant == 0 || stored->before_ms < 0)
		return PRB_ERR_RANGE;
	keys = calloc(PRB_KEYRING_KEYS_MAX, sizeof(*keys));
	if (!keys)
		return PRB_ERR_MEMORY;
	count = prb_keyring_doomed(sealer->ring, stored->tenant, stored->before_ms, keys, NULL);
	/* In place: each is read before it is written. */
	for (size_t i = 0; i < count; i++)
		prb_put_be((uint8_t *)&keys[i], keys[i], 4);
	record.erased_keys = (struct prb_span){(const char *)keys, 4 * count};
	err = write_open(&record, out);
	free(keys);
	return err;
}

enum prb_err
prb_record_write_used(uint32_t tenant, const struct prb_id *key, int32_t day, int64_t time_ms,
	struct prb_str *out)
{
	const struct prb_record record = {.kind = PRB_RECORD_USED,
		.tenant = tenant,
		.time_ms = time_ms,
		.api_key_id = *key,
		.day = day};

	return tenant == 0 || day <= 0 ? PRB_ERR_RANGE : write_open(&record, out);
}

enum prb_err
prb_seal_system(const struct prb_stored_system *stored, struct prb_str *out)
{
	struct prb_record record = {.kind = (uint8_t)stored->kind,
		.time_ms = stored->time_ms,
		.log_entry = stored->log_entry,
		.use = stored->use,
		.standing = stored->standing,
		.number = stored->number,
		.expires = stored->expires};

	assert(stored->kind == PRB_SYSTEM_RELEASE || stored->kind == PRB_SYSTEM_METHOD ||
		stored->kind == PRB_SYSTEM_KEY);
	if (stored->log_entry.n == 0 || stored->log_entry.n > PRB_LOG_ENTRY_BYTES_MAX)
		return PRB_ERR_RANGE;
	memcpy(record.hash, stored->hash, sizeof(record.hash));
	return write_open(&record, out);
}
