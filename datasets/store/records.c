/* SPDX-License-Identifier: Apache-2.0 */
#include "datasets/store/records.h"

#include <string.h>

static void
put_string(struct prb_str *out, const char *text)
{
	prb_put_text(out, prb_span_of(text));
}

void
prb_entity_write(const struct prb_entity_record *r, struct prb_str *out)
{
	put_string(out, r->list);
	put_string(out, r->name);
	put_string(out, r->kind);
	put_string(out, r->country);
	put_string(out, r->city);
	put_string(out, r->address);
	put_string(out, r->identifiers);
	put_string(out, r->notes);
	put_string(out, r->source);
	prb_put_i32(out, r->date);
	prb_put_i32(out, r->status_date);
	prb_put_i32(out, r->valid_until);
	prb_put_u8(out, r->status);
	prb_put_u8(out, r->effect);
	prb_put_u8(out, r->verified);
}

bool
prb_entity_read(struct prb_span value, struct prb_entity_record *r)
{
	struct prb_cursor c;

	prb_cursor_init(&c, value);
	r->list = prb_get_text(&c);
	r->name = prb_get_text(&c);
	r->kind = prb_get_text(&c);
	r->country = prb_get_text(&c);
	r->city = prb_get_text(&c);
	r->address = prb_get_text(&c);
	r->identifiers = prb_get_text(&c);
	r->notes = prb_get_text(&c);
	r->source = prb_get_text(&c);
	r->date = prb_get_i32(&c);
	r->status_date = prb_get_i32(&c);
	r->valid_until = prb_get_i32(&c);
	r->status = prb_get_u8(&c);
	r->effect = prb_get_u8(&c);
	r->verified = prb_get_u8(&c);
	return prb_cursor_done(&c) && r->status <= PRB_LISTING_UNKNOWN &&
	       r->effect <= PRB_LISTING_OTHER_SANCTIONS;
}

void
prb_list_write(const struct prb_list_record *r, struct prb_str *out)
{
	put_string(out, r->title);
	put_string(out, r->publisher);
	put_string(out, r->edition);
	put_string(out, r->effect_words);
	put_string(out, r->url_words);
	put_string(out, r->completeness);
	put_string(out, r->countries_equal);
	prb_put_u32(out, r->entries);
}

bool
prb_list_read(struct prb_span value, struct prb_list_record *r)
{
	struct prb_cursor c;

	prb_cursor_init(&c, value);
	r->title = prb_get_text(&c);
	r->publisher = prb_get_text(&c);
	r->edition = prb_get_text(&c);
	r->effect_words = prb_get_text(&c);
	r->url_words = prb_get_text(&c);
	r->completeness = prb_get_text(&c);
	r->countries_equal = prb_get_text(&c);
	r->entries = prb_get_u32(&c);
	return prb_cursor_done(&c);
}

void
prb_source_write(const struct prb_source_record *r, struct prb_str *out)
{
	put_string(out, r->title);
	put_string(out, r->publisher);
	put_string(out, r->edition);
	put_string(out, r->licence);
	put_string(out, r->retrieved_from);
	put_string(out, r->retrieved_on);
	put_string(out, r->doubts);
	put_string(out, r->renew);
	put_string(out, r->sha256);
	prb_put_u32(out, r->rows);
}

bool
prb_source_read(struct prb_span value, struct prb_source_record *r)
{
	struct prb_cursor c;

	prb_cursor_init(&c, value);
	r->title = prb_get_text(&c);
	r->publisher = prb_get_text(&c);
	r->edition = prb_get_text(&c);
	r->licence = prb_get_text(&c);
	r->retrieved_from = prb_get_text(&c);
	r->retrieved_on = prb_get_text(&c);
	r->doubts = prb_get_text(&c);
	r->renew = prb_get_text(&c);
	r->sha256 = prb_get_text(&c);
	r->rows = prb_get_u32(&c);
	return prb_cursor_done(&c);
}

void
prb_keyword_write(const struct prb_keyword_record *r, struct prb_str *out)
{
	prb_put_u8(out, r->basis);
	prb_put_u8(out, r->count);
	for (size_t i = 0; i < r->count; i++)
		put_string(out, r->prefixes[i]);
}

bool
prb_keyword_read(struct prb_span value, struct prb_keyword_record *r)
{
	struct prb_cursor c;

	prb_cursor_init(&c, value);
	r->basis = prb_get_u8(&c);
	r->count = prb_get_u8(&c);
	if (r->count > PRB_HS_CODES_MAX || (r->basis != PRB_HS_BROAD && r->basis != PRB_HS_KEYWORD))
		return false;
	for (size_t i = 0; i < r->count; i++)
		prb_get_chars(&c, r->prefixes[i], PRB_HS_BYTES);
	return prb_cursor_done(&c);
}

void
prb_region_name_write(const struct prb_region_name_record *r, struct prb_str *out)
{
	put_string(out, r->region);
	prb_put_u8(out, r->use);
	prb_put_u8(out, r->level);
}

bool
prb_region_name_read(struct prb_span value, struct prb_region_name_record *r)
{
	struct prb_cursor c;

	prb_cursor_init(&c, value);
	prb_get_chars(&c, r->region, PRB_REGION_BYTES);
	r->use = prb_get_u8(&c);
	r->level = prb_get_u8(&c);
	return prb_cursor_done(&c) && r->use <= PRB_REGION_ALONE && r->level <= PRB_LEVEL_REGION;
}

void
prb_texts_write(const struct prb_span *texts, size_t count, struct prb_str *out)
{
	prb_put_u16(out, (uint16_t)count);
	for (size_t i = 0; i < count; i++)
		prb_put_text(out, texts[i]);
}

size_t
prb_texts_begin(struct prb_span value, struct prb_cursor *c)
{
	prb_cursor_init(c, value);
	return prb_get_u16(c);
}

static void
put_where(struct prb_str *out, const struct prb_where_value *v)
{
	prb_put_i32(out, v->ppm);
	prb_put_u8(out, v->known);
	prb_put_u8(out, v->verified);
	prb_put_u16(out, v->year);
	put_string(out, v->source);
}

static bool
get_where(struct prb_cursor *c, struct prb_where_value *v)
{
	v->ppm = prb_get_i32(c);
	v->known = prb_get_u8(c);
	v->verified = prb_get_u8(c) != 0;
	v->year = prb_get_u16(c);
	v->source = prb_get_text(c);
	return v->ppm >= 0 && v->ppm <= PRB_PPM_ONE && v->known <= PRB_NOT_APPLICABLE;
}

/* One bit for each overlay component that the release has. */
static unsigned
overlays_of(const struct prb_country *country)
{
	unsigned set = 0;

	for (unsigned i = 0; i < PRB_OVERLAY_COMPONENTS; i++)
		if (country->where[PRB_OVERLAYS_FROM + i].known != PRB_NOT_APPLICABLE)
			set |= 1U << i;
	return set;
}

/* The last flag byte says whether regions matter and which overlays follow: a release without one
 * is what it was before there were overlays. */
void
prb_country_write(const struct prb_country *country, struct prb_str *out)
{
	put_string(out, country->iso2);
	put_string(out, country->name_en);
	for (size_t i = 0; i < PRB_OVERLAYS_FROM; i++)
		put_where(out, &country->where[i]);
	prb_put_i32(out, country->tied_status_ppm);
	prb_put_u8(out, country->tied_status_listed);
	prb_put_u8(out, country->eu_member);
	prb_put_u8(out, (uint8_t)(country->regions_matter | overlays_of(country) << 1));
	for (size_t i = PRB_OVERLAYS_FROM; i < PRB_WHERE_COMPONENTS; i++)
		if (country->where[i].known != PRB_NOT_APPLICABLE)
			put_where(out, &country->where[i]);
}

static bool
get_overlays(struct prb_cursor *c, unsigned set, struct prb_country *country)
{
	bool fits = set >> PRB_OVERLAY_COMPONENTS == 0;

	for (size_t i = 0; i < PRB_OVERLAY_COMPONENTS; i++) {
		struct prb_where_value *value = &country->where[PRB_OVERLAYS_FROM + i];

		*value = (struct prb_where_value){
			.known = PRB_NOT_APPLICABLE, .source = "not in this release"};
		if (set >> i & 1)
			fits = get_where(c, value) && fits;
	}
	return fits;
}

bool
prb_country_read(struct prb_span value, struct prb_country *country)
{
	struct prb_cursor c;
	bool fits = true;
	uint8_t flags;

	prb_cursor_init(&c, value);
	prb_get_chars(&c, country->iso2, sizeof(country->iso2));
	country->name_en = prb_get_text(&c);
	for (size_t i = 0; i < PRB_OVERLAYS_FROM; i++)
		fits = get_where(&c, &country->where[i]) && fits;
	country->tied_status_ppm = prb_get_i32(&c);
	country->tied_status_listed = prb_get_u8(&c) != 0;
	country->eu_member = prb_get_u8(&c) != 0;
	flags = prb_get_u8(&c);
	country->regions_matter = flags & 1;
	fits = get_overlays(&c, flags >> 1, country) && fits;
	return fits && prb_cursor_done(&c) && country->tied_status_ppm >= 0 &&
	       country->tied_status_ppm <= PRB_PPM_ONE;
}

void
prb_pairs_write(const struct prb_listed_pair *pairs, size_t count, struct prb_str *out)
{
	prb_put_u16(out, (uint16_t)count);
	for (size_t i = 0; i < count; i++) {
		put_string(out, pairs[i].iso3);
		prb_put_u8(out, pairs[i].listed);
	}
}

size_t
prb_pairs_begin(struct prb_cursor *c)
{
	return prb_get_u16(c);
}

void
prb_pairs_next(struct prb_cursor *c, struct prb_listed_pair *pair)
{
	prb_get_chars(c, pair->iso3, sizeof(pair->iso3));
	pair->listed = prb_get_u8(c);
	if (pair->listed > PRB_LISTED_FORCED)
		c->bad = true;
}

void
prb_scope_write(const struct prb_scope_record *r, struct prb_str *out)
{
	put_string(out, r->country);
	put_string(out, r->nationality);
	put_string(out, r->region);
	put_string(out, r->good);
	put_string(out, r->law);
	put_string(out, r->source);
	put_string(out, r->since);
	put_string(out, r->as_of);
	prb_put_u8(out, r->effect);
	prb_put_u8(out, r->hs_count);
	for (size_t i = 0; i < r->hs_count; i++)
		put_string(out, r->hs[i]);
}

bool
prb_scope_read(struct prb_span value, struct prb_scope_record *r)
{
	struct prb_cursor c;

	prb_cursor_init(&c, value);
	r->country = prb_get_text(&c);
	r->nationality = prb_get_text(&c);
	r->region = prb_get_text(&c);
	r->good = prb_get_text(&c);
	r->law = prb_get_text(&c);
	r->source = prb_get_text(&c);
	r->since = prb_get_text(&c);
	r->as_of = prb_get_text(&c);
	r->effect = prb_get_u8(&c);
	r->hs_count = prb_get_u8(&c);
	if (r->hs_count > PRB_SCOPE_HS_MAX || r->effect > PRB_EFFECT_EXPOSURE)
		return false;
	for (size_t i = 0; i < r->hs_count; i++)
		r->hs[i] = prb_get_text(&c);
	return prb_cursor_done(&c);
}

void
prb_item_write(const struct prb_item *item, struct prb_span text, struct prb_str *out)
{
	prb_put_u8(out, item->indicator);
	prb_put_u8(out, item->side);
	prb_put_u8(out, item->adult);
	prb_put_u8(out, item->child);
	put_string(out, prb_words_text(&prb_words_dimension, item->dimension));
	prb_put_text(out, text);
}

bool
prb_item_read(struct prb_span value, struct prb_item *item)
{
	struct prb_cursor c;

	prb_cursor_init(&c, value);
	item->indicator = prb_get_u8(&c);
	item->side = prb_get_u8(&c);
	item->adult = prb_get_u8(&c);
	item->child = prb_get_u8(&c);
	item->dimension = prb_words_find(&prb_words_dimension, prb_span_of(prb_get_text(&c)));
	(void)prb_get_text(&c);
	return prb_cursor_done(&c) && item->indicator <= PRB_INDICATORS &&
	       item->side <= PRB_SIDE_INVOLUNTARY && item->adult <= PRB_STRENGTH_STRONG &&
	       item->child <= PRB_STRENGTH_STRONG && item->dimension != PRB_DIMENSION_NONE;
}

void
prb_sector_write(int32_t per_mille, struct prb_span source, struct prb_str *out)
{
	prb_put_i32(out, per_mille);
	prb_put_text(out, source);
}

bool
prb_sector_read(struct prb_span value, int32_t *per_mille)
{
	struct prb_cursor c;

	prb_cursor_init(&c, value);
	*per_mille = prb_get_i32(&c);
	(void)prb_get_text(&c);
	return prb_cursor_done(&c) && *per_mille >= -1 && *per_mille <= 1000;
}

void
prb_chapter_write(char section, struct prb_str *out)
{
	prb_put_u8(out, (uint8_t)section);
}

bool
prb_chapter_read(struct prb_span value, char *section)
{
	struct prb_cursor c;

	prb_cursor_init(&c, value);
	*section = (char)prb_get_u8(&c);
	return prb_cursor_done(&c) && *section >= 'A' && *section <= 'Z';
}

void
prb_rating_write(const struct prb_rating_row *row, struct prb_span why, struct prb_str *out)
{
	prb_put_u8(out, row->number);
	prb_put_u8(out, row->rating);
	prb_put_text(out, prb_span_of(prb_rating_rule_key(row->rule)));
	prb_put_i32(out, row->threshold);
	prb_put_text(out, why);
}

/* The number of a rule is this program's own; the release holds its key. */
static bool
find_rule(const char *key, uint8_t *rule)
{
	for (size_t i = 0; i < PRB_RATING_RULES; i++)
		if (strcmp(prb_rating_rule_key((enum prb_rating_rule)i), key) == 0) {
			*rule = (uint8_t)i;
			return true;
		}
	return false;
}

bool
prb_rating_read(struct prb_span value, struct prb_rating_row *row)
{
	struct prb_cursor c;
	const char *key;

	prb_cursor_init(&c, value);
	row->number = prb_get_u8(&c);
	row->rating = prb_get_u8(&c);
	key = prb_get_text(&c);
	row->threshold = prb_get_i32(&c);
	(void)prb_get_text(&c);
	return prb_cursor_done(&c) && row->rating <= PRB_RATING_CRITICAL &&
	       find_rule(key, &row->rule);
}

void
prb_weight_write(const struct prb_weight *weight, struct prb_span why, struct prb_str *out)
{
	prb_put_i32(out, weight->ppm);
	put_string(out, weight->source);
	prb_put_text(out, why);
}

bool
prb_weight_read(struct prb_span value, struct prb_weight *weight)
{
	struct prb_cursor c;

	prb_cursor_init(&c, value);
	weight->ppm = prb_get_i32(&c);
	weight->source = prb_get_text(&c);
	(void)prb_get_text(&c);
	return prb_cursor_done(&c) && weight->ppm >= 0 && weight->ppm <= PRB_PPM_ONE;
}

void
prb_constant_write(int64_t figure, struct prb_span unit, struct prb_span why, struct prb_str *out)
{
	prb_put_i64(out, figure);
	prb_put_text(out, unit);
	prb_put_text(out, why);
}

bool
prb_constant_read(struct prb_span value, int64_t *figure)
{
	struct prb_cursor c;

	prb_cursor_init(&c, value);
	*figure = prb_get_i64(&c);
	(void)prb_get_text(&c);
	(void)prb_get_text(&c);
	return prb_cursor_done(&c);
}

void
prb_law_write(const struct prb_law *law, struct prb_span market, struct prb_str *out)
{
	put_string(out, law->instrument);
	put_string(out, law->jurisdiction);
	prb_put_text(out, market);
	put_string(out, law->applies_from);
	put_string(out, law->source);
	put_string(out, law->status);
	prb_put_u8(out, law->requirements_count);
	for (size_t i = 0; i < law->requirements_count; i++) {
		put_string(out, law->requirements[i].id);
		put_string(out, prb_shown_word((enum prb_shown)law->requirements[i].shown));
	}
}

bool
prb_law_read(struct prb_span value, struct prb_law *law, const char **market)
{
	struct prb_cursor c;

	prb_cursor_init(&c, value);
	law->instrument = prb_get_text(&c);
	law->jurisdiction = prb_get_text(&c);
	*market = prb_get_text(&c);
	law->applies_from = prb_get_text(&c);
	law->source = prb_get_text(&c);
	law->status = prb_get_text(&c);
	law->requirements_count = prb_get_u8(&c);
	if (law->requirements_count > PRB_LAW_REQUIREMENTS_MAX)
		return false;
	for (size_t i = 0; i < law->requirements_count; i++) {
		enum prb_shown shown;

		law->requirements[i].id = prb_get_text(&c);
		shown = prb_shown_find(prb_span_of(prb_get_text(&c)));
		if (shown == PRB_SHOWN_COUNT)
			return false;
		law->requirements[i].shown = (uint8_t)shown;
	}
	return prb_cursor_done(&c);
}

void
prb_remedy_write(const struct prb_remedy_row *row, struct prb_span source, struct prb_span why,
	struct prb_span reported_source, struct prb_str *out)
{
	prb_put_u16(out, row->days);
	prb_put_u16(out, row->reported_per_mille);
	for (uint8_t i = 1; i < PRB_SOURCE_COUNT; i++)
		if (row->verified_by >> i & 1)
			put_string(out, prb_words_text(&prb_words_source, i));
	put_string(out, ""); /* ends the classes */
	prb_put_text(out, source);
	prb_put_text(out, why);
	prb_put_text(out, reported_source);
}

/* The numbers of the classes are this program's own; the release holds their words. */
bool
prb_remedy_read(struct prb_span value, struct prb_remedy_row *row)
{
	struct prb_cursor c;
	struct prb_span word;

	prb_cursor_init(&c, value);
	row->days = prb_get_u16(&c);
	row->reported_per_mille = prb_get_u16(&c);
	row->verified_by = 0;
	while ((word = prb_span_of(prb_get_text(&c))).n > 0) {
		uint8_t source = prb_words_find(&prb_words_source, word);

		if (source == 0)
			return false;
		row->verified_by |= (uint16_t)(1U << source);
	}
	for (int i = 0; i < 3; i++) /* sources and reasons are for readers of the release */
		(void)prb_get_text(&c);
	return prb_cursor_done(&c) && row->verified_by != 0;
}

void
prb_referral_write(const struct prb_referral *r, struct prb_str *out)
{
	put_string(out, r->kind);
	put_string(out, r->url);
	put_string(out, r->phone);
	put_string(out, r->caution);
	put_string(out, r->source);
	put_string(out, r->as_of);
	put_string(out, r->status);
}

bool
prb_referral_read(struct prb_span value, struct prb_referral *r)
{
	struct prb_cursor c;

	prb_cursor_init(&c, value);
	r->kind = prb_get_text(&c);
	r->url = prb_get_text(&c);
	r->phone = prb_get_text(&c);
	r->caution = prb_get_text(&c);
	r->source = prb_get_text(&c);
	r->as_of = prb_get_text(&c);
	r->status = prb_get_text(&c);
	return prb_cursor_done(&c);
}
