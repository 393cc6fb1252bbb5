/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/log_support.h"

#include <stdio.h>
#include <stdlib.h>

#include <sodium.h>

void
log_sha256(uint8_t out[PRB_SHA256_BYTES], const void *bytes, size_t n)
{
	(void)crypto_hash_sha256(out, bytes, n);
}

uint64_t
log_draw(uint64_t *state)
{
	uint64_t z = *state += 0x9E3779B97F4A7C15U;

	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9U;
	z = (z ^ z >> 27) * 0x94D049BB133111EBU;
	return z ^ z >> 31;
}

bool
grove_init(struct grove *grove, uint64_t room)
{
	*grove = (struct grove){.room = room};
	for (int height = 0; height < GROVE_HEIGHTS; height++) {
		grove->nodes[height] = calloc((room >> height) + 1, sizeof grove->nodes[height][0]);
		if (grove->nodes[height] == NULL)
			return false;
	}
	return true;
}

void
grove_finish(struct grove *grove)
{
	for (int height = 0; height < GROVE_HEIGHTS; height++)
		free(grove->nodes[height]);
	*grove = (struct grove){.room = 0};
}

static void
keep(void *context, unsigned height, uint64_t index, const uint8_t hash[PRB_SHA256_BYTES])
{
	struct grove *grove = context;

	memcpy(grove->nodes[height][index], hash, PRB_SHA256_BYTES);
}

void
grove_append(struct grove *grove, const uint8_t leaf[PRB_SHA256_BYTES])
{
	memcpy(grove->nodes[0][grove->tree.size], leaf, PRB_SHA256_BYTES);
	prb_tree_append(&grove->tree, log_sha256, leaf, keep, grove);
}

void
grove_grow(struct grove *grove, uint64_t n, uint64_t seed)
{
	for (uint64_t i = 0; i < n; i++) {
		uint64_t both[2] = {grove->tree.size, seed};
		uint8_t leaf[PRB_SHA256_BYTES];

		log_sha256(leaf, both, sizeof both);
		grove_append(grove, leaf);
	}
}

static bool
node(void *context, unsigned height, uint64_t index, uint8_t out[PRB_SHA256_BYTES])
{
	struct grove *grove = context;

	grove->reads++;
	if (height >= GROVE_HEIGHTS || index >= grove->tree.size >> height)
		return false;
	memcpy(out, grove->nodes[height][index], PRB_SHA256_BYTES);
	return true;
}

struct prb_tree_source
grove_source(struct grove *grove)
{
	return (struct prb_tree_source){node, grove, log_sha256};
}

void
grove_root_by_definition(
	const struct grove *grove, uint64_t from, uint64_t to, uint8_t out[PRB_SHA256_BYTES])
{
	uint8_t left[PRB_SHA256_BYTES], right[PRB_SHA256_BYTES];
	uint64_t half = 1;

	if (to - from == 0) {
		log_sha256(out, "", 0);
		return;
	}
	if (to - from == 1) {
		memcpy(out, grove->nodes[0][from], PRB_SHA256_BYTES);
		return;
	}
	while (half * 2 < to - from)
		half *= 2;
	grove_root_by_definition(grove, from, from + half, left);
	grove_root_by_definition(grove, from + half, to, right);
	prb_tree_node(log_sha256, left, right, out);
}

bool
log_signer_make(
	const char *name, enum prb_note_algorithm algorithm, uint8_t seed, struct log_signer *out)
{
	uint8_t public_key[32], bytes[32];

	memset(bytes, seed, sizeof bytes);
	(void)crypto_sign_seed_keypair(public_key, out->secret, bytes);
	return prb_note_key_fill(name, algorithm, public_key, &out->key, NULL) == PRB_OK;
}

bool
log_vector(const char *name, struct prb_str *out)
{
	char path[1024], piece[4096];
	FILE *file;
	size_t n;

	(void)snprintf(path, sizeof path, "%s/tests/unit/vectors/%s", PROBITY_SOURCE_DIR, name);
	file = fopen(path, "rb");
	if (file == NULL)
		return false;
	while ((n = fread(piece, 1, sizeof piece, file)) > 0)
		prb_str_add(out, piece, n);
	(void)fclose(file);
	return !out->failed;
}
