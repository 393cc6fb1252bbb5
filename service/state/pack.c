/* SPDX-License-Identifier: Apache-2.0 */
#include "service/state/pack.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

/* With the trained dictionary the first level takes as long as those below it and packs a fifth
 * smaller; those above take half as long again (tests/bench/state_bench). */
#define LEVEL 1

/* What bodies repeat. It never changes: another text is another packing. One member of exactly its
 * length for each row, since no one literal may be as long (C17 5.2.4.1).
 */
#define PRB_NAME_AT(line) at_##line
#define PRB_NAME(line) PRB_NAME_AT(line)
#define PRB_TEXT(text) char PRB_NAME(__LINE__)[sizeof(text) - 1];
struct text {
#include "service/state/dictionary.def"
};
struct trained {
#include "service/state/dictionary_trained.def"
};
#undef PRB_TEXT
#define PRB_TEXT(text) text,
static const struct text text = {
#include "service/state/dictionary.def"
};
static const struct trained trained = {
#include "service/state/dictionary_trained.def"
};
#undef PRB_TEXT

struct prb_span
prb_pack_dictionary(enum prb_packing packing)
{
	switch (packing) {
	case PRB_PACKING_TEXT:
		return (struct prb_span){(const char *)&text, sizeof(text)};
	case PRB_PACKING_TRAINED:
		return (struct prb_span){(const char *)&trained, sizeof(trained)};
	default:
		return PRB_SPAN_NONE;
	}
}

struct prb_packer {
	ZSTD_CCtx *context;
	ZSTD_CDict *dictionary;
	struct prb_str joined; /* the spans behind each other: zstd packs one piece fastest */
};

struct prb_unpacker {
	ZSTD_DCtx *context;
	ZSTD_DDict *dictionary[PRB_PACKINGS]; /* NULL for that without one */
};

struct prb_packer *
prb_packer_create(void)
{
	struct prb_span dictionary = prb_pack_dictionary(PRB_PACKING);
	struct prb_packer *packer = calloc(1, sizeof(*packer));

	if (!packer)
		return NULL;
	prb_str_init(&packer->joined, PRB_PACK_BYTES_MAX);
	packer->context = ZSTD_createCCtx();
	packer->dictionary = ZSTD_createCDict(dictionary.p, dictionary.n, LEVEL);
	if (packer->context && packer->dictionary &&
		!ZSTD_isError(ZSTD_CCtx_refCDict(packer->context, packer->dictionary)))
		return packer;
	prb_packer_destroy(packer);
	return NULL;
}

void
prb_packer_destroy(struct prb_packer *packer)
{
	if (!packer)
		return;
	(void)ZSTD_freeCCtx(packer->context);
	(void)ZSTD_freeCDict(packer->dictionary);
	prb_str_finish(&packer->joined);
	free(packer);
}

size_t
prb_pack_bound(size_t n)
{
	return ZSTD_compressBound(n);
}

size_t
prb_pack(struct prb_packer *packer, const struct prb_span *spans, size_t count, uint8_t *out,
	size_t room)
{
	size_t n;

	prb_str_reset(&packer->joined);
	for (size_t i = 0; i < count; i++)
		prb_str_add_span(&packer->joined, spans[i]);
	if (packer->joined.failed)
		return 0;
	n = ZSTD_compress2(packer->context, out, room, packer->joined.p, packer->joined.n);
	return ZSTD_isError(n) ? 0 : n;
}

bool
prb_packing_known(uint8_t packing)
{
	return packing >= PRB_PACKING_PLAIN && packing < PRB_PACKINGS;
}

struct prb_unpacker *
prb_unpacker_create(void)
{
	struct prb_unpacker *unpacker = calloc(1, sizeof(*unpacker));
	bool made;

	if (!unpacker)
		return NULL;
	unpacker->context = ZSTD_createDCtx();
	made = unpacker->context != NULL;
	for (int packing = PRB_PACKING_TEXT; packing < PRB_PACKINGS && made; packing++) {
		struct prb_span dictionary = prb_pack_dictionary((enum prb_packing)packing);

		unpacker->dictionary[packing] = ZSTD_createDDict(dictionary.p, dictionary.n);
		made = unpacker->dictionary[packing] != NULL;
	}
	if (made)
		return unpacker;
	prb_unpacker_destroy(unpacker);
	return NULL;
}

void
prb_unpacker_destroy(struct prb_unpacker *unpacker)
{
	if (!unpacker)
		return;
	(void)ZSTD_freeDCtx(unpacker->context);
	for (int packing = 0; packing < PRB_PACKINGS; packing++)
		(void)ZSTD_freeDDict(unpacker->dictionary[packing]);
	free(unpacker);
}

bool
prb_unpack(struct prb_unpacker *unpacker, uint8_t packing, struct prb_span packed, uint8_t *out,
	size_t n)
{
	size_t got;

	assert(prb_packing_known(packing));
	/* zstd takes several frames behind each other for one text; a body is one. */
	if (ZSTD_findFrameCompressedSize(packed.p, packed.n) != packed.n)
		return false;
	if (packing == PRB_PACKING_PLAIN)
		got = ZSTD_decompressDCtx(unpacker->context, out, n, packed.p, packed.n);
	else
		got = ZSTD_decompress_usingDDict(unpacker->context, out, n, packed.p, packed.n,
			unpacker->dictionary[packing]);
	return got == n;
}
