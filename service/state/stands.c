/* SPDX-License-Identifier: Apache-2.0 */

/* Whether a record can stand behind those that are there. */

#include <string.h>

#include "service/state/rows.h"

static enum prb_err
attestation_stands(
	const struct prb_state *state, MDB_txn *txn, const struct prb_record *record, uint64_t at)
{
	struct prb_record revoked;
	struct prb_span bytes;
	enum prb_err err;
	int error = prb_journal_get(state, txn, at, NULL, &bytes);

	if (error != 0)
		return prb_lmdb_failed(state, NULL, "reading", error);
	err = prb_record_read(bytes, &revoked, NULL);
	if (err != PRB_OK)
		return err;
	if (revoked.tenant != record->tenant)
		return PRB_ERR_NOT_FOUND;
	return revoked.status.list == record->status.list &&
			       revoked.status.index == record->status.index
		       ? PRB_OK
		       : PRB_ERR_VALUE;
}

static bool
same_id(const struct prb_id *a, const struct prb_id *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

/* A number and an id go together for good. */
static enum prb_err
organisation_stands(const struct prb_state *state, MDB_txn *txn, const struct prb_record *record)
{
	struct prb_organisation_row row;
	uint64_t at, log_index;
	int error = prb_organisation_get(state, txn, record->tenant, &row);

	if (error == 0)
		return same_id(&row.id, &record->organisation_id) ? PRB_OK : PRB_ERR_CONFLICT;
	if (error == MDB_NOTFOUND) {
		error = prb_object_get(state, txn, PRB_OBJECT_ORGANISATION, 0,
			record->organisation_id.bytes, &at, &log_index);
		if (error == 0)
			return PRB_ERR_CONFLICT;
	}
	return error == MDB_NOTFOUND ? PRB_OK : prb_lmdb_failed(state, NULL, "reading", error);
}

/* A hash leads to one key for good, and a key keeps its hash: so nobody comes under another's. */
static enum prb_err
api_key_stands(const struct prb_state *state, MDB_txn *txn, const struct prb_record *record)
{
	struct prb_organisation_row organisation;
	struct prb_access_row row;
	uint64_t at, log_index;
	bool known, taken;
	int error = prb_organisation_get(state, txn, record->tenant, &organisation);

	if (error == MDB_NOTFOUND)
		return PRB_ERR_NOT_FOUND;
	if (error != 0)
		return prb_lmdb_failed(state, NULL, "reading", error);
	error = prb_object_get(state, txn, PRB_OBJECT_API_KEY, record->tenant,
		record->api_key_id.bytes, &at, &log_index);
	known = error == 0;
	if (error == 0 || error == MDB_NOTFOUND)
		error = prb_access_get(state, txn, record->hash, &row);
	taken = error == 0;
	if (error != 0 && error != MDB_NOTFOUND)
		return prb_lmdb_failed(state, NULL, "reading", error);
	if (taken && (row.access.tenant != record->tenant ||
			     !same_id(&row.access.id, &record->api_key_id)))
		return PRB_ERR_CONFLICT;
	return known == taken ? PRB_OK : PRB_ERR_VALUE;
}

static enum prb_err
use_stands(const struct prb_state *state, MDB_txn *txn, const struct prb_record *record)
{
	uint64_t at, log_index;
	int error = prb_object_get(state, txn, PRB_OBJECT_API_KEY, record->tenant,
		record->api_key_id.bytes, &at, &log_index);

	if (error == MDB_NOTFOUND)
		return PRB_ERR_NOT_FOUND;
	return error == 0 ? PRB_OK : prb_lmdb_failed(state, NULL, "reading", error);
}

enum prb_err
prb_record_stands(const struct prb_state *state, MDB_txn *txn, const struct prb_record *record,
	uint64_t sequence)
{
	bool revokes = record->kind == PRB_RECORD_REVOCATION;
	uint64_t at, log_index;
	int error;

	if (record->kind == PRB_RECORD_ORGANISATION)
		return organisation_stands(state, txn, record);
	if (record->kind == PRB_RECORD_API_KEY)
		return api_key_stands(state, txn, record);
	if (record->kind == PRB_RECORD_USED)
		return use_stands(state, txn, record);
	if (!revokes && record->kind != PRB_RECORD_ATTESTATION)
		return PRB_OK;
	error = revokes ? prb_object_get(state, txn, PRB_OBJECT_ATTESTATION, 0,
				  record->attestation_id.bytes, &at, &log_index)
			: prb_object_get(state, txn, PRB_OBJECT_DECLARATION, record->tenant,
				  record->declaration_id.bytes, &at, &log_index);
	if (error == MDB_NOTFOUND || (error == 0 && at >= sequence))
		return PRB_ERR_NOT_FOUND;
	if (error != 0)
		return prb_lmdb_failed(state, NULL, "reading", error);
	return revokes ? attestation_stands(state, txn, record, at) : PRB_OK;
}
