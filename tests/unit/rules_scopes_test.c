/* SPDX-License-Identifier: Apache-2.0 */
/* The state-imposed route, a row for each way in which a scope is met, cleared or left open
 * (scoring/METHOD.md section 2). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scoring/rules/book.h"
#include "scoring/rules/scopes.h"
#include "tests/unit/rules_reference.h"

#define MOST 6

static struct prb_arena *arena;

/* Countries are A, B and C. Of goods 5201 is asked about in B, 5202 presumed in C's region C-X, and
 * 7108 presumed everywhere; A is presumed as a whole, and so are its workers and B's region B-X. */
static const struct prb_scope scopes[] = {
	{.id = "all", .country = 0, .nationality = -1, .effect = PRB_EFFECT_PRESUMED},
	{.id = "region",
		.country = 1,
		.nationality = -1,
		.region = "B-X",
		.effect = PRB_EFFECT_PRESUMED},
	{.id = "asked",
		.country = 1,
		.nationality = -1,
		.hs = {"5201", "5203"},
		.hs_count = 2,
		.effect = PRB_EFFECT_ASK},
	{.id = "both",
		.country = 2,
		.nationality = -1,
		.region = "C-X",
		.hs = {"5202"},
		.hs_count = 1,
		.effect = PRB_EFFECT_PRESUMED},
	{.id = "gold",
		.country = -1,
		.nationality = -1,
		.hs = {"7108"},
		.hs_count = 1,
		.effect = PRB_EFFECT_PRESUMED},
	{.id = "workers", .country = -1, .nationality = 0, .effect = PRB_EFFECT_PRESUMED},
	{.id = "shown", .country = 2, .nationality = -1, .effect = PRB_EFFECT_EXPOSURE},
	{.id = "shown-workers", .country = -1, .nationality = 2, .effect = PRB_EFFECT_EXPOSURE},
};
static const struct prb_reference reference = {
	.scopes = scopes,
	.scopes_count = sizeof scopes / sizeof scopes[0],
	.constants = {[PRB_K_STEP] = 800000},
};

/* Lists are words with blanks between them. A place is a country and its region, "B" or "B-X"; "?"
 * is none. Goods are codes and a place, "5201@B", "~5201@B" as read from a word that surely stands
 * for them, "*5201@B" from a broad one; "@B" says no goods. */
struct row {
	const char *what, *seat, *sites, *products, *inputs, *workers, *tiers;
	enum prb_answer transfer;
	enum prb_prison prison;
	enum prb_answer consent;
	bool usa;
	enum prb_declarant declarant;
	/* Hits: the scope, by what it is met (S site, P product, I input, N nationality, U
	 * upstream, T transfer, J prison), and ! presumed, ? open, 0 cleared, ~ region unknown. */
	const char *hits;
	const char *value;    /* at the point, the best and the worst: - not presumed, ?, ! */
	const char *inside;   /* for each site at the point: i inside, o outside */
	const char *at_worst; /* the same at the worst */
};

static const struct row rows[] = {
	{"nothing", .seat = "C", .hits = "", .value = "---", .inside = "o", .at_worst = "o"},
	{"a seat in a presumed country", .seat = "A", .hits = "all:S-1! ", .value = "!!!",
		.inside = "i", .at_worst = "i"},
	{"a site there", .seat = "C", .sites = "C A", .hits = "all:S1! ", .value = "!!!",
		.inside = "oi", .at_worst = "oi"},
	{"the seat beside sites elsewhere", .seat = "A", .sites = "C", .hits = "all:S-1! ",
		.value = "!!!", .inside = "o", .at_worst = "o"},
	{"a presumed region", .seat = "B-X", .hits = "region:S-1! ", .value = "!!!", .inside = "i",
		.at_worst = "i"},
	{"another region", .seat = "B-Y", .hits = "", .value = "---", .inside = "o",
		.at_worst = "o"},
	{"a region that nobody names", .seat = "B", .hits = "region:S-1~ ", .value = "--!",
		.inside = "o", .at_worst = "i"},
	{"of one site", .seat = "C", .sites = "B-Y B C", .hits = "region:S1~ ", .value = "--!",
		.inside = "ooo", .at_worst = "oio"},
	{"goods asked about", .seat = "C", .products = "5201@B-Y", .hits = "asked:P0? ",
		.value = "?-!", .inside = "o", .at_worst = "o"},
	{"by the second of their codes", .seat = "C", .products = "5203@B-Y", .hits = "asked:P0? ",
		.value = "?-!", .inside = "o", .at_worst = "o"},
	{"the second product", .seat = "C", .products = "9503@C 520100@B-Y", .hits = "asked:P1? ",
		.value = "?-!", .inside = "o", .at_worst = "o"},
	{"read from a word", .seat = "C", .products = "~5201@B-Y", .hits = "asked:P0? ",
		.value = "?-!", .inside = "o", .at_worst = "o"},
	{"a broad word never meets", .seat = "C", .products = "*5201@B-Y", .hits = "",
		.value = "---", .inside = "o", .at_worst = "o"},
	{"no goods meet nothing", .seat = "C", .products = "@B-Y", .hits = "", .value = "---",
		.inside = "o", .at_worst = "o"},
	{"a longer code than the product's", .seat = "C", .products = "52@B-Y", .hits = "",
		.value = "---", .inside = "o", .at_worst = "o"},
	{"the site in that country lies inside", .seat = "C", .sites = "C B-Y",
		.products = "5201@B-Y", .hits = "asked:P0? ", .value = "?-!", .inside = "oi",
		.at_worst = "oi"},
	{"cleared by province and no transfer", .seat = "C", .products = "5201@B-Y",
		.transfer = PRB_NO, .hits = "asked:P0:0 ", .value = "---", .inside = "o",
		.at_worst = "o"},
	{"not by the supplier's word", .seat = "C", .products = "5201@B-Y", .transfer = PRB_NO,
		.declarant = PRB_SUPPLIER, .hits = "asked:P0? ", .value = "?-!", .inside = "o",
		.at_worst = "o"},
	{"nor without the province", .seat = "C", .products = "5201@B", .transfer = PRB_NO,
		.hits = "region:P0~ asked:P0? ", .value = "?-!", .inside = "o", .at_worst = "o"},
	{"the province of the site there", .seat = "C", .sites = "C B-Y", .products = "5201@B",
		.transfer = PRB_NO, .hits = "asked:P0:0 ", .value = "---", .inside = "oo",
		.at_worst = "oo"},
	{"of every site there", .seat = "C", .sites = "B-Y B", .products = "5201@B",
		.transfer = PRB_NO, .hits = "region:S1~ region:P0~ asked:P0? ", .value = "?-!",
		.inside = "ii", .at_worst = "ii"},
	{"in the other order", .seat = "C", .sites = "B B-Y", .products = "5201@B",
		.transfer = PRB_NO, .hits = "region:S0~ region:P0~ asked:P0? ", .value = "?-!",
		.inside = "ii", .at_worst = "ii"},
	{"a site of another country knows nothing of it", .seat = "C", .sites = "C-Y",
		.products = "5201@B", .transfer = PRB_NO, .hits = "region:P0~ asked:P0? ",
		.value = "?-!", .inside = "o", .at_worst = "o"},
	{"transfers that nobody denies", .seat = "C", .products = "5201@B-Y",
		.transfer = PRB_ANSWER_UNKNOWN, .hits = "asked:P0? ", .value = "?-!", .inside = "o",
		.at_worst = "o"},
	{"goods of a region", .seat = "C-Y", .products = "5202@C-X 5202@C-Y", .hits = "both:P0! ",
		.value = "!!!", .inside = "i", .at_worst = "i"},
	{"of a region that nobody names", .seat = "C-Y", .products = "5202@C", .hits = "",
		.value = "---", .inside = "o", .at_worst = "o"},
	{"not even the site", .seat = "A", .sites = "C", .products = "5202@C",
		.hits = "all:S-1! both:P0~ ", .value = "!!!", .inside = "o", .at_worst = "i"},
	{"goods without an origin are the sites'", .seat = "C", .sites = "B-Y",
		.products = "5201@?", .hits = "asked:P0? ", .value = "?-!", .inside = "i",
		.at_worst = "i"},
	{"and the seat's", .seat = "B-Y", .sites = "C", .products = "5201@?", .hits = "asked:P0? ",
		.value = "?-!", .inside = "o", .at_worst = "o"},
	{"each country once", .seat = "B-Y", .sites = "B-Y B-Y C", .products = "5201@?",
		.hits = "asked:P0? ", .value = "?-!", .inside = "iio", .at_worst = "iio"},
	{"the least known site stands for its country", .seat = "C", .sites = "C-Y C",
		.products = "5202@?", .hits = "both:P0~ ", .value = "--!", .inside = "oo",
		.at_worst = "ii"},
	{"in the other order", .seat = "C", .sites = "C C-Y", .products = "5202@?",
		.hits = "both:P0~ ", .value = "--!", .inside = "oo", .at_worst = "ii"},
	{"of three countries", .seat = "C", .sites = "C B-Y A", .products = "5201@?",
		.hits = "all:S2! asked:P0? ", .value = "!!!", .inside = "oii", .at_worst = "oii"},
	{"goods of any country, of a site in the first", .seat = "C", .sites = "A",
		.products = "7108@?", .hits = "all:S0! gold:P0! ", .value = "!!!", .inside = "i",
		.at_worst = "i"},
	{"a whole country is met by its sites alone", .seat = "C", .sites = "A",
		.products = "5201@?", .hits = "all:S0! ", .value = "!!!", .inside = "i",
		.at_worst = "i"},
	{"of any country, met once", .seat = "C", .sites = "B-Y A", .products = "7108@?",
		.hits = "all:S1! gold:P0! ", .value = "!!!", .inside = "ii", .at_worst = "ii"},
	{"of any country", .seat = "C", .sites = "B-Y C", .products = "7108@A",
		.hits = "all:P0! gold:P0! ", .value = "!!!", .inside = "ii", .at_worst = "ii"},
	{"an input", .seat = "C", .products = "9503@C", .inputs = "9503@C 5201@B-Y",
		.transfer = PRB_NO, .hits = "asked:I0.1?^1 ", .value = "?-!", .inside = "o",
		.at_worst = "o"},
	{"an input of a region that nobody names", .seat = "C", .sites = "B-Y",
		.products = "9503@C", .inputs = "9503@B", .hits = "region:I0.0~^1 ", .value = "--!",
		.inside = "o", .at_worst = "o"},
	{"an input from nowhere", .seat = "A", .sites = "C", .products = "9503@C",
		.inputs = "5201@?", .hits = "all:S-1! ", .value = "!!!", .inside = "o",
		.at_worst = "o"},
	{"workers", .seat = "C", .sites = "C C", .workers = "C B A", .hits = "workers:N2! ",
		.value = "!!!", .inside = "ii", .at_worst = "ii"},
	{"workers of countries that no scope names", .seat = "C", .workers = "C B ?", .hits = "",
		.value = "---", .inside = "o", .at_worst = "o"},
	{"a transfer", .seat = "C", .sites = "C B-Y", .transfer = PRB_YES, .hits = "transfer:T-1! ",
		.value = "!!!", .inside = "ii", .at_worst = "ii"},
	{"prison labour for private parties", .seat = "C", .prison = PRB_PRISON_PRIVATE,
		.hits = "prison:J-1! ", .value = "!!!", .inside = "i", .at_worst = "i"},
	{"with consent", .seat = "C", .prison = PRB_PRISON_PRIVATE, .consent = PRB_YES, .hits = "",
		.value = "---", .inside = "o", .at_worst = "o"},
	{"as the supplier says", .seat = "C", .prison = PRB_PRISON_PRIVATE, .consent = PRB_YES,
		.declarant = PRB_SUPPLIER, .hits = "prison:J-1! ", .value = "!!!", .inside = "i",
		.at_worst = "i"},
	{"without it", .seat = "C", .prison = PRB_PRISON_PRIVATE, .consent = PRB_NO,
		.hits = "prison:J-1! ", .value = "!!!", .inside = "i", .at_worst = "i"},
	{"public prison labour", .seat = "C", .prison = PRB_PRISON_PUBLIC, .hits = "",
		.value = "---", .inside = "o", .at_worst = "o"},
	{"for the United States", .seat = "C", .prison = PRB_PRISON_PUBLIC, .usa = true,
		.hits = "prison:J-1! ", .value = "!!!", .inside = "i", .at_worst = "i"},
	{"for the United States with consent", .seat = "C", .prison = PRB_PRISON_PRIVATE,
		.consent = PRB_YES, .usa = true, .hits = "prison:J-1! ", .value = "!!!",
		.inside = "i", .at_worst = "i"},
	{"none for the United States", .seat = "C", .prison = PRB_PRISON_NONE, .usa = true,
		.hits = "", .value = "---", .inside = "o", .at_worst = "o"},
	{"upstream", .seat = "C", .sites = "A", .tiers = "9503@C 9503@A",
		.hits = "all:S0! all:U1!^3 ", .value = "!!!", .inside = "i", .at_worst = "i"},
	{"upstream in a region that nobody names", .seat = "C", .sites = "B-Y", .tiers = "@B",
		.hits = "region:U0~^2 ", .value = "--!", .inside = "o", .at_worst = "o"},
	{"what asks upstream is the tier's own", .seat = "C", .tiers = "5201@B-Y", .hits = "",
		.value = "---", .inside = "o", .at_worst = "o"},
};

/*
 * From a row to a declaration.
 */

static const char *
read_place(const char *text, struct prb_place *out)
{
	size_t n = strcspn(text, " ");

	*out = (struct prb_place){.country = PRB_COUNTRY_NONE, .region_basis = ""};
	if (*text >= 'A' && *text <= 'C')
		out->country = (int16_t)(*text - 'A');
	if (n > 1)
		memcpy(out->region, text, n);
	return text[n] == ' ' ? text + n + 1 : text + n;
}

static const char *
read_goods(const char *text, struct prb_goods_facts *out)
{
	size_t n;

	*out = (struct prb_goods_facts){.basis = PRB_HS_DECLARED, .hs_count = 1};
	if (*text == '~' || *text == '*')
		out->basis = *text++ == '~' ? PRB_HS_KEYWORD : PRB_HS_BROAD;
	n = strcspn(text, "@");
	memcpy(out->hs[0], text, n);
	if (n == 0) {
		out->basis = PRB_HS_NONE;
		out->hs_count = 0;
	}
	return read_place(text + n + 1, &out->origin);
}

static size_t
read_places(const char *text, struct prb_place out[MOST])
{
	size_t n = 0;

	while (text != NULL && *text != '\0' && n < MOST)
		text = read_place(text, &out[n++]);
	return n;
}

static size_t
read_goods_list(const char *text, struct prb_goods_facts out[MOST])
{
	size_t n = 0;

	while (text != NULL && *text != '\0' && n < MOST)
		text = read_goods(text, &out[n++]);
	return n;
}

struct scene {
	struct prb_declaration declaration;
	struct prb_facts facts;
	struct prb_product products[MOST];
	struct prb_product_facts product_facts[MOST];
	struct prb_goods_facts goods[MOST], inputs[MOST], tier_goods[MOST];
	struct prb_place sites[MOST], workers[MOST], tier_places[MOST];
	int16_t nationalities[MOST];
	struct prb_upstream upstream[MOST];
	struct prb_tier tiers[MOST];
};

static void
set_scene(struct scene *s, const struct row *row)
{
	struct prb_declaration *d = &s->declaration;

	memset(s, 0, sizeof *s);
	d->sites_count = read_places(row->sites, s->sites);
	d->products_count = read_goods_list(row->products, s->goods);
	d->products = s->products;
	for (size_t i = 0; i < d->products_count; i++)
		s->product_facts[i] = (struct prb_product_facts){s->goods[i], s->inputs};
	s->products[0].inputs_count = read_goods_list(row->inputs, s->inputs);
	d->workforce.nationalities.count = read_places(row->workers, s->workers);
	for (size_t i = 0; i < d->workforce.nationalities.count; i++)
		s->nationalities[i] = s->workers[i].country;
	d->workforce.labour_transfer = (uint8_t)row->transfer;
	d->workforce.prison_labour = (uint8_t)row->prison;
	d->workforce.prison_free_consent = (uint8_t)row->consent;
	d->tiers_count = read_goods_list(row->tiers, s->tier_goods);
	d->tiers = s->tiers;
	for (size_t i = 0; i < d->tiers_count; i++) {
		s->upstream[i].share_ppm = PRB_COUNT_UNSAID;
		s->tiers[i] = (struct prb_tier){
			.entry = &s->upstream[i], .parent = -1, .steps = 1, .tier = (int64_t)i + 2};
		s->tier_places[i] = s->tier_goods[i].origin;
	}
	s->facts = (struct prb_facts){.sites = s->sites,
		.products = s->product_facts,
		.nationalities = s->nationalities,
		.upstream = s->tier_places,
		.upstream_goods = s->tier_goods,
		.market_usa = row->usa};
	(void)read_place(row->seat, &s->facts.supplier);
}

static void
spell_hits(const struct prb_scopes *found, char *out, size_t room)
{
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < found->count; i++) {
		const struct prb_scope_hit *hit = &found->hits[i];
		const char *id = hit->scope != NULL                 ? hit->scope->id
				 : hit->cause == PRB_CAUSE_TRANSFER ? "transfer"
								    : "prison";

		n += (size_t)snprintf(
			out + n, room - n, "%s:%c%d", id, "SPINUTJ"[hit->cause], (int)hit -> index);
		if (hit->index2 >= 0)
			n += (size_t)snprintf(out + n, room - n, ".%d", (int)hit->index2);
		n += (size_t)snprintf(out + n, room - n, "%s",
			hit->value == PRB_PRESUMED     ? "!"
			: hit->value == PRB_STATE_OPEN ? "?"
			: hit->cleared                 ? ":0"
						       : "~");
		assert_int_equal(
			hit->region_unknown, hit->value == PRB_NOT_PRESUMED && !hit->cleared);
		if (hit->tier != 0)
			n += (size_t)snprintf(out + n, room - n, "^%d", (int)hit->tier);
		n += (size_t)snprintf(out + n, room - n, " ");
	}
}

static void
spell_sites(const struct scene *s, const struct prb_scopes *found, enum prb_reading reading,
	char out[MOST + 1])
{
	size_t sites = s->declaration.sites_count == 0 ? 1 : s->declaration.sites_count;
	bool in_scope[MOST];

	memset(in_scope, 1, sizeof in_scope);
	prb_scopes_sites(found, &s->declaration, &s->facts, reading, in_scope);
	for (size_t i = 0; i < sites; i++)
		out[i] = in_scope[i] ? 'i' : 'o';
	out[sites] = '\0';
}

static void
scopes_are_met(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char hits[256], value[PRB_READINGS + 1] = "", inside[MOST + 1], at_worst[MOST + 1];
		struct prb_scopes found;
		struct scene s;

		set_scene(&s, &rows[i]);
		prb_arena_reset(arena);
		assert_int_equal(prb_scopes_find(arena, &reference, &s.declaration, &s.facts,
					 rows[i].declarant, NULL, &found),
			PRB_OK);
		spell_hits(&found, hits, sizeof hits);
		for (int r = PRB_READ_POINT; r < PRB_READINGS; r++)
			value[r] = "-?!"[prb_scopes_value(&found, (enum prb_reading)r)];
		spell_sites(&s, &found, PRB_READ_POINT, inside);
		spell_sites(&s, &found, PRB_READ_WORST, at_worst);
		if (strcmp(hits, rows[i].hits) != 0 || strcmp(value, rows[i].value) != 0 ||
			strcmp(inside, rows[i].inside) != 0 ||
			strcmp(at_worst, rows[i].at_worst) != 0)
			fail_msg("%s: %s, %s, %s, %s", rows[i].what, hits, value, inside, at_worst);
	}
}

/* Words can stand for as many codes as there is room for. */
static void
many_codes(void **state)
{
	struct prb_scopes found;
	struct scene s;

	(void)state;
	set_scene(&s, &(struct row){.seat = "C", .products = "9503@B-Y"});
	s.product_facts[0].goods.hs_count = PRB_HS_CODES_MAX;
	for (size_t i = 0; i < PRB_HS_CODES_MAX; i++)
		memcpy(s.product_facts[0].goods.hs[i], "9503", 5);
	prb_arena_reset(arena);
	assert_int_equal(prb_scopes_find(arena, &reference, &s.declaration, &s.facts, PRB_COMPANY,
				 NULL, &found),
		PRB_OK);
	assert_int_equal(found.count, 0);
	memcpy(s.product_facts[0].goods.hs[PRB_HS_CODES_MAX - 1], "5201", 5);
	assert_int_equal(prb_scopes_find(arena, &reference, &s.declaration, &s.facts, PRB_COMPANY,
				 NULL, &found),
		PRB_OK);
	assert_int_equal(found.count, 1);
}

/* What a party that is named inline would be by itself. */
static void
tiers_by_themselves(void **state)
{
	static const uint8_t expected[] = {
		PRB_NOT_PRESUMED, PRB_STATE_OPEN, PRB_PRESUMED, PRB_NOT_PRESUMED, PRB_PRESUMED};
	struct prb_scopes found;
	struct scene s;

	(void)state;
	set_scene(&s, &(struct row){.seat = "C",
			      .sites = "A",
			      .tiers = "9503@C 5201@B-Y 7108@B-X 9503@B 5201@B-X"});
	prb_arena_reset(arena);
	assert_int_equal(prb_scopes_find(arena, &reference, &s.declaration, &s.facts, PRB_COMPANY,
				 NULL, &found),
		PRB_OK);
	for (size_t i = 0; i < sizeof expected; i++)
		assert_int_equal(found.tier_states[i], expected[i]);
}

/*
 * An input that asks, and the declarations of those who deliver it.
 */

/* Puts a declaration into the book: what its own report says of the scope "asked", by a product
 * ('P') or otherwise; ' ' where it does not meet it. */
static void
add_to_book(struct prb_book *book, int number, char cause, uint8_t value)
{
	struct prb_declaration *d = prb_arena_array(arena, 1, sizeof *d);
	struct prb_facts *facts = prb_arena_array(arena, 1, sizeof *facts);
	struct prb_result *result = prb_arena_array(arena, 1, sizeof *result);
	struct prb_scope_hit *hits = prb_arena_array(arena, 3, sizeof *hits);

	assert_true(d != NULL && facts != NULL && result != NULL && hits != NULL);
	d->supplier.name = PRB_SPAN("A");
	hits[0] = (struct prb_scope_hit){.scope = &scopes[1], .cause = PRB_CAUSE_PRODUCT};
	hits[1] = (struct prb_scope_hit){.scope = &scopes[2],
		.cause = cause == 'P' ? PRB_CAUSE_PRODUCT : PRB_CAUSE_INPUT,
		.value = value};
	result->declaration = d;
	result->facts = facts;
	result->scopes = hits;
	/* What is open stays open beside what is cleared. */
	hits[2] = hits[1];
	hits[2].value = PRB_NOT_PRESUMED;
	result->scopes_count = cause == ' ' ? 1 : 3;
	(void)snprintf(result->declaration_sha256, sizeof result->declaration_sha256, "%d", number);
	assert_int_equal(prb_book_add(book, result, rules_sha256), PRB_OK);
}

static struct prb_book *
make_book(void)
{
	struct prb_book *book = prb_book_create(arena, &reference, true);

	assert_non_null(book);
	add_to_book(book, 1, 'P', PRB_NOT_PRESUMED); /* clears it */
	add_to_book(book, 2, 'P', PRB_STATE_OPEN);
	add_to_book(book, 3, 'I', PRB_NOT_PRESUMED); /* by an input of its own */
	add_to_book(book, 4, ' ', PRB_NOT_PRESUMED); /* delivers something else */
	assert_int_equal(prb_book_solve(book, rules_sha256), PRB_OK);
	return book;
}

static void
inputs_are_cleared(void **state)
{
	/* Each tier: a reference, or goods of a party that is named inline; a share in ppm;
	 * "^" where it stands further up. */
	static const struct {
		const char *what, *input;
		const char *references[3];
		int shares[3];
		bool further[3];
		const char *goods;
		bool cleared;
	} cases[] = {
		{"by its declaration", "5201@B-Y", {"#1"}, {-1}, {0}, "@?", true},
		{"not without the region", "5201@B", {"#1"}, {-1}, {0}, "@?", false},
		{"not where that is open", "5201@B-Y", {"#2"}, {-1}, {0}, "@?", false},
		{"not by an input of its own", "5201@B-Y", {"#3"}, {-1}, {0}, "@?", false},
		{"not by one that delivers something else", "5201@B-Y", {"#4"}, {-1}, {0}, "@?",
			false},
		{"not by one that is not there", "5201@B-Y", {"#9"}, {-1}, {0}, "@?", false},
		{"beside something else", "5201@B-Y", {"#4", "#1"}, {-1, -1}, {0}, "@? @?", true},
		{"beside one that is open", "5201@B-Y", {"#1", "#2"}, {-1, -1}, {0}, "@? @?",
			false},
		{"by the whole", "5201@B-Y", {"#1", "#1"}, {400000, 600000}, {0}, "@? @?", true},
		{"by less than the whole", "5201@B-Y", {"#1", "#1"}, {400000, 599999}, {0}, "@? @?",
			false},
		{"nothing of it", "5201@B-Y", {"#1"}, {0}, {0}, "@?", false},
		{"a party that is named inline and delivers it", "5201@B-Y", {"#1", ""}, {-1, -1},
			{0}, "@? 5201@B-Y", false},
		{"a party that is named inline and delivers something else", "5201@B-Y", {"#1", ""},
			{-1, -1}, {0}, "@? 9503@B-Y", true},
		{"one further up clears nothing", "5201@B-Y", {"#1"}, {-1}, {true}, "@?", false},
		{"nor does it stand in the way", "5201@B-Y", {"#1", "#2"}, {-1, -1}, {false, true},
			"@? @?", true},
		{"nor an inline party there", "5201@B-Y", {"#1", ""}, {-1, -1}, {false, true},
			"@? 5201@B-Y", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct prb_scopes found;
		struct prb_book *book;
		struct scene s;

		set_scene(&s, &(struct row){.seat = "C",
				      .products = "9503@C",
				      .inputs = cases[i].input,
				      .tiers = cases[i].goods});
		for (size_t k = 0; k < s.declaration.tiers_count; k++) {
			s.upstream[k].declaration = prb_span_of(cases[i].references[k]);
			s.upstream[k].share_ppm = cases[i].shares[k];
			s.tiers[k].parent = cases[i].further[k] ? 0 : -1;
		}
		prb_arena_reset(arena);
		book = make_book();
		assert_int_equal(prb_scopes_find(arena, &reference, &s.declaration, &s.facts,
					 PRB_COMPANY, book, &found),
			PRB_OK);
		for (size_t k = 0; k < found.count; k++)
			if (found.hits[k].scope == &scopes[2] &&
				found.hits[k].cause == PRB_CAUSE_INPUT &&
				found.hits[k].cleared != cases[i].cleared)
				fail_msg("%s", cases[i].what);
	}
}

static int
set_up(void **state)
{
	(void)state;
	arena = prb_arena_create((size_t)8 << 20);
	return arena == NULL;
}

static int
tear_down(void **state)
{
	(void)state;
	prb_arena_destroy(arena);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scopes_are_met),
		cmocka_unit_test(many_codes),
		cmocka_unit_test(tiers_by_themselves),
		cmocka_unit_test(inputs_are_cleared),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
