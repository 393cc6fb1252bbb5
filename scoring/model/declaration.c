/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/model/declaration.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "scoring/base/jcs.h"

/* Where the reader stands: a JSON pointer that grows and shrinks with the walk. */
struct place {
	char text[PRB_FAULT_POINTER_BYTES_MAX];
	size_t n;
};

struct reader {
	struct prb_arena *arena;
	struct prb_faults *faults;
	struct place place;
};

static enum prb_err
fault(struct reader *r, enum prb_err err, const char *what)
{
	return prb_faults_add(r->faults, err, r->place.text, "%s", what);
}

/* Steps into a member; returns the length to go back to. '~' and '/' are escaped as RFC 6901 says.
 * A pointer that no longer fits ends where the room ends: it then names the nearest ancestor. */
static size_t
enter(struct reader *r, const char *name)
{
	size_t back = r->place.n;
	size_t n = back;
	char *text = r->place.text;

	if (n + 2 * strlen(name) + 2 > sizeof r->place.text)
		return back;
	text[n++] = '/';
	for (; *name; name++) {
		if (*name == '~' || *name == '/') {
			text[n++] = '~';
			text[n++] = *name == '~' ? '0' : '1';
		} else {
			text[n++] = *name;
		}
	}
	text[n] = '\0';
	r->place.n = n;
	return back;
}

static size_t
enter_index(struct reader *r, size_t index)
{
	char name[24];

	snprintf(name, sizeof name, "%zu", index);
	return enter(r, name);
}

static void
leave(struct reader *r, size_t back)
{
	r->place.n = back;
	r->place.text[back] = '\0';
}

static bool
wants(struct reader *r, const struct prb_json *value, enum prb_json_kind kind)
{
	if (prb_json_kind(value) == kind)
		return true;
	prb_faults_add(r->faults, PRB_ERR_TYPE, r->place.text, "%s is wanted here, not %s",
		prb_json_kind_name(kind), prb_json_kind_name(prb_json_kind(value)));
	return false;
}

static void read_object(
	struct reader *r, const struct prb_shape *shape, const struct prb_json *value, void *out);

/* What an absent member looks like. */
static void
set_defaults(const struct prb_shape *shape, void *out)
{
	memset(out, 0, shape->bytes);
	for (size_t i = 0; i < shape->fields_count; i++) {
		const struct prb_field *field = &shape->fields[i];
		void *at = (char *)out + field->offset;

		if (field->kind == PRB_FIELD_COUNT || field->kind == PRB_FIELD_SHARE)
			*(int64_t *)at = PRB_COUNT_UNSAID;
		else if (field->kind == PRB_FIELD_DATE)
			*(prb_date *)at = PRB_DATE_NONE;
		else if (field->kind == PRB_FIELD_OBJECT)
			set_defaults(field->shape, at);
	}
}

static bool
read_text(struct reader *r, const struct prb_json *value, int64_t min, int64_t max,
	struct prb_span *out)
{
	struct prb_span text;

	if (!wants(r, value, PRB_JSON_STRING))
		return false;
	text = prb_span_trim(prb_json_string(value));
	if ((int64_t)text.n < min) {
		fault(r, PRB_ERR_RANGE,
			"the text is empty: leave the member out where nothing is known");
		return false;
	}
	if ((int64_t)text.n > max) {
		prb_faults_add(r->faults, PRB_ERR_RANGE, r->place.text,
			"the text has %zu bytes, at most %lld are taken", text.n, (long long)max);
		return false;
	}
	*out = text;
	return true;
}

/* At most `max` bytes of the text, cut between characters. */
static struct prb_span
beginning(struct prb_span text, size_t max)
{
	if (text.n > max)
		text.n = max;
	text.n = prb_utf8_check(text.p, text.n);
	return text;
}

static void
read_word(
	struct reader *r, const struct prb_field *field, const struct prb_json *value, uint8_t *out)
{
	char wanted[PRB_FAULT_DETAIL_BYTES_MAX];
	size_t n = 0;
	uint8_t found;

	if (!wants(r, value, PRB_JSON_STRING))
		return;
	found = prb_words_find(field->words, prb_json_string(value));
	if (found != 0) {
		*out = found;
		return;
	}
	wanted[0] = '\0';
	for (uint8_t i = 0; i < field->words->count && n + 48 < sizeof wanted; i++)
		n += (size_t)snprintf(wanted + n, sizeof wanted - n, "%s%s", i ? ", " : "",
			field->words->words[i]);
	prb_faults_add(r->faults, PRB_ERR_VALUE, r->place.text, "\"%.*s\" is none of: %s",
		PRB_SPAN_ARGS(beginning(prb_json_string(value), 40)), wanted);
}

static void
read_date(struct reader *r, const struct prb_json *value, prb_date *out)
{
	if (!wants(r, value, PRB_JSON_STRING))
		return;
	if (!prb_date_parse(prb_json_string(value), out))
		fault(r, PRB_ERR_DATE, "a date that exists is wanted, in the form YYYY-MM-DD");
}

static void
read_count(
	struct reader *r, const struct prb_field *field, const struct prb_json *value, int64_t *out)
{
	int64_t number;

	if (!wants(r, value, PRB_JSON_NUMBER))
		return;
	if (!prb_json_int(value, &number) || number < field->min || number > field->max)
		prb_faults_add(r->faults, PRB_ERR_RANGE, r->place.text,
			"a whole number from %lld to %lld is wanted", (long long)field->min,
			(long long)field->max);
	else
		*out = number;
}

static void
read_share(struct reader *r, const struct prb_json *value, int64_t *out)
{
	double number;

	if (!wants(r, value, PRB_JSON_NUMBER))
		return;
	number = prb_json_number(value);
	if (number < 0 || number > 1)
		fault(r, PRB_ERR_RANGE, "a share from 0 to 1 is wanted");
	else
		*out = (int64_t)(number * (double)PRB_PPM_ONE + 0.5);
}

static bool
all_digits(struct prb_span text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
	return true;
}

/* "6203.42" and "6203 42" are written as often as "620342": dots and blanks are dropped. */
static void
read_hs(struct reader *r, const struct prb_json *value, struct prb_span *out)
{
	struct prb_span text;
	char *digits;
	size_t n = 0;

	if (!wants(r, value, PRB_JSON_STRING))
		return;
	text = prb_json_string(value);
	digits = prb_arena_alloc(r->arena, text.n + 1);
	if (digits == NULL) {
		fault(r, PRB_ERR_MEMORY, "the declaration needs more memory than its share");
		return;
	}
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] != '.' && text.p[i] != ' ')
			digits[n++] = text.p[i];
	digits[n] = '\0';
	if (n < 2 || n > 10 || n % 2 != 0 || !all_digits((struct prb_span){digits, n}))
		fault(r, PRB_ERR_VALUE,
			"a code of the Harmonized System has 2, 4, 6, 8 or 10 digits");
	else
		*out = (struct prb_span){digits, n};
}

bool
prb_gtin_checks(struct prb_span digits)
{
	int sum = 0;

	for (size_t i = 0; i < digits.n; i++) {
		int digit = digits.p[digits.n - 1 - i] - '0';

		sum += i % 2 == 0 ? digit : 3 * digit;
	}
	return sum % 10 == 0;
}

struct prb_span
prb_hs_bare(struct prb_span text)
{
	size_t digits = 0;

	text = prb_span_trim(text);
	if (text.n > 2 && (text.p[0] | 0x20) == 'h' && (text.p[1] | 0x20) == 's') {
		text = prb_span_trim((struct prb_span){text.p + 2, text.n - 2});
		if (text.n > 0 && text.p[0] == ':')
			text = prb_span_trim((struct prb_span){text.p + 1, text.n - 1});
	}
	while (digits < text.n && text.p[digits] >= '0' && text.p[digits] <= '9')
		digits++;
	/* No code has a part of one digit. */
	if (digits > 0 && text.n == digits + 2 && memcmp(text.p + digits, ".0", 2) == 0)
		text.n = digits;
	return text;
}

static void
read_gtin(struct reader *r, const struct prb_json *value, struct prb_span *out)
{
	struct prb_span text;

	if (!wants(r, value, PRB_JSON_STRING))
		return;
	text = prb_json_string(value);
	if ((text.n != 8 && text.n != 12 && text.n != 13 && text.n != 14) || !all_digits(text) ||
		!prb_gtin_checks(text))
		fault(r, PRB_ERR_VALUE,
			"a GTIN has 8, 12, 13 or 14 digits, the last a check digit that fits");
	else
		*out = text;
}

static void
read_id(struct reader *r, const struct prb_json *value, struct prb_span *out)
{
	static const char allowed[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
	struct prb_span text;

	if (!wants(r, value, PRB_JSON_STRING))
		return;
	text = prb_json_string(value);
	for (size_t i = 0; i < text.n; i++)
		if (memchr(allowed, text.p[i], sizeof allowed - 1) == NULL)
			text.n = 0;
	if (text.n < 1 || text.n > 64)
		fault(r, PRB_ERR_VALUE, "an id has 1 to 64 of A-Z a-z 0-9 . _ -");
	else
		*out = text;
}

/* How many elements the array has; 0 with a fault when there are too many. */
static size_t
bounded_size(struct reader *r, const struct prb_field *field, const struct prb_json *value)
{
	size_t n;

	if (!wants(r, value, PRB_JSON_ARRAY))
		return 0;
	n = prb_json_size(value);
	if ((int64_t)n <= field->max)
		return n;
	prb_faults_add(r->faults, PRB_ERR_RANGE, r->place.text,
		"the list has %zu entries, at most %lld are taken", n, (long long)field->max);
	return 0;
}

static void
read_texts(struct reader *r, const struct prb_field *field, const struct prb_json *value,
	struct prb_span_list *out)
{
	size_t n = bounded_size(r, field, value), i = 0;
	struct prb_span *items = prb_arena_array(r->arena, n, sizeof *items);

	if (n == 0)
		return;
	if (items == NULL) {
		fault(r, PRB_ERR_MEMORY, "the declaration needs more memory than its share");
		return;
	}
	for (const struct prb_json *item = prb_json_first(value); item;
		item = prb_json_next(item), i++) {
		size_t back = enter_index(r, i);

		read_text(r, item, 1, field->min, &items[i]);
		leave(r, back);
	}
	*out = (struct prb_span_list){items, n};
}

static void
read_objects(
	struct reader *r, const struct prb_field *field, const struct prb_json *value, void *out)
{
	size_t n = bounded_size(r, field, value), i = 0;
	char *items;

	if (field->given_offset != 0)
		*(bool *)((char *)out + field->given_offset) = true;
	if (n == 0)
		return;
	items = prb_arena_array(r->arena, n, field->shape->bytes);
	if (items == NULL) {
		fault(r, PRB_ERR_MEMORY, "the declaration needs more memory than its share");
		return;
	}
	for (const struct prb_json *item = prb_json_first(value); item;
		item = prb_json_next(item), i++) {
		size_t back = enter_index(r, i);

		read_object(r, field->shape, item, items + i * field->shape->bytes);
		leave(r, back);
	}
	*(void **)((char *)out + field->offset) = items;
	*(size_t *)((char *)out + field->count_offset) = n;
}

static void
read_object_ref(
	struct reader *r, const struct prb_field *field, const struct prb_json *value, void *at)
{
	void *object = prb_arena_array(r->arena, 1, field->shape->bytes);

	if (object == NULL) {
		fault(r, PRB_ERR_MEMORY, "the declaration needs more memory than its share");
		return;
	}
	read_object(r, field->shape, value, object);
	*(void **)at = object;
}

static void
read_field(struct reader *r, const struct prb_field *field, const struct prb_json *value, void *out)
{
	void *at = (char *)out + field->offset;

	switch (field->kind) {
	case PRB_FIELD_TEXT:
		read_text(r, value, field->min, field->max, at);
		break;
	case PRB_FIELD_WORD:
		read_word(r, field, value, at);
		break;
	case PRB_FIELD_DATE:
		read_date(r, value, at);
		break;
	case PRB_FIELD_COUNT:
		read_count(r, field, value, at);
		break;
	case PRB_FIELD_SHARE:
		read_share(r, value, at);
		break;
	case PRB_FIELD_TRUTH:
		if (wants(r, value, PRB_JSON_BOOL))
			*(uint8_t *)at = prb_json_bool(value) ? PRB_TRUE : PRB_FALSE;
		break;
	case PRB_FIELD_HS:
		read_hs(r, value, at);
		break;
	case PRB_FIELD_GTIN:
		read_gtin(r, value, at);
		break;
	case PRB_FIELD_ID:
		read_id(r, value, at);
		break;
	case PRB_FIELD_TEXTS:
		read_texts(r, field, value, at);
		break;
	case PRB_FIELD_OBJECT:
		read_object(r, field->shape, value, at);
		break;
	case PRB_FIELD_OBJECT_REF:
		read_object_ref(r, field, value, at);
		break;
	case PRB_FIELD_OBJECTS:
		read_objects(r, field, value, out);
		break;
	}
}

static const struct prb_field *
find_field(const struct prb_shape *shape, const char *name)
{
	for (size_t i = 0; i < shape->fields_count; i++)
		if (strcmp(shape->fields[i].name, name) == 0)
			return &shape->fields[i];
	return NULL;
}

static void
read_object(
	struct reader *r, const struct prb_shape *shape, const struct prb_json *value, void *out)
{
	set_defaults(shape, out);
	if (!wants(r, value, PRB_JSON_OBJECT))
		return;
	for (const struct prb_json *member = prb_json_first(value); member;
		member = prb_json_next(member)) {
		const struct prb_field *field = find_field(shape, prb_json_name(member));
		size_t back = enter(r, prb_json_name(member));

		if (field == NULL)
			prb_faults_add(r->faults, PRB_ERR_MEMBER_UNKNOWN, r->place.text,
				"there is no such member in %s", shape->name);
		else
			read_field(r, field, member, out);
		leave(r, back);
	}
	for (size_t i = 0; i < shape->fields_count; i++) {
		const struct prb_field *field = &shape->fields[i];

		if (!field->required || prb_json_member(value, field->name) != NULL)
			continue;
		size_t back = enter(r, field->name);

		fault(r, PRB_ERR_MEMBER_MISSING, "this member is required");
		leave(r, back);
	}
}

/*
 * What holds between members.
 */

static void
at_most_total(struct reader *r, const struct prb_workforce *w, const char *name, int64_t part)
{
	size_t back = enter(r, name);

	if (w->total >= 0 && part > w->total)
		prb_faults_add(r->faults, PRB_ERR_CONFLICT, r->place.text,
			"%lld of a total of %lld workers cannot be", (long long)part,
			(long long)w->total);
	leave(r, back);
}

static void
check_workforce(struct reader *r, const struct prb_workforce *w)
{
	size_t back = enter(r, "workforce");

	at_most_total(r, w, "women", w->women);
	at_most_total(r, w, "migrant", w->migrant);
	at_most_total(r, w, "agency", w->agency);
	at_most_total(r, w, "under_18", w->under_18);
	leave(r, back);
}

static void
check_sites(struct reader *r, const struct prb_declaration *d)
{
	size_t sites = enter(r, "sites");

	for (size_t i = 0; i < d->sites_count; i++)
		for (size_t j = 0; j < i; j++) {
			if (!prb_span_equal(d->sites[i].id, d->sites[j].id))
				continue;
			size_t back = enter_index(r, i);

			fault(r, PRB_ERR_CONFLICT, "two sites have the same id");
			leave(r, back);
			break;
		}
	leave(r, sites);
}

static bool
has_site(const struct prb_declaration *d, struct prb_span id)
{
	for (size_t i = 0; i < d->sites_count; i++)
		if (prb_span_equal(d->sites[i].id, id))
			return true;
	return false;
}

static void
check_finding(struct reader *r, const struct prb_declaration *d, const struct prb_finding *f)
{
	size_t back;

	if (f->indicator == 0 && f->item.n == 0)
		fault(r, PRB_ERR_MEMBER_MISSING, "a finding names an indicator, an item, or both");
	if (f->site.n != 0 && !has_site(d, f->site)) {
		back = enter(r, "site");
		fault(r, PRB_ERR_VALUE, "no site of this declaration has this id");
		leave(r, back);
	}
	if (f->remediation.state > PRB_REMEDIATION_NONE && f->state == PRB_FINDING_ABSENT) {
		back = enter(r, "remediation");
		fault(r, PRB_ERR_CONFLICT, "what is absent cannot be remedied");
		leave(r, back);
	}
}

static void
check_findings(struct reader *r, const struct prb_declaration *d)
{
	size_t findings = enter(r, "findings");

	for (size_t i = 0; i < d->findings_count; i++) {
		size_t back = enter_index(r, i);

		check_finding(r, d, &d->findings[i]);
		leave(r, back);
	}
	leave(r, findings);
}

static void
check_entry(struct reader *r, const struct prb_upstream *u)
{
	if ((u->supplier != NULL) == (u->declaration.n != 0))
		fault(r, PRB_ERR_CONFLICT,
			"an upstream supplier is given by `supplier` or by `declaration`, "
			"one of the two");
	else if (u->supplier == NULL && u->upstream_count != 0)
		fault(r, PRB_ERR_CONFLICT,
			"what stands above a declaration that is referred to is that "
			"declaration's to say");
}

/* A list of upstream suppliers that is being walked. */
struct level {
	const struct prb_upstream *entries;
	size_t count, at;
	int32_t parent;
	size_t back; /* of the reader's place */
};

static struct prb_tier
tier_of(const struct level *level, const struct prb_tier *tiers)
{
	const struct prb_upstream *entry = &level->entries[level->at];
	int64_t below = level->parent < 0 ? 0 : tiers[level->parent].tier;
	int64_t steps = entry->tier - below > 1 ? entry->tier - below : 1;

	return (struct prb_tier){entry, level->parent, (uint32_t)level->at, steps, below + steps};
}

/*
 * Walks the upstream suppliers of every depth, each before those above it: checks them, and fills
 * `tiers` where there is room for them (NULL: counts alone). Returns how many there are.
 */
static size_t
walk_upstream(struct reader *r, const struct prb_declaration *d, struct prb_tier *tiers)
{
	struct level levels[PRB_UPSTREAM_DEPTH_MAX + 1];
	size_t depth = 1, count = 0;

	levels[0] = (struct level){d->upstream, d->upstream_count, 0, -1, enter(r, "upstream")};
	while (depth > 0) {
		struct level *level = &levels[depth - 1];
		const struct prb_upstream *entry = &level->entries[level->at];
		size_t back;

		if (level->at == level->count) {
			leave(r, level->back);
			depth--;
			continue;
		}
		back = enter_index(r, level->at);
		check_entry(r, entry);
		if (tiers != NULL)
			tiers[count] = tier_of(level, tiers);
		count++;
		level->at++;
		if (entry->upstream_count == 0) {
			leave(r, back);
			continue;
		}
		assert(depth <= PRB_UPSTREAM_DEPTH_MAX); /* the text's depth sees to it */
		enter(r, "upstream");
		levels[depth++] = (struct level){
			entry->upstream, entry->upstream_count, 0, (int32_t)count - 1, back};
	}
	return count;
}

static void
read_tiers(struct reader *r, struct prb_declaration *d)
{
	size_t count = d->upstream_count == 0 ? 0 : walk_upstream(r, d, NULL);
	struct prb_tier *tiers;

	if (count == 0 || r->faults->count != 0)
		return;
	if (count > PRB_UPSTREAM_ALL_MAX) {
		prb_faults_add(r->faults, PRB_ERR_RANGE, "/upstream",
			"%zu upstream suppliers are named, at every depth together at most %d are "
			"taken",
			count, PRB_UPSTREAM_ALL_MAX);
		return;
	}
	tiers = prb_arena_array(r->arena, count, sizeof *tiers);
	if (tiers == NULL) {
		fault(r, PRB_ERR_MEMORY, "the declaration needs more memory than its share");
		return;
	}
	walk_upstream(r, d, tiers);
	d->tiers = tiers;
	d->tiers_count = count;
}

void
prb_tier_pointer(const struct prb_declaration *declaration, size_t tier, const char *member,
	char *out, size_t room)
{
	uint32_t places[PRB_UPSTREAM_DEPTH_MAX + 1];
	size_t depth = 0, n = 0;

	for (int64_t at = (int64_t)tier; at >= 0; at = declaration->tiers[at].parent)
		places[depth++] = declaration->tiers[at].place;
	while (depth > 0 && n < room)
		n += (size_t)snprintf(out + n, room - n, "/upstream/%u", (unsigned)places[--depth]);
	if (n < room)
		snprintf(out + n, room - n, "%s", member);
}

enum prb_err
prb_declaration_read(struct prb_arena *arena, struct prb_span text, struct prb_faults *faults,
	struct prb_declaration **out)
{
	struct reader r = {.arena = arena, .faults = faults};
	const struct prb_json *json;
	struct prb_declaration *d = prb_arena_array(arena, 1, sizeof *d);
	struct prb_fault first;
	enum prb_err err;

	if (d == NULL)
		return prb_faults_add(
			faults, PRB_ERR_MEMORY, "", "there is no memory for a declaration");
	err = prb_json_parse(arena, text, PRB_DECLARATION_BYTES_MAX, &first, &json);
	if (err != PRB_OK) {
		if (faults->count < PRB_FAULTS_MAX)
			faults->items[faults->count++] = first;
		return err;
	}
	read_object(&r, &prb_shape_declaration, json, d);
	if (faults->count == 0) {
		check_workforce(&r, &d->workforce);
		check_sites(&r, d);
		check_findings(&r, d);
		read_tiers(&r, d);
	}
	if (faults->count != 0)
		return faults->items[0].err;
	d->json = json;
	*out = d;
	return PRB_OK;
}

struct salted {
	struct prb_arena *arena;
	const uint8_t *salt;
	prb_sha256_fn sha256;
	uint32_t ordinal;
};

static void
put_salted_digest(void *context, struct prb_span text, struct prb_str *out)
{
	struct salted *s = context;
	uint8_t hash[PRB_SHA256_BYTES], seed[PRB_DECLARATION_SALT_BYTES + 4];
	uint8_t *bytes = prb_arena_alloc(s->arena, sizeof hash + text.n);
	char hex[PRB_SHA256_HEX_BYTES];

	if (bytes == NULL) {
		out->failed = true;
		return;
	}
	memcpy(seed, s->salt, PRB_DECLARATION_SALT_BYTES);
	for (int i = 0; i < 4; i++)
		seed[PRB_DECLARATION_SALT_BYTES + i] = (uint8_t)(s->ordinal >> (24 - 8 * i));
	s->ordinal++;
	s->sha256(bytes, seed, sizeof seed);
	if (text.n > 0)
		memcpy(bytes + sizeof hash, text.p, text.n);
	s->sha256(hash, bytes, sizeof hash + text.n);
	prb_sha256_hex(hash, hex);
	prb_str_add_text(out, "\"sha256:");
	prb_str_add_text(out, hex);
	prb_str_add_char(out, '"');
}

void
prb_declaration_canonical(struct prb_arena *arena, const struct prb_declaration *declaration,
	const uint8_t *salt, prb_sha256_fn sha256, struct prb_str *out)
{
	/* Free text has these names wherever it stands, and no other member has them. */
	static const char *const free_text[] = {"description", "reference", "reply"};
	struct salted salted = {arena, salt, sha256, 0};
	const struct prb_jcs_masked masked = {free_text, sizeof free_text / sizeof free_text[0],
		salt != NULL ? put_salted_digest : NULL, &salted};

	prb_jcs_write_masked(arena, declaration->json, &masked, out);
}
