/* SPDX-License-Identifier: Apache-2.0 */

/* How a folded word sounds: its consonants, those that romanisations exchange taken for one. */

#include "scoring/names/compare.h"

static bool
is_vowel(char c)
{
	return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u' || c == 'y' || c == 'w';
}

/* One letter, seen with the one behind it; 0 for none. Digraphs lose their h ("kh", "sh", "zh"):
 * the scripts they stand for are romanised both ways. */
static char
sound_of(char c, char next)
{
	switch (c) {
	case 'c':
		return next == 'e' || next == 'i' || next == 'y' || next == 'h' ? 's' : 'k';
	case 'q':
		return 'k';
	case 'x':
	case 'z':
		return 's';
	case 'r': /* Japanese and Korean have one sound for both */
		return 'l';
	case 'p':
		return next == 'h' ? 'f' : 'p';
	case 'j':
		return 'g';
	case 'h':
		return 0;
	default:
		return c;
	}
}

size_t
prb_name_sound(struct prb_span word, char *out, size_t room)
{
	size_t n = 0;

	for (size_t i = 0; i < word.n && n < room; i++) {
		char c = word.p[i], next = i + 1 < word.n ? word.p[i + 1] : '\0', sound;

		if (is_vowel(c)) {
			if (i == 0)
				out[n++] = 'a'; /* that it begins with a vowel is heard */
			continue;
		}
		sound = i == 0 && c == 'h' ? 'h' : sound_of(c, next);
		if (sound != 0 && (n == 0 || out[n - 1] != sound))
			out[n++] = sound;
	}
	return n;
}
