/* SPDX-License-Identifier: Apache-2.0 */
#include "datasets/store/keys.h"

#include <string.h>

#include "datasets/store/records.h"

static void
add_word(struct prb_span word, size_t start, struct prb_str *out)
{
	if (prb_span_is(word, "the"))
		return;
	if (out->n > start)
		prb_str_add_char(out, ' ');
	prb_str_add_span(out, prb_span_is(word, "st") ? PRB_SPAN("saint") : word);
}

void
prb_country_key(const struct prb_fold_table *fold, struct prb_span name, struct prb_str *scratch,
	struct prb_str *out)
{
	size_t start = out->n, from = 0;
	struct prb_span folded;

	prb_str_reset(scratch);
	for (size_t i = 0; i <= name.n; i++) {
		if (i < name.n && name.p[i] != '&')
			continue;
		if (from > 0)
			prb_str_add_text(scratch, " and ");
		prb_fold(fold, (struct prb_span){name.p + from, i - from}, scratch);
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

static bool
bare(struct prb_span text, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c >= 'a' && c <= 'z')
			c = (char)(c - ('a' - 'A'));
		if ((c < '0' || c > '9') && (c < 'A' || c > 'Z'))
			continue;
		if (n == PRB_IDENTIFIER_BYTES_MAX)
			return false;
		out[n++] = c;
	}
	out[n] = '\0';
	return n > 0;
}

static bool
all_digits(const char *p, size_t n)
{
	return strlen(p) == n && strspn(p, "0123456789") == n;
}

/* ISO 17442 section 5: ISO 7064 MOD 97-10 over the twenty characters, letters as 10 to 35. */
static bool
lei_holds(const char *p)
{
	unsigned rest = 0;

	if (strlen(p) != 20)
		return false;
	for (size_t i = 0; i < 20; i++) {
		if (p[i] >= 'A')
			rest = (rest * 100 + (unsigned)(p[i] - 'A') + 10) % 97;
		else
			rest = (rest * 10 + (unsigned)(p[i] - '0')) % 97;
	}
	return rest == 1;
}

/* GS1 General Specifications section 7.9: weights 1 and 3 in turn, thirteen digits. */
static bool
gln_holds(const char *p)
{
	unsigned sum = 0;

	if (!all_digits(p, 13))
		return false;
	for (size_t i = 0; i < 13; i++)
		sum += (unsigned)(p[i] - '0') * (i % 2 == 0 ? 1 : 3);
	return sum % 10 == 0;
}

static unsigned
cnpj_digit(const char *p, size_t n)
{
	unsigned sum = 0, rest;

	/* Weights 2 to 9 from the right, again from 2; letters (allowed from July 2026) count as
	 * their ASCII code less 48 (Receita Federal, Instrucao Normativa 2.229/2024). */
	for (size_t i = 0; i < n; i++)
		sum += (unsigned)(p[n - 1 - i] - '0') * (unsigned)(2 + i % 8);
	rest = sum % 11;
	return rest < 2 ? 0 : 11 - rest;
}

static bool
cnpj_holds(const char *p)
{
	return strlen(p) == 14 && all_digits(p + 12, 2) &&
	       cnpj_digit(p, 12) == (unsigned)(p[12] - '0') &&
	       cnpj_digit(p, 13) == (unsigned)(p[13] - '0');
}

bool
prb_identifier_normalise(enum prb_scheme scheme, struct prb_span text,
	char out[PRB_IDENTIFIER_BYTES_MAX + 1], const char **reason)
{
	*reason = "it holds no letters or digits, or more than 64";
	if (!bare(text, out))
		return false;
	switch (scheme) {
	case PRB_SCHEME_LEI:
		*reason = "a LEI has 20 letters and digits, the last two of them check digits (ISO "
			  "17442)";
		return lei_holds(out);
	case PRB_SCHEME_GLN:
		*reason = "a GLN has 13 digits, the last of them a check digit (GS1)";
		return gln_holds(out);
	case PRB_SCHEME_DUNS:
		*reason = "a D-U-N-S number has 9 digits";
		return all_digits(out, 9);
	case PRB_SCHEME_CNPJ:
		*reason = "a CNPJ has 14 characters, the last two of them check digits";
		return cnpj_holds(out);
	default:
		return true;
	}
}

void
prb_identifier_key(enum prb_scheme scheme, const char *bare_form, struct prb_str *out)
{
	prb_str_add_text(out, prb_words_text(&prb_words_scheme, (uint8_t)scheme));
	prb_str_add_text(out, PRB_KEY_SEPARATOR);
	prb_str_add_text(out, bare_form);
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
