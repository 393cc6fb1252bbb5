/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/intake/notes.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NOTE_BYTES_MAX 300

void
prb_intake_notes_init(struct prb_intake_notes *notes)
{
	*notes = (struct prb_intake_notes){.count = 0};
	prb_str_init(&notes->text, PRB_INTAKE_NOTES_MAX * (NOTE_BYTES_MAX + 1));
}

void
prb_intake_notes_finish(struct prb_intake_notes *notes)
{
	prb_str_finish(&notes->text);
}

void
prb_intake_notes_reset(struct prb_intake_notes *notes)
{
	prb_str_reset(&notes->text);
	notes->count = 0;
}

void
prb_intake_note(struct prb_intake_notes *notes, const char *format, ...)
{
	char text[NOTE_BYTES_MAX];
	va_list args;

	if (notes->count == PRB_INTAKE_NOTES_MAX)
		return;
	va_start(args, format);
	int n = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	assert(n >= 0);
	if ((size_t)n >= sizeof(text)) {
		/* The cut may have split the last character; its lead byte goes too. */
		n = (int)sizeof(text) - 1;
		n = (int)prb_utf8_check(text, (size_t)n);
	}
	notes->start[notes->count++] = (uint32_t)notes->text.n;
	prb_str_add(&notes->text, text, (size_t)n);
	prb_str_add_char(&notes->text, '\0');
}

const char *const *
prb_intake_notes_list(struct prb_intake_notes *notes)
{
	for (size_t i = 0; i < notes->count; i++)
		notes->list[i] = notes->text.p + notes->start[i];
	notes->list[notes->count] = NULL;
	return notes->list;
}

/* Blanks of other scripts and separators that would break a line. */
static bool
is_wide_blank(uint32_t c)
{
	return c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
	       c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

/* Controls, the marks that turn the direction of a text (they hide what a name is), zero-width
 * blanks, byte order marks, and noncharacters, which I-JSON refuses (RFC 7493 section 2.1). */
static bool
is_dropped(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x200B || c == 0x200E || c == 0x200F ||
	       (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF ||
	       (c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFE) == 0xFFFE;
}

static size_t
plain_bytes(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && p[i] >= 0x20 && p[i] < 0x7F)
		i++;
	return i;
}

struct prb_span
prb_intake_tidy(char *p, size_t n, bool *lost)
{
	size_t out = plain_bytes(p, n);
	bool broke = false; /* the last character was a line break */
	uint32_t c;

	for (size_t i = out; i < n;) {
		size_t length = prb_utf8_decode(p + i, n - i, &c);

		assert(length > 0);
		bool breaks = c == '\n' || c == '\r' || c == '\t' || c == '\v' || c == '\f';
		if (breaks || is_wide_blank(c)) {
			if (!breaks || !broke)
				p[out++] = ' ';
		} else if (!is_dropped(c)) {
			memmove(p + out, p + i, length);
			out += length;
			*lost |= c == 0xFFFD;
		}
		broke = breaks;
		i += length;
	}
	return prb_span_trim((struct prb_span){p, out});
}
