/* SPDX-License-Identifier: Apache-2.0 */
/* GET /: the way in. Where no pages are built, what is here, for somebody who opens the address in
 * a browser. */
#include <string.h>

#include "service/handlers/page.h"
#include "service/handlers/web.h"

struct row {
	const char *method, *path, *what;
};

static const struct row rows[] = {
#define PRB_ROUTE(method, path, handler, body, access, cache, operation, what)                     \
	{#method, path, what},
#include "service/handlers/routes.def"
#undef PRB_ROUTE
};

/* Routes that a browser can open as they stand, and those that want more than an address. */
static bool
can_be_opened(const struct row *row)
{
	return strcmp(row->method, "GET") == 0 && strchr(row->path, '{') == NULL &&
	       strcmp(row->path, "/v1/products") != 0 && strncmp(row->path, "/log/proof/", 11) != 0;
}

static void
add_rows(struct prb_str *out, bool opened)
{
	prb_str_add_text(out, "<ul>\n");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];

		if (can_be_opened(row) != opened || strcmp(row->path, "/") == 0)
			continue;
		prb_str_add_text(out, "<li>");
		if (opened)
			prb_str_addf(out, "<a href=\"%s\">%s</a>", row->path, row->path);
		else
			prb_str_addf(out, "<code>%s %s</code>", row->method, row->path);
		prb_str_add_text(out, ": ");
		prb_html_add_text(out, row->what);
		prb_str_add_text(out, "</li>\n");
	}
	prb_str_add_text(out, "</ul>\n");
}

static const char users[] =
	"<p>This server scores suppliers for the risk of forced labour by rules of the "
	"International Labour Organization. Each rating comes with its reasons and their sources, "
	"and under a signature that anyone can check.</p>\n"
	"<h2>Who uses it, and where to begin</h2>\n"
	"<dl>\n"
	"<dt>Somebody in a shop</dt>\n"
	"<dd>What is known of a good from an origin: "
	"<a href=\"/v1/products?hs=6109&amp;origin=BGD\">T-shirts from Bangladesh</a>, "
	"<a href=\"/v1/products?q=cotton&amp;origin=Turkmenistan\">cotton from Turkmenistan</a>, "
	"or "
	"<a href=\"/v1/products?q=shrimp\">shrimp, wherever it comes from</a>.</dd>\n"
	"<dt>A company that looks at its suppliers</dt>\n"
	"<dd>Send a supplier list and get a report for each row: "
	"<code>curl --data-binary @suppliers.csv -H 'Content-Type: text/csv' "
	"https://THIS-SERVER/v1/screenings</code></dd>\n"
	"<dt>A procurement officer who was shown an attestation</dt>\n"
	"<dd>Check it here, or with any other verifier: "
	"<code>curl --data-binary @attestation.json -H 'Content-Type: application/vc' "
	"https://THIS-SERVER/v1/verify</code></dd>\n"
	"</dl>\n";

static void
add_identity(struct prb_exchange *x)
{
	const struct prb_reference *reference = prb_release_reference(x->desk->release);
	struct prb_str *out = &x->reply.body;

	prb_str_add_text(out, "<h2>Who answers, and from what</h2>\n<p>Issuer: ");
	if (x->service->issuer->name[0] != '\0') {
		prb_html_add_text(out, x->service->issuer->name);
		prb_str_add_text(out, ", ");
	}
	prb_str_add_text(out, "<code>");
	prb_html_add_text(out, x->service->issuer->did);
	prb_str_addf(out, "</code><br>\nDataset release: <code>%s</code><br>\nMethod: version ",
		reference->release);
	prb_html_add_text(out, reference->method_version);
	prb_str_add_text(out,
		"</p>\n<p>A rating is not a finding of law and not, by itself, a ground for "
		"exclusion.</p>\n");
}

enum prb_handled
prb_handle_index(struct prb_exchange *x)
{
	const struct prb_page_file *built = prb_web_find(x, PRB_PAGE_index);
	struct prb_str *out = &x->reply.body;

	if (built != NULL)
		return prb_web_send(x, PRB_PAGE_index, built);
	x->reply.language = prb_lang_tag(PRB_LANG_en);
	prb_page_begin(out, PRB_LANG_en, PRB_SPAN("probity"));
	prb_str_add_text(out, users);
	prb_str_add_text(out, "<h2>To open</h2>\n");
	add_rows(out, true);
	prb_str_add_text(out, "<h2>For programs</h2>\n");
	add_rows(out, false);
	add_identity(x);
	return prb_page_end(x);
}
