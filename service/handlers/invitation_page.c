/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GET /invitation: where the link of an invitation leads; here as it is where no pages are built.
 * The page is the same for everybody who
 * reads the same language: what stands behind the # stays in the browser, and nothing here looks at
 * it.
 */
#include "clients/render/texts.h"
#include "service/handlers/page.h"
#include "service/handlers/web.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What nobody translates: commands, names of files, what is written into them. They are read from
 * left to right in every language. */
#define CODE_BEGIN "<pre dir=\"ltr\">"
#define CODE_END "</pre>\n"
static const char example[] =
	CODE_BEGIN "{&quot;supplier&quot;: {&quot;name&quot;: &quot;Example Knitwear Ltd&quot;, "
		   "&quot;country&quot;: &quot;BGD&quot;},\n"
		   " &quot;products&quot;: [{&quot;description&quot;: &quot;T-shirts&quot;, "
		   "&quot;hs&quot;: &quot;6109&quot;}],\n"
		   " &quot;workforce&quot;: {&quot;total&quot;: 420, &quot;migrant&quot;: 0, "
		   "&quot;recruitment_fees&quot;: &quot;employer_pays&quot;}}" CODE_END;

/* A text of the catalogue, in desk->text until the next. */
static struct prb_span
render(struct prb_exchange *x, const char *prefix, const char *key, const struct prb_span *args,
	size_t args_count)
{
	struct prb_str *text = &x->desk->text;

	prb_str_reset(text);
	(void)prb_text_render(x->lang, prefix, prb_span_of(key), args, args_count, text);
	x->reply.body.failed |= text->failed;
	return text->failed ? PRB_SPAN("") : prb_str_span(text);
}

static void
add_text(struct prb_exchange *x, const char *element, struct prb_span text)
{
	struct prb_str *out = &x->reply.body;

	prb_str_addf(out, "<%s>", element);
	prb_html_add(out, text);
	prb_str_addf(out, "</%s>\n", element);
}

static void
add(struct prb_exchange *x, const char *element, const char *key, const struct prb_span *args,
	size_t args_count)
{
	add_text(x, element, render(x, "invitation", key, args, args_count));
}

static void
add_link(struct prb_exchange *x, const char *path, const char *key)
{
	struct prb_str *out = &x->reply.body;

	prb_str_addf(out, "<li><a href=\"%s\">", path);
	prb_html_add(out, render(x, "invitation", key, NULL, 0));
	prb_str_add_text(out, "</a></li>\n");
}

/* A command that ends with an address of this server. */
static void
add_command(struct prb_exchange *x, const char *command, const char *path)
{
	const char *url = x->service->issuer->public_url;
	struct prb_str *out = &x->reply.body;

	prb_str_add_text(out, CODE_BEGIN);
	prb_html_add_text(out, command);
	prb_html_add_text(out, url[0] != '\0' ? url : "https://THIS-SERVER");
	prb_html_add_text(out, path);
	prb_str_add_text(out, CODE_END);
}

enum prb_handled
prb_handle_invitation_page(struct prb_exchange *x)
{
	const struct prb_span link_args[] = {PRB_SPAN("#prb_")};
	const struct prb_span key_args[] = {PRB_SPAN("key"), PRB_SPAN("#"), PRB_SPAN("prb_...")};
	const struct prb_span program_args[] = {PRB_SPAN("probity"), PRB_SPAN("link")};
	const struct prb_page_file *built = prb_web_find(x, PRB_PAGE_invitation);
	struct prb_str *out = &x->reply.body;

	if (built != NULL)
		return prb_web_send(x, PRB_PAGE_invitation, built);
	prb_page_begin(out, x->lang, render(x, "invitation", "title", NULL, 0));
	add(x, "p", "what", NULL, 0);
	add(x, "p", "link", link_args, COUNT(link_args));
	add(x, "h2", "who_asks", NULL, 0);
	add(x, "p", "key_file", key_args, COUNT(key_args));
	prb_str_add_text(out, CODE_BEGIN "Authorization: Bearer prb_..." CODE_END);
	add(x, "p", "then_ask", NULL, 0);
	add_command(x, "curl -H @key ", "/v1/invitation");
	add(x, "h2", "how", NULL, 0);
	add(x, "p", "by_program", program_args, COUNT(program_args));
	prb_str_add_text(
		out, CODE_BEGIN "probity submit --invitation link declaration.json" CODE_END);
	add(x, "p", "without_program", NULL, 0);
	add_command(x,
		"curl -H @key -H 'Content-Type: application/json' --data-binary "
		"@declaration.json ",
		"/v1/declarations");
	add(x, "p", "declaration", NULL, 0);
	prb_str_add_text(out, example);
	add(x, "p", "supplier", NULL, 0);
	add(x, "p", "answer", NULL, 0);
	add_text(x, "p", render(x, "note", "rating_is_not_a_finding_of_law", NULL, 0));
	prb_str_add_text(out, "<ul>\n");
	add_link(x, "/openapi.json", "all_members");
	add_link(x, "/", "what_else");
	prb_str_add_text(out, "</ul>\n");
	return prb_page_end(x);
}
