/* SPDX-License-Identifier: Apache-2.0 */

/* The lexicon of names: words of name_words, names of countries, regions and cities, legal forms.
 * Where several of them give one key, the first of this order has it: what was written for names by
 * hand, then what was not. */

#include <stdlib.h>
#include <string.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "datasets/build/compile.h"
#include "datasets/build/fold_table.h"
#include "datasets/store/records.h"

/* Shorter names of places are words or initials too often: our judgement. */
#define COUNTRY_BYTES_MIN 4
#define REGION_BYTES_MIN 5
/* Abbreviations of legal forms as short as "LG" or "SAM" are names too: name_words has those that
 * are in use. */
#define FORM_BYTES_MIN 4
/* The Latin spelling of a native word, put together sign by sign, is a syllable of names where it
 * is shorter ("yang" is rubber in Thai). */
#define DERIVED_WORD_BYTES_MIN 10 /* "chuanmei" is a name as well as 传媒 */
#define DERIVED_BYTES_MIN 6
#define UTF16_MAX 256
#define LEXICON_BYTES_MAX (16UL * 1024 * 1024)

/* Lower ranks give way. */
enum rank {
	RANK_DERIVED, /* the Latin spelling of a native word: not meant, only met */
	RANK_CITY,
	RANK_REGION,
	RANK_ALIAS,
	RANK_LEGAL_FORM,
	RANK_COUNTRY,
	RANK_WORD, /* name_words */
};

struct word {
	struct prb_lexicon_row row;
	enum prb_source_column column; /* where it comes from, for complaints */
	uint32_t source_row;
	uint8_t rank;
};

struct words {
	struct prb_compiler *c;
	struct word *items;
	size_t count, room;
	size_t known; /* of them are those of name_words, sorted */
	UTransliterator *variants[2];
};

static void
add_word(struct words *w, const struct word *word)
{
	struct word *added;

	if (w->count == w->room) {
		size_t room = w->room ? w->room * 2 : 8192;
		void *grown = realloc(w->items, room * sizeof(*w->items));

		if (!grown) {
			w->c->failed = true;
			return;
		}
		w->items = grown;
		w->room = room;
	}
	added = &w->items[w->count];
	*added = *word;
	added->row.key = prb_arena_copy(w->c->arena, word->row.key);
	if (!added->row.key.p)
		w->c->failed = true;
	else
		w->count++;
}

static bool
is_unspaced(struct prb_span text)
{
	bool unspaced = false;
	uint32_t code_point;
	size_t n;

	for (size_t i = 0; i < text.n; i += n) {
		n = prb_utf8_decode(text.p + i, text.n - i, &code_point);
		if (n == 0)
			return false;
		unspaced = unspaced || prb_script_is_unspaced(code_point);
	}
	return unspaced;
}

/* The other script of a Chinese word, in place; false where it is the same or there is none. */
static bool
other_script(struct words *w, size_t variant, struct prb_span text, char *out, size_t room,
	struct prb_span *other)
{
	UErrorCode error = U_ZERO_ERROR;
	UChar utf16[UTF16_MAX];
	int32_t n = 0, end, bytes = 0;

	u_strFromUTF8(utf16, UTF16_MAX, &n, text.p, (int32_t)text.n, &error);
	end = n;
	if (U_SUCCESS(error))
		utrans_transUChars(w->variants[variant], utf16, &n, UTF16_MAX, 0, &end, &error);
	u_strToUTF8(out, (int32_t)room, &bytes, utf16, n, &error);
	*other = (struct prb_span){out, (size_t)bytes};
	return U_SUCCESS(error) && !prb_span_equal(*other, text);
}

static void
add_native(struct words *w, struct word *word, struct prb_span text)
{
	char bytes[PRB_LEXICON_KEY_BYTES_MAX];
	struct prb_span other;

	word->row.words = 0;
	word->row.key = text;
	add_word(w, word);
	for (size_t i = 0; i < 2; i++) {
		if (!other_script(w, i, text, bytes, sizeof(bytes), &other))
			continue;
		word->row.key = other;
		add_word(w, word);
	}
}

/* The folded text's words, and in c->scratch its key. */
static size_t
fold_words(struct prb_compiler *c, struct prb_span text)
{
	size_t words = 1;

	prb_str_reset(&c->scratch);
	prb_fold(&c->fold, text, &c->scratch);
	for (size_t i = 0; i < c->scratch.n; i++)
		words += c->scratch.p[i] == ' ';
	prb_str_reset(&c->scratch);
	prb_fold_key(&c->fold, text, &c->scratch);
	return words;
}

/* A text of an unspaced script is its own key; the Latin spelling of a longer one is one as well,
 * but not of a place: those have names in Latin. */
static void
add_text(struct words *w, const struct word *template, struct prb_span text, size_t bytes_min)
{
	struct prb_compiler *c = w->c;
	struct word word = *template;
	size_t words = fold_words(c, text);
	bool unspaced = is_unspaced(text);

	if (c->scratch.n == 0 || c->scratch.n > PRB_LEXICON_KEY_BYTES_MAX ||
		text.n > PRB_LEXICON_KEY_BYTES_MAX || words > PRB_LEXICON_JOINED_WORDS_MAX) {
		if (template->rank == RANK_WORD)
			prb_complain_cell(c->sources, word.column, word.source_row,
				"1 to %d folded bytes and at most %d words can be looked up",
				PRB_LEXICON_KEY_BYTES_MAX, PRB_LEXICON_JOINED_WORDS_MAX);
		return;
	}
	if (unspaced) {
		add_native(w, &word, text);
		fold_words(c, text);
		if (template->rank != RANK_WORD || template->row.entry.kind == PRB_WORD_PLACE ||
			c->scratch.n < (template->row.entry.form.n > 0 ? DERIVED_BYTES_MIN
								       : DERIVED_WORD_BYTES_MIN))
			return;
		word.rank = RANK_DERIVED;
	} else if (c->scratch.n < bytes_min) {
		return;
	}
	word.row.words = (uint8_t)words;
	word.row.key = prb_str_span(&c->scratch);
	add_word(w, &word);
}

static struct prb_span
key_of(struct prb_compiler *c, struct prb_span text)
{
	struct prb_span key;

	fold_words(c, text);
	key = prb_arena_copy(c->arena, prb_str_span(&c->scratch));
	if (!key.p)
		c->failed = true;
	return key;
}

/* By key, rank (higher first), then what they say: equal ones stand together. */
static int
compare_words(const void *a, const void *b)
{
	const struct word *x = a, *y = b;
	int order = prb_span_compare(x->row.key, y->row.key);

	if (order != 0)
		return order;
	if (x->rank != y->rank)
		return x->rank > y->rank ? -1 : 1;
	order = prb_span_compare(x->row.entry.form, y->row.entry.form);
	if (order == 0)
		order = prb_span_compare(x->row.entry.concept, y->row.entry.concept);
	if (order == 0)
		order = (int)x->row.entry.kind - (int)y->row.entry.kind;
	if (order == 0)
		order = (int)x->row.entry.expanded - (int)y->row.entry.expanded;
	if (order == 0)
		order = (int)x->column - (int)y->column;
	return order != 0 ? order
			  : (x->source_row > y->source_row) - (x->source_row < y->source_row);
}

static void
sort_words(struct words *w)
{
	if (w->count > 0)
		qsort(w->items, w->count, sizeof(*w->items), compare_words);
}

static uint8_t
kind_of(const struct prb_sources *s, size_t row)
{
	static const char *const kinds[PRB_WORD_KINDS] = {
		"core", "trade", "place", "number", "unit", "stop", "legal"};
	uint8_t kind = 0;

	while (kind < PRB_WORD_KINDS &&
		!prb_source_is(s, PRB_COL_NAME_WORDS_KIND, row, kinds[kind]))
		kind++;
	return kind;
}

static bool
is_digits(struct prb_span text)
{
	int64_t number;

	return prb_parse_int(text, 0, 999999, &number);
}

static void
check_name_word(struct words *w, size_t row, const struct prb_word_entry *entry)
{
	struct prb_sources *s = w->c->sources;
	bool position = prb_source_text(s, PRB_COL_NAME_WORDS_POSITION, row).n > 0;

	if (!prb_span_equal(key_of(w->c, entry->concept), entry->concept))
		prb_complain_cell(s, PRB_COL_NAME_WORDS_CONCEPT, row,
			"a concept is folded text without blanks: \"%.*s\"",
			PRB_SPAN_ARGS(key_of(w->c, entry->concept)));
	if (entry->kind == PRB_WORD_NUMBER && !is_digits(entry->concept))
		prb_complain_cell(s, PRB_COL_NAME_WORDS_CONCEPT, row,
			"the concept of a number is its digits");
	if (entry->kind == PRB_WORD_LEGAL && entry->form.n == 0)
		prb_complain_cell(s, PRB_COL_NAME_WORDS_CLASS, row, "a legal form needs its class");
	if ((entry->form.n > 0) != position)
		prb_complain_cell(s, PRB_COL_NAME_WORDS_POSITION, row,
			"a word with a class needs a position, another has none");
}

static void
add_name_words(struct words *w)
{
	struct prb_sources *s = w->c->sources;

	for (size_t row = 0; row < prb_source_count(s, PRB_SOURCE_NAME_WORDS); row++) {
		struct word word = {.rank = RANK_WORD,
			.column = PRB_COL_NAME_WORDS_WORD,
			.source_row = (uint32_t)row,
			.row.entry = {.kind = kind_of(s, row),
				.concept = prb_source_text(s, PRB_COL_NAME_WORDS_CONCEPT, row),
				.form = prb_source_text(s, PRB_COL_NAME_WORDS_CLASS, row),
				.form_anywhere =
					prb_source_is(s, PRB_COL_NAME_WORDS_POSITION, row, "any"),
				.expanded = prb_source_is(
					s, PRB_COL_NAME_WORDS_ABBREVIATION, row, "y")}};

		check_name_word(w, row, &word.row.entry);
		add_text(w, &word, prb_source_text(s, PRB_COL_NAME_WORDS_WORD, row), 1);
	}
	sort_words(w);
	w->known = w->count;
}

/* The concept that name_words gives a place of this key, or none. */
static struct prb_span
known_place(const struct words *w, struct prb_span key)
{
	size_t low = 0, high = w->known;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (prb_span_compare(w->items[middle].row.key, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == w->known || !prb_span_equal(w->items[low].row.key, key) ||
		w->items[low].row.entry.kind != PRB_WORD_PLACE)
		return PRB_SPAN_NONE;
	return w->items[low].row.entry.concept;
}

static struct prb_span
known_name(struct words *w, struct prb_span name)
{
	fold_words(w->c, name);
	return known_place(w, prb_str_span(&w->c->scratch));
}

static void
add_place(struct words *w, enum rank rank, enum prb_source_column column, size_t row,
	struct prb_span concept, size_t bytes_min)
{
	struct word word = {.rank = (uint8_t)rank,
		.column = column,
		.source_row = (uint32_t)row,
		.row.entry = {.kind = PRB_WORD_PLACE, .concept = concept}};

	add_text(w, &word, prb_source_text(w->c->sources, column, row), bytes_min);
}

static const enum prb_source_column country_names[] = {PRB_COL_COUNTRIES_NAME_EN,
	PRB_COL_COUNTRIES_NAME_FR, PRB_COL_COUNTRIES_NAME_RU, PRB_COL_COUNTRIES_NAME_ES,
	PRB_COL_COUNTRIES_NAME_AR, PRB_COL_COUNTRIES_NAME_ZH};
#define COUNTRY_NAMES (sizeof(country_names) / sizeof(country_names[0]))

/* What name_words calls the country by any of its names, else its English name. */
static struct prb_span
country_concept(struct words *w, size_t row)
{
	struct prb_sources *s = w->c->sources;
	struct prb_span concept;

	for (size_t i = 0; i < COUNTRY_NAMES; i++) {
		concept = known_name(w, prb_source_text(s, country_names[i], row));
		if (concept.p)
		return concept;
	}
	for (size_t i = 0; i < prb_source_count(s, PRB_SOURCE_COUNTRY_ALIASES); i++) {
		if (!prb_span_equal(prb_source_text(s, PRB_COL_COUNTRY_ALIASES_ISO3, i),
			    prb_source_text(s, PRB_COL_COUNTRIES_ISO3, row)))
			continue;
		concept = known_name(w, prb_source_text(s, PRB_COL_COUNTRY_ALIASES_ALIAS, i));
		if (concept.p)
		return concept;
	}
	return key_of(w->c, prb_source_text(s, PRB_COL_COUNTRIES_NAME_EN, row));
}

static void
add_countries(struct words *w)
{
	struct prb_sources *s = w->c->sources;
	size_t count = prb_source_count(s, PRB_SOURCE_COUNTRIES);
	struct prb_span *concepts = prb_arena_array(w->c->arena, count, sizeof(*concepts));

	if (!concepts) {
		w->c->failed = true;
		return;
	}
	for (size_t row = 0; row < count; row++) {
		concepts[row] = country_concept(w, row);
		for (size_t i = 0; i < COUNTRY_NAMES; i++)
			if (prb_source_text(s, country_names[i], row).n > 0)
				add_place(w, RANK_COUNTRY, country_names[i], row, concepts[row],
					COUNTRY_BYTES_MIN);
	}
	for (size_t row = 0; row < prb_source_count(s, PRB_SOURCE_COUNTRY_ALIASES); row++) {
		long country = prb_source_lookup(s, PRB_SOURCE_COUNTRIES,
			prb_source_text(s, PRB_COL_COUNTRY_ALIASES_ISO3, row), PRB_SPAN_NONE);

		if (country >= 0)
			add_place(w, RANK_COUNTRY, PRB_COL_COUNTRY_ALIASES_ALIAS, row,
				concepts[country], COUNTRY_BYTES_MIN);
	}
}

/* Of the rows first..end-1 of one region: what name_words calls it, else its shortest name that is
 * English or of no language. */
static struct prb_span
region_concept(struct words *w, size_t first, size_t end)
{
	struct prb_sources *s = w->c->sources;
	struct prb_span shortest = PRB_SPAN_NONE;

	for (size_t row = first; row < end; row++) {
		struct prb_span name = prb_source_text(s, PRB_COL_REGIONS_NAME, row);
		struct prb_span lang = prb_source_text(s, PRB_COL_REGIONS_LANG, row);
		struct prb_span concept = known_name(w, name);

		if (concept.p)
		return concept;
		if ((lang.n == 0 || prb_span_is(lang, "en")) &&
			(!shortest.p || name.n < shortest.n))
			shortest = name;
	}
	return key_of(
		w->c, shortest.p ? shortest : prb_source_text(s, PRB_COL_REGIONS_NAME, first));
}

static void
add_regions(struct words *w)
{
	struct prb_sources *s = w->c->sources;
	size_t count = prb_source_count(s, PRB_SOURCE_REGIONS);

	for (size_t first = 0, end; first < count; first = end) {
		struct prb_span code = prb_source_text(s, PRB_COL_REGIONS_CODE, first), concept;

		for (end = first + 1; end < count; end++)
			if (!prb_span_equal(prb_source_text(s, PRB_COL_REGIONS_CODE, end), code))
				break;
		concept = region_concept(w, first, end);
		for (size_t row = first; row<end &&concept.n> 0; row++)
			add_place(w, RANK_REGION, PRB_COL_REGIONS_NAME, row, concept,
				REGION_BYTES_MIN);
	}
}

/* A place of its own: what name_words calls it, else its own name. */
static void
add_own_place(struct words *w, enum rank rank, enum prb_source_column column, size_t row)
{
	struct prb_span name = prb_source_text(w->c->sources, column, row);
	struct prb_span concept = known_name(w, name);

	if (!concept.p)
	concept = key_of(w->c, name);
	if (concept.n > 0)
		add_place(w, rank, column, row, concept, REGION_BYTES_MIN);
}

static bool
is_place_alias(const struct prb_sources *s, size_t row)
{
	static const char *const kinds[] = {"prefecture", "city", "county", "district"};

	if (!prb_source_is(s, PRB_COL_REGION_ALIASES_USE, row, "alone") &&
		!prb_source_is(s, PRB_COL_REGION_ALIASES_USE, row, "with_china"))
		return false;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (prb_source_is(s, PRB_COL_REGION_ALIASES_KIND, row, kinds[i]))
			return true;
	return false;
}

static void
add_places(struct words *w)
{
	struct prb_sources *s = w->c->sources;

	add_countries(w);
	add_regions(w);
	for (size_t row = 0; row < prb_source_count(s, PRB_SOURCE_REGION_ALIASES); row++)
		if (is_place_alias(s, row))
			add_own_place(w, RANK_ALIAS, PRB_COL_REGION_ALIASES_ALIAS, row);
	for (size_t row = 0; row < prb_source_count(s, PRB_SOURCE_REGION_CITIES); row++)
		add_own_place(w, RANK_CITY, PRB_COL_REGION_CITIES_NAME, row);
}

static void
add_form(struct words *w, enum prb_source_column column, size_t row, struct prb_span text)
{
	struct prb_span class = prb_source_text(w->c->sources, PRB_COL_LEGAL_FORMS_CLASS, row);
	struct word word = {.rank = RANK_LEGAL_FORM,
		.column = column,
		.source_row = (uint32_t)row,
		.row.entry = {.kind = PRB_WORD_LEGAL,
			.form = class.n > 0 ? class : PRB_SPAN("other"),
			.form_anywhere = true}};

	text = prb_span_trim(text);
	if (text.n < FORM_BYTES_MIN)
		return;
	word.row.entry.concept = key_of(w->c, text);
	add_text(w, &word, text, FORM_BYTES_MIN);
}

static void
add_legal_forms(struct words *w)
{
	struct prb_sources *s = w->c->sources;

	for (size_t row = 0; row < prb_source_count(s, PRB_SOURCE_LEGAL_FORMS); row++) {
		struct prb_span list = prb_source_text(s, PRB_COL_LEGAL_FORMS_ABBREVIATIONS, row);
		size_t from = 0;

		add_form(w, PRB_COL_LEGAL_FORMS_LOCAL_NAME, row,
			prb_source_text(s, PRB_COL_LEGAL_FORMS_LOCAL_NAME, row));
		add_form(w, PRB_COL_LEGAL_FORMS_TRANSLITERATED, row,
			prb_source_text(s, PRB_COL_LEGAL_FORMS_TRANSLITERATED, row));
		for (size_t i = 0; i <= list.n; i++) {
			if (i < list.n && list.p[i] != ';')
				continue;
			add_form(w, PRB_COL_LEGAL_FORMS_ABBREVIATIONS, row,
				(struct prb_span){list.p + from, i - from});
			from = i + 1;
		}
	}
}

static bool
says_the_same(const struct prb_word_entry *a, const struct prb_word_entry *b)
{
	return a->kind == b->kind && prb_span_equal(a->concept, b->concept) &&
	       prb_span_equal(a->form, b->form);
}

/* Countries do not agree on what "SC" stands for: the class that most rows give. */
static const struct word *
commonest_form(const struct word *words, size_t count)
{
	const struct word *best = &words[0];
	size_t best_count = 0;

	for (size_t i = 0, n; i < count; i += n) {
		for (n = 1; i + n < count &&
			    prb_span_equal(words[i + n].row.entry.form, words[i].row.entry.form);)
			n++;
		if (n > best_count) {
			best = &words[i];
			best_count = n;
		}
	}
	return best;
}

/* Of the words with one key, all of the highest rank: the one that stands, or NULL where they
 * contradict each other. */
static const struct word *
choose(struct words *w, const struct word *words, size_t count)
{
	if (words[0].rank == RANK_LEGAL_FORM)
		return commonest_form(words, count);
	for (size_t i = 1; i < count; i++) {
		if (says_the_same(&words[i].row.entry, &words[0].row.entry))
			continue;
		if (words[i].rank == RANK_WORD)
			prb_complain_cell(w->c->sources, words[i].column, words[i].source_row,
				"it has the key \"%.*s\", which is \"%.*s\" in another row",
				PRB_SPAN_ARGS(words[0].row.key),
				PRB_SPAN_ARGS(words[0].row.entry.concept));
		return NULL;
	}
	return &words[0];
}

/* The rows of the table, in the order of their keys. A word of no kind and no form only keeps its
 * key from the others. */
static size_t
choose_rows(struct words *w, struct prb_lexicon_row *rows)
{
	size_t n = 0;

	for (size_t first = 0, end, top; first < w->count; first = end) {
		const struct word *words = &w->items[first], *chosen;

		for (end = first; end < w->count; end++)
			if (!prb_span_equal(w->items[end].row.key, words->row.key))
				break;
		for (top = 1; first + top < end && words[top].rank == words->rank;)
			top++;
		chosen = choose(w, words, top);
		if (chosen &&
			(chosen->row.entry.kind != PRB_WORD_CORE || chosen->row.entry.form.n > 0))
			rows[n++] = chosen->row;
	}
	return n;
}

static void
write_lexicon(struct words *w)
{
	struct prb_lexicon_row *rows = malloc((w->count + 1) * sizeof(*rows));
	struct prb_span kept = PRB_SPAN_NONE;
	struct prb_str bytes;
	size_t count;

	prb_str_init(&bytes, LEXICON_BYTES_MAX);
	if (rows) {
		count = choose_rows(w, rows);
		if (prb_lexicon_write(rows, count, &bytes))
			kept = prb_arena_copy(w->c->arena, prb_str_span(&bytes));
	}
	if (kept.p && prb_lexicon_open(&w->c->lexicon, kept.p, kept.n))
		prb_compiler_add(w->c, PRB_TABLE_LEXICON, PRB_SPAN(PRB_LEXICON_KEY), kept);
	else
		w->c->failed = true;
	prb_str_finish(&bytes);
	free(rows);
}

static UTransliterator *
open_variant(const char *id)
{
	UErrorCode error = U_ZERO_ERROR;
	UChar utf16[64];

	u_uastrcpy(utf16, id);
	return utrans_openU(utf16, -1, UTRANS_FORWARD, NULL, 0, NULL, &error);
}

void
prb_compile_lexicon(struct prb_compiler *c)
{
	struct words w = {.c = c,
		.variants = {open_variant("Simplified-Traditional"),
			open_variant("Traditional-Simplified")}};

	if (w.variants[0] && w.variants[1]) {
		add_name_words(&w);
		add_places(&w);
		add_legal_forms(&w);
		sort_words(&w);
		write_lexicon(&w);
	} else {
		c->failed = true;
	}
	for (size_t i = 0; i < 2; i++)
		if (w.variants[i])
			utrans_close(w.variants[i]);
	free(w.items);
}
