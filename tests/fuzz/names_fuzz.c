/* SPDX-License-Identifier: Apache-2.0 */

/* Two names, parted by the first newline, are taken apart with the tables of a release and
 * compared. */

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/store/release.h"
#include "scoring/names/compare.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct prb_release *
the_release(void)
{
	static struct prb_release *release;
	struct prb_fault fault;

	if (release == NULL && prb_release_open(PROBITY_BINARY_DIR "/share/probity/release.lmdb",
				       &release, &fault) != PRB_OK)
		abort();
	return release;
}

static void
check_name(const struct prb_name *name, struct prb_span text)
{
	uint32_t weight = 0;

	assert(name->count <= PRB_NAME_WORDS_MAX && name->text_n <= PRB_NAME_TEXT_BYTES);
	for (size_t i = 0; i < name->count; i++) {
		const struct prb_name_word *word = &name->words[i];

		assert(word->text.n > 0 && word->from < word->to && word->to <= text.n);
		assert(word->kind != PRB_WORD_LEGAL || word->weight == 0);
		weight += word->weight;
	}
	assert(weight == name->weight);
}

/* No word is used twice, and each that counts is said once. */
static void
check_pieces(
	const struct prb_name *a, const struct prb_name *b, const struct prb_name_pieces *pieces)
{
	unsigned used_a[PRB_NAME_WORDS_MAX] = {0}, used_b[PRB_NAME_WORDS_MAX] = {0};

	for (size_t i = 0; i < pieces->count; i++) {
		const struct prb_name_piece *p = &pieces->items[i];

		assert(p->query_n + p->name_n > 0);
		assert(p->query_at + p->query_n <= (int)a->count);
		assert(p->name_at + p->name_n <= (int)b->count);
		for (size_t k = 0; k < p->query_n; k++)
			used_a[p->query_at + k]++;
		for (size_t k = 0; k < p->name_n; k++)
			used_b[p->name_at + k]++;
	}
	for (size_t i = 0; i < a->count; i++)
		assert(used_a[i] == 1 || a->words[i].kind == PRB_WORD_STOP);
	for (size_t i = 0; i < b->count; i++)
		assert(used_b[i] == 1 || b->words[i].kind == PRB_WORD_STOP);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct prb_fold_table *fold = prb_release_fold(the_release());
	const struct prb_lexicon *lexicon = prb_release_lexicon(the_release());
	const char *text = size > 0 ? (const char *)data : "";
	const char *newline = memchr(text, '\n', size);
	size_t first = newline ? (size_t)(newline - text) : size;
	struct prb_span texts[2] = {
		{text, first}, {newline ? newline + 1 : text, newline ? size - first - 1 : 0}};
	struct prb_name names[2];
	struct prb_name_pieces pieces;
	int32_t similarity;

	for (int i = 0; i < 2; i++) {
		prb_name_parse(&names[i], fold, lexicon, texts[i]);
		check_name(&names[i], texts[i]);
		similarity = prb_names_compare(&names[i], &names[i], &pieces);
		assert(similarity == (names[i].weight > 0 ? PRB_SIMILARITY_MAX : 0));
		check_pieces(&names[i], &names[i], &pieces);
	}
	similarity = prb_names_compare(&names[0], &names[1], &pieces);
	assert(similarity >= 0 && similarity <= PRB_SIMILARITY_MAX);
	check_pieces(&names[0], &names[1], &pieces);
	assert(prb_names_compare(&names[1], &names[0], NULL) == similarity);
	return 0;
}
