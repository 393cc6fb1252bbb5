/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_BASE_JSON_NAMES_H
#define PRB_BASE_JSON_NAMES_H

/*
 * The member names of the objects that are open while json.c checks a text, to find the ones that
 * stand twice. Names compare as they are meant, unescaped. Small objects are searched at each new
 * name; larger ones are sorted once, at their end, so that no text takes quadratic time. For json.c
 * alone.
 */

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "scoring/base/arena.h"
#include "scoring/base/sort.h"
#include "scoring/base/text.h"

/* Smaller objects are searched, larger ones sorted. */
#define PRB_NAMES_SEARCHED_MAX 24
/* So many are held without asking the arena. */
#define PRB_NAMES_ON_STACK 64

struct prb_names {
	struct prb_arena *arena;
	struct prb_named
		*item; /* the names of the outer object first; item is the place in the text */
	size_t count;
	size_t room;
	struct prb_named on_stack[PRB_NAMES_ON_STACK];
};

enum prb_names_result {
	PRB_NAMES_NOTED,
	PRB_NAMES_TWICE,
	PRB_NAMES_NO_MEMORY,
};

static inline void
prb_names_init(struct prb_names *names, struct prb_arena *arena)
{
	names->arena = arena;
	names->item = names->on_stack;
	names->count = 0;
	names->room = PRB_NAMES_ON_STACK;
}

/* The four digits behind \u, or -1. */
static inline int32_t
prb_json_hex4(const char *p, const char *end)
{
	static const char digits[] = "0123456789abcdefABCDEF";
	int32_t value = 0;

	if (end - p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		const char *digit = memchr(digits, p[i], sizeof(digits) - 1);

		if (!digit)
			return -1;
		int32_t n = (int32_t)(digit - digits);
		value = value * 16 + (n < 16 ? n : n - 6);
	}
	return value;
}

static inline uint32_t
prb_json_join_surrogates(uint32_t high, uint32_t low)
{
	return 0x10000 + ((high & 0x3FF) << 10 | (low & 0x3FF));
}

/* Writes what the escape at p (checked already) stands for; returns how long the escape is. */
static inline size_t
prb_json_unescape_one(const char *p, const char *end, char **out)
{
	static const char from[] = "\"\\/bfnrt";
	static const char to[] = "\"\\/\b\f\n\r\t";

	if (p[1] != 'u') {
		*(*out)++ = to[strchr(from, p[1]) - from];
		return 2;
	}
	uint32_t code_point = (uint32_t)prb_json_hex4(p + 2, end);
	size_t length = 6;
	if (code_point >= 0xD800 && code_point <= 0xDBFF) {
		code_point =
			prb_json_join_surrogates(code_point, (uint32_t)prb_json_hex4(p + 8, end));
		length = 12;
	}
	*out += prb_utf8_encode(code_point, *out);
	return length;
}

/* The name as it is meant; p is NULL without memory. An escape is never shorter than what it stands
 * for. */
static inline struct prb_span
prb_json_unescape(struct prb_arena *arena, struct prb_span raw)
{
	if (raw.n == 0 || !memchr(raw.p, '\\', raw.n))
		return raw;
	char *name = prb_arena_alloc(arena, raw.n);
	char *out = name;

	if (!name)
		return PRB_SPAN_NONE;
	for (size_t i = 0; i < raw.n;) {
		if (raw.p[i] == '\\')
			i += prb_json_unescape_one(raw.p + i, raw.p + raw.n, &out);
		else
			*out++ = raw.p[i++];
	}
	return (struct prb_span){name, (size_t)(out - name)};
}

static inline bool
prb_names_grow(struct prb_names *names)
{
	struct prb_named *more = prb_arena_array(names->arena, names->room * 2, sizeof(*more));

	if (!more)
		return false;
	memcpy(more, names->item, names->count * sizeof(*more));
	names->item = more;
	names->room *= 2;
	return true;
}

/* Any order serves that puts equal names side by side. */
static inline int
prb_names_order(struct prb_span a, struct prb_span b)
{
	if (a.n != b.n)
		return a.n < b.n ? -1 : 1;
	return a.n == 0 ? 0 : memcmp(a.p, b.p, a.n);
}

/* Notes what stands between the quotes, for the object whose names begin at `base`. */
static inline enum prb_names_result
prb_names_note(struct prb_names *names, size_t base, struct prb_span raw)
{
	struct prb_named noted = {prb_json_unescape(names->arena, raw), raw.p};

	if (!noted.name.p)
		return PRB_NAMES_NO_MEMORY;
	if (names->count == names->room && !prb_names_grow(names))
		return PRB_NAMES_NO_MEMORY;
	names->item[names->count++] = noted;
	if (names->count - base > PRB_NAMES_SEARCHED_MAX)
		return PRB_NAMES_NOTED;
	for (size_t i = base; i < names->count - 1; i++) {
		if (names->item[i].name.n == noted.name.n &&
			prb_names_order(names->item[i].name, noted.name) == 0)
			return PRB_NAMES_TWICE;
	}
	return PRB_NAMES_NOTED;
}

/* Which of the two stands further on in the text. */
static inline const struct prb_named *
prb_names_later(const struct prb_named *a, const struct prb_named *b)
{
	return (const char *)a->item > (const char *)b->item ? a : b;
}

/* At the object's end: forgets its names; returns the first that repeats another and was not found
 * before, or NULL. */
static inline const struct prb_named *
prb_names_close(struct prb_names *names, size_t base)
{
	struct prb_named *item = names->item + base;
	size_t n = names->count - base;
	const struct prb_named *found = NULL;

	names->count = base;
	if (n <= PRB_NAMES_SEARCHED_MAX)
		return NULL;
	prb_named_sort(item, n, prb_names_order);
	for (size_t i = 1; i < n; i++) {
		if (!prb_span_equal(item[i - 1].name, item[i].name))
			continue;
		const struct prb_named *later = prb_names_later(&item[i - 1], &item[i]);
		if (!found || prb_names_later(later, found) == found)
			found = later;
	}
	return found;
}

#endif
