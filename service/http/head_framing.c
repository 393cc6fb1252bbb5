/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the fields of a head say of the body's length, the host and the connection. Two readers that
 * differ about a message's end are an open door for smuggling (RFC 9112 section 11.2), so all that
 * could be read in two ways is refused.
 */
#include "service/http/head.h"

#include <string.h>

#include "service/http/chars.h"

#define LENGTH_DIGITS_MAX 18 /* 10^18 - 1: far more than any route takes, and no overflow */

struct framing {
	struct prb_span host, length, coding;
	int hosts, lengths, codings;
	bool close, keep_alive, expects, expects_other;
};

static void
note_connection(struct framing *f, struct prb_span value)
{
	struct prb_span option;

	while (prb_list_next(&value, &option)) {
		f->close |= prb_text_same(option, "close");
		f->keep_alive |= prb_text_same(option, "keep-alive");
	}
}

static void
note_expect(struct framing *f, struct prb_span value)
{
	struct prb_span member;

	while (prb_list_next(&value, &member)) {
		if (prb_text_same(member, "100-continue"))
			f->expects = true;
		else if (member.n > 0)
			f->expects_other = true;
	}
}

static void
note_field(struct framing *f, const struct prb_header_field *field)
{
	/* By length first: nearly all fields are none of these. */
	switch (field->name.n) {
	case 4:
		if (prb_text_same(field->name, "host")) {
			f->host = field->value;
			f->hosts++;
		}
		return;
	case 6:
		if (prb_text_same(field->name, "expect"))
			note_expect(f, field->value);
		return;
	case 10:
		if (prb_text_same(field->name, "connection"))
			note_connection(f, field->value);
		return;
	case 14:
		if (prb_text_same(field->name, "content-length")) {
			f->length = field->value;
			f->lengths++;
		}
		return;
	case 17:
		if (prb_text_same(field->name, "transfer-encoding")) {
			f->coding = field->value;
			f->codings++;
		}
		return;
	default:
		return;
	}
}

static bool
check_host(struct prb_head *head, const struct framing *f, struct prb_refusal *refusal)
{
	if (f->hosts > 1)
		return prb_refusal_set(refusal, PRB_ERR_REQUEST, "RFC 9112 section 3.2",
			"there is more than one Host field");
	if (f->hosts == 0)
		return head->minor == 0 ||
		       prb_refusal_set(refusal, PRB_ERR_REQUEST, "RFC 9112 section 3.2",
			       "the Host field is missing");
	if (!prb_host_check(f->host, refusal))
		return false;
	if (!head->host.p) /* that of an absolute target goes before, RFC 9112 section 3.2.2 */
		head->host = f->host;
	return true;
}

static bool
is_token(struct prb_span text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (!prb_char_is(text.p[i], PRB_CHAR_TOKEN))
			return false;
	}
	return text.n > 0;
}

/* Codings that are not known: 501, where chunked could still end the body, and nothing else is
 * wrong. */
static bool
refuse_coding(struct prb_span list, struct prb_refusal *refusal)
{
	struct prb_span coding = PRB_SPAN_NONE;
	bool chunked = false;

	while (prb_list_next(&list, &coding)) {
		struct prb_span name = coding;
		const char *semicolon = coding.n > 0 ? memchr(coding.p, ';', coding.n) : NULL;

		if (semicolon)
			name = prb_text_bare(
				(struct prb_span){coding.p, (size_t)(semicolon - coding.p)});
		if (!is_token(name) || chunked || (semicolon && prb_text_same(name, "chunked")))
			return prb_refusal_set(refusal, PRB_ERR_REQUEST, "RFC 9112 section 7",
				"the one Transfer-Encoding that is read here is chunked");
		chunked = prb_text_same(name, "chunked");
	}
	return prb_refusal_set(refusal, PRB_ERR_CODING, "RFC 9112 section 6.1",
		"the one Transfer-Encoding that is read here is chunked");
}

static bool
check_coding(struct prb_head *head, const struct framing *f, struct prb_refusal *refusal)
{
	if (head->minor == 0)
		return prb_refusal_set(refusal, PRB_ERR_REQUEST, "RFC 9112 section 6.1",
			"HTTP/1.0 has no Transfer-Encoding");
	if (f->lengths > 0)
		return prb_refusal_set(refusal, PRB_ERR_REQUEST, "RFC 9112 section 6.3",
			"Transfer-Encoding and Content-Length exclude each other");
	if (f->codings > 1)
		return prb_refusal_set(refusal, PRB_ERR_REQUEST, "RFC 9112 section 6.1",
			"there is more than one Transfer-Encoding field");
	if (!prb_text_same(f->coding, "chunked"))
		return refuse_coding(f->coding, refusal);
	head->chunked = true;
	return true;
}

static bool
check_length(struct prb_head *head, const struct framing *f, struct prb_refusal *refusal)
{
	struct prb_span digits = f->length;
	uint64_t length = 0;

	if (f->lengths > 1)
		return prb_refusal_set(refusal, PRB_ERR_REQUEST, "RFC 9112 section 6.3",
			"there is more than one Content-Length field");
	for (size_t i = 0; i < digits.n; i++) {
		if (!prb_char_is_digit(digits.p[i]))
			return prb_refusal_set(refusal, PRB_ERR_REQUEST, "RFC 9110 section 8.6",
				"Content-Length is decimal digits and nothing else");
	}
	if (digits.n == 0)
		return prb_refusal_set(refusal, PRB_ERR_REQUEST, "RFC 9110 section 8.6",
			"Content-Length is empty");
	for (; digits.n > 1 && digits.p[0] == '0'; digits.n--)
		digits.p++;
	if (digits.n > LENGTH_DIGITS_MAX)
		return prb_refusal_set(refusal, PRB_ERR_BODY, "RFC 9110 section 8.6",
			"Content-Length is beyond anything that could be sent");
	for (size_t i = 0; i < digits.n; i++)
		length = length * 10 + (uint64_t)(digits.p[i] - '0');
	head->content_length = length;
	return true;
}

bool
prb_framing_check(struct prb_head *head, struct prb_refusal *refusal)
{
	struct framing f = {0};

	for (size_t i = 0; i < head->fields_count; i++)
		note_field(&f, &head->fields[i]);
	head->chunked = false;
	head->content_length = 0;
	if (!check_host(head, &f, refusal))
		return false;
	if (f.codings > 0 && !check_coding(head, &f, refusal))
		return false;
	if (f.lengths > 0 && !check_length(head, &f, refusal))
		return false;
	if (f.expects_other)
		return prb_refusal_set(refusal, PRB_ERR_EXPECT, "RFC 9110 section 10.1.1",
			"only 100-continue can be expected");
	head->has_body = head->chunked || head->content_length > 0;
	head->keep_alive = !f.close && (head->minor == 1 || f.keep_alive);
	/* RFC 9110 section 10.1.1: an expectation of HTTP/1.0 is ignored. */
	head->expects_continue = f.expects && head->minor == 1 && head->has_body;
	return true;
}
