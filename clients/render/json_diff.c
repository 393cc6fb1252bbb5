/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/render/json_diff.h"

#include <stdint.h>

/* Names come from texts of at most some megabytes; one place is never longer. */
#define POINTER_BYTES_MAX ((size_t)64 << 20)

struct comparison {
	struct prb_str pointer;
	prb_json_difference_fn found;
	void *context;
	size_t count;
};

static void compare(struct comparison *c, const struct prb_json *a, const struct prb_json *b);

static void
say(struct comparison *c, const struct prb_json *a, const struct prb_json *b)
{
	c->count++;
	if (!c->pointer.failed)
		c->found(c->context, prb_str_span(&c->pointer), a, b);
}

/* RFC 6901 section 3: "~" is written ~0 and "/" ~1. */
static void
add_name(struct prb_str *pointer, const char *name)
{
	prb_str_add_char(pointer, '/');
	for (; *name != '\0'; name++)
		if (*name == '~')
			prb_str_add_text(pointer, "~0");
		else if (*name == '/')
			prb_str_add_text(pointer, "~1");
		else
			prb_str_add_char(pointer, *name);
}

static void
go_back(struct prb_str *pointer, size_t n)
{
	if (pointer->failed)
		return;
	pointer->n = n;
	if (pointer->p != NULL)
		pointer->p[n] = '\0';
}

static void
compare_members(struct comparison *c, const struct prb_json *a, const struct prb_json *b)
{
	size_t here = c->pointer.n;

	for (const struct prb_json *m = prb_json_first(a); m != NULL; m = prb_json_next(m)) {
		add_name(&c->pointer, prb_json_name(m));
		compare(c, m, prb_json_member(b, prb_json_name(m)));
		go_back(&c->pointer, here);
	}
	for (const struct prb_json *m = prb_json_first(b); m != NULL; m = prb_json_next(m)) {
		if (prb_json_member(a, prb_json_name(m)) != NULL)
			continue;
		add_name(&c->pointer, prb_json_name(m));
		say(c, NULL, m);
		go_back(&c->pointer, here);
	}
}

static void
compare_elements(struct comparison *c, const struct prb_json *a, const struct prb_json *b)
{
	size_t here = c->pointer.n;
	int64_t i = 0;

	for (a = prb_json_first(a), b = prb_json_first(b); a != NULL || b != NULL; i++) {
		prb_str_add_char(&c->pointer, '/');
		prb_str_add_int(&c->pointer, i);
		compare(c, a, b);
		go_back(&c->pointer, here);
		a = a != NULL ? prb_json_next(a) : NULL;
		b = b != NULL ? prb_json_next(b) : NULL;
	}
}

/* Of the same kind, and neither array nor object. */
static bool
same_scalar(const struct prb_json *a, const struct prb_json *b)
{
	switch (prb_json_kind(a)) {
	case PRB_JSON_BOOL:
		return prb_json_bool(a) == prb_json_bool(b);
	case PRB_JSON_NUMBER:
		return prb_json_number(a) == prb_json_number(b);
	case PRB_JSON_STRING:
		return prb_span_equal(prb_json_string(a), prb_json_string(b));
	default:
		return true;
	}
}

/* The parser bounds the depth. */
static void
compare(struct comparison *c, const struct prb_json *a, const struct prb_json *b)
{
	if (a == NULL || b == NULL || prb_json_kind(a) != prb_json_kind(b))
		say(c, a, b);
	else if (prb_json_kind(a) == PRB_JSON_OBJECT)
		compare_members(c, a, b);
	else if (prb_json_kind(a) == PRB_JSON_ARRAY)
		compare_elements(c, a, b);
	else if (!same_scalar(a, b))
		say(c, a, b);
}

size_t
prb_json_diff(const struct prb_json *a, const struct prb_json *b, prb_json_difference_fn found,
	void *context)
{
	struct comparison c = {.found = found, .context = context};
	size_t count;

	prb_str_init(&c.pointer, POINTER_BYTES_MAX);
	compare(&c, a, b);
	count = c.pointer.failed ? SIZE_MAX : c.count;
	prb_str_finish(&c.pointer);
	return count;
}
