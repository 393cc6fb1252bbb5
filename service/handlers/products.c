/* SPDX-License-Identifier: Apache-2.0 */
/* GET /v1/products: a good and an origin are scored as a declaration that says nothing else. */
#include <string.h>

#include "datasets/store/keys.h"
#include "service/handlers/bounds.h"
#include "service/handlers/product.h"

#define GTIN_BYTES_MAX 14
#define EXAMPLE "for example /v1/products?hs=6109&origin=BGD"

/* A name that no list can hold, as it folds to nothing: only place and good are looked up. */
#define NO_NAME "-"

/* Where no origin is given the words of the good are read all the same, and the reader of
 * declarations wants a country: any one does, as nothing is scored then. */
static const char *
country_of(const struct prb_exchange *x, const struct prb_lookup *lookup)
{
	const struct prb_reference *reference = prb_release_reference(x->desk->release);

	return reference->countries[lookup->country >= 0 ? lookup->country : 0].iso3;
}

static void
write_declaration(
	const struct prb_exchange *x, const struct prb_lookup *lookup, struct prb_str *out)
{
	bool by_words = lookup->hs[0] == '\0' && lookup->q.n > 0;
	struct prb_writer w;

	prb_str_reset(out);
	prb_writer_init(&w, out);
	prb_writer_object(&w);
	prb_writer_member_text(&w, "declarant", "company");
	prb_writer_key(&w, "products");
	prb_writer_array(&w);
	prb_writer_object(&w);
	if (by_words)
		prb_writer_member_string(&w, "description", lookup->q);
	if (lookup->gtin.n > 0)
		prb_writer_member_string(&w, "gtin", lookup->gtin);
	if (lookup->hs[0] != '\0')
		prb_writer_member_text(&w, "hs", lookup->hs);
	if (lookup->country >= 0)
		prb_writer_member_text(&w, "origin", country_of(x, lookup));
	prb_writer_end(&w);
	prb_writer_end(&w);
	prb_writer_key(&w, "supplier");
	prb_writer_object(&w);
	prb_writer_member_text(&w, "country", country_of(x, lookup));
	prb_writer_member_text(&w, "name", NO_NAME);
	prb_writer_end(&w);
	prb_writer_end(&w);
}

/* What is at fault can only be what was asked; the place within our own declaration says which. */
static enum prb_handled
refuse(struct prb_exchange *x, enum prb_err err)
{
	const struct prb_fault *fault = &x->faults.items[0];

	if (err == PRB_ERR_MEMORY || x->faults.count == 0)
		return prb_refuse(x, PRB_ERR_MEMORY, NULL);
	if (strstr(fault->pointer, "gtin") != NULL)
		return prb_refuse_query(
			x, "gtin: %s; for example gtin=4006381333931", fault->detail);
	return prb_refuse_query(x, "%s: %s; " EXAMPLE,
		strstr(fault->pointer, "description") != NULL ? "q" : "hs", fault->detail);
}

void
prb_lookup_init(struct prb_lookup *lookup)
{
	static const struct prb_goods_facts nothing = {.origin = {.country = PRB_COUNTRY_NONE}};

	*lookup = (struct prb_lookup){.country = -1, .goods = &nothing};
}

enum prb_err
prb_product_find(struct prb_exchange *x, struct prb_lookup *lookup)
{
	const struct prb_reference *reference = prb_release_reference(x->desk->release);
	const struct prb_score_options options = {.as_of = prb_exchange_day(x),
		.declarant = PRB_COMPANY,
		.sha256 = x->service->sha256,
		.scratch = &x->desk->scratch};
	struct prb_declaration *declaration;
	struct prb_facts *facts;
	struct prb_result *result;
	enum prb_err err;

	/* Whoever asks: the answer is kept, and given to others. */
	x->desk->decisions_tenant = 0;
	write_declaration(x, lookup, &x->desk->text);
	if (x->desk->text.failed)
		return PRB_ERR_MEMORY;
	err = prb_declaration_read(
		x->arena, prb_str_span(&x->desk->text), &x->faults, &declaration);
	if (err == PRB_OK)
		err = prb_facts_gather(x->desk->gatherer, x->arena, declaration, options.as_of,
			&x->faults, &facts);
	if (err == PRB_OK && lookup->country >= 0)
		err = prb_score(
			x->arena, reference, declaration, facts, &options, &x->faults, &result);
	if (err != PRB_OK)
		return err;
	lookup->goods = &facts->products[0].goods;
	lookup->result = lookup->country >= 0 ? result : NULL;
	prb_lookup_meet(reference, lookup);
	return PRB_OK;
}

static enum prb_handled
look_up(struct prb_exchange *x, struct prb_lookup *lookup)
{
	enum prb_err err = prb_product_find(x, lookup);

	if (err != PRB_OK)
		return refuse(x, err);
	prb_speak(x);
	prb_product_write(x, lookup);
	return prb_answer_json(x);
}

/* The fault of an unknown country, with the name that may have been meant. */
static enum prb_handled
refuse_country(struct prb_exchange *x, struct prb_span word)
{
	struct prb_declaration declaration = {
		.supplier = {.name = prb_span_of(NO_NAME), .country = word}};
	struct prb_facts *facts;

	x->faults.count = 0;
	(void)prb_facts_gather(
		x->desk->gatherer, x->arena, &declaration, prb_exchange_day(x), &x->faults, &facts);
	if (x->faults.count == 0)
		return prb_refuse(x, PRB_ERR_MEMORY, NULL);
	return prb_refuse_query(x, "origin: %s; " EXAMPLE, x->faults.items[0].detail);
}

static bool
is_digits(struct prb_span text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
	return text.n > 0;
}

/* Parameters that are there but empty say nothing, as a form sends them. */
static struct prb_span
given(const struct prb_exchange *x, const char *name)
{
	struct prb_span value = prb_span_trim(prb_query_get(&x->query, name));

	return value.n > 0 ? value : PRB_SPAN_NONE;
}

enum prb_handled
prb_handle_products(struct prb_exchange *x)
{
	static const char *const known[] = {"q", "hs", "origin", "gtin", NULL};
	struct prb_lookup lookup;
	struct prb_span hs, origin;

	if (!prb_query_takes(x, known))
		return PRB_REPLIED;
	prb_lookup_init(&lookup);
	lookup.q = given(x, "q");
	lookup.gtin = given(x, "gtin");
	hs = given(x, "hs");
	origin = given(x, "origin");
	if (lookup.q.n + hs.n + lookup.gtin.n == 0)
		return prb_refuse_query(x,
			"give a product (hs, q or gtin) and where it was made (origin): " EXAMPLE
			", or /v1/products?q=cotton&origin=Turkmenistan; all that is held of a "
			"country is at /v1/countries/BGD");
	if (lookup.q.n > PRB_SOUGHT_WORDS_BYTES_MAX)
		return prb_refuse_query(x,
			"q has more than %d bytes: a few words will do, such as q=shirts",
			PRB_SOUGHT_WORDS_BYTES_MAX);
	if (hs.n > 0 && !prb_hs_normalise(hs, lookup.hs))
		return prb_refuse_query(x,
			"hs: \"%.*s\" is not an HS code: give 2 to 10 digits; " EXAMPLE,
			(int)(hs.n < 40 ? hs.n : 40), hs.p);
	if (lookup.gtin.n > 0 && (!is_digits(lookup.gtin) || lookup.gtin.n > GTIN_BYTES_MAX))
		return prb_refuse_query(
			x, "gtin: give its 8, 12, 13 or 14 digits, for example gtin=4006381333931");
	if (origin.n > PRB_SOUGHT_COUNTRY_BYTES_MAX)
		return prb_refuse_query(x,
			"origin has more than %d bytes: give a country; " EXAMPLE,
			PRB_SOUGHT_COUNTRY_BYTES_MAX);
	if (origin.n > 0) {
		lookup.country =
			prb_facts_country(x->desk->gatherer, origin, &lookup.country_assumed);
		if (lookup.country < 0)
			return refuse_country(x, origin);
	}
	return look_up(x, &lookup);
}
