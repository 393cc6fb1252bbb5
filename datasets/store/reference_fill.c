/* SPDX-License-Identifier: Apache-2.0 */
#include "datasets/store/reference_fill.h"

#include <string.h>

#include "datasets/store/records.h"

/* One filling. Each table is read into an array whose length the table itself gives; `bad` ends it.
 */
struct filling {
	const struct prb_reader *reader;
	struct prb_arena *arena;
	struct prb_reference *reference;
	struct prb_country *countries;
	struct prb_good *goods;
	struct prb_good_prefix *prefixes;
	struct prb_scope *scopes;
	struct prb_item *items;
	struct prb_rating_row *rating;
	struct prb_law *laws;
	struct prb_referral *referrals;
	uint16_t *forced_count;
	size_t at;
	size_t found; /* constants: how many were met */
	bool bad;
};

typedef bool (*row_fn)(void *context, struct prb_span key, struct prb_span value);

/* Keys are not ended by NUL in the file. */
static const char *
keep(struct filling *f, struct prb_span text)
{
	struct prb_span copy = prb_arena_copy(f->arena, text);

	if (!copy.p) {
		f->bad = true;
		return "";
	}
	return copy.p;
}

static bool
keep_chars(struct filling *f, struct prb_span text, char *out, size_t room)
{
	if (text.n >= room) {
		f->bad = true;
		return false;
	}
	memcpy(out, text.p, text.n);
	out[text.n] = '\0';
	return true;
}

static bool
country_row(void *context, struct prb_span key, struct prb_span value)
{
	struct filling *f = context;
	struct prb_country *country = &f->countries[f->at++];

	if (key.n != 3 || !keep_chars(f, key, country->iso3, sizeof(country->iso3)) ||
		!prb_country_read(value, country))
		f->bad = true;
	return !f->bad;
}

static int
country_index(struct filling *f, const char *iso3)
{
	int index = prb_reference_country(f->reference, prb_span_of(iso3));

	if (index < 0)
		f->bad = true;
	return index;
}

/* One value of enum prb_listed for each country. */
static uint8_t *
read_pairs(struct filling *f, struct prb_cursor *c, size_t count)
{
	uint8_t *listed = prb_arena_array(f->arena, f->reference->countries_count, 1);

	if (!listed)
		f->bad = true;
	for (size_t i = 0; i < count && !f->bad && !c->bad; i++) {
		struct prb_listed_pair pair;
		int country;

		prb_pairs_next(c, &pair);
		country = country_index(f, pair.iso3);
		if (country >= 0)
			listed[country] = pair.listed;
	}
	return listed;
}

static bool
good_row(void *context, struct prb_span key, struct prb_span value)
{
	struct filling *f = context;
	struct prb_good *good = &f->goods[f->at++];
	struct prb_cursor c;
	size_t inputs;

	prb_cursor_init(&c, value);
	good->name = keep(f, key);
	good->listed = read_pairs(f, &c, prb_pairs_begin(&c));
	inputs = prb_pairs_begin(&c);
	good->input_listed = inputs > 0 ? read_pairs(f, &c, inputs) : NULL;
	if (f->bad || !prb_cursor_done(&c)) {
		f->bad = true;
		return false;
	}
	for (size_t i = 0; i < f->reference->countries_count; i++)
		if (good->listed[i] == PRB_LISTED_FORCED) {
			good->forced[i / 64] |= (uint64_t)1 << i % 64;
			f->forced_count[i]++;
		}
	return true;
}

static int
good_index(const struct filling *f, struct prb_span name)
{
	size_t low = 0, high = f->reference->goods_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = prb_span_compare(name, prb_span_of(f->goods[middle].name));

		if (order == 0)
			return (int)middle;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return -1;
}

/* The key is prefix, separator, good. */
static bool
prefix_row(void *context, struct prb_span key, struct prb_span value)
{
	struct filling *f = context;
	struct prb_good_prefix *prefix = &f->prefixes[f->at++];
	const char *separator = memchr(key.p, PRB_KEY_SEPARATOR[0], key.n);
	size_t n = separator ? (size_t)(separator - key.p) : 0;
	int good = -1;

	(void)value;
	if (separator &&
		keep_chars(f, (struct prb_span){key.p, n}, prefix->prefix, sizeof(prefix->prefix)))
		good = good_index(f, (struct prb_span){separator + 1, key.n - n - 1});
	if (good < 0)
		f->bad = true;
	else
		prefix->good = (uint16_t)good;
	return !f->bad;
}

static int16_t
country_or_any(struct filling *f, const char *iso3)
{
	return iso3[0] == '\0' ? -1 : (int16_t)country_index(f, iso3);
}

static bool
scope_row(void *context, struct prb_span key, struct prb_span value)
{
	struct filling *f = context;
	struct prb_scope *scope = &f->scopes[f->at];
	struct prb_scope_record record;

	if (!prb_scope_read(value, &record)) {
		f->bad = true;
		return false;
	}
	/* The rest is part of the lens `where`, computed when the release was built. */
	if (record.effect != PRB_EFFECT_PRESUMED && record.effect != PRB_EFFECT_ASK)
		return true;
	f->at++;
	scope->id = keep(f, key);
	scope->country = country_or_any(f, record.country);
	scope->nationality = country_or_any(f, record.nationality);
	(void)keep_chars(f, prb_span_of(record.region), scope->region, sizeof(scope->region));
	for (size_t i = 0; i < record.hs_count; i++)
		(void)keep_chars(f, prb_span_of(record.hs[i]), scope->hs[i], sizeof(scope->hs[i]));
	scope->hs_count = record.hs_count;
	scope->effect = record.effect;
	scope->good = record.good;
	scope->law = record.law;
	scope->source = record.source;
	scope->since = record.since;
	scope->as_of = record.as_of;
	return !f->bad;
}

static bool
item_row(void *context, struct prb_span key, struct prb_span value)
{
	struct filling *f = context;
	struct prb_item *item = &f->items[f->at++];

	if (!keep_chars(f, key, item->id, sizeof(item->id)) || !prb_item_read(value, item))
		f->bad = true;
	return !f->bad;
}

static bool
rating_row(void *context, struct prb_span key, struct prb_span value)
{
	struct filling *f = context;

	(void)key;
	if (!prb_rating_read(value, &f->rating[f->at++]))
		f->bad = true;
	return !f->bad;
}

static bool
law_row(void *context, struct prb_span key, struct prb_span value)
{
	struct filling *f = context;
	struct prb_law *law = &f->laws[f->at++];
	const char *market;

	law->id = keep(f, key);
	if (!prb_law_read(value, law, &market))
		f->bad = true;
	else if (strcmp(market, PRB_MARKET_WORD_ANY) == 0)
		law->market = PRB_MARKET_ANY;
	else if (strcmp(market, PRB_MARKET_WORD_EU) == 0)
		law->market = PRB_MARKET_EU;
	else
		law->market = (int16_t)country_index(f, market);
	return !f->bad;
}

/* The key is country, separator, body. */
static bool
referral_row(void *context, struct prb_span key, struct prb_span value)
{
	struct filling *f = context;
	struct prb_referral *referral = &f->referrals[f->at++];
	int country =
		key.n > 4 ? prb_reference_country(f->reference, (struct prb_span){key.p, 3}) : -1;

	if (country < 0 || key.p[3] != PRB_KEY_SEPARATOR[0] || !prb_referral_read(value, referral))
		f->bad = true;
	else
		referral->body = keep(f, (struct prb_span){key.p + 4, key.n - 4});
	referral->country = (int16_t)country;
	return !f->bad;
}

static bool
weight_row(void *context, struct prb_span key, struct prb_span value)
{
	struct filling *f = context;

	for (size_t i = 0; i < PRB_COMPONENTS; i++)
		if (prb_span_is(key, prb_component_id((enum prb_component)i))) {
			if (!prb_weight_read(value, &f->reference->weights[i]))
				f->bad = true;
			return !f->bad;
		}
	f->bad = true;
	return false;
}

/* Every component but those of overlays has its weight. */
static bool
have_weights(const struct prb_reference *reference)
{
	for (int i = 0; i < PRB_COMPONENTS; i++)
		if (!prb_reference_has(reference, (enum prb_component)i) &&
			!prb_component_is_overlay((enum prb_component)i))
			return false;
	return true;
}

static bool
constant_row(void *context, struct prb_span key, struct prb_span value)
{
	struct filling *f = context;

	for (size_t i = 0; i < PRB_CONSTANTS; i++)
		if (prb_span_is(key, prb_constant_key((enum prb_constant)i))) {
			f->found++;
			if (!prb_constant_read(value, &f->reference->constants[i]))
				f->bad = true;
			return !f->bad;
		}
	f->bad = true;
	return false;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The key is a two-digit code. */
static bool
remedy_row(void *context, struct prb_span key, struct prb_span value)
{
	struct filling *f = context;
	int indicator = key.n == 2 && is_digit(key.p[0]) && is_digit(key.p[1])
				? (key.p[0] - '0') * 10 + (key.p[1] - '0')
				: 0;

	f->found++;
	if (indicator < 1 || indicator > PRB_INDICATORS ||
		!prb_remedy_read(value, &f->reference->remedies[indicator]))
		f->bad = true;
	return !f->bad;
}

/* A section letter with its share, or a chapter with its section. */
static bool
sector_row(void *context, struct prb_span key, struct prb_span value)
{
	struct filling *f = context;

	if (key.n == 1 && key.p[0] >= 'A' && key.p[0] <= 'Z') {
		if (!prb_sector_read(value, &f->reference->sector_per_mille[key.p[0] - 'A']))
			f->bad = true;
	} else if (key.n == 2 && is_digit(key.p[0]) && is_digit(key.p[1])) {
		int chapter = (key.p[0] - '0') * 10 + (key.p[1] - '0');

		if (!prb_chapter_read(value, &f->reference->section_of_chapter[chapter]))
			f->bad = true;
	} else {
		f->bad = true;
	}
	return !f->bad;
}

static bool
fill_meta(struct filling *f)
{
	struct prb_reference *r = f->reference;
	struct prb_span version =
		prb_reader_get(f->reader, PRB_TABLE_META, PRB_SPAN(PRB_META_METHOD_VERSION));
	struct prb_span sha256 =
		prb_reader_get(f->reader, PRB_TABLE_META, PRB_SPAN(PRB_META_METHOD_SHA256));

	if (!version.p || !sha256.p)
		return false;
	r->method_version = keep(f, version);
	for (size_t i = 0; i < 26; i++)
		r->sector_per_mille[i] = -1;
	return keep_chars(f, sha256, r->method_sha256, sizeof(r->method_sha256)) && !f->bad;
}

/* A cleared array with a place for each row of the table, whose count goes to *count. */
static void *
array(struct filling *f, enum prb_table table, size_t item_bytes, size_t *count)
{
	void *items;

	*count = prb_reader_count(f->reader, table);
	items = prb_arena_array(f->arena, *count + 1, item_bytes);
	if (!items)
		f->bad = true;
	return items;
}

static bool
fill_table(struct filling *f, enum prb_table table, row_fn row)
{
	if (f->bad)
		return false;
	f->at = 0;
	f->found = 0;
	return prb_reader_each(f->reader, table, row, f) && !f->bad;
}

const char *
prb_reference_fill(
	const struct prb_reader *reader, struct prb_arena *arena, struct prb_reference *r)
{
	struct filling f = {.reader = reader, .arena = arena, .reference = r};

	if (!fill_meta(&f))
		return "meta";
	r->countries = f.countries =
		array(&f, PRB_TABLE_COUNTRY, sizeof(*f.countries), &r->countries_count);
	if (!fill_table(&f, PRB_TABLE_COUNTRY, country_row) ||
		r->countries_count > PRB_COUNTRIES_MAX)
		return "country";
	r->origin_forced_count = f.forced_count =
		prb_arena_array(arena, r->countries_count + 1, sizeof(uint16_t));
	r->goods = f.goods = array(&f, PRB_TABLE_GOOD, sizeof(*f.goods), &r->goods_count);
	if (!f.forced_count || !fill_table(&f, PRB_TABLE_GOOD, good_row) ||
		r->goods_count > UINT16_MAX)
		return "good";
	r->prefixes = f.prefixes =
		array(&f, PRB_TABLE_GOOD_PREFIX, sizeof(*f.prefixes), &r->prefixes_count);
	if (!fill_table(&f, PRB_TABLE_GOOD_PREFIX, prefix_row))
		return "good_prefix";
	r->scopes = f.scopes = array(&f, PRB_TABLE_SCOPE, sizeof(*f.scopes), &r->scopes_count);
	if (!fill_table(&f, PRB_TABLE_SCOPE, scope_row))
		return "scope";
	r->scopes_count = f.at;
	r->items = f.items = array(&f, PRB_TABLE_ITEM, sizeof(*f.items), &r->items_count);
	if (!fill_table(&f, PRB_TABLE_ITEM, item_row) || r->items_count > PRB_ITEMS_MAX)
		return "item";
	r->rating = f.rating = array(&f, PRB_TABLE_RATING, sizeof(*f.rating), &r->rating_count);
	if (!fill_table(&f, PRB_TABLE_RATING, rating_row))
		return "rating";
	r->laws = f.laws = array(&f, PRB_TABLE_LAW, sizeof(*f.laws), &r->laws_count);
	if (!fill_table(&f, PRB_TABLE_LAW, law_row))
		return "law";
	r->referrals = f.referrals =
		array(&f, PRB_TABLE_REFERRAL, sizeof(*f.referrals), &r->referrals_count);
	if (!fill_table(&f, PRB_TABLE_REFERRAL, referral_row))
		return "referral";
	if (!fill_table(&f, PRB_TABLE_REMEDY, remedy_row) || f.found != PRB_INDICATORS)
		return "remedy";
	if (!fill_table(&f, PRB_TABLE_WEIGHT, weight_row) || !have_weights(r))
		return "weight";
	if (!fill_table(&f, PRB_TABLE_CONSTANT, constant_row) || f.found != PRB_CONSTANTS)
		return "constant";
	if (!fill_table(&f, PRB_TABLE_SECTOR, sector_row))
		return "sector";
	return NULL;
}
