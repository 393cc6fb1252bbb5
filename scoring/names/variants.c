/* SPDX-License-Identifier: Apache-2.0 */

/* Several names in one text, as notices and supplier lists write them. */

#include "scoring/names/name.h"

/* In the order in which they are tried: a longer one before its beginning. */
static const char *const markers[] = {"formerly known as", "formerly", "previously known as",
	"f/k/a", "f.k.a.", "fka", "also known as", "a/k/a", "a.k.a.", "aka", "doing business as",
	"d/b/a", "trading as"};

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool
is_letter(char c)
{
	return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') ||
	       (unsigned char)c >= 0x80;
}

/* The bytes of the marker at p; 0 where there is none. */
static size_t
marker_at(const char *p, size_t left)
{
	for (size_t i = 0; i < sizeof(markers) / sizeof(markers[0]); i++) {
		const char *marker = markers[i];
		size_t n = 0;

		while (n < left && marker[n] != '\0' && lower(p[n]) == marker[n])
			n++;
		if (marker[n] == '\0' && n < left && !is_letter(p[n]))
			return n;
	}
	return 0;
}

static bool
is_edge(char c)
{
	return c == ' ' || c == '(' || c == ')' || c == '[' || c == ']' || c == ',' || c == ';' ||
	       c == ':' || c == '"' || c == '-';
}

static struct prb_span
without_edges(struct prb_span text)
{
	while (text.n > 0 && is_edge(text.p[0])) {
		text.p++;
		text.n--;
	}
	while (text.n > 0 && is_edge(text.p[text.n - 1]))
		text.n--;
	return text;
}

size_t
prb_name_variants(struct prb_span text, struct prb_span variants[PRB_NAME_VARIANTS_MAX])
{
	size_t count = 0, from = 0;

	for (size_t i = 1; i < text.n && count + 1 < PRB_NAME_VARIANTS_MAX; i++) {
		size_t n = is_edge(text.p[i - 1]) ? marker_at(text.p + i, text.n - i) : 0;
		struct prb_span before;

		if (n == 0)
			continue;
		before = without_edges((struct prb_span){text.p + from, i - from});
		if (before.n > 0)
			variants[count++] = before;
		from = i + n;
		i = from;
	}
	if (from == 0) {
		variants[0] = text;
		return 1;
	}
	variants[count] = without_edges((struct prb_span){text.p + from, text.n - from});
	if (variants[count].n > 0)
		count++;
	if (count == 0)
		variants[count++] = text;
	return count;
}
