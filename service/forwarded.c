/* SPDX-License-Identifier: Apache-2.0 */
#include "service/forwarded.h"

#include <string.h>

#include "scoring/base/text.h"
#include "service/http/chars.h"
#include "service/http/ip.h"

#define HOPS_MAX 16 /* the last so many are looked at */
#define FOUR_AT 96U /* bits before an IPv4 address in its mapped form */
#define FOUR_BITS_MIN 8U
#define SIX_BITS_MIN 7U

/* ---- the proxies ---- */

static bool
read_prefix(struct prb_span text, struct prb_prefix *out)
{
	const char *slash = memchr(text.p, '/', text.n);
	struct prb_span address = text, length;
	unsigned bits;
	int64_t n;

	if (slash != NULL)
		address.n = (size_t)(slash - text.p);
	if (!prb_ip_read(address, out->address, &bits))
		return false;
	n = bits;
	if (slash != NULL) {
		length = (struct prb_span){slash + 1, text.n - address.n - 1};
		if (!prb_parse_int(length, 0, bits, &n))
			return false;
	}
	out->bits = (unsigned)n + (bits == 32 ? FOUR_AT : 0);
	return true;
}

static bool
is_within(const uint8_t address[16], const struct prb_prefix *prefix)
{
	unsigned whole = prefix->bits / 8, left = prefix->bits % 8;

	if (memcmp(address, prefix->address, whole) != 0)
		return false;
	return left == 0 || (address[whole] ^ prefix->address[whole]) >> (8 - left) == 0;
}

/* Wider than what a house can have to itself: 10.0.0.0/8 (RFC 1918) and fc00::/7 (RFC 4193). Who is
 * a trusted proxy names any address he likes, so that whoever is in such a network has no limit. */
static bool
is_too_wide(const struct prb_prefix *prefix)
{
	static const uint8_t fours[16] = {[10] = 0xFF, [11] = 0xFF};
	struct prb_prefix shared = *prefix;

	if (shared.bits > FOUR_AT)
		shared.bits = FOUR_AT;
	return prefix->bits < SIX_BITS_MIN ||
	       (prefix->bits < FOUR_AT + FOUR_BITS_MIN && is_within(fours, &shared));
}

enum prb_err
prb_proxies_read(
	const char *text, const char *field, struct prb_proxies *out, struct prb_fault *fault)
{
	static const char *const fields[] = {"x-forwarded-for", "forwarded"};
	struct prb_span rest = prb_span_of(text), one;
	struct prb_proxies read = {.field = NULL};

	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
		if (prb_text_same(prb_span_of(field), fields[i]))
			read.field = fields[i];
	if (read.field == NULL)
		return prb_fault_set(fault, PRB_ERR_CONFIG, PRB_NO_OFFSET, NULL,
			"[server] proxy_field: x-forwarded-for or forwarded is wanted, not "
			"\"%.40s\"",
			field);
	while (text[0] != '\0' && prb_list_next(&rest, &one)) {
		if (read.count == PRB_PROXIES_MAX)
			return prb_fault_set(fault, PRB_ERR_CONFIG, PRB_NO_OFFSET, NULL,
				"[server] trusted_proxies: at most %d can be named",
				PRB_PROXIES_MAX);
		if (one.n == 0 || !read_prefix(one, &read.items[read.count]))
			return prb_fault_set(fault, PRB_ERR_CONFIG, PRB_NO_OFFSET, NULL,
				"[server] trusted_proxies: \"%.*s\" is no address or network such "
				"as 10.0.0.0/8",
				(int)(one.n < 60 ? one.n : 60), one.n != 0 ? one.p : "");
		if (is_too_wide(&read.items[read.count]))
			return prb_fault_set(fault, PRB_ERR_CONFIG, PRB_NO_OFFSET, NULL,
				"[server] trusted_proxies: \"%.*s\" takes in so many that anybody "
				"could name any address, and have no limit: name the proxy's own "
				"address, or its network, at most as wide as 10.0.0.0/8 or "
				"fc00::/7",
				PRB_SPAN_ARGS(one));
		read.count++;
	}
	*out = read;
	return PRB_OK;
}

bool
prb_proxies_hold(const struct prb_proxies *proxies, const uint8_t address[16])
{
	for (size_t i = 0; i < proxies->count; i++)
		if (is_within(address, &proxies->items[i]))
			return true;
	return false;
}

/* ---- the field ---- */

/* Behind an address "]:443" or ":443" may stand; the digits do not matter, but are digits. */
static bool
is_port(struct prb_span text)
{
	int64_t port;

	return text.n > 1 && text.p[0] == ':' &&
	       prb_parse_int((struct prb_span){text.p + 1, text.n - 1}, 0, 65535, &port);
}

/* "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:80". */
static bool
read_node(struct prb_span text, uint8_t out[16])
{
	const char *end;
	struct prb_span behind;
	unsigned bits;

	if (text.n != 0 && text.p[0] == '[') {
		end = memchr(text.p, ']', text.n);
		if (end == NULL)
			return false;
		behind = (struct prb_span){end + 1, text.n - (size_t)(end + 1 - text.p)};
		text = (struct prb_span){text.p + 1, (size_t)(end - text.p) - 1};
		return (behind.n == 0 || is_port(behind)) && prb_ip_read(text, out, &bits) &&
		       bits == 128;
	}
	if (prb_ip_read(text, out, &bits))
		return true;
	end = text.n != 0 ? memchr(text.p, ':', text.n) : NULL;
	if (end == NULL)
		return false;
	behind = (struct prb_span){end, text.n - (size_t)(end - text.p)};
	text.n = (size_t)(end - text.p);
	return is_port(behind) && prb_ip_read(text, out, &bits) && bits == 32;
}

/* Cuts up to the next `separator` that stands in no quotes. A quote that nobody closes has taken in
 * what others wrote behind it: the part is then PRB_SPAN_NONE. */
static bool
cut(struct prb_span *rest, char separator, struct prb_span *part)
{
	bool quoted = false;
	size_t n = 0;

	if (rest->p == NULL)
		return false;
	for (; n < rest->n && (quoted || rest->p[n] != separator); n++) {
		if (rest->p[n] == '"')
			quoted = !quoted;
		else if (quoted && rest->p[n] == '\\' && n + 1 < rest->n)
			n++;
	}
	*part = quoted ? PRB_SPAN_NONE : prb_text_bare((struct prb_span){rest->p, n});
	*rest = n < rest->n ? (struct prb_span){rest->p + n + 1, rest->n - n - 1} : PRB_SPAN_NONE;
	return true;
}

/* RFC 7239 section 4: `for=192.0.2.43;proto=http` or `For="[2001:db8::1]:4711"`: the value of for,
 * without its quotes; n = 0 where there is none. An element whose last quote is open names nobody:
 * a client could have left it open, and what the proxy added would be inside of it. */
static struct prb_span
for_of(struct prb_span element)
{
	struct prb_span pair;

	while (cut(&element, ';', &pair)) {
		if (pair.n < 5 || !prb_text_same((struct prb_span){pair.p, 4}, "for="))
			continue;
		pair = (struct prb_span){pair.p + 4, pair.n - 4};
		if (pair.n >= 2 && pair.p[0] == '"' && pair.p[pair.n - 1] == '"')
			pair = (struct prb_span){pair.p + 1, pair.n - 2};
		return pair;
	}
	return PRB_SPAN("");
}

struct hops {
	struct prb_span items[HOPS_MAX];
	size_t count; /* also of those that were dropped at the beginning */
};

static void
gather_hops(const struct prb_proxies *proxies, const struct prb_head *head, struct hops *hops)
{
	bool standard = strcmp(proxies->field, "forwarded") == 0;

	hops->count = 0;
	for (size_t i = 0; i < head->fields_count; i++) {
		struct prb_span rest = head->fields[i].value, element;

		if (!prb_text_same(head->fields[i].name, proxies->field))
			continue;
		/* Quotes mean something in the standard's field alone: elsewhere a client could
		 * hide behind one what the proxy adds. */
		while (standard ? cut(&rest, ',', &element) : prb_list_next(&rest, &element))
			if (element.n != 0 || (standard && element.p == NULL))
				hops->items[hops->count++ % HOPS_MAX] =
					standard ? for_of(element) : element;
	}
}

void
prb_forwarded_apply(
	const struct prb_proxies *proxies, const struct prb_head *head, struct prb_peer *peer)
{
	struct hops hops;
	uint8_t address[16];
	size_t looked_at = 0;

	/* Nobody behind a proxy is of this machine, whatever a field says: it would be exempt. */
	peer->is_loopback = false;
	gather_hops(proxies, head, &hops);
	while (looked_at < hops.count && looked_at < HOPS_MAX) {
		looked_at++;
		if (!read_node(hops.items[(hops.count - looked_at) % HOPS_MAX], address))
			return;
		if (prb_proxies_hold(proxies, address) && looked_at < hops.count)
			continue;
		memcpy(peer->address, address, sizeof peer->address);
		return;
	}
}
