/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as "path?query": a query is read into clean, different parameters or refused with
 * words, and a path matches a pattern in one way alone.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/http/chars.h"
#include "service/http/target.h"

#define ARENA_BYTES_MAX ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool kept, const char *promise)
{
	if (kept)
		return;
	fprintf(stderr, "broken: %s\n", promise);
	abort();
}

static void
require_query(const struct prb_query *query)
{
	static const char *const nothing[] = {NULL};
	struct prb_fault fault;

	require(query->count <= PRB_QUERY_PARAMETERS_MAX, "the count is bounded");
	for (size_t i = 0; i < query->count; i++) {
		struct prb_span name = query->items[i].name;
		struct prb_span value = query->items[i].value;

		require(name.n > 0, "a parameter has a name");
		require(prb_utf8_check(name.p, name.n) == name.n, "a name is UTF-8");
		require(value.p && prb_utf8_check(value.p, value.n) == value.n, "a value is UTF-8");
		for (size_t k = 0; k < value.n; k++)
			require((unsigned char)value.p[k] >= 0x20, "a value has no controls");
		for (size_t k = 0; k < i; k++)
			require(!prb_span_equal(query->items[k].name, name), "no name twice");
	}
	require((prb_query_allow(query, nothing, &fault) == PRB_OK) == (query->count == 0),
		"what is not known is refused");
}

static void
require_path(struct prb_span path)
{
	struct prb_span params[PRB_PATH_PARAMS_MAX];

	if (!prb_path_match("/v1/reports/{id}", path, params))
		return;
	require(prb_span_starts(path, PRB_SPAN("/v1/reports/")), "the literal part is there");
	require(params[0].n > 0 && !memchr(params[0].p, '/', params[0].n), "one part is taken");
	require(params[0].p + params[0].n == path.p + path.n, "the whole path is read");
	require(!prb_path_match("/v1/reports/{id}/{part}", path, params), "one pattern matches");
}

static size_t
count(struct prb_span text, char c)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == c;
	return n;
}

/* A path that the head lets through has escapes that stand. */
static void
require_plain(struct prb_arena *arena, struct prb_span path)
{
	struct prb_span plain;

	if (!prb_escapes_stand(path) || !prb_path_plain(arena, path, &plain))
		return;
	require(plain.n <= path.n && prb_escapes_stand(plain), "what is left stands");
	for (const char *c = "/?#%"; *c; c++)
		require(count(plain, *c) <= count(path, *c), "nothing that cuts a path is made");
	require(count(plain, '\0') == count(path, '\0'), "nor a zero byte");
	require((path.n - plain.n) % 2 == 0 &&
			count(path, '%') - count(plain, '%') == (path.n - plain.n) / 2,
		"each escape that goes leaves one character");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct prb_span text = {(const char *)data, size};
	const char *mark = size > 0 ? memchr(text.p, '?', size) : NULL;
	size_t n = mark ? (size_t)(mark - text.p) : size;
	struct prb_arena *arena = prb_arena_create(ARENA_BYTES_MAX);
	struct prb_query query = {.count = 99};
	struct prb_fault fault;

	if (arena && mark) {
		struct prb_span rest = {mark + 1, size - n - 1};
		enum prb_err err = prb_query_read(arena, rest, &query, &fault);

		if (!err)
			require_query(&query);
		else
			require(query.count == 99 && fault.err == err && fault.detail[0] != '\0',
				"a refusal has words, and leaves what was there");
	}
	if (arena)
		require_plain(arena, (struct prb_span){text.p, n});
	if (n > 0)
		require_path((struct prb_span){text.p, n});
	prb_arena_destroy(arena);
	return 0;
}
