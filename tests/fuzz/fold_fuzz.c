/* SPDX-License-Identifier: Apache-2.0 */

/* The input is read as a folding table, and a small table is made from it; by each that opens, the
 * input is folded as a text. No table that opens may lead a read outside itself. */

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "scoring/names/fold.h"

#define HEADER_BYTES (16 + 4352 * 2)
#define PAGE_BYTES 1024

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One page for all code points, filled from the input. */
static unsigned char *
make_table(const uint8_t *data, size_t size, size_t *n)
{
	unsigned char *bytes = calloc(1, HEADER_BYTES + PAGE_BYTES + 256);
	size_t strings = size > 255 ? 255 : size;

	if (!bytes)
		abort();
	memcpy(bytes, "PRBF\1\0\0\0\1\0\0\0", 12);
	bytes[12] = (unsigned char)strings;
	for (size_t i = 0; i < 4352; i++)
		bytes[16 + i * 2] = size > 0 && data[i % size] % 2;
	for (size_t i = 0; i < 256; i++) {
		uint8_t a = size > 0 ? data[i % size] : 0;

		memset(bytes + HEADER_BYTES + i * 4, 0xFF, 4);
		if (a % 3 != 0)
			memcpy(bytes + HEADER_BYTES + i * 4,
				(unsigned char[]){a, 0, 0, (unsigned char)(a % 5)}, 4);
	}
	memcpy(bytes + HEADER_BYTES + PAGE_BYTES, data, strings);
	*n = HEADER_BYTES + PAGE_BYTES + strings;
	return bytes;
}

static void
fold_with(const unsigned char *bytes, size_t n, struct prb_span text)
{
	struct prb_fold_table table;
	struct prb_str folded, key;

	if (!prb_fold_table_open(&table, bytes, n))
		return;
	prb_str_init(&folded, 1 << 20);
	prb_str_init(&key, 1 << 20);
	prb_fold(&table, text, &folded);
	prb_fold_key(&table, text, &key);
	assert(folded.failed || key.failed || key.n <= folded.n);
	assert(prb_utf8_check(folded.p ? folded.p : "", folded.n) == folded.n);
	prb_str_finish(&folded);
	prb_str_finish(&key);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct prb_span text = {(const char *)data, size};
	unsigned char *table;
	size_t n;

	fold_with(data, size, text);
	table = make_table(data, size, &n);
	fold_with(table, n, text);
	free(table);
	return 0;
}
