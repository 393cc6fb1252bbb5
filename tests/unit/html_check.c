/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/html_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define DEPTH_MAX 32

static bool
is_empty(struct prb_span name)
{
	static const char *const empty[] = {"!DOCTYPE", "meta", "br"};

	for (size_t k = 0; k < sizeof empty / sizeof empty[0]; k++)
		if (prb_span_is(name, empty[k]))
			return true;
	return false;
}

static void
check_elements(struct prb_span html)
{
	struct prb_span open[DEPTH_MAX];
	size_t depth = 0;

	for (size_t i = 0; i < html.n; i++) {
		struct prb_span name;
		bool closes;

		if (html.p[i] != '<') {
			assert_true(html.p[i] != '>');
			continue;
		}
		closes = html.p[++i] == '/';
		name = (struct prb_span){html.p + i + closes, 0};
		while (strchr(" >\n", name.p[name.n]) == NULL)
			name.n++;
		while (html.p[i] != '>')
			i++;
		if (closes) {
			assert_true(depth > 0);
			assert_true(prb_span_equal(open[depth - 1], name));
			depth--;
		} else if (!is_empty(name) && html.p[i - 1] != '/') {
			assert_true(depth < DEPTH_MAX);
			open[depth++] = name;
		}
	}
	assert_int_equal(depth, 0);
}

/* How often the attribute ` id="ID"` stands there. */
static int
count_ids(struct prb_span html, const char *id, size_t n)
{
	int count = 0;

	for (const char *p = html.p; (p = strstr(p, " id=\"")) != NULL;) {
		p += strlen(" id=\"");
		count += strncmp(p, id, n) == 0 && p[n] == '"';
	}
	return count;
}

static void
check_links(struct prb_span html, const char *before, const char *what)
{
	for (const char *p = html.p; (p = strstr(p, before)) != NULL;) {
		size_t n;

		p += strlen(before);
		n = strcspn(p, "\"");
		if (count_ids(html, p, n) != 1)
			fail_msg("%s: %.*s", what, (int)n, p);
	}
}

void
check_html(struct prb_span html)
{
	check_elements(html);
	check_links(html, " id=\"", "an id that stands twice");
	check_links(html, "href=\"#", "a link that leads nowhere in the page");
}
