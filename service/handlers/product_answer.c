/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of a good from an origin. No company is named, whatever the lists hold. */
#include <stdio.h>
#include <string.h>

#include "clients/render/headings.h"
#include "clients/render/texts.h"
#include "service/handlers/product.h"

struct prb_span
prb_product_digits(int64_t number, char out[PRB_NUMBER_BYTES])
{
	(void)snprintf(out, PRB_NUMBER_BYTES, "%lld", (long long)number);
	return prb_span_of(out);
}

static const struct prb_country *
origin_of(const struct prb_product_view *v)
{
	return v->lookup->country >= 0 ? &v->reference->countries[v->lookup->country] : NULL;
}

const char *
prb_product_origin(const struct prb_product_view *v)
{
	const struct prb_country *origin = origin_of(v);

	return origin != NULL ? origin->iso3 : "";
}

static bool
good_is_known(const struct prb_product_view *v)
{
	return v->lookup->goods->basis != PRB_HS_NONE;
}

/* The name of a heading, or of the chapter where no more is said, in the answer's language; of one
 * that has no name there, and in English, what the nomenclature says. Empty where there is none. */
static struct prb_span
heading_name(const struct prb_product_view *v, const char *hs)
{
	struct prb_span code = {hs, strlen(hs) >= 4 ? 4 : 2}, value;
	struct prb_span name = prb_heading_name(v->x->lang, code);
	struct prb_cursor c;

	if (name.p != NULL)
		return name;
	value = prb_reader_get(v->x->desk->reader, PRB_TABLE_HS, code);
	return prb_span_of(
		value.p != NULL && prb_texts_begin(value, &c) == 1 ? prb_get_text(&c) : "");
}

/* Up to the first semicolon: behind it a heading says how it differs from its neighbours. */
static struct prb_span
short_name(const struct prb_product_view *v, const char *hs)
{
	struct prb_span name = heading_name(v, hs);
	const char *end = memchr(name.p, ';', name.n);

	return (struct prb_span){name.p, end != NULL ? (size_t)(end - name.p) : name.n};
}

static void
name_good(struct prb_product_view *v)
{
	const struct prb_goods_facts *goods = v->lookup->goods;
	char count[PRB_NUMBER_BYTES];
	struct prb_span args[2];
	struct prb_str text;

	if (goods->hs_count == 0)
		return;
	args[0] = short_name(v, goods->hs[0]);
	args[1] = goods->hs_count == 2 ? short_name(v, goods->hs[1])
				       : prb_product_digits(goods->hs_count, count);
	prb_str_init(&text, PRB_GOOD_NAME_BYTES);
	(void)prb_text_render(v->x->lang, "product",
		goods->hs_count == 1   ? PRB_SPAN("good")
		: goods->hs_count == 2 ? PRB_SPAN("good_or")
				       : PRB_SPAN("good_and_others"),
		args, 2, &text);
	/* Nothing at all is there where the renderer had no memory. */
	if (!text.failed && text.n > 0 && text.n < PRB_GOOD_NAME_BYTES)
		memcpy(v->good, text.p, text.n + 1);
	prb_str_finish(&text);
}

static void
write_listed(struct prb_product_view *v, const struct prb_good_met *met, int country, bool by_input,
	uint8_t listed)
{
	if (listed == PRB_LISTED_NO)
		return;
	prb_writer_object(&v->w);
	prb_writer_member_bool(&v->w, "by_input", by_input);
	prb_writer_member_bool(&v->w, "certain", met->certain);
	prb_writer_member_text(&v->w, "country", v->reference->countries[country].iso3);
	prb_write_country_name(&v->w, v->x, "country_name", v->reference->countries[country].iso3);
	prb_writer_member_text(&v->w, "good", v->reference->goods[met->good].name);
	prb_writer_member_text(&v->w, "listed", prb_listed_word((enum prb_listed)listed));
	prb_writer_end(&v->w);
}

/* The rows of the list for the good, from this origin or from all others. */
static void
write_list(struct prb_product_view *v, const char *name, bool here)
{
	prb_writer_key(&v->w, name);
	prb_writer_array(&v->w);
	for (int country = 0; country < (int)v->reference->countries_count; country++) {
		if ((country == v->lookup->country) != here)
			continue;
		for (size_t i = 0; i < v->lookup->met_count; i++) {
			const struct prb_good_met *met = &v->lookup->met[i];
			struct prb_listed_how listed =
				prb_lookup_listed(&v->reference->goods[met->good], country);

			write_listed(v, met, country, false, listed.own);
			write_listed(v, met, country, true, listed.input);
		}
	}
	prb_writer_end(&v->w);
}

/* A scope with what is known of it. */
static void
write_scope(struct prb_product_view *v, const struct prb_scope_met *met)
{
	const struct prb_scope *scope = met->scope;

	prb_writer_object(&v->w);
	prb_write_if(&v->w, "as_of", scope->as_of);
	prb_writer_member_bool(&v->w, "certain", met->certain);
	prb_write_if(&v->w, "good", scope->good);
	prb_writer_member_text(&v->w, "id", scope->id);
	prb_write_if(&v->w, "law", scope->law);
	prb_write_if(&v->w, "region", scope->region);
	prb_writer_member_bool(&v->w, "region_unknown", met->region_unknown);
	prb_write_if(&v->w, "since", scope->since);
	prb_writer_member_text(&v->w, "source", scope->source);
	prb_writer_member_text(
		&v->w, "value", prb_state_imposed_word((enum prb_state_imposed)met->value));
	prb_writer_end(&v->w);
}

static void
write_state_imposed(struct prb_product_view *v)
{
	prb_writer_key(&v->w, "state_imposed");
	if (v->lookup->result == NULL) {
		prb_writer_null(&v->w);
		return;
	}
	prb_writer_object(&v->w);
	prb_writer_key(&v->w, "scopes");
	prb_writer_array(&v->w);
	for (size_t i = 0; i < v->lookup->scopes_count; i++)
		write_scope(v, &v->lookup->scopes[i]);
	prb_writer_end(&v->w);
	prb_writer_member_text(
		&v->w, "value", prb_state_imposed_word(prb_lookup_state_imposed(v->lookup)));
	prb_writer_end(&v->w);
}

static void
write_exposure(struct prb_product_view *v)
{
	static const enum prb_lens order[] = {PRB_LENS_WHAT, PRB_LENS_WHERE, PRB_LENS_WHO};
	const struct prb_exposure_result *e;
	int64_t points[PRB_LENSES] = {0};

	prb_writer_key(&v->w, "exposure");
	if (v->lookup->result == NULL) {
		prb_writer_null(&v->w);
		return;
	}
	e = &v->lookup->result->exposure;
	for (int c = 0; c < PRB_COMPONENTS; c++)
		points[prb_component_lens((enum prb_component)c)] += e->contribution[c];
	prb_writer_object(&v->w);
	prb_writer_member_int(&v->w, "inherent", prb_ppm_points(e->worst.inherent));
	prb_writer_key(&v->w, "points");
	prb_writer_object(&v->w);
	for (size_t i = 0; i < PRB_LENSES; i++)
		prb_writer_member_int(&v->w, prb_lens_word(order[i]), points[order[i]]);
	prb_writer_end(&v->w);
	prb_writer_key(&v->w, "range");
	prb_writer_array(&v->w);
	prb_writer_int(&v->w, prb_ppm_points(e->lo));
	prb_writer_int(&v->w, prb_ppm_points(e->hi));
	prb_writer_end(&v->w);
	prb_writer_end(&v->w);
}

/*
 * The good, the origin, and what is missing.
 */

static void
write_good(struct prb_product_view *v)
{
	static const char *const bases[] = {"none", "broad_words", "words", "hs"};
	const struct prb_goods_facts *goods = v->lookup->goods;

	prb_writer_key(&v->w, "good");
	prb_writer_object(&v->w);
	prb_writer_member_text(&v->w, "basis", bases[goods->basis]);
	prb_writer_key(&v->w, "headings");
	prb_writer_array(&v->w);
	for (size_t i = 0; i < goods->hs_count; i++) {
		prb_writer_object(&v->w);
		prb_writer_member_text(&v->w, "hs", goods->hs[i]);
		prb_writer_key(&v->w, "name");
		prb_writer_string(&v->w, heading_name(v, goods->hs[i]));
		prb_writer_end(&v->w);
	}
	prb_writer_end(&v->w);
	prb_writer_end(&v->w);
}

static void
write_origin(struct prb_product_view *v)
{
	const struct prb_country *origin = origin_of(v);

	prb_writer_key(&v->w, "origin");
	if (origin == NULL) {
		prb_writer_null(&v->w);
		return;
	}
	prb_writer_object(&v->w);
	prb_writer_member_bool(&v->w, "assumed", v->lookup->country_assumed);
	prb_writer_member_text(&v->w, "iso3", origin->iso3);
	prb_write_country_name(&v->w, v->x, "name", origin->iso3);
	prb_writer_end(&v->w);
}

static void
hint(struct prb_product_view *v, bool applies, const char *key)
{
	struct prb_span arg = prb_span_of(prb_product_origin(v));

	if (applies)
		prb_write_keyed(&v->w, v->x, "hint", key, &arg, 1);
}

static void
write_hints(struct prb_product_view *v)
{
	const struct prb_lookup *l = v->lookup;
	bool words_unknown = l->q.n > 0 && !good_is_known(v);

	prb_writer_key(&v->w, "hints");
	prb_writer_array(&v->w);
	hint(v, l->gtin.n > 0, "gtin_not_looked_up");
	hint(v, l->gtin.n > 0, "gtin_is_no_origin");
	hint(v, words_unknown, "words_unknown");
	hint(v, !words_unknown && !good_is_known(v), "give_product");
	hint(v, l->country < 0, "give_origin");
	hint(v, l->goods->basis == PRB_HS_BROAD, "words_broad");
	hint(v, l->goods->basis == PRB_HS_DECLARED && strlen(l->hs) < 4, "chapter_is_broad");
	hint(v, l->q.n > 0 && l->hs[0] != '\0', "hs_before_words");
	hint(v, l->country_assumed, "origin_ambiguous");
	prb_writer_end(&v->w);
}

static void
write_missing(struct prb_product_view *v)
{
	prb_writer_key(&v->w, "missing");
	prb_writer_array(&v->w);
	if (v->lookup->country < 0)
		prb_writer_text(&v->w, "origin");
	if (!good_is_known(v))
		prb_writer_text(&v->w, "product");
	prb_writer_end(&v->w);
}

static void
ask(struct prb_product_view *v, bool applies, const char *key)
{
	if (applies)
		prb_write_keyed(&v->w, v->x, "shop", key, NULL, 0);
}

static void
write_questions(struct prb_product_view *v)
{
	const struct prb_lookup *l = v->lookup;
	bool presumed = prb_lookup_scope(l, PRB_PRESUMED, true) != NULL ||
			prb_lookup_scope(l, PRB_PRESUMED, false) != NULL;
	bool open = prb_lookup_scope(l, PRB_STATE_OPEN, true) != NULL ||
		    prb_lookup_scope(l, PRB_STATE_OPEN, false) != NULL ||
		    prb_lookup_scope(l, PRB_NOT_PRESUMED, true) != NULL;

	prb_writer_key(&v->w, "ask_the_shop");
	prb_writer_array(&v->w);
	ask(v, l->country < 0, "origin");
	ask(v, open, "region");
	ask(v, presumed, "under_law");
	ask(v, true, "inputs");
	ask(v, true, "site");
	ask(v, true, "checked");
	ask(v, true, "fees");
	ask(v, true, "complaint");
	prb_writer_end(&v->w);
}

struct prb_product_view
prb_product_view_of(struct prb_exchange *x, const struct prb_lookup *lookup)
{
	struct prb_product_view v = {
		.x = x, .lookup = lookup, .reference = prb_release_reference(x->desk->release)};

	name_good(&v);
	return v;
}

void
prb_product_write(struct prb_exchange *x, const struct prb_lookup *lookup)
{
	static const char *const tables[] = {"listed_goods", "downstream_goods", "good_hs",
		"hs_headings", "product_keywords", "state_imposed", "country_indicators",
		"ratifications", "sector_priors", NULL};
	struct prb_product_view v = prb_product_view_of(x, lookup);

	prb_writer_init(&v.w, &x->reply.body);
	prb_writer_object(&v.w);
	prb_write_as_of(&v.w, x);
	write_questions(&v);
	prb_write_data(&v.w, x);
	write_exposure(&v);
	write_good(&v);
	write_hints(&v);
	write_list(&v, "listed", true);
	write_list(&v, "listed_elsewhere", false);
	prb_write_method(&v.w, x);
	write_missing(&v);
	prb_write_rendered(&v.w, x, "notice", "product", "notice", NULL, 0);
	write_origin(&v);
	prb_product_reasons(&v);
	prb_writer_key(&v.w, "sources");
	prb_write_sources(&v.w, x, tables);
	write_state_imposed(&v);
	prb_product_summary(&v);
	prb_writer_end(&v.w);
}
