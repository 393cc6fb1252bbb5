/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/render/html.h"

#include "clients/render/html_escape.h"
#include "clients/render/html_figures.h"
#include "clients/render/texts.h"

/* Widths in characters, so that lines stay readable; colours of 4.5:1 and more on both grounds;
 * logical sides, so that Arabic is mirrored. On paper no background is needed. */
static const char style[] =
	":root{color-scheme:light dark;--ink:#1c1f24;--soft:#4d5560;--line:#c5cad1;--ground:#fff;"
	"--panel:#f4f5f7;--link:#0b4f9e}"
	"@media(prefers-color-scheme:dark){:root{--ink:#e8eaed;--soft:#aeb5bf;--line:#434a54;"
	"--ground:#14171b;--panel:#1d2127;--link:#8ab8ff}}"
	"*{box-sizing:border-box}"
	"body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.55 system-ui,"
	"-apple-system,\"Segoe UI\",\"Noto Sans\",\"Noto Sans Arabic\",\"Noto Sans SC\",sans-serif;"
	"overflow-wrap:anywhere}"
	"main{max-inline-size:52rem;margin-inline:auto;padding:1rem 1rem 3rem}"
	"article+article{margin-block-start:3rem;padding-block-start:2rem;border-block-start:4px "
	"solid var(--line)}"
	"h1{font-size:1.75rem;line-height:1.25;margin-block:0}"
	"h2{font-size:1.2rem;line-height:1.3;margin-block:2.25rem .5rem;padding-block-start:.75rem;"
	"border-block-start:1px solid var(--line)}"
	"p{margin-block:.5rem}a{color:var(--link)}a:focus-visible,[tabindex]:focus-visible{outline:"
	"3px solid var(--link);outline-offset:2px}"
	".soft,.detail,.note{color:var(--soft)}.detail,.note{font-size:.875rem;margin-block:.15rem}"
	".rating{margin-block:1.25rem;padding:1rem 1.25rem;background:var(--panel);"
	"border-inline-start:.6rem solid var(--rating)}"
	".rating p{margin:0}.rating .word{font-size:1.9rem;font-weight:700;line-height:1.3}"
	".first::first-letter,caption::first-letter{text-transform:uppercase}"
	".rating .first{margin-block-start:.35rem}"
	".critical{--rating:#b3122b}.high{--rating:#c2500a}.medium{--rating:#a17800}"
	".low{--rating:#2b7a4b}.unknown{--rating:#6b7480}"
	"td.rated{border-inline-start:.35rem solid var(--rating);font-weight:600}"
	"nav ul{columns:2 16rem;padding:0;margin:1rem 0;list-style:none}nav li{margin:0}"
	"nav a{display:block;padding-block:.2rem;min-block-size:24px}"
	"ul{padding-inline-start:1.25rem;margin-block:.5rem}li{margin-block-end:.5rem}"
	".measure{margin-block:1rem}.measure p{margin:0}.bar{display:block;inline-size:100%;"
	"block-size:.8rem;margin-block:.3rem}"
	".wide{overflow-x:auto}table{border-collapse:collapse;inline-size:100%;font-size:.9375rem}"
	"caption{text-align:start;color:var(--soft);padding-block-end:.4rem;"
	"max-inline-size:calc(100vw - 2rem)}"
	"th,td{text-align:start;vertical-align:top;padding:.45rem .6rem;border-block-end:1px solid "
	"var(--line);overflow-wrap:break-word}th{font-weight:600}td.number{text-align:end}"
	"tbody th{min-inline-size:7rem}"
	"tr.unknown td{color:var(--soft)}"
	"tr.unknown .state{background:repeating-linear-gradient(135deg,transparent 0 6px,"
	"var(--panel) 6px 12px)}"
	".sign{vertical-align:-.15em}tr.present .sign,tr.contested .sign{color:var(--sign)}"
	":root{--sign:#b3122b}@media(prefers-color-scheme:dark){:root{--sign:#ff8795}}"
	"code,.code{font-family:ui-monospace,monospace;font-size:.875rem;overflow-wrap:anywhere}"
	"dl{display:grid;grid-template-columns:minmax(8rem,14rem) 1fr;gap:.35rem 1rem;margin-block:"
	".75rem}dt{color:var(--soft)}dd{margin:0}"
	"figure{margin:1rem "
	"0;display:flex;flex-wrap:wrap;gap:1rem;align-items:center}.qr{flex:none}"
	"figcaption{flex:1 1 14rem}"
	"@media(max-width:30rem){dl{grid-template-columns:1fr;gap:0}dd{margin-block-end:.5rem}"
	"h1{font-size:1.5rem}}"
	"@media print{@page{size:A4;margin:18mm 16mm}:root{color-scheme:light;--ink:#000;"
	"--soft:#333;--line:#999;--ground:#fff;--panel:#fff;--link:#000;--sign:#000}"
	"body{font-size:10pt}main{max-inline-size:none;padding:0}nav,.back{display:none}"
	".rating{border:1.5pt solid #000;border-inline-start:6pt solid #000}"
	"h1,h2,caption{break-after:avoid}li,tr,.measure,.rating,figure{break-inside:avoid}"
	"thead{display:table-header-group}.wide{overflow:visible}"
	"article+article{break-before:page;border:0;margin:0;padding:0}}";

/*
 * Small things.
 */

static void
put(struct prb_str *out, const char *html)
{
	prb_str_add_text(out, html);
}

/* A text of the catalogue, for HTML. */
static void
put_text(const struct prb_document *d, const char *key, struct prb_str *out)
{
	struct prb_str text;

	prb_str_init(&text, 4096);
	(void)prb_text_render(d->lang, "report", prb_span_of(key), NULL, 0, &text);
	prb_html_add(out, prb_str_span(&text));
	out->failed |= text.failed;
	prb_str_finish(&text);
}

/* <tag class="class">words</tag>; nothing where there are no words. */
static void
put_element(const char *tag, const char *class, struct prb_span words, struct prb_str *out)
{
	if (words.n == 0)
		return;
	prb_str_addf(out, "<%s%s%s%s>", tag, class[0] != '\0' ? " class=\"" : "", class,
		class[0] != '\0' ? "\"" : "");
	prb_html_add(out, words);
	prb_str_addf(out, "</%s>\n", tag);
}

/* A web address leads somewhere; anything else is words. */
static void
put_address(struct prb_span url, struct prb_str *out)
{
	bool leads = prb_span_starts(url, PRB_SPAN("https://")) ||
		     prb_span_starts(url, PRB_SPAN("http://")) ||
		     prb_span_starts(url, PRB_SPAN("#"));

	if (leads) {
		put(out, "<a href=\"");
		prb_html_add(out, url);
		put(out, "\" rel=\"noreferrer\">");
	}
	put(out, "<bdi>");
	prb_html_add(out, url);
	put(out, leads ? "</bdi></a>" : "</bdi>");
}

/*
 * Blocks.
 */

/* What is open around the block that comes next. */
struct page {
	const struct prb_document *document;
	const char *prefix; /* of ids */
	struct prb_str *out;
	bool in_section, in_list, in_item;
	bool has_contents;
};

static void
close_item(struct page *p)
{
	if (p->in_item)
		put(p->out, "</li>\n");
	p->in_item = false;
}

static void
close_list(struct page *p)
{
	close_item(p);
	if (p->in_list)
		put(p->out, "</ul>\n");
	p->in_list = false;
}

static void
close_section(struct page *p)
{
	close_list(p);
	if (p->in_section)
		put(p->out, "</section>\n");
	p->in_section = false;
}

static void
write_title(struct page *p, const struct prb_block *b)
{
	put(p->out, "<h1><bdi>");
	prb_html_add(p->out, b->words);
	put(p->out, "</bdi></h1>\n");
	put_element("p", "soft", b->title.country, p->out);
}

/* Links to the headings, before the first: a report is some pages long. Of several in one page the
 * summary leads to each. */
static void
write_contents(struct page *p)
{
	struct prb_str *out = p->out;

	if (p->has_contents || p->prefix[0] != '\0')
		return;
	p->has_contents = true;
	put(out, "<nav aria-label=\"");
	put_text(p->document, "contents", out);
	put(out, "\">\n<ul>\n");
	for (const struct prb_block *b = p->document->first; b != NULL; b = b->next) {
		if (b->kind != PRB_BLOCK_HEADING)
			continue;
		prb_str_addf(out, "<li><a href=\"#%.*s\">", PRB_SPAN_ARGS(b->heading.id));
		prb_html_add(out, b->words);
		put(out, "</a></li>\n");
	}
	put(out, "</ul>\n</nav>\n");
}

static void
write_rating(struct page *p, const struct prb_block *b)
{
	struct prb_str *out = p->out;

	put(out, "<div class=\"rating ");
	prb_html_add(out, b->rating.key);
	put(out, "\">\n");
	put_element("p", "soft", p->document->subject, out);
	put_element("p", "word first", b->words, out);
	put_element("p", "first", b->rating.sentence, out);
	put_element("p", "soft first", b->rating.range, out);
	put(out, "</div>\n");
}

static void
write_heading(struct page *p, const struct prb_block *b)
{
	struct prb_str *out = p->out;

	close_section(p);
	write_contents(p);
	prb_str_addf(out, "<section>\n<h2 id=\"%s%.*s\">", p->prefix, PRB_SPAN_ARGS(b->heading.id));
	prb_html_add(out, b->words);
	put(out, "</h2>\n");
	p->in_section = true;
}

static void
write_item(struct page *p, const struct prb_block *b)
{
	close_item(p);
	put(p->out, p->in_list ? "<li>" : "<ul>\n<li>");
	p->in_list = p->in_item = true;
	prb_html_add(p->out, b->words);
}

static void
write_detail(struct page *p, const struct prb_block *b)
{
	struct prb_str *out = p->out;
	bool both = b->detail.url.n != 0 && b->words.n != 0;

	if (b->detail.url.n == 0 && b->words.n == 0)
		return;
	put(out, "<div class=\"detail\">");
	if (b->detail.url.n != 0)
		put_address(b->detail.url, out);
	put(out, both ? " \xC2\xB7 " : "");
	prb_html_add(out, b->words);
	put(out, "</div>");
}

static void
write_bar(struct page *p, const struct prb_block *b)
{
	struct prb_str *out = p->out;

	put(out, "<div class=\"measure\">\n");
	put_element("p", "", b->words, out);
	prb_html_bar(&b->bar, prb_lang_is_rtl(p->document->lang), out);
	put_element("p", "soft", b->bar.said, out);
	put(out, "</div>\n");
}

/* A table scrolls by itself where the window is narrow, and by keyboard too. */
static void
begin_table(struct page *p, struct prb_span caption)
{
	put(p->out, "<div class=\"wide\" role=\"group\" tabindex=\"0\" aria-label=\"");
	prb_html_add(p->out, caption);
	put(p->out, "\">\n<table>\n<caption>");
	prb_html_add(p->out, caption);
	put(p->out, "</caption>\n<thead><tr>");
}

static void
write_columns(struct page *p, const struct prb_span *columns, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		put(p->out, "<th scope=\"col\">");
		prb_html_add(p->out, columns[i]);
		put(p->out, "</th>");
	}
	put(p->out, "</tr></thead>\n<tbody>\n");
}

static void
write_indicator(struct page *p, const struct prb_indicator_row *row)
{
	struct prb_str *out = p->out;

	put(out, "<tr class=\"");
	prb_html_add(out, row->state_key);
	prb_str_addf(out, "\"><th scope=\"row\">%lld. ", (long long)row->code);
	prb_html_add(out, row->name);
	put(out, "</th><td class=\"state\">");
	prb_html_sign(row->state_key, out);
	prb_html_add(out, row->state);
	put(out, "</td><td>");
	prb_html_add(out, row->grade);
	put(out, "</td><td>");
	prb_html_add(out, row->rests);
	put(out, "</td></tr>\n");
}

static void
write_indicators(struct page *p, const struct prb_block *b)
{
	begin_table(p, b->words);
	write_columns(p, b->indicators.columns, 4);
	for (size_t i = 0; i < b->indicators.rows_count; i++)
		write_indicator(p, &b->indicators.rows[i]);
	put(p->out, "</tbody>\n</table>\n</div>\n");
}

static void
write_words(struct page *p, const struct prb_cell *cell)
{
	if (cell->code)
		put(p->out, "<code dir=\"ltr\">");
	else if (cell->quoted)
		put(p->out, "<span lang=\"en\" dir=\"auto\">");
	else
		put(p->out, "<bdi>");
	prb_html_add(p->out, cell->words);
	put(p->out, cell->code ? "</code>" : cell->quoted ? "</span>" : "</bdi>");
}

/* The first cell names its row. */
static void
write_cell(struct page *p, const struct prb_cell *cell, bool first, struct prb_span link)
{
	struct prb_str *out = p->out;

	put(out, first ? "<th scope=\"row\">" : "<td");
	if (!first && cell->key.n != 0) {
		put(out, " class=\"rated ");
		prb_html_add(out, cell->key);
		put(out, "\"");
	} else if (!first && cell->number) {
		put(out, " class=\"number\"");
	}
	put(out, first ? "" : ">");
	if (first && link.n != 0) {
		put(out, "<a href=\"");
		prb_html_add(out, link);
		put(out, "\">");
	}
	write_words(p, cell);
	put(out, first && link.n != 0 ? "</a>" : "");
	put(out, first ? "</th>" : "</td>");
}

static void
write_table(struct page *p, const struct prb_block *b)
{
	const struct prb_block_table *t = &b->table;

	begin_table(p, b->words);
	write_columns(p, t->columns, t->columns_count);
	for (size_t row = 0; row < t->rows_count; row++) {
		put(p->out, "<tr>");
		for (size_t i = 0; i < t->columns_count; i++)
			write_cell(p, &t->cells[row * t->columns_count + i], i == 0,
				t->links != NULL ? t->links[row] : PRB_SPAN(""));
		put(p->out, "</tr>\n");
	}
	put(p->out, "</tbody>\n</table>\n</div>\n");
}

static void
write_fact(struct page *p, struct prb_span term, const struct prb_cell *value)
{
	put(p->out, "<dt>");
	prb_html_add(p->out, term);
	put(p->out, "</dt><dd>");
	write_words(p, value);
	put(p->out, "</dd>\n");
}

static void
write_signature(struct page *p, const struct prb_block *b)
{
	const struct prb_cell *cells = b->signature.cells;

	put_element("p", "", b->words, p->out);
	put(p->out, "<dl>\n");
	for (size_t i = 0; i < b->signature.rows_count; i++)
		write_fact(p, cells[2 * i].words, &cells[2 * i + 1]);
	put(p->out, "</dl>\n");
}

/* The address stands under the code for who has no camera. */
static void
write_qr(struct page *p, const struct prb_block *b)
{
	put(p->out, "<figure>");
	(void)prb_html_qr(b->qr.url, p->out);
	put(p->out, "<figcaption>");
	prb_html_add(p->out, b->words);
	put(p->out, "<br>");
	put_address(b->qr.url, p->out);
	put(p->out, "</figcaption></figure>\n");
}

static void
write_block(struct page *p, const struct prb_block *b)
{
	if (b->kind != PRB_BLOCK_ITEM && b->kind != PRB_BLOCK_DETAIL)
		close_list(p);
	switch (b->kind) {
	case PRB_BLOCK_TITLE:
		write_title(p, b);
		break;
	case PRB_BLOCK_RATING:
		write_rating(p, b);
		break;
	case PRB_BLOCK_HEADING:
		write_heading(p, b);
		break;
	case PRB_BLOCK_PARAGRAPH:
		put_element("p", b->level == 1 ? "first" : "", b->words, p->out);
		break;
	case PRB_BLOCK_ITEM:
		write_item(p, b);
		break;
	case PRB_BLOCK_DETAIL:
		write_detail(p, b);
		break;
	case PRB_BLOCK_BAR:
		write_bar(p, b);
		break;
	case PRB_BLOCK_INDICATORS:
		write_indicators(p, b);
		break;
	case PRB_BLOCK_TABLE:
		write_table(p, b);
		break;
	case PRB_BLOCK_FACT:
		put(p->out, "<dl>");
		write_fact(p, b->words, &b->fact.value);
		put(p->out, "</dl>\n");
		break;
	case PRB_BLOCK_SIGNATURE:
		write_signature(p, b);
		break;
	case PRB_BLOCK_QR:
		write_qr(p, b);
		break;
	case PRB_BLOCK_NOTE:
		put_element("p", "note", b->words, p->out);
		break;
	}
}

/*
 * The page.
 */

void
prb_html_begin(const struct prb_document *document, struct prb_str *out)
{
	prb_str_addf(out, "<!DOCTYPE html>\n<html lang=\"%s\" dir=\"%s\">\n<head>\n",
		prb_lang_tag(document->lang), prb_lang_is_rtl(document->lang) ? "rtl" : "ltr");
	put(out, "<meta charset=\"utf-8\">\n"
		 "<meta http-equiv=\"Content-Security-Policy\" content=\"" PRB_HTML_POLICY "\">\n"
		 "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		 "<title>");
	prb_html_add(out, document->title);
	put(out, "</title>\n<style>");
	put(out, style);
	put(out, "</style>\n</head>\n<body>\n<main>\n");
}

void
prb_html_body(const struct prb_document *document, const char *prefix, struct prb_str *out)
{
	struct page p = {.document = document, .prefix = prefix, .out = out};

	prb_str_addf(out, "<article id=\"%stop\">\n", prefix);
	for (const struct prb_block *b = document->first; b != NULL; b = b->next)
		if ((b->on & PRB_ON_PAGE) != 0)
			write_block(&p, b);
	close_section(&p);
	if (prefix[0] != '\0') {
		put(out, "<p class=\"back\"><a href=\"#top\">");
		put_text(document, "back", out);
		put(out, "</a></p>\n");
	}
	put(out, "</article>\n");
}

void
prb_html_end(struct prb_str *out)
{
	put(out, "</main>\n</body>\n</html>\n");
}

void
prb_html_write(const struct prb_document *document, struct prb_str *out)
{
	prb_html_begin(document, out);
	prb_html_body(document, "", out);
	prb_html_end(out);
}
