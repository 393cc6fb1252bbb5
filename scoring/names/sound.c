/* SPDX-License-Identifier: Apache-2.0 */

/* How a folded word sounds: its consonants, those that romanisations exchange taken for one. */

#include "scoring/names/compare.h"

static bool
is_vowel(char c)
{
	return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u' || c == 'y' || c == 'w';
}

/* One letter, seen with the one behind it; 0 for none. Digraphs lose their h ("kh", "sh", "zh"):
 * the scripts they stand for are romanised both ways. Sounds that scripts lack are those they write
 * instead: Arabic b for p, Hebrew b for v, Japanese and Korean one of l and r. */
static char
sound_of(char c, char next)
{
	switch (c) {
	case 'c':
		return next == 'e' || next == 'i' || next == 'y' || next == 'h' ? 's' : 'k';
	case 'q':
		return 'k';
	case 'z':
		return 's';
	case 'r':
		return 'l';
	case 'p':
	case 'v':
	case 'f':
		return 'b';
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
	char last = 0; /* the sound of the letter before */

	for (size_t i = 0; i < word.n && n < room; i++) {
		char c = word.p[i], next = i + 1 < word.n ? word.p[i + 1] : '\0', sound;

		if (is_vowel(c)) {
			last = 0;
			continue;
		}
		if (c == 'x' && i > 0) { /* "Yandex"; the x of Pinyin is an s */
			if (last != 'k')
				out[n++] = 'k';
			c = 's';
		}
		sound = i == 0 && c == 'h' ? 'h' : c == 'x' ? 's' : sound_of(c, next);
		if (sound != 0 && sound != last && n < room)
			out[n++] = sound;
		if (sound != 0)
			last = sound;
	}
	return n;
}
