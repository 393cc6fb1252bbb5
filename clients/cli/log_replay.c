/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/cli/log_replay.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "clients/cli/log.h"
#include "scoring/log/tile.h"

#define LEVELS (PRB_TREE_EDGE_MAX / PRB_TILE_HEIGHT + 1) /* of tiles that can have a hash */
#define TILE_BYTES ((size_t)PRB_TILE_HASHES * PRB_SHA256_BYTES)
#define ENTRY_BYTES_MAX ((size_t)65535)
#define BUNDLE_BYTES_MAX (PRB_TILE_HASHES * (2 + ENTRY_BYTES_MAX))

/* The tile of each level that grows. */
struct level {
	uint64_t index;
	unsigned width;
	uint8_t hashes[TILE_BYTES];
};

struct growing {
	const struct log_replay *replay;
	struct log_outcome *outcome;
	struct prb_tree tree;
	struct level levels[LEVELS];
	struct prb_str bundle, tile, scratch;
};

bool
log_found(struct log_outcome *outcome, const char *word, const char *format, ...)
{
	char detail[PRB_FAULT_DETAIL_BYTES_MAX];
	struct prb_fault fault;
	va_list args;

	va_start(args, format);
	(void)vsnprintf(detail, sizeof detail, format, args);
	va_end(args);
	/* One clean line, whatever a server's word is in it. */
	(void)prb_fault_set(&fault, PRB_OK, PRB_NO_OFFSET, NULL, "%s", detail);
	outcome->verdict = word == NULL ? LOG_UNCHECKED : LOG_FINDING;
	outcome->word = word;
	memcpy(outcome->detail, fault.detail, sizeof outcome->detail);
	return false;
}

bool
log_not_fetched(struct log_outcome *outcome, const char *word, const struct prb_fault *fault)
{
	bool answered = fault->err == PRB_ERR_NOT_FOUND || fault->err == PRB_ERR_TOO_LARGE;

	return log_found(outcome, answered ? word : NULL, "%s", fault->detail);
}

/*
 * ---- Fetching ----
 */

static bool
get_tile(struct growing *g, const struct prb_tile *tile, size_t bytes_max, struct prb_str *out,
	struct prb_fault *fault)
{
	char path[PRB_TILE_PATH_BYTES_MAX + 8];
	struct prb_str text;
	int n;

	prb_str_init(&text, PRB_TILE_PATH_BYTES_MAX);
	prb_tile_path_write(tile, &text);
	n = snprintf(path, sizeof path, "/tile/%s", text.failed ? "" : text.p);
	if (text.failed || n < 0 || (size_t)n >= sizeof path) {
		(void)prb_fault_set(
			fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "there is no memory");
		prb_str_finish(&text);
		return false;
	}
	prb_str_finish(&text);
	return prb_fetch(g->replay->fetcher, path, bytes_max, out, fault) == PRB_OK;
}

/* A log may take a partial tile away once the full one is there: that begins with the same. */
static bool
fetch_tile(struct growing *g, struct prb_tile tile, size_t item_bytes_max, const char *word,
	struct prb_str *out)
{
	struct prb_fault fault;
	bool got = get_tile(g, &tile, tile.width * item_bytes_max, out, &fault);

	if (!got && fault.err == PRB_ERR_NOT_FOUND && tile.width < PRB_TILE_HASHES) {
		struct prb_fault of_full;

		tile.width = PRB_TILE_HASHES;
		got = get_tile(g, &tile, tile.width * item_bytes_max, out, &of_full);
	}
	return got || log_not_fetched(g->outcome, word, &fault);
}

/*
 * ---- Comparing ----
 */

static bool
check_tile(struct growing *g, unsigned number)
{
	struct level *level = &g->levels[number];
	struct prb_tile tile = {.level = number, .index = level->index, .width = level->width};
	size_t n = level->width * (size_t)PRB_SHA256_BYTES;

	if (!fetch_tile(g, tile, PRB_SHA256_BYTES, "tile", &g->tile))
		return false;
	if ((g->tile.n != n && g->tile.n != TILE_BYTES) || memcmp(g->tile.p, level->hashes, n) != 0)
		return log_found(g->outcome, "tile",
			"tile %llu of level %u is not that of the entries",
			(unsigned long long)level->index, number);
	if (level->width == PRB_TILE_HASHES) {
		level->index++;
		level->width = 0;
	}
	return true;
}

static bool
check_marks(struct growing *g)
{
	const struct log_replay *replay = g->replay;

	for (size_t i = 0; i < replay->marks_count; i++) {
		const struct log_mark *mark = &replay->marks[i];
		char now[LOG_BASE64_BYTES], then[LOG_BASE64_BYTES];
		uint8_t root[PRB_SHA256_BYTES];

		if (mark->size != g->tree.size)
			continue;
		prb_tree_root(&g->tree, log_sha256, root);
		if (memcmp(root, mark->root, sizeof root) == 0)
			continue;
		log_base64(root, now);
		log_base64(mark->root, then);
		return log_found(g->outcome, mark->word,
			"its first %llu entries have the root %s; %s says %s",
			(unsigned long long)mark->size, now, mark->who, then);
	}
	return true;
}

/*
 * ---- Growing ----
 */

static void
add_hash(struct level *level, const uint8_t hash[PRB_SHA256_BYTES])
{
	memcpy(level->hashes + level->width++ * (size_t)PRB_SHA256_BYTES, hash, PRB_SHA256_BYTES);
}

/* Every eighth height is a level of tiles; 256 leaves complete at most one node of each. */
static void
completed(void *context, unsigned height, uint64_t index, const uint8_t hash[PRB_SHA256_BYTES])
{
	struct growing *g = context;

	(void)index;
	if (height % PRB_TILE_HEIGHT == 0)
		add_hash(&g->levels[height / PRB_TILE_HEIGHT], hash);
}

static bool
add_entry(struct growing *g, struct prb_span entry)
{
	uint8_t leaf[PRB_SHA256_BYTES];

	prb_tree_leaf(log_sha256, &g->scratch, entry, leaf);
	if (g->scratch.failed)
		return log_found(g->outcome, NULL, "there is no memory");
	if (!g->replay->entry(g->replay->context, g->tree.size, entry, g->outcome))
		return false;
	add_hash(&g->levels[0], leaf);
	prb_tree_append(&g->tree, log_sha256, leaf, completed, g);
	return check_marks(g);
}

/* Entries behind their lengths, 16 bits big-endian. */
static bool
add_bundle(struct growing *g, uint64_t number, unsigned width)
{
	struct prb_span rest = prb_str_span(&g->bundle);

	for (unsigned i = 0; i < width; i++) {
		size_t n;

		if (rest.n < 2)
			break;
		n = (size_t)(unsigned char)rest.p[0] << 8 | (unsigned char)rest.p[1];
		if (rest.n - 2 < n)
			break;
		if (!add_entry(g, (struct prb_span){rest.p + 2, n}))
			return false;
		rest.p += 2 + n;
		rest.n -= 2 + n;
		if (i + 1 == width)
			return true;
	}
	return log_found(g->outcome, "entries", "bundle %llu of entries ends too early",
		(unsigned long long)number);
}

static bool
replay_bundle(struct growing *g, uint64_t number)
{
	struct prb_tile tile = {.entries = true, .index = number};

	tile.width = prb_tile_width(g->replay->checkpoint->size, 0, number);
	if (!fetch_tile(g, tile, 2 + ENTRY_BYTES_MAX, "entries", &g->bundle) ||
		!add_bundle(g, number, tile.width))
		return false;
	for (unsigned level = 0; level < LEVELS; level++)
		if (g->levels[level].width == PRB_TILE_HASHES && !check_tile(g, level))
			return false;
	g->replay->progress(g->replay->context, g->tree.size);
	return true;
}

static bool
run(struct growing *g)
{
	const struct prb_checkpoint *checkpoint = g->replay->checkpoint;
	uint8_t root[PRB_SHA256_BYTES];

	if (!check_marks(g))
		return false;
	for (uint64_t number = 0; g->tree.size < checkpoint->size; number++)
		if (!replay_bundle(g, number))
			return false;
	/* The partial tiles at the right edge. */
	for (unsigned level = 0; level < LEVELS; level++)
		if (g->levels[level].width > 0 && !check_tile(g, level))
			return false;
	prb_tree_root(&g->tree, log_sha256, root);
	if (memcmp(root, checkpoint->root, sizeof root) != 0)
		return log_found(g->outcome, "root",
			"the entries do not lead to the root of the checkpoint");
	return true;
}

bool
log_replay_run(const struct log_replay *replay, struct log_outcome *outcome)
{
	struct growing *g = calloc(1, sizeof *g);
	bool fine;

	if (g == NULL)
		return log_found(outcome, NULL, "there is no memory");
	g->replay = replay;
	g->outcome = outcome;
	prb_str_init(&g->bundle, BUNDLE_BYTES_MAX + 1);
	prb_str_init(&g->tile, TILE_BYTES + 1);
	prb_str_init(&g->scratch, ENTRY_BYTES_MAX + 1);
	fine = run(g);
	prb_str_finish(&g->bundle);
	prb_str_finish(&g->tile);
	prb_str_finish(&g->scratch);
	free(g);
	return fine;
}
