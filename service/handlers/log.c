/* SPDX-License-Identifier: Apache-2.0 */
#include "service/log/publisher.h"

#include <sodium.h>

#include "service/handlers/facts.h"

/*
 * The log as anyone may read it (C2SP tlog-tiles), and proofs for who has no code for tiles.
 * Nothing is shown that no published checkpoint stands for: of a tree that is larger than that
 * nobody has given his word yet.
 */

#define TYPE_NOTE "text/plain; charset=utf-8"
#define TYPE_TILE "application/octet-stream"
#define HASH_BASE64_BYTES                                                                          \
	sodium_base64_ENCODED_LEN(PRB_SHA256_BYTES, sodium_base64_VARIANT_ORIGINAL)
/* What a tile holds never changes, that of a partial one neither: its width is in its name. */
#define CACHE_FOR_GOOD "public, max-age=31536000, immutable"

static const char no_tile[] = "the published log has no such tile";

enum prb_handled
prb_handle_checkpoint(struct prb_exchange *x)
{
	struct prb_published *published = prb_arena_array(x->arena, 1, sizeof *published);

	if (published == NULL)
		return prb_refuse(x, PRB_ERR_MEMORY, "memory ran out");
	prb_publisher_current(x->service->publisher, published);
	if (published->n == 0)
		return prb_refuse(x, PRB_ERR_BUSY, "no checkpoint could be published yet");
	prb_str_add(&x->reply.body, published->note, published->n);
	x->reply.cache_control = "public, max-age=1";
	return prb_answer(x, 200, TYPE_NOTE);
}

enum prb_handled
prb_handle_log_key(struct prb_exchange *x)
{
	prb_publisher_vkey(x->service->publisher, &x->reply.body);
	x->reply.cache_control = "public, max-age=300";
	return prb_answer(x, 200, TYPE_NOTE);
}

/* Whether the published tree of that size has the tile, in that width. A partial tile stays after
 * it was filled: who holds an older checkpoint asks for it. */
static bool
is_published(const struct prb_tile *tile, uint64_t size)
{
	return tile->width <= prb_tile_width(size, tile->level, tile->index);
}

/* In a worker's thread or in the pool's. What was published stays so. */
static enum prb_handled
answer_tile(struct prb_exchange *x)
{
	struct prb_tile tile;
	enum prb_err err;

	if (!prb_tile_path_read(x->params[0], &tile))
		return prb_refuse(x, PRB_ERR_NOT_FOUND, no_tile);
	err = prb_log_tile(x->desk->state_reader, &tile, &x->reply.body);
	if (err != PRB_OK)
		return prb_refuse(x, err, err == PRB_ERR_NOT_FOUND ? no_tile : NULL);
	x->reply.cache_control = CACHE_FOR_GOOD;
	return prb_answer(x, 200, TYPE_TILE);
}

/* Entries lie in as many records of the journal: read beside the loop. */
enum prb_handled
prb_handle_tile(struct prb_exchange *x)
{
	struct prb_tile tile;

	if (!prb_tile_path_read(x->params[0], &tile) ||
		!is_published(&tile, prb_publisher_size(x->service->publisher)))
		return prb_refuse(x, PRB_ERR_NOT_FOUND, no_tile);
	if (!tile.entries)
		return answer_tile(x);
	return prb_offload(x, answer_tile, "too much is being read at the moment");
}

/*
 * Proofs.
 */

/* The number of a parameter, `fallback` where it is not there; at most `max`. False with a refusal
 * made. */
static bool
read_number(struct prb_exchange *x, const char *name, uint64_t max, const int64_t *fallback,
	uint64_t *out)
{
	struct prb_span text = prb_query_get(&x->query, name);
	int64_t number = 0;

	if (text.p == NULL && fallback != NULL) {
		*out = (uint64_t)*fallback;
		return true;
	}
	if (!prb_parse_int(text, 0, INT64_MAX, &number)) {
		(void)prb_refuse_query(x, "%s: a whole number is wanted", name);
		return false;
	}
	if ((uint64_t)number > max) {
		(void)prb_refuse_query(x,
			"%s: it is at most %llu here: the published log has "
			"%llu entries",
			name, (unsigned long long)max,
			(unsigned long long)prb_publisher_size(x->service->publisher));
		return false;
	}
	*out = (uint64_t)number;
	return true;
}

static void
write_base64(struct prb_writer *w, const uint8_t hash[PRB_SHA256_BYTES])
{
	char text[HASH_BASE64_BYTES];

	(void)sodium_bin2base64(
		text, sizeof text, hash, PRB_SHA256_BYTES, sodium_base64_VARIANT_ORIGINAL);
	prb_writer_text(w, text);
}

static void
write_proof(struct prb_writer *w, const struct prb_tree_proof *proof)
{
	prb_writer_key(w, "proof");
	prb_writer_array(w);
	for (unsigned i = 0; i < proof->count; i++)
		write_base64(w, proof->hashes[i]);
	prb_writer_end(w);
}

static enum prb_err
root_at(struct prb_exchange *x, uint64_t size, uint8_t root[PRB_SHA256_BYTES])
{
	struct prb_tree tree;
	enum prb_err err = prb_log_tree_at(x->desk->state_reader, size, &tree);

	if (err == PRB_OK)
		prb_tree_root(&tree, x->service->sha256, root);
	return err;
}

enum prb_handled
prb_handle_inclusion(struct prb_exchange *x)
{
	static const char *const known[] = {"index", "size", NULL};
	uint64_t published = prb_publisher_size(x->service->publisher), index, size;
	int64_t newest = (int64_t)published;
	uint8_t leaf[PRB_SHA256_BYTES], root[PRB_SHA256_BYTES];
	char hex[PRB_SHA256_HEX_BYTES];
	struct prb_tree_proof proof;
	struct prb_writer w;
	enum prb_err err;

	if (!prb_query_takes(x, known) || !read_number(x, "size", published, &newest, &size))
		return PRB_REPLIED;
	if (size == 0)
		return prb_refuse_query(x, "size: a tree without entries includes none");
	if (!read_number(x, "index", size - 1, NULL, &index))
		return PRB_REPLIED;
	err = prb_log_inclusion(x->desk->state_reader, index, size, &proof);
	if (err == PRB_OK)
		err = prb_log_leaf(x->desk->state_reader, index, leaf);
	if (err == PRB_OK)
		err = root_at(x, size, root);
	if (err != PRB_OK)
		return prb_refuse(x, err, NULL);
	prb_sha256_hex(leaf, hex);
	prb_writer_init(&w, &x->reply.body);
	prb_writer_object(&w);
	prb_writer_member_int(&w, "index", (int64_t)index);
	prb_writer_member_text(&w, "leaf_hash", hex);
	write_proof(&w, &proof);
	prb_writer_key(&w, "root");
	write_base64(&w, root);
	prb_writer_member_int(&w, "size", (int64_t)size);
	prb_writer_end(&w);
	return prb_answer_json(x);
}

enum prb_handled
prb_handle_consistency(struct prb_exchange *x)
{
	static const char *const known[] = {"from", "to", NULL};
	uint64_t published = prb_publisher_size(x->service->publisher), from, to;
	int64_t newest = (int64_t)published;
	uint8_t from_root[PRB_SHA256_BYTES], to_root[PRB_SHA256_BYTES];
	struct prb_tree_proof proof;
	struct prb_writer w;
	enum prb_err err;

	if (!prb_query_takes(x, known) || !read_number(x, "to", published, &newest, &to) ||
		!read_number(x, "from", to, NULL, &from))
		return PRB_REPLIED;
	err = prb_log_consistency(x->desk->state_reader, from, to, &proof);
	if (err == PRB_OK)
		err = root_at(x, from, from_root);
	if (err == PRB_OK)
		err = root_at(x, to, to_root);
	if (err != PRB_OK)
		return prb_refuse(x, err, NULL);
	prb_writer_init(&w, &x->reply.body);
	prb_writer_object(&w);
	prb_writer_member_int(&w, "from", (int64_t)from);
	prb_writer_key(&w, "from_root");
	write_base64(&w, from_root);
	write_proof(&w, &proof);
	prb_writer_member_int(&w, "to", (int64_t)to);
	prb_writer_key(&w, "to_root");
	write_base64(&w, to_root);
	prb_writer_end(&w);
	return prb_answer_json(x);
}
