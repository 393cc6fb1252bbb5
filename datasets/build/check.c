/* SPDX-License-Identifier: Apache-2.0 */

/* Checking the tables: every cell by its kind, every key, every reference, the manifest's counts.
 */

#include <stdlib.h>
#include <string.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "datasets/build/overlay.h"
#include "scoring/base/date.h"
#include "scoring/model/reference.h"

#define ID_BYTES_MAX 64
#define DECIMAL_SCALE 6
#define NAME_BYTES_SAID 80

/* qsort has no context: the table being sorted stands here. The build runs in one thread. */
static const struct prb_source_rows *sorting;
static size_t sorting_columns;
static const uint16_t *sorting_by;
static size_t sorting_by_count;

static int
compare_rows(const void *a, const void *b)
{
	const struct prb_cell *x = sorting->cells + *(const uint32_t *)a * sorting_columns;
	const struct prb_cell *y = sorting->cells + *(const uint32_t *)b * sorting_columns;

	for (size_t i = 0; i < sorting_by_count; i++) {
		int order = prb_span_compare(x[sorting_by[i]].text, y[sorting_by[i]].text);

		if (order != 0)
			return order;
	}
	return 0;
}

static uint32_t *
sorted(const struct prb_source_rows *rows, size_t columns, const uint16_t *by, size_t by_count)
{
	uint32_t *order = malloc((rows->rows + 1) * sizeof(*order));

	if (!order)
		return NULL;
	for (size_t i = 0; i < rows->rows; i++)
		order[i] = (uint32_t)i;
	sorting = rows;
	sorting_columns = columns;
	sorting_by = by;
	sorting_by_count = by_count;
	qsort(order, rows->rows, sizeof(*order), compare_rows);
	return order;
}

static void
sort_table(struct prb_sources *s, enum prb_source_table table)
{
	struct prb_source_schema schema = prb_source_schema(table);
	uint16_t by[32];

	for (uint16_t i = 0; i < schema.columns; i++)
		by[i] = i;
	s->tables[table].order = sorted(&s->tables[table], schema.columns, by, schema.columns);
	if (!s->tables[table].order)
		s->out_of_memory = true;
}

static void
check_duplicates(struct prb_sources *s, enum prb_source_table table)
{
	struct prb_source_schema schema = prb_source_schema(table);
	const struct prb_source_rows *rows = &s->tables[table];
	uint16_t by[32];
	size_t by_count = 0;
	uint32_t *order;

	for (uint16_t i = 0; i < schema.columns; i++)
		if (prb_column_schemas[schema.first + i].flags >= PRB_FLAG_KEYOPT)
			by[by_count++] = i;
	order = sorted(rows, schema.columns, by, by_count);
	if (!order) {
		s->out_of_memory = true;
		return;
	}
	for (size_t i = 1; i < rows->rows; i++) {
		const struct prb_cell *a = rows->cells + order[i - 1] * schema.columns + by[0];
		const struct prb_cell *b = rows->cells + order[i] * schema.columns + by[0];

		if (compare_rows(&order[i - 1], &order[i]) != 0)
			continue;
		if (b->line < a->line) { /* the later one is the second */
			const struct prb_cell *swap = a;

			a = b;
			b = swap;
		}
		prb_complain(s, table, b->line, b->column,
			"a second row for the same key: the first is line %u", a->line);
	}
	free(order);
}

static bool
is_normal(struct prb_span text)
{
	UErrorCode error = U_ZERO_ERROR;
	const UNormalizer2 *nfc = unorm2_getNFCInstance(&error);
	UChar stack[512], *utf16 = stack;
	int32_t n = 0;
	UBool normal;

	u_strFromUTF8(stack, 512, &n, text.p, (int32_t)text.n, &error);
	if (error == U_BUFFER_OVERFLOW_ERROR) {
		error = U_ZERO_ERROR;
		utf16 = malloc(((size_t)n + 1) * sizeof(*utf16));
		if (!utf16)
			return false;
		u_strFromUTF8(utf16, n + 1, &n, text.p, (int32_t)text.n, &error);
	}
	normal = unorm2_isNormalized(nfc, utf16, n, &error);
	if (utf16 != stack)
		free(utf16);
	return U_SUCCESS(error) && normal;
}

static bool
is_ascii(struct prb_span text)
{
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] >= 0x80)
			return false;
	return true;
}

/* True where every character lies in the set and there are min to max of them. */
static bool
all_of(struct prb_span text, const char *set, size_t min, size_t max)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == '\0' || !strchr(set, text.p[i]))
			return false;
	return text.n >= min && text.n <= max;
}

#define DIGITS "0123456789"
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define SMALL "abcdefghijklmnopqrstuvwxyz"

static bool
is_word_of(struct prb_span text, const char *words)
{
	while (*words) {
		size_t n = strcspn(words, "|");

		if (prb_span_equal(text, (struct prb_span){words, n}))
			return true;
		words += n + (words[n] == '|');
	}
	return false;
}

static bool
is_partial_date(struct prb_span text)
{
	char full[PRB_DATE_BYTES] = "2000-01-01";
	prb_date date;

	if (text.n != 4 && text.n != 7 && text.n != 10)
		return false;
	memcpy(full, text.p, text.n);
	return prb_date_parse((struct prb_span){full, 10}, &date);
}

static bool
is_region_code(struct prb_span text)
{
	return text.n >= 4 && text.n <= 6 && text.p[2] == '-' &&
	       all_of((struct prb_span){text.p, 2}, CAPITALS, 2, 2) &&
	       all_of((struct prb_span){text.p + 3, text.n - 3}, CAPITALS DIGITS, 1, 3);
}

static bool
is_one_of_keys(struct prb_span text, enum prb_column_kind kind)
{
	if (kind == PRB_KIND_COMPONENT) {
		for (int i = 0; i < PRB_COMPONENTS; i++)
			if (prb_span_is(text, prb_component_id((enum prb_component)i)))
				return true;
	} else if (kind == PRB_KIND_CONSTANT) {
		for (int i = 0; i < PRB_CONSTANTS; i++)
			if (prb_span_is(text, prb_constant_key((enum prb_constant)i)))
				return true;
	} else if (kind == PRB_KIND_SHOWN) {
		return prb_shown_find(text) < PRB_SHOWN_COUNT;
	} else {
		for (int i = 0; i < PRB_RATING_RULES; i++)
			if (prb_span_is(text, prb_rating_rule_key((enum prb_rating_rule)i)))
				return true;
	}
	return false;
}

/* "min..max" of a column's param. */
static void
bounds(const char *param, int64_t *min, int64_t *max)
{
	const char *dots = strstr(param, "..");

	*min = INT64_MIN;
	*max = INT64_MAX;
	if (!dots)
		return;
	(void)prb_parse_int(
		(struct prb_span){param, (size_t)(dots - param)}, INT64_MIN, INT64_MAX, min);
	(void)prb_parse_int(prb_span_of(dots + 2), INT64_MIN, INT64_MAX, max);
}

static bool
is_number(struct prb_span text, enum prb_column_kind kind, const char *param)
{
	int64_t min, max, value;

	bounds(param, &min, &max);
	if (kind == PRB_KIND_INT)
		return prb_parse_int(text, min, max, &value);
	return prb_parse_decimal(text, DECIMAL_SCALE, &value) && value >= min * 1000000 &&
	       value <= max * 1000000;
}

static bool
is_reference(const struct prb_sources *s, struct prb_span text, const char *param)
{
	enum prb_source_table table = prb_source_find(prb_span_of(param));

	return s->tables[table].broken || prb_source_lookup(s, table, text, PRB_SPAN_NONE) >= 0;
}

/* Each part of a list must be there, and once. */
static bool
are_references(const struct prb_sources *s, struct prb_span text, const char *param)
{
	size_t from = 0;

	for (size_t i = 0; i <= text.n; i++) {
		if (i < text.n && text.p[i] != ';')
			continue;
		if (!is_reference(s, (struct prb_span){text.p + from, i - from}, param))
			return false;
		from = i + 1;
	}
	return true;
}

/* NULL where the cell holds to its kind, else what it should be. */
static const char *
kind_check(
	const struct prb_sources *s, const struct prb_column_schema *column, struct prb_span text)
{
	switch ((enum prb_column_kind)column->kind) {
	case PRB_KIND_TEXT:
		return NULL;
	case PRB_KIND_ID:
		return all_of(text, CAPITALS SMALL DIGITS "._-", 1, ID_BYTES_MAX)
			       ? NULL
			       : "1 to 64 of A-Za-z0-9._-";
	case PRB_KIND_ISO3:
		return all_of(text, CAPITALS, 3, 3) ? NULL : "three capital letters";
	case PRB_KIND_ISO2:
		return all_of(text, CAPITALS, 2, 2) ? NULL : "two capital letters";
	case PRB_KIND_REF:
		return is_reference(s, text, column->param) ? NULL : "a row of the table";
	case PRB_KIND_REFS:
		return are_references(s, text, column->param)
			       ? NULL
			       : "rows, with ';' between them, of the table";
	case PRB_KIND_WORD:
		return is_word_of(text, column->param) ? NULL : "one of";
	case PRB_KIND_INT:
		return is_number(text, PRB_KIND_INT, column->param) ? NULL
								    : "a whole number within";
	case PRB_KIND_DECIMAL:
		return is_number(text, PRB_KIND_DECIMAL, column->param) ? NULL
									: "a decimal number within";
	case PRB_KIND_DATE: {
		prb_date date;

		return prb_date_parse(text, &date) ? NULL : "a date YYYY-MM-DD that exists";
	}
	case PRB_KIND_PARTIAL:
		return is_partial_date(text) ? NULL
					     : "a date YYYY, YYYY-MM or YYYY-MM-DD that exists";
	case PRB_KIND_HS:
		return text.n % 2 == 0 && all_of(text, DIGITS, 2, 6) ? NULL
								     : "two, four or six digits";
	case PRB_KIND_REGION:
		return is_region_code(text) ? NULL : "an ISO 3166-2 code such as CN-XJ";
	case PRB_KIND_SECTION:
		return all_of(text, "ABCDEFGHIJKLMNOPQRSTU", 1, 1) ? NULL
								   : "a section of ISIC, A to U";
	case PRB_KIND_COMPONENT:
		return is_one_of_keys(text, PRB_KIND_COMPONENT)
			       ? NULL
			       : "a component of scoring/model/components.def";
	case PRB_KIND_CONSTANT:
		return is_one_of_keys(text, PRB_KIND_CONSTANT)
			       ? NULL
			       : "a key of scoring/model/constants.def";
	case PRB_KIND_RULE:
		return is_one_of_keys(text, PRB_KIND_RULE)
			       ? NULL
			       : "a key of scoring/model/rating_rules.def";
	case PRB_KIND_SHOWN:
		return is_one_of_keys(text, PRB_KIND_SHOWN) ? NULL
							    : "a word of scoring/model/shown.def";
	}
	return NULL;
}

static void
check_cell(struct prb_sources *s, enum prb_source_column column, size_t row)
{
	const struct prb_column_schema *schema = &prb_column_schemas[column];
	struct prb_span text = prb_source_text(s, column, row);
	const char *expected;
	int said = text.n > NAME_BYTES_SAID ? NAME_BYTES_SAID : (int)text.n;

	if (text.n == 0) {
		if (schema->flags & PRB_FLAG_REQ)
			prb_complain_cell(s, column, row, "\"%s\" is empty", schema->header);
		return;
	}
	if (!is_ascii(text) && !is_normal(text)) {
		prb_complain_cell(
			s, column, row, "\"%s\" is not in Unicode normal form C", schema->header);
		return;
	}
	if (prb_span_trim(text).n != text.n) {
		prb_complain_cell(
			s, column, row, "\"%s\" begins or ends with a blank", schema->header);
		return;
	}
	expected = kind_check(s, schema, text);
	if (expected)
		prb_complain_cell(s, column, row, "\"%s\" is \"%.*s\", should be %s%s%s",
			schema->header, said, text.p, expected, schema->param[0] ? " " : "",
			schema->param);
}

static void
check_manifest(struct prb_sources *s)
{
	for (size_t row = 0; row < prb_source_count(s, PRB_SOURCE_MANIFEST); row++) {
		struct prb_span name = prb_source_text(s, PRB_COL_MANIFEST_TABLE, row);
		enum prb_source_table table = prb_source_find(name);
		int64_t rows;

		if (table == PRB_SOURCE_TABLES) {
			prb_complain_cell(s, PRB_COL_MANIFEST_TABLE, row,
				"there is no table \"%.*s\"", PRB_SPAN_ARGS(name));
			continue;
		}
		if (!s->tables[table].broken &&
			prb_parse_int(prb_source_text(s, PRB_COL_MANIFEST_ROWS, row), 0, INT64_MAX,
				&rows) &&
			(size_t)rows != prb_source_count(s, table))
			prb_complain_cell(s, PRB_COL_MANIFEST_ROWS, row,
				"the manifest says %lld rows of %.*s, there are %zu",
				(long long)rows, PRB_SPAN_ARGS(name), prb_source_count(s, table));
	}
	for (int table = 0; table < PRB_SOURCE_TABLES; table++) {
		const char *file = prb_source_schema((enum prb_source_table)table).file;

		/* The method's own tables say why in every row and come from nowhere else;
		 * overlays are not ours. */
		if (table == PRB_SOURCE_MANIFEST ||
			strncmp(file, "method", strlen("method")) == 0 ||
			prb_overlay_of_table((enum prb_source_table)table) != PRB_OVERLAYS)
			continue;
		if (!s->tables[PRB_SOURCE_MANIFEST].broken &&
			prb_source_lookup(
				s, PRB_SOURCE_MANIFEST, prb_span_of(file), PRB_SPAN_NONE) < 0)
			prb_complain(s, PRB_SOURCE_MANIFEST, 1, 1,
				"no row for the table \"%s\": publisher, edition and licence must "
				"be said",
				file);
	}
}

void
prb_sources_check(struct prb_sources *s)
{
	for (int table = 0; table < PRB_SOURCE_TABLES; table++)
		sort_table(s, (enum prb_source_table)table);
	if (s->out_of_memory)
		return;
	for (int table = 0; table < PRB_SOURCE_TABLES; table++) {
		struct prb_source_schema schema = prb_source_schema((enum prb_source_table)table);
		size_t rows = prb_source_count(s, (enum prb_source_table)table);

		for (size_t row = 0; row < rows; row++)
			for (uint16_t i = 0; i < schema.columns; i++)
				check_cell(s, (enum prb_source_column)(schema.first + i), row);
		check_duplicates(s, (enum prb_source_table)table);
	}
	check_manifest(s);
}
