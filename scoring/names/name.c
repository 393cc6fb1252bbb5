/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/names/name.h"

#include <string.h>

#define PARTS_MAX 64
#define WORD_BYTES_MAX 64
/* A name with less distinctive weight than one word of three letters has, or of one short word
 * alone, may be anybody's. */
#define GENERIC_WEIGHT_MIN 75
#define GENERIC_WORD_BYTES_MIN 6

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

/* Scripts that set no blanks between words (Unicode 15, Blocks.txt); Hangul sets some, but glues
 * what a firm is to what it is called. */
static bool
is_unspaced(uint32_t c)
{
	return c >= 0x0E00 &&
	       ((c <= 0x0EFF) ||                       /* Thai, Lao */
		       (c >= 0x1000 && c <= 0x109F) || /* Myanmar */
		       (c >= 0x1780 && c <= 0x17FF) || /* Khmer */
		       (c >= 0x3040 && c <= 0x31FF) || /* Kana, Bopomofo */
		       (c >= 0x3400 && c <= 0x9FFF) || /* Han */
		       (c >= 0xAC00 && c <= 0xD7AF) || /* Hangul */
		       (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x3FFFF));
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

/* The longest known word of unspaced text at `at`; returns its bytes, 0 where there is none. */
static size_t
find_native(const struct parser *p, size_t at, size_t *characters, struct prb_word_entry *entry)
{
	size_t limit = prb_lexicon_native_bytes_max(p->lexicon), found = 0, count = 0;
	uint32_t hash = PRB_LEXICON_HASH_NONE, c;

	for (size_t i = at; i < p->text.n;) {
		size_t n = prb_utf8_decode(p->text.p + i, p->text.n - i, &c);

		if (n == 0 || !is_unspaced(c) || i + n - at > limit)
			break;
		hash = prb_lexicon_hash_more(hash, p->text.p + i, n);
		i += n;
		count++;
		if (prb_lexicon_find_hashed(p->lexicon, hash, p->text.p + at, i - at, entry)) {
			found = i - at;
			*characters = count;
		}
	}
	return found;
}

static bool
ends_run(const struct parser *p, size_t at)
{
	uint32_t c;

	return at >= p->text.n || prb_utf8_decode(p->text.p + at, p->text.n - at, &c) == 0 ||
	       !is_unspaced(c);
}

/*
 * One character is a word of its own only where its neighbours show it: 厂 at the end, 三 between a
 * trade word and 厂, 市 behind a place. In 三菱 it is part of a name.
 */
static bool
stands_alone(const struct parser *p, size_t from, size_t to, const struct prb_word_entry *entry)
{
	const struct part *before = p->parts_count > 0 ? &p->parts[p->parts_count - 1] : NULL;
	bool behind_known = before && before->known && before->to == from;
	struct prb_word_entry next;
	size_t characters;

	if (entry->kind == PRB_WORD_STOP)
		return behind_known && before->entry.kind == PRB_WORD_PLACE;
	if (ends_run(p, to))
		return true;
	return behind_known && find_native(p, to, &characters, &next) > 0;
}

/* Reads known words of unspaced text, or one unknown character; returns the bytes read. */
static size_t
read_unspaced(struct parser *p, size_t at, size_t n, struct prb_span folded)
{
	struct prb_word_entry entry;
	size_t characters = 0, found = find_native(p, at, &characters, &entry);
	struct part *part;

	if (found > 0 && (characters > 1 || stands_alone(p, at, at + found, &entry))) {
		part = begin_part(p, at, true);
		if (part) {
			part->to = (uint16_t)(at + found);
			part->known = part->foreign = true;
			part->entry = entry;
		}
		p->open = false;
		return found;
	}
	if (!folded.p)
		p->open = false;
	else if (grow_part(p, folded, at, at + n, true))
		p->parts[p->parts_count - 1].foreign = true;
	return n;
}

static void
read_parts(struct parser *p)
{
	struct prb_span folded;
	uint32_t c;

	for (size_t i = 0; i < p->text.n && !p->name->truncated;) {
		size_t n = prb_fold_character(p->fold, p->text.p + i, p->text.n - i, &c, &folded);

		if (is_unspaced(c)) {
			i += read_unspaced(p, i, n, folded);
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

/* "No2", "Unit3": what counts and its number are two words. */
static void
split_units(struct parser *p)
{
	for (size_t i = 0; i < p->parts_count && p->parts_count < PARTS_MAX; i++) {
		struct part *part = &p->parts[i];
		const char *text = p->name->text + part->at;
		struct prb_word_entry entry;
		uint16_t letters = 0, digits;

		while (letters < part->n && !is_digit(text[letters]))
			letters++;
		for (digits = letters; digits < part->n && is_digit(text[digits]);)
			digits++;
		if (part->known || letters < 2 || letters == part->n || digits < part->n)
			continue;
		if (!prb_lexicon_find(p->lexicon, text, letters, &entry) ||
			(entry.kind != PRB_WORD_UNIT && entry.kind != PRB_WORD_STOP))
			continue;
		memmove(part + 2, part + 1, (p->parts_count - i - 1) * sizeof(*part));
		p->parts_count++;
		part[1] = part[0];
		part[0].n = letters;
		part[1].at = (uint16_t)(part->at + letters);
		part[1].n = (uint16_t)(part[1].n - letters);
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
	struct prb_word_entry one;

	for (size_t k = 0; k < most && first + k < p->parts_count; k++) {
		const struct part *part = &p->parts[first + k];

		if (part->known || (part->unspaced && k > 0))
			break;
		hash = prb_lexicon_hash_more(hash, p->name->text + part->at, part->n);
		n += part->n;
		if (prb_lexicon_find_hashed(p->lexicon, hash, key, n, &one)) {
			found = k + 1;
			*entry = one;
		}
		if (part->unspaced)
			break;
	}
	/* "A. B. C.": the article "a" and its like are initials beside other letters. */
	if (found == 1 && is_letter_part(p, first) && entry->kind == PRB_WORD_STOP &&
		(is_letter_part(p, first + 1) || (first > 0 && is_letter_part(p, first - 1))))
		return 0;
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
		.flags = a->foreign ? PRB_NAME_FOREIGN : 0,
		.text = {name->text + a->at, (size_t)(z->at + z->n - a->at)}};
	if (entry && (entry->kind != PRB_WORD_CORE || a->known)) {
		word->text = entry->concept;
		word->flags |=
			(uint8_t)(PRB_NAME_KNOWN | (entry->expanded ? PRB_NAME_EXPANDED : 0));
	}
	if (word->text.n > WORD_BYTES_MAX)
		word->text.n = WORD_BYTES_MAX;
	word->folded = (struct prb_span){name->text + a->at, (size_t)(z->at + z->n - a->at)};
	if (word->folded.n == 0)
		word->folded = word->text;
	if (word->folded.n > WORD_BYTES_MAX)
		word->folded.n = WORD_BYTES_MAX;
	if (all_digits(word->text)) {
		word->kind = PRB_WORD_NUMBER;
		word->text = without_zeros(word->text);
	}
	name->count++;
}

static void
read_words(struct parser *p)
{
	for (size_t i = 0; i < p->parts_count;) {
		struct prb_word_entry entry;
		size_t n = 1;

		if (p->parts[i].known) {
			add_word(p, i, 1, &p->parts[i].entry);
			i++;
			continue;
		}
		n = find_joined(p, i, &entry);
		if (n > 0) {
			add_word(p, i, n, &entry);
			i += n;
			continue;
		}
		n = 1;
		if (is_letter_part(p, i)) /* initials stand together */
			while (is_letter_part(p, i + n) && find_joined(p, i + n, &entry) == 0)
				n++;
		add_word(p, i, n, NULL);
		i += n;
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

	for (size_t i = 0; i < name->count; i++)
		if (p->anywhere[i] && p->forms[i].n > 0)
			legal |= 1U << i;
	for (size_t i = name->count; i-- > 0;) {
		if (p->forms[i].n > 0)
			legal |= 1U << i;
		else if (!is_transparent(&name->words[i]))
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

/* Forms are set aside, unless nothing but them would be left. */
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

		if (others && (legal & (1U << i))) {
			word->kind = PRB_WORD_LEGAL;
			word->text = p->forms[i];
			word->flags |= PRB_NAME_KNOWN;
		} else if (p->forms[i].n > 0 && (!others || word->kind == PRB_WORD_LEGAL)) {
			word->kind = PRB_WORD_TRADE;
		}
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

		if (word->kind != PRB_WORD_CORE || word->text.n != 1 ||
			name->words[i - 1].kind != PRB_WORD_UNIT)
			continue;
		word->kind = PRB_WORD_NUMBER;
		for (size_t k = 0; k < sizeof(roman) / sizeof(roman[0]); k++)
			if (word->text.p[0] == roman[k].letter)
				word->text = prb_span_of(roman[k].number);
	}
}

void
prb_name_finish(struct prb_name *name)
{
	size_t content = 0, longest = 0, forms = 0;
	uint32_t core = 0;

	name->weight = 0;
	for (size_t i = 0; i < name->count; i++) {
		const struct prb_name_word *word = &name->words[i];

		name->weight += word->weight;
		if (word->kind == PRB_WORD_LEGAL)
			forms++;
		if (word->kind == PRB_WORD_CORE) {
			core += word->weight;
			if (word->text.n > longest)
				longest = word->text.n;
		}
		if (word->weight > 0)
			content++;
	}
	name->generic = core < GENERIC_WEIGHT_MIN ||
			(content == 1 && (forms == 0 || longest < GENERIC_WORD_BYTES_MIN));
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
	if (text.n > PRB_NAME_BYTES_MAX)
		p.text.n = PRB_NAME_BYTES_MAX;
	read_parts(&p);
	if (text.n > PRB_NAME_BYTES_MAX)
		name->truncated = true;
	split_units(&p);
	read_words(&p);
	set_forms_aside(&p);
	number_letters(name);
	for (size_t i = 0; i < name->count; i++)
		name->words[i].weight = prb_name_weight(
			(enum prb_word_kind)name->words[i].kind, name->words[i].text.n);
	prb_name_finish(name);
}
