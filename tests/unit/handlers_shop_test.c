/* SPDX-License-Identifier: Apache-2.0 */
/* The page for somebody in a shop: what is asked in words, codes and numbers, in each language, and
 * what it does with words that want to be more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/handlers_reference.h"

static char folder[] = "/tmp/probity-shop-XXXXXX";
static struct prb_pages *pages;

static void
put_page(const char *tag, bool remove)
{
	char path[128];
	FILE *f;

	(void)snprintf(path, sizeof path, "%s/pages/shop.%s.html", folder, tag);
	if (remove) {
		(void)unlink(path);
		return;
	}
	f = fopen(path, "w");
	assert_non_null(f);
	(void)fprintf(f, "<a href=\"/shop?lang=ar\">ar</a><main>%s<!--shop--></main>", tag);
	assert_int_equal(fclose(f), 0);
}

static void
each_page(bool remove)
{
	for (enum prb_lang lang = 0; lang < PRB_LANGS; lang++)
		put_page(prb_lang_tag(lang), remove);
}

static int
set_up(void **state)
{
	struct prb_fault fault;
	char path[128], assets[128];

	(void)state;
	assert_non_null(mkdtemp(folder));
	(void)snprintf(path, sizeof path, "%s/pages", folder);
	(void)snprintf(assets, sizeof assets, "%s/assets", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(mkdir(assets, 0700), 0);
	each_page(false);
	if (prb_pages_load(folder, 0, &pages, &fault) != PRB_OK)
		fail_msg("%s", fault.detail);
	each_page(true);
	(void)rmdir(assets);
	(void)rmdir(path);
	(void)rmdir(folder);
	desk_open();
	desk_show(pages);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	desk_close();
	prb_pages_drop(pages);
	return 0;
}

/* The page of a query, with this status. */
static const char *
page_of(const char *query, int status)
{
	const struct prb_exchange *x = desk_ask(prb_handle_shop, query, NULL);

	assert_non_null(x);
	if (x->reply.status != status)
		fail_msg("%s: status %d, not %d", query, x->reply.status, status);
	assert_string_equal(x->reply.type, "text/html; charset=utf-8");
	assert_null(strstr(x->reply.body.p, "<!--shop-->"));
	assert_non_null(strstr(x->reply.body.p, "</form>"));
	assert_non_null(strstr(x->reply.body.p, "</main>"));
	return x->reply.body.p;
}

static void
holds(const char *query, const char *page, const char *text)
{
	if (strstr(page, text) == NULL)
		fail_msg("%s: there is no \"%s\" in %s", query, text, page);
}

static void
nothing_asked(void **state)
{
	static const char *const queries[] = {NULL, "", "q=&origin=&lang=en", "q=+&utm_source=x"};

	(void)state;
	for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
		const char *page = page_of(queries[i], 200);

		assert_null(strstr(page, "id=\"answer\""));
		holds(queries[i], page, "class=\"examples\"");
		holds(queries[i], page, "action=\"/shop#answer\"");
		assert_null(strstr(page, "aria-invalid"));
	}
}

static void
answers(void **state)
{
	static const struct {
		const char *query, *rating, *said;
	} rows[] = {
		/* Words, one and many, in each language; codes; countries as people write them. */
		{"q=tshirt&origin=Bangladesh", "high", "listed for forced labour (Garments)"},
		{"q=T-Shirts&origin=bd", "high", "listed for forced labour (Garments)"},
		{"q=sweaters&origin=BGD", "high", "listed for forced labour in part (Garments)"},
		{"q=raw+cotton&origin=TKM", "critical", "is presumed under Tariff Act s.307"},
		{"q=cotton&origin=TKM", "high", "for a part of such goods, under Tariff Act"},
		{"q=5201&origin=TKM", "critical", "is presumed under Tariff Act s.307"},
		{"q=52.01.00&origin=TKM", "critical", "is presumed under Tariff Act s.307"},
		{"q=520100.0&origin=TKM", "critical", "is presumed under Tariff Act s.307"},
		{"q=hs+5201&origin=TKM", "critical", "is presumed under Tariff Act s.307"},
		{"hs=HS:5201.00&origin=TKM", "critical", "is presumed under Tariff Act s.307"},
		/* The last digit fits as a barcode's. */
		{"q=5201+00+02&origin=TKM", "critical", "is presumed under Tariff Act s.307"},
		{"q=HS+52010002&origin=TKM", "critical", "is presumed under Tariff Act s.307"},
		/* Digits of other keyboards: Arabic-Indic, Persian, full-width. */
		{"q=%D9%A5%D9%A2%D9%A0%D9%A1&origin=TKM", "critical", "presumed"},
		{"q=%DB%B5%DB%B2%DB%B0%DB%B1&origin=TKM", "critical", "presumed"},
		{"q=%EF%BC%95%EF%BC%92%EF%BC%90%EF%BC%91&origin=TKM", "critical", "presumed"},
		{"q=%D8%A7%D9%84%D9%82%D8%B7%D9%86&origin=TKM", "critical", "presumed"},
		{"q=%E8%99%BE&origin=%E6%B3%B0%E5%9B%BD", "high", "Thailand"},
		{"q=crevettes&origin=Tha%C3%AFlande", "high", "Thailand"},
		{"q=%D1%84%D1%83%D1%82%D0%B1%D0%BE%D0%BB%D0%BA%D0%B0&origin=BGD", "high",
			"(Garments)"},
		{"q=camiseta&origin=BGD", "high", "(Garments)"},
		{"q=bricks&origin=India", "high", "listed for forced labour (Bricks"},
		/* What is not known is unknown, and said not to be low. */
		{"q=shoes&origin=ITA", "unknown", "That does not mean low"},
		{"q=shrimp", "unknown", "Where it was made decides"},
		{"q=zzqx+vvw", "unknown", "No product is known here by these words"},
		{"origin=BGD", "unknown", "What the product is decides"},
		{"q=4006381333931", "unknown", "not where the product was made"},
		{"q=4+006381+333931&origin=BGD", "unknown", "not where the product was made"},
		{"q=96385074", "unknown", "not where the product was made"},
		/* Links that are made for /v1/products; what somebody typed comes before. */
		{"hs=5201&origin=TKM", "critical", "value=\"5201\""},
		{"hs=52010000&origin=TKM", "critical", "value=\"5201.0000\""},
		{"gtin=4006381333931", "unknown", "value=\"4006381333931\""},
		{"q=&gtin=&hs=5201&origin=TKM", "critical", "is presumed"},
		{"q=5201&gtin=4006381333931&hs=61&origin=TKM", "critical", "value=\"5201\""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *page = page_of(rows[i].query, 200);
		char rating[64];

		(void)snprintf(rating, sizeof rating, "class=\"answer answer-%s\"", rows[i].rating);
		holds(rows[i].query, page, rating);
		holds(rows[i].query, page, rows[i].said);
		holds(rows[i].query, page, "id=\"questions\"");
		assert_null(strstr(page, "answer-low"));
	}
}

static void
faults(void **state)
{
	static const struct {
		const char *query, *place, *said;
	} rows[] = {
		{"q=shirts&origin=Bangladsh", "id=\"shop-origin-fault\"",
			"Did you mean Bangladesh?"},
		{"q=shirts&origin=Atlantis", "id=\"shop-origin-fault\"", "No country is known"},
		{"q=9999", "id=\"shop-q-fault\"", "There is no such customs code"},
		{"q=4006381333932", "id=\"shop-q-fault\"", "The last digit does not fit"},
		{"q=123", "id=\"shop-q-fault\"", "A barcode has 8, 12, 13 or 14 digits"},
		{"q=12345678901", "id=\"shop-q-fault\"", "A barcode has 8, 12, 13 or 14 digits"},
		{"q=7", "id=\"shop-q-fault\"", "A barcode has 8, 12, 13 or 14 digits"},
		{"q=%EF%BF%BE", "id=\"shop-q-fault\"", "cannot be read"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *page = page_of(rows[i].query, 422);

		holds(rows[i].query, page, rows[i].place);
		holds(rows[i].query, page, rows[i].said);
		holds(rows[i].query, page, "aria-invalid=\"true\"");
		assert_null(strstr(page, "id=\"answer\""));
	}
}

/* Each language says its own; the link decides, then the browser. */
static void
languages(void **state)
{
	static const char *const said[PRB_LANGS] = {
		[PRB_LANG_ar] = "مستوى الخطر في سلسلة التوريد هذه: مرتفع",
		[PRB_LANG_en] = "Risk in this supply chain: high",
		[PRB_LANG_es] = "Riesgo en esta cadena de suministro: alto",
		[PRB_LANG_fr] = "Risque dans cette chaîne",
		[PRB_LANG_ru] = "Риск в этой цепочке поставок: высокий",
		[PRB_LANG_zh] = "这条供应链的风险：高",
	};

	(void)state;
	for (enum prb_lang lang = 0; lang < PRB_LANGS; lang++) {
		char query[64], field[64];

		(void)snprintf(
			query, sizeof query, "q=6109&origin=BGD&lang=%s", prb_lang_tag(lang));
		(void)snprintf(
			field, sizeof field, "name=\"lang\" value=\"%s\"", prb_lang_tag(lang));
		desk_speak("ru");
		holds(query, page_of(query, 200), said[lang]);
		holds(query, page_of(query, 200), field);
		desk_speak(prb_lang_tag(lang));
		holds(query, page_of("q=6109&origin=BGD", 200), said[lang]);
	}
	desk_speak(NULL);
}

/* Where a law presumes it for a region of the country, the step does not say that none does. */
static void
a_law_of_one_region(void **state)
{
	const char *page;

	(void)state;
	page = strstr(page_of("q=6109&origin=CHN&lang=en", 200), "<table class=\"steps\"");
	assert_non_null(page);
	assert_non_null(strstr(page, "the region is not known; in one region of this country "
				     "UFLPA (US Public Law 117-78) would apply"));
	assert_null(strstr(page, "not presumed"));
	page = strstr(page_of("q=6109&origin=BGD&lang=en", 200), "<table class=\"steps\"");
	assert_non_null(page);
	assert_non_null(strstr(page, "not presumed"));
}

/* What was asked stands in its field, as text; where it is no product that is known, nowhere else.
 */
static void
nothing_is_echoed(void **state)
{
	static const char *const words[] = {"<script>alert(1)</script>", "\"><img src=x onerror=a>",
		"Acme uses forced labour' \"", "{0} {rating} %s %n", "</form><!--shop-->"};
	struct prb_str query;

	(void)state;
	prb_str_init(&query, 65536);
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		for (int in_origin = 0; in_origin < 2; in_origin++) {
			const char *page, *form;

			prb_str_reset(&query);
			prb_str_add_text(&query, in_origin ? "q=cotton&origin=" : "origin=IND&q=");
			for (const char *p = words[i]; *p != '\0'; p++)
				prb_str_addf(&query, "%%%02X", (unsigned char)*p);
			page = page_of(query.p, in_origin ? 422 : 200);
			assert_null(strstr(page, "<script"));
			assert_null(strstr(page, "<img"));
			form = strstr(page, "</form>");
			assert_null(strstr(form, "Acme"));
			assert_null(strstr(form, "alert"));
			assert_null(strstr(form + 1, "</form>"));
			assert_null(strstr(form, words[i]));
		}
	/* Too long for its field, it is not written into it. */
	prb_str_reset(&query);
	prb_str_add_text(&query, "q=");
	while (query.n < 2000)
		prb_str_add_char(&query, 'a');
	assert_null(strstr(page_of(query.p, 422), "aaaa"));
	prb_str_finish(&query);
}

/* What was asked comes first, labelled and short; the sentence speaks of such goods; the headings
 * stand below, in the same language. */
static void
what_was_asked(void **state)
{
	static const char query[] = "q=%E8%99%BE&origin=THA&lang=zh";
	const char *page = page_of(query, 200), *asked, *end;

	(void)state;
	asked = strstr(page, "<p class=\"asked\">");
	assert_non_null(asked);
	assert_non_null(strstr(asked, "<bdi>\xc2\xab虾\xc2\xbb</bdi>"));
	end = strstr(asked, "</section>");
	holds(query, page, "此类商品");
	holds(query, page, "<bdi>HS 0306 ");
	assert_true(strstr(asked, "甲壳动物") > strstr(asked, "<bdi>HS 0306 "));
	assert_true(strstr(asked, "甲壳动物") < end);
	assert_null(strstr(page, "Crustaceans"));
	page = page_of("q=shrimp+%3Cb%3E+%E2%80%AE&origin=THA", 200);
	assert_null(strstr(strstr(page, "</form>"), "<b>"));
	assert_null(strstr(strstr(page, "</form>"), "\xe2\x80\xae"));
}

/* The good and the law by their names in the language, and no id of a row; English as the sources
 * have it. */
static void
goods_and_laws(void **state)
{
	static const char arabic[] = "q=52&origin=TKM&lang=ar", english[] = "q=52&origin=TKM";
	const char *page = page_of(arabic, 200), *end;

	(void)state;
	holds(arabic, page,
		"قانون التعريفات الجمركية (\xe2\x81\xa8"
		"19 USC 1307\xe2\x81\xa9)");
	holds(arabic, page, "قطن من تركمانستان");
	holds(arabic, page, "البنود الجمركية");
	assert_null(strstr(page, "cbp-turkmen-cotton"));
	end = strstr(page, "id=\"steps\"");
	assert_non_null(end);
	assert_true(strstr(page, "Tariff Act") == NULL || strstr(page, "Tariff Act") > end);
	page = page_of(english, 200);
	holds(english, page,
		"Tariff Act s.307 (19 USC 1307), CBP withhold release order of "
		"2018-05-18");
	assert_null(strstr(page, "cbp-turkmen-cotton"));
	holds(english, page, "Cotton from Turkmenistan");
}

/* Without a script, too. */
static void
other_languages_keep_what_was_asked(void **state)
{
	static const struct {
		const char *query, *link;
		int status;
	} rows[] = {
		{NULL, "href=\"/shop?lang=ar\"", 200},
		{"q=52&origin=Turkmenistan",
			"href=\"/shop?lang=ar&amp;q=%35%32&amp;origin=%54%4B%4D\"", 200},
		{"q=%22%3E", "href=\"/shop?lang=ar&amp;q=%22%3E\"", 200},
		{"q=52&origin=Xx", "href=\"/shop?lang=ar&amp;q=%35%32&amp;origin=%58%78\"", 422},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		holds(rows[i].link, page_of(rows[i].query, rows[i].status), rows[i].link);
}

/* Where no pages are built the answer says what to do. */
static void
without_pages(void **state)
{
	const struct prb_exchange *x;

	(void)state;
	desk_show(NULL);
	x = desk_ask(prb_handle_shop, "q=cotton", NULL);
	assert_non_null(x);
	assert_int_equal(x->reply.status, 404);
	desk_show(pages);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_asked),
		cmocka_unit_test(answers),
		cmocka_unit_test(faults),
		cmocka_unit_test(languages),
		cmocka_unit_test(a_law_of_one_region),
		cmocka_unit_test(nothing_is_echoed),
		cmocka_unit_test(what_was_asked),
		cmocka_unit_test(goods_and_laws),
		cmocka_unit_test(other_languages_keep_what_was_asked),
		cmocka_unit_test(without_pages),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
