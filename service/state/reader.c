/* SPDX-License-Identifier: Apache-2.0 */
#include "service/state/reader.h"

#include <stdlib.h>
#include <string.h>

#include "service/state/bytes.h"

enum prb_err
prb_state_reader_create(struct prb_state *state, struct prb_state_reader **out)
{
	struct prb_state_reader *reader = calloc(1, sizeof(*reader));
	int error;

	if (!reader || !prb_digest_init(&reader->digest)) {
		free(reader);
		return PRB_ERR_MEMORY;
	}
	reader->state = state;
	reader->opener = prb_opener_create(state->ring);
	if (!reader->opener) {
		prb_state_reader_destroy(reader);
		return PRB_ERR_MEMORY;
	}
	error = mdb_txn_begin(state->env, NULL, MDB_RDONLY, &reader->txn);
	if (error != 0) {
		reader->txn = NULL;
		prb_state_reader_destroy(reader);
		return prb_lmdb_failed(state, NULL, "reading", error);
	}
	mdb_txn_reset(reader->txn);
	*out = reader;
	return PRB_OK;
}

void
prb_state_reader_destroy(struct prb_state_reader *reader)
{
	if (!reader)
		return;
	if (reader->txn)
		mdb_txn_abort(reader->txn);
	prb_opener_destroy(reader->opener);
	prb_digest_destroy(&reader->digest);
	free(reader);
}

enum prb_err
prb_look_begin(struct prb_state_reader *reader)
{
	int error = mdb_txn_renew(reader->txn);

	return error == 0 ? PRB_OK : prb_lmdb_failed(reader->state, NULL, "reading", error);
}

enum prb_err
prb_look_end(struct prb_state_reader *reader, enum prb_err err)
{
	mdb_txn_reset(reader->txn);
	return err;
}

enum prb_err
prb_look_failed(const struct prb_state_reader *reader, int error)
{
	return error == MDB_NOTFOUND ? PRB_ERR_NOT_FOUND
				     : prb_lmdb_failed(reader->state, NULL, "reading", error);
}

enum prb_err
prb_look_walked(
	const struct prb_state_reader *reader, struct prb_walk *walk, enum prb_err err, int error)
{
	prb_walk_end(walk);
	return err == PRB_OK && error != 0 && error != MDB_NOTFOUND ? prb_look_failed(reader, error)
								    : err;
}

enum prb_err
prb_look_for(struct prb_state_reader *reader, uint64_t sequence, struct prb_record *record)
{
	struct prb_span bytes;
	int error = prb_journal_get(reader->state, reader->txn, sequence, NULL, &bytes);

	return error == 0 ? prb_record_read(bytes, record, NULL) : prb_look_failed(reader, error);
}

enum prb_err
prb_look_at(struct prb_state_reader *reader, uint64_t sequence, struct prb_record *record)
{
	enum prb_err err = prb_look_for(reader, sequence, record);

	return err == PRB_ERR_NOT_FOUND ? PRB_ERR_STATE_DAMAGED : err;
}

enum prb_err
prb_look_object(struct prb_state_reader *reader, enum prb_object_kind kind, uint32_t tenant,
	const uint8_t id[PRB_ID_BYTES], uint64_t *sequence, uint64_t *log_index,
	struct prb_record *record)
{
	int error =
		prb_object_get(reader->state, reader->txn, kind, tenant, id, sequence, log_index);

	return error == 0 ? prb_look_at(reader, *sequence, record) : prb_look_failed(reader, error);
}

int
prb_objects_begin(struct prb_walk *walk, const struct prb_state_reader *reader,
	enum prb_object_kind kind, uint32_t tenant, const struct prb_id *before)
{
	uint8_t behind[PRB_OBJECT_KEY_BYTES];

	prb_object_key(kind, tenant, before ? before->bytes : prb_id_last.bytes, behind);
	return prb_walk_begin(walk, reader->state, reader->txn, PRB_STATE_OBJECT, behind,
		sizeof(behind), sizeof(behind) - PRB_ID_BYTES);
}

int
prb_objects_next(struct prb_walk *walk, uint64_t *sequence)
{
	int error = prb_walk_back(walk);

	if (error != 0)
		return error;
	if (walk->value.mv_size != PRB_OBJECT_VALUE_BYTES)
		return MDB_CORRUPTED;
	*sequence = prb_get_be(walk->value.mv_data, 8);
	return 0;
}

enum prb_err
prb_look_leaf(struct prb_state_reader *reader, struct prb_span entry, uint8_t out[PRB_SHA256_BYTES])
{
	reader->digest.failed = false;
	prb_digest_leaf(&reader->digest, entry, out);
	return reader->digest.failed ? PRB_ERR_MEMORY : PRB_OK;
}

enum prb_err
prb_look_key(struct prb_state_reader *reader, uint32_t tenant, struct prb_span key,
	const uint8_t request_sha256[PRB_SHA256_BYTES], enum prb_record_kind kind, bool *same,
	uint64_t *sequence)
{
	struct prb_span plain = {(const char *)request_sha256, PRB_SHA256_BYTES}, value;
	uint8_t hash[PRB_KEYED_BYTES], request[PRB_KEYED_BYTES];
	const struct prb_keyring *ring = reader->state->ring;
	struct prb_record record;
	enum prb_err err;
	int error;

	if (!prb_keyring_hash(ring, tenant, PRB_KEYED_IDEMPOTENCY, key, hash) ||
		!prb_keyring_hash(ring, tenant, PRB_KEYED_REQUEST, plain, request))
		return PRB_ERR_NOT_FOUND;
	error = prb_state_get(reader->state, reader->txn, PRB_STATE_IDEMPOTENCY,
		(struct prb_span){(const char *)hash, sizeof(hash)}, &value);
	if (error == 0 && value.n != PRB_IDEMPOTENCY_VALUE_BYTES)
		error = MDB_CORRUPTED;
	if (error != 0)
		return prb_look_failed(reader, error);
	*sequence = prb_get_be((const uint8_t *)value.p, 8);
	err = prb_look_at(reader, *sequence, &record);
	if (err == PRB_OK)
		*same = record.kind == kind && memcmp(value.p + 8, request, PRB_KEYED_BYTES) == 0;
	return err;
}
