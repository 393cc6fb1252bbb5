/* SPDX-License-Identifier: Apache-2.0 */
/* Who signs: did:key from the key alone, did:web from the public URL. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "scoring/attest/key.h"

#define HOST_BYTES_MAX 253 /* RFC 1035 section 2.3.4, as text without the last dot */
#define LABEL_BYTES_MAX 63

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The idchar of DID Core section 3.1, without percent-encoding. */
static bool
is_id_char(char c)
{
	return is_digit(c) || is_letter(c) || c == '.' || c == '-' || c == '_';
}

static enum prb_err
wrong(struct prb_fault *fault, const char *why)
{
	return prb_fault_set(fault, PRB_ERR_CONFIG, PRB_NO_OFFSET, NULL, "the public URL %s", why);
}

/* The next piece up to `c`, which goes too. */
static struct prb_span
take(struct prb_span *rest, char c)
{
	const char *end = rest->n == 0 ? NULL : memchr(rest->p, c, rest->n);
	struct prb_span piece = {rest->p, end == NULL ? rest->n : (size_t)(end - rest->p)};
	size_t gone = end == NULL ? rest->n : piece.n + 1;

	rest->p += gone;
	rest->n -= gone;
	return piece;
}

static bool
label_is_good(struct prb_span label)
{
	if (label.n == 0 || label.n > LABEL_BYTES_MAX || label.p[0] == '-' ||
		label.p[label.n - 1] == '-')
		return false;
	for (size_t i = 0; i < label.n; i++)
		if (!is_digit(label.p[i]) && !is_letter(label.p[i]) && label.p[i] != '-')
			return false;
	return true;
}

/* An address in figures has a last label of figures alone, or of a hexadecimal number (WHATWG URL,
 * "ends in a number"). */
static bool
label_is_number(struct prb_span label)
{
	if (label.n >= 2 && label.p[0] == '0' && (label.p[1] == 'x' || label.p[1] == 'X'))
		return true;
	for (size_t i = 0; i < label.n; i++)
		if (!is_digit(label.p[i]))
			return false;
	return label.n > 0;
}

static enum prb_err
check_host(struct prb_span host, struct prb_fault *fault)
{
	struct prb_span rest = host, label = {NULL, 0};

	if (host.n == 0)
		return wrong(fault, "names no host");
	if (host.n > HOST_BYTES_MAX)
		return wrong(fault, "has a host name of more than 253 characters");
	while (rest.n > 0) {
		label = take(&rest, '.');
		if (!label_is_good(label))
			return wrong(fault,
				"has a host that is no host name: letters, digits and hyphens "
				"between dots");
	}
	if (host.p[host.n - 1] == '.')
		return wrong(fault, "has a host that ends in a dot");
	if (label_is_number(label))
		return wrong(fault, "names an IP address: did:web needs a host name");
	return PRB_OK;
}

static enum prb_err
check_path(struct prb_span path, struct prb_fault *fault)
{
	while (path.n > 0) {
		struct prb_span part = take(&path, '/');

		if (part.n == 0 || prb_span_is(part, ".") || prb_span_is(part, ".."))
			return wrong(fault, "has an empty part, \".\" or \"..\" in its path");
		for (size_t i = 0; i < part.n; i++)
			if (!is_id_char(part.p[i]))
				return wrong(fault,
					"may have only letters, digits, \".\", \"-\" and \"_\" in "
					"its path");
	}
	return PRB_OK;
}

struct url {
	struct prb_span host, port, path; /* the path without its first slash */
};

static enum prb_err
read_url(struct prb_span text, struct url *url, struct prb_fault *fault)
{
	static const struct prb_span scheme = {"https://", 8};
	struct prb_span authority;
	enum prb_err err;
	int64_t port;

	if (!prb_span_starts(text, scheme))
		return wrong(fault, "must begin with https://");
	if (memchr(text.p, '?', text.n) != NULL || memchr(text.p, '#', text.n) != NULL)
		return wrong(fault, "must not have a query or a fragment");
	text.p += scheme.n;
	text.n -= scheme.n;
	authority = take(&text, '/');
	url->path = text;
	if (authority.n > 0 && memchr(authority.p, '@', authority.n) != NULL)
		return wrong(fault, "must not name a user");
	if (authority.n > 0 && authority.p[0] == '[')
		return wrong(fault, "names an IP address: did:web needs a host name");
	url->host = take(&authority, ':');
	url->port = authority;
	err = check_host(url->host, fault);
	if (err == PRB_OK && authority.p > url->host.p + url->host.n &&
		!prb_parse_int(url->port, 1, 65535, &port))
		err = wrong(fault, "has a port that is no number from 1 to 65535");
	return err == PRB_OK ? check_path(url->path, fault) : err;
}

/* Texts into a row of bytes that was made large enough for them (asserted). */
struct row {
	char *p;
	size_t n, room;
};

static void
put(struct row *row, struct prb_span text)
{
	assert(row->n + text.n < row->room);
	if (text.n > 0)
		memcpy(row->p + row->n, text.p, text.n);
	row->n += text.n;
	row->p[row->n] = '\0';
}

static_assert(PRB_DID_BYTES_MAX >= PRB_URL_BYTES_MAX + 8, "a URL becomes a DID of its length");

static void
fill_did_web(const struct url *url, uint32_t number, struct prb_issuer *out)
{
	struct row did = {out->did, 0, sizeof(out->did)};
	struct prb_span rest = url->path;

	put(&did, PRB_SPAN("did:web:"));
	/* Names of hosts do not know case, DIDs do. */
	for (size_t i = 0; i < url->host.n; i++) {
		char c = url->host.p[i];

		c = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
		put(&did, (struct prb_span){&c, 1});
	}
	if (url->port.n > 0) {
		put(&did, PRB_SPAN("%3A"));
		put(&did, url->port);
	}
	while (rest.n > 0) {
		put(&did, PRB_SPAN(":"));
		put(&did, take(&rest, '/'));
	}
	(void)snprintf(out->method, sizeof(out->method), "%s#key-%u", out->did, (unsigned)number);
	(void)snprintf(
		out->jwk_method, sizeof(out->jwk_method), "%s#jwk-%u", out->did, (unsigned)number);
}

static void
fill_did_key(struct prb_issuer *out)
{
	struct row did = {out->did, 0, sizeof(out->did)};
	struct row method = {out->method, 0, sizeof(out->method)};
	char multikey[PRB_MULTIKEY_BYTES];

	prb_key_public_multikey(out->public_key, multikey);
	put(&did, PRB_SPAN("did:key:"));
	put(&did, prb_span_of(multikey));
	put(&method, (struct prb_span){did.p, did.n});
	put(&method, PRB_SPAN("#"));
	put(&method, prb_span_of(multikey));
	memcpy(out->jwk_method, out->method, sizeof(out->method));
}

/* A credential's issuer must have a name; where none was given the host stands for it, or the DID.
 */
static enum prb_err
fill_name(struct prb_span name, const struct url *url, struct prb_issuer *out,
	struct prb_fault *fault)
{
	struct row row = {out->name, 0, sizeof(out->name)};

	if (name.n == 0)
		name = url->host.n > 0 ? url->host : prb_span_of(out->did);
	if (name.n >= sizeof(out->name))
		return prb_fault_set(fault, PRB_ERR_CONFIG, PRB_NO_OFFSET, NULL,
			"the issuer's name has more than %zu bytes", sizeof(out->name) - 1);
	if (prb_utf8_check(name.p, name.n) != name.n)
		return prb_fault_set(fault, PRB_ERR_CONFIG, PRB_NO_OFFSET, NULL,
			"the issuer's name is not UTF-8");
	for (size_t i = 0; i < name.n; i++)
		if ((unsigned char)name.p[i] < 0x20 || name.p[i] == 0x7F)
			return prb_fault_set(fault, PRB_ERR_CONFIG, PRB_NO_OFFSET, NULL,
				"the issuer's name holds a control character");
	put(&row, name);
	return PRB_OK;
}

enum prb_err
prb_issuer_fill(const uint8_t public_key[PRB_KEY_PUBLIC_BYTES], uint32_t number,
	const char *public_url, const char *name, struct prb_issuer *out, struct prb_fault *fault)
{
	struct prb_span text = prb_span_of(public_url);
	struct prb_issuer made = {.did = ""};
	struct url url = {.host = PRB_SPAN_NONE};
	enum prb_err err = PRB_OK;

	memcpy(made.public_key, public_key, PRB_KEY_PUBLIC_BYTES);
	made.number = number;
	if (text.n > 0 && text.p[text.n - 1] == '/')
		text.n--;
	if (text.n >= PRB_URL_BYTES_MAX)
		return wrong(fault, "is too long");
	if (text.n > 0)
		err = read_url(text, &url, fault);
	if (err != PRB_OK)
		return err;
	if (text.n > 0) {
		memcpy(made.public_url, text.p, text.n);
		fill_did_web(&url, number, &made);
	} else {
		fill_did_key(&made);
	}
	err = fill_name(prb_span_of(name), &url, &made, fault);
	if (err == PRB_OK)
		*out = made;
	return err;
}
