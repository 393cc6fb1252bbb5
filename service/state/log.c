/* SPDX-License-Identifier: Apache-2.0 */

/* The log as it is read: proofs, roots and tiles from its rows, and the checkpoint that was kept.
 */

#include <string.h>

#include "scoring/log/checkpoint.h"
#include "service/state/bytes.h"
#include "service/state/reader.h"

/* Rows of the log in one look; remembers what LMDB could not read. */
struct rows {
	struct prb_state_reader *reader;
	struct prb_state_head head;
	enum prb_err failed;
};

/* The row of a leaf: its hash, its record, the nodes that it completed. */
static bool
get_row(struct rows *rows, uint64_t index, struct prb_span *value)
{
	const struct prb_state_reader *reader = rows->reader;
	uint8_t key[PRB_SEQUENCE_BYTES];
	int error;

	prb_put_be(key, index, sizeof(key));
	error = prb_state_get(reader->state, reader->txn, PRB_STATE_LOG,
		(struct prb_span){(const char *)key, sizeof(key)}, value);
	if (error == 0 && value->n < PRB_LOG_VALUE_BYTES)
		error = MDB_CORRUPTED;
	if (error != 0)
		rows->failed = prb_lmdb_failed(reader->state, NULL, "reading", error);
	return error == 0;
}

/* A node stands in the row of its last leaf, those of lower height before it. */
static bool
get_node(void *context, unsigned height, uint64_t index, uint8_t out[PRB_SHA256_BYTES])
{
	struct rows *rows = context;
	struct prb_span value;
	size_t at = height == 0 ? 0 : PRB_LOG_VALUE_BYTES + (height - 1) * PRB_SHA256_BYTES;

	if (!get_row(rows, ((index + 1) << height) - 1, &value))
		return false;
	if (value.n < at + PRB_SHA256_BYTES) {
		rows->failed = PRB_ERR_STATE_DAMAGED;
		return false;
	}
	memcpy(out, value.p + at, PRB_SHA256_BYTES);
	return true;
}

static bool
lacks_nodes(const struct prb_state_reader *reader)
{
	return reader->state->format < PRB_FORMAT_WITH_NODES;
}

static enum prb_err
begin(struct prb_state_reader *reader, struct rows *rows, struct prb_tree_source *source)
{
	enum prb_err err = prb_look_begin(reader);
	int error;

	if (err != PRB_OK)
		return err;
	*rows = (struct rows){.reader = reader};
	*source = (struct prb_tree_source){get_node, rows, prb_state_sha256};
	error = prb_state_head_get(reader->state, reader->txn, &rows->head);
	if (error == 0)
		return PRB_OK;
	return prb_look_end(reader, prb_lmdb_failed(reader->state, NULL, "reading", error));
}

/* What came of it: a source that failed says why; what is beyond the log is out of range. Without
 * the nodes, as an earlier format has it, nothing of the kind can be made. */
static enum prb_err
end(struct rows *rows, bool done)
{
	enum prb_err err = rows->failed;

	if (err == PRB_OK && !done)
		err = PRB_ERR_RANGE;
	return prb_look_end(rows->reader, err);
}

enum prb_err
prb_log_tree(struct prb_state_reader *reader, struct prb_tree *out)
{
	struct prb_tree_source source;
	struct rows rows;
	enum prb_err err = begin(reader, &rows, &source);

	if (err != PRB_OK)
		return err;
	*out = rows.head.tree;
	return end(&rows, true);
}

enum prb_err
prb_log_inclusion(
	struct prb_state_reader *reader, uint64_t index, uint64_t size, struct prb_tree_proof *out)
{
	struct prb_tree_source source;
	struct rows rows;
	enum prb_err err =
		lacks_nodes(reader) ? PRB_ERR_STATE_FORMAT : begin(reader, &rows, &source);

	if (err != PRB_OK)
		return err;
	return end(&rows,
		size <= rows.head.tree.size && prb_tree_inclusion(&source, index, size, out));
}

enum prb_err
prb_log_consistency(
	struct prb_state_reader *reader, uint64_t from, uint64_t to, struct prb_tree_proof *out)
{
	struct prb_tree_source source;
	struct rows rows;
	enum prb_err err =
		lacks_nodes(reader) ? PRB_ERR_STATE_FORMAT : begin(reader, &rows, &source);

	if (err != PRB_OK)
		return err;
	return end(
		&rows, to <= rows.head.tree.size && prb_tree_consistency(&source, from, to, out));
}

enum prb_err
prb_log_tree_at(struct prb_state_reader *reader, uint64_t size, struct prb_tree *out)
{
	struct prb_tree tree;
	bool done;
	struct prb_tree_source source;
	struct rows rows;
	enum prb_err err =
		lacks_nodes(reader) ? PRB_ERR_STATE_FORMAT : begin(reader, &rows, &source);

	if (err != PRB_OK)
		return err;
	done = size <= rows.head.tree.size && prb_tree_at(&source, size, &tree);
	if (done)
		*out = tree;
	return end(&rows, done);
}

enum prb_err
prb_log_leaf(struct prb_state_reader *reader, uint64_t index, uint8_t out[PRB_SHA256_BYTES])
{
	struct prb_tree_source source;
	struct rows rows;
	enum prb_err err = begin(reader, &rows, &source);

	if (err != PRB_OK)
		return err;
	return end(&rows, index < rows.head.tree.size && get_node(&rows, 0, index, out));
}

/* An entry is public, and stands as it is in the record of its leaf. */
static bool
add_entry(struct rows *rows, uint64_t index, struct prb_str *out)
{
	struct prb_record record;
	struct prb_span row;
	uint8_t length[2];

	if (!get_row(rows, index, &row))
		return false;
	rows->failed = prb_look_at(rows->reader,
		prb_get_be((const uint8_t *)row.p + PRB_SHA256_BYTES, PRB_SEQUENCE_BYTES), &record);
	if (rows->failed != PRB_OK)
		return false;
	prb_put_be(length, record.log_entry.n, sizeof(length));
	prb_str_add(out, length, sizeof(length));
	prb_str_add_span(out, record.log_entry);
	return true;
}

static bool
add_hash(struct rows *rows, unsigned height, uint64_t index, struct prb_str *out)
{
	uint8_t hash[PRB_SHA256_BYTES];

	if (!get_node(rows, height, index, hash))
		return false;
	prb_str_add(out, hash, sizeof(hash));
	return true;
}

enum prb_err
prb_log_tile(struct prb_state_reader *reader, const struct prb_tile *tile, struct prb_str *out)
{
	uint64_t first = tile->index * PRB_TILE_HASHES;
	struct prb_tree_source source;
	struct rows rows;
	size_t before = out->n;
	bool done = true;
	enum prb_err err = lacks_nodes(reader) && !tile->entries ? PRB_ERR_STATE_FORMAT
								 : begin(reader, &rows, &source);

	if (err != PRB_OK)
		return err;
	if (tile->width == 0 || tile->width > prb_tile_width(rows.head.tree.size,
						      tile->entries ? 0 : tile->level, tile->index))
		return prb_look_end(reader, PRB_ERR_NOT_FOUND);
	for (unsigned i = 0; i < tile->width && done; i++)
		done = tile->entries
			       ? add_entry(&rows, first + i, out)
			       : add_hash(&rows, tile->level * PRB_TILE_HEIGHT, first + i, out);
	err = end(&rows, done);
	if (err == PRB_OK && out->failed)
		err = PRB_ERR_MEMORY;
	if (err != PRB_OK)
		out->n = before;
	return err;
}

enum prb_err
prb_checkpoint_keep(struct prb_state *state, struct prb_span note, struct prb_fault *fault)
{
	return prb_file_replace(state->dir, PRB_CHECKPOINT_NAME, note, fault);
}

enum prb_err
prb_checkpoint_kept(struct prb_state *state, struct prb_str *out)
{
	return prb_file_read(state->dir, PRB_CHECKPOINT_NAME, PRB_CHECKPOINT_BYTES_MAX, out, NULL);
}

enum prb_err
prb_checkpoint_carry(const char *from, const char *to, struct prb_fault *fault)
{
	struct prb_str note;
	enum prb_err err;

	prb_str_init(&note, PRB_CHECKPOINT_BYTES_MAX);
	err = prb_file_read(from, PRB_CHECKPOINT_NAME, PRB_CHECKPOINT_BYTES_MAX, &note, fault);
	if (err == PRB_OK)
		err = prb_file_replace(to, PRB_CHECKPOINT_NAME, prb_str_span(&note), fault);
	prb_str_finish(&note);
	return err == PRB_ERR_NOT_FOUND ? PRB_OK : err;
}
