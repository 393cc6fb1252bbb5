/* SPDX-License-Identifier: Apache-2.0 */
/* The form of the page for somebody in a shop, and how its texts and links are written. */
#include <string.h>

#include "clients/render/texts.h"
#include "service/handlers/shop.h"

void
prb_shop_say(struct prb_exchange *x, const char *prefix, const char *key,
	const struct prb_span *args, size_t args_count)
{
	struct prb_str *text = &x->desk->text;

	prb_str_reset(text);
	(void)prb_text_render(x->lang, prefix, prb_span_of(key), args, args_count, text);
	if (text->failed)
		x->reply.body.failed = true;
	prb_html_add(&x->reply.body, prb_str_span(text));
}

void
prb_shop_put(struct prb_exchange *x, const char *before, const char *key, const char *behind)
{
	prb_str_add_text(&x->reply.body, before);
	prb_shop_say(x, "lookup", key, NULL, 0);
	prb_str_add_text(&x->reply.body, behind);
}

void
prb_shop_country(struct prb_exchange *x, int country)
{
	struct prb_str *text = &x->desk->text;

	prb_str_reset(text);
	prb_text_country(
		x->lang, prb_release_reference(x->desk->release)->countries[country].iso3, text);
	if (text->failed)
		x->reply.body.failed = true;
	prb_html_add(&x->reply.body, prb_str_span(text));
}

void
prb_shop_link(struct prb_exchange *x, struct prb_span q, int country)
{
	struct prb_str *out = &x->reply.body;

	prb_str_add_text(out, "/shop?q=");
	for (size_t i = 0; i < q.n; i++)
		prb_str_addf(out, "%%%02X", (unsigned)(unsigned char)q.p[i]);
	if (country >= 0)
		prb_str_addf(out, "&amp;origin=%s",
			prb_release_reference(x->desk->release)->countries[country].iso3);
	prb_str_addf(out, "&amp;lang=%s#answer", prb_lang_tag(x->lang));
}

static void
put_escaped(struct prb_str *out, const char *before, struct prb_span value)
{
	if (value.n == 0)
		return;
	prb_str_add_text(out, before);
	for (size_t i = 0; i < value.n; i++)
		prb_str_addf(out, "%%%02X", (unsigned)(unsigned char)value.p[i]);
}

void
prb_shop_begin(struct prb_exchange *x, const struct prb_page_file *file,
	const struct prb_shop_asked *asked, int country)
{
	static const char link[] = "href=\"/shop?lang=";
	struct prb_str *out = &x->reply.body;
	struct prb_span origin = asked->origin;
	size_t from = 0;

	if (country >= 0)
		origin = prb_span_of(
			prb_release_reference(x->desk->release)->countries[country].iso3);
	for (size_t i = 0; i + sizeof link - 1 <= file->mark; i++) {
		if (memcmp(file->bytes.p + i, link, sizeof link - 1) != 0)
			continue;
		i += sizeof link - 1;
		while (i < file->mark && file->bytes.p[i] != '"')
			i++;
		prb_str_add(out, file->bytes.p + from, i - from);
		from = i;
		put_escaped(out, "&amp;q=", asked->q);
		put_escaped(out, "&amp;origin=", origin);
	}
	prb_str_add(out, file->bytes.p + from, file->mark - from);
}

/* A field's label, and the beginning of its input up to where the other attributes stand. */
static void
begin_field(struct prb_exchange *x, const char *name, const char *key, const char *fault)
{
	struct prb_str *out = &x->reply.body;

	prb_str_addf(out, "<div class=\"field\"><label for=\"shop-%s\">", name);
	prb_shop_say(x, "lookup", key, NULL, 0);
	prb_str_addf(out,
		"</label><input id=\"shop-%s\" name=\"%s\" type=\"text\" dir=\"auto\" "
		"autocomplete=\"off\" autocapitalize=\"none\" spellcheck=\"false\" "
		"aria-describedby=\"shop-%s-hint%s%s%s\"%s",
		name, name, name, fault ? " shop-" : "", fault ? name : "", fault ? "-fault" : "",
		fault ? " aria-invalid=\"true\"" : "");
}

static void
end_field(struct prb_exchange *x, const char *name, const char *hint)
{
	struct prb_str *out = &x->reply.body;

	prb_str_addf(out, "<p class=\"hint\" id=\"shop-%s-hint\">", name);
	prb_shop_put(x, "", hint, "</p></div>\n");
}

static void
put_fault(struct prb_exchange *x, const char *name, const char *fault)
{
	if (fault == NULL)
		return;
	prb_str_addf(&x->reply.body, "<p class=\"fault\" id=\"shop-%s-fault\">", name);
	prb_shop_put(x, "", fault, "</p>");
}

static void
put_product(struct prb_exchange *x, const struct prb_shop_asked *asked)
{
	begin_field(x, "q", "product", asked->q_fault);
	prb_str_add_text(&x->reply.body, " enterkeyhint=\"search\" value=\"");
	prb_html_add(&x->reply.body, asked->q);
	prb_str_add_text(&x->reply.body, "\">");
	put_fault(x, "q", asked->q_fault);
	end_field(x, "q", "product_hint");
}

/* The list of countries is a part of the page as it was built. */
static void
put_origin(struct prb_exchange *x, const struct prb_shop_asked *asked)
{
	begin_field(x, "origin", "origin", asked->origin_fault);
	prb_str_add_text(&x->reply.body, " list=\"countries\" value=\"");
	prb_html_add(&x->reply.body, asked->origin);
	prb_str_add_text(&x->reply.body, "\">");
	put_fault(x, "origin", asked->origin_fault);
	if (asked->near >= 0) {
		struct prb_span country = prb_span_of(
			prb_release_reference(x->desk->release)->countries[asked->near].iso3);

		prb_str_add_text(&x->reply.body, "<p class=\"meant\"><a href=\"");
		prb_shop_link(x, asked->q, asked->near);
		prb_str_add_text(&x->reply.body, "\">");
		prb_shop_say(x, "lookup", "did_you_mean", &country, 1);
		prb_str_add_text(&x->reply.body, "</a></p>");
	}
	end_field(x, "origin", "origin_hint");
}

static void
put_example(struct prb_exchange *x, const char *key, const char *iso3)
{
	struct prb_str *out = &x->reply.body, *text = &x->desk->text;
	bool assumed;
	int country = prb_facts_country(x->desk->gatherer, prb_span_of(iso3), &assumed);
	struct prb_span words;

	prb_str_reset(text);
	(void)prb_text_render(x->lang, "lookup", prb_span_of(key), NULL, 0, text);
	words = prb_kept(x->arena, text);
	prb_str_add_text(out, "<li><a href=\"");
	prb_shop_link(x, words, country);
	prb_str_add_text(out, "\">");
	prb_html_add(out, words);
	if (country >= 0) {
		prb_str_add_text(out, " \xc2\xb7 ");
		prb_shop_country(x, country);
	}
	prb_str_add_text(out, "</a></li>");
}

static void
put_examples(struct prb_exchange *x)
{
	prb_shop_put(x, "<div class=\"examples\"><p id=\"examples\">", "examples", "</p>");
	prb_str_add_text(&x->reply.body, "<ul aria-labelledby=\"examples\">");
	put_example(x, "example_shirt", "BGD");
	put_example(x, "example_cotton", "TKM");
	put_example(x, "example_shrimp", "");
	prb_str_add_text(&x->reply.body, "</ul></div>\n");
}

void
prb_shop_form(struct prb_exchange *x, const struct prb_shop_asked *asked, bool answered)
{
	/* To the answer at once, on a small screen as well. */
	prb_str_addf(&x->reply.body,
		"<form class=\"shop-form%s\" action=\"/shop#answer\" method=\"get\" "
		"role=\"search\">\n"
		"<input type=\"hidden\" name=\"lang\" value=\"%s\">\n<div class=\"fields\">\n",
		answered ? " answered" : "", prb_lang_tag(x->lang));
	put_product(x, asked);
	put_origin(x, asked);
	prb_shop_put(x, "</div>\n<div class=\"actions\"><button type=\"submit\">", "show",
		"</button></div>\n</form>\n");
	if (asked->q.n + asked->origin.n == 0)
		put_examples(x);
}
