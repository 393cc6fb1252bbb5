/* SPDX-License-Identifier: Apache-2.0 */
#include "service/http/chunk.h"

#include "service/http/chars.h"
#include "service/http/head.h"

#define SIZE_DIGITS_MAX 15 /* significant ones are fewer: a sum of some never overflows */
#define DIGITS_MAX 16

/* What may come next in the line of a chunk. */
enum {
	SIZE,
	BEHIND, /* a size, or a quoted value */
	NAME_FIRST,
	NAME,
	VALUE_FIRST,
	VALUE,
	QUOTED,
	ESCAPED,
	LF,
	DONE
};

/* Where the line stands once c has been read, or -1. */
static int
step_extension(int place, char c)
{
	bool token = prb_char_is(c, PRB_CHAR_TOKEN);

	switch (place) {
	case NAME_FIRST:
		return token ? NAME : -1;
	case NAME:
		if (token || c == '=')
			return token ? NAME : VALUE_FIRST;
		break;
	case VALUE_FIRST:
		if (token || c == '"')
			return token ? VALUE : QUOTED;
		return -1;
	case VALUE:
		if (token)
			return VALUE;
		break;
	case QUOTED:
		if (c == '"' || c == '\\')
			return c == '"' ? BEHIND : ESCAPED;
		return prb_char_is(c, PRB_CHAR_VALUE) ? QUOTED : -1;
	case ESCAPED:
		return prb_char_is(c, PRB_CHAR_VALUE) ? QUOTED : -1;
	case LF:
		return c == '\n' ? DONE : -1;
	default:
		break;
	}
	if (c != ';' && c != '\r')
		return -1;
	return c == ';' ? NAME_FIRST : LF;
}

static bool
add_digit(struct prb_chunk_line *line, int digit, struct prb_refusal *refusal)
{
	if (line->digits++ == DIGITS_MAX)
		return prb_refusal_set(refusal, PRB_ERR_REQUEST, "RFC 9112 section 7.1",
			"a chunk's size has more than " PRB_LIMIT_TEXT(DIGITS_MAX) " digits");
	line->size = line->size << 4 | (unsigned)digit;
	line->zeros += line->size == 0;
	return line->digits - line->zeros <= SIZE_DIGITS_MAX ||
	       prb_refusal_set(refusal, PRB_ERR_BODY, "RFC 9112 section 7.1",
		       "a chunk's size is beyond anything that could be sent");
}

static bool
step_line(struct prb_chunk_line *line, char c, struct prb_refusal *refusal)
{
	if (line->length == PRB_CHUNK_LINE_BYTES_MAX)
		return prb_refusal_set(refusal, PRB_ERR_HEADERS, "RFC 9112 section 7.1.1",
			"the line of a chunk is longer than " PRB_LIMIT_TEXT(
				PRB_CHUNK_LINE_BYTES_MAX) " bytes");
	bool first = line->length++ == line->digits;
	int digit = line->place == SIZE ? prb_char_hex(c) : -1;
	if (digit >= 0)
		return add_digit(line, digit, refusal);
	if (line->digits == 0)
		return prb_refusal_set(refusal, PRB_ERR_REQUEST, "RFC 9112 section 7.1",
			"a chunk begins with its size in hexadecimal digits");
	line->place = step_extension(line->place, c);
	return line->place >= 0 ||
	       prb_refusal_set(refusal, PRB_ERR_REQUEST,
		       first ? "RFC 9112 section 7.1" : "RFC 9112 section 7.1.1",
		       "behind a chunk's size stand extensions and CRLF, without blanks");
}

enum prb_chunk_read
prb_chunk_line_read(struct prb_chunk_line *line, const char *bytes, size_t n, size_t *used,
	struct prb_refusal *refusal)
{
	for (*used = 0; *used < n; ++*used) {
		if (!step_line(line, bytes[*used], refusal))
			return PRB_CHUNK_REFUSED;
		if (line->place == DONE) {
			++*used;
			return PRB_CHUNK_WHOLE;
		}
	}
	return PRB_CHUNK_PART;
}

static bool
is_allowed(struct prb_span name)
{
	static const char *const forbidden[] = {"transfer-encoding", "host", "connection",
		"keep-alive", "proxy-connection", "te", "trailer", "upgrade", "http2-settings",
		"authorization", "proxy-authorization", "cookie", "set-cookie", "www-authenticate",
		"proxy-authenticate", "authentication-info", "proxy-authentication-info", "expect",
		"max-forwards", "pragma", "cache-control", "range", "if-match", "if-none-match",
		"if-modified-since", "if-unmodified-since", "if-range", "age", "date", "expires",
		"location", "retry-after", "vary", "warning", "forwarded", "idempotency-key"};
	static const struct prb_span content = {"content-", 8};

	if (name.n >= content.n && prb_text_same((struct prb_span){name.p, content.n}, content.p))
		return false;
	for (size_t i = 0; i < sizeof(forbidden) / sizeof(forbidden[0]); i++) {
		if (prb_text_same(name, forbidden[i]))
			return false;
	}
	return true;
}

/* Where the fields stand. */
enum { LINE, FIELD_NAME, FIELD_VALUE, FIELD_LF, LAST_LF, ALL };

static bool
step_name(struct prb_trailers *t, char c, struct prb_refusal *refusal)
{
	if (prb_char_is(c, PRB_CHAR_TOKEN)) {
		if (t->name_n < sizeof(t->name))
			t->name[t->name_n++] = c;
		return true;
	}
	if (c != ':' || t->name_n == 0)
		return prb_refuse_name(c, t->name_n, refusal);
	t->place = FIELD_VALUE;
	return is_allowed((struct prb_span){t->name, t->name_n}) ||
	       prb_refusal_set(refusal, PRB_ERR_REQUEST, "RFC 9110 section 6.5.1",
		       "a field of this name cannot stand behind the body");
}

static bool
step_trailers(struct prb_trailers *t, char c, struct prb_refusal *refusal)
{
	switch (t->place) {
	case LINE:
		t->name_n = 0;
		t->place = c == '\r' ? LAST_LF : FIELD_NAME;
		return c == '\r' || step_name(t, c, refusal);
	case FIELD_NAME:
		return step_name(t, c, refusal);
	case FIELD_VALUE:
		if (c == '\r')
			t->place = FIELD_LF;
		return c == '\r' || prb_char_is(c, PRB_CHAR_VALUE) || prb_refuse_value(c, refusal);
	default:
		if (c != '\n')
			return prb_refuse_value('\r', refusal);
		t->place = t->place == FIELD_LF ? LINE : ALL;
		return true;
	}
}

enum prb_chunk_read
prb_trailers_read(struct prb_trailers *trailers, const char *bytes, size_t n, size_t *used,
	struct prb_refusal *refusal)
{
	for (*used = 0; *used < n; ++*used) {
		if (trailers->bytes++ == PRB_TRAILER_BYTES_MAX) {
			prb_refusal_set(refusal, PRB_ERR_HEADERS, "RFC 6585 section 5",
				"the fields behind the body are larger than " PRB_LIMIT_TEXT(
					PRB_TRAILER_BYTES_MAX) " bytes");
			return PRB_CHUNK_REFUSED;
		}
		if (!step_trailers(trailers, bytes[*used], refusal))
			return PRB_CHUNK_REFUSED;
		if (trailers->place == ALL) {
			++*used;
			return PRB_CHUNK_WHOLE;
		}
	}
	return PRB_CHUNK_PART;
}
