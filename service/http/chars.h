/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_HTTP_CHARS_H
#define PRB_HTTP_CHARS_H

/*
 * What each byte may be in a request: one table, so that every reader means the same.
 */

#include <stdbool.h>

#include "scoring/base/text.h"

enum {
	PRB_CHAR_TOKEN = 1,  /* tchar, RFC 9110 section 5.6.2 */
	PRB_CHAR_TARGET = 2, /* in a request target: RFC 3986, and the brackets of an IPv6 host */
	PRB_CHAR_NAME = 4,   /* in a host's registered name, RFC 3986 section 3.2.2 */
	PRB_CHAR_VALUE =
		8, /* in a field's value: VCHAR, obs-text, SP, HTAB, RFC 9110 section 5.5 */
	PRB_CHAR_SPECIAL = 16 /* allowed in a target only in certain places: % [ ] */
};

extern const unsigned char prb_chars[256];

static inline bool
prb_char_is(char c, unsigned kind)
{
	return (prb_chars[(unsigned char)c] & kind) != 0;
}

static inline char
prb_char_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static inline bool
prb_char_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* 0..15, or -1. */
int prb_char_hex(char c);
/* Equal but for the case of ASCII letters. */
bool prb_text_same(struct prb_span text, const char *other);
/* Without SP and HTAB at both ends (OWS, RFC 9110 section 5.6.3). */
struct prb_span prb_text_bare(struct prb_span text);
/* Cuts the next element off a comma-separated list, bare; false at its end. Empty ones come too. */
bool prb_list_next(struct prb_span *rest, struct prb_span *element);
/* Whether every '%' is followed by two hexadecimal digits. */
bool prb_escapes_stand(struct prb_span text);

#endif
