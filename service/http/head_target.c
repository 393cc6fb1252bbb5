/* SPDX-License-Identifier: Apache-2.0 */
/* The request target and the host that it or the Host field names. */
#include "service/http/head.h"

#include <string.h>

#include "service/http/chars.h"
#include "service/http/ip.h"

#define PORT_DIGITS_MAX 5
#define PORT_MAX 65535

/* Behind a host: nothing, or a colon and a port, which may be empty (RFC 3986 section 3.2.3). */
static bool
port_stands(struct prb_span text)
{
	long port = 0;

	if (text.n == 0)
		return true;
	if (text.p[0] != ':' || text.n > 1 + PORT_DIGITS_MAX)
		return false;
	for (size_t i = 1; i < text.n; i++) {
		if (!prb_char_is_digit(text.p[i]))
			return false;
		port = port * 10 + (text.p[i] - '0');
	}
	return port <= PORT_MAX;
}

/* [address] with what is behind it. Zones and the future forms of RFC 3986 name no host here. */
static bool
literal_stands(struct prb_span host)
{
	uint8_t address[PRB_IP_BYTES];
	unsigned bits;
	const char *close = memchr(host.p, ']', host.n);

	if (!close)
		return false;
	size_t n = (size_t)(close - host.p) - 1;
	return prb_ip_read((struct prb_span){host.p + 1, n}, address, &bits) && bits == 128 &&
	       port_stands((struct prb_span){close + 1, host.n - n - 2});
}

static bool
host_stands(struct prb_span host)
{
	size_t n = 0;

	if (host.n > 0 && host.p[0] == '[')
		return literal_stands(host);
	while (n < host.n && prb_char_is(host.p[n], PRB_CHAR_NAME))
		n++;
	return n > 0 && prb_escapes_stand((struct prb_span){host.p, n}) &&
	       port_stands((struct prb_span){host.p + n, host.n - n});
}

/* RFC 9112 section 3.3 leaves it to the server to refuse an empty host where the scheme needs one,
 * as http does (RFC 9110 section 4.2.1). */
bool
prb_host_check(struct prb_span host, struct prb_refusal *refusal)
{
	if (host.n == 0)
		return prb_refusal_set(refusal, PRB_ERR_REQUEST, "RFC 9112 section 3.3",
			"the Host field names no host");
	return host_stands(host) ||
	       prb_refusal_set(refusal, PRB_ERR_REQUEST, "RFC 9112 section 3.2",
		       "the Host field is a host and, where needed, a port");
}

/* Cuts text, which begins with '/' or '?' or is empty, into path and query. */
static void
cut_query(struct prb_head *head, struct prb_span text)
{
	const char *mark = text.n > 0 ? memchr(text.p, '?', text.n) : NULL;
	size_t n = mark ? (size_t)(mark - text.p) : text.n;

	head->path = (struct prb_span){text.p, n};
	head->query = mark ? (struct prb_span){mark + 1, text.n - n - 1} : PRB_SPAN_NONE;
}

/* Percent signs and brackets are the only bytes of a target that may not stand anywhere. */
static bool
path_stands(struct prb_span text, unsigned seen, struct prb_refusal *refusal)
{
	if ((seen & PRB_CHAR_SPECIAL) == 0 || text.n == 0)
		return true;
	if (memchr(text.p, '[', text.n) || memchr(text.p, ']', text.n))
		return prb_refusal_set(refusal, PRB_ERR_REQUEST, "RFC 9112 section 3.2",
			"the target holds a byte that must be percent-encoded");
	return prb_escapes_stand(text) ||
	       prb_refusal_set(refusal, PRB_ERR_REQUEST, "RFC 3986 section 2.1",
		       "in the target each % has two hexadecimal digits behind it");
}

static size_t
scheme_length(struct prb_span target)
{
	static const char *const schemes[] = {"http://", "https://"};

	for (size_t i = 0; i < 2; i++) {
		size_t n = strlen(schemes[i]);

		if (target.n >= n && prb_text_same((struct prb_span){target.p, n}, schemes[i]))
			return n;
	}
	return 0;
}

static bool
absolute_form(struct prb_head *head, unsigned seen, struct prb_refusal *refusal)
{
	size_t start = scheme_length(head->target);
	size_t end = start;
	struct prb_span target = head->target;

	if (start == 0)
		return prb_refusal_set(refusal, PRB_ERR_REQUEST, "RFC 9112 section 3.2",
			"the target is a path, or an http or https address");
	while (end < target.n && target.p[end] != '/' && target.p[end] != '?')
		end++;
	head->host = (struct prb_span){target.p + start, end - start};
	if (memchr(target.p + start, '@', end - start))
		return prb_refusal_set(refusal, PRB_ERR_REQUEST, "RFC 9110 section 4.2.4",
			"an address in a request names no user");
	if (!host_stands(head->host))
		return prb_refusal_set(refusal, PRB_ERR_REQUEST, "RFC 9110 section 4.2.1",
			"the address in the target names no host that could be");
	struct prb_span rest = {target.p + end, target.n - end};
	cut_query(head, rest);
	if (head->path.n == 0) /* the same as "/", RFC 9110 section 4.2.3: the scheme's last one */
		head->path = (struct prb_span){target.p + start - 1, 1};
	return path_stands(rest, seen, refusal);
}

bool
prb_target_check(struct prb_head *head, unsigned seen, struct prb_refusal *refusal)
{
	struct prb_span target = head->target;

	if (target.p[0] == '/') {
		cut_query(head, target);
		return path_stands(target, seen, refusal);
	}
	if (!prb_span_is(target, "*"))
		return absolute_form(head, seen, refusal);
	head->path = target;
	head->query = PRB_SPAN_NONE;
	return head->method == PRB_METHOD_OPTIONS ||
	       prb_refusal_set(refusal, PRB_ERR_REQUEST, "RFC 9112 section 3.2.4",
		       "the target * is for OPTIONS alone");
}
