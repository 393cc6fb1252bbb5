/* SPDX-License-Identifier: Apache-2.0 */
/* The handlers of reference data over the dataset release of this build. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "service/handlers/page.h"
#include "tests/unit/handlers_reference.h"
#include "tests/unit/html_check.h"
#include "tests/unit/json_member.h"

static int
set_up(void **state)
{
	(void)state;
	desk_open();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	desk_close();
	return 0;
}

/* The JSON of an answer of this status. */
static const struct prb_json *
answered(const struct prb_exchange *x, int status)
{
	const struct prb_json *json = NULL;

	assert_non_null(x);
	if (x->reply.status != status)
		fail_msg("status %d: %.*s", x->reply.status,
			PRB_SPAN_ARGS(prb_str_span(&x->reply.body)));
	assert_string_equal(x->reply.type, status == 200 ? PRB_TYPE_JSON : PRB_TYPE_PROBLEM);
	assert_true(desk_is_canonical(prb_str_span(&x->reply.body), &json));
	return json;
}

static bool
text_is(const struct prb_json *object, const char *name, const char *text)
{
	return prb_span_is(prb_json_string(member(object, name)), text);
}

static bool
holds(const struct prb_exchange *x, const char *text)
{
	return strstr(x->reply.body.p, text) != NULL;
}

/* Whether a list of objects has one whose member is this text. */
static bool
list_has(const struct prb_json *list, const char *name, const char *text)
{
	for (const struct prb_json *i = prb_json_first(list); i; i = prb_json_next(i))
		if (text_is(i, name, text))
			return true;
	return false;
}

static bool
texts_have(const struct prb_json *list, const char *text)
{
	for (const struct prb_json *i = prb_json_first(list); i; i = prb_json_next(i))
		if (prb_span_is(prb_json_string(i), text))
			return true;
	return false;
}

/* Every key has a text: where there is none the bare key would stand. */
static void
have_texts(const struct prb_json *list)
{
	for (const struct prb_json *i = prb_json_first(list); i; i = prb_json_next(i))
		assert_false(prb_span_equal(
			prb_json_string(member(i, "key")), prb_json_string(member(i, "text"))));
}

/*
 * Products.
 */

static void
goods_and_origins(void **state)
{
	static const struct {
		const char *query, *basis, *iso3, *state_imposed, *listed, *summary;
	} rows[] = {
		{"hs=6109&origin=BGD", "hs", "BGD", "not_presumed", "forced_labour",
			"listed for forced labour (Garments)."},
		{"hs=61.09&origin=bd", "hs", "BGD", "not_presumed", "forced_labour",
			"listed for forced labour (Garments)."},
		{"hs=HS+610910.0&origin=bd", "hs", "BGD", "not_presumed", "forced_labour",
			"listed for forced labour (Garments)."},
		{"q=cotton+shirts&origin=Bangladesh", "broad_words", "BGD", "not_presumed",
			"forced_labour", "whether this product is among it is not certain"},
		{"q=cotton&origin=Turkmenistan", "broad_words", "TKM", "cannot_be_excluded",
			"forced_labour", "is presumed for a part of such goods, under Tariff Act"},
		{"hs=52&origin=Turkmenistan", "hs", "TKM", "presumed", "forced_labour",
			"forced labour is presumed under Tariff Act s.307"},
		{"q=raw+cotton&origin=Turkmenistan", "words", "TKM", "presumed", "forced_labour",
			"forced labour is presumed under Tariff Act s.307"},
		{"hs=5201&origin=UZB", "hs", "UZB", "not_presumed", NULL,
			"not on the list of goods in use here, which is no clearance"},
		{"q=carpets&origin=IN", "broad_words", "IND", "not_presumed", "forced_labour",
			"listed for forced labour in part (Carpets); whether"},
		{"hs=5701&origin=IND", "hs", "IND", "not_presumed", "forced_labour",
			"listed for forced labour (Carpets)."},
		{"hs=5201&origin=CHN", "hs", "CHN", "cannot_be_excluded", "forced_labour",
			"state-imposed forced labour cannot be excluded"},
		{"hs=0901&origin=PRK", "hs", "PRK", "presumed", NULL,
			"forced labour is presumed under CAATSA"},
		/* Arabic, Chinese, French, Russian, Spanish */
		{"q=%D9%82%D8%B7%D9%86&origin=%D8%AA%D8%B1%D9%83%D9%85%D8%A7%D9%86%D8%B3%D8%AA%D8%"
		 "A7%D9%86",
			"words", "TKM", "presumed", "forced_labour", "presumed"},
		{"q=%E6%A3%89%E8%8A%B1&origin=%E4%B8%AD%E5%9B%BD", "words", "CHN",
			"cannot_be_excluded", "forced_labour", "cannot be excluded"},
		{"q=coton&origin=Turkm%C3%A9nistan", "words", "TKM", "presumed", "forced_labour",
			"presumed"},
		{"q=%D1%85%D0%BB%D0%BE%D0%BF%D0%BE%D0%BA&origin=%D0%A2%D1%83%D1%80%D0%BA%D0%BC%D0%"
		 "B5%D0%BD%D0%B8%D1%81%D1%82%D0%B0%D0%BD",
			"words", "TKM", "presumed", "forced_labour", "presumed"},
		{"q=algod%C3%B3n&origin=Turkmenist%C3%A1n", "words", "TKM", "presumed",
			"forced_labour", "presumed"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct prb_exchange *x = desk_ask(prb_handle_products, rows[i].query, NULL);
		const struct prb_json *json = answered(x, 200);
		const struct prb_json *listed = member(json, "listed"), *summary;

		print_message("%s\n    %.*s\n", rows[i].query,
			PRB_SPAN_ARGS(prb_json_string(member(json, "summary"))));
		assert_true(text_is(member(json, "good"), "basis", rows[i].basis));
		assert_true(text_is(member(json, "origin"), "iso3", rows[i].iso3));
		assert_true(text_is(member(json, "state_imposed"), "value", rows[i].state_imposed));
		assert_int_equal(prb_json_size(listed) > 0, rows[i].listed != NULL);
		if (rows[i].listed != NULL)
			assert_true(list_has(listed, "listed", rows[i].listed));
		summary = member(json, "summary");
		assert_non_null(strstr(prb_json_string(summary).p, rows[i].summary));
		assert_int_equal(prb_json_size(member(json, "missing")), 0);
		assert_true(prb_json_size(member(json, "reasons")) > 1);
		assert_true(prb_json_size(member(json, "ask_the_shop")) >= 5);
		have_texts(member(json, "reasons"));
		have_texts(member(json, "ask_the_shop"));
		assert_true(text_is(json, "as_of", "2026-06-30"));
		assert_false(holds(x, "uses forced labour"));
	}
}

/* Place and good add up to the points that a report prints; the rest stands for what is unknown. */
static void
points_add_up(void **state)
{
	static const char *const lenses[] = {"what", "where", "who"};
	const struct prb_exchange *x = desk_ask(prb_handle_products, "hs=6109&origin=BGD", NULL);
	const struct prb_json *exposure = member(answered(x, 200), "exposure");
	int64_t inherent, sum = 0, part, lo, hi;

	(void)state;
	assert_true(prb_json_int(member(exposure, "inherent"), &inherent));
	for (size_t i = 0; i < 3; i++) {
		assert_true(prb_json_int(member(member(exposure, "points"), lenses[i]), &part));
		sum += part;
	}
	assert_int_equal(sum, inherent);
	assert_true(prb_json_int(prb_json_first(member(exposure, "range")), &lo));
	assert_true(prb_json_int(prb_json_next(prb_json_first(member(exposure, "range"))), &hi));
	assert_true(lo <= inherent && inherent <= hi);
}

static void
what_is_missing_is_said(void **state)
{
	static const struct {
		const char *query, *missing, *also, *hint;
	} rows[] = {
		{"hs=5201", "origin", NULL, "give_origin"},
		{"q=shrimp", "origin", NULL, "give_origin"},
		{"q=shrimp&origin=", "origin", NULL, "give_origin"},
		{"gtin=4006381333931", "origin", "product", "gtin_not_looked_up"},
		{"gtin=4006381333931&origin=DEU", "product", NULL, "gtin_is_no_origin"},
		{"q=qwertzuiop&origin=DEU", "product", NULL, "words_unknown"},
		{"q=qwertzuiop", "product", "origin", "words_unknown"},
		{"hs=57", "origin", NULL, "chapter_is_broad"},
		{"hs=5701&q=cotton&origin=IND", NULL, NULL, "hs_before_words"},
		{"hs=5701&origin=Korea", NULL, NULL, "origin_ambiguous"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct prb_json *json =
			answered(desk_ask(prb_handle_products, rows[i].query, NULL), 200);
		const struct prb_json *missing = member(json, "missing");

		assert_int_equal(
			prb_json_size(missing), (rows[i].missing != NULL) + (rows[i].also != NULL));
		assert_true(rows[i].missing == NULL || texts_have(missing, rows[i].missing));
		assert_true(rows[i].also == NULL || texts_have(missing, rows[i].also));
		assert_true(list_has(member(json, "hints"), "key", rows[i].hint));
		have_texts(member(json, "hints"));
		assert_true(prb_json_string(member(json, "summary")).n > 20);
	}
}

/* With a good alone its listed origins are what can be said. */
static void
origins_of_a_good(void **state)
{
	const struct prb_json *json = answered(desk_ask(prb_handle_products, "hs=5201", NULL), 200);

	(void)state;
	assert_int_equal(prb_json_kind(member(json, "exposure")), PRB_JSON_NULL);
	assert_int_equal(prb_json_kind(member(json, "state_imposed")), PRB_JSON_NULL);
	assert_int_equal(prb_json_size(member(json, "listed")), 0);
	assert_true(list_has(member(json, "listed_elsewhere"), "country", "TKM"));
	assert_true(list_has(member(json, "listed_elsewhere"), "country", "IND"));
	assert_false(list_has(member(json, "listed_elsewhere"), "country", "DEU"));
}

static void
refused_queries(void **state)
{
	static const struct {
		const char *query, *said;
	} rows[] = {
		{NULL, "give a product"},
		{"origin=BGD", "give a product"},
		{"q=+&hs=", "give a product"},
		{"hs=9999&origin=BGD", "hs: there is no heading 9999"},
		{"hs=shirts", "is not an HS code"},
		{"hs=HSHS6109", "is not an HS code"},
		{"hs=HS", "is not an HS code"},
		{"hs=6109.100", "2, 4, 6, 8 or 10 digits"},
		{"hs=6109-10", "is not an HS code"},
		{"hs=610", "2, 4, 6, 8 or 10 digits"},
		{"hs=1", "is not an HS code"},
		{"hs=6109&origin=Bangladsh", "did you mean Bangladesh?"},
		{"hs=6109&origin=Atlantis", "/v1/products?hs=6109&origin=BGD"},
		{"gtin=4006381333932", "check digit"},
		{"gtin=12", "8, 12, 13 or 14 digits"},
		{"gtin=abc", "8, 12, 13 or 14 digits"},
		{"hs=6109&brand=x", "brand"},
		{"q=%EF%BF%BE", "no text"},
		{"%EF%BF%BF=1", "no text"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct prb_exchange *x = desk_ask(prb_handle_products, rows[i].query, NULL);
		const struct prb_json *json = answered(x, 400);

		assert_true(text_is(json, "type", "/problems/invalid-query"));
		if (!holds(x, rows[i].said))
			fail_msg("%s: %s", rows[i].query, x->reply.body.p);
	}
}

/* What is asked is not said again, whatever it is. */
static void
nothing_is_echoed(void **state)
{
	static const char *const words[] = {"Acme uses forced labour", "<script>alert(1)</script>",
		"\"},{\"rating\":\"critical\"", "{0} {indicator:0} %s %n", "cotton \\u0000 \\"};
	struct prb_str query;

	(void)state;
	prb_str_init(&query, 65536);
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		const struct prb_exchange *x;

		prb_str_reset(&query);
		prb_str_add_text(&query, "origin=IND&q=");
		for (const char *p = words[i]; *p != '\0'; p++)
			prb_str_addf(&query, "%%%02X", (unsigned char)*p);
		x = desk_ask(prb_handle_products, query.p, NULL);
		(void)answered(x, 200);
		assert_false(holds(x, "Acme"));
		assert_false(holds(x, "script"));
		assert_false(holds(x, "uses forced labour"));
	}
	/* As long as a target can be. */
	prb_str_reset(&query);
	prb_str_add_text(&query, "q=");
	while (query.n < PRB_TARGET_BYTES_MAX - 20)
		prb_str_add_char(&query, 'a');
	(void)answered(desk_ask(prb_handle_products, query.p, NULL), 400);
	prb_str_reset(&query);
	prb_str_add_text(&query, "hs=6109&origin=");
	while (query.n < PRB_TARGET_BYTES_MAX - 20)
		prb_str_add_text(&query, "%E4%B8%AD");
	(void)answered(desk_ask(prb_handle_products, query.p, NULL), 400);
	prb_str_finish(&query);
}

static void
companies_are_not_named(void **state)
{
	const struct prb_reference *reference;
	struct prb_str query;
	size_t asked = 0;

	(void)state;
	prb_str_init(&query, 256);
	reference = prb_release_reference(
		desk_ask(prb_handle_products, "hs=5201", NULL)->desk->release);
	for (size_t i = 0; i < reference->countries_count; i += 7)
		for (size_t k = 0; k < reference->prefixes_count; k += 29) {
			const struct prb_exchange *x;

			prb_str_reset(&query);
			prb_str_addf(&query, "hs=%s&origin=%s", reference->prefixes[k].prefix,
				reference->countries[i].iso3);
			x = desk_ask(prb_handle_products, query.p, NULL);
			(void)answered(x, 200);
			assert_false(holds(x, "listing_match"));
			assert_false(holds(x, "listing_possible"));
			assert_false(holds(x, "entity"));
			assert_false(holds(x, "\"text\":\"\""));
			asked++;
		}
	assert_true(asked > 100);
	prb_str_finish(&query);
}

static void
same_bytes_again(void **state)
{
	const char *query = "q=cotton+shirts&origin=CHN";
	struct prb_str first;

	(void)state;
	prb_str_init(&first, PRB_REPLY_BODY_BYTES_MAX);
	prb_str_add_span(
		&first, prb_str_span(&desk_ask(prb_handle_products, query, NULL)->reply.body));
	(void)desk_ask(prb_handle_products, "hs=6109&origin=BGD", NULL);
	assert_true(prb_span_equal(prb_str_span(&first),
		prb_str_span(&desk_ask(prb_handle_products, query, NULL)->reply.body)));
	prb_str_finish(&first);
}

/*
 * Indicators, countries, lists, data.
 */

static void
eleven_indicators(void **state)
{
	const struct prb_json *json = answered(desk_ask(prb_handle_indicators, NULL, NULL), 200);
	const struct prb_json *item = prb_json_first(member(json, "items"));

	(void)state;
	for (int code = 1; code <= PRB_INDICATORS; code++, item = prb_json_next(item)) {
		int64_t got;

		assert_non_null(item);
		assert_true(prb_json_int(member(item, "code"), &got) && got == code);
		assert_true(text_is(item, "key", prb_indicator_key((enum prb_indicator)code)));
		assert_int_equal(prb_json_size(member(item, "names")), 6);
		assert_true(prb_json_string(member(item, "description")).n > 20);
	}
	assert_null(item);
	assert_int_equal(prb_json_kind(member(json, "next")), PRB_JSON_NULL);
	(void)answered(desk_ask(prb_handle_indicators, "lang=fr", NULL), 400);
}

static void
every_country(void **state)
{
	const struct prb_reference *reference =
		prb_release_reference(desk_ask(prb_handle_lists, NULL, NULL)->desk->release);

	(void)state;
	for (size_t i = 0; i < reference->countries_count; i++) {
		const char *iso3 = reference->countries[i].iso3;
		const struct prb_json *json =
			answered(desk_ask(prb_handle_country, NULL, iso3), 200);

		assert_true(text_is(json, "iso3", iso3));
		assert_int_equal(prb_json_size(member(json, "components")), PRB_OVERLAYS_FROM);
	}
}

static void
one_country(void **state)
{
	const struct prb_json *json = answered(desk_ask(prb_handle_country, NULL, "chn"), 200);
	static const struct {
		const char *param, *said;
	} unknown[] = {{"CN", "/v1/countries/CHN"}, {"China", "/v1/countries/CHN"}, {"XXX", "BGD"},
		{"%3Cb%3E", "BGD"}, {"a", "BGD"}};

	(void)state;
	assert_true(list_has(member(json, "listed_goods"), "good", "Cotton"));
	assert_true(list_has(member(json, "state_imposed"), "id", "uflpa-xinjiang"));
	assert_true(prb_json_bool(member(json, "regions_matter")));
	for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
		const struct prb_exchange *x = desk_ask(prb_handle_country, NULL, unknown[i].param);

		assert_true(text_is(answered(x, 404), "type", "/problems/not-found"));
		assert_true(holds(x, unknown[i].said));
	}
}

static void
lists_and_data(void **state)
{
	const struct prb_exchange *x = desk_ask(prb_handle_lists, NULL, NULL);
	const struct prb_json *json = answered(x, 200);

	(void)state;
	assert_true(list_has(member(json, "items"), "list", "uflpa"));
	assert_true(holds(x, "not a clearance"));
	x = desk_ask(prb_handle_data, NULL, NULL);
	json = answered(x, 200);
	assert_true(list_has(member(json, "items"), "table", "listed_goods"));
	assert_true(text_is(
		member(json, "data"), "sha256", prb_release_reference(x->desk->release)->release));
	assert_int_equal(prb_json_string(member(member(json, "file"), "sha256")).n, 64);
}

/*
 * Pages.
 */

static void
index_page(void **state)
{
	static const char *const paths[] = {
#define PRB_ROUTE(method, path, handler, body, access, cache, operation, what) path,
#include "service/handlers/routes.def"
#undef PRB_ROUTE
	};
	const struct prb_exchange *x = desk_ask(prb_handle_index, "utm_source=x", NULL);

	(void)state;
	assert_int_equal(x->reply.status, 200);
	assert_string_equal(x->reply.type, PRB_TYPE_HTML);
	assert_true(x->reply.body.n < 10 * 1024);
	check_html(prb_str_span(&x->reply.body));
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
		assert_true(holds(x, paths[i]));
	assert_true(holds(x, x->service->issuer->did));
	assert_true(holds(x, "Test &lt;issuer&gt; &amp; &quot;friends&quot;"));
	assert_true(holds(x, prb_release_reference(x->desk->release)->release));
	assert_true(holds(x, "not a finding of law"));
	assert_false(holds(x, "<script"));
}

/* In each language, from right to left where it is written so; nothing of it stays English, and
 * commands and names of files are the same. */
static void
invitation_page(void **state)
{
	static const struct {
		const char *accept, *html, *heading;
	} rows[] = {
		{NULL, "<html lang=\"en\" dir=\"ltr\">", "<h1>You are invited to declare</h1>"},
		{"ar", "<html lang=\"ar\" dir=\"rtl\">", "<h1>\xD8\xA3\xD9\x86\xD8\xAA\xD9\x85 "},
		{"es-MX", "<html lang=\"es\" dir=\"ltr\">", "<h1>Se le invita "},
		{"fr", "<html lang=\"fr\" dir=\"ltr\">", "<h1>Vous \xC3\xAAtes invit\xC3\xA9 "},
		{"ru,en;q=0.5", "<html lang=\"ru\" dir=\"ltr\">", "<h1>\xD0\x92\xD0\xB0\xD1\x81 "},
		{"zh-Hans", "<html lang=\"zh\" dir=\"ltr\">", "<h1>\xE9\x82\x80\xE8\xAF\xB7"},
	};
	static const char *const everywhere[] = {"#prb_", "Authorization: Bearer prb_...",
		"<pre dir=\"ltr\">curl -H @key https://THIS-SERVER/v1/invitation</pre>",
		"<pre dir=\"ltr\">probity submit --invitation link declaration.json</pre>",
		"-H &#39;Content-Type: application/json&#39;", "href=\"/openapi.json\""};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct prb_exchange *x;

		desk_speak(rows[i].accept);
		x = desk_ask(prb_handle_invitation_page, NULL, NULL);
		assert_int_equal(x->reply.status, 200);
		assert_string_equal(x->reply.type, PRB_TYPE_HTML);
		assert_string_equal(x->reply.page_policy, PRB_PAGE_POLICY);
		assert_non_null(strstr(rows[i].html, x->reply.language));
		assert_true(x->reply.body.n < 10 * 1024);
		check_html(prb_str_span(&x->reply.body));
		assert_true(holds(x, rows[i].html));
		assert_true(holds(x, rows[i].heading));
		for (size_t k = 0; k < sizeof everywhere / sizeof everywhere[0]; k++)
			assert_true(holds(x, everywhere[k]));
		assert_int_equal(holds(x, "Whoever has it"), i == 0);
		assert_false(holds(x, "<script"));
		assert_false(holds(x, "{"
				      "begin"));
	}
	desk_speak(NULL);
}

/* Pages say which style they may have by its hash, and load nothing else. */
static void
page_policy(void **state)
{
	const struct prb_exchange *x = desk_ask(prb_handle_index, NULL, NULL);
	const char *from = strstr(x->reply.body.p, "<style>"),
		   *to = strstr(x->reply.body.p, "</style>");
	uint8_t hash[crypto_hash_sha256_BYTES];
	char wanted[128] = "style-src 'sha256-";
	size_t n = strlen(wanted);

	(void)state;
	assert_non_null(from);
	assert_non_null(to);
	from += strlen("<style>");
	crypto_hash_sha256(hash, (const uint8_t *)from, (size_t)(to - from));
	sodium_bin2base64(
		wanted + n, sizeof wanted - n, hash, sizeof hash, sodium_base64_VARIANT_ORIGINAL);
	assert_string_equal(x->reply.page_policy, PRB_PAGE_POLICY);
	assert_non_null(strstr(x->reply.page_policy, wanted));
}

static void
problem_pages(void **state)
{
	(void)state;
	for (int err = PRB_OK + 1; err < PRB_ERR_COUNT; err++) {
		const struct prb_exchange *x =
			desk_ask(prb_handle_problem, NULL, prb_err_wire((enum prb_err)err));

		assert_int_equal(x->reply.status, 200);
		check_html(prb_str_span(&x->reply.body));
		assert_true(holds(x, prb_err_wire((enum prb_err)err)));
		/* The row of ERRORS.md was found, and its code is marked as code. */
		assert_false(holds(x, "When: </p>"));
		assert_false(holds(x, "What to do: </p>"));
		assert_false(holds(x, "`"));
		assert_true(holds(x, "&quot;instance&quot;:&quot;urn:uuid:01937f2a-"));
	}
	(void)answered(desk_ask(prb_handle_problem, NULL, "ok"), 404);
	(void)answered(desk_ask(prb_handle_problem, NULL, "<b>"), 404);
}

static void
problem_index(void **state)
{
	const struct prb_exchange *x = desk_ask(prb_handle_problems, NULL, NULL);
	char link[64];

	(void)state;
	assert_int_equal(x->reply.status, 200);
	check_html(prb_str_span(&x->reply.body));
	for (int err = PRB_OK + 1; err < PRB_ERR_COUNT; err++) {
		(void)snprintf(link, sizeof link, "href=\"/problems/%s\"",
			prb_err_wire((enum prb_err)err));
		assert_true(holds(x, link));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(goods_and_origins),
		cmocka_unit_test(points_add_up),
		cmocka_unit_test(what_is_missing_is_said),
		cmocka_unit_test(origins_of_a_good),
		cmocka_unit_test(refused_queries),
		cmocka_unit_test(nothing_is_echoed),
		cmocka_unit_test(companies_are_not_named),
		cmocka_unit_test(same_bytes_again),
		cmocka_unit_test(eleven_indicators),
		cmocka_unit_test(every_country),
		cmocka_unit_test(one_country),
		cmocka_unit_test(lists_and_data),
		cmocka_unit_test(index_page),
		cmocka_unit_test(invitation_page),
		cmocka_unit_test(page_policy),
		cmocka_unit_test(problem_pages),
		cmocka_unit_test(problem_index),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
