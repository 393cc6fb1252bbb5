/* SPDX-License-Identifier: Apache-2.0 */

/* Goods and their listed origins, headings, sectors, and the scopes of state-imposed forced labour.
 */

#include <string.h>

#include "datasets/build/compile.h"

#define COUNTRIES_MAX 512 /* ISO 3166-1 has 249 */

static enum prb_listed
listed_of_row(const struct prb_sources *s, size_t row)
{
	if (prb_source_is(s, PRB_COL_LISTED_GOODS_FORCED_LABOUR, row, "y") ||
		prb_source_is(s, PRB_COL_LISTED_GOODS_EO13126, row, "y"))
		return PRB_LISTED_FORCED;
	return prb_source_is(s, PRB_COL_LISTED_GOODS_CHILD_LABOUR, row, "y") ? PRB_LISTED_CHILD_ONLY
									     : PRB_LISTED_NO;
}

static enum prb_listed
listed_of(const struct prb_sources *s, struct prb_span iso3, struct prb_span good)
{
	long row = prb_source_lookup(s, PRB_SOURCE_LISTED_GOODS, iso3, good);

	return row < 0 ? PRB_LISTED_NO : listed_of_row(s, (size_t)row);
}

/* The worst listing among the inputs that this producer uses for this good. */
static enum prb_listed
input_listed_of(const struct prb_sources *s, struct prb_span producer, struct prb_span good)
{
	long first = prb_source_lookup(s, PRB_SOURCE_DOWNSTREAM_GOODS, producer, good);
	enum prb_listed worst = PRB_LISTED_NO;
	size_t end = prb_source_count(s, PRB_SOURCE_DOWNSTREAM_GOODS);

	for (size_t i = first < 0 ? end : (size_t)first; i < end; i++) {
		enum prb_listed listed;

		if (!prb_span_equal(
			    prb_source_text(s, PRB_COL_DOWNSTREAM_GOODS_PRODUCER, i), producer) ||
			!prb_span_equal(prb_source_text(s, PRB_COL_DOWNSTREAM_GOODS_GOOD, i), good))
			break;
		listed = listed_of(s, prb_source_text(s, PRB_COL_DOWNSTREAM_GOODS_INPUT_ORIGIN, i),
			prb_source_text(s, PRB_COL_DOWNSTREAM_GOODS_INPUT_GOOD, i));
		if (listed > worst)
			worst = listed;
	}
	return worst;
}

static void
put_pairs(struct prb_compiler *c, struct prb_span good,
	enum prb_listed (*of)(const struct prb_sources *, struct prb_span, struct prb_span))
{
	struct prb_sources *s = c->sources;
	struct prb_listed_pair pairs[COUNTRIES_MAX];
	size_t n = 0;

	for (size_t i = 0; i < prb_source_count(s, PRB_SOURCE_COUNTRIES) && n < COUNTRIES_MAX;
		i++) {
		struct prb_span iso3 = prb_source_text(s, PRB_COL_COUNTRIES_ISO3, i);
		enum prb_listed listed = of(s, iso3, good);

		if (listed == PRB_LISTED_NO)
			continue;
		memcpy(pairs[n].iso3, iso3.p, 3);
		pairs[n].iso3[3] = '\0';
		pairs[n++].listed = (uint8_t)listed;
	}
	prb_pairs_write(pairs, n, &c->value);
}

static void
compile_good(struct prb_compiler *c, size_t row)
{
	struct prb_span good = prb_source_text(c->sources, PRB_COL_GOODS_GOOD, row);

	if (good.n > PRB_KEY_BYTES_MAX / 2)
		prb_complain_cell(c->sources, PRB_COL_GOODS_GOOD, row,
			"the name is longer than %d bytes", PRB_KEY_BYTES_MAX / 2);
	prb_str_add_span(&c->key, good);
	put_pairs(c, good, listed_of);
	put_pairs(c, good, input_listed_of);
	prb_compiler_add_built(c, PRB_TABLE_GOOD);
}

static void
compile_headings(struct prb_compiler *c)
{
	struct prb_sources *s = c->sources;

	for (size_t i = 0; i < prb_source_count(s, PRB_SOURCE_HS_HEADINGS); i++) {
		struct prb_span description =
			prb_source_text(s, PRB_COL_HS_HEADINGS_DESCRIPTION, i);

		prb_str_add_span(&c->key, prb_source_text(s, PRB_COL_HS_HEADINGS_HS, i));
		prb_texts_write(&description, 1, &c->value);
		prb_compiler_add_built(c, PRB_TABLE_HS);
	}
	for (size_t i = 0; i < prb_source_count(s, PRB_SOURCE_GOOD_HS); i++) {
		prb_str_add_span(&c->key, prb_source_text(s, PRB_COL_GOOD_HS_HS_PREFIX, i));
		prb_str_add_text(&c->key, PRB_KEY_SEPARATOR);
		prb_str_add_span(&c->key, prb_source_text(s, PRB_COL_GOOD_HS_GOOD, i));
		prb_compiler_add_built(c, PRB_TABLE_GOOD_PREFIX);
	}
}

static void
compile_sectors(struct prb_compiler *c)
{
	struct prb_sources *s = c->sources;

	for (size_t i = 0; i < prb_source_count(s, PRB_SOURCE_SECTOR_PRIORS); i++) {
		int64_t per_mille = 0;

		(void)prb_parse_int(prb_source_text(s, PRB_COL_SECTOR_PRIORS_PER_MILLE, i), 0, 1000,
			&per_mille);
		prb_str_add_span(&c->key, prb_source_text(s, PRB_COL_SECTOR_PRIORS_SECTION, i));
		prb_sector_write((int32_t)per_mille,
			prb_source_text(s, PRB_COL_SECTOR_PRIORS_SOURCE, i), &c->value);
		prb_compiler_add_built(c, PRB_TABLE_SECTOR);
	}
	for (size_t i = 0; i < prb_source_count(s, PRB_SOURCE_HS_ISIC); i++) {
		struct prb_span chapter = prb_source_text(s, PRB_COL_HS_ISIC_CHAPTER, i);

		if (chapter.n != 2) {
			prb_complain_cell(s, PRB_COL_HS_ISIC_CHAPTER, i,
				"\"%.*s\" is no chapter: two digits", PRB_SPAN_ARGS(chapter));
			continue;
		}
		prb_str_add_span(&c->key, chapter);
		prb_chapter_write(prb_source_text(s, PRB_COL_HS_ISIC_SECTION, i).p[0], &c->value);
		prb_compiler_add_built(c, PRB_TABLE_SECTOR);
	}
}

/* The parts of a cell with ';' between them, sorted. */
static uint8_t
split_prefixes(struct prb_compiler *c, size_t row, const char *out[PRB_SCOPE_HS_MAX])
{
	struct prb_span text = prb_source_text(c->sources, PRB_COL_STATE_IMPOSED_HS_PREFIXES, row);
	size_t from = 0, n = 0;

	for (size_t i = 0; i <= text.n && text.n > 0; i++) {
		const char *part;
		size_t at;

		if (i < text.n && text.p[i] != ';')
			continue;
		if (n == PRB_SCOPE_HS_MAX) {
			prb_complain_cell(c->sources, PRB_COL_STATE_IMPOSED_HS_PREFIXES, row,
				"more than %d prefixes", PRB_SCOPE_HS_MAX);
			break;
		}
		part = prb_compiler_text(c, (struct prb_span){text.p + from, i - from});
		for (at = n; at > 0 && strcmp(out[at - 1], part) > 0; at--)
			out[at] = out[at - 1];
		out[at] = part;
		n++;
		from = i + 1;
	}
	return (uint8_t)n;
}

static uint8_t
effect_of(const struct prb_sources *s, size_t row)
{
	if (prb_source_is(s, PRB_COL_STATE_IMPOSED_EFFECT, row, "presumed"))
		return PRB_EFFECT_PRESUMED;
	if (prb_source_is(s, PRB_COL_STATE_IMPOSED_EFFECT, row, "ask"))
		return PRB_EFFECT_ASK;
	return prb_source_is(s, PRB_COL_STATE_IMPOSED_EFFECT, row, "exposure") ? PRB_EFFECT_EXPOSURE
									       : PRB_EFFECT_NONE;
}

/* The ISO 3166-1 code in front of a region's code must be the country's. */
static void
check_region_country(struct prb_compiler *c, enum prb_source_column code_column,
	enum prb_source_column iso3_column, size_t row)
{
	struct prb_sources *s = c->sources;
	struct prb_span code = prb_source_text(s, code_column, row),
			iso3 = prb_source_text(s, iso3_column, row);
	long country = prb_source_lookup(s, PRB_SOURCE_COUNTRIES, iso3, PRB_SPAN_NONE);

	if (code.n == 0 || country < 0)
		return;
	if (!prb_span_starts(code, prb_source_text(s, PRB_COL_COUNTRIES_ISO2, (size_t)country)))
		prb_complain_cell(s, code_column, row, "the region \"%.*s\" does not lie in %.*s",
			PRB_SPAN_ARGS(code), PRB_SPAN_ARGS(iso3));
}

static void
compile_scopes(struct prb_compiler *c)
{
	struct prb_sources *s = c->sources;

	for (size_t i = 0; i < prb_source_count(s, PRB_SOURCE_STATE_IMPOSED); i++) {
		struct prb_scope_record record = {
			.country = prb_compiler_cell(c, PRB_COL_STATE_IMPOSED_ISO3, i),
			.nationality = prb_compiler_cell(c, PRB_COL_STATE_IMPOSED_NATIONALITY, i),
			.region = prb_compiler_cell(c, PRB_COL_STATE_IMPOSED_REGION, i),
			.good = prb_compiler_cell(c, PRB_COL_STATE_IMPOSED_GOOD, i),
			.law = prb_compiler_cell(c, PRB_COL_STATE_IMPOSED_LAW, i),
			.source = prb_compiler_cell(c, PRB_COL_STATE_IMPOSED_SOURCE, i),
			.since = prb_compiler_cell(c, PRB_COL_STATE_IMPOSED_SINCE, i),
			.as_of = prb_compiler_cell(c, PRB_COL_STATE_IMPOSED_AS_OF, i),
			.effect = effect_of(s, i)};

		check_region_country(
			c, PRB_COL_STATE_IMPOSED_REGION, PRB_COL_STATE_IMPOSED_ISO3, i);
		record.hs_count = split_prefixes(c, i, record.hs);
		if (record.good[0] != '\0' && record.hs_count == 0)
			prb_complain_cell(s, PRB_COL_STATE_IMPOSED_HS_PREFIXES, i,
				"a scope of a good needs its prefixes");
		if (!prb_source_is(s, PRB_COL_STATE_IMPOSED_STATUS, i, "present"))
			continue; /* covered by the table's hash, without effect */
		prb_str_add_span(&c->key, prb_source_text(s, PRB_COL_STATE_IMPOSED_ID, i));
		prb_scope_write(&record, &c->value);
		prb_compiler_add_built(c, PRB_TABLE_SCOPE);
	}
}

static void
compile_regions(struct prb_compiler *c)
{
	struct prb_sources *s = c->sources;

	for (size_t i = 0; i < prb_source_count(s, PRB_SOURCE_REGIONS); i++) {
		struct prb_span code = prb_source_text(s, PRB_COL_REGIONS_CODE, i);
		struct prb_span texts[] = {prb_source_text(s, PRB_COL_REGIONS_ISO3, i),
			prb_source_text(s, PRB_COL_REGIONS_NAME, i)};

		check_region_country(c, PRB_COL_REGIONS_CODE, PRB_COL_REGIONS_ISO3, i);
		if (i > 0 && prb_span_equal(code, prb_source_text(s, PRB_COL_REGIONS_CODE, i - 1)))
			continue; /* the first name by byte order stands for the region; all of them
				     are in REGION_NAME */
		prb_str_add_span(&c->key, code);
		prb_texts_write(texts, 2, &c->value);
		prb_compiler_add_built(c, PRB_TABLE_REGION);
	}
}

void
prb_compile_goods(struct prb_compiler *c)
{
	for (size_t row = 0; row < prb_source_count(c->sources, PRB_SOURCE_GOODS); row++)
		compile_good(c, row);
	compile_headings(c);
	compile_sectors(c);
	compile_scopes(c);
	compile_regions(c);
}
