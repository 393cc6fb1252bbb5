/* SPDX-License-Identifier: Apache-2.0 */
#include "datasets/build/fold_table.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

#define CODE_POINTS 0x110000U
#define PAGE_ENTRIES 256U
#define PAGES (CODE_POINTS / PAGE_ENTRIES)
#define UNCHANGED 0xFFFFFFFFU
#define UTF16_MAX 256
#define UTF8_MAX 255 /* an entry's length has one byte */
#define TABLE_BYTES_MAX (16 * 1024 * 1024)
#define FORM 1U

struct maker {
	UTransliterator *latin;
	const UNormalizer2 *casefold, *apart;
	const struct prb_fold_override *overrides;
	size_t override_count;
	struct prb_str strings;
	uint32_t separator; /* the entry of " " */
	uint32_t last;      /* the entry made before: neighbours are often equal */
	bool failed;
};

static uint32_t
entry_of(struct maker *m, const char *p, size_t n)
{
	size_t last_n = m->last >> 24;

	if (n > UTF8_MAX || m->strings.n > 0xFFFFFF - n) {
		m->failed = true;
		return 0;
	}
	if (n == last_n && memcmp(m->strings.p + (m->last & 0xFFFFFFU), p, n) == 0)
		return m->last;
	m->last = (uint32_t)n << 24 | (uint32_t)m->strings.n;
	prb_str_add(&m->strings, p, n);
	if (m->strings.failed)
		m->failed = true;
	return m->last;
}

/* Letters and digits of the UTF-16 text, Latin ones alone where it has any. */
static void
keep_letters(const UChar *text, int32_t n, char *out, size_t *out_n)
{
	bool latin = false;

	*out_n = 0;
	for (int32_t i = 0; i < n; i++)
		if ((text[i] >= 'a' && text[i] <= 'z') || (text[i] >= '0' && text[i] <= '9'))
			latin = true;
	for (int32_t i = 0; i < n;) {
		UChar32 c;

		U16_NEXT(text, i, n, c);
		if (latin ? (c < 0x80 && u_isalnum(c)) : u_isalnum(c)) {
			if (*out_n + 4 > UTF8_MAX)
				break;
			*out_n += prb_utf8_encode((uint32_t)c, out + *out_n);
		}
	}
}

static bool
is_word_part(UChar32 c)
{
	switch (u_charType(c)) {
	case U_NON_SPACING_MARK:
	case U_COMBINING_SPACING_MARK:
	case U_ENCLOSING_MARK:
	case U_LETTER_NUMBER:
	case U_OTHER_NUMBER:
	case U_FORMAT_CHAR: /* joiners and direction marks part no words */
		return true;
	case U_OTHER_SYMBOL: /* enclosed letters such as the sign for "company", but no trade mark
				signs */
		return c >= 0x3200 && c <= 0x33FF;
	default:
		return u_isalnum(c);
	}
}

static const struct prb_fold_override *
find_override(const struct maker *m, UChar32 c)
{
	for (size_t i = 0; i < m->override_count; i++)
		if (m->overrides[i].code_point == (uint32_t)c)
			return &m->overrides[i];
	return NULL;
}

static bool
are_marks(const UChar *text, int32_t i, int32_t n)
{
	UChar32 c;

	while (i < n) {
		U16_NEXT(text, i, n, c);
		if (u_charType(c) != U_NON_SPACING_MARK)
			return false;
	}
	return true;
}

/* The override of a character, else of the one it is case-folded to, else of that one's letter
 * without its marks. */
static const struct prb_fold_override *
override_of(const struct maker *m, UChar32 c, const UChar *folded, int32_t n)
{
	const struct prb_fold_override *found = find_override(m, c);
	UErrorCode error = U_ZERO_ERROR;
	UChar text[UTF16_MAX];
	UChar32 one;
	int32_t i = 0;

	if (found || n == 0 || n > 2)
		return found;
	U16_NEXT(folded, i, n, one);
	if (i == n)
		found = find_override(m, one);
	if (found)
		return found;
	n = unorm2_normalize(m->apart, folded, n, text, UTF16_MAX, &error);
	if (U_FAILURE(error) || n == 0)
		return NULL;
	i = 0;
	U16_NEXT(text, i, n, one);
	return are_marks(text, i, n) ? find_override(m, one) : NULL;
}

static uint32_t
fold_one(struct maker *m, UChar32 c)
{
	UChar text[UTF16_MAX];
	char kept[UTF8_MAX + 1], self[4];
	int32_t n = 0, end;
	size_t kept_n, self_n;
	UErrorCode error = U_ZERO_ERROR;
	const struct prb_fold_override *override;
	UChar one[2];

	if ((c >= 0xD800 && c <= 0xDFFF) || !is_word_part(c))
		return m->separator;
	U16_APPEND_UNSAFE(one, n, c);
	n = unorm2_normalize(m->casefold, one, n, text, UTF16_MAX, &error);
	override = U_SUCCESS(error) ? override_of(m, c, text, n) : NULL;
	if (override)
		return override->latin.n > 0 ? entry_of(m, override->latin.p, override->latin.n)
					     : 0;
	end = n;
	utrans_transUChars(m->latin, text, &n, UTF16_MAX, 0, &end, &error);
	if (U_FAILURE(error)) {
		m->failed = true;
		return 0;
	}
	keep_letters(text, n, kept, &kept_n);
	if (kept_n == 0)
		return 0; /* a mark, or a letter that has no sound of its own, is dropped */
	self_n = prb_utf8_encode((uint32_t)c, self);
	if (kept_n == self_n && memcmp(kept, self, self_n) == 0)
		return UNCHANGED;
	return entry_of(m, kept, kept_n);
}

static void
put_number(struct prb_str *out, uint32_t value, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		prb_str_add_char(out, (char)(value >> (8 * i) & 0xFFU));
}

static bool
page_is_unchanged(const uint32_t *page)
{
	for (size_t i = 0; i < PAGE_ENTRIES; i++)
		if (page[i] != UNCHANGED)
			return false;
	return true;
}

/* Equal pages (of separators, mostly) are kept once. Returns the number for the directory. */
static uint16_t
place_page(uint32_t (*pages)[PAGE_ENTRIES], size_t *count, const uint32_t *page)
{
	if (page_is_unchanged(page))
		return 0;
	for (size_t i = 0; i < *count; i++)
		if (memcmp(pages[i], page, sizeof(pages[i])) == 0)
			return (uint16_t)(i + 1);
	memcpy(pages[*count], page, sizeof(pages[*count]));
	return (uint16_t)++ * count;
}

static void
make_pages(struct maker *m, uint32_t (*pages)[PAGE_ENTRIES], size_t *count, uint16_t *directory)
{
	for (uint32_t p = 0; p < PAGES && !m->failed; p++) {
		uint32_t page[PAGE_ENTRIES];

		for (uint32_t i = 0; i < PAGE_ENTRIES; i++)
			page[i] = fold_one(m, (UChar32)(p * PAGE_ENTRIES + i));
		directory[p] = place_page(pages, count, page);
	}
}

static void
write_table(const struct maker *m, uint32_t (*pages)[PAGE_ENTRIES], size_t count,
	const uint16_t *directory, struct prb_str *out)
{
	prb_str_add_text(out, "PRBF");
	put_number(out, FORM, 4);
	put_number(out, (uint32_t)count, 4);
	put_number(out, (uint32_t)m->strings.n, 4);
	for (size_t i = 0; i < PAGES; i++)
		put_number(out, directory[i], 2);
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < PAGE_ENTRIES; k++)
			put_number(out, pages[i][k], 4);
	prb_str_add_span(out, prb_str_span(&m->strings));
}

enum prb_err
prb_fold_table_make(const struct prb_fold_override *overrides, size_t override_count,
	struct prb_str *out, struct prb_fault *fault)
{
	static const char id[] = "Any-Latin; Latin-ASCII; Lower";
	struct maker m = {.overrides = overrides, .override_count = override_count};
	uint32_t(*pages)[PAGE_ENTRIES] = calloc(PAGES, sizeof(*pages));
	uint16_t *directory = calloc(PAGES, sizeof(*directory));
	UErrorCode error = U_ZERO_ERROR;
	UChar utf16_id[sizeof(id)];
	size_t count = 0;

	prb_str_init(&m.strings, TABLE_BYTES_MAX);
	u_uastrcpy(utf16_id, id);
	m.latin = utrans_openU(utf16_id, -1, UTRANS_FORWARD, NULL, 0, NULL, &error);
	m.casefold = unorm2_getNFKCCasefoldInstance(&error);
	m.apart = unorm2_getNFDInstance(&error);
	if (pages && directory && U_SUCCESS(error)) {
		prb_str_add_char(&m.strings, ' ');
		m.separator = m.last = 1U << 24;
		make_pages(&m, pages, &count, directory);
		write_table(&m, pages, count, directory, out);
	} else {
		m.failed = true;
	}
	if (m.latin)
		utrans_close(m.latin);
	prb_str_finish(&m.strings);
	free(pages);
	free(directory);
	if (m.failed || out->failed)
		return prb_fault_set(fault, U_FAILURE(error) ? PRB_ERR_IO : PRB_ERR_MEMORY,
			PRB_NO_OFFSET, NULL, "the folding table cannot be made: %s",
			U_FAILURE(error) ? u_errorName(error) : "memory ran out");
	return PRB_OK;
}

static UScriptCode
script_of(uint32_t code_point)
{
	UErrorCode error = U_ZERO_ERROR;

	return uscript_getScript((UChar32)code_point, &error);
}

bool
prb_script_is_unspaced(uint32_t code_point)
{
	switch (script_of(code_point)) {
	case USCRIPT_HAN:
	case USCRIPT_HIRAGANA:
	case USCRIPT_KATAKANA:
	case USCRIPT_HANGUL: /* blanks, but endings are glued to names */
	case USCRIPT_THAI:
	case USCRIPT_LAO:
	case USCRIPT_KHMER:
	case USCRIPT_MYANMAR:
		return true;
	default:
		return false;
	}
}

bool
prb_script_is_arabic(uint32_t code_point)
{
	return script_of(code_point) == USCRIPT_ARABIC;
}
