/* SPDX-License-Identifier: Apache-2.0 */

/* How alike two words are: by spelling, by sound, as part of unspaced text. */

#include "scoring/names/alike.h"

#include <string.h>

#define SOUND_BYTES_MAX 24
#define PART_BYTES_MIN 5

/* What one edit takes from a word of n letters: in a short word it makes another word ("Huafu",
 * "Hualu"), in a long one it is a slip. */
static unsigned
edit_cost(size_t n)
{
	const size_t last = sizeof(prb_name_scale.edit) / sizeof(prb_name_scale.edit[0]) - 1;

	return prb_name_scale.edit[n < last ? n : last];
}

static bool
has_vowel(struct prb_span text)
{
	for (size_t i = 0; i < text.n; i++)
		if (memchr("aeiou", text.p[i], 5) != NULL)
			return true;
	return false;
}

/*
 * Consonants alone say little. Where the script writes vowels, the whole words must not be far
 * apart either ("Interloop" is not "Нтехлаб"); where it writes none, there must be three
 * consonants.
 */
static bool
sounds_alike(const struct prb_name_spelling *a, const struct prb_name_spelling *b, bool foreign)
{
	const struct prb_name_spelling *other = a->flags & PRB_NAME_FOREIGN ? a : b;
	size_t most = a->text.n > b->text.n ? a->text.n : b->text.n, n, m;
	unsigned apart;
	char x[SOUND_BYTES_MAX], y[SOUND_BYTES_MAX];

	if (!foreign && (a->text.n < 3 || b->text.n < 3 || a->text.p[0] != b->text.p[0]))
		return false;
	n = prb_name_sound(a->text, x, sizeof(x));
	m = prb_name_sound(b->text, y, sizeof(y));
	if (n != m || n == 0 || memcmp(x, y, n) != 0)
		return false;
	if (!foreign || !has_vowel(other->text))
		return n >= 3 || (foreign && most <= 5);
	apart = (unsigned)(n >= 4 ? most / 2 : 1 + most / 3);
	return prb_name_edits(a->text, b->text, apart) <= apart;
}

static uint32_t
letters_of(struct prb_span text)
{
	uint32_t letters = 0;

	for (size_t i = 0; i < text.n; i++)
		letters |= 1U << ((unsigned char)text.p[i] & 31U);
	return letters;
}

static unsigned
bits_in(uint32_t x)
{
	unsigned n = 0;

	for (; x != 0; x &= x - 1)
		n++;
	return n;
}

static unsigned
spelt_alike(const struct prb_name_spelling *a, const struct prb_name_spelling *b, bool foreign,
	unsigned *edits)
{
	size_t least = a->text.n < b->text.n ? a->text.n : b->text.n;
	size_t most = a->text.n + b->text.n - least;
	unsigned allowed = prb_name_edits_allowed(foreign ? most + 1 : most), cost;

	if (most - least > allowed || bits_in(a->letters ^ b->letters) > 2 * allowed)
		return 0;
	*edits = prb_name_edits(a->text, b->text, allowed);
	if (*edits > allowed)
		return 0;
	cost = *edits * edit_cost(most) / (foreign ? 2 : 1);
	if (a->text.p[0] != b->text.p[0])
		cost += prb_name_scale.first_letter;
	if ((a->flags & b->flags & PRB_NAME_COMPOUND) != 0 ||
		(prb_name_is_pinyin(a->text) && prb_name_is_pinyin(b->text)))
		cost += prb_name_scale.pinyin;
	return cost < PRB_NAME_WHOLE ? PRB_NAME_WHOLE - cost : 0;
}

/* The foreign one as another romanisation has it. */
static unsigned
plainly_alike(const struct prb_name_spelling *a, const struct prb_name_spelling *b, unsigned *edits)
{
	const struct prb_name_spelling *foreign = a->flags & PRB_NAME_FOREIGN ? a : b;
	char text[64];
	struct prb_name_spelling plain = {
		.text = {text, prb_name_plain(foreign->text, text, sizeof(text))},
		.flags = foreign->flags};

	if (plain.text.n == 0 || plain.text.n == foreign->text.n)
		return 0;
	plain.letters = letters_of(plain.text);
	return spelt_alike(&plain, foreign == a ? b : a, true, edits);
}

/* Unspaced text of several words begins or ends with a word of the other name. */
static bool
holds(const struct prb_name_spelling *whole, const struct prb_name_spelling *part)
{
	size_t n = part->text.n;

	return (whole->flags & PRB_NAME_COMPOUND) && n >= PART_BYTES_MIN && n < whole->text.n &&
	       (memcmp(whole->text.p, part->text.p, n) == 0 ||
		       memcmp(whole->text.p + whole->text.n - n, part->text.p, n) == 0);
}

unsigned
prb_words_alike(const struct prb_name_spelling *a, const struct prb_name_spelling *b,
	struct prb_name_piece *piece)
{
	bool foreign = ((a->flags ^ b->flags) & PRB_NAME_FOREIGN) != 0;
	unsigned by_sound = foreign ? prb_name_scale.sound_foreign : prb_name_scale.sound,
		 edits = 0, quality;

	/* Both known and not the same: Hunan is not Henan, "export" is not "expert". */
	if (a->flags & b->flags & PRB_NAME_KNOWN)
		return 0;
	quality = spelt_alike(a, b, foreign, &edits);
	piece->kind = PRB_PIECE_SPELLING;
	piece->edits = (uint8_t)edits;
	/* Nor does one sound like a known word: "Grape" is not "Group". */
	if (!foreign && ((a->flags | b->flags) & PRB_NAME_KNOWN))
		return quality;
	if (quality < by_sound && sounds_alike(a, b, foreign)) {
		quality = by_sound;
		piece->kind = PRB_PIECE_SOUND;
		piece->edits = 0;
	}
	if (foreign && quality < by_sound) {
		unsigned plain = plainly_alike(a, b, &edits);

		if (plain > quality) {
			quality = plain;
			piece->kind = edits == 0 ? PRB_PIECE_SOUND : PRB_PIECE_SPELLING;
			piece->edits = (uint8_t)edits;
		}
	}
	if (quality < prb_name_scale.part && (holds(a, b) || holds(b, a))) {
		quality = prb_name_scale.part;
		piece->kind = PRB_PIECE_JOINED;
		piece->edits = 0;
	}
	return quality;
}

void
prb_name_spell(const struct prb_name *name, struct prb_name_spelling out[PRB_NAME_WORDS_MAX])
{
	for (size_t i = 0; i < name->count; i++)
		out[i] = (struct prb_name_spelling){.text = name->words[i].surface,
			.letters = letters_of(name->words[i].surface),
			.flags = name->words[i].flags};
}
