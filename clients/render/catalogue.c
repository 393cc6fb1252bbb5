/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/render/catalogue.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>

#include "clients/render/cells.h"
#include "clients/render/embedded.h"

#define CATALOGUE_BYTES_MAX ((size_t)4 << 20)
#define NAMES_MAX 400 /* of a table */

static struct prb_text_row rows[PRB_TEXTS] = {
#define PRB_TEXT(name, arguments) {.key = (name)},
#include "clients/render/texts.def"
#undef PRB_TEXT
};
static const char *const signatures[PRB_TEXTS] = {
#define PRB_TEXT(key, arguments) arguments,
#include "clients/render/texts.def"
#undef PRB_TEXT
};
static uint16_t order[PRB_TEXTS]; /* the rows by their keys */

static const struct {
	const struct prb_embedded *file;
	const char *locale;
	bool rtl;
} languages[PRB_LANGS] = {
#define PRB_LANG(tag, locale, rtl) {&prb_embedded_##tag, locale, rtl},
#include "clients/render/langs.def"
#undef PRB_LANG
};

static _Atomic(struct prb_catalogue *) ready[PRB_LANGS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/*
 * The rows of texts.def.
 */

static int
by_key(const void *a, const void *b)
{
	return strcmp(rows[*(const uint16_t *)a].key, rows[*(const uint16_t *)b].key);
}

static enum prb_text_kind
kind_of(const char *word)
{
	static const char *const words[] = {"", "number", "date", "words", "id"};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcmp(word, words[i]) == 0)
			return (enum prb_text_kind)i;
	return PRB_TEXT_KEY;
}

/* "component:component points:number good". That it fits is a matter of texts.def alone. */
static void
read_signature(const char *p, struct prb_text_row *row)
{
	while (*p != '\0') {
		struct prb_text_argument *a = &row->arguments[row->arguments_count];
		size_t n = strcspn(p, " "), name = strcspn(p, ": ");
		size_t kind = name < n ? n - name - 1 : 0;

		assert(row->arguments_count < PRB_TEXT_ARGS_MAX);
		assert(name < sizeof a->name);
		assert(kind < sizeof a->prefix);
		memcpy(a->name, p, name);
		memcpy(a->prefix, p + n - kind, kind);
		a->kind = kind_of(a->prefix);
		row->arguments_count++;
		p += n + strspn(p + n, " ");
	}
}

/* Once; behind the lock. */
static void
read_rows(void)
{
	static bool done;

	if (done)
		return;
	done = true;
	for (size_t i = 0; i < PRB_TEXTS; i++) {
		order[i] = (uint16_t)i;
		read_signature(signatures[i], &rows[i]);
	}
	qsort(order, PRB_TEXTS, sizeof order[0], by_key);
}

/* How "PREFIX.KEY" stands to a key: as strcmp. */
static int
compare(const char *prefix, size_t prefix_bytes, struct prb_span key, const char *with)
{
	int sign = strncmp(prefix, with, prefix_bytes);

	if (sign != 0)
		return sign;
	if (with[prefix_bytes] != '.')
		return '.' - (unsigned char)with[prefix_bytes];
	return prb_span_compare(key, prb_span_of(with + prefix_bytes + 1));
}

size_t
prb_catalogue_row(const char *prefix, struct prb_span key)
{
	size_t low = 0, high = PRB_TEXTS, n = strlen(prefix);

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int sign = compare(prefix, n, key, rows[order[middle]].key);

		if (sign == 0)
			return order[middle];
		if (sign < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return PRB_TEXTS;
}

const struct prb_text_row *
prb_catalogue_rows(void)
{
	return rows;
}

/*
 * Names: tables of datasets/sources and of names/.
 */

#define COLUMNS_MAX 16

/* One row; how many cells it had, 0 where memory ran out. */
static size_t
next_row(struct prb_span *rest, struct prb_arena *arena, struct prb_span cells[COLUMNS_MAX])
{
	bool last = false;
	size_t n = 0;

	while (!last && n < COLUMNS_MAX) {
		cells[n] = prb_arena_copy(arena, prb_cell_next(rest, &last));
		if (cells[n++].p == NULL)
			return 0;
	}
	return n;
}

/* Names stand inside sentences, where their first letter is small. */
static struct prb_span
inside_a_sentence(struct prb_arena *arena, struct prb_span name, bool official)
{
	char first[4];
	struct prb_str text;
	struct prb_span copy;
	uint32_t c;
	size_t n = prb_utf8_decode(name.p, name.n, &c);

	if (n == 0)
		return PRB_SPAN_NONE;
	prb_str_init(&text, 1024);
	prb_str_add(&text, first, prb_utf8_encode((uint32_t)u_tolower((UChar32)c), first));
	prb_str_add(&text, name.p + n, name.n - n);
	prb_str_add_text(&text, official ? "" : PRB_TEXT_MARK);
	copy = text.failed ? PRB_SPAN_NONE : prb_arena_copy(arena, prb_str_span(&text));
	prb_str_finish(&text);
	return copy;
}

static struct prb_span
embedded(const struct prb_embedded *file)
{
	return (struct prb_span){(const char *)file->bytes, file->n};
}

/* code,lang,name,status */
static bool
read_indicators(struct prb_catalogue *c, const char *tag)
{
	struct prb_span rest = embedded(&prb_embedded_indicator_names), cells[COLUMNS_MAX];

	while (rest.n != 0) {
		size_t n = next_row(&rest, c->arena, cells);
		bool official = n == 4 && prb_span_is(cells[3], "verified_official");
		int64_t code;

		if (n == 0)
			return false;
		if (n < 4 || !prb_span_is(cells[1], tag) ||
			!prb_parse_int(cells[0], 1, PRB_INDICATORS, &code))
			continue;
		c->indicators[code].official = official;
		c->indicators[code].name = inside_a_sentence(c->arena, cells[2], official);
		if (c->indicators[code].name.p == NULL)
			return false;
	}
	return true;
}

/* A key and, under `column`, its name; no rows where there is no such column. */
static bool
read_names(struct prb_catalogue *c, const struct prb_embedded *file, const char *column,
	struct prb_catalogue_table *table)
{
	struct prb_span rest = embedded(file), cells[COLUMNS_MAX];
	size_t n = next_row(&rest, c->arena, cells), at = 0;

	for (size_t i = 1; i < n; i++)
		if (prb_span_is(cells[i], column))
			at = i;
	table->rows = prb_arena_array(c->arena, NAMES_MAX, sizeof *table->rows);
	if (table->rows == NULL || n == 0)
		return false;
	while (at != 0 && rest.n != 0 && table->count < NAMES_MAX) {
		n = next_row(&rest, c->arena, cells);
		if (n == 0)
			return false;
		if (n > at && cells[at].n != 0)
			table->rows[table->count++] =
				(struct prb_catalogue_entry){cells[0], cells[at]};
	}
	return true;
}

static bool
read_tables(struct prb_catalogue *c, const char *tag)
{
	char head[16];

	(void)snprintf(head, sizeof head, "name_%s", tag);
	return read_indicators(c, tag) &&
	       read_names(c, &prb_embedded_countries, head, &c->countries) &&
	       read_names(c, &prb_embedded_goods, tag, &c->goods) &&
	       read_names(c, &prb_embedded_laws, tag, &c->laws) &&
	       read_names(c, &prb_embedded_lists, tag, &c->lists);
}

/*
 * Patterns.
 */

struct prb_span
prb_catalogue_bytes(enum prb_lang lang)
{
	return embedded(languages[lang].file);
}

/* "PREFIX.KEY" as the catalogue has it. */
static size_t
row_named(const char *name)
{
	const char *dot = strchr(name, '.');
	char prefix[PRB_TEXT_NAME_BYTES];

	if (dot == NULL || (size_t)(dot - name) >= sizeof prefix)
		return PRB_TEXTS;
	memcpy(prefix, name, (size_t)(dot - name));
	prefix[dot - name] = '\0';
	return prb_catalogue_row(prefix, prb_span_of(dot + 1));
}

static bool
read_patterns(struct prb_catalogue *c, enum prb_lang lang)
{
	const struct prb_json *json;
	struct prb_fault fault;

	if (prb_json_parse(c->arena, prb_catalogue_bytes(lang), CATALOGUE_BYTES_MAX, &fault,
		    &json) != PRB_OK ||
		prb_json_kind(json) != PRB_JSON_OBJECT)
		return false;
	for (const struct prb_json *p = prb_json_first(json); p; p = prb_json_next(p)) {
		size_t row = row_named(prb_json_name(p));

		if (row == PRB_TEXTS || prb_json_kind(p) != PRB_JSON_STRING)
			continue;
		c->texts[row] = prb_json_string(p);
		if (strchr(c->texts[row].p, '{') == NULL)
			continue;
		c->patterns[row] = prb_pattern_create(languages[lang].locale, c->texts[row].p);
		if (c->patterns[row] == NULL)
			return false;
	}
	return true;
}

/*
 * A language as a whole.
 */

static void
destroy(struct prb_catalogue *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < PRB_TEXTS; i++)
		prb_pattern_destroy(c->patterns[i]);
	prb_pattern_days_destroy(c->days);
	prb_arena_destroy(c->arena);
	free(c);
}

static struct prb_catalogue *
read_language(enum prb_lang lang)
{
	struct prb_catalogue *c = calloc(1, sizeof *c);

	if (c == NULL)
		return NULL;
	c->rtl = languages[lang].rtl;
	c->arena = prb_arena_create(CATALOGUE_BYTES_MAX);
	c->days = prb_pattern_days_create(languages[lang].locale);
	if (c->arena != NULL && c->days != NULL && read_tables(c, prb_lang_tag(lang)) &&
		read_patterns(c, lang))
		return c;
	destroy(c);
	return NULL;
}

const struct prb_catalogue *
prb_catalogue_of(enum prb_lang lang)
{
	struct prb_catalogue *c = atomic_load_explicit(&ready[lang], memory_order_acquire);

	if (c != NULL)
		return c;
	(void)pthread_mutex_lock(&lock);
	read_rows();
	c = atomic_load_explicit(&ready[lang], memory_order_relaxed);
	if (c == NULL) {
		c = read_language(lang);
		atomic_store_explicit(&ready[lang], c, memory_order_release);
	}
	(void)pthread_mutex_unlock(&lock);
	return c;
}
