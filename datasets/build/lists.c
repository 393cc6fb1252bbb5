/* SPDX-License-Identifier: Apache-2.0 */
#include "datasets/build/lists.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/build/compile.h"
#include "datasets/store/keys.h"

#define PATH_BYTES_MAX 4096
#define NOTES_MAX 100
#define TEXT_BYTES_MAX 4096
#define SOURCE_PREFIX "list_"

/* Countries by code and by the release's own names of them. */
struct countries {
	const struct prb_sources *sources;
	const struct prb_fold_table *fold;
	const struct prb_store_row **names; /* COUNTRY_NAME, sorted by key */
	size_t count;
	struct prb_str key, scratch;
};

static int
compare_names(const void *a, const void *b)
{
	const struct prb_store_row *const *x = a, *const *y = b;

	return prb_span_compare((*x)->key, (*y)->key);
}

static bool
countries_init(struct countries *names, const struct prb_compiler *c)
{
	*names = (struct countries){.sources = c->sources, .fold = &c->fold};
	prb_str_init(&names->key, TEXT_BYTES_MAX);
	prb_str_init(&names->scratch, TEXT_BYTES_MAX);
	names->names = malloc((c->count + 1) * sizeof(*names->names));
	if (!names->names)
		return false;
	for (size_t i = 0; i < c->count; i++)
		if (c->rows[i].table == PRB_TABLE_COUNTRY_NAME)
			names->names[names->count++] = &c->rows[i];
	if (names->count > 0)
		qsort(names->names, names->count, sizeof(*names->names), compare_names);
	return true;
}

static void
countries_finish(struct countries *names)
{
	free(names->names);
	prb_str_finish(&names->key);
	prb_str_finish(&names->scratch);
}

static const char *
country_of_code(const struct countries *names, struct prb_span word)
{
	char code[3];

	for (size_t i = 0; i < word.n; i++)
		code[i] = word.p[i] >= 'a' && word.p[i] <= 'z' ? (char)(word.p[i] - ('a' - 'A'))
							       : word.p[i];
	for (size_t row = 0; row < prb_source_count(names->sources, PRB_SOURCE_COUNTRIES); row++)
		if (prb_span_equal((struct prb_span){code, word.n},
			    prb_source_text(names->sources,
				    word.n == 2 ? PRB_COL_COUNTRIES_ISO2 : PRB_COL_COUNTRIES_ISO3,
				    row)))
			return prb_source_text(names->sources, PRB_COL_COUNTRIES_ISO3, row).p;
	return NULL;
}

static const char *
country_of(void *context, struct prb_span word)
{
	struct countries *names = context;
	const char *found = NULL;
	size_t low = 0, high = names->count;

	if (word.n == 2 || word.n == 3)
		found = country_of_code(names, word);
	prb_str_reset(&names->key);
	prb_country_key(names->fold, word, &names->scratch, &names->key);
	while (!found && low < high) {
		size_t middle = low + (high - low) / 2;
		int order = prb_span_compare(names->names[middle]->key, prb_str_span(&names->key));

		if (order == 0)
			return names->names[middle]->value.p;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return found;
}

/* Loading. */

static enum prb_err
no_memory(struct prb_fault *fault)
{
	return prb_fault_set(
		fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "memory ran out while reading lists");
}

static enum prb_err
cannot_stand(struct prb_fault *fault, const char *manifest, const char *reason, const char *what)
{
	return prb_fault_set(
		fault, PRB_ERR_SOURCE_ROW, PRB_NO_OFFSET, NULL, "%s: %s%s", manifest, reason, what);
}

/* A file that the manifest names lies beside it. */
static const char *
file_beside(struct prb_arena *arena, const char *manifest, struct prb_span file)
{
	const char *slash = strrchr(manifest, '/');
	size_t n = slash && file.p[0] != '/' ? (size_t)(slash - manifest) + 1 : 0;
	char path[PATH_BYTES_MAX];

	if (snprintf(path, sizeof(path), "%.*s%.*s", (int)n, manifest, PRB_SPAN_ARGS(file)) >=
		(int)sizeof(path))
		return NULL;
	return prb_arena_copy(arena, prb_span_of(path)).p;
}

static enum prb_err
read_manifest(struct prb_compiler *c, const struct prb_build_list *named,
	struct prb_loaded_list *list, struct prb_fault *fault)
{
	const struct prb_list_manifest *m = &list->manifest;
	enum prb_err err =
		prb_list_manifest_read(c->arena, named->manifest, &list->manifest, fault);

	if (err != PRB_OK)
		return err == PRB_ERR_IO || err == PRB_ERR_MEMORY ? err : PRB_ERR_SOURCE_ROW;
	list->edition = named->edition ? prb_span_of(named->edition) : m->edition;
	if (list->edition.n == 0 || list->edition.n > 64)
		return cannot_stand(fault, named->manifest,
			"no edition of 1 to 64 bytes: say the day of the file, ",
			"--list MANIFEST=FILE@YYYY-MM-DD, or `edition` in the manifest");
	if (!named->file && m->file.n == 0)
		return cannot_stand(
			fault, named->manifest, "no file: name it, ", "--list MANIFEST=FILE");
	list->path = named->file ? prb_arena_copy(c->arena, prb_span_of(named->file)).p
				 : file_beside(c->arena, named->manifest, m->file);
	if (!list->path)
		return no_memory(fault);
	for (size_t i = 0; i + 3 <= m->countries_equal.n; i += 4)
		if (prb_source_lookup(c->sources, PRB_SOURCE_COUNTRIES,
			    (struct prb_span){m->countries_equal.p + i, 3}, PRB_SPAN_NONE) < 0)
			return cannot_stand(fault, named->manifest,
				"/countries_equal: no country has the code ",
				m->countries_equal.p + i);
	for (size_t i = 0; i < c->lists->count; i++)
		if (prb_span_equal(c->lists->items[i].manifest.list, m->list))
			return cannot_stand(
				fault, named->manifest, "a second list with the id ", m->list.p);
	if (!m->replace &&
		prb_source_lookup(c->sources, PRB_SOURCE_ENTITY_LISTS, m->list, PRB_SPAN_NONE) >= 0)
		return cannot_stand(fault, named->manifest,
			"the source tables have a list of this id (\"replace\": true puts this one "
			"in its place): ",
			m->list.p);
	return PRB_OK;
}

static void
add_count(struct prb_str *text, size_t n, const char *one, const char *many)
{
	if (n > 0)
		prb_str_addf(text, "; %zu %s", n, n == 1 ? one : many);
}

/* What the reader of a "no match" must know beside the manifest's own words. */
static bool
say_completeness(struct prb_compiler *c, struct prb_loaded_list *list)
{
	struct prb_str *text = &c->scratch;

	prb_str_reset(text);
	prb_str_add_span(text, list->manifest.completeness);
	add_count(text, list->counts.persons,
		"row of a natural person, or that does not show it is none, is left out",
		"rows of natural persons, or that do not show they are none, are left out");
	add_count(text, list->counts.refused, "row that could not be read is left out",
		"rows that could not be read are left out");
	list->completeness = prb_arena_copy(c->arena, prb_str_span(text)).p;
	return list->completeness != NULL && !text->failed;
}

static void
say_skipped(const struct prb_compiler *c, const struct prb_loaded_list *list)
{
	char line[PRB_FAULT_DETAIL_BYTES_MAX];

	if (list->counts.refused == 0 || !c->sources->say)
		return;
	(void)snprintf(line, sizeof(line), "%s: %zu %s", list->path, list->counts.refused,
		list->skip_bad_rows ? "rows are left out" : "rows cannot stand");
	c->sources->say(c->sources->say_context, line);
}

static enum prb_err
load_list(struct prb_compiler *c, struct prb_loaded_list *list, struct countries *countries,
	struct prb_fault *fault)
{
	struct prb_list_input input = {.manifest = &list->manifest,
		.path = list->path,
		.edition = list->edition,
		.arena = c->arena,
		.fold = &c->fold,
		.country = country_of,
		.country_context = countries,
		.say = c->sources->say,
		.say_context = c->sources->say_context,
		/* Rows that are left out are all named; those that stop the build like any other's.
		 */
		.says_max = list->skip_bad_rows ? SIZE_MAX : PRB_COMPLAINTS_SAID_MAX};
	enum prb_err err;

	list->first = c->lists->entries.count;
	err = prb_list_load(&input, &c->lists->entries, &list->counts, fault);
	if (err != PRB_OK)
		return err;
	say_skipped(c, list);
	if (!list->skip_bad_rows)
		c->sources->complaints += list->counts.refused;
	/* A page that was saved wrongly would else empty a list without a word. */
	if (list->counts.entries == 0 && list->counts.refused == 0)
		return prb_fault_set(fault, PRB_ERR_SOURCE_ROW, PRB_NO_OFFSET, NULL,
			"%s: no row of it was loaded by %.*s", list->path,
			PRB_SPAN_ARGS(list->manifest.list));
	return say_completeness(c, list) ? PRB_OK : no_memory(fault);
}

enum prb_err
prb_lists_load(struct prb_compiler *c, const struct prb_build_input *input, struct prb_fault *fault)
{
	struct countries countries;
	enum prb_err err = PRB_OK;

	c->lists = prb_arena_array(c->arena, 1, sizeof(*c->lists));
	if (!c->lists)
		return no_memory(fault);
	if (!countries_init(&countries, c))
		err = no_memory(fault);
	for (size_t i = 0; err == PRB_OK && i < input->lists_count; i++) {
		struct prb_loaded_list *list = &c->lists->items[c->lists->count];

		list->skip_bad_rows = input->skip_bad_rows;
		err = read_manifest(c, &input->lists[i], list, fault);
		if (err != PRB_OK)
			break;
		c->lists->count++;
		err = load_list(c, list, &countries, fault);
	}
	countries_finish(&countries);
	return err;
}

/* Joining. */

const struct prb_loaded_list *
prb_lists_replacing(const struct prb_loaded_lists *lists, struct prb_span list)
{
	for (size_t i = 0; i < lists->count; i++)
		if (prb_span_equal(lists->items[i].manifest.list, list))
			return &lists->items[i];
	return NULL;
}

static int
compare_keys(const void *a, const void *b)
{
	const struct prb_entry *const *x = a, *const *y = b;
	int order = prb_span_compare((*x)->key, (*y)->key);

	return order != 0 ? order : prb_entry_compare(*x, *y);
}

/* The loaded entry of that name, each taken once. */
static struct prb_entry *
find_named(struct prb_entry **named, size_t count, struct prb_span key)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (prb_span_compare(named[middle]->key, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && prb_span_equal(named[low]->key, key) ? named[low] : NULL;
}

static void
inherit(struct prb_compiler *c, struct prb_entry *entry, const struct prb_entry *shipped)
{
	entry->id = shipped->id;
	if (entry->countries.n == 0)
		entry->countries = shipped->countries;
	if (entry->city.n == 0)
		entry->city = shipped->city;
	if (entry->address.n == 0)
		entry->address = shipped->address;
	if (!prb_entry_take_names(c->arena, entry, shipped))
		c->failed = true;
}

static void
say_gone(const struct prb_compiler *c, const struct prb_loaded_list *list,
	const struct prb_entry *shipped, size_t count)
{
	char line[PRB_FAULT_DETAIL_BYTES_MAX];

	if (!c->sources->say || count > NOTES_MAX)
		return;
	(void)snprintf(line, sizeof(line),
		"%s: note: %.*s, \"%.*s\", stands in the copy of the source tables and is not in "
		"this "
		"file under that name",
		list->path, PRB_SPAN_ARGS(shipped->id), PRB_SPAN_ARGS(shipped->name));
	c->sources->say(c->sources->say_context, line);
}

static bool
is_other_name(struct prb_entry **named, size_t count, struct prb_span key)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < named[i]->names_count; k++)
			if (prb_span_equal(named[i]->names[k].key, key))
				return true;
	return false;
}

/* Takes the shipped entries of the list out of c->entries. */
static void
replace(struct prb_compiler *c, const struct prb_loaded_list *list)
{
	struct prb_entry **named = malloc((list->counts.entries + 1) * sizeof(*named));
	size_t kept = 0, gone = 0;

	if (!named) {
		c->failed = true;
		return;
	}
	for (size_t i = 0; i < list->counts.entries; i++)
		named[i] = &c->lists->entries.items[list->first + i];
	if (list->counts.entries > 0)
		qsort(named, list->counts.entries, sizeof(struct prb_entry *), compare_keys);
	for (size_t i = 0; i < c->entries.count; i++) {
		const struct prb_entry *shipped = &c->entries.items[i];
		struct prb_entry *loaded;

		if (!prb_span_equal(shipped->list, list->manifest.list)) {
			c->entries.items[kept++] = *shipped;
			continue;
		}
		loaded = find_named(named, list->counts.entries, shipped->key);
		if (loaded)
			inherit(c, loaded, shipped);
		else if (!is_other_name(named, list->counts.entries, shipped->key))
			say_gone(c, list, shipped, ++gone);
	}
	c->entries.count = kept;
	free(named);
}

void
prb_lists_join(struct prb_compiler *c)
{
	for (size_t i = 0; i < c->lists->count; i++)
		replace(c, &c->lists->items[i]);
	for (size_t i = 0; i < c->lists->entries.count; i++)
		if (!prb_entries_add(&c->entries, &c->lists->entries.items[i]))
			c->failed = true;
}

/* Rows. */

void
prb_lists_compile(struct prb_compiler *c)
{
	for (size_t i = 0; i < c->lists->count; i++) {
		const struct prb_loaded_list *list = &c->lists->items[i];
		const struct prb_list_manifest *m = &list->manifest;
		struct prb_list_record record = {.title = m->title.p,
			.publisher = m->publisher.p,
			.edition = prb_compiler_text(c, list->edition),
			.effect_words = m->effect_words.p,
			.url_words = m->url_words.p,
			.completeness = list->completeness,
			.countries_equal = m->countries_equal.p,
			.entries = (uint32_t)list->counts.entries};

		prb_str_add_span(&c->key, m->list);
		prb_list_write(&record, &c->value);
		prb_compiler_add_built(c, PRB_TABLE_LIST);
	}
}

static const char *
describe_counts(struct prb_compiler *c, const struct prb_list_counts *n)
{
	struct prb_str *text = &c->scratch;

	prb_str_reset(text);
	prb_str_addf(text,
		"loaded by an operator: nobody but its user has checked the file; %zu rows read: "
		"%zu "
		"loaded as %zu entries, %zu left out as natural persons or as not shown to be "
		"none, "
		"%zu filtered, %zu refused",
		n->rows, n->loaded, n->entries, n->persons, n->filtered, n->refused);
	add_count(text, n->countries_unknown, "country not known and left out",
		"countries not known and left out");
	add_count(text, n->names_unfit, "other name that cannot be looked up",
		"other names that cannot be looked up");
	return prb_compiler_text(c, prb_str_span(text));
}

void
prb_lists_compile_sources(struct prb_compiler *c)
{
	for (size_t i = 0; i < c->lists->count; i++) {
		const struct prb_loaded_list *list = &c->lists->items[i];
		const struct prb_list_manifest *m = &list->manifest;
		char sha256[PRB_SHA256_HEX_BYTES];
		struct prb_source_record record = {.title = m->title.p,
			.publisher = m->publisher.p,
			.edition = prb_compiler_text(c, list->edition),
			.licence = m->licence.p,
			.retrieved_from = m->retrieved_from.p,
			.retrieved_on = "",
			.doubts = describe_counts(c, &list->counts),
			.renew = "",
			.sha256 = sha256,
			.rows = (uint32_t)list->counts.entries};

		prb_list_hash(c->lists->entries.items + list->first, list->counts.entries, sha256);
		prb_str_addf(&c->key, SOURCE_PREFIX "%.*s", PRB_SPAN_ARGS(m->list));
		prb_source_write(&record, &c->value);
		prb_compiler_add_built(c, PRB_TABLE_SOURCE);
	}
}

/* Reports. */

void
prb_lists_name_faulty(const struct prb_loaded_lists *lists, char *names, size_t room)
{
	size_t n = strlen(names);

	for (size_t i = 0; lists && i < lists->count; i++)
		if (!lists->items[i].skip_bad_rows && lists->items[i].counts.refused > 0 &&
			n < room)
			n += (size_t)snprintf(names + n, room - n, "%s%s", n > 0 ? ", " : "",
				lists->items[i].path);
}

void
prb_lists_report(const struct prb_loaded_lists *lists, struct prb_build_report *report)
{
	for (size_t i = 0; lists && i < lists->count; i++) {
		const struct prb_list_counts *n = &lists->items[i].counts;
		struct prb_build_list_report *out = &report->lists[report->lists_count++];

		*out = (struct prb_build_list_report){.rows = n->rows,
			.loaded = n->loaded,
			.entries = n->entries,
			.persons = n->persons,
			.filtered = n->filtered,
			.refused = n->refused};
		(void)snprintf(out->list, sizeof(out->list), "%.*s",
			PRB_SPAN_ARGS(lists->items[i].manifest.list));
	}
}

void
prb_lists_finish(struct prb_compiler *c)
{
	prb_entries_finish(&c->entries);
	if (c->lists)
		prb_entries_finish(&c->lists->entries);
}
