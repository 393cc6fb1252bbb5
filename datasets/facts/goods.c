/* SPDX-License-Identifier: Apache-2.0 */

/* Which headings of the Harmonized System a product stands under: by its code, else by the words of
 * its description. */

#include <stdio.h>
#include <string.h>

#include "datasets/facts/parts.h"

static bool
load_keyword(void *context, struct prb_span key, struct prb_span value)
{
	struct prb_gatherer *g = context;
	struct prb_keyword_record *record = prb_arena_alloc(g->own, sizeof(*record));

	/* class, separator, word */
	if (!record || key.n < 3 || !prb_keyword_read(value, record)) {
		g->failed = true;
		return false;
	}
	prb_phrases_add(g->keywords, key.p[0], (struct prb_span){key.p + 2, key.n - 2}, record);
	return true;
}

enum prb_err
prb_goods_load(struct prb_gatherer *g)
{
	g->keywords = prb_phrases_create(g->own, prb_reader_count(g->reader, PRB_TABLE_KEYWORD));
	if (!g->keywords)
		return PRB_ERR_MEMORY;
	if (!prb_reader_each(g->reader, PRB_TABLE_KEYWORD, load_keyword, g))
		return PRB_ERR_MEMORY;
	return g->failed ? PRB_ERR_RELEASE_DAMAGED : PRB_OK;
}

/* National codes are longer than the table goes: the heading, or the chapter, must be there. */
static void
by_code(struct prb_gathering *gathering, struct prb_span hs, const char *base,
	struct prb_goods_facts *out)
{
	char pointer[PRB_POINTER_BYTES_MAX], code[PRB_HS_BYTES];
	struct prb_span heading = {code, 0};

	(void)snprintf(pointer, sizeof(pointer), "%s/hs", base);
	if (!prb_hs_normalise(hs, code)) {
		prb_gathering_fault(gathering, PRB_ERR_VALUE, pointer,
			"\"%.*s\" is not an HS code: give 2 to 10 digits", PRB_SPAN_ARGS(hs));
		return;
	}
	heading.n = strlen(code) >= 4 ? 4 : 2;
	if (!prb_reader_get(gathering->g->reader, PRB_TABLE_HS, heading).p) {
		prb_gathering_fault(gathering, PRB_ERR_VALUE, pointer,
			"there is no %s %.*s in the Harmonized System of 2022: give a code that "
			"exists, or leave it out",
			heading.n == 4 ? "heading" : "chapter", PRB_SPAN_ARGS(heading));
		return;
	}
	out->basis = PRB_HS_DECLARED;
	out->hs_count = 1;
	memcpy(out->hs[0], code, sizeof(code));
}

/* All prefixes of the words of one basis; false where there are more than fit. */
static bool
unite(const struct prb_match *matches, size_t count, uint8_t basis, struct prb_goods_facts *out)
{
	out->hs_count = 0;
	for (size_t i = 0; i < count; i++) {
		const struct prb_keyword_record *record = matches[i].value;

		for (size_t k = 0; k < record->count && record->basis == basis; k++) {
			bool there = false;

			for (size_t j = 0; j < out->hs_count && !there; j++)
				there = strcmp(out->hs[j], record->prefixes[k]) == 0;
			if (there)
				continue;
			if (out->hs_count == PRB_HS_CODES_MAX)
				return false;
			memcpy(out->hs[out->hs_count++], record->prefixes[k], PRB_HS_BYTES);
		}
	}
	return true;
}

static void
lower_ascii(struct prb_span text, struct prb_str *out)
{
	prb_str_reset(out);
	prb_str_add_span(out, text);
	for (size_t i = 0; i < out->n; i++)
		if (out->p[i] >= 'A' && out->p[i] <= 'Z')
			out->p[i] = (char)(out->p[i] + ('a' - 'A'));
}

static void
by_words(struct prb_gatherer *g, struct prb_span description, struct prb_goods_facts *out)
{
	struct prb_match matches[2 * PRB_MATCHES_MAX];
	bool fits;
	size_t count;

	prb_str_reset(&g->text);
	prb_fold(g->fold, description, &g->text);
	count = prb_phrases_find(g->keywords, PRB_CLASS_WORDS, prb_str_span(&g->text), matches);
	lower_ascii(description, &g->text);
	for (size_t i = 0; i < g->text.n; i++)
		if ((unsigned char)g->text.p[i] >= 0x80) {
			count += prb_phrases_find(g->keywords, PRB_CLASS_GLYPHS,
				prb_str_span(&g->text), matches + count);
			break;
		}
	if (count == 0)
		return;
	fits = unite(matches, count, PRB_HS_KEYWORD, out);
	if (out->hs_count > 0) {
		/* Words that stand for more headings than a product can have say little. */
		out->basis = fits ? PRB_HS_KEYWORD : PRB_HS_BROAD;
		return;
	}
	(void)unite(matches, count, PRB_HS_BROAD, out);
	if (out->hs_count > 0)
		out->basis = PRB_HS_BROAD;
}

void
prb_goods_gather(struct prb_gathering *gathering, struct prb_span hs, struct prb_span description,
	const char *base, struct prb_goods_facts *out)
{
	out->basis = PRB_HS_NONE;
	out->hs_count = 0;
	if (hs.n > 0)
		by_code(gathering, hs, base, out);
	else if (description.n > 0)
		by_words(gathering->g, description, out);
}
