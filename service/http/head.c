/* SPDX-License-Identifier: Apache-2.0 */
#include "service/http/head.h"

#include <string.h>

#include "service/http/chars.h"

#define LF_ALONE "each line ends in CRLF: a line feed stands alone"
#define VERSION_BYTES 10 /* "HTTP/1.1" and CRLF */

bool
prb_refusal_set(
	struct prb_refusal *refusal, enum prb_err err, const char *article, const char *detail)
{
	*refusal = (struct prb_refusal){err, article, detail};
	return false;
}

static enum prb_method
method_of(struct prb_span text)
{
	static const struct {
		const char *name;
		enum prb_method method;
	} known[] = {{"GET", PRB_METHOD_GET}, {"HEAD", PRB_METHOD_HEAD}, {"POST", PRB_METHOD_POST},
		{"OPTIONS", PRB_METHOD_OPTIONS}, {"PUT", PRB_METHOD_PUT},
		{"DELETE", PRB_METHOD_DELETE}, {"PATCH", PRB_METHOD_PATCH},
		{"TRACE", PRB_METHOD_TRACE}};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (prb_span_is(text, known[i].name))
			return known[i].method;
	}
	return PRB_METHOD_OTHER;
}

static bool
scan_method(struct prb_head_scan *scan, const char *bytes, size_t n, struct prb_refusal *refusal)
{
	while (scan->at < n && prb_char_is(bytes[scan->at], PRB_CHAR_TOKEN)) {
		if (++scan->at > PRB_METHOD_BYTES_MAX)
			return prb_refusal_set(refusal, PRB_ERR_REQUEST, "RFC 9112 section 3.1",
				"the method is longer than any that is known");
	}
	if (scan->at == n)
		return true;
	if (scan->at == 0)
		return prb_refusal_set(refusal, PRB_ERR_REQUEST, "RFC 9112 section 3",
			"a request begins with a method; this is not HTTP");
	if (bytes[scan->at] != ' ')
		return prb_refusal_set(refusal, PRB_ERR_REQUEST, "RFC 9112 section 3.1",
			"the method is a token with one space behind it");
	struct prb_span method = {bytes, scan->at};
	if (prb_span_is(method, "CONNECT"))
		return prb_refusal_set(refusal, PRB_ERR_REQUEST, "RFC 9110 section 9.3.6",
			"this is no proxy: CONNECT is refused");
	if (prb_span_is(method, "PRI"))
		return prb_refusal_set(refusal, PRB_ERR_HTTP_VERSION, "RFC 9113 section 3.4",
			"HTTP/2 is not spoken here");
	scan->method_end = scan->at++;
	scan->part = PRB_PART_TARGET;
	return true;
}

static bool
refuse_target_byte(char c, size_t length, struct prb_refusal *refusal)
{
	if (length == 0 && c == ' ')
		return prb_refusal_set(refusal, PRB_ERR_REQUEST, "RFC 9112 section 3",
			"one space stands between method and target");
	if (c == '\r' || c == '\n')
		return prb_refusal_set(refusal, PRB_ERR_REQUEST, "RFC 9112 section 3",
			"the request line has no version");
	if (c == '#')
		return prb_refusal_set(refusal, PRB_ERR_REQUEST, "RFC 9112 section 3.2",
			"a request target has no fragment");
	return prb_refusal_set(refusal, PRB_ERR_REQUEST, "RFC 9112 section 3.2",
		"the target holds a byte that must be percent-encoded");
}

static bool
scan_target(struct prb_head_scan *scan, const char *bytes, size_t n, struct prb_refusal *refusal)
{
	size_t start = scan->method_end + 1;
	size_t limit = start + PRB_TARGET_BYTES_MAX;
	size_t stop = n < limit ? n : limit;
	size_t at = scan->at;
	unsigned seen = scan->seen;

	for (; at < stop && prb_char_is(bytes[at], PRB_CHAR_TARGET); at++)
		seen |= prb_chars[(unsigned char)bytes[at]];
	scan->at = at;
	scan->seen = seen;
	if (at == n)
		return true;
	if (bytes[at] == ' ' && at > start) {
		scan->target_end = scan->at++;
		scan->part = PRB_PART_VERSION;
		return true;
	}
	if (at == limit && prb_char_is(bytes[at], PRB_CHAR_TARGET))
		return prb_refusal_set(refusal, PRB_ERR_TARGET, "RFC 9112 section 3",
			"the request target is longer than " PRB_LIMIT_TEXT(
				PRB_TARGET_BYTES_MAX) " bytes");
	return refuse_target_byte(bytes[at], at - start, refusal);
}

static bool
version_byte_stands(char c, size_t i)
{
	switch (i) {
	case 5:
	case 7:
		return prb_char_is_digit(c);
	default:
		return c == "HTTP/?.?\r\n"[i];
	}
}

static bool
scan_version(struct prb_head_scan *scan, const char *bytes, size_t n, struct prb_refusal *refusal)
{
	size_t start = scan->target_end + 1;

	for (; scan->at < n && scan->at - start < VERSION_BYTES; scan->at++) {
		size_t i = scan->at - start;

		if (version_byte_stands(bytes[scan->at], i))
			continue;
		if (i >= 8)
			return prb_refusal_set(refusal, PRB_ERR_REQUEST, "RFC 9112 section 3",
				"the request line ends in CRLF right behind the version");
		return prb_refusal_set(refusal, PRB_ERR_REQUEST, "RFC 9112 section 2.3",
			"behind the target and one space stands HTTP/1.0 or HTTP/1.1");
	}
	if (scan->at - start < VERSION_BYTES)
		return true;
	if (bytes[start + 5] != '1' || bytes[start + 7] > '1')
		return prb_refusal_set(refusal, PRB_ERR_HTTP_VERSION, "RFC 9110 section 15.6.6",
			"only HTTP/1.0 and HTTP/1.1 are spoken here");
	scan->line = scan->at;
	scan->part = PRB_PART_FIELDS;
	return true;
}

/* Up to the line that is empty; what the lines hold is checked when all are there. */
static bool
scan_fields(struct prb_head_scan *scan, const char *bytes, size_t n, struct prb_refusal *refusal)
{
	while (scan->at < n) {
		const char *found = memchr(bytes + scan->at, '\n', n - scan->at);

		if (!found) {
			scan->at = n;
			return true;
		}
		size_t lf = (size_t)(found - bytes);

		if (bytes[lf - 1] != '\r')
			return prb_refusal_set(refusal, PRB_ERR_REQUEST, "RFC 9112 section 2.2",
				"each line ends in CRLF: a line feed stands alone");
		scan->at = lf + 1;
		if (lf == scan->line + 1) {
			scan->end = lf + 1;
			return true;
		}
		scan->line = lf + 1;
	}
	return true;
}

static bool
scan_parts(struct prb_head_scan *scan, const char *bytes, size_t n, struct prb_refusal *refusal)
{
	if (scan->part == PRB_PART_METHOD && !scan_method(scan, bytes, n, refusal))
		return false;
	if (scan->part == PRB_PART_TARGET && !scan_target(scan, bytes, n, refusal))
		return false;
	if (scan->part == PRB_PART_VERSION && !scan_version(scan, bytes, n, refusal))
		return false;
	return scan->part != PRB_PART_FIELDS || scan_fields(scan, bytes, n, refusal);
}

enum prb_scanned
prb_head_scan(struct prb_head_scan *scan, const char *bytes, size_t n, struct prb_refusal *refusal)
{
	size_t stop = n < PRB_HEAD_BYTES_MAX ? n : PRB_HEAD_BYTES_MAX;

	if (!scan_parts(scan, bytes, stop, refusal))
		return PRB_SCANNED_REFUSED;
	if (scan->end != 0)
		return PRB_SCANNED_WHOLE;
	if (n < PRB_HEAD_BYTES_MAX)
		return PRB_SCANNED_PART;
	prb_refusal_set(refusal, PRB_ERR_HEADERS, "RFC 6585 section 5",
		"the head of the request is larger than " PRB_LIMIT_TEXT(
			PRB_HEAD_BYTES_MAX) " bytes");
	return PRB_SCANNED_REFUSED;
}

bool
prb_refuse_name(char c, size_t n, struct prb_refusal *refusal)
{
	bool blank = c == ' ' || c == '\t';

	if (blank && n == 0)
		return prb_refusal_set(refusal, PRB_ERR_REQUEST, "RFC 9112 section 5.2",
			"no field line begins with a blank");
	if (blank)
		return prb_refusal_set(refusal, PRB_ERR_REQUEST, "RFC 9112 section 5.1",
			"no blank stands between a field's name and its colon");
	return prb_refusal_set(refusal, PRB_ERR_REQUEST, "RFC 9112 section 5",
		"a field line is a name that is a token, a colon, and a value");
}

bool
prb_refuse_value(char c, struct prb_refusal *refusal)
{
	if (c == '\r')
		return prb_refusal_set(refusal, PRB_ERR_REQUEST, "RFC 9112 section 2.2",
			"a carriage return stands alone");
	if (c == '\n')
		return prb_refusal_set(refusal, PRB_ERR_REQUEST, "RFC 9112 section 2.2", LF_ALONE);
	return prb_refusal_set(refusal, PRB_ERR_REQUEST, "RFC 9110 section 5.5",
		"a field's value holds a control character");
}

/* One line with its CRLF. */
static bool
read_field(struct prb_span line, struct prb_header_field *field, struct prb_refusal *refusal)
{
	const char *p = line.p;
	const char *end = line.p + line.n - 2; /* the CR, which is neither token nor value */

	while (prb_char_is(*p, PRB_CHAR_TOKEN))
		p++;
	field->name = (struct prb_span){line.p, (size_t)(p - line.p)};
	if (field->name.n == 0 || *p != ':')
		return prb_refuse_name(*p, field->name.n, refusal);
	p++;
	const char *value = p;
	while (prb_char_is(*p, PRB_CHAR_VALUE))
		p++;
	field->value = prb_text_bare((struct prb_span){value, (size_t)(p - value)});
	return p == end || prb_refuse_value(*p, refusal);
}

static bool
read_fields(const char *p, const char *end, struct prb_head *head, struct prb_refusal *refusal)
{
	while (p < end) {
		const char *lf = memchr(p, '\n', (size_t)(end - p));
		struct prb_span line = {p, (size_t)(lf - p) + 1};

		if (head->fields_count == PRB_HEAD_FIELDS_MAX)
			return prb_refusal_set(refusal, PRB_ERR_HEADERS, "RFC 6585 section 5",
				"the head of the request has more than " PRB_LIMIT_TEXT(
					PRB_HEAD_FIELDS_MAX) " fields");
		if (!read_field(line, &head->fields[head->fields_count], refusal))
			return false;
		head->fields_count++;
		p = lf + 1;
	}
	return true;
}

bool
prb_head_check(const struct prb_head_scan *scan, const char *bytes, struct prb_head *head,
	struct prb_refusal *refusal)
{
	size_t target = scan->method_end + 1;

	head->method_text = (struct prb_span){bytes, scan->method_end};
	head->method = method_of(head->method_text);
	head->target = (struct prb_span){bytes + target, scan->target_end - target};
	head->minor = bytes[scan->target_end + 8] - '0';
	head->host = PRB_SPAN_NONE;
	head->fields_count = 0;
	return prb_target_check(head, scan->seen, refusal) &&
	       read_fields(bytes + scan->target_end + 1 + VERSION_BYTES, bytes + scan->end - 2,
		       head, refusal) &&
	       prb_framing_check(head, refusal);
}
