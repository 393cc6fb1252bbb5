/* SPDX-License-Identifier: Apache-2.0 */

/* Rows looked up by their keys, and walked along, in any transaction: what the writer checks and
 * finding begins with. */

#include <assert.h>
#include <string.h>

#include "service/state/bytes.h"
#include "service/state/rows.h"

int
prb_object_get(const struct prb_state *state, MDB_txn *txn, enum prb_object_kind kind,
	uint32_t tenant, const uint8_t id[PRB_ID_BYTES], uint64_t *sequence, uint64_t *log_index)
{
	uint8_t key[PRB_OBJECT_KEY_BYTES];
	struct prb_span value;
	int error;

	prb_object_key(kind, tenant, id, key);
	error = prb_state_get(state, txn, PRB_STATE_OBJECT,
		(struct prb_span){(const char *)key, sizeof(key)}, &value);
	if (error != 0)
		return error;
	if (value.n != PRB_OBJECT_VALUE_BYTES)
		return MDB_CORRUPTED;
	*sequence = prb_get_be((const uint8_t *)value.p, 8);
	*log_index = prb_get_be((const uint8_t *)value.p + 8, 8);
	return 0;
}

int
prb_organisation_get(const struct prb_state *state, MDB_txn *txn, uint32_t tenant,
	struct prb_organisation_row *out)
{
	uint8_t key[PRB_TENANT_KEY_BYTES];
	struct prb_span value;
	const uint8_t *p;
	int error;

	prb_put_be(key, tenant, sizeof(key));
	error = prb_state_get(state, txn, PRB_STATE_ORGANISATION,
		(struct prb_span){(const char *)key, sizeof(key)}, &value);
	if (error != 0)
		return error;
	if (value.n != PRB_ORGANISATION_VALUE_BYTES)
		return MDB_CORRUPTED;
	p = (const uint8_t *)value.p;
	out->sequence = prb_get_be(p, 8);
	memcpy(out->id.bytes, p + 8, PRB_ID_BYTES);
	out->standing = p[24];
	return 0;
}

int
prb_access_get(const struct prb_state *state, MDB_txn *txn, const uint8_t sha256[PRB_SHA256_BYTES],
	struct prb_access_row *out)
{
	struct prb_span value;
	const uint8_t *p;
	int error = prb_state_get(state, txn, PRB_STATE_ACCESS,
		(struct prb_span){(const char *)sha256, PRB_SHA256_BYTES}, &value);

	if (error != 0)
		return error;
	if (value.n != PRB_ACCESS_VALUE_BYTES)
		return MDB_CORRUPTED;
	p = (const uint8_t *)value.p;
	*out = (struct prb_access_row){.sequence = prb_get_be(p, 8),
		.access = {.tenant = (uint32_t)prb_get_be(p + 8, 4),
			.kind = p[44],
			.role = p[45],
			.standing = p[46],
			.scopes = (uint32_t)prb_get_be(p + 47, 4),
			.expires = (int64_t)prb_get_be(p + 51, 8),
			.declarations_max = (uint32_t)prb_get_be(p + 59, 4)}};
	memcpy(out->access.id.bytes, p + 12, PRB_ID_BYTES);
	memcpy(out->access.holder.bytes, p + 28, PRB_ID_BYTES);
	return 0;
}

int
prb_used_get(const struct prb_state *state, MDB_txn *txn, const struct prb_id *key, int32_t *day)
{
	struct prb_span value;
	int error = prb_state_get(state, txn, PRB_STATE_USED,
		(struct prb_span){(const char *)key->bytes, PRB_ID_BYTES}, &value);

	if (error == 0 && value.n != PRB_USED_VALUE_BYTES)
		return MDB_CORRUPTED;
	if (error == 0)
		*day = (int32_t)prb_get_be((const uint8_t *)value.p + 8, 4);
	else if (error == MDB_NOTFOUND)
		*day = 0;
	return error == MDB_NOTFOUND ? 0 : error;
}

int
prb_walk_begin(struct prb_walk *walk, const struct prb_state *state, MDB_txn *txn,
	enum prb_state_table table, const uint8_t *from, size_t bytes, size_t same)
{
	assert(bytes <= sizeof(walk->from) && same <= bytes);
	*walk = (struct prb_walk){.bytes = bytes, .same = same};
	memcpy(walk->from, from, bytes);
	return mdb_cursor_open(txn, state->tables[table], &walk->cursor);
}

/* The rows that are meant stand together: another one is behind the last. */
static int
walk_to(struct prb_walk *walk, MDB_cursor_op op)
{
	int error = mdb_cursor_get(walk->cursor, &walk->key, &walk->value, op);

	walk->begun = true;
	if (error == 0 && (walk->key.mv_size != walk->bytes ||
				  memcmp(walk->key.mv_data, walk->from, walk->same) != 0))
		return MDB_NOTFOUND;
	return error;
}

int
prb_walk_on(struct prb_walk *walk)
{
	if (walk->begun)
		return walk_to(walk, MDB_NEXT);
	walk->key = (MDB_val){.mv_size = walk->bytes, .mv_data = walk->from};
	return walk_to(walk, MDB_SET_RANGE);
}

int
prb_walk_back(struct prb_walk *walk)
{
	int error;

	if (walk->begun)
		return walk_to(walk, MDB_PREV);
	walk->key = (MDB_val){.mv_size = walk->bytes, .mv_data = walk->from};
	error = mdb_cursor_get(walk->cursor, &walk->key, &walk->value, MDB_SET_RANGE);
	if (error != 0 && error != MDB_NOTFOUND)
		return error;
	return walk_to(walk, error == 0 ? MDB_PREV : MDB_LAST);
}

void
prb_walk_end(struct prb_walk *walk)
{
	if (walk->cursor)
		mdb_cursor_close(walk->cursor);
}

uint64_t
prb_walk_sequence(const struct prb_walk *walk)
{
	const uint8_t *end = (const uint8_t *)walk->key.mv_data + walk->bytes;

	return prb_get_be(end - PRB_SEQUENCE_BYTES, PRB_SEQUENCE_BYTES);
}

struct prb_id
prb_walk_id(const struct prb_walk *walk)
{
	struct prb_id id;

	memcpy(id.bytes, (const uint8_t *)walk->key.mv_data + walk->bytes - PRB_ID_BYTES,
		PRB_ID_BYTES);
	return id;
}

int
prb_held_count(const struct prb_state *state, MDB_txn *txn, uint32_t tenant,
	const uint8_t holder[PRB_KEYED_BYTES], uint32_t max, uint32_t *count)
{
	static const struct prb_id first = {{0}};
	uint8_t from[PRB_HELD_KEY_BYTES];
	struct prb_walk walk;
	uint32_t n = 0;
	int error;

	prb_held_key(tenant, holder, &first, from);
	error = prb_walk_begin(
		&walk, state, txn, PRB_STATE_HELD, from, sizeof(from), sizeof(from) - PRB_ID_BYTES);
	while (error == 0 && n < max) {
		error = prb_walk_on(&walk);
		n += error == 0;
	}
	prb_walk_end(&walk);
	if (error != 0 && error != MDB_NOTFOUND)
		return error;
	*count = n;
	return 0;
}

int
prb_last_before(const struct prb_state *state, MDB_txn *txn, enum prb_state_table table,
	const uint8_t *behind, size_t bytes, size_t same, const uint8_t **key)
{
	struct prb_walk walk;
	int error = prb_walk_begin(&walk, state, txn, table, behind, bytes, same);

	if (error == 0)
		error = prb_walk_back(&walk);
	if (error == 0)
		*key = walk.key.mv_data;
	prb_walk_end(&walk);
	return error;
}

/* The same where keys end with a sequence. */
static int
newest_before(const struct prb_state *state, MDB_txn *txn, enum prb_state_table table,
	const uint8_t *behind, size_t bytes, uint64_t *sequence)
{
	size_t same = bytes - PRB_SEQUENCE_BYTES;
	const uint8_t *key;
	int error = prb_last_before(state, txn, table, behind, bytes, same, &key);

	if (error == 0)
		*sequence = prb_get_be(key + same, PRB_SEQUENCE_BYTES);
	return error;
}

int
prb_decision_newest(const struct prb_state *state, MDB_txn *txn, uint32_t tenant,
	const uint8_t hit[PRB_KEYED_BYTES], uint64_t *sequence)
{
	uint8_t behind[PRB_DECISION_KEY_BYTES];

	prb_decision_key(PRB_DECIDED_HIT, tenant, hit, UINT64_MAX, behind);
	return newest_before(state, txn, PRB_STATE_DECISION, behind, sizeof(behind), sequence);
}

int
prb_attested_newest(const struct prb_state *state, MDB_txn *txn, uint32_t tenant,
	const struct prb_id *declaration, uint64_t *sequence)
{
	uint8_t behind[PRB_ATTESTED_KEY_BYTES];
	uint64_t log_index;
	int error;

	prb_attested_key(tenant, declaration, UINT64_MAX, behind);
	error = newest_before(state, txn, PRB_STATE_ATTESTED, behind, sizeof(behind), sequence);
	if (error != MDB_NOTFOUND)
		return error;
	return prb_object_get(state, txn, PRB_OBJECT_DECLARATION, tenant, declaration->bytes,
		sequence, &log_index);
}
