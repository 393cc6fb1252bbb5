/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/intake/charset.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucnv.h>
#include <unicode/ucnv_cb.h>
#include <unicode/utf16.h>

#include "clients/intake/intake.h"

#define UNITS 2048 /* one turn of the converter; on the stack */
#define REPLACEMENT 0xFFFD
#define NAME_BYTES_MAX 45 /* the longest that IANA has registered, one of EUC-JP */
#define NAME_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:+()"
#define FOREIGN_UNIT 0xDCFF /* half a pair, which no converter writes by itself */
#define FOREIGN_BYTE '\xFF'
#define NEXT_LINE 0x85 /* how the sets of mainframes end a line */

static const struct {
	const char *name;
	const char *mark;
	size_t mark_bytes;
} charsets[] = {
	[PRB_INTAKE_UTF8] = {"UTF-8", "\xEF\xBB\xBF", 3},
	[PRB_INTAKE_UTF16LE] = {"UTF-16LE", "\xFF\xFE", 2},
	[PRB_INTAKE_UTF16BE] = {"UTF-16BE", "\xFE\xFF", 2},
	[PRB_INTAKE_UTF32LE] = {"UTF-32LE", "\xFF\xFE\0\0", 4},
	[PRB_INTAKE_UTF32BE] = {"UTF-32BE", "\0\0\xFE\xFF", 4},
	[PRB_INTAKE_WINDOWS1252] = {PRB_INTAKE_ASSUMED, "", 0},
};

/* First bytes of files that people send in place of a list. */
static const struct {
	const char *magic;
	size_t bytes;
	const char *what;
} known_files[] = {
	{"PK\x03\x04", 4, "a ZIP archive or a spreadsheet (xlsx, ods)"},
	{"\xD0\xCF\x11\xE0", 4, "an old Office file (xls, doc)"},
	{"%PDF-", 5, "a PDF"},
	{"\x1F\x8B", 2, "a gzip archive"},
	{"{\\rtf", 5, "an RTF text"},
};

const char *
prb_intake_charset_name(enum prb_intake_charset charset)
{
	assert(charset != PRB_INTAKE_NOT_TEXT);
	return charsets[charset].name;
}

const char *
prb_intake_charset_known_file(struct prb_span start)
{
	for (size_t i = 0; i < sizeof(known_files) / sizeof(known_files[0]); i++) {
		struct prb_span magic = {known_files[i].magic, known_files[i].bytes};

		if (prb_span_starts(start, magic))
			return known_files[i].what;
	}
	return NULL;
}

/* The names alone: ICU's own have options behind a comma, and other names would be looked for among
 * files. */
bool
prb_intake_charset_known(const char *name)
{
	UErrorCode status = U_ZERO_ERROR;
	size_t n = strlen(name);

	if (n == 0 || n > NAME_BYTES_MAX || strspn(name, NAME_LETTERS) != n)
		return false;
	return ucnv_countAliases(name, &status) > 0 && U_SUCCESS(status);
}

bool
prb_intake_charset_is_utf8(const char *name)
{
	return ucnv_compareNames(name, "UTF-8") == 0;
}

/* UTF-32LE before UTF-16LE: its mark begins with the other's. */
static bool
find_mark(struct prb_span start, enum prb_intake_charset *charset, size_t *mark_bytes)
{
	static const enum prb_intake_charset order[] = {PRB_INTAKE_UTF8, PRB_INTAKE_UTF32LE,
		PRB_INTAKE_UTF32BE, PRB_INTAKE_UTF16LE, PRB_INTAKE_UTF16BE};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		struct prb_span mark = {charsets[order[i]].mark, charsets[order[i]].mark_bytes};

		if (!prb_span_starts(start, mark))
			continue;
		*charset = order[i];
		*mark_bytes = mark.n;
		return true;
	}
	return false;
}

/* Commas, digits and line ends of any list are two bytes in UTF-16, one of them zero: always the
 * same one of the pair. A tenth of all pairs is far below what lists in Chinese have and far above
 * what stray zeros reach. */
static bool
find_utf16(struct prb_span start, enum prb_intake_charset *charset)
{
	size_t zeros[2] = {0, 0};

	for (size_t i = 0; i < start.n; i++)
		zeros[i & 1] += start.p[i] == '\0';
	if (zeros[1] * 20 >= start.n && zeros[1] > 10 * zeros[0])
		*charset = PRB_INTAKE_UTF16LE;
	else if (zeros[0] * 20 >= start.n && zeros[0] > 10 * zeros[1])
		*charset = PRB_INTAKE_UTF16BE;
	else if ((zeros[0] + zeros[1]) * 256 > start.n)
		*charset = PRB_INTAKE_NOT_TEXT; /* more zeros than a damaged text has */
	else
		return false;
	return true;
}

/* A text with more whole characters of several bytes than stray bytes is UTF-8 with damage, and
 * each damaged row is mended by itself; otherwise windows-1252. */
static enum prb_intake_charset
weigh_utf8(struct prb_span start, bool whole)
{
	size_t good = 0;
	size_t bad = 0;
	uint32_t c;

	for (size_t i = 0; i < start.n;) {
		size_t n = prb_utf8_decode(start.p + i, start.n - i, &c);

		if (n == 0 && !whole && start.n - i < 4)
			break; /* a character that the window cuts */
		good += n > 1;
		bad += n == 0;
		i += n == 0 ? 1 : n;
	}
	return bad > good ? PRB_INTAKE_WINDOWS1252 : PRB_INTAKE_UTF8;
}

enum prb_intake_charset
prb_intake_charset_sniff(struct prb_span start, bool whole, size_t *mark_bytes)
{
	enum prb_intake_charset charset;

	*mark_bytes = 0;
	if (find_mark(start, &charset, mark_bytes))
		return charset;
	if (prb_intake_charset_known_file(start))
		return PRB_INTAKE_NOT_TEXT;
	if (find_utf16(start, &charset))
		return charset;
	return weigh_utf8(start, whole);
}

struct prb_intake_decoder {
	UConverter *converter;
	bool is_windows1252;
	bool is_declared;
	UChar lead; /* a lead surrogate whose other half comes with the next units; 0 for none */
};

static struct prb_intake_decoder *
create(const char *name)
{
	struct prb_intake_decoder *decoder = calloc(1, sizeof(*decoder));
	UErrorCode status = U_ZERO_ERROR;

	if (!decoder)
		return NULL;
	decoder->converter = ucnv_open(name, &status);
	if (U_FAILURE(status)) {
		free(decoder);
		return NULL;
	}
	return decoder;
}

struct prb_intake_decoder *
prb_intake_decoder_create(enum prb_intake_charset charset)
{
	struct prb_intake_decoder *decoder = create(prb_intake_charset_name(charset));

	if (decoder)
		decoder->is_windows1252 = charset == PRB_INTAKE_WINDOWS1252;
	return decoder;
}

/* Bytes that are none of the set's, and those that stand for no character. */
static void
mark_foreign(const void *context, UConverterToUnicodeArgs *args, const char *bytes, int32_t n,
	UConverterCallbackReason reason, UErrorCode *status)
{
	static const UChar unit = FOREIGN_UNIT;

	(void)context;
	(void)bytes;
	(void)n;
	if (reason > UCNV_IRREGULAR)
		return; /* reset, close, clone */
	*status = U_ZERO_ERROR;
	ucnv_cbToUWriteUChars(args, &unit, 1, 0, status);
}

struct prb_intake_decoder *
prb_intake_decoder_create_declared(const char *name)
{
	struct prb_intake_decoder *decoder = create(name);
	UErrorCode status = U_ZERO_ERROR;

	if (!decoder)
		return NULL;
	decoder->is_declared = true;
	ucnv_setToUCallBack(decoder->converter, mark_foreign, NULL, NULL, NULL, &status);
	assert(U_SUCCESS(status));
	return decoder;
}

void
prb_intake_decoder_destroy(struct prb_intake_decoder *decoder)
{
	if (!decoder)
		return;
	ucnv_close(decoder->converter);
	free(decoder);
}

static void
add_character(struct prb_str *out, uint32_t c)
{
	char bytes[4];

	prb_str_add(out, bytes, prb_utf8_encode(c, bytes));
}

/* What could not be read. */
static void
add_lost(struct prb_intake_decoder *decoder, struct prb_str *out)
{
	if (decoder->is_declared)
		prb_str_add_char(out, FOREIGN_BYTE);
	else
		add_character(out, REPLACEMENT);
}

/* ICU gives the five undefined bytes of windows-1252 as C1 controls. In a text that is declared as
 * ISO 8859 they are the letters and quotes of windows-1252, and would be lost as controls. */
static bool
is_lost(const struct prb_intake_decoder *decoder, UChar unit)
{
	if (U16_IS_TRAIL(unit))
		return true;
	if (unit < 0x80 || unit >= 0xA0)
		return false;
	return decoder->is_windows1252 || (decoder->is_declared && unit != NEXT_LINE);
}

static void
add_units(struct prb_intake_decoder *decoder, const UChar *units, size_t n, struct prb_str *out)
{
	for (size_t i = 0; i < n; i++) {
		UChar unit = units[i];

		if (decoder->lead && U16_IS_TRAIL(unit)) {
			add_character(out, (uint32_t)U16_GET_SUPPLEMENTARY(decoder->lead, unit));
			decoder->lead = 0;
			continue;
		}
		if (decoder->lead)
			add_lost(decoder, out);
		decoder->lead = 0;
		if (U16_IS_LEAD(unit))
			decoder->lead = unit;
		else if (is_lost(decoder, unit))
			add_lost(decoder, out);
		else if (unit < 0x80)
			prb_str_add_char(out, (char)unit);
		else
			add_character(out, unit);
	}
}

void
prb_intake_decoder_feed(
	struct prb_intake_decoder *decoder, struct prb_span piece, bool last, struct prb_str *out)
{
	UChar units[UNITS];
	const char *source = piece.p ? piece.p : "";
	const char *end = source + piece.n;
	UErrorCode status;

	do {
		UChar *target = units;

		status = U_ZERO_ERROR;
		ucnv_toUnicode(decoder->converter, &target, units + UNITS, &source, end, NULL, last,
			&status);
		add_units(decoder, units, (size_t)(target - units), out);
	} while (status == U_BUFFER_OVERFLOW_ERROR);
	if (!last)
		return;
	if (decoder->lead)
		add_lost(decoder, out);
	decoder->lead = 0;
	ucnv_resetToUnicode(decoder->converter);
}
