/* SPDX-License-Identifier: Apache-2.0 */

/* Countries and regions: what the words of a declaration mean, and which region an address lies in.
 */

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "datasets/facts/parts.h"

#define SUGGESTION_DISTANCE_MAX 2
#define SUGGESTION_WORD_MAX 48
#define CODE_BYTES_MAX 6
/* UTF-8 of U+3000 to U+DFFF begins so: kana, Han, Hangul. */
#define CJK_LEAD_MIN 0xE3
#define CJK_LEAD_MAX 0xED

static char
upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - ('a' - 'A')) : c;
}

static bool
is_letter(char c)
{
	return upper(c) >= 'A' && upper(c) <= 'Z';
}

/* Loading. */

struct loading {
	struct prb_gatherer *g;
	struct prb_phrases *phrases;
	const char *iso3;
};

static bool
load_region_name(void *context, struct prb_span key, struct prb_span value)
{
	struct loading *loading = context;
	struct prb_region_name_record *record;
	/* iso3, separator, class, separator, name */
	size_t name_at = strlen(loading->iso3) + 3;

	if (key.n <= name_at || !prb_span_starts(key, prb_span_of(loading->iso3)))
		return true;
	record = prb_arena_alloc(loading->g->own, sizeof(*record));
	if (!record || !prb_region_name_read(value, record)) {
		loading->g->failed = true;
		return false;
	}
	prb_phrases_add(loading->phrases, key.p[name_at - 2],
		(struct prb_span){key.p + name_at, key.n - name_at}, record);
	return true;
}

enum prb_err
prb_places_load(struct prb_gatherer *g)
{
	size_t names = prb_reader_count(g->reader, PRB_TABLE_REGION_NAME), loaded = 0;

	memset(g->iso2, -1, sizeof(g->iso2));
	g->region_country[0] = g->region_country[1] = PRB_COUNTRY_NONE;
	for (size_t i = 0; i < g->reference->countries_count; i++) {
		const struct prb_country *country = &g->reference->countries[i];
		struct loading loading = {.g = g, .iso3 = country->iso3};

		if (is_letter(country->iso2[0]) && is_letter(country->iso2[1]))
			g->iso2[(country->iso2[0] - 'A') * 26 + country->iso2[1] - 'A'] =
				(int16_t)i;
		if (!country->regions_matter || loaded == 2)
			continue;
		loading.phrases = prb_phrases_create(g->own, names);
		if (!loading.phrases)
			return PRB_ERR_MEMORY;
		if (!prb_reader_each(g->reader, PRB_TABLE_REGION_NAME, load_region_name, &loading))
			return PRB_ERR_MEMORY;
		g->regions[loaded] = loading.phrases;
		g->region_country[loaded++] = (int)i;
	}
	return g->failed ? PRB_ERR_RELEASE_DAMAGED : PRB_OK;
}

/* Countries. */

static int
country_of_code(const struct prb_gatherer *g, struct prb_span word)
{
	char code[3];

	if (word.n < 2 || word.n > 3)
		return PRB_COUNTRY_NONE;
	for (size_t i = 0; i < word.n; i++) {
		if (!is_letter(word.p[i]))
			return PRB_COUNTRY_NONE;
		code[i] = upper(word.p[i]);
	}
	if (word.n == 2)
		return g->iso2[(code[0] - 'A') * 26 + code[1] - 'A'];
	return prb_reference_country(g->reference, (struct prb_span){code, 3});
}

/* Whether a key is one of these names, as the six languages have it. */
static bool
is_one_of(struct prb_span key, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (prb_span_is(key, names[i]))
			return true;
	return false;
}

static int
country_of_name(struct prb_gatherer *g, struct prb_span name, bool *assumed)
{
	static const char *const congo[] = {"congo", "kongo", "kwnghw", "gangguo"};
	static const char *const korea[] = {"korea", "coree", "corea", "koreya", "kwrya"};
	struct prb_span key, found;

	prb_str_reset(&g->key);
	prb_country_key(g->fold, name, &g->scratch, &g->key);
	key = prb_str_span(&g->key);
	found = prb_reader_get(g->reader, PRB_TABLE_COUNTRY_NAME, key);
	/* Two countries bear this name too; the table takes it for COG. */
	*assumed = found.p && is_one_of(key, congo, sizeof(congo) / sizeof(congo[0]));
	if (found.p)
		return prb_reference_country(g->reference, found);
	/* Two countries bear the name; lists that give it alone mean the Republic of Korea
	 * (datasets/sources, country_aliases). */
	if (is_one_of(key, korea, sizeof(korea) / sizeof(korea[0]))) {
		*assumed = true;
		return prb_reference_country(g->reference, PRB_SPAN("KOR"));
	}
	return PRB_COUNTRY_NONE;
}

int
prb_facts_country(struct prb_gatherer *g, struct prb_span word, bool *assumed)
{
	const char *open;
	int country;

	*assumed = false;
	word = prb_span_trim(word);
	country = country_of_code(g, word);
	if (country < 0)
		country = country_of_name(g, word, assumed);
	/* With the text in brackets first: without it "Congo (Democratic Republic of)" would be the
	 * other Congo. */
	open = country < 0 && word.n > 0 ? memchr(word.p, '(', word.n) : NULL;
	if (open && open > word.p)
		country = country_of_name(
			g, (struct prb_span){word.p, (size_t)(open - word.p)}, assumed);
	return country;
}

/* Damerau's distance up to SUGGESTION_DISTANCE_MAX, over folded words; larger ones are all the
 * same. */
static size_t
distance(struct prb_span a, struct prb_span b)
{
	size_t rows[3][SUGGESTION_WORD_MAX + 1];
	size_t *before = rows[0], *last = rows[1], *now = rows[2];

	if (a.n > SUGGESTION_WORD_MAX || b.n > SUGGESTION_WORD_MAX ||
		a.n > b.n + SUGGESTION_DISTANCE_MAX || b.n > a.n + SUGGESTION_DISTANCE_MAX)
		return SUGGESTION_DISTANCE_MAX + 1;
	for (size_t k = 0; k <= b.n; k++)
		last[k] = before[k] = k;
	for (size_t i = 1; i <= a.n; i++) {
		size_t *swap = before, nearest = i;

		now[0] = i;
		for (size_t k = 1; k <= b.n; k++) {
			size_t least = last[k - 1] + (a.p[i - 1] != b.p[k - 1]);

			if (last[k] + 1 < least)
				least = last[k] + 1;
			if (now[k - 1] + 1 < least)
				least = now[k - 1] + 1;
			if (i > 1 && k > 1 && a.p[i - 1] == b.p[k - 2] &&
				a.p[i - 2] == b.p[k - 1] && before[k - 2] + 1 < least)
				least = before[k - 2] + 1;
			now[k] = least;
			if (least < nearest)
				nearest = least;
		}
		/* The nearest of a later row is no nearer. */
		if (nearest > SUGGESTION_DISTANCE_MAX)
			return SUGGESTION_DISTANCE_MAX + 1;
		before = last;
		last = now;
		now = swap;
	}
	return last[b.n];
}

/* The name nearest to a word so far. */
struct nearest {
	struct prb_span word; /* as a key */
	size_t far;           /* one more than a name may be off */
	struct prb_span iso3;
};

static bool
compare_name(void *context, struct prb_span key, struct prb_span iso3)
{
	struct nearest *nearest = context;
	size_t far = distance(nearest->word, key);

	if (far < nearest->far) {
		nearest->far = far;
		nearest->iso3 = iso3;
	}
	return true;
}

int
prb_facts_country_near(struct prb_gatherer *g, struct prb_span word)
{
	struct nearest nearest = {.iso3 = PRB_SPAN_NONE};
	unsigned char lead;
	size_t off_max;

	word = prb_span_trim(word);
	lead = word.n > 0 ? (unsigned char)word.p[0] : 0;
	prb_str_reset(&g->key);
	prb_country_key(g->fold, word, &g->scratch, &g->key);
	nearest.word = prb_str_span(&g->key);
	/* Too short, and anything is near; of syllables spelt out, a letter says less. */
	off_max = nearest.word.n < 4
			  ? 0
			  : nearest.word.n / (lead >= CJK_LEAD_MIN && lead <= CJK_LEAD_MAX ? 5 : 3);
	if (off_max == 0)
		return -1;
	nearest.far = 1 + (off_max < SUGGESTION_DISTANCE_MAX ? off_max : SUGGESTION_DISTANCE_MAX);
	if (!prb_reader_each(g->reader, PRB_TABLE_COUNTRY_NAME, compare_name, &nearest) ||
		!nearest.iso3.p)
		return -1;
	return prb_reference_country(g->reference, nearest.iso3);
}

int16_t
prb_place_country(
	struct prb_gathering *gathering, struct prb_span word, const char *pointer, bool *assumed)
{
	const char *near;
	int country, meant;

	*assumed = false;
	if (word.n == 0)
		return PRB_COUNTRY_NONE;
	country = prb_facts_country(gathering->g, word, assumed);
	if (country >= 0)
		return (int16_t)country;
	meant = prb_facts_country_near(gathering->g, word);
	near = meant >= 0 ? gathering->g->reference->countries[meant].name_en : NULL;
	prb_gathering_fault(gathering, PRB_ERR_COUNTRY, pointer,
		"\"%.*s\" is not a country: give an ISO 3166-1 code such as CHN, or its name%s%s%s",
		PRB_SPAN_ARGS(word), near ? "; did you mean " : "", near ? near : "",
		near ? "?" : "");
	return PRB_COUNTRY_NONE;
}

/* Regions in a text. */

/* A word that makes a name a street: "Xinjiang Road", "Wulumuqi Zhong Lu". Between name and street
 * a direction may stand. */
static bool
is_street_word(struct prb_span word)
{
	static const char *const words[] = {
		"road", "rd", "lu", "street", "str", "st", "jie", "avenue", "ave", "dadao", "lane"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (prb_span_is(word, words[i]))
			return true;
	return false;
}

static bool
is_direction_word(struct prb_span word)
{
	static const char *const words[] = {"north", "south", "east", "west", "middle", "central",
		"n", "s", "e", "w", "m", "bei", "nan", "dong", "xi", "zhong", "first", "second",
		"1st", "2nd", "no", "1", "2", "3"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (prb_span_is(word, words[i]))
			return true;
	return false;
}

static struct prb_span
next_word(struct prb_span text, size_t *at)
{
	size_t start = *at;

	while (start < text.n && text.p[start] == ' ')
		start++;
	for (*at = start; *at < text.n && text.p[*at] != ' ';)
		(*at)++;
	return (struct prb_span){text.p + start, *at - start};
}

static bool
skip(struct prb_span *text, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct prb_span prefix = prb_span_of(words[i]);

		if (!prb_span_starts(*text, prefix))
			continue;
		text->p += prefix.n;
		text->n -= prefix.n;
		return true;
	}
	return false;
}

static bool
is_followed_by_street(char class, struct prb_span text, size_t at)
{
	static const char *const directions[] = {
		"东", "西", "南", "北", "中", "東", "一", "二", "三"};
	static const char *const streets[] = {"路", "街", "道", "大道", "大街"};
	struct prb_span rest = {text.p + at, text.n - at};

	if (class == PRB_CLASS_WORDS) {
		struct prb_span word = next_word(text, &at);

		if (is_direction_word(word))
			word = next_word(text, &at);
		return is_street_word(word);
	}
	(void)skip(&rest, directions, sizeof(directions) / sizeof(directions[0]));
	return skip(&rest, streets, sizeof(streets) / sizeof(streets[0]));
}

/* What a text says of regions. */
struct seen {
	const char *presumed;     /* a region that a law's presumption names */
	size_t presumed_names;    /* how often it was named */
	bool presumed_certain;    /* by a name in its own script that stands for nothing else */
	const char *other_region; /* another region, by its own name */
	const char *other_city;   /* another region, by a city in it */
};

static bool
is_presumed_region(const struct prb_gatherer *g, const char *region)
{
	for (size_t i = 0; i < g->reference->scopes_count; i++)
		if (g->reference->scopes[i].effect == PRB_EFFECT_PRESUMED &&
			strcmp(g->reference->scopes[i].region, region) == 0)
			return true;
	return false;
}

static void
see(const struct prb_gatherer *g, char class, const struct prb_region_name_record *record,
	struct seen *seen)
{
	bool is_swallow = record->use == PRB_REGION_NOT;

	if (record->region[0] == '\0' || record->use == PRB_REGION_PERSON)
		return;
	if (!is_swallow && is_presumed_region(g, record->region)) {
		seen->presumed = record->region;
		seen->presumed_names++;
		if (class == PRB_CLASS_GLYPHS && record->use == PRB_REGION_ALONE)
			seen->presumed_certain = true;
	} else if (record->level == PRB_LEVEL_REGION) {
		/* Latin addresses go from small to large, Chinese ones from large to small. */
		if (class == PRB_CLASS_WORDS || !seen->other_region)
			seen->other_region = record->region;
	} else if (class == PRB_CLASS_WORDS || !seen->other_city) {
		seen->other_city = record->region;
	}
}

static void
scan(struct prb_gatherer *g, const struct prb_phrases *phrases, char class, struct prb_span text,
	struct seen *seen)
{
	struct prb_match matches[PRB_MATCHES_MAX];
	size_t count = prb_phrases_find(phrases, class, text, matches);

	for (size_t i = 0; i < count; i++)
		if (!is_followed_by_street(class, text, matches[i].end))
			see(g, class, matches[i].value, seen);
}

/*
 * Where an address names another region too, a Latin name of the presumed one is a hint at most:
 * streets, companies and dishes bear such names all over the country. Only a city elsewhere does
 * not outweigh two names of the presumed region ("Xinjiang ... Urumqi").
 */
static const char *
decide(const struct seen *seen)
{
	const char *other = seen->other_region ? seen->other_region : seen->other_city;

	if (!seen->presumed)
		return other;
	if (seen->presumed_certain || !other)
		return seen->presumed;
	if (!seen->other_region && seen->presumed_names >= 2)
		return seen->presumed;
	return other;
}

static bool
has_non_ascii(struct prb_span text)
{
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] >= 0x80)
			return true;
	return false;
}

static const char *
region_in_text(struct prb_gatherer *g, int country, struct prb_span text)
{
	const struct prb_phrases *phrases = NULL;
	struct seen seen = {.presumed = NULL};

	for (size_t i = 0; i < 2; i++)
		if (country >= 0 && g->region_country[i] == country)
			phrases = g->regions[i];
	if (!phrases || text.n == 0)
		return NULL;
	prb_str_reset(&g->text);
	prb_fold(g->fold, text, &g->text);
	scan(g, phrases, PRB_CLASS_WORDS, prb_str_span(&g->text), &seen);
	if (has_non_ascii(text))
		scan(g, phrases, PRB_CLASS_GLYPHS, text, &seen);
	return decide(&seen);
}

/* Declared regions. */

static void
set_region(struct prb_place *place, const char *region, const char *basis)
{
	(void)snprintf(place->region, sizeof(place->region), "%s", region);
	place->region_basis = basis;
}

/* "cn-xj" -> "CN-XJ"; false where the word has not that form. */
static bool
region_code(struct prb_span word, char code[CODE_BYTES_MAX + 1])
{
	if (word.n < 4 || word.n > CODE_BYTES_MAX || word.p[2] != '-' || !is_letter(word.p[0]) ||
		!is_letter(word.p[1]))
		return false;
	for (size_t i = 0; i < word.n; i++)
		code[i] = upper(word.p[i]);
	code[word.n] = '\0';
	return true;
}

/* The country of a region's code, or NONE where there is no such code; *name is the region's own.
 */
static int
country_of_region(struct prb_gatherer *g, const char *code, struct prb_span *name)
{
	struct prb_span value = prb_reader_get(g->reader, PRB_TABLE_REGION, prb_span_of(code));
	struct prb_cursor c;
	const char *iso3;

	if (!value.p || prb_texts_begin(value, &c) != 2)
		return PRB_COUNTRY_NONE;
	iso3 = prb_get_text(&c);
	*name = prb_span_of(prb_get_text(&c));
	return prb_reference_country(g->reference, prb_span_of(iso3));
}

static bool
get_region_name(struct prb_gatherer *g, const char *iso3, char class, struct prb_span name,
	struct prb_region_name_record *record)
{
	struct prb_span value;

	prb_str_reset(&g->key);
	prb_region_key(iso3, class, name, &g->key);
	value = prb_reader_get(g->reader, PRB_TABLE_REGION_NAME, prb_str_span(&g->key));
	return value.p && prb_region_name_read(value, record);
}

static bool
find_region_name(struct prb_gatherer *g, const char *iso3, struct prb_span word,
	struct prb_region_name_record *record)
{
	if (get_region_name(g, iso3, PRB_CLASS_GLYPHS, word, record))
		return true;
	prb_str_reset(&g->text);
	prb_fold(g->fold, word, &g->text);
	return g->text.n > 0 &&
	       get_region_name(g, iso3, PRB_CLASS_WORDS, prb_str_span(&g->text), record);
}

/* Some countries are regions of others in ISO 3166-2 (Hong Kong, Puerto Rico): naming that region
 * again is no contradiction. */
static bool
names_the_country(struct prb_gatherer *g, int country, struct prb_span name)
{
	bool assumed;

	return prb_facts_country(g, name, &assumed) == country;
}

static void
outside(struct prb_gathering *gathering, int country, struct prb_span word, const char *base)
{
	char pointer[PRB_POINTER_BYTES_MAX];

	(void)snprintf(pointer, sizeof(pointer), "%s/region", base);
	prb_gathering_fault(gathering, PRB_ERR_REGION, pointer,
		"the region \"%.*s\" does not lie in %s: give a region of that country (ISO "
		"3166-2), or mend the country",
		PRB_SPAN_ARGS(word), gathering->g->reference->countries[country].name_en);
}

/* A code says its country too, so that a region is enough where no country was declared. */
static bool
declared_by_code(struct prb_gathering *gathering, struct prb_span word, const char *base,
	struct prb_place *place)
{
	struct prb_gatherer *g = gathering->g;
	char code[CODE_BYTES_MAX + 1];
	struct prb_span name;
	int country;

	if (!region_code(word, code) || (country = country_of_region(g, code, &name)) < 0)
		return false;
	if (place->country == PRB_COUNTRY_NONE)
		place->country = (int16_t)country;
	if (place->country == country)
		set_region(place, code, "declared");
	else if (!names_the_country(g, place->country, name))
		outside(gathering, place->country, word, base);
	return true;
}

/* "SP" in Brazil is BR-SP. */
static bool
declared_by_short_code(struct prb_gatherer *g, struct prb_span word, struct prb_place *place)
{
	char code[CODE_BYTES_MAX + 2];
	struct prb_span name;

	if (word.n == 0 || word.n > 3)
		return false;
	(void)snprintf(code, sizeof(code), "%s-%.*s", g->reference->countries[place->country].iso2,
		(int)word.n, word.p);
	for (char *c = code; *c; c++)
		*c = upper(*c);
	if (country_of_region(g, code, &name) != place->country)
		return false;
	set_region(place, code, "declared");
	return true;
}

/* A region that is named without its country: of the countries whose regions matter, the one that
 * has it. */
static void
region_without_country(struct prb_gatherer *g, struct prb_span word, struct prb_place *place)
{
	struct prb_region_name_record record;

	for (size_t i = 0; i < g->reference->countries_count; i++) {
		const struct prb_country *country = &g->reference->countries[i];

		if (!country->regions_matter ||
			!find_region_name(g, country->iso3, word, &record) ||
			record.use == PRB_REGION_PERSON || record.region[0] == '\0')
			continue;
		place->country = (int16_t)i;
		set_region(place, record.region, "declared");
		return;
	}
}

static void
declared_region(struct prb_gathering *gathering, struct prb_span word, const char *base,
	struct prb_place *place)
{
	struct prb_gatherer *g = gathering->g;
	struct prb_region_name_record record;
	const char *found;

	word = prb_span_trim(word);
	if (word.n == 0 || declared_by_code(gathering, word, base, place))
		return;
	if (place->country < 0) {
		region_without_country(g, word, place);
		return;
	}
	if (find_region_name(g, g->reference->countries[place->country].iso3, word, &record)) {
		if (record.use != PRB_REGION_PERSON && record.region[0] != '\0')
			set_region(place, record.region, "declared");
		return;
	}
	if (declared_by_short_code(g, word, place) || names_the_country(g, place->country, word))
		return;
	if (find_region_name(g, "*", word, &record)) {
		outside(gathering, place->country, word, base);
		return;
	}
	found = region_in_text(g, place->country, word); /* "Xinjiang, P.R. China" */
	if (found)
		set_region(place, found, "declared");
}

void
prb_place_origin(struct prb_gathering *gathering, struct prb_span origin, struct prb_span region,
	const char *base, struct prb_place *out)
{
	char pointer[PRB_POINTER_BYTES_MAX];

	out->region[0] = '\0';
	out->region_basis = "";
	(void)snprintf(pointer, sizeof(pointer), "%s/origin", base);
	out->country = prb_place_country(gathering, origin, pointer, &out->country_assumed);
	declared_region(gathering, region, base, out);
}

void
prb_place_party(struct prb_gathering *gathering, struct prb_span country, struct prb_span region,
	struct prb_span city, struct prb_span address, int fallback, const char *base,
	struct prb_place *out)
{
	char pointer[PRB_POINTER_BYTES_MAX];
	const char *found;

	out->region[0] = '\0';
	out->region_basis = "";
	(void)snprintf(pointer, sizeof(pointer), "%s/country", base);
	out->country = prb_place_country(gathering, country, pointer, &out->country_assumed);
	declared_region(gathering, region, base, out);
	/* A site that names no country stands in the supplier's; its region stays its own. */
	if (out->country < 0)
		out->country = (int16_t)fallback;
	if (out->region[0] != '\0')
		return;
	if ((found = region_in_text(gathering->g, out->country, city)))
		set_region(out, found, "city");
	else if ((found = region_in_text(gathering->g, out->country, address)))
		set_region(out, found, "address");
}
