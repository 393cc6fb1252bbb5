/* SPDX-License-Identifier: Apache-2.0 */
#include "service/state/pack.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

/* Sealing is what a declaration waits for: the levels above pack a seventh smaller and take half as
 * long again (tests/bench/state_bench). Those below take a fifth less and pack an eighth larger,
 * for as long as the record is kept. */
#define LEVEL (-1)

/* The text that every body is likely to repeat. It never changes: another text is another packing.
 * One member of exactly its length for each row, since no one literal may be as long (C17 5.2.4.1).
 */
#define PRB_NAME_AT(line) at_##line
#define PRB_NAME(line) PRB_NAME_AT(line)
static const struct {
#define PRB_TEXT(text) char PRB_NAME(__LINE__)[sizeof(text) - 1];
#include "service/state/dictionary.def"
#undef PRB_TEXT
} dictionary = {
#define PRB_TEXT(text) text,
#include "service/state/dictionary.def"
#undef PRB_TEXT
};
#define DICTIONARY_BYTES sizeof(dictionary)

struct prb_packer {
	ZSTD_CCtx *context;
	ZSTD_CDict *dictionary;
	struct prb_str joined; /* the spans behind each other: zstd packs one piece fastest */
};

struct prb_unpacker {
	ZSTD_DCtx *context;
	ZSTD_DDict *dictionary;
};

struct prb_packer *
prb_packer_create(void)
{
	struct prb_packer *packer = calloc(1, sizeof(*packer));

	if (!packer)
		return NULL;
	prb_str_init(&packer->joined, PRB_PACK_BYTES_MAX);
	packer->context = ZSTD_createCCtx();
	packer->dictionary = ZSTD_createCDict(&dictionary, DICTIONARY_BYTES, LEVEL);
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

struct prb_span
prb_pack_dictionary(void)
{
	return (struct prb_span){(const char *)&dictionary, DICTIONARY_BYTES};
}

bool
prb_packing_known(uint8_t packing)
{
	return packing == PRB_PACKING_PLAIN || packing == PRB_PACKING_DICTIONARY;
}

struct prb_unpacker *
prb_unpacker_create(void)
{
	struct prb_unpacker *unpacker = calloc(1, sizeof(*unpacker));

	if (!unpacker)
		return NULL;
	unpacker->context = ZSTD_createDCtx();
	unpacker->dictionary = ZSTD_createDDict(&dictionary, DICTIONARY_BYTES);
	if (unpacker->context && unpacker->dictionary)
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
	(void)ZSTD_freeDDict(unpacker->dictionary);
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
		got = ZSTD_decompress_usingDDict(
			unpacker->context, out, n, packed.p, packed.n, unpacker->dictionary);
	return got == n;
}
