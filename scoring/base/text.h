/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_BASE_TEXT_H
#define PRB_BASE_TEXT_H

/*
 * Borrowed text (spans), built text (prb_str), UTF-8 and numbers.
 *
 * A span points into memory that somebody else owns and is not ended by NUL. A prb_str owns its
 * bytes, may never grow past the size it was given, and remembers the first failure: writers go on
 * in straight lines and ask once at the end.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct prb_span {
	const char *p;
	size_t n;
};

#define PRB_SPAN(literal) ((struct prb_span){(literal), sizeof(literal) - 1})
#define PRB_SPAN_NONE ((struct prb_span){NULL, 0})
/* For printf("%.*s"). */
#define PRB_SPAN_ARGS(s) (int)(s).n, (s).p ? (s).p : ""

/* NULL gives the empty span. Inline: the length of a literal is known to the compiler. */
static inline struct prb_span
prb_span_of(const char *text)
{
	struct prb_span span = {text, text == NULL ? 0 : strlen(text)};

	return span;
}
bool prb_span_equal(struct prb_span a, struct prb_span b);
bool prb_span_is(struct prb_span a, const char *text);
bool prb_span_starts(struct prb_span a, struct prb_span prefix);
int prb_span_compare(
	struct prb_span a, struct prb_span b);    /* by bytes; a shorter prefix is smaller */
struct prb_span prb_span_trim(struct prb_span a); /* ASCII blanks off both ends */

/* Decodes the character at p (n > 0 bytes left); returns its length 1..4, or 0 where the bytes are
 * not UTF-8 (RFC 3629: no surrogates, nothing above U+10FFFF, no overlong form). */
size_t prb_utf8_decode(const char *p, size_t n, uint32_t *code_point);
/* Writes 1..4 bytes to out and returns how many; code_point must be a Unicode scalar value. */
size_t prb_utf8_encode(uint32_t code_point, char out[4]);
/* The offset of the first byte that is not UTF-8, or n. */
size_t prb_utf8_check(const char *p, size_t n);

/* The code points that I-JSON has no place for (RFC 7493 section 2.1): U+FDD0..U+FDEF, and the last
 * two of each plane. */
bool prb_is_noncharacter(uint32_t code_point);

/* The whole text must be a decimal whole number within min..max; no sign but a leading '-', no
 * leading zeros beyond a single 0, no blanks. *out is untouched on failure. */
bool prb_parse_int(struct prb_span text, int64_t min, int64_t max, int64_t *out);

/* A decimal fraction ("0.084", "-1.94", "86.1") as a whole number of 10^-scale units, rounded half
 * up (away from zero for negative numbers); at most 18 digits in all. */
bool prb_parse_decimal(struct prb_span text, int scale, int64_t *out);

struct prb_str {
	char *p; /* ended by a NUL that n does not count, once anything was written */
	size_t n;
	size_t room;
	size_t bytes_max;
	bool failed; /* grew past bytes_max, or memory ran out */
};

void prb_str_init(struct prb_str *s, size_t bytes_max);
void prb_str_finish(struct prb_str *s); /* frees; the struct may be initialised again */
void prb_str_reset(struct prb_str *s);  /* empties, keeps the memory, forgets a failure */
void prb_str_add(struct prb_str *s, const void *bytes, size_t n);
char *prb_str_extend_slowly(struct prb_str *s, size_t n); /* prb_str_extend, where room is short */
/* Grows by n bytes, which the caller fills at once; NULL on failure. */
static inline char *
prb_str_extend(struct prb_str *s, size_t n)
{
	char *at;

	if (s->failed || n >= s->room - s->n)
		return prb_str_extend_slowly(s, n);
	at = s->p + s->n;
	s->n += n;
	s->p[s->n] = '\0';
	return at;
}
void prb_str_add_span(struct prb_str *s, struct prb_span text);
void prb_str_add_text(struct prb_str *s, const char *text);
static inline void
prb_str_add_char(struct prb_str *s, char c)
{
	char *at = prb_str_extend(s, 1);

	if (at != NULL)
		*at = c;
}
void prb_str_add_int(struct prb_str *s, int64_t number);
void prb_str_addf(struct prb_str *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
struct prb_span prb_str_span(const struct prb_str *s);

#endif
