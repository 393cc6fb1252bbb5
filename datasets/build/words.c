/* SPDX-License-Identifier: Apache-2.0 */

/* Words that declarations use: names of countries and regions, words for goods. */

#include <string.h>

#include "datasets/build/compile.h"
#include "datasets/build/fold_table.h"
#include "datasets/store/keys.h"

/* A name in more than one country or region belongs to the row of the higher rank; within one rank
 * it belongs to nobody. */
enum rank { RANK_CITY = 1, RANK_REGION, RANK_ALIAS };

static bool
any_character(struct prb_span text, bool (*is)(uint32_t code_point))
{
	uint32_t code_point;

	for (size_t i = 0; i < text.n;) {
		size_t n = prb_utf8_decode(text.p + i, text.n - i, &code_point);

		if (n == 0)
			return false;
		if (is(code_point))
			return true;
		i += n;
	}
	return false;
}

/* The words of a name, folded, in c->scratch. */
static struct prb_span
folded(struct prb_compiler *c, struct prb_span name)
{
	prb_str_reset(&c->scratch);
	prb_fold(&c->fold, name, &c->scratch);
	return prb_str_span(&c->scratch);
}

static void
check_key(struct prb_compiler *c, struct prb_span key, enum prb_source_column column, size_t row)
{
	if (key.n == 0)
		prb_complain_cell(
			c->sources, column, row, "nothing is left of the name when it is folded");
	else if (key.n > PRB_KEY_BYTES_MAX)
		prb_complain_cell(c->sources, column, row, "the name is longer than %d bytes",
			PRB_KEY_BYTES_MAX);
}

static void
add_country_name(struct prb_compiler *c, struct prb_pairs *pairs, enum prb_source_column column,
	enum prb_source_column iso3_column, size_t row)
{
	struct prb_span name = prb_source_text(c->sources, column, row);
	struct prb_pair pair = {.column = column,
		.row = (uint32_t)row,
		.item = prb_source_text(c->sources, iso3_column, row)};

	if (name.n == 0)
		return;
	prb_str_reset(&c->key);
	prb_country_key(&c->fold, name, &c->scratch, &c->key);
	pair.key = prb_str_span(&c->key);
	check_key(c, pair.key, column, row);
	if (pair.key.n > 0)
		prb_pairs_add(c, pairs, &pair);
	prb_str_reset(&c->key);
}

/* Two countries with one name: the source must say which. */
static void
add_country_rows(struct prb_compiler *c, struct prb_pairs *pairs)
{
	prb_pairs_sort(pairs);
	for (size_t i = 0; i < pairs->count; i++) {
		const struct prb_pair *pair = &pairs->items[i];

		if (i > 0 && prb_span_equal(pair->key, pairs->items[i - 1].key)) {
			if (!prb_span_equal(pair->item, pairs->items[i - 1].item))
				prb_complain_cell(c->sources, pair->column, pair->row,
					"the name folds to \"%.*s\" and stands for %.*s already",
					PRB_SPAN_ARGS(pair->key),
					PRB_SPAN_ARGS(pairs->items[i - 1].item));
			continue;
		}
		prb_compiler_add(c, PRB_TABLE_COUNTRY_NAME, pair->key, pair->item);
	}
}

static void
compile_country_names(struct prb_compiler *c)
{
	/* Codes are read as codes (datasets/facts), not as folded names: the Arabic name of Egypt
	 * folds to "msr", Montserrat's code. */
	static const enum prb_source_column columns[] = {PRB_COL_COUNTRIES_NAME_EN,
		PRB_COL_COUNTRIES_NAME_FR, PRB_COL_COUNTRIES_NAME_RU, PRB_COL_COUNTRIES_NAME_ES,
		PRB_COL_COUNTRIES_NAME_AR, PRB_COL_COUNTRIES_NAME_ZH};
	struct prb_pairs pairs = {.items = NULL};

	for (size_t row = 0; row < prb_source_count(c->sources, PRB_SOURCE_COUNTRIES); row++)
		for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
			add_country_name(c, &pairs, columns[i], PRB_COL_COUNTRIES_ISO3, row);
	for (size_t row = 0; row < prb_source_count(c->sources, PRB_SOURCE_COUNTRY_ALIASES); row++)
		add_country_name(c, &pairs, PRB_COL_COUNTRY_ALIASES_ALIAS,
			PRB_COL_COUNTRY_ALIASES_ISO3, row);
	for (size_t row = 0; row < prb_source_count(c->sources, PRB_SOURCE_COUNTRY_NAMES); row++)
		add_country_name(
			c, &pairs, PRB_COL_COUNTRY_NAMES_NAME, PRB_COL_COUNTRY_NAMES_ISO3, row);
	add_country_rows(c, &pairs);
	prb_pairs_finish(&pairs);
}

/* One region name on its way: the pair's item is the record's bytes. */
struct region_name {
	enum prb_source_column column;
	size_t row;
	struct prb_span name, code;
	struct prb_region_name_record record;
	enum rank rank;
};

static void
add_region_key(struct prb_compiler *c, struct prb_pairs *pairs, const struct region_name *n,
	const char *iso3, char class, struct prb_span name)
{
	struct prb_pair pair = {
		.column = n->column, .row = (uint32_t)n->row, .rank = (uint32_t)n->rank};

	prb_str_reset(&c->key);
	prb_str_reset(&c->value);
	prb_region_key(iso3, class, name, &c->key);
	prb_region_name_write(&n->record, &c->value);
	pair.key = prb_str_span(&c->key);
	pair.item = prb_str_span(&c->value);
	check_key(c, pair.key, n->column, n->row);
	prb_pairs_add(c, pairs, &pair);
	prb_str_reset(&c->key);
	prb_str_reset(&c->value);
}

/* Under its country, and under "*" where it can show that a word names a region of some other
 * country. */
static void
add_region_name(
	struct prb_compiler *c, struct prb_pairs *pairs, struct region_name *n, const char *iso3)
{
	bool unspaced = any_character(n->name, prb_script_is_unspaced);
	bool anywhere = n->record.use != PRB_REGION_NOT && n->record.use != PRB_REGION_PERSON &&
			n->rank != RANK_CITY;

	if (n->code.n > 0 && n->code.n < PRB_REGION_BYTES)
		memcpy(n->record.region, n->code.p, n->code.n);
	if (unspaced || any_character(n->name, prb_script_is_arabic)) {
		add_region_key(c, pairs, n, iso3, PRB_CLASS_GLYPHS, n->name);
		if (anywhere)
			add_region_key(c, pairs, n, "*", PRB_CLASS_GLYPHS, n->name);
	}
	if (!unspaced && folded(c, n->name).n > 0) {
		add_region_key(c, pairs, n, iso3, PRB_CLASS_WORDS, folded(c, n->name));
		if (anywhere)
			add_region_key(c, pairs, n, "*", PRB_CLASS_WORDS, folded(c, n->name));
	}
}

static const char *
country_of_region(struct prb_compiler *c, struct prb_span code)
{
	long row = prb_source_lookup(c->sources, PRB_SOURCE_REGIONS, code, PRB_SPAN_NONE);

	return row < 0 ? "" : prb_compiler_cell(c, PRB_COL_REGIONS_ISO3, (size_t)row);
}

static uint8_t
use_of(const struct prb_sources *s, size_t row)
{
	if (prb_source_is(s, PRB_COL_REGION_ALIASES_USE, row, "alone"))
		return PRB_REGION_ALONE;
	if (prb_source_is(s, PRB_COL_REGION_ALIASES_USE, row, "with_china"))
		return PRB_REGION_WITH_CHINA;
	return prb_source_is(s, PRB_COL_REGION_ALIASES_USE, row, "person") ? PRB_REGION_PERSON
									   : PRB_REGION_NOT;
}

static void
gather_region_names(struct prb_compiler *c, struct prb_pairs *pairs)
{
	struct prb_sources *s = c->sources;

	for (size_t i = 0; i < prb_source_count(s, PRB_SOURCE_REGIONS); i++) {
		struct region_name n = {.column = PRB_COL_REGIONS_NAME,
			.row = i,
			.name = prb_source_text(s, PRB_COL_REGIONS_NAME, i),
			.code = prb_source_text(s, PRB_COL_REGIONS_CODE, i),
			.record = {.use = PRB_REGION_ALONE, .level = PRB_LEVEL_REGION},
			.rank = RANK_REGION};

		add_region_name(c, pairs, &n, prb_compiler_cell(c, PRB_COL_REGIONS_ISO3, i));
	}
	for (size_t i = 0; i < prb_source_count(s, PRB_SOURCE_REGION_ALIASES); i++) {
		bool is_region = prb_source_is(s, PRB_COL_REGION_ALIASES_KIND, i, "region");
		struct region_name n = {.column = PRB_COL_REGION_ALIASES_ALIAS,
			.row = i,
			.name = prb_source_text(s, PRB_COL_REGION_ALIASES_ALIAS, i),
			.code = prb_source_text(s, PRB_COL_REGION_ALIASES_CODE, i),
			.record = {.use = use_of(s, i),
				.level = is_region ? PRB_LEVEL_REGION : PRB_LEVEL_CITY},
			.rank = RANK_ALIAS};

		/* An alias without a code only keeps a shorter name of Xinjiang from being taken.
		 */
		add_region_name(c, pairs, &n, n.code.n > 0 ? country_of_region(c, n.code) : "CHN");
	}
	for (size_t i = 0; i < prb_source_count(s, PRB_SOURCE_REGION_CITIES); i++) {
		struct region_name n = {.column = PRB_COL_REGION_CITIES_NAME,
			.row = i,
			.name = prb_source_text(s, PRB_COL_REGION_CITIES_NAME, i),
			.code = prb_source_text(s, PRB_COL_REGION_CITIES_CODE, i),
			.record = {.use = PRB_REGION_ALONE, .level = PRB_LEVEL_CITY},
			.rank = RANK_CITY};

		add_region_name(c, pairs, &n, country_of_region(c, n.code));
	}
}

/* True where the rows from `first` on with the same key and rank name more than one region. */
static bool
is_ambiguous(const struct prb_pairs *pairs, size_t first)
{
	const struct prb_pair *a = &pairs->items[first];
	struct prb_region_name_record x, y;

	if (!prb_region_name_read(a->item, &x))
		return false;
	for (size_t i = first + 1; i < pairs->count; i++) {
		const struct prb_pair *b = &pairs->items[i];

		if (!prb_span_equal(a->key, b->key) || a->rank != b->rank)
			break;
		if (prb_region_name_read(b->item, &y) && strcmp(x.region, y.region) != 0)
			return true;
	}
	return false;
}

static void
compile_region_names(struct prb_compiler *c)
{
	static const struct prb_region_name_record nobody = {.use = PRB_REGION_NOT};
	struct prb_pairs pairs = {.items = NULL};

	gather_region_names(c, &pairs);
	prb_pairs_sort(&pairs);
	for (size_t i = 0; i < pairs.count; i++) {
		const struct prb_pair *pair = &pairs.items[i];

		if (i > 0 && prb_span_equal(pair->key, pairs.items[i - 1].key))
			continue;
		prb_str_add_span(&c->key, pair->key);
		if (is_ambiguous(&pairs, i))
			prb_region_name_write(&nobody, &c->value);
		else
			prb_str_add_span(&c->value, pair->item);
		prb_compiler_add_built(c, PRB_TABLE_REGION_NAME);
	}
	prb_pairs_finish(&pairs);
}

/* The item of a keyword's pair is one prefix; the rank tells broad words from good ones, broad
 * first. */
enum { RANK_GOOD, RANK_BROAD };

static void
add_keyword(struct prb_compiler *c, struct prb_pairs *pairs, size_t row)
{
	struct prb_sources *s = c->sources;
	struct prb_span word = prb_source_text(s, PRB_COL_PRODUCT_KEYWORDS_KEYWORD, row);
	struct prb_span prefixes = prb_source_text(s, PRB_COL_PRODUCT_KEYWORDS_HS_PREFIXES, row);
	bool unspaced = any_character(word, prb_script_is_unspaced);
	struct prb_pair pair = {.column = PRB_COL_PRODUCT_KEYWORDS_KEYWORD,
		.row = (uint32_t)row,
		.rank = prb_source_is(s, PRB_COL_PRODUCT_KEYWORDS_PRECISION, row, "broad")
				? RANK_BROAD
				: RANK_GOOD};
	size_t from = 0;

	prb_str_reset(&c->key);
	prb_keyword_key(unspaced ? PRB_CLASS_GLYPHS : PRB_CLASS_WORDS,
		unspaced ? word : folded(c, word), &c->key);
	pair.key = prb_str_span(&c->key);
	check_key(c, pair.key, pair.column, row);
	for (size_t i = 0; i <= prefixes.n; i++) {
		if (i < prefixes.n && prefixes.p[i] != ';')
			continue;
		pair.item = (struct prb_span){prefixes.p + from, i - from};
		prb_pairs_add(c, pairs, &pair);
		from = i + 1;
	}
	prb_str_reset(&c->key);
}

/* All rows of one word (it may mean several things in several languages): their prefixes together,
 * good only where all are. */
static size_t
take_keyword(struct prb_compiler *c, const struct prb_pairs *pairs, size_t first)
{
	const struct prb_pair *a = &pairs->items[first];
	struct prb_keyword_record record = {
		.basis = a->rank == RANK_BROAD ? PRB_HS_BROAD : PRB_HS_KEYWORD};
	size_t i = first;

	for (; i < pairs->count && prb_span_equal(pairs->items[i].key, a->key); i++) {
		struct prb_span prefix = pairs->items[i].item;
		bool there = false;

		for (size_t k = 0; k < record.count; k++)
			there = there || prb_span_is(prefix, record.prefixes[k]);
		if (there)
			continue;
		if (record.count == PRB_HS_CODES_MAX) {
			prb_complain_cell(c->sources, PRB_COL_PRODUCT_KEYWORDS_HS_PREFIXES,
				pairs->items[i].row,
				"more than %d prefixes for one word in all languages",
				PRB_HS_CODES_MAX);
			break;
		}
		memcpy(record.prefixes[record.count++], prefix.p, prefix.n);
	}
	while (i < pairs->count && prb_span_equal(pairs->items[i].key, a->key))
		i++;
	prb_str_add_span(&c->key, a->key);
	prb_keyword_write(&record, &c->value);
	prb_compiler_add_built(c, PRB_TABLE_KEYWORD);
	return i;
}

static void
compile_keywords(struct prb_compiler *c)
{
	struct prb_pairs pairs = {.items = NULL};

	for (size_t row = 0; row < prb_source_count(c->sources, PRB_SOURCE_PRODUCT_KEYWORDS); row++)
		add_keyword(c, &pairs, row);
	prb_pairs_sort(&pairs);
	for (size_t i = 0; i < pairs.count;)
		i = take_keyword(c, &pairs, i);
	prb_pairs_finish(&pairs);
}

void
prb_compile_words(struct prb_compiler *c)
{
	compile_country_names(c);
	compile_region_names(c);
	compile_keywords(c);
}
