/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/render/build.h"

/*
 * Places of a declaration for people: "product 1" and not "/products/0". Plain text keeps pointers,
 * for who has the declaration open beside it.
 */

/* As many as any list of a declaration can have, and more. */
#define INDEX_MAX 1000000

/* Takes a list's name and an index from the front of *rest: "/findings/" and "3". */
static bool
take_index(struct prb_span *rest, const char *list, int64_t *index)
{
	struct prb_span name = prb_span_of(list), digits;

	if (!prb_span_starts(*rest, name))
		return false;
	digits = (struct prb_span){rest->p + name.n, 0};
	while (name.n + digits.n < rest->n && digits.p[digits.n] != '/')
		digits.n++;
	if (!prb_parse_int(digits, 0, INDEX_MAX, index))
		return false;
	rest->n -= name.n + digits.n;
	rest->p = digits.p + digits.n;
	return true;
}

static void
put(struct prb_builder *b, const char *key, const int64_t *indices, size_t count,
	struct prb_str *out)
{
	char digits[2][PRB_NUMBER_BYTES];
	struct prb_span args[2];

	/* People count from one. */
	for (size_t i = 0; i < count; i++)
		args[i] = prb_build_digits(indices[i] + 1, digits[i]);
	(void)prb_text_render(b->lang, "report", prb_span_of(key), args, count, out);
}

bool
prb_build_place(struct prb_builder *b, struct prb_span pointer, struct prb_str *out)
{
	static const char *const lists[][2] = {{"/findings/", "place_finding"},
		{"/sites/", "place_site"}, {"/controls/", "place_control"}};
	int64_t at[2];

	if (prb_span_starts(pointer, PRB_SPAN("/supplier"))) {
		put(b, "place_supplier", NULL, 0, out);
		return true;
	}
	if (prb_span_starts(pointer, PRB_SPAN("/upstream/"))) {
		put(b, "place_upstream", NULL, 0, out);
		return true;
	}
	if (take_index(&pointer, "/products/", &at[1])) {
		if (take_index(&pointer, "/inputs/", &at[0]))
			put(b, "place_input", at, 2, out);
		else
			put(b, "place_product", &at[1], 1, out);
		return true;
	}
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
		if (take_index(&pointer, lists[i][0], &at[0])) {
			put(b, lists[i][1], at, 1, out);
			return true;
		}
	return false;
}

void
prb_build_detail_place(struct prb_builder *b, struct prb_span pointer, unsigned on)
{
	if (on == PRB_ON_TEXT) {
		prb_build_detail(b, "at", pointer);
		return;
	}
	prb_str_reset(&b->part);
	if (prb_build_place(b, pointer, &b->part)) {
		prb_build_part(b);
		prb_str_add_span(&b->words, prb_str_span(&b->part));
	}
}

void
prb_build_detail_reply(struct prb_builder *b, struct prb_span pointer, unsigned on)
{
	if (on == PRB_ON_TEXT) {
		prb_build_detail(b, "reply", pointer);
	} else if (pointer.n != 0) {
		prb_build_part(b);
		prb_build_say(b, "report", PRB_SPAN("replied"), NULL, 0);
	}
}
