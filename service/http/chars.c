/* SPDX-License-Identifier: Apache-2.0 */
#include "service/http/chars.h"

#include <string.h>

#define O 0
#define V PRB_CHAR_VALUE
#define T (V | PRB_CHAR_TOKEN)
#define P (V | PRB_CHAR_TARGET)
#define D (P | PRB_CHAR_NAME)
#define A (D | PRB_CHAR_TOKEN)
#define E (A | PRB_CHAR_SPECIAL) /* % */
#define B (P | PRB_CHAR_SPECIAL) /* [ ] */
#define V16 V, V, V, V, V, V, V, V, V, V, V, V, V, V, V, V

/* clang-format off */
const unsigned char prb_chars[256] = {
/*      0  1  2  3  4  5  6  7  8  9  A  B  C  D  E  F */
/* 0 */ O, O, O, O, O, O, O, O, O, V, O, O, O, O, O, O,
/* 1 */ O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O,
/* 2 */ V, A, V, T, A, E, A, A, D, D, A, A, D, A, A, P, /*  !"#$%&'()*+,-./ */
/* 3 */ A, A, A, A, A, A, A, A, A, A, P, D, V, D, V, P, /* 0123456789:;<=>? */
/* 4 */ P, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, /* @ABC */
/* 5 */ A, A, A, A, A, A, A, A, A, A, A, B, V, B, T, A, /* PQRSTUVWXYZ[\]^_ */
/* 6 */ T, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, /* `abc */
/* 7 */ A, A, A, A, A, A, A, A, A, A, A, V, T, V, A, O, /* pqrstuvwxyz{|}~ */
V16, V16, V16, V16, V16, V16, V16, V16,
};
/* clang-format on */

int
prb_char_hex(char c)
{
	if (prb_char_is_digit(c))
		return c - '0';
	c = prb_char_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
prb_text_same(struct prb_span text, const char *other)
{
	for (size_t i = 0; i < text.n; i++) {
		if (other[i] == '\0' || prb_char_lower(text.p[i]) != prb_char_lower(other[i]))
			return false;
	}
	return other[text.n] == '\0';
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct prb_span
prb_text_bare(struct prb_span text)
{
	while (text.n > 0 && is_blank(text.p[0])) {
		text.p++;
		text.n--;
	}
	while (text.n > 0 && is_blank(text.p[text.n - 1]))
		text.n--;
	return text;
}

bool
prb_list_next(struct prb_span *rest, struct prb_span *element)
{
	if (!rest->p)
		return false;
	const char *comma = rest->n > 0 ? memchr(rest->p, ',', rest->n) : NULL;
	size_t n = comma ? (size_t)(comma - rest->p) : rest->n;

	*element = prb_text_bare((struct prb_span){rest->p, n});
	*rest = comma ? (struct prb_span){comma + 1, rest->n - n - 1} : PRB_SPAN_NONE;
	return true;
}

bool
prb_escapes_stand(struct prb_span text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] != '%')
			continue;
		if (text.n - i < 3 || prb_char_hex(text.p[i + 1]) < 0 ||
			prb_char_hex(text.p[i + 2]) < 0)
			return false;
		i += 2;
	}
	return true;
}
