/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/render/texts.h"

#include <string.h>

static const struct {
	const char *key, *text;
} texts[] = {
#define PRB_TEXT(key, text) {key, text},
#include "clients/render/texts_en.def"
#undef PRB_TEXT
};

const char *
prb_text_find(const char *prefix, struct prb_span key)
{
	size_t n = strlen(prefix);

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (strncmp(texts[i].key, prefix, n) == 0 && texts[i].key[n] == '.' &&
			prb_span_is(key, texts[i].key + n + 1))
			return texts[i].text;
	return NULL;
}

/* Puts in "{0}" or "{prefix:0}"; returns where the pattern goes on. */
static const char *
put_argument(const char *p, const struct prb_span *args, size_t args_count, struct prb_str *out)
{
	const char *end = strchr(p, '}');
	char prefix[32] = "";
	size_t index;

	if (end == NULL || end == p + 1)
		return p + 1;
	index = (size_t)(end[-1] - '0');
	if (index >= args_count)
		return end + 1;
	if (end - p > 3 && (size_t)(end - p - 3) < sizeof prefix) {
		memcpy(prefix, p + 1, (size_t)(end - p - 3));
		prefix[end - p - 3] = '\0';
		prb_text_render(prefix, args[index], NULL, 0, out);
	} else {
		prb_str_add_span(out, args[index]);
	}
	return end + 1;
}

void
prb_text_render(const char *prefix, struct prb_span key, const struct prb_span *args,
	size_t args_count, struct prb_str *out)
{
	const char *p = prb_text_find(prefix, key);

	if (p == NULL) {
		prb_str_add_span(out, key);
		return;
	}
	while (*p != '\0') {
		if (*p == '{')
			p = put_argument(p, args, args_count, out);
		else
			prb_str_add_char(out, *p++);
	}
}

/* C0 and C1 controls; the marks of Unicode Standard Annex 9 that embed, override or isolate a
 * direction. */
static bool
is_unsafe(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x200E && c <= 0x200F) ||
	       (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

void
prb_text_safe(struct prb_span text, bool newlines, struct prb_str *out)
{
	for (size_t i = 0; i < text.n;) {
		uint32_t c;
		size_t n = prb_utf8_decode(text.p + i, text.n - i, &c);

		if (n == 0 || (is_unsafe(c) && !(newlines && c == '\n'))) {
			prb_str_add_char(out, '?');
			n = n == 0 ? 1 : n;
		} else {
			prb_str_add(out, text.p + i, n);
		}
		i += n;
	}
}
