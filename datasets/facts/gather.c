/* SPDX-License-Identifier: Apache-2.0 */
#include "datasets/facts/gather.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/facts/parts.h"

#define OWN_BYTES_MAX (64UL * 1024 * 1024)
/* The longest text of a declaration, each of its characters (three bytes) folded to the longest
 * that a folding table can hold. */
#define TEXT_BYTES_MAX (PRB_FREE_TEXT_BYTES_MAX / 3 * 255)

void
prb_gathering_fault(struct prb_gathering *gathering, enum prb_err err, const char *pointer,
	const char *format, ...)
{
	char detail[PRB_FAULT_DETAIL_BYTES_MAX];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(detail, sizeof(detail), format, args);
	va_end(args);
	(void)prb_faults_add(gathering->faults, err, pointer, "%s", detail);
	if (gathering->err == PRB_OK)
		gathering->err = err;
}

/* Takes all the memory that a text can ever need: a lookup must not miss an entry because memory
 * ran out in the middle of a name. */
static bool
take_room(struct prb_str *text)
{
	static const char blanks[256] = {0};

	prb_str_init(text, TEXT_BYTES_MAX);
	while (text->n < TEXT_BYTES_MAX && !text->failed) {
		size_t left = TEXT_BYTES_MAX - text->n;

		prb_str_add(text, blanks, left < sizeof(blanks) ? left : sizeof(blanks));
	}
	if (text->failed)
		return false;
	prb_str_reset(text);
	return true;
}

struct prb_gatherer *
prb_gatherer_create(const struct prb_reader *reader)
{
	struct prb_gatherer *g = calloc(1, sizeof(*g));

	if (!g)
		return NULL;
	g->reader = reader;
	g->reference = prb_release_reference(prb_reader_release(reader));
	g->fold = prb_release_fold(prb_reader_release(reader));
	g->lexicon = prb_release_lexicon(prb_reader_release(reader));
	g->own = prb_arena_create(OWN_BYTES_MAX);
	g->cache = prb_screen_cache_create();
	if (!g->cache || !take_room(&g->text) || !take_room(&g->key) || !take_room(&g->scratch) ||
		!g->own || prb_places_load(g) != PRB_OK || prb_goods_load(g) != PRB_OK ||
		prb_screen_load(g) != PRB_OK) {
		prb_gatherer_destroy(g);
		return NULL;
	}
	return g;
}

void
prb_gatherer_destroy(struct prb_gatherer *gatherer)
{
	if (!gatherer)
		return;
	prb_searcher_destroy(gatherer->searcher);
	prb_screen_cache_destroy(gatherer->cache);
	prb_arena_destroy(gatherer->own);
	prb_str_finish(&gatherer->text);
	prb_str_finish(&gatherer->key);
	prb_str_finish(&gatherer->scratch);
	free(gatherer);
}

void
prb_gatherer_ask_for(struct prb_gatherer *gatherer, struct prb_span asker)
{
	assert(asker.n <= sizeof(gatherer->asker));
	if (asker.n > 0)
		memcpy(gatherer->asker, asker.p, asker.n);
	gatherer->asker_bytes = asker.n;
}

/* An array of the request's, or NULL with the failure noted. */
static void *
array(struct prb_gathering *gathering, size_t count, size_t item_bytes)
{
	void *items = prb_arena_array(gathering->arena, count > 0 ? count : 1, item_bytes);

	if (!items)
		gathering->err = PRB_ERR_MEMORY;
	return items;
}

static void
gather_sites(struct prb_gathering *gathering)
{
	const struct prb_declaration *d = gathering->declaration;
	struct prb_place *sites = array(gathering, d->sites_count, sizeof(*sites));

	gathering->facts->sites = sites;
	for (size_t i = 0; i < d->sites_count && sites; i++) {
		const struct prb_site *site = &d->sites[i];
		char base[PRB_POINTER_BYTES_MAX];

		(void)snprintf(base, sizeof(base), "/sites/%zu", i);
		prb_place_party(gathering, site->country, site->region, site->city, site->address,
			gathering->facts->supplier.country, base, &sites[i]);
	}
}

static const struct prb_goods_facts *
gather_inputs(struct prb_gathering *gathering, const struct prb_product *product, const char *base)
{
	struct prb_goods_facts *inputs = array(gathering, product->inputs_count, sizeof(*inputs));

	for (size_t i = 0; i < product->inputs_count && inputs; i++) {
		const struct prb_input *input = &product->inputs[i];
		char place[PRB_POINTER_BYTES_MAX * 2];

		(void)snprintf(place, sizeof(place), "%s/inputs/%zu", base, i);
		prb_place_origin(gathering, input->origin, input->region, place, &inputs[i].origin);
		prb_goods_gather(gathering, input->hs, input->description, place, &inputs[i]);
	}
	return inputs;
}

static void
gather_products(struct prb_gathering *gathering)
{
	const struct prb_declaration *d = gathering->declaration;
	struct prb_product_facts *products = array(gathering, d->products_count, sizeof(*products));

	gathering->facts->products = products;
	for (size_t i = 0; i < d->products_count && products; i++) {
		const struct prb_product *product = &d->products[i];
		char base[PRB_POINTER_BYTES_MAX];

		(void)snprintf(base, sizeof(base), "/products/%zu", i);
		prb_place_origin(gathering, product->origin, product->region, base,
			&products[i].goods.origin);
		prb_goods_gather(
			gathering, product->hs, product->description, base, &products[i].goods);
		products[i].inputs = gather_inputs(gathering, product, base);
	}
}

static void
gather_nationalities(struct prb_gathering *gathering)
{
	const struct prb_span_list *words = &gathering->declaration->workforce.nationalities;
	int16_t *countries = array(gathering, words->count, sizeof(*countries));

	gathering->facts->nationalities = countries;
	for (size_t i = 0; i < words->count && countries; i++) {
		char pointer[PRB_POINTER_BYTES_MAX];
		bool assumed;

		(void)snprintf(pointer, sizeof(pointer), "/workforce/nationalities/%zu", i);
		countries[i] = prb_place_country(gathering, words->items[i], pointer, &assumed);
	}
}

/* `product` of an upstream supplier is a code of the Harmonized System or words. */
static void
gather_upstream_goods(
	struct prb_gathering *gathering, struct prb_span product, struct prb_goods_facts *out)
{
	out->origin = (struct prb_place){.country = PRB_COUNTRY_NONE, .region_basis = ""};
	prb_goods_gather(gathering, PRB_SPAN_NONE, product, "", out);
	if (product.n < 4 || product.n > 10 || product.n % 2 != 0)
		return;
	for (size_t i = 0; i < product.n; i++)
		if (product.p[i] < '0' || product.p[i] > '9')
			return;
	memcpy(out->hs[0], product.p, product.n);
	out->hs[0][product.n] = '\0';
	out->hs_count = 1;
	out->basis = PRB_HS_DECLARED;
}

static void
gather_upstream(struct prb_gathering *gathering)
{
	const struct prb_declaration *d = gathering->declaration;
	struct prb_place *places = array(gathering, d->tiers_count, sizeof(*places));
	struct prb_goods_facts *goods = array(gathering, d->tiers_count, sizeof(*goods));

	gathering->facts->upstream = places;
	gathering->facts->upstream_goods = goods;
	for (size_t i = 0; i < d->tiers_count && places && goods; i++)
		gather_upstream_goods(gathering, d->tiers[i].entry->product, &goods[i]);
	for (size_t i = 0; i < d->tiers_count && places; i++) {
		const struct prb_party *party = d->tiers[i].entry->supplier;
		char base[PRB_UPSTREAM_POINTER_BYTES];

		if (!party) {
			places[i] =
				(struct prb_place){.country = PRB_COUNTRY_NONE, .region_basis = ""};
			continue;
		}
		prb_tier_pointer(d, i, "/supplier", base, sizeof(base));
		prb_place_party(gathering, party->country, party->region, party->city,
			party->address, PRB_COUNTRY_NONE, base, &places[i]);
	}
}

/* Puts a country in its place among those that are there, once. */
static void
add_market(int16_t *markets, size_t *count, int16_t country)
{
	size_t at = *count;

	while (at > 0 && markets[at - 1] > country)
		at--;
	if (at > 0 && markets[at - 1] == country)
		return;
	memmove(&markets[at + 1], &markets[at], (*count - at) * sizeof(*markets));
	markets[at] = country;
	(*count)++;
}

/* "EU" is a market and no country; as with the names of countries, the case of letters is free. */
static bool
is_eu(struct prb_span word)
{
	return word.n == 2 && (word.p[0] == 'E' || word.p[0] == 'e') &&
	       (word.p[1] == 'U' || word.p[1] == 'u');
}

static void
gather_markets(struct prb_gathering *gathering)
{
	const struct prb_span_list *words = &gathering->declaration->destination_markets;
	int usa = prb_reference_country(gathering->g->reference, PRB_SPAN("USA"));
	struct prb_facts *facts = gathering->facts;
	int16_t *markets;

	if (words->count == 0)
		return;
	facts->markets = markets = array(gathering, words->count, sizeof(*markets));
	for (size_t i = 0; i < words->count && markets; i++) {
		struct prb_span word = prb_span_trim(words->items[i]);
		char pointer[PRB_POINTER_BYTES_MAX];
		int16_t country;
		bool assumed;

		if (is_eu(word)) {
			facts->market_eu = true;
			continue;
		}
		(void)snprintf(pointer, sizeof(pointer), "/destination_markets/%zu", i);
		country = prb_place_country(gathering, word, pointer, &assumed);
		if (country >= 0)
			add_market(markets, &facts->markets_count, country);
		facts->market_usa |= usa >= 0 && country == usa;
	}
}

enum prb_err
prb_facts_gather(struct prb_gatherer *gatherer, struct prb_arena *arena,
	const struct prb_declaration *declaration, prb_date as_of, struct prb_faults *faults,
	struct prb_facts **out)
{
	struct prb_gathering gathering = {.g = gatherer,
		.arena = arena,
		.declaration = declaration,
		.faults = faults,
		.as_of = as_of};
	const struct prb_party *supplier = &declaration->supplier;

	gathering.facts = prb_arena_array(arena, 1, sizeof(*gathering.facts));
	if (!gathering.facts)
		return PRB_ERR_MEMORY;
	prb_place_party(&gathering, supplier->country, supplier->region, supplier->city,
		supplier->address, PRB_COUNTRY_NONE, "/supplier", &gathering.facts->supplier);
	gather_sites(&gathering);
	gather_products(&gathering);
	gather_nationalities(&gathering);
	gather_upstream(&gathering);
	gather_markets(&gathering);
	if (gathering.err != PRB_ERR_MEMORY)
		prb_listings_gather(&gathering);
	if (gathering.err == PRB_OK)
		prb_decisions_apply(&gathering);
	if (gathering.err == PRB_OK)
		prb_evidence_apply(&gathering);
	if (gathering.err == PRB_OK)
		*out = gathering.facts;
	return gathering.err;
}
