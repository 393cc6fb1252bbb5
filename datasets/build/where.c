/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The components of the lens `where` (scoring/METHOD.md section 3): native figures to shares by the
 * anchors, each rounded half up once from exact decimals; then medians where a figure is missing.
 */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/build/compile.h"
#include "datasets/build/overlay.h"
#include "datasets/build/scale.h"

/* The conventions and protocols whose ratification counts (scoring/METHOD.md section 3). */
static const char *const instruments[] = {"ILO_C029", "ILO_P029", "ILO_C105", "ILO_C138",
	"ILO_C182", "PALERMO_TIP", "UNTOC", "SLAVERY_1956", "CRC", "CRC_OPSC", "CRC_OPAC", "CEDAW"};
#define INSTRUMENTS (sizeof(instruments) / sizeof(instruments[0]))
#define LABOUR_PREFIX "dol_" /* the eight answers of the US Department of Labor */

struct where {
	struct prb_compiler *c;
	struct prb_country *countries;
	size_t count;
};

static struct prb_span
indicator_cell(const struct where *w, enum prb_source_column column, long row)
{
	return prb_source_text(w->c->sources, column, (size_t)row);
}

static long
indicator_row(const struct where *w, const char *iso3, struct prb_span indicator)
{
	return prb_source_lookup(
		w->c->sources, PRB_SOURCE_COUNTRY_INDICATORS, prb_span_of(iso3), indicator);
}

/* Provenance of one value from one row: year, source, whether it was verified. Of several rows the
 * oldest year counts, their sources are named once each, and one doubtful row makes the value
 * doubtful. */
static void
take_provenance(struct where *w, struct prb_where_value *value, long row)
{
	struct prb_span source = indicator_cell(w, PRB_COL_COUNTRY_INDICATORS_SOURCE, row);
	struct prb_str *text = &w->c->scratch;
	int64_t year = 0;

	(void)prb_parse_int(
		indicator_cell(w, PRB_COL_COUNTRY_INDICATORS_YEAR, row), 0, UINT16_MAX, &year);
	if (value->year == 0 || (year > 0 && year < value->year))
		value->year = (uint16_t)year;
	if (!prb_source_is(w->c->sources, PRB_COL_COUNTRY_INDICATORS_VERIFIED, (size_t)row, "y"))
		value->verified = false;
	if (!value->source) {
		value->source = prb_compiler_text(w->c, source);
	} else if (!prb_span_is(source, value->source)) {
		prb_str_reset(text);
		prb_str_addf(text, "%s; %.*s", value->source, PRB_SPAN_ARGS(source));
		value->source = prb_compiler_text(w->c, prb_str_span(text));
	}
}

/* A category's share, where the anchor is the row of that very category. */
static bool
by_category(struct where *w, size_t anchor, struct prb_span indicator, const char *iso3,
	struct prb_where_value *value)
{
	long row = indicator_row(w, iso3, indicator);

	if (row < 0 ||
		!prb_scale_by_category(w->c->sources, anchor,
			indicator_cell(w, PRB_COL_COUNTRY_INDICATORS_VALUE, row), &value->ppm))
		return false;
	take_provenance(w, value, row);
	return true;
}

/* The sum of the anchor's indicators ("refugees_per100k+idps_per100k") that the country has a
 * figure for. One of two is enough: to take the median of others' sums instead would throw a known
 * part away. */
static bool
sum_figures(struct where *w, const char *iso3, struct prb_span names, struct prb_where_value *value,
	int64_t *sum)
{
	size_t from = 0;
	bool any = false;

	*sum = 0;
	for (size_t i = 0; i <= names.n; i++) {
		int64_t figure;
		long row;

		if (i < names.n && names.p[i] != '+')
			continue;
		row = indicator_row(w, iso3, (struct prb_span){names.p + from, i - from});
		from = i + 1;
		if (row < 0)
			continue;
		if (!prb_parse_decimal(indicator_cell(w, PRB_COL_COUNTRY_INDICATORS_VALUE, row),
			    PRB_SCALE_DECIMALS, &figure)) {
			prb_complain_cell(w->c->sources, PRB_COL_COUNTRY_INDICATORS_VALUE,
				(size_t)row, "\"%.*s\" is not a decimal number",
				PRB_SPAN_ARGS(
					indicator_cell(w, PRB_COL_COUNTRY_INDICATORS_VALUE, row)));
			continue;
		}
		*sum += figure;
		take_provenance(w, value, row);
		any = true;
	}
	return any;
}

/* One anchor row for one country; false where the country has no figure for it. */
static bool
by_anchor(struct where *w, size_t anchor, const struct prb_country *country,
	struct prb_where_value *value)
{
	struct prb_sources *s = w->c->sources;
	struct prb_span names = prb_source_text(s, PRB_COL_METHOD_ANCHORS_INDICATOR, anchor);
	int64_t sum;

	if (prb_source_text(s, PRB_COL_METHOD_ANCHORS_CATEGORY, anchor).n > 0)
		return by_category(w, anchor, names, country->iso3, value);
	return sum_figures(w, country->iso3, names, value, &sum) &&
	       prb_scale_by_anchor(s, anchor, sum, &value->ppm);
}

/* Where a component has several anchors, the one whose first indicator is the source that the
 * component's weight names goes before the others; those follow in the order of their indicators'
 * names. So the order of rows in the file decides nothing. */
static bool
is_preferred(const struct where *w, enum prb_component component, size_t anchor)
{
	struct prb_sources *s = w->c->sources;
	struct prb_span names = prb_source_text(s, PRB_COL_METHOD_ANCHORS_INDICATOR, anchor);
	long weight = prb_source_lookup(s, PRB_SOURCE_METHOD_WEIGHTS,
		prb_span_of(prb_component_id(component)), PRB_SPAN_NONE);
	struct prb_span source;

	if (weight < 0)
		return false;
	source = prb_source_text(s, PRB_COL_METHOD_WEIGHTS_SOURCE, (size_t)weight);
	return prb_span_starts(names, source) && (names.n == source.n || names.p[source.n] == '+');
}

static void
by_anchors(struct where *w, enum prb_component component, struct prb_country *country)
{
	struct prb_sources *s = w->c->sources;
	struct prb_where_value *value = &country->where[component];

	for (int preferred = 1; preferred >= 0; preferred--)
		for (size_t i = 0; i < prb_source_count(s, PRB_SOURCE_METHOD_ANCHORS); i++) {
			if (!prb_source_is(s, PRB_COL_METHOD_ANCHORS_COMPONENT, i,
				    prb_component_id(component)) ||
				is_preferred(w, component, i) != (preferred == 1))
				continue;
			if (by_anchor(w, i, country, value)) {
				value->known = PRB_KNOWN;
				return;
			}
		}
}

static bool
is_labour_answer(const struct where *w, size_t row)
{
	return prb_span_starts(
		prb_source_text(w->c->sources, PRB_COL_COUNTRY_INDICATORS_INDICATOR, row),
		PRB_SPAN(LABOUR_PREFIX));
}

/* The share of No among the Yes and No answers. */
static void
labour_law(struct where *w, struct prb_country *country)
{
	struct prb_sources *s = w->c->sources;
	struct prb_where_value *value = &country->where[PRB_WHERE_LABOUR_LAW_GAPS];
	long row = prb_source_lookup(
		s, PRB_SOURCE_COUNTRY_INDICATORS, prb_span_of(country->iso3), PRB_SPAN_NONE);
	size_t end = prb_source_count(s, PRB_SOURCE_COUNTRY_INDICATORS);
	int64_t no = 0, answers = 0;

	for (size_t i = row < 0 ? end : (size_t)row;
		i < end && prb_source_is(s, PRB_COL_COUNTRY_INDICATORS_ISO3, i, country->iso3);
		i++) {
		if (!is_labour_answer(w, i))
			continue;
		if (prb_source_is(s, PRB_COL_COUNTRY_INDICATORS_VALUE, i, "No"))
			no++;
		else if (!prb_source_is(s, PRB_COL_COUNTRY_INDICATORS_VALUE, i, "Yes"))
			prb_complain_cell(s, PRB_COL_COUNTRY_INDICATORS_VALUE, i,
				"\"%.*s\" is neither Yes nor No",
				PRB_SPAN_ARGS(
					prb_source_text(s, PRB_COL_COUNTRY_INDICATORS_VALUE, i)));
		answers++;
		take_provenance(w, value, (long)i);
	}
	if (answers == 0)
		return;
	value->ppm = (int32_t)prb_mul_div(no, PRB_PPM_ONE, answers);
	value->known = PRB_KNOWN;
}

/* The share of instruments not ratified of those known; a country that can join none of them has no
 * value at all. */
static void
not_ratified(struct where *w, struct prb_country *country)
{
	struct prb_sources *s = w->c->sources;
	struct prb_where_value *value = &country->where[PRB_WHERE_NOT_RATIFIED];
	int64_t missing = 0, known = 0, not_applicable = 0;

	for (size_t i = 0; i < INSTRUMENTS; i++) {
		long row = prb_source_lookup(s, PRB_SOURCE_RATIFICATIONS,
			prb_span_of(instruments[i]), prb_span_of(country->iso3));

		if (row < 0)
			continue;
		if (prb_source_is(s, PRB_COL_RATIFICATIONS_PARTY, (size_t)row, "na")) {
			not_applicable++;
			continue;
		}
		known++;
		if (prb_source_is(s, PRB_COL_RATIFICATIONS_PARTY, (size_t)row, "n"))
			missing++;
		if (!prb_source_is(s, PRB_COL_RATIFICATIONS_VERIFIED, (size_t)row, "y"))
			value->verified = false;
	}
	value->source = "ratifications";
	if (known > 0) {
		value->ppm = (int32_t)prb_mul_div(missing, PRB_PPM_ONE, known);
		value->known = PRB_KNOWN;
	} else if (not_applicable > 0) {
		value->known = PRB_NOT_APPLICABLE;
	}
}

/* A country-wide row of the table of state-imposed forced labour: no region, no good, no
 * nationality. */
static bool
is_country_wide(const struct prb_sources *s, size_t row)
{
	return prb_source_text(s, PRB_COL_STATE_IMPOSED_REGION, row).n == 0 &&
	       prb_source_text(s, PRB_COL_STATE_IMPOSED_GOOD, row).n == 0 &&
	       prb_source_text(s, PRB_COL_STATE_IMPOSED_NATIONALITY, row).n == 0 &&
	       prb_source_is(s, PRB_COL_STATE_IMPOSED_EFFECT, row, "exposure");
}

/* Always known: who is not named has no such policy or pattern on record. Sets regions_matter too.
 */
static void
state_policy(struct where *w, struct prb_country *country)
{
	struct prb_sources *s = w->c->sources;
	struct prb_where_value *value = &country->where[PRB_WHERE_STATE_POLICY];

	value->known = PRB_KNOWN;
	value->source = "state_imposed";
	for (size_t i = 0; i < prb_source_count(s, PRB_SOURCE_STATE_IMPOSED); i++) {
		bool presumed = prb_source_is(s, PRB_COL_STATE_IMPOSED_EFFECT, i, "presumed");
		bool asks = prb_source_is(s, PRB_COL_STATE_IMPOSED_EFFECT, i, "ask");

		if (!prb_source_is(s, PRB_COL_STATE_IMPOSED_ISO3, i, country->iso3) ||
			!prb_source_is(s, PRB_COL_STATE_IMPOSED_STATUS, i, "present"))
			continue;
		if (is_country_wide(s, i)) {
			value->ppm = (int32_t)PRB_PPM_ONE;
			value->source = prb_compiler_cell(w->c, PRB_COL_STATE_IMPOSED_SOURCE, i);
		}
		if (asks || (presumed && prb_source_text(s, PRB_COL_STATE_IMPOSED_REGION, i).n > 0))
			country->regions_matter = true;
	}
}

static void
tied_status(struct where *w, struct prb_country *country)
{
	static const enum prb_source_column columns[] = {PRB_COL_TIED_STATUS_TYING,
		PRB_COL_TIED_STATUS_CONSENT, PRB_COL_TIED_STATUS_OFFENCE};
	long row = prb_source_lookup(
		w->c->sources, PRB_SOURCE_TIED_STATUS, prb_span_of(country->iso3), PRB_SPAN_NONE);
	int64_t sum = 0;

	if (row < 0)
		return;
	for (size_t i = 0; i < 3; i++) {
		int64_t coding = 0;

		(void)prb_parse_decimal(prb_source_text(w->c->sources, columns[i], (size_t)row),
			PRB_SCALE_DECIMALS, &coding);
		sum += coding;
	}
	country->tied_status_ppm = (int32_t)prb_mul_div(sum, 1, 3);
	country->tied_status_listed = true;
}

static int
compare_ppm(const void *a, const void *b)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

	return (x > y) - (x < y);
}

/* Kosovo stands under XKX, a code that ISO 3166-1 leaves to users: it belongs to no UN subregion,
 * so others' medians do not take it. */
static bool
is_user_assigned(const struct prb_country *country)
{
	return country->iso3[0] == 'X';
}

/* Everybody known (column < 0), or those whose cell of the column equals that of row `like`. */
static size_t
collect(const struct where *w, enum prb_component component, int column, size_t like,
	int32_t *values)
{
	struct prb_sources *s = w->c->sources;
	size_t n = 0;

	for (size_t i = 0; i < w->count; i++) {
		if (w->countries[i].where[component].known != PRB_KNOWN ||
			is_user_assigned(&w->countries[i]))
			continue;
		if (column >= 0 &&
			!prb_span_equal(prb_source_text(s, (enum prb_source_column)column, i),
				prb_source_text(s, (enum prb_source_column)column, like)))
			continue;
		values[n++] = w->countries[i].where[component].ppm;
	}
	return n;
}

static void
impute(struct where *w, enum prb_component component, size_t row, int32_t *values)
{
	static const int columns[] = {PRB_COL_COUNTRIES_SUBREGION, PRB_COL_COUNTRIES_REGION, -1};
	struct prb_where_value *value = &w->countries[row].where[component];
	struct prb_str *text = &w->c->scratch;
	struct prb_span where = PRB_SPAN_NONE;
	size_t n = 0;

	for (size_t i = 0; i < 3 && n == 0; i++) {
		where = columns[i] < 0 ? PRB_SPAN("the world")
				       : prb_source_text(w->c->sources,
						 (enum prb_source_column)columns[i], row);
		if (where.n > 0)
			n = collect(w, component, columns[i], row, values);
	}
	if (n == 0)
		return; /* nobody has a value: 0, imputed from none */
	qsort(values, n, sizeof(*values), compare_ppm);
	value->ppm = n % 2 == 1 ? values[n / 2]
				: (int32_t)prb_mul_div(values[n / 2 - 1] + values[n / 2], 1, 2);
	prb_str_reset(text);
	prb_str_addf(text, "imputed: median of %.*s (%zu %s)", PRB_SPAN_ARGS(where), n,
		n == 1 ? "country" : "countries");
	value->source = prb_compiler_text(w->c, prb_str_span(text));
}

/* PRB_IMPUTED is set after all medians are taken: a median is one of known values only. */
static void
impute_missing(struct where *w)
{
	int32_t *values = malloc((w->count + 1) * sizeof(*values));

	if (!values) {
		w->c->failed = true;
		return;
	}
	for (size_t row = 0; row < w->count; row++)
		for (int i = 0; i < PRB_WHERE_COMPONENTS; i++)
			if (w->countries[row].where[i].known == PRB_IMPUTED)
				impute(w, (enum prb_component)i, row, values);
	free(values);
}

/* Leaves the mean, and the release, where the overlay is not read. */
static void
overlay(struct where *w, enum prb_component component, struct prb_country *country)
{
	struct prb_where_value *value = &country->where[component];

	if (!prb_overlay_has(w->c->sources, prb_span_of(prb_component_id(component))))
		value->known = PRB_NOT_APPLICABLE;
	else if (prb_overlay_value(w->c->sources, component, country->iso3, value))
		value->known = PRB_KNOWN;
	else
		value->known = PRB_IMPUTED;
}

static void
fill_country(struct where *w, size_t row)
{
	struct prb_country *country = &w->countries[row];
	struct prb_span iso3 = prb_source_text(w->c->sources, PRB_COL_COUNTRIES_ISO3, row);
	struct prb_span iso2 = prb_source_text(w->c->sources, PRB_COL_COUNTRIES_ISO2, row);

	memcpy(country->iso3, iso3.p, 3);
	memcpy(country->iso2, iso2.p, 2);
	country->name_en = prb_compiler_cell(w->c, PRB_COL_COUNTRIES_NAME_EN, row);
	for (int i = 0; i < PRB_OVERLAYS_FROM; i++) {
		country->where[i].known = PRB_IMPUTED;
		country->where[i].verified = true;
		by_anchors(w, (enum prb_component)i, country);
	}
	for (int i = PRB_OVERLAYS_FROM; i < PRB_WHERE_COMPONENTS; i++)
		overlay(w, (enum prb_component)i, country);
	labour_law(w, country);
	not_ratified(w, country);
	state_policy(w, country);
	tied_status(w, country);
	for (int i = 0; i < PRB_WHERE_COMPONENTS; i++)
		if (country->where[i].known == PRB_IMPUTED) {
			country->where[i].source = "imputed: no country has a value";
			country->where[i].verified = false;
			country->where[i].year = 0;
		}
}

static void
compile_anchors(struct prb_compiler *c)
{
	struct prb_sources *s = c->sources;

	for (size_t i = 0; i < prb_source_count(s, PRB_SOURCE_METHOD_ANCHORS); i++) {
		struct prb_span texts[] = {prb_source_text(s, PRB_COL_METHOD_ANCHORS_AT_ZERO, i),
			prb_source_text(s, PRB_COL_METHOD_ANCHORS_AT_ONE, i),
			prb_source_text(s, PRB_COL_METHOD_ANCHORS_CATEGORY_PPM, i),
			prb_source_text(s, PRB_COL_METHOD_ANCHORS_BEYOND, i),
			prb_source_text(s, PRB_COL_METHOD_ANCHORS_WHY, i),
			prb_source_text(s, PRB_COL_METHOD_ANCHORS_SCALE, i)};
		bool by_category = prb_source_text(s, PRB_COL_METHOD_ANCHORS_CATEGORY, i).n > 0;
		int32_t unused;

		if (!prb_overlay_has(s, prb_source_text(s, PRB_COL_METHOD_ANCHORS_COMPONENT, i)))
			continue;
		if (by_category ? texts[2].n == 0
				: (texts[0].n == 0 || texts[1].n == 0 ||
					  prb_span_equal(texts[0], texts[1])))
			prb_complain_cell(s, PRB_COL_METHOD_ANCHORS_COMPONENT, i,
				"an anchor has either a category with its category_ppm, or at_zero "
				"and at_one, which differ");
		else if (!by_category && texts[5].n > 0 && !prb_scale_by_anchor(s, i, 0, &unused))
			prb_complain_cell(s, PRB_COL_METHOD_ANCHORS_SCALE, i,
				"a scale of powers goes from an at_zero above 0 up to at_one");
		prb_str_add_span(&c->key, prb_source_text(s, PRB_COL_METHOD_ANCHORS_COMPONENT, i));
		prb_str_add_text(&c->key, PRB_KEY_SEPARATOR);
		prb_str_add_span(&c->key, prb_source_text(s, PRB_COL_METHOD_ANCHORS_INDICATOR, i));
		prb_str_add_text(&c->key, PRB_KEY_SEPARATOR);
		prb_str_add_span(&c->key, prb_source_text(s, PRB_COL_METHOD_ANCHORS_CATEGORY, i));
		/* A linear scale is written as it was before there was another. */
		prb_texts_write(texts, texts[5].n > 0 ? 6 : 5, &c->value);
		prb_compiler_add_built(c, PRB_TABLE_ANCHOR);
	}
}

/* "refugees_per100k+idps_per100k" names two. */
static bool
names_indicator(struct prb_span names, struct prb_span indicator)
{
	size_t from = 0;

	for (size_t i = 0; i <= names.n; i++) {
		if (i < names.n && names.p[i] != '+')
			continue;
		if (prb_span_equal((struct prb_span){names.p + from, i - from}, indicator))
			return true;
		from = i + 1;
	}
	return false;
}

/* Where the anchors are a scale's own ends, a value beyond them is a slip of the pen that capping
 * would hide. */
static bool
is_beyond(struct prb_sources *s, size_t anchor, struct prb_span value)
{
	int64_t zero, one, number;

	if (!prb_source_is(s, PRB_COL_METHOD_ANCHORS_BEYOND, anchor, "refused"))
		return false;
	if (!prb_parse_decimal(prb_source_text(s, PRB_COL_METHOD_ANCHORS_AT_ZERO, anchor),
		    PRB_SCALE_DECIMALS, &zero) ||
		!prb_parse_decimal(prb_source_text(s, PRB_COL_METHOD_ANCHORS_AT_ONE, anchor),
			PRB_SCALE_DECIMALS, &one) ||
		!prb_parse_decimal(value, PRB_SCALE_DECIMALS, &number))
		return false;
	return zero < one ? number < zero || number > one : number < one || number > zero;
}

/* A row that no anchor reads would be lost without a word. */
static void
check_indicators(struct where *w)
{
	struct prb_sources *s = w->c->sources;

	for (size_t i = 0; i < prb_source_count(s, PRB_SOURCE_COUNTRY_INDICATORS); i++) {
		struct prb_span indicator =
			prb_source_text(s, PRB_COL_COUNTRY_INDICATORS_INDICATOR, i);
		struct prb_span value = prb_source_text(s, PRB_COL_COUNTRY_INDICATORS_VALUE, i);
		bool named = is_labour_answer(w, i), read = named;

		for (size_t k = 0; k < prb_source_count(s, PRB_SOURCE_METHOD_ANCHORS) && !read;
			k++) {
			struct prb_span category =
				prb_source_text(s, PRB_COL_METHOD_ANCHORS_CATEGORY, k);

			if (!names_indicator(
				    prb_source_text(s, PRB_COL_METHOD_ANCHORS_INDICATOR, k),
				    indicator))
				continue;
			named = true;
			read = category.n == 0 || prb_span_equal(category, value);
			if (category.n == 0 && is_beyond(s, k, value))
				prb_complain_cell(s, PRB_COL_COUNTRY_INDICATORS_VALUE, i,
					"\"%.*s\" lies beyond the ends of %.*s in "
					"method_anchors.csv",
					PRB_SPAN_ARGS(value), PRB_SPAN_ARGS(indicator));
		}
		if (!named)
			prb_complain_cell(s, PRB_COL_COUNTRY_INDICATORS_INDICATOR, i,
				"no row of method_anchors.csv reads the indicator \"%.*s\"",
				PRB_SPAN_ARGS(indicator));
		else if (!read)
			prb_complain_cell(s, PRB_COL_COUNTRY_INDICATORS_VALUE, i,
				"\"%.*s\" is no category of %.*s in method_anchors.csv",
				PRB_SPAN_ARGS(value), PRB_SPAN_ARGS(indicator));
	}
}

void
prb_compile_countries(struct prb_compiler *c)
{
	struct where w = {.c = c, .count = prb_source_count(c->sources, PRB_SOURCE_COUNTRIES)};

	w.countries = prb_arena_array(c->arena, w.count + 1, sizeof(*w.countries));
	if (!w.countries) {
		c->failed = true;
		return;
	}
	check_indicators(&w);
	for (size_t row = 0; row < w.count; row++)
		fill_country(&w, row);
	impute_missing(&w);
	for (size_t row = 0; row < w.count && !c->failed; row++) {
		w.countries[row].eu_member =
			prb_source_lookup(c->sources, PRB_SOURCE_EU_MEMBERS,
				prb_span_of(w.countries[row].iso3), PRB_SPAN_NONE) >= 0;
		prb_str_add_text(&c->key, w.countries[row].iso3);
		prb_country_write(&w.countries[row], &c->value);
		prb_compiler_add_built(c, PRB_TABLE_COUNTRY);
	}
	compile_anchors(c);
}
