/* SPDX-License-Identifier: Apache-2.0 */

/* From format 1 or 2 to format 3: the complete nodes of the log's tree come into its rows, which
 * are all that they follow from. What else is new is empty in a state that an earlier program
 * wrote. */

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

int
prb_state_upgrade(const struct prb_state *state, MDB_txn *txn)
{
	struct prb_tree tree = {.size = 0};
	struct prb_state_head head;
	int error = prb_state_head_get(state, txn, &head);

	while (error == 0 && tree.size < head.tree.size)
		error = widen_row(state, txn, &tree);
	if (error != 0)
		return error;
	if (memcmp(tree.edge, head.tree.edge,
		    prb_tree_edge_count(tree.size) * sizeof(tree.edge[0])) != 0)
		return MDB_CORRUPTED;
	return prb_state_format_put(state, txn, PRB_STATE_FORMAT);
}
