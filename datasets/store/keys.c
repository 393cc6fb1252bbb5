/* SPDX-License-Identifier: Apache-2.0 */
#include "datasets/store/keys.h"

#include <string.h>

#include "datasets/store/records.h"
#include "scoring/model/declaration.h"

/* An article and three letters: a shorter word may begin with the same two. */
#define ARABIC_BYTES_MIN 10

static void
add_word(struct prb_span word, size_t start, struct prb_str *out)
{
	if (prb_span_is(word, "the"))
		return;
	if (out->n > start)
		prb_str_add_char(out, ' ');
	prb_str_add_span(out, prb_span_is(word, "st") ? PRB_SPAN("saint") : word);
}

/* An Arabic word stands without its article ("الهند", "هند"; alif with a hamza is often written
 * without), and an h at its end for the letter that it is often written for ("السعوديه"). */
static void
fold_word(const struct prb_fold_table *fold, struct prb_span word, struct prb_str *out)
{
	static const char *const articles[] = {"ال", "أل"};
	struct prb_span h = PRB_SPAN("ه");
	bool ends_in_h;

	for (size_t i = 0; i < sizeof(articles) / sizeof(articles[0]); i++) {
		struct prb_span article = prb_span_of(articles[i]);

		if (word.n < ARABIC_BYTES_MIN || !prb_span_starts(word, article))
			continue;
		word.p += article.n;
		word.n -= article.n;
		break;
	}
	ends_in_h = word.n > h.n && memcmp(word.p + word.n - h.n, h.p, h.n) == 0;
	prb_fold(fold, (struct prb_span){word.p, word.n - (ends_in_h ? h.n : 0)}, out);
	if (ends_in_h)
		prb_fold(fold, PRB_SPAN("ة"), out);
}

void
prb_country_key(const struct prb_fold_table *fold, struct prb_span name, struct prb_str *scratch,
	struct prb_str *out)
{
	size_t start = out->n, from = 0;
	struct prb_span folded;

	prb_str_reset(scratch);
	for (size_t i = 0; i <= name.n; i++) {
		if (i < name.n && name.p[i] != '&' && name.p[i] != ' ')
			continue;
		fold_word(fold, (struct prb_span){name.p + from, i - from}, scratch);
		prb_str_add_text(scratch, i < name.n && name.p[i] == '&' ? " and " : " ");
		from = i + 1;
	}
	folded = prb_span_trim(prb_str_span(scratch));
	for (size_t i = 0, word = 0; i <= folded.n; i++) {
		if (i < folded.n && folded.p[i] != ' ')
			continue;
		if (i > word)
			add_word((struct prb_span){folded.p + word, i - word}, start, out);
		word = i + 1;
	}
}

void
prb_region_key(const char *iso3, char class, struct prb_span name, struct prb_str *out)
{
	prb_str_add_text(out, iso3);
	prb_str_add_text(out, PRB_KEY_SEPARATOR);
	prb_keyword_key(class, name, out);
}

void
prb_keyword_key(char class, struct prb_span word, struct prb_str *out)
{
	prb_str_add_char(out, class);
	prb_str_add_text(out, PRB_KEY_SEPARATOR);
	prb_str_add_span(out, word);
}

bool
prb_hs_normalise(struct prb_span text, char out[11])
{
	size_t n = 0;

	text = prb_hs_bare(text);
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c == '.' || c == ' ')
			continue;
		if (c < '0' || c > '9' || n == 10)
			return false;
		out[n++] = c;
	}
	out[n] = '\0';
	return n >= 2;
}

void
prb_name_owner_write(struct prb_span id, uint8_t kind, struct prb_str *out)
{
	prb_str_add_span(out, id);
	prb_str_add_text(out, PRB_KEY_SEPARATOR);
	prb_str_add_char(out, (char)('0' + kind));
}

bool
prb_name_owner_read(struct prb_span owner, struct prb_span *id, uint8_t *kind)
{
	if (owner.n < 3 || owner.p[owner.n - 2] != PRB_KEY_SEPARATOR[0])
		return false;
	*id = (struct prb_span){owner.p, owner.n - 2};
	*kind = (uint8_t)(owner.p[owner.n - 1] - '0');
	return true;
}
