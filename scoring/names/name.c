/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/names/name.h"

#include <string.h>

#include "scoring/names/segment.h"

#define PARTS_MAX 64
#define WORD_BYTES_MAX 64
/* A name with less distinctive weight than one word of three letters has, or of one short word
 * alone, may be anybody's. */
#define GENERIC_WEIGHT_MIN 75
#define GENERIC_WORD_BYTES_MIN 6
#define LONE_WORD_BYTES_MIN 9 /* without a legal form */

/* A run of characters between separators, or a known word inside unspaced text. */
struct part {
	uint16_t at, n;    /* in the name's folded text */
	uint16_t from, to; /* in the original */
	bool foreign;
	bool unspaced; /* of a script that sets no blanks: joins no neighbour */
	bool known;    /* `entry` was found as native text */
	struct prb_word_entry entry;
};

struct parser {
	struct prb_name *name;
	const struct prb_fold_table *fold;
	const struct prb_lexicon *lexicon;
	struct prb_span text;
	size_t parts_count;
	bool open; /* the last part still grows */
	struct part parts[PARTS_MAX];
	struct prb_span forms[PRB_NAME_WORDS_MAX]; /* beside the name's words */
	bool anywhere[PRB_NAME_WORDS_MAX];
};

/* Pinyin says how Han is read: nothing of it is unsure, as vowels of other scripts are. */
static bool
is_han(uint32_t c)
{
	return (c >= 0x3400 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) || c >= 0x20000;
}

static bool
is_latin(uint32_t c)
{
	return c < 0x0370 || (c >= 0x1D00 && c <= 0x1EFF) || (c >= 0x2000 && c <= 0x218F) ||
	       (c >= 0x2460 && c <= 0x24FF) || (c >= 0x2C60 && c <= 0x2C7F) ||
	       (c >= 0xA720 && c <= 0xA7FF) || (c >= 0xFF00 && c <= 0xFF5E);
}

/* Inside a word these say nothing: "Int'l", "L’Oréal". */
static bool
is_apostrophe(uint32_t c)
{
	return c == '\'' || c == '`' || c == 0x2018 || c == 0x2019 || c == 0x02BC || c == 0x00B4;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static struct part *
begin_part(struct parser *p, size_t from, bool unspaced)
{
	struct part *part;

	if (p->parts_count == PARTS_MAX) {
		p->name->truncated = true;
		return NULL;
	}
	part = &p->parts[p->parts_count++];
	*part = (struct part){
		.at = (uint16_t)p->name->text_n, .from = (uint16_t)from, .unspaced = unspaced};
	return part;
}

/* Adds folded text to the part that grows, or to a new one; false where there is no room. */
static bool
grow_part(struct parser *p, struct prb_span folded, size_t from, size_t to, bool unspaced)
{
	struct part *part = p->open ? &p->parts[p->parts_count - 1] : NULL;

	if (p->name->text_n + folded.n > PRB_NAME_TEXT_BYTES) {
		p->name->truncated = true;
		return false;
	}
	if (!part || part->unspaced != unspaced || part->n + folded.n > WORD_BYTES_MAX)
		part = begin_part(p, from, unspaced);
	if (!part)
		return false;
	memcpy(p->name->text + p->name->text_n, folded.p, folded.n);
	p->name->text_n += folded.n;
	part->n = (uint16_t)(part->n + folded.n);
	part->to = (uint16_t)to;
	p->open = true;
	return true;
}

/* Unknown text of an unspaced script, folded character by character into one part. */
static void
read_unknown(struct parser *p, size_t from, size_t to)
{
	struct prb_span folded;
	uint32_t c;

	p->open = false;
	for (size_t i = from, n; i < to; i += n) {
		n = prb_fold_character(p->fold, p->text.p + i, to - i, &c, &folded);
		if (!folded.p)
			p->open = false;
		else if (folded.n > 0 && grow_part(p, folded, i, i + n, true) && !is_han(c))
			p->parts[p->parts_count - 1].foreign = true;
	}
	p->open = false;
}

/* Reads a run of unspaced text; returns its bytes. */
static size_t
read_unspaced(struct parser *p, size_t at)
{
	struct prb_segment pieces[PRB_SEGMENT_CHARACTERS_MAX];
	size_t n = prb_segment(p->lexicon, p->text, at, pieces);

	for (size_t i = 0; i < n; i++) {
		struct part *part;

		if (!pieces[i].known) {
			read_unknown(p, pieces[i].from, pieces[i].to);
			continue;
		}
		part = begin_part(p, pieces[i].from, true);
		if (!part)
			break;
		part->to = (uint16_t)pieces[i].to;
		part->known = true;
		part->entry = pieces[i].entry;
	}
	p->open = false;
	return pieces[n - 1].to - at;
}

static void
read_parts(struct parser *p)
{
	struct prb_span folded;
	uint32_t c;

	for (size_t i = 0; i < p->text.n && !p->name->truncated;) {
		size_t n = prb_fold_character(p->fold, p->text.p + i, p->text.n - i, &c, &folded);

		if (prb_script_is_unspaced_at(c)) {
			i += read_unspaced(p, i);
			continue;
		}
		if (is_apostrophe(c)) {
			i += n;
			continue;
		}
		if (!folded.p)
			p->open = false;
		else if (folded.n > 0 && grow_part(p, folded, i, i + n, false) && !is_latin(c))
			p->parts[p->parts_count - 1].foreign = true;
		i += n;
	}
}

/* "No2", "KL1": letters and digits are words of their own, however they were written; not in words
 * such as "2nd" and "E2". */
static void
split_digits(struct parser *p)
{
	for (size_t i = 0; i < p->parts_count && p->parts_count < PARTS_MAX; i++) {
		struct part *part = &p->parts[i];
		const char *text = p->name->text + part->at;
		struct prb_word_entry entry;
		uint16_t n = 1;

		if (part->known || part->unspaced)
			continue;
		while (n < part->n && is_digit(text[n]) == is_digit(text[0]))
			n++;
		if (n >= part->n || (n == 1 && !is_digit(text[0])) ||
			prb_lexicon_find(p->lexicon, text, part->n, &entry))
			continue;
		memmove(part + 2, part + 1, (p->parts_count - i - 1) * sizeof(*part));
		p->parts_count++;
		part[1] = part[0];
		part[0].n = n;
		part[1].at = (uint16_t)(part->at + n);
		part[1].n = (uint16_t)(part[1].n - n);
	}
}

uint8_t
prb_name_weight(enum prb_word_kind kind, size_t n)
{
	static const uint8_t core[] = {0, 30, 55, 75, 90};

	switch (kind) {
	case PRB_WORD_CORE:
		return n < sizeof(core) ? core[n] : 100;
	case PRB_WORD_TRADE:
		return 25;
	case PRB_WORD_PLACE:
		return 35;
	case PRB_WORD_NUMBER:
		return 50;
	case PRB_WORD_UNIT:
		return 12;
	case PRB_WORD_STOP:
	case PRB_WORD_LEGAL:
	case PRB_WORD_KINDS:
		break;
	}
	return 0;
}

static bool
all_digits(struct prb_span text)
{
	for (size_t i = 0; i < text.n; i++)
		if (!is_digit(text.p[i]))
			return false;
	return text.n > 0;
}

static bool
is_letter_part(const struct parser *p, size_t i)
{
	return i < p->parts_count && !p->parts[i].unspaced && p->parts[i].n == 1 &&
	       !is_digit(p->name->text[p->parts[i].at]);
}

/* The longest known word of the parts from `first` on; returns how many it takes, 0 for none. */
static size_t
find_joined(const struct parser *p, size_t first, struct prb_word_entry *entry)
{
	const char *key = p->name->text + p->parts[first].at;
	size_t most = prb_lexicon_joined_words_max(p->lexicon), found = 0, n = 0;
	uint32_t hash = PRB_LEXICON_HASH_NONE;
	bool long_part = false;
	struct prb_word_entry one;

	for (size_t k = 0; k < most && first + k < p->parts_count; k++) {
		const struct part *part = &p->parts[first + k];

		if (part->known || (part->unspaced && k > 0))
			break;
		hash = prb_lexicon_hash_more(hash, p->name->text + part->at, part->n);
		n += part->n;
		long_part = long_part || part->n >= 4;
		/* "Industria S.A." holds no "industrias". */
		if ((k == 0 || part->n > 1 || !long_part) &&
			prb_lexicon_find_hashed(p->lexicon, hash, key, n, &one)) {
			found = k + 1;
			*entry = one;
		}
		if (part->unspaced)
			break;
	}
	return found;
}

static struct prb_span
without_zeros(struct prb_span digits)
{
	while (digits.n > 1 && digits.p[0] == '0') {
		digits.p++;
		digits.n--;
	}
	return digits;
}

/* How a known word of an unspaced script is read: "shishang" for 时尚, which somebody may write so.
 * Empty where there is no room left. */
static struct prb_span
fold_native(struct parser *p, size_t from, size_t to)
{
	struct prb_name *name = p->name;
	size_t at = name->text_n;
	struct prb_span folded;
	uint32_t c;

	while (from < to) {
		from += prb_fold_character(
			p->fold, p->text.p + from, p->text.n - from, &c, &folded);
		if (folded.n > PRB_NAME_TEXT_BYTES - name->text_n)
			return PRB_SPAN_NONE;
		if (folded.n > 0)
			memcpy(name->text + name->text_n, folded.p, folded.n);
		name->text_n += folded.n;
	}
	return (struct prb_span){name->text + at, name->text_n - at};
}

/* A word of parts first..first + n - 1, known to the lexicon or not. */
static void
add_word(struct parser *p, size_t first, size_t n, const struct prb_word_entry *entry)
{
	struct prb_name *name = p->name;
	const struct part *a = &p->parts[first], *z = &p->parts[first + n - 1];
	struct prb_name_word *word;

	if (name->count == PRB_NAME_WORDS_MAX) {
		name->truncated = true;
		return;
	}
	word = &name->words[name->count];
	p->forms[name->count] = entry ? entry->form : PRB_SPAN_NONE;
	p->anywhere[name->count] = entry && entry->form_anywhere;
	*word = (struct prb_name_word){.from = a->from,
		.to = z->to,
		.kind = entry ? entry->kind : PRB_WORD_CORE,
		.flags = (uint8_t)((a->foreign ? PRB_NAME_FOREIGN : 0) |
				   (a->unspaced && !a->known ? PRB_NAME_COMPOUND : 0)),
		.text = {name->text + a->at, (size_t)(z->at + z->n - a->at)}};
	word->surface = word->text;
	if (entry && (entry->kind != PRB_WORD_CORE || a->known)) {
		word->text = entry->concept;
		word->flags |=
			(uint8_t)(PRB_NAME_KNOWN | (entry->expanded ? PRB_NAME_EXPANDED : 0));
	}
	if (a->known)
		word->surface = fold_native(p, a->from, a->to);
	if (word->surface.n == 0)
		word->surface = word->text;
	if (word->text.n > WORD_BYTES_MAX)
		word->text.n = WORD_BYTES_MAX;
	if (word->surface.n > WORD_BYTES_MAX)
		word->surface.n = WORD_BYTES_MAX;
	if (all_digits(word->text)) {
		word->kind = PRB_WORD_NUMBER;
		word->text = without_zeros(word->text);
	}
	name->count++;
}

/* "Agricultura E S.A.": an "e" or "y" between blanks is a word that joins, no initial. */
static bool
is_and(const struct parser *p, size_t i)
{
	const struct part *part = &p->parts[i];
	char letter = p->name->text[part->at];

	return i > 0 && (letter == 'e' || letter == 'y') && part->from > 0 &&
	       p->text.p[part->from - 1] == ' ' && part->to < p->text.n &&
	       p->text.p[part->to] == ' ';
}

/* How many parts from `first` on are single letters, words that join ("G and G") between them
 * passed over; `letters` is set to how many of them are letters. */
static size_t
letter_run(const struct parser *p, size_t first, size_t *letters)
{
	struct prb_word_entry entry;
	size_t n = 0;

	*letters = 0;
	while (is_letter_part(p, first + n) && !is_and(p, first + n)) {
		n++;
		++*letters;
		if (is_letter_part(p, first + n + 1) && !p->parts[first + n].known &&
			p->parts[first + n].n > 1 &&
			prb_lexicon_find(p->lexicon, p->name->text + p->parts[first + n].at,
				p->parts[first + n].n, &entry) &&
			entry.kind == PRB_WORD_STOP)
			n++;
	}
	return n;
}

/* Letters that stand together are one word: "A.B.C.", "A B C" and "ABC" are the same. */
static void
add_initials(struct parser *p, size_t first, size_t n)
{
	struct prb_name *name = p->name;
	size_t at = name->text_n;

	for (size_t i = first; i < first + n; i++)
		if (is_letter_part(p, i) && name->text_n < PRB_NAME_TEXT_BYTES)
			name->text[name->text_n++] = name->text[p->parts[i].at];
	if (name->count == PRB_NAME_WORDS_MAX || name->text_n - at < 2) {
		name->truncated = true;
		return;
	}
	add_word(p, first, n, NULL);
	name->words[name->count - 1].text = (struct prb_span){name->text + at, name->text_n - at};
	name->words[name->count - 1].surface = name->words[name->count - 1].text;
}

/* "E-2" and "E 2" are "E2". */
static bool
is_letter_and_number(const struct parser *p, size_t first)
{
	const struct part *number = &p->parts[first] + 1;

	return is_letter_part(p, first) && first + 1 < p->parts_count && !number->known &&
	       !number->unspaced && number->n > 0 && number->n <= 4 &&
	       is_digit(p->name->text[number->at]) && number->from - p->parts[first].to <= 1 &&
	       all_digits((struct prb_span){p->name->text + number->at, number->n});
}

static void
read_words(struct parser *p)
{
	for (size_t i = 0; i < p->parts_count;) {
		struct prb_word_entry entry;
		size_t n, run, letters;

		if (p->parts[i].known) {
			add_word(p, i, 1, &p->parts[i].entry);
			i++;
			continue;
		}
		if (is_letter_and_number(p, i) && (i == 0 || !is_letter_part(p, i - 1))) {
			add_word(p, i, 2, NULL);
			i += 2;
			continue;
		}
		n = find_joined(p, i, &entry);
		run = letter_run(p, i, &letters);
		if (letters >= 2 && (n < run || entry.form.n == 0)) {
			add_initials(p, i, run);
			i += run;
			continue;
		}
		add_word(p, i, n > 0 ? n : 1, n > 0 ? &entry : NULL);
		i += n > 0 ? n : 1;
	}
}

static bool
is_transparent(const struct prb_name_word *word)
{
	return word->kind == PRB_WORD_STOP || word->kind == PRB_WORD_PLACE ||
	       word->kind == PRB_WORD_NUMBER || word->kind == PRB_WORD_UNIT;
}

/* Whether a distinctive word that is not marked as a form stands behind the first `from` words. */
static bool
has_core_behind(const struct parser *p, size_t from, uint32_t legal)
{
	for (size_t i = from; i < p->name->count; i++)
		if (p->name->words[i].kind == PRB_WORD_CORE && !(legal & (1U << i)))
			return true;
	return false;
}

/* The words that are legal forms where they stand, as bits. */
static uint32_t
find_forms(const struct parser *p)
{
	const struct prb_name *name = p->name;
	uint32_t legal = 0;
	bool passed = false;

	for (size_t i = 0; i < name->count; i++)
		if (p->anywhere[i] && p->forms[i].n > 0)
			legal |= 1U << i;
	for (size_t i = name->count; i-- > 0;) {
		/* "Zhen Da 7": two letters are a form only as the last word. */
		if (p->forms[i].n > 0 && (!passed || name->words[i].surface.n > 2))
			legal |= 1U << i;
		else if (is_transparent(&name->words[i]))
			passed = passed || name->words[i].kind == PRB_WORD_NUMBER;
		else
			break;
	}
	for (size_t i = 0; i < name->count; i++) {
		if (p->forms[i].n > 0 && (has_core_behind(p, i + 1, legal) || (legal & (1U << i))))
			legal |= 1U << i;
		else if (name->words[i].kind != PRB_WORD_STOP)
			break;
	}
	return legal;
}

/* Forms are set aside; where nothing else would be left, all but the first ("SAP SE"). */
static void
set_forms_aside(struct parser *p)
{
	struct prb_name *name = p->name;
	uint32_t legal = find_forms(p);
	bool others = false;

	for (size_t i = 0; i < name->count; i++)
		if (!(legal & (1U << i)) && name->words[i].kind != PRB_WORD_STOP)
			others = true;
	for (size_t i = 0; i < name->count; i++) {
		struct prb_name_word *word = &name->words[i];

		if (!(legal & (1U << i)) || (!others && i == 0)) {
			/* Only ever a form, and yet none here. */
			if (word->kind == PRB_WORD_LEGAL)
				word->kind = PRB_WORD_CORE;
			continue;
		}
		word->kind = PRB_WORD_LEGAL;
		word->text = p->forms[i];
		word->flags |= PRB_NAME_KNOWN;
	}
}

/* "Plant A", "Unit II": a letter behind what is counted is its number. */
static void
number_letters(struct prb_name *name)
{
	static const struct {
		char letter;
		const char *number;
	} roman[] = {{'i', "1"}, {'v', "5"}, {'x', "10"}};

	for (size_t i = 1; i < name->count; i++) {
		struct prb_name_word *word = &name->words[i];

		if (word->kind != PRB_WORD_CORE || word->text.n == 0 ||
			(word->text.n > 1 && !is_digit(word->text.p[1])) ||
			name->words[i - 1].kind != PRB_WORD_UNIT)
			continue;
		word->kind = PRB_WORD_NUMBER;
		for (size_t k = 0; k < sizeof(roman) / sizeof(roman[0]); k++)
			if (word->text.n == 1 && word->text.p[0] == roman[k].letter)
				word->text = prb_span_of(roman[k].number);
	}
}

/* "Xinjiang Production and Construction Corps (XPCC)": the initials of words before say nothing
 * more. */
static bool
is_own_initials(const struct prb_name *name, size_t at)
{
	const struct prb_name_word *word = &name->words[at];

	for (size_t first = 0; first + word->surface.n <= at; first++) {
		size_t letter = 0, i = first;

		for (; i < at && letter < word->surface.n; i++)
			if (name->words[i].surface.p[0] == word->surface.p[letter])
				letter++;
			else if (name->words[i].kind != PRB_WORD_STOP)
				break;
		if (letter == word->surface.n)
			return true;
	}
	return false;
}

static void
drop_own_initials(struct prb_name *name)
{
	for (size_t i = 3; i < name->count; i++) {
		struct prb_name_word *word = &name->words[i];

		if (word->kind == PRB_WORD_CORE && word->surface.n >= 3 && word->surface.n <= 8 &&
			is_own_initials(name, i))
			word->kind = PRB_WORD_STOP;
	}
}

void
prb_name_finish(struct prb_name *name)
{
	size_t content = 0, longest = 0, forms = 0;
	uint32_t core = 0;
	bool known = false; /* the last word that counts is one of the lexicon's */

	name->weight = 0;
	for (size_t i = 0; i < name->count; i++) {
		struct prb_name_word *word = &name->words[i];

		if (word->surface.p == NULL)
			word->surface = word->text;
		name->weight += word->weight;
		if (word->kind == PRB_WORD_LEGAL)
			forms++;
		if (word->kind == PRB_WORD_CORE) {
			core += word->weight;
			if (word->text.n > longest)
				longest = word->text.n;
		}
		if (word->weight > 0) {
			content++;
			known = (word->flags & PRB_NAME_KNOWN) != 0;
		}
	}
	name->generic = core < GENERIC_WEIGHT_MIN || (content == 1 && known) ||
			(content == 1 && longest < (forms == 0 ? LONE_WORD_BYTES_MIN
							       : GENERIC_WORD_BYTES_MIN));
}

void
prb_name_parse(struct prb_name *name, const struct prb_fold_table *fold,
	const struct prb_lexicon *lexicon, struct prb_span text)
{
	struct parser p; /* its arrays are written before they are read */

	p.name = name;
	p.fold = fold;
	p.lexicon = lexicon;
	p.text = text;
	p.parts_count = 0;
	p.open = false;
	name->count = 0;
	name->text_n = 0;
	name->truncated = false;
	if (text.n > PRB_NAME_READ_BYTES_MAX)
		p.text.n = PRB_NAME_READ_BYTES_MAX;
	read_parts(&p);
	if (text.n > PRB_NAME_READ_BYTES_MAX)
		name->truncated = true;
	split_digits(&p);
	read_words(&p);
	set_forms_aside(&p);
	number_letters(name);
	drop_own_initials(name);
	for (size_t i = 0; i < name->count; i++)
		name->words[i].weight = prb_name_weight(
			(enum prb_word_kind)name->words[i].kind, name->words[i].text.n);
	prb_name_finish(name);
}
