/* SPDX-License-Identifier: Apache-2.0 */

/* The lines of the input are names of an index, and each is asked of it; then bytes of the index
 * are changed as the first bytes of the input say, and each is asked again. Whatever is damaged,
 * nothing outside is read, and the hits are in order. */

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/entities/search.h"

#define FOLD_BYTES (16 + 4352 * 2)
#define CHANGES_MAX 32
#define NAMES_MAX 64
#define HITS 5

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A table that changes nothing. */
static struct prb_fold_table
plain_fold(void)
{
	static unsigned char bytes[FOLD_BYTES] = "PRBF\1";
	struct prb_fold_table fold;

	if (!prb_fold_table_open(&fold, bytes, sizeof(bytes)))
		abort();
	return fold;
}

static size_t
cut_lines(const uint8_t *data, size_t size, struct prb_span lines[NAMES_MAX])
{
	size_t count = 0, from = 0;

	for (size_t i = 0; i <= size && count < NAMES_MAX; i++)
		if (i == size || data[i] == '\n') {
			lines[count++] = (struct prb_span){(const char *)data + from, i - from};
			from = i + 1;
		}
	return count;
}

static void
ask(const void *bytes, size_t n, const struct prb_fold_table *fold, const struct prb_span *lines,
	size_t count)
{
	static const struct prb_lexicon none;
	struct prb_searcher *searcher;
	struct prb_index index;
	struct prb_hit hits[HITS];
	struct prb_name name;

	if (!prb_index_open(&index, bytes, n))
		return;
	searcher = prb_searcher_create(&index);
	if (searcher == NULL)
		return;
	for (size_t i = 0; i < count; i++) {
		size_t found;

		prb_name_parse(&name, fold, &none, lines[i]);
		found = prb_search(searcher, &name, HITS, hits);
		assert(found <= HITS);
		for (size_t k = 0; k < found; k++) {
			(void)prb_index_text(&index, hits[k].name);
			assert(k == 0 || hits[k - 1].similarity >= hits[k].similarity);
		}
	}
	prb_searcher_destroy(searcher);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned char edition[PRB_INDEX_EDITION_BYTES];
	static const struct prb_lexicon none;
	struct prb_fold_table fold = plain_fold();
	size_t changes = size > 0 ? data[0] % (CHANGES_MAX + 1) : 0, head = 1 + changes * 4, n,
	       count;
	struct prb_index_builder *builder;
	struct prb_span lines[NAMES_MAX];
	unsigned char *bytes;

	if (size < head)
		return 0;
	count = cut_lines(data + head, size - head, lines);
	builder = prb_index_builder_create(&fold, &none);
	if (builder == NULL)
		return 0;
	for (size_t i = 0; i < count; i++)
		prb_index_builder_add(builder, lines[i], PRB_SPAN_NONE);
	n = prb_index_builder_finish(builder, edition);
	bytes = n > 0 ? malloc(n) : NULL;
	if (bytes != NULL) {
		prb_index_builder_write(builder, bytes);
		ask(bytes, n, &fold, lines, count);
		for (size_t i = 0; i < changes; i++) {
			const uint8_t *change = data + 1 + i * 4;
			size_t at = (size_t)change[0] << 16 | (size_t)change[1] << 8 | change[2];

			bytes[at % n] = change[3];
		}
		ask(bytes, n, &fold, lines, count);
	}
	free(bytes);
	prb_index_builder_destroy(builder);
	return 0;
}
