/* SPDX-License-Identifier: Apache-2.0 */

/* Whether a word is written in Hanyu Pinyin: GB/T 16159, the syllables of the Xinhua dictionary's
 * table. */

#include <string.h>

#include "scoring/names/compare.h"

#define SYLLABLE_BYTES_MAX 6

/* Initials, and after each the finals it may have. */
static const struct {
	const char *initial, *finals;
} syllables[] = {
	{"b", " a ai an ang ao ei en eng i ian iao ie in ing o u "},
	{"p", " a ai an ang ao ei en eng i ian iao ie in ing o ou u "},
	{"m", " a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u "},
	{"f", " a an ang ei en eng o ou u "},
	{"d", " a ai an ang ao e ei en eng i ian iao ie ing iu ong ou u uan ui un uo "},
	{"t", " a ai an ang ao e eng i ian iao ie ing ong ou u uan ui un uo "},
	{"n", " a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong ou u uan ue uo "},
	{"l", " a ai an ang ao e ei eng i ia ian iang iao ie in ing iu ong ou u uan ue un uo "},
	{"g", " a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo "},
	{"k", " a ai an ang ao e en eng ong ou u ua uai uan uang ui un uo "},
	{"h", " a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo "},
	{"j", " i ia ian iang iao ie in ing iong iu u uan ue un "},
	{"q", " i ia ian iang iao ie in ing iong iu u uan ue un "},
	{"x", " i ia ian iang iao ie in ing iong iu u uan ue un "},
	{"zh", " a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo "},
	{"ch", " a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo "},
	{"sh", " a ai an ang ao e ei en eng i ou u ua uai uan uang ui un uo "},
	{"r", " an ang ao e en eng i ong ou u ua uan ui un uo "},
	{"z", " a ai an ang ao e ei en eng i ong ou u uan ui un uo "},
	{"c", " a ai an ang ao e en eng i ong ou u uan ui un uo "},
	{"s", " a ai an ang ao e en eng i ong ou u uan ui un uo "},
	{"y", " a an ang ao e i in ing o ong ou u uan ue un "},
	{"w", " a ai an ang ei en eng o u "},
	{"", " a ai an ang ao e ei en er ou "},
};

/* Whether a list of finals with blanks about them holds one. */
static bool
has_final(const char *finals, const char *p, size_t n)
{
	for (const char *at = finals + 1, *end; (end = strchr(at, ' ')) != NULL; at = end + 1)
		if ((size_t)(end - at) == n && memcmp(at, p, n) == 0)
			return true;
	return false;
}

static bool
is_syllable(const char *p, size_t n)
{
	for (size_t i = 0; i < sizeof(syllables) / sizeof(syllables[0]); i++) {
		size_t initial = strlen(syllables[i].initial);

		if (n > initial && memcmp(p, syllables[i].initial, initial) == 0 &&
			has_final(syllables[i].finals, p + initial, n - initial))
			return true;
	}
	return false;
}

bool
prb_name_is_pinyin(struct prb_span word)
{
	uint64_t ends = 1; /* bit i: the first i letters are whole syllables */

	if (word.n < 4 || word.n > 63)
		return false;
	for (size_t i = 0; i < word.n; i++) {
		if ((ends >> i & 1U) == 0)
			continue;
		for (size_t n = 1; n <= SYLLABLE_BYTES_MAX && i + n <= word.n; n++)
			if (is_syllable(word.p + i, n))
				ends |= (uint64_t)1 << (i + n);
	}
	return (ends >> word.n & 1U) != 0;
}
