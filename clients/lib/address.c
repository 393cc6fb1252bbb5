/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/lib/address.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

static enum prb_err
refuse(struct prb_fault *fault, const char *reason)
{
	return prb_fault_set(fault, PRB_ERR_VALUE, PRB_NO_OFFSET, NULL,
		"the server's address %s; an address such as https://probity.example or "
		"http://127.0.0.1:8080 is wanted",
		reason);
}

/* curl has made the host one: lower-case letters as they were, numbers in dotted form, [..] around
 * IPv6. It resolves "localhost" to this machine without asking anybody. */
static bool
is_loopback(const char *host)
{
	struct in6_addr six;
	struct in_addr four;
	char bare[64];
	size_t n = strlen(host);

	if (curl_strequal(host, "localhost"))
		return true;
	if (inet_pton(AF_INET, host, &four) == 1)
		return ntohl(four.s_addr) >> 24 == 127;
	if (n < 3 || n >= sizeof bare || host[0] != '[')
		return false;
	memcpy(bare, host + 1, n - 2);
	bare[n - 2] = '\0';
	return inet_pton(AF_INET6, bare, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

static bool
part(CURLU *parts, CURLUPart which, char **out)
{
	*out = NULL;
	return curl_url_get(parts, which, out, 0) == CURLUE_OK;
}

struct pieces {
	char *scheme, *user, *host, *port, *path;
};

static enum prb_err
put_together(const struct pieces *p, struct prb_address *out, struct prb_fault *fault)
{
	struct prb_address made = {.secure = false};
	size_t path = strlen(p->path);
	int n;

	if (!curl_strequal(p->scheme, "http") && !curl_strequal(p->scheme, "https"))
		return refuse(fault, "is neither http nor https");
	if (p->user != NULL)
		return refuse(fault, "holds a user's name");
	made.secure = curl_strequal(p->scheme, "https");
	made.loopback = is_loopback(p->host);
	while (path > 0 && p->path[path - 1] == '/')
		path--;
	n = snprintf(made.base, sizeof made.base, "%s://%s%s%s%.*s", made.secure ? "https" : "http",
		p->host, p->port != NULL ? ":" : "", p->port != NULL ? p->port : "", (int)path,
		p->path);
	if (n < 0 || (size_t)n >= sizeof made.base)
		return refuse(fault, "is too long");
	*out = made;
	return PRB_OK;
}

enum prb_err
prb_address_read(const char *url, struct prb_address *out, struct prb_fault *fault)
{
	struct pieces p = {NULL};
	CURLU *parts;
	const char *authority;
	enum prb_err err;

	if (url == NULL || url[0] == '\0')
		return refuse(fault, "is empty");
	/* libcurl would take the path's first part for the host. */
	authority = strstr(url, "://");
	if (authority == NULL || authority[3] == '/')
		return refuse(fault, "is not a URL");
	if (strlen(url) >= PRB_ADDRESS_BYTES_MAX)
		return refuse(fault, "is too long");
	if (strpbrk(url, "?#") != NULL)
		return refuse(fault, "holds a query or a fragment");
	parts = curl_url();
	if (parts == NULL)
		return prb_fault_set(
			fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "there is no memory");
	if (curl_url_set(parts, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK ||
		!part(parts, CURLUPART_SCHEME, &p.scheme) ||
		!part(parts, CURLUPART_HOST, &p.host) || p.host[0] == '\0' ||
		!part(parts, CURLUPART_PATH, &p.path)) {
		err = refuse(fault, "is not a URL");
	} else {
		(void)part(parts, CURLUPART_USER, &p.user);
		(void)part(parts, CURLUPART_PORT, &p.port);
		err = put_together(&p, out, fault);
	}
	curl_free(p.scheme);
	curl_free(p.user);
	curl_free(p.host);
	curl_free(p.port);
	curl_free(p.path);
	curl_url_cleanup(parts);
	return err;
}

enum prb_err
prb_address_local(const char *path, struct prb_address *out, struct prb_fault *fault)
{
	struct prb_address made = {.base = "http://localhost", .loopback = true};
	size_t n = strlen(path);

	if (n == 0 || n >= sizeof made.socket)
		return prb_fault_set(fault, PRB_ERR_VALUE, PRB_NO_OFFSET, NULL,
			"the path of a socket has 1 to %zu bytes", sizeof made.socket - 1);
	memcpy(made.socket, path, n);
	*out = made;
	return PRB_OK;
}

void
prb_address_escape(struct prb_span text, struct prb_str *out)
{
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] != '\0' && strchr(plain, text.p[i]) != NULL)
			prb_str_add_char(out, text.p[i]);
		else
			prb_str_addf(out, "%%%02X", (unsigned)(unsigned char)text.p[i]);
	}
}
