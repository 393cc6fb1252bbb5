/* SPDX-License-Identifier: Apache-2.0 */

/* From format 1 or 2 to format 3 the complete nodes of the log's tree come into its rows, which are
 * all that they follow from; to format 4 each record comes into the audit trail; format 5 only lets
 * records be of packing 3. What else is new is empty in a state that an earlier program wrote. */

#include <string.h>

#include "service/state/bytes.h"
#include "service/state/rows.h"

/* The rows are read and put by key, one at a time: their number is the log's, and nothing of it is
 * kept but the edge. */
static int
widen_row(const struct prb_state *state, MDB_txn *txn, struct prb_tree *tree)
{
	uint8_t bytes[PRB_SEQUENCE_BYTES], hash[PRB_SHA256_BYTES];
	struct prb_span key = {(const char *)bytes, sizeof(bytes)}, value;
	struct prb_leaf leaf;
	int error;

	prb_put_be(bytes, tree->size, sizeof(bytes));
	error = prb_state_get(state, txn, PRB_STATE_LOG, key, &value);
	if (error != 0)
		return error;
	if (value.n != PRB_LOG_VALUE_BYTES)
		return MDB_CORRUPTED;
	memcpy(hash, value.p, sizeof(hash));
	prb_leaf_append_hash(tree, hash,
		prb_get_be((const uint8_t *)value.p + PRB_SHA256_BYTES, PRB_SEQUENCE_BYTES), &leaf);
	if (leaf.bytes == PRB_LOG_VALUE_BYTES)
		return 0;
	return prb_state_put(state, txn, PRB_STATE_LOG, key,
		(struct prb_span){(const char *)leaf.row, leaf.bytes}, 0);
}

static int
add_nodes(const struct prb_state *state, MDB_txn *txn, const struct prb_state_head *head)
{
	struct prb_tree tree = {.size = 0};
	int error = 0;

	while (error == 0 && tree.size < head->tree.size)
		error = widen_row(state, txn, &tree);
	if (error != 0)
		return error;
	return memcmp(tree.edge, head->tree.edge,
		       prb_tree_edge_count(tree.size) * sizeof(tree.edge[0])) == 0
		       ? 0
		       : MDB_CORRUPTED;
}

/* Nothing of a record is needed but whose it is, and no earlier record stands for two tenants. */
static int
add_trail(const struct prb_state *state, MDB_txn *txn, const struct prb_state_head *head)
{
	uint8_t key[PRB_AUDIT_KEY_BYTES];
	struct prb_record record;
	struct prb_span bytes;
	int error = 0;

	for (uint64_t at = 1; at <= head->records && error == 0; at++) {
		error = prb_journal_get(state, txn, at, NULL, &bytes);
		if (error == 0 && prb_record_read(bytes, &record, NULL) != PRB_OK)
			error = MDB_CORRUPTED;
		if (error != 0)
			break;
		prb_audit_key(record.tenant, at, key);
		error = prb_state_put(state, txn, PRB_STATE_AUDIT,
			(struct prb_span){(const char *)key, sizeof(key)}, PRB_SPAN_NONE, 0);
	}
	return error;
}

int
prb_state_upgrade(const struct prb_state *state, MDB_txn *txn, unsigned format)
{
	struct prb_state_head head;
	int error = prb_state_head_get(state, txn, &head);

	if (error == 0 && format < PRB_FORMAT_WITH_NODES)
		error = add_nodes(state, txn, &head);
	if (error == 0 && format < PRB_FORMAT_WITH_TRAIL)
		error = add_trail(state, txn, &head);
	return error == 0 ? prb_state_format_put(state, txn, PRB_STATE_FORMAT) : error;
}
