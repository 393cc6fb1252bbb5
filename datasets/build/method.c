/* SPDX-License-Identifier: Apache-2.0 */

/* The method's own tables, the ILO's texts, and what a release says of itself. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/build/compile.h"
#include "datasets/build/overlay.h"
#include "datasets/store/seal.h"

static int64_t
number(const struct prb_sources *s, enum prb_source_column column, size_t row)
{
	int64_t value = 0;

	(void)prb_parse_int(prb_source_text(s, column, row), INT64_MIN, INT64_MAX, &value);
	return value;
}

static void
compile_weights(struct prb_compiler *c)
{
	struct prb_sources *s = c->sources;

	for (int i = 0; i < PRB_COMPONENTS; i++)
		if (prb_overlay_has(s, prb_span_of(prb_component_id((enum prb_component)i))) &&
			prb_source_lookup(s, PRB_SOURCE_METHOD_WEIGHTS,
				prb_span_of(prb_component_id((enum prb_component)i)),
				PRB_SPAN_NONE) < 0)
			prb_complain(s, PRB_SOURCE_METHOD_WEIGHTS, 1, 1, "no weight for \"%s\"",
				prb_component_id((enum prb_component)i));
	for (size_t i = 0; i < prb_source_count(s, PRB_SOURCE_METHOD_WEIGHTS); i++) {
		struct prb_weight weight = {
			.ppm = (int32_t)number(s, PRB_COL_METHOD_WEIGHTS_PPM, i),
			.source = prb_compiler_cell(c, PRB_COL_METHOD_WEIGHTS_SOURCE, i)};

		if (!prb_overlay_has(s, prb_source_text(s, PRB_COL_METHOD_WEIGHTS_COMPONENT, i)))
			continue;
		prb_str_add_span(&c->key, prb_source_text(s, PRB_COL_METHOD_WEIGHTS_COMPONENT, i));
		prb_weight_write(
			&weight, prb_source_text(s, PRB_COL_METHOD_WEIGHTS_WHY, i), &c->value);
		prb_compiler_add_built(c, PRB_TABLE_WEIGHT);
	}
}

static void
compile_constants(struct prb_compiler *c)
{
	struct prb_sources *s = c->sources;

	for (int i = 0; i < PRB_CONSTANTS; i++)
		if (prb_source_lookup(s, PRB_SOURCE_METHOD_CONSTANTS,
			    prb_span_of(prb_constant_key((enum prb_constant)i)), PRB_SPAN_NONE) < 0)
			prb_complain(s, PRB_SOURCE_METHOD_CONSTANTS, 1, 1, "no figure for \"%s\"",
				prb_constant_key((enum prb_constant)i));
	for (size_t i = 0; i < prb_source_count(s, PRB_SOURCE_METHOD_CONSTANTS); i++) {
		prb_str_add_span(&c->key, prb_source_text(s, PRB_COL_METHOD_CONSTANTS_CONSTANT, i));
		prb_constant_write(number(s, PRB_COL_METHOD_CONSTANTS_VALUE, i),
			prb_source_text(s, PRB_COL_METHOD_CONSTANTS_UNIT, i),
			prb_source_text(s, PRB_COL_METHOD_CONSTANTS_WHY, i), &c->value);
		prb_compiler_add_built(c, PRB_TABLE_CONSTANT);
	}
}

static uint8_t
rule_of(struct prb_span key)
{
	for (uint8_t i = 0; i < PRB_RATING_RULES; i++)
		if (prb_span_is(key, prb_rating_rule_key((enum prb_rating_rule)i)))
			return i;
	return 0; /* not reached: the cell was checked against the same table */
}

static void
compile_rating(struct prb_compiler *c)
{
	struct prb_sources *s = c->sources;

	if (prb_source_count(s, PRB_SOURCE_METHOD_RATING) == 0)
		prb_complain(s, PRB_SOURCE_METHOD_RATING, 1, 1, "the decision table has no rows");
	for (size_t i = 0; i < prb_source_count(s, PRB_SOURCE_METHOD_RATING); i++) {
		struct prb_rating_row row = {
			.number = (uint8_t)number(s, PRB_COL_METHOD_RATING_ROW, i),
			.rating = (uint8_t)prb_rating_find(
				prb_source_text(s, PRB_COL_METHOD_RATING_RATING, i)),
			.rule = rule_of(prb_source_text(s, PRB_COL_METHOD_RATING_RULE, i)),
			.threshold = (int32_t)number(s, PRB_COL_METHOD_RATING_THRESHOLD, i)};

		prb_str_addf(&c->key, "%02u", row.number);
		prb_rating_write(&row, prb_source_text(s, PRB_COL_METHOD_RATING_WHY, i), &c->value);
		prb_compiler_add_built(c, PRB_TABLE_RATING);
	}
}

static uint8_t
strength_of(const struct prb_sources *s, enum prb_source_column column, size_t row)
{
	if (prb_source_is(s, column, row, "strong"))
		return PRB_STRENGTH_STRONG;
	if (prb_source_is(s, column, row, "medium"))
		return PRB_STRENGTH_MEDIUM;
	return prb_source_is(s, column, row, "weak") ? PRB_STRENGTH_WEAK : PRB_STRENGTH_NONE;
}

static uint8_t
side_of(const struct prb_sources *s, enum prb_source_column column, size_t row)
{
	if (prb_source_is(s, column, row, "coercion"))
		return PRB_SIDE_COERCION;
	return prb_source_is(s, column, row, "involuntary") ? PRB_SIDE_INVOLUNTARY : PRB_SIDE_NONE;
}

static void
compile_items(struct prb_compiler *c)
{
	struct prb_sources *s = c->sources;

	for (size_t i = 0; i < prb_source_count(s, PRB_SOURCE_DELPHI_ITEMS); i++) {
		struct prb_item item = {
			.indicator = (uint8_t)number(s, PRB_COL_DELPHI_ITEMS_INDICATOR, i),
			.side = side_of(s, PRB_COL_DELPHI_ITEMS_SIDE, i),
			.adult = strength_of(s, PRB_COL_DELPHI_ITEMS_ADULT, i),
			.child = strength_of(s, PRB_COL_DELPHI_ITEMS_CHILD, i),
			.dimension = prb_words_find(&prb_words_dimension,
				prb_source_text(s, PRB_COL_DELPHI_ITEMS_DIMENSION, i))};
		struct prb_span id = prb_source_text(s, PRB_COL_DELPHI_ITEMS_ID, i);

		if (item.side != PRB_SIDE_NONE && item.indicator != 0 &&
			item.side != prb_indicator_side((enum prb_indicator)item.indicator))
			prb_complain_cell(s, PRB_COL_DELPHI_ITEMS_SIDE, i,
				"an item is of its indicator's side, or of none");
		if (id.n >= sizeof(item.id))
			prb_complain_cell(s, PRB_COL_DELPHI_ITEMS_ID, i,
				"an item's id has at most %zu characters", sizeof(item.id) - 1);
		prb_str_add_span(&c->key, id);
		prb_item_write(&item, prb_source_text(s, PRB_COL_DELPHI_ITEMS_TEXT, i), &c->value);
		prb_compiler_add_built(c, PRB_TABLE_ITEM);
	}
}

/* The eleven must be those of scoring/model/indicators.def. */
static void
compile_indicators(struct prb_compiler *c)
{
	struct prb_sources *s = c->sources;

	if (prb_source_count(s, PRB_SOURCE_INDICATORS_ILO11) != PRB_INDICATORS)
		prb_complain(s, PRB_SOURCE_INDICATORS_ILO11, 1, 1,
			"there are eleven indicators, the table has %zu",
			prb_source_count(s, PRB_SOURCE_INDICATORS_ILO11));
	for (size_t i = 0; i < prb_source_count(s, PRB_SOURCE_INDICATORS_ILO11); i++) {
		enum prb_indicator code =
			(enum prb_indicator)number(s, PRB_COL_INDICATORS_ILO11_CODE, i);
		struct prb_span texts[] = {prb_source_text(s, PRB_COL_INDICATORS_ILO11_KEY_WORD, i),
			prb_source_text(s, PRB_COL_INDICATORS_ILO11_SIDE, i),
			prb_source_text(s, PRB_COL_INDICATORS_ILO11_PARAPHRASE, i),
			prb_source_text(s, PRB_COL_INDICATORS_ILO11_STATUS, i)};

		if (!prb_span_is(texts[0], prb_indicator_key(code)))
			prb_complain_cell(s, PRB_COL_INDICATORS_ILO11_KEY_WORD, i,
				"indicator %d is \"%s\"", (int)code, prb_indicator_key(code));
		if (side_of(s, PRB_COL_INDICATORS_ILO11_SIDE, i) != prb_indicator_side(code))
			prb_complain_cell(s, PRB_COL_INDICATORS_ILO11_SIDE, i,
				"the side differs from scoring/model/indicators.def");
		prb_str_addf(&c->key, "%02d", (int)code);
		prb_texts_write(texts, sizeof(texts) / sizeof(texts[0]), &c->value);
		prb_compiler_add_built(c, PRB_TABLE_INDICATOR);
	}
}

/* Rows taken over as they are: the leading `keys` columns name them, the others follow as texts. */
static void
compile_plain(struct prb_compiler *c, enum prb_source_table source, enum prb_table table)
{
	struct prb_source_schema schema = prb_source_schema(source);

	for (size_t row = 0; row < prb_source_count(c->sources, source); row++) {
		struct prb_span texts[32];
		size_t n = 0;

		for (uint16_t i = 0; i < schema.columns; i++) {
			enum prb_source_column column = (enum prb_source_column)(schema.first + i);
			struct prb_span text = prb_source_text(c->sources, column, row);

			if (prb_column_schemas[column].flags < PRB_FLAG_KEYOPT) {
				texts[n++] = text;
				continue;
			}
			if (c->key.n > 0)
				prb_str_add_text(&c->key, PRB_KEY_SEPARATOR);
			prb_str_add_span(&c->key, text);
		}
		if (c->key.n > PRB_KEY_BYTES_MAX)
			prb_complain_cell(c->sources, (enum prb_source_column)schema.first, row,
				"the cells that name the row have more than %d bytes together",
				PRB_KEY_BYTES_MAX);
		prb_texts_write(texts, n, &c->value);
		prb_compiler_add_built(c, table);
	}
}

/* What is judged, by others or by us: everything but facts. */
static bool
is_method(uint8_t table)
{
	return table == PRB_TABLE_ANCHOR || table == PRB_TABLE_CONSTANT ||
	       table == PRB_TABLE_DELPHI_RULE || table == PRB_TABLE_INDICATOR ||
	       table == PRB_TABLE_ITEM || table == PRB_TABLE_RATING || table == PRB_TABLE_REMEDY ||
	       table == PRB_TABLE_WEIGHT;
}

static int
compare_rows(const void *a, const void *b)
{
	return prb_store_row_compare(a, b);
}

static void
compile_meta(struct prb_compiler *c)
{
	struct prb_sources *s = c->sources;
	long version = prb_source_lookup(s, PRB_SOURCE_METHOD, PRB_SPAN("version"), PRB_SPAN_NONE);
	char method_sha256[PRB_SHA256_HEX_BYTES], format[16];
	struct prb_row_hash hash;

	if (version < 0) {
		prb_complain(s, PRB_SOURCE_METHOD, 1, 1, "no row \"version\"");
		return;
	}
	if (c->count > 0)
		qsort(c->rows, c->count, sizeof(*c->rows), compare_rows);
	prb_row_hash_init(&hash);
	for (size_t i = 0; i < c->count; i++)
		if (is_method(c->rows[i].table))
			prb_row_hash_add(&hash, prb_table_name((enum prb_table)c->rows[i].table),
				c->rows[i].key, c->rows[i].value);
	prb_row_hash_add(&hash, prb_table_name(PRB_TABLE_META), PRB_SPAN(PRB_META_METHOD_VERSION),
		prb_source_text(s, PRB_COL_METHOD_VALUE, (size_t)version));
	prb_row_hash_finish(&hash, method_sha256);
	(void)snprintf(format, sizeof(format), "%d", PRB_RELEASE_FORMAT);
	prb_compiler_add(c, PRB_TABLE_META, PRB_SPAN(PRB_META_FORMAT), prb_span_of(format));
	prb_compiler_add(
		c, PRB_TABLE_META, PRB_SPAN(PRB_META_METHOD_SHA256), prb_span_of(method_sha256));
	prb_compiler_add(c, PRB_TABLE_META, PRB_SPAN(PRB_META_METHOD_VERSION),
		prb_source_text(s, PRB_COL_METHOD_VALUE, (size_t)version));
}

void
prb_compile_method(struct prb_compiler *c)
{
	compile_weights(c);
	compile_constants(c);
	compile_rating(c);
	compile_items(c);
	compile_indicators(c);
	compile_plain(c, PRB_SOURCE_INDICATOR_NAMES, PRB_TABLE_INDICATOR_NAME);
	compile_plain(c, PRB_SOURCE_DELPHI_RULES, PRB_TABLE_DELPHI_RULE);
	compile_plain(c, PRB_SOURCE_ICLS_ELEMENTS, PRB_TABLE_ICLS_ELEMENT);
	prb_compile_guidance(c);
	compile_plain(c, PRB_SOURCE_ILO_GLOBAL_ESTIMATES, PRB_TABLE_ESTIMATE);
	compile_meta(c);
}

/* Every cell of every row in sorted order, so that a changed note changes the release too. */
static void
hash_source(
	const struct prb_sources *s, enum prb_source_table table, char out[PRB_SHA256_HEX_BYTES])
{
	struct prb_source_schema schema = prb_source_schema(table);
	struct prb_row_hash hash;

	prb_row_hash_init(&hash);
	for (size_t row = 0; row < prb_source_count(s, table); row++)
		for (uint16_t i = 0; i < schema.columns; i++) {
			enum prb_source_column column = (enum prb_source_column)(schema.first + i);

			prb_row_hash_add(&hash, schema.file,
				prb_span_of(prb_column_schemas[column].header),
				prb_source_text(s, column, row));
		}
	prb_row_hash_finish(&hash, out);
}

/* What the manifest cannot say of a file that is the user's. */
static void
say_overlay(enum prb_source_table table, struct prb_source_record *record)
{
	enum prb_overlay overlay = prb_overlay_of_table(table);
	const struct prb_overlay_words *words;

	if (overlay == PRB_OVERLAYS)
		return;
	words = prb_overlay_words(overlay);
	record->title = words->title;
	record->publisher = words->publisher;
	record->edition = words->edition;
	record->licence = words->licence;
	record->doubts = "an overlay: nobody but its user has checked the file";
}

void
prb_compile_sources(struct prb_compiler *c)
{
	struct prb_sources *s = c->sources;

	for (int table = 0; table < PRB_SOURCE_TABLES; table++) {
		const char *file = prb_source_schema((enum prb_source_table)table).file;
		long row =
			prb_source_lookup(s, PRB_SOURCE_MANIFEST, prb_span_of(file), PRB_SPAN_NONE);
		struct prb_source_record record = {
			.rows = (uint32_t)prb_source_count(s, (enum prb_source_table)table)};
		char sha256[PRB_SHA256_HEX_BYTES];

		if (!prb_overlay_is_read(s, (enum prb_source_table)table))
			continue;
		hash_source(s, (enum prb_source_table)table, sha256);
		record.sha256 = sha256;
		if (row >= 0) {
			record.title = prb_compiler_cell(c, PRB_COL_MANIFEST_TITLE, (size_t)row);
			record.publisher =
				prb_compiler_cell(c, PRB_COL_MANIFEST_PUBLISHER, (size_t)row);
			record.edition =
				prb_compiler_cell(c, PRB_COL_MANIFEST_EDITION, (size_t)row);
			record.licence =
				prb_compiler_cell(c, PRB_COL_MANIFEST_LICENCE, (size_t)row);
			record.retrieved_from =
				prb_compiler_cell(c, PRB_COL_MANIFEST_RETRIEVED_FROM, (size_t)row);
			record.retrieved_on =
				prb_compiler_cell(c, PRB_COL_MANIFEST_RETRIEVED_ON, (size_t)row);
			record.doubts = prb_compiler_cell(c, PRB_COL_MANIFEST_DOUBTS, (size_t)row);
			record.renew = prb_compiler_cell(c, PRB_COL_MANIFEST_RENEW, (size_t)row);
		}
		say_overlay((enum prb_source_table)table, &record);
		prb_str_add_text(&c->key, file);
		prb_source_write(&record, &c->value);
		prb_compiler_add_built(c, PRB_TABLE_SOURCE);
	}
}
