/* SPDX-License-Identifier: Apache-2.0 */
#include "service/http/request_id.h"

#include <string.h>

#include "service/http/chars.h"

#define TRACEPARENT_BYTES 55 /* of version 00: 2-32-16-2 with dashes between */

/* n digits, lower-cased to out; false where one is none, or all are 0. */
static bool
take_digits(struct prb_span *rest, size_t n, bool upper_too, char *out)
{
	bool any = false;

	if (rest->n < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		char c = rest->p[i];

		if (prb_char_hex(c) < 0 || (!upper_too && c >= 'A' && c <= 'F'))
			return false;
		any |= c != '0';
		out[i] = prb_char_lower(c);
	}
	rest->p += n;
	rest->n -= n;
	return any;
}

static bool
take_dash(struct prb_span *rest)
{
	if (rest->n == 0 || rest->p[0] != '-')
		return false;
	rest->p++;
	rest->n--;
	return true;
}

/* Where a later version has more behind what 00 has, a dash stands before it. */
static bool
read_traceparent(struct prb_span text, char out[PRB_REQUEST_ID_DIGITS])
{
	char version[2], parent[16], flags[2];
	struct prb_span rest = text;
	bool ok;

	if (text.n < TRACEPARENT_BYTES)
		return false;
	(void)take_digits(&rest, 2, false, version); /* 00 is all zeros, and stands */
	ok = take_dash(&rest) && take_digits(&rest, PRB_REQUEST_ID_DIGITS, false, out) &&
	     take_dash(&rest) && take_digits(&rest, sizeof parent, false, parent) &&
	     take_dash(&rest);
	if (!ok || rest.n < sizeof flags || (version[0] == 'f' && version[1] == 'f'))
		return false;
	for (size_t i = 0; i < sizeof flags; i++)
		if (prb_char_hex(rest.p[i]) < 0)
			return false;
	return rest.n == sizeof flags ||
	       (rest.p[sizeof flags] == '-' && (version[0] != '0' || version[1] != '0'));
}

/* 8-4-4-4-12 digits, or 32. */
static bool
read_plain(struct prb_span text, char out[PRB_REQUEST_ID_DIGITS])
{
	static const size_t groups[] = {8, 4, 4, 4, 12};
	char digits[PRB_REQUEST_ID_DIGITS];
	struct prb_span rest = {digits, sizeof digits};
	size_t n = 0;

	if (text.n == PRB_REQUEST_ID_DIGITS)
		return take_digits(&text, PRB_REQUEST_ID_DIGITS, true, out);
	for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
		if ((i > 0 && !take_dash(&text)) || text.n < groups[i])
			return false;
		for (size_t k = 0; k < groups[i]; k++)
			digits[n++] = text.p[k];
		text.p += groups[i];
		text.n -= groups[i];
	}
	return text.n == 0 && take_digits(&rest, sizeof digits, true, out);
}

bool
prb_request_id_given(const struct prb_head *head, char out[PRB_REQUEST_ID_BYTES])
{
	struct prb_span plain = prb_head_field(head, "x-request-id", NULL);
	bool many;
	struct prb_span trace = prb_head_field(head, "traceparent", &many);
	char digits[PRB_REQUEST_ID_DIGITS];

	if ((plain.p == NULL || !read_plain(plain, digits)) &&
		(trace.p == NULL || many || !read_traceparent(trace, digits)))
		return false;
	memcpy(out, digits, sizeof digits);
	out[PRB_REQUEST_ID_DIGITS] = '\0';
	return true;
}

void
prb_request_id_make(const uint8_t bytes[PRB_REQUEST_ID_DIGITS / 2], char out[PRB_REQUEST_ID_BYTES])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < PRB_REQUEST_ID_DIGITS / 2; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[12] = '4';                             /* version */
	out[16] = digits[8 | (bytes[8] >> 4 & 3)]; /* variant 10 */
	out[PRB_REQUEST_ID_DIGITS] = '\0';
}
