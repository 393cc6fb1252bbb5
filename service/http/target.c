/* SPDX-License-Identifier: Apache-2.0 */
#include "service/http/target.h"

#include <assert.h>
#include <string.h>

#include "service/http/chars.h"

static enum prb_err
refuse(struct prb_fault *fault, const char *detail)
{
	return prb_fault_set(fault, PRB_ERR_QUERY, PRB_NO_OFFSET, NULL, "%s", detail);
}

/* Takes the percent-encoding off; out has room for text.n bytes. False where an escape is broken.
 */
static bool
decode(struct prb_span text, char *out, struct prb_span *decoded)
{
	size_t n = 0;

	if (!prb_escapes_stand(text))
		return false;
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c == '%') {
			c = (char)(prb_char_hex(text.p[i + 1]) << 4 | prb_char_hex(text.p[i + 2]));
			i += 2;
		} else if (c == '+')
			c = ' ';
		out[n++] = c;
	}
	*decoded = (struct prb_span){out, n};
	return true;
}

/* Whether text is UTF-8 without control characters: C0, DEL, and C1 (C2 80 to C2 9F). */
static bool
is_clean(struct prb_span text)
{
	if (prb_utf8_check(text.p, text.n) != text.n)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c < 0x20 || c == 0x7F)
			return false;
		if (c == 0xC2 && (unsigned char)text.p[i + 1] < 0xA0)
			return false;
	}
	return true;
}

/* Cuts text at the first c; *rest is NONE where there is none. */
static struct prb_span
cut(struct prb_span text, char c, struct prb_span *rest)
{
	const char *at = text.n > 0 ? memchr(text.p, c, text.n) : NULL;

	*rest = PRB_SPAN_NONE;
	if (!at)
		return text;
	size_t n = (size_t)(at - text.p);
	*rest = (struct prb_span){at + 1, text.n - n - 1};
	return (struct prb_span){text.p, n};
}

static enum prb_err
read_parameter(
	struct prb_span text, char *out, struct prb_parameter *parameter, struct prb_fault *fault)
{
	struct prb_span value;
	struct prb_span name = cut(text, '=', &value);

	if (!decode(name, out, &parameter->name) || !decode(value, out + name.n, &parameter->value))
		return refuse(fault, "in the query each % has two hexadecimal digits behind it");
	if (!is_clean(parameter->name) || !is_clean(parameter->value))
		return refuse(fault, "the query is UTF-8 without control characters");
	if (parameter->name.n == 0)
		return refuse(fault, "a parameter of the query has no name");
	return PRB_OK;
}

static enum prb_err
add_parameter(
	struct prb_query *query, const struct prb_parameter *parameter, struct prb_fault *fault)
{
	for (size_t i = 0; i < query->count; i++) {
		if (prb_span_equal(query->items[i].name, parameter->name))
			return prb_fault_set(fault, PRB_ERR_QUERY, PRB_NO_OFFSET, NULL,
				"the parameter \"%.*s\" is given twice",
				PRB_SPAN_ARGS(parameter->name));
	}
	if (query->count == PRB_QUERY_PARAMETERS_MAX)
		return prb_fault_set(fault, PRB_ERR_QUERY, PRB_NO_OFFSET, NULL,
			"the query has more than %d parameters", PRB_QUERY_PARAMETERS_MAX);
	query->items[query->count++] = *parameter;
	return PRB_OK;
}

enum prb_err
prb_query_read(struct prb_arena *arena, struct prb_span query, struct prb_query *out,
	struct prb_fault *fault)
{
	struct prb_query read;
	char *room = prb_arena_alloc(arena, query.n);

	if (!room)
		return prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL,
			"there is no memory for the query");
	read.count = 0;
	while (query.p) {
		struct prb_parameter parameter;
		struct prb_span rest;
		struct prb_span text = cut(query, '&', &rest);

		query = rest;
		if (text.n == 0) /* "a=1&&b=2", "a=1&": nothing is meant */
			continue;
		enum prb_err err = read_parameter(text, room, &parameter, fault);
		if (!err)
			err = add_parameter(&read, &parameter, fault);
		if (err)
			return err;
		room += text.n;
	}
	out->count = read.count;
	memcpy(out->items, read.items, read.count * sizeof(read.items[0]));
	return PRB_OK;
}

struct prb_span
prb_query_get(const struct prb_query *query, const char *name)
{
	for (size_t i = 0; i < query->count; i++) {
		if (prb_span_is(query->items[i].name, name))
			return query->items[i].value;
	}
	return PRB_SPAN_NONE;
}

static bool
is_known(struct prb_span name, const char *const *known)
{
	for (; *known; known++) {
		if (prb_span_is(name, *known))
			return true;
	}
	return false;
}

enum prb_err
prb_query_allow(const struct prb_query *query, const char *const *known, struct prb_fault *fault)
{
	for (size_t i = 0; i < query->count; i++) {
		if (!is_known(query->items[i].name, known))
			return prb_fault_set(fault, PRB_ERR_QUERY, PRB_NO_OFFSET, NULL,
				"this address knows no parameter \"%.*s\"",
				PRB_SPAN_ARGS(query->items[i].name));
	}
	return PRB_OK;
}

static bool
is_unreserved(char c)
{
	char lower = prb_char_lower(c);

	return (lower >= 'a' && lower <= 'z') || prb_char_is_digit(c) || c == '-' || c == '.' ||
	       c == '_' || c == '~';
}

bool
prb_path_plain(struct prb_arena *arena, struct prb_span path, struct prb_span *out)
{
	char *plain;
	size_t n = 0;

	if (path.n == 0 || !memchr(path.p, '%', path.n)) {
		*out = path;
		return true;
	}
	plain = prb_arena_alloc(arena, path.n);
	if (!plain)
		return false;
	for (size_t i = 0; i < path.n; i++) {
		char c = path.p[i];

		if (c == '%') {
			char meant = (char)(prb_char_hex(path.p[i + 1]) << 4 |
					    prb_char_hex(path.p[i + 2]));

			if (is_unreserved(meant)) {
				c = meant;
				i += 2;
			}
		}
		plain[n++] = c;
	}
	*out = (struct prb_span){plain, n};
	return true;
}

/* Whether the parameter that ends at `end` is one that takes the rest: "{name...}". */
static bool
takes_rest(const char *pattern, const char *end)
{
	return end - pattern > 3 && memcmp(end - 3, "...", 3) == 0;
}

bool
prb_path_match(
	const char *pattern, struct prb_span path, struct prb_span params[PRB_PATH_PARAMS_MAX])
{
	struct prb_span found[PRB_PATH_PARAMS_MAX];
	size_t count = 0;
	size_t at = 0;

	while (*pattern) {
		if (*pattern != '{') {
			if (at == path.n || path.p[at++] != *pattern++)
				return false;
			continue;
		}
		const char *end = strchr(pattern, '}');
		bool rest = takes_rest(pattern, end);
		size_t start = at;

		while (at < path.n && (rest || path.p[at] != '/'))
			at++;
		if (at == start)
			return false;
		assert(count < PRB_PATH_PARAMS_MAX);
		found[count++] = (struct prb_span){path.p + start, at - start};
		pattern = end + 1;
	}
	if (at != path.n)
		return false;
	memcpy(params, found, count * sizeof(found[0]));
	return true;
}
