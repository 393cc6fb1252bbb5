/* SPDX-License-Identifier: Apache-2.0 */

/* How a folded word sounds: its consonants, those that romanisations exchange taken for one. */

#include "scoring/names/compare.h"

static bool
is_vowel(char c)
{
	return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u' || c == 'y' || c == 'w';
}

/* One letter, seen with the one before and behind it; 0 for none. Digraphs lose their h ("kh",
 * "sh", "zh"), and "ts" and "ks" their first letter: the scripts they stand for are romanised both
 * ways. Sounds that scripts lack are those they write instead: Arabic b for p, Hebrew b for v,
 * Japanese and Korean one of l and r. j is y in half of Europe, and so no more than a vowel. */
static char
sound_of(char c, char before, char next)
{
	switch (c) {
	case 'c':
		return next == 'e' || next == 'i' || next == 'y' || next == 'h' ? 's' : 'k';
	case 'k':
		return next == 'h' || next == 's' ? 0 : 'k';
	case 't':
		return next == 's' ? 0 : 't';
	case 'q':
		return 'k';
	case 'x':
	case 'z':
		return 's';
	case 'r':
		return 'l';
	case 'p':
	case 'v':
	case 'f':
		return 'b';
	case 'h':
		return before == 0 && next != 0 ? 'h' : 0;
	case 'j':
		return 0;
	default:
		return c;
	}
}

size_t
prb_name_sound(struct prb_span word, char *out, size_t room)
{
	size_t n = 0;
	char last = 0; /* the sound of the letter before */

	for (size_t i = 0; i < word.n && n < room; i++) {
		char c = word.p[i], next = i + 1 < word.n ? word.p[i + 1] : '\0', sound;

		if (is_vowel(c)) {
			last = 0;
			continue;
		}
		sound = sound_of(c, i > 0 ? word.p[i - 1] : '\0', next);
		if (sound != 0 && sound != last)
			out[n++] = sound;
		if (sound != 0)
			last = sound;
	}
	return n;
}

size_t
prb_name_plain(struct prb_span word, char *out, size_t room)
{
	size_t n = 0;

	for (size_t i = 0; i < word.n && n < room; i++) {
		char c = word.p[i], next = i + 1 < word.n ? word.p[i + 1] : '\0';

		if (c == 't' && next == 's')
			c = 'c';
		else if (c == 'k' && next == 'h')
			c = 'h';
		else if (c == 'k' && next == 's')
			c = 'x';
		i += c != word.p[i];
		out[n++] = c;
	}
	return n;
}
