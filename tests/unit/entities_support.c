/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/entities_support.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct prb_release *
entities_release(void)
{
	static struct prb_release *release;
	struct prb_fault fault;

	if (release == NULL && prb_release_open(PROBITY_BINARY_DIR "/share/probity/release.lmdb",
				       &release, &fault) != PRB_OK) {
		fprintf(stderr, "%s\n", fault.detail);
		abort();
	}
	return release;
}

void
entities_parse(struct prb_name *name, const char *text)
{
	prb_name_parse(name, prb_release_fold(entities_release()),
		prb_release_lexicon(entities_release()), prb_span_of(text));
}

void
made_index_init(struct made_index *made, const char *const *names, size_t count)
{
	static const unsigned char edition[PRB_INDEX_EDITION_BYTES] = {1, 2, 3};
	struct prb_index_builder *builder = prb_index_builder_create(
		prb_release_fold(entities_release()), prb_release_lexicon(entities_release()));

	assert(builder != NULL);
	for (size_t i = 0; i < count; i++) {
		char owner[32];

		(void)snprintf(owner, sizeof(owner), "o%zu", i);
		prb_index_builder_add(builder, prb_span_of(names[i]), prb_span_of(owner));
	}
	made->n = prb_index_builder_finish(builder, edition);
	assert(made->n > 0);
	made->bytes = malloc(made->n);
	assert(made->bytes != NULL);
	prb_index_builder_write(builder, made->bytes);
	prb_index_builder_destroy(builder);
	if (!prb_index_open(&made->index, made->bytes, made->n))
		abort();
}

void
made_index_finish(struct made_index *made)
{
	free(made->bytes);
}

uint32_t
entities_random(uint64_t *state, uint32_t below)
{
	*state = *state * 6364136223846793005U + 1442695040888963407U;
	return (uint32_t)(*state >> 33) % below;
}

static void
add_word(char *out, const char *word)
{
	if (out[0] != '\0')
		strcat(out, " ");
	strcat(out, word);
}

static void
add_made_up(uint64_t *state, char *out)
{
	static const char *const begins[] = {"b", "ch", "d", "f", "g", "h", "j", "k", "l", "m", "n",
		"p", "r", "sh", "t", "v", "x", "z"};
	static const char *const ends[] = {
		"a", "an", "e", "en", "i", "in", "o", "ong", "u", "ar", "el"};
	char word[32] = "";
	uint32_t syllables = 2 + entities_random(state, 3);

	for (uint32_t i = 0; i < syllables; i++) {
		strcat(word, begins[entities_random(state, sizeof(begins) / sizeof(begins[0]))]);
		strcat(word, ends[entities_random(state, sizeof(ends) / sizeof(ends[0]))]);
	}
	add_word(out, word);
}

void
entities_random_name(uint64_t *state, char *out)
{
	static const char *const places[] = {
		"Xinjiang", "Hotan", "Aksu", "Dhaka", "Istanbul", "Guangdong", "Karachi"};
	static const char *const trades[] = {"Textile", "Garment", "Trading", "Shoes", "Cotton",
		"Industry", "Group", "International", "Electronics", "Foods"};
	static const char *const forms[] = {"Co., Ltd", "LLC", "GmbH", "S.A.", "Sdn Bhd", "JSC"};

	out[0] = '\0';
	if (entities_random(state, 2) == 0)
		add_word(out, places[entities_random(state, sizeof(places) / sizeof(places[0]))]);
	for (uint32_t i = entities_random(state, 2); i < 2; i++)
		add_made_up(state, out);
	for (uint32_t i = entities_random(state, 3); i > 0; i--)
		add_word(out, trades[entities_random(state, sizeof(trades) / sizeof(trades[0]))]);
	if (entities_random(state, 4) != 0)
		add_word(out, forms[entities_random(state, sizeof(forms) / sizeof(forms[0]))]);
}

void
entities_misspell(uint64_t *state, const char *name, char *out)
{
	size_t n = strlen(name), at;
	int tries = 100;

	strcpy(out, name);
	if (n < 5)
		return;
	/* A letter with two letters on either side: inside a word of five or more. */
	do {
		at = 2 + entities_random(state, (uint32_t)n - 4);
	} while (--tries > 0 && (strcspn(name + at - 2, " .,") < 5));
	if (tries == 0)
		return;
	switch (entities_random(state, 4)) {
	case 0:
		out[at] = (char)('a' + entities_random(state, 26));
		break;
	case 1:
		memmove(out + at, out + at + 1, n - at);
		break;
	case 2:
		memmove(out + at + 1, out + at, n - at + 1);
		break;
	default:
		out[at] = name[at + 1];
		out[at + 1] = name[at];
	}
}
